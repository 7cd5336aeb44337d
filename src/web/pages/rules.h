/*
 * rules.h - the rules as dated documents: to read, to change with a trial first,
 * and side by side with what they were.
 */
#ifndef LINNET_WEB_PAGES_RULES_H
#define LINNET_WEB_PAGES_RULES_H

#include "web/pages/fields.h"
#include "work/admin/trial.h"

enum { PARTS_SHOWN = 4 }; /* a document that holds more folds them */

/* Documents of one folder; "" are those in none. */
struct rules_group {
	const char *folder, *title, *hint;
	const struct edition_line *const *lines;
	size_t n;
};
struct rules_view {
	struct page page;
	struct rules_group *groups; /* none is empty */
	size_t n_groups;
	struct when when;
	bool may_change;
};

struct rule_view { /* one document */
	struct page page;
	const struct edition_page *d;
	struct when when;
};

enum rule_how { HOW_TEXT, HOW_HOLIDAY, HOW_PARAMETER };
enum { TEXT_FIELD_MAX = 60000 }; /* a longer text is changed by the command: a field of a form has its limit */

struct rule_form_view {
	struct page page;
	struct str document, title, problem;
	const char *field; /* where the problem is */
	enum rule_how how;
	/* as typed */
	struct str base, body, why, day, name, known, what, parameter, n, from, whose, source;
	const struct choice *parameters, *places;
	size_t n_parameters, n_places;
};

/* What is wrong with a field, to stand beside it; empty if it is another, or none. */
struct str form_problem(const struct rule_form_view *v, const char *field);

struct diff_view {
	struct str name;
	const struct diff_line *lines;
	size_t n;
};

struct trial_page {
	struct page page;
	const struct trial_view *t;
	const struct diff_view *diffs;
	size_t n_diffs;
	struct str before, after; /* the sides, in words */
	int percent;
	bool moves_days; /* some standard's due days move */
};

struct compare_view {
	struct page page;
	struct str from, to, standard, problem;
	const struct choice *standards;
	size_t n_standards;
};

/* "2 to 4 days earlier"; empty if no due day moves. */
struct text64 show_shift(const struct standard_moves *m);
/* "3 later, 2 new": every way in which clocks of a standard move. */
struct str moves_words(struct arena *a, const struct standard_moves *m);

#endif
