/*
 * rules.h - the compiled form of the standards: private to this room.
 *
 * A standard in YAML becomes one `struct rule` and some operations. The
 * operations of all standards lie together, sorted by the kind of fact that
 * triggers them, so that one pass over a child's facts feeds every standard.
 * What an operation asks of a fact (codes, values) is a `struct guard`.
 */
#ifndef LINNET_STANDARD_RULES_H
#define LINNET_STANDARD_RULES_H

#include "record/fact.h"
#include "standard/engine.h"

enum {
	CONDITIONS_MAX = 16, /* bits of conditions_t */
	PARTS_MAX = 3,
	TURNS_MAX = 8, /* bits of a byte */
	LIMITS_MAX = 8,
	UNLESS_MAX = 12,
	AGES_MAX = 32, /* bits of engine.birthdays_awaited */
	TALLIES_MAX = 8,
	PARAMETERS_MAX = 200,
	PLACES_MAX = 1000,
	WHATIFS_MAX = 12,
	WHATIF_FACTS_MAX = 4,
	CODE_BITS = 2048,
	EARLY_MAX_DAYS = 366,
	YEARS_FROM = 1970,
	YEARS_MAX = 200,
};

/* A set of conditions, a bit each, in the order in which they stand in the file. */
typedef uint16_t conditions_t;

struct code_set {
	uint64_t bits[CODE_BITS / 64]; /* dense codes that match */
};

/* A code of a set that holds only for events of some days. */
struct dated_code {
	uint16_t code;
	bool second; /* of code2 */
	day_t from, until;
};

/* What is asked of a fact beside its kind. Absent sets ask nothing. */
struct guard {
	const struct code_set *code, *code2;
	uint64_t values;   /* bit v: value v matches, v in 0..62; bit 63: any other value */
	day_t from, until; /* days of the fact: [from, until) */
	const struct dated_code *dated;
	const struct guard *unless; /* none of these may match */
	uint8_t n_dated, n_unless;
};

static inline bool code_in(const struct code_set *s, uint16_t code)
{
	return code < CODE_BITS && (s->bits[code >> 6] >> (code & 63) & 1);
}

static inline unsigned value_bit(int32_t value)
{
	return value >= 0 && value < 63 ? (unsigned)value : 63;
}

static inline bool guard_one(const struct guard *g, const struct fact *f)
{
	if (g->code && !code_in(g->code, f->code))
		return false;
	if (g->code2 && !code_in(g->code2, f->code2))
		return false;
	if (f->day < g->from || f->day >= g->until)
		return false;
	for (size_t i = 0; i < g->n_dated; i++)
		if ((g->dated[i].second ? f->code2 : f->code) == g->dated[i].code &&
		    (f->day < g->dated[i].from || f->day >= g->dated[i].until))
			return false;
	return g->values >> value_bit(f->value) & 1;
}

static inline bool guard_asks(const struct guard *g, const struct fact *f)
{
	if (!guard_one(g, f))
		return false;
	for (size_t i = 0; i < g->n_unless; i++)
		if (guard_one(&g->unless[i], f))
			return false;
	return true;
}

/* Most operations ask nothing. */
static inline bool guard_ok(const struct guard *g, const struct fact *f)
{
	return !g || guard_asks(g, f);
}

/* In the order in which they act on one fact. */
enum op_type {
	OP_COND_FORGET = 1, /* a condition that began on an earlier day is over */
	OP_COND_END,
	OP_COND_BEGIN,
	OP_TALLY_END, /* days are no longer counted; after the conditions, before every clock */
	OP_TALLY_BEGIN,
	OP_END,	    /* the clock stops: left care, placement ended */
	OP_CLOSE,   /* spells: this referral closed */
	OP_CONFIRM, /* the report of an earlier, excusing assessment is held */
	OP_RESUME,
	OP_PAUSE,
	OP_EXTEND, /* adds to the limit */
	OP_PART,   /* one part of what meets the clock */
	OP_START,  /* day 0, where that is not the opening */
	OP_TURN,
	OP_NOTE,
	OP_OPEN,    /* period, placement or spell begins */
	OP_EARLIER, /* looked for when opening only: never acts by itself */
};

struct op {
	uint8_t type;
	uint8_t arg;	   /* condition, part, turn */
	uint8_t from;	   /* OP_TURN: turns from which it is taken (bits) */
	bool same_key;	   /* the fact must carry the reference of the opening */
	bool any_key;	   /* ... may carry another, though its kind shares the references of the opening's */
	bool same_org;	   /* it must carry the organisation of the opening, where both name one */
	bool later;	   /* the fact must lie on a later day than the opening */
	bool again;	   /* OP_END: the clock may start again */
	bool not_required; /* OP_END: it closes as not required */
	bool day_counts;   /* OP_END: what meets the clock on that day still counts, whatever the order */
	uint8_t phases;	   /* of an instance (bits) in which it can do anything */
	uint8_t age_below; /* OP_OPEN: index+1 into rulebook ages: younger than that on the day; 0 none */
	bool of_inst;	   /* something is asked of the fact and the instance together: same_key, same_org, later */
	uint16_t rule;
	uint16_t kind;
	uint16_t reason;
	int16_t early;		   /* days before the opening from which the fact still counts; 0: its own day only */
	const struct guard *guard; /* NULL: nothing is asked */
};

