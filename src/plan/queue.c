#include "plan/queue.h"

#include <math.h>

#include "plan/num.h"

static enum rc check_one(double rate, double mean, int servers, struct err *e)
{
	if (!(rate >= 0) || !isfinite(rate))
		return err_set(e, RC_BAD_INPUT, "Arrivals a day must be 0 or more.");
	if (!(mean > 0) || !isfinite(mean))
		return err_set(e, RC_BAD_INPUT, "The mean stay must be above 0 days.");
	if (servers < 1 || servers > QUEUE_SERVERS_MAX)
		return err_set(e, RC_BAD_INPUT, "There must be 1 to %d servers.", QUEUE_SERVERS_MAX);
	return RC_OK;
}

/* Growth in place of a wait that does not exist. */
static enum rc check_steady(double rate, double mean, int servers, struct err *e)
{
	enum rc rc = check_one(rate, mean, servers, e);
	if (rc != RC_OK || rate * mean < servers)
		return rc;
	return err_set(e, RC_BAD_INPUT,
		       "The load is %.3g: more comes than %d can do, and the queue grows by %.3g a week without end. "
		       "There is no mean wait; more than %.3g servers are needed.",
		       rate * mean / servers, servers, (rate - servers / mean) * 7, rate * mean);
}

double erlang_b(double offered, int servers)
{
	double b = 1;
	if (!(offered >= 0) || servers < 0)
		return -1;
	for (int c = 1; c <= servers; c++)
		b = offered * b / (c + offered * b);
	return b;
}

static double c_of_b(double b, double offered, int servers)
{
	return b / (1 - offered / servers * (1 - b));
}

double erlang_c(double offered, int servers)
{
	if (!(offered >= 0) || servers < 0)
		return -1;
	if (offered >= servers)
		return 1;
	return c_of_b(erlang_b(offered, servers), offered, servers);
}

double mmc_wait_over(double rate, double mean, int servers, double t)
{
	double a = rate * mean;
	return a >= servers ? 1 : erlang_c(a, servers) * num_exp(-(servers - a) / mean * t);
}

enum rc queue_mmc(double rate, double mean, int servers, struct queue_answer *out, struct err *e)
{
	enum rc rc = check_steady(rate, mean, servers, e);
	if (rc != RC_OK)
		return rc;
	double a = rate * mean, c = erlang_c(a, servers), wait = c * mean / (servers - a);
	*out =
	    (struct queue_answer){ .load = a / servers, .busy = a, .delayed = c, .wait = wait, .queue = rate * wait };
	return RC_OK;
}

/* ---- chains of births and deaths ---- */

/*
 * States 0 .. of a line: up from n at `rate`, down from n at min(n, servers)/mean + (n - servers)+ leave. Up to
 * `room` wait (-1: any number). Weights relative to the most likely state, whose weight is 1: nothing overflows,
 * and what underflows is of no account.
 */
struct chain {
	double rate, mean, leave;
	int servers, room;
};

struct chain_sums {
	double whole, busy, queue, at_full, all_busy;
};

static double down(const struct chain *h, int64_t n)
{
	int64_t waiting = n > h->servers ? n - h->servers : 0;
	return (double)(n - waiting) / h->mean + (double)waiting * h->leave;
}

static void state(const struct chain *h, int64_t n, double w, struct chain_sums *s)
{
	int64_t waiting = n > h->servers ? n - h->servers : 0;
	s->whole += w;
	s->busy += w * (double)(n - waiting);
	s->queue += w * (double)waiting;
	if (n >= h->servers)
		s->all_busy += w;
	if (h->room >= 0 && waiting == h->room && n >= h->servers)
		s->at_full += w;
}

