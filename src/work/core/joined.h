/*
 * joined.h - several records that are one child, read as one.
 *
 * Councils give numbers, and a child that moves between councils, or is given a
 * new number, has a record under each. When a person has decided that two records
 * are one child, an event on each says so (kinds record-joined, record-joined-to).
 * Nothing is moved: the key of an event never changes. The main record is read
 * with the events of its parts; a part alone is no child any more, until the
 * events are taken back.
 *
 * Rules of use
 *  - References of a part carry an ending while they are read with the main record
 *    ("PL1 of E-1002"), because two councils may both call a placement PL1. What is
 *    written about such a reference goes to the part, without the ending.
 *  - As known before the joining, each record is read alone. Once it was undone it
 *    was never there: what stood on the wrong child leaves past reads as well.
 *  - What neither council's tables cover is not known: of two coverages the later counts.
 */
#ifndef LINNET_WORK_CORE_JOINED_H
#define LINNET_WORK_CORE_JOINED_H

#include "work/core/history.h"

/* Completes a history that holds its own events only: sets joined_to, or adds the
 * parts. `packed`: the parts are read from packed histories too. */
enum rc history_join(struct app *app, struct db *db, struct history *h, int64_t known_ms, bool packed, struct arena *a,
		     struct err *e) NODISCARD;
/* Only its own events, with their own references, of `person`: h->person or a part. */
struct history history_alone(const struct history *h, int64_t person, struct arena *a);
/* Where an event belongs: sets ev->person, and the ending of its reference for reading. *stored_out
 * is the reference as it is kept. */
void history_route(const struct history *h, struct event *ev, struct str *stored_out, struct arena *a);
/* From which day absence says something, for all records together. */
void history_covered(const struct history *h, day_t covered[EVIDENCE_MAX]);

/* The standing event of `h` that joins it with `other` (as main or as part), or NULL. */
const struct event *joined_by(struct app *app, const struct history *h, int64_t other);

#endif
