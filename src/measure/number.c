#include "measure/number.h"

#include <math.h>

#include "stat/funnel.h"

static void estimated(const struct estimate *est, struct measure_number *out)
{
	if (est->made != MADE)
		return;
	out->has = out->has_limits = true;
	out->value = est->value;
	out->lower = est->lower;
	out->upper = est->upper;
}

static void share_of(struct measure_number *out)
{
	struct estimate est;
	if (proportion(out->yes, out->base, 0.95, 100, &est, NULL) == RC_OK)
		estimated(&est, out);
}

/* One value is its own average, and has no interval. */
static void average_of(const struct tally_row *r, struct measure_number *out)
{
	size_t n = (size_t)r->n.yes;
	struct estimate est;
	if (!n || !r->days)
		return;
	double *values AUTO(auto_free) = xcalloc(n, sizeof *values);
	for (size_t i = 0; i < n; i++)
		values[i] = r->days[i];
	out->has = true;
	out->value = values[0];
	if (mean(values, n, 0.95, &est, NULL, NULL) == RC_OK)
		estimated(&est, out);
}

static void rate_of(const struct measure *m, const struct tally_row *r, struct measure_number *out)
{
	struct estimate est;
	out->base = r->people > 0 ? r->people : 0;
	if (out->base && rate(out->yes, (double)out->base, 0.95, m->per, &est, NULL) == RC_OK)
		estimated(&est, out);
}

void measure_number(const struct measure *m, const struct tally_row *r, struct measure_number *out)
{
	*out = (struct measure_number){
		.yes = r->n.yes, .base = counts_base(&r->n), .out = r->n.out, .not_yet = r->n.not_yet
	};
	if (measure_is_share(m)) {
		share_of(out);
		return;
	}
	switch (m->statistic) {
	case STATISTIC_AVERAGE: average_of(r, out); return;
	case STATISTIC_RATE: rate_of(m, r, out); return;
	case STATISTIC_COUNT:
		out->has = true;
		out->value = (double)r->n.yes;
		return;
	default: break;
	}
	out->has = r->n.yes > 0;
	if (out->has)
		out->value = days_quantile(r->days, (size_t)r->n.yes, m->statistic == STATISTIC_P90 ? 90 : 50);
}

struct str measure_versus_all(const struct measure_number *n, double average)
{
	enum significance s;
	if (!n->base || compare_proportion((double)n->yes, (double)n->base, average, &s, NULL) != RC_OK)
		return STR("");
	switch (s) {
	case LOW_INNER: return STR("lower than chance would explain (outside 95%)");
	case LOW_OUTER: return STR("lower than chance would explain (outside 99.8%)");
	case HIGH_INNER: return STR("higher than chance would explain (outside 95%)");
	case HIGH_OUTER: return STR("higher than chance would explain (outside 99.8%)");
	default: return STR("no different from all");
	}
}

int per_cent_whole(double value)
{
	return (int)floor(value + 0.5);
}
