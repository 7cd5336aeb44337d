/* Measures out of their YAML files. */
#include "measure/populations.h"

#include "base/files.h"
#include "base/hash.h"
#include "codec/yaml.h"

enum { FILES_MAX = 200, PATH_LEN = 1024, CODES_MAX = 60, ID_LETTERS_MAX = 60, LIMITS_MONTHS_LEAST = 12 };

struct measures {
	const struct vocab *vocab;
	const struct rulebook *rules;
	struct measure *list;
	const struct yaml **from; /* what each was read from, for `like` */
	size_t n;
	struct matchers *matchers;
	struct population populations[POPULATIONS_MAX];
	size_t n_populations;
	struct arena arena;
	char hash[HASH_HEX_MAX];
};

/* One entry, and the one that it is like: a key that is not given is taken from there. */
struct entry {
	const struct yaml *own, *like;
	struct measures *ms;
};

static const struct yaml *get(const struct entry *y, const char *key)
{
	const struct yaml *own = yaml_get(y->own, key);
	return own || !y->like ? own : yaml_get(y->like, key);
}

static enum rc text_of(const struct entry *y, const char *key, bool needed, struct str *out, struct err *e)
{
	const struct yaml *t = get(y, key);
	if (!t && needed)
		return yaml_error(y->own, e, "\"%s\" is missing", key);
	if (t && t->type != YAML_SCALAR)
		return yaml_error(t, e, "\"%s\" is a text", key);
	*out = t ? t->text : (struct str){ "", 0 };
	return RC_OK;
}

/* A word out of a list; its place in the list plus 1. */
static enum rc word_of(const struct entry *y, const char *key, const char *const *words, bool needed, uint8_t *out,
		       struct err *e)
{
	const struct yaml *t = get(y, key);
	char all[200] = "";
	*out = 0;
	if (!t)
		return needed ? yaml_error(y->own, e, "\"%s\" is missing", key) : RC_OK;
	for (size_t i = 0, n = 0; words[i]; i++) {
		if (t->type == YAML_SCALAR && str_is(t->text, words[i]))
			*out = (uint8_t)(i + 1);
		n += (size_t)snprintf(all + n, sizeof all - n, "%s%s", i ? ", " : "", words[i]);
	}
	return *out ? RC_OK : yaml_error(t, e, "\"%s\" is one of: %s", key, all);
}

static enum rc number_of(const struct entry *y, const char *key, int64_t min, int64_t max, int64_t absent, int16_t *out,
			 struct err *e)
{
	const struct yaml *map = yaml_get(y->own, key) || !y->like ? y->own : y->like;
	int64_t n;
	enum rc rc = yaml_int(map, key, min, max, absent, &n, e);
	if (rc == RC_OK)
		*out = (int16_t)n;
	return rc;
}

/* ---- what each kind of measure asks ---- */

/* All editions of the standard that `key` names, into `into` and the measure's own. */
static enum rc standards_of(const struct entry *y, const char *key, struct measure *m, uint64_t *into, struct str *id,
			    struct err *e)
{
	const struct rulebook *rb = y->ms->rules;
	enum rc rc = text_of(y, key, true, id, e);
	bool found = false;
	for (size_t i = 0; rc == RC_OK && i < rulebook_count(rb); i++)
		if (str_eq(rulebook_info(rb, (uint16_t)i)->id, *id)) {
			into[i >> 6] |= (uint64_t)1 << (i & 63);
			m->sensitive |= standard_is_sensitive(rb, (uint16_t)i);
			kinds_add(&m->kinds, &rulebook_info(rb, (uint16_t)i)->kinds);
			found = true;
		}
	if (rc == RC_OK && !found)
		return yaml_error(get(y, key), e,
				  "there is no standard \"" STR_FMT "\"; linnet standards lists them",
				  STR_ARG(*id));
	return rc;
}

static enum rc standard_of(const struct entry *y, struct measure *m, struct err *e)
{
	return standards_of(y, "standard", m, m->standards, &m->standard, e);
}

static enum rc matchers_of(struct measures *ms, const struct yaml *list, struct measure *m, const struct matcher **out,
			   size_t *n, struct err *e)
{
	if (list->type != YAML_LIST || !list->n || list->n > NEED_FACTS_MAX)
		return yaml_error(list, e, "write a list of 1 to %d events", NEED_FACTS_MAX);
	for (const struct yaml *it = list->child; it; it = it->next) {
		enum rc rc = matcher_read(ms->matchers, it, &out[*n], e);
		if (rc != RC_OK)
			return rc;
		kind_add(&m->kinds, matcher_kind(out[*n]));
		m->sensitive |= ms->vocab->kinds[matcher_kind(out[(*n)++])].sensitive;
	}
	return RC_OK;
}

