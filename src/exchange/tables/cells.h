/*
 * cells.h - one cell of a table: is it what its column wants. For this room only.
 */
#ifndef LINNET_EXCHANGE_TABLES_CELLS_H
#define LINNET_EXCHANGE_TABLES_CELLS_H

#include "exchange/tables/spec.h"

struct value {
	bool filled;
	struct str text; /* canonical: code, ISO day, digits; points into the row, the spec or `own` */
	day_t day;
	int16_t minute;
	int32_t number; /* number; yes 1, no 0 */
	uint16_t code;
	const struct organisation_entry *org;
	char own[16];
};

/* What is wrong with a cell: words for a finding. `rule` NULL: nothing. */
struct problem {
	const char *rule;
	bool warning; /* the row goes on; the cell is used if filled, else unknown */
	char message[256], fix[512];
};

/* Reads a cell that is not empty. Fills *v (filled only if usable) and *p. */
void cell_read(const struct tables_spec *s, const struct column *c, struct str cell, day_t today, struct value *v,
	       struct problem *p);
/* The same word but for case, blanks, hyphens and underscores? */
bool word_same(struct str a, struct str b);

#endif
