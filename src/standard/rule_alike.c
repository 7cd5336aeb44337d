/*
 * Rules that live alike. Ten rules watch one placement and differ only in what is
 * told to whom; for a child of whom nothing of the kind is recorded all ten open,
 * wait and end together. Here is found, once, which rule lives as another does and
 * at which kinds of fact the two part; the engine then runs one of them for both,
 * for every child that has no fact of those kinds.
 */
#include "standard/rules.h"

static bool codes_same(const struct code_set *a, const struct code_set *b)
{
	return a == b || (a && b && memcmp(a, b, sizeof *a) == 0);
}

static bool guard_same(const struct guard *a, const struct guard *b)
{
	if (!a || !b)
		return a == b;
	if (!codes_same(a->code, b->code) || !codes_same(a->code2, b->code2) || a->values != b->values ||
	    a->from != b->from || a->until != b->until || a->n_dated != b->n_dated || a->n_unless != b->n_unless)
		return false;
	for (size_t i = 0; i < a->n_dated; i++)
		if (a->dated[i].code != b->dated[i].code || a->dated[i].second != b->dated[i].second ||
		    a->dated[i].from != b->dated[i].from || a->dated[i].until != b->dated[i].until)
			return false;
	for (size_t i = 0; i < a->n_unless; i++)
		if (!guard_same(&a->unless[i], &b->unless[i]))
			return false;
	return true;
}

static bool op_same(const struct op *a, const struct op *b)
{
	return a->type == b->type && a->arg == b->arg && a->from == b->from && a->same_key == b->same_key &&
	       a->any_key == b->any_key && a->same_org == b->same_org && a->later == b->later && a->again == b->again &&
	       a->not_required == b->not_required && a->day_counts == b->day_counts && a->phases == b->phases &&
	       a->age_below == b->age_below && a->kind == b->kind && a->reason == b->reason && a->early == b->early &&
	       guard_same(a->guard, b->guard);
}

static bool limits_same(const struct rule *a, const struct rule *b)
{
	if (a->n_due != b->n_due)
		return false;
	for (size_t i = 0; i < a->n_due; i++) {
		struct limit x = a->due[i], y = b->due[i];
		if (!codes_same(x.code, y.code))
			return false;
		x.code = y.code = NULL;
		x.years = y.years = NULL; /* follow from the date */
		if (memcmp(&x, &y, sizeof x) != 0)
			return false;
	}
	return true;
}

/* Is the last day in time all that comes of its limit? Hours decide whether a clock
 * was met, an extension must come in time, and shares and pauses count its days. */
static bool limit_only_dates(const struct rule *r)
{
	return !r->hours && !r->extend_n && !r->has_shares && !r->pause_holder;
}

/* Is what no table says asked for once only, when the row of an open clock is written? */
static bool evidence_only_at_end(const struct rule *r)
{
	return r->start_at != START_EACH_YEAR && !r->no_start_days;
}

/* What counts only where a fact meets a clock, or comes early for it. */
static void forget_meeting(struct rule *r)
{
	r->recurs = false;
	r->parts = 0;
	r->early_max = 0;
}

/* All that the engine asks of a rule beside its operations and what engine_rows.c
 * puts right: words, whose the first turn is, which table speaks of it and, where it
 * is only a date, the limit. Bytes between fields count: where they differ two rules
 * run apart, which is slower and no less true. `met`: a fact may meet their clocks. */
static bool life_same(const struct rule *a, const struct rule *b, bool met)
{
	struct rule x = *a, y = *b;
	x.own = y.own = (struct op_range){ 0, 0 };
	x.number = y.number = 0;
	x.asks_bits = x.early_bits = x.ends_bits = x.confirms_bits = 0;
	y.asks_bits = y.early_bits = y.ends_bits = y.confirms_bits = 0;
	x.r_no_source = y.r_no_source = x.r_year_over = y.r_year_over = 0;
	if (!met) {
		forget_meeting(&x);
		forget_meeting(&y);
	}
	if (!a->has_shares && !b->has_shares) {
		x.turn_holder[0] = y.turn_holder[0] = HOLDER_NONE;
		if (evidence_only_at_end(a) && evidence_only_at_end(b))
			x.evidence = y.evidence = 0;
	}
	if (limit_only_dates(a) && limit_only_dates(b)) {
		x.n_due = y.n_due = 0;
		x.asks_place = y.asks_place = x.working_days = y.working_days = false;
	} else if (!limits_same(a, b)) {
		return false;
	}
	return (a->r_year_over != 0) == (b->r_year_over != 0) && memcmp(&x, &y, offsetof(struct rule, ends)) == 0;
}

