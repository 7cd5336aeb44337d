/*
 * What would move it: the engine run again with an invented fact. The standard
 * says which facts to try; what comes of them is never written down anywhere.
 */
#include "standard/run.h"

static day_t day_tried(const struct explaining *x, const struct whatif *w)
{
	switch (w->day) {
	case WHATIF_NEXT_WORKING_DAY: return workdays_add(x->en->w, x->as_of, 1);
	case WHATIF_BEFORE_START: return x->row.start == DAY_NONE ? DAY_NONE : x->row.start - 1;
	case WHATIF_START_EARLIER: return x->c->facts[x->row.opened_by].day - 1;
	default: return x->as_of;
	}
}

/* The part of the standard that this invented fact would be; -1 none. */
static int part_of(const struct explaining *x, const struct whatif_fact *f)
{
	struct fact fact = { .day = x->as_of, .kind = f->kind, .code = f->code, .code2 = f->code2, .value = f->value };
	for (uint8_t p = 0; p < x->r->parts; p++)
		if (engine_fact_is(x->en, &fact, OP_PART, x->row.standard, p))
			return p;
	return -1;
}

/* Nothing is asked about what has happened already, nor about a last part whose first is missing. */
static bool worth_asking(const struct explaining *x, const struct whatif *w)
{
	if (w->day == WHATIF_BEFORE_START)
		return true;
	unsigned in_it = 0;
	for (size_t i = 0; i < w->n; i++) {
		int p = part_of(x, &w->facts[i]);
		if (p >= 0 && explain_part_met(x, (uint8_t)p))
			return false;
		in_it |= p >= 0 ? 1u << p : 0;
		for (int q = 0; q < p && x->r->scope != SCOPE_SPELL; q++)
			if (!(in_it >> q & 1) && !explain_part_met(x, (uint8_t)q))
				return false;
	}
	return true;
}

static int32_t key_for(const struct explaining *x, uint16_t kind, day_t day)
{
	const struct vocab *v = x->en->rb->vocab;
	uint16_t space = v->kinds[kind].ends;
	if (space == v->kinds[x->r->open_kind].ends)
		return x->row.key;
	int32_t highest = 0, same = 0;
	for (size_t i = 0; i < x->c->n; i++)
		highest = x->c->facts[i].key > highest ? x->c->facts[i].key : highest;
	for (size_t i = 0; i < x->trace->n_touched && day >= x->row.start; i++) {
		const struct fact *f = &x->c->facts[x->trace->touched[i]];
		if (v->kinds[f->kind].ends == space)
			same = f->key;
	}
	return same ? same : highest + 1;
}

static bool goes_before(const struct vocab *v, const struct fact *a, const struct fact *b)
{
	if (a->day != b->day)
		return a->day < b->day;
	if (a->minute != b->minute)
		return a->minute < b->minute;
	if (v->kinds[a->kind].rank != v->kinds[b->kind].rank)
		return v->kinds[a->kind].rank < v->kinds[b->kind].rank;
	return a->kind < b->kind;
}

/* Puts a fact in its place; *opened follows the opening fact. */
static void insert(const struct vocab *v, struct fact *facts, size_t *n, struct fact f, int32_t *opened)
{
	size_t at = *n;
	while (at > 0 && goes_before(v, &f, &facts[at - 1])) {
		facts[at] = facts[at - 1];
		at--;
	}
	facts[at] = f;
	(*n)++;
	if ((int32_t)at <= *opened)
		(*opened)++;
}

static void invent(const struct explaining *x, const struct whatif *w, day_t day, struct fact *facts, size_t *n,
		   int32_t *opened)
{
	const struct vocab *v = x->en->rb->vocab;
	if (w->day == WHATIF_START_EARLIER) {
		struct fact f = facts[*opened];
		memmove(&facts[*opened], &facts[*opened + 1], (*n - (size_t)*opened - 1) * sizeof *facts);
		(*n)--;
		f.day = day;
		size_t at = *n;
		int32_t nowhere = INT32_MAX - 1;
		insert(v, facts, n, f, &nowhere);
		while (at > 0 && (facts[at].kind != f.kind || facts[at].key != f.key || facts[at].day != day))
			at--;
		*opened = (int32_t)at;
		return;
	}
	for (size_t i = 0; i < w->n; i++) {
		const struct whatif_fact *q = &w->facts[i];
		struct fact f = { .day = day,
				  .minute = MINUTE_NONE,
				  .kind = q->kind,
				  .code = q->code,
				  .code2 = q->code2,
				  .org = x->r->scope == SCOPE_SPELL ? x->row.org : 0,
				  .key = key_for(x, q->kind, day),
				  .value = q->value };
		insert(v, facts, n, f, opened);
	}
}

