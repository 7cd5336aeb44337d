/* Second factors, invitations, leavers, delegated managers, agreements. */
#include "work/admin/factor.h"
#include "work/admin/staff.h"
#include "work/core/write.h"
#include "work/help.h"
#include "work/oversee/agreement.h"

static const char PASSWORD[] = "four quiet herons";
static const char OTHER[] = "seven slow otters";
static struct viewer operator;

static int64_t add(const char *login, enum role role, const char *org_code)
{
	int64_t id;
	assert_ok(account_add(app, str_of(login), STR("Bea Finch"), role, str_of(org_code), str_of(PASSWORD), &err));
	assert_ok(staff_by_login(app, &operator, str_of(login), &id, &err));
	return id;
}

static int with_accounts(void **state)
{
	fresh(state);
	operator= app_operator(app);
	add("b.finch", ROLE_NURSE, TEAM);
	return 0;
}

static enum rc begin_from(const char *login, const char *password, const char *browser, struct session *s)
{
	const struct sign_in q = { str_of(login), str_of(password), str_of(browser), STR("Firefox on Linux") };
	return session_begin(app, &q, &arena, s, &err);
}

static enum rc begin(const char *login, struct session *s)
{
	return begin_from(login, PASSWORD, "", s);
}

static void code_at(const char *secret, int64_t ms, char out[8])
{
	struct otp_secret s;
	assert_ok(otp_of_base32(str_of(secret), &s, &err));
	snprintf(out, 8, "%06u", otp_code(s.bytes, sizeof s.bytes, (uint64_t)otp_step(ms), 6));
}

/* Signs in for the first time, with an app; the secret of it. */
static void enrol(const char *login, struct session *out, char secret[OTP_BASE32_MAX], struct recovery_codes *codes)
{
	struct session s;
	struct factor_offer offer;
	char code[8];
	assert_ok(begin(login, &s));
	assert_int_equal(s.stage, SESSION_SET_UP);
	assert_ok(factor_offer(app, &s.viewer, &arena, &offer, &err));
	memcpy(secret, offer.secret, sizeof offer.secret);
	code_at(secret, app_now_ms(app), code);
	assert_ok(factor_confirm(app, str_of(s.token), str_of(code), &arena, out, codes, &err));
}

static void test_nobody_without_a_second_factor(void **state)
{
	struct session s, found, full;
	struct factor_offer offer, again;
	struct recovery_codes codes;
	char code[8];
	(void)state;
	assert_true(app_signing_rules(app).second_factor); /* a region that is no demonstration */
	assert_ok(begin("b.finch", &s));
	assert_int_equal(s.stage, SESSION_SET_UP);
	assert_ok(session_find(app, str_of(s.token), &arena, &found, &err));
	assert_int_equal(found.stage, SESSION_SET_UP);
	assert_int_equal(found.viewer.role, ROLE_NONE); /* it opens nothing */
	assert_int_equal(number("SELECT count(*) AS n FROM audit WHERE act = 'signed in'"), 0);
	assert_ok(factor_offer(app, &s.viewer, &arena, &offer, &err));
	assert_true(str_starts(offer.address, "otpauth://totp/Linnet:b.finch?secret="));
	assert_ok(factor_offer(app, &s.viewer, &arena, &again, &err));
	assert_string_equal(offer.secret, again.secret); /* whoever reloads the page has the same */
	/* the store holds neither the secret nor anything that it can be read from */
	assert_int_equal(
	    number("SELECT count(*) AS n FROM account WHERE factor_new LIKE '%%%s%%' OR length(factor_new) <> 120",
		   offer.secret),
	    0);
	assert_rc(RC_BAD_INPUT, factor_confirm(app, str_of(s.token), STR("000000"), &arena, &full, &codes, &err));
	assert_rc(RC_BAD_INPUT, factor_confirm(app, str_of(s.token), STR(""), &arena, &full, &codes, &err));
	code_at(offer.secret, app_now_ms(app), code);
	assert_rc(RC_NOT_FOUND,
		  factor_check(app, str_of(s.token), str_of(code), &arena, &full, &err)); /* not confirmed */
	assert_ok(factor_confirm(app, str_of(s.token), str_of(code), &arena, &full, &codes, &err));
	assert_string_not_equal(full.token, s.token);
	assert_string_not_equal(full.csrf, s.csrf);
	assert_rc(RC_NOT_FOUND, session_find(app, str_of(s.token), &arena, &found, &err)); /* the old token is over */
	assert_ok(session_find(app, str_of(full.token), &arena, &found, &err));
	assert_int_equal(found.stage, SESSION_FULL);
	assert_int_equal(found.viewer.role, ROLE_NURSE);
	assert_int_equal(rows_of("recovery_code"), RECOVERY_CODES);
	assert_int_equal(
	    number("SELECT count(*) AS n FROM recovery_code WHERE hash LIKE '%%-%%' OR length(hash) <> 64"), 0);
}

