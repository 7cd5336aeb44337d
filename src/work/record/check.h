/*
 * check.h - what was typed, checked and made into an event.
 */
#ifndef LINNET_WORK_RECORD_CHECK_H
#define LINNET_WORK_RECORD_CHECK_H

#include "work/core/history.h"
#include "work/record/record.h"

bool may_record_kind(const struct viewer *v, const struct kind *k);
/* The event, if it is still the last word of its chain and not taken back. */
const struct event *standing_event(const struct history *h, int64_t id);

/* Fills *event_out but for its id. Problems are listed, each with its field;
 * RC_NOT_FOUND if what is to be changed is not there, RC_REFUSED if this viewer
 * may not record this kind. */
enum rc draft_check(struct app *app, const struct viewer *v, const struct draft *d, const struct history *h,
		    struct arena *a, struct event *event_out, const struct draft_problem **problems_out, size_t *n_out,
		    struct err *e) NODISCARD;

#endif
