/*
 * Pathways put together by chance, with every rule: by lanes or by events, on one thread or
 * three, the same bytes; nobody is lost or comes from nowhere; nothing is outside its bounds.
 * And numbers by chance everywhere: refused or run, never worse.
 */
#include "plan/help.h"

#include "base/rand.h"

#include <stdlib.h>

static struct length any_length(struct rand *r, double about)
{
	double mean = about * (0.2 + 1.6 * rand_real(r));
	struct length l = { .kind = (enum length_kind)rand_int(r, LENGTH_CONSTANT, LENGTH_HYPER), .mean = mean };
	l.sd = mean * (0.2 + rand_real(r) * 1.5);
	l.shape = 0.5 + rand_real(r) * 2;
	l.phases = (int32_t)rand_int(r, 1, 5);
	if (l.kind == LENGTH_HYPER) {
		l.branches = 2;
		l.share[0] = rand_real(r);
		l.share[1] = 1 - l.share[0];
		l.branch_mean[0] = mean;
		l.branch_mean[1] = mean * 3;
	}
	if (rand_chance(r, 0.2))
		l.shift = about * rand_real(r);
	if (rand_chance(r, 0.2))
		l.at_most = about * 3 + l.shift;
	return l;
}

struct any {
	struct group groups[4];
	struct station stations[6];
	struct source sources[3];
	struct pathway_route routes[24];
	struct shift shifts[6][4];
	struct period periods[6];
	int32_t closed[6][2];
	double shares[3][4];
	struct era eras[2];
	struct length of_group[6][4];
	struct pathway p;
};

static void any_hours(struct any *a, struct rand *r, int32_t k)
{
	struct station *s = &a->stations[k];
	s->closing = rand_chance(r, 0.5) ? CLOSE_PAUSE : CLOSE_FINISH;
	if (rand_chance(r, 0.25)) {
		for (int i = 0; i < 4; i++)
			a->shifts[k][i] = (struct shift){ (int32_t)(i * 2000 + rand_int(r, 0, 1999)),
							  i == 0 ? 3 : (int32_t)rand_int(r, 0, 5) };
		a->periods[k] =
		    (struct period){ .from_day = (int32_t)rand_int(r, 0, 20), .shifts = a->shifts[k], .n_shifts = 4 };
		s->periods = &a->periods[k];
		s->n_periods = 1;
	}
	if (rand_chance(r, 0.15)) {
		a->closed[k][0] = (int32_t)rand_int(r, 0, 10);
		a->closed[k][1] = (int32_t)rand_int(r, 11, 40);
		s->closed_days = a->closed[k];
		s->n_closed_days = 2;
	}
}

static void any_rules(struct any *a, struct rand *r, int32_t k, int32_t n)
{
	struct station *s = &a->stations[k];
	s->by_priority = rand_chance(r, 0.3);
	if (s->by_priority && rand_chance(r, 0.5))
		s->preempt = rand_chance(r, 0.5) ? PREEMPT_RESUME : PREEMPT_REPEAT;
	s->holds = rand_chance(r, 0.2);
	if (rand_chance(r, 0.2) && s->preempt == PREEMPT_NONE && s->closing == CLOSE_FINISH)
		s->missed = 0.6 * rand_real(r);
	if (rand_chance(r, 0.2)) {
		s->balk = rand_real(r);
		s->balk_from = (int32_t)rand_int(r, 0, 3);
	}
	if (rand_chance(r, 0.25)) {
		s->limited_room = true;
		s->room = (int32_t)rand_int(r, 0, 4);
		s->full = (enum full_then)rand_int(r, FULL_TURN_AWAY, FULL_BLOCK);
		s->full_to = (int32_t)((k + 1) % n);
	}
	while (s->n_rules < 3 && rand_chance(r, 0.3)) {
		struct wait_rule *w = &s->rules[s->n_rules++];
		*w = (struct wait_rule){ .then = (enum wait_then)rand_int(r, WAIT_LEAVE,
									  s->by_priority ? WAIT_RAISE : WAIT_GO) };
		w->after = rand_chance(r, 0.3) ? constant(0) : any_length(r, 2);
		w->to = (int32_t)((k + 1 + rand_int(r, 0, n - 2)) % n);
		w->raised = (int32_t)rand_int(r, 0, 3);
	}
}

