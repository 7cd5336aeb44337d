/* Formulas of waiting lines against published values, each other, and slow sums. */
#include "plan/help.h"

#include "plan/queue.h"

static void near(double got, double want, double within, const char *what)
{
	if (!(fabs(got - want) <= within))
		fail_msg("%s: %.12g, not %.12g", what, got, want);
}

/* Sum of a^k/k! over k < c, with the last term, in extended numbers: small cases only. */
static long double slow_b(double a, int c)
{
	long double term = 1, sum = 1;
	for (int k = 1; k <= c; k++) {
		term *= (long double)a / k;
		sum += term;
	}
	return term / sum;
}

static void test_erlang(void **state)
{
	(void)state;
	/* tables of traffic engineering: offered load at which one call in a hundred is lost */
	static const struct {
		int servers;
		double offered;
	} table[] = {
		{ 1, 0.0101 }, { 2, 0.153 }, { 5, 1.36 }, { 10, 4.46 }, { 20, 12.0 }, { 50, 37.9 }, { 100, 84.1 }
	};
	for (size_t i = 0; i < COUNT_OF(table); i++)
		near(erlang_b(table[i].offered, table[i].servers), 0.01, 0.0004, "Erlang B, table of 1 %");
	for (int c = 0; c <= 60; c++)
		for (double a = 0.25; a < 80; a *= 1.7) {
			long double b = slow_b(a, c);
			near(erlang_b(a, c), (double)b, 1e-14, "Erlang B");
			if (a < c)
				near(erlang_c(a, c), (double)(b / (1 - (long double)a / c * (1 - b))), 1e-13,
				     "Erlang C");
		}
	near(erlang_b(0, 0), 1, 0, "nobody works");
	near(erlang_b(0, 3), 0, 0, "nobody comes");
	near(erlang_c(5, 5), 1, 0, "a load of one");
	assert_true(erlang_b(-1, 3) < 0 && erlang_b(1, -3) < 0);
	/* thousands: b(c = a) tends to sqrt(2 / (pi a)) */
	near(erlang_b(100000, 100000) * sqrt(acos(-1.0) * 100000 / 2), 1, 0.002, "100,000 servers");
}

/* Beds of a region of about a million children: 129 admissions of 40 days a year (Erlang C, worked out by others). */
static void test_beds(void **state)
{
	(void)state;
	static const struct {
		int beds;
		double occupancy, wait_chance, wait;
	} table[] = { { 16, 0.88, 0.54, 11.5 },
		      { 17, 0.83, 0.37, 5.2 },
		      { 18, 0.79, 0.25, 2.6 },
		      { 20, 0.71, 0.10, 0.7 },
		      { 22, 0.64, 0.04, 0.2 } };
	for (size_t i = 0; i < COUNT_OF(table); i++) {
		struct queue_answer q;
		well(queue_mmc(129.0 / 365, 40, table[i].beds, &q, &err));
		near(q.load, table[i].occupancy, 0.0051, "occupancy");
		near(q.delayed, table[i].wait_chance, 0.0051, "chance of waiting");
		near(q.wait, table[i].wait, 0.06, "mean wait");
		near(q.queue, q.wait * 129 / 365, 1e-12, "Little");
	}
}

static void test_one_server(void **state)
{
	(void)state;
	struct queue_answer q, r;
	well(queue_mmc(0.8, 1, 1, &q, &err));
	near(q.wait, 4, 1e-12, "M/M/1");
	well(queue_mg1(0.8, 1, 1, &r, &err));
	near(r.wait, 4, 1e-12, "M/G/1 with exponential stays");
	well(queue_mg1(0.8, 1, 0, &r, &err));
	near(r.wait, 2, 1e-12, "M/D/1");
	well(queue_mdc(0.8, 1, 1, &q, &err));
	near(q.wait, 2, 1e-9, "M/D/1 by Crommelin");
	near(q.delayed, 0.8, 1e-9, "M/D/1, chance of waiting");
	well(queue_mdc(0.96, 1, 1, &q, &err));
	near(q.wait, 12, 1e-6, "M/D/1, nearly full");
	well(queue_mginf(3, 4, &q, &err));
	near(q.busy, 12, 1e-12, "no limit");
}

