#include "work/admin/signing.h"
#include "work/core/shared.h"
#include "work/oversee/agreement.h"

enum { TOUCH_MS = 60 * 1000, WAIT_MS = 60 * 1000, WAIT_MAX_MS = 15 * 60 * 1000 };

/* Hash of a password that nobody has: checked when the login is unknown, so that
 * both answers take the same time. */
static const char nobody[] = "$argon2id$v=19$m=19456,t=2,p=1$bm9ib2R5J3Mgc2FsdCEhIQ$"
			     "3n1m0m6cKcE3l9cJ0m8d0m6cKcE3l9cJ0m8d0m6cKcE";

static const char wrong[] = "That sign-in name and password do not match. Check both and try again.";

/* ---- waiting ---- */

int64_t tries_wait(int64_t failed, int64_t failed_ms, int64_t now_ms)
{
	int64_t wait = WAIT_MS;
	if (failed < SIGN_IN_FREE_TRIES)
		return 0;
	for (int64_t i = SIGN_IN_FREE_TRIES; i < failed && wait < WAIT_MAX_MS; i++)
		wait *= 2;
	if (wait > WAIT_MAX_MS)
		wait = WAIT_MAX_MS;
	return now_ms - failed_ms < wait ? failed_ms + wait - now_ms : 0;
}

enum rc tries_refuse(int64_t wait_ms, struct err *e)
{
	int64_t minutes = (wait_ms + 59999) / 60000;
	return err_set(e, RC_REFUSED,
		       "There were too many wrong tries. Wait %" PRId64
		       " minute%s and try again, or use a browser in which you have signed in before. Whoever manages "
		       "accounts at your organisation can give you a link for a new password, which works at once.",
		       minutes, minutes == 1 ? "" : "s");
}

/* ---- making a session ---- */

struct viewer viewer_made(struct app *app, int64_t account, int64_t org, struct str name, struct str role, bool manages)
{
	const struct organisation *o = app_organisation(app, org);
	return (struct viewer){ .account = account,
				.org = org,
				.role = role_of(role),
				.name = name,
				.org_name = o ? o->name : STR(""),
				.manages = manages,
				.withheld = DATA_ALL }; /* until somebody has asked what is shared */
}

enum rc session_make(struct app *app, struct db *db, const struct session_new *n, struct session *s, struct err *e)
{
	char name[HASH_HEX_MAX];
	int64_t now = app_now_ms(app);
	size_t words = n->browser_words.n < BROWSER_WORDS_MAX ? n->browser_words.n : BROWSER_WORDS_MAX;
	token_new(s->token);
	token_new(s->csrf);
	s->id = app_new_id(app);
	s->stage = n->stage;
	struct sql_session_add_in row = {
		.token_hash = hash_name(str_of(s->token), name),
		.id = s->id,
		.account = n->account,
		.csrf = str_of(s->csrf),
		.stage = n->stage,
		.known = n->known,
		.browser = words ? (struct str){ n->browser_words.p, words } : STR(""),
		.created_ms = now,
		.seen_ms = now,
		.expires_ms = now + (n->stage == SESSION_FULL ? app_signing_rules(app).session_ms : PENDING_MS)
	};
	struct viewer v = { .account = n->account, .org = n->org };
	enum rc rc = sql_session_sweep(db, &(struct sql_session_sweep_in){ now }, NULL, e);
	if (rc == RC_OK)
		rc = sql_session_add(db, &row, NULL, e);
	return rc == RC_OK && n->act ? audit(app, db, &v, 0, n->act, STR(""), STR(""), e) : rc;
}

enum rc browser_make(struct app *app, struct db *db, int64_t account, struct session *s, struct err *e)
{
	char name[HASH_HEX_MAX];
	int64_t now = app_now_ms(app);
	token_new(s->browser);
	enum rc rc = sql_browser_sweep(db, &(struct sql_browser_sweep_in){ now - BROWSER_KEPT_MS }, NULL, e);
	return rc == RC_OK
		   ? sql_browser_add(
			 db, &(struct sql_browser_add_in){ hash_name(str_of(s->browser), name), account, now }, NULL, e)
		   : rc;
}

/* ---- a password ---- */

struct signing {
	struct app *app;
	const struct sign_in *q;
	struct arena *a;
	struct sql_account_by_login_out account;
	bool exists, known; /* the account; the browser */
	char tries[HASH_HEX_MAX], browser[HASH_HEX_MAX];
	int64_t failed, failed_ms;
	struct session made;
};

