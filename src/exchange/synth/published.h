/*
 * published.h - what is published about looked-after children, council by council.
 *
 * Read from data/synth: the yearly return of 31 March 2025 (characteristics,
 * placements, stability), health of five years, education, health and care plans,
 * and mental-health waits by board. Figures keep their mark: a hidden one (c) has
 * a value all the same, its share of what the council's others leave, as in the
 * region around it, so that children can be drawn; but nothing is ever compared
 * with it. Immutable after loading.
 */
#ifndef LINNET_EXCHANGE_SYNTH_PUBLISHED_H
#define LINNET_EXCHANGE_SYNTH_PUBLISHED_H

#include "base/arena.h"
#include "base/err.h"

enum figure {
	F_LOOKED_AFTER,
	F_UNDER_1,
	F_AGE_1_4,
	F_AGE_5_9,
	F_AGE_10_15,
	F_AGE_16_17,
	F_FEMALE,
	F_MALE,
	F_UASC,
	F_NOT_UASC,
	F_FULL_ORDER,
	F_INTERIM_ORDER,
	F_PLACEMENT_ORDER,
	F_S20,
	F_YOUTH_JUSTICE,
	F_DETAINED,
	F_FOSTER,
	F_SECURE_OR_HOME,
	F_SUPPORTED,
	F_WITH_PARENTS,
	F_FOR_ADOPTION,
	F_SCHOOL,
	F_OTHER_RESIDENTIAL,
	F_OTHER_PLACEMENT,
	F_OWN_PROVISION,
	F_OTHER_COUNCIL,
	F_OTHER_PUBLIC,
	F_PRIVATE,
	F_VOLUNTARY,
	F_PARENTS_PROVIDE,
	F_PROVIDER_NOT_SAID,
	F_N1,
	F_N2,
	F_N3,
	F_N4,
	F_N5,
	F_N6,
	F_N7,
	F_N8,
	F_INSIDE_NEAR,
	F_INSIDE_FAR,
	F_INSIDE_UNKNOWN,
	F_OUTSIDE_NEAR,
	F_OUTSIDE_FAR,
	F_OUTSIDE_UNKNOWN,
	F_INSIDE,
	F_OUTSIDE,
	F_OTHERS_HERE,
	F_WHITE,
	F_MIXED,
	F_ASIAN,
	F_BLACK,
	F_OTHER_ETHNIC,
	F_ETHNIC_NOT_SAID,
	F_STARTED,
	F_CEASED,
	F_THREE_PLACEMENTS,
	F_STABILITY_BASE,
	F_LONG_SAME,
	F_LONG_BASE,
	F_TWO_YEARS,
	F_EHC_PLAN, /* per cent */
	F_EHC_IN_TIME,
	F__COUNT
};

enum health_figure {
	H_COHORT,
	H_UNDER_5,
	H_AGE_5_16,
	H_HEALTH,
	H_DENTAL,
	H_IMMUNISATIONS,
	H_DEVELOPMENT,
	H_SDQ,
	H_SDQ_NORMAL,
	H_SDQ_BORDERLINE,
	H_SDQ_CONCERN,
	H_SDQ_MEAN,
	H__COUNT
};

/* What stands in the published cell. */
enum mark {
	MARK_KNOWN,
	MARK_HIDDEN /* c: a small count */,
	MARK_ZERO /* k: rounds to nothing */,
	MARK_NOT_APPLICABLE /* z */,
	MARK_MISSING /* x : - or empty */,
	MARK__COUNT
};
const char *mark_words(enum mark m); /* "hidden: a small number" */

enum { HEALTH_YEARS = 5, HEALTH_FIRST_YEAR = 2021 }; /* years that end on 31 March */

struct figures {
	struct str code, name, region; /* region: of a council */
	double v[F__COUNT];
	uint8_t mark[F__COUNT];
	double health[HEALTH_YEARS][H__COUNT];
	uint8_t health_mark[HEALTH_YEARS][H__COUNT];
};

struct help_figures { /* of a board, three months to September 2024 */
	struct str board;
	bool has_within;
	double within_4_weeks; /* share of those helped */
};

struct published;
enum rc published_load(const char *data_dir, struct published **out, struct err *e) NODISCARD;
void published_free(struct published *p);
/* A council, region or country by code; NULL: nothing is published about it. */
const struct figures *published_find(const struct published *p, struct str code);
/* The board's, or England's if it is not there. */
const struct help_figures *published_help(const struct published *p, struct str board);
/* The health figures of the year that ends on 31 March of `year`, or of the nearest year published. */
size_t published_year(int year);
const char *figure_id(enum figure f);
const char *health_figure_id(enum health_figure f);

#endif
