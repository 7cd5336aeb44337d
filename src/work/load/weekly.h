/*
 * weekly.h - a council's weekly list: read, compared with the record, and accepted
 * by a person, child by child.
 *
 * A list is kept as it was read. What it would change is worked out whenever
 * somebody looks: from the list, the record of this moment and what was answered
 * before. Accepting writes events through the same function as a page, one unit of
 * work a child, with the list as their source.
 *
 * Rules of use
 *  - Nothing is written until somebody accepts. An answer names the proposal by its
 *    kind and content; if it no longer follows (somebody was quicker, the record has
 *    changed) the answer is RC_CONFLICT and nothing is written.
 *  - A list speaks of its own day. Where a list of a later day has the same child,
 *    the later one speaks.
 *  - A list belongs to the organisation that loaded it. A child of a council that it
 *    serves is compared by its number there; any other only inside the circle.
 */
#ifndef LINNET_WORK_LOAD_WEEKLY_H
#define LINNET_WORK_LOAD_WEEKLY_H

#include "exchange/weekly/compare.h"
#include "work/load/match.h"
#include "work/record/record.h"

struct weekly_request {
	int fd;			      /* the open file; stays the caller's */
	struct str name;	      /* what it was called */
	struct str council;	      /* by code or name */
	day_t listed_on;	      /* of which it speaks; DAY_NONE: today */
	bool partial;		      /* one team's list, for example: nobody is proposed as having left */
	bool short_confirmed;	      /* it is really whole, though many are missing */
	struct str mapping;	      /* YAML of the mapping by which it is read; empty: by its headings */
	const int64_t *heading_lines; /* as load_workbook has them; NULL: looked for */
	size_t n_heading_lines;
	bool dry_run;
};

struct weekly_summary {
	int64_t id;		      /* 0 for a dry run */
	struct str name, by, mapping; /* mapping: by which it was read; empty: by its headings */
	struct str heading;	      /* of the rows kept back, as a line of CSV */
	const struct organisation *council;
	day_t listed_on, before, after; /* the whole list before, and a list that speaks of a later day; DAY_NONE */
	bool partial, unsure, asked, set_aside;
	bool again; /* the same list was loaded before: this is that one */
	int64_t loaded_ms, rows_read, rows_kept_back, rows_elsewhere, missing, expected;
};

struct weekly_proposal {
	struct proposal p;
	bool later; /* "not now" was answered on this list */
};

struct weekly_item {	    /* a child of the list, or one that is not on it */
	struct str key;	    /* "row-12", "left-0sab3wjvc0801": names it in addresses */
	struct str ref;	    /* the council's number; if it gave none, which record it is */
	struct str kept_as; /* the same as answers are kept for it: with plain ids */
	int64_t person;	    /* its record; 0: none */
	struct str given, family;
	day_t born;
	const struct weekly_row *row; /* NULL: not on the list */
	const struct weekly_proposal *proposals;
	size_t n;
	const struct match_candidate *candidates; /* who it may be: then nothing else is proposed */
	size_t n_candidates;
	bool waiting;	  /* the council was asked who it is */
	struct str alike; /* of a number that is there with other capitals: why nothing is proposed; else empty */
	bool blocked;	  /* its number is of a record that is closed, or beyond the circle: which is not said */
};

struct weekly_page {
	struct weekly_summary list;
	const struct weekly_item *items; /* with anything to say; by kind of their first proposal, then name */
	size_t n;
	size_t sure, doubtful, who, later, blocked; /* proposals; rows to be matched, or alike */
	int64_t same;				    /* children of whom list and record say the same */
	int64_t short_breaks; /* children of short breaks who are not on the list: it says nothing */
	int64_t superseded;   /* children of whom a later list speaks */
	const struct batch_finding *findings;
	size_t n_findings;
	int64_t findings_total;
	int64_t accepted, rejected, not_now; /* answers given on this list */
};

