/*
 * postgres.h - what the files of the PostgreSQL engine share: postgres.c (connections,
 * units, statements) and postgres_keep.c (backup, restore, drill, check).
 */
#ifndef LINNET_STORE_POSTGRES_H
#define LINNET_STORE_POSTGRES_H

#include "store/engine.h"
#include "store/queue.h"

#include <libpq-fe.h>

struct rows;

struct conn {
	struct db db; /* first: a db of ours is a conn */
	struct engine_postgres *engine;
	PGconn *h;
	const struct sql_statement **prepared; /* by index: what the server knows as "s<index>" */
	size_t n_prepared;
	struct rows *open;
	bool lost; /* to be closed instead of given back */
	struct conn *next;
};

struct engine_postgres {
	char *conninfo;
	struct queue places;
	pthread_mutex_t lock; /* guards idle */
	struct conn *idle;
};

static inline struct conn *postgres_conn(struct db *db)
{
	return (struct conn *)db;
}

/* A unit, as engine.h says; waits up to so long for a connection. */
enum rc postgres_begin(struct engine_postgres *g, bool write, int64_t patience_ms, struct db **out, struct err *e);
/* Runs statements without answers. */
enum rc postgres_run(struct conn *c, const char *sql, struct err *e) NODISCARD;
/* The first column of the first row, as text ("" if none). */
enum rc postgres_ask(struct conn *c, const char *sql, struct buf *out, struct err *e) NODISCARD;
enum rc postgres_ask_int(struct conn *c, const char *sql, int64_t *out, struct err *e) NODISCARD;

/* ---- postgres_keep.c, as engine.h says ---- */
enum rc postgres_backup(void *engine, const char *file, struct buf *held, store_progress *p, void *arg, struct err *e);
enum rc postgres_restore(void *engine, const char *file, store_progress *p, void *arg, struct err *e);
enum rc postgres_state(struct db *db, struct buf *out, struct err *e);
enum rc postgres_scratch(const char *where, const char *file, struct buf *out, struct err *e);
enum rc postgres_scratch_end(const char *of, const char *scratch_where, struct err *e);
enum rc postgres_ready(void *engine, struct err *e);
enum rc postgres_notes(void *engine, int64_t now_ms, struct buf *out, struct err *e);
enum rc postgres_check(void *engine, struct buf *report, bool *well_out, struct err *e);

#endif
