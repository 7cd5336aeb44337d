/* What to open and how large: Lagrangian bounds, transport, branch and bound. */
#include "plan/site.h"

#include <math.h>

enum {
	ROOT_STEPS = 2500,
	NODE_STEPS = 60,
	PATIENCE = 25,
	TRY_EVERY = 10,
	NODES_MAX = 3000,
	DEPTH_MAX = 200,
	OPTIONS_MAX = SITE_SIZES_MAX + 1, /* closed, then the sizes */
};
static const double ROOT_STRIDE = 1.0, NODE_STRIDE = 1.0, KEEP = 0.3, FADE = 0.02;

/* What an area pays for a unit; what a unit of capacity and of money is worth. */
struct prices {
	double *area;
	double room, money;
};

struct node {
	uint16_t *may; /* [m] bits of the options still open: 1 closed, 2 << size */
	struct prices price;
};

struct pair {
	double cost;
	uint32_t area;
};

struct search {
	const struct site_sizes *p;
	size_t n, m, k;	 /* areas, sites, options with "closed" */
	double demand;	 /* of all */
	double *by_site; /* [m * n] */
	struct prices price, pull;
	double *value;	 /* [m * k] what an option takes off the bound, or adds */
	double *share;	 /* [m * k] how often it was picked lately */
	uint8_t *picked; /* [m] option */
	double *served;	 /* [n] part of its demand that the picked would serve */
	struct pair *list;
	double *capacity; /* [m] of a choice */
	uint64_t tried[256];
	uint8_t *best; /* [m] options */
	double best_cost;
	int64_t nodes, steps, nodes_max;
	const struct site_work *work;
	bool stopped;
	struct node level[DEPTH_MAX];
};

static double room_of(const struct search *s, size_t j, size_t option)
{
	return option ? s->p->capacity[j * s->p->n_sizes + option - 1] : 0;
}

static double price_of(const struct search *s, size_t j, size_t option)
{
	return option ? s->p->price[j * s->p->n_sizes + option - 1] : 0;
}

/* ---- the bound ---- */

static int by_cost(const void *a, const void *b)
{
	const struct pair *x = a, *y = b;
	if (x->cost != y->cost)
		return x->cost < y->cost ? -1 : 1;
	return (x->area > y->area) - (x->area < y->area);
}

/* The areas that would gain from site j at these prices, the most first. */
static size_t keen(struct search *s, size_t j)
{
	const double *cost = s->by_site + j * s->n;
	size_t n = 0;
	for (size_t i = 0; i < s->n; i++)
		if (cost[i] < s->price.area[i])
			s->list[n++] = (struct pair){ cost[i] - s->price.area[i], (uint32_t)i };
	if (n)
		qsort(s->list, n, sizeof *s->list, by_cost);
	return n;
}

/* Fills a capacity with the keenest: what that takes off. */
static double fill(struct search *s, size_t n, double room, double *served)
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
static double weigh(struct search *s, size_t j, uint16_t may)
{
	size_t n = keen(s, j);
	double best = SITE_NEVER;
	for (size_t o = 0; o < s->k; o++) {
		double v = o ? price_of(s, j, o) * (1 + s->price.money) - room_of(s, j, o) * s->price.room +
				   fill(s, n, room_of(s, j, o), NULL)
			     : 0;
		s->value[j * s->k + o] = v;
		if ((may >> o & 1) && v < best) {
			best = v;
			s->picked[j] = (uint8_t)o;
		}
	}
	if (s->picked[j])
		(void)fill(s, n, room_of(s, j, s->picked[j]), s->served);
	return best;
}

/* No choice costs less than this. */
static double bound_of(struct search *s, const uint16_t *may)
{
	double b = s->price.room * s->demand - s->price.money * s->p->budget;
	memset(s->served, 0, s->n * sizeof *s->served);
	for (size_t i = 0; i < s->n; i++)
		b += s->price.area[i] * s->p->demand[i];
	for (size_t j = 0; j < s->m; j++) {
		double v = weigh(s, j, may[j]);
		if (v >= SITE_NEVER)
			return SITE_NEVER;
		b += v;
	}
	return b;
}

/* With a limit on how many may be open the least useful of the picked are left out.
 * What that gives back to the bound. */