static struct chain_sums chain_solve(const struct chain *h)
{
	struct chain_sums s = { 0 };
	int64_t last = h->room >= 0 ? (int64_t)h->servers + h->room : INT64_MAX, top = 0;
	/* the most likely state: as long as more come than go */
	int64_t low = 0, high = last == INT64_MAX ? h->servers : last;
	while (last == INT64_MAX && down(h, high) < h->rate)
		high *= 2;
	while (low < high) {
		int64_t mid = low + (high - low) / 2;
		if (down(h, mid + 1) < h->rate)
			low = mid + 1;
		else
			high = mid;
	}
	top = low;
	double w = 1;
	state(h, top, w, &s);
	for (int64_t n = top; n > 0 && w > 1e-300; n--) {
		w *= down(h, n) / h->rate;
		state(h, n - 1, w, &s);
	}
	w = 1;
	for (int64_t n = top; n < last && w > 1e-30 * s.whole; n++) {
		w *= h->rate / down(h, n + 1);
		state(h, n + 1, w, &s);
	}
	return s;
}

enum rc queue_mmck(double rate, double mean, int servers, int room, struct queue_answer *out, struct err *e)
{
	enum rc rc = check_one(rate, mean, servers, e);
	if (rc != RC_OK)
		return rc;
	if (room < 0 || room > 10000000)
		return err_set(e, RC_BAD_INPUT, "The room to wait must be 0 to 10,000,000.");
	if (rate == 0) {
		*out = (struct queue_answer){ .load = 0 };
		return RC_OK;
	}
	struct chain h = { .rate = rate, .mean = mean, .servers = servers, .room = room };
	struct chain_sums s = chain_solve(&h);
	double lost = s.at_full / s.whole, queue = s.queue / s.whole;
	*out = (struct queue_answer){ .busy = s.busy / s.whole, .lost = lost, .queue = queue };
	out->load = out->busy / servers;
	out->delayed = lost < 1 ? (s.all_busy - s.at_full) / (s.whole - s.at_full) : 0;
	out->wait = lost < 1 ? queue / (rate * (1 - lost)) : 0;
	return RC_OK;
}

enum rc queue_mmc_leaving(double rate, double mean, int servers, double patience, struct queue_answer *out,
			  struct err *e)
{
	enum rc rc = check_one(rate, mean, servers, e);
	if (rc != RC_OK)
		return rc;
	if (!(patience > 0) || !isfinite(patience))
		return err_set(e, RC_BAD_INPUT, "The mean patience must be above 0 days.");
	if (rate == 0) {
		*out = (struct queue_answer){ .load = 0 };
		return RC_OK;
	}
	struct chain h = { .rate = rate, .mean = mean, .leave = 1 / patience, .servers = servers, .room = -1 };
	struct chain_sums s = chain_solve(&h);
	*out = (struct queue_answer){ .busy = s.busy / s.whole,
				      .queue = s.queue / s.whole,
				      .delayed = s.all_busy / s.whole };
	out->load = out->busy / servers;
	out->lost = out->queue / patience / rate;
	/* All who come wait queue/rate on average. Of those who are served it is not known by Little's law alone: a
	 * child that joins behind n others is served with the chance prod (c/mean + i/p)/(c/mean + (i+1)/p). */
	double w = 1, at = servers / mean, served = 0, waited = 0, share = s.all_busy > 0 ? 1 : 0, gone = 0;
	double whole = 0;
	/* weights of states from `servers` on, relative to the first of them */
	for (int64_t n = 0; n < 100000000 && w * share > 1e-18 * whole; n++) {
		double now =
		    at + (double)(n + 1) / patience; /* how fast a line of n + 1, ourselves included, moves up */
		gone += 1 / now;		     /* mean time until served, given that we stay */
		share = at / now;		     /* telescopes to at / (at + (n+1)/patience) */
		served += w * share;
		waited += w * share * gone;
		whole += w;
		w *= rate / now;
		if (w > 1e200) { /* only their ratios count */
			w *= 1e-200;
			served *= 1e-200;
			waited *= 1e-200;
			whole *= 1e-200;
		}
	}
	double busy_served = served / whole * out->delayed, free_served = 1 - out->delayed;
	out->wait = waited / whole * out->delayed / (busy_served + free_served);
	return RC_OK;
}

enum rc queue_mginf(double rate, double mean, struct queue_answer *out, struct err *e)
{
	enum rc rc = check_one(rate, mean, 1, e);
	if (rc != RC_OK)
		return rc;
	*out = (struct queue_answer){ .busy = rate * mean };
	return RC_OK;
}

