/* Entering a child who is not on record yet: who may, what is proposed, what is kept quiet,
 * what follows, and a form that is sent twice. */
#include "work/help.h"
#include "work/record/enter.h"

static struct viewer admin, nurse, worker, southend, clinician;

static int loaded(void **state)
{
	fresh_loaded(state);
	admin = viewer(ROLE_ADMINISTRATOR, TEAM);
	nurse = viewer(ROLE_NURSE, TEAM);
	worker = viewer(ROLE_SOCIAL_WORKER, ESSEX);
	southend = viewer(ROLE_SOCIAL_WORKER, SOUTHEND);
	clinician = viewer(ROLE_CLINICIAN, TRUST);
	return 0;
}

/* Somebody whom nobody knows: came into care last Friday, placed in the area. */
static struct entry ivy(void)
{
	return (struct entry){ .number = enter_number(&arena),
			       .given = STR("Ivy"),
			       .family = STR("Marlowe-Example"),
			       .sex = STR("F"),
			       .nhs_number = STR("999 000 2010"),
			       .born = STR("29/02/2024"),
			       .council = STR(ESSEX),
			       .kind = STR("care-started"),
			       .at = STR("27/02/2026"),
			       .code = STR("V2"),
			       .placement = STR("U6"),
			       .area = STR(ESSEX),
			       .emergency = STR("1") };
}

static struct entry_page look(const struct viewer *v, const struct entry *n)
{
	struct entry_page p;
	assert_ok(enter_look(app, v, n, ENTRY_WHOLE, &arena, &p, &err));
	return p;
}

static int64_t save(const struct viewer *v, const struct entry *n)
{
	int64_t person = 0, event = 0;
	assert_ok(enter_save(app, v, n, &arena, &person, &event, &err));
	assert_true(event > 0);
	return person;
}

static enum rc try_save(const struct viewer *v, const struct entry *n)
{
	int64_t person, event;
	return enter_save(app, v, n, &arena, &person, &event, &err);
}

static void assert_problem(const struct viewer *v, const struct entry *n, const char *field, const char *words)
{
	struct stamp before = stamp();
	struct entry_page p = look(v, n);
	bool found = false;
	for (size_t i = 0; i < p.n_problems; i++)
		found = found || (str_is(p.problems[i].field, field) &&
				  memmem(p.problems[i].text.p, p.problems[i].text.n, words, strlen(words)));
	if (!found)
		fail_msg("no problem of %s that says \"%s\" (%d problems, the first of " STR_FMT ": " STR_FMT ")", field,
			 words, (int)p.n_problems, STR_ARG(p.n_problems ? p.problems[0].field : STR("nothing")),
			 STR_ARG(p.n_problems ? p.problems[0].text : STR("")));
	assert_rc(RC_BAD_INPUT, try_save(v, n));
	assert_same_stamp(before);
}

/* ---- what is seen before, comes true ---- */

static void what_is_foretold_begins(void **state)
{
	(void)state;
	struct entry n = ivy();
	struct stamp before = stamp();
	int64_t lines = rows_of("audit");
	struct entry_page p = look(&nurse, &n);
	assert_int_equal(p.n_problems + p.n_candidates, 0);
	assert_same_stamp(before);
	assert_int_equal(rows_of("audit"), lines); /* nobody was looked at */
	assert_int_equal(p.n_events, 2);
	assert_int_equal(p.n_circle, 2); /* Essex and its health team */
	assert_true(p.n_changes > 3);
	int64_t id = save(&nurse, &n);
	assert_int_equal(rows_of("person"), before.persons + 1);
	assert_int_equal(number("SELECT count(*) AS n FROM audit WHERE act = 'entered' AND person = %" PRId64, id), 1);
	assert_int_equal(number("SELECT event AS n FROM audit WHERE act = 'entered' AND person = %" PRId64, id),
			 number("SELECT id AS n FROM event WHERE kind = 'care-started' AND person = %" PRId64, id));
	struct child_page is = page_as(&nurse, id, DAY_NONE, KNOWN_NOW);
	assert_str("Ivy", is.head.given);
	assert_str("9990002010", is.head.nhs_number);
	assert_int_equal(is.head.born, day_of(2024, 2, 29));
	assert_non_null(is.head.care);
	assert_non_null(is.head.placement);
	for (size_t i = 0; i < p.n_changes; i++) {
		const struct clock *told = &p.changes[i].after;
		bool found = false;
		for (size_t k = 0; k < is.n_clocks && !found; k++)
			found = is.clocks[k].clock.standard == told->standard && is.clocks[k].clock.due == told->due &&
				is.clocks[k].clock.state == told->state;
		if (!found)
			fail_msg("foretold and not come: " STR_FMT, STR_ARG(p.changes[i].standard->id));
	}
	assert_clock(id, "iha-returned", CLOCK_RUNNING);
	assert_int_equal(clock_on(&is, "iha-returned")->clock.due, day_of(2026, 3, 27)); /* 20 working days */
	assert_int_equal(clock_on(&is, "placement-notified")->clock.due, day_of(2026, 3, 6)); /* an emergency: 5 */
	/* the council that it came into the care of sees it, another does not */
	struct child_query q = { .person = id, .as_of = DAY_NONE, .known_ms = KNOWN_NOW };
	assert_ok(child_see(app, &worker, &q, &arena, &is, &err));
	assert_rc(RC_NOT_FOUND, child_see(app, &southend, &q, &arena, &is, &err));
}

