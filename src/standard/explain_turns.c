/* Whose days they were, and what if each holder had kept its share. */
#include "standard/run.h"

static void run_traced(struct engine *en, const struct child_facts *c, day_t as_of, struct trace *t)
{
	en->n_stretches = 0;
	en->trace = t;
	engine_core(en, c, as_of);
	en->trace = NULL;
}

/* What the traced run that is over says of x->row. */
static void take_stretches(struct explaining *x)
{
	const struct engine *en = x->en;
	size_t n = 0;
	for (size_t i = 0; i < en->n_stretches; i++)
		n += stretch_of(&en->stretches[i], &x->row);
	struct stretch *s = arena_array(x->a, n, sizeof *s);
	for (size_t i = 0; i < en->n_stretches && x->n_s < n; i++)
		if (stretch_of(&en->stretches[i], &x->row))
			s[x->n_s++] = en->stretches[i];
	x->s = s;
	for (int32_t i = en->open[x->row.standard]; i >= 0; i = en->inst[i].next) {
		const struct inst *in = &en->inst[i];
		if (in->phase == LIVE && in->row.opened_by == x->row.opened_by && in->row.ordinal == x->row.ordinal)
			x->live = in;
	}
}

void explain_begin(struct explaining *x, struct engine *en, const struct child_facts *c, day_t as_of, size_t which,
		   struct arena *a)
{
	const struct clock *rows;
	size_t n = engine_run(en, c, as_of, &rows);
	if (which >= n)
		abort(); /* the caller asks for a clock that the same run did not have */
	*x = (struct explaining){ .en = en, .c = c, .as_of = as_of, .a = a, .row = rows[which] };
	x->r = &en->rb->rules[x->row.standard];
	x->trace = arena_alloc(a, sizeof *x->trace);
	x->trace->rule = x->row.standard;
	x->trace->ordinal = x->row.ordinal;
	x->trace->opened_by = x->row.opened_by;
	run_traced(en, c, as_of, x->trace);
	take_stretches(x);
	if (x->live && x->live->spell >= 0)
		x->spell = *spell_of(en, x->live);
	x->limit = x->row.start != DAY_NONE ? x->trace->limit : NULL;
}

static int minute_of(const struct explaining *x, int32_t fact)
{
	int minute = fact < 0 ? MINUTE_NONE : x->c->facts[fact].minute;
	return minute == MINUTE_NONE && x->r->midnight && fact >= 0 ? 0 : minute;
}

/* How long a stretch was where the limit is in hours; -1 if a time is not known. `began`: the fact that began it. */
static int32_t minutes_of(const struct explaining *x, const struct stretch *s, int32_t began)
{
	int from = began < 0 ? x->row.start_minute : minute_of(x, began), to = minute_of(x, s->fact);
	if (from == MINUTE_NONE && began < 0 && x->r->midnight)
		from = 0;
	if (!x->r->hours || from == MINUTE_NONE || to == MINUTE_NONE)
		return -1;
	return (int32_t)london_minutes_between(s->from, from, s->to, to);
}

/* Why they were that holder’s days; of a pause also what was said of it. */
static struct str why_of(const struct explaining *x, const struct stretch *s, int32_t began)
{
	const struct rule *r = x->r;
	if (!s->condition)
		return r->turns[s->turn].doing;
	if (s->condition != PAUSED)
		return x->en->rb->conditions[s->condition - 1].words;
	struct str said = began < 0 ? STR("") : fact_words(x->en->rb->vocab, &x->c->facts[began], x->a);
	return said.n ? arena_printf(x->a, STR_FMT ": " STR_FMT, STR_ARG(r->pause_doing), STR_ARG(said))
		      : r->pause_doing;
}

