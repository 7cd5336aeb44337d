/*
 * sim.h - what would happen: a pathway played through many times.
 *
 * A pathway (pathway.h) says who comes, what they need and what there is. One
 * replication plays it through once, with chance deciding who comes when and who
 * stays how long. One alone proves nothing: so it is played many times, and each
 * answer is a mean over the replications with an interval that says how sure it
 * is (Student's t). Runs are compared by the same children: whoever stays long in
 * one scenario stays long in the other (stream.h).
 *
 * Rules of use
 *  - Same pathway, options and seed: the same bytes, on any number of threads.
 *    `threads`, `progress` and the engine chosen never change a result.
 *  - Two questions can be asked. "In the long run": warm_up SIM_AUTO; the start is
 *    left out by the rule MSER-5 on pilot runs. "From here on, in five years":
 *    warm_up 0 and a length; the run begins with nobody there.
 *  - What grows without end has no long run. It is found without simulating
 *    (pathway_load); the result then says `steady` false, growth a week for each
 *    station, and no intervals for the stations that grow.
 *  - sim_run never looks at a clock. It returns when the interval asked for is
 *    reached, or at replications_max; `precise` says which.
 *  - Limits: a million children at once in the event engine, a thousand million
 *    visits a run, 60,000 visits of a child, 100 years. Past them: RC_LIMIT, and the
 *    text says at which station and what to change.
 *  - Free the result with sim_free. It holds no pointer into the pathway.
 *
 *   struct sim_options o = sim_defaults();
 *   struct sim_result *r;
 *   o.precision = 0.05;
 *   if (sim_run(&pathway, &o, &r, &err) == RC_OK) {
 *           const struct sim_number *wait = sim_get(r, 0, 0, SIM_WAIT);
 *           printf("%.1f days (%.1f to %.1f)\n", wait->mean, wait->lower, wait->upper);
 *           sim_free(r);
 *   }
 */
#ifndef LINNET_PLAN_SIM_H
#define LINNET_PLAN_SIM_H

#include "plan/pathway.h"

enum { SIM_REPLICATIONS_MAX = 100000, SIM_FAN_ROWS_MAX = 400, SIM_PILOTS = 20 };
#define SIM_AUTO (-1.0)

enum sim_engine {
	SIM_FASTEST, /* stations without rules by recursion, the others by events: same bytes */
	SIM_EVENTS   /* all by events; slower, for tests */
};

struct sim_options {
	uint64_t seed;
	double warm_up; /* days left out at the start, or SIM_AUTO */
	double length;	/* days counted after that, or SIM_AUTO */
	int32_t replications_min, replications_max;
	/* Wanted half width of the interval as a share of the mean, of the mean wait and of occupied places
	 * at every station watched that does not grow. A half width under a hundredth of a day is always enough for
	 * waits. 0: run replications_max. */
	double precision;
	int32_t watch; /* one station, or -1: all */
	double level;  /* of the intervals: 0.95 */
	int threads;
	enum sim_engine engine;
	bool keep; /* the values of every replication, for sim_difference */
	/* Called after each replication, from any thread but one at a time; false: stop, and give what there is. In the
	 * pilot runs `done` is 0, and stopping there is RC_BUSY: there is nothing to give yet. May be NULL. */
	bool (*progress)(void *arg, int32_t done, int32_t at_most);
	void *arg;
};
struct sim_options sim_defaults(void);

/* What is told of a station and a set of children. Per week, in days, as a share, or a mean number. */
enum sim_metric {
	SIM_ARRIVALS, /* a week */
	SIM_STARTED,  /* a week */
	SIM_WAIT,     /* mean days of those who began in the time counted; before the first beginning only */
	SIM_WAIT_P50,
	SIM_WAIT_P90,
	SIM_WAIT_P95,
	SIM_WITHIN, /* share within targets[0], and the three after it */
	SIM_WITHIN_2,
	SIM_WITHIN_3,
	SIM_WITHIN_4,
	SIM_DELAYED,	 /* share who had to wait at all */
	SIM_QUEUE,	 /* mean number waiting */
	SIM_BUSY,	 /* mean number in a place, places kept included */
	SIM_OCCUPANCY,	 /* SIM_BUSY / mean number of places; all children only */
	SIM_LEFT,	 /* a week: left the queue by a rule */
	SIM_WENT,	 /* a week: went elsewhere by a rule (out of the area ..) */
	SIM_RAISED,	 /* a week */
	SIM_BALKED,	 /* a week: would not join */
	SIM_TURNED_AWAY, /* a week: found the waiting room full */
	SIM_INTERRUPTED, /* a week */
	SIM_HELD,	 /* a week: kept a place after the end of the stay (delayed discharge) */
	SIM_HELD_PLACES, /* mean number of places so kept */
	SIM_BED_DAYS,	 /* days in a place, a week */
	SIM__COUNT
};
const char *sim_metric_name(enum sim_metric m);

