/* The engine in one file: SQLite in WAL mode. Few others see sqlite3.h (ARCHITECTURE.md).
 *
 * One connection writes, behind a queue that is first come first served; each
 * reading unit borrows a connection of its own. Other processes that write the
 * same file (a load beside a server) meet at BEGIN IMMEDIATE. What the log holds
 * is moved into the file by a thread of its own, so that nobody who saves waits. */
#include "store/aside.h"
#include "store/feed.h"
#include "store/sqlite.h"
#include "store/sqlite_words.h"

#include <errno.h>
#include <fcntl.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <unistd.h>

enum { WRITER_CACHE_KB = 65536, FILL_CACHE_KB = 16384, READER_CACHE_KB = 8192, GIVE_WAY_MS = 40 };
enum { FED_ROWS = 8, ROWS_ALIKE = 500 }; /* fewer are not worth a statement of their own */
enum { OPEN_WAIT_MS = 60000 };		 /* an index of a first load that is being made without the log */

struct stmt {
	struct sql_rows rows; /* first: rows of ours are a stmt */
	sqlite3_stmt *p;
	int *place;   /* of $1..$n: SQLite numbers them in its own way; 0: it is none of its parameters */
	uint64_t has; /* which of them it has, as bits */
	bool cached, busy, ended;
	bool unfed;	     /* it cannot be fed */
	struct stmt *fed[2]; /* the same over rows that are fed, once FED_ROWS came; many alike (sql_feed.same) */
	struct stmt *next;   /* in conn.open */
};

/* ---- what went wrong ---- */

enum rc sqlite_failed(struct conn *c, const char *where, struct err *e)
{
	int code = sqlite3_extended_errcode(c->h);
	bool lacks = code == SQLITE_ERROR && strncmp(sqlite3_errmsg(c->h), "no such table", 13) == 0;
	enum rc rc = lacks ? err_set(e, RC_CORRUPT,
				     "%s lacks a table that this program made: something else has altered it. Stop the "
				     "program, keep the file, and restore a backup",
				     c->engine->path)
			   : sqlite_words(e, code, c->engine->path);
	err_detail(e, "%s: sqlite %d: %s", where, code, sqlite3_errmsg(c->h));
	return rc;
}

enum rc sqlite_run(struct conn *c, const char *sql, struct err *e)
{
	return sqlite3_exec(c->h, sql, NULL, NULL, NULL) == SQLITE_OK ? RC_OK : sqlite_failed(c, sql, e);
}

/* The statements between which units lie, prepared once. */
static enum rc run_step(struct conn *c, enum step which, struct err *e)
{
	static const char *const sql[STEPS] = { "BEGIN DEFERRED", "BEGIN IMMEDIATE", "COMMIT",
						"SAVEPOINT unit", "RELEASE unit",    "ROLLBACK TO unit" };
	sqlite3_stmt **p = &c->steps[which];
	if (!*p && sqlite3_prepare_v3(c->h, sql[which], -1, SQLITE_PREPARE_PERSISTENT, p, NULL) != SQLITE_OK)
		return sqlite_failed(c, sql[which], e);
	int code = sqlite3_step(*p);
	enum rc rc = code == SQLITE_DONE ? RC_OK : sqlite_failed(c, sql[which], e);
	sqlite3_reset(*p);
	return rc;
}

/* The first column of the first row, as text in out ("" if none). */
enum rc sqlite_ask(struct conn *c, const char *sql, struct buf *out, struct err *e)
{
	sqlite3_stmt *p = NULL;
	int code = sqlite3_prepare_v2(c->h, sql, -1, &p, NULL);
	if (code == SQLITE_OK)
		code = sqlite3_step(p);
	if (code == SQLITE_ROW && sqlite3_column_text(p, 0))
		buf_puts(out, (const char *)sqlite3_column_text(p, 0));
	enum rc rc = code == SQLITE_ROW || code == SQLITE_DONE ? RC_OK : sqlite_failed(c, sql, e);
	sqlite3_finalize(p);
	return rc;
}

enum rc sqlite_ask_int(struct conn *c, const char *sql, int64_t *out, struct err *e)
{
	struct buf b;
	buf_init(&b, 64);
	enum rc rc = sqlite_ask(c, sql, &b, e);
	if (rc == RC_OK && str_to_int(buf_view(&b), INT64_MIN, INT64_MAX, out) != RC_OK)
		rc = err_set(e, RC_INTERNAL, "The store gave no number for: %s", sql);
	buf_release(&b);
	return rc;
}

