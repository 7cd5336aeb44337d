/*
 * workers.h - who is named on the page of one child.
 */
#ifndef LINNET_WORK_SEE_WORKERS_H
#define LINNET_WORK_SEE_WORKERS_H

#include "work/core/workers.h"
#include "work/see/head.h"

/* Those whom this viewer may see, of organisations that are in the child's circle today:
 * clinicians of mental-health care only as its entries are seen. */
enum rc workers_see(struct app *app, struct db *db, const struct viewer *v, const struct child_view *cv,
		    struct arena *a, const struct child_worker **out, size_t *n_out, struct err *e) NODISCARD;
/* The kind by which this viewer names people of their own organisation; NULL: they may not. */
const struct kind *workers_may_name(struct app *app, const struct viewer *v);

#endif
