#include "base/arena.h"

#include <stdarg.h>

enum { BLOCK_MIN = 16 * 1024 };

struct arena_block {
	struct arena_block *next;
	size_t size, used;
	_Alignas(16) unsigned char data[];
};

void arena_init(struct arena *a)
{
	a->head = NULL;
	a->used = 0;
}

void arena_release(struct arena *a)
{
	for (struct arena_block *b = a->head, *next; b; b = next) {
		next = b->next;
		free(b);
	}
	arena_init(a);
}

void arena_reset(struct arena *a)
{
	struct arena_block *keep = NULL;
	for (struct arena_block *b = a->head, *next; b; b = next) {
		next = b->next;
		if (!keep || b->size > keep->size) {
			free(keep);
			keep = b;
		} else {
			free(b);
		}
	}
	if (keep) {
		keep->next = NULL;
		keep->used = 0;
	}
	a->head = keep;
	a->used = 0;
}

void *arena_alloc(struct arena *a, size_t size)
{
	if (size > SIZE_MAX / 2)
		base_oom(size);
	size = (size + 15u) & ~(size_t)15u;
	struct arena_block *b = a->head;
	if (!b || b->size - b->used < size) {
		size_t want = b ? b->size * 2 : BLOCK_MIN;
		if (want > 4u * 1024 * 1024)
			want = 4u * 1024 * 1024;
		if (want < size)
			want = size;
		b = xmalloc(sizeof *b + want);
		b->size = want;
		b->used = 0;
		b->next = a->head;
		a->head = b;
	}
	void *p = b->data + b->used;
	b->used += size;
	a->used += size;
	return memset(p, 0, size);
}

void *arena_array(struct arena *a, size_t n, size_t size)
{
	if (size && n > SIZE_MAX / 2 / size)
		base_oom(SIZE_MAX);
	return arena_alloc(a, n * size);
}

void *arena_copy(struct arena *a, const void *from, size_t n, size_t size)
{
	if (!n)
		return NULL;
	return memcpy(arena_array(a, n, size), from, n * size);
}

struct str arena_str(struct arena *a, struct str s)
{
	if (!s.p)
		return s;
	char *p = arena_alloc(a, s.n + 1);
	if (s.n)
		memcpy(p, s.p, s.n);
	return (struct str){ p, s.n };
}

struct str arena_printf(struct arena *a, const char *fmt, ...)
{
	va_list ap;
	va_start(ap, fmt);
	int n = vsnprintf(NULL, 0, fmt, ap);
	va_end(ap);
	if (n < 0)
		return (struct str){ "", 0 };
	char *p = arena_alloc(a, (size_t)n + 1);
	va_start(ap, fmt);
	vsnprintf(p, (size_t)n + 1, fmt, ap);
	va_end(ap);
	return (struct str){ p, (size_t)n };
}

struct str arena_thousands(struct arena *a, double v)
{
	char z[40], out[60];
	size_t n = (size_t)snprintf(z, sizeof z, "%.0f", v), q = 0;
	for (size_t i = 0; i < n; i++) {
		out[q++] = z[i];
		if ((n - i - 1) % 3 == 0 && i + 1 < n && z[i] != '-')
			out[q++] = ',';
	}
	return arena_str(a, (struct str){ out, q });
}
