/* Lawful erasure: asked by one, decided by another; nothing of it left but a tombstone, on this store,
 * on one that is restored from before, and after the same files come again. */
#include "work/help.h"
#include "work/people.h"

#include <pthread.h>

#include "work/admin/drill.h"
#include "work/admin/staff.h"
#include "work/oversee/audit.h"
#include "work/oversee/erase.h"
#include "work/core/write.h"
#include "work/record/enter.h"
#include "work/record/join.h"
#include "work/record/seal_entry.h"
#include "work/record/statement.h"
#include "work/see/emergency.h"

static int64_t zoe;
static struct viewer second, council_lead, far_lead;

static int loaded(void **state)
{
	fresh_loaded(state);
	people_begin();
	zoe = person(ESSEX "/E-2");
	second = somebody("second", ROLE_GOVERNANCE, TEAM);
	council_lead = somebody("council", ROLE_GOVERNANCE, ESSEX);
	far_lead = somebody("far", ROLE_GOVERNANCE, TRUST);
	return 0;
}

static enum rc asking(const struct viewer *v, int64_t person, int64_t event, const char *ground, const char *why,
		      int64_t *id_out)
{
	const char *field;
	struct erase_ask ask = { person, event, str_of(ground), str_of(why) };
	return erase_ask(app, v, &ask, id_out, &field, &err);
}

static int64_t asked(const struct viewer *v, int64_t person, int64_t event)
{
	int64_t id = 0;
	assert_ok(asking(v, person, event, "unlawful", "Request 7", &id));
	return id;
}

static enum rc deciding(const struct viewer *v, int64_t id, bool approve)
{
	return erase_decide(app, v, id, approve, STR("Nothing of article 17(3) stands in the way"), &err);
}

static void erased(int64_t person, int64_t event)
{
	assert_ok(deciding(&second, asked(event ? &nurse : &lead, person, event), true));
}

static int64_t rows_about(int64_t who)
{
	static const char *const tables_of[] = { "event",	 "search_name", "named_worker",
						 "circle",	 "open_clocks", "work_row",
						 "compact",	 "chase_item",	"item_link",
						 "access_grant", "record_hold", "yearly_return_difference" };
	int64_t n = number("SELECT count(*) AS n FROM person WHERE id = %" PRId64, who);
	for (size_t i = 0; i < COUNT_OF(tables_of); i++)
		n += number("SELECT count(*) AS n FROM %s WHERE person = %" PRId64, tables_of[i], who);
	return n;
}

static void assert_sound(int64_t least_erased)
{
	int64_t rows;
	struct audit_head head;
	struct audit_report r;
	assert_ok(audit_seal_all(app, &rows, &head, &err));
	assert_ok(audit_verify(app, STR(""), NULL, NULL, &arena, &r, &err));
	if (r.faults)
		fail_msg(STR_FMT, STR_ARG(r.list[0].words));
	assert_true(r.erased >= least_erased);
}

/* No byte of these words is in the files of the store. */
static void assert_not_in_file(const char *words)
{
	char command[4000];
	if (strncmp(url, "sqlite:", 7) != 0)
		return;
	snprintf(command, sizeof command, "! cat '%s'* | grep -aqF '%s'", url + 7, words);
	if (system(command) != 0)
		fail_msg("\"%s\" is still in the store's files", words);
}

static void assert_in_file(const char *words)
{
	char command[4000];
	if (strncmp(url, "sqlite:", 7) != 0)
		return;
	snprintf(command, sizeof command, "cat '%s'* | grep -aqF '%s'", url + 7, words);
	assert_int_equal(system(command), 0);
}

/* Everything that hangs on a child beside its events. */
static void hang_on(void)
{
	int64_t id, until;
	const char *field;
	struct viewer stranger = somebody("stranger", ROLE_DOCTOR, "RRP");
	struct emergency_ask in_need = { STR("9990001006"), STR("14/03/2016"), STR("life-in-danger"),
					 STR("Found at the station") };
	two_parts("contacts.csv", CONTACTS, "Essex,E-1,K1,M1,RAT,99/99/2026,letter,yes,Brambleby in a row\n");
	two_parts("children.csv", CHILDREN,
		  arena_printf(&arena, "%s%s%sEssex,,999 000 1006,Wren,Brambleby-Spaced,14/03/2016,F,,English,no\n",
			       WREN, ZOE, LUKASZ)
		      .p);
	load();
	assert_int_equal(number("SELECT count(*) AS n FROM finding WHERE record LIKE '%%999 000 1006%%'"), 1);
	assert_int_equal(number("SELECT count(*) AS n FROM finding WHERE record LIKE '%%Brambleby in a row%%' OR "
				"record LIKE '%%99/99/2026%%'"),
			 1);
	assert_ok(emergency_begin(app, &stranger, &in_need, &id, &until, &field, &err));
	change("INSERT INTO match_answer (id, one, other, answer, account, org, at_ms, why) VALUES "
	       "(1, 'E06000033/S-9', '" ESSEX "/E-1', 'different', 1, 1, 1, 'Brambleby')");
	change("INSERT INTO weekly_answer (id, council, ref, kind, content, list, answer, account, org, at_ms, why) "
	       "VALUES "
	       "(1, %" PRId64 ", 'E-1', 'x', 'Brambleby', 1, 'rejected', 1, 1, 1, '')",
	       org(ESSEX));
	change("INSERT INTO chase_item (person, chase, standard, opened, ordinal, n, edition, asks, nth, why, at_ms) "
	       "VALUES "
	       "(%" PRId64 ", 1, 'iha-returned', 1, 1, 1, 1, 1, 1, 'asked', 5)",
	       wren);
}

