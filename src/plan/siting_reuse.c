/* Re-use what there is: what a choice means, and the best of them told. */
#include "plan/siting_reuse_inside.h"

#include <math.h>

/* ---- what a choice means ---- */

bool siting_stands_today(const struct siting *s, size_t site)
{
	if (s->sites[site].today)
		return true;
	for (size_t k = 0; s->stock && k < s->stock->n_kinds; k++)
		if (s->stock->kinds[k].used && s->stock->now[site * s->stock->n_kinds + k])
			return true;
	return false;
}

size_t reuse_made_of(const struct siting_stock *k, const size_t *made, size_t kind)
{
	size_t n = 0;
	for (size_t q = 0; q < k->n_conversions; q++)
		n += k->conversions[q].to == kind ? k->conversions[q].makes * made[q] : 0;
	return n;
}

bool reuse_totals(const struct siting_stock *k, const size_t *all_now, const size_t *made, size_t *totals)
{
	bool right = true;
	for (size_t i = 0; i < k->n_kinds; i++) {
		size_t have = all_now[i], taken = 0;
		for (size_t q = 0; q < k->n_conversions; q++)
			taken += k->conversions[q].from == i ? k->conversions[q].of * made[q] : 0;
		right = right && taken <= have;
		totals[i] = right ? have - taken + reuse_made_of(k, made, i) : 0;
	}
	return right;
}

double reuse_money(const struct siting *s, const size_t *units, const size_t *made)
{
	const struct siting_stock *k = s->stock;
	double v = 0;
	for (size_t i = 0; i < s->n_sites * k->n_kinds; i++)
		v += (double)units[i] * k->cost[i];
	for (size_t q = 0; q < k->n_conversions; q++)
		v += k->conversions[q].cost * (double)made[q];
	return v;
}

double reuse_budget(const struct siting *s)
{
	size_t none[REUSE_CONVERSIONS_MAX] = { 0 };
	return s->stock->budget > 0 ? s->stock->budget : reuse_money(s, s->stock->now, none);
}

static bool staffed(const struct siting_stock *k, const size_t *at)
{
	for (size_t l = 0; l < k->n_kinds; l++) {
		double needs = 0;
		for (size_t i = 0; i < k->n_kinds; i++)
			needs += k->kinds[i].needs[l] * (double)at[i];
		if (needs > (double)at[l] + 1e-9)
			return false;
	}
	return true;
}

bool reuse_allowed(const struct siting *s, const size_t *units, const size_t *made)
{
	const struct siting_stock *k = s->stock;
	size_t all_now[REUSE_KINDS_MAX] = { 0 }, all[REUSE_KINDS_MAX] = { 0 }, totals[REUSE_KINDS_MAX];
	size_t gains[REUSE_KINDS_MAX] = { 0 };
	for (size_t q = 0; q < k->n_conversions; q++)
		if (made[q] > k->conversions[q].most)
			return false;
	for (size_t j = 0; j < s->n_sites; j++) {
		for (size_t i = 0; i < k->n_kinds; i++) {
			size_t at = j * k->n_kinds + i;
			if (units[at] < k->least[at] || units[at] > k->most[at])
				return false;
			all_now[i] += k->now[at];
			all[i] += units[at];
			gains[i] += units[at] > k->now[at] ? units[at] - k->now[at] : 0;
		}
		if (!staffed(k, units + j * k->n_kinds))
			return false;
	}
	if (!reuse_totals(k, all_now, made, totals))
		return false;
	for (size_t i = 0; i < k->n_kinds; i++)
		if (all[i] != totals[i] || (k->kinds[i].move_most < REUSE_UNITS_MAX &&
					    gains[i] > k->kinds[i].move_most + reuse_made_of(k, made, i)))
			return false;
	return reuse_money(s, units, made) <= reuse_budget(s) * (1 + 1e-12);
}

/* ---- who needs units ---- */

