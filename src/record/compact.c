#include "record/compact.h"

#include "base/varint.h"

/*
 * version, number of references, each: length, bytes;
 * number of events, each: flags (2 bytes), then what the flags name. Numbers that
 * grow from event to event are kept as differences. All numbers are varints but
 * for hashes (4 bytes) and days (4 bytes).
 */
enum {
	HAS_MINUTE = 1,
	HAS_CODE = 2,
	HAS_CODE2 = 4,
	HAS_ORG = 8,
	HAS_VALUE = 16,
	HAS_END = 32,
	HAS_REF = 64,
	HAS_REPLACES = 128,
	IS_VOID = 256,
	HAS_DAY = 512,
	SAME_RECORDED = 1024,
	PRECISION_SHIFT = 11,
	FIXED_MAX = 2 + 5 * 4 + 6 * VARINT_MAX,
};

/* ---- writing ---- */

static size_t ref_number(const struct str *refs, size_t n, struct str ref)
{
	size_t i = n;
	while (i > 0 && !str_eq(refs[i - 1], ref)) /* the latest are named most */
		i--;
	return i;
}

static unsigned flags_of(const struct event *ev, int64_t recorded_before)
{
	return (ev->minute != MINUTE_NONE ? HAS_MINUTE : 0u) | (ev->code.n ? HAS_CODE : 0u) |
	       (ev->code2.n ? HAS_CODE2 : 0u) | (ev->org ? HAS_ORG : 0u) | (ev->value != INT64_MIN ? HAS_VALUE : 0u) |
	       (ev->end_day != DAY_NONE ? HAS_END : 0u) | (ev->ref.n ? HAS_REF : 0u) |
	       (ev->replaces ? HAS_REPLACES : 0u) | (ev->voids ? IS_VOID : 0u) | (ev->at != DAY_NONE ? HAS_DAY : 0u) |
	       (ev->recorded_ms == recorded_before ? SAME_RECORDED : 0u) | (unsigned)ev->precision << PRECISION_SHIFT;
}

struct str compact_write(const struct vocab *v, const struct event *ev, size_t n, struct arena *a)
{
	struct str *refs = arena_array(a, n, sizeof *refs);
	size_t *ref_of = arena_array(a, n, sizeof *ref_of), n_refs = 0, size = 40 + n * FIXED_MAX;
	for (size_t i = 0; i < n; i++) {
		if (!ev[i].ref.n)
			continue;
		ref_of[i] = ref_number(refs, n_refs, ev[i].ref);
		if (ref_of[i])
			continue;
		refs[n_refs++] = ev[i].ref;
		ref_of[i] = n_refs;
		size += ev[i].ref.n + 10;
	}
	struct packing w = { arena_alloc(a, size), 0 };
	put_varint(&w, COMPACT_VERSION);
	put_varint(&w, n_refs);
	for (size_t i = 0; i < n_refs; i++) {
		put_varint(&w, refs[i].n);
		put_bytes(&w, refs[i].p, refs[i].n);
	}
	put_varint(&w, n);
	int64_t id = 0, recorded = 0;
	for (size_t i = 0; i < n; i++) {
		unsigned flags = flags_of(&ev[i], recorded);
		w.p[w.n++] = (unsigned char)flags;
		w.p[w.n++] = (unsigned char)(flags >> 8);
		put_signed(&w, wrap_difference(ev[i].id, id));
		if (!(flags & SAME_RECORDED))
			put_signed(&w, wrap_difference(ev[i].recorded_ms, recorded));
		put_u32(&w, vocab_hash(v->kinds[ev[i].kind].id));
		if (flags & HAS_DAY)
			put_u32(&w, (uint32_t)ev[i].at);
		if (flags & HAS_MINUTE)
			put_varint(&w, (uint64_t)ev[i].minute);
		if (flags & HAS_CODE)
			put_u32(&w, vocab_hash(ev[i].code));
		if (flags & HAS_CODE2)
			put_u32(&w, vocab_hash(ev[i].code2));
		if (flags & HAS_ORG)
			put_signed(&w, ev[i].org);
		if (flags & HAS_VALUE)
			put_signed(&w, ev[i].value);
		if (flags & HAS_END)
			put_u32(&w, (uint32_t)ev[i].end_day);
		if (flags & HAS_REF)
			put_varint(&w, ref_of[i] - 1);
		if (flags & HAS_REPLACES)
			put_signed(&w, wrap_difference(ev[i].replaces, ev[i].id));
		id = ev[i].id;
		recorded = ev[i].recorded_ms;
	}
	return (struct str){ (const char *)w.p, w.n };
}

