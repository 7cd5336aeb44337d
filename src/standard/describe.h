/*
 * describe.h - what a compiled rule does, in plain words made from its structure.
 *
 * A standard carries words of its own ("rule", "limit"); people wrote them. The
 * words here are made from what the engine really runs, so that whoever signs
 * the standards can see whether the two say the same. They use the titles of
 * data/kinds.yaml, and no knowledge of any one standard.
 */
#ifndef LINNET_STANDARD_DESCRIBE_H
#define LINNET_STANDARD_DESCRIBE_H

#include "base/arena.h"
#include "standard/rulebook.h"

struct described { /* "Done when": its lines, each a sentence or a part of one */
	struct str label;
	const struct str *items;
	size_t n;
};

/* Into `a`. In the order in which a clock lives: opens, day 0, limit, done when,
 * stops, not required, turns, shares, not known, worklist; then its other editions
 * and readings.
 * Labels without lines are left out. Returns how many. */
size_t describe_rule(const struct rulebook *rb, uint16_t standard, struct arena *a, const struct described **out);

/* What many rules share, each under its own title: conditions while which a clock
 * is not required, tallies of days, and parameters with what each place has set.
 * Rules only name them. */
size_t describe_shared(const struct rulebook *rb, struct arena *a, const struct described **out);

/* A code of a list with its title: "short breaks, recorded one by one (V3)";
 * "doctor". Empty if the list has no such code. */
struct str describe_code(const struct code_list *list, uint16_t code, struct arena *a);

#endif
