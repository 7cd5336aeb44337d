/* What one child adds to a measure, rule by rule, edges included; and the reading of definitions. */
#include "measure/help.h"

#include <sys/stat.h>
#include <unistd.h>

static void placed(const char *from, const char *code, const char *ref, int64_t area)
{
	tell("placement-started", from, code, ref)->org = area;
}

/* ---- clocks ---- */

/* Into care on Tuesday 6 January 2026: the 20th working day is Tuesday 3 February. */
static void test_a_clock_is_counted_in_the_month_of_its_due_day(void **state)
{
	(void)state;
	born("2016-03-14");
	care("2026-01-06", "V2", "P1");
	assert_int_equal(count("iha-returned", "2026-01-01", "2026-03-01", "2026-02-01", NULL), 1);
	assert_hit(0, "2026-02-01", OUTCOME_NOT_YET, "");
	assert_int_equal(count("iha-returned", "2026-01-01", "2026-03-01", "2026-02-03", NULL), 1);
	assert_hit(0, "2026-02-01", OUTCOME_NOT_YET, "");
	count("iha-returned", "2026-01-01", "2026-03-01", "2026-02-04", NULL);
	assert_hit(0, "2026-02-01", OUTCOME_NO, "");
	assert_int_equal(hits[0].days, 1);
	assert_int_equal(hits[0].place.council, COUNCIL);
	assert_int_equal(hits[0].place.provider, TEAM);
	assert_int_equal(count("iha-returned", "2026-03-01", "2026-04-01", "2026-02-04", NULL), 0);
	assert_int_equal(count("iha-returned-done", "2026-01-01", "2026-03-01", "2026-02-04", NULL), 0);
	/* The 28th day after coming into care is 3 February too; for an entry on the 5th it is the 2nd. */
	count("iha-returned-28-days", "2026-01-01", "2026-03-01", "2026-02-04", NULL);
	assert_hit(0, "2026-02-01", OUTCOME_NO, "");
}

static void report(const char *seen, const char *back)
{
	struct event *ev = tell("assessment-seen", seen, "initial", "A1");
	ev->code2 = STR("doctor");
	tell("assessment-returned", back, "initial", "A1");
}

static void test_done_in_time_and_late(void **state)
{
	(void)state;
	born("2016-03-14");
	care("2026-01-06", "V2", "P1");
	report("2026-01-20", "2026-02-03");
	count("iha-returned", "2026-01-01", "2026-03-01", "2026-03-02", NULL);
	assert_hit(0, "2026-02-01", OUTCOME_YES, "");
	count("iha-days", "2026-01-01", "2026-03-01", "2026-03-02", NULL);
	assert_hit(0, "2026-02-01", OUTCOME_YES, "");
	assert_int_equal(hits[0].days, 28);
	fresh(NULL);
	born("2016-03-14");
	care("2026-01-06", "V2", "P1");
	report("2026-01-20", "2026-03-02");
	count("iha-returned", "2026-01-01", "2026-03-01", "2026-03-02", NULL);
	assert_hit(0, "2026-02-01", OUTCOME_NO, "");
	count("iha-returned-done", "2026-01-01", "2026-03-01", "2026-03-02", NULL);
	assert_hit(0, "2026-03-01", OUTCOME_NO, ""); /* another month, and done */
}

static void test_leaving_in_time_counts_out_and_leaving_late_does_not(void **state)
{
	(void)state;
	born("2016-03-14");
	care("2026-01-06", "V2", "P1");
	tell("care-ended", "2026-02-03", "E4A", "P1"); /* the last day in time */
	count("iha-returned", "2026-01-01", "2026-03-01", "2026-03-02", NULL);
	assert_hit(0, "2026-02-01", OUTCOME_OUT, "left care");
	fresh(NULL);
	born("2016-03-14");
	care("2026-01-06", "V2", "P1");
	tell("care-ended", "2026-02-04", "E4A", "P1");
	count("iha-returned", "2026-01-01", "2026-03-01", "2026-03-02", NULL);
	assert_hit(0, "2026-02-01", OUTCOME_NO, "");
}

