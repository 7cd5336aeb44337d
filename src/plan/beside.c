/*
 * Which exact formula fits a station of a pathway, if any does. Arrivals must be
 * Poisson: from sources with one rate, and from stations that pass Poisson arrivals on
 * as such (exponential stays of one mean, first come first served: Burke, Oper. Res. 4
 * (1956) 699-704; or no limit of servers). Where children come back, only stations of
 * those two kinds behave as if alone (Jackson; Baskett, Chandy, Muntz and Palacios,
 * J. ACM 22 (1975) 248-260, whose result also allows routes by group).
 */
#include <math.h>

#include "base/arena.h"
#include "plan/queue.h"
#include "plan/sim.h"

struct beside {
	const struct pathway *p;
	size_t groups;
	double *rates; /* [station * groups + group] */
	struct station_load load[STATIONS_MAX];
	uint64_t before[STATIONS_MAX]; /* stations from which there is a way */
	uint64_t to[STATIONS_MAX];
};

static bool is_cut(const struct length *l)
{
	return l->shift > 0 || l->at_least > 0 || l->at_most > 0;
}

/* All who come here have stays of this kind and of one mean, uncut. */
static bool one_stay(const struct beside *b, size_t k, enum length_kind kind)
{
	double mean = 0;
	for (size_t g = 0; g < b->groups; g++) {
		const struct length *l = station_stay_at_last(&b->p->stations[k], g);
		if (b->rates[k * b->groups + g] <= 0)
			continue;
		if (l->kind != kind || is_cut(l) || (mean > 0 && l->mean != mean))
			return false;
		mean = l->mean;
	}
	return mean > 0;
}

/* A fixed number of servers (or no limit), and no rule but the order of the queue. */
static bool no_hours(const struct station *s)
{
	return s->n_periods == 0 && s->n_closed_days == 0 && !s->holds && s->balk <= 0 && s->missed <= 0 &&
	       s->preempt == PREEMPT_NONE && s->before.kind == LENGTH_NONE;
}

static bool blocks_before(const struct beside *b, size_t k)
{
	for (size_t i = 0; i < b->p->n_routes; i++) {
		const struct pathway_route *r = &b->p->routes[i];
		if ((size_t)r->from == k && r->to != TO_LEAVE && b->p->stations[r->to].limited_room &&
		    b->p->stations[r->to].full == FULL_BLOCK)
			return true;
	}
	return false;
}

static bool by_class(const struct beside *b, size_t k)
{
	int32_t seen = -1;
	if (!b->p->stations[k].by_priority || !b->p->groups)
		return false;
	for (size_t g = 0; g < b->groups; g++) {
		if (b->rates[k * b->groups + g] <= 0)
			continue;
		if (seen >= 0 && seen != b->p->groups[g].priority)
			return true;
		seen = b->p->groups[g].priority;
	}
	return false;
}

static bool is_plain(const struct beside *b, size_t k)
{
	const struct station *s = &b->p->stations[k];
	return no_hours(s) && s->n_rules == 0 && !s->limited_room && !by_class(b, k) && !blocks_before(b, k);
}

/* Passes Poisson arrivals on as such. */
static bool passes(const struct beside *b, size_t k)
{
	if (b->p->stations[k].servers == SERVERS_INFINITE)
		return true;
	return is_plain(b, k) && one_stay(b, k, LENGTH_EXPONENTIAL) && b->load[k].verdict == LOAD_STEADY;
}

static bool poisson_in(const struct beside *b, size_t k)
{
	uint64_t all = b->before[k] | UINT64_C(1) << k;
	for (size_t i = 0; i < b->p->n_sources; i++) {
		const struct source *s = &b->p->sources[i];
		uint64_t to = UINT64_C(1) << s->to;
		for (size_t j = 0; j < s->n_eras; j++)
			to |= UINT64_C(1) << s->eras[j].to;
		if ((all & to) &&
		    (s->kind != SOURCE_POISSON || s->by_hour || s->by_weekday || s->by_month || s->batch || s->n_eras))
			return false;
	}
	for (size_t j = 0; j < b->p->n_stations; j++)
		if ((b->before[k] >> j & 1) && !passes(b, j))
			return false;
	return true;
}