static void rows_of(struct reuse_ground *g, size_t kind, struct arena *a)
{
	const struct siting *s = g->s;
	struct reuse_rows *r = &g->rows[kind];
	size_t most = s->n_areas * g->k->n_services;
	*r = (struct reuse_rows){ .area = arena_array(a, most, sizeof *r->area),
				  .service = arena_array(a, most, 1),
				  .demand = arena_array(a, most + 1, sizeof *r->demand) };
	for (size_t v = 0; v < g->k->n_services; v++)
		for (size_t i = 0; i < s->n_areas; i++) {
			double d = s->areas[i].demand * g->k->services[v].times / g->k->services[v].serves;
			if (g->k->services[v].kind != kind || d <= 0)
				continue;
			r->area[r->n] = (uint32_t)i;
			r->service[r->n] = (uint8_t)v;
			r->demand[r->n++] = d;
		}
	r->cost = arena_array(a, r->n * (g->m + 1) + 1, sizeof *r->cost);
	for (size_t x = 0; x < r->n; x++) {
		const struct reuse_service *v = &g->k->services[r->service[x]];
		for (size_t j = 0; j < g->m; j++) {
			double t = s->minutes[r->area[x] * s->n_sites + j];
			bool far = t >= SITE_NEVER || (v->longest > 0 && t > v->longest);
			r->cost[x * (g->m + 1) + j] = far ? SITE_NEVER : t * v->serves;
		}
		r->cost[x * (g->m + 1) + g->m] = REUSE_UNSERVED * v->weight * v->serves;
	}
}

void reuse_begin(struct reuse_ground *g, const struct siting *s, struct arena *a)
{
	const struct siting_stock *k = s->stock;
	*g = (struct reuse_ground){
		.s = s, .k = k, .m = s->n_sites, .kinds = k->n_kinds, .budget = reuse_budget(s), .even = true
	};
	for (size_t i = 0; i < g->kinds; i++)
		rows_of(g, i, a);
	for (size_t x = 0; x < g->m * g->kinds; x++) {
		g->all_now[x % g->kinds] += k->now[x];
		g->all_least[x % g->kinds] += k->least[x];
		g->all_most[x % g->kinds] += k->most[x];
		g->even = g->even && k->cost[x] == k->cost[x % g->kinds];
	}
}

double reuse_value(const struct reuse_ground *g, size_t kind, const size_t *units, size_t stride, double *flow)
{
	const struct reuse_rows *r = &g->rows[kind];
	double v = 0, all = 0, *room = xcalloc(g->m + 1, sizeof *room);
	struct err e = { 0 };
	for (size_t j = 0; j < g->m; j++)
		room[j] = (double)units[j * stride];
	for (size_t x = 0; x < r->n; x++)
		all += r->demand[x];
	room[g->m] = all;
	if (r->n && site_transport(r->n, g->m + 1, r->cost, r->demand, room, flow, &v, &e) != RC_OK)
		v = SITE_NEVER;
	free(room);
	return v;
}

bool reuse_staff(const struct reuse_ground *g, const size_t *totals, const size_t *made, size_t *units)
{
	const struct siting_stock *k = g->k;
	for (size_t l = 0; l < g->kinds; l++) {
		size_t left = totals[l], gains = 0;
		if (k->kinds[l].used)
			continue;
		for (size_t j = 0; j < g->m; j++) {
			size_t at = j * g->kinds + l;
			double needs = 0;
			for (size_t i = 0; i < g->kinds; i++)
				needs += k->kinds[i].needs[l] * (double)units[j * g->kinds + i];
			size_t here = (size_t)ceil(needs - 1e-9);
			here = here < k->least[at] ? k->least[at] : here;
			if (here > k->most[at] || here > left)
				return false;
			units[at] = here;
			left -= here;
		}
		for (int round = 0; round < 2; round++) /* those who can stay where they are, then the rest */
			for (size_t j = 0; j < g->m; j++) {
				size_t at = j * g->kinds + l, to = round ? k->most[at] : k->now[at];
				size_t more = to > units[at] ? to - units[at] : 0;
				more = more < left ? more : left;
				units[at] += more;
				left -= more;
			}
		for (size_t j = 0; j < g->m; j++) {
			size_t at = j * g->kinds + l;
			gains += units[at] > k->now[at] ? units[at] - k->now[at] : 0;
		}
		if (left || (k->kinds[l].move_most < REUSE_UNITS_MAX &&
			     gains > k->kinds[l].move_most + reuse_made_of(k, made, l)))
			return false;
	}
	return true;
}

/* ---- the answer in numbers ---- */

