/* The SQLite engine: backup, restore, a place to try one in, check. */
#include "base/hash.h"
#include "store/part.h"
#include "store/sqlite.h"
#include "store/sqlite_words.h"

#include <sys/stat.h>
#include <sys/statvfs.h>
#include <unistd.h>

enum { BACKUP_PAGES = 512 };

/* Copies the whole database of `from` into `to`, in steps that let others in. */
static enum rc copy_pages(struct conn *to, struct conn *from, store_progress *p, void *arg, struct err *e)
{
	sqlite3_backup *b = sqlite3_backup_init(to->h, "main", from->h, "main");
	if (!b)
		return sqlite_failed(to, "backup", e);
	int code;
	int64_t deadline = queue_now_ms() + WAIT_MS;
	while ((code = sqlite3_backup_step(b, BACKUP_PAGES)) == SQLITE_OK || code == SQLITE_BUSY ||
	       code == SQLITE_LOCKED) {
		if (code != SQLITE_OK && queue_now_ms() > deadline)
			break;
		if (code != SQLITE_OK) {
			sqlite3_sleep(10);
			continue;
		}
		deadline = queue_now_ms() + WAIT_MS;
		if (p)
			p(arg, sqlite3_backup_pagecount(b) - sqlite3_backup_remaining(b), sqlite3_backup_pagecount(b));
	}
	int total = sqlite3_backup_pagecount(b);
	sqlite3_backup_finish(b);
	if (code != SQLITE_DONE) {
		enum rc rc = sqlite_words(e, code, to->engine->path);
		err_detail(e, "backup: sqlite %d", code);
		return rc;
	}
	if (p)
		p(arg, total, total);
	return RC_OK;
}

/* A plain connection to another file, outside the pool; `name` must outlive it. */
static enum rc side_open(struct engine_sqlite *name, int flags, struct conn *out, struct err *e)
{
	*out = (struct conn){ .engine = name };
	if (sqlite3_open_v2(name->path, &out->h, flags | SQLITE_OPEN_NOMUTEX, NULL) == SQLITE_OK) {
		sqlite3_extended_result_codes(out->h, 1);
		return RC_OK;
	}
	enum rc rc = sqlite_failed(out, "open", e);
	sqlite3_close(out->h);
	return rc;
}

static enum rc sound(struct conn *c, struct err *e)
{
	struct buf found;
	buf_init(&found, 4096);
	enum rc rc = sqlite_ask(c, "PRAGMA integrity_check(1)", &found, e);
	if (rc == RC_OK && !str_is(buf_view(&found), "ok")) {
		rc = err_set(e, RC_CORRUPT, "%s is damaged; stop the program, keep the file, and restore a backup",
			     c->engine->path);
		err_detail(e, "integrity_check: %.300s", found.p);
	}
	buf_release(&found);
	return rc;
}

static void hash_column(struct hash *h, sqlite3_stmt *row, int column)
{
	int type = sqlite3_column_type(row, column);
	int64_t n = type == SQLITE_INTEGER ? sqlite3_column_int64(row, column) : 0;
	const void *p = NULL;
	if (type == SQLITE_TEXT || type == SQLITE_BLOB || type == SQLITE_FLOAT) {
		p = type == SQLITE_BLOB ? sqlite3_column_blob(row, column)
					: (const void *)sqlite3_column_text(row, column);
		n = sqlite3_column_bytes(row, column);
	}
	hash_add(h, &type, sizeof type);
	hash_add(h, &n, sizeof n);
	if (p && n)
		hash_add(h, p, (size_t)n);
}

/* Rows in order of their key: NOT INDEXED keeps an index from deciding it. */
static enum rc table_state(struct conn *c, const char *table, struct buf *out, struct err *e)
{
	sqlite3_stmt *row = NULL;
	struct hash h;
	char sum[HASH_HEX_MAX];
	int64_t n = 0;
	int code;
	char *sql = sqlite3_mprintf("SELECT * FROM \"%w\" NOT INDEXED", table);
	if (!sql)
		base_oom(0);
	hash_begin(&h);
	code = sqlite3_prepare_v2(c->h, sql, -1, &row, NULL);
	sqlite3_free(sql);
	if (code == SQLITE_OK)
		for (; (code = sqlite3_step(row)) == SQLITE_ROW; n++)
			for (int i = 0; i < sqlite3_column_count(row); i++)
				hash_column(&h, row, i);
	hash_end(&h, sum);
	enum rc rc = code == SQLITE_DONE ? RC_OK : sqlite_failed(c, "state", e);
	sqlite3_finalize(row);
	if (rc == RC_OK)
		buf_printf(out, "%s %" PRId64 " %s\n", table, n, sum);
	return rc;
}

