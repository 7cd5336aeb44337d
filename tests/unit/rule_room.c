/*
 * How much a rule's author may write: each list of the language takes what it promises
 * and refuses one more, with file, line and what to do. And two things that only a rule
 * of one's own shows: the last condition there is room for, and a chain that is met on
 * the day of its end.
 */
#include "standard/cases.h"

#include <setjmp.h>
#include <stdarg.h>
#include <cmocka.h>

#include "standard/rules.h"

static struct vocab *vocab;
static struct arena arena;

/* A standard up to its limits, and what follows them. */
static const char top[] = "standards:\n"
			  "  - id: a\n"
			  "    family: f\n"
			  "    title: T\n"
			  "    limit: five\n"
			  "    rule: r\n"
			  "    not-counted: n\n"
			  "    source: s\n"
			  "    settle: s\n"
			  "    authority: law\n"
			  "    evidence: requests\n"
			  "    not-known: {no-source: x, no-birth-date: y}\n"
			  "    one-for-each: period\n"
			  "    done-when: [{part: p, by: [{kind: request-complete, code: initial}]}]\n";
#define DUE "    due: [{n: 5, unit: working-days}]\n"
#define OPENS "    opens: [care-started]\n"
#define TURNS "    turns: [{turn: t, holder: council, doing: d}]\n"
#define ENDS "    ends: [{on: [care-ended], because: left}]\n"

static const struct room {
	const char *head; /* after the standard's top; or a list before it */
	bool before;
	const char *item, *tail;
	int max;
	const char *says;
} rooms[] = {
	{ "conditions:\n", true,
	  "  - {id: c@, title: T, reason: r, doing: d, holder: nobody, begins: [care-started]}\n",
	  DUE OPENS TURNS ENDS, CONDITIONS_MAX,
	  "x.yaml:18:5: there is room for 16 conditions, and this is one more: take one out" },
	{ "tallies:\n", true,
	  "  - {id: t@, title: T, begins: [care-started], ends: [care-ended], from-age: 14, days: 9}\n",
	  DUE OPENS TURNS ENDS, TALLIES_MAX,
	  "x.yaml:10:5: there is room for 8 tallies, and this is one more: take one out" },
	{ "    due:\n", false, "      - {unit: days, n: 1@}\n", OPENS TURNS ENDS, LIMITS_MAX,
	  "x.yaml:16:7: \"due\" is a list of 1 to 8 limits, and this one is longer: take some out" },
	{ "    turns:\n", false, "      - {turn: t@, holder: council, doing: d, begins: [request-made]}\n", DUE OPENS ENDS, TURNS_MAX,
	  "x.yaml:16:7: \"turns\" is a list of 1 to 8; this one is longer: take some out" },
	{ "    ends:\n", false, "      - {on: [care-ended], because: left @}\n", DUE OPENS TURNS, 10,
	  "x.yaml:16:7: \"ends\" is a list of 1 to 10; this one is longer: take some out" },
	{ "    opens:\n      - kind: care-started\n        unless:\n", false,
	  "          - {code: V2} # @\n", DUE TURNS ENDS, UNLESS_MAX,
	  "x.yaml:18:11: \"unless\" is a list of 1 to 12 exceptions, and this one is longer: put codes that go together" },
	{ "    what-if:\n", false, "      - {words: w @, day: today, facts: [care-ended]}\n",
	  DUE OPENS TURNS ENDS, WHATIFS_MAX,
	  "x.yaml:16:7: \"what-if\" is a list of 1 to 12; this one is longer: take some out" },
};

/* So many of the list, and what stands around it. */
static struct str listed(const struct room *r, int n)
{
	struct buf b AUTO(buf_release);
	buf_init(&b, 1u << 20);
	const char *at = strchr(r->item, '@');
	buf_printf(&b, "%s%s", r->before ? "" : top, r->head);
	for (int i = 0; i < n; i++)
		buf_printf(&b, "%.*s%d%s", (int)(at - r->item), r->item, i, at + 1);
	buf_printf(&b, "%s%s", r->before ? top : "", r->tail);
	return arena_str(&arena, buf_view(&b));
}

static enum rc compile(struct str text, struct rulebook **out, struct err *e)
{
	return rulebook_load_documents(&(struct rulebook_file){ .name = "x.yaml", .body = text }, 1, vocab, out, e);
}

static void one_more_is_refused(void **unused)
{
	(void)unused;
	for (size_t i = 0; i < COUNT_OF(rooms); i++) {
		const struct room *r = &rooms[i];
		struct rulebook *rb = NULL;
		struct err e = { 0 };
		if (compile(listed(r, r->max), &rb, &e) != RC_OK)
			fail_msg("%d of %s: %s", r->max, r->item, e.text);
		rulebook_free(rb);
		rb = NULL;
		assert_int_equal(compile(listed(r, r->max + 1), &rb, &e), RC_BAD_INPUT);
		assert_null(rb);
		if (!strstr(e.text, r->says))
			fail_msg("\"%s\" does not say \"%s\"", e.text, r->says);
	}
}