static enum rc need_of(struct measures *ms, const struct yaml *y, struct measure *m, struct err *e)
{
	static const char *const allowed[] = { "if-younger-than", "at-least", "of",
					       "latest",	  "among",    "in-the-year", NULL };
	struct measure_need *d = &m->needs[m->n_needs];
	int64_t younger, least;
	enum rc rc = yaml_only(y, allowed, e);
	if (rc == RC_OK)
		rc = yaml_int(y, "if-younger-than", 1, 30, 0, &younger, e);
	if (rc == RC_OK)
		rc = yaml_int(y, "at-least", 1, 50, 1, &least, e);
	if (rc != RC_OK)
		return rc;
	d->younger_than = (int16_t)younger;
	d->at_least = (int16_t)least;
	const struct yaml *of = yaml_get(y, "of"), *latest = yaml_get(y, "latest");
	if (!of == !latest)
		return yaml_error(y, e, "say either \"of\" (facts of the year) or \"latest\" (the last fact by then)");
	const struct yaml *among = yaml_get(y, "among");
	if (among && !latest)
		return yaml_error(among, e, "\"among\" belongs to \"latest\": the facts of which the last counts");
	if ((rc = yaml_bool(y, "in-the-year", false, &d->in_the_year, e)) != RC_OK)
		return rc;
	if (d->in_the_year && !latest)
		return yaml_error(y, e, "\"in-the-year\" belongs to \"latest\": \"of\" is of the year always");
	if (among && (rc = matchers_of(ms, among, m, d->among, &d->n_among, e)) != RC_OK)
		return rc;
	m->n_needs++;
	return of ? matchers_of(ms, of, m, d->of, &d->n_of, e) : matchers_of(ms, latest, m, d->latest, &d->n_latest, e);
}

static enum rc ages_of(const struct entry *y, struct measure *m, struct err *e)
{
	static const char *const allowed[] = { "from-at-start", "from-at-end", "under-at-end", "under-the-day-before",
					       NULL };
	const struct yaml *ages = get(y, "ages");
	int64_t n[4] = { 0 };
	enum rc rc = ages ? yaml_only(ages, allowed, e) : RC_OK;
	for (size_t i = 0; ages && rc == RC_OK && i < COUNT_OF(n); i++)
		rc = yaml_int(ages, allowed[i], 1, 30, 0, &n[i], e);
	if (rc == RC_OK)
		m->ages = (struct measure_ages){ (int16_t)n[0], (int16_t)n[1], (int16_t)n[2], (int16_t)n[3] };
	return rc;
}

static enum rc codes_of(const struct entry *y, const char *key, const char *kind, const uint16_t **out, size_t *n_out,
			struct err *e)
{
	const struct yaml *list = get(y, key);
	const struct vocab *v = y->ms->vocab;
	if (!list)
		return RC_OK;
	if (list->type != YAML_LIST || list->n > CODES_MAX)
		return yaml_error(list, e, "write a list of at most %d codes", CODES_MAX);
	uint16_t *codes = arena_array(&y->ms->arena, list->n, sizeof *codes);
	for (const struct yaml *it = list->child; it; it = it->next) {
		const struct code_entry *c = code_list_find(v->kinds[vocab_kind(v, str_of(kind))].codes, it->text);
		if (!c)
			return yaml_error(it, e, "\"" STR_FMT "\" is no code of %s; see data/kinds.yaml",
					  STR_ARG(it->text), kind);
		codes[(*n_out)++] = c->code;
	}
	*out = codes;
	return RC_OK;
}

