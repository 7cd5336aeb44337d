/*
 * num.h - logarithm, exponential and the like, the same to the last bit everywhere.
 *
 * A plan must give the same bytes on every machine and from every compiler. The
 * functions of the C library may differ in the last bit from one version to the
 * next, so this room has its own, made of + - * / and square roots only, which
 * the standard for floating point (IEEE 754) fixes exactly. The Makefile keeps
 * compilers from joining a product and a sum (-ffp-contract=off).
 *
 * Errors are below 2 units in the last place for num_log and num_exp, and below
 * 1e-14 relative for the others. Arguments outside what is said are the caller's
 * mistake: a number comes back, but not a meaningful one.
 */
#ifndef LINNET_PLAN_NUM_H
#define LINNET_PLAN_NUM_H

#include "base/base.h"

double num_exp(double x);	    /* 0 below -708, DBL_MAX above 709 */
double num_pow(double x, double y); /* x > 0; 0 to the power of y > 0 is 0 */
double num_lgamma(double x);	    /* log of the gamma function; x > 0 */
/* The value below which a share p of the normal distribution lies; 0 < p < 1.
 * Wichura, Algorithm AS 241, Applied Statistics 37 (1988) 477-484, PPND16. */
double num_normal_quantile(double p);

/* Natural logarithm of a positive, normal number. In the header because drawing
 * lengths of time calls it once a child and station. x = 2^e m with m about 1;
 * log m = 2 atanh(s), s = (m-1)/(m+1), by its series, summed in pairs so that a
 * processor can do several steps at once. */
static inline double num_log(double x)
{
	uint64_t bits;
	memcpy(&bits, &x, sizeof bits);
	/* e + 1024, so that m lies between sqrt(1/2) and sqrt(2); as a number by way of its bits, which wide
	 * registers can do */
	uint64_t e = (bits - 0x3fe6a09e667f3bcdu + (UINT64_C(1024) << 52)) >> 52,
		 number = e | UINT64_C(0x4330000000000000);
	bits -= (e << 52) - (UINT64_C(1024) << 52);
	double m, n;
	memcpy(&m, &bits, sizeof m);
	memcpy(&n, &number, sizeof n);
	n -= 0x1p52 + 1024;
	double f = m - 1, s = f / (2 + f), z = s * s, z2 = z * z, z4 = z2 * z2;
	double low = (2.0 / 3 + z * (2.0 / 5)) + z2 * (2.0 / 7 + z * (2.0 / 9));
	double mid = (2.0 / 11 + z * (2.0 / 13)) + z2 * (2.0 / 15 + z * (2.0 / 17));
	double high = (2.0 / 19 + z * (2.0 / 21)) + z2 * (2.0 / 23);
	double tail = low + z4 * (mid + z4 * high);
	/* log m = f - f*f/2 + ..., written so that the largest part is exact */
	double half = 0.5 * f * f;
	double small = s * (half + z * tail) + n * 0x1.ef35793c7673p-45;
	return n * 0x1.62e42fefa38p-1 + (f - (half - small));
}

#endif
