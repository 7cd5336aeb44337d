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

#include "standard/effect.h"
#include "standard/engine.h"

/* Seldom called, from where every instruction counts: it stays out of its caller. */
#define SELDOM __attribute__((cold, noinline))

enum phase { DORMANT, LIVE, CLOSED, GONE /* its period, placement or spell is over */ };

/* What is asked at every fact, in two cache lines: there are dozens for each child. */
struct inst {
	struct clock row; /* its clock as it stands; state, done and why are written when it closes */
	int32_t next;	  /* in the list of open ones of its rule; -1 ends */
	const struct rule *rule;
	uint8_t phase;
	bool never_ran;	   /* suspended since day 0 by a condition after which the clock starts anew */
	bool touched;	   /* a fact shows that somebody records this clock */
	bool past;	   /* the moment of starts-at lay before the opening */
	bool extended;
	conditions_t suspended; /* conditions that hold now */
	uint16_t council;    /* responsible on day 0 */
	int16_t paused_days; /* in the standard's late unit, of pauses that are over */
	int32_t first_fact;  /* first fact of the opening's day */
	day_t opened;
	day_t paused_since;		 /* DAY_NONE: it runs */
	day_t wakes;			 /* day of the moment of starts-at or of the next year; DAY_NEVER */
	day_t month_ends;		 /* first day of the next month, where the clock ends with its own */
	int32_t met_by;			 /* fact that met it before its calendar day 0; -1 */
	int32_t spell;			 /* index into engine.spells; -1 none */
	int16_t used[HOLDER__COUNT - 1]; /* [holder - 1]: days of closed stretches, where shares are stated */
};

/* What a spell has beside that. */
struct spell {
	int16_t open_members;
	day_t closed;	/* last day on which a referral of it was open */
	day_t gap_ends; /* first day on which nothing can join; DAY_NEVER while one is open */
	int32_t closed_by;
	int32_t first[PARTS_MAX], pending[PARTS_MAX]; /* facts; -1 none. pending: seen while no referral is open */
	int32_t members;			      /* list; -1 ends */
};

struct member { /* a referral of a spell */
	int32_t key, next;
	bool open;
};

struct stretch {		/* traced: a stretch of a clock and whose it was */
	uint16_t rule, ordinal; /* with the fact that opened it: which clock */
	int32_t opened_by;
	uint8_t holder;
	uint8_t turn, condition; /* condition: index+1, 0 none, PAUSED */
	day_t from, to;
	int32_t fact; /* that ended it; -1 */
};

enum { TRACE_MAX = 2000, STRETCHES_MAX = 1 << 16, PAUSED = 255 };
enum { NO_RULE = UINT16_MAX }; /* only stretches are traced */
struct trace { /* of the one clock that is watched; its stretches are those of every clock: engine.stretches */
	uint16_t rule, ordinal;
	int32_t opened_by;
	int32_t touched[TRACE_MAX]; /* facts that touched it */
	size_t n_touched;
	struct inst asked; /* as it was when its due day was last worked out */
	const struct limit *limit;
};

/* What time alone does, in the order in which it is done on one day. */
enum timer_what { TIMER_EXPIRES, TIMER_GAP, TIMER_MONTH, TIMER_TALLY, TIMER_STARTS, TIMER_YEAR };
enum { TIMER_OF_BITS = 28 };
struct timer {
	int64_t order; /* day, what, and of which instance, tally or age: the smaller acts first */
};

static inline day_t timer_day(struct timer t)
{
	return (day_t)(t.order >> 32);
}

struct counting { /* a tally of one child */
	bool on;
	int32_t sum;
	day_t since;   /* day from which days are added; DAY_NONE: they are not */
	day_t due;     /* day on which it will be reached if nothing changes; DAY_NEVER */
	day_t reached; /* DAY_NONE: not yet */
};

/* Which rules are run by themselves, and which stand for others, for children whose
 * facts are alike of some kinds. */
struct following {
	uint64_t kinds; /* of those at which rules part (rulebook.parting) */
	bool made;
	uint64_t *runs;		      /* rules (bits) that are run; another stands for the rest, or nobody asks */
	const struct rule **follower; /* [rules] the next that lives alike; NULL ends */
};

/* Where a row stands among those of its child: start, standard, ordinal in one number, then the opening. */
struct row_key {
	uint64_t order;
	int32_t opened_by;
	uint32_t at; /* as it was written */
};