static enum rc clock_of(const struct entry *y, struct measure *m, struct err *e)
{
	static const char *const days[] = { "due", "done", "day", "waiting", "open", NULL };
	static const char *const statistics[] = { "median", "p90", "count", NULL };
	bool wait = m->kind == MEASURE_WAIT;
	enum rc rc = standard_of(y, m, e);
	if (rc == RC_OK)
		rc = word_of(y, "by", days, true, &m->by, e);
	if (rc == RC_OK)
		rc = number_of(y, "by-days", 1, 1000, 0, &m->by_days, e);
	if (rc == RC_OK)
		rc = number_of(y, "longer-than-days", 1, 10000, 0, &m->longer_than_days, e);
	if (rc == RC_OK)
		rc = number_of(y, "at-most-days", 1, 10000, 0, &m->at_most_days, e);
	if (rc == RC_OK)
		rc = word_of(y, "statistic", statistics, wait, &m->statistic, e);
	if (rc != RC_OK)
		return rc;
	if ((m->by == BY_DAY) != (m->by_days > 0))
		return yaml_error(y->own, e, "\"by: day\" and \"by-days\" belong together");
	if ((m->longer_than_days || m->at_most_days) && (!wait || m->by == BY_OPEN))
		return yaml_error(y->own, e, "\"longer-than-days\" and \"at-most-days\" belong to waits, by done or waiting");
	if (m->at_most_days && m->longer_than_days >= m->at_most_days)
		return yaml_error(get(y, "at-most-days"), e, "\"at-most-days\" is more than \"longer-than-days\"");
	bool of_waits = m->by == BY_WAITING || m->by == BY_OPEN;
	if (wait ? m->by != BY_DONE && !of_waits : of_waits)
		return yaml_error(get(y, "by"), e,
				  "a clock is counted by due, done or day; a wait by done, waiting or open");
	if (m->by == BY_OPEN && m->statistic != STATISTIC_COUNT)
		return yaml_error(get(y, "by"), e, "\"by: open\" is a count: \"statistic: count\"");
	if ((rc = ages_of(y, m, e)) != RC_OK)
		return rc;
	if (get(y, "ages") && (m->by != BY_WAITING || m->ages.from_start || m->ages.under_eve))
		return yaml_error(get(y, "ages"), e,
				  "of a wait, ages are asked \"by: waiting\", \"from-at-end\" or \"under-at-end\"");
	return RC_OK;
}

static enum rc list_of(const struct entry *y, const char *key, struct measure *m, const struct matcher **out, size_t *n,
		       struct err *e)
{
	const struct yaml *list = get(y, key);
	return list ? matchers_of(y->ms, list, m, out, n, e) : yaml_error(y->own, e, "\"%s\" is missing", key);
}

/* In years, on the day of the fact. */
static enum rc ages_on_the_day(const struct entry *y, struct measure *m, struct err *e)
{
	static const char *const allowed[] = { "from", "under", NULL };
	const struct yaml *ages = get(y, "ages-on-the-day");
	int64_t from = 0, under = 0;
	enum rc rc = ages ? yaml_only(ages, allowed, e) : RC_OK;
	if (ages && rc == RC_OK)
		rc = yaml_int(ages, "from", 1, 30, 0, &from, e);
	if (ages && rc == RC_OK)
		rc = yaml_int(ages, "under", 1, 30, 0, &under, e);
	m->age_from = (int16_t)from;
	m->age_under = (int16_t)under;
	return rc;
}

/* "per: 100000" people of a population: the count becomes a rate. */
static enum rc rate_read(const struct entry *y, struct measure *m, struct err *e)
{
	const struct yaml *map = get(y, "rate"), *named = map ? yaml_get(map, "population") : NULL;
	static const char *const allowed[] = { "per", "population", NULL };
	int64_t per = 0;
	if (!map)
		return RC_OK;
	enum rc rc = yaml_only(map, allowed, e);
	if (rc == RC_OK)
		rc = yaml_int(map, "per", 1, 1000000, 0, &per, e);
	if (rc != RC_OK)
		return rc;
	for (size_t i = 0; named && i < y->ms->n_populations; i++)
		if (str_eq(y->ms->populations[i].id, named->text))
			m->population = &y->ms->populations[i];
	if (!per || !named)
		return yaml_error(map, e, "a rate is \"per\" so many people of a \"population\"");
	if (!m->population)
		return yaml_error(named, e,
				  "there is no population \"" STR_FMT "\"; one is a list of \"populations\" in a document "
				  "of measures (docs/measures.md)",
				  STR_ARG(named->text));
	m->per = (int32_t)per;
	m->statistic = STATISTIC_RATE;
	return RC_OK;
}

