/* One's own account: joining, a new password; accounts with a password that is given (staff.h). */
#include "work/admin/password.h"
#include "work/admin/signing.h"
#include "work/admin/staff.h"

struct joining {
	struct app *app;
	struct arena *a;
	struct str browser_words;
	char name[HASH_HEX_MAX];
	char hash[PASSWORD_HASH_MAX];
	struct sql_account_link_find_out link;
	struct sql_account_get_out account;
	struct session made;
};

static enum rc no_link(struct err *e)
{
	return err_set(e, RC_NOT_FOUND, "This link cannot be used.");
}

static enum rc find_link(struct db *db, void *arg, struct err *e)
{
	struct joining *j = arg;
	enum rc rc = sql_account_link_find(
	    db, &(struct sql_account_link_find_in){ str_of(j->name), app_now_ms(j->app) }, j->a, &j->link, e);
	if (rc == RC_OK && j->link.account) {
		rc = sql_account_get(db, &(struct sql_account_get_in){ j->link.account }, j->a, &j->account, e);
		if (rc == RC_OK && j->account.active != 1)
			rc = RC_NOT_FOUND;
	}
	return rc == RC_NOT_FOUND ? no_link(e) : rc;
}

static enum rc begin_join(struct app *app, struct str token, struct arena *a, struct joining *j, struct err *e)
{
	*j = (struct joining){ .app = app, .a = a };
	if (token.n != TOKEN_HEX_MAX - 1)
		return no_link(e);
	hash_name(token, j->name);
	return store_read(app_store(app), find_link, j, e);
}

enum rc join_open(struct app *app, struct str token, struct arena *a, struct join *out, struct err *e)
{
	struct joining j;
	enum rc rc = begin_join(app, token, a, &j, e);
	if (rc != RC_OK)
		return rc;
	const struct organisation *o = app_organisation(app, j.link.org);
	*out = (struct join){ .login = j.link.login,
			      .name = j.link.name,
			      .org_name = o ? o->name : STR(""),
			      .role = role_of(j.link.role),
			      .joins = !j.link.account,
			      .expires_ms = j.link.expires_ms };
	return RC_OK;
}

static enum rc add_account(struct db *db, struct joining *j, struct err *e)
{
	struct sql_account_by_login_out there;
	enum rc rc = sql_account_by_login(db, &(struct sql_account_by_login_in){ j->link.login }, j->a, &there, e);
	if (rc == RC_OK)
		return no_link(e); /* somebody got this name meanwhile */
	if (rc != RC_NOT_FOUND)
		return rc;
	j->account = (struct sql_account_get_out){ .id = app_new_id(j->app),
						   .login = j->link.login,
						   .name = j->link.name,
						   .role = j->link.role,
						   .org = j->link.org,
						   .manages = j->link.manages,
						   .active = 1 };
	return sql_account_add(db,
			       &(struct sql_account_add_in){ .id = j->account.id,
							     .login = j->link.login,
							     .name = j->link.name,
							     .role = j->link.role,
							     .org = j->link.org,
							     .password = str_of(j->hash),
							     .created_ms = app_now_ms(j->app),
							     .manages = j->link.manages },
			       NULL, e);
}

/* The same name waits no more. */
static enum rc end_waiting(struct db *db, const struct sql_account_get_out *acc, struct err *e)
{
	char text[LOGIN_MAX + 64], name[HASH_HEX_MAX];

	snprintf(text, sizeof text, "name " STR_FMT, STR_ARG(acc->login));
	enum rc rc =
	    sql_try_clear(db, &(struct sql_try_clear_in){ str_of(hash_of(text, strlen(text), name)) }, NULL, e);
	for (int here = 0; rc == RC_OK && here < 2; here++) {
		snprintf(text, sizeof text, "code%s %" PRId64, here ? " here" : "", acc->id);
		rc =
		    sql_try_clear(db, &(struct sql_try_clear_in){ str_of(hash_of(text, strlen(text), name)) }, NULL, e);
	}
	return rc;
}

static enum rc renew_password(struct db *db, struct joining *j, struct err *e)
{
	enum rc rc = sql_account_password_put(
	    db, &(struct sql_account_password_put_in){ j->account.id, str_of(j->hash) }, NULL, e);
	if (rc == RC_OK)
		rc = sql_session_end_all(db, &(struct sql_session_end_all_in){ j->account.id, 0 }, NULL, e);
	return rc == RC_OK ? end_waiting(db, &j->account, e) : rc;
}

