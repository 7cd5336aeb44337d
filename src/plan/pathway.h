/*
 * pathway.h - a network of services through which children pass, as plain data.
 *
 * Children come from sources (referrals by hour, weekday and month; clinic slots;
 * counts of days), wait at stations (a clinic with four clinicians, a ward with
 * fifteen beds, a caseload without limit), stay there for a time, and go on by
 * routes, each with its share of the children. What a station may do besides
 * plain waiting in line (opening hours, priorities, patience, full waiting rooms,
 * beds held until the next service has room) is said by its fields; all of them
 * are off when 0.
 *
 * Rules of use
 *  - The caller owns everything pointed to. Nothing here is changed by a run.
 *  - pathway_check comes first: sim.h and pathway_load refuse what it refuses.
 *  - Times are days, counted from the midnight that begins `start`; a day has 24
 *    hours here, also when clocks change. Shares are 0 to 1.
 *  - Stations, groups and sources are numbered from 0 in the order given.
 *  - `key` names a station or source for the draws of chance. Give the same one to
 *    the same thing in every scenario, whatever its place in the list: then the
 *    same child has the same stay in all of them.
 *
 * The rules of priority, interruption, blocking, closing and tied times are
 * written exactly in docs/planning.md.
 *
 *   struct station clinic = { .name = "assessment", .key = 1, .servers = 4,
 *                             .stay = { .kind = LENGTH_EXPONENTIAL, .mean = 0.1 } };
 *   struct source referrals = { .name = "referrals", .key = 1, .kind = SOURCE_POISSON, .per_day = 30, .to = 0 };
 *   struct pathway p = { .start = day_of(2026, 4, 1), .stations = &clinic, .n_stations = 1,
 *                        .sources = &referrals, .n_sources = 1 };
 */
#ifndef LINNET_PLAN_PATHWAY_H
#define LINNET_PLAN_PATHWAY_H

#include "base/day.h"
#include "plan/length.h"

enum {
	STATIONS_MAX = 64,
	PATHWAY_GROUPS_MAX = 256,
	SOURCES_MAX = 256,
	ROUTES_MAX = 4096,
	WAIT_TARGETS_MAX = 4,
	WAIT_RULES_MAX = 4,
	PRIORITIES = 8, /* 0 most urgent .. 7 */
	SERVERS_MAX = 100000,
	SHIFTS_MAX = 64,
	PERIODS_MAX = 64,
	BATCH_MAX = 100,
	ERAS_MAX = 16,
	SERVERS_INFINITE = -1,
	ROOM_INFINITE = -1,
	GROUP_ALL = -1,
	TO_LEAVE = -1 /* out of the pathway */
};

/* Who: an area, an age band and a need, as numbers of the caller's own lists. */
struct group {
	const char *name;
	int32_t area, age, need;
	int32_t priority; /* at every station that goes by priority */
};

/* ---- where children come from ---- */

enum source_kind {
	SOURCE_NONE,
	SOURCE_POISSON,	     /* by chance, at a rate that may change by hour, weekday and month */
	SOURCE_RENEWAL,	     /* one after the other, with gaps of a given length */
	SOURCE_APPOINTMENTS, /* slots on given weekdays; each is attended with a chance */
	SOURCE_COUNTS	     /* as many as on days that were counted */
};

/* From this day of the run on, `times` as many come, and to this station. */
struct era {
	int32_t from_day, to;
	double times;
};

struct source {
	const char *name;
	uint16_t key;
	enum source_kind kind;
	int32_t to; /* station */
	/* POISSON: arrivals a day where every factor is 1. NULL: all factors 1. Factors are
	 * multiplied as they stand, not brought to a mean of 1. */
	double per_day;
	const double *by_hour;	  /* 24 */
	const double *by_weekday; /* 7, Monday first */
	const double *by_month;	  /* 12, January first */
	const struct era *eras;	  /* by from_day, ascending; before the first as said above */
	size_t n_eras;
	struct length gap; /* RENEWAL */
	/* APPOINTMENTS: slots[0] on Mondays ..; the first at minute `first`, then every `every` minutes. */
	int32_t slots[7], first, every;
	double attended; /* share of slots that somebody comes to */
	/* COUNTS: days in a row, beginning with `start` and from the front again (`replay`), or drawn
	 * at random. Times in the day by by_hour, or evenly spread. */
	const int32_t *counts;
	size_t n_counts;
	bool replay;
	/* POISSON and RENEWAL: batch[i] is the chance that i + 1 come at once. NULL: one. */
	const double *batch;
	int32_t n_batch;
	int32_t group;	      /* of all of them, if shares is NULL */
	const double *shares; /* by group, adding up to 1 */
};

/* ---- stations ---- */

/* From this minute of the week on (0 is Monday 00:00) so many work. */
struct shift {
	int32_t minute, servers;
};

/* From a day of the run on, a number that stays, or the shifts of a week. */
struct period {
	int32_t from_day;
	int32_t servers; /* if n_shifts is 0 */
	const struct shift *shifts;
	size_t n_shifts;
};

enum closing { CLOSE_FINISH /* what has begun is finished */, CLOSE_PAUSE /* it is interrupted, and goes on later */ };
enum preempt {
	PREEMPT_NONE,
	PREEMPT_RESUME, /* an interrupted stay goes on where it was */
	PREEMPT_REPEAT	/* it begins again from its start, as long as it was */
};
enum wait_then { WAIT_LEAVE, WAIT_GO, WAIT_RAISE };

