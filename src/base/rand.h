/*
 * rand.h - streams of chance that anyone can draw again.
 *
 * A stream is named by (seed, purpose, index): the same name gives the same
 * numbers on every machine, whatever was drawn from other streams and in
 * whatever order. Give each thing its own (child 17's placements, say) and work
 * can be shared between threads without changing a byte. Not for secrets.
 *
 * splitmix64 over the name fills a xoshiro256** state (Blackman and Vigna 2018).
 */
#ifndef LINNET_BASE_RAND_H
#define LINNET_BASE_RAND_H

#include "base/base.h"

struct rand {
	uint64_t s[4];
};

struct rand rand_stream(uint64_t seed, const char *purpose, uint64_t index);
uint64_t rand_bits(struct rand *r);
/* Every whole number of [min,max] equally likely, without the bias of a remainder. */
int64_t rand_int(struct rand *r, int64_t min, int64_t max);
double rand_real(struct rand *r);	    /* [0,1), 53 bits */
bool rand_chance(struct rand *r, double p); /* true with probability p */
double rand_normal(struct rand *r, double mean, double sd);
/* Index into `weights` (n >= 1, none negative, not all zero). */
size_t rand_choice(struct rand *r, const double *weights, size_t n);

#endif
