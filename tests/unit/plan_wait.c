/* What a scenario says of waiting rooms, missed appointments, interruption, forms of stay, counts and services that
 * change from a day on: what is refused, and that what is played is what was written. */
#include "plan/outlook.h"

#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <cmocka.h>

static const char plain[] = "name: one\n"
			    "start: 2026-01-05\n"
			    "years: 4\n"
			    "warm-up: 60 days\n"
			    "replications: 60\n"
			    "areas:\n"
			    "  - { id: a, name: A, children: 1000, at: [53.0, -1.0], guess: yes }\n"
			    "  - { id: b, name: B, children: 3000, at: [52.5, -1.0], guess: yes }\n"
			    "needs:\n"
			    "  - { id: n, name: N }\n"
			    "services:\n"
			    "  - { id: x, name: X, kind: SERVICE, guess: yes }\n"
			    "  - { id: out, name: Out, kind: caseload, caseload: no limit, stay: 5 days, guess: yes }\n"
			    "demand:\n"
			    "  - { id: d, need: n, DEMAND, guess: yes }\n";

static struct arena texts;
static struct mistakes told;
static const char *counts;

static enum rc look_up(void *arg, const char *name, struct str *out, struct err *e)
{
	(void)arg;
	if (counts && strcmp(name, "counts.csv") == 0) {
		*out = str_of(counts);
		return RC_OK;
	}
	return err_set(e, RC_NOT_FOUND, "there is no such file");
}

static struct str put(struct str text, const char *word, const char *by)
{
	const char *at = strstr(text.p, word);
	assert_non_null(at);
	return arena_printf(&texts, "%.*s%s%s", (int)(at - text.p), text.p, by, at + strlen(word));
}

static struct scenario *read_of(const char *service, const char *demand)
{
	struct scenario_asks asks = { look_up, NULL, NULL };
	struct scenario *s = NULL;
	struct str text = put(put(str_of(plain), "SERVICE", service), "DEMAND", demand);
	enum rc rc = scenario_read(text, "one.yaml", &asks, &s, &told);
	assert_true((rc == RC_OK) == (told.n == 0));
	return s;
}

static struct scenario *right(const char *service, const char *demand)
{
	struct scenario *s = read_of(service, demand);
	if (!s)
		fail_msg("%d:%d: %s", told.list[0].line, told.list[0].column, told.list[0].text);
	return s;
}

#define COMES "per-year: 365.25, to: x"

static void refused(const char *service, const char *demand, int line, const char *words)
{
	struct scenario *s = read_of(service, demand);
	assert_null(s);
	for (size_t i = 0; i < told.n; i++)
		if (told.list[i].line == line && strstr(told.list[i].text, words))
			return;
	fail_msg("%s, %s: \"%s\" was not told at line %d, but at %d: %s", service, demand, words, line,
		 told.list[0].line, told.list[0].text);
}

