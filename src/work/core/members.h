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
};
void members_release(struct members *m);
/* Who is in the circle of `org` today; of organisation 0 (the operator): everyone. */
enum rc members_read(struct app *app, struct db *db, int64_t org, struct members *out, struct err *e) NODISCARD;

typedef void members_progress(void *arg, const char *what, int64_t done, int64_t total);
/* Calls `each` with the history of each member, in order of id, with an arena
 * that is reset in between. `progress` may be NULL. */
enum rc members_each(struct app *app, struct db *db, const struct members *m, int64_t known_ms, history_each *each,
		     void *arg, members_progress *progress, void *progress_arg, struct err *e) NODISCARD;

#endif
