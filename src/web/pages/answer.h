/*
 * answer.h - the pages of a link for one thing: for somebody without an account.
 *
 * They show what the link's thing needs and nothing else: no menu, no search, no
 * other address of a child. A link that cannot be used says so in one way.
 */
#ifndef LINNET_WEB_PAGES_ANSWER_H
#define LINNET_WEB_PAGES_ANSWER_H

#include "web/pages/fields.h"
#include "web/pages/page.h"
#include "work/chase/item_link.h"

struct answer_view {
	struct page page;
	struct str csrf; /* of a sign-in that this browser has as well */
	struct str token;
	struct link_page p;
	struct choice *codes, *codes2;
	bool yes_no;
	struct str how, reason; /* of "I cannot give this" */
	struct str problem;	/* with that answer */
	const char *problem_field;
	bool recorded; /* thanks for an entry; else for an answer without */
};
struct str answer_problem(const struct answer_view *v, const char *field);

#endif
