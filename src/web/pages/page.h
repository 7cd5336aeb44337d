/*
 * page.h - what every page handler is given, and small helpers for words.
 *
 * A page is a handler in pages/X.c with its template beside it in X.html and a
 * line in routes.def. The handler reads the request, asks one use case of room
 * work, and prints its template into `v->out`. Returning an error shows the one
 * error page. Nothing here decides who may see what: the use cases do.
 */
#ifndef LINNET_WEB_PAGES_PAGE_H
#define LINNET_WEB_PAGES_PAGE_H

#include "codec/html.h"
#include "web/http/http.h"
#include "web/pages/link.h"
#include "web/pages/show.h"
#include "web/server.h"
#include "work/admin/staff.h"

struct visit {
	struct app *app;
	const struct server_settings *settings;
	struct request *req;
	struct response *res;
	const struct session *session; /* NULL: nobody is signed in */
	const struct session *pending; /* a sign-in that waits for its second factor; NULL: none */
	struct arena *a;
	struct html_out out;
	int64_t now_ms;
	struct str download; /* name of the file that the body is; empty: it is a page */
	int64_t copy;	     /* number of the copy that is handed out; 0: none yet */
	bool as_kept;	     /* the file must be the very bytes that were filed: nothing is put into it */
	bool leaving;	     /* the program is about to stop: others should be asked */
};

/* Which entry of the menu a page belongs to. */
enum menu {
	MENU_NONE,
	MENU_WORKLIST,
	MENU_CHILDREN,
	MENU_MEASURES,
	MENU_IMPORT,
	MENU_RULES,
	MENU_CHASE,
	MENU_OVERSIGHT,
	MENU_PEOPLE,
	MENU_PLAN
};

struct page { /* what the frame around every page needs */
	const struct visit *v;
	struct str title;
	enum menu menu;
};

typedef enum rc page_fn(struct visit *v, struct err *e);

static inline const struct viewer *viewer_of(const struct visit *v)
{
	return &v->session->viewer;
}

/* The token of the form, for templates. Empty if nobody is signed in. */
struct str csrf_of(const struct visit *v);
bool may(const struct visit *v, enum act act);

/* 303 to one of our own addresses. */
enum rc page_redirect(struct visit *v, struct link to);
/* Sets or clears the session cookie. */
void page_cookie(struct visit *v, const char *token);
/* The cookies of a session that is new: its token, and that this browser is known. */
void page_session_cookies(struct visit *v, const struct session *s);
/* The token of a browser in which somebody signed in before; empty if it is none. */
struct str page_known_browser(const struct visit *v);
/* The token of the session that this request came with. */
struct str page_session_token(const struct visit *v);
/* Where this installation is, for links that are sent: "https://linnet.example". */
struct str page_base(const struct visit *v);
/* The body becomes `b` (taken over), offered as a file of that name. */
void page_download(struct visit *v, const char *type, struct str name, struct buf *b);
/* "Copy 0abc: Hetty Amberley, Nurse, Health team, 2 March 2026, 10:00, for a chase. Delete by 1 April 2026": for
 * inside the file that is being made; its number is the copy's. */
enum rc page_stamp(struct visit *v, struct str what, struct str *out, struct err *e) NODISCARD;
/* Loads the page anew after some seconds, without script. */
/* The detail of an error into the log, for whoever keeps the program. */
void page_log(const struct visit *v, const struct err *e);
void page_refresh(struct visit *v, int seconds);

/* The day asked for in the query: NAME=2026-11-22, or NAME-day, -month, -year.
 * DAY_NONE if absent; RC_BAD_INPUT in words. */
enum rc query_day(const struct visit *v, const char *name, const char *words, day_t *out, struct err *e) NODISCARD;
/* "as of" and "as known on" of a page, from its query. */
enum rc query_when(const struct visit *v, struct when *out, struct err *e) NODISCARD;
int64_t when_known_ms(struct when w);
/* A day as typed in three fields of a form, for a draft: "2026-11-22", or the
 * three joined by / if they are no day, or empty if all are. */
struct str form_day(const struct visit *v, const char *name);
/* Which state of the record a form was filled in on: as ids are shown, or as a number. */
bool form_version(const struct request *q, int64_t *out);

#define ROUTE(method, pattern, handler, act) enum rc page_##handler(struct visit *v, struct err *e);
#define UPLOAD(pattern, handler, act)	     enum rc page_##handler(struct visit *v, struct err *e);
#include "web/routes.def"
#undef ROUTE
#undef UPLOAD

#endif
