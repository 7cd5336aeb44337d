/* What is refused, each with its place and what to change; loads by analysis; growth told, never a steady state. */
#include "plan/help.h"

#include "plan/inside.h"
#include "plan/queue.h"

static void near(double got, double want, double within, const char *what)
{
	if (!(fabs(got - want) <= within))
		fail_msg("%s: %.12g, not %.12g", what, got, want);
}

static void finds(const struct pathway *p, const char *path, const char *words)
{
	struct findings f;
	struct sim_result *r = NULL;
	struct sim_options o = sim_defaults();
	assert_false(pathway_check(p, &f));
	for (size_t i = 0; i < f.n; i++)
		if (strcmp(f.list[i].path, path) == 0 && strstr(f.list[i].text, words)) {
			/* and nothing is run */
			assert_int_equal(sim_run(p, &o, &r, &err), RC_BAD_INPUT);
			assert_true(r == NULL);
			return;
		}
	fail_msg("%s: \"%s\" was not found, but %s: \"%s\"", path, words, f.list[0].path, f.list[0].text);
}

static void test_clean(void **state)
{
	(void)state;
	struct mixed m;
	struct findings f;
	assert_true(pathway_check(mixed(&m), &f));
	assert_int_equal(f.n, 0);
}

static void test_sizes(void **state)
{
	(void)state;
	struct small s;
	small(&s, 1);
	s.p.n_stations = 0;
	finds(&s.p, "stations", "1 to 64");
	small(&s, 1);
	s.p.n_sources = 0;
	finds(&s.p, "sources", "1 to 256");
	small(&s, 1);
	s.p.n_routes = 5000;
	finds(&s.p, "routes", "at most 4096");
	small(&s, 1);
	s.p.groups = s.groups;
	s.p.n_groups = 0;
	finds(&s.p, "groups", "1 to 256");
	s.p.n_groups = 2;
	s.groups[1].priority = 8;
	finds(&s.p, "groups[1].priority", "0 (most urgent) to 7");
}

static void test_stations(void **state)
{
	(void)state;
	struct small s;
	struct station *st = &s.stations[2];
	struct length own[1] = { { .kind = LENGTH_GAMMA, .mean = 3 } };
	small(&s, 3)->n_stations = 3;
	st->stay.mean = -3;
	finds(&s.p, "stations[2].stay.mean", "above 0");
	small(&s, 3);
	st->stay_of_group = own;
	finds(&s.p, "stations[2].stay_of_group[0].sd", "above 0");
	small(&s, 3);
	st->servers = -7;
	finds(&s.p, "stations[2].servers", "it is -7");
	st->servers = 0;
	finds(&s.p, "stations[2].servers", "nobody ever works at \"third\"");
	small(&s, 3);
	st->key = 1;
	finds(&s.p, "stations[2].key", "also that of station 0");
	small(&s, 3);
	st->balk = 1.2;
	finds(&s.p, "stations[2].balk", "share from 0 to 1");
	small(&s, 3);
	st->limited_room = true;
	st->room = -1;
	finds(&s.p, "stations[2].room", "0 to 1,000,000");
	st->room = 1;
	st->full = FULL_GO;
	st->full_to = 2;
	finds(&s.p, "stations[2].full_to", "another station");
	small(&s, 3);
	st->rules[0] = (struct wait_rule){ .after = constant(2), .then = WAIT_GO, .to = 9 };
	st->n_rules = 1;
	finds(&s.p, "stations[2].rules[0].to", "another station");
	st->rules[0] = (struct wait_rule){ .after = { .kind = LENGTH_EXPONENTIAL, .mean = -1 } };
	finds(&s.p, "stations[2].rules[0].after.mean", "above 0");
	st->rules[0] = (struct wait_rule){ .after = constant(2), .then = WAIT_RAISE, .raised = 1 };
	finds(&s.p, "stations[2].by_priority", "set by_priority");
	st->n_rules = 5;
	finds(&s.p, "stations[2].rules", "at most 4");
	small(&s, 3);
	st->preempt = PREEMPT_RESUME;
	finds(&s.p, "stations[2].preempt", "set by_priority");
	small(&s, 3);
	st->n_targets = 1;
	st->targets[0] = NAN;
	finds(&s.p, "stations[2].targets[0]", "0 to 36,500");
}

