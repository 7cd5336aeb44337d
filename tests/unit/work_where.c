/* Where a placement is: worked out from the responsible council, the council of the area and who adjoins. */
#include "work/help.h"

static const char *where(const char *child)
{
	struct child_page p = page(person(child));
	bool officer = clock_on(&p, "placement-approved-officer"),
	     director = clock_on(&p, "placement-approved-director"),
	     told = clock_on(&p, "placement-told-area-authority");
	assert_true(told == (officer || director));
	assert_false(officer && director);
	return officer ? "outside" : director ? "at a distance" : "in the area or not known";
}

static void place_zoe(const char *area)
{
	two_parts("placements.csv", PLACEMENTS,
		  arena_printf(&arena,
			       "Essex,E-1,PL1,P1,06/01/2026,U6,no,Essex,\nEssex,E-2,PL1,P1,10/02/2026,U6,yes,%s,\n"
			       "Southend-on-Sea,S-1,PL1,P1,02/02/2026,U6,no,Barking and Dagenham,\n",
			       area)
		      .p);
	load();
}

static void test_three_children(void **state)
{
	(void)state;
	small_tables();
	load();
	assert_string_equal(where("E10000012/E-1"), "in the area or not known"); /* Essex, in Essex */
	assert_string_equal(where("E10000012/E-2"), "outside");			 /* Essex, in Thurrock */
	assert_string_equal(where("E06000033/S-1"), "at a distance");		 /* Southend, in Barking */
}

/* The answer follows what is believed now, and nothing of it is stored with the event. */
static void test_the_area_is_corrected(void **state)
{
	(void)state;
	small_tables();
	load();
	place_zoe("Kent");
	assert_string_equal(where("E10000012/E-2"), "at a distance"); /* over the river */
	place_zoe("Hertfordshire");
	assert_string_equal(where("E10000012/E-2"), "outside");
	place_zoe("");
	assert_string_equal(where("E10000012/E-2"), "in the area or not known");
	assert_int_equal(number("SELECT count(*) FROM event WHERE kind = 'placement-started' AND code2 IS NOT NULL"),
			 0);
}

static void record(int64_t id, const char *kind, const char *code, const char *org_code, const char *ref)
{
	struct viewer v = viewer(ROLE_ADMINISTRATOR, TEAM);
	int64_t event = 0;
	struct draft d = { .change = CHANGE_RECORD,
			   .person = id,
			   .version = page(id).head.version,
			   .kind = str_of(kind),
			   .at = STR("16/02/2026"),
			   .code = str_of(code),
			   .org = str_of(org_code),
			   .ref = str_of(ref) };
	if (str_is(d.kind, "placement-started")) {
		d.code2 = STR("in-area"); /* what a page does not ask for is not taken either */
		d.value = STR("0");
	}
	assert_ok(record_save(app, &v, &d, &arena, &event, &err));
}

/* The council that was responsible on that day, not the one whose number the child carries. */
static void test_another_council_takes_over(void **state)
{
	(void)state;
	small_tables();
	load();
	int64_t wren = person("E10000012/E-1");
	record(wren, "care-ended", "E3", "", "P1");
	record(wren, "care-started", "V2", SOUTHEND, "P2");
	record(wren, "placement-started", "U6", ESSEX, "PL2");
	assert_string_equal(where("E10000012/E-1"), "outside"); /* Southend’s child, in Essex */
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup_teardown(test_three_children, fresh, clean_after),
		cmocka_unit_test_setup_teardown(test_the_area_is_corrected, fresh, clean_after),
		cmocka_unit_test_setup_teardown(test_another_council_takes_over, fresh, clean_after),
	};
	return cmocka_run_group_tests(tests, set_up, tear_down);
}
