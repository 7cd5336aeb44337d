#include "exchange/tables/parse.h"

/* Rows of one child mostly stand together in every file, and children in the same order. So a
 * name is looked for near where names of its child lie, which are in the cache, and only where
 * that place is full anywhere else: a file in any order is read as quickly as before. */
enum { SLOTS_FIRST = 4096, NEAR_SLOTS = 16, STRIDE_LEAST = 16 };

static uint64_t slot_value(uint64_t name, size_t item)
{
	return (name & 0xFFFFFFFF00000000u) | (uint64_t)(item + 1);
}

/* Its slot, or the empty one where it belongs. */
static uint64_t *find(const struct seen_set *s, uint64_t name, uint32_t near)
{
	size_t at = near * s->stride + (name & (s->stride - 1)), mask = s->cap - 1;
	for (size_t tried = 0;; tried++, at++) {
		if (tried == NEAR_SLOTS)
			at = (size_t)(name >> 8);
		uint64_t *slot = &s->slots[at & mask], v = *slot;
		if (!v || (v >> 32 == name >> 32 && s->items[(uint32_t)v - 1].name == name))
			return slot;
	}
}

static void grow_slots(struct seen_set *s)
{
	free(s->slots);
	s->cap = s->cap ? s->cap * 2 : SLOTS_FIRST;
	s->slots = xcalloc(s->cap, sizeof *s->slots);
	s->stride = STRIDE_LEAST;
	while (s->stride * 2 * s->near_end <= s->cap && s->near_end)
		s->stride *= 2;
	for (size_t i = 0; i < s->n; i++)
		*find(s, s->items[i].name, s->items[i].near) = slot_value(s->items[i].name, i);
}

struct seen *seen_put(struct seen_set *s, uint64_t name, uint32_t near, bool *fresh_out)
{
	if (near >= s->near_end)
		s->near_end = (size_t)near + 1;
	if (s->n * 2 >= s->cap)
		grow_slots(s);
	if (s->n == s->cap_items) {
		s->cap_items = s->cap_items ? s->cap_items * 2 : SLOTS_FIRST / 2;
		s->items = xrealloc(s->items, s->cap_items * sizeof *s->items);
	}
	uint64_t *slot = find(s, name, near);
	*fresh_out = *slot == 0;
	if (*fresh_out) {
		*slot = slot_value(name, s->n);
		s->items[s->n++] = (struct seen){ .name = name, .near = near };
	}
	return &s->items[(uint32_t)*slot - 1];
}

void seen_clear(struct seen_set *s)
{
	free(s->slots);
	free(s->items);
	*s = (struct seen_set){ 0 };
}
