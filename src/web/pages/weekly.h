/*
 * weekly.h - councils' weekly lists: dropped in, looked through, accepted child by child.
 */
#ifndef LINNET_WEB_PAGES_WEEKLY_H
#define LINNET_WEB_PAGES_WEEKLY_H

#include "web/pages/fields.h"
#include "web/pages/page.h"
#include "work/load/weekly.h"

enum { LISTS_SHOWN = 100, TICKED_MAX = 150, WEEKLY_ROWS_SHOWN = 300, FINDINGS_SHOWN = 100, TRIED_SHOWN = 50 };

struct lists_view {
	struct page page;
	const struct weekly_summary *lists;
	size_t n;
};

struct list_form_view {
	struct page page;
	const struct choice *councils;
	size_t n_councils;
	struct str council, listed_on, problem;
	bool partial;
};

struct list_view {
	struct page page;
	const struct weekly_page *w;
	struct str title;
	size_t sure_children;	/* with a sure proposal */
	int64_t accepted, told; /* just now; -1: nothing was done */
};

struct list_tried_view { /* a list with headings of its own, before it is kept */
	struct page page;
	const struct weekly_page *w;
	int64_t draft;
};
/* What a list would change, of a draft (workbook.h). */
void list_show_tried(struct visit *v, const struct weekly_page *w, int64_t draft);

/* What was typed about whether two are one child, and what is wrong with it. */
struct match_asked {
	struct str same, why, problem;
};

/* Nothing of the three was chosen, and that is what is wrong. */
bool match_unchosen(const struct match_asked *q);

struct list_child_view {
	struct page page;
	const struct weekly_child_page *w;
	struct str name;
	const struct weekly_choice *c; /* what was typed */
	const struct choice *codes;    /* why care ended */
	size_t n_codes;
	struct str problem; /* of an answer */
	const struct draft_problem *problems;
	size_t n_problems;
	bool state_day;		  /* the form asks for the day */
	struct match_asked asked; /* who the child is, of the record asked_of; 0: was not asked */
	int64_t asked_of;
	const char *problem_at; /* the id where the problem stands */
};

/* Is a clock on the lists of the viewer's organisation? Those are shown first. */
bool change_is_ours(const struct list_child_view *v, const struct clock_change *c);
size_t changes_of(const struct list_child_view *v, bool ours);
/* "birth date" */
struct str field_words(struct arena *a, enum weekly_field f);
/* What the form of one child is filled with. */
struct str shown_words(const struct list_child_view *v); /* the day and reason whose effect is shown */
struct str day_value(const struct list_child_view *v);
const char *day_hint(const struct list_child_view *v);
struct str field_problem(const struct list_child_view *v, const char *field);

/* The first sure proposal of a child that is not put off; NULL. */
const struct weekly_proposal *first_sure(const struct weekly_item *i);
/* Which of the groups of the page a child stands in. */
bool item_is_doubtful(const struct weekly_item *i);
bool item_is_put_off(const struct weekly_item *i);
struct str item_name(struct arena *a, const struct weekly_item *i);
/* What the list says in one of its columns; empty if it does not. */
struct str item_cell(const struct weekly_item *i, enum weekly_field f);

#endif