static void test_a_whole_record_goes_and_a_tombstone_stays(void **state)
{
	(void)state;
	hang_on();
	page_as(&nurse, wren, DAY_NONE, KNOWN_NOW);
	assert_sound(0);
	assert_in_file("Brambleby");
	int64_t others = number("SELECT count(*) AS n FROM event WHERE person <> %" PRId64, wren);
	int64_t lines = number("SELECT count(*) AS n FROM audit WHERE person = %" PRId64, wren);
	assert_true(rows_about(wren) > 20);
	int64_t id = asked(&lead, wren, 0);
	assert_ok(deciding(&second, id, true));
	assert_int_equal(rows_about(wren), 0);
	assert_int_equal(number("SELECT count(*) AS n FROM event WHERE person <> %" PRId64, wren), others);
	assert_int_equal(rows_of("match_answer") + rows_of("weekly_answer"), 0);
	assert_int_equal(number("SELECT count(*) AS n FROM finding WHERE record <> ''"), 0);
	/* The audit has all its lines, and they say nothing but that something was erased. */
	assert_int_equal(number("SELECT count(*) AS n FROM audit WHERE person = %" PRId64, wren), lines + 2);
	assert_int_equal(number("SELECT count(*) AS n FROM audit WHERE person = %" PRId64
				" AND what NOT LIKE '%%see erasure%%'",
				wren),
			 0);
	assert_sound(lines);
	assert_not_in_file("Brambleby");
	assert_not_in_file("9990001006");
	assert_not_in_file("Found at the station");
	/* Who, when, on which ground. */
	struct erasure one;
	assert_rc(RC_NOT_FOUND, erasure_see(app, &far_lead, id, &arena, &one, &err));
	assert_ok(erasure_see(app, &lead, id, &arena, &one, &err));
	assert_int_equal(one.state, ERASURE_DONE);
	assert_str("lead", one.asked_by);
	assert_str("second", one.decided_by);
	assert_str("It was recorded unlawfully", one.ground);
	assert_true(one.entries > 5 && one.record.n == 0);
	struct child_query q = { .person = wren, .as_of = DAY_NONE, .known_ms = KNOWN_NOW };
	struct child_page p;
	assert_rc(RC_NOT_FOUND, child_see(app, &nurse, &q, &arena, &p, &err));
	assert_words("There is no such child here.");
	assert_rc(RC_NOT_FOUND, asking(&lead, wren, 0, "unlawful", "Again", &id));
}

static void test_an_entry_goes_with_its_chain_and_all_is_as_before_it(void **state)
{
	(void)state;
	struct stamp before = stamp();
	int64_t event =
	    record_as(&nurse, "sexual-health-entry", "08/01/2026", "", "", "The words that nobody may keep");
	int64_t other = record_as(&nurse, "assessment-agreed-again", "20/02/2026", "initial", "", "Kept words");
	assert_ok(seal_save(app, &nurse, wren, other, true, STR("She asked"), &err));
	assert_in_file("that nobody may keep");
	assert_sound(0);
	/* An information governance lead does not see it, and so cannot ask for it; who wrote it can. */
	int64_t id;
	assert_rc(RC_NOT_FOUND, asking(&lead, wren, event, "unlawful", "Request", &id));
	assert_rc(RC_NOT_FOUND, asking(&worker, wren, event, "unlawful", "Request", &id));
	erased(wren, event);
	assert_int_equal(number("SELECT count(*) AS n FROM event WHERE id = %" PRId64, event), 0);
	assert_not_in_file("that nobody may keep");
	assert_in_file("Kept words");
	/* The entry and the mark of its seal are one chain. */
	erased(wren, other);
	assert_not_in_file("Kept words");
	assert_same_stamp(before);
	assert_sound(1);
	/* Nobody is told that something sealed was there. */
	struct child_page p = page_as(&worker, wren, DAY_NONE, KNOWN_NOW);
	for (size_t i = 0; i < p.n_looks; i++)
		assert_false(str_is(p.looks[i].act, "erased"));
}

/* A seal that two loads met: that a file tells of the entry goes with it, and of no other. */
/* What was said about a clock was hidden with the sealed entry that opened it, and does not come to light without it.
 */
static void test_what_was_said_of_its_clock_goes_with_an_entry(void **state)
{
	(void)state;
	struct stamp before = stamp();
	int64_t event = record_draft(&doctor, (struct draft){ .kind = STR("ehc-step"),
							      .at = STR("20/02/2026"),
							      .code = STR("ehc-requested"),
							      .ref = STR("H1") });
	assert_ok(statement_save(app, &nurse, wren, STR("ehc-decision"), STR("It came by the refuge."), &err));
	assert_ok(seal_save(app, &doctor, wren, event, true, STR("She asked"), &err));
	assert_sound(0);
	assert_ok(deciding(&second, asked(&doctor, wren, event), true));
	assert_int_equal(number("SELECT count(*) AS n FROM event WHERE kind = 'days-disputed'"), 0);
	assert_not_in_file("It came by the refuge.");
	assert_same_stamp(before);
	assert_sound(3); /* recorded, said, sealed */
	struct child_page p = page_as(&worker, wren, DAY_NONE, KNOWN_NOW);
	for (size_t i = 0; i < p.n_looks; i++)
		assert_false(str_is(p.looks[i].act, "erased") || str_is(p.looks[i].act, "recorded"));
}

/* A correction made on the page of the joined records stands in the audit under the one that the child is read by. */
static void test_the_audit_of_joined_records_forgets_an_entry(void **state)
{
	(void)state;
	struct draft d;
	int64_t lukasz = person(SOUTHEND "/S-1"), main = 0, next = 0;
	int64_t entry = record_as(&nurse, "assessment-agreed-again", "20/02/2026", "initial", "", "");
	assert_ok(join_records(app, &admin, wren, lukasz, STR("One child"), &main, &err));
	assert_int_equal(main, lukasz);
	assert_ok(record_draft_of(app, &nurse, main, entry, &arena, &d, &err));
	d.at = STR("19/02/2026");
	d.why = STR("It was her cousin who said so");
	assert_ok(record_save(app, &nurse, &d, &arena, &next, &err));
	assert_int_equal(number("SELECT person AS n FROM event WHERE id = %" PRId64, next), wren);
	assert_in_file("her cousin who said so");
	change("INSERT INTO chase_item (person, chase, standard, opened, ordinal, n, edition, asks, nth, why, at_ms) "
	       "VALUES (%" PRId64 ", 1, 'iha-returned', %" PRId64 ", 1, 1, 1, 1, 1, 'asked', 5)",
	       main, entry);
	assert_sound(0);
	erased(main, next);
	assert_int_equal(rows_of("chase_item"), 0);
	assert_not_in_file("her cousin who said so");
	assert_int_equal(number("SELECT count(*) AS n FROM audit WHERE reason LIKE '%%cousin%%'"), 0);
	assert_sound(2);
}

