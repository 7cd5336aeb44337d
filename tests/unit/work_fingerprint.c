/* Fingerprints: whom a rebuild leaves alone. Everybody after every kind of write; nobody of whom anything
 * that is stored was altered, or for whom anything that they were worked out by has changed. */
#include "work/help.h"
#include "work/admin/editions.h"
#include "work/core/fingerprint.h"
#include "work/oversee/erase.h"
#include "work/record/join.h"
#include "work/record/seal_entry.h"

static int64_t wren, zoe, lukasz;

struct vouched {
	int64_t ids[FINGERPRINTS_MAX];
	bool right[FINGERPRINTS_MAX];
	size_t n;
};

static enum rc look(struct db *db, void *arg, struct err *e)
{
	struct vouched *l = arg;
	struct sql_rows *rows;
	struct sql_person_ids_out row;
	enum rc rc = app_coverage_refresh(app, db, e);
	if (rc == RC_OK)
		rc = sql_person_ids(db, &(struct sql_person_ids_in){ 0, FINGERPRINTS_MAX }, &rows, e);
	if (rc != RC_OK)
		return rc;
	for (l->n = 0; sql_person_ids_next(rows, &row, e) == RC_OK; l->n++)
		l->ids[l->n] = row.id;
	db_done(rows);
	return fingerprint_check(app, db, l->ids, l->n, l->right, e);
}

static bool is_vouched(int64_t person)
{
	struct vouched l;
	assert_ok(store_read(app_store(app), look, &l, &err));
	for (size_t i = 0; i < l.n; i++)
		if (l.ids[i] == person)
			return l.right[i];
	fail_msg("there is no such child");
	return false;
}

static size_t vouched(void)
{
	struct vouched l;
	size_t n = 0;
	assert_ok(store_read(app_store(app), look, &l, &err));
	for (size_t i = 0; i < l.n; i++)
		n += l.right[i];
	return n;
}

static int64_t rebuilt(void)
{
	int64_t children, changed;
	assert_ok(keep_rebuild(app, NULL, NULL, &children, &changed, &err));
	assert_int_equal(children, rows_of("person"));
	return changed;
}

static int loaded(void **state)
{
	fresh_loaded(state);
	wren = person(ESSEX "/E-1");
	zoe = person(ESSEX "/E-2");
	lukasz = person(SOUTHEND "/S-1");
	return 0;
}

static int64_t record(const struct viewer *v, const char *kind, const char *day, const char *code)
{
	struct draft d = { .change = CHANGE_RECORD,
			   .person = wren,
			   .version = page(wren).head.version,
			   .kind = str_of(kind),
			   .at = str_of(day),
			   .code = str_of(code) };
	int64_t id = 0;
	assert_ok(record_save(app, v, &d, &arena, &id, &err));
	return id;
}

static void everybody_after_every_write(void **state)
{
	(void)state;
	struct viewer nurse = viewer(ROLE_NURSE, TEAM);
	assert_int_equal(vouched(), 3);
	int64_t id = record(&nurse, "request-made", "2026-02-27", "review"); /* it was known late */
	assert_int_equal(vouched(), 3);
	struct draft d = { .change = CHANGE_VOID,
			   .person = wren,
			   .version = page(wren).head.version,
			   .event = id,
			   .why = STR("Another child's") };
	assert_ok(record_save(app, &nurse, &d, &arena, &id, &err));
	assert_int_equal(vouched(), 3);
	/* A file that corrects, and a child that is new. */
	two_parts("placements.csv", PLACEMENTS,
		  "Essex,E-1,PL1,P1,07/01/2026,U6,no,Thurrock,\nEssex,E-2,PL1,P1,10/02/2026,U6,yes,Thurrock,\n"
		  "Southend-on-Sea,S-1,PL1,P1,02/02/2026,U6,no,Barking and Dagenham,\n");
	two_parts("children.csv", CHILDREN,
		  arena_printf(&arena, "%s%s%sEssex,E-3,,Ash,Alder,01/02/2015,M,,,\n", WREN, ZOE, LUKASZ).p);
	load();
	assert_int_equal(rows_of("person"), 4);
	assert_int_equal(vouched(), 4);
	assert_int_equal(rebuilt(), 0);
}

/* ---- what is stored is altered ---- */

/* @ is who. */
static void change_of_wren(const char *sql)
{
	char text[1000], *to = text;
	for (; *sql && to < text + sizeof text - 24; sql++) {
		if (*sql == '@')
			to += snprintf(to, 24, "%" PRId64, wren);
		else
			*to++ = *sql;
	}
	*to = '\0';
	change("%s", text);
}

