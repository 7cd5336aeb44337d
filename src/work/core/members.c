#include "work/core/members.h"

#include "store/sql.h"
#include "work/core/shared.h"

enum { BATCH = 500 };

void members_release(struct members *m)
{
	free(m->ids);
	free(m->homes);
	*m = (struct members){ 0 };
}

static void add(struct members *m, size_t *cap, int64_t id)
{
	if (m->n == *cap)
		m->ids = xrealloc(m->ids, (*cap = *cap ? *cap * 2 : 1024) * sizeof *m->ids);
	m->ids[m->n++] = id;
}

static enum rc of_circle(struct app *app, struct db *db, int64_t org, struct members *m, struct err *e)
{
	size_t cap = 0, got;
	enum rc rc;
	do {
		struct sql_rows *rows;
		struct sql_circle_persons_out row;
		struct sql_circle_persons_in in = { org, app_today(app), m->n ? m->ids[m->n - 1] : 0, BATCH };
		if ((rc = sql_circle_persons(db, &in, &rows, e)) != RC_OK)
			return rc;
		for (got = 0; (rc = sql_circle_persons_next(rows, &row, e)) == RC_OK; got++)
			add(m, &cap, row.person);
		db_done(rows);
		rc = rc == RC_NOT_FOUND ? RC_OK : rc;
	} while (rc == RC_OK && got == BATCH);
	return rc;
}

static int by_id(const void *x, const void *y)
{
	const int64_t *a = x, *b = y;
	return (*a > *b) - (*a < *b);
}

/* Records joined to those of members: as known before the joining they stood alone. */
static enum rc of_parts(struct app *app, struct db *db, int64_t org, struct members *m, struct err *e)
{
	size_t cap = m->n, had = m->n, got;
	int64_t after = 0;
	enum rc rc;
	do {
		struct sql_rows *rows;
		struct sql_circle_parts_out row;
		struct sql_circle_parts_in in = { org, app_today(app), after, BATCH };
		if ((rc = sql_circle_parts(db, &in, &rows, e)) != RC_OK)
			return rc;
		for (got = 0; (rc = sql_circle_parts_next(rows, &row, e)) == RC_OK; got++)
			add(m, &cap, after = row.person);
		db_done(rows);
		rc = rc == RC_NOT_FOUND ? RC_OK : rc;
	} while (rc == RC_OK && got == BATCH);
	if (m->n > had)
		qsort(m->ids, m->n, sizeof *m->ids, by_id);
	return rc;
}

static enum rc of_everyone(struct db *db, struct members *m, struct err *e)
{
	size_t cap = 0, got;
	enum rc rc;
	do {
		struct sql_rows *rows;
		struct sql_person_ids_out row;
		struct sql_person_ids_in in = { m->n ? m->ids[m->n - 1] : 0, BATCH };
		if ((rc = sql_person_ids(db, &in, &rows, e)) != RC_OK)
			return rc;
		for (got = 0; (rc = sql_person_ids_next(rows, &row, e)) == RC_OK; got++)
			add(m, &cap, row.id);
		db_done(rows);
		rc = rc == RC_NOT_FOUND ? RC_OK : rc;
	} while (rc == RC_OK && got == BATCH);
	return rc;
}

enum rc members_read(struct app *app, struct db *db, int64_t org, struct members *out, struct err *e)
{
	struct members m = { 0 };
	enum rc rc = org ? of_circle(app, db, org, &m, e) : of_everyone(db, &m, e);
	if (rc == RC_OK && org)
		rc = of_parts(app, db, org, &m, e);
	if (rc == RC_OK)
		*out = m;
	else
		members_release(&m);
	return rc;
}

/* ---- whose children they are ---- */

static enum rc homes_of(struct db *db, struct members *m, size_t from, size_t n, struct arena *a, struct err *e)
{
	struct sql_rows *rows;
	struct sql_person_home_each_out row;
	struct sql_person_home_each_in in = { ids_text(m->ids + from, n, a), (int64_t)n };
	enum rc rc = sql_person_home_each(db, &in, &rows, e);
	if (rc != RC_OK)
		return rc;
	while ((rc = sql_person_home_each_next(rows, &row, e)) == RC_OK)
		m->homes[from + (size_t)row.i] = row.home;
	db_done(rows);
	return rc == RC_NOT_FOUND ? RC_OK : rc;
}

