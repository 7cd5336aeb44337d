/*
 * reading.h - what a number says, in words: has it really changed, and can the
 * goal be met as the work is done now?
 *
 * The months of one measure on an XmR chart (stat/xmr.h): the limits are those of
 * all months shown, or of the months that its definition names (`limits`), kept since.
 * If fewer than XMR_ENOUGH of those are shown, it is said and all months shown are taken. Months in which nobody was counted are no points. With fewer
 * than XMR_ENOUGH points nothing is said of change, because the limits would move
 * with every month.
 */
#ifndef LINNET_MEASURE_READING_H
#define LINNET_MEASURE_READING_H

#include "measure/number.h"
#include "stat/xmr.h"

enum { READING_POINTS_MAX = 240 };

struct reading_point {
	day_t period;
	struct measure_number n;
	struct xmr_point x; /* limits kept within 0 and 100 per cent, or from 0 days */
};

enum judgement { JUDGED_TOO_FEW, JUDGED_NO_CHANGE, JUDGED_BETTER, JUDGED_WORSE, JUDGED_CHANGED };

struct reading {
	const struct measure *m;
	struct reading_point *points; /* in order of time */
	size_t n;
	bool charted;		    /* there are limits */
	bool kept;		    /* ... those of the months that the definition names */
	struct measure_number last; /* of the last period asked for; may have no value */
	day_t period;
	enum judgement judgement;
	enum assurance goal;
};

/* From rows by period of everybody together. `to`: the last period. */
void reading_of(const struct measure *m, const struct tally_row *rows, size_t n, day_t to, struct arena *a,
		struct reading *out);
/* "76% in October 2026 (22 of 29). It is really getting better, but not enough for the goal" */
struct str reading_headline(const struct reading *r, struct str period_name, struct arena *a);
/* Two or three sentences on why. */
struct str reading_words(const struct reading *r, struct arena *a);
/* "76%", "28 days", "13.4", "1,204 per 100,000". */
struct str reading_value(const struct measure *m, double v, struct arena *a);
/* " (61 to 88)"; empty if the number has no interval. */
struct str reading_interval(const struct measure *m, const struct measure_number *n, struct arena *a);
/* What stands over values in a table: "% (95% interval)", "Days", "Average (95% interval)". */
const char *reading_heading(const struct measure *m);
/* By which method the interval is made: "Wilson, 95%". */
const char *reading_method(const struct measure *m);
/* What is counted of how many: "22 of 29", "1204 of 100432 people", "29". */
struct str reading_counted(const struct measure *m, const struct measure_number *n, struct arena *a);

#endif
