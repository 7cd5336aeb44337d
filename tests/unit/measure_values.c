/*
 * Averages, rates, and what is met of clocks still open: hand-worked figures, edges, what a
 * board may see, and how mistakes of a definition are told.
 */
#include "measure/help.h"

#include "measure/reading.h"
#include "measure/share.h"

/* ---- averages ---- */

static struct measure_hit scored(int32_t value, int64_t council)
{
	return (struct measure_hit){ .period = day_of(2025, 4, 1),
				     .outcome = OUTCOME_YES,
				     .clock = -1,
				     .fact = -1,
				     .days = value,
				     .place = { .council = council } };
}

static struct measure_number number_of(const struct tally *t, const struct measure *m, enum measure_group by, size_t i)
{
	const struct tally_row *rows;
	struct measure_number n;
	size_t count = tally_rows(t, by, true, &arena, &rows);
	assert_true(i < count);
	measure_number(m, &rows[i], &n);
	return n;
}

/* 8, 12, 13, 17, 20: 70 of 5 is 14; deviations 36 4 1 9 36, so s is the root of 86 / 4 = 4.637; t of 4
 * is 2.7764; 14 -+ 2.7764 * 4.637 / 2.236 = 8.243 to 19.757. */
static void test_an_average_worked_by_hand(void **state)
{
	(void)state;
	const struct measure *m = named("year-sdq-average");
	struct tally *t = tally_new(m);
	static const int32_t scores[] = { 17, 8, 13, 20, 12 };
	for (size_t i = 0; i < COUNT_OF(scores); i++) {
		struct measure_hit h = scored(scores[i], COUNCIL);
		tally_add(t, &h);
	}
	struct measure_number n = number_of(t, m, GROUP_NONE, 0);
	assert_true(n.has && n.has_limits && n.base == 5);
	assert_float_equal(n.value, 14, 1e-9);
	assert_float_equal(n.lower, 8.243, 0.001);
	assert_float_equal(n.upper, 19.757, 0.001);
	assert_true(str_is(reading_value(m, n.value, &arena), "14.0"));
	assert_true(str_is(reading_interval(m, &n, &arena), " (8.2 to 19.8)"));
	tally_free(t);
	t = tally_new(m);
	struct measure_hit one = scored(9, COUNCIL);
	tally_add(t, &one);
	n = number_of(t, m, GROUP_NONE, 0);
	assert_true(n.has && !n.has_limits && n.value == 9); /* one value has no interval */
	assert_int_equal(reading_interval(m, &n, &arena).n, 0);
	tally_free(t);
}

static void test_which_score_is_averaged(void **state)
{
	(void)state;
	born("2015-06-01");
	care("2024-01-10", "V2", "P1");
	tell("sdq-scored", "2025-05-01", "carer", "")->value = 20;
	tell("sdq-scored", "2025-11-01", "carer", "")->value = 11;
	tell("sdq-scored", "2026-01-01", "teacher", "")->value = 30; /* not the carer's */
	tell("sdq-scored", "2026-04-01", "carer", "")->value = 2;    /* the year is over */
	assert_int_equal(count("year-sdq-average", "2025-04-01", "2025-04-01", "2026-06-30", NULL), 1);
	assert_hit(0, "2025-04-01", OUTCOME_YES, "");
	assert_int_equal(hits[0].days, 11);
	fresh(NULL);
	born("2015-06-01");
	care("2024-01-10", "V2", "P1");
	tell("sdq-scored", "2025-03-31", "carer", "")->value = 20;
	count("year-sdq-average", "2025-04-01", "2025-04-01", "2026-06-30", NULL);
	assert_hit(0, "2025-04-01", OUTCOME_OUT, "nothing of the kind in the year");
	fresh(NULL);
	born("2015-06-01");
	care("2024-01-10", "V2", "P1");
	tell("sdq-scored", "2025-06-01", "carer", "");
	count("year-sdq-average", "2025-04-01", "2025-04-01", "2026-06-30", NULL);
	assert_hit(0, "2025-04-01", OUTCOME_OUT, "no value was recorded");
}

