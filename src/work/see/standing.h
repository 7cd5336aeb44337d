/*
 * standing.h - every rule and one child: where it stands, or why it has no clock.
 *
 * The answer to "why is this child not on my list?". A rule about mental-health
 * care is named only to those who may see such clocks.
 */
#ifndef LINNET_WORK_SEE_STANDING_H
#define LINNET_WORK_SEE_STANDING_H

#include "work/see/child.h"

struct standing {
	uint16_t standard;
	bool there;		  /* the child has a clock of it; the latest is told */
	struct child_clock clock; /* only if there */
	struct str words;	  /* where it stands, or why there is none */
	struct str list;	  /* which of the viewer's lists it is on, or why on none */
	bool listed;
};

struct standing_page {
	struct app *known; /* as in child_page */
	struct child_head head;
	day_t as_of;
	int64_t known_ms;
	const struct standing *rules; /* in order of the rulebook: by family */
	size_t n;
};

/* `standard` empty: all. RC_NOT_FOUND if there is no such standard for this viewer. Audited as a look. */
enum rc standing_see(struct app *app, const struct viewer *v, const struct child_query *q, struct str standard,
		     struct arena *a, struct standing_page *out, struct err *e) NODISCARD;

#endif
