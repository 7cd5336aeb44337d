/* Two records of one child: joined, read as one, taken apart; who may; what was known when. */
#include "work/help.h"
#include "work/core/lean.h"
#include "work/core/members.h"
#include "work/record/join.h"
#include "work/record/statement.h"

static struct viewer admin;
static int64_t here, there; /* Wren with Essex now, and with Southend before */

static void tables_of_both(void)
{
	small_tables();
	two_parts("children.csv", CHILDREN,
		  arena_printf(&arena, "%s%s%s%s", WREN, ZOE, LUKASZ,
			       "Southend-on-Sea,S-9,9990001006,Wren,Brambleby,14/03/2016,F,,,\n")
		      .p);
	two_parts("periods_of_care.csv", CARE,
		  "Essex,E-1,P1,06/01/2026,V2,,,\nEssex,E-2,P1,10/02/2026,C2,,,\n"
		  "Southend-on-Sea,S-1,P1,02/02/2026,V2,,,\n"
		  "Southend-on-Sea,S-9,P1,03/03/2025,V2,,05/01/2026,E3\n");
	two_parts("placements.csv", PLACEMENTS,
		  "Essex,E-1,PL1,P1,06/01/2026,U6,no,Essex,\nEssex,E-2,PL1,P1,10/02/2026,U6,yes,Thurrock,\n"
		  "Southend-on-Sea,S-1,PL1,P1,02/02/2026,U6,no,Barking and Dagenham,\n"
		  "Southend-on-Sea,S-9,PL1,P1,03/03/2025,K2,no,Southend-on-Sea,05/01/2026\n");
	two_parts("assessments.csv", ASSESSMENTS, "Southend-on-Sea,S-9,A1,initial,25/03/2025,doctor,28/03/2025\n");
}

static int loaded(void **state)
{
	fresh(state);
	tables_of_both();
	complete_from("01/01/2020");
	load();
	here = person(ESSEX "/E-1");
	there = person(SOUTHEND "/S-9");
	admin = viewer(ROLE_ADMINISTRATOR, TEAM);
	return 0;
}

static int64_t joined(void)
{
	int64_t main = 0;
	assert_ok(join_records(app, &admin, there, here, STR("Same NHS number, and Southend says so"), &main, &err));
	return main;
}

static size_t facts_of(const struct child_page *p, const char *kind)
{
	size_t n = 0;
	for (size_t i = 0; i < p->n_events; i++)
		n += str_is(p->events[i].kind->id, kind) && !p->events[i].voided && !p->events[i].replaced_by;
	return n;
}

/* ---- joined ---- */

static void one_child_is_read(void **state)
{
	(void)state;
	assert_clock(here, "iha-returned", CLOCK_RUNNING);
	assert_int_equal(joined(), here); /* where the child is in care now */
	assert_clean();
	struct child_page p = page(here);
	assert_int_equal(facts_of(&p, "care-started"), 2);
	assert_int_equal(facts_of(&p, "placement-started"), 2);
	assert_int_equal(facts_of(&p, "assessment-seen"), 1);
	assert_int_equal(p.n_findings, 0);
	/* Both call a placement PL1: the one that ended did not end the other. */
	assert_non_null(p.head.placement);
	assert_str("PL1", p.head.placement->ref);
	assert_int_equal(p.head.placement->to, DAY_NEVER);
	/* The other record leads to the child. */
	struct child_page q = page(there);
	assert_int_equal(q.head.person, here);
	assert_int_equal(person(SOUTHEND "/S-9"), here);
	assert_int_equal(person("9990001006"), here);
	const struct child_found *found;
	size_t n;
	assert_ok(child_search(app, &admin, STR("brambleby"), 10, &arena, &found, &n, NULL, &err));
	assert_int_equal(n, 1); /* by the names of either record, once */
	assert_int_equal(found[0].person, here);
	assert_int_equal(number("SELECT count(*) AS n FROM circle WHERE person = %lld", (long long)there), 0);
	assert_int_equal(number("SELECT count(*) AS n FROM work_row WHERE person = %lld", (long long)there), 0);
}

