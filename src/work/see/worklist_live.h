/*
 * worklist_live.h - a worklist worked out anew, for another day, another instant
 * of knowledge, or for the operator while children wait to be brought up to date.
 *
 * Reads the whole histories of the circle; slower than the kept lists, and the
 * oracle that they are tested against.
 */
#ifndef LINNET_WORK_SEE_WORKLIST_LIVE_H
#define LINNET_WORK_SEE_WORKLIST_LIVE_H

#include "work/app.h"
#include "work/see/worklist.h"

enum rc worklist_live(struct app *app, const struct viewer *v, const struct worklist_query *q, struct arena *a,
		      struct worklist *out, struct err *e) NODISCARD;

/* A row, without what is kept with its child. Keyset: "law.due.person.standard.opened", as the index is ordered. */
struct work_key {
	int64_t law, due, person, standard, opened;
	int64_t ordinal, holder, council, area;
};

/* Shared with the kept lists: age, lateness and next step of an item; the keys of pages. */
void worklist_item_finish(struct app *app, const struct workdays *w, day_t today, day_t born, struct work_item *item);
struct str worklist_key(struct arena *a, int64_t law, int64_t due, int64_t person, int64_t standard, int64_t opened);
enum rc worklist_key_read(struct str s, struct work_key *k, struct err *e) NODISCARD; /* empty: before every row */

#endif
