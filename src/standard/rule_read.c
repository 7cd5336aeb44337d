/* From the YAML of data/standards to rules: conditions, and standards. */
#include "codec/yaml.h"
#include "standard/rules.h"

enum { OPS_MAX = 20000, REASONS_MAX = 2000, MATCHERS_MAX = 40 };

/* ---- small readers ---- */

static enum rc text_needed(const struct yaml *map, const char *key, struct str *out, struct err *e)
{
	const struct yaml *y = yaml_get(map, key);
	if (!y)
		return yaml_error(map, e, "\"%s\" is missing", key);
	if (y->type != YAML_SCALAR || y->text.n == 0)
		return yaml_error(y, e, "\"%s\" must be words", key);
	*out = y->text;
	return RC_OK;
}

static struct str text_or_empty(const struct yaml *map, const char *key)
{
	struct str s = yaml_text(map, key);
	return s.p ? s : STR("");
}

static enum rc reason_add(struct rulebook *rb, const struct yaml *at, struct str words, uint16_t *out, struct err *e)
{
	for (size_t i = 0; i < rb->n_reasons; i++)
		if (str_eq(rb->reasons[i], words)) {
			*out = (uint16_t)i;
			return RC_OK;
		}
	if (rb->n_reasons == REASONS_MAX)
		return yaml_error(at, e, "more than %d different reasons in all standards", REASONS_MAX);
	rb->reasons = xrealloc(rb->reasons, (rb->n_reasons + 1) * sizeof *rb->reasons);
	rb->reasons[rb->n_reasons] = words;
	*out = (uint16_t)rb->n_reasons++;
	return RC_OK;
}

static enum rc reason_needed(struct rulebook *rb, const struct yaml *map, const char *key, uint16_t *out, struct err *e)
{
	struct str words;
	enum rc rc = text_needed(map, key, &words, e);
	return rc ? rc : reason_add(rb, map, words, out, e);
}

static enum rc age_add(struct rulebook *rb, const struct yaml *at, int64_t years, uint8_t *out, struct err *e)
{
	size_t i = 0;
	while (i < rb->n_ages && rb->ages[i] != years)
		i++;
	if (i == AGES_MAX)
		return yaml_error(at, e, "more than %d different ages in all standards", AGES_MAX);
	rb->ages[i] = (uint8_t)years;
	if (i == rb->n_ages)
		rb->n_ages++;
	*out = (uint8_t)i;
	return RC_OK;
}

static enum rc holder_read(const struct yaml *map, uint8_t *out, struct err *e)
{
	struct str id;
	enum rc rc = text_needed(map, "holder", &id, e);
	if (rc)
		return rc;
	*out = (uint8_t)holder_of(id);
	if (*out == HOLDER_NONE)
		return yaml_error(
		    yaml_get(map, "holder"), e,
		    "\"" STR_FMT
		    "\" is not a holder: council, health, provider, family, other-area, young-person or nobody",
		    STR_ARG(id));
	return RC_OK;
}

static enum rc op_add(struct rulebook *rb, const struct yaml *at, struct op op, struct err *e)
{
	if (rb->n_ops == OPS_MAX)
		return yaml_error(at, e, "more than %d matchers in all standards", OPS_MAX);
	if ((rb->n_ops & (rb->n_ops - 1)) == 0) /* doubles at each power of two */
		rb->ops = xrealloc(rb->ops, (rb->n_ops ? rb->n_ops * 2 : 1) * sizeof *rb->ops);
	rb->ops[rb->n_ops++] = op;
	return RC_OK;
}

