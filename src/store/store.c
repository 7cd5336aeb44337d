/* Which engine, units of work, and what every engine may rely on. */
#include "store/engine.h"
#include "store/group.h"

#include <time.h>

enum { TRIES_MAX = 6 };

static bool starts(const char *s, const char *with)
{
	return strncmp(s, with, strlen(with)) == 0;
}

enum rc store_parse_url(const char *url, const struct engine_ops **ops_out, const char **where_out, struct err *e)
{
	if (starts(url, "sqlite:")) {
		*ops_out = &sqlite_ops;
		*where_out = url + strlen("sqlite:");
		return RC_OK;
	}
	if (starts(url, "postgres:") || starts(url, "postgresql:")) {
		const char *where = strchr(url, ':') + 1;
		*ops_out = &postgres_ops;
		*where_out = starts(where, "//") ? url : where; /* libpq takes the whole of postgres://... */
		return RC_OK;
	}
	return err_set(e, RC_BAD_INPUT,
		       "The store's address must begin with sqlite: or postgres: "
		       "(for example sqlite:/var/lib/linnet/linnet.db)");
}

/* Everything up to the next blank (or quote) behind "password=", and what stands between
 * ':' and '@' in postgres://user:password@host, becomes ***. */
static char *without_password(const char *url)
{
	struct buf b;
	buf_init(&b, 65536);
	const char *p = url, *scheme = strstr(url, "://");
	if (scheme) {
		const char *from = scheme + 3, *end = from + strcspn(from, "/?");
		const char *at = memrchr(from, '@', (size_t)(end - from));
		const char *colon = at ? memchr(from, ':', (size_t)(at - from)) : NULL;
		if (colon) {
			buf_put(&b, url, (size_t)(colon + 1 - url));
			buf_puts(&b, "***");
			p = at;
		}
	}
	const char *secret;
	while ((secret = strstr(p, "password"))) {
		const char *value = secret + strlen("password");
		value += strspn(value, " ");
		if (*value == '=') {
			value += 1 + strspn(value + 1, " ");
			const char *end = value + strcspn(value, scheme ? "&" : " ");
			if (*value == '\'')
				for (end = value + 1; *end && *end != '\''; end++)
					end += *end == '\\' && end[1];
			end += *end == '\'';
			buf_put(&b, p, (size_t)(value - p));
			buf_puts(&b, "***");
			p = end;
		} else {
			buf_put(&b, p, (size_t)(value - p));
			p = value;
		}
	}
	buf_puts(&b, p);
	return b.p;
}

enum rc store_open_any(const char *url, bool create, struct store **out, struct err *e)
{
	const struct engine_ops *ops;
	const char *where;
	enum rc rc = store_parse_url(url, &ops, &where, e);
	if (rc != RC_OK)
		return rc;
	void *engine;
	if (ops == &sqlite_ops && backup_is(where)) /* the first write would spoil it */
		return err_set(e, RC_REFUSED,
			       "%s is a backup, not a store. Restore it first: linnet restore %s --store sqlite:NEWFILE",
			       where, where);
	rc = ops->open(where, create, &engine, e);
	if (rc != RC_OK)
		return rc;
	struct store *s = xcalloc(1, sizeof *s);
	s->ops = ops;
	s->engine = engine;
	s->url = xstrndup(url, strlen(url));
	s->shown = without_password(url);
	if (ops->savepoint) {
		s->group = xmalloc(sizeof *s->group);
		group_init(s->group);
	}
	*out = s;
	return RC_OK;
}

enum rc store_open(const char *url, bool create, struct store **out, struct err *e)
{
	struct store *s;
	enum rc rc = store_open_any(url, create, &s, e);
	if (rc != RC_OK)
		return rc;
	int version = 0;
	rc = migrate_look(s, &version, e);
	if (rc == RC_OK && version < store_schema_latest() && !create)
		rc = err_set(e, RC_CONFLICT,
			     "The store %s is older than this program (schema %d, the program needs %d); migrate it "
			     "first: linnet init --store %s",
			     s->shown, version, store_schema_latest(), s->shown);
	if (rc != RC_OK) {
		store_close(s);
		return rc;
	}
	*out = s;
	return RC_OK;
}