/* What a board sees of an average: not of few, not of the others that would give it away, not of alike. */
static void test_an_average_of_few_is_hidden(void **state)
{
	(void)state;
	const struct measure *m = named("year-sdq-average");
	static const struct {
		int64_t council;
		int n, first, step;
		bool hidden;
	} groups[] = { { 1, 3, 10, 2, true }, { 2, 12, 3, 1, true }, { 3, 30, 0, 1, false }, { 4, 40, 7, 0, true } };
	struct tally *t = tally_new(m);
	struct sharing *s;
	const struct tally_row *rows;
	for (size_t g = 0; g < COUNT_OF(groups); g++)
		for (int i = 0; i < groups[g].n; i++) {
			struct measure_hit h = scored(groups[g].first + i * groups[g].step, groups[g].council);
			tally_add(t, &h);
		}
	assert_int_equal(sharing_new(t, m, SHARING_USUAL, &s, &err), RC_OK);
	size_t n = tally_rows(t, GROUP_COUNCIL, true, &arena, &rows);
	assert_int_equal(n, COUNT_OF(groups));
	for (size_t i = 0; i < n; i++) {
		struct measure_number x;
		measure_number(m, &rows[i], &x);
		sharing_hide(s, GROUP_COUNCIL, SHARE_PERIODS, &rows[i], &x);
		if (x.hide_value != groups[i].hidden)
			fail_msg("group %zu is %s", i, x.hide_value ? "hidden" : "shown");
		if (i == 0)
			assert_true(x.hide_base);
	}
	sharing_free(s);
	tally_free(t);
}

/* ---- rates ---- */

static int64_t people_here(void *arg, const struct population *p, enum measure_group by, int64_t group, day_t on_day)
{
	(void)arg;
	return by == GROUP_COUNCIL && group == COUNCIL ? population_of(p, STR("E06000047"), on_day) : -1;
}

/* 1,000 children of 100,432 are 995.7 per 100,000; Byar: 934.9 to 1,059.4. */
static void test_a_rate_worked_by_hand(void **state)
{
	(void)state;
	const struct measure *m = named("cyp-access-rate");
	struct tally *t = tally_new(m);
	tally_people(t, people_here, NULL);
	for (int i = 0; i < 1000; i++) {
		struct measure_hit h = { .period = day_of(2025, 3, 1),
					 .outcome = OUTCOME_YES,
					 .clock = -1,
					 .place = { .council = COUNCIL } };
		tally_add(t, &h);
	}
	struct measure_number n = number_of(t, m, GROUP_COUNCIL, 0);
	assert_true(n.has && n.has_limits && n.yes == 1000 && n.base == 100432);
	assert_float_equal(n.value, 995.70, 0.01);
	assert_float_equal(n.lower, 934.94, 0.05);
	assert_float_equal(n.upper, 1059.37, 0.05);
	assert_true(str_is(reading_value(m, n.value, &arena), "996 per 100000"));
	assert_true(str_is(reading_counted(m, &n, &arena), "1000 of 100432 people"));
	n = number_of(t, m, GROUP_NONE, 0); /* people are not known: a count, and no rate */
	assert_true(!n.has && n.yes == 1000 && n.base == 0);
	assert_true(str_is(reading_counted(m, &n, &arena), "1000"));
	const struct tally_row *sums; /* of two months a child would be counted twice */
	struct measure_hit h = {
		.period = day_of(2025, 4, 1), .outcome = OUTCOME_YES, .clock = -1, .place = { .council = COUNCIL }
	};
	tally_add(t, &h);
	assert_int_equal(tally_sums(t, GROUP_COUNCIL, day_of(2025, 3, 1), day_of(2025, 4, 1), &arena, &sums), 1);
	assert_int_equal(sums[0].people, -1);
	assert_int_equal(tally_sums(t, GROUP_COUNCIL, day_of(2025, 3, 1), day_of(2025, 3, 1), &arena, &sums), 1);
	assert_int_equal(sums[0].people, 100432);
	tally_free(t);
}

static int64_t people_of_both(void *arg, const struct population *p, enum measure_group by, int64_t group, day_t on_day)
{
	if (by == GROUP_NONE) /* of all councils whose people are known: of this one */
		return people_here(arg, p, GROUP_COUNCIL, COUNCIL, on_day);
	return people_here(arg, p, by, group, on_day);
}

