#include "work/core/seal.h"

#include "store/sql.h"
#include "work/core/shared.h"

/* ---- what somebody was given ---- */

static void take_grant(struct app *app, const struct sql_access_live_out *g, struct arena *a, struct sight *out)
{
	const struct vocab *v = app_words_today(app);
	if (str_is(g->what, "closed"))
		out->closed = true;
	if (str_is(g->what, "sealed"))
		out->seals |= UINT32_C(1) << vocab_seal(v, g->seal) & ~UINT32_C(1);
	if (!str_is(g->what, "emergency") || g->until_ms <= out->emergency)
		return;
	out->emergency = g->until_ms;
	out->emergency_why = arena_str(a, g->reason);
	for (size_t i = 1; i < v->n_seals; i++)
		if (v->seals[i].emergency)
			out->opened |= UINT32_C(1) << i;
}

enum rc sight_read(struct app *app, struct db *db, const struct viewer *v, int64_t person, struct arena *a,
		   struct sight *out, struct err *e)
{
	struct sight s = { 0 };
	struct sql_rows *rows;
	struct sql_access_live_out row;
	enum rc rc = RC_OK;
	if (v && v->account && v->role != ROLE_OPERATOR) {
		struct sql_access_live_in in = { person, v->account, v->org, app_now_ms(app) };
		if ((rc = sql_access_live(db, &in, &rows, e)) != RC_OK)
			return rc;
		while ((rc = sql_access_live_next(rows, &row, e)) == RC_OK)
			take_grant(app, &row, a, &s);
		db_done(rows);
		rc = rc == RC_NOT_FOUND ? RC_OK : rc;
	}
	if (rc == RC_OK)
		*out = s;
	return rc;
}

/* ---- which entries ---- */

uint8_t seal_of_kind(const struct app *app, uint16_t kind, struct str text)
{
	const struct vocab *v = app_vocab(app), *today = app_words_today(app);
	if (v != today)
		kind = vocab_kind(today, kind ? v->kinds[kind].id : text);
	if (!kind)
		return 0;
	return kind == today->puts_seal ? SEAL_PUT : kind == today->takes_seal ? SEAL_TAKEN : today->kinds[kind].seal;
}

struct sealing {	   /* of one entry, with what corrects it; by place of the first of the chain */
	uint8_t seal, was; /* now; the one that it has or had, which hides what is said of the sealing */
	int64_t sealer;
};

struct chain {
	const struct history *h;
	size_t *root; /* of each event: place of the first of its chain */
	struct sealing *state;
};

static size_t place_of(const struct history *h, int64_t id)
{
	size_t lo = 0, hi = h->n;
	while (lo < hi) {
		size_t mid = lo + (hi - lo) / 2;
		if (h->events[mid].id < id)
			lo = mid + 1;
		else
			hi = mid;
	}
	return lo < h->n && h->events[lo].id == id ? lo : SIZE_MAX;
}

static bool marks(const struct event *ev)
{
	return ev->seal == SEAL_PUT || ev->seal == SEAL_TAKEN;
}

/* The entry that an entry-sealed or entry-unsealed speaks of. */
static size_t target_of(const struct chain *c, const struct event *ev)
{
	int64_t id;
	size_t at = id_parse(ev->ref, &id) == RC_OK ? place_of(c->h, id) : SIZE_MAX;
	return at == SIZE_MAX ? SIZE_MAX : c->root[at];
}

static struct chain chain_of(struct app *app, const struct history *h, struct arena *a)
{
	uint8_t entry = vocab_seal(app_words_today(app), STR("entry"));
	struct chain c = { h, arena_array(a, h->n, sizeof *c.root), arena_array(a, h->n, sizeof *c.state) };
	for (size_t i = 0; i < h->n; i++) {
		const struct event *ev = &h->events[i];
		size_t before = ev->replaces ? place_of(h, ev->replaces) : SIZE_MAX;
		c.root[i] = before < i ? c.root[before] : i;
		if (!marks(ev) && ev->seal)
			c.state[c.root[i]].seal = c.state[c.root[i]].was = ev->seal;
	}
	for (size_t i = 0; i < h->n; i++) {
		const struct event *ev = &h->events[i];
		size_t at = marks(ev) ? target_of(&c, ev) : SIZE_MAX;
		if (at == SIZE_MAX)
			continue;
		struct sealing *s = &c.state[at];
		s->was = s->was ? s->was : entry;
		s->seal = ev->seal == SEAL_PUT ? s->was : 0;
		s->sealer = ev->seal == SEAL_PUT ? ev->author : 0;
	}
	return c;
}

static bool any_seal(const struct history *h)
{
	for (size_t i = 0; i < h->n; i++)
		if (h->events[i].seal)
			return true;
	return false;
}

/* ---- how far somebody sees ---- */

struct reach {
	uint32_t seals, withheld; /* seals that they were given; kinds of data that are not shared with them */
	int64_t account;
	int64_t *colleagues; /* authors who are of the same organisation */
	size_t n_colleagues;
};

static bool is_colleague(const struct reach *r, int64_t author)
{
	for (size_t i = 0; i < r->n_colleagues; i++)
		if (r->colleagues[i] == author)
			return true;
	return false;
}

