/*
 * weekly_list.h - a weekly list in memory while it is compared. For weekly*.c only.
 *
 * weekly.c reads and keeps lists; weekly_propose.c says what follows for a child;
 * weekly_write.c makes events of what was accepted; weekly_mapped.c reads by a mapping
 * and gives back the rows kept back.
 */
#ifndef LINNET_WORK_LOAD_WEEKLY_LIST_H
#define LINNET_WORK_LOAD_WEEKLY_LIST_H

#include "work/core/write.h"
#include "work/load/alike.h"
#include "work/load/match_unit.h"
#include "work/load/weekly.h"
#include "work/see/head.h"

struct listing {
	struct app *app;
	const struct viewer *v;
	struct weekly_spec *spec;
	struct arena *a; /* for what is shown */
	struct weekly_summary sum;
	int64_t org;		       /* on whose list of lists it stands */
	bool served;		       /* the organisation serves this council */
	const struct weekly_row *rows; /* by the council's number */
	size_t n;
	struct alike numbers; /* of the rows */
	int64_t before_id;    /* the whole list before; 0 */
	bool any_after, whole_after;
};

/* Reads the file by the mapping of the request (weekly_mapped.c); its name goes into `sum`. */
enum rc weekly_read_by(struct listing *l, const struct weekly_request *r, struct weekly_list *out,
		       struct err *e) NODISCARD;
/* Does this viewer's organisation serve the council (or is it the council)? */
bool weekly_serves(const struct app *app, const struct viewer *v, int64_t council);
/* Inside a unit. RC_NOT_FOUND unless it is the viewer's. Rows that were read before stay. */
enum rc listing_read(struct listing *l, struct db *db, int64_t list, struct err *e) NODISCARD;
/* What stands before and after it. */
enum rc listing_place(struct listing *l, struct db *db, struct err *e) NODISCARD;
/* Its rows are these. */
void listing_take(struct listing *l, const struct weekly_row *rows, size_t n);
bool listing_names(const struct listing *l, struct str ref); /* however the number is written */

/* What is known of a child, and what follows. `known` and `h` live in `a`. */
struct compared {
	struct weekly_item item;
	struct weekly_known known;
	struct history h;
	struct folded f;
	bool short_break; /* off the list, and that says nothing: in care only for short breaks */
	bool superseded;  /* a later list speaks of the child */
	bool hidden;	  /* not this viewer's */
};
enum rc compare_row(struct listing *l, struct db *db, const struct weekly_row *row, struct arena *a,
		    struct compared *out, struct err *e) NODISCARD;
/* `person` is a main record that is not on the list. */
enum rc compare_absent(struct listing *l, struct db *db, int64_t person, struct arena *a, struct compared *out,
		       struct err *e) NODISCARD;
/* By its key. RC_NOT_FOUND. */
enum rc compare_key(struct listing *l, struct db *db, struct str key, struct arena *a, struct compared *out,
		    struct err *e) NODISCARD;
/* Everything, into `out` (but for summary and findings). */
enum rc compare_all(struct listing *l, struct db *db, struct weekly_page *out, struct err *e) NODISCARD;
/* Main records in the care of the council on the list's day; at most `max`. */
enum rc children_in_care(struct listing *l, struct db *db, int64_t **out, size_t *n_out, struct err *e) NODISCARD;

/* The record behind a number; *person_out 0 if there is none. *as_out: the number as the record writes it, which may
 * differ from `ref` in capitals. */
enum rc record_of(struct listing *l, struct db *db, struct str ref, struct arena *a, int64_t *person_out,
		  struct str *as_out, struct err *e) NODISCARD;

#endif
