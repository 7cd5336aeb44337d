/*
 * effect.h - which clocks an entry would start, stop or move, told before it is saved.
 */
#ifndef LINNET_WORK_RECORD_EFFECT_H
#define LINNET_WORK_RECORD_EFFECT_H

#include "work/record/record.h"
#include "work/see/head.h"

/* Clocks that this viewer may see and that differ once `ev` (with ids) stand behind the
 * history of `cv`. Returns how many. */
size_t effect_of(struct app *app, const struct viewer *v, const struct child_view *cv, const struct event *ev, size_t n,
		 struct arena *a, const struct clock_change **out);

#endif
