/*
 * The simulation against exact formulas: more than thirty cells of loads, servers and
 * rules, each within three standard errors; and how often the intervals hold the truth.
 */
#include "plan/help.h"

#include "plan/queue.h"

#include <stdlib.h>

static bool is_long(void)
{
	return getenv("LINNET_LONG") != NULL;
}

/* ---- cells ---- */

enum rule { PLAIN, FIXED, ROOM, LEAVING, GENERAL, PRIORITY, PREEMPT };

struct cell {
	enum rule rule;
	int servers;
	double load;
	double extra; /* room; patience; squared variation */
	enum sim_engine engine;
};

static const struct cell cells[] = {
	{ PLAIN, 1, 0.5, 0, SIM_FASTEST },	{ PLAIN, 1, 0.8, 0, SIM_EVENTS },
	{ PLAIN, 1, 0.9, 0, SIM_FASTEST },	{ PLAIN, 2, 0.7, 0, SIM_FASTEST },
	{ PLAIN, 2, 0.9, 0, SIM_EVENTS },	{ PLAIN, 5, 0.5, 0, SIM_FASTEST },
	{ PLAIN, 5, 0.8, 0, SIM_FASTEST },	{ PLAIN, 10, 0.9, 0, SIM_FASTEST },
	{ PLAIN, 10, 0.95, 0, SIM_FASTEST },	{ PLAIN, 20, 0.8, 0, SIM_EVENTS },
	{ PLAIN, 50, 0.9, 0, SIM_FASTEST },	{ PLAIN, 50, 0.95, 0, SIM_FASTEST },
	{ FIXED, 1, 0.8, 0, SIM_FASTEST },	{ FIXED, 2, 0.9, 0, SIM_FASTEST },
	{ FIXED, 10, 0.9, 0, SIM_EVENTS },	{ FIXED, 50, 0.95, 0, SIM_FASTEST },
	{ ROOM, 1, 0.8, 3, SIM_FASTEST },	{ ROOM, 3, 0.95, 0, SIM_FASTEST },
	{ ROOM, 10, 0.9, 5, SIM_FASTEST },	{ ROOM, 20, 1.2, 10, SIM_FASTEST },
	{ GENERAL, 1, 0.7, 0.25, SIM_FASTEST }, { GENERAL, 1, 0.8, 2, SIM_EVENTS },
	{ GENERAL, 1, 0.5, 4, SIM_FASTEST },	{ LEAVING, 1, 0.9, 2, SIM_FASTEST },
	{ LEAVING, 5, 0.95, 1, SIM_FASTEST },	{ LEAVING, 20, 1.1, 0.5, SIM_FASTEST },
	{ LEAVING, 50, 0.9, 3, SIM_FASTEST },	{ PRIORITY, 1, 0.8, 0, SIM_FASTEST },
	{ PRIORITY, 5, 0.9, 0, SIM_FASTEST },	{ PRIORITY, 20, 0.95, 0, SIM_FASTEST },
	{ PREEMPT, 1, 0.8, 0, SIM_FASTEST },	{ PREEMPT, 1, 0.6, 0, SIM_FASTEST },
};

static int beyond_3, beyond_4, compared;

static void holds(const char *what, size_t i, const struct sim_number *n, double want)
{
	double error = n->deviation / sqrt((double)n->n), off = error > 0 ? fabs(n->mean - want) / error : 0;
	compared++;
	beyond_3 += off > 3;
	beyond_4 += off > 4;
	if (off > 3)
		print_message("cell %zu, %s: %.6g +- %.2g, not %.6g (%.1f standard errors)\n", i, what, n->mean, error,
			      want, off);
	if (error == 0 && fabs(n->mean - want) > 1e-9)
		fail_msg("cell %zu, %s: %.9g, not %.9g", i, what, n->mean, want);
}

/* The classes of priority: two, the urgent a third of all. */
static double shares_of_two[2] = { 1.0 / 3, 2.0 / 3 };

