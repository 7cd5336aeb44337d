/*
 * hours.h - limits in hours: instants, and what the times of the record may have been.
 * Private to this room.
 *
 * Hours are true hours, across both changes of the clock. The record keeps local days and
 * minutes, and a time between one and two on the night of a change may have been either of
 * two instants (base/day.h). Nobody is late too early: the due time is counted from day 0
 * as late as it can have been, and a clock was met in time if it was so by some reading of
 * its times.
 */
#ifndef LINNET_STANDARD_HOURS_H
#define LINNET_STANDARD_HOURS_H

#include "standard/rules.h"

enum { LAST_MINUTE = 1439 };

/* The minute of day 0 that a limit in hours is counted from. A missing one: the last
 * that it can have been, so that nobody is late too early. */
static inline int start_minute(const struct rule *r, const struct clock *row)
{
	return row->start_minute != MINUTE_NONE ? row->start_minute : r->midnight ? 0 : LAST_MINUTE;
}

/* How long after its due time a clock was met, in minutes; 0 or less: in time. Of a
 * clock that is done, whose due day has its minute and whose day it was done too. */
int64_t hours_late(const struct rule *r, const struct clock *c);
/* Times are missing, and the days alone do not decide whether the fact is in time. */
bool hours_untold(const struct rule *r, const struct clock *row, const struct fact *f);
/* Does the fact lie before day 0's time (by every reading)? After the due time? */
bool hours_too_early(const struct rule *r, const struct clock *row, const struct fact *f);
bool hours_after_due(const struct clock *row, const struct fact *f);

#endif
