/*
 * outlook.h - a scenario played through: what would happen, and how sure that is.
 *
 * Each replication draws the uncertain inputs of the scenario and then plays the
 * children through with them. So two things are told of every number: how exactly its mean
 * is known (an interval, narrower with more replications), and in which range 95 in 100
 * replications lie (chance and uncertain inputs together; it does not get narrower).
 *
 * Rules of use
 *  - Same scenario, seed and options: the same numbers, on any number of threads.
 *  - Two scenarios are compared child by child and draw by draw: give both the same
 *    seed, replications and years (outlook_difference).
 *  - A scenario in which a service grows with its inputs as written has no long run: no
 *    warm-up, and `steady` is false; read `services[].load`.
 *  - It keeps a pointer to the scenario, which must last as long.
 */
#ifndef LINNET_PLAN_OUTLOOK_H
#define LINNET_PLAN_OUTLOOK_H

#include "plan/queue.h"
#include "plan/scenario.h"
#include "plan/sim.h"

enum { OUTLOOK_ROWS_MAX = 4000, OUTLOOK_MONTHS_MAX = 600 };

/* One number changed for a run. Whole inputs are rounded. */
struct plan_change {
	input_t input;
	double value; /* used in every replication instead of what would be drawn */
};

struct outlook_options {
	uint64_t seed;
	int32_t replications, years; /* 0: as the scenario says */
	bool own_seed;		     /* `seed` counts, not that of the scenario */
	int threads;
	double level; /* of intervals; 0: 0.95 */
	const struct plan_change *changes;
	size_t n_changes;
	/* After each replication, one at a time, from any thread; false stops, and gives what there is. May be NULL. */
	bool (*progress)(void *arg, int64_t done, int64_t total);
	void *arg;
};

/* What is told. Beds are all services of kind beds, those out of the area included; care is every other kind. */
enum outlook_measure {
	OUT_ADMISSIONS, /* beginnings in beds, a year */
	OUT_STAY,	/* days in a bed for each admission */
	OUT_WAIT,	/* days waited for a bed, those who did not wait included */
	OUT_DELAYED,	/* share who waited at all */
	OUT_WITHIN,	/* share within the first target, where there is one */
	OUT_WAIT_P50,	/* of all waits in all replications */
	OUT_WAIT_P90,
	OUT_WAIT_P95,
	OUT_OCCUPIED, /* mean number in beds */
	OUT_BED_DAYS, /* a year */
	OUT_AWAY,     /* admissions out of the area, a year */
	OUT_AWAY_SHARE,
	OUT_AWAY_DAYS,	/* bed-days out of the area, a year */
	OUT_FAR_DAYS,	/* bed-days further from home than `far`, a year */
	OUT_MILES,	/* straight-line miles from home, for each admission */
	OUT_MINUTES,	/* by car, one way */
	OUT_PER_100000, /* admissions a year of the children who live there */
	OUT_STARTS,	/* beginnings in care, a year */
	OUT_CARE_WAIT,
	OUT_CARE_DELAYED,
	OUT_CARE_WITHIN,
	OUT_CARE_P50,
	OUT_CARE_P90,
	OUT_CARE_P95,
	OUT_CARE_MINUTES,
	OUT_OCCUPANCY, /* of one service: places in use over places */
	OUT_WENT,      /* a year: went elsewhere by a rule of waiting */
	OUT_LEFT,      /* a year: left the queue, or was turned away */
	OUT_HELD,      /* a year: stayed on because the next service had no place (delayed discharge) */
	OUT_MISSED,    /* appointments a year to which the child did not come */
	OUT_COST,      /* pounds a year */
	OUT__COUNT
};
const char *outlook_measure_id(enum outlook_measure m);	   /* "admissions" */
const char *outlook_measure_words(enum outlook_measure m); /* "admissions a year" */

