/*
 * xlsx_parts.h - what the files that read a workbook's parts share. Nobody else
 * includes it: see xlsx_read.h.
 */
#ifndef LINNET_CODEC_XLSX_PARTS_H
#define LINNET_CODEC_XLSX_PARTS_H

#include "base/arena.h"
#include "codec/sheet.h"
#include "codec/xlsx_read.h"
#include "codec/xml.h"
#include "codec/zip.h"

/* What a number format shows. */
enum { SHOWS_DAY = 1, SHOWS_TIME = 2, SHOWS_LENGTH = 4 /* of time: [h]:mm */ };
struct xlsx_format {
	uint8_t shows;
	uint8_t noughts; /* "00000": digits to show at least; 0 for every other format */
};

struct xlsx_sheet {
	struct str name, part;
	bool hidden;
	bool cells; /* false: a chart or a dialogue on a sheet of its own */
};

struct xlsx {
	struct unzip *zip;
	const struct sheet_listener *listener;
	struct arena arena; /* names of parts and sheets */
	struct xlsx_sheet sheets[SHEETS_MAX];
	size_t n_sheets;
	struct str strings_part, styles_part; /* {NULL,0} if there is none */
	bool from_1904;

	struct buf texts;    /* the shared texts, one behind the other */
	uint32_t *text_ends; /* where each ends */
	size_t n_texts, cap_texts;

	struct xlsx_format *formats; /* by a cell's s= */
	size_t n_formats;
};

/* Streams a part through the XML reader; its root must be `root`, of spreadsheets
 * if `main` is set. RC_NOT_FOUND (without words) if the file has no such part. */
struct xlsx_part {
	const char *root;
	bool main;
	const struct xml_listener *listener;
	char space[96]; /* out: the namespace of the root */
	size_t n_space;
};
enum rc xlsx_part_read(struct unzip *zip, struct str name, struct xlsx_part *part, struct err *e) NODISCARD;
/* Puts what could not be read in front of an error, and what to do if the XML is at fault. */
enum rc xlsx_part_failed(struct err *e, const char *what);
/* Is the element in the namespace of the root, and what is its name? */
bool xlsx_is(const struct xlsx_part *part, const struct xml_element *el, const char *name);

/* ---- xlsx_book.c ---- */

struct xlsx_relation {
	struct str id, type, part; /* type: the last word of its address, such as "worksheet" */
};
struct xlsx_relations {
	struct xlsx_relation *list;
	size_t n;
};
/* The relations of a part to others in the file ("" is the package itself), in a. */
enum rc xlsx_relations_read(struct unzip *zip, struct str part, struct arena *a, struct xlsx_relations *out,
			    struct err *e) NODISCARD;
/* Refuses what is no workbook, and finds the sheets and the parts they need. */
enum rc xlsx_book_read(struct xlsx *x, struct err *e) NODISCARD;

/* ---- xlsx_text.c ---- */

/* Rich text in the making: the runs of one text, without what says how to speak it. */
struct xlsx_rich {
	struct buf *to;
	size_t begin;	     /* where this text begins in `to` */
	int phonetic, depth; /* depth of the element that holds a reading aid; of t */
	bool keep_blanks;
};
void xlsx_rich_begin(struct xlsx_rich *r, struct buf *to);
void xlsx_rich_start(struct xlsx_rich *r, const struct xml_element *el);
void xlsx_rich_text(struct xlsx_rich *r, struct str text);
void xlsx_rich_end(struct xlsx_rich *r, int depth);
/* Cuts what is too long to SHEET_CELL_MAX + 1 bytes, so that it can be told. */
struct str xlsx_rich_finish(struct xlsx_rich *r);
/* Appends s with _x000D_ and the like put back into characters. */
void xlsx_unescape(struct buf *to, struct str s);

enum rc xlsx_strings_read(struct xlsx *x, struct err *e) NODISCARD;
bool xlsx_string(const struct xlsx *x, struct str number, struct str *out); /* false: there is none */

struct xlsx_note {
	int32_t row, column; /* from 1, from 0 */
	size_t from, n;	     /* in the text of all notes */
};
struct xlsx_notes {
	struct xlsx_note *list; /* by row and column */
	size_t n, cap;
	struct buf text;
};
enum rc xlsx_notes_read(struct unzip *zip, struct str part, struct xlsx_notes *notes, struct err *e) NODISCARD;
void xlsx_notes_release(struct xlsx_notes *notes);

/* ---- xlsx_style.c ---- */

enum rc xlsx_styles_read(struct xlsx *x, struct err *e) NODISCARD;
struct xlsx_format xlsx_format_of(struct str code); /* of a format as it is written */

/* ---- xlsx_value.c ---- */

/* "B12" to row 12 (from 1), column 1 (from 0). False if it is no cell of a sheet. */
bool xlsx_address(struct str s, int32_t *row_out, int32_t *column_out);
/* The whole of what <v> holds, as a number shown by a format, or as an ISO day. Texts in a. */
bool xlsx_number(struct str v, struct xlsx_format f, bool from_1904, struct arena *a, struct cell *out);
bool xlsx_iso_day(struct str v, struct xlsx_format f, struct arena *a, struct cell *out);

/* ---- xlsx_area.c ---- */

struct xlsx_area {
	int32_t top, left, bottom, right; /* rows from 1, columns from 0, inclusive */
};
struct xlsx_merges {
	struct xlsx_area *list; /* by top */
	size_t n, cap, next;
	size_t active[SHEET_COLUMNS_MAX]; /* those that cover the row in hand */
	size_t n_active;
};
/* Finds the merged areas of a sheet, which stand behind its rows. */
enum rc xlsx_merges_read(struct unzip *zip, struct str part, struct xlsx_merges *m, struct err *e) NODISCARD;
void xlsx_merges_release(struct xlsx_merges *m);
/* Goes on to a row (never back). False if more areas overlap than a sheet has columns. */
bool xlsx_merges_reach(struct xlsx_merges *m, int32_t row);

/* ---- xlsx_sheet.c ---- */

enum rc xlsx_sheet_read(struct xlsx *x, size_t i, struct err *e) NODISCARD;

#endif