/* ---- connections ---- */

static void stmt_free(struct stmt *s)
{
	if (!s)
		return;
	stmt_free(s->fed[0]);
	stmt_free(s->fed[1]);
	sqlite3_finalize(s->p);
	free(s->place);
	free(s);
}

static void conn_close(struct conn *c)
{
	if (!c)
		return;
	for (size_t i = 0; i < c->n_cache; i++)
		if (c->cache[i])
			stmt_free(c->cache[i]);
	free(c->cache);
	for (size_t i = 0; i < STEPS; i++)
		sqlite3_finalize(c->steps[i]);
	sqlite3_close(c->h);
	free(c->feed);
	free(c);
}

static void short_nap(void)
{
	static const struct timespec while_ = { 0, 1000000L };
	nanosleep(&while_, NULL);
}

/* Another program writes. SQLite's own handler sleeps longer each time, and would miss
 * the moment in which one that writes very much gives way. */
static int nap(void *conn, int times)
{
	struct conn *c = conn;
	if (times == 0)
		c->busy_since = queue_now_ms();
	if (queue_now_ms() - c->busy_since >= c->patience_ms)
		return 0;
	if (c->db.writing || c->opening) /* each time: whoever gave way here meanwhile has let it go */
		c->in_room = flock(c->engine->room, LOCK_SH | LOCK_NB) == 0 || c->in_room;
	short_nap();
	return 1;
}

static void leave_room(struct conn *c)
{
	if (c->in_room)
		flock(c->engine->room, LOCK_UN);
	c->in_room = false;
}

/* Whoever waits holds the room: it can be locked alone only when it is empty. These
 * locks are of another kind than SQLite's own, and vanish with their program. */
static bool give_way(void *engine)
{
	struct engine_sqlite *g = engine;
	int ms = 0;
	for (; g->room >= 0 && ms < GIVE_WAY_MS && flock(g->room, LOCK_EX | LOCK_NB) != 0; ms++)
		short_nap();
	if (g->room >= 0)
		flock(g->room, LOCK_UN);
	tidier_wait(g->tidier);
	return ms > 0;
}

static enum rc conn_settings(struct conn *c, bool write, struct err *e)
{
	char sql[512];
	sqlite3_extended_result_codes(c->h, 1);
	c->patience_ms = OPEN_WAIT_MS;
	sqlite3_busy_handler(c->h, nap, c);
	sqlite3_db_config(c->h, SQLITE_DBCONFIG_DEFENSIVE, 1, NULL);
	sqlite3_db_config(c->h, SQLITE_DBCONFIG_DQS_DML, 0, NULL); /* "text" is a name, never a string */
	sqlite3_db_config(c->h, SQLITE_DBCONFIG_DQS_DDL, 0, NULL);
	sqlite3_db_config(c->h, SQLITE_DBCONFIG_TRUSTED_SCHEMA, 0, NULL);
	sqlite3_db_config(c->h, SQLITE_DBCONFIG_ENABLE_FKEY, 1, NULL);
	snprintf(sql, sizeof sql,
		 "PRAGMA cell_size_check=ON; PRAGMA mmap_size=0; PRAGMA temp_store=MEMORY; PRAGMA cache_size=-%d; "
		 "PRAGMA journal_size_limit=67108864; PRAGMA secure_delete=ON; "
		 "PRAGMA journal_mode=WAL; PRAGMA synchronous=FULL; PRAGMA query_only=%d;",
		 write ? WRITER_CACHE_KB : READER_CACHE_KB, !write);
	c->opening = true;
	enum rc rc = sqlite_run(c, sql, e);
	c->opening = false;
	leave_room(c);
	c->patience_ms = WAIT_MS;
	return rc;
}

/* Once, before the first connection. Statistics of memory cost a lock at every allocation,
 * and nobody reads them. What is sorted outside memory (aside.c) is what the store holds: it
 * stays on the store's own disk, in files that have lost their names before a byte is in them. */
static void library_settings(const char *path)
{
	static pthread_mutex_t lock = PTHREAD_MUTEX_INITIALIZER;
	static bool done;
	const char *slash = strrchr(path, '/');
	pthread_mutex_lock(&lock);
	if (!done) {
		sqlite3_config(SQLITE_CONFIG_MEMSTATUS, 0);
		sqlite3_initialize();
		sqlite3_temp_directory =
		    slash ? sqlite3_mprintf("%.*s", (int)(slash - path + (slash == path)), path) : sqlite3_mprintf(".");
	}
	done = true;
	pthread_mutex_unlock(&lock);
}

