/* Sorts of fact, and what each can do. See effect.h. */
#include "standard/effect.h"

/* More sorts of one kind than this are not told apart; their guards are asked each time. */
enum { SORTS_MAX = 4096, VALUES = 64 };

/* Numbers 0 .. n-1 in parts: what no set tells apart lies in one part, that of 0 is part 0. */
struct parts {
	uint16_t of[CODE_BITS];
	uint16_t first[CODE_BITS]; /* one of each part */
	size_t n, n_parts;
};

/* What is told apart by the number of the sort; the rest a guard asks of each fact. */
struct told {
	bool code, code2, value;
};

static void parts_whole(struct parts *p, size_t n)
{
	*p = (struct parts){ .n = n, .n_parts = 1 };
}

static void parts_split(struct parts *p, const uint64_t *set)
{
	uint16_t part[2 * CODE_BITS];
	memset(part, 0xff, sizeof part);
	size_t n = 0;
	for (size_t i = 0; i < p->n; i++) {
		uint16_t *to = &part[2 * p->of[i] + (set[i >> 6] >> (i & 63) & 1)];
		if (*to == UINT16_MAX) {
			p->first[n] = (uint16_t)i;
			*to = (uint16_t)n++;
		}
		p->of[i] = *to;
	}
	p->n_parts = n;
}

static void parts_split_by(struct parts *code, struct parts *code2, struct parts *value, const struct guard *g)
{
	if (g->code)
		parts_split(code, g->code->bits);
	if (g->code2)
		parts_split(code2, g->code2->bits);
	if (g->values != UINT64_MAX)
		parts_split(value, &g->values);
}

static bool parts_fit(struct parts *p, size_t *sorts)
{
	if (*sorts * p->n_parts > SORTS_MAX) {
		parts_whole(p, p->n);
		return false;
	}
	*sorts *= p->n_parts;
	return true;
}

/* No step at all, of everything that a kind does not split: shared by all kinds. */
static const uint16_t no_steps[CODE_BITS];

static const uint16_t *steps(struct rulebook *rb, const struct parts *p, size_t step)
{
	if (p->n_parts == 1)
		return no_steps;
	uint16_t *out = arena_array(&rb->arena, p->n, sizeof *out);
	for (size_t i = 0; i < p->n; i++)
		out[i] = (uint16_t)(p->of[i] * step);
	return out;
}

/* ---- guards, answered beforehand ---- */

static bool never(const struct guard *g, const struct fact *f, struct told t)
{
	return (t.code && g->code && !code_in(g->code, f->code)) ||
	       (t.code2 && g->code2 && !code_in(g->code2, f->code2)) ||
	       (t.value && !(g->values >> value_bit(f->value) & 1));
}

static bool settled(const struct guard *g, struct told t)
{
	if (g->n_dated || g->from != DAY_NONE || g->until != DAY_NEVER || (!t.code && g->code) ||
	    (!t.code2 && g->code2) || (!t.value && g->values != UINT64_MAX))
		return false;
	for (size_t i = 0; i < g->n_unless; i++)
		if (!settled(&g->unless[i], t))
			return false;
	return true;
}

/* Does a fact of this sort trigger the operation? Its guard stays only if that is not sure. */
static bool triggers(const struct guard *g, const struct fact *f, struct told t, bool *stays_out)
{
	*stays_out = g && !never(g, f, t) && !settled(g, t);
	return *stays_out || guard_ok(g, f);
}

/* ---- the effect of one sort ---- */

static void rules_marked(const struct rulebook *rb, struct effect_op *ops, size_t n, uint16_t *first)
{
	memset(first, 0xff, rb->n * sizeof *first);
	for (size_t i = 0; i < n; i++) {
		uint16_t r = ops[i].rule;
		ops[i].last = i + 1 == n || ops[i + 1].rule != r;
		if (first[r] == NO_OPS)
			first[r] = (uint16_t)i;
	}
}

static struct effect_op op_brief(const struct op *op, size_t guard)
{
	return (struct effect_op){ .rule = op->rule,
				   .type = op->type,
				   .arg = op->arg,
				   .from = op->from,
				   .phases = op->phases,
				   .age_below = op->age_below,
				   .same_key = op->same_key,
				   .same_org = op->same_org,
				   .later = op->later,
				   .of_inst = op->of_inst,
				   .again = op->again,
				   .not_required = op->not_required,
				   .day_counts = op->day_counts,
				   .reason = op->reason,
				   .early = op->early,
				   .guard = (uint32_t)guard };
}

