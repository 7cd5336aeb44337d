/*
 * measure.h - how we are doing: numbers that open their children.
 *
 * Histories of everybody in the viewer's circle of today stream through the
 * measures asked for; what comes out are tallies (measure/tally.h), from which
 * rows by month, council, provider or area are made, and, where asked, the
 * children behind one number.
 *
 * Permission: a number is counted only over what the viewer may see. A social
 * worker's numbers are of their own council's children; measures of sensitive
 * kinds are for roles that see those, and a clinician's are of their own
 * provider's referrals. A measure that a viewer may not see is one that does
 * not exist. Every reading is audited.
 */
#ifndef LINNET_WORK_OVERSEE_MEASURE_H
#define LINNET_WORK_OVERSEE_MEASURE_H

#include "measure/tally.h"
#include "work/viewer.h"

enum { MEASURE_CHILDREN_MAX = 5000, MEASURE_PERIODS_MAX = 240 };

/* Which hits to list as children. Anything not said: any. */
struct measure_opening {
	day_t period; /* first day; DAY_NONE: any of the range */
	enum measure_group by;
	int64_t group;	      /* with `by`, unless GROUP_NONE */
	enum outcome outcome; /* 0: any */
	struct str reason;    /* of OUTCOME_OUT */
	enum holder
	    late_by; /* late ones whose clock this holder had for longer than its share, or any day if it has none */
};

struct measure_query {
	const struct str *ids; /* none: every measure that the viewer may see */
	size_t n_ids;
	day_t from, to; /* days in the first and the last period; DAY_NONE: 24 months (5 years) to the last whole one */
	int64_t council;		    /* only children of this responsible council; 0 any */
	day_t as_of;			    /* DAY_NONE: today */
	int64_t known_ms;		    /* KNOWN_NOW, or: as known then */
	bool with_late;			    /* whose days late ones were, in the last period of each measure */
	const struct measure_opening *open; /* of the first measure; NULL: no children */
	bool shared;			    /* for measure_shared.h, which hands on what a board sees */
	bool all_hits;			    /* every hit of the first measure: for comparing (filed.h) */
};

struct measure_person { /* one hit, and who it is */
	int64_t person;
	struct str given, family, ref; /* ref: the council's number */
	const struct organisation *council;
	struct measure_hit hit;
	struct str clock; /* what clock_see takes, exactly; empty if no clock is behind it */
	day_t start, due, done;
	enum clock_state state;
	struct str identity; /* of the clock or the year: the same in every run */
};

struct measure_answer {
	const struct measure *m; /* the newest edition */
	day_t from, to;		 /* first days of the first and last period */
	struct tally *tally;
	struct shares late;
};

struct measure_result {
	struct app *known; /* by whose definitions and rules: lent, as app_known says */
	struct measure_answer *answers;
	size_t n;
	day_t as_of;
	int64_t known_ms, children;	     /* children read */
	const struct measure_person *people; /* as `open` asks, in order of day and child */
	size_t n_people;		     /* at most MEASURE_CHILDREN_MAX, unless all_hits */
	int64_t people_total;
};

typedef void measure_progress(void *arg, const char *what, int64_t done, int64_t total);
/* RC_NOT_FOUND: no such measure, or not for this viewer. Release what came out. */
enum rc measure_see(struct app *app, const struct viewer *v, const struct measure_query *q, measure_progress *p,
		    void *arg, struct arena *a, struct measure_result *out, struct err *e) NODISCARD;
void measure_result_release(struct measure_result *r);
/* Is there such a measure for this viewer? Not if something it rests on is withheld of every child (core/shared.h). */
bool measure_is_for(struct app *app, const struct viewer *v, const struct measure *m);
/* May every child of their circle be counted for them in it? `numbers`: without the children behind it. */
bool measure_is_whole(struct app *app, const struct viewer *v, const struct measure *m, bool numbers);
/* For numbers without children an agreement shares "numbers", whatever they are of. */
struct viewer measure_for_numbers(const struct viewer *v);
/* Name of a row's group: an organisation, a place, or "All". */
struct str measure_group_name(struct app *app, enum measure_group by, int64_t group);
struct str measure_group_code(struct app *app, enum measure_group by, int64_t group);

#endif
