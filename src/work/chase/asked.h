/*
 * asked.h - what was asked for about one clock, of whom, and what came of it.
 *
 * Chases and links stand beside the clock for everyone who sees it. Whether a chase
 * was answered is worked out when somebody looks: by the first entry that answers
 * what was asked for and was recorded after it, or by an answer without one.
 */
#ifndef LINNET_WORK_CHASE_ASKED_H
#define LINNET_WORK_CHASE_ASKED_H

#include "work/see/child.h"

struct db;	   /* store.h */
struct child_view; /* see/head.h */

enum { ASKED_MAX = 40 };

struct asked_once { /* a chase */
	int64_t chase;
	day_t day, answered; /* DAY_NONE: not answered yet */
	const struct organisation *from, *recipient;
	struct str by;
};

enum link_state { LINK_OPEN = 1, LINK_ANSWERED, LINK_ENDED, LINK_REVOKED };
struct asked_link {
	int64_t id;
	enum link_state state;
	const struct organisation *from, *recipient;
	struct str address; /* only for the two organisations; empty otherwise */
	struct str by;
	struct str what;				       /* title of the kind that is asked for */
	struct str answer;				       /* "Recorded", "Already sent: by post" */
	int64_t minted_ms, expires_ms, answered_ms, opened_ms; /* 0: not */
	int64_t opens;
	bool ours;  /* this viewer's organisation made it */
	bool stops; /* its answer stops the chasing of the turn that runs now */
};

struct asked {
	struct str line; /* "Chased on 3 Nov and 10 Nov 2026, answered 12 Nov 2026"; empty: never */
	const struct asked_once *chases;
	size_t n_chases;
	const struct asked_link *links;
	size_t n_links;
};

/* Was anything about this child ever asked for? Most were never: one question instead of many. */
enum rc asked_any(struct db *db, int64_t person, struct arena *a, bool *out, struct err *e) NODISCARD;
/* Of clocks[which], inside a unit that has read it. */
enum rc asked_read(struct app *app, struct db *db, const struct viewer *v, const struct child_view *cv, size_t which,
		   struct arena *a, struct asked *out, struct err *e) NODISCARD;

#endif
