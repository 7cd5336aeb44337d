/*
 * signin.h - signing in, and sessions.
 *
 * A session token is 32 random bytes that only the browser holds; the store keeps
 * its hash. A password (argon2id) makes a session of the stage that follows:
 * signed in, or a code is asked for, or an authenticator app has to be set up first
 * (factor.h). Only `SESSION_FULL` sees anything; each step has a new token. Sessions
 * end after some hours in all, or some minutes unused (app_signing_rules).
 *
 * Who guesses is slowed down, nobody is locked out. Wrong passwords are counted by
 * the name that was typed, whether it exists or not: after ten in a row that name
 * waits, from one minute up to a quarter of an hour. A browser in which somebody had
 * signed in before is counted apart, and a link of whoever manages the accounts
 * (staff.h) works always. A wrong name, a wrong password and a closed account answer
 * alike and take the same time.
 */
#ifndef LINNET_WORK_ADMIN_SIGNIN_H
#define LINNET_WORK_ADMIN_SIGNIN_H

#include "work/viewer.h"

enum { TOKEN_TEXT_MAX = 80, SIGN_IN_FREE_TRIES = 10, SIGN_IN_CODE_TRIES = 5 };

enum session_stage { SESSION_FULL = 0, SESSION_CODE, SESSION_SET_UP };

struct session {
	struct viewer viewer;
	char token[TOKEN_TEXT_MAX];   /* only filled when it is new */
	char csrf[TOKEN_TEXT_MAX];    /* put into every form; compared in constant time */
	char browser[TOKEN_TEXT_MAX]; /* token of a browser that is now known; empty: it was, or is not yet */
	enum session_stage stage;
	int64_t id;	   /* names it on a page */
	struct str barred; /* why nothing is shown: the organisation's agreement; empty: nothing bars it */
};

struct sign_in {
	struct str login, password;
	struct str browser; /* token of a known browser, as its cookie says; may be empty */
	struct str words;   /* which browser it is, for the list of sessions: "Firefox on Windows" */
};

/* RC_REFUSED "That sign-in name and password do not match.", or that it has to wait. Texts live in `a`. */
enum rc session_begin(struct app *app, const struct sign_in *q, struct arena *a, struct session *out,
		      struct err *e) NODISCARD;
/* RC_NOT_FOUND if it is unknown or over. Any stage. Texts live in `a`. */
enum rc session_find(struct app *app, struct str token, struct arena *a, struct session *out, struct err *e) NODISCARD;
enum rc session_end(struct app *app, struct str token, struct err *e) NODISCARD;
bool csrf_matches(const struct session *s, struct str given);

struct session_row {
	int64_t id, created_ms, seen_ms;
	struct str browser;
};
/* One's own sessions that are signed in, the newest first. */
enum rc session_list(struct app *app, const struct viewer *v, struct arena *a, const struct session_row **out,
		     size_t *n_out, struct err *e) NODISCARD;
/* Ends one of one's own. RC_NOT_FOUND if it is not. */
enum rc session_end_one(struct app *app, const struct viewer *v, int64_t id, struct err *e) NODISCARD;

#endif
