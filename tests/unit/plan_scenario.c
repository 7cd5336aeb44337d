/* Scenarios: what is read, every refusal with its line and column, what is made of it, and that the plans which
 * come with the program reproduce what is published. */
#include "plan/report.h"

#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <cmocka.h>

#include "base/files.h"
#include "standard/holidays.h"

static const char small[] = "name: two areas\n"
			    "start: 2026-01-05\n"
			    "years: 2\n"
			    "warm-up: 100 days\n"
			    "replications: 40\n"
			    "sources:\n"
			    "  - id: census\n"
			    "    title: A count\n"
			    "    date: 2025-06-30\n"
			    "travel: { fixed-minutes: 5, minutes-a-mile: 2, at-most: 90, source: census }\n"
			    "budget: { value: 9000000, guess: yes }\n"
			    "areas:\n"
			    "  - id: north\n"
			    "    name: North\n"
			    "    county: Shire\n"
			    "    children: 60000\n"
			    "    at: [53.0, -1.0]\n"
			    "    deprivation-fifth: 1\n"
			    "    source: census\n"
			    "  - id: south\n"
			    "    name: South\n"
			    "    county: Shire\n"
			    "    children: 40000\n"
			    "    at: [52.6, -1.0]\n"
			    "    deprivation-fifth: 5\n"
			    "    source: census\n"
			    "needs:\n"
			    "  - id: general\n"
			    "    name: general\n"
			    "  - id: other\n"
			    "    name: other\n"
			    "services:\n"
			    "  - id: ward\n"
			    "    name: Ward\n"
			    "    kind: beds\n"
			    "    beds: { value: 10, low: 8, high: 12 }\n"
			    "    ages: 11 to 17\n"
			    "    needs: [general]\n"
			    "    at: [53.0, -1.0]\n"
			    "    stay: { mean: 30, form: exponential }\n"
			    "    targets: 5 days\n"
			    "    cost: { fixed: 1000000, per-day: 500 }\n"
			    "    if-waiting:\n"
			    "      - after: 10 days\n"
			    "        go-to: away\n"
			    "    guess: yes\n"
			    "  - id: away\n"
			    "    name: Away\n"
			    "    kind: beds\n"
			    "    beds: no limit\n"
			    "    out-of-area: yes\n"
			    "    miles: 100\n"
			    "    stay: 60 days\n"
			    "    guess: yes\n"
			    "  - id: day\n"
			    "    name: Day\n"
			    "    kind: places\n"
			    "    type: day-service\n"
			    "    places: 6\n"
			    "    attendance: 85 %\n"
			    "    sessions-a-week: 3\n"
			    "    open: Monday to Friday\n"
			    "    open-when-counted: 5\n"
			    "    areas: [north]\n"
			    "    stay: { mean: 10 weeks, cv: 0.4 }\n"
			    "    at: [53.0, -1.0]\n"
			    "    guess: yes\n"
			    "demand:\n"
			    "  - id: beds\n"
			    "    need: general\n"
			    "    ages: 11 to 17\n"
			    "    per-year: { value: 100, low: 80, high: 125 }\n"
			    "    to: nearest beds\n"
			    "    source: census\n"
			    "  - id: programme\n"
			    "    need: general\n"
			    "    areas: [north]\n"
			    "    per-100000: 60\n"
			    "    to: day\n"
			    "    guess: yes\n"
			    "routes:\n"
			    "  - id: again\n"
			    "    from: ward\n"
			    "    to: ward\n"
			    "    share: 0.1\n"
			    "    after: { mean: 40 }\n"
			    "    guess: yes\n"
			    "effects:\n"
			    "  - id: fewer\n"
			    "    of: day-service\n"
			    "    on: admissions\n"
			    "    times: { value: 0.8, low: 0.7, high: 0.9 }\n"
			    "    in-proportion-to-days: yes\n"
			    "    guess: yes\n";

static struct workdays *workdays;
static struct arena text_arena;
static struct mistakes told;

/* The small scenario with one text in place of another. */
static char *with(const char *from, const char *to)
{
	const char *at = strstr(small, from);
	if (!at)
		fail_msg("\"%s\" does not stand in the scenario", from);
	return (char *)(uintptr_t)arena_printf(&text_arena, "%.*s%s%s", (int)(at - small), small, to, at + strlen(from))
	    .p;
}

struct shelf {
	const char *name[4], *text[4];
};

static enum rc look_up(void *arg, const char *name, struct str *out, struct err *e)
{
	const struct shelf *s = arg;
	for (int i = 0; s && i < 4 && s->name[i]; i++)
		if (strcmp(s->name[i], name) == 0) {
			*out = str_of(s->text[i]);
			return RC_OK;
		}
	return err_set(e, RC_NOT_FOUND, "there is no such file");
}

static struct scenario *read_with(const char *text, const struct shelf *shelf)
{
	struct scenario_asks asks = { look_up, (void *)(uintptr_t)shelf, workdays };
	struct scenario *s = NULL;
	enum rc rc = scenario_read(str_of(text), "plan.yaml", &asks, &s, &told);
	assert_true((rc == RC_OK) == (told.n == 0));
	assert_true((s != NULL) == (rc == RC_OK));
	return s;
}

