/*
 * synth.h - invented children in real places.
 *
 * As many looked-after children as are published for each council of a region, or
 * any number in the same proportions, each with five years of invented history up
 * to `today`: nobody in it exists. What they are like is drawn from published
 * tables (data/synth, data/places): age, sex, legal status, placement, distance,
 * stability, health, plans. Names are of birds and plants, NHS numbers are from
 * the range kept for tests (999). Delays are such that worklists are worth looking
 * at. The same seed and day give the same bytes, whatever the number of threads:
 * every child has streams of chance of its own (base/rand.h).
 *
 * docs/synth.md says what is drawn from what, and what is ours.
 */
#ifndef LINNET_EXCHANGE_SYNTH_SYNTH_H
#define LINNET_EXCHANGE_SYNTH_SYNTH_H

#include "base/arena.h"
#include "base/day.h"

enum { SYNTH_CHILDREN_MAX = 5000000, SYNTH_THREADS_MAX = 64 };

enum synth_form {
	SYNTH_FORM_TABLES,   /* the tables of data/tables.yaml */
	SYNTH_FORM_RETURN,   /* the yearly return (SSDA903) of two years, for each council: CSV and XML */
	SYNTH_FORM_WEEKLY,   /* each council's list of two weeks */
	SYNTH_FORM_WORKBOOK, /* each health team's own workbook */
	SYNTH_FORM_TRUTH,    /* what was invented, a row a child: to compare an import with */
	SYNTH_FORM__COUNT
};
const char *synth_form_id(enum synth_form f); /* "tables" */

struct synth_options {
	const char *data_dir;
	const char *region; /* "set": data/regions/set.yaml */
	const char *folder; /* made if missing; its files are written anew. NULL: only counted, for a report */
	uint64_t seed;
	day_t today;
	int64_t children; /* looked-after children of the region's councils; 0: the published number */
	int64_t times;	  /* so many times the published number; 0 or 1: once */
	int threads;	  /* 0: one for each processor */
	bool mistakes;	  /* a few rows as people really get them wrong */
	bool first;	  /* as first delivered: some days wrong that the same without it puts right */
	enum synth_form form;
};

struct synth_counts {
	int64_t looked_after; /* of the region's councils, in care today */
	int64_t short_breaks; /* of the region's councils, staying for short breaks */
	int64_t left_care;    /* of the region's councils, in care earlier */
	int64_t placed_here;  /* of other councils, living in the region */
	int64_t rows;	      /* over all tables, without headings */
	int64_t wrong_rows;   /* mistakes put in on purpose */
};

typedef void synth_progress(void *arg, int64_t done, int64_t total);

/* ---- what was drawn, beside what is published ---- */

enum drawn_kind {
	DRAWN_SHARE, /* `yes` of `base` children */
	DRAWN_MEAN,  /* mean of `base` values */
	DRAWN_COUNT, /* a number that is the published one by construction */
};

struct drawn {
	struct str council, name;    /* empty code: the whole region */
	const char *group, *measure; /* "age" "under_1" */
	enum drawn_kind kind;
	int64_t yes, base;
	double mean, sd; /* DRAWN_MEAN */
	bool published;	 /* else `why` says why nothing can be compared */
	const char *why; /* "hidden: a small number" */
	int64_t published_yes, published_base;
	double published_value; /* share 0 to 1, or mean */
};

/* Writes the children. `drawn_out` (may be NULL): a row for each council and measure, in `a`. */
enum rc synth_write(const struct synth_options *o, synth_progress *p, void *p_arg, struct arena *a,
		    struct synth_counts *out, const struct drawn **drawn_out, size_t *n_drawn_out,
		    struct err *e) NODISCARD;

#endif
