/* From the YAML of data/standards to rules: conditions, and standards. */
#include "standard/rule_help.h"

/* ---- conditions ---- */

static enum rc condition_read(struct rulebook *rb, const struct yaml *y, struct err *e)
{
	static const char *const allowed[] = { "id",	 "title", "reason",	  "doing", "holder",
					       "begins", "ends",  "forgotten-by", NULL };
	enum rc rc = yaml_only(y, allowed, e);
	if (rc)
		return rc;
	if (rb->n_conditions == CONDITIONS_MAX)
		return yaml_error(y, e, "there is room for %d conditions, and this is one more: take one out, or let one serve two rules",
				  CONDITIONS_MAX);
	struct condition *c = &rb->conditions[rb->n_conditions];
	struct op like = { .arg = (uint8_t)rb->n_conditions };
	if ((rc = read_words(y, "id", &c->id, e)) || (rc = read_words(y, "title", &c->title, e)) ||
	    (rc = read_words(y, "doing", &c->words, e)) || (rc = read_reason(rb, y, "reason", &c->reason, e)) ||
	    (rc = read_holder(y, &c->holder, e)))
		return rc;
	for (size_t i = 0; i < rb->n_conditions; i++)
		if (str_eq(rb->conditions[i].id, c->id))
			return yaml_error(yaml_get(y, "id"), e, "the condition \"" STR_FMT "\" is defined twice: give this one another id, or take it out",
					  STR_ARG(c->id));
	like.type = OP_COND_BEGIN;
	if ((rc = read_ops(rb, y, "begins", true, like, e)))
		return rc;
	like.type = OP_COND_END;
	if ((rc = read_ops(rb, y, "ends", false, like, e)))
		return rc;
	like.type = OP_COND_FORGET;
	if ((rc = read_ops(rb, y, "forgotten-by", false, like, e)))
		return rc;
	rb->n_conditions++;
	return RC_OK;
}

/* ---- opening, meeting, ending ---- */

static enum rc opening_read(struct rulebook *rb, struct rule *r, uint16_t index, const struct yaml *y, struct err *e)
{
	static const struct {
		const char *id;
		enum scope scope;
	} scopes[] = { { "period", SCOPE_PERIOD },
		       { "person", SCOPE_PERIOD },
		       { "reference", SCOPE_REFERENCE },
		       { "placement", SCOPE_REFERENCE },
		       { "spell", SCOPE_SPELL } };
	struct str each;
	enum rc rc = read_words(y, "one-for-each", &each, e);
	if (rc)
		return rc;
	for (size_t i = 0; i < COUNT_OF(scopes); i++)
		if (str_is(each, scopes[i].id))
			r->scope = (uint8_t)scopes[i].scope;
	r->person = str_is(each, "person");
	if (!r->scope)
		return yaml_error(yaml_get(y, "one-for-each"), e,
				  "\"" STR_FMT "\" is none of period, person, reference, spell: write one of them", STR_ARG(each));
	struct op like = { .type = OP_OPEN, .rule = index };
	int64_t age, gap;
	if ((rc = yaml_int(y, "opens-if-younger-than", 1, 30, 0, &age, e)) ||
	    (rc = yaml_int(y, "gap-days", 0, 100, 0, &gap, e)))
		return rc;
	if (age) {
		uint8_t i = 0;
		if ((rc = rule_age_add(rb, y, age, &i, e)))
			return rc;
		like.age_below = (uint8_t)(i + 1);
		r->needs_birth = true;
	}
	r->gap_days = (uint8_t)gap;
	size_t first = rb->n_ops;
	if ((rc = read_ops(rb, y, "opens", true, like, e)))
		return rc;
	r->open_kind = rb->ops[first].kind;
	for (size_t i = first; i < rb->n_ops; i++)
		if (rb->ops[i].kind != r->open_kind)
			return yaml_error(yaml_get(y, "opens"), e, "a clock is opened by one kind of event only: write a standard of its own (\"like\") for the other");
	if ((rc = starts_at_read(rb, r, y, e)))
		return rc;
	r->starts_open = !yaml_get(y, "starts") && !r->start_at;
	like = (struct op){ .type = OP_START, .rule = index };
	return read_ops(rb, y, "starts", false, like, e);
}

