/*
 * keeper.h - who keeps a record, and whether it is held: asked inside a unit (retention.h, erase.h).
 */
#ifndef LINNET_WORK_OVERSEE_KEEPER_H
#define LINNET_WORK_OVERSEE_KEEPER_H

#include "work/app.h"

/* RC_NOT_FOUND unless the viewer's organisation keeps the record: its council, or the team that serves it, or
 * the operator. Records that an adoption has closed: the operator alone. */
enum rc keeper_check(struct app *app, struct db *db, const struct viewer *v, int64_t person, struct err *e) NODISCARD;
/* Words of the standing hold; empty: none. */
enum rc hold_words(struct app *app, struct db *db, int64_t person, struct arena *a, struct str *out,
		   struct err *e) NODISCARD;

#endif
