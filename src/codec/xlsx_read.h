/*
 * xlsx_read.h - workbooks in the form that Excel, LibreOffice, Google Sheets and
 * their like save as .xlsx (Office Open XML, ECMA-376, both its forms).
 *
 * A workbook is a ZIP of XML parts: a list of sheets, the texts that cells share,
 * the formats, and a part for each sheet. The sheets are streamed into a
 * sheet_listener row by row; kept in memory are the file itself, the shared
 * texts, and the merged areas and notes of one sheet.
 *
 * What a cell becomes
 *  - A number is a day if its format shows one (its text is the ISO day); a number
 *    below 1 shown as a time of the day is the text "14:05", as in a CSV; a length
 *    of time ([h]:mm) is a number. Days that no calendar has (29 February 1900, day
 *    0, before it or after 9999) are errors.
 *  - A number's text has its digits as a person would write them, at most fifteen
 *    significant ones; a format of noughts only ("0000000") keeps leading noughts.
 *  - Blanks around a text are dropped, as in codec/csv. A formula gives the value
 *    that the program stored; a formula that was never worked out is an empty cell
 *    with `formula` and `unworked` set.
 *  - Hidden rows and columns are read like others. A row without any value or note
 *    is left out; empty cells behind the last value are too.
 */
#ifndef LINNET_CODEC_XLSX_READ_H
#define LINNET_CODEC_XLSX_READ_H

#include "codec/sheet.h"

enum {
	XLSX_STRINGS_MAX = 128 << 20, /* bytes of the shared texts in all */
	XLSX_MERGES_MAX = 65536,      /* of a sheet */
	XLSX_NOTES_MAX = 65536,
};

/* Reads a workbook that stands in memory. RC_BAD_INPUT: not a workbook, damaged, of
 * a kind that is refused (macros, a password, another program's format), or a cell
 * that contradicts the file; RC_LIMIT: over a limit; or what the listener returned.
 * The text says sheet and cell where there is one; sheets by number, since their
 * names may be people's. */
enum rc xlsx_read(struct str file, const struct sheet_listener *listener, struct err *e) NODISCARD;

#endif
