/*
 * synth_report.h - what was drawn beside what is published, as a table.
 *
 * For each council and measure: both numbers, their difference, and the values
 * between which chance alone would leave the drawn one in 998 of 1,000 (exact
 * binomial limits, as in a funnel). One row more for each measure of the region
 * as a whole. A hidden figure is named as hidden and compared with nothing.
 */
#ifndef LINNET_CMD_SYNTH_REPORT_H
#define LINNET_CMD_SYNTH_REPORT_H

#include "exchange/synth/synth.h"

/* Writes `path` and says on standard output how many are within chance. */
enum rc synth_report(const struct drawn *d, size_t n, const char *region, const char *path, struct err *e) NODISCARD;

/* How a drawn number stands to the published one. */
enum chance { CHANCE_NOT_COMPARED, CHANCE_WITHIN, CHANCE_BEYOND };
struct comparison {
	enum chance chance;
	double drawn, published, low, high; /* shares 0 to 1, or means, or counts */
};
enum rc synth_compare(const struct drawn *d, struct comparison *out, struct err *e) NODISCARD;
/* The same measure over all councils together: expected from each council's own share. */
enum rc synth_compare_all(const struct drawn *d, size_t n, const char *group, const char *measure,
			  struct comparison *out, int64_t *yes_out, int64_t *base_out, struct err *e) NODISCARD;

#endif
