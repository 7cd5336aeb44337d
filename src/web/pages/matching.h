/*
 * matching.h - two records side by side: one child or two?
 */
#ifndef LINNET_WEB_PAGES_MATCHING_H
#define LINNET_WEB_PAGES_MATCHING_H

#include "web/pages/page.h"
#include "web/pages/weekly.h"
#include "work/load/match.h"

enum { PAIRS_SHOWN = 200 };

struct matching_view {
	struct page page;
	const struct match_pair *pairs;
	size_t n, open, waiting, joined;
};

struct pair_view {
	struct page page;
	const struct match_pair *p;
	struct match_asked asked;
};

/* A row of a list as it stands beside a record. */
struct match_record record_of_row(struct arena *a, const struct weekly_summary *l, const struct weekly_item *i);

#endif
