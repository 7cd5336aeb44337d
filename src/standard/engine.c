/* One child's facts through all standards, in one pass. See engine.h and run.h. */
#include "standard/engine.h"

#include "standard/run.h"

enum { AHEAD_MAX = 64 };

/* ---- whose turn ---- */

static bool watched(const struct trace *t, const struct inst *in)
{
	return t->rule == in->rule && t->opened_by == in->opened_by && in->ordinal == t->ordinal;
}

static void trace_touch(struct engine *en, const struct inst *in, int32_t fact)
{
	struct trace *t = en->trace;
	if (watched(t, in) && t->n_touched < TRACE_MAX)
		t->touched[t->n_touched++] = fact;
}

static void touch(struct engine *en, struct inst *in, int32_t fact)
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

static void stretch_ends(struct engine *en, struct inst *in, day_t day, int32_t fact)
{
	const struct rule *r = &en->rb->rules[in->rule];
	if (r->info.n_shares && day > in->holder_since)
		in->used[in->holder] = (int16_t)(in->used[in->holder] + rule_days(r, en->w, in->holder_since, day));
	struct trace *t = en->trace;
	if (t && watched(t, in) && t->n < TRACE_MAX)
		t->s[t->n++] =
		    (struct stretch){ .holder = in->holder,
				      .turn = in->turn,
				      .condition = in->suspended ? (uint8_t)(__builtin_ctz(in->suspended) + 1) : 0,
				      .from = in->holder_since,
				      .to = day,
				      .fact = fact };
}

static void stretch_begins(struct engine *en, struct inst *in, day_t day)
{
	in->holder = holder_now(en, in);
	in->holder_since = day;
}

static void turn_to(struct engine *en, struct inst *in, uint8_t turn, day_t day, int32_t fact)
{
	if (in->turn == turn)
		return;
	if (day < in->start) /* told before day 0: the clock begins in this turn */
		day = in->start;
	if (!in->suspended)
		stretch_ends(en, in, day, fact);
	in->turn = turn;
	if (!in->suspended)
		stretch_begins(en, in, day);
}

/* ---- starting and closing a clock ---- */

static day_t birthday_of(struct engine *en, size_t i)
{
	return en->birthday[i];
}

static void work_out_due(struct engine *en, struct inst *in)
{
	in->due = in->never_ran ? DAY_NONE
				: rule_due(&en->rb->rules[in->rule], en->w, in->start, in->start_value, en->birthday);
}

static void start_clock(struct engine *en, struct inst *in, day_t day, int32_t fact)
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
	stretch_begins(en, in, day);
	work_out_due(en, in);
	touch(en, in, fact);
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

static struct clock *row_add(struct engine *en, const struct inst *in)
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
			       .due = in->due,
			       .done = DAY_NONE,
			       .holder_since = in->holder_since,
			       .holder_due = share_used_up(en, in),
			       .next_change = DAY_NEVER };
	return row;
}

static void close_clock(struct engine *en, struct inst *in, enum clock_state state, uint16_t reason, day_t day,
			int32_t fact)
{
	touch(en, in, fact);
	struct clock *row = row_add(en, in);
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
		stretch_ends(en, in, day > in->start ? day : in->start, fact);
	in->phase = DORMANT;
}

static void unlink_inst(struct engine *en, struct inst *in)
{
	int32_t *at = &en->open[in->rule];
	while (&en->inst[*at] != in)
		at = &en->inst[*at].next;
	*at = in->next;
}

static void met(struct engine *en, struct inst *in, day_t day, int32_t fact)
{
	if (in->phase == LIVE)
		close_clock(en, in, CLOCK_DONE, 0, day, fact);
	if (!en->rb->rules[in->rule].recurs)
		in->phase = CLOSED; /* it stays until it ends: nothing opens a second one inside it */
}

/* ---- parts ---- */

bool engine_fact_is(const struct engine *en, const struct fact *f, uint8_t type, uint16_t rule, uint8_t arg)
{
	const struct op_range k = en->rb->of_kind[f->kind];
	for (uint32_t i = k.from; i < k.to; i++) {
		const struct op *op = &en->rb->ops[i];
		if (op->type == type && op->rule == rule && op->arg == arg && guard_ok(&op->guard, f))
			return true;
	}
	return false;
}

