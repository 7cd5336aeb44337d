/* see.c - looking at loads: one, the latest, and the rows kept back. */
#include "base/text.h"
#include "codec/csv.h"
#include "exchange/tables/tables.h"
#include "work/core/write.h"
#include "work/load/load.h"

enum { SILENT_MS = 60000, LIST_MAX = 200, FINDINGS_A_READ = 1000 };

struct seeing {
	struct app *app;
	const struct viewer *v;
	int64_t id;
	size_t max;
	struct arena *a;
	struct load_summary *out;
	size_t n;
	struct str file;
	struct buf *csv;
};

/* A load without a sign of life was interrupted: loading the same again finishes it. */
static void fill(struct seeing *s, struct sql_load_get_out *r, struct load_summary *out)
{
	bool silent = str_is(r->state, "running") && app_now_ms(s->app) - r->seen_ms > SILENT_MS;
	*out = (struct load_summary){
		.id = r->id,
		.name = arena_str(s->a, r->name),
		.state = silent ? STR("interrupted") : arena_str(s->a, r->state),
		.message = silent ? STR("The program stopped before it was done. Load the same files again: "
					"what is in stays in, and nothing is doubled.")
				  : arena_str(s->a, r->message),
		.by = r->by_name.p ? arena_str(s->a, r->by_name) : STR("Operator of this machine"),
		.started_ms = r->started_ms,
		.finished_ms = r->finished_ms == SQL_NULL ? 0 : r->finished_ms,
		.children_total = r->children_total,
		.children_done = r->children_done,
		.rows_taken = r->taken
	};
}

static enum rc fill_files(struct seeing *s, struct db *db, struct err *e)
{
	struct sql_rows *rows;
	struct sql_load_files_out row;
	enum rc rc = sql_load_files(db, &(struct sql_load_files_in){ s->id }, &rows, e);
	if (rc != RC_OK)
		return rc;
	struct load_file *files = arena_array(s->a, TABLE_FILES_MAX, sizeof *files);
	size_t n = 0;
	while ((rc = sql_load_files_next(rows, &row, e)) == RC_OK && n < TABLE_FILES_MAX)
		files[n++] = (struct load_file){ arena_str(s->a, row.name),
						 row.partial == 1,
						 row.covers_from == SQL_NULL ? DAY_NONE : (day_t)row.covers_from,
						 row.rows_read,
						 row.rows_new,
						 row.rows_changed,
						 row.rows_same,
						 row.rows_voided,
						 row.rows_kept_back };
	db_done(rows);
	s->out->files = files;
	s->out->n_files = n;
	return rc == RC_NOT_FOUND ? RC_OK : rc;
}

static enum rc fill_findings(struct seeing *s, struct db *db, struct err *e)
{
	struct sql_finding_count_out count;
	enum rc rc = sql_finding_count(db, &(struct sql_finding_count_in){ s->id }, s->a, &count, e);
	if (rc != RC_OK)
		return rc;
	size_t want = (size_t)count.n < s->max ? (size_t)count.n : s->max, n = 0;
	struct load_finding *found = arena_array(s->a, want, sizeof *found);
	struct sql_rows *rows;
	struct sql_finding_of_load_out row;
	if ((rc = sql_finding_of_load(db, &(struct sql_finding_of_load_in){ s->id, 0, (int64_t)want }, &rows, e)) !=
	    RC_OK)
		return rc;
	while ((rc = sql_finding_of_load_next(rows, &row, e)) == RC_OK && n < want)
		found[n++] = (struct load_finding){
			arena_str(s->a, row.file),     arena_str(s->a, row.col),    arena_str(s->a, row.rule),
			arena_str(s->a, row.severity), arena_str(s->a, row.found),  arena_str(s->a, row.message),
			arena_str(s->a, row.fix),      arena_str(s->a, row.record), row.line
		};
	db_done(rows);
	s->out->findings = found;
	s->out->n_findings = n;
	s->out->findings_total = count.n;
	return rc == RC_NOT_FOUND ? RC_OK : rc;
}

/* A load belongs to the organisation that made it. */
static enum rc get(struct seeing *s, struct db *db, struct sql_load_get_out *out, struct err *e)
{
	enum rc rc = sql_load_get(db, &(struct sql_load_get_in){ s->id }, s->a, out, e);
	if (rc == RC_NOT_FOUND || (rc == RC_OK && s->v->role != ROLE_OPERATOR && out->org != s->v->org))
		return err_set(e, RC_NOT_FOUND, "There is no such load here.");
	return rc;
}

static enum rc see_unit(struct db *db, void *arg, struct err *e)
{
	struct seeing *s = arg;
	struct sql_load_get_out row;
	enum rc rc = get(s, db, &row, e);
	if (rc != RC_OK)
		return rc;
	fill(s, &row, s->out);
	rc = fill_files(s, db, e);
	return rc == RC_OK ? fill_findings(s, db, e) : rc;
}

enum rc load_see(struct app *app, const struct viewer *v, int64_t id, size_t max_findings, struct arena *a,
		 struct load_summary *out, struct err *e)
{
	struct load_summary made;
	struct seeing s = { .app = app, .v = v, .id = id, .max = max_findings, .a = a, .out = &made };
	enum rc rc = require_act(v, ACT_LOAD, e);
	if (rc == RC_OK)
		rc = store_read(app_store(app), see_unit, &s, e);
	if (rc == RC_OK)
		*out = made;
	return rc;
}