static void test_a_code_is_good_once(void **state)
{
	struct session s, full, found;
	struct recovery_codes codes;
	char secret[OTP_BASE32_MAX], code[8];
	int64_t start = app_now_ms(app);
	(void)state;
	enrol("b.finch", &full, secret, &codes);
	code_at(secret, start, code);
	assert_ok(begin("b.finch", &s));
	assert_int_equal(s.stage, SESSION_CODE);
	assert_ok(session_find(app, str_of(s.token), &arena, &found, &err));
	assert_int_equal(found.viewer.role, ROLE_NONE);
	assert_rc(RC_BAD_INPUT,
		  factor_check(app, str_of(s.token), str_of(code), &arena, &full, &err)); /* setting up used it */
	open_ms(start + 30000, false);
	assert_rc(RC_BAD_INPUT, factor_check(app, str_of(s.token), str_of(code), &arena, &full, &err));
	code_at(secret, start + 30000, code);
	assert_ok(factor_check(app, str_of(s.token), str_of(code), &arena, &full, &err));
	assert_rc(RC_NOT_FOUND, factor_check(app, str_of(s.token), str_of(code), &arena, &full, &err));
	struct session second; /* somebody saw it over a shoulder */
	assert_ok(begin("b.finch", &second));
	assert_rc(RC_BAD_INPUT, factor_check(app, str_of(second.token), str_of(code), &arena, &full, &err));
	/* whoever has only the password cannot put their own app in its place */
	struct factor_offer offer;
	assert_ok(factor_offer(app, &second.viewer, &arena, &offer, &err));
	code_at(offer.secret, app_now_ms(app), code);
	assert_rc(RC_NOT_FOUND, factor_confirm(app, str_of(second.token), str_of(code), &arena, &full, &codes, &err));
	/* a sign-in that waits is over after ten minutes */
	assert_ok(begin("b.finch", &s));
	open_ms(start + 30000 + 10 * 60000 + 1, false);
	code_at(secret, app_now_ms(app), code);
	assert_rc(RC_NOT_FOUND, factor_check(app, str_of(s.token), str_of(code), &arena, &full, &err));
}

static void test_wrong_codes(void **state)
{
	struct session s, full;
	struct recovery_codes codes;
	char secret[OTP_BASE32_MAX], code[8];
	int64_t start = app_now_ms(app);
	(void)state;
	enrol("b.finch", &full, secret, &codes);
	struct str browser = arena_str(&arena, str_of(full.browser));
	assert_int_equal(browser.n, 64);
	open_ms(start + 60000, false);
	for (int round = 0; round < 2; round++) {
		assert_ok(begin("b.finch", &s));
		for (int i = 0; i < 4; i++)
			assert_rc(RC_BAD_INPUT, factor_check(app, str_of(s.token), STR("12345x"), &arena, &full, &err));
		assert_rc(RC_NOT_FOUND,
			  factor_check(app, str_of(s.token), STR("123456"), &arena, &full, &err)); /* the fifth */
		code_at(secret, app_now_ms(app), code);
		assert_rc(RC_NOT_FOUND, factor_check(app, str_of(s.token), str_of(code), &arena, &full, &err));
	}
	assert_ok(begin("b.finch", &s)); /* ten in a row: it waits, even the right one */
	assert_rc(RC_REFUSED, factor_check(app, str_of(s.token), str_of(code), &arena, &full, &err));
	assert_words("Wait 1 minute ");
	assert_ok(
	    begin_from("b.finch", PASSWORD, arena_str(&arena, browser).p, &s)); /* the owner's own browser does not */
	assert_ok(factor_check(app, str_of(s.token), str_of(code), &arena, &full, &err));
	/* but whoever has that browser and the password does not guess for ever either */
	for (int i = 0; i < 10; i++) {
		if (i % 5 == 0)
			assert_ok(begin_from("b.finch", PASSWORD, browser.p, &s));
		assert_true(factor_check(app, str_of(s.token), STR("123456"), &arena, &full, &err) != RC_OK);
	}
	assert_ok(begin_from("b.finch", PASSWORD, browser.p, &s));
	assert_rc(RC_REFUSED, factor_check(app, str_of(s.token), STR("123456"), &arena, &full, &err));
}

