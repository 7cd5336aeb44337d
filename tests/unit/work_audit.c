/* The audit sealed in batches: whatever is changed afterwards is found and named; lines come late
 * and from many writers, and several seal at once. */
#include "work/help.h"

#include "work/core/write.h"
#include "work/oversee/audit.h"
#include "work/oversee/audit_row.h"

#include <pthread.h>
#include <stdatomic.h>

enum { MANY = 1200 }; /* three seals */

static struct audit_head sealed(void)
{
	int64_t rows;
	struct audit_head head = { 0 };
	assert_ok(audit_seal_all(app, &rows, &head, &err));
	return head;
}

static struct audit_report report_of(const char *known)
{
	struct audit_report r;
	assert_ok(audit_verify(app, str_of(known), NULL, NULL, &arena, &r, &err));
	return r;
}

static void assert_sound(void)
{
	struct audit_report r = report_of("");
	if (r.faults)
		fail_msg("not sound: " STR_FMT, STR_ARG(r.list[0].words));
}

static void assert_first(enum audit_wrong wrong, int64_t row, int64_t seal)
{
	struct audit_report r = report_of("");
	if (!r.faults)
		fail_msg("nothing was noticed, but %s line %d", audit_wrong_id(wrong), (int)row);
	if (r.list[0].wrong != wrong || r.list[0].row != row || r.list[0].seal != seal)
		fail_msg("%s, line %d, seal %d (" STR_FMT "), not %s, line %d, seal %d",
			 audit_wrong_id(r.list[0].wrong), (int)r.list[0].row, (int)r.list[0].seal,
			 STR_ARG(r.list[0].words), audit_wrong_id(wrong), (int)row, (int)seal);
}

/* Lines 1 to MANY, sealed by themselves: 1-500, 501-1000, 1001-1200. */
static int many_lines(void **state)
{
	fresh(state);
	change("DELETE FROM audit");
	change("INSERT INTO audit (id, at_ms, account, org, person, act, what, reason) "
	       "WITH RECURSIVE k(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM k WHERE i < %d) "
	       "SELECT i, %" PRId64 " + i, 71, 3, 5000 + i, 'looked', 'child page', 'ordinary work' FROM k",
	       MANY, instant(TODAY));
	assert_int_equal(sealed().seal, 3);
	return 0;
}

static void keep_line(int id)
{
	change("CREATE TABLE kept_line AS SELECT * FROM audit WHERE id = %d", id);
}

static void put_back(int id)
{
	change("DELETE FROM audit WHERE id = %d", id);
	change("INSERT INTO audit SELECT * FROM kept_line");
	change("DROP TABLE kept_line");
	assert_sound();
}

/* ---- sealed ---- */

static void what_is_sealed_is_said(void **state)
{
	(void)state;
	struct audit_report r = report_of("");
	assert_int_equal(r.faults, 0);
	assert_int_equal(r.seals, 3);
	assert_int_equal(r.rows, MANY);
	assert_int_equal(r.not_sealed, 0);
	assert_int_equal(r.head.seal, 3);
	int64_t rows = 7;
	struct audit_head head;
	assert_ok(audit_seal_all(app, &rows, &head, &err)); /* nothing waits: no empty seal */
	assert_int_equal(rows, 0);
	assert_int_equal(head.seal, 3);
	assert_string_equal(head.hash, r.head.hash);
}

static void what_is_not_sealed_yet_is_said(void **state)
{
	(void)state;
	change("INSERT INTO audit (id, at_ms, account, org, person, act, what, reason) VALUES (9000, 77, 1, 1, 0, "
	       "'looked', "
	       "'', '')");
	struct audit_report r = report_of("");
	assert_int_equal(r.faults, 0);
	assert_int_equal(r.rows, MANY);
	assert_int_equal(r.not_sealed, 1);
	assert_int_equal(r.oldest_ms, 77);
}

