#include "work/core/inside.h"

#include "base/varint.h"

enum { INSIDE_VERSION = 1 };

/* version, number of stretches, each: organisation as the difference to the one before, first day, last day as the
 * difference to the first. */
struct str inside_write(const struct sql_circle_insert_in *circle, size_t n, struct arena *a)
{
	struct packing w = { arena_alloc(a, (2 + 3 * n) * VARINT_MAX), 0 };
	int64_t org = 0;
	put_varint(&w, INSIDE_VERSION);
	put_varint(&w, n);
	for (size_t i = 0; i < n; i++) {
		put_signed(&w, wrap_difference(circle[i].org, org));
		put_signed(&w, circle[i].from_day);
		put_signed(&w, wrap_difference(circle[i].to_day, circle[i].from_day));
		org = circle[i].org;
	}
	return (struct str){ (const char *)w.p, w.n };
}

bool inside_holds(struct str packed, int64_t org, day_t day)
{
	const unsigned char *p = (const unsigned char *)packed.p;
	struct unpacking r = { p, p + packed.n, packed.n == 0 };
	int64_t at = 0;
	bool holds = false;
	if (r.bad || get_varint(&r) != INSIDE_VERSION)
		return false;
	for (uint64_t n = get_varint(&r); n > 0 && !r.bad; n--) {
		at = wrap_sum(at, get_signed(&r));
		int64_t from = get_signed(&r), to = wrap_sum(from, get_signed(&r));
		holds = holds || (at == org && from <= day && to >= day);
	}
	return holds && !r.bad && r.p == r.end;
}
