#include "web/pages/chase.h"

#include "pages/templates.h"
#include "work/chase/sheets.h"

static const char xlsx_type[] = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet";

enum { FILE_MAX = 32 * 1024 * 1024, TEXT_SHOWN_MAX = 1024 * 1024 };

enum rc page_chases(struct visit *v, struct err *e)
{
	struct chases_view view = { .page = { v, STR("Chase"), MENU_CHASE } };
	enum rc rc = chase_recipients(v->app, viewer_of(v), v->a, &view.who, &view.n, e);
	if (rc == RC_OK)
		rc = chase_list(v->app, viewer_of(v), v->a, &view.done, &view.n_done, e);
	if (rc == RC_OK)
		rc = item_links(v->app, viewer_of(v), false, v->a, &view.answered, &view.n_answered, e);
	if (rc == RC_OK)
		chases_html(&v->out, &view);
	return rc;
}

enum rc page_chases_post(struct visit *v, struct err *e)
{
	size_t n;
	enum rc rc = chase_write_all(v->app, viewer_of(v), v->a, &n, e);
	return rc == RC_OK ? page_redirect(v, link_chases()) : rc;
}

static enum rc show(struct visit *v, struct chase_view *view, struct err *e)
{
	struct buf b AUTO(buf_release);
	buf_init(&b, TEXT_SHOWN_MAX);
	chase_text(&view->c, page_base(v), v->a, &b);
	if (!buf_ok(&b))
		return err_set(e, RC_LIMIT, "The chase is too long for one page. Download the table.");
	view->text = arena_str(v->a, buf_view(&b));
	view->heading = arena_printf(v->a, STR_FMT ": %zu thing%s to ask for", STR_ARG(view->c.recipient->short_name),
				     view->c.n, view->c.n == 1 ? "" : "s");
	view->page = (struct page){ v, view->heading, MENU_CHASE };
	chase_page_html(&v->out, view);
	return RC_OK;
}

enum rc page_chase_draft(struct visit *v, struct err *e)
{
	struct chase_view *view = arena_alloc(v->a, sizeof *view);
	const struct organisation *who = app_organisation_by_code(v->app, request_param(v->req, "recipient"));
	enum rc rc = chase_draft(v->app, viewer_of(v), who, v->a, &view->c, e);
	return rc == RC_OK ? show(v, view, e) : rc;
}

enum rc page_chase_post(struct visit *v, struct err *e)
{
	int64_t id;
	const struct organisation *who = app_organisation_by_code(v->app, request_param(v->req, "recipient"));
	enum rc rc = chase_write(v->app, viewer_of(v), who, v->a, &id, e);
	return rc == RC_OK ? page_redirect(v, link_chase(id)) : rc;
}

static enum rc load(struct visit *v, const char *how, struct chase *out, struct err *e)
{
	int64_t id;
	if (id_parse(request_param(v->req, "chase"), &id) != RC_OK)
		return err_set(e, RC_NOT_FOUND, "There is no such chase.");
	return chase_see(v->app, viewer_of(v), id, how, v->a, out, e);
}

enum rc page_chase(struct visit *v, struct err *e)
{
	struct chase_view *view = arena_alloc(v->a, sizeof *view);
	enum rc rc = load(v, "looked", &view->c, e);
	return rc == RC_OK ? show(v, view, e) : rc;
}

enum rc page_chase_file(struct visit *v, struct err *e)
{
	struct chase c;
	struct str format = request_param(v->req, "format"), base = page_base(v);
	char day[DAY_TEXT_MAX];
	enum rc rc = load(v, "downloaded", &c, e);
	if (rc != RC_OK)
		return rc;
	struct buf b;
	buf_init(&b, FILE_MAX);
	const char *type = "text/plain; charset=utf-8";
	if (str_is(format, "txt")) {
		chase_text(&c, base, v->a, &b);
	} else if (str_is(format, "eml")) {
		chase_eml(&c, base, STR(""), v->a, &b);
		type = "message/rfc822";
	} else if (str_is(format, "csv")) {
		buf_puts(&b, "\xEF\xBB\xBF");
		chase_csv(&c, base, v->a, &b);
		type = "text/csv; charset=utf-8";
	} else if (str_is(format, "xlsx")) {
		struct str stamp;
		rc = page_stamp(v, STR("a chase"), &stamp, e);
		if (rc == RC_OK)
			rc = chase_xlsx(&c, base, stamp, v->a, &b, e);
		type = xlsx_type;
	} else {
		rc = err_set(e, RC_NOT_FOUND, "There is no such file.");
	}
	if (rc == RC_OK && !buf_ok(&b))
		rc = err_set(e, RC_LIMIT, "The chase is too long for one file.");
	if (rc == RC_OK)
		page_download(v, type,
			      arena_printf(v->a, "chase-" STR_FMT "-%s." STR_FMT, STR_ARG(c.recipient->code),
					   day_iso(c.day, day), STR_ARG(format)),
			      &b);
	buf_release(&b);
	return rc;
}

