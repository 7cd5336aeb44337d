/* What a tight budget rules out: options after which the rest of the money cannot
 * buy room for everybody (multiple-choice knapsack by dynamic programming, in steps
 * of room that are rounded in favour of the option, so that nothing right is lost). */
#include "plan/site_search.h"

#include <math.h>

enum { STEPS = 240, CELLS_MAX = 4000000 };

static size_t steps_of(const struct site_search *s, size_t j, size_t option)
{
	double v = ceil(site_room_of(s, j, option) * STEPS / s->demand - 1e-9);
	return v > STEPS ? STEPS : (size_t)v;
}

/* to[u]: the least money with which this site, and those behind `from`, make u steps. */
static void with_site(const struct site_search *s, size_t j, uint16_t may, const double *from, double *to)
{
	for (size_t u = 0; u <= STEPS; u++)
		to[u] = SITE_NEVER;
	for (size_t o = 0; o < s->k; o++) {
		if (!(may >> o & 1))
			continue;
		size_t more = steps_of(s, j, o);
		double price = site_price_of(s, j, o);
		for (size_t u = 0; u <= STEPS; u++) {
			size_t at = u + more > STEPS ? STEPS : u + more;
			to[at] = fmin(to[at], from[u] + price);
		}
	}
}

/* What a choice may spend that is worth looking for: the budget, and less than the best
 * costs when everybody goes the cheapest way. */
static double most_money(const struct site_search *s)
{
	double limit = s->p->budget > 0 ? s->p->budget * (1 + 1e-9) : SITE_NEVER, best = s->best_cost;
	if (s->p->budget_only)
		return limit;
	if (best < SITE_NEVER && s->p->step > 0)
		best -= s->p->step * (1 - 1e-6);
	if (s->p->enough > 0)
		best = fmin(best, s->p->enough * (1 + 1e-9));
	return fmin(limit, best - s->least_ways + 1e-9 * fabs(best));
}

bool site_afford(const struct site_search *s, uint16_t *may)
{
	size_t row = STEPS + 1;
	double limit = most_money(s);
	if (limit >= SITE_NEVER / 2 || s->demand <= 0 || s->m * row > CELLS_MAX)
		return true;
	double *before = xcalloc((s->m + 1) * row, sizeof *before), *behind = xcalloc(2 * row, sizeof *behind);
	for (size_t u = 1; u <= STEPS; u++)
		before[u] = SITE_NEVER;
	for (size_t j = 0; j < s->m; j++)
		with_site(s, j, may[j], before + j * row, before + (j + 1) * row);
	bool any = before[s->m * row + STEPS] <= limit;
	/* behind[u]: the least money with which those from here on make at least u steps */
	double *now = behind, *next = behind + row, *made = xcalloc(2 * row, sizeof *made);
	for (size_t u = 1; u <= STEPS; u++)
		now[u] = made[u] = SITE_NEVER;
	for (size_t j = s->m; any && j-- > 0;) {
		uint16_t was = may[j];
		for (size_t o = 0; o < s->k; o++) {
			if (!(was >> o & 1))
				continue;
			size_t more = steps_of(s, j, o);
			double least = SITE_NEVER;
			for (size_t u = 0; u <= STEPS; u++)
				least =
				    fmin(least, before[j * row + u] + now[u + more >= STEPS ? 0 : STEPS - u - more]);
			if (least + site_price_of(s, j, o) > limit)
				may[j] = (uint16_t)(may[j] & ~(1u << o));
		}
		any = may[j] != 0;
		with_site(s, j, was, made, made + row);
		memcpy(made, made + row, row * sizeof *made);
		next[STEPS] = made[STEPS];
		for (size_t u = STEPS; u-- > 0;)
			next[u] = fmin(made[u], next[u + 1]);
		double *t = now;
		now = next;
		next = t;
	}
	free(before);
	free(behind);
	free(made);
	return any;
}
