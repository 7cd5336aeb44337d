/*
 * standing.h - every rule and one child: where it stands, or why there is no clock.
 */
#ifndef LINNET_WEB_PAGES_STANDING_H
#define LINNET_WEB_PAGES_STANDING_H

#include "web/pages/page.h"
#include "work/see/standing.h"

struct standing_view {
	struct page page;
	const struct standing_page *c;
	struct str name;
	struct when when;
	size_t listed; /* clocks that are on a list */
};

const struct standard_info *standing_rule(const struct standing_view *v, const struct standing *s);

#endif
