#include "web/pages/oversight.h"

#include "pages/templates.h"
#include "work/oversee/alert.h"
#include "work/oversee/erase.h"
#include "work/see/emergency.h"

static enum rc count_alerts(struct visit *v, size_t *n_out, struct err *e)
{
	const struct alert *list;
	size_t n;
	enum rc rc = alerts_list(v->app, viewer_of(v), v->a, &list, &n, e);
	for (size_t i = 0; rc == RC_OK && i < n; i++)
		*n_out += !list[i].acknowledged_ms && !list[i].own;
	return rc;
}

static enum rc count_erasures(struct visit *v, size_t *n_out, struct err *e)
{
	const struct erasure *list;
	size_t n;
	enum rc rc = erasure_list(v->app, viewer_of(v), v->a, &list, &n, e);
	for (size_t i = 0; rc == RC_OK && i < n; i++)
		*n_out += list[i].state == ERASURE_ASKED && list[i].may_decide;
	return rc;
}

enum rc page_oversight(struct visit *v, struct err *e)
{
	struct oversight_view view = { .page = { v, STR("Oversight"), MENU_OVERSIGHT }, .erases = may(v, ACT_ERASE) };
	enum rc rc = emergency_waiting(v->app, viewer_of(v), v->a, &view.notices, e);
	if (rc == RC_OK)
		rc = count_alerts(v, &view.alerts, e);
	if (rc == RC_OK && view.erases)
		rc = count_erasures(v, &view.erasures, e);
	if (rc == RC_OK)
		oversight_html(&v->out, &view);
	return rc;
}
