/*
 * worklist.h - the home page: what needs doing first.
 */
#ifndef LINNET_WEB_PAGES_WORKLIST_H
#define LINNET_WEB_PAGES_WORKLIST_H

#include "web/pages/page.h"
#include "work/see/worklist.h"

struct worklist_view {
	struct page page;
	const struct worklist *w;
	struct filters f;
	enum work_list only; /* 0: the first rows of three lists */
	struct str after;    /* of `only`: not its first page */
	bool filtered;
	bool panel; /* what to filter by is shown */
	day_t today;
	struct text64 time_now; /* "09:12" */
};

/* The filters with one of them set to another value ("" takes it away). */
struct filters filters_with(struct filters f, char which, struct str value);
/* The clock of a row, exactly: what link_clock takes. */
struct str item_clock(const struct worklist_view *v, const struct work_item *it);
const struct standard_info *item_standard(const struct worklist_view *v, const struct work_item *it);

#endif
