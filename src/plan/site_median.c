/* The p-median: Lagrangian bounds, interchange, branch and bound. */
#include "plan/site_rows.h"

#include <math.h>

enum {
	ROOT_STEPS = 3000,  /* of the subgradient before branching */
	SHUT_STEPS = 80,    /* where a site was shut: the bound has to rise */
	OPEN_STEPS = 25,    /* where one was opened that was picked anyway: it will hardly */
	TRY_EVERY = 10,	    /* steps, then the sites picked are tried as an answer */
	TRY_BETTER = 5,	    /* at the root the bound gets better nearly every step: a quick look tries not each */
	LOOK_NODES = 100,   /* at most, for a quick look; a proof takes as long as its best answer is bad */
	PATIENCE = 20,	    /* steps without a better bound, then the stride is halved */
	NODES_MAX = 200000, /* unless the caller says otherwise */
	DEPTH_MAX = 400,
};

/* A choice within this of the best is worth improving; how fast the memory of
 * what was picked fades; how much of the last direction the next step keeps. */
static const double NEAR = 1.3, FADE = 0.02, KEEP = 0.3;
/* The first stride, in parts of the gap, at the root and below. */
static const double ROOT_STRIDE = 1.0, NODE_STRIDE = 1.5;

/* What the search knows at one node: which sites are settled, and the prices of
 * its best bound. */
struct node {
	uint8_t *rule;
	double *price;
};

struct search {
	const struct site_median *problem;
	struct site_rows all;  /* every site */
	struct site_rows rows; /* without those shut at an outer node */
	struct site_swap swap;
	size_t n, m;
	double *price, *pull; /* what an area would pay; the smoothed direction */
	double *worth;	      /* [m] what a site takes off the bound (<= 0) */
	double *share;	      /* [m] how often it was picked lately: 0..1 */
	uint8_t *picked;
	uint32_t *order; /* the free sites, the best `want` of them first */
	uint32_t *covers;
	uint64_t tried[256]; /* choices that were improved already, as hashes */
	uint8_t *best_open;
	double best; /* cost of the best choice */
	int64_t nodes, steps, nodes_max;
	const struct site_work *work;
	bool stopped;
	struct node level[DEPTH_MAX];
};

/* ---- the bound ---- */

/* Sites in `order` so that the `want` of least worth come first (quickselect). */
static void split(struct search *s, size_t n, size_t want)
{
	size_t lo = 0, hi = n;
	while (hi - lo > 1) {
		double pivot = s->worth[s->order[lo + (hi - lo) / 2]];
		size_t i = lo, j = hi - 1;
		for (;;) {
			while (s->worth[s->order[i]] < pivot)
				i++;
			while (s->worth[s->order[j]] > pivot)
				j--;
			if (i >= j)
				break;
			uint32_t t = s->order[i];
			s->order[i++] = s->order[j];
			s->order[j--] = t;
			if (j == SIZE_MAX)
				break;
		}
		size_t cut = i > lo ? i : lo + 1;
		if (cut >= hi)
			cut = hi - 1;
		if (want < cut)
			hi = cut;
		else if (want > cut)
			lo = cut;
		else
			return;
	}
}

struct bound {
	double value;
	double last_in, first_out; /* worth of the last picked and the first not picked of the free sites */
	double slope;		   /* squared length of the subgradient */
};

/* With these prices no choice costs less than value. Fills worth, picked, covers. */
static struct bound bound_of(struct search *s, const uint8_t *rule)
{
	const struct site_rows *r = &s->rows;
	struct bound b = { .last_in = -SITE_NEVER, .first_out = SITE_NEVER };
	size_t n_free = 0, want = s->problem->p;
	memset(s->worth, 0, s->m * sizeof *s->worth);
	for (size_t i = 0; i < s->n; i++) {
		double u = s->price[i];
		b.value += u;
		for (size_t k = r->from[i]; k < r->from[i + 1] && r->cost[k] < u; k++)
			s->worth[r->site[k]] += r->cost[k] - u;
	}
	for (size_t j = 0; j < s->m; j++) {
		s->picked[j] = rule[j] == SITE_MUST_OPEN;
		if (rule[j] == SITE_MUST_OPEN) {
			b.value += s->worth[j];
			want--;
		} else if (rule[j] == SITE_FREE)
			s->order[n_free++] = (uint32_t)j;
	}
	split(s, n_free, want);
	for (size_t k = 0; k < n_free; k++) {
		double w = s->worth[s->order[k]];
		if (k < want) {
			s->picked[s->order[k]] = 1;
			b.value += w;
			b.last_in = w > b.last_in ? w : b.last_in;
		} else if (w < b.first_out)
			b.first_out = w;
	}
	for (size_t i = 0; i < s->n; i++) {
		uint32_t covers = 0;
		for (size_t k = r->from[i]; k < r->from[i + 1] && r->cost[k] < s->price[i]; k++)
			covers += s->picked[r->site[k]];
		s->covers[i] = covers;
		double g = 1 - (double)covers;
		b.slope += g * g;
	}
	return b;
}