static const struct pathway *build(struct small *s, const struct cell *c)
{
	struct station *st = &s->stations[0];
	small(s, 1);
	st->servers = c->servers;
	s->sources[0].per_day = c->load * c->servers;
	if (c->rule == FIXED)
		st->stay = constant(1);
	if (c->rule == ROOM) {
		st->limited_room = true;
		st->room = (int32_t)c->extra;
	}
	if (c->rule == LEAVING) {
		st->rules[0] = (struct wait_rule){ .after = exponential(c->extra), .then = WAIT_LEAVE };
		st->n_rules = 1;
	}
	if (c->rule == GENERAL)
		st->stay = (struct length){ .kind = c->extra < 1   ? LENGTH_GAMMA
						    : c->extra < 3 ? LENGTH_LOGNORMAL
								   : LENGTH_WEIBULL,
					    .mean = 1,
					    .sd = sqrt(c->extra),
					    .shape = 0.5427 };
	if (c->rule == PRIORITY || c->rule == PREEMPT) {
		s->groups[0] = (struct group){ .priority = 2 };
		s->groups[1] = (struct group){ .priority = 5 };
		s->p.groups = s->groups;
		s->p.n_groups = 2;
		s->sources[0].shares = shares_of_two;
		st->by_priority = true;
		st->preempt = c->rule == PREEMPT ? PREEMPT_RESUME : PREEMPT_NONE;
	}
	return &s->p;
}

static void answer_of(const struct cell *c, const struct pathway *p, struct queue_answer *q)
{
	double rate = c->load * c->servers, rates[2] = { rate / 3, rate * 2 / 3 }, ones[2] = { 1, 1 };
	struct station_load load;
	switch (c->rule) {
	case PLAIN: well(queue_mmc(rate, 1, c->servers, q, &err)); break;
	case FIXED: well(queue_mdc(rate, 1, c->servers, q, &err)); break;
	case ROOM: well(queue_mmck(rate, 1, c->servers, (int)c->extra, q, &err)); break;
	case LEAVING: well(queue_mmc_leaving(rate, 1, c->servers, c->extra, q, &err)); break;
	case GENERAL:
		well(pathway_load(p, &load, &err));
		well(queue_mg1(rate, 1, load.variation, q, &err));
		break;
	case PRIORITY: well(queue_mmc_priority(rates, 2, 1, c->servers, q, &err)); break;
	case PREEMPT: well(queue_mg1_priority(rates, ones, ones, 2, true, q, &err)); break;
	}
}

static void one_cell(size_t i)
{
	const struct cell *c = &cells[i];
	struct small s;
	const struct pathway *p = build(&s, c);
	struct queue_answer q[2];
	answer_of(c, p, q);
	/* long enough for the slowest: the relaxation time of M/M/c */
	double slow = c->load < 1 ? 1 / (c->servers * (1 - sqrt(c->load)) * (1 - sqrt(c->load))) : 5;
	double warm = ceil(8 * slow + 5), length = ceil(20 * slow + 1500.0 / c->servers);
	length *= !is_long() ? 1 : length < 2000 ? 8 : 2;
	length = length > 30000 ? 30000 : length;
	struct sim_options o = fixed(warm, length, is_long() ? 100 : 24);
	o.engine = c->engine;
	o.threads = 2;
	o.seed = (is_long() ? 7700 : 100) + i; /* with one seed all would be lucky, or not, together */
	struct sim_result *r = run(p, &o);
	if (c->rule == PRIORITY || c->rule == PREEMPT) {
		for (int g = 0; g < 2; g++) {
			size_t set = (size_t)sim_set_find(r, SIM_GROUP, g);
			if (c->rule == PRIORITY)
				holds(g ? "wait of the others" : "wait of the urgent", i, sim_get(r, 0, set, SIM_WAIT),
				      q[g].wait);
			holds("queue", i, sim_get(r, 0, set, SIM_QUEUE), q[g].queue);
			holds("busy", i, sim_get(r, 0, set, SIM_BUSY), q[g].busy);
		}
	} else {
		holds("wait", i, sim_get(r, 0, 0, SIM_WAIT), q[0].wait);
		holds("queue", i, sim_get(r, 0, 0, SIM_QUEUE), q[0].queue);
		holds("busy", i, sim_get(r, 0, 0, SIM_BUSY), q[0].busy);
		if (c->rule != LEAVING)
			holds("delayed", i, sim_get(r, 0, 0, SIM_DELAYED), q[0].delayed);
		if (c->rule == LEAVING)
			holds("left", i, sim_get(r, 0, 0, SIM_LEFT), q[0].lost * c->load * c->servers * 7);
		if (c->rule == ROOM)
			holds("turned away", i, sim_get(r, 0, 0, SIM_TURNED_AWAY),
			      q[0].lost * c->load * c->servers * 7);
	}
	assert_int_equal(r->stations[0].by_recursion,
			 c->engine == SIM_FASTEST && (c->rule <= FIXED || c->rule == GENERAL));
	sim_free(r);
}

