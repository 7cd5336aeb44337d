/*
 * clock.h - why one due date is what it is.
 */
#ifndef LINNET_WEB_PAGES_CLOCK_H
#define LINNET_WEB_PAGES_CLOCK_H

#include "web/pages/bar.h"
#include "web/pages/calendar.h"
#include "web/pages/page.h"

struct clock_view {
	struct page page;
	const struct clock_page *c;
	struct str name, heading;
	struct when when;
	struct bar bar;
	struct calendar cal;
	const char *answer_class;
	struct text64 used; /* by all turns together */
};

/* "1 to 2", "13": the counted days of a turn. */
struct text64 turn_days(const struct clock_view *v, const struct turn *t);
/* "9" days; "1 h 30 min" where the limit is in hours and both times are known. */
struct text64 turn_length(const struct turn *t);
/* Why no days are counted by holder. */
const char *turns_none(const struct clock_view *v);
enum lateness reading_lateness(const struct clock_view *v, const struct clock *k, int *late_out);

#endif