static void whatever_is_altered_is_seen(void **state)
{
	(void)state;
	static const char *const ways[] = {
		"UPDATE person SET next_change = next_change + 30 WHERE id = @",
		"UPDATE person SET clocked_on = clocked_on - 1 WHERE id = @",
		"UPDATE person SET fingerprint = fingerprint + 1 WHERE id = @",
		"UPDATE person SET fingerprint = NULL WHERE id = @",
		"UPDATE person SET family = 'Robin' WHERE id = @",
		"UPDATE person SET nhs_number = NULL WHERE id = @",
		"UPDATE person SET upn = 'A' WHERE id = @",
		"UPDATE person SET closed = 20000 WHERE id = @",
		"UPDATE open_clocks SET body = (SELECT x.body FROM open_clocks x WHERE x.body <> open_clocks.body "
		"ORDER BY x.body LIMIT 1) WHERE person = @",
		"UPDATE open_clocks SET inside = (SELECT x.inside FROM open_clocks x WHERE x.inside <> "
		"open_clocks.inside ORDER BY x.inside LIMIT 1) WHERE person = @",
		"UPDATE person SET inside = (SELECT x.inside FROM person x WHERE x.inside <> person.inside ORDER BY "
		"x.inside LIMIT 1) WHERE id = @",
		"DELETE FROM open_clocks WHERE person = @",
		"DELETE FROM compact WHERE person = @",
		"UPDATE compact SET body = (SELECT x.body FROM compact x WHERE x.person <> @ ORDER BY x.body LIMIT 1) "
		"WHERE person = @",
		"DELETE FROM work_row WHERE person = @",
		"UPDATE work_row SET due_day = due_day + 1 WHERE person = @",
		"UPDATE work_row SET holder = 9 - holder WHERE person = @",
		"UPDATE work_row SET council = council + 1 WHERE person = @",
		"INSERT INTO work_row (person, org, standard, opened, ordinal, turn, law, due_day, holder, council, "
		"area) VALUES (@, 1, 2, 3, 0, 1, 1, 1, 1, 1, 0)",
		"UPDATE circle SET from_day = from_day + 1 WHERE person = @",
		"UPDATE circle SET reason = 'because' WHERE person = @ AND org = (SELECT min(org) FROM circle WHERE "
		"person = @)",
		"DELETE FROM circle WHERE person = @ AND org = (SELECT min(org) FROM circle WHERE person = @)",
		"INSERT INTO named_worker (account, person) VALUES (7, @)",
		"UPDATE search_name SET word = 'robin' WHERE person = @ AND word = 'wren bramblebyexample'",
		"DELETE FROM search_name WHERE person = @",
	};
	for (size_t i = 0; i < COUNT_OF(ways); i++) {
		assert_int_equal(vouched(), 3);
		change_of_wren(ways[i]);
		if (is_vouched(wren) || vouched() != 2)
			fail_msg("%s: vouched for", ways[i]);
		rebuilt();
		if (vouched() != 3)
			fail_msg("%s: not vouched for once it was mended", ways[i]);
		assert_clean();
	}
}

/* Whose entries were altered is worked out from them, and so is no longer what it was. */
static void an_entry_that_goes_or_moves_is_seen(void **state)
{
	static const char *const ways[] = {
		"DELETE FROM event WHERE person = @ AND kind = 'placement-started'",
		"UPDATE event SET at = at - 1 WHERE person = @ AND kind = 'placement-started'",
		"UPDATE event SET recorded_ms = recorded_ms - 1 WHERE person = @",
		"UPDATE event SET id = id + 1 WHERE person = @ AND id = (SELECT max(id) FROM event WHERE person = @)",
	};
	for (size_t i = 0; i < COUNT_OF(ways); i++) {
		loaded(state);
		assert_int_equal(vouched(), 3);
		change_of_wren(ways[i]);
		if (is_vouched(wren))
			fail_msg("%s: vouched for", ways[i]);
		rebuilt();
		assert_clean();
		assert_int_equal(vouched(), 3);
	}
}

/* Two children who are each given what is the other's. */
static void rows_of_two_children_exchanged_are_seen(void **state)
{
	(void)state;
	change("UPDATE work_row SET person = -1 WHERE person = %" PRId64, wren);
	change("UPDATE work_row SET person = %" PRId64 " WHERE person = %" PRId64, wren, zoe);
	change("UPDATE work_row SET person = %" PRId64 " WHERE person = -1", zoe);
	assert_false(is_vouched(wren) || is_vouched(zoe));
	assert_int_equal(rebuilt(), 2);
	assert_clean();
}

/* ---- what they were worked out by has changed ---- */

static void assert_worked_out_anew(size_t of)
{
	assert_int_equal(vouched(), 3 - of);
	rebuilt();
	assert_clean();
	assert_int_equal(vouched(), 3);
}

