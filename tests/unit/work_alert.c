/* Alerts: what in the audit is unusual is told once, to the leads of the person's own organisation. */
#include "work/help.h"

#include <pthread.h>

#include "codec/csv_mark.h"
#include "work/core/write.h"
#include "work/oversee/alert.h"
#include "work/oversee/copies.h"

static struct viewer nurse, lead, second, far_lead;

static int ready(void **state)
{
	fresh(state);
	nurse = viewer(ROLE_NURSE, TEAM);
	lead = viewer(ROLE_GOVERNANCE, TEAM);
	second = viewer(ROLE_GOVERNANCE, TEAM);
	second.account = 900;
	far_lead = viewer(ROLE_GOVERNANCE, TRUST);
	far_lead.account = 901;
	return 0;
}

static int64_t swept(const char *when)
{
	int64_t n = -1;
	at(when);
	assert_ok(alerts_sweep(app, &n, &err));
	return n;
}

/* A line of the audit at an instant, as if it had been written then. */
static void line(const struct viewer *v, const char *when, const char *act, int64_t person)
{
	struct id_source s;
	static int64_t more;
	id_source_init(&s, 0);
	change("INSERT INTO audit (id, at_ms, account, org, person, act, what, reason) VALUES (%" PRId64 ", %" PRId64
	       ", %" PRId64 ", %" PRId64 ", %" PRId64 ", '%s', 'page', 'ordinary work')",
	       id_new(&s, instant(when)) + ++more % 4000, instant(when), v->account, v->org, person, act);
}

static void opens(const struct viewer *v, const char *when, int from, int n)
{
	for (int i = 0; i < n; i++)
		line(v, when, "looked", 1000 + from + i);
}

static int64_t waiting(const char *rule)
{
	return number("SELECT count(*) AS n FROM alert WHERE rule = '%s' AND acknowledged_ms IS NULL", rule);
}

static void test_ten_strangers_in_an_hour_are_told_once(void **state)
{
	(void)state;
	assert_int_equal(swept("2026-03-02T10:00:00Z"), 0);
	opens(&nurse, "2026-03-02T10:05:00Z", 0, 9);
	opens(&nurse, "2026-03-02T10:06:00Z", 0, 9); /* the same children again */
	assert_int_equal(swept("2026-03-02T10:10:00Z"), 0);
	opens(&nurse, "2026-03-02T10:20:00Z", 9, 1);
	assert_int_equal(swept("2026-03-02T10:21:00Z"), 1);
	assert_int_equal(swept("2026-03-02T10:22:00Z"), 0); /* not again each minute */
	opens(&nurse, "2026-03-02T10:23:00Z", 10, 3);	    /* it goes on: the same alert grows */
	assert_int_equal(swept("2026-03-02T10:24:00Z"), 0);
	assert_int_equal(number("SELECT n FROM alert"), 13);
	/* Acknowledged: what was counted is never counted again, and as much once more is news. */
	assert_ok(alert_acknowledge(app, &lead, number("SELECT id AS n FROM alert"), STR("Her first day"), &err));
	opens(&nurse, "2026-03-02T10:25:00Z", 20, 9);
	assert_int_equal(swept("2026-03-02T10:26:00Z"), 0);
	opens(&nurse, "2026-03-02T10:27:00Z", 30, 1);
	assert_int_equal(swept("2026-03-02T10:28:00Z"), 1);
	/* Children whom they know make none, and after long enough they are strangers again. */
	assert_int_equal(swept("2026-03-02T13:00:00Z"), 0);
	opens(&nurse, "2026-03-03T10:00:00Z", 0, 13);
	assert_int_equal(swept("2026-03-03T10:01:00Z"), 0);
	opens(&nurse, "2026-07-02T10:00:00Z", 0, 13);
	assert_int_equal(swept("2026-07-02T10:01:00Z"), 1);
}

/* A machine whose clock is two hours ahead has written in a child's record: what is written there next comes after it,
 * and what is looked at meanwhile is of its own time. */
