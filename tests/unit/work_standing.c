/* Every rule and one child, and what each side says about whose days they were. */
#include "work/help.h"
#include "work/record/statement.h"
#include "work/see/standing.h"

static struct viewer nurse, worker, clinician, guard;
static int64_t wren, zoe;

static int loaded(void **state)
{
	fresh_loaded(state);
	wren = person(ESSEX "/E-1");
	zoe = person(ESSEX "/E-2");
	nurse = viewer(ROLE_NURSE, TEAM);
	worker = viewer(ROLE_SOCIAL_WORKER, ESSEX);
	clinician = viewer(ROLE_CLINICIAN, TRUST);
	guard = viewer(ROLE_GOVERNANCE, TEAM);
	return 0;
}

static struct standing_page standings(const struct viewer *v, int64_t id)
{
	struct child_query q = { .person = id, .as_of = DAY_NONE, .known_ms = KNOWN_NOW };
	struct standing_page p;
	assert_ok(standing_see(app, v, &q, STR(""), &arena, &p, &err));
	return p;
}

static const struct standing *of_rule(const struct standing_page *p, const char *id)
{
	for (size_t i = 0; i < p->n; i++)
		if (str_is(rulebook_info(app_rulebook(app), p->rules[i].standard)->id, id))
			return &p->rules[i];
	return NULL;
}

static void assert_stands(const struct viewer *v, int64_t id, const char *rule, const char *words, const char *list)
{
	struct standing_page p = standings(v, id);
	const struct standing *s = of_rule(&p, rule);
	if (!s)
		fail_msg("nothing is said of %s", rule);
	assert_str(words, s->words);
	assert_str(list, s->list);
}

static void every_rule_is_answered(void **state)
{
	(void)state;
	struct standing_page p = standings(&nurse, zoe);
	struct child_page c = page_as(&nurse, zoe, DAY_NONE, KNOWN_NOW);
	size_t there = 0;
	for (size_t i = 0; i < p.n; i++) {
		assert_true(p.rules[i].words.n > 0 && p.rules[i].list.n > 0);
		there += p.rules[i].there;
	}
	for (size_t i = 0; i < c.n_clocks; i++) /* no clock of the child's page is missing */
		assert_non_null(of_rule(&p, rulebook_info(app_rulebook(app), c.clocks[i].clock.standard)->id.p));
	assert_true(there > 0 && there < p.n);
}

static void why_a_child_is_not_on_a_list(void **state)
{
	(void)state;
	assert_stands(&nurse, wren, "iha-request", "Done on Tuesday 13 January 2026, in time.",
		      "On none: a reading for comparison only.");
	assert_stands(&nurse, wren, "iha-returned", "Overdue: the last day in time was Tuesday 3 February 2026.",
		      "Late, our turn");
	assert_stands(&worker, wren, "iha-returned", "Overdue: the last day in time was Tuesday 3 February 2026.",
		      "Waiting for someone else");
	assert_stands(&nurse, wren, "placement-notified", "Done on Wednesday 7 January 2026, late.",
		      "On none: it is over.");
	assert_stands(&nurse, zoe, "cyp-four-weeks",
		      "Nothing has opened it: no “Referred to mental-health service” is recorded.",
		      "On none: there is no clock.");
}

static void what_is_sensitive_leaves_no_trace(void **state)
{
	(void)state;
	struct standing_page p = standings(&worker, wren);
	assert_null(of_rule(&p, "cyp-four-weeks"));
	p = standings(&nurse, wren);
	assert_true(of_rule(&p, "cyp-four-weeks")->there);
	p = standings(&clinician, wren);
	assert_true(of_rule(&p, "cyp-four-weeks")->there);
	struct child_query q = { .person = wren, .as_of = DAY_NONE, .known_ms = KNOWN_NOW };
	assert_rc(RC_NOT_FOUND, standing_see(app, &worker, &q, STR("cyp-four-weeks"), &arena, &p, &err));
	assert_rc(RC_NOT_FOUND, standing_see(app, &worker, &q, STR("no-such-rule"), &arena, &p, &err));
	assert_rc(RC_REFUSED, standing_see(app, &guard, &q, STR(""), &arena, &p, &err));
}

static struct clock_page clock_as(const struct viewer *v, int64_t id, const char *clock)
{
	struct child_query q = { .person = id, .as_of = DAY_NONE, .known_ms = KNOWN_NOW };
	struct clock_page p;
	assert_ok(clock_see(app, v, &q, str_of(clock), &arena, &p, &err));
	return p;
}

