/*
 * world.h - the region in which children are invented: its councils as published,
 * and where they place children.
 *
 * A council places outside its area about as many near and far as is published,
 * and other councils' children live in each area about as many as is published:
 * both are fitted, with nearer areas more likely. Distances follow from real
 * postcode sectors, or districts where sectors are not to hand. Immutable once
 * made: any number of threads may draw from it.
 */
#ifndef LINNET_EXCHANGE_SYNTH_WORLD_H
#define LINNET_EXCHANGE_SYNTH_WORLD_H

#include "exchange/synth/joint.h"
#include "exchange/synth/synth.h"
#include "record/adjoining.h"
#include "record/organisations.h"
#include "record/places.h"

enum { COUNCILS_MAX = 400 };
static const double NEAR_KM = 20 * 1.609344;

struct synth_council {
	struct str code, name; /* name: short, as people write it in a table */
	char letter[8];	       /* its child numbers begin so */
	const struct figures *f;
	const struct place_area *area;
	const struct joint *joint; /* its own, or England's if it is not of the region */
	struct str provider;	   /* of mental-health help; of the region only */
	double within_4_weeks;	   /* share helped so soon */
	bool ours;
	bool wide; /* two of its own sectors are far apart */
	int64_t n; /* children to invent */
	/* Chances of one child, so that the shares of all come out as published: in care for two
	 * and a half years if under 16 and if older, for one year if not so long; two years in
	 * one placement if in care so long; three placements in the last year. */
	double long_term, two_years, one_year, settled, moving;
	double *near, *far; /* by council: sums up to it */
};

struct synth_world {
	const struct synth_options *o;
	struct arena arena;
	struct published *published;
	struct places *places;
	struct organisations *orgs;
	struct adjoining *adjoining;
	struct joint *england, **joints;
	struct synth_council *councils; /* of all England, in order of code; those of the region are `ours` */
	size_t n_councils;
	size_t *ours, n_ours; /* in order of the region's file */
	double *inward;	      /* [ours][councils]: others' children living here, sums up to it */
	struct str region_name;
	uint32_t *nhs_upto; /* valid test numbers before each ten */
	day_t return_end;   /* 31 March that ends the last whole year */
};

enum rc world_make(const struct synth_options *o, struct synth_world *w, struct err *e) NODISCARD;
void world_release(struct synth_world *w);
/* A council for a placement of this kind; `from` itself if inside. */
size_t world_place(const struct synth_world *w, struct rand *r, size_t from, enum where_kind where);
/* A postcode sector or district of a council, by how many postcodes it has. */
const struct place_spot *world_spot(const struct synth_world *w, struct rand *r, size_t council);
/* One so that the distance from home is of the kind asked for, if any is found. */
const struct place_spot *world_spot_from(const struct synth_world *w, struct rand *r, size_t council,
					 const struct place_spot *home, bool near);
/* A home in one council and a placement in another, or the same, so near or so far apart if
 * there are such; a family's homes are alike as long as they can be. */
void world_pair(const struct synth_world *w, struct rand *family, struct rand *r, size_t from, size_t to, bool near,
		const struct place_spot **home_out, const struct place_spot **spot_out);
/* The council of the region and the one from elsewhere of a child placed here by others. */
void world_placed_here(const struct synth_world *w, struct rand *r, size_t *here, size_t *from);
/* The n-th number of the range kept for tests (999), 11 characters with NUL; false: used up. */
bool world_nhs_number(const struct synth_world *w, uint64_t n, char out[11]);

#endif
