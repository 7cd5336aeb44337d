/* Siting: against every choice of small problems, and the optima of OR-Library. */
#include "plan/siting_help.h"

#include "plan/site.h"

#include "base/rand.h"

enum { N = 12, M = 8, SIZES = 2 };

/* ---- every choice, weighed one by one ---- */

static double cost_of_open(const double *cost, unsigned open)
{
	double sum = 0;
	for (size_t i = 0; i < N; i++) {
		double least = SITE_NEVER;
		for (size_t j = 0; j < M; j++)
			if (open >> j & 1)
				least = fmin(least, cost[i * M + j]);
		sum += least;
	}
	return sum;
}

static bool keeps(const uint8_t *rule, unsigned open)
{
	for (size_t j = 0; rule && j < M; j++)
		if ((rule[j] == SITE_MUST_OPEN && !(open >> j & 1)) || (rule[j] == SITE_MUST_CLOSE && (open >> j & 1)))
			return false;
	return true;
}

static double best_median(const double *cost, const uint8_t *rule, size_t p)
{
	double best = SITE_NEVER;
	for (unsigned open = 0; open < 1u << M; open++)
		if ((size_t)__builtin_popcount(open) == p && keeps(rule, open))
			best = fmin(best, cost_of_open(cost, open));
	return best;
}

static void invent(struct rand *r, double *cost, bool gaps)
{
	for (size_t k = 0; k < (size_t)N * M; k++)
		cost[k] = gaps && rand_chance(r, 0.2) ? SITE_NEVER : (double)rand_int(r, 0, 60);
	for (size_t i = 0; gaps && i < N; i++)
		cost[i * M + (size_t)rand_int(r, 0, M - 1)] = 70; /* somewhere everybody can go */
}

static void test_median_equals_every_choice(void **state)
{
	(void)state;
	size_t none = 0;
	for (uint64_t seed = 0; seed < 400; seed++) {
		struct rand r = rand_stream(seed, "median", 0);
		double cost[N * M];
		uint8_t rule[M] = { 0 };
		struct site_answer s;
		struct err e = { 0 };
		invent(&r, cost, seed % 3 == 0);
		if (seed % 2)
			for (size_t j = 0; j < M; j++)
				rule[j] = rand_chance(&r, 0.15) ? SITE_MUST_OPEN : rand_chance(&r, 0.15) ? SITE_MUST_CLOSE : SITE_FREE;
		size_t must = 0, may = 0;
		for (size_t j = 0; j < M; j++) {
			must += rule[j] == SITE_MUST_OPEN;
			may += rule[j] != SITE_MUST_CLOSE;
		}
		struct site_median m = { .n_areas = N, .n_sites = M, .cost = cost, .rule = rule, .step = seed % 5 ? 1 : 0 };
		m.p = (size_t)rand_int(&r, must ? (int64_t)must : 1, (int64_t)may);
		double best = best_median(cost, rule, m.p);
		enum rc rc = site_median_solve(&m, NULL, &a, &s, &e);
		if (best >= SITE_NEVER) { /* a search by exchange may miss what there is, never find what is not */
			assert_int_equal(rc, RC_NOT_FOUND);
			none++;
			continue;
		}
		assert_int_equal(rc, RC_OK);
		assert_true(fabs(s.cost - best) < 1e-6);
		assert_true(s.proven && s.bound <= s.cost);
		double sum = 0;
		for (size_t i = 0; i < N; i++) {
			assert_true(s.open[s.serves[i]]);
			sum += cost[i * M + s.serves[i]];
		}
		assert_true(fabs(sum - s.cost) < 1e-6);
		arena_reset(&a);
	}
	assert_true(none > 0 && none < 60);
}

static void test_reaching_and_centres_equal_every_choice(void **state)
{
	(void)state;
	for (uint64_t seed = 0; seed < 150; seed++) {
		struct rand r = rand_stream(seed, "reach", 0);
		double travel[N * M], people[N], worst = SITE_NEVER, beyond = SITE_NEVER;
		struct site_answer s;
		struct err e = { 0 };
		invent(&r, travel, false);
		for (size_t i = 0; i < N; i++)
			people[i] = (double)rand_int(&r, 0, 90);
		struct site_reach q = { N, M, travel, people, NULL, (size_t)rand_int(&r, 1, 4), 15 };
		for (unsigned open = 0; open < 1u << M; open++) {
			double far = 0, out = 0;
			if ((size_t)__builtin_popcount(open) != q.p)
				continue;
			for (size_t i = 0; i < N; i++) {
				double near = SITE_NEVER;
				for (size_t j = 0; j < M; j++)
					near = open >> j & 1 ? fmin(near, travel[i * M + j]) : near;
				far = fmax(far, near);
				out += near > q.within ? people[i] : 0;
			}
			worst = fmin(worst, far);
			beyond = fmin(beyond, out);
		}
		assert_int_equal(site_reach_solve(&q, NULL, &a, &s, &e), RC_OK);
		assert_true(s.cost == beyond && s.proven);
		assert_int_equal(site_centre_solve(&q, NULL, &a, &s, &e), RC_OK);
		assert_true(s.cost == worst && s.proven && s.bound == worst);
		arena_reset(&a);
	}
}