static enum rc conn_open(struct engine_sqlite *g, bool write, struct conn **out, struct err *e)
{
	struct conn *c = xcalloc(1, sizeof *c);
	c->engine = g;
	c->db.ops = &sqlite_ops;
	c->db.writing = write;
	int code = sqlite3_open_v2(g->path, &c->h, SQLITE_OPEN_READWRITE | SQLITE_OPEN_NOMUTEX, NULL);
	enum rc rc = code == SQLITE_OK ? conn_settings(c, write, e) : sqlite_failed(c, "open", e);
	if (rc != RC_OK) {
		conn_close(c);
		return rc;
	}
	if (write) {
		tidier_watch(g->tidier, c->h);
		c->feed = feed_new(c->h);
	}
	*out = c;
	return RC_OK;
}

static void engine_close(void *engine)
{
	struct engine_sqlite *g = engine;
	tidier_free(g->tidier);
	while (g->idle) {
		struct conn *c = g->idle;
		g->idle = c->next;
		conn_close(c);
	}
	conn_close(g->writer); /* last: it moves what is in the WAL into the file */
	aside_free(g->aside);
	queue_release(&g->writing);
	queue_release(&g->reading);
	pthread_mutex_destroy(&g->lock);
	if (g->room >= 0)
		close(g->room);
	free(g->path);
	free(g);
}

static enum rc engine_open(const char *where, bool create, void **out, struct err *e)
{
	enum rc rc = sqlite_file_there(where, create, e);
	if (rc != RC_OK)
		return rc;
	library_settings(where);
	struct engine_sqlite *g = xcalloc(1, sizeof *g);
	g->path = xstrndup(where, strlen(where));
	queue_init(&g->writing, 1);
	queue_init(&g->reading, CONNECTIONS_MAX);
	pthread_mutex_init(&g->lock, NULL);
	g->room = open(where, O_RDONLY | O_CLOEXEC);
	g->tidier = tidier_new(g->path, g->room);
	g->aside = aside_new(g->path, g->tidier);
	rc = conn_open(g, true, &g->writer, e);
	if (rc != RC_OK) {
		engine_close(g);
		return rc;
	}
	if (!create)
		aside_recover(g->aside);
	*out = g;
	return RC_OK;
}

/* ---- is the file still the one that was opened? ---- */

static ino_t log_inode(const struct engine_sqlite *g)
{
	char path[4096 + 8];
	struct stat st;
	return (size_t)snprintf(path, sizeof path, "%s-wal", g->path) < sizeof path && stat(path, &st) == 0 ? st.st_ino
													    : 0;
}

/* A file that has lost its name takes what is written, and it is gone with the program. So does the log,
 * which SQLite makes before the first unit and removes with the last connection. */
enum rc sqlite_in_place(const struct engine_sqlite *g, struct err *e)
{
	struct stat there, ours;
	ino_t log = atomic_load(&g->log);
	if (g->room >= 0 && stat(g->path, &there) == 0 && fstat(g->room, &ours) == 0 && there.st_ino == ours.st_ino &&
	    there.st_dev == ours.st_dev && (!log || log == log_inode(g)))
		return RC_OK;
	return err_set(e, RC_IO,
		       "The store’s file, or the log beside it (-wal), was moved, removed or replaced while it was open; "
		       "nothing of this was saved. Put it back, or restart the program");
}

/* ---- units ---- */

static void close_idle(struct engine_sqlite *g)
{
	pthread_mutex_lock(&g->lock);
	struct conn *c = g->idle;
	g->idle = NULL;
	pthread_mutex_unlock(&g->lock);
	while (c) {
		struct conn *next = c->next;
		conn_close(c);
		c = next;
	}
}

/* Rows that only add pages are written once without the log, and twice with it. Who has the
 * file to itself goes without; whoever else opens it brings the log back (conn_settings), and
 * waits for the unit that is being written. The journal stays between units, its head made void: a file
 * that is made and removed for each has to reach the disk, and its folder twice. EXTRA: for whoever
 * removes it. */
