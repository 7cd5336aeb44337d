/*
 * chase.h - asking councils and providers for what is with them.
 */
#ifndef LINNET_WEB_PAGES_CHASE_H
#define LINNET_WEB_PAGES_CHASE_H

#include "web/pages/page.h"
#include "work/chase/chase.h"
#include "work/chase/handback.h"
#include "work/chase/item_link.h"

struct chases_view {
	struct page page;
	const struct chase_recipient *who;
	size_t n;
	const struct chase_done *done;
	size_t n_done;
	const struct link_row *answered;
	size_t n_answered;
};

struct chase_view {
	struct page page;
	struct chase c;
	struct str heading;
	struct str text; /* for an e-mail */
};

struct links_view {
	struct page page;
	const struct link_row *rows;
	size_t n;
};

struct hand_back_view {
	struct page page;
	const struct organisation *council;	    /* NULL: choose */
	const struct organisation *const *councils; /* to choose from */
	size_t n;
	struct handback_layout layout;
	day_t since;
	struct str since_typed, problem;
};

#endif
