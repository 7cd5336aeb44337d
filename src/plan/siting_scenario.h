/*
 * siting_scenario.h - a chosen plan of sites as a scenario, so that its queues are counted.
 *
 * Choosing sites looks at ways and room; whether children would wait it does not see. The
 * plan is written as a document (scenario.h): a service at each open site with the
 * places of its size, and each area's children sent where the plan sends them. How such
 * a service works (kind, stays, opening, places of each size) is said by `play` of the
 * question.
 */
#ifndef LINNET_PLAN_SITING_SCENARIO_H
#define LINNET_PLAN_SITING_SCENARIO_H

#include "plan/siting.h"

/* `places` gives the children of areas that it knows; NULL: demand stands for them. `now` and `then`
 * (siting_reuse) may be NULL: places of each site instead of sizes. RC_BAD_INPUT: the question has no `play`;
 * RC_LIMIT: more areas, sites or shared areas than a scenario holds. */
enum rc siting_scenario(const struct siting *s, const struct siting_plan *p, const size_t *then,
			const struct places *places, struct arena *a, struct str *out, struct err *e) NODISCARD;

#endif