static void any_station(struct any *a, struct rand *r, int32_t k, int32_t n)
{
	struct station *s = &a->stations[k];
	*s = (struct station){ .name = "station", .key = (uint16_t)(k + 1), .servers = (int32_t)rand_int(r, 1, 6) };
	s->stay = any_length(r, 0.8);
	for (int g = 0; g < 4; g++)
		if (rand_chance(r, 0.3)) {
			a->of_group[k][g] = any_length(r, 1);
			s->stay_of_group = a->of_group[k];
		}
	s->n_targets = 1;
	s->targets[0] = 1;
	if (rand_chance(r, 0.2)) {
		s->servers = SERVERS_INFINITE;
	} else if (rand_chance(r, 0.6)) {
		any_hours(a, r, k);
		any_rules(a, r, k, n);
	}
}

static void any_pathway(struct any *a, struct rand *r)
{
	int32_t n = (int32_t)rand_int(r, 2, 6);
	memset(a, 0, sizeof *a);
	for (int32_t k = 0; k < n; k++)
		any_station(a, r, k, n);
	for (int g = 0; g < 4; g++)
		a->groups[g] = (struct group){ .area = g % 2, .priority = (int32_t)rand_int(r, 0, 4) };
	for (int i = 0; i < 3; i++) {
		for (int g = 0; g < 4; g++)
			a->shares[i][g] = 0.25;
		a->sources[i] = (struct source){ .key = (uint16_t)(i + 1),
						 .shares = a->shares[i],
						 .per_day = 0.5 + 2 * rand_real(r),
						 .kind = i == 1 ? SOURCE_RENEWAL : SOURCE_POISSON,
						 .gap = any_length(r, 1),
						 .to = (int32_t)rand_int(r, 0, n - 1) };
	}
	if (rand_chance(r, 0.3)) {
		for (int i = 0; i < 2; i++)
			a->eras[i] = (struct era){ 10 + 15 * i, (int32_t)rand_int(r, 0, n - 1), 2 * rand_real(r) };
		a->sources[0].eras = a->eras;
		a->sources[0].n_eras = 2;
	}
	a->p = (struct pathway){ .start = day_of(2026, 2, 25),
				 .groups = a->groups,
				 .n_groups = 4,
				 .stations = a->stations,
				 .n_stations = (size_t)n,
				 .sources = a->sources,
				 .n_sources = 3,
				 .routes = a->routes };
	bool back = rand_chance(r, 0.4);
	for (int32_t k = 0; k < n; k++)
		for (int i = 0; i < 2; i++) {
			int32_t to = (int32_t)(back ? rand_int(r, 0, n - 1) : rand_int(r, k, n - 1));
			if (to == k && !back)
				continue;
			struct pathway_route *w = &a->routes[a->p.n_routes++];
			*w = (struct pathway_route){
				.from = k, .to = to, .group = GROUP_ALL, .share = 0.4 * rand_real(r)
			};
			if (rand_chance(r, 0.2))
				w->delay = any_length(r, 3);
		}
}

/* From the first day to the last: who came to a station, began, went, or still waits. */
static void nobody_lost(const struct sim_result *r, const struct pathway *p, uint64_t seed)
{
	for (size_t k = 0; k < r->n_stations; k++) {
		double arrivals = value(r, k, SIM_ARRIVALS), out = value(r, k, SIM_STARTED) + value(r, k, SIM_LEFT) +
								   value(r, k, SIM_WENT) + value(r, k, SIM_BALKED) +
								   value(r, k, SIM_TURNED_AWAY);
		double wait = value(r, k, SIM_WAIT), p50 = value(r, k, SIM_WAIT_P50), p95 = value(r, k, SIM_WAIT_P95);
		bool bad = arrivals < out - 1e-9 || value(r, k, SIM_QUEUE) < 0 || value(r, k, SIM_BUSY) < -1e-12 ||
			   wait < 0 || p50 > p95 + 1e-12 || value(r, k, SIM_DELAYED) > 1 || value(r, k, SIM_WITHIN) > 1;
		const struct station *s = &p->stations[k];
		if (s->servers != SERVERS_INFINITE && s->n_periods == 0 && s->n_closed_days == 0)
			bad |= value(r, k, SIM_BUSY) > s->servers + 1e-9;
		if (s->servers == SERVERS_INFINITE)
			bad |= wait > 0 || value(r, k, SIM_QUEUE) > 0 || fabs(arrivals - out) > 1e-9;
		if (bad)
			fail_msg("pathway %" PRIu64 ", station %zu: %g came, %g went on, wait %g, busy %g", seed, k,
				 arrivals, out, wait, value(r, k, SIM_BUSY));
	}
}

