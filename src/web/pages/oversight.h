/*
 * oversight.h - the first page of an information governance lead: what waits for a decision,
 * and where the rest of their work is.
 */
#ifndef LINNET_WEB_PAGES_OVERSIGHT_H
#define LINNET_WEB_PAGES_OVERSIGHT_H

#include "web/pages/page.h"

struct oversight_view {
	struct page page;
	size_t notices, alerts, erasures; /* that wait, and that this viewer may decide */
	bool erases;			  /* the viewer decides about erasures at all */
};

#endif