/* ---- other stays ---- */

enum rc queue_mg1(double rate, double mean, double variation, struct queue_answer *out, struct err *e)
{
	enum rc rc = check_steady(rate, mean, 1, e);
	if (rc != RC_OK)
		return rc;
	if (!(variation >= 0) || !isfinite(variation))
		return err_set(e, RC_BAD_INPUT, "The squared coefficient of variation must be 0 or more.");
	double a = rate * mean, wait = a * mean * (1 + variation) / (2 * (1 - a));
	*out = (struct queue_answer){ .load = a, .busy = a, .delayed = a, .wait = wait, .queue = rate * wait };
	return RC_OK;
}

/* P(N >= k) and E[(N - k)+] of a Poisson number of mean m < k, from the first term up. */
static void poisson_tail(double m, double k, double *tail_out, double *excess_out)
{
	double pmf = num_exp(k * num_log(m) - m - num_lgamma(k + 1)), tail = 0, excess = 0;
	for (double n = k; pmf > 0; n++) {
		tail += pmf;
		excess += (n - k) * pmf;
		if (pmf < 1e-18 * tail)
			break;
		pmf *= m / (n + 1);
	}
	*tail_out = tail;
	*excess_out = excess;
}

enum rc queue_mdc(double rate, double mean, int servers, struct queue_answer *out, struct err *e)
{
	enum rc rc = check_steady(rate, mean, servers, e);
	if (rc != RC_OK)
		return rc;
	double a = rate * mean, wait = 0, never = 0;
	if (a > servers * 0.9995)
		return err_set(e, RC_LIMIT, "The load is above 0.9995: the sum for fixed stays would take too long.");
	for (double j = 1; a > 0; j++) {
		double tail, excess;
		poisson_tail(j * a, j * servers, &tail, &excess);
		wait += excess / (j * a);
		never += tail / j;
		if (tail < 1e-15 * (never + 1e-300) || tail < 1e-300)
			break;
	}
	*out = (struct queue_answer){
		.load = a / servers, .busy = a, .delayed = 1 - num_exp(-never), .wait = wait * mean
	};
	out->queue = rate * out->wait;
	return RC_OK;
}

/* ---- priorities ---- */

static enum rc check_classes(const double *rates, int classes, struct err *e)
{
	if (classes < 1 || classes > QUEUE_CLASSES_MAX)
		return err_set(e, RC_BAD_INPUT, "There must be 1 to %d classes.", QUEUE_CLASSES_MAX);
	for (int i = 0; i < classes; i++)
		if (!(rates[i] >= 0) || !isfinite(rates[i]))
			return err_set(e, RC_BAD_INPUT, "Arrivals of class %d must be 0 or more a day.", i + 1);
	return RC_OK;
}

enum rc queue_mmc_priority(const double *rates, int classes, double mean, int servers, struct queue_answer *out,
			   struct err *e)
{
	double all = 0, upto = 0;
	enum rc rc = check_classes(rates, classes, e);
	for (int i = 0; rc == RC_OK && i < classes; i++)
		all += rates[i];
	if (rc == RC_OK)
		rc = check_steady(all, mean, servers, e);
	if (rc != RC_OK)
		return rc;
	double a = all * mean, c = erlang_c(a, servers);
	for (int i = 0; i < classes; i++) {
		double before = upto;
		upto += rates[i] * mean / servers;
		double wait = c * mean / servers / ((1 - before) * (1 - upto));
		out[i] = (struct queue_answer){ .load = rates[i] * mean / servers,
						.busy = rates[i] * mean,
						.delayed = c,
						.wait = wait,
						.queue = rates[i] * wait };
	}
	return RC_OK;
}

