#include "work/admin/factor.h"

#include "work/admin/signing.h"

enum { RECOVERY_BYTES = 10, RECOVERY_LETTERS = 16, ABOUT_MAX = 64 };

/* What is sealed for one account opens for no other. */
static struct str about(int64_t account, char out[ABOUT_MAX])
{
	snprintf(out, ABOUT_MAX, "second factor %" PRId64, account);
	return str_of(out);
}

static enum rc open_factor(const struct secret_key *k, int64_t account, struct str sealed, struct otp_secret *out,
			   struct err *e)
{
	char name[ABOUT_MAX];
	if (secret_open(k, about(account, name), sealed, out->bytes, sizeof out->bytes))
		return RC_OK;
	return err_set(e, RC_REFUSED,
		       "The second factor of this account cannot be read. Ask whoever manages accounts to reset it.");
}

/* ---- recovery codes ---- */

static void recovery_text(char out[RECOVERY_TEXT_MAX])
{
	struct otp_secret s = { { 0 } };
	char text[OTP_BASE32_MAX];
	size_t n = 0;
	random_bytes(s.bytes, RECOVERY_BYTES);
	otp_base32(&s, text);
	for (size_t i = 0; i < RECOVERY_LETTERS; i++) {
		if (i && i % 4 == 0)
			out[n++] = '-';
		out[n++] = text[i];
	}
	out[n] = '\0';
}

/* The hash under which a code is kept: letters and digits only, capitals; false if they are not 16. */
static bool recovery_name(int64_t account, struct str typed, char out[HASH_HEX_MAX])
{
	char letters[RECOVERY_LETTERS + 1], text[100];
	size_t n = 0;
	for (size_t i = 0; i < typed.n; i++) {
		char c = typed.p[i];
		if (c == ' ' || c == '-')
			continue;
		if (n == RECOVERY_LETTERS)
			return false;
		letters[n++] = char_capital(c);
	}
	letters[n] = '\0';
	snprintf(text, sizeof text, "recovery %" PRId64 " %s", account, letters);
	hash_of(text, strlen(text), out);
	return n == RECOVERY_LETTERS;
}

static enum rc make_codes(struct db *db, int64_t account, struct recovery_codes *codes, struct err *e)
{
	char name[HASH_HEX_MAX];
	enum rc rc = sql_recovery_clear(db, &(struct sql_recovery_clear_in){ account }, NULL, e);
	for (size_t i = 0; rc == RC_OK && i < RECOVERY_CODES; i++) {
		recovery_text(codes->text[i]);
		if (!recovery_name(account, str_of(codes->text[i]), name))
			abort();
		rc = sql_recovery_add(db, &(struct sql_recovery_add_in){ account, str_of(name) }, NULL, e);
	}
	return rc;
}

struct renewing {
	struct app *app;
	const struct viewer *v;
	struct recovery_codes codes;
	struct factor_state state;
};

static enum rc read_state(struct db *db, void *arg, struct err *e)
{
	struct renewing *r = arg;
	struct arena a AUTO(arena_release);
	arena_init(&a);
	struct sql_account_get_out acc;
	struct sql_recovery_left_out left;
	enum rc rc = sql_account_get(db, &(struct sql_account_get_in){ r->v->account }, &a, &acc, e);
	if (rc == RC_OK)
		rc = sql_recovery_left(db, &(struct sql_recovery_left_in){ r->v->account }, &a, &left, e);
	if (rc == RC_OK)
		r->state = (struct factor_state){ acc.factor.n > 0, app_signing_rules(r->app).second_factor, left.n };
	return rc;
}

enum rc factor_state_of(struct app *app, const struct viewer *v, struct factor_state *out, struct err *e)
{
	struct renewing r = { .app = app, .v = v };
	enum rc rc = store_read(app_store(app), read_state, &r, e);
	if (rc == RC_OK)
		*out = r.state;
	return rc;
}

