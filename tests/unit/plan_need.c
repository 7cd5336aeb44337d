/* Need: people times rates by hand, intervals against known spreads, refusals; the files of data/need. */
#include "plan/need_print.h"

#include <math.h>
#include <setjmp.h>
#include <stdarg.h>

#include <cmocka.h>

static struct arena a;
static struct places *places;

static int begin(void **state)
{
	struct err e = { 0 };
	(void)state;
	arena_init(&a);
	return places_load("data", &places, &e) == RC_OK ? 0 : -1;
}

static int end(void **state)
{
	(void)state;
	places_free(places);
	arena_release(&a);
	return 0;
}

static const char GOOD[] =
    "need: x\ntitle: X\ncounts: children\nkind: rate\nper: 1000\nparts:\n"
    "  - {ages: 0-4, value: 10, low: 8, high: 12.5, source: s, date: 2026, guess: no}\n"
    "  - {ages: 11-17, value: 20, low: 20, high: 20, source: s, date: 2026, guess: no, guess-interval: yes}\n";

static struct need read_good(const char *more)
{
	struct need n;
	struct err e = { 0 };
	if (need_read(arena_printf(&a, "%s%s", GOOD, more), "n.yaml", &a, &n, &e) != RC_OK)
		fail_msg("%s", e.text);
	return n;
}

static struct need_result of(const struct need *n, const char *const *codes, size_t count, uint64_t seed)
{
	const struct place_area *areas[10];
	struct need_result r;
	struct err e = { 0 };
	for (size_t i = 0; i < count; i++)
		areas[i] = places_find(places, str_of(codes[i]));
	if (need_work_out(n, places, areas, count, seed, NEED_DRAWS, &a, &r, &e) != RC_OK)
		fail_msg("%s", e.text);
	return r;
}

static const char *const EM[] = { "E06000015", "E10000019" }; /* Derby, Lincolnshire */

static void test_people_times_rates(void **state)
{
	(void)state;
	struct need n = read_good("");
	struct need_result r = of(&n, EM, 2, 1);
	int64_t small, large;
	assert_true(places_population(r.areas[0].area, 0, 4, &small) &&
		    places_population(r.areas[0].area, 11, 17, &large));
	assert_true(fabs(r.areas[0].value - ((double)small * 0.010 + (double)large * 0.020)) < 1e-9);
	assert_int_equal(r.areas[0].people, small + large);
	assert_true(r.areas[0].relative == 1);
	assert_true(fabs(r.all.value - r.areas[0].value - r.areas[1].value) < 1e-9);
	/* only the first rate is unsure: from 8 to 12.5, for all areas at once */
	double sure = (double)large * 0.020;
	assert_true(fabs(r.areas[0].low - sure - (double)small * 0.008) < 0.03 * (double)small * 0.008);
	assert_true(fabs(r.areas[0].high - sure - (double)small * 0.0125) < 0.03 * (double)small * 0.0125);
	assert_true(fabs(r.all.low - r.areas[0].low - r.areas[1].low) < 1e-6); /* they share the rate */
	size_t guesses;
	assert_int_equal(need_inputs(&n, &guesses), 2);
	assert_int_equal(guesses, 1);
}

static void test_deprivation_keeps_england(void **state)
{
	(void)state;
	struct need n = read_good("deprivation: {value: 2, low: 1.5, high: 2.6, source: s, date: 2026, guess: yes}\n");
	const struct place_area **all = arena_array(&a, places_count(places), sizeof *all), *most = NULL, *least = NULL;
	struct need_result r;
	struct err e = { 0 };
	size_t k = 0;
	double people = 0, weighed = 0, hi = 0, lo = 10;
	for (size_t i = 0; i < places_count(places); i++) {
		const struct place_area *p = places_at(places, i);
		int64_t x;
		if (p->tier != TIER_LOWER && p->until == DAY_NONE && p->has_deprivation &&
		    places_population(p, 0, 25, &x))
			all[k++] = p;
	}
	assert_true(k > 140);
	assert_int_equal(need_work_out(&n, places, all, k, 1, 100, &a, &r, &e), RC_OK);
	for (size_t i = 0; i < k; i++) {
		int64_t x;
		assert_true(places_population(all[i], 0, 25, &x));
		people += (double)x;
		weighed += (double)x * r.areas[i].relative;
		if (r.areas[i].relative > hi) {
			hi = r.areas[i].relative;
			most = all[i];
		}
		if (r.areas[i].relative < lo) {
			lo = r.areas[i].relative;
			least = all[i];
		}
	}
	assert_true(fabs(weighed / people - 1) < 1e-9); /* England keeps the published rate */
	assert_true(most->deprivation > 35 && least->deprivation < 12);
	assert_true(hi / lo > 2 &&
		    hi / lo < pow(2, 1 / 0.8) + 1e-9); /* fifths differ by 2; their ends by a little more */
}

static void test_same_seed_same_numbers(void **state)
{
	(void)state;
	struct need n = read_good("stay-days: {value: 40, low: 30, high: 55, source: s, date: 2026, guess: no}\n");
	struct need_result x = of(&n, EM, 2, 7), y = of(&n, EM, 2, 7), z = of(&n, EM, 2, 8);
	assert_true(x.all.low == y.all.low && x.all.high == y.all.high);
	assert_true(x.all.low != z.all.low && fabs(x.all.low / z.all.low - 1) < 0.03);
	assert_true(x.all.low < x.all.value && x.all.value < x.all.high);
	struct need plain = read_good("");
	assert_true(fabs(of(&plain, EM, 2, 7).all.value * 40 / 365 - x.all.value) < 1e-9);
}

