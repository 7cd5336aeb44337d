/*
 * sha256.h - checksums (FIPS 180-4): is this the same file as before? For
 * comparing content, never for passwords or secrets.
 */
#ifndef LINNET_BASE_SHA256_H
#define LINNET_BASE_SHA256_H

#include "base/base.h"

enum { SHA256_BYTES = 32, SHA256_TEXT_MAX = 65 };

struct sha256 {
	uint32_t state[8];
	uint64_t length; /* bytes so far */
	uint8_t block[64];
};
void sha256_init(struct sha256 *h);
void sha256_add(struct sha256 *h, const void *p, size_t n);
void sha256_end(struct sha256 *h, uint8_t out[SHA256_BYTES]);
/* Of one piece of bytes, as 64 hex digits and a NUL. Returns out. */
char *sha256_text(const void *p, size_t n, char out[SHA256_TEXT_MAX]);

#endif
