/* Covering and centres, as medians whose costs are "too far" or nothing. */
#include "plan/site.h"

#include <math.h>

static enum rc check(const struct site_reach *r, struct err *e)
{
	for (size_t i = 0; i < r->n_areas; i++)
		if (!(r->people[i] >= 0) || r->people[i] > 1e12)
			return err_set(e, RC_BAD_INPUT, "the people of area %zu are not a number from 0 up", i + 1);
	for (size_t k = 0; k < r->n_areas * r->n_sites; k++)
		if (!(r->travel[k] >= 0))
			return err_set(e, RC_BAD_INPUT, "the way from area %zu to site %zu is not a number from 0 up",
				       k / r->n_sites + 1, k % r->n_sites + 1);
	return RC_OK;
}

/* Least of `weight` beyond `within`. */
static enum rc beyond(const struct site_reach *r, double within, bool heads, const struct site_work *w, struct arena *a,
		      struct site_answer *out, struct err *e)
{
	double *cost = arena_array(a, r->n_areas * r->n_sites, sizeof *cost);
	for (size_t i = 0; i < r->n_areas; i++)
		for (size_t j = 0; j < r->n_sites; j++) {
			size_t k = i * r->n_sites + j;
			cost[k] = r->travel[k] <= within ? 0 : heads ? 1 : r->people[i];
		}
	bool whole = true;
	for (size_t i = 0; i < r->n_areas; i++)
		whole = whole && r->people[i] == (double)(int64_t)r->people[i];
	struct site_median m = { .n_areas = r->n_areas,
				 .n_sites = r->n_sites,
				 .cost = cost,
				 .rule = r->rule,
				 .p = r->p,
				 .step = heads || whole ? 1 : 0 };
	return site_median_solve(&m, w, a, out, e);
}

/* Each area's nearest open site by the real ways. */
static void nearest(const struct site_reach *r, struct site_answer *out)
{
	for (size_t i = 0; i < r->n_areas; i++) {
		const double *way = r->travel + i * r->n_sites;
		uint32_t at = UINT32_MAX;
		for (uint32_t j = 0; j < r->n_sites; j++)
			if (out->open[j] && (at == UINT32_MAX || way[j] < way[at]))
				at = j;
		out->serves[i] = at;
	}
}

enum rc site_reach_solve(const struct site_reach *r, const struct site_work *w, struct arena *a,
			 struct site_answer *out, struct err *e)
{
	enum rc rc = check(r, e);
	if (rc == RC_OK)
		rc = beyond(r, r->within, false, w, a, out, e);
	if (rc == RC_OK)
		nearest(r, out);
	return rc;
}

static int by_value(const void *a, const void *b)
{
	double x = *(const double *)a, y = *(const double *)b;
	return (x > y) - (x < y);
}

static double longest(const struct site_reach *r, const struct site_answer *s)
{
	double far = 0;
	for (size_t i = 0; i < r->n_areas; i++) {
		double t = r->travel[i * r->n_sites + s->serves[i]];
		far = t > far ? t : far;
	}
	return far;
}

/* The least way at which nobody is beyond, by halving the list of all ways. */
enum rc site_centre_solve(const struct site_reach *r, const struct site_work *w, struct arena *a,
			  struct site_answer *out, struct err *e)
{
	enum rc rc = check(r, e);
	if (rc != RC_OK)
		return rc;
	size_t n = 0, all = r->n_areas * r->n_sites;
	double *ways = xcalloc(all + 1, sizeof *ways);
	memcpy(ways, r->travel, all * sizeof *ways);
	qsort(ways, all, sizeof *ways, by_value);
	for (size_t k = 0; k < all; k++)
		if (n == 0 || ways[k] > ways[n - 1])
			ways[n++] = ways[k];
	struct site_answer best = { .cost = -1 }, s;
	size_t lo = 0, hi = n; /* ways[lo-1] is proven too short; ways[hi] is enough */
	size_t sure = 0;       /* ways[sure - 1] and all below are proven too short */
	int64_t nodes = 0, steps = 0;
	while (lo < hi && rc == RC_OK) {
		size_t mid = lo + (hi - lo) / 2;
		rc = beyond(r, ways[mid], true, w, a, &s, e);
		if (rc != RC_OK)
			break;
		nodes += s.nodes;
		steps += s.steps;
		if (s.cost < 0.5) {
			nearest(r, &s);
			best = s;
			best.cost = longest(r, &s);
			hi = mid;
		} else {
			sure = s.bound > 0.5 ? mid + 1 : sure;
			lo = mid + 1;
		}
	}
	if (rc == RC_OK && best.cost < 0)
		rc = err_set(e, RC_NOT_FOUND, "no %zu sites reach every area", r->p);
	if (rc == RC_OK) {
		best.bound = sure < n ? fmin(ways[sure], best.cost) : best.cost;
		best.proven = best.bound >= best.cost;
		best.nodes = nodes;
		best.steps = steps;
		*out = best;
	}
	free(ways);
	return rc;
}
