/*
 * What time alone does: birthdays, years, months, gaps, tallies.
 *
 * A heap of timers for each child. A timer that nothing waits for any more is
 * passed over when its day comes.
 */
#include "standard/limit.h"
#include "standard/run.h"

/* ---- the heap ---- */

static enum timer_what timer_what(struct timer t)
{
	return (enum timer_what)(t.order >> TIMER_OF_BITS & 0xf);
}

static int32_t timer_of(struct timer t)
{
	return (int32_t)(t.order & ((1 << TIMER_OF_BITS) - 1));
}

/* Room for one more. */
static void timers_grow(struct timer **timers, size_t *cap)
{
	*cap = *cap ? *cap * 2 : 64;
	*timers = xrealloc(*timers, *cap * sizeof **timers);
}

void timer_at(struct engine *en, day_t day, enum timer_what what, int32_t of)
{
	if (day == DAY_NEVER || day == DAY_NONE)
		return;
	struct timer t = { (int64_t)day * ((int64_t)1 << 32) + ((int32_t)what << TIMER_OF_BITS | of) };
	if (day > en->as_of) {
		if (en->n_later == en->cap_later)
			timers_grow(&en->later, &en->cap_later);
		en->later[en->n_later++] = t;
		return;
	}
	if (en->n_timers == en->cap_timers)
		timers_grow(&en->timers, &en->cap_timers);
	size_t i = en->n_timers++;
	for (; i > 0 && t.order < en->timers[(i - 1) / 2].order; i = (i - 1) / 2)
		en->timers[i] = en->timers[(i - 1) / 2];
	en->timers[i] = t;
}

void inst_timer(struct engine *en, const struct inst *in, day_t day, enum timer_what what)
{
	timer_at(en, day, what, (int32_t)(in - en->inst));
}

static void drop_first(struct engine *en)
{
	struct timer *heap = en->timers, last = heap[--en->n_timers];
	size_t n = en->n_timers, i = 0;
	for (size_t child = 1; child < n; child = 2 * i + 1) {
		if (child + 1 < n && heap[child + 1].order < heap[child].order)
			child++;
		if (heap[child].order >= last.order)
			break;
		heap[i] = heap[child];
		i = child;
	}
	heap[i] = last;
}

static bool awaited(const struct engine *en, struct timer t)
{
	day_t day = timer_day(t);
	if (timer_what(t) == TIMER_TALLY)
		return en->tallies[timer_of(t)].due == day;
	if (timer_what(t) == TIMER_EXPIRES) {
		for (size_t i = 0; i < en->n_inst; i++)
			if (en->inst[i].phase != GONE && inst_expires(en, &en->inst[i]) == day)
				return true;
		return false;
	}
	const struct inst *in = &en->inst[timer_of(t)];
	if (in->phase == GONE)
		return false;
	switch (timer_what(t)) {
	case TIMER_GAP: return spell_of(en, in)->gap_ends == day;
	case TIMER_MONTH: return in->phase == LIVE && in->month_ends == day;
	default: return in->wakes == day;
	}
}

day_t timers_next(const struct engine *en)
{
	day_t next = DAY_NEVER;
	for (size_t i = 0; i < en->n_later; i++)
		if (timer_day(en->later[i]) < next && awaited(en, en->later[i]))
			next = timer_day(en->later[i]);
	return next;
}

/* ---- tallies ---- */

static bool tally_blocked(const struct engine *en, const struct tally *t, conditions_t conditions)
{
	return (conditions & t->not_while) != 0 || en->birthday[t->from_age] == DAY_NONE;
}

/* Begins or stops adding days on this day, and sees when it will be reached. */
static void tally_again(struct engine *en, uint8_t which, day_t day)
{
	const struct tally *t = &en->rb->tallies[which];
	struct counting *c = &en->tallies[which];
	if (c->reached != DAY_NONE)
		return;
	if (c->since != DAY_NONE && day > c->since)
		c->sum += day - c->since;
	c->since = DAY_NONE;
	c->due = DAY_NEVER;
	if (!c->on || tally_blocked(en, t, en->conditions))
		return;
	c->since = day > en->birthday[t->from_age] ? day : en->birthday[t->from_age];
	c->due = c->since + t->days - c->sum;
	timer_at(en, c->due, TIMER_TALLY, which);
}

void tally_set(struct engine *en, uint8_t which, bool on, day_t day)
{
	if (en->tallies[which].on == on)
		return;
	en->tallies[which].on = on;
	tally_again(en, which, day);
}

void tallies_conditions(struct engine *en, conditions_t before, day_t day)
{
	for (uint8_t i = 0; i < en->rb->n_tallies; i++)
		if ((before ^ en->conditions) & en->rb->tallies[i].not_while)
			tally_again(en, i, day);
}

static void tally_reached(struct engine *en, uint8_t which, day_t day)
{
	en->tallies[which].reached = day;
	en->tallies[which].due = DAY_NEVER;
	for (size_t i = 0; i < en->n_inst; i++)
		if (en->inst[i].phase != GONE && (en->inst[i].phase == DORMANT || en->inst[i].met_by >= 0) &&
		    en->inst[i].row.ordinal == 0 && en->inst[i].rule->start_tally == which + 1)
			inst_awaits(en, &en->inst[i]);
}

/* ---- day 0 by the calendar ---- */

