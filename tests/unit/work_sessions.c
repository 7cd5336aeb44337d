/* Signing in: wrong words, waiting, expiry, and what a session is. */
#include "work/admin/password.h"
#include "work/admin/staff.h"
#include "work/help.h"

#include <pthread.h>
#include <time.h>

static const char PASSWORD[] = "four quiet herons";

static enum rc add(const char *login, enum role role, const char *org_code, const char *password)
{
	return account_add(app, str_of(login), STR("Bea Finch"), role, str_of(org_code), str_of(password), &err);
}

static int with_account(void **state)
{
	fresh(state);
	change("INSERT INTO setting (name, value) VALUES ('second-factor', 'no')"); /* of passwords alone: see
										       work_accounts */
	assert_ok(app_reread_place(app, &err));
	assert_ok(add("b.finch", ROLE_NURSE, TEAM, PASSWORD));
	return 0;
}

static enum rc begin(const char *login, const char *password, struct session *s)
{
	const struct sign_in q = { str_of(login), str_of(password), STR(""), STR("Firefox on Linux") };
	return session_begin(app, &q, &arena, s, &err);
}

static void test_accounts(void **state)
{
	(void)state;
	assert_rc(RC_BAD_INPUT, add("b.finch", ROLE_DOCTOR, TEAM, PASSWORD));
	assert_words("already");
	assert_rc(RC_BAD_INPUT, add("", ROLE_DOCTOR, TEAM, PASSWORD));
	assert_rc(RC_BAD_INPUT, add("x", ROLE_OPERATOR, TEAM, PASSWORD));
	assert_rc(RC_BAD_INPUT, add("x", ROLE_NONE, TEAM, PASSWORD));
	assert_rc(RC_BAD_INPUT, add("x", ROLE_DOCTOR, "NOWHERE", PASSWORD));
	assert_rc(RC_BAD_INPUT, add("x", ROLE_DOCTOR, TEAM, "short"));
	assert_words("10 to 200");
	char long_one[202];
	memset(long_one, 'x', 201);
	long_one[201] = '\0';
	assert_rc(RC_BAD_INPUT, add("x", ROLE_DOCTOR, TEAM, long_one));
	assert_rc(RC_BAD_INPUT, add(long_one, ROLE_DOCTOR, TEAM, PASSWORD));
	assert_rc(RC_BAD_INPUT, add("x", ROLE_SOCIAL_WORKER, TEAM, PASSWORD));
	assert_words("does not fit");
	assert_rc(RC_BAD_INPUT, add("x", ROLE_NURSE, ESSEX, PASSWORD));
	assert_rc(RC_BAD_INPUT, add("x", ROLE_CLINICIAN, ESSEX, PASSWORD));
	assert_int_equal(rows_of("account"), 1);
	assert_ok(add("s", ROLE_SOCIAL_WORKER, ESSEX, PASSWORD));
	assert_ok(add("c", ROLE_CLINICIAN, TRUST, PASSWORD));
	assert_ok(add("g", ROLE_GOVERNANCE, ESSEX, PASSWORD));
	assert_int_equal(number("SELECT count(*) AS n FROM account WHERE password LIKE '$argon2id$%%'"), 4);
	assert_int_equal(number("SELECT count(DISTINCT password) AS n FROM account"), 4);
}

struct signing_in {
	struct session s;
	enum rc rc;
};

static void *signs_in(void *arg)
{
	struct signing_in *in = arg;
	struct arena a AUTO(arena_release);
	struct err e = { 0 };
	const struct sign_in q = { STR("b.finch"), str_of(PASSWORD), STR(""), STR("Firefox on Linux") };
	arena_init(&a);
	in->rc = session_begin(app, &q, &a, &in->s, &e);
	return NULL;
}

