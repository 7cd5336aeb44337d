/* Re-use what there is: places moved between the sites of today. */
#include "plan/siting_inside.h"

#include <math.h>

/* Not being served weighs as much as a way of so many minutes: nobody travels that far. */
static const double UNSERVED = 1e5;
enum { PRICE_ROUNDS = 60 };

struct reuse {
	const struct siting *s;
	size_t n, m;	/* areas; sites and, behind them, "not served" */
	double *demand; /* [n] */
	double *cost;	/* [n * m] */
	double *room;	/* [m] */
	size_t *places; /* [m - 1] */
	double money;	/* today's */
};

/* Travel, and what is not served, with so many places at each site. */
static double weigh(struct reuse *u, const size_t *places, double *flow)
{
	double v;
	struct err e = { 0 };
	for (size_t j = 0; j + 1 < u->m; j++)
		u->room[j] = (double)places[j] * u->s->place_serves;
	u->room[u->m - 1] = u->s->demand;
	if (site_transport(u->n, u->m, u->cost, u->demand, u->room, flow, &v, &e) != RC_OK)
		return SITE_NEVER;
	return v;
}

static double money_of(const struct siting *s, const size_t *places)
{
	double v = 0;
	for (size_t j = 0; j < s->n_sites; j++)
		v += (double)places[j] * s->place_cost[j];
	return v;
}

static size_t moved(const struct siting *s, const size_t *places)
{
	size_t n = 0;
	for (size_t j = 0; j < s->n_sites; j++)
		n += places[j] > s->places_now[j] ? places[j] - s->places_now[j] : 0;
	return n;
}

static void begin(struct reuse *u, const struct siting *s, struct arena *a)
{
	*u = (struct reuse){ .s = s, .n = s->n_areas, .m = s->n_sites + 1 };
	u->demand = arena_array(a, u->n, sizeof *u->demand);
	u->cost = arena_array(a, u->n * u->m, sizeof *u->cost);
	u->room = arena_array(a, u->m, sizeof *u->room);
	u->places = arena_array(a, u->m, sizeof *u->places);
	for (size_t i = 0; i < u->n; i++) {
		u->demand[i] = s->areas[i].demand;
		for (size_t j = 0; j + 1 < u->m; j++) {
			double t = s->minutes[i * s->n_sites + j];
			u->cost[i * u->m + j] = s->longest > 0 && t > s->longest ? SITE_NEVER : t;
		}
		u->cost[i * u->m + u->m - 1] = UNSERVED;
	}
	memcpy(u->places, s->places_now, s->n_sites * sizeof *u->places);
	u->money = money_of(s, u->places);
}

/* The move of one place that saves most; what it saves. */
static double best_move(struct reuse *u, double now, const struct site_work *w, size_t *from_out, size_t *to_out)
{
	const struct siting *s = u->s;
	double most = 1e-9 * (1 + fabs(now));
	bool found = false;
	for (size_t j = 0; j < s->n_sites; j++)
		for (size_t k = 0; k < s->n_sites; k++) {
			if (j == k || u->places[j] <= s->places_least[j] || u->places[k] >= s->places_most[k])
				continue;
			u->places[j]--;
			u->places[k]++;
			bool fits =
			    money_of(s, u->places) <= u->money * (1 + 1e-12) && moved(s, u->places) <= s->move_most;
			double saves = fits ? now - weigh(u, u->places, NULL) : 0;
			u->places[j]++;
			u->places[k]--;
			if (saves > most) {
				most = saves;
				*from_out = j;
				*to_out = k;
				found = true;
			}
			if (w && w->ask && !w->ask(w->arg, 0))
				return -1;
		}
	return found ? most : 0;
}

/* No moves that keep the total can cost less. Each site has places that must stay, places
 * that may go, and room for more; a row that is nobody takes as much of the last two as
 * there would be too much. What is served in room for more costs `price` for each unit,
 * and `price` times what may be moved comes back. */
static double bound_at(const struct siting *s, double price, struct arena *a)
{
	size_t n = s->n_areas + 1, m = s->n_sites, all = 3 * m + 1;
	double *cost = arena_array(a, n * all, sizeof *cost), *room = arena_array(a, all, sizeof *room);
	double *demand = arena_array(a, n, sizeof *demand), v, nobody = 0;
	struct err e = { 0 };
	for (size_t j = 0; j < m; j++) {
		room[j] = (double)s->places_least[j] * s->place_serves;
		room[m + j] = (double)(s->places_now[j] - s->places_least[j]) * s->place_serves;
		room[2 * m + j] = (double)(s->places_most[j] - s->places_now[j]) * s->place_serves;
		nobody += room[2 * m + j];
		cost[(n - 1) * all + j] = SITE_NEVER;
	}
	room[3 * m] = s->demand;
	cost[(n - 1) * all + 3 * m] = SITE_NEVER;
	demand[n - 1] = nobody;
	for (size_t i = 0; i + 1 < n; i++) {
		demand[i] = s->areas[i].demand;
		for (size_t j = 0; j < m; j++) {
			double t = s->minutes[i * m + j];
			t = s->longest > 0 && t > s->longest ? SITE_NEVER : t;
			cost[i * all + j] = cost[i * all + m + j] = t;
			cost[i * all + 2 * m + j] = t >= SITE_NEVER ? t : t + price;
		}
		cost[i * all + 3 * m] = UNSERVED;
	}
	if (site_transport(n, all, cost, demand, room, NULL, &v, &e) != RC_OK)
		return 0;
	return s->move_most < SITING_MOVES_MAX ? v - price * (double)s->move_most * s->place_serves : v;
}