/* All parts of one reference, each since the day of opening, up to this fact. */
static bool all_parts(const struct engine *en, const struct inst *in, int32_t at, uint8_t part)
{
	const struct rule *r = &en->rb->rules[in->rule];
	int32_t key = en->c->facts[at].key;
	for (uint8_t p = 0; p < r->parts; p++) {
		bool found = p == part;
		for (int32_t j = at - 1; j >= in->first_fact && !found; j--)
			found =
			    en->c->facts[j].key == key && engine_fact_is(en, &en->c->facts[j], OP_PART, in->rule, p);
		if (!found)
			return false;
	}
	return true;
}

static void part_met(struct engine *en, struct inst *in, int32_t at, uint8_t part)
{
	const struct rule *r = &en->rb->rules[in->rule];
	if (in->phase == LIVE) {
		in->touched = true;
		touch(en, in, at);
	}
	if (r->parts == 1 || all_parts(en, in, at, part))
		met(en, in, en->c->facts[at].day, at);
}

/* ---- spells ---- */

static bool of_spell(const struct engine *en, const struct inst *in, const struct fact *f)
{
	if (f->key == 0 && f->org != 0)
		return f->org == in->org;
	for (int32_t m = in->members; m >= 0; m = en->members[m].next)
		if (en->members[m].key == f->key)
			return true;
	return false;
}

static void spell_check(struct engine *en, struct inst *in)
{
	if (in->phase != LIVE)
		return;
	int32_t last = -1;
	for (uint8_t p = 0; p < en->rb->rules[in->rule].parts; p++) {
		if (in->first[p] < 0)
			return;
		last = in->first[p] > last ? in->first[p] : last;
	}
	met(en, in, en->c->facts[last].day, last);
}

static void spell_part(struct engine *en, struct inst *in, int32_t at, uint8_t part)
{
	if (!of_spell(en, in, &en->c->facts[at]) || in->phase != LIVE)
		return;
	/* On the day of closing the spell is still open, whatever the order of that day. */
	bool gap = in->open_members == 0 && en->c->facts[at].day > in->closed;
	int32_t *slot = gap ? in->pending : in->first;
	if (slot[part] >= 0)
		return;
	slot[part] = at;
	if (gap)
		return;
	in->touched = true;
	touch(en, in, at);
	spell_check(en, in);
}

static void timer_at(struct engine *en, day_t day)
{
	if (day < en->next_timer)
		en->next_timer = day;
}

static void spell_close(struct engine *en, struct inst *in, int32_t at)
{
	const struct fact *f = &en->c->facts[at];
	bool any = false;
	for (int32_t m = in->members; m >= 0; m = en->members[m].next)
		if (en->members[m].key == f->key && en->members[m].open) {
			en->members[m].open = false;
			in->open_members--;
			any = true;
		}
	if (!any)
		return;
	if (in->phase == LIVE)
		touch(en, in, at);
	if (in->open_members > 0)
		return;
	in->closed = f->day;
	in->closed_by = at > in->closed_by ? at : in->closed_by; /* several of one day: the last in order */
	in->gap_ends = f->day + en->rb->rules[in->rule].gap_days + 1;
	timer_at(en, in->gap_ends);
}

static void spell_member(struct engine *en, struct inst *in, int32_t key)
{
	if (en->n_members == en->cap_members) {
		en->cap_members *= 2;
		en->members = xrealloc(en->members, en->cap_members * sizeof *en->members);
	}
	en->members[en->n_members] = (struct member){ .key = key, .next = in->members, .open = true };
	in->members = (int32_t)en->n_members++;
	in->open_members++;
	in->gap_ends = DAY_NEVER;
}

static void replay(struct engine *en, struct inst *in, int32_t at, bool joins);

static void spell_joins(struct engine *en, struct inst *in, int32_t at)
{
	if (in->open_members == 0 && in->phase == LIVE) { /* what was seen in the gap lies inside after all */
		for (uint8_t p = 0; p < PARTS_MAX; p++)
			if (in->first[p] < 0 && in->pending[p] >= 0) {
				in->first[p] = in->pending[p];
				in->touched = true;
				touch(en, in, in->pending[p]);
			}
	}
	spell_member(en, in, en->c->facts[at].key);
	if (in->phase == LIVE)
		touch(en, in, at);
	replay(en, in, at, true);
	spell_check(en, in);
}