static void log_off(struct engine_sqlite *g)
{
	if (!queue_enter(&g->writing, queue_now_ms() + WAIT_MS))
		return;
	tidier_rest(g->tidier);
	close_idle(g);
	atomic_store(&g->log, 0);
	sqlite3_exec(g->writer->h, "PRAGMA synchronous=EXTRA; PRAGMA journal_mode=PERSIST", NULL, NULL, NULL);
	atomic_store(&g->log_off, true);
	queue_leave(&g->writing);
}

/* Is it this connection that writes a journal, still? Another program may have brought the log back,
 * which a connection sees when it reads. */
static bool keeps_journal(struct conn *c)
{
	struct buf mode AUTO(buf_release);
	buf_init(&mode, 64);
	enum rc rc = sqlite_run(c, "SELECT count(*) FROM sqlite_schema", NULL);
	return rc == RC_OK && sqlite_ask(c, "PRAGMA journal_mode", &mode, NULL) == RC_OK &&
	       str_is(buf_view(&mode), "persist");
}

/* If it cannot be brought back now, whoever opens a connection next does. */
static void log_on(struct engine_sqlite *g)
{
	if (!atomic_load(&g->log_off) || !queue_enter(&g->writing, queue_now_ms() + WAIT_MS))
		return;
	atomic_store(&g->log_off, false);
	if (keeps_journal(g->writer)) /* it holds what pages held before */
		sqlite3_exec(g->writer->h, "PRAGMA journal_mode=DELETE", NULL, NULL, NULL);
	sqlite3_exec(g->writer->h, "PRAGMA journal_mode=WAL; PRAGMA synchronous=FULL", NULL, NULL, NULL);
	queue_leave(&g->writing);
}

static enum rc borrow_reader(struct engine_sqlite *g, struct conn **out, struct err *e)
{
	if (!queue_enter(&g->reading, queue_now_ms() + WAIT_MS))
		return err_set(e, RC_BUSY, "Too many are reading at once; try again in a moment");
	pthread_mutex_lock(&g->lock);
	struct conn *c = g->idle;
	if (c)
		g->idle = c->next;
	pthread_mutex_unlock(&g->lock);
	log_on(g); /* a thread of this program that reads waits for its turn, not for luck */
	enum rc rc = c ? RC_OK : conn_open(g, false, &c, e);
	if (rc == RC_OK)
		*out = c;
	else
		queue_leave(&g->reading);
	return rc;
}

static void give_back(struct conn *c)
{
	struct engine_sqlite *g = c->engine;
	if (c->db.writing) {
		queue_leave(&g->writing);
		return;
	}
	pthread_mutex_lock(&g->lock);
	c->next = g->idle;
	g->idle = c;
	pthread_mutex_unlock(&g->lock);
	queue_leave(&g->reading);
}

static void expect_bulk(void *engine, bool bulk)
{
	struct engine_sqlite *g = engine;
	tidier_bulk(g->tidier, bulk);
}

/* Rows that come in order need few pages of the writer's cache. */
static void cache_of_writer(struct engine_sqlite *g, int kb)
{
	char sql[64];
	if (!queue_enter(&g->writing, queue_now_ms() + WAIT_MS))
		return;
	snprintf(sql, sizeof sql, "PRAGMA cache_size=-%d", kb);
	sqlite3_exec(g->writer->h, sql, NULL, NULL, NULL);
	queue_leave(&g->writing);
}

static bool fill_begin(void *engine, const char *table)
{
	struct engine_sqlite *g = engine;
	if (!aside_begin(g->aside, table))
		return false;
	cache_of_writer(g, FILL_CACHE_KB);
	if (!table)
		log_off(g);
	return true;
}

static bool unshared(void *engine)
{
	struct engine_sqlite *g = engine;
	return aside_alone(g->aside);
}

static enum rc fill_end(void *engine, struct err *e)
{
	struct engine_sqlite *g = engine;
	int code = aside_end(g->aside);
	log_on(g);
	cache_of_writer(g, WRITER_CACHE_KB);
	return code == SQLITE_OK ? RC_OK : sqlite_words(e, code, g->path);
}

static enum rc refill_give_up(void *engine, const char *table, struct err *e)
{
	struct engine_sqlite *g = engine;
	int code = aside_give_up(g->aside, table);
	cache_of_writer(g, WRITER_CACHE_KB);
	return code == SQLITE_OK ? RC_OK : sqlite_words(e, code, g->path);
}

