#include "web/pages/statement.h"

#include "pages/templates.h"
#include "web/pages/child.h"

static enum rc load(struct visit *v, struct statement_view *view, struct err *e)
{
	struct child_query q = { .as_of = DAY_NONE, .known_ms = when_known_ms(WHEN_NOW), .to_write = true };
	struct clock_page *c = arena_alloc(v->a, sizeof *c);
	enum rc rc = child_id(v, &q.person, e);
	if (rc == RC_OK)
		rc = clock_see(v->app, viewer_of(v), &q, request_param(v->req, "clock"), v->a, c, e);
	if (rc != RC_OK)
		return rc;
	view->c = c;
	view->name = person_name(v->a, c->head.given, c->head.family);
	view->page = (struct page){ v, arena_printf(v->a, "Whose days were they? " STR_FMT, STR_ARG(view->name)),
				    MENU_CHILDREN };
	return RC_OK;
}

enum rc page_statement(struct visit *v, struct err *e)
{
	struct statement_view view = { .words = STR("") };
	enum rc rc = load(v, &view, e);
	if (rc == RC_OK)
		statement_html(&v->out, &view);
	return rc;
}

enum rc page_statement_post(struct visit *v, struct err *e)
{
	struct statement_view view = { .words = request_form(v->req, "words") };
	enum rc rc = load(v, &view, e);
	if (rc != RC_OK)
		return rc;
	int64_t person = view.c->head.person;
	rc = statement_save(v->app, viewer_of(v), person, view.c->clock.id, view.words, e);
	if (rc == RC_OK)
		return page_redirect(v, link_clock(person, view.c->clock.id, WHEN_NOW));
	if (rc != RC_BAD_INPUT)
		return rc;
	view.problem = arena_str(v->a, str_of(e->text));
	v->res->status = 400;
	statement_html(&v->out, &view);
	return RC_OK;
}
