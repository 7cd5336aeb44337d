/* see.c - returns that were checked: the list, one, the rows of a rule, the differences. */
#include "base/text.h"
#include "codec/csv.h"
#include "work/core/write.h"
#include "work/returned/compare.h"
#include "work/returned/council.h"

enum { SILENT_MS = 60000, LIST_MAX = 200, RULES_MAX = 4000, ROWS_A_READ = 1000 };

struct seeing {
	struct app *app;
	const struct viewer *v;
	int64_t id, rule, after;
	size_t max;
	struct arena *a;
	struct returned_summary *out;
	struct returned_difference *differences;
	size_t n;
	struct buf *csv;
};

static void fill(struct seeing *s, const struct sql_returned_get_out *r, struct returned_summary *out)
{
	const struct organisation *o = app_organisation(s->app, r->council);
	bool silent = str_is(r->state, "running") && app_now_ms(s->app) - r->seen_ms > 10 * SILENT_MS;
	*out = (struct returned_summary){
		.id = r->id,
		.load = r->load,
		.council = o ? o->name : STR(""),
		.year = arena_str(s->a, r->year),
		.state = silent ? STR("interrupted") : arena_str(s->a, r->state),
		.message =
		    silent
			? STR("The program stopped before it was done. Take the same return again: nothing is doubled.")
			: arena_str(s->a, r->message),
		.by = r->by_name.p ? arena_str(s->a, r->by_name) : STR("Operator of this machine"),
		.started_ms = r->started_ms,
		.finished_ms = r->finished_ms == SQL_NULL ? 0 : r->finished_ms,
		.children = r->children,
		.wrong = r->wrong,
		.found = r->found,
		.troubles = r->troubles,
		.differences = r->differences
	};
}

/* A return belongs to the organisation that took it. */
static enum rc get(struct seeing *s, struct db *db, struct sql_returned_get_out *out, struct err *e)
{
	enum rc rc = sql_returned_get(db, &(struct sql_returned_get_in){ s->id }, s->a, out, e);
	if (rc == RC_NOT_FOUND || (rc == RC_OK && s->v->role != ROLE_OPERATOR && out->org != s->v->org))
		return err_set(e, RC_NOT_FOUND, "There is no such return here.");
	return rc;
}

static enum rc see_unit(struct db *db, void *arg, struct err *e)
{
	struct seeing *s = arg;
	struct sql_returned_get_out row;
	struct sql_rows *rows;
	struct sql_returned_rules_out one;
	enum rc rc = get(s, db, &row, e);
	if (rc == RC_OK) {
		fill(s, &row, s->out);
		rc = sql_returned_rules(db, &(struct sql_returned_rules_in){ s->id }, &rows, e);
	}
	if (rc != RC_OK)
		return rc;
	struct returned_rule *list = arena_array(s->a, RULES_MAX, sizeof *list);
	size_t n = 0;
	while ((rc = sql_returned_rules_next(rows, &one, e)) == RC_OK && n < RULES_MAX)
		list[n++] =
		    (struct returned_rule){ .n = one.n,
					    .found = one.found,
					    .rule = arena_str(s->a, one.rule),
					    .table = arena_str(s->a, one.tab),
					    .title = arena_str(s->a, one.title),
					    .todo = str_is(one.todo, RETURN_TODO) ? STR("") : arena_str(s->a, one.todo),
					    .why = arena_str(s->a, one.why),
					    .state = (enum returned_state)one.state,
					    .severe = one.severe == 1 };
	db_done(rows);
	s->out->rules = list;
	s->out->n_rules = n;
	return rc == RC_NOT_FOUND ? RC_OK : rc;
}

static void fill_cover(struct seeing *s)
{
	struct return_spec *spec;
	struct err e = { .rc = RC_OK };
	if (returned_spec(s->app, &spec, &e) != RC_OK)
		return;
	int year = return_year(spec, s->out->year);
	if (year >= 0) {
		struct return_cover c = return_cover_of(spec, year);
		s->out->official = (int64_t)c.official;
		s->out->checked = (int64_t)c.runs;
		s->out->in_part = (int64_t)c.in_part;
	}
	return_spec_free(spec);
}

