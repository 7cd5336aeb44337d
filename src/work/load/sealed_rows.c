#include "work/load/sealed_rows.h"

#include "base/text.h"

struct told {
	int64_t org;
	int64_t load; /* the last that was asked about, and whose it was */
	int64_t load_org;
	struct str *keys; /* sorted */
	size_t n;
};

static enum rc read_told(struct db *db, int64_t person, struct told *t, size_t most, struct arena *a, struct err *e)
{
	struct sql_rows *rows;
	struct sql_told_sealed_out r;
	t->keys = arena_array(a, most, sizeof *t->keys);
	enum rc rc = sql_told_sealed(db, &(struct sql_told_sealed_in){ person, t->org }, &rows, e);
	if (rc != RC_OK)
		return rc;
	while ((rc = sql_told_sealed_next(rows, &r, e)) == RC_OK && t->n < most)
		t->keys[t->n++] = arena_str(a, r.natural_key);
	db_done(rows);
	return rc == RC_NOT_FOUND ? RC_OK : rc;
}

static bool has_key(const struct told *t, struct str natural)
{
	for (size_t i = 0; i < t->n; i++)
		if (str_eq(t->keys[i], natural))
			return true;
	return false;
}

/* Did a file of this organisation tell it? */
static enum rc told_by_them(struct db *db, struct told *t, const struct event *ev, struct arena *a, bool *out,
			    struct err *e)
{
	*out = ev->natural.n && has_key(t, ev->natural);
	if (*out || !ev->natural.n || !ev->source)
		return RC_OK;
	if (ev->source != t->load) {
		struct sql_load_org_out of;
		enum rc rc = sql_load_org(db, &(struct sql_load_org_in){ ev->source }, a, &of, e);
		if (rc != RC_OK && rc != RC_NOT_FOUND)
			return rc;
		t->load = ev->source;
		t->load_org = rc == RC_OK ? of.org : 0;
	}
	*out = t->load_org == t->org;
	return RC_OK;
}

static bool holds(const struct history *h, size_t *at, int64_t id)
{
	while (*at < h->n && h->events[*at].id < id)
		++*at;
	return *at < h->n && h->events[*at].id == id;
}

enum rc sealed_rows_told(struct db *db, int64_t org, const struct history *own, struct history *seen, struct arena *a,
			 struct err *e)
{
	struct told t = { .org = org };
	if (own->n == seen->n)
		return RC_OK;
	struct event *events = arena_array(a, own->n, sizeof *events);
	size_t n = 0, at = 0;
	enum rc rc = read_told(db, own->person, &t, own->n, a, e);
	for (size_t i = 0; rc == RC_OK && i < own->n; i++) {
		bool mine = holds(seen, &at, own->events[i].id);
		if (!mine)
			rc = told_by_them(db, &t, &own->events[i], a, &mine, e);
		if (mine)
			events[n++] = own->events[i];
	}
	seen->events = events;
	seen->n = seen->cap = n;
	return rc;
}

static bool tells(const struct tables_batch *b, size_t child, struct str natural)
{
	const struct batch_child *c = &b->children[child];
	for (size_t i = 0; i < c->n; i++)
		if (str_eq(draft_natural(b, batch_draft(b, c->first + i)), natural))
			return true;
	return false;
}

enum rc sealed_rows_keep(struct db *db, int64_t org, const struct history *own, const struct history *seen,
			 const struct tables_batch *b, size_t child, struct err *e)
{
	enum rc rc = RC_OK;
	size_t at = 0;
	for (size_t i = 0; child != SIZE_MAX && rc == RC_OK && i < own->n; i++) {
		const struct event *ev = &own->events[i];
		if (holds(seen, &at, ev->id) || !ev->natural.n || !tells(b, child, ev->natural))
			continue;
		struct sql_told_sealed_put_in in = { own->person, org, ev->natural };
		rc = sql_told_sealed_put(db, &in, NULL, e);
	}
	return rc;
}