static double leave_out(struct search *s, const uint16_t *may)
{
	size_t open = 0;
	double back = 0;
	for (size_t j = 0; j < s->m; j++)
		open += s->picked[j] > 0;
	for (; s->p->at_most && open > s->p->at_most; open--) {
		size_t worst = SIZE_MAX;
		for (size_t j = 0; j < s->m; j++)
			if (s->picked[j] && (may[j] & 1) &&
			    (worst == SIZE_MAX ||
			     s->value[j * s->k + s->picked[j]] > s->value[worst * s->k + s->picked[worst]]))
				worst = j;
		if (worst == SIZE_MAX)
			return SITE_NEVER; /* more must be open than may be */
		back -= s->value[worst * s->k + s->picked[worst]];
		size_t n = keen(s, worst);
		double room = room_of(s, worst, s->picked[worst]);
		for (size_t q = 0; q < n && room > 0; q++) {
			uint32_t i = s->list[q].area;
			double much = s->p->demand[i] < room ? s->p->demand[i] : room;
			s->served[i] -= much / s->p->demand[i];
			room -= much;
		}
		s->picked[worst] = 0;
	}
	return back;
}

static bool closed(const struct search *s, double bound)
{
	double step = s->p->step;
	if (step > 0)
		bound = ceil(bound / step - 1e-6) * step;
	return bound >= s->best_cost - 1e-7 * (1 + fabs(s->best_cost) * 1e-2);
}

/* ---- choices ---- */

static double spent(const struct search *s, const uint8_t *choice)
{
	double sum = 0;
	for (size_t j = 0; j < s->m; j++)
		sum += price_of(s, j, choice[j]);
	return sum;
}

static bool allowed(const struct search *s, const uint8_t *choice)
{
	size_t open = 0;
	for (size_t j = 0; j < s->m; j++)
		open += choice[j] > 0;
	return (!s->p->at_most || open <= s->p->at_most) &&
	       (s->p->budget <= 0 || spent(s, choice) <= s->p->budget * (1 + 1e-12));
}

/* Prices and transport of a choice; SITE_NEVER if it cannot serve all. */
static double cost_of(struct search *s, const uint8_t *choice)
{
	double room = 0, transport;
	struct err e = { 0 };
	if (!allowed(s, choice))
		return SITE_NEVER;
	for (size_t j = 0; j < s->m; j++)
		room += s->capacity[j] = room_of(s, j, choice[j]);
	if (room < s->demand * (1 - 1e-12) ||
	    site_transport(s->n, s->m, s->p->cost, s->p->demand, s->capacity, NULL, &transport, &e) != RC_OK)
		return SITE_NEVER;
	return spent(s, choice) + transport;
}

static bool new_choice(struct search *s, const uint8_t *choice)
{
	uint64_t h = 1469598103934665603u;
	for (size_t j = 0; j < s->m; j++)
		h = (h ^ choice[j]) * 1099511628211u;
	if (s->tried[h & 255] == h)
		return false;
	s->tried[h & 255] = h;
	return true;
}

static bool take(struct search *s, const uint8_t *choice)
{
	if (!new_choice(s, choice))
		return false;
	double c = cost_of(s, choice);
	if (c >= s->best_cost)
		return false;
	s->best_cost = c;
	memcpy(s->best, choice, s->m);
	return true;
}

/* Room for everybody: the cheapest growth for a unit, again and again. */
static bool make_room(struct search *s, uint8_t *choice, const uint16_t *may)
{
	double room = 0;
	for (size_t j = 0; j < s->m; j++)
		room += room_of(s, j, choice[j]);
	while (room < s->demand) {
		size_t at = SIZE_MAX, to = 0;
		double least = SITE_NEVER;
		for (size_t j = 0; j < s->m; j++)
			for (size_t o = 1; o < s->k; o++) {
				double more = room_of(s, j, o) - room_of(s, j, choice[j]);
				double use = more < s->demand - room ? more : s->demand - room;
				if (more <= 0 || !(may[j] >> o & 1))
					continue;
				double v = (s->value[j * s->k + o] - s->value[j * s->k + choice[j]]) / use;
				if (v < least) {
					least = v;
					at = j;
					to = o;
				}
			}
		if (at == SIZE_MAX)
			return false;
		room += room_of(s, at, to) - room_of(s, at, choice[at]);
		choice[at] = (uint8_t)to;
	}
	return true;
}

