/*
 * need_print.h - how many need something, written out: CSV, JSON, and headed tables
 * (sections.h) for pages, spreadsheets and paper.
 *
 * One maker for the command line and for pages: the same need, areas, draws and seed give
 * the same bytes.
 */
#ifndef LINNET_PLAN_NEED_PRINT_H
#define LINNET_PLAN_NEED_PRINT_H

#include "plan/need.h"
#include "plan/sections.h"

void need_print_csv(struct buf *b, const struct need *n, const struct need_result *r);
void need_print_json(struct buf *b, const struct need *n, const struct need_result *r, int64_t draws, int64_t seed,
		     struct arena *a);

/* ---- by age ---- */
struct need_band {
	int from, to;
	struct need_area all; /* of all areas together */
};
enum { NEED_BANDS = 5 };
/* Groups of ages (0 to 4, 5 to 10, 11 to 15, 16 and 17, 18 to 25) that the need has; how many. */
size_t need_by_age(const struct need *n, const struct places *places, const struct place_area *const *areas,
		   size_t n_areas, uint64_t seed, int draws, struct arena *a, struct need_band out[NEED_BANDS]);
/* The need of these ages alone; no parts left: false. */
bool need_of_ages(const struct need *n, int from, int to, struct need *out);

enum { NEED_SECTIONS_MAX = 3 };
size_t need_sections(const struct need *n, const struct need_result *r, const struct need_band *bands, size_t n_bands,
		     int64_t draws, int64_t seed, struct arena *a, struct section out[NEED_SECTIONS_MAX]);
struct str need_headline(const struct need *n, const struct need_result *r, struct str region, struct arena *a);
struct str need_guesses(const struct need *n, struct arena *a);
/* Three figures are as many as these numbers have: "8.51", "12,300". */
struct str need_about(double v, struct arena *a);

#endif
