/* What a choice of sites means: who goes where, how far, what it costs. */
#include "plan/siting_inside.h"

#include <math.h>

/* Being beyond the limit weighs more than any way: people within it first, then the ways. */
static const double BEYOND = 1e6;
#define TINY 1e-9

const char *siting_aim_title(enum siting_aim aim)
{
	static const char *const titles[] = { "least travel", "least longest way", "most people within reach",
					      "smallest gap", "least money" };
	return titles[aim];
}

double siting_shown(const struct siting *s, double value)
{
	return s->aim == SITING_WITHIN ? s->demand - value : value;
}

double siting_value(const struct siting *s, const struct siting_plan *p)
{
	switch (s->aim) {
	case SITING_TRAVEL: return p->travel + (s->travel_is_cost ? p->price : 0);
	case SITING_WORST: return p->worst;
	case SITING_WITHIN: return s->demand - p->within;
	case SITING_GAP: return p->gap;
	default: return p->price;
	}
}

bool siting_today(const struct siting *s, uint8_t *open)
{
	bool any = false;
	for (size_t j = 0; j < s->n_sites; j++) {
		open[j] = (uint8_t)s->sites[j].now;
		any = any || open[j];
	}
	return any;
}

bool siting_allowed(const struct siting *s, const uint8_t *open)
{
	size_t n = 0, kept = 0;
	double price = 0;
	for (size_t j = 0; j < s->n_sites; j++) {
		if (!(s->sites[j].may >> open[j] & 1))
			return false;
		n += open[j] > 0;
		kept += open[j] && s->sites[j].today;
		price += open[j] ? s->price[j * s->n_sizes + open[j] - 1] : 0;
	}
	for (size_t k = 0; k < s->n_pairs; k++) {
		bool a = open[s->pairs[k].a], b = open[s->pairs[k].b];
		if (s->pairs[k].one_of ? !a && !b : a && b)
			return false;
	}
	return n >= s->open_least && (!s->open_most || n <= s->open_most) && kept >= s->keep &&
	       (s->budget <= 0 || price <= s->budget * (1 + 1e-12));
}

/* ---- flows ---- */

static double way(const struct siting *s, size_t i, size_t j)
{
	double t = s->minutes[i * s->n_sites + j];
	return s->longest > 0 && t > s->longest ? SITE_NEVER : t;
}

static int by_value(const void *a, const void *b)
{
	double x = *(const double *)a, y = *(const double *)b;
	return (x > y) - (x < y);
}

/* The least longest way for these open capacities: halving the list of all ways. */
static enum rc worst_of(const struct siting *s, const double *room, double *cost, double *flow, struct arena *a,
			struct err *e)
{
	size_t n = 0, all = s->n_areas * s->n_sites;
	double *ways = arena_array(a, all + 1, sizeof *ways), total;
	for (size_t i = 0; i < s->n_areas; i++)
		for (size_t j = 0; j < s->n_sites; j++)
			if (room[j] > 0 && s->areas[i].demand > 0 && way(s, i, j) < SITE_NEVER)
				ways[n++] = way(s, i, j);
	double *demand = arena_array(a, s->n_areas, sizeof *demand);
	for (size_t i = 0; i < s->n_areas; i++)
		demand[i] = s->areas[i].demand;
	qsort(ways, n, sizeof *ways, by_value);
	size_t lo = 0, hi = n ? n - 1 : 0;
	enum rc rc = RC_NOT_FOUND;
	while (n) {
		size_t mid = lo < hi ? lo + (hi - lo) / 2 : hi;
		for (size_t i = 0; i < s->n_areas; i++)
			for (size_t j = 0; j < s->n_sites; j++) {
				double t = way(s, i, j);
				cost[i * s->n_sites + j] = t > ways[mid] ? SITE_NEVER : t;
			}
		rc = site_transport(s->n_areas, s->n_sites, cost, demand, room, flow, &total, e);
		if (lo >= hi)
			break;
		if (rc == RC_OK)
			hi = mid;
		else
			lo = mid + 1;
	}
	return rc;
}

