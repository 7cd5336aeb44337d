/*
 * audit_row.h - the canonical bytes of a line of the audit and of a seal (audit.h).
 * Whatever the table `audit` holds is in the one or the other half of a line.
 */
#ifndef LINNET_WORK_OVERSEE_AUDIT_ROW_H
#define LINNET_WORK_OVERSEE_AUDIT_ROW_H

#include "base/hash.h"
#include "base/text.h"

enum { SALT_LETTERS = 32, SEALED_ROW = 8 + HASH_BYTES }; /* bytes of one line in the body of a seal */

struct audit_row {
	int64_t id, at_ms, account, org;
	struct str act, role;
	int64_t person, event; /* from here on: the body */
	struct str what, reason;
	struct str salt; /* SALT_LETTERS of the salt, or the 64 digits of an erased body's hash */
};

bool audit_row_erased(const struct audit_row *r);
/* What stands in an erased line instead of its words; which erasure it names, false: none. */
struct str audit_erased_words(int64_t erasure, struct arena *a);
bool audit_erased_by(struct str what, int64_t *erasure_out);
/* The hash of the body, 64 digits: what stands in place of the salt once the body is erased. */
void audit_body_hash(const struct audit_row *r, char hex[HASH_HEX_MAX]);
void audit_row_hash(const struct audit_row *r, unsigned char out[HASH_BYTES]);
void audit_seal_hash(int64_t n, int64_t at_ms, struct str previous, struct str body, char hex[HASH_HEX_MAX]);

void audit_sealed_put(struct buf *body, const struct audit_row *r);
/* The i-th line of a seal's body. */
int64_t audit_sealed_id(struct str body, size_t i);
const unsigned char *audit_sealed_hash(struct str body, size_t i);

#endif