static void test_what_a_file_told_under_seal_goes_with_the_entry(void **state)
{
	(void)state;
	struct child_page p = page_as(&nurse, wren, DAY_NONE, KNOWN_NOW);
	int64_t asked_for = event_on(&p, "request-made")->id, other = event_on(&p, "health-notified")->id;
	assert_ok(seal_save(app, &nurse, wren, asked_for, true, STR("She asked"), &err));
	assert_ok(seal_save(app, &nurse, wren, other, true, STR("She asked"), &err));
	struct viewer an_admin =
	    viewer(ROLE_ADMINISTRATOR, ESSEX); /* the team's files told it: the council's do now too */
	struct load_request r = request();
	struct str partial[] = { STR("children"), STR("requests"), STR("notifications") };
	r.partial = partial;
	r.n_partial = COUNT_OF(partial);
	two_parts("requests.csv", REQUESTS, "Essex,E-1,R1,initial,08/01/2026,08/01/2026,12/01/2026,13/01/2026,,\n");
	two_parts("children.csv", CHILDREN, WREN);
	static const char *const others[] = { "about.csv",	 "periods_of_care.csv", "placements.csv",
					      "assessments.csv", "referrals.csv",	"contacts.csv" };
	for (size_t i = 0; i < COUNT_OF(others); i++)
		no_file(others[i]);
	load_as(&an_admin, r);
	int64_t told = rows_of("told_sealed");
	assert_int_equal(told, 2);
	erased(wren, asked_for);
	assert_int_equal(rows_of("told_sealed"), told - 1);
}

static void test_a_corrected_entry_of_a_file_goes_whole(void **state)
{
	(void)state;
	struct child_page p = page(wren);
	const struct child_event *ev = event_on(&p, "health-notified");
	assert_non_null(ev);
	struct draft d = { .change = CHANGE_VOID,
			   .person = wren,
			   .event = ev->id,
			   .version = p.head.version,
			   .kind = ev->kind->id,
			   .why = STR("Not hers") };
	int64_t taken;
	assert_ok(record_save(app, &nurse, &d, &arena, &taken, &err));
	erased(wren, ev->id); /* asked for by the entry that was taken back: both go */
	assert_int_equal(
	    number("SELECT count(*) AS n FROM event WHERE id IN (%" PRId64 ", %" PRId64 ")", ev->id, taken), 0);
	/* The same files again do not bring it back, and say so. */
	struct stamp before = stamp();
	struct load_summary s = load();
	before.coverage = rows_of("coverage");
	assert_same_stamp(before);
	size_t said = 0;
	for (size_t i = 0; i < s.n_findings; i++)
		said += str_is(s.findings[i].rule, "erased") && !s.findings[i].record.n;
	assert_int_equal(said, 1);
	/* Until the operator lets them. */
	struct viewer op = app_operator(app);
	int64_t id = number("SELECT id AS n FROM erasure");
	assert_rc(RC_REFUSED, erase_lift(app, &lead, id, STR("It was right after all"), &err));
	assert_ok(erase_lift(app, &op, id, STR("It was right after all"), &err));
	assert_rc(RC_CONFLICT, erase_lift(app, &op, id, STR("It was right after all"), &err));
	s = load();
	assert_int_equal(rows_of("event"), before.events + 1);
}

static void test_the_same_files_do_not_bring_a_record_back(void **state)
{
	(void)state;
	erased(wren, 0);
	struct stamp before = stamp();
	for (int dry = 1; dry >= 0; dry--) {
		struct load_request r = request();
		struct viewer op = app_operator(app);
		r.dry_run = dry;
		struct load_summary s = load_as(&op, r);
		before.coverage = rows_of("coverage");
		assert_same_stamp(before);
		assert_true(str_starts(s.message, "1 record was lawfully erased"));
		size_t said = 0;
		for (size_t i = 0; i < s.n_findings; i++)
			said += str_is(s.findings[i].rule, "erased");
		assert_int_equal(said, 1); /* for all its rows */
	}
	assert_not_in_file("Brambleby"); /* and nothing is kept of the rows */
	assert_int_equal(number("SELECT count(*) AS n FROM person WHERE ref = 'E-1'"), 0);
}

struct again {
	int64_t council;
	const char *ref;
};

static enum rc made_again(struct db *db, void *arg, struct err *e)
{
	const struct again *g = arg;
	struct history h = child_new(app, g->council, str_of(g->ref), &arena);
	return child_append(app, db, &h, NULL, 0, true, &arena, e);
}

/* A list that somebody accepts, or whatever makes a record under this number, is refused; others are not. */
static void test_a_record_is_not_made_again_under_its_number(void **state)
{
	(void)state;
	struct again same = { org(ESSEX), "E-1" }, other = { org(ESSEX), "E-77" }, elsewhere = { org(SOUTHEND), "E-1" };
	erased(wren, 0);
	struct stamp before = stamp();
	assert_rc(RC_REFUSED, store_write(app_store(app), made_again, &same, &err));
	assert_words("was lawfully erased");
	assert_same_stamp(before);
	assert_ok(store_write(app_store(app), made_again, &other, &err));
	assert_ok(store_write(app_store(app), made_again, &elsewhere, &err));
}

/* Nor rows that write its number in other capitals, whichever of the two was erased; a child on record stays. */
static void test_other_capitals_do_not_bring_a_record_back(void **state)
{
	(void)state;
	static const char ash[] = "Essex,q-7b,,Ash,Example-Heath,03/05/2013,M,,,\n",
			  as_others[] = "Essex,Q-7B,,Ash,Example-Heath,03/05/2013,M,,,\n"
					"Essex,e-1,9990001006,Wren,Brambleby-Example,14/03/2016,F,,English,no\n";
	small_tables();
	two_parts("children.csv", CHILDREN, arena_printf(&arena, "%s%s%s%s", WREN, ZOE, LUKASZ, ash).p);
	load();
	erased(wren, 0);
	erased(person(ESSEX "/q-7b"), 0);
	two_parts("children.csv", CHILDREN, arena_printf(&arena, "%s%s%s", ZOE, LUKASZ, as_others).p);
	two_parts("periods_of_care.csv", CARE, "Essex,e-1,P1,06/01/2026,V2,,,\n");
	two_parts("placements.csv", PLACEMENTS, "");
	two_parts("notifications.csv", NOTIFICATIONS, "");
	two_parts("requests.csv", REQUESTS, "");
	two_parts("referrals.csv", REFERRALS, "");
	struct load_summary s = load();
	assert_true(str_starts(s.message, "2 records were lawfully erased"));
	assert_int_equal(number("SELECT count(*) AS n FROM person WHERE upper(ref) IN ('E-1', 'Q-7B')"), 0);
	struct again same = { org(ESSEX), "Q-7B" }, other = { org(ESSEX), "e-1" };
	assert_rc(RC_REFUSED, store_write(app_store(app), made_again, &same, &err));
	assert_rc(RC_REFUSED, store_write(app_store(app), made_again, &other, &err));
}

