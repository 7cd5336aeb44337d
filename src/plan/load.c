/* What a pathway is asked to carry: effective arrival rates, loads, growth. */
#include "plan/pathway.h"

#include <math.h>

#include "base/arena.h"

enum { ROUNDS_MAX = 400, WEEK_MINUTES = 7 * 1440 };

static double mean_of(const double *f, int n)
{
	double sum = 0;
	for (int i = 0; f && i < n; i++)
		sum += f[i];
	return f ? sum / n : 1;
}

const struct length *station_stay_at_last(const struct station *s, size_t g)
{
	if (s->n_stay_eras)
		return &s->stay_eras[s->n_stay_eras - 1].of_group[g];
	return s->stay_of_group && s->stay_of_group[g].kind != LENGTH_NONE ? &s->stay_of_group[g] : &s->stay;
}

double source_rate(const struct source *s)
{
	static const double month_days[12] = { 31, 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31 };
	double rate = 0, batch = 0;
	for (int32_t i = 0; s->batch && i < s->n_batch; i++)
		batch += s->batch[i] * (i + 1);
	if (s->kind == SOURCE_POISSON) {
		double months = 0;
		for (int i = 0; i < 12; i++)
			months += (s->by_month ? s->by_month[i] : 1) * month_days[i] / 365;
		rate = s->per_day * mean_of(s->by_hour, 24) * mean_of(s->by_weekday, 7) * months;
		rate *= s->n_eras ? s->eras[s->n_eras - 1].times : 1;
	} else if (s->kind == SOURCE_RENEWAL) {
		struct arena a;
		arena_init(&a);
		rate = 1 / length_ready(&s->gap, &a).mean;
		arena_release(&a);
	} else if (s->kind == SOURCE_APPOINTMENTS) {
		for (int i = 0; i < 7; i++)
			rate += s->slots[i] * s->attended / 7;
		return rate;
	} else {
		for (size_t i = 0; i < s->n_counts; i++)
			rate += (double)s->counts[i] / (double)s->n_counts;
	}
	return s->batch ? rate * batch : rate;
}

/* The last period is the one that a long run is about. */
static const struct period *last_period(const struct station *s)
{
	return s->n_periods ? &s->periods[s->n_periods - 1] : NULL;
}

double station_servers_mean(const struct station *s)
{
	const struct period *d = last_period(s);
	if (s->servers == SERVERS_INFINITE)
		return INFINITY;
	if (!d || d->n_shifts == 0)
		return d ? d->servers : s->servers;
	double sum = 0;
	for (size_t i = 0; i < d->n_shifts; i++) {
		int32_t until = i + 1 < d->n_shifts ? d->shifts[i + 1].minute : d->shifts[0].minute + WEEK_MINUTES;
		sum += (double)d->shifts[i].servers * (until - d->shifts[i].minute);
	}
	return sum / WEEK_MINUTES;
}

/* Stays that have begun are finished after closing: each place works on for what is left of a stay on
 * average (second moment / 2 mean), at most until it opens again. An approximation. */
static double servers_with_overrun(const struct station *s, double mean, double second)
{
	const struct period *d = last_period(s);
	double sum = station_servers_mean(s);
	if (!d || d->n_shifts == 0 || s->closing == CLOSE_PAUSE || !(mean > 0))
		return sum;
	double left = second / (2 * mean) * 1440;
	for (size_t i = 0; i < d->n_shifts; i++) {
		const struct shift *now = &d->shifts[i], *next = &d->shifts[(i + 1) % d->n_shifts];
		const struct shift *after = &d->shifts[(i + 2) % d->n_shifts];
		int32_t gap = (after->minute - next->minute + WEEK_MINUTES - 1) % WEEK_MINUTES + 1;
		if (next->servers < now->servers)
			sum += (now->servers - next->servers) * (left < gap ? left : gap) / WEEK_MINUTES;
	}
	return sum;
}

/* Somebody who comes here may go without being served. */
static bool leaks(const struct station *s)
{
	if (s->servers == SERVERS_INFINITE)
		return false;
	if ((s->limited_room && s->full != FULL_BLOCK) || s->balk > 0)
		return true;
	for (int32_t i = 0; i < s->n_rules; i++)
		if (s->rules[i].then != WAIT_RAISE)
			return true;
	return false;
}

/* It leaks, but only to other stations: nobody gives up. */
static bool leaks_onward(const struct station *s)
{
	if (!leaks(s) || s->balk > 0 || (s->limited_room && s->full == FULL_TURN_AWAY))
		return false;
	for (int32_t i = 0; i < s->n_rules; i++)
		if (s->rules[i].then == WAIT_LEAVE)
			return false;
	return true;
}

struct flow {
	const struct pathway *p;
	bool stuck; /* stations send each other more than all of them can do */
	size_t n, groups;
	double *outside;	      /* arrivals from sources, [station * groups + group] */
	double *rate;		      /* all arrivals */
	double *mean, *second;	      /* of stays, [station * groups + group] */
	double passing[STATIONS_MAX]; /* share of arrivals that are served in the long run */
	const double *share;	      /* [(group * n + from) * n + to] */
};

