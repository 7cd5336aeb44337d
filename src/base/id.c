#include "base/id.h"

#include <stddef.h>

#include "base/hash.h"
#include "base/secret.h"

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

/* ---- as text ---- */

enum { LETTERS = 13, ROUNDS = 8 };
static const char letters[] = "0123456789abcdefghjkmnpqrstvwxyz";

/* Thirteen letters hold 65 bits. The first bit says that the other 64 are enciphered. */
static const unsigned KEYED = 16;

static struct {
	atomic_bool known;
	unsigned char key[ID_KEY_BYTES];
} own;
_Static_assert((int)ID_KEY_BYTES == (int)HASH_KEY_BYTES, "one key");

void id_key(const unsigned char *key)
{
	if (key && atomic_load(&own.known) && memcmp(own.key, key, ID_KEY_BYTES) == 0)
		return; /* the same store once more: others may be reading */
	atomic_store(&own.known, false);
	if (key)
		memcpy(own.key, key, ID_KEY_BYTES);
	atomic_store(&own.known, key != NULL);
}

static uint32_t round_of(uint32_t half, uint32_t number)
{
	const uint32_t in[] = { half, number };
	return (uint32_t)hash_keyed(own.key, in, sizeof in);
}

/* A Feistel network over two halves of 32 bits (Luby and Rackoff, 1988: four rounds of a good function make a good
 * permutation). */
static uint64_t enciphered(uint64_t v)
{
	uint32_t l = (uint32_t)(v >> 32), r = (uint32_t)v;
	for (uint32_t i = 0; i < ROUNDS; i++) {
		uint32_t next = l ^ round_of(r, i);
		l = r;
		r = next;
	}
	return (uint64_t)l << 32 | r;
}

static uint64_t deciphered(uint64_t v)
{
	uint32_t l = (uint32_t)(v >> 32), r = (uint32_t)v;
	for (uint32_t i = ROUNDS; i-- > 0;) {
		uint32_t before = r ^ round_of(l, i);
		r = l;
		l = before;
	}
	return (uint64_t)l << 32 | r;
}

static char *put(uint64_t v, unsigned first, char *out)
{
	for (int i = LETTERS - 1; i > 0; i--, v >>= 5)
		out[i] = letters[v & 31];
	out[0] = letters[first | v];
	out[LETTERS] = '\0';
	return out;
}

char *id_plain(int64_t id, char *out)
{
	return put((uint64_t)id, 0, out);
}

char *id_text(int64_t id, char *out)
{
	return atomic_load(&own.known) ? put(enciphered((uint64_t)id), KEYED, out) : id_plain(id, out);
}

char *id_random(char *out)
{
	uint64_t v;
	random_bytes((unsigned char *)&v, sizeof v);
	return id_text((int64_t)(v >> 1), out);
}

enum rc id_parse(struct str s, int64_t *out)
{
	if (s.n != LETTERS)
		return RC_BAD_INPUT;
	uint64_t v = 0;
	bool keyed = false;
	for (size_t i = 0; i < s.n; i++) {
		const char *at = s.p[i] ? strchr(letters, s.p[i]) : NULL;
		if (!at)
			return RC_BAD_INPUT;
		keyed = keyed || (i == 0 && at - letters >= (ptrdiff_t)KEYED);
		v = v << 5 | (uint64_t)(at - letters); /* the first bit of all is pushed out */
	}
	if (keyed && !atomic_load(&own.known))
		return RC_BAD_INPUT;
	v = keyed ? deciphered(v) : v;
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
