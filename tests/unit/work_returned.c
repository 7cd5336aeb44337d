/* The yearly return above the store: loaded beside what the team has, compared, written, refused. */
#include "work/help.h"
#include "work/returned/returned.h"

#define HEADER	"CHILD,SEX,DOB,ETHNIC,UPN,MOTHER,MC_DOB\n"
#define EPISODE "CHILD,DECOM,RNE,LS,CIN,PLACE,PLACE_PROVIDER,DEC,REC,REASON_PLACE_CHANGE,HOME_POST,PL_POST,URN\n"
#define OC2                                                                                                            \
	"CHILD,DOB,SDQ_SCORE,SDQ_REASON,CONVICTED,HEALTH_CHECK,IMMUNISATIONS,TEETH_CHECK,HEALTH_ASSESSMENT,SUBSTANCE_" \
	"MISUSE,INTERVENTION_RECEIVED,INTERVENTION_OFFERED\n"
#define REVIEW	 "CHILD,DOB,REVIEW,REVIEW_CODE\n"
#define DECISION "CHILD,DOB,DATE_PLACED,DATE_PLACED_CEASED,REASON_PLACED_CEASED\n"

static char returns[400];

static void part(const char *name, const char *heading, const char *rows)
{
	char path[800];
	snprintf(path, sizeof path, "%s/%s", returns, name);
	FILE *f = fopen(path, "wb");
	assert_non_null(f);
	fprintf(f, "%s%s", heading, rows);
	assert_int_equal(fclose(f), 0);
}

/* The return of 2024-25: R-1 in care all year with one move, R-2 came in June. */
static void small_return(void)
{
	char command[1200];
	snprintf(returns, sizeof returns, "%s/return", folder);
	snprintf(command, sizeof command, "rm -rf '%s' && mkdir '%s'", returns, returns);
	assert_int_equal(system(command), 0);
	part("header.csv", HEADER, "R-1,F,02/02/2012,WBRI,A123456789012,0,\nR-2,M,03/03/2020,WBRI,UN1,,\n");
	part("episodes.csv", EPISODE,
	     "R-1,10/01/2024,S,C1,N1,U6,PR1,05/05/2024,X1,CARPL,CM1 1AA,CM2 2BB,1234567\n"
	     "R-1,05/05/2024,P,C1,N1,K2,PR4,01/09/2024,X1,,CM1 1AA,CM3 3CC,1234567\n"
	     "R-1,01/09/2024,L,C2,N1,K2,PR4,,,,CM1 1AA,CM3 3CC,1234567\n"
	     "R-2,03/06/2024,S,V2,N1,U6,PR1,,,,CM1 1AA,CM2 2BB,1234567\n");
	part("reviews.csv", REVIEW, "R-1,02/02/2012,01/06/2024,PN1\n");
	part("oc2.csv", OC2, "R-1,02/02/2012,17,,1,,1,0,1,0,,\n");
}

static struct returned_request the_return(bool load)
{
	return (struct returned_request){
		.council = STR("Essex"), .year = STR("2024-25"), .path = str_of(returns), .load = load
	};
}

static struct returned_summary take(bool load)
{
	struct viewer v = app_operator(app);
	struct returned_request r = the_return(load);
	struct returned_summary s;
	assert_ok(returned_take(app, &v, &r, NULL, NULL, &arena, &s, &err));
	assert_str("done", s.state);
	return s;
}

static int64_t believed(const char *kind)
{
	return number(
	    "SELECT count(*) AS n FROM event e WHERE kind = '%s' AND voids = 0 AND NOT EXISTS (SELECT 1 FROM event x "
	    "WHERE x.person = e.person AND x.replaces = e.id)",
	    kind);
}