static void test_a_clock_that_is_ahead_hides_nothing(void **state)
{
	struct id_source s;
	(void)state;
	assert_int_equal(swept("2026-03-02T10:00:00Z"), 0);
	at("2026-03-02T10:05:00Z");
	id_source_init(&s, 1);
	app_ids_past(app, id_new(&s, instant("2026-03-02T12:05:00Z")));
	for (int i = 0; i < 10; i++)
		assert_ok(audit_look(app, &nurse, 1000 + i, STR("child's page"), STR(""), &err));
	char *large = calloc(1, 5000000);
	assert_ok(copy_keep(app, &second, copy_number(app), STR("list.csv"), STR("/worklist.csv"),
			    (struct str){ large, 5000000 }, &err));
	free(large);
	assert_int_equal(swept("2026-03-02T10:06:00Z"), 2);
	assert_int_equal(waiting("strangers"), 1);
	assert_int_equal(waiting("large-export"), 1);
}

static void test_what_nobody_looked_at_for_hours_is_found(void **state)
{
	(void)state;
	assert_int_equal(swept("2026-03-02T10:00:00Z"), 0);
	opens(&nurse, "2026-03-02T12:30:00Z", 0, 10); /* every server was down */
	assert_int_equal(swept("2026-03-02T18:00:00Z"), 1);
	assert_int_equal(swept("2026-03-02T18:01:00Z"), 0);
}

static void test_night_searches_emergencies_and_large_files(void **state)
{
	(void)state;
	char hash[65];
	memset(hash, 'a', 64);
	hash[64] = '\0';
	assert_int_equal(swept("2026-03-02T10:00:00Z"), 0);
	opens(&nurse, "2026-03-02T10:01:00Z", 0, 8);
	opens(&second, "2026-03-02T10:01:00Z", 100, 8);
	assert_int_equal(swept("2026-03-02T10:02:00Z"), 0);
	/* Fifteen whom she knows, by day and by night. */
	for (int i = 0; i < 3; i++) {
		static const char *const whens[] = { "2026-03-02T11:10:00Z", "2026-03-02T12:20:00Z",
						     "2026-03-02T13:30:00Z" };
		opens(&nurse, whens[i], 6 * i, 6);
		swept(whens[i]);
	}
	opens(&nurse, "2026-03-03T15:00:00Z", 0, 18);
	assert_int_equal(swept("2026-03-03T15:01:00Z"), 0);
	opens(&nurse, "2026-03-03T22:00:00Z", 0, 18);
	assert_int_equal(swept("2026-03-03T22:01:00Z"), 1);
	assert_int_equal(waiting("after-hours"), 1);
	opens(&second, "2026-03-07T12:00:00Z", 100, 8); /* a Saturday, and too few */
	assert_int_equal(swept("2026-03-07T12:01:00Z"), 0);
	for (int i = 0; i < 20; i++)
		line(&nurse, "2026-03-04T10:00:00Z", "searched", 0);
	opens(&second, "2026-03-08T10:00:00Z", 100, 1); /* somebody who searches and opens is at work */
	for (int i = 0; i < 20; i++)
		line(&nurse, "2026-03-08T10:00:00Z", "searched", 0);
	for (int i = 0; i < 20; i++)
		line(&second, "2026-03-08T10:00:00Z", "searched", 0);
	assert_int_equal(swept("2026-03-08T10:01:00Z"), 1);
	assert_int_equal(waiting("searching"), 1);
	/* Emergencies: one without a kind at once, any three in a day. */
	struct id_source s;
	for (int i = 0; i < 3; i++) {
		int64_t ms = instant("2026-03-09T10:00:00Z") + i * 3600000;
		id_source_init(&s, 0);
		change("INSERT INTO access_grant (person, id, account, org, what, seal, reason, given_by, from_ms, "
		       "until_ms) "
		       "VALUES (5, %" PRId64 ", %" PRId64 ", %" PRId64 ", 'emergency', '%s', 'x', 1, %" PRId64
		       ", %" PRId64 ")",
		       id_new(&s, ms), nurse.account, nurse.org, i == 1 ? "" : "crisis", ms, ms + 1);
	}
	assert_int_equal(swept("2026-03-09T10:30:00Z"), 0);
	assert_int_equal(swept("2026-03-09T11:30:00Z"), 1);
	assert_int_equal(waiting("emergency-without-kind"), 1);
	assert_int_equal(swept("2026-03-09T12:30:00Z"), 1);
	assert_int_equal(waiting("emergencies"), 1);
	char *large = calloc(1, 5000001);
	at("2026-03-10T10:00:00Z");
	assert_ok(copy_keep(app, &nurse, copy_number(app), STR("list.csv"), STR("/worklist.csv"),
			    (struct str){ large, 4999999 }, &err));
	assert_int_equal(swept("2026-03-10T10:01:00Z"), 0);
	assert_ok(copy_keep(app, &nurse, copy_number(app), STR("list.csv"), STR("/worklist.csv"),
			    (struct str){ large, 5000000 }, &err));
	free(large);
	assert_int_equal(swept("2026-03-10T10:02:00Z"), 1);
	assert_int_equal(waiting("large-export"), 1);
	assert_int_equal(swept("2026-03-10T10:03:00Z"), 0);
}

