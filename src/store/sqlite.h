/*
 * sqlite.h - what the files of the SQLite engine share: sqlite.c (connections, units,
 * statements) and sqlite_keep.c (backup, restore, drill, check).
 */
#ifndef LINNET_STORE_SQLITE_H
#define LINNET_STORE_SQLITE_H

#include "store/engine.h"
#include "store/queue.h"
#include "store/tidy.h"

#include <sqlite3.h>
#include <stdatomic.h>
#include <sys/types.h>

struct stmt; /* a prepared statement, kept with its connection */

enum step { BEGIN_READ, BEGIN_WRITE, COMMIT, POINT_BEGIN, POINT_KEEP, POINT_UNDO, STEPS };

struct conn {
	struct db db; /* first: a db of ours is a conn */
	struct engine_sqlite *engine;
	sqlite3 *h;
	struct stmt **cache; /* by sql_statement.index */
	size_t n_cache;
	struct stmt *open;	    /* with rows that nobody has finished reading */
	sqlite3_stmt *steps[STEPS]; /* of transactions, by enum step */
	struct feed *feed;	    /* of the writer: rows that come together */
	int64_t patience_ms, busy_since;
	bool opening;	   /* its settings are being made */
	bool in_room;	   /* it waits, and says so */
	struct conn *next; /* in the pool */
};

struct engine_sqlite {
	char *path;
	struct queue writing, reading;
	pthread_mutex_t lock; /* guards idle */
	struct conn *writer, *idle;
	struct tidier *tidier;
	struct aside *aside;
	atomic_bool log_off; /* units are written without the log */
	_Atomic ino_t log;   /* the log beside the file, as the writer found it; 0: not yet, or none */
	int room;	     /* the file, locked (shared) while this program waits for another to have written */
};

static inline struct conn *sqlite_conn(struct db *db)
{
	return (struct conn *)db;
}

/* What the connection's last failure means to a person (sqlite_words.h). */
enum rc sqlite_failed(struct conn *c, const char *where, struct err *e);
/* Runs statements without answers. */
enum rc sqlite_run(struct conn *c, const char *sql, struct err *e) NODISCARD;
/* The first column of the first row, as text in out ("" if none). */
enum rc sqlite_ask(struct conn *c, const char *sql, struct buf *out, struct err *e) NODISCARD;
enum rc sqlite_ask_int(struct conn *c, const char *sql, int64_t *out, struct err *e) NODISCARD;

/* RC_IO if what was opened has not its name any more. */
enum rc sqlite_in_place(const struct engine_sqlite *g, struct err *e) NODISCARD;

/* ---- sqlite_keep.c, as engine.h says ---- */
enum rc sqlite_backup(void *engine, const char *file, struct buf *held, store_progress *p, void *arg, struct err *e);
enum rc sqlite_restore(void *engine, const char *file, store_progress *p, void *arg, struct err *e);
enum rc sqlite_state(struct db *db, struct buf *out, struct err *e);
enum rc sqlite_scratch(const char *where, const char *file, struct buf *out, struct err *e);
enum rc sqlite_scratch_end(const char *of, const char *scratch_file, struct err *e);
enum rc sqlite_ready(void *engine, struct err *e);
enum rc sqlite_settle(void *engine, struct err *e);
enum rc sqlite_write_anew(void *engine, struct err *e);
enum rc sqlite_check(void *engine, struct buf *report, bool *well_out, struct err *e);

#endif
