/* From what one replication counted to the numbers that are told of it. */
#include <math.h>

#include "plan/inside.h"

static bool has_value(const struct sets *s, enum sim_of of, int32_t value)
{
	for (size_t i = 0; i < s->n; i++)
		if (s->set[i].of == of && s->set[i].value == value)
			return true;
	return false;
}

static int32_t attribute(const struct group *g, enum sim_of of)
{
	return of == SIM_AREA ? g->area : of == SIM_AGE ? g->age : g->need;
}

void sets_init(struct sets *s, const struct pathway *p)
{
	size_t groups = pathway_groups(p), members = 0;
	*s = (struct sets){ .set = xcalloc(1 + 4 * groups, sizeof *s->set) };
	s->set[s->n++] = (struct sim_set){ SIM_ALL, 0 };
	for (size_t g = 0; p->groups && g < groups; g++)
		s->set[s->n++] = (struct sim_set){ SIM_GROUP, (int32_t)g };
	for (enum sim_of of = SIM_AREA; of <= SIM_NEED && p->groups; of++)
		for (size_t g = 0; g < groups; g++)
			if (!has_value(s, of, attribute(&p->groups[g], of)))
				s->set[s->n++] = (struct sim_set){ of, attribute(&p->groups[g], of) };
	s->first = xcalloc(s->n + 1, sizeof *s->first);
	s->member = xcalloc(s->n * groups, sizeof *s->member);
	for (size_t i = 0; i < s->n; i++) {
		s->first[i] = members;
		for (size_t g = 0; g < groups; g++) {
			enum sim_of of = s->set[i].of;
			if (of == SIM_ALL ||
			    (of == SIM_GROUP ? (int32_t)g : attribute(&p->groups[g], of)) == s->set[i].value)
				s->member[members++] = g;
		}
	}
	s->first[s->n] = members;
}

void sets_release(struct sets *s)
{
	free(s->set);
	free(s->first);
	free(s->member);
}

/* The place of rank p n among counts, and how far into its bin. False: none. */
static bool find_rank(const uint32_t *bins, size_t n_bins, int64_t n, double p, size_t *bin_out, double *in_out)
{
	double rank = p * (double)n, upto = 0;
	for (size_t b = 0; b < n_bins; b++) {
		if (bins[b] == 0)
			continue;
		if (upto + bins[b] >= rank) {
			*bin_out = b;
			*in_out = (rank - upto) / bins[b];
			return true;
		}
		upto += bins[b];
	}
	return false;
}

double wait_at(const uint32_t *bins, int64_t n, double p)
{
	size_t bin;
	double in;
	if (n <= 0 || !find_rank(bins, WAIT_BINS, n, p, &bin, &in))
		return NAN;
	if (bin == 0)
		return 0;
	size_t k = bin - 1;
	uint64_t low = k, width = 1;
	if (k >= 32) {
		size_t e = k / 32 + 4;
		width = UINT64_C(1) << (e - 5);
		low = (32 + k % 32) << (e - 5);
	}
	return ((double)low + in * (double)width) * (double)(1 << WAIT_UNIT_BITS) / (double)TICKS_PER_DAY;
}

uint32_t level_of(int64_t children)
{
	uint64_t n = (uint64_t)children;
	if (n < 64)
		return (uint32_t)n;
	int e = 63 - __builtin_clzll(n);
	uint32_t level = 64 + (uint32_t)(e - 6) * 32 + ((uint32_t)(n >> (e - 5)) & 31);
	return level < LEVELS ? level : LEVELS - 1;
}

double level_at(const uint32_t *levels, int64_t n, double p)
{
	size_t b;
	double in;
	if (n <= 0 || !find_rank(levels, LEVELS, n, p, &b, &in))
		return 0;
	if (b < 64)
		return (double)b;
	size_t e = (b - 64) / 32 + 6;
	return (double)((UINT64_C(32) + (b - 64) % 32) << (e - 5));
}

