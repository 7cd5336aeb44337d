#include "stat/estimate.h"

#include "stat/dist.h"

#include <math.h>

const char *method_name(enum method m)
{
	static const char *const names[] = { "none", "Wilson", "Byar", "exact", "Dobson", "Student's t" };
	return (size_t)m < COUNT_OF(names) ? names[m] : "none";
}

static enum rc check_level(double level, double *z_out, struct err *e)
{
	if (!dist_z(level, z_out))
		return err_set(e, RC_BAD_INPUT, "The level of an interval is between 0 and 1, for example 0.95.");
	return RC_OK;
}

static enum rc check_count(double x, struct err *e)
{
	if (!isfinite(x) || x < 0)
		return err_set(e, RC_BAD_INPUT, "A count is a number of 0 or more; correct the count.");
	return RC_OK;
}

static enum rc check_per(double per, struct err *e)
{
	if (!isfinite(per) || per <= 0)
		return err_set(e, RC_BAD_INPUT,
			       "The multiplier of a result is above 0, for example 100 for a percentage.");
	return RC_OK;
}

static double cube(double v)
{
	return v * v * v;
}

enum rc byar_limits(double x, double level, struct limits *out, struct err *e)
{
	double z = 0;
	enum rc rc = check_count(x, e);
	if (rc == RC_OK)
		rc = check_level(level, &z, e);
	if (rc != RC_OK)
		return rc;
	struct limits l = { .lower = 0 };
	if (x > 0)
		l.lower = x * cube(1 - 1 / (9 * x) - z / (3 * sqrt(x)));
	if (x <= 0 || l.lower < 0) {
		l.lower = 0;
		l.no_lower = true;
	}
	double y = x + 1;
	l.upper = y * cube(1 - 1 / (9 * y) + z / (3 * sqrt(y)));
	if (!isfinite(l.lower) || !isfinite(l.upper))
		return err_set(e, RC_LIMIT, "The count is too large for an interval.");
	*out = l;
	return RC_OK;
}

enum rc exact_limits(double x, double level, struct limits *out, struct err *e)
{
	double z = 0, lower = 0, upper = 0, tail = (1 - level) / 2;
	enum rc rc = check_count(x, e);
	if (rc == RC_OK)
		rc = check_level(level, &z, e);
	if (rc != RC_OK)
		return rc;
	if ((x > 0 && !dist_chi_square(tail, 2 * x, &lower)) || !dist_chi_square(1 - tail, 2 * x + 2, &upper))
		return err_set(e, RC_LIMIT, "The count is too large, or the level too near 1, for an exact interval.");
	*out = (struct limits){ .lower = lower / 2, .upper = upper / 2 };
	return RC_OK;
}

enum rc count_limits(double x, double level, struct limits *out, enum method *method_out, struct err *e)
{
	bool few = x < EVENTS_FOR_BYAR;
	enum rc rc = few ? exact_limits(x, level, out, e) : byar_limits(x, level, out, e);
	if (rc == RC_OK)
		*method_out = few ? METHOD_EXACT : METHOD_BYAR;
	return rc;
}

enum rc wilson_limits(double x, double n, double level, struct limits *out, struct err *e)
{
	double z = 0;
	enum rc rc = check_count(x, e);
	if (rc == RC_OK)
		rc = check_level(level, &z, e);
	if (rc != RC_OK)
		return rc;
	if (!isfinite(n) || n <= 0)
		return err_set(e, RC_BAD_INPUT, "A proportion needs a denominator above 0.");
	if (x > n)
		return err_set(e, RC_BAD_INPUT,
			       "The numerator of a proportion is larger than its denominator; correct one of them.");
	double zz = z * z, root = z * sqrt(zz + 4 * x * (1 - x / n)), below = 2 * (n + zz);
	double lower = (2 * x + zz - root) / below, upper = (2 * x + zz + root) / below;
	/* x = 0 and x = n touch 0 and 1; rounding must not cross them */
	*out = (struct limits){ .lower = x > 0 && lower > 0 ? lower : 0, .upper = x < n && upper < 1 ? upper : 1 };
	return RC_OK;
}

