/*
 * fingerprint.h - which children are as they should be, without working them out.
 *
 * When a child is worked out and stored, its fingerprint is stored with it (column
 * `person.fingerprint`): of its row, every row of its circle, worklists, clocks, names and
 * workers, its packed history and the mark of its entries (event_mark), and of what all this
 * was worked out by: the tag of its rules, the organisations, and the sources of this program.
 * If the same comes out of what is stored today, before the day on which time changes
 * something, working the child out would give what is there.
 *
 * Rules of use
 *  - It says what may be left out, never what is true. `verify` and `rebuild
 *    --from-events` do not ask it; `rebuild` works out whoever it does not vouch for.
 *  - It does not see a change within an event row that moves neither id, recording time nor day.
 *  - A fingerprint is good for one program alone: another version has other sources, so that
 *    no earlier mistake is believed.
 *  - 64 bits tell accidents apart. They are no defence against somebody who can write the store.
 */
#ifndef LINNET_WORK_CORE_FINGERPRINT_H
#define LINNET_WORK_CORE_FINGERPRINT_H

#include "work/core/project.h"

extern const char made_by[]; /* hash of the sources of the rooms below, and of work (Makefile) */

/* Of a child as it is about to be stored, with its packed history. SQL_NULL: it is always
 * worked out anew, because its record is joined with another or something in it is sealed. */
int64_t fingerprint_of(struct app *app, const struct history *h, const struct projection *p, struct str packed);

enum { FINGERPRINTS_MAX = 1000 };
/* Which of `n` children (at most FINGERPRINTS_MAX, in order of id, all that there are between
 * the first and the last) are as they should be. The unit has called app_coverage_refresh. */
enum rc fingerprint_check(struct app *app, struct db *db, const int64_t *ids, size_t n, bool *right_out,
			  struct err *e) NODISCARD;

#endif