static void test_refusals(void **state)
{
	(void)state;
	static const struct {
		const char *service, *words;
	} wrong[] = {
		{ "caseload, caseload: 2, stay: { mean: 1 }, waiting-room: -1", "how many may wait" },
		{ "caseload, caseload: 2, stay: { mean: 1 }, waiting-room: 1.5", "how many may wait" },
		{ "caseload, caseload: 2, stay: { mean: 1 }, if-full: { leave: yes }", "goes with waiting-room:" },
		{ "caseload, caseload: 2, stay: { mean: 1 }, waiting-room: 1, if-full: leave",
		  "\"if-full\" is one of" },
		{ "caseload, caseload: 2, stay: { mean: 1 }, waiting-room: 1, if-full: { go-to: x }",
		  "names the service itself" },
		{ "caseload, caseload: 2, stay: { mean: 1 }, waiting-room: 1, if-full: { go-to: y }",
		  "there is no service \"y\"" },
		{ "caseload, caseload: 2, stay: { mean: 1 }, waiting-room: 1, if-full: { leave: no }",
		  "says what happens, with yes" },
		{ "caseload, caseload: 2, stay: { mean: 1 }, will-not-wait: 120 %",
		  "a share of those who would have to wait" },
		{ "caseload, caseload: 2, stay: { mean: 1 }, will-not-wait-from: 3", "goes with will-not-wait:" },
		{ "caseload, caseload: 2, stay: { mean: 1 }, interrupts: go-on", "add order: priority" },
		{ "caseload, caseload: 2, stay: { mean: 1 }, order: priority, interrupts: maybe", "\"interrupts\" is" },
		{ "caseload, caseload: 2, stay: { mean: 1 }, at-closing: pause", "\"at-closing\" is for clinicians" },
		{ "clinicians, clinicians: 2, stay: { mean: 1 }, at-closing: stop", "\"at-closing\" is finish" },
		{ "caseload, caseload: 2, stay: { mean: 1 }, attended: 90 %", "\"attended\" is for slots" },
		{ "slots, slots: 7, attended: 0", "the share of slots that the child comes to" },
		{ "slots, slots: 7, attended: 80 %, order: priority, interrupts: go-on",
		  "a slot cannot be interrupted" },
		{ "beds, beds: 2, stay: { mean: 1 }, later: []", "\"later\" is a list" },
		{ "beds, beds: 2, stay: { mean: 1 }, later: [ { beds: 3 } ]", "\"from\" is missing" },
		{ "beds, beds: 2, stay: { mean: 1 }, later: [ { from: soon, beds: 3 } ]", "\"from\" is a day" },
		{ "beds, beds: 2, stay: { mean: 1 }, later: [ { from: 2026-01-05, beds: 3 } ]", "after the start" },
		{ "beds, beds: 2, stay: { mean: 1 }, later: [ { from: 2027-01-05, beds: 3 }, { from: 2026-08-01, beds: "
		  "3 } ]",
		  "later than the change" },
		{ "beds, beds: 2, stay: { mean: 1 }, later: [ { from: 2027-01-05 } ]", "nothing changes here" },
		{ "beds, beds: 2, stay: { mean: 1 }, later: [ { from: 2027-01-05, staff: 4 } ]",
		  "say staff: and staff-for-each:" },
		{ "beds, beds: no limit, stay: { mean: 1 }, later: [ { from: 2027-01-05, beds: 4 } ]",
		  "without limit at first" },
		{ "beds, beds: 2, stay: { mean: 1 }, later: [ { from: 2027-01-05, beds: 0 } ]",
		  "closes here for good" },
		{ "beds, beds: 2, stay: 0 days", "must be more than 0 days" },
		{ "beds, beds: 2, stay: { mean: \"2,5\" }", "needs a length of time" },
		{ "beds, beds: 2, stay: { mean: 1, shape: 0.01 }", "must be 0.2 to 20" },
		{ "beds, beds: 2, stay: { mean: 1, form: weibull }", "of form weibull needs mean: and shape:" },
		{ "beds, beds: 2, stay: { mean: 1, sd: 2, cv: 2 }", "needs mean: alone" },
		{ "beds, beds: 2, stay: { mean: 1, phases: 1.5 }", "a whole number from 1 to 100" },
		{ "beds, beds: 2, stay: { mean: 1, sd: 1, at-least: 400 }", "leaves nothing" },
		{ "beds, beds: 2, stay: { mixture: [ { share: 1, mean: 3 } ] }", "a list of 2 to" },
		{ "beds, beds: 2, stay: { mixture: [ { share: 0.5, mean: 3 }, { share: 0.4, mean: 3 } ] }",
		  "add up to 0.9" },
		{ "beds, beds: 2, stay: { mixture: [ { share: 0.5, mean: 3 }, { share: 0.5 } ] }",
		  "\"mean\" is missing" },
		{ "beds, beds: 2, stay: { observed: [] }", "needs one length at least" },
		{ "beds, beds: 2, stay: { observed: [3, -1] }", "a length of time from 0 to" },
		{ "beds, beds: 2, stay: { observed: [3, 4], mean: 3 }", "one of them" },
		{ "beds, beds: 2, stay: { observed: [3, 4], at-least: 5 }", "none of the observed lengths" },
		{ "beds, beds: 2, stay: { observed: gone.csv }", "cannot be read" },
	};
	for (size_t i = 0; i < COUNT_OF(wrong); i++)
		refused(wrong[i].service, COMES, 12, wrong[i].words);
}

