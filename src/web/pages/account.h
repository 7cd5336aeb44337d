/*
 * account.h - the second step of signing in, joining by a link, and one's own
 * account: password, authenticator app, recovery codes, sessions.
 */
#ifndef LINNET_WEB_PAGES_ACCOUNT_H
#define LINNET_WEB_PAGES_ACCOUNT_H

#include "codec/qr.h"
#include "web/pages/page.h"
#include "work/admin/factor.h"

struct code_view { /* a code is asked for */
	struct page page;
	struct str then, problem;
};

struct set_up_view { /* an authenticator app is set up; `to` takes the code */
	struct page page;
	struct link to;
	struct str then, problem;
	bool shows; /* the secret; otherwise only the field for a code */
	struct factor_offer offer;
	struct str secret_words; /* in fours */
	struct str path;	 /* of the QR code's dark squares */
	int width;		 /* of the code with its edge, in squares */
};

struct codes_view { /* recovery codes, shown once */
	struct page page;
	struct link on;
	const struct recovery_codes *codes;
};

struct join_view {
	struct page page;
	struct str token, problem;
	struct join join;
};

struct account_view {
	struct page page;
	const struct session_row *sessions;
	size_t n_sessions;
	struct factor_state factor;
	struct str done, problem;
	const char *field; /* which one the problem is with */
	const char *org;
};

/* Which browser a request says it comes from, in words: "Firefox on Windows". */
struct str browser_words(const struct visit *v);
/* After a password: the page of the stage that the session is in. */
enum rc go_by_stage(struct visit *v, const struct session *s, struct str then);

#endif
