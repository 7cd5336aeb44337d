/*
 * record.h - saying that something happened: choose, fill in, see the effect,
 * save; and the same for a correction and for an entry made in error.
 */
#ifndef LINNET_WEB_PAGES_RECORD_H
#define LINNET_WEB_PAGES_RECORD_H

#include "web/pages/fields.h"
#include "web/pages/page.h"
#include "work/record/record.h"

struct choose_view {
	struct page page;
	const struct child_head *head;
	struct str name;
	const struct kind **kinds;
	size_t n;
};

struct record_view {
	struct page page;
	const struct child_head *head;
	struct str name, heading;
	const struct kind *kind;
	struct draft draft;
	const struct child_event *was; /* the entry to correct or take back; NULL for a new one */
	const struct draft_problem *problems;
	size_t n_problems;
	const struct preview *preview;
	/* what the fields offer */
	struct choice *codes, *codes2, *orgs, *refs;
	size_t n_codes, n_codes2, n_orgs, n_refs;
	bool yes_no; /* the kind's value is a yes or no */
	bool starts; /* what is recorded begins what its reference names: an appointment, a stay */
};

struct str problem_of(const struct record_view *v, const char *field);
/* The place that the form posts to. */
struct link record_action(const struct record_view *v);
/* "Due Wed 2 Dec 2026", "Done Fri 6 Nov 2026", "Not required", "No clock". */
struct str clock_words(struct arena *a, bool there, const struct clock *k);

/* "Which period of care": of the label of a reference, "Period of care". */
const char *which_one(struct arena *a, struct str label);

#endif
