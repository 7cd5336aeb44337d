#include "web/pages/account.h"

#include "pages/templates.h"
#include "web/pages/sign_in.h"

/* ---- what signing in shares ---- */

static bool says(struct str text, const char *word)
{
	size_t n = strlen(word);
	for (size_t i = 0; i + n <= text.n; i++)
		if (memcmp(text.p + i, word, n) == 0)
			return true;
	return false;
}

struct str browser_words(const struct visit *v)
{
	static const char *const browsers[][2] = {
		{ "Edg/", "Edge" }, { "Firefox/", "Firefox" }, { "Chrome/", "Chrome" }, { "Safari/", "Safari" }
	};
	static const char *const systems[][2] = { { "Windows", "Windows" }, { "Android", "Android" },
						  { "iPhone", "iPhone" },   { "iPad", "iPad" },
						  { "Mac OS X", "Mac" },    { "Linux", "Linux" } };
	const char *browser = "A browser", *system = NULL;
	struct str ua = v->req->user_agent;
	for (size_t i = COUNT_OF(browsers); i-- > 0;)
		if (says(ua, browsers[i][0]))
			browser = browsers[i][1];
	for (size_t i = COUNT_OF(systems); i-- > 0;)
		if (says(ua, systems[i][0]))
			system = systems[i][1];
	return arena_printf(v->a, "%s%s%s", browser, system ? " on " : "", system ? system : "");
}

enum rc go_by_stage(struct visit *v, const struct session *s, struct str then)
{
	page_session_cookies(v, s);
	switch (s->stage) {
	case SESSION_CODE: return page_redirect(v, link_code(then));
	case SESSION_SET_UP: return page_redirect(v, link_set_up(then));
	default: return page_redirect(v, link_return(then));
	}
}

/* The rest of this answer is shown to whoever is signed in now. */
static void become(struct visit *v, const struct session *s)
{
	page_session_cookies(v, s);
	v->session = s;
	v->pending = NULL;
}

/* ---- a code ---- */

static enum rc show_code(struct visit *v, struct str then, struct str problem)
{
	struct code_view view = {
		{ v, problem.n ? STR("Error: Give the code of your app") : STR("Give the code of your app"),
		  MENU_NONE },
		then,
		problem
	};
	if (problem.n)
		v->res->status = 400;
	code_html(&v->out, &view);
	return RC_OK;
}

enum rc page_code(struct visit *v, struct err *e)
{
	(void)e;
	struct str then = request_query(v->req, "then");
	if (v->pending->stage == SESSION_SET_UP)
		return page_redirect(v, link_set_up(then));
	return show_code(v, then, (struct str){ "", 0 });
}

/* A sign-in that is over: the password is asked for again. */
static enum rc start_again(struct visit *v, struct str then)
{
	page_cookie(v, NULL);
	return page_redirect(v, then.n ? link_sign_in_for(then) : link_sign_in());
}

enum rc page_code_post(struct visit *v, struct err *e)
{
	struct str then = request_form(v->req, "then"), code = str_trim(request_form(v->req, "code"));
	struct session *s = arena_alloc(v->a, sizeof *s);
	if (!code.n)
		return show_code(v, then, STR("Give the six digits that the app shows, or a recovery code"));
	enum rc rc = factor_check(v->app, page_session_token(v), code, v->a, s, e);
	if (rc == RC_NOT_FOUND)
		return start_again(v, then);
	if (rc == RC_BAD_INPUT || rc == RC_REFUSED)
		return show_code(v, then, arena_str(v->a, str_of(e->text)));
	return rc == RC_OK ? go_by_stage(v, s, then) : rc;
}

/* ---- setting an app up ---- */

static enum rc draw_offer(struct visit *v, struct set_up_view *view, struct err *e)
{
	struct qr q;
	struct buf b AUTO(buf_release);
	buf_init(&b, 100);
	enum rc rc = qr_of(view->offer.address, v->a, &q, e);
	if (rc != RC_OK)
		return rc;
	for (size_t i = 0; view->offer.secret[i]; i++)
		buf_printf(&b, "%s%c", i && i % 4 == 0 ? " " : "", view->offer.secret[i]);
	view->secret_words = arena_str(v->a, buf_view(&b));
	view->path = qr_path(&q, v->a);
	view->width = q.width + 2 * QR_QUIET;
	view->shows = true;
	return RC_OK;
}

