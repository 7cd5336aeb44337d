/* The engine for many servers: PostgreSQL. It and postgres_keep.c see
 * libpq-fe.h through postgres.h, and nobody else.
 *
 * A unit borrows one connection of a pool. Reading units see one moment
 * (REPEATABLE READ READ ONLY); writing units are READ COMMITTED, which is enough
 * because every write locks its person's row first. Numbers, texts and bytes
 * travel in binary form both ways. The whole answer of a query is held in
 * memory: read large tables by key, in pages. */
#include "store/postgres.h"

#include <endian.h>
#include <time.h>

enum { POOL = 8, PARAMS_MAX = 64, PIPELINE_ROWS = 256, RECONNECT_MS = 10000 };
_Static_assert((int)POOL <= (int)CONNECTIONS_MAX, "a server has few connections to give");

/* Types by their fixed numbers in pg_type. */
enum {
	T_BOOL = 16,
	T_BYTEA = 17,
	T_NAME = 19,
	T_INT8 = 20,
	T_INT2 = 21,
	T_INT4 = 23,
	T_TEXT = 25,
	T_UNKNOWN = 705,
	T_BPCHAR = 1042,
	T_VARCHAR = 1043
};

struct rows {
	struct sql_rows rows; /* first: rows of ours are this */
	PGresult *r;
	int at;
	struct rows *next;
};

/* ---- what went wrong ---- */

static bool is(const char *state, const char *prefix)
{
	return strncmp(state, prefix, strlen(prefix)) == 0;
}

static enum rc words_for(struct err *e, const char *state)
{
	if (is(state, "40001") || is(state, "40P01"))
		return err_set(e, RC_CONFLICT,
			       "Others changed the same records; nothing was saved. Try again in a moment");
	if (is(state, "55P03"))
		return err_set(e, RC_BUSY,
			       "Others have been writing the same records for 5 seconds; nothing was saved. "
			       "Try again in a moment");
	if (is(state, "53300"))
		return err_set(e, RC_BUSY, "PostgreSQL has no connection left; try again in a moment");
	if (is(state, "53100"))
		return err_set(e, RC_IO,
			       "The disk of PostgreSQL is full; nothing was saved. Free some space and try again");
	if (is(state, "23505"))
		return err_set(e, RC_CONFLICT, "There is already a record with this key");
	if (is(state, "23"))
		return err_set(e, RC_BAD_INPUT, "The store refused a record that breaks a rule of its table");
	if (is(state, "22003"))
		return err_set(e, RC_BAD_INPUT, "A number is too large for its column");
	if (is(state, "25006"))
		return err_set(e, RC_INTERNAL,
			       "The program tried to change the store in a unit that only reads, or the "
			       "PostgreSQL server is a read-only copy: give the address of the primary");
	if (is(state, "42501"))
		return err_set(e, RC_IO,
			       "The PostgreSQL user has not the rights that are needed; let it own the database");
	if (is(state, "42P01") || is(state, "3F000"))
		return err_set(e, RC_INTERNAL,
			       "The tables of the store are not there for this PostgreSQL user: a restore is going on "
			       "(try again when it is done), or the user may not use the schema public; let it own the "
			       "database");
	if (is(state, "XX001") || is(state, "XX002"))
		return err_set(e, RC_CORRUPT,
			       "PostgreSQL says that stored data is damaged; stop the program and restore a backup");
	if (is(state, "42") || is(state, "22") || is(state, "0A") || is(state, "26"))
		return err_set(e, RC_INTERNAL, "The store did not understand the program");
	return err_set(e, RC_IO, "PostgreSQL could not do it; look at its log, then try again");
}

/* `r` may be NULL (no answer). Only the primary message goes to the detail: the
 * rest can hold values. Another run is asked for where that is safe: nothing of
 * the unit can have been kept, since COMMIT was not yet sent. */
