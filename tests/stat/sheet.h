/*
 * sheet.h - tables of expected answers, by name of column. What is not there, or
 * is no number where one is asked for, fails the test: a misspelt column must
 * not pass as nothing to check.
 */
#ifndef LINNET_TESTS_STAT_SHEET_H
#define LINNET_TESTS_STAT_SHEET_H

#include "base/arena.h"
#include "codec/csv.h"

#include <math.h>
#include <setjmp.h>
#include <stdarg.h>

#include <cmocka.h>

enum { SHEET_ROWS_MAX = 2000, SHEET_COLUMNS_MAX = 64 };

struct sheet {
	struct arena arena;
	struct str *rows[SHEET_ROWS_MAX]; /* without the heading */
	struct str head[SHEET_COLUMNS_MAX];
	size_t n, columns;
	bool begun;
};

static UNUSED enum rc sheet_row(void *arg, const struct csv_row *row, struct err *e)
{
	struct sheet *s = arg;
	if (row->n > SHEET_COLUMNS_MAX || s->n == SHEET_ROWS_MAX)
		return err_set(e, RC_LIMIT, "the sheet is too large for the test");
	struct str *cells = s->begun ? arena_array(&s->arena, SHEET_COLUMNS_MAX, sizeof *cells) : s->head;
	for (size_t i = 0; i < row->n; i++)
		cells[i] = arena_str(&s->arena, row->cells[i]);
	if (s->begun)
		s->rows[s->n++] = cells;
	else
		s->columns = row->n;
	s->begun = true;
	return RC_OK;
}

static UNUSED void sheet_read(struct sheet *s, const char *name)
{
	char path[200];
	struct err e = { .rc = RC_OK };
	*s = (struct sheet){ .n = 0 };
	arena_init(&s->arena);
	snprintf(path, sizeof path, "tests/data/stats/%s.csv", name);
	if (csv_read_file(path, sheet_row, s, &e) != RC_OK)
		fail_msg("%s", e.text);
	if (s->n == 0)
		fail_msg("%s holds no rows", path);
}

static UNUSED void sheet_release(struct sheet *s)
{
	arena_release(&s->arena);
}

static UNUSED struct str sheet_cell(const struct sheet *s, size_t row, const char *column)
{
	for (size_t i = 0; i < s->columns; i++)
		if (str_is(s->head[i], column))
			return s->rows[row][i];
	fail_msg("no column %s", column);
	return STR("");
}

static UNUSED bool sheet_is(const struct sheet *s, size_t row, const char *column, const char *words)
{
	return str_is(sheet_cell(s, row, column), words);
}

/* NA of R: nothing known. */
static UNUSED bool sheet_na(const struct sheet *s, size_t row, const char *column)
{
	struct str c = sheet_cell(s, row, column);
	return c.n == 0 || str_is(c, "NA");
}

static UNUSED double sheet_number(const struct sheet *s, size_t row, const char *column)
{
	char text[64], *end = NULL;
	struct str c = sheet_cell(s, row, column);
	snprintf(text, sizeof text, STR_FMT, STR_ARG(c));
	double v = strtod(text, &end);
	if (c.n == 0 || *end)
		fail_msg("row %zu, %s: \"%s\" is no number", row + 1, column, text);
	return v;
}

static UNUSED int64_t sheet_int(const struct sheet *s, size_t row, const char *column)
{
	return (int64_t)llround(sheet_number(s, row, column));
}

/* Equal to `relative` of the larger, or to as much around 0. */
static UNUSED void near_number(double got, double want, double relative, const char *what, size_t row)
{
	double scale = fmax(1e-9, fmax(fabs(got), fabs(want)));
	if (!isfinite(got) || !(fabs(got - want) <= relative * scale))
		fail_msg("row %zu, %s: %.15g, expected %.15g", row + 1, what, got, want);
}

#endif