#define SIMPLE "beds, beds: 2, stay: { mean: 1 }"

static void test_refused_demand(void **state)
{
	(void)state;
	refused(SIMPLE, "to: x, per-year: 9, together: [0.5, 0.4]", 15, "shares that add up to 1");
	refused(SIMPLE, "to: x, per-year: 9, by-weekday: [1, 2]", 15, "seven multiples");
	refused(SIMPLE, "to: x, per-year: 9, by-hour: 3", 15, "24 multiples");
	refused(SIMPLE, "to: x, per-year: 9, counts: counts.csv", 15, "one of them");
	refused(SIMPLE, "to: x", 15, "one of them");
	refused(SIMPLE, "to: x, counts: gone.csv", 15, "cannot be read");
	counts = "day,number\n2026-01-05,3\n";
	refused(SIMPLE, "to: x, counts: counts.csv", 15, "needs the columns day and count");
	counts = "day,count\n2026-01-05,3\n2026-01-07,3\n";
	refused(SIMPLE, "to: x, counts: { file: counts.csv, order: drawn }", 15, "has no line for 2026-01-06");
	counts = "day,count\n2026-01-05,3\n2026-01-06,3\n";
	refused(SIMPLE, "to: x, counts: counts.csv", 15, "whole weeks");
	refused(SIMPLE, "to: nearest beds, counts: counts.csv", 15, "go to one service");
	refused(SIMPLE, "to: x, counts: { file: counts.csv, order: reversed }", 15, "as counted");
	refused(SIMPLE, "to: x, counts: counts.csv, by-weekday: [1, 1, 1, 1, 1, 0, 0]", 15, "have their own");
	refused(SIMPLE, "to: x, counts: counts.csv, together: [1]", 15, "counts hold all who came");
	counts = "day,count\n2026-01-06,3\n2026-01-05,3\n";
	refused(SIMPLE, "to: x, counts: { file: counts.csv, order: drawn }", 3, "in their order");
	counts = "day,count\n2026-01-05,-3\n";
	refused(SIMPLE, "to: x, counts: { file: counts.csv, order: drawn }", 2, "whole number from 0");
	counts = "day,area,count\n2026-01-05,c,3\n";
	refused(SIMPLE, "to: x, counts: { file: counts.csv, order: drawn }", 2, "no area of this demand");
	counts = "day,area,count\n2026-01-05,a,3\n2026-01-05,a,4\n";
	refused(SIMPLE, "to: x, counts: { file: counts.csv, order: drawn }", 3, "there twice");
	counts = "day,count\n2026-01-05,0\n";
	refused(SIMPLE, "to: x, counts: { file: counts.csv, order: drawn }", 15, "nobody came");
	counts = NULL;
}

static struct outlook *played(const struct scenario *s)
{
	struct outlook_options o = { .threads = 2 };
	struct outlook *out = NULL;
	struct err e = { 0 };
	if (outlook_run(s, &o, &out, &e) != RC_OK)
		fail_msg("%s", e.text);
	return out;
}

/* Within four standard errors (the interval is of two), and a little for what is not exact. */
static void near(const struct outlook *o, enum outlook_scope scope, int32_t of, enum outlook_measure m, double want)
{
	const struct outlook_row *row = outlook_find(o, scope, of, m);
	assert_non_null(row);
	double room = 2 * (row->number.upper - row->number.lower) / 2 + 1e-9 * fabs(want);
	if (!(fabs(row->number.value - want) <= room))
		fail_msg("%s is %g, not %g (+- %g)", outlook_measure_id(m), row->number.value, want, room);
}

