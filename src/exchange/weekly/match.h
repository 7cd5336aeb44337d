/*
 * match.h - may two records be one child? Points for and against, in plain words. Pure.
 *
 * Names are folded (case, accents, apostrophes, hyphens) and may be swapped; no
 * nickname is assumed. A date of birth may have its day and month swapped, or one
 * digit wrong. Points only put the likeliest first and keep the unlikely away; who
 * it is, a person decides.
 *
 * Two children of one family name and one day of birth with different given names
 * are twins until an NHS or pupil number says otherwise: they are not `offered`.
 */
#ifndef LINNET_EXCHANGE_WEEKLY_MATCH_H
#define LINNET_EXCHANGE_WEEKLY_MATCH_H

#include "exchange/weekly/weekly.h"

struct match_side {
	struct str nhs_number, upn, given, family, sex; /* empty: not known */
	day_t born;					/* DAY_NONE: not known */
};
struct match_side match_side_of(const struct weekly_row *r);

struct match_reason {
	bool for_it; /* else against */
	struct str words;
};
enum { MATCH_REASONS_MAX = 8 };
struct match_result {
	int64_t points;
	bool offered;	/* worth showing to a person */
	bool disagrees; /* something strong speaks for it, and something strong against */
	struct match_reason reasons[MATCH_REASONS_MAX];
	size_t n;
};
void match_compare(const struct weekly_spec *s, const struct match_side *a, const struct match_side *b,
		   struct match_result *out);

/* Under one number: do birth and whole name, or birth and NHS number, all speak of another child? What
 * only one of the two knows, or a name that folds alike, speaks of nobody else. */
bool match_another_child(const struct match_side *told, const struct match_side *known);
bool match_same_name(struct str a, struct str b); /* but for case, accents, apostrophes and hyphens */

/* Day and month of `d` swapped; DAY_NONE if there is no such day or it is the same. */
day_t match_swapped(day_t d);

#endif