static enum rc failed(struct conn *c, const PGresult *r, const char *where, struct err *e)
{
	const char *state = r ? PQresultErrorField(r, PG_DIAG_SQLSTATE) : NULL;
	const char *message = r ? PQresultErrorField(r, PG_DIAG_MESSAGE_PRIMARY) : NULL;
	if (PQstatus(c->h) == CONNECTION_BAD || !state || is(state, "57P0") || is(state, "08")) {
		c->lost = true;
		c->db.again = true;
		enum rc rc = err_set(e, RC_IO,
				     "The connection to PostgreSQL was lost; nothing was saved. Try again in a moment");
		err_detail(e, "%s: connection lost %s", where, state ? state : "");
		return rc;
	}
	enum rc rc = words_for(e, state);
	err_detail(e, "%s: postgres %s: %s", where, state, message ? message : "");
	if (is(state, "40001") || is(state, "40P01"))
		c->db.again = true;
	if (is(state, "26000") || is(state, "0A000")) /* a statement that was prepared before the tables changed */
		c->lost = c->db.again = true;
	return rc;
}

enum rc postgres_run(struct conn *c, const char *sql, struct err *e)
{
	PGresult *r = PQexec(c->h, sql);
	ExecStatusType status = PQresultStatus(r);
	enum rc rc = status == PGRES_COMMAND_OK || status == PGRES_TUPLES_OK ? RC_OK : failed(c, r, sql, e);
	PQclear(r);
	return rc;
}

/* The first column of the first row, as text ("" if none). */
enum rc postgres_ask(struct conn *c, const char *sql, struct buf *out, struct err *e)
{
	PGresult *r = PQexec(c->h, sql);
	enum rc rc = PQresultStatus(r) == PGRES_TUPLES_OK ? RC_OK : failed(c, r, sql, e);
	if (rc == RC_OK && PQntuples(r) > 0)
		buf_puts(out, PQgetvalue(r, 0, 0));
	PQclear(r);
	return rc;
}

enum rc postgres_ask_int(struct conn *c, const char *sql, int64_t *out, struct err *e)
{
	struct buf b;
	buf_init(&b, 64);
	enum rc rc = postgres_ask(c, sql, &b, e);
	if (rc == RC_OK && str_to_int(buf_view(&b), INT64_MIN, INT64_MAX, out) != RC_OK)
		rc = err_set(e, RC_INTERNAL, "The store gave no number for: %s", sql);
	buf_release(&b);
	return rc;
}

/* ---- connections ---- */

static void conn_close(struct conn *c)
{
	PQfinish(c->h);
	free(c->prepared);
	free(c);
}

/* *later_out: another server of the address may answer in a moment (a standby is being
 * promoted, a server starts). Anything else will not change by waiting. */
static enum rc connect_failed(PGconn *h, bool *later_out, struct err *e)
{
	const char *said = PQerrorMessage(h);
	enum rc rc;
	*later_out = false;
	if (PQconnectionNeedsPassword(h))
		rc = err_set(e, RC_IO,
			     "PostgreSQL asks for a password; put it into the address or into the file ~/.pgpass");
	else if (PQconnectionUsedPassword(h))
		rc = err_set(e, RC_IO, "PostgreSQL did not accept this user and password; correct the address");
	else if (strstr(said, "does not exist"))
		rc = err_set(e, RC_IO,
			     "PostgreSQL has no such database or user; create it first: createdb "
			     "--template=template0 --encoding=UTF8 --locale=C NAME");
	else if (strstr(said, "too many"))
		rc = err_set(e, RC_BUSY, "PostgreSQL has no connection left; try again in a moment");
	else if (strstr(said, "certificate verify failed") || strstr(said, "certificate has expired"))
		rc = err_set(
		    e, RC_IO,
		    "The certificate of the PostgreSQL server was not accepted, so nothing was sent: it has expired, "
		    "or it is not from the authority that sslrootcert names. See its dates there: openssl x509 -noout "
		    "-dates -in server.crt");
	else if (strstr(said, "does not match host name"))
		rc = err_set(e, RC_IO,
			     "The certificate of the PostgreSQL server is for another host name, so nothing was sent. "
			     "Correct the host in the address, or the certificate");
	else {
		*later_out = true;
		rc = err_set(e, RC_IO, "PostgreSQL cannot be reached; is it running, and is the address right?");
	}
	err_detail(e, "connect: %s", said);
	return rc;
}

