/*
 * days.h - a day in every way in which people write one in a workbook.
 *
 * 06/01/2026, 6/1/26, 6.1.2026, 6 January 2026, 06-Jan-26, Jan 6 2026,
 * 2026-01-06, 20260106, the inner number of a spreadsheet (46028), each with a
 * time behind it or without. Numbers alone are read day first, as is the habit
 * here, unless whoever loads says that the month stands first; nothing is
 * guessed from one cell. Pure: today decides only which century "26" is in.
 */
#ifndef LINNET_EXCHANGE_SHEETS_DAYS_H
#define LINNET_EXCHANGE_SHEETS_DAYS_H

#include "base/day.h"

enum day_order { DAYS_DAY_FIRST, DAYS_MONTH_FIRST };

enum day_shows {		    /* what the numbers of one cell prove about the order they stand in */
		 SHOWS_NOTHING,	    /* a name of a month, the year first, or both numbers the same */
		 SHOWS_EITHER,	    /* 03/04/2026 */
		 SHOWS_DAY_FIRST,   /* 22/11/2026 */
		 SHOWS_MONTH_FIRST, /* 11/22/2026 */
};

struct day_read {
	day_t day;	/* DAY_NONE: no such day in that order */
	int16_t minute; /* MINUTE_NONE */
	enum day_shows shows;
	bool number;	   /* the inner number of a spreadsheet */
	bool short_year;   /* the century was added */
	const char *wrong; /* why there is no such day, in words */
};

/* False if the text is no attempt at a day at all. */
bool sheet_day(struct str text, enum day_order order, day_t today, struct day_read *out);
/* The day behind a spreadsheet's inner number (1 January 1900 is 1); DAY_NONE if it cannot be one. */
day_t sheet_day_of_number(double number, int16_t *minute_out);

#endif
