/*
 * rows.h - headings and rows of a weekly list, while they are read. For this room only.
 *
 * rows.c understands one table, whatever it is read from: cells under headings, row
 * by row. read.c feeds it from a CSV file or a workbook inside the jail, and checks outside what
 * comes through the pipe.
 */
#ifndef LINNET_EXCHANGE_WEEKLY_ROWS_H
#define LINNET_EXCHANGE_WEEKLY_ROWS_H

#include "codec/sheet.h"
#include "exchange/tables/cells.h"
#include "exchange/sheets/sheets.h"
#include "exchange/weekly/weekly.h"

struct weekly_teller { /* where rows and findings go */
	void (*row)(void *arg, const struct weekly_row *r);
	/* A row kept back: its cells that are read, as CSV, to be corrected and loaded again. */
	void (*record)(void *arg, int64_t line, struct str record);
	/* Line 0 is the whole file, which is then refused. */
	void (*finding)(void *arg, enum severity severity, int64_t line, struct str column, const char *rule,
			struct str found, const char *message, const char *fix);
	void *arg;
};

struct weekly_rows {
	const struct weekly_spec *spec;
	const struct table *table;
	struct str council; /* code */
	day_t today;
	struct weekly_teller to;
	int columns[512]; /* cell -> field, -1 ignored */
	size_t n_cells;
	bool has_heading, refused, unsure;
	bool mended; /* a file of rows kept back: "line" and "problem" stand behind its columns */
	struct buf record;
	/* By a mapping, of the row at hand; else NULL. */
	const struct sheet_row *mapped;
	/* By its headings, of the row at hand: what a spreadsheet gives no value for; else NULL. */
	struct problem problems[WEEKLY__FIELDS];
	const struct problem *wrong[WEEKLY__FIELDS];
	int64_t rows, kept_back;
	struct str cells[WEEKLY__FIELDS];
	struct value values[WEEKLY__FIELDS];
	bool bad, elsewhere; /* of the row at hand */
	int64_t line;
};

void weekly_rows_begin(struct weekly_rows *w, const struct weekly_spec *s, struct str council, day_t today,
		       struct weekly_teller to);
/* The first row is the heading. `sheet`: the same cells as the spreadsheet has them; NULL: they are texts only. */
void weekly_rows_take(struct weekly_rows *w, int64_t line, const struct str *cells, const struct cell *sheet, size_t n);
/* By a mapping: every row comes in the columns of the list. */
void weekly_rows_take_mapped(struct weekly_rows *w, const struct sheet_row *r);
void weekly_rows_end(struct weekly_rows *w);

/* What came through the pipe, checked and made into a list. The bytes are a stranger's. */
enum rc weekly_messages(const void *bytes, size_t n, struct arena *a, struct weekly_list *out, struct err *e) NODISCARD;

#endif
