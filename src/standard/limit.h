/*
 * limit.h - from day 0 to the last day (and minute) in time. Private to this room.
 *
 * One clock in two asks for it, so that the common ways stand here, for the engine
 * to take in; what is rare (hours, dates beyond the table) is called.
 */
#ifndef LINNET_STANDARD_LIMIT_H
#define LINNET_STANDARD_LIMIT_H

#include "standard/rules.h"

/* The first day of a yearly table (YEARS_MAX) on or after `from`; DAY_NEVER past it. */
static inline day_t year_from(const day_t *years, day_t from)
{
	int i = from > years[0] ? (int)((from - years[0]) / 366) : 0;
	while (i < YEARS_MAX && years[i] < from)
		i++;
	return i < YEARS_MAX ? years[i] : DAY_NEVER;
}

/* The date of a limit until a date, on or after day 0. */
day_t limit_date(const struct limit *l, day_t start);
day_t limit_hours(const struct limit_asked *q, int hours, int16_t *minute_out);

/* How many units the limit gives (parameters looked up); negative: none is set. */
static inline int limit_n(const struct rulebook *rb, const struct limit *l, const struct limit_asked *q,
			  struct place place)
{
	return l->parameter ? parameter_value(&rb->parameters[l->parameter - 1], place, q->start) : l->n;
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

static inline day_t limit_end(const struct rule *r, const struct workdays *w, const struct limit *l, int n,
			      const struct limit_asked *q, const day_t *birthday, int16_t *minute_out)
{
	day_t due;
	switch (l->unit) {
	case UNIT_HOURS: return limit_hours(q, n + (q->extended ? r->extend_n : 0), minute_out);
	case UNIT_UNTIL_DATE: due = limit_date(l, q->start); break;
	case UNIT_UNTIL_AGE: due = birthday[l->until_age] == DAY_NONE ? DAY_NONE : birthday[l->until_age] - 1; break;
	default: due = limit_later(w, q->start, l->unit, n);
	}
	if (due == DAY_NONE)
		return due;
	if (q->extended)
		due = limit_later(w, due, r->extend_unit, r->extend_n);
	return q->paused ? rule_add_days(r, w, due, q->paused) : due;
}

static inline bool limit_holds(const struct limit *l, const struct limit_asked *q)
{
	return (!(l->asks & ASKS_VALUE) || q->opening->value == l->value) &&
	       (!(l->asks & ASKS_CODE) || code_in(l->code, q->opening->code)) &&
	       (!(l->asks & ASKS_NTH) || q->ordinal == l->nth) &&
	       (!(l->asks & ASKS_WITHIN) || q->start < day_add_months(q->opened, l->within_months)) &&
	       (!(l->asks & ASKS_PAST) || q->past);
}

/* The limit that holds for a clock, and its last day (and minute) in time. NULL,
 * and nothing written, if it cannot be told. `birthday` gives the day of ages[i]. */
static inline const struct limit *limit_of(const struct rulebook *rb, const struct rule *r, const struct workdays *w,
					   const struct limit_asked *q, struct place place, const day_t *birthday,
					   day_t *due_out, int16_t *minute_out)
{
	for (const struct limit *l = r->due, *end = l + r->n_due; l < end; l++) {
		if (l->asks) {
			if (!limit_holds(l, q))
				continue;
			if ((l->asks & (ASKS_AGE | ASKS_AGE_WHEN_DUE)) && birthday[l->age] == DAY_NONE)
				return NULL;
			if ((l->asks & ASKS_AGE) && q->start >= birthday[l->age])
				continue;
		}
		int n = limit_n(rb, l, q, place);
		int16_t minute = MINUTE_NONE;
		day_t due = n < 0 ? DAY_NONE : limit_end(r, w, l, n, q, birthday, &minute);
		if (due == DAY_NONE)
			return NULL;
		if ((l->asks & ASKS_AGE_WHEN_DUE) && due >= birthday[l->age])
			continue;
		*due_out = due;
		*minute_out = minute;
		return l;
	}
	return NULL;
}

#endif