enum unit { UNIT_HOURS = 1, UNIT_DAYS, UNIT_WORKING_DAYS, UNIT_WEEKS, UNIT_MONTHS, UNIT_UNTIL_DATE, UNIT_UNTIL_AGE };
enum limit_asks { /* bits of limit.asks: what must hold for it */
		  ASKS_VALUE = 1,
		  ASKS_CODE = 2,
		  ASKS_AGE = 4,
		  ASKS_AGE_WHEN_DUE = 8,
		  ASKS_NTH = 16,
		  ASKS_WITHIN = 32,
		  ASKS_PAST = 64,
};
struct limit { /* the first whose conditions hold is the limit */
	int16_t n;
	uint8_t unit, asks;
	uint8_t age;	   /* index into ages, of ASKS_AGE and ASKS_AGE_WHEN_DUE */
	uint8_t until_age; /* index into ages */
	uint8_t month, day_of_month;
	uint8_t within_months;
	uint16_t nth;
	uint16_t parameter; /* index+1: n is a parameter of the place */
	int32_t value;
	const struct code_set *code;
	const day_t *years; /* UNIT_UNTIL_DATE: its day in every year from YEARS_FROM on */
};

enum start_at { START_AT_NONE, START_AT_AGE, START_AT_SCHOOL_YEAR, START_EACH_YEAR };

enum scope { SCOPE_PERIOD = 1, SCOPE_REFERENCE, SCOPE_SPELL };

/* One thing that a turn asks for (asks.h); any of `by` is it. */
struct ask_rule {
	struct str words, meanwhile; /* meanwhile: said instead until the day that `wait` names */
	const struct op *by, *again, *wait;
	uint8_t n_by, n_again, n_wait, soon; /* soon: days within which that day is waited for, though it is too late */
	uint8_t turn; /* TURN_PAUSED: of the pause */
};

struct turn_rule {
	struct str id, doing;
	uint8_t holder;
};

struct whatif_fact {
	uint16_t kind, code, code2;
	int32_t value;
};
enum whatif_day { WHATIF_TODAY = 1, WHATIF_NEXT_WORKING_DAY, WHATIF_BEFORE_START, WHATIF_START_EARLIER };
struct whatif {
	struct str words; /* with DAY where the day stands */
	uint8_t day;
	struct whatif_fact facts[WHATIF_FACTS_MAX];
	uint8_t n;
};

/* Of a rule, in its word of a set of rules. */
static inline uint64_t rule_bit(uint16_t rule)
{
	return (uint64_t)1 << (rule & 63);
}

/* The same, sixty-four at most told apart: where two sets share no bit they share no kind. */
static inline uint64_t kind_bit(uint16_t kind)
{
	return (uint64_t)1 << (kind & 63);
}

struct op_range {
	uint32_t from, to;
};

struct yaml;
/* What the engine asks of a rule at every fact stands first and close together. */
struct rule {
	day_t from, until;   /* as in info */
	uint16_t number;     /* of the standard */
	struct op_range own; /* its operations in rulebook.own */
	/* Of the kinds below, in bits that several kinds may share (kind_bit). */
	uint64_t asks_bits, early_bits, ends_bits, confirms_bits;
	uint8_t scope;
	bool person; /* one at a time, and whatever period of care its events belong to */
	uint8_t parts;
	bool starts_open; /* day 0 is the opening */
	bool recurs;
	bool midnight;	   /* limits in hours: a missing time is 00:00 */
	bool hours;	   /* some limit is in hours */
	bool asks_place;   /* some limit is a parameter */
	bool working_days; /* as in info */
	bool has_shares;
	uint8_t start_at, start_age, start_month, start_day; /* enum start_at; index into ages */
	uint8_t start_tally;				     /* index+1, 0 none */
	/* START_EACH_YEAR: index+1 into ages, 0 none. On day 0, on the day before it, on the year's last day. */
	uint8_t younger_than, younger_before, at_least_by_end, younger_by_end;
	uint8_t extend_unit, pause_holder;
	bool earlier_excuses, earlier_starts; /* an earlier assessment excuses, or is the first anchor */
	uint8_t earlier_months;
	conditions_t conditions, restarts;
	uint8_t stop_age;	      /* index+1 into ages, 0 none */
	uint8_t evidence;
	bool needs_birth;
	uint8_t gap_days;
	uint8_t n_due, n_turns;
	uint8_t turn_holder[TURNS_MAX];
	int16_t extend_n;
	uint16_t open_kind;
	int16_t early_max;	/* largest early of its operations */
	uint16_t no_start_days; /* working days after opening from which "no start known" is said; 0 never */
	uint16_t r_stop_age, r_closed, r_excused, r_no_source, r_no_birth, r_no_start, r_no_time;
	uint16_t r_year_over, r_month_over, r_negative, r_paused; /* 0: not so */
	int16_t share[HOLDER__COUNT];				  /* -1 none */
	struct kind_set ends;					  /* kinds that end what it watches */
	/* Other than that of the rule it may follow, or of one that that follows (rule_alike.c). */
	bool own_limit, own_holder, own_evidence;
	const day_t *years; /* START_EACH_YEAR: its day in every year from YEARS_FROM on */
	struct limit due[LIMITS_MAX];
	/* for reading and explaining */
	struct standard_info info;
	const struct yaml *yaml; /* as written, for "like" */
	struct str pause_doing;
	struct turn_rule turns[TURNS_MAX];
	struct str part_words[PARTS_MAX];
	struct str earlier_words;
	struct whatif whatifs[WHATIFS_MAX];
	uint8_t n_whatifs;
	struct ask_rule *asked; /* turn after turn */
	uint8_t n_asked;
};

