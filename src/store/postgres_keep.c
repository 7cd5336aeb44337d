/* The PostgreSQL engine: backup and restore by its own tools, a place to try one in, check. */
#include "store/postgres.h"
#include "store/tool.h"

enum { SETTINGS_MAX = 64 };

/* Runs one of PostgreSQL's own tools with the connection's settings. */
static enum rc run_tool(struct engine_postgres *g, const char *const *argv, struct err *e)
{
	char *settings[SETTINGS_MAX];
	size_t n = 0;
	PQconninfoOption *options = PQconninfoParse(g->conninfo, NULL);
	for (PQconninfoOption *o = options; o && o->keyword && n < SETTINGS_MAX; o++) {
		struct buf b;
		if (!o->val || !o->envvar)
			continue;
		buf_init(&b, 65536);
		buf_printf(&b, "%s=%s", o->envvar, o->val);
		settings[n++] = b.p;
	}
	PQconninfoFree(options);
	enum rc rc = tool_run(argv, settings, n, e);
	while (n)
		free(settings[--n]);
	return rc;
}

/* A sum that does not depend on the order of rows: PostgreSQL promises none. */
static enum rc table_state(struct conn *c, struct str table, struct buf *out, struct err *e)
{
	struct buf sql AUTO(buf_release);
	char *name = PQescapeIdentifier(c->h, table.p, table.n);
	buf_init(&sql, 1024);
	buf_printf(&sql,
		   "SELECT count(*) || ' ' || coalesce(sum(CAST(hashtextextended(CAST(whole_row_of_it AS TEXT), 0) AS "
		   "NUMERIC)), 0) FROM public.%s AS whole_row_of_it",
		   name ? name : "");
	PQfreemem(name);
	buf_printf(out, STR_FMT " ", STR_ARG(table));
	enum rc rc =
	    buf_ok(&sql) ? postgres_ask(c, sql.p, out, e) : err_set(e, RC_INTERNAL, "The name of a table is too long");
	buf_puts(out, "\n");
	return rc;
}

enum rc postgres_state(struct db *db, struct buf *out, struct err *e)
{
	struct conn *c = postgres_conn(db);
	struct buf names AUTO(buf_release);
	buf_init(&names, 65536);
	enum rc rc = postgres_ask(c,
				  "SELECT string_agg(CAST(tablename AS TEXT), E'\\n' ORDER BY tablename) FROM "
				  "pg_catalog.pg_tables WHERE schemaname = 'public' AND tablename <> '" NOT_COPIED "'",
				  &names, e);
	for (struct str rest, left = buf_view(&names); rc == RC_OK && left.n; left = rest)
		rc = table_state(c, str_cut(left, '\n', &rest), out, e);
	return rc;
}

/* The dump and the state are of one moment: pg_dump looks through our snapshot. */
enum rc postgres_backup(void *engine, const char *file, struct buf *held, store_progress *p, void *arg, struct err *e)
{
	struct buf snapshot AUTO(buf_release);
	struct db *db;
	buf_init(&snapshot, 256);
	enum rc rc = postgres_ops.begin(engine, false, &db, e);
	if (rc != RC_OK)
		return rc;
	buf_puts(&snapshot, "--snapshot=");
	rc = postgres_ask(postgres_conn(db), "SELECT pg_export_snapshot()", &snapshot, e);
	const char *dump[] = { "pg_dump",
			       "--format=custom",
			       "--no-owner",
			       "--no-privileges",
			       "--schema=public",
			       "--exclude-table-data=public." NOT_COPIED,
			       snapshot.p,
			       "--file",
			       file,
			       NULL };
	const char *list[] = { "pg_restore", "--list", file, NULL };
	if (rc == RC_OK)
		rc = run_tool(engine, dump, e);
	if (rc == RC_OK)
		rc = postgres_state(db, held, e);
	postgres_ops.rollback(db);
	if (rc == RC_OK)
		rc = run_tool(engine, list, e);
	if (rc == RC_OK && p)
		p(arg, 1, 1);
	return rc;
}

/* ---- a database to try a backup in ---- */

static void put_setting(struct buf *out, const char *keyword, const char *value)
{
	buf_printf(out, "%s%s='", out->n ? " " : "", keyword);
	for (; *value; value++)
		buf_printf(out, "%s%c", *value == '\'' || *value == '\\' ? "\\" : "", *value);
	buf_puts(out, "'");
}

