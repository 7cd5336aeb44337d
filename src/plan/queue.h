/*
 * queue.h - what is known exactly about waiting lines.
 *
 * For the plain cases there are formulas: they need no simulation, answer at
 * once, and tell whether a simulation is right. The classic one is Erlang's: so
 * many children come a day, each stays so long, there are so many beds; how many
 * must wait? It also sizes: not "85 % full" but "nine in ten find a bed at once".
 *
 * Words: arrivals `rate` a day, mean stay `mean` in days, `servers` beds or
 * clinicians. Offered load a = rate x mean, the servers busy if nobody waited;
 * load = a / servers. All waits are before the stay begins, in days.
 *
 * Rules of use
 *  - Arguments outside their domain: RC_BAD_INPUT, the text says which. A load of
 *    one or more has no steady state: RC_BAD_INPUT as well, with the growth a week.
 *  - `approximate` in an answer says that no exact formula is known.
 *  - Good for up to QUEUE_SERVERS_MAX servers: no factorial, no difference of
 *    large numbers.
 *  - Own logarithm and exponential (num.h): the same bytes everywhere.
 */
#ifndef LINNET_PLAN_QUEUE_H
#define LINNET_PLAN_QUEUE_H

#include "base/err.h"

enum { QUEUE_SERVERS_MAX = 100000, QUEUE_CLASSES_MAX = 64, QUEUE_STATIONS_MAX = 64 };

struct queue_answer {
	double load;	/* share of servers busy in the long run */
	double busy;	/* mean number of servers busy */
	double delayed; /* chance that somebody who joins must wait */
	double wait;	/* mean wait in days of those who are served, the ones who do not wait included */
	double queue;	/* mean number waiting */
	double lost;	/* share who are turned away or leave before they are served */
	bool approximate;
	bool no_delayed; /* `delayed` is not known for this case */
};

/* Erlang B: chance that all servers are busy when nobody may wait. Recursion 1/B(c) = 1 + c/(a B(c-1)).
 * Erlang, Post Office Elec. Eng. J. 10 (1917) 189-197. load a >= 0, servers >= 0. Negative: bad arguments. */
double erlang_b(double offered, int servers);
/* Erlang C: chance of waiting when all may wait. 1 if offered >= servers. */
double erlang_c(double offered, int servers);
/* Share who wait longer than t days: C exp(-(servers/mean - rate) t). */
double mmc_wait_over(double rate, double mean, int servers, double t);

enum rc queue_mmc(double rate, double mean, int servers, struct queue_answer *out, struct err *e) NODISCARD;
/* At most `room` wait (0: none, Erlang B); who finds it full is turned away. Any load. */
enum rc queue_mmck(double rate, double mean, int servers, int room, struct queue_answer *out, struct err *e) NODISCARD;
/* One server, any stay: Pollaczek and Khinchine. variation: squared coefficient of variation of the stay. */
enum rc queue_mg1(double rate, double mean, double variation, struct queue_answer *out, struct err *e) NODISCARD;
/* Every stay the same length: Crommelin, Post Office Elec. Eng. J. 26 (1934) 266-274; see also Franx, A simple
 * solution for the M/D/c waiting time distribution, Oper. Res. Lett. 29 (2001) 221-229. Mean wait
 * mean/a sum E[(N(ja) - jc)+] / j .. over j = 1, 2, .., N(m) Poisson; delayed 1 - exp(-sum P(N(ja) >= jc)/j). */
enum rc queue_mdc(double rate, double mean, int servers, struct queue_answer *out, struct err *e) NODISCARD;
/* Who waits leaves after an exponential time of mean `patience` (Erlang A, Palm 1957). Any load. */
enum rc queue_mmc_leaving(double rate, double mean, int servers, double patience, struct queue_answer *out,
			  struct err *e) NODISCARD;
/* No limit of servers. variation is of no account. */
enum rc queue_mginf(double rate, double mean, struct queue_answer *out, struct err *e) NODISCARD;

/* Classes, the most urgent first; nobody is interrupted. Exponential stays of one mean for all:
 * Cobham, J. Oper. Res. Soc. Am. 2 (1954) 70-76. out: one answer a class. */
enum rc queue_mmc_priority(const double *rates, int classes, double mean, int servers, struct queue_answer *out,
			   struct err *e) NODISCARD;
/* One server, each class with its own mean and squared variation. preempt: the more urgent interrupt, and stays go on
 * where they were; then `wait` is all the time in the station but the stay itself. */
enum rc queue_mg1_priority(const double *rates, const double *means, const double *variations, int classes,
			   bool preempt, struct queue_answer *out, struct err *e) NODISCARD;

/* Network of stations with Poisson arrivals from outside, exponential stays and routing by shares
 * (shares[from * n + to]): each behaves as if alone, at its effective rate. Jackson, Oper. Res. 5 (1957) 518-521.
 * servers[i] 0: no limit. out: n answers; rates_out (may be NULL): effective arrivals a day. */
enum rc queue_jackson(const double *outside, const double *shares, const double *means, const int *servers, int n,
		      struct queue_answer *out, double *rates_out, struct err *e) NODISCARD;

/* Any arrivals, any stays: mean wait of M/M/c times half the sum of both squared variations. An approximation.
 * Allen, Probability, statistics and queueing theory (1990), 5.3.5. */
enum rc queue_approximate(double rate, double arrival_variation, double mean, double variation, int servers,
			  struct queue_answer *out, struct err *e) NODISCARD;

/* ---- how many are needed? ---- */

struct sizing {
	int servers;
	struct queue_answer answer; /* with that many */
	double over;		    /* share who wait longer than t */
};
/* The fewest servers so that at most `share` wait longer than t days (t 0: wait at all). */
enum rc size_by_delay(double rate, double mean, double t, double share, struct sizing *out, struct err *e) NODISCARD;
/* For comparison only. Load over square root: a + b sqrt(a), b from the wanted chance of delay (Halfin and Whitt,
 * Oper. Res. 29 (1981) 567-588). */
enum rc size_by_square_root(double rate, double mean, double share, struct sizing *out, struct err *e) NODISCARD;
/* For comparison only: as many as keep occupancy at a share such as 0.85. `over` shows what that means for waits. */
enum rc size_by_occupancy(double rate, double mean, double occupancy, double t, struct sizing *out,
			  struct err *e) NODISCARD;

#endif