/* The best price by ternary search: the bound is concave in it. */
static double bound_of(const struct siting *s)
{
	struct arena a AUTO(arena_release);
	double lo = 0, hi = UNSERVED, best = 0;
	arena_init(&a);
	best = bound_at(s, 0, &a);
	for (int k = 0; k < PRICE_ROUNDS && s->move_most < SITING_MOVES_MAX; k++) {
		double x = lo + (hi - lo) / 3, y = hi - (hi - lo) / 3;
		arena_reset(&a);
		double vx = bound_at(s, x, &a), vy = bound_at(s, y, &a);
		best = fmax(best, fmax(vx, vy));
		if (vx < vy)
			lo = x;
		else
			hi = y;
	}
	return best;
}

static struct siting_plan plan_of(struct reuse *u, const size_t *places, double *unserved_out, struct arena *a)
{
	const struct siting *s = u->s;
	struct siting_plan p = { 0 };
	double *flow = arena_array(a, u->n * u->m, sizeof *flow), served = 0;
	p.open = arena_array(a, s->n_sites, 1);
	p.flow = arena_array(a, s->n_areas * s->n_sites, sizeof *p.flow);
	p.site_use = arena_array(a, s->n_sites, sizeof *p.site_use);
	p.area_mean = arena_array(a, s->n_areas, sizeof *p.area_mean);
	p.group_mean = arena_array(a, s->n_groups + 1, sizeof *p.group_mean);
	(void)weigh(u, places, flow);
	for (size_t j = 0; j < s->n_sites; j++) {
		p.open[j] = places[j] > 0;
		p.n_open += p.open[j];
		for (size_t i = 0; i < s->n_areas; i++) {
			p.flow[i * s->n_sites + j] = flow[i * u->m + j];
			served += flow[i * u->m + j];
		}
	}
	siting_add_up(s, &p);
	p.price = money_of(s, places);
	p.value = p.travel;
	*unserved_out = fmax(0, s->demand - served);
	if (*unserved_out < 1e-6 * s->demand)
		*unserved_out = 0;
	return p;
}

/* From where to where: who gives most to who lacks most is of no account; the order of the moves is. */
static void keep_move(struct siting_reuse *r, size_t from, size_t to, double saved)
{
	for (size_t i = 0; i < r->n_moves; i++)
		if (r->moves[i].from == from && r->moves[i].to == to) {
			r->moves[i].places++;
			r->moves[i].minutes += saved;
			return;
		}
	r->moves[r->n_moves++] = (struct siting_move){ (uint32_t)from, (uint32_t)to, 1, saved };
}

/* The moves as first sites minus last: chains (a to b, later b to c) are one move (a to c). */
static void net_moves(struct siting_reuse *r, size_t m)
{
	size_t n = 0;
	size_t *gives = xcalloc(m, sizeof *gives), *takes = xcalloc(m, sizeof *takes);
	for (size_t j = 0; j < m; j++) {
		gives[j] = r->now[j] > r->then[j] ? r->now[j] - r->then[j] : 0;
		takes[j] = r->then[j] > r->now[j] ? r->then[j] - r->now[j] : 0;
		r->n_places_moved += takes[j];
	}
	for (size_t i = 0; i < r->n_moves; i++) { /* those that stand as they were made */
		struct siting_move v = r->moves[i];
		size_t k = v.places < gives[v.from] ? v.places : gives[v.from];
		k = k < takes[v.to] ? k : takes[v.to];
		gives[v.from] -= k;
		takes[v.to] -= k;
		v.places = k;
		if (k)
			r->moves[n++] = v;
	}
	for (size_t j = 0; j < m; j++)
		for (size_t k = 0; k < m && gives[j]; k++) {
			size_t x = gives[j] < takes[k] ? gives[j] : takes[k];
			if (!x)
				continue;
			gives[j] -= x;
			takes[k] -= x;
			r->moves[n++] = (struct siting_move){ (uint32_t)j, (uint32_t)k, x, 0 };
		}
	r->n_moves = n;
	free(gives);
	free(takes);
}

enum rc siting_reallocate(const struct siting *s, const struct site_work *w, struct arena *a, struct siting_reuse *out,
			  struct err *e)
{
	struct reuse u;
	struct siting_reuse r = { 0 };
	if (s->place_serves <= 0)
		return err_set(e, RC_BAD_INPUT,
			       "%s: to re-use what there is, say what places there are: reuse: {place-serves: ..}, "
			       "and places, least and most of each site",
			       s->file);
	begin(&u, s, a);
	r.now = arena_array(a, s->n_sites, sizeof *r.now);
	r.then = arena_array(a, s->n_sites, sizeof *r.then);
	r.moves = arena_array(a, 2 * s->n_sites * s->n_sites + 2, sizeof *r.moves);
	memcpy(r.now, s->places_now, s->n_sites * sizeof *r.now);
	r.before = plan_of(&u, r.now, &r.unserved_before, a);
	double now = weigh(&u, u.places, NULL), saves;
	size_t from = 0, to = 0;
	while ((saves = best_move(&u, now, w, &from, &to)) > 0) {
		u.places[from]--;
		u.places[to]++;
		keep_move(&r, from, to, saves);
		now = weigh(&u, u.places, NULL);
	}
	r.stopped = saves < 0;
	memcpy(r.then, u.places, s->n_sites * sizeof *r.then);
	r.after = plan_of(&u, r.then, &r.unserved_after, a);
	for (size_t j = 0; j < s->n_sites; j++)
		r.n_places += r.now[j];
	net_moves(&r, s->n_sites);
	r.cost_before = money_of(s, r.now);
	r.cost_after = money_of(s, r.then);
	r.staff = s->place_staff * (double)r.n_places_moved;
	r.value = now;
	r.bound = fmin(bound_of(s), now);
	r.proven = r.bound >= now - 1e-6 * (1 + fabs(now));
	*out = r;
	return RC_OK;
}
