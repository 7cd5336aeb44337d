/* The best re-use: conversions tried one by one, units placed by branch and bound. */
#include "plan/siting_reuse_inside.h"

#include <math.h>

enum { NODES_MAX = 20000, PRICE_ROUNDS = 40, DESCENTS_MAX = 60 };
static const size_t ANY = SIZE_MAX >> 16; /* number of moves */

struct node {
	double bound;
	size_t *made;	   /* [n_conversions] */
	uint16_t *lo, *hi; /* [m * kinds] units from, to */
	bool opened;	   /* its own bound is known; else only that of its conversions */
	int64_t order;
};

struct search {
	const struct reuse_ground *g;
	const struct site_work *w;
	struct arena *a; /* nodes */
	struct reuse_best *best;
	struct node **heap;
	size_t n, cap;
	int64_t orders;
	int descents;
	bool partial; /* not every way to convert was looked at: there is no bound */
	double
	    *known[REUSE_KINDS_MAX]; /* [total] the least that so many units give, wherever they stand; NAN: not yet */
	double *wide[REUSE_KINDS_MAX]; /* [(n + 1) * (3 m + 1)] costs for the bound */
	double *room, *flow, *priced;  /* as large as any kind needs */
	double *used;		       /* [m * kinds] of the bound last worked out */
	size_t *units, *turn;	       /* [m * kinds] */
};

/* ---- nodes, the least bound first ---- */

static bool before(const struct node *x, const struct node *y)
{
	return x->bound != y->bound ? x->bound < y->bound : x->order < y->order;
}

static void push(struct search *x, struct node *d)
{
	if (x->n == x->cap) {
		x->cap = x->cap ? 2 * x->cap : 256;
		x->heap = xrealloc(x->heap, x->cap * sizeof(struct node *));
	}
	size_t i = x->n++;
	d->order = x->orders++;
	for (; i && before(d, x->heap[(i - 1) / 2]); i = (i - 1) / 2)
		x->heap[i] = x->heap[(i - 1) / 2];
	x->heap[i] = d;
}

static struct node *pop(struct search *x)
{
	struct node *top = x->heap[0], *last = x->heap[--x->n];
	size_t i = 0;
	for (size_t c = 1; c < x->n; c = 2 * i + 1) {
		c += c + 1 < x->n && before(x->heap[c + 1], x->heap[c]);
		if (!before(x->heap[c], last))
			break;
		x->heap[i] = x->heap[c];
		i = c;
	}
	x->heap[i] = last;
	return top;
}

/* ---- the bound ---- */

/* Each site has units that stand, units that may go, and room for more; a row that is nobody takes as much of the
 * last two as there would be too much. What is served in room for more costs `price` a unit, and `price` times what
 * may come back is taken off: so it is a bound whatever the price. */
static double priced_bound(struct search *x, size_t kind, double price, double limit, double *gained)
{
	const struct reuse_ground *g = x->g;
	const struct reuse_rows *r = &g->rows[kind];
	size_t all = 3 * g->m + 1;
	double v;
	struct err e = { 0 };
	const double *cost = x->wide[kind];
	if (price > 0) {
		memcpy(x->priced, cost, (r->n + 1) * all * sizeof *cost);
		for (size_t i = 0; i < r->n; i++)
			for (size_t j = 2 * g->m; j < 3 * g->m; j++)
				if (x->priced[i * all + j] < SITE_NEVER)
					x->priced[i * all + j] += price;
		cost = x->priced;
	}
	memset(x->flow, 0, (r->n + 1) * all * sizeof *x->flow);
	if (site_transport(r->n + 1, all, cost, r->demand, x->room, x->flow, &v, &e) != RC_OK)
		return SITE_NEVER;
	*gained = 0;
	for (size_t i = 0; i < r->n; i++)
		for (size_t j = 2 * g->m; j < 3 * g->m; j++)
			*gained += x->flow[i * all + j];
	return price > 0 ? v - price * limit : v;
}

