#include "work/core/shown_ids.h"

#include "base/id.h"
#include "base/secret.h"
#include "base/text.h"
#include "store/sql.h"

#define SHOWN_KEY "id-key"

struct shown_key {
	unsigned char bytes[ID_KEY_BYTES];
	bool known;
};

static bool bytes_of_hex(struct str s, unsigned char *out, size_t n)
{
	for (size_t i = 0; s.n == 2 * n && i < n; i++) {
		char two[3] = { s.p[2 * i], s.p[2 * i + 1], '\0' }, *end;
		out[i] = (unsigned char)strtoul(two, &end, 16);
		if (*end)
			return false;
	}
	return s.n == 2 * n;
}

static enum rc read_shown_key(struct db *db, void *arg, struct err *e)
{
	struct shown_key *k = arg;
	struct arena a AUTO(arena_release);
	arena_init(&a);
	struct sql_setting_get_out kept;
	enum rc rc = sql_setting_get(db, &(struct sql_setting_get_in){ STR(SHOWN_KEY) }, &a, &kept, e);
	k->known = rc == RC_OK && bytes_of_hex(kept.value, k->bytes, sizeof k->bytes);
	return rc == RC_NOT_FOUND ? RC_OK : rc;
}

static enum rc make_shown_key(struct db *db, void *arg, struct err *e)
{
	struct shown_key *k = arg;
	char hex[2 * ID_KEY_BYTES + 1];
	enum rc rc = read_shown_key(db, k, e);
	if (rc != RC_OK || k->known)
		return rc;
	random_bytes(k->bytes, sizeof k->bytes);
	for (size_t i = 0; i < sizeof k->bytes; i++)
		snprintf(hex + 2 * i, 3, "%02x", k->bytes[i]);
	return sql_setting_put(db, &(struct sql_setting_put_in){ STR(SHOWN_KEY), str_of(hex) }, NULL, e);
}

enum rc shown_ids_key(struct store *store, struct err *e)
{
	struct shown_key k = { .known = false };
	struct err unsaid = { 0 };
	enum rc rc = store_read(store, read_shown_key, &k, e);
	if (rc == RC_OK && !k.known)
		k.known = store_write(store, make_shown_key, &k, &unsaid) == RC_OK;
	if (rc == RC_OK)
		id_key(k.known ? k.bytes : NULL);
	return rc;
}
