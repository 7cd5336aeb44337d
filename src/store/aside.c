#include "store/aside.h"

#include "store/queue.h"

#include <fcntl.h>
#include <pthread.h>
#include <sqlite3.h>
#include <time.h>
#include <unistd.h>

enum { WAIT_MS = 5000, ROWS_AT_ONCE = 4000, LONG_MS = 20, LET_IN_US = 3000 };

struct aside {
	char *path;
	struct tidier *tidier;
	int fd;		      /* of the file: the lock of the program that fills it */
	pthread_mutex_t lock; /* guards filling */
	bool filling;
};

struct aside *aside_new(const char *path, struct tidier *t)
{
	struct aside *a = xcalloc(1, sizeof *a);
	a->path = xstrndup(path, strlen(path));
	a->tidier = t;
	a->fd = open(path, O_RDWR | O_CLOEXEC);
	pthread_mutex_init(&a->lock, NULL);
	return a;
}

void aside_free(struct aside *a)
{
	if (a->fd >= 0)
		close(a->fd);
	pthread_mutex_destroy(&a->lock);
	free(a->path);
	free(a);
}

/* A byte that no file reaches. SQLite's own locks lie elsewhere and are of another
 * kind; this one vanishes with its program. */
static bool lock_byte(int fd, short type)
{
	struct flock l = { .l_type = type, .l_whence = SEEK_SET, .l_start = INT64_MAX - 1, .l_len = 1 };
	return fd >= 0 && fcntl(fd, F_OFD_SETLK, &l) == 0;
}

/* Of all programs on the file, one fills at a time. */
static bool enter(struct aside *a)
{
	pthread_mutex_lock(&a->lock);
	bool ours = !a->filling && lock_byte(a->fd, F_WRLCK);
	a->filling = a->filling || ours;
	pthread_mutex_unlock(&a->lock);
	return ours;
}

static void leave(struct aside *a)
{
	pthread_mutex_lock(&a->lock);
	a->filling = false;
	lock_byte(a->fd, F_UNLCK);
	pthread_mutex_unlock(&a->lock);
}

static sqlite3 *connect(struct aside *a)
{
	sqlite3 *h = NULL;
	if (sqlite3_open_v2(a->path, &h, SQLITE_OPEN_READWRITE | SQLITE_OPEN_NOMUTEX, NULL) == SQLITE_OK) {
		sqlite3_busy_timeout(h, WAIT_MS);
		/* Sorted a megabyte at a time, each by a helper while the next is read: SQLite has
		 * helpers only for what does not stay in memory as a whole. The runs lie in a file
		 * without a name, in the folder of the store (sqlite.c). */
		sqlite3_exec(
		    h, "PRAGMA synchronous=EXTRA; PRAGMA temp_store=FILE; PRAGMA cache_size=-1000; PRAGMA threads=2",
		    NULL, NULL, NULL);
		tidier_watch(a->tidier, h);
	}
	return h;
}

static int run(sqlite3 *h, const char *sql)
{
	return sqlite3_exec(h, sql, NULL, NULL, NULL);
}

/* All or nothing of a transaction that was begun. */
static int finish(sqlite3 *h, int code)
{
	if (code == SQLITE_OK)
		code = run(h, "COMMIT");
	if (!sqlite3_get_autocommit(h))
		run(h, "ROLLBACK");
	return code;
}

/* The first row's column as a copy of the caller's; NULL: there is no row. */
static int first_text(sqlite3 *h, const char *sql, char **out)
{
	sqlite3_stmt *p = NULL;
	int code = sqlite3_prepare_v2(h, sql, -1, &p, NULL);
	if (code == SQLITE_OK)
		code = sqlite3_step(p);
	*out = code == SQLITE_ROW ? sqlite3_mprintf("%s", (const char *)sqlite3_column_text(p, 0)) : NULL;
	sqlite3_finalize(p);
	return code == SQLITE_ROW || code == SQLITE_DONE ? SQLITE_OK : code;
}