/* Text must sort and compare as on SQLite: by bytes of UTF-8. */
static enum rc database_fits(struct conn *c, struct err *e)
{
	int64_t fits = 0;
	enum rc rc =
	    postgres_ask_int(c,
			     "SELECT count(*) FROM pg_catalog.pg_database WHERE datname = current_database() AND "
			     "pg_encoding_to_char(encoding) = 'UTF8' AND "
			     "datcollate IN ('C', 'POSIX', 'C.UTF-8', 'C.utf8', 'ucs_basic')",
			     &fits, e);
	if (rc == RC_OK && !fits)
		rc = err_set(e, RC_BAD_INPUT,
			     "The PostgreSQL database must be UTF-8 with C collation; make another: createdb "
			     "--template=template0 --encoding=UTF8 --locale=C NAME");
	return rc;
}

/* What stands before the address can be changed by it. A server that vanished without a
 * word (power, cable) is given up after 15 seconds instead of hours. */
static enum rc conn_open(struct engine_postgres *g, struct conn **out, bool *later_out, struct err *e)
{
	const char *names[] = { "connect_timeout",	     "keepalives_idle",	 "keepalives_interval",
				"keepalives_count",	     "tcp_user_timeout", "dbname",
				"fallback_application_name", "client_encoding",	 NULL };
	const char *values[] = { "3", "5", "5", "2", "15000", g->conninfo, "linnet", "UTF8", NULL };
	PGconn *h = PQconnectdbParams(names, values, 1);
	*later_out = false;
	if (PQstatus(h) != CONNECTION_OK) {
		enum rc rc = connect_failed(h, later_out, e);
		PQfinish(h);
		return rc;
	}
	struct conn *c = xcalloc(1, sizeof *c);
	c->engine = g;
	c->h = h;
	c->db.ops = &postgres_ops;
	enum rc rc = postgres_run(
	    c,
	    "SET search_path TO public; SET lock_timeout TO 5000; SET client_min_messages TO error; "
	    "SET default_transaction_isolation TO 'read committed'; SET default_transaction_read_only TO off; "
	    "SELECT set_config('synchronous_commit', 'on', false) "
	    "WHERE current_setting('synchronous_commit') IN ('off', 'local')",
	    e);
	if (rc != RC_OK)
		conn_close(c);
	else
		*out = c;
	return rc;
}

static void engine_close(void *engine)
{
	struct engine_postgres *g = engine;
	while (g->idle) {
		struct conn *c = g->idle;
		g->idle = c->next;
		conn_close(c);
	}
	queue_release(&g->places);
	pthread_mutex_destroy(&g->lock);
	free(g->conninfo);
	free(g);
}

static enum rc engine_open(const char *where, bool create, void **out, struct err *e)
{
	(void)create; /* databases are made by their administrator */
	struct engine_postgres *g = xcalloc(1, sizeof *g);
	g->conninfo = xstrndup(where, strlen(where));
	queue_init(&g->places, POOL);
	pthread_mutex_init(&g->lock, NULL);
	char *wrong = NULL;
	bool later;
	PQconninfoOption *parsed = PQconninfoParse(where, &wrong);
	enum rc rc = parsed ? conn_open(g, &g->idle, &later, e)
			    : err_set(e, RC_BAD_INPUT,
				      "The PostgreSQL address cannot be read; write postgres:host=... "
				      "dbname=... user=...");
	if (!parsed) /* libpq's own words could repeat a password */
		err_detail(e, "conninfo is not well-formed");
	PQconninfoFree(parsed);
	PQfreemem(wrong);
	if (rc == RC_OK)
		rc = database_fits(g->idle, e);
	if (rc != RC_OK)
		engine_close(g);
	else
		*out = g;
	return rc;
}

/* ---- units ---- */

static void give_back(struct conn *c)
{
	struct engine_postgres *g = c->engine;
	if (c->lost || PQstatus(c->h) != CONNECTION_OK) {
		conn_close(c);
	} else {
		pthread_mutex_lock(&g->lock);
		c->next = g->idle;
		g->idle = c;
		pthread_mutex_unlock(&g->lock);
	}
	queue_leave(&g->places);
}

static struct conn *take_idle(struct engine_postgres *g)
{
	pthread_mutex_lock(&g->lock);
	struct conn *c = g->idle;
	if (c)
		g->idle = c->next;
	pthread_mutex_unlock(&g->lock);
	return c;
}

/* A new connection; while no server that takes writes answers, tried again until the
 * deadline: a fail-over is a wait, not an error. */
