/*
 * sha256.h - a fingerprint of bytes (FIPS 180-4). For naming content, such as
 * the rules that a clock was made by; not for passwords.
 */
#ifndef LINNET_BASE_SHA256_H
#define LINNET_BASE_SHA256_H

#include "base/base.h"

struct sha256 {
	uint32_t h[8];
	uint64_t bytes;
	unsigned char block[64];
};
void sha256_init(struct sha256 *s);
void sha256_add(struct sha256 *s, const void *p, size_t n);
void sha256_hex(struct sha256 *s, char out[65]); /* ends the sum; 64 hex digits and NUL */

#endif
