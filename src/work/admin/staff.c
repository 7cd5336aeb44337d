#include "work/admin/staff.h"

#include "work/admin/signing.h"

enum { STAFF_MAX = 2000, LINKS_MAX = 500 };

/* 0 for the operator: everybody. */
static enum rc managed(const struct viewer *v, int64_t *org_out, struct err *e)
{
	if (v->role != ROLE_OPERATOR && !v->manages)
		return err_set(e, RC_REFUSED, "You do not manage accounts. Ask whoever does at your organisation.");
	*org_out = v->role == ROLE_OPERATOR ? 0 : v->org;
	return RC_OK;
}

static bool may_touch(const struct viewer *v, int64_t account, int64_t org, enum role role)
{
	return account != v->account && (v->role == ROLE_OPERATOR || org == v->org) && role_may_grant(v->role, role);
}

/* ---- lists ---- */

struct listing {
	struct app *app;
	const struct viewer *v;
	struct arena *a;
	int64_t org;
	struct staff *staff;
	struct staff_link *links;
	size_t n;
};

static enum rc read_staff(struct db *db, void *arg, struct err *e)
{
	struct listing *l = arg;
	struct sql_rows *rows;
	struct sql_account_list_out r;
	l->n = 0;
	enum rc rc = sql_account_list(db, &(struct sql_account_list_in){ l->org }, &rows, e);
	if (rc != RC_OK)
		return rc;
	while ((rc = sql_account_list_next(rows, &r, e)) == RC_OK && l->n < STAFF_MAX) {
		struct staff *s = &l->staff[l->n++];
		*s = (struct staff){ .id = r.id,
				     .org = r.org,
				     .created_ms = r.created_ms,
				     .closed_ms = r.closed_ms == SQL_NULL ? 0 : r.closed_ms,
				     .seen_ms = r.seen_ms == SQL_NULL ? 0 : r.seen_ms,
				     .login = arena_str(l->a, r.login),
				     .name = arena_str(l->a, r.name),
				     .role = role_of(r.role),
				     .active = r.active == 1,
				     .manages = r.manages == 1,
				     .has_factor = r.factor.n > 0 };
		s->may_change = s->active && may_touch(l->v, s->id, s->org, s->role);
	}
	db_done(rows);
	return rc == RC_NOT_FOUND ? RC_OK : rc;
}

enum rc staff_list(struct app *app, const struct viewer *v, struct arena *a, const struct staff **out, size_t *n_out,
		   struct err *e)
{
	struct listing l = { .app = app, .v = v, .a = a };
	enum rc rc = managed(v, &l.org, e);
	if (rc != RC_OK)
		return rc;
	l.staff = arena_array(a, STAFF_MAX, sizeof *l.staff);
	if ((rc = store_read(app_store(app), read_staff, &l, e)) == RC_OK) {
		*out = l.staff;
		*n_out = l.n;
	}
	return rc;
}

static enum rc read_links(struct db *db, void *arg, struct err *e)
{
	struct listing *l = arg;
	struct sql_rows *rows;
	struct sql_account_link_open_out r;
	l->n = 0;
	enum rc rc =
	    sql_account_link_open(db, &(struct sql_account_link_open_in){ l->org, app_now_ms(l->app) }, &rows, e);
	if (rc != RC_OK)
		return rc;
	while ((rc = sql_account_link_open_next(rows, &r, e)) == RC_OK && l->n < LINKS_MAX)
		l->links[l->n++] = (struct staff_link){
			r.id,		r.account, r.expires_ms, arena_str(l->a, r.login), arena_str(l->a, r.name),
			role_of(r.role)
		};
	db_done(rows);
	return rc == RC_NOT_FOUND ? RC_OK : rc;
}

enum rc staff_links(struct app *app, const struct viewer *v, struct arena *a, const struct staff_link **out,
		    size_t *n_out, struct err *e)
{
	struct listing l = { .app = app, .v = v, .a = a };
	enum rc rc = managed(v, &l.org, e);
	if (rc != RC_OK)
		return rc;
	l.links = arena_array(a, LINKS_MAX, sizeof *l.links);
	if ((rc = store_read(app_store(app), read_links, &l, e)) == RC_OK) {
		*out = l.links;
		*n_out = l.n;
	}
	return rc;
}

