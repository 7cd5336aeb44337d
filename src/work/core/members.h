/*
 * members.h - everybody in an organisation's circle, read one after the other.
 *
 * What looks back, or adds up, reads whole histories; whose they may be is
 * always today's circle.
 */
#ifndef LINNET_WORK_CORE_MEMBERS_H
#define LINNET_WORK_CORE_MEMBERS_H

#include "work/core/history.h"

struct members {
	int64_t *ids; /* sorted */
	size_t n;
	int64_t *homes; /* whose child each is today (person.home), once members_homes has asked; else NULL */
};
void members_release(struct members *m);
/* Children with a number of this council, by its order, at most `max` behind the number `after`; texts in `a`. */
enum rc refs_read(struct db *db, int64_t council, struct str after, size_t max, struct arena *a,
		  struct sql_person_refs_of_council_out *out, size_t *n_out, struct err *e) NODISCARD;
/* These are done with: *after, which was allocated, becomes the last of them. */
void refs_done(struct str *after, const struct sql_person_refs_of_council_out *found, size_t n);
/* Who is in the circle of `org` today; of organisation 0 (the operator): everyone. */
enum rc members_read(struct app *app, struct db *db, int64_t org, struct members *out, struct err *e) NODISCARD;

enum rc members_homes(struct db *db, struct members *m, struct err *e) NODISCARD;
/* What is withheld of a member from a viewer: members_homes has been asked if councils differ. */
uint32_t members_withheld(const struct members *m, const struct viewer *v, int64_t person);

/* history_range (whole events), or lean_range (packed: no names, notes and sources). */
typedef enum rc members_reader(struct app *app, struct db *db, int64_t from, int64_t to, int64_t known_ms,
			       history_each *each, void *arg, struct err *e);
typedef void members_progress(void *arg, const char *what, int64_t done, int64_t total);
/* Calls `each` with the history of each member, with an arena that is reset in
 * between. Whoever the reader does not have (not packed yet) is read from the
 * events, so that nobody is ever missing. `progress` may be NULL. */
enum rc members_each(struct app *app, struct db *db, const struct members *m, int64_t known_ms, members_reader *reader,
		     history_each *each, void *arg, members_progress *progress, void *progress_arg,
		     struct err *e) NODISCARD;

#endif
