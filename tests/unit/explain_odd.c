/*
 * Explanations, sentence by sentence: thirty odd children (tests/data/explained/odd.case), and
 * beside them what must be said of each, word for word (odd.txt). LINNET_WRITE_EXPECTED=1
 * writes that file anew; then every line of it is read against the facts and the rule's source.
 */
#include "standard/cases.h"

#include <setjmp.h>
#include <stdarg.h>
#include <cmocka.h>

#include "base/files.h"
#include "shipped.h"

enum { SAID_MAX = 1 << 20 };

static const char said_file[] = "tests/data/explained/odd.txt";
static struct cases cases;

static void put_day(struct buf *b, day_t d, int minute)
{
	char day[DAY_TEXT_MAX];
	if (d != DAY_NONE)
		buf_printf(b, " | %s", day_short(d, day));
	if (d != DAY_NONE && minute != MINUTE_NONE)
		buf_printf(b, " %02d:%02d", minute / 60, minute % 60);
}

static void put_facts_and_steps(struct buf *b, const struct explanation *x)
{
	for (size_t i = 0; i < x->n_facts; i++) {
		buf_printf(b, "    fact  " STR_FMT, STR_ARG(x->facts[i].label));
		put_day(b, x->facts[i].day, x->facts[i].minute);
		buf_printf(b, "%s" STR_FMT "\n", x->facts[i].value.n ? " | " : "", STR_ARG(x->facts[i].value));
	}
	for (size_t i = 0; i < x->n_steps; i++) {
		buf_printf(b, "    step  " STR_FMT, STR_ARG(x->steps[i].label));
		if (x->steps[i].number != INT32_MIN)
			buf_printf(b, " | %d", (int)x->steps[i].number);
		put_day(b, x->steps[i].day, MINUTE_NONE);
		buf_putc(b, '\n');
	}
}

static void put_turns(struct buf *b, const struct explanation *x)
{
	char day[DAY_TEXT_MAX];
	for (size_t i = 0; i < x->n_turns; i++) {
		const struct turn *t = &x->turns[i];
		buf_printf(b, "    turn  %s | %d", holder_id((enum holder)t->holder), (int)t->days);
		if (t->minutes >= 0)
			buf_printf(b, " (%d minutes)", (int)t->minutes);
		if (t->share >= 0)
			buf_printf(b, " of %d", (int)t->share);
		if (t->late)
			buf_printf(b, ", %d late", (int)t->late);
		buf_printf(b, " | " STR_FMT "\n", STR_ARG(t->why));
	}
	for (size_t i = 0; i < x->n_holders; i++)
		if (x->holders[i].words.n)
			buf_printf(b, "    said  " STR_FMT "\n", STR_ARG(x->holders[i].words));
	if (x->kept_shares != DAY_NONE)
		buf_printf(b, "    kept  %s\n", day_long(x->kept_shares, day));
	for (size_t i = 0; i < x->n_moves; i++)
		buf_printf(b, "    if    " STR_FMT ": " STR_FMT "\n", STR_ARG(x->moves[i].what),
			   STR_ARG(x->moves[i].then));
}

/* One expectation of a case: the clock explained, or why there is none. */
static void put_one(struct buf *b, struct engine *en, const struct case_one *c, const struct case_expect *x)
{
	char day[DAY_TEXT_MAX];
	const struct clock *rows;
	struct explanation why;
	size_t n = engine_run(en, &c->child, x->as_of, &rows), at = case_clock(rules, rows, n, x);
	buf_printf(b, "  %s, " STR_FMT ": ", day_iso(x->as_of, day), STR_ARG(x->standard));
	if (at == SIZE_MAX) {
		struct str none =
		    engine_why_not(en, &c->child, x->as_of, (uint16_t)rulebook_find(rules, x->standard), &arena);
		buf_printf(b, STR_FMT "\n", STR_ARG(none));
		return;
	}
	engine_explain(en, &c->child, x->as_of, at, &arena, &why);
	buf_printf(b, STR_FMT "\n", STR_ARG(why.answer));
	put_facts_and_steps(b, &why);
	put_turns(b, &why);
}

static void differs(struct str is, struct str want)
{
	int line = 1;
	for (size_t i = 0; i < is.n && i < want.n && is.p[i] == want.p[i]; i++)
		line += is.p[i] == '\n';
	fail_msg("%s:%d is not what is said now. Write it anew, and read what changed", said_file, line);
}

static void every_sentence(void **unused)
{
	(void)unused;
	struct workdays *w = holidays_calendar(holidays, n_holidays, DAY_NEVER);
	struct engine *en = cases_engine(&cases, rules, w);
	struct buf b AUTO(buf_release);
	struct err e = { 0 };
	struct str want;
	buf_init(&b, SAID_MAX);
	for (size_t i = 0; i < cases.n; i++) {
		buf_printf(&b, "%s== " STR_FMT "\n", i ? "\n" : "", STR_ARG(cases.list[i].title));
		for (size_t k = 0; k < cases.list[i].n_expect; k++)
			put_one(&b, en, &cases.list[i], &cases.list[i].expect[k]);
	}
	engine_free(en);
	workdays_free(w);
	assert_true(cases.n >= 30);
	if (getenv("LINNET_WRITE_EXPECTED")) {
		FILE *f = fopen(said_file, "w");
		assert_non_null(f);
		fwrite(b.p, 1, b.n, f);
		fclose(f);
	}
	if (file_read(said_file, SAID_MAX, &arena, &want, &e) != RC_OK)
		fail_msg("%s", e.text);
	if (!str_eq(buf_view(&b), want))
		differs(buf_view(&b), want);
}

/* What the words speak of is what the engine says. */
static void every_expectation(void **unused)
{
	(void)unused;
	size_t fail = cases_prove(&cases, rules, holidays, n_holidays);
	for (size_t i = 0; i < cases.n; i++)
		for (size_t k = 0; k < cases.list[i].n_expect; k++)
			if (!cases.list[i].expect[k].holds)
				print_error("odd.case:%d: " STR_FMT "\n", cases.list[i].expect[k].line,
					    STR_ARG(cases.list[i].expect[k].why));
	assert_int_equal(fail, 0);
}

static int setup(void **unused)
{
	struct err e = { 0 };
	struct str text;
	if (shipped_open(unused) != 0)
		return -1;
	cases_init(&cases, &arena);
	if (file_read("tests/data/explained/odd.case", CASE_FILE_BYTES_MAX, &arena, &text, &e) ||
	    cases_read(&cases, vocab, rules, text, "odd.case", &e)) {
		print_error("%s\n", e.text);
		return -1;
	}
	return 0;
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(every_expectation),
		cmocka_unit_test(every_sentence),
	};
	return cmocka_run_group_tests_name("odd children", tests, setup, shipped_close);
}