static void scaled(struct estimate *out, double value, struct limits l, double by, enum method m)
{
	*out = (struct estimate){
		.value = value, .lower = l.lower * by, .upper = l.upper * by, .made = MADE, .method = m
	};
}

enum rc proportion(int64_t numerator, int64_t denominator, double level, double per, struct estimate *out,
		   struct err *e)
{
	if (numerator < 0 || denominator < 0)
		return err_set(e, RC_BAD_INPUT, "A count is a number of 0 or more; correct the count.");
	if (numerator > denominator)
		return err_set(e, RC_BAD_INPUT,
			       "The numerator of a proportion is larger than its denominator; correct one of them.");
	double z = 0;
	enum rc rc = check_per(per, e);
	if (rc == RC_OK)
		rc = check_level(level, &z, e);
	if (rc != RC_OK)
		return rc;
	if (denominator == 0) {
		*out = (struct estimate){ .made = MADE_NO_DENOMINATOR };
		return RC_OK;
	}
	struct limits l;
	rc = wilson_limits((double)numerator, (double)denominator, level, &l, e);
	if (rc == RC_OK)
		scaled(out, (double)numerator / (double)denominator * per, l, per, METHOD_WILSON);
	return rc;
}

enum rc rate(int64_t events, double persons, double level, double per, struct estimate *out, struct err *e)
{
	enum rc rc = check_per(per, e);
	if (rc != RC_OK)
		return rc;
	if (!isfinite(persons) || persons < 0)
		return err_set(e, RC_BAD_INPUT, "The denominator of a rate is a number of 0 or more; correct it.");
	struct limits l;
	enum method m;
	rc = count_limits((double)events, level, &l, &m, e);
	if (rc != RC_OK)
		return rc;
	double by = per / persons;
	if (persons <= 0)
		*out = (struct estimate){ .made = MADE_NO_DENOMINATOR };
	else if (!isfinite(by * l.upper))
		return err_set(e, RC_LIMIT, "The denominator of the rate is too small for a result.");
	else
		scaled(out, (double)events * by, l, by, m);
	return RC_OK;
}

/* A ratio is a rate whose persons are the expected events. */
enum rc ratio(int64_t observed, double expected, double level, double per, struct estimate *out, struct err *e)
{
	return rate(observed, expected, level, per, out, e);
}

enum rc mean(const double *values, size_t n, double level, struct estimate *out, double *deviation_out, struct err *e)
{
	double z = 0, sum = 0, squares = 0, t = 0;
	enum rc rc = check_level(level, &z, e);
	if (rc != RC_OK)
		return rc;
	for (size_t i = 0; i < n; i++) {
		if (!isfinite(values[i]))
			return err_set(e, RC_BAD_INPUT, "Value %zu is not a number; leave out what is not known.",
				       i + 1);
		sum += values[i];
	}
	if (n < 2) {
		*out = (struct estimate){ .made = MADE_TOO_FEW };
		return RC_OK;
	}
	double m = sum / (double)n;
	for (size_t i = 0; i < n; i++) /* second pass: the textbook's one-pass sum loses digits */
		squares += (values[i] - m) * (values[i] - m);
	double deviation = sqrt(squares / (double)(n - 1));
	if (!dist_t(1 - (1 - level) / 2, (double)(n - 1), &t))
		return err_set(e, RC_LIMIT, "The level is too near 1 for an interval of a mean.");
	double half = t * deviation / sqrt((double)n);
	if (!isfinite(m) || !isfinite(half))
		return err_set(e, RC_LIMIT, "The values are too large for a mean.");
	*out = (struct estimate){ .value = m, .lower = m - half, .upper = m + half, .made = MADE, .method = METHOD_T };
	if (deviation_out)
		*deviation_out = deviation;
	return RC_OK;
}