static void test_loaded_alone_nothing_is_late(void **state)
{
	(void)state;
	small_return();
	struct returned_summary s = take(true);
	assert_int_equal(s.children, 2);
	assert_int_equal(s.new_rows, 2 + 4 + 1 + 1);
	assert_int_equal(rows_of("person"), 2);
	/* children whom nobody else tells of: every clock is not known, on every list */
	assert_true(rows_of("work_row") > 0);
	assert_int_equal(number("SELECT count(*) AS n FROM work_row WHERE turn < 3"), 0);
	struct child_page p = page(person(ESSEX "/R-1"));
	assert_int_equal(p.head.born, day_of(2012, 2, 2));
	assert_int_equal(p.head.given.n, 0);
	assert_int_equal(p.head.care->from, day_of(2024, 1, 10));
	assert_int_equal(p.head.placement->from, day_of(2024, 5, 5));
	assert_non_null(event_on(&p, "review-told"));
	assert_int_equal(p.n_findings, 0);
	/* what the year tells has no day of its own, and its value */
	assert_int_equal(number("SELECT count(*) AS n FROM event WHERE kind = 'year-told'"), 4);
	assert_int_equal(number("SELECT value AS n FROM event WHERE kind = 'year-told' AND code = 'year-sdq'"), 17);
	assert_int_equal(number("SELECT value AS n FROM event WHERE kind = 'year-told' AND code = 'year-dental'"), 0);
}

static void test_the_same_again_changes_nothing(void **state)
{
	(void)state;
	small_return();
	take(true);
	struct stamp first = stamp();
	struct returned_summary s = take(true);
	assert_int_equal(s.new_rows + s.changed_rows, 0);
	assert_int_equal(stamp().events, first.events);
}

static void test_a_corrected_return_takes_the_earlier_word_back(void **state)
{
	(void)state;
	small_return();
	take(true);
	part("episodes.csv", EPISODE,
	     "R-1,10/01/2024,S,C1,N1,U6,PR1,09/05/2024,X1,CARPL,,,\nR-1,09/05/2024,P,C1,N1,K2,PR4,,,,,,\n"
	     "R-2,03/06/2024,S,V2,N1,U6,PR1,,,,,,\n");
	take(true);
	struct child_page p = page(person(ESSEX "/R-1"));
	assert_int_equal(p.head.placement->from, day_of(2024, 5, 9));
	assert_int_equal(believed("placement-started"), 3);
	assert_int_equal(believed("legal-status-changed"), 0);
	assert_int_equal(p.n_findings, 0);
	/* a child that is gone from it was not in care; what lies before the year stays */
	part("header.csv", HEADER, "R-1,F,02/02/2012,WBRI,A123456789012,0,\n");
	part("episodes.csv", EPISODE, "R-1,10/01/2024,S,C1,N1,U6,PR1,,,,,,\n");
	take(true);
	assert_int_equal(believed("care-started"), 1);
}

/* The team's own tables of the same child. */
static void own_tables(void)
{
	two_parts("children.csv", CHILDREN, "Essex,R-1,,Wren,Brambleby-Example,02/02/2012,F,,,\n");
	two_parts("periods_of_care.csv", CARE, "Essex,R-1,P1,10/01/2024,C1,,,\n");
	two_parts("placements.csv", PLACEMENTS,
		  "Essex,R-1,PL1,P1,10/01/2024,U6,no,Essex,10/05/2024\nEssex,R-1,PL2,P1,10/05/2024,K2,no,Essex,\n");
}

static bool has_words(struct str s, const char *words)
{
	return memmem(s.p, s.n, words, strlen(words)) != NULL;
}

static void test_what_the_team_has_is_not_told_twice(void **state)
{
	(void)state;
	small_return();
	own_tables();
	load();
	struct returned_summary s = take(true);
	int64_t r1 = person(ESSEX "/R-1");
	struct child_page p = page(r1);
	assert_str("Wren", p.head.given);
	assert_int_equal(p.head.placement->from, day_of(2024, 5, 10));
	assert_int_equal(p.n_findings, 0);
	assert_int_equal(
	    number("SELECT count(*) AS n FROM event WHERE person = %" PRId64 " AND kind = 'care-started'", r1), 1);
	assert_int_equal(
	    number("SELECT count(*) AS n FROM event WHERE person = %" PRId64 " AND kind = 'placement-started'", r1), 2);
	/* instead the difference is told, child by child */
	struct viewer v = app_operator(app);
	const struct returned_difference *d;
	size_t n;
	bool moved = false, ended = false, unknown = false;
	assert_ok(returned_differences(app, &v, s.id, 0, 100, &arena, &d, &n, &err));
	assert_int_equal((int64_t)n, s.differences);
	for (size_t i = 0; i < n; i++) {
		moved |= str_is(d[i].what, "placement-start") && has_words(d[i].told, "from 5 May 2024") &&
			 has_words(d[i].ours, "from 10 May 2024");
		ended |= str_is(d[i].what, "placement-end") && str_is(d[i].told, "5 May 2024") &&
			 str_is(d[i].ours, "10 May 2024");
		unknown |= str_is(d[i].what, "not-in-record") && str_is(d[i].ref, "R-2") && !d[i].person;
	}
	assert_true(moved && ended && unknown);
}