static void test_not_required_is_counted_out_by_its_reason(void **state)
{
	(void)state;
	born("2010-03-14");
	care("2026-01-06", "V2", "P1");
	struct event *no = tell("assessment-refused", "2026-01-20", "initial", "");
	no->value = 1;
	count("iha-returned", "2026-01-01", "2026-03-01", "2026-03-02", NULL);
	assert_hit(0, "2026-02-01", OUTCOME_OUT, "refused by the young person");
	fresh(NULL);
	born("2010-03-14");
	care("2026-01-06", "V2", "P1");
	tell("assessment-refused", "2026-02-03", "initial", "")->value = 1; /* on the last day in time */
	count("iha-returned", "2026-01-01", "2026-03-01", "2026-03-02", NULL);
	assert_hit(0, "2026-02-01", OUTCOME_OUT, "refused by the young person");
	fresh(NULL);
	born("2010-03-14");
	care("2026-01-06", "V2", "P1");
	tell("assessment-refused", "2026-02-04", "initial", "")->value = 1; /* it was late by then */
	count("iha-returned", "2026-01-01", "2026-03-01", "2026-03-02", NULL);
	assert_hit(0, "2026-02-01", OUTCOME_NO, "");
	fresh(NULL);
	born("2010-03-14");
	care("2026-01-06", "V4", "P1"); /* never ran: no due day, so the month of its start */
	count("iha-returned", "2026-01-01", "2026-03-01", "2026-03-02", NULL);
	assert_hit(0, "2026-01-01", OUTCOME_OUT, "short breaks only");
}

static void test_not_known_is_never_late(void **state)
{
	(void)state;
	day_t covered[EVIDENCE_MAX];
	for (size_t i = 0; i < EVIDENCE_MAX; i++)
		covered[i] = DAY_NONE;
	covered[0] = DAY_NEVER; /* tables are loaded, but not that of assessments */
	born("2016-03-14");
	care("2026-01-06", "V2", "P1");
	count("iha-returned", "2026-01-01", "2026-03-01", "2026-03-02", covered);
	assert_hit(0, "2026-02-01", OUTCOME_OUT, "no source says whether the report came back");
}

static void test_waiting_at_the_end_of_each_month(void **state)
{
	(void)state;
	born("2016-03-14");
	care("2026-01-06", "V2", "P1");
	report("2026-01-20", "2026-03-31");
	assert_int_equal(count("iha-waiting", "2025-11-01", "2026-06-01", "2026-06-30", NULL), 2);
	assert_hit(0, "2026-01-01", OUTCOME_YES, "");
	assert_int_equal(hits[0].days, 25);
	assert_hit(1, "2026-02-01", OUTCOME_YES, "");
	assert_int_equal(hits[1].days, 53); /* done on the last day of March: not waiting at its end */
	/* The month that is not over is read on the day it is read. */
	assert_int_equal(count("iha-waiting", "2025-11-01", "2026-06-01", "2026-02-10", NULL), 2);
	assert_int_equal(hits[1].days, 35);
}

/* 52 weeks are 364 days: whoever has waited 365 counts, at the end of the first such month. */
static void test_waiting_longer_than(void **state)
{
	(void)state;
	born("2012-03-14");
	struct event *r = tell("referral-received", "2025-01-31", "other", "R1");
	r->code2 = STR("C02");
	r->value = 3;
	assert_int_equal(count("cyp-waiting", "2025-11-01", "2026-01-01", "2026-06-30", NULL), 3);
	assert_int_equal(count("cyp-waiting-52-weeks", "2025-11-01", "2026-01-01", "2026-01-31", NULL), 1);
	assert_hit(0, "2026-01-01", OUTCOME_YES, "");
	assert_int_equal(hits[0].days, 365);
	assert_int_equal(count("cyp-waiting-52-weeks", "2025-11-01", "2026-01-01", "2026-01-30", NULL), 0);
	assert_int_equal(count("cyp-waiting-78-weeks", "2025-11-01", "2026-06-01", "2026-06-30", NULL), 0);
}

