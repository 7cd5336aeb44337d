/*
 * siting_reuse.h - re-use what there is: beds, places and staff of today put to better
 * use for the same money.
 *
 * There are kinds of things (beds, day places, posts) in whole units at sites. Services
 * use them: each child of a service needs a part of a unit of one kind, at a site in
 * reach. A unit may need units of another kind where it stands (a bed needs posts).
 * Units move between sites, and what is freed may become something else by a
 * conversion, so many for so many, at a cost, within limits. Nothing is added: all
 * together costs no more than today.
 *
 * The best is what leaves fewest children without a place, and then has the least
 * travel. Which conversions are made is tried out whole number by whole number; for
 * each, the kinds stand apart but for their staff, and where units stand is found by
 * branch and bound over flows (site_transport). What is not over when the work ends may
 * be handed to a solver (`outside`); its answer is weighed again. Every answer has its
 * bound.
 */
#ifndef LINNET_PLAN_SITING_REUSE_H
#define LINNET_PLAN_SITING_REUSE_H

#include "plan/siting.h"

enum {
	REUSE_KINDS_MAX = 12,
	REUSE_SERVICES_MAX = 12,
	REUSE_CONVERSIONS_MAX = 12,
	REUSE_UNITS_MAX = 10000,  /* of a kind at a site */
	REUSE_CHOICES_MAX = 50000 /* of conversions: the product of their limits */
};

struct reuse_kind {
	struct str name;
	double cost;		       /* pounds a year for one */
	double staff;		       /* whole-time staff who move with one; only told */
	size_t move_most;	       /* moved between sites at most; REUSE_UNITS_MAX: any number */
	bool used;		       /* by a service */
	double needs[REUSE_KINDS_MAX]; /* units of other kinds where one stands */
	const struct yaml *play;       /* how it works, to be played through (siting_scenario.h); NULL: not said */
	int line, column;
};

struct reuse_service {
	struct str name;
	size_t kind;
	double serves;		 /* children a year in one unit */
	double times;		 /* its demand, as a multiple of that of the areas */
	double longest;		 /* minutes; 0: no limit */
	double weight;		 /* what a child without a place counts */
	const struct yaml *stay; /* its own length of stay; NULL: that of the kind */
};

struct reuse_conversion {
	size_t from, to;  /* kinds; to REUSE_KINDS_MAX: nothing (closed) */
	size_t of, makes; /* so many of the one become so many of the other */
	double cost;	  /* pounds a year, each time */
	size_t most;	  /* times at most */
};

struct siting_stock {
	size_t n_kinds, n_services, n_conversions;
	struct reuse_kind kinds[REUSE_KINDS_MAX];
	struct reuse_service services[REUSE_SERVICES_MAX];
	struct reuse_conversion conversions[REUSE_CONVERSIONS_MAX];
	size_t *now, *least, *most; /* [n_sites * n_kinds] */
	double *cost;		    /* [n_sites * n_kinds] pounds a year for one */
	double budget;		    /* 0: what today costs */
	int line, column, budget_line, budget_column;
};

struct reuse_move {
	size_t kind, units;
	uint32_t from, to; /* sites; `to` or `from` SITING_SITES_MAX: into, out of a conversion */
};

struct reuse_told { /* of a service */
	double demand, served, unserved, mean, worst, within30, within60;
};

struct siting_reuse {
	size_t *then;				      /* [n_sites * n_kinds] */
	size_t made[REUSE_CONVERSIONS_MAX];	      /* times each conversion is made */
	struct siting_plan before, after;	      /* all services together */
	struct siting_plan *plan_before, *plan_after; /* [n_services] */
	struct reuse_told told_before[REUSE_SERVICES_MAX], told_after[REUSE_SERVICES_MAX];
	double demand, unserved_before, unserved_after; /* children a year, of all services */
	struct reuse_move *moves;
	size_t n_moves;
	size_t moved[REUSE_KINDS_MAX];	/* units that come to a site from another */
	double cost_before, cost_after; /* a year, conversions included */
	double staff;			/* who move with units */
	double value, bound;		/* minutes, and children without a place at REUSE_UNSERVED each */
	bool proven, stopped;
	int64_t nodes;
	const char *method;
};

/* Not being served weighs as much as a way of so many minutes: nobody travels that far. */
#define REUSE_UNSERVED 1e5

/* RC_BAD_INPUT: the problem says nothing of what there is; RC_NOT_FOUND: proven that nothing keeps the rules;
 * RC_LIMIT: nothing was found before the work ended. */
enum rc siting_reallocate(const struct siting *s, const struct site_work *w, const struct siting_outside *outside,
			  struct arena *a, struct siting_reuse *out, struct err *e) NODISCARD;

/* Is anything there today at a site? */
bool siting_stands_today(const struct siting *s, size_t site);

/* ---- for the files of re-use, and tests ---- */

/* A choice: units [n_sites * n_kinds] and conversions made. Does it keep every rule? */
bool reuse_allowed(const struct siting *s, const size_t *units, const size_t *made);
double reuse_money(const struct siting *s, const size_t *units, const size_t *made);
double reuse_budget(const struct siting *s);
/* Units of a kind after conversions; false: more would be taken than there are. */
bool reuse_totals(const struct siting_stock *k, const size_t *all_now, const size_t *made, size_t *totals);
/* Travel, and what is not served, of units [n_sites * n_kinds]; plans [n_services] may be NULL. */
double reuse_weigh(const struct siting *s, const size_t *units, struct siting_plan *plans, struct arena *a);

#endif
