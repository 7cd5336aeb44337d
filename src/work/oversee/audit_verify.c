/* audit_verify.c - every seal worked out again (audit.h). */
#include "work/oversee/audit.h"

#include <stdarg.h>
#include <stdlib.h>

#include "base/text.h"
#include "store/sql.h"
#include "work/oversee/audit_row.h"

enum {
	SEALS_AT_ONCE = 20,
	FAULTS_KEPT =
	    4 * AUDIT_FAULTS_MAX /* of the seal that is looked at: what is there, what is not, what was erased */
};

struct sealed_batch {
	int64_t n, at_ms, rows;
	struct str previous, hash, body;
};

struct erased_line {
	int64_t id, at_ms, person, event;
	int64_t erasure; /* that it names; 0: none */
};

struct verifying {
	struct app *app;
	struct arena *a, *here; /* the report's; this page's */
	struct audit_report *report;
	struct audit_fault *list; /* room for FAULTS_KEPT */
	size_t most;		  /* faults that are kept now */
	int64_t after, last;	  /* the seal looked at last; the newest when this began */
	char before[HASH_HEX_MAX];
	struct erased_line *gone; /* [SEAL_ROWS_MAX] lines of this seal that were erased */
	size_t n_gone;
	bool unread;   /* a line could not be read: told, and the unit is over (page_unit) */
	bool chained;  /* the next seal can be held against `before` */
	size_t n;      /* seals in this page */
	int64_t known; /* a seal known from elsewhere, and its hash; 0: none */
	struct str known_hash;
};

const char *audit_wrong_id(enum audit_wrong w)
{
	static const char *const ids[] = {
		"", "altered", "missing", "inserted", "re-ordered", "seal-broken", "cut-off"
	};
	return ids[w];
}

static void PRINTF_LIKE(6, 7)
    fault(struct verifying *v, enum audit_wrong w, int64_t row, int64_t seal, int64_t at_ms, const char *fmt, ...)
{
	char words[400];
	va_list ap;
	v->report->faults++;
	if (v->report->n >= v->most)
		return;
	va_start(ap, fmt);
	vsnprintf(words, sizeof words, fmt, ap);
	va_end(ap);
	v->list[v->report->n++] = (struct audit_fault){ w, row, seal, at_ms, arena_str(v->a, str_of(words)) };
}

/* ---- one seal ---- */

static bool seal_holds(struct verifying *v, const struct sealed_batch *s)
{
	char hash[HASH_HEX_MAX];
	if (s->n != v->after + 1) {
		if (s->n == v->after + 2)
			fault(v, AUDIT_SEAL_BROKEN, 0, v->after + 1, s->at_ms, "Seal %" PRId64 " is gone.",
			      v->after + 1);
		else
			fault(v, AUDIT_SEAL_BROKEN, 0, v->after + 1, s->at_ms,
			      "Seals %" PRId64 " to %" PRId64 " are gone.", v->after + 1, s->n - 1);
		v->chained = false;
	}
	if (v->chained && !str_is(s->previous, v->before)) {
		fault(v, AUDIT_SEAL_BROKEN, 0, s->n, s->at_ms, "Seal %" PRId64 " does not follow the one before it.",
		      s->n);
		return false;
	}
	audit_seal_hash(s->n, s->at_ms, s->previous, s->body, hash);
	if (!str_is(s->hash, hash) || s->rows > SEAL_ROWS_MAX || s->body.n != (size_t)s->rows * SEALED_ROW) {
		fault(v, AUDIT_SEAL_BROKEN, 0, s->n, s->at_ms,
		      "Seal %" PRId64 " itself was altered: what its lines were cannot be told from it.", s->n);
		return false;
	}
	return true;
}

/* Is the line what was sealed under another id of this seal? */
static int64_t sealed_as(const struct sealed_batch *s, const struct audit_row *r)
{
	unsigned char hash[HASH_BYTES];
	struct audit_row as = *r;
	for (int64_t i = 0; i < s->rows; i++) {
		as.id = audit_sealed_id(s->body, (size_t)i);
		audit_row_hash(&as, hash);
		if (memcmp(hash, audit_sealed_hash(s->body, (size_t)i), HASH_BYTES) == 0)
			return as.id;
	}
	return 0;
}

static void note_erased(struct verifying *v, const struct audit_row *r)
{
	struct erased_line l = { r->id, r->at_ms, r->person, r->event, 0 };
	int64_t erasure;
	if (!r->reason.n && audit_erased_by(r->what, &erasure))
		l.erasure = erasure;
	v->gone[v->n_gone++] = l;
}