enum rc sqlite_state(struct db *db, struct buf *out, struct err *e)
{
	struct conn *c = sqlite_conn(db);
	sqlite3_stmt *names = NULL;
	enum rc rc = RC_OK;
	int code = sqlite3_prepare_v2(c->h,
				      "SELECT name FROM sqlite_schema WHERE type = 'table' AND name NOT LIKE "
				      "'sqlite\\_%' ESCAPE '\\' AND name <> '" NOT_COPIED "' ORDER BY name",
				      -1, &names, NULL);
	while (rc == RC_OK && code != SQLITE_DONE) {
		code = code == SQLITE_OK || code == SQLITE_ROW ? sqlite3_step(names) : code;
		if (code == SQLITE_ROW)
			rc = table_state(c, (const char *)sqlite3_column_text(names, 0), out, e);
		else if (code != SQLITE_DONE)
			rc = sqlite_failed(c, "state", e);
	}
	sqlite3_finalize(names);
	return rc;
}

static enum rc leave_out(struct conn *copy, struct err *e)
{
	int64_t there = 0;
	enum rc rc = sqlite_ask_int(copy, "SELECT count(*) FROM sqlite_schema WHERE name = '" NOT_COPIED "'", &there, e);
	return rc == RC_OK && there ? sqlite_run(copy, "PRAGMA secure_delete=ON; DELETE FROM " NOT_COPIED, e) : rc;
}

enum rc sqlite_backup(void *engine, const char *file, struct buf *held, store_progress *p, void *arg, struct err *e)
{
	struct engine_sqlite target = { .path = (char *)(uintptr_t)file };
	struct conn to;
	struct db *db;
	int64_t tables_seen;
	enum rc rc = side_open(&target, SQLITE_OPEN_READWRITE, &to, e);
	if (rc != RC_OK)
		return rc;
	/* One snapshot for the whole copy: without it each write of others would begin it again. */
	rc = sqlite_ops.begin(engine, false, &db, e);
	if (rc == RC_OK) {
		rc = sqlite_ask_int(sqlite_conn(db), "SELECT count(*) FROM sqlite_schema", &tables_seen, e);
		if (rc == RC_OK)
			rc = copy_pages(&to, sqlite_conn(db), p, arg, e);
		if (rc == RC_OK)
			rc = sqlite_state(db, held, e);
		sqlite_ops.rollback(db);
	}
	if (rc == RC_OK)
		rc = leave_out(&to, e);
	if (rc == RC_OK) /* so that the copy is one file, whoever opens it */
		rc = sqlite_run(&to, "PRAGMA journal_mode=DELETE", e);
	if (rc == RC_OK)
		rc = sound(&to, e);
	sqlite3_close(to.h);
	return rc;
}

enum rc sqlite_restore(void *engine, const char *file, store_progress *p, void *arg, struct err *e)
{
	struct engine_sqlite *g = engine, source = { .path = (char *)(uintptr_t)file };
	struct conn from;
	enum rc rc = side_open(&source, SQLITE_OPEN_READONLY, &from, e);
	if (rc != RC_OK)
		return rc;
	rc = sound(&from, e);
	if (rc == RC_OK && !queue_enter(&g->writing, queue_now_ms() + WAIT_MS))
		rc = err_set(e, RC_BUSY, "The store is being written; stop the program that uses it and try again");
	else if (rc == RC_OK) {
		/* Written as one transaction of the store: killed in between, it is as it was. */
		sqlite3_db_config(g->writer->h, SQLITE_DBCONFIG_DEFENSIVE, 0, NULL);
		rc = copy_pages(g->writer, &from, p, arg, e);
		sqlite3_db_config(g->writer->h, SQLITE_DBCONFIG_DEFENSIVE, 1, NULL);
		if (rc == RC_OK)
			rc = sqlite_run(g->writer, "PRAGMA wal_checkpoint(TRUNCATE)", e);
		queue_leave(&g->writing);
	}
	sqlite3_close(from.h);
	return rc;
}

/* ---- what was deleted for good ---- */

enum { ANEW_MOST = 128 << 20 }; /* bytes that are written anew while others wait: about two seconds */

/* The pages of the log go into the file, and the log is cut to nothing. Where another moves
 * the log just now (tidy.c, or another program) SQLite says so at once and does not wait. */
static enum rc empty_log(struct conn *c, struct err *e)
{
	int64_t busy = 1, deadline = queue_now_ms() + WAIT_MS;
	enum rc rc = sqlite_ask_int(c, "PRAGMA wal_checkpoint(TRUNCATE)", &busy, e);
	while (rc == RC_OK && busy && queue_now_ms() < deadline) {
		sqlite3_sleep(10);
		rc = sqlite_ask_int(c, "PRAGMA wal_checkpoint(TRUNCATE)", &busy, e);
	}
	return rc == RC_OK && busy ? err_set(e, RC_BUSY, "Somebody has been reading for 5 seconds") : rc;
}

/* Deleted bytes are overwritten (secure_delete, sqlite.c), but pages that were made of others keep copies of what they
 * held, where no row is. Only a file that is written anew has none. The copy that VACUUM makes
 * of everything lies in a file without a name in the folder of the store, not in memory. */
