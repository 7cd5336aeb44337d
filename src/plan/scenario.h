/*
 * scenario.h - a plan for services, written by a person, read and checked.
 *
 * A scenario is a YAML document (docs/planning.md shows one): areas and their
 * children, what they need, services with beds, places, slots or staff, the ways
 * between them, what new services change, travel, costs, and what is published
 * that the scenario must reproduce. It says for each number where it is from and
 * whether it is a guess. A scenario may say only what differs from another one
 * (`extends`).
 *
 * Rules of use
 *  - scenario_read takes text from memory. Other files that it names (`extends`, a
 *    matrix of travel times) come through `lookup`, so that pages, tests and the
 *    command line each decide what may be read.
 *  - Every mistake is told, as file:line:column: what is wrong, what to change. Past
 *    MISTAKES_MAX the rest are only said to be there.
 *  - A scenario is read once and never changed: any number of threads may play it.
 *    It owns all its text. To change one number, read a text of some lines that
 *    extends it (`changes:`, by the path of the number), or give a `plan_change` to a
 *    run (outlook.h).
 *  - Numbers are `input_t`: the number of an input in `inputs`, -1 if not given. An
 *    input has a value and, if it is not known exactly, a range in which it lies 95
 *    times in 100. Each replication draws its own (scenario_draw): two halves of log-normal
 *    distributions that meet at the value, or of normal ones where 0 or less is possible.
 */
#ifndef LINNET_PLAN_SCENARIO_H
#define LINNET_PLAN_SCENARIO_H

#include "base/arena.h"
#include "base/hash.h"
#include "codec/yaml.h"
#include "plan/pathway.h"

enum {
	MISTAKES_MAX = 100,
	PLAN_AREAS_MAX = 64,
	PLAN_NEEDS_MAX = 12,
	PLAN_SERVICES_MAX = 60,
	DEMANDS_MAX = 48,
	EFFECTS_MAX = 32,
	INPUTS_MAX = 2000,
	PUBLISHED_MAX = 24,
	EXTENDS_MAX = 8,
	CHANGES_MAX = 60,
	LATER_MAX = 8,
	TOGETHER_MAX = 8,
	OBSERVED_MAX = 5000,
	BUILD_START = -1,
	ALL_NEEDS = -1
};

struct mistake {
	char file[120];
	int line, column; /* from 1 */
	char text[320];
};
struct mistakes {
	struct mistake list[MISTAKES_MAX];
	size_t n;
	bool more;
};

typedef int32_t input_t;

struct plan_source {
	struct str id, title, date;
};

struct plan_input {
	struct str path; /* "services.beacon.beds" */
	const char *file;
	int line, column;
	double value, low, high; /* low = high = value: known exactly. As written, in the unit of the place (days ..) */
	bool ranged, guess, whole, share;
	struct str source, date, note; /* title and date of the source */
	uint64_t key;		       /* of its draws: the same path has the same chance in every scenario */
};

struct plan_length { /* length.h, of inputs */
	enum length_kind kind;
	input_t mean, sd, cv, median, p90, shape, phases;
	input_t at_least, at_most;
	int32_t n_parts; /* HYPER */
	input_t part_share[BRANCHES_MAX], part_mean[BRANCHES_MAX];
	const double *observed, *counted; /* TABLE: days, and how often each (NULL: once) */
	size_t n_observed;
};
#define NO_LENGTH                                                                                                      \
	((struct plan_length){ .mean = -1,                                                                             \
			       .sd = -1,                                                                               \
			       .cv = -1,                                                                               \
			       .median = -1,                                                                           \
			       .p90 = -1,                                                                              \
			       .shape = -1,                                                                            \
			       .phases = -1,                                                                           \
			       .at_least = -1,                                                                         \
			       .at_most = -1 })

struct plan_area {
	struct str id, name, code, county; /* county: what it is added up with; may be empty */
	input_t children;
	input_t factor; /* need of this area as a multiple of what its children would give */
	bool placed;
	double lat, lon;
	int fifth; /* of deprivation, 1 the most deprived; 0: not said */
	const struct yaml *at;
};

struct plan_need {
	struct str id, name;
	int32_t priority;
};

enum service_kind {
	SERVICE_BEDS,	   /* a stay of days and nights; beginnings are admissions */
	SERVICE_PLACES,	   /* a programme of sessions: places by days open, shared by those enrolled */
	SERVICE_CASELOAD,  /* a team that can hold so many children at once */
	SERVICE_SLOTS,	   /* appointments a week */
	SERVICE_CLINICIANS /* people who see one child at a time, while it is open */
};
enum { SERVICE_KINDS = 5 };
const char *service_kind_name(enum service_kind k); /* as in the file: "beds" */

