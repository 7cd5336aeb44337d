/* Chance by number, own logarithm and exponential, and the lengths of time drawn with them. */
#include "plan/help.h"

#include "base/arena.h"
#include "stat/dist.h"

#include <float.h>

enum { DRAWS = 20000, BINS = 20 };

static void test_philox(void **state)
{
	(void)state;
	/* the known answers that its authors publish with it */
	struct philox a = philox((struct philox){ { 0, 0, 0, 0 } }, 0, 0);
	assert_true(a.w[0] == 0x6627e8d5 && a.w[1] == 0xe169c58d && a.w[2] == 0xbc57ac4c && a.w[3] == 0x9b00dbd8);
	a = philox((struct philox){ { 0xffffffff, 0xffffffff, 0xffffffff, 0xffffffff } }, 0xffffffff, 0xffffffff);
	assert_true(a.w[0] == 0x408f276d && a.w[1] == 0x41c83b0e && a.w[2] == 0xa20bc7c6 && a.w[3] == 0x6d5451fd);
	a = philox((struct philox){ { 0x243f6a88, 0x85a308d3, 0x13198a2e, 0x03707344 } }, 0xa4093822, 0x299f31d0);
	assert_true(a.w[0] == 0xd16cfe09 && a.w[1] == 0x94fdcceb && a.w[2] == 0x5001e420 && a.w[3] == 0x24126ea1);
}

static double first(uint64_t seed, uint32_t rep, uint64_t child, uint32_t visit, uint32_t station, uint32_t purpose)
{
	struct stream s = stream_of(seed, rep, child, visit, station, purpose);
	return stream_pair(&s).a;
}

/* Each part of the name counts, and nothing else. */
static void test_names(void **state)
{
	(void)state;
	double u = first(1, 2, UINT64_C(3) << 32 | 4, 5, 6, PURPOSE_STAY);
	assert_true(u == first(1, 2, UINT64_C(3) << 32 | 4, 5, 6, PURPOSE_STAY));
	assert_true(u != first(2, 2, UINT64_C(3) << 32 | 4, 5, 6, PURPOSE_STAY));
	assert_true(u != first(UINT64_C(1) << 32 | 1, 2, UINT64_C(3) << 32 | 4, 5, 6, PURPOSE_STAY));
	assert_true(u != first(1, 3, UINT64_C(3) << 32 | 4, 5, 6, PURPOSE_STAY));
	assert_true(u != first(1, 2, UINT64_C(4) << 32 | 4, 5, 6, PURPOSE_STAY));
	assert_true(u != first(1, 2, UINT64_C(3) << 32 | 5, 5, 6, PURPOSE_STAY));
	assert_true(u != first(1, 2, UINT64_C(3) << 32 | 4, 6, 6, PURPOSE_STAY));
	assert_true(u != first(1, 2, UINT64_C(3) << 32 | 4, 5, 7, PURPOSE_STAY));
	assert_true(u != first(1, 2, UINT64_C(3) << 32 | 4, 5, 6, PURPOSE_RETURN));
	assert_true(unit_of(0, 0) > 0 && unit_of(0xffffffff, 0xffffffff) < 1);
	/* neighbours in each direction do not go together */
	double sum[4] = { 0 };
	for (uint32_t i = 0; i < DRAWS; i++) {
		double x = first(1, 0, i, 0, 1, PURPOSE_STAY) - 0.5;
		struct stream s = stream_of(1, 0, i, 0, 1, PURPOSE_STAY);
		sum[0] += x * (first(1, 0, i + 1, 0, 1, PURPOSE_STAY) - 0.5);
		sum[1] += x * (first(1, 0, i, 1, 1, PURPOSE_STAY) - 0.5);
		sum[2] += x * (first(1, 1, i, 0, 1, PURPOSE_STAY) - 0.5);
		sum[3] += x * (stream_pair(&s).b - 0.5);
	}
	for (int i = 0; i < 4; i++) /* variance of a product is 1/144 */
		assert_true(fabs(sum[i] * 12 / sqrt(DRAWS)) < 3.3);
}

static double ulps(double got, double want)
{
	return fabs(got - want) / (nextafter(fabs(want), INFINITY) - fabs(want));
}

