/*
 * Days, working days, months, birthdays and London time against an independent
 * calendar: one that is walked day by day from Tuesday 1 January 2019, with the
 * bank holidays of England typed in here (from the government's published list)
 * and not read from the product's file.
 */
#include "standard/holidays.h"

#include <setjmp.h>
#include <stdarg.h>
#include <sys/stat.h>
#include <unistd.h>
#include <cmocka.h>

enum { FIRST_YEAR = 2019, LAST_YEAR = 2028, WALK_MAX = 3900 };

static const struct {
	int year;
	const char *days; /* dd/mm */
} typed[] = {
	{ 2019, "01/01 19/04 22/04 06/05 27/05 26/08 25/12 26/12" },
	{ 2020, "01/01 10/04 13/04 08/05 25/05 31/08 25/12 28/12" },
	{ 2021, "01/01 02/04 05/04 03/05 31/05 30/08 27/12 28/12" },
	{ 2022, "03/01 15/04 18/04 02/05 02/06 03/06 29/08 19/09 26/12 27/12" },
	{ 2023, "02/01 07/04 10/04 01/05 08/05 29/05 28/08 25/12 26/12" },
	{ 2024, "01/01 29/03 01/04 06/05 27/05 26/08 25/12 26/12" },
	{ 2025, "01/01 18/04 21/04 05/05 26/05 25/08 25/12 26/12" },
	{ 2026, "01/01 03/04 06/04 04/05 25/05 31/08 25/12 28/12" },
	{ 2027, "01/01 26/03 29/03 03/05 31/05 30/08 27/12 28/12" },
	{ 2028, "03/01 14/04 17/04 01/05 29/05 28/08 25/12 26/12" },
};

/* The independent calendar: one entry a day. */
struct entry {
	int year, month, day, weekday; /* 1 Monday */
	bool off;
};
static struct entry walk[WALK_MAX];
static int n_walk;

static struct arena arena;
static struct holiday *holidays;
static size_t n_holidays;
static struct workdays *work;

static int length_of_month(int year, int month)
{
	if (month == 2)
		return year % 4 == 0 && (year % 100 != 0 || year % 400 == 0) ? 29 : 28;
	return month == 4 || month == 6 || month == 9 || month == 11 ? 30 : 31;
}

static bool typed_holiday(int year, int month, int day)
{
	char want[16];
	snprintf(want, sizeof want, "%02d/%02d", day, month);
	for (size_t i = 0; i < COUNT_OF(typed); i++)
		if (typed[i].year == year)
			return strstr(typed[i].days, want) != NULL;
	return false;
}

static int setup(void **unused)
{
	(void)unused;
	struct err e = { 0 };
	int weekday = 2;
	for (int y = FIRST_YEAR; y <= LAST_YEAR; y++)
		for (int m = 1; m <= 12; m++)
			for (int d = 1; d <= length_of_month(y, m); d++) {
				walk[n_walk++] =
				    (struct entry){ y, m, d, weekday, weekday >= 6 || typed_holiday(y, m, d) };
				weekday = weekday == 7 ? 1 : weekday + 1;
			}
	arena_init(&arena);
	if (holidays_load("data", &arena, &holidays, &n_holidays, &e)) {
		print_error("%s\n", e.text);
		return -1;
	}
	work = holidays_calendar(holidays, n_holidays, DAY_NEVER);
	return 0;
}

static int teardown(void **unused)
{
	(void)unused;
	workdays_free(work);
	arena_release(&arena);
	return 0;
}

static void days_are_the_walked_ones(void **unused)
{
	(void)unused;
	day_t first = day_of(FIRST_YEAR, 1, 1);
	assert_int_equal(first, 17897);
	for (int i = 0; i < n_walk; i++) {
		struct ymd got = day_ymd(first + i);
		assert_int_equal(got.year, walk[i].year);
		assert_int_equal(got.month, walk[i].month);
		assert_int_equal(got.day, walk[i].day);
		assert_int_equal(day_of(walk[i].year, walk[i].month, walk[i].day), first + i);
		assert_int_equal(day_weekday(first + i), walk[i].weekday);
		assert_int_equal(workdays_is(work, first + i), !walk[i].off);
	}
	for (day_t d = day_of(1, 1, 1); d <= day_of(9999, 12, 31) + 1000; d++) { /* every day there and back */
		struct ymd a = day_ymd(d), b = day_ymd(d + 1);
		bool next_day = b.day == a.day + 1 && b.month == a.month && b.year == a.year;
		bool next_month =
		    b.day == 1 && a.day == length_of_month(a.year, a.month) &&
		    (b.month == a.month + 1 ? b.year == a.year : b.month == 1 && a.month == 12 && b.year == a.year + 1);
		if (!next_day && !next_month)
			fail_msg("day %d is not followed by the next", d);
	}
	assert_int_equal(day_of(2026, 2, 29), DAY_NONE);
	assert_int_equal(day_of(2026, 13, 1), DAY_NONE);
	assert_int_equal(day_of(2026, 4, 31), DAY_NONE);
}

