/*
 * told_twice.h - the same thing told by a council's list and by the team's tables.
 *
 * A list that a person accepted, or a person who entered a child on a page, gives a
 * period of care or a placement a number of its
 * own; the team's tables bring another for the same one. Where both tell of the same
 * start (kind, day, and codes and organisation that agree), the table's row is written as
 * a correction of the list's entry, not beside it: one thing, which both confirm. What
 * else was recorded under the list's number (its end, a notification) follows. If they
 * disagree nothing is merged: both stand, and told_apart.h asks. Pure.
 */
#ifndef LINNET_WORK_LOAD_TOLD_TWICE_H
#define LINNET_WORK_LOAD_TOLD_TWICE_H

#include "record/vocab.h"
#include "work/core/history.h"

struct twice_number { /* of one thing, by the list and by the tables */
	uint16_t start;
	struct str list, table;
};

struct told_twice { /* of one child; zeroed: no list told anything */
	const struct vocab *v;
	const struct history *h;
	bool *done; /* [h->n] corrected by this load */
	struct twice_number *numbers;
	size_t n;
};

/* Did a list tell it, or a person who entered the child? */
bool twice_by_list(const struct event *ev);
/* The table may know more than the list did, never less. */
bool twice_agree(const struct event *list, const struct event *row);
void twice_begin(struct told_twice *t, const struct vocab *v, const struct history *h, struct arena *a);
/* The entry of a list that tells what this row does; NULL if there is none. It is not
 * given again. */
const struct event *twice_same(struct told_twice *t, const struct event *row);
/* After all rows: the next entry that stands under a list's number and must follow to the
 * table's, *ref_out. NULL: no more. Begin with *at 0. */
const struct event *twice_follows(struct told_twice *t, size_t *at, struct str *ref_out);

#endif
