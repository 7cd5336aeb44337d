#include "work/oversee/agreement.h"

#include "base/text.h"
#include "work/core/shared.h"
#include "work/core/team.h"
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

bool agreement_may_write(const struct app *app, const struct viewer *v)
{
	return viewer_may(v, ACT_AGREE) && team_keeps(app, v);
}

enum rc agreement_require_writer(const struct app *app, const struct viewer *v, struct err *e)
{
	enum rc rc = require_act(v, ACT_AGREE, e);
	if (rc != RC_OK || agreement_may_write(app, v))
		return rc;
	return err_set(e, RC_REFUSED,
		       "Agreements are written down by the information governance lead of the health team that serves "
		       "the councils here, and nothing was changed. Ask them; you see those of your own organisation.");
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
				 .councils = arena_str(r->a, row->councils),
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
								o.purpose, o.controllers, o.shares,   o.councils,
								o.why,	   o.at_ms,	  o.by_name };
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
		app, a, agreement_may_write(app, v) ? 0 : v->org, id, arena_array(a, AGREEMENTS_MAX, sizeof *r.rows), 0
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

struct str council_names(struct app *app, struct str codes, struct arena *a)
{
	struct str all = STR("");
	for (struct str rest = codes; rest.n;) {
		struct str code = str_cut(rest, ' ', &rest);
		const struct organisation *o = app_organisation_by_code(app, code);
		struct str name = !o ? code : o->short_name.n ? o->short_name : o->name;
		all = arena_printf(a, STR_FMT "%s" STR_FMT, STR_ARG(all), all.n ? ", " : "", STR_ARG(name));
	}
	return all;
}

/* ---- what follows ---- */

struct weighing {
	struct app *app;
	struct arena *a;
	struct agreement_effect *rows;
	size_t n, cap;
};

static struct agreement_effect *effect_row(struct weighing *w, const struct agreement_effect *like, uint32_t withheld)
{
	if (w->n == w->cap) {
		struct agreement_effect *bigger = arena_array(w->a, w->cap = w->cap ? w->cap * 2 : 64, sizeof *bigger);
		if (w->n)
			memcpy(bigger, w->rows, w->n * sizeof *bigger);
		w->rows = bigger;
	}
	struct agreement_effect *row = &w->rows[w->n++];
	*row = *like;
	row->withheld = withheld;
	row->words = data_words(withheld, w->a);
	return row;
}

/* The first council of each group of whose children the same is withheld speaks for the group. */
static bool speaks_for_group(const struct viewer *v, size_t i)
{
	for (size_t k = 0; k < i; k++)
		if (v->councils[k].withheld == v->councils[i].withheld)
			return false;
	return true;
}

static enum rc effect_of_group(struct weighing *w, struct db *db, const struct viewer *v, uint32_t withheld,
			       const struct agreement_effect *like, int64_t *children_out, struct err *e)
{
	int64_t *ids = arena_array(w->a, v->n_councils, sizeof *ids);
	struct str codes = STR("");
	struct sql_circle_count_of_out n;
	size_t k = 0;
	for (size_t i = 0; i < v->n_councils; i++) {
		const struct organisation *o = app_organisation(w->app, v->councils[i].council);
		if (v->councils[i].withheld != withheld || !o)
			continue;
		codes = arena_printf(w->a, STR_FMT "%s" STR_FMT, STR_ARG(codes), k ? " " : "", STR_ARG(o->code));
		ids[k++] = o->id;
	}
	struct sql_circle_count_of_in in = { v->org,	 app_today(w->app),	 0, ids_text(ids, k, w->a),
					     (int64_t)k, EFFECT_CHILDREN_MAX + 1 };
	enum rc rc = sql_circle_count_of(db, &in, w->a, &n, e);
	if (rc != RC_OK)
		return rc;
	struct agreement_effect *row = effect_row(w, like, withheld);
	row->councils = codes;
	row->others = false;
	row->children = n.n;
	*children_out += n.n;
	return RC_OK;
}

