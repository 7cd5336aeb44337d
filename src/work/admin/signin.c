#include "work/admin/signin.h"

#include "base/hash.h"
#include "base/secret.h"
#include "base/text.h"
#include "work/core/write.h"

enum {
	SESSION_MS = 12 * 3600 * 1000,
	IDLE_MS = 30 * 60 * 1000,
	TOUCH_MS = 60 * 1000,
	FREE_TRIES = 10,
	WAIT_MS = 60 * 1000
};
enum { LOGIN_MAX = 100, PASSWORD_MAX = 200, PASSWORD_MIN = 10 };

/* Hash of a password that nobody has: checked when the login is unknown, so that
 * both answers take the same time. */
static const char nobody[] = "$argon2id$v=19$m=19456,t=2,p=1$bm9ib2R5J3Mgc2FsdCEhIQ$"
			     "3n1m0m6cKcE3l9cJ0m8d0m6cKcE3l9cJ0m8d0m6cKcE";

struct signing {
	struct app *app;
	struct str login;
	struct arena *a;
	struct sql_account_by_login_out account;
	bool known;
	char token[TOKEN_HEX_MAX], csrf[TOKEN_HEX_MAX];
	int64_t failed, failed_ms;
};

static char *token_name(struct str token, char out[HASH_HEX_MAX])
{
	return hash_of(token.p, token.n, out);
}

static enum rc read_account(struct db *db, void *arg, struct err *e)
{
	struct signing *s = arg;
	enum rc rc = sql_account_by_login(db, &(struct sql_account_by_login_in){ s->login }, s->a, &s->account, e);
	s->known = rc == RC_OK;
	return rc == RC_NOT_FOUND ? RC_OK : rc;
}

static enum rc write_failure(struct db *db, void *arg, struct err *e)
{
	struct signing *s = arg;
	return sql_account_failed(db, &(struct sql_account_failed_in){ s->account.id, s->failed, s->failed_ms }, NULL,
				  e);
}

static enum rc write_session(struct db *db, void *arg, struct err *e)
{
	struct signing *s = arg;
	char name[HASH_HEX_MAX];
	int64_t now = app_now_ms(s->app);
	struct sql_session_add_in row = { .token_hash = str_of(token_name(str_of(s->token), name)),
					  .account = s->account.id,
					  .csrf = str_of(s->csrf),
					  .created_ms = now,
					  .seen_ms = now,
					  .expires_ms = now + SESSION_MS };
	struct viewer v = { .account = s->account.id, .org = s->account.org };
	enum rc rc = sql_session_sweep(db, &(struct sql_session_sweep_in){ now }, NULL, e);
	if (rc == RC_OK)
		rc = sql_session_add(db, &row, NULL, e);
	if (rc == RC_OK && s->account.failed)
		rc = sql_account_failed(db, &(struct sql_account_failed_in){ s->account.id, 0, 0 }, NULL, e);
	return rc == RC_OK ? audit(s->app, db, &v, 0, "signed in", STR(""), STR(""), e) : rc;
}

static struct viewer viewer_of(struct app *app, int64_t account, int64_t org, struct str name, struct str role)
{
	const struct organisation *o = app_organisation(app, org);
	return (struct viewer){
		.account = account, .org = org, .role = role_of(role), .name = name, .org_name = o ? o->name : STR("")
	};
}

enum rc session_begin(struct app *app, struct str login, struct str password, struct arena *a, struct session *out,
		      struct err *e)
{
	struct signing s = { .app = app, .login = login, .a = a };
	static const char wrong[] = "That sign-in name and password do not match. Check both and try again.";
	if (login.n > LOGIN_MAX || password.n > PASSWORD_MAX)
		return err_set(e, RC_REFUSED, "%s", wrong);
	enum rc rc = store_read(app_store(app), read_account, &s, e);
	if (rc != RC_OK)
		return rc;
	int64_t now = app_now_ms(app);
	if (s.known && s.account.failed >= FREE_TRIES && now - s.account.failed_ms < WAIT_MS)
		return err_set(e, RC_REFUSED, "There were too many wrong passwords. Wait one minute and try again.");
	bool right = password_matches(s.known ? arena_str(a, s.account.password).p : nobody, password);
	if (!s.known || !right || s.account.active != 1) {
		s.failed = s.account.failed + 1;
		s.failed_ms = now;
		if (s.known && (rc = store_write(app_store(app), write_failure, &s, e)) != RC_OK)
			return rc;
		return err_set(e, RC_REFUSED, "%s", wrong);
	}
	token_new(s.token);
	token_new(s.csrf);
	if ((rc = store_write(app_store(app), write_session, &s, e)) != RC_OK)
		return rc;
	struct session made = { .viewer = viewer_of(app, s.account.id, s.account.org, s.account.name, s.account.role) };
	memcpy(made.token, s.token, sizeof s.token);
	memcpy(made.csrf, s.csrf, sizeof s.csrf);
	*out = made;
	return RC_OK;
}

struct finding_session {
	struct app *app;
	char name[HASH_HEX_MAX];
	struct arena *a;
	struct sql_session_find_out row;
};