static void test_waiting_room(void **state)
{
	(void)state;
	struct queue_answer q;
	struct err e = { 0 };
	assert_int_equal(queue_mmck(1, 2, 3, 2, &q, &e), RC_OK);
	struct scenario *s =
	    right("caseload, caseload: 3, stay: { mean: 2 }, waiting-room: 2, if-full: { go-to: out }", COMES);
	struct outlook *o = played(s);
	near(o, OUTLOOK_SERVICE, 0, OUT_CARE_WAIT, q.wait);
	near(o, OUTLOOK_SERVICE, 1, OUT_STARTS, 365.25 * q.lost);
	assert_int_equal(o->services[0].formula, FORMULA_MMCK);
	outlook_free(o);
	scenario_free(s);
	/* half of those who would wait do not: a birth and death process */
	s = right("caseload, caseload: 1, stay: { mean: 0.9 }, will-not-wait: 50 %", COMES);
	o = played(s);
	double p0 = 1 / (1 + 0.9 / (1 - 0.45));
	near(o, OUTLOOK_SERVICE, 0, OUT_LEFT, 365.25 * 0.5 * (1 - p0));
	outlook_free(o);
	scenario_free(s);
}

/* Slots that are missed are taken up, and the child comes again. */
static void test_missed(void **state)
{
	(void)state;
	struct scenario *s = right("slots, slots: 14, attended: 75 %", COMES),
			*all = right("slots, slots: 14, attended: 100 %", COMES),
			*same = right("slots, slots: 14", COMES);
	struct outlook *o = played(s), *full = played(all), *plainly = played(same);
	near(o, OUTLOOK_SERVICE, 0, OUT_STARTS, 365.25);
	near(o, OUTLOOK_SERVICE, 0, OUT_MISSED, 365.25 / 3);
	assert_true(fabs(o->services[0].load.load - 7 / (14 * 0.75)) < 1e-12);
	const struct outlook_row *a = outlook_find(full, OUTLOOK_SERVICE, 0, OUT_CARE_WAIT),
				 *b = outlook_find(plainly, OUTLOOK_SERVICE, 0, OUT_CARE_WAIT),
				 *c = outlook_find(o, OUTLOOK_SERVICE, 0, OUT_CARE_WAIT);
	assert_true(a->number.value == b->number.value && c->number.value > 1.2 * b->number.value);
	outlook_free(o);
	outlook_free(full);
	outlook_free(plainly);
	scenario_free(s);
	scenario_free(all);
	scenario_free(same);
	s = right("slots, slots: 7, attended: 90 %", COMES); /* 7 a week come, 6.3 can be seen */
	o = played(s);
	assert_true(o->services[0].load.verdict == LOAD_GROWS && !o->steady);
	outlook_free(o);
	scenario_free(s);
}

/* One form after the other: the mean number there is rate times mean stay. */
static void test_forms(void **state)
{
	(void)state;
	static const char *const forms[] = {
		"{ mean: 8, phases: 3 }",
		"{ mean: 8, phases: { value: 1, low: 1, high: 9 } }",
		"{ mean: 8, shape: 0.7 }",
		"{ mixture: [ { share: 75 %, mean: 4 }, { share: 0.25, mean: 20 days } ] }",
		"{ observed: [4, 4, 8, 16 days] }",
		"{ observed: counts.csv }"
	};
	counts = "days,count\n4,2\n8,1\n16,1\n";
	for (size_t i = 0; i < COUNT_OF(forms); i++) {
		char service[200];
		snprintf(service, sizeof service, "beds, beds: no limit, stay: %s", forms[i]);
		struct scenario *s = right(service, COMES);
		struct outlook *o = played(s);
		near(o, OUTLOOK_ALL, 0, OUT_OCCUPIED, 8);
		outlook_free(o);
		scenario_free(s);
	}
	counts = NULL;
}

static void test_together(void **state)
{
	(void)state;
	struct scenario *s = right("caseload, caseload: 1, stay: { mean: 0.5 }", COMES ", together: [50 %, 50 %]");
	struct outlook *o = played(s);
	near(o, OUTLOOK_SERVICE, 0, OUT_STARTS, 365.25);
	/* M^X/M/1: children there on average rho (1 + E X^2 / E X) / 2 / (1 - rho) */
	near(o, OUTLOOK_SERVICE, 0, OUT_CARE_WAIT, 0.5 * (1 + 2.5 / 1.5) / 2 / 0.5 - 0.5);
	outlook_free(o);
	scenario_free(s);
}