static enum rc read_account(struct db *db, void *arg, struct err *e)
{
	struct signing *s = arg;
	struct sql_browser_get_out b;
	struct sql_try_get_out t;
	enum rc rc = sql_account_by_login(db, &(struct sql_account_by_login_in){ s->q->login }, s->a, &s->account, e);
	s->exists = rc == RC_OK;
	if (rc == RC_OK && s->q->browser.n == TOKEN_HEX_MAX - 1) {
		const struct sql_browser_get_in in = { hash_name(s->q->browser, s->browser), s->account.id,
						       app_now_ms(s->app) - BROWSER_KEPT_MS };
		if ((rc = sql_browser_get(db, &in, s->a, &b, e)) == RC_OK) {
			s->known = true;
			s->failed = b.failed;
			s->failed_ms = b.failed_ms;
		}
	}
	if (rc != RC_OK && rc != RC_NOT_FOUND)
		return rc;
	if (s->known)
		return RC_OK;
	rc = sql_try_get(db, &(struct sql_try_get_in){ str_of(s->tries) }, s->a, &t, e);
	if (rc == RC_OK) {
		s->failed = t.failed;
		s->failed_ms = t.failed_ms;
	}
	return rc == RC_NOT_FOUND ? RC_OK : rc;
}

static enum rc write_failure(struct db *db, void *arg, struct err *e)
{
	struct signing *s = arg;
	int64_t now = app_now_ms(s->app), hour = 3600 * 1000;
	if (s->known)
		return sql_browser_failed(db, &(struct sql_browser_failed_in){ str_of(s->browser), now }, NULL, e);
	enum rc rc =
	    sql_try_sweep(db, &(struct sql_try_sweep_in){ SIGN_IN_FREE_TRIES, now - hour, now - 24 * hour }, NULL, e);
	return rc == RC_OK ? sql_try_failed(db, &(struct sql_try_failed_in){ str_of(s->tries), now }, NULL, e) : rc;
}

/* The password took its time to be checked: is it still the account's, and which step comes next? */
static enum rc read_again(struct signing *s, struct db *db, struct err *e)
{
	struct sql_account_by_login_out now;
	enum rc rc = sql_account_by_login(db, &(struct sql_account_by_login_in){ s->q->login }, s->a, &now, e);
	if (rc == RC_NOT_FOUND ||
	    (rc == RC_OK && (now.id != s->account.id || now.active != 1 || !str_eq(now.password, s->account.password))))
		return err_set(e, RC_REFUSED, "%s", wrong);
	s->account = now;
	return rc;
}

static enum rc write_session(struct db *db, void *arg, struct err *e)
{
	struct signing *s = arg;
	enum rc rc = read_again(s, db, e);
	if (rc != RC_OK)
		return rc;
	enum session_stage stage = s->account.factor.n			     ? SESSION_CODE
				   : app_signing_rules(s->app).second_factor ? SESSION_SET_UP
									     : SESSION_FULL;
	const struct session_new n = { s->account.id, s->account.org, stage,
				       s->known,      s->q->words,    stage == SESSION_FULL ? "signed in" : NULL };
	rc = session_make(s->app, db, &n, &s->made, e);
	if (rc == RC_OK && !s->known)
		rc = sql_try_clear(db, &(struct sql_try_clear_in){ str_of(s->tries) }, NULL, e);
	if (rc == RC_OK && s->known)
		rc = sql_browser_seen(db, &(struct sql_browser_seen_in){ str_of(s->browser), app_now_ms(s->app) }, NULL,
				      e);
	if (rc == RC_OK && !s->known && stage == SESSION_FULL)
		rc = browser_make(s->app, db, s->account.id, &s->made, e);
	s->made.viewer = viewer_made(s->app, s->account.id, s->account.org, s->account.name, s->account.role, false);
	return rc == RC_OK ? shared_withheld(s->app, db, s->a, &s->made.viewer, e) : rc;
}

enum rc session_begin(struct app *app, const struct sign_in *q, struct arena *a, struct session *out, struct err *e)
{
	struct signing s = { .app = app, .q = q, .a = a };
	if (q->login.n > LOGIN_MAX || q->password.n > PASSWORD_MAX)
		return err_set(e, RC_REFUSED, "%s", wrong);
	hash_name(arena_printf(a, "name " STR_FMT, STR_ARG(q->login)), s.tries);
	enum rc rc = store_read(app_store(app), read_account, &s, e);
	if (rc != RC_OK)
		return rc;
	int64_t wait = tries_wait(s.failed, s.failed_ms, app_now_ms(app));
	if (wait)
		return tries_refuse(wait, e);
	bool right = password_matches(s.exists ? arena_str(a, s.account.password).p : nobody, q->password);
	if (!s.exists || !right || s.account.active != 1) {
		if ((rc = store_write(app_store(app), write_failure, &s, e)) != RC_OK)
			return rc;
		return err_set(e, RC_REFUSED, "%s", wrong);
	}
	if ((rc = store_write(app_store(app), write_session, &s, e)) != RC_OK)
		return rc;
	*out = s.made;
	return RC_OK;
}

/* ---- finding and ending ---- */

struct finding_session {
	struct app *app;
	char name[HASH_HEX_MAX];
	struct arena *a;
	struct sql_session_find_out row;
	struct viewer viewer;
};

