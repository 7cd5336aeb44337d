/*
 * access.h - who may see what: seals, sight of them, emergency access and its notices, and
 * who looked, in plain words for the young person.
 */
#ifndef LINNET_WEB_PAGES_ACCESS_H
#define LINNET_WEB_PAGES_ACCESS_H

#include "web/pages/fields.h"
#include "web/pages/page.h"
#include "work/oversee/copies.h"
#include "work/oversee/sight.h"
#include "work/record/seal_entry.h"
#include "work/see/emergency.h"

struct seal_view {
	struct page page;
	const struct seal_page *s;
	struct str name, why, problem;
};

struct sight_view {
	struct page page;
	int64_t person;
	const struct sight_grant *grants;
	size_t n;
	const struct choice *seals;
	size_t n_seals;
	struct sight_give give;
	struct draft_problem problem; /* field empty: none */
};

struct emergency_view {
	struct page page;
	const struct choice *categories;
	size_t n;
	struct emergency_ask ask;
	const struct emergency_open *open;
	size_t n_open;
	struct draft_problem problem;
	bool not_found;
	int hours;
};

struct notices_view {
	struct page page;
	const struct emergency_notice *notices;
	size_t n, open;
	const struct choice *outcomes;
	size_t n_outcomes;
	const struct emergency_notice *review; /* NULL: the list */
	struct str outcome, words, problem;
};

struct copies_view {
	struct page page;
	const struct copy *copies;
	size_t n;
};

struct young_view {
	struct page page;
	const struct child_page *c;
	struct str name;
};
/* "read your page", of what a line of the audit says. */
struct str young_words(const struct child_look *l);
/* What a role is, to a young person. */
struct str young_role(struct str role);

#endif
