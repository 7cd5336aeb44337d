/* One child's facts through all standards, in one pass. See engine.h and run.h. */
#include "standard/engine.h"

#include "standard/hours.h"
#include "standard/run.h"

enum { FOLLOWINGS_BITS = 5 };

/* A rule's operations on a fact, by its index, in order of acting. */
static inline const struct effect_op *ops_on(const struct engine *en, uint16_t rule, int32_t at)
{
	return effect_on(en->effects[at], rule);
}

/* ---- parts ---- */

bool engine_fact_is(const struct engine *en, const struct fact *f, uint8_t type, uint16_t rule, uint8_t arg)
{
	for (const struct effect_op *op = effect_on(effect_of(en->rb, f), rule); op; op = effect_next(op))
		if (op->type == type && op->arg == arg && effect_asks(en->rb, op, f))
			return true;
	return false;
}

/* Is a fact that an operation names about this very instance? */
static inline bool concerns(const struct inst *in, const struct effect_op *op, const struct fact *f)
{
	if (!op->of_inst)
		return true;
	if (op->same_key && f->key != in->row.key &&
	    !(in->rule->scope == SCOPE_PERIOD && (f->key == 0 || in->row.key == 0)))
		return false;
	if (op->later && f->day <= in->opened)
		return false;
	return !op->same_org || !f->org || !in->row.org || f->org == in->row.org;
}

static int32_t replayed_from(const struct engine *en, const struct inst *in);

/* Which parts (bits) this fact is for the instance. */
static unsigned parts_of(const struct engine *en, const struct inst *in, int32_t at)
{
	const struct fact *f = &en->facts[at];
	unsigned parts = 0;
	for (const struct effect_op *op = ops_on(en, in->row.standard, at); op; op = effect_next(op))
		if (op->type == OP_PART && f->day >= in->opened - op->early && effect_asks(en->rb, op, f) &&
		    concerns(in, op, f))
			parts |= 1u << op->arg;
	return parts;
}

/* All parts of one reference, each since the day of opening (or so much earlier as
 * it may come), up to this fact; it may be more than one of them. */
static bool all_parts(const struct engine *en, const struct inst *in, int32_t at)
{
	const struct rule *r = in->rule;
	const struct fact *facts = en->facts;
	int32_t key = facts[at].key, from = replayed_from(en, in);
	unsigned all = (1u << r->parts) - 1, found = 0;
	for (int32_t j = at; j >= from && found != all; j--)
		if (facts[j].key == key)
			found |= parts_of(en, in, j);
	return found == all;
}

static void part_met(struct engine *en, struct inst *in, int32_t at)
{
	const struct rule *r = in->rule;
	if (in->phase == LIVE) {
		in->touched = true;
		inst_touch(en, in, at);
	}
	if (r->parts == 1 || all_parts(en, in, at))
		inst_met(en, in, en->facts[at].day, at);
}

/* ---- earlier assessments ---- */

/* The latest matching "seen" with the reference of `held`, in the months before
 * the opening and not after `held`; -1 none. */
static int32_t earlier_seen(const struct engine *en, const struct inst *in, const struct fact *held)
{
	int months = in->rule->earlier_months;
	if (in->first_fact == 0 || en->facts[in->first_fact - 1].day < in->opened - 31 * months)
		return -1;
	day_t from = day_add_months(in->opened, -months);
	for (int32_t j = in->first_fact - 1; j >= 0 && en->facts[j].day >= from; j--) {
		const struct fact *f = &en->facts[j];
		if (f->key == held->key && f->day <= held->day &&
		    engine_fact_is(en, f, OP_EARLIER, in->row.standard, 0))
			return j;
	}
	return -1;
}

static void earlier_counts(struct engine *en, struct inst *in, int32_t seen, int32_t held, day_t day)
{
	const struct rule *r = in->rule;
	if (r->earlier_starts) {
		if (in->phase == DORMANT && in->row.ordinal == 0)
			inst_start(en, in, en->facts[seen].day, seen);
		return;
	}
	if (in->phase == LIVE)
		inst_close(en, in, CLOCK_NOT_REQUIRED, r->r_excused, day, held);
	in->phase = CLOSED;
}