static void look_at_row(struct verifying *v, const struct sealed_batch *s, int64_t i, const struct audit_row *r)
{
	unsigned char hash[HASH_BYTES];
	char id[ID_TEXT_MAX], other[ID_TEXT_MAX];
	audit_row_hash(r, hash);
	v->report->rows++;
	v->report->erased += audit_row_erased(r);
	v->report->late += r->at_ms + AUDIT_LATE_MS < s->at_ms;
	if (memcmp(hash, audit_sealed_hash(s->body, (size_t)i), HASH_BYTES) == 0) {
		if (audit_row_erased(r))
			note_erased(v, r);
		return;
	}
	int64_t was = sealed_as(s, r);
	id_text(r->id, id);
	if (was)
		fault(v, AUDIT_REORDERED, r->id, s->n, r->at_ms, "In place of line %s stands what was line %s.", id,
		      id_text(was, other));
	else
		fault(v, AUDIT_ALTERED, r->id, s->n, r->at_ms, "Line %s is not what was sealed.", id);
}

static enum rc not_there(struct verifying *v, struct db *db, const struct sealed_batch *s, int64_t id, struct err *e)
{
	char text[ID_TEXT_MAX];
	struct sql_audit_where_out at;
	enum rc rc = sql_audit_where(db, &(struct sql_audit_where_in){ id }, v->here, &at, e);
	if (rc == RC_OK)
		fault(v, AUDIT_REORDERED, id, s->n, s->at_ms,
		      "Line %s was sealed under %" PRId64 ", and now says %" PRId64 ".", id_text(id, text), s->n,
		      at.seal);
	else if (rc == RC_NOT_FOUND)
		fault(v, AUDIT_MISSING, id, s->n, s->at_ms, "Line %s was sealed and is gone.", id_text(id, text));
	return rc == RC_NOT_FOUND ? RC_OK : rc;
}

/* Anybody who can write to the store can put a hash where the salt was: words that are gone must have been erased by
 * an erasure that is there, and what it erased must be gone. */
static enum rc look_at_erased(struct verifying *v, struct db *db, const struct sealed_batch *s,
			      const struct erased_line *l, struct err *e)
{
	char id[ID_TEXT_MAX];
	struct sql_erasure_covers_out by;
	const struct sql_erasure_covers_in in = { l->erasure, l->person, l->event };
	enum rc rc = l->erasure ? sql_erasure_covers(db, &in, v->here, &by, e) : RC_NOT_FOUND;
	if (rc == RC_NOT_FOUND)
		fault(v, AUDIT_ALTERED, l->id, s->n, l->at_ms,
		      "Line %s says that its words were lawfully erased; no erasure of what it is about is there.",
		      id_text(l->id, id));
	return rc == RC_NOT_FOUND ? RC_OK : rc;
}

static int by_line(const void *x, const void *y)
{
	const struct audit_fault *a = x, *b = y;
	return a->row > b->row ? 1 : a->row < b->row ? -1 : 0;
}

/* Faults of one seal are found in three goes, each by id: the first of each are kept, then sorted, then as many as are
 * told. of_seal: where those of this seal begin. */
static void keep_more(struct verifying *v, size_t of_seal)
{
	if (of_seal < AUDIT_FAULTS_MAX)
		v->most = v->report->n + AUDIT_FAULTS_MAX;
}

static void keep_first(struct verifying *v, size_t of_seal)
{
	struct audit_report *r = v->report;
	qsort(v->list + of_seal, r->n - of_seal, sizeof *v->list, by_line);
	r->n = r->n < AUDIT_FAULTS_MAX ? r->n : AUDIT_FAULTS_MAX;
	v->most = AUDIT_FAULTS_MAX;
}

