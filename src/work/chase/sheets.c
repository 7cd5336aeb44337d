#include "work/chase/sheets.h"

#include "base/text.h"
#include "codec/csv.h"
#include "codec/xlsx_write.h"

enum { SINCE = 5, DUE = 6, LATE = 7, ACT = 12 }; /* columns of a chase that are no text */

static void put_day(struct xlsx_writer *w, struct str iso)
{
	day_t d;
	if (day_parse_iso(iso, &d) == RC_OK)
		xlsx_put_day(w, d, MINUTE_NONE);
	else
		xlsx_put_text(w, iso);
}

static void put_number(struct xlsx_writer *w, struct str s)
{
	int64_t n;
	if (s.n && str_to_int(s, INT32_MIN, INT32_MAX, &n) == RC_OK)
		xlsx_put_int(w, n);
	else
		xlsx_put_text(w, s);
}

static void put_invented(struct xlsx_writer *w, size_t columns)
{
	xlsx_put_text(w, STR(DEMONSTRATION_WORDS));
	for (size_t i = 1; i < columns; i++)
		xlsx_put_empty(w);
	xlsx_row_end(w);
}

enum rc chase_xlsx(const struct chase *c, struct str base, struct str stamp, struct arena *a, struct buf *b,
		   struct err *e)
{
	static const int widths[CHASE_COLUMNS] = { 12, 9, 36, 36, 24, 14, 12, 10, 13, 40, 36, 30, 30 };
	struct xlsx_column columns[CHASE_COLUMNS];
	const struct xlsx_about about = { .title = "What is asked for",
					  .company = c->from ? arena_str(a, c->from->name).p : NULL,
					  .stamp = stamp.n ? arena_str(a, stamp).p : NULL,
					  .created_ms = c->at_ms };
	for (size_t i = 0; i < CHASE_COLUMNS; i++)
		columns[i] = (struct xlsx_column){ chase_headings[i], widths[i], widths[i] >= 24 };
	struct xlsx_writer *w = xlsx_writer_new(&about);
	xlsx_sheet_begin(w, STR("Asked for"), columns, CHASE_COLUMNS);
	for (size_t r = 0; r < c->n; r++) {
		struct str cells[CHASE_COLUMNS];
		chase_row(c, r, base, a, cells);
		for (size_t i = 0; i < CHASE_COLUMNS; i++) {
			if (!cells[i].n)
				xlsx_put_empty(w);
			else if (i == SINCE || i == DUE)
				put_day(w, cells[i]);
			else if (i == LATE)
				put_number(w, cells[i]);
			else if (i == ACT)
				xlsx_put_link(w, cells[i], cells[i]);
			else
				xlsx_put_text(w, cells[i]);
		}
		xlsx_row_end(w);
	}
	if (c->invented)
		put_invented(w, CHASE_COLUMNS);
	enum rc rc = xlsx_finish(w, b, e);
	xlsx_writer_free(w);
	return rc;
}

enum rc handback_xlsx(const struct handback *h, int64_t now_ms, struct str stamp, struct arena *a, struct buf *b,
		      struct err *e)
{
	size_t n = h->layout.n_columns;
	struct xlsx_column *columns = arena_array(a, n, sizeof *columns);
	const struct xlsx_about about = { .title = arena_str(a, h->layout.title).p,
					  .stamp = stamp.n ? arena_str(a, stamp).p : NULL,
					  .created_ms = now_ms };
	for (size_t i = 0; i < n; i++)
		columns[i] = (struct xlsx_column){ arena_str(a, h->layout.columns[i].heading).p, 14, false };
	struct xlsx_writer *w = xlsx_writer_new(&about);
	xlsx_sheet_begin(w, STR("Health"), columns, n);
	for (size_t r = 0; r < h->n; r++) {
		for (size_t i = 0; i < n; i++) {
			struct str s = h->cells[r * n + i];
			enum column_of of = h->layout.columns[i].of;
			if (!s.n)
				xlsx_put_empty(w);
			else if (of == OF_DAY || of == OF_END || of == OF_DUE)
				put_day(w, s);
			else if (of == OF_VALUE)
				put_number(w, s);
			else
				xlsx_put_text(w, s);
		}
		xlsx_row_end(w);
	}
	if (h->invented)
		put_invented(w, n);
	enum rc rc = xlsx_finish(w, b, e);
	xlsx_writer_free(w);
	return rc;
}

void handback_csv(const struct handback *h, struct buf *b)
{
	struct csv_writer w = { .b = b };
	size_t n = h->layout.n_columns;
	for (size_t i = 0; i < n; i++)
		csv_put_safe(&w, h->layout.columns[i].heading);
	csv_end_row(&w);
	for (size_t r = 0; r < h->n; r++) {
		for (size_t i = 0; i < n; i++)
			csv_put_safe(&w, h->cells[r * n + i]);
		csv_end_row(&w);
	}
	if (h->invented)
		buf_puts(b, DEMONSTRATION_ROW);
}