/* When opening: is the report of an earlier assessment held? */
SELDOM static void earlier_at_opening(struct engine *en, struct inst *in)
{
	const struct rule *r = in->rule;
	day_t from = in->opened - 31 * r->earlier_months;
	int32_t best_seen = -1, best_held = -1;
	for (int32_t j = in->row.opened_by - 1; j >= 0 && en->facts[j].day >= from; j--) {
		if (!engine_fact_is(en, &en->facts[j], OP_CONFIRM, in->row.standard, 0))
			continue;
		int32_t seen = earlier_seen(en, in, &en->facts[j]);
		if (seen > best_seen) {
			best_seen = seen;
			best_held = j;
		}
	}
	if (best_seen >= 0)
		earlier_counts(en, in, best_seen, best_held, in->opened);
}

/* ---- one operation on one instance ---- */

void inst_unlink(struct engine *en, struct inst *in)
{
	in->phase = GONE;
	int32_t *at = &en->open[in->row.standard];
	while (&en->inst[*at] != in)
		at = &en->inst[*at].next;
	*at = in->next;
}

static void part_told(struct engine *en, struct inst *in, const struct effect_op *op, int32_t at);

/* What meets the clock later on the day of its end, in the order of facts: records
 * often say of an end the day only, and then it stands first. */
SELDOM static void rest_of_day(struct engine *en, struct inst *in, int32_t end)
{
	const struct fact *facts = en->facts;
	for (size_t j = (size_t)end + 1; j < en->c->n && facts[j].day == facts[end].day; j++) {
		const struct effect_op *op = ops_on(en, in->row.standard, (int32_t)j);
		for (; op && in->phase == LIVE; op = effect_next(op))
			if (op->type == OP_PART && effect_asks(en->rb, op, &facts[j]) && concerns(in, op, &facts[j]))
				part_told(en, in, op, (int32_t)j);
	}
	const struct rule *r = in->rule;
	if (in->phase == LIVE && r->recurs && r->starts_open && in->row.ordinal > 1 &&
	    in->row.start == facts[end].day) { /* the next of a chain does not begin on the day of the end */
		in->phase = CLOSED;
		in->row.ordinal--;
	}
}

/* True if the instance is gone. */
static bool end_told(struct engine *en, struct inst *in, const struct effect_op *op, int32_t at)
{
	const struct fact *f = &en->facts[at];
	if (op->day_counts && in->phase == LIVE)
		rest_of_day(en, in, at);
	if (in->phase == LIVE && f->day < in->opened) { /* broken off before day 0: it never was */
		in->phase = DORMANT;
		in->row.ordinal--;
	} else if (in->phase == LIVE) {
		inst_close(en, in, op->not_required ? CLOCK_NOT_REQUIRED : CLOCK_STOPPED, op->reason, f->day, at);
	}
	if (op->again)
		return false;
	inst_unlink(en, in);
	return true;
}

static void part_told(struct engine *en, struct inst *in, const struct effect_op *op, int32_t at)
{
	const struct rule *r = in->rule;
	const struct fact *f = &en->facts[at];
	if (r->scope == SCOPE_SPELL) {
		spell_part(en, in, at, op->arg);
		return;
	}
	if ((r->recurs || r->start_at == START_EACH_YEAR) && in->phase != LIVE)
		return;
	if (r->recurs && r->starts_open && in->row.ordinal > 1 && f->day == in->row.start)
		return; /* a second one on the day of the first is not the next */
	if (r->recurs && !r->starts_open && f->day == in->row.start &&
	    engine_fact_is(en, f, OP_START, in->row.standard, 0))
		return; /* nor is what could have started it that day, as it would again */
	if (in->phase == LIVE && r->hours && hours_too_early(r, &in->row, f)) {
		if (r->r_negative) {
			inst_close(en, in, CLOCK_STOPPED, r->r_negative, f->day, at);
			in->phase = CLOSED;
		}
		return;
	}
	part_met(en, in, at);
}

static void confirm_told(struct engine *en, struct inst *in, int32_t at)
{
	const struct fact *f = &en->facts[at];
	int32_t seen = earlier_seen(en, in, f);
	if (seen >= 0)
		earlier_counts(en, in, seen, at, f->day);
}

static void touched_by(struct engine *en, struct inst *in, int32_t at)
{
	in->touched = true;
	inst_touch(en, in, at);
}

/* What a fact does to an instance that it concerns, in a phase in which it can do
 * something (op->phases). True if the instance is gone. */
