/*
 * csv_mark.h - a number inside a table that no reader sees.
 *
 * A cell that needs no quotes may have them all the same (RFC 4180): every reader gives the same
 * cells. Which of them have quotes spells a number of 64 bits and a check of 8, over and over
 * from the first row below the heading. It stays when the file is renamed, when rows are taken
 * from its end, and when rows are added there; it is gone once a spreadsheet has saved the file.
 */
#ifndef LINNET_CODEC_CSV_MARK_H
#define LINNET_CODEC_CSV_MARK_H

#include "base/text.h"

enum { CSV_MARK_BITS = 72 };

/* The table with the number in it. The heading, rows of one cell, and cells that are empty or need quotes stay. */
void csv_mark(struct str table, uint64_t number, struct buf *out);
/* False if there is none: fewer than CSV_MARK_BITS cells that can carry one, or another program wrote it. */
bool csv_marked(struct str table, uint64_t *number_out);

#endif
