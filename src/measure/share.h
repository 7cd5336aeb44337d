/*
 * share.h - which numbers of a tally may leave the circle.
 *
 * A board gets numbers, never children, and no number from which a child can be
 * told. Hiding the small count is not enough: with the total and the others
 * beside it, it can be worked out. So for each month all the ways of showing it
 * (all together, by council, by provider, by area, in and out of area) are
 * hidden together (stat/protect.h), whichever is printed: two reports of one
 * month give no more away than one.
 *
 *  - What is hidden of a month depends on that month alone, so that the report
 *    of a later month does not show what an earlier one hid.
 *  - Totals are given for whole quarters and whole years to 31 March only. What was decided
 *    of the months stays as it is. The total of a quarter (all together, and of a council)
 *    is decided beside it by the same search: it can be shown where each month is too
 *    small, and is hidden where it would give one of them away. Any other total is shown
 *    where every month of it is, or every quarter. Sums over other ranges could give a
 *    hidden month away.
 *  - An average is shown only where so many children are counted that their number is, and not
 *    if they all have the same value: that would be the value of each. Nor where what is left of
 *    a grouping, when those shown are subtracted from all, would be the average of few, or alike:
 *    then the smallest of the others is hidden too.
 *  - A rate is hidden with its count: people are published, and would give it away.
 *  - A share is shown only where its numerator, the rest and its denominator are.
 *    Why somebody was counted out is not shared, only how many were.
 *
 * Limits: it protects the counts of one measure. Two measures over nearly the same
 * children (readings of one family) can be compared by a reader; share one reading.
 * A count that changes after it was shared is shown as it is now.
 */
#ifndef LINNET_MEASURE_SHARE_H
#define LINNET_MEASURE_SHARE_H

#include "measure/number.h"

struct sharing_rule { /* data/sharing.yaml: counts hidden, both included */
	int64_t hide_from, hide_to;
};
#define SHARING_USUAL ((struct sharing_rule){ 1, 4 }) /* where there is no sharing.yaml */
/* From the text of sharing.yaml; `name` for errors. */
enum rc sharing_rule_read(struct str body, const char *name, struct sharing_rule *out, struct err *e) NODISCARD;

struct sharing;
/* Decides for all periods of the tally. RC_LIMIT: more cells than protect.h takes. */
enum rc sharing_new(const struct tally *t, const struct measure *m, struct sharing_rule rule, struct sharing **out,
		    struct err *e) NODISCARD;
void sharing_free(struct sharing *s);
enum share_time {
	SHARE_PERIODS = 0, /* as the measure counts: months, or years */
	SHARE_QUARTERS,	   /* from 1 January, April, July, October */
	SHARE_YEARS,	   /* to 31 March */
};
/* Hides what must be of a row of `tally_rows` by period, or of one of `sharing_totals`. */
void sharing_hide(const struct sharing *s, enum measure_group by, enum share_time time, const struct tally_row *r,
		  struct measure_number *n);
/* Totals of whole quarters or years that the tally holds, by group, in order: `row.period` is
 * their first day. Only of shares of months. */
size_t sharing_totals(const struct sharing *s, enum measure_group by, enum share_time time, struct arena *a,
		      const struct tally_row **out);

#endif
