/* Why this date: the facts used, the steps of the arithmetic, the answer. */
#include "standard/limit.h"
#include "standard/run.h"

enum { FACTS_SHOWN_MAX = 400, STEPS_MAX = 60 };

static char *long_day(const struct explaining *x, day_t d)
{
	return day_long(d, arena_alloc(x->a, DAY_TEXT_MAX));
}

struct str explain_days(const struct explaining *x, int n)
{
	return arena_printf(x->a, "%d %sday%s", n, x->r->info.working_days ? "working " : "", n == 1 ? "" : "s");
}

bool explain_part_met(const struct explaining *x, uint8_t part)
{
	if (x->row.state == CLOCK_DONE)
		return true;
	if (x->r->scope == SCOPE_SPELL && x->live)
		return x->spell.first[part] >= 0;
	for (size_t i = 0; i < x->trace->n_touched; i++)
		if (engine_fact_is(x->en, &x->c->facts[x->trace->touched[i]], OP_PART, x->row.standard, part))
			return true;
	return false;
}

/* ---- facts ---- */

struct fact_list {
	struct explain_fact *f;
	size_t n;
};

static void fact_put(struct fact_list *l, struct str label, day_t day, int32_t fact, struct str value)
{
	if (l->n < FACTS_SHOWN_MAX)
		l->f[l->n++] = (struct explain_fact){ .label = label, .day = day, .fact = fact, .value = value };
}

static struct str words_of(const struct explaining *x, const struct fact *f)
{
	const struct kind *k = &x->en->rb->vocab->kinds[f->kind];
	struct str c = code_list_title(k->codes, f->code), c2 = code_list_title(k->codes2, f->code2);
	struct str both = c.n && c2.n ? arena_printf(x->a, STR_FMT ", " STR_FMT, STR_ARG(c), STR_ARG(c2))
			  : c.n	      ? c
				      : c2;
	if (!k->has_value || f->value == INT32_MIN)
		return both;
	const char *join = both.n ? "; " : "";
	if (memchr(k->value_label.p, ',',
		   k->value_label.n)) /* "Priority, 1 to 4": a number with its range; else yes or no */
		return arena_printf(x->a, STR_FMT "%s" STR_FMT ": %d", STR_ARG(both), join, STR_ARG(k->value_label),
				    (int)f->value);
	return arena_printf(x->a, STR_FMT "%s" STR_FMT ": %s", STR_ARG(both), join, STR_ARG(k->value_label),
			    f->value ? "yes" : "no");
}

static void put_told(const struct explaining *x, struct fact_list *l, int32_t at)
{
	for (size_t i = 0; i < l->n; i++)
		if (l->f[i].fact == at)
			return;
	const struct fact *f = &x->c->facts[at];
	fact_put(l, x->en->rb->vocab->kinds[f->kind].title, f->day, at, words_of(x, f));
}

/* When did the condition last suspend this clock? */
static day_t suspended_by(const struct explaining *x, size_t condition, bool *still)
{
	*still = x->live && (x->live->suspended >> condition & 1);
	if (*still)
		return x->en->condition_since[condition];
	for (size_t i = x->n_s; i > 0; i--)
		if (x->s[i - 1].condition == condition + 1)
			return x->s[i - 1].from;
	return DAY_NONE;
}

static void put_conditions(const struct explaining *x, struct fact_list *l)
{
	for (size_t i = 0; i < x->en->rb->n_conditions; i++) {
		if (!(x->r->conditions >> i & 1))
			continue;
		bool still;
		day_t since = suspended_by(x, i, &still);
		struct str value = still	       ? STR("Yes, since this day")
				   : since != DAY_NONE ? STR("For a time, from this day")
						       : STR("No");
		fact_put(l, x->en->rb->conditions[i].title, since, -1, value);
	}
}