static void test_leads_of_their_own_are_told_and_nobody_clears_themselves(void **state)
{
	(void)state;
	const struct alert *list;
	const struct alert_line *lines;
	struct alert one;
	size_t n;
	struct viewer op = app_operator(app);
	swept("2026-03-02T10:00:00Z");
	opens(&nurse, "2026-03-02T10:05:00Z", 0, 10);
	opens(&second, "2026-03-02T10:05:00Z", 0, 10);
	change("UPDATE audit SET event = 77 WHERE account = %" PRId64 " AND person = 1003", nurse.account);
	assert_int_equal(swept("2026-03-02T10:06:00Z"), 2);
	assert_rc(RC_REFUSED, alerts_list(app, &nurse, &arena, &list, &n, &err));
	assert_ok(alerts_list(app, &far_lead, &arena, &list, &n, &err));
	assert_int_equal(n, 0);
	assert_ok(alerts_list(app, &op, &arena, &list, &n, &err));
	assert_int_equal(n, 2);
	assert_ok(alerts_list(app, &second, &arena, &list, &n, &err));
	assert_int_equal(n, 2);
	int64_t own = list[0].own ? list[0].id : list[1].id, hers = list[0].own ? list[1].id : list[0].id;
	assert_ok(alert_see(app, &lead, hers, &arena, &one, &lines, &n, &err));
	assert_int_equal(n, 9); /* a line about an entry is not for everybody */
	assert_int_equal(one.n, 10);
	assert_str("Many children opened for the first time", one.title);
	assert_rc(RC_NOT_FOUND, alert_see(app, &far_lead, hers, &arena, &one, &lines, &n, &err));
	assert_rc(RC_NOT_FOUND, alert_see(app, &lead, hers + 99, &arena, &one, &lines, &n, &err));
	assert_rc(RC_REFUSED, alert_acknowledge(app, &second, own, STR("It was me"), &err));
	assert_rc(RC_REFUSED, alert_acknowledge(app, &nurse, hers, STR("It was me"), &err));
	assert_rc(RC_NOT_FOUND, alert_acknowledge(app, &far_lead, hers, STR("Fine"), &err));
	assert_rc(RC_BAD_INPUT, alert_acknowledge(app, &lead, hers, STR("  "), &err));
	assert_ok(alert_acknowledge(app, &second, hers, STR("A clinic that she took over"), &err));
	assert_rc(RC_CONFLICT, alert_acknowledge(app, &lead, hers, STR("Late"), &err));
	assert_ok(alert_acknowledge(app, &lead, own, STR("An audit of files, asked for"), &err));
	assert_ok(alerts_list(app, &lead, &arena, &list, &n, &err));
	assert_true(list[0].acknowledged_ms > 0 && list[0].note.n > 0);
}

