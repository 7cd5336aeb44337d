/*
 * plan_need.h - how many children need something: from published rates, or counted in
 * the record with small counts hidden.
 */
#ifndef LINNET_WEB_PAGES_PLAN_NEED_H
#define LINNET_WEB_PAGES_PLAN_NEED_H

#include "web/pages/plan.h"
#include "work/plan/needs.h"
#include "work/plan/recorded.h"

enum { NEED_VIEW_SECTIONS = 6 };

struct needs_view {
	struct page page;
	const struct need *needs;
	size_t n;
	bool recorded; /* the viewer may have the record counted */
};

struct need_choice_of_ages {
	struct str ages, words;
	bool current;
};
struct need_view {
	struct page page;
	struct need_at at;
	const struct needs_answer *x;
	struct str headline, guesses;
	const char *of; /* counted in the record: "referrals" */
	struct need_choice_of_ages ages[NEED_BANDS + 1];
	size_t n_ages;
	struct section_view sections[NEED_VIEW_SECTIONS];
	size_t n;
};

#endif
