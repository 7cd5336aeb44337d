/* How the days were counted: the steps from day 0 to the last day in time, one line each. */
#include "standard/limit.h"
#include "standard/run.h"

enum { STEPS_MAX = 60 };

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

/* What moved the last day on: said behind the step that gives it. */
static const char *moved_on(const struct explaining *x)
{
	const struct inst *q = &x->trace->asked;
	if (q->paused_days)
		return q->extended ? ", with what was added and the days paused" : ", with the days paused";
	return q->extended ? ", with what was added" : "";
}

/* ---- working days ---- */

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
	step_put(l, arena_printf(x->a, "Day %d%s: due", n, moved_on(x)), due, n);
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

/* ---- hours ---- */

/* The two nights of a clock change: an hour that comes twice, and one that does not come. Returns the minute taken. */
static int step_odd_hour(const struct explaining *x, struct step_list *l, int minute)
{
	day_t day = x->row.start;
	int read = minute;
	int64_t ms = london_last_ms(day, minute);
	london_of_ms(ms, &day, &read);
	if (ms != london_ms(x->row.start, minute))
		step_put(l, STR("That time came twice, for the clocks went back: the limit is counted from the second"),
			 x->row.start, INT32_MIN);
	else if (read != minute)
		step_put(l,
			 arena_printf(x->a, "No clock showed that time, for they went forward: the limit is counted from %s",
				      explain_minute(x->a, read)),
			 x->row.start, INT32_MIN);
	return read;
}

static void step_summer_time(const struct explaining *x, struct step_list *l, int minute, int hours)
{
	int by_clock = (x->row.due - x->row.start) * 1440 + x->row.due_minute - minute;
	if (by_clock > hours * 60)
		step_put(l, STR("The clocks go forward in between: by the clock it is an hour later"), DAY_NONE,
			 INT32_MIN);
	else if (by_clock < hours * 60)
		step_put(l, STR("The clocks go back in between: by the clock it is an hour earlier"), DAY_NONE,
			 INT32_MIN);
}

/* Hours are true hours: across the change to or from summer time too. */
static void steps_hours(const struct explaining *x, struct step_list *l, int n)
{
	const struct inst *q = &x->trace->asked;
	int minute = start_minute(x->r, &q->row), hours = n + (q->extended ? x->r->extend_n : 0);
	if (x->row.start_minute == MINUTE_NONE)
		step_put(l,
			 x->r->midnight ? STR("No time was recorded: 00:00 is taken, as in the published figures")
					: STR("No time was recorded: the last minute of the day is taken"),
			 x->row.start, INT32_MIN);
	else
		minute = step_odd_hour(x, l, minute);
	const char *due = explain_minute(x->a, x->row.due_minute < 0 ? 0 : x->row.due_minute);
	if (hours)
		step_put(l,
			 arena_printf(x->a, "%d hour%s after %s: due at %s%s", hours, hours == 1 ? "" : "s",
				      explain_minute(x->a, minute), due, explain_which(&x->row)),
			 x->row.due, hours);
	else
		step_put(l, arena_printf(x->a, "No time is allowed: due at once, at %s%s", due, explain_which(&x->row)),
			 x->row.due, INT32_MIN);
	step_summer_time(x, l, minute, hours);
}

/* ---- days, weeks, months, ages, dates ---- */

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
		step_put(l, arena_printf(x->a, "Due on that day at the latest%s", moved_on(x)), x->row.due, INT32_MIN);
	} else {
		const char *moved = moved_on(x);
		step_put(l, arena_printf(x->a, "%d %s%s later%s: due", n, units[m->unit], n == 1 ? "" : "s", moved),
			 x->row.due, n);
		if (m->unit == UNIT_MONTHS && !*moved && day_ymd(x->row.due).day != day_ymd(x->row.start).day)
			step_put(l, STR("That month has no such day: its last day counts"), x->row.due, INT32_MIN);
	}
}

/* ---- why this limit and no other ---- */

static void step_birthday(const struct explaining *x, struct step_list *l, uint8_t age, const char *lies)
{
	if (x->en->birthday[age] != DAY_NONE)
		step_put(l, arena_printf(x->a, "Birthday %d: %s", x->en->rb->ages[age], lies), x->en->birthday[age],
			 INT32_MIN);
}

