#include "work/oversee/agreement.h"

#include "base/text.h"
#include "work/core/shared.h"
#include "work/core/write.h"

enum { AGREEMENTS_MAX = 2000 };

struct str agreement_bars(const struct app *app, int64_t org, int64_t agreements, int64_t in_force)
{
	const struct organisation *o = app_organisation(app, org);
	if (in_force)
		return (struct str){ "", 0 };
	if (agreements)
		return STR("There is no agreement in force with your organisation: it has ended, or not begun. Ask the "
			   "information governance lead of the health team.");
	if (app_signing_rules(app).agreements_required && (!o || !str_is(o->kind, "health-team")))
		return STR("There is no agreement with your organisation yet. Ask the information governance lead of "
			   "the health team.");
	return (struct str){ "", 0 };
}

size_t agreement_kinds(struct agreement_kind *out)
{
	size_t n = 0;
	for (int d = DATA_IDENTITY; d < DATA__COUNT; d++)
		out[n++] =
		    (struct agreement_kind){ str_of(data_kind_id((enum data_kind)d)), data_title((enum data_kind)d) };
	return n;
}

/* ---- reading ---- */

struct reading {
	struct app *app;
	struct arena *a;
	int64_t org, id;
	struct agreement *rows;
	size_t n;
};

static enum agreement_state state_on(day_t today, day_t from, day_t to)
{
	return today < from ? AGREEMENT_TO_COME : today > to ? AGREEMENT_OVER : AGREEMENT_IN_FORCE;
}

static void keep(struct reading *r, const struct sql_agreement_statements_out *row, int64_t id)
{
	struct agreement *g = &r->rows[r->n++];
	*g = (struct agreement){ .id = id,
				 .org = row->org,
				 .at_ms = row->at_ms,
				 .from = (day_t)row->from_day,
				 .to = (day_t)row->to_day,
				 .purpose = arena_str(r->a, row->purpose),
				 .controllers = arena_str(r->a, row->controllers),
				 .shares = arena_str(r->a, row->shares),
				 .why = arena_str(r->a, row->why),
				 .by_name = row->by_name.p ? arena_str(r->a, row->by_name) : STR("the operator") };
	g->state = state_on(app_today(r->app), g->from, g->to);
}

static enum rc read_list(struct db *db, void *arg, struct err *e)
{
	struct reading *r = arg;
	struct sql_rows *rows;
	struct sql_agreement_list_out o;
	r->n = 0;
	enum rc rc = sql_agreement_list(db, &(struct sql_agreement_list_in){ r->org }, &rows, e);
	if (rc != RC_OK)
		return rc;
	while ((rc = sql_agreement_list_next(rows, &o, e)) == RC_OK && r->n < AGREEMENTS_MAX) {
		const struct sql_agreement_statements_out s = { o.id,	   o.org,	  o.from_day, o.to_day,
								o.purpose, o.controllers, o.shares,   o.why,
								o.at_ms,   o.by_name };
		keep(r, &s, o.agreement);
	}
	db_done(rows);
	return rc == RC_NOT_FOUND ? RC_OK : rc;
}

static enum rc read_history(struct db *db, void *arg, struct err *e)
{
	struct reading *r = arg;
	struct sql_rows *rows;
	struct sql_agreement_statements_out o;
	r->n = 0;
	enum rc rc = sql_agreement_statements(db, &(struct sql_agreement_statements_in){ r->id }, &rows, e);
	if (rc != RC_OK)
		return rc;
	while ((rc = sql_agreement_statements_next(rows, &o, e)) == RC_OK && r->n < AGREEMENTS_MAX)
		if (!r->org || o.org == r->org)
			keep(r, &o, r->id);
	db_done(rows);
	return rc == RC_NOT_FOUND ? RC_OK : rc;
}