static void an_empty_audit_is_sound(void **state)
{
	fresh(state);
	change("DELETE FROM audit");
	assert_int_equal(sealed().seal, 0);
	assert_sound();
}

/* ---- changed ---- */

static void every_column_is_under_the_seal(void **state)
{
	(void)state;
	static const char *const changes[] = {
		"at_ms = at_ms + 1",  "account = 72",	      "org = 4",     "person = 1",	"act = 'recorded'",
		"what = 'child pag'", "reason = 'emergency'", "salt = 'ff'", "role = 'doctor'", "event = 1"
	};
	for (size_t i = 0; i < COUNT_OF(changes); i++) {
		keep_line(620);
		change("UPDATE audit SET %s WHERE id = 620", changes[i]);
		assert_first(AUDIT_ALTERED, 620, 2);
		put_back(620);
	}
	/* Besides these only id and seal: whoever adds a column to the audit puts it under the seal, and here. */
	assert_int_equal(number(store_is_postgres(app_store(app))
				    ? "SELECT count(*) AS n FROM information_schema.columns WHERE table_name = 'audit'"
				    : "SELECT count(*) AS n FROM pragma_table_info('audit')"),
			 COUNT_OF(changes) + 2);
}

/* SQLite keeps a word where a number belongs: such a line is named like any other, and so is what was changed in
 * other seals. */
static void a_line_that_cannot_be_read(void **state)
{
	(void)state;
	static const char *const changes[] = { "org = 'x'", "what = x'00ff'", "salt = x'00'", "account = 1.5" };
	if (store_is_postgres(app_store(app)))
		return; /* it refuses them */
	for (size_t i = 0; i < COUNT_OF(changes); i++) {
		keep_line(620);
		change("UPDATE audit SET %s WHERE id = 620", changes[i]);
		assert_first(AUDIT_ALTERED, 620, 2);
		put_back(620);
	}
	change("UPDATE audit SET org = 'x' WHERE id = 620");
	change("UPDATE audit SET reason = 'x' WHERE id = 1100");
	assert_int_equal(report_of("").faults, 2);
	change("DELETE FROM audit WHERE id = 610");
	assert_first(AUDIT_MISSING, 610, 2);
	change("UPDATE audit_seal SET body = CAST(body AS TEXT) WHERE n = 2");
	struct audit_report r;
	assert_int_equal(audit_verify(app, STR(""), NULL, NULL, &arena, &r, &err), RC_CORRUPT);
	assert_non_null(strstr(err.text, "The seal of the audit that follows seal 1: "));
	assert_non_null(strstr(err.text, "restore a backup"));
}

/* 'ab' and 'c' are not 'a' and 'bc'. */
static void words_do_not_flow_into_one_another(void **state)
{
	(void)state;
	keep_line(620);
	change("UPDATE audit SET what = 'child pageo', reason = 'rdinary work' WHERE id = 620");
	assert_first(AUDIT_ALTERED, 620, 2);
	put_back(620);
}

static void the_first_of_several_is_named(void **state)
{
	(void)state;
	change("UPDATE audit SET reason = 'x' WHERE id IN (400, 700, 1100)");
	struct audit_report r = report_of("");
	assert_int_equal(r.faults, 3);
	assert_int_equal(r.list[0].row, 400);
	assert_int_equal(r.list[1].row, 700);
	assert_int_equal(r.list[2].row, 1100);
	assert_int_equal(r.list[0].at_ms, instant(TODAY) + 400);
}

static void a_line_that_is_gone(void **state)
{
	(void)state;
	static const int ids[] = { 1, 500, 501, 777, MANY };
	static const int seals[] = { 1, 1, 2, 2, 3 };
	for (size_t i = 0; i < COUNT_OF(ids); i++) {
		keep_line(ids[i]);
		change("DELETE FROM audit WHERE id = %d", ids[i]);
		assert_first(AUDIT_MISSING, ids[i], seals[i]);
		put_back(ids[i]);
	}
	change("DELETE FROM audit WHERE seal = 2");
	assert_int_equal(report_of("").faults, 500);
	assert_first(AUDIT_MISSING, 501, 2);
}

