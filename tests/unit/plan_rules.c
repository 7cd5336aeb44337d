/*
 * The rules of stations, each on a pathway so small that a person can say what must
 * happen: children who come at fixed times and stay a fixed time. And: the same bytes on
 * any number of threads, by either engine, and as stored.
 */
#include "plan/features.h"

#include "base/parallel.h"

/* Children who come one a day, at midnight: gaps of one day, and a stay of `stay` days. */
static struct pathway *daily(struct small *s, size_t stations, double stay)
{
	small(s, stations);
	s->sources[0] = (struct source){ .key = 1, .kind = SOURCE_RENEWAL, .gap = constant(1) };
	s->stations[0].stay = constant(stay);
	return &s->p;
}

static struct sim_result *once(const struct pathway *p, double days)
{
	struct sim_options o = fixed(0, days, 1);
	return run(p, &o);
}

static void is(double got, double want, const char *what)
{
	if (fabs(got - want) > 1e-6)
		fail_msg("%s: %.9g, not %.9g", what, got, want);
}

/* Numbers of one run of whole weeks, per run instead of per week. */
static double total(const struct sim_result *r, size_t station, enum sim_metric m)
{
	return value(r, station, m) * r->length / 7;
}

static void test_line(void **state)
{
	(void)state;
	struct small s;
	/* one server, stays of 1.5 days: the n-th child (from 0) waits n/2 days */
	struct sim_result *r = once(daily(&s, 1, 1.5), 28.1);
	is(total(r, 0, SIM_ARRIVALS), 28, "28 come");
	is(total(r, 0, SIM_STARTED), 19, "beginnings at 1, 2.5 .. 28");
	is(value(r, 0, SIM_WAIT), 4.5, "the mean of 0, 0.5 .. 9");
	is(value(r, 0, SIM_DELAYED), 18.0 / 19, "all but the first");
	assert_false(r->steady);
	is(r->stations[0].load.growth, 7.0 / 3, "one in three is too many");
	sim_free(r);
	/* two servers: nobody waits */
	s.stations[0].servers = 2;
	r = once(&s.p, 28.1);
	is(value(r, 0, SIM_WAIT), 0, "two servers");
	is(total(r, 0, SIM_STARTED), 28, "all begin");
	assert_true(r->steady && r->stations[0].by_recursion);
	sim_free(r);
}

static void test_hours(void **state)
{
	(void)state;
	struct small s;
	/* open from Monday 09:00 to Monday 17:00 only; 1 April 2026 is a Wednesday. Stays of an hour. */
	static const struct shift shifts[2] = { { 9 * 60, 1 }, { 17 * 60, 0 } };
	static const struct period open = { .shifts = shifts, .n_shifts = 2 };
	daily(&s, 1, 1.0 / 24);
	s.stations[0].periods = &open;
	s.stations[0].n_periods = 1;
	struct sim_result *r = once(&s.p, 7);
	/* come: Thursday to Monday (days 1 to 5) at midnight, and day 6; open on day 5, from 09:00: five begin, one an
	 * hour */
	is(total(r, 0, SIM_STARTED), 5, "five begin on Monday");
	is(value(r, 0, SIM_WAIT), (4 + 3 + 2 + 1 + 0) / 5.0 + (9 + 10 + 11 + 12 + 13) / 5.0 / 24, "waits until Monday");
	is(value(r, 0, SIM_OCCUPANCY), 5.0 / 8, "five of eight hours");
	sim_free(r);
	/* Monday is a holiday */
	static const int32_t closed[1] = { 5 };
	s.stations[0].closed_days = closed;
	s.stations[0].n_closed_days = 1;
	r = once(&s.p, 14);
	is(total(r, 0, SIM_STARTED), 8, "on the next Monday, as many as there are hours");
	sim_free(r);
}

