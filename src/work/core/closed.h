/*
 * closed.h - the record that an adoption closes.
 *
 * An adopted child has a new name, a new NHS number and a new record, and nothing may
 * lead from one to the other. From the day after the period of care ended so (code list
 * closes-record), the old record has an empty circle: it is on no list, found by no
 * search, compared with no other, and opened by no emergency. Only somebody who was
 * given sight of this very record still sees it.
 */
#ifndef LINNET_WORK_CORE_CLOSED_H
#define LINNET_WORK_CORE_CLOSED_H

#include "work/core/history.h"

/* The day on which an adoption closed it, by its events, joined ones included; DAY_NONE if none did. */
day_t record_closed_on(struct app *app, const struct folded *f);
/* Is this the record of an adopted child? Such a record is compared with no other, whatever came later. */
bool record_is_closed(struct app *app, const struct folded *f);
/* ... and has nothing begun since? Then its number on a list is not compared either. */
bool record_ended_closed(struct app *app, const struct folded *f);

#endif
