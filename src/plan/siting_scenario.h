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

#include "plan/siting_reuse.h"

/* `places` gives the children of areas that it knows; NULL: demand stands for them. `r` in place of the plan: what is
 * re-used, a service for each kind at each site. RC_BAD_INPUT: the question does not say how its services work;
 * RC_LIMIT: more areas, sites or shared areas than a scenario holds. */
enum rc siting_scenario(const struct siting *s, const struct siting_plan *p, const struct siting_reuse *r,
			const struct places *places, struct arena *a, struct str *out, struct err *e) NODISCARD;
/* Does the question say how its services work? */
bool siting_can_play(const struct siting *s);

#endif
