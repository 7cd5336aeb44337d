/*
 * run.h - one replication from the inside. Only the files of sim.h include this.
 *
 * A `struct model` is a pathway made ready: draws prepared, routes by group, and
 * for each station by which of two ways it is served. It is made once and then
 * only read, by any number of threads. A `struct run` is what one replication
 * needs; a thread uses it again and again, so that nothing is allocated in the
 * loop once it has grown to its size.
 *
 * Time is cut into windows. In each, children come from the sources, and pass
 *  1. `lanes`: stations of which all that come before are lanes too. No event
 *     list: a lane knows when each server will be free (the recursion of Lindley,
 *     and of Kiefer and Wolfowitz for several servers), and hands departures on in
 *     the order of time;
 *  2. the event engine, for stations with rules that reach beyond one child;
 *  3. lanes again, of which nothing leads back to the event engine.
 * Windows change no result: what belongs to a later one stays in its inbox.
 *
 * Both ways give the same bytes. Times are whole ticks, so sums have no rounding;
 * draws are looked up by child; and what happens at the same tick has one order:
 * by rank, then by the child's number of coming (`serial`). A stay lasts a tick at
 * least, so an order at one tick never depends on its own outcome.
 */
#ifndef LINNET_PLAN_RUN_H
#define LINNET_PLAN_RUN_H

#include "base/arena.h"
#include "plan/pathway.h"
#include "plan/sim.h"

/* ---- what happens when ---- */

enum rank { RANK_CAPACITY, RANK_END, RANK_WAIT, RANK_RETURN, RANK_COME };

static inline uint64_t order_of(enum rank rank, uint64_t serial, uint32_t slot)
{
	return (uint64_t)rank << 60 | serial << 24 | slot;
}

struct moment {
	int64_t t;
	uint64_t order;
};

static inline bool before(struct moment a, struct moment b)
{
	return a.t < b.t || (a.t == b.t && a.order < b.order);
}

/* A heap with four children a node: two loads of a cache line a level. */
struct heap {
	struct moment *at;
	size_t n, cap;
};
void heap_grow(struct heap *h);

static inline void heap_sink(struct heap *h, size_t i, struct moment m)
{
	struct moment *at = h->at;
	size_t n = h->n;
	for (;;) {
		size_t c = 4 * i + 1, best = c;
		if (c + 3 < n) {
			best = before(at[c + 1], at[c]) ? c + 1 : c;
			size_t other = before(at[c + 3], at[c + 2]) ? c + 3 : c + 2;
			best = before(at[other], at[best]) ? other : best;
		} else if (c < n) {
			for (size_t k = c + 1; k < n; k++)
				if (before(at[k], at[best]))
					best = k;
		} else {
			break;
		}
		if (!before(at[best], m))
			break;
		at[i] = at[best];
		i = best;
	}
	at[i] = m;
}

static inline void heap_push(struct heap *h, struct moment m)
{
	if (h->n == h->cap)
		heap_grow(h);
	size_t i = h->n++;
	while (i > 0 && before(m, h->at[(i - 1) / 4])) {
		h->at[i] = h->at[(i - 1) / 4];
		i = (i - 1) / 4;
	}
	h->at[i] = m;
}

static inline void heap_pop(struct heap *h)
{
	struct moment last = h->at[--h->n];
	if (h->n)
		heap_sink(h, 0, last);
}

/* A child on the way to a station. */
struct item {
	int64_t t;
	uint64_t order;
	uint64_t child; /* who, for draws of chance */
	int32_t group, station;
};

struct items {
	struct item *p;
	size_t n, cap;
};
struct item *items_more(struct items *v); /* room for one; counted */
void items_grow(struct items *v, size_t cap);
static inline struct item *items_add(struct items *v)
{
	return v->n < v->cap ? &v->p[v->n++] : items_more(v);
}

/* The first n have been dealt with. */
static inline void items_drop(struct items *v, size_t n)
{
	v->n -= n;
	if (n && v->n)
		memmove(v->p, v->p + n, v->n * sizeof *v->p);
}

struct sorter {
	struct items spare;
	size_t *starts;
	size_t cap;
};
/* By time and order; quick where whole stretches are sorted already. */
void items_sort(struct items *v, struct sorter *s);

/* ---- a pathway made ready ---- */

struct hop {
	int32_t to;
	double upto;		   /* of the draw */
	const struct ready *delay; /* NULL: at once */
};

struct hops {
	const struct hop *p;
	int32_t n;
};

enum part { PART_UP, PART_EVENTS, PART_DOWN };

