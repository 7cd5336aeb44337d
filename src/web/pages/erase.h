/*
 * erase.h - lawful erasure: asked for, decided; what is due for disposal; holds.
 */
#ifndef LINNET_WEB_PAGES_ERASE_H
#define LINNET_WEB_PAGES_ERASE_H

#include "web/pages/fields.h"
#include "web/pages/page.h"
#include "work/oversee/erase.h"

struct erase_view { /* the form that asks */
	struct page page;
	struct erase_about about;
	const struct choice *grounds;
	size_t n_grounds;
	struct str ground, why;
	struct draft_problem problem; /* field empty: none */
};

struct erasures_view {
	struct page page;
	const struct erasure *list;
	size_t n, open;
};

struct erasure_view {
	struct page page;
	struct erasure x;
	struct erase_about about; /* while it waits; entries 0: not there for this viewer */
	struct str decision, why;
	struct draft_problem problem;
};

struct retention_view {
	struct page page;
	struct retention r;
	const struct retention_item *due;
	size_t n;
	int64_t more; /* 0: that is all */
};

struct hold_view {
	struct page page;
	struct erase_about about;
	const struct choice *kinds;
	size_t n_kinds;
	struct str kind, why;
	struct draft_problem problem;
	bool saved;
};

const char *erasure_words(enum erasure_state s); /* "waits for a decision" */

#endif
