/*
 * quantiles.h - areas put in order and cut into groups of about equal number:
 * fifths, tenths.
 *
 * Equal values get the same, lower group. Group = Q + 1 - ceil((n + 1 - rank) Q / n),
 * rank 1 first (as PHEindicatormethods assigns them).
 */
#ifndef LINNET_STAT_QUANTILES_H
#define LINNET_STAT_QUANTILES_H

#include "base/err.h"

/* groups_out[i] is 1..groups, 1 holding the highest values if highest_first, else the
 * lowest. Fewer values than groups: RC_OK and every group 0, which says "not made".
 * RC_BAD_INPUT: a value is not a number (leave out what is not known), or groups < 2. */
enum rc quantile_groups(const double *values, size_t n, int groups, bool highest_first, int *groups_out,
			struct err *e) NODISCARD;

#endif