struct sim_number {
	double mean, lower, upper, deviation;
	int64_t n;     /* replications in which it could be told */
	bool interval; /* lower and upper are there: two replications or more, and the station does not grow */
};

/* Set 0 is all children; then one for each group, area, age band and need that occurs. */
enum sim_of { SIM_ALL, SIM_GROUP, SIM_AREA, SIM_AGE, SIM_NEED };
struct sim_set {
	enum sim_of of;
	int32_t value; /* number of the group, or the caller's number of the area .. */
};

struct sim_fan_row { /* at midnights from `day` on, over all replications; exact to 64 children, then to 3 % */
	int32_t day; /* of the run, the warm-up included */
	double busy_p10, busy_p50, busy_p90;
	double waiting_p10, waiting_p50, waiting_p90;
};

struct sim_station {
	struct station_load load; /* by analysis, not by simulation */
	struct sim_number growth; /* simulated: change of those waiting, a week */
	bool by_recursion;	  /* how it was served; of no account for the numbers */
	bool away;
	int64_t waits;		       /* how many, over all replications */
	const struct sim_fan_row *fan; /* fan_rows of the result */
};

struct sim_result {
	double warm_up, length; /* days */
	bool warm_up_sure;	/* false: the pilot runs showed no level stretch long enough */
	bool steady;		/* no station grows */
	bool precise;		/* the precision asked for was reached (or none was asked for) */
	bool stopped;		/* by progress */
	int32_t replications;
	double level;
	int64_t events; /* arrivals from outside and ends of stay, in all replications, the warm-up included */
	size_t n_stations, n_sets, fan_rows;
	struct sim_station stations[STATIONS_MAX];
	const struct sim_set *sets;
	struct sim_number *numbers; /* [(station * n_sets + set) * SIM__COUNT + metric] */
	double *kept;		    /* [replication][as numbers], NAN: could not be told; NULL unless asked for */
};

enum rc sim_run(const struct pathway *p, const struct sim_options *o, struct sim_result **out, struct err *e) NODISCARD;
void sim_free(struct sim_result *r);
const struct sim_number *sim_get(const struct sim_result *r, size_t station, size_t set, enum sim_metric m);
/* Number of a set, or -1. */
int sim_set_find(const struct sim_result *r, enum sim_of of, int32_t value);

/* b less a, child by child the same: from the values of each replication (`keep` in both, one seed). The interval is
 * that of the differences, much narrower than the two together. RC_BAD_INPUT: nothing was kept, or fewer than two
 * replications in common. */
enum rc sim_difference(const struct sim_result *a, size_t station_a, size_t set_a, const struct sim_result *b,
		       size_t station_b, size_t set_b, enum sim_metric m, struct sim_number *out,
		       struct err *e) NODISCARD;

/* ---- the formula beside it ---- */

enum sim_formula {
	FORMULA_NONE,
	FORMULA_MMC,
	FORMULA_MMCK,
	FORMULA_MG1,
	FORMULA_MDC,
	FORMULA_MMC_LEAVING,
	FORMULA_MGINF,
	FORMULA_PRIORITY,
	FORMULA_JACKSON,
	FORMULA_APPROXIMATE
};
struct queue_answer;
const char *sim_formula_name(enum sim_formula f);
/* Which formula fits a station, and its answer for all children together. FORMULA_NONE: none does, or the station
 * grows. */
enum rc sim_beside(const struct pathway *p, size_t station, enum sim_formula *which_out, struct queue_answer *out,
		   struct err *e) NODISCARD;

#endif
