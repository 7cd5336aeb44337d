/*
 * show.h - days, numbers and states in words, the same on every page.
 */
#ifndef LINNET_WEB_PAGES_SHOW_H
#define LINNET_WEB_PAGES_SHOW_H

#include "codec/html.h"
#include "standard/engine.h"
#include "work/see/child.h"

struct text64 show_day(day_t d);		   /* "Wed 2 Dec 2026"; "not known" */
struct text64 show_day_near(day_t d, day_t today); /* "Wed 2 Dec", with the year if it is another */
struct text64 show_day_long(day_t d);		   /* "Wednesday 2 December 2026" */
struct text64 show_day_iso(day_t d);		   /* for datetime="" and forms */
struct text64 show_day_plain(day_t d);		   /* "2 December 2026" */
struct text64 show_minute(int minute);		   /* "09:30" */
struct text64 show_instant(int64_t ms);		   /* "Mon 23 Nov 2026, 09:12" */
struct text64 show_count(int64_t n);		   /* "7,302" */
struct text64 show_capped(int64_t n);		   /* "500+" */
struct text64 show_age(int years, int months);	   /* "age 8 months", "age 15", "age not known" */
struct text64 show_nhs(struct str number);	   /* "999 412 3076" */
struct text64 show_id(int64_t id);
struct text64 show_hash(struct str hash); /* its first 16 digits in fours */

/* The tag beside a due day: "4 working days late", "tomorrow", "in 7 working
 * days", "in 8 weeks", "in time", "late: 3 days". */
struct text64 show_lateness(enum lateness l, int days_late, bool working_days);
const char *lateness_colour(enum lateness l, int days_late); /* "red" "yellow" "white" "green" "grey" */
/* Words for where a closed clock stands: "Not required", "Stopped". */
const char *holder_pattern(enum holder h); /* "own-council": what the svg pattern is called */
const char *holder_class(enum holder h);   /* "is-council": line under a day of the calendar */
struct str holder_words(const struct organisation *org, enum holder h); /* "Essex council", else "Council" */
struct str person_name(struct arena *a, struct str given, struct str family);

#endif