/* Every matcher of the list `key` becomes an operation like `like`. */
static enum rc ops_read(struct rulebook *rb, const struct yaml *map, const char *key, bool needed, struct op like,
			struct err *e)
{
	const struct yaml *list = yaml_get(map, key);
	if (!list)
		return needed ? yaml_error(map, e, "\"%s\" is missing: list the kinds of event", key) : RC_OK;
	if (list->type != YAML_LIST || list->n == 0 || list->n > MATCHERS_MAX)
		return yaml_error(list, e, "\"%s\" is a list of 1 to %d kinds of event", key, MATCHERS_MAX);
	for (const struct yaml *it = list->child; it; it = it->next) {
		struct op op = like;
		enum rc rc = match_read(rb, it, &op, e);
		if (rc || (rc = op_add(rb, it, op, e)))
			return rc;
	}
	return RC_OK;
}

static enum rc list_needed(const struct yaml *map, const char *key, size_t max, const struct yaml **out, struct err *e)
{
	const struct yaml *y = yaml_get(map, key);
	if (!y)
		return yaml_error(map, e, "\"%s\" is missing", key);
	if (y->type != YAML_LIST || y->n == 0 || y->n > max)
		return yaml_error(y, e, "\"%s\" is a list of 1 to %zu", key, max);
	*out = y;
	return RC_OK;
}

/* ---- conditions ---- */

static enum rc condition_read(struct rulebook *rb, const struct yaml *y, struct err *e)
{
	static const char *const allowed[] = { "id",	 "title", "reason",	  "doing", "holder",
					       "begins", "ends",  "forgotten-by", NULL };
	enum rc rc = yaml_only(y, allowed, e);
	if (rc)
		return rc;
	if (rb->n_conditions == CONDITIONS_MAX)
		return yaml_error(y, e, "more than %d conditions", CONDITIONS_MAX);
	struct condition *c = &rb->conditions[rb->n_conditions];
	struct op like = { .arg = (uint8_t)rb->n_conditions };
	if ((rc = text_needed(y, "id", &c->id, e)) || (rc = text_needed(y, "title", &c->title, e)) ||
	    (rc = text_needed(y, "doing", &c->words, e)) || (rc = reason_needed(rb, y, "reason", &c->reason, e)) ||
	    (rc = holder_read(y, &c->holder, e)))
		return rc;
	for (size_t i = 0; i < rb->n_conditions; i++)
		if (str_eq(rb->conditions[i].id, c->id))
			return yaml_error(yaml_get(y, "id"), e, "the condition \"" STR_FMT "\" is defined twice",
					  STR_ARG(c->id));
	like.type = OP_COND_BEGIN;
	if ((rc = ops_read(rb, y, "begins", true, like, e)))
		return rc;
	like.type = OP_COND_END;
	if ((rc = ops_read(rb, y, "ends", false, like, e)))
		return rc;
	like.type = OP_COND_FORGET;
	if ((rc = ops_read(rb, y, "forgotten-by", false, like, e)))
		return rc;
	rb->n_conditions++;
	return RC_OK;
}

static enum rc conditions_named(struct rulebook *rb, const struct yaml *map, const char *key, uint8_t *bits,
				struct err *e)
{
	const struct yaml *list = yaml_get(map, key);
	if (!list)
		return RC_OK;
	if (list->type != YAML_LIST)
		return yaml_error(list, e, "\"%s\" is a list of conditions", key);
	for (const struct yaml *it = list->child; it; it = it->next) {
		size_t i = 0;
		while (i < rb->n_conditions && !(it->type == YAML_SCALAR && str_eq(rb->conditions[i].id, it->text)))
			i++;
		if (i == rb->n_conditions)
			return yaml_error(it, e, "no such condition; conditions are defined in 00-conditions.yaml");
		*bits |= (uint8_t)(1u << i);
	}
	return RC_OK;
}

/* ---- limits ---- */

