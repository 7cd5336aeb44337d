/*
 * enter.h - entering a child who is not on record yet: who it is, is it one of these,
 * what has begun, see what follows, save. One address; each step carries what was typed.
 */
#ifndef LINNET_WEB_PAGES_ENTER_H
#define LINNET_WEB_PAGES_ENTER_H

#include "web/pages/fields.h"
#include "web/pages/matching.h"
#include "web/pages/page.h"
#include "work/record/enter.h"

struct enter_view {
	struct page page;
	struct entry n;
	const struct entry_page *p;
	const struct draft_problem *problems; /* of this step */
	size_t n_problems;
	const struct kind *kind; /* what has begun; NULL: not chosen yet */
	bool care;
	struct match_record typed; /* who was typed, to stand beside a candidate */
	struct choice *councils, *kinds, *codes, *codes2, *orgs, *placements;
	size_t n_councils, n_kinds, n_codes, n_codes2, n_orgs, n_placements;
};

struct str entry_problem(const struct enter_view *v, const char *field);

#endif
