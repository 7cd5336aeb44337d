/*
 * funnel.h - which of many areas really differ from the rest.
 *
 * Of forty areas some are highest by chance alone, and the smallest areas swing
 * most. A funnel plot draws, round the value of all areas together (the
 * baseline), how far an area of each size may be off by chance: 95 % of areas
 * within the inner lines, 99.8 % within the outer ones. Small areas sit where
 * the funnel is wide. Outside the outer lines, ask why.
 *
 * Rules of use: as estimate.h (RC_BAD_INPUT for wrong input, no NaN).
 * Spiegelhalter, Statistics in Medicine 24 (2005) 1185-1202; levels and labels
 * as in PHEindicatormethods.
 */
#ifndef LINNET_STAT_FUNNEL_H
#define LINNET_STAT_FUNNEL_H

#include "stat/estimate.h"

#define FUNNEL_INNER 0.95
#define FUNNEL_OUTER 0.998

enum significance { SIGNIFICANCE_NONE, LOW_INNER, LOW_OUTER, HIGH_INNER, HIGH_OUTER };
/* "Not significant", "Low (0.025)", "Low (0.001)", ...: the chance of being beyond on one side. */
const char *significance_name(enum significance s);

/* A proportion: baseline -+ z sqrt(baseline (1 - baseline) / n), kept within 0 and 1. Baseline 0..1, n > 0. */
enum rc funnel_proportion(double baseline, double n, double level, struct limits *out, struct err *e) NODISCARD;
enum rc compare_proportion(double numerator, double denominator, double baseline, enum significance *out,
			   struct err *e) NODISCARD;

/* A count of Poisson kind, by its expected events. The lines are known by the
 * events: an area with `events` is on the lower line when `low_expected` were
 * expected, on the upper line when `high_expected` were. Draw (expected,
 * events / expected) for events 1, 2, 3, ... */
struct funnel_point {
	double low_expected;  /* the exact upper limit of `events` */
	double high_expected; /* the exact lower limit of `events`; 0 for no events */
};
enum rc funnel_events(double events, double level, struct funnel_point *out, struct err *e) NODISCARD;
/* The same by population: persons = expected / (baseline events per person and year x years). */
enum rc funnel_persons(double events, double baseline, double years, double level, struct funnel_point *out,
		       struct err *e) NODISCARD;
/* Ratio: expected as standardised. Rate: expected = baseline x persons; for a directly
 * standardised rate persons = events / rate. Exact limits, whatever the count. */
enum rc compare_events(double events, double expected, enum significance *out, struct err *e) NODISCARD;

#endif
