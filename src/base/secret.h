/*
 * secret.h - passwords, random tokens, and what is sealed with a key.
 *
 * The key stands in a file of its own, outside the store, so that a copy of the
 * store alone opens nothing that was sealed with it.
 */
#ifndef LINNET_BASE_SECRET_H
#define LINNET_BASE_SECRET_H

#include "base/err.h"
#include "base/text.h"

enum {
	PASSWORD_HASH_MAX = 128,
	TOKEN_HEX_MAX = 65,
	SECRET_KEY_BYTES = 32,
	SEALED_PLAIN_MAX = 64,
	SEALED_HEX_MAX = 256
};

struct secret_key {
	unsigned char bytes[SECRET_KEY_BYTES];
};

/* argon2id, 19 MiB and 2 passes (OWASP's minimum): about 30 ms. At most two run
 * at a time, so that signing in cannot take the machine. */
enum rc password_hash(struct str password, char out[PASSWORD_HASH_MAX], struct err *e) NODISCARD;
bool password_matches(const char *hash, struct str password);
/* 32 random bytes as 64 hex digits. */
void token_new(char out[TOKEN_HEX_MAX]);
/* `n` random bytes. */
void random_bytes(unsigned char *out, size_t n);

/* Reads the key in `path`: 64 hex digits, a file that only its owner may read. `make`:
 * writes a new one if there is none. RC_NOT_FOUND if there is none, RC_REFUSED if others
 * may read it, RC_BAD_INPUT if it is no key. */
enum rc secret_key_read(const char *path, bool make, struct secret_key *out, struct err *e) NODISCARD;
/* Eight bytes as hex that name a key and tell nothing of it. */
void secret_key_name(const struct secret_key *k, char out[17]);
/* Seals up to SEALED_PLAIN_MAX bytes, bound to `about` (XChaCha20-Poly1305): nobody without
 * the key can read, change, or put it to another use. */
void secret_seal(const struct secret_key *k, struct str about, const unsigned char *p, size_t n,
		 char out[SEALED_HEX_MAX]);
/* Opens `n` bytes into `out`. False if it was not sealed with this key, about this, at this length. */
bool secret_open(const struct secret_key *k, struct str about, struct str sealed, unsigned char *out, size_t n);
/* Compares in a time that depends on the lengths only. */
bool secret_equal(struct str a, struct str b);

#endif
