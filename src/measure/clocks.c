/* Measures of clocks: done in time, and how long people wait. */
#include "measure/hit.h"

static bool in_force(const struct measure *m, day_t day)
{
	return day >= m->from && day < m->until;
}

static struct str reason_of(const struct measure_world *w, const struct clock *c)
{
	if (c->state == CLOCK_DONE)
		return STR("done, and no last day in time");
	struct str why = rulebook_reason(w->rules, c->reason);
	return why.n ? why : str_of(clock_state_title((enum clock_state)c->state));
}

/* The day that puts a clock into a period; DAY_NONE: nothing does. */
static day_t anchor_of(const struct measure *m, const struct clock *c)
{
	if (m->by == BY_DONE)
		return c->state == CLOCK_DONE ? c->done : DAY_NONE;
	if (m->by == BY_DAY)
		return c->start == DAY_NONE ? DAY_NONE : c->start + m->by_days;
	return c->due == DAY_NONE ? c->start : c->due;
}

/* Ended, excused or refused after its last day in time had passed: it was late by then, and
 * leaving or refusing does not undo that. Of a refusal the clock stays open, in the young
 * person's hands from that day on. */
static bool ended_late(const struct clock *c)
{
	if (c->due == DAY_NONE || (c->state != CLOCK_STOPPED && c->state != CLOCK_NOT_REQUIRED))
		return false;
	if (c->done != DAY_NONE)
		return c->done > c->due;
	return c->holder == HOLDER_YOUNG_PERSON && c->holder_since > c->due;
}

static enum outcome outcome_of(const struct measure_world *w, const struct clock *c, day_t as_of, int *late_out)
{
	*late_out = 0;
	if (c->state == CLOCK_DONE && c->due == DAY_NONE)
		return OUTCOME_OUT; /* done while the rule did not apply: neither in time nor late */
	switch (clock_lateness(w->rules, w->workdays, c, as_of, late_out)) {
	case LATE_DONE_IN_TIME: *late_out = 0; return OUTCOME_YES;
	case LATE_DONE_LATE:
	case LATE_OVERDUE:
	case LATE_MISSED: return OUTCOME_NO;
	case LATE_NOT:
	case LATE_DUE_SOON: *late_out = 0; return OUTCOME_NOT_YET;
	case LATE_CLOSED: break;
	}
	return ended_late(c) ? OUTCOME_NO : OUTCOME_OUT;
}

void clock_hits(const struct measure *m, const struct measure_world *w, const struct measure_child *c, day_t from,
		day_t to, struct hits *l)
{
	for (size_t i = 0; i < c->n_clocks; i++) {
		const struct clock *k = &c->clocks[i];
		if (!measure_has_standard(m, k->standard) || (m->by == BY_DONE && k->state != CLOCK_DONE))
			continue;
		day_t anchor = anchor_of(m, k);
		if (anchor != DAY_NONE && !in_force(m, anchor))
			continue;
		day_t period = anchor == DAY_NONE ? DAY_NONE : period_of(m, anchor);
		if (period != DAY_NONE && (period < from || period > to))
			continue;
		int late = 0;
		struct measure_hit h = { .period = period, .clock = (int32_t)i, .fact = k->done_by };
		h.outcome = (uint8_t)outcome_of(w, k, c->as_of, &late);
		h.days = late;
		if (h.outcome == OUTCOME_OUT)
			h.reason = reason_of(w, k);
		day_t start = k->start != DAY_NONE ? k->start : c->as_of;
		h.place = place_on(w, c, start, anchor != DAY_NONE ? anchor : start, k->org);
		hits_add(l, h);
	}
}

/* Open at the end of the day: begun, and neither done nor ended by then. */
static bool open_on(const struct clock *k, day_t day)
{
	return k->start != DAY_NONE && k->start <= day && (k->state == CLOCK_RUNNING || k->done > day);
}

/* Of the ages that the wait is counted for, on that day? `known_out`: can it be told? */
static bool of_age(const struct measure *m, const struct measure_child *c, day_t day, bool *known_out)
{
	day_t born = c->f->child.born;
	*known_out = born != DAY_NONE || !(m->ages.under_end || m->ages.from_end);
	if (born == DAY_NONE)
		return true;
	return !(m->ages.under_end && day >= day_birthday(born, m->ages.under_end)) &&
	       !(m->ages.from_end && day < day_birthday(born, m->ages.from_end));
}

/* Longer than so many days, and not longer than so many. */
static bool in_band(const struct measure *m, day_t waited)
{
	return (!m->longer_than_days || waited > m->longer_than_days) &&
	       (!m->at_most_days || waited <= m->at_most_days);
}

static void waiting(const struct measure *m, const struct measure_world *w, const struct measure_child *c, size_t i,
		    day_t from, day_t to, struct hits *l)
{
	const struct clock *k = &c->clocks[i];
	if (k->start == DAY_NONE)
		return;
	bool counts = k->state == CLOCK_RUNNING || k->state == CLOCK_DONE || k->state == CLOCK_STOPPED ||
		      k->state == CLOCK_MISSED;
	day_t p = period_of(m, k->start);
	for (p = p < from ? from : p; p <= to && p <= c->as_of; p = period_next(m, p)) {
		day_t end = period_last(m, p) < c->as_of ? period_last(m, p) : c->as_of;
		bool open = counts ? open_on(k, end) : k->start <= end && (k->done == DAY_NONE || k->done > end);
		if (!open && k->start <= end)
			return;
		if (!open || !in_force(m, end) || !in_band(m, end - k->start))
			continue;
		bool known;
		if (!of_age(m, c, end, &known))
			continue;
		struct measure_hit h = { .period = p,
					 .clock = (int32_t)i,
					 .fact = -1,
					 .days = end - k->start,
					 .outcome = counts && known ? OUTCOME_YES : OUTCOME_OUT,
					 .place = place_on(w, c, k->start, end, k->org) };
		if (!counts || !known)
			h.reason = counts ? STR("date of birth not known") : reason_of(w, k);
		hits_add(l, h);
	}
}

