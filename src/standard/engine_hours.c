/* Limits in hours: the due time, and what comes before, in and after it. See hours.h. */
#include "standard/limit.h"

enum { MINUTES_OF_HOUR = 60, MINUTE_MS = 60000 };

/* Day 0 as late as it can have been. */
struct limit_day limit_hours(day_t start, int start_minute, int hours)
{
	int64_t ms = london_last_ms(start, start_minute) + (int64_t)hours * MINUTES_OF_HOUR * MINUTE_MS;
	day_t day;
	int minute;
	london_of_ms(ms, &day, &minute);
	return (struct limit_day){ day, (int16_t)minute, ms != london_ms(day, minute) };
}

static int64_t due_ms(const struct clock *c)
{
	return c->due_again ? london_last_ms(c->due, c->due_minute) : london_ms(c->due, c->due_minute);
}

int64_t hours_late(const struct rule *r, const struct clock *c)
{
	int begun = start_minute(r, c);
	int64_t start = london_last_ms(c->start, begun), allowed = (due_ms(c) - start) / MINUTE_MS;
	int64_t took = (london_first_ms(c->done, c->done_minute) - start) / MINUTE_MS;
	if (c->start_minute != MINUTE_NONE) /* both in one odd hour: not before day 0 */
		took = london_minutes_between(c->start, begun, c->done, c->done_minute);
	return took - allowed;
}

bool hours_too_early(const struct rule *r, const struct clock *row, const struct fact *f)
{
	if (!r->midnight && (f->minute == MINUTE_NONE || row->start_minute == MINUTE_NONE))
		return f->day < row->start;
	return london_last_ms(f->day, f->minute == MINUTE_NONE ? 0 : f->minute) <
	       london_first_ms(row->start, start_minute(r, row));
}

bool hours_after_due(const struct clock *row, const struct fact *f)
{
	return row->due_minute != MINUTE_NONE && f->minute != MINUTE_NONE &&
	       london_first_ms(f->day, f->minute) > due_ms(row);
}

bool hours_untold(const struct rule *r, const struct clock *row, const struct fact *f)
{
	bool known = f->minute != MINUTE_NONE;
	if (r->midnight || row->due_minute == MINUTE_NONE || (known && row->start_minute != MINUTE_NONE))
		return false;
	int64_t due_last = due_ms(row), due_first = due_last;
	if (row->start_minute == MINUTE_NONE)
		due_first -= london_ms(row->start, LAST_MINUTE) - london_ms(row->start, 0);
	int64_t first = london_first_ms(f->day, known ? f->minute : 0);
	int64_t last = known ? first : london_ms(f->day, LAST_MINUTE);
	return last > due_first && first <= due_last;
}
