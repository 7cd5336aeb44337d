/* The areas of England: found by code old and new, whole outlines, neighbours, people, distances; and the regions. */
#include "base/text.h"
#include "record/adjoining.h"
#include "record/organisations.h"
#include "record/places.h"
#include "record/region.h"

#include <setjmp.h>
#include <stdarg.h>
#include <sys/stat.h>
#include <unistd.h>
#include <cmocka.h>

static struct places *places;
static struct err err;

static const struct place_area *at(const char *code)
{
	const struct place_area *a = places_find(places, str_of(code));
	if (!a)
		fail_msg("%s is not known", code);
	return a;
}

static void test_areas(void **state)
{
	(void)state;
	size_t upper = 0, lower = 0;
	int64_t all = 0, n;
	for (size_t i = 0; i < places_count(places); i++) {
		const struct place_area *a = places_at(places, i);
		assert_ptr_equal(places_find(places, a->code), a);
		if (a->until != DAY_NONE)
			continue;
		upper += a->tier != TIER_LOWER;
		lower += a->tier != TIER_UPPER;
		assert_true(places_population(a, 0, 25, &n) && n > 100);
		if (a->tier != TIER_LOWER)
			all += n;
		else
			assert_int_equal(places_find(places, a->upper)->tier, TIER_UPPER);
		assert_true(a->has_position && a->has_deprivation);
		assert_non_null(places_board(places, a->board));
	}
	assert_int_equal(upper, 153);
	assert_int_equal(lower, 296);
	assert_in_range(all, 17000000, 18500000); /* of 57.7 million, residents of 0 to 25 in mid-2023 */
	assert_false(places_population(at("E10000012"), 0, 26, &n));
	assert_null(places_find(places, STR("E99")));
	/* A county is the sum of its districts. */
	int64_t essex, sum = 0;
	assert_true(places_population(at("E10000012"), 0, 17, &essex));
	for (size_t i = 0; i < places_count(places); i++)
		if (str_is(places_at(places, i)->upper, "E10000012")) {
			assert_true(places_population(places_at(places, i), 0, 17, &n));
			sum += n;
		}
	assert_int_equal(essex, sum);
}

static void test_successors(void **state)
{
	const struct place_area *out[PLACES_SUCCESSORS_MAX];
	(void)state;
	day_t before = day_of(2025, 3, 31), after = day_of(2025, 4, 1);
	assert_int_equal(places_on(places, STR("E08000016"), before, out), 1);
	assert_true(str_is(out[0]->code, "E08000016"));
	assert_int_equal(places_on(places, STR("E08000016"), after, out), 1);
	assert_true(str_is(out[0]->code, "E08000038"));
	assert_int_equal(places_on(places, STR("E10000021"), after, out), 2);
	assert_true(str_is(out[0]->name, "North Northamptonshire"));
	assert_int_equal(places_on(places, STR("E10000012"), after, out), 1);
	assert_int_equal(places_on(places, STR("X"), after, out), 0);
	const struct board *b = places_board(places, STR("QRV"));
	assert_int_equal(b->until, day_of(2026, 3, 31));
	assert_non_null(places_board(places, b->successors));
	assert_true(places_board(places, STR("QJ2"))->cluster.n > 0);
}

/* Which areas adjoin, from shared stretches, is what adjoining.csv says. */
static void test_neighbours(void **state)
{
	const struct place_area *out[PLACES_NEIGHBOURS_MAX];
	struct adjoining *a;
	size_t pairs = 0;
	(void)state;
	assert_int_equal(adjoining_load("data", &a, &err), RC_OK);
	for (size_t i = 0; i < places_count(places); i++) {
		const struct place_area *one = places_at(places, i);
		size_t n = places_neighbours(places, one, out);
		pairs += n;
		for (size_t k = 0; k < n; k++)
			if (!adjoining_touch(a, one->code, out[k]->code))
				fail_msg("%.*s and %.*s share a stretch but do not adjoin", STR_ARG(one->name),
					 STR_ARG(out[k]->name));
	}
	assert_int_equal(pairs, 2 * adjoining_count(a));
	adjoining_free(a);
}