static void test_where_the_child_stood(void **state)
{
	(void)state;
	born("2016-03-14");
	care("2026-01-06", "V2", "P1");
	placed("2026-01-06", "U6", "PL1", COUNCIL);
	tell("placement-ended", "2026-01-20", "", "PL1");
	placed("2026-01-20", "U6", "PL2", OTHER);
	count("iha-returned", "2026-01-01", "2026-03-01", "2026-03-02", NULL);
	assert_int_equal(hits[0].place.area, OTHER); /* on the day that counts */
	assert_int_equal(hits[0].place.in_area, OUT_OF_AREA);
	count("iha-request", "2026-01-01", "2026-03-01", "2026-03-02", NULL);
	assert_int_equal(hits[0].place.area, COUNCIL);
	assert_int_equal(hits[0].place.in_area, IN_AREA);
	struct event *r = tell("referral-received", "2026-02-02", "other", "M1");
	r->code2 = STR("C02");
	r->org = PROVIDER;
	count("cyp-four-weeks", "2026-01-01", "2026-03-01", "2026-03-20", NULL);
	assert_hit(0, "2026-03-01", OUTCOME_NO, "");
	assert_int_equal(hits[0].place.provider, PROVIDER);
}

/* ---- the year's cohorts ---- */

static size_t year(const char *id)
{
	return count(id, "2025-04-01", "2025-04-01", "2026-06-30", NULL);
}

static void test_who_is_in_care_all_the_year(void **state)
{
	(void)state;
	static const struct {
		const char *from, *to, *code;
		int hits;
		const char *out;
	} cases[] = {
		{ "2025-04-01", NULL, "C2", 1, NULL }, /* the first day is in time */
		{ "2025-04-02", NULL, "C2", 1, "in care for less than the whole year" },
		{ "2024-01-10", "2026-03-31", "C2", 1, NULL }, /* left on the last day */
		{ "2024-01-10", "2026-03-30", "C2", 0, NULL }, /* not in care on the last day */
		{ "2024-01-10", "2026-04-01", "C2", 1, NULL },
		{ "2024-01-10", NULL, "V4", 1, "short breaks only" },
		{ "2026-04-01", NULL, "C2", 0, NULL }, /* came after the year */
	};
	for (size_t i = 0; i < COUNT_OF(cases); i++) {
		fresh(NULL);
		born("2012-05-05");
		care(cases[i].from, cases[i].code, "P1");
		if (cases[i].to)
			tell("care-ended", cases[i].to, "E4A", "P1");
		size_t n = year("year-health-assessment");
		if (n != (size_t)cases[i].hits)
			fail_msg("case %zu: %zu hits", i, n);
		if (n && cases[i].out)
			assert_hit(0, "2025-04-01", OUTCOME_OUT, cases[i].out);
		else if (n)
			assert_hit(0, "2025-04-01", OUTCOME_NO, "");
	}
}

static void test_a_second_period_in_the_year_breaks_it(void **state)
{
	(void)state;
	born("2012-05-05");
	care("2024-01-10", "C2", "P1");
	tell("care-ended", "2025-08-01", "E4A", "P1");
	care("2025-08-02", "C2", "P2");
	assert_int_equal(year("year-health-assessment"), 1);
	assert_hit(0, "2025-04-01", OUTCOME_OUT, "in care for less than the whole year");
}

static void test_short_breaks_in_any_part_of_the_year(void **state)
{
	(void)state;
	born("2012-05-05");
	care("2024-01-10", "V4", "P1");
	tell("legal-status-changed", "2025-04-02", "C2", "P1"); /* V4 was in force on 1 April */
	year("year-health-assessment");
	assert_hit(0, "2025-04-01", OUTCOME_OUT, "short breaks only");
	fresh(NULL);
	born("2012-05-05");
	care("2024-01-10", "V4", "P1");
	tell("legal-status-changed", "2025-04-01", "C2", "P1"); /* from the first day on no more */
	year("year-health-assessment");
	assert_hit(0, "2025-04-01", OUTCOME_NO, "");
}

static void seen_on(const char *day, const char *ref)
{
	tell("assessment-seen", day, "review", ref)->code2 = STR("nurse");
}

static void test_two_assessments_under_five(void **state)
{
	(void)state;
	static const struct {
		const char *born;
		int seen;
		enum outcome want;
	} cases[] = { { "2021-04-01", 1, OUTCOME_NO }, /* turns 5 the day after the year */
		      { "2021-04-01", 2, OUTCOME_YES },
		      { "2021-03-31", 1, OUTCOME_YES }, /* is 5 on the last day */
		      { "2021-03-31", 0, OUTCOME_NO } };
	for (size_t i = 0; i < COUNT_OF(cases); i++) {
		fresh(NULL);
		born(cases[i].born);
		care("2024-01-10", "C2", "P1");
		seen_on("2025-03-31", "A0"); /* the year before */
		if (cases[i].seen > 0)
			seen_on("2025-04-01", "A1");
		if (cases[i].seen > 1)
			seen_on("2026-03-31", "A2");
		seen_on("2026-04-01", "A3"); /* the year after */
		year("year-health-assessment");
		assert_hit(0, "2025-04-01", cases[i].want, "");
	}
}

