/*
 * id.h - ids made by the program: 63 bits that grow with time.
 *
 * milliseconds since 2020 (41 bits, until 2089), node (10 bits, leased from the
 * store by each program that writes), sequence (12 bits). Text form: base 32
 * without letters that look alike. Thread-safe.
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

enum { ID_TEXT_MAX = 16 };
char *id_text(int64_t id, char *out); /* 13 letters and digits */
enum rc id_parse(struct str s, int64_t *out) NODISCARD;

/* Several in one text, each ID_WIDTH wide, as a statement takes them that is asked of all at once. */
enum { ID_WIDTH = 20 };
struct str ids_text(const int64_t *ids, size_t n, struct arena *a);

#endif
