/*
 * alert.h - what in the audit is unusual, and what came of it.
 */
#ifndef LINNET_WEB_PAGES_ALERT_H
#define LINNET_WEB_PAGES_ALERT_H

#include "web/pages/page.h"
#include "work/oversee/alert.h"

struct alerts_view {
	struct page page;
	const struct alert *list;
	size_t n, open;
};

struct str alert_amount(struct arena *a, const struct alert *x); /* "14 children, opened for the first time" */

struct alert_view {
	struct page page;
	struct alert x;
	const struct alert_line *lines;
	size_t n;
	struct str note, problem;
};

#endif
