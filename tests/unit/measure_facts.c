/* What one child adds to measures of facts: how many were reached, what followed, who was
 * there; and waits of an age. Edges of days and of birthdays. */
#include "measure/help.h"

static struct event *refer(const char *day, const char *reason, const char *team, int priority)
{
	struct event *ev = tell("referral-received", day, reason, "R1");
	ev->code2 = str_of(team);
	ev->value = priority;
	ev->org = PROVIDER;
	return ev;
}

static void contact(const char *day, const char *mode)
{
	tell("contact-made", day, mode, "R1")->org = PROVIDER;
}

/* ---- reached ---- */

static void test_a_contact_counts_for_twelve_months(void **state)
{
	(void)state;
	born("2012-03-14");
	contact("2025-02-01", "01");
	assert_int_equal(count("cyp-access", "2025-01-01", "2026-06-01", "2026-06-30", NULL), 12);
	assert_hit(0, "2025-02-01", OUTCOME_YES, "");
	assert_hit(11, "2026-01-01", OUTCOME_YES, "");
	assert_int_equal(hits[0].place.provider, PROVIDER);
	contact("2025-02-10", "02"); /* a second one makes no second child */
	assert_int_equal(count("cyp-access", "2025-01-01", "2026-06-01", "2026-06-30", NULL), 12);
}

static void test_which_contacts_reach(void **state)
{
	(void)state;
	static const struct {
		const char *mode;
		size_t n;
	} ways[] = { { "01", 1 }, { "02", 1 },	       { "04", 1 },
		     { "11", 1 }, { "indirect", 1 },   { "03", 0 },
		     { "09", 0 }, { "other-mode", 0 }, { "in-writing-digital", 1 } };
	for (size_t i = 0; i < COUNT_OF(ways); i++) {
		fresh(NULL);
		born("2012-03-14");
		contact("2026-01-05", ways[i].mode);
		if (count("cyp-access", "2026-01-01", "2026-01-01", "2026-06-30", NULL) != ways[i].n)
			fail_msg("a contact by %s", ways[i].mode);
	}
}

static void test_age_on_the_day_of_the_contact(void **state)
{
	(void)state;
	born("2008-01-05");
	contact("2026-01-04", "01"); /* 17 */
	assert_int_equal(count("cyp-access", "2026-01-01", "2026-01-01", "2026-06-30", NULL), 1);
	assert_int_equal(count("young-adult-access", "2026-01-01", "2026-01-01", "2026-06-30", NULL), 0);
	fresh(NULL);
	born("2008-01-05");
	contact("2026-01-05", "01"); /* the eighteenth birthday */
	assert_int_equal(count("cyp-access", "2026-01-01", "2026-01-01", "2026-06-30", NULL), 0);
	assert_int_equal(count("young-adult-access", "2026-01-01", "2026-01-01", "2026-06-30", NULL), 1);
	fresh(NULL);
	born("2001-01-05");
	contact("2026-01-05", "01"); /* the twenty-fifth */
	assert_int_equal(count("young-adult-access", "2026-01-01", "2026-01-01", "2026-06-30", NULL), 0);
	fresh(NULL);
	contact("2026-01-05", "01"); /* nobody knows the age */
	assert_int_equal(count("cyp-access", "2026-01-01", "2026-01-01", "2026-06-30", NULL), 0);
}

/* The month that is not over is read on the day it is read. */
static void test_a_month_that_is_not_over(void **state)
{
	(void)state;
	born("2012-03-14");
	contact("2026-01-20", "01");
	assert_int_equal(count("cyp-access", "2026-01-01", "2026-01-01", "2026-01-19", NULL), 0);
	assert_int_equal(count("cyp-access", "2026-01-01", "2026-01-01", "2026-01-20", NULL), 1);
	assert_int_equal(count("cyp-access", "2026-02-01", "2026-06-01", "2026-01-20", NULL), 0);
}

/* ---- followed ---- */

static void stay(const char *from, const char *to, const char *where, const char *ref)
{
	tell("bed-stay-started", from, "300", ref)->org = PROVIDER;
	struct event *ev = tell("bed-stay-ended", to, "1", ref);
	ev->code2 = str_of(where);
	ev->org = PROVIDER;
}

