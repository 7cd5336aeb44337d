/*
 * staff.h - the people who sign in: invited, changed, gone.
 *
 * Accounts are managed by whoever may: the operator at the command line, and in each
 * organisation those whose account says so (`manages`). These manage accounts of their
 * own organisation only, give only roles that their own role may give (may-grant in
 * data/roles.yaml), and touch no account with a role that they could not give, so that
 * nobody gets more by a new password of somebody else. Nobody changes their own rights.
 *
 * Nobody else ever knows a password: a link, good once and for some days, lets a person
 * choose it. Whoever leaves is closed, not deleted: sessions and links end at once, open
 * links to others go to who takes over, and everything recorded keeps its author.
 * A change of rights ends the sessions of that account.
 */
#ifndef LINNET_WORK_ADMIN_STAFF_H
#define LINNET_WORK_ADMIN_STAFF_H

#include "work/admin/signin.h"

enum { STAFF_LINK_TOKEN_MAX = 65 };

struct staff {
	int64_t id, org, created_ms, closed_ms, seen_ms; /* closed_ms, seen_ms: 0 not */
	struct str login, name;
	enum role role;
	bool active, manages, has_factor;
	bool may_change; /* the asker may change, close and reset it */
};
struct staff_link {			 /* one that still works */
	int64_t id, account, expires_ms; /* account 0: somebody who joins */
	struct str login, name;
	enum role role;
};

/* Those of the manager's organisation, or everybody for the operator; active ones first.
 * RC_REFUSED for whoever manages none. */
enum rc staff_list(struct app *app, const struct viewer *v, struct arena *a, const struct staff **out, size_t *n_out,
		   struct err *e) NODISCARD;
enum rc staff_links(struct app *app, const struct viewer *v, struct arena *a, const struct staff_link **out,
		    size_t *n_out, struct err *e) NODISCARD;
/* RC_NOT_FOUND unless it is one of theirs. */
enum rc staff_get(struct app *app, const struct viewer *v, int64_t account, struct arena *a, struct staff *out,
		  struct err *e) NODISCARD;
/* For the operator: the account with this sign-in name. */
enum rc staff_by_login(struct app *app, const struct viewer *v, struct str login, int64_t *out,
		       struct err *e) NODISCARD;

struct staff_form { /* as typed */
	struct str login, name;
	enum role role;
	struct str org; /* code; for the operator only, others invite to their own */
	bool manages;
};
struct staff_made { /* a link: shown now and never again */
	char token[STAFF_LINK_TOKEN_MAX];
	int64_t expires_ms;
};
/* Invites. RC_BAD_INPUT: `*field_out` names the field that is wrong. */
enum rc staff_invite(struct app *app, const struct viewer *v, const struct staff_form *f, struct staff_made *out,
		     const char **field_out, struct err *e) NODISCARD;
/* A link with which they choose a new password. The old one works until then. */
enum rc staff_new_password(struct app *app, const struct viewer *v, int64_t account, struct staff_made *out,
			   struct err *e) NODISCARD;
enum rc staff_link_withdraw(struct app *app, const struct viewer *v, int64_t link, struct err *e) NODISCARD;
/* Another role, or managing accounts or no more; their sessions end. */
enum rc staff_change(struct app *app, const struct viewer *v, int64_t account, enum role role, bool manages,
		     struct err *e) NODISCARD;
/* Takes the authenticator app and the recovery codes away (a lost telephone); their sessions end. */
enum rc staff_reset_factor(struct app *app, const struct viewer *v, int64_t account, struct err *e) NODISCARD;
/* Closes. `heir` takes over open links; 0: nobody, RC_BAD_INPUT if there are some. */
enum rc staff_close(struct app *app, const struct viewer *v, int64_t account, int64_t heir, struct err *e) NODISCARD;
/* Every second factor, when the key is lost: operator only. A new key is made when it is needed. */
enum rc staff_reset_factors(struct app *app, const struct viewer *v, struct err *e) NODISCARD;

/* ---- for whoever holds a link: no viewer, only the token ---- */

struct join {
	struct str login, name, org_name;
	enum role role;
	bool joins; /* a new account; false: a new password */
	int64_t expires_ms;
};
/* RC_NOT_FOUND: used, withdrawn, over, or no link. Opening uses nothing up. */
enum rc join_open(struct app *app, struct str token, struct arena *a, struct join *out, struct err *e) NODISCARD;
/* The password is taken, the link is used up, and they are signed in (or asked for their second
 * factor). RC_BAD_INPUT: the password is not taken. A new password ends every other session
 * and ends the waiting after wrong ones. */
enum rc join_use(struct app *app, struct str token, struct str password, struct str browser_words, struct arena *a,
		 struct session *out, struct err *e) NODISCARD;

/* ---- one's own ---- */

/* Is this the password of whoever is signed in? RC_BAD_INPUT "That is not your password." Wrong
 * ones are counted as at sign-in: RC_REFUSED when it has to wait. */
enum rc password_confirm(struct app *app, const struct viewer *v, struct str password, struct err *e) NODISCARD;
/* Another password: other sessions end, this one goes on under a new token. `*field_out`: "old" or "new". */
enum rc password_change(struct app *app, const struct viewer *v, struct str token, struct str old_one,
			struct str new_one, struct arena *a, struct session *out, const char **field_out,
			struct err *e) NODISCARD;

/* ---- accounts with a password that is given: init of a demonstration, the command line ---- */

enum rc account_exists(struct app *app, struct str login, bool *out, struct err *e) NODISCARD;
enum rc account_add(struct app *app, struct str login, struct str name, enum role role, struct str org_code,
		    struct str password, struct err *e) NODISCARD;

#endif