static inline bool act(struct engine *en, struct inst *in, const struct effect_op *op, int32_t at)
{
	const struct fact *f = &en->facts[at];
	switch (op->type) {
	case OP_END: return end_told(en, in, op, at);
	case OP_CLOSE: spell_close(en, in, at); return false;
	case OP_CONFIRM: confirm_told(en, in, at); return false;
	case OP_PART: part_told(en, in, op, at); return false;
	case OP_START: inst_start(en, in, f->day > in->opened ? f->day : in->opened, at); return false;
	case OP_EXTEND: inst_extend(en, in, at); return false;
	case OP_PAUSE:
		if (in->rule->scope != SCOPE_SPELL || spell_has(en, in, f))
			inst_pause(en, in, at);
		return false;
	case OP_RESUME:
		if (in->rule->scope != SCOPE_SPELL || spell_has(en, in, f))
			inst_resume(en, in, f->day, at);
		return false;
	case OP_TURN:
		if (op->from >> in->row.turn & 1) {
			touched_by(en, in, at);
			inst_turn_to(en, in, op->arg, f->day, at);
		}
		return false;
	case OP_NOTE:
		if (in->rule->scope != SCOPE_SPELL || spell_has(en, in, f))
			touched_by(en, in, at);
		return false;
	default: return false;
	}
}

/* Does this fact end a period other than this one? What lies before it belongs there. */
static bool ends_another(const struct engine *en, const struct inst *in, int32_t at)
{
	const struct fact *f = &en->facts[at];
	for (const struct effect_op *op = ops_on(en, in->row.standard, at); op; op = effect_next(op))
		if (op->type == OP_END && !op->again && effect_asks(en->rb, op, f))
			return !(op->same_key && f->key != 0 && f->key == in->row.key);
	return false;
}

/* The first fact that may have come early for this instance and that no earlier period owns. */
static int32_t replayed_from(const struct engine *en, const struct inst *in)
{
	const struct rule *r = in->rule;
	day_t since = r->early_bits & en->seen ? in->opened - r->early_max : in->opened;
	int32_t from = in->first_fact;
	while (from > 0 && en->facts[from - 1].day >= since &&
	       !(r->scope == SCOPE_PERIOD && ends_another(en, in, from - 1)))
		from--;
	return from;
}

/* An opening sees its whole first day, and what may come early: facts that lie
 * before it in order act on it alone. `joins`: only what bears the reference of
 * the referral that joins. */
void engine_replay(struct engine *en, struct inst *in, int32_t at, bool joins)
{
	day_t day = en->facts[at].day;
	int32_t from = joins ? at : replayed_from(en, in);
	while (joins && from > 0 && en->facts[from - 1].day == day)
		from--;
	for (int32_t j = from; j < at; j++) {
		const struct fact *f = &en->facts[j];
		if (joins && f->key != en->facts[at].key)
			continue;
		for (const struct effect_op *op = ops_on(en, in->row.standard, j); op; op = effect_next(op)) {
			if (!(op->phases >> in->phase & 1) || f->day < day - op->early || !effect_asks(en->rb, op, f))
				continue;
			if (op->type == OP_END && !op->again && (!op->same_key || f->key == 0 || f->key != in->row.key))
				continue; /* an end of that day belongs to what was open before, unless it names this
					     one */
			if (concerns(in, op, f) && act(en, in, op, j))
				return;
		}
	}
}

/* ---- opening ---- */

static const struct inst blank = { .row = { .done_by = -1,
					    .start = DAY_NONE,
					    .start_minute = MINUTE_NONE,
					    .due_minute = MINUTE_NONE,
					    .done_minute = MINUTE_NONE,
					    .due = DAY_NONE,
					    .done = DAY_NONE,
					    .holder_since = DAY_NONE,
					    .holder_due = DAY_NONE,
					    .next_change = DAY_NEVER },
				   .met_by = -1,
				   .paused_since = DAY_NONE,
				   .wakes = DAY_NEVER,
				   .month_ends = DAY_NEVER,
				   .spell = -1 };
_Static_assert(sizeof(struct inst) <= 128, "two cache lines");

SELDOM static void insts_grow(struct engine *en)
{
	en->cap_inst *= 2;
	en->inst = xrealloc(en->inst, en->cap_inst * sizeof *en->inst);
}

/* The first fact of the opening's day that does not belong to a period which ends on it. */
SELDOM static int32_t first_after_ends(const struct engine *en, const struct inst *in, int32_t at)
{
	while (at > en->day_from && !ends_another(en, in, at - 1))
		at--;
	return at;
}

