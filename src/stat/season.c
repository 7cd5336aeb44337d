#include "stat/season.h"

#include <math.h>

#include "base/day.h"
#include "stat/dist.h"

enum { P_MAX = 13, ROUNDS_MAX = 60 };

static int days_of(int year, int month)
{
	static const int days[] = { 31, 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31 };
	bool leap = (year % 4 == 0 && year % 100 != 0) || year % 400 == 0;
	return days[month - 1] + (month == 2 && leap);
}

struct fit {
	const struct season_month *months;
	size_t n, p; /* months, numbers fitted */
	double beta[P_MAX], cov[P_MAX][P_MAX];
	double dispersion, quantile;
};

/* Level, years from the middle, then February .. December against January. */
static void row_of(const struct fit *f, double at, int month, double x[P_MAX])
{
	memset(x, 0, P_MAX * sizeof *x);
	x[0] = 1;
	x[1] = (at - (double)(f->n - 1) / 2) / 12;
	if (f->p > 2 && month > 1)
		x[month] = 1;
}

static double dot(const struct fit *f, const double *x)
{
	double v = 0;
	for (size_t k = 0; k < f->p; k++)
		v += x[k] * f->beta[k];
	return v;
}

/* The inverse of a symmetric positive matrix (Cholesky); false if it has none. */
static bool inverse(double m[P_MAX][P_MAX], size_t p, double out[P_MAX][P_MAX])
{
	double l[P_MAX][P_MAX] = { 0 };
	for (size_t i = 0; i < p; i++)
		for (size_t j = 0; j <= i; j++) {
			double v = m[i][j];
			for (size_t k = 0; k < j; k++)
				v -= l[i][k] * l[j][k];
			if (i == j && !(v > 1e-12 * (1 + m[i][i])))
				return false;
			l[i][j] = i == j ? sqrt(v) : v / l[j][j];
		}
	for (size_t c = 0; c < p; c++) {
		double y[P_MAX];
		for (size_t i = 0; i < p; i++) {
			y[i] = i == c;
			for (size_t k = 0; k < i; k++)
				y[i] -= l[i][k] * y[k];
			y[i] /= l[i][i];
		}
		for (size_t i = p; i-- > 0;) {
			double v = y[i];
			for (size_t k = i + 1; k < p; k++)
				v -= l[k][i] * out[k][c];
			out[i][c] = v / l[i][i];
		}
	}
	return true;
}

static double mean_of(const struct fit *f, size_t i, double x[P_MAX])
{
	row_of(f, (double)i, f->months[i].month, x);
	double eta = dot(f, x);
	return days_of(f->months[i].year, f->months[i].month) * exp(eta > 50 ? 50 : eta < -50 ? -50 : eta);
}

/* One round of weighted least squares; the largest change, or -1. */
static double round_of(struct fit *f)
{
	double h[P_MAX][P_MAX] = { 0 }, g[P_MAX] = { 0 }, x[P_MAX], change = 0;
	for (size_t i = 0; i < f->n; i++) {
		double mu = mean_of(f, i, x);
		for (size_t a = 0; a < f->p; a++) {
			g[a] += x[a] * ((double)f->months[i].count - mu);
			for (size_t b = 0; b < f->p; b++)
				h[a][b] += x[a] * x[b] * mu;
		}
	}
	if (!inverse(h, f->p, f->cov))
		return -1;
	for (size_t a = 0; a < f->p; a++) {
		double d = 0;
		for (size_t b = 0; b < f->p; b++)
			d += f->cov[a][b] * g[b];
		d = d > 2 ? 2 : d < -2 ? -2 : d; /* no leap: the logarithm would run away */
		f->beta[a] += d;
		change = fmax(change, fabs(d));
	}
	return change;
}

static double spread(const struct fit *f, const double *x)
{
	double v = 0;
	for (size_t a = 0; a < f->p; a++)
		for (size_t b = 0; b < f->p; b++)
			v += x[a] * f->cov[a][b] * x[b];
	return sqrt(v * f->dispersion);
}

