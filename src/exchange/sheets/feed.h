/*
 * feed.h - the cells of a workbook's file, inside the jail. For exchange/sheets only.
 */
#ifndef LINNET_EXCHANGE_SHEETS_FEED_H
#define LINNET_EXCHANGE_SHEETS_FEED_H

#include "codec/sheet.h"
#include "exchange/sheets/sheets.h"

/* Walks the file from its start, whatever was read of it before. */
enum rc sheets_feed(const struct sheets_file *f, const struct sheet_listener *l, struct err *e) NODISCARD;

/* A cell without line breaks and blanks around it; of an error of the spreadsheet its text. */
struct str feed_text(const struct cell *c);
/* Does something stand in the cell: a text, or a formula that was not worked out? */
bool feed_is_filled(const struct cell *c);
/* "#N/A" and its like, in a workbook or as text. */
bool feed_is_error(const struct cell *c);

#endif