/* States of M/D/c from one stay to the next: who is there in a stay's time is gone, and new ones have come. */
static double slow_mdc(double a, int c)
{
	enum { N = 240 };
	static double now[N], next[N], come[N];
	come[0] = exp(-a);
	for (int i = 1; i < N; i++)
		come[i] = come[i - 1] * a / i;
	memset(now, 0, sizeof now);
	now[0] = 1;
	for (int step = 0; step < 400; step++) {
		memset(next, 0, sizeof next);
		for (int i = 0; i < N; i++)
			for (int k = 0, left = i > c ? i - c : 0;
			     now[i] > 1e-16 && (k < a || come[k] > 1e-16) && left + k < N; k++)
				next[left + k] += now[i] * come[k];
		memcpy(now, next, sizeof now);
	}
	double queue = 0;
	for (int i = c; i < N; i++)
		queue += now[i] * (i - c);
	return queue / a; /* in stays: Little */
}

static void test_fixed_stays(void **state)
{
	(void)state;
	struct queue_answer q, m;
	static const struct {
		int c;
		double load;
	} cases[] = { { 2, 0.8 }, { 5, 0.9 } };
	for (size_t i = 0; i < COUNT_OF(cases); i++) {
		double a = cases[i].c * cases[i].load;
		well(queue_mdc(a, 1, cases[i].c, &q, &err));
		near(q.wait, slow_mdc(a, cases[i].c), 1e-6, "M/D/c");
		well(queue_mmc(a, 1, cases[i].c, &m, &err));
		assert_true(q.wait > 0.45 * m.wait && q.wait < 0.6 * m.wait && q.delayed < m.delayed);
	}
	assert_int_equal(queue_mdc(0.9999, 1, 1, &q, &err), RC_LIMIT);
}

static void test_chains(void **state)
{
	(void)state;
	struct queue_answer q, r;
	well(queue_mmck(8, 1, 10, 0, &q, &err));
	near(q.lost, erlang_b(8, 10), 1e-13, "no room is Erlang B");
	near(q.busy, 8 * (1 - q.lost), 1e-12, "carried");
	well(queue_mmck(8, 1, 10, 5000, &q, &err));
	well(queue_mmc(8, 1, 10, &r, &err));
	near(q.wait, r.wait, 1e-12, "much room is M/M/c");
	near(q.delayed, r.delayed, 1e-12, "much room is M/M/c");
	/* M/M/1/K by hand: rho 2, K 2: weights 1 2 4 */
	well(queue_mmck(2, 1, 1, 1, &q, &err));
	near(q.lost, 4.0 / 7, 1e-13, "M/M/1/2");
	near(q.queue, 4.0 / 7, 1e-13, "M/M/1/2");
	near(q.wait, 1 * 2.0 / 3, 1e-13, "two of three find one before them");
	/* patience of the mean of a stay: like no limit of servers, Poisson */
	well(queue_mmc_leaving(20, 1, 10, 1, &q, &err));
	double queue = 0, p = exp(-20);
	for (int k = 0; k < 100; k++, p *= 20.0 / k)
		queue += k > 10 ? p * (k - 10) : 0;
	near(q.queue, queue, 1e-10, "Erlang A");
	near(q.lost, queue / 20, 1e-11, "Erlang A");
	near(q.busy, 20 * (1 - q.lost), 1e-9, "Erlang A, carried");
	/* endless patience is M/M/c, none at all is Erlang B */
	well(queue_mmc_leaving(8, 1, 10, 1e9, &q, &err));
	near(q.wait, r.wait, 1e-6, "Erlang A with endless patience");
	well(queue_mmc_leaving(8, 1, 10, 1e-7, &q, &err));
	near(q.lost, erlang_b(8, 10), 1e-6, "Erlang A without patience");
	/* large and far over: no overflow */
	well(queue_mmc_leaving(20000, 1, 5000, 2, &q, &err));
	near(q.busy, 5000, 1e-6, "all work");
	near(q.lost, 0.75, 1e-6, "three in four leave");
	assert_true(isfinite(q.wait) && q.wait > 2 && q.wait < 3);
	well(queue_mmck(50000, 1, 40000, 1000, &q, &err));
	near(q.lost, 0.2, 1e-4, "a fifth is too much");
}

