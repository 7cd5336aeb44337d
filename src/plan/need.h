/*
 * need.h - how many children of each area need something: people by age times
 * published rates, more where an area is more deprived, with how sure we are.
 *
 * A rate, its interval, its source and its date are data (data/need/ID.yaml), and
 * so is whether it is a guess; a result carries them along, so that they are said
 * wherever it is shown.
 *
 * Method. Each rate is uncertain: its logarithm (of a share: its logit) is taken as
 * normal on either side of the value, so that 95 % lies between low and high. All
 * are drawn many times, each draw with a name of its own (base/rand.h), and with
 * every draw all areas are worked out, since they share the rates; the interval is
 * from the 2.5th to the 97.5th of a hundred. Deprivation: areas are put in order of
 * their mean score by the people of England's councils; from the least to the most
 * deprived fifth the rate grows by the given ratio, evenly on a log scale, and the
 * whole of England keeps the published rate.
 *
 * Pure: files of data are read; no clock; the same seed gives the same bytes.
 */
#ifndef LINNET_PLAN_NEED_H
#define LINNET_PLAN_NEED_H

#include "base/arena.h"
#include "base/err.h"
#include "record/places.h"

enum { NEED_PARTS_MAX = 30, NEED_MAX = 200, NEED_DRAWS = 2000, NEED_DRAWS_MAX = 20000 };

struct need_input {
	double value, low, high; /* 95 % */
	struct str source, date;
	bool guess, guess_interval;
};

struct need_part {
	int from_age, to_age;
	struct need_input rate;
};

struct need {
	struct str id, title, counts;
	bool share; /* per cent of people; else so many of `per` */
	double per; /* 100 for shares */
	struct need_part parts[NEED_PARTS_MAX];
	size_t n_parts;
	bool has_stay, has_deprivation;
	struct need_input stay;	       /* days: makes admissions a year beds in use */
	struct need_input deprivation; /* the most to the least deprived fifth */
};

/* data/need/ID.yaml; texts live in `a`. RC_BAD_INPUT: file:line:column. RC_NOT_FOUND: no such file. */
enum rc need_read_file(const char *data, struct str id, struct arena *a, struct need *out, struct err *e) NODISCARD;
enum rc need_read(struct str text, const char *name, struct arena *a, struct need *out, struct err *e) NODISCARD;
/* All of data/need, by id. */
enum rc need_list(const char *data, struct arena *a, struct need *out, size_t max, size_t *n_out,
		  struct err *e) NODISCARD;
size_t need_inputs(const struct need *n, size_t *guesses_out); /* a guessed interval counts as one */

struct need_area {
	const struct place_area *area;
	int64_t people;	 /* of the ages counted */
	double relative; /* what deprivation does to the rate: 1 as England */
	double value, low, high;
};

struct need_result {
	struct need_area *areas;
	size_t n;
	struct need_area all; /* area NULL */
};

/* For these areas. RC_BAD_INPUT names an area whose people are not known. */
enum rc need_work_out(const struct need *n, const struct places *places, const struct place_area *const *areas,
		      size_t n_areas, uint64_t seed, int draws, struct arena *a, struct need_result *out,
		      struct err *e) NODISCARD;

#endif