static struct scenario *right(const char *text, const struct shelf *shelf)
{
	struct scenario *s = read_with(text, shelf);
	if (!s)
		fail_msg("%s:%d:%d: %s", told.list[0].file, told.list[0].line, told.list[0].column, told.list[0].text);
	return s;
}

static bool told_at(int line, int column, const char *words)
{
	for (size_t i = 0; i < told.n; i++)
		if (told.list[i].line == line && (!column || told.list[i].column == column) &&
		    strstr(told.list[i].text, words))
			return true;
	return false;
}

/* `from` is written as `to`; the mistake must be told where `at` stands after it (or in it). */
static void refused(const char *from, const char *to, const char *at, const char *words)
{
	const char *text = with(from, to), *p = strstr(text, to);
	p = strstr(p, at) ? strstr(p, at) : strstr(text, at);
	assert_non_null(p);
	int line = 1, column = 1;
	for (const char *q = text; q < p; q++) {
		column = *q == '\n' ? 1 : column + 1;
		line += *q == '\n';
	}
	assert_null(read_with(text, NULL));
	if (!told_at(line, column, words))
		fail_msg("%d:%d \"%s\" was not told, but %d:%d: %s", line, column, words, told.list[0].line,
			 told.list[0].column, told.list[0].text);
}

static void test_right(void **state)
{
	(void)state;
	struct scenario *s = right(small, NULL);
	assert_int_equal(s->n_areas, 2);
	assert_int_equal(s->n_services, 3);
	assert_int_equal(s->services[2].hours.days, 0x1f);
	input_t beds = scenario_input(s, "services.ward.beds");
	assert_true(beds >= 0 && s->inputs[beds].guess && s->inputs[beds].low == 8);
	input_t n = scenario_input(s, "demand.beds.per-year");
	assert_true(n >= 0 && !s->inputs[n].guess && str_is(s->inputs[n].source, "A count"));
	assert_true(str_is(s->inputs[n].date, "2025-06-30"));
	assert_true(scenario_input(s, "nothing") < 0);
	scenario_free(s);
}

static void test_refusals(void **state)
{
	(void)state;
	refused("mean: 30", "mean: -30", "-30", "a stay cannot be negative");
	refused("stay: 60 days", "stay: -2 days", "-2", "a stay cannot be negative");
	refused("share: 0.1", "share: 1.2", "1.2", "must be 0 to 1");
	refused("routes:\n", "routes:\n  - id: more\n    from: ward\n    to: ward\n    share: 0.95\n    guess: yes\n",
		"0.1", "more than 1");
	refused("value: 9000000", "value: 900000", "{ value: 900000", "there is no budget for this");
	refused("value: 9000000", "value: 0", "0,", "must be more than 0 pounds");
	refused("go-to: away", "go-to: awya", "awya", "do you mean away?");
	refused("to: nearest beds", "to: nearest moon", "nearest moon", "no service is of the kind or type \"moon\"");
	refused("open: Monday to Friday", "open: []", "[]", "never open");
	refused("open: Monday to Friday", "open: Monday to Friday 17:00 to 09:00", "Monday to Friday 17",
		"no open hours");
	refused("open: Monday to Friday", "open: Mondays", "Mondays", "\"open\" is written as");
	refused("ages: 11 to 17", "ages: 17 to 11", "17 to 11", "the age limits cross");
	refused("ages: 11 to 17\n    per-year", "ages: 8 to 17\n    per-year", "nearest beds", "unreachable");
	refused("needs: [general]", "needs: [other]", "nearest beds", "unreachable");
	refused("at-most: 90", "at-most: 50", "id: south", "South is unreachable");
	refused("children: 60000", "children: many", "many", "needs a number");
	refused("routes:\n", "changes:\n  - { id: services.ward.beds, value: -3 }\nroutes:\n", "-3",
		"must be a whole number");
	refused("routes:\n", "changes:\n  - { id: services.wart.beds, value: 3 }\nroutes:\n", "services.wart.beds",
		"there is no number");
	refused("routes:\n", "changes:\n  - { id: services.ward.beds }\nroutes:\n", "{ id: services.ward.beds }",
		"has no value");
	refused("children: 60000", "childs: 60000", "childs", "is not known here");
	refused("children: 60000", "children: { value: 60000, low: 70000 }", "70000", "does not hold its value");
	refused("    share: 0.1\n    after: { mean: 40 }\n    guess: yes", "    share: 0.1\n    after: { mean: 40 }",
		"0.1", "neither where it is from nor that it is a guess");
	refused("source: census\n  - id: south", "source: cencus\n  - id: south", "cencus", "no source \"cencus\"");
	refused("id: south\n    name: South", "id: north\n    name: South", "north", "there twice");
	refused("places: 6", "places: 0", "day\n    guess", "is closed");
	refused("kind: places", "kind: place", "place", "\"kind\" is beds, places");
	refused("beds: { value: 10, low: 8, high: 12 }", "beds: 2.5", "2.5", "whole number");
	refused("targets: 5 days", "targets: soon", "soon", "a target is a length of time");
	refused("{ mean: 30, form: exponential }", "{ median: 30, p90: 20 }", "20", "more than the median");
	refused("{ mean: 30, form: exponential }", "{ median: 30 }", "{ median", "needs mean: alone");
	refused("on: admissions", "on: visits", "visits", "admissions or stays");
	refused("effects:\n",
		"effects:\n  - id: twice\n    of: day-service\n    on: admissions\n    times: 0.9\n    guess: yes\n",
		"id: fewer", "there twice");
	refused("out-of-area: yes\n    miles: 100", "out-of-area: yes", "id: away", "needs miles:");
	refused("at: [53.0, -1.0]\n    deprivation", "at: [5.0, -1.0]\n    deprivation", "[5.0",
		"latitude and a longitude");
	refused("areas: [north]\n    per", "areas: [nroth]\n    per", "nroth", "do you mean north?");
	refused("areas: [north]\n    per", "areas: all\n    per", "day\n    guess", "areas do not hold it");
	refused("start: 2026-01-05", "start: soon", "soon", "\"start\" is a day");
	refused("years: 2", "years: 99", "99", "from 1 to 50");
}

