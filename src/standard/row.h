/*
 * row.h - a clock as a row of its rule, and of each rule that lives alike. Private to this room.
 *
 * Every clock that closes, and every one that is open at the end, is written so:
 *   for (r = in->rule; r; r = en->follower[r->number]) row = row_put(en, in, r) ...
 */
#ifndef LINNET_STANDARD_ROW_H
#define LINNET_STANDARD_ROW_H

#include "standard/limit.h"

static inline day_t share_used_up(const struct engine *en, const struct rule *r, const struct inst *in)
{
	int share = r->share[in->row.holder];
	if (!in->row.holder || share < 0 || inst_condition(in))
		return DAY_NONE;
	int left = share - in->used[in->row.holder - 1];
	return rule_add_days(r, en->w, in->row.holder_since, left > 0 ? left : 0);
}

/* Clocks of another edition are not shown. */
static inline bool of_this_edition(const struct inst *in)
{
	return in->row.start >= in->rule->from && in->row.start < in->rule->until;
}

/* The clock as it stands, as a row of its rule or of one that lives alike. NULL: a
 * child has no more. It is copied whole before anything is put right in it: small
 * writes would have to reach the cache before a copy could read them. */
static inline struct clock *row_put(struct engine *en, const struct inst *in, const struct rule *r)
{
	struct clock *row = row_new(en);
	if (!row)
		return NULL;
	*row = in->row;
	if (in->paused_since != DAY_NONE)
		row->turn = TURN_PAUSED;
	if (r->has_shares)
		row->holder_due = share_used_up(en, r, in);
	if (r == in->rule)
		return row;
	row->standard = r->number;
	if (r->own_limit)
		limit_said(en, r, in, row);
	if (r->own_holder)
		row->holder = inst_holder(en, r, in);
	return row;
}

/* What is not required or not known is nobody's turn. */
static inline void nobodys_turn(struct clock *row)
{
	row->holder = HOLDER_NONE;
	row->holder_since = row->holder_due = DAY_NONE;
}

#endif
