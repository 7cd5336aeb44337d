#include "work/core/history.h"

#include "work/core/derived.h"
#include "work/core/joined.h"
#include "work/core/seal.h"

static struct event event_of_row(const struct vocab *v, const struct sql_event_of_person_out *r, int64_t person)
{
	return (struct event){ .id = r->id,
			       .person = person,
			       .kind = vocab_kind(v, r->kind),
			       .precision = (uint8_t)r->precise,
			       .voids = r->voids == 1,
			       .at = r->at == SQL_NULL ? DAY_NONE : (day_t)r->at,
			       .minute = r->minute == SQL_NULL ? MINUTE_NONE : (int16_t)r->minute,
			       .recorded_ms = r->recorded_ms,
			       .written_ms = r->written_ms == SQL_NULL ? r->recorded_ms : r->written_ms,
			       .replaces = r->replaces == SQL_NULL ? 0 : r->replaces,
			       .org = r->org == SQL_NULL ? 0 : r->org,
			       .author = r->author,
			       .source = r->source == SQL_NULL ? 0 : r->source,
			       .source_row = r->source_row == SQL_NULL ? 0 : r->source_row,
			       .value = r->value, /* SQL_NULL is INT64_MIN, as in the record */
			       .end_day = r->end_day == SQL_NULL ? DAY_NONE : (day_t)r->end_day,
			       .code = r->code,
			       .code2 = r->code2,
			       .ref = r->ref,
			       .natural = r->natural_key,
			       .body = r->body,
			       .why = r->why };
}

/* The vocabulary's own copy of a code; a code that it no longer has goes into the arena. */
static struct str own_code(const struct vocab *v, struct arena *a, struct str code)
{
	uint16_t known = code.n ? vocab_code(v, code) : 0;
	return known ? v->codes[known] : arena_str(a, code);
}

/* Of every entry that was loaded: a format would take longer than reading its row. */
static struct str natural_whole(struct arena *a, struct str stored, struct str kind)
{
	char *p = arena_alloc(a, stored.n + kind.n + 1);
	memcpy(p, stored.p, stored.n);
	if (kind.n) /* not of a kind that today’s words no longer have */
		memcpy(p + stored.n, kind.p, kind.n);
	return (struct str){ p, stored.n + kind.n };
}

static void own_texts(const struct vocab *v, struct arena *a, struct event *ev)
{
	struct str *texts[] = { &ev->ref, &ev->body, &ev->why };
	ev->code = own_code(v, a, ev->code);
	ev->code2 = own_code(v, a, ev->code2);
	for (size_t i = 0; i < COUNT_OF(texts); i++)
		if (texts[i]->p)
			*texts[i] = arena_str(a, *texts[i]);
	bool cut = ev->natural.n && ev->natural.p[ev->natural.n - 1] == '/';
	ev->natural = cut ? natural_whole(a, ev->natural, v->kinds[ev->kind].id) : arena_str(a, ev->natural);
}

/* Room for one more event at the end of h->events. */
static struct event *grow(struct history *h, struct arena *a, size_t more)
{
	if (h->n + more > h->cap) {
		size_t cap = h->cap * 2 > h->n + more ? h->cap * 2 : h->n + more + 16;
		struct event *bigger = arena_array(a, cap, sizeof *bigger);
		if (h->n)
			memcpy(bigger, h->events, h->n * sizeof *bigger);
		h->events = bigger;
		h->cap = cap;
	}
	return &h->events[h->n];
}

static enum rc read_events(struct app *app, struct db *db, struct history *h, struct arena *a, struct err *e)
{
	struct sql_rows *rows;
	struct sql_event_of_person_out row;
	enum rc rc = sql_event_of_person(db, &(struct sql_event_of_person_in){ h->person }, &rows, e);
	if (rc != RC_OK)
		return rc;
	while ((rc = sql_event_of_person_next(rows, &row, e)) == RC_OK) {
		if (h->n == EVENTS_PER_CHILD_MAX) {
			rc = err_set(e, RC_LIMIT, "A child has more than %d events.", EVENTS_PER_CHILD_MAX);
			break;
		}
		struct event *ev = grow(h, a, 1);
		*ev = event_of_row(app_vocab(app), &row, h->person);
		ev->seal = seal_of_kind(app, ev->kind, row.kind);
		own_texts(app_vocab(app), a, ev);
		h->n++;
	}
	db_done(rows);
	return rc == RC_NOT_FOUND ? RC_OK : rc;
}

enum rc history_read_own(struct app *app, struct db *db, int64_t person, int64_t known_ms, struct arena *a,
			 struct history *out, struct err *e)
{
	struct sql_person_get_out p;
	enum rc rc = sql_person_get(db, &(struct sql_person_get_in){ person }, a, &p, e);
	if (rc == RC_NOT_FOUND)
		return err_set(e, RC_NOT_FOUND, "There is no such child here.");
	if (rc != RC_OK)
		return rc;
	struct history h = { .person = person, .council = p.council, .ref = p.ref };
	app_coverage(app, p.council, known_ms, h.covered);
	rc = read_events(app, db, &h, a, e);
	if (rc == RC_OK && h.n) /* what is written next comes after what it corrects */
		app_ids_past(app, h.events[h.n - 1].id);
	if (rc == RC_OK)
		*out = h;
	return rc;
}