/* What is no YAML is told where the reader stops. */
static void test_syntax(void **state)
{
	(void)state;
	assert_null(read_with(with("name: two areas", "name: [two"), NULL));
	assert_int_equal(told.n, 1);
	assert_true(told_at(3, 0, "comma"));
	assert_null(read_with("- a list\n", NULL));
	assert_true(told_at(1, 1, "a scenario is a list of names"));
	assert_null(read_with("", NULL));
	assert_int_equal(told.n, 1);
}

/* All of them at once, in one reading. */
static void test_every_mistake(void **state)
{
	(void)state;
	char *text = with("mean: 30", "mean: -3");
	*strstr(text, "17\n    needs") = '5'; /* ages: 11 to 57 */
	memcpy(strstr(text, "census\n  - id: south"), "sensus", 6);
	assert_null(read_with(text, NULL));
	assert_int_equal(told.n, 3);
	assert_true(told_at(19, 13, "no source") && told_at(37, 11, "ages") && told_at(40, 19, "negative"));
}

static void test_extends(void **state)
{
	(void)state;
	struct shelf shelf = { { "base.yaml", "loop.yaml" }, { small, "extends: plan.yaml\nname: x\n" } };
	struct scenario *s = right("extends: base.yaml\nname: more\nservices:\n  - id: ward\n    beds: 12\n"
				   "  - id: second\n    like: ward\n    name: Second\n    at: [52.6, -1.0]\n"
				   "  - id: day\n    open: every day\n",
				   &shelf);
	assert_int_equal(s->n_services, 4);
	/* an entry that is like another, changed once more further up */
	shelf.name[2] = "second.yaml";
	shelf.text[2] =
	    "extends: base.yaml\nname: second\nservices:\n  - id: second\n    like: ward\n    name: Second\n";
	struct scenario *third =
	    right("extends: second.yaml\nname: third\nservices:\n  - id: second\n    beds: 3\n", &shelf);
	assert_true(third->inputs[scenario_input(third, "services.second.beds")].value == 3);
	assert_true(third->inputs[scenario_input(third, "services.second.stay.mean")].value == 30);
	scenario_free(third);
	assert_int_equal(s->services[2].hours.days, 0x7f);
	input_t beds = scenario_input(s, "services.ward.beds");
	assert_true(s->inputs[beds].value == 12 && !s->inputs[beds].ranged && s->inputs[beds].line == 5);
	assert_true(s->inputs[beds].guess); /* the entry still says so */
	assert_true(scenario_input(s, "services.second.stay.mean") >= 0);
	struct scenario *base = right(small, NULL), *same = right("extends: base.yaml\nname: two areas\n", &shelf);
	assert_string_not_equal(s->hash, base->hash);
	assert_string_equal(same->hash, base->hash);
	scenario_free(same);
	scenario_free(base);
	scenario_free(s);

	s = right(
	    "extends: base.yaml\nname: less\ndemand:\n  - id: programme\n    remove: yes\nservices:\n  - id: day\n    "
	    "remove: yes\neffects:\n  - id: fewer\n    remove: yes\n",
	    &shelf);
	assert_int_equal(s->n_services, 2);
	scenario_free(s);
	assert_null(read_with("extends: base.yaml\nservices:\n  - id: ward\n    beds: -4\n  - id: x\n    remove: yes\n",
			      &shelf));
	assert_true(told_at(4, 11, "whole number from 0") && told_at(5, 5, "to remove"));
	assert_null(read_with("extends: gone.yaml\nname: x\n", &shelf));
	assert_true(told_at(1, 10, "cannot be read"));
	assert_null(read_with("extends: loop.yaml\nname: x\n", &shelf));
	assert_true(told_at(1, 10, "extends itself"));
}

