/*
 * help.h - what the tests of measures share: one child, told event by event, and what it adds to
 * a measure by the shipped standards and definitions.
 */
#ifndef LINNET_TESTS_MEASURE_HELP_H
#define LINNET_TESTS_MEASURE_HELP_H

#include "measure/number.h"
#include "record/fold.h"
#include "standard/engine.h"
#include "standard/holidays.h"

#include <setjmp.h>
#include <stdarg.h>

#include <cmocka.h>

static UNUSED struct vocab *voc;
static UNUSED struct rulebook *rules;
static UNUSED struct measures *all;
static UNUSED struct workdays *days;
static UNUSED struct engine *engine;
static UNUSED struct arena arena;
static UNUSED struct err err;
static UNUSED struct measure_world world;
static UNUSED struct event told[64];
static UNUSED size_t n_told;

enum { COUNCIL = 11, OTHER = 12, TEAM = 21, PROVIDER = 31 };

static UNUSED int64_t team_of(void *arg, int64_t council)
{
	(void)arg;
	return council == COUNCIL ? TEAM : 0;
}

static UNUSED bool is_provider(void *arg, int64_t org)
{
	(void)arg;
	return org == PROVIDER;
}

static int set_up(void **state)
{
	(void)state;
	struct holiday *h;
	size_t n;
	arena_init(&arena);
	if (vocab_load("data", &voc, &err) != RC_OK || rulebook_load("data", voc, &rules, &err) != RC_OK ||
	    measures_load("data", voc, rules, &all, &err) != RC_OK ||
	    holidays_load("data", &arena, &h, &n, &err) != RC_OK) {
		fprintf(stderr, "%s\n", err.text);
		return -1;
	}
	days = holidays_calendar(h, n, DAY_NEVER);
	engine = engine_new(rules, days);
	world = (struct measure_world){
		.vocab = voc, .rules = rules, .workdays = days, .team_of = team_of, .is_provider = is_provider
	};
	measure_world_ready(&world);
	return 0;
}

static int tear_down(void **state)
{
	(void)state;
	engine_free(engine);
	workdays_free(days);
	measures_free(all);
	rulebook_free(rules);
	vocab_free(voc);
	arena_release(&arena);
	return 0;
}

static UNUSED day_t on(const char *iso)
{
	day_t d;
	assert_int_equal(day_parse(str_of(iso), &d), RC_OK);
	return d;
}

static UNUSED struct event *tell(const char *what, const char *day, const char *code, const char *ref)
{
	struct event *ev = &told[n_told++];
	assert_true(n_told <= COUNT_OF(told));
	uint16_t kind = vocab_kind(voc, str_of(what));
	assert_int_not_equal(kind, 0);
	*ev = (struct event){ .id = (int64_t)n_told,
			      .person = 1,
			      .kind = kind,
			      .at = on(day),
			      .minute = MINUTE_NONE,
			      .recorded_ms = (int64_t)n_told,
			      .written_ms = (int64_t)n_told,
			      .value = INT64_MIN,
			      .end_day = DAY_NONE,
			      .code = str_of(code),
			      .ref = str_of(ref) };
	return ev;
}

static UNUSED void born(const char *day)
{
	struct event *ev = tell("person-details", day, "", "");
	ev->end_day = on(day);
}

static UNUSED void care(const char *from, const char *code, const char *ref)
{
	tell("care-started", from, code, ref)->org = COUNCIL;
}

static UNUSED const struct measure_hit *hits;
static UNUSED struct folded folded;
static UNUSED const struct clock *clocks;

static UNUSED const struct measure *named(const char *id)
{
	const struct measure *m = measures_find(all, str_of(id));
	if (!m)
		fail_msg("no measure %s", id);
	return m;
}

/* Everything told so far, kept by hand (no table was ever loaded) unless `covered`. */
static UNUSED size_t count(const char *id, const char *from, const char *to, const char *as_of, const day_t *covered)
{
	const struct measure *m = named(id);
	fold_events(voc, told, n_told, KNOWN_NOW, &arena, &folded);
	for (size_t i = 0; i < EVIDENCE_MAX; i++)
		folded.child.covered[i] = covered ? covered[i] : DAY_NONE;
	size_t n = engine_run(engine, &folded.child, on(as_of), &clocks);
	struct measure_child c = { &folded, clocks, n, COUNCIL, on(as_of) };
	return measure_child_hits(m, &world, &c, period_of(m, on(from)), period_of(m, on(to)), &arena, &hits);
}

static UNUSED void assert_hit(size_t i, const char *period, enum outcome outcome, const char *reason)
{
	assert_int_equal(hits[i].period, on(period));
	if (hits[i].outcome != outcome || !str_eq(hits[i].reason, str_of(reason)))
		fail_msg("%s " STR_FMT ", not %s %s", outcome_id((enum outcome)hits[i].outcome),
			 STR_ARG(hits[i].reason), outcome_id(outcome), reason);
}

static int fresh(void **state)
{
	(void)state;
	n_told = 0;
	arena_reset(&arena);
	return 0;
}

#endif