static void test_hours(void **state)
{
	(void)state;
	struct small s;
	struct shift shifts[2] = { { 540, 1 }, { 540, 0 } }, idle[1] = { { 0, 0 } };
	struct period periods[2] = { { .from_day = 3, .shifts = shifts, .n_shifts = 2 },
				     { .from_day = 3, .servers = -2 } };
	int32_t closed[2] = { 5, 5 };
	small(&s, 1);
	s.stations[0].periods = periods;
	s.stations[0].n_periods = 2;
	finds(&s.p, "stations[0].periods[0].shifts[1].minute", "minute of the week");
	finds(&s.p, "stations[0].periods[1].from_day", "later than the period before");
	finds(&s.p, "stations[0].periods[1].servers", "0 to 100000");
	periods[0] = (struct period){ .shifts = idle, .n_shifts = 1 };
	s.stations[0].n_periods = 1;
	finds(&s.p, "stations[0].periods[0]", "nobody works in any shift");
	small(&s, 1);
	s.stations[0].closed_days = closed;
	s.stations[0].n_closed_days = 2;
	finds(&s.p, "stations[0].closed_days[1]", "later than the one before");
	s.stations[0].n_closed_days = 1;
	s.stations[0].servers = SERVERS_INFINITE;
	finds(&s.p, "stations[0].servers", "without limit has no opening hours");
}

static void test_sources(void **state)
{
	(void)state;
	struct small s;
	double shares[2] = { 0.5, 0.6 }, hours[24] = { 0 };
	int32_t counts[2] = { 1, -1 };
	struct source *so = &s.sources[0];
	small(&s, 1);
	so->kind = SOURCE_NONE;
	finds(&s.p, "sources[0].kind", "how children come");
	small(&s, 1);
	so->to = 1;
	finds(&s.p, "sources[0].to", "number of a station");
	small(&s, 1);
	so->per_day = -1;
	finds(&s.p, "sources[0].per_day", "0 to 1,000,000");
	small(&s, 1);
	so->by_hour = hours;
	finds(&s.p, "sources[0].by_hour", "above 0");
	hours[3] = -1;
	finds(&s.p, "sources[0].by_hour", "0 or more");
	small(&s, 1);
	so->group = 1;
	finds(&s.p, "sources[0].group", "number of a group");
	s.p.groups = s.groups;
	s.p.n_groups = 2;
	so->shares = shares;
	finds(&s.p, "sources[0].shares", "add up to 1.1");
	so->shares = NULL;
	so->batch = shares;
	so->n_batch = 2;
	finds(&s.p, "sources[0].batch", "add up to 1.1");
	small(&s, 1);
	so->kind = SOURCE_RENEWAL;
	finds(&s.p, "sources[0].gap.kind", "say how long");
	so->kind = SOURCE_APPOINTMENTS;
	finds(&s.p, "sources[0].slots", "no weekday");
	so->slots[0] = 10;
	so->first = 1200;
	so->every = 60;
	finds(&s.p, "sources[0].every", "next day");
	so->attended = 2;
	finds(&s.p, "sources[0].attended", "share");
	so->kind = SOURCE_COUNTS;
	finds(&s.p, "sources[0].counts", "counts of 1 to");
	so->counts = counts;
	so->n_counts = 2;
	finds(&s.p, "sources[0].counts[1]", "0 to 10,000");
	small(&s, 1);
	s.p.n_sources = 2;
	s.sources[1].key = 1;
	finds(&s.p, "sources[1].key", "also that of source 0");
}

