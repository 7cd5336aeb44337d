/*
 * siting.h - where services should stand, asked as a commissioner asks it.
 *
 * A file (YAML, with tables beside it) says which areas need how much, which
 * sites are there and which could be, how large each may be and what that costs a
 * year, how long the ways are, which rules hold (a budget, how many of today's
 * sites stay), and what is wanted: least travel, nobody far, as many as can be
 * within 30 minutes, areas alike, or least money. The answer is a plan with its
 * bound: no plan can be better than the bound. `proven` means that the two meet.
 *
 * Rules of use
 *  - Pure: files of data are read, nothing is written; no clock, no chance. The
 *    same problem gives the same plan; `site_work` limits the work and is asked
 *    whether to go on.
 *  - Everything lives in the arena that the problem was read into, or in the one
 *    given to the solver.
 *  - Own methods come first (site.h). Rules that they do not know (not both, one
 *    of) are tried out choice by choice where there are few, else handed as a text
 *    model to `outside`, if the caller has a solver (siting_model.h); the answer of
 *    a solver is weighed again here and never believed.
 */
#ifndef LINNET_PLAN_SITING_H
#define LINNET_PLAN_SITING_H

#include "base/text.h"
#include "codec/yaml.h"
#include "plan/site.h"
#include "record/places.h"

enum {
	SITING_AREAS_MAX = 5000,
	SITING_SITES_MAX = 2000,
	SITING_NOTES_MAX = 24,
	SITING_PAIRS_MAX = 200,
	SITING_FRONTIER_MAX = 60
};

enum siting_aim {
	SITING_TRAVEL, /* least minutes of all together */
	SITING_WORST,  /* least longest way */
	SITING_WITHIN, /* most people within some minutes */
	SITING_GAP,    /* least difference between the best and the worst group's mean way */
	SITING_MONEY   /* least cost a year */
};

struct siting_area {
	struct str code, name;
	double demand;
	bool placed;
	struct place_position at;
	int group; /* groups[]: whose mean way is compared; -1: none */
	int line, column;
};

struct siting_site {
	struct str name;
	bool placed;
	struct place_position at;
	bool today;   /* it is there */
	int now;      /* its size today, 1 ..; 0: not there */
	uint16_t may; /* bits as site.h: 1 closed, 2 << size */
	int line, column;
};

struct siting_size {
	struct str name;
	double serves; /* how much demand it can take; 0: no limit */
	double price;  /* a year */
};

struct siting_pair { /* of sites */
	uint32_t a, b;
	bool one_of; /* at least one; else: not both */
};

struct siting_stock;

struct siting {
	const char *file;
	struct str id, title, people; /* what demand counts */
	size_t n_areas, n_sites, n_sizes, n_groups, n_pairs, n_notes;
	struct siting_area *areas;
	struct siting_site *sites;
	struct siting_size *sizes;
	struct str *groups;
	struct siting_pair *pairs;
	bool plane;	  /* positions are kilometres on a plane: no map, no miles */
	double *minutes;  /* [n_areas * n_sites]; SITE_NEVER: cannot */
	double *capacity; /* [n_sites * n_sizes] */
	double *price;	  /* [n_sites * n_sizes] */
	bool limited;	  /* some size has a limit of what it serves */
	bool priced;
	double demand;	/* of all */
	double longest; /* minutes; 0: no limit */
	double budget;
	size_t open_least, open_most, keep; /* 0: no such rule */
	enum siting_aim aim;
	double within;
	struct siting_stock *stock;	/* what there is and may become (siting_reuse.h); NULL: nothing is said */
	double ways_fixed, ways_per_km; /* of the straight line; both 0: from a table */
	/* how a service of these sites works, to be played through (siting_scenario.h); NULL: not said */
	const struct yaml *play;
	double *play_capacity; /* [n_sizes] places or beds of each size */
	bool travel_is_cost;   /* of published problems: ways are money and are added to prices */
	int rules_line, rules_column, travel_line, travel_column, budget_line, budget_column;
	struct str notes[SITING_NOTES_MAX]; /* what was assumed, in words, to be printed with every result */
	bool guess[SITING_NOTES_MAX];
};

