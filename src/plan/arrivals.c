/* Children from outside: every source up to the end of a window, in order of time. */
#include <math.h>

#include "plan/batch.h"
#include "plan/run.h"

/* Numbers of children of sources by day: so that the n-th of a day is the same child whatever came before. */
enum { PER_DAY_APPOINTMENTS = 2048, PER_DAY_COUNTS = 16384, PER_BATCH = 128 };
#define HOUR (TICKS_PER_DAY / 24)

static uint64_t child_of(const struct source *s, uint32_t number)
{
	return (uint64_t)s->key << 32 | number;
}

static struct stream stream_for(const struct run *r, const struct source *s, uint32_t number, enum purpose why)
{
	return stream_of(r->m->seed, r->replication, child_of(s, number), 0, 0, why);
}

static int32_t group_of(const struct model *m, const struct origin *o, double u)
{
	if (!o->share_upto)
		return o->s->group;
	int32_t g = 0, last = (int32_t)m->groups - 1;
	while (g < last && u >= o->share_upto[g])
		g++;
	return g;
}

/* In `coming` the order is by source and number; the serial is given out later. */
static void add(struct run *r, size_t k, int64_t t, uint32_t number, double u)
{
	const struct origin *o = &r->m->origin[k];
	const struct era *era = o->s->n_eras ? source_era(o->s, (int32_t)(t / TICKS_PER_DAY)) : NULL;
	struct item *i = items_add(&r->coming);
	*i = (struct item){ .t = t,
			    .order = (uint64_t)k << 32 | number,
			    .child = child_of(o->s, number),
			    .group = group_of(r->m, o, u),
			    .station = era ? era->to : o->s->to };
}

/* One arrival, or a batch. */
static void add_batch(struct run *r, size_t k, int64_t t, uint32_t number, double u)
{
	const struct origin *o = &r->m->origin[k];
	if (!o->s->batch) {
		add(r, k, t, number, u);
		return;
	}
	struct stream s = stream_for(r, o->s, number, PURPOSE_BATCH);
	double v = stream_pair(&s).a;
	int32_t size = 1;
	while (size < o->s->n_batch && v >= o->batch_upto[size - 1])
		size++;
	for (int32_t i = 0; i < size; i++) {
		struct stream own = stream_for(r, o->s, number * PER_BATCH + (uint32_t)i, PURPOSE_WITHIN);
		add(r, k, t, number * PER_BATCH + (uint32_t)i, stream_pair(&own).b);
	}
}

/* Gaps of the next children, and what chooses their groups. */
static void gaps_ahead(struct run *r, const struct origin *o, struct arriving *a)
{
	uint64_t child[GAPS_AHEAD];
	bool plain = o->gap.kind == LENGTH_EXPONENTIAL && !o->gap.cut;
	for (uint32_t i = 0; i < GAPS_AHEAD; i++)
		child[i] = child_of(o->s, a->number + i);
	batch_pairs(r->m->seed, r->replication, 0, PURPOSE_ARRIVAL, child, GAPS_AHEAD, a->gap, a->group);
	if (plain)
		batch_exponentials(a->gap, GAPS_AHEAD, a->gap);
	for (uint32_t i = 0; i < GAPS_AHEAD; i++) {
		if (plain) {
			a->gap[i] *= o->gap.a;
			continue;
		}
		struct stream s = stream_for(r, o->s, a->number + i, PURPOSE_ARRIVAL);
		s.at.w[3]++;
		a->gap[i] = ready_draw_slow(&o->gap, a->gap[i], &s);
	}
}

/* With gaps of one kind. The first gap begins with the run. */
static void by_gaps(struct run *r, size_t k, int64_t until)
{
	const struct origin *o = &r->m->origin[k];
	struct arriving *a = &r->arriving[k];
	for (;;) {
		uint32_t i = a->number % GAPS_AHEAD;
		if (a->number == a->ahead) {
			gaps_ahead(r, o, a);
			a->ahead += GAPS_AHEAD;
		}
		int64_t t = a->t + ticks_of(a->gap[i]);
		if (t >= until)
			return;
		a->t = t;
		add_batch(r, k, t, a->number++, a->group[i]);
	}
}

