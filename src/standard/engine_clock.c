/* One clock: whose turn it is, its start, its close, its row. */
#include "standard/run.h"

/* ---- whose turn ---- */

bool inst_watched(const struct trace *t, const struct inst *in)
{
	return t->rule == in->rule && t->opened_by == in->opened_by && in->ordinal == t->ordinal;
}

static void trace_touch(struct engine *en, const struct inst *in, int32_t fact)
{
	struct trace *t = en->trace;
	if (inst_watched(t, in) && t->n_touched < TRACE_MAX)
		t->touched[t->n_touched++] = fact;
}

void inst_touch(struct engine *en, struct inst *in, int32_t fact)
{
	if (fact < 0)
		return;
	in->last_fact = fact;
	if (en->trace)
		trace_touch(en, in, fact);
}

static uint8_t holder_now(const struct engine *en, const struct inst *in)
{
	if (in->suspended)
		return en->rb->conditions[__builtin_ctz(in->suspended)].holder;
	return en->rb->rules[in->rule].turns[in->turn].holder;
}

void inst_stretch_ends(struct engine *en, struct inst *in, day_t day, int32_t fact)
{
	const struct rule *r = &en->rb->rules[in->rule];
	if (r->info.n_shares && day > in->holder_since)
		in->used[in->holder] = (int16_t)(in->used[in->holder] + rule_days(r, en->w, in->holder_since, day));
	struct trace *t = en->trace;
	if (t && inst_watched(t, in) && t->n < TRACE_MAX)
		t->s[t->n++] =
		    (struct stretch){ .holder = in->holder,
				      .turn = in->turn,
				      .condition = in->suspended ? (uint8_t)(__builtin_ctz(in->suspended) + 1) : 0,
				      .from = in->holder_since,
				      .to = day,
				      .fact = fact };
}

void inst_stretch_begins(struct engine *en, struct inst *in, day_t day)
{
	in->holder = holder_now(en, in);
	in->holder_since = day;
}

void inst_turn_to(struct engine *en, struct inst *in, uint8_t turn, day_t day, int32_t fact)
{
	if (in->turn == turn)
		return;
	if (day < in->start) /* told before day 0: the clock begins in this turn */
		day = in->start;
	if (!in->suspended)
		inst_stretch_ends(en, in, day, fact);
	in->turn = turn;
	if (!in->suspended)
		inst_stretch_begins(en, in, day);
}

void inst_work_out_due(struct engine *en, struct inst *in)
{
	in->due = in->never_ran ? DAY_NONE
				: rule_due(&en->rb->rules[in->rule], en->w, in->start, in->start_value, en->birthday);
}

void inst_start(struct engine *en, struct inst *in, day_t day, int32_t fact)
{
	const struct rule *r = &en->rb->rules[in->rule];
	const struct fact *f = &en->c->facts[fact];
	in->phase = LIVE;
	in->ordinal++;
	in->start = day;
	in->start_minute = f->day == day ? f->minute : MINUTE_NONE;
	in->start_value = f->value;
	in->turn = 0;
	in->suspended = en->conditions & r->conditions;
	in->never_ran = (in->suspended & r->restarts) != 0;
	in->touched = fact != in->opened_by;
	if (r->info.n_shares)
		memset(in->used, 0, sizeof in->used);
	inst_stretch_begins(en, in, day);
	inst_work_out_due(en, in);
	inst_touch(en, in, fact);
}

static day_t share_used_up(const struct engine *en, const struct inst *in)
{
	const struct rule *r = &en->rb->rules[in->rule];
	int share = r->share[in->holder];
	if (share < 0 || in->suspended)
		return DAY_NONE;
	int left = share - in->used[in->holder];
	return rule_add_days(r, en->w, in->holder_since, left > 0 ? left : 0);
}

struct clock *inst_row(struct engine *en, const struct inst *in)
{
	const struct rule *r = &en->rb->rules[in->rule];
	if (in->start < r->info.from || in->start >= r->info.until || en->n_rows == CLOCKS_PER_CHILD_MAX)
		return NULL; /* another edition's clock, or more than a child can have */
	if (en->n_rows == en->cap_rows) {
		en->cap_rows *= 2;
		en->rows = xrealloc(en->rows, en->cap_rows * sizeof *en->rows);
	}
	struct clock *row = &en->rows[en->n_rows++];
	*row = (struct clock){ .standard = in->rule,
			       .ordinal = in->ordinal,
			       .opened_by = in->opened_by,
			       .done_by = -1,
			       .last_fact = in->last_fact,
			       .key = in->key,
			       .org = in->org,
			       .holder = in->holder,
			       .start = in->start,
			       .start_minute = in->start_minute,
			       .due_minute = MINUTE_NONE,
			       .done_minute = MINUTE_NONE,
			       .due = in->due,
			       .done = DAY_NONE,
			       .holder_since = in->holder_since,
			       .holder_due = share_used_up(en, in),
			       .next_change = DAY_NEVER };
	return row;
}

void inst_close(struct engine *en, struct inst *in, enum clock_state state, uint16_t reason, day_t day, int32_t fact)
{
	inst_touch(en, in, fact);
	struct clock *row = inst_row(en, in);
	if (row) {
		row->state = (uint8_t)state;
		row->reason = reason;
		row->done = day;
		row->done_by = fact;
	}
	if (row && state == CLOCK_NOT_REQUIRED) {
		row->holder = HOLDER_NONE;
		row->holder_since = row->holder_due = DAY_NONE;
	}
	if (en->trace)
		inst_stretch_ends(en, in, day > in->start ? day : in->start, fact);
	in->phase = DORMANT;
}

void inst_met(struct engine *en, struct inst *in, day_t day, int32_t fact)
{
	if (in->phase == LIVE)
		inst_close(en, in, CLOCK_DONE, 0, day, fact);
	if (!en->rb->rules[in->rule].recurs)
		in->phase = CLOSED; /* it stays until it ends: nothing opens a second one inside it */
}