/* ---- one account ---- */

struct acting {
	struct app *app;
	const struct viewer *v;
	struct arena *a;
	int64_t id, org; /* org: what they manage, 0 everything */
	struct str login;
	struct sql_account_get_out row;
	/* what to do */
	enum role role;
	bool manages;
	int64_t heir, link;
	struct staff_made made;
};

static enum rc no_such(struct err *e)
{
	return err_set(e, RC_NOT_FOUND, "There is no such account here.");
}

static enum rc read_one(struct db *db, void *arg, struct err *e)
{
	struct acting *x = arg;
	enum rc rc = sql_account_get(db, &(struct sql_account_get_in){ x->id }, x->a, &x->row, e);
	return rc == RC_NOT_FOUND || (rc == RC_OK && x->org && x->row.org != x->org) ? no_such(e) : rc;
}

/* An account that the asker may change. */
static enum rc read_mine(struct db *db, struct acting *x, struct err *e)
{
	enum rc rc = read_one(db, x, e);
	if (rc != RC_OK)
		return rc;
	if (x->row.active != 1)
		return err_set(e, RC_CONFLICT, "This account is closed.");
	if (x->row.id == x->v->account)
		return err_set(e, RC_REFUSED,
			       "Nobody changes their own rights. Ask somebody else who manages accounts.");
	if (!role_may_grant(x->v->role, role_of(x->row.role)))
		return err_set(e, RC_REFUSED, "You may not manage accounts with this role.");
	return RC_OK;
}

static enum rc begin(struct app *app, const struct viewer *v, int64_t account, struct arena *a, struct acting *x,
		     struct err *e)
{
	*x = (struct acting){ .app = app, .v = v, .id = account, .a = a };
	return managed(v, &x->org, e);
}

enum rc staff_get(struct app *app, const struct viewer *v, int64_t account, struct arena *a, struct staff *out,
		  struct err *e)
{
	struct acting x;
	enum rc rc = begin(app, v, account, a, &x, e);
	if (rc == RC_OK)
		rc = store_read(app_store(app), read_one, &x, e);
	if (rc != RC_OK)
		return rc;
	const struct sql_account_get_out *r = &x.row;
	*out = (struct staff){ .id = r->id,
			       .org = r->org,
			       .created_ms = r->created_ms,
			       .closed_ms = r->closed_ms == SQL_NULL ? 0 : r->closed_ms,
			       .login = r->login,
			       .name = r->name,
			       .role = role_of(r->role),
			       .active = r->active == 1,
			       .manages = r->manages == 1,
			       .has_factor = r->factor.n > 0 };
	out->may_change = out->active && may_touch(v, out->id, out->org, out->role);
	return RC_OK;
}

static enum rc read_by_login(struct db *db, void *arg, struct err *e)
{
	struct acting *x = arg;
	struct sql_account_by_login_out r;
	enum rc rc = sql_account_by_login(db, &(struct sql_account_by_login_in){ x->login }, x->a, &r, e);
	if (rc == RC_OK)
		x->id = r.id;
	return rc == RC_NOT_FOUND ? no_such(e) : rc;
}

enum rc staff_by_login(struct app *app, const struct viewer *v, struct str login, int64_t *out, struct err *e)
{
	struct arena a AUTO(arena_release);
	arena_init(&a);
	struct acting x = { .app = app, .v = v, .a = &a, .login = login };
	enum rc rc = require_act(v, ACT_ADMINISTER, e);
	if (rc == RC_OK)
		rc = store_read(app_store(app), read_by_login, &x, e);
	if (rc == RC_OK)
		*out = x.id;
	return rc;
}

static enum rc end_sessions(struct db *db, int64_t account, struct err *e)
{
	return sql_session_end_all(db, &(struct sql_session_end_all_in){ account, 0 }, NULL, e);
}

/* Links made with rights that somebody has no more, or for an account that whoever made them could not touch now. */
static enum rc end_links(struct app *app, struct db *db, int64_t account, struct err *e)
{
	return sql_account_link_withdraw_all(db, &(struct sql_account_link_withdraw_all_in){ account, app_now_ms(app) },
					     NULL, e);
}

