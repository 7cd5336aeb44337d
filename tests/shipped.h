/*
 * shipped.h - the kinds, rules and holidays of data/, for tests of the engine: read
 * once by `shipped_open`, the setup of a group, and given back by `shipped_close`.
 */
#ifndef LINNET_TESTS_SHIPPED_H
#define LINNET_TESTS_SHIPPED_H

#include "standard/engine.h"
#include "standard/holidays.h"

static struct arena arena;
static struct vocab *vocab;
static struct rulebook *rules;
static struct holiday *holidays;
static size_t n_holidays;
static struct workdays *work; /* by all of them */

static int shipped_open(void **unused)
{
	(void)unused;
	struct err e = { 0 };
	arena_init(&arena);
	if (vocab_load("data", &vocab, &e) || rulebook_load("data", vocab, &rules, &e) ||
	    holidays_load("data", &arena, &holidays, &n_holidays, &e)) {
		print_error("%s\n", e.text);
		return -1;
	}
	work = holidays_calendar(holidays, n_holidays, DAY_NEVER);
	return 0;
}

static int shipped_close(void **unused)
{
	(void)unused;
	workdays_free(work);
	rulebook_free(rules);
	vocab_free(vocab);
	arena_release(&arena);
	return 0;
}

#endif