static void test_recovery_codes(void **state)
{
	struct session s, full;
	struct recovery_codes codes, newer;
	struct factor_state fs;
	char secret[OTP_BASE32_MAX], typed[40];
	(void)state;
	enrol("b.finch", &full, secret, &codes);
	for (size_t i = 0; i < RECOVERY_CODES; i++)
		for (size_t k = 0; k < i; k++)
			assert_string_not_equal(codes.text[i], codes.text[k]);
	assert_ok(begin("b.finch", &s));
	snprintf(typed, sizeof typed, " %s ", codes.text[3]);
	for (char *p = typed; *p; p++) /* as somebody types it */
		*p = (char)(*p == '-' ? ' ' : *p >= 'A' && *p <= 'Z' ? *p - 'A' + 'a' : *p);
	assert_ok(factor_check(app, str_of(s.token), str_of(typed), &arena, &full, &err));
	assert_ok(factor_state_of(app, &full.viewer, &fs, &err));
	assert_int_equal(fs.codes_left, 9);
	assert_true(fs.on && fs.required);
	assert_ok(begin("b.finch", &s));
	assert_rc(RC_BAD_INPUT,
		  factor_check(app, str_of(s.token), str_of(codes.text[3]), &arena, &full, &err)); /* once */
	assert_int_equal(number("SELECT count(*) AS n FROM audit WHERE act = 'signed in by a recovery code'"), 1);
	/* somebody else's code is no code */
	int64_t other = add("w.wren", ROLE_NURSE, TEAM);
	(void)other;
	struct session w;
	struct recovery_codes theirs;
	char secret2[OTP_BASE32_MAX];
	enrol("w.wren", &w, secret2, &theirs);
	assert_rc(RC_BAD_INPUT, factor_check(app, str_of(s.token), str_of(theirs.text[0]), &arena, &full, &err));
	/* new ones end the old */
	assert_ok(recovery_renew(app, &full.viewer, &newer, &err));
	assert_rc(RC_BAD_INPUT, factor_check(app, str_of(s.token), str_of(codes.text[4]), &arena, &full, &err));
	assert_ok(factor_check(app, str_of(s.token), str_of(newer.text[4]), &arena, &full, &err));
}

static void test_without_the_key(void **state)
{
	struct session s, full;
	struct recovery_codes codes;
	char secret[OTP_BASE32_MAX], code[8], command[400];
	(void)state;
	enrol("b.finch", &full, secret, &codes);
	open_ms(app_now_ms(app) + 60000, false);
	code_at(secret, app_now_ms(app), code);
	snprintf(command, sizeof command, "mv '%s/key' '%s/away'", folder, folder);
	assert_int_equal(system(command), 0);
	assert_ok(begin("b.finch", &s));
	assert_rc(RC_REFUSED, factor_check(app, str_of(s.token), str_of(code), &arena, &full, &err));
	assert_words("is missing");
	assert_rc(RC_REFUSED, factor_offer(app, &full.viewer, &arena, &(struct factor_offer){ .secret = "" },
					   &err)); /* none is made instead */
	assert_ok(factor_check(app, str_of(s.token), str_of(codes.text[0]), &arena, &full,
			       &err)); /* a recovery code needs none */
	snprintf(command, sizeof command, "head -c 64 /dev/zero | tr '\\0' a > '%s/key' && chmod 600 '%s/key'", folder,
		 folder);
	assert_int_equal(system(command), 0);
	assert_ok(begin("b.finch", &s));
	assert_rc(RC_REFUSED, factor_check(app, str_of(s.token), str_of(code), &arena, &full, &err));
	assert_words("is not the one");
	const struct symptom *sick;
	size_t n_sick, told = 0;
	assert_ok(keep_doctor(app, &arena, &sick, &n_sick, &err));
	for (size_t i = 0; i < n_sick; i++)
		told += str_is(sick[i].what, "key of second factors") && sick[i].health == HEALTH_BAD;
	assert_int_equal(told, 1);
	snprintf(command, sizeof command, "rm '%s/key'", folder);
	assert_int_equal(system(command), 0);
	assert_rc(RC_REFUSED, staff_reset_factors(app, &full.viewer, &err));
	assert_ok(staff_reset_factors(app, &operator, & err));
	assert_ok(begin("b.finch", &s));
	assert_int_equal(s.stage, SESSION_SET_UP);
	assert_ok(
	    factor_offer(app, &s.viewer, &arena, &(struct factor_offer){ .secret = "" }, &err)); /* with a new key */
	assert_int_equal(access(arena_printf(&arena, "%s/key", folder).p, R_OK), 0);
}

/* ---- people ---- */

static struct viewer manager(const char *login, enum role role, const char *org_code)
{
	struct viewer v = {
		.account = add(login, role, org_code), .org = org(org_code), .role = role, .manages = true
	};
	change("UPDATE account SET manages = 1 WHERE id = %" PRId64, v.account);
	return v;
}

static enum rc invite(const struct viewer *v, const char *login, enum role role, struct staff_made *made)
{
	const char *field;
	const struct staff_form f = { str_of(login), STR("Wren Ash"), role, STR(TEAM), false };
	return staff_invite(app, v, &f, made, &field, &err);
}

