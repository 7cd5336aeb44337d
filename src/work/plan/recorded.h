/*
 * recorded.h - demand as the record has it: referrals and admissions of the viewer's
 * circle, counted by council, age and month, with small counts hidden.
 *
 * Rules of use
 *  - Whole years to 31 March only, and a year only if every council that is told of was
 *    covered from its first day on: what was not loaded is not known, and no 0.
 *  - What is hidden of a year depends on that year alone, over all the ways of showing it
 *    together (stat/protect.h), so that no later answer shows what an earlier one hid.
 *    Counts that are hidden are not in what comes out.
 *  - Mental-health care is sensitive: only roles that see it (data/roles.yaml), and
 *    ACT_PLAN. Every reading is audited. Sealed entries are not counted.
 *  - The record holds the children it was told of, not all who live there.
 */
#ifndef LINNET_WORK_PLAN_RECORDED_H
#define LINNET_WORK_PLAN_RECORDED_H

#include "plan/sections.h"
#include "work/viewer.h"

enum recorded_of { RECORDED_REFERRALS = 1, RECORDED_ADMISSIONS };
enum { RECORDED_YEARS = 4, RECORDED_BANDS = 6, RECORDED_SEASON_FROM = 100 /* counted, for a trend */ };

struct recorded_count {
	struct str code, name; /* of a council; a group of ages; a month ("2025-04") */
	int64_t residents;     /* 0 to 17, of a council; 0: not said */
	int64_t count;	       /* 0 if hidden */
	bool hidden;
	bool rated;	       /* what follows is there: only where the count is shown */
	struct recorded_rate { /* with its 95 % interval */
		double value, lower, upper;
	} rate; /* of each 10,000 residents */
};
struct recorded_season {	   /* stat/season.h */
	struct recorded_rate year; /* times the year before */
	bool has_months;
	struct recorded_rate month[12]; /* times the mean month */
	double dispersion, next;	/* next: expected in the first month after */
	int next_year, next_month;
};
struct recorded_year {
	day_t from;   /* 1 April */
	bool covered; /* else nothing of it is told */
	struct recorded_count all, *councils, ages[RECORDED_BANDS], months[12];
};
struct recorded {
	enum recorded_of of;
	struct recorded_year years[RECORDED_YEARS]; /* newest first */
	size_t n_years, n_councils;		    /* the last of the councils: all others */
	struct sharing_bounds {
		int64_t from, to;
	} hidden; /* counts that are hidden */
	bool has_season;
	struct recorded_season season;
	struct str no_season; /* why not */
};

/* "referrals", "admissions"; 0: neither. */
enum recorded_of recorded_of_word(struct str word);
const char *recorded_word(enum recorded_of of);
const char *recorded_title(enum recorded_of of); /* "Referrals to mental-health services" */
/* May this viewer have them counted? */
bool recorded_is_for(const struct viewer *v);
/* RC_NOT_FOUND: not for this role, whose people do not see mental-health care. Where the parts of a year cannot be
 * hidden safely, all months are hidden, then everything but the whole. */
enum rc recorded_see(struct app *app, const struct viewer *v, enum recorded_of of, struct arena *a,
		     struct recorded *out, struct err *e) NODISCARD;

/* ---- written out (recorded_print.c) ---- */
enum { RECORDED_SECTIONS_MAX = 5 };
size_t recorded_sections(const struct recorded *r, struct arena *a, struct section out[RECORDED_SECTIONS_MAX]);
struct str recorded_headline(const struct recorded *r, struct arena *a);
/* The newest year that is covered; NULL: none. */
const struct recorded_year *recorded_newest(const struct recorded *r);
void recorded_csv(struct buf *b, const struct recorded *r);
void recorded_json(struct buf *b, const struct recorded *r);

#endif
