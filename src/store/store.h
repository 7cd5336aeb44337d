/*
 * store.h - what we keep: two engines behind one interface.
 *
 * `sqlite:FILE` is the default: WAL, synchronous FULL, one writer at a time (our
 * own queue, BEGIN IMMEDIATE), a connection per reading thread. `postgres:URL`
 * is the same contract: C collation, several writers, a unit of work run again
 * after a serialisation failure. Statements are named, typed and bound by name:
 * they live in store/sql/NAME.sql and are compiled by tools/sqlc into sql.h; no
 * other file holds SQL. Only rooms work and cmd may see this header.
 *
 * Rules of use
 *  - All reading and writing happens inside a unit: `store_read` or
 *    `store_write` calls your function with an open transaction, commits if it
 *    returns RC_OK and rolls back otherwise. A writing function may be called
 *    again from the start (RC_CONFLICT from the engine): it must not keep what
 *    it worked out the first time. RC_BUSY after 5 seconds of waiting.
 *  - After a statement has failed in a unit (a row that is there already is
 *    RC_CONFLICT, another broken rule of a table RC_BAD_INPUT), the rest of that
 *    unit fails alike and it is rolled back, whatever your function returns.
 *  - A unit inside a unit waits for itself until RC_BUSY: never do it.
 *  - Committed means durable: it survives the machine losing power.
 *  - Rows' text is valid until the next row or the end of the statement.
 *    PostgreSQL holds a whole answer in memory: read large tables by key, in pages.
 */
#ifndef LINNET_STORE_STORE_H
#define LINNET_STORE_STORE_H

#include "base/err.h"
#include "base/text.h"

struct store;
struct db; /* an open transaction; never leaves the function it was given to */

#define SQL_NULL INT64_MIN /* a number that is NULL, in and out */

/* "sqlite:FILE" or "postgres:CONNINFO" ("postgres:host=... dbname=..." or a
 * postgres:// URL). `create`: make the file if missing, and open it even though
 * it is empty or older than the program, to be migrated next. Without `create`
 * an older schema is RC_CONFLICT: migrate first. A newer one is always refused. */
enum rc store_open(const char *url, bool create, struct store **out, struct err *e) NODISCARD;
void store_close(struct store *s);
bool store_is_postgres(const struct store *s);
const char *store_url_shown(const struct store *s); /* without a password */

/* Numbered, forward only, checksummed; each in its own transaction. On SQLite a
 * copy of the file is made beside it first if it holds data. *applied_out:
 * number of migrations applied. */
enum rc store_migrate(struct store *s, int *applied_out, struct err *e) NODISCARD;
int store_schema_version(struct store *s); /* 0: empty; -1: could not be read */
int store_schema_latest(void);

/* Has a newer program brought the schema forward since this one opened the store? Then RC_BUSY, and so does
 * every store_write until it has not. What cannot be read now is as it was. */
enum rc store_look_again(struct store *s, struct err *e) NODISCARD;
bool store_outgrown(const struct store *s); /* what store_look_again found last */

typedef enum rc store_fn(struct db *db, void *arg, struct err *e);
enum rc store_read(struct store *s, store_fn *fn, void *arg, struct err *e) NODISCARD;
enum rc store_write(struct store *s, store_fn *fn, void *arg, struct err *e) NODISCARD;
/* From now on store_write refuses with this; what only reads goes on. Before threads share the store. */
void store_refuse_writes(struct store *s, const struct err *why);
enum rc store_writes_refused(struct store *s, struct err *e) NODISCARD; /* RC_OK: they are not */

/* Very many writes are about to follow (or are over): the engine may tidy up less
 * often meanwhile. Changes nothing of what a commit promises. */
void store_expect_bulk(struct store *s, bool bulk);
/* A store that holds nobody yet is about to be filled: the engine may put off what only
 * makes reading quick until `store_fill_end`, which may take some seconds. Answers stay
 * right, and commits durable. If the program ends before, the next that opens the store
 * makes up for it. False: nothing was put off (the other engine; somebody else is filling
 * it), and `store_fill_end` is not to be called. */
bool store_fill_begin(struct store *s);
/* The same for one table of a store in use, which holds no rows (any more). False also if it
 * holds some, or if another program has the store open: making an index holds up whoever
 * writes. Ends with `store_fill_end`. */
bool store_refill_begin(struct store *s, const char *table);
/* Instead of `store_fill_end`, when another program has come: the table is empty again, with its
 * indexes, and nobody was held up for more than some milliseconds, however many rows there were. If
 * that cannot be, its rows are left and the indexes are made over them. */
enum rc store_refill_give_up(struct store *s, const char *table, struct err *e) NODISCARD;
/* Has no other program this store open? False if that cannot be known (PostgreSQL). */
bool store_unshared(struct store *s);
enum rc store_fill_end(struct store *s, struct err *e) NODISCARD;
/* Between two of many units: if another program waits to write, until it has begun
 * (some milliseconds; threads of this program take turns anyway). True: one did wait. */
bool store_give_way(struct store *s);

/* Nothing of what was deleted is left in the store's file and its log: the file is written
 * anew, as `store_write_anew` does, unless it is so large that others would wait for seconds
 * (128 MB), and the log is cut to nothing. RC_BUSY: somebody reads or writes. SQLite only:
 * in PostgreSQL `VACUUM FULL` does it, which only its administrator can say when to run. */
enum rc store_settle(struct store *s, struct err *e) NODISCARD;
/* However large it is: a second for each 30 to 100 MB, in which nobody else writes. */
enum rc store_write_anew(struct store *s, struct err *e) NODISCARD;

