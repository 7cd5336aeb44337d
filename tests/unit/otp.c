/* Codes of authenticator apps, against the vectors of RFC 4226 and RFC 6238; what is sealed
 * with a key; QR codes; which passwords are taken. */
#include "base/files.h"
#include "base/otp.h"
#include "base/secret.h"
#include "codec/qr.h"
#include "work/admin/password.h"

#include <setjmp.h>
#include <stdarg.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cmocka.h>

static const unsigned char rfc_secret[] = "12345678901234567890";
static struct err err;

static void test_rfc_4226(void **state)
{
	/* RFC 4226, appendix D */
	static const uint32_t want[] = {
		755224, 287082, 359152, 969429, 338314, 254676, 287922, 162583, 399871, 520489
	};
	(void)state;
	for (size_t i = 0; i < COUNT_OF(want); i++)
		assert_int_equal(otp_code(rfc_secret, 20, i, 6), want[i]);
}

static void test_rfc_6238(void **state)
{
	/* RFC 6238, appendix B, SHA-1, eight digits */
	static const struct {
		int64_t seconds;
		uint32_t code;
	} want[] = { { 59, 94287082 },	       { 1111111109, 7081804 },	 { 1111111111, 14050471 },
		     { 1234567890, 89005924 }, { 2000000000, 69279037 }, { 20000000000, 65353130 } };
	(void)state;
	for (size_t i = 0; i < COUNT_OF(want); i++)
		assert_int_equal(otp_code(rfc_secret, 20, (uint64_t)otp_step(want[i].seconds * 1000), 8), want[i].code);
}

static void test_the_window(void **state)
{
	struct otp_secret s;
	char text[16];
	int64_t now = INT64_C(1111111111) * 1000, step = otp_step(now), found = -1;
	(void)state;
	memcpy(s.bytes, rfc_secret, 20);
	for (int64_t off = -3; off <= 3; off++) {
		snprintf(text, sizeof text, "%06u", otp_code(s.bytes, 20, (uint64_t)(step + off), 6));
		bool near = off >= -1 && off <= 1;
		assert_int_equal(otp_find(&s, str_of(text), now, 0, &found), near);
		assert_true(!near || found == step + off);
	}
	snprintf(text, sizeof text, "%06u", otp_code(s.bytes, 20, (uint64_t)step, 6));
	assert_false(otp_find(&s, str_of(text), now, step, &found)); /* used */
	assert_false(otp_find(&s, str_of(text), now, step + 1, &found));
	assert_true(otp_find(&s, str_of(text), now, step - 1, &found));
	char spaced[16];
	snprintf(spaced, sizeof spaced, "%.3s %.3s", text, text + 3);
	assert_true(otp_find(&s, str_of(spaced), now, 0, &found)); /* as some apps show it */
	static const char *const wrong[] = { "", "05047", "0504710", "05047a", "-50471", "000000000000" };
	for (size_t i = 0; i < COUNT_OF(wrong); i++)
		assert_false(otp_find(&s, str_of(wrong[i]), now, 0, &found));
}

static void test_base_32(void **state)
{
	struct otp_secret s, back;
	char text[OTP_BASE32_MAX];
	(void)state;
	memcpy(s.bytes, rfc_secret, 20);
	otp_base32(&s, text);
	assert_string_equal(text, "GEZDGNBVGY3TQOJQGEZDGNBVGY3TQOJQ"); /* RFC 4648's alphabet */
	assert_int_equal(otp_of_base32(STR("gezd gnbv gy3t qojq GEZD GNBV GY3T QOJQ"), &back, &err), RC_OK);
	assert_memory_equal(back.bytes, s.bytes, 20);
	assert_int_equal(otp_of_base32(STR("GEZD"), &back, &err), RC_BAD_INPUT);
	assert_int_equal(otp_of_base32(STR("1EZDGNBVGY3TQOJQGEZDGNBVGY3TQOJQ"), &back, &err), RC_BAD_INPUT);
	assert_int_equal(otp_of_base32(STR("GEZDGNBVGY3TQOJQGEZDGNBVGY3TQOJQA"), &back, &err), RC_BAD_INPUT);
}

static void test_sealed(void **state)
{
	struct secret_key k = { { 1 } }, other = { { 2 } };
	unsigned char out[20];
	char one[SEALED_HEX_MAX], two[SEALED_HEX_MAX];
	(void)state;
	secret_seal(&k, STR("account 1"), rfc_secret, 20, one);
	secret_seal(&k, STR("account 1"), rfc_secret, 20, two);
	assert_string_not_equal(one, two); /* a nonce each */
	assert_null(strstr(one, "3132333435"));
	assert_true(secret_open(&k, STR("account 1"), str_of(one), out, 20));
	assert_memory_equal(out, rfc_secret, 20);
	assert_false(secret_open(&other, STR("account 1"), str_of(one), out, 20));
	assert_false(secret_open(&k, STR("account 2"), str_of(one), out, 20)); /* put into another row */
	assert_false(secret_open(&k, STR("account 1"), str_of(one), out, 19));
	for (size_t i = 0; i < strlen(one); i += 7) { /* any change shows */
		char bent[SEALED_HEX_MAX];
		memcpy(bent, one, sizeof bent);
		bent[i] = bent[i] == 'f' ? '0' : 'f';
		assert_false(secret_open(&k, STR("account 1"), str_of(bent), out, 20));
	}
	assert_false(secret_open(&k, STR("account 1"), STR(""), out, 20));
	assert_false(secret_open(&k, STR("account 1"), STR("zz"), out, 20));
}