static void test_admitted_again(void **state)
{
	(void)state;
	static const struct {
		const char *day;
		enum outcome outcome;
	} again[] = { { "2026-01-06", OUTCOME_YES }, { "2026-02-02", OUTCOME_YES }, { "2026-02-03", OUTCOME_NO } };
	for (size_t i = 0; i < COUNT_OF(again); i++) { /* the 28th day after 5 January is 2 February */
		fresh(NULL);
		born("2012-03-14");
		stay("2025-12-01", "2026-01-05", "home", "B1");
		tell("bed-stay-started", again[i].day, "300", "B2")->org = PROVIDER;
		assert_int_equal(count("readmitted-28-days", "2026-01-01", "2026-02-01", "2026-06-30", NULL), 1);
		assert_hit(0, "2026-02-01", again[i].outcome, "");
		assert_int_equal(hits[0].place.provider, PROVIDER);
	}
}

static void test_not_yet_and_left_out(void **state)
{
	(void)state;
	born("2012-03-14");
	stay("2025-12-01", "2026-01-05", "home", "B1");
	count("readmitted-28-days", "2026-01-01", "2026-02-01", "2026-02-01", NULL);
	assert_hit(0, "2026-02-01", OUTCOME_NOT_YET, "");
	count("readmitted-28-days", "2026-01-01", "2026-02-01", "2026-02-02", NULL);
	assert_hit(0, "2026-02-01", OUTCOME_NO, "");
	day_t covered[EVIDENCE_MAX];
	for (size_t i = 0; i < EVIDENCE_MAX; i++)
		covered[i] = DAY_NONE;
	covered[0] = DAY_NEVER; /* tables are loaded, but not that of stays */
	count("readmitted-28-days", "2026-01-01", "2026-02-01", "2026-02-02", covered);
	assert_hit(0, "2026-02-01", OUTCOME_OUT, "no source says");
	tell("person-died", "2026-01-20", "", "");
	count("readmitted-28-days", "2026-01-01", "2026-02-01", "2026-06-30", NULL);
	assert_hit(0, "2026-02-01", OUTCOME_OUT, "died");
	fresh(NULL);
	born("2012-03-14");
	stay("2025-12-01", "2026-01-05", "other-hospital", "B1"); /* a move is no discharge */
	assert_int_equal(count("readmitted-28-days", "2026-01-01", "2026-02-01", "2026-06-30", NULL), 0);
	fresh(NULL);
	born("2008-01-05");
	stay("2025-12-01", "2026-01-05", "home", "B1"); /* on the eighteenth birthday */
	assert_int_equal(count("readmitted-28-days", "2026-01-01", "2026-02-01", "2026-06-30", NULL), 0);
}

/* ---- there on some day of the month ---- */

static void adult_ward(const char *from, const char *to, const char *ref)
{
	tell("bed-stay-started", from, "adult-bed", ref)->org = PROVIDER;
	if (to)
		tell("bed-stay-ended", to, "1", ref)->org = PROVIDER;
}

static void test_on_a_ward_for_adults_on_some_day(void **state)
{
	(void)state;
	born("2010-03-14");
	adult_ward("2026-01-31", "2026-03-01", "B1");
	assert_int_equal(count("adult-ward-children", "2025-12-01", "2026-05-01", "2026-06-30", NULL), 3);
	assert_hit(0, "2026-01-01", OUTCOME_YES, "");
	assert_hit(2, "2026-03-01", OUTCOME_YES, "");
	adult_ward("2026-02-10", "2026-02-12", "B2"); /* twice in a month, and one child */
	assert_int_equal(count("adult-ward-children", "2025-12-01", "2026-05-01", "2026-06-30", NULL), 3);
	fresh(NULL);
	born("2010-03-14");
	adult_ward("2026-01-31", NULL, "B1");
	assert_int_equal(count("adult-ward-children", "2025-12-01", "2026-05-01", "2026-02-10", NULL), 2);
	fresh(NULL);
	born("2008-02-10"); /* eighteen on 10 February */
	adult_ward("2026-01-31", NULL, "B1");
	assert_int_equal(count("adult-ward-children", "2025-12-01", "2026-05-01", "2026-06-30", NULL), 2);
}

/* ---- waits of an age ---- */

static void test_who_turns_eighteen_is_counted_apart(void **state)
{
	(void)state;
	born("2008-02-28");
	refer("2026-01-05", "12", "C10", 3);
	count("ed-routine-waiting", "2026-01-01", "2026-03-01", "2026-03-31", NULL);
	assert_hit(0, "2026-01-01", OUTCOME_YES, "");
	assert_int_equal(count("ed-routine-waiting", "2026-02-01", "2026-03-01", "2026-03-31", NULL), 0);
	assert_int_equal(count("ed-routine-waiting-turned-18", "2026-01-01", "2026-03-01", "2026-03-31", NULL), 2);
	assert_hit(0, "2026-02-01", OUTCOME_YES, "");
}

