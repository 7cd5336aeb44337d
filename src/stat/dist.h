/*
 * dist.h - quantiles of the distributions that the other files of this room need.
 *
 * A quantile answers: below which value does a share `p` of the distribution
 * lie? Interval limits are quantiles. The numbers come from the GNU Scientific
 * Library, which dist.c alone sees.
 *
 * Rules of use: every function returns false and leaves *out alone when an
 * argument is outside its domain, is not a number, or the library found no
 * finite answer. No function ever gives NaN or infinity. Thread-safe.
 */
#ifndef LINNET_STAT_DIST_H
#define LINNET_STAT_DIST_H

#include "base/base.h"

/* 0 < p < 1 throughout. */
bool dist_normal(double p, double *out) NODISCARD;		       /* mean 0, deviation 1 */
bool dist_chi_square(double p, double freedom, double *out) NODISCARD; /* freedom > 0 */
bool dist_t(double p, double freedom, double *out) NODISCARD;	       /* Student; freedom > 0 */
bool dist_beta(double p, double a, double b, double *out) NODISCARD;   /* a, b > 0 */
/* Smallest k with P(X <= k) >= p, X the successes of n throws with this chance each (0 to 1). */
bool dist_binomial(double p, int64_t n, double chance, int64_t *out) NODISCARD;
/* The same of a fair coin. */
bool dist_fair_binomial(double p, int64_t n, int64_t *out) NODISCARD;
/* Two-sided: the normal quantile that leaves (1 - level)/2 above it. 0 < level < 1. */
bool dist_z(double level, double *out) NODISCARD;

#endif