struct plan_rule {
	struct plan_length after;
	enum wait_then then;
	int32_t to, raised;
	const struct yaml *at;
};

/* When a service is open. */
struct plan_hours {
	uint8_t days;	 /* bit 0 Monday .. */
	int open, close; /* minutes of the day; 0 and 1440: always */
};

/* From a day on, other capacity, staff or hours; -1, no days: as before. */
struct plan_later {
	day_t from;
	input_t capacity, staff;
	struct plan_hours hours;
	const struct yaml *at;
};

struct plan_service {
	struct str id, name, type; /* type: what effects speak of: "day-service" */
	enum service_kind kind;
	input_t capacity;	      /* beds, places, children, slots a week, clinicians; -1: no limit */
	input_t staff, staff_each;    /* people there, and needed for each bed, place or child; -1: not said */
	input_t attendance, sessions; /* PLACES: share who come; sessions a child has a week */
	struct plan_hours hours;
	bool closed_on_holidays;
	int from_age, to_age; /* in years, both included */
	uint64_t areas;
	uint32_t needs;
	struct plan_length stay, stay_of_need[PLAN_NEEDS_MAX]; /* kind LENGTH_NONE: `stay` */
	struct plan_length before;
	struct plan_rule rules[WAIT_RULES_MAX];
	int n_rules;
	bool by_priority, holds, away;
	input_t room; /* how many may wait; -1: any number */
	enum full_then full;
	int32_t full_to;
	input_t will_not; /* share of those who would have to wait and do not join, once will_not_from wait */
	int32_t will_not_from;
	enum preempt preempt;
	enum closing closing;
	input_t attended; /* SLOTS: share that the child comes to; -1: all */
	struct plan_later later[LATER_MAX];
	int n_later;
	double targets[WAIT_TARGETS_MAX];
	int n_targets;
	bool working; /* targets are working days */
	bool placed;
	double lat, lon;
	input_t miles;	      /* AWAY: how far, if it has no place of its own */
	input_t fixed, daily; /* pounds a year; pounds a day that somebody is in it (SLOTS: a child seen) */
	input_t counted;      /* days a week it was open when the demand was counted; -1: 0 */
	const struct yaml *at;
};

struct plan_route {
	int32_t from, to, need; /* need: ALL_NEEDS */
	uint64_t areas;
	input_t share;
	struct plan_length after;
	const struct yaml *at;
};

struct plan_demand {
	struct str id;
	int32_t need;
	uint64_t areas;
	int from_age, to_age;
	input_t per_year;				 /* in all its areas together, split by children and factors */
	input_t per_100000;				 /* else: of the children of each area, a year */
	double by_month[12], by_weekday[7], by_hour[24]; /* multiples; mean 1 */
	bool monthly, weekly, hourly;
	double together[TOGETHER_MAX]; /* chance that 1, 2 .. come at once */
	int n_together;		       /* 0: one at a time */
	const int32_t *counts;	       /* in place of a rate: [n_counts], or of each area [area * n_counts] */
	size_t n_counts;
	bool counts_by_area, drawn; /* drawn: days in any order */
	int32_t to;		    /* a service, or -1: the nearest .. */
	enum service_kind kind;	    /* .. of this kind */
	struct str type;	    /* .. or of this type, if not empty */
	int32_t priority;	    /* -1: that of the need */
	const struct yaml *at;
};

enum effect_on { EFFECT_ADMISSIONS, EFFECT_STAYS };
struct plan_effect {
	struct str of; /* type of service */
	enum effect_on on;
	input_t times; /* where such a service is open every day */
	bool by_days;  /* in proportion to the days a week it is open */
	uint32_t needs;
	const struct yaml *at;
};

enum published_of {
	PUBLISHED_ADMISSIONS,
	PUBLISHED_STAY,
	PUBLISHED_WAIT,
	PUBLISHED_OCCUPIED,
	PUBLISHED_OUT_OF_AREA,
	PUBLISHED_OUT_DAYS
};
struct plan_published {
	enum published_of of;
	bool change; /* as a change from the scenario extended, in per cent; told by a comparison only */
	double value, low, high;
	struct str source, date, note;
	const struct yaml *at;
};