static void test_routes(void **state)
{
	(void)state;
	struct small s;
	small(&s, 3);
	route(&s, 0, 1, 0.7);
	route(&s, 0, 2, 0.4);
	finds(&s.p, "routes[1].share", "take 1.1 of the children");
	s.routes[1].share = -0.1;
	finds(&s.p, "routes[1].share", "share from 0 to 1");
	s.routes[1].share = 0.2;
	s.routes[1].to = 7;
	finds(&s.p, "routes[1].to", "number of a station");
	s.routes[1].to = 1;
	s.routes[1].from = -4;
	finds(&s.p, "routes[1].from", "number of a station");
	s.routes[1].from = 0;
	s.routes[1].group = 4;
	finds(&s.p, "routes[1].group", "number of a group");
	s.routes[1].group = GROUP_ALL;
	s.routes[1].delay = constant(-1);
	finds(&s.p, "routes[1].delay.mean", "above 0");
	/* routes of a group replace those of all: together they may say more than 1 */
	struct findings f;
	small(&s, 2);
	route(&s, 0, 1, 0.8);
	s.routes[s.p.n_routes++] = (struct pathway_route){ .from = 0, .to = 1, .group = 0, .share = 0.9 };
	assert_true(pathway_check(&s.p, &f));
}

static void test_circles(void **state)
{
	(void)state;
	struct small s;
	struct findings f;
	small(&s, 2);
	route(&s, 0, 1, 1);
	route(&s, 1, 0, 1);
	finds(&s.p, "stations[0]", "can never leave");
	s.routes[1].share = 0.9;
	assert_true(pathway_check(&s.p, &f));
	/* two that keep places for each other */
	s.stations[0].holds = s.stations[1].holds = true;
	finds(&s.p, "stations[0].holds", "stand still for ever");
	s.stations[1].holds = false;
	assert_true(pathway_check(&s.p, &f));
	s.stations[1].holds = true;
	s.stations[0].rules[0] = (struct wait_rule){ .after = constant(5), .then = WAIT_LEAVE };
	s.stations[0].n_rules = 1;
	assert_true(pathway_check(&s.p, &f)); /* somebody gives up in the end */
}

static void test_options(void **state)
{
	(void)state;
	struct small s;
	struct sim_result *r = NULL;
	struct {
		struct sim_options o;
		const char *words;
	} bad[8];
	small(&s, 1);
	for (int i = 0; i < 8; i++)
		bad[i].o = sim_defaults();
	bad[0].o.warm_up = -3, bad[0].words = "warm-up";
	bad[1].o.length = 0, bad[1].words = "length";
	bad[2].o.replications_min = 0, bad[2].words = "Replications";
	bad[3].o.replications_max = 29, bad[3].words = "Replications";
	bad[4].o.precision = 1, bad[4].words = "precision";
	bad[5].o.level = 0, bad[5].words = "level";
	bad[6].o.watch = 1, bad[6].words = "station to watch";
	bad[7].o.warm_up = 30000, bad[7].o.length = 30000, bad[7].words = "hundred years";
	for (int i = 0; i < 8; i++) {
		enum rc rc = sim_run(&s.p, &bad[i].o, &r, &err);
		assert_true(rc == RC_BAD_INPUT || rc == RC_LIMIT);
		if (!strstr(err.text, bad[i].words))
			fail_msg("said \"%s\", not \"%s\"", err.text, bad[i].words);
		assert_true(r == NULL);
	}
}

/* ---- loads ---- */