static void test_the_teams_tables_come_later(void **state)
{
	(void)state;
	small_return();
	take(true);
	own_tables();
	load();
	struct child_page p = page(person(ESSEX "/R-1"));
	assert_str("Wren", p.head.given);
	assert_int_equal(p.head.placement->from, day_of(2024, 5, 10));
	assert_int_equal(believed("care-started"), 2); /* R-2 has only the return */
	assert_int_equal(p.n_findings, 0);
	struct stamp now = stamp();
	take(true); /* and the return again does not bring it back */
	assert_int_equal(stamp().events, now.events);
}

static void test_not_in_the_return(void **state)
{
	(void)state;
	small_return();
	two_parts("children.csv", CHILDREN, "Essex,R-9,,Ida,Sorrel,02/02/2012,F,,,\n");
	two_parts("periods_of_care.csv", CARE, "Essex,R-9,P1,10/01/2024,C1,,,\n");
	two_parts("placements.csv", PLACEMENTS, "");
	load();
	struct returned_summary s = take(false);
	struct viewer v = app_operator(app), team = viewer(ROLE_ADMINISTRATOR, TEAM);
	const struct returned_difference *d;
	size_t n;
	assert_int_equal(s.differences, 3); /* two children that nobody here knows, and one the council left out */
	assert_ok(returned_differences(app, &v, s.id, 0, 100, &arena, &d, &n, &err));
	assert_str("not-in-return", d[n - 1].what);
	assert_str("R-9", d[n - 1].ref);
	/* the team sees it too; out of its circle the child is not there */
	assert_ok(returned_differences(app, &team, s.id, 0, 100, &arena, &d, &n, &err));
	assert_int_equal(n, 3);
	assert_true(
	    number("SELECT count(*) AS n FROM audit WHERE what = 'yearly return' AND person > 0 AND act = 'looked'") >
	    0);
	change("DELETE FROM circle");
	assert_ok(returned_differences(app, &team, s.id, 0, 100, &arena, &d, &n, &err));
	assert_int_equal(n, 2);
}

/* The council's tables have the child as r-2: the return makes no second record, and says why. */
static void test_a_number_in_other_capitals_makes_no_second_child(void **state)
{
	(void)state;
	small_return();
	two_parts("children.csv", CHILDREN, "Essex,r-2,,Ida,Sorrel,03/03/2020,M,,,\n");
	two_parts("periods_of_care.csv", CARE, "Essex,r-2,P1,03/06/2024,V2,,,\n");
	two_parts("placements.csv", PLACEMENTS, "");
	load();
	struct returned_summary s = take(true);
	struct viewer v = app_operator(app);
	const struct returned_difference *d;
	size_t n;
	assert_int_equal(rows_of("person"), 2); /* and R-1, who is new */
	assert_true(number("SELECT count(*) AS n FROM finding WHERE rule = 'number-alike' AND found LIKE '%%R-2'") > 0);
	assert_ok(returned_differences(app, &v, s.id, 0, 100, &arena, &d, &n, &err));
	assert_int_equal(n, 3);
	assert_str("not-in-record", d[1].what);
	assert_str("nothing; it has r-2, which differs in small and capital letters only", d[1].ours);
	assert_int_equal(d[1].person, person(ESSEX "/r-2"));
	assert_str("not-in-return", d[2].what);
}

