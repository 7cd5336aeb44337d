#include "work/oversee/audit_row.h"

#include "base/id.h"

/* Numbers are 8 bytes, the highest first; texts have their length before them: no two
 * different lines have the same bytes. */
static void number_bytes(int64_t v, unsigned char out[8])
{
	for (int i = 7; i >= 0; i--, v >>= 8)
		out[i] = (unsigned char)(v & 255);
}

static void add_number(struct hash *h, int64_t v)
{
	unsigned char b[8];
	number_bytes(v, b);
	hash_add(h, b, sizeof b);
}

static void add_text(struct hash *h, struct str s)
{
	add_number(h, (int64_t)s.n);
	hash_add(h, s.p, s.n);
}

bool audit_row_erased(const struct audit_row *r)
{
	return r->salt.n == HASH_HEX_MAX - 1;
}

static const char erased_words[] = "lawfully erased, see erasure ";

struct str audit_erased_words(int64_t erasure, struct arena *a)
{
	char text[ID_TEXT_MAX];
	return arena_printf(a, "%s%s", erased_words, id_text(erasure, text));
}

bool audit_erased_by(struct str what, int64_t *erasure_out)
{
	size_t n = strlen(erased_words);
	return str_starts(what, erased_words) && id_parse((struct str){ what.p + n, what.n - n }, erasure_out) == RC_OK;
}

void audit_body_hash(const struct audit_row *r, char hex[HASH_HEX_MAX])
{
	struct hash h;
	hash_begin(&h);
	add_text(&h, STR("linnet audit body 1"));
	add_text(&h, r->salt);
	add_number(&h, r->person);
	add_number(&h, r->event);
	add_text(&h, r->what);
	add_text(&h, r->reason);
	hash_end(&h, hex);
}

void audit_row_hash(const struct audit_row *r, unsigned char out[HASH_BYTES])
{
	struct hash h;
	char body[HASH_HEX_MAX];
	if (!audit_row_erased(r))
		audit_body_hash(r, body);
	hash_begin(&h);
	add_text(&h, STR("linnet audit line 1"));
	add_number(&h, r->id);
	add_number(&h, r->at_ms);
	add_number(&h, r->account);
	add_number(&h, r->org);
	add_text(&h, r->act);
	add_text(&h, r->role);
	add_text(&h, audit_row_erased(r) ? r->salt : str_of(body));
	hash_end_raw(&h, out);
}

void audit_seal_hash(int64_t n, int64_t at_ms, struct str previous, struct str body, char hex[HASH_HEX_MAX])
{
	struct hash h;
	hash_begin(&h);
	add_text(&h, STR("linnet audit seal 1"));
	add_number(&h, n);
	add_number(&h, at_ms);
	add_text(&h, previous);
	add_text(&h, body);
	hash_end(&h, hex);
}

void audit_sealed_put(struct buf *body, const struct audit_row *r)
{
	unsigned char b[SEALED_ROW];
	number_bytes(r->id, b);
	audit_row_hash(r, b + 8);
	buf_put(body, b, sizeof b);
}

int64_t audit_sealed_id(struct str body, size_t i)
{
	const unsigned char *b = (const unsigned char *)body.p + i * SEALED_ROW;
	uint64_t v = 0;
	for (int k = 0; k < 8; k++)
		v = v << 8 | b[k];
	return (int64_t)v;
}

const unsigned char *audit_sealed_hash(struct str body, size_t i)
{
	return (const unsigned char *)body.p + i * SEALED_ROW + 8;
}