/* Shares of routes by group, once. */
static const double *shares_of(const struct pathway *p, size_t groups, struct arena *a)
{
	size_t n = p->n_stations;
	double *share = arena_array(a, groups * n * n, sizeof *share);
	bool *own = arena_array(a, groups * n, sizeof *own);
	for (size_t i = 0; i < p->n_routes; i++)
		if (p->routes[i].group != GROUP_ALL)
			own[(size_t)p->routes[i].group * n + (size_t)p->routes[i].from] = true;
	for (size_t i = 0; i < p->n_routes; i++) {
		const struct pathway_route *r = &p->routes[i];
		for (size_t g = 0; g < groups; g++)
			if (r->to != TO_LEAVE &&
			    (r->group == GROUP_ALL ? !own[g * n + (size_t)r->from] : (size_t)r->group == g))
				share[(g * n + (size_t)r->from) * n + (size_t)r->to] += r->share;
	}
	return share;
}

/* Where those go who are not served, as far as they stay in the pathway. */
static void add_elsewhere(const struct station *s, double unserved, double *row)
{
	if (s->limited_room && s->full == FULL_GO)
		row[s->full_to] += unserved;
	else
		for (int32_t i = 0; i < s->n_rules; i++)
			if (s->rules[i].then == WAIT_GO) {
				row[s->rules[i].to] += unserved;
				return;
			}
}

/* Solves x = b + M' x by elimination, largest pivot first. m: n x n row-major (destroyed), x in and out. */
static void solve(double *m, double *x, size_t n)
{
	for (size_t k = 0; k < n; k++) {
		size_t best = k;
		for (size_t i = k + 1; i < n; i++)
			if (fabs(m[i * n + k]) > fabs(m[best * n + k]))
				best = i;
		for (size_t j = 0; j < n && best != k; j++) {
			double t = m[k * n + j];
			m[k * n + j] = m[best * n + j];
			m[best * n + j] = t;
		}
		double t = x[k];
		x[k] = x[best];
		x[best] = t;
		for (size_t i = k + 1; i < n; i++) {
			double by = m[i * n + k] / m[k * n + k];
			if (by == 0)
				continue;
			for (size_t j = k; j < n; j++)
				m[i * n + j] -= by * m[k * n + j];
			x[i] -= by * x[k];
		}
	}
	for (size_t k = n; k-- > 0;) {
		for (size_t j = k + 1; j < n; j++)
			x[k] -= m[k * n + j] * x[j];
		x[k] /= m[k * n + k];
	}
}

static void solve_group(struct flow *f, size_t g)
{
	double m[STATIONS_MAX * STATIONS_MAX] = { 0 }, x[STATIONS_MAX];
	size_t n = f->n;
	for (size_t i = 0; i < n; i++) {
		double row[STATIONS_MAX] = { 0 };
		for (size_t j = 0; j < n; j++)
			row[j] = f->share[(g * n + i) * n + j] * f->passing[i];
		if (!f->stuck || !leaks_onward(&f->p->stations[i]))
			add_elsewhere(&f->p->stations[i], 1 - f->passing[i], row);
		for (size_t j = 0; j < n; j++)
			m[j * n + i] -= row[j];
		m[i * n + i] += 1;
		x[i] = f->outside[i * f->groups + g];
	}
	solve(m, x, n);
	for (size_t i = 0; i < n; i++)
		f->rate[i * f->groups + g] = x[i] > 1e-12 ? x[i] : 0;
}

static void station_sums(const struct flow *f, size_t k, struct station_load *out)
{
	double second = 0;
	*out = (struct station_load){ .sure = true };
	for (size_t g = 0; g < f->groups; g++) {
		size_t at = k * f->groups + g;
		out->arrivals += f->rate[at];
		out->work += f->rate[at] * f->mean[at];
		second += f->rate[at] * f->second[at];
	}
	out->mean_stay = out->arrivals > 0 ? out->work / out->arrivals : 0;
	second = out->arrivals > 0 ? second / out->arrivals : 0;
	out->work /= 1 - f->p->stations[k].missed; /* missed appointments take up places too */
	out->variation = out->mean_stay > 0 ? second / (out->mean_stay * out->mean_stay) - 1 : 0;
	out->variation = out->variation < 1e-9 ? 0 : out->variation;
	out->servers = servers_with_overrun(&f->p->stations[k], out->mean_stay, second);
	out->load = isinf(out->servers) ? 0
		    : out->servers > 0	? out->work / out->servers
		    : out->work > 0	? INFINITY
					: 0;
}

static void outside_rates(struct flow *f)
{
	for (size_t i = 0; i < f->p->n_sources; i++) {
		const struct source *s = &f->p->sources[i];
		double rate = source_rate(s);
		int32_t to = s->n_eras ? s->eras[s->n_eras - 1].to : s->to;
		for (size_t g = 0; g < f->groups; g++)
			f->outside[(size_t)to * f->groups + g] += rate * (s->shares		  ? s->shares[g]
									  : (size_t)s->group == g ? 1
												  : 0);
	}
}