static enum rc read_session(struct db *db, void *arg, struct err *e)
{
	struct finding_session *f = arg;
	struct sql_session_find_in in = { str_of(f->name), app_today(f->app) };
	enum rc rc = sql_session_find(db, &in, f->a, &f->row, e);
	if (rc != RC_OK)
		return rc;
	f->viewer = viewer_made(f->app, f->row.account, f->row.org, f->row.name, f->row.role, f->row.manages == 1);
	return shared_withheld(f->app, db, f->a, &f->viewer, e);
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

static struct session session_of_row(struct app *app, const struct sql_session_find_out *r, const struct viewer *v)
{
	struct session s = { .id = r->id, .stage = (enum session_stage)r->stage, .viewer = *v };
	snprintf(s.csrf, sizeof s.csrf, STR_FMT, STR_ARG(r->csrf));
	s.barred = agreement_bars(app, r->org, r->agreements, r->in_force);
	if (s.barred.n || s.stage != SESSION_FULL) { /* whoever forgets to ask grants nothing */
		s.viewer.role = ROLE_NONE;
		s.viewer.manages = false;
	}
	return s;
}

enum rc session_find(struct app *app, struct str token, struct arena *a, struct session *out, struct err *e)
{
	struct finding_session f = { .app = app, .a = a };
	if (token.n != TOKEN_HEX_MAX - 1)
		return err_set(e, RC_NOT_FOUND, "Please sign in.");
	hash_name(token, f.name);
	enum rc rc = store_read(app_store(app), read_session, &f, e);
	int64_t now = app_now_ms(app);
	if (rc == RC_NOT_FOUND ||
	    (rc == RC_OK &&
	     (f.row.expires_ms < now || now - f.row.seen_ms > app_signing_rules(app).idle_ms || f.row.active != 1)))
		return err_set(e, RC_NOT_FOUND, "Please sign in.");
	if (rc == RC_OK && now - f.row.seen_ms > TOUCH_MS) {
		enum rc touched = store_write(app_store(app), touch_session, &f, NULL);
		(void)touched; /* a full disk keeps nobody from reading */
	}
	if (rc == RC_OK)
		*out = session_of_row(app, &f.row, &f.viewer);
	return rc;
}

enum rc session_end(struct app *app, struct str token, struct err *e)
{
	struct finding_session f = { .app = app };
	hash_name(token, f.name);
	return store_write(app_store(app), delete_session, &f, e);
}

bool csrf_matches(const struct session *s, struct str given)
{
	return secret_equal(str_of(s->csrf), given);
}

/* ---- one's own ---- */

struct listing_sessions {
	struct app *app;
	const struct viewer *v;
	struct arena *a;
	struct session_row *rows;
	size_t n;
	int64_t id;
};

enum { SESSIONS_SHOWN_MAX = 100 };

static enum rc read_sessions(struct db *db, void *arg, struct err *e)
{
	struct listing_sessions *l = arg;
	struct sql_rows *rows;
	struct sql_session_list_out r;
	int64_t now = app_now_ms(l->app);
	const struct sql_session_list_in in = { l->v->account, now, now - app_signing_rules(l->app).idle_ms };
	l->n = 0;
	enum rc rc = sql_session_list(db, &in, &rows, e);
	if (rc != RC_OK)
		return rc;
	while ((rc = sql_session_list_next(rows, &r, e)) == RC_OK && l->n < SESSIONS_SHOWN_MAX)
		l->rows[l->n++] = (struct session_row){ r.id, r.created_ms, r.seen_ms, arena_str(l->a, r.browser) };
	db_done(rows);
	return rc == RC_NOT_FOUND ? RC_OK : rc;
}

enum rc session_list(struct app *app, const struct viewer *v, struct arena *a, const struct session_row **out,
		     size_t *n_out, struct err *e)
{
	struct listing_sessions l = { app, v, a, arena_array(a, SESSIONS_SHOWN_MAX, sizeof *l.rows), 0, 0 };
	enum rc rc = store_read(app_store(app), read_sessions, &l, e);
	if (rc == RC_OK) {
		*out = l.rows;
		*n_out = l.n;
	}
	return rc;
}

static enum rc end_one(struct db *db, void *arg, struct err *e)
{
	struct listing_sessions *l = arg;
	struct sql_session_end_one_out gone;
	enum rc rc = sql_session_end_one(db, &(struct sql_session_end_one_in){ l->v->account, l->id }, l->a, &gone, e);
	if (rc == RC_NOT_FOUND)
		return err_set(e, RC_NOT_FOUND, "That session is over already.");
	return rc == RC_OK ? audit(l->app, db, l->v, 0, "ended a session", STR(""), STR(""), e) : rc;
}

enum rc session_end_one(struct app *app, const struct viewer *v, int64_t id, struct err *e)
{
	struct arena a AUTO(arena_release);
	arena_init(&a);
	struct listing_sessions l = { .app = app, .v = v, .a = &a, .id = id };
	return store_write(app_store(app), end_one, &l, e);
}
