/* A pathway made ready: draws, routes by group, and which stations need no event list. */
#include "plan/run.h"

#include <math.h>

enum { WEEK_MINUTES = 7 * 1440 };
#define MINUTE		  (TICKS_PER_DAY / 1440)
#define ARRIVALS_A_WINDOW 256.0

/* ---- which way each station is served ---- */

static bool all_one_priority(const struct pathway *p)
{
	for (size_t g = 1; p->groups && g < p->n_groups; g++)
		if (p->groups[g].priority != p->groups[0].priority)
			return false;
	return true;
}

static bool is_plain(const struct pathway *p, const struct station *s)
{
	return s->n_periods == 0 && s->n_closed_days == 0 && s->n_stay_eras == 0 && s->preempt == PREEMPT_NONE &&
	       !s->limited_room && s->balk <= 0 && s->missed <= 0 && s->n_rules == 0 && !s->holds && s->servers != 0 &&
	       s->before.kind == LENGTH_NONE && !s->working && (!s->by_priority || all_one_priority(p));
}

static bool blocks(const struct station *s)
{
	return s->limited_room && s->full == FULL_BLOCK;
}

/* Stations at which somebody may keep a place elsewhere, or because of which: what one does there matters upstream. */
static uint64_t bound(const struct pathway *p)
{
	uint64_t to = 0, from = 0, before = 1;
	for (size_t i = 0; i < p->n_routes; i++) {
		const struct pathway_route *r = &p->routes[i];
		if (r->to == TO_LEAVE || r->share <= 0 || r->delay.kind != LENGTH_NONE)
			continue;
		if (p->stations[r->from].holds || blocks(&p->stations[r->to])) {
			from |= UINT64_C(1) << r->from;
			to |= UINT64_C(1) << r->to;
		}
	}
	while (before != to) { /* and where they may go on to, still keeping it */
		before = to;
		for (size_t k = 0; k < p->n_stations; k++) {
			const struct station *s = &p->stations[k];
			if (!(to >> k & 1))
				continue;
			for (int32_t i = 0; i < s->n_rules; i++)
				if (s->rules[i].then == WAIT_GO)
					to |= UINT64_C(1) << s->rules[i].to;
			if (s->limited_room && s->full == FULL_GO)
				to |= UINT64_C(1) << s->full_to;
		}
	}
	return to | from;
}

/* Every way from one station to another. */
static void ways(const struct pathway *p, uint64_t *to)
{
	for (size_t i = 0; i < p->n_routes; i++)
		if (p->routes[i].to != TO_LEAVE && p->routes[i].share > 0)
			to[p->routes[i].from] |= UINT64_C(1) << p->routes[i].to;
	for (size_t k = 0; k < p->n_stations; k++) {
		const struct station *s = &p->stations[k];
		for (int32_t i = 0; i < s->n_rules; i++)
			if (s->rules[i].then == WAIT_GO)
				to[k] |= UINT64_C(1) << s->rules[i].to;
		if (s->limited_room && s->full == FULL_GO)
			to[k] |= UINT64_C(1) << s->full_to;
	}
}

/* Lanes in order of flow: those before the event engine, then those behind it. */
static void line_up(struct model *m, const uint64_t *to, uint64_t lanes)
{
	uint64_t placed = 0;
	for (int behind = 0; behind < 2; behind++) {
		for (bool moved = true; moved;) {
			moved = false;
			for (size_t k = 0; k < m->n; k++) {
				uint64_t feeders = 0;
				for (size_t j = 0; j < m->n; j++)
					if (to[j] >> k & 1)
						feeders |= UINT64_C(1) << j;
				if (m->place[k].part != (behind ? PART_DOWN : PART_UP) || placed >> k & 1 ||
				    (feeders & lanes & ~placed))
					continue;
				m->lanes[m->n_lanes++] = k;
				placed |= UINT64_C(1) << k;
				moved = true;
			}
		}
		if (!behind)
			m->n_up = m->n_lanes;
	}
}

/* Plain stations on no circle: before the event engine if all that lead to them are, behind it if nothing leads back.
 */
static void choose(struct model *m, bool all_events)
{
	uint64_t to[STATIONS_MAX] = { 0 }, reach[STATIONS_MAX], events = 0, lanes = 0, kept = bound(m->p);
	ways(m->p, to);
	memcpy(reach, to, sizeof reach);
	for (size_t via = 0; via < m->n; via++)
		for (size_t k = 0; k < m->n; k++)
			if (reach[k] >> via & 1)
				reach[k] |= reach[via];
	for (size_t k = 0; k < m->n; k++)
		if (all_events || !is_plain(m->p, &m->p->stations[k]) || (reach[k] >> k & 1) || (kept >> k & 1))
			events |= UINT64_C(1) << k;
	for (bool moved = true; moved;) { /* between two parts of the event engine: into it */
		moved = false;
		for (size_t k = 0; k < m->n; k++) {
			bool fed = false, feeds = (reach[k] & events) != 0;
			for (size_t j = 0; j < m->n; j++)
				fed |= (events >> j & 1) && (reach[j] >> k & 1);
			if (!(events >> k & 1) && fed && feeds) {
				events |= UINT64_C(1) << k;
				moved = true;
			}
			if (!(events >> k & 1))
				m->place[k].part = fed ? PART_DOWN : PART_UP;
		}
	}
	for (size_t k = 0; k < m->n; k++)
		if (events >> k & 1)
			m->place[k].part = PART_EVENTS;
		else
			lanes |= UINT64_C(1) << k;
	m->events = events != 0;
	line_up(m, to, lanes);
}

