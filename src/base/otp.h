/*
 * otp.h - the six digits of an authenticator app.
 *
 * RFC 4226 (HOTP) and RFC 6238 (TOTP) with HMAC-SHA-1, 30 seconds a step and six
 * digits: what every authenticator app takes unless it is told otherwise. The
 * secret is 20 random bytes, shown once as base 32 (RFC 4648, without padding).
 *
 * Nothing here remembers which step was used: whoever checks a code keeps the
 * step that `otp_find` gives back and hands it in the next time, so that a code
 * that was seen over a shoulder is good for nothing.
 */
#ifndef LINNET_BASE_OTP_H
#define LINNET_BASE_OTP_H

#include "base/err.h"
#include "base/text.h"

enum {
	OTP_SECRET_BYTES = 20,
	OTP_BASE32_MAX = 33, /* 32 letters and a NUL */
	OTP_STEP_MS = 30000,
	OTP_DIGITS = 6,
	OTP_WINDOW = 1, /* steps before and after now that are taken: clocks of telephones are not exact */
};

struct otp_secret {
	unsigned char bytes[OTP_SECRET_BYTES];
};

/* The code of a step, `digits` of 6 to 8 (RFC 4226, 5.3). */
uint32_t otp_code(const unsigned char *secret, size_t n, uint64_t step, int digits);
/* The step that contains an instant (milliseconds since 1970). */
int64_t otp_step(int64_t at_ms);
/* Is `typed` (six digits; blanks are left out) the code of a step near `now_ms` and after
 * `used`, the last step that was taken? Gives that step back. Looks at every step, so
 * that the time it takes tells nothing. */
bool otp_find(const struct otp_secret *s, struct str typed, int64_t now_ms, int64_t used, int64_t *step_out);

void otp_base32(const struct otp_secret *s, char out[OTP_BASE32_MAX]);
/* RC_BAD_INPUT unless it is 32 letters of base 32; blanks and case do not matter. */
enum rc otp_of_base32(struct str text, struct otp_secret *out, struct err *e) NODISCARD;

#endif