/* A stay of 12 hours that begins at 09:00 in a place that closes at 17:00. */
static void closing(enum closing how, double busy_hours, double done_by_day_7)
{
	struct small s;
	static const struct shift shifts[2] = { { 9 * 60, 1 }, { 17 * 60, 0 } };
	static const struct period open = { .shifts = shifts, .n_shifts = 2 };
	daily(&s, 2, 0.5);
	s.stations[0].periods = &open;
	s.stations[0].n_periods = 1;
	s.stations[0].closing = how;
	s.stations[1].servers = SERVERS_INFINITE;
	route(&s, 0, 1, 1);
	struct sim_result *r = once(&s.p, 7);
	is(value(r, 0, SIM_BUSY) * 7 * 24, busy_hours, "hours of work in the first week");
	is(total(r, 1, SIM_ARRIVALS), done_by_day_7, "those who end");
	is(total(r, 0, SIM_INTERRUPTED), how == CLOSE_PAUSE ? 1 : 0, "interrupted");
	sim_free(r);
}

static void test_closing(void **state)
{
	(void)state;
	closing(CLOSE_FINISH, 12, 1); /* Monday 09:00 to 21:00; nobody else begins after 17:00 */
	closing(CLOSE_PAUSE, 8, 0);
}

/* Dated changes: no bed until day 10, then one. */
static void test_periods(void **state)
{
	(void)state;
	struct small s;
	static const struct period later[2] = { { .from_day = 10, .servers = 1 }, { .from_day = 20, .servers = 0 } };
	daily(&s, 1, 2);
	s.stations[0].servers = 0;
	s.stations[0].periods = later;
	s.stations[0].n_periods = 2;
	struct sim_result *r = once(&s.p, 28);
	is(total(r, 0, SIM_STARTED), 5, "one every two days from 10 to 20");
	is(value(r, 0, SIM_WAIT), 9 + 4 / 2.0, "waits 9, 10 .. 13");
	sim_free(r);
}

/* An urgent child comes on day 7 (at midnight) besides the others. */
static void urgent(struct small *s, double stay)
{
	static int32_t counts[28];
	daily(s, 1, stay);
	memset(counts, 0, sizeof counts);
	s->groups[0].priority = 3;
	s->p.groups = s->groups;
	s->p.n_groups = 2;
	s->stations[0].by_priority = true;
	s->sources[1] = (struct source){ .key = 2, .kind = SOURCE_RENEWAL, .gap = constant(7.25), .group = 1 };
	s->p.n_sources = 2;
}

static void test_priority(void **state)
{
	(void)state;
	struct small s;
	urgent(&s, 1.5);
	struct sim_result *r = once(&s.p, 14);
	size_t set = (size_t)sim_set_find(r, SIM_GROUP, 1);
	/* at 7.25 a stay has begun at 7 (1, 2.5, 4, 5.5, 7): it ends at 8.5, and the urgent child is next */
	is(sim_get(r, 0, set, SIM_WAIT)->mean, 1.25, "after the one that has begun");
	sim_free(r);
	s.stations[0].preempt = PREEMPT_RESUME;
	r = once(&s.p, 14);
	is(sim_get(r, 0, set, SIM_WAIT)->mean, 0, "at once");
	is(total(r, 0, SIM_INTERRUPTED), 1, "one is interrupted");
	/* beginnings 1, 2.5, 4, 5.5, 7, urgent 7.25 to 8.75, the rest of 7 until 10, then 10, 11.5, 13 */
	is(total(r, 0, SIM_STARTED), 9, "the work is the same");
	sim_free(r);
	s.stations[0].preempt = PREEMPT_REPEAT;
	r = once(&s.p, 14);
	/* 8.75 to 10.25 again from the start; then 10.25, 11.75, 13.25 */
	is(total(r, 0, SIM_STARTED), 9, "a quarter of a day is lost");
	is(value(r, 0, SIM_BUSY) * 14, 13, "always busy from day 1");
	sim_free(r);
}