static void a_birthday_that_nobody_knows(void **state)
{
	(void)state;
	struct entry n = ivy();
	n.born = STR("");
	assert_problem(&worker, &n, "born", "tick that it is not known");
	n.born_not_known = true;
	int64_t id = save(&worker, &n);
	assert_clock(id, "leaving-care-assessment", CLOCK_NOT_KNOWN);
	assert_clock(id, "iha-returned", CLOCK_RUNNING);
}

static struct entry referred(void)
{
	struct entry n = ivy();
	n.kind = STR("referral-received");
	n.code = STR("12");
	n.code2 = STR("C10");
	n.value = STR("2");
	n.org = STR(TRUST);
	return n;
}

static size_t looks_that_say(const struct child_page *p, const char *act)
{
	size_t n = 0;
	for (size_t i = 0; i < p->n_looks; i++)
		n += str_is(p->looks[i].act, act);
	return n;
}

static void a_referral_begins_too(void **state)
{
	(void)state;
	struct entry n = referred();
	struct entry_page p = look(&clinician, &n);
	assert_int_equal(p.n_problems, 0);
	assert_int_equal(p.n_circle, 3); /* the provider, the council and its health team */
	int64_t id = save(&clinician, &n);
	struct child_page is = page_as(&clinician, id, DAY_NONE, KNOWN_NOW);
	const struct child_clock *c = clock_on(&is, "ed-urgent");
	assert_non_null(c);
	assert_int_equal(c->clock.due, day_of(2026, 3, 6));
	is = page_as(&worker, id, DAY_NONE, KNOWN_NOW); /* the council sees the child, and not why */
	assert_null(event_on(&is, "referral-received"));
	/* nor by whom it was entered: that line is of the entry */
	assert_int_equal(looks_that_say(&is, "entered"), 0);
	is = page_as(&clinician, id, DAY_NONE, KNOWN_NOW);
	assert_int_equal(looks_that_say(&is, "entered"), 1);
}

/* ---- sent twice ---- */

static void sent_twice_is_entered_once(void **state)
{
	(void)state;
	struct entry n = ivy();
	int64_t id = save(&nurse, &n), persons = rows_of("person"), events = rows_of("event");
	at("2026-03-02T10:09:00Z");
	assert_int_equal(save(&nurse, &n), id);
	n.ref = STR("E-77"); /* the council's own number is known now: the child is proposed */
	assert_rc(RC_CONFLICT, try_save(&nurse, &n));
	n = ivy();
	n.nhs_number = STR("");
	n.ref = STR("E-78");
	n.given = STR("Heath");
	int64_t other = save(&nurse, &n); /* a twin: another given name */
	assert_int_not_equal(other, id);
	assert_int_equal(save(&nurse, &n), other);
	assert_int_equal(rows_of("person"), persons + 1);
	assert_int_equal(rows_of("event"), events + 3);
	n.at = STR("26/02/2026"); /* other words under the same number are not the same form */
	assert_problem(&nurse, &n, "ref", "is on record");
	struct entry_page p = look(&nurse, &n);
	assert_int_equal(p.taken, other);
	n.at = STR("27/02/2026");
	at("2026-03-02T10:20:00Z"); /* ten minutes later it is a new attempt */
	assert_problem(&nurse, &n, "ref", "is on record");
	n.given = STR("Reed");
	assert_problem(&worker, &n, "ref", "is on record");
}