struct condition {
	struct str id, title, words;
	uint16_t reason;
	uint8_t holder;
};

/* Days counted between events: looked after 13 weeks since the age of 14. */
struct tally {
	struct str id, title;
	conditions_t not_while;
	uint8_t from_age;  /* index into ages */
	int16_t days;
};

struct parameter_value {
	uint16_t place; /* index into places; 0: everywhere */
	int16_t n;
	day_t from;
	struct str source;
};
struct parameter {
	struct str id, title, source, unit, checked;
	const struct parameter_value *values; /* by place, then by from */
	size_t n;
};

/* A rule that lives as its leader does, for a child without facts of some kinds (kind_bit). */
struct alike {
	uint16_t rule, leader;
	uint64_t apart;
};

struct rulebook {
	const struct vocab *vocab;
	struct rule *rules;
	size_t n;
	struct condition conditions[CONDITIONS_MAX];
	size_t n_conditions;
	struct tally tallies[TALLIES_MAX];
	size_t n_tallies;
	struct parameter *parameters;
	size_t n_parameters;
	struct str *places; /* codes of councils, teams and boards that set parameters; 0 is "" */
	size_t n_places;
	uint16_t care_started; /* kind: whose org is the responsible council */
	struct op *ops;	       /* sorted by kind, then by order of acting */
	size_t n_ops;
	struct op_range of_kind[VOCAB_KINDS_MAX + 1];
	struct op *own; /* the same by rule, then by kind and order of acting; without conditions and tallies */
	size_t n_own;
	struct sorting *sorting;     /* [kinds] what each sort of fact can do (effect.h) */
	const struct guard **guards; /* that operations of effects still ask */
	size_t words;		     /* of a set of rules, in bits */
	struct alike *alike;
	uint64_t parting; /* kinds (kind_bit) at which some of them part */
	size_t n_alike;
	uint8_t ages[AGES_MAX]; /* years */
	size_t n_ages;
	struct str *reasons; /* 0 is "" */
	size_t n_reasons;
	char hash[65];
	struct arena arena;
};

int parameter_value(const struct parameter *p, struct place at, day_t on); /* -1: none set */
const struct parameter_value *parameter_value_at(const struct parameter *p, struct place at, day_t on); /* NULL: none */

/* Days of the standard's late unit in (from, to]. */
int rule_days(const struct rule *r, const struct workdays *w, day_t from, day_t to);
/* n late-unit days after a day. */
day_t rule_add_days(const struct rule *r, const struct workdays *w, day_t from, int n);

/* rule_read.c */
struct yaml;
enum rc rule_age_add(struct rulebook *rb, const struct yaml *at, int64_t years, uint8_t *out, struct err *e);
/* rule_limit.c */
enum rc limits_read(struct rulebook *rb, struct rule *r, const struct yaml *y, struct err *e);
/* parameters.c */
enum rc parameters_read(struct rulebook *rb, const struct yaml *doc, struct err *e) NODISCARD;
size_t parameter_find(const struct rulebook *rb, struct str id); /* SIZE_MAX if there is none */
/* rule_asks.c: of one turn, as written; those that say nothing, once all operations are there. */
enum rc turn_asks_read(struct rulebook *rb, struct rule *r, uint8_t turn, const struct yaml *y,
		       struct err *e) NODISCARD;
void asks_derive(struct rulebook *rb, uint16_t standard);
/* rule_alike.c: once all operations are there. */
void alike_find(struct rulebook *rb);
/* rule_read.c */
enum rc rules_read(struct rulebook *rb, const struct yaml *doc, struct err *e) NODISCARD;
/* rule_match.c: a matcher of YAML ("care-started" or a map) into an operation's kind and guard. */
enum rc match_read(struct rulebook *rb, const struct yaml *y, struct op *op, struct err *e) NODISCARD;
/* A code or a list of them; dated codes are appended to `dated` (room for CODES_IN_LIST_MAX). */
enum { CODES_IN_LIST_MAX = 60 };
enum rc match_codes_read(struct rulebook *rb, const struct yaml *y, const struct code_list *list, const char *kind,
			 bool except, const struct code_set **out, struct dated_code *dated, uint8_t *n_dated,
			 struct err *e) NODISCARD;

#endif
