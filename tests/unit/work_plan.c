/* Plans: which there are, who may, what is kept; and runs as jobs with limits. */
#include "work/help.h"

#include "plan/report.h"
#include "work/plan/plans.h"
#include "work/plan/runs.h"
#include "work/plan/sites.h"

static struct mistakes m;

static struct saved_plan get(const struct viewer *v, const char *id)
{
	struct saved_plan p = { .shipped = false };
	assert_ok(plans_get(app, v, str_of(id), &arena, &p, &err));
	return p;
}

static struct scenario *read_text(const struct viewer *v, struct str body)
{
	struct scenario *s = NULL;
	assert_ok(plans_read(app, v, body, "scenario.yaml", &s, &m, &err));
	return s;
}

static void test_which_there_are_and_who_may(void **state)
{
	struct viewer v = viewer(ROLE_GOVERNANCE, TEAM), nurse = viewer(ROLE_NURSE, TEAM);
	const struct saved_plan *list;
	struct saved_plan p;
	size_t n = 0, found = 0;
	(void)state;
	assert_ok(plans_list(app, &v, &arena, &list, &n, &err));
	for (size_t i = 0; i < n; i++) {
		assert_true(list[i].shipped && list[i].name.n);
		found += str_is(list[i].id, "east-midlands");
		if (str_is(list[i].id, "east-midlands-every-county")) /* what it was before stands before it */
			assert_true(i && str_is(list[i - 1].id, "east-midlands"));
		assert_false(str_is(list[i].id, "judging")); /* no scenario */
		assert_false(str_is(list[i].id, "ash-villa"));
	}
	assert_int_equal(found, 1);
	assert_rc(RC_REFUSED, plans_list(app, &nurse, &arena, &list, &n, &err));
	assert_rc(RC_REFUSED, plans_get(app, &nurse, STR("east-midlands"), &arena, &p, &err));
	static const char *const none[] = { "", "nothing", "judging", "../plans/east-midlands", ".", "0000000000001" };
	for (size_t i = 0; i < COUNT_OF(none); i++)
		assert_rc(RC_NOT_FOUND, plans_get(app, &v, str_of(none[i]), &arena, &p, &err));
}

static void test_kept_and_deleted_by_its_owner(void **state)
{
	struct viewer v = viewer(ROLE_GOVERNANCE, TEAM), other = viewer(ROLE_GOVERNANCE, ESSEX),
		      nurse = viewer(ROLE_NURSE, TEAM), colleague = v;
	const struct changed_number c = { STR("services.phoenix.beds"), STR("9") };
	const struct saved_plan *list;
	struct str id;
	size_t n = 0, before = 0;
	(void)state;
	colleague.account = v.account + 1;
	assert_ok(plans_list(app, &v, &arena, &list, &before, &err));
	struct saved_plan base = get(&v, "east-midlands");
	struct str body = plans_changed(&base, &c, 1, STR("Nine \"beds\""), &arena);
	assert_ok(plans_save(app, &v, STR("Nine \"beds\""), body, &m, &arena, &id, &err));
	struct saved_plan p = get(&v, id.p), theirs = get(&colleague, id.p);
	assert_str("Nine \"beds\"", p.name);
	assert_true(p.own && !theirs.own && !p.shipped && str_eq(p.body, body));
	struct scenario *s = read_text(&v, p.body);
	assert_str(s->hash, p.hash);
	assert_str("Nine \"beds\"", s->name);
	assert_true(s->inputs[scenario_input(s, "services.phoenix.beds")].value == 9);
	scenario_free(s);
	/* changed again: the earlier change stays, the newer of one number counts */
	const struct changed_number more[] = { { STR("services.phoenix.beds"), STR("7") },
					       { STR("services.beacon.stay.mean"), STR("21.5") } };
	s = read_text(&v, plans_changed(&p, &more[1], 1, STR(""), &arena));
	assert_true(s->inputs[scenario_input(s, "services.phoenix.beds")].value == 9);
	assert_true(s->inputs[scenario_input(s, "services.beacon.stay.mean")].value == 21.5);
	scenario_free(s);
	s = read_text(&v, plans_changed(&p, more, 2, STR(""), &arena));
	assert_true(s->inputs[scenario_input(s, "services.phoenix.beds")].value == 7);
	scenario_free(s);
	assert_ok(plans_list(app, &colleague, &arena, &list, &n, &err));
	assert_int_equal(n, before + 1);
	assert_ok(plans_list(app, &other, &arena, &list, &n, &err));
	assert_int_equal(n, before);
	assert_rc(RC_NOT_FOUND, plans_get(app, &other, id, &arena, &p, &err));
	assert_rc(RC_NOT_FOUND, plans_delete(app, &other, id, &err));
	assert_rc(RC_REFUSED, plans_delete(app, &colleague, id, &err));
	assert_rc(RC_REFUSED, plans_delete(app, &nurse, id, &err));
	assert_ok(plans_delete(app, &v, id, &err));
	assert_rc(RC_NOT_FOUND, plans_get(app, &v, id, &arena, &p, &err));
}

