/*
 * Siting: the forty p-median problems of OR-Library, and a capacitated problem of
 * 60 sites, 300 areas and 3 sizes. Prints names and values, one a line:
 *   found, found_ms (until the best was there, all forty), proven, proven_ms,
 *   sizes_gap (per cent), sizes_ms; the same of tight budgets: budget_150_gap, ...
 *
 *   site FOLDER      (tests/data/siting)
 */
#include "plan/site.h"

#include <math.h>
#include <time.h>

#include "base/rand.h"

enum { PROBLEMS = 40 };

static double now_ms(void)
{
	struct timespec t;
	clock_gettime(CLOCK_MONOTONIC, &t);
	return (double)t.tv_sec * 1e3 + (double)t.tv_nsec / 1e6;
}

/* Shortest ways between all vertices of a problem's graph. */
static double *ways_of(const char *path, size_t *n_out, size_t *p_out)
{
	int n, edges, p, from, to, length;
	FILE *f = fopen(path, "r");
	if (!f || fscanf(f, "%d %d %d", &n, &edges, &p) != 3)
		exit(1);
	size_t v = (size_t)n;
	double *d = xcalloc(v * v, sizeof *d);
	for (size_t k = 0; k < v * v; k++)
		d[k] = k % (v + 1) ? 1e9 : 0;
	for (; edges > 0 && fscanf(f, "%d %d %d", &from, &to, &length) == 3; edges--)
		d[(size_t)(from - 1) * v + (size_t)(to - 1)] = d[(size_t)(to - 1) * v + (size_t)(from - 1)] = length;
	fclose(f);
	for (size_t k = 0; k < v; k++)
		for (size_t i = 0; i < v; i++)
			for (size_t j = 0; j < v; j++)
				d[i * v + j] = fmin(d[i * v + j], d[i * v + k] + d[k * v + j]);
	*n_out = v;
	*p_out = (size_t)p;
	return d;
}

static void optima(const char *folder, double *best)
{
	char path[500], line[100];
	int k;
	double v;
	snprintf(path, sizeof path, "%s/pmedopt.txt", folder);
	FILE *f = fopen(path, "r");
	if (!f)
		exit(1);
	while (fgets(line, sizeof line, f))
		if (sscanf(line, "pmed%d %lf", &k, &v) == 2 && k >= 1 && k <= PROBLEMS)
			best[k - 1] = v;
	fclose(f);
}

static void medians(const char *folder)
{
	double best[PROBLEMS] = { 0 }, quick = 0, all = 0;
	int found = 0, proven = 0;
	optima(folder, best);
	for (int k = 0; k < PROBLEMS; k++) {
		char path[500];
		size_t n, p;
		snprintf(path, sizeof path, "%s/pmed%d.txt", folder, k + 1);
		double *d = ways_of(path, &n, &p);
		for (int proof = 0; proof < 2; proof++) {
			struct arena a;
			struct err e = { 0 };
			struct site_answer s;
			struct site_median m = { .n_areas = n, .n_sites = n, .cost = d, .p = p, .step = 1 };
			struct site_work w = { .nodes_max = proof ? 0 : 3 };
			double from = now_ms();
			arena_init(&a);
			if (site_median_solve(&m, &w, &a, &s, &e) != RC_OK)
				exit(1);
			*(proof ? &all : &quick) += now_ms() - from;
			found += !proof && s.cost == best[k];
			proven += proof && s.proven && s.cost == best[k];
			arena_release(&a);
		}
		free(d);
	}
	printf("found %d\nfound_ms %.0f\nproven %d\nproven_ms %.0f\n", found, quick, proven, all);
}

static double began;
static bool ten_seconds(void *arg, double done)
{
	(void)arg;
	(void)done;
	return now_ms() - began < 10000;
}

enum { SITES = 60, AREAS = 300, SIZES = 3 };

struct sized {
	double cost[AREAS * SITES], demand[AREAS], room[SITES * SIZES], price[SITES * SIZES];
};

static void invent(struct sized *z)
{
	struct rand r = rand_stream(1, "sites", 0);
	double x[SITES], y[SITES], all = 0;
	for (size_t j = 0; j < SITES; j++) {
		x[j] = 100 * rand_real(&r);
		y[j] = 100 * rand_real(&r);
	}
	for (size_t i = 0; i < AREAS; i++) {
		double at = 100 * rand_real(&r), up = 100 * rand_real(&r);
		all += z->demand[i] = (double)rand_int(&r, 1, 20);
		for (size_t j = 0; j < SITES; j++)
			z->cost[i * SITES + j] = hypot(at - x[j], up - y[j]);
	}
	for (size_t k = 0; k < SITES * SIZES; k++) {
		z->room[k] = all / 12 * (double)(k % SIZES + 1);
		z->price[k] = 400 + (double)(k % SIZES + 1) * 250 * (0.8 + 0.4 * rand_real(&r));
	}
}

/* Sizes under a budget (0: none; `only`: prices count against it alone), ten seconds at most. */
static void sized(const struct sized *z, double budget, bool only, const char *name)
{
	struct site_sizes p = { .n_areas = AREAS,
				.n_sites = SITES,
				.n_sizes = SIZES,
				.cost = z->cost,
				.demand = z->demand,
				.capacity = z->room,
				.price = z->price,
				.budget = budget,
				.budget_only = only };
	struct site_work w = { .ask = ten_seconds };
	struct site_answer s;
	struct arena a;
	struct err e = { 0 };
	arena_init(&a);
	began = now_ms();
	if (site_sizes_solve(&p, &w, &a, &s, &e) != RC_OK)
		exit(1);
	printf("%s_gap %.3f\n%s_ms %.0f\n", name, 100 * (s.cost - s.bound) / s.cost, name, now_ms() - began);
	arena_release(&a);
}

/* Without a budget; then with 1.5, 1.25 and 1.1 times what room for everybody costs at
 * least, by the cheapest unit again and again. */
static void sizes(void)
{
	static struct sized z;
	bool used[SITES] = { 0 };
	double left = 0, least = 0;
	invent(&z);
	for (size_t i = 0; i < AREAS; i++)
		left += z.demand[i];
	while (left > 0) {
		size_t at = 0;
		double best = SITE_NEVER;
		for (size_t k = 0; k < SITES * SIZES; k++) {
			double use = z.room[k] < left ? z.room[k] : left;
			if (!used[k / SIZES] && z.price[k] / use < best) {
				best = z.price[k] / use;
				at = k;
			}
		}
		used[at / SIZES] = true;
		left -= z.room[at];
		least += z.price[at];
	}
	sized(&z, 0, false, "sizes");
	sized(&z, 1.5 * least, true, "budget_150");
	sized(&z, 1.25 * least, true, "budget_125");
	sized(&z, 1.1 * least, true, "budget_110");
}

int main(int argc, char **argv)
{
	if (argc != 2) {
		fprintf(stderr, "usage: site tests/data/siting\n");
		return 2;
	}
	medians(argv[1]);
	sizes();
	return 0;
}
