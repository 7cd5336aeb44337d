/*
 * The simulation of plan/ beside a plain C program that does the same and nothing
 * else: one pathway of three stations, exponential gaps and stays, four in five go
 * on from the first, two in five from the second. An event is an arrival from
 * outside or an end of a stay.
 *
 *   plan [--days N]
 *
 * Prints, in millions of events a second of this process's time on one core:
 *   limit         plain C: 4-ary heap, ziggurat, xoshiro256**; waits added up
 *   limit_philox  the same with Philox4x32-10
 *   events        plan/, every station by the event engine
 *   fastest       plan/, as it chooses itself
 * and, by the clock on the wall, fastest_1 and fastest_2 (threads) and their ratio `two_over_one`; `baseline_s`,
 * 1,000 replications of five years of a region's beds and day services on two threads.
 * The measurements alternate, and the best of five is told: the machine may be shared.
 */
#include "plan/sim.h"

#include <math.h>
#include <time.h>

#include "base/rand.h"
#include "base/text.h"

enum { ROUNDS = 5, SERVERS = 23 };

static const int servers_of[3] = { 5, 10, 8 };
static const double means_of[3] = { 0.04, 0.1, 0.2 }, goes_on[3] = { 0.8, 0.4, 0 };

static double seconds(clockid_t clock)
{
	struct timespec t;
	clock_gettime(clock, &t);
	return (double)t.tv_sec + (double)t.tv_nsec / 1e9;
}

/* ---- the limit ---- */

struct bits {
	bool philox;
	struct rand r;
	struct philox c, out;
	int left;
};

static inline uint64_t bits64(struct bits *b)
{
	if (!b->philox)
		return rand_bits(&b->r);
	if (b->left == 0) {
		b->out = philox(b->c, 7, 0);
		b->c.w[0]++;
		if (b->c.w[0] == 0)
			b->c.w[1]++;
		b->left = 2;
	}
	b->left--;
	return (uint64_t)b->out.w[2 * b->left] << 32 | b->out.w[2 * b->left + 1];
}

/* Marsaglia and Tsang, The ziggurat method, J. Stat. Software 5 (2000), for exponentials: 256 layers. */
static double zig_x[257], zig_y[257];

static void zig_make(void)
{
	const double r = 7.69711747013104972, v = 3.949659822581572e-3;
	zig_x[0] = v / exp(-r);
	zig_x[1] = r;
	for (int i = 2; i < 256; i++)
		zig_x[i] = -log(v / zig_x[i - 1] + exp(-zig_x[i - 1]));
	zig_x[256] = 0;
	for (int i = 0; i <= 256; i++)
		zig_y[i] = exp(-zig_x[i]);
}

static inline double exponential(struct bits *b)
{
	double shift = 0;
	for (;;) {
		uint64_t k = bits64(b);
		int i = (int)(k & 255);
		double x = (double)(k >> 11) * 0x1p-53 * zig_x[i];
		if (x < zig_x[i + 1])
			return shift + x;
		if (i == 0) {
			shift += zig_x[1];
			continue;
		}
		if (zig_y[i] + (double)(bits64(b) >> 11) * 0x1p-53 * (zig_y[i + 1] - zig_y[i]) < exp(-x))
			return shift + x;
	}
}

struct ring {
	double *at;
	size_t head, n, cap;
};

static void ring_put(struct ring *q, double t)
{
	if (q->n == q->cap) {
		size_t cap = q->cap ? 2 * q->cap : 1024;
		double *at = xcalloc(cap, sizeof *at);
		for (size_t i = 0; i < q->n; i++)
			at[i] = q->at[(q->head + i) & (q->cap - 1)];
		free(q->at);
		*q = (struct ring){ at, 0, q->n, cap };
	}
	q->at[(q->head + q->n++) & (q->cap - 1)] = t;
}

struct event {
	double t;
	int station; /* -1: an arrival from outside */
};

struct plain {
	struct event heap[SERVERS + 2];
	int n;
	struct ring queue[3];
	int busy[3];
	double waited[3];
	int64_t began[3];
	struct bits bits;
};

static inline void put(struct plain *p, double t, int station)
{
	int i = p->n++;
	while (i > 0 && t < p->heap[(i - 1) / 4].t) {
		p->heap[i] = p->heap[(i - 1) / 4];
		i = (i - 1) / 4;
	}
	p->heap[i] = (struct event){ t, station };
}