struct scenario {
	struct arena arena;
	struct str name, about;
	char hash[HASH_HEX_MAX]; /* of all that it says once `extends` is followed, and of the files it names */
	day_t start;
	int32_t years;
	double warm_up; /* days, or SIM_AUTO */
	int64_t replications;
	uint64_t seed;
	double far_miles;
	input_t travel_fixed, travel_per_mile; /* minutes, and minutes a straight-line mile */
	input_t travel_at_most;		       /* minutes; -1: no limit */
	const float *matrix;		       /* minutes [area * n_services + service], NAN: not said; may be NULL */
	input_t budget, overlap;
	struct plan_area areas[PLAN_AREAS_MAX];
	size_t n_areas;
	struct plan_need needs[PLAN_NEEDS_MAX];
	size_t n_needs;
	struct plan_service services[PLAN_SERVICES_MAX];
	size_t n_services;
	struct plan_route *routes;
	size_t n_routes;
	struct plan_demand demands[DEMANDS_MAX];
	size_t n_demands;
	struct plan_effect effects[EFFECTS_MAX];
	size_t n_effects;
	struct plan_published published[PUBLISHED_MAX];
	size_t n_published;
	struct plan_input *inputs;
	size_t n_inputs;
	const struct workdays *workdays; /* the caller's */
	bool counted_days;		 /* targets or closed days need them */
	const day_t *holidays;		 /* weekdays on which nobody works, as far as a run can last */
	size_t n_holidays;
	day_t turns[PLAN_SERVICES_MAX]; /* days on which a service changes, ascending */
	size_t n_turns;
};

struct scenario_asks {
	/* The text of another file, named as the document names it; RC_NOT_FOUND if there is none. The text must last
	 * until scenario_read returns. NULL: no other files. */
	enum rc (*lookup)(void *arg, const char *name, struct str *out, struct err *e);
	void *arg;
	const struct workdays *workdays; /* for working days and bank holidays; must outlive the scenario */
};

/* RC_BAD_INPUT: `out` has the mistakes, and there is no scenario. `name`: what the text is called in mistakes. */
enum rc scenario_read(struct str text, const char *name, const struct scenario_asks *asks,
		      struct scenario **scenario_out, struct mistakes *out) NODISCARD;
void scenario_free(struct scenario *s);

/* The number of an input by its path, or -1. */
input_t scenario_input(const struct scenario *s, const char *path);
/* The number of a service by its id, or -1. */
int32_t scenario_service(const struct scenario *s, const char *id);
/* Values of all inputs, one each. `central`: as written. Otherwise drawn for one replication. */
void scenario_draw(const struct scenario *s, uint64_t seed, uint32_t replication, bool central, double *out);
/* Inputs that are guesses. */
size_t scenario_guesses(const struct scenario *s);

/* ---- from a scenario and values of its inputs to a pathway ---- */

struct scenario_group {
	int32_t area, demand;
};
struct scenario_built {
	struct pathway p;
	const struct scenario_group *groups; /* p.n_groups of them */
};
/* Stations are the services in their order; groups are areas by demand. In `a`. The pathway begins `before` days
 * before the scenario does (a warm-up). BUILD_START: from its start on, but nothing ever changes: as at first. */
void scenario_build(const struct scenario *s, const double *values, int32_t before, struct arena *a,
		    struct scenario_built *out);
/* Children a service can hold at once (SLOTS: a week) with these values; -1: no limit. */
int32_t scenario_places(const struct plan_service *v, const double *values);
/* The same on a day; scenario_places is of the first. */
int32_t scenario_places_on(const struct plan_service *v, const double *values, day_t day);
/* When it is open on a day; DAY_NONE: at first. */
struct plan_hours scenario_hours_on(const struct plan_service *v, day_t day);
/* Share of the time counted in which it has places (its fixed cost is for that). */
double scenario_open_share(const struct scenario *s, const struct plan_service *v, const double *values, int32_t years);
/* From an area to a service: straight-line miles, and minutes by the matrix or by distance; NAN: not known. */
double scenario_miles(const struct scenario *s, size_t area, size_t service, const double *values);
double scenario_minutes(const struct scenario *s, size_t area, size_t service, const double *values);
/* The service to which children of a demand go first from an area; -1: none takes them. */
int32_t scenario_first(const struct scenario *s, const struct plan_demand *d, size_t area, const double *values);
int32_t scenario_first_on(const struct scenario *s, const struct plan_demand *d, size_t area, const double *values,
			  day_t day);
/* Does a service take this demand at all (need and ages)? */
bool scenario_takes(const struct plan_service *v, const struct plan_demand *d);
/* Miles between two places, as on a flat map about their middle: within 0.1 % inside England. */
double straight_miles(double lat_a, double lon_a, double lat_b, double lon_b);

#endif
