/*
 * head.h - the banner of a child, shared by every page about one.
 */
#ifndef LINNET_WORK_SEE_HEAD_H
#define LINNET_WORK_SEE_HEAD_H

#include "work/core/project.h"
#include "work/see/child.h"

/* A child read for a viewer: history, fold, engine's clocks. */
struct child_view {
	struct history h;
	struct folded f;
	struct details details;
	const struct workdays *w; /* of the program as known then */
	struct engine *en;
	const struct clock *clocks; /* copied into the arena */
	size_t n_clocks;
	const bool *unseen; /* [n_clocks] clocks that have no name for the viewer; NULL: each has one */
	day_t as_of;
	int64_t known_ms;
	int64_t version;	/* history_token of `lasting` */
	struct history lasting; /* h without what an emergency opens: what the viewer may write about */
};

/* Reads inside an open unit what this viewer may see of the child (NULL: what everybody of its
 * circle may, for what leaves the house), as known and as of the query's day. `app` is the program
 * as known then (app_known, before the unit). Give back with child_view_end. */
enum rc child_view_begin(struct app *app, struct db *db, const struct viewer *v, const struct child_query *q,
			 struct arena *a, struct child_view *out, struct err *e) NODISCARD;
void child_view_end(struct app *app, struct child_view *cv);

/* From here on only clocks that this viewer may see have names, and are numbered among themselves. */
void child_view_for(struct app *app, const struct viewer *v, struct arena *a, struct child_view *cv);

/* The viewer as they stand when the emergency is over. */
struct viewer without_emergency(const struct viewer *v);
/* The edit token: the newest entry that the viewer sees. What they do not see moves it not. */
int64_t history_token(struct app *app, const struct viewer *v, const struct history *h);

void child_head(struct app *app, const struct viewer *v, const struct child_view *cv, struct arena *a,
		struct child_head *out);
/* Fills what a page says of one clock, but for the turns; the next step is said to the viewer (NULL: none is said). */
void child_clock(struct app *app, const struct viewer *v, const struct child_view *cv, size_t which, struct arena *a,
		 struct child_clock *out);
/* "iha-returned.2": the n-th clock of that standard by start. */
struct str clock_name(struct app *app, const struct child_view *cv, size_t which, struct arena *a);
/* "iha-returned.0sab3wjvc0801.1": the same clock for good, whatever came before it; as people are shown it. */
struct str clock_exact_name(struct app *app, const struct child_view *cv, size_t which, struct arena *a);
/* The same as it is kept with what is said about the clock. */
struct str clock_kept_name(struct app *app, const struct child_view *cv, size_t which, struct arena *a);
/* SIZE_MAX if there is none. Without ".n" the latest counts. */
size_t clock_named(struct app *app, const struct child_view *cv, struct str id);
/* May this viewer see this entry at all? Mental-health entries are for health
 * roles, and a clinician sees only those of their own provider's referrals. */
bool viewer_sees_event(struct app *app, const struct viewer *v, const struct history *h, const struct event *ev);
/* ... the entry with this id: no, if the history that was read for them does not hold it. */
bool viewer_sees_entry(struct app *app, const struct viewer *v, const struct history *h, int64_t id);
/* ... and this clock? Not if something stands behind it that no agreement shares (core/shared.h). */
bool viewer_sees_clock(struct app *app, const struct viewer *v, const struct folded *f, const struct clock *c);
/* The history without the entries that this viewer does not see. */
struct history history_shown(struct app *app, const struct viewer *v, const struct history *h, struct arena *a);
/* What an event says, in one line: title, day of an end, codes. */
struct str event_words(struct app *app, const struct event *ev, struct arena *a);
struct str event_detail(struct app *app, const struct event *ev, struct arena *a);
/* The free words that were written with it; empty where there are none, where `event_detail` holds them, and of a
 * statement about a clock: that stands with its clock, which not everybody sees who sees the entry. */
struct str event_note(struct app *app, const struct event *ev, struct arena *a);
/* By what it came: "requests.csv, row 12", "by link, ..."; empty: entered on a page. */
struct str event_source(const struct event *ev, struct arena *a);
/* And when: "requests.csv, row 12, loaded Sun 22 Nov 2026", "recorded Mon 2 Mar 2026". */
struct str event_from(const struct event *ev, struct arena *a);

#endif
