/*
 * worker.h - naming the worker of a child.
 *
 * Whoever records for an organisation names a colleague of it whose account is in force, or
 * themselves, for one part ("named nurse") from a day on. The one who had the part in the same
 * organisation is it no more from that day. Who is named may see no more than before: the
 * circle alone says who sees the child (work/core/workers.h).
 */
#ifndef LINNET_WORK_RECORD_WORKER_H
#define LINNET_WORK_RECORD_WORKER_H

#include "work/record/record.h"

#define WORKER_NOBODY "nobody" /* in place of an account: the part is nobody's from that day */

struct colleague {
	struct str id, words; /* id_text of the account; "Ada Finch, Looked-after children's nurse" */
};

struct worker_page {
	struct child_head head;
	int64_t version;
	const struct kind *kind; /* its `codes` are the parts */
	const struct colleague *colleagues;
	size_t n_colleagues; /* oneself first */
	const struct child_worker *now;
	size_t n_now; /* of the viewer's own organisation */
};

struct worker_draft { /* as typed */
	int64_t person, version;
	struct str account, part, at; /* account: a colleague's id, or WORKER_NOBODY */
};

/* RC_REFUSED for who may not name anybody, RC_NOT_FOUND for a child that is not theirs. */
enum rc worker_see(struct app *app, const struct viewer *v, int64_t person, struct arena *a, struct worker_page *out,
		   struct err *e) NODISCARD;
/* RC_BAD_INPUT: *problem_out says which field and why. RC_CONFLICT: somebody changed the record
 * meanwhile. Named already as asked: RC_OK, and nothing is written twice. */
enum rc worker_save(struct app *app, const struct viewer *v, const struct worker_draft *d, struct arena *a,
		    struct draft_problem *problem_out, struct err *e) NODISCARD;

#endif
