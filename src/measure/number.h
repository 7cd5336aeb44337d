/*
 * number.h - a row of a tally as a number to be read: a share with its interval,
 * or days; and the same for a board, with small numbers hidden.
 *
 * The interval of a share is Wilson's at 95 % (stat/estimate.h), that of an average
 * Student's, of a rate Byar's or the exact one. A share of nobody is no number, nor is a
 * rate of people who are not known.
 */
#ifndef LINNET_MEASURE_NUMBER_H
#define LINNET_MEASURE_NUMBER_H

#include "measure/tally.h"

struct measure_number {
	int64_t yes, base, out, not_yet;		/* base: yes and no; of a rate: people, 0 not known */
	bool has;					/* there is a number at all */
	bool has_limits;				/* ... with its interval */
	double value, lower, upper;			/* per cent, days, the average, the rate */
	bool hide_yes, hide_base, hide_out, hide_value; /* not to be shared (share.h) */
};
void measure_number(const struct measure *m, const struct tally_row *r, struct measure_number *out);
/* Against a share of all together, 0 to 1: would chance explain it (stat/funnel.h)?
 * Empty if there is nothing to compare. */
struct str measure_versus_all(const struct measure_number *n, double average);
/* "76", whole numbers; halves away from zero. */
int per_cent_whole(double value);

#endif
