/*
 * factor.h - the second factor: an authenticator app, and recovery codes.
 *
 * The secret of an app is kept sealed with a key outside the store (app_key), bound
 * to its account. A code is taken once: the step it belongs to is kept. Recovery codes
 * (16 letters, 80 random bits) are shown when they are made and never again; the store
 * keeps hashes, and each is good once.
 *
 * Five wrong codes end a sign-in that waits for one; ten in a row, over several of them,
 * make the account wait as wrong passwords do. Only somebody with the password gets
 * that far, and a known browser is counted apart.
 */
#ifndef LINNET_WORK_ADMIN_FACTOR_H
#define LINNET_WORK_ADMIN_FACTOR_H

#include "base/otp.h"
#include "work/admin/signin.h"

enum { RECOVERY_CODES = 10, RECOVERY_TEXT_MAX = 20 }; /* "ABCD-EFGH-IJKL-MNOP" */

struct recovery_codes {
	char text[RECOVERY_CODES][RECOVERY_TEXT_MAX];
};

struct factor_state {
	bool on, required;
	int64_t codes_left;
};
enum rc factor_state_of(struct app *app, const struct viewer *v, struct factor_state *out, struct err *e) NODISCARD;

struct factor_offer {
	char secret[OTP_BASE32_MAX];
	struct str address; /* "otpauth://totp/...": what the QR code holds */
};
/* A secret to set an app up with: the same until it is confirmed, whoever reloads the page.
 * Changes nothing of the one in use. RC_REFUSED without the key. */
enum rc factor_offer(struct app *app, const struct viewer *v, struct arena *a, struct factor_offer *out,
		     struct err *e) NODISCARD;
/* Confirms it by a code of the app. From then on it is asked for; recovery codes are made
 * anew, every other session of the account ends, and this one goes on under a new token.
 * RC_BAD_INPUT: that is not the code; RC_NOT_FOUND: too many wrong ones, or the session is over. */
enum rc factor_confirm(struct app *app, struct str token, struct str code, struct arena *a, struct session *out,
		       struct recovery_codes *codes, struct err *e) NODISCARD;
/* Ends a sign-in that waits for a code (six digits, or a recovery code): signed in, under
 * a new token. RC_BAD_INPUT, RC_NOT_FOUND as above; RC_REFUSED: it has to wait. */
enum rc factor_check(struct app *app, struct str token, struct str code, struct arena *a, struct session *out,
		     struct err *e) NODISCARD;
/* Ten new recovery codes; those from before are good no more. RC_CONFLICT without a second factor. */
enum rc recovery_renew(struct app *app, const struct viewer *v, struct recovery_codes *out, struct err *e) NODISCARD;

#endif
