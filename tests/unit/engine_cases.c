/* The case files of data/cases: each holds alone, and all of them in one engine; how mistakes are told. */
#include "standard/cases.h"

#include <setjmp.h>
#include <stdarg.h>
#include <cmocka.h>

#include "shipped.h"

static struct cases cases;

static void each_alone(void **unused)
{
	(void)unused;
	size_t fail = cases_prove(&cases, rules, holidays, n_holidays);
	for (size_t i = 0; i < cases.n; i++)
		for (size_t k = 0; k < cases.list[i].n_expect; k++) {
			const struct case_expect *x = &cases.list[i].expect[k];
			if (!x->holds)
				print_error(STR_FMT ":%d: " STR_FMT ": " STR_FMT ": " STR_FMT "\n",
					    STR_ARG(cases.list[i].file), x->line, STR_ARG(cases.list[i].title),
					    STR_ARG(x->standard), STR_ARG(x->why));
		}
	print_message("%zu cases, %zu clocks expected\n", cases.n, cases.n_expects);
	assert_true(cases.n >= 80);
	assert_int_equal(fail, 0);
}

static bool same_rows(const struct clock *a, const struct clock *b, size_t n)
{
	for (size_t i = 0; i < n; i++)
		if (a[i].standard != b[i].standard || a[i].ordinal != b[i].ordinal ||
		    a[i].opened_by != b[i].opened_by || a[i].done_by != b[i].done_by ||
		    a[i].last_fact != b[i].last_fact || a[i].key != b[i].key || a[i].org != b[i].org ||
		    a[i].state != b[i].state || a[i].holder != b[i].holder || a[i].reason != b[i].reason ||
		    a[i].start != b[i].start || a[i].due != b[i].due || a[i].done != b[i].done ||
		    a[i].due_minute != b[i].due_minute || a[i].done_minute != b[i].done_minute ||
		    a[i].holder_since != b[i].holder_since || a[i].holder_due != b[i].holder_due ||
		    a[i].next_change != b[i].next_change)
			return false;
	return true;
}

/* One engine for everyone, last case first: nothing of one child stays for the next. */
static void all_together(void **unused)
{
	(void)unused;
	struct workdays *w = holidays_calendar(holidays, n_holidays, DAY_NEVER);
	struct engine *shared = cases_engine(&cases, rules, w);
	size_t differ = 0, explained = 0;
	for (size_t i = cases.n; i-- > 0;) {
		const struct case_one *c = &cases.list[i];
		struct engine *alone = cases_engine(&cases, rules, w);
		for (size_t k = 0; k < c->n_expect && c->holidays_on == DAY_NEVER; k++) {
			const struct clock *rows, *among;
			struct explanation why;
			day_t as_of = c->expect[k].as_of;
			size_t n = engine_run(alone, &c->child, as_of, &rows);
			size_t m = engine_run(shared, &c->child, as_of, &among);
			if (n != m || !same_rows(rows, among, n)) {
				differ++;
				print_error(STR_FMT ":%d: the answer among others differs from the answer alone\n",
					    STR_ARG(c->file), c->expect[k].line);
			}
			size_t at = case_clock(rules, among, m, &c->expect[k]);
			if (at != SIZE_MAX && among[at].start != DAY_NONE) {
				engine_explain(shared, &c->child, as_of, at, &arena, &why);
				assert_true(why.answer.n > 0);
				explained++;
			}
		}
		engine_free(alone);
	}
	assert_int_equal(differ, 0);
	assert_true(explained > 80);
	engine_free(shared);
	workdays_free(w);
}

