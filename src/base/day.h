/*
 * day.h - local days, minutes of the day, instants, and working days.
 *
 * A `day_t` is a count of days since 1 January 1970 in the proleptic Gregorian
 * calendar: a local day, without a zone. An instant is UTC milliseconds since
 * 1970 (`int64_t`, named *_ms). The only zone is Europe/London, whose rule
 * (summer time from 01:00 UTC on the last Sunday of March to 01:00 UTC on the
 * last Sunday of October; Summer Time Order 2002, SI 2002/262) is code here:
 * no zone files, no C library time functions, and "today" is an argument.
 *
 * Working days: not a Saturday, not a Sunday, not a bank holiday in England
 * (Care Planning, Placement and Case Review (England) Regulations 2010, reg 2;
 * wording not seen). Day 0 is never counted: one working day after a Friday is
 * the Monday, and so is one working day after that Saturday.
 */
#ifndef LINNET_BASE_DAY_H
#define LINNET_BASE_DAY_H

#include "base/err.h"
#include "base/text.h"

typedef int32_t day_t;
#define DAY_NONE  INT32_MIN /* no such day, or not known */
#define DAY_NEVER INT32_MAX /* after every day */
enum { MINUTE_NONE = -1, MS_PER_DAY = 86400000, DAY_TEXT_MAX = 48 };

struct ymd {
	int32_t year;
	uint8_t month, day; /* 1.. */
};

day_t day_of(int32_t year, int month, int day); /* DAY_NONE if there is no such day */
struct ymd day_ymd(day_t d);
int day_weekday(day_t d); /* 1 Monday .. 7 Sunday (ISO 8601) */

/* The same day number n months on (n may be negative), or the last day of that
 * month if it is shorter: 31 January + 1 month = 28 or 29 February. */
day_t day_add_months(day_t d, int n);
/* The day on which somebody born on `born` reaches an age, in years. Born on 29
 * February: 1 March in a common year (Family Law Reform Act 1969 s9 gives the
 * commencement of the day; the 1 March convention is unverified, domain 1.0). */
day_t day_birthday(day_t born, int years);
/* The days on which somebody reaches n ages, in years; all DAY_NONE if the day of birth is. */
void day_birthdays(day_t born, const uint8_t *years, size_t n, day_t *out);
int day_age_years(day_t born, day_t on);  /* completed years; born <= on */
int day_age_months(day_t born, day_t on); /* completed months, clamped as day_add_months */

/* "2026-11-22", or dd/mm/yyyy with 1 or 2 digits for day and month. Nothing
 * else: RC_BAD_INPUT, with no words (the caller knows row and column). */
enum rc day_parse(struct str s, day_t *out) NODISCARD;
enum rc day_parse_iso(struct str s, day_t *out) NODISCARD;
enum rc minute_parse(struct str s, int *out) NODISCARD; /* "09:30" -> 570 */
/* Into a buffer of DAY_TEXT_MAX; return it. */
char *day_iso(day_t d, char *out);   /* 2026-11-22 ("-" for DAY_NONE) */
char *day_long(day_t d, char *out);  /* Sunday 22 November 2026 */
char *day_short(day_t d, char *out); /* Sun 22 Nov 2026 */
char *day_plain(day_t d, char *out); /* 22 November 2026 */

/* Europe/London. */
void london_of_ms(int64_t ms, day_t *day_out, int *minute_out);
day_t london_day(int64_t ms);
/* The first instant of a local day, and of the day after. */
int64_t london_midnight_ms(day_t d);
/* The instant of a local minute. In the hour that happens twice (October) the
 * first; in the hour that does not exist (March) the instant it would have been
 * had the clocks not moved: minutes between two local times stay true. */
int64_t london_ms(day_t d, int minute);
bool london_comes_twice(day_t d, int minute);
/* A local minute of these hours, written down, may have been either of two instants: by
 * summer time or, an hour later, by winter time (in March a clock was put forward too
 * early, or not yet). The earlier and the later; of any other minute the same. */
int64_t london_first_ms(day_t d, int minute);
int64_t london_last_ms(day_t d, int minute);
/* The least number of minutes that can lie between two written times, the first not
 * after the second; -1 if by any reading the second comes first. */
int64_t london_minutes_between(day_t from, int from_minute, day_t to, int to_minute);
/* ISO 8601 with a zone ("2026-11-22T15:04:05Z"): RC_BAD_INPUT otherwise. */
enum rc instant_parse(struct str s, int64_t *ms_out) NODISCARD;
char *instant_iso(int64_t ms, char *out); /* 2026-11-22T15:04:05.123Z */

/* ---- working days ---- */

struct holiday {
	day_t day;
	day_t known_from; /* the day on which it was proclaimed or published; DAY_NONE: always */
	struct str name;
	day_t known_until; /* the day on which it was moved or taken back; 0 or DAY_NONE: never */
};

/* Immutable once made; any number of threads may read it. */
struct workdays;
/* Builds a calendar from holidays known on `known_on` (DAY_NEVER: all), covering
 * [from,to]. Arithmetic outside is still right for weekends but knows no
 * holidays: `workdays_covers` tells. Holidays may be unsorted or repeated. */
struct workdays *workdays_new(const struct holiday *h, size_t n, day_t known_on, day_t from, day_t to);
void workdays_free(struct workdays *w);
bool workdays_covers(const struct workdays *w, day_t d);
day_t workdays_known_to(const struct workdays *w); /* the last day covered */
bool workdays_is(const struct workdays *w, day_t d);
const struct holiday *workdays_holiday(const struct workdays *w, day_t d); /* NULL if none */
/* The n-th working day after d, d not counted. n = 0 is d itself; n < 0 counts back. */
day_t workdays_add(const struct workdays *w, day_t d, int n);
/* Working days in (from, to]; negative if to < from: the working days in (to, from]. */
int workdays_between(const struct workdays *w, day_t from, day_t to);

#endif