static void find_ways(struct beside *b)
{
	size_t n = b->p->n_stations;
	for (size_t i = 0; i < b->p->n_routes; i++)
		if (b->p->routes[i].to != TO_LEAVE && b->p->routes[i].share > 0)
			b->to[b->p->routes[i].from] |= UINT64_C(1) << b->p->routes[i].to;
	for (size_t k = 0; k < n; k++) {
		const struct station *s = &b->p->stations[k];
		for (int32_t i = 0; i < s->n_rules; i++)
			if (s->rules[i].then == WAIT_GO)
				b->to[k] |= UINT64_C(1) << s->rules[i].to;
		if (s->limited_room && s->full == FULL_GO)
			b->to[k] |= UINT64_C(1) << s->full_to;
	}
	for (size_t via = 0; via < n; via++)
		for (size_t k = 0; k < n; k++)
			if (b->to[k] >> via & 1)
				b->to[k] |= b->to[via];
	for (size_t k = 0; k < n; k++)
		for (size_t j = 0; j < n; j++)
			if (b->to[j] >> k & 1)
				b->before[k] |= UINT64_C(1) << j;
}

/* One answer for all classes: each weighs as many as it brings. */
static void join(const struct queue_answer *by, const double *rates, int classes, struct queue_answer *out)
{
	double all = 0;
	*out = (struct queue_answer){ .delayed = by[0].delayed, .no_delayed = by[0].no_delayed };
	for (int i = 0; i < classes; i++) {
		all += rates[i];
		out->load += by[i].load;
		out->busy += by[i].busy;
		out->queue += by[i].queue;
		out->wait += by[i].wait * rates[i];
	}
	out->wait /= all;
}

static enum rc of_classes(const struct beside *b, size_t k, enum sim_formula *which, struct queue_answer *out,
			  struct err *e)
{
	const struct station *s = &b->p->stations[k];
	double rate[PRIORITIES] = { 0 }, work[PRIORITIES] = { 0 }, square[PRIORITIES] = { 0 };
	struct arena a;
	arena_init(&a);
	for (size_t g = 0; g < b->groups; g++) {
		int c = b->p->groups[g].priority;
		double r = b->rates[k * b->groups + g];
		struct ready l = length_ready(station_stay_at_last(s, g), &a);
		rate[c] += r;
		work[c] += r * l.mean;
		square[c] += r * l.second;
	}
	arena_release(&a);
	double rates[PRIORITIES], means[PRIORITIES], variations[PRIORITIES];
	int n = 0;
	for (int c = 0; c < PRIORITIES; c++) {
		if (rate[c] <= 0)
			continue;
		rates[n] = rate[c];
		means[n] = work[c] / rate[c];
		variations[n] = square[c] / rate[c] / (means[n] * means[n]) - 1;
		variations[n] = variations[n] < 0 ? 0 : variations[n];
		n++;
	}
	struct queue_answer by[PRIORITIES];
	enum rc rc = RC_OK;
	*which = FORMULA_PRIORITY;
	if (s->servers == 1)
		rc = queue_mg1_priority(rates, means, variations, n, false, by, e);
	else if (one_stay(b, k, LENGTH_EXPONENTIAL))
		rc = queue_mmc_priority(rates, n, means[0], s->servers, by, e);
	else
		*which = FORMULA_NONE;
	if (rc == RC_OK && *which != FORMULA_NONE)
		join(by, rates, n, out);
	return rc;
}

static bool leaves_by_chance(const struct beside *b, size_t k)
{
	const struct station *s = &b->p->stations[k];
	return s->n_rules == 1 && s->rules[0].then != WAIT_RAISE && s->rules[0].after.kind == LENGTH_EXPONENTIAL &&
	       !is_cut(&s->rules[0].after) && !s->limited_room && !by_class(b, k) && one_stay(b, k, LENGTH_EXPONENTIAL);
}

/* Who finds nobody free leaves, or goes elsewhere, at once. */
static bool nobody_waits(const struct station *s)
{
	return s->n_rules == 1 && s->rules[0].then != WAIT_RAISE && s->rules[0].after.kind == LENGTH_CONSTANT &&
	       s->rules[0].after.mean <= 0 && !is_cut(&s->rules[0].after) && !s->limited_room;
}

