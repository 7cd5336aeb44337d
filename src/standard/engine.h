/*
 * engine.h - a child's facts through all standards, in one pass.
 *
 * Pure and fast: facts in time order, timers (birthdays, months, gaps) in
 * between, operations of the compiled standards on small per-child registers.
 * `as_of` bounds the run: facts and timers after that day are not seen, and
 * each clock carries the next day on which time alone would change it. One
 * engine serves a write (one child), a rebuild (everyone), "as known on" (fold
 * with another instant), explanation (the same run, traced) and "what would
 * move it" (the same run with an invented fact).
 */
#ifndef LINNET_STANDARD_ENGINE_H
#define LINNET_STANDARD_ENGINE_H

#include "base/arena.h"
#include "record/fact.h"
#include "standard/rulebook.h"

/* The version is raised when the same rules and facts give other clocks than before: what
 * is kept of them is then brought up to date (app_rules_tag). */
enum { CLOCKS_PER_CHILD_MAX = 4096, ENGINE_VERSION = 2 };

/* Working memory of one thread; reused from child to child. */
struct engine;
struct engine *engine_new(const struct rulebook *rb, const struct workdays *w);
void engine_free(struct engine *en);
/* Which parameters hold for an organisation (by its number in facts): the number
 * of its own code (rulebook_place), and that of the team or board that serves it.
 * Must outlive the engine; without it every place has the parameters of everywhere. */
struct place {
	uint16_t own, served_by;
};
void engine_places(struct engine *en, const struct place *places, size_t n);
/* Only these standards (bit i: standard i; it must outlive the runs); NULL: all. No
 * clock depends on another standard, so those of the rest are as in a full run. */
void engine_only(struct engine *en, const uint64_t *standards);

/* Runs one child. *out points into the engine until its next run; sorted by
 * (start, standard, ordinal). Returns the number of clocks. Facts must be
 * sorted as fact.h says. */
size_t engine_run(struct engine *en, const struct child_facts *c, day_t as_of, const struct clock **out);
/* The same clocks for reports over everyone, written to `out` (room for
 * CLOCKS_PER_CHILD_MAX): in no order, next_change not filled. */
size_t engine_clocks(struct engine *en, const struct child_facts *c, day_t as_of, struct clock *out);
/* Of the last run: a day up to which (not counting it) time alone changes no row
 * and adds none. A row may be added although no row of today changes. */
day_t engine_next_change(const struct engine *en);

/* ---- explanation ---- */

struct explain_fact {
	struct str label; /* "Came into care" */
	day_t day;	  /* DAY_NONE: none */
	int16_t minute;	  /* MINUTE_NONE unless the limit is in hours and the time is known */
	int32_t fact;	  /* index of the fact, -1 if it is the absence of one */
	struct str value; /* extra words: "section 20: counts", "No", "Not yet" */
};
struct explain_step {	  /* one line of the arithmetic */
	struct str label; /* "Bank holidays skipped" */
	day_t day;	  /* a day, or DAY_NONE */
	int32_t number;	  /* a number, or INT32_MIN */
};
struct turn { /* a stretch of the clock and whose it was */
	uint8_t holder;
	day_t from, to; /* day of change belongs to whoever had the turn when it began: days (from, to] */
	int32_t days;	/* in the standard's late unit; turns add up to the days used */
	int32_t share;	/* that holder's share, -1 none: none is stated for a pause, nor while a condition holds */
	int32_t late;	/* of these days, how many past the due day */
	int32_t minutes; /* limits in hours: how long it was, where both times are known; else -1 */
	bool paused;	 /* the clock stood still */
	struct str why; /* "Consent and papers" */
	int32_t fact;	/* fact that ended it, -1 while it runs */
};
struct holder_days { /* one holder's days on a clock, all stretches together */
	uint8_t holder;
	int32_t days, share, late; /* share -1: none stated */
	day_t kept;		   /* day it would have been done had this holder alone kept its share; DAY_NONE */
	struct str words;	   /* the same in a sentence, or that the days are nobody’s lateness; may be empty */
};
struct move {		 /* what would move it: the same run with one invented fact */
	struct str what; /* "The report is sent on Tuesday 24 November" */
	struct str then; /* "Done in time" / "Due Tue 1 December, 1 working day sooner" */
	uint8_t state;
	day_t due, done;
};
struct explanation {
	struct clock clock;
	struct str answer; /* one or two plain sentences: where it stands today */
	const struct explain_fact *facts;
	size_t n_facts;
	const struct explain_step *steps;
	size_t n_steps;
	const struct turn *turns;
	size_t n_turns;
	const struct holder_days *holders; /* in order of enum holder */
	size_t n_holders;
	const struct move *moves;
	size_t n_moves;
	const struct clock *readings;
	size_t n_readings; /* clocks of the same family and opening, this one too */
	day_t kept_shares; /* day it would have been done had each holder kept its share; DAY_NONE */
};

/* Explains clocks[which] of a run with the same arguments. Everything in *out
 * lives in `a`. `today` is the day for words like "3 working days late". */
void engine_explain(struct engine *en, const struct child_facts *c, day_t as_of, size_t which, struct arena *a,
		    struct explanation *out);
/* Why a child has no clock of a standard on a day, in one or two sentences: what
 * did not open it, or what day 0 waits for. Empty if there is a clock of it. */
struct str engine_why_not(struct engine *en, const struct child_facts *c, day_t as_of, uint16_t standard,
			  struct arena *a);
/* Only the turns of some clocks of a run with the same arguments, for bars on the child's page: one run more for all
 * of them, of their standards alone. `clocks`: copies, for it spoils what the engine points to. out[n]. */
struct turns {
	const struct turn *turns;
	size_t n;
};
void engine_turns(struct engine *en, const struct child_facts *c, day_t as_of, const struct clock *clocks, size_t n,
		  struct arena *a, struct turns *out);

#endif
