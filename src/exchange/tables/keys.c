#include "exchange/tables/parse.h"

enum { SLOTS_FIRST = 4096 };

static uint64_t slot_value(uint64_t name, size_t item)
{
	return (name & 0xFFFFFFFF00000000u) | (uint64_t)(item + 1);
}

/* Its slot, or the empty one where it belongs. */
static uint64_t *find(const struct seen_set *s, uint64_t name)
{
	for (size_t i = (size_t)name & (s->cap - 1);; i = (i + 1) & (s->cap - 1)) {
		uint64_t v = s->slots[i];
		if (!v || (v >> 32 == name >> 32 && s->items[(uint32_t)v - 1].name == name))
			return &s->slots[i];
	}
}

static void grow_slots(struct seen_set *s)
{
	free(s->slots);
	s->cap = s->cap ? s->cap * 2 : SLOTS_FIRST;
	s->slots = xcalloc(s->cap, sizeof *s->slots);
	for (size_t i = 0; i < s->n; i++) /* no name is there twice: the first empty slot is its own */
		for (size_t at = (size_t)s->items[i].name & (s->cap - 1);; at = (at + 1) & (s->cap - 1))
			if (!s->slots[at]) {
				s->slots[at] = slot_value(s->items[i].name, i);
				break;
			}
}

struct seen *seen_put(struct seen_set *s, uint64_t name, bool *fresh_out)
{
	if (s->n * 2 >= s->cap)
		grow_slots(s);
	if (s->n == s->cap_items) {
		s->cap_items = s->cap_items ? s->cap_items * 2 : SLOTS_FIRST / 2;
		s->items = xrealloc(s->items, s->cap_items * sizeof *s->items);
	}
	uint64_t *slot = find(s, name);
	*fresh_out = *slot == 0;
	if (*fresh_out) {
		*slot = slot_value(name, s->n);
		s->items[s->n++] = (struct seen){ .name = name };
	}
	return &s->items[(uint32_t)*slot - 1];
}

void seen_clear(struct seen_set *s)
{
	free(s->slots);
	free(s->items);
	*s = (struct seen_set){ NULL, NULL, 0, 0, 0 };
}