/* ---- rights ---- */

static enum rc change_unit(struct db *db, void *arg, struct err *e)
{
	struct acting *x = arg;
	enum rc rc = read_mine(db, x, e);
	if (rc != RC_OK)
		return rc;
	const struct organisation *o = app_organisation(x->app, x->row.org);
	if (!role_may_grant(x->v->role, x->role))
		return err_set(e, RC_REFUSED, "You may not give the role %s.", role_title(x->role));
	if (!o || !role_fits(x->role, o->kind))
		return err_set(e, RC_BAD_INPUT, "%s: that role does not fit this organisation. Choose another.",
			       role_title(x->role));
	rc = sql_account_rights_put(
	    db, &(struct sql_account_rights_put_in){ x->id, str_of(role_id(x->role)), x->manages }, NULL, e);
	if (rc == RC_OK)
		rc = end_sessions(db, x->id, e);
	if (rc == RC_OK)
		rc = end_links(x->app, db, x->id, e);
	struct str reason = arena_printf(x->a, "%s%s", role_id(x->role), x->manages ? ", manages accounts" : "");
	return rc == RC_OK ? audit(x->app, db, x->v, 0, "changed the rights of an account", x->row.login, reason, e)
			   : rc;
}

enum rc staff_change(struct app *app, const struct viewer *v, int64_t account, enum role role, bool manages,
		     struct err *e)
{
	struct arena a AUTO(arena_release);
	arena_init(&a);
	struct acting x;
	enum rc rc = begin(app, v, account, &a, &x, e);
	x.role = role;
	x.manages = manages;
	return rc == RC_OK ? store_write(app_store(app), change_unit, &x, e) : rc;
}

static enum rc reset_unit(struct db *db, void *arg, struct err *e)
{
	struct acting *x = arg;
	enum rc rc = read_mine(db, x, e);
	if (rc == RC_OK)
		rc = sql_factor_put(db, &(struct sql_factor_put_in){ x->id, STR(""), 0 }, NULL, e);
	if (rc == RC_OK)
		rc = sql_recovery_clear(db, &(struct sql_recovery_clear_in){ x->id }, NULL, e);
	if (rc == RC_OK)
		rc = sql_browser_forget(db, &(struct sql_browser_forget_in){ x->id }, NULL, e);
	if (rc == RC_OK)
		rc = end_sessions(db, x->id, e);
	return rc == RC_OK ? audit(x->app, db, x->v, 0, "reset a second factor", x->row.login, STR(""), e) : rc;
}

enum rc staff_reset_factor(struct app *app, const struct viewer *v, int64_t account, struct err *e)
{
	struct arena a AUTO(arena_release);
	arena_init(&a);
	struct acting x;
	enum rc rc = begin(app, v, account, &a, &x, e);
	return rc == RC_OK ? store_write(app_store(app), reset_unit, &x, e) : rc;
}

static enum rc reset_all_unit(struct db *db, void *arg, struct err *e)
{
	struct acting *x = arg;
	enum rc rc = sql_factor_clear_all(db, NULL, e);
	if (rc == RC_OK)
		rc = sql_key_forget(db, NULL, e);
	return rc == RC_OK ? audit(x->app, db, x->v, 0, "reset every second factor", STR(""), STR(""), e) : rc;
}

enum rc staff_reset_factors(struct app *app, const struct viewer *v, struct err *e)
{
	struct acting x = { .app = app, .v = v };
	enum rc rc = require_act(v, ACT_ADMINISTER, e);
	return rc == RC_OK ? store_write(app_store(app), reset_all_unit, &x, e) : rc;
}

/* ---- leaving ---- */