/* ---- earlier assessments ---- */

/* The latest matching "seen" with the reference of `held`, in the months before
 * the opening and not after `held`; -1 none. */
static int32_t earlier_seen(const struct engine *en, const struct inst *in, const struct fact *held)
{
	day_t from = day_add_months(in->opened, -(int)en->rb->rules[in->rule].earlier_months);
	for (int32_t j = in->first_fact - 1; j >= 0 && en->c->facts[j].day >= from; j--) {
		const struct fact *f = &en->c->facts[j];
		if (f->key == held->key && f->day <= held->day && engine_fact_is(en, f, OP_EARLIER, in->rule, 0))
			return j;
	}
	return -1;
}

static void earlier_counts(struct engine *en, struct inst *in, int32_t seen, int32_t held, day_t day)
{
	const struct rule *r = &en->rb->rules[in->rule];
	if (r->earlier_starts) {
		if (in->phase == DORMANT && in->ordinal == 0)
			start_clock(en, in, en->c->facts[seen].day, seen);
		return;
	}
	if (in->phase == LIVE)
		close_clock(en, in, CLOCK_NOT_REQUIRED, r->r_excused, day, held);
	in->phase = CLOSED;
}

/* When opening: is the report of an earlier assessment held? */
static void earlier_at_opening(struct engine *en, struct inst *in)
{
	const struct rule *r = &en->rb->rules[in->rule];
	day_t from = in->opened - 31 * r->earlier_months;
	int32_t best_seen = -1, best_held = -1;
	for (int32_t j = in->opened_by - 1; j >= 0 && en->c->facts[j].day >= from; j--) {
		if (!engine_fact_is(en, &en->c->facts[j], OP_CONFIRM, in->rule, 0))
			continue;
		int32_t seen = earlier_seen(en, in, &en->c->facts[j]);
		if (seen > best_seen) {
			best_seen = seen;
			best_held = j;
		}
	}
	if (best_seen >= 0)
		earlier_counts(en, in, best_seen, best_held, in->opened);
}

/* ---- one operation on one instance ---- */

/* True if the instance is gone. */
static bool apply(struct engine *en, struct inst *in, const struct op *op, int32_t at)
{
	const struct rule *r = &en->rb->rules[in->rule];
	const struct fact *f = &en->c->facts[at];
	if (op->same_key && f->key != in->key && !(r->scope == SCOPE_PERIOD && (f->key == 0 || in->key == 0)))
		return false;
	if (in->phase == CLOSED && op->type != OP_END && op->type != OP_CLOSE)
		return false;
	switch (op->type) {
	case OP_END:
		if (in->phase == LIVE && f->day < in->opened) { /* broken off before day 0: it never was */
			in->phase = DORMANT;
			in->ordinal--;
		} else if (in->phase == LIVE) {
			close_clock(en, in, CLOCK_STOPPED, op->reason, f->day, at);
		}
		if (op->again)
			return false;
		unlink_inst(en, in);
		return true;
	case OP_CLOSE: spell_close(en, in, at); return false;
	case OP_CONFIRM: {
		int32_t seen = earlier_seen(en, in, f);
		if (seen >= 0)
			earlier_counts(en, in, seen, at, f->day);
		return false;
	}
	case OP_PART:
		if (r->scope == SCOPE_SPELL) {
			spell_part(en, in, at, op->arg);
			return false;
		}
		if (r->recurs && in->phase != LIVE)
			return false;
		part_met(en, in, at, op->arg);
		return false;
	case OP_START:
		if (in->phase == DORMANT)
			start_clock(en, in, f->day > in->opened ? f->day : in->opened, at);
		return false;
	case OP_TURN:
		if (in->phase == LIVE && (op->from >> in->turn & 1)) {
			in->touched = true;
			touch(en, in, at);
			turn_to(en, in, op->arg, f->day, at);
		}
		return false;
	case OP_NOTE:
		if (in->phase == LIVE && (r->scope != SCOPE_SPELL || of_spell(en, in, f))) {
			in->touched = true;
			touch(en, in, at);
		}
		return false;
	default: return false;
	}
}