static void test_joining_by_a_link(void **state)
{
	struct staff_made made, second;
	struct join j;
	struct session s;
	(void)state;
	struct viewer v = manager("boss", ROLE_ADMINISTRATOR, TEAM);
	assert_ok(invite(&v, "w.ash", ROLE_NURSE, &made));
	assert_int_equal(strlen(made.token), 64);
	assert_int_equal(number("SELECT count(*) AS n FROM account_link WHERE token_hash = '%s'", made.token), 0);
	for (int i = 0; i < 3; i++) /* programs that look through mail open it */
		assert_ok(join_open(app, str_of(made.token), &arena, &j, &err));
	assert_str("Wren Ash", j.name);
	assert_true(j.joins && j.role == ROLE_NURSE);
	assert_rc(RC_BAD_INPUT, join_use(app, str_of(made.token), STR("short"), STR(""), &arena, &s, &err));
	assert_rc(RC_BAD_INPUT, join_use(app, str_of(made.token), STR("W.Ash-12345"), STR(""), &arena, &s, &err));
	assert_ok(join_use(app, str_of(made.token), str_of(OTHER), STR("Edge on Windows"), &arena, &s, &err));
	assert_int_equal(s.stage, SESSION_SET_UP); /* and the app follows at once */
	assert_rc(RC_NOT_FOUND, join_use(app, str_of(made.token), str_of(OTHER), STR(""), &arena, &s, &err)); /* once */
	assert_rc(RC_NOT_FOUND, join_open(app, str_of(made.token), &arena, &j, &err));
	assert_ok(begin_from("w.ash", OTHER, "", &s));
	assert_rc(RC_BAD_INPUT, invite(&v, "w.ash", ROLE_NURSE, &made));
	assert_words("already");
	/* withdrawn, over, mistyped: the same words */
	const struct staff_link *links;
	size_t n;
	assert_ok(invite(&v, "x.ash", ROLE_NURSE, &made));
	assert_ok(invite(&v, "y.ash", ROLE_NURSE, &second));
	assert_ok(staff_links(app, &v, &arena, &links, &n, &err));
	assert_int_equal(n, 2);
	assert_ok(staff_link_withdraw(app, &v, links[1].id, &err));
	assert_rc(RC_NOT_FOUND, join_open(app, str_of(made.token), &arena, &j, &err));
	assert_rc(RC_NOT_FOUND, staff_link_withdraw(app, &v, links[1].id, &err));
	open_ms(second.expires_ms, false);
	assert_ok(join_open(app, str_of(second.token), &arena, &j, &err));
	open_ms(second.expires_ms + 1, false);
	assert_rc(RC_NOT_FOUND, join_open(app, str_of(second.token), &arena, &j, &err));
	assert_rc(RC_NOT_FOUND, join_use(app, str_of(second.token), str_of(OTHER), STR(""), &arena, &s, &err));
	assert_rc(RC_NOT_FOUND, join_open(app, STR("abc"), &arena, &j, &err));
}

static void test_what_a_manager_may(void **state)
{
	struct staff_made made;
	const struct staff *list;
	size_t n;
	(void)state;
	int64_t admin = add("chief", ROLE_ADMINISTRATOR, TEAM), social = add("s.worker", ROLE_SOCIAL_WORKER, ESSEX);
	int64_t finch;
	assert_ok(staff_by_login(app, &operator, STR("b.finch"), &finch, &err));
	struct viewer nurse = manager("nurse", ROLE_NURSE, TEAM),
		      chief = { .account = admin, .org = org(TEAM), .role = ROLE_ADMINISTRATOR };
	/* who does not manage does nothing */
	assert_rc(RC_REFUSED, staff_list(app, &chief, &arena, &list, &n, &err));
	assert_rc(RC_REFUSED, invite(&chief, "w.ash", ROLE_NURSE, &made));
	assert_rc(RC_REFUSED, staff_close(app, &chief, finch, 0, &err));
	assert_rc(RC_REFUSED, staff_by_login(app, &nurse, STR("chief"), &finch, &err));
	/* only their own organisation, only roles that they may give */
	assert_ok(staff_list(app, &nurse, &arena, &list, &n, &err));
	assert_int_equal(n, 3);
	for (size_t i = 0; i < n; i++)
		assert_int_equal(list[i].org, org(TEAM));
	assert_rc(RC_REFUSED, invite(&nurse, "w.ash", ROLE_ADMINISTRATOR, &made));
	assert_rc(RC_REFUSED, invite(&nurse, "w.ash", ROLE_GOVERNANCE, &made));
	assert_rc(RC_BAD_INPUT, invite(&nurse, "W Ash", ROLE_NURSE, &made));
	assert_rc(RC_BAD_INPUT, invite(&nurse, "w.ash", ROLE_OPERATOR, &made));
	assert_rc(RC_NOT_FOUND, staff_close(app, &nurse, social, 0, &err));
	assert_rc(RC_NOT_FOUND, staff_new_password(app, &nurse, social, &made, &err));
	assert_rc(RC_NOT_FOUND, staff_reset_factor(app, &nurse, social, &err));
	/* nobody gets more by somebody else's new password, nor by changing themselves */
	assert_rc(RC_REFUSED, staff_new_password(app, &nurse, admin, &made, &err));
	assert_rc(RC_REFUSED, staff_reset_factor(app, &nurse, admin, &err));
	assert_rc(RC_REFUSED, staff_change(app, &nurse, finch, ROLE_ADMINISTRATOR, false, &err));
	assert_rc(RC_REFUSED, staff_change(app, &nurse, nurse.account, ROLE_ADMINISTRATOR, true, &err));
	assert_rc(RC_REFUSED, staff_close(app, &nurse, nurse.account, 0, &err));
	struct viewer over = manager("over", ROLE_ADMINISTRATOR, TEAM);
	assert_rc(RC_BAD_INPUT,
		  staff_change(app, &operator, finch, ROLE_SOCIAL_WORKER, false, &err)); /* does not fit */
	/* what they may: and rights that change end the sessions */
	struct session s, found;
	struct recovery_codes codes;
	char secret[OTP_BASE32_MAX];
	enrol("b.finch", &s, secret, &codes);
	assert_ok(staff_change(app, &over, finch, ROLE_DOCTOR, true, &err));
	assert_rc(RC_NOT_FOUND, session_find(app, str_of(s.token), &arena, &found, &err));
	assert_int_equal(number("SELECT manages AS n FROM account WHERE login = 'b.finch'"), 1);
	assert_ok(staff_reset_factor(app, &over, finch, &err));
	assert_ok(begin("b.finch", &s));
	assert_int_equal(s.stage, SESSION_SET_UP);
	assert_int_equal(rows_of("recovery_code"), 0);
}