/* All together are out of the people of all: a child of a council that is not in them is in no rate. */
static void test_a_rate_of_all_counts_nobody_of_elsewhere(void **state)
{
	(void)state;
	const struct measure *m = named("cyp-access-rate");
	struct tally *t = tally_new(m);
	tally_people(t, people_of_both, NULL);
	struct measure_hit h = {
		.period = day_of(2025, 3, 1), .outcome = OUTCOME_YES, .clock = -1, .place = { .council = COUNCIL }
	};
	for (int i = 0; i < 50; i++)
		tally_add(t, &h);
	struct measure_number n = number_of(t, m, GROUP_NONE, 0);
	assert_true(n.has && n.yes == 50 && n.base == 100432);
	h.place.council = COUNCIL + 1;
	h.outcome = OUTCOME_NO; /* looked at and not counted: no harm */
	tally_add(t, &h);
	n = number_of(t, m, GROUP_NONE, 0);
	assert_true(n.has && n.yes == 50 && n.base == 100432);
	h.outcome = OUTCOME_YES;
	tally_add(t, &h);
	n = number_of(t, m, GROUP_NONE, 0);
	assert_true(!n.has && n.yes == 51 && n.base == 0);
	n = number_of(t, m, GROUP_COUNCIL, 0);
	assert_true(n.has && n.yes == 50 && n.base == 100432);
	tally_free(t);
}

static void test_which_estimate(void **state)
{
	(void)state;
	const struct population *p = named("cyp-access-rate")->population;
	assert_non_null(p);
	assert_int_equal(population_of(p, STR("E06000047"), on("2024-06-30")), 100432);
	assert_int_equal(population_of(p, STR("E06000047"), on("2030-01-01")), 100432); /* the newest that is held */
	assert_int_not_equal(population_of(p, STR("E06000047"), on("2024-06-29")), 100432);
	assert_int_equal(population_of(p, STR("E06000047"), on("2016-06-29")), -1);
	assert_int_equal(population_of(p, STR("E99999999"), on("2024-06-30")), -1);
	assert_int_equal(population_of(p, STR(""), on("2024-06-30")), -1);
}

/* ---- still open at the end of the month ---- */

static void refer(const char *day, const char *ref)
{
	struct event *ev = tell("referral-received", day, "other", ref);
	ev->code2 = STR("C02");
	ev->org = PROVIDER;
}

static void by_provider(const char *kind, const char *day, const char *code)
{
	tell(kind, day, code, "R1")->org = PROVIDER;
}

static void test_who_is_still_with_the_service(void **state)
{
	(void)state;
	born("2012-03-14");
	refer("2026-01-10", "R1");
	by_provider("contact-made", "2026-02-10", "01");
	by_provider("outcome-baseline", "2026-02-12", "");
	by_provider("care-plan-agreed", "2026-03-02", "");
	by_provider("referral-closed", "2026-05-20", "");
	/* January: open, not seen. February: seen. March, April: helped. May: closed. */
	assert_int_equal(count("cyp-open-seen", "2026-01-01", "2026-06-01", "2026-06-30", NULL), 4);
	assert_hit(0, "2026-01-01", OUTCOME_NO, "");
	assert_hit(1, "2026-02-01", OUTCOME_YES, "");
	assert_hit(3, "2026-04-01", OUTCOME_YES, "");
	assert_int_equal(hits[0].place.provider, PROVIDER);
	assert_int_equal(count("cyp-open-helped", "2026-01-01", "2026-06-01", "2026-06-30", NULL), 3);
	assert_hit(0, "2026-02-01", OUTCOME_NO, "");
	assert_hit(1, "2026-03-01", OUTCOME_YES, "");
	assert_hit(2, "2026-04-01", OUTCOME_YES, "");
	/* As of a day within the month, the month is not over: what is by that day. */
	assert_int_equal(count("cyp-open-seen", "2026-02-01", "2026-02-01", "2026-02-09", NULL), 1);
	assert_hit(0, "2026-02-01", OUTCOME_NO, "");
}

static void test_nobody_of_an_age_that_is_not_known(void **state)
{
	(void)state;
	refer("2026-01-10", "R1");
	assert_int_equal(count("cyp-open-seen", "2026-01-01", "2026-01-01", "2026-01-31", NULL), 1);
	assert_hit(0, "2026-01-01", OUTCOME_OUT, "the date of birth is not known");
}

/* ---- mistakes ---- */

