#include "stat/standardise.h"

#include <math.h>

static bool is_amount(double v)
{
	return isfinite(v) && v >= 0;
}

struct reference_sums {
	double expected, events, persons;
};

static enum rc add_up(const struct reference_stratum *strata, size_t n, struct reference_sums *out, struct err *e)
{
	struct reference_sums s = { .expected = 0 };
	for (size_t i = 0; i < n; i++) {
		const struct reference_stratum *r = &strata[i];
		if (!is_amount(r->persons) || !is_amount(r->reference_events) || !is_amount(r->reference_persons))
			return err_set(e, RC_BAD_INPUT, "Stratum %zu holds a negative number or none; correct it.",
				       i + 1);
		if (r->reference_persons <= 0)
			return err_set(e, RC_BAD_INPUT,
				       "Stratum %zu has no persons in the reference; join it with a neighbour.", i + 1);
		s.expected += r->persons * r->reference_events / r->reference_persons;
		s.events += r->reference_events;
		s.persons += r->reference_persons;
	}
	if (!isfinite(s.expected) || !isfinite(s.persons))
		return err_set(e, RC_LIMIT, "The numbers of the strata are too large.");
	*out = s;
	return RC_OK;
}

enum rc expected_events(const struct reference_stratum *strata, size_t n, double *out, struct err *e)
{
	struct reference_sums s;
	enum rc rc = add_up(strata, n, &s, e);
	if (rc == RC_OK)
		*out = s.expected;
	return rc;
}

enum rc standardised_ratio(int64_t observed, const struct reference_stratum *strata, size_t n, double level, double per,
			   struct estimate *out, struct err *e)
{
	double expected = 0;
	enum rc rc = expected_events(strata, n, &expected, e);
	return rc == RC_OK ? ratio(observed, expected, level, per, out, e) : rc;
}

enum rc indirect_rate(int64_t observed, const struct reference_stratum *strata, size_t n, double level, double per,
		      struct estimate *out, struct err *e)
{
	struct reference_sums s;
	enum rc rc = add_up(strata, n, &s, e);
	if (rc != RC_OK)
		return rc;
	if (s.expected <= 0) {
		*out = (struct estimate){ .made = MADE_NO_DENOMINATOR };
		return RC_OK;
	}
	return ratio(observed, s.expected, level, per * s.events / s.persons, out, e);
}

enum rc repeated_events(const int64_t *people, size_t n, struct standard_stratum *out, struct err *e)
{
	int64_t events = 0, squares = 0;
	for (size_t i = 0; i < n; i++) {
		int64_t k = (int64_t)i + 1, once = 0, twice = 0;
		if (people[i] < 0)
			return err_set(e, RC_BAD_INPUT,
				       "The number of persons with %zu events is negative; correct it.", i + 1);
		if (__builtin_mul_overflow(people[i], k, &once) || __builtin_mul_overflow(once, k, &twice) ||
		    __builtin_add_overflow(events, once, &events) || __builtin_add_overflow(squares, twice, &squares))
			return err_set(e, RC_LIMIT, "There are too many events to add up.");
	}
	out->events = events;
	out->squared_events = squares;
	return RC_OK;
}

enum rc direct_rate(const struct standard_stratum *strata, size_t n, double level, double per, struct estimate *out,
		    struct err *e)
{
	double events = 0, weights = 0, weighted = 0, variance = 0;
	for (size_t i = 0; i < n; i++) {
		const struct standard_stratum *s = &strata[i];
		if (s->events < 0 || !is_amount(s->standard) || !is_amount(s->persons))
			return err_set(e, RC_BAD_INPUT, "Stratum %zu holds a negative number or none; correct it.",
				       i + 1);
		if (s->squared_events < s->events)
			return err_set(e, RC_BAD_INPUT,
				       "Stratum %zu has fewer squared events than events; give events again.", i + 1);
		if (s->persons <= 0)
			return err_set(e, RC_BAD_INPUT,
				       "Stratum %zu of the area has no persons; join it with a neighbour.", i + 1);
		double w = s->standard;
		events += (double)s->events;
		weights += w;
		weighted += w * (double)s->events / s->persons;
		variance += w * w * (double)s->squared_events / (s->persons * s->persons);
	}
	if (!isfinite(per) || per <= 0)
		return err_set(e, RC_BAD_INPUT, "The multiplier of a rate is above 0, for example 100000.");
	struct limits l;
	enum rc rc = byar_limits(events, level, &l, e);
	if (rc != RC_OK)
		return rc;
	if (weights <= 0 || events < EVENTS_FOR_BYAR) {
		*out = (struct estimate){ .made = weights <= 0 ? MADE_NO_DENOMINATOR : MADE_TOO_FEW };
		return RC_OK;
	}
	double value = weighted / weights, step = sqrt(variance / events) / weights;
	double lower = value + step * (l.lower - events), upper = value + step * (l.upper - events);
	if (!isfinite(value * per) || !isfinite(lower * per) || !isfinite(upper * per))
		return err_set(e, RC_LIMIT, "The numbers of the strata are too large for a rate.");
	*out = (struct estimate){ .value = value * per,
				  .lower = lower > 0 ? lower * per : 0,
				  .upper = upper * per,
				  .made = MADE,
				  .method = METHOD_DOBSON };
	return RC_OK;
}