static void put_earlier(const struct explaining *x, struct fact_list *l)
{
	if (!x->r->earlier_months || x->row.ordinal > 1)
		return;
	for (size_t i = 0; i < x->trace->n_touched; i++) {
		int32_t at = x->trace->touched[i];
		uint8_t type = x->r->earlier_excuses ? OP_CONFIRM : OP_EARLIER;
		bool used = x->r->earlier_excuses ? x->row.state == CLOCK_NOT_REQUIRED && x->row.done_by == at
						  : x->c->facts[at].day == x->row.start && at < x->row.opened_by;
		if (used && engine_fact_is(x->en, &x->c->facts[at], type, x->row.standard, 0)) {
			fact_put(l, x->r->earlier_words, x->c->facts[at].day, at, STR("Yes"));
			return;
		}
	}
	fact_put(l, x->r->earlier_words, DAY_NONE, -1, STR("None known"));
}

static void put_missing_parts(const struct explaining *x, struct fact_list *l)
{
	if (x->row.state == CLOCK_DONE)
		return;
	struct str value = x->row.state == CLOCK_NOT_KNOWN ? STR("Not known") : STR("Not yet");
	for (uint8_t p = 0; p < x->r->parts; p++)
		if (!explain_part_met(x, p))
			fact_put(l, x->r->part_words[p], DAY_NONE, -1, value);
}

static void facts_used(const struct explaining *x, struct explanation *out)
{
	struct fact_list l = { .f = arena_array(x->a, FACTS_SHOWN_MAX, sizeof *l.f) };
	if (x->r->needs_birth)
		fact_put(&l, STR("Date of birth"), x->c->born, -1, x->c->born == DAY_NONE ? STR("Not known") : STR(""));
	put_told(x, &l, x->row.opened_by);
	put_conditions(x, &l);
	put_earlier(x, &l);
	for (size_t i = 0; i < x->trace->n_touched; i++)
		put_told(x, &l, x->trace->touched[i]);
	put_missing_parts(x, &l);
	out->facts = l.f;
	out->n_facts = l.n;
}

/* ---- steps ---- */

struct step_list {
	struct explain_step *s;
	size_t n;
};

static void step_put(struct step_list *l, struct str label, day_t day, int32_t number)
{
	if (l->n < STEPS_MAX)
		l->s[l->n++] = (struct explain_step){ .label = label, .day = day, .number = number };
}

/* How many units the limit gave, parameters looked up. */
static int limit_units(const struct explaining *x)
{
	return limit_n(x->en, x->limit, &x->trace->asked);
}

static void steps_working(const struct explaining *x, struct step_list *l)
{
	const struct workdays *w = x->en->w;
	day_t start = x->row.start, due = x->row.due;
	int weekend = 0, holidays = 0;
	for (day_t d = start + 1; d <= due; d++) {
		bool end_of_week = day_weekday(d) > 5;
		weekend += end_of_week;
		holidays += !end_of_week && !workdays_is(w, d);
	}
	step_put(l, STR("First counted day"), workdays_add(w, start, 1), INT32_MIN);
	step_put(l, STR("Weekend days skipped"), DAY_NONE, weekend);
	step_put(l, STR("Bank holidays skipped"), DAY_NONE, holidays);
	for (day_t d = start + 1; d <= due && holidays; d++)
		if (day_weekday(d) <= 5 && !workdays_is(w, d))
			step_put(l, arena_printf(x->a, "Bank holiday: " STR_FMT, STR_ARG(workdays_holiday(w, d)->name)),
				 d, INT32_MIN);
	int n = limit_units(x);
	step_put(l, arena_printf(x->a, "Day %d: due", n), due, n);
	if (n % 5 == 0 && n > 0) {
		int calendar = n / 5 * 7;
		step_put(l, arena_printf(x->a, "%d calendar days, for comparison", calendar), start + calendar,
			 calendar);
	}
	step_put(l, STR("Bank holidays known to"), workdays_known_to(w), INT32_MIN);
	if (due > workdays_known_to(w))
		step_put(
		    l, STR("Beyond that day only weekends are skipped: the date may move when the holidays are known"),
		    due, INT32_MIN);
}

