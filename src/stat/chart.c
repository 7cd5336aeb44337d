#include "stat/chart.h"

#include "stat/dist.h"

#include <math.h>

#define RANGE_TO_DEVIATION 1.128 /* d2 for ranges of two */
#define SCREEN_FACTOR	   3.267 /* D4 for ranges of two: the upper limit of a moving range */
#define T_POWER		   3.6

struct work {
	enum chart_kind kind;
	const struct chart_in *in;
	size_t n;
	double *value;	   /* on the scale of the chart; t: transformed */
	double *deviation; /* of each point */
	bool *has;
	bool *base; /* moves the lines */
	double centre;
	double lines_from; /* limits are measured from here: the centre, for g the mean */
};

static bool is_share(enum chart_kind k)
{
	return k == CHART_P || k == CHART_P_PRIME;
}

static bool has_denominator(enum chart_kind k)
{
	return is_share(k) || k == CHART_U || k == CHART_U_PRIME;
}

static bool is_count(enum chart_kind k)
{
	return has_denominator(k) || k == CHART_C || k == CHART_G || k == CHART_T;
}

static enum rc check(enum chart_kind kind, const struct chart_in *in, size_t n, struct err *e)
{
	for (size_t i = 0; i < n; i++) {
		if (!isfinite(in[i].count) || (has_denominator(kind) && !isfinite(in[i].of)))
			return err_set(e, RC_BAD_INPUT, "Point %zu is not a number; a chart needs every period.",
				       i + 1);
		if (is_count(kind) && in[i].count < 0)
			return err_set(e, RC_BAD_INPUT, "Point %zu is negative; this chart is for counts.", i + 1);
		if (has_denominator(kind) && in[i].of <= 0)
			return err_set(e, RC_BAD_INPUT, "Point %zu has a denominator of 0; leave the period out.",
				       i + 1);
		if (is_share(kind) && in[i].count > in[i].of)
			return err_set(e, RC_BAD_INPUT,
				       "Point %zu has a numerator larger than its denominator; correct one of them.",
				       i + 1);
	}
	return RC_OK;
}

static void set_values(struct work *w)
{
	const struct chart_in *before = NULL;
	for (size_t i = 0; i < w->n; i++) {
		const struct chart_in *p = &w->in[i];
		w->has[i] = true;
		if (has_denominator(w->kind))
			w->value[i] = p->count / p->of;
		else if (w->kind == CHART_T)
			w->value[i] = pow(p->count, 1 / T_POWER);
		else if (w->kind != CHART_MR)
			w->value[i] = p->count;
		else if (before)
			w->value[i] = fabs(p->count - before->count);
		else
			w->has[i] = false;
		before = p;
		w->base[i] = w->has[i] && !p->excluded && !p->after_baseline;
	}
}

static int by_value(const void *a, const void *b)
{
	double x = *(const double *)a, y = *(const double *)b;
	return (x > y) - (x < y);
}

/* Of the points that move the lines. */
static double median(const struct work *w)
{
	AUTO(auto_free) double *sorted = xcalloc(w->n, sizeof *sorted);
	size_t m = 0;
	for (size_t i = 0; i < w->n; i++)
		if (w->base[i])
			sorted[m++] = w->value[i];
	qsort(sorted, m, sizeof *sorted, by_value);
	return m % 2 ? sorted[m / 2] : (sorted[m / 2 - 1] + sorted[m / 2]) / 2;
}

/* Of the points that move the lines: the mean, for p and u that of all their children together.
 * Measured from the first, so that equal values have exactly that mean and none is off the line. */
static double mean(const struct work *w)
{
	double sum = 0, of = 0, first = 0;
	for (size_t i = 0; i < w->n; i++) {
		if (!w->base[i])
			continue;
		double weight = has_denominator(w->kind) ? w->in[i].of : 1;
		if (of == 0)
			first = w->value[i];
		sum += has_denominator(w->kind) ? w->in[i].count : w->value[i] - first;
		of += weight;
	}
	return has_denominator(w->kind) ? sum / of : first + sum / of;
}

/* Mean step between neighbouring values of the baseline, steps of `most` or more left out; 0 when none is left. */
static double mean_step(const struct work *w, const double *value, double most)
{
	double sum = 0, last = 0;
	size_t steps = 0;
	bool begun = false;
	for (size_t i = 0; i < w->n; i++) {
		if (!w->base[i])
			continue;
		double step = fabs(value[i] - last);
		if (begun && step < most) {
			sum += step;
			steps++;
		}
		last = value[i];
		begun = true;
	}
	return steps ? sum / (double)steps : 0;
}

static double deviation_by_steps(const struct work *w, const double *value)
{
	return mean_step(w, value, SCREEN_FACTOR * mean_step(w, value, INFINITY)) / RANGE_TO_DEVIATION;
}

/* Laney: each deviation times how much the standardised points vary among themselves. */
static void widen(struct work *w)
{
	AUTO(auto_free) double *z = xcalloc(w->n, sizeof *z);
	for (size_t i = 0; i < w->n; i++)
		z[i] = w->deviation[i] > 0 ? (w->value[i] - w->centre) / w->deviation[i] : 0;
	double by = deviation_by_steps(w, z);
	for (size_t i = 0; i < w->n; i++)
		w->deviation[i] *= by;
}

