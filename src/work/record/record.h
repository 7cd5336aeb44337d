/*
 * record.h - saying that something happened, correcting it, taking it back.
 *
 * Each is first previewed (nothing is written; the answer lists every clock
 * that would change) and then saved with the same draft. `version` is the edit
 * token of the child, the newest entry that the viewer sees: RC_CONFLICT if somebody
 * wrote something else that they see in between. The same new entry
 * sent again by the same person within ten minutes is answered as saved, with the
 * event of the first time: nothing is recorded twice because an answer was lost.
 */
#ifndef LINNET_WORK_RECORD_RECORD_H
#define LINNET_WORK_RECORD_RECORD_H

#include "record/event.h"
#include "work/see/child.h"

enum change { CHANGE_RECORD = 1, CHANGE_CORRECT, CHANGE_VOID };

struct draft { /* as typed: every field is text and checked here */
	enum change change;
	int64_t person, version;
	int64_t event;				      /* the event to correct or void */
	struct str kind;			      /* vocab id */
	struct str at, minute;			      /* "2026-11-22" or dd/mm/yyyy; "09:30" or empty */
	struct str code, code2, value, end, ref, org; /* org by code */
	struct str note, why;			      /* why: asked for when correcting or voiding */
};

struct draft_problem {
	struct str field, text;
}; /* field: "at", "code" ...; for the error summary */

struct clock_change { /* one clock before and after */
	struct str id;
	const struct standard_info *standard;
	bool before_there, after_there;
	struct clock before, after;
	struct str words; /* "Due moves from Wed 2 December to Tue 1 December" */
};

struct preview {
	const struct draft_problem *problems;
	size_t n_problems; /* if any, nothing else is filled */
	struct child_head head;
	struct str words;  /* what will be written, in one line */
	struct str detail; /* its other answers, as on the child's page; empty: none */
	const struct clock_change *changes;
	size_t n_changes;
	int64_t version;
};

/* Kinds this viewer may record for this child, in order of data/kinds.yaml. */
size_t record_kinds(struct app *app, const struct viewer *v, struct arena *a, const struct kind ***out);
/* Values to choose from for `ref` (open placements, requests ...): ref and words. */
struct ref_choice {
	struct str ref, words;
};
enum rc record_refs(struct app *app, const struct viewer *v, int64_t person, struct str kind, struct arena *a,
		    const struct ref_choice **out, size_t *n_out, struct err *e) NODISCARD;
/* Fills a draft with what the event says now, to be corrected. */
enum rc record_draft_of(struct app *app, const struct viewer *v, int64_t person, int64_t event, struct arena *a,
			struct draft *out, struct err *e) NODISCARD;
enum rc record_preview(struct app *app, const struct viewer *v, const struct draft *d, struct arena *a,
		       struct preview *out, struct err *e) NODISCARD;
/* RC_BAD_INPUT if the draft has problems (preview lists them). */
enum rc record_save(struct app *app, const struct viewer *v, const struct draft *d, struct arena *a, int64_t *event_out,
		    struct err *e) NODISCARD;

#endif
