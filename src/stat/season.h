/*
 * season.h - counts by month: is there a trend, which months are busy, what comes next?
 *
 * log(mean count of a day) = level + trend * years + month of the year, fitted to
 * monthly counts with their numbers of days (Poisson regression by iteratively
 * reweighted least squares, McCullagh and Nelder 1989). Counts that scatter more
 * than chance alone have their intervals widened by the dispersion (Pearson's
 * chi-square over its freedom, never below 1), with Student's t.
 *
 * Rules of use
 *  - From 12 months on there is a trend, from 24 on months of the year; under
 *    that `made` says that there are too few. A trend over one year may be season.
 *  - No cause is named by it: a change of counting looks like a change of need.
 */
#ifndef LINNET_STAT_SEASON_H
#define LINNET_STAT_SEASON_H

#include "stat/estimate.h"

enum { SEASON_MONTHS_MAX = 600, SEASON_TREND_FROM = 12, SEASON_MONTHS_FROM = 24, SEASON_AHEAD = 12 };

struct season_month {
	int year, month; /* 1 .. 12 */
	int64_t count;
};

struct season {
	enum made made;		   /* of the trend */
	bool has_months;	   /* whole years enough for months of the year */
	struct estimate year;	   /* how many times as many each year: 1.05 is 5 % more */
	struct estimate month[12]; /* times the mean month, days of the month allowed for */
	double dispersion;	   /* 1: as chance alone scatters them */
	struct {
		int year, month;
		double value, lower, upper; /* where the count of that month is expected */
	} ahead[SEASON_AHEAD];
};

/* Months in order and without a gap, at least one above 0; RC_BAD_INPUT says which is wrong (from 1). */
enum rc season_fit(const struct season_month *months, size_t n, double level, struct season *out,
		   struct err *e) NODISCARD;

#endif