static void test_functions(void **state)
{
	(void)state;
	double worst = 0, worst_exp = 0;
	for (int i = 1; i < 40000; i++) {
		double u = first(3, 0, (uint64_t)i, 0, 0, 1), x = i % 2 ? u : ldexp(0.5 + u, i % 600 - 300);
		double l = ulps(num_log(x), log(x)), y = (u - 0.5) * (i % 2 ? 10 : 1400), v = ulps(num_exp(y), exp(y));
		worst = l > worst ? l : worst;
		worst_exp = y > -700 && v > worst_exp ? v : worst_exp;
		double q;
		assert_true(dist_normal(u, &q));
		assert_true(fabs(num_normal_quantile(u) - q) < 1e-14 * (1 + fabs(q)));
		assert_true(fabs(num_lgamma(u * 30 + 0.01) - lgamma(u * 30 + 0.01)) <
			    1e-13 * (1 + fabs(lgamma(u * 30 + 0.01))));
	}
	assert_true(worst < 2 && worst_exp < 2);
	assert_true(num_log(1) == 0 && num_exp(0) == 1);
	assert_true(num_exp(-800) == 0 && num_exp(800) == DBL_MAX);
	double q;
	for (double p = 1e-300; p < 1e-3; p *= 1e7) {
		assert_true(dist_normal(p, &q));
		assert_true(fabs(num_normal_quantile(p) / q - 1) < 1e-13);
	}
	assert_true(fabs(num_pow(2.5, 3) - 15.625) < 1e-13);
}

/* ---- lengths ---- */

struct drawn {
	double *days, mean, sd;
};

static int by_size(const void *a, const void *b)
{
	double x = *(const double *)a, y = *(const double *)b;
	return (x > y) - (x < y);
}

static struct drawn draw(const struct ready *r)
{
	struct drawn d = { .days = xcalloc(DRAWS, sizeof(double)) };
	for (uint32_t i = 0; i < DRAWS; i++) {
		struct stream s = stream_of(11, 0, i, 0, 1, PURPOSE_STAY);
		struct draw_pair u = stream_pair(&s);
		d.days[i] = (double)ready_draw(r, u.a, &s) / (double)TICKS_PER_DAY;
		d.mean += d.days[i] / DRAWS;
	}
	for (int i = 0; i < DRAWS; i++)
		d.sd += (d.days[i] - d.mean) * (d.days[i] - d.mean) / (DRAWS - 1);
	d.sd = sqrt(d.sd);
	qsort(d.days, DRAWS, sizeof *d.days, by_size);
	return d;
}

/* Mean and spread as said, within four standard errors of the mean. */
static void moments(const struct length *l, double mean, double sd)
{
	struct arena a;
	const char *field;
	arena_init(&a);
	well(length_check(l, &field, &err));
	struct ready r = length_ready(l, &a);
	struct drawn d = draw(&r);
	double said = sqrt(r.second - r.mean * r.mean > 0 ? r.second - r.mean * r.mean : 0);
	if (fabs(r.mean - mean) > 1e-6 * mean || fabs(said - sd) > 1e-5 * (mean + sd))
		fail_msg("kind %d says %g +- %g, not %g +- %g", l->kind, r.mean, said, mean, sd);
	if (fabs(d.mean - mean) > 4 * sd / sqrt(DRAWS) + 1e-7 || fabs(d.sd - sd) > 0.12 * sd + 1e-7)
		fail_msg("kind %d: drawn %g +- %g, not %g +- %g", l->kind, d.mean, d.sd, mean, sd);
	free(d.days);
	arena_release(&a);
}

static void test_moments(void **state)
{
	(void)state;
	double values[3] = { 5, 1, 2 }, weights[3] = { 1, 2, 1 };
	moments(&(struct length){ .kind = LENGTH_CONSTANT, .mean = 3 }, 3, 0);
	moments(&(struct length){ .kind = LENGTH_EXPONENTIAL, .mean = 3 }, 3, 3);
	moments(&(struct length){ .kind = LENGTH_LOGNORMAL, .mean = 40, .sd = 30 }, 40, 30);
	double sigma = log(110.0 / 32) / 1.2815515655446004;
	double mean = 32 * exp(sigma * sigma / 2);
	moments(&(struct length){ .kind = LENGTH_LOGNORMAL, .median = 32, .p90 = 110 }, mean,
		mean * sqrt(exp(sigma * sigma) - 1));
	moments(&(struct length){ .kind = LENGTH_GAMMA, .mean = 10, .sd = 4 }, 10, 4);
	moments(&(struct length){ .kind = LENGTH_GAMMA, .mean = 10, .sd = 15 }, 10, 15);
	moments(&(struct length){ .kind = LENGTH_WEIBULL, .mean = 10, .shape = 2 }, 10, 10 * sqrt(4 / acos(-1.0) - 1));
	moments(&(struct length){ .kind = LENGTH_ERLANG, .mean = 6, .phases = 4 }, 6, 3);
	moments(&(struct length){ .kind = LENGTH_HYPER, .branches = 2, .share = { 0.5, 0.5 }, .branch_mean = { 1, 3 } },
		2, sqrt(6));
	moments(&(struct length){ .kind = LENGTH_TABLE, .values = values, .weights = weights, .n = 3 }, 2.25,
		sqrt(2.6875));
	moments(&(struct length){ .kind = LENGTH_EXPONENTIAL, .mean = 3, .shift = 2 }, 5, 3);
	/* an exponential cut from below is one shifted */
	moments(&(struct length){ .kind = LENGTH_EXPONENTIAL, .mean = 3, .at_least = 4 }, 7, 3);
	/* uniform in the limit: a very long exponential cut at 2 */
	moments(&(struct length){ .kind = LENGTH_EXPONENTIAL, .mean = 30000, .at_most = 2 }, 1 - 1.0 / 90000,
		2 / sqrt(12));
}

