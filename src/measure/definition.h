/*
 * definition.h - measures: how we are doing, as data.
 *
 * A measure is an entry of a YAML file in data/measures/ (docs/measures.md says
 * how to write one). It names who is counted, who is counted out and why, and
 * what makes the numerator. All of them are read once, checked against the
 * vocabulary and the standards, and immutable after; any number of threads may
 * read them. Editions have dates: a month is counted by the edition in force on
 * the day that puts a child into it.
 */
#ifndef LINNET_MEASURE_DEFINITION_H
#define LINNET_MEASURE_DEFINITION_H

#include "standard/match.h"

enum { MEASURES_MAX = 300, NEEDS_MAX = 6, NEED_FACTS_MAX = 20, POPULATIONS_MAX = 20, ESTIMATES_MAX = 60 };

enum measure_kind {
	MEASURE_CLOCK = 1, /* clocks of one standard: done in time, of those that had to be */
	MEASURE_COHORT,	   /* children looked after all year: something done in the year */
	MEASURE_STABILITY, /* children looked after on the day: placements in the year, or how long the last */
	MEASURE_WAIT,	   /* days from day 0 of clocks of one standard: how long people wait */
	MEASURE_REACHED,   /* children with one of some facts in the months to the period's end: how many */
	MEASURE_FOLLOWED,  /* one fact followed by another within so many days, of all of the first */
	MEASURE_OPEN,	   /* clocks of one standard open at the end of the month: what of another is met, of those */
};

/* Which day puts a clock into a month. */
enum measure_by {
	BY_DUE = 1, /* the last day in time: whoever had to be done counts, seen or not */
	BY_DONE,    /* the day it was done: whoever was never done vanishes */
	BY_DAY,	    /* so many days after day 0 */
	BY_WAITING, /* MEASURE_WAIT: still open at the end of the month */
	BY_OPEN,    /* MEASURE_WAIT: open on some day of the month; a child counts once */
};

enum polarity { POLARITY_NEITHER = 0, HIGHER_IS_BETTER, LOWER_IS_BETTER };
enum statistic {
	STATISTIC_MEDIAN = 1,
	STATISTIC_P90,
	STATISTIC_COUNT,
	STATISTIC_AVERAGE, /* of the values of the facts that decided */
	STATISTIC_RATE,	   /* children counted, for so many people of the council */
};

/* How many people live in each council: what a rate is out of. Read with the measures, so
 * that it is dated and known from an instant as they are. */
struct population_estimate {
	day_t of;		   /* "30 June 2024" */
	const struct str *areas; /* codes of councils, sorted */
	const int64_t *people;
	size_t n;
};
struct population {
	struct str id, title, source;
	struct population_estimate estimates[ESTIMATES_MAX]; /* by day */
	size_t n;
};
/* By the newest estimate of a day not after `on`; -1: none is held. */
int64_t population_of(const struct population *p, struct str area, day_t on);


/* What a child of the cohort must have; the first whose condition holds. */
struct measure_need {
	int16_t younger_than;			  /* years, on the last day of the year; 0: everyone */
	int16_t at_least;			  /* so many facts ... */
	const struct matcher *of[NEED_FACTS_MAX]; /* ... any of these, in the year */
	size_t n_of;
	const struct matcher *latest[NEED_FACTS_MAX]; /* or: the last fact of these kinds by then fits one of these */
	size_t n_latest;
	const struct matcher *among[NEED_FACTS_MAX]; /* the facts of which the last counts; none: all of those kinds */
	size_t n_among;
	bool in_the_year; /* of `latest`: only facts of the year; who has none is left out */
};

struct measure_ages {	    /* in years; 0: nothing is asked */
	int16_t from_start; /* reached by the first day of the year */
	int16_t from_end;   /* reached by the last day */
	int16_t under_end;  /* not reached on the last day */
	int16_t under_eve;  /* not reached on the day before the first */
};