/* Whoever entered something here for the viewer's organisation. An account stays with its organisation. */
static enum rc find_colleagues(struct db *db, const struct viewer *v, const struct history *h, struct arena *a,
			       struct reach *r, struct err *e)
{
	int64_t last = 0;
	r->colleagues = arena_array(a, h->n, sizeof *r->colleagues);
	for (size_t i = 0; i < h->n; i++) {
		int64_t author = h->events[i].author;
		struct sql_account_org_out o;
		if (!author || author == last || is_colleague(r, author))
			continue;
		last = author;
		enum rc rc = sql_account_org(db, &(struct sql_account_org_in){ author }, a, &o, e);
		if (rc == RC_OK && o.org == v->org)
			r->colleagues[r->n_colleagues++] = author;
		if (rc != RC_OK && rc != RC_NOT_FOUND)
			return rc;
	}
	return RC_OK;
}

/* An entry goes by the first of its chain; a statement about a clock by its clock. */
static bool withheld(struct app *app, const struct reach *r, const struct event *first)
{
	if (!r->withheld || is_colleague(r, first->author))
		return false;
	if (r->withheld & data_bit(data_of_kind(app, first->kind)))
		return true;
	if (!app_vocab(app)->kinds[first->kind].on_clock)
		return false;
	struct str rest;
	size_t standard = rulebook_find(app_rulebook(app), str_cut(first->ref, '.', &rest));
	return standard == SIZE_MAX || standard_withheld(app, r->withheld, standard);
}

/* Is the chain whose first entry stands there opened to them, under this seal? */
static bool opened(const struct chain *c, size_t at, uint8_t seal, const struct reach *r)
{
	return !seal || (r->seals >> seal & 1) ||
	       (r->account && (c->h->events[at].author == r->account || c->state[at].sealer == r->account));
}

int64_t clock_opened_by(const struct app *app, const struct event *ev)
{
	struct str rest, ordinal;
	int64_t id;
	if (!app_vocab(app)->kinds[ev->kind].on_clock)
		return 0;
	str_cut(ev->ref, '.', &rest);
	return id_parse(str_cut(rest, '.', &ordinal), &id) == RC_OK ? id : 0;
}

/* The place of the first entry of that chain. SIZE_MAX: it is about no clock, or the entry is not there. */
static size_t opening_of(struct app *app, const struct chain *c, const struct event *first)
{
	int64_t id = clock_opened_by(app, first);
	size_t at = id ? place_of(c->h, id) : SIZE_MAX;
	return at == SIZE_MAX ? SIZE_MAX : c->root[at];
}

static bool seen(struct app *app, const struct chain *c, size_t i, const struct reach *r)
{
	const struct event *ev = &c->h->events[i];
	size_t at = marks(ev) ? target_of(c, ev) : c->root[i];
	if (at == SIZE_MAX || withheld(app, r, &c->h->events[at]))
		return false;
	if (!opened(c, at, marks(ev) ? c->state[at].was : c->state[at].seal, r))
		return false;
	size_t by = opening_of(app, c, &c->h->events[at]);
	return by == SIZE_MAX || opened(c, by, c->state[by].seal, r) ||
	       (r->account && c->h->events[at].author == r->account);
}

static struct history reduced(struct app *app, const struct history *h, const struct reach *r, struct arena *a)
{
	struct history out = *h;
	if (!any_seal(h) && !r->withheld)
		return out;
	struct chain c = chain_of(app, h, a);
	out.events = arena_array(a, h->n, sizeof *out.events);
	out.cap = h->n;
	out.n = 0;
	for (size_t i = 0; i < h->n; i++) {
		if (!seen(app, &c, i, r))
			continue;
		struct event *ev = &out.events[out.n++];
		*ev = h->events[i];
		/* What says that the seal was taken off may be hidden: without it the kind alone would seal the entry
		 * for whoever reduces what is left once more. */
		if (!marks(ev) && !c.state[c.root[i]].seal)
			ev->seal = 0;
	}
	return out;
}

struct history history_open(struct app *app, const struct history *h, struct arena *a)
{
	return reduced(app, h, &(struct reach){ .seals = 0 }, a);
}

enum rc history_for(struct app *app, struct db *db, const struct viewer *v, const struct history *h, struct arena *a,
		    struct history *out, struct err *e)
{
	struct sight s = { 0 };
	struct reach r = { .account = v && v->role != ROLE_OPERATOR ? v->account : 0 };
	struct viewer as;
	enum rc rc = v && any_seal(h) ? sight_read(app, db, v, h->person, a, &s, e) : RC_OK;
	if (rc == RC_OK && v && (rc = shared_towards(db, v, h->person, &as, e)) == RC_OK)
		r.withheld = withheld_now(&as);
	if (rc == RC_OK && r.withheld)
		rc = find_colleagues(db, v, h, a, &r, e);
	r.seals = s.seals | (v && v->emergency_ms ? s.opened : 0);
	if (rc == RC_OK)
		*out = reduced(app, h, &r, a);
	return rc;
}

const uint8_t *seals_on(struct app *app, const struct history *h, struct arena *a)
{
	if (!any_seal(h))
		return NULL;
	struct chain c = chain_of(app, h, a);
	uint8_t *out = arena_array(a, h->n, sizeof *out);
	for (size_t i = 0; i < h->n; i++) {
		size_t at = marks(&h->events[i]) ? target_of(&c, &h->events[i]) : c.root[i];
		out[i] = at == SIZE_MAX ? 0 : marks(&h->events[i]) ? c.state[at].was : c.state[at].seal;
	}
	return out;
}
