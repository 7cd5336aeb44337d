#include "web/pages/standing.h"

#include "pages/templates.h"
#include "web/pages/child.h"

const struct standard_info *standing_rule(const struct standing_view *v, const struct standing *s)
{
	return rulebook_info(app_rulebook(v->c->known), s->standard);
}

enum rc page_standing(struct visit *v, struct err *e)
{
	struct standing_page c;
	struct standing_view view = { .page = { v, { NULL, 0 }, MENU_CHILDREN }, .c = &c };
	struct child_query q = { .with_looks = false };
	enum rc rc = child_id(v, &q.person, e);
	if (rc == RC_OK)
		rc = query_when(v, &view.when, e);
	if (rc != RC_OK)
		return rc;
	q.as_of = view.when.as_of;
	q.known_ms = when_known_ms(view.when);
	rc = standing_see(v->app, viewer_of(v), &q, STR(""), v->a, &c, e);
	if (rc != RC_OK)
		return rc;
	view.name = person_name(v->a, c.head.given, c.head.family);
	view.page.title = arena_printf(v->a, "Every rule and " STR_FMT, STR_ARG(view.name));
	for (size_t i = 0; i < c.n; i++)
		view.listed += c.rules[i].listed;
	standing_html(&v->out, &view);
	return RC_OK;
}