static enum rc reached_of(const struct entry *y, struct measure *m, struct err *e)
{
	enum rc rc = list_of(y, "facts", m, m->facts, &m->n_facts, e);
	if (rc == RC_OK)
		rc = number_of(y, "months", 1, 60, 0, &m->months, e);
	if (rc == RC_OK)
		rc = ages_on_the_day(y, m, e);
	if (rc == RC_OK && !m->months)
		return yaml_error(y->own, e, "\"months\" is missing: how many months to the end of each count");
	m->statistic = STATISTIC_COUNT;
	return rc == RC_OK ? rate_read(y, m, e) : rc;
}

/* Of the clocks of `standard` that are open at the end of the month: has `of-met` been met, has `met`? */
static enum rc open_of(const struct entry *y, struct measure *m, struct err *e)
{
	struct str id;
	m->asks_of_met = get(y, "of-met") != NULL;
	enum rc rc = standard_of(y, m, e);
	if (rc == RC_OK)
		rc = standards_of(y, "met", m, m->met, &id, e);
	if (rc == RC_OK && m->asks_of_met)
		rc = standards_of(y, "of-met", m, m->of_met, &id, e);
	m->by = BY_WAITING;
	return rc;
}

static enum rc followed_of(const struct entry *y, struct measure *m, struct err *e)
{
	enum rc rc = list_of(y, "facts", m, m->facts, &m->n_facts, e);
	if (rc == RC_OK)
		rc = list_of(y, "followed-by", m, m->then, &m->n_then, e);
	if (rc == RC_OK)
		rc = number_of(y, "within-days", 1, 1000, 0, &m->within_days, e);
	if (rc == RC_OK)
		rc = ages_on_the_day(y, m, e);
	if (rc == RC_OK && !m->within_days)
		return yaml_error(y->own, e, "\"within-days\" is missing: how many days after the first");
	return rc;
}

/* "average-of: value": of the last fact of the year, which must be of a kind that has one. */
static enum rc average_of(const struct entry *y, struct measure *m, struct err *e)
{
	const struct yaml *of = get(y, "average-of");
	const struct vocab *v = y->ms->vocab;
	if (!of)
		return RC_OK;
	if (of->type != YAML_SCALAR || !str_is(of->text, "value"))
		return yaml_error(of, e, "\"average-of\" is value: that of the last fact of the year");
	for (size_t i = 0; i < m->n_needs; i++) {
		if (!m->needs[i].n_latest || !m->needs[i].in_the_year)
			return yaml_error(get(y, "has"), e,
					  "an average is of the \"latest\" fact, \"in-the-year: yes\", of each child");
		for (size_t k = 0; k < m->needs[i].n_latest; k++)
			if (!v->kinds[matcher_kind(m->needs[i].latest[k])].has_value)
				return yaml_error(get(y, "has"), e, "events of kind \"%s\" have no value to average",
						  v->kinds[matcher_kind(m->needs[i].latest[k])].id.p);
	}
	m->statistic = STATISTIC_AVERAGE;
	return RC_OK;
}

static enum rc cohort_of(const struct entry *y, struct measure *m, struct err *e)
{
	const struct yaml *needs = get(y, "has");
	m->yearly = true;
	enum rc rc = ages_of(y, m, e);
	if (rc != RC_OK)
		return rc;
	if (!needs || needs->type != YAML_LIST || !needs->n || needs->n > NEEDS_MAX)
		return yaml_error(needs ? needs : y->own, e, "\"has\" is a list of 1 to %d needs", NEEDS_MAX);
	for (const struct yaml *it = needs->child; rc == RC_OK && it; it = it->next)
		rc = need_of(y->ms, it, m, e);
	return rc == RC_OK ? average_of(y, m, e) : rc;
}

static enum rc stability_of(const struct entry *y, struct measure *m, struct err *e)
{
	static const char *const words[] = { "same-placement-months", "in-care-months", "placements-at-least" };
	int16_t *const into[] = { &m->same_months, &m->in_care_months, &m->placements_at_least };
	m->yearly = true;
	enum rc rc = ages_of(y, m, e);
	for (size_t i = 0; rc == RC_OK && i < COUNT_OF(words); i++)
		rc = number_of(y, words[i], 1, 240, 0, into[i], e);
	if (rc == RC_OK)
		rc = codes_of(y, "not-placements", "placement-started", &m->not_placements, &m->n_not_placements, e);
	if (rc == RC_OK)
		rc = codes_of(y, "adoption", "placement-started", &m->adoption, &m->n_adoption, e);
	if (rc == RC_OK && !m->same_months == !m->placements_at_least)
		return yaml_error(y->own, e,
				  "say either \"placements-at-least\" or \"same-placement-months\", not both");
	return rc;
}