static const char *at_minute(const struct explaining *x, int minute)
{
	return arena_printf(x->a, "%02d:%02d", minute / 60, minute % 60).p;
}

/* Hours are true hours: across the change to or from summer time too. */
static void steps_hours(const struct explaining *x, struct step_list *l, int n)
{
	bool guessed = x->row.start_minute == MINUTE_NONE;
	if (guessed)
		step_put(l,
			 x->r->midnight ? STR("No time was recorded: 00:00 is taken, as in the published figures")
					: STR("No time was recorded: the last minute of the day is taken"),
			 x->row.start, INT32_MIN);
	step_put(l,
		 arena_printf(x->a, "%d hour%s after %s: due at %s", n, n == 1 ? "" : "s",
			      at_minute(x, limit_minute(x->r, &x->trace->asked)),
			      at_minute(x, x->row.due_minute < 0 ? 0 : x->row.due_minute)),
		 x->row.due, n);
}

static void steps_calendar(const struct explaining *x, struct step_list *l)
{
	static const char *const units[] = { [UNIT_DAYS] = "day", [UNIT_WEEKS] = "week", [UNIT_MONTHS] = "month" };
	const struct limit *m = x->limit;
	int n = limit_units(x);
	if (m->unit == UNIT_HOURS) {
		steps_hours(x, l, n);
	} else if (m->unit == UNIT_UNTIL_DATE) {
		step_put(l, STR("The next such day of the year: due"), x->row.due, INT32_MIN);
	} else if (m->unit == UNIT_UNTIL_AGE) {
		step_put(l, arena_printf(x->a, "The day before birthday %d: due", x->en->rb->ages[m->until_age]),
			 x->row.due, INT32_MIN);
	} else if (n == 0) {
		step_put(l, STR("Due on that day at the latest"), x->row.due, INT32_MIN);
	} else {
		step_put(l, arena_printf(x->a, "%d %s%s later: due", n, units[m->unit], n == 1 ? "" : "s"), x->row.due,
			 n);
		if (m->unit == UNIT_MONTHS && !x->trace->asked.paused_days &&
		    day_ymd(x->row.due).day != day_ymd(x->row.start).day)
			step_put(l, STR("That month has no such day: its last day counts"), x->row.due, INT32_MIN);
	}
}

/* Why this limit and no other: ages, which time, which place; what lengthened it. */
static void steps_conditions(const struct explaining *x, struct step_list *l)
{
	const struct inst *q = &x->trace->asked;
	for (size_t i = 0; i < x->r->n_due; i++) {
		const struct limit *m = &x->r->due[i];
		if (!(m->asks & (ASKS_AGE | ASKS_AGE_WHEN_DUE)))
			continue;
		const char *basis = m->asks & ASKS_AGE ? "day 0" : "the day it would be due";
		const char *side = m == x->limit ? "before" : "on or after";
		step_put(l, arena_printf(x->a, "Birthday %d: %s lies %s it", x->en->rb->ages[m->age], basis, side),
			 x->en->birthday[m->age], INT32_MIN);
	}
	if (x->r->recurs)
		step_put(l, STR("Number of this clock in its row"), DAY_NONE, q->row.ordinal);
	if (x->limit->asks & ASKS_WITHIN)
		step_put(l, arena_printf(x->a, "Within %d months of the opening until", x->limit->within_months),
			 day_add_months(q->opened, x->limit->within_months), INT32_MIN);
	if (x->limit->parameter) {
		const struct parameter *p = &x->en->rb->parameters[x->limit->parameter - 1];
		step_put(l, arena_printf(x->a, STR_FMT ", as set for this council", STR_ARG(p->title)), DAY_NONE,
			 limit_units(x));
	}
	if (q->extended)
		step_put(l, STR("Lengthened by"), DAY_NONE, x->r->extend_n);
	if (q->paused_days)
		step_put(l, STR("Days paused, not counted"), DAY_NONE, q->paused_days);
}

