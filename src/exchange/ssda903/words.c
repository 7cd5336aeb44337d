#include "exchange/ssda903/words.h"

#include "base/hash.h"

enum { SLOTS_FIRST = 4096 };

void words_init(struct words *w)
{
	*w = (struct words){ .cap_text = 65536, .cap = 4096, .n_slots = SLOTS_FIRST };
	w->text = xmalloc(w->cap_text);
	w->ends = xcalloc(w->cap, sizeof *w->ends);
	w->slots = xcalloc(w->n_slots, sizeof *w->slots);
}

void words_release(struct words *w)
{
	free(w->text);
	free(w->ends);
	free(w->slots);
	*w = (struct words){ 0 };
}

void words_copy(struct words *to, const struct words *from)
{
	*to = *from;
	to->text = xmalloc(from->cap_text);
	to->ends = xcalloc(from->cap, sizeof *to->ends);
	memcpy(to->text, from->text, from->n_text);
	memcpy(to->ends, from->ends, (from->n + 1) * sizeof *to->ends);
	if (from->slots) {
		to->slots = xcalloc(from->n_slots, sizeof *to->slots);
		memcpy(to->slots, from->slots, from->n_slots * sizeof *to->slots);
	}
}

uint32_t words_append(struct words *w, struct str s)
{
	if (w->n >= WORDS_MAX || w->n_text + s.n > WORDS_TEXT_MAX)
		return 0;
	if (w->n_text + s.n > w->cap_text) {
		while (w->n_text + s.n > w->cap_text)
			w->cap_text *= 2;
		w->text = xrealloc(w->text, w->cap_text);
	}
	if (w->n + 2 > w->cap) {
		w->cap *= 2;
		w->ends = xrealloc(w->ends, w->cap * sizeof *w->ends);
	}
	memcpy(w->text + w->n_text, s.p, s.n);
	w->n_text += s.n;
	w->ends[++w->n] = (uint32_t)w->n_text;
	return (uint32_t)w->n;
}

static struct word_slot *slot_of(const struct words *w, struct str s, uint32_t *tag_out)
{
	uint64_t h = hash64(7, s.p, s.n);
	uint32_t tag = (uint32_t)(h >> 32);
	size_t i = (size_t)h & (w->n_slots - 1);
	while (w->slots[i].id && (w->slots[i].tag != tag || !str_eq(words_get(w, w->slots[i].id), s)))
		i = (i + 1) & (w->n_slots - 1);
	*tag_out = tag;
	return &w->slots[i];
}

void words_index(struct words *w)
{
	uint32_t tag;
	free(w->slots);
	while (w->n_slots < w->n * 2 + 2)
		w->n_slots *= 2;
	w->slots = xcalloc(w->n_slots, sizeof *w->slots);
	for (uint32_t id = 1; id <= w->n; id++) {
		struct word_slot *slot = slot_of(w, words_get(w, id), &tag);
		*slot = (struct word_slot){ tag, id };
	}
}

uint32_t words_find(const struct words *w, struct str s)
{
	uint32_t tag;
	return s.n ? slot_of(w, s, &tag)->id : 0;
}

uint32_t words_put(struct words *w, struct str s)
{
	if (!s.n)
		return 0;
	uint32_t tag;
	struct word_slot *slot = slot_of(w, s, &tag);
	if (slot->id)
		return slot->id;
	uint32_t id = words_append(w, s);
	*slot = (struct word_slot){ tag, id };
	if (id && w->n * 2 > w->n_slots)
		words_index(w);
	return id;
}
