/*
 * holidays.h - the bank holidays that working days leave out, as data.
 *
 * DIR/holidays/england.csv holds one row a holiday: day, name, the day from
 * which it was known (empty: always), the day on which it was moved or taken
 * back (empty: never), a note. A holiday proclaimed late changes due dates from
 * the day it is known; "as known on" an earlier day it does not exist yet.
 */
#ifndef LINNET_STANDARD_HOLIDAYS_H
#define LINNET_STANDARD_HOLIDAYS_H

#include "base/arena.h"
#include "base/day.h"

enum { HOLIDAYS_MAX = 2000 };

/* Names live in `a`. RC_BAD_INPUT names file:line. */
enum rc holidays_load(const char *data_dir, struct arena *a, struct holiday **out, size_t *n_out,
		      struct err *e) NODISCARD;

/* The same of text in memory, named in errors; at most HOLIDAYS_BYTES_MAX bytes. */
enum { HOLIDAYS_BYTES_MAX = 1024 * 1024 };
enum rc holidays_read(struct str text, const char *name, struct arena *a, struct holiday **out, size_t *n_out,
		      struct err *e) NODISCARD;

/* The calendar as known on a day (DAY_NEVER: all), from 1 January of the first
 * holiday's year to 31 December of the last one's: as far as the list goes.
 * Free with workdays_free; the names must outlive it. */
struct workdays *holidays_calendar(const struct holiday *h, size_t n, day_t known_on);

#endif