static bool counted_in(const struct hits *l, day_t period)
{
	for (size_t i = 0; i < l->n; i++)
		if (l->h[i].period == period)
			return true;
	return false;
}

/* Open on some day of the period: whoever left on its first day was there. */
static void open_some_day(const struct measure *m, const struct measure_world *w, const struct measure_child *c,
			  size_t i, day_t from, day_t to, struct hits *l)
{
	const struct clock *k = &c->clocks[i];
	day_t end = k->done == DAY_NONE ? c->as_of : k->done;
	if (k->start == DAY_NONE || k->state == CLOCK_NOT_REQUIRED || k->state == CLOCK_NOT_KNOWN)
		return;
	day_t p = period_of(m, k->start);
	for (p = p < from ? from : p; p <= to && p <= end && p <= c->as_of; p = period_next(m, p)) {
		day_t first = k->start > p ? k->start : p;
		if (!in_force(m, first) || counted_in(l, p))
			continue;
		hits_add(l, (struct measure_hit){ .period = p,
						  .outcome = OUTCOME_YES,
						  .clock = (int32_t)i,
						  .fact = -1,
						  .days = first - k->start,
						  .place = place_on(w, c, k->start, first, k->org) });
	}
}

void wait_hits(const struct measure *m, const struct measure_world *w, const struct measure_child *c, day_t from,
	       day_t to, struct hits *l)
{
	for (size_t i = 0; i < c->n_clocks; i++) {
		const struct clock *k = &c->clocks[i];
		if (!measure_has_standard(m, k->standard))
			continue;
		if (m->by == BY_WAITING) {
			waiting(m, w, c, i, from, to, l);
			continue;
		}
		if (m->by == BY_OPEN) {
			open_some_day(m, w, c, i, from, to, l);
			continue;
		}
		if (k->state != CLOCK_DONE || k->start == DAY_NONE || !in_force(m, k->done))
			continue;
		day_t p = period_of(m, k->done);
		if (p >= from && p <= to && in_band(m, k->done - k->start))
			hits_add(l, (struct measure_hit){ .period = p,
							  .outcome = OUTCOME_YES,
							  .clock = (int32_t)i,
							  .fact = k->done_by,
							  .days = k->done > k->start ? k->done - k->start : 0,
							  .place = place_on(w, c, k->start, k->done, k->org) });
	}
}

/* Open at the end of the month, and what of another standard is met by then. */

static bool is_of(const uint64_t *standards, uint16_t standard)
{
	return standards[standard >> 6] >> (standard & 63) & 1;
}

/* The clock of one of these standards with the same opening; NULL none. */
static const struct clock *beside(const struct measure_child *c, const uint64_t *standards, const struct clock *k)
{
	for (size_t i = 0; i < c->n_clocks; i++)
		if (is_of(standards, c->clocks[i].standard) && c->clocks[i].opened_by == k->opened_by)
			return &c->clocks[i];
	return NULL;
}

static bool met_by(const struct clock *k, day_t day)
{
	return k && k->state == CLOCK_DONE && k->done <= day;
}

static void open_hit(const struct measure *m, const struct measure_world *w, const struct measure_child *c, size_t i,
		     day_t end, struct measure_hit *h)
{
	const struct clock *k = &c->clocks[i], *met = beside(c, m->met, k);
	*h = (struct measure_hit){ .period = period_of(m, end),
				   .clock = (int32_t)i,
				   .fact = -1,
				   .outcome = met_by(met, end) ? OUTCOME_YES : OUTCOME_NO,
				   .place = place_on(w, c, k->start, end, k->org) };
	if (met_by(met, end))
		h->fact = met->done_by;
	if (k->state != CLOCK_NOT_KNOWN && k->state != CLOCK_NOT_REQUIRED)
		return;
	h->outcome = OUTCOME_OUT;
	h->reason = reason_of(w, k);
}

void open_hits(const struct measure *m, const struct measure_world *w, const struct measure_child *c, day_t from,
	       day_t to, struct hits *l)
{
	for (size_t i = 0; i < c->n_clocks; i++) {
		const struct clock *k = &c->clocks[i];
		if (!measure_has_standard(m, k->standard) || k->start == DAY_NONE)
			continue;
		day_t p = period_of(m, k->start);
		for (p = p < from ? from : p; p <= to && p <= c->as_of; p = period_next(m, p)) {
			day_t end = period_last(m, p) < c->as_of ? period_last(m, p) : c->as_of;
			if (k->start > end || (k->done != DAY_NONE && k->done <= end))
				continue;
			if (!in_force(m, end) || (m->asks_of_met && !met_by(beside(c, m->of_met, k), end)))
				continue;
			struct measure_hit h;
			open_hit(m, w, c, i, end, &h);
			hits_add(l, h);
		}
	}
}
