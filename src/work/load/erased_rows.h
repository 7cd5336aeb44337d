/*
 * erased_rows.h - what a file tells that was lawfully erased is left out of a load, and said.
 */
#ifndef LINNET_WORK_LOAD_ERASED_ROWS_H
#define LINNET_WORK_LOAD_ERASED_ROWS_H

#include "exchange/tables/tables.h"
#include "work/app.h"

/* Takes children and rows of the batch out that were erased (oversee/erased.h): refused[] of a child whose record was,
 * the drafts of an entry that was. A finding for each, without the row. Costs nothing while nothing was ever erased.
 * *children_out: children left out; *erasures_out: erasures that this knows of. Findings and drafts that were changed
 * live in `a`. */
enum rc erased_rows_out(struct app *app, struct tables_batch *b, bool *refused, struct arena *a, size_t *children_out,
			int64_t *erasures_out, struct err *e) NODISCARD;
/* RC_REFUSED if something was erased since: it must not come back with a load that runs. */
enum rc erased_rows_are(struct db *db, int64_t erasures, struct arena *a, struct err *e) NODISCARD;

#endif