static enum rc write_anew(struct conn *c, struct err *e)
{
	enum rc rc = sqlite_run(c, "PRAGMA temp_store=FILE; VACUUM", e);
	struct err unsaid = { 0 };
	enum rc back = sqlite_run(c, "PRAGMA temp_store=MEMORY", &unsaid);
	return rc == RC_OK ? back : rc;
}

static enum rc settle(struct engine_sqlite *g, bool however_large, struct err *e)
{
	int64_t pages, size;
	if (!queue_enter(&g->writing, queue_now_ms() + WAIT_MS))
		return err_set(e, RC_BUSY, "Others have been writing for 5 seconds");
	enum rc rc = sqlite_ask_int(g->writer, "PRAGMA page_count", &pages, e);
	if (rc == RC_OK)
		rc = sqlite_ask_int(g->writer, "PRAGMA page_size", &size, e);
	if (rc == RC_OK && (however_large || pages * size <= ANEW_MOST))
		rc = write_anew(g->writer, e);
	if (rc == RC_OK)
		rc = empty_log(g->writer, e);
	queue_leave(&g->writing);
	return rc;
}

enum rc sqlite_settle(void *engine, struct err *e)
{
	return settle(engine, false, e);
}

enum rc sqlite_write_anew(void *engine, struct err *e)
{
	return settle(engine, true, e);
}

/* ---- a file to try a backup in ---- */

enum rc sqlite_scratch(const char *where, const char *file, struct buf *out, struct err *e)
{
	(void)where;
	buf_printf(out, "sqlite:%s.drill", file);
	if (!buf_ok(out))
		return err_set(e, RC_BAD_INPUT, "The backup's path is too long");
	part_remove(out->p + strlen("sqlite:"));
	part_guard(out->p + strlen("sqlite:"));
	return RC_OK;
}

enum rc sqlite_scratch_end(const char *of, const char *scratch_file, struct err *e)
{
	(void)of;
	(void)e;
	part_unguard(scratch_file);
	part_remove(scratch_file);
	return RC_OK;
}

/* ---- may a write begin? ---- */

enum rc sqlite_ready(void *engine, struct err *e)
{
	struct engine_sqlite *g = engine;
	struct statvfs fs;
	enum rc rc = sqlite_in_place(g, e);
	if (rc != RC_OK)
		return rc;
	if (access(g->path, W_OK) != 0)
		return sqlite_words(e, SQLITE_READONLY, g->path);
	if (statvfs(g->path, &fs) == 0 && (fs.f_flag & ST_RDONLY))
		return sqlite_words(e, SQLITE_READONLY, g->path);
	if (sqlite_no_room(g->path))
		return sqlite_words(e, SQLITE_FULL, g->path);
	return RC_OK;
}

struct finding {
	const char *ask, *well, *words;
};

enum rc sqlite_check(void *engine, struct buf *report, bool *well_out, struct err *e)
{
	static const struct finding findings[] = {
		{ "PRAGMA integrity_check(1)", "ok", "the file is damaged: keep it and restore a backup" },
		{ "SELECT count(*) FROM pragma_foreign_key_check", "0", "rows point to rows that are not there" },
		{ "PRAGMA journal_mode", "wal", "the journal is not in WAL mode: is the file on a network disk?" },
		{ "PRAGMA synchronous", "2", "commits are not made durable (synchronous is not FULL)" },
		{ "PRAGMA foreign_keys", "1", "references between tables are not enforced" },
		{ "PRAGMA secure_delete", "1", "what is deleted is not overwritten" },
		{ "PRAGMA encoding", "UTF-8", "the text encoding is not UTF-8" },
		{ "SELECT count(*) FROM sqlite_schema WHERE name = 'index_aside'", "0",
		  "indexes are still to be made: a first load is at work, or the next start will make them" },
	};
	struct engine_sqlite *g = engine;
	struct db *db;
	bool well = true;
	enum rc rc = sqlite_ops.begin(engine, false, &db, e);
	if (rc != RC_OK)
		return rc;
	for (size_t i = 0; i < COUNT_OF(findings) && rc == RC_OK; i++) {
		struct buf answer;
		buf_init(&answer, 4096);
		rc = sqlite_ask(sqlite_conn(db), findings[i].ask, &answer, e);
		if (rc == RC_OK && !str_is(buf_view(&answer), findings[i].well)) {
			well = false;
			buf_printf(report, "%s: %s\n", g->path, findings[i].words);
		}
		buf_release(&answer);
	}
	sqlite_ops.rollback(db);
	char wal[4096];
	struct stat st;
	snprintf(wal, sizeof wal, "%s-wal", g->path);
	if (rc == RC_OK && stat(wal, &st) == 0 && st.st_size > 256 << 20) {
		well = false;
		buf_printf(report, "%s: %lld MB; a reader that does not end holds it up\n", wal,
			   (long long)st.st_size >> 20);
	}
	if (rc == RC_OK && stat(g->path, &st) == 0 && st.st_mode & 077) {
		well = false;
		buf_printf(report, "%s: others on this machine may open it; chmod 600 it\n", g->path);
	}
	if (rc == RC_OK)
		*well_out = well;
	return rc;
}