/* ---- words for what came of it ---- */

static struct str words_due(const struct explaining *x, const struct clock *now)
{
	char due[DAY_TEXT_MAX];
	day_long(now->due, due);
	if (x->row.due == DAY_NONE)
		return arena_printf(x->a, "Due on %s", due);
	int n = rule_days(x->r, x->en->w, x->row.due, now->due);
	struct str days = explain_days(x, n < 0 ? -n : n);
	if (n == 0)
		return arena_printf(x->a, "Due on %s instead of %s", due,
				    day_long(x->row.due, arena_alloc(x->a, DAY_TEXT_MAX)));
	return arena_printf(x->a, "Due on %s, " STR_FMT " %s", due, STR_ARG(days), n < 0 ? "sooner" : "later");
}

static struct str words_then(const struct explaining *x, const struct clock *now)
{
	const struct rulebook *rb = x->en->rb;
	int late = 0;
	enum lateness l = clock_lateness(rb, x->en->w, now, x->as_of, &late);
	if (now->state == CLOCK_DONE && l == LATE_DONE_LATE)
		return arena_printf(x->a, "Done, " STR_FMT " late", STR_ARG(explain_days(x, late)));
	if (now->state == CLOCK_DONE)
		return now->due == DAY_NONE ? STR("Done") : STR("Done in time");
	struct str reason = rulebook_reason(rb, now->reason);
	if (now->state == CLOCK_STOPPED)
		return arena_printf(x->a, "The clock stops: " STR_FMT ". Counted apart, not as done", STR_ARG(reason));
	if (now->state == CLOCK_NOT_REQUIRED && x->row.state != CLOCK_NOT_REQUIRED)
		return arena_printf(x->a, "Not required: " STR_FMT, STR_ARG(reason));
	if (now->due != x->row.due && now->due != DAY_NONE)
		return words_due(x, now);
	if (now->holder != x->row.holder && now->state == CLOCK_RUNNING)
		return arena_printf(x->a, "The clock goes on. Whose turn: %s", holder_title(now->holder));
	return STR("No change");
}

static struct str words_what(const struct explaining *x, const struct whatif *w, day_t day)
{
	for (size_t i = 0; i + 3 <= w->words.n; i++)
		if (memcmp(w->words.p + i, "DAY", 3) == 0) {
			char words[DAY_TEXT_MAX];
			return arena_printf(x->a, "%.*s%s%.*s", (int)i, w->words.p, day_long(day, words),
					    (int)(w->words.n - i - 3), w->words.p + i + 3);
		}
	return w->words;
}

static bool try_one(const struct explaining *x, const struct whatif *w, struct move *out)
{
	day_t day = day_tried(x, w);
	if (day == DAY_NONE || !worth_asking(x, w))
		return false;
	size_t n = x->c->n;
	int32_t opened = x->row.opened_by;
	struct fact *facts = arena_array(x->a, n + WHATIF_FACTS_MAX + 1, sizeof *facts);
	memcpy(facts, x->c->facts, n * sizeof *facts);
	invent(x, w, day, facts, &n, &opened);
	struct child_facts c = *x->c;
	c.facts = facts;
	c.n = n;
	engine_core(x->en, &c, day > x->as_of ? day : x->as_of);
	for (size_t i = 0; i < x->en->n_rows; i++) {
		const struct clock *now = &x->en->rows[i];
		if (now->standard != x->row.standard || now->opened_by != opened || now->ordinal != x->row.ordinal)
			continue;
		*out = (struct move){ .what = words_what(x, w, day),
				      .then = words_then(x, now),
				      .state = now->state,
				      .due = now->due,
				      .done = now->done };
		return true;
	}
	return false;
}

size_t explain_moves(struct explaining *x, const struct move **out)
{
	size_t n = 0;
	struct move *m = arena_array(x->a, WHATIFS_MAX, sizeof *m);
	*out = m;
	bool open = x->live || (x->row.state == CLOCK_NOT_KNOWN);
	/* The runs spoil the engine's memory: what the traced run left is copied. */
	struct inst *kept = x->live ? arena_alloc(x->a, sizeof *kept) : NULL;
	if (kept)
		*kept = *x->live;
	x->live = kept;
	for (size_t i = 0; i < x->r->n_whatifs && open; i++)
		n += try_one(x, &x->r->whatifs[i], &m[n]);
	return n;
}