/* Of two children whose numbers differ in capitals only one was erased: the other is loaded as ever. */
static void test_a_living_number_alike_is_not_left_out(void **state)
{
	(void)state;
	struct again beside = { org(ESSEX), "e-1" };
	assert_ok(store_write(app_store(app), made_again, &beside, &err)); /* entered before such were refused */
	erased(person(ESSEX "/e-1"), 0);
	struct load_summary s = load();
	assert_int_equal(s.message.n, 0);
	assert_int_equal(person(ESSEX "/E-1"), wren);
}

static struct str why_not_entered(const struct viewer *v, const char *ref)
{
	struct entry n = { .number = enter_number(&arena),
			   .given = STR("Somebody"),
			   .family = STR("Else-Example"),
			   .sex = STR("F"),
			   .born = STR("01/02/2020"),
			   .council = STR(ESSEX),
			   .ref = str_of(ref),
			   .kind = STR("care-started"),
			   .at = STR("27/02/2026"),
			   .code = STR("V2"),
			   .placement = STR("U6"),
			   .area = STR(SOUTHEND) };
	struct entry_page p;
	int64_t person, event;
	assert_ok(enter_look(app, v, &n, ENTRY_WHOLE, &arena, &p, &err));
	assert_int_equal(p.taken, 0);
	if (p.n_problems)
		assert_rc(RC_BAD_INPUT, enter_save(app, v, &n, &arena, &person, &event, &err));
	return p.n_problems ? p.problems[0].text : STR("");
}

/* Who enters a child under a number that was erased learns no more than of one that is in use elsewhere. */
static void test_the_page_does_not_tell_that_a_number_was_erased(void **state)
{
	(void)state;
	struct viewer far = viewer(ROLE_SOCIAL_WORKER, SOUTHEND);
	assert_true(str_is(why_not_entered(&far, "E-77"), ""));
	struct str in_use = why_not_entered(&far, "E-1");
	assert_true(str_starts(in_use, "This number cannot be entered here"));
	erased(wren, 0);
	assert_true(str_eq(in_use, why_not_entered(&far, "E-1")));
	assert_int_equal(
	    number("SELECT count(*) AS n FROM audit WHERE what LIKE '%%number is in use' AND act = 'searched' "
		   "AND person = 0"),
	    2);
}

static void erase_meanwhile(void *arg, const char *what, int64_t done, int64_t total)
{
	bool *over = arg;
	(void)done;
	(void)total;
	if (!*over && strcmp(what, "Children") == 0) {
		*over = true;
		erased(wren, 0);
	}
}

/* A load that looked the files through before an erasure does not bring back what was erased meanwhile. */
static void test_a_load_that_runs_meanwhile_stops(void **state)
{
	(void)state;
	struct buf rows AUTO(buf_release);
	struct viewer op = app_operator(app);
	struct load_request r = request();
	struct load_summary s;
	struct str partial = STR("children");
	bool over = false;
	buf_init(&rows, 1 << 20);
	for (int i = 0; i < 150; i++) /* before hers, and more than a unit */
		buf_printf(&rows, "Essex,A-%d,,Siskin,Reed-Example,14/03/2016,F,,English,no\n", i);
	buf_puts(&rows, WREN);
	two_parts("children.csv", CHILDREN, rows.p);
	r.partial = &partial;
	r.n_partial = 1;
	assert_rc(RC_REFUSED, load_tables(app, &op, &r, erase_meanwhile, &over, &arena, &s, &err));
	assert_words("lawfully erased while the files were loaded");
	assert_true(over);
	assert_int_equal(rows_about(wren), 0);
	s = load_as(&op, r);
	assert_int_equal(number("SELECT count(*) AS n FROM person WHERE ref = 'E-1'"), 0);
	assert_int_equal(number("SELECT count(*) AS n FROM person WHERE ref LIKE 'A-%%'"), 150);
}

static void test_who_asks_does_not_decide_and_others_are_refused(void **state)
{
	(void)state;
	int64_t id, none;
	struct viewer op = app_operator(app);
	struct viewer an_admin = viewer(ROLE_ADMINISTRATOR, TEAM), far_nurse = viewer(ROLE_NURSE, "RRP");
	assert_rc(RC_BAD_INPUT, asking(&lead, wren, 0, "because", "Request", &none));
	assert_rc(RC_BAD_INPUT, asking(&lead, wren, 0, "unlawful", "  ", &none));
	assert_rc(RC_NOT_FOUND, asking(&far_nurse, wren, 0, "unlawful", "Request", &none));
	assert_rc(RC_NOT_FOUND, asking(&far_lead, zoe, 0, "unlawful", "Request", &none));
	assert_rc(RC_NOT_FOUND, asking(&lead, 12345, 0, "unlawful", "Request", &none));
	assert_rc(RC_NOT_FOUND, asking(&nurse, wren, 12345, "unlawful", "Request", &none));
	struct child_page p = page(wren);
	assert_rc(RC_BAD_INPUT, asking(&nurse, wren, p.events[0].id, "retention", "Request", &none));
	id = asked(&lead, wren, 0);
	assert_rc(RC_CONFLICT, asking(&nurse, wren, 0, "order", "Request 8", &none));
	struct stamp before = stamp();
	assert_rc(RC_REFUSED, deciding(&lead, id, true));
	assert_words("You asked for this yourself");
	assert_rc(RC_REFUSED, deciding(&nurse, id, true)); /* a role that may only ask */
	assert_rc(RC_REFUSED, deciding(&an_admin, id, true));
	assert_rc(RC_NOT_FOUND, deciding(&far_lead, id, true)); /* in the circle, and does not keep the record */
	assert_rc(RC_NOT_FOUND, deciding(&second, id + 1, true));
	assert_rc(RC_BAD_INPUT, erase_decide(app, &second, id, true, STR(" "), &err));
	assert_same_stamp(before);
	assert_ok(deciding(&council_lead, id, false)); /* refused: nothing goes */
	assert_same_stamp(before);
	assert_rc(RC_CONFLICT, deciding(&second, id, true));
	/* The operator is one person too. */
	id = asked(&op, wren, 0);
	assert_rc(RC_REFUSED, deciding(&op, id, true));
	assert_ok(deciding(&council_lead, id, true));
	assert_int_equal(rows_about(wren), 0);
}