/* Cut on both sides, each kind stays within and keeps to the moments said. */
static void cut(struct length l)
{
	struct arena a;
	const char *field;
	arena_init(&a);
	l.at_least = 4;
	l.at_most = 11;
	l.shift = 1;
	well(length_check(&l, &field, &err));
	struct ready r = length_ready(&l, &a);
	struct drawn d = draw(&r);
	double sd = sqrt(r.second - r.mean * r.mean);
	assert_true(d.days[0] >= 4 - 1e-7 && d.days[DRAWS - 1] <= 11 + 1e-7);
	if (fabs(d.mean - r.mean) > 4 * sd / sqrt(DRAWS) || fabs(d.sd - sd) > 0.05 * sd)
		fail_msg("kind %d cut: drawn %g +- %g, not %g +- %g", l.kind, d.mean, d.sd, r.mean, sd);
	free(d.days);
	arena_release(&a);
}

static void test_cut(void **state)
{
	(void)state;
	double values[5] = { 1, 3.5, 6, 9.75, 40 };
	cut((struct length){ .kind = LENGTH_EXPONENTIAL, .mean = 5 });
	cut((struct length){ .kind = LENGTH_LOGNORMAL, .mean = 7, .sd = 5 });
	cut((struct length){ .kind = LENGTH_GAMMA, .mean = 7, .sd = 5 });
	cut((struct length){ .kind = LENGTH_WEIBULL, .mean = 7, .shape = 1.4 });
	cut((struct length){ .kind = LENGTH_HYPER, .branches = 2, .share = { 0.5, 0.5 }, .branch_mean = { 2, 9 } });
	cut((struct length){ .kind = LENGTH_TABLE, .values = values, .n = 5 });
}

/* Share below x of the uncut length. */
static double below(const struct length *l, double x)
{
	double sum = 0;
	if (l->kind == LENGTH_EXPONENTIAL)
		return 1 - exp(-x / l->mean);
	if (l->kind == LENGTH_WEIBULL)
		return 1 - exp(-pow(x / (l->mean / tgamma(1 + 1 / l->shape)), l->shape));
	for (int i = 0; i < l->branches; i++)
		sum += l->share[i] * (1 - exp(-x / l->branch_mean[i]));
	return sum;
}

/* Upper edge of the i-th of BINS equally likely bins. */
static double edge(const struct length *l, int i)
{
	double q = 0, p = (double)i / BINS, low = 0, high = 1e5;
	if (i == BINS)
		return INFINITY;
	if (l->kind == LENGTH_LOGNORMAL) {
		double v = log(1 + l->sd * l->sd / (l->mean * l->mean));
		assert_true(dist_normal(p, &q));
		return exp(log(l->mean) - v / 2 + sqrt(v) * q);
	}
	if (l->kind == LENGTH_GAMMA || l->kind == LENGTH_ERLANG) {
		double shape = l->kind == LENGTH_GAMMA ? l->mean * l->mean / (l->sd * l->sd) : l->phases;
		assert_true(dist_chi_square(p, 2 * shape, &q));
		return q / 2 * l->mean / shape;
	}
	for (int k = 0; k < 100; k++) {
		double mid = (low + high) / 2;
		if (below(l, mid) < p)
			low = mid;
		else
			high = mid;
	}
	return low;
}

static void shape(const struct length *l)
{
	struct arena a;
	arena_init(&a);
	struct ready r = length_ready(l, &a);
	struct drawn d = draw(&r);
	double chi = 0, limit;
	int at = 0;
	for (int i = 1; i <= BINS; i++) {
		int n = 0;
		for (double e = edge(l, i); at < DRAWS && d.days[at] <= e; at++)
			n++;
		chi += (n - DRAWS / BINS) * (double)(n - DRAWS / BINS) / (DRAWS / BINS);
	}
	assert_true(dist_chi_square(0.999, BINS - 1, &limit));
	if (chi > limit)
		fail_msg("kind %d: chi square %g, more than %g", l->kind, chi, limit);
	free(d.days);
	arena_release(&a);
}

