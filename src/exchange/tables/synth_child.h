/*
 * synth_child.h - one invented child and the files its rows go to. For this room only.
 */
#ifndef LINNET_EXCHANGE_TABLES_SYNTH_CHILD_H
#define LINNET_EXCHANGE_TABLES_SYNTH_CHILD_H

#include "base/rand.h"
#include "base/text.h"
#include "codec/csv.h"
#include "exchange/tables/synth.h"
#include "record/adjoining.h"
#include "record/organisations.h"

enum synth_table {
	SYNTH_CHILDREN,
	SYNTH_PERIODS,
	SYNTH_PLACEMENTS,
	SYNTH_NOTIFICATIONS,
	SYNTH_REQUESTS,
	SYNTH_APPOINTMENTS,
	SYNTH_ASSESSMENTS,
	SYNTH_SDQ,
	SYNTH_REFERRALS,
	SYNTH_CONTACTS,
	SYNTH_REFERRAL_STEPS,
	SYNTH_BED_STAYS,
	SYNTH_PLACEMENT_TOLD,
	SYNTH_PLACEMENT_STEPS,
	SYNTH_REVIEWS,
	SYNTH_VISITS,
	SYNTH_CHECKS,
	SYNTH_SDQ_REASONS,
	SYNTH_LEAVING_CARE,
	SYNTH_PASSPORTS,
	SYNTH_EHC,
	SYNTH_EHC_ADVICE,
	SYNTH_TABLES
};

struct synth_file {
	int fd;
	struct buf b;
	struct csv_writer w;
};

/* How far back each of the tables that councils keep goes. */
enum {
	SYNTH_TOLD_DAYS = 56,
	SYNTH_STEPS_DAYS = 365,
	SYNTH_VISITS_DAYS = 365,
	SYNTH_LEAVING_DAYS = 730,
	SYNTH_HISTORY_DAYS = 1826,
};
day_t synth_checks_from(day_t today); /* 1 April of the year before the one that is running */

enum { AGE_BANDS = 5, PLACES_MAX = 40 };

struct synth_council { /* how its looked-after children are, as published */
	struct str name;
	char letter[8]; /* its child numbers begin so */
	int64_t looked_after;
	double ages[AGE_BANDS];
	double inside; /* share placed in its own area */
	double sdq_mean;
};

struct synth_world {
	const struct synth_options *o;
	struct synth_file files[SYNTH_TABLES];
	struct synth_council councils[PLACES_MAX];
	size_t n_councils;
	struct str neighbours[PLACES_MAX];
	size_t n_neighbours;
	struct str provider;
	const struct organisations *orgs;
	struct adjoining *adjoining;
	struct synth_counts counts;
	int64_t next_nhs; /* of the test range */
};

enum synth_role { SYNTH_IN_CARE, SYNTH_LEFT_CARE, SYNTH_PLACED_HERE };

/* Writes everything about child number `index`; `leader` is the eldest of its
 * siblings in care (itself if none): they share a family name and a day. */
void synth_child(struct synth_world *w, uint64_t index, uint64_t leader, enum synth_role role, size_t council);

/* ---- synth_help.c ---- */
struct synth_helped { /* of whom: what its rows begin with, and since when it is in care */
	uint64_t index;
	struct str council, id;
	day_t born, entry;
};
/* Writes the mental-health help of the child: for most there is none. */
void synth_help(struct synth_world *w, const struct synth_helped *who);

/* ---- synth_names.c ---- */
const char *synth_given_name(struct rand *r);
void synth_family_name(struct rand *r, char *out, size_t n);
const char *synth_language(struct rand *r);

#endif