static inline struct inst *inst_new(struct engine *en, const struct rule *r, const struct fact *f, int32_t at)
{
	if (en->n_inst == en->cap_inst)
		insts_grow(en);
	struct inst *in = &en->inst[en->n_inst];
	int32_t *open = &en->open[r->number];
	memcpy(in, &blank, sizeof *in);
	in->next = *open;
	*open = (int32_t)en->n_inst++;
	in->rule = r;
	in->row.standard = r->number;
	in->row.org = f->org;
	in->row.key = f->key;
	in->row.opened_by = at;
	in->opened = f->day;
	in->first_fact =
	    r->scope == SCOPE_PERIOD && r->ends_bits & en->today ? first_after_ends(en, in, at) : en->day_from;
	return in;
}

static bool open_already(struct engine *en, const struct rule *r, uint16_t rule, int32_t at)
{
	const struct fact *f = &en->facts[at];
	for (int32_t i = en->open[rule]; i >= 0; i = en->inst[i].next) {
		struct inst *in = &en->inst[i];
		if (r->scope == SCOPE_PERIOD || (r->scope == SCOPE_REFERENCE && in->row.key == f->key))
			return true;
		if (r->scope == SCOPE_SPELL && in->row.org == f->org) {
			spell_joins(en, in, at);
			return true;
		}
	}
	return false;
}

__attribute__((noinline)) static void open_inst(struct engine *en, const struct effect_op *op, int32_t at)
{
	const struct rule *r = &en->rb->rules[op->rule];
	const struct fact *f = &en->facts[at];
	day_t expires = en->outgrown[r->stop_age];
	if (f->day >= en->died || f->day >= en->outgrown[op->age_below] || f->day >= expires ||
	    open_already(en, r, op->rule, at))
		return;
	struct inst *in = inst_new(en, r, f, at);
	if (expires != DAY_NEVER && !(en->birthdays_awaited >> (r->stop_age - 1) & 1)) {
		en->birthdays_awaited |= 1u << (r->stop_age - 1);
		timer_at(en, expires, TIMER_EXPIRES, r->stop_age - 1);
	}
	if (r->scope == SCOPE_SPELL)
		spell_begin(en, in);
	if (r->starts_open)
		inst_start(en, in, f->day, at);
	else if (r->start_at)
		inst_awaits(en, in);
	if (r->confirms_bits & en->seen)
		earlier_at_opening(en, in);
	if ((r->asks_bits & en->today) | (r->early_bits & en->seen))
		engine_replay(en, in, at, false);
}

/* ---- conditions ---- */

static void condition_felt(struct engine *en, struct inst *in, conditions_t bit, bool on, day_t day, int32_t at)
{
	const struct rule *r = in->rule;
	inst_touch(en, in, at);
	inst_stretch_ends(en, in, day, at);
	in->suspended = on ? in->suspended | bit : in->suspended & (conditions_t)~bit;
	if (on && (r->restarts & bit) && day == in->row.start) {
		in->never_ran = true;
		inst_due(en, in);
	} else if (!on && in->never_ran && !(in->suspended & r->restarts)) {
		in->never_ran = false; /* day 0 is the first day on which the rule applied */
		in->row.start = day;
		in->row.start_minute = en->facts[at].minute;
		in->council = en->council;
		if (r->has_shares)
			memset(in->used, 0, sizeof in->used);
		if (en->trace)
			stretches_forget(en, in);
		inst_due(en, in);
	}
	inst_stretch_begins(en, in, day);
}

static void condition_changes(struct engine *en, uint8_t which, bool on, int32_t at)
{
	conditions_t bit = (conditions_t)(1u << which), before = en->conditions;
	day_t day = en->facts[at].day;
	en->conditions ^= bit;
	en->condition_since[which] = day;
	for (size_t i = 0; i < en->n_inst; i++)
		if (en->inst[i].phase == LIVE && (en->inst[i].rule->conditions & bit))
			condition_felt(en, &en->inst[i], bit, on, day, at);
	tallies_conditions(en, before, day);
}

static inline void condition_set(struct engine *en, uint8_t which, bool on, int32_t at)
{
	if (on != (en->conditions >> which & 1))
		condition_changes(en, which, on, at);
}

/* ---- the pass ---- */

/* What a fact does to what is open of a rule. An instance whose clock closed while
 * it is being looked at keeps its `next`. */
static inline void feed_open(struct engine *en, const struct effect_op *op, const struct fact *f, int32_t at)
{
	for (int32_t i = en->open[op->rule]; i >= 0;) {
		struct inst *in = &en->inst[i];
		i = in->next;
		if ((op->phases >> in->phase & 1) && concerns(in, op, f))
			act(en, in, op, at);
	}
}

