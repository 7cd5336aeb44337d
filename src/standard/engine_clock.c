/* One clock: whose turn it is, its start, its close, its row. */
#include "standard/row.h"

/* ---- whose turn ---- */

bool inst_watched(const struct trace *t, const struct inst *in)
{
	return t->rule == in->row.standard && t->opened_by == in->row.opened_by && in->row.ordinal == t->ordinal;
}

SELDOM void trace_touch(struct engine *en, const struct inst *in, int32_t fact)
{
	struct trace *t = en->trace;
	if (inst_watched(t, in) && t->n_touched < TRACE_MAX)
		t->touched[t->n_touched++] = fact;
}

SELDOM static void trace_stretch(struct engine *en, const struct inst *in, day_t day, int32_t fact)
{
	if (en->n_stretches == STRETCHES_MAX)
		return;
	if (en->n_stretches == en->cap_stretches) {
		en->cap_stretches = en->cap_stretches ? 2 * en->cap_stretches : 64;
		en->stretches = xrealloc(en->stretches, en->cap_stretches * sizeof *en->stretches);
	}
	en->stretches[en->n_stretches++] = (struct stretch){ .rule = in->row.standard,
							     .ordinal = in->row.ordinal,
							     .opened_by = in->row.opened_by,
							     .holder = in->row.holder,
							     .turn = in->row.turn,
							     .condition = inst_condition(in),
							     .from = in->row.holder_since,
							     .to = day,
							     .fact = fact };
}

SELDOM void stretches_forget(struct engine *en, const struct inst *in)
{
	size_t kept = 0;
	for (size_t i = 0; i < en->n_stretches; i++)
		if (!stretch_of(&en->stretches[i], &in->row))
			en->stretches[kept++] = en->stretches[i];
	en->n_stretches = kept;
}

void inst_stretch_ends(struct engine *en, struct inst *in, day_t day, int32_t fact)
{
	const struct rule *r = in->rule;
	if (r->has_shares && in->row.holder && day > in->row.holder_since) {
		int16_t *used = &in->used[in->row.holder - 1];
		*used = (int16_t)(*used + rule_days(r, en->w, in->row.holder_since, day));
	}
	if (en->trace)
		trace_stretch(en, in, day, fact);
}

void inst_stretch_begins(struct engine *en, struct inst *in, day_t day)
{
	in->row.holder = inst_holder(en, in->rule, in);
	in->row.holder_since = day;
}

void inst_turn_to(struct engine *en, struct inst *in, uint8_t turn, day_t day, int32_t fact)
{
	if (in->row.turn == turn)
		return;
	if (day < in->row.start) /* told before day 0: the clock begins in this turn */
		day = in->row.start;
	bool counts = !in->suspended && in->paused_since == DAY_NONE;
	if (counts)
		inst_stretch_ends(en, in, day, fact);
	in->row.turn = turn;
	if (counts)
		inst_stretch_begins(en, in, day);
}

SELDOM static void trace_limit(struct trace *t, const struct inst *in, const struct limit *l)
{
	if (!inst_watched(t, in) || in->never_ran || in->paused_since != DAY_NONE)
		return;
	t->asked = *in;
	t->limit = l;
}

static inline __attribute__((always_inline)) void work_out_due(struct engine *en, struct inst *in)
{
	const struct limit *l = limit_said(en, in->rule, in, &in->row);
	if (en->trace)
		trace_limit(en->trace, in, l);
}

void inst_due(struct engine *en, struct inst *in)
{
	work_out_due(en, in);
}

/* It ends with the month of its day 0. */
SELDOM static void month_begins(struct engine *en, struct inst *in)
{
	struct ymd d = day_ymd(in->row.start);
	in->month_ends = day_add_months(day_of(d.year, d.month, 1), 1);
	inst_timer(en, in, in->month_ends, TIMER_MONTH);
}

void inst_start(struct engine *en, struct inst *in, day_t day, int32_t fact)
{
	const struct rule *r = in->rule;
	const struct fact *f = &en->facts[fact];
	in->phase = LIVE;
	in->row.ordinal++;
	in->row.start = day;
	in->row.start_minute = f->day == day ? f->minute : MINUTE_NONE;
	in->council = en->council;
	in->row.turn = 0;
	in->suspended = en->conditions & r->conditions;
	in->never_ran = (in->suspended & r->restarts) != 0;
	in->touched = fact != in->row.opened_by;
	in->extended = false;
	in->paused_since = DAY_NONE;
	in->paused_days = 0;
	if (r->has_shares)
		memset(in->used, 0, sizeof in->used);
	if (r->r_month_over)
		month_begins(en, in);
	inst_stretch_begins(en, in, day);
	work_out_due(en, in);
	inst_touch(en, in, fact);
}

