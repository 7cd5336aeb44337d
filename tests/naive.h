/*
 * naive.h - the rule language once more, as plainly as it can be done: the
 * second opinion that the engine is compared with (unit/engine_naive.c).
 *
 * Written from docs/standards.md, the headers and the case files, without a look
 * at the engine, so that one mistake is not made twice. It reads the YAML of the
 * standards itself and works out the clocks of one child standard by standard,
 * opening by opening, day by day, asking the whole list of facts again whenever
 * it wants to know something. No timers, no registers, nothing kept between
 * standards. Slow on purpose.
 */
#ifndef LINNET_TESTS_NAIVE_H
#define LINNET_TESTS_NAIVE_H

#include "base/arena.h"
#include "codec/yaml.h"
#include "record/fact.h"
#include "record/vocab.h"
#include "standard/engine.h"

enum { NAIVE_ROWS_MAX = 6000, NAIVE_CODES_MAX = 60, NAIVE_PARTS_MAX = 3 };

/* Files: naive_read.c reads the rules, naive_ask.c asks a fact, naive_life.c and
 * naive_clock.c live an opening through, naive_spell.c does spells; naive_child.c
 * invents children, naive_book.c opens the rules for a test. A test includes them. */

/* ---- the rules, as read (naive_read.c) ---- */

struct numbers {
	int32_t n[NAIVE_CODES_MAX];
	size_t count;
	bool given;
};

/* One entry of a list of events. */
struct which {
	uint16_t kind;
	struct numbers code, not_code, code2, not_code2, value, not_value;
	const struct which *unless;
	size_t n_unless;
	day_t from, until;
	int early_days;
	bool later_day, same_org, any_reference;
};
struct whichs {
	const struct which *w;
	size_t n;
};

enum unit { UNIT_HOURS, UNIT_DAYS, UNIT_WORKING_DAYS, UNIT_WEEKS, UNIT_MONTHS };
struct condition {
	struct str id, reason;
	enum holder holder;
	struct whichs begins, ends, forgotten_by;
};
struct tally {
	struct str id;
	struct whichs begins, ends;
	const struct condition *not_while[8];
	size_t n_not_while;
	int from_age, days;
};
struct value_set { /* of a parameter */
	struct str id, place;
	int n;
	day_t from;
};
struct limit {
	int n;
	struct str parameter;
	enum unit unit;
	struct ymd until_date; /* month 0: none */
	int until_age;	       /* 0: none */
	struct numbers if_value, if_code;
	int if_younger, if_younger_when_due, if_nth, if_within_months; /* 0: no such condition */
	bool if_past;
};
struct ending {
	struct whichs on;
	struct str because;
	bool again, not_required, same_day_counts;
};
struct turning {
	struct str id;
	enum holder holder;
	struct whichs begins;
	struct str only_from[8];
	size_t n_only_from;
};

enum scope { SCOPE_PERIOD, SCOPE_PERSON, SCOPE_REFERENCE, SCOPE_SPELL };
enum listed { LISTED_NO, LISTED_YES, LISTED_WHEN_KNOWN };

struct rule {
	struct str id;
	int edition;
	day_t from, until;
	enum scope scope;
	enum listed worklist;
	uint8_t evidence;
	struct whichs opens, starts;
	int opens_if_younger;
	bool recurs;
	/* starts-at */
	bool at_moment, each_year;
	int at_age, at_school_year, year_younger, year_younger_before, year_at_least_by_end,
		year_younger_by_end;
	struct ymd year_day;
	const struct tally *tally;
	struct str year_ends_because;
	struct whichs part[NAIVE_PARTS_MAX];
	size_t n_parts;
	const struct limit *limits;
	size_t n_limits;
	struct whichs extends_on;
	int extends_n;
	enum unit extends_unit;
	struct whichs pause_begins, pause_ends;
	enum holder pause_holder;
	struct str pause_because;
	bool midnight;
	struct str month_ends_because, negative_because;
	const struct ending *endings;
	size_t n_endings;
	int ends_at_age;
	struct str age_because;
	struct whichs seen, held; /* an earlier assessment */
	int earlier_months;
	bool earlier_excuses, earlier_starts;
	struct str earlier_because;
	const struct condition *not_while[8];
	bool starts_after[8]; /* of not_while */
	size_t n_not_while;
	const struct turning *turns;
	size_t n_turns;
	struct whichs notes;
	struct str no_source, no_birth, no_time, no_start;
	int no_start_after;
	int gap_days;
	struct whichs spell_closes;
	struct str spell_because;
};

struct naive {
	const struct vocab *v;
	const struct holiday *holidays; /* those that are known */
	size_t n_holidays;
	const struct str *places; /* code of an organisation by its number in facts; empty: none */
	const struct str *served_by;
	size_t n_places;
	struct rule *rules;
	size_t n_rules;
	struct condition *conditions;
	size_t n_conditions;
	struct tally *tallies;
	size_t n_tallies;
	struct value_set *values;
	size_t n_values;
	struct arena arena;
};

/* Reads DIR/standards and DIR/parameters into *out, whose other fields the caller
 * sets. The rulebook has refused what is wrong: here that ends the program. */
void naive_load(const char *data_dir, const struct vocab *v, struct naive *out);
void naive_free(struct naive *n);

/* ---- the answer ---- */

struct naive_row {
	const struct rule *rule;
	int ordinal, opened_by, done_by;
	int32_t key;
	uint16_t org;
	enum clock_state state;
	enum holder holder;
	struct str reason;
	day_t start, due, done, holder_since;
	int start_minute, due_minute, done_minute;
	bool due_again; /* the due time is the second of two */
};

/* All clocks of a child on a day, in no particular order. Returns their number. */
size_t naive_run(const struct naive *n, const struct child_facts *c, day_t as_of, struct naive_row *out);

/* ---- questions that the files of the naive oracle share ---- */

/* One child under the eye. */
struct look {
	const struct naive *n;
	const struct child_facts *c;
	day_t as_of;
	int facts; /* those up to as_of */
	struct naive_row *rows;
	size_t n_rows;
};
bool is_which(const struct look *l, const struct which *w, int i);
bool is_one_of(const struct look *l, struct whichs list, int i);
bool same_family(const struct look *l, int i, int j);
bool condition_holds(const struct look *l, const struct condition *c, int upto);
bool absence_speaks(const struct look *l, const struct rule *r, day_t since);
bool may_open(const struct look *l, const struct rule *r, int i);
bool is_working_day(const struct naive *n, day_t d);
day_t working_days_later(const struct naive *n, day_t d, int days);
int working_days_in(const struct naive *n, day_t from, day_t to);
/* The value of a parameter for a clock that starts then, by that fact; INT32_MIN: none is set. */
int parameter_on(const struct look *l, struct str id, int start_fact, day_t start);
void spells_run(struct look *l, const struct rule *r);

#endif
