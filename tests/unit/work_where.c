/* What follows from other things: where a placement is (from the two councils and who adjoins), a provider that
 * works only online, short breaks that went on too long. */
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

/* A provider that works only online or in writing is out of the four-week wait, whatever team it names. */
static void test_a_digital_provider(void **state)
{
	(void)state;
	small_tables();
	load();
	struct child_page p = page(person("E10000012/E-1"));
	assert_non_null(clock_on(&p, "cyp-four-weeks"));
	two_parts("referrals.csv", REFERRALS, "Essex,E-1,M1,DFC,16/02/2026,other,C02,3,,\n");
	load();
	p = page(person("E10000012/E-1"));
	assert_null(clock_on(&p, "cyp-four-weeks"));
	assert_int_equal(number("SELECT count(*) FROM event WHERE code2 = 'digital-only'"), 0); /* nothing is stored */
}

/* Short breaks are what the stays are, not what the code says. */
static void test_short_breaks_that_went_on(void **state)
{
	(void)state;
	small_tables();
	two_parts("periods_of_care.csv", CARE,
		  "Essex,E-1,P1,06/01/2026,V4,,,\nEssex,E-2,P1,10/02/2026,V4,,,\nSouthend-on-Sea,S-1,P1,02/02/2026,V2,,,\n");
	two_parts("placements.csv", PLACEMENTS,
		  "Essex,E-1,PL1,P1,06/01/2026,U6,no,Essex,23/01/2026\nEssex,E-2,PL1,P1,10/02/2026,U6,yes,Thurrock,28/02/2026\n");
	load();
	struct child_page p = page(person("E10000012/E-1")); /* 17 nights */
	assert_int_equal(p.n_findings, 0);
	p = page(person("E10000012/E-2")); /* 18 nights */
	assert_int_equal(p.n_findings, 1);
	assert_non_null(strstr(p.findings[0].text.p, "longer than 17 days"));
	assert_int_equal(number("SELECT count(*) FROM event WHERE kind = 'short-breaks-passed'"), 0);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup_teardown(test_three_children, fresh, clean_after),
		cmocka_unit_test_setup_teardown(test_the_area_is_corrected, fresh, clean_after),
		cmocka_unit_test_setup_teardown(test_another_council_takes_over, fresh, clean_after),
		cmocka_unit_test_setup_teardown(test_a_digital_provider, fresh, clean_after),
		cmocka_unit_test_setup_teardown(test_short_breaks_that_went_on, fresh, clean_after),
	};
	return cmocka_run_group_tests(tests, set_up, tear_down);
}