static enum rc join_unit(struct db *db, void *arg, struct err *e)
{
	struct joining *j = arg;
	struct sql_account_link_take_out taken;
	enum rc rc = find_link(db, j, e);
	if (rc == RC_OK)
		rc = sql_account_link_take(
		    db, &(struct sql_account_link_take_in){ str_of(j->name), app_now_ms(j->app) }, j->a, &taken, e);
	if (rc != RC_OK)
		return rc == RC_NOT_FOUND ? no_link(e) : rc;
	rc = j->link.account ? renew_password(db, j, e) : add_account(db, j, e);
	if (rc != RC_OK)
		return rc;
	const struct viewer v = { .account = j->account.id, .org = j->account.org };
	rc =
	    audit(j->app, db, &v, 0, j->link.account ? "chose a new password" : "joined", j->account.login, STR(""), e);
	enum session_stage stage = j->account.factor.n			     ? SESSION_CODE
				   : app_signing_rules(j->app).second_factor ? SESSION_SET_UP
									     : SESSION_FULL;
	const struct session_new n = { j->account.id, j->account.org,	stage,
				       false,	      j->browser_words, stage == SESSION_FULL ? "signed in" : NULL };
	if (rc == RC_OK)
		rc = session_make(j->app, db, &n, &j->made, e);
	if (rc == RC_OK && stage == SESSION_FULL)
		rc = browser_make(j->app, db, j->account.id, &j->made, e);
	return rc;
}

enum rc join_use(struct app *app, struct str token, struct str password, struct str browser_words, struct arena *a,
		 struct session *out, struct err *e)
{
	struct joining j;
	enum rc rc = begin_join(app, token, a, &j, e);
	if (rc == RC_OK)
		rc = password_good(app, password, j.link.login, j.link.name, e);
	if (rc == RC_OK)
		rc = password_hash(password, j.hash, e);
	j.browser_words = browser_words;
	if (rc == RC_OK)
		rc = store_write(app_store(app), join_unit, &j, e);
	if (rc == RC_OK)
		*out = j.made;
	return rc;
}

/* ---- one's own password ---- */

struct confirming {
	struct app *app;
	const struct viewer *v;
	struct arena *a;
	struct sql_account_get_out account;
	char tries[HASH_HEX_MAX], token_name[HASH_HEX_MAX], hash[PASSWORD_HASH_MAX];
	int64_t failed, failed_ms;
	struct sql_session_find_out session;
	struct session made;
};

static enum rc read_confirming(struct db *db, void *arg, struct err *e)
{
	struct confirming *c = arg;
	struct sql_try_get_out t;
	char text[64];
	enum rc rc = sql_account_get(db, &(struct sql_account_get_in){ c->v->account }, c->a, &c->account, e);
	snprintf(text, sizeof text, "own %" PRId64, c->v->account);
	hash_of(text, strlen(text), c->tries);
	if (rc == RC_OK)
		rc = sql_try_get(db, &(struct sql_try_get_in){ str_of(c->tries) }, c->a, &t, e);
	if (rc == RC_OK) {
		c->failed = t.failed;
		c->failed_ms = t.failed_ms;
	}
	return rc == RC_NOT_FOUND ? RC_OK : rc;
}

static enum rc count_confirming(struct db *db, void *arg, struct err *e)
{
	struct confirming *c = arg;
	return sql_try_failed(db, &(struct sql_try_failed_in){ str_of(c->tries), app_now_ms(c->app) }, NULL, e);
}

static enum rc confirm(struct confirming *c, struct str password, struct err *e)
{
	enum rc rc = store_read(app_store(c->app), read_confirming, c, e);
	int64_t wait = rc == RC_OK ? tries_wait(c->failed, c->failed_ms, app_now_ms(c->app)) : 0;
	if (rc != RC_OK)
		return rc;
	if (wait)
		return tries_refuse(wait, e);
	if (password.n <= PASSWORD_MAX && c->account.active == 1 &&
	    password_matches(arena_str(c->a, c->account.password).p, password))
		return RC_OK;
	rc = store_write(app_store(c->app), count_confirming, c, e);
	return rc == RC_OK ? err_set(e, RC_BAD_INPUT, "That is not your password") : rc;
}