/* ---- sizes ---- */

enum { SN = 6, SM = 4 };

/* The transport by a way of its own: the demand in units, each put where it is
 * cheapest, then every cycle of two moves that helps, until none does. Demands are
 * few, so that every way of putting them can be tried instead. */
static double best_flow(const double *cost, const int *demand, int *room, size_t i, int left)
{
	if (i == SN)
		return 0;
	if (left == 0)
		return best_flow(cost, demand, room, i + 1, i + 1 < SN ? demand[i + 1] : 0);
	double best = SITE_NEVER;
	for (size_t j = 0; j < SM; j++) {
		int most = left < room[j] ? left : room[j];
		if (!most || cost[i * SM + j] >= SITE_NEVER)
			continue;
		room[j]--;
		best = fmin(best, cost[i * SM + j] + best_flow(cost, demand, room, i, left - 1));
		room[j]++;
	}
	return best;
}

static double best_sizes(const struct site_sizes *p, const int *demand)
{
	double best = SITE_NEVER;
	for (int code = 0; code < 81; code++) {
		int room[SM], all = 0, want = 0, open = 0, kept = 0;
		double price = 0;
		for (int j = 0, c = code; j < SM; j++, c /= 3) {
			int o = c % 3;
			room[j] = o ? (int)p->capacity[j * SIZES + o - 1] : 0;
			price += o ? p->price[j * SIZES + o - 1] : 0;
			open += o > 0;
			kept += o > 0 && p->kept && p->kept[j];
			all += room[j];
			if (p->may && !(p->may[j] >> o & 1))
				price = SITE_NEVER;
		}
		for (size_t i = 0; i < SN; i++)
			want += demand[i];
		if (price >= SITE_NEVER || all < want || (p->budget > 0 && price > p->budget) ||
		    (p->at_most && open > (int)p->at_most) || open < (int)p->at_least ||
		    (p->kept && kept < (int)p->kept_min))
			continue;
		best = fmin(best, (p->budget_only ? 0 : price) + best_flow(p->cost, demand, room, 0, demand[0]));
	}
	return best;
}

static void test_sizes_equal_every_choice(void **state)
{
	(void)state;
	size_t none = 0;
	for (uint64_t seed = 0; seed < 240; seed++) {
		struct rand r = rand_stream(seed, "sizes", 0);
		double cost[SN * SM], demand[SN], capacity[SM * SIZES], price[SM * SIZES];
		int units[SN];
		uint16_t may[SM];
		uint8_t kept[SM];
		struct site_answer s;
		struct err e = { 0 };
		for (size_t k = 0; k < SN * SM; k++)
			cost[k] = rand_chance(&r, 0.1) ? SITE_NEVER : (double)rand_int(&r, 1, 30);
		for (size_t i = 0; i < SN; i++)
			demand[i] = units[i] = (int)rand_int(&r, 1, 2);
		for (size_t j = 0; j < SM; j++) {
			capacity[j * SIZES] = (double)rand_int(&r, 1, 4);
			capacity[j * SIZES + 1] = capacity[j * SIZES] + (double)rand_int(&r, 1, 4);
			price[j * SIZES] = (double)rand_int(&r, 5, 40);
			price[j * SIZES + 1] = price[j * SIZES] + (double)rand_int(&r, 1, 30);
			may[j] = (uint16_t)(rand_chance(&r, 0.2) ? 6 : rand_chance(&r, 0.2) ? 3 : 7);
		}
		struct site_sizes p = { .n_areas = SN, .n_sites = SM, .n_sizes = SIZES, .cost = cost, .demand = demand,
					.capacity = capacity, .price = price, .may = seed % 2 ? may : NULL, .step = 1 };
		p.budget = seed % 3 == 1 ? (double)rand_int(&r, 40, 140) : 0;
		p.at_most = seed % 4 == 2 ? (size_t)rand_int(&r, 1, 4) : 0;
		p.at_least = seed % 7 == 3 ? (size_t)rand_int(&r, 1, p.at_most ? (int64_t)p.at_most : 4) : 0;
		p.budget_only = seed % 5 >= 3;
		for (size_t j = 0; j < SM; j++)
			kept[j] = rand_chance(&r, 0.6);
		kept[0] = 1;
		p.kept = seed % 3 == 0 ? kept : NULL;
		p.kept_min = seed % 3 ? 0 : (size_t)rand_int(&r, 0, kept[0] + kept[1] + kept[2] + kept[3]);
		double best = best_sizes(&p, units);
		enum rc rc = site_sizes_solve(&p, NULL, &a, &s, &e);
		if (best >= SITE_NEVER) {
			assert_int_equal(rc, RC_NOT_FOUND);
			none++;
			continue;
		}
		if (rc != RC_OK || fabs(s.cost - best) > 1e-6)
			fail_msg("seed %d: %.3f, not %.3f (%s)", (int)seed, rc == RC_OK ? s.cost : -1.0, best, e.text);
		assert_true(s.bound <= s.cost + 1e-9);
		assert_true(s.proven);
		p.enough = best * 1.2 + 1;
		assert_int_equal(site_sizes_solve(&p, NULL, &a, &s, &e), RC_OK);
		assert_true(s.cost <= p.enough && s.bound <= best + 1e-6);
		p.enough = best * 0.98 - 0.01;
		if (p.enough > 0)
			assert_int_equal(site_sizes_solve(&p, NULL, &a, &s, &e), RC_NOT_FOUND);
		arena_reset(&a);
	}
	assert_true(none > 10 && none < 120);
}

