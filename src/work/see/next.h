/*
 * next.h - the next step of a clock, said to its reader.
 *
 * Whoever has the turn is led to the form of what is missing (standard/asks.h);
 * so is everyone where the turn is a family's or a young person's, who do not
 * sign in. Somebody else's turn is chased, by those whose role chases. What cannot be
 * before an agreed day waits for it; if that day comes too late, an earlier one is sought.
 */
#ifndef LINNET_WORK_SEE_NEXT_H
#define LINNET_WORK_SEE_NEXT_H

#include "work/see/worklist.h"

struct next_of {	 /* a clock, as a page or a row of a list has it */
	size_t standard; /* index into the rulebook; SIZE_MAX: no longer there */
	enum clock_state state;
	enum holder holder;
	int64_t holder_org; /* 0: none */
	uint32_t asks;
	day_t agreed, due; /* clock_agreed; DAY_NONE: none */
	day_t today;	   /* the day that is looked at */
};
void next_step_of(struct app *app, const struct viewer *v, const struct next_of *k, struct next_step *out);
/* The standard of that number and edition; SIZE_MAX if it is not there (any more). */
size_t standard_edition(const struct rulebook *rb, int64_t number, int edition);

#endif