enum rc history_read_whole(struct app *app, struct db *db, int64_t person, int64_t known_ms, struct arena *a,
			   struct history *out, struct err *e)
{
	struct history h;
	enum rc rc = history_read_own(app, db, person, known_ms, a, &h, e);
	if (rc == RC_OK)
		rc = history_join(app, db, &h, known_ms, false, a, e);
	if (rc == RC_OK)
		*out = h;
	return rc;
}

enum rc history_read(struct app *app, struct db *db, int64_t person, int64_t known_ms, struct arena *a,
		     struct history *out, struct err *e)
{
	struct history h;
	enum rc rc = history_read_whole(app, db, person, known_ms, a, &h, e);
	if (rc == RC_OK)
		*out = history_open(app, &h, a);
	return rc;
}

static struct event event_of_rules(const struct vocab *v, struct arena *a, const struct sql_event_for_rules_out *r,
				   int64_t person)
{
	struct sql_event_of_person_out same = { .id = r->id,
						.kind = r->kind,
						.at = r->at,
						.minute = r->minute,
						.precise = r->precise,
						.recorded_ms = r->recorded_ms,
						.written_ms = SQL_NULL,
						.replaces = r->replaces,
						.voids = r->voids,
						.org = r->org,
						.source = SQL_NULL,
						.source_row = SQL_NULL,
						.value = r->value,
						.end_day = r->end_day };
	struct event ev = event_of_row(v, &same, person);
	ev.code = own_code(v, a, r->code);
	ev.code2 = own_code(v, a, r->code2);
	ev.ref = arena_str(a, r->ref);
	ev.body = arena_str(a, r->body);
	return ev;
}

enum rc history_for_rules(struct app *app, struct db *db, const struct sql_person_get_out *p, struct arena *a,
			  struct history *out, struct err *e)
{
	struct history h = { .person = p->id, .council = p->council, .ref = p->ref };
	struct sql_rows *rows;
	struct sql_event_for_rules_out row;
	enum rc rc = sql_event_for_rules(db, &(struct sql_event_for_rules_in){ p->id }, &rows, e);
	if (rc != RC_OK)
		return rc;
	app_coverage(app, p->council, KNOWN_NOW, h.covered);
	while ((rc = sql_event_for_rules_next(rows, &row, e)) == RC_OK) {
		if (h.n == EVENTS_PER_CHILD_MAX) {
			rc = err_set(e, RC_LIMIT, "A child has more than %d events.", EVENTS_PER_CHILD_MAX);
			break;
		}
		struct event *ev = grow(&h, a, 1);
		*ev = event_of_rules(app_vocab(app), a, &row, p->id);
		ev->seal = seal_of_kind(app, ev->kind, row.kind);
		h.n++;
	}
	db_done(rows);
	rc = rc == RC_NOT_FOUND ? history_join(app, db, &h, KNOWN_NOW, false, a, e) : rc;
	if (rc == RC_OK)
		*out = history_open(app, &h, a);
	return rc;
}

void history_fold(struct app *app, const struct history *h, int64_t known_ms, struct arena *a, struct folded *out)
{
	history_fold_kinds(app, h, known_ms, NULL, a, out);
}

void history_fold_kinds(struct app *app, const struct history *h, int64_t known_ms, const struct kind_set *kinds,
			struct arena *a, struct folded *out)
{
	fold_kinds(app_vocab(app), h->events, h->joined_to ? 0 : h->n, known_ms, kinds, a, out);
	history_covered(h, out->child.covered);
	out->child.council = (uint16_t)h->council;
	facts_derive(app, h->council, a, out);
}

static int64_t or_null(int64_t v)
{
	return v ? v : SQL_NULL;
}

static struct str or_absent(struct str s)
{
	return s.n ? s : (struct str){ NULL, 0 };
}

/* Most natural keys end with the kind, which stands in its own column: the store
 * keeps the part before it, up to the last stroke. */
static struct str natural_stored(struct str natural, struct str kind)
{
	if (natural.n > kind.n && natural.p[natural.n - kind.n - 1] == '/' &&
	    memcmp(natural.p + natural.n - kind.n, kind.p, kind.n) == 0)
		natural.n -= kind.n;
	return or_absent(natural);
}

