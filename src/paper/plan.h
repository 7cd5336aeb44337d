/* plan.h - the answer of a scenario on paper: headline, tables, what it rests on. */
#ifndef LINNET_PAPER_PLAN_H
#define LINNET_PAPER_PLAN_H

#include "paper/pdf.h"
#include "plan/sections.h"

struct plan_paper {
	struct str title, below;
	struct str stamp;		    /* whose copy it is: below the title, and at the foot of each page */
	struct str headline, guesses, made; /* made: runs, seed, version, inputs */
	const struct section *sections;
	size_t n;
};

enum rc plan_paper_make(const struct plan_paper *p, struct buf *out, struct err *e) NODISCARD;

#endif