static enum rc connect_by(struct engine_postgres *g, int64_t deadline, struct conn **out, struct err *e)
{
	static const struct timespec nap = { 0, 100000000L };
	for (;;) {
		bool later;
		enum rc rc = conn_open(g, out, &later, e);
		if (rc == RC_OK || !later)
			return rc;
		if (queue_now_ms() >= deadline) { /* busy, for whoever asks: it may come back */
			char detail[ERR_TEXT_MAX] = "";
			if (e)
				snprintf(detail, sizeof detail, "%s", e->detail);
			rc = err_set(e, RC_BUSY,
				     "PostgreSQL cannot be reached at this moment; nothing was saved. Try again in a "
				     "moment, and tell whoever runs Linnet here if it goes on");
			err_detail(e, "%s", detail);
			return rc;
		}
		err_clear(e);
		nanosleep(&nap, NULL);
	}
}

/* A connection in an open transaction. Idle ones may have died with a server that
 * was restarted: they are thrown away until one answers or a new one is made. */
enum rc postgres_begin(struct engine_postgres *g, bool write, int64_t patience_ms, struct db **out, struct err *e)
{
	static const char *const words[] = { "BEGIN ISOLATION LEVEL REPEATABLE READ READ ONLY",
					     "BEGIN ISOLATION LEVEL READ COMMITTED READ WRITE" };
	int64_t deadline = queue_now_ms() + patience_ms;
	if (!queue_enter(&g->places, queue_now_ms() + (patience_ms < WAIT_MS ? patience_ms : WAIT_MS)))
		return err_set(e, RC_BUSY,
			       "The store has been busy for 5 seconds; nothing was done. Try again in a moment");
	for (;;) {
		struct conn *c = take_idle(g);
		bool was_idle = c != NULL;
		enum rc rc = c ? RC_OK : connect_by(g, deadline, &c, e);
		if (rc != RC_OK) {
			queue_leave(&g->places);
			return rc;
		}
		c->db.writing = write;
		c->db.failed = RC_OK;
		c->db.again = false;
		rc = postgres_run(c, words[write], e);
		if (rc == RC_OK) {
			*out = &c->db;
			return RC_OK;
		}
		bool over = !was_idle && (!c->lost || queue_now_ms() >= deadline);
		conn_close(c);
		if (over) {
			queue_leave(&g->places);
			return rc;
		}
		err_clear(e);
	}
}

static enum rc begin(void *engine, bool write, struct db **out, struct err *e)
{
	return postgres_begin(engine, write, RECONNECT_MS, out, e);
}

static void done(struct sql_rows *rows)
{
	struct rows *mine = (struct rows *)rows;
	struct rows **at = &postgres_conn(rows->db)->open;
	while (*at != mine)
		at = &(*at)->next;
	*at = mine->next;
	PQclear(mine->r);
	free(mine);
}

static void finish_rows(struct conn *c)
{
	while (c->open)
		done(&c->open->rows);
}

static void rollback(struct db *db)
{
	struct conn *c = postgres_conn(db);
	finish_rows(c);
	if (!c->lost && postgres_run(c, "ROLLBACK", NULL) != RC_OK)
		c->lost = true;
	give_back(c);
}

static enum rc commit(struct db *db, bool *again_out, struct err *e)
{
	struct conn *c = postgres_conn(db);
	finish_rows(c);
	PGresult *r = PQexec(c->h, "COMMIT");
	enum rc rc = RC_OK;
	if (PQresultStatus(r) != PGRES_COMMAND_OK)
		rc = failed(c, r, "commit", e);
	else if (strcmp(PQcmdStatus(r), "COMMIT") != 0)
		rc = err_set(e, RC_INTERNAL, "PostgreSQL took back what was to be saved; nothing was saved");
	PQclear(r);
	*again_out = db->again;
	if (c->lost && db->writing) {
		*again_out = false;
		rc =
		    err_set(e, RC_IO,
			    "The connection to PostgreSQL was lost while saving; it is not known whether it was saved. "
			    "Look before you enter it again");
	}
	give_back(c);
	return rc;
}

/* ---- statements ---- */

