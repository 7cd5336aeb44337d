/* Growing memory of a run, and sorting. */
#include "plan/run.h"

void heap_grow(struct heap *h)
{
	h->cap = h->cap ? 2 * h->cap : 64;
	h->at = xrealloc(h->at, h->cap * sizeof *h->at);
}

void items_grow(struct items *v, size_t cap)
{
	if (cap <= v->cap)
		return;
	v->cap = cap;
	v->p = xrealloc(v->p, v->cap * sizeof *v->p);
}

struct item *items_more(struct items *v)
{
	if (v->n == v->cap)
		items_grow(v, v->cap ? 2 * v->cap : 256);
	return &v->p[v->n++];
}

static bool item_before(const struct item *a, const struct item *b)
{
	return a->t < b->t || (a->t == b->t && a->order < b->order);
}

static void merge(const struct item *a, const struct item *a_end, const struct item *b, const struct item *b_end,
		  struct item *to)
{
	while (a < a_end && b < b_end)
		*to++ = item_before(b, a) ? *b++ : *a++;
	while (a < a_end)
		*to++ = *a++;
	while (b < b_end)
		*to++ = *b++;
}

/* Where sorted stretches begin; the end is one of them. */
static size_t stretches(const struct items *v, struct sorter *s)
{
	size_t n = 0;
	for (size_t i = 0; i <= v->n; i++) {
		if (i > 0 && i < v->n && !item_before(&v->p[i], &v->p[i - 1]))
			continue;
		if (n == s->cap) {
			s->cap = s->cap ? 2 * s->cap : 64;
			s->starts = xrealloc(s->starts, s->cap * sizeof *s->starts);
		}
		s->starts[n++] = i;
	}
	return n - 1;
}

void items_sort(struct items *v, struct sorter *s)
{
	if (v->n < 2)
		return;
	size_t runs = stretches(v, s);
	if (runs == 1)
		return;
	items_grow(&s->spare, v->cap);
	while (runs > 1) {
		size_t to = 0;
		for (size_t i = 0; i < runs; i += 2) {
			size_t a = s->starts[i], b = s->starts[i + 1], c = i + 1 == runs ? b : s->starts[i + 2];
			merge(v->p + a, v->p + b, v->p + b, v->p + c, s->spare.p + a);
			s->starts[to++] = a;
		}
		s->starts[to] = v->n;
		runs = to;
		struct item *p = v->p;
		size_t cap = v->cap;
		v->p = s->spare.p;
		v->cap = s->spare.cap;
		s->spare.p = p;
		s->spare.cap = cap;
	}
}
