/*
 * renew.h - some children looked at together, and made right.
 *
 * Looking works out on several threads what should be stored of each child and
 * compares; nobody is held up. What differs is kept ready, so that a writer only
 * writes: in transactions of some milliseconds, between which other programs on
 * the same store get their turn. A child that somebody wrote in between is worked
 * out anew.
 */
#ifndef LINNET_WORK_ADMIN_RENEW_H
#define LINNET_WORK_ADMIN_RENEW_H

#include "work/app.h"

enum verdict { RIGHT, OUT_OF_DATE, WRONG };

struct renewal;
enum renewing {
	RENEW_NOT,	   /* what differs is only said; from the event rows */
	RENEW_UNPROVEN,	   /* as the next, but whose fingerprint says that they are right (core/fingerprint.h)
			    * are left alone. The ids are all that there are between the first and the last */
	RENEW,		   /* and kept ready to be written; from packed histories that can be believed (core/lean.h) */
	RENEW_FROM_EVENTS, /* the same, from the event rows */
};
struct renewal *renewal_new(struct app *app, enum renewing how);
void renewal_free(struct renewal *r); /* NULL is allowed */
/* How many children are looked at together. */
size_t renewal_room(void);
/* At most renewal_room(); what was found before is forgotten. */
enum rc renewal_look(struct renewal *r, const int64_t *ids, size_t n, struct err *e) NODISCARD;
/* Of the child in that place; the words (of what is wrong) live until the next look. */
enum verdict renewal_found(const struct renewal *r, size_t i, struct str *words_out);

/* Asked first in every transaction: false in *go_on_out ends the writing without an error. */
typedef enum rc renewal_guard(struct db *db, void *arg, bool *go_on_out, struct err *e);
/* Writes what is not right of the last look. *changed_out: children whose rows
 * differed. `guard` may be NULL. */
enum rc renewal_write(struct renewal *r, renewal_guard *guard, void *arg, int64_t *changed_out,
		      struct err *e) NODISCARD;

#endif