/* Reads a problem. `name` is what errors call it; `folder` is where files that it
 * names are looked for (NULL: it may name none); `data` is the folder of data, for
 * regions, and `places` its places (both NULL: it may name none). RC_BAD_INPUT:
 * file:line:column, what is wrong, and what to change. */
enum rc siting_read(struct str text, const char *name, const char *folder, const char *data,
		    const struct places *places, struct arena *a, struct siting *out, struct err *e) NODISCARD;

/* Problems of OR-Library: p-medians ("pmed") and warehouses ("cap", whose files may
 * hold the word `capacity` in place of a number: `room` stands for it, 0 if there is none). */
enum rc siting_read_pmed(struct str text, const char *name, struct arena *a, struct siting *out,
			 struct err *e) NODISCARD;
enum rc siting_read_cap(struct str text, const char *name, double room, struct arena *a, struct siting *out,
			struct err *e) NODISCARD;

/* What can be seen to be impossible without searching: areas that no site reaches, less
 * room than demand, more sites to keep than there are. RC_BAD_INPUT with the place. */
enum rc siting_check(const struct siting *s, struct err *e) NODISCARD;

struct siting_plan {
	uint8_t *open;	    /* [n_sites] 0 closed, 1 + size */
	double *flow;	    /* [n_areas * n_sites] demand served */
	double *site_use;   /* [n_sites] */
	double *area_mean;  /* [n_areas] minutes */
	double *group_mean; /* [n_groups] minutes; -1: nobody in it */
	double price, travel, mean, worst, gap;
	double within30, within60, within; /* people; `within` of the problem */
	size_t n_open, n_kept, n_today;
	double value, bound; /* of the aim: minutes, people beyond, money */
	bool proven;
	const char *method;
	int64_t nodes;
};

/* Hands a model to a solver; its answer into `answer`. RC_NOT_FOUND: there is none here. */
struct siting_outside {
	enum rc (*run)(void *arg, struct str model, double seconds, struct buf *answer, struct err *e);
	void *arg;
	double seconds;
};

/* RC_NOT_FOUND: proven that no plan keeps the rules (says what is short); RC_LIMIT:
 * none was found before the work ended. */
enum rc siting_solve(const struct siting *s, const struct site_work *w, const struct siting_outside *outside,
		     struct arena *a, struct siting_plan *out, struct err *e) NODISCARD;
/* Weighs a choice [n_sites] as it is; RC_NOT_FOUND if it cannot serve everybody. value is set, bound is not. */
enum rc siting_weigh(const struct siting *s, const uint8_t *open, struct arena *a, struct siting_plan *out,
		     struct err *e) NODISCARD;
/* Today's sites at today's sizes: open[n_sites]; false if nothing is there today. */
bool siting_today(const struct siting *s, uint8_t *open);
/* True if the choice keeps every rule of the problem. */
bool siting_allowed(const struct siting *s, const uint8_t *open);

/* Plans of which none is both cheaper and better, dearest first: each is the best for
 * its money. `points` at most; *whole_out: no plan is left out between them. */
enum rc siting_frontier(const struct siting *s, size_t points, const struct site_work *w, struct arena *a,
			struct siting_plan *out, size_t *n_out, bool *whole_out, struct err *e) NODISCARD;

/* ---- the words of the aim ---- */

const char *siting_aim_title(enum siting_aim aim); /* "least travel" */
/* "least travel", "least longest way", "most within 30 minutes", "smallest gap", "least
 * money". RC_BAD_INPUT: none of these. */
enum rc siting_aim_read(struct str words, enum siting_aim *aim_out, double *within_out) NODISCARD;
/* People within the limit have their value as people beyond it: this turns it back. */
double siting_shown(const struct siting *s, double value);

#endif