/* A disposal of hundreds does not push what waits for a decision off the list. */
static void test_what_waits_stands_first(void **state)
{
	(void)state;
	const struct erasure *list;
	size_t n;
	int64_t id = asked(&lead, wren, 0);
	change("INSERT INTO erasure (id, person, event, ground, why, asked_by, asked_org, asked_ms, state) "
	       "WITH RECURSIVE k(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM k WHERE i < %d) "
	       "SELECT %" PRId64 " + i, i, 0, 'unlawful', '', 1, %" PRId64 ", 1, 'done' FROM k",
	       ERASURES_SHOWN + 5, id, org(TEAM));
	assert_ok(erasure_list(app, &second, &arena, &list, &n, &err));
	assert_int_equal(n, ERASURES_SHOWN);
	assert_int_equal(list[0].id, id);
	assert_int_equal(list[0].state, ERASURE_ASKED);
	assert_true(list[1].id > list[2].id);
	change("DELETE FROM erasure WHERE state = 'done'");
}

static void test_a_hold_stops_it(void **state)
{
	(void)state;
	const char *field;
	assert_rc(RC_REFUSED, hold_put(app, &nurse, wren, STR("court"), STR("Claim 4"), &field, &err));
	assert_rc(RC_NOT_FOUND, hold_put(app, &far_lead, wren, STR("court"), STR("Claim 4"), &field, &err));
	assert_rc(RC_BAD_INPUT, hold_put(app, &lead, wren, STR("weather"), STR("Claim 4"), &field, &err));
	assert_rc(RC_BAD_INPUT, hold_put(app, &lead, wren, STR("court"), STR(""), &field, &err));
	int64_t id = asked(&lead, wren, 0), none;
	assert_ok(hold_put(app, &council_lead, wren, STR("court"), STR("Claim 4"), &field, &err));
	assert_rc(RC_CONFLICT, hold_put(app, &lead, wren, STR("court"), STR("Claim 4"), &field, &err));
	assert_rc(RC_CONFLICT, deciding(&second, id, true));
	assert_words("Proceedings before a court");
	assert_rc(RC_CONFLICT, asking(&nurse, wren, 0, "order", "Request 8", &none));
	assert_rc(RC_BAD_INPUT, hold_end(app, &lead, wren, STR(""), &err));
	assert_ok(hold_end(app, &lead, wren, STR("The claim was settled"), &err));
	assert_rc(RC_CONFLICT, hold_end(app, &lead, wren, STR("Again"), &err));
	assert_ok(deciding(&second, id, true));
}

static int64_t joined(int64_t one, int64_t other)
{
	struct viewer an_admin = viewer(ROLE_ADMINISTRATOR, TEAM);
	int64_t main = 0;
	assert_ok(join_records(app, &an_admin, one, other, STR("Same child, says Essex"), &main, &err));
	return main;
}

/* What goes is what was asked for: a record that was joined since is not taken along, nor left without its other half.
 */
static void test_records_joined_since_it_was_asked_for_are_asked_about_again(void **state)
{
	(void)state;
	int64_t one = asked(&lead, wren, 0), other = asked(&lead, zoe, 0);
	int64_t main = joined(wren, zoe);
	struct stamp before = stamp();
	assert_rc(RC_CONFLICT, deciding(&second, one, true));
	assert_words("joined with another one since");
	assert_rc(RC_CONFLICT, deciding(&second, other, true));
	assert_words("joined with another one since");
	assert_same_stamp(before);
	assert_ok(deciding(&second, one, false));
	assert_ok(deciding(&second, other, false));
	erased(main, 0);
	assert_int_equal(rows_about(wren) + rows_about(zoe), 0);
	assert_clean();
}

/* That somebody asked is no way to a record that an adoption has closed since: it is on no list of erasures, but the
 * operator's. */
static void test_an_adoption_closes_what_was_asked_for_too(void **state)
{
	(void)state;
	const struct viewer *const keeping[] = { &lead, &second, &council_lead };
	const struct viewer op = app_operator(app);
	const struct erasure *list;
	struct erasure x;
	size_t n;
	int64_t id = asked(&lead, wren, 0);
	assert_ok(erasure_list(app, &second, &arena, &list, &n, &err));
	assert_int_equal(n, 1);
	two_parts("periods_of_care.csv", CARE,
		  "Essex,E-1,P1,06/01/2026,V2,,01/03/2026,E11\nEssex,E-2,P1,10/02/2026,C2,,,\n"
		  "Southend-on-Sea,S-1,P1,02/02/2026,V2,,,\n");
	load();
	for (size_t i = 0; i < COUNT_OF(keeping); i++) {
		assert_ok(erasure_list(app, keeping[i], &arena, &list, &n, &err));
		assert_int_equal(n, 0);
		assert_rc(RC_NOT_FOUND, erasure_see(app, keeping[i], id, &arena, &x, &err));
		assert_rc(RC_NOT_FOUND, deciding(keeping[i], id, false));
		assert_words("There is no such erasure.");
	}
	assert_ok(erasure_list(app, &op, &arena, &list, &n, &err));
	assert_int_equal(n, 1);
	assert_ok(deciding(&op, id, true));
	assert_int_equal(rows_about(wren), 0);
	assert_ok(erasure_list(app, &second, &arena, &list, &n, &err)); /* the tombstone leads nowhere */
	assert_int_equal(n, 1);
	assert_false(list[0].record.n);
}

static void test_a_hold_outlasts_a_joining(void **state)
{
	(void)state;
	const char *field;
	int64_t none;
	assert_ok(hold_put(app, &council_lead, wren, STR("court"), STR("Claim 4"), &field, &err));
	assert_ok(hold_put(app, &lead, zoe, STR("court"), STR("Claim 5"), &field, &err));
	int64_t main = joined(wren, zoe);
	static const char *const claims[] = { "Claim 4", "Claim 5" };
	for (size_t i = 0; i < COUNT_OF(claims); i++) { /* each is ended by itself */
		assert_rc(RC_CONFLICT, asking(&lead, main, 0, "unlawful", "Request 7", &none));
		assert_words(claims[i]);
		assert_ok(hold_end(app, &lead, main, STR("The claim was settled"), &err));
	}
	erased(main, 0);
	assert_int_equal(rows_about(wren) + rows_about(zoe), 0);
}

