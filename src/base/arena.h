/*
 * arena.h - memory that lives as long as one request, batch or run.
 *
 * Allocations are never freed one by one; the arena is reset or released as a
 * whole. Pointers from an arena die with it. Not thread-safe: one arena a
 * thread. Memory is zeroed and aligned to 16 bytes.
 */
#ifndef LINNET_BASE_ARENA_H
#define LINNET_BASE_ARENA_H

#include "base/base.h"

struct arena_block;
struct arena {
	struct arena_block *head; /* newest first */
	size_t used;		  /* bytes handed out since the last reset */
};

void arena_init(struct arena *a);
void arena_release(struct arena *a); /* frees everything; the arena may be used again */
void arena_reset(struct arena *a);   /* keeps the largest block for the next round */
void *arena_alloc(struct arena *a, size_t size);
void *arena_array(struct arena *a, size_t n, size_t size); /* checks n*size */
/* A copy of an array of `n`; NULL if n is 0. */
void *arena_copy(struct arena *a, const void *from, size_t n, size_t size);
struct str arena_str(struct arena *a, struct str s); /* copy, NUL-terminated behind its end */
struct str arena_printf(struct arena *a, const char *fmt, ...) PRINTF_LIKE(2, 3);
struct str arena_thousands(struct arena *a, double v); /* a whole number: "1,234,567" */

#endif
