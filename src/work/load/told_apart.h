/*
 * told_apart.h - the same thing told differently by a council's list and by the tables.
 *
 * What a list told and a person accepted (or entered on a page) stands in the record; the
 * team's tables bring a row about the same start that says something else: another code or
 * area on the same day, or the same move some days earlier or later. Neither is believed
 * silently: both stand, and the load asks a person which is right, with both statements and
 * where each was read. What they agree about is told_twice.h's.
 */
#ifndef LINNET_WORK_LOAD_TOLD_APART_H
#define LINNET_WORK_LOAD_TOLD_APART_H

#include "work/load/diff.h"
#include "work/load/load.h"

enum {
	/* A row of the tables some days off is asked about when it comes first, not later: two
	 * moves can lie that close. A choice of ours; councils' lists are weekly. */
	APART_DAYS_MAX = 14,
	APART_A_CHILD_MAX = 8,
};

/* Questions about one child: `add` is what this load appends to `h`. At most
 * APART_A_CHILD_MAX, in `out`; their texts are a's. */
enum rc told_apart(const struct diff_context *c, struct db *db, const struct history *h, const struct event *add,
		   size_t n_add, size_t child, struct arena *a, struct load_finding *out, size_t *n_out,
		   struct err *e) NODISCARD;

#endif
