/*
 * standardise.h - fair comparison of areas whose people differ in age.
 *
 * Two areas can have the same chance at every age and still different crude
 * rates, because one has more teenagers. A *stratum* is one age band (or band
 * and sex). The indirect method asks how many events the area would have had at
 * a reference's chances; the direct method asks what the rate would be if the
 * area had the people of a standard population.
 *
 * Same rules of use as estimate.h. The strata of an area are given in one array.
 */
#ifndef LINNET_STAT_STANDARDISE_H
#define LINNET_STAT_STANDARDISE_H

#include "stat/estimate.h"

struct reference_stratum { /* for the indirect method */
	double persons;	   /* of the area */
	double reference_events, reference_persons;
};
/* What the area would have had: sum of persons x reference_events / reference_persons. */
enum rc expected_events(const struct reference_stratum *strata, size_t n, double *out, struct err *e) NODISCARD;

/* Indirectly standardised ratio: observed / expected x per (100 in most tables). */
enum rc standardised_ratio(int64_t observed, const struct reference_stratum *strata, size_t n, double level, double per,
			   struct estimate *out, struct err *e) NODISCARD;
/* Indirectly standardised rate: the ratio times the reference's crude rate. */
enum rc indirect_rate(int64_t observed, const struct reference_stratum *strata, size_t n, double level, double per,
		      struct estimate *out, struct err *e) NODISCARD;

struct standard_stratum { /* for the direct method */
	int64_t events;
	double persons;	 /* of the area, above 0 */
	double standard; /* of the standard population, 0 or more */
	/* Sum of k^2 over the persons with k events each, if one person can have several;
	 * equal to `events` when each has at most one. See repeated_events. */
	int64_t squared_events;
};
/* Fills events and squared_events from people[k-1] = how many persons had k events. */
enum rc repeated_events(const int64_t *people, size_t n, struct standard_stratum *out, struct err *e) NODISCARD;

/* Directly standardised rate with the limits of Dobson, Kuulasmaa, Eberle and
 * Scherer, Statistics in Medicine 10 (1991) 457-462:
 *   value = sum(w O/n) / sum(w); variance = sum(w^2 Q/n^2) / sum(w)^2, Q the squared events;
 *   limit = value + sqrt(variance / total events) x (Byar limit of the total - total).
 * Under EVENTS_FOR_BYAR events in all: MADE_TOO_FEW, because the rate would rest on chance. */
enum rc direct_rate(const struct standard_stratum *strata, size_t n, double level, double per, struct estimate *out,
		    struct err *e) NODISCARD;

#endif