static void test_ages_of_the_questionnaire(void **state)
{
	(void)state;
	static const struct {
		const char *born;
		size_t hits;
	} cases[] = { { "2021-04-01", 1 }, { "2021-04-02", 0 }, { "2009-04-01", 1 }, { "2009-03-31", 0 } };
	for (size_t i = 0; i < COUNT_OF(cases); i++) {
		fresh(NULL);
		born(cases[i].born);
		care("2024-01-10", "C2", "P1");
		assert_int_equal(year("year-sdq"), cases[i].hits);
	}
	static const struct { /* whoever was 4 to 16 on some day of the year: rules 186, 188, 189, 197B of the return */
		const char *born;
		size_t hits;
	} told_for[] = { { "2022-03-31", 1 }, { "2022-04-01", 0 }, { "2008-04-01", 1 }, { "2008-03-31", 0 } };
	for (size_t i = 0; i < COUNT_OF(told_for); i++) {
		fresh(NULL);
		born(told_for[i].born);
		care("2024-01-10", "C2", "P1");
		tell("sdq-not-scored", "2025-10-10", "SDQ2", "");
		assert_int_equal(year("year-sdq-told"), told_for[i].hits);
		if (told_for[i].hits)
			assert_hit(0, "2025-04-01", OUTCOME_YES, "");
	}
	fresh(NULL);
	care("2024-01-10", "C2", "P1");
	year("year-sdq");
	assert_hit(0, "2025-04-01", OUTCOME_OUT, "date of birth not known");
}

static void test_silence_is_not_no(void **state)
{
	(void)state;
	day_t covered[EVIDENCE_MAX];
	for (size_t i = 0; i < EVIDENCE_MAX; i++)
		covered[i] = DAY_NONE;
	covered[0] = DAY_NEVER;
	born("2012-05-05");
	care("2024-01-10", "C2", "P1");
	count("year-sdq", "2025-04-01", "2025-04-01", "2026-06-30", covered);
	assert_hit(0, "2025-04-01", OUTCOME_OUT, "no source says");
	covered[vocab_evidence(voc, STR("sdq"))] = on("2025-04-02"); /* not from the first day on */
	count("year-sdq", "2025-04-01", "2025-04-01", "2026-06-30", covered);
	assert_hit(0, "2025-04-01", OUTCOME_OUT, "no source says");
	covered[vocab_evidence(voc, STR("sdq"))] = on("2025-04-01");
	count("year-sdq", "2025-04-01", "2025-04-01", "2026-06-30", covered);
	assert_hit(0, "2025-04-01", OUTCOME_NO, "");
	tell("sdq-scored", "2025-10-10", "carer", "")->value = 12;
	covered[vocab_evidence(voc, STR("sdq"))] = DAY_NONE;
	count("year-sdq", "2025-04-01", "2025-04-01", "2026-06-30", covered);
	assert_hit(0, "2025-04-01", OUTCOME_YES, ""); /* what is told is told */
}

static void test_a_year_that_is_not_over(void **state)
{
	(void)state;
	born("2012-05-05");
	care("2024-01-10", "C2", "P1");
	assert_int_equal(count("year-sdq", "2024-04-01", "2026-04-01", "2026-03-30", NULL), 1);
	assert_int_equal(count("year-sdq", "2024-04-01", "2026-04-01", "2026-03-31", NULL), 2);
}

/* ---- placements ---- */

static void test_three_placements(void **state)
{
	(void)state;
	born("2012-05-05");
	care("2024-01-10", "C2", "P1");
	placed("2024-01-10", "U6", "PL1", COUNCIL);
	tell("placement-ended", "2025-05-01", "", "PL1");
	placed("2025-05-01", "K2", "PL2", COUNCIL);
	tell("placement-ended", "2025-09-01", "", "PL2");
	placed("2025-09-01", "T3", "PL3", COUNCIL); /* carer on holiday: no placement */
	tell("placement-ended", "2025-09-08", "", "PL3");
	year("year-three-placements");
	assert_hit(0, "2025-04-01", OUTCOME_NO, "");
	placed("2025-09-08", "U6", "PL4", COUNCIL);
	year("year-three-placements");
	assert_hit(0, "2025-04-01", OUTCOME_YES, "");
	/* the year before there was one */
	count("year-three-placements", "2024-04-01", "2024-04-01", "2026-06-30", NULL);
	assert_hit(0, "2024-04-01", OUTCOME_NO, "");
}