static enum rc done_read(struct rulebook *rb, struct rule *r, uint16_t index, const struct yaml *y, struct err *e)
{
	static const char *const allowed[] = { "part", "by", NULL };
	const struct yaml *list;
	enum rc rc = read_list(y, "done-when", PARTS_MAX, &list, e);
	for (const struct yaml *it = rc ? NULL : list->child; it && !rc; it = it->next, r->parts++) {
		struct op like = { .type = OP_PART, .rule = index, .arg = r->parts };
		if ((rc = yaml_only(it, allowed, e)) || (rc = read_words(it, "part", &r->part_words[r->parts], e)))
			return rc;
		rc = read_ops(rb, it, "by", true, like, e);
	}
	return rc;
}

static enum rc ends_read(struct rulebook *rb, struct rule *r, uint16_t index, const struct yaml *y, struct err *e)
{
	static const char *const allowed[] = { "on",	       "because",	  "may-start-again",
					       "not-required", "same-day-counts", NULL };
	static const char *const age_words[] = { "years", "because", NULL };
	static const char *const close_words[] = { "on", "because", NULL };
	const struct yaml *list;
	enum rc rc = read_list(y, "ends", 10, &list, e);
	for (const struct yaml *it = rc ? NULL : list->child; it; it = it->next) {
		struct op like = { .type = OP_END, .rule = index };
		if ((rc = yaml_only(it, allowed, e)) ||
		    (rc = yaml_bool(it, "may-start-again", false, &like.again, e)) ||
		    (rc = yaml_bool(it, "not-required", false, &like.not_required, e)) ||
		    (rc = yaml_bool(it, "same-day-counts", false, &like.day_counts, e)) ||
		    (rc = read_reason(rb, it, "because", &like.reason, e)) ||
		    (rc = read_ops(rb, it, "on", true, like, e)))
			return rc;
	}
	const struct yaml *age = yaml_get(y, "ends-at-age");
	if (!rc && age) {
		int64_t years;
		uint8_t i = 0;
		if ((rc = yaml_only(age, age_words, e)) || (rc = yaml_int(age, "years", 1, 30, 18, &years, e)) ||
		    (rc = read_reason(rb, age, "because", &r->r_stop_age, e)) ||
		    (rc = rule_age_add(rb, age, years, &i, e)))
			return rc;
		r->stop_age = (uint8_t)(i + 1);
	}
	const struct yaml *closes = yaml_get(y, "spell-closes");
	if (rc || !closes)
		return rc || r->scope != SCOPE_SPELL
			   ? rc
			   : yaml_error(y, e, "\"spell-closes\" is missing: write what closes a referral (\"on\") and \"because\"");
	if (r->scope != SCOPE_SPELL)
		return yaml_error(closes, e, "\"spell-closes\" belongs to \"one-for-each: spell\"; a clock of its own has "
					     "\"ends\"");
	struct op like = { .type = OP_CLOSE, .rule = index };
	if ((rc = yaml_only(closes, close_words, e)) || (rc = read_reason(rb, closes, "because", &r->r_closed, e)))
		return rc;
	return read_ops(rb, closes, "on", true, like, e);
}

static enum rc earlier_read(struct rulebook *rb, struct rule *r, uint16_t index, const struct yaml *y, struct err *e)
{
	static const char *const allowed[] = { "title", "seen", "held", "months", "because", NULL };
	const struct yaml *excuse = yaml_get(y, "excused-by-earlier"), *start = yaml_get(y, "starts-from-earlier");
	const struct yaml *m = excuse ? excuse : start;
	if (!m)
		return RC_OK;
	r->earlier_excuses = excuse != NULL;
	r->earlier_starts = !excuse;
	int64_t months;
	enum rc rc = yaml_only(m, allowed, e);
	if (rc || (rc = yaml_int(m, "months", 1, 12, 3, &months, e)) ||
	    (rc = read_words(m, "title", &r->earlier_words, e)))
		return rc;
	r->earlier_months = (uint8_t)months;
	if (excuse && (rc = read_reason(rb, m, "because", &r->r_excused, e)))
		return rc;
	struct op like = { .type = OP_EARLIER, .rule = index };
	if ((rc = read_ops(rb, m, "seen", true, like, e)))
		return rc;
	like.type = OP_CONFIRM;
	return read_ops(rb, m, "held", true, like, e);
}