static enum rc read_rows(struct app *app, const struct viewer *v, int64_t id, store_fn *fn, struct arena *a,
			 const struct agreement **out, size_t *n_out, struct err *e)
{
	struct reading r = {
		app, a, viewer_may(v, ACT_AGREE) ? 0 : v->org, id, arena_array(a, AGREEMENTS_MAX, sizeof *r.rows), 0
	};
	enum rc rc = store_read(app_store(app), fn, &r, e);
	if (rc == RC_OK) {
		*out = r.rows;
		*n_out = r.n;
	}
	return rc;
}

enum rc agreement_list(struct app *app, const struct viewer *v, struct arena *a, const struct agreement **out,
		       size_t *n_out, struct err *e)
{
	return read_rows(app, v, 0, read_list, a, out, n_out, e);
}

enum rc agreement_history(struct app *app, const struct viewer *v, int64_t id, struct arena *a,
			  const struct agreement **out, size_t *n_out, struct err *e)
{
	size_t n = 0;
	enum rc rc = read_rows(app, v, id, read_history, a, out, &n, e);
	if (rc == RC_OK && !n)
		return err_set(e, RC_NOT_FOUND, "There is no such agreement.");
	if (rc == RC_OK)
		*n_out = n;
	return rc;
}

/* ---- what follows ---- */

struct weighing {
	struct app *app;
	struct arena *a;
	struct agreement_effect *rows;
	size_t n;
};

static enum rc effect_of(struct weighing *w, struct db *db, const struct sql_agreement_concerned_out *r,
			 const uint32_t *withheld, struct err *e)
{
	const struct organisation *orgs, *o = app_organisation(w->app, r->org);
	struct sql_circle_count_out n;
	app_organisations(w->app, &orgs);
	if (!o)
		return RC_OK;
	struct sql_circle_count_in in = { r->org, app_today(w->app), EFFECT_CHILDREN_MAX + 1 };
	enum rc rc = sql_circle_count(db, &in, w->a, &n, e);
	if (rc == RC_OK)
		w->rows[w->n++] = (struct agreement_effect){ o,
							     r->people,
							     n.n,
							     withheld[o - orgs],
							     data_words(withheld[o - orgs], w->a),
							     r->agreements && !r->in_force };
	return rc;
}

static enum rc weigh(struct db *db, void *arg, struct err *e)
{
	struct weighing *w = arg;
	struct sql_rows *rows;
	uint32_t *withheld;
	struct sql_agreement_concerned_out *found = arena_array(w->a, AGREEMENTS_MAX, sizeof *found);
	size_t n = 0;
	enum rc rc = shared_withheld_each(w->app, db, true, w->a, &withheld, e);
	if (rc == RC_OK)
		rc = sql_agreement_concerned(db, &(struct sql_agreement_concerned_in){ app_today(w->app) }, &rows, e);
	if (rc != RC_OK)
		return rc;
	while (n < AGREEMENTS_MAX && (rc = sql_agreement_concerned_next(rows, &found[n], e)) == RC_OK)
		n++;
	db_done(rows);
	rc = rc == RC_NOT_FOUND ? RC_OK : rc;
	w->rows = arena_array(w->a, n, sizeof *w->rows);
	w->n = 0;
	for (size_t i = 0; rc == RC_OK && i < n; i++)
		rc = effect_of(w, db, &found[i], withheld, e);
	return rc;
}

enum rc agreement_effects(struct app *app, const struct viewer *v, struct arena *a, struct agreement_effects *out,
			  struct err *e)
{
	struct weighing w = { .app = app, .a = a };
	day_t from = app_signing_rules(app).agreements_from;
	enum rc rc = require_act(v, ACT_AGREE, e);
	if (rc == RC_OK)
		rc = store_read(app_store(app), weigh, &w, e);
	if (rc == RC_OK)
		*out = (struct agreement_effects){ from, from != DAY_NONE && from <= app_today(app), w.rows, w.n };
	return rc;
}

/* ---- saying ---- */

struct saying {
	struct app *app;
	const struct viewer *v;
	int64_t id;
	struct sql_agreement_add_in row;
};

