/*
 * health_year.h - the health items of the yearly return, written from the record.
 *
 * For each child of a council the record makes its rows of the return: Header and
 * Episodes as far as it knows them, and OC2 for those looked after for 12 months.
 * The same definition of that cohort decides as in the checks. What the record does
 * not know stays blank and is listed; nothing is guessed. Pure: one child at a time.
 */
#ifndef LINNET_WORK_RETURNED_HEALTH_YEAR_H
#define LINNET_WORK_RETURNED_HEALTH_YEAR_H

#include "exchange/ssda903/ssda903.h"
#include "work/core/history.h"

struct blank { /* an item that stays blank though the child should have it */
	int64_t person;
	struct str ref, item, why; /* item: "TEETH_CHECK" */
};
enum { BLANKS_A_CHILD_MAX = 8 };

struct year_writing {
	struct app *app;
	const struct return_spec *s;
	int year;
	day_t first, last;
	struct arena *a; /* of this child */
};
/* Adds Header and Episodes of the child to the frame, if it was in care in the year. */
void year_put_care(const struct year_writing *w, struct return_frame *f, const struct history *h,
		   const struct folded *own);
/* Adds its OC2 row. `blanks` [BLANKS_A_CHILD_MAX]; returns how many. */
size_t year_put_health(const struct year_writing *w, struct return_frame *f, const struct history *h,
		       const struct folded *own, struct blank *blanks);

#endif