/* ---- turns, shares, what is shown ---- */

static int turn_find(const struct rule *r, struct str id)
{
	for (int i = 0; i < r->n_turns; i++)
		if (str_eq(r->turns[i].id, id))
			return i;
	return -1;
}

static enum rc turn_begins(struct rulebook *rb, struct rule *r, uint16_t index, const struct yaml *it, uint8_t n,
			   struct err *e)
{
	struct op like = { .type = OP_TURN, .rule = index, .arg = n, .from = 0xff };
	const struct yaml *from = yaml_get(it, "only-from");
	if (from && from->type != YAML_LIST)
		return yaml_error(from, e, "\"only-from\" is a list of turns: write them as [papers]");
	if (from)
		like.from = 0;
	for (const struct yaml *f = from ? from->child : NULL; f; f = f->next) {
		int t = f->type == YAML_SCALAR ? turn_find(r, f->text) : -1;
		if (t < 0)
			return yaml_error(f, e, "no such turn in this standard: name one that stands under \"turns\"");
		like.from |= (uint8_t)(1u << t);
	}
	return read_ops(rb, it, "begins", n > 0, like, e);
}

static enum rc turns_read(struct rulebook *rb, struct rule *r, uint16_t index, const struct yaml *y, struct err *e)
{
	static const char *const allowed[] = { "turn", "holder", "doing", "begins", "only-from", "asks", NULL };
	const struct yaml *list;
	enum rc rc = read_list(y, "turns", TURNS_MAX, &list, e);
	for (const struct yaml *it = rc ? NULL : list->child; it; it = it->next) {
		struct turn_rule *t = &r->turns[r->n_turns];
		if ((rc = yaml_only(it, allowed, e)) || (rc = read_words(it, "turn", &t->id, e)) ||
		    (rc = read_words(it, "doing", &t->doing, e)) || (rc = read_holder(it, &t->holder, e)))
			return rc;
		if (turn_find(r, t->id) >= 0)
			return yaml_error(yaml_get(it, "turn"), e, "the turn \"" STR_FMT "\" is defined twice: give this one another name",
					  STR_ARG(t->id));
		r->n_turns++;
	}
	uint8_t n = 0; /* "only-from" may name a later turn: read when all are known */
	for (const struct yaml *it = rc ? NULL : list->child; it && !rc; it = it->next, n++)
		if ((rc = turn_begins(rb, r, index, it, n, e)) == RC_OK)
			rc = turn_asks_read(rb, r, n, yaml_get(it, "asks"), e);
	if (rc)
		return rc;
	r->info.adds_time_by_holder = r->n_turns > 1;
	struct op like = { .type = OP_NOTE, .rule = index };
	return read_ops(rb, y, "notes", false, like, e);
}

static enum rc shares_read(struct rulebook *rb, struct rule *r, const struct yaml *y, struct err *e)
{
	static const char *const allowed[] = { "holder", "days", "doing", NULL };
	for (size_t h = 0; h < HOLDER__COUNT; h++)
		r->share[h] = -1;
	if (!yaml_get(y, "shares"))
		return RC_OK;
	const struct yaml *list;
	if (r->hours)
		return yaml_error(yaml_get(y, "shares"), e,
				  "a share is a number of days, and this limit is in hours: take \"shares\" out");
	enum rc rc = read_list(y, "shares", HOLDER__COUNT, &list, e);
	if (rc)
		return rc;
	struct share *s = arena_array(&rb->arena, list->n, sizeof *s);
	for (const struct yaml *it = list->child; it; it = it->next, s++) {
		int64_t days;
		if ((rc = yaml_only(it, allowed, e)) || (rc = read_holder(it, &s->holder, e)) ||
		    (rc = read_words(it, "doing", &s->doing, e)) || (rc = yaml_int(it, "days", 0, 3000, -1, &days, e)))
			return rc;
		if (days < 0)
			return yaml_error(it, e,
					  "\"days\" is missing: the holder's share, in the days that the limit counts");
		if (r->share[s->holder] >= 0)
			return yaml_error(it, e, "this holder has a share already: add the two, and take one out");
		s->days = r->share[s->holder] = (int16_t)days;
		r->info.n_shares++;
	}
	r->info.shares = s - r->info.n_shares;
	return RC_OK;
}