static enum rc choose(const struct beside *b, size_t k, enum sim_formula *which, struct queue_answer *out,
		      struct err *e)
{
	const struct station *s = &b->p->stations[k];
	const struct station_load *l = &b->load[k];
	bool circle = b->before[k] >> k & 1, exact = poisson_in(b, k), one_mean = one_stay(b, k, LENGTH_EXPONENTIAL);
	*which = FORMULA_NONE;
	if (l->arrivals <= 0 || l->verdict == LOAD_GROWS || !l->sure)
		return RC_OK;
	if (s->servers == SERVERS_INFINITE) {
		*which = FORMULA_MGINF; /* the mean is right for any arrivals: Little's law */
		return queue_mginf(l->arrivals, l->mean_stay, out, e);
	}
	if (!no_hours(s) || blocks_before(b, k) || s->servers < 1)
		return RC_OK;
	if (exact && !circle && leaves_by_chance(b, k)) {
		*which = FORMULA_MMC_LEAVING;
		return queue_mmc_leaving(l->arrivals, l->mean_stay, s->servers, s->rules[0].after.mean, out, e);
	}
	if (exact && !circle && nobody_waits(s)) {
		*which = FORMULA_MMCK; /* with room for nobody: Erlang B, right for stays of any form */
		return queue_mmck(l->arrivals, l->mean_stay, s->servers, 0, out, e);
	}
	if (s->n_rules)
		return RC_OK;
	if (s->limited_room && exact && !circle && one_mean && !by_class(b, k) && s->full != FULL_BLOCK) {
		*which = FORMULA_MMCK;
		return queue_mmck(l->arrivals, l->mean_stay, s->servers, s->room, out, e);
	}
	if (s->limited_room)
		return RC_OK;
	if (by_class(b, k))
		return exact && !circle ? of_classes(b, k, which, out, e) : RC_OK;
	if (exact && one_mean) {
		*which = b->before[k] ? FORMULA_JACKSON : FORMULA_MMC;
		return queue_mmc(l->arrivals, l->mean_stay, s->servers, out, e);
	}
	if (exact && !circle && s->servers == 1) {
		*which = FORMULA_MG1;
		return queue_mg1(l->arrivals, l->mean_stay, l->variation, out, e);
	}
	if (exact && !circle && one_stay(b, k, LENGTH_CONSTANT) && l->load < 0.999) {
		*which = FORMULA_MDC;
		return queue_mdc(l->arrivals, l->mean_stay, s->servers, out, e);
	}
	*which = FORMULA_APPROXIMATE;
	return queue_approximate(l->arrivals, 1, l->mean_stay, l->variation, s->servers, out, e);
}

enum rc sim_beside(const struct pathway *p, size_t station, enum sim_formula *which_out, struct queue_answer *out,
		   struct err *e)
{
	struct beside b = { .p = p, .groups = pathway_groups(p) };
	struct queue_answer answer = { 0 };
	enum sim_formula which = FORMULA_NONE;
	enum rc rc = pathway_load(p, b.load, e);
	if (rc != RC_OK)
		return rc;
	if (station >= p->n_stations)
		return err_set(e, RC_BAD_INPUT, "There is no station %zu: there are %zu.", station, p->n_stations);
	b.rates = xcalloc(p->n_stations * b.groups, sizeof *b.rates);
	rc = pathway_rates(p, b.rates, e);
	find_ways(&b);
	if (rc == RC_OK)
		rc = choose(&b, station, &which, &answer, e);
	free(b.rates);
	if (rc != RC_OK)
		return rc;
	*which_out = which;
	*out = answer;
	return RC_OK;
}

const char *sim_formula_name(enum sim_formula f)
{
	static const char *const names[] = { "none",
					     "M/M/c (Erlang C)",
					     "M/M/c/K",
					     "M/G/1 (Pollaczek and Khinchine)",
					     "M/D/c (Crommelin)",
					     "M/M/c with leaving (Erlang A)",
					     "M/G/infinity",
					     "priorities (Cobham)",
					     "Jackson network",
					     "Allen and Cunneen, an approximation" };
	return (unsigned)f < COUNT_OF(names) ? names[f] : "";
}
