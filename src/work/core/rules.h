/*
 * rules.h - a set of rules: the documents it is made of, and what they compile to.
 *
 * The rules are documents: kinds.yaml, sharing.yaml, chase.yaml, handback.yaml, standards/NAME.yaml,
 * parameters/NAME.yaml, measures/NAME.yaml, holidays/NAME.csv. Each is kept in the store with its whole text and the
 * instant from which it is known. The set that was known at an instant is, for
 * each name, the newest document known by then. A set is immutable and counted:
 * whoever holds it keeps it, however often others change the rules meanwhile.
 */
#ifndef LINNET_WORK_CORE_RULES_H
#define LINNET_WORK_CORE_RULES_H

#include "base/arena.h"
#include "base/err.h"
#include "base/hash.h"
#include "measure/share.h"
#include "standard/engine.h"

enum { DOCUMENTS_MAX = 600, DOCUMENT_BYTES_MAX = 4 * 1024 * 1024, DOCUMENT_NAME_MAX = 100 };

struct document {
	struct str name; /* "standards/review-health-assessment.yaml" */
	struct str body;
	char hash[HASH_HEX_MAX]; /* of the body */
	int64_t known_ms;	 /* 0: read from a file, not from the store */
	bool region;		 /* changed here: newer than what the program ships */
	char shipped[HASH_HEX_MAX];
	int64_t author;
	struct str why;
};

struct rule_set;

/* Is this the name of a document of the rules: in a folder that holds some, with
 * its ending, and of plain letters? */
bool document_name_ok(struct str name);
/* The documents of DIR, in order of name, in `a`. */
enum rc documents_read(const char *dir, struct arena *a, struct document **out, size_t *n_out, struct err *e) NODISCARD;
/* Fills in the hash. */
struct document document_of(struct arena *a, struct str name, struct str body);

/* Compiles copies of the documents (any order; sorted by name inside). RC_BAD_INPUT
 * names document:line:column. The set is held once. */
enum rc rule_set_make(const struct document *docs, size_t n, struct rule_set **out, struct err *e) NODISCARD;
struct rule_set *rule_set_hold(struct rule_set *s);
void rule_set_let_go(struct rule_set *s);

size_t rule_set_documents(const struct rule_set *s, const struct document **out);
const struct document *rule_set_document(const struct rule_set *s, struct str name); /* NULL: none */
const char *rule_set_hash(const struct rule_set *s);	/* names the texts of all documents */
uint64_t rule_set_clock_hash(const struct rule_set *s); /* only of what clocks are made by */
/* Hash of documents, in order of name, without compiling them. */
char *documents_hash(const struct document *docs, size_t n, char out[HASH_HEX_MAX]);

const struct vocab *rule_set_vocab(const struct rule_set *s);
const struct rulebook *rule_set_rulebook(const struct rule_set *s);
const struct measures *rule_set_measures(const struct rule_set *s);
struct sharing_rule rule_set_sharing(const struct rule_set *s); /* which counts are hidden from boards */
/* All holidays that are not taken back. */
const struct workdays *rule_set_workdays(const struct rule_set *s);
/* Only holidays proclaimed by that day. The caller's; the set must outlive it. */
struct workdays *rule_set_workdays_known(const struct rule_set *s, day_t known_on);

/* An engine of one's own for the set's rules; the set keeps a few for its own calendar. */
struct engine *rule_set_engine(struct rule_set *s, const struct workdays *w);
void rule_set_engine_back(struct rule_set *s, struct engine *en, const struct workdays *w);

#endif
