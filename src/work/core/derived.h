/*
 * derived.h - what of a fact follows from other things, and is never stored.
 *
 * The fold knows neither areas nor who an organisation is. Here its facts are copied and
 * completed: where a placement is (from the two councils), short breaks that passed their
 * limit (record/short_breaks.h), and what was referred to, or written by, a provider that
 * works only online or in writing (code list "digital-providers", by the day).
 */
#ifndef LINNET_WORK_CORE_DERIVED_H
#define LINNET_WORK_CORE_DERIVED_H

#include "record/fold.h"
#include "work/app.h"

/* `council`: whose number the child carries. What is made lives in `a`. */
void facts_derive(struct app *app, int64_t council, struct arena *a, struct folded *f);

#endif
