/*
 * length.h - how long things take, and how much that varies.
 *
 * A stay in a bed, an assessment, the patience of a family that waits, the time
 * until somebody comes back: each is a `struct length`. It is written down in the
 * numbers that people know (mean and standard deviation, or median and the value
 * that nine in ten stay under), in days, and made ready once for drawing.
 *
 *   struct length stay = { .kind = LENGTH_LOGNORMAL, .median = 32, .p90 = 110 };
 *
 * | kind | numbers |
 * | CONSTANT | mean |
 * | EXPONENTIAL | mean |
 * | LOGNORMAL | mean and sd, or median and p90 |
 * | GAMMA | mean and sd |
 * | WEIBULL | mean and shape |
 * | ERLANG | mean and phases: that many exponential phases one after the other |
 * | HYPER | branches: with chance share[i] an exponential of mean branch_mean[i] |
 * | TABLE | n values, each as likely as its weight (weights NULL: all the same) |
 *
 * Any of them may be shifted (`shift` days are added) and cut to [at_least, at_most]
 * (at_most 0: no upper limit), as if lengths outside were drawn again. The limits are
 * of the shifted length. GAMMA, ERLANG and HYPER are really drawn again, up to 200
 * times, then moved to the nearer limit: do not cut away nearly all of them.
 *
 * Rules of use
 *  - length_check says what is wrong in words; length_ready needs what it passed.
 *  - Times are whole ticks (milliseconds), so that sums have no rounding and no
 *    order. A stay lasts one tick at least.
 *  - One number in (0,1) is turned into one length by the inverse of the
 *    distribution, except for GAMMA and ERLANG (Marsaglia and Tsang, A simple
 *    method for generating gamma variables, ACM TOMS 26 (2000) 363-372). So a
 *    child who stays long here stays long under another mean too.
 */
#ifndef LINNET_PLAN_LENGTH_H
#define LINNET_PLAN_LENGTH_H

#include "base/err.h"
#include "plan/num.h"
#include "plan/stream.h"

#define TICKS_PER_DAY INT64_C(86400000)
enum { BRANCHES_MAX = 4, TABLE_MAX = 100000, PHASES_MAX = 1000 };
#define LENGTH_DAYS_MAX 36500.0 /* a hundred years: longer draws are cut to this */

enum length_kind {
	LENGTH_NONE,
	LENGTH_CONSTANT,
	LENGTH_EXPONENTIAL,
	LENGTH_LOGNORMAL,
	LENGTH_GAMMA,
	LENGTH_WEIBULL,
	LENGTH_ERLANG,
	LENGTH_HYPER,
	LENGTH_TABLE
};

struct length {
	enum length_kind kind;
	double mean, sd, median, p90, shape;
	int32_t phases;
	int32_t branches;
	double share[BRANCHES_MAX], branch_mean[BRANCHES_MAX];
	const double *values, *weights; /* the caller's */
	size_t n;
	double shift, at_least, at_most;
};

/* RC_BAD_INPUT: *field_out names the number ("mean"), e->text says what to change. */
enum rc length_check(const struct length *l, const char **field_out, struct err *e) NODISCARD;

/* Made ready for drawing. `values` and `upto` of a table stand in memory of the arena given. */
struct ready {
	enum length_kind kind;
	bool cut; /* shifted or limited */
	double a,
	    b; /* CONSTANT, EXPONENTIAL: a in ticks; LOGNORMAL mu, sigma; GAMMA shape, scale; WEIBULL scale, 1/shape */
	double mean;		   /* days, shift and limits included */
	double second;		   /* mean of the square */
	double variation;	   /* squared coefficient of variation */
	double shift, least, most; /* ticks */
	double from, share;	   /* of the uncut distribution: what lies below the limits, and between them */
	int32_t n;
	double upto[BRANCHES_MAX], scale[BRANCHES_MAX];
	const double *table_upto, *table_value; /* in ticks */
};

struct arena;
struct ready length_ready(const struct length *l, struct arena *a);

/* In ticks, 0 or more, not yet rounded; `u` is the first number of this draw, further ones come from `more`. */
double ready_draw_slow(const struct ready *r, double u, struct stream *more);

static inline int64_t ticks_of(double ticks)
{
	return (int64_t)(ticks < LENGTH_DAYS_MAX * 86400000.0 ? ticks + 0.5 : LENGTH_DAYS_MAX * 86400000.0);
}

static inline int64_t ready_draw(const struct ready *r, double u, struct stream *more)
{
	if (r->kind == LENGTH_EXPONENTIAL && !r->cut)
		return ticks_of(-r->a * num_log(1 - u)); /* 1 - u is exact, and above 0 */
	if (r->kind == LENGTH_CONSTANT && !r->cut)
		return ticks_of(r->a);
	return ticks_of(ready_draw_slow(r, u, more));
}

static inline int64_t days_to_ticks(double days)
{
	return ticks_of(days * (double)TICKS_PER_DAY);
}

#endif