static void test_matrix(void **state)
{
	(void)state;
	struct shelf shelf = { { "times.csv" },
			       { "area,service,minutes\nnorth,ward,20\nsouth,ward,75\nnorth,day,5\n" } };
	char *text = with("at-most: 90", "at-most: 90, matrix: times.csv");
	struct scenario *s = right(text, &shelf);
	double values[INPUTS_MAX];
	scenario_draw(s, 1, 0, true, values);
	assert_true(scenario_minutes(s, 1, 0, values) == 75);
	scenario_free(s);
	shelf.text[0] = "area,service,minutes\nnorth,ward,20\nsouth,ward,95\nnorth,day,5\nsuoth,ward,7\nnorth,day,x\n";
	assert_null(read_with(text, &shelf));
	assert_true(told_at(5, 1, "no area \"suoth\"") && told_at(6, 3, "0 to 1,440"));
	shelf.text[0] = "area,service,minutes\nnorth,ward,20\nsouth,ward,95\nnorth,day,5\n";
	assert_null(read_with(text, &shelf));
	assert_true(told_at(20, 0, "South is unreachable"));
	assert_null(read_with(text, NULL));
	assert_true(told_at(10, 0, "cannot be read"));
}

/* ---- what is made of it ---- */

static void test_draws(void **state)
{
	(void)state;
	enum { N = 4000 };
	struct scenario *s = right(small, NULL);
	struct scenario *other =
	    right(with("per-year: { value: 100, low: 80, high: 125 }", "per-year: { value: 200, low: 160, high: 250 }"),
		  NULL);
	input_t a = scenario_input(s, "demand.beds.per-year"), b = scenario_input(other, "demand.beds.per-year");
	input_t beds = scenario_input(s, "services.ward.beds");
	double values[INPUTS_MAX], more[INPUTS_MAX];
	int below = 0, above = 0, half = 0;
	for (uint32_t i = 0; i < N; i++) {
		scenario_draw(s, 7, i, false, values);
		scenario_draw(other, 7, i, false, more);
		below += values[a] < 80;
		above += values[a] > 125;
		half += values[a] < 100;
		assert_true(fabs(more[b] / values[a] - 2) < 1e-9); /* the same chance */
		assert_true(values[beds] == floor(values[beds]));
	}
	/* 2.5 % and 50 %, within five standard errors */
	assert_true(fabs(below / (double)N - 0.025) < 5 * sqrt(0.025 * 0.975 / N));
	assert_true(fabs(above / (double)N - 0.025) < 5 * sqrt(0.025 * 0.975 / N));
	assert_true(fabs(half / (double)N - 0.5) < 5 * sqrt(0.25 / N));
	scenario_free(other);
	scenario_free(s);
}

static double rate_to_ward(struct scenario *s, int32_t area)
{
	double values[INPUTS_MAX], sum = 0;
	struct arena a;
	struct scenario_built b;
	arena_init(&a);
	scenario_draw(s, 1, 0, true, values);
	scenario_build(s, values, 0, &a, &b);
	for (size_t g = 0; g < b.p.n_groups; g++)
		if (b.groups[g].area == area && b.groups[g].demand == 0)
			sum += b.p.sources[g].per_day * 365.25;
	arena_release(&a);
	scenario_free(s);
	return sum;
}

static void near(double got, double want, double within)
{
	if (!(fabs(got - want) <= within))
		fail_msg("%.12g, not %.12g", got, want);
}

/* Demand was counted with the service open on five days; the full effect is a fifth fewer at seven. */
static void test_effects(void **state)
{
	(void)state;
	near(rate_to_ward(right(small, NULL), 0), 60, 1e-9);
	near(rate_to_ward(right(small, NULL), 1), 40, 1e-9);
	near(rate_to_ward(right(with("open: Monday to Friday", "open: every day"), NULL), 0),
	     60 * 0.8 / (1 - 0.2 * 5 / 7), 1e-9);
	struct shelf shelf = { { "base.yaml" }, { small } };
	near(rate_to_ward(
		 right("extends: base.yaml\nname: closed\nservices:\n  - id: day\n    places: 0\ndemand:\n  - id: "
		       "programme\n    remove: yes\n",
		       &shelf),
		 0),
	     60 / (1 - 0.2 * 5 / 7), 1e-9);
	near(rate_to_ward(right(with("open-when-counted: 5", "open-when-counted: 0"), NULL), 0), 60 * (1 - 0.2 * 5 / 7),
	     1e-9);
	near(straight_miles(53, -1, 52, -1), 69.09, 0.05);
	struct scenario *s = right(small, NULL);
	double values[INPUTS_MAX];
	scenario_draw(s, 1, 0, true, values);
	assert_int_equal(scenario_places(&s->services[2], values), 8); /* 6 x 5 x 0.85 / 3 */
	assert_int_equal(scenario_places(&s->services[1], values), -1);
	scenario_free(s);
	s = right("extends: base.yaml\nname: staff\nservices:\n  - id: ward\n    staff: 21\n    staff-for-each: 3\n",
		  &shelf);
	scenario_draw(s, 1, 0, true, values);
	assert_int_equal(scenario_places(&s->services[0], values), 7);
	scenario_free(s);
	assert_null(read_with("extends: base.yaml\nname: staff\nservices:\n  - id: ward\n    staff: 21\n", &shelf));
	assert_true(told_at(4, 5, "\"staff-for-each\" is missing"));
}

static struct outlook *play(const struct scenario *s, int threads, int32_t replications)
{
	struct outlook_options o = { .threads = threads, .replications = replications };
	struct outlook *r = NULL;
	struct err e = { 0 };
	if (outlook_run(s, &o, &r, &e) != RC_OK)
		fail_msg("%s", e.text);
	return r;
}

