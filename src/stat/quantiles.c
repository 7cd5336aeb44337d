#include "stat/quantiles.h"

#include <math.h>

static int by_value(const void *a, const void *b)
{
	double x = *(const double *)a, y = *(const double *)b;
	return (x > y) - (x < y);
}

/* How many of the sorted values are below v. */
static size_t below(const double *sorted, size_t n, double v)
{
	size_t low = 0, high = n;
	while (low < high) {
		size_t k = low + (high - low) / 2;
		if (sorted[k] < v)
			low = k + 1;
		else
			high = k;
	}
	return low;
}

enum rc quantile_groups(const double *values, size_t n, int groups, bool highest_first, int *groups_out, struct err *e)
{
	if (groups < 2 || groups > 1000)
		return err_set(e, RC_BAD_INPUT, "Areas are cut into 2 to 1000 groups.");
	for (size_t i = 0; i < n; i++)
		if (!isfinite(values[i]))
			return err_set(e, RC_BAD_INPUT, "Value %zu is not a number; leave out what is not known.",
				       i + 1);
	size_t q = (size_t)groups;
	if (n < q) {
		memset(groups_out, 0, n * sizeof *groups_out);
		return RC_OK;
	}
	AUTO(auto_free) double *sorted = xcalloc(n, sizeof *sorted);
	for (size_t i = 0; i < n; i++) /* turned round, "highest first" is "lowest first" */
		sorted[i] = highest_first ? -values[i] : values[i];
	qsort(sorted, n, sizeof *sorted, by_value);
	for (size_t i = 0; i < n; i++) {
		size_t rank = below(sorted, n, highest_first ? -values[i] : values[i]) + 1;
		groups_out[i] = (int)(q + 1 - ((n + 1 - rank) * q + n - 1) / n);
	}
	return RC_OK;
}