enum rc password_confirm(struct app *app, const struct viewer *v, struct str password, struct err *e)
{
	struct arena a AUTO(arena_release);
	arena_init(&a);
	struct confirming c = { .app = app, .v = v, .a = &a };
	return confirm(&c, password, e);
}

static enum rc change_unit(struct db *db, void *arg, struct err *e)
{
	struct confirming *c = arg;
	enum rc rc = sql_session_find(db, &(struct sql_session_find_in){ str_of(c->token_name), app_today(c->app) },
				      c->a, &c->session, e);
	if (rc == RC_NOT_FOUND || (rc == RC_OK && c->session.stage != SESSION_FULL))
		return err_set(e, RC_NOT_FOUND, "Please sign in.");
	if (rc == RC_OK)
		rc = sql_account_password_put(
		    db, &(struct sql_account_password_put_in){ c->v->account, str_of(c->hash) }, NULL, e);
	if (rc == RC_OK)
		rc = sql_session_end_all(db, &(struct sql_session_end_all_in){ c->v->account, 0 }, NULL, e);
	if (rc == RC_OK)
		rc = sql_try_clear(db, &(struct sql_try_clear_in){ str_of(c->tries) }, NULL, e);
	const struct session_new n = { c->v->account,	 c->v->org,	     SESSION_FULL,
				       c->session.known, c->session.browser, "changed their password" };
	return rc == RC_OK ? session_make(c->app, db, &n, &c->made, e) : rc;
}

enum rc password_change(struct app *app, const struct viewer *v, struct str token, struct str old_one,
			struct str new_one, struct arena *a, struct session *out, const char **field_out, struct err *e)
{
	struct confirming c = { .app = app, .v = v, .a = a };
	*field_out = "old";
	enum rc rc = confirm(&c, old_one, e);
	if (rc != RC_OK)
		return rc;
	*field_out = "new";
	if ((rc = password_good(app, new_one, c.account.login, c.account.name, e)) != RC_OK)
		return rc;
	if (str_eq(old_one, new_one))
		return err_set(e, RC_BAD_INPUT, "That is the password you have. Choose another");
	if ((rc = password_hash(new_one, c.hash, e)) != RC_OK)
		return rc;
	hash_name(token, c.token_name);
	if ((rc = store_write(app_store(app), change_unit, &c, e)) != RC_OK)
		return rc;
	*out = c.made;
	out->viewer = *v;
	return RC_OK;
}

/* ---- accounts with a password that is given ---- */

struct adding {
	struct app *app;
	struct sql_account_add_in row;
	bool there;
};

static enum rc is_there(struct db *db, void *arg, struct err *e)
{
	struct adding *d = arg;
	struct arena a AUTO(arena_release);
	arena_init(&a);
	struct sql_account_by_login_out row;
	enum rc rc = sql_account_by_login(db, &(struct sql_account_by_login_in){ d->row.login }, &a, &row, e);
	d->there = rc == RC_OK;
	return rc == RC_NOT_FOUND ? RC_OK : rc;
}

enum rc account_exists(struct app *app, struct str login, bool *out, struct err *e)
{
	struct adding d = { .row = { .login = login } };
	enum rc rc = store_read(app_store(app), is_there, &d, e);
	if (rc == RC_OK)
		*out = d.there;
	return rc;
}

static enum rc add_unit(struct db *db, void *arg, struct err *e)
{
	struct adding *d = arg;
	enum rc rc = is_there(db, d, e);
	if (rc != RC_OK)
		return rc;
	if (d->there)
		return err_set(e, RC_BAD_INPUT, "There is already an account with that sign-in name.");
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
	enum rc rc = password_good(app, password, login, name, e);
	if (rc != RC_OK)
		return rc;
	char hash[PASSWORD_HASH_MAX];
	if ((rc = password_hash(password, hash, e)) != RC_OK)
		return rc;
	struct adding d = { app,
			    { .id = app_new_id(app),
			      .login = login,
			      .name = name,
			      .role = str_of(role_id(role)),
			      .org = o->id,
			      .password = str_of(hash),
			      .created_ms = app_now_ms(app) },
			    false };
	return store_write(app_store(app), add_unit, &d, e);
}
