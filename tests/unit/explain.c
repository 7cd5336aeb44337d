/*
 * Explanations: one child with late papers, each sentence and number looked at,
 * and the same clock after a bank holiday list that ends too early.
 */
#include "standard/engine.h"

#include <setjmp.h>
#include <stdarg.h>
#include <cmocka.h>

#include "shipped.h"

static struct fact facts[8];
static struct child_facts child;

static void tell(int month, int day, const char *kind, const char *code, const char *code2, int32_t key)
{
	facts[child.n++] = (struct fact){ .day = day_of(2026, month, day),
					  .minute = MINUTE_NONE,
					  .kind = vocab_kind(vocab, str_of(kind)),
					  .code = vocab_code(vocab, str_of(code)),
					  .code2 = vocab_code(vocab, str_of(code2)),
					  .key = key,
					  .value = INT32_MIN };
}

static struct explanation explain(const struct workdays *w, const char *standard, day_t as_of)
{
	struct engine *en = engine_new(rules, w);
	const struct clock *rows;
	size_t n = engine_run(en, &child, as_of, &rows), which = 0;
	while (which < n && !str_is(rulebook_info(rules, rows[which].standard)->id, standard))
		which++;
	assert_true(which < n);
	struct explanation x;
	engine_explain(en, &child, as_of, which, &arena, &x);
	engine_free(en);
	return x;
}

static struct str move(const struct explanation *x, const char *words)
{
	for (size_t i = 0; i < x->n_moves; i++)
		if (str_starts(x->moves[i].what, words))
			return x->moves[i].then;
	return (struct str){ NULL, 0 };
}

static const struct explain_step *step(const struct explanation *x, const char *words)
{
	for (size_t i = 0; i < x->n_steps; i++)
		if (str_starts(x->steps[i].label, words))
			return &x->steps[i];
	return NULL;
}

static void reads(struct str is, const char *want)
{
	if (!str_is(is, want))
		fail_msg("\"" STR_FMT "\" instead of \"%s\"", STR_ARG(is), want);
}

static void a_running_clock(void **unused)
{
	(void)unused;
	struct workdays *w = holidays_calendar(holidays, n_holidays, DAY_NEVER);
	struct explanation x = explain(w, "iha-returned", day_of(2026, 11, 23));
	reads(
	    x.answer,
	    "It is due on Wednesday 2 December 2026, in 7 working days. Whose turn: Health team (Booking and seeing).");
	assert_int_equal(step(&x, "Weekend days skipped")->number, 8);
	assert_int_equal(step(&x, "Bank holidays skipped")->number, 0);
	assert_int_equal(step(&x, "Day 20: due")->day, day_of(2026, 12, 2));
	assert_int_equal(step(&x, "28 calendar days")->day, day_of(2026, 12, 2));
	assert_int_equal(step(&x, "Bank holidays known to")->day, day_of(2028, 12, 31));
	assert_null(step(&x, "Beyond that day"));
	assert_int_equal(x.n_turns, 2);
	assert_int_equal(x.turns[0].days, 9);
	assert_int_equal(x.turns[0].share, 5);
	assert_int_equal(x.turns[1].days, 4);
	assert_int_equal(x.turns[1].fact, -1);
	assert_int_equal(x.n_readings, 7);
	assert_int_equal(x.kept_shares, day_of(2026, 12, 2));
	reads(move(&x, "The child leaves care"), "The clock stops: left care. Counted apart, not as done");
	reads(move(&x, "A doctor’s report from the 3 months"),
	      "Not required: a doctor’s assessment in the 3 months before is held");
	reads(move(&x, "The child moves to other carers"), "No change");
	reads(move(&x, "A young person judged"), "Not required: refused by the young person");
	reads(move(&x, "The start is corrected to Tuesday 3 November"),
	      "Due on Tuesday 1 December 2026, 1 working day sooner");
	reads(move(&x, "The child is seen by a doctor on Tuesday 24"),
	      "The clock goes on. Whose turn: Clinic or provider");
	reads(move(&x, "The child is seen by a doctor and the report is back"), "Done in time");
	assert_null(move(&x, "The report reaches").p); /* nobody has seen the child: not asked */
	size_t absent = 0;
	for (size_t i = 0; i < x.n_facts; i++)
		absent += x.facts[i].fact < 0;
	assert_int_equal(absent, 5); /* short breaks, refusal, earlier assessment, seen, report */
	workdays_free(w);
}

