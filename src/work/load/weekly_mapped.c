/* weekly_mapped.c - lists with headings of their own, and rows that come back to be corrected. */
#include "base/text.h"
#include "codec/csv.h"
#include "work/load/mappings.h"
#include "work/load/weekly_list.h"
#include "work/load/workbook_read.h"

#include <unistd.h>

/* ---- by a mapping ---- */

enum rc weekly_read_by(struct listing *l, const struct weekly_request *r, struct weekly_list *out, struct err *e)
{
	struct sheets_parts *parts;
	struct mapping *m;
	const struct survey *s = NULL;
	struct sheets_file f = { r->name, r->fd };
	enum rc rc = sheets_list_load(app_data_dir(l->app), l->spec->columns, &parts, e);
	if (rc != RC_OK)
		return rc;
	rc = mapping_read(parts, r->mapping, "the mapping", l->a, &m, e);
	const struct mapping *hint = m;
	if (rc == RC_OK)
		rc = sheets_survey(parts, &f, l->sum.listed_on, &hint, 1, r->heading_lines, r->n_heading_lines, l->a,
				   &s, e);
	if (rc == RC_OK) {
		mapping_fit(s, m, l->a);
		rc = mapping_refuse_open(parts, s, m, l->a, e);
	}
	if (rc == RC_OK) {
		struct weekly_mapped by = { parts, s, m };
		rc = weekly_read_mapped(l->spec, &by, r->fd, l->sum.council->code, l->sum.listed_on, l->a, out, e);
		l->sum.mapping = arena_str(l->a, m->name);
	}
	sheets_parts_free(parts);
	return rc;
}

/* ---- how is it to be read? ---- */

/* "line" and "problem", which we put behind the rows kept back ourselves. */
static bool is_of_kept_back(const struct mapping *m, const struct mapping_question *q)
{
	if (q->sort != QUESTION_DIFFERS || q->sheet == SIZE_MAX || q->column == SIZE_MAX)
		return false;
	const struct mapped_column *c = &m->sheets[q->sheet].columns[q->column];
	return c->fresh && !c->n_to && (str_is(c->heading, "line") || str_is(c->heading, "problem"));
}

static bool leaves_questions(const struct sheets_parts *p, const struct survey *s, const struct mapping *m,
			     struct arena *a)
{
	const struct mapping_question *q;
	size_t n = mapping_questions(p, s, m, a, &q);
	for (size_t i = 0; i < n; i++)
		if (q[i].sort != QUESTION_LOOK && !is_of_kept_back(m, &q[i]))
			return true;
	return false;
}

/* Would the proposal read anything that the headings alone do not? */
static bool adds_to_headings(const struct weekly_spec *spec, const struct survey *s, const struct mapping *m,
			     struct arena *a)
{
	bool nothing = true;
	for (size_t i = 0; i < m->n_sheets; i++) {
		const struct mapped_sheet *ms = &m->sheets[i];
		if (ms->rows == ROWS_LEFT_OUT || ms->at == SIZE_MAX)
			continue;
		const struct survey_sheet *sheet = &s->sheets[ms->at];
		bool *other = arena_array(a, sheet->n_columns + 1, sizeof *other);
		size_t others;
		nothing = false;
		if (!weekly_headings_known(spec, sheet, &others, other))
			return true;
		for (size_t c = 0; c < ms->n_columns; c++)
			if (ms->columns[c].n_to && ms->columns[c].at != SIZE_MAX && other[ms->columns[c].at])
				return true;
	}
	if (!nothing)
		return false;
	for (size_t i = 0; i < s->n_sheets; i++) /* nothing is proposed: is there anything to be mapped? */
		if (!s->sheets[i].hidden && s->sheets[i].rows && s->sheets[i].n_columns > 1) {
			size_t others;
			return !weekly_headings_known(spec, &s->sheets[i], &others, NULL);
		}
	return false;
}

static enum rc recognise(struct app *app, const struct viewer *v, const struct parts_open *p, struct sheets_file *f,
			 struct arena *a, enum weekly_how *how, struct str *text, struct err *e)
{
	const struct mapping **known;
	const struct survey *s;
	size_t n;
	struct err unreadable = { .rc = RC_OK };
	enum rc rc = mappings_known(app, v, p->parts, a, &known, &n, e);
	*how = WEEKLY_BY_HEADINGS;
	if (rc != RC_OK)
		return rc;
	/* What cannot be looked over cannot be read: reading says why, in the words of a list. */
	if (sheets_survey(p->parts, f, app_today(app), known, n, NULL, 0, a, &s, &unreadable) != RC_OK)
		return RC_OK;
	struct mapping *m = mapping_propose(p->parts, s, known, n, NULL, 0, a);
	if (m->from.n && !leaves_questions(p->parts, s, m, a)) {
		const struct saved_mapping *one;
		rc = mappings_see(app, v, m->from, a, &one, &n, e);
		if (rc == RC_OK && !one[0].shipped) {
			*how = WEEKLY_BY_MAPPING;
			*text = one[0].body;
		}
		if (rc != RC_OK || *how == WEEKLY_BY_MAPPING)
			return rc;
	}
	if (m->from.n || adds_to_headings(p->weekly, s, m, a))
		*how = WEEKLY_TO_MAP;
	return RC_OK;
}

