/*
 * second_hand.h - what a yearly return tells, beside what the team has itself.
 *
 * A return is told by others, a year later. Where the record has a period of care, a
 * placement, a review or a child's details from first hand (the team's own tables, a
 * page, a list that a person accepted), what a return tells of the same days is left
 * out, whichever came first. Nothing is doubled; differences are for people to look
 * at (work/returned/returned.h). Pure.
 */
#ifndef LINNET_WORK_LOAD_SECOND_HAND_H
#define LINNET_WORK_LOAD_SECOND_HAND_H

#include "exchange/tables/tables.h"
#include "work/core/history.h"

struct second_hand { /* of one child; zeroed: nothing is known from first hand */
	struct app *app;
	const struct folded *own; /* NULL: nothing is known */
	const struct tables_batch *batch;
	size_t child;
	uint16_t details, care, placement, review, review_told;
};

/* Does a natural key come from a return? */
bool second_hand_told(struct str natural);
/* The child's history without what returns told. */
void first_hand(struct app *app, const struct history *h, struct arena *a, struct folded *out);

void second_hand_begin(struct second_hand *s, struct app *app, const struct history *h, const struct tables_batch *b,
		       size_t child, struct arena *a);
/* Is this event of the batch known from first hand? */
bool second_hand_known(const struct second_hand *s, const struct event *ev);
/* The same once the events `add` are appended to h. */
void second_hand_after(struct second_hand *s, struct app *app, const struct history *h, const struct event *add,
		       size_t n_add, struct arena *a);
/* Must an event that a return told give way to what is known now? */
bool second_hand_gives_way(const struct second_hand *s, const struct history *h, const struct event *told);

#endif