/* Every word of the format, and what it becomes. */
static void the_words_are_read(void **unused)
{
	(void)unused;
	static const char text[] =
	    "# a remark\n"
	    "== One of everything\n"
	    "born 2011-02-09\r\n"
	    "in council E10000012, served by QH8\n"
	    "known from 2020-01-01\n"
	    "not known assessments\n"
	    "holidays known on 2022-09-09\n"
	    "2026-11-27 Seen for a health assessment: initial, doctor, ref 2, at 09:30, org RAT\n"
	    "2026-11-04 Came into care: V2\n"
	    "2026-11-04 Came into care: V2\n"
	    "as of 2026-12-01\n"
	    "expect iha-returned: running, due 2026-12-02 at 13:30, done none, start 2026-11-04, "
	    "turn provider, 1 left, days council 3, nth 2, opening 3, edition 1, kept 2026-12-01, "
	    "because \"this, and that\", since 2026-11-27\n"
	    "expect rha: missed, 4 late, done 2026-01-02 00:00, too late, because plain words\n"
	    "expect rha: no clock\n";
	struct cases c;
	struct err e = { 0 };
	cases_init(&c, &arena);
	assert_int_equal(cases_read(&c, vocab, rules, STR(text), "x.case", &e), RC_OK);
	assert_int_equal(c.n, 1);
	const struct case_one *o = &c.list[0];
	assert_true(str_is(o->title, "One of everything"));
	assert_int_equal(o->line, 2);
	assert_int_equal(o->child.n, 2); /* told twice is one fact */
	assert_true(str_is(cases_org_code(&c, o->child.council), "E10000012"));
	assert_true(str_is(c.orgs[0].served_by, "QH8"));
	assert_int_equal(o->holidays_on, day_of(2022, 9, 9));
	assert_int_equal(o->child.covered[1], day_of(2020, 1, 1));
	assert_int_equal(o->child.covered[vocab_evidence(vocab, STR("assessments"))], DAY_NONE);
	const struct fact *seen = &o->child.facts[1];
	assert_int_equal(seen->minute, 9 * 60 + 30);
	assert_true(str_is(cases_org_code(&c, seen->org), "RAT"));
	assert_int_equal(seen->key % 100, 2);
	assert_int_equal(o->child.facts[0].minute, MINUTE_NONE);
	assert_int_equal(o->n_lines, 8);
	assert_true(str_is(o->lines[6].words, "Came into care: V2"));
	assert_int_equal(o->lines[0].fact.kind, 0);
	assert_int_equal(o->lines[6].fact.day, day_of(2026, 11, 4));
	assert_int_equal(o->n_expect, 3);
	const struct case_expect *x = o->expect;
	assert_true(str_is(x[0].state, "running") && str_is(x[0].turn, "provider"));
	assert_true(str_is(x[0].because, "this, and that"));
	assert_int_equal(x[0].due, day_of(2026, 12, 2));
	assert_int_equal(x[0].due_minute, 13 * 60 + 30);
	assert_int_equal(x[0].done, DAY_NONE);
	assert_int_equal(x[0].done_minute, CASE_NOT_SAID);
	assert_int_equal(x[0].since, day_of(2026, 11, 27));
	assert_int_equal(x[0].late, -1);
	assert_int_equal(x[0].days[HOLDER_COUNCIL], 3);
	assert_int_equal(x[0].days[HOLDER_HEALTH], CASE_NOT_SAID);
	assert_true(x[0].nth == 2 && x[0].opening == 3 && x[0].edition == 1 && x[0].kept == day_of(2026, 12, 1));
	assert_true(str_is(x[1].state, "missed") && x[1].late == 4 && x[1].done_minute == 0 &&
		    x[1].met == LATE_DONE_LATE && x[0].met == LATE_NOT);
	assert_true(str_is(x[1].because, "plain words"));
	assert_true(x[2].no_clock && !x[1].no_clock);
}