static void test_loads(void **state)
{
	(void)state;
	struct small s;
	struct station_load l[3];
	double rates[3];
	small(&s, 3);
	s.sources[0].per_day = 4;
	s.stations[0].servers = 5;
	s.stations[1].servers = 4;
	s.stations[2].servers = 2;
	route(&s, 0, 1, 0.5);
	route(&s, 1, 0, 0.2);
	route(&s, 1, 2, 0.5);
	well(pathway_load(&s.p, l, &err));
	near(l[0].arrivals, 4 / 0.9, 1e-12, "with those who come back");
	near(l[1].load, 2 / 0.9 / 4, 1e-12, "load");
	near(l[2].arrivals, 1 / 0.9, 1e-12, "rate");
	assert_true(l[0].verdict == LOAD_STEADY && l[0].sure && l[0].growth == 0);
	well(pathway_rates(&s.p, rates, &err));
	near(rates[2], 1 / 0.9, 1e-12, "rate");
	/* the first can do 3 a day only: the rest get what it lets through (Goodman and Massey) */
	s.stations[0].servers = 3;
	well(pathway_load(&s.p, l, &err));
	assert_true(l[0].verdict == LOAD_GROWS && l[1].verdict == LOAD_STEADY && l[2].verdict == LOAD_STEADY);
	near(l[1].arrivals, 1.5, 1e-9, "half of three");
	near(l[0].arrivals, 4 + 0.3, 1e-9, "from outside, and a fifth of 1.5");
	near(l[0].growth, 1.3 * 7, 1e-8, "a week");
	/* exactly one is too much as well */
	small(&s, 1);
	s.sources[0].per_day = 1;
	well(pathway_load(&s.p, l, &err));
	assert_true(l[0].verdict == LOAD_GROWS);
	/* whoever waits too long leaves: no growth, and less for those behind */
	small(&s, 2);
	s.sources[0].per_day = 2;
	route(&s, 0, 1, 1);
	s.stations[1].servers = 2;
	s.stations[0].rules[0] = (struct wait_rule){ .after = exponential(1), .then = WAIT_LEAVE };
	s.stations[0].n_rules = 1;
	well(pathway_load(&s.p, l, &err));
	assert_true(l[0].verdict == LOAD_SHEDS && !l[1].sure && l[1].verdict == LOAD_STEADY);
	near(l[1].arrivals, 1, 1e-9, "one a day gets through");
	/* two that send each other whoever waits: enough together, and not enough */
	s.p.n_routes = 0;
	for (int k = 0; k < 2; k++) {
		s.stations[k].servers = 1;
		s.stations[k].rules[0] = (struct wait_rule){ .after = exponential(1), .then = WAIT_GO, .to = 1 - k };
		s.stations[k].n_rules = 1;
	}
	s.sources[0].per_day = 1.5;
	well(pathway_load(&s.p, l, &err));
	assert_true(l[0].verdict == LOAD_SHEDS && !l[0].sure);
	s.sources[0].per_day = 2.5;
	well(pathway_load(&s.p, l, &err));
	assert_true(l[0].verdict == LOAD_GROWS && !l[0].sure);
}

/* A clinic that is open 40 hours of 168: one in four and a bit. */
static void test_open_load(void **state)
{
	(void)state;
	struct small s;
	struct station_load l;
	struct shift shifts[10];
	struct period open = { .shifts = shifts, .n_shifts = 10 };
	for (int d = 0; d < 5; d++) {
		shifts[2 * d] = (struct shift){ d * 1440 + 540, 2 };
		shifts[2 * d + 1] = (struct shift){ d * 1440 + 1020, 0 };
	}
	small(&s, 1);
	s.stations[0].periods = &open;
	s.stations[0].n_periods = 1;
	s.stations[0].stay = exponential(1.0 / 24);
	s.sources[0].per_day = 10;
	near(station_servers_mean(&s.stations[0]), 2 * 40.0 / 168, 1e-12, "mean over the week");
	s.stations[0].closing = CLOSE_PAUSE;
	well(pathway_load(&s.p, &l, &err));
	near(l.load, 10.0 / 24 / (80.0 / 168), 1e-12, "load while open");
	s.stations[0].closing = CLOSE_FINISH;
	well(pathway_load(&s.p, &l, &err));
	near(l.servers, 2 * 45.0 / 168, 1e-12, "each day an hour more, to finish");
	s.sources[0].per_day = 12;
	s.stations[0].closing = CLOSE_PAUSE;
	struct sim_options o = fixed(0, 364, 10);
	struct sim_result *r = run(&s.p, &o);
	assert_false(r->steady);
	/* 12 a day come, 11.43 can be seen */
	near(r->stations[0].load.growth, (12 - 80.0 / 7) * 7, 1e-9, "growth by analysis");
	const struct sim_number *g = &r->stations[0].growth;
	assert_true(g->interval && g->lower < r->stations[0].load.growth + 0.4 &&
		    g->upper > r->stations[0].load.growth - 0.4);
	sim_free(r);
}