/* No units of this kind between lo and hi, `total` in all and at most `gains` more than today at sites, give less. */
static double bound_of(struct search *x, size_t kind, const uint16_t *lo, const uint16_t *hi, size_t total,
		       size_t gains)
{
	const struct reuse_ground *g = x->g;
	const struct reuse_rows *r = &g->rows[kind];
	size_t least = 0, most = 0, all = 3 * g->m + 1;
	double limit = (double)gains, gained, served = 0;
	for (size_t j = 0; j < g->m; j++) {
		size_t at = j * g->kinds + kind, now = g->k->now[at], kept = lo[at];
		kept = now > kept ? (now < hi[at] ? now : hi[at]) : kept;
		least += lo[at];
		most += hi[at];
		limit -= lo[at] > now ? (double)(lo[at] - now) : 0;
		x->room[j] = lo[at];
		x->room[g->m + j] = (double)(kept - lo[at]);
		x->room[2 * g->m + j] = (double)(hi[at] - kept);
	}
	if (total < least || total > most || limit < 0)
		return SITE_NEVER;
	if (!r->n)
		return 0;
	for (size_t i = 0; i < r->n; i++)
		served += r->demand[i];
	x->room[3 * g->m] = served;
	r->demand[r->n] = (double)(most - total);
	double v = priced_bound(x, kind, 0, limit, &gained);
	for (size_t j = 0; j < g->m; j++) {
		double *used = &x->used[j * g->kinds + kind];
		*used = 0;
		for (size_t i = 0; i < r->n; i++)
			*used += x->flow[i * all + j] + x->flow[i * all + g->m + j] + x->flow[i * all + 2 * g->m + j];
	}
	double from = 0, to = 0, highest;
	if (v >= SITE_NEVER || gained <= limit + 1e-9)
		return v;
	for (size_t i = 0; i < r->n; i++)
		to = fmax(to, r->cost[i * (g->m + 1) + g->m]);
	highest = to;
	for (int k = 0; k < PRICE_ROUNDS;
	     k++) { /* concave in the price, its slope is what is gained beyond the limit */
		double price = k < 20 ? (from > 0 ? sqrt(from * to) : to / 1024) : (from + to) / 2;
		double one = priced_bound(x, kind, price, limit, &gained);
		v = fmax(v, one);
		if (gained > limit)
			from = price;
		else
			to = price;
		if (to - from < 1e-9 * highest)
			break;
	}
	return v;
}

/* The least that so many units of a kind give, wherever they may stand. */
static double at_least(struct search *x, size_t kind, size_t total, const struct node *anywhere)
{
	if (isnan(x->known[kind][total]))
		x->known[kind][total] = bound_of(x, kind, anywhere->lo, anywhere->hi, total, ANY);
	return x->known[kind][total];
}

/* ---- what a node rules out ---- */

static size_t may_gain(const struct search *x, const size_t *made, size_t kind)
{
	size_t most = x->g->k->kinds[kind].move_most;
	return most < REUSE_UNITS_MAX ? most + reuse_made_of(x->g->k, made, kind) : ANY;
}

/* Staff where there is at least so much: none for too many sites, no more moves than are allowed. */
static bool can_be_staffed(const struct search *x, const struct node *d, const size_t *totals)
{
	const struct reuse_ground *g = x->g;
	for (size_t l = 0; l < g->kinds; l++) {
		size_t all = 0, gains = 0;
		if (g->k->kinds[l].used)
			continue;
		for (size_t j = 0; j < g->m; j++) {
			size_t at = j * g->kinds + l;
			double needs = 0;
			for (size_t i = 0; i < g->kinds; i++)
				needs += g->k->kinds[i].needs[l] * d->lo[j * g->kinds + i];
			size_t here = (size_t)ceil(needs - 1e-9);
			here = here < g->k->least[at] ? g->k->least[at] : here;
			if (here > g->k->most[at])
				return false;
			all += here;
			gains += here > g->k->now[at] ? here - g->k->now[at] : 0;
		}
		if (all > totals[l] || totals[l] > g->all_most[l] || gains > may_gain(x, d->made, l))
			return false;
	}
	return true;
}