static enum rc flows(const struct siting *s, const double *room, double *flow, struct arena *a, struct err *e)
{
	double *cost = arena_array(a, s->n_areas * s->n_sites, sizeof *cost), total;
	if (s->aim == SITING_WORST)
		return worst_of(s, room, cost, flow, a, e);
	double *demand = arena_array(a, s->n_areas, sizeof *demand);
	for (size_t i = 0; i < s->n_areas; i++) {
		demand[i] = s->areas[i].demand;
		for (size_t j = 0; j < s->n_sites; j++) {
			double t = way(s, i, j);
			bool far = s->aim == SITING_WITHIN && t < SITE_NEVER && t > s->within;
			cost[i * s->n_sites + j] = far ? t + BEYOND : t;
		}
	}
	return site_transport(s->n_areas, s->n_sites, cost, demand, room, flow, &total, e);
}

/* ---- numbers ---- */

void siting_add_up(const struct siting *s, struct siting_plan *p)
{
	double all = 0, *sum = p->group_mean, *people = xcalloc(s->n_groups + 1, sizeof *people);
	for (size_t i = 0; i < s->n_areas; i++) {
		double minutes = 0, served = 0;
		for (size_t j = 0; j < s->n_sites; j++) {
			double f = p->flow[i * s->n_sites + j], t = s->minutes[i * s->n_sites + j];
			if (f <= TINY)
				continue;
			minutes += f * t;
			served += f;
			p->site_use[j] += f;
			p->worst = fmax(p->worst, t);
			p->within30 += t <= 30 ? f : 0;
			p->within60 += t <= 60 ? f : 0;
			p->within += t <= s->within ? f : 0;
		}
		p->travel += minutes;
		all += served;
		p->area_mean[i] = served > 0 ? minutes / served : -1;
		if (s->areas[i].group >= 0 && served > 0) {
			sum[s->areas[i].group] += minutes;
			people[s->areas[i].group] += served;
		}
	}
	double lo = SITE_NEVER, hi = -1;
	for (size_t g = 0; g < s->n_groups; g++) {
		sum[g] = people[g] > 0 ? sum[g] / people[g] : -1;
		if (people[g] > 0) {
			lo = fmin(lo, sum[g]);
			hi = fmax(hi, sum[g]);
		}
	}
	p->gap = hi >= 0 ? hi - lo : 0;
	p->mean = all > 0 ? p->travel / all : 0;
	free(people);
}

enum rc siting_weigh(const struct siting *s, const uint8_t *open, struct arena *a, struct siting_plan *out,
		     struct err *e)
{
	struct siting_plan p = { 0 };
	double *room = arena_array(a, s->n_sites, sizeof *room);
	p.open = arena_array(a, s->n_sites, 1);
	p.flow = arena_array(a, s->n_areas * s->n_sites, sizeof *p.flow);
	p.site_use = arena_array(a, s->n_sites, sizeof *p.site_use);
	p.area_mean = arena_array(a, s->n_areas, sizeof *p.area_mean);
	p.group_mean = arena_array(a, s->n_groups + 1, sizeof *p.group_mean);
	for (size_t j = 0; j < s->n_sites; j++) {
		size_t k = j * s->n_sizes + (size_t)open[j] - 1;
		p.open[j] = open[j];
		room[j] = open[j] ? s->capacity[k] : 0;
		p.price += open[j] ? s->price[k] : 0;
		p.n_open += open[j] > 0;
		p.n_today += s->sites[j].today;
		p.n_kept += s->sites[j].today && open[j];
	}
	enum rc rc = flows(s, room, p.flow, a, e);
	if (rc != RC_OK) {
		double all = 0;
		for (size_t j = 0; j < s->n_sites; j++)
			all += room[j];
		return all < s->demand ? err_set(e, RC_NOT_FOUND, "there is room for %.6g of %.6g " STR_FMT, all,
						 s->demand, STR_ARG(s->people))
				       : err_set(e, RC_NOT_FOUND, "some cannot reach a site that has room");
	}
	siting_add_up(s, &p);
	p.value = siting_value(s, &p);
	*out = p;
	return RC_OK;
}