/* A council does not erase what another one keeps because the child moved. */
static void test_only_who_keeps_all_records_of_a_child_decides(void **state)
{
	(void)state;
	int64_t far = person(SOUTHEND "/S-1"), main = joined(wren, far), part = main == wren ? far : wren;
	struct viewer sea = somebody("sea", ROLE_GOVERNANCE, SOUTHEND), near = main == wren ? council_lead : sea;
	int64_t id = asked(&lead, main, 0), entry = 0;
	struct stamp before = stamp();
	assert_rc(RC_REFUSED, deciding(&near, id, true));
	assert_words("Another organisation keeps a record");
	struct child_page p = page(main);
	for (size_t i = 0; i < p.n_events; i++)
		if (str_is(p.events[i].kind->id, "placement-started") &&
		    number("SELECT person AS n FROM event WHERE id = %" PRId64, p.events[i].id) == part)
			entry = p.events[i].id;
	int64_t of_part = asked(&nurse, main, entry);
	assert_rc(RC_REFUSED, deciding(&near, of_part, true));
	assert_words("another organisation keeps");
	assert_same_stamp(before);
	assert_ok(deciding(&second, of_part, true)); /* the team that serves both */
	assert_ok(deciding(&second, id, true));
	assert_int_equal(rows_about(wren) + rows_about(far), 0);
}

static void reopened(void)
{
	at(TODAY);
}

static void test_a_backup_that_is_restored_is_put_right(void **state)
{
	(void)state;
	char backup[200];
	snprintf(backup, sizeof backup, "%s/before.bak", folder);
	unlink(backup);
	struct child_page p = page(zoe);
	int64_t of_zoe = p.events[0].id;
	for (size_t i = 0; i < p.n_events; i++) /* an entry that a file told, and that is not who she is */
		if (str_is(p.events[i].kind->id, "placement-started"))
			of_zoe = p.events[i].id;
	assert_ok(store_backup(app_store(app), backup, NULL, NULL, &err));
	erased(wren, 0);
	erased(zoe, of_zoe);
	struct stamp after = stamp();
	app_close(app);
	app = NULL;
	for (int twice = 0; twice < 2; twice++) {
		assert_ok(store_restore(url, backup, true, &err));
		reopened(); /* opening is enough: nobody has to remember anything */
		assert_int_equal(app_erased_again(app), 2);
		assert_same_stamp(after);
		assert_int_equal(rows_about(wren), 0);
		assert_int_equal(number("SELECT count(*) AS n FROM event WHERE id = %" PRId64, of_zoe), 0);
		assert_int_equal(
		    number("SELECT count(*) AS n FROM erasure WHERE state = 'done' AND again_ms IS NOT NULL"), 2);
		assert_clean();
		assert_sound(0);
		reopened();
		assert_int_equal(app_erased_again(app), 0);
		load(); /* marks are there again */
		assert_int_equal(number("SELECT count(*) AS n FROM person WHERE ref = 'E-1'"), 0);
		app_close(app);
		app = NULL;
	}
	reopened();
}

/* Restored under another name, as a guide to emergencies says: the list is found where the old store had it. */
static void test_a_backup_that_is_restored_elsewhere_is_put_right(void **state)
{
	(void)state;
	char backup[200], elsewhere[300], list[400], key[200];
	struct stat st;
	if (strncmp(url, "sqlite:", 7) != 0)
		skip(); /* on PostgreSQL the list stands beside the key */
	snprintf(backup, sizeof backup, "%s/elsewhere.bak", folder);
	snprintf(elsewhere, sizeof elsewhere, "sqlite:%s/elsewhere.db", folder);
	snprintf(list, sizeof list, "%s.erased", elsewhere + 7);
	snprintf(key, sizeof key, "%s/key", folder);
	assert_ok(store_backup(app_store(app), backup, NULL, NULL, &err));
	erased(wren, 0);
	struct stamp after = stamp();
	app_close(app);
	app = NULL;
	assert_ok(store_restore(elsewhere, backup, false, &err));
	struct app_settings s = {
		.data_dir = "data", .store_url = elsewhere, .create = true, .now_ms = instant(TODAY), .key_file = key
	};
	for (int twice = 0; twice < 2; twice++) {
		assert_ok(app_open(&s, &app, &err));
		assert_int_equal(app_erased_again(app), !twice);
		assert_same_stamp(after);
		assert_int_equal(rows_about(wren), 0);
		assert_int_equal(stat(list, &st), 0); /* its own from now on */
		assert_int_equal(st.st_mode & 077, 0);
		app_close(app);
		app = NULL;
	}
	/* the list of a store that has nothing to do with it is left alone */
	char other[300];
	snprintf(other, sizeof other, "sqlite:%s/other.db", folder);
	s.store_url = other;
	assert_ok(app_open(&s, &app, &err));
	change("UPDATE setting SET value = '%s' WHERE name = 'erased-list'", list);
	app_close(app);
	app = NULL;
	assert_ok(app_open(&s, &app, &err));
	assert_int_equal(app_erased_again(app), 0);
	snprintf(list, sizeof list, "%s.erased", other + 7);
	assert_int_equal(stat(list, &st), -1);
	app_close(app);
	app = NULL;
	reopened();
}

/* On a store from when two records were joined, only one goes; the other is a child again, and can be read. */
static void test_a_backup_from_when_records_were_joined_loses_one_alone(void **state)
{
	struct viewer an_admin = viewer(ROLE_ADMINISTRATOR, TEAM);
	char backup[200];
	snprintf(backup, sizeof backup, "%s/joined.bak", folder);
	for (int of_main = 0; of_main < 2; of_main++) {
		loaded(state);
		unlink(backup);
		int64_t main = joined(wren, zoe), part = main == wren ? zoe : wren;
		int64_t gone = of_main ? main : part, stays = of_main ? part : main;
		assert_ok(store_backup(app_store(app), backup, NULL, NULL, &err));
		assert_ok(join_undo(app, &an_admin, main, part, STR("Two children after all"), &err));
		erased(gone, 0);
		struct stamp after = stamp();
		app_close(app);
		app = NULL;
		assert_ok(store_restore(url, backup, true, &err));
		reopened();
		assert_int_equal(app_erased_again(app), 1);
		assert_int_equal(rows_about(gone), 0);
		struct stamp now = stamp();
		after.events = now.events; /* who joined and who took apart is gone too */
		assert_same_stamp(after);
		struct child_page p = page(stays);
		assert_int_equal(p.head.person, stays);
		assert_clean();
		assert_sound(0);
	}
}

static enum rc open_now(void)
{
	char key[100];
	app_close(app);
	app = NULL;
	snprintf(key, sizeof key, "%s/key", folder);
	struct app_settings s = { .data_dir = "data", .store_url = url, .now_ms = instant(TODAY), .key_file = key };
	return app_open(&s, &app, &err);
}

static void list_path(char out[300])
{
	assert_true(app_erased_path(app, out, 300));
}

