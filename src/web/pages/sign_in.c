#include "web/pages/sign_in.h"

#include "pages/templates.h"
#include "web/pages/account.h"

#include <semaphore.h>
#include <pthread.h>

/* Checking a password takes much memory on purpose: two at a time, then "busy". */
enum { CHECKS_AT_ONCE = 2, SIGN_IN_FIELD_MAX = 200 };
static sem_t checks;

static void checks_init(void)
{
	sem_init(&checks, 0, CHECKS_AT_ONCE);
}

static enum rc show(struct visit *v, struct str login, struct str then, struct str problem)
{
	struct sign_in_view view = {
		{ v, problem.n ? STR("Error: Sign in") : STR("Sign in"), MENU_NONE }, login, then, problem
	};
	sign_in_html(&v->out, &view);
	return RC_OK;
}

enum rc page_sign_in(struct visit *v, struct err *e)
{
	(void)e;
	struct str then = request_query(v->req, "then");
	if (v->session)
		return page_redirect(v, link_return(then));
	return show(v, (struct str){ "", 0 }, then, (struct str){ "", 0 });
}

enum rc sign_in_check_begin(struct err *e)
{
	static pthread_once_t once = PTHREAD_ONCE_INIT;
	pthread_once(&once, checks_init);
	if (sem_trywait(&checks) != 0)
		return err_set(e, RC_BUSY,
			       "Too many people are signing in at this moment. Try again in a few seconds.");
	return RC_OK;
}

void sign_in_check_end(void)
{
	sem_post(&checks);
}

static enum rc begin(struct visit *v, struct str login, struct str password, struct session *out, struct err *e)
{
	const struct sign_in q = { login, password, page_known_browser(v), browser_words(v) };
	enum rc rc = sign_in_check_begin(e);
	if (rc != RC_OK)
		return rc;
	rc = session_begin(v->app, &q, v->a, out, e);
	sign_in_check_end();
	return rc;
}

enum rc page_sign_in_post(struct visit *v, struct err *e)
{
	struct str login = str_trim(request_form(v->req, "login")), password = request_form(v->req, "password");
	struct str then = request_form(v->req, "then");
	struct session *s = arena_alloc(v->a, sizeof *s);
	if (login.n > SIGN_IN_FIELD_MAX || password.n > SIGN_IN_FIELD_MAX)
		return err_set(e, RC_BAD_INPUT, "That is too long for a sign-in name or a password.");
	if (!login.n || !password.n)
		return show(v, login, then, STR("Give your sign-in name and your password"));
	enum rc rc = begin(v, login, password, s, e);
	if (rc == RC_REFUSED)
		return show(v, login, then, str_of(e->text));
	if (rc != RC_OK)
		return rc;
	if (v->session || v->pending) { /* whoever was signed in here before is signed out */
		struct err ignored = { 0 };
		(void)!session_end(v->app, page_session_token(v), &ignored);
	}
	return go_by_stage(v, s, then);
}

enum rc page_sign_out(struct visit *v, struct err *e)
{
	if (v->session || v->pending) {
		enum rc rc = session_end(v->app, page_session_token(v), e);
		if (rc != RC_OK)
			return rc;
	}
	page_cookie(v, NULL);
	return page_redirect(v, link_sign_in());
}