static void test_outlines(void **state)
{
	const struct place_ring *r;
	(void)state;
	size_t n = places_rings(places, &r), areas = 0;
	for (size_t i = 0; i < n; i++) {
		double twice = 0;
		areas += i == 0 || r[i].area != r[i - 1].area;
		assert_true(r[i].n >= 4);
		assert_true(r[i].points[0].x == r[i].points[r[i].n - 1].x &&
			    r[i].points[0].y == r[i].points[r[i].n - 1].y);
		for (size_t k = 1; k < r[i].n; k++)
			twice += r[i].points[k - 1].x * r[i].points[k].y - r[i].points[k].x * r[i].points[k - 1].y;
		assert_true(twice != 0);
	}
	assert_int_equal(areas, 153);
}

static void test_distances(void **state)
{
	(void)state;
	/* Southend to Chelmsford by their people's centres, and to Leeds. */
	double near = places_kilometres(at("E06000033")->centre, at("E06000034")->centre),
	       far = places_kilometres(at("E06000033")->centre, at("E08000035")->centre);
	assert_true(near > 15 && near < 35);
	assert_true(far > 250 && far < 320);
	assert_true(places_kilometres(at("E06000033")->centre, at("E06000033")->centre) == 0);
	for (size_t i = 0; i < places_count(places); i++) {
		const struct place_area *a = places_at(places, i);
		if (a->tier == TIER_LOWER || a->until != DAY_NONE)
			continue;
		assert_true(a->n_spots > 0);
		for (size_t k = 0; k < a->n_spots; k++)
			assert_true(places_kilometres(a->centre, places_spot(places, a->first_spot + k)->at) < 130);
	}
}

static void test_regions(void **state)
{
	static const struct {
		const char *word;
		size_t councils, teams;
	} all[] = { { "set", 3, 1 },
		    { "london", 33, 5 },
		    { "north-west-london", 8, 1 },
		    { "east-midlands", 10, 5 },
		    { "england", 153, 42 } };
	struct organisations *o;
	struct arena a AUTO(arena_release);
	(void)state;
	arena_init(&a);
	assert_int_equal(organisations_load("data", &o, &err), RC_OK);
	for (size_t i = 0; i < COUNT_OF(all); i++) {
		struct region r;
		if (region_read("data", str_of(all[i].word), &a, &r, &err) != RC_OK)
			fail_msg("%s", err.text);
		assert_int_equal(r.n_councils, all[i].councils);
		assert_int_equal(r.n_teams, all[i].teams);
		for (size_t k = 0; k < r.n_councils; k++) {
			const struct place_area *p = places_find(places, r.councils[k]);
			size_t helped = 0;
			assert_non_null(organisations_find(o, ORG_COUNCIL, r.councils[k]));
			assert_non_null(
			    organisations_find(o, ORG_HEALTH_TEAM, region_team_of(&r, r.councils[k])->team));
			assert_non_null(p);
			for (size_t j = 0; j < r.n_providers; j++)
				for (size_t b = 0; b < r.providers[j].n; b++)
					helped += str_eq(r.providers[j].boards[b], p->board);
			assert_int_equal(helped, 1);
		}
		for (size_t k = 0; k < r.n_providers; k++)
			assert_non_null(organisations_find(o, ORG_PROVIDER, r.providers[k].provider));
		for (size_t k = 0; k < r.n_boards; k++)
			assert_non_null(places_board(places, r.boards[k]));
	}
	struct region r;
	assert_int_equal(region_read("data", STR("../kinds"), &a, &r, &err), RC_BAD_INPUT);
	assert_int_equal(region_read("data", STR(""), &a, &r, &err), RC_BAD_INPUT);
	assert_true(region_read("data", STR("nowhere"), &a, &r, &err) != RC_OK);
	organisations_free(o);
}

/* A file of ours that is wrong is refused with its line. */
static char root[] = "/tmp/linnet-places-XXXXXX";

