#include "web/pages/erase.h"

#include "pages/templates.h"
#include "web/pages/child.h"

const char *erasure_words(enum erasure_state s)
{
	return s == ERASURE_DONE ? "erased" : s == ERASURE_REFUSED ? "refused" : "waits for a decision";
}

static struct draft_problem wrong(const struct visit *v, const char *field, const struct err *e)
{
	return (struct draft_problem){ str_of(field), arena_str(v->a, str_of(e->text)) };
}

/* What can be mended in the form is said in it. */
static bool in_the_form(enum rc rc)
{
	return rc == RC_BAD_INPUT || rc == RC_CONFLICT;
}

/* ---- asking ---- */

static enum rc load_form(struct visit *v, struct erase_view *view, int64_t *person, int64_t *event, struct err *e)
{
	struct retention r;
	struct str given = request_param(v->req, "event");
	*event = 0;
	enum rc rc = child_id(v, person, e);
	if (rc == RC_OK && given.p && id_parse(given, event) != RC_OK)
		return err_set(e, RC_NOT_FOUND, "There is no such entry.");
	if (rc == RC_OK)
		rc = erase_about_see(v->app, viewer_of(v), *person, *event, v->a, &view->about, e);
	if (rc == RC_OK)
		rc = retention_read(v->app, v->a, &r, e);
	if (rc != RC_OK)
		return rc;
	struct choice *c = arena_array(v->a, r.n_grounds, sizeof *c);
	for (size_t i = 0; i < r.n_grounds; i++)
		if (!*event || !r.grounds[i].whole)
			c[view->n_grounds++] = (struct choice){ r.grounds[i].id, r.grounds[i].title };
	view->grounds = c;
	view->page = (struct page){ v, *event ? STR("Ask that an entry is erased") : STR("Ask that a record is erased"),
				    MENU_CHILDREN };
	return RC_OK;
}

enum rc page_erase(struct visit *v, struct err *e)
{
	struct erase_view view = { .ground = STR(""), .why = STR("") };
	int64_t person, event;
	enum rc rc = load_form(v, &view, &person, &event, e);
	if (rc == RC_OK)
		erase_html(&v->out, &view);
	return rc;
}

enum rc page_erase_post(struct visit *v, struct err *e)
{
	struct erase_view view = { .ground = request_form(v->req, "ground"), .why = request_form(v->req, "why") };
	const char *field = "why";
	int64_t person, event, id;
	enum rc rc = load_form(v, &view, &person, &event, e);
	if (rc != RC_OK)
		return rc;
	const struct erase_ask ask = { person, event, view.ground, view.why };
	rc = erase_ask(v->app, viewer_of(v), &ask, &id, &field, e);
	if (rc == RC_OK)
		return page_redirect(v, viewer_may(viewer_of(v), ACT_ERASE) ? link_erasure(id)
									    : link_child(person, WHEN_NOW));
	if (!in_the_form(rc))
		return rc;
	view.problem = wrong(v, field, e);
	v->res->status = rc == RC_CONFLICT ? 409 : 400;
	erase_html(&v->out, &view);
	return RC_OK;
}

/* ---- deciding ---- */

enum rc page_erasures(struct visit *v, struct err *e)
{
	struct erasures_view view = { .page = { v, STR("Erasure"), MENU_OVERSIGHT } };
	enum rc rc = erasure_list(v->app, viewer_of(v), v->a, &view.list, &view.n, e);
	if (rc != RC_OK)
		return rc;
	for (size_t i = 0; i < view.n; i++)
		view.open += view.list[i].state == ERASURE_ASKED;
	erasures_html(&v->out, &view);
	return RC_OK;
}

static enum rc load_one(struct visit *v, struct erasure_view *view, struct err *e)
{
	int64_t id;
	struct err unseen = { 0 };
	if (id_parse(request_param(v->req, "erasure"), &id) != RC_OK)
		return err_set(e, RC_NOT_FOUND, "There is no such erasure.");
	enum rc rc = erasure_see(v->app, viewer_of(v), id, v->a, &view->x, e);
	if (rc != RC_OK)
		return rc;
	/* An entry is decided about without being read: who decides may not see its kind. */
	if (view->x.state == ERASURE_ASKED &&
	    erase_about_see(v->app, viewer_of(v), view->x.person, 0, v->a, &view->about, &unseen) != RC_OK)
		view->about = (struct erase_about){ .hold = STR("") };
	view->page = (struct page){ v, STR("An erasure"), MENU_OVERSIGHT };
	return RC_OK;
}

