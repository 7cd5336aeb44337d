/*
 * hash.h - names for contents.
 *
 * `hash_*` is BLAKE2b with 256 bits: two different files never share one. Its
 * text is 64 hexadecimal digits. `hash64` is quick and only tells different
 * things apart inside one run of the program or one row's earlier form; it is
 * no defence against somebody who looks for collisions.
 */
#ifndef LINNET_BASE_HASH_H
#define LINNET_BASE_HASH_H

#include "base/base.h"

enum { HASH_HEX_MAX = 65, HASH_BYTES = 32, HASH_KEY_BYTES = 16 };

struct hash {
	_Alignas(64) unsigned char opaque[384];
};

/* Call once before a jail is entered: the library may want to look round. */
void hash_ready(void);
void hash_begin(struct hash *h);
void hash_add(struct hash *h, const void *p, size_t n);
/* 64 digits and a NUL into `hex`; the state is used up. Returns hex. */
char *hash_end(struct hash *h, char hex[HASH_HEX_MAX]);
/* The same as bytes. */
void hash_end_raw(struct hash *h, unsigned char raw[HASH_BYTES]);
char *hash_of(const void *p, size_t n, char hex[HASH_HEX_MAX]);

/* SipHash-2-4: without the key nobody says beforehand what it gives. */
uint64_t hash_keyed(const unsigned char key[HASH_KEY_BYTES], const void *p, size_t n);

uint64_t hash64(uint64_t seed, const void *p, size_t n);
/* Of one number: not what hash64 says of its bytes. */
uint64_t hash64_word(uint64_t seed, uint64_t word);

#endif