/* A link is worth no more than the rights by which it was made, and no more than when it was made. */
static void test_links_end_with_the_rights(void **state)
{
	struct staff_made joins, password, other, kept;
	struct session s;
	struct join j;
	int64_t finch, wren = add("w.wren", ROLE_NURSE, TEAM);
	(void)state;
	struct viewer boss = manager("boss", ROLE_ADMINISTRATOR, TEAM), nurse = manager("nurse", ROLE_NURSE, TEAM);
	assert_ok(staff_by_login(app, &operator, STR("b.finch"), &finch, &err));
	assert_ok(invite(&nurse, "n.new", ROLE_NURSE, &joins));
	assert_ok(staff_new_password(app, &nurse, finch, &password, &err));
	assert_ok(staff_new_password(app, &nurse, wren, &other, &err));
	assert_ok(invite(&boss, "k.kept", ROLE_NURSE, &kept));
	/* finch is given a role whose accounts a nurse may not touch */
	assert_ok(staff_change(app, &boss, finch, ROLE_ADMINISTRATOR, true, &err));
	assert_rc(RC_NOT_FOUND, join_use(app, str_of(password.token), str_of(OTHER), STR(""), &arena, &s, &err));
	assert_ok(join_open(app, str_of(joins.token), &arena, &j, &err));
	/* the nurse manages accounts no more */
	assert_ok(staff_change(app, &boss, nurse.account, ROLE_NURSE, false, &err));
	assert_rc(RC_NOT_FOUND, join_use(app, str_of(joins.token), str_of(OTHER), STR(""), &arena, &s, &err));
	assert_rc(RC_NOT_FOUND, join_use(app, str_of(other.token), str_of(OTHER), STR(""), &arena, &s, &err));
	assert_ok(join_use(app, str_of(kept.token), str_of(OTHER), STR(""), &arena, &s, &err));
}

