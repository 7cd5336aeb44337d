#include "work/chase/handback.h"

#include "base/text.h"
#include "work/core/shared.h"
#include "work/core/write.h"
#include "work/oversee/agreement.h"
#include "work/see/head.h"

enum { EARLY_DAYS = 28, BATCH = 200 };

struct handing {
	struct app *app;
	const struct viewer *v;
	const struct organisation *council;
	struct arena *a; /* of the answer */
	struct arena *b; /* of one child */
	struct handback out;
	struct str *cells;
	size_t cap;
	int64_t since_ms;     /* KNOWN_NOW: every child */
	struct viewer theirs; /* the council */
	uint32_t withheld;    /* of the child at hand, from the council or from whoever makes its file */
};

/* ---- one child ---- */

struct telling {
	const struct handing *h;
	const struct child_view *cv;
	day_t from, to; /* days of the last time with this council; to is the last day that is told */
};

/* The last time with this council, and the day on which another began. */
static bool times(const struct handing *h, const struct child_view *cv, struct telling *t)
{
	uint16_t care = vocab_kind(app_vocab(h->app), STR("care-started"));
	bool found = false;
	for (size_t i = 0; i < cv->f.n_spans; i++) {
		const struct span *s = &cv->f.spans[i];
		if (s->kind != care)
			continue;
		if (s->org == h->council->id) {
			found = true;
			t->from = s->from;
			t->to = cv->as_of;
		} else if (found && t->to == cv->as_of) {
			t->to = s->from - 1; /* what comes now is the other council's to know */
		}
	}
	return found;
}

static bool fits(const struct telling *t, const struct handback_column *c, const struct fact *f)
{
	return f->kind == c->kind && (!c->code || f->code == c->code) && (!c->code2 || f->code2 == c->code2) &&
	       (!c->not_code2 || f->code2 != c->not_code2) && f->day <= t->to &&
	       (!c->in_period || f->day >= t->from - EARLY_DAYS);
}

static struct str day_cell(const struct telling *t, day_t d, struct arena *a)
{
	char day[DAY_TEXT_MAX];
	(void)t;
	return d == DAY_NONE ? STR("") : arena_str(a, str_of(day_iso(d, day)));
}

static struct str event_cell(const struct telling *t, const struct handback_column *c, struct arena *a)
{
	const struct vocab *voc = app_vocab(t->h->app);
	const struct fact *last = NULL;
	if (t->h->withheld & data_bit(data_of_kind(t->h->app, c->kind)))
		return STR("");
	for (size_t i = 0; i < t->cv->f.child.n; i++)
		if (fits(t, c, &t->cv->f.child.facts[i]))
			last = &t->cv->f.child.facts[i];
	if (!last)
		return STR("");
	switch (c->of) {
	case OF_DAY: return day_cell(t, last->day, a);
	case OF_END: return last->value > 0 ? day_cell(t, last->value, a) : STR("");
	case OF_CODE: return voc->codes[last->code];
	case OF_CODE2: return voc->codes[last->code2];
	default: return last->value == INT32_MIN ? STR("") : arena_printf(a, "%d", (int)last->value);
	}
}

/* The clock that is open, else the latest. */
static struct str clock_cell(const struct telling *t, const struct handback_column *c, struct arena *a)
{
	const struct rulebook *rb = app_rulebook(t->h->app);
	const struct clock *last = NULL;
	for (size_t i = 0; i < t->cv->n_clocks; i++) {
		const struct clock *k = &t->cv->clocks[i];
		if (str_eq(rulebook_info(rb, k->standard)->id, c->standard) &&
		    !standard_withheld(t->h->app, t->h->withheld, k->standard) &&
		    (k->start == DAY_NONE || k->start <= t->to) &&
		    (!last || last->state != CLOCK_RUNNING || k->state == CLOCK_RUNNING))
			last = k;
	}
	if (!last || t->to != t->cv->as_of)
		return STR("");
	if (c->of == OF_STATE)
		return str_of(clock_state_id((enum clock_state)last->state));
	return last->state == CLOCK_RUNNING ? day_cell(t, last->due, a) : STR("");
}

