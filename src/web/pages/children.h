/*
 * children.h - finding a child by name or number.
 */
#ifndef LINNET_WEB_PAGES_CHILDREN_H
#define LINNET_WEB_PAGES_CHILDREN_H

#include "web/pages/page.h"

enum { FOUND_SHOWN = 50 };

struct children_view {
	struct page page;
	struct str words;
	bool searched;
	bool mistyped; /* ten digits, but no NHS number */
	const struct child_found *found;
	size_t n;
	bool more;  /* others may fit */
	bool saved; /* something was saved a moment ago, of a child who is not shown any more */
};

#endif
