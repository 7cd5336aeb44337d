/*
 * estimate.h - a number and how sure we may be of it: proportions, rates,
 * ratios and means with their confidence intervals.
 *
 * "12 of 40 children" is the count of one year. Another year with the same
 * underlying chance would have given another count. The interval says which
 * underlying values the count can be reconciled with, at a stated level: 0.95
 * (95 %, the usual one) or 0.998 (99.8 %, about three deviations, for looking
 * at many areas at once), or any other between 0 and 1.
 *
 * Rules of use
 *  - Wrong input (negative, not a number, more in the numerator than in the
 *    denominator) is RC_BAD_INPUT and the text says what to correct.
 *  - What cannot be worked out from right input is no error: the function
 *    returns RC_OK and `made` says why there is no number. value, lower and
 *    upper are then 0 and mean nothing.
 *  - No result is ever NaN or infinite.
 *  - `per` multiplies the result and both limits: 100 for percentages, 1000,
 *    10000, 100000.
 */
#ifndef LINNET_STAT_ESTIMATE_H
#define LINNET_STAT_ESTIMATE_H

#include "base/err.h"

enum made {
	MADE,		     /* value, lower and upper are there */
	MADE_NO_DENOMINATOR, /* nobody to divide by */
	MADE_TOO_FEW	     /* too few events or values for this method */
};
enum method { METHOD_NONE, METHOD_WILSON, METHOD_BYAR, METHOD_EXACT, METHOD_DOBSON, METHOD_T };
const char *method_name(enum method m); /* "Wilson", "Byar", "exact", ... */

struct estimate {
	double value, lower, upper;
	enum made made;
	enum method method; /* that of the limits */
};

/* From this many events on, Byar's approximation is good enough; fewer are
 * worked out exactly (the practice of the Office for Health Improvement and
 * Disparities, PHEindicatormethods). Also the least for a standardised rate. */
enum { EVENTS_FOR_BYAR = 10 };

/* ---- limits of a count; `x` may be a weighted count, so it is no integer ---- */

struct limits {
	double lower, upper;
	bool no_lower; /* Byar, few events, high level: the formula falls below 0, and says nothing */
};

/* Byar: x (1 - 1/(9x) - z/(3 sqrt x))^3 and (x+1) (1 - 1/(9(x+1)) + z/(3 sqrt(x+1)))^3.
 * Breslow and Day, Statistical methods in cancer research II (1987), p. 69. x = 0 has no lower limit. */
enum rc byar_limits(double x, double level, struct limits *out, struct err *e) NODISCARD;
/* Exact, of a Poisson count: chi2((1-level)/2; 2x)/2 and chi2(1-(1-level)/2; 2x+2)/2.
 * Armitage and Berry, Statistical methods in medical research. The lower limit of 0 is 0. */
enum rc exact_limits(double x, double level, struct limits *out, struct err *e) NODISCARD;
/* Exact under EVENTS_FOR_BYAR, else Byar; *method_out says which. */
enum rc count_limits(double x, double level, struct limits *out, enum method *method_out, struct err *e) NODISCARD;
/* Wilson's score interval of x in n, as shares: (2x + z^2 -+ z sqrt(z^2 + 4x(1 - x/n))) / 2(n + z^2).
 * Wilson, JASA 22 (1927) 209-212. 0 <= x <= n, n > 0. */
enum rc wilson_limits(double x, double n, double level, struct limits *out, struct err *e) NODISCARD;

/* ---- estimates ---- */

/* numerator of denominator, Wilson. A denominator of 0: MADE_NO_DENOMINATOR. */
enum rc proportion(int64_t numerator, int64_t denominator, double level, double per, struct estimate *out,
		   struct err *e) NODISCARD;
/* Events per person or person-time; more events than persons are possible. Limits of the count, divided. */
enum rc rate(int64_t events, double persons, double level, double per, struct estimate *out, struct err *e) NODISCARD;
/* Observed over expected (a standardised ratio). Expected 0: MADE_NO_DENOMINATOR. */
enum rc ratio(int64_t observed, double expected, double level, double per, struct estimate *out,
	      struct err *e) NODISCARD;
/* Mean of n values with Student's t, n - 1 degrees of freedom. Under 2 values: MADE_TOO_FEW.
 * *deviation_out (may be NULL): the sample's standard deviation. */
enum rc mean(const double *values, size_t n, double level, struct estimate *out, double *deviation_out,
	     struct err *e) NODISCARD;

#endif