void store_close(struct store *s)
{
	if (!s)
		return;
	s->ops->close(s->engine);
	if (s->group)
		group_release(s->group);
	free(s->group);
	free(s->url);
	free(s->shown);
	free(s);
}

bool store_is_postgres(const struct store *s)
{
	return s->ops == &postgres_ops;
}

const char *store_url_shown(const struct store *s)
{
	return s->shown;
}

enum rc store_check(struct store *s, struct buf *report, bool *well_out, struct err *e)
{
	return s->ops->check(s->engine, report, well_out, e);
}

enum rc store_ready(struct store *s, struct err *e)
{
	enum rc rc = store_writes_refused(s, e);
	return rc == RC_OK ? s->ops->ready(s->engine, e) : rc;
}

enum rc store_settle(struct store *s, struct err *e)
{
	return s->ops->settle ? s->ops->settle(s->engine, e) : RC_OK;
}

enum rc store_write_anew(struct store *s, struct err *e)
{
	return s->ops->write_anew ? s->ops->write_anew(s->engine, e) : RC_OK;
}

enum rc store_notes(struct store *s, int64_t now_ms, struct buf *out, struct err *e)
{
	return s->ops->notes ? s->ops->notes(s->engine, now_ms, out, e) : RC_OK;
}

/* ---- units ---- */

/* One try. Sets *again_out if the engine wants the unit run once more. */
static enum rc run_once(struct store *s, bool write, store_fn *fn, void *arg, bool *again_out, struct err *e)
{
	struct db *db;
	*again_out = false;
	enum rc rc = s->ops->begin(s->engine, write, &db, e);
	if (rc != RC_OK)
		return rc;
	rc = fn(db, arg, e);
	if (rc == RC_OK && db->failed != RC_OK)
		rc = db->failed; /* the function went on after a failure, whose words are still in e */
	if (rc != RC_OK) {
		*again_out = db->again;
		s->ops->rollback(db);
		return rc;
	}
	return s->ops->commit(db, again_out, e);
}

/* Growing, and not the same for two that met: 2..4, 4..8, 8..16 ... ms. */
static void pause_before_try(int tried)
{
	struct timespec now;
	clock_gettime(CLOCK_MONOTONIC, &now);
	long least = 2000000L << tried;
	struct timespec pause = { 0, least + now.tv_nsec % least };
	nanosleep(&pause, NULL);
}

static enum rc run(struct store *s, bool write, store_fn *fn, void *arg, struct err *e)
{
	for (int tried = 0;; tried++) {
		bool again;
		enum rc rc = run_once(s, write, fn, arg, &again, e);
		if (!again)
			return rc;
		if (tried + 1 == TRIES_MAX)
			return err_set(e, RC_CONFLICT,
				       "Others kept changing the same records; nothing was saved. "
				       "Try again in a moment");
		err_clear(e);
		pause_before_try(tried);
	}
}

enum rc store_read(struct store *s, store_fn *fn, void *arg, struct err *e)
{
	return run(s, false, fn, arg, e);
}

void store_refuse_writes(struct store *s, const struct err *why)
{
	s->no_writes = *why;
}

void store_tell_copying(struct store *s, bool none, store_progress *p)
{
	s->no_copy = none;
	s->copying = p;
}

enum rc store_writes_refused(struct store *s, struct err *e)
{
	if (e && s->no_writes.rc != RC_OK)
		*e = s->no_writes;
	if (s->no_writes.rc == RC_OK && store_outgrown(s))
		return err_set(e, RC_BUSY,
			       "A newer version of this program has brought the store up to date, and this one may not "
			       "write to it any more; nothing of this was saved. Stop it, and start the newer version");
	return s->no_writes.rc;
}