static void test_growth_is_told(void **state)
{
	(void)state;
	struct small s;
	small(&s, 2);
	s.sources[0].per_day = 3;
	s.stations[0].servers = 2;
	s.stations[1].servers = 4;
	route(&s, 0, 1, 1);
	struct sim_options o = sim_defaults();
	o.replications_max = 30;
	o.length = 140;
	struct sim_result *r = run(&s.p, &o);
	assert_false(r->steady);
	assert_true(r->warm_up == 0);
	assert_int_equal(r->stations[0].load.verdict, LOAD_GROWS);
	near(r->stations[0].load.growth, 7, 1e-9, "one a day is too many");
	assert_true(r->stations[0].growth.lower < 7 && r->stations[0].growth.upper > 7);
	/* no interval for what has no long run, one for what has */
	assert_false(sim_get(r, 0, 0, SIM_WAIT)->interval);
	assert_true(sim_get(r, 1, 0, SIM_WAIT)->interval);
	near(r->stations[1].load.arrivals, 2, 1e-9, "what the first lets through");
	/* the fan shows it */
	assert_true(r->stations[0].fan[130].waiting_p50 > r->stations[0].fan[60].waiting_p50 + 40);
	sim_free(r);
	/* so many that no memory would do */
	s.sources[0].per_day = 200000;
	s.stations[0].rules[0] = (struct wait_rule){ .after = constant(30000), .then = WAIT_LEAVE };
	s.stations[0].n_rules = 1;
	r = NULL;
	assert_int_equal(sim_run(&s.p, &o, &r, &err), RC_LIMIT);
	assert_true(strstr(err.text, "near \"first\"") && r == NULL);
}

/* A child sent round and round, and runs beyond all patience. */
static void test_limits(void **state)
{
	(void)state;
	struct small s;
	double batch[1] = { 1 };
	struct sim_result *r = NULL;
	struct sim_options o = fixed(0, 36000, 2);
	small(&s, 1);
	s.sources[0].per_day = 100000;
	s.stations[0].servers = SERVERS_INFINITE;
	assert_int_equal(sim_run(&s.p, &o, &r, &err), RC_LIMIT);
	assert_true(strstr(err.text, "make it shorter") != NULL);
	s.sources[0].per_day = 1000;
	s.sources[0].batch = batch;
	s.sources[0].n_batch = 1;
	assert_int_equal(sim_run(&s.p, &o, &r, &err), RC_LIMIT);
	assert_true(strstr(err.text, "in batches") != NULL);
	/* two full clinics that send each child to the other after a moment */
	small(&s, 2);
	for (int k = 0; k < 2; k++) {
		s.stations[k].stay = constant(1000);
		s.stations[k].rules[0] = (struct wait_rule){ .after = constant(1e-7), .then = WAIT_GO, .to = 1 - k };
		s.stations[k].n_rules = 1;
	}
	o.length = 700;
	assert_int_equal(sim_run(&s.p, &o, &r, &err), RC_LIMIT);
	if (!strstr(err.text, "tens of thousands of times"))
		fail_msg("said \"%s\"", err.text);
	/* at once: it ends after so many moves, and is counted as turned away */
	for (int k = 0; k < 2; k++)
		s.stations[k].rules[0].after = constant(0);
	r = run(&s.p, &o);
	assert_true(value(r, 0, SIM_TURNED_AWAY) + value(r, 1, SIM_TURNED_AWAY) > 3);
	sim_free(r);
}

/* The rule that says how much of a start to leave out. */
static void test_warm_up(void **state)
{
	(void)state;
	double series[1000];
	bool level;
	for (int i = 0; i < 1000; i++) /* a rise over the first hundred or so, then a small unrest */
		series[i] = 50 * (1 - exp(-i / 40.0)) + (i * 7919 % 13) * 0.1;
	size_t cut = mser5(series, 1000, &level);
	assert_true(level && cut >= 120 && cut <= 400 && cut % 5 == 0);
	for (int i = 0; i < 1000; i++)
		series[i] = (i * 7919 % 13) * 0.1; /* level from the first day */
	assert_true(mser5(series, 1000, &level) <= 100 && level);
	for (int i = 0; i < 1000; i++)
		series[i] = i; /* never */
	mser5(series, 1000, &level);
	assert_false(level);
	mser5(series, 30, &level);
	assert_false(level); /* too short to say */
}