enum rc weekly_recognise(struct app *app, const struct viewer *v, struct str name, int fd, struct arena *a,
			 enum weekly_how *how_out, struct str *mapping_out, struct err *e)
{
	struct parts_open p;
	struct sheets_file f = { name, fd };
	struct str text = STR("");
	enum weekly_how how;
	enum rc rc = require_act(v, ACT_LOAD, e);
	if (rc == RC_OK)
		rc = parts_open_list(app, &p, e);
	if (rc != RC_OK)
		return rc;
	rc = recognise(app, v, &p, &f, a, &how, &text, e);
	parts_close(&p);
	if (rc == RC_OK && lseek(fd, 0, SEEK_SET) != 0 && how != WEEKLY_BY_HEADINGS)
		rc = err_set(e, RC_IO, "The list could not be read from its start. Give it as a file.");
	if (rc != RC_OK)
		return rc;
	*how_out = how;
	*mapping_out = text;
	return RC_OK;
}

/* ---- rows kept back ---- */

struct kept_back {
	struct listing l;
	int64_t list;
	struct buf *out;
};

static void put_kept(struct buf *out, struct str record, int64_t line, struct str problems)
{
	buf_str(out, record);
	buf_printf(out, ",%" PRId64 ",", line);
	csv_put_safe(&(struct csv_writer){ .b = out }, problems);
	buf_puts(out, "\r\n");
}

/* One line a row, with all that is wrong with it. */
static enum rc kept_back_unit(struct db *db, void *arg, struct err *e)
{
	struct kept_back *k = arg;
	struct arena *a = k->l.a;
	struct sql_rows *rows;
	struct sql_finding_of_load_out row;
	struct buf said AUTO(buf_release);
	struct str record = STR("");
	int64_t line = 0;
	buf_init(&said, 64 * 1024);
	buf_reset(k->out);
	enum rc rc = listing_read(&k->l, db, k->list, e);
	if (rc == RC_OK)
		rc = sql_finding_of_load(db, &(struct sql_finding_of_load_in){ k->list, 0, WEEKLY_FINDINGS_MAX }, &rows,
					 e);
	if (rc != RC_OK)
		return rc;
	buf_printf(k->out, STR_FMT ",line,problem\r\n", STR_ARG(k->l.sum.heading));
	while ((rc = sql_finding_of_load_next(rows, &row, e)) == RC_OK) {
		if (!str_is(row.severity, "kept-back") || !row.record.n)
			continue;
		if (row.line != line && record.n)
			put_kept(k->out, record, line, buf_view(&said));
		if (row.line != line)
			buf_reset(&said);
		line = row.line;
		record = arena_str(a, row.record);
		buf_printf(&said, "%s" STR_FMT "%s" STR_FMT, said.n ? "; " : "", STR_ARG(row.col),
			   row.col.n ? ": " : "", STR_ARG(row.message));
	}
	db_done(rows);
	if (record.n)
		put_kept(k->out, record, line, buf_view(&said));
	if (rc != RC_NOT_FOUND && rc != RC_OK)
		return rc;
	return buf_ok(k->out) ? RC_OK : err_set(e, RC_LIMIT, "The rows kept back are too many for one file.");
}

static enum rc audit_kept_back(struct db *db, void *arg, struct err *e)
{
	struct kept_back *k = arg;
	return audit(k->l.app, db, k->l.v, 0, "downloaded", STR("rows kept back"), STR("ordinary work"), e);
}

enum rc weekly_kept_back(struct app *app, const struct viewer *v, int64_t list, struct buf *out, struct err *e)
{
	struct arena a AUTO(arena_release);
	arena_init(&a);
	struct kept_back k = { .l = { .app = app, .v = v, .a = &a }, .list = list, .out = out };
	enum rc rc = require_act(v, ACT_LOAD, e);
	if (rc == RC_OK)
		rc = store_read(app_store(app), kept_back_unit, &k, e);
	return rc == RC_OK ? store_write(app_store(app), audit_kept_back, &k, e) : rc;
}
