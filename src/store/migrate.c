/* Numbered steps from an empty store to the schema that this program knows. */
#include "base/embed.h"
#include "base/hash.h"
#include "store/engine.h"
#include "store/sql.h"

#include <time.h>

enum { SCRIPT_MAX = 1 << 20 };

/* Words of a migration that each engine writes in its own way. */
static const struct {
	const char *token, *sqlite, *postgres;
} tokens[] = {
	{ "@ROWLESS@", "WITHOUT ROWID", "" }, /* rows kept in order of the primary key */
	{ "@BLOB@", "BLOB", "BYTEA" },
	{ "@KEY@", "INTEGER PRIMARY KEY", "BIGINT PRIMARY KEY" }, /* SQLite: the row’s own number */
};

int store_schema_latest(void)
{
	return (int)migrations_count;
}

/* Files are 0001_name.sql, 0002_name.sql ... without a gap, in order of the table. */
static enum rc numbering_good(struct err *e)
{
	for (size_t i = 0; i < migrations_count; i++) {
		int64_t number;
		const char *path = migrations[i].path;
		if (strlen(path) < 5 || path[4] != '_' ||
		    str_to_int((struct str){ path, 4 }, 1, 9999, &number) != RC_OK || number != (int64_t)i + 1)
			return err_set(e, RC_INTERNAL, "Migration %s is out of order: number %04zu was expected", path,
				       i + 1);
	}
	return RC_OK;
}

static enum rc script_for(const struct embedded *m, bool postgres, struct buf *out, struct err *e)
{
	struct str left = { (const char *)m->bytes, m->size };
	while (left.n) {
		const char *at = memchr(left.p, '@', left.n);
		size_t before = at ? (size_t)(at - left.p) : left.n;
		buf_put(out, left.p, before);
		left = (struct str){ left.p + before, left.n - before };
		if (!at)
			break;
		size_t t = 0;
		while (t < COUNT_OF(tokens) && !str_starts(left, tokens[t].token))
			t++;
		if (t == COUNT_OF(tokens))
			return err_set(e, RC_INTERNAL, "Migration %s holds a word between @ that is not known",
				       m->path);
		size_t n = strlen(tokens[t].token);
		buf_puts(out, postgres ? tokens[t].postgres : tokens[t].sqlite);
		left = (struct str){ left.p + n, left.n - n };
	}
	if (!buf_ok(out))
		return err_set(e, RC_LIMIT, "Migration %s is over 1 MB", m->path);
	return RC_OK;
}

/* One applied migration, as the store remembers it, against what the program has. */
static enum rc applied_good(const struct sql_schema_list_out *row, int expected, struct err *e)
{
	char sum[HASH_HEX_MAX];
	if (row->number != expected)
		return err_set(e, RC_CORRUPT,
			       "The store's list of migrations has a gap before number %d; restore a backup",
			       (int)row->number);
	if (row->number > store_schema_latest())
		return err_set(
		    e, RC_REFUSED,
		    "The store was made by a newer version of this program (it has migration %d, this program "
		    "knows %d); use the newer version",
		    (int)row->number, store_schema_latest());
	const struct embedded *m = &migrations[row->number - 1];
	if (str_is(row->checksum, hash_of(m->bytes, m->size, sum)))
		return RC_OK;
	enum rc rc =
	    err_set(e, RC_CORRUPT,
		    "Migration %d of the store is not the one this program holds under that number; the store was "
		    "made by an altered version. Use the version that made it",
		    (int)row->number);
	err_detail(e, "migration " STR_FMT ": applied " STR_FMT ", program %s", STR_ARG(row->name),
		   STR_ARG(row->checksum), sum);
	return rc;
}

struct look {
	int version;
	bool foreign;	/* tables, but none of ours */
	bool set_aside; /* by a restore that was interrupted */
};

static enum rc look(struct db *db, void *arg, struct err *e)
{
	struct look found = { 0 };
	int64_t tables;
	bool ours;
	enum rc rc = db->ops->tables(db, &tables, &ours, e);
	if (rc != RC_OK)
		return rc;
	found.foreign = tables && !ours;
	if (found.foreign && db->ops->set_aside && (rc = db->ops->set_aside(db, &found.set_aside, e)) != RC_OK)
		return rc;
	if (ours) {
		struct sql_rows *rows;
		struct sql_schema_list_out row;
		rc = sql_schema_list(db, &rows, e);
		if (rc != RC_OK)
			return rc;
		while ((rc = sql_schema_list_next(rows, &row, e)) == RC_OK) {
			rc = applied_good(&row, found.version + 1, e);
			if (rc != RC_OK)
				break;
			found.version++;
		}
		db_done(rows);
		if (rc != RC_NOT_FOUND)
			return rc;
	}
	*(struct look *)arg = found;
	return RC_OK;
}