/* What the page of the child hides from a lead, its lines in an alert hide too: title and reason. */
static void test_an_alert_tells_nothing_of_mental_health(void **state)
{
	(void)state;
	const struct alert *list;
	const struct alert_line *lines;
	struct alert one;
	size_t n, hidden = 0, told = 0;
	swept("2026-03-02T10:00:00Z");
	opens(&nurse, "2026-03-02T10:05:00Z", 0, 10);
	line(&nurse, "2026-03-02T10:05:00Z", "entered", 1003);
	line(&nurse, "2026-03-02T10:05:00Z", "entered", 1004);
	change("UPDATE audit SET what = 'Referred to mental-health service', reason = 'she harms herself' "
	       "WHERE act = 'entered' AND person = 1003");
	change("UPDATE audit SET what = 'Came into care' WHERE act = 'entered' AND person = 1004");
	assert_int_equal(swept("2026-03-02T10:06:00Z"), 1);
	assert_ok(alerts_list(app, &lead, &arena, &list, &n, &err));
	assert_int_equal(n, 1);
	int64_t id = list[0].id;
	assert_ok(alert_see(app, &lead, id, &arena, &one, &lines, &n, &err));
	for (size_t i = 0; i < n; i++) {
		bool entered = str_is(lines[i].act, "entered");
		hidden += entered && str_is(lines[i].what, "an entry") && !lines[i].why.n;
		told += entered && str_is(lines[i].what, "Came into care") && lines[i].why.n;
		assert_false(str_is(lines[i].what, "Referred to mental-health service"));
	}
	assert_int_equal(hidden, 1);
	assert_int_equal(told, 1);
}

/* Of an emergency the leads of who looked are told that it was, not of which child: nor by the lines of an alert. */
static void test_an_alert_names_no_child_of_others(void **state)
{
	const struct alert *list;
	const struct alert_line *lines;
	struct alert one;
	int64_t id;
	size_t n, theirs = 0;
	fresh_loaded(state);
	nurse = viewer(ROLE_NURSE, TRUST);
	int64_t wren = person(ESSEX "/E-1"), zoe = person(ESSEX "/E-2");
	change("DELETE FROM circle WHERE org = %" PRId64 " AND person = %" PRId64, org(TRUST), zoe);
	swept("2026-03-02T12:00:00Z");
	opens(&nurse, "2026-03-02T12:05:00Z", 0, 10);
	line(&nurse, "2026-03-02T12:05:00Z", "looked", wren);
	line(&nurse, "2026-03-02T12:05:00Z", "looked", zoe);
	assert_int_equal(swept("2026-03-02T12:06:00Z"), 1);
	far_lead = viewer(ROLE_GOVERNANCE, TRUST);
	far_lead.account = 901;
	assert_ok(alerts_list(app, &far_lead, &arena, &list, &n, &err));
	id = list[0].id;
	assert_ok(alert_see(app, &far_lead, id, &arena, &one, &lines, &n, &err));
	assert_int_equal(n, 12);
	for (size_t i = 0; i < n; i++) {
		assert_false(str_is(lines[i].about, ESSEX "/E-2"));
		theirs += str_is(lines[i].about, ESSEX "/E-1") && lines[i].why.n;
		assert_true(lines[i].why.n || !lines[i].about.n);
	}
	assert_int_equal(theirs, 1);
	const struct viewer operator= app_operator(app);
	assert_ok(alert_see(app, &operator, id, &arena, &one, &lines, &n, &err));
	assert_str(ESSEX "/E-2", lines[n - 1].about);
}

static void *sweep_on_thread(void *arg)
{
	struct err e = { 0 };
	int64_t *out = arg;
	if (alerts_sweep(app, out, &e) != RC_OK)
		*out = -1;
	return NULL;
}