static const struct outlook_number *all(const struct outlook *o, enum outlook_measure m)
{
	const struct outlook_row *r = outlook_find(o, OUTLOOK_ALL, 0, m);
	assert_non_null(r);
	return &r->number;
}

static void test_same_bytes(void **state)
{
	(void)state;
	struct scenario *s = right(small, NULL);
	char hash[3][HASH_HEX_MAX];
	for (int t = 1; t <= 3; t++) {
		struct outlook *o = play(s, t, 40);
		struct buf b AUTO(buf_release);
		buf_init(&b, 8u << 20);
		report_outlook(&b, o, REPORT_JSON);
		assert_true(buf_ok(&b));
		hash_of(b.p, b.n, hash[t - 1]);
		outlook_free(o);
	}
	assert_string_equal(hash[0], hash[1]);
	assert_string_equal(hash[0], hash[2]);
	scenario_free(s);
}

/* Parts add up to the whole, and what is told of stays follows from days and admissions. */
static void test_adds_up(void **state)
{
	(void)state;
	struct scenario *s = right(small, NULL);
	struct outlook *o = play(s, 2, 40);
	double north = outlook_find(o, OUTLOOK_AREA, 0, OUT_ADMISSIONS)->number.value;
	double south = outlook_find(o, OUTLOOK_AREA, 1, OUT_ADMISSIONS)->number.value;
	double ward = outlook_find(o, OUTLOOK_SERVICE, 0, OUT_ADMISSIONS)->number.value;
	double away = outlook_find(o, OUTLOOK_SERVICE, 1, OUT_ADMISSIONS)->number.value;
	near(north + south, all(o, OUT_ADMISSIONS)->value, 1e-9);
	near(ward + away, all(o, OUT_ADMISSIONS)->value, 1e-9);
	near(away, all(o, OUT_AWAY)->value, 1e-9);
	near(outlook_find(o, OUTLOOK_COUNTY, 0, OUT_ADMISSIONS)->number.value, north + south, 1e-9);
	near(outlook_find(o, OUTLOOK_FIFTH, 5, OUT_ADMISSIONS)->number.value, south, 1e-9);
	near(all(o, OUT_STAY)->value * all(o, OUT_ADMISSIONS)->value, all(o, OUT_BED_DAYS)->value, 1e-6);
	near(all(o, OUT_AWAY_DAYS)->value, outlook_find(o, OUTLOOK_SERVICE, 1, OUT_BED_DAYS)->number.value, 1e-9);
	near(all(o, OUT_COST)->value, 1e6 + 500 * outlook_find(o, OUTLOOK_SERVICE, 0, OUT_BED_DAYS)->number.value,
	     1e-3);
	assert_true(all(o, OUT_ADMISSIONS)->lower > 100 && all(o, OUT_ADMISSIONS)->upper < 122);
	assert_true(all(o, OUT_ADMISSIONS)->low < all(o, OUT_ADMISSIONS)->lower);
	assert_int_equal(o->n_fan, 24);
	outlook_free(o);
	scenario_free(s);
}

/* Without rules and uncertainty the ward is M/M/c: the simulation must agree with the formula beside it. */
static void test_formula(void **state)
{
	(void)state;
	char *text = with("    if-waiting:\n      - after: 10 days\n        go-to: away\n", "");
	text = (char *)(uintptr_t)arena_printf(&text_arena, "%s", text).p;
	char *p = strstr(text, "{ value: 10, low: 8, high: 12 }");
	memcpy(p, "12                             ", 31);
	p = strstr(text, "{ value: 100, low: 80, high: 125 }");
	memcpy(p, "100                               ", 34);
	p = strstr(text, "share: 0.1");
	memcpy(p, "share: 0.0", 10);
	struct scenario *s = right(text, NULL);
	struct outlook_options o = { .threads = 2, .replications = 200, .years = 5 };
	struct outlook *r = NULL;
	assert_int_equal(outlook_run(s, &o, &r, NULL), RC_OK);
	assert_true(r->steady && r->services[0].formula == FORMULA_MMC);
	const struct outlook_number *w = all(r, OUT_WAIT), *d = all(r, OUT_DELAYED);
	near(w->value, r->services[0].answer.wait, 2 * (w->upper - w->lower));
	near(d->value, r->services[0].answer.delayed, 2 * (d->upper - d->lower));
	assert_true(r->services[0].answer.wait > 0.2);
	assert_true(r->beds_sized && r->beds_by_85.answer.delayed > r->beds_by_delay.answer.delayed);
	outlook_free(r);
	scenario_free(s);
}

static void test_growth(void **state)
{
	(void)state;
	char *text = with("    if-waiting:\n      - after: 10 days\n        go-to: away\n", "");
	char *p = strstr(text, "{ value: 10, low: 8, high: 12 }");
	memcpy(p, "6                              ", 31);
	struct scenario *s = right(text, NULL);
	struct outlook *o = play(s, 2, 10);
	struct buf b AUTO(buf_release);
	buf_init(&b, 1u << 20);
	assert_false(o->steady);
	assert_true(o->services[0].load.verdict == LOAD_GROWS && o->services[0].load.growth > 0 && o->warm_up == 0);
	report_outlook(&b, o, REPORT_TABLE);
	assert_non_null(strstr(b.p, "GROWS: the queue at Ward grows by"));
	assert_true(strncmp(b.p, "21 of ", 6) == 0 || strstr(b.p, "numbers are guesses") - b.p < 40);
	outlook_free(o);
	scenario_free(s);
}

