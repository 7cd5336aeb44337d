/*
 * measure_shared.h - measures for whoever sees numbers and no child: small counts
 * hidden, and what would give them away.
 *
 * Exact numbers stay here: what comes out are the lines of a board (measure_print.h).
 * Of the readings of one family only the first is shared, because two of them beside
 * each other could give a hidden count away (measure/share.h); and the months are
 * always those that were over today.
 */
#ifndef LINNET_WORK_OVERSEE_MEASURE_SHARED_H
#define LINNET_WORK_OVERSEE_MEASURE_SHARED_H

#include "work/oversee/measure_print.h"

struct shared_measure {
	const struct measure *m;
	day_t as_of;
	/* Newest first. councils: by month; quarters, years (to 31 March): by council, none of waits. */
	const struct measure_line *months, *councils, *quarters, *years;
	const struct measure_line *all_quarters; /* the quarters of all together */
	size_t n_months, n_councils, n_quarters, n_years, n_all_quarters;
};

/* Those that this viewer may have, in order. */
enum rc measure_shared_list(struct app *app, const struct viewer *v, struct arena *a, const struct measure *const **out,
			    size_t *n_out, struct err *e) NODISCARD;
/* RC_NOT_FOUND: no such measure, or not for this viewer. */
enum rc measure_shared(struct app *app, const struct viewer *v, struct str id, struct arena *a,
		       struct shared_measure *out, struct err *e) NODISCARD;
/* The file of a board, by council. */
enum rc measure_shared_csv(struct app *app, const struct viewer *v, struct str id, struct arena *a, struct buf *b,
			   struct err *e) NODISCARD;

#endif