/* The limit is a number that nobody has set where the child is: nothing is late. */
static bool no_time_set(const struct explaining *x)
{
	bool counted = x->row.state == CLOCK_RUNNING || x->row.state == CLOCK_DONE || x->row.state == CLOCK_STOPPED;
	return counted && x->row.due == DAY_NONE && x->row.start != DAY_NONE && !(x->live && x->row.reason) &&
	       x->r->n_due == 1 && x->r->due[0].parameter;
}

static void steps_made(const struct explaining *x, struct explanation *out)
{
	struct step_list l = { .s = arena_array(x->a, STEPS_MAX, sizeof *l.s) };
	out->steps = l.s;
	if (x->row.start != DAY_NONE && x->row.due != DAY_NONE && x->limit) {
		step_put(&l, STR("Day 0: not counted"), x->row.start, 0);
		steps_conditions(x, &l);
		if (x->limit->unit == UNIT_WORKING_DAYS)
			steps_working(x, &l);
		else
			steps_calendar(x, &l);
		if (x->live && x->as_of >= x->row.start)
			step_put(&l, STR("Days used by today"), x->as_of,
				 rule_days(x->r, x->en->w, x->row.start, x->as_of));
	} else {
		step_put(&l, no_time_set(x) ? STR("No time is set for it: how long it takes is counted")
					    : STR("The last day in time cannot be told"),
			 DAY_NONE, INT32_MIN);
	}
	out->n_steps = l.n;
}

/* ---- the answer ---- */

static struct str answer_running(const struct explaining *x, int late, struct str reason)
{
	const char *whose = holder_title(x->row.holder);
	struct str doing = x->live ? x->r->turns[x->live->row.turn].doing : STR("");
	if (x->row.reason)
		return arena_printf(x->a, "It is paused: " STR_FMT ". The due day moves by the days until it goes on.",
				    STR_ARG(reason));
	if (no_time_set(x))
		return arena_printf(x->a, "No time is set for it. Whose turn: %s (" STR_FMT ").", whose, STR_ARG(doing));
	if (x->row.due == DAY_NONE)
		return arena_printf(x->a, "The last day in time cannot be told. Whose turn: %s (" STR_FMT ").", whose,
				    STR_ARG(doing));
	const char *due = long_day(x, x->row.due);
	if (x->row.due_minute != MINUTE_NONE && x->as_of <= x->row.due)
		return arena_printf(x->a, "It is due at %s on %s. Whose turn: %s (" STR_FMT ").",
				    at_minute(x, x->row.due_minute), due, whose, STR_ARG(doing));
	if (x->as_of > x->row.due)
		return arena_printf(x->a, "It was due on %s and is " STR_FMT " late. Whose turn: %s (" STR_FMT ").",
				    due, STR_ARG(explain_days(x, late)), whose, STR_ARG(doing));
	return arena_printf(x->a, "It is due on %s, in " STR_FMT ". Whose turn: %s (" STR_FMT ").", due,
			    STR_ARG(explain_days(x, -late)), whose, STR_ARG(doing));
}

/* "1 hour 5 minutes" */
static struct str hours_words(const struct explaining *x, int64_t minutes)
{
	int h = (int)(minutes / 60), m = (int)(minutes % 60);
	struct str hours = arena_printf(x->a, "%d hour%s", h, h == 1 ? "" : "s");
	struct str rest = arena_printf(x->a, "%d minute%s", m, m == 1 ? "" : "s");
	if (!h || !m)
		return h ? hours : rest;
	return arena_printf(x->a, STR_FMT " " STR_FMT, STR_ARG(hours), STR_ARG(rest));
}

