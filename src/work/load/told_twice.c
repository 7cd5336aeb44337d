#include "work/load/told_twice.h"

#include "base/text.h"

bool twice_by_list(const struct event *ev)
{
	return str_starts(ev->natural, "weekly-list/") || str_starts(ev->natural, "entered/");
}

void twice_begin(struct told_twice *t, const struct vocab *v, const struct history *h, struct arena *a)
{
	bool any = false;
	for (size_t i = 0; i < h->n && !any; i++)
		any = twice_by_list(&h->events[i]);
	if (!any)
		return;
	*t = (struct told_twice){ .v = v, .h = h };
	t->done = arena_array(a, h->n, sizeof *t->done);
	t->numbers = arena_array(a, h->n, sizeof *t->numbers);
	for (size_t i = 0; i < h->n; i++) /* what was corrected since is no word any more */
		for (size_t k = i + 1; k < h->n && !t->done[i]; k++)
			t->done[i] = h->events[k].replaces == h->events[i].id;
}

/* The start under whose number this kind stands: of what a record may begin with (care, a
 * referral), or of a placement; 0 if it is none of these. */
static uint16_t start_of(const struct vocab *v, uint16_t kind)
{
	uint16_t start = v->kinds[kind].ends;
	return v->kinds[start].begins_record || start == vocab_kind(v, STR("placement-started")) ? start : 0;
}

bool twice_agree(const struct event *list, const struct event *row)
{
	return list->kind == row->kind && list->at == row->at && (!list->code.n || str_eq(list->code, row->code)) &&
	       (!list->code2.n || str_eq(list->code2, row->code2)) && (!list->org || list->org == row->org) &&
	       (list->minute == MINUTE_NONE || list->minute == row->minute) &&
	       (list->value == INT64_MIN || list->value == row->value);
}

static const struct twice_number *number_of(const struct told_twice *t, uint16_t start, struct str list)
{
	for (size_t i = 0; i < t->n; i++)
		if (t->numbers[i].start == start && str_eq(t->numbers[i].list, list))
			return &t->numbers[i];
	return NULL;
}

const struct event *twice_same(struct told_twice *t, const struct event *row)
{
	uint16_t start = t->h ? start_of(t->v, row->kind) : 0;
	for (size_t i = 0; start && i < t->h->n; i++) {
		const struct event *ev = &t->h->events[i];
		if (t->done[i] || ev->voids || !twice_by_list(ev) || !twice_agree(ev, row))
			continue;
		const struct twice_number *known = number_of(t, start, ev->ref);
		struct str number = known ? known->table : ev->ref;
		if (row->kind != start && !str_eq(number, row->ref))
			continue; /* of another period or placement */
		if (row->kind == start && !str_eq(ev->ref, row->ref))
			t->numbers[t->n++] = (struct twice_number){ start, ev->ref, row->ref };
		t->done[i] = true;
		return ev;
	}
	return NULL;
}

const struct event *twice_follows(struct told_twice *t, size_t *at, struct str *ref_out)
{
	for (; t->n && *at < t->h->n; (*at)++) {
		const struct event *ev = &t->h->events[*at];
		uint16_t start = ev->voids || t->done[*at] || !ev->ref.n ? 0 : start_of(t->v, ev->kind);
		const struct twice_number *k = start && ev->kind != start ? number_of(t, start, ev->ref) : NULL;
		if (!k)
			continue;
		t->done[*at] = true;
		*ref_out = k->table;
		return ev;
	}
	return NULL;
}