enum outlook_scope { OUTLOOK_ALL, OUTLOOK_AREA, OUTLOOK_COUNTY, OUTLOOK_FIFTH, OUTLOOK_NEED, OUTLOOK_SERVICE };
const char *outlook_scope_name(enum outlook_scope s);

struct outlook_number {
	double value;	     /* over all replications */
	double lower, upper; /* how exactly that is known */
	double low, high;    /* 95 in 100 replications lie in between */
	int64_t n;	     /* replications in which it could be told; under 2: no interval */
};

struct outlook_row {
	enum outlook_scope scope;
	int32_t index; /* of the scenario: area, need, service; county: one of its areas; fifth: 1 to 5 */
	enum outlook_measure measure;
	struct outlook_number number;
	const double *up, *down; /* by replication: value = up / down; NULL for waits by quantile */
};

struct outlook_service {
	struct station_load load; /* with the inputs as written */
	enum sim_formula formula; /* beside it, if one fits */
	struct queue_answer answer;
	bool sized; /* what follows is there: beds with arrivals */
	struct sizing by_delay, by_root, by_85;
};

struct outlook_gap { /* between areas */
	enum outlook_measure measure;
	int32_t least, most;	  /* areas */
	double gap, lower, upper; /* by jackknife over 20 blocks of replications */
};

struct outlook_fan { /* children in beds at the end of each month */
	double p5, p25, p50, p75, p95;
};

struct outlook_check { /* what is published, and what came out */
	const struct plan_published *published;
	double value, lower, upper;
	bool holds;
};

struct outlook {
	const struct scenario *scenario;
	uint64_t seed;
	int32_t replications, years;
	double warm_up, level;
	bool warm_up_sure, steady, stopped;
	double growing; /* share of replications in whose inputs some service grows */
	struct outlook_row *rows;
	size_t n_rows;
	struct outlook_service services[PLAN_SERVICES_MAX];
	struct sizing beds_by_delay, beds_by_root, beds_by_85; /* all beds of the area as one */
	double beds_load, beds_here;			       /* offered; and how many there are in the area */
	bool beds_sized;
	struct outlook_gap gaps[8];
	size_t n_gaps;
	struct outlook_fan *fan;
	size_t n_fan;
	struct outlook_check checks[PUBLISHED_MAX];
	size_t n_checks;
	struct arena arena;
};

/* RC_LIMIT: a queue outgrew the engine; RC_BUSY: stopped before anything was done; RC_BAD_INPUT: options. */
enum rc outlook_run(const struct scenario *s, const struct outlook_options *o, struct outlook **out,
		    struct err *e) NODISCARD;
void outlook_free(struct outlook *o);
const struct outlook_row *outlook_find(const struct outlook *o, enum outlook_scope scope, int32_t index,
				       enum outlook_measure m);

/* b less a, replication by replication. False: one of them does not tell it, or they were not run alike. */
bool outlook_difference(const struct outlook *a, const struct outlook_row *ra, const struct outlook *b,
			const struct outlook_row *rb, struct outlook_number *out);
/* The row of b about the same thing as that of a, by the ids of both scenarios; NULL if there is none. */
const struct outlook_row *outlook_same(const struct outlook *a, const struct outlook_row *ra, const struct outlook *b);

/* A published change of `o` against `a` (both run alike). False: it is none, or it cannot be told. */
bool outlook_changed(const struct outlook *a, const struct outlook *o, const struct plan_published *x,
		     struct outlook_check *out);
enum outlook_measure outlook_published(enum published_of of);

/* The least capacity of a service with which so large a share begins within its first target, by simulation of one
 * size after the other with the same children. RC_NOT_FOUND: not even with `most`. */
struct outlook_size {
	int32_t capacity, below;	     /* below: the largest size tried that is too small; -1: none */
	struct outlook_number share, before; /* with that capacity, and with `below` */
	int32_t runs;
};
enum rc outlook_size(const struct scenario *s, const struct outlook_options *o, int32_t service, double share,
		     int32_t most, struct outlook_size *out, struct err *e) NODISCARD;

#endif
