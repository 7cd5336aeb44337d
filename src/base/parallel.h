/*
 * parallel.h - numbered jobs on several threads, handed over in their order.
 *
 * Work that falls into independent pieces (replications of a simulation, say) is
 * done by as many threads as are given. Whatever thread finishes first, results
 * are taken one at a time and in the order of their numbers, so that sums come
 * out the same, to the last bit, for any number of threads.
 *
 * Rules of use
 *  - `work` runs on any thread, at most once for a job. It leaves its result in
 *    place `slot` (of parallel_slots()), which nobody else touches meanwhile.
 *  - `take` is called under a lock, for job 0, 1, 2 ... in turn; false ends the
 *    whole: later jobs that are already done are thrown away. So a rule that
 *    stops early must look at numbers of jobs only, never at time.
 *  - The caller's thread works too: with one thread nothing is started.
 *
 *   struct parallel p = { .jobs = 100, .threads = 2, .work = simulate, .take = add_up, .arg = &all };
 *   taken = parallel_run(&p);
 */
#ifndef LINNET_BASE_PARALLEL_H
#define LINNET_BASE_PARALLEL_H

#include "base/base.h"

enum { PARALLEL_THREADS_MAX = 64 };

struct parallel {
	int64_t jobs;
	int threads; /* 1 .. PARALLEL_THREADS_MAX; more or fewer are brought into that range */
	void (*work)(void *arg, int64_t job, int slot);
	bool (*take)(void *arg, int64_t job, int slot);
	void *arg;
};

int parallel_slots(int threads);
/* How many jobs were taken, the one that said false included. */
int64_t parallel_run(const struct parallel *p);

#endif