/* Back within the budget: what loses least for the money it frees, while room remains. */
static void save_money(struct search *s, uint8_t *choice, const uint16_t *may)
{
	double room = 0, over = spent(s, choice) - s->p->budget;
	for (size_t j = 0; j < s->m; j++)
		room += room_of(s, j, choice[j]);
	while (over > 0) {
		size_t at = SIZE_MAX, to = 0;
		double least = SITE_NEVER;
		for (size_t j = 0; j < s->m; j++)
			for (size_t o = 0; o < s->k; o++) {
				double frees = price_of(s, j, choice[j]) - price_of(s, j, o);
				double less = room_of(s, j, choice[j]) - room_of(s, j, o);
				if (frees <= 0 || !(may[j] >> o & 1) || room - less < s->demand)
					continue;
				double loss = s->value[j * s->k + o] - s->value[j * s->k + choice[j]];
				double v = loss / (frees < over ? frees : over);
				if (v < least) {
					least = v;
					at = j;
					to = o;
				}
			}
		if (at == SIZE_MAX)
			return;
		over -= price_of(s, at, choice[at]) - price_of(s, at, to);
		room -= room_of(s, at, choice[at]) - room_of(s, at, to);
		choice[at] = (uint8_t)to;
	}
}

static void try_choice(struct search *s, const uint8_t *from, const uint16_t *may)
{
	uint8_t *choice = xcalloc(s->m, 1);
	memcpy(choice, from, s->m);
	if (make_room(s, choice, may)) {
		if (s->p->budget > 0)
			save_money(s, choice, may);
		(void)take(s, choice);
	}
	free(choice);
}

/* The least money that has room for all: where a budget is tight, a choice to begin with. */
static void cheapest(struct search *s, const uint16_t *may)
{
	for (size_t j = 0; j < s->m; j++) {
		s->picked[j] = 0;
		while (!(may[j] >> s->picked[j] & 1))
			s->picked[j]++;
		for (size_t o = 0; o < s->k; o++)
			s->value[j * s->k + o] = price_of(s, j, o);
	}
	try_choice(s, s->picked, may);
}

/* One site another size, or one for another, as long as that helps and the bound allows it. */
static void improve(struct search *s, const uint16_t *may)
{
	uint8_t *choice = xcalloc(s->m, 1);
	for (bool better = true; better && !s->stopped;) {
		better = false;
		for (size_t j = 0; j < s->m; j++)
			for (size_t o = 0; o < s->k; o++) {
				memcpy(choice, s->best, s->m);
				if (o == choice[j] || !(may[j] >> o & 1))
					continue;
				choice[j] = (uint8_t)o;
				better = take(s, choice) || better;
			}
		for (size_t j = 0; j < s->m; j++)
			for (size_t k = 0; k < s->m; k++) {
				memcpy(choice, s->best, s->m);
				if (!choice[j] || choice[k] || !(may[j] & 1) || !(may[k] >> choice[j] & 1))
					continue;
				choice[k] = choice[j];
				choice[j] = 0;
				better = take(s, choice) || better;
			}
	}
	free(choice);
}

/* ---- a node ---- */

/* Options that no better choice can use are struck out. */
static void settle(struct search *s, uint16_t *may, double bound)
{
	if (s->p->at_most)
		return; /* values of options are then not the whole of what a change does */
	for (size_t j = 0; j < s->m; j++) {
		double now = s->value[j * s->k + s->picked[j]];
		for (size_t o = 0; o < s->k; o++)
			if ((may[j] >> o & 1) && o != s->picked[j] && closed(s, bound - now + s->value[j * s->k + o]))
				may[j] = (uint16_t)(may[j] & ~(1u << o));
	}
}

static void step_on(struct search *s, double bound, double stride)
{
	double room = 0, money = 0, length = 0;
	for (size_t j = 0; j < s->m; j++) {
		room += room_of(s, j, s->picked[j]);
		money += price_of(s, j, s->picked[j]);
	}
	struct prices *g = &s->pull;
	for (size_t i = 0; i < s->n; i++) {
		g->area[i] = KEEP * g->area[i] + (1 - s->served[i]);
		length += g->area[i] * g->area[i];
	}
	g->room = KEEP * g->room + (1 - room / s->demand);
	g->money = s->p->budget > 0 ? KEEP * g->money + (money / s->p->budget - 1) : 0;
	length += g->room * g->room + g->money * g->money;
	double top = s->best_cost < SITE_NEVER ? s->best_cost : bound + fabs(bound) * 0.1 + 1;
	double move = length > 0 ? stride * (top - bound) / length : 0;
	for (size_t i = 0; i < s->n; i++) {
		s->price.area[i] += move * g->area[i] / s->p->demand[i];
		if (s->price.area[i] < 0)
			s->price.area[i] = 0;
	}
	s->price.room = fmax(0, s->price.room + move * g->room / s->demand);
	if (s->p->budget > 0)
		s->price.money = fmax(0, s->price.money + move * g->money / s->p->budget);
}

