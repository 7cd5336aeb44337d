/*
 * finding_rows.h - findings of a load, as they are shown and as they are stored.
 */
#ifndef LINNET_WORK_LOAD_FINDING_ROWS_H
#define LINNET_WORK_LOAD_FINDING_ROWS_H

#include "exchange/tables/tables.h"
#include "store/sql.h"
#include "work/load/load.h"

/* Its texts are the batch's. */
struct load_finding finding_of(const struct tables_batch *b, const struct batch_finding *f, bool workbook);
struct load_finding finding_copy(const struct load_finding *f, struct arena *a);
/* Of a load, by number from 1. */
enum rc finding_put(struct db *db, int64_t load, int64_t n, const struct load_finding *f, struct err *e) NODISCARD;
/* All of a batch, some thousands a unit, as 1 to b->n_findings. */
enum rc findings_put_all(struct app *app, int64_t load, const struct tables_batch *b, bool workbook,
			 struct err *e) NODISCARD;

#endif
