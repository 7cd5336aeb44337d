/*
 * What would move it: the engine run again with an invented fact. The standard
 * says which facts to try; what comes of them is never written down anywhere.
 */
#include "standard/limit.h"
#include "standard/run.h"

static day_t day_tried(const struct explaining *x, const struct whatif *w)
{
	switch (w->day) {
	case WHATIF_NEXT_WORKING_DAY: return workdays_add(x->en->w, x->as_of, 1);
	case WHATIF_BEFORE_START: /* before the opening: on day 0 less one it could be inside the period */
	case WHATIF_START_EARLIER: return x->c->facts[x->row.opened_by].day - 1;
	default: return x->as_of;
	}
}

/* The part of the standard that this invented fact would be; -1 none. */
static int part_of(const struct explaining *x, const struct fact *f)
{
	for (uint8_t p = 0; p < x->r->parts; p++)
		if (engine_fact_is(x->en, f, OP_PART, x->row.standard, p))
			return p;
	return -1;
}

static struct fact invented(const struct whatif_fact *q, day_t day)
{
	return (struct fact){ .day = day,
			      .minute = MINUTE_NONE,
			      .kind = q->kind,
			      .code = q->code,
			      .code2 = q->code2,
			      .value = q->value };
}

/* What only begins or ends a condition or a pause changes nothing if that holds already, or does not hold. */
static bool changes_nothing(const struct explaining *x, const struct fact *f)
{
	const struct rulebook *rb = x->en->rb;
	conditions_t on = x->live ? x->live->suspended : 0;
	bool paused = x->live && x->live->paused_since != DAY_NONE, touches = false;
	for (size_t i = 0; i < rb->n_ops; i++) {
		const struct op *op = &rb->ops[i];
		bool condition = op->type == OP_COND_BEGIN || op->type == OP_COND_END;
		bool ours = condition					? x->r->conditions >> op->arg & 1
			    : op->type >= OP_END && op->type != OP_NOTE ? op->rule == x->row.standard
									: false;
		if (op->kind != f->kind || !ours || !guard_ok(op->guard, f))
			continue;
		touches = true;
		if ((op->type == OP_COND_BEGIN && !(on >> op->arg & 1)) ||
		    (op->type == OP_COND_END && (on >> op->arg & 1)) || (op->type == OP_PAUSE && !paused) ||
		    (op->type == OP_RESUME && paused))
			return false;
		if (!condition && op->type != OP_PAUSE && op->type != OP_RESUME)
			return false;
	}
	return touches;
}