static void test_the_key_file(void **state)
{
	char folder[] = "/tmp/linnet-key-XXXXXX", path[100];
	struct secret_key k, again;
	struct stat st;
	(void)state;
	assert_non_null(mkdtemp(folder));
	snprintf(path, sizeof path, "%s/key", folder);
	assert_int_equal(secret_key_read(path, false, &k, &err), RC_NOT_FOUND);
	assert_int_equal(secret_key_read(path, true, &k, &err), RC_OK);
	assert_int_equal(stat(path, &st), 0);
	assert_int_equal(st.st_mode & 0777, 0600);
	assert_int_equal(secret_key_read(path, true, &again, &err), RC_OK);
	assert_memory_equal(k.bytes, again.bytes, sizeof k.bytes);
	assert_int_equal(chmod(path, 0640), 0);
	assert_int_equal(secret_key_read(path, true, &again, &err), RC_REFUSED);
	assert_non_null(strstr(err.text, "chmod 600"));
	assert_int_equal(chmod(path, 0600), 0);
	assert_int_equal(truncate(path, 40), 0);
	assert_int_equal(secret_key_read(path, true, &again, &err), RC_BAD_INPUT);
	assert_int_equal(unlink(path), 0);
	assert_int_equal(rmdir(folder), 0);
}

static void test_qr(void **state)
{
	struct arena a AUTO(arena_release);
	struct qr q;
	char long_one[QR_TEXT_MAX + 2];
	(void)state;
	arena_init(&a);
	assert_int_equal(
	    qr_of(STR("otpauth://totp/Linnet:b.finch?secret=GEZDGNBVGY3TQOJQGEZDGNBVGY3TQOJQ&issuer=Linnet"), &a, &q,
		  &err),
	    RC_OK);
	assert_true(q.width >= 21 && (q.width - 17) % 4 == 0); /* ISO/IEC 18004: 17 + 4 * version */
	/* the finder patterns: 7 dark, their inside light, in three corners and not in the fourth */
	const int far = q.width - 7, corners[3][2] = { { 0, 0 }, { far, 0 }, { 0, far } };
	for (size_t c = 0; c < 3; c++)
		for (int i = 0; i < 7; i++) {
			assert_int_equal(q.dark[corners[c][1] * q.width + corners[c][0] + i], 1);
			assert_int_equal(q.dark[(corners[c][1] + 1) * q.width + corners[c][0] + i], i == 0 || i == 6);
		}
	struct str path = qr_path(&q, &a);
	assert_true(str_starts(path, "M4 4h7v1h-7z"));
	size_t dark = 0, drawn = 0;
	for (int i = 0; i < q.width * q.width; i++)
		dark += q.dark[i];
	for (size_t i = 0; i + 1 < path.n; i++)
		if (path.p[i] == 'h' && path.p[i + 1] != '-')
			drawn += (size_t)strtol(path.p + i + 1, NULL, 10);
	assert_int_equal(drawn, dark);
	memset(long_one, 'a', sizeof long_one);
	assert_int_equal(qr_of((struct str){ long_one, QR_TEXT_MAX + 1 }, &a, &q, &err), RC_LIMIT);
}

static void test_passwords(void **state)
{
	struct arena a AUTO(arena_release);
	struct str list;
	(void)state;
	arena_init(&a);
	assert_int_equal(file_read("data/passwords.txt", 1 << 20, &a, &list, &err), RC_OK);
	static const char *const taken[] = { "four quiet herons", "invented-people-only", "Correct Horse Battery",
					     "Löwenzahn im Regen", "kq3!vv8zpw2m" };
	for (size_t i = 0; i < COUNT_OF(taken); i++)
		if (password_judge(list, str_of(taken[i]), STR("b.finch"), STR("Bea Finch"), &err) != RC_OK)
			fail_msg("%s: %s", taken[i], err.text);
	static const char *const refused[] = { "short",		"password12",	    "P@ssw0rd123",
					       "1234567890",	"passwordpassword", "Sunshine!2026",
					       "aaaaaaaaaaaa",	"ababababababab",   "finch2026!!",
					       "b.finch.12345", "BeaFinch1984",	    "linnet-linnet",
					       "!!Dragon2026!!" };
	for (size_t i = 0; i < COUNT_OF(refused); i++)
		if (password_judge(list, str_of(refused[i]), STR("b.finch"), STR("Bea Finch"), &err) != RC_BAD_INPUT)
			fail_msg("%s was taken", refused[i]);
	assert_null(strstr(err.text, "ragon")); /* what was typed is never said */
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_rfc_4226), cmocka_unit_test(test_rfc_6238),  cmocka_unit_test(test_the_window),
		cmocka_unit_test(test_base_32),	 cmocka_unit_test(test_sealed),	   cmocka_unit_test(test_the_key_file),
		cmocka_unit_test(test_qr),	 cmocka_unit_test(test_passwords),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