static void working_days_from_every_start(void **unused)
{
	(void)unused;
	day_t first = day_of(FIRST_YEAR, 1, 1);
	int shortest = 99, longest = 0, longest_seen = 0, compared = 0;
	for (int i = 0; i < n_walk; i++) {
		int at = i;
		for (int n = 1; n <= 30; n++) {
			do
				at++;
			while (at < n_walk && walk[at].off);
			if (at >= n_walk)
				break;
			assert_int_equal(workdays_add(work, first + i, n), first + at);
			assert_int_equal(workdays_between(work, first + i, first + at), n);
			assert_int_equal(workdays_between(work, first + at, first + i), -n);
			compared++;
			if (n != 20)
				continue;
			shortest = at - i < shortest ? at - i : shortest;
			longest_seen = at - i == longest ? longest_seen + 1 : at - i > longest ? 1 : longest_seen;
			longest = at - i > longest ? at - i : longest;
		}
	}
	assert_true(compared > 100000);
	assert_int_equal(shortest, 26); /* from a Sunday */
	assert_int_equal(longest, 34);
	assert_int_equal(longest_seen, 2); /* two starts around 5 April 2023 */
}

static void working_days_backwards(void **unused)
{
	(void)unused;
	day_t first = day_of(FIRST_YEAR, 1, 1);
	for (int i = n_walk - 1; i > 60; i--) {
		int at = i;
		for (int n = 1; n <= 30 && at > 0; n++) {
			do
				at--;
			while (at > 0 && walk[at].off);
			assert_int_equal(workdays_add(work, first + i, -n), first + at);
		}
	}
	assert_int_equal(workdays_add(work, first + 100, 0), first + 100);
}

/* Outside the list: weekends only, and it says so. */
static void beyond_the_list(void **unused)
{
	(void)unused;
	day_t last = day_of(2028, 12, 31);
	assert_int_equal(workdays_known_to(work), last);
	assert_true(workdays_covers(work, last));
	assert_false(workdays_covers(work, last + 1));
	assert_int_equal(workdays_add(work, day_of(2029, 1, 2), 20), day_of(2029, 1, 30));
	assert_int_equal(workdays_add(work, day_of(2028, 12, 22), 5), day_of(2029, 1, 2)); /* 27 28 29 Dec, 1 2 Jan */
	assert_int_equal(workdays_between(work, day_of(2028, 12, 22), day_of(2029, 1, 2)), 5);
	assert_null(workdays_holiday(work, day_of(2029, 1, 1)));
	assert_true(str_is(workdays_holiday(work, day_of(2028, 12, 25))->name, "Christmas Day"));
}

static void holidays_as_known_on_a_day(void **unused)
{
	(void)unused;
	static const struct {
		int day[3], known[3];
		bool off;
	} rows[] = {
		{ { 2022, 9, 19 }, { 2022, 9, 9 }, false },  { { 2022, 9, 19 }, { 2022, 9, 10 }, true },
		{ { 2020, 5, 4 }, { 2019, 6, 6 }, true },    { { 2020, 5, 4 }, { 2019, 6, 7 }, false },
		{ { 2020, 5, 8 }, { 2019, 6, 6 }, false },   { { 2020, 5, 8 }, { 2019, 6, 7 }, true },
		{ { 2022, 5, 30 }, { 2020, 11, 11 }, true }, { { 2022, 5, 30 }, { 2020, 11, 12 }, false },
		{ { 2023, 5, 8 }, { 2022, 11, 5 }, false },  { { 2023, 5, 8 }, { 2022, 11, 6 }, true },
		{ { 2026, 12, 25 }, { 2012, 1, 1 }, true },
	};
	for (size_t i = 0; i < COUNT_OF(rows); i++) {
		struct workdays *w = holidays_calendar(holidays, n_holidays,
						       day_of(rows[i].known[0], rows[i].known[1], rows[i].known[2]));
		assert_int_equal(workdays_is(w, day_of(rows[i].day[0], rows[i].day[1], rows[i].day[2])), !rows[i].off);
		workdays_free(w);
	}
}

