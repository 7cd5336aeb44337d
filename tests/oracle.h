/*
 * oracle.h - the standards a second time, by hand.
 *
 * Written from the rules in data/standards, as plain loops over a child's facts,
 * as slow and as simple as they come. Shares nothing with the engine but the
 * arithmetic of dates (not of working days). Where the two differ, one is wrong.
 */
#ifndef LINNET_TESTS_ORACLE_H
#define LINNET_TESTS_ORACLE_H

#include "record/fact.h"
#include "record/vocab.h"

enum { ORACLE_ROWS_MAX = 4096 };

struct oracle_row {
	const char *standard, *state, *holder, *reason;
	int32_t opened_by, done_by, key;
	int ordinal, org;
	day_t start, due, done, holder_since;
};

struct oracle {
	const struct vocab *v;
	const struct holiday *holidays; /* those known */
	size_t n_holidays;
};

/* Is this standard written here a second time? */
bool oracle_knows(const char *standard);
size_t oracle_run(const struct oracle *o, const struct child_facts *c, day_t as_of, struct oracle_row *out);

#endif