static void test_room(void **state)
{
	(void)state;
	struct small s;
	daily(&s, 2, 4);
	s.stations[0].limited_room = true;
	s.stations[0].room = 1;
	struct sim_result *r = once(&s.p, 14);
	/* 1 begins, 2 waits, 3 and 4 are turned away, 5: the place is free first, then the newcomer waits .. */
	is(total(r, 0, SIM_STARTED), 4, "1, 5, 9, 13");
	is(total(r, 0, SIM_TURNED_AWAY), 8, "3 4 6 7 8 10 11 12, since one takes the room at each of 2, 5, 9 and 13");
	sim_free(r);
	s.stations[0].full = FULL_GO;
	s.stations[0].full_to = 1;
	s.stations[1].servers = SERVERS_INFINITE;
	s.stations[1].away = true;
	r = once(&s.p, 14);
	is(total(r, 1, SIM_ARRIVALS), 8, "they go elsewhere");
	is(total(r, 0, SIM_TURNED_AWAY), 8, "and are counted here");
	sim_free(r);
	/* who would wait does not join */
	s.stations[0].limited_room = false;
	s.stations[0].balk = 1;
	r = once(&s.p, 14);
	is(total(r, 0, SIM_BALKED), 9, "all but 1, 5, 9 and 13");
	sim_free(r);
	s.stations[0].balk_from = 1;
	r = once(&s.p, 14);
	is(total(r, 0, SIM_BALKED), 8, "one may wait");
	sim_free(r);
}

static void test_waiting(void **state)
{
	(void)state;
	struct small s;
	daily(&s, 2, 4);
	s.stations[1].servers = SERVERS_INFINITE;
	s.stations[1].away = true;
	s.stations[0].rules[0] = (struct wait_rule){ .after = constant(1.5), .then = WAIT_LEAVE };
	s.stations[0].n_rules = 1;
	struct sim_result *r = once(&s.p, 14);
	/* 1 begins; 2, 3 leave at 3.5, 4.5; 4 begins at 5 (waited 1); 5, 6, 7 leave; 8 begins at 9; 12 at 13 */
	is(total(r, 0, SIM_STARTED), 4, "1, 4, 8, 12");
	is(total(r, 0, SIM_LEFT), 8, "2 3 5 6 7 9 10 11");
	sim_free(r);
	s.stations[0].rules[0] = (struct wait_rule){ .after = constant(0), .then = WAIT_GO, .to = 1 };
	r = once(&s.p, 14);
	is(total(r, 0, SIM_WENT), 9, "at once, if nobody is free");
	is(total(r, 1, SIM_ARRIVALS), 9, "out of the area");
	is(value(r, 0, SIM_QUEUE), 0, "nobody waits");
	sim_free(r);
	/* raised after two days: overtakes those who came before with the same priority */
	s.p.groups = s.groups;
	s.p.n_groups = 2;
	s.groups[0].priority = s.groups[1].priority = 4;
	s.stations[0].by_priority = true;
	s.sources[1] = (struct source){ .key = 2, .kind = SOURCE_RENEWAL, .gap = constant(6.5), .group = 1 };
	s.p.n_sources = 2;
	s.stations[0].rules[0] = (struct wait_rule){ .after = constant(2), .then = WAIT_RAISE, .raised = 0 };
	r = once(&s.p, 14);
	/* 2 to 11, and the one of 6.5, each two days after coming */
	is(total(r, 0, SIM_RAISED), 11, "everyone who waits two days");
	sim_free(r);
}