static enum rc say_unit(struct db *db, void *arg, struct err *e)
{
	struct saying *s = arg;
	struct arena a AUTO(arena_release);
	arena_init(&a);
	struct reading r = { s->app, &a, s->row.org, s->id, arena_array(&a, AGREEMENTS_MAX, sizeof *r.rows), 0 };
	enum rc rc = s->id ? read_history(db, &r, e) : RC_OK;
	if (rc == RC_OK && s->id && !r.n)
		return err_set(e, RC_NOT_FOUND, "There is no such agreement with that organisation.");
	s->row.agreement = s->id ? s->id : s->row.id;
	if (rc == RC_OK)
		rc = sql_agreement_older(db, &(struct sql_agreement_older_in){ s->row.agreement }, NULL, e);
	if (rc == RC_OK)
		rc = sql_agreement_add(db, &s->row, NULL, e);
	const struct organisation *o = app_organisation(s->app, s->row.org);
	return rc == RC_OK ? audit(s->app, db, s->v, 0, s->id ? "changed an agreement" : "wrote down an agreement",
				   o ? o->code : STR(""), s->row.why, e)
			   : rc;
}

static enum rc bad(const char **field_out, const char *field, struct err *e, const char *words)
{
	*field_out = field;
	return err_set(e, RC_BAD_INPUT, "%s", words);
}

static enum rc check_texts(const struct agreement_form *f, const char **field_out, struct err *e)
{
	size_t named = 0;
	if (!f->purpose.n || f->purpose.n > AGREEMENT_TEXT_MAX)
		return bad(field_out, "purpose", e, "Say for what purpose data are shared");
	if (!f->controllers.n || f->controllers.n > AGREEMENT_TEXT_MAX)
		return bad(field_out, "controllers", e, "Say who the controllers are");
	if (f->why.n > AGREEMENT_TEXT_MAX || (f->id && !f->why.n))
		return bad(field_out, "why", e, "Say why the agreement is changed");
	for (struct str rest = f->shares; rest.n;) {
		struct str word = str_cut(rest, ' ', &rest);
		if (word.n && !data_kind_of(word))
			return bad(field_out, "shares", e, "Choose the kinds of data from the list");
		named += word.n > 0;
	}
	return named ? RC_OK : bad(field_out, "shares", e, "Choose which kinds of data are shared");
}

enum rc agreement_say(struct app *app, const struct viewer *v, const struct agreement_form *f, int64_t *id_out,
		      const char **field_out, struct err *e)
{
	struct arena a AUTO(arena_release);
	arena_init(&a);
	day_t from, to;
	const struct organisation *o = app_organisation_by_code(app, f->org);
	enum rc rc = require_act(v, ACT_AGREE, e);
	*field_out = "org";
	if (rc != RC_OK)
		return rc;
	if (!o)
		return bad(field_out, "org", e, "Choose the organisation with which there is an agreement");
	if (o->id == v->org)
		return bad(field_out, "org", e, "An organisation makes no agreement with itself");
	if (day_parse(f->from, &from) != RC_OK)
		return bad(field_out, "from", e, "Give the first day, such as 1 4 2026");
	if (day_parse(f->to, &to) != RC_OK)
		return bad(field_out, "to", e, "Give the last day, such as 31 3 2028");
	if (to < from)
		return bad(field_out, "to", e, "The last day cannot be before the first");
	if ((rc = check_texts(f, field_out, e)) != RC_OK)
		return rc;
	struct saying s = { app,
			    v,
			    f->id,
			    { .id = app_new_id(app),
			      .org = o->id,
			      .from_day = from,
			      .to_day = to,
			      .purpose = f->purpose,
			      .controllers = f->controllers,
			      .shares = f->shares,
			      .why = f->why.p ? f->why : STR(""),
			      .account = v->account,
			      .at_ms = app_now_ms(app) } };
	if ((rc = store_write(app_store(app), say_unit, &s, e)) == RC_OK)
		*id_out = s.row.agreement;
	return rc;
}