static void a_late_clock(void **unused)
{
	(void)unused;
	struct workdays *w = holidays_calendar(holidays, n_holidays, DAY_NEVER);
	struct explanation x = explain(w, "iha-returned", day_of(2026, 12, 8));
	reads(x.answer, "It was due on Wednesday 2 December 2026 and is 4 working days late. Whose turn: Health team "
			"(Booking and seeing).");
	assert_int_equal(x.turns[1].late, 4);
	assert_int_equal(x.turns[0].late, 0);
	reads(move(&x, "The child is seen by a doctor and the report is back"), "Done, 5 working days late");
	workdays_free(w);
}

static void after_the_last_known_holiday(void **unused)
{
	(void)unused;
	struct workdays *w = workdays_new(holidays, n_holidays, DAY_NEVER, day_of(2012, 1, 1), day_of(2026, 11, 20));
	struct explanation x = explain(w, "iha-returned", day_of(2026, 11, 23));
	assert_int_equal(step(&x, "Bank holidays known to")->day, day_of(2026, 11, 20));
	assert_non_null(step(&x, "Beyond that day only weekends are skipped"));
	workdays_free(w);
}

static void what_is_not_known(void **unused)
{
	(void)unused;
	struct workdays *w = holidays_calendar(holidays, n_holidays, DAY_NEVER);
	struct child_facts kept = child;
	child.n = 1;
	child.covered[vocab_evidence(vocab, STR("periods_of_care"))] = day_of(2020, 1, 1);
	struct explanation x = explain(w, "iha-returned", day_of(2026, 12, 8));
	assert_true(str_starts(
	    x.answer,
	    "Not known: no source says whether the report came back. What would settle it: The day on which"));
	assert_int_equal(x.kept_shares, DAY_NONE);
	child = kept;
	workdays_free(w);
}

static int setup(void **unused)
{
	if (shipped_open(unused) != 0)
		return -1;
	child = (struct child_facts){ .born = day_of(2011, 2, 9), .died = DAY_NONE, .facts = facts };
	for (size_t i = 0; i < EVIDENCE_MAX; i++)
		child.covered[i] = DAY_NONE;
	tell(11, 4, "care-started", "V2", "", 1);
	tell(11, 17, "request-complete", "initial", "", 2);
	return 0;
}

/* A code is read in the list of its kind: "01" is suspected psychosis as a reason, and face to face. */
static void codes_in_their_own_list(void **unused)
{
	(void)unused;
	struct child_facts before = child;
	struct fact others[COUNT_OF(facts)];
	struct workdays *w = holidays_calendar(holidays, n_holidays, DAY_NEVER);
	memcpy(others, facts, sizeof facts);
	child.n = 0;
	tell(11, 2, "referral-received", "12", "C02", 1);
	facts[0].value = 2;
	tell(11, 5, "contact-made", "01", "51484002", 1);
	struct explanation x = explain(w, "ed-urgent", day_of(2026, 11, 23));
	reads(x.answer, "Done in time on Thursday 5 November 2026. It was due on Monday 9 November 2026.");
	size_t told = 0;
	for (size_t i = 0; i < x.n_facts; i++)
		if (x.facts[i].fact == 1 && ++told)
			reads(x.facts[i].value, "face to face, Family therapy");
	assert_int_equal(told, 1);
	workdays_free(w);
	memcpy(facts, others, sizeof facts);
	child = before;
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_running_clock),
		cmocka_unit_test(a_late_clock),
		cmocka_unit_test(after_the_last_known_holiday),
		cmocka_unit_test(what_is_not_known),
		cmocka_unit_test(codes_in_their_own_list),
	};
	return cmocka_run_group_tests_name("explanations", tests, setup, shipped_close);
}