static void both_sides_stand_beside_the_days(void **state)
{
	(void)state;
	struct clock_page before = clock_as(&nurse, wren, "iha-returned");
	assert_int_equal(before.n_statements, 0);
	at("2026-03-03T10:00:00Z");
	assert_ok(statement_save(app, &worker, wren, STR("iha-returned"),
				 STR(" The papers were complete on 8 January. "), &err));
	at("2026-03-04T10:00:00Z");
	assert_ok(statement_save(app, &nurse, wren, STR("iha-returned.1"), STR("They came without consent."), &err));
	struct clock_page p = clock_as(&worker, wren, "iha-returned");
	assert_int_equal(p.n_statements, 2);
	assert_str("The papers were complete on 8 January.", p.statements[0].words);
	assert_str("They came without consent.", p.statements[1].words);
	assert_true(p.statements[0].at == day_of(2026, 3, 3) && p.statements[1].at == day_of(2026, 3, 4));
	assert_false(str_eq(p.statements[0].org, p.statements[1].org));
	/* They change nothing of what is counted, and stand on this clock alone. */
	assert_int_equal(p.why.clock.due, before.why.clock.due);
	assert_int_equal(p.why.n_holders, before.why.n_holders);
	assert_int_equal(clock_as(&nurse, wren, "iha-seen").n_statements, 0);
	assert_int_equal(clock_as(&nurse, zoe, "iha-returned").n_statements, 0);
	/* As known before, nobody had said anything. */
	struct child_query q = { .person = wren, .as_of = DAY_NONE, .known_ms = instant("2026-03-02T23:00:00Z") };
	assert_ok(clock_see(app, &nurse, &q, STR("iha-returned"), &arena, &p, &err));
	assert_int_equal(p.n_statements, 0);
}

static void statements_are_refused(void **state)
{
	(void)state;
	struct stamp was = stamp();
	char many[STATEMENT_MAX + 2];
	memset(many, 'x', sizeof many);
	many[sizeof many - 1] = 0;
	assert_rc(RC_BAD_INPUT, statement_save(app, &nurse, wren, STR("iha-returned"), STR("  "), &err));
	assert_rc(RC_BAD_INPUT, statement_save(app, &nurse, wren, STR("iha-returned"), str_of(many), &err));
	assert_rc(RC_NOT_FOUND, statement_save(app, &nurse, wren, STR("iha-returned.7"), STR("x"), &err));
	assert_rc(RC_NOT_FOUND, statement_save(app, &worker, wren, STR("cyp-four-weeks"), STR("x"), &err));
	assert_rc(RC_REFUSED, statement_save(app, &guard, wren, STR("iha-returned"), STR("x"), &err));
	struct viewer far = viewer(ROLE_SOCIAL_WORKER, SOUTHEND);
	assert_rc(RC_NOT_FOUND, statement_save(app, &far, wren, STR("iha-returned"), STR("x"), &err));
	/* Nor through the ordinary form, which does not offer it. */
	const struct kind **kinds;
	size_t n = record_kinds(app, &nurse, &arena, &kinds);
	for (size_t i = 0; i < n; i++)
		assert_false(kinds[i]->on_clock);
	struct draft d = { .change = CHANGE_RECORD,
			   .person = wren,
			   .version = page(wren).head.version,
			   .kind = STR("days-disputed"),
			   .at = STR("20/02/2026"),
			   .note = STR("x") };
	struct preview pv;
	assert_rc(RC_REFUSED, record_preview(app, &nurse, &d, &arena, &pv, &err));
	assert_same_stamp(was);
}

static void a_statement_about_help_is_as_private_as_the_clock(void **state)
{
	(void)state;
	assert_ok(statement_save(app, &clinician, wren, STR("cyp-four-weeks"), STR("We wrote twice."), &err));
	assert_int_equal(clock_as(&nurse, wren, "cyp-four-weeks").n_statements, 1);
	struct child_page p = page_as(&worker, wren, DAY_NONE, KNOWN_NOW);
	assert_null(event_on(&p, "help-days-disputed"));
	p = page_as(&nurse, wren, DAY_NONE, KNOWN_NOW);
	assert_non_null(event_on(&p, "help-days-disputed"));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup_teardown(every_rule_is_answered, loaded, clean_after),
		cmocka_unit_test_setup_teardown(why_a_child_is_not_on_a_list, loaded, clean_after),
		cmocka_unit_test_setup_teardown(what_is_sensitive_leaves_no_trace, loaded, clean_after),
		cmocka_unit_test_setup_teardown(both_sides_stand_beside_the_days, loaded, clean_after),
		cmocka_unit_test_setup_teardown(statements_are_refused, loaded, clean_after),
		cmocka_unit_test_setup_teardown(a_statement_about_help_is_as_private_as_the_clock, loaded, clean_after),
	};
	return cmocka_run_group_tests_name("standing and statements", tests, set_up, tear_down);
}