/* What a child who has waited so long does. With several, each has its own time, drawn on joining the queue. */
struct wait_rule {
	struct length after; /* CONSTANT 0 (shift 0): at once, if nobody is free */
	enum wait_then then;
	int32_t to;	/* WAIT_GO: another station. Elsewhere, out of the area .. */
	int32_t raised; /* WAIT_RAISE: the new priority */
};

enum full_then { FULL_TURN_AWAY, FULL_GO, FULL_BLOCK };

/* From a day of the run on, those who begin stay for other lengths. */
struct stay_era {
	int32_t from_day;
	const struct length *of_group; /* by group, none LENGTH_NONE */
};

struct station {
	const char *name;
	uint16_t key;
	int32_t servers; /* clinicians, places, beds; or SERVERS_INFINITE. With periods: before the first of them */
	struct length stay;
	const struct length *stay_of_group; /* by group, kind LENGTH_NONE: `stay`; NULL: `stay` for all */
	const struct stay_era *stay_eras;   /* by from_day, ascending; before the first as said above */
	size_t n_stay_eras;

	const struct period *periods; /* by from_day, ascending */
	size_t n_periods;
	const int32_t *closed_days; /* days of the run on which nothing begins, ascending */
	size_t n_closed_days;
	enum closing closing;

	bool by_priority; /* else first come, first served */
	enum preempt preempt;

	bool limited_room; /* `room` of those who wait, else any number */
	int32_t room;
	enum full_then full;
	int32_t full_to;   /* FULL_GO */
	double balk;	   /* share of those who would have to wait and do not join */
	int32_t balk_from; /* ... once so many wait already */
	struct wait_rule rules[WAIT_RULES_MAX];
	int32_t n_rules;

	/* Share of beginnings to which the child does not come (a missed appointment): the place is taken up for the
	 * stay all the same, then the child stands at the end of its queue again, and its wait goes on. */
	double missed;

	bool holds; /* a place is kept by a child until the next station begins (delayed discharge) */
	bool away;  /* out of the area: results count it so */
	double targets[WAIT_TARGETS_MAX]; /* days; share of waits within each */
	int32_t n_targets;
	/* Days that have gone by when a child comes here (a notification that was late). They count in waits and
	 * targets, not in how many wait. LENGTH_NONE: none. */
	struct length before;
	/* Not NULL: targets are working days, counted as the law does (day.h): from the day on which the wait began,
	 * itself not counted, to the day on which the stay begins. */
	const struct workdays *working;
};

/* Of those who end their stay at `from`, this share goes to `to` after `delay`. A group with
 * routes of its own at a station has only those. What is not routed leaves. */
struct pathway_route {
	int32_t from, to, group;
	double share;
	struct length delay; /* LENGTH_NONE: at once */
};

struct pathway {
	day_t start;
	const struct group *groups; /* NULL: one group, all children */
	size_t n_groups;
	const struct station *stations;
	size_t n_stations;
	const struct source *sources;
	size_t n_sources;
	const struct pathway_route *routes;
	size_t n_routes;
};

/* ---- what is wrong with it ---- */

enum { FINDINGS_MAX = 50 };
struct finding {
	char path[64]; /* "stations[2].stay.mean" */
	char text[240];
};
struct findings {
	struct finding list[FINDINGS_MAX];
	size_t n;
	bool more; /* there were others */
};
/* All that is wrong, first to last. True: nothing. */
bool pathway_check(const struct pathway *p, struct findings *out);

/* ---- what it is asked to carry, without simulating ---- */

enum load_verdict {
	LOAD_STEADY, /* work comes slower than it can be done */
	LOAD_GROWS,  /* it does not: the queue grows for ever */
	LOAD_SHEDS   /* it would grow, but children leave, are turned away or go elsewhere */
};

struct station_load {
	enum load_verdict verdict;
	bool sure;	  /* false: what comes here depends on who leaves before, so this is a bound from above */
	double arrivals;  /* a day */
	double work;	  /* servers that would be busy if nobody waited: arrivals x mean stay */
	double servers;	  /* as a mean over the week, in the last period; INFINITY for no limit */
	double load;	  /* work / servers; 0 for no limit */
	double growth;	  /* children a week by which the queue grows; 0 unless LOAD_GROWS */
	double mean_stay; /* of those who come, in days */
	double variation; /* squared coefficient of variation of their stays */
};

/* Effective arrival rates through all routes, by group: lambda = gamma + P' min(lambda, capacity), worked out
 * by repetition (Goodman and Massey, The non-ergodic Jackson network, J. Appl. Prob. 21 (1984) 860-869).
 * out: n_stations. RC_BAD_INPUT: pathway_check found something (the first finding is told). */
enum rc pathway_load(const struct pathway *p, struct station_load *out, struct err *e) NODISCARD;
/* Arrivals a day by station and group: [station * groups + group]. Same rules. */
enum rc pathway_rates(const struct pathway *p, double *out, struct err *e) NODISCARD;
/* Mean arrivals a day of a source (over a year of 365 days and a week), in its last era. */
double source_rate(const struct source *s);
/* How long a group stays in the end: of the last era. */
const struct length *station_stay_at_last(const struct station *s, size_t group);
/* The era of a day of the run; NULL: none has begun. */
static inline const struct era *source_era(const struct source *s, int32_t day)
{
	size_t n = s->n_eras;
	while (n && s->eras[n - 1].from_day > day)
		n--;
	return n ? &s->eras[n - 1] : NULL;
}
/* Mean number working over the week, of the period in force on the last days of any run. */
double station_servers_mean(const struct station *s);
static inline size_t pathway_groups(const struct pathway *p)
{
	return p->groups ? p->n_groups : 1;
}

#endif