static void feed_child(struct engine *en, const struct effect_op *op, int32_t at)
{
	const struct fact *f = &en->facts[at];
	if (op->type >= OP_TALLY_END)
		tally_set(en, op->arg, op->type == OP_TALLY_BEGIN, f->day);
	else if (op->type != OP_COND_FORGET)
		condition_set(en, op->arg, op->type == OP_COND_BEGIN, at);
	else if (en->condition_since[op->arg] < f->day)
		condition_set(en, op->arg, false, at);
}

static void feed(struct engine *en, const struct fact *f, int32_t at)
{
	const struct effect *e = en->effects[at];
	if (f->day != en->day) {
		en->day = f->day;
		en->day_from = at;
		en->today = 0;
	}
	en->seen |= kind_bit(f->kind);
	if (f->kind == en->rb->care_started && f->org)
		en->council = f->org;
	for (const struct effect_op *op = e->child; op < e->opens; op++)
		if (effect_asks(en->rb, op, f))
			feed_child(en, op, at);
	for (const struct effect_op *op = e->ops; op < e->ops_end; op++)
		if (en->open[op->rule] >= 0 && effect_asks(en->rb, op, f))
			feed_open(en, op, f, at);
	for (const struct effect_op *op = e->opens; op < e->ops; op++)
		if ((en->runs[op->rule >> 6] & rule_bit(op->rule)) && effect_asks(en->rb, op, f))
			open_inst(en, op, at);
	en->today |= kind_bit(f->kind);
}

/* ---- all of one child ---- */

/* All birthdays that some rule asks for. */
static void birthdays(struct engine *en)
{
	const struct rulebook *rb = en->rb;
	day_birthdays(en->c->born, rb->ages, rb->n_ages, en->birthday);
	for (size_t i = 0; i < rb->n_ages; i++)
		en->outgrown[i + 1] = en->birthday[i] == DAY_NONE ? DAY_NEVER : en->birthday[i];
}

/* What each fact can do; returns the kinds (kind_bit) that there are. */
static uint64_t effects_find(struct engine *en)
{
	const struct rulebook *rb = en->rb;
	const struct fact *facts = en->facts;
	size_t n = en->c->n;
	if (n > en->cap_effects) {
		en->cap_effects = 2 * n;
		en->effects = xrealloc(en->effects, en->cap_effects * sizeof *en->effects);
	}
	uint64_t kinds = 0;
	for (size_t i = 0; i < n; i++) {
		kinds |= kind_bit(facts[i].kind);
		en->effects[i] = effect_of(rb, &facts[i]);
	}
	return kinds;
}

/* Which rules are run, and which of the others one of them stands for. */
static void following_make(const struct engine *en, struct following *fo, uint64_t kinds)
{
	const struct rulebook *rb = en->rb;
	memset(fo->runs, 0xff, rb->words * sizeof *fo->runs);
	memset(fo->follower, 0, rb->n * sizeof *fo->follower);
	for (size_t i = 0; i < rb->n_alike; i++) {
		const struct alike *a = &rb->alike[i];
		if ((a->apart & kinds) || !(fo->runs[a->rule >> 6] & rule_bit(a->rule)))
			continue;
		fo->runs[a->rule >> 6] &= ~rule_bit(a->rule);
		fo->follower[a->rule] = fo->follower[a->leader];
		fo->follower[a->leader] = &rb->rules[a->rule];
	}
	fo->kinds = kinds;
	fo->made = true;
}

/* As far as the kinds of this child's facts can tell: children mostly have the same. */
static void follow(struct engine *en, uint64_t kinds)
{
	struct following *fo = &en->apart_from;
	if (!en->only && !en->trace && !en->apart) {
		kinds &= en->rb->parting;
		fo = &en->followings[kinds * 0x9e3779b97f4a7c15u >> (64 - FOLLOWINGS_BITS)];
		if (!fo->made || fo->kinds != kinds)
			following_make(en, fo, kinds);
	}
	en->runs = en->only ? en->only : fo->runs;
	en->follower = fo->follower;
}

