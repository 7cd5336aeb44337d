/*
 * hit.h - one child's answers to one measure.
 *
 * Pure: a child's facts, spans and clocks go in; hits come out, one for each
 * time the child is counted, counted out, or will be counted once its day has
 * come. A hit says into which period it falls and where the child stood on the
 * day that put it there: council, provider, where placed.
 *
 * How a clock is counted (by due day or day N)
 *  - done in time: in the numerator. Done late, running and late, or not done
 *    when its year ended: in the denominator only.
 *  - stopped (left care, died), excused, or refused by the young person: counted out,
 *    unless its last day in time was over by then; whoever was late is not made undone
 *    by leaving.
 *  - otherwise not required, or not known: counted out, each by its reason.
 *  - still in time: not yet counted.
 *  - a clock without a due day falls into the month of its day 0; without
 *    either into no period (DAY_NONE).
 *
 * The year's cohorts (SSDA903 OC2; domain notes 1.5, read out of a validator's
 * code, not of the guidance): in care all the year to 31 March, with no period
 * of care that starts in it after 1 April or ends in it before 31 March, and no
 * short breaks (V3, V4) in it. Whoever is in care on 31 March but not of the
 * cohort is counted out with the reason.
 */
#ifndef LINNET_MEASURE_HIT_H
#define LINNET_MEASURE_HIT_H

#include "measure/definition.h"
#include "record/fold.h"

enum outcome {
	OUTCOME_YES = 1, /* numerator and denominator; a wait: counted */
	OUTCOME_NO,	 /* denominator only */
	OUTCOME_OUT,	 /* counted out, with a reason */
	OUTCOME_NOT_YET, /* its day has not come */
	OUTCOME__COUNT
};
const char *outcome_id(enum outcome o); /* "yes" "no" "left-out" "not-yet" */

enum in_area { IN_AREA_NOT_KNOWN = 0, IN_AREA, OUT_OF_AREA, IN_AREA__COUNT };
const char *in_area_id(enum in_area i);	   /* "in-area" */
const char *in_area_title(enum in_area i); /* "In their council's area" */

struct measure_place {
	int64_t council;  /* responsible; 0 not known */
	int64_t provider; /* of the clock, else the health team that serves the council; 0 not known */
	int64_t area;	  /* council of the area where placed; 0 not known or not placed */
	uint8_t in_area;  /* enum in_area: is that the responsible council's own? */
};

struct measure_hit {
	day_t period; /* its first day; DAY_NONE: falls into none */
	uint8_t outcome;
	int32_t clock;	   /* index of the clock, -1 none */
	int32_t fact;	   /* index of the fact that decided, -1 none */
	int32_t days;	   /* a wait: days; an average: the value; else days late (0 not late), in the standard's unit */
	struct str reason; /* OUTCOME_OUT: why. Lives as long as rulebook and measures */
	struct measure_place place;
};

/* One child, and what is needed to know where it stands. Any clocks of the
 * engine's run for `as_of` on the same facts. */
struct measure_child {
	const struct folded *f;
	const struct clock *clocks;
	size_t n_clocks;
	int64_t council; /* whose number the child carries */
	day_t as_of;
};

/* What does not change from child to child. */
struct measure_world {
	const struct vocab *vocab;
	const struct rulebook *rules;
	const struct workdays *workdays;
	int64_t (*team_of)(void *arg, int64_t council); /* 0 none */
	bool (*is_provider)(void *arg, int64_t org);
	void *arg;
	/* filled by measure_world_ready */
	uint16_t care_started, status_changed, placement_started;
	uint16_t short_breaks[2];
};
void measure_world_ready(struct measure_world *w);

/* Hits of periods whose first day lies in [from, to], and those of none. */
size_t measure_child_hits(const struct measure *m, const struct measure_world *w, const struct measure_child *c,
			  day_t from, day_t to, struct arena *a, const struct measure_hit **out);

/* ---- shared by clocks.c, cohorts.c, facts.c ---- */

struct hits {
	struct measure_hit *h;
	size_t n, cap;
	struct arena *a;
};
void hits_add(struct hits *l, struct measure_hit h);
/* The responsible council on day 0; where placed on the day that counts, else on day 0. */
struct measure_place place_on(const struct measure_world *w, const struct measure_child *c, day_t start, day_t counts,
			      int64_t org);
void clock_hits(const struct measure *m, const struct measure_world *w, const struct measure_child *c, day_t from,
		day_t to, struct hits *l);
void wait_hits(const struct measure *m, const struct measure_world *w, const struct measure_child *c, day_t from,
	       day_t to, struct hits *l);
void open_hits(const struct measure *m, const struct measure_world *w, const struct measure_child *c, day_t from,
	       day_t to, struct hits *l);
/* Tables speak of this kind since that day, or the record is kept by hand. */
bool absence_counts(const struct measure_world *w, const struct measure_child *c, uint16_t kind, day_t since);
bool any_fits(const struct matcher *const *list, size_t n, const struct fact *f);
void reached_hits(const struct measure *m, const struct measure_world *w, const struct measure_child *c, day_t from,
		  day_t to, struct hits *l);
void followed_hits(const struct measure *m, const struct measure_world *w, const struct measure_child *c, day_t from,
		   day_t to, struct hits *l);
void cohort_hits(const struct measure *m, const struct measure_world *w, const struct measure_child *c, day_t from,
		 day_t to, struct hits *l);

#endif
