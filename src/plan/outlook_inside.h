/*
 * outlook_inside.h - what the files of outlook.h share. Only they include this.
 */
#ifndef LINNET_PLAN_OUTLOOK_INSIDE_H
#define LINNET_PLAN_OUTLOOK_INSIDE_H

#include "plan/outlook.h"

bool outlook_is_quantile(enum outlook_measure m);
int outlook_by_size(const void *a, const void *b); /* for qsort of doubles */
/* The value below which a share p of n sorted ones lies. */
double outlook_at_share(const double *sorted, size_t n, double p);
/* lower and upper about value, from residuals of mean 0 in n replications (Cochran, Sampling techniques, 1977, 6.4). */
void outlook_interval(struct outlook_number *x, const double *residual, size_t n, double level);

#endif