static void test_a_leaver(void **state)
{
	struct session s, found;
	struct recovery_codes codes;
	struct staff_made made, theirs;
	char secret[OTP_BASE32_MAX];
	struct join j;
	int64_t finch;
	(void)state;
	struct viewer v = manager("boss", ROLE_ADMINISTRATOR, TEAM);
	int64_t wren = add("w.wren", ROLE_NURSE, TEAM), elsewhere = add("s.worker", ROLE_SOCIAL_WORKER, ESSEX);
	assert_ok(staff_by_login(app, &operator, STR("b.finch"), &finch, &err));
	enrol("b.finch", &s, secret, &codes);
	assert_ok(staff_new_password(app, &v, finch, &made, &err));
	struct viewer finch_v = { .account = finch, .org = org(TEAM), .role = ROLE_NURSE, .manages = true };
	assert_ok(invite(&finch_v, "n.new", ROLE_NURSE, &theirs));
	change("INSERT INTO item_link (person, id, token_hash, standard, number, opened, ordinal, kind, ask, org, "
	       "account, "
	       "recipient, address, minted_ms, expires_ms) VALUES (1, 2, 'x', 's', 1, 1, 1, 'k', 0, 1, %" PRId64
	       ", 2, 'a', 1, 2)",
	       finch);
	assert_rc(RC_BAD_INPUT, staff_close(app, &v, finch, 0, &err));
	assert_words("Say who takes over");
	assert_rc(RC_BAD_INPUT, staff_close(app, &v, finch, finch, &err));
	assert_rc(RC_BAD_INPUT, staff_close(app, &v, finch, elsewhere, &err));
	assert_ok(session_find(app, str_of(s.token), &arena, &found, &err)); /* nothing happened yet */
	assert_ok(staff_close(app, &v, finch, wren, &err));
	assert_rc(RC_NOT_FOUND, session_find(app, str_of(s.token), &arena, &found, &err)); /* at once */
	assert_rc(RC_REFUSED, begin("b.finch", &s));
	assert_words("do not match"); /* as any wrong one */
	assert_rc(RC_NOT_FOUND, join_open(app, str_of(made.token), &arena, &j, &err));
	assert_rc(RC_NOT_FOUND, join_open(app, str_of(theirs.token), &arena, &j, &err));
	assert_int_equal(number("SELECT count(*) AS n FROM item_link WHERE account = %" PRId64, wren), 1);
	assert_int_equal(number("SELECT count(*) AS n FROM account WHERE login = 'b.finch' AND heir = %" PRId64, wren),
			 1);
	assert_rc(RC_CONFLICT, staff_close(app, &v, finch, wren, &err));
	assert_rc(RC_CONFLICT, staff_new_password(app, &v, finch, &made, &err));
	assert_int_equal(number("SELECT count(*) AS n FROM audit WHERE act = 'closed an account'"), 1);
}

static void test_a_new_password(void **state)
{
	struct session s, other, now, found;
	struct recovery_codes codes;
	struct staff_made made;
	char secret[OTP_BASE32_MAX];
	const char *field;
	int64_t finch;
	(void)state;
	struct viewer v = manager("boss", ROLE_ADMINISTRATOR, TEAM);
	assert_ok(staff_by_login(app, &operator, STR("b.finch"), &finch, &err));
	enrol("b.finch", &s, secret, &codes);
	assert_ok(begin("b.finch", &other));
	assert_ok(factor_check(app, str_of(other.token), str_of(codes.text[0]), &arena, &other, &err));
	const struct session_row *rows;
	size_t n;
	assert_ok(session_list(app, &s.viewer, &arena, &rows, &n, &err));
	assert_int_equal(n, 2);
	assert_str("Firefox on Linux", rows[0].browser);
	assert_rc(RC_NOT_FOUND, session_end_one(app, &v, rows[0].id, &err)); /* somebody else's */
	/* one's own */
	struct str old = str_of(PASSWORD), fresh_one = str_of(OTHER);
	assert_rc(RC_BAD_INPUT,
		  password_change(app, &s.viewer, str_of(s.token), fresh_one, fresh_one, &arena, &now, &field, &err));
	assert_string_equal(field, "old");
	assert_rc(RC_BAD_INPUT, password_change(app, &s.viewer, str_of(s.token), old, STR("password123"), &arena, &now,
						&field, &err));
	assert_string_equal(field, "new");
	assert_rc(RC_BAD_INPUT, password_change(app, &s.viewer, str_of(s.token), old, old, &arena, &now, &field, &err));
	assert_ok(password_change(app, &s.viewer, str_of(s.token), old, fresh_one, &arena, &now, &field, &err));
	assert_rc(RC_NOT_FOUND, session_find(app, str_of(s.token), &arena, &found, &err)); /* under a new token */
	assert_rc(RC_NOT_FOUND, session_find(app, str_of(other.token), &arena, &found, &err));
	assert_ok(session_find(app, str_of(now.token), &arena, &found, &err));
	for (int i = 0; i < 10; i++)
		assert_rc(RC_BAD_INPUT, password_confirm(app, &s.viewer, STR("seven fast otters"), &err));
	assert_rc(RC_REFUSED, password_confirm(app, &s.viewer, fresh_one, &err)); /* a stolen session does not guess */
	/* by a link: the waiting of strangers' guesses ends with it */
	for (int i = 0; i < 10; i++)
		assert_rc(RC_REFUSED, begin_from("b.finch", "wrong", "", &other));
	assert_rc(RC_REFUSED, begin_from("b.finch", OTHER, "", &other));
	assert_words("too many");
	assert_ok(staff_new_password(app, &v, finch, &made, &err));
	assert_ok(join_use(app, str_of(made.token), STR("eight kind voles"), STR(""), &arena, &other, &err));
	assert_int_equal(other.stage, SESSION_CODE); /* the second factor is not passed by */
	assert_rc(RC_NOT_FOUND, session_find(app, str_of(now.token), &arena, &found, &err));
	assert_ok(begin_from("b.finch", "eight kind voles", "", &other));
}

