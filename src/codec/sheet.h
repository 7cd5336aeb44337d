/*
 * sheet.h - the cells of a spreadsheet file, whatever program wrote it.
 *
 * A reader walks a file once, from the first sheet to the last and from the
 * first row down, and hands each row over as it comes: nothing of the size of
 * the file is kept. CSV is one sheet without a name. Which row is the heading
 * and what a column means is the business of whoever listens.
 *
 * Rules of use
 *  - Readers run in the jail (base/jail.h): files come from outside.
 *  - Rows come in order; rows that are wholly empty may be left out, so look at
 *    `line`. Texts belong to the reader and last until the listener returns.
 *  - A merged area holds its value in its first cell and says so in `merged`
 *    for the others: a listener decides whether to fill down.
 */
#ifndef LINNET_CODEC_SHEET_H
#define LINNET_CODEC_SHEET_H

#include "base/day.h"
#include "base/text.h"

enum {
	SHEET_COLUMNS_MAX = 512,
	SHEET_ROWS_MAX = 1048576,
	SHEET_CELL_MAX = 32767, /* bytes of one cell */
	SHEETS_MAX = 200,
};

enum cell_kind {
	CELL_EMPTY,
	CELL_TEXT,
	CELL_NUMBER,
	CELL_DAY,    /* a number that its format shows as a day, or as a day and a time */
	CELL_YES_NO, /* a truth value; number is 1 or 0 */
	CELL_ERROR,  /* #N/A and its like: nothing to believe */
};

struct cell {
	enum cell_kind kind;
	struct str text; /* as it was written; of a number its digits, of a day 2026-11-22 or 2026-11-22 14:05 */
	double number;
	day_t day;	 /* CELL_DAY only */
	int16_t minute;	 /* of the day; -1 if the cell shows none */
	bool formula;	 /* the value is what the file says the formula gave: nothing is worked out here */
	bool unworked;	 /* a formula, and what it gives is not in the file: kind is CELL_EMPTY */
	bool merged;	 /* inside a merged area, not its first cell */
	struct str note; /* a note or comment on the cell; empty mostly */
};

struct sheet_listener {
	/* A sheet begins. *skip_out = true: its rows are not wanted. */
	enum rc (*sheet)(void *arg, struct str name, bool hidden, bool *skip_out, struct err *e);
	/* `line` counts from 1, as the program that made the file counts. */
	enum rc (*row)(void *arg, int64_t line, const struct cell *cells, size_t n, struct err *e);
	void *arg;
};

#endif
