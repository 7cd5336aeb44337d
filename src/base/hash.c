#include "base/hash.h"

#include <sodium.h>

_Static_assert(sizeof(crypto_generichash_state) <= sizeof(struct hash), "the opaque state holds the library's");

void hash_ready(void)
{
	if (sodium_init() < 0)
		abort(); /* no source of randomness: nothing that we keep could be trusted */
}

void hash_begin(struct hash *h)
{
	crypto_generichash_init((crypto_generichash_state *)(void *)h->opaque, NULL, 0, HASH_BYTES);
}

void hash_add(struct hash *h, const void *p, size_t n)
{
	if (n)
		crypto_generichash_update((crypto_generichash_state *)(void *)h->opaque, p, n);
}

void hash_end_raw(struct hash *h, unsigned char raw[HASH_BYTES])
{
	crypto_generichash_final((crypto_generichash_state *)(void *)h->opaque, raw, HASH_BYTES);
}

char *hash_end(struct hash *h, char hex[HASH_HEX_MAX])
{
	unsigned char raw[HASH_BYTES];
	hash_end_raw(h, raw);
	return sodium_bin2hex(hex, HASH_HEX_MAX, raw, sizeof raw);
}

char *hash_of(const void *p, size_t n, char hex[HASH_HEX_MAX])
{
	struct hash h;
	hash_begin(&h);
	hash_add(&h, p, n);
	return hash_end(&h, hex);
}

_Static_assert((int)HASH_KEY_BYTES == (int)crypto_shorthash_KEYBYTES, "the key of SipHash");
_Static_assert(sizeof(uint64_t) == crypto_shorthash_BYTES, "what SipHash gives");

uint64_t hash_keyed(const unsigned char key[HASH_KEY_BYTES], const void *p, size_t n)
{
	unsigned char raw[crypto_shorthash_BYTES];
	uint64_t h;
	crypto_shorthash(raw, p, n, key);
	memcpy(&h, raw, sizeof h);
	return h;
}

/* One multiplication to 128 bits mixes two words; its halves are folded. */
static uint64_t mix(uint64_t a, uint64_t b)
{
	__extension__ unsigned __int128 m = (unsigned __int128)a * b;
	return (uint64_t)m ^ (uint64_t)(m >> 64);
}

/* The last 1 to 7 bytes as a number, the first of them lowest, without a call for so few. */
static uint64_t last_bytes(const unsigned char *q, size_t n)
{
	if (n < 4)
		return q[0] | (uint64_t)q[n / 2] << 8 * (n / 2) | (uint64_t)q[n - 1] << 8 * (n - 1);
	uint32_t first, last; /* they overlap, where they say the same */
	memcpy(&first, q, sizeof first);
	memcpy(&last, q + n - sizeof last, sizeof last);
	return first | (uint64_t)last << 8 * (n - sizeof last);
}

uint64_t hash64(uint64_t seed, const void *p, size_t n)
{
	static const uint64_t k0 = 0x9E3779B97F4A7C15u, k1 = 0xD6E8FEB86659FD93u, k2 = 0xA0761D6478BD642Fu;
	const unsigned char *q = p;
	uint64_t h = mix(seed ^ k0, (uint64_t)n ^ k1), w;
	for (; n >= 8; n -= 8, q += 8) {
		memcpy(&w, q, 8);
		h = mix(h ^ w ^ k2, k1);
	}
	if (n)
		h = mix(h ^ last_bytes(q, n) ^ k0, k2);
	return mix(h ^ k1, k0);
}

uint64_t hash64_word(uint64_t seed, uint64_t word)
{
	return mix(seed ^ word ^ 0xA0761D6478BD642Fu, 0xD6E8FEB86659FD93u);
}