/* The lines of a seal and what it holds, both by id, side by side. */
static enum rc look_at_rows(struct verifying *v, struct db *db, const struct sealed_batch *s, struct err *e)
{
	struct sql_rows *rows;
	struct sql_audit_of_seal_out r;
	int64_t missing[SEAL_ROWS_MAX + 1];
	int64_t i = 0, n_missing = 0;
	size_t of_seal = v->report->n;
	char id[ID_TEXT_MAX];
	v->n_gone = 0;
	keep_more(v, of_seal);
	enum rc rc = sql_audit_of_seal(db, &(struct sql_audit_of_seal_in){ s->n }, &rows, e);
	if (rc != RC_OK)
		return rc;
	while ((rc = sql_audit_of_seal_next(rows, &r, e)) == RC_OK) {
		for (; i < s->rows && audit_sealed_id(s->body, (size_t)i) < r.id; i++)
			missing[n_missing++] = audit_sealed_id(s->body, (size_t)i);
		if (i == s->rows || audit_sealed_id(s->body, (size_t)i) != r.id) {
			fault(v, AUDIT_INSERTED, r.id, s->n, r.at_ms,
			      "Line %s says it is under seal %" PRId64 ", which does not hold it.", id_text(r.id, id),
			      s->n);
			continue;
		}
		struct audit_row row = { .id = r.id,
					 .at_ms = r.at_ms,
					 .account = r.account,
					 .org = r.org,
					 .act = r.act,
					 .role = r.role,
					 .person = r.person,
					 .event = r.event,
					 .what = r.what,
					 .reason = r.reason,
					 .salt = r.salt };
		look_at_row(v, s, i++, &row);
	}
	db_done(rows);
	if (rc == RC_CORRUPT && i < s->rows) { /* after it nothing of this seal is looked at */
		fault(v, AUDIT_ALTERED, audit_sealed_id(s->body, (size_t)i), s->n, s->at_ms,
		      "Line %s, or one that was put in before it, cannot be read: it was altered, or the file is "
		      "damaged (linnet doctor says that).",
		      id_text(audit_sealed_id(s->body, (size_t)i), id));
		for (int64_t k = 0; k < n_missing; k++) /* whether they stand elsewhere cannot be asked any more */
			fault(v, AUDIT_MISSING, missing[k], s->n, s->at_ms,
			      "Line %s was sealed and is not under its seal.", id_text(missing[k], id));
		v->unread = true;
		keep_first(v, of_seal);
		return rc;
	}
	for (; i < s->rows; i++)
		missing[n_missing++] = audit_sealed_id(s->body, (size_t)i);
	rc = rc == RC_NOT_FOUND ? RC_OK : rc;
	keep_more(v, of_seal);
	for (int64_t k = 0; rc == RC_OK && k < n_missing; k++)
		rc = not_there(v, db, s, missing[k], e);
	keep_more(v, of_seal);
	for (size_t k = 0; rc == RC_OK && k < v->n_gone; k++)
		rc = look_at_erased(v, db, s, &v->gone[k], e);
	keep_first(v, of_seal);
	return rc;
}

static enum rc look_at_seal(struct verifying *v, struct db *db, const struct sealed_batch *s, struct err *e)
{
	bool holds = seal_holds(v, s);
	enum rc rc = RC_OK;
	v->report->seals++;
	if (holds)
		rc = look_at_rows(v, db, s, e);
	v->after = s->n;
	v->chained = true;
	snprintf(v->before, sizeof v->before, STR_FMT, STR_ARG(s->hash));
	v->report->head = (struct audit_head){ .seal = s->n, .at_ms = s->at_ms };
	memcpy(v->report->head.hash, v->before, sizeof v->before);
	return rc;
}

/* ---- the chain ---- */

static enum rc page_unit(struct db *db, void *arg, struct err *e)
{
	struct verifying *v = arg;
	struct sql_rows *rows;
	struct sql_audit_seal_next_out r;
	struct sealed_batch s[SEALS_AT_ONCE];
	arena_reset(v->here);
	v->n = 0;
	enum rc rc = sql_audit_seal_next(db, &(struct sql_audit_seal_next_in){ v->after, SEALS_AT_ONCE }, &rows, e);
	if (rc != RC_OK)
		return rc;
	while ((rc = sql_audit_seal_next_next(rows, &r, e)) == RC_OK && v->n < SEALS_AT_ONCE)
		s[v->n++] = (struct sealed_batch){ .n = r.n,
						   .at_ms = r.at_ms,
						   .rows = r.rows,
						   .previous = arena_str(v->here, r.previous),
						   .hash = arena_str(v->here, r.hash),
						   .body = arena_str(v->here, r.body) };
	db_done(rows);
	if (rc == RC_CORRUPT)
		return err_prefix(e, "The seal of the audit that follows seal %" PRId64,
				  v->n ? s[v->n - 1].n : v->after);
	rc = rc == RC_NOT_FOUND ? RC_OK : rc;
	for (size_t i = 0; rc == RC_OK && i < v->n; i++)
		rc = look_at_seal(v, db, &s[i], e);
	return rc;
}

static enum rc begin_unit(struct db *db, void *arg, struct err *e)
{
	struct verifying *v = arg;
	struct sql_audit_chain_get_out chain;
	enum rc rc = sql_audit_chain_get(db, v->here, &chain, e);
	v->last = rc == RC_OK ? chain.n : 0;
	return rc == RC_NOT_FOUND ? RC_OK : rc; /* said at the end */
}

