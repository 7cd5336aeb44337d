#include "stat/dist.h"

#include <gsl/gsl_cdf.h>
#include <gsl/gsl_errno.h>
#include <math.h>

/* The library's own answer to an error is to end the program. Every result is
 * looked at here instead. Done before main, because it is one pointer for the
 * whole process. */
__attribute__((constructor)) static void errors_come_back(void)
{
	gsl_set_error_handler_off();
}

static bool is_share(double p)
{
	return p > 0 && p < 1; /* false for NaN */
}

static bool is_positive(double v)
{
	return isfinite(v) && v > 0;
}

static bool give(double v, double *out)
{
	if (!isfinite(v))
		return false;
	*out = v;
	return true;
}

bool dist_normal(double p, double *out)
{
	return is_share(p) && give(gsl_cdf_ugaussian_Pinv(p), out);
}

/* Both quantiles below are asked from the nearer end, where the library is most exact. */
bool dist_chi_square(double p, double freedom, double *out)
{
	if (!is_share(p) || !is_positive(freedom))
		return false;
	return give(p < 0.5 ? gsl_cdf_chisq_Pinv(p, freedom) : gsl_cdf_chisq_Qinv(1 - p, freedom), out);
}

bool dist_t(double p, double freedom, double *out)
{
	if (!is_share(p) || !is_positive(freedom))
		return false;
	return give(p < 0.5 ? gsl_cdf_tdist_Pinv(p, freedom) : gsl_cdf_tdist_Qinv(1 - p, freedom), out);
}

bool dist_beta(double p, double a, double b, double *out)
{
	if (!is_share(p) || !is_positive(a) || !is_positive(b))
		return false;
	return give(gsl_cdf_beta_Pinv(p, a, b), out);
}

bool dist_binomial(double p, int64_t n, double chance, int64_t *out)
{
	if (!is_share(p) || n < 0 || n > 10000000 || !(chance >= 0 && chance <= 1))
		return false;
	int64_t low = 0, high = n; /* P(X <= n) = 1 >= p */
	while (low < high) {
		int64_t k = low + (high - low) / 2;
		if (gsl_cdf_binomial_P((unsigned)k, chance, (unsigned)n) >= p)
			high = k;
		else
			low = k + 1;
	}
	*out = low;
	return true;
}

bool dist_fair_binomial(double p, int64_t n, int64_t *out)
{
	return n <= 1000000 && dist_binomial(p, n, 0.5, out);
}

bool dist_z(double level, double *out)
{
	return is_share(level) && dist_normal(1 - (1 - level) / 2, out);
}
