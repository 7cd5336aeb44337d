#include "web/pages/static.h"

#include "base/embed.h"
#include "pages/templates.h"
#include "work/admin/ready.h"

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

/* One line for machines: 200, or 503 and why. */
static enum rc say_health(struct visit *v, const char *ill)
{
	v->res->type = "text/plain; charset=utf-8";
	v->res->status = ill ? 503 : 200;
	buf_init(&v->res->body, 64);
	buf_printf(&v->res->body, "%s\n", ill ? ill : "ok");
	return RC_OK;
}

enum rc page_health(struct visit *v, struct err *e)
{
	(void)e;
	return say_health(v, v->leaving || app_outgrown(v->app) ? "leaving" : NULL);
}

/* Why it is not ready goes to the log: whoever asks has not signed in. */
enum rc page_ready(struct visit *v, struct err *e)
{
	if (v->leaving)
		return say_health(v, "leaving");
	if (app_ready(v->app, e) == RC_OK)
		return say_health(v, NULL);
	page_log(v, e);
	err_clear(e);
	return say_health(v, "the store cannot be written");
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