static void copy_prices(struct prices *to, const struct prices *from, size_t n)
{
	memcpy(to->area, from->area, n * sizeof *to->area);
	to->room = from->room;
	to->money = from->money;
}

static void still(struct search *s)
{
	memset(s->pull.area, 0, s->n * sizeof *s->pull.area);
	s->pull.room = s->pull.money = 0;
}

static bool go_on(struct search *s)
{
	if (s->work && s->work->ask && s->steps % 16 == 0 && !s->work->ask(s->work->arg, 0))
		s->stopped = true;
	return !s->stopped;
}

static double raise_bound(struct search *s, struct node *at, int64_t steps, double stride)
{
	double top = -SITE_NEVER;
	int since = 0;
	copy_prices(&s->price, &at->price, s->n);
	still(s);
	for (int64_t q = 0; q < steps && go_on(s); q++, s->steps++) {
		double b = bound_of(s, at->may);
		double back = b < SITE_NEVER ? leave_out(s, at->may) : SITE_NEVER;
		if (back >= SITE_NEVER)
			return SITE_NEVER;
		b += back;
		for (size_t j = 0; j < s->m; j++)
			for (size_t o = 0; o < s->k; o++)
				s->share[j * s->k + o] += FADE * ((o == s->picked[j]) - s->share[j * s->k + o]);
		if (b > top + 1e-9 * (1 + fabs(top))) {
			since = b > top + 1e-4 * (s->best_cost - top) ? 0 : since + 1;
			top = b;
			copy_prices(&at->price, &s->price, s->n);
		} else
			since++;
		if (q % TRY_EVERY == 0)
			try_choice(s, s->picked, at->may);
		if (closed(s, top))
			return top;
		settle(s, at->may, b);
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
	return top;
}

/* The site whose picks waver most. */
static size_t unsure(const struct search *s, const uint16_t *may)
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

static double search_node(struct search *s, size_t depth, int64_t steps, double stride)
{
	struct node *at = &s->level[depth];
	s->nodes++;
	double bound = raise_bound(s, at, steps, stride);
	if (closed(s, bound))
		return SITE_NEVER;
	if (depth == 0) {
		improve(s, at->may);
		if (closed(s, bound))
			return SITE_NEVER;
	}
	if (s->stopped || s->nodes >= s->nodes_max || depth + 1 == DEPTH_MAX)
		return bound;
	size_t j = unsure(s, at->may);
	if (j == SIZE_MAX) { /* one choice is left: its own cost */
		uint8_t *choice = xcalloc(s->m, 1);
		for (size_t i = 0; i < s->m; i++)
			while (!(at->may[i] >> choice[i] & 1))
				choice[i]++;
		(void)take(s, choice);
		free(choice);
		return SITE_NEVER;
	}
	size_t o = 0;
	for (size_t q = 0; q < s->k; q++)
		if ((at->may[j] >> q & 1) &&
		    (!(at->may[j] >> o & 1) || s->share[j * s->k + q] > s->share[j * s->k + o]))
			o = q;
	double left = SITE_NEVER;
	for (int side = 0; side < 2; side++) {
		struct node *below = &s->level[depth + 1];
		memcpy(below->may, at->may, s->m * sizeof *below->may);
		copy_prices(&below->price, &at->price, s->n);
		below->may[j] = (uint16_t)(side == 0 ? 1u << o : at->may[j] & ~(1u << o));
		left = fmin(left, fmax(bound, search_node(s, depth + 1, NODE_STEPS, NODE_STRIDE)));
	}
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
	return RC_OK;
}

static struct prices prices_new(size_t n, struct arena *a)
{
	return (struct prices){ .area = arena_array(a, n, sizeof(double)) };
}

/* What each site may be at all. */
static void options(struct search *s, uint16_t *may)
{
	for (size_t j = 0; j < s->m; j++)
		for (size_t o = 0; o < s->k; o++) {
			bool said = !s->p->may || (s->p->may[j] >> o & 1);
			if (said && (o == 0 || room_of(s, j, o) > 0))
				may[j] = (uint16_t)(may[j] | 1u << o);
		}
}

static void begin(struct search *s, const struct site_sizes *p, const struct site_work *w, struct arena *a)
{
	size_t n = p->n_areas, m = p->n_sites, k = p->n_sizes + 1;
	*s = (struct search){ .p = p, .n = n, .m = m, .k = k, .work = w, .best_cost = SITE_NEVER };
	s->nodes_max = w && w->nodes_max ? w->nodes_max : NODES_MAX;
	s->by_site = arena_array(a, n * m, sizeof *s->by_site);
	s->price = prices_new(n, a);
	s->pull = prices_new(n, a);
	s->value = arena_array(a, m * k, sizeof *s->value);
	s->share = arena_array(a, m * k, sizeof *s->share);
	s->picked = arena_array(a, m, 1);
	s->served = arena_array(a, n, sizeof *s->served);
	s->list = arena_array(a, n, sizeof *s->list);
	s->capacity = arena_array(a, m, sizeof *s->capacity);
	s->best = arena_array(a, m, 1);
	for (size_t d = 0; d < DEPTH_MAX; d++) {
		s->level[d].may = arena_array(a, m, sizeof *s->level[d].may);
		s->level[d].price = prices_new(n, a);
	}
	options(s, s->level[0].may);
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
		s->level[0].price.area[i] = least[2] < SITE_NEVER ? least[2] : least[0] < SITE_NEVER ? least[0] : 0;
	}
}

