#include "work/core/lean.h"

#include <pthread.h>

#include "record/compact.h"
#include "store/sql.h"
#include "work/core/joined.h"
#include "work/core/seal.h"

enum { CHILDREN_OF_A_PART = 2000 }; /* fewer are not worth a thread */

enum rc lean_put(struct db *db, int64_t person, struct str body, struct err *e)
{
	return sql_compact_put(db, &(struct sql_compact_put_in){ person, body }, NULL, e);
}

static struct str pack(struct app *app, const struct history *open, int64_t person, struct arena *a)
{
	struct history own = history_alone(open, person, a);
	return compact_write(app_vocab(app), own.events, own.n, a);
}

struct str lean_pack(struct app *app, const struct history *h, struct arena *a)
{
	struct history open = history_open(app, h, a); /* what is sealed is in no report */
	return pack(app, &open, h->person, a);
}

enum rc lean_keep(struct app *app, struct db *db, const struct history *h, struct str packed, struct arena *a,
		  struct err *e)
{
	enum rc rc = lean_put(db, h->person, packed, e);
	if (!h->n_parts)
		return rc;
	struct history open = history_open(app, h, a);
	for (size_t i = 0; rc == RC_OK && i < h->n_parts; i++) /* each record keeps its own */
		rc = lean_put(db, h->parts[i].person, pack(app, &open, h->parts[i].person, a), e);
	return rc;
}

enum rc lean_compare(struct db *db, int64_t person, struct str packed, struct arena *a, bool *kept_out, struct err *e)
{
	struct sql_compact_get_out kept;
	enum rc rc = sql_compact_get(db, &(struct sql_compact_get_in){ person }, a, &kept, e);
	if (rc != RC_OK && rc != RC_NOT_FOUND)
		return rc;
	*kept_out = rc == RC_OK && str_eq(kept.body, packed);
	return RC_OK;
}

/* ---- one child, for who makes its caches again ---- */

int64_t lean_mark(const struct event *ev, size_t n)
{
	int64_t sum = 0;
	for (size_t i = 0; i < n; i++)
		sum +=
		    ev[i].id % 1000000007 + 3 * (ev[i].recorded_ms % 998244353) + (ev[i].at == DAY_NONE ? 0 : ev[i].at);
	return sum;
}

bool lean_is_plain(struct app *app, const struct event *ev, size_t n)
{
	const struct vocab *v = app_vocab(app);
	uint16_t joined = v->record_joined, joined_to = v->record_joined_to;
	for (size_t i = 0; i < n; i++)
		if (!ev[i].kind || ev[i].kind == joined || ev[i].kind == joined_to ||
		    seal_of_kind(app, ev[i].kind, (struct str){ NULL, 0 }))
			return false;
	return true;
}

/* Names are in no packed history. */
static enum rc read_details(struct app *app, struct db *db, struct history *h, struct arena *a, struct err *e)
{
	uint16_t details = app_vocab(app)->person_details;
	enum rc rc = RC_OK;
	for (size_t i = 0; rc == RC_OK && i < h->n; i++) {
		struct sql_event_body_out row;
		if (h->events[i].kind != details)
			continue;
		rc = sql_event_body(db, &(struct sql_event_body_in){ h->person, h->events[i].id }, a, &row, e);
		if (rc == RC_OK)
			h->events[i].body = row.body;
	}
	return rc;
}

enum rc lean_for_rules(struct app *app, struct db *db, const struct sql_person_get_out *p, struct arena *a,
		       struct history *out, struct str *packed_out, bool *believed_out, struct err *e)
{
	struct history h = { .person = p->id, .council = p->council, .ref = p->ref };
	struct sql_compact_get_out kept;
	struct sql_event_mark_out mark;
	*believed_out = false;
	enum rc rc = sql_compact_get(db, &(struct sql_compact_get_in){ p->id }, a, &kept, e);
	if (rc == RC_OK && (compact_read(app_vocab(app), kept.body, p->id, a, &h.events, &h.n) != RC_OK ||
			    !lean_is_plain(app, h.events, h.n)))
		return RC_OK;
	if (rc == RC_OK)
		rc = sql_event_mark(db, &(struct sql_event_mark_in){ p->id }, a, &mark, e);
	if (rc == RC_OK && (mark.n != (int64_t)h.n || mark.sum != lean_mark(h.events, h.n)))
		return RC_OK;
	if (rc == RC_OK)
		rc = read_details(app, db, &h, a, e);
	if (rc != RC_OK)
		return rc == RC_NOT_FOUND ? RC_OK : rc;
	h.cap = h.n;
	app_coverage(app, p->council, KNOWN_NOW, h.covered);
	*believed_out = true;
	*packed_out = kept.body;
	*out = h;
	return RC_OK;
}

/* ---- reading ---- */

enum { COUNCILS_KEPT = 16 };

struct reading {
	struct app *app;
	struct db *db;
	int64_t known_ms;
	history_each *each;
	void *arg;
	/* What is covered, by council: the same for all its children while one range is
	 * read, and asking takes a lock that every thread wants. */
	struct {
		int64_t council;
		day_t covered[EVIDENCE_MAX];
	} kept[COUNCILS_KEPT];
	uint8_t *seals; /* of each kind, as its words are today */
};

static void covered_of(struct reading *r, int64_t council, day_t covered[EVIDENCE_MAX])
{
	size_t at = (size_t)((uint64_t)council * 0x9e3779b97f4a7c15u >> 60);
	if (!council || r->kept[at].council != council) {
		app_coverage(r->app, council, r->known_ms, r->kept[at].covered);
		r->kept[at].council = council;
	}
	memcpy(covered, r->kept[at].covered, sizeof r->kept[at].covered);
}