static enum rc renew_unit(struct db *db, void *arg, struct err *e)
{
	struct renewing *r = arg;
	enum rc rc = read_state(db, r, e);
	if (rc == RC_OK && !r->state.on)
		return err_set(e, RC_CONFLICT, "Set up an authenticator app first.");
	if (rc == RC_OK)
		rc = make_codes(db, r->v->account, &r->codes, e);
	return rc == RC_OK ? audit(r->app, db, r->v, 0, "made recovery codes", STR(""), STR(""), e) : rc;
}

enum rc recovery_renew(struct app *app, const struct viewer *v, struct recovery_codes *out, struct err *e)
{
	struct renewing r = { .app = app, .v = v };
	enum rc rc = store_write(app_store(app), renew_unit, &r, e);
	if (rc == RC_OK)
		*out = r.codes;
	return rc;
}

/* ---- setting an app up ---- */

struct offering {
	struct app *app;
	const struct viewer *v;
	struct arena *a;
	struct secret_key key;
	struct otp_secret secret;
	struct str login;
};

static enum rc offer_unit(struct db *db, void *arg, struct err *e)
{
	struct offering *o = arg;
	char name[ABOUT_MAX], sealed[SEALED_HEX_MAX];
	struct sql_account_get_out acc;
	enum rc rc = sql_account_get(db, &(struct sql_account_get_in){ o->v->account }, o->a, &acc, e);
	if (rc != RC_OK)
		return rc;
	o->login = acc.login;
	if (acc.factor_new.n &&
	    secret_open(&o->key, about(acc.id, name), acc.factor_new, o->secret.bytes, sizeof o->secret.bytes))
		return RC_OK;
	random_bytes(o->secret.bytes, sizeof o->secret.bytes);
	secret_seal(&o->key, about(acc.id, name), o->secret.bytes, sizeof o->secret.bytes, sealed);
	return sql_factor_new_put(db, &(struct sql_factor_new_put_in){ acc.id, str_of(sealed) }, NULL, e);
}

static void put_encoded(struct buf *b, struct str s)
{
	static const char plain[] = "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789-._";
	for (size_t i = 0; i < s.n; i++) {
		if (s.p[i] && strchr(plain, s.p[i]))
			buf_putc(b, s.p[i]);
		else
			buf_printf(b, "%%%02X", (unsigned char)s.p[i]);
	}
}

enum rc factor_offer(struct app *app, const struct viewer *v, struct arena *a, struct factor_offer *out, struct err *e)
{
	struct offering o = { .app = app, .v = v, .a = a };
	struct buf b AUTO(buf_release);
	buf_init(&b, 1000);
	enum rc rc = app_key(app, &o.key, e);
	if (rc == RC_OK)
		rc = store_write(app_store(app), offer_unit, &o, e);
	if (rc != RC_OK)
		return rc;
	otp_base32(&o.secret, out->secret);
	buf_puts(&b, "otpauth://totp/Linnet:");
	put_encoded(&b, o.login);
	buf_printf(&b, "?secret=%s&issuer=Linnet", out->secret);
	out->address = arena_str(a, buf_view(&b));
	return RC_OK;
}

/* ---- codes ---- */

struct checking {
	struct app *app;
	struct arena *a;
	struct str code;
	char name[HASH_HEX_MAX], tries[HASH_HEX_MAX];
	struct secret_key key;
	struct sql_session_find_out session;
	struct sql_account_get_out account;
	int64_t step;
	bool by_recovery, right;
	struct session made;
	struct recovery_codes codes;
};

static enum rc over(struct err *e)
{
	return err_set(e, RC_NOT_FOUND, "This sign-in is over. Sign in again with your password.");
}