/* The same settings with another database. */
static void conninfo_for(const char *where, const char *database, struct buf *out)
{
	PQconninfoOption *options = PQconninfoParse(where, NULL);
	for (PQconninfoOption *o = options; o && o->keyword; o++)
		if (o->val && strcmp(o->keyword, "dbname") != 0)
			put_setting(out, o->keyword, o->val);
	PQconninfoFree(options);
	put_setting(out, "dbname", database);
}

/* Databases are made and dropped outside of any unit. */
static enum rc run_alone(struct engine_postgres *g, const char *before, const char *database, const char *after,
			 struct err *e)
{
	struct buf b AUTO(buf_release);
	buf_init(&b, 1024);
	char *name = PQescapeIdentifier(g->idle->h, database, strlen(database));
	buf_printf(&b, "%s %s %s", before, name ? name : "", after);
	PQfreemem(name);
	return postgres_run(g->idle, b.p, e);
}

enum rc postgres_scratch(const char *where, const char *file, struct buf *out, struct err *e)
{
	void *engine;
	(void)file;
	enum rc rc = postgres_ops.open(where, false, &engine, e);
	if (rc != RC_OK)
		return rc;
	struct engine_postgres *g = engine;
	struct buf name AUTO(buf_release);
	int64_t there = 0;
	buf_init(&name, 256);
	rc = postgres_ask(g->idle, "SELECT current_database() || '_drill'", &name, e);
	if (rc == RC_OK)
		rc = postgres_ask_int(g->idle,
				      "SELECT count(*) FROM pg_catalog.pg_stat_activity WHERE datname = "
				      "current_database() || '_drill'",
				      &there, e);
	if (rc == RC_OK && there) {
		postgres_ops.close(engine);
		return err_set(e, RC_BUSY,
			       "Another drill of this store is going on: its database %s is in use. Wait until it is "
			       "done",
			       name.p);
	}
	if (rc == RC_OK)
		rc = run_alone(g, "DROP DATABASE IF EXISTS", name.p, "", e);
	if (rc == RC_OK)
		rc = run_alone(g, "CREATE DATABASE", name.p, "TEMPLATE template0 ENCODING 'UTF8' LOCALE 'C'", e);
	postgres_ops.close(engine);
	if (rc != RC_OK)
		return err_prefix(e,
				  "No database could be made to try the backup in (the user needs the right to create "
				  "databases: ALTER ROLE ... CREATEDB; or give an empty one with --scratch)");
	struct buf info AUTO(buf_release);
	buf_init(&info, 65536);
	conninfo_for(where, name.p, &info);
	buf_printf(out, "postgres:%s", info.p);
	return RC_OK;
}

enum rc postgres_scratch_end(const char *of, const char *scratch_where, struct err *e)
{
	void *engine;
	const char *name = NULL;
	enum rc rc = postgres_ops.open(of, false, &engine, e);
	if (rc != RC_OK)
		return rc;
	PQconninfoOption *options = PQconninfoParse(scratch_where, NULL);
	for (PQconninfoOption *o = options; o && o->keyword; o++)
		if (strcmp(o->keyword, "dbname") == 0)
			name = o->val;
	rc = name ? run_alone(engine, "DROP DATABASE IF EXISTS", name, "", e)
		  : err_set(e, RC_INTERNAL, "The trial has no database");
	PQconninfoFree(options);
	postgres_ops.close(engine);
	return rc;
}

#define PUT_BACK "DROP SCHEMA IF EXISTS public CASCADE; ALTER SCHEMA linnet_before_restore RENAME TO public"

static enum rc one_step(struct engine_postgres *g, const char *sql, struct err *e)
{
	struct db *db;
	bool again;
	enum rc rc = postgres_ops.begin(g, true, &db, e);
	if (rc != RC_OK)
		return rc;
	rc = postgres_run(postgres_conn(db), sql, e);
	if (rc == RC_OK)
		return postgres_ops.commit(db, &again, e);
	postgres_ops.rollback(db);
	return rc;
}

static enum rc count(struct engine_postgres *g, const char *sql, int64_t *out, struct err *e)
{
	struct db *db;
	enum rc rc = postgres_ops.begin(g, false, &db, e);
	if (rc != RC_OK)
		return rc;
	rc = postgres_ask_int(postgres_conn(db), sql, out, e);
	postgres_ops.rollback(db);
	return rc;
}

/* Finishes what a killed restore left: its data came in one transaction, so either
 * the new tables are all there, or the old ones are wanted back. */
