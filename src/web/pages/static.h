/*
 * static.h - pages that hold the same words for everybody.
 */
#ifndef LINNET_WEB_PAGES_STATIC_H
#define LINNET_WEB_PAGES_STATIC_H

#include "standard/book.h"
#include "web/pages/page.h"

struct definitions_view {
	struct page page;
	const struct rulebook *rules;
};

#endif
