/*
 * names.h - names as they are searched for: folded, cut into words, and put so that
 * one stretch of an index answers.
 *
 * People type names with and without accents, apostrophes and hyphens, in either order,
 * in parts, and with slips. What is kept of a name is one *key* for each word of it: the
 * word, a blank, and the rest of the name. "José", "O'Brien-Smith" has
 *
 *	brien..: none (an apostrophe joins)	jose obriensmith
 *	obrien jose		smith jose	obriensmith jose
 *
 * so "obrien", "jose obr" and "obrien jose" are each the beginning of a key. What is
 * written in several words is also kept in one ("van der Berg": vanderberg).
 *
 * Pure: nothing here knows the store. Rules of use: words and keys live in the arena.
 */
#ifndef LINNET_WORK_CORE_NAMES_H
#define LINNET_WORK_CORE_NAMES_H

#include "base/arena.h"
#include "base/text.h"

enum {
	NAME_WORDS_MAX = 8, /* of the given or of the family name; more are left out */
	NAME_KEYS_MAX = 2 * (NAME_WORDS_MAX + 1),
	NAME_WORD_BYTES = 48, /* longer words are cut, between letters */
	NAME_KEY_BYTES = 100,
	PARTICLE_BYTES = 2, /* of words that may be half of one: "O", "Mc", "De" */
	SLIP_MIN = 3, /* letters of a word in which a slip is looked for */
	SLIP_MAX = 20,
};

/* The words of a name, folded, in their order: cut at blanks, hyphens, commas, full stops. At most `max`. */
size_t name_words(struct str name, struct arena *a, struct str *words, size_t max);
/* What a child is found by: sorted, each once. */
size_t name_keys(struct str given, struct str family, struct arena *a, struct str keys[NAME_KEYS_MAX]);

/* Words one slip away from `word` (a letter wrong, missing, too many, or two neighbours
 * swapped), in a-z: every word from which this slip could have come, each once, without
 * the word itself. 0 if it is shorter than SLIP_MIN, longer than SLIP_MAX, or not in a-z. */
size_t name_slips(struct str word, struct arena *a, struct str **out);
/* Is it one slip from one to the other? False for equal words. */
bool name_one_slip(struct str x, struct str y);

/* How well a name fits words that were typed; 0 is word for word, more is worse: for each
 * word 1 if it only begins a word of the name, 3 for a slip, 6 if it is not in the name. A short
 * word and the next are taken as one if that fits better. */
int name_fit(struct str given, struct str family, const struct str *typed, size_t n, struct arena *a);

#endif