static void test_of_many_servers_one_tells(void **state)
{
	(void)state;
	int64_t made[4], sum = 0;
	pthread_t thread[4];
	swept("2026-03-02T10:00:00Z");
	opens(&nurse, "2026-03-02T10:05:00Z", 0, 10);
	at("2026-03-02T10:06:00Z");
	for (int i = 0; i < 4; i++)
		assert_int_equal(pthread_create(&thread[i], NULL, sweep_on_thread, &made[i]), 0);
	for (int i = 0; i < 4; i++) {
		pthread_join(thread[i], NULL);
		assert_true(made[i] >= 0);
		sum += made[i];
	}
	assert_int_equal(sum, 1);
	assert_int_equal(rows_of("alert"), 1);
}

/* A table that turns up with rows added is still whose it is; one that nobody took is nobody's. */
static void test_a_table_is_traced_by_its_quotes(void **state)
{
	(void)state;
	struct buf plain AUTO(buf_release), file AUTO(buf_release);
	const struct copy *list;
	size_t n;
	struct viewer op = app_operator(app);
	int64_t number = copy_number(app);
	buf_init(&plain, 1 << 16);
	buf_init(&file, 1 << 16);
	buf_puts(&plain, "child,clock\r\n");
	for (int i = 0; i < 50; i++)
		buf_printf(&plain, "E-%d,iha-returned\r\n", i);
	csv_mark(buf_view(&plain), (uint64_t)number, &file);
	assert_ok(copy_keep(app, &nurse, number, STR("list.csv"), STR("/worklist.csv"), buf_view(&file), &err));
	assert_ok(copies_of(app, &op, buf_view(&file), &arena, &list, &n, &err)); /* by its bytes */
	assert_int_equal(n, 1);
	buf_puts(&file, "E-99,added\r\n");
	assert_ok(copies_of(app, &op, buf_view(&file), &arena, &list, &n, &err)); /* by its quotes */
	assert_int_equal(n, 1);
	assert_int_equal(list[0].id, number);
	assert_ok(copies_of(app, &op, buf_view(&plain), &arena, &list, &n, &err));
	assert_int_equal(n, 0);
	assert_ok(copies_of(app, &far_lead, buf_view(&file), &arena, &list, &n, &err)); /* of another organisation */
	assert_int_equal(n, 0);
}

/* Who took a file has it for some days; then a lead sees that they have passed. */
static void test_a_copy_has_its_day(void **state)
{
	(void)state;
	const struct copy *list;
	size_t n;
	day_t until;
	struct viewer op = app_operator(app);
	at("2026-03-02T23:30:00Z");
	assert_ok(copy_keep(app, &nurse, copy_number(app), STR("list.csv"), STR("/worklist.csv"), STR("child"), &err));
	assert_ok(copy_until(app, &until, &err));
	assert_int_equal(until, day_of(2026, 4, 1)); /* data/retention.yaml: 30 days */
	assert_ok(copies_list(app, &op, &arena, &list, &n, &err));
	assert_int_equal(n, 1);
	assert_int_equal(list[0].until, until);
	assert_false(list[0].over);
	at("2026-04-01T22:30:00Z"); /* by then it is summer time */
	assert_ok(copies_list(app, &op, &arena, &list, &n, &err));
	assert_false(list[0].over);
	at("2026-04-01T23:30:00Z");
	assert_ok(copies_list(app, &op, &arena, &list, &n, &err));
	assert_true(list[0].over);
	assert_int_equal(list[0].until, until);
}

int main(void)
{
#define CASE(f) cmocka_unit_test_setup(f, ready)
	const struct CMUnitTest tests[] = {
		CASE(test_ten_strangers_in_an_hour_are_told_once),
		CASE(test_a_clock_that_is_ahead_hides_nothing),
		CASE(test_what_nobody_looked_at_for_hours_is_found),
		CASE(test_night_searches_emergencies_and_large_files),
		CASE(test_leads_of_their_own_are_told_and_nobody_clears_themselves),
		CASE(test_an_alert_tells_nothing_of_mental_health),
		CASE(test_an_alert_names_no_child_of_others),
		CASE(test_of_many_servers_one_tells),
		CASE(test_a_table_is_traced_by_its_quotes),
		CASE(test_a_copy_has_its_day),
	};
	return cmocka_run_group_tests(tests, set_up, tear_down);
}