static enum rc limit_read(struct rulebook *rb, struct rule *r, const struct yaml *y, struct err *e)
{
	static const char *const allowed[] = { "n", "unit", "if-value", "if-younger-than", "if-younger-than-when-due",
					       NULL };
	static const char *const units[] = { "days", "working-days", "weeks", "months" };
	enum rc rc = yaml_only(y, allowed, e);
	struct limit *l = &r->due[r->n_due++];
	int64_t n, v;
	struct str unit;
	if (rc || (rc = text_needed(y, "unit", &unit, e)) || (rc = yaml_int(y, "n", 0, 3000, -1, &n, e)))
		return rc;
	if (n < 0)
		return yaml_error(y, e, "\"n\" is missing: the number of days, weeks or months");
	l->n = (int16_t)n;
	for (size_t i = 0; i < COUNT_OF(units); i++)
		if (str_is(unit, units[i]))
			l->unit = (uint8_t)(UNIT_DAYS + i);
	if (!l->unit)
		return yaml_error(yaml_get(y, "unit"), e,
				  "\"" STR_FMT "\" is not a unit: days, working-days, weeks or months", STR_ARG(unit));
	if (l->unit == UNIT_WORKING_DAYS)
		r->info.working_days = true;
	if (yaml_get(y, "if-value")) {
		l->when = IF_VALUE;
		if ((rc = yaml_int(y, "if-value", -1000000, 1000000, 0, &v, e)))
			return rc;
		l->arg = (int32_t)v;
		return RC_OK;
	}
	bool when_due = yaml_get(y, "if-younger-than-when-due") != NULL;
	const char *age_key = when_due ? "if-younger-than-when-due" : "if-younger-than";
	if (!yaml_get(y, age_key))
		return RC_OK;
	uint8_t age = 0;
	if ((rc = yaml_int(y, age_key, 1, 30, 0, &v, e)) || (rc = age_add(rb, y, v, &age, e)))
		return rc;
	l->when = when_due ? IF_AGE_AT_DUE_BELOW : IF_AGE_BELOW;
	l->arg = age;
	r->needs_birth = true;
	return RC_OK;
}

static enum rc limits_read(struct rulebook *rb, struct rule *r, const struct yaml *y, struct err *e)
{
	const struct yaml *list;
	enum rc rc = list_needed(y, "due", LIMITS_MAX, &list, e);
	for (const struct yaml *it = rc ? NULL : list->child; it && !rc; it = it->next)
		rc = limit_read(rb, r, it, e);
	if (rc)
		return rc;
	if (r->due[r->n_due - 1].when != IF_ALWAYS)
		return yaml_error(list, e, "the last limit must hold always: give it no \"if\"");
	return RC_OK;
}

/* ---- opening, meeting, ending ---- */

static enum rc opening_read(struct rulebook *rb, struct rule *r, uint16_t index, const struct yaml *y, struct err *e)
{
	static const char *const scopes[] = { "period", "placement", "spell" };
	struct str each;
	enum rc rc = text_needed(y, "one-for-each", &each, e);
	if (rc)
		return rc;
	for (size_t i = 0; i < COUNT_OF(scopes); i++)
		if (str_is(each, scopes[i]))
			r->scope = (uint8_t)(SCOPE_PERIOD + i);
	if (!r->scope)
		return yaml_error(yaml_get(y, "one-for-each"), e, "\"" STR_FMT "\" is none of period, placement, spell",
				  STR_ARG(each));
	struct op like = { .type = OP_OPEN, .rule = index };
	int64_t age, gap;
	if ((rc = yaml_int(y, "opens-if-younger-than", 1, 30, 0, &age, e)) ||
	    (rc = yaml_int(y, "gap-days", 0, 100, 0, &gap, e)))
		return rc;
	if (age) {
		uint8_t i = 0;
		if ((rc = age_add(rb, y, age, &i, e)))
			return rc;
		like.age_below = (uint8_t)(i + 1);
		r->needs_birth = true;
	}
	r->gap_days = (uint8_t)gap;
	size_t first = rb->n_ops;
	if ((rc = ops_read(rb, y, "opens", true, like, e)))
		return rc;
	r->open_kind = rb->ops[first].kind;
	for (size_t i = first; i < rb->n_ops; i++)
		if (rb->ops[i].kind != r->open_kind)
			return yaml_error(yaml_get(y, "opens"), e, "a clock is opened by one kind of event only");
	r->starts_open = !yaml_get(y, "starts");
	like = (struct op){ .type = OP_START, .rule = index };
	return ops_read(rb, y, "starts", false, like, e);
}

