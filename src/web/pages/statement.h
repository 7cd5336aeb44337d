/*
 * statement.h - saying something about whose days they were on a clock.
 */
#ifndef LINNET_WEB_PAGES_STATEMENT_H
#define LINNET_WEB_PAGES_STATEMENT_H

#include "web/pages/fields.h"
#include "web/pages/page.h"
#include "work/record/statement.h"

struct statement_view {
	struct page page;
	const struct clock_page *c;
	struct str name, words, problem;
};

#endif
