/*
 * sections.h - an outlook, or what differs between two, as headed tables: the same
 * for pages, spreadsheets and paper.
 *
 * Each cell has its words, and its number where it is one. Texts live in the arena
 * and in the scenarios of the outlooks.
 */
#ifndef LINNET_PLAN_SECTIONS_H
#define LINNET_PLAN_SECTIONS_H

#include "plan/outlook.h"

enum { SECTIONS_MAX = 12, SECTION_COLUMNS_MAX = 8 };

enum section_kind {
	SECTION_ALL,
	SECTION_AREAS,
	SECTION_BEDS, /* children in beds, month by month */
	SECTION_WAITS,
	SECTION_SERVICES,
	SECTION_FAIR,
	SECTION_SIZES, /* how many beds are needed */
	SECTION_PUBLISHED,
	SECTION_RESTS, /* what it rests on */
	SECTION_DIFFERENCES
};

struct section_cell {
	struct str text;
	double number; /* with is_number */
	bool is_number;
};
struct section_column {
	const char *title;
	bool number; /* set to the right */
};
struct section {
	enum section_kind kind;
	struct str title, words; /* words: how to read it; may be empty */
	struct section_column columns[SECTION_COLUMNS_MAX];
	size_t n_columns;
	struct section_cell *cells; /* n_rows of n_columns, the first the row's own head */
	size_t n_rows;
};

/* How many; what the scenario does not tell is left out. */
size_t sections_of(const struct outlook *o, struct arena *a, struct section out[SECTIONS_MAX]);
/* b against a. Both run alike. */
size_t sections_between(const struct outlook *a, const struct outlook *b, struct arena *arena,
			struct section out[SECTIONS_MAX]);
/* The answer in two or three sentences. */
struct str sections_headline(const struct outlook *o, struct arena *a);
struct str sections_headline_between(const struct outlook *a, const struct outlook *b, struct arena *arena);
/* "75 of 111 numbers are guesses." */
struct str sections_guesses(const struct scenario *s, struct arena *a);

/* As people read it: "12.4", "3.5%", "£4.12m". */
struct str section_number(enum outlook_measure m, double v, struct arena *a);
/* "Beds, The Beacon, Glenfield, Leicester": a number in plain words, from its path. */
struct str section_input_words(const struct scenario *s, const struct plan_input *in, struct arena *a);
/* Its unit, by what it is: "days", "pounds a year", "share"; may be empty. */
const char *section_input_unit(const struct plan_input *in);

#endif