/* `began`: the fact that ended the stretch before; -1 none. */
static bool add_turn(const struct explaining *x, const struct stretch *s, int32_t began, struct turn *out)
{
	int32_t minutes = minutes_of(x, s, began);
	if (s->to <= s->from && minutes <= 0)
		return false;
	const struct rule *r = x->r;
	day_t due = x->row.due;
	*out = (struct turn){ .holder = s->holder,
			      .from = s->from,
			      .to = s->to,
			      .days = rule_days(r, x->en->w, s->from, s->to),
			      .share = s->condition ? -1 : r->share[s->holder],
			      .minutes = minutes,
			      .paused = s->condition == PAUSED,
			      .why = why_of(x, s, began),
			      .fact = s->fact };
	if (due != DAY_NONE && s->to > due)
		out->late = rule_days(r, x->en->w, s->from > due ? s->from : due, s->to);
	return true;
}

size_t explain_turns(struct explaining *x, const struct turn **out)
{
	size_t n = 0;
	struct turn *t = arena_array(x->a, x->n_s + 1, sizeof *t);
	*out = t;
	if (x->row.start == DAY_NONE || x->row.state == CLOCK_NOT_KNOWN) /* nobody’s days: what happened is not known */
		return 0;
	for (size_t i = 0; i < x->n_s; i++)
		n += add_turn(x, &x->s[i], i ? x->s[i - 1].fact : -1, &t[n]);
	if (x->live) {
		const struct inst *in = x->live;
		struct stretch now = { .holder = in->row.holder,
				       .turn = in->row.turn,
				       .condition = inst_condition(in),
				       .from = in->row.holder_since,
				       .to = x->as_of,
				       .fact = -1 };
		n += add_turn(x, &now, x->n_s ? x->s[x->n_s - 1].fact : -1, &t[n]);
	}
	return n;
}

/* Has this holder's part still to come (or is it under way)? Turns stand in the
 * order in which they usually follow each other. */
static bool still_to_come(const struct explaining *x, uint8_t holder)
{
	for (uint8_t t = x->live ? x->live->row.turn : TURNS_MAX; t < x->r->n_turns; t++)
		if (x->r->turns[t].holder == holder)
			return true;
	return false;
}

day_t explain_kept_shares(const struct explaining *x, const struct turn *t, size_t n)
{
	bool counts = x->row.state == CLOCK_RUNNING || x->row.state == CLOCK_DONE;
	if (!counts || !x->r->info.n_shares || x->row.start == DAY_NONE)
		return DAY_NONE;
	int used[HOLDER__COUNT] = { 0 }, total = 0;
	for (size_t i = 0; i < n; i++)
		if (t[i].share >= 0)
			used[t[i].holder] += t[i].days;
		else
			total += t[i].days;
	for (uint8_t h = 0; h < HOLDER__COUNT; h++) {
		int share = x->r->share[h];
		if (share < 0)
			continue;
		if (still_to_come(x, h))
			total += share;
		else
			total += used[h] < share ? used[h] : share;
	}
	day_t kept = rule_add_days(x->r, x->en->w, x->row.start, total);
	return kept < x->en->outgrown[x->r->stop_age] ? kept : DAY_NONE; /* it would have ended before */
}

static const char *the_holder(uint8_t h)
{
	static const char *const words[HOLDER__COUNT] = {
		[HOLDER_COUNCIL] = "the council",
		[HOLDER_HEALTH] = "the health team",
		[HOLDER_PROVIDER] = "the clinic or provider",
		[HOLDER_FAMILY] = "the family or carer",
		[HOLDER_OTHER_AREA] = "the other area",
		[HOLDER_YOUNG_PERSON] = "the young person",
		[HOLDER_BOARD] = "the integrated care board",
	};
	return words[h] ? words[h] : "nobody";
}

/* "Had the council taken 5 working days, it would have been done on Wednesday 4 March 2026: in time."
 * `over`: days beyond its share; `counted`: the clock's days until now without those paused. */