static struct str answer_done_hours(const struct explaining *x)
{
	const struct clock *k = &x->row;
	int64_t late = (london_ms(k->done, k->done_minute) - london_ms(k->due, k->due_minute)) / 60000;
	const char *done = at_minute(x, k->done_minute), *due = at_minute(x, k->due_minute);
	if (late > 0)
		return arena_printf(x->a, "Done at %s on %s, " STR_FMT " after it was due at %s on %s.", done,
				    long_day(x, k->done), STR_ARG(hours_words(x, late)), due, long_day(x, k->due));
	return arena_printf(x->a, "Done in time at %s on %s. It was due at %s on %s.", done, long_day(x, k->done), due,
			    long_day(x, k->due));
}

static struct str answer_done(const struct explaining *x, int late)
{
	const char *done = long_day(x, x->row.done);
	if (x->row.due == DAY_NONE)
		return arena_printf(x->a, "Done on %s.", done);
	if (x->row.due_minute != MINUTE_NONE && x->row.done_minute != MINUTE_NONE)
		return answer_done_hours(x);
	if (x->row.done > x->row.due)
		return arena_printf(x->a, "Done on %s, " STR_FMT " after it was due on %s.", done,
				    STR_ARG(explain_days(x, late)), long_day(x, x->row.due));
	return arena_printf(x->a, "Done in time on %s. It was due on %s.", done, long_day(x, x->row.due));
}

static struct str answer(const struct explaining *x)
{
	struct str reason = rulebook_reason(x->en->rb, x->row.reason);
	int late = 0;
	clock_lateness(x->en->rb, x->en->w, &x->row, x->as_of, &late);
	switch (x->row.state) {
	case CLOCK_RUNNING: return answer_running(x, late, reason);
	case CLOCK_DONE: return answer_done(x, late);
	case CLOCK_STOPPED:
		return arena_printf(x->a,
				    "The clock stopped on %s: " STR_FMT ". It is counted apart, neither done nor late.",
				    long_day(x, x->row.done), STR_ARG(reason));
	case CLOCK_NOT_REQUIRED: return arena_printf(x->a, "Not required: " STR_FMT ".", STR_ARG(reason));
	case CLOCK_MISSED:
		return arena_printf(x->a, "It was not done: " STR_FMT ". It was due on %s.", STR_ARG(reason),
				    long_day(x, x->row.due));
	default:
		return arena_printf(x->a, "Not known: " STR_FMT ". What would settle it: " STR_FMT, STR_ARG(reason),
				    STR_ARG(x->r->info.settle));
	}
}

/* ---- other readings ---- */

static void readings(const struct explaining *x, struct explanation *out)
{
	const struct engine *en = x->en;
	struct clock *list = arena_array(x->a, en->n_rows, sizeof *list);
	for (size_t i = 0; i < en->n_rows; i++) {
		const struct clock *row = &en->rows[i];
		const struct rule *r = &en->rb->rules[row->standard];
		if (str_eq(r->info.family, x->r->info.family) && row->opened_by == x->row.opened_by &&
		    (!r->recurs || row->ordinal == x->row.ordinal))
			list[out->n_readings++] = *row;
	}
	out->readings = list;
}

void engine_explain(struct engine *en, const struct child_facts *c, day_t as_of, size_t which, struct arena *a,
		    struct explanation *out)
{
	struct explaining x;
	explain_begin(&x, en, c, as_of, which, a);
	*out = (struct explanation){ .clock = x.row, .kept_shares = DAY_NONE };
	out->n_turns = explain_turns(&x, &out->turns);
	out->kept_shares = explain_kept_shares(&x, out->turns, out->n_turns);
	out->n_holders = explain_holders(&x, out->turns, out->n_turns, &out->holders);
	out->answer = answer(&x);
	facts_used(&x, out);
	steps_made(&x, out);
	readings(&x, out);
	out->n_moves = explain_moves(&x, &out->moves);
}