static void a_line_that_was_put_in(void **state)
{
	(void)state;
	static const char *const line =
	    "INSERT INTO audit (id, at_ms, account, org, person, act, what, reason, salt, seal) "
	    "SELECT %d, at_ms, account, org, person, act, what, reason, salt, %d FROM audit WHERE id = 620";
	char sql[400];
	snprintf(sql, sizeof sql, line, -5, 1); /* before the first of its seal */
	change("%s", sql);
	assert_first(AUDIT_INSERTED, -5, 1);
	change("DELETE FROM audit WHERE id = -5");
	snprintf(sql, sizeof sql, line, 5000, 3); /* after the last */
	change("%s", sql);
	assert_first(AUDIT_INSERTED, 5000, 3);
	change("UPDATE audit SET seal = 9 WHERE id = 5000"); /* no such seal */
	assert_first(AUDIT_INSERTED, 5000, 0);
	change("UPDATE audit SET seal = -1 WHERE id = 5000");
	assert_first(AUDIT_INSERTED, 5000, 0);
	change("DELETE FROM audit WHERE id = 5000");
	assert_sound();
}

/* Within one seal what is gone is found after what is there: told is the first by its number. */
static void the_first_of_one_seal_is_named(void **state)
{
	(void)state;
	change("UPDATE audit SET reason = 'x' WHERE id = 300");
	change("DELETE FROM audit WHERE id = 200");
	assert_first(AUDIT_MISSING, 200, 1);
	struct audit_report r = report_of("");
	assert_int_equal(r.n, 2);
	assert_int_equal(r.list[1].row, 300);
	change("UPDATE audit SET reason = 'x' WHERE id BETWEEN 301 AND 400"); /* more than are told */
	assert_first(AUDIT_MISSING, 200, 1);
	change("DELETE FROM audit WHERE id BETWEEN 250 AND 350");
	change("UPDATE audit SET reason = 'x' WHERE id = 100");
	change("DELETE FROM audit WHERE id = 700"); /* of the next seal */
	assert_first(AUDIT_ALTERED, 100, 1);
	r = report_of("");
	assert_int_equal(r.faults, 1 + 1 + 101 + 50 + 1);
	assert_int_equal(r.n, AUDIT_FAULTS_MAX);
	assert_int_equal(r.list[1].row, 200);
	for (int i = 2; i < AUDIT_FAULTS_MAX; i++)
		assert_int_equal(r.list[i].row, 248 + i);
	change("UPDATE audit SET reason = 'y' WHERE id BETWEEN 501 AND 1000");
	assert_int_equal(report_of("").n, AUDIT_FAULTS_MAX);
}

static void lines_that_changed_places(void **state)
{
	(void)state;
	/* in one seal: 10 and 20 */
	change("UPDATE audit SET id = -1 WHERE id = 10");
	change("UPDATE audit SET id = 10 WHERE id = 20");
	change("UPDATE audit SET id = 20 WHERE id = -1");
	assert_first(AUDIT_REORDERED, 10, 1);
	assert_int_equal(report_of("").faults, 2);
	change("UPDATE audit SET id = -1 WHERE id = 10");
	change("UPDATE audit SET id = 10 WHERE id = 20");
	change("UPDATE audit SET id = 20 WHERE id = -1");
	assert_sound();
	/* to another seal, and to none */
	change("UPDATE audit SET seal = 3 WHERE id = 10");
	assert_first(AUDIT_REORDERED, 10, 1);
	change("UPDATE audit SET seal = 0 WHERE id = 10");
	assert_first(AUDIT_REORDERED, 10, 1);
	change("UPDATE audit SET seal = 1 WHERE id = 10");
	assert_sound();
	/* between seals: the contents of 10 and 620 */
	change("UPDATE audit SET id = -1 WHERE id = 10");
	change("UPDATE audit SET id = 10, seal = 1 WHERE id = 620");
	change("UPDATE audit SET id = 620, seal = 2 WHERE id = -1");
	assert_first(AUDIT_ALTERED, 10, 1);
}

