/*
 * runs.h - scenarios played through for people who wait for the answer.
 *
 * A run is a job: a scenario, how often, which chances. It has a thread of its own,
 * and a page that asks for it waits a little: a first answer is there in under a
 * second, a long one shows how far it is. Finished answers are kept for a while, by what
 * went in, so that the same question is answered at once, whoever asks. Nothing of a
 * child is in it.
 *
 * One person cannot stop the program: at most RUNS_AT_ONCE are played at once, so
 * many wait behind them, so many of them belong to one person, each ends after
 * RUN_SECONDS with what there is, and a scenario whose single run would be too large
 * is refused.
 */
#ifndef LINNET_WORK_PLAN_RUNS_H
#define LINNET_WORK_PLAN_RUNS_H

#include "plan/outlook.h"
#include "work/viewer.h"

enum {
	RUNS_FIRST = 30, /* replications of a first answer */
	RUNS_MORE = 1000,
	RUNS_AT_ONCE = 2,
	RUNS_QUEUED = 8, /* being played or waiting, of all people */
	RUNS_OF_ONE = 3, /* of one person */
	RUNS_KEPT = 24,
	RUN_SECONDS = 60,
	RUN_CHILDREN_MAX = 400000, /* in one replication */
	RUN_KEY_MAX = 65
};

struct run_shelf;
struct run_shelf *run_shelf_new(void);
void run_shelf_free(struct run_shelf *s); /* nothing may be running */

struct run_asked {
	struct scenario *scenario;   /* taken over, also when it fails */
	int32_t replications, years; /* years 0: as the scenario says */
	uint64_t seed;		     /* with own_seed: which chances */
	bool own_seed;
};

struct run;
struct run_view {
	char key[RUN_KEY_MAX];
	bool over;
	int64_t done, total;
	int64_t before;		       /* runs of others that come first */
	const struct outlook *outlook; /* once it is over; NULL: `problem` says why not */
	struct str problem;
	struct run *held;
};
/* Begins one, or finds it, and waits up to `patience_ms` for its end. Give back what comes out.
 * RC_BUSY: too many at once; RC_LIMIT: too large. */
enum rc run_take(struct app *app, const struct viewer *v, const struct run_asked *q, int patience_ms,
		 struct run_view *out, struct err *e) NODISCARD;
void run_give(struct app *app, struct run_view *r); /* may be zero */
/* Stops one's own; RC_NOT_FOUND: it is not one's own, or over. */
enum rc run_stop(struct app *app, const struct viewer *v, struct str key, struct err *e) NODISCARD;

/* Children who come in one replication with the inputs as written, about. */
double run_children(const struct scenario *s, int32_t years);

/* Words for reading scenarios: working days, from the data of the program. They last as long as it. */
enum rc run_workdays(struct app *app, const struct workdays **out, struct err *e) NODISCARD;

#endif