/* Somebody with the old password looked at the secret and went: nobody sets up the same after a new password. */
static void test_an_offered_secret_ends_with_the_password(void **state)
{
	struct session s, joined;
	struct factor_offer seen, offer;
	struct staff_made made;
	int64_t finch;
	(void)state;
	assert_ok(staff_by_login(app, &operator, STR("b.finch"), &finch, &err));
	assert_ok(begin("b.finch", &s));
	assert_ok(factor_offer(app, &s.viewer, &arena, &seen, &err));
	assert_ok(staff_new_password(app, &operator, finch, &made, &err));
	assert_ok(join_use(app, str_of(made.token), str_of(OTHER), STR(""), &arena, &joined, &err));
	assert_int_equal(joined.stage, SESSION_SET_UP);
	assert_ok(session_find(app, str_of(joined.token), &arena, &s, &err));
	assert_ok(factor_offer(app, &s.viewer, &arena, &offer, &err));
	assert_string_not_equal(offer.secret, seen.secret);
}

/* ---- agreements ---- */

static enum rc agree(const struct viewer *v, int64_t id, const char *from, const char *to, int64_t *out)
{
	const char *field;
	const struct agreement_form f = { id,
					  STR(ESSEX),
					  str_of(from),
					  str_of(to),
					  STR("Health of looked-after children"),
					  STR("Essex and the health team, jointly"),
					  STR("identity care health"),
					  STR("as agreed"),
					  { NULL, 0 } };
	return agreement_say(app, v, &f, out, &field, &err);
}

static enum rc in_circle(struct db *db, void *arg, struct err *e)
{
	return circle_check(app, db, arg, 5, e);
}

/* Who has no session is asked as well: a one-use link, and whoever is chased, by the circle. */
static void test_agreements_and_the_circle(void **state)
{
	struct viewer essex = { .org = org(ESSEX), .role = ROLE_SOCIAL_WORKER }, lead = {
		.account = add("lead", ROLE_GOVERNANCE, TEAM), .org = org(TEAM), .role = ROLE_GOVERNANCE
	};
	int64_t id;
	(void)state;
	change("INSERT INTO person (id, version, council, ref) VALUES (5, 1, %" PRId64 ", 'X-5')", essex.org);
	change("INSERT INTO circle (person, org, reason, from_day, to_day) VALUES (5, %" PRId64
	       ", 'council', 0, 99999)",
	       essex.org);
	change("INSERT INTO circle (person, org, reason, from_day, to_day) VALUES (5, %" PRId64 ", 'team', 0, 99999)",
	       lead.org);
	assert_ok(store_read(app_store(app), in_circle, &essex, &err));
	assert_ok(agree(&lead, 0, "2026-03-03", "2026-12-31", &id));
	assert_rc(RC_NOT_FOUND, store_read(app_store(app), in_circle, &essex, &err));
	assert_words("no such child");
	assert_ok(store_read(app_store(app), in_circle, &lead, &err));
	assert_ok(agree(&lead, id, "2026-03-02", "2026-03-02", &id));
	assert_ok(store_read(app_store(app), in_circle, &essex, &err));
	assert_ok(agree(&lead, id, "2025-03-02", "2026-03-01", &id));
	assert_rc(RC_NOT_FOUND, store_read(app_store(app), in_circle, &essex, &err));
}