struct bound {
	const char *values[PARAMS_MAX];
	int lengths[PARAMS_MAX], formats[PARAMS_MAX];
	Oid types[PARAMS_MAX];
	uint64_t numbers[PARAMS_MAX]; /* in network order */
};

static Oid type_in(enum sql_type t)
{
	return t == SQL_INT ? T_INT8 : t == SQL_TEXT ? T_TEXT : T_BYTEA;
}

static enum rc bind_values(const struct sql_statement *st, const struct sql_value *in, struct bound *b, struct err *e)
{
	if (st->n_in > PARAMS_MAX)
		return err_set(e, RC_INTERNAL, "Statement %s has more than %d parameters", st->name, PARAMS_MAX);
	for (size_t i = 0; i < st->n_in; i++) {
		const struct sql_value *v = in ? &in[i] : NULL;
		b->types[i] = type_in(st->in[i].type);
		b->formats[i] = 1;
		b->values[i] = NULL;
		b->lengths[i] = 0;
		if (!v || (v->type == SQL_INT ? v->i == SQL_NULL : !v->s.p))
			continue;
		if (v->type == SQL_INT) {
			b->numbers[i] = htobe64((uint64_t)v->i);
			b->values[i] = (const char *)&b->numbers[i];
			b->lengths[i] = 8;
		} else if (v->s.n > INT32_MAX / 2) {
			return err_set(e, RC_LIMIT, "Something is too large to be kept (over 1 GB)");
		} else {
			b->values[i] = v->s.n ? v->s.p : "";
			b->lengths[i] = (int)v->s.n;
		}
	}
	return RC_OK;
}

static enum rc check_columns(const PGresult *r, const struct sql_statement *st, struct err *e)
{
	if (PQnfields(r) != (int)st->n_out)
		return err_set(e, RC_INTERNAL, "Statement %s gives %d columns, but its out: names %zu", st->name,
			       PQnfields(r), st->n_out);
	for (size_t i = 0; i < st->n_out; i++) {
		Oid t = PQftype(r, (int)i);
		bool number = t == T_INT8 || t == T_INT4 || t == T_INT2 || t == T_BOOL;
		bool text = t == T_TEXT || t == T_VARCHAR || t == T_BPCHAR || t == T_NAME || t == T_UNKNOWN;
		enum sql_type want = st->out[i].type;
		if (want == SQL_INT ? !number : want == SQL_TEXT ? !text : t != T_BYTEA)
			return err_set(
			    e, RC_INTERNAL,
			    "Column %s of statement %s is not of the type that its out: says (PostgreSQL type %u; "
			    "sums need CAST(.. AS BIGINT))",
			    st->out[i].name, st->name, t);
	}
	return RC_OK;
}

/* Has the server prepare the statement for this connection, once. *name_out is NULL for statements without a place. */
static enum rc prepared(struct conn *c, const struct sql_statement *st, char name[16], bool *named_out, struct err *e)
{
	struct bound b;
	size_t at = st->index < 0 ? CACHE_MAX : (size_t)st->index;
	*named_out = false;
	if (at >= CACHE_MAX || (at < c->n_prepared && c->prepared[at] && c->prepared[at] != st))
		return RC_OK;
	if (at >= c->n_prepared) {
		size_t n = at + 64 < CACHE_MAX ? at + 64 : CACHE_MAX;
		c->prepared = xrealloc(c->prepared, n * sizeof *c->prepared);
		for (size_t i = c->n_prepared; i < n; i++)
			c->prepared[i] = NULL;
		c->n_prepared = n;
	}
	snprintf(name, 16, "s%u", (unsigned)at % CACHE_MAX);
	if (!c->prepared[at]) {
		enum rc rc = bind_values(st, NULL, &b, e);
		if (rc != RC_OK)
			return rc;
		PGresult *r = PQprepare(c->h, name, st->text, (int)st->n_in, b.types);
		rc = PQresultStatus(r) == PGRES_COMMAND_OK ? RC_OK : failed(c, r, st->name, e);
		PQclear(r);
		if (rc != RC_OK)
			return rc;
		c->prepared[at] = st;
	}
	*named_out = true;
	return RC_OK;
}