static void set_lines(struct work *w)
{
	double m = mean(w), same = 0;
	w->centre = w->kind == CHART_RUN || w->kind == CHART_G ? median(w) : m;
	w->lines_from = m;
	if (w->kind == CHART_I || w->kind == CHART_T)
		same = deviation_by_steps(w, w->value);
	else if (w->kind == CHART_MR)
		same = m * (SCREEN_FACTOR - 1) / 3;
	else if (w->kind == CHART_C)
		same = sqrt(m);
	else if (w->kind == CHART_G)
		same = sqrt(m * (m + 1));
	for (size_t i = 0; i < w->n; i++)
		w->deviation[i] = is_share(w->kind)	     ? sqrt(m * (1 - m) / w->in[i].of)
				  : has_denominator(w->kind) ? sqrt(m / w->in[i].of)
							     : same;
	if (w->kind == CHART_P_PRIME || w->kind == CHART_U_PRIME)
		widen(w);
}

static double shown(const struct work *w, double v)
{
	if (v < 0 && (is_count(w->kind) || w->kind == CHART_MR))
		v = 0;
	if (v > 1 && is_share(w->kind))
		v = 1;
	return w->kind == CHART_T ? pow(v, T_POWER) : v;
}

/* The two-deviation lines of an mr chart are two thirds of the upper limit: those of qicharts2. */
static double line(const struct work *w, size_t i, double deviations)
{
	if (w->kind == CHART_MR)
		return deviations > 0 ? SCREEN_FACTOR * w->centre * deviations / 3 : 0;
	if (w->kind == CHART_G && deviations < 0)
		return 0;
	return shown(w, w->lines_from + deviations * w->deviation[i]);
}

static void put_points(const struct work *w, struct chart_point *out)
{
	for (size_t i = 0; i < w->n; i++) {
		struct chart_point *p = &out[i];
		*p = (struct chart_point){ .has_value = w->has[i], .value = w->has[i] ? shown(w, w->value[i]) : 0 };
		if (w->kind == CHART_RUN)
			continue;
		p->lower = line(w, i, -3);
		p->upper = line(w, i, 3);
		p->lower2 = line(w, i, -2);
		p->upper2 = line(w, i, 2);
		p->outside = p->has_value && (p->value < p->lower || p->value > p->upper);
	}
}

static void test_runs(const struct work *w, struct chart_lines *l)
{
	int before = 0;
	int64_t run = 0;
	for (size_t i = 0; i < w->n; i++) {
		if (w->in[i].excluded)
			continue;
		l->points++;
		int side = w->has[i] ? (w->value[i] > w->centre) - (w->value[i] < w->centre) : 0;
		if (side == 0)
			continue;
		l->useful++;
		l->crossings += before != 0 && side != before;
		run = side == before ? run + 1 : 1;
		if (run > l->longest)
			l->longest = run;
		before = side;
	}
	if (l->useful == 0)
		return;
	l->longest_most = llround(log2((double)l->useful)) + 3;
	if (!dist_fair_binomial(0.05, l->useful - 1, &l->crossings_least))
		l->crossings_least = 0;
	/* steps between points lie unevenly round their mean: on an mr chart long runs say nothing */
	l->runs_signal = w->kind != CHART_MR && (l->longest > l->longest_most || l->crossings < l->crossings_least);
}

static enum rc make(struct work *w, struct chart_lines *lines_out, struct chart_point *points_out, struct err *e)
{
	size_t base = 0;
	set_values(w);
	for (size_t i = 0; i < w->n; i++)
		base += w->base[i];
	if (base < 2)
		return err_set(e, RC_BAD_INPUT,
			       "A chart needs two points or more to draw its lines from; there %s %zu.",
			       base == 1 ? "is" : "are", base);
	set_lines(w);
	struct chart_lines l = { .centre = shown(w, w->centre), .has_limits = w->kind != CHART_RUN };
	bool finite = isfinite(l.centre);
	for (size_t i = 0; i < w->n; i++)
		finite = finite && isfinite(shown(w, w->value[i])) &&
			 isfinite(shown(w, w->lines_from + 3 * w->deviation[i]));
	if (!finite)
		return err_set(e, RC_LIMIT, "The values are too large for a chart.");
	test_runs(w, &l);
	put_points(w, points_out);
	*lines_out = l;
	return RC_OK;
}

enum rc chart_make(enum chart_kind kind, const struct chart_in *in, size_t n, struct chart_lines *lines_out,
		   struct chart_point *points_out, struct err *e)
{
	enum rc rc = check(kind, in, n, e);
	if (rc != RC_OK)
		return rc;
	AUTO(auto_free) double *value = xcalloc(n + 1, sizeof *value);
	AUTO(auto_free) double *deviation = xcalloc(n + 1, sizeof *deviation);
	AUTO(auto_free) bool *has = xcalloc(n + 1, sizeof *has);
	AUTO(auto_free) bool *base = xcalloc(n + 1, sizeof *base);
	struct work w = {
		.kind = kind, .in = in, .n = n, .value = value, .deviation = deviation, .has = has, .base = base
	};
	return make(&w, lines_out, points_out, e);
}
