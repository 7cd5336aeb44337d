#include "plan/length.h"

#include <math.h>

#include "base/arena.h"

#define DAY ((double)TICKS_PER_DAY)
enum { AGAIN_MAX = 200, SLICES = 4000 };

/* ---- what is wrong with it ---- */

static bool over_0(double v)
{
	return isfinite(v) && v >= 1e-9 && v <= LENGTH_DAYS_MAX; /* a tick is 1.2e-8 of a day */
}

static enum rc wrong(struct err *e, const char *field, const char **field_out, const char *words)
{
	*field_out = field;
	return err_set(e, RC_BAD_INPUT, "%s", words);
}

#define ABOVE_0 "must be a number of days above 0 and at most 36,500"

static enum rc check_branches(const struct length *l, const char **field, struct err *e)
{
	double sum = 0;
	if (l->branches < 1 || l->branches > BRANCHES_MAX)
		return wrong(e, "branches", field, "must be 1 to 4");
	for (int i = 0; i < l->branches; i++) {
		if (!isfinite(l->share[i]) || l->share[i] < 0 || l->share[i] > 1)
			return wrong(e, "share", field, "each share must lie between 0 and 1");
		if (!over_0(l->branch_mean[i]))
			return wrong(e, "branch_mean", field, ABOVE_0);
		sum += l->share[i];
	}
	if (fabs(sum - 1) > 1e-9)
		return wrong(e, "share", field, "the shares of the branches must add up to 1");
	return RC_OK;
}

static enum rc check_table(const struct length *l, const char **field, struct err *e)
{
	double sum = 0, mean = 0;
	if (l->n < 1 || l->n > TABLE_MAX || !l->values)
		return wrong(e, "values", field, "a table needs between 1 and 100,000 values");
	for (size_t i = 0; i < l->n; i++) {
		double w = l->weights ? l->weights[i] : 1;
		if (!isfinite(l->values[i]) || l->values[i] < 0 || l->values[i] > LENGTH_DAYS_MAX)
			return wrong(e, "values", field, "each value must be a number of days from 0 to 36,500");
		if (!isfinite(w) || w < 0)
			return wrong(e, "weights", field, "each weight must be 0 or more");
		sum += w;
		mean += w * l->values[i];
	}
	if (!(sum > 0) || !isfinite(sum))
		return wrong(e, "weights", field, "one weight at least must be above 0");
	if (!(mean > 0))
		return wrong(e, "values", field, "one value at least must be above 0");
	return RC_OK;
}

static enum rc check_sd(const struct length *l, const char **field, struct err *e)
{
	if (l->sd >= l->mean / 1000 && l->sd <= l->mean * 1000)
		return RC_OK;
	return wrong(e, "sd", field, "must be above 0, and from a thousandth of the mean to a thousand times it");
}

static enum rc check_lognormal(const struct length *l, const char **field, struct err *e)
{
	if (l->median != 0 || l->p90 != 0) {
		if (l->mean != 0 || l->sd != 0)
			return wrong(e, "median", field, "give the mean and sd, or the median and p90, not both");
		if (!over_0(l->median))
			return wrong(e, "median", field, ABOVE_0);
		if (!over_0(l->p90) || l->p90 <= l->median || l->p90 > 1000 * l->median)
			return wrong(e, "p90", field,
				     "must be a number of days above the median, and at most a thousand times it");
		return RC_OK;
	}
	if (!over_0(l->mean))
		return wrong(e, "mean", field, ABOVE_0);
	return check_sd(l, field, e);
}

static enum rc check_kind(const struct length *l, const char **field, struct err *e)
{
	switch (l->kind) {
	case LENGTH_NONE:
		return wrong(e, "kind", field,
			     "say how long it takes: constant, exponential, lognormal, gamma, weibull, "
			     "erlang, hyper or table");
	case LENGTH_HYPER: return check_branches(l, field, e);
	case LENGTH_TABLE: return check_table(l, field, e);
	case LENGTH_LOGNORMAL: return check_lognormal(l, field, e);
	default: break;
	}
	if (l->kind == LENGTH_CONSTANT ? !(isfinite(l->mean) && l->mean >= 0 && l->mean <= LENGTH_DAYS_MAX)
				       : !over_0(l->mean))
		return wrong(e, "mean", field, ABOVE_0);
	if (l->kind == LENGTH_GAMMA)
		return check_sd(l, field, e);
	if (l->kind == LENGTH_WEIBULL && !(l->shape >= 0.1 && l->shape <= 100))
		return wrong(e, "shape", field, "must lie between 0.1 and 100");
	if (l->kind == LENGTH_ERLANG && (l->phases < 1 || l->phases > PHASES_MAX))
		return wrong(e, "phases", field, "must be a whole number from 1 to 1,000");
	if (l->kind < LENGTH_NONE || l->kind > LENGTH_TABLE)
		return wrong(e, "kind", field, "is no kind of length");
	return RC_OK;
}