static void test_what_cannot_be_kept(void **state)
{
	struct viewer v = viewer(ROLE_GOVERNANCE, TEAM);
	struct str id, good = STR("extends: set-one-clinic.yaml\nname: Mine\n");
	(void)state;
	assert_rc(RC_BAD_INPUT, plans_save(app, &v, STR("  "), good, &m, &arena, &id, &err));
	assert_words("a name");
	assert_rc(RC_BAD_INPUT,
		  plans_save(app, &v, STR("Mine"), STR("extends: set-one-clinic.yaml\nname: Mine\nbeds: 3\n"), &m,
			     &arena, &id, &err));
	assert_int_equal(m.list[0].line, 3);
	assert_rc(RC_BAD_INPUT,
		  plans_save(app, &v, STR("Mine"), STR("extends: ../kinds.yaml\nname: Mine\n"), &m, &arena, &id, &err));
	assert_words("cannot be read");
	char *large = arena_alloc(&arena, PLAN_TEXT_MAX + 1);
	memset(large, '#', PLAN_TEXT_MAX + 1);
	assert_rc(RC_LIMIT,
		  plans_save(app, &v, STR("Mine"), (struct str){ large, PLAN_TEXT_MAX + 1 }, &m, &arena, &id, &err));
	for (int i = 0; i < PLANS_OF_ONE; i++)
		assert_ok(plans_save(app, &v, STR("Mine"), good, &m, &arena, &id, &err));
	assert_rc(RC_LIMIT, plans_save(app, &v, STR("Mine"), good, &m, &arena, &id, &err));
	assert_words("Delete one");
}

static struct run_asked asks(const struct viewer *v, const char *id, int32_t runs)
{
	struct saved_plan p = get(v, id);
	return (struct run_asked){ .scenario = read_text(v, p.body), .replications = runs };
}

static void test_the_same_bytes_as_by_the_command(void **state)
{
	struct viewer v = viewer(ROLE_GOVERNANCE, TEAM);
	struct run_asked q = asks(&v, "set-one-clinic", 4);
	struct scenario *s = read_text(&v, get(&v, "set-one-clinic").body);
	struct outlook_options o = { .replications = 4, .threads = 1 };
	struct outlook *direct = NULL;
	struct run_view r, again;
	struct buf a, b;
	(void)state;
	assert_ok(run_take(app, &v, &q, 60000, &r, &err));
	assert_true(r.over && r.outlook);
	assert_ok(outlook_run(s, &o, &direct, &err));
	buf_init(&a, 8 << 20);
	buf_init(&b, 8 << 20);
	report_outlook(&a, r.outlook, REPORT_JSON);
	report_outlook(&b, direct, REPORT_JSON);
	assert_true(a.n > 1000 && str_eq(buf_view(&a), buf_view(&b)));
	q = asks(&v, "set-one-clinic", 4);
	assert_ok(run_take(app, &v, &q, 0, &again, &err)); /* there already */
	assert_ptr_equal(again.outlook, r.outlook);
	run_give(app, &r);
	run_give(app, &again);
	buf_release(&a);
	buf_release(&b);
	outlook_free(direct);
	scenario_free(s);
}