static enum rc next_steps_read(struct rule *r, const struct yaml *y, struct err *e)
{
	const struct yaml *m = yaml_get(y, "next-steps");
	for (size_t h = 0; h < HOLDER__COUNT; h++)
		r->info.next_steps[h] = STR("");
	if (m && m->type != YAML_MAP)
		return yaml_error(m, e, "\"next-steps\" gives words for each holder: write {council: Chase the papers}");
	for (const struct yaml *it = m ? m->child : NULL; it; it = it->next) {
		enum holder h = holder_of(it->key);
		if (h == HOLDER_NONE || it->type != YAML_SCALAR)
			return yaml_error(it, e, "\"" STR_FMT "\" is not a holder with words for its next step: write one of council, health, provider, family, "
					  "other-area, young-person, nobody, board, and its words",
					  STR_ARG(it->key));
		r->info.next_steps[h] = it->text;
	}
	return RC_OK;
}

static enum rc whatif_fact_read(struct rulebook *rb, const struct yaml *y, struct whatif_fact *f, struct err *e)
{
	static const char *const allowed[] = { "kind", "code", "code2", "value", NULL };
	struct op op;
	enum rc rc = y->type == YAML_MAP ? yaml_only(y, allowed, e) : RC_OK;
	int64_t v = INT32_MIN;
	if (rc || (rc = match_read(rb, y, &op, e)) || (rc = yaml_int(y, "value", 0, 62, INT32_MIN, &v, e)))
		return rc;
	*f = (struct whatif_fact){ .kind = op.kind,
				   .code = vocab_code(rb->vocab, yaml_text(y, "code")),
				   .code2 = vocab_code(rb->vocab, yaml_text(y, "code2")),
				   .value = (int32_t)v };
	return RC_OK;
}

static enum rc whatif_read(struct rulebook *rb, struct whatif *w, const struct yaml *y, struct err *e)
{
	static const char *const allowed[] = { "words", "day", "facts", NULL };
	static const char *const days[] = { "today", "next-working-day", "before-start", "start-one-day-earlier" };
	struct str day;
	enum rc rc = yaml_only(y, allowed, e);
	if (rc || (rc = read_words(y, "words", &w->words, e)) || (rc = read_words(y, "day", &day, e)))
		return rc;
	for (size_t i = 0; i < COUNT_OF(days); i++)
		if (str_is(day, days[i]))
			w->day = (uint8_t)(WHATIF_TODAY + i);
	if (!w->day)
		return yaml_error(yaml_get(y, "day"), e,
				  "\"day\" is today, next-working-day, before-start or start-one-day-earlier: write one of them");
	if (w->day == WHATIF_START_EARLIER)
		return RC_OK;
	const struct yaml *list;
	if ((rc = read_list(y, "facts", WHATIF_FACTS_MAX, &list, e)))
		return rc;
	for (const struct yaml *it = list->child; it && !rc; it = it->next)
		rc = whatif_fact_read(rb, it, &w->facts[w->n++], e);
	return rc;
}

static enum rc whatifs_read(struct rulebook *rb, struct rule *r, const struct yaml *y, struct err *e)
{
	if (!yaml_get(y, "what-if"))
		return RC_OK;
	const struct yaml *list;
	enum rc rc = read_list(y, "what-if", WHATIFS_MAX, &list, e);
	for (const struct yaml *it = rc ? NULL : list->child; it && !rc; it = it->next)
		rc = whatif_read(rb, &r->whatifs[r->n_whatifs++], it, e);
	return rc;
}

/* ---- one standard ---- */

static struct str text_or_empty(const struct yaml *map, const char *key)
{
	struct str s = yaml_text(map, key);
	return s.p ? s : STR("");
}

static enum rc worklist_read(struct standard_info *s, const struct yaml *y, struct err *e)
{
	static const char *const kinds[] = { "council", "health-team", "provider" }; /* as LISTS_* */
	const struct yaml *list = yaml_get(y, "lists");
	if (list && (list->type != YAML_LIST || list->n == 0))
		return yaml_error(list, e, "\"lists\" is a list of council, health-team, provider: write them as [council]");
	for (const struct yaml *it = list ? list->child : NULL; it; it = it->next) {
		size_t i = 0;
		while (i < COUNT_OF(kinds) && !(it->type == YAML_SCALAR && str_is(it->text, kinds[i])))
			i++;
		if (i == COUNT_OF(kinds))
			return yaml_error(it, e, "this is none of council, health-team, provider: write one of them");
		s->lists |= (uint8_t)(1u << i);
	}
	s->when_known = str_is(yaml_text(y, "worklist"), "when-known");
	s->on_worklist = true;
	return s->when_known ? RC_OK : yaml_bool(y, "worklist", true, &s->on_worklist, e);
}