static enum rc effect_of(struct weighing *w, struct db *db, const struct sql_agreement_concerned_out *r,
			 const struct viewer *each, struct err *e)
{
	const struct organisation *orgs, *o = app_organisation(w->app, r->org);
	struct sql_circle_count_out n;
	int64_t named = 0;
	app_organisations(w->app, &orgs);
	if (!o)
		return RC_OK;
	const struct viewer *v = &each[o - orgs];
	struct sql_circle_count_in in = { r->org, app_today(w->app), EFFECT_CHILDREN_MAX + 1 };
	enum rc rc = sql_circle_count(db, &in, w->a, &n, e);
	if (rc != RC_OK)
		return rc;
	size_t at = w->n;
	const struct agreement_effect like = { .org = o,
					       .people = r->people,
					       .children = n.n,
					       .councils = STR(""),
					       .others = v->n_councils > 0,
					       .nothing = r->agreements && !r->in_force };
	effect_row(w, &like, v->withheld);
	for (size_t i = 0; rc == RC_OK && i < v->n_councils; i++)
		if (speaks_for_group(v, i))
			rc = effect_of_group(w, db, v, v->councils[i].withheld, &like, &named, e);
	if (n.n <= EFFECT_CHILDREN_MAX)
		w->rows[at].children -= named;
	return rc;
}

static enum rc weigh(struct db *db, void *arg, struct err *e)
{
	struct weighing *w = arg;
	struct sql_rows *rows;
	struct viewer *each;
	struct sql_agreement_concerned_out *found = arena_array(w->a, AGREEMENTS_MAX, sizeof *found);
	size_t n = 0;
	enum rc rc = shared_withheld_each(w->app, db, true, w->a, &each, e);
	if (rc == RC_OK)
		rc = sql_agreement_concerned(db, &(struct sql_agreement_concerned_in){ app_today(w->app) }, &rows, e);
	if (rc != RC_OK)
		return rc;
	while (n < AGREEMENTS_MAX && (rc = sql_agreement_concerned_next(rows, &found[n], e)) == RC_OK)
		n++;
	db_done(rows);
	rc = rc == RC_NOT_FOUND ? RC_OK : rc;
	w->n = 0;
	for (size_t i = 0; rc == RC_OK && i < n; i++)
		rc = effect_of(w, db, &found[i], each, e);
	return rc;
}

enum rc agreement_effects(struct app *app, const struct viewer *v, struct arena *a, struct agreement_effects *out,
			  struct err *e)
{
	struct weighing w = { .app = app, .a = a };
	day_t from = app_signing_rules(app).agreements_from;
	enum rc rc = agreement_require_writer(app, v, e);
	if (rc == RC_OK)
		rc = store_read(app_store(app), weigh, &w, e);
	if (rc == RC_OK)
		*out = (struct agreement_effects){ from, from != DAY_NONE && from <= app_today(app), w.rows, w.n };
	return rc;
}

/* ---- saying ---- */

/* Is an agreement about nobody but those for whom another team of the region answers? Its day also decides
 * whether the organisation sees anything. Without councils it covers every child of the organisation's circle. */
static bool within_reach(const struct team *t, const struct organisation *with, struct str councils)
{
	bool theirs = team_is_anothers(t, with->code);
	for (struct str rest = councils; rest.n && !theirs;)
		theirs = team_is_anothers(t, str_cut(rest, ' ', &rest));
	bool every = !councils.n && !(str_is(with->kind, "council") && team_answers_for(t, with->code));
	for (size_t i = 0; every && !theirs && i < t->region.n_councils; i++)
		theirs = team_is_anothers(t, t->region.councils[i]);
	return !theirs;
}

