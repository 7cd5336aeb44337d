#include "base/otp.h"

#include <nettle/hmac.h>

static const char letters[] = "ABCDEFGHIJKLMNOPQRSTUVWXYZ234567";

uint32_t otp_code(const unsigned char *secret, size_t n, uint64_t step, int digits)
{
	uint8_t counter[8], mac[SHA1_DIGEST_SIZE];
	struct hmac_sha1_ctx h;
	for (int i = 0; i < 8; i++)
		counter[i] = (uint8_t)(step >> (56 - 8 * i));
	hmac_sha1_set_key(&h, n, secret);
	hmac_sha1_update(&h, sizeof counter, counter);
	hmac_sha1_digest(&h, sizeof mac, mac);
	const uint8_t *at = mac + (mac[SHA1_DIGEST_SIZE - 1] & 15);
	uint32_t cut = (uint32_t)(at[0] & 0x7f) << 24 | (uint32_t)at[1] << 16 | (uint32_t)at[2] << 8 | at[3];
	uint32_t power = 1;
	for (int i = 0; i < digits; i++)
		power *= 10;
	return cut % power;
}

int64_t otp_step(int64_t at_ms)
{
	return at_ms / OTP_STEP_MS;
}

/* The digits of what was typed, blanks left out; false if it is anything else. */
static bool digits_of(struct str typed, uint32_t *out)
{
	uint32_t v = 0;
	int n = 0;
	for (size_t i = 0; i < typed.n; i++) {
		if (typed.p[i] == ' ')
			continue;
		if (typed.p[i] < '0' || typed.p[i] > '9' || ++n > OTP_DIGITS)
			return false;
		v = v * 10 + (uint32_t)(typed.p[i] - '0');
	}
	*out = v;
	return n == OTP_DIGITS;
}

bool otp_find(const struct otp_secret *s, struct str typed, int64_t now_ms, int64_t used, int64_t *step_out)
{
	uint32_t given;
	int64_t now = otp_step(now_ms), found = -1;
	if (!digits_of(typed, &given))
		return false;
	for (int64_t step = now - OTP_WINDOW; step <= now + OTP_WINDOW; step++) {
		bool same = otp_code(s->bytes, sizeof s->bytes, (uint64_t)step, OTP_DIGITS) == given;
		if (same && step > used)
			found = step;
	}
	if (found < 0)
		return false;
	*step_out = found;
	return true;
}

void otp_base32(const struct otp_secret *s, char out[OTP_BASE32_MAX])
{
	for (size_t i = 0; i < OTP_BASE32_MAX - 1; i++) {
		unsigned value = 0;
		for (size_t b = i * 5; b < i * 5 + 5; b++)
			value = value << 1 | ((unsigned)s->bytes[b / 8] >> (7 - b % 8) & 1u);
		out[i] = letters[value];
	}
	out[OTP_BASE32_MAX - 1] = '\0';
}

enum rc otp_of_base32(struct str text, struct otp_secret *out, struct err *e)
{
	struct otp_secret s = { { 0 } };
	size_t n = 0;
	for (size_t i = 0; i < text.n; i++) {
		char c = text.p[i];
		if (c == ' ')
			continue;
		if (c >= 'a' && c <= 'z')
			c = (char)(c - 'a' + 'A');
		const char *at = c ? strchr(letters, c) : NULL;
		if (!at || n == OTP_BASE32_MAX - 1)
			return err_set(e, RC_BAD_INPUT, "A secret is %d letters of A to Z and 2 to 7.",
				       OTP_BASE32_MAX - 1);
		for (size_t b = 0; b < 5; b++)
			if ((size_t)(at - letters) >> (4 - b) & 1)
				s.bytes[(n * 5 + b) / 8] |= (unsigned char)(0x80u >> (n * 5 + b) % 8);
		n++;
	}
	if (n != OTP_BASE32_MAX - 1)
		return err_set(e, RC_BAD_INPUT, "A secret is %d letters of A to Z and 2 to 7.", OTP_BASE32_MAX - 1);
	*out = s;
	return RC_OK;
}
