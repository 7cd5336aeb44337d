/*
 * id.h - ids made by the program: 63 bits that grow with time.
 *
 * milliseconds since 2020 (41 bits, until 2089), node (10 bits, leased from the
 * store by each program that writes), sequence (12 bits). Thread-safe.
 *
 * Text form: 13 letters of base 32 without those that look alike. A load numbers a
 * child's entries one after another, so in the texts that people are shown a gap
 * would tell of an entry that they may not see. What is shown is therefore
 * enciphered, with a key of the store: neighbours have nothing in common. It hides
 * order and gaps, and guards nothing: what may be seen is decided elsewhere.
 */
#ifndef LINNET_BASE_ID_H
#define LINNET_BASE_ID_H

#include <stdatomic.h>

#include "base/arena.h"

struct id_source {
	_Atomic int64_t last; /* the last id given, without the node */
	int64_t node;	      /* 0..1023 */
};

void id_source_init(struct id_source *s, int64_t node);
/* A new id, greater than every one before from this source, even if the clock goes back. */
int64_t id_new(struct id_source *s, int64_t now_ms);

/* From now on ids are greater than this one, which another source may have given
 * by a clock that is ahead. */
void id_past(struct id_source *s, int64_t id);

enum { ID_TEXT_MAX = 16, ID_KEY_BYTES = 16 };
/* For people: under the key, if there is one. */
char *id_text(int64_t id, char *out);
/* For what is kept and compared (the entry that a seal is about): the same with any key. */
char *id_plain(int64_t id, char *out);
/* Of no id: thirteen letters by chance, for numbers that are made here: they tell nothing of what else was numbered. */
char *id_random(char *out);
/* Either form. */
enum rc id_parse(struct str s, int64_t *out) NODISCARD;
/* The key of the store that this program works on, from now on; NULL: none. Before threads show ids. */
void id_key(const unsigned char *key);

/* Several in one text, each ID_WIDTH wide, as a statement takes them that is asked of all at once. */
enum { ID_WIDTH = 20 };
struct str ids_text(const int64_t *ids, size_t n, struct arena *a);

#endif
