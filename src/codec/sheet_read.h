/*
 * sheet_read.h - a spreadsheet file of whatever kind, told by what is in it.
 *
 * People name files as they like: a workbook called .csv, a web page called .xls.
 * So the content decides: a workbook goes to codec/xlsx_read, text to codec/csv,
 * and both tell the same listener, so that the same table gives the same rows.
 * What is neither (an old .xls, an OpenDocument file, a workbook with a password, a
 * PDF, a web page) is refused with a sentence that says what to do.
 *
 * Rules of use
 *  - Call it inside the jail (base/jail.h). It only reads the given file and asks
 *    for memory: the file, the texts that its cells share (at most 128 MB), and some
 *    20 MB. A jail of 512 MB is enough; a million cells take about a second.
 *  - `name` stands in front of every error; {NULL,0} for none.
 *  - Of a CSV every cell that is not empty is CELL_TEXT.
 */
#ifndef LINNET_CODEC_SHEET_READ_H
#define LINNET_CODEC_SHEET_READ_H

#include "codec/sheet.h"

/* Bytes of a workbook. A CSV streams and may be of any size. */
enum { SHEET_FILE_MAX = 64 << 20 };

/* Reads fd to its end; a pipe will do. Errors as in xlsx_read.h and csv.h. */
enum rc sheet_read(int fd, struct str name, const struct sheet_listener *listener, struct err *e) NODISCARD;
/* The same from memory. */
enum rc sheet_read_text(struct str file, struct str name, const struct sheet_listener *listener,
			struct err *e) NODISCARD;

#endif