static void flow_prepare(struct flow *f, const struct pathway *p, struct arena *a)
{
	*f = (struct flow){ .p = p, .n = p->n_stations, .groups = pathway_groups(p) };
	size_t cells = f->n * f->groups;
	f->outside = arena_array(a, cells, sizeof(double));
	f->rate = arena_array(a, cells, sizeof(double));
	f->mean = arena_array(a, cells, sizeof(double));
	f->second = arena_array(a, cells, sizeof(double));
	f->share = shares_of(p, f->groups, a);
	for (size_t k = 0; k < f->n; k++) {
		const struct station *s = &p->stations[k];
		for (size_t g = 0; g < f->groups; g++) {
			struct ready r = length_ready(station_stay_at_last(s, g), a);
			f->mean[k * f->groups + g] = r.mean;
			f->second[k * f->groups + g] = r.second;
		}
		f->passing[k] = 1;
	}
	outside_rates(f);
}

/* False: there is no answer; flows only get larger. */
static bool flow_repeat(struct flow *f)
{
	double from_outside = 0;
	for (size_t i = 0; i < f->n * f->groups; i++)
		from_outside += f->outside[i];
	for (int round = 0; round < ROUNDS_MAX; round++) {
		double moved = 0;
		for (size_t g = 0; g < f->groups; g++)
			solve_group(f, g);
		for (size_t k = 0; k < f->n; k++) {
			struct station_load l;
			station_sums(f, k, &l);
			if (!(l.arrivals <= 1e9 * from_outside))
				return false;
			double pass = l.load > 1 ? 1 / l.load : 1;
			moved += fabs(pass - f->passing[k]);
			f->passing[k] = pass;
		}
		if (moved < 1e-12)
			return true;
	}
	return false;
}

/* Where stations send those who wait only to each other, and all of them together cannot do the work, there are no
 * flows to find: then each is taken to keep what it cannot do, and grows. */
static void flow_solve(struct flow *f)
{
	if (flow_repeat(f))
		return;
	f->stuck = true;
	for (size_t k = 0; k < f->n; k++)
		f->passing[k] = 1;
	flow_repeat(f);
}

/* Downstream of a station that leaks nothing is sure; a station that keeps places for one that grows, grows. */
static void spread(const struct flow *f, struct station_load *out)
{
	for (size_t round = 0; round < f->n; round++)
		for (size_t i = 0; i < f->p->n_routes; i++) {
			const struct pathway_route *r = &f->p->routes[i];
			if (r->to == TO_LEAVE || r->share <= 0)
				continue;
			const struct station *from = &f->p->stations[r->from], *to = &f->p->stations[r->to];
			if (!out[r->from].sure || leaks(from))
				out[r->to].sure = false;
			bool keeps = from->servers != SERVERS_INFINITE && r->delay.kind == LENGTH_NONE &&
				     (from->holds || (to->limited_room && to->full == FULL_BLOCK));
			if (keeps) {
				out[r->from].sure = false;
				if (out[r->to].verdict == LOAD_GROWS && !leaks(from))
					out[r->from].verdict = LOAD_GROWS;
			}
		}
	for (size_t k = 0; k < f->n; k++) {
		const struct station *s = &f->p->stations[k];
		for (int32_t i = 0; i < s->n_rules; i++)
			if (s->rules[i].then == WAIT_GO)
				out[s->rules[i].to].sure = false;
		if (s->limited_room && s->full == FULL_GO)
			out[s->full_to].sure = false;
	}
}

static enum rc refused(const struct pathway *p, struct err *e)
{
	struct findings f;
	if (pathway_check(p, &f))
		return RC_OK;
	return err_set(e, RC_BAD_INPUT, "%s: %s", f.list[0].path, f.list[0].text);
}

enum rc pathway_load(const struct pathway *p, struct station_load *out, struct err *e)
{
	enum rc rc = refused(p, e);
	if (rc != RC_OK)
		return rc;
	struct arena a;
	struct flow f;
	arena_init(&a);
	flow_prepare(&f, p, &a);
	flow_solve(&f);
	for (size_t k = 0; k < f.n; k++) {
		station_sums(&f, k, &out[k]);
		/* exactly as much as can be done is too much: chance alone makes the queue grow without end */
		if (out[k].load >= 1 - 1e-12)
			out[k].verdict = leaks(&p->stations[k]) && !(f.stuck && leaks_onward(&p->stations[k]))
					     ? LOAD_SHEDS
					     : LOAD_GROWS;
		if (out[k].verdict == LOAD_GROWS && out[k].load > 1)
			out[k].growth = out[k].arrivals * (1 - 1 / out[k].load) * 7;
	}
	spread(&f, out);
	arena_release(&a);
	return RC_OK;
}

enum rc pathway_rates(const struct pathway *p, double *out, struct err *e)
{
	enum rc rc = refused(p, e);
	if (rc != RC_OK)
		return rc;
	struct arena a;
	struct flow f;
	arena_init(&a);
	flow_prepare(&f, p, &a);
	flow_solve(&f);
	memcpy(out, f.rate, f.n * f.groups * sizeof *out);
	arena_release(&a);
	return RC_OK;
}