/* ---- one entry ---- */

static enum rc words_of(const struct entry *y, struct measure *m, struct err *e)
{
	const struct {
		const char *key;
		bool needed;
		struct str *into;
	} texts[] = { { "title", true, &m->title },	      { "family", true, &m->family },
		      { "reading", false, &m->reading },      { "month", true, &m->month_words },
		      { "numerator", true, &m->numerator },   { "denominator", true, &m->denominator },
		      { "exclusions", true, &m->exclusions }, { "source", true, &m->source },
		      { "not-checked", false, &m->checked } };
	enum rc rc = RC_OK;
	for (size_t i = 0; rc == RC_OK && i < COUNT_OF(texts); i++)
		rc = text_of(y, texts[i].key, texts[i].needed, texts[i].into, e);
	return rc;
}

static enum rc limits_of(const struct entry *y, struct measure *m, struct err *e)
{
	static const char *const allowed[] = { "from", "to", "source", NULL };
	const struct yaml *limits = get(y, "limits");
	m->limits_from = m->limits_to = DAY_NONE;
	if (!limits)
		return RC_OK;
	enum rc rc = yaml_only(limits, allowed, e);
	if (rc == RC_OK)
		rc = yaml_day(limits, "from", DAY_NONE, &m->limits_from, e);
	if (rc == RC_OK)
		rc = yaml_day(limits, "to", DAY_NONE, &m->limits_to, e);
	if (rc != RC_OK)
		return rc;
	m->limits_source = yaml_text(limits, "source");
	if (m->limits_from == DAY_NONE || m->limits_to == DAY_NONE || !m->limits_source.n)
		return yaml_error(
		    limits, e,
		    "limits are set on months \"from\" one day \"to\" another, with the \"source\" that chose them");
	if (m->yearly || m->limits_to < day_add_months(m->limits_from, LIMITS_MONTHS_LEAST) - 1)
		return yaml_error(limits, e, "limits are set on at least %d months of a monthly measure",
				  LIMITS_MONTHS_LEAST);
	return RC_OK;
}

static enum rc goal_of(const struct entry *y, struct measure *m, struct err *e)
{
	static const char *const allowed[] = { "n", "source", NULL };
	const struct yaml *goal = get(y, "goal");
	int64_t n = -1;
	m->goal = -1;
	if (!goal)
		return RC_OK;
	enum rc rc = yaml_only(goal, allowed, e);
	if (rc == RC_OK)
		rc = yaml_int(goal, "n", 0, 10000, -1, &n, e);
	if (rc != RC_OK)
		return rc;
	m->goal_source = yaml_text(goal, "source");
	if (n < 0 || !m->goal_source.n)
		return yaml_error(goal, e, "a goal is a number \"n\" and the \"source\" that sets it");
	if (measure_is_share(m) && n > 100)
		return yaml_error(goal, e, "a goal of this measure is per cent, from 0 to 100");
	m->goal = (int32_t)n;
	return RC_OK;
}

static enum rc edition_of(const struct entry *y, struct measure *m, struct err *e)
{
	int64_t edition;
	enum rc rc = yaml_int(y->own, "edition", 1, 1000, 1, &edition, e);
	if (rc == RC_OK)
		rc = yaml_day(y->own, "from", DAY_NONE, &m->from, e);
	if (rc == RC_OK)
		rc = yaml_day(y->own, "until", DAY_NEVER, &m->until, e);
	m->edition = (uint16_t)edition;
	if (rc == RC_OK && m->from == DAY_NONE)
		return yaml_error(y->own, e, "\"from\" is missing: the day from which this edition counts");
	for (size_t i = 0; rc == RC_OK && i < y->ms->n; i++) {
		const struct measure *o = &y->ms->list[i];
		if (str_eq(o->id, m->id) && (o->edition >= m->edition || o->until > m->from))
			return yaml_error(y->own, e,
					  "edition %d of \"" STR_FMT "\" stands above and is still in force on that "
					  "day; give it \"until\" and this one the next number",
					  o->edition, STR_ARG(o->id));
	}
	return rc;
}

static bool is_id(struct str s)
{
	for (size_t i = 0; i < s.n; i++)
		if (!(s.p[i] >= 'a' && s.p[i] <= 'z') && !(s.p[i] >= '0' && s.p[i] <= '9') && s.p[i] != '-')
			return false;
	return s.n <= ID_LETTERS_MAX;
}

