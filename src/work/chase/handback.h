/*
 * handback.h - the file for a council's own system.
 *
 * One row for each child whose responsible council it is, or was until lately (as
 * long as the council stays in the child's circle), with what data/handback.yaml
 * names: only kinds that a council may see. Nobody's name and no birth is in it: the
 * council's own number finds the child. Nothing that happened after the council's
 * responsibility ended is told.
 *
 * For people of the council itself, and of a health team in whose circle the children
 * are. Every making is audited.
 */
#ifndef LINNET_WORK_CHASE_HANDBACK_H
#define LINNET_WORK_CHASE_HANDBACK_H

#include "work/core/terms.h"
#include "work/viewer.h"

enum { HANDBACK_ROWS_MAX = 200000 };

struct handback {
	const struct organisation *council;
	struct handback_layout layout;
	const struct str *cells; /* row after row, layout.n_columns each */
	size_t n;
	size_t children; /* looked at */
	bool invented;	 /* of a demonstration */
	day_t since;	 /* DAY_NONE: every child; else only those with news after that day */
};

enum rc handback_make(struct app *app, const struct viewer *v, const struct organisation *council, day_t since,
		      struct arena *a, struct handback *out, struct err *e) NODISCARD;
/* Only which columns it has. */
enum rc hand_back_layout(struct app *app, const struct viewer *v, const struct organisation *council, struct arena *a,
			 struct handback_layout *out, struct err *e) NODISCARD;
void handback_csv(const struct handback *h, struct buf *b);

#endif