static bool there_is(sqlite3 *h, const char *table)
{
	char *ask = sqlite3_mprintf("SELECT name FROM sqlite_schema WHERE name = %Q", table), *found;
	int code = first_text(h, ask, &found);
	sqlite3_free(found);
	sqlite3_free(ask);
	return code == SQLITE_OK && found;
}

/* Of all tables, or (`table`) of one. Coverage has few rows, and is asked before every write; the one index of
 * events holds few of them, and to make it later every event would be read again. */
static int set_all(sqlite3 *h, const char *table)
{
	static const char begin[] =
	    "CREATE TABLE IF NOT EXISTS index_aside (n INTEGER PRIMARY KEY, name TEXT NOT NULL, body TEXT NOT NULL);"
	    "INSERT INTO index_aside (name, body) SELECT name, sql FROM sqlite_schema WHERE %s ORDER BY rowid";
	char *which = table ? sqlite3_mprintf("type = 'index' AND sql LIKE 'CREATE INDEX %%' AND tbl_name = %Q", table)
			    : sqlite3_mprintf("type = 'index' AND sql LIKE 'CREATE INDEX %%' "
					      "AND tbl_name NOT IN ('coverage', 'event')");
	char *put = sqlite3_mprintf(begin, which);
	char *next = sqlite3_mprintf("SELECT name FROM sqlite_schema WHERE %s", which), *name = NULL;
	int code = run(h, put);
	while (code == SQLITE_OK && (code = first_text(h, next, &name)) == SQLITE_OK && name) {
		char *drop = sqlite3_mprintf("DROP INDEX \"%w\"", name);
		code = run(h, drop);
		sqlite3_free(drop);
		sqlite3_free(name);
	}
	sqlite3_free(next);
	sqlite3_free(put);
	sqlite3_free(which);
	return code;
}

static int holds_rows(sqlite3 *h, const char *table, bool *yes_out)
{
	char *ask = sqlite3_mprintf("SELECT 1 FROM \"%w\" LIMIT 1", table), *row = NULL;
	int code = first_text(h, ask, &row);
	*yes_out = row != NULL;
	sqlite3_free(row);
	sqlite3_free(ask);
	return code;
}

static bool set(sqlite3 *h, const char *table)
{
	bool full = false;
	int code = run(h, "BEGIN IMMEDIATE");
	if (code == SQLITE_OK && table)
		code = holds_rows(h, table, &full);
	if (code == SQLITE_OK)
		code = full ? SQLITE_CONSTRAINT : set_all(h, table);
	return finish(h, code) == SQLITE_OK;
}

/* The next, in the order in which they were made first (so the planner sees them as before), or
 * after the last the table that kept them. Inside a transaction. */
static int make_one(sqlite3 *h, bool *left_out)
{
	char *make = NULL;
	int code = first_text(h, "SELECT body FROM index_aside ORDER BY n LIMIT 1", &make);
	if (code == SQLITE_OK)
		code = run(h, make ? make : "DROP TABLE index_aside");
	if (make && code == SQLITE_OK)
		code = run(h, "DELETE FROM index_aside WHERE n = (SELECT min(n) FROM index_aside)");
	*left_out = make != NULL;
	sqlite3_free(make);
	return code;
}

static int make_next(sqlite3 *h, bool *left_out)
{
	int code = run(h, "BEGIN IMMEDIATE");
	*left_out = false;
	if (code == SQLITE_OK && there_is(h, "index_aside")) /* or another program was quicker */
		code = make_one(h, left_out);
	return finish(h, code);
}

static int make_all(sqlite3 *h)
{
	int code = SQLITE_OK;
	for (bool left = true; code == SQLITE_OK && left;) {
		int64_t from = queue_now_ms();
		code = make_next(h, &left);
		if (queue_now_ms() - from >= LONG_MS)
			usleep(LET_IN_US); /* whoever waits to open the store looks every millisecond */
	}
	return code;
}

