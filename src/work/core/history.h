/*
 * history.h - one child's events out of the store, and into it.
 */
#ifndef LINNET_WORK_CORE_HISTORY_H
#define LINNET_WORK_CORE_HISTORY_H

#include "record/fold.h"
#include "store/sql.h"
#include "work/app.h"

struct history_part { /* another record of the same child, joined to this one (joined.h) */
	int64_t person, council;
	struct str ref, ending; /* what its references end in while they are read here */
	day_t covered[EVIDENCE_MAX];
};

struct history {
	int64_t person, council; /* council: whose number the child carries */
	struct str ref;		 /* that number */
	day_t covered[EVIDENCE_MAX];
	struct event *events; /* its own and its parts', in order of id; room for `cap` */
	size_t n, cap;
	int64_t joined_to; /* 0; else the record that this one's events are read with: alone it is no child */
	struct history_part *parts;
	size_t n_parts;
};

/* RC_NOT_FOUND if there is no such person. With the events of every record that
 * is joined to it and was at known_ms, without what is sealed (core/seal.h). Coverage as
 * known at known_ms (the unit has called app_coverage_refresh). */
enum rc history_read(struct app *app, struct db *db, int64_t person, int64_t known_ms, struct arena *a,
		     struct history *out, struct err *e) NODISCARD;
/* With what is sealed: for who writes, and to be reduced to what a viewer sees (history_for). */
enum rc history_read_whole(struct app *app, struct db *db, int64_t person, int64_t known_ms, struct arena *a,
			   struct history *out, struct err *e) NODISCARD;
/* history_read of what has been worked out before, from its row `p` (read in this unit), and
 * only what rules see: who only makes caches again needs no author, source, natural
 * key or reason. */
enum rc history_for_rules(struct app *app, struct db *db, const struct sql_person_get_out *p, struct arena *a,
			  struct history *out, struct err *e) NODISCARD;
/* Folds as known at known_ms, coverage filled in. */
void history_fold(struct app *app, const struct history *h, int64_t known_ms, struct arena *a, struct folded *out);
/* The same with the facts of these kinds and of care alone (fold_kinds). */
void history_fold_kinds(struct app *app, const struct history *h, int64_t known_ms, const struct kind_set *kinds,
			struct arena *a, struct folded *out);
/* The whole record without those joined to it, as it is stored. */
enum rc history_read_own(struct app *app, struct db *db, int64_t person, int64_t known_ms, struct arena *a,
			 struct history *out, struct err *e) NODISCARD;
/* Writes events to the store and behind the others of `h`. What corrects an entry,
 * or belongs to something, of a part is written there. RC_LIMIT past EVENTS_PER_CHILD_MAX. */
enum rc history_append(struct app *app, struct db *db, struct history *h, const struct event *ev, size_t n,
		       struct arena *a, struct err *e) NODISCARD;

const struct event *history_event(const struct history *h, int64_t id); /* or NULL */
/* The row of an event of a record that has no parts. */
struct sql_event_insert_in history_row(const struct vocab *v, const struct event *ev);

/* Histories of all persons in [from,to], in order of id: calls `each` for one
 * after the other with an arena that is reset in between. */
typedef enum rc history_each(struct history *h, struct arena *a, void *arg, struct err *e);
/* Without what is sealed. */
enum rc history_range(struct app *app, struct db *db, int64_t from, int64_t to, int64_t known_ms, history_each *each,
		      void *arg, struct err *e) NODISCARD;

#endif