/* Does this fact end a period other than this one? What lies before it belongs there. */
static bool ends_another(const struct engine *en, const struct inst *in, const struct fact *f)
{
	const struct op_range k = en->rb->of_kind[f->kind];
	for (uint32_t i = k.from; i < k.to; i++) {
		const struct op *op = &en->rb->ops[i];
		if (op->type == OP_END && !op->again && op->rule == in->rule && guard_ok(&op->guard, f))
			return !(op->same_key && f->key != 0 && f->key == in->key);
	}
	return false;
}

/* An opening sees its whole first day, and what may come early: facts that lie
 * before it in order act on it alone. `joins`: only what bears the reference of
 * the referral that joins. */
static void replay(struct engine *en, struct inst *in, int32_t at, bool joins)
{
	const struct rule *r = &en->rb->rules[in->rule];
	day_t day = en->c->facts[at].day;
	int32_t from = joins ? at : in->first_fact;
	while (from > 0 && en->c->facts[from - 1].day >= day - (joins ? 0 : r->early_max) &&
	       !(r->scope == SCOPE_PERIOD && ends_another(en, in, &en->c->facts[from - 1])))
		from--;
	for (int32_t j = from; j < at; j++) {
		const struct fact *f = &en->c->facts[j];
		if (f->day < day && !en->rb->early_kind[f->kind])
			continue;
		if (joins && f->key != en->c->facts[at].key)
			continue;
		const struct op_range k = en->rb->of_kind[f->kind];
		for (uint32_t i = k.from; i < k.to; i++) {
			const struct op *op = &en->rb->ops[i];
			if (op->type <= OP_COND_BEGIN || op->rule != in->rule || op->type == OP_OPEN ||
			    f->day < day - op->early || !guard_ok(&op->guard, f))
				continue;
			if (op->type == OP_END && !op->again && (!op->same_key || f->key == 0 || f->key != in->key))
				continue; /* an end of that day belongs to what was open before, unless it names this
					     one */
			if (apply(en, in, op, j))
				return;
		}
	}
}

/* ---- opening ---- */

static struct inst *inst_new(struct engine *en, uint16_t rule, int32_t at)
{
	if (en->n_inst == en->cap_inst) {
		en->cap_inst *= 2;
		en->inst = xrealloc(en->inst, en->cap_inst * sizeof *en->inst);
	}
	const struct fact *f = &en->c->facts[at];
	struct inst *in = &en->inst[en->n_inst];
	*in = (struct inst){ .next = en->open[rule],
			     .rule = rule,
			     .org = f->org,
			     .key = f->key,
			     .opened_by = at,
			     .first_fact = at,
			     .opened = f->day,
			     .expires = DAY_NEVER,
			     .gap_ends = DAY_NEVER,
			     .closed = DAY_NEVER,
			     .closed_by = -1,
			     .first = { -1, -1, -1 },
			     .pending = { -1, -1, -1 },
			     .members = -1 };
	while (in->first_fact > 0 && in->opened == en->c->facts[in->first_fact - 1].day &&
	       !(en->rb->rules[rule].scope == SCOPE_PERIOD && ends_another(en, in, &en->c->facts[in->first_fact - 1])))
		in->first_fact--;
	en->open[rule] = (int32_t)en->n_inst++;
	return in;
}

static bool open_already(struct engine *en, const struct rule *r, uint16_t rule, int32_t at)
{
	const struct fact *f = &en->c->facts[at];
	for (int32_t i = en->open[rule]; i >= 0; i = en->inst[i].next) {
		struct inst *in = &en->inst[i];
		if (r->scope == SCOPE_PERIOD || (r->scope == SCOPE_PLACEMENT && in->key == f->key))
			return true;
		if (r->scope == SCOPE_SPELL && in->org == f->org) {
			spell_joins(en, in, at);
			return true;
		}
	}
	return false;
}