static void undone_each_is_as_it_was(void **state)
{
	(void)state;
	struct stamp before = stamp();
	joined();
	assert_clean();
	assert_ok(join_undo(app, &admin, here, there, STR("Two children after all"), &err));
	struct stamp after = stamp();
	assert_int_equal(after.events, before.events + 4); /* who joined and who took apart is kept */
	after.events = before.events;
	assert_memory_equal(&before, &after, sizeof before);
	assert_clean();
	struct child_page p = page(there);
	assert_int_equal(p.head.person, there);
	assert_int_equal(facts_of(&p, "record-joined-to"), 0);
	/* And joined again. */
	assert_int_equal(joined(), here);
	assert_clean();
}

static void as_known_before_they_are_two(void **state)
{
	(void)state;
	int64_t before = instant(TODAY);
	at("2026-03-03T10:00:00Z");
	joined();
	at("2026-03-04T10:00:00Z");
	struct viewer v = app_operator(app);
	struct child_page a = page_as(&v, here, DAY_NONE, before), b = page_as(&v, there, DAY_NONE, before);
	assert_int_equal(a.head.person, here);
	assert_int_equal(b.head.person, there);
	assert_int_equal(facts_of(&a, "care-started"), 1);
	assert_int_equal(facts_of(&b, "care-started"), 1);
	struct child_page c = page_as(&v, here, DAY_NONE, instant("2026-03-03T12:00:00Z"));
	assert_int_equal(facts_of(&c, "care-started"), 2);
	/* Undone, it was never there: what stood on the wrong child leaves past reads too. */
	assert_ok(join_undo(app, &admin, there, here, STR("Two children"), &err));
	c = page_as(&v, here, DAY_NONE, instant("2026-03-03T12:00:00Z"));
	assert_int_equal(facts_of(&c, "care-started"), 1);
	assert_clean();
}

struct telling {
	members_reader *reader;
	int64_t known_ms;
	size_t children, facts;
};

static enum rc each(struct history *h, struct arena *a, void *arg, struct err *e)
{
	struct telling *t = arg;
	struct folded f;
	(void)e;
	history_fold(app, h, t->known_ms, a, &f);
	t->children++;
	t->facts += f.child.n;
	return RC_OK;
}

static enum rc read_all(struct db *db, void *arg, struct err *e)
{
	struct telling *t = arg;
	struct members m;
	enum rc rc = app_coverage_refresh(app, db, e);
	if (rc == RC_OK)
		rc = members_read(app, db, org(TEAM), &m, e);
	if (rc != RC_OK)
		return rc;
	rc = members_each(app, db, &m, t->known_ms, t->reader, each, t, NULL, NULL, e);
	members_release(&m);
	return rc;
}

/* Whom a report of the team reads. */
static struct telling children_of(members_reader *reader, int64_t known_ms)
{
	struct telling t = { .reader = reader, .known_ms = known_ms };
	assert_ok(store_read(app_store(app), read_all, &t, &err));
	return t;
}

static void reports_count_one_and_before_two(void **state)
{
	(void)state;
	at("2026-03-03T10:00:00Z");
	joined();
	assert_int_equal(number("SELECT count(*) AS n FROM person WHERE joined_to IS NOT NULL"), 1);
	assert_int_equal(number("SELECT count(DISTINCT person) AS n FROM circle"), 3);
	assert_int_equal(children_of(history_range, KNOWN_NOW).children, 3);
	assert_int_equal(children_of(lean_range, KNOWN_NOW).children, 3);
	assert_int_equal(children_of(history_range, instant(TODAY)).children, 4);
	assert_int_equal(children_of(lean_range, instant(TODAY)).children, 4);
	assert_int_equal(children_of(lean_range, KNOWN_NOW).facts, children_of(history_range, KNOWN_NOW).facts);
	assert_int_equal(children_of(lean_range, instant(TODAY)).facts,
			 children_of(history_range, instant(TODAY)).facts);
	assert_clean();
}