static void test_what_is_never_stored(void **state)
{
	(void)state;
	small_return();
	part("placed.csv", DECISION, "R-1,02/02/2012,01/06/2024,01/05/2024,RD9\n");
	part("oc2.csv", OC2, "R-1,02/02/2012,17,,1,,1,0,,0,,\n"); /* 544: convicted, and an item is missing */
	struct returned_summary s = take(true);
	size_t adoption = 0;
	for (size_t i = 0; i < s.n_rules; i++)
		adoption += str_is(s.rules[i].rule, "522") || str_is(s.rules[i].rule, "120");
	assert_int_equal(adoption, 2);
	/* what was found about adoption is a number; of convictions no value is kept */
	assert_int_equal(
	    number("SELECT count(*) AS n FROM yearly_return_row w JOIN yearly_return_rule r ON r.id = w.id AND r.n = "
		   "w.n WHERE r.tab = 'PlacedAdoption'"),
	    0);
	assert_int_equal(
	    number("SELECT count(*) AS n FROM yearly_return_row WHERE found LIKE '%%CONVICTED _%%' OR found LIKE "
		   "'%%MOTHER _%%' OR found LIKE '%%UPN _%%' OR found LIKE '%%POST _%%'"),
	    0);
	assert_int_equal(
	    number("SELECT count(*) AS n FROM event WHERE body LIKE '%%CM1%%' OR body LIKE '%%WBRI%%' OR code = 'RD9'"),
	    0);
	struct buf b AUTO(buf_release);
	struct viewer v = app_operator(app);
	buf_init(&b, 1 << 20);
	for (size_t i = 0; i < s.n_rules; i++)
		if (str_is(s.rules[i].rule, "544"))
			assert_ok(returned_rows_csv(app, &v, s.id, s.rules[i].n, &b, &err));
	assert_non_null(strstr(b.p, "R-1"));
	assert_null(strstr(b.p, "CONVICTED 1"));
}

static void test_written_from_the_record(void **state)
{
	(void)state;
	two_parts("children.csv", CHILDREN,
		  "Essex,R-1,,Wren,Brambleby-Example,02/02/2012,F,,,\nEssex,R-2,,Ida,Sorrel,03/03/2021,F,,,\n");
	two_parts("periods_of_care.csv", CARE, "Essex,R-1,P1,10/01/2024,C1,,,\nEssex,R-2,P1,10/01/2024,V3,,,\n");
	two_parts("placements.csv", PLACEMENTS, "Essex,R-1,PL1,P1,10/01/2024,U6,no,Essex,\n");
	two_parts("assessments.csv", ASSESSMENTS, "Essex,R-1,A1,review,01/06/2024,nurse,02/06/2024\n");
	two_parts("checks.csv", "council,child_id,kind,checked_on,result\n",
		  "Essex,R-1,immunisations,01/07/2024,outstanding\nEssex,R-1,immunisations,01/08/2024,complete\n");
	two_parts("sdq.csv", "council,child_id,completed_on,completed_by,total\n", "Essex,R-1,01/05/2024,carer,21\n");
	file("about.csv",
	     "table,partial,covers_from\nassessments,no,01/01/2024\nchecks,no,01/04/2025\nsdq,no,01/01/2024\n");
	load();
	struct viewer v = app_operator(app);
	struct written w;
	assert_ok(returned_write(app, &v, STR(ESSEX), STR("2024-25"), &arena, &w, &err));
	assert_int_equal(w.children, 1); /* short breaks are not in the cohort */
	assert_int_equal(w.in_care, 2);
	if (!strstr(w.oc2.p, "\r\nR-1,02/02/2012,21,,,,1,,1,,,\r\n"))
		fail_msg("%s", w.oc2.p);
	assert_int_equal(w.n_blanks, 1); /* nobody sends all dental checks of that year */
	assert_str("TEETH_CHECK", w.blanks[0].item);
	assert_true(w.findings > 0); /* what is blank is asked for by the checks */
	assert_non_null(strstr(w.xml.p, "<CHILDID>R-1</CHILDID>"));
	/* what was written and the record say the same */
	char path[300];
	snprintf(path, sizeof path, "%s/written.xml", folder);
	FILE *f = fopen(path, "wb");
	assert_int_equal(fwrite(w.xml.p, 1, w.xml.n, f), w.xml.n);
	fclose(f);
	written_release(&w);
	snprintf(returns, sizeof returns, "%s", path);
	assert_int_equal(take(false).differences, 0);
	assert_rc(RC_BAD_INPUT, returned_write(app, &v, STR(ESSEX), STR("2025-26"), &arena, &w, &err));
	assert_words("has not ended");
}