/* ---- is it somebody who is on record? ---- */

static struct entry wren_again(void)
{
	struct entry n = ivy();
	n.given = STR("Wren");
	n.family = STR("Brambleby");
	n.born = STR("14/03/2016");
	n.nhs_number = STR("999 000 1006");
	return n;
}

static void a_likely_same_child_is_proposed(void **state)
{
	(void)state;
	char wren[ID_TEXT_MAX];
	struct entry n = wren_again();
	struct entry_page p = look(&nurse, &n);
	assert_int_equal(p.n_candidates, 1);
	assert_int_equal(p.candidates[0].record.person, person(ESSEX "/E-1"));
	assert_int_equal(p.n_changes, 0); /* nothing is foretold before that is answered */
	assert_int_equal(number("SELECT count(*) AS n FROM audit WHERE act = 'looked' AND what LIKE 'a new child%%' AND person = %" PRId64,
				person(ESSEX "/E-1")),
			 1);
	assert_rc(RC_CONFLICT, try_save(&nurse, &n));
	n.different = str_of(id_text(person(ESSEX "/E-2"), wren)); /* of another it was not asked */
	assert_rc(RC_CONFLICT, try_save(&nurse, &n));
	n.different = str_of(id_text(person(ESSEX "/E-1"), wren));
	assert_rc(RC_BAD_INPUT, try_save(&nurse, &n));
	assert_words("how you know");
	n.why = STR("Her mother says so");
	int64_t id = save(&nurse, &n);
	assert_int_not_equal(id, person(ESSEX "/E-1"));
	/* A nurse does not decide such questions: it waits for whoever does. */
	const struct match_pair *pairs;
	size_t n_pairs;
	assert_ok(match_pairs(app, &admin, 10, &arena, &pairs, &n_pairs, &err));
	assert_int_equal(n_pairs, 1);
	n = wren_again();
	n.ref = STR("E-300");
	p = look(&admin, &n);
	assert_int_equal(p.n_candidates, 2);
	char both[2][ID_TEXT_MAX];
	n.different = arena_printf(&arena, "%s %s", id_text(id, both[0]), id_text(person(ESSEX "/E-1"), both[1]));
	n.why = STR("The council says so");
	save(&admin, &n);
	assert_ok(match_pairs(app, &admin, 10, &arena, &pairs, &n_pairs, &err));
	assert_int_equal(n_pairs, 1); /* the nurse's; the administrator's own are decided */
}

/* ---- what is nobody else's to know ---- */

static void nothing_is_said_of_who_is_not_seen(void **state)
{
	(void)state;
	struct entry n = wren_again();
	n.council = STR(SOUTHEND);
	n.area = STR(SOUTHEND);
	int64_t lines = rows_of("audit");
	struct entry_page p = look(&southend, &n);
	assert_int_equal(p.n_problems + p.n_candidates, 0); /* Essex has her, which Southend does not see */
	assert_int_equal(rows_of("audit"), lines);
	/* Essex's number, said by Southend of a child placed there: the words tell no name, nor whose it is. */
	n = ivy();
	n.area = STR(SOUTHEND);
	n.ref = STR("E-1");
	assert_problem(&southend, &n, "ref", "This number cannot be entered here. Ask your information governance lead");
	p = look(&southend, &n);
	assert_int_equal(p.taken, 0);
	assert_int_equal(number("SELECT count(*) AS n FROM audit WHERE what LIKE 'a new child%%' AND person > 0"), 0);
	n.ref = STR("E-999");
	save(&southend, &n);
}