/* ---- the formula beside ---- */

static void beside(const struct pathway *p, size_t k, enum sim_formula want)
{
	enum sim_formula f;
	struct queue_answer q;
	well(sim_beside(p, k, &f, &q, &err));
	if (f != want)
		fail_msg("station %zu: %s, not %s", k, sim_formula_name(f), sim_formula_name(want));
	assert_true((f == FORMULA_APPROXIMATE) == q.approximate);
}

static void test_beside(void **state)
{
	(void)state;
	struct small s;
	double hours[24];
	struct station *st = &s.stations[0];
	for (int i = 0; i < 24; i++)
		hours[i] = 1;
	small(&s, 2);
	beside(&s.p, 0, FORMULA_MMC);
	st->stay = constant(1);
	beside(&s.p, 0, FORMULA_MG1);
	st->servers = 2;
	beside(&s.p, 0, FORMULA_MDC);
	st->stay = (struct length){ .kind = LENGTH_LOGNORMAL, .mean = 1, .sd = 2 };
	beside(&s.p, 0, FORMULA_APPROXIMATE);
	st->servers = 1;
	beside(&s.p, 0, FORMULA_MG1);
	st->servers = SERVERS_INFINITE;
	beside(&s.p, 0, FORMULA_MGINF);
	route(&s, 0, 1, 1);
	beside(&s.p, 1, FORMULA_JACKSON); /* what passes through an unlimited station is still Poisson */
	st->servers = 1;
	beside(&s.p, 1, FORMULA_APPROXIMATE); /* what leaves M/G/1 is not */
	st->stay = exponential(1);
	beside(&s.p, 1, FORMULA_JACKSON);
	s.stations[1].stay = constant(1);
	beside(&s.p, 1, FORMULA_MG1);
	s.sources[0].by_hour = hours;
	beside(&s.p, 1, FORMULA_APPROXIMATE);
	small(&s, 2);
	st->limited_room = true;
	st->room = 4;
	beside(&s.p, 0, FORMULA_MMCK);
	st->limited_room = false;
	st->rules[0] = (struct wait_rule){ .after = constant(0), .then = WAIT_LEAVE };
	st->n_rules = 1;
	beside(&s.p, 0, FORMULA_MMCK); /* nobody waits: Erlang B */
	st->rules[0].after = constant(1);
	beside(&s.p, 0, FORMULA_NONE);
	st->rules[0] = (struct wait_rule){ .after = exponential(2), .then = WAIT_LEAVE };
	st->n_rules = 1;
	beside(&s.p, 0, FORMULA_MMC_LEAVING);
	st->rules[0].after = constant(2);
	beside(&s.p, 0, FORMULA_NONE);
	small(&s, 2);
	double shares[2] = { 0.5, 0.5 };
	s.p.groups = s.groups;
	s.p.n_groups = 2;
	s.sources[0].shares = shares;
	s.groups[1].priority = 1;
	st->by_priority = true;
	beside(&s.p, 0, FORMULA_PRIORITY);
	st->preempt = PREEMPT_RESUME;
	beside(&s.p, 0, FORMULA_NONE);
	small(&s, 1);
	s.sources[0].per_day = 1.5;
	beside(&s.p, 0, FORMULA_NONE); /* it grows: no formula, no steady state */
}

/* A rule that stops: enough when the interval is as asked, and told when it is not. */
static bool stop_at_7(void *arg, int32_t done, int32_t at_most)
{
	*(int32_t *)arg = at_most;
	return done < 7;
}