static enum rc measure_of(struct measures *ms, const struct yaml *y, struct measure *m, struct err *e)
{
	static const char *const allowed[] = { "id",
					       "like",
					       "family",
					       "edition",
					       "from",
					       "until",
					       "title",
					       "reading",
					       "month",
					       "numerator",
					       "denominator",
					       "exclusions",
					       "source",
					       "not-checked",
					       "better",
					       "goal",
					       "limits",
					       "kind",
					       "standard",
					       "by",
					       "by-days",
					       "longer-than-days",
					       "at-most-days",
					       "statistic",
					       "ages",
					       "has",
					       "placements-at-least",
					       "adoption",
					       "in-care-months",
					       "not-placements",
					       "same-placement-months",
					       "facts",
					       "followed-by",
					       "within-days",
					       "months",
					       "ages-on-the-day",
					       "average-of",
					       "rate",
					       "met",
					       "of-met",
					       NULL };
	static const char *const kinds[] = { "clock",	"cohort",   "stability", "wait",
					     "reached", "followed", "open",	 NULL };
	static const char *const better[] = { "higher", "lower", NULL };
	struct entry en = { .own = y, .ms = ms };
	struct str like = yaml_text(y, "like");
	enum rc rc = yaml_only(y, allowed, e);
	if (rc != RC_OK)
		return rc;
	m->id = yaml_text(y, "id");
	if (!m->id.n)
		return yaml_error(y, e, "\"id\" is missing");
	if (!is_id(m->id)) /* it stands in addresses and in names of files */
		return yaml_error(yaml_get(y, "id"), e, "an \"id\" is up to %d small letters, digits and hyphens",
				  ID_LETTERS_MAX);
	for (size_t i = 0; like.n && i < ms->n; i++)
		if (str_eq(ms->list[i].id, like))
			en.like = ms->from[i];
	if (like.n && !en.like)
		return yaml_error(yaml_get(y, "like"), e, "no measure \"" STR_FMT "\" stands above this one",
				  STR_ARG(like));
	if (en.like && yaml_get(en.like, "like"))
		return yaml_error(yaml_get(y, "like"), e, "a measure is like one that is written out in full");
	rc = words_of(&en, m, e);
	if (rc == RC_OK)
		rc = edition_of(&en, m, e);
	if (rc == RC_OK)
		rc = word_of(&en, "kind", kinds, true, &m->kind, e);
	if (rc == RC_OK)
		rc = word_of(&en, "better", better, false, &m->polarity, e);
	if (rc == RC_OK)
		rc = goal_of(&en, m, e);
	if (rc == RC_OK)
		rc = limits_of(&en, m, e);
	if (rc != RC_OK)
		return rc;
	if (get(&en, "rate") && m->kind != MEASURE_REACHED)
		return yaml_error(get(&en, "rate"), e, "\"rate\" belongs to \"kind: reached\"");
	if (get(&en, "average-of") && m->kind != MEASURE_COHORT)
		return yaml_error(get(&en, "average-of"), e, "\"average-of\" belongs to \"kind: cohort\"");
	if ((get(&en, "met") || get(&en, "of-met")) && m->kind != MEASURE_OPEN)
		return yaml_error(get(&en, "met") ? get(&en, "met") : get(&en, "of-met"), e,
				  "\"met\" and \"of-met\" belong to \"kind: open\"");
	switch (m->kind) {
	case MEASURE_OPEN: return open_of(&en, m, e);
	case MEASURE_COHORT: return cohort_of(&en, m, e);
	case MEASURE_STABILITY: return stability_of(&en, m, e);
	case MEASURE_REACHED: return reached_of(&en, m, e);
	case MEASURE_FOLLOWED: return followed_of(&en, m, e);
	default: return clock_of(&en, m, e);
	}
}