static enum rc list_unit(struct db *db, void *arg, struct err *e)
{
	struct seeing *s = arg;
	struct sql_rows *rows;
	struct sql_load_latest_out row;
	struct sql_load_latest_in in = { s->v->role == ROLE_OPERATOR ? 0 : s->v->org, (int64_t)s->max };
	enum rc rc = sql_load_latest(db, &in, &rows, e);
	if (rc != RC_OK)
		return rc;
	s->n = 0;
	while ((rc = sql_load_latest_next(rows, &row, e)) == RC_OK && s->n < s->max) {
		struct sql_load_get_out same;
		_Static_assert(sizeof same == sizeof row, "the two statements answer alike");
		memcpy(&same, &row, sizeof same);
		fill(s, &same, &s->out[s->n++]);
	}
	db_done(rows);
	return rc == RC_NOT_FOUND ? RC_OK : rc;
}

enum rc load_list(struct app *app, const struct viewer *v, size_t limit, struct arena *a,
		  const struct load_summary **out, size_t *n_out, struct err *e)
{
	struct seeing s = { .app = app, .v = v, .max = limit < LIST_MAX ? limit : LIST_MAX, .a = a };
	s.out = arena_array(a, s.max, sizeof *s.out);
	enum rc rc = require_act(v, ACT_LOAD, e);
	if (rc == RC_OK)
		rc = store_read(app_store(app), list_unit, &s, e);
	if (rc != RC_OK)
		return rc;
	*out = s.out;
	*n_out = s.n;
	return RC_OK;
}

/* ---- rows kept back ---- */

/* The rows come back as they were read, in the table's own columns, one line
 * each however many things were wrong with it. */
static enum rc put_kept_heading(struct seeing *s, struct db *db, struct err *e)
{
	struct sql_load_file_heading_out own;
	enum rc rc = sql_load_file_heading(db, &(struct sql_load_file_heading_in){ s->id, s->file }, s->a, &own, e);
	if (rc == RC_NOT_FOUND)
		return err_set(e, RC_NOT_FOUND, "That load has no such file.");
	if (rc != RC_OK)
		return rc;
	if (own.heading.n) {
		buf_printf(s->csv, STR_FMT ",line,problem\r\n", STR_ARG(own.heading));
		return RC_OK;
	}
	struct tables_spec *spec;
	if ((rc = tables_spec_load(app_data_dir(s->app), app_vocab(s->app), &spec, e)) != RC_OK)
		return rc;
	struct str stem = s->file;
	struct str table = str_cut(stem, '.', &stem);
	size_t t = tables_find(spec, table);
	if (t != SIZE_MAX)
		tables_header_csv(spec, t, s->csv);
	tables_spec_free(spec);
	if (t == SIZE_MAX)
		return err_set(e, RC_NOT_FOUND, "That load has no such file.");
	while (s->csv->n && (s->csv->p[s->csv->n - 1] == '\n' || s->csv->p[s->csv->n - 1] == '\r'))
		s->csv->p[--s->csv->n] = '\0';
	buf_puts(s->csv, ",line,problem\r\n");
	return RC_OK;
}

static enum rc kept_back_unit(struct db *db, void *arg, struct err *e)
{
	struct seeing *s = arg;
	struct sql_load_get_out load;
	enum rc rc = get(s, db, &load, e);
	buf_reset(s->csv);
	if (rc == RC_OK)
		rc = put_kept_heading(s, db, e);
	if (rc != RC_OK)
		return rc;
	int64_t after = 0, last_line = -1;
	size_t got;
	do {
		struct sql_rows *rows;
		struct sql_finding_of_load_out row;
		struct sql_finding_of_load_in in = { s->id, after, FINDINGS_A_READ };
		if ((rc = sql_finding_of_load(db, &in, &rows, e)) != RC_OK)
			return rc;
		for (got = 0; (rc = sql_finding_of_load_next(rows, &row, e)) == RC_OK; got++) {
			after = row.n;
			if (!str_eq(row.file, s->file) || !str_is(row.severity, "kept-back") || row.line == last_line ||
			    !row.record.n)
				continue;
			last_line = row.line;
			buf_str(s->csv, row.record);
			buf_printf(s->csv, ",%" PRId64 ",", row.line);
			csv_put_safe(&(struct csv_writer){ .b = s->csv }, row.message);
			buf_puts(s->csv, "\r\n");
		}
		db_done(rows);
		rc = rc == RC_NOT_FOUND ? RC_OK : rc;
	} while (rc == RC_OK && got == FINDINGS_A_READ);
	return rc == RC_OK && !buf_ok(s->csv) ? err_set(e, RC_LIMIT, "The rows kept back are too many for one file.")
					      : rc;
}

static enum rc audit_download(struct db *db, void *arg, struct err *e)
{
	struct seeing *s = arg;
	return audit(s->app, db, s->v, 0, "downloaded", STR("rows kept back"), STR("ordinary work"), e);
}

enum rc load_kept_back(struct app *app, const struct viewer *v, int64_t id, struct str file, struct buf *out,
		       struct err *e)
{
	struct arena a AUTO(arena_release);
	arena_init(&a);
	struct seeing s = { .app = app, .v = v, .id = id, .a = &a, .file = file, .csv = out };
	enum rc rc = require_act(v, ACT_LOAD, e);
	if (rc == RC_OK)
		rc = store_read(app_store(app), kept_back_unit, &s, e);
	return rc == RC_OK ? store_write(app_store(app), audit_download, &s, e) : rc;
}