enum rc store_write(struct store *s, store_fn *fn, void *arg, struct err *e)
{
	enum rc rc = store_writes_refused(s, e);
	if (rc != RC_OK)
		return rc;
	return s->group ? group_write(s->group, s, fn, arg, e) : run(s, true, fn, arg, e);
}

/* ---- statements ---- */

/* Both engines keep only UTF-8 without NUL as text; SQLite would not say so itself. */
static enum rc values_good(const struct sql_statement *st, const struct sql_value *in, struct err *e)
{
	for (size_t i = 0; i < st->n_in; i++) {
		if (in[i].type != st->in[i].type)
			return err_set(e, RC_INTERNAL, "The program gave %s to statement %s with the wrong type",
				       st->in[i].name, st->name);
		if (in[i].type == SQL_TEXT && in[i].s.p && utf8_bad_at(in[i].s) != SIZE_MAX)
			return err_set(
			    e, RC_BAD_INPUT,
			    "The text of \"%s\" is not well-formed UTF-8 and cannot be kept; correct it and try again",
			    st->in[i].name);
	}
	return RC_OK;
}

/* Remembers the first failure: PostgreSQL would refuse to go on, so neither engine does. */
static enum rc outcome(struct db *db, enum rc rc)
{
	if (rc != RC_OK && rc != RC_NOT_FOUND && db->failed == RC_OK)
		db->failed = rc;
	return rc;
}

static enum rc may_go_on(struct db *db, const struct sql_statement *st, struct err *e)
{
	if (db->failed == RC_OK)
		return RC_OK;
	if (!e || e->rc == RC_OK)
		return err_set(e, db->failed, "Statement %s was not run: one before it failed in the same unit",
			       st->name);
	return db->failed;
}

static const struct sql_value no_values[1]; /* of a statement without parameters */

/* What must hold before a statement is run. */
static enum rc before(struct db *db, const struct sql_statement *st, bool changes, const struct sql_value *in,
		      size_t rows, struct err *e)
{
	enum rc rc = may_go_on(db, st, e);
	if (rc == RC_OK && changes && !db->writing)
		rc = err_set(e, RC_INTERNAL, "The program tried to change the store (%s) in a unit that only reads",
			     st->name);
	for (size_t i = 0; i < rows && rc == RC_OK; i++)
		rc = values_good(st, in + i * st->n_in, e);
	return outcome(db, rc);
}

enum rc db_exec(struct db *db, const struct sql_statement *st, const struct sql_value *in, int64_t *changed_out,
		struct err *e)
{
	in = in ? in : no_values;
	enum rc rc = before(db, st, true, in, 1, e);
	return rc != RC_OK ? rc : outcome(db, db->ops->exec(db, st, in, changed_out, e));
}

/* ---- many rows of one statement ---- */

static const void *row_of(const struct sql_feed *f, size_t i)
{
	return (const char *)f->rows + i * f->size;
}

static struct sql_value value_of(enum sql_type type, const void *at)
{
	struct sql_value v = { .type = type };
	if (type == SQL_INT)
		v.i = *(const int64_t *)at;
	else
		v.s = *(const struct str *)at;
	return v;
}

void sql_values(const struct sql_statement *st, const uint16_t *at, const void *row, struct sql_value *out)
{
	for (size_t i = 0; i < st->n_in; i++)
		out[i] = value_of(st->in[i].type, (const char *)row + at[i]);
}

static bool equal(const struct sql_value *a, const struct sql_value *b)
{
	if (a->type == SQL_INT)
		return a->i == b->i;
	return !a->s.p == !b->s.p && str_eq(a->s, b->s);
}

/* Column by column: most of those that differ do so soon. */
void db_look_rows(struct sql_feed *f)
{
	f->good = true;
	f->same = 0;
	for (size_t k = 0; k < f->st->n_in; k++) {
		enum sql_type type = f->st->in[k].type;
		struct sql_value first = { .type = type }, v;
		bool same = f->n > 0 && k < 64;
		for (size_t i = 0; i < f->n && (same || type == SQL_TEXT); i++) {
			v = value_of(type, (const char *)row_of(f, i) + f->at[k]);
			first = i ? first : v;
			same = same && equal(&v, &first);
			if (type == SQL_TEXT && (!same || !i) && v.s.p && utf8_bad_at(v.s) != SIZE_MAX)
				f->good = false;
		}
		f->same |= (uint64_t)same << (k & 63);
	}
}