struct saying {
	struct app *app;
	const struct viewer *v;
	const struct team *team;
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
	const struct organisation *o = app_organisation(s->app, s->row.org);
	if (rc == RC_OK && s->id && !within_reach(s->team, o, r.rows[r.n - 1].councils))
		return err_set(
		    e, RC_REFUSED,
		    "This agreement covers children of councils that another health team serves. Nothing was "
		    "changed. Ask the information governance lead of that team, or the operator.");
	s->row.agreement = s->id ? s->id : s->row.id;
	if (rc == RC_OK)
		rc = sql_agreement_older(db, &(struct sql_agreement_older_in){ s->row.agreement }, NULL, e);
	if (rc == RC_OK)
		rc = sql_agreement_add(db, &s->row, NULL, e);
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

/* Whose children it covers: codes of councils, each once. */
static enum rc read_councils(struct app *app, struct str typed, struct arena *a, struct str *out,
			     const char **field_out, struct err *e)
{
	struct str all = STR("");
	if (typed.n > AGREEMENT_TEXT_MAX)
		return bad(field_out, "councils", e, "Name fewer councils");
	for (struct str rest = typed; rest.n;) {
		struct str code = str_cut(rest, ' ', &rest), seen;
		if (!code.n)
			continue;
		const struct organisation *o = app_organisation_by_code(app, code);
		if (!o || !str_is(o->kind, "council"))
			return bad(field_out, "councils", e, "Give the code of each council, such as E10000012");
		bool again = false;
		for (struct str had = all; had.n && !again;)
			again = str_eq(seen = str_cut(had, ' ', &had), code);
		if (!again)
			all = arena_printf(a, STR_FMT "%s" STR_FMT, STR_ARG(all), all.n ? " " : "", STR_ARG(code));
	}
	*out = all;
	return typed.p && !all.n ? bad(field_out, "councils", e, "Name the councils whose children it covers") : RC_OK;
}

enum rc agreement_say(struct app *app, const struct viewer *v, const struct agreement_form *f, int64_t *id_out,
		      const char **field_out, struct err *e)
{
	struct arena a AUTO(arena_release);
	arena_init(&a);
	day_t from, to;
	struct str councils;
	struct team team;
	const struct organisation *o = app_organisation_named(app, f->org);
	enum rc rc = agreement_require_writer(app, v, e);
	if (rc == RC_OK)
		rc = team_read(app, v, &a, &team, e);
	*field_out = "org";
	if (rc != RC_OK)
		return rc;
	if (!o)
		return bad(
		    field_out, "org", e,
		    f->org.n ? "Choose the organisation: none is called that here, or several are. Give its code, such "
			       "as E10000012"
			     : "Choose the organisation with which there is an agreement");
	if (o->id == v->org)
		return bad(field_out, "org", e, "An organisation makes no agreement with itself");
	if (day_parse(f->from, &from) != RC_OK)
		return bad(field_out, "from", e, "Give the first day, such as 1 4 2026");
	if (day_parse(f->to, &to) != RC_OK)
		return bad(field_out, "to", e, "Give the last day, such as 31 3 2028");
	if (to < from)
		return bad(field_out, "to", e, "The last day cannot be before the first");
	if ((rc = check_texts(f, field_out, e)) != RC_OK ||
	    (rc = read_councils(app, f->councils, &a, &councils, field_out, e)) != RC_OK)
		return rc;
	if (team_is_anothers(&team, o->code))
		return bad(field_out, "org", e,
			   "Another health team answers for this organisation. Its information governance lead writes "
			   "it down");
	if (!within_reach(&team, o, councils))
		return bad(field_out, councils.n ? "councils" : "covers", e,
			   "Name only councils that your team serves. Another health team writes down what covers the "
			   "children of its own");
	struct saying s = { app,
			    v,
			    &team,
			    f->id,
			    { .id = app_new_id(app),
			      .org = o->id,
			      .from_day = from,
			      .to_day = to,
			      .purpose = f->purpose,
			      .controllers = f->controllers,
			      .shares = f->shares,
			      .councils = councils,
			      .why = f->why.p ? f->why : STR(""),
			      .account = v->account,
			      .at_ms = app_now_ms(app) } };
	if ((rc = store_write(app_store(app), say_unit, &s, e)) == RC_OK)
		*id_out = s.row.agreement;
	return rc;
}