static enum rc info_read(struct rulebook *rb, struct rule *r, const struct yaml *y, struct err *e)
{
	static const char *const authorities[] = { "law", "national", "local" };
	struct standard_info *s = &r->info;
	struct str authority, evidence;
	int64_t edition;
	enum rc rc;
	if ((rc = read_words(y, "id", &s->id, e)) || (rc = read_words(y, "family", &s->family, e)) ||
	    (rc = read_words(y, "title", &s->title, e)) || (rc = read_words(y, "limit", &s->limit, e)) ||
	    (rc = read_words(y, "rule", &s->words, e)) || (rc = read_words(y, "not-counted", &s->not_counted, e)) ||
	    (rc = read_words(y, "source", &s->source, e)) || (rc = read_words(y, "settle", &s->settle, e)) ||
	    (rc = read_words(y, "authority", &authority, e)) || (rc = read_words(y, "evidence", &evidence, e)) ||
	    (rc = yaml_int(y, "edition", 1, 1000, 1, &edition, e)) ||
	    (rc = yaml_day(y, "from", DAY_NONE, &s->from, e)) || (rc = yaml_day(y, "until", DAY_NEVER, &s->until, e)) ||
	    (rc = worklist_read(s, y, e)))
		return rc;
	s->reading = text_or_empty(y, "reading");
	s->checked = text_or_empty(y, "not-checked");
	s->edition = (uint16_t)edition;
	if (s->from >= s->until)
		return yaml_error(y, e, "\"until\" must lie after \"from\": correct one of the two days");
	for (size_t i = 0; i < COUNT_OF(authorities); i++)
		if (str_is(authority, authorities[i]))
			s->authority = (uint8_t)(AUTHORITY_LAW + i);
	if (!s->authority)
		return yaml_error(yaml_get(y, "authority"), e, "\"authority\" is law, national or local: write one of them");
	r->evidence = vocab_evidence(rb->vocab, evidence);
	if (!r->evidence)
		return yaml_error(yaml_get(y, "evidence"), e,
				  "\"" STR_FMT "\" is not a table that speaks of events: name one that data/kinds.yaml gives as \"evidence\"",
				  STR_ARG(evidence));
	return RC_OK;
}

static enum rc unknowns_read(struct rulebook *rb, struct rule *r, const struct yaml *y, struct err *e)
{
	static const char *const allowed[] = {
		"no-source", "no-birth-date", "no-time", "no-start", "no-start-after-working-days", NULL
	};
	const struct yaml *m = yaml_get(y, "not-known");
	if (!m)
		return yaml_error(y, e, "\"not-known\" is missing: write {no-source: the words for what no source tells}");
	int64_t days;
	enum rc rc = yaml_only(m, allowed, e);
	if (rc || (rc = read_reason(rb, m, "no-source", &r->r_no_source, e)) ||
	    (rc = yaml_int(m, "no-start-after-working-days", 1, 400, 0, &days, e)))
		return rc;
	r->no_start_days = (uint16_t)days;
	if (r->needs_birth && (rc = read_reason(rb, m, "no-birth-date", &r->r_no_birth, e)))
		return rc;
	if (r->hours && !r->midnight && (rc = read_reason(rb, m, "no-time", &r->r_no_time, e)))
		return rc;
	return days ? read_reason(rb, m, "no-start", &r->r_no_start, e) : RC_OK;
}

/* Two editions of one id may not hold on the same day, and number themselves. */
static enum rc editions_check(const struct rulebook *rb, const struct rule *r, const struct yaml *y, struct err *e)
{
	for (size_t i = 0; i < rb->n; i++) {
		const struct standard_info *o = &rb->rules[i].info;
		if (!str_eq(o->id, r->info.id))
			continue;
		if (o->edition == r->info.edition)
			return yaml_error(yaml_get(y, "id"), e, "\"" STR_FMT "\", edition %d, is defined twice: give this one another id, or the next edition",
					  STR_ARG(o->id), o->edition);
		if (o->from < r->info.until && r->info.from < o->until)
			return yaml_error(y, e,
					  "editions %d and %d of \"" STR_FMT
					  "\" hold on the same days: end the earlier one with \"until\"",
					  o->edition, r->info.edition, STR_ARG(o->id));
	}
	return RC_OK;
}

