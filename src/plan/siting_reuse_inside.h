/* siting_reuse_inside.h - what the files of re-use share. Inside plan/ only. */
#ifndef LINNET_PLAN_SITING_REUSE_INSIDE_H
#define LINNET_PLAN_SITING_REUSE_INSIDE_H

#include "plan/siting_inside.h"
#include "plan/siting_reuse.h"

/* Who needs units of one kind: a row for each area and service, in units. */
struct reuse_rows {
	size_t n;
	uint32_t *area;	  /* [n] */
	uint8_t *service; /* [n] */
	double *demand;	  /* [n + 1] units; the last row is nobody's */
	double *cost;	  /* [n * (sites + 1)] of a unit; the last column: not served */
};

struct reuse_ground {
	const struct siting *s;
	const struct siting_stock *k;
	size_t m, kinds;
	struct reuse_rows rows[REUSE_KINDS_MAX];
	size_t all_now[REUSE_KINDS_MAX], all_least[REUSE_KINDS_MAX], all_most[REUSE_KINDS_MAX];
	double budget;
	bool even; /* a kind costs the same at every site */
};

void reuse_begin(struct reuse_ground *g, const struct siting *s, struct arena *a);
/* What the units of one kind give, [m] of them `stride` apart; flow [n * (m + 1)] may be NULL. */
double reuse_value(const struct reuse_ground *g, size_t kind, const size_t *units, size_t stride, double *flow);
/* Puts the kinds that no service uses where they are needed, with as few moves as can be. False: they do not do. */
bool reuse_staff(const struct reuse_ground *g, const size_t *totals, const size_t *made, size_t *units);
size_t reuse_made_of(const struct siting_stock *k, const size_t *made, size_t kind);

struct reuse_best {    /* the best choice so far */
	size_t *units; /* [m * kinds] */
	size_t made[REUSE_CONVERSIONS_MAX];
	double value; /* SITE_NEVER: none */
	double bound;
	bool stopped;
	int64_t nodes;
};
/* By conversions tried one by one, and branch and bound. */
void reuse_search(const struct reuse_ground *g, const struct site_work *w, struct arena *a, struct reuse_best *best);
/* By a solver, from there on: a better choice or bound, if it has one. False: it had nothing to say. */
bool reuse_model_solve(const struct reuse_ground *g, const struct siting_outside *outside, struct reuse_best *best);
void reuse_model_write(const struct reuse_ground *g, struct buf *b);

#endif