#define WORDS                                                                                                          \
	"measures:\n  - id: a\n    family: f\n    edition: 1\n    from: 2020-01-01\n    title: t\n    month: m\n"      \
	"    numerator: n\n    denominator: d\n    exclusions: e\n    source: s\n"
#define PEOPLE "populations:\n  - id: p\n    title: t\n    source: s\n    estimates:\n"
#define REACHED WORDS "    kind: reached\n    months: 12\n    facts: [contact-made]\n"

static void test_mistakes(void **state)
{
	(void)state;
	static const struct {
		const char *text, *words;
	} wrong[] = {
		{ REACHED "    rate: {per: 100000, population: nobody}\n", "x.yaml:15:37: there is no population \"nobody\"" },
		{ REACHED "    rate: {population: p}\n" PEOPLE "      - {of: 2024-06-30, people: {E1: 5}}\n", "x.yaml:15:11: a rate is \"per\"" },
		{ WORDS "    kind: wait\n    standard: rha\n    by: done\n    statistic: count\n    rate: {per: 10, population: p}\n",
		  "\"rate\" belongs to \"kind: reached\"" },
		{ PEOPLE "      - {of: 2024-06-30}\n", "x.yaml:6:9: an estimate is \"of\" a day" },
		{ PEOPLE "      - {of: 2024-06-31, people: {E1: 5}}\n", "must be a day" },
		{ PEOPLE "      - {of: 2024-06-30, people: {E1: x}}\n", "x.yaml:6:39: how many people live in E1 is a whole number" },
		{ PEOPLE "      - {of: 2024-06-30, people: {E1: -5}}\n", "is a whole number from 0" },
		{ PEOPLE "      - {of: 2024-06-30, people: {E1: 5}}\n      - {of: 2024-06-30, people: {E1: 5}}\n",
		  "x.yaml:7:14: estimates stand in the order of their days" },
		{ PEOPLE "      []\n  - {id: p, title: t, source: s, estimates: []}\n", "the population \"p\" is given twice" },
		{ "populations:\n  - {id: p, title: t, estimates: []}\n", "x.yaml:2:5: a population has an \"id\"" },
		{ "populations: 5\n", "\"populations\" is a list" },
		{ "title: t\n", "a file of measures is a list under \"measures\"" },
		{ WORDS "    kind: cohort\n    average-of: value\n    has:\n      - {of: [sdq-scored]}\n", "an average is of the \"latest\" fact" },
		{ WORDS "    kind: cohort\n    average-of: code\n    has:\n      - {latest: [sdq-scored], in-the-year: yes}\n",
		  "x.yaml:13:17: \"average-of\" is value" },
		{ WORDS "    kind: cohort\n    average-of: value\n    has:\n      - {latest: [care-started], in-the-year: yes}\n",
		  "events of kind \"care-started\" have no value to average" },
		{ WORDS "    kind: clock\n    standard: rha\n    by: due\n    average-of: value\n", "belongs to \"kind: cohort\"" },
		{ WORDS "    kind: open\n    standard: cyp-spell\n", "\"met\" is missing" },
		{ WORDS "    kind: open\n    standard: cyp-spell\n    met: nothing\n", "x.yaml:14:10: there is no standard \"nothing\"" },
		{ WORDS "    kind: clock\n    standard: rha\n    by: due\n    met: iha-seen\n", "belong to \"kind: open\"" },
	};
	for (size_t i = 0; i < COUNT_OF(wrong); i++) {
		struct measures *ms = NULL;
		struct err e = { 0 };
		struct measure_file f = { "x.yaml", str_of(wrong[i].text) };
		enum rc rc = measures_load_documents(&f, 1, voc, rules, &ms, &e);
		if (rc != RC_BAD_INPUT || !strstr(e.text, wrong[i].words))
			fail_msg("%zu: \"%s\" does not say \"%s\"", i, rc ? e.text : "accepted", wrong[i].words);
		assert_null(ms);
	}
	/* A population may stand in another document, and after the measure. */
	struct measures *ms = NULL;
	struct measure_file two[] = { { "a.yaml", STR(REACHED "    rate: {per: 1000, population: p}\n") },
				      { "b.yaml", STR(PEOPLE "      - {of: 2024-06-30, people: {E1: 5}}\n") } };
	assert_int_equal(measures_load_documents(two, 2, voc, rules, &ms, &err), RC_OK);
	assert_int_equal(population_of(measures_at(ms, 0)->population, STR("E1"), on("2025-01-01")), 5);
	measures_free(ms);
}