/* One week, four, twelve and more: exactly 7, 28 and 84 days belong to the shorter band. */
static void test_bands_of_waits(void **state)
{
	(void)state;
	static const struct {
		const char *day;
		int band;
	} begun[] = { { "2026-01-05", 0 }, { "2026-01-12", 0 }, { "2026-01-13", 1 }, { "2026-02-02", 1 },
		      { "2026-02-03", 2 }, { "2026-03-30", 2 }, { "2026-03-31", 3 } };
	static const char *const bands[] = { "ed-urgent-1-week", "ed-urgent-4-weeks", "ed-urgent-12-weeks",
					     "ed-urgent-longer" };
	for (size_t i = 0; i < COUNT_OF(begun); i++) {
		fresh(NULL);
		born("2012-03-14");
		refer("2026-01-05", "12", "C10", 2);
		struct event *ev = tell("contact-made", begun[i].day, "01", "R1");
		ev->code2 = STR("51484002");
		for (size_t b = 0; b < COUNT_OF(bands); b++)
			if (count(bands[b], "2026-01-01", "2026-04-01", "2026-06-30", NULL) !=
			    ((int)b == begun[i].band))
				fail_msg("begun on %s: %s", begun[i].day, bands[b]);
	}
}

static void test_first_contacts(void **state)
{
	(void)state;
	born("2012-03-14");
	refer("2026-01-05", "other", "C02", 3);
	contact("2026-02-05", "01");
	count("first-contact-days", "2026-01-01", "2026-03-01", "2026-03-31", NULL);
	assert_hit(0, "2026-02-01", OUTCOME_YES, "");
	assert_int_equal(hits[0].days, 31);
	assert_int_equal(count("first-contact-waiting", "2026-01-01", "2026-03-01", "2026-03-31", NULL), 1);
	assert_hit(0, "2026-01-01", OUTCOME_YES, "");
	assert_int_equal(count("cyp-first-contact-waiting-days", "2026-01-01", "2026-03-01", "2026-03-31", NULL), 1);
	assert_int_equal(hits[0].days, 26);
	/* Seen, and still waiting for the score and the plan of the four-week wait. */
	assert_int_equal(count("cyp-waiting-count", "2026-01-01", "2026-03-01", "2026-03-31", NULL), 3);
}

/* ---- bands of the last score of the year ---- */

static void scored(const char *day, int score)
{
	tell("sdq-scored", day, "carer", "")->value = score;
}

static void test_bands_of_the_last_score(void **state)
{
	(void)state;
	static const struct {
		int score;
		const char *band;
	} edges[] = { { 0, "year-sdq-usual" },	     { 13, "year-sdq-usual" },	 { 14, "year-sdq-borderline" },
		      { 16, "year-sdq-borderline" }, { 17, "year-sdq-concern" }, { 40, "year-sdq-concern" } };
	static const char *const bands[] = { "year-sdq-usual", "year-sdq-borderline", "year-sdq-concern" };
	for (size_t i = 0; i < COUNT_OF(edges); i++) {
		fresh(NULL);
		born("2014-03-14");
		care("2024-01-06", "V2", "P1");
		scored("2025-05-01", 40 - edges[i].score); /* not the last */
		scored("2026-03-31", edges[i].score);
		for (size_t b = 0; b < COUNT_OF(bands); b++) {
			assert_int_equal(count(bands[b], "2025-04-01", "2025-04-01", "2026-06-30", NULL), 1);
			assert_hit(0, "2025-04-01",
				   str_eq(str_of(bands[b]), str_of(edges[i].band)) ? OUTCOME_YES : OUTCOME_NO, "");
		}
	}
	fresh(NULL);
	born("2014-03-14");
	care("2024-01-06", "V2", "P1");
	scored("2025-03-31", 20); /* of the year before */
	count("year-sdq-concern", "2025-04-01", "2025-04-01", "2026-06-30", NULL);
	assert_hit(0, "2025-04-01", OUTCOME_OUT, "nothing of the kind in the year");
}

int main(void)
{
#define T(name) cmocka_unit_test_setup(name, fresh)
	const struct CMUnitTest tests[] = { T(test_a_contact_counts_for_twelve_months),
					    T(test_which_contacts_reach),
					    T(test_age_on_the_day_of_the_contact),
					    T(test_a_month_that_is_not_over),
					    T(test_admitted_again),
					    T(test_not_yet_and_left_out),
					    T(test_on_a_ward_for_adults_on_some_day),
					    T(test_who_turns_eighteen_is_counted_apart),
					    T(test_bands_of_waits),
					    T(test_first_contacts),
					    T(test_bands_of_the_last_score) };
	return cmocka_run_group_tests(tests, set_up, tear_down);
}
