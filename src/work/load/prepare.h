/*
 * prepare.h - children that the store may not know yet, worked out ahead.
 *
 * Most of a first load are new children: what follows from their rows needs no
 * store. One thread works the next unit out while another writes this one. If a
 * child turns out to be there already, what was prepared is thrown away.
 */
#ifndef LINNET_WORK_LOAD_PREPARE_H
#define LINNET_WORK_LOAD_PREPARE_H

#include "work/core/fresh.h"
#include "work/load/diff.h"

struct prepared {
	bool there; /* worked out */
	int64_t person;
	size_t fresh;		    /* its place among the rows of the unit */
	struct diff_counts *counts; /* [batch.n_files] of this child's rows */
};

struct preparing {
	const struct diff_context *c;
	const bool *refused;  /* [batch.n_children] */
	size_t first, n;      /* batch children of the unit */
	uint64_t coverage;    /* the edition that the first of them was worked out by (app_coverage_edition) */
	struct prepared *out; /* [n], in `a` */
	struct fresh rows;    /* their texts are in `a` and in the batch */
	struct arena a;
	enum rc rc;
	struct err e;
};

/* Fills p->out for children [first, first+n). Coverage is up to date in memory.
 * Touches no store; any thread. */
void prepare_unit(struct preparing *p);

#endif
