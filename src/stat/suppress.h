/*
 * suppress.h - which counts may be shown to the public, and how exactly.
 *
 * "1 child in this district" can point at a child. Publishers therefore hide
 * small counts and round the rest. Each has its own rule; the rule is data, and
 * this file only obeys it. Two that are in use (their numbers belong in data):
 *
 *   monthly mental-health statistics   hide 0 to 4, to the nearest 5, percentages whole and
 *                                      hidden when numerator or denominator is hidden
 *   looked-after children statistics   hide 1 to 5 ("c"), to the nearest 10, percentages whole
 *
 * Hiding the small cell is not enough where totals are shown: see protect.h.
 * Call that first, and show only what it leaves.
 */
#ifndef LINNET_STAT_SUPPRESS_H
#define LINNET_STAT_SUPPRESS_H

#include "base/err.h"

struct suppression {
	int64_t small_from, small_to; /* counts that are hidden, both included; none if from > to */
	int64_t nearest;	      /* counts are rounded to a multiple of this, halves up; 1 leaves them */
	bool hide_rest;		      /* a percentage is also hidden when what is missing to 100 % is small */
};

enum shown { SHOWN, HIDDEN, NOTHING_TO_SHOW /* a percentage of nobody */ };

bool is_small(const struct suppression *rule, int64_t count);

/* *value_out is set only when *shown_out is SHOWN. RC_BAD_INPUT: a negative count, a rule that rounds to 0. */
enum rc suppress_count(const struct suppression *rule, int64_t count, enum shown *shown_out, int64_t *value_out,
		       struct err *e) NODISCARD;
/* Whole percent, halves up, from the counts before rounding. */
enum rc suppress_percent(const struct suppression *rule, int64_t numerator, int64_t denominator, enum shown *shown_out,
			 int64_t *value_out, struct err *e) NODISCARD;

#endif