enum rc migrate_look(struct store *s, int *version_out, struct err *e)
{
	struct look found;
	enum rc rc = store_read(s, look, &found, e);
	if (rc != RC_OK)
		return rc;
	if (found.set_aside)
		return err_set(e, RC_BAD_INPUT,
			       "A restore into %s was interrupted: run it again with --replace. What was there before is "
			       "whole, and aside until then",
			       s->shown);
	if (found.foreign)
		return err_set(e, RC_BAD_INPUT, "%s holds tables of something else; give another file or database",
			       s->shown);
	*version_out = found.version;
	return RC_OK;
}

static enum rc highest(struct db *db, void *arg, struct err *e)
{
	struct sql_schema_list_out row;
	struct sql_rows *rows;
	enum rc rc = sql_schema_list(db, &rows, e);
	if (rc != RC_OK)
		return rc;
	while ((rc = sql_schema_list_next(rows, &row, e)) == RC_OK)
		*(int64_t *)arg = row.number;
	db_done(rows);
	return rc == RC_NOT_FOUND ? RC_OK : rc;
}

enum rc store_look_again(struct store *s, struct err *e)
{
	int64_t number = 0;
	if (store_read(s, highest, &number, NULL) == RC_OK)
		atomic_store(&s->outgrown, number > store_schema_latest());
	return store_writes_refused(s, e);
}

bool store_outgrown(const struct store *s)
{
	return atomic_load(&s->outgrown);
}

int store_schema_version(struct store *s)
{
	struct look found;
	return store_read(s, look, &found, NULL) == RC_OK ? found.version : -1;
}

struct step {
	struct store *s;
	bool copied;
	bool applied;
};

/* On SQLite a failed step cannot harm (it is one transaction), but a mistake in
 * a migration could: the copy is what one goes back to. Made by a reader while
 * we hold the write lock, so that it is surely of this version. */
static enum rc copy_first(struct store *s, int version, struct err *e)
{
	struct buf name;
	buf_init(&name, 8192);
	buf_printf(&name, "%s.before-migration-%d", strchr(s->url, ':') + 1, version + 1);
	enum rc rc = buf_ok(&name) ? store_backup(s, name.p, s->copying, NULL, e)
				   : err_set(e, RC_LIMIT, "The store's path is too long");
	buf_release(&name);
	if (rc != RC_OK)
		err_prefix(e, "No copy could be made before migrating, so nothing was changed");
	return rc;
}

/* Applies the next migration that is missing, if any, and says so. */
static enum rc apply_next(struct db *db, void *arg, struct err *e)
{
	struct step *step = arg;
	struct look found;
	step->applied = false;
	enum rc rc = db->ops->alone(db, e); /* another server may be migrating too */
	if (rc == RC_OK)
		rc = sql_schema_make(db, NULL, e);
	if (rc == RC_OK)
		rc = look(db, &found, e);
	if (rc != RC_OK || found.version == store_schema_latest())
		return rc;
	if (found.version > 0 && !step->copied && !store_is_postgres(step->s)) {
		rc = copy_first(step->s, found.version, e);
		if (rc != RC_OK)
			return rc;
		step->copied = true;
	}
	const struct embedded *m = &migrations[found.version];
	struct buf script;
	buf_init(&script, SCRIPT_MAX);
	rc = script_for(m, store_is_postgres(step->s), &script, e);
	if (rc == RC_OK)
		rc = db->ops->script(db, script.p ? script.p : "", e);
	buf_release(&script);
	if (rc != RC_OK) {
		err_prefix(e, "Migration %s was not applied, and the store is as it was", m->path);
		return rc;
	}
	char sum[HASH_HEX_MAX];
	struct timespec now;
	clock_gettime(CLOCK_REALTIME, &now);
	struct sql_schema_add_in row = { .number = found.version + 1,
					 .name = str_of(m->path),
					 .checksum = str_of(hash_of(m->bytes, m->size, sum)),
					 .applied_ms = (int64_t)now.tv_sec * 1000 + now.tv_nsec / 1000000 };
	step->applied = step->copied = true; /* what follows starts from this copy, or from nothing */
	return sql_schema_add(db, &row, NULL, e);
}

enum rc store_migrate(struct store *s, int *applied_out, struct err *e)
{
	int version = 0, applied = 0;
	enum rc rc = numbering_good(e);
	if (rc == RC_OK)
		rc = migrate_look(s, &version, e);
	struct step step = { .s = s, .copied = s->no_copy, .applied = version < store_schema_latest() };
	while (rc == RC_OK && step.applied) {
		rc = store_write(s, apply_next, &step, e);
		if (rc == RC_OK && step.applied)
			applied++;
	}
	if (rc == RC_OK)
		*applied_out = applied;
	return rc;
}