/* Limits in hours: what a missing time means, and what the published figures leave out. */
static enum rc hours_read(struct rulebook *rb, struct rule *r, const struct yaml *y, struct err *e)
{
	const struct yaml *m = yaml_get(y, "missing-time"), *n = yaml_get(y, "negative-wait-because");
	if ((m || n) && !r->hours)
		return yaml_error(m ? m : n, e, "only a standard with a limit in hours can say this: take it out");
	if (m && !str_is(yaml_text(y, "missing-time"), "not-known") &&
	    !str_is(yaml_text(y, "missing-time"), "midnight"))
		return yaml_error(m, e, "\"missing-time\" is not-known or midnight: write one of them");
	r->midnight = str_is(yaml_text(y, "missing-time"), "midnight");
	for (size_t i = 0; r->hours && i < r->n_due; i++)
		if (r->due[i].unit != UNIT_HOURS && r->due[i].unit != UNIT_DAYS && r->due[i].unit != UNIT_WEEKS)
			return yaml_error(yaml_get(y, "due"), e,
					  "beside a limit in hours there may be others in days or weeks only: give the others one of these units");
	enum rc rc = RC_OK;
	if (n)
		rc = read_reason(rb, y, "negative-wait-because", &r->r_negative, e);
	if (!rc && yaml_get(y, "ends-with-month"))
		rc = read_reason(rb, y, "ends-with-month", &r->r_month_over, e);
	return rc;
}

/* What must fit together in one standard. */
static enum rc standard_check(const struct rule *r, const struct yaml *y, struct err *e)
{
	bool each_year = r->start_at == START_EACH_YEAR;
	if (r->restarts & ~r->conditions)
		return yaml_error(yaml_get(y, "starts-after"), e,
				  "name these conditions under \"not-required-while\" too");
	if (r->recurs && r->parts > 1)
		return yaml_error(yaml_get(y, "recurs"), e, "a clock that recurs has one part under \"done-when\": take the others out, or \"recurs\"");
	if (r->recurs && r->start_at)
		return yaml_error(yaml_get(y, "recurs"), e, "\"recurs\" and \"starts-at\" exclude each other: take one of them out");
	const struct yaml *over = yaml_get(y, "year-ends-because");
	if (over && !each_year)
		return yaml_error(over, e, "\"year-ends-because\" belongs to \"each-year\": take it out, or add {each-year: 04-01} as \"starts-at\"");
	if (r->start_at && r->scope == SCOPE_SPELL)
		return yaml_error(yaml_get(y, "starts-at"), e, "a spell starts when it opens: take \"starts-at\" out");
	for (size_t i = 0; i < r->n_due; i++)
		if ((r->due[i].asks & ASKS_PAST) && !r->start_at)
			return yaml_error(yaml_get(y, "due"), e, "\"if-past\" asks about \"starts-at\": add that, or take \"if-past\" out");
	return RC_OK;
}

/* The standard with the keys of the one it is like, where it has none of its own. */
static enum rc like_another(struct rulebook *rb, const struct yaml *y, const struct yaml **out, struct err *e)
{
	const struct yaml *like = yaml_get(y, "like");
	*out = y;
	if (!like)
		return RC_OK;
	const struct yaml *base = NULL;
	for (size_t i = 0; i < rb->n && like->type == YAML_SCALAR; i++)
		if (str_eq(rb->rules[i].info.id, like->text))
			base = rb->rules[i].yaml;
	if (!base)
		return yaml_error(like, e, "no standard above has this id: name one that stands before this one, here or in an earlier file");
	struct yaml *all = arena_alloc(&rb->arena, sizeof *all);
	struct yaml **end = (struct yaml **)&all->child;
	*all = *y;
	for (int own = 1; own >= 0; own--)
		for (const struct yaml *k = own ? y->child : base->child; k; k = k->next) {
			if (own ? k == like : yaml_get(y, k->key.p) != NULL)
				continue;
			struct yaml *copy = arena_alloc(&rb->arena, sizeof *copy);
			*copy = *k;
			*end = copy;
			end = (struct yaml **)&copy->next;
		}
	*end = NULL;
	*out = all;
	return RC_OK;
}