/* What the units of a node cost at least: each kind fills the cheapest sites first. */
static double least_money(const struct search *x, const struct node *d, const size_t *totals)
{
	const struct reuse_ground *g = x->g;
	double v = 0;
	for (size_t q = 0; q < g->k->n_conversions; q++)
		v += g->k->conversions[q].cost * (double)d->made[q];
	for (size_t i = 0; i < g->kinds; i++) {
		size_t left = totals[i];
		for (size_t j = 0; j < g->m; j++) {
			v += g->k->cost[j * g->kinds + i] * d->lo[j * g->kinds + i];
			left -= left < d->lo[j * g->kinds + i] ? left : d->lo[j * g->kinds + i];
			x->turn[j] = j;
		}
		for (size_t b = 1; b < g->m; b++) /* in order of their cost */
			for (size_t c = b;
			     c && g->k->cost[x->turn[c] * g->kinds + i] < g->k->cost[x->turn[c - 1] * g->kinds + i];
			     c--) {
				size_t t = x->turn[c];
				x->turn[c] = x->turn[c - 1];
				x->turn[c - 1] = t;
			}
		for (size_t b = 0; b < g->m && left; b++) {
			size_t at = x->turn[b] * g->kinds + i, more = (size_t)(d->hi[at] - d->lo[at]);
			more = more < left ? more : left;
			v += g->k->cost[at] * (double)more;
			left -= more;
		}
	}
	return v;
}

/* ---- choices ---- */

static void try_choice(struct search *x, const size_t *totals, const size_t *made, size_t *units)
{
	const struct reuse_ground *g = x->g;
	double v = 0;
	if (!reuse_staff(g, totals, made, units) || !reuse_allowed(g->s, units, made))
		return;
	for (size_t i = 0; i < g->kinds; i++)
		v += reuse_value(g, i, units + i, g->kinds, NULL);
	if (v >= x->best->value - 1e-9 * (1 + fabs(v)))
		return;
	x->best->value = v;
	memcpy(x->best->units, units, g->m * g->kinds * sizeof *units);
	memcpy(x->best->made, made, g->k->n_conversions * sizeof *made);
}

/* Whole numbers near what the bound uses, as many as there are. */
static void round_to(struct search *x, const struct node *d, const size_t *totals, size_t *units)
{
	const struct reuse_ground *g = x->g;
	for (size_t i = 0; i < g->kinds; i++) {
		size_t all = 0;
		if (!g->k->kinds[i].used)
			continue;
		for (size_t j = 0; j < g->m; j++) {
			size_t at = j * g->kinds + i;
			double u = floor(x->used[at] + 0.5);
			units[at] = u < d->lo[at] ? d->lo[at] : u > d->hi[at] ? d->hi[at] : (size_t)u;
			all += units[at];
		}
		while (all != totals[i]) {
			size_t to = SIZE_MAX;
			double most = -SITE_NEVER;
			bool more = all < totals[i];
			for (size_t j = 0; j < g->m; j++) {
				size_t at = j * g->kinds + i;
				double lacks = x->used[at] - (double)units[at];
				lacks += more && units[at] < g->k->now[at] ? 0.25 : 0; /* rather where they are */
				if (more ? units[at] < d->hi[at] : units[at] > d->lo[at])
					if ((more ? lacks : -lacks) > most) {
						most = more ? lacks : -lacks;
						to = at;
					}
			}
			if (to == SIZE_MAX)
				return;
			units[to] = more ? units[to] + 1 : units[to] - 1;
			all = more ? all + 1 : all - 1;
		}
	}
}

static bool go_on(struct search *x)
{
	x->best->stopped = x->best->stopped || (x->w && x->w->ask && !x->w->ask(x->w->arg, 0));
	return !x->best->stopped;
}