static void test_who_may(void **state)
{
	(void)state;
	small_return();
	struct viewer nurse = viewer(ROLE_NURSE, TEAM), social = viewer(ROLE_SOCIAL_WORKER, ESSEX),
		      clinician = viewer(ROLE_CLINICIAN, TRUST), admin = viewer(ROLE_ADMINISTRATOR, TEAM);
	struct returned_request r = the_return(true);
	struct returned_summary s;
	struct written w;
	struct stamp before = stamp();
	const struct viewer *not_allowed[] = { &nurse, &social, &clinician };
	for (size_t i = 0; i < COUNT_OF(not_allowed); i++) {
		assert_rc(RC_REFUSED, returned_take(app, not_allowed[i], &r, NULL, NULL, &arena, &s, &err));
		assert_rc(RC_REFUSED,
			  returned_write(app, not_allowed[i], STR("Essex"), STR("2024-25"), &arena, &w, &err));
	}
	r.council = STR("Camden"); /* not served by this team */
	assert_rc(RC_NOT_FOUND, returned_take(app, &admin, &r, NULL, NULL, &arena, &s, &err));
	r.council = STR("Atlantis");
	assert_rc(RC_NOT_FOUND, returned_take(app, &admin, &r, NULL, NULL, &arena, &s, &err));
	r.council = STR("Essex");
	r.year = STR("1999-00");
	assert_rc(RC_BAD_INPUT, returned_take(app, &admin, &r, NULL, NULL, &arena, &s, &err));
	assert_same_stamp(before);
	r.year = STR("2024-25");
	assert_ok(returned_take(app, &admin, &r, NULL, NULL, &arena, &s, &err));
	/* another organisation's return is not there */
	struct viewer other = viewer(ROLE_ADMINISTRATOR, SOUTHEND);
	assert_rc(RC_NOT_FOUND, returned_see(app, &other, s.id, &arena, &s, &err));
}

static void test_a_dry_run_and_a_bad_return(void **state)
{
	(void)state;
	small_return();
	struct viewer v = app_operator(app);
	struct returned_request r = the_return(true);
	struct returned_summary s;
	struct stamp before = stamp();
	r.dry_run = true;
	assert_ok(returned_take(app, &v, &r, NULL, NULL, &arena, &s, &err));
	assert_str("dry-run", s.state);
	assert_int_equal(s.new_rows, 8);
	assert_same_stamp(before);
	assert_int_equal(rows_of("yearly_return"), 0);
	part("episodes.csv", "X,Y\n", "1,2\n");
	r.dry_run = false;
	assert_rc(RC_BAD_INPUT, returned_take(app, &v, &r, NULL, NULL, &arena, &s, &err));
	assert_same_stamp(before);
	assert_int_equal(number("SELECT count(*) AS n FROM yearly_return WHERE state = 'refused'"), 1);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup_teardown(test_loaded_alone_nothing_is_late, fresh, clean_after),
		cmocka_unit_test_setup_teardown(test_the_same_again_changes_nothing, fresh, clean_after),
		cmocka_unit_test_setup_teardown(test_a_corrected_return_takes_the_earlier_word_back, fresh,
						clean_after),
		cmocka_unit_test_setup_teardown(test_what_the_team_has_is_not_told_twice, fresh, clean_after),
		cmocka_unit_test_setup_teardown(test_the_teams_tables_come_later, fresh, clean_after),
		cmocka_unit_test_setup(test_not_in_the_return, fresh),
		cmocka_unit_test_setup_teardown(test_a_number_in_other_capitals_makes_no_second_child, fresh,
						clean_after),
		cmocka_unit_test_setup_teardown(test_what_is_never_stored, fresh, clean_after),
		cmocka_unit_test_setup_teardown(test_written_from_the_record, fresh, clean_after),
		cmocka_unit_test_setup_teardown(test_who_may, fresh, clean_after),
		cmocka_unit_test_setup_teardown(test_a_dry_run_and_a_bad_return, fresh, clean_after),
	};
	return cmocka_run_group_tests(tests, set_up, tear_down);
}
