#include "work/core/open.h"

#include "base/varint.h"

/* version, number of clocks, each: standard (4 bytes), opened as the difference to the
 * one before, ordinal, state, holder's organisation, start, the holder's since and due
 * (4 bytes each), edition, what is missing, from which day it can be (0: any), length and
 * bytes of the words. */
enum { FIXED_MAX = 4 * 4 + 8 * VARINT_MAX };

int open_compare(const struct open_clock *a, const struct open_clock *b)
{
	const int64_t p[] = { a->standard, a->opened, a->ordinal }, q[] = { b->standard, b->opened, b->ordinal };
	for (size_t i = 0; i < COUNT_OF(p); i++)
		if (p[i] != q[i])
			return p[i] < q[i] ? -1 : 1;
	return 0;
}

struct str open_write(const struct open_clock *clocks, size_t n, struct arena *a)
{
	size_t size = 2 * VARINT_MAX + n * FIXED_MAX;
	for (size_t i = 0; i < n; i++)
		size += clocks[i].why.n;
	struct packing w = { arena_alloc(a, size), 0 };
	put_varint(&w, OPEN_VERSION);
	put_varint(&w, n);
	int64_t opened = 0;
	for (size_t i = 0; i < n; i++) {
		const struct open_clock *c = &clocks[i];
		put_u32(&w, (uint32_t)c->standard);
		put_signed(&w, wrap_difference(c->opened, opened));
		put_varint(&w, (uint64_t)c->ordinal);
		put_varint(&w, c->state);
		put_signed(&w, c->holder_org);
		put_u32(&w, (uint32_t)c->start);
		put_u32(&w, (uint32_t)c->holder_since);
		put_u32(&w, (uint32_t)c->holder_due);
		put_varint(&w, c->edition);
		put_varint(&w, c->asks);
		put_varint(&w, c->agreed > 0 ? (uint64_t)c->agreed : 0);
		put_varint(&w, c->why.n);
		put_bytes(&w, c->why.p, c->why.n);
		opened = c->opened;
	}
	return (struct str){ (const char *)w.p, w.n };
}

static struct open_clock read_one(struct unpacking *r, int64_t opened_before)
{
	struct open_clock c = { .standard = get_u32(r) };
	c.opened = wrap_sum(opened_before, get_signed(r));
	c.ordinal = (int64_t)get_varint(r);
	c.state = (uint8_t)get_varint(r);
	c.holder_org = get_signed(r);
	c.start = (day_t)get_u32(r);
	c.holder_since = (day_t)get_u32(r);
	c.holder_due = (day_t)get_u32(r);
	c.edition = (uint16_t)get_varint(r);
	c.asks = (uint32_t)get_varint(r);
	uint64_t agreed = get_varint(r);
	c.agreed = agreed ? (day_t)agreed : DAY_NONE;
	uint64_t n = get_varint(r);
	if (r->bad || n > (uint64_t)(r->end - r->p)) {
		r->bad = true;
		return c;
	}
	c.why = (struct str){ (const char *)r->p, (size_t)n };
	r->p += n;
	return c;
}

bool open_find(struct str body, int64_t standard, int64_t opened, int64_t ordinal, struct open_clock *out)
{
	const unsigned char *p = (const unsigned char *)body.p;
	struct unpacking r = { p, p + body.n, body.n == 0 };
	const struct open_clock want = { .standard = standard, .opened = opened, .ordinal = ordinal };
	if (r.bad || get_varint(&r) != OPEN_VERSION)
		return false;
	int64_t before = 0;
	for (uint64_t n = get_varint(&r); n > 0 && !r.bad; n--) {
		struct open_clock c = read_one(&r, before);
		if (!r.bad && open_compare(&c, &want) == 0) {
			*out = c;
			return true;
		}
		before = c.opened;
	}
	return false;
}