/* The least cost that a bound leaves possible. */
static double rounded(const struct search *s, double bound)
{
	double step = s->problem->step;
	return step > 0 ? ceil(bound / step - 1e-6) * step : bound;
}

static bool closed(const struct search *s, double bound)
{
	return rounded(s, bound) >= s->best - 1e-9 * (1 + s->best);
}

/* ---- answers ---- */

static bool new_choice(struct search *s, const uint8_t *open)
{
	uint64_t h = 1469598103934665603u;
	for (size_t j = 0; j < s->m; j++)
		if (open[j])
			h = (h ^ j) * 1099511628211u;
	if (s->tried[h & 255] == h)
		return false;
	s->tried[h & 255] = h;
	return true;
}

static void keep_if_better(struct search *s)
{
	if (s->swap.total >= s->best)
		return;
	s->best = s->swap.total;
	memcpy(s->best_open, s->swap.open, s->m);
}

/* The sites picked by a bound are a choice: improved by interchange when near enough. */
static void try_choice(struct search *s)
{
	if (!new_choice(s, s->picked))
		return;
	site_swap_begin(&s->swap, s->picked);
	if (s->swap.total < s->best * NEAR)
		site_swap_run(&s->swap);
	keep_if_better(s);
}

/* ---- a node ---- */

/* Sites that no better choice can use are shut, those that every better one uses opened. */
static size_t settle(struct search *s, uint8_t *rule, const struct bound *b)
{
	size_t n = 0;
	for (size_t j = 0; j < s->m; j++) {
		if (rule[j] != SITE_FREE)
			continue;
		if (!s->picked[j] && closed(s, b->value + s->worth[j] - b->last_in)) {
			rule[j] = SITE_MUST_CLOSE;
			n++;
		} else if (s->picked[j] && b->first_out < SITE_NEVER &&
			   closed(s, b->value - s->worth[j] + b->first_out)) {
			rule[j] = SITE_MUST_OPEN;
			n++;
		}
	}
	return n;
}

static void step_on(struct search *s, const struct bound *b, double stride)
{
	double gap = s->best - b->value, length = 0, move;
	for (size_t i = 0; i < s->n; i++) {
		s->pull[i] = KEEP * s->pull[i] + (1 - (double)s->covers[i]);
		length += s->pull[i] * s->pull[i];
	}
	move = length > 0 ? stride * gap / length : 0;
	for (size_t i = 0; i < s->n; i++) {
		s->price[i] += move * s->pull[i];
		if (s->price[i] < 0)
			s->price[i] = 0;
	}
}

static bool go_on(struct search *s)
{
	if (s->work && s->work->ask && s->steps % 64 == 0 && !s->work->ask(s->work->arg, 0))
		s->stopped = true;
	return !s->stopped;
}

static size_t opened(const struct search *s, const uint8_t *rule, size_t *free_out)
{
	size_t open = 0, free = 0;
	for (size_t j = 0; j < s->m; j++) {
		open += rule[j] == SITE_MUST_OPEN;
		free += rule[j] == SITE_FREE;
	}
	*free_out = free;
	return open;
}

static bool possible(const struct search *s, const uint8_t *rule)
{
	size_t free, open = opened(s, rule, &free);
	return open <= s->problem->p && open + free >= s->problem->p;
}

/* Raises the bound from the prices in `at`, which afterwards hold the best ones.
 * Returns it; best choices are found on the way. */
static double raise_bound(struct search *s, struct node *at, int64_t steps, double stride)
{
	double top = -SITE_NEVER;
	int since = 0;
	memcpy(s->price, at->price, s->n * sizeof *s->price);
	memset(s->pull, 0, s->n * sizeof *s->pull);
	for (int64_t k = 0; k < steps && go_on(s); k++, s->steps++) {
		if (!possible(s, at->rule))
			return SITE_NEVER;
		struct bound b = bound_of(s, at->rule);
		for (size_t j = 0; j < s->m; j++)
			s->share[j] += FADE * (s->picked[j] - s->share[j]);
		if (b.value > top + 1e-9 * (1 + fabs(top))) {
			since = b.value > top + 1e-5 * (s->best - top) ? 0 : since + 1;
			top = b.value;
			memcpy(at->price, s->price, s->n * sizeof *s->price);
			if (steps < ROOT_STEPS || s->nodes_max > LOOK_NODES || k % TRY_BETTER == 0)
				try_choice(s);
		} else {
			since++;
			if (k % TRY_EVERY == 0)
				try_choice(s);
		}
		if (closed(s, top))
			return top;
		settle(s, at->rule, &b);
		if (since >= PATIENCE) {
			stride /= 2;
			since = 0;
			memcpy(s->price, at->price, s->n * sizeof *s->price);
			memset(s->pull, 0, s->n * sizeof *s->pull);
			if (stride < 1e-3)
				break;
			continue;
		}
		step_on(s, &b, stride);
	}
	return top;
}