struct measure {
	struct str id;		/* "iha-returned-due" */
	struct str document;	/* title of the file it stands in: "Initial health assessments" */
	struct str family;	/* readings of one question share it */
	struct str title;	/* "Initial health assessments on time" */
	struct str reading;	/* "report back with the council in 20 working days" */
	struct str month_words; /* what puts a child into a month: "the 20th working day falls in the month" */
	struct str numerator, denominator, exclusions; /* in words */
	struct str source, checked;		       /* `checked`: empty if the wording was read; else what was not */
	struct str goal_source;
	day_t limits_from,
	    limits_to; /* months on which the limits of its chart are set and kept; DAY_NONE: all shown */
	struct str limits_source;
	uint16_t edition;
	day_t from, until; /* in force for days in [from, until) */
	uint8_t kind, by, polarity, statistic;
	int32_t goal; /* per cent, or days; -1 none */
	bool yearly;  /* periods are years to 31 March, else months */
	bool sensitive;
	struct kind_set kinds; /* of event, on which it depends beside the care of the child */
	/* clocks and waits */
	struct str standard;			    /* id */
	uint64_t standards[STANDARDS_MAX / 64 + 1]; /* all its editions */
	int16_t by_days;			    /* BY_DAY */
	int16_t longer_than_days, at_most_days;	    /* of waits: only those in between; 0: everyone */
	/* cohorts; of a wait that is counted at the end of the month, its last day */
	struct measure_ages ages;
	struct measure_need needs[NEEDS_MAX];
	size_t n_needs;
	/* stability */
	int16_t placements_at_least;	/* so many in the year; 0: the other question: */
	int16_t same_months;		/* in the same placement for so many months ... */
	int16_t in_care_months;		/* ... of those continuously in care for so many */
	const uint16_t *not_placements; /* codes of placements that are no move */
	size_t n_not_placements;
	const uint16_t *adoption; /* codes that go on where the placement before left off */
	size_t n_adoption;
	/* reached, followed */
	const struct matcher *facts[NEED_FACTS_MAX]; /* one of these ... */
	size_t n_facts;
	const struct matcher *then[NEED_FACTS_MAX]; /* ... followed by one of these, on a later day */
	size_t n_then;
	int16_t months;		 /* reached: so many months to the period's end */
	int16_t within_days;	 /* followed */
	const struct population *population; /* of a rate */
	int32_t per;
	/* open: of those that have met `of_met` (none: of all), those that have met `met`; standards, all editions */
	uint64_t met[STANDARDS_MAX / 64 + 1], of_met[STANDARDS_MAX / 64 + 1];
	bool asks_of_met;
	int16_t age_from, age_under; /* years, on the day of the fact; 0: everyone */
};

struct measures;

struct measure_file {
	const char *name; /* for errors */
	struct str body;
};
/* Compiles the documents in the order given. RC_BAD_INPUT names name:line:column and
 * what to do. Nothing of the documents is kept; vocabulary and rulebook must outlive it. */
enum rc measures_load_documents(const struct measure_file *files, size_t n, const struct vocab *v,
				const struct rulebook *rb, struct measures **out, struct err *e) NODISCARD;
/* Reads every *.yaml of DIR/measures, in name order; a region may have none.
 * RC_BAD_INPUT names file:line:column and what to do. Vocabulary and rulebook
 * must outlive it. */
enum rc measures_load(const char *data_dir, const struct vocab *v, const struct rulebook *rb, struct measures **out,
		      struct err *e) NODISCARD;
void measures_free(struct measures *ms);
size_t measures_count(const struct measures *ms); /* editions, in the order of the files */
const struct measure *measures_at(const struct measures *ms, size_t i);
/* The newest edition of that id; NULL if there is none. */
const struct measure *measures_find(const struct measures *ms, struct str id);
struct str measures_hash(const struct measures *ms); /* 64 hex digits over all files, in order */

static inline bool measure_has_standard(const struct measure *m, uint16_t standard)
{
	return m->standards[standard >> 6] >> (standard & 63) & 1;
}
/* Shown as a share of those counted (with an interval), not as days. */
static inline bool measure_is_share(const struct measure *m)
{
	return m->kind != MEASURE_WAIT && m->kind != MEASURE_REACHED && m->statistic != STATISTIC_AVERAGE;
}
/* Its number is made of a value of each that is counted: days, or what is averaged. */
static inline bool measure_has_values(const struct measure *m)
{
	return m->kind == MEASURE_WAIT || m->statistic == STATISTIC_AVERAGE;
}
/* One month's children are the next one's too: months cannot be added up. */
static inline bool measure_is_of_a_moment(const struct measure *m)
{
	return m->yearly || m->kind == MEASURE_REACHED || m->kind == MEASURE_OPEN ||
	       (m->kind == MEASURE_WAIT && m->by != BY_DONE);
}

/* ---- periods ---- */

/* A period is named by its first day: the first of a month, or 1 April. */
day_t period_of(const struct measure *m, day_t d);
day_t period_next(const struct measure *m, day_t first);
static inline day_t period_last(const struct measure *m, day_t first)
{
	return period_next(m, first) - 1;
}

#endif