static struct str words_kept(const struct explaining *x, const struct holder_days *h, int over, int counted)
{
	char day[DAY_TEXT_MAX];
	struct str share = explain_days(x, h->share);
	const char *who = the_holder(h->holder);
	if (x->row.state == CLOCK_RUNNING)
		return arena_printf(x->a, "Had %s taken " STR_FMT ", this would be day %d, not day %d.", who,
				    STR_ARG(share), counted - over, counted);
	int late = rule_days(x->r, x->en->w, x->row.due, h->kept);
	struct str then =
	    late > 0 ? arena_printf(x->a, STR_FMT " late", STR_ARG(explain_days(x, late))) : STR("in time");
	return arena_printf(x->a, "Had %s taken " STR_FMT ", it would have been done on %s: " STR_FMT ".", who,
			    STR_ARG(share), day_long(h->kept, day), STR_ARG(then));
}

/* Days that are no holder's lateness: the young person's decision, and those on which the rule did not apply. */
static struct str words_nobody(const struct explaining *x, const struct holder_days *h)
{
	const char *was = h->days == 1 ? "was" : "were";
	if (h->days > 0 && h->holder == HOLDER_YOUNG_PERSON)
		return arena_printf(x->a, "%d of these days %s the young person’s own decision: nobody’s lateness.",
				    (int)h->days, was);
	if (h->days > 0 && h->holder == HOLDER_NOBODY)
		return arena_printf(x->a, "%d of these days %s nobody’s: the rule did not apply then.", (int)h->days,
				    was);
	return STR("");
}

/* Each holder's days beside its share, and what would have happened had it alone kept it. */
size_t explain_holders(const struct explaining *x, const struct turn *t, size_t n, const struct holder_days **out)
{
	struct holder_days *h = arena_array(x->a, HOLDER__COUNT, sizeof *h);
	size_t n_out = 0;
	int total = 0, counted = 0;
	for (size_t i = 0; i < n; i++) {
		total += t[i].days;
		counted += t[i].paused ? 0 : t[i].days;
	}
	for (uint8_t who = HOLDER_NONE + 1; who < HOLDER__COUNT; who++) {
		struct holder_days d = { .holder = who, .share = x->r->share[who], .kept = DAY_NONE };
		bool any = false;
		int over = -d.share; /* of the days for which the share is stated */
		for (size_t i = 0; i < n; i++)
			if (t[i].holder == who) {
				any = true;
				d.days += t[i].days;
				d.late += t[i].late;
				over += t[i].share >= 0 ? t[i].days : 0;
			}
		bool counts = x->row.state == CLOCK_DONE || x->row.state == CLOCK_RUNNING;
		if (d.share >= 0 && over > 0 && x->row.due != DAY_NONE && counts) {
			d.kept = rule_add_days(x->r, x->en->w, x->row.start, total - over);
			d.words = words_kept(x, &d, over, counted);
		} else if (any) {
			d.words = words_nobody(x, &d);
		}
		if (any)
			h[n_out++] = d;
	}
	*out = h;
	return n_out;
}

void engine_turns(struct engine *en, const struct child_facts *c, day_t as_of, const struct clock *clocks, size_t n,
		  struct arena *a, struct turns *out)
{
	struct trace t = { .rule = NO_RULE };
	const uint64_t *only = en->only;
	uint64_t *theirs = arena_array(a, en->rb->words, sizeof *theirs);
	for (size_t i = 0; i < n; i++)
		theirs[clocks[i].standard >> 6] |= rule_bit(clocks[i].standard);
	en->only = theirs;
	run_traced(en, c, as_of, &t);
	en->only = only;
	for (size_t i = 0; i < n; i++) {
		struct explaining x = { .en = en,
					.c = c,
					.as_of = as_of,
					.a = a,
					.row = clocks[i],
					.r = &en->rb->rules[clocks[i].standard] };
		take_stretches(&x);
		out[i].n = explain_turns(&x, &out[i].turns);
	}
}
