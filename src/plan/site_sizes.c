/* What to open and how large: Lagrangian bounds, transport, branch and bound. */
#include "plan/site_search.h"

#include <math.h>

enum {
	ROOT_STEPS = 2500,
	NODE_STEPS = 60,
	PATIENCE = 25,
	TRY_EVERY = 10,
	NODES_MAX = 20000,
	WAITING_MAX = 256 << 20, /* bytes of nodes that wait to be split */
	ROOT_MOVES = 4000,	 /* choices weighed in one improvement, by transport, at the root */
	NODE_MOVES = 300,	 /* and when a better choice turned up below */
	ROOT_FITS = 200000,	 /* steps of looking for choices that fit; below, as many as lately led to an end */
	FITS_LEAST = 100000,
	FITS_MOST = 400000,
	MOVES_MAX = 600, /* of those that a bound allows, the most promising */
};
static const double ROOT_STRIDE = 1.0, NODE_STRIDE = 1.0, KEEP = 0.3, FADE = 0.02;

/* ---- the bound ---- */

static inline int by_cost(const void *a, const void *b)
{
	const struct draw_pair *x = a, *y = b;
	if (x->cost != y->cost)
		return x->cost < y->cost ? -1 : 1;
	return (x->area > y->area) - (x->area < y->area);
}

/* By insertion, for lists that are nearly in order; false: it was given up, and the list is as it may be. */
static bool insert_all(struct draw_pair *list, size_t n)
{
	size_t moves = 16 + 8 * n;
	for (size_t q = 1; q < n; q++) {
		struct draw_pair v = list[q];
		size_t k = q;
		for (; k && by_cost(&list[k - 1], &v) > 0; k--)
			list[k] = list[k - 1];
		list[k] = v;
		if (q - k > moves)
			return false;
		moves -= q - k;
	}
	return true;
}

/* The areas that would gain from site j at these prices, the most first. Taken in the order of the last time,
 * which from step to step hardly changes. */
static size_t keen(struct site_search *s, size_t j)
{
	const double *cost = s->by_site + j * s->n, *price = s->price.area;
	uint16_t *order = s->keenest + j * s->n, *rest = s->spare_order;
	size_t n = 0, left = 0;
	for (size_t q = 0; q < s->n_asking; q++) {
		uint16_t i = order[q];
		if (cost[i] < price[i])
			s->list[n++] = (struct draw_pair){ cost[i] - price[i], i };
		else
			rest[left++] = i;
	}
	if (!insert_all(s->list, n))
		qsort(s->list, n, sizeof *s->list, by_cost);
	for (size_t q = 0; q < n; q++)
		order[q] = (uint16_t)s->list[q].area;
	memcpy(order + n, rest, left * sizeof *rest);
	return n;
}

/* Fills a capacity with the keenest: what that takes off. */
static double fill(struct site_search *s, size_t n, double room, double *served)
{
	double value = 0;
	for (size_t q = 0; q < n && room > 0; q++) {
		uint32_t i = s->list[q].area;
		double much = s->p->demand[i] < room ? s->p->demand[i] : room;
		value += much * s->list[q].cost;
		room -= much;
		if (served)
			served[i] += much / s->p->demand[i];
	}
	return value;
}

/* Values of a site's options; the best of those that it may have is picked. */
static double weigh(struct site_search *s, size_t j, uint16_t may)
{
	if (may == 1 && !s->whole) { /* closed for good in this part of the search */
		s->picked[j] = s->least[j] = 0;
		s->value[j * s->k] = 0;
		return 0;
	}
	size_t n = keen(s, j);
	double best = SITE_NEVER, open = SITE_NEVER, money = s->price.money + !s->p->budget_only;
	s->least[j] = 0;
	for (size_t o = 0; o < s->k; o++) {
		double v = o ? site_price_of(s, j, o) * money - site_room_of(s, j, o) * s->price.room +
				   fill(s, n, site_room_of(s, j, o), NULL)
			     : 0;
		s->value[j * s->k + o] = v;
		if (!(may >> o & 1))
			continue;
		if (v < best) {
			best = v;
			s->picked[j] = (uint8_t)o;
		}
		if (o && v < open) {
			open = v;
			s->least[j] = (uint8_t)o;
		}
	}
	if (s->picked[j] && !s->counted)
		(void)fill(s, n, site_room_of(s, j, s->picked[j]), s->served);
	return best;
}

