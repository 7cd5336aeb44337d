#include "work/core/chance.h"

#include "base/hash.h"
#include "base/id.h"
#include "base/text.h"
#include "store/sql.h"

#define IDS_KEY "id-key"

enum rc chance_word(struct db *db, struct str name, bool make, char out[TOKEN_HEX_MAX], struct err *e)
{
	struct arena a AUTO(arena_release);
	struct sql_setting_get_out kept;
	arena_init(&a);
	enum rc rc = sql_setting_get(db, &(struct sql_setting_get_in){ name }, &a, &kept, e);
	if (rc == RC_NOT_FOUND && make) {
		token_new(out);
		rc = sql_setting_add(db, &(struct sql_setting_add_in){ name, str_of(out) }, NULL, e);
		if (rc == RC_OK)
			rc = sql_setting_get(db, &(struct sql_setting_get_in){ name }, &a, &kept, e);
	}
	if (rc == RC_OK)
		snprintf(out, TOKEN_HEX_MAX, STR_FMT, STR_ARG(kept.value));
	return rc;
}

static enum rc read_key(struct db *db, void *word, struct err *e)
{
	return chance_word(db, STR(IDS_KEY), false, word, e);
}

static enum rc make_key(struct db *db, void *word, struct err *e)
{
	return chance_word(db, STR(IDS_KEY), true, word, e);
}

enum rc chance_ids_key(struct store *store, struct err *e)
{
	char word[TOKEN_HEX_MAX];
	unsigned char key[HASH_BYTES]; /* of which id_key takes the first ID_KEY_BYTES */
	struct hash h;
	struct err unsaid = { 0 };
	enum rc rc = store_read(store, read_key, word, e);
	if (rc == RC_NOT_FOUND && store_write(store, make_key, word, &unsaid) != RC_OK) {
		id_key(NULL);
		return RC_OK;
	}
	if (rc != RC_OK && rc != RC_NOT_FOUND)
		return rc;
	hash_begin(&h);
	hash_add(&h, word, strlen(word));
	hash_end_raw(&h, key);
	id_key(key);
	return RC_OK;
}