static enum rc read_pending(struct db *db, void *arg, struct err *e)
{
	struct checking *c = arg;
	enum rc rc = sql_session_find(db, &(struct sql_session_find_in){ str_of(c->name), app_today(c->app) }, c->a,
				      &c->session, e);
	if (rc == RC_OK)
		rc = sql_account_get(db, &(struct sql_account_get_in){ c->session.account }, c->a, &c->account, e);
	if (rc == RC_NOT_FOUND ||
	    (rc == RC_OK && (c->session.expires_ms < app_now_ms(c->app) || c->account.active != 1)))
		return over(e);
	char text[64]; /* a browser that was known before the password is counted apart */
	snprintf(text, sizeof text, "code%s %" PRId64, c->session.known ? " here" : "", c->session.account);
	hash_of(text, strlen(text), c->tries);
	return rc;
}

static enum rc refuse_waiting(struct db *db, struct checking *c, struct err *e)
{
	struct sql_try_get_out t;
	enum rc rc = sql_try_get(db, &(struct sql_try_get_in){ str_of(c->tries) }, c->a, &t, e);
	if (rc == RC_NOT_FOUND)
		return RC_OK;
	int64_t wait = rc == RC_OK ? tries_wait(t.failed, t.failed_ms, app_now_ms(c->app)) : 0;
	return wait ? tries_refuse(wait, e) : rc;
}

/* Counts a wrong code; the fifth ends the sign-in. Kept, whatever the answer is. */
static enum rc count_wrong(struct db *db, void *arg, struct err *e)
{
	struct checking *c = arg;
	struct sql_session_wrong_code_out n;
	enum rc rc = sql_session_wrong_code(db, &(struct sql_session_wrong_code_in){ str_of(c->name) }, c->a, &n, e);
	if (rc == RC_OK)
		c->session.tries = n.tries;
	if (rc == RC_OK)
		rc = sql_try_failed(db, &(struct sql_try_failed_in){ str_of(c->tries), app_now_ms(c->app) }, NULL, e);
	if (rc == RC_OK && n.tries >= SIGN_IN_CODE_TRIES)
		rc = sql_session_end(db, &(struct sql_session_end_in){ str_of(c->name) }, NULL, e);
	return rc;
}

static enum rc wrong_code(struct checking *c, struct err *e)
{
	enum rc rc = store_write(app_store(c->app), count_wrong, c, e);
	if (rc == RC_NOT_FOUND || (rc == RC_OK && c->session.tries >= SIGN_IN_CODE_TRIES))
		return over(e);
	return rc == RC_OK
		   ? err_set(e, RC_BAD_INPUT,
			     "That is not the code, or it was used already. Wait for the next one and try again.")
		   : rc;
}

/* The session goes on, signed in, under a new token. */
static enum rc go_on(struct db *db, struct checking *c, const char *act, struct err *e)
{
	const struct session_new n = { c->session.account, c->session.org,     SESSION_FULL,
				       c->session.known,   c->session.browser, act };
	enum rc rc = sql_session_end(db, &(struct sql_session_end_in){ str_of(c->name) }, NULL, e);
	if (rc == RC_OK)
		rc = session_make(c->app, db, &n, &c->made, e);
	if (rc == RC_OK)
		rc = sql_try_clear(db, &(struct sql_try_clear_in){ str_of(c->tries) }, NULL, e);
	if (rc == RC_OK && !c->session.known)
		rc = browser_make(c->app, db, c->session.account, &c->made, e);
	return rc;
}

static void give(struct checking *c, struct session *out)
{
	*out = c->made;
	out->viewer = viewer_made(c->app, c->account.id, c->account.org, c->account.name, c->account.role,
				  c->account.manages == 1);
}

static enum rc begin_check(struct app *app, struct str token, struct str code, struct arena *a, struct checking *c,
			   struct err *e)
{
	*c = (struct checking){ .app = app, .a = a, .code = code };
	if (token.n != TOKEN_HEX_MAX - 1)
		return over(e);
	hash_name(token, c->name);
	char unused[HASH_HEX_MAX]; /* whoever lost the key file still gets in by a recovery code */
	return recovery_name(0, code, unused) ? RC_OK : app_key(app, &c->key, e);
}