static void add_cell(struct cell *sum, const struct cell *c)
{
	sum->arrivals += c->arrivals;
	sum->started += c->started;
	sum->waited += c->waited;
	sum->left += c->left;
	sum->went += c->went;
	sum->raised += c->raised;
	sum->balked += c->balked;
	sum->full += c->full;
	sum->interrupted += c->interrupted;
	sum->held += c->held;
	sum->wait_sum += c->wait_sum;
	sum->queue_time += c->queue_time;
	sum->busy_time += c->busy_time;
	sum->held_time += c->held_time;
	for (size_t i = 0; i < WAIT_TARGETS_MAX; i++)
		sum->within[i] += c->within[i];
}

static void numbers_of(const struct cell *c, const struct station *s, double span, double servers, bool all, double *v)
{
	double weeks = span / (double)(7 * TICKS_PER_DAY), started = (double)c->started;
	double busy = (double)(c->busy_time + c->held_time) / span;
	for (int i = 0; i < SIM__COUNT; i++)
		v[i] = NAN;
	v[SIM_ARRIVALS] = (double)c->arrivals / weeks;
	v[SIM_STARTED] = started / weeks;
	v[SIM_QUEUE] = (double)c->queue_time / span;
	v[SIM_BUSY] = busy;
	v[SIM_BED_DAYS] = busy * 7;
	v[SIM_LEFT] = (double)c->left / weeks;
	v[SIM_WENT] = (double)c->went / weeks;
	v[SIM_RAISED] = (double)c->raised / weeks;
	v[SIM_BALKED] = (double)c->balked / weeks;
	v[SIM_TURNED_AWAY] = (double)c->full / weeks;
	v[SIM_INTERRUPTED] = (double)c->interrupted / weeks;
	v[SIM_HELD] = (double)c->held / weeks;
	v[SIM_HELD_PLACES] = (double)c->held_time / span;
	if (all && isfinite(servers) && servers > 0)
		v[SIM_OCCUPANCY] = busy / servers;
	if (c->started == 0)
		return;
	v[SIM_WAIT] = (double)c->wait_sum / started / (double)TICKS_PER_DAY;
	v[SIM_DELAYED] = (double)c->waited / started;
	v[SIM_WAIT_P50] = wait_at(c->bins, c->started, 0.5);
	v[SIM_WAIT_P90] = wait_at(c->bins, c->started, 0.9);
	v[SIM_WAIT_P95] = wait_at(c->bins, c->started, 0.95);
	for (int i = 0; i < s->n_targets; i++)
		v[SIM_WITHIN + i] = (double)c->within[i] / started;
}

/* Mean number of places over the time counted, as schedules say. */
static double places_over(const struct model *m, size_t k)
{
	if (m->place[k].servers == INT32_MAX)
		return INFINITY;
	if (!m->place[k].changes)
		return m->place[k].servers;
	double sum = 0;
	for (int64_t t = m->from, next; t < m->until; t = next) {
		int32_t servers = capacity_at(m, k, t, &next);
		next = next > m->until ? m->until : next;
		sum += (double)servers * (double)(next - t);
	}
	return sum / (double)(m->until - m->from);
}

void answers_of(const struct tally *t, const struct model *m, const struct sets *s, double *out, uint32_t *bins)
{
	for (size_t k = 0; k < m->n; k++) {
		double servers = places_over(m, k);
		for (size_t i = 0; i < s->n; i++) {
			struct cell sum = { .bins = bins };
			size_t from = s->first[i], to = s->first[i + 1];
			if (to - from == 1) { /* no need to add up */
				sum = t->cells[k * t->groups + s->member[from]];
			} else {
				memset(bins, 0, WAIT_BINS * sizeof *bins);
				for (size_t j = from; j < to; j++) {
					const struct cell *c = &t->cells[k * t->groups + s->member[j]];
					add_cell(&sum, c);
					for (size_t b = 0; c->started && b < WAIT_BINS; b++)
						bins[b] += c->bins[b];
				}
			}
			numbers_of(&sum, m->place[k].s, (double)(t->until - t->from), servers, i == 0,
				   out + (k * s->n + i) * SIM__COUNT);
		}
	}
}
