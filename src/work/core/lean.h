/*
 * lean.h - every child's history at once, for reports: packed, and on several threads.
 *
 * The packed history (record/compact.h) is written with every write of a child,
 * in its transaction. Reading it costs a tenth of reading the events. It tells
 * what rules see, and neither names nor notes nor where an entry came from.
 */
#ifndef LINNET_WORK_CORE_LEAN_H
#define LINNET_WORK_CORE_LEAN_H

#include "work/core/history.h"

/* What is kept of the record itself, without those joined to it and without what is sealed. */
struct str lean_pack(struct app *app, const struct history *h, struct arena *a);
/* Writes the packed history beside the events, if it differs: `packed` is lean_pack of h, those of
 * the records joined to it are made here. */
enum rc lean_keep(struct app *app, struct db *db, const struct history *h, struct str packed, struct arena *a,
		  struct err *e) NODISCARD;
/* Is it kept so? */
enum rc lean_compare(struct db *db, int64_t person, struct str packed, struct arena *a, bool *kept_out,
		     struct err *e) NODISCARD;
enum rc lean_put(struct db *db, int64_t person, struct str body, struct err *e) NODISCARD;

/* history_for_rules from the packed history, at half the cost of reading the events. False in
 * *believed_out, and nothing in `out`: there is none, it cannot be read, it is not of the
 * events that are there (event_mark), or it takes more to read this child (sealed or joined
 * entries, kinds that the words of today do not know). A change within an event row is not seen.
 * *packed_out: what is kept, in `a`. */
enum rc lean_for_rules(struct app *app, struct db *db, const struct sql_person_get_out *p, struct arena *a,
		       struct history *out, struct str *packed_out, bool *believed_out, struct err *e) NODISCARD;
/* As the statement event_mark has it of the rows. */
int64_t lean_mark(const struct event *ev, size_t n);
/* Nothing of a record by itself is sealed, joined or of a kind that the words of today do not know. */
bool lean_is_plain(struct app *app, const struct event *ev, size_t n);

/* As history_range, from packed histories: events without names, notes and sources. */
enum rc lean_range(struct app *app, struct db *db, int64_t from, int64_t to, int64_t known_ms, history_each *each,
		   void *arg, struct err *e) NODISCARD;

enum { LEAN_THREADS_MAX = 16 };
/* Everyone, in parts of about the same size, each on a thread of its own: `each` is
 * called with args[part]; children of a part come in order of id. *n_parts_out parts
 * were used, at most `threads` and LEAN_THREADS_MAX. The first error of any part. */
enum rc lean_everyone(struct app *app, int64_t known_ms, size_t threads, history_each *each, void *const *args,
		      size_t *n_parts_out, struct err *e) NODISCARD;

#endif