/* Children of councils, so many of each with their values. */
static void fill_councils(struct tally *t, const int *sizes, const int *steps, size_t n)
{
	for (size_t k = 0; k < n; k++)
		for (int i = 0; i < sizes[k]; i++)
			tally_add(t, &(struct measure_hit){ .period = day_of(2025, 4, 1),
							    .outcome = OUTCOME_YES,
							    .clock = -1,
							    .fact = -1,
							    .days = 3 + i * steps[k],
							    .place = { .council = 10 + (int64_t)k, .provider = 20 + (int64_t)(k == 0) } });
}

/* What a reader can subtract: of the groups whose average is hidden, the one of them all together. */
static void assert_nobody_told(const int *sizes, const int *steps, size_t n, size_t shown_at_least)
{
	const struct measure *m = named("year-sdq-average");
	struct tally *t = tally_new(m);
	struct sharing *s;
	const struct tally_row *rows;
	fill_councils(t, sizes, steps, n);
	assert_int_equal(sharing_new(t, m, SHARING_USUAL, &s, &err), RC_OK);
	for (int by = GROUP_COUNCIL; by <= GROUP_PROVIDER; by++) {
		size_t shown = 0, found = tally_rows(t, (enum measure_group)by, true, &arena, &rows);
		int64_t left = 0;
		int32_t low = INT32_MAX, high = INT32_MIN;
		for (size_t i = 0; i < found; i++) {
			struct measure_number x;
			measure_number(m, &rows[i], &x);
			sharing_hide(s, (enum measure_group)by, SHARE_PERIODS, &rows[i], &x);
			if (!x.hide_value) {
				shown++;
				continue;
			}
			left += rows[i].n.yes;
			low = rows[i].days[0] < low ? rows[i].days[0] : low;
			high = rows[i].days[rows[i].n.yes - 1] > high ? rows[i].days[rows[i].n.yes - 1] : high;
		}
		if (left && (left <= SHARING_USUAL.hide_to || low == high))
			fail_msg("what is left of grouping %d is the average of %d children from %d to %d", by, (int)left,
				 low, high);
		if (by == GROUP_COUNCIL)
			assert_true(shown >= shown_at_least);
	}
	sharing_free(s);
	tally_free(t);
}

static void test_no_average_of_few_is_left_over(void **state)
{
	(void)state;
	assert_nobody_told((const int[]){ 30, 20, 2, 1 }, (const int[]){ 1, 1, 5, 0 }, 4, 1); /* 2 and 1 are 3 */
	assert_nobody_told((const int[]){ 30, 20, 6 }, (const int[]){ 1, 1, 0 }, 3, 1);	 /* six who all have the same */
	assert_nobody_told((const int[]){ 30, 20, 6, 7 }, (const int[]){ 1, 1, 0, 0 }, 4, 1);
	assert_nobody_told((const int[]){ 30, 20, 12 }, (const int[]){ 1, 1, 1 }, 3, 3); /* nothing to hide */
	assert_nobody_told((const int[]){ 30, 20, 3, 4 }, (const int[]){ 1, 1, 1, 1 }, 4, 2); /* seven are no few */
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup(test_an_average_worked_by_hand, fresh),
		cmocka_unit_test_setup(test_which_score_is_averaged, fresh),
		cmocka_unit_test_setup(test_an_average_of_few_is_hidden, fresh),
		cmocka_unit_test_setup(test_no_average_of_few_is_left_over, fresh),
		cmocka_unit_test_setup(test_a_rate_worked_by_hand, fresh),
		cmocka_unit_test_setup(test_a_rate_of_all_counts_nobody_of_elsewhere, fresh),
		cmocka_unit_test_setup(test_which_estimate, fresh),
		cmocka_unit_test_setup(test_who_is_still_with_the_service, fresh),
		cmocka_unit_test_setup(test_nobody_of_an_age_that_is_not_known, fresh),
		cmocka_unit_test_setup(test_mistakes, fresh),
	};
	return cmocka_run_group_tests_name("values of measures", tests, set_up, tear_down);
}
