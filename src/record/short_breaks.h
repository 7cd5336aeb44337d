/*
 * short_breaks.h - when short breaks stop being short breaks.
 *
 * An agreed series of short breaks is outside most of the Regulations of 2010 only
 * while no stay is longer, and the stays of any 12 months are not more together, than
 * the limits that data/kinds.yaml states (17 and 75 days, regulation 48). A code in the
 * council's record cannot know that; the stays can. So what passed a limit is a fact of
 * its own, "short-breaks-passed", on the first day beyond it: worked out here, never
 * recorded, and put right as soon as the stays are. Rules take it as the end of short
 * breaks. The same child can begin another series: a new status says so.
 *
 * A stay is a placement while the legal status is one of the list "comes-and-goes"; a
 * period of care with the status V3 and no placement is a stay itself. Under V4 nothing
 * can be said without placements. Days are nights: a stay from the 1st to the 18th has
 * 17. Nights of stays that overlap count once.
 */
#ifndef LINNET_RECORD_SHORT_BREAKS_H
#define LINNET_RECORD_SHORT_BREAKS_H

#include "record/fold.h"

/* Adds the facts, in their order, and a finding in words for each. What is added lives in
 * `a`. A vocabulary without the kind, the list or the limits adds nothing. */
void short_breaks_passed(const struct vocab *v, struct arena *a, struct folded *f);

#endif
