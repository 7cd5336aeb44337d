#include "web/pages/alert.h"

#include "pages/templates.h"

struct str alert_amount(struct arena *a, const struct alert *x)
{
	static const char *const of[][2] = {
		[ALERT_NEW_CHILDREN] = { "child, opened for the first time", "children, opened for the first time" },
		[ALERT_CHILDREN] = { "child opened", "children opened" },
		[ALERT_SEARCHES] = { "search", "searches" },
		[ALERT_EMERGENCIES] = { "emergency access", "emergency accesses" },
		[ALERT_NO_CATEGORY] = { "emergency access", "emergency accesses" },
		[ALERT_EXPORT_BYTES] = { "byte", "bytes" },
	};
	return x->counts ? arena_printf(a, "%s %s", show_count(x->n).s, of[x->counts][x->n != 1])
			 : arena_printf(a, "%s", show_count(x->n).s);
}

enum rc page_alerts(struct visit *v, struct err *e)
{
	struct alerts_view view = { .page = { v, STR("Alerts"), MENU_OVERSIGHT } };
	enum rc rc = alerts_list(v->app, viewer_of(v), v->a, &view.list, &view.n, e);
	if (rc != RC_OK)
		return rc;
	for (size_t i = 0; i < view.n; i++)
		view.open += !view.list[i].acknowledged_ms;
	alerts_html(&v->out, &view);
	return RC_OK;
}

static enum rc load(struct visit *v, struct alert_view *view, struct err *e)
{
	int64_t id;
	if (id_parse(request_param(v->req, "alert"), &id) != RC_OK)
		return err_set(e, RC_NOT_FOUND, "There is no such alert.");
	view->page = (struct page){ v, STR("An alert"), MENU_OVERSIGHT };
	return alert_see(v->app, viewer_of(v), id, v->a, &view->x, &view->lines, &view->n, e);
}

enum rc page_alert(struct visit *v, struct err *e)
{
	struct alert_view view = { .note = STR(""), .problem = STR("") };
	enum rc rc = load(v, &view, e);
	if (rc == RC_OK)
		alert_html(&v->out, &view);
	return rc;
}

enum rc page_alert_post(struct visit *v, struct err *e)
{
	struct alert_view view = { .note = request_form(v->req, "note"), .problem = STR("") };
	enum rc rc = load(v, &view, e);
	if (rc == RC_OK)
		rc = alert_acknowledge(v->app, viewer_of(v), view.x.id, view.note, e);
	if (rc == RC_OK)
		return page_redirect(v, link_alerts());
	if (rc != RC_BAD_INPUT)
		return rc;
	view.problem = arena_str(v->a, str_of(e->text));
	v->res->status = 400;
	alert_html(&v->out, &view);
	return RC_OK;
}