static void months_end_on_the_same_day_or_the_last(void **unused)
{
	(void)unused;
	for (int i = 0; i < n_walk; i++)
		for (int n = -18; n <= 18; n++) {
			int months = walk[i].year * 12 + walk[i].month - 1 + n;
			int year = months / 12, month = months % 12 + 1, last = length_of_month(year, month);
			day_t want = day_of(year, month, walk[i].day < last ? walk[i].day : last);
			assert_int_equal(day_add_months(day_of(walk[i].year, walk[i].month, walk[i].day), n), want);
		}
	/* Where months are looked up, where they are not, and across both borders. */
	static const int steps[] = { -1300, -13, -1, 0, 1, 6, 25, 1300 };
	for (day_t d = day_of(1955, 1, 1); d < day_of(2105, 1, 1); d++)
		for (size_t i = 0; i < COUNT_OF(steps); i++) {
			struct ymd a = day_ymd(d);
			int months = a.year * 12 + a.month - 1 + steps[i];
			int last = length_of_month(months / 12, months % 12 + 1);
			assert_int_equal(day_add_months(d, steps[i]),
					 day_of(months / 12, months % 12 + 1, a.day < last ? a.day : last));
		}
	assert_int_equal(day_add_months(day_of(2027, 8, 31), 6), day_of(2028, 2, 29));
	assert_int_equal(day_add_months(day_of(2026, 5, 31), -3), day_of(2026, 2, 28));
}

static void birthdays(void **unused)
{
	(void)unused;
	assert_int_equal(day_birthday(day_of(2008, 2, 29), 18), day_of(2026, 3, 1));
	assert_int_equal(day_birthday(day_of(2008, 2, 29), 16), day_of(2024, 2, 29));
	assert_int_equal(day_birthday(day_of(2008, 2, 28), 18), day_of(2026, 2, 28));
	for (int i = 0; i < n_walk; i++) { /* completed years, told by comparing month and day */
		day_t born = day_of(walk[i].year, walk[i].month, walk[i].day);
		bool leap = walk[i].month == 2 && walk[i].day == 29;
		for (int k = i; k < n_walk; k += 17) {
			int m = walk[k].month, d = walk[k].day, bm = walk[i].month, bd = walk[i].day;
			if (leap && length_of_month(walk[k].year, 2) == 28) {
				bm = 3;
				bd = 1;
			}
			int years = walk[k].year - walk[i].year - (m < bm || (m == bm && d < bd));
			assert_int_equal(day_age_years(born, day_of(walk[k].year, m, d)), years);
		}
	}
}

/* Many birthdays of one person are the same days as each by itself, in and past the table of months. */
static void birthdays_together(void **unused)
{
	(void)unused;
	static const uint8_t years[] = { 0, 1, 2, 5, 16, 18, 25, 100 };
	day_t all[COUNT_OF(years)];
	for (day_t born = day_of(1955, 1, 1); born < day_of(2105, 1, 1); born++) {
		day_birthdays(born, years, COUNT_OF(years), all);
		for (size_t i = 0; i < COUNT_OF(years); i++)
			assert_int_equal(all[i], day_birthday(born, years[i]));
	}
	day_birthdays(DAY_NONE, years, COUNT_OF(years), all);
	for (size_t i = 0; i < COUNT_OF(years); i++)
		assert_int_equal(all[i], DAY_NONE);
}