static void test_two_years_in_one_place(void **state)
{
	(void)state;
	static const struct {
		const char *care, *placed, *code, *born;
		size_t hits;
		enum outcome want;
	} cases[] = {
		{ "2023-09-30", "2024-03-31", "U6", "2012-05-05", 1, OUTCOME_YES }, /* two years to the day */
		{ "2023-09-30", "2024-04-01", "U6", "2012-05-05", 1, OUTCOME_NO },
		{ "2023-10-01", "2024-03-31", "U6", "2012-05-05", 0,
		  OUTCOME_NO }, /* not two and a half years in care */
		{ "2023-09-30", "2024-03-31", "U6", "2010-03-31", 0, OUTCOME_NO }, /* 16 on the last day */
	};
	for (size_t i = 0; i < COUNT_OF(cases); i++) {
		fresh(NULL);
		born(cases[i].born);
		care(cases[i].care, "C2", "P1");
		placed(cases[i].placed, cases[i].code, "PL1", COUNCIL);
		size_t n = year("year-same-placement");
		if (n != cases[i].hits)
			fail_msg("case %zu: %zu hits", i, n);
		if (n)
			assert_hit(0, "2025-04-01", cases[i].want, "");
	}
	fresh(NULL);
	born("2020-05-05");
	care("2022-01-10", "C2", "P1");
	placed("2023-02-01", "U5", "PL1", COUNCIL);
	tell("placement-ended", "2025-09-01", "", "PL1");
	placed("2025-09-01", "A3", "PL2", COUNCIL); /* adopted where it lived: goes on */
	year("year-same-placement");
	assert_hit(0, "2025-04-01", OUTCOME_YES, "");
}

/* ---- tallies ---- */

static struct measure_hit hit(day_t period, enum outcome o, int64_t council, const char *why)
{
	return (struct measure_hit){ .period = period,
				     .outcome = (uint8_t)o,
				     .clock = -1,
				     .fact = -1,
				     .reason = str_of(why),
				     .place = { .council = council } };
}

static void test_rows_add_up(void **state)
{
	(void)state;
	const struct measure *m = named("iha-returned");
	struct tally *t = tally_new(m);
	int64_t n[5] = { 0 };
	for (int i = 0; i < 5000; i++) {
		int o = i % 7 == 0 ? OUTCOME_OUT : i % 3 ? OUTCOME_YES : OUTCOME_NO;
		struct measure_hit h = hit(on("2026-01-01") + i % 50, (enum outcome)o, i % 13,
					   i % 14 == 0	      ? "left care"
					   : o == OUTCOME_OUT ? "died"
							      : "");
		n[o]++;
		tally_add(t, &h);
	}
	const struct tally_row *rows;
	size_t k = tally_rows(t, GROUP_NONE, false, &arena, &rows);
	assert_int_equal(k, 1);
	assert_int_equal(rows[0].n.yes, n[OUTCOME_YES]);
	assert_int_equal(rows[0].n.no, n[OUTCOME_NO]);
	assert_int_equal(rows[0].n.out, n[OUTCOME_OUT]);
	assert_int_equal(rows[0].n.why[0] + rows[0].n.why[1], n[OUTCOME_OUT]);
	for (int by = GROUP_NONE; by < GROUP__COUNT; by++)
		for (int p = 0; p < 2; p++) {
			int64_t yes = 0, base = 0;
			k = tally_rows(t, (enum measure_group)by, p, &arena, &rows);
			assert_int_equal(k, (by == GROUP_COUNCIL ? 13 : 1) * (p ? 50 : 1));
			for (size_t i = 0; i < k; i++) {
				yes += rows[i].n.yes;
				base += counts_base(&rows[i].n);
			}
			assert_int_equal(yes, n[OUTCOME_YES]);
			assert_int_equal(base, n[OUTCOME_YES] + n[OUTCOME_NO]);
		}
	tally_free(t);
}

