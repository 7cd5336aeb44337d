/*
 * Spells: referrals of one person to one provider that overlap or follow each
 * other within a few days are one wait. What is seen while none of them is open
 * counts only if another joins in time.
 */
#include "standard/run.h"

bool spell_has(const struct engine *en, const struct inst *in, const struct fact *f)
{
	if (f->key == 0 && f->org != 0)
		return f->org == in->row.org;
	for (int32_t m = spell_of(en, in)->members; m >= 0; m = en->members[m].next)
		if (en->members[m].key == f->key)
			return true;
	return false;
}

static void spell_check(struct engine *en, struct inst *in)
{
	if (in->phase != LIVE)
		return;
	const struct spell *s = spell_of(en, in);
	int32_t last = -1;
	for (uint8_t p = 0; p < in->rule->parts; p++) {
		if (s->first[p] < 0)
			return;
		last = s->first[p] > last ? s->first[p] : last;
	}
	inst_met(en, in, en->facts[last].day, last);
}

void spell_part(struct engine *en, struct inst *in, int32_t at, uint8_t part)
{
	if (!spell_has(en, in, &en->facts[at]) || in->phase != LIVE)
		return;
	struct spell *s = spell_of(en, in);
	/* On the day of closing the spell is still open, whatever the order of that day. */
	bool gap = s->open_members == 0 && en->facts[at].day > s->closed;
	int32_t *slot = gap ? s->pending : s->first;
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
	const struct fact *f = &en->facts[at];
	struct spell *s = spell_of(en, in);
	bool any = false;
	for (int32_t m = spell_of(en, in)->members; m >= 0; m = en->members[m].next)
		if (en->members[m].key == f->key && en->members[m].open) {
			en->members[m].open = false;
			s->open_members--;
			any = true;
		}
	if (!any)
		return;
	if (in->phase == LIVE)
		inst_touch(en, in, at);
	if (s->open_members > 0)
		return;
	s->closed = f->day;
	s->closed_by = at > s->closed_by ? at : s->closed_by; /* several of one day: the last in order */
	s->gap_ends = f->day + in->rule->gap_days + 1;
	inst_timer(en, in, s->gap_ends, TIMER_GAP);
}

void spell_begin(struct engine *en, struct inst *in)
{
	if (en->n_spells == en->cap_spells) {
		en->cap_spells *= 2;
		en->spells = xrealloc(en->spells, en->cap_spells * sizeof *en->spells);
	}
	in->spell = (int32_t)en->n_spells++;
	*spell_of(en, in) = (struct spell){
		.closed = DAY_NEVER, .closed_by = -1, .first = { -1, -1, -1 }, .pending = { -1, -1, -1 }, .members = -1
	};
	spell_member(en, in, in->row.key);
}

void spell_member(struct engine *en, struct inst *in, int32_t key)
{
	if (en->n_members == en->cap_members) {
		en->cap_members *= 2;
		en->members = xrealloc(en->members, en->cap_members * sizeof *en->members);
	}
	struct spell *s = spell_of(en, in);
	en->members[en->n_members] = (struct member){ .key = key, .next = s->members, .open = true };
	s->members = (int32_t)en->n_members++;
	s->open_members++;
	s->gap_ends = DAY_NEVER;
}

void spell_joins(struct engine *en, struct inst *in, int32_t at)
{
	struct spell *s = spell_of(en, in);
	if (s->open_members == 0 && in->phase == LIVE) { /* what was seen in the gap lies inside after all */
		for (uint8_t p = 0; p < PARTS_MAX; p++)
			if (s->first[p] < 0 && s->pending[p] >= 0) {
				s->first[p] = s->pending[p];
				in->touched = true;
				inst_touch(en, in, s->pending[p]);
			}
	}
	spell_member(en, in, en->facts[at].key);
	if (in->phase == LIVE)
		inst_touch(en, in, at);
	engine_replay(en, in, at, true);
	spell_check(en, in);
}