static enum rc done_read(struct rulebook *rb, struct rule *r, uint16_t index, const struct yaml *y, struct err *e)
{
	static const char *const allowed[] = { "part", "by", NULL };
	const struct yaml *list;
	enum rc rc = list_needed(y, "done-when", PARTS_MAX, &list, e);
	for (const struct yaml *it = rc ? NULL : list->child; it && !rc; it = it->next, r->parts++) {
		struct op like = { .type = OP_PART, .rule = index, .arg = r->parts };
		if ((rc = yaml_only(it, allowed, e)) || (rc = text_needed(it, "part", &r->part_words[r->parts], e)))
			return rc;
		rc = ops_read(rb, it, "by", true, like, e);
	}
	return rc;
}

static enum rc ends_read(struct rulebook *rb, struct rule *r, uint16_t index, const struct yaml *y, struct err *e)
{
	static const char *const allowed[] = { "on", "because", "may-start-again", NULL };
	static const char *const age_words[] = { "years", "because", NULL };
	static const char *const close_words[] = { "on", "because", NULL };
	const struct yaml *list;
	enum rc rc = list_needed(y, "ends", 10, &list, e);
	for (const struct yaml *it = rc ? NULL : list->child; it; it = it->next) {
		struct op like = { .type = OP_END, .rule = index };
		if ((rc = yaml_only(it, allowed, e)) ||
		    (rc = yaml_bool(it, "may-start-again", false, &like.again, e)) ||
		    (rc = reason_needed(rb, it, "because", &like.reason, e)) ||
		    (rc = ops_read(rb, it, "on", true, like, e)))
			return rc;
	}
	const struct yaml *age = yaml_get(y, "ends-at-age");
	if (!rc && age) {
		int64_t years;
		uint8_t i = 0;
		if ((rc = yaml_only(age, age_words, e)) || (rc = yaml_int(age, "years", 1, 30, 18, &years, e)) ||
		    (rc = reason_needed(rb, age, "because", &r->r_stop_age, e)) ||
		    (rc = age_add(rb, age, years, &i, e)))
			return rc;
		r->stop_age = (uint8_t)(i + 1);
	}
	const struct yaml *closes = yaml_get(y, "spell-closes");
	if (rc || !closes)
		return rc || r->scope != SCOPE_SPELL
			   ? rc
			   : yaml_error(y, e, "\"spell-closes\" is missing: what closes a referral");
	struct op like = { .type = OP_CLOSE, .rule = index };
	if ((rc = yaml_only(closes, close_words, e)) || (rc = reason_needed(rb, closes, "because", &r->r_closed, e)))
		return rc;
	return ops_read(rb, closes, "on", true, like, e);
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
	    (rc = text_needed(m, "title", &r->earlier_words, e)))
		return rc;
	r->earlier_months = (uint8_t)months;
	if (excuse && (rc = reason_needed(rb, m, "because", &r->r_excused, e)))
		return rc;
	struct op like = { .type = OP_EARLIER, .rule = index };
	if ((rc = ops_read(rb, m, "seen", true, like, e)))
		return rc;
	like.type = OP_CONFIRM;
	return ops_read(rb, m, "held", true, like, e);
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
		return yaml_error(from, e, "\"only-from\" is a list of turns");
	if (from)
		like.from = 0;
	for (const struct yaml *f = from ? from->child : NULL; f; f = f->next) {
		int t = f->type == YAML_SCALAR ? turn_find(r, f->text) : -1;
		if (t < 0)
			return yaml_error(f, e, "no such turn in this standard");
		like.from |= (uint8_t)(1u << t);
	}
	return ops_read(rb, it, "begins", n > 0, like, e);
}

