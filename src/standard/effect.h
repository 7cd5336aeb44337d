/*
 * effect.h - what a fact can do, worked out once for every sort of fact.
 *
 * Rules ask little of a fact: its kind, whether its codes are of some list, a value
 * or two. Facts that all rules see alike are of one sort, and a sort has one
 * `struct effect`: the operations it triggers, guards answered beforehand. So the
 * pass asks a fact nothing that another fact has already answered; what hangs on
 * the day of the fact stays a guard of the operation. Private to this room.
 */
#ifndef LINNET_STANDARD_EFFECT_H
#define LINNET_STANDARD_EFFECT_H

#include "standard/rules.h"

enum { NO_OPS = UINT16_MAX };

/* A `struct op` (rules.h) of which only what acts is left: the pass looks through
 * dozens of them for each fact. */
struct effect_op {
	uint16_t rule;
	uint8_t type, arg, from, phases, age_below;
	bool same_key : 1, same_org : 1, later : 1, of_inst : 1, again : 1, not_required : 1, day_counts : 1;
	bool last : 1; /* of its rule in this effect */
	uint16_t reason;
	int16_t early;
	uint32_t guard; /* index+1 into rulebook.guards; 0: nothing is asked */
};
_Static_assert(sizeof(struct effect_op) == 16, "four in a cache line");

struct effect {
	const struct effect_op *child;	       /* on conditions and tallies, up to `opens` */
	const struct effect_op *opens;	       /* what it can open, by rule, up to `ops` */
	const struct effect_op *ops, *ops_end; /* on what is open: rule after rule, in order of acting */
	const uint16_t *first;		       /* [rules] the first of its operations in ops; NO_OPS */
	bool heard;			       /* some rule or condition makes something of it */
};

/* Of one kind: the steps that a fact's codes and value take among its effects. */
struct sorting {
	const struct effect *effects;
	const uint16_t *code, *code2; /* [CODE_BITS] */
	const uint16_t *value;	      /* [64], by value_bit */
};

static inline const struct effect *effect_of(const struct rulebook *rb, const struct fact *f)
{
	const struct sorting *s = &rb->sorting[f->kind];
	return s->effects + s->code[f->code % CODE_BITS] + s->code2[f->code2 % CODE_BITS] +
	       s->value[value_bit(f->value)];
}

/* The operations of a rule on such a fact, in order of acting; NULL: none. */
static inline const struct effect_op *effect_on(const struct effect *e, uint16_t rule)
{
	return e->first[rule] == NO_OPS ? NULL : e->ops + e->first[rule];
}

/* The one after, NULL behind the last. */
static inline const struct effect_op *effect_next(const struct effect_op *op)
{
	return op->last ? NULL : op + 1;
}

static inline bool effect_asks(const struct rulebook *rb, const struct effect_op *op, const struct fact *f)
{
	return !op->guard || guard_asks(rb->guards[op->guard - 1], f);
}

/* Once all operations are there, by kind and by rule. */
void effects_make(struct rulebook *rb);

#endif