static enum rc document_of(struct measures *ms, const struct measure_file *f, struct hash *sum, struct err *e)
{
	static const char *const allowed[] = { "title", "measures", "populations", NULL };
	uint64_t size = f->body.n; /* so that moving a line from file to file changes the hash */
	hash_add(sum, &size, sizeof size);
	hash_add(sum, f->body.p, f->body.n);
	const struct yaml *doc;
	enum rc rc = yaml_read(f->body, f->name, &ms->arena, &doc, e);
	if (rc == RC_OK)
		rc = yaml_only(doc, allowed, e);
	if (rc != RC_OK)
		return rc;
	struct str title = yaml_text(doc, "title");
	const struct yaml *list = yaml_get(doc, "measures");
	if (list ? list->type != YAML_LIST : !yaml_get(doc, "populations"))
		return yaml_error(doc, e, "a file of measures is a list under \"measures\"");
	for (const struct yaml *it = list ? list->child : NULL; it; it = it->next) {
		if (ms->n == MEASURES_MAX)
			return yaml_error(it, e, "more than %d measures: take out one that is no longer used",
					  MEASURES_MAX);
		rc = measure_of(ms, it, &ms->list[ms->n], e);
		if (rc != RC_OK)
			return rc;
		ms->list[ms->n].document = title.n ? title : STR("Other measures");
		ms->from[ms->n++] = it;
	}
	return RC_OK;
}

enum rc measures_load_documents(const struct measure_file *files, size_t n, const struct vocab *v,
				const struct rulebook *rb, struct measures **out, struct err *e)
{
	struct measures *ms = xcalloc(1, sizeof *ms);
	struct hash sum;
	enum rc rc = RC_OK;
	ms->vocab = v;
	ms->rules = rb;
	ms->list = xcalloc(MEASURES_MAX, sizeof *ms->list);
	ms->from = xcalloc(MEASURES_MAX, sizeof *ms->from);
	ms->matchers = matchers_new(v);
	arena_init(&ms->arena);
	hash_begin(&sum);
	for (size_t i = 0; i < n && rc == RC_OK; i++) /* first, so that a measure may name one of any document */
		rc = populations_read(files[i].body, files[i].name, &ms->arena, ms->populations, &ms->n_populations, e);
	for (size_t i = 0; i < n && rc == RC_OK; i++)
		rc = document_of(ms, &files[i], &sum, e);
	hash_end(&sum, ms->hash);
	if (rc != RC_OK)
		measures_free(ms);
	else
		*out = ms;
	return rc;
}

/* ---- the folder ---- */

static enum rc folder_of(const char *dir, struct arena *a, struct measure_file *files, size_t *n_out, struct err *e)
{
	struct str *names;
	size_t n = 0;
	enum rc rc = folder_list(dir, ".yaml", FILES_MAX, a, &names, &n, e);
	if (rc == RC_NOT_FOUND)
		return RC_OK; /* a region need not measure anything */
	for (size_t i = 0; i < n && rc == RC_OK; i++) {
		files[i].name = arena_printf(a, "%s/%s", dir, names[i].p).p;
		rc = file_read(files[i].name, YAML_FILE_MAX, a, &files[i].body, e);
	}
	*n_out = n;
	return rc;
}

enum rc measures_load(const char *data_dir, const struct vocab *v, const struct rulebook *rb, struct measures **out,
		      struct err *e)
{
	char dir[PATH_LEN];
	struct arena a AUTO(arena_release);
	struct measure_file files[FILES_MAX] = { 0 };
	size_t n = 0;
	arena_init(&a);
	snprintf(dir, sizeof dir, "%s/measures", data_dir);
	enum rc rc = folder_of(dir, &a, files, &n, e);
	return rc == RC_OK ? measures_load_documents(files, n, v, rb, out, e) : rc;
}

void measures_free(struct measures *ms)
{
	if (!ms)
		return;
	matchers_free(ms->matchers);
	arena_release(&ms->arena);
	free(ms->list);
	free(ms->from);
	free(ms);
}

size_t measures_count(const struct measures *ms)
{
	return ms->n;
}

const struct measure *measures_at(const struct measures *ms, size_t i)
{
	return &ms->list[i];
}

const struct measure *measures_find(const struct measures *ms, struct str id)
{
	const struct measure *found = NULL;
	for (size_t i = 0; i < ms->n; i++)
		if (str_eq(ms->list[i].id, id))
			found = &ms->list[i]; /* editions stand in their order */
	return found;
}

struct str measures_hash(const struct measures *ms)
{
	return str_of(ms->hash);
}

/* ---- periods ---- */

day_t period_of(const struct measure *m, day_t d)
{
	struct ymd y = day_ymd(d);
	if (!m->yearly)
		return day_of(y.year, y.month, 1);
	return day_of(y.month >= 4 ? y.year : y.year - 1, 4, 1);
}

day_t period_next(const struct measure *m, day_t first)
{
	return day_add_months(first, m->yearly ? 12 : 1);
}
