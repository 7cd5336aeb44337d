/*
 * change.h - counts before and after a change: rates, their ratio, and whether they may be judged.
 *
 * "22 admissions in six months, then 6 in eight: it works." Perhaps. The windows are of
 * other lengths and other seasons, the counts are small, and a lockdown fell into one of
 * them. So the rates are told with exact intervals, and a judgement only where no rule
 * stands against it. The rules and the dated disturbances are data (data/plans/judging.yaml).
 *
 * Rules of use
 *  - change_read takes the document and the rules as text; mistakes as in scenario.h.
 *  - Windows hold both their first and their last day.
 *  - The ratio is after over before; its interval is exact: given the sum of both counts the
 *    later one is binomial (Clopper and Pearson, Biometrika 26 (1934) 404-413). Over a control it is
 *    exact too: given the sums of the two by two counts the later one is hypergeometric, tilted by
 *    the ratio of the ratios (Cornfield, Proc. Third Berkeley Symp. 4 (1956) 135-148).
 *  - Whole years count as equally long, leap days or not.
 */
#ifndef LINNET_PLAN_CHANGE_H
#define LINNET_PLAN_CHANGE_H

#include "plan/scenario.h"

enum { CHANGE_REASONS_MAX = 24, DISTURBANCES_MAX = 40 };

struct window {
	day_t from, to;
	int64_t count;
	int64_t days;
	double rate, lower, upper; /* a year */
};

struct rate_ratio {
	double value, lower, upper; /* upper may be INFINITY; value NAN if nothing was counted before */
};

struct change_judged {
	struct arena arena;
	struct str name, counted, source, control_name;
	day_t changed_on;
	struct window before, after, control_before, control_after;
	bool control;
	struct rate_ratio ratio, control_ratio;
	struct rate_ratio against; /* ratio over that of the control; its interval is exact */
	size_t n_reasons;	   /* none: judged */
	char reasons[CHANGE_REASONS_MAX][300];
	char verdict[200];
};

/* RC_BAD_INPUT: mistakes. */
enum rc change_read(struct str text, const char *name, struct str rules, const char *rules_name, double level,
		    struct change_judged **out, struct mistakes *mistakes) NODISCARD;
void change_free(struct change_judged *c);
/* Exact interval of (after / time_after) / (before / time_before). Counts >= 0, times > 0, 0 < level < 1. */
enum rc rate_ratio_exact(int64_t before, double time_before, int64_t after, double time_after, double level,
			 struct rate_ratio *out, struct err *e) NODISCARD;

#endif