static void test_too_many_reasons_share_the_last(void **state)
{
	(void)state;
	struct tally *t = tally_new(named("iha-returned"));
	for (int i = 0; i < 100; i++) {
		char why[20];
		snprintf(why, sizeof why, "reason %d", i);
		struct measure_hit h = hit(on("2026-01-01"), OUTCOME_OUT, 1, why);
		tally_add(t, &h);
	}
	const struct str *reasons;
	const struct tally_row *rows;
	assert_int_equal(tally_reasons(t, &reasons), REASONS_MAX);
	assert_true(str_is(reasons[REASONS_MAX - 1], "other reasons"));
	tally_rows(t, GROUP_NONE, false, &arena, &rows);
	assert_int_equal(rows[0].n.why[REASONS_MAX - 1], 100 - REASONS_MAX + 1);
	tally_free(t);
}

static void test_quantiles(void **state)
{
	(void)state;
	static const int32_t d[] = { 1, 2, 3, 4, 5, 6, 7, 8, 9, 100 };
	assert_int_equal(days_quantile(d, 10, 50), 5);
	assert_int_equal(days_quantile(d, 9, 50), 5);
	assert_int_equal(days_quantile(d, 10, 90), 9);
	assert_int_equal(days_quantile(d, 1, 90), 1);
	assert_int_equal(days_quantile(d, 0, 50), -1);
}

static void test_whose_days(void **state)
{
	(void)state;
	size_t at = rulebook_find(rules, STR("iha-returned"));
	const struct standard_info *info = rulebook_info(rules, (uint16_t)at);
	/* Shares 5, 10 and 5 of 20. The council took 12, the others kept theirs: 27 used, 7 late. */
	const struct turn t[] = { { .holder = HOLDER_COUNCIL, .days = 12 },
				  { .holder = HOLDER_HEALTH, .days = 10, .late = 2 },
				  { .holder = HOLDER_PROVIDER, .days = 5, .late = 5 } };
	struct shares s = { 0 };
	shares_add(&s, info, t, COUNT_OF(t), true);
	assert_int_equal(s.late_days, 7);
	assert_int_equal(s.all_kept, 1);
	assert_int_equal(s.by[HOLDER_COUNCIL].over, 7);
	assert_int_equal(s.by[HOLDER_COUNCIL].late, 0); /* the late days fell to others */
	assert_int_equal(s.by[HOLDER_COUNCIL].would_be_in_time, 1);
	assert_int_equal(s.by[HOLDER_PROVIDER].late, 5);
	assert_int_equal(s.by[HOLDER_PROVIDER].would_be_in_time, 0);
	/* Two are to blame together, neither alone. */
	const struct turn u[] = { { .holder = HOLDER_COUNCIL, .days = 9 },
				  { .holder = HOLDER_HEALTH, .days = 14 },
				  { .holder = HOLDER_PROVIDER, .days = 3, .late = 6 } };
	shares_add(&s, info, u, COUNT_OF(u), true);
	assert_int_equal(s.all_kept, 2);
	assert_int_equal(s.by[HOLDER_COUNCIL].would_be_in_time, 1);
	assert_int_equal(s.by[HOLDER_HEALTH].would_be_in_time, 0);
	assert_int_equal(s.done_late, 2);
	shares_add(&s, info, u, COUNT_OF(u), false); /* not done: what would have been is not asked */
	assert_int_equal(s.all_kept, 2);
	assert_int_equal(s.late_ones, 3);
}

/* ---- definitions ---- */

static enum rc read_text(const char *yaml)
{
	char dir[] = "/tmp/linnet-measure-XXXXXX", path[200];
	assert_non_null(mkdtemp(dir));
	snprintf(path, sizeof path, "%s/measures", dir);
	assert_int_equal(mkdir(path, 0700), 0);
	snprintf(path, sizeof path, "%s/measures/x.yaml", dir);
	FILE *f = fopen(path, "wb");
	assert_non_null(f);
	fputs(yaml, f);
	fclose(f);
	struct measures *ms = NULL;
	err_clear(&err);
	enum rc rc = measures_load(dir, voc, rules, &ms, &err);
	measures_free(ms);
	unlink(path);
	snprintf(path, sizeof path, "%s/measures", dir);
	rmdir(path);
	rmdir(dir);
	return rc;
}