/* Everything as large as it may be: if that cannot serve all, nothing can. */
static enum rc enough(struct search *s, struct err *e)
{
	double cost;
	for (size_t j = 0; j < s->m; j++) {
		s->capacity[j] = 0;
		for (size_t o = 1; o < s->k; o++)
			if (s->level[0].may[j] >> o & 1)
				s->capacity[j] = fmax(s->capacity[j], room_of(s, j, o));
	}
	struct err why = { 0 };
	if (site_transport(s->n, s->m, s->p->cost, s->p->demand, s->capacity, NULL, &cost, &why) != RC_OK)
		return err_set(e, RC_NOT_FOUND, "even with every site at its largest %s", why.text);
	return RC_OK;
}

static void tell(struct search *s, double left, struct arena *a, struct site_answer *out)
{
	double *flow = arena_array(a, s->n * s->m, sizeof *flow), cost;
	struct err e = { 0 };
	*out = (struct site_answer){ .open = s->best,
				     .cost = s->best_cost,
				     .bound = fmin(left, s->best_cost),
				     .proven = left >= s->best_cost,
				     .nodes = s->nodes,
				     .steps = s->steps };
	out->serves = arena_array(a, s->n, sizeof *out->serves);
	for (size_t j = 0; j < s->m; j++)
		s->capacity[j] = room_of(s, j, s->best[j]);
	if (site_transport(s->n, s->m, s->p->cost, s->p->demand, s->capacity, flow, &cost, &e) != RC_OK)
		return;
	for (size_t i = 0; i < s->n; i++)
		for (size_t j = 0; j < s->m; j++)
			if (flow[i * s->m + j] > flow[i * s->m + out->serves[i]])
				out->serves[i] = (uint32_t)j;
}

enum rc site_sizes_solve(const struct site_sizes *p, const struct site_work *w, struct arena *a,
			 struct site_answer *out, struct err *e)
{
	enum rc rc = check(p, e);
	if (rc != RC_OK)
		return rc;
	struct search *s = arena_alloc(a, sizeof *s);
	begin(s, p, w, a);
	rc = enough(s, e);
	if (rc != RC_OK)
		return rc;
	cheapest(s, s->level[0].may);
	double left = search_node(s, 0, ROOT_STEPS, ROOT_STRIDE);
	if (s->best_cost >= SITE_NEVER)
		return err_set(e, RC_NOT_FOUND,
			       "no choice was found that serves everybody within the budget and the number of sites: "
			       "raise the one or the other");
	tell(s, left, a, out);
	return RC_OK;
}