static enum rc show_set_up(struct visit *v, struct link to, struct str then, bool shows, struct str problem,
			   struct err *e)
{
	struct set_up_view *view = arena_alloc(v->a, sizeof *view);
	const struct viewer *who = v->session ? viewer_of(v) : &v->pending->viewer;
	enum rc rc = RC_OK;
	*view = (struct set_up_view){
		.page = { v, problem.n ? STR("Error: Set up an authenticator app") : STR("Set up an authenticator app"),
			  MENU_NONE },
		.to = to,
		.then = then,
		.problem = problem
	};
	if (shows && (rc = factor_offer(v->app, who, v->a, &view->offer, e)) == RC_OK)
		rc = draw_offer(v, view, e);
	if (rc != RC_OK)
		return rc;
	if (problem.n)
		v->res->status = 400;
	set_up_html(&v->out, view);
	return RC_OK;
}

static enum rc show_codes(struct visit *v, const struct session *s, const struct recovery_codes *codes, struct link on)
{
	if (s)
		become(v, s);
	struct codes_view view = { { v, STR("Your recovery codes"), MENU_NONE }, on, codes };
	recovery_html(&v->out, &view);
	return RC_OK;
}

enum rc page_set_up(struct visit *v, struct err *e)
{
	struct str then = request_query(v->req, "then");
	if (v->pending->stage == SESSION_CODE)
		return page_redirect(v, link_code(then));
	return show_set_up(v, link_set_up((struct str){ "", 0 }), then, true, (struct str){ "", 0 }, e);
}

enum rc page_set_up_post(struct visit *v, struct err *e)
{
	struct str then = request_form(v->req, "then");
	struct session *s = arena_alloc(v->a, sizeof *s);
	struct recovery_codes *codes = arena_alloc(v->a, sizeof *codes);
	enum rc rc =
	    factor_confirm(v->app, page_session_token(v), str_trim(request_form(v->req, "code")), v->a, s, codes, e);
	if (rc == RC_NOT_FOUND)
		return start_again(v, then);
	if (rc == RC_BAD_INPUT || rc == RC_REFUSED) {
		struct str words = arena_str(v->a, str_of(e->text));
		return show_set_up(v, link_set_up((struct str){ "", 0 }), then, true, words, e);
	}
	return rc == RC_OK ? show_codes(v, s, codes, link_return(then)) : rc;
}

/* ---- joining by a link ---- */

static enum rc show_join(struct visit *v, struct join_view *view, struct err *e)
{
	view->token = request_param(v->req, "token");
	enum rc rc = join_open(v->app, view->token, v->a, &view->join, e);
	if (rc == RC_NOT_FOUND) { /* used, withdrawn, over, mistyped: the same words */
		view->page = (struct page){ v, STR("This link cannot be used"), MENU_NONE };
		v->res->status = 404;
		join_over_html(&v->out, view);
		return RC_OK;
	}
	if (rc != RC_OK)
		return rc;
	const char *title = view->join.joins ? "Join Linnet" : "Choose a new password";
	view->page = (struct page){ v, arena_printf(v->a, "%s%s", view->problem.n ? "Error: " : "", title), MENU_NONE };
	if (view->problem.n)
		v->res->status = 400;
	join_html(&v->out, view);
	return RC_OK;
}

enum rc page_join(struct visit *v, struct err *e)
{
	struct join_view *view = arena_alloc(v->a, sizeof *view);
	view->problem = (struct str){ "", 0 };
	return show_join(v, view, e);
}

enum rc page_join_post(struct visit *v, struct err *e)
{
	struct join_view *view = arena_alloc(v->a, sizeof *view);
	struct session *s = arena_alloc(v->a, sizeof *s);
	struct str password = request_form(v->req, "new");
	view->problem = (struct str){ "", 0 };
	enum rc rc = sign_in_check_begin(e);
	if (rc != RC_OK)
		return rc;
	rc = join_use(v->app, request_param(v->req, "token"), password, browser_words(v), v->a, s, e);
	sign_in_check_end();
	if (rc == RC_BAD_INPUT || rc == RC_NOT_FOUND) {
		if (rc == RC_BAD_INPUT)
			view->problem = arena_str(v->a, str_of(e->text));
		return show_join(v, view, e);
	}
	if (rc != RC_OK)
		return rc;
	if (v->session) { /* whoever was signed in here before is signed out */
		struct err ignored = { 0 };
		(void)!session_end(v->app, page_session_token(v), &ignored);
	}
	return go_by_stage(v, s, (struct str){ "", 0 });
}

/* ---- one's own account ---- */

