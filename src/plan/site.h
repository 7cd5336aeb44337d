/*
 * site.h - where services should stand: which sites to open, and who goes where.
 *
 * Plain numbers in, plain numbers out. Areas have people; sites could be open;
 * a table says what it costs if an area is served from a site (people times
 * minutes, usually). The answer names the open sites, and beside them a bound:
 * no choice at all can cost less than the bound. `proven` means that the two
 * meet, so nothing better exists; otherwise say the gap, never "optimal".
 *
 * Methods. Bounds come from Lagrangian relaxation of "every area is served"
 * (Cornuejols, Fisher and Nemhauser 1977; Beasley 1985 for the p-median),
 * answers from interchange of an open with a closed site (Teitz and Bart 1968),
 * proof from branch and bound with both, in which sites that no better answer can
 * use are shut by their reduced cost. Of sizes, money and room are relaxed as well,
 * each with a price of its own; how many may be open, and how many of those there
 * are must stay, is kept exactly.
 *
 * Rules of use
 *  - Pure: no clock, no chance. The same problem gives the same answer; what
 *    limits the work is counted in steps, and `ask`, if given, is asked now and
 *    then whether to go on.
 *  - Costs are >= 0 and finite, or SITE_NEVER where an area cannot be served
 *    from a site (too far, not for its age).
 */
#ifndef LINNET_PLAN_SITE_H
#define LINNET_PLAN_SITE_H

#include "base/arena.h"
#include "base/err.h"

enum { SITE_AREAS_MAX = 20000, SITE_SITES_MAX = 5000 };
#define SITE_NEVER 1e30

enum site_rule { SITE_FREE, SITE_MUST_OPEN, SITE_MUST_CLOSE };

struct site_work {
	int64_t nodes_max;		     /* of the search; 0: a default */
	bool (*ask)(void *arg, double done); /* false: stop here with what there is */
	void *arg;
};

struct site_answer {
	uint8_t *open;	    /* [n_sites] 1 open (of the sizes problem: 1 + size) */
	uint32_t *serves;   /* [n_areas] the site that serves it (the largest share of it) */
	double cost, bound; /* bound <= every possible cost */
	bool proven;	    /* cost is the least there is, to the step of the costs */
	int64_t nodes, steps;
};

/* ---- p-median: exactly `p` open sites, least total cost ---- */

struct site_median {
	size_t n_areas, n_sites;
	const double *cost;  /* [n_areas * n_sites] */
	const uint8_t *rule; /* [n_sites] enum site_rule; NULL: all free */
	size_t p;
	double
	    step; /* costs are multiples of this (1: whole numbers), so that a bound may be rounded up; 0: not known */
};

/* RC_BAD_INPUT if the problem contradicts itself (p against the rules, a cost
 * below 0), RC_NOT_FOUND if no choice serves every area. */
enum rc site_median_solve(const struct site_median *m, const struct site_work *w, struct arena *a,
			  struct site_answer *out, struct err *e) NODISCARD;

/* ---- reaching: `p` open sites, as many people as can be within a limit ---- */

struct site_reach {
	size_t n_areas, n_sites;
	const double *travel; /* [n_areas * n_sites] minutes */
	const double *people; /* [n_areas] whole numbers */
	const uint8_t *rule;
	size_t p;
	double within; /* minutes */
};

/* Least people beyond `within`: out->cost of them (Church and ReVelle 1974, as a
 * median whose costs are people or nothing). Areas out of reach of every site
 * are served by no matter whom. */
enum rc site_reach_solve(const struct site_reach *r, const struct site_work *w, struct arena *a,
			 struct site_answer *out, struct err *e) NODISCARD;
/* Least longest way with `p` sites (the p-centre): out->cost is that way in
 * minutes; `within` is not looked at. */
enum rc site_centre_solve(const struct site_reach *r, const struct site_work *w, struct arena *a,
			  struct site_answer *out, struct err *e) NODISCARD;

/* ---- sizes: what to open, how large, under a budget ---- */

enum { SITE_SIZES_MAX = 12 };

struct site_sizes {
	size_t n_areas, n_sites, n_sizes; /* sizes from 1; "closed" is not one of them */
	const double *cost;		  /* [n_areas * n_sites] for each unit of demand; SITE_NEVER: cannot */
	const double *demand;		  /* [n_areas] */
	const double *capacity;		  /* [n_sites * n_sizes] 0: this size is not offered here */
	const double *price;		  /* [n_sites * n_sizes] of having it */
	const uint16_t *may;		  /* [n_sites] bits: 1 may be closed, 2 << size may be so; NULL: all */
	double budget;			  /* prices together at most this; 0: no limit */
	bool budget_only;	  /* prices count against the budget and not in the cost: least travel for the money */
	size_t at_least, at_most; /* open sites; 0: no limit */
	const uint8_t *kept;	  /* [n_sites] 1: one of those of which `kept_min` stay open; NULL: no such rule */
	size_t kept_min;
	double step;   /* costs and prices make multiples of this; 0: not known */
	double enough; /* above 0: stop at the first choice that costs no more, or when none can */
};

/* Prices and costs together at their least, every demand served (an area may be
 * shared between sites). RC_NOT_FOUND if it is proven that no choice can serve all
 * within the budget and the numbers of sites (the text says what is short), or
 * that none costs as little as `enough`; RC_LIMIT if none was found and the search
 * was stopped first. */
enum rc site_sizes_solve(const struct site_sizes *p, const struct site_work *w, struct arena *a,
			 struct site_answer *out, struct err *e) NODISCARD;

/* What the areas' demand costs at least from these open capacities [n_sites], and
 * flow [n_areas * n_sites] that does it. RC_NOT_FOUND if they cannot hold it. */
enum rc site_transport(size_t n_areas, size_t n_sites, const double *cost, const double *demand, const double *capacity,
		       double *flow, double *cost_out, struct err *e) NODISCARD;

#endif
