/* Another child under a number that the record has: what tables say of it is not believed. */
#include "work/help.h"

static const char OTHER[] = "Essex,E-1,,Alder,Example-Heath,03/05/2012,M,,,\n";

static struct load_summary load_row(const char *first)
{
	two_parts("children.csv", CHILDREN, arena_printf(&arena, "%s%s%s", first, ZOE, LUKASZ).p);
	return load();
}

static void assert_wren(void)
{
	struct child_page p = page(person(ESSEX "/E-1"));
	assert_str("Wren", p.head.given);
	assert_int_equal(p.head.born, day_of(2016, 3, 14));
	assert_int_equal(p.head.care->from, day_of(2026, 1, 6));
	assert_str("PL1", p.head.placement->ref);
}

static void assert_all_kept_back(const struct load_summary *s)
{
	assert_rows(s, "children.csv", 0, 0, 2, 0, 1);
	assert_rows(s, "periods_of_care.csv", 0, 0, 2, 0, 1);
	assert_rows(s, "placements.csv", 0, 0, 2, 0, 2);
	assert_rows(s, "notifications.csv", 0, 0, 0, 0, 1);
	assert_rows(s, "requests.csv", 0, 0, 0, 0, 0);
	assert_int_equal(s->findings_total, 4);
	for (size_t i = 0; i < s->n_findings; i++) {
		const struct load_finding *f = &s->findings[i];
		assert_str("another-child", f->rule);
		assert_str("kept-back", f->severity);
		assert_str(ESSEX ", E-1", f->found);
		assert_true(f->line == 2 && f->message.n && f->fix.n);
		/* of neither child more than the number */
		assert_null(memmem(f->message.p, f->message.n, "Wren", 4));
		assert_null(memmem(f->message.p, f->message.n, "Alder", 5));
	}
	assert_str("children.csv", s->findings[0].file);
}

static void test_another_child_under_a_number_is_kept_back(void **state)
{
	(void)state;
	struct viewer v = app_operator(app);
	struct stamp first = stamp();
	two_parts("children.csv", CHILDREN, arena_printf(&arena, "%s%s%s", OTHER, ZOE, LUKASZ).p);
	/* of the other child: changed, added and, in requests and referrals, no more */
	two_parts(
	    "periods_of_care.csv", CARE,
	    "Essex,E-1,P1,20/02/2026,C2,,,\nEssex,E-2,P1,10/02/2026,C2,,,\nSouthend-on-Sea,S-1,P1,02/02/2026,V2,,,\n");
	two_parts("placements.csv", PLACEMENTS,
		  "Essex,E-1,PL1,P1,20/02/2026,K2,no,Thurrock,\nEssex,E-1,PL2,P1,25/02/2026,U6,no,Essex,\n"
		  "Essex,E-2,PL1,P1,10/02/2026,U6,yes,Thurrock,\n"
		  "Southend-on-Sea,S-1,PL1,P1,02/02/2026,U6,no,Barking and Dagenham,\n");
	two_parts("requests.csv", REQUESTS, "");
	two_parts("referrals.csv", REFERRALS, "");
	struct load_request r = request();
	r.dry_run = true;
	struct load_summary s = load_as(&v, r);
	assert_all_kept_back(&s);
	for (int i = 0; i < 2; i++) {
		at("2026-03-02T12:00:00Z");
		s = load();
		assert_str("done", s.state);
		assert_all_kept_back(&s);
		assert_int_equal(stamp().events, first.events);
		assert_wren();
	}
	/* the number is the first child's again: everything goes on as before */
	small_tables();
	s = load();
	assert_int_equal(s.findings_total, 0);
	assert_rows(&s, "children.csv", 0, 0, 3, 0, 0);
	assert_int_equal(stamp().events, first.events);
}

