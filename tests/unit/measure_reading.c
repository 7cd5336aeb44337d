/* What a number says in words: change, chance, goal. */
#include "measure/reading.h"

#include <setjmp.h>
#include <stdarg.h>

#include <cmocka.h>

static struct arena arena;
#define PERIOD STR("October 2026")

static int fresh(void **state)
{
	(void)state;
	arena_reset(&arena);
	return 0;
}

/* A measure of nothing in particular. */
static struct measure made(enum polarity p, int goal)
{
	return (struct measure){ .kind = MEASURE_CLOCK, .polarity = (uint8_t)p, .goal = goal };
}

static struct tally_row rows[40];

/* Months of 100 each, of whom so many. */
static struct reading read(const struct measure *m, const int *yes, size_t n)
{
	struct reading r;
	day_t first = day_of(2024, 1, 1);
	for (size_t i = 0; i < n; i++)
		rows[i] = (struct tally_row){ .period = day_add_months(first, (int)i),
					      .n = { .yes = yes[i], .no = yes[i] < 0 ? 0 : 100 - yes[i] } };
	for (size_t i = 0; i < n; i++)
		if (yes[i] < 0)
			rows[i].n.yes = 0; /* nobody at all */
	reading_of(m, rows, n, day_add_months(first, (int)n - 1), &arena, &r);
	return r;
}

static void assert_says(const struct reading *r, const char *headline, const char *words)
{
	struct str h = reading_headline(r, PERIOD, &arena), w = reading_words(r, &arena);
	if (!strstr(h.p, headline))
		fail_msg("\"%s\" is not in: %s", headline, h.p);
	if (!strstr(w.p, words))
		fail_msg("\"%s\" is not in: %s", words, w.p);
}

static const int steady[] = { 60, 64, 58, 62, 61, 59, 63, 60, 62, 58, 61, 60, 62, 59 };
static const int risen[] = { 50, 54, 48, 52, 51, 49, 53, 50, 52, 62, 64, 63, 66, 65, 64, 63 };
static const int jumped[] = { 60, 61, 60, 61, 60, 61, 60, 61, 60, 61, 60, 61, 60, 90 };

static void test_chance_alone(void **state)
{
	(void)state;
	struct measure m = made(HIGHER_IS_BETTER, -1);
	struct reading r = read(&m, steady, COUNT_OF(steady));
	assert_int_equal(r.judgement, JUDGED_NO_CHANGE);
	assert_says(&r, "59% in October 2026 (59 of 100). No real change", "by chance alone");
	assert_null(strstr(reading_words(&r, &arena).p, "goal"));
}

static void test_a_change_is_better_or_worse_by_the_measure(void **state)
{
	(void)state;
	struct measure up = made(HIGHER_IS_BETTER, -1), down = made(LOWER_IS_BETTER, -1),
		       none = made(POLARITY_NEITHER, -1);
	struct reading r = read(&up, risen, COUNT_OF(risen));
	assert_int_equal(r.judgement, JUDGED_BETTER);
	assert_says(&r, "It is really getting better", "7 months in a row are above the average");
	r = read(&down, risen, COUNT_OF(risen));
	assert_int_equal(r.judgement, JUDGED_WORSE);
	assert_says(&r, "It is really getting worse", "above the average");
	r = read(&none, risen, COUNT_OF(risen));
	assert_int_equal(r.judgement, JUDGED_CHANGED);
	assert_says(&r, "It has really changed", "above the average");
	r = read(&up, jumped, COUNT_OF(jumped));
	assert_says(&r, "It is really getting better", "The last month lies above what chance allows");
}

static void test_limits_kept_from_named_months(void **state)
{
	(void)state;
	static const int before_and_after[] = { 50, 54, 48, 52, 51, 49, 53, 50, 52, 48, 51, 50, 62, 64, 63, 66 };
	struct measure m = made(HIGHER_IS_BETTER, -1);
	struct reading r = read(&m, before_and_after, COUNT_OF(before_and_after));
	double pulled = r.points[0].x.mean;
	assert_false(r.kept);
	assert_null(strstr(reading_words(&r, &arena).p, "The limits are"));
	m.limits_from = day_of(2024, 1, 1);
	m.limits_to = day_of(2024, 12, 31);
	m.limits_source = STR("Board, January 2025");
	r = read(&m, before_and_after, COUNT_OF(before_and_after));
	assert_true(r.kept && r.points[0].x.mean < pulled && r.points[15].x.mean == r.points[0].x.mean);
	assert_int_equal(r.judgement, JUDGED_BETTER);
	assert_says(&r, "It is really getting better",
		    "kept from the months 1 January 2024 to 31 December 2024: Board, January 2025.");
	m.limits_from = day_of(2023, 6, 1); /* too few of them are shown */
	m.limits_to = day_of(2024, 6, 30);
	r = read(&m, before_and_after, COUNT_OF(before_and_after));
	assert_true(!r.kept && r.points[0].x.mean == pulled);
	assert_says(&r, "", "those of all months shown, because too few of the months");
}

