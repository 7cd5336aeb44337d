/* From a siting problem to a plan: which method for which problem. */
#include "plan/siting_inside.h"

#include <math.h>

#include "plan/siting_model.h"

enum { PROBE_NODES = 3000, POINT_NODES = 2000, TRY_MOST = 20000, EXCHANGES_MAX = 3000 };

static bool asked(const struct site_work *w, double done)
{
	return !w || !w->ask || w->ask(w->arg, done);
}

static double way(const struct siting *s, size_t i, size_t j)
{
	double t = s->minutes[i * s->n_sites + j];
	return s->areas[i].demand <= 0 ? 0 : s->longest > 0 && t > s->longest ? SITE_NEVER : t;
}

static bool whole_numbers(const struct siting *s)
{
	for (size_t i = 0; i < s->n_areas; i++)
		if (s->areas[i].demand != floor(s->areas[i].demand))
			return false;
	return true;
}

/* ---- medians, reaching, centres: so many sites, no room and no money to think of ---- */

static bool is_median(const struct siting *s)
{
	return !s->limited && !s->priced && s->n_sizes == 1 && !s->keep && s->open_most &&
	       (!s->open_least || s->open_least == s->open_most) && s->aim <= SITING_WITHIN;
}

static enum rc by_median(const struct siting *s, const struct site_work *w, struct arena *a, struct site_answer *out,
			 struct err *e)
{
	size_t n = s->n_areas, m = s->n_sites, may = 0;
	double *cost = arena_array(a, n * m, sizeof *cost);
	uint8_t *rule = arena_array(a, m, 1);
	bool whole = whole_numbers(s);
	for (size_t j = 0; j < m; j++) {
		rule[j] = !(s->sites[j].may & 1) ? SITE_MUST_OPEN : s->sites[j].may == 1 ? SITE_MUST_CLOSE : SITE_FREE;
		may += rule[j] != SITE_MUST_CLOSE;
	}
	for (size_t i = 0; i < n; i++)
		for (size_t j = 0; j < m; j++) {
			double t = way(s, i, j), d = s->areas[i].demand;
			whole = whole && (t >= SITE_NEVER || t == floor(t) || s->aim == SITING_WITHIN);
			cost[i * m + j] = t >= SITE_NEVER || s->aim == SITING_WORST ? t
					  : s->aim == SITING_TRAVEL		    ? d * t
					  : t > s->within			    ? d
										    : 0;
		}
	size_t p = s->open_most < may ? s->open_most : may;
	if (s->aim == SITING_WORST) {
		double *people = arena_array(a, n, sizeof *people);
		struct site_reach r = { n, m, cost, people, rule, p, 0 };
		enum rc rc = site_centre_solve(&r, w, a, out, e);
		if (rc == RC_OK && out->cost >= SITE_NEVER)
			rc = err_set(e, RC_NOT_FOUND, "no %zu sites reach every area: let more be open, or go further",
				     p);
		return rc;
	}
	struct site_median q = { n, m, cost, rule, p, whole ? 1 : 0 };
	return site_median_solve(&q, w, a, out, e);
}

/* ---- sizes ---- */

static double common_step(double x, double y)
{
	while (y > 0) {
		double t = fmod(x, y);
		x = y;
		y = t;
	}
	return x;
}

/* The least difference that prices of plans can have; 0: they are no whole numbers. */
static double price_step(const struct siting *s)
{
	double g = 0;
	for (size_t k = 0; k < s->n_sites * s->n_sizes; k++) {
		if (s->price[k] != floor(s->price[k]) || s->price[k] > 1e15)
			return 0;
		g = common_step(g, s->price[k]);
	}
	return g;
}