/* A ward of one bed before a service with one place: the bed is kept until the place is free. */
static void test_holding(void **state)
{
	(void)state;
	struct small s;
	daily(&s, 2, 1);
	s.stations[1].stay = constant(3);
	route(&s, 0, 1, 1);
	s.stations[0].holds = true;
	struct sim_result *r = once(&s.p, 28);
	/* first ends at 2 and goes on (2 to 5); the second (2 to 3) keeps the bed until 5, the third (5 to 6) until 8
	 * .. */
	is(total(r, 1, SIM_STARTED), 9, "2, 5, 8 .. 26");
	is(total(r, 0, SIM_STARTED), 10, "1, 2, 5, 8 .. 26");
	is(total(r, 0, SIM_HELD), 9, "ends of stay at 3, 6 .. 27 must wait");
	is(value(r, 0, SIM_HELD_PLACES) * 28, 2 * 8 + 1, "two days each; the last since 27");
	is(value(r, 0, SIM_BUSY) * 28, 27, "full from day 1");
	is(value(r, 1, SIM_WAIT), 2 * 8 / 9.0, "the wait is told where they go");
	assert_true(r->stations[0].load.verdict == LOAD_GROWS && !r->steady);
	sim_free(r);
	/* not kept: they wait at home, and the ward goes on */
	s.stations[0].holds = false;
	r = once(&s.p, 28);
	is(total(r, 0, SIM_STARTED), 27, "one a day");
	is(value(r, 0, SIM_HELD_PLACES), 0, "none kept");
	sim_free(r);
	/* a small waiting room that blocks does the same, one child later */
	s.stations[1].limited_room = true;
	s.stations[1].room = 1;
	s.stations[1].full = FULL_BLOCK;
	r = once(&s.p, 28);
	is(total(r, 1, SIM_STARTED), 9, "as fast as the second can");
	is(total(r, 0, SIM_STARTED), 11, "one more may wait");
	sim_free(r);
}

static void test_appointments(void **state)
{
	(void)state;
	struct small s;
	static const int32_t counts[3] = { 2, 0, 1 };
	small(&s, 1);
	s.stations[0].servers = SERVERS_INFINITE;
	s.sources[0] = (struct source){ .key = 1,
					.kind = SOURCE_APPOINTMENTS,
					.slots = { 3, 0, 0, 0, 2, 0, 0 },
					.first = 540,
					.every = 60,
					.attended = 1 };
	struct sim_result *r = once(&s.p, 28);
	is(total(r, 0, SIM_ARRIVALS), 20, "three on Mondays and two on Fridays");
	sim_free(r);
	s.sources[0].attended = 0.5;
	struct sim_options o = fixed(0, 700, 10);
	r = run(&s.p, &o);
	assert_true(fabs(value(r, 0, SIM_ARRIVALS) - 2.5) < 0.15);
	sim_free(r);
	s.sources[0] =
	    (struct source){ .key = 1, .kind = SOURCE_COUNTS, .counts = counts, .n_counts = 3, .replay = true };
	r = once(&s.p, 30);
	is(total(r, 0, SIM_ARRIVALS), 30, "as counted, again and again");
	sim_free(r);
	s.sources[0].replay = false;
	r = run(&s.p, &o);
	assert_true(fabs(value(r, 0, SIM_ARRIVALS) - 7) < 0.3);
	sim_free(r);
	/* nobody at night: all come between 9 and 10 */
	double hours[24] = { 0 };
	hours[9] = 24;
	s.sources[0] = (struct source){ .key = 1, .kind = SOURCE_POISSON, .per_day = 5, .by_hour = hours };
	s.stations[0].stay = constant(1.0 / 24);
	r = run(&s.p, &o);
	assert_true(fabs(value(r, 0, SIM_ARRIVALS) - 35) < 1);
	for (size_t i = 0; i < r->fan_rows; i++)
		assert_true(r->stations[0].fan[i].busy_p90 == 0); /* at midnight nobody is there */
	sim_free(r);
}

