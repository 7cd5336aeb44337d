/*
 * erase_unit.h - what goes when a record or an entry is lawfully erased, in one transaction.
 *
 * With a record go all records joined to it, their events, everything that was made of them
 * (packed history, clocks, circle, worklist rows, words to search by), chases, one-use links,
 * grants and notices, holds, what weekly lists, yearly returns and matching kept of it, and
 * the words of rows that were kept back. Of an entry goes its whole chain (what it corrected,
 * what corrects it, its seal); what follows is worked out again. Lines of the audit stay, and
 * name the tombstone instead of what they said. Counts that were filed hold no child.
 */
#ifndef LINNET_WORK_OVERSEE_ERASE_UNIT_H
#define LINNET_WORK_OVERSEE_ERASE_UNIT_H

#include "work/oversee/erased.h"

/* Erases x->event of x->person, or the whole record (event 0), and fills x->entries, items, n (in
 * `a`) and the items of the store. The row of `erasure` is the caller's. RC_NOT_FOUND: nothing is there. */
enum rc erase_now(struct app *app, struct db *db, struct erased *x, struct arena *a, struct err *e) NODISCARD;
/* The same by a line of the list, on a store that was restored; what is not there is no mistake. */
enum rc erase_again(struct app *app, struct db *db, const struct erased *x, struct err *e) NODISCARD;

#endif