static enum rc hand_over(struct db *db, struct acting *x, struct err *e)
{
	struct sql_account_links_left_out left;
	struct sql_account_get_out heir;
	enum rc rc = sql_account_links_left(db, &(struct sql_account_links_left_in){ x->id }, x->a, &left, e);
	if (rc != RC_OK)
		return rc;
	if (!x->heir)
		return left.n
			   ? err_set(e, RC_BAD_INPUT,
				     "%" PRId64 " open links to others were made by this account. Say who takes over.",
				     left.n)
			   : RC_OK;
	rc = sql_account_get(db, &(struct sql_account_get_in){ x->heir }, x->a, &heir, e);
	if (rc == RC_NOT_FOUND || (rc == RC_OK && (heir.active != 1 || heir.org != x->row.org || heir.id == x->row.id)))
		return err_set(e, RC_BAD_INPUT, "Whoever takes over has an open account of the same organisation.");
	return rc == RC_OK ? sql_account_links_hand_over(db, &(struct sql_account_links_hand_over_in){ x->id, x->heir },
							 NULL, e)
			   : rc;
}

static enum rc close_unit(struct db *db, void *arg, struct err *e)
{
	struct acting *x = arg;
	struct sql_account_close_out done;
	int64_t now = app_now_ms(x->app);
	enum rc rc = read_mine(db, x, e);
	if (rc == RC_OK)
		rc = hand_over(db, x, e);
	if (rc == RC_OK)
		rc = sql_account_close(db, &(struct sql_account_close_in){ x->id, now, x->heir ? x->heir : SQL_NULL },
				       x->a, &done, e);
	if (rc == RC_OK)
		rc = end_sessions(db, x->id, e);
	if (rc == RC_OK)
		rc = sql_recovery_clear(db, &(struct sql_recovery_clear_in){ x->id }, NULL, e);
	if (rc == RC_OK)
		rc = sql_browser_forget(db, &(struct sql_browser_forget_in){ x->id }, NULL, e);
	if (rc == RC_OK)
		rc = end_links(x->app, db, x->id, e);
	return rc == RC_OK ? audit(x->app, db, x->v, 0, "closed an account", x->row.login, STR(""), e) : rc;
}

enum rc staff_close(struct app *app, const struct viewer *v, int64_t account, int64_t heir, struct err *e)
{
	struct arena a AUTO(arena_release);
	arena_init(&a);
	struct acting x;
	enum rc rc = begin(app, v, account, &a, &x, e);
	x.heir = heir;
	return rc == RC_OK ? store_write(app_store(app), close_unit, &x, e) : rc;
}

/* ---- links ---- */

/* A link of this row; the token is filled in. */
static enum rc add_link(struct db *db, struct acting *x, struct sql_account_link_add_in row, struct err *e)
{
	char name[HASH_HEX_MAX];
	int64_t now = app_now_ms(x->app);
	token_new(x->made.token);
	x->made.expires_ms = now + app_signing_rules(x->app).link_ms;
	row.token_hash = hash_name(str_of(x->made.token), name);
	row.id = app_new_id(x->app);
	row.made_by = x->v->account;
	row.made_ms = now;
	row.expires_ms = x->made.expires_ms;
	return sql_account_link_add(db, &row, NULL, e);
}

static enum rc password_link_unit(struct db *db, void *arg, struct err *e)
{
	struct acting *x = arg;
	enum rc rc = read_mine(db, x, e);
	if (rc == RC_OK)
		rc = add_link(db, x,
			      (struct sql_account_link_add_in){ .account = x->id,
								.login = x->row.login,
								.name = x->row.name,
								.role = x->row.role,
								.org = x->row.org,
								.manages = x->row.manages },
			      e);
	return rc == RC_OK ? audit(x->app, db, x->v, 0, "made a link for a new password", x->row.login, STR(""), e)
			   : rc;
}

enum rc staff_new_password(struct app *app, const struct viewer *v, int64_t account, struct staff_made *out,
			   struct err *e)
{
	struct arena a AUTO(arena_release);
	arena_init(&a);
	struct acting x;
	enum rc rc = begin(app, v, account, &a, &x, e);
	if (rc == RC_OK)
		rc = store_write(app_store(app), password_link_unit, &x, e);
	if (rc == RC_OK)
		*out = x.made;
	return rc;
}

