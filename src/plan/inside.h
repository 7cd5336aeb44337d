/*
 * inside.h - what the files of sim.h share above one replication: sets of children,
 * the numbers of one replication, the pilot runs. Only they include this.
 */
#ifndef LINNET_PLAN_INSIDE_H
#define LINNET_PLAN_INSIDE_H

#include "plan/run.h"

/* Sets of groups: all, each, and those of one area, age band or need. */
struct sets {
	struct sim_set *set;
	size_t n;
	size_t *first, *member; /* groups of set i: member[first[i]] .. before member[first[i + 1]] */
};
void sets_init(struct sets *s, const struct pathway *p);
void sets_release(struct sets *s);

/* All metrics of one replication: [(station * sets + set) * SIM__COUNT + metric], NAN where it cannot be told.
 * `bins` is room for WAIT_BINS. */
void answers_of(const struct tally *t, const struct model *m, const struct sets *s, double *out, uint32_t *bins);
/* Value at a share p of `n` waits counted in bins, in days. */
double wait_at(const uint32_t *bins, int64_t n, double p);

/* Numbers of children, in bins: exact below 64, then 32 a doubling. */
enum { LEVELS = 544 };
uint32_t level_of(int64_t children);
double level_at(const uint32_t *levels, int64_t n, double p);

/* MSER-5 (White, Cobb and Spratt, WSC 2000): means of five points each; leave out the d first of them for which the
 * squared error of the mean of the rest, sum (x - mean)^2 / (n - d)^2, is least, d at most half. Points to leave out;
 * *level_out false: the best d is the largest allowed, so the series has not settled. */
size_t mser5(const double *series, size_t n, bool *level_out);

/* How long the memory of the slowest station is, in days: by the relaxation time of M/M/c,
 * mean / (servers (1 - sqrt load)^2), or the mean stay. */
double relaxation(const struct pathway *p, const struct station_load *load);
/* Days to leave out at the start, from SIM_PILOTS pilot runs: see docs/planning.md. RC_LIMIT as sim_run. */
enum rc warm_up_days(const struct pathway *p, const struct sim_options *o, const struct station_load *load, double *out,
		     bool *sure_out, struct err *e) NODISCARD;
enum rc pile_error(const struct run *r, struct err *e);

#endif
