/* Trend and season: made-up counts whose answer is known, coverage of intervals, refusals. */
#include "stat/season.h"

#include <math.h>
#include <setjmp.h>
#include <stdarg.h>

#include <cmocka.h>

#include "base/rand.h"

static int days_of(int year, int month)
{
	static const int days[] = { 31, 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31 };
	return days[month - 1] + (month == 2 && year % 4 == 0);
}

static double mean_of(int t, double yearly, double wave)
{
	int year = 2021 + t / 12, month = t % 12 + 1;
	return 3 * days_of(year, month) * pow(yearly, t / 12.0) * (1 + wave * cos(month * 2 * 3.14159265358979 / 12));
}

static int64_t poisson(struct rand *r, double mean)
{
	double left = exp(-mean), p = 1;
	int64_t k = -1;
	do {
		p *= rand_real(r);
		k++;
	} while (p > left);
	return k;
}

static void test_counts_without_chance(void **state)
{
	(void)state;
	struct season_month m[48];
	struct season s;
	struct err e = { 0 };
	for (int t = 0; t < 48; t++)
		m[t] = (struct season_month){ 2021 + t / 12, t % 12 + 1, (int64_t)(1000 * mean_of(t, 1.1, 0.3) + 0.5) };
	assert_int_equal(season_fit(m, 48, 0.95, &s, &e), RC_OK);
	assert_int_equal(s.made, MADE);
	assert_true(fabs(s.year.value - 1.1) < 1e-4);
	double mean = 0; /* factors are against the mean of the logarithms */
	for (int k = 1; k <= 12; k++)
		mean += log(1 + 0.3 * cos(k * 2 * 3.14159265358979 / 12)) / 12;
	for (int k = 1; k <= 12; k++)
		assert_true(fabs(log(s.month[k - 1].value) - (log(1 + 0.3 * cos(k * 2 * 3.14159265358979 / 12)) - mean)) < 1e-3);
	assert_true(s.dispersion == 1);
	for (int k = 0; k < SEASON_AHEAD; k++) {
		assert_true(s.ahead[k].year == 2025 && s.ahead[k].month == k + 1);
		assert_true(fabs(s.ahead[k].value / (1000 * mean_of(48 + k, 1.1, 0.3)) - 1) < 1e-3);
		assert_true(s.ahead[k].lower < s.ahead[k].value && s.ahead[k].value < s.ahead[k].upper);
	}
}

static void test_intervals_hold_what_they_say(void **state)
{
	(void)state;
	int in_trend = 0, in_ahead = 0, runs = getenv("LINNET_LONG") ? 2000 : 200;
	for (int seed = 0; seed < runs; seed++) {
		struct rand r = rand_stream((uint64_t)seed, "season", 0);
		struct season_month m[36];
		struct season s;
		struct err e = { 0 };
		for (int t = 0; t < 36; t++)
			m[t] = (struct season_month){ 2021 + t / 12, t % 12 + 1, poisson(&r, mean_of(t, 1.05, 0.2) / 3) };
		assert_int_equal(season_fit(m, 36, 0.95, &s, &e), RC_OK);
		in_trend += s.year.lower <= 1.05 && 1.05 <= s.year.upper;
		int64_t next = poisson(&r, mean_of(36, 1.05, 0.2) / 3);
		in_ahead += s.ahead[0].lower <= (double)next && (double)next <= s.ahead[0].upper;
	}
	assert_true(in_trend >= runs * 0.92 && in_ahead >= runs * 0.91);
	assert_true(in_trend < runs && in_ahead < runs);
}

static void test_more_scatter_is_seen(void **state)
{
	(void)state;
	struct season_month m[36];
	struct season s;
	struct err e = { 0 };
	for (int t = 0; t < 36; t++) /* by turns a third more and a third less, from year to year */
		m[t] = (struct season_month){ 2021 + t / 12, t % 12 + 1, (t + t / 12) % 2 ? 133 : 67 };
	assert_int_equal(season_fit(m, 36, 0.95, &s, &e), RC_OK);
	assert_true(s.dispersion > 5);
	assert_true(s.year.lower < 1 && s.year.upper > 1);
}

static void test_too_few_and_wrong(void **state)
{
	(void)state;
	struct season_month m[30];
	struct season s = { 0 };
	struct err e = { 0 };
	for (int t = 0; t < 30; t++)
		m[t] = (struct season_month){ 2021 + t / 12, t % 12 + 1, 10 + t % 3 };
	assert_int_equal(season_fit(m, 11, 0.95, &s, &e), RC_OK);
	assert_int_equal(s.made, MADE_TOO_FEW);
	assert_int_equal(season_fit(m, 23, 0.95, &s, &e), RC_OK);
	assert_true(s.made == MADE && !s.has_months);
	assert_int_equal(season_fit(m, 24, 0.95, &s, &e), RC_OK);
	assert_true(s.made == MADE && s.has_months);
	m[5].month = 7;
	assert_int_equal(season_fit(m, 30, 0.95, &s, &e), RC_BAD_INPUT);
	assert_non_null(strstr(e.text, "month 6 does not follow"));
	m[5].month = 6;
	m[3].count = -1;
	assert_int_equal(season_fit(m, 30, 0.95, &s, &e), RC_BAD_INPUT);
	for (int t = 0; t < 30; t++)
		m[t].count = 0;
	assert_int_equal(season_fit(m, 30, 0.95, &s, &e), RC_BAD_INPUT);
	for (int t = 0; t < 30; t++) /* never anybody in August: no logarithm */
		m[t].count = m[t].month == 8 ? 0 : 9;
	assert_int_equal(season_fit(m, 30, 0.95, &s, &e), RC_OK);
	assert_int_equal(s.made, MADE_TOO_FEW);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_counts_without_chance),
		cmocka_unit_test(test_intervals_hold_what_they_say),
		cmocka_unit_test(test_more_scatter_is_seen),
		cmocka_unit_test(test_too_few_and_wrong),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