static void open_inst(struct engine *en, const struct op *op, int32_t at)
{
	const struct rule *r = &en->rb->rules[op->rule];
	const struct fact *f = &en->c->facts[at];
	if (en->c->died != DAY_NONE && f->day >= en->c->died)
		return;
	if (op->age_below && birthday_of(en, op->age_below - 1u) != DAY_NONE &&
	    f->day >= birthday_of(en, op->age_below - 1u))
		return;
	day_t expires = DAY_NEVER;
	if (r->stop_age && birthday_of(en, r->stop_age - 1u) != DAY_NONE)
		expires = birthday_of(en, r->stop_age - 1u);
	if (f->day >= expires || open_already(en, r, op->rule, at))
		return;
	struct inst *in = inst_new(en, op->rule, at);
	in->expires = expires;
	timer_at(en, expires);
	if (r->scope == SCOPE_SPELL)
		spell_member(en, in, f->key);
	if (r->starts_open)
		start_clock(en, in, f->day, at);
	if (r->earlier_months)
		earlier_at_opening(en, in);
	if (at > 0 && en->c->facts[at - 1].day >= f->day - r->early_max)
		replay(en, in, at, false);
}

/* ---- conditions ---- */

static void condition_felt(struct engine *en, struct inst *in, uint8_t bit, bool on, day_t day, int32_t at)
{
	const struct rule *r = &en->rb->rules[in->rule];
	if (!(r->conditions & bit) || in->phase != LIVE)
		return;
	touch(en, in, at);
	stretch_ends(en, in, day, at);
	in->suspended = on ? in->suspended | bit : in->suspended & (uint8_t)~bit;
	if (on && (r->restarts & bit) && day == in->start) {
		in->never_ran = true;
		work_out_due(en, in);
	} else if (!on && in->never_ran && !(in->suspended & r->restarts)) {
		in->never_ran = false; /* day 0 is the first day on which the rule applied */
		in->start = day;
		in->start_minute = en->c->facts[at].minute;
		if (r->info.n_shares)
			memset(in->used, 0, sizeof in->used);
		if (en->trace && watched(en->trace, in))
			en->trace->n = 0;
		work_out_due(en, in);
	}
	stretch_begins(en, in, day);
}

static void condition_set(struct engine *en, uint8_t which, bool on, int32_t at)
{
	uint8_t bit = (uint8_t)(1u << which);
	if (on == ((en->conditions & bit) != 0))
		return;
	day_t day = en->c->facts[at].day;
	en->conditions ^= bit;
	en->condition_since[which] = day;
	for (size_t r = 0; r < en->rb->n; r++)
		for (int32_t i = en->open[r]; i >= 0; i = en->inst[i].next)
			condition_felt(en, &en->inst[i], bit, on, day, at);
}

/* ---- the pass ---- */

/* An instance whose clock closed while it is being looked at keeps its `next`. */
static void feed_rule(struct engine *en, const struct op *op, int32_t at)
{
	for (int32_t i = en->open[op->rule]; i >= 0;) {
		int32_t next = en->inst[i].next;
		apply(en, &en->inst[i], op, at);
		i = next;
	}
}

static void feed(struct engine *en, int32_t at)
{
	const struct fact *f = &en->c->facts[at];
	const struct op_range k = en->rb->of_kind[f->kind];
	for (uint32_t i = k.from; i < k.to; i++) {
		const struct op *op = &en->rb->ops[i];
		if (op->type == OP_EARLIER ||
		    (op->type > OP_COND_BEGIN && op->type != OP_OPEN && en->open[op->rule] < 0))
			continue;
		if (!guard_ok(&op->guard, f))
			continue;
		if (op->type == OP_OPEN)
			open_inst(en, op, at);
		else if (op->type > OP_COND_BEGIN)
			feed_rule(en, op, at);
		else if (op->type == OP_COND_FORGET && en->condition_since[op->arg] < f->day)
			condition_set(en, op->arg, false, at);
		else if (op->type != OP_COND_FORGET)
			condition_set(en, op->arg, op->type == OP_COND_BEGIN, at);
	}
}

/* Time alone: birthdays at which clocks end, gaps after which spells are over. */
static void fire_timers(struct engine *en, day_t upto)
{
	en->next_timer = DAY_NEVER;
	for (uint16_t r = 0; r < en->rb->n; r++)
		for (int32_t i = en->open[r]; i >= 0;) {
			struct inst *in = &en->inst[i];
			i = in->next;
			if (in->expires <= upto && in->expires <= in->gap_ends) {
				if (in->phase == LIVE)
					close_clock(en, in, CLOCK_STOPPED, en->rb->rules[r].r_stop_age, in->expires,
						    -1);
				unlink_inst(en, in);
			} else if (in->gap_ends <= upto) {
				if (in->phase == LIVE)
					close_clock(en, in, CLOCK_STOPPED, en->rb->rules[r].r_closed, in->closed,
						    in->closed_by);
				unlink_inst(en, in);
			} else {
				timer_at(en, in->expires < in->gap_ends ? in->expires : in->gap_ends);
			}
		}
}

