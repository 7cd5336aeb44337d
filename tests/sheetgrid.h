/*
 * sheetgrid.h - a small table as text, made into a CSV and into a workbook of the
 * same content. Rows end with a line break, cells with |. "@2026-01-06" is a day,
 * "#12" a number, "!" an error, "=?" a formula that was never worked out, in a workbook; in a CSV they are text as people see it.
 */
#ifndef LINNET_TESTS_SHEETGRID_H
#define LINNET_TESTS_SHEETGRID_H

#include "base/day.h"
#include "base/text.h"
#include "codec/csv.h"
#include "zipmake.h"

#include <sys/mman.h>
#include <unistd.h>

static inline int grid_file(struct str bytes)
{
	int fd = memfd_create("grid", MFD_CLOEXEC);
	if (fd < 0 || write(fd, bytes.p, bytes.n) != (ssize_t)bytes.n)
		return -1;
	return fd;
}

static inline int grid_csv(const char *grid)
{
	struct buf b;
	struct csv_writer w = { &b, false };
	buf_init(&b, 16 << 20);
	for (struct str rest = str_of(grid), row; rest.n;) {
		row = str_cut(rest, '\n', &rest);
		while (row.n) {
			struct str cell = str_cut(row, '|', &row);
			char text[32];
			day_t day;
			if (cell.n && cell.p[0] == '@' &&
			    day_parse_iso((struct str){ cell.p + 1, cell.n - 1 }, &day) == RC_OK) {
				struct ymd d = day_ymd(day);
				snprintf(text, sizeof text, "%02d/%02d/%04d", d.day, d.month, d.year);
				cell = str_of(text);
			} else if (cell.n && cell.p[0] == '#' && cell.n > 1 && cell.p[1] >= '0' && cell.p[1] <= '9') {
				cell = (struct str){ cell.p + 1, cell.n - 1 };
			} else if (str_is(cell, "!")) {
				cell = STR("#N/A");
			}
			csv_put(&w, cell);
		}
		csv_end_row(&w);
	}
	int fd = grid_file(buf_view(&b));
	buf_release(&b);
	return fd;
}

static inline void grid_sheet(struct buf *b, const char *grid, const char *merged)
{
	int line = 0;
	buf_puts(b, "<sheetData>");
	for (struct str rest = str_of(grid), row; rest.n;) {
		row = str_cut(rest, '\n', &rest);
		buf_printf(b, "<row r='%d'>", ++line);
		while (row.n) {
			struct str cell = str_cut(row, '|', &row);
			day_t day;
			if (!cell.n)
				buf_puts(b, "<c/>");
			else if (cell.p[0] == '@' &&
				 day_parse_iso((struct str){ cell.p + 1, cell.n - 1 }, &day) == RC_OK)
				buf_printf(b, "<c s='1'><v>%d</v></c>", day + 25569);
			else if (cell.p[0] == '#' && cell.n > 1 && cell.p[1] >= '0' && cell.p[1] <= '9')
				buf_printf(b, "<c><v>%.*s</v></c>", (int)cell.n - 1, cell.p + 1);
			else if (str_is(cell, "=?"))
				buf_puts(b, "<c><f>TODAY()-999</f></c>");
			else if (str_is(cell, "!"))
				buf_puts(b, "<c t='e'><v>#N/A</v></c>");
			else
				buf_printf(b, "<c t='inlineStr'><is><t>" STR_FMT "</t></is></c>", STR_ARG(cell));
		}
		buf_puts(b, "</row>");
	}
	buf_printf(b, "</sheetData>%s", merged);
}

/* Sheets are called S1, S2 and so on. `merged`: NULL, or <mergeCells> of the first. */
static inline int grid_xlsx(const char *const *grids, int n, const char *merged)
{
	struct zipmake z;
	book_begin(&z, n, "");
	book_styles(&z, "<cellXfs count='2'><xf numFmtId='0'/><xf numFmtId='14'/></cellXfs>");
	for (int i = 0; i < n; i++) {
		struct buf b;
		buf_init(&b, 64 << 20);
		grid_sheet(&b, grids[i], i == 0 && merged ? merged : "");
		book_sheet(&z, i + 1, b.p);
		buf_release(&b);
	}
	int fd = grid_file(zip_end(&z));
	zip_release(&z);
	return fd;
}

#endif
