/*
 * book.h - the standards book: every rule in words, with its cases, to be signed.
 */
#ifndef LINNET_WEB_PAGES_BOOK_H
#define LINNET_WEB_PAGES_BOOK_H

#include "standard/book.h"
#include "web/pages/page.h"

struct book_view {
	struct page page;
	const struct book *book;
	struct arena *a;
};

#endif
