/*
 * siting_answer.h - a question about sites with all that answers it: the plan beside
 * today, the frontier of cost against access, places moved; written out as JSON, and as
 * tables for pages, spreadsheets and paper.
 *
 * One maker for the command line and for pages: the same question gives the same bytes.
 * Everything lives in the arena given.
 */
#ifndef LINNET_PLAN_SITING_ANSWER_H
#define LINNET_PLAN_SITING_ANSWER_H

#include "base/hash.h"
#include "plan/outlook.h"
#include "plan/sections.h"
#include "plan/siting_reuse.h"

enum siting_what { SITING_THE_PLAN = 1, SITING_THE_FRONTIER = 2, SITING_THE_MOVES = 4 };

struct siting_answer {
	struct siting s;
	char hash[HASH_HEX_MAX]; /* of all numbers and names that went in */
	unsigned what;		 /* which of these there are */
	struct siting_plan plan, today;
	bool has_today;	      /* today is weighed; else today_why says why it cannot be */
	struct str today_why; /* empty: nothing is there today */
	struct siting_plan *frontier;
	size_t n_frontier;
	bool whole; /* no plan is left out of the frontier */
	struct siting_reuse reuse;
	bool stopped; /* by whoever was asked whether to go on */
};

void siting_hash(const struct siting *s, char hex[HASH_HEX_MAX]);
/* What of it is asked: bits of siting_what; `points` of the frontier. As siting_solve, siting_frontier,
 * siting_reallocate. Without a plan there is no answer; a frontier that was stopped is left out. */
enum rc siting_answer(const struct siting *s, unsigned what, size_t points, const struct site_work *w,
		      const struct siting_outside *outside, struct arena *a, struct siting_answer *out,
		      struct err *e) NODISCARD;

/* The whole answer: plan with who goes where, or frontier, or moves. */
void siting_answer_json(struct buf *b, const struct siting_answer *x, enum siting_what what);

/* ---- tables (sections.h) ---- */
enum { SITING_SECTIONS_MAX = 12 };
/* `played`, which may be NULL: the plan as a scenario, played through. */
size_t siting_sections(const struct siting_answer *x, const struct outlook *played, struct arena *a,
		       struct section out[SITING_SECTIONS_MAX]);
/* Re-use in two or three sentences: what becomes of what is freed, what moves, what it gives. */
struct str reuse_headline(const struct siting *s, const struct siting_reuse *r, struct arena *a);
/* "3 beds from Berrywood to Lincoln", "6 beds become 18 day places"; of move or conversion `i`. */
struct str reuse_move_words(const struct siting *s, const struct siting_reuse *r, size_t i, struct arena *a);
struct str reuse_conversion_words(const struct siting *s, const struct siting_reuse *r, size_t i, struct arena *a);
void reuse_json(struct buf *b, const struct siting *s, const struct siting_reuse *r);
/* In two or three sentences. */
struct str siting_headline(const struct siting_answer *x, struct arena *a);
/* "Optimal: proven .." or how far from the best at most. */
struct str siting_how_sure(const struct siting_answer *x, struct arena *a);
struct str siting_guesses(const struct siting *s, struct arena *a);
/* Minutes from an area to the nearest of today's sites; SITE_NEVER: there is none. */
double siting_way_today(const struct siting *s, size_t area);
/* "10,427 minutes in all": of the aim. */
struct str siting_value_words(const struct siting *s, double v, struct arena *a);

#endif