static enum rc run(struct conn *c, const struct sql_statement *st, const struct sql_value *in, PGresult **out,
		   struct err *e)
{
	struct bound b;
	char name[16];
	bool named;
	enum rc rc = bind_values(st, in, &b, e);
	if (rc == RC_OK)
		rc = prepared(c, st, name, &named, e);
	if (rc != RC_OK)
		return rc;
	int n = (int)st->n_in;
	PGresult *r = named ? PQexecPrepared(c->h, name, n, b.values, b.lengths, b.formats, 1)
			    : PQexecParams(c->h, st->text, n, b.types, b.values, b.lengths, b.formats, 1);
	ExecStatusType status = PQresultStatus(r);
	if (status != PGRES_COMMAND_OK && status != PGRES_TUPLES_OK)
		rc = failed(c, r, st->name, e);
	else
		rc = check_columns(r, st, e);
	if (rc != RC_OK)
		PQclear(r);
	else
		*out = r;
	return rc;
}

static enum rc exec(struct db *db, const struct sql_statement *st, const struct sql_value *in, int64_t *changed_out,
		    struct err *e)
{
	PGresult *r;
	enum rc rc = run(postgres_conn(db), st, in, &r, e);
	if (rc != RC_OK)
		return rc;
	int64_t changed = 0;
	if (*PQcmdTuples(r) && str_to_int(str_of(PQcmdTuples(r)), 0, INT64_MAX, &changed) != RC_OK)
		changed = 0;
	if (changed_out)
		*changed_out = changed;
	PQclear(r);
	return RC_OK;
}

/* Sends some rows without waiting for each. The first failure is the one reported;
 * the server skips what follows it up to the sync point. */
static enum rc pipeline(struct conn *c, const struct sql_statement *st, const char *name, const struct sql_value *in,
			size_t rows, struct err *e)
{
	struct bound b;
	enum rc rc = RC_OK;
	size_t sent = 0;
	if (!PQenterPipelineMode(c->h))
		return failed(c, NULL, "pipeline", e);
	for (; sent < rows && rc == RC_OK; sent++) {
		rc = bind_values(st, in + sent * st->n_in, &b, e);
		if (rc == RC_OK && !PQsendQueryPrepared(c->h, name, (int)st->n_in, b.values, b.lengths, b.formats, 1))
			rc = failed(c, NULL, st->name, e);
	}
	if (!PQpipelineSync(c->h) && rc == RC_OK)
		rc = failed(c, NULL, st->name, e);
	/* Each statement gives its results and then a NULL; the sync point gives one result. */
	for (bool synced = false; !synced && PQstatus(c->h) == CONNECTION_OK;) {
		PGresult *r = PQgetResult(c->h);
		ExecStatusType status = PQresultStatus(r);
		synced = r && status == PGRES_PIPELINE_SYNC;
		if (r && status == PGRES_FATAL_ERROR && rc == RC_OK)
			rc = failed(c, r, st->name, e);
		PQclear(r);
	}
	if (PQstatus(c->h) != CONNECTION_OK && rc == RC_OK)
		rc = failed(c, NULL, st->name, e);
	if (!PQexitPipelineMode(c->h) && rc == RC_OK)
		rc = failed(c, NULL, "pipeline", e);
	return rc;
}

static enum rc exec_many(struct db *db, const struct sql_statement *st, const struct sql_value *in, size_t rows,
			 struct err *e)
{
	struct conn *c = postgres_conn(db);
	char name[16];
	bool named;
	enum rc rc = prepared(c, st, name, &named, e);
	for (size_t from = 0; from < rows && rc == RC_OK; from += PIPELINE_ROWS) {
		size_t n = rows - from < PIPELINE_ROWS ? rows - from : PIPELINE_ROWS;
		if (named) {
			rc = pipeline(c, st, name, in + from * st->n_in, n, e);
			continue;
		}
		for (size_t i = 0; i < n && rc == RC_OK; i++)
			rc = exec(db, st, in + (from + i) * st->n_in, NULL, e);
	}
	return rc;
}

static enum rc query(struct db *db, const struct sql_statement *st, const struct sql_value *in, struct sql_rows **out,
		     struct err *e)
{
	struct conn *c = postgres_conn(db);
	PGresult *r;
	enum rc rc = run(c, st, in, &r, e);
	if (rc != RC_OK)
		return rc;
	struct rows *rows = xcalloc(1, sizeof *rows);
	*rows = (struct rows){ .rows = { db, st }, .r = r, .next = c->open };
	c->open = rows;
	*out = &rows->rows;
	return RC_OK;
}

