/*
 * needs.h - how many children of the region need something: rates of data/need by the
 * people of each area, for pages. No child's record is in it: only ACT_PLAN is asked.
 */
#ifndef LINNET_WORK_PLAN_NEEDS_H
#define LINNET_WORK_PLAN_NEEDS_H

#include "plan/need_print.h"
#include "work/viewer.h"

enum { NEEDS_SEED = 1, NEEDS_DRAWS = NEED_DRAWS };

struct needs_answer {
	struct need need, whole; /* of the ages asked for; of all ages */
	struct need_result result;
	struct need_band bands[NEED_BANDS];
	size_t n_bands;
	struct str region;
};
/* All needs, by id, and the expected number of each in the region's councils (as `linnet plan need` lists them). */
enum rc needs_list(struct app *app, const struct viewer *v, struct arena *a, const struct need **out, size_t *n_out,
		   struct err *e) NODISCARD;
/* One, by council or by district, of all ages (from_age -1) or of some. RC_NOT_FOUND: no such need; RC_BAD_INPUT: it
 * has none of these ages. */
enum rc needs_see(struct app *app, const struct viewer *v, struct str id, bool districts, int from_age, int to_age,
		  struct arena *a, struct needs_answer *out, struct err *e) NODISCARD;

#endif
