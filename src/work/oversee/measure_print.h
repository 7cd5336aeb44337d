/*
 * measure_print.h - measures as a table, CSV and JSON.
 *
 * One writer for the command line, downloads and filed reports: the same result
 * gives the same bytes. Every row of CSV carries its definition, because tables
 * travel without their letter.
 */
#ifndef LINNET_WORK_OVERSEE_MEASURE_PRINT_H
#define LINNET_WORK_OVERSEE_MEASURE_PRINT_H

#include "measure/number.h"
#include "work/oversee/measure.h"

struct measure_layout {
	enum measure_group by;
	bool totals;   /* one row a group over all periods, instead of one a period */
	bool quarters; /* with totals, for a board: of quarters instead of years */
	bool children; /* the people too (JSON: beside the rows; CSV: instead of them) */
	bool shared;   /* for a board: small numbers hidden, no people; totals are of whole years to 31 March */
};

/* RC_LIMIT if it does not fit into `b`. */
enum rc measure_print_csv(struct app *app, const struct measure_result *r, const struct measure_layout *l,
			  struct arena *a, struct buf *b, struct err *e) NODISCARD;
enum rc measure_print_json(struct app *app, const struct measure_result *r, const struct measure_layout *l,
			   struct arena *a, struct buf *b, struct err *e) NODISCARD;

/* Rows of an answer as numbers, hidden where they must be. RC_BAD_INPUT: totals of waits are not shared. */
struct measure_line {
	day_t from, to; /* days; DAY_NONE: fall into no period */
	int64_t group;
	struct measure_number n;
	const struct tally_row *row;
};
enum rc measure_lines(struct app *app, const struct measure_answer *an, const struct measure_layout *l, struct arena *a,
		      const struct measure_line **out, size_t *n_out, struct err *e) NODISCARD;
/* "2 left care, 1 short breaks only"; empty if nobody. */
struct str measure_why_out(const struct tally *t, const struct counts *n, struct arena *a);
/* "October 2026", "the year to 31 March 2026". */
struct str measure_period_name(const struct measure *m, day_t period, struct arena *a);
/* "October 2026: late or not done", "October 2026: left out, left care"; NULL: "not counted". */
struct str measure_answer_words(const struct measure *m, const struct measure_hit *h, struct arena *a);

#endif
