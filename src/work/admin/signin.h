/*
 * signin.h - accounts, passwords (argon2id), sessions.
 *
 * A session token is 32 random bytes that only the browser holds; the store
 * keeps its hash. Sessions end after 12 hours, or 30 minutes unused. After ten
 * wrong passwords in a row an account waits a minute between tries. A wrong
 * login and a wrong password answer alike and take the same time.
 */
#ifndef LINNET_WORK_ADMIN_SIGNIN_H
#define LINNET_WORK_ADMIN_SIGNIN_H

#include "work/viewer.h"

enum { TOKEN_TEXT_MAX = 80 };

struct session {
	struct viewer viewer;
	char token[TOKEN_TEXT_MAX]; /* only filled by session_begin */
	char csrf[TOKEN_TEXT_MAX];  /* put into every form; compared in constant time */
};

/* RC_REFUSED "That sign-in name and password do not match." */
enum rc session_begin(struct app *app, struct str login, struct str password, struct arena *a, struct session *out,
		      struct err *e) NODISCARD;
/* RC_NOT_FOUND if it is unknown or over. Texts live in `a`. */
enum rc session_find(struct app *app, struct str token, struct arena *a, struct session *out, struct err *e) NODISCARD;
enum rc session_end(struct app *app, struct str token, struct err *e) NODISCARD;
bool csrf_matches(const struct session *s, struct str given);

enum rc account_exists(struct app *app, struct str login, bool *out, struct err *e) NODISCARD;
enum rc account_add(struct app *app, struct str login, struct str name, enum role role, struct str org_code,
		    struct str password, struct err *e) NODISCARD;

#endif