/* Lines under seals that were never made; the end of the chain as the store knows it. */
static enum rc end_unit(struct db *db, void *arg, struct err *e)
{
	struct verifying *v = arg;
	char id[ID_TEXT_MAX];
	struct sql_audit_chain_get_out chain;
	struct sql_audit_astray_out stray;
	enum rc rc = sql_audit_chain_get(db, v->here, &chain, e);
	if (rc == RC_NOT_FOUND)
		chain.n = -1;
	else if (rc != RC_OK)
		return rc;
	if (chain.n < v->after || v->last > v->after)
		fault(v, AUDIT_CUT, 0, v->after, v->report->head.at_ms,
		      "The chain ends with seal %" PRId64 "; the store knows of %" PRId64 ".", v->after,
		      chain.n > v->last ? chain.n : v->last);
	int64_t newest = chain.n > v->after ? chain.n : v->after;
	rc = sql_audit_astray(db, &(struct sql_audit_astray_in){ newest }, v->here, &stray, e);
	if (rc == RC_OK && stray.n)
		fault(v, AUDIT_INSERTED, stray.id, 0, 0,
		      "%" PRId64 " lines, the first of them %s, say they are under a seal that there is not.", stray.n,
		      id_text(stray.id, id));
	return rc;
}

/* "12:64 digits" */
static enum rc read_known(struct verifying *v, struct str known, struct err *e)
{
	struct str number = str_cut(known, ':', &v->known_hash);
	if (str_to_int(number, 1, INT64_MAX, &v->known) != RC_OK || v->known_hash.n != HASH_HEX_MAX - 1)
		return err_set(
		    e, RC_BAD_INPUT,
		    "A head is the number of a seal, a colon and 64 digits, as `linnet audit seal` prints it.");
	return RC_OK;
}

static enum rc known_unit(struct db *db, void *arg, struct err *e)
{
	struct verifying *v = arg;
	struct sql_audit_seal_hash_out h;
	enum rc rc = sql_audit_seal_hash(db, &(struct sql_audit_seal_hash_in){ v->known }, v->here, &h, e);
	if (rc == RC_NOT_FOUND)
		fault(v, AUDIT_CUT, 0, v->known, 0,
		      "Seal %" PRId64
		      ", known from elsewhere, is not there: the end of the audit was cut off, or an older "
		      "copy of the store stands here.",
		      v->known);
	else if (rc == RC_OK && !str_eq(h.hash, v->known_hash))
		fault(v, AUDIT_CUT, 0, v->known, h.at_ms,
		      "Seal %" PRId64 " is another than the one known from elsewhere: the chain was made anew.",
		      v->known);
	return rc == RC_NOT_FOUND ? RC_OK : rc;
}

enum rc audit_verify(struct app *app, struct str known, audit_progress *p, void *arg, struct arena *a,
		     struct audit_report *out, struct err *e)
{
	struct arena here AUTO(arena_release);
	arena_init(&here);
	struct audit_report report = { 0 };
	struct verifying v = {
		.app = app, .a = a, .here = &here, .report = &report, .chained = true, .most = AUDIT_FAULTS_MAX
	};
	v.list = arena_array(a, FAULTS_KEPT, sizeof *v.list);
	v.gone = arena_array(a, SEAL_ROWS_MAX, sizeof *v.gone);
	report.list = v.list;
	struct store *st = app_store(app);
	enum rc rc = known.n ? read_known(&v, known, e) : RC_OK;
	if (rc == RC_OK)
		rc = store_read(st, begin_unit, &v, e);
	bool again;
	do {
		v.unread = false;
		if (rc == RC_OK)
			rc = store_read(st, page_unit, &v, e);
		again = rc == RC_CORRUPT && v.unread; /* and on with the next seal */
		if (again) {
			err_clear(e);
			rc = RC_OK;
		}
		if (rc == RC_OK && p)
			p(arg, "Verifying the audit", v.after, v.last > v.after ? v.last : v.after);
	} while (rc == RC_OK && (again || v.n == SEALS_AT_ONCE));
	if (rc == RC_OK)
		rc = store_read(st, end_unit, &v, e);
	if (rc == RC_OK && known.n)
		rc = store_read(st, known_unit, &v, e);
	if (rc == RC_OK)
		rc = audit_unsealed(app, INT32_MAX, &report.not_sealed, &report.oldest_ms, e);
	if (rc == RC_OK)
		*out = report;
	return rc;
}