static enum rc hand_over(struct reading *r, const struct sql_compact_range_out *row, struct arena *a, struct err *e)
{
	struct history h = { .person = row->person, .council = row->council, .ref = row->ref };
	enum rc rc = RC_OK;
	if (row->body.p)
		rc = compact_read(app_vocab(r->app), row->body, row->person, a, &h.events, &h.n);
	if (rc != RC_OK)
		return err_set(e, RC_CORRUPT, "A packed history is damaged. Run: linnet rebuild");
	for (size_t i = 0; i < h.n; i++) /* a kind that is sealed since this was packed */
		h.events[i].seal = r->seals[h.events[i].kind];
	if (row->body.p) {
		h.cap = h.n;
		covered_of(r, h.council, h.covered);
		if ((rc = history_join(r->app, r->db, &h, r->known_ms, true, a, e)) != RC_OK)
			return rc;
		h = history_open(r->app, &h, a);
	} else if ((rc = history_read(r->app, r->db, row->person, r->known_ms, a, &h, e)) != RC_OK) {
		return rc;
	}
	return h.joined_to ? RC_OK : r->each(&h, a, r->arg, e);
}

enum rc lean_range(struct app *app, struct db *db, int64_t from, int64_t to, int64_t known_ms, history_each *each,
		   void *arg, struct err *e)
{
	struct reading r = { .app = app, .db = db, .known_ms = known_ms, .each = each, .arg = arg };
	struct arena a AUTO(arena_release);
	uint8_t *seals AUTO(auto_free) = xcalloc(app_vocab(app)->n_kinds, sizeof *seals);
	arena_init(&a);
	for (uint16_t i = 1; i < app_vocab(app)->n_kinds; i++)
		seals[i] = seal_of_kind(app, i, (struct str){ NULL, 0 });
	r.seals = seals;
	struct sql_rows *rows;
	struct sql_compact_range_out row;
	enum rc rc = sql_compact_range(db, &(struct sql_compact_range_in){ from, to }, &rows, e);
	if (rc != RC_OK)
		return rc;
	while ((rc = sql_compact_range_next(rows, &row, e)) == RC_OK && (rc = hand_over(&r, &row, &a, e)) == RC_OK)
		arena_reset(&a);
	db_done(rows);
	return rc == RC_NOT_FOUND ? RC_OK : rc;
}

/* ---- everyone, on several threads ---- */

struct part {
	struct app *app;
	int64_t from, to, known_ms;
	history_each *each;
	void *arg;
	enum rc rc;
	struct err err;
};

static enum rc part_unit(struct db *db, void *arg, struct err *e)
{
	struct part *p = arg;
	enum rc rc = app_coverage_refresh(p->app, db, e);
	return rc == RC_OK ? lean_range(p->app, db, p->from, p->to, p->known_ms, p->each, p->arg, e) : rc;
}

static void *part_run(void *arg)
{
	struct part *p = arg;
	p->rc = store_read(app_store(p->app), part_unit, p, &p->err);
	return NULL;
}

struct splitting {
	size_t want, n;
	int64_t first[LEAN_THREADS_MAX];
};

/* The first child of each part. */
static enum rc split_unit(struct db *db, void *arg, struct err *e)
{
	struct splitting *s = arg;
	struct arena a AUTO(arena_release);
	struct sql_person_count_out total;
	arena_init(&a);
	enum rc rc = sql_person_count(db, &a, &total, e);
	if (rc != RC_OK)
		return rc;
	s->n = (size_t)(total.n / CHILDREN_OF_A_PART) + 1;
	s->n = s->n < s->want ? s->n : s->want;
	s->first[0] = 0; /* ids are greater */
	for (size_t i = 1; rc == RC_OK && i < s->n; i++) {
		struct sql_person_nth_out nth;
		rc = sql_person_nth(db, &(struct sql_person_nth_in){ total.n * (int64_t)i / (int64_t)s->n }, &a, &nth,
				    e);
		if (rc == RC_OK)
			s->first[i] = nth.id;
	}
	return rc;
}

enum rc lean_everyone(struct app *app, int64_t known_ms, size_t threads, history_each *each, void *const *args,
		      size_t *n_parts_out, struct err *e)
{
	struct splitting s = { .want = threads < LEAN_THREADS_MAX ? threads : LEAN_THREADS_MAX };
	struct part parts[LEAN_THREADS_MAX] = { 0 };
	pthread_t ids[LEAN_THREADS_MAX];
	bool begun[LEAN_THREADS_MAX] = { false };
	enum rc rc = store_read(app_store(app), split_unit, &s, e);
	if (rc != RC_OK)
		return rc;
	for (size_t i = 0; i < s.n; i++)
		parts[i] = (struct part){ .app = app,
					  .from = s.first[i],
					  .to = i + 1 < s.n ? s.first[i + 1] - 1 : INT64_MAX,
					  .known_ms = known_ms,
					  .each = each,
					  .arg = args[i] };
	for (size_t i = 1; i < s.n; i++)
		begun[i] = pthread_create(&ids[i], NULL, part_run, &parts[i]) == 0;
	for (size_t i = 0; i < s.n; i++) /* this thread takes the first, and any that could not be begun */
		if (!begun[i])
			part_run(&parts[i]);
	for (size_t i = 0; i < s.n; i++) {
		if (begun[i])
			pthread_join(ids[i], NULL);
		if (parts[i].rc != RC_OK && rc == RC_OK) {
			rc = parts[i].rc;
			*e = parts[i].err;
		}
	}
	*n_parts_out = s.n;
	return rc;
}