static void test_another_birth_and_nhs_number_are_another_child(void **state)
{
	(void)state;
	struct stamp first = stamp();
	struct load_summary s = load_row("Essex,E-1,9990001014,Wren,Brambleby-Example,03/05/2012,F,,English,no\n");
	assert_rows(&s, "children.csv", 0, 0, 2, 0, 1);
	assert_int_equal(stamp().events, first.events);
	assert_wren();
}

/* Each from the last: what a team corrects goes on as it did. */
static void test_corrections_go_on(void **state)
{
	(void)state;
	static const char *const rows[] = {
		"Essex,E-1,9990001006,Wren,Brambleby-Example,14/08/2015,F,,English,no\n", /* the birth alone */
		"Essex,E-1,9990001006,Wrenna,Example-Heath,14/08/2015,F,,English,no\n",	  /* adopted: both names */
		"Essex,E-1,9990001006,Wren,Example-Heath,14/03/2016,F,,English,no\n",	  /* birth and given name */
		"Essex,E-1,9990001006,WREN,EXAMPLE HEATH,03/05/2012,M,,,\n",		  /* birth, sex, and letters */
		"Essex,E-1,,,,14/03/2016,F,,,\n",					  /* no name any more */
		"Essex,E-1,9990001014,Wren,Brambleby-Example,15/03/2016,F,,,\n", /* names where there were none */
		"Essex,E-1,9990001006,Alder,Example-Heath,15/03/2016,F,,,\n",	 /* another child's: in two loads */
		"Essex,E-1,9990001006,Alder,Example-Heath,03/05/2012,M,,,\n",
	};
	for (size_t i = 0; i < COUNT_OF(rows); i++) {
		struct load_summary s = load_row(rows[i]);
		if (s.findings_total || of(&s, "children.csv").rows_changed != 1)
			fail_msg("row %zu: %" PRId64 " findings", i, s.findings_total);
		s = load_row(rows[i]);
		assert_rows(&s, "children.csv", 0, 0, 3, 0, 0);
	}
	struct child_page p = page(person(ESSEX "/E-1"));
	assert_str("Alder", p.head.given);
	assert_int_equal(p.head.born, day_of(2012, 5, 3));
}

/* What people entered of the first child stands under the number still. */
static void test_a_number_that_left_the_files_comes_back_for_another_child(void **state)
{
	(void)state;
	load_row("");
	struct stamp gone = stamp();
	struct load_summary s = load_row(OTHER);
	assert_rows(&s, "children.csv", 0, 0, 2, 0, 1);
	assert_int_equal(stamp().events, gone.events);
	/* and for the same child it comes back as ever */
	s = load_row(WREN);
	assert_int_equal(s.findings_total, 0);
	assert_wren();
}

static void test_a_new_child_is_never_another(void **state)
{
	(void)state;
	struct load_summary s =
	    load_row(arena_printf(&arena, "%s%s", WREN, "Essex,E-9,,Alder,Example-Heath,03/05/2012,M,,,\n").p);
	assert_rows(&s, "children.csv", 1, 0, 3, 0, 0);
	assert_int_equal(s.findings_total, 0);
}

static void assert_alike(const struct load_summary *s, size_t at, const char *number, const char *other)
{
	assert_in_range(at, 0, s->n_findings - 1);
	const struct load_finding *f = &s->findings[at];
	assert_str("number-alike", f->rule);
	assert_str("kept-back", f->severity);
	assert_str(arena_printf(&arena, ESSEX ", %s", number).p, f->found);
	assert_non_null(memmem(f->message.p, f->message.n, other, strlen(other)));
}

