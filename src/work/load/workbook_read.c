#include "work/load/workbook_read.h"

#include "work/app.h"

enum { HEADING_BYTES_MAX = 1024 * 1024 };

enum rc mapping_refuse_open(const struct sheets_parts *p, const struct survey *s, const struct mapping *m,
			    struct arena *a, struct err *e)
{
	const struct mapping_question *q;
	size_t n = mapping_questions(p, s, m, a, &q);
	for (size_t i = 0; i < n; i++) {
		if (q[i].sort != QUESTION_STOPS)
			continue;
		struct str sheet = q[i].sheet == SIZE_MAX ? STR("") : m->sheets[q[i].sheet].name;
		struct str column =
		    q[i].column == SIZE_MAX ? STR("") : m->sheets[q[i].sheet].columns[q[i].column].heading;
		return err_set(e, RC_BAD_INPUT, "%s" STR_FMT "%s" STR_FMT "%s" STR_FMT, sheet.n ? "Sheet " : "",
			       STR_ARG(sheet), column.n ? ", column " : "", STR_ARG(column), sheet.n ? ": " : "",
			       STR_ARG(q[i].words));
	}
	return RC_OK;
}

static struct str *headings_of(const struct sheets_parts *p, const struct mapping *m, const struct tables_batch *b,
			       struct arena *a)
{
	struct str *all = arena_array(a, b->n_files, sizeof *all);
	for (size_t i = 0; i < b->n_files; i++) {
		struct buf h;
		buf_init(&h, HEADING_BYTES_MAX);
		sheets_heading_csv(p, m, b->files[i].name, &h);
		all[i] = arena_str(a, buf_view(&h));
		buf_release(&h);
	}
	return all;
}

enum rc workbook_batch(struct app *app, const struct load_workbook *w, const struct tables_spec *spec,
		       tables_progress *progress, void *progress_arg, struct arena *a, struct tables_batch **out,
		       struct str **headings_out, struct err *e)
{
	struct sheets_parts *parts;
	struct sheets_file file = { w->name, w->fd };
	struct mapping *m = NULL;
	const struct survey *s = NULL;
	enum rc rc = sheets_parts_load(app_data_dir(app), spec, &parts, e);
	if (rc != RC_OK)
		return rc;
	rc = mapping_read(parts, w->mapping, "the mapping", a, &m, e);
	const struct mapping *hint = m;
	if (rc == RC_OK)
		rc = sheets_survey(parts, &file, app_today(app), &hint, 1, w->heading_lines, w->n_heading_lines, a, &s,
				   e);
	if (rc == RC_OK) {
		mapping_fit(s, m, a);
		rc = mapping_refuse_open(parts, s, m, a, e);
	}
	if (rc == RC_OK)
		rc = sheets_read(parts, &file, s, m, app_today(app), progress, progress_arg, out, e);
	if (rc == RC_OK)
		*headings_out = headings_of(parts, m, *out, a);
	sheets_parts_free(parts);
	return rc;
}
