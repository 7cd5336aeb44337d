/*
 * batch.h - the draws of many children at once.
 *
 * The same numbers as stream_pair and num_log give one by one, to the last bit, but
 * for blocks of children side by side, so that a processor with wide registers (AVX2;
 * asked at run time) does several in one step. Only speed hangs on it.
 */
#ifndef LINNET_PLAN_BATCH_H
#define LINNET_PLAN_BATCH_H

#include "plan/stream.h"

/* The first pair of each child, at visit 0. */
void batch_pairs(uint64_t seed, uint32_t replication, uint32_t station, uint32_t purpose, const uint64_t *child,
		 size_t n, double *a, double *b);
/* -log(1 - u) of each: standard exponential lengths. `out` may be `u`. */
void batch_exponentials(const double *u, size_t n, double *out);

#endif