struct place { /* a station, ready */
	const struct station *s;
	enum part part;
	int32_t servers;	  /* INT32_MAX: no limit */
	const struct ready *stay; /* by group */
	const struct ready **era; /* [s->n_stay_eras] by group: of those who begin from that day on */
	const struct hops *hops;  /* by group */
	bool goes_on;		  /* any hop at all */
	bool exponential;	  /* the stay of some group is, and uncut */
	bool listed;		  /* those in service are kept in a list */
	bool changes;		  /* capacity changes */
	int32_t priority[PATHWAY_GROUPS_MAX];
	struct ready rules[WAIT_RULES_MAX];
	int64_t targets[WAIT_TARGETS_MAX];
	struct ready before; /* LENGTH_NONE: nothing */
};

struct origin { /* a source, ready */
	const struct source *s;
	bool flat;
	struct ready gap;  /* RENEWAL, and flat POISSON */
	const double *day; /* expected arrivals of each day, else */
	double hour_upto[25];
	double batch_upto[BATCH_MAX];
	const double *share_upto; /* by group; NULL: all s->group */
};

struct model {
	const struct pathway *p;
	struct arena arena;
	size_t n, groups;
	struct place place[STATIONS_MAX];
	struct origin *origin;
	size_t lanes[STATIONS_MAX], n_up, n_lanes; /* in order of flow: the first n_up before the event engine */
	bool events;				   /* any station in the event engine */
	uint64_t seed;
	int64_t from, until; /* ticks that are counted */
	int64_t window;
	int32_t days; /* until, rounded up */
	int weekday;  /* of day 0, 0 Monday */
};

/* RC_BAD_INPUT if the pathway is refused. all_events: no lanes. */
enum rc model_init(struct model *m, const struct pathway *p, uint64_t seed, bool all_events, struct err *e) NODISCARD;
void model_span(struct model *m, int64_t from, int64_t until); /* ticks; until > from >= 0. Once */
void model_release(struct model *m);
/* Servers of a station at a tick, and the next tick at which that may change (INT64_MAX: never). */
int32_t capacity_at(const struct model *m, size_t k, int64_t t, int64_t *next_out);

static inline const struct hop *hop_of(const struct place *l, int32_t group, double u)
{
	const struct hops *h = &l->hops[group];
	for (int32_t i = 0; i < h->n; i++)
		if (u < h->p[i].upto)
			return h->p[i].to == TO_LEAVE ? NULL : &h->p[i];
	return NULL;
}

/* ---- what is counted ---- */

/* Waits go into bins: 0; under 2^16 ticks (65.5 s); then 32 a doubling. */
enum { WAIT_BINS = 768, WAIT_UNIT_BITS = 16 };

static inline uint32_t bin_of(int64_t wait)
{
	uint64_t q = (uint64_t)wait >> WAIT_UNIT_BITS;
	if (q < 32)
		return wait > 0 ? 1 + (uint32_t)q : 0;
	int e = 63 - __builtin_clzll(q);
	uint32_t bin = 1 + (uint32_t)(e - 4) * 32 + ((uint32_t)(q >> (e - 5)) & 31);
	return bin < WAIT_BINS ? bin : WAIT_BINS - 1;
}

struct cell { /* one station and group, one replication */
	int64_t arrivals, started, waited, done;
	int64_t left, went, raised, balked, full, interrupted, held, missed;
	int64_t wait_sum, queue_time, busy_time, held_time;
	int64_t within[WAIT_TARGETS_MAX];
	uint32_t *bins;
};

enum census { CENSUS_BUSY, CENSUS_WAITING, CENSUS__COUNT };

struct tally {
	int64_t from, until;
	int32_t days;
	size_t n, groups;
	struct cell *cells; /* [station * groups + group] */
	uint32_t *bins;
	int32_t *census[CENSUS__COUNT]; /* changes from midnight to midnight: [station * (days + 2) + day] */
	int64_t came, finished;		/* events: arrivals from outside, ends of stay, counted or not */
};

void tally_init(struct tally *t, const struct model *m);
void tally_clear(struct tally *t);
void tally_release(struct tally *t);

static inline bool counted(const struct tally *t, int64_t at)
{
	return at >= t->from && at < t->until;
}

static inline int64_t overlap(const struct tally *t, int64_t a, int64_t b)
{
	a = a < t->from ? t->from : a;
	b = b > t->until ? t->until : b;
	return b > a ? b - a : 0;
}

/* The first midnight at or after. */
static inline int32_t midnight(const struct tally *t, int64_t at)
{
	uint64_t d = ((uint64_t)at + (uint64_t)TICKS_PER_DAY - 1) / (uint64_t)TICKS_PER_DAY;
	return d > (uint64_t)t->days ? t->days + 1 : (int32_t)d;
}