static void a_number_is_known_however_it_is_typed(void **state)
{
	(void)state;
	struct entry n = ivy();
	n.ref = STR("e-1");
	assert_problem(&nurse, &n, "ref", "is on record, written E-1");
	struct entry_page p = look(&nurse, &n);
	assert_int_equal(p.taken, person(ESSEX "/E-1"));
	n.area = STR(SOUTHEND);
	assert_problem(&southend, &n, "ref", "This number cannot be entered here. Ask your information governance lead");
	n = ivy();
	n.ref = STR("e-Ab9");
	save(&nurse, &n);
	n.nhs_number = STR("");
	n.given = STR("Heath");
	n.ref = STR("E-aB9");
	assert_problem(&nurse, &n, "ref", "is on record, written e-Ab9");
	n.council = n.area = STR(SOUTHEND); /* another council's numbers are its own */
	n.ref = STR("e-1");
	save(&southend, &n);
}

static void an_adopted_child_is_never_proposed(void **state)
{
	(void)state;
	two_parts("periods_of_care.csv", CARE,
		  "Essex,E-1,P1,06/01/2026,V2,,20/02/2026,E11\nEssex,E-2,P1,10/02/2026,C2,,,\n"
		  "Southend-on-Sea,S-1,P1,02/02/2026,V2,,,\n");
	load();
	struct entry n = wren_again();
	struct entry_page p = look(&nurse, &n);
	assert_int_equal(p.n_candidates + p.n_problems, 0);
	n.ref = STR("E-1");
	assert_problem(&nurse, &n, "ref", "This number cannot be entered here. Ask your information governance lead");
}

/* ---- refusals ---- */

static void who_may_not(void **state)
{
	(void)state;
	struct entry n = ivy();
	struct entry_page p;
	struct viewer governance = viewer(ROLE_GOVERNANCE, ESSEX);
	assert_rc(RC_REFUSED, enter_look(app, &governance, &n, ENTRY_WHO, &arena, &p, &err));
	assert_rc(RC_REFUSED, try_save(&governance, &n));
	assert_problem(&clinician, &n, "kind", "Choose what has begun"); /* care is not theirs to say */
	n.kind = STR("referral-received");
	assert_problem(&worker, &n, "kind", "Choose what has begun"); /* nor this a council's */
	n.kind = STR("assessment-seen");
	assert_problem(&nurse, &n, "kind", "Choose what has begun");
	n = ivy(); /* Southend's worker, a child of Essex placed in Essex: they would not see it */
	assert_problem(&southend, &n, "placement", "would not see this child");
	n = ivy();
	n.kind = STR("referral-received");
	n.code = STR("other");
	n.code2 = STR("C02");
	n.value = STR("3");
	n.org = STR("RWK");
	if (app_organisation_by_code(app, n.org))
		assert_problem(&clinician, &n, "org", "would not see this child");
}

static void what_was_typed_is_checked(void **state)
{
	(void)state;
	static const struct {
		size_t at; /* of the field in struct entry */
		const char *typed, *field, *words;
	} tries[] = {
		{ offsetof(struct entry, born), "31/02/2024", "born", "must be a real day" },
		{ offsetof(struct entry, born), "03/03/2026", "born", "in the future" },
		{ offsetof(struct entry, born), "02/03/2000", "born", "check the year" },
		{ offsetof(struct entry, sex), "X", "sex", "Choose" },
		{ offsetof(struct entry, nhs_number), "999 000 2011", "nhs_number", "a digit is wrong" },
		{ offsetof(struct entry, nhs_number), "12345", "nhs_number", "ten digits" },
		{ offsetof(struct entry, council), TEAM, "council", "Choose the council" },
		{ offsetof(struct entry, council), "", "council", "Choose the council" },
		{ offsetof(struct entry, number), "mine", "ref", "not whole" },
		{ offsetof(struct entry, given), "Ivy\nRose", "given", "one line" },
		{ offsetof(struct entry, at), "03/03/2026", "at", "in the future" },
		{ offsetof(struct entry, at), "28/02/2024", "at", "before the child was born" },
		{ offsetof(struct entry, at), "", "at", "Enter" },
		{ offsetof(struct entry, code), "ZZ", "code", "Choose" },
		{ offsetof(struct entry, placement), "ZZ", "placement", "Choose" },
		{ offsetof(struct entry, area), "", "area", "Choose" },
		{ offsetof(struct entry, emergency), "7", "emergency", "must be" },
		{ offsetof(struct entry, minute), "25:00", "minute", "like 09:30" },
	};
	for (size_t i = 0; i < COUNT_OF(tries); i++) {
		struct entry n = ivy();
		*(struct str *)((char *)&n + tries[i].at) = str_of(tries[i].typed);
		assert_problem(&nurse, &n, tries[i].field, tries[i].words);
	}
	struct entry n = ivy();
	n.given = n.family = STR("  ");
	assert_problem(&nurse, &n, "given", "Enter a name");
	n = ivy();
	n.ref = (struct str){ memset(arena_alloc(&arena, 100), 'a', 100), 65 };
	assert_problem(&nurse, &n, "ref", "at most 64");
	n = ivy();
	n.born_not_known = true;
	assert_problem(&nurse, &n, "born", "tick that it is not known");
}

