/*
 * Explanations, sentence by sentence: odd children (tests/data/explained/odd.case), children
 * of a rule that changes (editions.yaml, editions.case), and beside them what must be said of
 * each, word for word (odd.txt, editions.txt). LINNET_WRITE_EXPECTED=1 writes those files anew;
 * then every line is read against the facts and the rule's source.
 */
#include "standard/cases.h"

#include <setjmp.h>
#include <stdarg.h>
#include <cmocka.h>
#include <unistd.h>

#include "base/files.h"
#include "shipped.h"

enum { SAID_MAX = 1 << 20 };

/* Children, their rules, and the file that holds what must be said of them. */
struct told {
	const char *name;
	size_t least;
	struct rulebook *rules;
	struct cases cases;
};
static struct told told[] = { { .name = "odd", .least = 45 }, { .name = "editions", .least = 6 } };

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
static void put_one(struct buf *b, struct engine *en, const struct rulebook *rb, const struct case_one *c,
		    const struct case_expect *x)
{
	char day[DAY_TEXT_MAX];
	const struct clock *rows;
	struct explanation why;
	size_t n = engine_run(en, &c->child, x->as_of, &rows), at = case_clock(rb, rows, n, x);
	buf_printf(b, "  %s, " STR_FMT ": ", day_iso(x->as_of, day), STR_ARG(x->standard));
	if (at == SIZE_MAX) {
		struct str none =
		    engine_why_not(en, &c->child, x->as_of, (uint16_t)rulebook_find(rb, x->standard), &arena);
		buf_printf(b, STR_FMT "\n", STR_ARG(none));
		return;
	}
	engine_explain(en, &c->child, x->as_of, at, &arena, &why);
	buf_printf(b, STR_FMT "\n", STR_ARG(why.answer));
	put_facts_and_steps(b, &why);
	put_turns(b, &why);
}

static void differs(const char *file, struct str is, struct str want)
{
	int line = 1;
	for (size_t i = 0; i < is.n && i < want.n && is.p[i] == want.p[i]; i++)
		line += is.p[i] == '\n';
	fail_msg("%s:%d is not what is said now. Write it anew, and read what changed", file, line);
}

static void say_all(const struct told *t, struct buf *b)
{
	struct engine *en = cases_engine(&t->cases, t->rules, work);
	for (size_t i = 0; i < t->cases.n; i++) {
		const struct case_one *c = &t->cases.list[i];
		buf_printf(b, "%s== " STR_FMT "\n", i ? "\n" : "", STR_ARG(c->title));
		for (size_t k = 0; k < c->n_expect; k++)
			put_one(b, en, t->rules, c, &c->expect[k]);
	}
	engine_free(en);
}

static void every_sentence(void **unused)
{
	(void)unused;
	for (struct told *t = told; t < told + COUNT_OF(told); t++) {
		struct buf b AUTO(buf_release);
		struct err e = { 0 };
		struct str want;
		const char *file = arena_printf(&arena, "tests/data/explained/%s.txt", t->name).p;
		buf_init(&b, SAID_MAX);
		say_all(t, &b);
		assert_true(t->cases.n >= t->least);
		if (getenv("LINNET_WRITE_EXPECTED")) {
			FILE *f = fopen(file, "w");
			assert_non_null(f);
			fwrite(b.p, 1, b.n, f);
			fclose(f);
		}
		if (file_read(file, SAID_MAX, &arena, &want, &e) != RC_OK)
			fail_msg("%s", e.text);
		if (!str_eq(buf_view(&b), want))
			differs(file, buf_view(&b), want);
	}
}

/* What the words speak of is what the engine says. */
static void every_expectation(void **unused)
{
	(void)unused;
	for (struct told *t = told; t < told + COUNT_OF(told); t++) {
		size_t fail = cases_prove(&t->cases, t->rules, holidays, n_holidays);
		for (size_t i = 0; i < t->cases.n; i++)
			for (size_t k = 0; k < t->cases.list[i].n_expect; k++) {
				const struct case_expect *x = &t->cases.list[i].expect[k];
				if (!x->holds)
					print_error("%s.case:%d: " STR_FMT "\n", t->name, x->line, STR_ARG(x->why));
			}
		assert_int_equal(fail, 0);
	}
}

/* Rules of their own, where there are some beside the children. */
static enum rc read_told(struct told *t, struct err *e)
{
	struct rulebook_file own = { .name = t->name };
	struct str text;
	const char *yaml = arena_printf(&arena, "tests/data/explained/%s.yaml", t->name).p;
	const char *file = arena_printf(&arena, "tests/data/explained/%s.case", t->name).p;
	enum rc rc = RC_OK;
	t->rules = rules;
	if (access(yaml, R_OK) == 0) {
		rc = file_read(yaml, CASE_FILE_BYTES_MAX, &arena, &own.body, e);
		if (rc == RC_OK)
			rc = rulebook_load_documents(&own, 1, vocab, &t->rules, e);
	}
	if (rc == RC_OK)
		rc = file_read(file, CASE_FILE_BYTES_MAX, &arena, &text, e);
	cases_init(&t->cases, &arena);
	return rc == RC_OK ? cases_read(&t->cases, vocab, t->rules, text, t->name, e) : rc;
}

static int setup(void **unused)
{
	struct err e = { 0 };
	if (shipped_open(unused) != 0)
		return -1;
	for (struct told *t = told; t < told + COUNT_OF(told); t++)
		if (read_told(t, &e) != RC_OK) {
			print_error("%s\n", e.text);
			return -1;
		}
	return 0;
}

static int teardown(void **unused)
{
	for (struct told *t = told; t < told + COUNT_OF(told); t++)
		if (t->rules != rules)
			rulebook_free(t->rules);
	return shipped_close(unused);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(every_expectation),
		cmocka_unit_test(every_sentence),
	};
	return cmocka_run_group_tests_name("odd children", tests, setup, teardown);
}