static void test_shapes(void **state)
{
	(void)state;
	shape(&(struct length){ .kind = LENGTH_EXPONENTIAL, .mean = 3 });
	shape(&(struct length){ .kind = LENGTH_LOGNORMAL, .mean = 40, .sd = 40 });
	shape(&(struct length){ .kind = LENGTH_GAMMA, .mean = 10, .sd = 4 });
	shape(&(struct length){ .kind = LENGTH_GAMMA, .mean = 10, .sd = 20 });
	shape(&(struct length){ .kind = LENGTH_WEIBULL, .mean = 10, .shape = 0.7 });
	shape(&(struct length){ .kind = LENGTH_ERLANG, .mean = 6, .phases = 4 });
	shape(&(struct length){
	    .kind = LENGTH_HYPER, .branches = 3, .share = { 0.2, 0.5, 0.3 }, .branch_mean = { 1, 5, 20 } });
}

/* The same number gives a longer stay where stays are longer: what lets scenarios share their children. */
static void test_rising(void **state)
{
	(void)state;
	double values[3] = { 5, 1, 2 };
	struct length kinds[] = { { .kind = LENGTH_EXPONENTIAL, .mean = 3 },
				  { .kind = LENGTH_LOGNORMAL, .mean = 3, .sd = 2 },
				  { .kind = LENGTH_WEIBULL, .mean = 3, .shape = 2 },
				  { .kind = LENGTH_TABLE, .values = values, .n = 3 } };
	struct arena a;
	arena_init(&a);
	for (size_t k = 0; k < COUNT_OF(kinds); k++) {
		struct ready r = length_ready(&kinds[k], &a);
		int64_t last = -1;
		for (int i = 1; i < 200; i++) {
			int64_t t = ready_draw(&r, i / 200.0, NULL);
			assert_true(t >= last);
			last = t;
		}
	}
	arena_release(&a);
}

static void refused(struct length l, const char *field, const char *words)
{
	const char *got = "";
	assert_int_equal(length_check(&l, &got, &err), RC_BAD_INPUT);
	if (strcmp(got, field) != 0 || !strstr(err.text, words))
		fail_msg("%s: \"%s\", not %s: \"%s\"", got, err.text, field, words);
}

static void test_refusals(void **state)
{
	(void)state;
	double values[2] = { 1, -1 }, weights[2] = { 0, 0 }, zero[1] = { 0 };
	refused((struct length){ 0 }, "kind", "say how long");
	refused((struct length){ .kind = LENGTH_EXPONENTIAL, .mean = -2 }, "mean", "above 0");
	refused((struct length){ .kind = LENGTH_EXPONENTIAL, .mean = NAN }, "mean", "above 0");
	refused((struct length){ .kind = LENGTH_CONSTANT, .mean = -1 }, "mean", "above 0");
	refused((struct length){ .kind = LENGTH_LOGNORMAL, .mean = 3, .sd = 0 }, "sd", "above 0");
	refused((struct length){ .kind = LENGTH_LOGNORMAL, .median = 3, .p90 = 2 }, "p90", "above the median");
	refused((struct length){ .kind = LENGTH_LOGNORMAL, .median = 3, .p90 = 5, .mean = 4 }, "median", "not both");
	refused((struct length){ .kind = LENGTH_GAMMA, .mean = 3, .sd = -1 }, "sd", "above 0");
	refused((struct length){ .kind = LENGTH_WEIBULL, .mean = 3 }, "shape", "between 0.1 and 100");
	refused((struct length){ .kind = LENGTH_ERLANG, .mean = 3, .phases = 0 }, "phases", "whole number");
	refused((struct length){ .kind = LENGTH_HYPER, .branches = 2, .share = { 0.5, 0.6 }, .branch_mean = { 1, 1 } },
		"share", "add up to 1");
	refused((struct length){ .kind = LENGTH_TABLE, .values = values, .n = 2 }, "values", "from 0");
	refused((struct length){ .kind = LENGTH_TABLE, .values = values, .n = 0 }, "values", "between 1 and");
	refused((struct length){ .kind = LENGTH_TABLE, .values = zero, .n = 1 }, "values", "above 0");
	values[1] = 1;
	refused((struct length){ .kind = LENGTH_TABLE, .values = values, .weights = weights, .n = 2 }, "weights",
		"above 0");
	refused((struct length){ .kind = LENGTH_CONSTANT, .mean = 1, .shift = -1 }, "shift", "0 or more");
	refused((struct length){ .kind = LENGTH_CONSTANT, .mean = 1, .at_least = 3, .at_most = 2 }, "at_most",
		"above at_least");
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_philox),	cmocka_unit_test(test_names),	 cmocka_unit_test(test_functions),
		cmocka_unit_test(test_moments), cmocka_unit_test(test_cut),	 cmocka_unit_test(test_shapes),
		cmocka_unit_test(test_rising),	cmocka_unit_test(test_refusals),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
