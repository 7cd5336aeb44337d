#include "stat/xmr.h"

#include <math.h>

#define LIMIT_FACTOR  2.66
#define SCREEN_FACTOR 3.267

/* Mean of the moving ranges below `most`; 0 when none is. */
static double mean_range(const double *v, size_t n, double most)
{
	double sum = 0;
	size_t used = 0;
	for (size_t i = 1; i < n; i++) {
		double range = fabs(v[i] - v[i - 1]);
		if (range < most) {
			sum += range;
			used++;
		}
	}
	return used ? sum / (double)used : 0;
}

static enum rc set_limits(const double *v, size_t n, const struct xmr_options *o, struct xmr_point *p, struct err *e)
{
	const double *base = v + o->base_from;
	size_t base_n = o->base_n ? o->base_n : n;
	double sum = 0;
	for (size_t i = 0; i < base_n; i++) /* from the first: equal values have exactly that mean, so none is "outside" */
		sum += base[i] - base[0];
	double mean = base[0] + sum / (double)base_n, range = mean_range(base, base_n, INFINITY);
	if (o->screen)
		range = mean_range(base, base_n, SCREEN_FACTOR * range);
	if (!isfinite(mean) || !isfinite(range * LIMIT_FACTOR))
		return err_set(e, RC_LIMIT, "The values are too large for a chart.");
	for (size_t i = 0; i < n; i++)
		p[i] = (struct xmr_point){ .mean = mean,
					   .lower = mean - LIMIT_FACTOR * range,
					   .upper = mean + LIMIT_FACTOR * range,
					   .short_stretch = base_n < XMR_ENOUGH };
	return RC_OK;
}

static int side_of(double v, double line)
{
	return (v > line) - (v < line);
}

static void find_outside(const double *v, size_t n, struct xmr_point *p)
{
	for (size_t i = 0; i < n; i++) {
		double third = p[i].mean + (double)side_of(v[i], p[i].mean) * (p[i].upper - p[i].mean) * 2 / 3;
		p[i].outside = v[i] > p[i].upper || v[i] < p[i].lower;
		p[i].outer_third = !p[i].outside && (v[i] > p[i].mean ? v[i] > third : v[i] < third);
	}
}

static void mark(struct xmr_point *p, enum cause cause, int side)
{
	if (p->cause != CAUSE_COMMON)
		return; /* an earlier rule has it */
	p->cause = cause;
	p->side = (int8_t)side;
}

static void find_two_of_three(const double *v, size_t n, struct xmr_point *p)
{
	for (size_t i = 0; i < n; i++)
		for (size_t k = i + 1; k < n && k <= i + 2; k++) {
			int side = side_of(v[i], p[i].mean);
			if (!p[i].outer_third || !p[k].outer_third || side_of(v[k], p[k].mean) != side)
				continue;
			/* a pair with one between needs that third point; a pair at either end of the
			 * stretch has its third point on the other side */
			if (n >= 3) {
				mark(&p[i], CAUSE_TWO_OF_THREE, side);
				mark(&p[k], CAUSE_TWO_OF_THREE, side);
			}
		}
}

/* Runs of equal signs of at least `least` in sign[0..n); 0 is never a run. Marks `ahead` points before each. */
static void mark_runs(const int8_t *sign, size_t n, size_t least, size_t ahead, enum cause cause, struct xmr_point *p)
{
	for (size_t from = 0, to; from < n; from = to) {
		for (to = from + 1; to < n && sign[to] == sign[from]; to++)
			;
		if (sign[from] == 0 || to - from < least)
			continue;
		for (size_t i = from - ahead; i < to; i++)
			mark(&p[i], cause, sign[from]);
	}
}

static void find_runs(const double *v, size_t n, struct xmr_point *p)
{
	AUTO(auto_free) int8_t *sign = xcalloc(n, sizeof *sign);
	for (size_t i = 0; i < n; i++)
		sign[i] = (int8_t)side_of(v[i], p[i].mean);
	mark_runs(sign, n, XMR_RUN, 0, CAUSE_SHIFT, p);
	sign[0] = 0; /* the first point follows none */
	for (size_t i = 1; i < n; i++)
		sign[i] = (int8_t)side_of(v[i], v[i - 1]);
	mark_runs(sign, n, XMR_RUN - 1, 1, CAUSE_TREND, p); /* six steps join seven points */
}

static enum meaning meaning_of(const struct xmr_point *p, enum better better)
{
	if (p->cause == CAUSE_COMMON)
		return MEANS_NOTHING;
	if (better == BETTER_NEITHER)
		return MEANS_CHANGE;
	return (p->side > 0) == (better == BETTER_HIGH) ? MEANS_IMPROVEMENT : MEANS_CONCERN;
}

static enum rc stretch(const double *v, size_t n, const struct xmr_options *o, struct xmr_point *p, struct err *e)
{
	enum rc rc = set_limits(v, n, o, p, e);
	if (rc != RC_OK)
		return rc;
	find_outside(v, n, p);
	for (size_t i = 0; i < n; i++)
		if (p[i].outside)
			mark(&p[i], CAUSE_OUTSIDE, side_of(v[i], p[i].mean));
	find_two_of_three(v, n, p);
	find_runs(v, n, p);
	for (size_t i = 0; i < n; i++)
		p[i].meaning = meaning_of(&p[i], o->better);
	return RC_OK;
}

static enum rc check(const double *values, size_t n, const struct xmr_options *o, struct err *e)
{
	for (size_t i = 0; i < n; i++)
		if (!isfinite(values[i]))
			return err_set(e, RC_BAD_INPUT, "Point %zu is not a number; a chart needs every period.",
				       i + 1);
	size_t from = 0;
	if (o->base_n ? o->starts_n > 0 || o->base_n < XMR_LEAST || o->base_from > n || o->base_n > n - o->base_from
		      : o->base_from > 0)
		return err_set(e, RC_BAD_INPUT, "Limits are kept from at least %d points of a chart of one stretch.",
			       XMR_LEAST);
	for (size_t i = 0; i <= o->starts_n; i++) {
		size_t to = i < o->starts_n ? o->starts[i] : n;
		if (to > n || to < from + XMR_LEAST)
			return err_set(
			    e, RC_BAD_INPUT,
			    "Stretch %zu of the chart has fewer than %d points; begin it earlier or join it.", i + 1,
			    XMR_LEAST);
		from = to;
	}
	return RC_OK;
}

enum rc xmr_chart(const double *values, size_t n, const struct xmr_options *options, struct xmr_point *points_out,
		  struct err *e)
{
	enum rc rc = check(values, n, options, e);
	if (rc != RC_OK)
		return rc;
	AUTO(auto_free) struct xmr_point *points = xcalloc(n, sizeof *points);
	size_t from = 0;
	for (size_t i = 0; rc == RC_OK && i <= options->starts_n; i++) {
		size_t to = i < options->starts_n ? options->starts[i] : n;
		rc = stretch(values + from, to - from, options, points + from, e);
		from = to;
	}
	if (rc == RC_OK)
		memcpy(points_out, points, n * sizeof *points);
	return rc;
}

enum assurance xmr_assurance(const struct xmr_point *last, enum better better, bool has_target, double target)
{
	if (!has_target || better == BETTER_NEITHER || !isfinite(target))
		return ASSURE_NO_TARGET;
	if (target >= last->lower && target <= last->upper)
		return ASSURE_HIT_AND_MISS;
	return (target < last->lower) == (better == BETTER_HIGH) ? ASSURE_PASS : ASSURE_FAIL;
}