/* What opening a site that may be closed adds. */
static double adds(const struct site_search *s, size_t j)
{
	return s->value[j * s->k + s->least[j]];
}

static void in_order(const struct site_search *s, uint32_t *list, size_t n)
{
	for (size_t gap = n / 2; gap; gap /= 2) /* Shell 1959: the lists hardly change from step to step */
		for (size_t i = gap; i < n; i++) {
			uint32_t v = list[i];
			size_t k = i;
			for (; k >= gap && adds(s, list[k - gap]) > adds(s, v); k -= gap)
				list[k] = list[k - gap];
			list[k] = v;
		}
}

/* How many of each kind are best open. */
struct counts {
	size_t free[2]; /* sites that may be either, of those to keep [0] and the others */
	size_t must[2]; /* that must be open */
	size_t open[2]; /* of the free ones: the answer */
	double adds;
};

static double sum_of(const struct site_search *s, const uint32_t *list, size_t n)
{
	double v = 0;
	for (size_t i = 0; i < n; i++)
		v += adds(s, list[i]);
	return v;
}

/* For each number of those to keep the best number of others; false: the rules cannot be met. */
static bool count_best(const struct site_search *s, struct counts *c)
{
	const struct site_sizes *p = s->p;
	size_t must = c->must[0] + c->must[1], most = p->at_most ? p->at_most : s->m, helps = 0;
	bool any = false;
	while (helps < c->free[1] && adds(s, s->order[1][helps]) < 0)
		helps++;
	double kept = 0, *others = xcalloc(c->free[1] + 1, sizeof *others);
	for (size_t b = 0; b < c->free[1]; b++)
		others[b + 1] = others[b] + adds(s, s->order[1][b]);
	for (size_t q = 0; q <= c->free[0]; q++) {
		kept += q ? adds(s, s->order[0][q - 1]) : 0;
		if (must + q > most || (p->kept && c->must[0] + q < p->kept_min))
			continue;
		size_t b = helps, least = p->at_least > must + q ? p->at_least - must - q : 0;
		b = b < least ? least : b;
		b = b > most - must - q ? most - must - q : b;
		if (b < least || b > c->free[1])
			continue;
		double v = kept + others[b];
		if (any && v >= c->adds)
			continue;
		any = true;
		c->adds = v;
		c->open[0] = q;
		c->open[1] = b;
	}
	free(others);
	return any;
}

/* Where the numbers bind, each open site is worth more or less by a price between the
 * last taken and the first left out; with it settling is as sharp as without rules. */
static void number_prices(struct site_search *s, const struct counts *c)
{
	double last[2], first[2];
	for (size_t g = 0; g < 2; g++) {
		last[g] = c->open[g] ? adds(s, s->order[g][c->open[g] - 1]) : -SITE_NEVER;
		first[g] = c->open[g] < c->free[g] ? adds(s, s->order[g][c->open[g]]) : SITE_NEVER;
	}
	double lo = fmax(last[1], -SITE_NEVER), hi = first[1];
	s->worth_open = s->worth_kept = 0;
	if (lo > 0 || hi < 0)
		s->worth_open = lo > -SITE_NEVER && hi < SITE_NEVER ? (lo + hi) / 2 : lo > 0 ? lo : hi;
	else if (!c->free[1] && (last[0] > 0 || first[0] < 0))
		s->worth_open = last[0] > 0 ? last[0] : first[0];
	if (s->p->kept && last[0] > s->worth_open)
		s->worth_kept = last[0] - s->worth_open;
	if ((s->worth_open < 0 && !s->p->at_most) || (s->worth_open > 0 && !s->p->at_least))
		s->worth_open = 0;
}