/* Both nights on which the clocks change, told minute by minute. */
static void london_time(void **unused)
{
	(void)unused;
	static const struct {
		const char *utc;
		int year, month, day, minute;
	} rows[] = {
		{ "2026-03-29T00:59:00Z", 2026, 3, 29, 59 },	{ "2026-03-29T01:00:00Z", 2026, 3, 29, 120 },
		{ "2026-03-28T23:59:00Z", 2026, 3, 28, 1439 },	{ "2026-03-29T23:00:00Z", 2026, 3, 30, 0 },
		{ "2026-06-30T22:59:59Z", 2026, 6, 30, 1439 },	{ "2026-06-30T23:00:00Z", 2026, 7, 1, 0 },
		{ "2026-10-25T00:59:00Z", 2026, 10, 25, 119 },	{ "2026-10-25T01:00:00Z", 2026, 10, 25, 60 },
		{ "2026-10-24T22:59:00Z", 2026, 10, 24, 1439 }, { "2026-10-24T23:00:00Z", 2026, 10, 25, 0 },
		{ "2026-10-25T23:59:00Z", 2026, 10, 25, 1439 }, { "2026-12-31T23:59:59Z", 2026, 12, 31, 1439 },
		{ "2027-03-28T00:59:59Z", 2027, 3, 28, 59 },	{ "2027-10-31T01:00:00Z", 2027, 10, 31, 60 },
	};
	for (size_t i = 0; i < COUNT_OF(rows); i++) {
		int64_t ms;
		day_t day;
		int minute;
		assert_int_equal(instant_parse(str_of(rows[i].utc), &ms), RC_OK);
		london_of_ms(ms, &day, &minute);
		assert_int_equal(day, day_of(rows[i].year, rows[i].month, rows[i].day));
		assert_int_equal(minute, rows[i].minute);
		assert_int_equal(london_day(ms), day);
	}
	/* Days of 23 and 25 hours. */
	assert_int_equal(london_midnight_ms(day_of(2026, 3, 30)) - london_midnight_ms(day_of(2026, 3, 29)),
			 23 * 3600000);
	assert_int_equal(london_midnight_ms(day_of(2026, 10, 26)) - london_midnight_ms(day_of(2026, 10, 25)),
			 25 * 3600000);
	/* The hour that comes twice, and every other. */
	const day_t autumn = day_of(2026, 10, 25), spring = day_of(2026, 3, 29);
	for (int minute = 0; minute < 1440; minute++) {
		int64_t twice = minute >= 60 && minute < 120 ? 3600000 : 0;
		assert_int_equal(london_last_ms(autumn, minute) - london_ms(autumn, minute), twice);
		assert_int_equal(london_first_ms(autumn, minute), london_ms(autumn, minute));
		assert_int_equal(london_comes_twice(autumn, minute), twice != 0);
		/* In March nobody saw it: by a clock put forward too early, or not yet. */
		assert_int_equal(london_last_ms(spring, minute), london_ms(spring, minute));
		assert_int_equal(london_ms(spring, minute) - london_first_ms(spring, minute), twice);
		assert_false(london_comes_twice(spring, minute));
		assert_false(london_comes_twice(autumn + 1, minute) || london_comes_twice(autumn - 7, minute));
	}
	for (int i = 0; i < n_walk; i++) { /* there and back, at noon */
		day_t d = day_of(walk[i].year, walk[i].month, walk[i].day), back;
		int minute;
		london_of_ms(london_ms(d, 720), &back, &minute);
		assert_int_equal(back, d);
		assert_int_equal(minute, 720);
	}
}

static void bad_holiday_files(void **unused)
{
	(void)unused;
	static const struct {
		const char *text, *says;
	} rows[] = {
		{ "day,name\n2026-12-25,Christmas\n", "england.csv:1:" },
		{ "day,name,known_from,known_until,note\n25/12/2026,Christmas Day,,,\n",
		  "england.csv:2: write days as" },
		{ "day,name,known_from,known_until,note\n2026-12-25,Christmas Day,,\n", "england.csv:2: a row has" },
		{ "day,name,known_from,known_until,note\n2026-02-30,Never,,,\n", "england.csv:2: write days as" },
		{ "day,name,known_from,known_until,note\n", "holds no holidays" },
		{ "", "holds no holidays" },
	};
	char dir[] = "/tmp/linnet-holidays-XXXXXX", sub[64], path[96];
	assert_non_null(mkdtemp(dir));
	snprintf(sub, sizeof sub, "%s/holidays", dir);
	snprintf(path, sizeof path, "%s/england.csv", sub);
	struct holiday *h = NULL;
	size_t n = 77;
	struct err e;
	assert_int_equal(holidays_load(dir, &arena, &h, &n, &e), RC_IO);
	assert_int_equal(mkdir(sub, 0700), 0);
	for (size_t i = 0; i < COUNT_OF(rows); i++) {
		FILE *f = fopen(path, "w");
		fputs(rows[i].text, f);
		fclose(f);
		assert_int_equal(holidays_load(dir, &arena, &h, &n, &e), RC_BAD_INPUT);
		assert_non_null(strstr(e.text, rows[i].says));
		assert_null(h);
		assert_int_equal(n, 77);
	}
	unlink(path);
	rmdir(sub);
	rmdir(dir);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(days_are_the_walked_ones),
		cmocka_unit_test(working_days_from_every_start),
		cmocka_unit_test(working_days_backwards),
		cmocka_unit_test(beyond_the_list),
		cmocka_unit_test(holidays_as_known_on_a_day),
		cmocka_unit_test(months_end_on_the_same_day_or_the_last),
		cmocka_unit_test(birthdays),
		cmocka_unit_test(birthdays_together),
		cmocka_unit_test(london_time),
		cmocka_unit_test(bad_holiday_files),
	};
	return cmocka_run_group_tests_name("days", tests, setup, teardown);
}
