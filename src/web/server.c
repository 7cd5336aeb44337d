/* The front desk: what is done for every request (server.h). */
#include "web/server.h"

#include "codec/csv_mark.h"
#include "pages/templates.h"
#include "web/pages/page.h"
#include "work/oversee/copies.h"
#include "work/chase/chase_print.h"

#include <stdatomic.h>
#include <time.h>

/* PENDING: a sign-in that waits for its second factor; MANAGER: whoever manages accounts. */
enum { PUBLIC = 0, SIGNED_IN = -1, PENDING = -2, MANAGER = -3 };

struct server {
	struct app *app;
	struct server_settings set;
	struct http_server *http;
	atomic_bool leaving;
};

struct page_entry {
	page_fn *fn;
	int act;
};

static const struct page_entry pages[] = {
#define ROUTE(method, pattern, handler, act) { page_##handler, act },
#define UPLOAD(pattern, handler, act)	     { page_##handler, act },
#include "web/routes.def"
#undef ROUTE
#undef UPLOAD
};

static const struct route routes[COUNT_OF(pages)] = {
#define ROUTE(method, pattern, handler, act) { METHOD_##method, pattern, false },
#define UPLOAD(pattern, handler, act)	     { METHOD_POST, pattern, true },
#include "web/routes.def"
#undef ROUTE
#undef UPLOAD
};

static const char cookie_name[] = "linnet", browser_cookie_name[] = "linnet-browser";
enum { BROWSER_COOKIE_SECONDS = 90 * 24 * 3600 };

static int64_t wall_ms(void)
{
	struct timespec t;
	clock_gettime(CLOCK_REALTIME, &t);
	return (int64_t)t.tv_sec * 1000 + t.tv_nsec / 1000000;
}

/* ---- what pages may ask of the desk ---- */

struct str csrf_of(const struct visit *v)
{
	const struct session *s = v->session ? v->session : v->pending;
	return s ? str_of(s->csrf) : (struct str){ "", 0 };
}

bool may(const struct visit *v, enum act act)
{
	return v->session && viewer_may(viewer_of(v), act);
}

enum rc page_redirect(struct visit *v, struct link to)
{
	v->res->status = 303;
	response_header(v->res, "Location", "%s", to.s);
	return RC_OK;
}

void page_cookie(struct visit *v, const char *token)
{
	const char *secure = v->settings->tls_in_front ? "; Secure" : "";
	if (token)
		response_header(v->res, "Set-Cookie", "%s=%s; Path=/; HttpOnly; SameSite=Lax%s", cookie_name, token,
				secure);
	else
		response_header(v->res, "Set-Cookie", "%s=; Path=/; HttpOnly; SameSite=Lax; Max-Age=0%s", cookie_name,
				secure);
}

void page_session_cookies(struct visit *v, const struct session *s)
{
	page_cookie(v, s->token);
	if (s->browser[0])
		response_header(v->res, "Set-Cookie", "%s=%s; Path=/sign-in; HttpOnly; SameSite=Strict; Max-Age=%d%s",
				browser_cookie_name, s->browser, BROWSER_COOKIE_SECONDS,
				v->settings->tls_in_front ? "; Secure" : "");
}

struct str page_known_browser(const struct visit *v)
{
	return request_cookie(v->req, browser_cookie_name);
}

struct str page_session_token(const struct visit *v)
{
	return request_cookie(v->req, cookie_name);
}

struct str page_base(const struct visit *v)
{
	if (v->settings->public_address)
		return base_address(str_of(v->settings->public_address), v->a);
	return base_address(
	    arena_printf(v->a, "%s://" STR_FMT, v->settings->tls_in_front ? "https" : "http", STR_ARG(v->req->host)),
	    v->a);
}