static double worth(const struct site_search *s, size_t j)
{
	return s->worth_open + (s->p->kept && s->p->kept[j] ? s->worth_kept : 0);
}

/* The bound that those prices give (it may be a little below the exact one). */
static double floor_of(const struct site_search *s, const uint16_t *may)
{
	const struct site_sizes *p = s->p;
	double b = s->base + s->worth_open * (double)(s->worth_open > 0 ? p->at_least : p->at_most) +
		   s->worth_kept * (double)p->kept_min;
	for (size_t j = 0; j < s->m; j++) {
		double shut = may[j] & 1 ? 0 : SITE_NEVER, open = s->least[j] ? adds(s, j) - worth(s, j) : SITE_NEVER;
		b += shut < open ? shut : open;
	}
	return b;
}

/* The picked under rules about numbers; what they add together. SITE_NEVER: none. */
static double pick_counted(struct site_search *s, const uint16_t *may)
{
	struct counts c = { 0 };
	double all = 0;
	for (size_t j = 0; j < s->m; j++) {
		size_t g = s->p->kept && s->p->kept[j] ? 0 : 1;
		s->picked[j] = may[j] & 1 ? 0 : s->least[j];
		if (!s->least[j])
			continue;
		if (!(may[j] & 1)) {
			c.must[g]++;
			all += adds(s, j);
		} else
			s->order[g][c.free[g]++] = (uint32_t)j;
	}
	for (size_t g = 0; g < 2; g++)
		in_order(s, s->order[g], c.free[g]);
	if (!count_best(s, &c))
		return SITE_NEVER;
	for (size_t g = 0; g < 2; g++) {
		for (size_t i = 0; i < c.open[g]; i++)
			s->picked[s->order[g][i]] = s->least[s->order[g][i]];
		all += sum_of(s, s->order[g], c.open[g]);
	}
	for (size_t j = 0; j < s->m; j++)
		if (s->picked[j])
			(void)fill(s, keen(s, j), site_room_of(s, j, s->picked[j]), s->served);
	number_prices(s, &c);
	s->floor = floor_of(s, may);
	return all;
}

/* No choice costs less than this. */
static double bound_of(struct site_search *s, const uint16_t *may)
{
	double all = 0;
	s->base = s->price.room * s->demand - s->price.money * s->p->budget;
	memset(s->served, 0, s->n * sizeof *s->served);
	for (size_t i = 0; i < s->n; i++)
		s->base += s->price.area[i] * s->p->demand[i];
	for (size_t j = 0; j < s->m; j++) {
		double v = weigh(s, j, may[j]);
		if (v >= SITE_NEVER)
			return SITE_NEVER;
		all += v;
	}
	if (s->counted) {
		all = pick_counted(s, may);
		if (all >= SITE_NEVER)
			return SITE_NEVER;
	} else {
		s->worth_open = s->worth_kept = 0;
		s->floor = s->base + all;
	}
	return s->base + all;
}

bool site_closed(const struct site_search *s, double bound)
{
	double step = s->p->step;
	if (step > 0)
		bound = ceil(bound / step - 1e-6) * step;
	if (s->p->enough > 0 && bound > s->p->enough * (1 + 1e-9))
		return true;
	return bound >= s->best_cost - 1e-7 * (1 + fabs(s->best_cost) * 1e-2);
}

bool site_go_on(struct site_search *s)
{
	if (s->work && s->work->ask && !s->stopped && !s->work->ask(s->work->arg, 0))
		s->stopped = true;
	return !s->stopped;
}

/* ---- a node ---- */

/* Part of the search: what each site may still be, and the prices of its best bound. */
struct node {
	double bound;
	int64_t number;
	struct prices price;
	uint16_t *may; /* [m] bits: 1 closed, 2 << size */
};