/* Nothing is asked about what has happened already, nor about a last part whose first is missing. */
static bool worth_asking(const struct explaining *x, const struct whatif *w, day_t day)
{
	if (w->day == WHATIF_BEFORE_START)
		return true;
	unsigned in_it = 0;
	for (size_t i = 0; i < w->n; i++) {
		struct fact f = invented(&w->facts[i], day);
		int p = part_of(x, &f);
		if ((p >= 0 && explain_part_met(x, (uint8_t)p)) || changes_nothing(x, &f))
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

/* The minute of an invented fact where the limit is in hours: the last that is in time on that day. */
static int16_t minute_tried(const struct explaining *x, day_t day)
{
	if (!x->r->hours || x->row.due_minute == MINUTE_NONE)
		return MINUTE_NONE;
	return day == x->row.due ? x->row.due_minute : day < x->row.due ? LAST_MINUTE : 0;
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
		struct fact f = invented(&w->facts[i], day);
		f.minute = minute_tried(x, day);
		f.org = x->r->scope == SCOPE_SPELL ? x->row.org : 0;
		f.key = key_for(x, f.kind, day);
		insert(v, facts, n, f, opened);
	}
}

/* ---- words for what came of it ---- */

static struct str words_due(const struct explaining *x, const struct clock *now)
{
	char due[DAY_TEXT_MAX];
	day_long(now->due, due);
	if (now->due_minute != MINUTE_NONE)
		return arena_printf(x->a, "Due at %s%s on %s", explain_minute(x->a, now->due_minute),
				    explain_which(now), due);
	if (x->row.due == DAY_NONE)
		return arena_printf(x->a, "Due on %s", due);
	int n = rule_days(x->r, x->en->w, x->row.due, now->due);
	struct str days = explain_days(x, n < 0 ? -n : n);
	if (n == 0)
		return arena_printf(x->a, "Due on %s instead of %s", due,
				    day_long(x->row.due, arena_alloc(x->a, DAY_TEXT_MAX)));
	return arena_printf(x->a, "Due on %s, " STR_FMT " %s", due, STR_ARG(days), n < 0 ? "sooner" : "later");
}

static struct str then_done(const struct explaining *x, const struct clock *now)
{
	int late = 0;
	enum lateness l = clock_lateness(x->en->rb, x->en->w, now, x->as_of, &late);
	if (l == LATE_DONE_LATE)
		return arena_printf(x->a, "Done, " STR_FMT, STR_ARG(explain_late(x, late)));
	if (now->due == DAY_NONE)
		return STR("Done");
	if (now->due_minute != MINUTE_NONE && now->done == now->due)
		return arena_printf(x->a, "Done in time if by %s%s; after that, late",
				    explain_minute(x->a, now->due_minute), explain_which(now));
	return STR("Done in time");
}

/* It was not known, or not required, and runs: "It runs: due on Wednesday 2 December 2026. Whose turn: Council" */
static struct str then_runs(const struct explaining *x, const struct clock *now)
{
	const char *whose = holder_title(now->holder);
	int late = 0;
	enum lateness l = clock_lateness(x->en->rb, x->en->w, now, x->as_of, &late);
	if (now->due == DAY_NONE)
		return arena_printf(x->a, "It runs. Whose turn: %s", whose);
	char day[DAY_TEXT_MAX];
	struct str past =
	    l == LATE_OVERDUE ? arena_printf(x->a, ", " STR_FMT, STR_ARG(explain_late(x, late))) : STR("");
	return arena_printf(x->a, "It runs: due on %s" STR_FMT ". Whose turn: %s", day_long(now->due, day),
			    STR_ARG(past), whose);
}

static struct str then_running(const struct explaining *x, const struct clock *now)
{
	if (now->reason && !x->row.reason)
		return STR("It is paused: the due day moves by the days until it goes on");
	if (x->row.state != CLOCK_RUNNING)
		return then_runs(x, now);
	if ((now->due != x->row.due || now->due_minute != x->row.due_minute) && now->due != DAY_NONE)
		return words_due(x, now);
	if (now->holder != x->row.holder)
		return arena_printf(x->a, "The clock goes on. Whose turn: %s", holder_title(now->holder));
	return STR("No change");
}

static struct str words_then(const struct explaining *x, const struct clock *now)
{
	struct str reason = rulebook_reason(x->en->rb, now->reason);
	bool same = now->state == x->row.state && now->reason == x->row.reason;
	switch (now->state) {
	case CLOCK_DONE: return then_done(x, now);
	case CLOCK_STOPPED:
		return arena_printf(x->a, "The clock stops: " STR_FMT ". Counted apart, not as done", STR_ARG(reason));
	case CLOCK_NOT_REQUIRED:
		if (same && now->due != x->row.due && now->due != DAY_NONE)
			return words_due(x, now);
		return same ? STR("No change") : arena_printf(x->a, "Not required: " STR_FMT, STR_ARG(reason));
	case CLOCK_NOT_KNOWN:
		return same ? STR("No change") : arena_printf(x->a, "Not known: " STR_FMT, STR_ARG(reason));
	case CLOCK_MISSED: return arena_printf(x->a, "Not done: " STR_FMT, STR_ARG(reason));
	default: return then_running(x, now);
	}
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
	if (day == DAY_NONE || !worth_asking(x, w, day))
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
	bool open = x->live || (x->row.state == CLOCK_NOT_KNOWN && x->row.done_by < 0);
	/* The runs spoil the engine's memory: what the traced run left is copied. */
	struct inst *kept = x->live ? arena_alloc(x->a, sizeof *kept) : NULL;
	if (kept)
		*kept = *x->live;
	x->live = kept;
	for (size_t i = 0; i < x->r->n_whatifs && open; i++)
		n += try_one(x, &x->r->whatifs[i], &m[n]);
	return n;
}