/* ---- told later by the council's tables ---- */

static void tables_confirm_what_was_entered(void **state)
{
	(void)state;
	struct entry n = ivy();
	n.ref = STR("E-5");
	int64_t id = save(&worker, &n);
	two_parts("children.csv", CHILDREN,
		  arena_printf(&arena, "%s%s%sEssex,E-5,9990002010,Ivy,Marlowe-Example,29/02/2024,F,,,\n", WREN, ZOE,
			       LUKASZ)
		      .p);
	two_parts("periods_of_care.csv", CARE,
		  "Essex,E-1,P1,06/01/2026,V2,,,\nEssex,E-2,P1,10/02/2026,C2,,,\n"
		  "Essex,E-5,P1,27/02/2026,V2,,,\nSouthend-on-Sea,S-1,P1,02/02/2026,V2,,,\n");
	load();
	struct child_page p = page(id);
	assert_int_equal(standing(&p, "care-started"), 1);
	assert_int_equal(p.n_findings, 0);
}

static void tables_confirm_a_referral(void **state)
{
	(void)state;
	struct entry n = referred();
	n.ref = STR("E-5");
	int64_t id = save(&clinician, &n);
	two_parts("children.csv", CHILDREN,
		  arena_printf(&arena, "%s%s%sEssex,E-5,9990002010,Ivy,Marlowe-Example,29/02/2024,F,,,\n", WREN, ZOE,
			       LUKASZ)
		      .p);
	two_parts("referrals.csv", REFERRALS,
		  "Essex,E-1,M1,North East London NHS Foundation Trust,16/02/2026,other,C02,3,,\n"
		  "Essex,E-5,M9,North East London NHS Foundation Trust,27/02/2026,12,C10,2,,\n");
	load();
	struct child_page p = page_as(&clinician, id, DAY_NONE, KNOWN_NOW);
	assert_int_equal(standing(&p, "referral-received"), 1);
	assert_int_equal(p.n_findings, 0);
	int64_t before = rows_of("event");
	load();
	assert_int_equal(rows_of("event"), before);
	/* Of another priority it is another referral, or one of the two is wrong: somebody must say. */
	two_parts("referrals.csv", REFERRALS,
		  "Essex,E-1,M1,North East London NHS Foundation Trust,16/02/2026,other,C02,3,,\n"
		  "Essex,E-5,M9,North East London NHS Foundation Trust,27/02/2026,12,C10,2,,\n"
		  "Essex,E-5,M10,North East London NHS Foundation Trust,27/02/2026,12,C10,3,,\n");
	load();
	p = page_as(&clinician, id, DAY_NONE, KNOWN_NOW);
	assert_int_equal(standing(&p, "referral-received"), 2);
}

int main(void)
{
#define TEST(t) cmocka_unit_test_setup_teardown(t, loaded, clean_after)
	const struct CMUnitTest tests[] = {
		TEST(what_is_foretold_begins),
		TEST(a_birthday_that_nobody_knows),
		TEST(a_referral_begins_too),
		TEST(sent_twice_is_entered_once),
		TEST(a_likely_same_child_is_proposed),
		TEST(nothing_is_said_of_who_is_not_seen),
		TEST(a_number_is_known_however_it_is_typed),
		TEST(an_adopted_child_is_never_proposed),
		TEST(who_may_not),
		TEST(what_was_typed_is_checked),
		TEST(tables_confirm_what_was_entered),
		TEST(tables_confirm_a_referral),
	};
	return cmocka_run_group_tests(tests, set_up, tear_down);
}