/* A service that opens takes the area it is nearest to; the other goes on as before; its cost is for the time. */
static void test_opens(void **state)
{
	(void)state;
	struct scenario *s = right("beds, beds: 0, stay: { mean: 10 }, at: [52.5, -1.0], cost: { fixed: 1000 }, later: "
				   "[ { from: 2028-01-06, beds: 400 } ], guess: yes }\n"
				   "  - { id: y, name: Y, kind: beds, beds: 400, at: [53.0, -1.0], stay: { mean: 10 }",
				   "per-year: 4000, to: nearest beds");
	struct outlook *o = played(s);
	double half = 731.0 / 1461;
	near(o, OUTLOOK_ALL, 0, OUT_ADMISSIONS, 4000);
	near(o, OUTLOOK_SERVICE, 0, OUT_ADMISSIONS, 3000 * (1461 - 731) / 1461.0);
	near(o, OUTLOOK_SERVICE, 0, OUT_COST, 1000 * (1 - half));
	near(o, OUTLOOK_SERVICE, 1, OUT_OCCUPANCY,
	     (1000 + 3000 * (half + 10 / 1461.0)) / 365.25 * 10 / 400); /* who is there stays */
	outlook_free(o);
	scenario_free(s);
}

/* A day service opens in the middle: whoever begins from then on stays half as long; who is there stays on. */
static void test_stays_change(void **state)
{
	(void)state;
	static const char DAY[] = "beds, beds: no limit, stay: { mean: 10 }, guess: yes }\n"
				  "  - { id: day, name: Day, kind: places, places: %s, attendance: 1, sessions-a-week: "
				  "1, type: day-service, stay: 5 "
				  "days%s";
	static const char EFFECT[] = "to: x, per-year: 7305, guess: yes }\n"
				     "effects:\n  - { id: e, of: day-service, on: stays, times: 0.5";
	char service[400];
	const double H = 731, T = 1461;
	double mean[3];
	snprintf(service, sizeof service, DAY, "0", ", later: [ { from: 2028-01-06, places: 9 } ]");
	struct scenario *s = right(service, EFFECT);
	struct outlook *o = played(s);
	near(o, OUTLOOK_ALL, 0, OUT_OCCUPIED, 20 * (10 * (H + 10) + 5 * (T - H - 5)) / T);
	mean[1] = outlook_find(o, OUTLOOK_ALL, 0, OUT_OCCUPIED)->number.value;
	assert_true(o->services[0].load.load == 0 || isfinite(o->services[0].load.load));
	outlook_free(o);
	scenario_free(s);
	for (int open = 0; open < 2; open++) { /* between never and always, with the same children */
		snprintf(service, sizeof service, DAY, open ? "9" : "0", "");
		s = right(service, EFFECT);
		o = played(s);
		mean[2 * open] = outlook_find(o, OUTLOOK_ALL, 0, OUT_OCCUPIED)->number.value;
		outlook_free(o);
		scenario_free(s);
	}
	assert_true(mean[0] > mean[1] * 1.2 && mean[1] > mean[2] * 1.2);
}

/* Seven slots on Mondays, from a day on one every day: who comes waits half a week, then half a day. */
static void test_hours_change(void **state)
{
	(void)state;
	struct scenario *s =
	    right("slots, slots: 7, open: Monday 09:00 to 10:00, later: [ { from: 2028-01-06, open: every day "
		  "09:00 to 10:00 } ]",
		  "to: x, per-year: 40");
	struct outlook *o = played(s);
	near(o, OUTLOOK_ALL, 0, OUT_CARE_WAIT, (3.5 * 731 + 0.5 * 730) / 1461);
	outlook_free(o);
	scenario_free(s);
	s = right("places, places: 10, attendance: 1, sessions-a-week: 2, open: Monday to Friday, stay: 9 days, later: "
		  "[ { from: "
		  "2028-01-06, open: every day }, { from: 2029-01-06, places: 4 } ]",
		  "to: x, per-year: 40");
	double values[200];
	scenario_draw(s, 0, 0, true, values);
	const struct plan_service *v = &s->services[0];
	assert_int_equal(scenario_places(v, values), 25);
	assert_int_equal(scenario_places_on(v, values, day_of(2028, 1, 6)), 35);
	assert_int_equal(scenario_places_on(v, values, day_of(2029, 1, 6)), 14);
	scenario_free(s);
	refused(
	    "places, places: 9, attendance: 1, sessions-a-week: 1, stay: 5 days, later: [ { from: 2028-01-06, open: "
	    "sometimes } ]",
	    COMES, 12, "is written as every day");
	refused(
	    "clinicians, clinicians: 1, stay: 1 hours, later: [ { from: 2028-01-06, open: every day 17:00 to 09:00 } ]",
	    COMES, 12, "no open hours");
	refused("clinicians, clinicians: 1, stay: 1 hours, later: [ { from: 2028-01-06 } ]", COMES, 12,
		"staff: or open:");
}

