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

void alike_begin(struct alike *k, const struct batch_child *children, size_t n, struct arena *a)
{
	bool small = false;
	*k = (struct alike){ children, n, NULL };
	for (size_t i = 0; !small && i < n; i++)
		for (size_t at = 0; !small && at < children[i].ref.n; at++)
			small = char_capital(children[i].ref.p[at]) != children[i].ref.p[at];
	if (!small)
		return;
	k->order = arena_array(a, n, sizeof *k->order);
	for (size_t i = 0; i < n; i++)
		k->order[i] = &children[i];
	qsort(k->order, n, sizeof *k->order, by_number);
}

static const struct batch_child *at(const struct alike *k, size_t i)
{
	return k->order ? k->order[i] : &k->children[i];
}

/* The first that is not before it. */
static size_t from(const struct alike *k, struct str council, struct str ref)
{
	size_t lo = 0, hi = k->n;
	while (lo < hi) {
		size_t mid = lo + (hi - lo) / 2;
		if (compare(council, ref, at(k, mid)) > 0)
			lo = mid + 1;
		else
			hi = mid;
	}
	return lo;
}

const struct batch_child *alike_other(const struct alike *k, struct str council, struct str ref)
{
	for (size_t i = k->order ? from(k, council, ref) : k->n; i < k->n && compare(council, ref, k->order[i]) == 0;
	     i++)
		if (k->order[i]->n && !str_eq(k->order[i]->ref, ref))
			return k->order[i];
	return NULL;
}

bool alike_names(const struct alike *k, struct str council, struct str ref)
{
	size_t i = from(k, council, ref);
	return i < k->n && compare(council, ref, at(k, i)) == 0;
}
