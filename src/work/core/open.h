/*
 * open.h - a child's open clocks, packed into one value.
 *
 * A list shows of each clock when it started, who holds it, since when and with which
 * share, what is missing (standard/asks.h) and what happened last. Nobody looks for a clock by these, so that a child
 * has one row of them (table `open_clocks`) instead of one a clock. A cache: `verify` compares it byte by byte.
 */
#ifndef LINNET_WORK_CORE_OPEN_H
#define LINNET_WORK_CORE_OPEN_H

#include "base/arena.h"
#include "base/day.h"

enum { OPEN_VERSION = 3 };
enum { ROWS_VERSION = 3 }; /* of the rows beside them: grows when they tell something more of a child */

struct open_clock {
	int64_t standard; /* its number: rulebook.h */
	int64_t opened;	  /* first event of the opening fact's chain */
	int64_t ordinal;
	uint8_t state; /* enum clock_state */
	int64_t holder_org;
	day_t start;			/* DAY_NONE if not known */
	day_t holder_since, holder_due; /* as in struct clock */
	uint16_t edition;
	uint32_t asks;	/* what is missing, as bits */
	day_t agreed;	/* the day before which the first of it cannot be: clock_agreed */
	struct str why; /* the last thing that happened, in words */
};

/* By standard, opened, ordinal: their order in the packed value. */
int open_compare(const struct open_clock *a, const struct open_clock *b);
/* What is in the answer lives in `a`; `clocks` in order. */
struct str open_write(const struct open_clock *clocks, size_t n, struct arena *a);
/* The clock with these three; its text points into `body`. False: there is none, or
 * the bytes are not whole. */
bool open_find(struct str body, int64_t standard, int64_t opened, int64_t ordinal, struct open_clock *out);

#endif