struct sql_feed db_some_rows(const struct sql_feed *f, size_t from, size_t to)
{
	struct sql_feed some = *f;
	if (from)
		some.rows = row_of(f, from);
	some.n = to - from;
	return some;
}

enum rc feed_row(const struct sql_feed *f, size_t i, struct sql_value *values, struct err *e)
{
	sql_values(f->st, f->at, row_of(f, i), values);
	return f->good ? RC_OK : values_good(f->st, values, e);
}

/* For an engine that takes values: some rows at a time. */
static enum rc exec_in_pieces(struct db *db, const struct sql_feed *f, struct err *e)
{
	enum { VALUES = 2048 };
	struct sql_value v[VALUES];
	size_t n_in = f->st->n_in;
	enum rc rc = RC_OK;
	for (size_t i = 0; i < f->n && rc == RC_OK;) {
		size_t n = 0;
		for (; rc == RC_OK && i < f->n && (n + 1) * n_in <= VALUES; n++)
			rc = feed_row(f, i++, v + n * n_in, e);
		if (rc == RC_OK)
			rc = db->ops->exec_many(db, f->st, v, n, e);
	}
	return rc;
}

enum rc db_exec_rows(struct db *db, const struct sql_feed *f, struct err *e)
{
	enum rc rc = before(db, f->st, true, NULL, 0, e);
	if (rc != RC_OK || !f->n)
		return rc;
	return outcome(db, db->ops->exec_rows ? db->ops->exec_rows(db, f, e) : exec_in_pieces(db, f, e));
}

/* ---- rows that are read ---- */

enum rc db_query(struct db *db, const struct sql_statement *st, const struct sql_value *in, struct sql_rows **out,
		 struct err *e)
{
	in = in ? in : no_values;
	enum rc rc = before(db, st, false, in, 1, e);
	return rc != RC_OK ? rc : outcome(db, db->ops->query(db, st, in, out, e));
}

enum rc db_next(struct sql_rows *rows, struct sql_value *out, struct err *e)
{
	struct db *db = rows->db;
	enum rc rc = may_go_on(db, rows->st, e);
	return rc != RC_OK ? rc : outcome(db, db->ops->next(rows, out, e));
}

void db_done(struct sql_rows *rows)
{
	if (rows)
		rows->db->ops->done(rows);
}

enum rc db_prepare(struct db *db, const struct sql_statement *st, struct err *e)
{
	enum rc rc = may_go_on(db, st, e);
	return rc != RC_OK ? rc : outcome(db, db->ops->prepare(db, st, e));
}

void store_expect_bulk(struct store *s, bool bulk)
{
	if (s->ops->expect_bulk)
		s->ops->expect_bulk(s->engine, bulk);
}

bool store_fill_begin(struct store *s)
{
	return s->ops->fill_begin && s->ops->fill_begin(s->engine, NULL);
}

bool store_refill_begin(struct store *s, const char *table)
{
	return s->ops->fill_begin && store_unshared(s) && s->ops->fill_begin(s->engine, table);
}

bool store_unshared(struct store *s)
{
	return s->ops->unshared && s->ops->unshared(s->engine);
}

enum rc store_refill_give_up(struct store *s, const char *table, struct err *e)
{
	return s->ops->refill_give_up ? s->ops->refill_give_up(s->engine, table, e) : RC_OK;
}

enum rc store_fill_end(struct store *s, struct err *e)
{
	return s->ops->fill_end ? s->ops->fill_end(s->engine, e) : RC_OK;
}

bool store_give_way(struct store *s)
{
	return s->ops->give_way && s->ops->give_way(s->engine);
}
