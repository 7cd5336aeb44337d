/*
 * words.h - texts with numbers: every different text is kept once.
 *
 * A return of 100,000 children has ten million cells and few different texts. A
 * cell is then one number, and two cells are equal when their numbers are. For
 * this room only. Numbers begin at 1; 0 is the empty text.
 */
#ifndef LINNET_EXCHANGE_SSDA903_WORDS_H
#define LINNET_EXCHANGE_SSDA903_WORDS_H

#include "base/text.h"

enum { WORDS_MAX = 30000000, WORDS_TEXT_MAX = 1 << 30 };

struct words {
	char *text;
	size_t n_text, cap_text;
	uint32_t *ends;		  /* word i is text[ends[i - 1] .. ends[i]) */
	size_t n, cap;		  /* words so far; ends[0] is 0 */
	struct word_slot {	  /* open addressing */
		uint32_t tag, id; /* tag: of its hash; id 0: empty */
	} * slots;		  /* NULL in a list that is only read */
	size_t n_slots;
};

void words_init(struct words *w);
void words_release(struct words *w);
void words_copy(struct words *to, const struct words *from);
/* The number of this text, new if it was not there; 0 if it is empty or the list is full. */
uint32_t words_put(struct words *w, struct str s);
/* The number of this text; 0 if it is not there. */
uint32_t words_find(const struct words *w, struct str s);
/* Behind the last, without looking whether it is there. 0 if the list is full. */
uint32_t words_append(struct words *w, struct str s);
/* What was appended is found from now on. */
void words_index(struct words *w);
static inline struct str words_get(const struct words *w, uint32_t id)
{
	if (!id || id > w->n)
		return (struct str){ "", 0 };
	return (struct str){ w->text + w->ends[id - 1], w->ends[id] - w->ends[id - 1] };
}

#endif
