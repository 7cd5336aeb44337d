#include "stat/slope.h"

#include "stat/dist.h"

#include <math.h>

static double to_scale(enum slope_scale scale, double v)
{
	return scale == SLOPE_LOG ? log(v) : scale == SLOPE_LOGIT ? log(v / (1 - v)) : v;
}

static double from_scale(enum slope_scale scale, double v)
{
	return scale == SLOPE_LOG ? exp(v) : scale == SLOPE_LOGIT ? 1 / (1 + exp(-v)) : v;
}

static enum rc check(const struct slope_group *g, size_t n, enum slope_scale scale, double level, struct err *e)
{
	if (n < 2)
		return err_set(e, RC_BAD_INPUT, "A slope needs two groups or more.");
	for (size_t i = 0; i < n; i++) {
		if (!isfinite(g[i].persons) || g[i].persons <= 0)
			return err_set(e, RC_BAD_INPUT, "Group %zu has no persons; join it with a neighbour.", i + 1);
		if (!isfinite(g[i].value) || !isfinite(to_scale(scale, g[i].value)))
			return err_set(e, RC_BAD_INPUT,
				       "The value of group %zu has no place on the scale of the slope.", i + 1);
		if (level != 0 && (!isfinite(g[i].error) || g[i].error < 0))
			return err_set(e, RC_BAD_INPUT, "The standard error of group %zu is no number of 0 or more.",
				       i + 1);
	}
	return RC_OK;
}

struct fit {
	double place, height; /* weighted means */
	double spread;	      /* weighted, of the places */
	double slope, variance;
};

static struct fit fit_line(const struct slope_group *g, size_t n, enum slope_scale scale)
{
	struct fit f = { .place = 0.5 }; /* the weighted mean of middles is the middle */
	double all = 0, before = 0;
	for (size_t i = 0; i < n; i++)
		all += g[i].persons;
	for (size_t i = 0; i < n; i++)
		f.height += g[i].persons / all * to_scale(scale, g[i].value);
	for (size_t i = 0; i < n; i++) {
		double share = g[i].persons / all, off = before + share / 2 - f.place;
		f.spread += share * off * off;
		f.slope += share * off * (to_scale(scale, g[i].value) - f.height);
		f.variance += share * off * share * off * g[i].error * g[i].error;
		before += share;
	}
	f.slope /= f.spread;
	f.variance /= f.spread * f.spread;
	return f;
}

enum rc slope_index(const struct slope_group *groups, size_t n, enum slope_scale scale, double level, struct slope *out,
		    struct err *e)
{
	double z = 0;
	enum rc rc = check(groups, n, scale, level, e);
	if (rc != RC_OK)
		return rc;
	if (level != 0 && !dist_z(level, &z))
		return err_set(e, RC_BAD_INPUT, "The level of an interval is between 0 and 1, for example 0.95.");
	struct fit f = fit_line(groups, n, scale);
	double start = f.height - f.slope * f.place;
	double most = from_scale(scale, start), least = from_scale(scale, start + f.slope);
	struct slope s = { .slope = least - most, .intercept = most };
	s.has_relative = most != 0 && isfinite(least / most);
	if (s.has_relative)
		s.relative = least / most;
	if (level != 0 && scale == SLOPE_PLAIN) {
		s.has_limits = true;
		s.lower = s.slope - z * sqrt(f.variance);
		s.upper = s.slope + z * sqrt(f.variance);
	}
	if (!isfinite(s.slope) || !isfinite(s.lower) || !isfinite(s.upper))
		return err_set(e, RC_LIMIT, "The values are too large for a slope.");
	*out = s;
	return RC_OK;
}
