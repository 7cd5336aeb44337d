/*
 * slope.h - how steeply a value runs from the most to the least deprived.
 *
 * Areas or people are put into groups from most to least deprived (see
 * quantiles.h). Comparing only the ends would throw the middle away. The slope
 * index of inequality draws the line that fits all groups, each weighing as much
 * as its people, and says by how much it rises from one end of the population to
 * the other; the relative index says how many times the least deprived end is the
 * most deprived one.
 *
 * Line: weighted least squares of the value on the group's middle place in the
 * population (0 to 1), weights the shares of the population. On the log scale
 * (rates) and the logit scale (proportions) the line is fitted there, and both
 * ends are turned back before they are compared.
 * Low and Low, Journal of Public Health 26 (2004) 387-395; as PHEindicatormethods.
 *
 * Limits: only on the plain scale, from the standard errors of the groups, taken
 * as independent and normal. (The package draws at random to the same end.)
 */
#ifndef LINNET_STAT_SLOPE_H
#define LINNET_STAT_SLOPE_H

#include "stat/estimate.h"

enum slope_scale { SLOPE_PLAIN, SLOPE_LOG, SLOPE_LOGIT };

struct slope_group {	/* in order, the most deprived first */
	double persons; /* above 0 */
	double value;	/* log: above 0; logit: between 0 and 1 */
	double error;	/* standard error of the value, 0 or more; looked at for limits only */
};

struct slope {
	double slope;	   /* value at the least deprived end less that at the most deprived end */
	double relative;   /* the first divided by the second; 0 unless has_relative */
	double intercept;  /* the value at the most deprived end */
	bool has_relative; /* false when the line meets the most deprived end at 0 */
	bool has_limits;   /* of the slope */
	double lower, upper;
};

/* level 0: no limits. RC_BAD_INPUT: under two groups, or a number outside what is said above. */
enum rc slope_index(const struct slope_group *groups, size_t n, enum slope_scale scale, double level, struct slope *out,
		    struct err *e) NODISCARD;

#endif