static void test_whether_the_goal_can_be_met(void **state)
{
	(void)state;
	struct measure m = made(HIGHER_IS_BETTER, 90);
	struct reading r = read(&m, steady, COUNT_OF(steady));
	assert_says(&r, "the goal cannot be met as the work is done now", "The goal of 90% lies outside that range");
	m.goal = 40;
	r = read(&m, steady, COUNT_OF(steady));
	assert_says(&r, "the goal is met as the work is done now", "met by the whole of that range");
	m.goal = 60;
	r = read(&m, steady, COUNT_OF(steady));
	assert_says(&r, "the goal is met or missed by chance", "inside that range");
	m.goal = 90;
	r = read(&m, risen, COUNT_OF(risen));
	assert_says(&r, "It is really getting better, but not enough for the goal", "90%");
}

static void test_nothing_is_said_of_few(void **state)
{
	(void)state;
	struct measure m = made(HIGHER_IS_BETTER, 90);
	struct reading r = read(&m, steady, 11);
	assert_int_equal(r.judgement, JUDGED_TOO_FEW);
	assert_says(&r, "Too few months", "Months with a number: 11.");
	r = read(&m, steady, 1);
	assert_false(r.charted);
	assert_says(&r, "60% in October 2026 (60 of 100). Too few months", "Months with a number: 1.");
	m.yearly = true;
	r = read(&m, steady, 5);
	assert_says(&r, "Too few years", "compare the intervals");
}

static void test_months_with_nobody(void **state)
{
	(void)state;
	struct measure m = made(HIGHER_IS_BETTER, -1);
	int some[14];
	memcpy(some, steady, sizeof some);
	some[3] = -1;
	struct reading r = read(&m, some, COUNT_OF(some));
	assert_int_equal(r.n, 13); /* no point, and no zero */
	assert_int_equal(r.judgement, JUDGED_NO_CHANGE);
	some[13] = -1;
	r = read(&m, some, COUNT_OF(some));
	assert_int_equal(r.judgement, JUDGED_TOO_FEW); /* the last point is not of the month asked for */
	assert_says(&r, "Nobody was counted in October 2026", "");
}

static void test_limits_stay_within_what_can_be(void **state)
{
	(void)state;
	static const int wild[] = { 2, 98, 5, 99, 1, 97, 3, 100, 0, 96, 4, 99, 2 };
	struct measure m = made(HIGHER_IS_BETTER, -1);
	struct reading r = read(&m, wild, COUNT_OF(wild));
	for (size_t i = 0; i < r.n; i++) {
		assert_true(r.points[i].x.lower >= 0);
		assert_true(r.points[i].x.upper <= 100);
	}
}

static void test_against_all(void **state)
{
	(void)state;
	struct measure_number n = { .yes = 10, .base = 100 };
	assert_non_null(strstr(measure_versus_all(&n, 0.6).p, "lower than chance would explain (outside 99.8%)"));
	n.yes = 62;
	assert_non_null(strstr(measure_versus_all(&n, 0.6).p, "no different"));
	n.yes = 71;
	assert_non_null(strstr(measure_versus_all(&n, 0.6).p, "higher than chance would explain (outside 95%)"));
	n.base = 0;
	assert_int_equal(measure_versus_all(&n, 0.6).n, 0);
	assert_int_equal(per_cent_whole(0.5), 1);
	assert_int_equal(per_cent_whole(99.4999), 99);
}

int main(void)
{
#define T(name) cmocka_unit_test_setup(name, fresh)
	const struct CMUnitTest tests[] = { T(test_chance_alone),
					    T(test_a_change_is_better_or_worse_by_the_measure),
					    T(test_limits_kept_from_named_months),
					    T(test_whether_the_goal_can_be_met),
					    T(test_nothing_is_said_of_few),
					    T(test_months_with_nobody),
					    T(test_limits_stay_within_what_can_be),
					    T(test_against_all) };
	arena_init(&arena);
	int failed = cmocka_run_group_tests(tests, NULL, NULL);
	arena_release(&arena);
	return failed;
}