static void test_agreements(void **state)
{
	struct session s, found;
	struct recovery_codes codes;
	char secret[OTP_BASE32_MAX];
	int64_t id = 0, other = 0;
	const struct agreement *list;
	size_t n;
	(void)state;
	add("s.worker", ROLE_SOCIAL_WORKER, ESSEX);
	enrol("s.worker", &s, secret, &codes);
	struct str token = arena_str(&arena, str_of(s.token));
	struct viewer lead = { .account = add("lead", ROLE_GOVERNANCE, TEAM),
			       .org = org(TEAM),
			       .role = ROLE_GOVERNANCE };
	assert_ok(session_find(app, token, &arena, &found, &err)); /* none is written down, none is required */
	assert_int_equal(found.barred.n, 0);
	assert_rc(RC_REFUSED, agree(&s.viewer, 0, "2026-01-01", "2026-12-31", &id));
	assert_rc(RC_BAD_INPUT, agree(&lead, 0, "2026-02-30", "2026-12-31", &id));
	assert_rc(RC_BAD_INPUT, agree(&lead, 0, "2026-12-31", "2026-01-01", &id));
	assert_ok(agree(&lead, 0, "2026-03-03", "2026-12-31", &id)); /* from tomorrow */
	assert_ok(session_find(app, token, &arena, &found, &err));
	assert_true(found.barred.n > 0);
	assert_int_equal(found.viewer.role, ROLE_NONE); /* no act is left: nothing is seen, whatever is asked */
	for (int a = ACT_SEE_WORKLIST; a <= ACT_ADMINISTER; a++)
		assert_false(role_may(found.viewer.role, (enum act)a));
	assert_ok(agree(&lead, id, "2026-03-02", "2026-03-02", &other)); /* today only */
	assert_true(other == id);
	assert_ok(session_find(app, token, &arena, &found, &err));
	assert_int_equal(found.barred.n, 0);
	assert_int_equal(found.viewer.role, ROLE_SOCIAL_WORKER);
	open_ms(instant("2026-03-03T00:00:01Z"), false); /* the day after: over. The session itself is old by then */
	change("UPDATE session SET seen_ms = %" PRId64 ", expires_ms = %" PRId64, app_now_ms(app),
	       app_now_ms(app) + 1000);
	assert_ok(session_find(app, token, &arena, &found, &err));
	assert_true(found.barred.n > 0);
	assert_ok(agree(&lead, 0, "2026-03-01", "2027-03-01", &other)); /* a second one is enough */
	assert_true(other != id);
	assert_ok(session_find(app, token, &arena, &found, &err));
	assert_int_equal(found.barred.n, 0);
	assert_ok(agreement_list(app, &lead, &arena, &list, &n, &err));
	assert_int_equal(n, 2);
	assert_int_equal(list[0].state == AGREEMENT_OVER || list[1].state == AGREEMENT_OVER, 1);
	assert_ok(agreement_history(app, &lead, id, &arena, &list, &n, &err));
	assert_int_equal(n, 2); /* both statements stand there */
	struct viewer southend = { .org = org(SOUTHEND), .role = ROLE_SOCIAL_WORKER };
	assert_ok(agreement_list(app, &southend, &arena, &list, &n, &err));
	assert_int_equal(n, 0);
	assert_rc(RC_NOT_FOUND, agreement_history(app, &southend, id, &arena, &list, &n, &err));
	assert_rc(RC_NOT_FOUND, agree(&lead, id + 1, "2026-03-01", "2027-03-01", &other));
	/* where the region requires them */
	assert_int_equal(agreement_bars(app, org(SOUTHEND), 0, 0).n, 0);
	change("INSERT INTO setting (name, value) VALUES ('agreements-required', 'yes')");
	assert_ok(app_reread_place(app, &err));
	assert_true(agreement_bars(app, org(SOUTHEND), 0, 0).n > 0);
	assert_int_equal(agreement_bars(app, org(TEAM), 0, 0).n, 0);
	assert_int_equal(agreement_bars(app, org(SOUTHEND), 2, 1).n, 0);
}

/* data/roles.yaml, as tests and pages rely on it. */
static void test_roles(void **state)
{
	(void)state;
	for (int r = ROLE_NONE; r < ROLE__COUNT; r++) {
		assert_int_equal(role_of(str_of(role_id((enum role)r))), r);
		assert_false(role_may_grant((enum role)r, ROLE_OPERATOR));
		assert_false(role_may_grant((enum role)r, ROLE_NONE));
		assert_false(role_may(ROLE_NONE, (enum act)r));
	}
	for (int a = ACT_SEE_WORKLIST; a <= ACT_ADMINISTER; a++) {
		/* a seal and an emergency are of a person, whose name stands under them */
		assert_int_equal(role_may(ROLE_OPERATOR, (enum act)a), a != ACT_SEAL && a != ACT_BREAK_GLASS);
		assert_true(act_title((enum act)a)[0]);
	}
	for (int r = ROLE_ADMINISTRATOR; r < ROLE_OPERATOR; r++)
		assert_false(role_may((enum role)r, ACT_ADMINISTER));
	assert_false(role_may(ROLE_GOVERNANCE, ACT_SEE_WORKLIST));
	assert_false(role_may(ROLE_GOVERNANCE, ACT_RECORD));
	assert_false(role_sees_sensitive(ROLE_SOCIAL_WORKER));
	assert_false(role_sees_sensitive(ROLE_NONE));
	assert_true(role_fits(ROLE_SOCIAL_WORKER, STR("council")));
	assert_false(role_fits(ROLE_NURSE, STR("council")));
	assert_false(role_fits(ROLE_GOVERNANCE, STR("nothing")));
}

int main(void)
{
#define CASE(f) cmocka_unit_test_setup(f, with_accounts)
	const struct CMUnitTest tests[] = {
		CASE(test_nobody_without_a_second_factor),
		CASE(test_a_code_is_good_once),
		CASE(test_wrong_codes),
		CASE(test_recovery_codes),
		CASE(test_without_the_key),
		CASE(test_joining_by_a_link),
		CASE(test_what_a_manager_may),
		CASE(test_links_end_with_the_rights),
		CASE(test_an_offered_secret_ends_with_the_password),
		CASE(test_a_leaver),
		CASE(test_a_new_password),
		CASE(test_agreements),
		CASE(test_agreements_and_the_circle),
		CASE(test_roles),
	};
	return cmocka_run_group_tests(tests, set_up, tear_down);
}