/* While the old password is being checked, a new one is chosen and every session is ended: none comes after that. */
static void test_a_password_that_is_changed_while_it_is_checked(void **state)
{
	static const struct timespec while_ = { 0, 5000000L };
	struct session s;
	char hash[PASSWORD_HASH_MAX];
	(void)state;
	assert_ok(password_hash(STR("seven slow otters"), hash, &err));
	for (int i = 0; i < 3; i++) {
		struct signing_in in = { .rc = RC_OK };
		pthread_t t;
		assert_ok(begin("b.finch", PASSWORD, &s));
		assert_int_equal(pthread_create(&t, NULL, signs_in, &in), 0);
		nanosleep(&while_, NULL);
		change("UPDATE account SET password = '%s'", hash);
		change("DELETE FROM session");
		pthread_join(t, NULL);
		assert_rc(RC_REFUSED, in.rc);
		assert_int_equal(rows_of("session"), 0);
		assert_ok(password_hash(str_of(PASSWORD), hash, &err));
		change("UPDATE account SET password = '%s'", hash);
		assert_ok(password_hash(STR("seven slow otters"), hash, &err));
	}
}

static void test_a_session(void **state)
{
	(void)state;
	struct session s, again;
	assert_ok(begin("b.finch", PASSWORD, &s));
	assert_int_equal(strlen(s.token), 64);
	assert_int_equal(strlen(s.csrf), 64);
	assert_string_not_equal(s.token, s.csrf);
	assert_int_equal(s.viewer.role, ROLE_NURSE);
	assert_int_equal(s.viewer.org, org(TEAM));
	assert_ok(session_find(app, str_of(s.token), &arena, &again, &err));
	assert_int_equal(again.viewer.account, s.viewer.account);
	assert_int_equal(again.viewer.role, ROLE_NURSE);
	assert_str("Bea Finch", again.viewer.name);
	assert_string_equal(again.csrf, s.csrf);
	/* the store could not sign anybody in */
	assert_int_equal(number("SELECT count(*) AS n FROM session WHERE token_hash = '%s'", s.token), 0);
	assert_int_equal(
	    number("SELECT count(*) AS n FROM audit WHERE act = 'signed in' AND account = %" PRId64, s.viewer.account),
	    1);
	assert_true(csrf_matches(&s, str_of(s.csrf)));
	assert_false(csrf_matches(&s, STR("")));
	assert_false(csrf_matches(&s, str_of(s.token)));
	assert_false(csrf_matches(&s, (struct str){ s.csrf, 63 }));
	char other[TOKEN_TEXT_MAX];
	memcpy(other, s.token, sizeof other);
	other[63] = other[63] == '0' ? '1' : '0';
	assert_rc(RC_NOT_FOUND, session_find(app, str_of(other), &arena, &again, &err));
	assert_rc(RC_NOT_FOUND, session_find(app, STR(""), &arena, &again, &err));
	assert_rc(RC_NOT_FOUND, session_find(app, (struct str){ NULL, 0 }, &arena, &again, &err));
	assert_rc(RC_NOT_FOUND, session_find(app, (struct str){ s.token, 63 }, &arena, &again, &err));
	/* two at once; ending one leaves the other */
	struct session second;
	assert_ok(begin("b.finch", PASSWORD, &second));
	assert_string_not_equal(second.token, s.token);
	assert_ok(session_end(app, str_of(s.token), &err));
	assert_rc(RC_NOT_FOUND, session_find(app, str_of(s.token), &arena, &again, &err));
	assert_ok(session_find(app, str_of(second.token), &arena, &again, &err));
	assert_ok(session_end(app, str_of(s.token), &err));
}