enum rc returned_see(struct app *app, const struct viewer *v, int64_t id, struct arena *a, struct returned_summary *out,
		     struct err *e)
{
	struct returned_summary made;
	struct seeing s = { .app = app, .v = v, .id = id, .a = a, .out = &made };
	enum rc rc = require_act(v, ACT_LOAD, e);
	if (rc == RC_OK)
		rc = store_read(app_store(app), see_unit, &s, e);
	if (rc != RC_OK)
		return rc;
	fill_cover(&s);
	*out = made;
	return RC_OK;
}

static enum rc list_unit(struct db *db, void *arg, struct err *e)
{
	struct seeing *s = arg;
	struct sql_rows *rows;
	struct sql_returned_latest_out row;
	struct sql_returned_latest_in in = { s->v->role == ROLE_OPERATOR ? 0 : s->v->org, (int64_t)s->max };
	enum rc rc = sql_returned_latest(db, &in, &rows, e);
	if (rc != RC_OK)
		return rc;
	s->n = 0;
	while ((rc = sql_returned_latest_next(rows, &row, e)) == RC_OK && s->n < s->max) {
		struct sql_returned_get_out same;
		_Static_assert(sizeof same == sizeof row, "the two statements answer alike");
		memcpy(&same, &row, sizeof same);
		fill(s, &same, &s->out[s->n++]);
	}
	db_done(rows);
	return rc == RC_NOT_FOUND ? RC_OK : rc;
}

enum rc returned_list(struct app *app, const struct viewer *v, size_t limit, struct arena *a,
		      const struct returned_summary **out, size_t *n_out, struct err *e)
{
	struct seeing s = { .app = app, .v = v, .max = limit < LIST_MAX ? limit : LIST_MAX, .a = a };
	s.out = arena_array(a, s.max + 1, sizeof *s.out);
	enum rc rc = require_act(v, ACT_LOAD, e);
	if (rc == RC_OK)
		rc = store_read(app_store(app), list_unit, &s, e);
	if (rc != RC_OK)
		return rc;
	*out = s.out;
	*n_out = s.n;
	return RC_OK;
}

/* ---- files to take away ---- */

static enum rc audit_download(struct db *db, void *arg, struct err *e)
{
	struct seeing *s = arg;
	return audit(s->app, db, s->v, 0, "downloaded", STR("yearly return"), STR("ordinary work"), e);
}

static enum rc rows_unit(struct db *db, void *arg, struct err *e)
{
	struct seeing *s = arg;
	struct sql_returned_get_out head;
	struct csv_writer w = { .b = s->csv };
	enum rc rc = get(s, db, &head, e);
	buf_reset(s->csv);
	buf_puts(s->csv, "file,row,child,found\r\n");
	int64_t after = 0;
	for (size_t got = ROWS_A_READ; rc == RC_OK && got == ROWS_A_READ;) {
		struct sql_rows *rows;
		struct sql_returned_rows_out row;
		struct sql_returned_rows_in in = { s->id, s->rule, after, ROWS_A_READ };
		if ((rc = sql_returned_rows(db, &in, &rows, e)) != RC_OK)
			return rc;
		for (got = 0; (rc = sql_returned_rows_next(rows, &row, e)) == RC_OK; got++) {
			after = row.m;
			csv_put_safe(&w, row.file);
			csv_put_int(&w, row.line);
			csv_put_safe(&w, row.ref);
			csv_put_safe(&w, row.found);
			csv_end_row(&w);
		}
		db_done(rows);
		rc = rc == RC_NOT_FOUND ? RC_OK : rc;
	}
	return rc == RC_OK && !buf_ok(s->csv) ? err_set(e, RC_LIMIT, "The rows are too many for one file.") : rc;
}

enum rc returned_rows_csv(struct app *app, const struct viewer *v, int64_t id, int64_t rule, struct buf *out,
			  struct err *e)
{
	struct arena a AUTO(arena_release);
	arena_init(&a);
	struct seeing s = { .app = app, .v = v, .id = id, .rule = rule, .a = &a, .csv = out };
	enum rc rc = require_act(v, ACT_LOAD, e);
	if (rc == RC_OK)
		rc = store_read(app_store(app), rows_unit, &s, e);
	return rc == RC_OK ? store_write(app_store(app), audit_download, &s, e) : rc;
}

