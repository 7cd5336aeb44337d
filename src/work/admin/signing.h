/*
 * signing.h - what signing in, second factors and accounts share. For this folder only.
 */
#ifndef LINNET_WORK_ADMIN_SIGNING_H
#define LINNET_WORK_ADMIN_SIGNING_H

#include "base/hash.h"
#include "base/secret.h"
#include "base/text.h"
#include "work/admin/signin.h"
#include "work/core/write.h"

enum { LOGIN_MAX = 100, NAME_MAX_LETTERS = 200, PASSWORD_MAX = 200, PASSWORD_MIN = 10, BROWSER_WORDS_MAX = 60 };
#define BROWSER_KEPT_MS (INT64_C(90) * 24 * 3600 * 1000)
#define PENDING_MS	(INT64_C(10) * 60 * 1000)

/* The name under which a token is kept. */
static inline struct str hash_name(struct str token, char out[HASH_HEX_MAX])
{
	return str_of(hash_of(token.p, token.n, out));
}

/* Milliseconds for which somebody waits after so many wrong tries, the last at `failed_ms`. */
int64_t tries_wait(int64_t failed, int64_t failed_ms, int64_t now_ms);
/* "Wait 2 minutes ..." as RC_REFUSED. */
enum rc tries_refuse(int64_t wait_ms, struct err *e);

/* A new session of an account, in a unit of work. `s` gets token, csrf, id and stage; signed in: also the viewer's
 * audit line. */
struct session_new {
	int64_t account, org;
	enum session_stage stage;
	bool known;
	struct str browser_words;
	const char *act; /* of the audit; NULL: none */
};
enum rc session_make(struct app *app, struct db *db, const struct session_new *n, struct session *s,
		     struct err *e) NODISCARD;
/* Marks this browser as known to the account: s->browser is its token. */
enum rc browser_make(struct app *app, struct db *db, int64_t account, struct session *s, struct err *e) NODISCARD;
struct viewer viewer_made(struct app *app, int64_t account, int64_t org, struct str name, struct str role,
			  bool manages);

#endif