enum rc length_check(const struct length *l, const char **field_out, struct err *e)
{
	enum rc rc = check_kind(l, field_out, e);
	if (rc != RC_OK)
		return rc;
	if (!isfinite(l->shift) || l->shift < 0 || l->shift > LENGTH_DAYS_MAX)
		return wrong(e, "shift", field_out, "must be 0 or more days");
	if (!isfinite(l->at_least) || l->at_least < 0 || l->at_least > LENGTH_DAYS_MAX)
		return wrong(e, "at_least", field_out, "must be 0 or more days");
	if (l->at_most != 0 && (!over_0(l->at_most) || l->at_most < l->at_least || l->at_most <= l->shift))
		return wrong(e, "at_most", field_out, "must be above at_least and above shift, or 0 for no limit");
	return RC_OK;
}

/* ---- made ready ---- */

static void ready_lognormal(struct ready *r, const struct length *l)
{
	if (l->median > 0) {
		r->a = num_log(l->median);
		r->b = (num_log(l->p90) - r->a) / num_normal_quantile(0.9);
	} else {
		double v = num_log(1 + (l->sd / l->mean) * (l->sd / l->mean));
		r->a = num_log(l->mean) - v / 2;
		r->b = sqrt(v);
	}
	r->mean = num_exp(r->a + r->b * r->b / 2);
	r->second = num_exp(2 * r->a + 2 * r->b * r->b);
	r->a += num_log(DAY);
}

static void ready_gamma(struct ready *r, double mean, double shape)
{
	r->kind = LENGTH_GAMMA;
	r->a = shape;
	r->b = mean / shape * DAY;
	r->mean = mean;
	r->second = mean * mean * (1 + 1 / shape);
}

static void ready_weibull(struct ready *r, const struct length *l)
{
	double k = 1 / l->shape, scale = l->mean / num_exp(num_lgamma(1 + k));
	r->a = scale * DAY;
	r->b = k;
	r->mean = l->mean;
	r->second = scale * scale * num_exp(num_lgamma(1 + 2 * k));
}

static void ready_hyper(struct ready *r, const struct length *l)
{
	double upto = 0;
	r->n = l->branches;
	for (int i = 0; i < l->branches; i++) {
		upto += l->share[i];
		r->upto[i] = upto;
		r->scale[i] = l->branch_mean[i] * DAY;
		r->mean += l->share[i] * l->branch_mean[i];
		r->second += 2 * l->share[i] * l->branch_mean[i] * l->branch_mean[i];
	}
	r->upto[r->n - 1] = 1;
}

struct value {
	double days, weight;
	size_t row;
};

static int by_value(const void *a, const void *b)
{
	const struct value *x = a, *y = b;
	if (x->days != y->days)
		return x->days < y->days ? -1 : 1;
	return x->row < y->row ? -1 : x->row > y->row;
}

/* Sorted, so that a larger number gives a longer stay. Values outside the limits are left out; if all are, they stay.
 */
static void ready_table(struct ready *r, const struct length *l, struct arena *a)
{
	struct value *v = xcalloc(l->n, sizeof *v);
	double *upto = arena_array(a, l->n, sizeof *upto), *value = arena_array(a, l->n, sizeof *value);
	double sum = 0, far = 0, most = l->at_most > 0 ? l->at_most : LENGTH_DAYS_MAX, inside = 0;
	for (size_t i = 0; i < l->n; i++) {
		v[i] = (struct value){ l->values[i], l->weights ? l->weights[i] : 1, i };
		if (v[i].days + l->shift >= l->at_least && v[i].days + l->shift <= most)
			inside += v[i].weight;
	}
	for (size_t i = 0; i < l->n && inside > 0; i++)
		if (v[i].days + l->shift < l->at_least || v[i].days + l->shift > most)
			v[i].weight = 0;
	qsort(v, l->n, sizeof *v, by_value);
	for (size_t i = 0; i < l->n; i++)
		sum += v[i].weight;
	for (size_t i = 0; i < l->n; i++) {
		double share = v[i].weight / sum;
		far += share;
		upto[i] = far > 1 - 1e-12 ? 1 : far;
		value[i] = v[i].days * DAY;
		r->mean += share * v[i].days;
		r->second += share * v[i].days * v[i].days;
	}
	r->n = (int32_t)l->n;
	r->table_upto = upto;
	r->table_value = value;
	free(v);
}

