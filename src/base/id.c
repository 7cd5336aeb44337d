#include "base/id.h"

enum { NODE_BITS = 10, SEQUENCE_BITS = 12 };
static const int64_t epoch_ms = 1577836800000; /* 1 January 2020 */

void id_source_init(struct id_source *s, int64_t node)
{
	atomic_init(&s->last, 0);
	s->node = node & ((1 << NODE_BITS) - 1);
}

int64_t id_new(struct id_source *s, int64_t now_ms)
{
	int64_t floor = (now_ms - epoch_ms) << SEQUENCE_BITS;
	int64_t last = atomic_load(&s->last), next;
	do
		next = last + 1 > floor ? last + 1 : floor;
	while (!atomic_compare_exchange_weak(&s->last, &last, next));
	int64_t ms = next >> SEQUENCE_BITS, sequence = next & ((1 << SEQUENCE_BITS) - 1);
	return (ms << (NODE_BITS + SEQUENCE_BITS)) | (s->node << SEQUENCE_BITS) | sequence;
}

void id_past(struct id_source *s, int64_t id)
{
	int64_t floor = (id >> (NODE_BITS + SEQUENCE_BITS) << SEQUENCE_BITS) | ((1 << SEQUENCE_BITS) - 1);
	int64_t last = atomic_load(&s->last);
	while (last < floor && !atomic_compare_exchange_weak(&s->last, &last, floor))
		;
}

static const char letters[] = "0123456789abcdefghjkmnpqrstvwxyz";

char *id_text(int64_t id, char *out)
{
	for (int i = 12; i >= 0; i--, id >>= 5)
		out[i] = letters[id & 31];
	out[13] = '\0';
	return out;
}

enum rc id_parse(struct str s, int64_t *out)
{
	if (s.n != 13)
		return RC_BAD_INPUT;
	uint64_t v = 0;
	for (size_t i = 0; i < s.n; i++) {
		const char *at = s.p[i] ? strchr(letters, s.p[i]) : NULL;
		if (!at || v >> 58)
			return RC_BAD_INPUT;
		v = v << 5 | (uint64_t)(at - letters);
	}
	if (v > INT64_MAX)
		return RC_BAD_INPUT;
	*out = (int64_t)v;
	return RC_OK;
}

struct str ids_text(const int64_t *ids, size_t n, struct arena *a)
{
	char *p = arena_array(a, n + 1, ID_WIDTH);
	for (size_t i = 0; i < n; i++)
		snprintf(p + i * ID_WIDTH, ID_WIDTH + 1, "%*" PRId64, ID_WIDTH, ids[i]);
	return (struct str){ p, n * ID_WIDTH };
}