static void copy_prices(struct prices *to, const struct prices *from, size_t n)
{
	memcpy(to->area, from->area, n * sizeof *to->area);
	to->room = from->room;
	to->money = from->money;
}

static struct node *node_new(const struct site_search *s, const struct node *from)
{
	struct node *v = xcalloc(1, sizeof *v);
	v->price.area = xcalloc(s->n, sizeof *v->price.area);
	v->may = xcalloc(s->m, sizeof *v->may);
	if (from) {
		memcpy(v->may, from->may, s->m * sizeof *v->may);
		copy_prices(&v->price, &from->price, s->n);
		v->bound = from->bound;
	}
	return v;
}

static void node_free(struct node *v)
{
	if (!v)
		return;
	free(v->price.area);
	free(v->may);
	free(v);
}

/* Options that no better choice can use are struck out. */
static void settle(struct site_search *s, uint16_t *may)
{
	for (size_t j = 0; j < s->m; j++) {
		double now = SITE_NEVER;
		for (size_t o = 0; o < s->k; o++)
			if ((may[j] >> o & 1) && s->value[j * s->k + o] - (o ? worth(s, j) : 0) < now)
				now = s->value[j * s->k + o] - (o ? worth(s, j) : 0);
		for (size_t o = 0; o < s->k; o++)
			if ((may[j] >> o & 1) &&
			    site_closed(s, s->floor - now + s->value[j * s->k + o] - (o ? worth(s, j) : 0)))
				may[j] = (uint16_t)(may[j] & ~(1u << o));
	}
}

/* A step along the subgradient. Room and money concern all areas at once: their
 * prices move as if each were as many rows as there are areas, or a tight budget
 * would take thousands of steps to be felt. */
static void step_on(struct site_search *s, double bound, double stride)
{
	double room = 0, money = 0, length = 0, weight = (double)s->n;
	for (size_t j = 0; j < s->m; j++) {
		room += site_room_of(s, j, s->picked[j]);
		money += site_price_of(s, j, s->picked[j]);
	}
	struct prices *g = &s->pull;
	for (size_t i = 0; i < s->n; i++) {
		if (s->p->demand[i] <= 0)
			continue;
		g->area[i] = KEEP * g->area[i] + (1 - s->served[i]);
		length += g->area[i] * g->area[i];
	}
	g->room = KEEP * g->room + (1 - room / s->demand);
	g->money = s->p->budget > 0 ? KEEP * g->money + (money / s->p->budget - 1) : 0;
	if (s->price.room <= 0 && g->room < 0)
		g->room = 0; /* more room than is needed is worth nothing: no way down from there */
	if (s->price.money <= 0 && g->money < 0)
		g->money = 0;
	length += weight * (g->room * g->room + g->money * g->money);
	double top = s->best_cost < SITE_NEVER ? s->best_cost : bound + fabs(bound) * 0.1 + 1;
	double move = length > 0 ? stride * (top - bound) / length : 0;
	for (size_t i = 0; i < s->n; i++) {
		if (s->p->demand[i] <= 0)
			continue;
		s->price.area[i] += move * g->area[i] / s->p->demand[i];
		if (s->price.area[i] < 0)
			s->price.area[i] = 0;
	}
	s->price.room = fmax(0, s->price.room + weight * move * g->room / s->demand);
	if (s->p->budget > 0)
		s->price.money = fmax(0, s->price.money + weight * move * g->money / s->p->budget);
}

static void still(struct site_search *s)
{
	memset(s->pull.area, 0, s->n * sizeof *s->pull.area);
	s->pull.room = s->pull.money = 0;
}

static void remember_picks(struct site_search *s)
{
	for (size_t j = 0; j < s->m; j++)
		for (size_t o = 0; o < s->k; o++)
			s->share[j * s->k + o] += FADE * ((o == s->picked[j]) - s->share[j * s->k + o]);
}

