/*
 * compare.h - two sets of rules side by side: who moves, and by how much.
 *
 * Every child's clocks are worked out by both sets, of the record as it is known
 * now and for today. An open clock moves if its due day, its state, whose turn it is
 * or that holder's share differ, or if only one of the sets has it; one that is over
 * moves if its outcome differs (done in time or late, not done, stopped). Nothing is
 * written.
 */
#ifndef LINNET_WORK_CORE_COMPARE_H
#define LINNET_WORK_CORE_COMPARE_H

#include "standard/clock.h"
#include "work/viewer.h"

enum { MOVED_SHOWN = 100 };

enum move_kind {
	MOVE_NONE = 0,
	MOVE_LATER,   /* due later than before */
	MOVE_EARLIER, /* due earlier */
	MOVE_NEW,     /* only the second set has it open */
	MOVE_GONE,    /* only the first set has it open */
	MOVE_TURN,    /* same day; another state, holder or share */
	MOVE_OVER,    /* over in both, with another outcome */
	MOVE__COUNT
};
const char *move_id(enum move_kind m);	  /* "later" */
const char *move_title(enum move_kind m); /* "due later" */

struct moved_clock {
	int64_t person;
	struct str given, family, standard, title; /* title with its reading */
	enum move_kind move;
	enum clock_state before, after; /* 0: not there */
	day_t due_before, due_after;	/* DAY_NONE: none */
	int days;			/* calendar days by which the due day moves */
};

struct standard_moves {
	struct str id, title;
	int64_t open_before, open_after; /* open clocks: running or not known */
	int64_t moves[MOVE__COUNT];
	int64_t moved;		/* all kinds */
	int days_min, days_max; /* of those that are due earlier or later */
};

struct comparison {
	int64_t children, moved_children, moved_clocks; /* of the whole store */
	const struct standard_moves *standards;		/* those that move first, most first */
	size_t n_standards;
	const struct moved_clock *clocks; /* open ones first; at most MOVED_SHOWN, of children in the viewer's circle */
	size_t n_clocks;
};

/* Return false to stop: the comparison is then RC_BUSY. */
typedef bool compare_progress(void *arg, int64_t done, int64_t total);
/* `before` and `after` are holds of one program (app_known, app_with_rules).
 * `standard`: only this id; empty: all. The result lives in `a`. */
enum rc rules_compare(struct app *before, struct app *after, const struct viewer *v, struct str standard,
		      compare_progress *p, void *arg, struct arena *a, struct comparison *out, struct err *e) NODISCARD;

#endif