static enum rc read_session(struct db *db, void *arg, struct err *e)
{
	struct finding_session *f = arg;
	return sql_session_find(db, &(struct sql_session_find_in){ str_of(f->name) }, f->a, &f->row, e);
}

static enum rc touch_session(struct db *db, void *arg, struct err *e)
{
	struct finding_session *f = arg;
	return sql_session_touch(db, &(struct sql_session_touch_in){ str_of(f->name), app_now_ms(f->app) }, NULL, e);
}

static enum rc delete_session(struct db *db, void *arg, struct err *e)
{
	struct finding_session *f = arg;
	return sql_session_end(db, &(struct sql_session_end_in){ str_of(f->name) }, NULL, e);
}

enum rc session_find(struct app *app, struct str token, struct arena *a, struct session *out, struct err *e)
{
	struct finding_session f = { .app = app, .a = a };
	if (token.n != TOKEN_HEX_MAX - 1)
		return err_set(e, RC_NOT_FOUND, "Please sign in.");
	token_name(token, f.name);
	enum rc rc = store_read(app_store(app), read_session, &f, e);
	int64_t now = app_now_ms(app);
	if (rc == RC_NOT_FOUND ||
	    (rc == RC_OK && (f.row.expires_ms < now || now - f.row.seen_ms > IDLE_MS || f.row.active != 1)))
		return err_set(e, RC_NOT_FOUND, "Please sign in.");
	if (rc == RC_OK && now - f.row.seen_ms > TOUCH_MS) {
		enum rc touched = store_write(app_store(app), touch_session, &f, NULL);
		(void)touched; /* a full disk keeps nobody from reading */
	}
	if (rc != RC_OK)
		return rc;
	struct session found = { .viewer = viewer_of(app, f.row.account, f.row.org, f.row.name, f.row.role) };
	snprintf(found.csrf, sizeof found.csrf, STR_FMT, STR_ARG(f.row.csrf));
	*out = found;
	return RC_OK;
}

enum rc session_end(struct app *app, struct str token, struct err *e)
{
	struct finding_session f = { .app = app };
	token_name(token, f.name);
	return store_write(app_store(app), delete_session, &f, e);
}

bool csrf_matches(const struct session *s, struct str given)
{
	return secret_equal(str_of(s->csrf), given);
}

/* ---- accounts ---- */

enum rc account_exists(struct app *app, struct str login, bool *out, struct err *e)
{
	struct arena a AUTO(arena_release);
	arena_init(&a);
	struct signing s = { .app = app, .login = login, .a = &a };
	enum rc rc = store_read(app_store(app), read_account, &s, e);
	if (rc == RC_OK)
		*out = s.known;
	return rc;
}

struct adding {
	struct app *app;
	struct sql_account_add_in row;
};

static enum rc add_unit(struct db *db, void *arg, struct err *e)
{
	struct adding *d = arg;
	struct arena a AUTO(arena_release);
	arena_init(&a);
	struct sql_account_by_login_out there;
	enum rc rc = sql_account_by_login(db, &(struct sql_account_by_login_in){ d->row.login }, &a, &there, e);
	if (rc == RC_OK)
		return err_set(e, RC_BAD_INPUT, "There is already an account with that sign-in name.");
	if (rc != RC_NOT_FOUND)
		return rc;
	struct viewer v = app_operator(d->app);
	rc = sql_account_add(db, &d->row, NULL, e);
	return rc == RC_OK ? audit(d->app, db, &v, 0, "added an account", d->row.login, STR(""), e) : rc;
}

enum rc account_add(struct app *app, struct str login, struct str name, enum role role, struct str org_code,
		    struct str password, struct err *e)
{
	const struct organisation *o = app_organisation_by_code(app, org_code);
	if (!login.n || login.n > LOGIN_MAX || !name.n)
		return err_set(e, RC_BAD_INPUT, "An account needs a sign-in name of at most %d letters, and a name.",
			       LOGIN_MAX);
	if (role == ROLE_NONE || role == ROLE_OPERATOR)
		return err_set(e, RC_BAD_INPUT,
			       "Choose a role: administrator, nurse, doctor, social-worker, clinician or governance.");
	if (!o)
		return err_set(e, RC_BAD_INPUT, "There is no organisation with the code \"" STR_FMT "\".",
			       STR_ARG(org_code));
	if (!role_fits(role, o->kind))
		return err_set(e, RC_BAD_INPUT,
			       "%s: that role does not fit a " STR_FMT ". Choose another role or organisation.",
			       role_title(role), STR_ARG(o->kind));
	if (password.n < PASSWORD_MIN || password.n > PASSWORD_MAX)
		return err_set(e, RC_BAD_INPUT, "A password has %d to %d letters.", PASSWORD_MIN, PASSWORD_MAX);
	char hash[PASSWORD_HASH_MAX];
	enum rc rc = password_hash(password, hash, e);
	if (rc != RC_OK)
		return rc;
	struct adding d = { app,
			    { .id = app_new_id(app),
			      .login = login,
			      .name = name,
			      .role = str_of(role_id(role)),
			      .org = o->id,
			      .password = str_of(hash),
			      .created_ms = app_now_ms(app) } };
	return store_write(app_store(app), add_unit, &d, e);
}