static void raise_bound(struct site_search *s, struct node *at, int64_t steps, double stride)
{
	double top = -SITE_NEVER;
	int since = 0;
	copy_prices(&s->price, &at->price, s->n);
	still(s);
	for (int64_t q = 0; q < steps && (q % 16 || site_go_on(s)); q++, s->steps++) {
		double b = bound_of(s, at->may);
		if (b >= SITE_NEVER) {
			at->bound = SITE_NEVER;
			return;
		}
		remember_picks(s);
		if (b > top + 1e-9 * (1 + fabs(top))) {
			since = b > top + 1e-4 * (s->best_cost - top) ? 0 : since + 1;
			top = b;
			copy_prices(&at->price, &s->price, s->n);
		} else
			since++;
		if (q % TRY_EVERY == 0)
			site_try(s, s->picked, at->may);
		at->bound = fmax(at->bound, top);
		if (site_closed(s, at->bound))
			return;
		settle(s, at->may);
		if (since >= PATIENCE) {
			stride /= 2;
			since = 0;
			copy_prices(&s->price, &at->price, s->n);
			still(s);
			if (stride < 1e-3)
				break;
			continue;
		}
		step_on(s, b, stride);
	}
}

/* Better choices near the best, judged by the prices of a node. */
static void improve_at(struct site_search *s, const struct node *at, const uint16_t *may, int64_t moves)
{
	copy_prices(&s->price, &at->price, s->n);
	s->whole = true; /* choices may leave this part of the search */
	if (bound_of(s, at->may) < SITE_NEVER)
		site_improve(s, may, moves, MOVES_MAX);
	s->whole = false;
}

/* Choices that fit, by the best prices of a node. */
static void fit_at(struct site_search *s, struct node *at, int64_t steps)
{
	copy_prices(&s->price, &at->price, s->n);
	if (bound_of(s, at->may) >= SITE_NEVER)
		return;
	double bound = site_fit(s, at->may, steps);
	at->bound = bound > at->bound ? bound : at->bound;
	s->fits = bound > -SITE_NEVER ? 2 * steps : steps / 2;
	s->fits = s->fits < FITS_LEAST ? FITS_LEAST : s->fits > FITS_MOST ? FITS_MOST : s->fits;
}

/* The site whose picks waver most. */
static size_t unsure(const struct site_search *s, const uint16_t *may)
{
	size_t at = SIZE_MAX;
	double least = 2;
	for (size_t j = 0; j < s->m; j++) {
		double most = 0;
		if ((may[j] & (may[j] - 1)) == 0)
			continue;
		for (size_t o = 0; o < s->k; o++)
			if (may[j] >> o & 1)
				most = fmax(most, s->share[j * s->k + o]);
		if (most < least) {
			least = most;
			at = j;
		}
	}
	return at;
}

/* ---- the search: the node with the least bound is split next ---- */

struct waiting {
	struct node **heap;
	size_t n, cap;
};

static bool before(const struct node *a, const struct node *b)
{
	return a->bound != b->bound ? a->bound < b->bound : a->number > b->number;
}

static void put(struct waiting *w, struct node *v)
{
	if (w->n == w->cap) {
		w->cap = w->cap ? 2 * w->cap : 64;
		w->heap = xrealloc(w->heap, w->cap * sizeof *w->heap);
	}
	size_t i = w->n++;
	for (; i && before(v, w->heap[(i - 1) / 2]); i = (i - 1) / 2)
		w->heap[i] = w->heap[(i - 1) / 2];
	w->heap[i] = v;
}

static struct node *pull(struct waiting *w)
{
	struct node *top = w->heap[0], *v = w->heap[--w->n];
	size_t i = 0;
	for (;;) {
		size_t c = 2 * i + 1;
		if (c >= w->n)
			break;
		if (c + 1 < w->n && before(w->heap[c + 1], w->heap[c]))
			c++;
		if (!before(w->heap[c], v))
			break;
		w->heap[i] = w->heap[c];
		i = c;
	}
	if (w->n)
		w->heap[i] = v;
	return top;
}

