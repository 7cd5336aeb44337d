/*
 * readings.h - what a written local time may have been, found by looking.
 *
 * For tests: every minute of UTC around a written time is shown on a clock that is put
 * forward and back as the Summer Time Order 2002 says, and those that show it are taken.
 * None of src/base/day.c is used but days and dates.
 */
#ifndef LINNET_TESTS_READINGS_H
#define LINNET_TESTS_READINGS_H

#include "base/day.h"

/* The minute of UTC at which the clocks change: 01:00 on the last Sunday of the month. */
static inline int64_t change_minute(int year, int month)
{
	day_t d = day_of(year, month, 31);
	while ((d + 4) % 7 != 0) /* 1 January 1970 was a Thursday */
		d--;
	return (int64_t)d * 1440 + 60;
}

/* The local minute since 1970 that a clock shows at a minute of UTC. */
static inline int64_t shown_at(int64_t utc)
{
	int year = day_ymd((day_t)(utc / 1440)).year;
	return utc + (utc >= change_minute(year, 3) && utc < change_minute(year, 10) ? 60 : 0);
}

/* Minutes of UTC since 1970, the earlier first; where there is one, it is written twice. An hour
 * of March was never shown: somebody’s clock was put forward too early, or not yet. */
static inline void written(day_t day, int minute, int64_t out[2])
{
	int64_t local = (int64_t)day * 1440 + minute;
	int n = 0;
	for (int64_t utc = local - 61; utc <= local + 1; utc++) /* its clocks are never more than an hour off */
		if (shown_at(utc) == local)
			out[n++] = utc;
	if (n == 1)
		out[1] = out[0];
	if (n == 0) {
		out[0] = local - 60;
		out[1] = local;
	}
}

#endif
