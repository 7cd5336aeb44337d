/*
 * xmr.h - is a monthly number changing, or only wobbling?
 *
 * An XmR chart (individual values and moving ranges) draws the mean of a series
 * and, from how much neighbouring points differ, the limits between which points
 * fall by chance. NHS England's "Making data count" reads it by four rules; a
 * point that meets one has a *special cause* and deserves a question, any other
 * has none and deserves no explanation. The numbers are those of the NHS's own
 * package, NHSRplotthedots.
 *
 *   limits          mean -+ 2.66 x mean moving range (3 / 1.128: Wheeler,
 *                   Understanding variation, 1993)
 *   screening       moving ranges of 3.267 x their mean or more are left out of
 *                   the limits, once, so that one jump does not widen them
 *   outside         a point beyond a limit
 *   two of three    two of three neighbours in the outer third between mean and
 *                   limit, on one side; only points in that third are marked
 *   shift           seven or more in a row on one side of the mean
 *   trend           seven or more in a row each above (or each below) the last
 *
 * A point carries the first rule, in this order, that marks it.
 *
 * Rules of use
 *  - Points are in order of time, one a period, none missing.
 *  - *Rebase*: `starts` lists where a new mean and new limits begin, because the
 *    service changed. Rules do not reach across a start.
 *  - A stretch needs XMR_LEAST points, else RC_BAD_INPUT names it. A stretch under
 *    XMR_ENOUGH is worked out and marked `short_stretch`: its limits move easily.
 *  - *Kept limits*: mean and limits are those of named points (base_from, base_n), such as
 *    the year before a change, and hold for every other: later months are read against what was.
 *  - A stretch in which all points are equal has limits equal to the mean.
 */
#ifndef LINNET_STAT_XMR_H
#define LINNET_STAT_XMR_H

#include "base/err.h"

enum { XMR_LEAST = 2, XMR_ENOUGH = 12, XMR_RUN = 7 };

enum better { BETTER_NEITHER, BETTER_HIGH, BETTER_LOW };
enum cause { CAUSE_COMMON, CAUSE_OUTSIDE, CAUSE_TWO_OF_THREE, CAUSE_SHIFT, CAUSE_TREND };
enum meaning { MEANS_NOTHING, MEANS_IMPROVEMENT, MEANS_CONCERN, MEANS_CHANGE }; /* the last: neither is better */
enum assurance { ASSURE_NO_TARGET, ASSURE_PASS, ASSURE_FAIL, ASSURE_HIT_AND_MISS };

struct xmr_point {
	double mean, lower, upper; /* of its stretch */
	enum cause cause;
	enum meaning meaning;
	int8_t side; /* where it is for `cause`: 1 above or rising, -1 below or falling, 0 none */
	bool outside, outer_third;
	bool short_stretch;
};

struct xmr_options {
	enum better better;
	bool screen;
	const size_t *starts; /* first points of new stretches, rising, none 0; may be NULL */
	size_t starts_n;
	/* Mean and limits of these points alone, kept for all: base_n 0 is all of a stretch. Not with `starts`. */
	size_t base_from, base_n;
};

enum rc xmr_chart(const double *values, size_t n, const struct xmr_options *options, struct xmr_point *points_out,
		  struct err *e) NODISCARD;

/* Will the process, if it stays as in its last stretch, meet the target? ASSURE_PASS when
 * both limits are on the good side, ASSURE_FAIL when on the bad one, else by chance.
 * A target on a limit counts as by chance. No target: has_target false. BETTER_NEITHER: no assurance. */
enum assurance xmr_assurance(const struct xmr_point *last, enum better better, bool has_target, double target);

#endif
