#include "stat/funnel.h"

#include "stat/dist.h"

#include <math.h>

const char *significance_name(enum significance s)
{
	static const char *const names[] = { "Not significant", "Low (0.025)", "Low (0.001)", "High (0.025)",
					     "High (0.001)" };
	return (size_t)s < COUNT_OF(names) ? names[s] : names[0];
}

enum rc funnel_proportion(double baseline, double n, double level, struct limits *out, struct err *e)
{
	double z = 0;
	if (!(baseline >= 0 && baseline <= 1) || !isfinite(n) || n <= 0)
		return err_set(e, RC_BAD_INPUT,
			       "A funnel of proportions needs a baseline from 0 to 1 and a denominator above 0.");
	if (!dist_z(level, &z))
		return err_set(e, RC_BAD_INPUT, "The level of a funnel is between 0 and 1, for example 0.95.");
	double half = z * sqrt(baseline * (1 - baseline) / n);
	*out = (struct limits){ .lower = fmax(0, baseline - half), .upper = fmin(1, baseline + half) };
	return RC_OK;
}

enum rc compare_proportion(double numerator, double denominator, double baseline, enum significance *out, struct err *e)
{
	struct limits inner, outer;
	if (!isfinite(numerator) || numerator < 0 || !(numerator <= denominator))
		return err_set(e, RC_BAD_INPUT,
			       "The numerator of a proportion is from 0 to its denominator; correct one of them.");
	enum rc rc = funnel_proportion(baseline, denominator, FUNNEL_INNER, &inner, e);
	if (rc == RC_OK)
		rc = funnel_proportion(baseline, denominator, FUNNEL_OUTER, &outer, e);
	if (rc != RC_OK)
		return rc;
	double share = numerator / denominator;
	*out = share < outer.lower   ? LOW_OUTER
	       : share < inner.lower ? LOW_INNER
	       : share > outer.upper ? HIGH_OUTER
	       : share > inner.upper ? HIGH_INNER
				     : SIGNIFICANCE_NONE;
	return RC_OK;
}

enum rc funnel_events(double events, double level, struct funnel_point *out, struct err *e)
{
	struct limits l;
	enum rc rc = exact_limits(events, level, &l, e);
	if (rc == RC_OK)
		*out = (struct funnel_point){ .low_expected = l.upper, .high_expected = l.lower };
	return rc;
}

enum rc funnel_persons(double events, double baseline, double years, double level, struct funnel_point *out,
		       struct err *e)
{
	struct funnel_point p;
	double yearly = baseline * years;
	if (!isfinite(yearly) || baseline <= 0 || years <= 0)
		return err_set(e, RC_BAD_INPUT, "A funnel of rates needs a baseline and a number of years above 0.");
	enum rc rc = funnel_events(events, level, &p, e);
	if (rc != RC_OK)
		return rc;
	p.low_expected /= yearly;
	p.high_expected /= yearly;
	if (!isfinite(p.low_expected))
		return err_set(e, RC_LIMIT, "The baseline of the funnel is too near 0.");
	*out = p;
	return RC_OK;
}

enum rc compare_events(double events, double expected, enum significance *out, struct err *e)
{
	struct funnel_point inner, outer;
	if (!isfinite(expected) || expected < 0)
		return err_set(e, RC_BAD_INPUT, "The expected number is 0 or more; correct it.");
	enum rc rc = funnel_events(events, FUNNEL_INNER, &inner, e);
	if (rc == RC_OK)
		rc = funnel_events(events, FUNNEL_OUTER, &outer, e);
	if (rc != RC_OK)
		return rc;
	*out = expected > outer.low_expected	? LOW_OUTER
	       : expected > inner.low_expected	? LOW_INNER
	       : expected < outer.high_expected ? HIGH_OUTER
	       : expected < inner.high_expected ? HIGH_INNER
						: SIGNIFICANCE_NONE;
	return RC_OK;
}