static enum rc standard_read(struct rulebook *rb, const struct yaml *given, struct err *e)
{
	static const char *const allowed[] = { "id",
					       "like",
					       "starts-at",
					       "year-ends-because",
					       "extends",
					       "pauses",
					       "missing-time",
					       "negative-wait-because",
					       "ends-with-month",
					       "family",
					       "edition",
					       "from",
					       "until",
					       "title",
					       "reading",
					       "limit",
					       "rule",
					       "not-counted",
					       "source",
					       "not-checked",
					       "authority",
					       "worklist",
					       "lists",
					       "evidence",
					       "settle",
					       "not-known",
					       "due",
					       "one-for-each",
					       "opens",
					       "opens-if-younger-than",
					       "gap-days",
					       "spell-closes",
					       "starts",
					       "recurs",
					       "done-when",
					       "ends",
					       "ends-at-age",
					       "excused-by-earlier",
					       "starts-from-earlier",
					       "not-required-while",
					       "starts-after",
					       "turns",
					       "notes",
					       "shares",
					       "next-steps",
					       "what-if",
					       NULL };
	const struct yaml *y = given;
	enum rc rc = yaml_only(given, allowed, e);
	if (rc || (rc = like_another(rb, given, &y, e)))
		return rc;
	if (rb->n == STANDARDS_MAX)
		return yaml_error(y, e, "more than %d standards: take out one that is no longer used", STANDARDS_MAX);
	rb->rules = xrealloc(rb->rules, (rb->n + 1) * sizeof *rb->rules);
	struct rule *r = &rb->rules[rb->n];
	uint16_t index = (uint16_t)rb->n;
	*r = (struct rule){ .yaml = y, .number = index };
	if ((rc = info_read(rb, r, y, e)) || (rc = editions_check(rb, r, y, e)) || (rc = limits_read(rb, r, y, e)) ||
	    (rc = opening_read(rb, r, index, y, e)) || (rc = yaml_bool(y, "recurs", false, &r->recurs, e)) ||
	    (rc = done_read(rb, r, index, y, e)) || (rc = ends_read(rb, r, index, y, e)) ||
	    (rc = earlier_read(rb, r, index, y, e)) ||
	    (rc = read_conditions(rb, y, "not-required-while", &r->conditions, e)) ||
	    (rc = read_conditions(rb, y, "starts-after", &r->restarts, e)) || (rc = turns_read(rb, r, index, y, e)) ||
	    (rc = extends_read(rb, r, index, y, e)) || (rc = pauses_read(rb, r, index, y, e)) ||
	    (rc = hours_read(rb, r, y, e)) || (rc = shares_read(rb, r, y, e)) || (rc = next_steps_read(r, y, e)) ||
	    (rc = unknowns_read(rb, r, y, e)) || (rc = whatifs_read(rb, r, y, e)))
		return rc;
	if ((rc = standard_check(r, y, e)))
		return rc;
	rb->n++;
	return RC_OK;
}

enum rc rules_read(struct rulebook *rb, const struct yaml *doc, struct err *e)
{
	static const char *const allowed[] = { "title", "conditions", "tallies", "standards", NULL };
	enum rc rc = yaml_only(doc, allowed, e);
	if (rc)
		return rc;
	const struct yaml *c = yaml_get(doc, "conditions"), *s = yaml_get(doc, "standards"),
			  *t = yaml_get(doc, "tallies");
	if ((c && c->type != YAML_LIST) || (s && s->type != YAML_LIST) || (t && t->type != YAML_LIST))
		return yaml_error(doc, e, "\"conditions\", \"tallies\" and \"standards\" are lists: begin each entry with \"- \"");
	for (const struct yaml *it = c ? c->child : NULL; it && !rc; it = it->next)
		rc = condition_read(rb, it, e);
	for (const struct yaml *it = t ? t->child : NULL; it && !rc; it = it->next)
		rc = tally_read(rb, it, e);
	for (const struct yaml *it = s ? s->child : NULL; it && !rc; it = it->next)
		rc = standard_read(rb, it, e);
	return rc;
}
