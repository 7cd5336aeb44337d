/*
 * join.h - two records that are one child, joined by a person and taken apart again.
 *
 * Joining writes one event on each record and nothing else: from then on they are
 * read, clocked and found as one child (work/core/joined.h). Undoing takes the two
 * events back: each record is then what it was. What was recorded in between stays
 * with the record that it was written to.
 *
 * Rules of use
 *  - Only who may see both records may join them or take them apart.
 *  - A record of a child who left care by adoption is closed: it is joined with
 *    nothing, and nothing with it (code list closes-record of data/kinds.yaml).
 *  - A record that is part of another, or has parts, is not joined to a further one.
 */
#ifndef LINNET_WORK_RECORD_JOIN_H
#define LINNET_WORK_RECORD_JOIN_H

#include "work/core/history.h"
#include "work/viewer.h"

/* `why` is asked for. RC_CONFLICT if they are joined already; RC_REFUSED if they may not be;
 * RC_NOT_FOUND as of a child that is not there. *main_out: the record that the child is read
 * by: that of the council in whose care it is, else the elder. */
enum rc join_records(struct app *app, const struct viewer *v, int64_t one, int64_t other, struct str why,
		     int64_t *main_out, struct err *e) NODISCARD;
enum rc join_undo(struct app *app, const struct viewer *v, int64_t one, int64_t other, struct str why,
		  struct err *e) NODISCARD;

/* Inside an open unit, without asking who may: for rows of lists that a person has matched.
 * `main` and `part` are locked and up to date; *main is read again. */
enum rc join_in_unit(struct app *app, struct db *db, const struct viewer *v, struct history *main, struct history *part,
		     struct str why, struct arena *a, struct err *e) NODISCARD;

#endif
