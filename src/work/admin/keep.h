/*
 * keep.h - keeping an installation true: verify, rebuild, doctor.
 */
#ifndef LINNET_WORK_ADMIN_KEEP_H
#define LINNET_WORK_ADMIN_KEEP_H

#include "work/admin/doctor.h"
#include "work/app.h"

typedef void keep_progress(void *arg, const char *what, int64_t done, int64_t total);

struct difference {
	int64_t person;
	struct str words;
};

struct verify_report {
	int64_t children;    /* looked at */
	int64_t out_of_date; /* made by other rules, holidays or coverage, or for an earlier day: to be brought up to
				date, not wrong */
	int64_t wrong;	     /* differ from what follows from the record */
	const struct difference *differences; /* the first hundred */
	size_t n_differences;
};

/* Works out everything anew and compares with what is stored. Changes nothing. */
enum rc keep_verify(struct app *app, keep_progress *p, void *arg, struct arena *a, struct verify_report *out,
		    struct err *e) NODISCARD;
/* Makes what is stored again, in short transactions: nobody waits long. A packed history that
 * is of the events that are there is believed (core/lean.h). *changed_out: children whose rows differed. */
enum rc keep_rebuild(struct app *app, keep_progress *p, void *arg, int64_t *children_out, int64_t *changed_out,
		     struct err *e) NODISCARD;
/* The same from every event row, packed histories too: mends all that keep_verify finds. */
enum rc keep_rebuild_from_events(struct app *app, keep_progress *p, void *arg, int64_t *children_out,
				 int64_t *changed_out, struct err *e) NODISCARD;
/* Only children whose rows were made by other rules, holidays or coverage, and
 * those for whom a day has passed; by the newest rules, even if they change meanwhile. */
enum rc keep_catch_up(struct app *app, keep_progress *p, void *arg, int64_t *changed_out, struct err *e) NODISCARD;

/* The same, whenever something changes, on a thread of its own until it is stopped:
 * after a change made here at once, after one made by another program on the same
 * store within seconds. app_waiting says how many children are left. */
struct keeper;
enum rc keeper_start(struct app *app, struct keeper **out, struct err *e) NODISCARD;
void keeper_stop(struct keeper *k); /* NULL is allowed */

/* Whether the machine's clock can be right, by what is recorded: RC_REFUSED with the
 * reason if it stands before the newest thing that happened here, or more than 400 days
 * after it. Late days, sessions and what was known when are counted by this clock. */
enum rc keep_clock(struct app *app, struct err *e) NODISCARD;
/* An instant that a right clock cannot have given: two machines may be some minutes apart. */
bool keep_in_future(int64_t ms, int64_t now_ms);

/* Writes down that a backup was made, or tried, for doctor. */
enum kept_act { KEPT_BACKUP, KEPT_DRILL };
enum rc keep_note(struct app *app, enum kept_act act, struct err *e) NODISCARD;

#endif