/* ---- the chain ---- */

static void a_seal_that_is_gone_or_altered(void **state)
{
	(void)state;
	change("CREATE TABLE kept_seal AS SELECT * FROM audit_seal");
	static const char *const changes[] = {
		"UPDATE audit_seal SET at_ms = at_ms + 1 WHERE n = 2",
		"UPDATE audit_seal SET rows = rows - 1 WHERE n = 2",
		"UPDATE audit_seal SET previous = hash WHERE n = 2",
		"UPDATE audit_seal SET hash = previous WHERE n = 2",
		"UPDATE audit_seal SET body = (SELECT body FROM kept_seal WHERE n = 1) WHERE n = 2",
		"DELETE FROM audit_seal WHERE n = 2"
	};
	for (size_t i = 0; i < COUNT_OF(changes); i++) {
		change("%s", changes[i]);
		assert_first(AUDIT_SEAL_BROKEN, 0, 2);
		change("DELETE FROM audit_seal");
		change("INSERT INTO audit_seal SELECT * FROM kept_seal");
		assert_sound();
	}
	change("UPDATE audit_seal SET n = 99 WHERE n = 2"); /* exchanged: 2 and 3 */
	change("UPDATE audit_seal SET n = 2 WHERE n = 3");
	change("UPDATE audit_seal SET n = 3 WHERE n = 99");
	assert_first(AUDIT_SEAL_BROKEN, 0, 2);
	change("DROP TABLE kept_seal");
}

static void the_end_cut_off(void **state)
{
	(void)state;
	struct audit_head kept = report_of("").head;
	const char *known = arena_printf(&arena, "%d:%s", (int)kept.seal, kept.hash).p;
	assert_int_equal(report_of(known).faults, 0);
	change("DELETE FROM audit_seal WHERE n = 3"); /* by somebody who forgets the rest */
	assert_first(AUDIT_CUT, 0, 2);
	change("DELETE FROM audit WHERE seal = 3");
	change("UPDATE audit_chain SET n = 2"); /* and by somebody who does not */
	assert_sound();
	struct audit_report r = report_of(known);
	assert_int_equal(r.faults, 1);
	assert_int_equal(r.list[0].wrong, AUDIT_CUT);
}

static void the_whole_chain_made_anew(void **state)
{
	(void)state;
	struct audit_head kept = report_of("").head;
	const char *known = arena_printf(&arena, "%d:%s", (int)kept.seal, kept.hash).p;
	change("UPDATE audit SET reason = 'emergency', seal = 0 WHERE id = 620");
	change("UPDATE audit SET seal = 0");
	change("DELETE FROM audit_seal");
	change("UPDATE audit_chain SET n = 0");
	assert_int_equal(sealed().seal, 3);
	assert_sound();
	struct audit_report r = report_of(known);
	assert_int_equal(r.faults, 1);
	assert_int_equal(r.list[0].wrong, AUDIT_CUT);
	assert_int_equal(r.list[0].seal, 3);
}

static void nothing_is_sealed_behind_a_seal_that_is_gone(void **state)
{
	(void)state;
	int64_t rows = 7;
	struct audit_head head;
	change("DELETE FROM audit_seal WHERE n = 3");
	assert_rc(RC_CORRUPT, audit_seal_all(app, &rows, &head, &err));
	assert_words("linnet audit verify");
	assert_int_equal(rows, 7);
	change("DELETE FROM audit_chain");
	assert_rc(RC_CORRUPT, audit_seal_all(app, &rows, &head, &err));
	struct audit_report r = report_of("");
	assert_true(r.faults > 0);
}