static void test_sessions_end(void **state)
{
	(void)state;
	struct session s, again;
	int64_t start = app_now_ms(app);
	assert_ok(begin("b.finch", PASSWORD, &s));
	struct str token = arena_str(&arena, str_of(s.token));
	open_ms(start + 30 * 60000, false);
	assert_ok(session_find(app, token, &arena, &again, &err)); /* and it begins to count anew */
	open_ms(start + 59 * 60000, false);
	assert_ok(session_find(app, token, &arena, &again, &err));
	open_ms(start + 59 * 60000 + 30 * 60000 + 1, false);
	assert_rc(RC_NOT_FOUND, session_find(app, token, &arena, &again, &err)); /* unused */
	assert_words("sign in");
	open_ms(start, false);
	assert_ok(begin("b.finch", PASSWORD, &s));
	token = arena_str(&arena, str_of(s.token));
	for (int minutes = 28; minutes <= 12 * 60; minutes += 28) { /* used all day, over after twelve hours */
		open_ms(start + (int64_t)minutes * 60000, false);
		assert_ok(session_find(app, token, &arena, &again, &err));
	}
	open_ms(start + 12 * 3600000 + 1, false);
	assert_rc(RC_NOT_FOUND, session_find(app, token, &arena, &again, &err));
	change("UPDATE account SET active = 0");
	assert_rc(RC_REFUSED, begin("b.finch", PASSWORD, &s));
	change("UPDATE account SET active = 1");
	assert_ok(begin("b.finch", PASSWORD, &s));
	change("UPDATE account SET active = 0");
	assert_rc(RC_NOT_FOUND, session_find(app, str_of(s.token), &arena, &again, &err));
	assert_int_equal(number("SELECT count(*) AS n FROM session WHERE expires_ms < %" PRId64, app_now_ms(app)), 0);
}

static void test_wrong_words_answer_alike(void **state)
{
	(void)state;
	struct session s;
	assert_rc(RC_REFUSED, begin("b.finch", "four loud herons", &s));
	char words[ERR_TEXT_MAX];
	memcpy(words, err.text, sizeof words);
	assert_rc(RC_REFUSED, begin("nobody", PASSWORD, &s));
	assert_string_equal(words, err.text);
	assert_rc(RC_REFUSED, begin("", "", &s));
	assert_string_equal(words, err.text);
	assert_rc(RC_REFUSED, begin("B.FINCH", PASSWORD, &s));
	assert_string_equal(words, err.text);
	assert_rc(RC_REFUSED, begin("b.finch", "four quiet herons ", &s));
	assert_rc(RC_REFUSED, begin("b.finch' --", PASSWORD, &s));
	assert_int_equal(rows_of("session"), 0);
}

static int64_t ms_of(const char *login)
{
	struct session s;
	struct timespec a, b;
	int64_t best = INT64_MAX;
	for (int i = 0; i < 3; i++) {
		clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &a);
		assert_rc(RC_REFUSED, begin(login, "four loud herons", &s));
		clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &b);
		int64_t us = (b.tv_sec - a.tv_sec) * 1000000 + (b.tv_nsec - a.tv_nsec) / 1000;
		best = us < best ? us : best;
	}
	return best;
}

/* An unknown name is answered after as much work as a known one. */
static void test_wrong_words_cost_the_same(void **state)
{
	(void)state;
	int64_t known = ms_of("b.finch"), unknown = ms_of("nobody");
	assert_true(unknown * 3 > known && known * 3 > unknown);
}

static void test_ten_wrong_passwords(void **state)
{
	(void)state;
	struct session s;
	int64_t start = app_now_ms(app);
	for (int i = 0; i < 10; i++) {
		assert_rc(RC_REFUSED, begin("b.finch", "four loud herons", &s));
		assert_words("do not match");
	}
	assert_rc(RC_REFUSED, begin("b.finch", PASSWORD, &s)); /* even the right one waits */
	assert_words("Wait 1 minute ");
	open_ms(start + 59999, false);
	assert_rc(RC_REFUSED, begin("b.finch", PASSWORD, &s));
	open_ms(start + 60000, false);
	assert_rc(RC_REFUSED, begin("b.finch", "four loud herons", &s));
	assert_words("do not match");
	assert_rc(RC_REFUSED, begin("b.finch", PASSWORD, &s)); /* the wait doubles */
	assert_words("Wait 2 minutes");
	open_ms(start + 180000, false);
	assert_ok(begin("b.finch", PASSWORD, &s));
	assert_int_equal(rows_of("sign_in_try"), 0);
	assert_rc(RC_REFUSED, begin("b.finch", "four loud herons", &s));
	assert_ok(begin("b.finch", PASSWORD, &s)); /* and the count began anew */
}

