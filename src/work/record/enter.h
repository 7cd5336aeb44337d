/*
 * enter.h - a child who is not on record yet: who it is, what has begun, and a look at
 * what follows before anything is saved.
 *
 * Rules of use
 *  - Records that may be the same child are proposed first (load/match.h), each to be
 *    opened, or said to be another child. Nothing is joined here. What the viewer does not
 *    see, and the record of an adopted child, is neither named nor hinted at.
 *  - A kind with `begins-record` (data/kinds.yaml) begins a record. Care may come with
 *    the placement of the same day.
 *  - Whoever enters a child must be in its circle afterwards.
 *  - The number of the form (enter_number) is the child's number if the council's is not
 *    known. The same form sent again within ten minutes is answered with the child of the
 *    first time.
 */
#ifndef LINNET_WORK_RECORD_ENTER_H
#define LINNET_WORK_RECORD_ENTER_H

#include "work/load/match.h"
#include "work/record/record.h"

struct entry { /* as typed: every field is text and checked here */
	struct str number; /* of the form */
	struct str given, family, sex, nhs_number, born, council, ref;
	bool born_not_known;
	struct str kind;		     /* what has begun: vocab id */
	struct str at, minute, code, code2, value, org; /* of that, as in struct draft; org by code */
	struct str placement, area, emergency; /* of a placement on the same day; placement empty: none */
	struct str different, why; /* records said to be another child: ids, a blank between; how that is known */
};

enum entry_part { ENTRY_WHO = 1, ENTRY_WHOLE };

struct entry_page {
	const struct draft_problem *problems;
	size_t n_problems, n_about_who; /* those about who it is come first */
	int64_t taken;			/* the record with the council's number that the viewer sees; 0 */
	const struct match_candidate *candidates; /* that nobody said to be another child */
	size_t n_candidates;
	/* ENTRY_WHOLE, if there is no problem and no candidate: */
	const struct str *events; /* what will be written, a line each */
	size_t n_events;
	const struct organisation *const *circle; /* who will see the child */
	size_t n_circle;
	const struct clock_change *changes; /* clocks that begin */
	size_t n_changes;
};

/* A new number for a form: "N-0sab3wjvc0801". */
struct str enter_number(struct arena *a);
/* Kinds with which this viewer may enter a child, in order of data/kinds.yaml. */
size_t enter_kinds(struct app *app, const struct viewer *v, struct arena *a, const struct kind ***out);
/* Writes nothing but that the viewer looked at each candidate. RC_REFUSED by role. */
enum rc enter_look(struct app *app, const struct viewer *v, const struct entry *n, enum entry_part part,
		   struct arena *a, struct entry_page *out, struct err *e) NODISCARD;
/* RC_BAD_INPUT if there are problems; RC_CONFLICT if meanwhile somebody recorded what may be
 * the same child (enter_look names it). One transaction. */
enum rc enter_save(struct app *app, const struct viewer *v, const struct entry *n, struct arena *a,
		   int64_t *person_out, int64_t *event_out, struct err *e) NODISCARD;

#endif
