#include "web/pages/worker.h"

#include "base/text.h"
#include "pages/templates.h"
#include "web/pages/child.h"

struct str worker_problem(const struct worker_view *v, const char *field)
{
	return str_is(v->problem.field, field) ? v->problem.text : (struct str){ NULL, 0 };
}

/* Colleagues, and nobody where somebody could end. */
static void offer(struct visit *v, struct worker_view *view)
{
	const struct worker_page *c = view->c;
	struct choice *people = arena_array(v->a, c->n_colleagues + 1, sizeof *people);
	for (size_t i = 0; i < c->n_colleagues; i++)
		people[view->n_people++] = (struct choice){ c->colleagues[i].id, c->colleagues[i].words };
	if (c->n_now)
		people[view->n_people++] = (struct choice){ STR(WORKER_NOBODY), STR("Nobody any more") };
	view->people = people;
	view->parts = fields_codes(v->a, c->kind->codes, &view->n_parts);
}

static enum rc load(struct visit *v, struct worker_view *view, struct err *e)
{
	struct worker_page *c = arena_alloc(v->a, sizeof *c);
	enum rc rc = child_id(v, &view->draft.person, e);
	if (rc == RC_OK)
		rc = worker_see(v->app, viewer_of(v), view->draft.person, v->a, c, e);
	if (rc != RC_OK)
		return rc;
	view->c = c;
	view->name = person_name(v->a, c->head.given, c->head.family);
	view->page =
	    (struct page){ v, arena_printf(v->a, "Name a worker, " STR_FMT, STR_ARG(view->name)), MENU_CHILDREN };
	offer(v, view);
	return RC_OK;
}

enum rc page_worker(struct visit *v, struct err *e)
{
	struct worker_view view = { .draft = { .account = STR("") } };
	enum rc rc = load(v, &view, e);
	if (rc != RC_OK)
		return rc;
	view.draft.version = view.c->version;
	view.draft.at = arena_str(v->a, str_of(show_day_iso(app_today(v->app)).s));
	if (view.n_parts == 1)
		view.draft.part = view.parts[0].id;
	worker_html(&v->out, &view);
	return RC_OK;
}

enum rc page_worker_post(struct visit *v, struct err *e)
{
	struct worker_view view = { .draft = { .account = request_form(v->req, "account"),
					       .part = request_form(v->req, "part"),
					       .at = form_day(v, "at") } };
	enum rc rc = child_id(v, &view.draft.person, e);
	if (rc == RC_OK && !form_version(v->req, &view.draft.version))
		rc = err_set(e, RC_BAD_INPUT, "The form was not whole. Open it again.");
	if (rc == RC_OK)
		rc = worker_save(v->app, viewer_of(v), &view.draft, v->a, &view.problem, e);
	if (rc == RC_OK)
		return page_redirect(v, link_child(view.draft.person, WHEN_NOW));
	if (rc != RC_BAD_INPUT || !view.problem.text.n)
		return rc;
	if ((rc = load(v, &view, e)) != RC_OK)
		return rc;
	view.draft.version = view.c->version;
	v->res->status = 400;
	worker_html(&v->out, &view);
	return RC_OK;
}