static void test_nobody_reads_with_a_list_that_is_wrong(void **state)
{
	(void)state;
	char path[300], command[1400];
	list_path(path);
	/* Made by whoever looks after the machine, or its first line was being written: it begins anew. */
	static const char *const begun[] = { "", "linnet erased 1 abc" };
	for (size_t i = 0; i < COUNT_OF(begun); i++) {
		snprintf(command, sizeof command, "printf '%s' >'%s'", begun[i], path);
		assert_int_equal(system(command), 0);
		assert_ok(open_now());
	}
	erased(wren, 0);
	assert_ok(open_now());
	/* A line that was being written when the machine stopped is no line. */
	snprintf(command, sizeof command, "cp '%s' '%s.kept' && printf '99\\t5\\t0' >>'%s'", path, path, path);
	assert_int_equal(system(command), 0);
	assert_ok(open_now());
	erased(zoe, 0);
	assert_ok(open_now());
	snprintf(command, sizeof command, "[ $(wc -l <'%s') = 3 ]", path);
	assert_int_equal(system(command), 0);
	snprintf(command, sizeof command, "cp '%s' '%s.kept' && sed -i '2s/^[0-9]*/x/' '%s'", path, path, path);
	assert_int_equal(system(command), 0);
	assert_rc(RC_CORRUPT, open_now());
	assert_words("Nobody may read the store");
	snprintf(command, sizeof command, "cp '%s.kept' '%s' && sed -i '1s/[0-9a-f]\\{8\\}$/00000000/' '%s'", path,
		 path, path);
	assert_int_equal(system(command), 0);
	assert_rc(RC_CORRUPT, open_now());
	assert_words("is of another store");
	/* A list that was lost is made again from what the store keeps. */
	unlink(path);
	assert_ok(open_now());
	snprintf(command, sizeof command, "cmp '%s' '%s.kept'", path, path);
	assert_int_equal(system(command), 0);
	/* And where none can be written nothing is erased. */
	int64_t id = asked(&lead, person(SOUTHEND "/S-1"), 0);
	struct stamp before = stamp();
	snprintf(command, sizeof command, "rm '%s' '%s.kept' && mkdir '%s'", path, path, path);
	assert_int_equal(system(command), 0);
	assert_rc(RC_IO, deciding(&second, id, true));
	assert_words("nothing was erased");
	assert_same_stamp(before);
	snprintf(command, sizeof command, "rmdir '%s'", path);
	assert_int_equal(system(command), 0);
	assert_ok(deciding(&second, id, true));
}

struct decider {
	struct viewer v;
	int64_t id;
	enum rc rc;
	struct err e;
};

static void *decide_on_thread(void *arg)
{
	struct decider *d = arg;
	d->rc = erase_decide(app, &d->v, d->id, true, STR("Nothing stands in the way"), &d->e);
	return NULL;
}

static void test_of_two_who_decide_one_does(void **state)
{
	(void)state;
	int64_t id = asked(&nurse, wren, 0);
	struct decider two[2] = { { .v = second, .id = id }, { .v = council_lead, .id = id } };
	pthread_t thread[2];
	for (size_t i = 0; i < 2; i++)
		assert_int_equal(pthread_create(&thread[i], NULL, decide_on_thread, &two[i]), 0);
	for (size_t i = 0; i < 2; i++)
		pthread_join(thread[i], NULL);
	assert_int_equal((two[0].rc == RC_OK) + (two[1].rc == RC_OK), 1);
	enum rc lost = two[0].rc == RC_OK ? two[1].rc : two[0].rc;
	assert_true(lost == RC_CONFLICT || lost == RC_NOT_FOUND || lost == RC_REFUSED);
	assert_int_equal(number("SELECT count(*) AS n FROM audit WHERE act = 'erased'"), 1);
}

static void test_what_is_due_is_listed_and_nothing_goes_by_itself(void **state)
{
	(void)state;
	const struct retention_item *list;
	size_t n;
	int64_t more, id;
	const char *field;
	struct retention r;
	const struct retention_rule *rule = NULL;
	assert_ok(retention_read(app, &arena, &r, &err));
	day_t born = day_of(2000, 2, 29), died = day_of(2010, 5, 1), last = day_of(2010, 6, 1);
	assert_int_equal(retention_due(&r, born, DAY_NONE, last, &rule), day_birthday(born, 75));
	assert_str("case-record", rule->id);
	assert_int_equal(retention_due(&r, born, died, last, &rule), day_of(2030, 6, 1)); /* 20 years after the last */
	assert_int_equal(retention_due(&r, DAY_NONE, died, last, &rule), DAY_NEVER);
	assert_int_equal(retention_due(&r, born, day_of(2030, 1, 1), last, &rule), day_birthday(born, 75));
	assert_rc(RC_REFUSED, retention_list(app, &nurse, 0, &arena, &list, &n, &more, &err));
	assert_ok(retention_list(app, &lead, 0, &arena, &list, &n, &more, &err));
	assert_int_equal(n, 0);
	int64_t lukasz = person(SOUTHEND "/S-1");
	struct viewer his = somebody("his", ROLE_GOVERNANCE, SOUTHEND);
	two_parts("periods_of_care.csv", CARE,
		  "Essex,E-1,P1,06/01/2026,V2,,,\nEssex,E-2,P1,10/02/2026,C2,,,\n"
		  "Southend-on-Sea,S-1,P1,02/02/2026,V2,,20/02/2026,E8\n");
	load();
	at("2087-10-09T10:00:00Z"); /* the day before he is 75 */
	assert_ok(retention_list(app, &lead, 0, &arena, &list, &n, &more, &err));
	assert_int_equal(n, 0);
	at("2087-10-10T10:00:00Z");
	assert_ok(retention_list(app, &lead, 0, &arena, &list, &n, &more, &err)); /* the team that serves his council */
	assert_int_equal(n, 1);
	assert_ok(retention_list(app, &his, 0, &arena, &list, &n, &more, &err));
	assert_int_equal(n, 1);
	assert_int_equal(list[0].person, lukasz);
	assert_str("case-record", list[0].rule->id);
	assert_ok(retention_list(app, &council_lead, 0, &arena, &list, &n, &more, &err)); /* of another council */
	assert_int_equal(n, 0);
	assert_int_equal(rows_of("erasure"), 0);
	int64_t changed;
	assert_ok(keep_catch_up(app, NULL, NULL, &changed, &err));
	/* He is in nobody's circle any more: who keeps the record decides. */
	assert_rc(RC_NOT_FOUND, asking(&nurse, lukasz, 0, "order", "Due", &id));
	assert_rc(RC_NOT_FOUND, asking(&council_lead, lukasz, 0, "retention", "Due", &id));
	assert_ok(asking(&lead, lukasz, 0, "retention", "Due list of October", &id));
	assert_ok(hold_put(app, &second, lukasz, STR("inquiry"), STR("Inquiry 1"), &field, &err));
	assert_ok(retention_list(app, &his, 0, &arena, &list, &n, &more, &err));
	assert_true(list[0].hold.n && list[0].asked == id);
	assert_rc(RC_CONFLICT, deciding(&second, id, true));
	assert_ok(hold_end(app, &second, lukasz, STR("It has reported"), &err));
	assert_ok(deciding(&second, id, true));
	assert_ok(retention_list(app, &his, 0, &arena, &list, &n, &more, &err));
	assert_int_equal(n, 0);
}