static void put(const char *name, const char *text)
{
	char path[200];
	snprintf(path, sizeof path, "%s/places/%s.csv", root, name);
	FILE *f = fopen(path, "w");
	assert_non_null(f);
	fputs(text, f);
	assert_int_equal(fclose(f), 0);
}

#define AREAS                                                                                                          \
	"code,name,tier,upper,region_code,region,dfe_number,board,board_share,lat,lon,rural_urban,imd_2025,"           \
	"idaci_2019,valid_from,valid_until,successors\n"
#define AREA "E1,One,single,,R,R,,Q,1,52,0,,1,1,,,\n"

static void refused(const char *file, const char *text, const char *words)
{
	struct places *p;
	char ages[200] = "area";
	for (int i = 0; i < PLACES_AGES; i++)
		snprintf(ages + strlen(ages), sizeof ages - strlen(ages), ",age_%d", i);
	put("areas", AREAS AREA);
	put("population", ages);
	put("boards",
	    "code,ons_code,name,population_0_17_2023,valid_from,valid_until,successors,cluster,source,not_checked\n");
	put("sectors", "sector,lat,lon,postcodes,area\n");
	put("districts", "district,lat,lon,postcodes,area\nA1,52,0,5,E1\n");
	put("arcs", "arc,points\n0,0 520000 0 10 10 0 0 -10 -10 0\n");
	put("outlines", "area,part,ring,arcs\nE1,1,1,0\n");
	if (file)
		put(file, text);
	enum rc rc = places_load(root, &p, &err);
	if (!file) {
		assert_int_equal(rc, RC_OK);
		places_free(p);
		return;
	}
	assert_true(rc == RC_BAD_INPUT || rc == RC_LIMIT);
	if (!strstr(err.text, words))
		fail_msg("\"%s\" does not say \"%s\"", err.text, words);
}

static void test_refusals(void **state)
{
	char path[100];
	(void)state;
	assert_non_null(mkdtemp(root));
	snprintf(path, sizeof path, "%s/places", root);
	assert_int_equal(mkdir(path, 0700), 0);
	refused(NULL, NULL, NULL);
	refused("areas", "code,name\n", "columns are expected");
	refused("areas", AREAS "E1,One,middle,,R,R,,Q,1,52,0,,1,1,,,\n", "line 2");
	refused("areas", AREAS "E1,One,lower,,R,R,,Q,1,52,0,,1,1,,,\n", "county");
	refused("areas", AREAS "E1,One,single,,R,R,,Q,1,52,0,,1,1,1/4/2025,,\n", "2025-04-01");
	refused("districts", "district,lat,lon,postcodes,area\nA1,12,0,5,E1\n", "position in England");
	refused("districts", "district,lat,lon,postcodes,area\nA1,nan,0,5,E1\n", "position in England");
	refused("districts", "district,lat,lon,postcodes,area\nA1,52,0,5,E2\n", "area of areas.csv");
	refused("arcs", "arc,points\n1,0 0 1 1\n", "numbered from 0");
	refused("arcs", "arc,points\n0,0 0 1\n", "pairs");
	refused("arcs", "arc,points\n0,0 0\n", "two points");
	refused("outlines", "area,part,ring,arcs\nE1,1,1,7\n", "no stretch 7");
	refused("outlines", "area,part,ring,arcs\nE1,1,1,\n", "three corners");
	char command[120];
	snprintf(command, sizeof command, "rm -rf %s", root);
	assert_int_equal(system(command), 0);
}

static int set_up(void **state)
{
	(void)state;
	if (places_load("data", &places, &err) != RC_OK) {
		print_message("%s\n", err.text);
		return -1;
	}
	return 0;
}

static int tear_down(void **state)
{
	(void)state;
	places_free(places);
	return 0;
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_areas),	 cmocka_unit_test(test_successors), cmocka_unit_test(test_neighbours),
		cmocka_unit_test(test_outlines), cmocka_unit_test(test_distances),  cmocka_unit_test(test_regions),
		cmocka_unit_test(test_refusals),
	};
	return cmocka_run_group_tests(tests, set_up, tear_down);
}