struct engine {
	const struct rulebook *rb;
	const struct workdays *w;
	/* one child */
	const struct child_facts *c;
	const struct fact *facts; /* c->facts */
	size_t n_seen;		  /* facts up to as_of */
	bool by_hand;		  /* no table was ever loaded for this child */
	day_t birthday[AGES_MAX];
	day_t outgrown[AGES_MAX + 1]; /* [index+1 of an age] the same; DAY_NEVER if not known, and for no age */
	day_t died;		      /* DAY_NEVER: alive */
	conditions_t conditions;
	uint64_t seen, today;	    /* kinds (kind_bit) of the facts fed so far; of those of the day now fed */
	day_t day;		    /* now fed */
	int32_t day_from;	    /* its first fact */
	uint32_t birthdays_awaited; /* ages (bits) at which something of this child ends */
	day_t condition_since[CONDITIONS_MAX];
	struct counting tallies[TALLIES_MAX];
	uint16_t council;	    /* responsible now */
	const struct place *places; /* by number of organisation */
	size_t n_places;
	const uint64_t *only; /* standards (bits); NULL: all */
	day_t as_of;	      /* the last day of the run */
	struct timer *timers; /* up to as_of; a heap: the earliest first */
	size_t n_timers, cap_timers;
	struct timer *later; /* after as_of: for what will change next */
	size_t n_later, cap_later;
	day_t said_next;	      /* first day on which a row appears that says what is not known */
	bool apart;		      /* every rule is run by itself: somebody looks at its instances */
	struct following *followings; /* as they were last needed, by kinds */
	struct following apart_from;  /* every rule by itself */
	const uint64_t *runs;	      /* of the following of this child */
	const struct rule *const *follower;
	const struct effect **effects; /* [facts] */
	size_t cap_effects;
	int32_t *open; /* [rules] head of the open instances */
	struct inst *inst;
	size_t n_inst, cap_inst;
	struct spell *spells;
	size_t n_spells, cap_spells;
	struct member *members;
	size_t n_members, cap_members;
	struct clock *rows;   /* room for CLOCKS_PER_CHILD_MAX */
	struct clock *row;    /* the next to be written */
	struct clock *sorted; /* the same room again: rows are put in order from one into the other */
	struct row_key *keys; /* for CLOCKS_PER_CHILD_MAX */
	size_t n_rows;	      /* once a run is over */
	struct clock *sim;    /* copy of rows while looking ahead */
	size_t cap_sim;
	day_t next_change; /* of the child */
	struct trace *trace;
	struct stretch *stretches; /* of the last traced run, of all its clocks, as they end */
	size_t n_stretches, cap_stretches;
};

/* ---- engine_time.c ---- */
void timer_at(struct engine *en, day_t day, enum timer_what what, int32_t of);
void inst_timer(struct engine *en, const struct inst *in, day_t day, enum timer_what what);
/* Everything that time does up to a day. */
void timers_fire(struct engine *en, day_t upto);
/* The first day on which a timer will do something; DAY_NEVER. */
day_t timers_next(const struct engine *en);
void tally_set(struct engine *en, uint8_t which, bool on, day_t day);
void tallies_conditions(struct engine *en, conditions_t before, day_t day); /* after a condition changed */
/* Day 0 of a standard with starts-at: now, or later. */
void inst_awaits(struct engine *en, struct inst *in);

/* ---- engine_clock.c ---- */
bool inst_watched(const struct trace *t, const struct inst *in);
void trace_touch(struct engine *en, const struct inst *in, int32_t fact);
/* Is it one of this clock? */
static inline bool stretch_of(const struct stretch *s, const struct clock *row)
{
	return s->rule == row->standard && s->opened_by == row->opened_by && s->ordinal == row->ordinal;
}
void stretches_forget(struct engine *en, const struct inst *in); /* the clock begins anew */
static inline void inst_touch(struct engine *en, struct inst *in, int32_t fact)
{
	if (fact < 0)
		return;
	in->row.last_fact = fact;
	if (en->trace)
		trace_touch(en, in, fact);
}
/* Birthday at which it ends; DAY_NEVER. */
static inline day_t inst_expires(const struct engine *en, const struct inst *in)
{
	return en->outgrown[in->rule->stop_age];
}
/* Why the days are not those of the turn: a condition, a pause, or 0. */
static inline uint8_t inst_condition(const struct inst *in)
{
	if (in->suspended)
		return (uint8_t)(__builtin_ctz(in->suspended) + 1);
	return in->paused_since != DAY_NONE ? PAUSED : 0;
}
/* Whose turn it is now, and (below) the state: by the clock's rule or one that lives alike. */
static inline uint8_t inst_holder(const struct engine *en, const struct rule *r, const struct inst *in)
{
	if (in->suspended)
		return en->rb->conditions[__builtin_ctz(in->suspended)].holder;
	return in->paused_since != DAY_NONE ? r->pause_holder : r->turn_holder[in->row.turn];
}
void inst_stretch_ends(struct engine *en, struct inst *in, day_t day, int32_t fact);
void inst_stretch_begins(struct engine *en, struct inst *in, day_t day);
void inst_turn_to(struct engine *en, struct inst *in, uint8_t turn, day_t day, int32_t fact);
void inst_due(struct engine *en, struct inst *in); /* works its last day in time out again */
void inst_start(struct engine *en, struct inst *in, day_t day, int32_t fact);
/* NULL: a child has no more. Rows of reports fill gigabytes: the place of a later one
 * is fetched meanwhile, so that writing it does not wait for memory. */