static enum rc begin(void *engine, bool write, struct db **out, struct err *e)
{
	struct engine_sqlite *g = engine;
	struct conn *c = g->writer;
	enum rc rc = RC_OK;
	if (!write) {
		rc = borrow_reader(g, &c, e);
	} else {
		int64_t deadline = queue_now_ms() + WAIT_MS;
		if (!queue_enter(&g->writing, deadline))
			return err_set(e, RC_BUSY,
				       "Others have been writing for 5 seconds; nothing was saved. "
				       "Try again in a moment");
		int64_t left = deadline - queue_now_ms();
		c->patience_ms = left > 1 ? left : 1;
	}
	if (rc != RC_OK)
		return rc;
	c->db.failed = RC_OK;
	rc = run_step(c, write ? BEGIN_WRITE : BEGIN_READ, e);
	leave_room(c);
	if (rc != RC_OK) {
		give_back(c);
		return rc;
	}
	if (write && !atomic_load(&g->log) && !atomic_load(&g->log_off)) /* it is there since the unit began */
		atomic_store(&g->log, log_inode(g));
	*out = &c->db;
	return RC_OK;
}

static void done(struct sql_rows *rows)
{
	struct stmt *s = (struct stmt *)rows;
	struct stmt **at = &sqlite_conn(rows->db)->open;
	while (*at != s)
		at = &(*at)->next;
	*at = s->next;
	sqlite3_reset(s->p);
	sqlite3_clear_bindings(s->p);
	s->busy = false;
	if (!s->cached)
		stmt_free(s);
}

static void finish_rows(struct conn *c)
{
	while (c->open)
		done(&c->open->rows);
}

static void rollback(struct db *db)
{
	struct conn *c = sqlite_conn(db);
	finish_rows(c);
	if (!sqlite3_get_autocommit(c->h)) /* some failures (disk full) have rolled back already */
		sqlite3_exec(c->h, "ROLLBACK", NULL, NULL, NULL);
	give_back(c);
}

static enum rc savepoint(struct db *db, enum savepoint what, struct err *e)
{
	struct conn *c = sqlite_conn(db);
	finish_rows(c); /* what follows fails if the transaction is gone (disk full) */
	enum rc rc = what == SAVEPOINT_UNDO ? run_step(c, POINT_UNDO, e) : RC_OK;
	return rc == RC_OK ? run_step(c, what == SAVEPOINT_BEGIN ? POINT_BEGIN : POINT_KEEP, e) : rc;
}

static enum rc commit(struct db *db, bool *again_out, struct err *e)
{
	struct conn *c = sqlite_conn(db);
	*again_out = false;
	finish_rows(c);
	enum rc rc = c->db.writing ? sqlite_in_place(c->engine, e) : RC_OK;
	bool tried = rc == RC_OK;
	if (tried)
		rc = run_step(c, COMMIT, e);
	if (tried && rc != RC_OK && (sqlite3_extended_errcode(c->h) & 0xff) == SQLITE_IOERR) {
		char detail[ERR_TEXT_MAX];
		snprintf(detail, sizeof detail, "commit: sqlite %d", sqlite3_extended_errcode(c->h));
		rc = err_set(e, RC_IO,
			     "The disk failed while saving; it is not known whether it was saved. "
			     "Check the disk, and look before you enter it again");
		err_detail(e, "%s", detail);
	}
	if (rc != RC_OK)
		rollback(db);
	else
		give_back(c);
	return rc;
}

/* ---- statements ---- */

static enum rc check_shape(const struct sql_statement *st, struct stmt *s, struct err *e)
{
	if (sqlite3_column_count(s->p) != (int)st->n_out)
		return err_set(e, RC_INTERNAL, "Statement %s gives %d columns, but its out: names %zu", st->name,
			       sqlite3_column_count(s->p), st->n_out);
	size_t n_has = (size_t)__builtin_popcountll(s->has);
	if (sqlite3_bind_parameter_count(s->p) != (int)n_has)
		return err_set(e, RC_INTERNAL, "Statement %s takes %d parameters, but its in: names %zu", st->name,
			       sqlite3_bind_parameter_count(s->p), n_has);
	for (size_t i = 0; i < st->n_in; i++) {
		char name[24];
		if (!(s->has >> i & 1))
			continue;
		snprintf(name, sizeof name, "$%zu", i + 1);
		s->place[i] = sqlite3_bind_parameter_index(s->p, name);
		if (!s->place[i])
			return err_set(e, RC_INTERNAL, "Statement %s has no parameter %s", st->name, name);
	}
	return RC_OK;
}