static int64_t time_in_day(const struct origin *o, double share)
{
	int h = 0;
	if (!o->s->by_hour)
		return (int64_t)(share * (double)TICKS_PER_DAY);
	while (h < 23 && share >= o->hour_upto[h + 1])
		h++;
	double width = o->hour_upto[h + 1] - o->hour_upto[h];
	double in = width > 0 ? (share - o->hour_upto[h]) / width : 0;
	int64_t t = h * HOUR + (int64_t)((in < 0 ? 0 : in) * (double)HOUR);
	return t < (h + 1) * HOUR ? t : (h + 1) * HOUR - 1;
}

/*
 * A rate that changes: expected arrivals are used up at the rate of one for each
 * unit of an exponential gap. So with twice the rate the same children come, sooner.
 */
static void by_rate(struct run *r, size_t k, int64_t until)
{
	const struct origin *o = &r->m->origin[k];
	struct arriving *a = &r->arriving[k];
	while (a->t < until) {
		struct stream s = stream_for(r, o->s, a->number, PURPOSE_ARRIVAL);
		struct draw_pair u = stream_pair(&s);
		double gap = -num_log(1 - u.a);
		while (a->day < r->m->days && gap >= o->day[a->day] - a->used) {
			gap -= o->day[a->day] - a->used;
			a->used = 0;
			a->day++;
		}
		if (a->day >= r->m->days) {
			a->t = INT64_MAX;
			return;
		}
		a->used += gap;
		a->t = a->day * TICKS_PER_DAY + time_in_day(o, a->used / o->day[a->day]);
		add_batch(r, k, a->t, a->number, u.b);
		a->number++;
	}
}

static void day_of_appointments(struct run *r, size_t k, int32_t day)
{
	const struct source *s = r->m->origin[k].s;
	int32_t slots = s->slots[(day + r->m->weekday) % 7];
	for (int32_t i = 0; i < slots; i++) {
		uint32_t number = (uint32_t)day * PER_DAY_APPOINTMENTS + (uint32_t)i;
		struct stream st = stream_for(r, s, number, PURPOSE_WITHIN);
		struct draw_pair u = stream_pair(&st);
		if (u.a < s->attended)
			add(r, k, day * TICKS_PER_DAY + (s->first + (int64_t)i * s->every) * 60000, number, u.b);
	}
}

static void day_of_counts(struct run *r, size_t k, int32_t day)
{
	const struct origin *o = &r->m->origin[k];
	const struct source *s = o->s;
	size_t row = (size_t)day % s->n_counts;
	if (!s->replay) {
		struct stream st = stream_for(r, s, (uint32_t)day, PURPOSE_DAY);
		row = (size_t)(stream_pair(&st).a * (double)s->n_counts);
	}
	for (int32_t i = 0; i < s->counts[row]; i++) {
		uint32_t number = (uint32_t)day * PER_DAY_COUNTS + (uint32_t)i;
		struct stream st = stream_for(r, s, number, PURPOSE_WITHIN);
		struct draw_pair u = stream_pair(&st);
		add(r, k, day * TICKS_PER_DAY + time_in_day(o, u.a), number, u.b);
	}
}

static void by_days(struct run *r, size_t k, int64_t until)
{
	struct arriving *a = &r->arriving[k];
	for (; a->day < r->m->days && a->day * TICKS_PER_DAY < until; a->day++) {
		if (r->m->origin[k].s->kind == SOURCE_COUNTS)
			day_of_counts(r, k, a->day);
		else
			day_of_appointments(r, k, a->day);
	}
}

void sources_begin(struct run *r)
{
	memset(r->arriving, 0, r->m->p->n_sources * sizeof *r->arriving);
	r->coming.n = 0;
	r->serial = 0;
}

void sources_until(struct run *r, int64_t until)
{
	for (size_t k = 0; k < r->m->p->n_sources; k++) {
		const struct origin *o = &r->m->origin[k];
		if (o->s->kind == SOURCE_COUNTS || o->s->kind == SOURCE_APPOINTMENTS)
			by_days(r, k, until);
		else if (o->flat)
			by_gaps(r, k, until);
		else if (o->day)
			by_rate(r, k, until);
	}
	items_sort(&r->coming, &r->sorter);
	size_t n = 0;
	for (; n < r->coming.n && r->coming.p[n].t < until; n++) {
		struct item *i = items_add(inbox_of(r, r->coming.p[n].station));
		*i = r->coming.p[n];
		i->order = order_of(RANK_COME, r->serial++, 0);
	}
	r->tally.came += (int64_t)n;
	items_drop(&r->coming, n);
}