#define WORDS                                                                                                          \
	"measures:\n  - id: a\n    family: f\n    edition: 1\n    from: 2020-01-01\n    title: t\n    month: m\n"      \
	"    numerator: n\n    denominator: d\n    exclusions: e\n    source: s\n"

static void test_mistakes_are_told_with_their_place(void **state)
{
	(void)state;
	static const struct {
		const char *text, *words;
	} wrong[] = {
		{ WORDS "    kind: clock\n    standard: nothing\n    by: due\n",
		  "x.yaml:13:15: there is no standard \"nothing\"" },
		{ WORDS "    kind: clock\n    standard: rha\n    by: noon\n",
		  "\"by\" is one of: due, done, day, waiting, open" },
		{ WORDS "    kind: clock\n    standard: rha\n    by: waiting\n", "a wait by done, waiting or open" },
		{ WORDS "    kind: clock\n    standard: rha\n    by: day\n", "belong together" },
		{ WORDS "    kind: wait\n    standard: rha\n    by: done\n", "\"statistic\" is missing" },
		{ WORDS "    kind: clock\n    standard: rha\n    by: done\n    longer-than-days: 9\n",
		  "belong to waits" },
		{ WORDS "    kind: wait\n    standard: rha\n    by: open\n    statistic: count\n    at-most-days: 9\n",
		  "belong to waits" },
		{ WORDS
		  "    kind: wait\n    standard: rha\n    by: done\n    statistic: count\n    longer-than-days: 9\n"
		  "    at-most-days: 9\n",
		  "is more than" },
		{ WORDS "    kind: clock\n    standard: rha\n    by: due\n    limits: {from: 2025-04-01, to: "
			"2026-03-30, source: x}\n",
		  "at least 12 months" },
		{ WORDS
		  "    kind: clock\n    standard: rha\n    by: due\n    limits: {from: 2025-04-01, to: 2026-03-31}\n",
		  "the \"source\" that chose them" },
		{ WORDS "    kind: cohort\n", "\"has\" is a list" },
		{ WORDS "    kind: wait\n    standard: rha\n    by: open\n    statistic: median\n", "is a count" },
		{ WORDS "    kind: wait\n    standard: rha\n    by: done\n    statistic: count\n    ages: "
			"{under-at-end: 18}\n",
		  "of a wait, ages are asked" },
		{ WORDS "    kind: reached\n    months: 12\n", "\"facts\" is missing" },
		{ WORDS "    kind: reached\n    facts: [care-started]\n", "\"months\" is missing" },
		{ WORDS "    kind: followed\n    facts: [care-started]\n    within-days: 3\n",
		  "\"followed-by\" is missing" },
		{ WORDS "    kind: followed\n    facts: [care-started]\n    followed-by: [care-ended]\n",
		  "\"within-days\" is missing" },
		{ WORDS "    kind: cohort\n    has:\n      - {of: [sdq-scored], in-the-year: yes}\n",
		  "\"in-the-year\" belongs to \"latest\"" },
		{ WORDS "    kind: cohort\n    has:\n      - {at-least: 1}\n", "say either \"of\"" },
		{ WORDS "    kind: cohort\n    has:\n      - {of: [no-such-kind]}\n", "is not a kind of event" },
		{ WORDS "    kind: cohort\n    has:\n      - {of: [{kind: sdq-scored, early-days: 3}]}\n",
		  "early-days" },
		{ WORDS "    kind: stability\n", "say either \"placements-at-least\"" },
		{ WORDS "    kind: stability\n    placements-at-least: 3\n    not-placements: [T9]\n",
		  "\"T9\" is no code" },
		{ WORDS "    kind: clock\n    standard: rha\n    by: due\n    goal: {n: 90}\n",
		  "the \"source\" that sets it" },
		{ WORDS "    kind: clock\n    standard: rha\n    by: due\n    goal: {n: 101, source: x}\n",
		  "from 0 to 100" },
		{ WORDS "    kind: clock\n    standard: rha\n    by: due\n    colour: red\n", "colour" },
		{ "measures:\n  - id: a\n    family: f\n", "\"title\" is missing" },
		{ "measures:\n  - id: b\n    like: a\n", "no measure \"a\" stands above" },
		{ WORDS "    kind: clock\n    standard: rha\n    by: due\n  - id: a\n    like: a\n    edition: 1\n    "
			"from: 2021-01-01\n",
		  "stands above" },
		{ "other: 1\n", "other" },
		{ "measures:\n  - id: A b\n", "small letters, digits and hyphens" },
		{ WORDS "    kind: cohort\n    has:\n      - {of: [sdq-scored], among: [sdq-scored]}\n",
		  "\"among\" belongs to \"latest\"" },
	};
	for (size_t i = 0; i < COUNT_OF(wrong); i++) {
		if (read_text(wrong[i].text) != RC_BAD_INPUT)
			fail_msg("case %zu is taken", i);
		if (!strstr(err.text, wrong[i].words))
			fail_msg("case %zu: \"%s\" is not in: %s", i, wrong[i].words, err.text);
	}
	assert_int_equal(read_text(WORDS "    kind: clock\n    standard: rha\n    by: due\n"), RC_OK);
}