/* ---- the rows at the end ---- */

static bool absence_counts(const struct engine *en, const struct rule *r, day_t since)
{
	day_t covered = en->c->covered[r->evidence];
	return en->by_hand || (covered != DAY_NONE && covered <= since);
}

static void row_of_open(struct engine *en, const struct inst *in)
{
	const struct rule *r = &en->rb->rules[in->rule];
	struct clock *row = row_add(en, in);
	if (!row)
		return;
	row->next_change = in->expires < in->gap_ends ? in->expires : in->gap_ends;
	if (in->suspended) {
		row->state = CLOCK_NOT_REQUIRED;
		row->reason = en->rb->conditions[__builtin_ctz(in->suspended)].reason;
		return;
	}
	row->state = CLOCK_RUNNING;
	if (r->needs_birth && en->c->born == DAY_NONE)
		row->reason = r->r_no_birth;
	else if (!in->touched && !absence_counts(en, r, in->start))
		row->reason = r->r_no_source;
	else
		return;
	row->state = CLOCK_NOT_KNOWN;
	row->holder = HOLDER_NONE;
	row->holder_since = row->holder_due = DAY_NONE;
}

/* A period of care without any known assessment: from some day on that is a thing not known. */
static void row_of_dormant(struct engine *en, struct inst *in, day_t as_of)
{
	const struct rule *r = &en->rb->rules[in->rule];
	if (!r->no_start_days || in->ordinal > 0 || absence_counts(en, r, in->opened))
		return;
	if (en->conditions & r->conditions)
		return;
	day_t said = workdays_add(en->w, in->opened, r->no_start_days) + 1;
	if (as_of < said) {
		timer_at(en, said);
		return;
	}
	in->start = in->opened; /* for the edition only */
	in->ordinal = 1;
	in->last_fact = in->opened_by;
	struct clock *row = row_add(en, in);
	if (!row)
		return;
	row->state = CLOCK_NOT_KNOWN;
	row->reason = r->r_no_start;
	row->holder = HOLDER_NONE;
	row->start = row->due = row->holder_since = row->holder_due = DAY_NONE;
	row->start_minute = MINUTE_NONE;
	row->next_change = in->expires;
}

static bool row_before(const struct clock *a, const struct clock *b)
{
	if (a->start != b->start)
		return a->start < b->start;
	if (a->standard != b->standard)
		return a->standard < b->standard;
	if (a->ordinal != b->ordinal)
		return a->ordinal < b->ordinal;
	return a->opened_by < b->opened_by;
}

static void sort_rows(struct clock *rows, size_t n)
{
	for (size_t i = 1; i < n; i++) {
		if (!row_before(&rows[i], &rows[i - 1]))
			continue;
		struct clock row = rows[i];
		size_t j = i;
		for (; j > 0 && row_before(&row, &rows[j - 1]); j--)
			rows[j] = rows[j - 1];
		rows[j] = row;
	}
}

static void reset(struct engine *en, const struct child_facts *c)
{
	const struct rulebook *rb = en->rb;
	en->c = c;
	en->n_inst = en->n_members = en->n_rows = 0;
	en->conditions = 0;
	en->next_timer = DAY_NEVER;
	en->by_hand = true;
	for (size_t i = 0; i < EVIDENCE_MAX; i++)
		en->by_hand &= c->covered[i] == DAY_NONE;
	for (size_t i = 0; i < rb->n_ages; i++)
		en->birthday[i] = c->born == DAY_NONE ? DAY_NONE : day_birthday(c->born, rb->ages[i]);
	for (size_t r = 0; r < rb->n; r++)
		en->open[r] = -1;
}

