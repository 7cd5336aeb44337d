/*
 * proxy.h - who may see a child's record as a proxy (a parent, a carer), and when not.
 *
 * There is no page for proxies yet; the record of what was decided, and what follows from it,
 * is here, so that one can only be built on it. Dated entries: given, reviewed, ended. What
 * follows is worked out when asked: nothing is stored, and a birthday needs no job.
 *
 *  - Off for a child in care, unless it was decided for this child (code decided-in-care) since it came into care;
 *    short breaks are one care.
 *  - Suspended at the age of review until it is reviewed, and for good at the age at which the
 *    young person decides (code list proxy-age; ages and their source are data).
 *  - Suspended while the date of birth is not known.
 */
#ifndef LINNET_WORK_RECORD_PROXY_H
#define LINNET_WORK_RECORD_PROXY_H

#include "record/fold.h"
#include "work/viewer.h"

enum { PROXY_AGES = 2, PROXY_NO_AGE = 1000 };
/* Ages of code list proxy-age: of review, then of the young person's own decision. PROXY_NO_AGE: it says none. */
int proxy_years(const struct vocab *v, size_t nth);

struct proxy {
	struct str ref, who; /* who: words of the relation */
	day_t given, ended;  /* DAY_NONE: it has not */
	bool on;
	struct str why;	   /* off: why; on: empty */
	day_t review_from; /* on: day from which it is off until it is reviewed, or for good; DAY_NONE: none */
};

/* In order of giving. */
size_t proxies_of(struct app *app, const struct folded *f, day_t today, struct arena *a, const struct proxy **out);
/* Why nobody can be given access as a proxy on a day with this decision (code2); empty: they can.
 * *field_out: of the form. */
struct str proxy_refusal(struct app *app, const struct folded *f, day_t day, struct str decision,
			 const char **field_out);

#endif