static const struct op *kind_end(const struct op *op, const struct op *end)
{
	uint16_t kind = op->kind;
	while (op < end && op->kind == kind)
		op++;
	return op;
}

static bool ops_same(const struct op *a, const struct op *a_end, const struct op *b, const struct op *b_end)
{
	for (; a < a_end && b < b_end; a++, b++)
		if (!op_same(a, b))
			return false;
	return a == a_end && b == b_end;
}

/* Kinds (kind_bit) of which the two rules make something else. */
static uint64_t apart(const struct rulebook *rb, const struct rule *a, const struct rule *b)
{
	const struct op *x = rb->own + a->own.from, *x_end = rb->own + a->own.to;
	const struct op *y = rb->own + b->own.from, *y_end = rb->own + b->own.to;
	uint64_t bits = 0;
	while (x < x_end || y < y_end) {
		uint16_t kind = y == y_end || (x < x_end && x->kind < y->kind) ? x->kind : y->kind;
		const struct op *x_to = x < x_end && x->kind == kind ? kind_end(x, x_end) : x;
		const struct op *y_to = y < y_end && y->kind == kind ? kind_end(y, y_end) : y;
		if (!ops_same(x, x_to, y, y_to))
			bits |= kind_bit(kind);
		x = x_to;
		y = y_to;
	}
	return bits;
}

/* Kinds of which a fact can meet a clock of the rule, or come early for it. */
static uint64_t meets(const struct rulebook *rb, const struct rule *r)
{
	uint64_t bits = r->early_bits;
	for (uint32_t i = r->own.from; i < r->own.to; i++)
		if (rb->own[i].type == OP_PART)
			bits |= kind_bit(rb->own[i].kind);
	return bits;
}

/* Does b live as a does, for a child without facts of the kinds of *apart_out? */
static bool lives_as(const struct rulebook *rb, const struct rule *a, const struct rule *b, uint64_t *apart_out)
{
	if (a->open_kind != b->open_kind)
		return false;
	uint64_t bits = apart(rb, a, b);
	if (!life_same(a, b, true)) {
		if (a->scope == SCOPE_SPELL || !life_same(a, b, false))
			return false;
		bits |= meets(rb, a) | meets(rb, b);
	}
	*apart_out = bits;
	return !(bits & kind_bit(b->open_kind)); /* they may not part at the very opening */
}

static void alike_add(struct rulebook *rb, struct alike more)
{
	rb->alike = xrealloc(rb->alike, (rb->n_alike + 1) * sizeof *rb->alike);
	rb->alike[rb->n_alike++] = more;
}

/* Those before a rule that it may follow, but none that parts from it wherever an
 * earlier one does: which is first decides between equals. */
static void leaders_find(struct rulebook *rb, uint16_t rule)
{
	size_t first = rb->n_alike;
	for (uint16_t k = 0; k < rule; k++) {
		struct alike more = { .rule = rule, .leader = k };
		if (!lives_as(rb, &rb->rules[k], &rb->rules[rule], &more.apart))
			continue;
		size_t kept = first;
		bool needed = true;
		for (size_t i = first; i < rb->n_alike; i++)
			needed = needed && (rb->alike[i].apart & ~more.apart) != 0;
		for (size_t i = first; needed && i < rb->n_alike; i++)
			if (more.apart & ~rb->alike[i].apart)
				rb->alike[kept++] = rb->alike[i];
		if (!needed)
			continue;
		rb->n_alike = kept;
		alike_add(rb, more);
	}
}

/* A leader may follow in its turn: what it has of its own, its followers have too. */
void alike_find(struct rulebook *rb)
{
	for (uint16_t i = 1; i < rb->n; i++) {
		size_t first = rb->n_alike;
		leaders_find(rb, i);
		for (size_t k = first; k < rb->n_alike; k++) {
			const struct rule *a = &rb->rules[rb->alike[k].leader];
			struct rule *b = &rb->rules[i];
			b->own_limit |= a->own_limit || !limits_same(a, b);
			b->own_holder |= a->own_holder || a->turn_holder[0] != b->turn_holder[0];
			b->own_evidence |= a->own_evidence || a->evidence != b->evidence;
			rb->parting |= rb->alike[k].apart;
		}
	}
}
