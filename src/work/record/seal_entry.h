/*
 * seal_entry.h - putting a seal on one entry, and taking it off again.
 *
 * Both are events on the child's record, with a reason. Who seals an entry goes on seeing
 * it; everybody else needs to be given sight of it (oversee/sight.h). Circle, lists and
 * files are worked out again without it in the same transaction (core/seal.h).
 */
#ifndef LINNET_WORK_RECORD_SEAL_ENTRY_H
#define LINNET_WORK_RECORD_SEAL_ENTRY_H

#include "work/record/record.h"

struct seal_page {
	struct child_head head;
	int64_t event;
	struct str words, detail; /* of the entry */
	struct str sealed;	  /* "serious harm": it is sealed; empty: it is not */
	/* Sealed, these clocks would stand so for everybody who does not see it. */
	const struct clock_change *changes;
	size_t n_changes;
};

/* RC_NOT_FOUND as of an entry that is not there: also of one that the viewer does not see, or
 * that cannot be sealed because it says who the child is or who may see it. */
enum rc seal_see(struct app *app, const struct viewer *v, int64_t person, int64_t event, struct arena *a,
		 struct seal_page *out, struct err *e) NODISCARD;
/* Seals it, or takes the seal off, whichever is `put`. RC_CONFLICT if it is so already. */
enum rc seal_save(struct app *app, const struct viewer *v, int64_t person, int64_t event, bool put, struct str why,
		  struct err *e) NODISCARD;

#endif