/* A reason for which each rule has words of its own. */
static inline uint16_t own_reason(const struct rule *lead, const struct rule *r, enum clock_state state,
				  uint16_t reason)
{
	if (r == lead)
		return reason;
	if (state == CLOCK_MISSED && reason == lead->r_year_over)
		return r->r_year_over;
	return state == CLOCK_NOT_KNOWN && reason == lead->r_no_source ? r->r_no_source : reason;
}

SELDOM static int16_t minute_of(const struct engine *en, const struct rule *r, int32_t fact)
{
	int16_t minute = en->facts[fact].minute;
	return minute == MINUTE_NONE && r->midnight ? 0 : minute;
}

static inline void rows_close(struct engine *en, const struct inst *in, enum clock_state state, uint16_t reason,
			      day_t day, int32_t fact)
{
	const struct rule *lead = in->rule;
	int32_t last = fact >= 0 ? fact : in->row.last_fact;
	int16_t minute = lead->hours && fact >= 0 ? minute_of(en, lead, fact) : MINUTE_NONE;
	if (!of_this_edition(in))
		return;
	for (const struct rule *r = lead; r; r = en->follower[r->number]) {
		struct clock *row = row_put(en, in, r);
		if (!row)
			return;
		row->state = (uint8_t)state;
		row->reason = own_reason(lead, r, state, reason);
		row->done = day;
		row->done_by = fact;
		row->last_fact = last;
		row->done_minute = minute;
		if (state == CLOCK_NOT_REQUIRED || state == CLOCK_NOT_KNOWN)
			nobodys_turn(row);
	}
}

void inst_close(struct engine *en, struct inst *in, enum clock_state state, uint16_t reason, day_t day, int32_t fact)
{
	if (in->paused_since != DAY_NONE)
		inst_resume(en, in, day, fact);
	rows_close(en, in, state, reason, day, fact);
	inst_touch(en, in, fact);
	if (en->trace)
		inst_stretch_ends(en, in, day > in->row.start ? day : in->row.start, fact);
	in->phase = DORMANT;
}

/* ---- met ---- */

void inst_met(struct engine *en, struct inst *in, day_t day, int32_t fact)
{
	const struct rule *r = in->rule;
	if (in->phase == DORMANT && in->row.ordinal == 0 && r->start_at)
		in->met_by = fact; /* shown as done when its day 0 comes */
	if (in->phase == LIVE && r->hours && hours_untold(r, &in->row, &en->facts[fact]))
		inst_close(en, in, CLOCK_NOT_KNOWN, r->r_no_time, day, fact);
	else if (in->phase == LIVE)
		inst_close(en, in, CLOCK_DONE, 0, day, fact);
	if (r->recurs && r->starts_open)
		inst_start(en, in, day, fact);
	else if (!r->recurs && r->start_at != START_EACH_YEAR)
		in->phase = CLOSED; /* it stays until it ends: nothing opens a second one inside it */
}

/* ---- what moves the due day ---- */

void inst_extend(struct engine *en, struct inst *in, int32_t fact)
{
	const struct fact *f = &en->facts[fact];
	bool late = f->day > in->row.due || (f->day == in->row.due && hours_after_due(&in->row, f));
	if (in->extended || in->row.due == DAY_NONE || late)
		return;
	in->extended = true;
	in->touched = true;
	inst_touch(en, in, fact);
	inst_due(en, in);
}

void inst_pause(struct engine *en, struct inst *in, int32_t fact)
{
	day_t day = en->facts[fact].day;
	if (in->paused_since != DAY_NONE)
		return;
	day = day > in->row.start ? day : in->row.start;
	in->touched = true;
	inst_touch(en, in, fact);
	if (!in->suspended)
		inst_stretch_ends(en, in, day, fact);
	in->paused_since = day;
	if (!in->suspended)
		inst_stretch_begins(en, in, day);
	inst_due(en, in);
}

SELDOM void inst_resume(struct engine *en, struct inst *in, day_t day, int32_t fact)
{
	if (in->paused_since == DAY_NONE)
		return;
	day = day > in->paused_since ? day : in->paused_since;
	inst_touch(en, in, fact);
	if (!in->suspended)
		inst_stretch_ends(en, in, day, fact);
	in->paused_days = (int16_t)(in->paused_days + rule_days(in->rule, en->w, in->paused_since, day));
	in->paused_since = DAY_NONE;
	if (!in->suspended)
		inst_stretch_begins(en, in, day);
	inst_due(en, in);
}
