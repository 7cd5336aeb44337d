/*
 * places.h - the areas of England as dated data: where they are, who lives there.
 *
 * Councils of the upper and the lower tier, the integrated care boards they lie in,
 * the population by age, how deprived they are, the outlines that a map draws, and
 * the postcode sectors and districts in which an invented child can be placed: read
 * from data/places, with sources in data/SOURCES.md. An area that has ended names
 * its successors: `places_on` leads from an old code to the area in force.
 *
 * Outlines are made of stretches that neighbours share, so that two areas meet
 * without a gap, and which areas adjoin follows from them. Distances are straight
 * lines over the ground. Immutable after loading; any number of threads may read it.
 */
#ifndef LINNET_RECORD_PLACES_H
#define LINNET_RECORD_PLACES_H

#include "base/arena.h"
#include "base/day.h"
#include "base/err.h"

enum {
	PLACES_MAX = 4000,
	PLACES_AGES = 26, /* 0 to 25 */
	PLACES_SPOTS_MAX = 20000,
	PLACES_SUCCESSORS_MAX = 8,
	PLACES_NEIGHBOURS_MAX = 40,
};

enum place_tier {
	TIER_UPPER = 1,
	TIER_SINGLE,
	TIER_LOWER
}; /* county; unitary, borough or district of its own; district */

struct place_position {
	double lat, lon; /* degrees, WGS84 */
};

struct place_area {
	struct str code, name; /* ONS code */
	enum place_tier tier;
	struct str upper; /* of a lower tier: the code of its county; else empty */
	struct str region_code, region;
	struct str board;   /* the integrated care board of 2024 in which most of it lies */
	double board_share; /* of its small areas, 0 to 1 */
	bool has_position;
	struct place_position centre; /* where its residents of 0 to 25 live, on average */
	struct str rural_urban;	      /* class of 2021; empty: not said */
	bool has_deprivation;
	double deprivation;    /* mean score of its small areas, IMD 2025: higher is more deprived */
	day_t from, until;     /* both days included; DAY_NONE: no such limit is known */
	struct str successors; /* codes, separated by | */
	bool has_population;
	int64_t population[PLACES_AGES];
	size_t first_spot, n_spots; /* places_spot; councils of today only */
};

struct place_spot { /* a postcode sector where we have them, else a postcode district */
	struct str code;
	struct place_position at;
	int64_t postcodes;
};

struct place_point {
	double x, y; /* kilometres east and north of a point south-west of England */
};
struct place_ring {  /* of an outline; closed: the last point is the first again */
	size_t area; /* places_at */
	int part;    /* rings of one part: its edge, then holes */
	const struct place_point *points;
	size_t n;
};

struct board { /* an integrated care board */
	struct str code, name;
	day_t from, until;
	struct str successors, cluster, source, not_checked;
};

struct places;

/* Reads DIR/places. RC_BAD_INPUT names the file and line. Free with places_free. */
enum rc places_load(const char *data_dir, struct places **out, struct err *e) NODISCARD;
void places_free(struct places *p);
size_t places_count(const struct places *p);
const struct place_area *places_at(const struct places *p, size_t i); /* in order of code */
const struct place_area *places_find(const struct places *p,
				     struct str code); /* also one that has ended; NULL: unknown */
/* The areas in force on that day that `code` is or became. How many; 0 if unknown. */
size_t places_on(const struct places *p, struct str code, day_t day,
		 const struct place_area *out[PLACES_SUCCESSORS_MAX]);

/* Residents of these ages, both included. False: not known. */
bool places_population(const struct place_area *a, int from_age, int to_age, int64_t *out);
double places_kilometres(struct place_position a, struct place_position b);
struct place_point places_point(struct place_position at);
/* Areas of the upper tier whose outlines share a stretch; how many. */
size_t places_neighbours(const struct places *p, const struct place_area *a,
			 const struct place_area *out[PLACES_NEIGHBOURS_MAX]);

size_t places_spots(const struct places *p);
const struct place_spot *places_spot(const struct places *p, size_t i);
size_t places_rings(const struct places *p, const struct place_ring **out); /* upper tier; sorted by area and part */

size_t places_boards(const struct places *p, const struct board **out);
const struct board *places_board(const struct places *p, struct str code); /* NULL: unknown */

#endif