static struct site_sizes sizes_of(const struct siting *s, struct arena *a)
{
	size_t n = s->n_areas, m = s->n_sites;
	double *cost = arena_array(a, n * m, sizeof *cost), *demand = arena_array(a, n, sizeof *demand);
	uint16_t *may = arena_array(a, m, sizeof *may);
	uint8_t *kept = arena_array(a, m, 1);
	for (size_t j = 0; j < m; j++) {
		may[j] = s->sites[j].may;
		kept[j] = s->sites[j].today;
	}
	for (size_t i = 0; i < n; i++) {
		demand[i] = s->areas[i].demand;
		for (size_t j = 0; j < m; j++) {
			double t = way(s, i, j);
			cost[i * m + j] = t >= SITE_NEVER	    ? SITE_NEVER
					  : s->aim == SITING_TRAVEL ? t
					  : s->aim == SITING_WITHIN ? t > s->within
								    : 0;
		}
	}
	return (struct site_sizes){ .n_areas = n,
				    .n_sites = m,
				    .n_sizes = s->n_sizes,
				    .cost = cost,
				    .demand = demand,
				    .capacity = s->capacity,
				    .price = s->price,
				    .may = may,
				    .budget = s->budget,
				    .budget_only = s->aim != SITING_MONEY && !s->travel_is_cost,
				    .at_least = s->open_least,
				    .at_most = s->open_most,
				    .kept = s->keep ? kept : NULL,
				    .kept_min = s->keep,
				    .step = s->aim == SITING_WITHIN && whole_numbers(s) ? 1
					    : s->aim == SITING_MONEY			? price_step(s)
											: 0 };
}

static int by_value(const void *a, const void *b)
{
	double x = *(const double *)a, y = *(const double *)b;
	return (x > y) - (x < y);
}

static size_t ways_in_order(const struct siting *s, double *ways)
{
	size_t n = 0, q = 0;
	for (size_t i = 0; i < s->n_areas; i++)
		for (size_t j = 0; j < s->n_sites; j++)
			if (s->areas[i].demand > 0 && (s->sites[j].may & ~1u) && way(s, i, j) < SITE_NEVER)
				ways[n++] = way(s, i, j);
	qsort(ways, n, sizeof *ways, by_value);
	for (size_t k = 0; k < n; k++)
		if (!q || ways[k] > ways[q - 1])
			ways[q++] = ways[k];
	return q;
}

/* The least way at which some choice serves everybody within the rules: each probe asks
 * for the least money (or the fewest sites) at a longest way. */
static enum rc by_worst(const struct siting *s, const struct site_work *w, struct arena *a, struct site_answer *out,
			struct err *e)
{
	size_t all = s->n_areas * s->n_sites, lo = 0, hi, sure = 0;
	double *ways = arena_array(a, all + 1, sizeof *ways), *cost = arena_array(a, all, sizeof *cost);
	double *ones = arena_array(a, s->n_sites * s->n_sizes, sizeof *ones);
	size_t n = ways_in_order(s, ways);
	struct site_sizes p = sizes_of(s, a);
	struct site_work probe = { PROBE_NODES, w ? w->ask : NULL, w ? w->arg : NULL };
	struct site_answer best = { .cost = -1 };
	for (size_t k = 0; k < s->n_sites * s->n_sizes; k++)
		ones[k] = 1;
	p.cost = cost;
	p.budget_only = false;
	p.price = s->budget > 0 ? s->price : ones;
	p.enough = s->budget > 0 ? s->budget : s->open_most ? (double)s->open_most : (double)s->n_sites;
	p.budget = 0;
	int64_t nodes = 0;
	enum rc rc = RC_OK;
	if (n == 0)
		rc = err_set(e, RC_NOT_FOUND, "no site that may be open reaches any area: go further, or offer others");
	for (hi = n; lo < hi && asked(w, 0);) {
		size_t mid = best.cost < 0 && lo == 0 && hi == n ? n - 1 : lo + (hi - lo) / 2; /* any at all? */
		struct site_answer one;
		for (size_t i = 0; i < s->n_areas; i++)
			for (size_t j = 0; j < s->n_sites; j++)
				cost[i * s->n_sites + j] = way(s, i, j) > ways[mid] ? SITE_NEVER : 0;
		rc = site_sizes_solve(&p, &probe, a, &one, e);
		if (rc == RC_OK) {
			nodes += one.nodes;
			best = one;
			best.cost = ways[mid];
			hi = mid;
		} else if (rc == RC_NOT_FOUND || rc == RC_LIMIT) {
			sure = rc == RC_NOT_FOUND && mid + 1 > sure ? mid + 1 : sure;
			lo = mid + 1;
		} else
			return rc;
	}
	if (best.cost < 0)
		return rc == RC_OK ? err_set(e, RC_LIMIT, "no plan was found in the time given: give more time") : rc;
	best.bound = sure < n ? fmin(ways[sure], best.cost) : best.cost;
	best.proven = best.bound >= best.cost;
	best.nodes = nodes;
	*out = best;
	return RC_OK;
}

