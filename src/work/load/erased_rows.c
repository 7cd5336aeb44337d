#include "work/load/erased_rows.h"

#include "base/text.h"
#include "store/sql.h"
#include "work/load/known.h"
#include "work/oversee/erased.h"

enum { MARKS_A_PAGE = 1000 };

struct marked {
	struct str mark;
	int64_t erasure, at_ms;
};

struct leaving_out {
	struct app *app;
	struct tables_batch *b;
	bool *refused;
	char salt[ERASED_SALT_MAX];
	struct marked *marks; /* sorted */
	size_t n, cap;
	bool entries;	  /* some are of entries */
	int64_t erasures; /* that were carried out */
	struct batch_finding *findings;
	size_t n_findings, cap_findings, n_children;
	uint32_t *order; /* places of drafts, our own; NULL: nothing was taken out yet */
	struct arena *a;
};

static void take_mark(struct leaving_out *l, const struct sql_erasure_marks_out *r)
{
	if (l->n == l->cap) {
		struct marked *more = arena_array(l->a, l->cap = l->cap ? l->cap * 2 : 64, sizeof *more);
		if (l->n)
			memcpy(more, l->marks, l->n * sizeof *more);
		l->marks = more;
	}
	l->marks[l->n++] = (struct marked){ arena_str(l->a, r->mark), r->erasure, r->at_ms };
	l->entries = l->entries || r->event != 0;
}

static enum rc read_marks(struct db *db, void *arg, struct err *e)
{
	struct leaving_out *l = arg;
	struct sql_erasure_count_out count;
	l->n = 0;
	enum rc rc = erased_salt(db, false, l->salt, e);
	if (rc == RC_OK && (rc = sql_erasure_count(db, l->a, &count, e)) == RC_OK)
		l->erasures = count.n;
	for (bool more = rc == RC_OK && l->salt[0]; rc == RC_OK && more;) {
		struct sql_rows *rows;
		struct sql_erasure_marks_out r;
		size_t before = l->n;
		struct sql_erasure_marks_in in = { l->n ? l->marks[l->n - 1].mark : STR(""), MARKS_A_PAGE };
		if ((rc = sql_erasure_marks(db, &in, &rows, e)) != RC_OK)
			return rc;
		while ((rc = sql_erasure_marks_next(rows, &r, e)) == RC_OK && l->n - before < MARKS_A_PAGE)
			take_mark(l, &r);
		db_done(rows);
		more = l->n - before == MARKS_A_PAGE;
		rc = rc == RC_NOT_FOUND || more ? RC_OK : rc;
	}
	return rc;
}

static const struct marked *find_mark(const struct leaving_out *l, struct str mark)
{
	size_t lo = 0, hi = l->n;
	while (lo < hi) {
		size_t mid = lo + (hi - lo) / 2;
		if (str_cmp(l->marks[mid].mark, mark) < 0)
			lo = mid + 1;
		else
			hi = mid;
	}
	return lo < l->n && str_eq(l->marks[lo].mark, mark) ? &l->marks[lo] : NULL;
}

static const struct marked *marked(const struct leaving_out *l, const struct batch_child *c, struct str natural)
{
	char hex[HASH_HEX_MAX];
	return find_mark(l, str_of(erased_mark(l->salt, c->council, c->ref, natural, hex)));
}

/* Of the whole record, however the number is written. */
static const struct marked *marked_record(const struct leaving_out *l, const struct batch_child *c)
{
	char hex[ERASED_WAYS][HASH_HEX_MAX];
	const struct marked *m = NULL;
	erased_record_marks(l->salt, c->council, c->ref, hex);
	for (size_t i = 0; !m && i < ERASED_WAYS; i++)
		m = find_mark(l, str_of(hex[i]));
	return m;
}

struct living {
	const struct organisation *council;
	struct str ref;
	bool yes;
};

static enum rc look_for_record(struct db *db, void *arg, struct err *e)
{
	struct living *v = arg;
	struct arena a AUTO(arena_release);
	int64_t person;
	arena_init(&a);
	enum rc rc = known_person(db, v->council->id, v->ref, false, &a, &person, e);
	v->yes = rc == RC_OK;
	return rc == RC_NOT_FOUND ? RC_OK : rc;
}

/* A council may have had two numbers that differ in capitals only: who is on record with exactly this one was not
 * erased. */
static enum rc is_on_record(struct leaving_out *l, const struct batch_child *c, bool *yes_out, struct err *e)
{
	struct living v = { app_organisation_by_code(l->app, c->council), c->ref, false };
	enum rc rc = v.council ? store_read(app_store(l->app), look_for_record, &v, e) : RC_OK;
	*yes_out = v.yes;
	return rc;
}