/* Only one choice is left: its own cost. */
static void last_choice(struct site_search *s, const struct node *at)
{
	uint8_t *choice = xcalloc(s->m, 1);
	for (size_t i = 0; i < s->m; i++)
		while (!(at->may[i] >> choice[i] & 1))
			choice[i]++;
	(void)site_take(s, choice);
	free(choice);
}

static bool emptied(const struct site_search *s, const struct node *at)
{
	for (size_t j = 0; j < s->m; j++)
		if (!at->may[j])
			return true;
	return false;
}

/* A node's two halves: one site as it was picked most, or otherwise. */
static void split(struct site_search *s, struct waiting *w, struct node *at, const uint16_t *may)
{
	size_t j = unsure(s, at->may), o = 0;
	if (j == SIZE_MAX) {
		last_choice(s, at);
		return;
	}
	for (size_t q = 0; q < s->k; q++)
		if ((at->may[j] >> q & 1) &&
		    (!(at->may[j] >> o & 1) || s->share[j * s->k + q] > s->share[j * s->k + o]))
			o = q;
	for (int side = 0; side < 2 && !s->stopped; side++) {
		struct node *v = node_new(s, at);
		double best = s->best_cost;
		v->may[j] = (uint16_t)(side == 0 ? 1u << o : at->may[j] & ~(1u << o));
		v->number = ++s->nodes;
		if (!site_afford(s, v->may)) {
			node_free(v);
			continue;
		}
		raise_bound(s, v, NODE_STEPS, NODE_STRIDE);
		if (!site_closed(s, v->bound))
			fit_at(s, v, s->fits);
		if (s->best_cost < best)
			improve_at(s, v, may, NODE_MOVES);
		if (s->stopped && v->bound < at->bound)
			v->bound = at->bound;
		if (site_closed(s, v->bound) || emptied(s, v))
			node_free(v);
		else
			put(w, v);
	}
}

/* True once the answer is known: the best, or one that is good enough. */
static bool settled(const struct site_search *s)
{
	return s->p->enough > 0 && s->best_cost <= s->p->enough * (1 + 1e-12);
}

/* Searches; what no better choice can be below. SITE_NEVER: nothing is left to look at. */
static double search(struct site_search *s, struct node *root)
{
	struct waiting w = { 0 };
	double left = SITE_NEVER;
	uint16_t *may = xcalloc(s->m, sizeof *may);
	memcpy(may, root->may, s->m * sizeof *may);
	s->nodes = 1;
	if (!site_afford(s, root->may)) {
		free(may);
		return SITE_NEVER;
	}
	raise_bound(s, root, ROOT_STEPS, ROOT_STRIDE);
	if (!site_closed(s, root->bound) && !settled(s)) {
		fit_at(s, root, ROOT_FITS);
		improve_at(s, root, may, ROOT_MOVES);
	}
	settle(s, root->may);
	if (!emptied(s, root) && !site_closed(s, root->bound))
		put(&w, node_new(s, root));
	size_t bytes = s->n * sizeof(double) + s->m * sizeof(uint16_t) + 200;
	while (w.n && !s->stopped && !settled(s) && s->nodes < s->nodes_max && w.n < WAITING_MAX / bytes) {
		struct node *at = pull(&w);
		double floor = at->bound;
		if (!site_closed(s, floor))
			split(s, &w, at, may);
		if (s->stopped)
			left = fmin(left, floor);
		node_free(at);
	}
	while (w.n) {
		struct node *at = pull(&w);
		if (!site_closed(s, at->bound))
			left = fmin(left, at->bound);
		node_free(at);
	}
	free(w.heap);
	free(may);
	return left;
}

/* ---- the whole ---- */