/* ---- by own methods, without rules about pairs ---- */

static enum rc own(const struct siting *s, const struct site_work *w, struct arena *a, struct siting_plan *out,
		   struct err *e)
{
	struct site_answer ans;
	bool median = is_median(s);
	enum rc rc;
	if (median)
		rc = by_median(s, w, a, &ans, e);
	else if (s->aim == SITING_WORST)
		rc = by_worst(s, w, a, &ans, e);
	else {
		struct site_sizes p = sizes_of(s, a);
		rc = site_sizes_solve(&p, w, a, &ans, e);
	}
	if (rc == RC_OK)
		rc = siting_weigh(s, ans.open, a, out, e);
	if (rc != RC_OK)
		return rc;
	out->bound = fmin(ans.bound, out->value);
	out->proven = ans.proven || out->bound >= out->value * (1 - 1e-9);
	out->nodes = ans.nodes;
	out->method = median ? "interchange, Lagrangian bounds, branch and bound"
			     : "Lagrangian bounds of areas, room and money, branch and bound";
	if (out->proven)
		out->bound = out->value;
	return RC_OK;
}

/* ---- choice by choice ---- */

static double choices(const struct siting *s)
{
	double n = 1;
	for (size_t j = 0; j < s->n_sites; j++)
		n *= __builtin_popcount(s->sites[j].may);
	return n;
}

static bool next_choice(const struct siting *s, uint8_t *open)
{
	for (size_t j = 0; j < s->n_sites; j++) {
		size_t o = open[j] + 1u;
		while (o <= s->n_sizes && !(s->sites[j].may >> o & 1))
			o++;
		if (o <= s->n_sizes) {
			open[j] = (uint8_t)o;
			return true;
		}
		open[j] = 0;
		while (!(s->sites[j].may >> open[j] & 1))
			open[j]++;
	}
	return false;
}

bool siting_try_all(const struct siting *s, int64_t most, const struct site_work *w, struct arena *a,
		    struct siting_plan *out, bool *found_out, int64_t *tried_out)
{
	double all = choices(s);
	uint8_t *open = arena_array(a, s->n_sites, 1), *best = arena_array(a, s->n_sites, 1);
	bool found = false, more = true;
	double least = SITE_NEVER;
	int64_t tried = 0;
	struct err e = { 0 };
	struct arena one AUTO(arena_release);
	arena_init(&one);
	if (all > (double)most)
		return false;
	for (size_t j = 0; j < s->n_sites; j++)
		while (!(s->sites[j].may >> open[j] & 1))
			open[j]++;
	for (; more; more = next_choice(s, open)) {
		struct siting_plan p;
		if (++tried % 64 == 0 && !asked(w, (double)tried / all))
			break;
		if (!siting_allowed(s, open) || siting_weigh(s, open, &one, &p, &e) != RC_OK)
			continue;
		if (!found || p.value < least) {
			least = p.value;
			memcpy(best, open, s->n_sites);
			found = true;
		}
		arena_reset(&one);
	}
	*found_out = found && siting_weigh(s, best, a, out, &e) == RC_OK;
	*tried_out = tried;
	return !more;
}

/* ---- exchange under any rules ---- */

static size_t broken_pairs(const struct siting *s, const uint8_t *open)
{
	size_t n = 0;
	for (size_t k = 0; k < s->n_pairs; k++) {
		bool x = open[s->pairs[k].a], y = open[s->pairs[k].b];
		n += s->pairs[k].one_of ? !x && !y : x && y;
	}
	return n;
}

struct exchange {
	const struct siting *s;
	struct siting loose; /* without pairs */
	const struct site_work *w;
	uint8_t *open, *next;
	double value; /* of open; broken pairs weigh more than anything */
	int64_t left;
	struct arena one;
};