static void find(struct leaving_out *l, const struct draft_row *d, const struct marked *m, bool whole)
{
	char id[ID_TEXT_MAX], day[DAY_TEXT_MAX];
	const struct batch_finding *last = l->n_findings ? &l->findings[l->n_findings - 1] : NULL;
	if (last && last->file == d->file && last->line == d->line)
		return; /* one for each row */
	if (l->n_findings >= TABLE_FINDINGS_MAX + TABLE_FILES_MAX) {
		l->b->findings_total++;
		return;
	}
	if (l->n_findings == l->cap_findings) {
		struct batch_finding *more =
		    arena_array(l->a, l->cap_findings = l->cap_findings * 2 + 64, sizeof *more);
		if (l->n_findings)
			memcpy(more, l->findings, l->n_findings * sizeof *more);
		l->findings = more;
	}
	struct str what = whole ? STR("The record of this child") : STR("What this row tells");
	l->findings[l->n_findings++] = (struct batch_finding){
		.file = d->file,
		.severity = SEVERITY_WARNING,
		.line = d->line,
		.column = STR(""),
		.rule = STR("erased"),
		.found = STR(""),
		.message = arena_printf(l->a, STR_FMT " was lawfully erased on %s (erasure %s). %s left out.",
					STR_ARG(what), day_iso(london_day(m->at_ms), day), id_text(m->erasure, id),
					whole ? "Its rows, here and in the other files, were" : "It was"),
		.fix = STR("Take it out of the file. If it has to be kept after all, ask who looks after this machine: "
			   "linnet erase lift."),
		.record = STR("")
	};
	l->b->findings_total++;
}

static uint32_t *own_order(struct leaving_out *l)
{
	if (!l->order) {
		l->order = arena_array(l->a, l->b->n_drafts, sizeof *l->order);
		for (size_t i = 0; i < l->b->n_drafts; i++)
			l->order[i] = l->b->order ? l->b->order[i] : (uint32_t)i;
		l->b->order = l->order;
	}
	return l->order;
}

/* By the key under which a file told it; or, of what was entered on a page, by what the row says. */
static const struct marked *marked_entry(const struct leaving_out *l, const struct batch_child *c,
					 const struct draft_row *d, struct arena *a)
{
	const struct marked *m = marked(l, c, draft_natural(l->b, d));
	struct event ev;
	struct str org;
	if (m)
		return m;
	draft_event(l->b, d, &ev, &org);
	struct str says = erased_content(app_vocab(l->app), &ev, a);
	m = says.n ? marked(l, c, says) : NULL;
	arena_reset(a);
	return m;
}

/* Rows of a child of which an entry was erased: the others move up. */
static void leave_entries_out(struct leaving_out *l, struct batch_child *c)
{
	struct arena scratch AUTO(arena_release);
	size_t kept = 0;
	arena_init(&scratch);
	for (size_t i = 0; i < c->n; i++) {
		const struct draft_row *d = batch_draft(l->b, c->first + i);
		const struct marked *m = marked_entry(l, c, d, &scratch);
		if (m) {
			find(l, d, m, false);
			continue;
		}
		if (kept != i) {
			uint32_t *order = own_order(l);
			order[c->first + kept] = order[c->first + i];
		}
		kept++;
	}
	c->n = kept;
}

static void leave_child_out(struct leaving_out *l, size_t i, const struct marked *m)
{
	const struct batch_child *c = &l->b->children[i];
	if (c->n) /* one for all its rows: the same files come every week */
		find(l, batch_draft(l->b, c->first), m, true);
	l->n_children += !l->refused[i];
	l->refused[i] = true;
}

enum rc erased_rows_out(struct app *app, struct tables_batch *b, bool *refused, struct arena *a, size_t *children_out,
			int64_t *erasures_out, struct err *e)
{
	struct leaving_out l = { .app = app, .b = b, .refused = refused, .a = a };
	enum rc rc = store_read(app_store(app), read_marks, &l, e);
	*children_out = 0;
	*erasures_out = l.erasures;
	if (rc != RC_OK || !l.n)
		return rc;
	l.findings = arena_array(a, b->n_findings + 64, sizeof *l.findings);
	l.cap_findings = b->n_findings + 64;
	if (b->n_findings)
		memcpy(l.findings, b->findings, b->n_findings * sizeof *l.findings);
	l.n_findings = b->n_findings;
	struct batch_child *children = arena_array(a, b->n_children, sizeof *children);
	if (b->n_children)
		memcpy(children, b->children, b->n_children * sizeof *children);
	b->children = children;
	for (size_t i = 0; i < b->n_children; i++) {
		const struct marked *m = marked_record(&l, &children[i]);
		bool on_record = false;
		if (m && (rc = is_on_record(&l, &children[i], &on_record, e)) != RC_OK)
			return rc;
		if (m && !on_record)
			leave_child_out(&l, i, m);
		else if (l.entries)
			leave_entries_out(&l, &children[i]);
	}
	b->findings = l.findings;
	b->n_findings = l.n_findings;
	*children_out = l.n_children;
	return RC_OK;
}

enum rc erased_rows_are(struct db *db, int64_t erasures, struct arena *a, struct err *e)
{
	struct sql_erasure_count_out now;
	enum rc rc = sql_erasure_count(db, a, &now, e);
	if (rc == RC_OK && now.n != erasures)
		rc = err_set(e, RC_REFUSED,
			     "Something was lawfully erased while the files were loaded. What was loaded "
			     "before stays; load the files again for the rest.");
	return rc;
}
