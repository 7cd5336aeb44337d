/*
 * erased.h - what is left of a lawful erasure, inside the store and outside of it.
 *
 * Inside: tombstones (table erasure), with marks. A mark is a hash, with a salt of this store,
 * of the council's number of a record, or of the key under which a file told an entry: so a
 * file that tells the same again is known, and nothing of what was erased is kept for that.
 *
 * Outside: the list of erasures, a file that no backup holds. A store that was restored, by
 * Linnet, by PostgreSQL's own means or by copying a file, is older than what was erased since.
 * Whoever opens it compares it with the list first, and what is missing is erased again before
 * anybody reads. A line is written, and durable, before the erasure is committed; what the
 * store has and the list lacks is added to the list (another server of the same store). The
 * store keeps where its list stood: restored under another name it takes that list over.
 */
#ifndef LINNET_WORK_OVERSEE_ERASED_H
#define LINNET_WORK_OVERSEE_ERASED_H

#include "base/hash.h"
#include "record/event.h"
#include "work/app.h"

enum { ERASED_SALT_MAX = 65, ERASED_FILE_MAX = 64 << 20 };

struct erased_item {
	int64_t person, event; /* event 0: the whole record */
	struct str mark;
};
struct erased { /* one erasure, as the list and the store keep it */
	int64_t id, person, event;
	struct str ground, why;
	int64_t asked_by, asked_org, asked_ms, decided_by, decided_org, decided_ms, entries;
	struct erased_item *items;
	size_t n;
	bool sealed; /* the entry was under seal; not kept */
};

/* The salt of this store's marks; made if there is none and `make`, else empty. */
enum rc erased_salt(struct db *db, bool make, char out[ERASED_SALT_MAX], struct err *e) NODISCARD;
/* Of what a file told of a record under a natural key. */
char *erased_mark(const char *salt, struct str council, struct str ref, struct str natural, char out[HASH_HEX_MAX]);
/* Marks under which a record with this number may have been erased: of the number in capitals, so that a file that
 * writes it otherwise is known; of the number as it is, as records were marked once. */
enum { ERASED_WAYS = 2 };
void erased_record_marks(const char *salt, struct str council, struct str ref, char out[ERASED_WAYS][HASH_HEX_MAX]);

/* In place of a natural key, for an entry that no file told: its kind, day and codes, so that a file that tells the
 * same of the child is known. Empty: it says nothing by itself, or a file told it. */
struct str erased_content(const struct vocab *v, const struct event *ev, struct arena *a);
bool erased_told_by_file(const struct event *ev);

/* Store and list made to agree. *again_out: erasures that were carried out again. RC_CORRUPT if the
 * list is of another store or cannot be read: then nobody may read. */
enum rc erased_agree(struct app *app, int64_t *again_out, struct err *e) NODISCARD;
/* A line of the list, durable when this returns. RC_REFUSED: nobody said where the list is. */
enum rc erased_note(struct app *app, const char *salt, const struct erased *x, struct err *e) NODISCARD;

/* Before a backup: if something was erased since, the file of the store is written anew, so that neither
 * it nor the copy holds a trace of it. */
enum rc erased_trace_none(struct app *app, struct err *e) NODISCARD;

#endif
