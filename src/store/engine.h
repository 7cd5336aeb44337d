/*
 * engine.h - what an engine must be able to do, so that store.c can keep the
 * promises of store.h with either. Seen only inside this room.
 *
 * An engine hands out a `struct db` in `begin` and takes it back in `commit` or
 * `rollback`, whatever these return. store.c has already checked values, and
 * does not call an engine again in a unit after a statement of it has failed.
 */
#ifndef LINNET_STORE_ENGINE_H
#define LINNET_STORE_ENGINE_H

#include "store/store.h"

#include <stdatomic.h>

enum { WAIT_MS = 5000, CACHE_MAX = 2048, CONNECTIONS_MAX = 32 };

struct engine_ops;
struct group;

enum savepoint { SAVEPOINT_BEGIN, SAVEPOINT_KEEP, SAVEPOINT_UNDO };

struct db {
	const struct engine_ops *ops;
	bool writing;
	bool again;	/* the engine says: run the whole unit once more */
	enum rc failed; /* the first failure of a statement; the unit cannot be committed any more */
};

struct sql_rows { /* each engine's own rows begin with this */
	struct db *db;
	const struct sql_statement *st;
};

struct engine_ops {
	/* What follows "sqlite:" or "postgres:". */
	enum rc (*open)(const char *where, bool create, void **engine_out, struct err *e);
	void (*close)(void *engine);
	enum rc (*begin)(void *engine, bool write, struct db **out, struct err *e);
	enum rc (*commit)(struct db *db, bool *again_out, struct err *e);
	void (*expect_bulk)(void *engine, bool bulk);	     /* may be NULL */
	bool (*give_way)(void *engine);			     /* may be NULL */
	bool (*unshared)(void *engine);			     /* these four may be NULL */
	bool (*fill_begin)(void *engine, const char *table); /* NULL: of all tables */
	enum rc (*fill_end)(void *engine, struct err *e);
	enum rc (*refill_give_up)(void *engine, const char *table, struct err *e);
	/* One writer at a time: units can share a commit (group.h). NULL: they do not.
	 * Anything but RC_OK: the transaction can only be rolled back. */
	enum rc (*savepoint)(struct db *db, enum savepoint what, struct err *e);
	void (*rollback)(struct db *db);

	enum rc (*exec)(struct db *db, const struct sql_statement *st, const struct sql_value *in, int64_t *changed_out,
			struct err *e);
	/* One of these two: values of some rows, or rows to ask for their values (feed_row). */
	enum rc (*exec_many)(struct db *db, const struct sql_statement *st, const struct sql_value *in, size_t rows,
			     struct err *e);
	enum rc (*exec_rows)(struct db *db, const struct sql_feed *feed, struct err *e);
	enum rc (*query)(struct db *db, const struct sql_statement *st, const struct sql_value *in,
			 struct sql_rows **out, struct err *e);
	enum rc (*next)(struct sql_rows *rows, struct sql_value *out, struct err *e);
	void (*done)(struct sql_rows *rows);
	enum rc (*prepare)(struct db *db, const struct sql_statement *st, struct err *e);

	/* For migrations: several statements in one text; one migrator at a time; what is there. */
	enum rc (*script)(struct db *db, const char *sql, struct err *e);
	enum rc (*alone)(struct db *db, struct err *e);
	enum rc (*tables)(struct db *db, int64_t *count_out, bool *has_migrations_out, struct err *e);
	/* Has a restore that was interrupted set aside what was here? NULL: it cannot be so. */
	enum rc (*set_aside)(struct db *db, bool *out, struct err *e);

	/* Backup writes a new file at `file` (mode 0600, not yet durable), and puts behind
	 * `state` what was there at that moment. Restore reads one that was verified, and
	 * either replaces everything or changes nothing. */
	enum rc (*backup)(void *engine, const char *file, struct buf *state, store_progress *p, void *arg,
			  struct err *e);
	enum rc (*restore)(void *engine, const char *file, store_progress *p, void *arg, struct err *e);
	enum rc (*state)(struct db *db, struct buf *out, struct err *e); /* a line a table */
	enum rc (*scratch)(const char *where, const char *file, struct buf *out, struct err *e);
	enum rc (*scratch_end)(const char *of, const char *scratch, struct err *e);
	enum rc (*ready)(void *engine, struct err *e);
	enum rc (*settle)(void *engine, struct err *e); /* these two may be NULL */
	enum rc (*write_anew)(void *engine, struct err *e);
	enum rc (*notes)(void *engine, int64_t now_ms, struct buf *out, struct err *e); /* may be NULL */
	enum rc (*check)(void *engine, struct buf *report, bool *well_out, struct err *e);
};

extern const struct engine_ops sqlite_ops, postgres_ops;

/* The values of row i, checked as those of any statement, unless they are known to be good. */
enum rc feed_row(const struct sql_feed *f, size_t i, struct sql_value *values, struct err *e);

struct store {
	const struct engine_ops *ops;
	void *engine;
	char *url;	     /* as given */
	char *shown;	     /* without a password */
	struct group *group; /* NULL: every unit commits by itself */
	store_progress *copying; /* of a copy that is made before a migration; may be NULL */
	bool no_copy;		 /* none is made */
	struct err no_writes; /* why nothing may be written; RC_OK: it may */
	atomic_bool outgrown; /* a newer program has brought the schema forward since */
};

/* "sqlite" or "postgres" and what follows the colon. */
enum rc store_parse_url(const char *url, const struct engine_ops **ops_out, const char **where_out, struct err *e);
/* Opens without looking at the schema. */
enum rc store_open_any(const char *url, bool create, struct store **out, struct err *e);
/* Applied migrations must be the program's; *version_out the newest. Refuses tables of something else. */
enum rc migrate_look(struct store *s, int *version_out, struct err *e);

/* Who is signed in is not copied, nor compared: on a store that is restored nobody is, however the restore ended. */
#define NOT_COPIED "session"

/* Is this file a backup that bears its seal (backup.c)? */
bool backup_is(const char *file);

#endif
