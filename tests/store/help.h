/*
 * help.h - what the store's tests share: a store to test, a table of their own
 * ("item"), and short words for what they check.
 *
 * LINNET_TEST_STORE names the store (default: a fresh SQLite file). A PostgreSQL
 * database that is named must be for tests only.
 */
#ifndef LINNET_TESTS_STORE_HELP_H
#define LINNET_TESTS_STORE_HELP_H

#include "store/store.h"
#include "base/embed.h"
#include "store/sql.h"

#include <fcntl.h>
#include <pthread.h>
#include <setjmp.h>
#include <signal.h>
#include <stdarg.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <time.h>
#include <sys/resource.h>
#include <unistd.h>

#include <cmocka.h>

static char folder[] = "/tmp/linnet-store-XXXXXX";
static char url[4096], backup_file[4096];
static struct store *store;
static struct err err;

#define assert_rc(want, call)                                                                                          \
	do {                                                                                                           \
		enum rc rc_ = (call);                                                                                  \
		if (rc_ != (want))                                                                                     \
			fail_msg("%s: %s, not %s: %s [%s]", #call, rc_name(rc_), rc_name(want), err.text, err.detail); \
	} while (0)
#define assert_words(words)                                                                                            \
	do {                                                                                                           \
		if (!strstr(err.text, words))                                                                          \
			fail_msg("\"%s\" is not in: %s [%s]", words, err.text, err.detail);                            \
	} while (0)
#define assert_str(want, s) assert_true(str_eq(STR(want), (s)))

/* ---- statements of the test's own table ---- */

static const struct sql_param item_in[] = { { "id", SQL_INT }, { "n", SQL_INT }, { "t", SQL_TEXT }, { "b", SQL_BLOB } };
static const struct sql_param id_in[] = { { "id", SQL_INT } };
static const struct sql_param add_in[] = { { "id", SQL_INT }, { "n", SQL_INT } };
static const struct sql_param n_out[] = { { "n", SQL_INT } };
static const struct sql_param item_out[] = {
	{ "id", SQL_INT }, { "n", SQL_INT }, { "t", SQL_TEXT }, { "b", SQL_BLOB }
};
enum { FIRST = 900 };
static const struct sql_statement
    make_sqlite = { "make", "CREATE TABLE item (id BIGINT PRIMARY KEY, n BIGINT CHECK (n <> -13), t TEXT, b BLOB)",
		    NULL,   0,
		    NULL,   0,
		    -1 },
    make_postgres = { "make", "CREATE TABLE item (id BIGINT PRIMARY KEY, n BIGINT CHECK (n <> -13), t TEXT, b BYTEA)",
		      NULL,   0,
		      NULL,   0,
		      -1 },
    drop = { "drop", "DROP TABLE IF EXISTS item", NULL, 0, NULL, 0, -1 },
    insert = { "insert", "INSERT INTO item (id, n, t, b) VALUES ($1, $2, $3, $4)", item_in, 4, NULL, 0, FIRST },
    /* the parameters stand in another order than their numbers */
    add = { "add", "UPDATE item SET n = n + $2 WHERE id = $1", add_in, 2, NULL, 0, FIRST + 1 },
    get = { "get", "SELECT n FROM item WHERE id = $1", id_in, 1, n_out, 1, FIRST + 2 },
    all = { "all", "SELECT id, n, t, b FROM item ORDER BY id", NULL, 0, item_out, 4, FIRST + 3 },
    clear = { "clear", "DELETE FROM item", NULL, 0, NULL, 0, FIRST + 4 },
    raise_n = { "raise_n", "UPDATE item SET n = n + 1 WHERE id = $1 RETURNING n", id_in, 1, n_out, 1, FIRST + 5 },
    wrong = { "wrong", "SELECT nothing FROM nowhere", NULL, 0, n_out, 1, FIRST + 6 },
    narrow = { "narrow", "SELECT id, n FROM item", NULL, 0, n_out, 1, FIRST + 7 },
    text_as_int = { "text_as_int", "SELECT t FROM item WHERE t IS NOT NULL", NULL, 0, n_out, 1, FIRST + 8 };

#define INT(v)                                                                                                         \
	{                                                                                                              \
		.type = SQL_INT, .i = (v)                                                                              \
	}
#define TEXT(v)                                                                                                        \
	{                                                                                                              \
		.type = SQL_TEXT, .s = (v)                                                                             \
	}
#define BLOB(v)                                                                                                        \
	{                                                                                                              \
		.type = SQL_BLOB, .s = (v)                                                                             \
	}
static const struct str absent = { NULL, 0 };

static inline enum rc put_item(struct db *db, int64_t id, int64_t n, struct str t, struct str b, struct err *e)
{
	struct sql_value in[] = { INT(id), INT(n), TEXT(t), BLOB(b) };
	return db_exec(db, &insert, in, NULL, e);
}

static inline enum rc get_n(struct db *db, int64_t id, int64_t *out, struct err *e)
{
	struct sql_value in[] = { INT(id) }, v[1];
	struct sql_rows *rows;
	enum rc rc = db_query(db, &get, in, &rows, e);
	if (rc != RC_OK)
		return rc;
	rc = db_next(rows, v, e);
	db_done(rows);
	if (rc == RC_OK)
		*out = v[0].i;
	return rc;
}

static inline enum rc add_n(struct db *db, int64_t id, int64_t n, struct err *e)
{
	struct sql_value in[] = { INT(id), INT(n) };
	int64_t changed = -1;
	enum rc rc = db_exec(db, &add, in, &changed, e);
	return rc == RC_OK && changed != 1 ? RC_NOT_FOUND : rc;
}

static inline enum rc empty(struct db *db, void *arg, struct err *e)
{
	(void)arg;
	return db_exec(db, &clear, NULL, NULL, e);
}

static inline enum rc make_table(struct db *db, void *arg, struct err *e)
{
	(void)arg;
	enum rc rc = db_exec(db, &drop, NULL, NULL, e);
	return rc != RC_OK ? rc : db_exec(db, store_is_postgres(store) ? &make_postgres : &make_sqlite, NULL, NULL, e);
}

static inline enum rc read_n(struct db *db, void *arg, struct err *e)
{
	int64_t *id_then_n = arg;
	return get_n(db, *id_then_n, id_then_n, e);
}

/* The committed n of an item, or SQL_NULL - 1 .. if there is none. */
static inline int64_t committed(int64_t id)
{
	int64_t v = id;
	enum rc rc = store_read(store, read_n, &v, &err);
	if (rc == RC_NOT_FOUND)
		return -1;
	assert_rc(RC_OK, rc);
	return v;
}

static inline enum rc put_one(struct db *db, void *arg, struct err *e)
{
	(void)arg;
	return put_item(db, 1, 0, absent, absent, e);
}

static inline int fresh(void **state)
{
	(void)state;
	err_clear(&err);
	assert_rc(RC_OK, store_write(store, empty, NULL, &err));
	return 0;
}

static inline int with_one(void **state)
{
	fresh(state);
	assert_rc(RC_OK, store_write(store, put_one, NULL, &err));
	return 0;
}

/* ---- some values ---- */

#define LIT(l)                                                                                                         \
	{                                                                                                              \
		(l), sizeof(l) - 1                                                                                     \
	} /* for constants */

static const struct {
	int64_t n;
	struct str t, b;
} samples[] = {
	{ 0, LIT(""), LIT("") },
	{ SQL_NULL, { NULL, 0 }, { NULL, 0 } },
	{ INT64_MAX, LIT("Zo\u00eb O\u2019Brien \u0141ukasz \U0001F426"), LIT("a\0b\0\377\200") },
	{ INT64_MIN + 1, LIT("'; DROP TABLE item; --"), LIT("\0") },
	{ -1, LIT("line\nline\ttab \\ \"quoted\" $1 :name ?"), LIT("\\x00") },
};

static inline enum rc put_samples(struct db *db, void *arg, struct err *e)
{
	(void)arg;
	for (size_t i = 0; i < COUNT_OF(samples); i++) {
		enum rc rc = put_item(db, (int64_t)i, samples[i].n, samples[i].t, samples[i].b, e);
		if (rc != RC_OK)
			return rc;
	}
	return RC_OK;
}

static inline enum rc write_down(struct db *db, void *arg, struct err *e)
{
	struct buf *b = arg;
	struct sql_rows *rows;
	struct sql_value v[4];
	buf_reset(b);
	enum rc rc = db_query(db, &all, NULL, &rows, e);
	if (rc != RC_OK)
		return rc;
	while ((rc = db_next(rows, v, e)) == RC_OK) {
		buf_printf(b, "%" PRId64 "|%" PRId64 "|%d", v[0].i, v[1].i, v[2].s.p == NULL);
		buf_str(b, v[2].s);
		buf_printf(b, "|%d", v[3].s.p == NULL);
		buf_str(b, v[3].s);
		buf_putc(b, '\n');
	}
	db_done(rows);
	return rc == RC_NOT_FOUND ? RC_OK : rc;
}

/* ---- other ways in ---- */

static inline enum rc run_text(struct db *db, void *arg, struct err *e)
{
	struct sql_statement st = { "test", arg, NULL, 0, NULL, 0, -1 };
	return db_exec(db, &st, NULL, NULL, e);
}

static inline void change(const char *sql)
{
	char copy[512];
	snprintf(copy, sizeof copy, "%s", sql);
	assert_rc(RC_OK, store_write(store, run_text, copy, &err));
}

static inline void assert_open(enum rc want, bool create, const char *words)
{
	struct store *second = NULL;
	enum rc rc = store_open(url, create, &second, &err);
	assert_rc(want, rc);
	if (want == RC_OK)
		store_close(second);
	else {
		assert_null(second);
		assert_words(words);
	}
}

static struct buf before, after;

static inline void make_backup(void)
{
	assert_rc(RC_OK, store_write(store, put_samples, NULL, &err));
	assert_rc(RC_OK, store_read(store, write_down, &before, &err));
	assert_rc(RC_OK, store_backup(store, backup_file, NULL, NULL, &err));
	struct stat st;
	assert_int_equal(stat(backup_file, &st), 0);
	assert_int_equal(st.st_mode & 0777, 0600);
}

static inline void assert_no_open(const char *address, bool create, enum rc want, const char *words)
{
	struct store *s = NULL;
	assert_rc(want, store_open(address, create, &s, &err));
	assert_null(s);
	assert_words(words);
}

static inline int set_up(void **state)
{
	(void)state;
	const char *named = getenv("LINNET_TEST_STORE");
	if (!mkdtemp(folder))
		return -1;
	if (named)
		snprintf(url, sizeof url, "%s", named);
	else
		snprintf(url, sizeof url, "sqlite:%s/store.db", folder);
	snprintf(backup_file, sizeof backup_file, "%s/backup", folder);
	buf_init(&before, 1 << 20);
	buf_init(&after, 1 << 20);
	int applied = 0;
	if (store_open(url, true, &store, &err) != RC_OK || store_migrate(store, &applied, &err) != RC_OK ||
	    store_write(store, make_table, NULL, &err) != RC_OK) {
		print_error("%s [%s]\n", err.text, err.detail);
		return -1;
	}
	return applied == 0 || applied == store_schema_latest() ? 0 : -1;
}

static inline int tear_down(void **state)
{
	char command[4200];
	(void)state;
	store_close(store);
	buf_release(&before);
	buf_release(&after);
	snprintf(command, sizeof command, "rm -rf '%s'", folder);
	return system(command);
}

#endif
