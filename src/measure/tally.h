/*
 * tally.h - hits of many children added up.
 *
 * Children stream through; a tally keeps one cell for each period, council,
 * provider, area and place, whatever the number of children. Afterwards the
 * cells are put together by what the reader asks for. Tallies are plain counts:
 * two of them over different children may be added.
 */
#ifndef LINNET_MEASURE_TALLY_H
#define LINNET_MEASURE_TALLY_H

#include "measure/hit.h"
#include "standard/engine.h"

enum { REASONS_MAX = 32 };

enum measure_group { GROUP_NONE = 0, GROUP_COUNCIL, GROUP_PROVIDER, GROUP_AREA, GROUP_IN_AREA, GROUP__COUNT };
const char *measure_group_id(enum measure_group g);    /* "all" "council" "provider" "area" "in-out" */
const char *measure_group_title(enum measure_group g); /* "Council" */

struct counts {
	int64_t yes, no, out, not_yet;
	int64_t why[REASONS_MAX]; /* of `out`, by reason of the tally */
};
static inline int64_t counts_base(const struct counts *c)
{
	return c->yes + c->no;
}

struct tally_row {
	day_t period;  /* DAY_NONE: all periods together, or those that fall into none */
	int64_t group; /* organisation, enum in_area, or 0 */
	struct counts n;
	const int32_t *days; /* of a wait, an average: the values, sorted, n.yes of them */
	int64_t people;	     /* of a rate: who lives there; -1 not known, or counted from a part of them */
};

struct tally;
struct tally *tally_new(const struct measure *m);
void tally_free(struct tally *t);
/* How many people the children of a row are out of, on a day; -1: not known. */
typedef int64_t tally_people_of(void *arg, const struct population *p, enum measure_group by, int64_t group, day_t on);
void tally_people(struct tally *t, tally_people_of *people, void *arg);
void tally_add(struct tally *t, const struct measure_hit *h);
/* Adds another tally of the same measure, over children that came later: the same
 * as if one had counted them all. */
void tally_merge(struct tally *t, const struct tally *later);
/* Reasons for which anybody was counted out; their place is the place in `why`.
 * Past REASONS_MAX - 1 they share the last, "other reasons". */
size_t tally_reasons(const struct tally *t, const struct str **out);
/* Rows by period and group, sorted by both; `by_period` false: over all periods.
 * Hits that fall into no period are a row of their own, DAY_NONE, if by_period. */
size_t tally_rows(const struct tally *t, enum measure_group by, bool by_period, struct arena *a,
		  const struct tally_row **out);
/* Rows by group of the periods from one to another (first days, both included) together. */
size_t tally_sums(const struct tally *t, enum measure_group by, day_t from, day_t to, struct arena *a,
		  const struct tally_row **out);
/* Whether a hit belongs to the row. */
bool tally_row_has(const struct tally_row *r, enum measure_group by, bool by_period, const struct measure_hit *h);

/* The middle day, or that under which nine of ten lie: the smallest value such
 * that at least that share of the values is not above it (nearest rank). -1: none. */
int32_t days_quantile(const int32_t *sorted, size_t n, int per_cent);

/* ---- whose days late ones were ---- */

struct holder_share {
	int64_t children;		 /* whose clock this holder had for a day or more */
	int64_t days, share, over, late; /* used; allowed; used beyond the share; past the due day */
	int64_t would_be_in_time;	 /* late ones that were in time had this holder alone kept its share */
};
struct shares {
	struct holder_share by[HOLDER__COUNT];
	int64_t late_ones, done_late, late_days;
	int64_t all_kept; /* of those done late: in time had every holder kept its share */
	bool has_shares;
};
void shares_merge(struct shares *s, const struct shares *more);
/* Adds one late clock by its turns. `done`: it is done, late; else it is still
 * late, or ended so: what would have been is not asked. */
void shares_add(struct shares *s, const struct standard_info *info, const struct turn *turns, size_t n, bool done);

#endif