/* Density of the uncut length at x days, up to a factor; for the moments of cut lengths. */
static double density(const struct ready *r, double x)
{
	double sum = 0;
	switch (r->kind) {
	case LENGTH_EXPONENTIAL: return num_exp(-x * DAY / r->a);
	case LENGTH_LOGNORMAL: {
		double z = (num_log(x * DAY) - r->a) / r->b;
		return num_exp(-z * z / 2) / x;
	}
	case LENGTH_GAMMA: { /* relative to its top: alone it could be larger than any number */
		double k = r->a - 1, top = k > 1 ? k * num_log(k) - k : 0;
		return num_exp(k * num_log(x * DAY / r->b) - x * DAY / r->b - top);
	}
	case LENGTH_WEIBULL: {
		double z = num_log(x * DAY / r->a) / r->b;
		return num_exp(z - num_exp(z)) / x;
	}
	default:
		for (int i = 0; i < r->n; i++) {
			double share = r->upto[i] - (i ? r->upto[i - 1] : 0);
			sum += share / r->scale[i] * num_exp(-x * DAY / r->scale[i]);
		}
		return sum;
	}
}

/* Moments between limits by Simpson's rule over the logarithm of the length. */
static void cut_moments(struct ready *r, double shift, double least, double most)
{
	double size = r->mean < most - shift ? r->mean : most - shift;
	double from = least - shift > size * 1e-9 ? least - shift : size * 1e-9;
	double to = most - shift < r->mean * 1e4 ? most - shift : r->mean * 1e4;
	double low = num_log(from), step = (num_log(to > from * (1 + 1e-9) ? to : from * (1 + 1e-9)) - low) / SLICES;
	double whole = 0, first = 0, second = 0;
	for (int i = 0; i <= SLICES; i++) {
		double x = num_exp(low + i * step), y = x + shift;
		double w = density(r, x) * x * (i == 0 || i == SLICES ? 1 : i % 2 ? 4 : 2);
		whole += w;
		first += w * y;
		second += w * y * y;
	}
	if (whole > 0) {
		r->mean = first / whole;
		r->second = second / whole;
	} else { /* nothing lies between the limits: every draw ends on the nearer one */
		r->mean = r->mean + shift < least ? least : most;
		r->second = r->mean * r->mean;
	}
}

/* Share of the normal distribution below z: its quantile the other way round, by halving. */
static double normal_below(double z)
{
	double low = 1e-300, high = 1 - 0x1p-53;
	for (int i = 0; i < 1100 && high - low > 1e-17 * high; i++) {
		double mid = low < high * 1e-3 ? sqrt(low * high) : (low + high) / 2;
		if (num_normal_quantile(mid) < z)
			low = mid;
		else
			high = mid;
		if (mid == low && mid == high)
			break;
	}
	return high;
}

/* Share of the uncut length below x ticks, of the kinds that are drawn by the inverse. */
static double share_below(const struct ready *r, double x)
{
	if (x <= 0)
		return 0;
	if (r->kind == LENGTH_EXPONENTIAL)
		return 1 - num_exp(-x / r->a);
	if (r->kind == LENGTH_WEIBULL)
		return 1 - num_exp(-num_pow(x / r->a, 1 / r->b));
	return normal_below((num_log(x) - r->a) / r->b);
}

static void cut_inverse(struct ready *r)
{
	r->from = share_below(r, r->least - r->shift);
	r->share = share_below(r, r->most - r->shift) - r->from;
	if (r->share <= 0)
		r->share = 0x1p-53; /* next to nothing lies there: every draw ends on a limit */
}

static void cut_discrete(struct ready *r, double shift, double least, double most)
{
	double whole = 0, first = 0, second = 0, before = 0;
	size_t n = r->kind == LENGTH_TABLE ? (size_t)r->n : 1;
	for (size_t i = 0; i < n; i++) {
		double y = (r->kind == LENGTH_TABLE ? r->table_value[i] : r->a) / DAY + shift;
		double w = r->kind == LENGTH_TABLE ? r->table_upto[i] - before : 1;
		before += w;
		if (y < least || y > most)
			continue;
		whole += w;
		first += w * y;
		second += w * y * y;
	}
	double moved = r->mean + shift < least ? least : most;
	r->mean = whole > 0 ? first / whole : moved;
	r->second = whole > 0 ? second / whole : moved * moved;
}