/* ---- reading ---- */

static struct str code_with(const struct vocab *v, uint32_t hash)
{
	return v->codes[vocab_code_hashed(v, hash)];
}

static void read_event(const struct vocab *v, struct unpacking *r, const struct str *refs, size_t n_refs,
		       const struct event *before, struct event *ev)
{
	unsigned flags = r->end - r->p < 2 ? 0u : (unsigned)r->p[0] | (unsigned)r->p[1] << 8;
	if (r->end - r->p < 2) {
		r->bad = true;
		return;
	}
	r->p += 2;
	ev->id = wrap_sum(before ? before->id : 0, get_signed(r));
	ev->recorded_ms = before ? before->recorded_ms : 0;
	if (!(flags & SAME_RECORDED))
		ev->recorded_ms = wrap_sum(ev->recorded_ms, get_signed(r));
	ev->kind = vocab_kind_hashed(v, get_u32(r));
	ev->at = flags & HAS_DAY ? (day_t)get_u32(r) : DAY_NONE;
	ev->minute = flags & HAS_MINUTE ? (int16_t)get_varint(r) : MINUTE_NONE;
	if (flags & HAS_CODE)
		ev->code = code_with(v, get_u32(r));
	if (flags & HAS_CODE2)
		ev->code2 = code_with(v, get_u32(r));
	ev->org = flags & HAS_ORG ? get_signed(r) : 0;
	ev->value = flags & HAS_VALUE ? get_signed(r) : INT64_MIN;
	ev->end_day = flags & HAS_END ? (day_t)get_u32(r) : DAY_NONE;
	if (flags & HAS_REF) {
		uint64_t i = get_varint(r);
		r->bad |= i >= n_refs;
		ev->ref = i < n_refs ? refs[i] : (struct str){ NULL, 0 };
	}
	ev->replaces = flags & HAS_REPLACES ? wrap_sum(ev->id, get_signed(r)) : 0;
	ev->voids = flags & IS_VOID;
	ev->precision = (uint8_t)(flags >> PRECISION_SHIFT & 3);
	ev->written_ms = ev->recorded_ms;
}

enum rc compact_read(const struct vocab *v, struct str bytes, int64_t person, struct arena *a, struct event **out,
		     size_t *n_out)
{
	const unsigned char *p = (const unsigned char *)bytes.p;
	struct unpacking r = { p, p + bytes.n, bytes.n == 0 };
	if (get_varint(&r) != COMPACT_VERSION)
		return RC_BAD_INPUT;
	uint64_t n_refs = get_varint(&r);
	if (r.bad || n_refs > bytes.n)
		return RC_BAD_INPUT;
	struct str *refs = arena_array(a, (size_t)n_refs, sizeof *refs);
	for (size_t i = 0; i < n_refs; i++) {
		uint64_t len = get_varint(&r);
		if (r.bad || len > (uint64_t)(r.end - r.p))
			return RC_BAD_INPUT;
		refs[i] = (struct str){ (const char *)r.p, (size_t)len };
		r.p += len;
	}
	uint64_t n = get_varint(&r);
	if (r.bad || n > bytes.n || n > EVENTS_PER_CHILD_MAX)
		return RC_BAD_INPUT;
	struct event *ev = arena_array(a, (size_t)n, sizeof *ev);
	for (size_t i = 0; i < n && !r.bad; i++) {
		ev[i].person = person; /* all else is zero, as the arena gave it */
		read_event(v, &r, refs, (size_t)n_refs, i ? &ev[i - 1] : NULL, &ev[i]);
	}
	if (r.bad || r.p != r.end)
		return RC_BAD_INPUT;
	*out = ev;
	*n_out = (size_t)n;
	return RC_OK;
}
