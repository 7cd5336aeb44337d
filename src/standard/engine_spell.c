/*
 * Spells: referrals of one person to one provider that overlap or follow each
 * other within a few days are one wait. What is seen while none of them is open
 * counts only if another joins in time.
 */
#include "standard/run.h"

bool spell_has(const struct engine *en, const struct inst *in, const struct fact *f)
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
	inst_met(en, in, en->c->facts[last].day, last);
}

void spell_part(struct engine *en, struct inst *in, int32_t at, uint8_t part)
{
	if (!spell_has(en, in, &en->c->facts[at]) || in->phase != LIVE)
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
	inst_touch(en, in, at);
	spell_check(en, in);
}

void spell_close(struct engine *en, struct inst *in, int32_t at)
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
		inst_touch(en, in, at);
	if (in->open_members > 0)
		return;
	in->closed = f->day;
	in->closed_by = at > in->closed_by ? at : in->closed_by; /* several of one day: the last in order */
	in->gap_ends = f->day + en->rb->rules[in->rule].gap_days + 1;
	inst_timer(en, in, in->gap_ends, TIMER_GAP);
}

void spell_member(struct engine *en, struct inst *in, int32_t key)
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

void spell_joins(struct engine *en, struct inst *in, int32_t at)
{
	if (in->open_members == 0 && in->phase == LIVE) { /* what was seen in the gap lies inside after all */
		for (uint8_t p = 0; p < PARTS_MAX; p++)
			if (in->first[p] < 0 && in->pending[p] >= 0) {
				in->first[p] = in->pending[p];
				in->touched = true;
				inst_touch(en, in, in->pending[p]);
			}
	}
	spell_member(en, in, en->c->facts[at].key);
	if (in->phase == LIVE)
		inst_touch(en, in, at);
	engine_replay(en, in, at, true);
	spell_check(en, in);
}