static inline struct event get(struct plain *p)
{
	struct event top = p->heap[0], last = p->heap[--p->n];
	int i = 0;
	for (;;) {
		int c = 4 * i + 1, best = c, end = c + 4 < p->n ? c + 4 : p->n;
		if (c >= p->n)
			break;
		for (int k = c + 1; k < end; k++)
			if (p->heap[k].t < p->heap[best].t)
				best = k;
		if (p->heap[best].t >= last.t)
			break;
		p->heap[i] = p->heap[best];
		i = best;
	}
	p->heap[i] = last;
	return top;
}

static inline void begin(struct plain *p, int s, double came, double t)
{
	p->waited[s] += t - came;
	p->began[s]++;
	put(p, t + exponential(&p->bits) * means_of[s], s);
}

static inline void come(struct plain *p, int s, double t)
{
	if (p->busy[s] == servers_of[s]) {
		ring_put(&p->queue[s], t);
		return;
	}
	p->busy[s]++;
	begin(p, s, t, t);
}

static double limit(bool with_philox, double days, double *check)
{
	struct plain p = { .bits = { .philox = with_philox, .r = rand_stream(1, "bench", 0) } };
	int64_t events = 0;
	double from = seconds(CLOCK_THREAD_CPUTIME_ID);
	put(&p, exponential(&p.bits) / 100, -1);
	for (;;) {
		struct event e = get(&p);
		if (e.t > days)
			break;
		events++;
		if (e.station < 0) {
			put(&p, e.t + exponential(&p.bits) / 100, -1);
			come(&p, 0, e.t);
			continue;
		}
		struct ring *q = &p.queue[e.station];
		if (q->n) {
			double came = q->at[q->head];
			q->head = (q->head + 1) & (q->cap - 1);
			q->n--;
			begin(&p, e.station, came, e.t);
		} else {
			p.busy[e.station]--;
		}
		if (goes_on[e.station] > 0 && (double)(bits64(&p.bits) >> 11) * 0x1p-53 < goes_on[e.station])
			come(&p, e.station + 1, e.t);
	}
	double took = seconds(CLOCK_THREAD_CPUTIME_ID) - from;
	*check = p.waited[0] / (double)p.began[0];
	for (int s = 0; s < 3; s++)
		free(p.queue[s].at);
	return (double)events / took / 1e6;
}

/* ---- ours ---- */

static double ours(enum sim_engine engine, int threads, clockid_t clock, double days, double *check)
{
	struct station stations[3] = { 0 };
	for (int s = 0; s < 3; s++)
		stations[s] = (struct station){ .name = "station",
						.key = (uint16_t)(s + 1),
						.servers = servers_of[s],
						.stay = { .kind = LENGTH_EXPONENTIAL, .mean = means_of[s] } };
	struct source source = { .key = 1, .kind = SOURCE_POISSON, .per_day = 100 };
	struct pathway_route routes[2] = { { .from = 0, .to = 1, .group = GROUP_ALL, .share = goes_on[0] },
				   { .from = 1, .to = 2, .group = GROUP_ALL, .share = goes_on[1] } };
	struct pathway p = { .start = day_of(2026, 4, 1),
			     .stations = stations,
			     .n_stations = 3,
			     .sources = &source,
			     .n_sources = 1,
			     .routes = routes,
			     .n_routes = 2 };
	struct sim_options o = sim_defaults();
	struct sim_result *r;
	struct err e = { 0 };
	o.warm_up = 0;
	o.length = days / 16;
	o.replications_min = o.replications_max = 16;
	o.precision = 0;
	o.engine = engine;
	o.threads = threads;
	double from = seconds(clock);
	if (sim_run(&p, &o, &r, &e) != RC_OK) {
		fprintf(stderr, "%s\n", e.text);
		exit(1);
	}
	double took = seconds(clock) - from, rate = (double)r->events / took / 1e6;
	*check = sim_get(r, 0, 0, SIM_WAIT)->mean;
	sim_free(r);
	return rate;
}