static enum rc check(const struct site_sizes *p, struct err *e)
{
	if (!p->n_areas || p->n_areas > SITE_AREAS_MAX || !p->n_sites || p->n_sites > SITE_SITES_MAX || !p->n_sizes ||
	    p->n_sizes > SITE_SIZES_MAX)
		return err_set(e, RC_LIMIT, "areas must be 1 to %d, sites 1 to %d, sizes 1 to %d", SITE_AREAS_MAX,
			       SITE_SITES_MAX, SITE_SIZES_MAX);
	for (size_t k = 0; k < p->n_areas * p->n_sites; k++)
		if (!(p->cost[k] >= 0))
			return err_set(e, RC_BAD_INPUT, "the cost of area %zu from site %zu is not a number from 0 up",
				       k / p->n_sites + 1, k % p->n_sites + 1);
	for (size_t i = 0; i < p->n_areas; i++)
		if (!(p->demand[i] >= 0) || p->demand[i] >= SITE_NEVER)
			return err_set(e, RC_BAD_INPUT, "the demand of area %zu is not a number from 0 up", i + 1);
	for (size_t k = 0; k < p->n_sites * p->n_sizes; k++)
		if (!(p->capacity[k] >= 0) || !(p->price[k] >= 0))
			return err_set(e, RC_BAD_INPUT, "size %zu of site %zu has a capacity or a price below 0",
				       k % p->n_sizes + 1, k / p->n_sizes + 1);
	size_t kept = 0;
	for (size_t j = 0; j < p->n_sites; j++)
		kept += p->kept && p->kept[j];
	if (p->kept && p->kept_min > kept)
		return err_set(e, RC_BAD_INPUT, "%zu of %zu sites are to be kept", p->kept_min, kept);
	if (p->at_most && p->at_least > p->at_most)
		return err_set(e, RC_BAD_INPUT, "at least %zu sites are to be open and at most %zu", p->at_least,
			       p->at_most);
	return RC_OK;
}

static struct prices prices_new(size_t n, struct arena *a)
{
	return (struct prices){ .area = arena_array(a, n, sizeof(double)) };
}

/* What each site may be at all. */
static void options(const struct site_search *s, uint16_t *may)
{
	for (size_t j = 0; j < s->m; j++)
		for (size_t o = 0; o < s->k; o++) {
			bool said = !s->p->may || (s->p->may[j] >> o & 1);
			if (said && (o == 0 || site_room_of(s, j, o) > 0))
				may[j] = (uint16_t)(may[j] | 1u << o);
		}
}

static struct node *begin(struct site_search *s, const struct site_sizes *p, const struct site_work *w, struct arena *a)
{
	size_t n = p->n_areas, m = p->n_sites, k = p->n_sizes + 1;
	*s = (struct site_search){ .p = p, .n = n, .m = m, .k = k, .work = w, .best_cost = SITE_NEVER };
	s->counted = p->at_least || p->at_most || p->kept;
	s->nodes_max = w && w->nodes_max ? w->nodes_max : NODES_MAX;
	s->by_site = arena_array(a, n * m, sizeof *s->by_site);
	s->price = prices_new(n, a);
	s->pull = prices_new(n, a);
	s->value = arena_array(a, m * k, sizeof *s->value);
	s->share = arena_array(a, m * k, sizeof *s->share);
	s->picked = arena_array(a, m, 1);
	s->least = arena_array(a, m, 1);
	s->order[0] = arena_array(a, m, sizeof **s->order);
	s->order[1] = arena_array(a, m, sizeof **s->order);
	s->served = arena_array(a, n, sizeof *s->served);
	s->list = arena_array(a, n, sizeof *s->list);
	s->keenest = arena_array(a, n * m, sizeof *s->keenest);
	s->spare_order = arena_array(a, n, sizeof *s->spare_order);
	for (size_t i = 0; i < n; i++)
		if (p->demand[i] > 0)
			s->keenest[s->n_asking++] = (uint16_t)i;
	for (size_t j = 1; j < m; j++)
		memcpy(s->keenest + j * n, s->keenest, s->n_asking * sizeof *s->keenest);
	s->capacity = arena_array(a, m, sizeof *s->capacity);
	s->best = arena_array(a, m, 1);
	struct node *root = node_new(s, NULL);
	options(s, root->may);
	for (size_t i = 0; i < n; i++) { /* to begin with each pays its third cheapest way */
		double least[3] = { SITE_NEVER, SITE_NEVER, SITE_NEVER };
		s->demand += p->demand[i];
		for (size_t j = 0; j < m; j++) {
			double c = p->cost[i * m + j];
			s->by_site[j * n + i] = c;
			for (size_t q = 0; q < 3; q++)
				if (c < least[q]) {
					double t = least[q];
					least[q] = c;
					c = t;
				}
		}
		s->least_ways += least[0] < SITE_NEVER ? least[0] * p->demand[i] : 0;
		root->price.area[i] = least[2] < SITE_NEVER ? least[2] : least[0] < SITE_NEVER ? least[0] : 0;
	}
	return root;
}