/* The cells of a child as known at an instant; false: not this council's child. */
static enum rc child_cells(const struct handing *h, struct db *db, int64_t person, int64_t known_ms, struct arena *a,
			   struct str *cells, bool *is_out, struct err *e)
{
	struct child_view cv = { 0 };
	struct child_query q = { .person = person, .as_of = DAY_NONE, .known_ms = known_ms };
	struct telling t = { .h = h, .cv = &cv };
	enum rc rc = child_view_begin(h->app, db, NULL, &q, a, &cv, e);
	if (rc != RC_OK)
		return rc;
	*is_out = times(h, &cv, &t);
	for (size_t i = 0; *is_out && i < h->out.layout.n_columns; i++) {
		const struct handback_column *c = &h->out.layout.columns[i];
		cells[i] = c->of == OF_REF ? (cv.h.council == h->council->id ? cv.h.ref : STR(""))
			   : c->of == OF_DUE || c->of == OF_STATE ? clock_cell(&t, c, a)
								  : event_cell(&t, c, a);
	}
	child_view_end(h->app, &cv);
	return RC_OK;
}

static void keep(struct handing *h, const struct str *cells)
{
	size_t n = h->out.layout.n_columns;
	if (h->out.n == h->cap) {
		size_t cap = h->cap ? h->cap * 2 : 256;
		struct str *bigger = arena_array(h->a, cap * n, sizeof *bigger);
		if (h->out.n)
			memcpy(bigger, h->cells, h->out.n * n * sizeof *bigger);
		h->cells = bigger;
		h->cap = cap;
	}
	for (size_t i = 0; i < n; i++)
		h->cells[h->out.n * n + i] = arena_str(h->a, cells[i]);
	h->out.n++;
}

/* What is withheld of a child; false: who it is, and the file says nothing of it. */
static enum rc may_tell(struct handing *h, struct db *db, int64_t person, bool *out, struct err *e)
{
	struct viewer ours, theirs;
	enum rc rc = shared_towards(db, h->v, person, &ours, e);
	if (rc == RC_OK)
		rc = shared_towards(db, &h->theirs, person, &theirs, e);
	if (rc == RC_OK)
		h->withheld = ours.withheld | theirs.withheld;
	*out = !(h->withheld & (data_bit(DATA_IDENTITY) | data_bit(DATA_CARE)));
	return rc;
}

static enum rc one_child(struct handing *h, struct db *db, int64_t person, struct err *e)
{
	size_t n = h->out.layout.n_columns;
	bool is = false, was = false, same = true, may = false;
	arena_reset(h->b);
	struct str *now = arena_array(h->b, n, sizeof *now), *then = arena_array(h->b, n, sizeof *then);
	enum rc rc = may_tell(h, db, person, &may, e);
	if (rc != RC_OK || !may)
		return rc;
	rc = child_cells(h, db, person, KNOWN_NOW, h->b, now, &is, e);
	h->out.children++;
	if (rc != RC_OK || !is)
		return rc;
	if (h->since_ms != KNOWN_NOW && (rc = child_cells(h, db, person, h->since_ms, h->b, then, &was, e)) != RC_OK)
		return rc;
	for (size_t i = 0; was && i < n; i++)
		same = same && str_eq(now[i], then[i]);
	if (was && same)
		return RC_OK;
	if (h->out.n == HANDBACK_ROWS_MAX)
		return err_set(e, RC_LIMIT, "More than %d children. Ask for changes only.", HANDBACK_ROWS_MAX);
	keep(h, now);
	return RC_OK;
}

/* ---- everyone ---- */

/* Outside the days of its agreements an organisation is shown nothing, so it is handed no file either. */
static enum rc not_barred(struct handing *h, struct db *db, struct err *e)
{
	struct sql_agreement_state_out s;
	int64_t org = h->council->id;
	enum rc rc = sql_agreement_state(db, &(struct sql_agreement_state_in){ org, app_today(h->app) }, h->a, &s, e);
	if (rc == RC_OK && agreement_bars(h->app, org, s.agreements, s.in_force).n)
		return err_set(e, RC_REFUSED,
			       "No agreement with " STR_FMT " is in force today, so no file is made for it. Ask the "
			       "information governance lead of the health team.",
			       STR_ARG(h->council->name));
	return rc;
}