static enum rc withdraw_unit(struct db *db, void *arg, struct err *e)
{
	struct acting *x = arg;
	struct sql_account_link_withdraw_out gone;
	const struct sql_account_link_withdraw_in in = { x->link, x->org, app_now_ms(x->app) };
	enum rc rc = sql_account_link_withdraw(db, &in, x->a, &gone, e);
	if (rc == RC_NOT_FOUND)
		return err_set(e, RC_NOT_FOUND, "There is no such link that still works.");
	return rc == RC_OK ? audit(x->app, db, x->v, 0, "withdrew a link", STR(""), STR(""), e) : rc;
}

enum rc staff_link_withdraw(struct app *app, const struct viewer *v, int64_t link, struct err *e)
{
	struct arena a AUTO(arena_release);
	arena_init(&a);
	struct acting x;
	enum rc rc = begin(app, v, 0, &a, &x, e);
	x.link = link;
	return rc == RC_OK ? store_write(app_store(app), withdraw_unit, &x, e) : rc;
}

/* Letters, digits, and . - _ @: what can be read out over a telephone. */
static bool login_good(struct str s)
{
	for (size_t i = 0; i < s.n; i++) {
		char c = s.p[i];
		if (!((c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') || c == '.' || c == '-' || c == '_' || c == '@'))
			return false;
	}
	return s.n >= 2 && s.n <= LOGIN_MAX;
}

struct inviting {
	struct acting x;
	const struct staff_form *f;
	const struct organisation *org;
	const char *field;
};

static enum rc bad(struct inviting *i, const char *field, enum rc rc, struct err *e, const char *words)
{
	i->field = field;
	return err_set(e, rc, "%s", words);
}

static enum rc invite_unit(struct db *db, void *arg, struct err *e)
{
	struct inviting *i = arg;
	struct sql_account_by_login_out there;
	const struct staff_form *f = i->f;
	enum rc rc = sql_account_by_login(db, &(struct sql_account_by_login_in){ f->login }, i->x.a, &there, e);
	if (rc == RC_OK)
		return bad(i, "login", RC_BAD_INPUT, e,
			   "There is already an account with that sign-in name. Choose another");
	if (rc != RC_NOT_FOUND)
		return rc;
	rc = add_link(db, &i->x,
		      (struct sql_account_link_add_in){ .login = f->login,
							.name = f->name,
							.role = str_of(role_id(f->role)),
							.org = i->org->id,
							.manages = f->manages },
		      e);
	return rc == RC_OK ? audit(i->x.app, db, i->x.v, 0, "invited", f->login, str_of(role_id(f->role)), e) : rc;
}

static enum rc invite_check(struct inviting *i, struct err *e)
{
	const struct staff_form *f = i->f;
	if (!f->name.n || f->name.n > NAME_MAX_LETTERS)
		return bad(i, "name", RC_BAD_INPUT, e, "Give their name, as colleagues know it");
	if (!login_good(f->login))
		return bad(i, "login", RC_BAD_INPUT, e,
			   "A sign-in name has 2 to 100 small letters, digits, points, hyphens and @");
	if (!i->org)
		return bad(i, "org", RC_BAD_INPUT, e, "There is no organisation with that code");
	if (f->role == ROLE_NONE || f->role == ROLE_OPERATOR)
		return bad(i, "role", RC_BAD_INPUT, e, "Choose a role");
	if (!role_may_grant(i->x.v->role, f->role))
		return bad(i, "role", RC_REFUSED, e, "You may not give this role");
	if (!role_fits(f->role, i->org->kind))
		return bad(i, "role", RC_BAD_INPUT, e, "That role does not fit this kind of organisation");
	return RC_OK;
}

enum rc staff_invite(struct app *app, const struct viewer *v, const struct staff_form *f, struct staff_made *out,
		     const char **field_out, struct err *e)
{
	struct arena a AUTO(arena_release);
	arena_init(&a);
	struct inviting i = { .f = f, .field = "name" };
	enum rc rc = begin(app, v, 0, &a, &i.x, e);
	if (rc == RC_OK) {
		i.org =
		    v->role == ROLE_OPERATOR ? app_organisation_by_code(app, f->org) : app_organisation(app, v->org);
		rc = invite_check(&i, e);
	}
	if (rc == RC_OK)
		rc = store_write(app_store(app), invite_unit, &i, e);
	*field_out = i.field;
	if (rc == RC_OK)
		*out = i.x.made;
	return rc;
}