struct sql_event_insert_in history_row(const struct vocab *v, const struct event *ev)
{
	return (struct sql_event_insert_in){ .person = ev->person,
					     .id = ev->id,
					     .kind = v->kinds[ev->kind].id,
					     .at = ev->at == DAY_NONE ? SQL_NULL : ev->at,
					     .minute = ev->minute == MINUTE_NONE ? SQL_NULL : ev->minute,
					     .precise = ev->precision,
					     .recorded_ms = ev->recorded_ms,
					     .written_ms =
						 ev->written_ms == ev->recorded_ms ? SQL_NULL : ev->written_ms,
					     .replaces = or_null(ev->replaces),
					     .voids = ev->voids,
					     .org = or_null(ev->org),
					     .author = ev->author,
					     .source = or_null(ev->source),
					     .source_row = or_null(ev->source_row),
					     .value = ev->value,
					     .end_day = ev->end_day == DAY_NONE ? SQL_NULL : ev->end_day,
					     .code = or_absent(ev->code),
					     .code2 = or_absent(ev->code2),
					     .ref = or_absent(ev->ref),
					     .natural_key = natural_stored(ev->natural, v->kinds[ev->kind].id),
					     .body = or_absent(ev->body),
					     .why = or_absent(ev->why) };
}

enum rc history_append(struct app *app, struct db *db, struct history *h, const struct event *ev, size_t n,
		       struct arena *a, struct err *e)
{
	if (h->n + n > EVENTS_PER_CHILD_MAX)
		return err_set(e, RC_LIMIT, "A child would have more than %d events. Nothing was written.",
			       EVENTS_PER_CHILD_MAX);
	struct sql_event_insert_in *rows = arena_array(a, n, sizeof *rows);
	struct event *end = grow(h, a, n);
	for (size_t i = 0; i < n; i++) {
		struct str stored;
		end[i] = ev[i];
		end[i].seal = seal_of_kind(app, ev[i].kind, (struct str){ NULL, 0 });
		history_route(h, &end[i], &stored, a);
		rows[i] = history_row(app_vocab(app), &end[i]);
		rows[i].ref = or_absent(stored);
	}
	enum rc rc = sql_event_insert_each(db, rows, n, e);
	if (rc == RC_OK)
		h->n += n;
	return rc;
}

/* ---- whole ranges ---- */

struct range {
	struct app *app;
	struct db *db;
	int64_t known_ms;
	history_each *each;
	void *arg;
	struct arena a;
	struct history h; /* the one being gathered; person 0: none */
};

static enum rc hand_over(struct range *r, struct err *e)
{
	if (!r->h.person)
		return RC_OK;
	app_coverage(r->app, r->h.council, r->known_ms, r->h.covered);
	enum rc rc = history_join(r->app, r->db, &r->h, r->known_ms, false, &r->a, e);
	struct history open = history_open(r->app, &r->h, &r->a);
	if (rc == RC_OK && !r->h.joined_to)
		rc = r->each(&open, &r->a, r->arg, e);
	arena_reset(&r->a);
	r->h = (struct history){ 0 };
	return rc;
}

static enum rc gather(struct range *r, const struct sql_event_range_out *row, struct err *e)
{
	enum rc rc;
	if (row->person != r->h.person) {
		if ((rc = hand_over(r, e)) != RC_OK)
			return rc;
		r->h.person = row->person;
		r->h.council = row->council;
		r->h.ref = arena_str(&r->a, row->council_ref);
	}
	if (r->h.n == EVENTS_PER_CHILD_MAX)
		return err_set(e, RC_LIMIT, "A child has more than %d events.", EVENTS_PER_CHILD_MAX);
	struct sql_event_of_person_out same = { .id = row->id,
						.kind = row->kind,
						.at = row->at,
						.minute = row->minute,
						.precise = row->precise,
						.recorded_ms = row->recorded_ms,
						.written_ms = row->written_ms,
						.replaces = row->replaces,
						.voids = row->voids,
						.org = row->org,
						.author = row->author,
						.source = row->source,
						.source_row = row->source_row,
						.value = row->value,
						.end_day = row->end_day,
						.code = row->code,
						.code2 = row->code2,
						.ref = row->ref,
						.natural_key = row->natural_key,
						.body = row->body,
						.why = row->why };
	struct event *ev = grow(&r->h, &r->a, 1);
	*ev = event_of_row(app_vocab(r->app), &same, row->person);
	ev->seal = seal_of_kind(r->app, ev->kind, row->kind);
	own_texts(app_vocab(r->app), &r->a, ev);
	r->h.n++;
	return RC_OK;
}

const struct event *history_event(const struct history *h, int64_t id)
{
	for (size_t i = 0; i < h->n; i++)
		if (h->events[i].id == id)
			return &h->events[i];
	return NULL;
}

enum rc history_range(struct app *app, struct db *db, int64_t from, int64_t to, int64_t known_ms, history_each *each,
		      void *arg, struct err *e)
{
	struct range r = { .app = app, .db = db, .known_ms = known_ms, .each = each, .arg = arg };
	arena_init(&r.a);
	struct sql_rows *rows;
	struct sql_event_range_out row;
	enum rc rc = sql_event_range(db, &(struct sql_event_range_in){ from, to }, &rows, e);
	if (rc != RC_OK)
		return rc;
	while ((rc = sql_event_range_next(rows, &row, e)) == RC_OK && (rc = gather(&r, &row, e)) == RC_OK)
		;
	db_done(rows);
	if (rc == RC_NOT_FOUND)
		rc = hand_over(&r, e);
	arena_release(&r.a);
	return rc;
}