/* `all`: the operations of the kind: on conditions and tallies, openings, the rest
 * rule after rule; their guards stand in rulebook.guards from `guards` on. */
static struct effect effect_make(struct rulebook *rb, const struct op *all, size_t n, size_t guards,
				 const struct fact *f, struct told t)
{
	struct effect_op *ops = arena_array(&rb->arena, n + 1, sizeof *ops);
	uint16_t *first = arena_array(&rb->arena, rb->n, sizeof *first);
	size_t kept = 0, child = 0, opens = 0;
	for (size_t i = 0; i < n; i++) {
		bool asks;
		if (!triggers(all[i].guard, f, t, &asks))
			continue;
		child += all[i].type <= OP_TALLY_BEGIN;
		opens += all[i].type == OP_OPEN;
		ops[kept++] = op_brief(&all[i], asks ? guards + i + 1 : 0);
	}
	struct effect_op *rest = ops + child + opens;
	rules_marked(rb, rest, kept - child - opens, first);
	return (struct effect){ .child = ops,
				.opens = ops + child,
				.ops = rest,
				.ops_end = ops + kept,
				.first = first,
				.heard = kept > 0 || f->kind == rb->care_started };
}

/* The operations of a kind in the order of effect_make; returns how many. */
static size_t ops_of_kind(const struct rulebook *rb, uint16_t kind, struct op *out)
{
	size_t n = 0;
	for (uint32_t i = rb->of_kind[kind].from; i < rb->of_kind[kind].to; i++)
		if (rb->ops[i].type <= OP_TALLY_BEGIN)
			out[n++] = rb->ops[i];
	for (size_t i = 0; i < rb->n_own; i++)
		if (rb->own[i].kind == kind && rb->own[i].type == OP_OPEN)
			out[n++] = rb->own[i];
	for (size_t i = 0; i < rb->n_own; i++)
		if (rb->own[i].kind == kind && rb->own[i].type != OP_OPEN)
			out[n++] = rb->own[i];
	return n;
}

/* `guards`: how many stand in rulebook.guards; returns how many after it. */
static size_t sort_kind(struct rulebook *rb, uint16_t kind, size_t guards, struct op *ops)
{
	struct parts code, code2, value;
	parts_whole(&code, CODE_BITS);
	parts_whole(&code2, CODE_BITS);
	parts_whole(&value, VALUES);
	size_t n = ops_of_kind(rb, kind, ops), sorts = 1, at = 0;
	for (size_t i = 0; i < n; i++) {
		const struct guard *g = ops[i].guard;
		rb->guards[guards + i] = g;
		for (size_t u = 0; g && u < g->n_unless; u++)
			parts_split_by(&code, &code2, &value, &g->unless[u]);
		if (g)
			parts_split_by(&code, &code2, &value, g);
	}
	struct told t = { .code = parts_fit(&code, &sorts) };
	t.code2 = parts_fit(&code2, &sorts);
	t.value = parts_fit(&value, &sorts);
	struct effect *effects = arena_array(&rb->arena, sorts, sizeof *effects);
	for (size_t c = 0; c < code.n_parts; c++)
		for (size_t c2 = 0; c2 < code2.n_parts; c2++)
			for (size_t v = 0; v < value.n_parts; v++) {
				struct fact f = { .kind = kind,
						  .code = code.first[c],
						  .code2 = code2.first[c2],
						  .value = value.first[v] };
				effects[at++] = effect_make(rb, ops, n, guards, &f, t);
			}
	rb->sorting[kind] = (struct sorting){ .effects = effects,
					      .code = steps(rb, &code, code2.n_parts * value.n_parts),
					      .code2 = steps(rb, &code2, value.n_parts),
					      .value = steps(rb, &value, 1) };
	return guards + n;
}

void effects_make(struct rulebook *rb)
{
	rb->sorting = arena_array(&rb->arena, VOCAB_KINDS_MAX + 1, sizeof *rb->sorting);
	rb->guards = arena_array(&rb->arena, rb->n_ops + 1, sizeof *rb->guards);
	struct op *ops = xcalloc(rb->n_ops + 1, sizeof *ops);
	size_t guards = sort_kind(rb, 0, 0, ops);
	for (uint16_t kind = 1; kind <= VOCAB_KINDS_MAX; kind++)
		if (rb->of_kind[kind].to > rb->of_kind[kind].from || kind == rb->care_started)
			guards = sort_kind(rb, kind, guards, ops);
		else
			rb->sorting[kind] = rb->sorting[0]; /* nobody listens */
	free(ops);
}