/* ---- late, and erased ---- */

static void a_slow_server_comes_late(void **state)
{
	(void)state;
	/* Ids are of the time of writing: smaller than those that are sealed already. */
	change("INSERT INTO audit (id, at_ms, account, org, person, act, what, reason) VALUES "
	       "(-7, %" PRId64 ", 1, 1, 0, 'looked', '', ''), (-6, %" PRId64 ", 1, 1, 0, 'looked', '', '')",
	       instant(TODAY) - 3 * AUDIT_LATE_MS, instant(TODAY) - 1000);
	assert_int_equal(report_of("").not_sealed, 2);
	assert_int_equal(sealed().seal, 4);
	struct audit_report r = report_of("");
	assert_int_equal(r.faults, 0);
	assert_int_equal(r.rows, MANY + 2);
	assert_int_equal(r.late, 1);
	change("UPDATE audit SET what = 'x' WHERE id = -7");
	assert_first(AUDIT_ALTERED, -7, 4);
}

struct line_read {
	int64_t id;
	char hex[HASH_HEX_MAX];
};

static enum rc read_salt(struct db *db, void *arg, struct err *e)
{
	static const struct sql_param out[] = { { "salt", SQL_TEXT } };
	struct line_read *l = arg;
	struct sql_statement st = { "test", "SELECT salt FROM audit WHERE id = 620", NULL, 0, out, 1, -1 };
	struct sql_rows *rows;
	struct sql_value v;
	enum rc rc = db_query(db, &st, NULL, &rows, e);
	if (rc == RC_OK)
		rc = db_next(rows, &v, e);
	if (rc == RC_OK) {
		struct audit_row r = { .id = 620,
				       .person = 5620,
				       .what = STR("child page"),
				       .reason = STR("ordinary work"),
				       .salt = v.s };
		audit_body_hash(&r, l->hex);
	}
	db_done(rows);
	return rc;
}

static void blank(const char *where, const char *said)
{
	struct line_read l = { .id = 620 };
	assert_ok(store_read(app_store(app), read_salt, &l, &err));
	change("UPDATE audit SET %s, what = '%s', reason = '', salt = '%s' WHERE id = 620", where, said, l.hex);
}

/* The record of 5620 was erased, by erasure 30. */
static const char *tombstone(int64_t event)
{
	change("INSERT INTO erasure (id, person, event, ground, why, asked_by, asked_org, asked_ms, state) VALUES "
	       "(30, 5620, %" PRId64 ", 'unlawful', '', 1, 1, 1, 'done')",
	       event);
	change("INSERT INTO erasure_item (erasure, person, event, mark) VALUES (30, 5620, %" PRId64 ", '')", event);
	return audit_erased_words(30, &arena).p;
}

static void an_erased_body_still_verifies(void **state)
{
	(void)state;
	blank("person = 5620", tombstone(0));
	struct audit_report r = report_of("");
	assert_int_equal(r.faults, 0);
	assert_int_equal(r.erased, 1);
	change("UPDATE audit SET account = 72 WHERE id = 620"); /* what stays is still under the seal */
	assert_first(AUDIT_ALTERED, 620, 2);
}

