/*
 * write.h - the one way in: events of a child appended, clocks run again,
 * worklists and circle brought up to date, audit written; one transaction.
 */
#ifndef LINNET_WORK_CORE_WRITE_H
#define LINNET_WORK_CORE_WRITE_H

#include "work/core/project.h"

/* Locks the child (every write begins so) and reads its history. */
enum rc child_lock(struct app *app, struct db *db, int64_t person, struct arena *a, struct history *out,
		   int64_t *version_out, struct err *e) NODISCARD;
/* The same for what is said of a child on a page: RC_CONFLICT if the record was
 * joined to another meanwhile. */
enum rc child_lock_main(struct app *app, struct db *db, int64_t person, struct arena *a, struct history *out,
			int64_t *version_out, struct err *e) NODISCARD;
/* The empty history of a person with this council's number; child_append with
 * `fresh` makes the row. */
struct history child_new(struct app *app, int64_t council, struct str ref, struct arena *a);
/* Appends and brings everything that follows up to date. */
enum rc child_append(struct app *app, struct db *db, struct history *h, const struct event *ev, size_t n, bool fresh,
		     struct arena *a, struct err *e) NODISCARD;

/* One line of the audit; about no one person: person 0. */
enum rc audit(struct app *app, struct db *db, const struct viewer *v, int64_t person, const char *act, struct str what,
	      struct str reason, struct err *e) NODISCARD;
/* A look is on the record before anything is shown: asked for once all was read, in a transaction of its own. `what`
 * says nothing of an entry that others may not see; an empty reason is ordinary work. */
enum rc audit_look(struct app *app, const struct viewer *v, int64_t person, struct str what, struct str reason,
		   struct err *e) NODISCARD;
/* The same as a row, for who writes many. */
struct sql_audit_insert_in audit_row(struct app *app, const struct viewer *v, int64_t person, const char *act,
				     struct str what, struct str reason);

/* The same of one entry: who does not see the entry sees no line of it. AUDIT_ACCESS: about who
 * was given sight of what, for whoever gives it. */
enum { AUDIT_ACCESS = -1 };
enum rc audit_entry(struct app *app, struct db *db, const struct viewer *v, int64_t person, const char *act,
		    struct str what, struct str reason, int64_t event, struct err *e) NODISCARD;

/* RC_NOT_FOUND unless the viewer's organisation is in the child's circle today, or they were
 * given sight of a record that an adoption has closed, and agreements share who it is. Nobody else sees such a record,
 * the operator neither. */
enum rc circle_check(struct app *app, struct db *db, const struct viewer *v, int64_t person, struct err *e) NODISCARD;
/* circle_check, and *out: the viewer as they stand towards this child, with what is withheld of it. For forms and all
 * that is written: an emergency opens none. */
enum rc circle_stand(struct app *app, struct db *db, const struct viewer *v, int64_t person, struct viewer *out,
		     struct err *e) NODISCARD;
/* For the pages of one child only: who is not in the circle may have emergency access.
 * *out: the viewer as they stand towards this child, with what is withheld of it. */
enum rc child_check(struct app *app, struct db *db, const struct viewer *v, int64_t person, struct arena *a,
		    struct viewer *out, struct err *e) NODISCARD;
/* Was a record with this council's number, however written, lawfully erased, so that nothing may make it again?
 * Who asks is not told: it is answered like a number that is in use. */
enum rc erased_number(struct app *app, struct db *db, int64_t council, struct str ref, struct arena *a, bool *yes_out,
		      struct err *e) NODISCARD;
/* store_write for who has much to write and nobody in front of a page: while others hold what a unit
 * needs (RC_BUSY: nothing was saved) it is tried again, for LOAD_PATIENCE_MS and no longer. */
enum { LOAD_PATIENCE_MS = 300000 };
enum rc write_patiently(struct app *app, store_fn *fn, void *arg, struct err *e) NODISCARD;
/* RC_REFUSED unless the role may do this at all. */
enum rc require_act(const struct viewer *v, enum act act, struct err *e) NODISCARD;

/* Only brings up to date, with the record it is joined to (time has passed, rules or coverage have changed), whatever
 * is stored. *changed_out: something beside the day of the calculation differed. */
enum rc child_refresh(struct app *app, struct db *db, int64_t person, struct arena *a, bool *changed_out,
		      struct err *e) NODISCARD;

/* Children for whom a day has passed that changes something: brought up to date
 * before a list is read. Bounded batches; does nothing most of the time. */
enum rc wake_children(struct app *app, struct err *e) NODISCARD;

#endif
