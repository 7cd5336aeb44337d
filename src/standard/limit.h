/*
 * limit.h - from day 0 to the last day (and minute) in time. Private to this room.
 *
 * One clock in two asks for it, so that the common ways stand here, for the engine
 * to take in; what is rare (hours, dates beyond the table) is called.
 */
#ifndef LINNET_STANDARD_LIMIT_H
#define LINNET_STANDARD_LIMIT_H

#include "standard/hours.h"
#include "standard/run.h"

/* The first day of a yearly table (YEARS_MAX) on or after `from`; DAY_NEVER past it. */
static inline day_t year_from(const day_t *years, day_t from)
{
	int i = from > years[0] ? (int)((from - years[0]) / 366) : 0;
	while (i < YEARS_MAX && years[i] < from)
		i++;
	return i < YEARS_MAX ? years[i] : DAY_NEVER;
}

/* The last day in time, and its minute where the limit is in hours (`again`: as due_again of a clock). */
struct limit_day {
	day_t day;
	int16_t minute;
	bool again;
};

/* The date of a limit until a date, on or after day 0. */
day_t limit_date(const struct limit *l, day_t start);
struct limit_day limit_hours(day_t start, int start_minute, int hours);

/* How many units the limit gives (parameters looked up); negative: none is set. */
static inline int limit_n(const struct engine *en, const struct limit *l, const struct inst *in)
{
	if (!l->parameter)
		return l->n;
	struct place at = in->council < en->n_places ? en->places[in->council] : (struct place){ 0, 0 };
	return parameter_value(&en->rb->parameters[l->parameter - 1], at, in->row.start);
}

static inline day_t limit_later(const struct workdays *w, day_t day, uint8_t unit, int n)
{
	switch (unit) {
	case UNIT_WORKING_DAYS: return workdays_add(w, day, n);
	case UNIT_WEEKS: return day + 7 * n;
	case UNIT_MONTHS: return day_add_months(day, n);
	default: return day + n;
	}
}

static inline struct limit_day limit_end(const struct engine *en, const struct rule *r, const struct inst *in,
					 const struct limit *l, int n)
{
	day_t start = in->row.start, due;
	switch (l->unit) {
	case UNIT_HOURS: return limit_hours(start, start_minute(r, &in->row), n + (in->extended ? r->extend_n : 0));
	case UNIT_UNTIL_DATE: due = limit_date(l, start); break;
	case UNIT_UNTIL_AGE:
		due = en->birthday[l->until_age] == DAY_NONE ? DAY_NONE : en->birthday[l->until_age] - 1;
		break;
	default: due = limit_later(en->w, start, l->unit, n);
	}
	if (in->extended && due != DAY_NONE)
		due = limit_later(en->w, due, r->extend_unit, r->extend_n);
	if (in->paused_days && due != DAY_NONE)
		due = rule_add_days(r, en->w, due, in->paused_days);
	return (struct limit_day){ due, MINUTE_NONE, false };
}

static inline bool limit_holds(const struct engine *en, const struct limit *l, const struct inst *in)
{
	const struct fact *opening = &en->facts[in->row.opened_by];
	return (!(l->asks & ASKS_VALUE) || opening->value == l->value) &&
	       (!(l->asks & ASKS_CODE) || code_in(l->code, opening->code)) &&
	       (!(l->asks & ASKS_NTH) || in->row.ordinal == l->nth) &&
	       (!(l->asks & ASKS_WITHIN) || in->row.start < day_add_months(in->opened, l->within_months)) &&
	       (!(l->asks & ASKS_PAST) || in->past);
}

/* The limit of a rule that holds for a clock, and its last day (and minute) in time.
 * NULL, and nothing written, if it cannot be told. `r` is the clock's rule or one
 * that lives alike. */
static inline __attribute__((always_inline)) const struct limit *limit_of(const struct engine *en, const struct rule *r,
									  const struct inst *in, struct clock *row)
{
	for (const struct limit *l = r->due, *end = l + r->n_due; l < end; l++) {
		if (l->asks) {
			if (!limit_holds(en, l, in))
				continue;
			if ((l->asks & (ASKS_AGE | ASKS_AGE_WHEN_DUE)) && en->birthday[l->age] == DAY_NONE)
				return NULL;
			if ((l->asks & ASKS_AGE) && in->row.start >= en->birthday[l->age])
				continue;
		}
		int n = limit_n(en, l, in);
		struct limit_day due = { DAY_NONE, MINUTE_NONE, false };
		if (n >= 0)
			due = limit_end(en, r, in, l, n);
		if (due.day == DAY_NONE)
			return NULL;
		if ((l->asks & ASKS_AGE_WHEN_DUE) && due.day >= en->birthday[l->age])
			continue;
		row->due = due.day;
		row->due_minute = due.minute;
		row->due_again = due.again;
		return l;
	}
	return NULL;
}

/* Writes a clock's last day in time; returns the limit that gave it, NULL if none can be told now. */
static inline const struct limit *limit_said(const struct engine *en, const struct rule *r, const struct inst *in,
					     struct clock *row)
{
	row->due = DAY_NONE;
	row->due_minute = MINUTE_NONE;
	row->due_again = false;
	return in->never_ran || in->paused_since != DAY_NONE ? NULL : limit_of(en, r, in, row);
}

#endif
