#include "web/pages/safety.h"

#include "pages/templates.h"

enum rc page_safety(struct visit *v, struct err *e)
{
	struct safety_file file;
	enum rc rc = safety_read(v->settings->data_dir, v->a, &file, e);
	if (rc != RC_OK)
		return rc;
	struct safety_view view = { { v, STR("Safety"), MENU_NONE }, &file };
	safety_html(&v->out, &view);
	return RC_OK;
}

enum rc page_self_audit(struct visit *v, struct err *e)
{
	struct self_audit_view view = { .page = { v, STR("Self-audit"), MENU_NONE } };
	enum rc rc = self_audit(v->app, viewer_of(v), v->a, &view.list, &view.n, e);
	if (rc != RC_OK)
		return rc;
	for (size_t i = 0; i < view.n; i++) {
		view.n_bad += view.list[i].health == HEALTH_BAD;
		view.n_note += view.list[i].health == HEALTH_NOTE;
	}
	self_audit_html(&v->out, &view);
	return RC_OK;
}