static void test_counts(void **state)
{
	(void)state;
	counts = "day,count\n2025-01-06,9\n2025-01-07,0\n2025-01-08,0\n2025-01-09,0\n2025-01-10,5\n2025-01-11,0\n2025-"
		 "01-12,0\n";
	struct scenario *s = right("beds, beds: no limit, stay: { mean: 3 }", "to: x, counts: counts.csv");
	struct outlook *o = played(s);
	near(o, OUTLOOK_ALL, 0, OUT_OCCUPIED, 6);
	const struct outlook_row *all = outlook_find(o, OUTLOOK_ALL, 0, OUT_ADMISSIONS);
	assert_true(fabs(all->number.value - 2 * 365.25) < 4 && all->number.low == all->number.high);
	near(o, OUTLOOK_AREA, 0, OUT_ADMISSIONS, all->number.value / 4); /* by children */
	outlook_free(o);
	scenario_free(s);
	counts = "day,area,count\n2025-01-06,a,9\n2025-01-07,b,5\n2025-01-12,b,0\n";
	s = right("beds, beds: no limit, stay: { mean: 3 }", "to: x, counts: { file: counts.csv, order: drawn }");
	o = played(s);
	near(o, OUTLOOK_AREA, 0, OUT_ADMISSIONS, 9.0 / 7 * 365.25);
	near(o, OUTLOOK_AREA, 1, OUT_ADMISSIONS, 5.0 / 7 * 365.25);
	outlook_free(o);
	scenario_free(s);
	counts = NULL;
}

/* A bed that is kept is a bed in use. */
static void test_held(void **state)
{
	(void)state;
	struct scenario *s = right("beds, beds: 1, stay: { mean: 1 }, holds-place: yes, waiting-room: 0, guess: yes }\n"
				   "  - { id: y, name: Y, kind: caseload, caseload: 1, stay: { mean: 1 }",
				   COMES ", guess: yes }\nroutes:\n  - { id: r, from: x, to: y, share: 1");
	struct outlook *o = played(s);
	/* two places in a row: empty, the first taken, the second, both, the first kept */
	assert_true(outlook_find(o, OUTLOOK_SERVICE, 0, OUT_HELD)->number.value > 0);
	double p[5] = { 1, 0, 0, 0, 0 };
	for (int i = 0; i < 20000; i++) {
		double q[5] = { p[2] - p[0], p[0] + p[3] - p[1], p[1] + p[4] - 2 * p[2], p[2] - 2 * p[3], p[3] - p[4] };
		for (int k = 0; k < 5; k++)
			p[k] += 0.05 * q[k];
	}
	near(o, OUTLOOK_SERVICE, 0, OUT_OCCUPANCY, p[1] + p[3] + p[4]);
	outlook_free(o);
	scenario_free(s);
}

int main(void)
{
	arena_init(&texts);
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_refusals),     cmocka_unit_test(test_refused_demand),
		cmocka_unit_test(test_waiting_room), cmocka_unit_test(test_missed),
		cmocka_unit_test(test_forms),	     cmocka_unit_test(test_together),
		cmocka_unit_test(test_opens),	     cmocka_unit_test(test_stays_change),
		cmocka_unit_test(test_hours_change), cmocka_unit_test(test_counts),
		cmocka_unit_test(test_held),
	};
	int failed = cmocka_run_group_tests(tests, NULL, NULL);
	arena_release(&texts);
	return failed;
}
