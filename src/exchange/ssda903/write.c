/* write.c - a frame as the files of a return. */
#include "exchange/ssda903/frame.h"

#include "base/text.h"
#include "codec/csv.h"

static bool has_column(const struct return_frame *f, size_t table, size_t column)
{
	const struct rcolumn *c = &f->spec->tables[table].columns[column];
	return !c->optional || f->rows[RETURN_NOW][table].columns >> column & 1;
}

void return_write_csv(const struct return_frame *f, size_t table, struct buf *out)
{
	const struct rtable *t = &f->spec->tables[table];
	struct csv_writer w = { .b = out };
	char text[24];
	for (size_t c = 0; c < t->n_columns; c++)
		if (has_column(f, table, c))
			csv_put(&w, t->columns[c].name);
	csv_end_row(&w);
	for (size_t i = 0; i < f->rows[RETURN_NOW][table].n; i++) {
		for (size_t c = 0; c < t->n_columns; c++)
			if (has_column(f, table, c))
				csv_put_safe(&w, return_cell(f, RETURN_NOW, table, i, c, text));
		csv_end_row(&w);
	}
}

static void escape(struct buf *out, struct str s)
{
	for (size_t i = 0; i < s.n; i++)
		switch (s.p[i]) {
		case '&': buf_puts(out, "&amp;"); break;
		case '<': buf_puts(out, "&lt;"); break;
		case '>': buf_puts(out, "&gt;"); break;
		default: buf_putc(out, s.p[i]);
		}
}

static void element(struct buf *out, struct str tag, struct str value)
{
	buf_printf(out, "<" STR_FMT ">", STR_ARG(tag));
	escape(out, value);
	buf_printf(out, "</" STR_FMT ">\n", STR_ARG(tag));
}

/* The cells of a row but the child's number and what HEADER says already. */
static void cells(const struct return_frame *f, size_t table, size_t row, bool header, struct buf *out)
{
	const struct rtable *t = &f->spec->tables[table];
	char text[24];
	for (size_t c = header ? 0 : 1; c < t->n_columns; c++) {
		bool again = !header && (str_is(t->columns[c].name, "DOB") || str_is(t->columns[c].name, "SEX"));
		struct str v = return_cell(f, RETURN_NOW, table, row, c, text);
		if (!again && (v.n || !t->columns[c].optional))
			element(out, t->columns[c].tag, v);
	}
}

static void rows(const struct return_frame *f, size_t table, size_t child, struct buf *out)
{
	const struct rtable *t = &f->spec->tables[table];
	size_t first, n;
	return_rows_of(f, RETURN_NOW, table, child, &first, &n);
	for (size_t i = first; i < first + n; i++) {
		if (t->xml.n)
			buf_printf(out, "<" STR_FMT ">\n", STR_ARG(t->xml));
		cells(f, table, i, false, out);
		if (t->xml.n)
			buf_printf(out, "</" STR_FMT ">\n", STR_ARG(t->xml));
	}
}

void return_write_xml(const struct return_frame *f, struct buf *out)
{
	const struct return_spec *s = f->spec;
	buf_puts(out, "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n<EXPSSDA903>\n");
	for (size_t c = 0; c < f->n_children; c++) {
		size_t first, n;
		return_rows_of(f, RETURN_NOW, s->header, c, &first, &n);
		if (!n)
			continue;
		buf_puts(out, "<CHILD>\n<HEADER>\n");
		cells(f, s->header, first, true, out);
		for (size_t t = 0; t < s->n_tables; t++)
			if (t != s->header && t != s->episodes)
				rows(f, t, c, out);
		buf_puts(out, "</HEADER>\n");
		rows(f, s->episodes, c, out);
		buf_puts(out, "</CHILD>\n");
	}
	buf_puts(out, "</EXPSSDA903>\n");
}