/* `has`: those of the statement's parameters that stand in this text of it. */
static enum rc compile(struct conn *c, const struct sql_statement *st, const char *text, uint64_t has,
		       struct stmt **out, struct err *e)
{
	struct stmt *s = xcalloc(1, sizeof *s);
	s->rows = (struct sql_rows){ &c->db, st };
	s->has = has;
	s->place = xcalloc(st->n_in + 1, sizeof *s->place);
	const char *rest = "";
	int code = sqlite3_prepare_v3(c->h, text, -1, SQLITE_PREPARE_PERSISTENT, &s->p, &rest);
	enum rc rc = code != SQLITE_OK ? sqlite_failed(c, st->name, e) : RC_OK;
	if (rc == RC_OK && (!s->p || *rest))
		rc = err_set(e, RC_INTERNAL, "Statement %s must be one statement", st->name);
	if (rc == RC_OK)
		rc = check_shape(st, s, e);
	if (rc != RC_OK)
		stmt_free(s);
	else
		*out = s;
	return rc;
}

static uint64_t all_of(const struct sql_statement *st)
{
	return st->n_in < 64 ? ((uint64_t)1 << st->n_in) - 1 : UINT64_MAX;
}

/* The connection's own prepared statement; a second one while the first is being read. */
static enum rc borrow(struct conn *c, const struct sql_statement *st, struct stmt **out, struct err *e)
{
	size_t at = st->index < 0 ? CACHE_MAX : (size_t)st->index;
	struct stmt *s = at < c->n_cache ? c->cache[at] : NULL;
	if (s && s->rows.st == st && !s->busy) {
		*out = s;
		return RC_OK;
	}
	enum rc rc = compile(c, st, st->text, all_of(st), out, e);
	if (rc != RC_OK || s || at >= CACHE_MAX)
		return rc;
	if (at >= c->n_cache) {
		size_t n = at + 64 < CACHE_MAX ? at + 64 : CACHE_MAX;
		c->cache = xrealloc(c->cache, n * sizeof(struct stmt *));
		memset(c->cache + c->n_cache, 0, (n - c->n_cache) * sizeof(struct stmt *));
		c->n_cache = n;
	}
	c->cache[at] = *out;
	(*out)->cached = true;
	return RC_OK;
}

/* `lives`: the caller's text outlives the run of the statement. */
static enum rc bind(struct conn *c, struct stmt *s, const struct sql_value *in, bool lives, struct err *e)
{
	sqlite3_destructor_type whose = lives ? SQLITE_STATIC : SQLITE_TRANSIENT;
	for (size_t i = 0; i < s->rows.st->n_in; i++) {
		const struct sql_value *v = &in[i];
		if (!s->place[i])
			continue;
		/* Empty is not NULL: SQLite looks at the pointer. */
		const char *p = v->s.n ? v->s.p : "";
		int code, place = s->place[i];
		if (v->type == SQL_INT ? v->i == SQL_NULL : !v->s.p)
			code = sqlite3_bind_null(s->p, place);
		else if (v->type == SQL_INT)
			code = sqlite3_bind_int64(s->p, place, v->i);
		else if (v->type == SQL_TEXT)
			code = sqlite3_bind_text64(s->p, place, p, v->s.n, whose, SQLITE_UTF8);
		else
			code = sqlite3_bind_blob64(s->p, place, p, v->s.n, whose);
		if (code != SQLITE_OK)
			return sqlite_failed(c, s->rows.st->name, e);
	}
	return RC_OK;
}

static enum rc step_all(struct conn *c, struct stmt *s, struct err *e)
{
	int code;
	enum rc rc = RC_OK;
	while ((code = sqlite3_step(s->p)) == SQLITE_ROW)
		;
	if (code != SQLITE_DONE)
		rc = sqlite_failed(c, s->rows.st->name, e);
	sqlite3_reset(s->p);
	return rc;
}

static enum rc run_with(struct conn *c, struct stmt *s, const struct sql_value *in, struct err *e)
{
	enum rc rc = bind(c, s, in, true, e);
	if (rc == RC_OK)
		rc = step_all(c, s, e);
	sqlite3_clear_bindings(s->p);
	return rc;
}

/* The statement over rows that are fed, in *out. What is the same in all of many rows is bound once and not
 * read from each; a statement is made for that, and made anew when others are the same. */