/* Months, weekdays and batches keep to their means. */
static void test_factors(void **state)
{
	(void)state;
	struct small s;
	double months[12], weekdays[7], batch[2] = { 0.5, 0.5 };
	small(&s, 1);
	for (int i = 0; i < 12; i++)
		months[i] = i % 2 ? 0.5 : 1.5;
	for (int i = 0; i < 7; i++)
		weekdays[i] = i < 5 ? 1.4 : 0;
	s.stations[0].servers = SERVERS_INFINITE;
	s.sources[0] = (struct source){
		.key = 1, .kind = SOURCE_POISSON, .per_day = 4, .by_month = months, .by_weekday = weekdays
	};
	struct sim_options o = fixed(0, 730, 20);
	struct sim_result *r = run(&s.p, &o);
	double want = source_rate(&s.sources[0]) * 7;
	assert_true(fabs(want - 28) < 1); /* odd months are longer: a little more than 28 */
	assert_true(fabs(value(r, 0, SIM_ARRIVALS) - want) < 0.02 * want);
	sim_free(r);
	s.sources[0] = (struct source){ .key = 1, .kind = SOURCE_POISSON, .per_day = 4, .batch = batch, .n_batch = 2 };
	r = run(&s.p, &o);
	assert_true(fabs(value(r, 0, SIM_ARRIVALS) - 42) < 0.6);
	sim_free(r);
}

/* ---- the same bytes ---- */

static void test_same_bytes(void **state)
{
	(void)state;
	uint64_t one = mixed_digest(1, SIM_FASTEST);
	assert_true(mixed_digest(2, SIM_FASTEST) == one);
	assert_true(mixed_digest(4, SIM_FASTEST) == one);
	assert_true(mixed_digest(1, SIM_EVENTS) == one);
	/* as stored when this was written: whoever means to change results stores the new one */
	if (one != MIXED_DIGEST)
		fail_msg("the digest is now 0x%016" PRIx64, one);
}

/* The same of a scenario that says nearly everything, and of re-use. */
static void test_same_bytes_of_a_scenario(void **state)
{
	(void)state;
	uint64_t one = features_digest(1);
	assert_true(features_digest(2) == one);
	assert_true(features_digest(4) == one);
	if (one != FEATURES_DIGEST)
		fail_msg("the digest is now 0x%016" PRIx64, one);
}

/* Plain stations in every order: lanes and events agree, with warm-up, targets, groups and delays. */
static void test_lanes(void **state)
{
	(void)state;
	for (int32_t i = 0; i < 12; i++) {
		struct small s;
		double shares[3] = { 0.2, 0.3, 0.5 };
		small(&s, 5);
		s.p.groups = s.groups;
		s.p.n_groups = 3;
		for (int g = 0; g < 3; g++)
			s.groups[g] = (struct group){ .area = g, .age = 1, .need = g % 2 };
		s.sources[0].shares = shares;
		s.sources[0].per_day = 6 + i;
		s.sources[1] = (struct source){ .key = 2,
						.kind = SOURCE_APPOINTMENTS,
						.slots = { 4, 4, 4, 4, 4, 0, 0 },
						.first = 540,
						.attended = 0.9,
						.to = i % 5 };
		s.p.n_sources = 2;
		for (int32_t k = 0; k < 5; k++) {
			s.stations[k].servers = k == i % 5 ? SERVERS_INFINITE : 1 + (k * 7 + i * 3) % 30;
			s.stations[k].stay = k % 2 ? constant(0.25 * k + 0.1) : exponential(0.3 * k + 0.2);
			s.stations[k].n_targets = 1;
			s.stations[k].targets[0] = 0.5;
			for (int32_t to = k + 1; to < 5; to++)
				route(&s, k, to, 0.24);
		}
		s.routes[1].delay = exponential(2);
		s.routes[4].delay = constant(0);
		if (i % 3 == 1) /* one station in the middle by events: lanes before and behind it */
			s.stations[2].limited_room = true;
		if (i % 3 == 2) /* children who come back */
			route(&s, 3, 1, 0.3);
		struct sim_options o = fixed(10, 60, 3);
		struct sim_result *fast = run(&s.p, &o);
		o.engine = SIM_EVENTS;
		struct sim_result *slow = run(&s.p, &o);
		if (digest(fast) != digest(slow))
			fail_msg("pathway %d: lanes and events differ", i);
		assert_true(fast->stations[0].by_recursion && !slow->stations[0].by_recursion);
		sim_free(fast);
		sim_free(slow);
	}
}

