#include "web/pages/static.h"

#include "base/embed.h"
#include "pages/templates.h"

enum rc page_help(struct visit *v, struct err *e)
{
	(void)e;
	struct page p = { v, STR("Help"), MENU_NONE };
	help_html(&v->out, &p);
	return RC_OK;
}

enum rc page_accessibility(struct visit *v, struct err *e)
{
	(void)e;
	struct page p = { v, STR("Accessibility"), MENU_NONE };
	accessibility_html(&v->out, &p);
	return RC_OK;
}

enum rc page_privacy(struct visit *v, struct err *e)
{
	(void)e;
	struct page p = { v, STR("Privacy"), MENU_NONE };
	privacy_html(&v->out, &p);
	return RC_OK;
}

enum rc page_definitions(struct visit *v, struct err *e)
{
	(void)e;
	struct definitions_view d = { { v, STR("Definitions"), MENU_NONE }, app_rulebook(v->app) };
	definitions_html(&v->out, &d);
	return RC_OK;
}

enum rc page_health(struct visit *v, struct err *e)
{
	(void)e;
	v->res->type = "text/plain; charset=utf-8";
	buf_init(&v->res->body, 16);
	buf_puts(&v->res->body, "ok\n");
	return RC_OK;
}

static const char *type_of(const char *name)
{
	const char *dot = strrchr(name, '.');
	if (dot && !strcmp(dot, ".css"))
		return "text/css; charset=utf-8";
	return dot && !strcmp(dot, ".svg") ? "image/svg+xml" : "application/octet-stream";
}

enum rc page_asset(struct visit *v, struct err *e)
{
	struct str name = request_param(v->req, "name");
	for (size_t i = 0; i < assets_count; i++) {
		if (!str_is(name, assets[i].path))
			continue;
		v->res->type = type_of(assets[i].path);
		v->res->still = assets[i].bytes;
		v->res->still_n = assets[i].size;
		v->res->keep = true; /* its name holds the hash of its content */
		return RC_OK;
	}
	return err_set(e, RC_NOT_FOUND, "There is no such file.");
}