static void test_cells(void **state)
{
	(void)state;
	assert_true(COUNT_OF(cells) >= 30);
	for (size_t i = 0; i < COUNT_OF(cells); i++)
		one_cell(i);
	print_message("%d numbers compared, %d beyond three standard errors\n", compared, beyond_3);
	assert_int_equal(beyond_4, 0);
	assert_true(beyond_3 <= (is_long() ? compared / 50 : 0));
}

/* Three stations, children who come back, routes by group: each as if alone. */
static void test_networks(void **state)
{
	(void)state;
	struct small s;
	beyond_3 = beyond_4 = compared = 0;
	small(&s, 4);
	s.p.groups = s.groups;
	s.p.n_groups = 2;
	s.sources[0].shares = shares_of_two;
	s.sources[0].per_day = 3;
	s.sources[1] = (struct source){ .key = 2, .kind = SOURCE_POISSON, .per_day = 2, .to = 1, .group = 1 };
	s.p.n_sources = 2;
	s.stations[0].servers = 5;
	s.stations[1].servers = 8;
	s.stations[2].servers = 10;
	s.stations[2].stay = exponential(2);
	s.stations[3].servers = SERVERS_INFINITE;
	s.stations[3].stay = (struct length){ .kind = LENGTH_LOGNORMAL, .mean = 5, .sd = 5 };
	route(&s, 0, 1, 0.6);
	route(&s, 1, 2, 0.5);
	route(&s, 1, 0, 0.2);
	route(&s, 2, 3, 0.3);
	s.routes[s.p.n_routes++] = (struct pathway_route){ .from = 0, .to = 2, .group = 1, .share = 0.3 };
	s.routes[1].delay = exponential(3);
	struct station_load load[4];
	well(pathway_load(&s.p, load, &err));
	struct sim_options o = fixed(100, is_long() ? 20000 : 1000, 24);
	o.threads = 2;
	struct sim_result *r = run(&s.p, &o);
	for (size_t k = 0; k < 4; k++) {
		struct queue_answer q;
		enum sim_formula f;
		well(sim_beside(&s.p, k, &f, &q, &err));
		assert_int_equal(f, k < 3 ? FORMULA_JACKSON : FORMULA_MGINF);
		holds("arrivals", k, sim_get(r, k, 0, SIM_ARRIVALS), load[k].arrivals * 7);
		holds("busy", k, sim_get(r, k, 0, SIM_BUSY), q.busy);
		if (k < 3) {
			holds("wait", k, sim_get(r, k, 0, SIM_WAIT), q.wait);
			holds("delayed", k, sim_get(r, k, 0, SIM_DELAYED), q.delayed);
		}
	}
	assert_true(beyond_3 == 0);
	assert_true(r->stations[3].by_recursion && r->stations[2].by_recursion && !r->stations[0].by_recursion);
	sim_free(r);
}