static inline void tally_census(struct tally *t, enum census what, size_t station, int64_t a, int64_t b)
{
	int32_t *change = t->census[what] + station * ((size_t)t->days + 2);
	int32_t da = midnight(t, a), db = midnight(t, b);
	if (da != db) {
		change[da]++;
		change[db]--;
	}
}

static inline void tally_waiting(struct tally *t, struct cell *c, size_t station, int64_t a, int64_t b)
{
	if (a == b)
		return;
	c->queue_time += overlap(t, a, b);
	tally_census(t, CENSUS_WAITING, station, a, b);
}

static inline void tally_start(struct tally *t, const struct place *l, struct cell *c, size_t station, int64_t arrived,
			       int64_t start)
{
	int64_t wait = start - arrived;
	tally_waiting(t, c, station, arrived, start);
	if (!counted(t, start))
		return;
	c->started++;
	c->waited += wait > 0;
	c->wait_sum += wait;
	c->bins[bin_of(wait)]++;
	for (int32_t i = 0; i < l->s->n_targets; i++)
		c->within[i] += wait <= l->targets[i];
}

/* The same where days have gone by before, or targets are working days. Only the event engine meets such stations. */
static inline void tally_start_late(struct tally *t, const struct place *l, struct cell *c, size_t station,
				    int64_t arrived, int64_t start, int64_t gone, day_t first)
{
	int64_t wait = start - arrived + gone, began = arrived - gone;
	tally_waiting(t, c, station, arrived, start);
	if (!counted(t, start))
		return;
	/* rounded down, also before the run began */
	day_t from = first + (day_t)(began / TICKS_PER_DAY) - (began % TICKS_PER_DAY < 0);
	int64_t days =
	    l->s->working ? workdays_between(l->s->working, from, first + (day_t)(start / TICKS_PER_DAY)) : 0;
	c->started++;
	c->waited += start > arrived;
	c->wait_sum += wait;
	c->bins[bin_of(wait)]++;
	for (int32_t i = 0; i < l->s->n_targets; i++)
		c->within[i] += l->s->working ? (double)days <= l->s->targets[i] : wait <= l->targets[i];
}

static inline void tally_busy(struct tally *t, struct cell *c, size_t station, int64_t a, int64_t b)
{
	c->busy_time += overlap(t, a, b);
	tally_census(t, CENSUS_BUSY, station, a, b);
}

/* ---- a replication ---- */

enum { GAPS_AHEAD = 64 };

struct arriving {				   /* a source, under way */
	double gap[GAPS_AHEAD], group[GAPS_AHEAD]; /* drawn ahead, of children number - number % GAPS_AHEAD on */
	int64_t t;
	uint32_t number, ahead; /* the next child; the first that is not drawn ahead */
	int32_t day;
	double used; /* of the day's expected arrivals */
};

struct lane {
	struct heap ends; /* when servers are free; slot: index of `in` */
	struct item *in;  /* who goes on from there, and where to: `t` is added delay */
	uint32_t *free;
	size_t n_free, cap;
};

struct agenda;

struct run {
	const struct model *m;
	uint32_t replication;
	struct tally tally;
	struct arriving *arriving;
	uint64_t serial;
	struct items coming;		  /* from outside, not yet given out */
	struct items inbox[STATIONS_MAX]; /* of lanes */
	struct items events;		  /* inbox of the event engine */
	struct lane lane[STATIONS_MAX];
	struct sorter sorter;
	uint64_t *who; /* of the lane being run: children and their draws */
	double *length, *route;
	int64_t *stay;
	size_t draws;
	struct agenda *agenda;
	bool over, over_round; /* the replication was given up: too many at once, or one child without end */
	int32_t over_at;
};

void run_init(struct run *r, const struct model *m);
void run_release(struct run *r);
/* The whole of one replication, into r->tally. */
void run_once(struct run *r, uint32_t replication);

void sources_begin(struct run *r);
/* Gives out everybody who comes before tick `until` to the inboxes. */
void sources_until(struct run *r, int64_t until);
void lane_begin(struct run *r, size_t k);
void lane_until(struct run *r, size_t k, int64_t until);
struct agenda *agenda_new(const struct model *m);
void agenda_free(struct agenda *g);
void agenda_begin(struct run *r);
void agenda_until(struct run *r, int64_t until);
void agenda_end(struct run *r, int64_t at); /* counts those who are still there */

/* Into whatever serves the station. */
static inline struct items *inbox_of(struct run *r, int32_t station)
{
	return r->m->place[station].part == PART_EVENTS ? &r->events : &r->inbox[station];
}

#endif
