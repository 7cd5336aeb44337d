/*
 * csv.h - comma-separated tables, in and out.
 *
 * The reader streams: it holds one record and a block of input, whatever the
 * size of the file, so a line of a gigabyte is refused after 64 KiB of it. It
 * takes UTF-8 with or without its mark, separated by comma, semicolon or tab
 * (told from the first line), with lines ended by LF, CRLF or CR. Anything else
 * is refused with one sentence that says how to save the file: guessing at an
 * encoding would quietly change people's names.
 *
 * The cells of a record follow RFC 4180; blanks around a cell are dropped, a
 * record of only empty cells is skipped.
 */
#ifndef LINNET_CODEC_CSV_H
#define LINNET_CODEC_CSV_H

#include "base/err.h"
#include "base/text.h"

enum { CSV_RECORD_MAX = 64 * 1024, CSV_COLUMNS_MAX = 200 };

struct csv_row {
	const struct str *cells; /* valid during the call */
	size_t n;
	int64_t line;	 /* line of the file on which the record begins, from 1 */
	uint64_t offset; /* of its first byte in the input */
	size_t size;	 /* its bytes, without the line's end */
	char separator;
};

/* Reads up to n bytes into p; *got_out 0 at the end. */
typedef enum rc csv_source(void *arg, void *p, size_t n, size_t *got_out, struct err *e);
/* Called for each record, the heading first. Anything but RC_OK stops the reading. */
typedef enum rc csv_row_fn(void *arg, const struct csv_row *row, struct err *e);

/* RC_BAD_INPUT: not a table we read (encoding, unclosed quote, empty); RC_LIMIT:
 * a record or its columns over the limit. The text names the line where there
 * is one, and what to do; it does not name the file. */
enum rc csv_read(csv_source *source, void *source_arg, csv_row_fn *row, void *row_arg, struct err *e) NODISCARD;
/* The same from memory. */
enum rc csv_read_text(struct str text, csv_row_fn *row, void *row_arg, struct err *e) NODISCARD;
/* One record, separated as the heading told. */
enum rc csv_read_record(struct str record, char separator, csv_row_fn *row, void *row_arg, struct err *e) NODISCARD;
/* Opens and reads a file of ours (data); names the file in the error. */
enum rc csv_read_file(const char *path, csv_row_fn *row, void *row_arg, struct err *e) NODISCARD;

/* ---- writing: commas, CRLF, quotes only where needed ---- */

void csv_quote(struct buf *b, struct str cell); /* one cell, without a comma */
struct csv_writer {
	struct buf *b;
	bool in_row;
};
void csv_put(struct csv_writer *w, struct str cell);
void csv_put_int(struct csv_writer *w, int64_t v);
/* For files that people open in a spreadsheet: a cell that the program would
 * take for a formula (= + - @ tab first) gets an apostrophe in front, because
 * what a stranger typed into a name must never run on a colleague's computer.
 * `csv_unsafe` takes it off again when such a file comes back. */
void csv_put_safe(struct csv_writer *w, struct str cell);
void csv_end_row(struct csv_writer *w);
bool csv_is_formula(struct str cell);
struct str csv_unsafe(struct str cell);

#endif
