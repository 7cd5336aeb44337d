/*
 * statement.h - what an organisation says about whose days they were on a clock.
 *
 * The days are counted from facts, and stay so. Who does not agree says it here;
 * both sides stand beside the count, on the page of the clock, for good.
 */
#ifndef LINNET_WORK_RECORD_STATEMENT_H
#define LINNET_WORK_RECORD_STATEMENT_H

#include "work/see/child.h"

enum { STATEMENT_MAX = 2000 }; /* bytes */

/* `clock_id` as clock_see takes it. RC_BAD_INPUT: no words, or too many; RC_NOT_FOUND: no such
 * clock for this viewer; RC_REFUSED: their role records nothing of the kind. */
enum rc statement_save(struct app *app, const struct viewer *v, int64_t person, struct str clock_id, struct str words,
		       struct err *e) NODISCARD;

#endif