static inline struct clock *row_new(struct engine *en)
{
	enum { AHEAD = 1024 };
	__builtin_prefetch((const void *)((uintptr_t)en->row + AHEAD), 1);
	return en->row < en->rows + CLOCKS_PER_CHILD_MAX ? en->row++ : NULL;
}
void inst_close(struct engine *en, struct inst *in, enum clock_state state, uint16_t reason, day_t day, int32_t fact);
void inst_met(struct engine *en, struct inst *in, day_t day, int32_t fact);
void inst_extend(struct engine *en, struct inst *in, int32_t fact);
void inst_pause(struct engine *en, struct inst *in, int32_t fact);
void inst_resume(struct engine *en, struct inst *in, day_t day, int32_t fact);

/* ---- engine_spell.c ---- */
static inline struct spell *spell_of(const struct engine *en, const struct inst *in)
{
	return &en->spells[in->spell];
}
void spell_begin(struct engine *en, struct inst *in);
bool spell_has(const struct engine *en, const struct inst *in, const struct fact *f);
void spell_part(struct engine *en, struct inst *in, int32_t at, uint8_t part);
void spell_close(struct engine *en, struct inst *in, int32_t at);
void spell_member(struct engine *en, struct inst *in, int32_t key);
void spell_joins(struct engine *en, struct inst *in, int32_t at);

/* ---- engine.c ---- */
void inst_unlink(struct engine *en, struct inst *in);
/* Facts that lie before an opening in order, but on its day or allowed early, act
 * on it alone; `joins`: only those with the reference of the referral that joins. */
void engine_replay(struct engine *en, struct inst *in, int32_t at, bool joins);
/* ---- engine_rows.c ---- */
void engine_rows(struct engine *en, day_t as_of);
void engine_rows_sort(struct engine *en); /* by start, standard, ordinal */
/* What an open clock is now, and why; the reason is always written. */
enum clock_state inst_open_state(const struct engine *en, const struct rule *r, const struct inst *in,
				 uint16_t *reason_out);
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
	const struct stretch *s; /* of the traced run: whose it was, until now or until it closed */
	size_t n_s;
	const struct inst *live;   /* of the traced run; NULL if the clock is closed */
	struct spell spell;	   /* of live, where it is one */
	const struct limit *limit; /* NULL if it cannot be told */
};
/* Runs again with the trace on. */
void explain_begin(struct explaining *x, struct engine *en, const struct child_facts *c, day_t as_of, size_t which,
		   struct arena *a);
bool explain_part_met(const struct explaining *x, uint8_t part);
size_t explain_turns(struct explaining *x, const struct turn **out);
day_t explain_kept_shares(const struct explaining *x, const struct turn *t, size_t n);
size_t explain_holders(const struct explaining *x, const struct turn *t, size_t n, const struct holder_days **out);
void explain_steps(const struct explaining *x, struct explanation *out);
/* The limit is a number that nobody has set where the child is: nothing is late. */
bool explain_no_time_set(const struct explaining *x);
/* Runs the engine with invented facts: spoils what the engine points to. */
size_t explain_moves(struct explaining *x, const struct move **out);
/* "3 working days", "1 day"; "3 working days late"; "1 hour 5 minutes"; "09:30" */
struct str explain_days(const struct explaining *x, int n);
struct str explain_late(const struct explaining *x, int n);
struct str explain_hours(struct arena *a, int64_t minutes);
const char *explain_minute(struct arena *a, int minute);
/* Of a due time that comes twice: " (the second time that night)"; else "". */
const char *explain_which(const struct clock *k);
/* What a fact says beside its kind, its codes too: "crisis team; Priority, 1 to 4: 4"; and its value alone. */
struct str fact_words(const struct vocab *v, const struct fact *f, struct arena *a);
struct str fact_value_words(const struct vocab *v, const struct fact *f, struct arena *a);

#endif