/* Who can write to the store can put the hash of the body where the salt was, and other words over it. */
static void words_go_by_an_erasure_and_in_no_other_way(void **state)
{
	(void)state;
	keep_line(620);
	blank("person = 0", "");
	assert_first(AUDIT_ALTERED, 620, 2);
	put_back(620);
	keep_line(620);
	blank("person = 5620", audit_erased_words(30, &arena).p); /* there is no such erasure */
	assert_first(AUDIT_ALTERED, 620, 2);
	put_back(620);
	const char *said = tombstone(0);
	keep_line(620);
	blank("person = 5621", said); /* it is of another record */
	assert_first(AUDIT_ALTERED, 620, 2);
	put_back(620);
	keep_line(620);
	blank("person = 5620", "child page"); /* words that are none of an erasure's */
	assert_first(AUDIT_ALTERED, 620, 2);
	put_back(620);
	keep_line(620);
	blank("person = 5620", said);
	assert_sound();
	change("UPDATE erasure SET state = 'asked'");
	assert_first(AUDIT_ALTERED, 620, 2);
	change("UPDATE erasure SET state = 'done'");
	change("UPDATE erasure_item SET event = 9"); /* of one entry, about which this line is not */
	assert_first(AUDIT_ALTERED, 620, 2);
}

/* ---- many writers, several that seal ---- */

static atomic_int written;
static atomic_bool over;

static enum rc write_line(struct db *db, void *arg, struct err *e)
{
	struct viewer v = app_operator(arg);
	return audit(arg, db, &v, 0, "looked", STR("worklist"), STR("ordinary work"), e);
}

static void *writes(void *arg)
{
	(void)arg;
	struct app *mine = app_hold(app);
	struct err e = { 0 };
	for (int i = 0; i < 150; i++)
		if (store_write(app_store(mine), write_line, mine, &e) == RC_OK)
			atomic_fetch_add(&written, 1);
	app_close(mine);
	return NULL;
}

static void *seals(void *arg)
{
	struct app *mine = app_hold(app);
	struct err e = { 0 };
	int64_t rows;
	struct audit_head head;
	while (!atomic_load(&over))
		if (audit_seal_all(mine, &rows, &head, &e) == RC_OK)
			*(int64_t *)arg += rows;
		else
			fprintf(stderr, "%s [%s]\n", e.text, e.detail);
	app_close(mine);
	return NULL;
}

static void many_write_and_several_seal(void **state)
{
	fresh(state);
	change("DELETE FROM audit");
	pthread_t w[4], s[3];
	int64_t rows[3] = { 0 }, left;
	struct audit_head head;
	atomic_store(&written, 0);
	atomic_store(&over, false);
	for (size_t i = 0; i < COUNT_OF(s); i++)
		assert_int_equal(pthread_create(&s[i], NULL, seals, &rows[i]), 0);
	for (size_t i = 0; i < COUNT_OF(w); i++)
		assert_int_equal(pthread_create(&w[i], NULL, writes, NULL), 0);
	for (size_t i = 0; i < COUNT_OF(w); i++)
		pthread_join(w[i], NULL);
	atomic_store(&over, true);
	for (size_t i = 0; i < COUNT_OF(s); i++)
		pthread_join(s[i], NULL);
	assert_ok(audit_seal_all(app, &left, &head, &err));
	struct audit_report r = report_of("");
	assert_int_equal(r.faults, 0);
	assert_int_equal(atomic_load(&written), 600);
	assert_int_equal(r.rows, 600);
	assert_int_equal(rows[0] + rows[1] + rows[2] + left, 600); /* each once */
	assert_int_equal(r.not_sealed, 0);
}

/* ---- read ---- */

static void people_can_read_it(void **state)
{
	fresh_loaded(state);
	int64_t wren = person(ESSEX "/E-1");
	struct viewer nurse = viewer(ROLE_NURSE, TEAM), op = app_operator(app);
	page_as(&nurse, wren, DAY_NONE, KNOWN_NOW);
	sealed();
	struct audit_query q = { .person = wren, .from = DAY_NONE, .to = DAY_NONE, .limit = 1 };
	const struct audit_line *l;
	size_t n;
	assert_ok(audit_see(app, &op, &q, &arena, &l, &n, &err));
	assert_int_equal(n, 1);
	assert_str("looked", l[0].act);
	assert_str(ESSEX "/E-1", l[0].about);
	assert_str("ordinary work", l[0].reason);
	assert_true(l[0].sealed);
	q = (struct audit_query){ .login = STR("operator"), .from = DAY_NONE, .to = DAY_NONE, .limit = 1 };
	assert_ok(audit_see(app, &op, &q, &arena, &l, &n, &err)); /* the look at the audit itself, not sealed yet */
	assert_str("Operator of this machine", l[0].who);
	assert_str("the audit", l[0].what);
	assert_false(l[0].sealed);
	q.from = app_today(app) + 1;
	assert_ok(audit_see(app, &op, &q, &arena, &l, &n, &err));
	assert_int_equal(n, 0);
	q.from = DAY_NONE;
	q.to = app_today(app) - 1;
	assert_ok(audit_see(app, &op, &q, &arena, &l, &n, &err));
	assert_int_equal(n, 0);
}

