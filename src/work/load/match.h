/*
 * match.h - who may be whom: candidates for a row of a list, and pairs of records
 * that may be one child. A person decides; nothing is joined by itself.
 *
 * Rules of use
 *  - Only children in the viewer's circle are ever named, counted or hinted at. Of a
 *    pair that the viewer sees one half of, nothing is said.
 *  - Records of adopted children are compared with nothing, in either direction.
 */
#ifndef LINNET_WORK_LOAD_MATCH_H
#define LINNET_WORK_LOAD_MATCH_H

#include "exchange/weekly/match.h"
#include "work/viewer.h"

struct match_record { /* one record, as it is compared */
	int64_t person;
	const struct organisation *council;
	struct str ref, given, family, nhs_number, upn, sex;
	day_t born;
	struct str care; /* "In care since 6 January 2026", "Left care on ..." */
	int64_t entries;
};

struct match_candidate {
	struct match_record record;
	struct match_result result;
	bool waiting; /* "cannot tell yet" was answered */
	int64_t asked_ms;
};

struct match_pair {
	struct match_record one, other;
	struct match_result result;
	bool waiting, joined;
	struct str answer, why, by; /* the last answer; empty: none */
	int64_t answered_ms;
	int64_t since; /* joined: entries written since */
	int64_t main;  /* joined: the record that the child is read by */
};

/* Pairs to decide about, waiting ones last, and those that are joined. */
enum rc match_pairs(struct app *app, const struct viewer *v, size_t limit, struct arena *a,
		    const struct match_pair **out, size_t *n_out, struct err *e) NODISCARD;
enum rc match_pair_see(struct app *app, const struct viewer *v, int64_t one, int64_t other, struct arena *a,
		       struct match_pair *out, struct err *e) NODISCARD;
/* "same" joins the records (record/join.h), "undo" takes them apart, "different" and
 * "cannot-tell" are kept. `why` is asked for, but for "cannot-tell". */
enum rc match_pair_answer(struct app *app, const struct viewer *v, int64_t one, int64_t other, struct str answer,
			  struct str why, struct err *e) NODISCARD;

#endif