static void steps_ages(const struct explaining *x, struct step_list *l)
{
	for (size_t i = 0; i < x->r->n_due; i++) {
		const struct limit *m = &x->r->due[i];
		if (!(m->asks & (ASKS_AGE | ASKS_AGE_WHEN_DUE)))
			continue;
		const char *basis = m->asks & ASKS_AGE ? "day 0" : "the day it would be due";
		const char *side = m == x->limit ? "before" : "on or after";
		step_birthday(x, l, m->age, arena_printf(x->a, "%s lies %s it", basis, side).p);
	}
}

/* A clock of each year: why the child is of the right age for this one. */
static void steps_year(const struct explaining *x, struct step_list *l)
{
	const struct rule *r = x->r;
	if (r->start_at != START_EACH_YEAR)
		return;
	if (r->younger_than)
		step_birthday(x, l, (uint8_t)(r->younger_than - 1), "after the day on which the year began");
	if (r->younger_before)
		step_birthday(x, l, (uint8_t)(r->younger_before - 1), "not before the day on which the year began");
	if (r->at_least_by_end)
		step_birthday(x, l, (uint8_t)(r->at_least_by_end - 1), "before the year ends");
	if (r->younger_by_end)
		step_birthday(x, l, (uint8_t)(r->younger_by_end - 1), "not before the year ends");
}

/* Whose number it is, and where it comes from. */
static void step_parameter(const struct explaining *x, struct step_list *l, const struct limit *m)
{
	const struct inst *q = &x->trace->asked;
	const struct parameter *p = &x->en->rb->parameters[m->parameter - 1];
	struct place at = q->council < x->en->n_places ? x->en->places[q->council] : (struct place){ 0, 0 };
	const struct parameter_value *v = parameter_value_at(p, at, q->row.start);
	if (!v) {
		step_put(l, arena_printf(x->a, STR_FMT ": nobody has set it", STR_ARG(p->title)), DAY_NONE, INT32_MIN);
		return;
	}
	const char *whose = !v->place		 ? "the usual number"
			    : v->place == at.own ? "set for this council"
						 : "set by the team or board that serves this council";
	step_put(l, arena_printf(x->a, STR_FMT ": %s (" STR_FMT ")", STR_ARG(p->title), whose, STR_ARG(v->source)),
		 DAY_NONE, v->n);
}

/* Another edition has come since day 0, by the last day in time or today: this clock keeps its own. */
static void step_edition(const struct explaining *x, struct step_list *l)
{
	const struct standard_info *info = &x->r->info;
	day_t looked = x->row.due > x->as_of ? x->row.due : x->as_of;
	size_t newest = rulebook_find(x->en->rb, info->id);
	if (x->r->until > looked || rulebook_info(x->en->rb, (uint16_t)newest)->edition == info->edition)
		return;
	step_put(l,
		 arena_printf(x->a, "The rule %s on this day: the clock began before, and keeps edition %d",
			      x->r->until > x->as_of ? "changes" : "changed", info->edition),
		 x->r->until, INT32_MIN);
}

/* Why this limit and no other: ages, which time, which place; what lengthened it. */
static void steps_conditions(const struct explaining *x, struct step_list *l)
{
	static const char *const units[] = { [UNIT_HOURS] = "Hours",
					     [UNIT_DAYS] = "Days",
					     [UNIT_WORKING_DAYS] = "Working days",
					     [UNIT_WEEKS] = "Weeks",
					     [UNIT_MONTHS] = "Months" };
	const struct inst *q = &x->trace->asked;
	step_edition(x, l);
	steps_ages(x, l);
	steps_year(x, l);
	if (x->r->recurs)
		step_put(l, STR("Number of this clock in its row"), DAY_NONE, q->row.ordinal);
	if (x->limit->asks & ASKS_WITHIN)
		step_put(l, arena_printf(x->a, "Within %d months of the opening until", x->limit->within_months),
			 day_add_months(q->opened, x->limit->within_months), INT32_MIN);
	if (x->limit->parameter)
		step_parameter(x, l, x->limit);
	if (q->extended)
		step_put(l, arena_printf(x->a, "%s added", units[x->r->extend_unit]), DAY_NONE, x->r->extend_n);
	if (q->paused_days)
		step_put(l,
			 x->r->info.working_days ? STR("Working days paused, not counted")
						 : STR("Days paused, not counted"),
			 DAY_NONE, q->paused_days);
}

