/*
 * returned.h - the yearly return: taken, what was found, differences, written.
 */
#ifndef LINNET_WEB_PAGES_RETURNED_H
#define LINNET_WEB_PAGES_RETURNED_H

#include "web/pages/page.h"
#include "work/returned/returned.h"

enum { RETURNS_SHOWN = 50, DIFFERENCES_SHOWN = 200, BLANKS_SHOWN = 200 };

struct return_choices { /* whose return, of which year */
	const struct organisation *const *councils;
	size_t n_councils;
	const struct str *years;
	size_t n_years;
	struct str council, year; /* chosen */
};

struct returns_view {
	struct page page;
	const struct returned_summary *list;
	size_t n;
};

struct returned_form_view {
	struct page page;
	struct return_choices choices;
	struct str problem;
};

struct not_run_why {
	struct str why;
	int64_t n;
};

struct returned_view {
	struct page page;
	const struct returned_summary *r;
	bool running;
	size_t n_files, n_wrong, n_check, n_not_run, n_alone; /* rules of each sort */
	int64_t to_check;				      /* findings to be looked at again */
	struct not_run_why *whys;
	size_t n_whys;
};

struct differences_view {
	struct page page;
	const struct returned_summary *r;
	const struct returned_difference *list;
	size_t n;
	int64_t next; /* 0: no more */
};

struct returned_write_view {
	struct page page;
	struct return_choices choices;
	const struct written *w; /* NULL: not asked yet */
	struct str problem;
};

#endif
