/*
 * workbook_read.h - a workbook and its mapping into a batch, for load.c.
 */
#ifndef LINNET_WORK_LOAD_WORKBOOK_READ_H
#define LINNET_WORK_LOAD_WORKBOOK_READ_H

#include "exchange/sheets/sheets.h"
#include "work/load/load.h"

/* Looks the file over again, holds the mapping against it, and reads it. What a person
 * must answer first is RC_BAD_INPUT in their words. headings_out: by file of the batch. */
enum rc workbook_batch(struct app *app, const struct load_workbook *w, const struct tables_spec *spec,
		       tables_progress *progress, void *progress_arg, struct arena *a, struct tables_batch **out,
		       struct str **headings_out, struct err *e) NODISCARD;

/* RC_BAD_INPUT with the first question that stops the loading, if there is one. */
enum rc mapping_refuse_open(const struct sheets_parts *p, const struct survey *s, const struct mapping *m,
			    struct arena *a, struct err *e) NODISCARD;

#endif
