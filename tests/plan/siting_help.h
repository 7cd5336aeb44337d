/* siting_help.h - what the tests of siting share: an arena for each test, and questions as text. */
#ifndef LINNET_TESTS_PLAN_SITING_HELP_H
#define LINNET_TESTS_PLAN_SITING_HELP_H

#include "plan/siting_answer.h"

#include <math.h>
#include <setjmp.h>
#include <stdarg.h>

#include <cmocka.h>

static struct arena a;

static int begin(void **state)
{
	(void)state;
	arena_init(&a);
	return 0;
}

static int end(void **state)
{
	(void)state;
	arena_release(&a);
	return 0;
}

static UNUSED struct siting read_text(struct str text)
{
	struct siting s;
	struct err e = { 0 };
	if (siting_read(text, "p.yaml", NULL, NULL, NULL, &a, &s, &e) != RC_OK)
		fail_msg("%s", e.text);
	return s;
}

/* Not read, and said where and why. */
static UNUSED void refused(const char *text, const char *where, const char *words)
{
	struct siting s;
	struct err e = { 0 };
	enum rc rc = siting_read(str_of(text), "p.yaml", NULL, NULL, NULL, &a, &s, &e);
	if (rc != RC_BAD_INPUT || !strstr(e.text, where) || !strstr(e.text, words))
		fail_msg("rc %d: \"%s\" has not \"%s\" and \"%s\"", (int)rc, e.text, where, words);
	arena_reset(&a);
}

#endif
