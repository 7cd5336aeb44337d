#include "work/core/joined.h"

#include "base/text.h"
#include "record/compact.h"
#include "store/sql.h"
#include "work/core/seal.h"

enum { PARTS_MAX = 16 };

/* Not taken back by anybody, and known by then. */
static bool stands(const struct history *h, size_t i, int64_t known_ms)
{
	const struct event *ev = &h->events[i];
	if (ev->voids || ev->recorded_ms > known_ms)
		return false;
	for (size_t k = i + 1; k < h->n; k++) /* a correction comes after what it replaces */
		if (h->events[k].replaces == ev->id)
			return false;
	return true;
}

const struct event *joined_by(struct app *app, const struct history *h, int64_t other)
{
	uint16_t joined = app_vocab(app)->record_joined, joined_to = app_vocab(app)->record_joined_to;
	int64_t id;
	for (size_t i = 0; i < h->n; i++)
		if (h->events[i].person == h->person && h->events[i].kind &&
		    (h->events[i].kind == joined || h->events[i].kind == joined_to) && stands(h, i, KNOWN_NOW) &&
		    id_parse(h->events[i].ref, &id) == RC_OK && id == other)
			return &h->events[i];
	return NULL;
}

/* ---- reading ---- */

static enum rc read_packed(struct app *app, struct db *db, struct history *h, struct arena *a, struct err *e)
{
	struct sql_compact_get_out kept;
	enum rc rc = sql_compact_get(db, &(struct sql_compact_get_in){ h->person }, a, &kept, e);
	if (rc == RC_NOT_FOUND)
		return history_read_own(app, db, h->person, KNOWN_NOW, a, h, e);
	if (rc == RC_OK && compact_read(app_vocab(app), kept.body, h->person, a, &h->events, &h->n) != RC_OK)
		return err_set(e, RC_CORRUPT, "A packed history is damaged. Run: linnet rebuild");
	for (size_t i = 0; rc == RC_OK && i < h->n; i++)
		h->events[i].seal = seal_of_kind(app, h->events[i].kind, (struct str){ NULL, 0 });
	return rc;
}

/* Statements name a clock, and joinings a record: those are the same wherever they are read. */
static void add_ending(const struct vocab *v, struct history *of, const struct history_part *p, struct arena *a)
{
	for (size_t i = 0; i < of->n; i++)
		if (of->events[i].ref.n && v->kinds[of->events[i].kind].ref_label.n &&
		    !v->kinds[of->events[i].kind].on_clock)
			of->events[i].ref =
			    arena_printf(a, STR_FMT STR_FMT, STR_ARG(of->events[i].ref), STR_ARG(p->ending));
}

static int by_id(const void *x, const void *y)
{
	const struct event *a = x, *b = y;
	return (a->id > b->id) - (a->id < b->id);
}

static void put_together(struct history *h, const struct history *part, struct arena *a)
{
	struct event *all = arena_array(a, h->n + part->n + 16, sizeof *all);
	if (h->n)
		memcpy(all, h->events, h->n * sizeof *all);
	if (part->n)
		memcpy(all + h->n, part->events, part->n * sizeof *all);
	h->cap = h->n + part->n + 16;
	h->n += part->n;
	h->events = all;
	qsort(all, h->n, sizeof *all, by_id);
}

static enum rc add_part(struct app *app, struct db *db, struct history *h, int64_t person, int64_t known_ms,
			bool packed, struct arena *a, struct err *e)
{
	struct sql_person_get_out row;
	enum rc rc = sql_person_get(db, &(struct sql_person_get_in){ person }, a, &row, e);
	if (rc == RC_NOT_FOUND)
		return err_set(e, RC_CORRUPT, "A record names another that is not there. Run: linnet verify");
	struct history of = { .person = person };
	if (rc == RC_OK)
		rc = packed ? read_packed(app, db, &of, a, e) : history_read_own(app, db, person, known_ms, a, &of, e);
	if (rc != RC_OK)
		return rc;
	if (h->n + of.n > EVENTS_PER_CHILD_MAX)
		return err_set(e, RC_LIMIT, "A child has more than %d events.", EVENTS_PER_CHILD_MAX);
	struct history_part *p = &h->parts[h->n_parts++];
	*p = (struct history_part){ .person = person,
				    .council = row.council,
				    .ref = row.ref,
				    .ending = arena_printf(a, " of " STR_FMT, STR_ARG(row.ref)) };
	app_coverage(app, row.council, known_ms, p->covered);
	add_ending(app_vocab(app), &of, p, a);
	put_together(h, &of, a);
	return RC_OK;
}

