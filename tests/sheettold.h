/* A listener that writes down what a spreadsheet reader tells, for tests. */
#ifndef LINNET_TESTS_SHEETTOLD_H
#define LINNET_TESTS_SHEETTOLD_H

#include "codec/sheet.h"

struct told {
	struct buf b;	 /* "[S1]" "1:Ttext|N5|" and ";" behind each row; see told_cell */
	bool texts_only; /* without kinds, sheets and marks */
	size_t rows;
	int64_t last_line;
	const char *skip; /* a sheet that is not wanted */
};

static inline void told_cell(struct told *t, const struct cell *c)
{
	static const char kinds[] = "_TNDBX"; /* empty, text, number, day, yes or no, error */
	if (!t->texts_only) {
		buf_putc(&t->b, kinds[c->kind]);
		if (c->formula)
			buf_putc(&t->b, '=');
		if (c->unworked)
			buf_putc(&t->b, '?');
		if (c->merged)
			buf_putc(&t->b, '^');
	}
	buf_str(&t->b, c->text);
	if (c->note.n && !t->texts_only)
		buf_printf(&t->b, "!" STR_FMT, STR_ARG(c->note));
	buf_putc(&t->b, '|');
}

static inline enum rc told_sheet(void *arg, struct str name, bool hidden, bool *skip_out, struct err *e)
{
	struct told *t = arg;
	(void)e;
	*skip_out = t->skip && str_is(name, t->skip);
	t->last_line = 0;
	if (!t->texts_only)
		buf_printf(&t->b, "[" STR_FMT "%s]", STR_ARG(name), hidden ? " hidden" : "");
	return RC_OK;
}

static inline enum rc told_row(void *arg, int64_t line, const struct cell *cells, size_t n, struct err *e)
{
	struct told *t = arg;
	(void)e;
	if (line <= t->last_line || n > SHEET_COLUMNS_MAX)
		abort();
	t->last_line = line;
	t->rows++;
	buf_printf(&t->b, "%" PRId64 ":", line);
	for (size_t i = 0; i < n; i++)
		told_cell(t, &cells[i]);
	buf_putc(&t->b, ';');
	return RC_OK;
}

static inline struct sheet_listener told_listener(struct told *t)
{
	return (struct sheet_listener){ told_sheet, told_row, t };
}

#endif