enum rc members_homes(struct db *db, struct members *m, struct err *e)
{
	struct arena a AUTO(arena_release);
	arena_init(&a);
	enum rc rc = RC_OK;
	m->homes = xcalloc(m->n + 1, sizeof *m->homes);
	for (size_t from = 0; rc == RC_OK && from < m->n; from += BATCH) {
		arena_reset(&a);
		rc = homes_of(db, m, from, m->n - from < BATCH ? m->n - from : BATCH, &a, e);
	}
	return rc;
}

uint32_t members_withheld(const struct members *m, const struct viewer *v, int64_t person)
{
	const int64_t *at =
	    v->n_councils && m->homes && m->n ? bsearch(&person, m->ids, m->n, sizeof *m->ids, by_id) : NULL;
	return withheld_of(v, at ? m->homes[at - m->ids] : 0);
}

/* ---- their histories ---- */

struct reading {
	const struct members *m;
	size_t first, at; /* of the stretch; of the member expected next */
	bool seen[BATCH]; /* of the stretch */
	history_each *each;
	void *arg;
	members_progress *progress;
	void *progress_arg;
};

/* A range may hold others between the members: they are passed over. */
static enum rc only_members(struct history *h, struct arena *a, void *arg, struct err *e)
{
	struct reading *r = arg;
	while (r->at < r->m->n && r->m->ids[r->at] < h->person)
		r->at++;
	if (r->at == r->m->n || r->m->ids[r->at] != h->person)
		return RC_OK;
	r->seen[r->at - r->first] = true;
	if (r->progress)
		r->progress(r->progress_arg, "reading children", (int64_t)r->at, (int64_t)r->m->n);
	return r->each(h, a, r->arg, e);
}

static enum rc stretch(struct app *app, struct db *db, struct reading *r, size_t n, int64_t known_ms,
		       members_reader *reader, struct err *e)
{
	const int64_t *ids = r->m->ids + r->first;
	memset(r->seen, 0, sizeof r->seen);
	r->at = r->first;
	enum rc rc = reader(app, db, ids[0], ids[n - 1], known_ms, only_members, r, e);
	for (size_t i = 0; rc == RC_OK && i < n; i++) {
		r->at = r->first + i;
		if (!r->seen[i])
			rc = history_range(app, db, ids[i], ids[i], known_ms, only_members, r, e);
	}
	return rc;
}

enum rc members_each(struct app *app, struct db *db, const struct members *m, int64_t known_ms, members_reader *reader,
		     history_each *each, void *arg, members_progress *progress, void *progress_arg, struct err *e)
{
	struct reading r = { .m = m, .each = each, .arg = arg, .progress = progress, .progress_arg = progress_arg };
	struct arena a AUTO(arena_release);
	struct sql_person_count_out total;
	arena_init(&a);
	enum rc rc = sql_person_count(db, &a, &total, e);
	/* Where most are members, whole stretches are read; else one by one. */
	size_t step = m->n >= (size_t)(total.n / 4) ? BATCH : 1;
	for (r.first = 0; rc == RC_OK && r.first < m->n; r.first += step)
		rc = stretch(app, db, &r, m->n - r.first < step ? m->n - r.first : step, known_ms, reader, e);
	return rc;
}

enum rc refs_read(struct db *db, int64_t council, struct str after, size_t max, struct arena *a,
		  struct sql_person_refs_of_council_out *out, size_t *n_out, struct err *e)
{
	struct sql_rows *rows;
	struct sql_person_refs_of_council_out row;
	struct sql_person_refs_of_council_in in = { council, after, (int64_t)max };
	size_t n = 0;
	enum rc rc = sql_person_refs_of_council(db, &in, &rows, e);
	if (rc != RC_OK)
		return rc;
	while ((rc = sql_person_refs_of_council_next(rows, &row, e)) == RC_OK && n < max) {
		row.ref = arena_str(a, row.ref);
		out[n++] = row;
	}
	db_done(rows);
	*n_out = n;
	return rc == RC_NOT_FOUND ? RC_OK : rc;
}

void refs_done(struct str *after, const struct sql_person_refs_of_council_out *found, size_t n)
{
	if (!n)
		return;
	free((void *)(uintptr_t)after->p);
	*after = (struct str){ xstrndup(found[n - 1].ref.p, found[n - 1].ref.n), found[n - 1].ref.n };
}
