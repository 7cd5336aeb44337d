/* help.h - small pathways for the tests of plan/, and what they share. */
#ifndef LINNET_TESTS_PLAN_HELP_H
#define LINNET_TESTS_PLAN_HELP_H

#include "plan/sim.h"

#include <math.h>
#include <setjmp.h>
#include <stdarg.h>

#include <cmocka.h>

static UNUSED struct err err;

static UNUSED void well(enum rc rc)
{
	if (rc != RC_OK)
		fail_msg("refused: %s", err.text);
}

static UNUSED struct length constant(double days)
{
	return (struct length){ .kind = LENGTH_CONSTANT, .mean = days };
}

static UNUSED struct length exponential(double mean)
{
	return (struct length){ .kind = LENGTH_EXPONENTIAL, .mean = mean };
}

/* One station, one source; more are put in by the test. 1 April 2026 is a Wednesday. */
struct small {
	struct group groups[4];
	struct station stations[6];
	struct source sources[4];
	struct pathway_route routes[12];
	struct pathway p;
};

static UNUSED struct pathway *small(struct small *s, size_t stations)
{
	static const char *const names[6] = { "first", "second", "third", "fourth", "fifth", "sixth" };
	memset(s, 0, sizeof *s);
	for (size_t k = 0; k < 6; k++) {
		s->stations[k] = (struct station){
			.name = names[k], .key = (uint16_t)(k + 1), .servers = 1, .stay = exponential(1)
		};
		s->stations[k].full_to = TO_LEAVE;
	}
	for (size_t k = 0; k < 4; k++)
		s->sources[k] = (struct source){ .key = (uint16_t)(k + 1), .kind = SOURCE_POISSON, .per_day = 0.5 };
	s->p = (struct pathway){ .start = day_of(2026, 4, 1),
				 .stations = s->stations,
				 .n_stations = stations,
				 .sources = s->sources,
				 .n_sources = 1,
				 .routes = s->routes };
	return &s->p;
}

static UNUSED void route(struct small *s, int32_t from, int32_t to, double share)
{
	s->routes[s->p.n_routes++] = (struct pathway_route){ .from = from, .to = to, .group = GROUP_ALL, .share = share };
}

static UNUSED struct sim_options fixed(double warm_up, double length, int32_t replications)
{
	struct sim_options o = sim_defaults();
	o.warm_up = warm_up;
	o.length = length;
	o.replications_min = o.replications_max = replications;
	o.precision = 0;
	return o;
}

static UNUSED struct sim_result *run(const struct pathway *p, const struct sim_options *o)
{
	struct sim_result *r = NULL;
	well(sim_run(p, o, &r, &err));
	return r;
}

static UNUSED double value(const struct sim_result *r, size_t station, enum sim_metric m)
{
	return sim_get(r, station, 0, m)->mean;
}

static UNUSED uint64_t digest_add(uint64_t h, double v)
{
	unsigned char bytes[sizeof v];
	memcpy(bytes, &v, sizeof v);
	for (size_t i = 0; i < sizeof v; i++)
		h = (h ^ bytes[i]) * UINT64_C(1099511628211);
	return h;
}

/* Of everything a result says, to the last bit: FNV-1a over its numbers. */
static UNUSED uint64_t digest(const struct sim_result *r)
{
	uint64_t h = digest_add(UINT64_C(14695981039346656037), (double)r->events);
	h = digest_add(digest_add(h, r->replications), r->warm_up);
	for (size_t i = 0; i < r->n_stations * r->n_sets * SIM__COUNT; i++) {
		const struct sim_number *x = &r->numbers[i];
		h = digest_add(digest_add(digest_add(h, x->mean), x->lower), x->upper);
		h = digest_add(digest_add(h, x->deviation), (double)x->n);
	}
	for (size_t k = 0; k < r->n_stations; k++) {
		h = digest_add(digest_add(h, r->stations[k].growth.mean), (double)r->stations[k].waits);
		for (size_t i = 0; i < r->fan_rows; i++) {
			const struct sim_fan_row *f = &r->stations[k].fan[i];
			h = digest_add(digest_add(digest_add(h, f->busy_p10), f->busy_p50), f->busy_p90);
			h = digest_add(digest_add(digest_add(h, f->waiting_p10), f->waiting_p50), f->waiting_p90);
		}
	}
	return h;
}

/* Nearly everything at once: every kind of source, stay and rule, over six stations and three groups. */
struct mixed {
	struct small s;
	struct length of_group[3];
	struct shift shifts[10];
	struct period periods[2];
	int32_t closed[2], counts[5];
	double hours[24], weekdays[7], months[12], shares[3], batch[3], values[4], weights[4];
};

static UNUSED void mixed_sources(struct mixed *m)
{
	struct small *s = &m->s;
	for (int i = 0; i < 24; i++)
		m->hours[i] = i >= 8 && i < 18 ? 2 : 0.25;
	for (int i = 0; i < 7; i++)
		m->weekdays[i] = i < 5 ? 1.2 : 0.4;
	for (int i = 0; i < 12; i++)
		m->months[i] = i == 7 ? 0.5 : 1;
	for (int i = 0; i < 3; i++)
		m->shares[i] = i == 0 ? 0.5 : 0.25;
	m->batch[0] = 0.7, m->batch[1] = 0.2, m->batch[2] = 0.1;
	m->counts[0] = 1, m->counts[1] = 0, m->counts[2] = 3, m->counts[3] = 0, m->counts[4] = 2;
	s->sources[0] = (struct source){ .key = 1,
					 .kind = SOURCE_POISSON,
					 .per_day = 3,
					 .by_hour = m->hours,
					 .by_weekday = m->weekdays,
					 .by_month = m->months,
					 .shares = m->shares };
	s->sources[1] = (struct source){ .key = 2,
					 .kind = SOURCE_RENEWAL,
					 .batch = m->batch,
					 .n_batch = 3,
					 .group = 1,
					 .gap = { .kind = LENGTH_GAMMA, .mean = 2, .sd = 1 } };
	s->sources[2] = (struct source){ .key = 3,
					 .kind = SOURCE_APPOINTMENTS,
					 .slots = { 2, 0, 2, 0, 1 },
					 .first = 540,
					 .every = 45,
					 .attended = 0.8,
					 .group = 2,
					 .to = 2 };
	s->sources[3] = (struct source){
		.key = 4, .kind = SOURCE_COUNTS, .counts = m->counts, .n_counts = 5, .shares = m->shares, .to = 5
	};
	s->p.n_sources = 4;
}

