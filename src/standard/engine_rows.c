/* The rows at the end of a run, and the day on which time alone changes them. */
#include "standard/row.h"

enum { AHEAD_MAX = 64 };

static bool absence_counts(const struct engine *en, const struct rule *r, day_t since)
{
	day_t covered = en->c->covered[r->evidence];
	return en->by_hand || (covered != DAY_NONE && covered <= since);
}

/* Of a clock that is open: not required for a time, not known, or running. */
enum clock_state inst_open_state(const struct engine *en, const struct rule *r, const struct inst *in,
				 uint16_t *reason_out)
{
	if (in->suspended) {
		*reason_out = en->rb->conditions[__builtin_ctz(in->suspended)].reason;
		return CLOCK_NOT_REQUIRED;
	}
	if (r->needs_birth && en->c->born == DAY_NONE) {
		*reason_out = r->r_no_birth;
		return CLOCK_NOT_KNOWN;
	}
	if (!in->touched && !absence_counts(en, r, in->row.start)) {
		*reason_out = r->r_no_source;
		return CLOCK_NOT_KNOWN;
	}
	*reason_out = in->paused_since != DAY_NONE ? r->r_paused : 0;
	return CLOCK_RUNNING;
}

/* Of clocks that are open. */
static void rows_of_open(struct engine *en, const struct inst *in)
{
	day_t next = inst_expires(en, in);
	if (in->spell >= 0 && spell_of(en, in)->gap_ends < next)
		next = spell_of(en, in)->gap_ends;
	if (in->rule->start_at == START_EACH_YEAR && in->wakes < next)
		next = in->wakes;
	if (in->month_ends < next)
		next = in->month_ends;
	if (!of_this_edition(in))
		return;
	for (const struct rule *r = in->rule; r; r = en->follower[r->number]) {
		struct clock *row = row_put(en, in, r);
		if (!row)
			return;
		row->next_change = next;
		row->state = (uint8_t)inst_open_state(en, r, in, &row->reason);
		row->holder = inst_holder(en, r, in);
		if (row->state == CLOCK_NOT_KNOWN)
			nobodys_turn(row);
	}
}

/* A period of care without any known assessment: from some day on that is a thing not known. */
static void rows_of_dormant(struct engine *en, struct inst *in, day_t as_of)
{
	const struct rule *r = in->rule;
	if (!r->no_start_days || in->row.ordinal > 0 || absence_counts(en, r, in->opened))
		return;
	if (en->conditions & r->conditions)
		return;
	day_t said = workdays_add(en->w, in->opened, r->no_start_days) + 1;
	if (as_of < said) {
		if (said < en->said_next)
			en->said_next = said;
		return;
	}
	in->row.start = in->opened; /* for the edition only */
	in->row.ordinal = 1;
	in->row.last_fact = in->row.opened_by;
	if (!of_this_edition(in))
		return;
	for (; r; r = en->follower[r->number]) {
		struct clock *row = row_put(en, in, r);
		if (!row)
			return;
		row->state = CLOCK_NOT_KNOWN;
		row->reason = r->r_no_start;
		row->start = row->due = DAY_NONE;
		row->start_minute = row->due_minute = MINUTE_NONE;
		row->next_change = inst_expires(en, in);
		nobodys_turn(row);
	}
}

void engine_rows(struct engine *en, day_t as_of)
{
	for (size_t k = 0; k < en->n_inst; k++) {
		if (en->inst[k].phase == LIVE)
			rows_of_open(en, &en->inst[k]);
		else if (en->inst[k].phase == DORMANT)
			rows_of_dormant(en, &en->inst[k], as_of);
	}
}

static struct row_key row_key(const struct clock *row, uint32_t at)
{
	uint64_t start = (uint32_t)row->start - (uint32_t)DAY_NONE; /* from 0 on, in the order of days */
	return (struct row_key){ start << 32 | (uint64_t)row->standard << 16 | row->ordinal, row->opened_by, at };
}

static inline bool key_before(const struct row_key *a, const struct row_key *b)
{
	return a->order != b->order ? a->order < b->order : a->opened_by < b->opened_by;
}

/* Keys are put in order, a quarter as long as the rows; each row is moved once. */
void engine_rows_sort(struct engine *en)
{
	struct row_key *keys = en->keys;
	for (size_t i = 0; i < en->n_rows; i++) {
		struct row_key key = row_key(&en->rows[i], (uint32_t)i);
		size_t j = i;
		for (; j > 0 && key_before(&key, &keys[j - 1]); j--)
			keys[j] = keys[j - 1];
		keys[j] = key;
	}
	for (size_t i = 0; i < en->n_rows; i++)
		en->sorted[i] = en->rows[keys[i].at];
	struct clock *unsorted = en->rows;
	en->rows = en->sorted;
	en->sorted = unsorted;
}

/* ---- what time alone will change ---- */

static bool same_but_next(const struct clock *a, const struct clock *b)
{
	return a->state == b->state && a->holder == b->holder && a->reason == b->reason && a->turn == b->turn &&
	       a->start == b->start && a->start_minute == b->start_minute && a->due == b->due &&
	       a->due_minute == b->due_minute && a->due_again == b->due_again && a->done == b->done &&
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
	if (n)
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
	if (n)
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