enum rc queue_mg1_priority(const double *rates, const double *means, const double *variations, int classes,
			   bool preempt, struct queue_answer *out, struct err *e)
{
	double load = 0, all = 0, rest = 0, upto = 0, work = 0;
	enum rc rc = check_classes(rates, classes, e);
	for (int i = 0; rc == RC_OK && i < classes; i++) {
		if (!(means[i] > 0) || !isfinite(means[i]) || !(variations[i] >= 0) || !isfinite(variations[i]))
			return err_set(e, RC_BAD_INPUT,
				       "Class %d needs a mean stay above 0 and a variation of 0 or more.", i + 1);
		load += rates[i] * means[i];
		all += rates[i];
		rest += rates[i] * means[i] * means[i] * (1 + variations[i]) / 2;
	}
	if (rc == RC_OK && all > 0)
		rc = check_steady(all, load / all, 1, e);
	if (rc != RC_OK)
		return rc;
	for (int i = 0; i < classes; i++) {
		double before = upto;
		upto += rates[i] * means[i];
		work += rates[i] * means[i] * means[i] * (1 + variations[i]) / 2;
		double wait = preempt ? means[i] * before / (1 - before) + work / ((1 - before) * (1 - upto))
				      : rest / ((1 - before) * (1 - upto));
		out[i] = (struct queue_answer){ .load = rates[i] * means[i],
						.busy = rates[i] * means[i],
						.delayed = preempt ? upto : load,
						.wait = wait,
						.queue = rates[i] * wait,
						.no_delayed = preempt };
	}
	return RC_OK;
}

/* ---- networks, and what is not exact ---- */

static enum rc network_rates(const double *outside, const double *shares, int n, double *rate, struct err *e)
{
	for (int i = 0; i < n; i++) {
		double sum = 0;
		for (int j = 0; j < n; j++) {
			if (!(shares[i * n + j] >= 0) || !(shares[i * n + j] <= 1))
				return err_set(e, RC_BAD_INPUT,
					       "The share from station %d to %d must lie between 0 and 1.", i, j);
			sum += shares[i * n + j];
		}
		if (sum > 1 + 1e-9)
			return err_set(e, RC_BAD_INPUT,
				       "The shares from station %d add up to %g, which is more than 1.", i, sum);
		if (!(outside[i] >= 0) || !isfinite(outside[i]))
			return err_set(e, RC_BAD_INPUT, "Arrivals at station %d must be 0 or more a day.", i);
		rate[i] = outside[i];
	}
	/* Gauss and Seidel: rates only grow towards the answer, as long as everybody leaves in the end */
	for (int round = 0; round < 100000; round++) {
		double moved = 0, all = 0;
		for (int j = 0; j < n; j++) {
			double in = outside[j];
			for (int i = 0; i < n; i++)
				if (i != j)
					in += rate[i] * shares[i * n + j];
			if (in > 0 && shares[j * n + j] >= 1)
				return err_set(e, RC_BAD_INPUT, "Nobody who comes to station %d ever leaves it.", j);
			in = in > 0 ? in / (1 - shares[j * n + j]) : 0;
			moved += fabs(in - rate[j]);
			all += in;
			rate[j] = in;
		}
		if (!(all < 1e12))
			break;
		if (moved <= 1e-14 * all)
			return RC_OK;
	}
	return err_set(e, RC_BAD_INPUT,
		       "Children come in and cannot leave: some shares lead round in a circle and add up to 1.");
}

enum rc queue_jackson(const double *outside, const double *shares, const double *means, const int *servers, int n,
		      struct queue_answer *out, double *rates_out, struct err *e)
{
	double rate[QUEUE_STATIONS_MAX];
	struct queue_answer answer[QUEUE_STATIONS_MAX];
	if (n < 1 || n > QUEUE_STATIONS_MAX)
		return err_set(e, RC_BAD_INPUT, "There must be 1 to %d stations.", QUEUE_STATIONS_MAX);
	enum rc rc = network_rates(outside, shares, n, rate, e);
	for (int i = 0; rc == RC_OK && i < n; i++) {
		rc = servers[i] == 0 ? queue_mginf(rate[i], means[i], &answer[i], e)
				     : queue_mmc(rate[i], means[i], servers[i], &answer[i], e);
		if (rc != RC_OK)
			err_prefix(e, "station %d", i);
	}
	if (rc != RC_OK)
		return rc;
	memcpy(out, answer, (size_t)n * sizeof *out);
	if (rates_out)
		memcpy(rates_out, rate, (size_t)n * sizeof *rates_out);
	return RC_OK;
}

