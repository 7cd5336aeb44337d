/*
 * xlsx_write.h - lists for people who work in a spreadsheet, as .xlsx.
 *
 * A workbook of one sheet or several, each a table: a bold heading that stays in
 * sight and can be filtered, columns as wide as they should be, and real days and
 * numbers, so that sorting is right. Rows go out as they are put, so that a long
 * list needs no more memory than a short one.
 *
 * Text is always text: what a stranger typed into a name is never a formula, however
 * it begins. The same calls give the same bytes; the day of making is an argument.
 *
 * Rules of use
 *  - xlsx_sheet_begin, then for each row its cells from left to right and
 *    xlsx_row_end. Then the next sheet, or xlsx_finish.
 *  - The first thing that goes wrong is remembered; what is put after it does
 *    nothing, and the finish tells. So nothing need be asked in between.
 */
#ifndef LINNET_CODEC_XLSX_WRITE_H
#define LINNET_CODEC_XLSX_WRITE_H

#include "base/day.h"
#include "base/err.h"
#include "base/text.h"

enum { XLSX_LINKS_MAX = 65530 /* of a sheet, says Excel; what is over is written as text */ };

struct xlsx_about { /* the properties of the document; what is NULL is left out */
	const char *title, *subject, *author, *company, *comments;
	const char *stamp;  /* whose copy it is: among the properties, and at the head of each printed page */
	int64_t created_ms; /* an instant */
};

struct xlsx_column {
	const char *title;
	int width; /* in letters of ordinary text; 0: as wide as the program makes it */
	bool wrap; /* long text goes on in the next line of the cell */
};

struct xlsx_writer;

struct xlsx_writer *xlsx_writer_new(const struct xlsx_about *about);
void xlsx_writer_free(struct xlsx_writer *w); /* at any time; before the finish it throws away */

/* A line above the heading of the next sheet, across all its columns. */
void xlsx_title(struct xlsx_writer *w, struct str text);
/* A name of at most 31 letters, without any of []:*?/\ and no apostrophe at its
 * ends, which no other sheet has, whatever its capitals. */
void xlsx_sheet_begin(struct xlsx_writer *w, struct str name, const struct xlsx_column *columns, size_t n);
void xlsx_put_text(struct xlsx_writer *w, struct str text); /* UTF-8, at most SHEET_CELL_MAX bytes */
void xlsx_put_int(struct xlsx_writer *w, int64_t v);
void xlsx_put_number(struct xlsx_writer *w, double v);
/* dd/mm/yyyy; with a minute of the day dd/mm/yyyy hh:mm (MINUTE_NONE: without). Empty
 * for DAY_NONE. Before March 1900, where spreadsheets have no true days, as text. */
void xlsx_put_day(struct xlsx_writer *w, day_t day, int minute);
/* Text that leads to an address beginning http://, https:// or mailto:. */
void xlsx_put_link(struct xlsx_writer *w, struct str address, struct str text);
void xlsx_put_empty(struct xlsx_writer *w);
/* Text across this and all further columns of the row, which are merged. */
void xlsx_put_across(struct xlsx_writer *w, struct str text);
void xlsx_row_end(struct xlsx_writer *w);

/* Writes the workbook behind what `out` holds, or into a file that is open for
 * writing. Nothing is put afterwards. RC_BAD_INPUT, RC_LIMIT: what was put cannot
 * stand in a workbook; RC_IO. The text names sheet and row. */
enum rc xlsx_finish(struct xlsx_writer *w, struct buf *out, struct err *e) NODISCARD;
enum rc xlsx_finish_fd(struct xlsx_writer *w, int fd, struct err *e) NODISCARD;

#endif