/* ---- stations and sources ---- */

static const struct ready *ready_array(struct model *m, const struct station *s)
{
	struct ready *all = arena_array(&m->arena, m->groups, sizeof *all), plain = { 0 };
	if (s->stay.kind != LENGTH_NONE)
		plain = length_ready(&s->stay, &m->arena);
	for (size_t g = 0; g < m->groups; g++) {
		bool own = s->stay_of_group && s->stay_of_group[g].kind != LENGTH_NONE;
		all[g] = own ? length_ready(&s->stay_of_group[g], &m->arena) : plain;
	}
	return all;
}

static const struct ready **eras_ready(struct model *m, const struct station *s)
{
	const struct ready **all = arena_array(&m->arena, s->n_stay_eras + 1, sizeof *all);
	for (size_t i = 0; i < s->n_stay_eras; i++) {
		struct ready *of = arena_array(&m->arena, m->groups, sizeof *of);
		for (size_t g = 0; g < m->groups; g++)
			of[g] = length_ready(&s->stay_eras[i].of_group[g], &m->arena);
		all[i] = of;
	}
	return all;
}

static struct hops hops_of(struct model *m, int32_t from, int32_t group)
{
	const struct pathway *p = m->p;
	int32_t of = GROUP_ALL, n = 0;
	double upto = 0;
	for (size_t i = 0; i < p->n_routes; i++)
		if (p->routes[i].from == from && p->routes[i].group == group)
			of = group;
	for (size_t i = 0; i < p->n_routes; i++)
		n += p->routes[i].from == from && p->routes[i].group == of;
	struct hop *hop = arena_array(&m->arena, (size_t)n, sizeof *hop);
	n = 0;
	for (size_t i = 0; i < p->n_routes; i++) {
		const struct pathway_route *r = &p->routes[i];
		if (r->from != from || r->group != of || r->share <= 0)
			continue;
		upto += r->share;
		hop[n] = (struct hop){ .to = r->to, .upto = upto >= 1 - 1e-9 ? 2 : upto };
		if (r->delay.kind != LENGTH_NONE && r->to != TO_LEAVE) {
			struct ready *delay = arena_alloc(&m->arena, sizeof *delay);
			*delay = length_ready(&r->delay, &m->arena);
			hop[n].delay = delay;
		}
		n++;
	}
	return (struct hops){ hop, n };
}

static void place_init(struct model *m, size_t k)
{
	struct place *l = &m->place[k];
	const struct station *s = &m->p->stations[k];
	struct hops *hops = arena_array(&m->arena, m->groups, sizeof *hops);
	l->s = s;
	l->servers = s->servers == SERVERS_INFINITE ? INT32_MAX : s->servers;
	l->stay = ready_array(m, s);
	l->era = eras_ready(m, s);
	for (size_t g = 0; g < m->groups; g++) {
		hops[g] = hops_of(m, (int32_t)k, (int32_t)g);
		l->goes_on |= hops[g].n > 0;
		l->exponential |= l->stay[g].kind == LENGTH_EXPONENTIAL && !l->stay[g].cut;
		l->priority[g] = s->by_priority && m->p->groups ? m->p->groups[g].priority : 0;
	}
	l->hops = hops;
	l->changes = s->n_periods > 0 || s->n_closed_days > 0;
	l->listed = s->preempt != PREEMPT_NONE || (l->changes && s->closing == CLOSE_PAUSE);
	for (int32_t i = 0; i < s->n_rules; i++)
		l->rules[i] = length_ready(&s->rules[i].after, &m->arena);
	for (int32_t i = 0; i < s->n_targets; i++)
		l->targets[i] = days_to_ticks(s->targets[i]);
	if (s->before.kind != LENGTH_NONE)
		l->before = length_ready(&s->before, &m->arena);
}

static void origin_shares(struct model *m, struct origin *o)
{
	double sum = 0, hours = 0;
	if (o->s->shares) {
		double *upto = arena_array(&m->arena, m->groups, sizeof *upto);
		for (size_t g = 0; g < m->groups; g++)
			upto[g] = sum += o->s->shares[g];
		o->share_upto = upto;
	}
	sum = 0;
	for (int32_t i = 0; o->s->batch && i < o->s->n_batch; i++)
		o->batch_upto[i] = sum += o->s->batch[i];
	for (int i = 0; i < 24; i++)
		hours += o->s->by_hour ? o->s->by_hour[i] : 1;
	sum = 0;
	for (int i = 0; i < 24; i++) {
		sum += (o->s->by_hour ? o->s->by_hour[i] : 1) / hours;
		o->hour_upto[i + 1] = sum;
	}
	o->hour_upto[24] = 1;
}