static UNUSED const struct pathway *mixed(struct mixed *m)
{
	struct small *s = &m->s;
	memset(m, 0, sizeof *m);
	small(s, 6);
	for (int g = 0; g < 3; g++)
		s->groups[g] = (struct group){ .area = g / 2, .age = g % 2, .need = 7, .priority = g };
	s->p.groups = s->groups;
	s->p.n_groups = 3;
	mixed_sources(m);
	for (int d = 0; d < 5; d++) {
		m->shifts[2 * d] = (struct shift){ d * 1440 + 9 * 60, 4 };
		m->shifts[2 * d + 1] = (struct shift){ d * 1440 + 17 * 60, 0 };
	}
	m->periods[0] = (struct period){ .from_day = 0, .shifts = m->shifts, .n_shifts = 10 };
	m->periods[1] = (struct period){ .from_day = 60, .servers = 3 };
	m->closed[0] = 12, m->closed[1] = 13;
	for (int i = 0; i < 4; i++) {
		m->values[i] = i * i + 0.5;
		m->weights[i] = 4 - i;
	}
	m->of_group[1] = (struct length){ .kind = LENGTH_WEIBULL, .mean = 0.4, .shape = 1.5 };
	/* an assessment clinic with opening hours, a free lane, a clinic with interruptions, beds that hold, beds
	 * that block, and beds out of the area */
	s->stations[0].stay = (struct length){ .kind = LENGTH_LOGNORMAL, .median = 0.1, .p90 = 0.4 };
	s->stations[0].stay_of_group = m->of_group;
	s->stations[0].periods = m->periods;
	s->stations[0].n_periods = 2;
	s->stations[0].closed_days = m->closed;
	s->stations[0].n_closed_days = 2;
	s->stations[0].closing = CLOSE_PAUSE;
	s->stations[0].by_priority = true;
	s->stations[0].n_targets = 2;
	s->stations[0].targets[0] = 1;
	s->stations[0].targets[1] = 7;
	s->stations[1].servers = 9;
	s->stations[1].stay = (struct length){ .kind = LENGTH_ERLANG, .mean = 1.5, .phases = 3, .shift = 0.1 };
	s->stations[2].servers = 5;
	s->stations[2].stay =
	    (struct length){ .kind = LENGTH_TABLE, .values = m->values, .weights = m->weights, .n = 4, .at_most = 9 };
	s->stations[2].by_priority = true;
	s->stations[2].preempt = PREEMPT_RESUME;
	s->stations[2].balk = 0.1;
	s->stations[2].balk_from = 2;
	s->stations[3].servers = 8;
	s->stations[3].holds = true;
	s->stations[3].by_priority = true;
	s->stations[3].stay =
	    (struct length){ .kind = LENGTH_HYPER, .branches = 2, .share = { 0.7, 0.3 }, .branch_mean = { 3, 9 } };
	s->stations[3].rules[0] = (struct wait_rule){ .after = exponential(4), .then = WAIT_GO, .to = 5 };
	s->stations[3].rules[1] = (struct wait_rule){ .after = constant(1), .then = WAIT_RAISE, .raised = 0 };
	s->stations[3].n_rules = 2;
	s->stations[4].servers = 4;
	s->stations[4].limited_room = true;
	s->stations[4].room = 1;
	s->stations[4].full = FULL_BLOCK;
	s->stations[4].rules[0] = (struct wait_rule){ .after = exponential(6), .then = WAIT_LEAVE };
	s->stations[4].n_rules = 1;
	s->stations[4].stay = (struct length){ .kind = LENGTH_GAMMA, .mean = 4, .sd = 5 };
	s->stations[5].servers = SERVERS_INFINITE;
	s->stations[5].away = true;
	s->stations[5].stay =
	    (struct length){ .kind = LENGTH_LOGNORMAL, .mean = 8, .sd = 8, .at_least = 1, .at_most = 60 };
	route(s, 0, 1, 0.6);
	route(s, 0, 2, 0.3);
	route(s, 1, 2, 0.2);
	route(s, 1, 3, 0.3);
	route(s, 2, 3, 0.2);
	route(s, 3, 4, 0.5);
	route(s, 4, 0, 0.1);
	s->routes[s->p.n_routes - 1].delay = exponential(20);
	s->routes[s->p.n_routes++] = (struct pathway_route){ .from = 2, .to = 5, .group = 2, .share = 0.1 };
	return &s->p;
}

#define MIXED_DIGEST UINT64_C(0xcd27a9bd994ec965)

static UNUSED uint64_t mixed_digest(int threads, enum sim_engine engine)
{
	struct mixed m;
	struct sim_options o = fixed(30, 365, 12);
	o.threads = threads;
	o.engine = engine;
	o.seed = 2026;
	struct sim_result *r = run(mixed(&m), &o);
	uint64_t d = digest(r);
	sim_free(r);
	return d;
}

#endif