/* The free site that was picked most: whoever shuts it sees the bound rise. Those
 * about which the bound is unsure were tried first too: more nodes by far. */
static size_t most_picked(const struct search *s, const uint8_t *rule)
{
	size_t at = SIZE_MAX;
	double most = -1;
	for (size_t j = 0; j < s->m; j++)
		if (rule[j] == SITE_FREE && s->share[j] > most) {
			most = s->share[j];
			at = j;
		}
	return at;
}

/* When most of the walks' sites are shut below a node, it walks shorter ones. */
static bool narrow(struct search *s, const uint8_t *rule)
{
	size_t live = 0;
	const struct site_rows *r = &s->rows;
	for (size_t k = 0; k < r->from[s->n]; k++)
		live += rule[r->site[k]] != SITE_MUST_CLOSE;
	if (live * 2 > r->from[s->n])
		return false;
	s->rows = site_rows_without(r, rule);
	return true;
}

static double search_node(struct search *s, size_t depth, int64_t steps, double stride);

/* Both sides of a site: opened and shut, first as it was picked. */
static double branch(struct search *s, size_t depth, size_t site)
{
	const struct node *at = &s->level[depth];
	struct node *below = &s->level[depth + 1];
	double left = SITE_NEVER;
	bool open_first = s->share[site] >= 0.5;
	struct site_rows outer = s->rows;
	bool smaller = narrow(s, at->rule);
	for (int side = 0; side < 2; side++) {
		bool open = (side == 0) == open_first;
		memcpy(below->rule, at->rule, s->m);
		memcpy(below->price, at->price, s->n * sizeof *below->price);
		below->rule[site] = open ? SITE_MUST_OPEN : SITE_MUST_CLOSE;
		double l = search_node(s, depth + 1, open ? OPEN_STEPS : SHUT_STEPS, NODE_STRIDE);
		left = l < left ? l : left;
	}
	if (smaller) {
		site_rows_free(&s->rows);
		s->rows = outer;
	}
	return left;
}

/* Only one choice is left: weigh it. */
static void last_choice(struct search *s, const uint8_t *rule, bool all_free)
{
	for (size_t j = 0; j < s->m; j++)
		s->picked[j] = rule[j] == SITE_MUST_OPEN || (all_free && rule[j] == SITE_FREE);
	site_swap_begin(&s->swap, s->picked);
	keep_if_better(s);
}

/* Returns the least bound of what was left unsearched at this node and below;
 * SITE_NEVER if nothing better than the best can be there. */
static double search_node(struct search *s, size_t depth, int64_t steps, double stride)
{
	struct node *at = &s->level[depth];
	size_t free, p = s->problem->p;
	s->nodes++;
	double bound = raise_bound(s, at, steps, stride);
	if (closed(s, bound) || !possible(s, at->rule))
		return SITE_NEVER;
	if (s->stopped || s->nodes >= s->nodes_max || depth + 1 == DEPTH_MAX)
		return bound;
	size_t open = opened(s, at->rule, &free);
	if (open == p || open + free == p) {
		last_choice(s, at->rule, open < p);
		return SITE_NEVER;
	}
	return fmax(bound, branch(s, depth, most_picked(s, at->rule)));
}

/* ---- the whole ---- */

static enum rc check(const struct site_median *m, struct err *e)
{
	size_t must = 0, may = 0;
	if (m->n_areas == 0 || m->n_areas > SITE_AREAS_MAX || m->n_sites == 0 || m->n_sites > SITE_SITES_MAX)
		return err_set(e, RC_LIMIT, "areas must be 1 to %d and sites 1 to %d", SITE_AREAS_MAX, SITE_SITES_MAX);
	for (size_t j = 0; j < m->n_sites; j++) {
		must += m->rule && m->rule[j] == SITE_MUST_OPEN;
		may += !m->rule || m->rule[j] != SITE_MUST_CLOSE;
	}
	if (m->p == 0 || m->p < must || m->p > may)
		return err_set(
		    e, RC_BAD_INPUT,
		    "%zu sites are to be open, but %zu must be and %zu may be: change the number or the rules", m->p,
		    must, may);
	for (size_t k = 0; k < m->n_areas * m->n_sites; k++)
		if (!(m->cost[k] >= 0))
			return err_set(e, RC_BAD_INPUT, "the cost of area %zu from site %zu is not a number from 0 up",
				       k / m->n_sites + 1, k % m->n_sites + 1);
	return RC_OK;
}

