/*
 * worker.h - the page on which the worker of a child is named.
 */
#ifndef LINNET_WEB_PAGES_WORKER_H
#define LINNET_WEB_PAGES_WORKER_H

#include "web/pages/fields.h"
#include "work/record/worker.h"

struct worker_view {
	struct page page;
	const struct worker_page *c;
	struct worker_draft draft;
	struct draft_problem problem; /* no text: none */
	struct str name;
	const struct choice *people, *parts;
	size_t n_people, n_parts;
};

/* The problem of this field, or nothing. */
struct str worker_problem(const struct worker_view *v, const char *field);

#endif
