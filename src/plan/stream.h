/*
 * stream.h - chance by number: every child and purpose has numbers of its own.
 *
 * An ordinary generator gives its numbers in a row, so that one more draw
 * anywhere moves everything after it. Here a number is looked up by its name:
 * (seed, replication, child, visit, purpose, draw). So the same child has the
 * same length of stay in two scenarios however different the rest is, and work
 * can be shared between threads in any order.
 *
 * Philox4x32-10: Salmon, Moraes, Dror and Shaw, Parallel random numbers: as easy
 * as 1, 2, 3 (SC 2011). Key: the seed. Counter: see stream_of().
 */
#ifndef LINNET_PLAN_STREAM_H
#define LINNET_PLAN_STREAM_H

#include "base/base.h"

enum purpose {
	PURPOSE_ARRIVAL = 1, /* the gap before it, and its group */
	PURPOSE_BATCH,
	PURPOSE_DAY,	/* how many come on a day */
	PURPOSE_WITHIN, /* when in the day, and whether at all */
	PURPOSE_STAY,	/* length of stay, and where to afterwards */
	PURPOSE_WAIT,	/* patience: + the number of the rule, up to 8 */
	PURPOSE_BALK = PURPOSE_WAIT + 8,
	PURPOSE_RETURN, /* the delay before coming back */
	PURPOSE_BEFORE, /* days gone by before coming */
	PURPOSE_INPUT,	/* an uncertain input of a scenario */
	PURPOSE_MISS	/* whether an appointment is missed: a pair for each */
};

struct philox {
	uint32_t w[4];
};

static inline struct philox philox_round(struct philox c, uint32_t k0, uint32_t k1)
{
	uint64_t a = (uint64_t)0xD2511F53u * c.w[0], b = (uint64_t)0xCD9E8D57u * c.w[2];
	return (struct philox){ { (uint32_t)(b >> 32) ^ c.w[1] ^ k0, (uint32_t)b, (uint32_t)(a >> 32) ^ c.w[3] ^ k1,
				  (uint32_t)a } };
}

/* Ten rounds, written out: compilers do not unroll them at -O2. */
static inline struct philox philox(struct philox c, uint32_t k0, uint32_t k1)
{
	const uint32_t w0 = 0x9E3779B9u, w1 = 0xBB67AE85u;
	c = philox_round(c, k0, k1);
	c = philox_round(c, k0 + w0, k1 + w1);
	c = philox_round(c, k0 + 2 * w0, k1 + 2 * w1);
	c = philox_round(c, k0 + 3 * w0, k1 + 3 * w1);
	c = philox_round(c, k0 + 4 * w0, k1 + 4 * w1);
	c = philox_round(c, k0 + 5 * w0, k1 + 5 * w1);
	c = philox_round(c, k0 + 6 * w0, k1 + 6 * w1);
	c = philox_round(c, k0 + 7 * w0, k1 + 7 * w1);
	c = philox_round(c, k0 + 8 * w0, k1 + 8 * w1);
	return philox_round(c, k0 + 9 * w0, k1 + 9 * w1);
}

/* Two numbers in (0,1), neither 0 nor 1, of 52 bits each. */
struct draw_pair {
	double a, b;
};

/* 52 bits behind the point of a number in [1,2), and half a step more: exact, and without a conversion. */
static inline double unit_of(uint32_t high, uint32_t low)
{
	uint64_t bits = ((uint64_t)high << 32 | low) >> 12 | UINT64_C(0x3ff0000000000000);
	double x;
	memcpy(&x, &bits, sizeof x);
	return x - (1 - 0x1p-53);
}

/* A name, and how many pairs of it have been drawn. */
struct stream {
	uint32_t k0, k1;
	struct philox at;
};

/* `child` says who (48 bits: 16 of the source, 32 of the number), `visit` the how-manieth time
 * there (16 bits), `station` where (16 bits; 0 if nowhere). Up to 256 pairs each. */
static inline struct stream stream_of(uint64_t seed, uint32_t replication, uint64_t child, uint32_t visit,
				      uint32_t station, uint32_t purpose)
{
	return (struct stream){ (uint32_t)seed,
				(uint32_t)(seed >> 32),
				{ { (uint32_t)child, ((uint32_t)(child >> 32) << 16) | (visit & 0xffff), replication,
				    (station << 16) | (purpose << 8) } } };
}

static inline struct draw_pair stream_pair(struct stream *s)
{
	struct philox r = philox(s->at, s->k0, s->k1);
	s->at.w[3]++;
	return (struct draw_pair){ unit_of(r.w[0], r.w[1]), unit_of(r.w[2], r.w[3]) };
}

#endif