/* ---- what was entered on a page, and rows that name nobody's number ---- */

static int64_t seen_on(const char *day)
{
	struct draft d = { .change = CHANGE_RECORD,
			   .person = wren,
			   .version = page_as(&nurse, wren, DAY_NONE, KNOWN_NOW).head.version,
			   .kind = STR("assessment-seen"),
			   .at = str_of(day),
			   .code = STR("initial"),
			   .code2 = STR("doctor") };
	int64_t id = 0;
	assert_ok(record_save(app, &nurse, &d, &arena, &id, &err));
	return id;
}

static size_t seen_there(void)
{
	struct child_page p = page_as(&nurse, wren, DAY_NONE, KNOWN_NOW);
	return standing(&p, "assessment-seen");
}

static void test_a_page_entry_does_not_come_back_with_the_first_file_that_tells_it(void **state)
{
	(void)state;
	erased(wren, seen_on("20/02/2026"));
	assert_int_equal(seen_there(), 0);
	two_parts("assessments.csv", ASSESSMENTS,
		  "Essex,E-1,A1,initial,20/02/2026,doctor,\nEssex,E-1,A2,initial,21/02/2026,doctor,\n");
	struct load_summary s = load();
	struct child_page p = page_as(&nurse, wren, DAY_NONE, KNOWN_NOW);
	assert_int_equal(standing(&p, "assessment-seen"), 1); /* another day is another entry */
	assert_int_equal(event_on(&p, "assessment-seen")->at, day_of(2026, 2, 21));
	assert_int_equal(number("SELECT count(*) AS n FROM finding WHERE rule = 'erased'"), 1);
	s = load(); /* and not with the next */
	(void)s;
	assert_int_equal(seen_there(), 1);
	/* what a file had told and nobody erased stays, though a page's entry said the same */
	erased(wren, seen_on("21/02/2026"));
	assert_int_equal(seen_there(), 1);
	load();
	assert_int_equal(seen_there(), 1);
}

/* The finding says the number, and no row stands in it. */
static void test_that_a_number_came_for_another_child_is_forgotten(void **state)
{
	(void)state;
	two_parts("children.csv", CHILDREN,
		  arena_printf(&arena, "Essex,E-1,,Alder,Example-Heath,03/05/2012,M,,,\n%s%s", ZOE, LUKASZ).p);
	load();
	assert_int_equal(number("SELECT count(*) AS n FROM finding WHERE rule = 'another-child' AND message LIKE "
				"'%%E-1%%' AND found <> ''"),
			 6);
	erased(wren, 0);
	assert_int_equal(number("SELECT count(*) AS n FROM finding WHERE message LIKE '%%E-1%%' OR found <> ''"), 0);
}

static void test_rows_kept_back_without_a_number_go_by_name_and_birth(void **state)
{
	(void)state;
	two_parts("children.csv", CHILDREN,
		  arena_printf(&arena, "%s%s%s%s", WREN, ZOE, LUKASZ,
			       "Essex,,,WREN,Brambleby\u2013Example,14/03/2016,F,,English,no\n"
			       "Essex,,,Wren,Brambleby-Example,15/03/2016,F,,English,no\n"
			       "Essex,,,Robin,Brambleby-Example,14/03/2016,F,,English,no\n")
		      .p);
	load();
	assert_int_equal(number("SELECT count(*) AS n FROM finding WHERE record <> ''"), 3);
	erased(wren, 0);
	assert_int_equal(number("SELECT count(*) AS n FROM finding WHERE record <> ''"), 2);
	assert_int_equal(number("SELECT count(*) AS n FROM finding WHERE record LIKE '%%14/03/2016%%'"), 1); /* Robin */
}

int main(void)
{
#define CASE(f) cmocka_unit_test_setup_teardown(f, loaded, clean_after)
	const struct CMUnitTest tests[] = {
		CASE(test_a_whole_record_goes_and_a_tombstone_stays),
		CASE(test_an_entry_goes_with_its_chain_and_all_is_as_before_it),
		CASE(test_what_was_said_of_its_clock_goes_with_an_entry),
		CASE(test_the_audit_of_joined_records_forgets_an_entry),
		CASE(test_what_a_file_told_under_seal_goes_with_the_entry),
		CASE(test_a_corrected_entry_of_a_file_goes_whole),
		CASE(test_the_same_files_do_not_bring_a_record_back),
		CASE(test_a_record_is_not_made_again_under_its_number),
		CASE(test_other_capitals_do_not_bring_a_record_back),
		CASE(test_a_living_number_alike_is_not_left_out),
		CASE(test_the_page_does_not_tell_that_a_number_was_erased),
		CASE(test_a_load_that_runs_meanwhile_stops),
		CASE(test_who_asks_does_not_decide_and_others_are_refused),
		CASE(test_what_waits_stands_first),
		CASE(test_a_hold_stops_it),
		CASE(test_records_joined_since_it_was_asked_for_are_asked_about_again),
		CASE(test_an_adoption_closes_what_was_asked_for_too),
		CASE(test_a_hold_outlasts_a_joining),
		CASE(test_only_who_keeps_all_records_of_a_child_decides),
		CASE(test_a_backup_that_is_restored_is_put_right),
		CASE(test_a_backup_that_is_restored_elsewhere_is_put_right),
		CASE(test_a_backup_from_when_records_were_joined_loses_one_alone),
		CASE(test_nobody_reads_with_a_list_that_is_wrong),
		CASE(test_of_two_who_decide_one_does),
		CASE(test_what_is_due_is_listed_and_nothing_goes_by_itself),
		CASE(test_a_page_entry_does_not_come_back_with_the_first_file_that_tells_it),
		CASE(test_that_a_number_came_for_another_child_is_forgotten),
		CASE(test_rows_kept_back_without_a_number_go_by_name_and_birth),
	};
	return cmocka_run_group_tests(tests, set_up, tear_down);
}