static void test_nobody_stops_the_program(void **state)
{
	struct viewer v = viewer(ROLE_GOVERNANCE, TEAM), other = v, nurse = viewer(ROLE_NURSE, TEAM);
	struct run_view r[RUNS_OF_ONE], one;
	(void)state;
	other.account = v.account + 1;
	struct run_asked q = asks(&v, "set-one-clinic", 2);
	assert_rc(RC_REFUSED, run_take(app, &nurse, &q, 0, &one, &err));
	q = asks(&v, "set-one-clinic", RUNS_MORE + 1);
	assert_rc(RC_BAD_INPUT, run_take(app, &v, &q, 0, &one, &err));
	q = asks(&v, "set-one-clinic", 2);
	q.years = 100000;
	assert_rc(RC_LIMIT, run_take(app, &v, &q, 0, &one, &err));
	for (int i = 0; i < RUNS_OF_ONE; i++) {
		q = asks(&v, "east-midlands", RUNS_MORE - i);
		assert_ok(run_take(app, &v, &q, 0, &r[i], &err));
		assert_false(r[i].over);
	}
	assert_int_equal(r[RUNS_OF_ONE - 1].before, RUNS_AT_ONCE);
	q = asks(&v, "east-midlands", 900);
	assert_rc(RC_BUSY, run_take(app, &v, &q, 0, &one, &err));
	assert_words("of yours");
	assert_rc(RC_NOT_FOUND, run_stop(app, &other, str_of(r[0].key), &err));
	for (int i = 0; i < RUNS_OF_ONE; i++) {
		assert_ok(run_stop(app, &v, str_of(r[i].key), &err));
		run_give(app, &r[i]);
	}
	/* room again, behind those that are ending */
	for (int i = 0; i < 600; i++) {
		q = asks(&v, "set-one-clinic", 3);
		if (run_take(app, &v, &q, 100, &one, &err) == RC_OK) {
			bool over = one.over && one.outlook;
			run_give(app, &one);
			if (over)
				return;
		}
		usleep(50000);
	}
	fail_msg("there is no room again");
}

/* ---- questions about sites ---- */

static struct site_question question(const struct viewer *v, const char *id)
{
	struct site_question q;
	assert_ok(sites_get(app, v, str_of(id), &arena, &q, &err));
	return q;
}

