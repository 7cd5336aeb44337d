/*
 * asked.h - one clock that is somebody else's turn: what is asked for, of whom,
 * what came of it, and a link for one thing.
 */
#ifndef LINNET_WEB_PAGES_ASKED_H
#define LINNET_WEB_PAGES_ASKED_H

#include "web/pages/fields.h"
#include "web/pages/page.h"
#include "work/chase/item_link.h"

struct asked_view {
	struct page page;
	struct item_page p;
	struct str name;
	struct choice *things; /* that a link may ask for */
	size_t n_things;
	struct str thing, address; /* as chosen and typed */
	const struct draft_problem *problems;
	size_t n_problems;
	struct str made;    /* the whole address of a link that was made just now; empty: none */
	struct str message; /* to send with it */
	int64_t ends_ms;
};
struct str asked_problem(const struct asked_view *v, const char *field);
const char *link_state_words(enum link_state s);

#endif