static day_t next_date(day_t from, uint8_t month, uint8_t day)
{
	int32_t year = day_ymd(from).year;
	day_t d = day_of(year, month, day);
	return d >= from ? d : day_of(year + 1, month, day);
}

/* The school year in which a child turns N begins on the 1 September after its birthday N-1:
 * the rule's age is N-1. */
static day_t school_year(day_t birthday)
{
	return next_date(birthday + 1, 9, 1);
}

/* Not done in its year. What nobody told, or was not required when it ended, is no miss. */
static void year_over(struct engine *en, struct inst *in, day_t day)
{
	uint16_t reason;
	enum clock_state state = inst_open_state(en, in->rule, in, &reason);
	if (state == CLOCK_RUNNING)
		inst_close(en, in, CLOCK_MISSED, in->rule->r_year_over, day, -1);
	else
		inst_close(en, in, state, reason, day, -1);
}

/* Is the child of the right age for the year that begins on `day`? */
static bool year_fits(const struct engine *en, const struct inst *in, day_t day)
{
	const struct rule *r = in->rule;
	const day_t *birthday = en->birthday;
	return !(r->younger_than && birthday[r->younger_than - 1] <= day) &&
	       !(r->younger_before && birthday[r->younger_before - 1] < day) &&
	       !(r->at_least_by_end && birthday[r->at_least_by_end - 1] >= in->wakes) &&
	       !(r->younger_by_end && birthday[r->younger_by_end - 1] < in->wakes);
}

static void year_begins(struct engine *en, struct inst *in, day_t day)
{
	const struct rule *r = in->rule;
	if (in->phase == LIVE)
		year_over(en, in, day);
	in->wakes = year_from(r->years, day + 1);
	inst_timer(en, in, in->wakes, TIMER_YEAR);
	bool known = !r->needs_birth || en->c->born != DAY_NONE;
	if (!known || year_fits(en, in, day))
		inst_start(en, in, day, in->row.opened_by);
}

/* Its day 0 has come. What met it before that day still counts. */
static void day_0(struct engine *en, struct inst *in, day_t day)
{
	if (in->phase == CLOSED && in->met_by < 0)
		return;
	inst_start(en, in, day, in->row.opened_by);
	if (in->met_by >= 0)
		inst_met(en, in, en->facts[in->met_by].day, in->met_by);
}

void inst_awaits(struct engine *en, struct inst *in)
{
	const struct rule *r = in->rule;
	if (r->start_at == START_EACH_YEAR) {
		in->wakes = year_from(r->years, in->opened);
		if (in->wakes == in->opened)
			year_begins(en, in, in->opened);
		else
			inst_timer(en, in, in->wakes, TIMER_YEAR);
		return;
	}
	day_t moment = en->birthday[r->start_age];
	if (moment == DAY_NONE) { /* a clock of which only that can be said */
		inst_start(en, in, in->opened, in->row.opened_by);
		return;
	}
	if (r->start_at == START_AT_SCHOOL_YEAR)
		moment = school_year(moment);
	if (r->start_tally) {
		day_t reached = en->tallies[r->start_tally - 1].reached;
		if (reached == DAY_NONE)
			return; /* looked at again when it is reached */
		moment = reached > moment ? reached : moment;
	}
	if (moment <= in->opened) {
		in->past = moment < in->opened;
		day_0(en, in, in->opened);
		return;
	}
	in->wakes = moment;
	inst_timer(en, in, moment, TIMER_STARTS);
}

/* ---- the day has come ---- */

/* A birthday: everything that ends at that age. */
static void expire(struct engine *en, day_t day)
{
	for (size_t i = 0; i < en->n_inst; i++) {
		struct inst *in = &en->inst[i];
		if (in->phase == GONE || inst_expires(en, in) != day)
			continue;
		const struct rule *r = in->rule;
		if (in->phase == LIVE && r->start_at == START_EACH_YEAR && in->wakes == day)
			year_over(en, in, day); /* the year was whole when the birthday came */
		else if (in->phase == LIVE)
			inst_close(en, in, CLOCK_STOPPED, r->r_stop_age, day, -1);
		inst_unlink(en, in);
	}
}

static void fire(struct engine *en, struct timer t)
{
	day_t day = timer_day(t);
	if (timer_what(t) == TIMER_TALLY) {
		tally_reached(en, (uint8_t)timer_of(t), day);
		return;
	}
	if (timer_what(t) == TIMER_EXPIRES) {
		expire(en, day);
		en->birthdays_awaited &= ~(1u << timer_of(t));
		return;
	}
	struct inst *in = &en->inst[timer_of(t)];
	switch (timer_what(t)) {
	case TIMER_GAP:
		if (in->phase == LIVE)
			inst_close(en, in, CLOCK_STOPPED, in->rule->r_closed, spell_of(en, in)->closed,
				   spell_of(en, in)->closed_by);
		inst_unlink(en, in);
		break;
	case TIMER_MONTH:
		inst_close(en, in, CLOCK_STOPPED, in->rule->r_month_over, day, -1);
		in->phase = CLOSED;
		break;
	case TIMER_STARTS:
		in->wakes = DAY_NEVER;
		day_0(en, in, day);
		break;
	default: year_begins(en, in, day);
	}
}

void timers_fire(struct engine *en, day_t upto)
{
	while (en->n_timers && timer_day(en->timers[0]) <= upto) {
		struct timer t = en->timers[0];
		drop_first(en);
		if (awaited(en, t))
			fire(en, t);
	}
}