static struct siting_plan empty_plan(const struct siting *s, struct arena *a)
{
	struct siting_plan p = { 0 };
	p.open = arena_array(a, s->n_sites, 1);
	p.flow = arena_array(a, s->n_areas * s->n_sites, sizeof *p.flow);
	p.site_use = arena_array(a, s->n_sites, sizeof *p.site_use);
	p.area_mean = arena_array(a, s->n_areas, sizeof *p.area_mean);
	p.group_mean = arena_array(a, s->n_groups + 1, sizeof *p.group_mean);
	return p;
}

static void take_flow(const struct reuse_ground *g, size_t kind, const double *flow, struct siting_plan *plans)
{
	const struct reuse_rows *r = &g->rows[kind];
	for (size_t x = 0; x < r->n; x++)
		for (size_t j = 0; j < g->m; j++)
			plans[r->service[x]].flow[r->area[x] * g->m + j] +=
			    flow[x * (g->m + 1) + j] * g->k->services[r->service[x]].serves;
}

double reuse_weigh(const struct siting *s, const size_t *units, struct siting_plan *plans, struct arena *a)
{
	struct reuse_ground g;
	double v = 0;
	reuse_begin(&g, s, a);
	for (size_t q = 0; plans && q < g.k->n_services; q++)
		plans[q] = empty_plan(s, a);
	for (size_t i = 0; i < g.kinds; i++) {
		double *flow = plans ? arena_array(a, g.rows[i].n * (g.m + 1) + 1, sizeof *flow) : NULL;
		v += reuse_value(&g, i, units + i, g.kinds, flow);
		if (plans)
			take_flow(&g, i, flow, plans);
	}
	for (size_t q = 0; plans && q < g.k->n_services; q++) {
		siting_add_up(s, &plans[q]);
		for (size_t j = 0; j < s->n_sites; j++)
			plans[q].open[j] = units[j * g.kinds + g.k->services[q].kind] > 0;
	}
	return v;
}

static struct reuse_told told_of(const struct siting *s, size_t service, const struct siting_plan *p)
{
	struct reuse_told t = { .demand = s->demand * s->stock->services[service].times,
				.mean = p->mean,
				.worst = p->worst,
				.within30 = p->within30,
				.within60 = p->within60 };
	for (size_t j = 0; j < s->n_sites; j++)
		t.served += p->site_use[j];
	t.unserved = fmax(0, t.demand - t.served);
	if (t.unserved < 1e-6 * t.demand)
		t.unserved = 0;
	return t;
}

static struct siting_plan together(const struct siting *s, const struct siting_plan *plans, double money,
				   struct arena *a)
{
	struct siting_plan p = empty_plan(s, a);
	for (size_t q = 0; q < s->stock->n_services; q++)
		for (size_t x = 0; x < s->n_areas * s->n_sites; x++)
			p.flow[x] += plans[q].flow[x];
	for (size_t j = 0; j < s->n_sites; j++) {
		for (size_t q = 0; q < s->stock->n_services; q++)
			p.open[j] |= plans[q].open[j];
		p.n_open += p.open[j];
	}
	siting_add_up(s, &p);
	p.price = money;
	p.value = p.travel;
	return p;
}

/* From where to where: who loses gives to who gains; what is over goes into a conversion, or comes from one. */
static void moves_of(struct siting_reuse *r, const struct siting *s, size_t kind)
{
	const struct siting_stock *k = s->stock;
	size_t to = 0, gains = 0, got = 0, made = reuse_made_of(k, r->made, kind);
	for (size_t from = 0; from <= s->n_sites; from++) {
		bool none = from == s->n_sites; /* from a conversion */
		size_t at = from * k->n_kinds + kind;
		size_t gives = none ? SIZE_MAX : k->now[at] > r->then[at] ? k->now[at] - r->then[at] : 0;
		while (gives && to < s->n_sites) {
			size_t here = to * k->n_kinds + kind;
			size_t lacks = r->then[here] > k->now[here] ? r->then[here] - k->now[here] - got : 0;
			size_t n = lacks < gives ? lacks : gives;
			if (n)
				r->moves[r->n_moves++] =
				    (struct reuse_move){ kind, n, none ? SITING_SITES_MAX : (uint32_t)from,
							 (uint32_t)to };
			gives -= none ? 0 : n;
			got += n;
			gains += n;
			if (n == lacks) {
				to++;
				got = 0;
			}
		}
		if (gives && !none)
			r->moves[r->n_moves++] = (struct reuse_move){ kind, gives, (uint32_t)from, SITING_SITES_MAX };
	}
	r->moved[kind] = gains > made ? gains - made : 0;
	r->staff += k->kinds[kind].staff * (double)r->moved[kind];
}

