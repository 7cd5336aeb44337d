/*
 * fold.h - from what was told to what is believed.
 *
 * Pure: the same events and the same instant of knowledge give the same facts,
 * whatever the order in which events arrived. Decides what is believed after
 * corrections, drops repeats, settles what contradicts itself, and says so.
 *
 * Rules
 *  - Known on K: events recorded at or before K; a correction or void recorded
 *    at or before K hides what it replaces, and what that had replaced.
 *  - The latest word of a chain counts; if it takes the entry back, nothing of
 *    the chain does. The day of birth is the `end_day` of the last details.
 *  - Two events of one kind, day, minute, code, code2, org, ref and value are
 *    one fact.
 *  - A period (care, placement) whose end lies before its start, or a second
 *    start inside an open period of care, is contradictory: the end (or the
 *    later start) is left out and a finding says so until someone corrects it.
 */
#ifndef LINNET_RECORD_FOLD_H
#define LINNET_RECORD_FOLD_H

#include "base/arena.h"
#include "record/event.h"
#include "record/fact.h"
#include "record/vocab.h"

struct fold_finding {
	int64_t event;	 /* the event left out */
	struct str text; /* one sentence for a person, no name in it */
};

/* A span of care or of a placement, as believed. */
struct span {
	uint16_t kind;	   /* vocab kind of the start */
	int64_t opened_by; /* event id of the start */
	struct str ref;
	day_t from, to; /* to: DAY_NEVER while open */
	uint16_t code;	/* legal status, placement type */
	uint16_t end_code;
	int64_t org;   /* responsible council; council of the area where placed */
	int64_t value; /* placement: 1 made in an emergency */
};

struct folded {
	struct child_facts child;
	const int64_t *fact_event; /* [child.n] event id behind each fact */
	const int64_t *fact_root; /* [child.n] first event of its chain of corrections: the identity of what it opens */
	const struct event *const *believed; /* events believed, by id of the first of each chain */
	size_t n_believed;
	const struct event *details; /* the last believed person-details event, NULL if none */
	const struct span *spans;
	size_t n_spans;
	const struct str *refs; /* dense key -> reference; refs[0] is "" */
	size_t n_refs;
	const struct fold_finding *findings;
	size_t n_findings;
};

#define KNOWN_NOW INT64_MAX

/* Events of one person, in any order. What is in *out lives in `a` (and points
 * into `ev`). Coverage is left to the caller. Never fails: bad input became
 * findings. */
void fold_events(const struct vocab *v, const struct event *ev, size_t n, int64_t known_ms, struct arena *a,
		 struct folded *out);

/* The same, for who asks for facts of these kinds and the care of the child alone: all else is
 * believed or not as before, but made into no facts. Three quarters of a child's events are no
 * fact for one measure. */
void fold_kinds(const struct vocab *v, const struct event *ev, size_t n, int64_t known_ms, const struct kind_set *kinds,
		struct arena *a, struct folded *out);

/* The span of this kind that holds `on`, or NULL. */
const struct span *folded_span(const struct folded *f, uint16_t kind, day_t on);

#endif