/* Everything as large as it may be: if that cannot serve all, nothing can. */
static enum rc enough(struct site_search *s, const uint16_t *may, struct err *e)
{
	double cost;
	for (size_t j = 0; j < s->m; j++) {
		s->capacity[j] = 0;
		for (size_t o = 1; o < s->k; o++)
			if (may[j] >> o & 1)
				s->capacity[j] = fmax(s->capacity[j], site_room_of(s, j, o));
	}
	struct err why = { 0 };
	if (site_transport(s->n, s->m, s->p->cost, s->p->demand, s->capacity, NULL, &cost, &why) != RC_OK)
		return err_set(e, RC_NOT_FOUND, "even with every site at its largest %s", why.text);
	return RC_OK;
}

static void tell(struct site_search *s, double left, struct arena *a, struct site_answer *out)
{
	double *flow = arena_array(a, s->n * s->m, sizeof *flow), cost, step = s->p->step;
	struct err e = { 0 };
	if (step > 0 && left < SITE_NEVER)
		left = ceil(left / step - 1e-6) * step;
	*out = (struct site_answer){ .open = s->best,
				     .cost = s->best_cost,
				     .bound = fmin(left, s->best_cost),
				     .proven = left >= s->best_cost,
				     .nodes = s->nodes,
				     .steps = s->steps };
	out->serves = arena_array(a, s->n, sizeof *out->serves);
	for (size_t j = 0; j < s->m; j++)
		s->capacity[j] = site_room_of(s, j, s->best[j]);
	if (site_transport(s->n, s->m, s->p->cost, s->p->demand, s->capacity, flow, &cost, &e) != RC_OK)
		return;
	for (size_t i = 0; i < s->n; i++)
		for (size_t j = 0; j < s->m; j++)
			if (flow[i * s->m + j] > flow[i * s->m + out->serves[i]])
				out->serves[i] = (uint32_t)j;
}

static enum rc none_found(const struct site_search *s, double left, struct err *e)
{
	if (left < SITE_NEVER)
		return err_set(e, RC_LIMIT,
			       "no choice was found in the time given that serves everybody within the budget and the "
			       "number of sites: give more time, or raise the one or the other");
	return err_set(e, RC_NOT_FOUND,
		       "no choice serves everybody within the budget and the number of sites: raise the one or the "
		       "other%s",
		       s->p->enough > 0 ? ", or ask for less" : "");
}

enum rc site_sizes_solve(const struct site_sizes *p, const struct site_work *w, struct arena *a,
			 struct site_answer *out, struct err *e)
{
	enum rc rc = check(p, e);
	if (rc != RC_OK)
		return rc;
	struct site_search *s = arena_alloc(a, sizeof *s);
	struct node *root = begin(s, p, w, a);
	double left = SITE_NEVER;
	rc = enough(s, root->may, e);
	if (rc == RC_OK) {
		site_cheapest(s, root->may);
		left = search(s, root);
		bool none = s->best_cost >= SITE_NEVER || (p->enough > 0 && s->best_cost > p->enough * (1 + 1e-9));
		if (none)
			rc = none_found(s, left, e);
		else
			tell(s, left, a, out);
	}
	node_free(root);
	return rc;
}
