#include "exchange/tables/parse.h"

static struct seen *find(struct seen_set *s, uint64_t name)
{
	size_t i = (size_t)name & (s->cap - 1);
	while (s->slots[i].name && s->slots[i].name != name)
		i = (i + 1) & (s->cap - 1);
	return &s->slots[i];
}

static void grow(struct seen_set *s)
{
	struct seen_set bigger = { NULL, s->n, s->cap ? s->cap * 2 : 4096 };
	bigger.slots = xcalloc(bigger.cap, sizeof *bigger.slots);
	for (size_t i = 0; i < s->cap; i++)
		if (s->slots[i].name)
			*find(&bigger, s->slots[i].name) = s->slots[i];
	free(s->slots);
	*s = bigger;
}

struct seen *seen_put(struct seen_set *s, uint64_t name, bool *fresh_out)
{
	if (s->n * 2 >= s->cap)
		grow(s);
	name = name ? name : 1; /* 0 marks an empty slot */
	struct seen *at = find(s, name);
	*fresh_out = at->name == 0;
	if (*fresh_out) {
		at->name = name;
		s->n++;
	}
	return at;
}

void seen_clear(struct seen_set *s)
{
	free(s->slots);
	*s = (struct seen_set){ NULL, 0, 0 };
}
