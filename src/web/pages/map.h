/*
 * map.h - the region as a map, drawn on the server: councils shaded by a number.
 *
 * An SVG without script. A shade stands for a range of values, and a pattern and,
 * where there is room, the number itself say the same as the shade; an area whose
 * number is hidden is crossed and says so; one without a number is white. The key
 * is part of the picture. A table with the same numbers and their intervals follows
 * on the page. What is drawn is escaped here; the result is markup for a template.
 */
#ifndef LINNET_WEB_PAGES_MAP_H
#define LINNET_WEB_PAGES_MAP_H

#include "codec/html.h"
#include "record/places.h"

enum { MAP_AREAS_MAX = 400, MAP_STEPS = 5 };

enum map_state { MAP_CONTEXT /* drawn for orientation only */, MAP_VALUE, MAP_HIDDEN, MAP_NOBODY };
struct map_area {
	struct str code; /* ONS code */
	struct str name; /* as people say it */
	enum map_state state;
	double value;	  /* of MAP_VALUE */
	struct str label; /* "76%": written on the area where there is room */
	struct str words; /* "76% (58 to 88), 19 of 25": shown when it is pointed at */
};
struct map_steps { /* ranges of equal width that hold every value; `edges` ascending */
	double edges[MAP_STEPS + 1];
	size_t n; /* of ranges; 0: no value */
};
struct map_mark { /* a place on top of the areas: a service */
	struct place_position at;
	struct str name;
	enum { MARK_KEPT, MARK_NEW, MARK_SHUT } kind;
};
struct map_way { /* who goes where: a line */
	struct place_position from, to;
};
struct map {
	const struct places *places;
	const struct map_area *areas; /* neighbours of theirs are drawn without being named */
	size_t n;
	const struct map_mark *marks; /* with marks no number is written on an area */
	const struct map_way *ways;
	size_t n_marks, n_ways;
	const char *unit; /* "%" or " days" */
	struct str title, description;
};

struct map_steps map_steps_of(const struct map_area *areas, size_t n);
/* 0 to n - 1. */
size_t map_step(const struct map_steps *s, double value);
/* "60% to 69%". */
struct str map_step_words(const struct map_steps *s, size_t step, const char *unit, struct arena *a);
/* Empty if no area is known to `places`. */
struct html map_draw(const struct map *m, struct arena *a);

#endif
