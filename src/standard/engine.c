/* One child's facts through all standards, in one pass. See engine.h and run.h. */
#include "standard/engine.h"

#include "standard/run.h"

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
static inline bool concerns(const struct rule *r, const struct inst *in, const struct effect_op *op,
			    const struct fact *f)
{
	if (!op->of_inst)
		return true;
	if (op->same_key && f->key != in->row.key && !(r->scope == SCOPE_PERIOD && (f->key == 0 || in->row.key == 0)))
		return false;
	if (op->later && f->day <= in->opened)
		return false;
	return !op->same_org || !f->org || !in->row.org || f->org == in->row.org;
}

static int32_t replayed_from(const struct engine *en, const struct inst *in);

/* Which parts (bits) this fact is for the instance. */
static unsigned parts_of(const struct engine *en, const struct rule *r, const struct inst *in, int32_t at)
{
	const struct fact *f = &en->c->facts[at];
	unsigned parts = 0;
	for (const struct effect_op *op = ops_on(en, in->row.standard, at); op; op = effect_next(op))
		if (op->type == OP_PART && f->day >= in->opened - op->early && effect_asks(en->rb, op, f) &&
		    concerns(r, in, op, f))
			parts |= 1u << op->arg;
	return parts;
}

/* All parts of one reference, each since the day of opening (or so much earlier as
 * it may come), up to this fact; it may be more than one of them. */
static bool all_parts(const struct engine *en, const struct inst *in, int32_t at)
{
	const struct rule *r = &en->rb->rules[in->row.standard];
	const struct fact *facts = en->c->facts;
	int32_t key = facts[at].key, from = replayed_from(en, in);
	unsigned all = (1u << r->parts) - 1, found = 0;
	for (int32_t j = at; j >= from && found != all; j--)
		if (facts[j].key == key)
			found |= parts_of(en, r, in, j);
	return found == all;
}

static void part_met(struct engine *en, struct inst *in, int32_t at)
{
	const struct rule *r = &en->rb->rules[in->row.standard];
	if (in->phase == LIVE) {
		in->touched = true;
		inst_touch(en, in, at);
	}
	if (r->parts == 1 || all_parts(en, in, at))
		inst_met(en, in, en->c->facts[at].day, at);
}

/* ---- earlier assessments ---- */

/* The latest matching "seen" with the reference of `held`, in the months before
 * the opening and not after `held`; -1 none. */
static int32_t earlier_seen(const struct engine *en, const struct inst *in, const struct fact *held)
{
	int months = en->rb->rules[in->row.standard].earlier_months;
	if (in->first_fact == 0 || en->c->facts[in->first_fact - 1].day < in->opened - 31 * months)
		return -1;
	day_t from = day_add_months(in->opened, -months);
	for (int32_t j = in->first_fact - 1; j >= 0 && en->c->facts[j].day >= from; j--) {
		const struct fact *f = &en->c->facts[j];
		if (f->key == held->key && f->day <= held->day &&
		    engine_fact_is(en, f, OP_EARLIER, in->row.standard, 0))
			return j;
	}
	return -1;
}

static void earlier_counts(struct engine *en, struct inst *in, int32_t seen, int32_t held, day_t day)
{
	const struct rule *r = &en->rb->rules[in->row.standard];
	if (r->earlier_starts) {
		if (in->phase == DORMANT && in->row.ordinal == 0)
			inst_start(en, in, en->c->facts[seen].day, seen);
		return;
	}
	if (in->phase == LIVE)
		inst_close(en, in, CLOCK_NOT_REQUIRED, r->r_excused, day, held);
	in->phase = CLOSED;
}