/* One bed more: the same children come, and stay as long. */
static void test_common_children(void **state)
{
	(void)state;
	struct small s;
	struct sim_number diff, loose;
	small(&s, 1);
	s.stations[0].servers = 5;
	s.stations[0].stay = (struct length){ .kind = LENGTH_LOGNORMAL, .mean = 1, .sd = 1 };
	s.sources[0].per_day = 4;
	struct sim_options o = fixed(50, 300, 20);
	o.keep = true;
	struct sim_result *a = run(&s.p, &o);
	s.stations[0].servers = 6;
	struct sim_result *b = run(&s.p, &o);
	is(value(a, 0, SIM_ARRIVALS), value(b, 0, SIM_ARRIVALS), "the same children");
	well(sim_difference(a, 0, 0, b, 0, 0, SIM_WAIT, &diff, &err));
	assert_true(diff.mean < 0 && diff.upper < 0);
	o.seed = 99;
	struct sim_result *c = run(&s.p, &o);
	well(sim_difference(a, 0, 0, c, 0, 0, SIM_WAIT, &loose, &err));
	assert_true(diff.upper - diff.lower < 0.8 * (loose.upper - loose.lower));
	sim_free(c);
	sim_free(b);
	/* stays a fifth shorter: each child's */
	s.stations[0].servers = SERVERS_INFINITE;
	b = run(&s.p, &o);
	s.stations[0].stay.mean = s.stations[0].stay.sd = 0.8;
	c = run(&s.p, &o);
	well(sim_difference(b, 0, 0, c, 0, 0, SIM_BUSY, &diff, &err));
	assert_true(fabs(diff.mean / value(b, 0, SIM_BUSY) + 0.2) < 0.002 && diff.upper - diff.lower < 0.05);
	sim_free(a);
	sim_free(b);
	sim_free(c);
}

/* ---- threads ---- */

static void square(void *arg, int64_t job, int slot)
{
	((int64_t *)arg)[1 + slot] = job * job;
}

static bool add(void *arg, int64_t job, int slot)
{
	int64_t *sum = arg;
	assert_true(sum[1 + slot] == job * job);
	sum[0] = (sum[0] * 3 + job) % 1000003;
	return job < 500;
}

static void test_parallel(void **state)
{
	(void)state;
	int64_t want = 0;
	for (int64_t i = 0; i <= 500; i++)
		want = (want * 3 + i) % 1000003;
	for (int threads = 0; threads < 6; threads++) {
		int64_t sum[200] = { 0 };
		struct parallel p = { .jobs = 1000, .threads = threads, .work = square, .take = add, .arg = sum };
		assert_int_equal(parallel_run(&p), 501);
		assert_true(sum[0] == want);
	}
	assert_int_equal(parallel_run(&(struct parallel){ .jobs = 0, .threads = 3, .work = square, .take = add }), 0);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_line),
		cmocka_unit_test(test_hours),
		cmocka_unit_test(test_closing),
		cmocka_unit_test(test_periods),
		cmocka_unit_test(test_priority),
		cmocka_unit_test(test_room),
		cmocka_unit_test(test_waiting),
		cmocka_unit_test(test_holding),
		cmocka_unit_test(test_appointments),
		cmocka_unit_test(test_factors),
		cmocka_unit_test(test_same_bytes),
		cmocka_unit_test(test_same_bytes_of_a_scenario),
		cmocka_unit_test(test_lanes),
		cmocka_unit_test(test_common_children),
		cmocka_unit_test(test_parallel),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