static void refused(const char *text, const char *words)
{
	struct need n;
	struct err e = { 0 };
	enum rc rc = need_read(str_of(text), "n.yaml", &a, &n, &e);
	if (rc != RC_BAD_INPUT || !strstr(e.text, words))
		fail_msg("rc %d \"%s\" has not \"%s\"", (int)rc, e.text, words);
}

static const char *part(const char *part)
{
	return arena_printf(&a, "need: x\ntitle: X\ncounts: c\nkind: share\nparts:\n  - {%s}\n", part).p;
}

static void test_refusals(void **state)
{
	(void)state;
	refused("need: x\n", "n.yaml:1:1: need, title and counts");
	refused("need: x\ntitle: X\ncounts: c\nkind: some\n", "kind is share");
	refused("need: x\ntitle: X\ncounts: c\nkind: rate\n", "per is missing");
	refused(part("ages: 5-30, value: 1"), "n.yaml:6:12: ages are written 11-16, from 0 to 25");
	refused(part("ages: 5-9, value: 101, low: 1, high: 101"), "n.yaml:6:24: value must be a number from 0 to 100");
	refused(part("ages: 5-9, value: 5, low: 6, high: 7, source: s, date: d, guess: no"), "must be in this order");
	refused(part("ages: 5-9, value: 5, low: 0, high: 7, source: s, date: d, guess: no"), "low must be above 0");
	refused(part("ages: 5-9, value: 5, low: 4, high: 7, date: d, guess: no"), "says its source and its date");
	refused(part("ages: 5-9, value: 5, low: 4, high: 7, source: s, date: d"), "say whether it is a guess");
	refused(part("ages: 5-9, value: 5, low: 4, high: 7, source: s, date: d, guess: no}\n  - {ages: 9-10, value: 5, "
		     "low: 4, high: 7, source: s, date: d, guess: no"),
		"age 9 is in two parts");
	struct need n;
	struct err e = { 0 };
	assert_int_equal(need_read_file("data", STR("../places/areas"), &a, &n, &e), RC_BAD_INPUT);
	assert_int_equal(need_read_file("data", STR("happiness"), &a, &n, &e), RC_NOT_FOUND);
}

/* What is delivered: every file reads, and the East Midlands' admissions come out as they were counted. */
static void test_data(void **state)
{
	(void)state;
	struct need list[NEED_MAX], n;
	struct err e = { 0 };
	size_t count;
	if (need_list("data", &a, list, NEED_MAX, &count, &e) != RC_OK)
		fail_msg("%s", e.text);
	assert_true(count >= 7);
	static const char *const region[] = { "E06000015", "E10000007", "E06000016", "E06000017", "E10000018",
					      "E06000018", "E10000024", "E06000061", "E06000062", "E10000019" };
	assert_int_equal(need_read_file("data", STR("admissions"), &a, &n, &e), RC_OK);
	struct need_result r = of(&n, region, 10, 1);
	assert_true(r.all.low < 129 && 129 < r.all.high && r.all.value > 120 && r.all.value < 140);
	assert_int_equal(need_read_file("data", STR("beds-in-use"), &a, &n, &e), RC_OK);
	r = of(&n, region, 10, 1);
	assert_true(r.all.low < 14.1 && 14.1 < r.all.high);
}

/* Ages add up to the whole where a rate is the same for all; other ages have nothing. */
static void test_by_age(void **state)
{
	(void)state;
	struct need n, some;
	struct need_band bands[NEED_BANDS];
	struct err e = { 0 };
	const struct place_area *areas[] = { places_find(places, STR("E06000015")),
					     places_find(places, STR("E10000007")) };
	struct need_result r;
	double sum = 0;
	assert_int_equal(need_read_file("data", STR("admissions"), &a, &n, &e), RC_OK);
	assert_int_equal(need_work_out(&n, places, areas, 2, 1, 200, &a, &r, &e), RC_OK);
	size_t k = need_by_age(&n, places, areas, 2, 1, 200, &a, bands);
	assert_int_equal(k, 4); /* 0 to 17; none from 18 on */
	for (size_t i = 0; i < k; i++)
		sum += bands[i].all.value;
	assert_true(fabs(sum - r.all.value) < 1e-9 * sum);
	assert_true(bands[3].from == 16 && bands[3].to == 17 && bands[3].all.low < bands[3].all.value);
	assert_false(need_of_ages(&n, 18, 25, &some));
	assert_true(need_of_ages(&n, 15, 25, &some) && some.parts[0].from_age == 15 && some.parts[0].to_age == 17);
	struct section s[NEED_SECTIONS_MAX];
	assert_int_equal(need_sections(&n, &r, bands, k, 200, 1, &a, s), 3);
	assert_int_equal(s[0].n_rows, 3);
	assert_non_null(strstr(need_headline(&n, &r, STR("Both"), &a).p, "Both: about"));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_people_times_rates),
		cmocka_unit_test(test_deprivation_keeps_england),
		cmocka_unit_test(test_same_seed_same_numbers),
		cmocka_unit_test(test_refusals),
		cmocka_unit_test(test_data),
		cmocka_unit_test(test_by_age),
	};
	return cmocka_run_group_tests(tests, begin, end);
}
