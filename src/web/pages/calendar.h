/*
 * calendar.h - how the days of a clock were counted, week by week.
 */
#ifndef LINNET_WEB_PAGES_CALENDAR_H
#define LINNET_WEB_PAGES_CALENDAR_H

#include "web/pages/show.h"

enum { CALENDAR_WEEKS_MAX = 16, CELL_WORDS_MAX = 72 };

struct cal_cell {
	struct text64 day;	    /* "4", "1 Dec" */
	char words[CELL_WORDS_MAX]; /* "day 13, today"; "starts"; "bank holiday" */
	char classes[64];
	bool due;
};
struct cal_week {
	struct cal_cell cells[7];
	int hidden; /* weeks left out before this one */
};
struct calendar {
	struct cal_week weeks[CALENDAR_WEEKS_MAX];
	size_t n;
	day_t from, to;
	bool holders[HOLDER__COUNT]; /* whose days are in it, for the key */
	bool after_due, bank_holiday;
};

/* Which of the counted days of a clock this is; without those paused. */
int calendar_number(const struct clock_page *p, const struct workdays *w, day_t d);
/* Nothing (n == 0) for a clock that has no start. */
void calendar_of(const struct clock_page *p, const struct workdays *w, struct calendar *out);

#endif