static void test_any(void **state)
{
	(void)state;
	static struct any a;
	struct findings f;
	int n = getenv("LINNET_LONG") ? 6000 : 250, ran = 0, lanes = 0, limits = 0;
	for (int i = 0; i < n; i++) {
		struct rand r = rand_stream(5, "pathway", (uint64_t)i);
		any_pathway(&a, &r);
		if (!pathway_check(&a.p, &f))
			continue; /* stations that could stand still, nobody who could leave */
		struct sim_options o = fixed(0, 42, 3);
		struct sim_result *fast = NULL, *slow = NULL;
		o.seed = (uint64_t)i;
		o.threads = 3;
		enum rc rc = sim_run(&a.p, &o, &fast, &err);
		o.engine = SIM_EVENTS;
		o.threads = 1;
		assert_int_equal(sim_run(&a.p, &o, &slow, &err), rc);
		if (rc != RC_OK) {
			assert_int_equal(rc, RC_LIMIT);
			limits++;
			continue;
		}
		if (digest(fast) != digest(slow))
			fail_msg("pathway %d: lanes and events differ", i);
		nobody_lost(fast, &a.p, (uint64_t)i);
		for (size_t k = 0; k < fast->n_stations; k++)
			lanes += fast->stations[k].by_recursion;
		ran++;
		sim_free(fast);
		sim_free(slow);
	}
	print_message("%d pathways of %d played, %d stations by recursion, %d given up\n", ran, n, lanes, limits);
	assert_true(ran > n / 2 && lanes > ran && limits < n / 20);
}

/* Any bytes as numbers: the checker stands in front of everything. */
static void test_noise(void **state)
{
	(void)state;
	static struct any a;
	struct findings f;
	static const double odd[] = { 0, -1, 1, 1e-300, 1e300, 2.5, -0.0, 40000 };
	int clean = 0;
	for (int i = 0; i < 1000; i++) {
		struct rand r = rand_stream(6, "noise", (uint64_t)i);
		any_pathway(&a, &r);
		double *numbers[] = {
			&a.stations[0].stay.mean,  &a.stations[1].stay.sd,    &a.stations[0].balk,
			&a.routes[0].share,	   &a.sources[0].per_day,     &a.sources[1].gap.mean,
			&a.stations[1].targets[0], &a.stations[0].stay.shift, &a.stations[0].stay.at_most
		};
		int32_t *counts[] = { &a.stations[0].servers, &a.stations[1].room,	&a.routes[0].to,
				      &a.routes[0].from,      &a.sources[0].to,		&a.groups[2].priority,
				      &a.stations[0].n_rules, &a.stations[1].n_targets, &a.routes[0].group,
				      &a.sources[2].group,    &a.stations[1].full_to };
		double *d = numbers[rand_int(&r, 0, COUNT_OF(numbers) - 1)];
		*d = rand_chance(&r, 0.2) ? NAN : odd[rand_int(&r, 0, COUNT_OF(odd) - 1)];
		if (rand_chance(&r, 0.5))
			*counts[rand_int(&r, 0, COUNT_OF(counts) - 1)] =
			    rand_chance(&r, 0.5) ? (int32_t)rand_int(&r, -3, 8)
						 : (int32_t)rand_int(&r, INT32_MIN, INT32_MAX);
		clean += pathway_check(&a.p, &f);
		struct station_load load[STATIONS_MAX];
		enum rc rc = pathway_load(&a.p, load, &err);
		assert_true(rc == (f.n ? RC_BAD_INPUT : RC_OK));
		for (size_t k = 0; rc == RC_OK && k < a.p.n_stations; k++)
			if (!(load[k].arrivals >= 0 && isfinite(load[k].work) && load[k].growth >= 0))
				fail_msg("pathway %d, station %zu: %g come, work %g, growth %g", i, k, load[k].arrivals,
					 load[k].work, load[k].growth);
	}
	assert_true(clean > 50 && clean < 700);
}

int main(void)
{
	const struct CMUnitTest tests[] = { cmocka_unit_test(test_any), cmocka_unit_test(test_noise) };
	return cmocka_run_group_tests(tests, NULL, NULL);
}