enum rc queue_approximate(double rate, double arrival_variation, double mean, double variation, int servers,
			  struct queue_answer *out, struct err *e)
{
	if (!(arrival_variation >= 0) || !(variation >= 0) || !isfinite(arrival_variation) || !isfinite(variation))
		return err_set(e, RC_BAD_INPUT, "The squared coefficients of variation must be 0 or more.");
	enum rc rc = queue_mmc(rate, mean, servers, out, e);
	if (rc != RC_OK)
		return rc;
	out->wait *= (arrival_variation + variation) / 2;
	out->queue = rate * out->wait;
	out->approximate = true;
	out->no_delayed = true;
	return RC_OK;
}

/* ---- sizes ---- */

static enum rc sized(double rate, double mean, int servers, double t, struct sizing *out, struct err *e)
{
	struct queue_answer answer;
	enum rc rc = queue_mmc(rate, mean, servers, &answer, e);
	if (rc == RC_OK)
		*out = (struct sizing){ servers, answer, mmc_wait_over(rate, mean, servers, t) };
	return rc;
}

static enum rc check_size(double rate, double mean, double share, const char *what, struct err *e)
{
	enum rc rc = check_one(rate, mean, 1, e);
	if (rc == RC_OK && !(share > 0 && share < 1))
		return err_set(e, RC_BAD_INPUT, "The wanted %s must lie between 0 and 1.", what);
	if (rc == RC_OK && rate * mean > QUEUE_SERVERS_MAX * 0.9)
		return err_set(e, RC_LIMIT, "A load of %.0f servers is more than can be sized here.", rate * mean);
	return rc;
}

enum rc size_by_delay(double rate, double mean, double t, double share, struct sizing *out, struct err *e)
{
	enum rc rc = check_size(rate, mean, share, "share", e);
	if (rc != RC_OK)
		return rc;
	if (!(t >= 0) || !isfinite(t))
		return err_set(e, RC_BAD_INPUT, "The wait must be 0 or more days.");
	double a = rate * mean, b = 1;
	for (int c = 1; c <= QUEUE_SERVERS_MAX; c++) {
		b = a * b / (c + a * b); /* Erlang B, one server more each time */
		if (c > a && c_of_b(b, a, c) * num_exp(-(c - a) / mean * t) <= share)
			return sized(rate, mean, c, t, out, e);
	}
	return err_set(e, RC_LIMIT, "More than %d servers would be needed.", QUEUE_SERVERS_MAX);
}

/* Share of the normal distribution below x, by its series or continued fraction: here only for sizes. */
static double normal_below(double x)
{
	double low = 1e-12, high = 1 - 1e-12;
	for (int i = 0; i < 60; i++) {
		double mid = (low + high) / 2;
		if (num_normal_quantile(mid) < x)
			low = mid;
		else
			high = mid;
	}
	return (low + high) / 2;
}

/* Chance of delay of a large line with a + b sqrt(a) servers: 1 / (1 + b N(b)/n(b)). */
static double halfin_whitt(double b)
{
	double density = 0.39894228040143267794 * num_exp(-b * b / 2);
	return 1 / (1 + b * normal_below(b) / density);
}

enum rc size_by_square_root(double rate, double mean, double share, struct sizing *out, struct err *e)
{
	enum rc rc = check_size(rate, mean, share, "share", e);
	if (rc != RC_OK)
		return rc;
	double a = rate * mean, low = 0, high = 6;
	for (int i = 0; i < 60; i++) {
		double mid = (low + high) / 2;
		if (halfin_whitt(mid) > share)
			low = mid;
		else
			high = mid;
	}
	int c = (int)ceil(a + high * sqrt(a) - 1e-9);
	return sized(rate, mean, c > a ? c : c + 1, 0, out, e);
}

enum rc size_by_occupancy(double rate, double mean, double occupancy, double t, struct sizing *out, struct err *e)
{
	enum rc rc = check_size(rate, mean, occupancy, "occupancy", e);
	if (rc != RC_OK)
		return rc;
	int c = (int)ceil(rate * mean / occupancy - 1e-9);
	return sized(rate, mean, c < 1 ? 1 : c, t, out, e);
}