static void test_priorities(void **state)
{
	(void)state;
	struct queue_answer q[3], all;
	double rates[3] = { 2, 3, 2 }, means[2] = { 0.5, 1 }, squares[2] = { 1, 0 }, two[2] = { 0.6, 0.5 };
	well(queue_mmc_priority(rates, 3, 1, 10, q, &err));
	well(queue_mmc(7, 1, 10, &all, &err));
	/* what one class wins another loses */
	near(q[0].queue + q[1].queue + q[2].queue, all.queue, 1e-12, "conservation");
	assert_true(q[0].wait < q[1].wait && q[1].wait < q[2].wait);
	well(queue_mmc_priority(rates, 1, 1, 10, q, &err));
	well(queue_mmc(2, 1, 10, &all, &err));
	near(q[0].wait, all.wait, 1e-14, "one class is M/M/c");
	/* Cobham by hand: sum of rate x second moment / 2 = 0.6 x 0.5 / 2 + 0.5 x 1 / 2 = 0.4 */
	well(queue_mg1_priority(two, means, squares, 2, false, q, &err));
	near(q[0].wait, 0.4 / 0.7, 1e-12, "Cobham, urgent");
	near(q[1].wait, 0.4 / (0.7 * 0.2), 1e-12, "Cobham, not urgent");
	well(queue_mg1_priority(two, means, squares, 2, true, q, &err));
	well(queue_mg1(0.6, 0.5, 1, &all, &err));
	near(q[0].wait, all.wait, 1e-12, "the urgent do not see the others");
	assert_true(q[0].no_delayed);
}

static void test_network(void **state)
{
	(void)state;
	struct queue_answer q[3];
	double outside[3] = { 4, 0, 1 }, rates[3];
	double shares[9] = { 0, 0.5, 0.2, 0.1, 0, 0.6, 0, 0, 0.25 }, means[3] = { 0.5, 1, 2 };
	int servers[3] = { 4, 5, 0 };
	well(queue_jackson(outside, shares, means, servers, 3, q, rates, &err));
	/* lambda0 = 4 + 0.1 lambda1, lambda1 = 0.5 lambda0 */
	near(rates[0], 4 / 0.95, 1e-10, "rates");
	near(rates[1], 2 / 0.95, 1e-10, "rates");
	near(rates[2], (1 + 0.2 * rates[0] + 0.6 * rates[1]) / 0.75, 1e-10, "rates");
	near(q[2].busy, 2 * rates[2], 1e-9, "no limit");
	near(q[1].delayed, erlang_c(rates[1], 5), 1e-12, "as if alone");
}

