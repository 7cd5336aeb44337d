#include "work/load/alike.h"

#include <stdlib.h>

#include "base/text.h"

static int compare(struct str council, struct str ref, const struct batch_child *c)
{
	int d = str_cmp(council, c->council);
	for (size_t i = 0; !d && i < ref.n && i < c->ref.n; i++)
		d = (unsigned char)char_capital(ref.p[i]) - (unsigned char)char_capital(c->ref.p[i]);
	return d ? d : (ref.n > c->ref.n) - (ref.n < c->ref.n);
}

static int by_number(const void *x, const void *y)
{
	const struct batch_child *a = *(const struct batch_child *const *)x, *b = *(const struct batch_child *const *)y;
	int d = compare(a->council, a->ref, b);
	return d ? d : (a > b) - (a < b);
}

void alike_begin(struct alike *k, const struct tables_batch *b)
{
	bool small = false;
	*k = (struct alike){ b, NULL };
	for (size_t i = 0; !small && i < b->n_children; i++)
		for (size_t n = 0; !small && n < b->children[i].ref.n; n++)
			small = char_capital(b->children[i].ref.p[n]) != b->children[i].ref.p[n];
	if (!small)
		return;
	k->order = xcalloc(b->n_children, sizeof *k->order);
	for (size_t i = 0; i < b->n_children; i++)
		k->order[i] = &b->children[i];
	qsort(k->order, b->n_children, sizeof *k->order, by_number);
}

void alike_end(struct alike *k)
{
	free(k->order);
	k->order = NULL;
}

/* The first that is not before it. */
static size_t from(const struct alike *k, struct str council, struct str ref)
{
	size_t lo = 0, hi = k->b->n_children;
	while (lo < hi) {
		size_t mid = lo + (hi - lo) / 2;
		if (compare(council, ref, k->order[mid]) > 0)
			lo = mid + 1;
		else
			hi = mid;
	}
	return lo;
}

const struct batch_child *alike_other(const struct alike *k, struct str council, struct str ref)
{
	for (size_t i = k->order ? from(k, council, ref) : k->b->n_children;
	     i < k->b->n_children && compare(council, ref, k->order[i]) == 0; i++)
		if (k->order[i]->n && !str_eq(k->order[i]->ref, ref))
			return k->order[i];
	return NULL;
}

bool alike_names(const struct alike *k, struct str council, struct str ref)
{
	if (k->order) {
		size_t i = from(k, council, ref);
		return i < k->b->n_children && compare(council, ref, k->order[i]) == 0;
	}
	struct arena a AUTO(arena_release);
	arena_init(&a);
	return batch_names(k->b, council, str_capitals(ref, &a));
}