/* ---- differences ---- */

static enum rc differences_unit(struct db *db, void *arg, struct err *e)
{
	struct seeing *s = arg;
	struct sql_returned_get_out head;
	struct sql_rows *rows;
	struct sql_returned_differences_out row;
	enum rc rc = get(s, db, &head, e);
	if (rc != RC_OK)
		return rc;
	struct sql_returned_differences_in in = { s->id, s->v->role == ROLE_OPERATOR ? 0 : s->v->org, app_today(s->app),
						  s->after, (int64_t)s->max };
	if ((rc = sql_returned_differences(db, &in, &rows, e)) != RC_OK)
		return rc;
	s->n = 0;
	while ((rc = sql_returned_differences_next(rows, &row, e)) == RC_OK && s->n < s->max) {
		bool name = row.given.n || row.family.n;
		struct str what = arena_str(s->a, row.what);
		s->differences[s->n++] =
		    (struct returned_difference){ .n = row.n,
						  .person = row.person,
						  .ref = arena_str(s->a, row.ref),
						  .name = name ? arena_printf(s->a, STR_FMT " " STR_FMT,
									      STR_ARG(row.given), STR_ARG(row.family))
							       : STR(""),
						  .what = what,
						  .title = difference_title(what),
						  .told = arena_str(s->a, row.told),
						  .ours = arena_str(s->a, row.ours) };
	}
	db_done(rows);
	return rc == RC_NOT_FOUND ? RC_OK : rc;
}

/* A list that names children is a look at each of them. */
static enum rc audit_looks(struct db *db, void *arg, struct err *e)
{
	struct seeing *s = arg;
	enum rc rc = RC_OK;
	for (size_t i = 0; rc == RC_OK && i < s->n; i++)
		if (s->differences[i].person && (!i || s->differences[i].person != s->differences[i - 1].person))
			rc = audit(s->app, db, s->v, s->differences[i].person, "looked", STR("yearly return"),
				   STR("ordinary work"), e);
	return rc;
}

enum rc returned_differences(struct app *app, const struct viewer *v, int64_t id, int64_t after, size_t limit,
			     struct arena *a, const struct returned_difference **out, size_t *n_out, struct err *e)
{
	struct seeing s = { .app = app, .v = v, .id = id, .after = after, .max = limit, .a = a };
	s.differences = arena_array(a, limit + 1, sizeof *s.differences);
	enum rc rc = require_act(v, ACT_LOAD, e);
	if (rc == RC_OK)
		rc = store_read(app_store(app), differences_unit, &s, e);
	if (rc == RC_OK)
		rc = store_write(app_store(app), audit_looks, &s, e);
	if (rc != RC_OK)
		return rc;
	*out = s.differences;
	*n_out = s.n;
	return RC_OK;
}

enum rc returned_differences_csv(struct app *app, const struct viewer *v, int64_t id, struct buf *out, struct err *e)
{
	struct csv_writer w = { .b = out };
	struct seeing s = { .app = app, .v = v };
	buf_puts(out, "child,difference,return says,record says\r\n");
	int64_t after = 0;
	for (size_t n = ROWS_A_READ; n == ROWS_A_READ;) {
		struct arena a AUTO(arena_release);
		const struct returned_difference *d;
		arena_init(&a);
		enum rc rc = returned_differences(app, v, id, after, ROWS_A_READ, &a, &d, &n, e);
		if (rc != RC_OK)
			return rc;
		for (size_t i = 0; i < n; i++) {
			const struct str cells[] = { d[i].ref, d[i].title, d[i].told, d[i].ours };
			for (size_t k = 0; k < COUNT_OF(cells); k++)
				csv_put_safe(&w, cells[k]);
			csv_end_row(&w);
			after = d[i].n;
		}
	}
	if (!buf_ok(out))
		return err_set(e, RC_LIMIT, "The differences are too many for one file.");
	return store_write(app_store(app), audit_download, &s, e);
}