/* Online copy into FILE (SQLite: the engine's backup; PostgreSQL: pg_dump in
 * custom format), durable before it returns, verified. `restore` refuses a
 * store that holds data unless `replace`. `progress` may be NULL. */
typedef void store_progress(void *arg, int64_t done, int64_t total);
enum rc store_backup(struct store *s, const char *file, store_progress *p, void *arg, struct err *e) NODISCARD;
enum rc store_restore(const char *url, const char *file, bool replace, struct err *e) NODISCARD;
enum rc store_restore_telling(const char *url, const char *file, bool replace, store_progress *p, void *arg,
			      struct err *e) NODISCARD;
/* Tells of the copy that store_migrate makes first; `none`: it makes none, the store is a copy itself. */
void store_tell_copying(struct store *s, bool none, store_progress *p);

/* What a backup says of itself, once its seal has been checked. `state` gets what the
 * live store held at the moment of the copy, a line a table in order of names:
 * "event 1234 6af1...", its rows and their sum; nothing from an earlier program. */
struct backup_info {
	bool postgres;
	int schema;
	int64_t bytes;	 /* without state and seal */
	int64_t made_ms; /* 0: not said */
};
enum rc store_backup_look(const char *file, struct backup_info *out, struct buf *state, struct err *e) NODISCARD;
/* The same lines for a store as it is now. Reads every row. Equal lines are equal
 * rows, if both stores are of one engine. */
enum rc store_state(const char *url, struct buf *out, struct err *e) NODISCARD;

/* The address of a new, empty place to try a backup in: for SQLite a file beside
 * `file`, for PostgreSQL a database of the same server, named after that of `url`
 * (its user must be allowed to create databases). What a drill that was killed left
 * there is removed first. `store_scratch_end` removes it. */
enum rc store_scratch(const char *url, const char *file, struct buf *out, struct err *e) NODISCARD;
enum rc store_scratch_end(const char *url, const char *scratch, struct err *e) NODISCARD;

/* Could a write begin now? Does not wait for others: RC_IO or RC_BUSY with the reason at
 * once. SQLite: the file is there, is ours to write and has room; PostgreSQL: the server
 * answers and is no read-only copy. */
enum rc store_ready(struct store *s, struct err *e) NODISCARD;

/* For doctor: one line a finding ("" if well). Integrity of the file, WAL size,
 * settings that make commits durable, collation. */
enum rc store_check(struct store *s, struct buf *report, bool *well_out, struct err *e) NODISCARD;

/* For doctor as well, where nothing is broken but something is worth knowing: one line a
 * finding, three texts with tabs between: what, words, what to do. `now_ms`: this
 * machine's clock, to be held against the server's. */
enum rc store_notes(struct store *s, int64_t now_ms, struct buf *out, struct err *e) NODISCARD;

/* ---- many rows of one statement ---- */

struct sql_statement;
/* Rows for one statement that changes alike for each, as sql_X_rows (sql.h) makes it of an array: PostgreSQL
 * pipelines them, SQLite reads them where they lie, as a table (feed.h). They and their texts outlive the
 * feed. sql_X_each is the same in one step. */
struct sql_feed {
	const struct sql_statement *st;
	const uint16_t *at; /* where in a row each parameter lies (sql_values) */
	const void *rows;   /* n of them, `size` bytes apart */
	size_t n, size;
	bool good;     /* no row will be refused for what it holds: nobody need look again */
	uint64_t same; /* bit i: parameter i+1 is the same in all rows, and need not be read from each */
};
/* Looks the rows through and says so in `good` and `same`. Touches no store: whoever has time does it before
 * somebody writes. What is said of all rows holds for some of them. */
void db_look_rows(struct sql_feed *f);
/* Rows [from, to) of a feed. */
struct sql_feed db_some_rows(const struct sql_feed *f, size_t from, size_t to);
/* All rows or, of a unit that fails, none. Those that are not `good` are looked at one by one: RC_BAD_INPUT. */
enum rc db_exec_rows(struct db *db, const struct sql_feed *feed, struct err *e) NODISCARD;

/* ---- used by generated code (sql.c) only ---- */
enum sql_type { SQL_INT, SQL_TEXT, SQL_BLOB };
struct sql_value {
	enum sql_type type;
	int64_t i;
	struct str s; /* text or bytes; p NULL is NULL */
};
struct sql_param {
	const char *name;
	enum sql_type type;
};
struct sql_statement {
	const char *name; /* "event_insert" */
	const char *text; /* with $1..$n */
	const struct sql_param *in;
	size_t n_in;
	const struct sql_param *out;
	size_t n_out;
	int index; /* place in the statement cache of a connection */
};
struct sql_rows; /* an open result */
enum rc db_exec(struct db *db, const struct sql_statement *st, const struct sql_value *in, int64_t *changed_out,
		struct err *e);
enum rc db_query(struct db *db, const struct sql_statement *st, const struct sql_value *in, struct sql_rows **out,
		 struct err *e);
/* RC_OK with a row in `out` (st->n_out values), RC_NOT_FOUND after the last. */
enum rc db_next(struct sql_rows *rows, struct sql_value *out, struct err *e);
void db_done(struct sql_rows *rows); /* always call it; NULL is allowed */
/* The values of one row of a statement's parameters: each lies `at` that many bytes into it, a number
 * as int64_t, text and bytes as struct str. */
void sql_values(const struct sql_statement *st, const uint16_t *at, const void *row, struct sql_value *out);
/* Does the engine take the statement, with its parameters and columns? For tests and doctor. */
enum rc db_prepare(struct db *db, const struct sql_statement *st, struct err *e);

#endif