/* What these rules make of these cases; every expectation must hold. */
static void holds(struct str rules, const char *text)
{
	struct rulebook *rb = NULL;
	struct err e = { 0 };
	struct cases c;
	if (compile(rules, &rb, &e) != RC_OK)
		fail_msg("%s", e.text);
	cases_init(&c, &arena);
	if (cases_read(&c, vocab, rb, str_of(text), "x.case", &e) != RC_OK)
		fail_msg("%s", e.text);
	cases_prove(&c, rb, NULL, 0);
	for (size_t i = 0; i < c.n; i++)
		for (size_t k = 0; k < c.list[i].n_expect; k++)
			if (!c.list[i].expect[k].holds)
				fail_msg("%d: " STR_FMT, c.list[i].expect[k].line, STR_ARG(c.list[i].expect[k].why));
	rulebook_free(rb);
}

/* Fifteen conditions that concern nobody, and a sixteenth that does. */
static void the_last_condition_holds(void **unused)
{
	(void)unused;
	struct buf b AUTO(buf_release);
	buf_init(&b, 1u << 20);
	buf_puts(&b, "conditions:\n");
	for (int i = 1; i <= CONDITIONS_MAX; i++)
		buf_printf(&b,
			   "  - {id: c%d, title: T, reason: reason %d, doing: d, holder: nobody, begins: [{kind: "
			   "legal-status-changed, code: %s}], ends: [{kind: legal-status-changed, code: C2}]}\n",
			   i, i, i == CONDITIONS_MAX ? "V2" : "C1");
	buf_printf(&b, "%s%s    not-required-while: [c1, c%d]\n", top, DUE OPENS TURNS ENDS, CONDITIONS_MAX);
	holds(buf_view(&b), "== The sixteenth\n"
			    "born 2015-05-01\n"
			    "2026-11-04 Came into care: C2\n"
			    "2026-11-05 Legal status changed: V2\n"
			    "2026-11-07 Legal status changed: C2\n"
			    "as of 2026-11-06\n"
			    "expect a: not-required, because reason 16\n"
			    "as of 2026-11-08\n"
			    "expect a: running, due 2026-11-11\n"
			    "== The first of two gives the reason\n"
			    "born 2015-05-01\n"
			    "2026-11-04 Came into care: C2\n"
			    "2026-11-05 Legal status changed: V2\n"
			    "2026-11-06 Legal status changed: C1\n"
			    "as of 2026-11-06\n"
			    "expect a: not-required, because reason 1\n");
}

static const char chain[] = DUE OPENS TURNS
    "    recurs: yes\n"
    "    ends:\n"
    "      - {on: [{kind: request-returned}], because: broken off, may-start-again: yes, same-day-counts: yes}\n"
    "      - {on: [care-ended], because: left, same-day-counts: yes}\n";

/* Met on the day of its end: done, whatever the order; and no next clock begins on that day. */
static void a_chain_met_on_the_day_of_its_end(void **unused)
{
	(void)unused;
	struct buf b AUTO(buf_release);
	buf_init(&b, 1u << 20);
	buf_printf(&b, "%s%s", top, chain);
	holds(buf_view(&b), "== The end stands first\n"
			    "born 2015-05-01\n"
			    "2026-11-04 Came into care: V2\n"
			    "2026-11-06 Left care: E4A, at 09:00\n"
			    "2026-11-06 Request complete: initial, at 10:00\n"
			    "as of 2026-11-20\n"
			    "expect a: nth 1, done, done 2026-11-06\n"
			    "expect a: nth 2, no clock\n"
			    "== The end stands last\n"
			    "born 2015-05-01\n"
			    "2026-11-04 Came into care: V2\n"
			    "2026-11-06 Request complete: initial, at 09:00\n"
			    "2026-11-06 Left care: E4A, at 10:00\n"
			    "as of 2026-11-20\n"
			    "expect a: nth 1, done, done 2026-11-06\n"
			    "expect a: nth 2, no clock\n"
			    "== Not met: it stops\n"
			    "born 2015-05-01\n"
			    "2026-11-04 Came into care: V2\n"
			    "2026-11-06 Left care: E4A\n"
			    "2026-11-07 Request complete: initial\n"
			    "as of 2026-11-20\n"
			    "expect a: nth 1, stopped, done 2026-11-06, because left\n"
			    "== The next began a day before: it stops\n"
			    "born 2015-05-01\n"
			    "2026-11-04 Came into care: V2\n"
			    "2026-11-05 Request complete: initial\n"
			    "2026-11-06 Left care: E4A\n"
			    "as of 2026-11-20\n"
			    "expect a: nth 1, done, done 2026-11-05\n"
			    "expect a: nth 2, stopped, done 2026-11-06, because left\n"
			    "== Broken off and met on one day\n"
			    "born 2015-05-01\n"
			    "2026-11-04 Came into care: V2\n"
			    "2026-11-06 Request sent back, not complete: initial, at 09:00\n"
			    "2026-11-06 Request complete: initial, at 10:00\n"
			    "as of 2026-11-20\n"
			    "expect a: nth 1, done, done 2026-11-06\n"
			    "expect a: nth 2, no clock\n");
}

static int setup(void **unused)
{
	(void)unused;
	struct err e = { 0 };
	arena_init(&arena);
	return vocab_load("data", &vocab, &e) != RC_OK;
}

static int teardown(void **unused)
{
	(void)unused;
	vocab_free(vocab);
	arena_release(&arena);
	return 0;
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(one_more_is_refused),
		cmocka_unit_test(the_last_condition_holds),
		cmocka_unit_test(a_chain_met_on_the_day_of_its_end),
	};
	return cmocka_run_group_tests_name("rule_room", tests, setup, teardown);
}