static void other_rules_vouch_for_nobody(void **state)
{
	(void)state;
	struct viewer op = app_operator(app);
	const struct document *d = rule_set_document(app_rules(app), STR("holidays/england.csv"));
	struct str body, why;
	struct stamp before = stamp();
	assert_non_null(d);
	assert_ok(draft_holiday(d->body, STR("2026-01-26"), STR("Day of mourning"), STR("2026-03-02"), false, &arena,
				&body, &err));
	why = STR("A day that was proclaimed");
	struct rules_draft draft = { STR("holidays/england.csv"), arena_str(&arena, str_of(d->hash)), body, why, false };
	assert_ok(draft_save(app, &op, &draft, &err));
	assert_ok(app_renew(app, &err));
	assert_int_equal(vouched(), 0); /* no entry of theirs has changed */
	assert_true(rebuilt() > 0);
	assert_clean();
	assert_int_equal(vouched(), 3);
	assert_int_equal(stamp().events, before.events);
	assert_true(stamp().sum != before.sum);
}

static void other_organisations_vouch_for_nobody(void **state)
{
	(void)state;
	change("UPDATE organisation SET served_by = NULL WHERE code = '%s'", ESSEX);
	assert_ok(app_reread_place(app, &err));
	assert_int_equal(vouched(), 0);
	assert_true(rebuilt() > 0);
	assert_clean();
	change("DELETE FROM setting WHERE name = 'circle-after-days'");
	change("INSERT INTO setting (name, value) VALUES ('circle-after-days', '17')");
	assert_ok(app_reread_place(app, &err));
	assert_worked_out_anew(3);
}

/* A region that shortens the time, or has another team serve a council, takes a view away: nobody has to be written to
 * first, and what is stored was right until then. */
static void children_follow_the_region(void **state)
{
	(void)state;
	int64_t changed, team = org(TEAM);
	change("UPDATE organisation SET served_by = NULL WHERE code = '%s'", ESSEX);
	assert_ok(app_reread_place(app, &err));
	struct verify_report r = verified();
	assert_int_equal(r.wrong, 0);
	assert_int_equal(r.out_of_date, 3);
	assert_ok(keep_catch_up(app, NULL, NULL, &changed, &err));
	assert_true(changed > 0);
	assert_int_equal(number("SELECT count(*) AS n FROM circle WHERE person = %" PRId64 " AND org = %" PRId64
				" AND reason = 'health team of the responsible council'",
				wren, team),
			 0);
	assert_clean();
	change("DELETE FROM setting WHERE name = 'circle-after-days'");
	change("INSERT INTO setting (name, value) VALUES ('circle-after-days', '17')");
	assert_ok(app_reread_place(app, &err));
	assert_int_equal(verified().out_of_date, 3);
	assert_ok(keep_catch_up(app, NULL, NULL, &changed, &err));
	assert_clean();
	/* A server that still runs by what the region was takes nobody back to it. */
	static const char *const moves[] = { "UPDATE setting SET value = '18' WHERE name = 'circle-after-days'",
					     "UPDATE organisation SET served_by = NULL" };
	for (size_t i = 0; i < COUNT_OF(moves); i++) {
		change("%s", moves[i]);
		change("UPDATE person SET rules = 'of another server'");
		assert_ok(keep_catch_up(app, NULL, NULL, &changed, &err));
		assert_int_equal(number("SELECT count(*) AS n FROM person WHERE rules = 'of another server'"), 3);
		assert_ok(app_reread_place(app, &err)); /* started again */
		assert_ok(keep_catch_up(app, NULL, NULL, &changed, &err));
		assert_clean();
	}
}

static void other_coverage_vouches_for_nobody(void **state)
{
	(void)state;
	change("UPDATE coverage SET covers_from = covers_from + 40 WHERE council = %" PRId64, org(ESSEX));
	change("UPDATE setting SET value = 'again' WHERE name = 'coverage'");
	assert_true(is_vouched(lukasz));
	assert_worked_out_anew(2);
}

/* Only to the day before the one on which time changes something; and never back. */
static void a_day_that_changes_something_vouches_for_nobody(void **state)
{
	(void)state;
	int64_t start = app_now_ms(app);
	day_t began = app_today(app);
	for (int turn = 0; turn < 6; turn++) {
		day_t today = app_today(app);
		int64_t next = number("SELECT next_change AS n FROM person WHERE id = %" PRId64, wren);
		assert_true(next > today && next < DAY_NEVER);
		open_ms(start + (next - 1 - (int64_t)began) * MS_PER_DAY, false);
		assert_int_equal(verified().wrong, 0);
		assert_true(is_vouched(wren));
		open_ms(start + (next - (int64_t)began) * MS_PER_DAY, false);
		assert_false(is_vouched(wren));
		rebuilt();
		assert_clean();
		assert_int_equal(vouched(), 3);
	}
	open_ms(start, false);
	assert_int_equal(vouched(), 0);
	rebuilt();
	assert_clean();
}

