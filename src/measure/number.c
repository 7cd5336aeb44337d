#include "measure/number.h"

#include <math.h>

#include "stat/funnel.h"

static void share_of(struct measure_number *out)
{
	struct estimate est;
	if (proportion(out->yes, out->base, 0.95, 100, &est, NULL) != RC_OK || est.made != MADE)
		return;
	out->has = true;
	out->value = est.value;
	out->lower = est.lower;
	out->upper = est.upper;
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
	out->has = m->statistic == STATISTIC_COUNT || r->n.yes > 0;
	if (m->statistic == STATISTIC_COUNT)
		out->value = (double)r->n.yes;
	else if (out->has)
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
