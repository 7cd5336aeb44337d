#include "plan/num.h"

#include <float.h>
#include <math.h>

double num_exp(double x)
{
	if (x < -708)
		return 0;
	if (x > 709)
		return DBL_MAX;
	/* x = n log 2 + r, |r| <= 0.35; exp r by its series to r^14 / 14!, in pairs */
	double n = floor(x * 0x1.71547652b82fep+0 + 0.5);
	double r = (x - n * 0x1.62e42fefa38p-1) - n * 0x1.ef35793c7673p-45;
	double q = r * r, q2 = q * q, q4 = q2 * q2;
	double low = (1.0 / 2 + r * (1.0 / 6)) + q * (1.0 / 24 + r * (1.0 / 120));
	double mid = (1.0 / 720 + r * (1.0 / 5040)) + q * (1.0 / 40320 + r * (1.0 / 362880));
	double high = (1.0 / 3628800 + r * (1.0 / 39916800)) + q * (1.0 / 479001600 + r * (1.0 / 6227020800));
	double y = 1 + (r + q * (low + q2 * mid + q4 * (high + q2 * (1.0 / 87178291200))));
	uint64_t scale = (uint64_t)((int64_t)n + 1022) << 52; /* half of 2^n: 2^1024 is no number */
	double by;
	memcpy(&by, &scale, sizeof by);
	return y * by * 2;
}

double num_pow(double x, double y)
{
	return x <= 0 ? 0 : num_exp(y * num_log(x));
}

/* Stirling's series from 15 on; smaller ones are led there by gamma(x+1) = x gamma(x). */
double num_lgamma(double x)
{
	double product = 1;
	while (x < 15) {
		product *= x;
		x += 1;
	}
	double i = 1 / x, z = i * i;
	double series =
	    i * (1.0 / 12 -
		 z * (1.0 / 360 - z * (1.0 / 1260 - z * (1.0 / 1680 - z * (1.0 / 1188 - z * (691.0 / 360360))))));
	return (x - 0.5) * num_log(x) - x + 0.91893853320467274178 + series - num_log(product);
}

/* Value of c[0] + c[1] x + ... + c[7] x^7. */
static double poly7(const double *c, double x)
{
	double sum = c[7];
	for (int i = 6; i >= 0; i--)
		sum = sum * x + c[i];
	return sum;
}

double num_normal_quantile(double p)
{
	static const double a[8] = { 3.3871328727963666080e0, 1.3314166789178437745e2, 1.9715909503065514427e3,
				     1.3731693765509461125e4, 4.5921953931549871457e4, 6.7265770927008700853e4,
				     3.3430575583588128105e4, 2.5090809287301226727e3 },
			    b[8] = { 1,
				     4.2313330701600911252e1,
				     6.8718700749205790830e2,
				     5.3941960214247511077e3,
				     2.1213794301586595867e4,
				     3.9307895800092710610e4,
				     2.8729085735721942674e4,
				     5.2264952788528545610e3 };
	static const double near0[8] = { 1.42343711074968357734e0,  4.63033784615654529590e0, 5.76949722146069140550e0,
					 3.64784832476320460504e0,  1.27045825245236838258e0, 2.41780725177450611770e-1,
					 2.27238449892691845833e-2, 7.74545014278341407640e-4 },
			    near1[8] = { 1,
					 2.05319162663775882187e0,
					 1.67638483018380384940e0,
					 6.89767334985100004550e-1,
					 1.48103976427480074590e-1,
					 1.51986665636164571966e-2,
					 5.47593808499534494600e-4,
					 1.05075007164441684324e-9 },
			    far0[8] = { 6.65790464350110377720e0,  5.46378491116411436990e0,  1.78482653991729133580e0,
					2.96560571828504891230e-1, 2.65321895265761230930e-2, 1.24266094738807843860e-3,
					2.71155556874348757815e-5, 2.01033439929228813265e-7 },
			    far1[8] = { 1,
					5.99832206555887937690e-1,
					1.36929880922735805310e-1,
					1.48753612908506148525e-2,
					7.86869131145613259100e-4,
					1.84631831751005468180e-5,
					1.42151175831644588870e-7,
					2.04426310338993978564e-15 };
	double q = p - 0.5;
	if (fabs(q) <= 0.425) {
		double r = 0.180625 - q * q;
		return q * poly7(a, r) / poly7(b, r);
	}
	double r = sqrt(-num_log(q < 0 ? p : 1 - p));
	double v = r <= 5 ? poly7(near0, r - 1.6) / poly7(near1, r - 1.6) : poly7(far0, r - 5) / poly7(far1, r - 5);
	return q < 0 ? -v : v;
}