/* ---- published problems ---- */

static FILE *opened(const char *name)
{
	char path[200];
	snprintf(path, sizeof path, "tests/data/siting/%s", name);
	FILE *f = fopen(path, "r");
	assert_non_null(f);
	return f;
}

/* OR-Library: vertices, edges, p; then edges, of which a later one replaces an
 * earlier. Costs are shortest ways. */
static double *ways_of(const char *name, size_t *n_out, size_t *p_out)
{
	FILE *f = opened(name);
	int n, edges, p, from, to, length;
	assert_int_equal(fscanf(f, "%d %d %d", &n, &edges, &p), 3);
	size_t v = (size_t)n;
	double *d = arena_array(&a, v * v, sizeof *d);
	for (size_t k = 0; k < v * v; k++)
		d[k] = k % (v + 1) ? 1e9 : 0;
	while (edges-- > 0) {
		assert_int_equal(fscanf(f, "%d %d %d", &from, &to, &length), 3);
		d[(size_t)(from - 1) * v + (size_t)(to - 1)] = d[(size_t)(to - 1) * v + (size_t)(from - 1)] = length;
	}
	fclose(f);
	for (size_t k = 0; k < v; k++)
		for (size_t i = 0; i < v; i++)
			for (size_t j = 0; j < v; j++)
				d[i * v + j] = fmin(d[i * v + j], d[i * v + k] + d[k * v + j]);
	*n_out = v;
	*p_out = (size_t)p;
	return d;
}

static void test_medians_of_or_library(void **state)
{
	(void)state;
	static const struct {
		const char *name;
		double best;
	} known[] = { { "pmed1.txt", 5819 }, { "pmed2.txt", 4093 }, { "pmed3.txt", 4250 }, { "pmed4.txt", 3034 },
		      { "pmed5.txt", 1355 }, { "pmed10.txt", 1255 } };
	for (size_t k = 0; k < COUNT_OF(known); k++) {
		struct site_answer s;
		struct err e = { 0 };
		size_t n, p;
		double *d = ways_of(known[k].name, &n, &p);
		struct site_median m = { .n_areas = n, .n_sites = n, .cost = d, .p = p, .step = 1 };
		assert_int_equal(site_median_solve(&m, NULL, &a, &s, &e), RC_OK);
		assert_true(s.cost == known[k].best && s.proven && s.bound == s.cost);
		arena_reset(&a);
	}
}

