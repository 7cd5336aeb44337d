/* The cheapest way to serve demand from given capacities: successive shortest
 * paths (Ford and Fulkerson 1957), walked over the open sites alone. */
#include "plan/site.h"

#define TINY 1e-9

struct flow {
	size_t n, m;	    /* areas, open sites */
	const double *cost; /* [n * all] */
	size_t all;
	const size_t *site; /* [m] their places in the caller's tables */
	double *at;	    /* [n * m] */
	double *spare;	    /* [m] */
	double *shift;	    /* [m * m] least extra cost of moving a unit from one to another */
	size_t *mover;	    /* [m * m] whose unit that is */
	double least;	    /* differences below this are rounding */
	double *way;	    /* [m] */
	size_t *before;	    /* [m] */
};

static double cost_of(const struct flow *f, size_t i, size_t j)
{
	return f->cost[i * f->all + f->site[j]];
}

/* What moving somebody away from site `j` would cost. */
static void look_again(struct flow *f, size_t j)
{
	for (size_t k = 0; k < f->m; k++)
		f->shift[j * f->m + k] = SITE_NEVER;
	for (size_t i = 0; i < f->n; i++) {
		if (f->at[i * f->m + j] <= TINY)
			continue;
		for (size_t k = 0; k < f->m; k++) {
			double c = cost_of(f, i, k) - cost_of(f, i, j);
			if (k != j && cost_of(f, i, k) < SITE_NEVER && c < f->shift[j * f->m + k]) {
				f->shift[j * f->m + k] = c;
				f->mover[j * f->m + k] = i;
			}
		}
	}
}

/* Does the way to `j` lead through `k`? Differences that are rounding may add up to a circle that seems to pay. */
static bool leads_through(const struct flow *f, size_t j, size_t k)
{
	while (j != SIZE_MAX && j != k)
		j = f->before[j];
	return j == k;
}

/* Cheapest ways for a unit of area `i` to come to rest at each site, others moving on for it. */
static void ways_of(struct flow *f, size_t i)
{
	for (size_t j = 0; j < f->m; j++) {
		f->way[j] = cost_of(f, i, j);
		f->before[j] = SIZE_MAX;
	}
	for (bool again = true; again;) {
		again = false;
		for (size_t j = 0; j < f->m; j++) {
			if (f->way[j] >= SITE_NEVER)
				continue;
			const double *shift = f->shift + j * f->m;
			for (size_t k = 0; k < f->m; k++)
				if (shift[k] < SITE_NEVER && f->way[j] + shift[k] < f->way[k] - f->least &&
				    !leads_through(f, j, k)) {
					f->way[k] = f->way[j] + shift[k];
					f->before[k] = j;
					again = true;
				}
		}
	}
}

/* Sends up to `want` of area `i` the cheapest way; how much went, 0 if none can. */
static double send(struct flow *f, size_t i, double want)
{
	size_t end = SIZE_MAX;
	ways_of(f, i);
	for (size_t j = 0; j < f->m; j++)
		if (f->spare[j] > TINY && f->way[j] < SITE_NEVER && (end == SIZE_MAX || f->way[j] < f->way[end]))
			end = j;
	if (end == SIZE_MAX)
		return 0;
	double much = want < f->spare[end] ? want : f->spare[end];
	for (size_t k = end; f->before[k] != SIZE_MAX; k = f->before[k]) {
		size_t j = f->before[k];
		double there = f->at[f->mover[j * f->m + k] * f->m + j];
		much = there < much ? there : much;
	}
	f->spare[end] -= much;
	size_t k = end;
	for (; f->before[k] != SIZE_MAX; k = f->before[k]) {
		size_t j = f->before[k], who = f->mover[j * f->m + k];
		f->at[who * f->m + j] -= much;
		f->at[who * f->m + k] += much;
	}
	f->at[i * f->m + k] += much;
	for (size_t x = end;; x = f->before[x]) {
		look_again(f, x);
		if (x == k)
			break;
	}
	return much;
}

static void begin(struct flow *f, const double *capacity, const size_t *site, struct arena *a)
{
	f->site = site;
	for (size_t i = 0; i < f->n; i++)
		for (size_t j = 0; j < f->m; j++)
			if (cost_of(f, i, j) < SITE_NEVER && cost_of(f, i, j) > f->least)
				f->least = cost_of(f, i, j);
	f->least *= 1e-11;
	f->at = arena_array(a, f->n * f->m + 1, sizeof *f->at);
	f->spare = arena_array(a, f->m + 1, sizeof *f->spare);
	f->shift = arena_array(a, f->m * f->m + 1, sizeof *f->shift);
	f->mover = arena_array(a, f->m * f->m + 1, sizeof *f->mover);
	f->way = arena_array(a, f->m + 1, sizeof *f->way);
	f->before = arena_array(a, f->m + 1, sizeof *f->before);
	for (size_t j = 0; j < f->m; j++)
		f->spare[j] = capacity[site[j]];
	for (size_t k = 0; k < f->m * f->m; k++)
		f->shift[k] = SITE_NEVER;
}

enum rc site_transport(size_t n_areas, size_t n_sites, const double *cost, const double *demand, const double *capacity,
		       double *flow, double *cost_out, struct err *e)
{
	struct arena own AUTO(arena_release);
	arena_init(&own);
	size_t *site = arena_array(&own, n_sites + 1, sizeof *site);
	struct flow f = { .n = n_areas, .cost = cost, .all = n_sites };
	for (size_t j = 0; j < n_sites; j++)
		if (capacity[j] > 0)
			site[f.m++] = j;
	begin(&f, capacity, site, &own);
	double total = 0;
	for (size_t i = 0; i < n_areas; i++)
		for (double left = demand[i]; left > TINY * (1 + demand[i]);) {
			double went = send(&f, i, left);
			if (went <= 0)
				return err_set(e, RC_NOT_FOUND,
					       "area %zu cannot be served: %.6g of its demand has no room", i + 1,
					       left);
			left -= went;
		}
	if (flow)
		memset(flow, 0, n_areas * n_sites * sizeof *flow);
	for (size_t i = 0; i < n_areas; i++)
		for (size_t j = 0; j < f.m; j++) {
			double v = f.at[i * f.m + j];
			if (v <= TINY)
				continue;
			total += v * cost_of(&f, i, j);
			if (flow)
				flow[i * n_sites + site[j]] = v;
		}
	*cost_out = total;
	return RC_OK;
}