static void mistakes_are_told(void **unused)
{
	(void)unused;
#define HEAD "== T\nborn 2011-02-09\n"
#define TAIL "as of 2026-12-01\nexpect rha: no clock\n"
	static const struct {
		const char *text, *words;
	} wrong[] = {
		{ "born 2011-02-09\n", "x.case:1: a case begins with ==" },
		{ "== T\nborn 2011-02-09\n", "x.case:1: nothing is expected in \"T\"" },
		{ HEAD "2026-11-04 Came into car\n" TAIL, "x.case:3: no kind of event" },
		{ HEAD "2026-11-04 Came into care: V9\n" TAIL, "x.case:3: this kind of event cannot have \"V9\"" },
		{ HEAD "2026-11-04 Came into care: V2, at 25:00\n" TAIL, "cannot have \"at 25:00\"" },
		{ HEAD "2026-02-30 Came into care: V2\n" TAIL, "x.case:3: this line is not understood" },
		{ HEAD "in council E10000012, by QH8\n" TAIL, "x.case:3: this line is not understood" },
		{ HEAD "not known nonsense\n" TAIL, "x.case:3: this line is not understood" },
		{ HEAD "known from 2026-01-01 nonsense\n" TAIL, "x.case:3: this line is not understood" },
		{ HEAD "expect rha: no clock\n", "x.case:3: say \"as of DAY\" before" },
		{ HEAD "as of 2026-12-01\nexpect rhaa: no clock\n", "x.case:4: no standard is called \"rhaa\"" },
		{ HEAD "as of 2026-12-01\nexpect rha: runing\n", "x.case:4: an expectation cannot say \"runing\"" },
		{ HEAD "as of 2026-12-01\nexpect rha: due 2026-13-01\n", "cannot say \"due 2026-13-01\"" },
		{ HEAD "as of 2026-12-01\nexpect rha: due 2026-12-01 25:30\n", "cannot say \"due 2026-12-01 25:30\"" },
		{ HEAD "as of 2026-12-01\nexpect rha: turn doctor\n", "cannot say \"turn doctor\"" },
		{ HEAD "as of 2026-12-01\nexpect rha: days doctor 3\n", "cannot say \"days doctor 3\"" },
		{ HEAD "as of none\nexpect rha: no clock\n", "x.case:3: this is no day" },
	};
	for (size_t i = 0; i < COUNT_OF(wrong); i++) {
		struct cases c;
		struct err e = { 0 };
		cases_init(&c, &arena);
		assert_int_equal(cases_read(&c, vocab, rules, str_of(wrong[i].text), "x.case", &e), RC_BAD_INPUT);
		if (!strstr(e.text, wrong[i].words))
			fail_msg("\"%s\" does not say \"%s\"", e.text, wrong[i].words);
	}
	struct cases c;
	struct err e = { 0 };
	cases_init(&c, &arena);
	assert_int_equal(cases_read(&c, vocab, rules, STR("== T\xff\n"), "x.case", &e), RC_BAD_INPUT);
	assert_non_null(strstr(e.text, "UTF-8"));
}

/* An expectation that is not true is found, and the words say how. */
static void untrue_ones_do_not_hold(void **unused)
{
	(void)unused;
	static const char text[] = "== T\n"
				   "born 2011-02-09\n"
				   "2026-11-04 Came into care: V2\n"
				   "as of 2026-11-23\n"
				   "expect iha-returned: running, due 2026-12-02\n"
				   "expect iha-returned: running, due 2026-12-03\n"
				   "expect iha-returned: done\n"
				   "expect iha-returned: no clock\n"
				   "expect iha-returned: opening 2\n"
				   "expect iha-returned: turn health\n"
				   "expect iha-returned: 6 left\n"
				   "expect iha-returned: days council 12\n"
				   "expect iha-returned: due 2026-12-02 at 10:00\n"
				   "expect iha-returned: because left care\n"
				   "expect iha-returned: in time\n";
	static const char *const whys[] = { "",
					    "due is 2026-12-02, expected 2026-12-03",
					    "state is \"running\", expected \"done\"",
					    "there is a clock, expected none",
					    "there is no such clock",
					    "turn is \"council\", expected \"health\"",
					    "days late is -7, expected -6",
					    "Council is 13, expected 12",
					    NULL, /* the minute */
					    "reason is \"\", expected \"left care\"",
					    "it is not done" };
	struct cases c;
	struct err e = { 0 };
	cases_init(&c, &arena);
	assert_int_equal(cases_read(&c, vocab, rules, STR(text), "x.case", &e), RC_OK);
	assert_int_equal(cases_prove(&c, rules, holidays, n_holidays), COUNT_OF(whys) - 1);
	for (size_t i = 0; i < COUNT_OF(whys); i++) {
		assert_int_equal(c.list[0].expect[i].holds, i == 0);
		if (whys[i] && !str_is(c.list[0].expect[i].why, whys[i]))
			fail_msg("\"" STR_FMT "\" instead of \"%s\"", STR_ARG(c.list[0].expect[i].why), whys[i]);
	}
}

static int setup(void **unused)
{
	struct err e = { 0 };
	if (shipped_open(unused) != 0)
		return -1;
	cases_init(&cases, &arena);
	if (cases_load(&cases, "data", vocab, rules, &e) == RC_OK)
		return 0;
	print_error("%s\n", e.text);
	return -1;
}

int main(void)
{
	const struct CMUnitTest tests[] = { cmocka_unit_test(each_alone), cmocka_unit_test(all_together),
					    cmocka_unit_test(the_words_are_read), cmocka_unit_test(mistakes_are_told),
					    cmocka_unit_test(untrue_ones_do_not_hold) };
	return cmocka_run_group_tests_name("case files", tests, setup, shipped_close);
}
