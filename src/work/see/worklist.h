/*
 * worklist.h - what needs doing first: open clocks of a viewer's children.
 *
 * Four lists that add up: late and our turn; due in 10 working days and our
 * turn; waiting for someone else; not known. (Open clocks that are ours and due
 * later are counted and can be listed too.) Order inside a list: clocks set in
 * law before national before local ones, then the earliest due day, then child.
 * Counts stop at 500 ("500+"). Pages are keyset pages: `after` is the `next`
 * of the page before.
 */
#ifndef LINNET_WORK_SEE_WORKLIST_H
#define LINNET_WORK_SEE_WORKLIST_H

#include "work/viewer.h"

enum work_list { LIST_LATE = 1, LIST_SOON, LIST_WAITING, LIST_NOT_KNOWN, LIST_LATER, LIST__COUNT };
enum { COUNT_CAP = 500, WORKLIST_PAGE_MAX = 200, WORKLIST_WHOLE_MAX = 5000 };
const char *work_list_id(enum work_list l);    /* "late" "soon" "waiting" "not-known" "later" */
const char *work_list_title(enum work_list l); /* "Late, our turn" */

enum area { AREA_NOT_KNOWN = 0, AREA_OURS_HERE, AREA_OURS_ELSEWHERE, AREA_OTHERS_HERE };
const char *area_id(enum area a);    /* "in-area" "placed-elsewhere" "placed-here" */
const char *area_title(enum area a); /* "In our area" */

struct worklist_query {
	struct str standard; /* empty: any */
	enum holder holder;  /* HOLDER_NONE: any */
	int64_t council;     /* 0: any */
	int area;	     /* -1: any */
	int64_t worker;	     /* account whose own children; 0: any. Another than the viewer's: only for the operator */
	bool unnamed;	     /* only children without a named worker at the viewer's organisation */
	bool panel;	     /* what may be filtered by is asked for, with counts; else only what is chosen */
	enum work_list only; /* 0: the first rows of LATE, SOON, WAITING; else one list, paged */
	struct str after;    /* keyset, with `only` */
	bool whole;	     /* every list, or `only`, from its beginning, of one moment; counts are not asked for */
	size_t limit;	     /* rows of each list; at most WORKLIST_PAGE_MAX. `whole`: of all, WORKLIST_WHOLE_MAX */
	day_t as_of;	     /* DAY_NONE: today */
	int64_t known_ms;    /* KNOWN_NOW, or: as known then */
};

struct next_step {	  /* said to its reader: who has the turn records, who has not asks */
	struct str words; /* for the button; empty: there is none */
	enum next_to { NEXT_NONE, NEXT_RECORD, NEXT_CHASE, NEXT_WAIT } to; /* WAIT: words only, no button */
	struct str kind, code, code2; /* NEXT_RECORD: the form, and what is known of it already */
};

static inline bool next_has_button(const struct next_step *n)
{
	return n->to == NEXT_RECORD || n->to == NEXT_CHASE;
}

struct work_item {
	int64_t person;
	struct str given, family;
	int age_years, age_months; /* -1 not known; months for under-twos */
	uint16_t standard;	   /* index into the rulebook of worklist.known */
	int64_t opened;
	int ordinal;
	enum clock_state state;
	day_t start, due; /* due DAY_NONE: not known */
	enum lateness lateness;
	int days_late; /* negative: days left; in the standard's unit */
	enum holder holder;
	const struct organisation *holder_org; /* NULL if none */
	const struct organisation *council;
	enum area area;
	struct str why; /* "Request complete 10 November. No appointment yet" */
	struct next_step next;
};

struct work_section {
	enum work_list list;
	int64_t count; /* at most COUNT_CAP + 1; of a list that is not the `only` one: 0, but for the operator */
	const struct work_item *items;
	size_t n;
	struct str next; /* keyset of the next page; empty if this is the last */
};

struct filter_value {
	struct str id, title;
	int64_t count;
	bool chosen;
}; /* count -1: not counted */

struct worklist {
	struct app
	    *known; /* the program as known then: `standard` of an item is of its rules. As good as the hold asked */
	day_t as_of;
	struct work_section sections[LIST__COUNT]; /* by enum work_list */
	bool more;				   /* `whole`: there are rows beyond the limit */
	int64_t waiting_late;			   /* of the waiting ones, how many are late; not with `only` */
	/* What may be chosen (of query.panel), and what is. */
	const struct filter_value *clocks;
	size_t n_clocks;
	const struct filter_value *holders;
	size_t n_holders;
	const struct filter_value *councils;
	size_t n_councils;
	const struct filter_value *areas;
	size_t n_areas;
	int64_t mine;	  /* children whose named worker the query's is, else the viewer; capped so too */
	int64_t children; /* children in the viewer's circle, capped at COUNT_CAP + 1; with `only` at 1 */
};

enum rc worklist_see(struct app *app, const struct viewer *v, const struct worklist_query *q, struct arena *a,
		     struct worklist *out, struct err *e) NODISCARD;

/* Finding a child: words of the name (see/find_name.h), day of birth, NHS number, or council
 * number; who fits best comes first. Looked-up names are audited as a search, without
 * the words. */
struct child_found {
	int64_t person;
	struct str given, family, ref, nhs_number;
	day_t born;
	const struct organisation *council;
};
/* *more_out (may be NULL): others may fit, beyond `limit` or not looked at (see/find_name.h). */
enum rc child_search(struct app *app, const struct viewer *v, struct str words, size_t limit, struct arena *a,
		     const struct child_found **out, size_t *n_out, bool *more_out, struct err *e) NODISCARD;
/* Ten digits that are no NHS number: the last does not follow from the others. */
bool nhs_number_mistyped(struct str words);

#endif