enum rc page_erasure(struct visit *v, struct err *e)
{
	struct erasure_view view = { .decision = STR(""), .why = STR("") };
	enum rc rc = load_one(v, &view, e);
	if (rc == RC_OK)
		erasure_html(&v->out, &view);
	return rc;
}

enum rc page_erasure_post(struct visit *v, struct err *e)
{
	struct erasure_view view = { .decision = request_form(v->req, "decision"), .why = request_form(v->req, "why") };
	enum rc rc = load_one(v, &view, e);
	bool erase = str_is(view.decision, "erase");
	if (rc != RC_OK)
		return rc;
	if (!erase && !str_is(view.decision, "refuse")) {
		view.problem = (struct draft_problem){ STR("decision"), STR("Choose what is decided.") };
		v->res->status = 400;
		erasure_html(&v->out, &view);
		return RC_OK;
	}
	rc = erase_decide(v->app, viewer_of(v), view.x.id, erase, view.why, e);
	if (rc == RC_OK)
		return page_redirect(v, link_erasure(view.x.id));
	if (!in_the_form(rc))
		return rc;
	view.problem = wrong(v, "why", e);
	v->res->status = rc == RC_CONFLICT ? 409 : 400;
	erasure_html(&v->out, &view);
	return RC_OK;
}

/* ---- retention ---- */

enum rc page_retention(struct visit *v, struct err *e)
{
	struct retention_view view = { .page = { v, STR("What is due for disposal"), MENU_OVERSIGHT } };
	struct str from = request_query(v->req, "from");
	int64_t after = 0;
	if (from.n && id_parse(from, &after) != RC_OK)
		return err_set(e, RC_BAD_INPUT, "There is no such place in the list.");
	enum rc rc = retention_read(v->app, v->a, &view.r, e);
	if (rc == RC_OK)
		rc = retention_list(v->app, viewer_of(v), after, v->a, &view.due, &view.n, &view.more, e);
	if (rc == RC_OK)
		retention_html(&v->out, &view);
	return rc;
}

static enum rc load_hold(struct visit *v, struct hold_view *view, int64_t *person, struct err *e)
{
	struct retention r;
	enum rc rc = child_id(v, person, e);
	if (rc == RC_OK)
		rc = erase_about_see(v->app, viewer_of(v), *person, 0, v->a, &view->about, e);
	if (rc == RC_OK)
		rc = retention_read(v->app, v->a, &r, e);
	if (rc != RC_OK)
		return rc;
	struct choice *c = arena_array(v->a, r.n_holds, sizeof *c);
	for (; view->n_kinds < r.n_holds; view->n_kinds++)
		c[view->n_kinds] = (struct choice){ r.holds[view->n_kinds].id, r.holds[view->n_kinds].title };
	view->kinds = c;
	view->page = (struct page){ v, view->about.hold.n ? STR("End a hold") : STR("Hold a record"), MENU_OVERSIGHT };
	return RC_OK;
}

enum rc page_hold(struct visit *v, struct err *e)
{
	struct hold_view view = { .kind = STR(""), .why = STR(""), .saved = request_query(v->req, "saved").n > 0 };
	int64_t person;
	enum rc rc = load_hold(v, &view, &person, e);
	if (rc == RC_OK)
		hold_html(&v->out, &view);
	return rc;
}

enum rc page_hold_post(struct visit *v, struct err *e)
{
	struct hold_view view = { .kind = request_form(v->req, "kind"), .why = request_form(v->req, "why") };
	const char *field = "why";
	int64_t person;
	enum rc rc = load_hold(v, &view, &person, e);
	if (rc != RC_OK)
		return rc;
	rc = view.about.hold.n ? hold_end(v->app, viewer_of(v), person, view.why, e)
			       : hold_put(v->app, viewer_of(v), person, view.kind, view.why, &field, e);
	if (rc == RC_OK)
		return page_redirect(v, link_child_mark(person, "hold", "saved"));
	if (rc == RC_NOT_FOUND) { /* they see the record, and do not keep it */
		field = "why";
		rc = err_set(e, RC_CONFLICT,
			     "Your organisation does not keep this record, and cannot hold it or end its hold. Ask the "
			     "information governance lead of its council, or of the health team that serves it.");
	}
	if (!in_the_form(rc))
		return rc;
	view.problem = wrong(v, field, e);
	v->res->status = rc == RC_CONFLICT ? 409 : 400;
	hold_html(&v->out, &view);
	return RC_OK;
}
