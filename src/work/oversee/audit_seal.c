/* audit_seal.c - seals are put on (audit.h). */
#include "work/oversee/audit.h"

#include "base/secret.h"
#include "base/text.h"
#include "store/sql.h"
#include "work/oversee/audit_row.h"

struct sealing {
	struct app *app;
	int64_t rows;		/* in this seal; 0: nothing waited */
	struct audit_head head; /* before, then after */
	struct arena *a;
};

/* What waits, oldest ids first, each with a salt. */
static enum rc read_waiting(struct sealing *s, struct db *db, struct audit_row *row, size_t *n_out, struct err *e)
{
	struct sql_rows *rows;
	struct sql_audit_unsealed_out r;
	size_t n = 0;
	enum rc rc = sql_audit_unsealed(db, &(struct sql_audit_unsealed_in){ SEAL_ROWS_MAX }, &rows, e);
	if (rc != RC_OK)
		return rc;
	while ((rc = sql_audit_unsealed_next(rows, &r, e)) == RC_OK && n < SEAL_ROWS_MAX) {
		char salt[TOKEN_HEX_MAX];
		token_new(salt);
		row[n++] = (struct audit_row){ .id = r.id,
					       .at_ms = r.at_ms,
					       .account = r.account,
					       .org = r.org,
					       .act = arena_str(s->a, r.act),
					       .role = arena_str(s->a, r.role),
					       .person = r.person,
					       .event = r.event,
					       .what = arena_str(s->a, r.what),
					       .reason = arena_str(s->a, r.reason),
					       .salt = arena_str(s->a, (struct str){ salt, SALT_LETTERS }) };
	}
	db_done(rows);
	*n_out = n;
	return rc == RC_NOT_FOUND ? RC_OK : rc;
}

static enum rc read_head(struct db *db, int64_t n, struct arena *a, struct audit_head *out, struct err *e)
{
	struct audit_head head = { .seal = n };
	struct sql_audit_seal_hash_out h;
	if (n) {
		enum rc rc = sql_audit_seal_hash(db, &(struct sql_audit_seal_hash_in){ n }, a, &h, e);
		if (rc == RC_NOT_FOUND)
			return err_set(e, RC_CORRUPT,
				       "Seal %" PRId64 " of the audit is gone: nothing more is sealed behind it. "
				       "Keep the store as it is, and run: linnet audit verify",
				       n);
		if (rc != RC_OK)
			return rc;
		head.at_ms = h.at_ms;
		snprintf(head.hash, sizeof head.hash, STR_FMT, STR_ARG(h.hash));
	}
	*out = head;
	return RC_OK;
}

static enum rc write_seal(struct sealing *s, struct db *db, const struct audit_row *row, size_t n, struct err *e)
{
	struct buf body AUTO(buf_release);
	struct sql_audit_mark_in *marks = arena_array(s->a, n, sizeof *marks);
	struct audit_head next = { .seal = s->head.seal + 1, .at_ms = app_now_ms(s->app) };
	buf_init(&body, SEAL_ROWS_MAX * SEALED_ROW + 1);
	for (size_t i = 0; i < n; i++) {
		audit_sealed_put(&body, &row[i]);
		marks[i] = (struct sql_audit_mark_in){ row[i].id, next.seal, row[i].salt };
	}
	audit_seal_hash(next.seal, next.at_ms, str_of(s->head.hash), buf_view(&body), next.hash);
	enum rc rc = sql_audit_mark_each(db, marks, n, e);
	if (rc == RC_OK)
		rc = sql_audit_seal_insert(db,
					   &(struct sql_audit_seal_insert_in){ .n = next.seal,
									       .at_ms = next.at_ms,
									       .previous = str_of(s->head.hash),
									       .hash = str_of(next.hash),
									       .rows = (int64_t)n,
									       .body = buf_view(&body) },
					   NULL, e);
	if (rc == RC_OK)
		rc = sql_audit_chain_set(db, &(struct sql_audit_chain_set_in){ next.seal }, NULL, e);
	if (rc == RC_OK)
		s->head = next;
	return rc;
}

static enum rc seal_unit(struct db *db, void *arg, struct err *e)
{
	struct sealing *s = arg;
	struct sql_audit_chain_lock_out chain;
	size_t n = 0;
	arena_reset(s->a);
	struct audit_row *row = arena_array(s->a, SEAL_ROWS_MAX, sizeof *row);
	s->rows = 0;
	enum rc rc = sql_audit_chain_lock(db, &(struct sql_audit_chain_lock_in){ app_now_ms(s->app) }, s->a, &chain, e);
	if (rc == RC_NOT_FOUND)
		return err_set(e, RC_CORRUPT, "The row that says which seal of the audit is the newest is gone.");
	if (rc == RC_OK)
		rc = read_head(db, chain.n, s->a, &s->head, e);
	if (rc == RC_OK)
		rc = read_waiting(s, db, row, &n, e);
	if (rc == RC_OK && n)
		rc = write_seal(s, db, row, n, e);
	if (rc == RC_OK)
		s->rows = (int64_t)n;
	return rc;
}

enum rc audit_seal_all(struct app *app, int64_t *rows_out, struct audit_head *head_out, struct err *e)
{
	struct arena a AUTO(arena_release);
	arena_init(&a);
	struct sealing s = { .app = app, .a = &a };
	int64_t rows = 0;
	enum rc rc;
	do {
		rc = store_write(app_store(app), seal_unit, &s, e);
		rows += rc == RC_OK ? s.rows : 0;
		store_give_way(app_store(app));
	} while (rc == RC_OK && s.rows == SEAL_ROWS_MAX);
	if (rc != RC_OK)
		return rc;
	*rows_out = rows;
	*head_out = s.head;
	return RC_OK;
}

struct counting {
	int64_t limit, n, oldest_ms;
};

static enum rc count_unit(struct db *db, void *arg, struct err *e)
{
	struct counting *c = arg;
	struct arena a AUTO(arena_release);
	arena_init(&a);
	struct sql_audit_unsealed_count_out out;
	enum rc rc = sql_audit_unsealed_count(db, &(struct sql_audit_unsealed_count_in){ c->limit }, &a, &out, e);
	if (rc == RC_OK) {
		c->n = out.n;
		c->oldest_ms = out.oldest;
	}
	return rc;
}

enum rc audit_unsealed(struct app *app, int64_t limit, int64_t *n_out, int64_t *oldest_ms_out, struct err *e)
{
	struct counting c = { .limit = limit };
	enum rc rc = store_read(app_store(app), count_unit, &c, e);
	if (rc == RC_OK) {
		*n_out = c.n;
		*oldest_ms_out = c.oldest_ms;
	}
	return rc;
}
