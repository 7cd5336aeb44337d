/*
 * workers.h - whose named worker somebody is, as the record says it.
 *
 * Events like all others: named (kinds named-worker; named-clinician, mental-health care, which
 * is sensitive) and ended, which share the reference "ACCOUNT.NUMBER". It opens nothing: who may
 * see a child is the circle's answer, and a worker whose organisation has left it sees no more.
 */
#ifndef LINNET_WORK_CORE_WORKERS_H
#define LINNET_WORK_CORE_WORKERS_H

#include "record/fold.h"
#include "work/app.h"

struct named {
	int64_t account, org;
	uint16_t kind, code; /* of the vocabulary: which kind, what they are to the child */
	day_t from;
	struct str ref;
};

/* Those named on a day, in the order of the record. *change: brought forward to the next day on
 * which time alone changes the answer. Lives in `a`. */
size_t workers_on(struct app *app, const struct folded *f, day_t day, struct arena *a, const struct named **out,
		  day_t *change);
/* Kind by which the people of an organisation are named: 0 if these words have none. */
uint16_t workers_kind(struct app *app, const struct organisation *org);
/* The kind that ends one of `kind`. */
uint16_t workers_end_kind(struct app *app, uint16_t kind);

#endif