/* ---- rows that were given up ---- */

/* The table as it was made, empty, with its indexes; its rows stand aside under another name. */
static int begin_anew(sqlite3 *h, const char *table)
{
	char *ask = sqlite3_mprintf("SELECT sql FROM sqlite_schema WHERE type = 'table' AND name = %Q", table);
	char *move = sqlite3_mprintf("ALTER TABLE \"%w\" RENAME TO rows_aside", table), *make = NULL;
	int code = run(h, "BEGIN IMMEDIATE");
	if (code == SQLITE_OK)
		code = first_text(h, ask, &make);
	if (code == SQLITE_OK)
		code = make ? run(h, move) : SQLITE_NOTFOUND;
	if (code == SQLITE_OK)
		code = run(h, make);
	for (bool left = true; code == SQLITE_OK && left;)
		code = make_one(h, &left);
	sqlite3_free(make);
	sqlite3_free(move);
	sqlite3_free(ask);
	return finish(h, code);
}

/* Some of them go, or with the last the table that kept them. */
static int drop_some(sqlite3 *h, bool *left_out)
{
	char *key = NULL, *drop = NULL;
	int code = run(h, "BEGIN IMMEDIATE");
	*left_out = false;
	if (code == SQLITE_OK)
		code = first_text(h, "SELECT name FROM pragma_table_info('rows_aside') WHERE pk = 1", &key);
	if (key) {
		drop = sqlite3_mprintf("DELETE FROM rows_aside WHERE \"%w\" <= (SELECT \"%w\" FROM rows_aside "
				       "ORDER BY \"%w\" LIMIT 1 OFFSET %d)",
				       key, key, key, ROWS_AT_ONCE);
		code = run(h, drop);
		*left_out = code == SQLITE_OK && sqlite3_changes(h) > 0;
	}
	if (code == SQLITE_OK && !*left_out)
		code = run(h, "DROP TABLE IF EXISTS rows_aside");
	sqlite3_free(drop);
	sqlite3_free(key);
	return finish(h, code);
}

/* In short transactions, between which others come to write. */
static int drop_all(sqlite3 *h)
{
	static const struct timespec while_ = { 0, 2000000L };
	int code = SQLITE_OK;
	for (bool left = there_is(h, "rows_aside"); code == SQLITE_OK && left; nanosleep(&while_, NULL))
		code = drop_some(h, &left);
	return code;
}

bool aside_begin(struct aside *a, const char *table)
{
	if (!enter(a))
		return false;
	sqlite3 *h = connect(a);
	bool done = h && set(h, table);
	sqlite3_close(h);
	if (!done)
		leave(a);
	return done;
}

bool aside_alone(const struct aside *a)
{
	return tidier_alone(a->tidier);
}

int aside_end(struct aside *a)
{
	sqlite3 *h = connect(a);
	int code = h ? make_all(h) : SQLITE_CANTOPEN;
	if (code == SQLITE_OK)
		code = drop_all(h);
	sqlite3_close(h);
	leave(a);
	return code;
}

int aside_give_up(struct aside *a, const char *table)
{
	sqlite3 *h = connect(a);
	int code = h ? begin_anew(h, table) : SQLITE_CANTOPEN;
	if (h && code != SQLITE_OK)
		code = make_all(h);
	else if (h)
		drop_all(h); /* what is left, the next that opens the store takes away */
	sqlite3_close(h);
	leave(a);
	return code;
}

void aside_recover(struct aside *a)
{
	sqlite3 *h = connect(a);
	bool left = h && (there_is(h, "index_aside") || there_is(h, "rows_aside"));
	sqlite3_close(h);
	/* What cannot be made now (the disk is full), the next may be able to. */
	if (left && enter(a) && aside_end(a) != SQLITE_OK)
		return;
}
