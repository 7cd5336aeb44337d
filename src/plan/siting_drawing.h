/* siting_drawing.h - what the files that make tables of siting answers share. Inside plan/ only. */
#ifndef LINNET_PLAN_SITING_DRAWING_H
#define LINNET_PLAN_SITING_DRAWING_H

#include "plan/siting_answer.h"

struct drawing {
	const struct siting_answer *x;
	const struct siting *s;
	const struct siting_plan *p, *today; /* today: NULL if it cannot be weighed */
	struct arena *a;
	struct section *out;
	size_t n;
};

/* A table of at most so many rows. */
struct section *drawing_begin(struct drawing *d, enum section_kind kind, const char *title, size_t rows,
			      const struct section_column *columns, size_t n_columns);
void drawing_row(struct section *s, const struct section_cell *cells);
struct section_cell drawing_words(struct str text);
struct section_cell drawing_number(struct str text, double v);
struct section_cell drawing_minutes(double v, struct arena *a); /* "-" if there is no way */

/* The tables of re-use: where things stand, what becomes of what is freed, what each service gives. */
void reuse_sections(struct drawing *d);

#endif