void engine_core(struct engine *en, const struct child_facts *c, day_t as_of)
{
	reset(en, c);
	size_t i = 0;
	for (; i < c->n && c->facts[i].day <= as_of; i++) {
		if (c->facts[i].day >= en->next_timer)
			fire_timers(en, c->facts[i].day);
		feed(en, (int32_t)i);
	}
	en->n_seen = i;
	if (en->next_timer <= as_of)
		fire_timers(en, as_of);
	for (size_t r = 0; r < en->rb->n; r++)
		for (int32_t k = en->open[r]; k >= 0; k = en->inst[k].next) {
			if (en->inst[k].phase == LIVE)
				row_of_open(en, &en->inst[k]);
			else if (en->inst[k].phase == DORMANT)
				row_of_dormant(en, &en->inst[k], as_of);
		}
	sort_rows(en->rows, en->n_rows);
	en->next_change = en->next_timer;
}

/* ---- what time alone will change ---- */

static bool same_but_next(const struct clock *a, const struct clock *b)
{
	return a->state == b->state && a->holder == b->holder && a->reason == b->reason && a->start == b->start &&
	       a->start_minute == b->start_minute && a->due == b->due && a->done == b->done &&
	       a->holder_since == b->holder_since && a->holder_due == b->holder_due && a->done_by == b->done_by &&
	       a->last_fact == b->last_fact && a->key == b->key && a->org == b->org;
}

static const struct clock *row_again(const struct engine *en, const struct clock *row)
{
	for (size_t i = 0; i < en->n_rows; i++)
		if (en->rows[i].standard == row->standard && en->rows[i].opened_by == row->opened_by &&
		    en->rows[i].ordinal == row->ordinal)
			return &en->rows[i];
	return NULL;
}

/* Facts lie after as_of: run again on each of their days until every row has
 * changed. Between two such days only timers act, and those a run tells. */
static void look_ahead(struct engine *en, const struct child_facts *c)
{
	size_t n = en->n_rows, at = en->n_seen;
	day_t child_next = en->next_change;
	if (n > en->cap_sim) {
		en->cap_sim = n;
		en->sim = xrealloc(en->sim, n * sizeof *en->sim);
	}
	memcpy(en->sim, en->rows, n * sizeof *en->sim);
	if (c->facts[at].day < child_next)
		child_next = c->facts[at].day;
	size_t left = n;
	for (size_t k = 0; k < n; k++)
		if (en->sim[k].next_change <= c->facts[at].day)
			left--;
	for (int days = 0; left > 0 && at < c->n; days++) {
		day_t day = c->facts[at].day;
		engine_core(en, c, day);
		at = en->n_seen;
		day_t following = at < c->n ? c->facts[at].day : DAY_NEVER;
		for (size_t k = 0; k < n; k++) {
			struct clock *row = &en->sim[k];
			if (row->next_change <= day)
				continue;
			const struct clock *later = row_again(en, row);
			if (!later || !same_but_next(row, later) || days == AHEAD_MAX)
				row->next_change = day;
			else
				row->next_change = later->next_change;
			left -= row->next_change <= following;
		}
	}
	memcpy(en->rows, en->sim, n * sizeof *en->sim);
	en->n_rows = n;
	en->next_change = child_next;
}

size_t engine_run(struct engine *en, const struct child_facts *c, day_t as_of, const struct clock **out)
{
	engine_core(en, c, as_of);
	if (en->n_seen < c->n)
		look_ahead(en, c);
	for (size_t i = 0; i < en->n_rows; i++)
		if (en->rows[i].next_change < en->next_change)
			en->next_change = en->rows[i].next_change;
	*out = en->rows;
	return en->n_rows;
}

day_t engine_next_change(const struct engine *en)
{
	return en->next_change;
}

struct engine *engine_new(const struct rulebook *rb, const struct workdays *w)
{
	struct engine *en = xcalloc(1, sizeof *en);
	en->rb = rb;
	en->w = w;
	en->open = xcalloc(rb->n, sizeof *en->open);
	en->cap_inst = en->cap_members = en->cap_rows = 32;
	en->inst = xcalloc(en->cap_inst, sizeof *en->inst);
	en->members = xcalloc(en->cap_members, sizeof *en->members);
	en->rows = xcalloc(en->cap_rows, sizeof *en->rows);
	return en;
}

void engine_free(struct engine *en)
{
	if (!en)
		return;
	free(en->open);
	free(en->inst);
	free(en->members);
	free(en->rows);
	free(en->sim);
	free(en);
}