static void test_questions_are_kept_and_answered(void **state)
{
	struct viewer v = viewer(ROLE_COMMISSIONER, TEAM), nurse = viewer(ROLE_NURSE, TEAM),
		      other = viewer(ROLE_COMMISSIONER, ESSEX);
	const struct site_question *list;
	const struct saved_plan *plans;
	struct site_question q, again;
	struct run_sites *read = NULL;
	struct run_view r, same;
	struct str id;
	size_t n, before, now;
	(void)state;
	assert_ok(plans_list(app, &v, &arena, &plans, &before, &err));
	q = question(&v, "reuse-beds-east-midlands");
	assert_true(q.moves && q.plan.shipped);
	assert_true(sites_change(&q, STR("reuse.move-at-most"), STR("1")));
	assert_ok(sites_save(app, &v, STR("One bed"), &q, &arena, &id, &err));
	again = question(&v, id.p);
	assert_true(again.moves && again.n == 1 && again.plan.own && str_is(again.base, "reuse-beds-east-midlands"));
	assert_ok(sites_list(app, &v, &arena, &list, &n, &err));
	assert_true(n == 4 && str_eq(list[3].plan.id, id) && str_is(list[3].plan.name, "One bed"));
	/* It is no scenario: not in their list, and not opened as one. */
	struct saved_plan p;
	assert_ok(plans_list(app, &v, &arena, &plans, &now, &err));
	assert_int_equal(now, before);
	assert_rc(RC_NOT_FOUND, plans_get(app, &v, id, &arena, &p, &err));
	assert_rc(RC_NOT_FOUND, sites_get(app, &other, id, &arena, &q, &err));
	assert_rc(RC_NOT_FOUND, sites_get(app, &v, STR("../plans/judging"), &arena, &q, &err));
	assert_rc(RC_REFUSED, sites_list(app, &nurse, &arena, &list, &n, &err));
	assert_ok(sites_read(app, &v, &again, SITING_THE_PLAN, &read, &err));
	assert_ok(run_take(app, &v, &(struct run_asked){ .sites = read }, 60000, &r, &err));
	assert_true(r.over && r.sites && r.sites->reuse.moved[0] == 1 && !r.outlook);
	assert_string_equal(r.sites->hash, again.plan.hash.p); /* as it was saved */
	assert_ok(sites_read(app, &v, &again, SITING_THE_PLAN, &read, &err));
	assert_ok(run_take(app, &v, &(struct run_asked){ .sites = read }, 0, &same, &err)); /* there already */
	assert_ptr_equal(same.sites, r.sites);
	/* Its plan is a scenario that can be read and kept. */
	struct str text;
	assert_ok(sites_scenario(app, r.sites, &arena, &text, &err));
	scenario_free(read_text(&v, text));
	run_give(app, &same);
	run_give(app, &r);
	/* What cannot be says so; what nobody may ask is refused, and nothing leaks. */
	q = question(&v, "day-services-east-midlands");
	assert_true(sites_change(&q, STR("travel.longest"), STR("6")));
	assert_rc(RC_BAD_INPUT, sites_read(app, &v, &q, SITING_THE_PLAN, &read, &err));
	assert_words("out of reach");
	q = question(&v, "day-services-east-midlands");
	assert_ok(sites_read(app, &v, &q, SITING_THE_PLAN, &read, &err));
	assert_rc(RC_REFUSED, run_take(app, &nurse, &(struct run_asked){ .sites = read }, 0, &r, &err));
	assert_ok(plans_delete(app, &v, id, &err));
	assert_rc(RC_NOT_FOUND, sites_get(app, &v, id, &arena, &q, &err));
}

/* Choosing sites waits in the same queue as playing, tells how far it is, and can be stopped by who asked. */
static void test_a_question_that_waits_is_stopped(void **state)
{
	struct viewer v = viewer(ROLE_COMMISSIONER, TEAM), other = v;
	struct site_question q = question(&v, "day-services-east-midlands");
	struct run_sites *read = NULL;
	struct run_view long_ones[RUNS_AT_ONCE], r;
	(void)state;
	other.account = v.account + 1;
	for (int i = 0; i < RUNS_AT_ONCE; i++) {
		struct run_asked asked = asks(&other, "east-midlands", RUNS_MORE - i);
		assert_ok(run_take(app, &other, &asked, 0, &long_ones[i], &err));
	}
	assert_ok(sites_read(app, &v, &q, SITING_THE_PLAN, &read, &err));
	assert_ok(run_take(app, &v, &(struct run_asked){ .sites = read }, 0, &r, &err));
	assert_true(!r.over && !r.sites && r.before == RUNS_AT_ONCE && r.total == RUN_SITE_SECONDS * 1000);
	assert_rc(RC_NOT_FOUND, run_stop(app, &other, str_of(r.key), &err));
	assert_ok(run_stop(app, &v, str_of(r.key), &err));
	assert_rc(RC_NOT_FOUND, run_stop(app, &v, str_of(r.key), &err)); /* nobody finds it any more */
	run_give(app, &r);
	for (int i = 0; i < RUNS_AT_ONCE; i++) {
		(void)!run_stop(app, &other, str_of(long_ones[i].key), &err);
		run_give(app, &long_ones[i]);
	}
}

int main(void)
{
#define CASE(f) cmocka_unit_test_setup_teardown(f, fresh, clean_after)
	const struct CMUnitTest tests[] = {
		CASE(test_which_there_are_and_who_may),
		CASE(test_kept_and_deleted_by_its_owner),
		CASE(test_what_cannot_be_kept),
		CASE(test_the_same_bytes_as_by_the_command),
		CASE(test_nobody_stops_the_program),
		CASE(test_questions_are_kept_and_answered),
		CASE(test_a_question_that_waits_is_stopped),
	};
	return cmocka_run_group_tests(tests, set_up, tear_down);
}