/* ---- where there is no last day ---- */

/* The limit is a number that nobody has set where the child is: nothing is late. */
static const struct limit *limit_not_set(const struct explaining *x)
{
	const struct inst *q = &x->trace->asked;
	bool counted = x->row.state == CLOCK_RUNNING || x->row.state == CLOCK_DONE || x->row.state == CLOCK_STOPPED;
	if (!counted || x->row.due != DAY_NONE || x->row.start == DAY_NONE || !q->rule || x->trace->limit)
		return NULL;
	for (const struct limit *l = x->r->due; l < x->r->due + x->r->n_due; l++)
		if (l->parameter && limit_n(x->en, l, q) < 0)
			return l;
	return NULL;
}

bool explain_no_time_set(const struct explaining *x)
{
	return limit_not_set(x) != NULL;
}

/* While it is paused the last day is not told, but what is left of the time is. */
static void steps_paused(const struct explaining *x, struct step_list *l)
{
	const struct inst *q = &x->trace->asked;
	day_t since = x->live->paused_since;
	step_put(l, STR("Day 0: not counted"), x->row.start, 0);
	steps_conditions(x, l);
	int left = q->row.due == DAY_NONE ? 0 : rule_days(x->r, x->en->w, since, q->row.due);
	step_put(l, STR("Paused since, and not counted from then on"), since, INT32_MIN);
	if (q->row.due != DAY_NONE && left >= 0)
		step_put(l, STR("Days left when it goes on"), DAY_NONE, left);
	else if (q->row.due != DAY_NONE)
		step_put(l, STR("Days late already when it was paused"), DAY_NONE, -left);
}

/* What counted until now; not what was paused. */
static void step_used(const struct explaining *x, struct step_list *l)
{
	if (x->row.state != CLOCK_RUNNING || !x->live || x->r->hours || x->as_of < x->row.start)
		return;
	day_t to = x->live->paused_since != DAY_NONE ? x->live->paused_since : x->as_of;
	step_put(l, x->r->info.working_days ? STR("Working days used so far") : STR("Days used so far"), DAY_NONE,
		 rule_days(x->r, x->en->w, x->row.start, to) - x->live->paused_days);
}

static void steps_none(const struct explaining *x, struct step_list *l)
{
	const struct limit *unset = limit_not_set(x);
	if (unset) {
		step_put(l, STR("No time is set for it: how long it takes is counted"), DAY_NONE, INT32_MIN);
		step_parameter(x, l, unset);
	} else if (x->live && x->live->never_ran) {
		step_put(l,
			 arena_printf(x->a, "Day 0 has not come: " STR_FMT,
				      STR_ARG(rulebook_reason(x->en->rb, x->row.reason))),
			 DAY_NONE, INT32_MIN);
	} else {
		step_put(l, STR("The last day in time cannot be told"), DAY_NONE, INT32_MIN);
	}
}

void explain_steps(const struct explaining *x, struct explanation *out)
{
	struct step_list l = { .s = arena_array(x->a, STEPS_MAX, sizeof *l.s) };
	bool dated = x->row.start != DAY_NONE && x->row.due != DAY_NONE && x->limit;
	out->steps = l.s;
	if (dated) {
		step_put(&l, STR("Day 0: not counted"), x->row.start, 0);
		steps_conditions(x, &l);
		if (x->limit->unit == UNIT_WORKING_DAYS)
			steps_working(x, &l);
		else
			steps_calendar(x, &l);
	} else if (x->live && x->live->paused_since != DAY_NONE && x->limit) {
		steps_paused(x, &l);
	} else {
		steps_none(x, &l);
	}
	step_used(x, &l);
	out->n_steps = l.n;
}