static enum rc tidy(struct engine_postgres *g, struct err *e)
{
	int64_t aside = 0, now = 0;
	enum rc rc =
	    count(g, "SELECT count(*) FROM pg_catalog.pg_namespace WHERE nspname = 'linnet_before_restore'", &aside, e);
	if (rc == RC_OK && aside)
		rc = count(g, "SELECT count(*) FROM pg_catalog.pg_tables WHERE schemaname = 'public'", &now, e);
	if (rc != RC_OK || !aside)
		return rc;
	return one_step(g, now ? "DROP SCHEMA linnet_before_restore CASCADE" : PUT_BACK, e);
}

static enum rc database_name(struct engine_postgres *g, struct buf *out, struct err *e)
{
	struct db *db;
	enum rc rc = postgres_ops.begin(g, false, &db, e);
	if (rc != RC_OK)
		return rc;
	rc = postgres_ask(postgres_conn(db), "SELECT current_database()", out, e);
	postgres_ops.rollback(db);
	return rc;
}

enum rc postgres_restore(void *engine, const char *file, store_progress *p, void *arg, struct err *e)
{
	(void)p; /* pg_restore does not say how far it is */
	(void)arg;
	struct engine_postgres *g = engine;
	struct buf name;
	int64_t others = 0;
	enum rc rc = count(g,
			   "SELECT count(*) FROM pg_catalog.pg_stat_activity WHERE datname = current_database() AND "
			   "application_name = 'pg_restore'",
			   &others, e);
	if (rc == RC_OK && others) /* each would take the other's half for what a killed one left */
		rc = err_set(e, RC_BUSY,
			     "Another restore into this database is going on; this one changed nothing. Wait until it "
			     "is done");
	if (rc == RC_OK)
		rc = tidy(g, e);
	if (rc == RC_OK) /* set what is there aside, so that a failure can bring it back whole */
		rc = one_step(g, "ALTER SCHEMA public RENAME TO linnet_before_restore; CREATE SCHEMA public", e);
	if (rc != RC_OK)
		return rc;
	buf_init(&name, 1024);
	buf_puts(&name, "--dbname=");
	rc = database_name(g, &name, e);
	const char *load[] = { "pg_restore",
			       "--single-transaction",
			       "--exit-on-error",
			       "--no-owner",
			       "--no-privileges",
			       "--schema=public",
			       name.p,
			       file,
			       NULL };
	if (rc == RC_OK)
		rc = run_tool(g, load, e);
	buf_release(&name);
	if (rc == RC_OK)
		return one_step(g, "DROP SCHEMA linnet_before_restore CASCADE", e);
	if (one_step(g, PUT_BACK, NULL) != RC_OK)
		err_prefix(
		    e,
		    "The old data lie in the schema linnet_before_restore; run the restore again with --replace to "
		    "bring them back");
	return rc;
}

/* ---- may a write begin? ---- */

enum rc postgres_ready(void *engine, struct err *e)
{
	struct db *db;
	int64_t copy = 0;
	enum rc rc = postgres_begin(engine, true, 0, &db, e);
	if (rc != RC_OK)
		return rc;
	rc = postgres_ask_int(postgres_conn(db), "SELECT CAST(pg_is_in_recovery() AS INTEGER)", &copy, e);
	postgres_ops.rollback(db);
	if (rc == RC_OK && copy)
		rc = err_set(e, RC_IO, "This PostgreSQL server is a read-only copy; give the address of the primary");
	return rc;
}

/* ---- doctor ---- */

