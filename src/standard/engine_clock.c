/* One clock: whose turn it is, its start, its close, its row. */
#include "standard/run.h"

enum { LAST_MINUTE = 1439 };

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
	if (in->paused_since != DAY_NONE && !in->suspended)
		return en->rb->rules[in->rule].pause_holder;
	if (in->suspended)
		return en->rb->conditions[__builtin_ctz(in->suspended)].holder;
	return en->rb->rules[in->rule].turn_holder[in->turn];
}

/* Why the days are not those of the turn: a condition, a pause, or 0. */
uint8_t inst_condition(const struct inst *in)
{
	if (in->suspended)
		return (uint8_t)(__builtin_ctz(in->suspended) + 1);
	return in->paused_since != DAY_NONE ? PAUSED : 0;
}

void inst_stretch_ends(struct engine *en, struct inst *in, day_t day, int32_t fact)
{
	const struct rule *r = &en->rb->rules[in->rule];
	if (r->has_shares && day > in->holder_since)
		in->used[in->holder] = (int16_t)(in->used[in->holder] + rule_days(r, en->w, in->holder_since, day));
	struct trace *t = en->trace;
	if (t && inst_watched(t, in) && t->n < TRACE_MAX)
		t->s[t->n++] = (struct stretch){ .holder = in->holder,
						 .turn = in->turn,
						 .condition = inst_condition(in),
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
	bool counts = !in->suspended && in->paused_since == DAY_NONE;
	if (counts)
		inst_stretch_ends(en, in, day, fact);
	in->turn = turn;
	if (counts)
		inst_stretch_begins(en, in, day);
}

static struct limit_asked asked_of(const struct engine *en, const struct inst *in)
{
	const struct rule *r = &en->rb->rules[in->rule];
	/* A missing time: the last minute that it can have been. */
	int16_t last = r->midnight ? 0 : LAST_MINUTE;
	return (struct limit_asked){ .start = in->start,
				     .start_minute =
					 r->hours && in->start_minute == MINUTE_NONE ? last : in->start_minute,
				     .opened = in->opened,
				     .opening = &en->c->facts[in->opened_by],
				     .ordinal = in->ordinal,
				     .past = in->past,
				     .council = in->council,
				     .extended = in->extended,
				     .paused = in->paused_days };
}

static struct place place_of(const struct engine *en, uint16_t council)
{
	return council < en->n_places ? en->places[council] : (struct place){ 0, 0 };
}

void inst_work_out_due(struct engine *en, struct inst *in)
{
	const struct rule *r = &en->rb->rules[in->rule];
	in->due = DAY_NONE;
	in->due_minute = MINUTE_NONE;
	if (in->never_ran || in->paused_since != DAY_NONE)
		return;
	if (r->plain && !in->extended && !in->paused_days && !en->trace) { /* most limits: the same, and quick */
		in->due = r->plain == PLAIN_DAYS	   ? in->start + r->plain_n
			  : r->plain == PLAIN_WORKING_DAYS ? workdays_add(en->w, in->start, r->plain_n)
							   : day_add_months(in->start, r->plain_n);
		return;
	}
	struct limit_asked q = asked_of(en, in);
	const struct limit *l =
	    rule_limit(en->rb, r, en->w, &q, place_of(en, in->council), en->birthday, &in->due, &in->due_minute);
	if (en->trace && inst_watched(en->trace, in)) {
		en->trace->asked = q;
		en->trace->limit = l;
	}
}

void inst_start(struct engine *en, struct inst *in, day_t day, int32_t fact)
{
	const struct rule *r = &en->rb->rules[in->rule];
	const struct fact *f = &en->c->facts[fact];
	in->phase = LIVE;
	in->ordinal++;
	in->start = day;
	in->start_minute = f->day == day ? f->minute : MINUTE_NONE;
	in->council = en->council;
	in->turn = 0;
	in->suspended = en->conditions & r->conditions;
	in->never_ran = (in->suspended & r->restarts) != 0;
	in->touched = fact != in->opened_by;
	in->extended = false;
	in->paused_since = DAY_NONE;
	in->paused_days = 0;
	if (r->has_shares)
		memset(in->used, 0, sizeof in->used);
	if (r->r_month_over) {
		struct ymd d = day_ymd(day);
		in->month_ends = day_add_months(day_of(d.year, d.month, 1), 1);
		inst_timer(en, in, in->month_ends, TIMER_MONTH);
	}
	inst_stretch_begins(en, in, day);
	inst_work_out_due(en, in);
	inst_touch(en, in, fact);
}

static day_t share_used_up(const struct engine *en, const struct inst *in)
{
	const struct rule *r = &en->rb->rules[in->rule];
	int share = r->share[in->holder];
	if (share < 0 || inst_condition(in))
		return DAY_NONE;
	int left = share - in->used[in->holder];
	return rule_add_days(r, en->w, in->holder_since, left > 0 ? left : 0);
}

struct clock *inst_row(struct engine *en, const struct inst *in)
{
	const struct rule *r = &en->rb->rules[in->rule];
	if (in->start < r->from || in->start >= r->until || en->n_rows == CLOCKS_PER_CHILD_MAX)
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
			       .turn = in->paused_since != DAY_NONE ? TURN_PAUSED : in->turn,
			       .start = in->start,
			       .start_minute = in->start_minute,
			       .due_minute = in->due_minute,
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
	const struct rule *r = &en->rb->rules[in->rule];
	if (in->paused_since != DAY_NONE)
		inst_resume(en, in, day, fact);
	inst_touch(en, in, fact);
	struct clock *row = inst_row(en, in);
	if (row) {
		row->state = (uint8_t)state;
		row->reason = reason;
		row->done = day;
		row->done_by = fact;
		if (r->hours && fact >= 0)
			row->done_minute =
			    en->c->facts[fact].minute == MINUTE_NONE && r->midnight ? 0 : en->c->facts[fact].minute;
	}
	if (row && (state == CLOCK_NOT_REQUIRED || state == CLOCK_NOT_KNOWN)) {
		row->holder = HOLDER_NONE;
		row->holder_since = row->holder_due = DAY_NONE;
	}
	if (en->trace)
		inst_stretch_ends(en, in, day > in->start ? day : in->start, fact);
	in->phase = DORMANT;
}

/* ---- limits in hours ---- */

/* Minutes since 1970, of a day and a minute as known. */
static int64_t instant(day_t day, int minute)
{
	return london_ms(day, minute) / 60000;
}

/* Both times known (or taken for midnight), and the fact first. */
bool inst_too_early(const struct engine *en, const struct inst *in, int32_t fact)
{
	const struct rule *r = &en->rb->rules[in->rule];
	const struct fact *f = &en->c->facts[fact];
	if (!r->hours || (!r->midnight && (f->minute == MINUTE_NONE || in->start_minute == MINUTE_NONE)))
		return r->hours && f->day < in->start;
	return instant(f->day, f->minute == MINUTE_NONE ? 0 : f->minute) <
	       instant(in->start, in->start_minute == MINUTE_NONE ? 0 : in->start_minute);
}

/* Times are missing, and the days alone do not decide whether it was in time. */
static bool cannot_be_told(const struct engine *en, const struct inst *in, int32_t fact)
{
	const struct rule *r = &en->rb->rules[in->rule];
	const struct fact *f = &en->c->facts[fact];
	if (!r->hours || r->midnight || in->due_minute == MINUTE_NONE ||
	    (f->minute != MINUTE_NONE && in->start_minute != MINUTE_NONE))
		return false;
	int64_t due_last = instant(in->due, in->due_minute), due_first = due_last;
	if (in->start_minute == MINUTE_NONE)
		due_first -= instant(in->start, LAST_MINUTE) - instant(in->start, 0);
	int64_t first = f->minute != MINUTE_NONE ? instant(f->day, f->minute) : instant(f->day, 0);
	int64_t last = f->minute != MINUTE_NONE ? first : instant(f->day, LAST_MINUTE);
	return last > due_first && first <= due_last;
}

void inst_met(struct engine *en, struct inst *in, day_t day, int32_t fact)
{
	const struct rule *r = &en->rb->rules[in->rule];
	if (in->phase == DORMANT && in->ordinal == 0 && r->start_at)
		in->met_by = fact; /* shown as done when its day 0 comes */
	if (in->phase == LIVE && cannot_be_told(en, in, fact))
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
	const struct fact *f = &en->c->facts[fact];
	bool in_time =
	    f->day < in->due || (f->day == in->due && (in->due_minute == MINUTE_NONE || f->minute <= in->due_minute));
	if (in->extended || in->due == DAY_NONE || !in_time)
		return;
	in->extended = true;
	in->touched = true;
	inst_touch(en, in, fact);
	inst_work_out_due(en, in);
}

void inst_pause(struct engine *en, struct inst *in, int32_t fact)
{
	day_t day = en->c->facts[fact].day;
	if (in->paused_since != DAY_NONE)
		return;
	day = day > in->start ? day : in->start;
	in->touched = true;
	inst_touch(en, in, fact);
	if (!in->suspended)
		inst_stretch_ends(en, in, day, fact);
	in->paused_since = day;
	if (!in->suspended)
		inst_stretch_begins(en, in, day);
	inst_work_out_due(en, in);
}

void inst_resume(struct engine *en, struct inst *in, day_t day, int32_t fact)
{
	if (in->paused_since == DAY_NONE)
		return;
	day = day > in->paused_since ? day : in->paused_since;
	inst_touch(en, in, fact);
	if (!in->suspended)
		inst_stretch_ends(en, in, day, fact);
	in->paused_days =
	    (int16_t)(in->paused_days + rule_days(&en->rb->rules[in->rule], en->w, in->paused_since, day));
	in->paused_since = DAY_NONE;
	if (!in->suspended)
		inst_stretch_begins(en, in, day);
	inst_work_out_due(en, in);
}