/* A region about as large as the East Midlands: ten areas, two needs; day services, beds, and beds far away. */
enum { AREAS = 10 };
static double baseline(void)
{
	static struct group groups[2 * AREAS];
	static struct source sources[AREAS];
	static double shares[AREAS][2 * AREAS];
	static struct station stations[3];
	struct pathway_route routes[4] = { { .from = 0, .to = 1, .group = GROUP_ALL, .share = 0.25 },
				   { .from = 1, .to = 0, .group = GROUP_ALL, .share = 0.4 },
				   { .from = 1,
				     .to = 1,
				     .group = GROUP_ALL,
				     .share = 0.1,
				     .delay = { .kind = LENGTH_EXPONENTIAL, .mean = 60 } },
				   { .from = 2, .to = 0, .group = GROUP_ALL, .share = 0.4 } };
	for (int a = 0; a < AREAS; a++) {
		for (int n = 0; n < 2; n++) {
			groups[2 * a + n] = (struct group){ .area = a, .need = n, .priority = 1 - n };
			shares[a][2 * a + n] = n ? 0.2 : 0.8;
		}
		sources[a] = (struct source){
			.key = (uint16_t)(a + 1), .kind = SOURCE_POISSON, .per_day = 0.14, .shares = shares[a]
		};
	}
	stations[0] =
	    (struct station){ .key = 1, .servers = 60, .stay = { .kind = LENGTH_LOGNORMAL, .median = 25, .p90 = 60 } };
	stations[1] = (struct station){
		.key = 2,
		.servers = 22,
		.by_priority = true,
		.stay = { .kind = LENGTH_LOGNORMAL, .mean = 40, .sd = 40 },
		.rules = { { .after = { .kind = LENGTH_CONSTANT, .mean = 5 }, .then = WAIT_GO, .to = 2 } },
		.n_rules = 1
	};
	stations[2] = (struct station){ .key = 3,
					.servers = SERVERS_INFINITE,
					.away = true,
					.stay = { .kind = LENGTH_LOGNORMAL, .mean = 112, .sd = 100 } };
	struct pathway p = { .start = day_of(2026, 4, 1),
			     .groups = groups,
			     .n_groups = 2 * AREAS,
			     .stations = stations,
			     .n_stations = 3,
			     .sources = sources,
			     .n_sources = AREAS,
			     .routes = routes,
			     .n_routes = 4 };
	struct sim_options o = sim_defaults();
	struct sim_result *r;
	struct err e = { 0 };
	o.warm_up = 365;
	o.length = 5 * 365;
	o.replications_min = o.replications_max = 1000;
	o.precision = 0;
	o.threads = 2;
	double from = seconds(CLOCK_MONOTONIC);
	if (sim_run(&p, &o, &r, &e) != RC_OK) {
		fprintf(stderr, "%s\n", e.text);
		exit(1);
	}
	sim_free(r);
	return seconds(CLOCK_MONOTONIC) - from;
}

static void best(double *to, double v)
{
	*to = v > *to ? v : *to;
}

int main(int argc, char **argv)
{
	int64_t days = 20000;
	double plain = 0, with_philox = 0, events = 0, fastest = 0, one = 0, two = 0, base = INFINITY, wait[4];
	if (argc == 3 &&
	    (!str_is(str_of(argv[1]), "--days") || str_to_int(str_of(argv[2]), 100, 500000, &days) != RC_OK)) {
		fprintf(stderr, "plan [--days N]\n");
		return 2;
	}
	zig_make();
	for (int i = 0; i < ROUNDS; i++) {
		best(&plain, limit(false, (double)days, &wait[0]));
		best(&with_philox, limit(true, (double)days, &wait[1]));
		best(&events, ours(SIM_EVENTS, 1, CLOCK_PROCESS_CPUTIME_ID, (double)days, &wait[2]));
		best(&fastest, ours(SIM_FASTEST, 1, CLOCK_PROCESS_CPUTIME_ID, (double)days, &wait[3]));
		best(&one, ours(SIM_FASTEST, 1, CLOCK_MONOTONIC, (double)days, &wait[3]));
		best(&two, ours(SIM_FASTEST, 2, CLOCK_MONOTONIC, (double)days, &wait[3]));
		double s = baseline();
		base = s < base ? s : base;
	}
	for (int i = 0; i < 4; i++)
		if (fabs(wait[i] - 0.02216) > 0.0015) { /* M/M/5 at a load of 0.8 */
			fprintf(stderr, "a mean wait of %g days is wrong\n", wait[i]);
			return 1;
		}
	printf("limit %.1f\nlimit_philox %.1f\nevents %.1f\nfastest %.1f\nfastest_1 %.1f\nfastest_2 %.1f\ntwo_over_one "
	       "%.2f\n"
	       "baseline_s %.2f\n",
	       plain, with_philox, events, fastest, one, two, two / one, base);
	return 0;
}