/* The first edition counts days before 2026-02-01, the second those from then on. */
static void test_an_edition_counts_its_own_days(void **state)
{
	(void)state;
	static const char *const due[] = { "2026-01-30", "2026-02-02" };
	assert_int_equal(read_text(WORDS "    until: 2021-01-01\n    kind: clock\n    standard: rha\n    by: due\n"
					 "  - id: a\n    like: a\n    edition: 2\n    from: 2021-01-01\n"),
			 RC_OK);
	for (size_t i = 0; i < COUNT_OF(due); i++) {
		struct measure first = *named("iha-returned"), second = first;
		first.until = second.from = on("2026-02-01");
		fresh(NULL);
		born("2016-03-14");
		/* 20 working days before: Friday 2 and Monday 5 January 2026 */
		care(i ? "2026-01-05" : "2026-01-02", "V2", "P1");
		fold_events(voc, told, n_told, KNOWN_NOW, &arena, &folded);
		for (size_t k = 0; k < EVIDENCE_MAX; k++)
			folded.child.covered[k] = DAY_NONE;
		size_t n = engine_run(engine, &folded.child, on("2026-03-02"), &clocks);
		struct measure_child c = { &folded, clocks, n, COUNCIL, on("2026-03-02") };
		day_t from = on("2025-12-01"), to = on("2026-03-01");
		assert_int_equal(measure_child_hits(&first, &world, &c, from, to, &arena, &hits), i == 0);
		if (i == 0)
			assert_int_equal(clocks[hits[0].clock].due, on(due[i]));
		assert_int_equal(measure_child_hits(&second, &world, &c, from, to, &arena, &hits), i == 1);
		if (i == 1)
			assert_int_equal(clocks[hits[0].clock].due, on(due[i]));
	}
	for (size_t i = 0; i < measures_count(all); i++) {
		const struct measure *m = measures_at(all, i);
		assert_true(m->title.n && m->numerator.n && m->denominator.n && m->exclusions.n && m->source.n);
		assert_ptr_equal(measures_find(all, m->id), m); /* one edition each today */
	}
	assert_true(named("cyp-four-weeks")->sensitive);
	assert_false(named("iha-returned")->sensitive);
	assert_int_equal(measures_hash(all).n, 64);
}

int main(void)
{
#define T(name) cmocka_unit_test_setup(name, fresh)
	const struct CMUnitTest tests[] = { T(test_a_clock_is_counted_in_the_month_of_its_due_day),
					    T(test_done_in_time_and_late),
					    T(test_leaving_in_time_counts_out_and_leaving_late_does_not),
					    T(test_not_required_is_counted_out_by_its_reason),
					    T(test_not_known_is_never_late),
					    T(test_waiting_at_the_end_of_each_month),
					    T(test_waiting_longer_than),
					    T(test_where_the_child_stood),
					    T(test_who_is_in_care_all_the_year),
					    T(test_a_second_period_in_the_year_breaks_it),
					    T(test_short_breaks_in_any_part_of_the_year),
					    T(test_two_assessments_under_five),
					    T(test_ages_of_the_questionnaire),
					    T(test_silence_is_not_no),
					    T(test_a_year_that_is_not_over),
					    T(test_three_placements),
					    T(test_two_years_in_one_place),
					    T(test_rows_add_up),
					    T(test_too_many_reasons_share_the_last),
					    T(test_quantiles),
					    T(test_whose_days),
					    T(test_mistakes_are_told_with_their_place),
					    T(test_an_edition_counts_its_own_days) };
	return cmocka_run_group_tests(tests, set_up, tear_down);
}