enum rc postgres_check(void *engine, struct buf *report, bool *well_out, struct err *e)
{
	static const struct {
		const char *ask, *well, *words;
	} findings[] = {
		{ "SHOW fsync", "on", "fsync is off: commits would be lost when the power fails" },
		{ "SHOW full_page_writes", "on", "full_page_writes is off: a power failure could damage pages" },
		{ "SELECT current_setting('synchronous_commit') IN ('on', 'remote_write', 'remote_apply')", "t",
		  "synchronous_commit is off: commits are not made durable" },
		{ "SELECT pg_encoding_to_char(encoding) FROM pg_catalog.pg_database WHERE datname = current_database()",
		  "UTF8", "the encoding of the database is not UTF8" },
		{ "SELECT datcollate IN ('C', 'POSIX', 'C.UTF-8', 'C.utf8', 'ucs_basic') FROM pg_catalog.pg_database "
		  "WHERE datname = current_database()",
		  "t", "the collation of the database is not C: lists would be in another order" },
		{ "SELECT count(*) FROM pg_catalog.pg_index WHERE NOT indisvalid", "0",
		  "an index is not valid: REINDEX it" },
		{ "SELECT count(*) FROM pg_catalog.pg_namespace WHERE nspname = 'linnet_before_restore'", "0",
		  "a restore was interrupted: run it again" },
	};
	struct db *db;
	bool well = true;
	enum rc rc = postgres_ops.begin(engine, false, &db, e);
	if (rc != RC_OK)
		return rc;
	for (size_t i = 0; i < COUNT_OF(findings) && rc == RC_OK; i++) {
		struct buf answer;
		buf_init(&answer, 256);
		rc = postgres_ask(postgres_conn(db), findings[i].ask, &answer, e);
		if (rc == RC_OK && !str_is(buf_view(&answer), findings[i].well)) {
			well = false;
			buf_printf(report, "PostgreSQL: %s\n", findings[i].words);
		}
		buf_release(&answer);
	}
	postgres_ops.rollback(db);
	if (rc == RC_OK)
		*well_out = well;
	return rc;
}

/* Each question gives the words of a finding, or nothing if all is well. */
enum rc postgres_notes(void *engine, int64_t now_ms, struct buf *out, struct err *e)
{
	enum { CLOCKS_APART_MS = 2000 };
	static const struct {
		const char *what, *ask, *remedy;
	} notes[] = {
		{ "to a point in time",
		  "SELECT CASE WHEN current_setting('archive_mode') = 'off' THEN 'archiving is off: a restore goes "
		  "back "
		  "to a backup, not to a moment' WHEN last_failed_time > coalesce(last_archived_time, '-infinity') "
		  "THEN "
		  "'archiving has failed since ' || to_char(last_failed_time AT TIME ZONE 'UTC', 'YYYY-MM-DD HH24:MI') "
		  "ELSE '' END FROM pg_catalog.pg_stat_archiver",
		  "Archive the server's log as docs/deploy.md says, and see that it can be written where it goes." },
		{ "standby",
		  "SELECT CASE WHEN (SELECT count(*) FROM pg_catalog.pg_stat_replication) = 0 THEN 'none is connected: "
		  "if "
		  "this server is lost, people wait for a restore' WHEN current_setting('synchronous_standby_names') = "
		  "'' "
		  "THEN 'it may lack the last commits: synchronous_standby_names is empty' ELSE '' END",
		  "Set up a standby as docs/deploy.md says, if the service must not stop." },
		{ "checksums of pages",
		  "SELECT CASE WHEN current_setting('data_checksums') = 'off' THEN 'off: a page that a disk has "
		  "altered "
		  "is not noticed' ELSE '' END",
		  "Stop the server and run pg_checksums --enable." },
		{ "copy of a trial",
		  "SELECT coalesce((SELECT 'a drill that was stopped has left the database ' || datname || ', which holds the "
		  "whole record' FROM pg_catalog.pg_database d WHERE datname = current_database() || '_drill' AND NOT EXISTS "
		  "(SELECT 1 FROM pg_catalog.pg_stat_activity a WHERE a.datname = d.datname)), '')",
		  "Drop it with dropdb, or do a drill, which removes it." },
	};
	struct db *db;
	int64_t theirs = now_ms;
	enum rc rc = postgres_ops.begin(engine, false, &db, e);
	if (rc != RC_OK)
		return rc;
	for (size_t i = 0; i < COUNT_OF(notes) && rc == RC_OK; i++) {
		struct buf words AUTO(buf_release);
		buf_init(&words, 1024);
		rc = postgres_ask(postgres_conn(db), notes[i].ask, &words, e);
		if (rc == RC_OK && words.n)
			buf_printf(out, "%s\t%s\t%s\n", notes[i].what, words.p, notes[i].remedy);
	}
	if (rc == RC_OK)
		rc =
		    postgres_ask_int(postgres_conn(db),
				     "SELECT CAST(extract(epoch FROM clock_timestamp()) * 1000 AS BIGINT)", &theirs, e);
	postgres_ops.rollback(db);
	int64_t apart = theirs > now_ms ? theirs - now_ms : now_ms - theirs;
	if (rc == RC_OK && apart > CLOCKS_APART_MS)
		buf_printf(out,
			   "clocks\tthis machine and PostgreSQL are %" PRId64 " seconds apart\tSet both by one time "
			   "service (chrony or systemd-timesyncd).\n",
			   apart / 1000);
	return rc;
}