/* When opening: is the report of an earlier assessment held? */
static void earlier_at_opening(struct engine *en, struct inst *in)
{
	const struct rule *r = &en->rb->rules[in->row.standard];
	day_t from = in->opened - 31 * r->earlier_months;
	int32_t best_seen = -1, best_held = -1;
	for (int32_t j = in->row.opened_by - 1; j >= 0 && en->c->facts[j].day >= from; j--) {
		if (!engine_fact_is(en, &en->c->facts[j], OP_CONFIRM, in->row.standard, 0))
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

void inst_unlink(struct engine *en, struct inst *in)
{
	in->gone = true;
	int32_t *at = &en->open[in->row.standard];
	while (&en->inst[*at] != in)
		at = &en->inst[*at].next;
	*at = in->next;
}

static void part_told(struct engine *en, const struct rule *r, struct inst *in, const struct effect_op *op, int32_t at);

/* What meets the clock later on the day of its end, in the order of facts: records
 * often say of an end the day only, and then it stands first. */
static void rest_of_day(struct engine *en, const struct rule *r, struct inst *in, int32_t end)
{
	const struct fact *facts = en->c->facts;
	for (size_t j = (size_t)end + 1; j < en->c->n && facts[j].day == facts[end].day; j++) {
		const struct effect_op *op = ops_on(en, in->row.standard, (int32_t)j);
		for (; op && in->phase == LIVE; op = effect_next(op))
			if (op->type == OP_PART && effect_asks(en->rb, op, &facts[j]) && concerns(r, in, op, &facts[j]))
				part_told(en, r, in, op, (int32_t)j);
	}
}

/* True if the instance is gone. */
static bool end_told(struct engine *en, const struct rule *r, struct inst *in, const struct effect_op *op, int32_t at)
{
	const struct fact *f = &en->c->facts[at];
	if (op->day_counts && in->phase == LIVE)
		rest_of_day(en, r, in, at);
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

static void part_told(struct engine *en, const struct rule *r, struct inst *in, const struct effect_op *op, int32_t at)
{
	const struct fact *f = &en->c->facts[at];
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
	if (in->phase == LIVE && r->hours && inst_too_early(en, in, at)) {
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
	const struct fact *f = &en->c->facts[at];
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
static inline bool act(struct engine *en, const struct rule *r, struct inst *in, const struct effect_op *op, int32_t at)
{
	const struct fact *f = &en->c->facts[at];
	switch (op->type) {
	case OP_END: return end_told(en, r, in, op, at);
	case OP_CLOSE: spell_close(en, in, at); return false;
	case OP_CONFIRM: confirm_told(en, in, at); return false;
	case OP_PART: part_told(en, r, in, op, at); return false;
	case OP_START: inst_start(en, in, f->day > in->opened ? f->day : in->opened, at); return false;
	case OP_EXTEND: inst_extend(en, in, at); return false;
	case OP_PAUSE:
		if (r->scope != SCOPE_SPELL || spell_has(en, in, f))
			inst_pause(en, in, at);
		return false;
	case OP_RESUME:
		if (r->scope != SCOPE_SPELL || spell_has(en, in, f))
			inst_resume(en, in, f->day, at);
		return false;
	case OP_TURN:
		if (op->from >> in->row.turn & 1) {
			touched_by(en, in, at);
			inst_turn_to(en, in, op->arg, f->day, at);
		}
		return false;
	case OP_NOTE:
		if (r->scope != SCOPE_SPELL || spell_has(en, in, f))
			touched_by(en, in, at);
		return false;
	default: return false;
	}
}

/* Does this fact end a period other than this one? What lies before it belongs there. */
static bool ends_another(const struct engine *en, const struct inst *in, int32_t at)
{
	const struct fact *f = &en->c->facts[at];
	for (const struct effect_op *op = ops_on(en, in->row.standard, at); op; op = effect_next(op))
		if (op->type == OP_END && !op->again && effect_asks(en->rb, op, f))
			return !(op->same_key && f->key != 0 && f->key == in->row.key);
	return false;
}

/* The first fact that may have come early for this instance and that no earlier period owns. */
static int32_t replayed_from(const struct engine *en, const struct inst *in)
{
	const struct rule *r = &en->rb->rules[in->row.standard];
	day_t since = r->early_bits & en->seen ? in->opened - r->early_max : in->opened;
	int32_t from = in->first_fact;
	while (from > 0 && en->c->facts[from - 1].day >= since &&
	       !(r->scope == SCOPE_PERIOD && ends_another(en, in, from - 1)))
		from--;
	return from;
}

/* An opening sees its whole first day, and what may come early: facts that lie
 * before it in order act on it alone. `joins`: only what bears the reference of
 * the referral that joins. */
void engine_replay(struct engine *en, struct inst *in, int32_t at, bool joins)
{
	const struct rule *r = &en->rb->rules[in->row.standard];
	day_t day = en->c->facts[at].day;
	int32_t from = joins ? at : replayed_from(en, in);
	while (joins && from > 0 && en->c->facts[from - 1].day == day)
		from--;
	for (int32_t j = from; j < at; j++) {
		const struct fact *f = &en->c->facts[j];
		if (joins && f->key != en->c->facts[at].key)
			continue;
		for (const struct effect_op *op = ops_on(en, in->row.standard, j); op; op = effect_next(op)) {
			if (!(op->phases >> in->phase & 1) || f->day < day - op->early || !effect_asks(en->rb, op, f))
				continue;
			if (op->type == OP_END && !op->again && (!op->same_key || f->key == 0 || f->key != in->row.key))
				continue; /* an end of that day belongs to what was open before, unless it names this
					     one */
			if (concerns(r, in, op, f) && act(en, r, in, op, j))
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
				   .expires = DAY_NEVER,
				   .gap_ends = DAY_NEVER,
				   .met_by = -1,
				   .paused_since = DAY_NONE,
				   .wakes = DAY_NEVER,
				   .month_ends = DAY_NEVER,
				   .spell = -1 };
_Static_assert(sizeof(struct inst) <= 128, "two cache lines");

static struct inst *inst_new(struct engine *en, uint16_t rule, int32_t at)
{
	if (en->n_inst == en->cap_inst) {
		en->cap_inst *= 2;
		en->inst = xrealloc(en->inst, en->cap_inst * sizeof *en->inst);
	}
	const struct rule *r = &en->rb->rules[rule];
	const struct fact *f = &en->c->facts[at];
	struct inst *in = &en->inst[en->n_inst];
	memcpy(in, &blank, sizeof *in);
	in->next = en->open[rule];
	in->row.standard = rule;
	in->row.org = f->org;
	in->row.key = f->key;
	in->row.opened_by = at;
	in->opened = f->day;
	in->first_fact = en->day_from;
	if (r->scope == SCOPE_PERIOD && r->ends_bits & en->today) {
		in->first_fact = at;
		while (in->first_fact > en->day_from && !ends_another(en, in, in->first_fact - 1))
			in->first_fact--;
	}
	en->open[rule] = (int32_t)en->n_inst++;
	return in;
}

static bool open_already(struct engine *en, const struct rule *r, uint16_t rule, int32_t at)
{
	const struct fact *f = &en->c->facts[at];
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
	const struct fact *f = &en->c->facts[at];
	if (en->c->died != DAY_NONE && f->day >= en->c->died)
		return;
	if (op->age_below && en->birthday[op->age_below - 1] != DAY_NONE && f->day >= en->birthday[op->age_below - 1])
		return;
	day_t expires = DAY_NEVER;
	if (r->stop_age && en->birthday[r->stop_age - 1] != DAY_NONE)
		expires = en->birthday[r->stop_age - 1];
	if (f->day >= expires || open_already(en, r, op->rule, at))
		return;
	struct inst *in = inst_new(en, op->rule, at);
	in->expires = expires;
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

static void condition_felt(struct engine *en, struct inst *in, uint8_t bit, bool on, day_t day, int32_t at)
{
	const struct rule *r = &en->rb->rules[in->row.standard];
	if (!(r->conditions & bit) || in->phase != LIVE)
		return;
	inst_touch(en, in, at);
	inst_stretch_ends(en, in, day, at);
	in->suspended = on ? in->suspended | bit : in->suspended & (uint8_t)~bit;
	if (on && (r->restarts & bit) && day == in->row.start) {
		in->never_ran = true;
		inst_work_out_due(en, in);
	} else if (!on && in->never_ran && !(in->suspended & r->restarts)) {
		in->never_ran = false; /* day 0 is the first day on which the rule applied */
		in->row.start = day;
		in->row.start_minute = en->c->facts[at].minute;
		in->council = en->council;
		if (r->has_shares)
			memset(in->used, 0, sizeof in->used);
		if (en->trace && inst_watched(en->trace, in))
			en->trace->n = 0;
		inst_work_out_due(en, in);
	}
	inst_stretch_begins(en, in, day);
}

static void condition_set(struct engine *en, uint8_t which, bool on, int32_t at)
{
	uint8_t bit = (uint8_t)(1u << which), before = en->conditions;
	if (on == ((en->conditions & bit) != 0))
		return;
	day_t day = en->c->facts[at].day;
	en->conditions ^= bit;
	en->condition_since[which] = day;
	for (size_t i = 0; i < en->n_inst; i++)
		if (!en->inst[i].gone)
			condition_felt(en, &en->inst[i], bit, on, day, at);
	tallies_conditions(en, before, day);
}

/* ---- the pass ---- */

/* What a fact does to what is open of a rule. An instance whose clock closed while
 * it is being looked at keeps its `next`. */
static inline void feed_open(struct engine *en, const struct effect_op *op, const struct fact *f, int32_t at)
{
	const struct rule *r = &en->rb->rules[op->rule];
	for (int32_t i = en->open[op->rule]; i >= 0;) {
		struct inst *in = &en->inst[i];
		i = in->next;
		if ((op->phases >> in->phase & 1) && concerns(r, in, op, f))
			act(en, r, in, op, at);
	}
}

static void feed_child(struct engine *en, const struct effect_op *op, int32_t at)
{
	const struct fact *f = &en->c->facts[at];
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

/* All birthdays that some rule asks for: day_birthday, with the day of birth taken apart once. */
static void birthdays(struct engine *en)
{
	const struct rulebook *rb = en->rb;
	day_t born = en->c->born;
	struct ymd b = born == DAY_NONE ? (struct ymd){ 0 } : day_ymd(born);
	bool leap = b.month == 2 && b.day == 29;
	for (size_t i = 0; i < rb->n_ages; i++)
		en->birthday[i] = born == DAY_NONE ? DAY_NONE
				  : leap	   ? day_birthday(born, rb->ages[i])
						   : day_of(b.year + rb->ages[i], b.month, b.day);
}

/* What each fact can do; returns the kinds (kind_bit) that there are. */
static uint64_t effects_find(struct engine *en)
{
	const struct rulebook *rb = en->rb;
	const struct fact *facts = en->c->facts;
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

/* Which rules are run, and which of the others one of them stands for, as far as
 * the kinds of this child's facts can tell. */
static void follow(struct engine *en, uint64_t kinds)
{
	const struct rulebook *rb = en->rb;
	for (size_t w = 0; w < rb->words; w++)
		en->runs[w] = en->only ? en->only[w] : UINT64_MAX;
	memset(en->follower, 0xff, rb->n * sizeof *en->follower);
	if (en->only || en->trace || en->apart)
		return;
	for (size_t i = 0; i < rb->n_alike; i++) {
		const struct alike *a = &rb->alike[i];
		if ((a->apart & kinds) || !(en->runs[a->rule >> 6] & rule_bit(a->rule)))
			continue;
		en->runs[a->rule >> 6] &= ~rule_bit(a->rule);
		en->follower[a->rule] = en->follower[a->leader];
		en->follower[a->leader] = a->rule;
	}
}

static void reset(struct engine *en, const struct child_facts *c)
{
	const struct rulebook *rb = en->rb;
	en->c = c;
	en->n_inst = en->n_spells = en->n_members = en->n_rows = en->n_timers = en->n_later = 0;
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
	const struct fact *f = c->facts, *end = f + c->n;
	for (; f < end && f->day <= as_of; f++) {
		if (!en->effects[f - c->facts]->heard)
			continue;
		if (en->n_timers && f->day >= en->timers[0].day)
			timers_fire(en, f->day);
		feed(en, f, (int32_t)(f - c->facts));
	}
	en->n_seen = (size_t)(f - c->facts);
	timers_fire(en, as_of);
	engine_rows(en, as_of);
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
	size_t cap = en->cap_rows;
	en->rows = out;
	en->cap_rows = CLOCKS_PER_CHILD_MAX;
	pass(en, c, as_of);
	size_t n = en->n_rows;
	en->rows = own;
	en->cap_rows = cap;
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

struct engine *engine_new(const struct rulebook *rb, const struct workdays *w)
{
	struct engine *en = xcalloc(1, sizeof *en);
	en->rb = rb;
	en->w = w;
	en->open = xcalloc(rb->n, sizeof *en->open);
	en->runs = xcalloc(rb->words, sizeof *en->runs);
	en->follower = xcalloc(rb->n, sizeof *en->follower);
	en->cap_inst = en->cap_spells = en->cap_members = en->cap_rows = 32;
	en->inst = xcalloc(en->cap_inst, sizeof *en->inst);
	en->spells = xcalloc(en->cap_spells, sizeof *en->spells);
	en->members = xcalloc(en->cap_members, sizeof *en->members);
	en->rows = xcalloc(en->cap_rows, sizeof *en->rows);
	return en;
}

void engine_free(struct engine *en)
{
	if (!en)
		return;
	free(en->open);
	free(en->runs);
	free(en->effects);
	free(en->follower);
	free(en->inst);
	free(en->spells);
	free(en->members);
	free(en->rows);
	free(en->sim);
	free(en->timers);
	free(en->later);
	free(en);
}