static int64_t number_from(const char *p, int bytes)
{
	uint64_t u = (unsigned char)p[0] & 0x80 && bytes > 1 ? UINT64_MAX : 0;
	for (int i = 0; i < bytes; i++)
		u = u << 8 | (unsigned char)p[i];
	int64_t i;
	memcpy(&i, &u, sizeof i);
	return i;
}

static enum rc next(struct sql_rows *rows, struct sql_value *out, struct err *e)
{
	struct rows *mine = (struct rows *)rows;
	(void)e;
	if (mine->at >= PQntuples(mine->r))
		return RC_NOT_FOUND;
	for (int i = 0; i < (int)rows->st->n_out; i++) {
		enum sql_type type = rows->st->out[i].type;
		out[i] = (struct sql_value){ .type = type, .i = SQL_NULL };
		if (PQgetisnull(mine->r, mine->at, i))
			continue;
		const char *p = PQgetvalue(mine->r, mine->at, i);
		int n = PQgetlength(mine->r, mine->at, i);
		if (type == SQL_INT)
			out[i].i = number_from(p, n);
		else
			out[i].s = (struct str){ p, (size_t)n };
	}
	mine->at++;
	return RC_OK;
}

static enum rc prepare(struct db *db, const struct sql_statement *st, struct err *e)
{
	struct conn *c = postgres_conn(db);
	char name[16];
	bool named;
	enum rc rc = prepared(c, st, name, &named, e);
	if (rc != RC_OK || !named)
		return rc;
	PGresult *r = PQdescribePrepared(c->h, name);
	rc = PQresultStatus(r) == PGRES_COMMAND_OK ? check_columns(r, st, e) : failed(c, r, st->name, e);
	PQclear(r);
	return rc;
}

/* ---- migrations ---- */

static enum rc script(struct db *db, const char *sql, struct err *e)
{
	return postgres_run(postgres_conn(db), sql, e);
}

static enum rc alone(struct db *db, struct err *e)
{
	return postgres_run(postgres_conn(db), "SELECT pg_advisory_xact_lock(5570193021)", e);
}

/* A restore that was killed has set the old tables aside: they count, so that nobody
 * takes the database for an empty one. The next restore puts things right. */
static enum rc tables(struct db *db, int64_t *count_out, bool *has_migrations_out, struct err *e)
{
	int64_t all = 0, ours = 0;
	enum rc rc = postgres_ask_int(
	    postgres_conn(db),
	    "SELECT count(*) FROM pg_catalog.pg_tables WHERE schemaname IN ('public', 'linnet_before_restore')", &all,
	    e);
	if (rc == RC_OK)
		rc = postgres_ask_int(postgres_conn(db),
				      "SELECT count(*) FROM pg_catalog.pg_tables WHERE schemaname = 'public' AND "
				      "tablename = 'schema_migration'",
				      &ours, e);
	if (rc != RC_OK)
		return rc;
	*count_out = all;
	*has_migrations_out = ours == 1;
	return RC_OK;
}

static enum rc set_aside(struct db *db, bool *out, struct err *e)
{
	int64_t ours = 0;
	enum rc rc = postgres_ask_int(postgres_conn(db),
				      "SELECT count(*) FROM pg_catalog.pg_tables WHERE schemaname = "
				      "'linnet_before_restore' AND tablename = 'schema_migration'",
				      &ours, e);
	if (rc == RC_OK)
		*out = ours == 1;
	return rc;
}

const struct engine_ops postgres_ops = {
	.open = engine_open,
	.close = engine_close,
	.begin = begin,
	.commit = commit,
	.rollback = rollback,
	.exec = exec,
	.exec_many = exec_many,
	.query = query,
	.next = next,
	.done = done,
	.prepare = prepare,
	.script = script,
	.alone = alone,
	.tables = tables,
	.set_aside = set_aside,
	.backup = postgres_backup,
	.restore = postgres_restore,
	.state = postgres_state,
	.scratch = postgres_scratch,
	.scratch_end = postgres_scratch_end,
	.ready = postgres_ready,
	.notes = postgres_notes,
	.check = postgres_check,
};
