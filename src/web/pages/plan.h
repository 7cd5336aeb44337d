/*
 * plan.h - planning: scenarios, their answers, a number changed, two side by side.
 *
 * What a page shows are the sections of plan/sections.h, with pictures where there
 * are some.
 */
#ifndef LINNET_WEB_PAGES_PLAN_H
#define LINNET_WEB_PAGES_PLAN_H

#include "plan/sections.h"
#include "web/pages/page.h"
#include "work/plan/plans.h"
#include "work/plan/runs.h"

struct plans_view {
	struct page page;
	const struct saved_plan *plans;
	size_t n, n_shipped;
};

struct section_view {
	const struct section *s;
	struct html wide, narrow, map;
	bool folded; /* the table, behind "The same as a table" or its title */
};

struct plan_view {
	struct page page;
	struct plan_at at, other; /* other: the one it is compared with */
	const struct saved_plan *plan;
	const struct outlook *o;
	struct str name_a, name_b; /* of two */
	struct str headline, guesses, guesses_a, problem, name;
	struct section_view sections[SECTIONS_MAX];
	size_t n;
	bool compared, growing, hash_differs;
	const char *problem_field;
};

struct plan_running_view {
	struct page page;
	const struct run_view *r;
	struct plan_at back;
	int percent;
};

struct number_line { /* a number that can be changed */
	const struct plan_input *in;
	struct str words, value, was, problem;
	bool changed;
};
struct plan_part {
	struct str id, name; /* "services.phoenix" */
	const struct number_line *numbers;
	size_t n, n_guesses, n_changed;
};
struct plan_change_view {
	struct page page;
	struct plan_at at;
	struct str name, problem;
	const struct plan_part *parts;
	size_t n_parts;
	const struct plan_part *part; /* the form: of one */
};

struct plan_new_view {
	struct page page;
	struct str name, body, problem, problem_name;
	const struct mistakes *mistakes;
	const struct str *lines; /* of the text, where there are mistakes */
};

struct plan_choose_view {
	struct page page;
	struct plan_at a;
	struct str name;
	const struct saved_plan *plans;
	size_t n;
};

#endif