static enum rc turns_read(struct rulebook *rb, struct rule *r, uint16_t index, const struct yaml *y, struct err *e)
{
	static const char *const allowed[] = { "turn", "holder", "doing", "begins", "only-from", NULL };
	const struct yaml *list;
	enum rc rc = list_needed(y, "turns", TURNS_MAX, &list, e);
	for (const struct yaml *it = rc ? NULL : list->child; it; it = it->next) {
		struct turn_rule *t = &r->turns[r->n_turns];
		if ((rc = yaml_only(it, allowed, e)) || (rc = text_needed(it, "turn", &t->id, e)) ||
		    (rc = text_needed(it, "doing", &t->doing, e)) || (rc = holder_read(it, &t->holder, e)))
			return rc;
		if (turn_find(r, t->id) >= 0)
			return yaml_error(yaml_get(it, "turn"), e, "the turn \"" STR_FMT "\" is defined twice",
					  STR_ARG(t->id));
		r->n_turns++;
	}
	uint8_t n = 0; /* "only-from" may name a later turn: read when all are known */
	for (const struct yaml *it = rc ? NULL : list->child; it && !rc; it = it->next)
		rc = turn_begins(rb, r, index, it, n++, e);
	if (rc)
		return rc;
	r->info.adds_time_by_holder = r->n_turns > 1;
	struct op like = { .type = OP_NOTE, .rule = index };
	return ops_read(rb, y, "notes", false, like, e);
}

