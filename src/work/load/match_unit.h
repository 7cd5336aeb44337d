/*
 * match_unit.h - what matching does inside an open unit. For room work only.
 */
#ifndef LINNET_WORK_LOAD_MATCH_UNIT_H
#define LINNET_WORK_LOAD_MATCH_UNIT_H

#include "store/store.h"
#include "work/load/match.h"

/* "E10000012/E-104" */
struct str match_key(struct app *app, int64_t council, struct str ref, struct arena *a);
/* Whom a row may be. `skip` says of a record that it is on the list under its own number. */
typedef bool match_skip(void *arg, int64_t council, struct str ref);
enum rc match_candidates(struct app *app, struct db *db, const struct viewer *v, const struct weekly_spec *s,
			 int64_t council, const struct weekly_row *row, match_skip *skip, void *skip_arg,
			 struct arena *a, struct match_candidate **out, size_t *n_out, struct err *e) NODISCARD;
enum rc match_remember(struct app *app, struct db *db, const struct viewer *v, struct str one, struct str other,
		       struct str answer, struct str why, struct err *e) NODISCARD;

#endif