static bool better(struct exchange *x)
{
	struct siting_plan p;
	struct err e = { 0 };
	if (x->left-- <= 0 || !siting_allowed(&x->loose, x->next))
		return false;
	arena_reset(&x->one);
	if (siting_weigh(x->s, x->next, &x->one, &p, &e) != RC_OK)
		return false;
	double v = p.value + 1e15 * (double)broken_pairs(x->s, x->next);
	if (v >= x->value * (1 - 1e-12))
		return false;
	x->value = v;
	memcpy(x->open, x->next, x->s->n_sites);
	return true;
}

static bool one_round(struct exchange *x)
{
	const struct siting *s = x->s;
	for (size_t j = 0; j < s->n_sites; j++)
		for (size_t o = 0; o <= s->n_sizes; o++) {
			memcpy(x->next, x->open, s->n_sites);
			if (o == x->open[j] || !(s->sites[j].may >> o & 1))
				continue;
			x->next[j] = (uint8_t)o;
			if (better(x))
				return true;
			for (size_t i = 0; i < s->n_sites; i++) {
				bool other = (o == 0) != (x->open[i] == 0);
				size_t to = o == 0 ? x->open[j] : 0;
				if (i == j || other || !(s->sites[i].may >> to & 1))
					continue;
				x->next[i] = (uint8_t)to;
				if (better(x))
					return true;
				x->next[i] = x->open[i];
			}
			if (!asked(x->w, 0) || x->left <= 0)
				return false;
		}
	return false;
}

static bool by_exchange(const struct siting *s, const uint8_t *from, const struct site_work *w, struct arena *a,
			struct siting_plan *out)
{
	struct err e = { 0 };
	struct exchange x = { .s = s, .loose = *s, .w = w, .value = SITE_NEVER, .left = EXCHANGES_MAX };
	x.loose.n_pairs = 0;
	x.open = arena_array(a, s->n_sites, 1);
	x.next = arena_array(a, s->n_sites, 1);
	arena_init(&x.one);
	memcpy(x.open, from, s->n_sites);
	memcpy(x.next, from, s->n_sites);
	(void)better(&x);
	while (one_round(&x))
		;
	arena_release(&x.one);
	return x.value < 1e15 && siting_weigh(s, x.open, a, out, &e) == RC_OK;
}

/* ---- rules and aims that own methods do not know ---- */

static enum rc with_pairs(const struct siting *s, const struct site_work *w, const struct siting_outside *outside,
			  struct arena *a, struct siting_plan *out, struct err *e)
{
	struct siting loose = *s;
	struct siting_plan start, found;
	loose.n_pairs = 0;
	loose.aim = s->aim == SITING_GAP ? SITING_TRAVEL : s->aim;
	enum rc rc = own(&loose, w, a, &start, e);
	if (rc != RC_OK)
		return rc;
	double bound = s->aim == SITING_GAP ? 0 : start.bound;
	if (s->aim != SITING_GAP && siting_allowed(s, start.open)) {
		*out = start;
		return RC_OK;
	}
	bool any;
	int64_t tried;
	if (siting_try_all(s, TRY_MOST, w, a, &found, &any, &tried)) {
		if (!any)
			return err_set(e, RC_NOT_FOUND, "no plan keeps all rules: every choice was tried");
		*out = found;
		out->bound = out->value;
		out->proven = true;
		out->nodes = tried;
		out->method = "every choice tried";
		return RC_OK;
	}
	any = by_exchange(s, start.open, w, a, &found);
	if (any) {
		found.bound = fmin(bound, found.value);
		found.proven = found.bound >= found.value * (1 - 1e-9);
		found.method = s->aim == SITING_GAP ? "interchange (a gap has no bound of our own but 0)"
						    : "interchange, the bound without the rules about pairs";
	}
	if ((!any || !found.proven) && outside && outside->run && siting_model_fits(s)) {
		rc = siting_model_solve(s, outside, a, any ? &found : NULL, bound, out, e);
		if (rc == RC_OK || !any)
			return rc;
	}
	if (!any)
		return err_set(e, RC_LIMIT,
			       "no plan was found that keeps the rules about pairs: give more time, or drop some");
	*out = found;
	return RC_OK;
}