static enum rc confirm_unit(struct db *db, void *arg, struct err *e)
{
	struct checking *c = arg;
	struct otp_secret secret;
	char name[ABOUT_MAX];
	enum rc rc = read_pending(db, c, e);
	if (rc == RC_OK && c->session.stage == SESSION_CODE)
		return over(e); /* whoever has only the password cannot put another app in place of the one in use */
	if (rc == RC_OK)
		rc = refuse_waiting(db, c, e);
	if (rc != RC_OK)
		return rc;
	c->right = c->account.factor_new.n &&
		   secret_open(&c->key, about(c->account.id, name), c->account.factor_new, secret.bytes,
			       sizeof secret.bytes) &&
		   otp_find(&secret, c->code, app_now_ms(c->app), 0, &c->step);
	if (!c->right)
		return RC_OK;
	rc = sql_factor_put(db, &(struct sql_factor_put_in){ c->account.id, c->account.factor_new, c->step }, NULL, e);
	if (rc == RC_OK)
		rc = make_codes(db, c->account.id, &c->codes, e);
	if (rc == RC_OK)
		rc = sql_session_end_all(db, &(struct sql_session_end_all_in){ c->account.id, 0 }, NULL, e);
	return rc == RC_OK ? go_on(db, c, "set up a second factor", e) : rc;
}

enum rc factor_confirm(struct app *app, struct str token, struct str code, struct arena *a, struct session *out,
		       struct recovery_codes *codes, struct err *e)
{
	struct checking c;
	enum rc rc = begin_check(app, token, code, a, &c, e);
	if (rc == RC_OK)
		rc = store_write(app_store(app), confirm_unit, &c, e);
	if (rc != RC_OK)
		return rc;
	if (!c.right)
		return wrong_code(&c, e);
	give(&c, out);
	*codes = c.codes;
	return RC_OK;
}

static enum rc take_code(struct db *db, struct checking *c, struct err *e)
{
	struct otp_secret secret;
	struct sql_factor_step_take_out taken;
	struct sql_recovery_take_out used;
	char name[HASH_HEX_MAX];
	c->by_recovery = false;
	if (recovery_name(c->account.id, c->code, name)) {
		const struct sql_recovery_take_in in = { c->account.id, str_of(name), app_now_ms(c->app) };
		c->by_recovery = true;
		return sql_recovery_take(db, &in, c->a, &used, e);
	}
	enum rc rc = open_factor(&c->key, c->account.id, c->account.factor, &secret, e);
	if (rc != RC_OK)
		return rc;
	if (!otp_find(&secret, c->code, app_now_ms(c->app), c->account.factor_step, &c->step))
		return RC_NOT_FOUND;
	return sql_factor_step_take(db, &(struct sql_factor_step_take_in){ c->account.id, c->step }, c->a, &taken, e);
}

static enum rc check_unit(struct db *db, void *arg, struct err *e)
{
	struct checking *c = arg;
	enum rc rc = read_pending(db, c, e);
	if (rc == RC_OK && c->session.stage != SESSION_CODE)
		return over(e);
	if (rc == RC_OK)
		rc = refuse_waiting(db, c, e);
	if (rc != RC_OK)
		return rc;
	rc = take_code(db, c, e);
	c->right = rc == RC_OK;
	if (rc == RC_NOT_FOUND) { /* not the code: nothing was written */
		err_clear(e);
		return RC_OK;
	}
	return rc == RC_OK ? go_on(db, c, c->by_recovery ? "signed in by a recovery code" : "signed in", e) : rc;
}

enum rc factor_check(struct app *app, struct str token, struct str code, struct arena *a, struct session *out,
		     struct err *e)
{
	struct checking c;
	enum rc rc = begin_check(app, token, code, a, &c, e);
	if (rc == RC_OK)
		rc = store_write(app_store(app), check_unit, &c, e);
	if (rc != RC_OK)
		return rc;
	if (!c.right)
		return wrong_code(&c, e);
	give(&c, out);
	return RC_OK;
}