static enum rc show_account(struct visit *v, struct str problem, const char *field, struct err *e)
{
	struct account_view *view = arena_alloc(v->a, sizeof *view);
	enum rc rc = session_list(v->app, viewer_of(v), v->a, &view->sessions, &view->n_sessions, e);
	if (rc == RC_OK)
		rc = factor_state_of(v->app, viewer_of(v), &view->factor, e);
	if (rc != RC_OK)
		return rc;
	view->page = (struct page){ v, problem.n ? STR("Error: Your account") : STR("Your account"), MENU_NONE };
	view->done = problem.n ? STR("") : request_query(v->req, "done");
	view->problem = problem;
	view->field = field;
	if (problem.n)
		v->res->status = 400;
	account_html(&v->out, view);
	return RC_OK;
}

enum rc page_account(struct visit *v, struct err *e)
{
	return show_account(v, (struct str){ "", 0 }, "", e);
}

enum rc page_account_password(struct visit *v, struct err *e)
{
	struct session *s = arena_alloc(v->a, sizeof *s);
	const char *field = "old";
	enum rc rc = sign_in_check_begin(e);
	if (rc != RC_OK)
		return rc;
	rc = password_change(v->app, viewer_of(v), page_session_token(v), request_form(v->req, "old"),
			     request_form(v->req, "new"), v->a, s, &field, e);
	sign_in_check_end();
	if (rc == RC_BAD_INPUT || rc == RC_REFUSED)
		return show_account(v, arena_str(v->a, str_of(e->text)), field, e);
	if (rc != RC_OK)
		return rc;
	page_session_cookies(v, s);
	return page_redirect(v, link_account("password"));
}

static enum rc ask_password(struct visit *v, struct str problem)
{
	struct code_view view = {
		{ v, problem.n ? STR("Error: Set up an authenticator app") : STR("Set up an authenticator app"),
		  MENU_NONE },
		{ "", 0 },
		problem
	};
	if (problem.n)
		v->res->status = 400;
	own_app_html(&v->out, &view);
	return RC_OK;
}

enum rc page_own_app(struct visit *v, struct err *e)
{
	(void)e;
	return ask_password(v, (struct str){ "", 0 });
}

/* The secret is shown to whoever gave the password just now, never to a session alone. */
enum rc page_own_app_post(struct visit *v, struct err *e)
{
	struct str none = { "", 0 };
	if (!str_is(request_form(v->req, "step"), "code")) {
		enum rc rc = sign_in_check_begin(e);
		if (rc != RC_OK)
			return rc;
		rc = password_confirm(v->app, viewer_of(v), request_form(v->req, "password"), e);
		sign_in_check_end();
		if (rc == RC_BAD_INPUT || rc == RC_REFUSED)
			return ask_password(v, arena_str(v->a, str_of(e->text)));
		return rc == RC_OK ? show_set_up(v, link_account_part("app"), none, true, none, e) : rc;
	}
	struct session *s = arena_alloc(v->a, sizeof *s);
	struct recovery_codes *codes = arena_alloc(v->a, sizeof *codes);
	enum rc rc =
	    factor_confirm(v->app, page_session_token(v), str_trim(request_form(v->req, "code")), v->a, s, codes, e);
	if (rc == RC_NOT_FOUND)
		return start_again(v, none);
	if (rc == RC_BAD_INPUT || rc == RC_REFUSED)
		return show_set_up(v, link_account_part("app"), none, false, arena_str(v->a, str_of(e->text)), e);
	return rc == RC_OK ? show_codes(v, s, codes, link_account(NULL)) : rc;
}

enum rc page_own_recovery(struct visit *v, struct err *e)
{
	struct recovery_codes *codes = arena_alloc(v->a, sizeof *codes);
	enum rc rc = sign_in_check_begin(e);
	if (rc != RC_OK)
		return rc;
	rc = password_confirm(v->app, viewer_of(v), request_form(v->req, "password"), e);
	sign_in_check_end();
	if (rc == RC_BAD_INPUT || rc == RC_REFUSED)
		return show_account(v, arena_str(v->a, str_of(e->text)), "password", e);
	if (rc == RC_OK)
		rc = recovery_renew(v->app, viewer_of(v), codes, e);
	return rc == RC_OK ? show_codes(v, NULL, codes, link_account(NULL)) : rc;
}

enum rc page_own_session_end(struct visit *v, struct err *e)
{
	int64_t id;
	enum rc rc = id_parse(request_param(v->req, "session"), &id);
	if (rc != RC_OK)
		return err_set(e, RC_NOT_FOUND, "There is no such session.");
	if ((rc = session_end_one(v->app, viewer_of(v), id, e)) != RC_OK)
		return rc;
	if (id == v->session->id) {
		page_cookie(v, NULL);
		return page_redirect(v, link_sign_in());
	}
	return page_redirect(v, link_account("session"));
}
