/*
 * run.h - the running engine's memory: private to engine.c and explain*.c.
 *
 * An `inst` is one thing that a standard watches: a period of care, a
 * placement, a spell. It is dormant until its clock starts, live while the
 * clock runs, and then dormant again (recurring clocks) or closed; it stays,
 * closed, until the period, placement or spell itself ends, so that nothing
 * starts a second clock inside it.
 */
#ifndef LINNET_STANDARD_RUN_H
#define LINNET_STANDARD_RUN_H

#include "standard/engine.h"
#include "standard/rules.h"

enum phase { DORMANT, LIVE, CLOSED };

struct inst {
	int32_t next; /* in the list of open ones of its rule; -1 ends */
	uint16_t rule;
	uint8_t phase;
	uint8_t suspended; /* conditions that hold now (bits) */
	bool never_ran;	   /* suspended since day 0 by a condition after which the clock starts anew */
	bool touched;	   /* a fact shows that somebody records this clock */
	uint8_t turn;
	uint8_t holder; /* whose the stretch since holder_since is */
	uint16_t ordinal;
	uint16_t org;
	int32_t key, opened_by;
	int32_t first_fact; /* first fact of the opening's day */
	day_t opened;
	day_t expires; /* birthday at which it ends; DAY_NEVER */
	/* the clock */
	day_t start, due, holder_since;
	int32_t last_fact;
	int32_t start_value;
	int16_t start_minute;
	int16_t used[HOLDER__COUNT]; /* days of closed stretches */
	/* spells */
	int16_t open_members;
	day_t gap_ends; /* first day on which nothing can join; DAY_NEVER while open */
	day_t closed;	/* last day on which a referral of it was open */
	int32_t closed_by;
	int32_t first[PARTS_MAX], pending[PARTS_MAX]; /* facts; -1 none. pending: seen while no referral is open */
	int32_t members;			      /* list; -1 ends */
};

struct member { /* a referral of a spell */
	int32_t key, next;
	bool open;
};

struct stretch { /* traced: a stretch of the watched clock and whose it was */
	uint8_t holder;
	uint8_t turn, condition; /* condition: index+1, 0 none */
	day_t from, to;
	int32_t fact; /* that ended it; -1 */
};

enum { TRACE_MAX = 2000 };
struct trace {
	uint16_t rule, ordinal;
	int32_t opened_by;
	struct stretch s[TRACE_MAX];
	size_t n;
	int32_t touched[TRACE_MAX]; /* facts that touched it */
	size_t n_touched;
};

struct engine {
	const struct rulebook *rb;
	const struct workdays *w;
	/* one child */
	const struct child_facts *c;
	size_t n_seen; /* facts up to as_of */
	bool by_hand;  /* no table was ever loaded for this child */
	day_t birthday[AGES_MAX];
	uint8_t conditions;
	day_t condition_since[CONDITIONS_MAX];
	day_t next_timer;
	int32_t *open; /* [rules] head of the open instances */
	struct inst *inst;
	size_t n_inst, cap_inst;
	struct member *members;
	size_t n_members, cap_members;
	struct clock *rows;
	size_t n_rows, cap_rows;
	struct clock *sim; /* copy of rows while looking ahead */
	size_t cap_sim;
	day_t next_change; /* of the child */
	struct trace *trace;
};

static inline void timer_at(struct engine *en, day_t day)
{
	if (day < en->next_timer)
		en->next_timer = day;
}

/* ---- engine_clock.c ---- */
bool inst_watched(const struct trace *t, const struct inst *in);
void inst_touch(struct engine *en, struct inst *in, int32_t fact);
void inst_stretch_ends(struct engine *en, struct inst *in, day_t day, int32_t fact);
void inst_stretch_begins(struct engine *en, struct inst *in, day_t day);
void inst_turn_to(struct engine *en, struct inst *in, uint8_t turn, day_t day, int32_t fact);
void inst_work_out_due(struct engine *en, struct inst *in);
void inst_start(struct engine *en, struct inst *in, day_t day, int32_t fact);
struct clock *inst_row(struct engine *en, const struct inst *in); /* NULL: not to be shown */
void inst_close(struct engine *en, struct inst *in, enum clock_state state, uint16_t reason, day_t day, int32_t fact);
void inst_met(struct engine *en, struct inst *in, day_t day, int32_t fact);

/* ---- engine_spell.c ---- */
bool spell_has(const struct engine *en, const struct inst *in, const struct fact *f);
void spell_part(struct engine *en, struct inst *in, int32_t at, uint8_t part);
void spell_close(struct engine *en, struct inst *in, int32_t at);
void spell_member(struct engine *en, struct inst *in, int32_t key);
void spell_joins(struct engine *en, struct inst *in, int32_t at);

/* ---- engine.c ---- */
/* Facts that lie before an opening in order, but on its day or allowed early, act
 * on it alone; `joins`: only those with the reference of the referral that joins. */
void engine_replay(struct engine *en, struct inst *in, int32_t at, bool joins);
/* ---- engine_rows.c ---- */
void engine_rows(struct engine *en, day_t as_of);
/* Is the fact named by an operation of this type (and part) of the rule? */
bool engine_fact_is(const struct engine *en, const struct fact *f, uint8_t type, uint16_t rule, uint8_t arg);
/* One run without looking ahead: rows sorted, next_change as if no fact came later. */
void engine_core(struct engine *en, const struct child_facts *c, day_t as_of);

/* ---- explanation: what its files share ---- */

struct explaining {
	struct engine *en;
	const struct child_facts *c;
	day_t as_of;
	struct arena *a;
	const struct rule *r;
	struct clock row;
	struct trace *trace;
	const struct inst *live;   /* of the traced run; NULL if the clock is closed */
	const struct limit *limit; /* NULL if it cannot be told */
};
/* Runs again with the trace on. */
void explain_begin(struct explaining *x, struct engine *en, const struct child_facts *c, day_t as_of, size_t which,
		   struct arena *a);
bool explain_part_met(const struct explaining *x, uint8_t part);
size_t explain_turns(struct explaining *x, const struct turn **out);
day_t explain_kept_shares(const struct explaining *x, const struct turn *t, size_t n);
/* Runs the engine with invented facts: spoils what the engine points to. */
size_t explain_moves(struct explaining *x, const struct move **out);
/* "3 working days", "1 day" */
struct str explain_days(const struct explaining *x, int n);

#endif