static enum rc shares_read(struct rulebook *rb, struct rule *r, const struct yaml *y, struct err *e)
{
	static const char *const allowed[] = { "holder", "days", "doing", NULL };
	for (size_t h = 0; h < HOLDER__COUNT; h++)
		r->share[h] = -1;
	if (!yaml_get(y, "shares"))
		return RC_OK;
	const struct yaml *list;
	enum rc rc = list_needed(y, "shares", HOLDER__COUNT, &list, e);
	if (rc)
		return rc;
	struct share *s = arena_array(&rb->arena, list->n, sizeof *s);
	for (const struct yaml *it = list->child; it; it = it->next, s++) {
		int64_t days;
		if ((rc = yaml_only(it, allowed, e)) || (rc = holder_read(it, &s->holder, e)) ||
		    (rc = text_needed(it, "doing", &s->doing, e)) || (rc = yaml_int(it, "days", 0, 3000, -1, &days, e)))
			return rc;
		if (days < 0)
			return yaml_error(it, e,
					  "\"days\" is missing: the holder's share, in the days that the limit counts");
		if (r->share[s->holder] >= 0)
			return yaml_error(it, e, "this holder has a share already");
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
		return yaml_error(m, e, "\"next-steps\" gives words for each holder");
	for (const struct yaml *it = m ? m->child : NULL; it; it = it->next) {
		enum holder h = holder_of(it->key);
		if (h == HOLDER_NONE || it->type != YAML_SCALAR)
			return yaml_error(it, e, "\"" STR_FMT "\" is not a holder with words for its next step",
					  STR_ARG(it->key));
		r->info.next_steps[h] = it->text;
	}
	r->info.next_step = r->n_turns ? r->info.next_steps[r->turns[0].holder] : STR("");
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
	if (rc || (rc = text_needed(y, "words", &w->words, e)) || (rc = text_needed(y, "day", &day, e)))
		return rc;
	for (size_t i = 0; i < COUNT_OF(days); i++)
		if (str_is(day, days[i]))
			w->day = (uint8_t)(WHATIF_TODAY + i);
	if (!w->day)
		return yaml_error(yaml_get(y, "day"), e,
				  "\"day\" is today, next-working-day, before-start or start-one-day-earlier");
	if (w->day == WHATIF_START_EARLIER)
		return RC_OK;
	const struct yaml *list;
	if ((rc = list_needed(y, "facts", WHATIF_FACTS_MAX, &list, e)))
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
	enum rc rc = list_needed(y, "what-if", WHATIFS_MAX, &list, e);
	for (const struct yaml *it = rc ? NULL : list->child; it && !rc; it = it->next)
		rc = whatif_read(rb, &r->whatifs[r->n_whatifs++], it, e);
	return rc;
}

/* ---- one standard ---- */

static enum rc info_read(struct rulebook *rb, struct rule *r, const struct yaml *y, struct err *e)
{
	static const char *const authorities[] = { "law", "national", "local" };
	struct standard_info *s = &r->info;
	struct str authority, evidence;
	int64_t edition;
	enum rc rc;
	if ((rc = text_needed(y, "id", &s->id, e)) || (rc = text_needed(y, "family", &s->family, e)) ||
	    (rc = text_needed(y, "title", &s->title, e)) || (rc = text_needed(y, "limit", &s->limit, e)) ||
	    (rc = text_needed(y, "rule", &s->words, e)) || (rc = text_needed(y, "not-counted", &s->not_counted, e)) ||
	    (rc = text_needed(y, "source", &s->source, e)) || (rc = text_needed(y, "settle", &s->settle, e)) ||
	    (rc = text_needed(y, "authority", &authority, e)) || (rc = text_needed(y, "evidence", &evidence, e)) ||
	    (rc = yaml_int(y, "edition", 1, 1000, 1, &edition, e)) ||
	    (rc = yaml_day(y, "from", DAY_NONE, &s->from, e)) || (rc = yaml_day(y, "until", DAY_NEVER, &s->until, e)) ||
	    (rc = yaml_bool(y, "worklist", true, &s->on_worklist, e)))
		return rc;
	s->reading = text_or_empty(y, "reading");
	s->checked = text_or_empty(y, "not-checked");
	s->edition = (uint16_t)edition;
	if (s->from >= s->until)
		return yaml_error(y, e, "\"until\" must lie after \"from\"");
	for (size_t i = 0; i < COUNT_OF(authorities); i++)
		if (str_is(authority, authorities[i]))
			s->authority = (uint8_t)(AUTHORITY_LAW + i);
	if (!s->authority)
		return yaml_error(yaml_get(y, "authority"), e, "\"authority\" is law, national or local");
	r->evidence = vocab_evidence(rb->vocab, evidence);
	if (!r->evidence)
		return yaml_error(yaml_get(y, "evidence"), e,
				  "\"" STR_FMT "\" is not a table that speaks of events; see data/kinds.yaml",
				  STR_ARG(evidence));
	return RC_OK;
}

static enum rc unknowns_read(struct rulebook *rb, struct rule *r, const struct yaml *y, struct err *e)
{
	static const char *const allowed[] = { "no-source", "no-birth-date", "no-start", "no-start-after-working-days",
					       NULL };
	const struct yaml *m = yaml_get(y, "not-known");
	if (!m)
		return yaml_error(y, e, "\"not-known\" is missing: the words for what no source tells");
	int64_t days;
	enum rc rc = yaml_only(m, allowed, e);
	if (rc || (rc = reason_needed(rb, m, "no-source", &r->r_no_source, e)) ||
	    (rc = yaml_int(m, "no-start-after-working-days", 1, 400, 0, &days, e)))
		return rc;
	r->no_start_days = (uint16_t)days;
	if (r->needs_birth && (rc = reason_needed(rb, m, "no-birth-date", &r->r_no_birth, e)))
		return rc;
	return days ? reason_needed(rb, m, "no-start", &r->r_no_start, e) : RC_OK;
}

/* Two editions of one id may not hold on the same day, and number themselves. */
static enum rc editions_check(const struct rulebook *rb, const struct rule *r, const struct yaml *y, struct err *e)
{
	for (size_t i = 0; i < rb->n; i++) {
		const struct standard_info *o = &rb->rules[i].info;
		if (!str_eq(o->id, r->info.id))
			continue;
		if (o->edition == r->info.edition)
			return yaml_error(yaml_get(y, "id"), e, "\"" STR_FMT "\", edition %d, is defined twice",
					  STR_ARG(o->id), o->edition);
		if (o->from < r->info.until && r->info.from < o->until)
			return yaml_error(y, e,
					  "editions %d and %d of \"" STR_FMT
					  "\" hold on the same days: end the earlier one with \"until\"",
					  o->edition, r->info.edition, STR_ARG(o->id));
	}
	return RC_OK;
}

static enum rc standard_read(struct rulebook *rb, const struct yaml *y, struct err *e)
{
	static const char *const allowed[] = { "id",
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
	enum rc rc = yaml_only(y, allowed, e);
	if (rc)
		return rc;
	if (rb->n == STANDARDS_MAX)
		return yaml_error(y, e, "more than %d standards", STANDARDS_MAX);
	rb->rules = xrealloc(rb->rules, (rb->n + 1) * sizeof *rb->rules);
	struct rule *r = &rb->rules[rb->n];
	uint16_t index = (uint16_t)rb->n;
	*r = (struct rule){ 0 };
	if ((rc = info_read(rb, r, y, e)) || (rc = editions_check(rb, r, y, e)) || (rc = limits_read(rb, r, y, e)) ||
	    (rc = opening_read(rb, r, index, y, e)) || (rc = yaml_bool(y, "recurs", false, &r->recurs, e)) ||
	    (rc = done_read(rb, r, index, y, e)) || (rc = ends_read(rb, r, index, y, e)) ||
	    (rc = earlier_read(rb, r, index, y, e)) ||
	    (rc = conditions_named(rb, y, "not-required-while", &r->conditions, e)) ||
	    (rc = conditions_named(rb, y, "starts-after", &r->restarts, e)) || (rc = turns_read(rb, r, index, y, e)) ||
	    (rc = shares_read(rb, r, y, e)) || (rc = next_steps_read(r, y, e)) || (rc = unknowns_read(rb, r, y, e)) ||
	    (rc = whatifs_read(rb, r, y, e)))
		return rc;
	if (r->restarts & ~r->conditions)
		return yaml_error(yaml_get(y, "starts-after"), e,
				  "name these conditions under \"not-required-while\" too");
	for (size_t i = 0; i < r->n_due; i++)
		if (r->due[i].when == IF_VALUE && !r->starts_open)
			return yaml_error(yaml_get(y, "due"), e,
					  "\"if-value\" asks the opening event: not with \"starts\"");
	if (r->recurs && (r->starts_open || r->parts > 1))
		return yaml_error(yaml_get(y, "recurs"), e,
				  "a clock that recurs needs \"starts\", and one part under \"done-when\"");
	rb->n++;
	return RC_OK;
}

enum rc rules_read(struct rulebook *rb, const struct yaml *doc, struct err *e)
{
	static const char *const allowed[] = { "conditions", "standards", NULL };
	enum rc rc = yaml_only(doc, allowed, e);
	if (rc)
		return rc;
	const struct yaml *c = yaml_get(doc, "conditions"), *s = yaml_get(doc, "standards");
	if ((c && c->type != YAML_LIST) || (s && s->type != YAML_LIST))
		return yaml_error(doc, e, "\"conditions\" and \"standards\" are lists");
	for (const struct yaml *it = c ? c->child : NULL; it && !rc; it = it->next)
		rc = condition_read(rb, it, e);
	for (const struct yaml *it = s ? s->child : NULL; it && !rc; it = it->next)
		rc = standard_read(rb, it, e);
	return rc;
}