/* Always the one move that saves most, from the best choice on. */
static void descend(struct search *x, const size_t *totals)
{
	const struct reuse_ground *g = x->g;
	double was = SITE_NEVER;
	size_t *from = xcalloc(g->m * g->kinds, sizeof *from), made[REUSE_CONVERSIONS_MAX];
	memcpy(made, x->best->made, sizeof made);
	while (x->best->value < was && go_on(x)) {
		was = x->best->value;
		memcpy(from, x->best->units, g->m * g->kinds * sizeof *from);
		for (size_t i = 0; i < g->kinds; i++)
			for (size_t p = 0; g->k->kinds[i].used && p < g->m * g->m; p++) {
				size_t give = p / g->m * g->kinds + i, take = p % g->m * g->kinds + i;
				if (give == take || from[give] <= g->k->least[give] || from[take] >= g->k->most[take])
					continue;
				memcpy(x->units, from, g->m * g->kinds * sizeof *from);
				x->units[give]--;
				x->units[take]++;
				try_choice(x, totals, made, x->units);
			}
	}
	free(from);
}

/* ---- branching ---- */

static struct node *new_node(struct search *x, const struct node *like)
{
	size_t n = x->g->m * x->g->kinds;
	struct node *d = arena_alloc(x->a, sizeof *d);
	*d = *like;
	d->lo = arena_array(x->a, n, sizeof *d->lo);
	d->hi = arena_array(x->a, n, sizeof *d->hi);
	d->opened = true;
	memcpy(d->lo, like->lo, n * sizeof *d->lo);
	memcpy(d->hi, like->hi, n * sizeof *d->hi);
	return d;
}

/* The bound of a node, its rules looked at. */
static double weigh(struct search *x, struct node *d, const size_t *totals)
{
	double v = 0;
	if (!can_be_staffed(x, d, totals))
		return SITE_NEVER;
	for (size_t i = 0; i < x->g->kinds && v < SITE_NEVER; i++) {
		double one =
		    x->g->k->kinds[i].used ? bound_of(x, i, d->lo, d->hi, totals[i], may_gain(x, d->made, i)) : 0;
		v = one >= SITE_NEVER ? SITE_NEVER : v + one;
	}
	if (v < SITE_NEVER && !x->g->even && least_money(x, d, totals) > x->g->budget * (1 + 1e-12))
		return SITE_NEVER;
	return v;
}

/* Where to part: what is used in parts of a unit; else where most is open. False: nothing is open. */
static bool part(const struct search *x, const struct node *d, size_t *at_out, uint16_t *below_out)
{
	double most = 1e-6;
	size_t at = SIZE_MAX, widest = 0;
	for (size_t q = 0; q < x->g->m * x->g->kinds; q++) {
		double part = fabs(x->used[q] - floor(x->used[q] + 0.5));
		if (!x->g->k->kinds[q % x->g->kinds].used || d->lo[q] == d->hi[q] || part <= most ||
		    x->used[q] < d->lo[q] || x->used[q] > d->hi[q])
			continue;
		most = part;
		at = q;
		*below_out = (uint16_t)floor(x->used[q]);
	}
	for (size_t q = 0; at == SIZE_MAX && q < x->g->m * x->g->kinds; q++)
		if (x->g->k->kinds[q % x->g->kinds].used && (size_t)(d->hi[q] - d->lo[q]) > widest) {
			widest = (size_t)(d->hi[q] - d->lo[q]);
			*at_out = q;
		}
	if (at != SIZE_MAX) {
		*at_out = at;
		return true;
	}
	if (!widest)
		return false;
	double u = fmin(d->hi[*at_out], fmax(d->lo[*at_out], floor(x->used[*at_out] + 0.5)));
	*below_out = (uint16_t)(u - d->lo[*at_out] >= d->hi[*at_out] - u ? u - 1 : u);
	return true;
}

static void branch(struct search *x, struct node *d, const size_t *totals)
{
	size_t at = 0;
	uint16_t below = 0;
	double bound = d->bound;
	if (!part(x, d, &at, &below))
		return;
	for (int side = 0; side < 2; side++) {
		struct node *c = new_node(x, d);
		if (side)
			c->lo[at] = (uint16_t)(below + 1);
		else
			c->hi[at] = below;
		c->bound = fmax(bound, weigh(x, c, totals));
		if (c->bound >= SITE_NEVER)
			continue;
		memset(x->units, 0, x->g->m * x->g->kinds * sizeof *x->units);
		round_to(x, c, totals, x->units);
		try_choice(x, totals, c->made, x->units);
		if (c->bound < x->best->value - 1e-9 * (1 + fabs(x->best->value)))
			push(x, c);
	}
}