/* How is this file to be read? BY_HEADINGS: they are those of data/weekly-list.yaml, or nothing
 * can be made of it and reading will say why. BY_MAPPING: a mapping of the team fits it whole
 * and leaves nothing to ask: *mapping_out is its text. TO_MAP: somebody must say what its
 * columns are (workbook.h, workbook_drop_list). The file must be one that can be read more
 * than once. */
enum weekly_how { WEEKLY_BY_HEADINGS, WEEKLY_BY_MAPPING, WEEKLY_TO_MAP };
enum rc weekly_recognise(struct app *app, const struct viewer *v, struct str name, int fd, struct arena *a,
			 enum weekly_how *how_out, struct str *mapping_out, struct err *e) NODISCARD;

/* The rows kept back of a list as CSV, as they stood, with row number and reason: to be corrected
 * and loaded again. RC_NOT_FOUND: no such list. */
enum rc weekly_kept_back(struct app *app, const struct viewer *v, int64_t list, struct buf *out,
			 struct err *e) NODISCARD;

/* Reads, keeps and compares. RC_BAD_INPUT: it is no list, the words say why. */
enum rc weekly_load(struct app *app, const struct viewer *v, const struct weekly_request *r, struct arena *a,
		    struct weekly_page *out, struct err *e) NODISCARD;
enum rc weekly_lists(struct app *app, const struct viewer *v, size_t limit, struct arena *a,
		     const struct weekly_summary **out, size_t *n_out, struct err *e) NODISCARD;
enum rc weekly_see(struct app *app, const struct viewer *v, int64_t list, struct arena *a, struct weekly_page *out,
		   struct err *e) NODISCARD;

/* A list that is suspiciously short waits for one of these. */
enum weekly_is { WEEKLY_IS_WHOLE = 1, WEEKLY_IS_PARTIAL, WEEKLY_IS_WRONG };
enum rc weekly_confirm(struct app *app, const struct viewer *v, int64_t list, enum weekly_is is,
		       struct err *e) NODISCARD;

struct weekly_choice { /* what a person says to one proposal; texts as typed */
	int64_t list;
	struct str key, kind, content;
	struct str at;	   /* the day, if it is not the list's */
	struct str code;   /* why care ended (PROPOSE_LEFT); empty: not known */
	struct str answer; /* "accepted", "not-now", "rejected" */
	struct str why;	   /* asked for when rejecting */
};

struct weekly_child_page { /* one child, and one of its proposals looked at closely */
	struct weekly_summary list;
	struct weekly_item item;
	const struct weekly_proposal *chosen;
	const struct draft_problem *problems;
	size_t n_problems;
	day_t day;			    /* on which it would be recorded; DAY_NONE: to be stated */
	const struct clock_change *changes; /* once the day is known */
	size_t n_changes;
	const struct str *events; /* what would be written, one line each */
	size_t n_events;
};
/* `c` NULL or without a kind: the child's first proposal, as the list has it. */
enum rc weekly_child(struct app *app, const struct viewer *v, int64_t list, struct str key,
		     const struct weekly_choice *c, struct arena *a, struct weekly_child_page *out,
		     struct err *e) NODISCARD;
/* RC_BAD_INPUT if something is missing (weekly_child lists the problems). */
enum rc weekly_answer(struct app *app, const struct viewer *v, const struct weekly_choice *c, struct err *e) NODISCARD;
/* Accepts sure proposals, each child in a unit of its own. Those that no longer follow are
 * counted in *told_out and left. `keys` NULL: all that are sure. */
enum rc weekly_accept_sure(struct app *app, const struct viewer *v, int64_t list, const struct str *keys, size_t n,
			   int64_t *accepted_out, int64_t *told_out, struct err *e) NODISCARD;

/* Who is this row? "same": a record with the council's number is made and joined with
 * `person`; "different": not asked again of this pair; "cannot-tell": the council is asked. */
enum rc weekly_match(struct app *app, const struct viewer *v, int64_t list, struct str key, int64_t person,
		     struct str answer, struct str why, struct err *e) NODISCARD;

#endif