/* ---- what is written afterwards ---- */

static struct draft draft(int64_t id, const char *kind, const char *day)
{
	return (struct draft){ .change = CHANGE_RECORD,
			       .person = id,
			       .version = page(id).head.version,
			       .kind = str_of(kind),
			       .at = str_of(day) };
}

static void a_correction_goes_where_the_entry_is(void **state)
{
	(void)state;
	joined();
	struct child_page p = page(here);
	const struct child_event *seen = event_on(&p, "assessment-seen");
	struct draft d;
	assert_ok(record_draft_of(app, &admin, here, seen->id, &arena, &d, &err));
	d.at = STR("2025-03-26");
	d.why = STR("The clinic gave another day");
	d.version = page(here).head.version;
	int64_t event = 0;
	assert_ok(record_save(app, &admin, &d, &arena, &event, &err));
	assert_clean();
	assert_int_equal(number("SELECT person AS n FROM event WHERE id = %lld", (long long)event), there);
	assert_int_equal(number("SELECT count(*) AS n FROM event WHERE ref = 'A1' AND id = %lld", (long long)event), 1);
	assert_ok(join_undo(app, &admin, here, there, STR("Two children"), &err));
	struct child_page q = page(there);
	assert_int_equal(event_on(&q, "assessment-seen")->at, day_of(2025, 3, 26));
	assert_clean();
}

static void files_still_speak_of_their_own_record(void **state)
{
	(void)state;
	joined();
	struct stamp before = stamp();
	struct load_summary s = load(); /* the same again */
	assert_rows(&s, "placements.csv", 0, 0, 4, 0, 0);
	before.coverage = stamp().coverage;
	assert_same_stamp(before);
	assert_clean();
	two_parts("assessments.csv", ASSESSMENTS, "Southend-on-Sea,S-9,A1,initial,24/03/2025,doctor,28/03/2025\n");
	s = load();
	assert_rows(&s, "assessments.csv", 0, 1, 0, 0, 0);
	assert_clean();
	struct child_page p = page(here);
	assert_int_equal(event_on(&p, "assessment-seen")->at, day_of(2025, 3, 24));
}

static void a_form_of_before_is_told(void **state)
{
	(void)state;
	struct draft d = draft(there, "visit-made", "2026-03-01");
	joined();
	assert_rc(RC_CONFLICT, record_save(app, &admin, &d, &arena, NULL, &err));
	assert_words("joined meanwhile");
	assert_clean();
}

/* ---- who may, and what may not ---- */

static void only_who_sees_both(void **state)
{
	(void)state;
	struct viewer nurse = viewer(ROLE_NURSE, TEAM), other = viewer(ROLE_ADMINISTRATOR, TRUST),
		      gone = viewer(ROLE_GOVERNANCE, TEAM);
	assert_rc(RC_REFUSED, join_records(app, &nurse, here, there, STR("x"), NULL, &err));
	assert_rc(RC_REFUSED, join_records(app, &gone, here, there, STR("x"), NULL, &err));
	/* The trust knows Wren of Essex by a referral, and nothing of Southend's record. */
	assert_rc(RC_NOT_FOUND, join_records(app, &other, here, there, STR("x"), NULL, &err));
	assert_string_equal(err.text, "There is no such child here.");
	assert_rc(RC_NOT_FOUND, join_records(app, &admin, here, 12345, STR("x"), NULL, &err));
	assert_rc(RC_BAD_INPUT, join_records(app, &admin, here, here, STR("x"), NULL, &err));
	assert_rc(RC_BAD_INPUT, join_records(app, &admin, here, there, STR("  "), NULL, &err));
	joined();
	assert_rc(RC_CONFLICT, join_records(app, &admin, here, there, STR("x"), NULL, &err));
	assert_rc(RC_CONFLICT, join_records(app, &admin, there, person(ESSEX "/E-2"), STR("x"), NULL, &err));
	/* One child: the trust that knows it knows it whole, and a council sees nothing sensitive. */
	struct viewer council = viewer(ROLE_SOCIAL_WORKER, SOUTHEND);
	struct child_page p = page_as(&council, here, DAY_NONE, KNOWN_NOW);
	assert_int_equal(facts_of(&p, "referral-received"), 0);
	assert_int_equal(facts_of(&p, "care-started"), 2);
	assert_rc(RC_REFUSED, join_undo(app, &nurse, here, there, STR("x"), &err));
	assert_ok(join_undo(app, &admin, here, there, STR("x"), &err));
	assert_rc(RC_CONFLICT, join_undo(app, &admin, here, there, STR("x"), &err));
}