static void test_a_number_in_other_letters_makes_no_second_child(void **state)
{
	(void)state;
	struct viewer v = app_operator(app);
	struct stamp first = stamp();
	struct load_request r = request();
	/* the whole file writes it so: nothing is taken back of the child on record */
	two_parts("children.csv", CHILDREN,
		  arena_printf(&arena, "%s%s%s", "Essex,e-1,9990001006,Wren,Brambleby-Example,14/03/2016,F,,English,no\n",
			       ZOE, LUKASZ)
		      .p);
	two_parts(
	    "periods_of_care.csv", CARE,
	    "Essex,e-1,P1,06/01/2026,V2,,,\nEssex,E-2,P1,10/02/2026,C2,,,\nSouthend-on-Sea,S-1,P1,02/02/2026,V2,,,\n");
	two_parts("placements.csv", PLACEMENTS,
		  "Essex,e-1,PL1,P1,06/01/2026,U6,no,Essex,\nEssex,E-2,PL1,P1,10/02/2026,U6,yes,Thurrock,\n"
		  "Southend-on-Sea,S-1,PL1,P1,02/02/2026,U6,no,Barking and Dagenham,\n");
	two_parts("notifications.csv", NOTIFICATIONS, "");
	two_parts("requests.csv", REQUESTS, "");
	two_parts("referrals.csv", REFERRALS, "");
	for (int i = 0; i < 2; i++) {
		r.dry_run = i == 0;
		struct load_summary s = load_as(&v, r);
		assert_rows(&s, "children.csv", 0, 0, 2, 0, 1);
		assert_rows(&s, "periods_of_care.csv", 0, 0, 2, 0, 1);
		assert_rows(&s, "placements.csv", 0, 0, 2, 0, 1);
		assert_int_equal(s.findings_total, 3);
		assert_alike(&s, 0, "e-1", "number E-1");
	}
	assert_int_equal(stamp().events, first.events);
	assert_int_equal(stamp().persons, first.persons);
	assert_wren();
	/* beside the known one, and of two in one file that nobody has */
	small_tables();
	struct load_summary s = load_row(arena_printf(&arena, "%s%s", WREN,
						      "Essex,e-1,,Reed,Example-Heath,03/05/2012,M,,,\n"
						      "Essex,X-7b,,Ash,Example-Heath,03/05/2013,M,,,\n"
						      "Essex,x-7B,,Ash,Example-Heath,03/05/2013,M,,,\n")
					     .p);
	assert_int_equal(s.findings_total, 3);
	assert_alike(&s, 0, "X-7b", "number x-7B");
	assert_alike(&s, 1, "e-1", "number E-1");
	assert_alike(&s, 2, "x-7B", "number X-7b");
	assert_int_equal(stamp().persons, first.persons);
	/* numbers in small letters are as good as any */
	s = load_row(arena_printf(&arena, "%s%s", WREN, "Essex,x-7b,,Ash,Example-Heath,03/05/2013,M,,,\n").p);
	assert_rows(&s, "children.csv", 1, 0, 3, 0, 0);
	assert_int_equal(s.findings_total, 0);
}

/* Where there is no record at all, nobody is looked for; the files are. */
static void test_a_first_load_asks_too(void **state)
{
	fresh(state);
	struct load_summary s = load_row("Essex,E-1,,Reed,Example-Heath,03/05/2012,M,,,\n"
					 "Essex,e-1,,Reed,Example-Heath,03/05/2012,M,,,\n");
	assert_rows(&s, "children.csv", 2, 0, 0, 0, 2);
	assert_int_equal(s.findings_total, 2);
	assert_int_equal(rows_of("person"), 2);
}

static int loaded(void **state)
{
	fresh_loaded(state);
	return 0;
}

int main(void)
{
#define CASE(f) cmocka_unit_test_setup_teardown(f, loaded, clean_after)
	const struct CMUnitTest tests[] = {
		CASE(test_another_child_under_a_number_is_kept_back),
		CASE(test_another_birth_and_nhs_number_are_another_child),
		CASE(test_corrections_go_on),
		CASE(test_a_number_that_left_the_files_comes_back_for_another_child),
		CASE(test_a_new_child_is_never_another),
		CASE(test_a_number_in_other_letters_makes_no_second_child),
		CASE(test_a_first_load_asks_too),
	};
	return cmocka_run_group_tests(tests, set_up, tear_down);
}
