/* Made by tools/sqlc from store/sql/. */
#include "store/sql.h"

/* ---- note_put ---- */
static const struct sql_param note_put_in[] = {
	{ "body", SQL_BLOB },
	{ "id", SQL_INT },
	{ "short", SQL_TEXT },
};
static const struct sql_statement st_note_put = {
	.name = "note_put",
	.text =
		"INSERT INTO note (body, id, short, kind, said) \n"
		"VALUES ($1, $2, $3, 'it''s :quoted; \"$1\"', CAST($2 AS TEXT) || ':' || \"a:column\")",
	.in = note_put_in,
	.n_in = 3,
	.index = 0,
};

/* where each lies in a row */
static const uint16_t note_put_at[] = {
	offsetof(struct sql_note_put_in, body),
	offsetof(struct sql_note_put_in, id),
	offsetof(struct sql_note_put_in, short_),
};

enum rc sql_note_put(struct db *db, const struct sql_note_put_in *in, int64_t *changed_out, struct err *e)
{
	struct sql_value in_values[3];
	sql_values(&st_note_put, note_put_at, in, in_values);
	return db_exec(db, &st_note_put, in_values, changed_out, e);
}

struct sql_feed sql_note_put_rows(const struct sql_note_put_in *rows, size_t n)
{
	return (struct sql_feed){
		.st = &st_note_put, .at = note_put_at, .rows = rows, .n = n, .size = sizeof *rows
	};
}

enum rc sql_note_put_each(struct db *db, const struct sql_note_put_in *rows, size_t n, struct err *e)
{
	struct sql_feed feed = sql_note_put_rows(rows, n);
	return db_exec_rows(db, &feed, e);
}

/* ---- note_count ---- */
static const struct sql_param note_count_out[] = {
	{ "n", SQL_INT },
};
static const struct sql_statement st_note_count = {
	.name = "note_count",
	.text =
		"SELECT count(*)::bigint AS n FROM note WHERE said LIKE '%\\\?'",
	.out = note_count_out,
	.n_out = 1,
	.index = 1,
};

enum rc sql_note_count(struct db *db, struct arena *arena, struct sql_note_count_out *out, struct err *e)
{
	struct sql_value v[1];
	struct sql_rows *rows = NULL;
	enum rc rc = db_query(db, &st_note_count, NULL, &rows, e);
	if (rc == RC_OK)
		rc = db_next(rows, v, e);
	if (rc != RC_OK) {
		db_done(rows);
		return rc;
	}
	(void)arena;
	*out = (struct sql_note_count_out){
		.n = v[0].i,
	};
	db_done(rows);
	return RC_OK;
}

/* ---- note_get ---- */
static const struct sql_param note_get_in[] = {
	{ "id", SQL_INT },
};
static const struct sql_param note_get_out[] = {
	{ "short", SQL_TEXT },
	{ "body", SQL_BLOB },
	{ "n", SQL_INT },
};
static const struct sql_statement st_note_get = {
	.name = "note_get",
	.text =
		"SELECT short, body, 1 FROM note WHERE id=$1 AND ($1)>0",
	.in = note_get_in,
	.n_in = 1,
	.out = note_get_out,
	.n_out = 3,
	.index = 2,
};

/* where each lies in a row */
static const uint16_t note_get_at[] = {
	offsetof(struct sql_note_get_in, id),
};

enum rc sql_note_get(struct db *db, const struct sql_note_get_in *in, struct arena *arena, struct sql_note_get_out *out, struct err *e)
{
	struct sql_value in_values[1];
	sql_values(&st_note_get, note_get_at, in, in_values);
	struct sql_value v[3];
	struct sql_rows *rows = NULL;
	enum rc rc = db_query(db, &st_note_get, in_values, &rows, e);
	if (rc == RC_OK)
		rc = db_next(rows, v, e);
	if (rc != RC_OK) {
		db_done(rows);
		return rc;
	}
	*out = (struct sql_note_get_out){
		.short_ = arena_str(arena, v[0].s),
		.body = arena_str(arena, v[1].s),
		.n = v[2].i,
	};
	db_done(rows);
	return RC_OK;
}

/* ---- note_all ---- */
static const struct sql_param note_all_out[] = {
	{ "id", SQL_INT },
};
static const struct sql_statement st_note_all = {
	.name = "note_all",
	.text =
		"SELECT id FROM note \n"
		"ORDER BY id",
	.out = note_all_out,
	.n_out = 1,
	.index = 3,
};

enum rc sql_note_all(struct db *db, struct sql_rows **rows_out, struct err *e)
{
	return db_query(db, &st_note_all, NULL, rows_out, e);
}

enum rc sql_note_all_next(struct sql_rows *rows, struct sql_note_all_out *out, struct err *e)
{
	struct sql_value v[1];
	enum rc rc = db_next(rows, v, e);
	if (rc != RC_OK)
		return rc;
	*out = (struct sql_note_all_out){
		.id = v[0].i,
	};
	return RC_OK;
}

/* ---- note_sweep ---- */
static const struct sql_statement st_note_sweep = {
	.name = "note_sweep",
	.text =
		"DELETE FROM note",
	.index = 4,
};

enum rc sql_note_sweep(struct db *db, int64_t *changed_out, struct err *e)
{
	return db_exec(db, &st_note_sweep, NULL, changed_out, e);
}

const struct sql_statement *const sql_statements[] = {
	&st_note_put,
	&st_note_count,
	&st_note_get,
	&st_note_all,
	&st_note_sweep,
	NULL,
};
const size_t sql_statements_count = 5;