static void test_warehouses_of_or_library(void **state)
{
	(void)state;
	static const struct {
		const char *name;
		double best;
	} known[] = { { "cap41.txt", 1040444.375 }, { "cap71.txt", 932615.75 }, { "cap101.txt", 796648.4375 },
		      { "cap134.txt", 928941.75 } };
	for (size_t k = 0; k < COUNT_OF(known); k++) {
		FILE *f = opened(known[k].name);
		int sites, areas;
		struct site_answer s;
		struct err e = { 0 };
		assert_int_equal(fscanf(f, "%d %d", &sites, &areas), 2);
		size_t m = (size_t)sites, n = (size_t)areas;
		double *capacity = arena_array(&a, m, sizeof *capacity), *price = arena_array(&a, m, sizeof *price);
		double *demand = arena_array(&a, n, sizeof *demand), *cost = arena_array(&a, n * m, sizeof *cost);
		for (size_t j = 0; j < m; j++)
			assert_int_equal(fscanf(f, "%lf %lf", &capacity[j], &price[j]), 2);
		for (size_t i = 0; i < n; i++) {
			assert_int_equal(fscanf(f, "%lf", &demand[i]), 1);
			for (size_t j = 0; j < m; j++) { /* of all its demand: of a unit it is so much */
				assert_int_equal(fscanf(f, "%lf", &cost[i * m + j]), 1);
				cost[i * m + j] = demand[i] > 0 ? cost[i * m + j] / demand[i] : 0;
			}
		}
		fclose(f);
		struct site_sizes p = { .n_areas = n, .n_sites = m, .n_sizes = 1, .cost = cost, .demand = demand,
					.capacity = capacity, .price = price };
		assert_int_equal(site_sizes_solve(&p, NULL, &a, &s, &e), RC_OK);
		assert_true(fabs(s.cost - known[k].best) < 0.01 && s.proven);
		arena_reset(&a);
	}
}

/* ---- refusals, and stopping ---- */

static bool never(void *arg, double done)
{
	(void)done;
	return --*(int *)arg > 0;
}

static void test_refusals(void **state)
{
	(void)state;
	double cost[6] = { 1, 2, 3, 4, 5, 6 }, people[3] = { 1, -1, 1 }, one = 1, two = 2;
	uint8_t open[2] = { SITE_MUST_OPEN, SITE_MUST_OPEN };
	struct site_answer s;
	struct err e = { 0 };
	struct site_median m = { .n_areas = 3, .n_sites = 2, .cost = cost, .p = 3 };
	assert_int_equal(site_median_solve(&m, NULL, &a, &s, &e), RC_BAD_INPUT);
	assert_non_null(strstr(e.text, "3 sites are to be open, but 0 must be and 2 may be"));
	m.p = 1;
	m.rule = open;
	assert_int_equal(site_median_solve(&m, NULL, &a, &s, &e), RC_BAD_INPUT);
	m.rule = NULL;
	cost[3] = NAN;
	assert_int_equal(site_median_solve(&m, NULL, &a, &s, &e), RC_BAD_INPUT);
	assert_non_null(strstr(e.text, "area 2 from site 2"));
	cost[3] = SITE_NEVER;
	cost[0] = SITE_NEVER;
	assert_int_equal(site_median_solve(&m, NULL, &a, &s, &e), RC_NOT_FOUND);
	assert_non_null(strstr(e.text, "allow more sites or longer ways"));
	struct site_reach r = { 3, 2, cost, people, NULL, 1, 10 };
	assert_int_equal(site_reach_solve(&r, NULL, &a, &s, &e), RC_BAD_INPUT);
	assert_non_null(strstr(e.text, "people of area 2"));
	struct site_sizes z = { .n_areas = 1, .n_sites = 1, .n_sizes = 1, .cost = &one, .demand = &two, .capacity = &one,
				.price = &one };
	assert_int_equal(site_sizes_solve(&z, NULL, &a, &s, &e), RC_NOT_FOUND);
	assert_non_null(strstr(e.text, "even with every site at its largest area 1 cannot be served"));
}

static void test_stopped_early_it_says_how_sure_it_is(void **state)
{
	(void)state;
	size_t n, p;
	int left = 2;
	struct err e = { 0 };
	struct site_answer s;
	struct site_work w = { .ask = never, .arg = &left };
	double *d = ways_of("pmed2.txt", &n, &p);
	struct site_median m = { .n_areas = n, .n_sites = n, .cost = d, .p = p, .step = 1 };
	assert_int_equal(site_median_solve(&m, &w, &a, &s, &e), RC_OK);
	assert_false(s.proven);
	assert_true(s.bound < s.cost && s.bound > 0.5 * s.cost && s.bound <= 4093 && s.cost >= 4093);
	arena_reset(&a);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_median_equals_every_choice),
		cmocka_unit_test(test_reaching_and_centres_equal_every_choice),
		cmocka_unit_test(test_sizes_equal_every_choice),
		cmocka_unit_test(test_medians_of_or_library),
		cmocka_unit_test(test_warehouses_of_or_library),
		cmocka_unit_test(test_refusals),
		cmocka_unit_test(test_stopped_early_it_says_how_sure_it_is),
	};
	return cmocka_run_group_tests(tests, begin, end);
}
