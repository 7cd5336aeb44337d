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

struct effect {
	const struct op *child, *child_end; /* on conditions and tallies */
	const struct op *opens, *opens_end; /* what it can open, by rule */
	const struct op *ops, *ops_end; /* on what is open: rule after rule, in order of acting; `last` ends a rule's */
	const uint16_t *first;		/* [rules] the first of its operations in ops; NO_OPS */
	bool heard;			/* some rule or condition makes something of it */
};

/* Of one kind: the steps that a fact's codes and value take among its effects. */
struct sorting {
	const struct effect *effects;
	const uint16_t *code, *code2; /* [n_codes] */
	const uint16_t *value;	      /* [64], by value_bit */
};

static inline const struct effect *effect_of(const struct rulebook *rb, const struct fact *f)
{
	const struct sorting *s = &rb->sorting[f->kind];
	size_t n = rb->vocab->n_codes;
	return s->effects + s->code[f->code < n ? f->code : 0] + s->code2[f->code2 < n ? f->code2 : 0] +
	       s->value[value_bit(f->value)];
}

/* The operations of a rule on such a fact, in order of acting; NULL: none. */
static inline const struct op *effect_on(const struct effect *e, uint16_t rule)
{
	return e->first[rule] == NO_OPS ? NULL : e->ops + e->first[rule];
}

/* The one after, NULL behind the last. */
static inline const struct op *effect_next(const struct op *op)
{
	return op->last ? NULL : op + 1;
}

/* Once all operations are there, by kind and by rule. */
void effects_make(struct rulebook *rb);

#endif
