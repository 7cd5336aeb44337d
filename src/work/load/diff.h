/*
 * diff.h - what a batch of tables changes for one child. Pure.
 */
#ifndef LINNET_WORK_LOAD_DIFF_H
#define LINNET_WORK_LOAD_DIFF_H

#include "exchange/tables/tables.h"
#include "work/core/history.h"

struct diff_counts { /* one for each file of the batch */
	int64_t rows_new, rows_changed, rows_same, rows_voided;
	int64_t rows_kept_back; /* besides those that the batch keeps back (other_child.h) */
};

struct diff_context {
	struct app *app;
	const struct tables_batch *batch;
	const int64_t *orgs; /* [batch.n_orgs] organisation ids */
	int64_t load, author;
	int64_t recorded_ms, written_ms;
	struct diff_counts *counts; /* [batch.n_files], added to */
};

/* The events to append to `h` for batch child `child` (SIZE_MAX: a child that is
 * absent from the batch, of a council that the batch is complete for). Nothing
 * if nothing changes. Events carry new ids. */
size_t diff_child(const struct diff_context *c, const struct history *h, size_t child, struct arena *a,
		  struct event **out);

#endif