static enum rc make_unit(struct db *db, void *arg, struct err *e)
{
	struct handing *h = arg;
	int64_t after = 0, ids[BATCH];
	size_t n;
	enum rc rc = app_coverage_refresh(h->app, db, e);
	h->out.n = h->out.children = 0;
	if (rc == RC_OK)
		rc = not_barred(h, db, e);
	if (rc == RC_OK)
		rc = shared_withheld(h->app, db, h->a, &h->theirs, e);
	if (rc == RC_OK && !viewer_shown(&h->theirs, data_bit(DATA_IDENTITY) | data_bit(DATA_CARE)))
		return err_set(e, RC_REFUSED, "No agreement in force shares who the children are with " STR_FMT ".",
			       STR_ARG(h->council->name));
	do {
		struct sql_rows *rows;
		struct sql_handback_persons_out row;
		n = 0;
		if (rc == RC_OK)
			rc = sql_handback_persons(
			    db,
			    &(struct sql_handback_persons_in){ .council = h->council->id,
							       .org = h->v->role == ROLE_OPERATOR ? 0 : h->v->org,
							       .day = app_today(h->app),
							       .after = after,
							       .limit = BATCH },
			    &rows, e);
		if (rc != RC_OK)
			return rc;
		while ((rc = sql_handback_persons_next(rows, &row, e)) == RC_OK && n < BATCH)
			ids[n++] = after = row.person;
		db_done(rows);
		rc = rc == RC_NOT_FOUND ? RC_OK : rc;
		for (size_t i = 0; rc == RC_OK && i < n; i++)
			rc = one_child(h, db, ids[i], e);
	} while (rc == RC_OK && n == BATCH);
	return rc;
}

static enum rc audit_unit(struct db *db, void *arg, struct err *e)
{
	struct handing *h = arg;
	struct str why = arena_printf(h->a, "%zu children, for " STR_FMT, h->out.n, STR_ARG(h->council->name));
	return audit(h->app, db, h->v, 0, "downloaded", STR("file for a council's own system"), why, e);
}

enum rc handback_make(struct app *app, const struct viewer *v, const struct organisation *council, day_t since,
		      struct arena *a, struct handback *out, struct err *e)
{
	struct arena one AUTO(arena_release);
	arena_init(&one);
	struct handing h = { .app = app, .v = v, .council = council, .a = a, .b = &one, .since_ms = KNOWN_NOW };
	h.theirs.org = council ? council->id : 0;
	enum rc rc = require_act(v, ACT_HAND_BACK, e);
	bool may = council && str_is(council->kind, "council") &&
		   (v->role == ROLE_OPERATOR || v->org == council->id || council->served_by == v->org);
	if (rc == RC_OK && !may)
		return err_set(e, RC_NOT_FOUND, "There is no such council whose children your team looks after.");
	if (rc == RC_OK && since != DAY_NONE && since > app_today(app))
		return err_set(e, RC_BAD_INPUT, "The day must not lie in the future.");
	if (rc == RC_OK)
		rc = handback_layout_of(app_rules(app), council->code, a, &h.out.layout, e);
	h.out.council = council;
	h.out.invented = app_is_demonstration(app);
	h.out.since = since;
	if (since != DAY_NONE)
		h.since_ms = london_midnight_ms(since + 1) - 1; /* what was known at the end of that day */
	if (rc == RC_OK)
		rc = store_read(app_store(app), make_unit, &h, e);
	h.out.cells = h.cells;
	if (rc == RC_OK)
		rc = store_write(app_store(app), audit_unit, &h, e);
	if (rc == RC_OK)
		*out = h.out;
	return rc;
}

enum rc hand_back_layout(struct app *app, const struct viewer *v, const struct organisation *council, struct arena *a,
			 struct handback_layout *out, struct err *e)
{
	enum rc rc = require_act(v, ACT_HAND_BACK, e);
	return rc == RC_OK ? handback_layout_of(app_rules(app), council->code, a, out, e) : rc;
}
