/*
 * measure.h - the pages of measures: all of them, one, the children behind a
 * number, and a filed report beside today.
 */
#ifndef LINNET_WEB_PAGES_MEASURE_H
#define LINNET_WEB_PAGES_MEASURE_H

#include "web/pages/chart.h"
#include "web/pages/page.h"
#include "work/oversee/filed.h"
#include "work/oversee/measure_print.h"

enum { READINGS_SHOWN_MAX = 20, MONTHS_OF_A_FUNNEL = 12 };

struct measure_row {	 /* a number in a table */
	struct str name; /* of its period or group */
	struct measure_number n;
	struct measure_at at; /* its children */
	struct str why_out;
	struct str said; /* what chance says of it; may be empty */
};

struct measures_row { /* one measure in the list of all */
	const struct measure *m;
	struct reading reading;
	struct str period;
	struct measure_at at; /* the children of its last period */
};
struct measures_title { /* the measures of one title: the first that counts somebody leads, the others are folded */
	const struct measures_row *const *rows;
	size_t n;
};
struct measures_group { /* of one document */
	struct str title;
	const struct measures_title *titles;
	size_t n;
	const struct measures_row *const *nobody; /* measures that counted nobody */
	size_t n_nobody;
};
struct measures_view {
	struct page page;
	const struct measures_row *const *changed; /* by more than chance, worse ones first */
	size_t n_changed, n_worse;
	const struct measures_group *groups;
	size_t n_groups;
	struct str period; /* the last whole month; a row of another period says its own */
	struct when when;
	day_t as_of;
};

struct measure_table { /* by council, provider, area, in and out of area */
	enum measure_group by;
	const struct measure_row *rows;
	size_t n;
};

struct measure_map_row {
	struct str name, counted, value, shade; /* shade: the range of the map's key */
};
struct measure_map {
	struct html picture; /* empty: fewer than two councils to draw */
	struct str range;    /* of which months */
	bool board;	     /* small numbers hidden, the last whole year */
	const struct measure_map_row *rows;
	size_t n;
	const struct measure_line *lines; /* numbers by council */
	size_t n_lines;
	day_t from; /* of the lines that are drawn */
};

struct measure_view {
	struct page page;
	const struct measure *m;
	struct measure_at at; /* as asked */
	struct reading reading;
	struct str period, headline, words, range; /* range: of the groups, "12 months to October 2026" */
	struct counts now;			   /* of the last period */
	day_t as_of, previous, next;		   /* periods before and after; DAY_NONE none */
	struct html wide, narrow, funnel;
	struct measure_map map;
	const struct measure_row *months;
	size_t n_months;
	struct measure_table tables[GROUP__COUNT - 1];
	struct str funnel_words;
	const struct measure_row *readings; /* the same period in the other readings */
	const struct measure *reading_of[READINGS_SHOWN_MAX];
	size_t n_readings;
	const struct str *reasons; /* why counted out, in the last period */
	const int64_t *reason_counts;
	size_t n_reasons;
	struct shares late;
	const struct filed *filed;
	size_t n_filed;
};

struct measure_children_view {
	struct page page;
	const struct measure *m;
	struct measure_at at;
	const struct measure_result *r;
	struct str heading, where;
};

struct filed_row { /* the two answers of one period and group */
	struct str period, group, then, now;
	bool differs;
};
struct filed_view {
	struct page page;
	const struct filed_beside *b;
	const struct filed_row *rows;
	size_t n, n_differ;
	struct str period;
};

/* Words for one number: "76% (58 to 88)", "28 days", "-". */
struct str number_words(const struct visit *v, const struct measure *m, const struct measure_number *n);
/* The same place with another outcome, reason or holder. */
struct measure_at at_outcome(struct measure_at at, const char *outcome);
struct measure_at at_why(struct measure_at at, struct str why);
struct measure_at at_late(struct measure_at at, enum holder h);
struct measure_at at_period(struct measure_at at, day_t period);
const char *judgement_words(const struct reading *r);
struct text64 people_known_to(const struct measure *m); /* the day of the latest estimate of its population */

/* ---- measure_map.c ---- */
/* After the tables: the map of the councils whose numbers are the viewer's. */
enum rc measure_map_fill(const struct visit *v, const struct measure_result *r, bool board, struct measure_view *view,
			 struct err *e) NODISCARD;

#endif
