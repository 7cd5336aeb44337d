/*
 * plan_site.h - where services should stand: questions, numbers changed in them, the
 * answer with its map, and the chosen plan played through.
 */
#ifndef LINNET_WEB_PAGES_PLAN_SITE_H
#define LINNET_WEB_PAGES_PLAN_SITE_H

#include "plan/siting_scenario.h"
#include "web/pages/fields.h"
#include "web/pages/plan.h"
#include "work/plan/sites.h"

struct sites_view {
	struct page page;
	const struct site_question *questions;
	size_t n, n_shipped;
};

struct site_field { /* a number that can be changed */
	const struct siting_number *n;
	struct str value, was, problem; /* value: as it stands in the field */
};
struct site_form_view {
	struct page page;
	struct plan_at at;
	const struct site_question *q;
	const struct site_field *fields;
	size_t n;
	const struct choice *aims;
	size_t n_aims;
	struct str problem;
};

struct site_view {
	struct page page;
	struct plan_at at;
	const struct site_question *q;
	const struct siting_answer *x;
	struct str headline, sure, guesses, waits; /* waits: what playing it through says */
	struct str changes;			   /* what is changed, in words */
	struct str problem, name;
	struct section_view sections[SITING_SECTIONS_MAX];
	size_t n;
	bool growing, hash_differs, frontier_later;
};

#endif