static void test_difference(void **state)
{
	(void)state;
	struct scenario *s = right(small, NULL), *t = right(with("open: Monday to Friday", "open: every day"), NULL);
	struct outlook *a = play(s, 2, 60), *b = play(t, 2, 60), *again = play(s, 1, 60);
	const struct outlook_row *ra = outlook_find(a, OUTLOOK_ALL, 0, OUT_ADMISSIONS);
	struct outlook_number d;
	assert_true(outlook_difference(a, ra, b, outlook_same(a, ra, b), &d));
	assert_true(d.upper < 0); /* fewer, and so sure only because the children are the same */
	assert_true(d.upper - d.lower < (ra->number.upper - ra->number.lower) / 2);
	assert_true(outlook_difference(a, ra, again, outlook_same(a, ra, again), &d));
	assert_true(d.value == 0 && d.lower == 0 && d.upper == 0);
	struct outlook *fewer = play(s, 1, 50);
	assert_false(outlook_difference(a, ra, fewer, outlook_same(a, ra, fewer), &d));
	outlook_free(fewer);
	outlook_free(again);
	outlook_free(b);
	outlook_free(a);
	scenario_free(t);
	scenario_free(s);
}

static bool stop_at_five(void *arg, int64_t done, int64_t total)
{
	(void)arg;
	(void)total;
	return done < 5;
}

static void test_options(void **state)
{
	(void)state;
	struct scenario *s = right(small, NULL);
	struct err e = { 0 };
	struct outlook *r = NULL;
	struct plan_change change = { scenario_input(s, "services.ward.beds"), 40 };
	struct outlook_options o = { .threads = 1, .replications = 20, .changes = &change, .n_changes = 1 };
	assert_int_equal(outlook_run(s, &o, &r, &e), RC_OK);
	assert_true(all(r, OUT_DELAYED)->value < 1e-3);
	outlook_free(r);
	o.changes = NULL;
	o.n_changes = 0;
	o.progress = stop_at_five;
	assert_int_equal(outlook_run(s, &o, &r, &e), RC_OK);
	assert_true(r->stopped && r->replications == 5);
	outlook_free(r);
	o.replications = 1;
	assert_int_equal(outlook_run(s, &o, &r, &e), RC_BAD_INPUT);
	scenario_free(s);
}

/* ---- clinics ---- */

static struct str clinic_with(const char *before)
{
	return arena_printf(
	    &text_arena,
	    "name: clinic\nstart: 2026-01-05\nyears: 1\nwarm-up: 100 days\n"
	    "areas:\n  - id: a\n    name: A\n    children: 1000\n    guess: yes\n"
	    "needs:\n  - id: seen\n    name: seen\n"
	    "services:\n  - id: clinic\n    name: Clinic\n    kind: slots\n    slots: 700\n    open: every day\n"
	    "    before: %s\n    targets: 20 working days\n    guess: yes\n"
	    "demand:\n  - id: d\n    need: seen\n    per-year: 300\n    to: clinic\n    guess: yes\n",
	    before);
}

static double in_time(const char *before)
{
	struct scenario *s = right(clinic_with(before).p, NULL);
	struct outlook *o = play(s, 2, 5);
	double share = all(o, OUT_CARE_WITHIN)->value;
	near(all(o, OUT_CARE_WAIT)->value, strtod(before, NULL) + 0.5, 0.1); /* and the next morning */
	outlook_free(o);
	scenario_free(s);
	return share;
}

/* Twenty working days are 28 days without holidays; the first half year has some. */
static void test_working_days(void **state)
{
	(void)state;
	assert_true(in_time("25 days") == 1);
	assert_true(in_time("34 days") == 0);
	double some = in_time("28 days");
	assert_true(some > 0.05 && some < 0.95);
}

static void test_size(void **state)
{
	(void)state;
	struct scenario *s = right(clinic_with("3 days").p, NULL);
	struct outlook_options o = { .threads = 2, .replications = 20, .years = 3 };
	struct outlook_size z;
	struct err e = { 0 };
	assert_int_equal(outlook_size(s, &o, 0, 0.95, 100, &z, &e), RC_OK);
	/* 5.75 come a week: five slots cannot do, and seven are enough for nearly all */
	assert_true(z.capacity >= 6 && z.capacity <= 8 && z.below == z.capacity - 1);
	assert_true(z.share.value >= 0.95 && z.before.value < 0.95);
	assert_int_equal(outlook_size(s, &o, 0, 0.95, 4, &z, &e), RC_NOT_FOUND);
	assert_int_equal(outlook_size(s, &o, 1, 0.95, 4, &z, &e), RC_BAD_INPUT);
	assert_int_equal(outlook_size(s, &o, 0, 1.5, 4, &z, &e), RC_BAD_INPUT);
	scenario_free(s);
}

/* ---- the plans that come with the program ---- */