/* ---- who is always worked out ---- */

static void sealed_and_joined_records_are_never_vouched_for(void **state)
{
	(void)state;
	struct viewer nurse = somebody("nurse", ROLE_NURSE, TEAM), admin = viewer(ROLE_ADMINISTRATOR, TEAM);
	int64_t id = record(&nurse, "request-made", "2026-02-27", "review"), main;
	assert_ok(seal_save(app, &nurse, wren, id, true, STR("She asked"), &err));
	assert_true(!is_vouched(wren) && vouched() == 2);
	assert_int_equal(rebuilt(), 0);
	assert_false(is_vouched(wren));
	change("UPDATE work_row SET due_day = due_day + 1 WHERE person = %" PRId64, wren);
	assert_int_equal(rebuilt(), 1);
	assert_clean();
	assert_ok(join_records(app, &admin, zoe, lukasz, STR("One child after all"), &main, &err));
	assert_int_equal(vouched(), 0);
	assert_int_equal(rebuilt(), 0);
	assert_int_equal(vouched(), 0);
	change("DELETE FROM circle WHERE person = %" PRId64, main);
	assert_int_equal(rebuilt(), 1);
	assert_clean();
}

static void an_erased_entry_leaves_a_child_that_is_vouched_for(void **state)
{
	(void)state;
	struct viewer lead = somebody("lead", ROLE_GOVERNANCE, TEAM),
		      second = somebody("second", ROLE_GOVERNANCE, TEAM);
	struct viewer nurse = viewer(ROLE_NURSE, TEAM);
	int64_t id = record(&nurse, "request-made", "2026-02-27", "review"), erasure = 0;
	int64_t told = number("SELECT fingerprint AS n FROM person WHERE id = %" PRId64, wren);
	const char *field;
	struct erase_ask ask = { wren, id, STR("unlawful"), STR("Request 7") };
	assert_ok(erase_ask(app, &lead, &ask, &erasure, &field, &err));
	assert_ok(erase_decide(app, &second, erasure, true, STR("Nothing stands in the way"), &err));
	assert_true(number("SELECT fingerprint AS n FROM person WHERE id = %" PRId64, wren) != told);
	assert_int_equal(vouched(), 3);
	assert_int_equal(rebuilt(), 0);
	assert_clean();
}

/* A store of an earlier version, or one that another version of the program wrote. */
static void who_has_none_gets_one_and_is_not_changed(void **state)
{
	(void)state;
	int64_t version = number("SELECT version AS n FROM person WHERE id = %" PRId64, wren);
	change("UPDATE person SET fingerprint = NULL");
	assert_int_equal(vouched(), 0);
	assert_int_equal(rebuilt(), 0);
	assert_int_equal(vouched(), 3);
	assert_int_equal(number("SELECT version AS n FROM person WHERE id = %" PRId64, wren), version);
}

/* Verify, and a rebuild from every entry, do not ask: here every fingerprint is of rows that are wrong. */
static void who_proves_does_not_ask(void **state)
{
	(void)state;
	int64_t children, changed;
	change("UPDATE event SET code = 'C2' WHERE kind = 'legal-status' OR kind = 'care-started'");
	change("UPDATE event SET kind = 'placement-ended' WHERE kind = 'placement-started'");
	assert_int_equal(vouched(), 3);
	assert_int_equal(rebuilt(), 0);
	assert_int_equal(verified().wrong, 3);
	assert_ok(keep_rebuild_from_events(app, NULL, NULL, &children, &changed, &err));
	assert_int_equal(changed, 3);
	assert_clean();
	assert_int_equal(vouched(), 3);
}

int main(void)
{
#define CASE(f) cmocka_unit_test_setup_teardown(f, loaded, clean_after)
	const struct CMUnitTest tests[] = {
		CASE(everybody_after_every_write),
		CASE(whatever_is_altered_is_seen),
		CASE(an_entry_that_goes_or_moves_is_seen),
		CASE(rows_of_two_children_exchanged_are_seen),
		CASE(other_rules_vouch_for_nobody),
		CASE(other_organisations_vouch_for_nobody),
		CASE(children_follow_the_region),
		CASE(other_coverage_vouches_for_nobody),
		CASE(a_day_that_changes_something_vouches_for_nobody),
		CASE(sealed_and_joined_records_are_never_vouched_for),
		CASE(an_erased_entry_leaves_a_child_that_is_vouched_for),
		CASE(who_has_none_gets_one_and_is_not_changed),
		CASE(who_proves_does_not_ask),
	};
	return cmocka_run_group_tests_name("fingerprints", tests, set_up, tear_down);
}