enum rc page_open_links(struct visit *v, struct err *e)
{
	struct links_view view = { .page = { v, STR("Links that are open"), MENU_CHASE } };
	enum rc rc = item_links(v->app, viewer_of(v), true, v->a, &view.rows, &view.n, e);
	if (rc == RC_OK)
		open_links_html(&v->out, &view);
	return rc;
}

/* ---- the file for a council ---- */

/* Those whose children the viewer's organisation looks after. */
static bool mine(const struct visit *v, const struct organisation *o)
{
	return str_is(o->kind, "council") && (o->id == viewer_of(v)->org || o->served_by == viewer_of(v)->org);
}

enum rc page_hand_backs(struct visit *v, struct err *e)
{
	struct hand_back_view view = { .page = { v, STR("File for a council’s own system"), MENU_CHASE } };
	const struct organisation *all;
	size_t n = app_organisations(v->app, &all);
	const struct organisation **list = arena_array(v->a, n + 1, sizeof *list);
	(void)e;
	for (size_t i = 0; i < n; i++)
		if (mine(v, &all[i]))
			list[view.n++] = &all[i];
	view.councils = list;
	hand_back_html(&v->out, &view);
	return RC_OK;
}

static enum rc council_of(struct visit *v, const struct organisation **out, struct err *e)
{
	const struct organisation *o = app_organisation_by_code(v->app, request_param(v->req, "council"));
	if (!o || !mine(v, o))
		return err_set(e, RC_NOT_FOUND, "There is no such council whose children your team looks after.");
	*out = o;
	return RC_OK;
}

enum rc page_hand_back(struct visit *v, struct err *e)
{
	struct hand_back_view view = { .page = { v, STR("File for a council’s own system"), MENU_CHASE },
				       .since = DAY_NONE };
	struct err why = { 0 };
	enum rc rc = council_of(v, &view.council, e);
	if (rc == RC_OK)
		rc = hand_back_layout(v->app, viewer_of(v), view.council, v->a, &view.layout, e);
	if (rc != RC_OK)
		return rc;
	if (query_day(v, "since", "The day", &view.since, &why) != RC_OK) {
		view.problem = arena_str(v->a, str_of(why.text));
		v->res->status = 400;
	}
	hand_back_html(&v->out, &view);
	return RC_OK;
}

enum rc page_hand_back_file(struct visit *v, struct err *e)
{
	const struct organisation *council;
	struct handback h;
	day_t since;
	char day[DAY_TEXT_MAX];
	enum rc rc = council_of(v, &council, e);
	struct str format = request_param(v->req, "format");
	bool csv = str_is(format, "csv");
	if (rc == RC_OK && !csv && !str_is(format, "xlsx"))
		rc = err_set(e, RC_NOT_FOUND, "There is no such file.");
	if (rc == RC_OK)
		rc = query_day(v, "since", "The day", &since, e);
	if (rc == RC_OK)
		rc = handback_make(v->app, viewer_of(v), council, since, v->a, &h, e);
	if (rc != RC_OK)
		return rc;
	struct buf b;
	buf_init(&b, FILE_MAX);
	if (csv) {
		buf_puts(&b, "\xEF\xBB\xBF");
		handback_csv(&h, &b);
	} else {
		struct str stamp;
		rc = page_stamp(v, STR("the council's own system"), &stamp, e);
		if (rc == RC_OK)
			rc = handback_xlsx(&h, v->now_ms, stamp, v->a, &b, e);
	}
	if (rc == RC_OK && !buf_ok(&b))
		rc = err_set(e, RC_LIMIT, "The file is too long. Ask for changes only.");
	if (rc == RC_OK)
		page_download(v, csv ? "text/csv; charset=utf-8" : xlsx_type,
			      arena_printf(v->a, "health-" STR_FMT "-%s." STR_FMT, STR_ARG(council->code),
					   day_iso(app_today(v->app), day), STR_ARG(format)),
			      &b);
	buf_release(&b);
	return rc;
}