/* ---- conversions ---- */

static bool next_choice(const struct siting_stock *k, size_t *made)
{
	for (size_t q = 0; q < k->n_conversions; q++) {
		if (made[q] < k->conversions[q].most) {
			made[q]++;
			return true;
		}
		made[q] = 0;
	}
	return false;
}

/* Each way to convert is a node of its own, with the least that it can give. */
static void all_conversions(struct search *x, const struct node *anywhere)
{
	const struct reuse_ground *g = x->g;
	size_t made[REUSE_CONVERSIONS_MAX] = { 0 }, totals[REUSE_KINDS_MAX];
	do {
		struct node d = *anywhere;
		double v = 0;
		d.made = made;
		if (!reuse_totals(g->k, g->all_now, made, totals))
			continue;
		for (size_t i = 0; i < g->kinds && v < SITE_NEVER; i++) {
			bool fits = totals[i] >= g->all_least[i] && totals[i] <= g->all_most[i];
			double one = !fits ? SITE_NEVER : g->k->kinds[i].used ? at_least(x, i, totals[i], anywhere) : 0;
			v = one >= SITE_NEVER ? SITE_NEVER : v + one;
		}
		if (!go_on(x)) {
			x->partial = true;
			return;
		}
		if (v >= SITE_NEVER || least_money(x, &d, totals) > g->budget * (1 + 1e-12))
			continue;
		struct node *root = arena_alloc(x->a, sizeof *root);
		*root = *anywhere;
		root->bound = v;
		root->made = arena_array(x->a, g->k->n_conversions + 1, sizeof *root->made);
		memcpy(root->made, made, g->k->n_conversions * sizeof *made);
		push(x, root);
	} while (next_choice(g->k, made));
}

/* A way to convert is looked at for the first time: its own bound, a choice, and that one made better. */
static bool open_root(struct search *x, struct node *d, const size_t *totals)
{
	struct node *own = new_node(x, d);
	double was = x->best->value;
	own->bound = fmax(d->bound, weigh(x, own, totals));
	*d = *own;
	if (d->bound >= SITE_NEVER)
		return false;
	memset(x->units, 0, x->g->m * x->g->kinds * sizeof *x->units);
	round_to(x, d, totals, x->units);
	try_choice(x, totals, d->made, x->units);
	if (x->best->value < was && x->descents++ < DESCENTS_MAX)
		descend(x, totals);
	return true;
}

/* ---- as few moves as can be ---- */

static void settle(struct search *x)
{
	const struct reuse_ground *g = x->g;
	size_t totals[REUSE_KINDS_MAX], n = g->m * g->kinds;
	size_t *best = x->best->units;
	if (!reuse_totals(g->k, g->all_now, x->best->made, totals))
		return;
	for (size_t i = 0; i < g->kinds; i++)
		for (size_t p = 0; g->k->kinds[i].used && p < g->m * g->m; p++) {
			size_t give = p / g->m * g->kinds + i, take = p % g->m * g->kinds + i;
			while (best[give] > g->k->now[give] && best[take] < g->k->now[take]) {
				double v = 0;
				memcpy(x->units, best, n * sizeof *best);
				x->units[give]--;
				x->units[take]++;
				if (!reuse_staff(g, totals, x->best->made, x->units) ||
				    !reuse_allowed(g->s, x->units, x->best->made))
					break;
				for (size_t l = 0; l < g->kinds; l++)
					v += reuse_value(g, l, x->units + l, g->kinds, NULL);
				if (v > x->best->value + 1e-9 * (1 + fabs(v)))
					break;
				memcpy(best, x->units, n * sizeof *best);
			}
		}
}