static void tell(struct siting_reuse *r, const struct siting *s, struct arena *a)
{
	const struct siting_stock *k = s->stock;
	size_t none[REUSE_CONVERSIONS_MAX] = { 0 };
	r->plan_before = arena_array(a, k->n_services, sizeof *r->plan_before);
	r->plan_after = arena_array(a, k->n_services, sizeof *r->plan_after);
	(void)reuse_weigh(s, k->now, r->plan_before, a);
	r->value = reuse_weigh(s, r->then, r->plan_after, a);
	r->cost_before = reuse_money(s, k->now, none);
	r->cost_after = reuse_money(s, r->then, r->made);
	r->before = together(s, r->plan_before, r->cost_before, a);
	r->after = together(s, r->plan_after, r->cost_after, a);
	for (size_t q = 0; q < k->n_services; q++) {
		r->told_before[q] = told_of(s, q, &r->plan_before[q]);
		r->told_after[q] = told_of(s, q, &r->plan_after[q]);
		r->demand += r->told_after[q].demand;
		r->unserved_before += r->told_before[q].unserved;
		r->unserved_after += r->told_after[q].unserved;
	}
	r->moves = arena_array(a, (2 * s->n_sites + 2) * k->n_kinds, sizeof *r->moves);
	for (size_t i = 0; i < k->n_kinds; i++)
		moves_of(r, s, i);
}

/* ---- the best ---- */

static enum rc nothing(const struct siting *s, const struct reuse_best *best, struct err *e)
{
	const struct siting_stock *k = s->stock;
	size_t none[REUSE_CONVERSIONS_MAX] = { 0 };
	if (best->bound < SITE_NEVER)
		return err_set(e, RC_LIMIT, "%s: nothing that keeps the rules was found in the time given", s->file);
	return err_set(
	    e, RC_NOT_FOUND,
	    "%s:%d:%d: what there is cannot be arranged so that every rule is kept: today costs %.0f a year, "
	    "and %.0f may be spent. Raise the budget, or let something be closed (conversions: {from: .., "
	    "to: nothing, at-most: ..})",
	    s->file, k->budget_line, k->budget_column, reuse_money(s, k->now, none), reuse_budget(s));
}

enum rc siting_reallocate(const struct siting *s, const struct site_work *w, const struct siting_outside *outside,
			  struct arena *a, struct siting_reuse *out, struct err *e)
{
	struct reuse_ground g;
	struct siting_reuse r = { 0 };
	struct reuse_best best = { .value = SITE_NEVER };
	bool asked = false;
	if (!s->stock)
		return err_set(e, RC_BAD_INPUT,
			       "%s: to re-use what there is, say what there is: reuse: {place-serves: ..} and places, "
			       "least and most of each site, or reuse: {kinds: .., services: ..}",
			       s->file);
	reuse_begin(&g, s, a);
	best.units = arena_array(a, g.m * g.kinds, sizeof *best.units);
	reuse_search(&g, w, a, &best);
	if (best.bound < best.value - 1e-6 * (1 + fabs(best.value)) && outside && outside->run)
		asked = reuse_model_solve(&g, outside, &best);
	if (best.value >= SITE_NEVER)
		return nothing(s, &best, e);
	r.then = best.units;
	memcpy(r.made, best.made, sizeof r.made);
	tell(&r, s, a);
	r.bound = fmin(best.bound, r.value);
	r.proven = r.bound >= r.value - 1e-6 * (1 + fabs(r.value));
	r.stopped = best.stopped && !r.proven;
	r.nodes = best.nodes;
	r.method = asked ? "conversions one by one, branch and bound over flows, then CBC, its answer weighed again"
			 : "conversions one by one, branch and bound over flows";
	*out = r;
	return RC_OK;
}