static void test_stopping(void **state)
{
	(void)state;
	struct small s;
	small(&s, 1);
	struct sim_options o = sim_defaults();
	o.warm_up = 30;
	o.length = 365;
	o.precision = 0.1;
	struct sim_result *r = run(&s.p, &o);
	const struct sim_number *w = sim_get(r, 0, 0, SIM_WAIT);
	assert_true(r->precise && r->replications >= 30 && r->replications < 1000);
	assert_true((w->upper - w->lower) / 2 <= 0.1 * w->mean);
	int32_t n = r->replications;
	sim_free(r);
	o.threads = 3; /* where it stops is no matter of threads */
	r = run(&s.p, &o);
	assert_int_equal(r->replications, n);
	sim_free(r);
	o.precision = 0.001;
	o.replications_min = 10;
	o.replications_max = 15;
	r = run(&s.p, &o);
	assert_true(!r->precise && r->replications == 15);
	sim_free(r);
	int32_t at_most = 0;
	o.progress = stop_at_7;
	o.arg = &at_most;
	r = run(&s.p, &o);
	assert_true(r->stopped && r->replications == 7 && at_most == 15);
	struct sim_number d;
	assert_int_equal(sim_difference(r, 0, 0, r, 0, 0, SIM_WAIT, &d, &err), RC_BAD_INPUT);
	assert_true(strstr(err.text, "keep") != NULL);
	sim_free(r);
}

/* By group, area, age and need; parts add up to the whole. */
static void test_sets(void **state)
{
	(void)state;
	struct mixed m;
	struct sim_options o = fixed(10, 100, 4);
	struct sim_result *r = run(mixed(&m), &o);
	assert_int_equal(r->n_sets, 1 + 3 + 2 + 2 + 1);
	assert_int_equal(sim_set_find(r, SIM_ALL, 0), 0);
	assert_int_equal(sim_set_find(r, SIM_AREA, 5), -1);
	for (size_t k = 0; k < 6; k++) {
		double all = value(r, k, SIM_ARRIVALS), areas = 0, groups = 0;
		for (int32_t i = 0; i < 3; i++)
			groups += sim_get(r, k, (size_t)sim_set_find(r, SIM_GROUP, i), SIM_ARRIVALS)->mean;
		for (int32_t i = 0; i < 2; i++)
			areas += sim_get(r, k, (size_t)sim_set_find(r, SIM_AREA, i), SIM_ARRIVALS)->mean;
		near(groups, all, 1e-9, "groups");
		near(areas, all, 1e-9, "areas");
		near(sim_get(r, k, (size_t)sim_set_find(r, SIM_NEED, 7), SIM_BED_DAYS)->mean, value(r, k, SIM_BED_DAYS),
		     1e-9, "need");
		assert_true(value(r, k, SIM_ARRIVALS) > 0);
	}
	assert_true(value(r, 2, SIM_INTERRUPTED) > 0 && value(r, 3, SIM_WENT) > 0 && value(r, 3, SIM_RAISED) > 0);
	assert_true(value(r, 3, SIM_HELD) > 0 && value(r, 4, SIM_LEFT) > 0 && value(r, 0, SIM_INTERRUPTED) > 0);
	assert_true(value(r, 2, SIM_BALKED) > 0 && r->stations[5].away && value(r, 0, SIM_OCCUPANCY) <= 1);
	for (enum sim_metric i = 0; i < SIM__COUNT; i++)
		assert_true(*sim_metric_name(i));
	sim_free(r);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_clean),	       cmocka_unit_test(test_sizes),
		cmocka_unit_test(test_stations),       cmocka_unit_test(test_hours),
		cmocka_unit_test(test_sources),	       cmocka_unit_test(test_routes),
		cmocka_unit_test(test_circles),	       cmocka_unit_test(test_options),
		cmocka_unit_test(test_loads),	       cmocka_unit_test(test_open_load),
		cmocka_unit_test(test_growth_is_told), cmocka_unit_test(test_beside),
		cmocka_unit_test(test_stopping),       cmocka_unit_test(test_limits),
		cmocka_unit_test(test_warm_up),	       cmocka_unit_test(test_sets),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
