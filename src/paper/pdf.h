/*
 * pdf.h - pages to print: headings, paragraphs, lists, tables, places to sign.
 *
 * A document is a function that says what follows what; how it falls on pages
 * is worked out here. The function is called several times, first to measure
 * (so that a list of contents knows its page numbers), at last to draw, and must
 * say the same each time. A4 upright; lengths are points (1/72 inch).
 *
 * The text is real text in embedded fonts (Liberation Sans), with a title, an
 * outline, the language, and a structure (headings, paragraphs, lists, tables)
 * for those who listen to it; what repeats on each page lies outside of that.
 * The same words give the same bytes: nothing looks at the wall clock.
 */
#ifndef LINNET_PAPER_PDF_H
#define LINNET_PAPER_PDF_H

#include "base/day.h"

enum { PAPER_BYTES_MAX = 64 << 20, PDF_COLUMNS_MAX = 8, PDF_HEADINGS_MAX = 4000, PDF_PAGES_MAX = 5000 };

struct pdf;
typedef void pdf_draw_fn(struct pdf *p, const void *arg);

struct pdf_about {
	struct str title; /* of the document */
	struct str foot;  /* at the foot of each page but the first, left of the page number */
	day_t day;	  /* what the file says it was made on; DAY_NONE: nothing */
};

enum pdf_style { PDF_BODY, PDF_STRONG, PDF_SMALL, PDF_LEAD, PDF_CODE };
enum pdf_colour { PDF_GREEN, PDF_YELLOW, PDF_RED, PDF_GREY };

/* Draws the document into *out. RC_IO: the fonts are missing; RC_LIMIT: more
 * pages or bytes than allowed. */
enum rc pdf_make(const struct pdf_about *about, pdf_draw_fn *draw, const void *arg, struct buf *out,
		 struct err *e) NODISCARD;

/* ---- what a draw function may call ---- */

/* The first page: a band of colour with the title and a line below it. */
void pdf_title(struct pdf *p, struct str title, struct str below);
/* Levels 1 to 4. Levels 1 and 2 stand in the contents, 1 to 3 in the outline. A
 * heading stays with what follows. */
void pdf_heading(struct pdf *p, int level, struct str words);
void pdf_text(struct pdf *p, enum pdf_style style, struct str words);
void pdf_list(struct pdf *p, const struct str *items, size_t n);
/* A label in a box of its colour; its words say what the colour says. */
void pdf_mark(struct pdf *p, enum pdf_colour colour, struct str words);
/* The list of contents under its own title: a link and a page number for each heading. */
void pdf_contents(struct pdf *p, struct str title);
void pdf_gap(struct pdf *p, double points);
/* A new page, unless this one is still empty. */
void pdf_page(struct pdf *p);
/* A new page, unless so many points are left on this one. */
void pdf_need(struct pdf *p, double points);

/* Tables: widths are shares of the page's width. The head is repeated on each page. */
void pdf_table(struct pdf *p, const double *shares, size_t n);
void pdf_head(struct pdf *p, const struct str *cells);
/* `mark`: the colour of a bar at the left of the row, -1 none. The first cell is
 * the row's own head if `row_head`. */
struct pdf_row {
	const struct str *cells;
	bool row_head, shaded;
	int mark; /* enum pdf_colour, -1 none */
};
void pdf_row(struct pdf *p, const struct pdf_row *row);
void pdf_table_end(struct pdf *p);

/* A label and a line to write on, for each; stays on one page. */
void pdf_lines(struct pdf *p, const struct str *labels, size_t n);

#endif