void page_download(struct visit *v, const char *type, struct str name, struct buf *b)
{
	char plain[80];
	size_t n = 0;
	for (size_t i = 0; i < name.n && n + 1 < sizeof plain; i++) {
		char c = name.p[i];
		bool word = (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '.' ||
			    c == '-' || c == '_';
		plain[n++] = word ? c : '-';
	}
	plain[n] = '\0';
	v->res->type = type;
	v->res->body = *b;
	buf_init(b, b->max);
	v->download = arena_str(v->a, str_of(plain));
}

void page_refresh(struct visit *v, int seconds)
{
	response_header(v->res, "Refresh", "%d", seconds);
}

/* ---- errors ---- */

static const char *status_title(int status)
{
	switch (status) {
	case 400: return "Something in what was sent cannot be used";
	case 403: return "Your role does not do this";
	case 404: return "Page not found";
	case 405: return "This page cannot be used that way";
	case 409: return "Somebody else changed this first";
	case 413:
	case 414: return "Too large";
	case 415: return "This cannot be read";
	case 503: return "Busy at this moment";
	default: return "Sorry, something went wrong here";
	}
}

/* One line, whatever an engine put into it. */
void page_log(const struct visit *v, const struct err *e)
{
	if (!v->settings->access_log || !e->detail[0])
		return;
	struct buf b AUTO(buf_release);
	buf_init(&b, 4 * sizeof e->detail);
	buf_shown(&b, str_of(e->detail));
	for (size_t i = 0; i < b.n; i++)
		if (b.p[i] == '\n')
			b.p[i] = ' ';
	fprintf(v->settings->access_log, "error %s " STR_FMT "\n", rc_name(e->rc), STR_ARG(buf_view(&b)));
}

static void show_error_as(struct visit *v, int status, struct str title, struct str words)
{
	response_release(v->res);
	html_release(&v->out);
	html_init(&v->out, HTML_PAGE_MAX);
	v->res->status = status;
	v->res->type = NULL;
	struct page p = { v, title, MENU_NONE };
	error_page_html(&v->out, &p, status, words);
}

static void show_error(struct visit *v, int status, struct str words)
{
	show_error_as(v, status, str_of(status_title(status)), words);
}

/* What a viewer may not see and what is not there read exactly alike. */
static void show_err(struct visit *v, const struct err *e)
{
	int status = rc_http_status(e->rc);
	page_log(v, e);
	if (e->rc == RC_NOT_FOUND)
		show_error(
		    v, 404,
		    STR("Check the address, or look for the child by name or number. A child whom your team does not "
			"look after is not shown here."));
	else
		show_error(v, status,
			   status == 500 && !e->text[0]
			       ? STR("Try again. If it happens again, tell whoever runs Linnet "
				     "here, with the time.")
			       : str_of(e->text));
}

/* ---- one request ---- */

/* RC_NOT_FOUND: nobody is signed in. Anything else but RC_OK: it cannot be said now. */
static enum rc find_session(struct server *s, struct request *q, struct session *out, struct err *e)
{
	struct str token = request_cookie(q, cookie_name);
	if (!token.n || token.n >= TOKEN_TEXT_MAX)
		return RC_NOT_FOUND;
	return session_find(s->app, token, &q->arena, out, e);
}

/* Does the viewer's role, or what they manage, open this page? */
static bool opens(const struct visit *v, int act)
{
	return act == MANAGER ? viewer_of(v)->manages : act <= 0 || may(v, (enum act)act);
}

/* A form is from a page of this sign-in. */
static bool has_token(const struct visit *v)
{
	const struct session *s = v->session ? v->session : v->pending;
	return !s || csrf_matches(s, request_form(v->req, "token"));
}

/* May this page be had? Fills the answer itself if not. */
static bool admit(struct visit *v, const struct page_entry *p)
{
	if (p->act == PENDING && !v->pending) {
		page_redirect(v, v->session ? link_home() : link_sign_in());
		return false;
	}
	if (p->act != PUBLIC && p->act != PENDING && !v->session) {
		struct link to = v->req->method == METHOD_GET ? link_sign_in_for(v->req->address) : link_sign_in();
		page_redirect(v, to);
		return false;
	}
	if (p->act != PUBLIC && p->act != PENDING && v->session->barred.n) {
		show_error_as(v, 403, STR("There is no agreement in force"), v->session->barred);
		return false;
	}
	if (p->act != PUBLIC && p->act != PENDING && !opens(v, p->act)) {
		show_error(
		    v, 403,
		    p->act > 0 && role_may(viewer_of(v)->role, (enum act)p->act)
			? STR("No agreement in force shares with your organisation what this page shows. Ask the "
			      "information governance lead of the health team.")
			: STR("Ask whoever manages sign-ins at your organisation if you need it for your work."));
		return false;
	}
	if (v->req->method == METHOD_POST && !has_token(v)) {
		show_error_as(v, 403, STR("This form is not of this sign-in"),
			      STR("It was not sent from a page of this sign-in, or you signed in again since. Open the "
				  "page again and send it from there. Nothing was changed."));
		return false;
	}
	return true;
}

enum rc page_stamp(struct visit *v, struct str what, struct str *out, struct err *e)
{
	char id[ID_TEXT_MAX], day[DAY_TEXT_MAX];
	day_t until;
	const struct viewer *by = viewer_of(v);
	enum rc rc = copy_until(v->app, &until, e);
	if (rc != RC_OK)
		return rc;
	if (!v->copy)
		v->copy = copy_number(v->app);
	*out = arena_printf(v->a, "Copy %s: " STR_FMT ", %s, " STR_FMT ", %s, for " STR_FMT ". Delete by %s",
			    id_text(v->copy, id), STR_ARG(by->name), role_title(by->role), STR_ARG(by->org_name),
			    show_instant(v->now_ms).s, STR_ARG(what), day_long(until, day));
	return RC_OK;
}

/* Its number goes into the quotes of a table: the cells stay what they are. */
static void mark_table(struct visit *v)
{
	struct buf marked;
	if (v->as_kept || !v->res->type || strncmp(v->res->type, "text/csv", 8) != 0)
		return;
	buf_init(&marked, 2 * v->res->body.n + 1);
	csv_mark(buf_view(&v->res->body), (uint64_t)v->copy, &marked);
	buf_release(&v->res->body);
	v->res->body = marked;
}

/* A file about children is a copy with a number: on the record before it is handed out. */
static enum rc hand_out(struct visit *v, const struct page_entry *p, struct err *e)
{
	char id[ID_TEXT_MAX];
	struct str name = v->download;
	size_t dot = name.n;
	if (!v->session || p->act <= 0) {
		response_header(v->res, "Content-Disposition", "attachment; filename=\"" STR_FMT "\"", STR_ARG(name));
		return RC_OK;
	}
	if (!v->copy)
		v->copy = copy_number(v->app);
	mark_table(v);
	enum rc rc = copy_keep(v->app, viewer_of(v), v->copy, name, v->req->path, buf_view(&v->res->body), e);
	if (rc != RC_OK)
		return rc;
	while (dot > 0 && name.p[dot - 1] != '.')
		dot--;
	dot = dot ? dot - 1 : name.n;
	response_header(v->res, "Content-Disposition", "attachment; filename=\"%.*s-%s%.*s\"", (int)dot, name.p,
			id_text(v->copy, id), (int)(name.n - dot), name.p + dot);
	return RC_OK;
}

static void run_page(struct visit *v, const struct page_entry *p)
{
	struct err e = { 0 };
	enum rc rc = p->fn(v, &e);
	if (rc == RC_OK && !html_ok(&v->out))
		rc = err_set(&e, RC_LIMIT, "The page would be too long. Ask for less of it.");
	if (rc == RC_OK && v->download.n && (rc = hand_out(v, p, &e)) != RC_OK)
		buf_release(&v->res->body);
	if (rc != RC_OK) {
		e.rc = rc;
		show_err(v, &e);
	}
}

static void dispatch(struct visit *v)
{
	const struct route *found = NULL;
	struct request *q = v->req;
	if (q->fault) {
		v->res->close = true;
		show_error(v, q->fault, str_of(q->fault_words));
		return;
	}
	switch (route_find(routes, COUNT_OF(routes), q, &found)) {
	case ROUTE_NONE: show_error(v, 404, STR("Check the address, or start from the worklist.")); return;
	case ROUTE_OTHER_METHOD:
		response_header(v->res, "Allow", "GET, HEAD, POST");
		show_error(v, 405, STR("Open the page first and use its buttons."));
		return;
	case ROUTE_FOUND: break;
	}
	v->res->route = found->pattern;
	const struct page_entry *p = &pages[found - routes];
	if (admit(v, p))
		run_page(v, p);
}

/* Needs no session, even if one is sent. */
static bool for_everybody(const struct request *q)
{
	return q->n_segments && (str_is(q->segments[0], "assets") || str_is(q->segments[0], "health"));
}

static void answer(void *arg, struct request *q, struct response *r)
{
	struct server *s = arg;
	struct session session = { 0 };
	/* The rules do not change under a request, however long it takes. */
	struct app *app = app_hold(s->app);
	struct visit v = { .app = app,
			   .settings = &s->set,
			   .req = q,
			   .res = r,
			   .a = &q->arena,
			   .now_ms = wall_ms(),
			   .leaving = atomic_load(&s->leaving) };
	struct err e = { 0 };
	html_init(&v.out, HTML_PAGE_MAX);
	r->status = 200;
	r->close = v.leaving;
	enum rc rc = for_everybody(q) ? RC_NOT_FOUND : find_session(s, q, &session, &e);
	if (rc == RC_OK && session.stage == SESSION_FULL)
		v.session = &session;
	else if (rc == RC_OK)
		v.pending = &session;
	if (rc == RC_OK || rc == RC_NOT_FOUND)
		dispatch(&v);
	else
		show_err(&v, &e);
	if (!r->still && !r->body.p && v.out.b.p) {
		r->body = v.out.b;
		buf_init(&v.out.b, HTML_PAGE_MAX);
	}
	html_release(&v.out);
	app_close(app);
	response_guard(r, s->set.tls_in_front);
}

static bool may_send(void *arg, struct request *q, int *status_out)
{
	(void)arg;
	*status_out = 403;
	return !request_is_foreign(q);
}

static bool may_upload(void *arg, struct request *q, int *status_out)
{
	struct server *s = arg;
	struct session session;
	const struct route *found;
	*status_out = 403;
	if (route_find(routes, COUNT_OF(routes), q, &found) != ROUTE_FOUND || !found->upload ||
	    find_session(s, q, &session, NULL) != RC_OK || session.stage != SESSION_FULL)
		return false;
	const struct page_entry *p = &pages[found - routes];
	return viewer_may(&session.viewer, (enum act)p->act) && csrf_matches(&session, request_form(q, "token"));
}

static void access_line(void *arg, const struct request *q, const struct response *r, int64_t ms)
{
	struct server *s = arg;
	char at[DAY_TEXT_MAX];
	if (!s->set.access_log)
		return;
	fprintf(s->set.access_log, "%s %s %s %d %" PRId64 "ms\n", instant_iso(wall_ms(), at),
		q->head			   ? "HEAD"
		: q->method == METHOD_GET  ? "GET"
		: q->method == METHOD_POST ? "POST"
					   : "OTHER",
		r->route ? r->route : "-", r->status, ms);
}

enum rc server_start(struct app *app, const struct server_settings *set, struct server **out, struct err *e)
{
	struct server *s = xcalloc(1, sizeof *s);
	s->app = app;
	s->set = *set;
	const struct http_site site = { s, may_send, may_upload, answer, access_line };
	enum rc rc = http_start(&site, &set->http, &s->http, e);
	if (rc != RC_OK) {
		free(s);
		return rc;
	}
	*out = s;
	return RC_OK;
}

int server_port(const struct server *s)
{
	return http_port(s->http);
}

void server_leave(struct server *s)
{
	atomic_store(&s->leaving, true);
}

void server_stop(struct server *s)
{
	if (!s)
		return;
	http_stop(s->http);
	free(s);
}
