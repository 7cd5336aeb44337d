#include "web/pages/plan_file.h"

#include "codec/xlsx_write.h"

/* A name of at most 31 letters without what Excel forbids. */
static struct str sheet_name(struct str title, struct arena *a)
{
	char t[32];
	size_t n = 0;
	for (size_t i = 0; i < title.n && n < 31; i++)
		if ((unsigned char)title.p[i] < 128 && !strchr("[]:*?/\\'", title.p[i]))
			t[n++] = title.p[i];
	return arena_str(a, (struct str){ t, n });
}

static enum rc as_sheets(const struct plan_paper *p, struct arena *a, struct buf *out, struct err *e)
{
	struct xlsx_writer *w = xlsx_writer_new(&(struct xlsx_about){ .title = arena_str(a, p->title).p });
	const struct xlsx_column about[] = { { "About", 110, true } };
	const struct str lines[] = { p->title, p->headline, p->guesses, p->made };
	xlsx_sheet_begin(w, STR("Answer"), about, 1);
	for (size_t i = 0; i < COUNT_OF(lines); i++) {
		xlsx_put_text(w, lines[i]);
		xlsx_row_end(w);
	}
	for (size_t i = 0; i < p->n; i++) {
		const struct section *s = &p->sections[i];
		struct xlsx_column columns[SECTION_COLUMNS_MAX];
		for (size_t c = 0; c < s->n_columns; c++)
			columns[c] = (struct xlsx_column){ s->columns[c].title, c ? 20 : 44, true };
		xlsx_sheet_begin(w, sheet_name(s->title, a), columns, s->n_columns);
		for (size_t r = 0; r < s->n_rows * s->n_columns; r++) {
			if (s->cells[r].is_number)
				xlsx_put_number(w, s->cells[r].number);
			else
				xlsx_put_text(w, s->cells[r].text);
			if ((r + 1) % s->n_columns == 0)
				xlsx_row_end(w);
		}
	}
	enum rc rc = xlsx_finish(w, out, e);
	xlsx_writer_free(w);
	return rc;
}

bool plan_file_is(struct str format)
{
	return str_is(format, "xlsx") || str_is(format, "pdf");
}

enum rc plan_file_give(struct visit *v, const struct plan_paper *p, struct str format, struct str name, struct err *e)
{
	struct buf out;
	bool pdf = str_is(format, "pdf");
	buf_init(&out, PLAN_FILE_MAX);
	enum rc rc = pdf ? plan_paper_make(p, &out, e) : as_sheets(p, v->a, &out, e);
	if (rc == RC_OK)
		rc = plan_file_bytes(v, format, name, &out, e);
	buf_release(&out);
	return rc;
}

enum rc plan_file_bytes(struct visit *v, struct str format, struct str name, struct buf *out, struct err *e)
{
	static const struct {
		const char *format, *type;
	} types[] = { { "pdf", "application/pdf" },
		      { "xlsx", "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet" },
		      { "json", "application/json" },
		      { "csv", "text/csv; charset=utf-8" },
		      { "yaml", "application/yaml" } };
	if (!buf_ok(out))
		return err_set(e, RC_LIMIT, "The file would be too large.");
	for (size_t i = 0; i < COUNT_OF(types); i++)
		if (str_is(format, types[i].format)) {
			page_download(v, types[i].type,
				      arena_printf(v->a, STR_FMT "." STR_FMT, STR_ARG(name), STR_ARG(format)), out);
			return RC_OK;
		}
	return err_set(e, RC_NOT_FOUND, "There is no such file.");
}
