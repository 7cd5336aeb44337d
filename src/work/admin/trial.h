/*
 * trial.h - rules tried before they are taken: who would move, and by how much.
 *
 * A trial is audited as a look. It works out every child with two sets of rules (core/compare.h) on a
 * thread of its own, and can be looked at meanwhile. It is kept in memory for its
 * owner only, the last few of all; when the program stops it is gone and the draft
 * is tried again. With a draft, the second set is the rules with that draft in
 * place; saving the trial saves the draft. Without, both are sets of the past.
 */
#ifndef LINNET_WORK_ADMIN_TRIAL_H
#define LINNET_WORK_ADMIN_TRIAL_H

#include "work/admin/editions.h"
#include "work/core/compare.h"

enum { TRIALS_KEPT = 16 };

struct trial_shelf;
struct trial_shelf *trial_shelf_new(void);
void trial_shelf_free(struct trial_shelf *s); /* no trial may be running */

struct trial_view {
	int64_t id;
	bool running, of_draft;
	int64_t done, total;
	struct rules_draft draft;
	const struct edition_diff *diffs; /* the documents that differ */
	size_t n_diffs;
	int64_t from_ms, to_ms; /* of a comparison */
	struct str standard;	/* of a comparison; empty: all */
	struct str hash_before, hash_after;
	struct str problem;	 /* why it ended early; empty */
	struct comparison moves; /* once it is over */
};

/* Begins one and waits a second at most: small stores have their answer at once.
 * A draft that cannot be is refused here (draft_check_rules). */
enum rc trial_of_draft(struct app *app, const struct viewer *v, const struct rules_draft *d, int64_t *id_out,
		       struct err *e) NODISCARD;
/* As known at two instants (KNOWN_NOW: now). The same question again is the same trial. */
enum rc trial_of_past(struct app *app, const struct viewer *v, int64_t from_ms, int64_t to_ms, struct str standard,
		      int64_t *id_out, struct err *e) NODISCARD;
/* RC_NOT_FOUND if it is not the viewer's. Lives in `a`. Children are named who are in the circle now. */
enum rc trial_see(struct app *app, const struct viewer *v, int64_t id, struct arena *a, struct trial_view *out,
		  struct err *e) NODISCARD;
/* Saves the draft of a trial that is over; draft_save says what may go wrong. */
enum rc trial_save(struct app *app, const struct viewer *v, int64_t id, struct err *e) NODISCARD;

#endif
