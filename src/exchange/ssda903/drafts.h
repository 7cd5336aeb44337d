/*
 * drafts.h - a return as a batch, for the same loader as a team's own tables.
 *
 * Episodes become periods of care, legal statuses and placements. Reviews become what
 * the return tells of them (kind review-told), on which no clock runs, for those since
 * are not in it; the health items of the year become what a year tells (year-told),
 * never a day. Nothing else of a return leaves this room: what tables.yaml marks
 * `keep: no` is not in the batch.
 *
 * A return knows nothing of names. Its batch is `second_hand`: the loader leaves out
 * what the record has from the team's own tables or from people, and takes back
 * what an earlier return told of the same year and this one does not.
 */
#ifndef LINNET_EXCHANGE_SSDA903_DRAFTS_H
#define LINNET_EXCHANGE_SSDA903_DRAFTS_H

#include "exchange/ssda903/ssda903.h"
#include "exchange/tables/tables.h"

/* `spec`: of the tables (its vocabulary and organisations); `council`: ONS code. The
 * frame may go before the batch. RC_BAD_INPUT without readable episodes. */
enum rc return_batch(const struct return_frame *f, const struct tables_spec *spec, struct str council,
		     struct tables_batch **out, struct err *e) NODISCARD;

/* ---- the periods and placements of a child, for drafts and for comparing ---- */

struct return_span {
	bool care;	    /* a period of care; else a placement */
	day_t from, to;	    /* to: DAY_NEVER while open */
	struct str code;    /* first legal status; placement type */
	struct str end;	    /* reason, empty if open or blank */
	bool begun_earlier; /* the returns begin inside it: from is not its first day */
	size_t period;	    /* of a placement: index of its period of care */
	int when;	    /* the return that tells its start, and the line; of its end */
	uint32_t line, end_line;
	int end_when;
};
struct return_status { /* a later legal status */
	size_t period;
	day_t from;
	struct str code;
	int when;
	uint32_t line;
};
enum { RETURN_SPANS_MAX = 800 };
struct return_life {
	struct return_span spans[RETURN_SPANS_MAX];
	size_t n;
	struct return_status statuses[RETURN_SPANS_MAX];
	size_t n_statuses;
	size_t left_out; /* episodes that could not be read */
};
/* Of both years of the frame, an episode of both told once (as this year tells it). */
void return_life_of(const struct return_frame *f, size_t child, struct return_life *out);

#endif