/* Quantiles and shares within a target: known for M/M/c. */
static void test_distribution(void **state)
{
	(void)state;
	struct small s;
	beyond_3 = beyond_4 = compared = 0;
	small(&s, 1);
	s.stations[0].servers = 5;
	s.sources[0].per_day = 4;
	s.stations[0].n_targets = 2;
	s.stations[0].targets[0] = 0.5;
	s.stations[0].targets[1] = 2;
	struct sim_options o = fixed(100, is_long() ? 20000 : 2000, 24);
	struct sim_result *r = run(&s.p, &o);
	double c = erlang_c(4, 5);
	holds("within", 0, sim_get(r, 0, 0, SIM_WITHIN), 1 - mmc_wait_over(4, 1, 5, 0.5));
	holds("within 2", 0, sim_get(r, 0, 0, SIM_WITHIN_2), 1 - mmc_wait_over(4, 1, 5, 2));
	holds("p90", 0, sim_get(r, 0, 0, SIM_WAIT_P90), log(c / 0.1));
	holds("p95", 0, sim_get(r, 0, 0, SIM_WAIT_P95), log(c / 0.05));
	assert_true(beyond_3 == 0);
	/* the middle of the fan: five servers, all busy more often than not */
	assert_true(r->fan_rows > 100 && r->stations[0].fan[0].day == 100);
	assert_true(r->stations[0].fan[9].busy_p50 >= 4 && r->stations[0].fan[9].busy_p90 == 5 &&
		    r->stations[0].fan[9].busy_p10 <= 3);
	sim_free(r);
}

/* ---- coverage ---- */

/* Of intervals at 95 %, each from its own seed with warm-up and length by rule, how many hold the exact wait? */
static void test_coverage(void **state)
{
	(void)state;
	int seeds = is_long() ? 1000 : 100, held_wait = 0, held_busy = 0;
	struct small s;
	struct queue_answer q;
	double least_warm_up = 1e9, most_warm_up = 0;
	small(&s, 1);
	s.stations[0].servers = 4;
	s.sources[0].per_day = 3.2;
	well(queue_mmc(3.2, 1, 4, &q, &err));
	for (int i = 0; i < seeds; i++) {
		struct sim_options o = sim_defaults();
		o.threads = 2;
		o.seed = (uint64_t)i + 1000;
		o.length = is_long() ? SIM_AUTO : 250;
		o.replications_min = o.replications_max = 30;
		o.precision = 0;
		struct sim_result *r = run(&s.p, &o);
		const struct sim_number *wait = sim_get(r, 0, 0, SIM_WAIT), *busy = sim_get(r, 0, 0, SIM_BUSY);
		least_warm_up = r->warm_up < least_warm_up ? r->warm_up : least_warm_up;
		most_warm_up = r->warm_up > most_warm_up ? r->warm_up : most_warm_up;
		held_wait += wait->lower <= q.wait && q.wait <= wait->upper;
		held_busy += busy->lower <= q.busy && q.busy <= busy->upper;
		sim_free(r);
	}
	print_message("of %d intervals at 95 %%, %d hold the mean wait and %d the occupied places\n", seeds, held_wait,
		      held_busy);
	print_message("warm-up by rule: %g to %g days\n", least_warm_up, most_warm_up);
	assert_true(least_warm_up > 10 && most_warm_up <= 400);
	/* three standard errors of 95 %; skewed waits lose a little */
	double least = seeds * 0.95 - 3 * sqrt(seeds * 0.95 * 0.05) - 0.01 * seeds;
	assert_true(held_wait >= least && held_busy >= least);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_cells),
		cmocka_unit_test(test_networks),
		cmocka_unit_test(test_distribution),
		cmocka_unit_test(test_coverage),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