static void who_may_not_and_what_is_wrong(void **state)
{
	(void)state;
	struct viewer nurse = viewer(ROLE_NURSE, TEAM), guard = viewer(ROLE_GOVERNANCE, TEAM), op = app_operator(app);
	struct audit_query q = { .from = DAY_NONE, .to = DAY_NONE, .limit = 10 };
	const struct audit_line *l;
	size_t n;
	assert_rc(RC_REFUSED, audit_see(app, &nurse, &q, &arena, &l, &n, &err));
	assert_rc(RC_REFUSED, audit_see(app, &guard, &q, &arena, &l, &n, &err));
	q.login = STR("nobody-here");
	assert_rc(RC_BAD_INPUT, audit_see(app, &op, &q, &arena, &l, &n, &err));
	q.login = STR("");
	q.limit = 0;
	assert_rc(RC_BAD_INPUT, audit_see(app, &op, &q, &arena, &l, &n, &err));
	q.limit = AUDIT_LINES_MAX + 1;
	assert_rc(RC_BAD_INPUT, audit_see(app, &op, &q, &arena, &l, &n, &err));
	struct audit_report r;
	static const char *const heads[] = { "x", "0:ab", "3", "3:abc", "-1:", ":" };
	for (size_t i = 0; i < COUNT_OF(heads); i++)
		assert_rc(RC_BAD_INPUT, audit_verify(app, str_of(heads[i]), NULL, NULL, &arena, &r, &err));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup(what_is_sealed_is_said, many_lines),
		cmocka_unit_test_setup(what_is_not_sealed_yet_is_said, many_lines),
		cmocka_unit_test(an_empty_audit_is_sound),
		cmocka_unit_test_setup(a_line_that_cannot_be_read, many_lines),
		cmocka_unit_test_setup(every_column_is_under_the_seal, many_lines),
		cmocka_unit_test(words_do_not_flow_into_one_another),
		cmocka_unit_test(a_line_that_is_gone),
		cmocka_unit_test_setup(the_first_of_several_is_named, many_lines),
		cmocka_unit_test_setup(the_first_of_one_seal_is_named, many_lines),
		cmocka_unit_test_setup(a_line_that_was_put_in, many_lines),
		cmocka_unit_test(lines_that_changed_places),
		cmocka_unit_test_setup(a_seal_that_is_gone_or_altered, many_lines),
		cmocka_unit_test_setup(the_end_cut_off, many_lines),
		cmocka_unit_test_setup(the_whole_chain_made_anew, many_lines),
		cmocka_unit_test_setup(nothing_is_sealed_behind_a_seal_that_is_gone, many_lines),
		cmocka_unit_test_setup(a_slow_server_comes_late, many_lines),
		cmocka_unit_test_setup(an_erased_body_still_verifies, many_lines),
		cmocka_unit_test_setup(words_go_by_an_erasure_and_in_no_other_way, many_lines),
		cmocka_unit_test(many_write_and_several_seal),
		cmocka_unit_test(people_can_read_it),
		cmocka_unit_test(who_may_not_and_what_is_wrong),
	};
	return cmocka_run_group_tests(tests, set_up, tear_down);
}
