/*
 * chart.h - run charts and Shewhart control charts, for counts of any kind.
 *
 * Every chart has a centre line, a test for runs round it, and all but the run
 * chart have limits three deviations away. Which chart depends on what a point is:
 *
 *   run      any number; centre the median; no limits
 *   i, mr    any number; the second shows the step from the point before
 *   p, p'    children with something, of children (a proportion)
 *   u, u'    events per child or day (a rate)
 *   c        events, the same number of children or days each time
 *   g        how many children between two rare events
 *   t        how many days between two rare events
 *
 * p' and u' (Laney 2002) widen the limits by how much the points really vary:
 * with large denominators plain p and u call everything unusual.
 *
 * The test for runs (Anhoej 2014) uses only points off the centre line: a run
 * longer than round(log2 n) + 3, or fewer crossings than the 5 % point of
 * fair coin throws (n - 1), is a sign of a shift.
 *
 * Formulas: Montgomery, Introduction to statistical quality control; t: Nelson
 * 1994 (values to the power 1/3.6); answers as qicharts2.
 *
 * Rules of use: one call a stretch with one centre line; call again after a
 * change of the service. `excluded` points are shown and counted nowhere.
 * `after_baseline` points are shown and tested, and do not move the lines.
 */
#ifndef LINNET_STAT_CHART_H
#define LINNET_STAT_CHART_H

#include "base/err.h"

enum chart_kind {
	CHART_RUN,
	CHART_I,
	CHART_MR,
	CHART_P,
	CHART_P_PRIME,
	CHART_U,
	CHART_U_PRIME,
	CHART_C,
	CHART_G,
	CHART_T
};

struct chart_in {
	double count; /* the value, or the numerator */
	double of;    /* p and u: the denominator, above 0; others do not look at it */
	bool excluded, after_baseline;
};

struct chart_point {
	double value;
	double lower, upper;   /* three deviations */
	double lower2, upper2; /* two deviations: about 95 % */
	bool has_value;	       /* the first point of an mr chart has none */
	bool outside;	       /* beyond the three deviations */
};

struct chart_lines {
	double centre;
	bool has_limits;
	/* the test for runs */
	int64_t points; /* not excluded */
	int64_t useful; /* of them off the centre line */
	int64_t longest, longest_most;
	int64_t crossings, crossings_least;
	bool runs_signal; /* longest > longest_most or crossings < crossings_least; never on an mr chart */
};

/* points_out: n. RC_BAD_INPUT: not a number, negative where a count is meant, a numerator
 * above its denominator (p), a denominator of 0, or under 2 points in the baseline. */
enum rc chart_make(enum chart_kind kind, const struct chart_in *in, size_t n, struct chart_lines *lines_out,
		   struct chart_point *points_out, struct err *e) NODISCARD;

#endif
