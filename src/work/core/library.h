/*
 * library.h - the dated documents of the store, and the sets of rules they make.
 *
 * One library for each open program, shared by its threads. It knows the newest
 * set, notices within a second when another program on the same store has
 * changed it, and makes earlier sets again when somebody looks back; a few of
 * those are kept. Sets are handed out held: let them go (rules.h).
 */
#ifndef LINNET_WORK_CORE_LIBRARY_H
#define LINNET_WORK_CORE_LIBRARY_H

#include "store/store.h"
#include "work/core/rules.h"

struct library;

/* A library of files alone, without a store: one set, known always. */
enum rc library_of_files(const char *data_dir, struct library **out, struct err *e) NODISCARD;
/* Compares the files with the newest documents of the store. What differs becomes
 * a document known from `now_ms`, unless the region changed that document: then
 * the region's stays. What is in force must compile, or nothing is written. */
enum rc library_open_store(struct library *l, struct store *s, int64_t now_ms, struct err *e) NODISCARD;
void library_free(struct library *l);

struct rule_set *library_newest(struct library *l);
/* The set as known at an instant; before the first document: the first set. Opens
 * a unit of its own: never call it inside one. */
enum rc library_known(struct library *l, int64_t known_ms, struct rule_set **out, struct err *e) NODISCARD;
/* Looks now whether documents were added, and takes the newest set if so. */
enum rc library_refresh(struct library *l, struct err *e) NODISCARD;
/* The same, at most once a second; a failure leaves what was there. */
void library_poll(struct library *l);
/* Inside a unit: are the store's documents those of the newest set here? */
enum rc library_is_newest(struct library *l, struct db *db, bool *yes_out, struct err *e) NODISCARD;
/* The documents of the program's own files. */
size_t library_shipped(const struct library *l, const struct document **out);

/* Inside a writing unit: adds a document, known from `now_ms` or just after the
 * newest that is there. The shipped text is told by its hash. RC_CONFLICT if the
 * document is no longer the one whose hash is `base` ("": there is none). */
enum rc library_add(struct library *l, struct db *db, const struct document *d, const char *base, int64_t now_ms,
		    struct err *e) NODISCARD;

#endif