static struct estimate ratio_of(const struct fit *f, const double *x)
{
	double at = dot(f, x), half = f->quantile * spread(f, x);
	return (struct estimate){
		.value = exp(at), .lower = exp(at - half), .upper = exp(at + half), .made = MADE, .method = METHOD_T
	};
}

static enum rc check(const struct season_month *m, size_t n, struct err *e)
{
	int64_t all = 0;
	if (n > SEASON_MONTHS_MAX)
		return err_set(e, RC_LIMIT, "more than %d months", SEASON_MONTHS_MAX);
	for (size_t i = 0; i < n; i++) {
		if (m[i].count < 0 || m[i].month < 1 || m[i].month > 12)
			return err_set(e, RC_BAD_INPUT, "month %zu: the count is below 0, or there is no such month",
				       i + 1);
		if (i && m[i].year * 12 + m[i].month != m[i - 1].year * 12 + m[i - 1].month + 1)
			return err_set(
			    e, RC_BAD_INPUT,
			    "month %zu does not follow the one before it: give every month, with 0 where nobody came",
			    i + 1);
		all += m[i].count;
	}
	return all > 0 ? RC_OK : err_set(e, RC_BAD_INPUT, "all counts are 0: there is nothing to see a trend in");
}

static void look_ahead(const struct fit *f, struct season *s)
{
	const struct season_month *last = &f->months[f->n - 1];
	for (int k = 0; k < SEASON_AHEAD; k++) {
		int at = last->year * 12 + last->month + k, month = at % 12 + 1, year = at / 12;
		double x[P_MAX];
		row_of(f, (double)f->n + k, month, x);
		double mu = days_of(year, month) * exp(dot(f, x)),
		       half = f->quantile * sqrt(f->dispersion * mu + pow(mu * spread(f, x), 2));
		s->ahead[k].year = year;
		s->ahead[k].month = month;
		s->ahead[k].value = mu;
		s->ahead[k].lower = fmax(0, mu - half);
		s->ahead[k].upper = mu + half;
	}
}

enum rc season_fit(const struct season_month *months, size_t n, double level, struct season *out, struct err *e)
{
	struct fit f = { .months = months, .n = n, .p = n >= SEASON_MONTHS_FROM ? 13 : 2 };
	struct season s = { .dispersion = 1, .has_months = n >= SEASON_MONTHS_FROM };
	double x[P_MAX], days = 0, all = 0;
	enum rc rc = check(months, n, e);
	if (rc != RC_OK)
		return rc;
	if (!(level > 0) || !(level < 1))
		return err_set(e, RC_BAD_INPUT, "a level is between 0 and 1");
	if (n < SEASON_TREND_FROM) {
		out->made = MADE_TOO_FEW;
		return RC_OK;
	}
	for (size_t i = 0; i < n; i++) {
		all += (double)months[i].count;
		days += days_of(months[i].year, months[i].month);
	}
	f.beta[0] = log(all / days);
	double change = 1;
	for (int k = 0; k < ROUNDS_MAX && change > 1e-10; k++)
		if ((change = round_of(&f)) < 0)
			break;
	if (!(change >= 0) || change > 1e-6) { /* a month of the year that never had anybody has no logarithm */
		out->made = MADE_TOO_FEW;
		return RC_OK;
	}
	double chi = 0;
	for (size_t i = 0; i < n; i++) {
		double mu = mean_of(&f, i, x);
		chi += pow((double)months[i].count - mu, 2) / mu;
	}
	f.dispersion = s.dispersion = fmax(1, chi / (double)(n - f.p));
	if (!dist_t((1 + level) / 2, (double)(n - f.p), &f.quantile))
		return err_set(e, RC_INTERNAL, "no quantile of t");
	memset(x, 0, sizeof x);
	x[1] = 1;
	s.year = ratio_of(&f, x);
	for (int m = 1; s.has_months && m <= 12; m++) { /* against the mean of the twelve */
		for (int k = 2; k <= 12; k++)
			x[k] = (k == m) - 1.0 / 12;
		x[0] = x[1] = 0;
		s.month[m - 1] = ratio_of(&f, x);
	}
	look_ahead(&f, &s);
	*out = s;
	return RC_OK;
}
