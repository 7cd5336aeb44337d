/* The map: ranges hold every value, areas are shaded, hidden or white, and all of it is said in words. */
#include "web/pages/map.h"

#include "base/text.h"

#include <setjmp.h>
#include <stdarg.h>
#include <cmocka.h>

static struct places *places;
static struct arena arena;

static struct map_area value(const char *code, const char *name, double v)
{
	return (struct map_area){ .code = str_of(code),
				  .name = str_of(name),
				  .state = MAP_VALUE,
				  .value = v,
				  .label = arena_printf(&arena, "%.0f%%", v),
				  .words = arena_printf(&arena, "%.0f%% (1 to 2)", v) };
}

static void holds_all(const double *v, size_t n)
{
	struct map_area areas[8] = { { .state = MAP_NOBODY } };
	for (size_t i = 0; i < n; i++)
		areas[i] = value("x", "x", v[i]);
	struct map_steps s = map_steps_of(areas, n);
	assert_in_range(s.n, 1, MAP_STEPS);
	for (size_t i = 0; i < n; i++) {
		size_t k = map_step(&s, v[i]);
		assert_true(k < s.n && s.edges[k] <= v[i] &&
			    (v[i] < s.edges[k + 1] || (k + 1 == s.n && v[i] <= s.edges[k + 1])));
	}
}

static void test_ranges(void **state)
{
	(void)state;
	holds_all((double[]){ 0, 100 }, 2);
	holds_all((double[]){ 62, 63, 74 }, 3);
	holds_all((double[]){ 50 }, 1);
	holds_all((double[]){ 0 }, 1);
	holds_all((double[]){ 99.5, 100 }, 2);
	holds_all((double[]){ 12, 480, 33.3, 34 }, 4);
	holds_all((double[]){ 19.99, 20, 39.99, 40, 60 }, 5);
	struct map_area none = { .state = MAP_HIDDEN };
	assert_int_equal(map_steps_of(&none, 1).n, 0);
	struct map_area two[] = { value("x", "x", 0), value("x", "x", 100) };
	struct map_steps s = map_steps_of(two, 2);
	assert_true(str_is(map_step_words(&s, 0, "%", &arena), "0 to under 20%"));
	assert_true(str_is(map_step_words(&s, 4, "%", &arena), "80% to 100%"));
}

static size_t count(struct str s, const char *word)
{
	size_t n = 0;
	for (const char *p = s.p; (p = strstr(p, word)) != NULL; p += strlen(word))
		n++;
	return n;
}

static void test_picture(void **state)
{
	(void)state;
	struct map_area areas[] = { value("E10000012", "Essex", 62),
				    value("E06000033", "Southend <b>", 74),
				    { .code = STR("E06000034"),
				      .name = STR("Thurrock"),
				      .state = MAP_HIDDEN,
				      .words = STR("hidden: small numbers") },
				    { .code = STR("E06000032"), .name = STR("Luton"), .state = MAP_NOBODY },
				    value("E99999999", "Nowhere", 50) };
	struct map m = { .places = places,
			 .areas = areas,
			 .n = COUNT_OF(areas),
			 .unit = "%",
			 .title = STR("A & B"),
			 .description = STR("Highest Southend") };
	struct str s = map_draw(&m, &arena).s;
	assert_non_null(strstr(s.p, "role=\"img\""));
	assert_non_null(strstr(s.p, "<title id=\"map-t\">A &amp; B</title><desc id=\"map-d\">Highest Southend</desc>"));
	assert_int_equal(count(s, "<path class=\"ln-map-area\""), 4);
	assert_int_equal(count(s, "<path class=\"ln-map-area\" fill=\"url(#map-hidden)\""), 1);
	assert_true(count(s, "<path class=\"ln-map-other\"") > 3); /* for orientation */
	assert_non_null(strstr(s.p, "<title>Southend &lt;b&gt;: 74% (1 to 2)</title>"));
	assert_null(strstr(s.p, "<b>"));
	assert_non_null(strstr(s.p, ">62%</text>"));
	assert_non_null(strstr(s.p, "hidden: small numbers: 1 council</text>"));
	assert_non_null(strstr(s.p, "nobody counted: 1 council</text>"));
	assert_null(strstr(s.p, "nan"));
	/* The hidden area shows no number anywhere. */
	assert_int_equal(count(s, "Thurrock"), 1);
	m.n = 0;
	assert_int_equal(map_draw(&m, &arena).s.n, 0);
	m.areas = &areas[4];
	m.n = 1;
	assert_int_equal(map_draw(&m, &arena).s.n, 0);
}

/* All of England fits, and so does every area of it. */
static void test_england(void **state)
{
	(void)state;
	struct map_area *all = arena_array(&arena, 200, sizeof *all);
	size_t n = 0;
	for (size_t i = 0; i < places_count(places); i++) {
		const struct place_area *a = places_at(places, i);
		if (a->tier != TIER_LOWER && a->until == DAY_NONE) {
			all[n] = value("", "", (double)(n % 90));
			all[n].code = a->code;
			all[n++].name = a->name;
		}
	}
	struct map m = {
		.places = places, .areas = all, .n = n, .unit = "%", .title = STR("t"), .description = STR("d")
	};
	struct str s = map_draw(&m, &arena).s;
	assert_int_equal(count(s, "<path class=\"ln-map-area\""), 153);
	assert_int_equal(count(s, "<path class=\"ln-map-other\""), 0);
	assert_in_range(s.n, 20000, 150000);
}

/* Services on top of areas: with them no number is written on an area, and names are text. */
static void test_marks(void **state)
{
	(void)state;
	struct map_area essex = value("E10000012", "Essex", 40);
	const struct map_mark marks[] = { { { 51.74, 0.47 }, STR("Chelmsford"), MARK_KEPT },
					  { { 51.89, 0.90 }, STR("Col<b>"), MARK_NEW },
					  { { 51.57, 0.47 }, STR("Basildon"), MARK_SHUT } };
	const struct map_way way = { { 51.8, 0.7 }, { 51.74, 0.47 } };
	struct map m = { .places = places,
			 .areas = &essex,
			 .n = 1,
			 .marks = marks,
			 .n_marks = 3,
			 .ways = &way,
			 .n_ways = 1,
			 .unit = " minutes",
			 .title = STR("t"),
			 .description = STR("d") };
	struct str s = map_draw(&m, &arena).s;
	assert_int_equal(count(s, "<line "), 1);
	assert_non_null(strstr(s.p, "<title>Col&lt;b&gt;</title>"));
	assert_non_null(strstr(s.p, ">Chelmsford</text>"));
	assert_null(strstr(s.p, ">Basildon</text>")); /* closed: its name is in the table */
	assert_non_null(strstr(s.p, "kept: 1 site<"));
	assert_non_null(strstr(s.p, "closed: 1 site<"));
	assert_null(strstr(s.p, ">40%</text>"));
	assert_null(strstr(s.p, "nan"));
}

static int set_up(void **state)
{
	struct err e;
	(void)state;
	arena_init(&arena);
	return places_load("data", &places, &e) == RC_OK ? 0 : -1;
}

static int tear_down(void **state)
{
	(void)state;
	places_free(places);
	arena_release(&arena);
	return 0;
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_ranges),
		cmocka_unit_test(test_picture),
		cmocka_unit_test(test_england),
		cmocka_unit_test(test_marks),
	};
	return cmocka_run_group_tests(tests, set_up, tear_down);
}
