/*
 * sealed_rows.h - what a load may count of entries that are sealed.
 *
 * To whoever loads a file, a sealed entry is as if it had never been written: its row is new.
 * But once their organisation has told it, by this file or an earlier one, the row is known
 * to them, sealed or not: a second load that called it new again would tell of the seal.
 */
#ifndef LINNET_WORK_LOAD_SEALED_ROWS_H
#define LINNET_WORK_LOAD_SEALED_ROWS_H

#include "exchange/tables/tables.h"
#include "work/core/history.h"

/* *seen: the open history of one record, gains what `own` (the whole of it) holds that this organisation's files
 * told. The same if nothing is sealed. */
enum rc sealed_rows_told(struct db *db, int64_t org, const struct history *own, struct history *seen, struct arena *a,
			 struct err *e) NODISCARD;
/* After a load: what it told of entries that are sealed is told. */
enum rc sealed_rows_keep(struct db *db, int64_t org, const struct history *own, const struct history *seen,
			 const struct tables_batch *b, size_t child, struct err *e) NODISCARD;

#endif