static enum rc on_disk(void *arg, const char *name, struct str *out, struct err *e)
{
	(void)arg;
	char path[200];
	snprintf(path, sizeof path, "data/plans/%s", name);
	return file_read(path, YAML_FILE_MAX, &text_arena, out, e);
}

static struct scenario *shipped(const char *name)
{
	struct scenario_asks asks = { on_disk, NULL, workdays };
	struct scenario *s = NULL;
	struct str text;
	struct err e = { 0 };
	assert_int_equal(on_disk(NULL, name, &text, &e), RC_OK);
	if (scenario_read(text, name, &asks, &s, &told) != RC_OK)
		fail_msg("%s:%d:%d: %s", told.list[0].file, told.list[0].line, told.list[0].column, told.list[0].text);
	return s;
}

static void test_baselines(void **state)
{
	(void)state;
	struct scenario *em = shipped("east-midlands.yaml"), *more = shipped("east-midlands-every-county.yaml");
	struct outlook *a = play(em, 2, 60), *b = play(more, 2, 60);
	struct outlook_number d;
	assert_int_equal(a->n_checks, 3);
	for (size_t i = 0; i < a->n_checks; i++)
		if (!a->checks[i].holds)
			fail_msg("published %g (%g to %g), simulated %g", a->checks[i].published->value,
				 a->checks[i].published->low, a->checks[i].published->high, a->checks[i].value);
	assert_true(scenario_guesses(em) > 50 && scenario_guesses(em) < em->n_inputs);
	const struct outlook_row *r = outlook_find(a, OUTLOOK_ALL, 0, OUT_ADMISSIONS);
	assert_true(outlook_difference(a, r, b, outlook_same(a, r, b), &d) && d.upper < 0);
	assert_int_equal(b->n_checks, 0); /* what is published is about the baseline */
	outlook_free(a);
	outlook_free(b);
	scenario_free(em);
	scenario_free(more);
	struct scenario *nwl = shipped("north-west-london.yaml"), *model = shipped("north-west-london-new-model.yaml");
	a = play(nwl, 2, 100);
	b = play(model, 2, 100);
	struct buf out AUTO(buf_release);
	buf_init(&out, 4u << 20);
	report_comparison(&out, (const struct outlook *const[]){ a, b }, 2, REPORT_TABLE);
	assert_non_null(strstr(out.p, "yes bed-days out of the area a year"));
	assert_null(strstr(out.p, "  NO "));
	outlook_free(a);
	outlook_free(b);
	scenario_free(nwl);
	scenario_free(model);
	scenario_free(shipped("set-one-clinic.yaml"));
}

/* ---- before and after ---- */

static struct change_judged *judged(const char *text)
{
	struct change_judged *c = NULL;
	struct str rules;
	struct err e = { 0 };
	assert_int_equal(on_disk(NULL, "judging.yaml", &rules, &e), RC_OK);
	if (change_read(str_of(text), "change.yaml", rules, "judging.yaml", 0.95, &c, &told) != RC_OK)
		print_message("%d:%d: %s\n", told.list[0].line, told.list[0].column, told.list[0].text);
	return c;
}

static bool because(const struct change_judged *c, const char *words)
{
	for (size_t i = 0; i < c->n_reasons; i++)
		if (strstr(c->reasons[i], words))
			return true;
	return false;
}

static void test_ash_villa(void **state)
{
	(void)state;
	struct str text;
	struct err e = { 0 };
	assert_int_equal(on_disk(NULL, "ash-villa.yaml", &text, &e), RC_OK);
	struct change_judged *c = judged(arena_str(&text_arena, text).p);
	assert_non_null(c);
	near(c->ratio.value, 6.0 / 243 / (22.0 / 182), 1e-12);
	/* against chi-squared quantiles, and a search for the p of the binomial tails, done elsewhere */
	near(c->before.lower, 13.787 / (182 / 365.25), 0.01);
	near(c->before.upper, 33.308 / (182 / 365.25), 0.01);
	near(c->after.lower, 2.2019 / (243 / 365.25), 0.001);
	near(c->after.upper, 13.0595 / (243 / 365.25), 0.001);
	assert_true(c->n_reasons >= 5 && strstr(c->verdict, "Not judged") == c->verdict);
	assert_true(because(c, "unequal length") && because(c, "6 after is too few") && because(c, "first lockdown"));
	assert_true(because(c, "other seasons") && because(c, "control series"));
	change_free(c);
}

/* The exact limits are where the binomial tails are half the rest each. */
static void test_ratio(void **state)
{
	(void)state;
	struct rate_ratio r;
	struct err e = { 0 };
	assert_int_equal(rate_ratio_exact(22, 182, 6, 243, 0.95, &r, &e), RC_OK);
	for (int end = 0; end < 2; end++) {
		double odds = (end ? r.upper : r.lower) * 243 / 182, p = odds / (1 + odds), tail = 0;
		for (int k = end ? 0 : 6; k <= (end ? 6 : 28); k++)
			tail += exp(lgamma(29) - lgamma(k + 1) - lgamma(29 - k) + k * log(p) + (28 - k) * log(1 - p));
		near(tail, 0.025, 1e-9);
	}
	assert_int_equal(rate_ratio_exact(5, 1, 0, 1, 0.95, &r, &e), RC_OK);
	assert_true(r.value == 0 && r.lower == 0 && r.upper > 0.5 && r.upper < 1.1);
	assert_int_equal(rate_ratio_exact(0, 1, 5, 1, 0.95, &r, &e), RC_OK);
	assert_true(isnan(r.value) && isinf(r.upper) && r.lower > 0.5);
	assert_int_equal(rate_ratio_exact(-1, 1, 5, 1, 0.95, &r, &e), RC_BAD_INPUT);
}