struct ready length_ready(const struct length *l, struct arena *a)
{
	struct ready r = { .kind = l->kind, .share = 1 };
	switch (l->kind) {
	case LENGTH_LOGNORMAL: ready_lognormal(&r, l); break;
	case LENGTH_GAMMA: ready_gamma(&r, l->mean, (l->mean / l->sd) * (l->mean / l->sd)); break;
	case LENGTH_ERLANG: ready_gamma(&r, l->mean, l->phases); break;
	case LENGTH_WEIBULL: ready_weibull(&r, l); break;
	case LENGTH_HYPER: ready_hyper(&r, l); break;
	case LENGTH_TABLE: ready_table(&r, l, a); break;
	default:
		r.a = l->mean * DAY;
		r.mean = l->mean;
		r.second = l->mean * l->mean * (l->kind == LENGTH_EXPONENTIAL ? 2 : 1);
	}
	double most = l->at_most > 0 ? l->at_most : LENGTH_DAYS_MAX;
	r.cut = l->shift > 0 || l->at_least > 0 || l->at_most > 0;
	r.shift = l->shift * DAY;
	r.least = l->at_least * DAY;
	r.most = most * DAY;
	if (r.cut && (l->kind == LENGTH_TABLE || l->kind == LENGTH_CONSTANT))
		cut_discrete(&r, l->shift, l->at_least, most);
	else if (r.cut)
		cut_moments(&r, l->shift, l->at_least, most);
	if (r.cut && (l->kind == LENGTH_EXPONENTIAL || l->kind == LENGTH_WEIBULL || l->kind == LENGTH_LOGNORMAL))
		cut_inverse(&r);
	r.variation = r.mean > 0 ? r.second / (r.mean * r.mean) - 1 : 0;
	if (r.variation < 1e-12)
		r.variation = 0;
	return r;
}

/* ---- drawing ---- */

/* Marsaglia and Tsang; a shape under 1 is drawn with one more, times a power. */
static double draw_gamma(double shape, double scale, double u, struct stream *more)
{
	double by = 1;
	if (shape < 1) {
		by = num_exp(num_log(stream_pair(more).a) / shape);
		shape += 1;
	}
	double d = shape - 1.0 / 3, c = 1 / (3 * sqrt(d));
	for (int i = 0; i < AGAIN_MAX; i++) {
		struct draw_pair p = stream_pair(more);
		double x = num_normal_quantile(i == 0 ? u : p.b), v = 1 + c * x;
		if (v <= 0)
			continue;
		v = v * v * v;
		if (num_log(p.a) < x * x / 2 + d - d * v + d * num_log(v))
			return d * v * by * scale;
	}
	return d * by * scale;
}

static double draw_hyper(const struct ready *r, double u)
{
	int i = 0;
	while (i + 1 < r->n && u > r->upto[i])
		i++;
	/* what is left of u after the choice is again evenly spread */
	double from = i ? r->upto[i - 1] : 0, left = (u - from) / (r->upto[i] - from);
	return -r->scale[i] * num_log(left < 1 - 0x1p-53 ? 1 - left : 0x1p-53);
}

static double draw_table(const struct ready *r, double u)
{
	int32_t low = 0, high = r->n - 1;
	while (low < high) {
		int32_t mid = (low + high) / 2;
		if (r->table_upto[mid] < u)
			low = mid + 1;
		else
			high = mid;
	}
	return r->table_value[low];
}

static double draw_uncut(const struct ready *r, double u, struct stream *more)
{
	switch (r->kind) {
	case LENGTH_EXPONENTIAL: return -r->a * num_log(1 - u);
	case LENGTH_LOGNORMAL: return num_exp(r->a + r->b * num_normal_quantile(u));
	case LENGTH_GAMMA: return draw_gamma(r->a, r->b, u, more);
	case LENGTH_WEIBULL: return r->a * num_pow(-num_log(1 - u), r->b);
	case LENGTH_HYPER: return draw_hyper(r, u);
	case LENGTH_TABLE: return draw_table(r, u);
	default: return r->a;
	}
}

double ready_draw_slow(const struct ready *r, double u, struct stream *more)
{
	double v = r->from + u * r->share;
	double x = draw_uncut(r, v < 1 - 0x1p-53 ? v : 1 - 0x1p-53, more) + r->shift;
	if (!r->cut)
		return x;
	bool again = r->kind == LENGTH_GAMMA || r->kind == LENGTH_HYPER;
	for (int i = 0; again && i < AGAIN_MAX && (x < r->least || x > r->most); i++)
		x = draw_uncut(r, stream_pair(more).a, more) + r->shift;
	return x < r->least ? r->least : x > r->most ? r->most : x;
}