static enum rc make_fed(struct conn *c, struct stmt *s, uint64_t same, struct stmt **out, struct err *e)
{
	struct stmt **at = &s->fed[same != 0];
	const struct sql_statement *st = s->rows.st;
	struct buf text AUTO(buf_release);
	buf_init(&text, 65536);
	*out = *at;
	if (s->unfed || (*at && (*at)->has == same))
		return RC_OK;
	stmt_free(*at);
	*out = *at = NULL;
	s->unfed = !feed_insert(st->text, st->n_in, same, &text);
	enum rc rc = s->unfed ? RC_OK : compile(c, st, text.p, same, at, e);
	*out = *at;
	return rc;
}

static enum rc run_fed(struct conn *c, struct stmt *fed, const struct sql_feed *f, struct err *e)
{
	struct sql_value first[FEED_COLUMNS];
	enum rc rc = fed->has ? feed_row(f, 0, first, e) : RC_OK;
	if (rc != RC_OK)
		return rc;
	feed_begin(c->feed, f);
	rc = fed->has ? run_with(c, fed, first, e) : step_all(c, fed, e);
	return feed_end(c->feed, rc, e);
}

static enum rc exec_rows(struct db *db, const struct sql_feed *f, struct err *e)
{
	struct conn *c = sqlite_conn(db);
	const struct sql_statement *st = f->st;
	struct sql_value v[FEED_COLUMNS];
	struct stmt *s, *fed = NULL;
	enum rc rc = borrow(c, st, &s, e);
	if (rc == RC_OK && f->n >= FED_ROWS && s->cached)
		rc = make_fed(c, s, f->n >= ROWS_ALIKE ? f->same : 0, &fed, e);
	if (rc != RC_OK)
		return rc;
	if (fed)
		return run_fed(c, fed, f, e);
	if (st->n_in > COUNT_OF(v))
		rc = err_set(e, RC_INTERNAL, "Statement %s has too many parameters", st->name);
	for (size_t i = 0; i < f->n && rc == RC_OK; i++)
		if ((rc = feed_row(f, i, v, e)) == RC_OK)
			rc = run_with(c, s, v, e);
	if (!s->cached)
		stmt_free(s);
	return rc;
}

static enum rc exec(struct db *db, const struct sql_statement *st, const struct sql_value *in, int64_t *changed_out,
		    struct err *e)
{
	struct conn *c = sqlite_conn(db);
	int64_t before = sqlite3_total_changes64(c->h);
	struct stmt *s;
	enum rc rc = borrow(c, st, &s, e);
	if (rc != RC_OK)
		return rc;
	rc = run_with(c, s, in, e);
	if (!s->cached)
		stmt_free(s);
	if (rc == RC_OK && changed_out) /* sqlite3_changes keeps its old value if a statement changed nothing */
		*changed_out = sqlite3_total_changes64(c->h) == before ? 0 : sqlite3_changes64(c->h);
	return rc;
}

static enum rc query(struct db *db, const struct sql_statement *st, const struct sql_value *in, struct sql_rows **out,
		     struct err *e)
{
	struct conn *c = sqlite_conn(db);
	struct stmt *s;
	enum rc rc = borrow(c, st, &s, e);
	if (rc != RC_OK)
		return rc;
	s->busy = true;
	s->ended = false;
	s->next = c->open;
	c->open = s;
	if (!db->writing && !sqlite3_stmt_readonly(s->p))
		rc = err_set(e, RC_INTERNAL, "The program tried to change the store (%s) in a unit that only reads",
			     st->name);
	if (rc == RC_OK)
		rc = bind(c, s, in, false, e); /* rows are read after the caller's text may have gone */
	if (rc != RC_OK)
		done(&s->rows);
	else
		*out = &s->rows;
	return rc;
}

/* SQLite keeps whatever another program puts into a column. If the column is declared as the statement says, that
 * happened; otherwise the statement is wrong. */
static enum rc of_other_kind(const struct stmt *s, int column, struct err *e)
{
	static const char *const words[] = { [SQL_INT] = "INT", [SQL_TEXT] = "TEXT", [SQL_BLOB] = "BLOB" };
	const struct sql_param *as = &s->rows.st->out[column];
	const char *declared = sqlite3_column_decltype(s->p, column);
	if (!declared || !strstr(declared, words[as->type]))
		return err_set(e, RC_INTERNAL, "Column %s of statement %s is not of the type that its out: says",
			       as->name, s->rows.st->name);
	err_set(e, RC_CORRUPT,
		"%s holds in column %s what this program never writes: something else has altered it. Stop the program, "
		"keep the file, and restore a backup",
		sqlite_conn(s->rows.db)->engine->path, as->name);
	err_detail(e, "statement %s", s->rows.st->name);
	return RC_CORRUPT;
}