static void reset(struct engine *en, const struct child_facts *c)
{
	const struct rulebook *rb = en->rb;
	en->c = c;
	en->facts = c->facts;
	en->died = c->died == DAY_NONE ? DAY_NEVER : c->died;
	en->n_inst = en->n_spells = en->n_members = en->n_timers = en->n_later = 0;
	en->row = en->rows;
	en->conditions = 0;
	en->birthdays_awaited = 0;
	en->seen = en->today = 0;
	en->day = DAY_NONE;
	en->day_from = 0;
	en->council = c->council;
	en->said_next = DAY_NEVER;
	en->by_hand = true;
	for (size_t i = 0; i < EVIDENCE_MAX && en->by_hand; i++)
		en->by_hand = c->covered[i] == DAY_NONE;
	birthdays(en);
	follow(en, effects_find(en));
	for (size_t i = 0; i < rb->n_tallies; i++)
		en->tallies[i] = (struct counting){ .since = DAY_NONE, .due = DAY_NEVER, .reached = DAY_NONE };
	for (size_t r = 0; r < rb->n; r++)
		en->open[r] = -1;
}

/* The run itself: rows as they come, nothing about what time will change. */
static void pass(struct engine *en, const struct child_facts *c, day_t as_of)
{
	reset(en, c);
	en->as_of = as_of;
	const struct fact *facts = c->facts;
	size_t n = c->n;
	while (n > 0 && facts[n - 1].day > as_of)
		n--;
	en->n_seen = n;
	for (size_t i = 0; i < n; i++) {
		if (!en->effects[i]->heard)
			continue;
		if (en->n_timers && facts[i].day >= timer_day(en->timers[0]))
			timers_fire(en, facts[i].day);
		feed(en, &facts[i], (int32_t)i);
	}
	timers_fire(en, as_of);
	engine_rows(en, as_of);
	en->n_rows = (size_t)(en->row - en->rows);
}

void engine_core(struct engine *en, const struct child_facts *c, day_t as_of)
{
	pass(en, c, as_of);
	engine_rows_sort(en);
	day_t next = timers_next(en);
	en->next_change = en->said_next < next ? en->said_next : next;
}

/* Rows are written where they stay: a copy of gigabytes waits for memory, and writing
 * them one by one between other work does not. */
size_t engine_clocks(struct engine *en, const struct child_facts *c, day_t as_of, struct clock *out)
{
	struct clock *own = en->rows;
	en->rows = out;
	pass(en, c, as_of);
	en->rows = own;
	size_t n = en->n_rows;
	en->n_rows = 0;
	return n;
}

void engine_only(struct engine *en, const uint64_t *standards)
{
	en->only = standards;
}

void engine_places(struct engine *en, const struct place *places, size_t n)
{
	en->places = places;
	en->n_places = n;
}

static void following_room(const struct rulebook *rb, struct following *fo)
{
	fo->runs = xcalloc(rb->words, sizeof *fo->runs);
	fo->follower = xcalloc(rb->n, sizeof *fo->follower);
}

static void following_release(struct following *fo)
{
	free(fo->runs);
	free(fo->follower);
}

struct engine *engine_new(const struct rulebook *rb, const struct workdays *w)
{
	struct engine *en = xcalloc(1, sizeof *en);
	en->rb = rb;
	en->w = w;
	en->outgrown[0] = DAY_NEVER;
	en->open = xcalloc(rb->n, sizeof *en->open);
	en->followings = xcalloc(1u << FOLLOWINGS_BITS, sizeof *en->followings);
	for (size_t i = 0; i < 1u << FOLLOWINGS_BITS; i++)
		following_room(rb, &en->followings[i]);
	following_room(rb, &en->apart_from);
	memset(en->apart_from.runs, 0xff, rb->words * sizeof *en->apart_from.runs);
	en->cap_inst = en->cap_spells = en->cap_members = 32;
	en->inst = xcalloc(en->cap_inst, sizeof *en->inst);
	en->spells = xcalloc(en->cap_spells, sizeof *en->spells);
	en->members = xcalloc(en->cap_members, sizeof *en->members);
	en->rows = xcalloc(CLOCKS_PER_CHILD_MAX, sizeof *en->rows);
	en->sorted = xcalloc(CLOCKS_PER_CHILD_MAX, sizeof *en->sorted);
	en->keys = xcalloc(CLOCKS_PER_CHILD_MAX, sizeof *en->keys);
	return en;
}

void engine_free(struct engine *en)
{
	if (!en)
		return;
	free(en->open);
	for (size_t i = 0; i < 1u << FOLLOWINGS_BITS; i++)
		following_release(&en->followings[i]);
	following_release(&en->apart_from);
	free(en->followings);
	free(en->effects);
	free(en->inst);
	free(en->spells);
	free(en->members);
	free(en->rows);
	free(en->sorted);
	free(en->keys);
	free(en->sim);
	free(en->timers);
	free(en->later);
	free(en->stretches);
	free(en);
}
