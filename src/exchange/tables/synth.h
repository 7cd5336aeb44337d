/*
 * synth.h - invented children in the tables that a team would load.
 *
 * As many looked-after children as were published for each council of a region
 * (data/synth), with five years of invented history up to `today`: nobody in it
 * exists. Names are of birds and plants, NHS numbers are from the range kept for
 * tests (999). Delays are such that worklists are worth looking at. The same
 * seed and day give the same bytes; every child has streams of chance of its
 * own (base/rand.h).
 */
#ifndef LINNET_EXCHANGE_TABLES_SYNTH_H
#define LINNET_EXCHANGE_TABLES_SYNTH_H

#include "base/day.h"

enum { SYNTH_CHILDREN_MAX = 2000000 };

struct synth_options {
	const char *data_dir;
	const char *region; /* "set": data/regions/set.yaml */
	const char *folder; /* made if missing; its tables are written anew */
	uint64_t seed;
	day_t today;
	int64_t children; /* looked-after children of the region's councils; 0: the published number */
	bool mistakes;	  /* a few rows as people really get them wrong */
};

struct synth_counts {
	int64_t looked_after; /* of the region's councils, in care today */
	int64_t left_care;    /* of the region's councils, in care earlier */
	int64_t placed_here;  /* of other councils, living in the region */
	int64_t rows;	      /* over all tables, without headings */
	int64_t wrong_rows;   /* mistakes put in on purpose */
};

typedef void synth_progress(void *arg, int64_t done, int64_t total);

enum rc synth_write(const struct synth_options *o, synth_progress *p, void *p_arg, struct synth_counts *out,
		    struct err *e) NODISCARD;

#endif