/* One call into the library for each column: a value may be asked directly where, as
 * here, a connection serves one thread at a time. */
static enum rc take(const struct stmt *s, int column, struct sql_value *v, struct err *e)
{
	static const int wanted[] = { [SQL_INT] = SQLITE_INTEGER, [SQL_TEXT] = SQLITE_TEXT, [SQL_BLOB] = SQLITE_BLOB };
	const struct sql_param *as = &s->rows.st->out[column];
	sqlite3_value *value = sqlite3_column_value(s->p, column);
	int type = sqlite3_value_type(value);
	*v = (struct sql_value){ .type = as->type, .i = SQL_NULL };
	if (type == SQLITE_NULL)
		return RC_OK;
	if (type != wanted[as->type])
		return of_other_kind(s, column, e);
	if (as->type == SQL_INT) {
		v->i = sqlite3_value_int64(value);
		return RC_OK;
	}
	v->s.p = as->type == SQL_TEXT ? (const char *)sqlite3_value_text(value) : sqlite3_value_blob(value);
	v->s.n = (size_t)sqlite3_value_bytes(value);
	if (!v->s.p)
		v->s.p = "";
	return RC_OK;
}

static enum rc next(struct sql_rows *rows, struct sql_value *out, struct err *e)
{
	struct stmt *s = (struct stmt *)rows;
	if (s->ended)
		return RC_NOT_FOUND;
	int code = sqlite3_step(s->p);
	if (code != SQLITE_ROW) {
		s->ended = true;
		return code == SQLITE_DONE ? RC_NOT_FOUND : sqlite_failed(sqlite_conn(rows->db), rows->st->name, e);
	}
	for (size_t i = 0; i < rows->st->n_out; i++) {
		enum rc rc = take(s, (int)i, &out[i], e);
		if (rc != RC_OK)
			return rc;
	}
	return RC_OK;
}

static enum rc prepare(struct db *db, const struct sql_statement *st, struct err *e)
{
	struct stmt *s;
	enum rc rc = borrow(sqlite_conn(db), st, &s, e);
	if (rc == RC_OK && !s->cached)
		stmt_free(s);
	return rc;
}

/* ---- migrations ---- */

static enum rc script(struct db *db, const char *sql, struct err *e)
{
	return sqlite_run(sqlite_conn(db), sql, e);
}

static enum rc alone(struct db *db, struct err *e)
{
	(void)db; /* BEGIN IMMEDIATE is exclusive among writers */
	(void)e;
	return RC_OK;
}

static enum rc tables(struct db *db, int64_t *count_out, bool *has_migrations_out, struct err *e)
{
	int64_t all = 0, ours = 0;
	enum rc rc = sqlite_ask_int(sqlite_conn(db), "SELECT count(*) FROM sqlite_schema WHERE type='table'", &all, e);
	if (rc == RC_OK)
		rc = sqlite_ask_int(sqlite_conn(db),
				    "SELECT count(*) FROM sqlite_schema WHERE type='table' AND name='schema_migration'",
				    &ours, e);
	if (rc != RC_OK)
		return rc;
	*count_out = all;
	*has_migrations_out = ours == 1;
	return RC_OK;
}

const struct engine_ops sqlite_ops = {
	.open = engine_open,
	.close = engine_close,
	.begin = begin,
	.commit = commit,
	.expect_bulk = expect_bulk,
	.give_way = give_way,
	.fill_begin = fill_begin,
	.fill_end = fill_end,
	.refill_give_up = refill_give_up,
	.unshared = unshared,
	.savepoint = savepoint,
	.rollback = rollback,
	.exec = exec,
	.exec_rows = exec_rows,
	.query = query,
	.next = next,
	.done = done,
	.prepare = prepare,
	.script = script,
	.alone = alone,
	.tables = tables,
	.backup = sqlite_backup,
	.restore = sqlite_restore,
	.state = sqlite_state,
	.scratch = sqlite_scratch,
	.scratch_end = sqlite_scratch_end,
	.ready = sqlite_ready,
	.settle = sqlite_settle,
	.write_anew = sqlite_write_anew,
	.check = sqlite_check,
};