static void an_adopted_child_is_joined_with_nobody(void **state)
{
	(void)state;
	two_parts("periods_of_care.csv", CARE,
		  "Essex,E-1,P1,06/01/2026,V2,,,\nEssex,E-2,P1,10/02/2026,C2,,,\n"
		  "Southend-on-Sea,S-1,P1,02/02/2026,V2,,,\n"
		  "Southend-on-Sea,S-9,P1,03/03/2025,V2,,05/01/2026,E12\n");
	load();
	/* the record is in nobody's circle: as if there were none */
	assert_rc(RC_NOT_FOUND, join_records(app, &admin, here, there, STR("x"), NULL, &err));
	assert_words("There is no such child here.");
	assert_rc(RC_NOT_FOUND, join_records(app, &admin, there, here, STR("x"), NULL, &err));
	assert_clean();
}

static void a_third_record_joins_the_same_child(void **state)
{
	(void)state;
	int64_t third = person(SOUTHEND "/S-1"), main = 0;
	joined();
	assert_ok(join_records(app, &admin, third, here, STR("x"), &main, &err));
	assert_int_equal(main, here);
	assert_clean();
	assert_int_equal(page(third).head.person, here);
	assert_ok(join_undo(app, &admin, here, there, STR("x"), &err));
	assert_clean();
	assert_int_equal(page(there).head.person, there);
	assert_int_equal(page(third).head.person, here);
}

static void rebuilding_says_the_same(void **state)
{
	(void)state;
	joined();
	struct stamp before = stamp();
	change("UPDATE person SET joined_to = NULL");
	assert_int_equal(verified().wrong > 0, 1);
	int64_t children, changed;
	assert_ok(keep_rebuild(app, NULL, NULL, &children, &changed, &err));
	assert_same_stamp(before);
	assert_clean();
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup_teardown(one_child_is_read, loaded, clean_after),
		cmocka_unit_test_setup_teardown(undone_each_is_as_it_was, loaded, clean_after),
		cmocka_unit_test_setup_teardown(as_known_before_they_are_two, loaded, clean_after),
		cmocka_unit_test_setup_teardown(reports_count_one_and_before_two, loaded, clean_after),
		cmocka_unit_test_setup_teardown(a_correction_goes_where_the_entry_is, loaded, clean_after),
		cmocka_unit_test_setup_teardown(files_still_speak_of_their_own_record, loaded, clean_after),
		cmocka_unit_test_setup_teardown(a_form_of_before_is_told, loaded, clean_after),
		cmocka_unit_test_setup_teardown(only_who_sees_both, loaded, clean_after),
		cmocka_unit_test_setup_teardown(an_adopted_child_is_joined_with_nobody, loaded, clean_after),
		cmocka_unit_test_setup_teardown(a_third_record_joins_the_same_child, loaded, clean_after),
		cmocka_unit_test_setup_teardown(rebuilding_says_the_same, loaded, clean_after),
	};
	return cmocka_run_group_tests(tests, set_up, tear_down);
}