static void begin(struct search *s, const struct site_median *p, const struct site_work *w, struct arena *a)
{
	size_t n = p->n_areas, m = p->n_sites;
	*s = (struct search){ .problem = p, .n = n, .m = m, .work = w, .best = SITE_NEVER * 2 };
	s->nodes_max = w && w->nodes_max ? w->nodes_max : NODES_MAX;
	site_rows_make(&s->all, n, m, p->cost, a);
	s->rows = s->all;
	s->price = arena_array(a, n, sizeof *s->price);
	s->pull = arena_array(a, n, sizeof *s->pull);
	s->worth = arena_array(a, m, sizeof *s->worth);
	s->share = arena_array(a, m, sizeof *s->share);
	s->picked = arena_array(a, m, 1);
	s->order = arena_array(a, m, sizeof *s->order);
	s->covers = arena_array(a, n, sizeof *s->covers);
	s->best_open = arena_array(a, m, 1);
	for (size_t d = 0; d < DEPTH_MAX; d++) {
		s->level[d].rule = arena_array(a, m, 1);
		s->level[d].price = arena_array(a, n, sizeof *s->level[d].price);
	}
	if (p->rule)
		memcpy(s->level[0].rule, p->rule, m);
	site_swap_init(&s->swap, &s->all, s->level[0].rule, a);
}

/* A first choice: the sites that must be open, then whichever helps most (greedy), then interchange. */
static void first_choice(struct search *s)
{
	const uint8_t *rule = s->level[0].rule;
	double *cost = s->price;
	size_t left = s->problem->p;
	for (size_t i = 0; i < s->n; i++)
		cost[i] = SITE_NEVER;
	for (size_t j = 0; j < s->m; j++)
		if (rule[j] == SITE_MUST_OPEN)
			s->picked[j] = 1;
	for (size_t j = 0; j < s->m; j++) {
		const double *c = s->all.by_site + j * s->n;
		left -= s->picked[j];
		for (size_t i = 0; s->picked[j] && i < s->n; i++)
			cost[i] = c[i] < cost[i] ? c[i] : cost[i];
	}
	for (; left; left--) {
		size_t best = SIZE_MAX;
		double most = -1;
		for (size_t j = 0; j < s->m; j++) {
			const double *c = s->all.by_site + j * s->n;
			double gain = 0;
			if (s->picked[j] || rule[j] == SITE_MUST_CLOSE)
				continue;
			for (size_t i = 0; i < s->n; i++)
				gain += c[i] < cost[i] ? cost[i] - c[i] : 0;
			if (gain > most) {
				most = gain;
				best = j;
			}
		}
		s->picked[best] = 1;
		for (size_t i = 0; i < s->n; i++) {
			double c = s->all.by_site[best * s->n + i];
			cost[i] = c < cost[i] ? c : cost[i];
		}
	}
	site_swap_begin(&s->swap, s->picked);
	site_swap_run(&s->swap);
	keep_if_better(s);
}

/* Prices to begin with: between an area's nearest and next open site (Hanjoul and Peeters 1985). */
static void first_prices(struct search *s)
{
	site_swap_begin(&s->swap, s->best_open);
	for (size_t i = 0; i < s->n; i++) {
		double next = s->swap.second[i] < SITE_NEVER ? s->swap.second[i] : s->swap.first[i];
		s->level[0].price[i] = (s->swap.first[i] + next) / 2;
	}
}

enum rc site_median_solve(const struct site_median *m, const struct site_work *w, struct arena *a,
			  struct site_answer *out, struct err *e)
{
	enum rc rc = check(m, e);
	if (rc != RC_OK)
		return rc;
	struct search *s = arena_alloc(a, sizeof *s);
	begin(s, m, w, a);
	first_choice(s);
	if (s->best >= SITE_NEVER)
		return err_set(e, RC_NOT_FOUND,
			       "no %zu sites found that serve every area: allow more sites or longer ways", m->p);
	first_prices(s);
	double left = search_node(s, 0, ROOT_STEPS, ROOT_STRIDE);
	out->open = s->best_open;
	out->cost = s->best;
	out->bound = left < s->best ? rounded(s, left) : s->best;
	out->proven = out->bound >= s->best;
	out->nodes = s->nodes;
	out->steps = s->steps;
	out->serves = arena_array(a, s->n, sizeof *out->serves);
	site_swap_begin(&s->swap, s->best_open);
	memcpy(out->serves, s->swap.nearest, s->n * sizeof *out->serves);
	return RC_OK;
}