/* Whoever guesses learns nothing of who has an account: a name that does not exist waits alike. */
static void test_unknown_names_wait_too(void **state)
{
	(void)state;
	struct session s;
	char words[ERR_TEXT_MAX];
	for (int i = 0; i < 10; i++) {
		assert_rc(RC_REFUSED, begin("b.finch", "four loud herons", &s));
		assert_rc(RC_REFUSED, begin("nobody", "four loud herons", &s));
	}
	assert_rc(RC_REFUSED, begin("b.finch", "four loud herons", &s));
	memcpy(words, err.text, sizeof words);
	assert_rc(RC_REFUSED, begin("nobody", "four loud herons", &s));
	assert_string_equal(words, err.text);
	assert_words("too many");
}

/* A week of guessing: few tries get through, and nobody who was here before is locked out. */
static void test_slow_guessing(void **state)
{
	(void)state;
	struct session s, mine;
	int64_t start = app_now_ms(app), day = 24 * 3600000;
	assert_ok(begin("b.finch", PASSWORD, &mine));
	assert_int_equal(strlen(mine.browser), 64); /* this browser is known from now on */
	struct str browser = arena_str(&arena, str_of(mine.browser));
	int checked = 0;
	for (int64_t at_ms = start; at_ms < start + day; at_ms += 60 * 60000) {
		open_ms(at_ms, false);
		for (int i = 0; i < 12; i++) {
			assert_rc(RC_REFUSED, begin("b.finch", i % 2 ? "four loud herons" : "three loud herons", &s));
			checked += strstr(err.text, "do not match") != NULL;
		}
	}
	assert_true(checked >= 10 && checked < 110);
	assert_rc(RC_REFUSED, begin("b.finch", PASSWORD, &s)); /* from anywhere else it waits */
	const struct sign_in q = { STR("b.finch"), STR("four quiet herons"), browser, STR("") };
	assert_ok(session_begin(app, &q, &arena, &s, &err));
	assert_int_equal(s.browser[0], 0); /* known already */
	/* the cookie of one person's browser does not help with another's account */
	assert_ok(add("w.wren", ROLE_NURSE, TEAM, PASSWORD));
	for (int i = 0; i < 10; i++)
		assert_rc(RC_REFUSED, begin("w.wren", "four loud herons", &s));
	const struct sign_in other = { STR("w.wren"), STR("four quiet herons"), browser, STR("") };
	assert_rc(RC_REFUSED, session_begin(app, &other, &arena, &s, &err));
	assert_words("too many");
	/* and a known browser's own guesses are counted */
	struct sign_in guess = q;
	guess.password = STR("four loud herons");
	for (int i = 0; i < 10; i++)
		assert_rc(RC_REFUSED, session_begin(app, &guess, &arena, &s, &err));
	assert_rc(RC_REFUSED, session_begin(app, &q, &arena, &s, &err));
	assert_words("too many");
	open_ms(start + 100 * day, false); /* unused for ninety days it is a stranger's again */
	assert_int_equal(number("SELECT count(*) AS n FROM known_browser WHERE seen_ms >= %" PRId64,
				app_now_ms(app) - INT64_C(90) * 24 * 3600000),
			 0);
}

int main(void)
{
#define CASE(f) cmocka_unit_test_setup(f, with_account)
	const struct CMUnitTest tests[] = {
		CASE(test_accounts),
		CASE(test_a_session),
		CASE(test_a_password_that_is_changed_while_it_is_checked),
		CASE(test_sessions_end),
		CASE(test_wrong_words_answer_alike),
		CASE(test_wrong_words_cost_the_same),
		CASE(test_ten_wrong_passwords),
		CASE(test_unknown_names_wait_too),
		CASE(test_slow_guessing),
	};
	return cmocka_run_group_tests(tests, set_up, tear_down);
}