/* Says what the rules would cost, where money is what is short. */
static enum rc what_is_short(const struct siting *s, const struct site_work *w, struct arena *a, enum rc rc,
			     struct err *e)
{
	struct siting cheap = *s;
	struct siting_plan p;
	struct err other = { 0 };
	if (s->budget <= 0 || (rc != RC_NOT_FOUND && rc != RC_LIMIT))
		return rc;
	cheap.budget = 0;
	cheap.aim = SITING_MONEY;
	cheap.n_pairs = 0;
	if (own(&cheap, w, a, &p, &other) != RC_OK)
		return rc;
	if (p.bound > s->budget)
		rc = RC_NOT_FOUND;
	else if (p.value <= s->budget)
		return rc;
	return err_set(
	    e, rc,
	    "%s:%d:%d: the budget of %.0f is too small: the cheapest plan found that keeps the other rules costs "
	    "%.0f (%s %.0f). Raise it to that, or let go of a rule",
	    s->file, s->budget_line, s->budget_column, s->budget, p.value,
	    p.proven ? "proven: nothing costs less than" : "nothing costs less than", p.bound);
}

enum rc siting_solve(const struct siting *s, const struct site_work *w, const struct siting_outside *outside,
		     struct arena *a, struct siting_plan *out, struct err *e)
{
	enum rc rc = s->n_pairs || s->aim == SITING_GAP ? with_pairs(s, w, outside, a, out, e) : own(s, w, a, out, e);
	return rc == RC_OK ? rc : what_is_short(s, w, a, rc, e);
}

/* ---- the frontier ---- */

struct slice {
	const struct site_work *w;
	double from, part;
};

static bool ask_slice(void *arg, double done)
{
	const struct slice *s = arg;
	(void)done;
	return asked(s->w, s->from);
}

enum rc siting_frontier(const struct siting *s, size_t points, const struct site_work *w, struct arena *a,
			struct siting_plan *out, size_t *n_out, bool *whole_out, struct err *e)
{
	struct siting p = *s;
	struct siting_plan cheapest;
	struct slice slice = { w, 0, 0 };
	struct site_work part = { w && w->nodes_max ? w->nodes_max : POINT_NODES, ask_slice, &slice };
	if (!s->priced)
		return err_set(e, RC_BAD_INPUT,
			       "%s: a frontier of cost against access needs prices: give sizes their price a year",
			       s->file);
	if (s->aim == SITING_MONEY)
		return err_set(e, RC_BAD_INPUT,
			       "%s: a frontier of cost against access needs an aim other than least money", s->file);
	p.aim = SITING_MONEY;
	enum rc rc = siting_solve(&p, &part, NULL, a, &cheapest, e);
	p.aim = s->aim;
	if (rc != RC_OK)
		return rc;
	double step = price_step(s), gap = 0, floor_price = cheapest.proven ? cheapest.value : cheapest.bound;
	bool whole = step > 0 && choices(s) <= TRY_MOST;
	size_t n = 0;
	for (size_t tries = 0; n < points && tries < 4 * points; tries++) {
		struct siting_plan one;
		slice.from = (double)tries / (double)points;
		rc = siting_solve(&p, &part, NULL, a, &one, e);
		if (rc == RC_NOT_FOUND && n)
			break;
		if (rc != RC_OK && !n)
			return rc;
		if (rc != RC_OK) {
			whole = false;
			break;
		}
		if (n == 0 && points > 1)
			gap = whole ? 0 : (one.price - floor_price) / (double)(points - 1);
		while (n && out[n - 1].value >= one.value * (1 - 1e-12)) /* as good for less */
			n--;
		out[n++] = one;
		double less = one.price - fmax(step > 0 ? step : 1e-6 * one.price, gap);
		if (one.price <= floor_price * (1 + 1e-12) || !asked(w, slice.from))
			break;
		p.budget = less > floor_price ? less : floor_price;
		whole = whole && one.proven;
	}
	*n_out = n;
	*whole_out = whole && n < points;
	return RC_OK;
}