static void test_sizes(void **state)
{
	(void)state;
	struct sizing s, r;
	double rate = 129.0 / 365;
	well(size_by_delay(rate, 40, 0, 0.10, &s, &err));
	assert_int_equal(s.servers, 21);
	assert_true(s.over <= 0.10 && mmc_wait_over(rate, 40, 20, 0) > 0.10);
	/* "keep it at 85 %" leaves more than a third waiting in a small unit, and nearly nobody in a large one */
	well(size_by_occupancy(rate, 40, 0.85, 0, &s, &err));
	assert_int_equal(s.servers, 17);
	assert_true(s.over > 0.35);
	well(size_by_occupancy(100 * rate, 40, 0.85, 0, &s, &err));
	assert_true(s.over < 0.001);
	well(size_by_delay(100 * rate, 40, 0, 0.10, &r, &err));
	assert_true(r.servers < s.servers && r.answer.load > 0.95);
	/* the square root is near, from small to large */
	for (double a = 2; a < 20000; a *= 3) {
		well(size_by_delay(a, 1, 0, 0.2, &s, &err));
		well(size_by_square_root(a, 1, 0.2, &r, &err));
		assert_true(abs(s.servers - r.servers) <= 1);
	}
	/* nine in ten within a week */
	well(size_by_delay(rate, 40, 7, 0.10, &s, &err));
	assert_true(s.over <= 0.10 && mmc_wait_over(rate, 40, s.servers - 1, 7) > 0.10);
	/* thousands of servers */
	well(size_by_delay(9000, 1, 0, 0.01, &s, &err));
	assert_true(s.servers > 9000 && s.servers < 9400 && s.over <= 0.01);
}

static void says(enum rc got, enum rc want, const char *words)
{
	assert_int_equal(got, want);
	if (!strstr(err.text, words))
		fail_msg("said \"%s\", not \"%s\"", err.text, words);
}

static void test_refusals(void **state)
{
	(void)state;
	struct queue_answer q[2] = { { .wait = 7 } };
	struct sizing s;
	double rates[2] = { 1, -1 }, ones[2] = { 1, 1 }, round[4] = { 0, 1, 1, 0 }, over[4] = { 0.5, 0.6, 0, 0 };
	int servers[2] = { 1, 1 };
	says(queue_mmc(2, 1, 1, q, &err), RC_BAD_INPUT, "grows by 7 a week without end");
	says(queue_mmc(1, 1, 1, q, &err), RC_BAD_INPUT, "more than 1 servers are needed");
	says(queue_mmc(-1, 1, 1, q, &err), RC_BAD_INPUT, "0 or more");
	says(queue_mmc(1, 0, 1, q, &err), RC_BAD_INPUT, "above 0 days");
	says(queue_mmc(NAN, 1, 1, q, &err), RC_BAD_INPUT, "0 or more");
	says(queue_mmc(1, 1, 0, q, &err), RC_BAD_INPUT, "1 to 100000 servers");
	says(queue_mmck(1, 1, 1, -1, q, &err), RC_BAD_INPUT, "room to wait");
	says(queue_mg1(0.5, 1, -1, q, &err), RC_BAD_INPUT, "variation");
	says(queue_mg1(1.5, 1, 1, q, &err), RC_BAD_INPUT, "without end");
	says(queue_mmc_leaving(1, 1, 1, 0, q, &err), RC_BAD_INPUT, "patience");
	says(queue_mmc_priority(rates, 2, 1, 3, q, &err), RC_BAD_INPUT, "class 2");
	says(queue_mmc_priority(ones, 2, 1, 2, q, &err), RC_BAD_INPUT, "without end");
	says(queue_jackson(ones, round, ones, servers, 2, q, NULL, &err), RC_BAD_INPUT, "cannot leave");
	says(queue_jackson(ones, over, ones, servers, 2, q, NULL, &err), RC_BAD_INPUT, "more than 1");
	says(size_by_delay(1, 1, 0, 1.5, &s, &err), RC_BAD_INPUT, "between 0 and 1");
	says(size_by_delay(1e6, 1, 0, 0.1, &s, &err), RC_LIMIT, "more than can be sized");
	assert_true(q[0].wait == 7);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_erlang),	    cmocka_unit_test(test_beds),   cmocka_unit_test(test_one_server),
		cmocka_unit_test(test_fixed_stays), cmocka_unit_test(test_chains), cmocka_unit_test(test_priorities),
		cmocka_unit_test(test_network),	    cmocka_unit_test(test_sizes),  cmocka_unit_test(test_refusals),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