static void origin_init(struct model *m, struct origin *o, const struct source *s)
{
	struct length gap = s->gap;
	*o = (struct origin){ .s = s };
	o->flat = s->kind == SOURCE_RENEWAL ||
		  (s->kind == SOURCE_POISSON && !s->by_hour && !s->by_weekday && !s->by_month && !s->n_eras);
	if (s->kind == SOURCE_POISSON && s->per_day > 0)
		gap = (struct length){ .kind = LENGTH_EXPONENTIAL, .mean = 1 / s->per_day };
	if (s->kind == SOURCE_POISSON && s->per_day <= 0)
		o->flat = false; /* and no days: nobody comes */
	if (o->flat)
		o->gap = length_ready(&gap, &m->arena);
	origin_shares(m, o);
}

/* Expected arrivals of each day, once the span is known. */
static const double *days_of(struct model *m, const struct source *s)
{
	double *day = arena_array(&m->arena, (size_t)m->days + 1, sizeof *day), hours = 0;
	for (int i = 0; i < 24; i++)
		hours += s->by_hour ? s->by_hour[i] : 1;
	for (int32_t d = 0; d < m->days; d++) {
		double f = s->per_day * hours / 24;
		if (s->by_weekday)
			f *= s->by_weekday[(d + m->weekday) % 7];
		if (s->by_month)
			f *= s->by_month[day_ymd(m->p->start + d).month - 1];
		const struct era *era = source_era(s, d);
		day[d] = era ? f * era->times : f;
	}
	return day;
}

enum rc model_init(struct model *m, const struct pathway *p, uint64_t seed, bool all_events, struct err *e)
{
	struct findings found;
	if (!pathway_check(p, &found))
		return err_set(e, RC_BAD_INPUT, "%s: %s", found.list[0].path, found.list[0].text);
	*m = (struct model){ .p = p, .n = p->n_stations, .groups = pathway_groups(p), .seed = seed };
	arena_init(&m->arena);
	m->weekday = day_weekday(p->start) - 1;
	for (size_t k = 0; k < m->n; k++)
		place_init(m, k);
	m->origin = arena_array(&m->arena, p->n_sources, sizeof *m->origin);
	for (size_t k = 0; k < p->n_sources; k++)
		origin_init(m, &m->origin[k], &p->sources[k]);
	choose(m, all_events);
	return RC_OK;
}

void model_span(struct model *m, int64_t from, int64_t until)
{
	double rate = 0;
	m->from = from;
	m->until = until;
	m->days = (int32_t)((until + TICKS_PER_DAY - 1) / TICKS_PER_DAY);
	for (size_t k = 0; k < m->p->n_sources; k++) {
		const struct source *s = &m->p->sources[k];
		rate += source_rate(s);
		if (s->kind == SOURCE_POISSON && !m->origin[k].flat && s->per_day > 0)
			m->origin[k].day = days_of(m, s);
	}
	double window = rate > 0 ? ARRIVALS_A_WINDOW / rate * (double)TICKS_PER_DAY : (double)until;
	m->window = window < 1000 ? 1000 : window > (double)until ? until : (int64_t)window;
}

void model_release(struct model *m)
{
	arena_release(&m->arena);
}

/* ---- opening hours ---- */

static bool is_closed(const struct station *s, int32_t day)
{
	for (size_t i = 0; i < s->n_closed_days && s->closed_days[i] <= day; i++)
		if (s->closed_days[i] == day)
			return true;
	return false;
}

int32_t capacity_at(const struct model *m, size_t k, int64_t t, int64_t *next_out)
{
	const struct station *s = &m->p->stations[k];
	int32_t day = (int32_t)(t / TICKS_PER_DAY), servers = m->place[k].servers;
	int64_t midnight = (day + INT64_C(1)) * TICKS_PER_DAY;
	const struct period *now = NULL;
	if (!m->place[k].changes) {
		*next_out = INT64_MAX;
		return servers;
	}
	for (size_t i = 0; i < s->n_periods && s->periods[i].from_day <= day; i++)
		now = &s->periods[i];
	*next_out = midnight;
	if (now && now->n_shifts == 0)
		servers = now->servers;
	if (now && now->n_shifts) {
		int32_t week = ((day + m->weekday) % 7) * 1440 + (int32_t)(t % TICKS_PER_DAY / MINUTE);
		const struct shift *last = &now->shifts[now->n_shifts - 1];
		for (size_t i = 0; i < now->n_shifts && now->shifts[i].minute <= week; i++)
			last = &now->shifts[i];
		servers = last->servers;
		for (size_t i = 0; i < now->n_shifts; i++) /* none before midnight: midnight it is */
			if (now->shifts[i].minute > week && now->shifts[i].minute - week <= 1440) {
				int64_t at = t - t % MINUTE + (now->shifts[i].minute - week) * MINUTE;
				*next_out = at < midnight ? at : midnight;
				break;
			}
	}
	return is_closed(s, day) ? 0 : servers;
}
