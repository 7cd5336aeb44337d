/*
 * varint.h - small numbers in few bytes: seven bits to a byte, the last without
 * its top bit. Signed numbers are folded first, so that -1 is as short as 1.
 *
 * A writer has room for what is put (its caller knows how much); a reader that
 * comes to the end of its bytes is `bad` and gives noughts.
 */
#ifndef LINNET_BASE_VARINT_H
#define LINNET_BASE_VARINT_H

#include "base/base.h"

enum { VARINT_MAX = 10 }; /* bytes of the longest */

struct packing {
	unsigned char *p;
	size_t n;
};

static inline void put_bytes(struct packing *w, const void *p, size_t n)
{
	if (n)
		memcpy(w->p + w->n, p, n);
	w->n += n;
}

static inline void put_u32(struct packing *w, uint32_t v)
{
	unsigned char b[4] = { (unsigned char)v, (unsigned char)(v >> 8), (unsigned char)(v >> 16),
			       (unsigned char)(v >> 24) };
	put_bytes(w, b, sizeof b);
}

static inline void put_varint(struct packing *w, uint64_t v)
{
	while (v >= 0x80) {
		w->p[w->n++] = (unsigned char)(v | 0x80);
		v >>= 7;
	}
	w->p[w->n++] = (unsigned char)v;
}

static inline void put_signed(struct packing *w, int64_t v)
{
	put_varint(w, ((uint64_t)v << 1) ^ (v < 0 ? UINT64_MAX : 0));
}

struct unpacking {
	const unsigned char *p, *end;
	bool bad;
};

static inline uint64_t get_varint(struct unpacking *r)
{
	uint64_t v = 0;
	for (unsigned shift = 0; shift < 64; shift += 7) {
		if (r->p == r->end)
			break;
		unsigned char b = *r->p++;
		v |= (uint64_t)(b & 0x7f) << shift;
		if (!(b & 0x80))
			return v;
	}
	r->bad = true;
	return 0;
}

static inline int64_t get_signed(struct unpacking *r)
{
	uint64_t v = get_varint(r);
	return (int64_t)((v >> 1) ^ (v & 1 ? UINT64_MAX : 0));
}

static inline uint32_t get_u32(struct unpacking *r)
{
	if (r->end - r->p < 4) {
		r->bad = true;
		return 0;
	}
	const unsigned char *p = r->p;
	r->p += 4;
	return (uint32_t)p[0] | (uint32_t)p[1] << 8 | (uint32_t)p[2] << 16 | (uint32_t)p[3] << 24;
}

/* Sums and differences that wrap instead of overflowing: what was put comes back. */
static inline int64_t wrap_sum(int64_t a, int64_t b)
{
	return (int64_t)((uint64_t)a + (uint64_t)b);
}

static inline int64_t wrap_difference(int64_t a, int64_t b)
{
	return (int64_t)((uint64_t)a - (uint64_t)b);
}

#endif
