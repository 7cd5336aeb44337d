/*
 * secret.h - passwords and random tokens.
 */
#ifndef LINNET_BASE_SECRET_H
#define LINNET_BASE_SECRET_H

#include "base/err.h"
#include "base/text.h"

enum { PASSWORD_HASH_MAX = 128, TOKEN_HEX_MAX = 65 };

/* argon2id, 19 MiB and 2 passes (OWASP's minimum): about 30 ms. At most two run
 * at a time, so that signing in cannot take the machine. */
enum rc password_hash(struct str password, char out[PASSWORD_HASH_MAX], struct err *e) NODISCARD;
bool password_matches(const char *hash, struct str password);
/* 32 random bytes as 64 hex digits. */
void token_new(char out[TOKEN_HEX_MAX]);
/* Compares in a time that depends on the lengths only. */
bool secret_equal(struct str a, struct str b);

#endif