/* ---- the search ---- */

static void wide_costs(struct search *x, size_t kind, double *into)
{
	const struct reuse_ground *g = x->g;
	const struct reuse_rows *r = &g->rows[kind];
	size_t all = 3 * g->m + 1;
	for (size_t i = 0; i <= r->n; i++)
		for (size_t j = 0; j < all; j++)
			into[i * all + j] = i == r->n	    ? (j >= g->m && j < 3 * g->m ? 0 : SITE_NEVER)
					    : j == 3 * g->m ? r->cost[i * (g->m + 1) + g->m]
							    : r->cost[i * (g->m + 1) + j % g->m];
	x->wide[kind] = into;
}

static void begin(struct search *x, struct node *anywhere)
{
	const struct reuse_ground *g = x->g;
	size_t n = g->m * g->kinds, most = 0, all = 3 * g->m + 1;
	anywhere->lo = arena_array(x->a, n, sizeof *anywhere->lo);
	anywhere->hi = arena_array(x->a, n, sizeof *anywhere->hi);
	for (size_t q = 0; q < n; q++) {
		anywhere->lo[q] = (uint16_t)g->k->least[q];
		anywhere->hi[q] = (uint16_t)g->k->most[q];
	}
	for (size_t i = 0; i < g->kinds; i++) {
		most = g->rows[i].n > most ? g->rows[i].n : most;
		wide_costs(x, i, arena_array(x->a, (g->rows[i].n + 1) * all, sizeof(double)));
		x->known[i] = arena_array(x->a, g->all_most[i] + 1, sizeof(double));
		for (size_t t = 0; t <= g->all_most[i]; t++)
			x->known[i][t] = NAN;
	}
	x->room = arena_array(x->a, all, sizeof *x->room);
	x->flow = arena_array(x->a, (most + 1) * all, sizeof *x->flow);
	x->priced = arena_array(x->a, (most + 1) * all, sizeof *x->priced);
	x->used = arena_array(x->a, n, sizeof *x->used);
	x->units = arena_array(x->a, n, sizeof *x->units);
	x->turn = arena_array(x->a, n, sizeof *x->turn);
}

void reuse_search(const struct reuse_ground *g, const struct site_work *w, struct arena *a, struct reuse_best *best)
{
	struct arena nodes AUTO(arena_release);
	struct search x = { .g = g, .w = w, .best = best, .a = &nodes };
	struct node anywhere = { .bound = 0 };
	size_t totals[REUSE_KINDS_MAX], none[REUSE_CONVERSIONS_MAX] = { 0 };
	int64_t nodes_max = w && w->nodes_max ? w->nodes_max : NODES_MAX;
	(void)a;
	arena_init(&nodes);
	begin(&x, &anywhere);
	if (reuse_totals(g->k, g->all_now, none, totals)) { /* today, if it may stay */
		memcpy(x.units, g->k->now, g->m * g->kinds * sizeof *x.units);
		try_choice(&x, totals, none, x.units);
	}
	all_conversions(&x, &anywhere);
	best->bound = SITE_NEVER;
	while (x.n) {
		struct node *d = x.heap[0];
		double enough = best->value - 1e-9 * (1 + fabs(best->value));
		if (d->bound >= enough)
			break;
		best->bound = d->bound;
		if (best->nodes >= nodes_max || !go_on(&x))
			break;
		(void)pop(&x);
		best->nodes++;
		(void)reuse_totals(g->k, g->all_now, d->made, totals);
		if (!d->opened) {
			if (open_root(&x, d, totals) && d->bound < best->value)
				push(&x, d);
			continue;
		}
		(void)weigh(&x, d, totals); /* what the bound uses, to part it */
		branch(&x, d, totals);
	}
	bool open = x.n && x.heap[0]->bound < best->value - 1e-9 * (1 + fabs(best->value));
	best->bound = x.partial ? 0 : open ? x.heap[0]->bound : best->value;
	best->stopped = best->stopped || open;
	if (best->value < SITE_NEVER)
		settle(&x);
	free(x.heap);
}