enum rc history_join(struct app *app, struct db *db, struct history *h, int64_t known_ms, bool packed, struct arena *a,
		     struct err *e)
{
	uint16_t joined = app_vocab(app)->record_joined, joined_to = app_vocab(app)->record_joined_to;
	int64_t parts[PARTS_MAX], id;
	size_t n = 0;
	for (size_t i = 0; i < h->n && joined && joined_to; i++) {
		uint16_t kind = h->events[i].kind;
		if ((kind != joined && kind != joined_to) || !stands(h, i, known_ms) ||
		    id_parse(h->events[i].ref, &id) != RC_OK)
			continue;
		if (kind == joined_to)
			h->joined_to = id;
		else if (n < PARTS_MAX)
			parts[n++] = id;
	}
	enum rc rc = RC_OK;
	if (n && !h->joined_to)
		h->parts = arena_array(a, n, sizeof *h->parts);
	for (size_t i = 0; rc == RC_OK && i < n && !h->joined_to; i++)
		rc = add_part(app, db, h, parts[i], known_ms, packed, a, e);
	return rc;
}

/* ---- and apart again ---- */

static const struct history_part *part_of(const struct history *h, int64_t person)
{
	for (size_t i = 0; i < h->n_parts; i++)
		if (h->parts[i].person == person)
			return &h->parts[i];
	return NULL;
}

static bool ends_so(struct str ref, struct str ending)
{
	return ref.n > ending.n && memcmp(ref.p + ref.n - ending.n, ending.p, ending.n) == 0;
}

struct history history_alone(const struct history *h, int64_t person, struct arena *a)
{
	const struct history_part *p = part_of(h, person);
	struct history own = { .person = person, .council = h->council, .ref = h->ref, .joined_to = h->joined_to };
	memcpy(own.covered, h->covered, sizeof own.covered);
	if (p) {
		own.council = p->council;
		own.ref = p->ref;
		own.joined_to = h->person;
		memcpy(own.covered, p->covered, sizeof own.covered);
	}
	if (!h->n_parts) {
		own.events = h->events;
		own.n = own.cap = h->n;
		return own;
	}
	own.events = arena_array(a, h->n, sizeof *own.events);
	own.cap = h->n;
	for (size_t i = 0; i < h->n; i++) {
		if (h->events[i].person != person)
			continue;
		struct event *ev = &own.events[own.n++];
		*ev = h->events[i];
		if (p && ends_so(ev->ref, p->ending))
			ev->ref.n -= p->ending.n;
	}
	return own;
}

void history_route(const struct history *h, struct event *ev, struct str *stored_out, struct arena *a)
{
	const struct history_part *p = part_of(h, ev->person);
	*stored_out = ev->ref;
	for (size_t i = 0; !p && ev->replaces && h->n_parts && i < h->n; i++)
		if (h->events[i].id == ev->replaces)
			p = part_of(h, h->events[i].person);
	for (size_t i = 0; !p && !ev->replaces && i < h->n_parts; i++)
		for (size_t k = 0; !p && ends_so(ev->ref, h->parts[i].ending) && k < h->n; k++)
			if (h->events[k].person == h->parts[i].person && str_eq(h->events[k].ref, ev->ref))
				p = &h->parts[i];
	if (!p)
		return;
	ev->person = p->person;
	if (ends_so(ev->ref, p->ending))
		stored_out->n -= p->ending.n;
	else if (ev->ref.n)
		ev->ref = arena_printf(a, STR_FMT STR_FMT, STR_ARG(ev->ref), STR_ARG(p->ending));
}

/* A record whose council loads no tables is kept by hand: it limits nothing. */
void history_covered(const struct history *h, day_t covered[EVIDENCE_MAX])
{
	memcpy(covered, h->covered, EVIDENCE_MAX * sizeof *covered);
	for (size_t i = 0; i < h->n_parts; i++) {
		const day_t *also = h->parts[i].covered;
		if (h->parts[i].council == h->council || also[0] == DAY_NONE)
			continue;
		bool by_hand = covered[0] == DAY_NONE;
		for (size_t k = 0; k < EVIDENCE_MAX; k++) {
			if (by_hand)
				covered[k] = also[k];
			else if (covered[k] != DAY_NONE)
				covered[k] = also[k] == DAY_NONE || also[k] > covered[k] ? also[k] : covered[k];
		}
	}
}