static void test_judged(void **state)
{
	(void)state;
#define FAIR                                                                                                           \
	"name: n\ncounted: c\nsource: s\nchanged-on: 2018-01-01\n"                                                     \
	"before: { from: 2017-01-01, to: 2017-12-31, count: %d }\n"                                                    \
	"after: { from: 2018-01-01, to: 2018-12-31, count: %d }\n"                                                     \
	"control: { name: others, before: { from: 2017-01-01, to: 2017-12-31, count: 400 }, after: { from: "           \
	"2018-01-01, to: 2018-12-31, count: 410 } }\n"
	struct change_judged *c = judged(arena_printf(&text_arena, FAIR, 120, 60).p);
	assert_non_null(c);
	assert_int_equal(c->n_reasons, 0);
	assert_non_null(strstr(c->verdict, "It fell"));
	change_free(c);
	c = judged(arena_printf(&text_arena, FAIR, 100, 95).p);
	assert_non_null(strstr(c->verdict, "No difference shown"));
	change_free(c);
	c = judged(arena_printf(&text_arena, FAIR, 100, 9).p);
	assert_true(c->n_reasons == 1 && because(c, "too few"));
	change_free(c);
	/* over the control: Fisher's interval of the odds of 30, 12 against 400, 410, worked out in fractions elsewhere */
	c = judged(arena_printf(&text_arena, FAIR, 30, 12).p);
	assert_true(fabs(c->against.lower - 0.179499018) < 1e-6 && fabs(c->against.upper - 0.798985884) < 1e-6);
	change_free(c);
	c = judged(arena_printf(&text_arena, FAIR, 7, 0).p); /* nobody afterwards is not certainty */
	assert_true(c->against.value == 0 && c->against.lower == 0);
	assert_true(fabs(c->against.upper - 0.682698617) < 1e-6);
	change_free(c);
	c = judged(arena_printf(&text_arena, FAIR, 0, 0).p);
	assert_true(isnan(c->against.value) && c->against.lower == 0 && isinf(c->against.upper));
	change_free(c);
	/* a leap year beside another year is no unequal window; a month more is */
#define LEAP                                                                                                           \
	"name: n\ncounted: c\nsource: s\nchanged-on: 2017-01-01\n"                                                     \
	"before: { from: 2016-01-01, to: 2016-12-31, count: 300 }\n"                                                   \
	"after: { from: 2017-01-01, to: %s, count: 290 }\n"
	c = judged(arena_printf(&text_arena, LEAP, "2017-12-31").p);
	assert_true(c->n_reasons == 1 && because(c, "control series"));
	change_free(c);
	c = judged(arena_printf(&text_arena, LEAP, "2018-01-31").p);
	assert_true(because(c, "unequal length"));
	change_free(c);
	assert_null(judged(
	    "name: n\ncounted: c\nsource: s\nchanged-on: soon\nbefore: { from: 2017-02-01, to: 2017-01-01, count: 3 }\n"
	    "after: { from: 2018-01-01, to: 2018-12-31, cuont: 3 }\n"));
	assert_true(told_at(4, 13, "needs a day") && told_at(5, 33, "ends before it begins") &&
		    told_at(6, 44, "not known here"));
	assert_true(told_at(6, 8, "\"count\" is missing"));
}

static int set_up(void **state)
{
	(void)state;
	struct holiday *h;
	size_t n;
	struct err e = { 0 };
	arena_init(&text_arena);
	if (holidays_load("data", &text_arena, &h, &n, &e) != RC_OK)
		return -1;
	workdays = holidays_calendar(h, n, DAY_NEVER);
	return 0;
}

static int tear_down(void **state)
{
	(void)state;
	workdays_free(workdays);
	arena_release(&text_arena);
	return 0;
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_right),	      cmocka_unit_test(test_refusals),
		cmocka_unit_test(test_every_mistake), cmocka_unit_test(test_syntax),
		cmocka_unit_test(test_extends),	      cmocka_unit_test(test_matrix),
		cmocka_unit_test(test_draws),	      cmocka_unit_test(test_effects),
		cmocka_unit_test(test_same_bytes),    cmocka_unit_test(test_adds_up),
		cmocka_unit_test(test_formula),	      cmocka_unit_test(test_growth),
		cmocka_unit_test(test_difference),    cmocka_unit_test(test_options),
		cmocka_unit_test(test_working_days),  cmocka_unit_test(test_size),
		cmocka_unit_test(test_baselines),     cmocka_unit_test(test_ash_villa),
		cmocka_unit_test(test_ratio),	      cmocka_unit_test(test_judged),
	};
	return cmocka_run_group_tests(tests, set_up, tear_down);
}
