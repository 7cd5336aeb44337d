#include "plan/site_rows.h"

struct entry {
	double cost;
	uint32_t site;
};

static int by_cost(const void *a, const void *b)
{
	const struct entry *x = a, *y = b;
	if (x->cost != y->cost)
		return x->cost < y->cost ? -1 : 1;
	return (x->site > y->site) - (x->site < y->site);
}

void site_rows_make(struct site_rows *r, size_t n_areas, size_t n_sites, const double *cost, struct arena *a)
{
	struct entry *row = xcalloc(n_sites ? n_sites : 1, sizeof *row);
	*r = (struct site_rows){ .n_areas = n_areas, .n_sites = n_sites };
	r->from = arena_array(a, n_areas + 1, sizeof *r->from);
	r->cost = arena_array(a, n_areas * n_sites, sizeof *r->cost);
	r->site = arena_array(a, n_areas * n_sites, sizeof *r->site);
	r->by_site = arena_array(a, n_areas * n_sites, sizeof *r->by_site);
	size_t at = 0;
	for (size_t i = 0; i < n_areas; i++) {
		size_t n = 0;
		r->from[i] = at;
		for (size_t j = 0; j < n_sites; j++) {
			double c = cost[i * n_sites + j];
			r->by_site[j * n_areas + i] = c;
			if (c < SITE_NEVER)
				row[n++] = (struct entry){ c, (uint32_t)j };
		}
		qsort(row, n, sizeof *row, by_cost);
		for (size_t k = 0; k < n; k++, at++) {
			r->cost[at] = row[k].cost;
			r->site[at] = row[k].site;
		}
	}
	r->from[n_areas] = at;
	free(row);
}

struct site_rows site_rows_without(const struct site_rows *r, const uint8_t *rule)
{
	size_t live = 0, at = 0;
	for (size_t k = 0; k < r->from[r->n_areas]; k++)
		live += rule[r->site[k]] != SITE_MUST_CLOSE;
	struct site_rows out = *r;
	out.from = xcalloc(r->n_areas + 1, sizeof *out.from);
	out.cost = xcalloc(live + 1, sizeof *out.cost);
	out.site = xcalloc(live + 1, sizeof *out.site);
	for (size_t i = 0; i < r->n_areas; i++) {
		out.from[i] = at;
		for (size_t k = r->from[i]; k < r->from[i + 1]; k++) {
			if (rule[r->site[k]] == SITE_MUST_CLOSE)
				continue;
			out.cost[at] = r->cost[k];
			out.site[at++] = r->site[k];
		}
	}
	out.from[r->n_areas] = at;
	return out;
}

void site_rows_free(struct site_rows *r)
{
	free(r->from);
	free(r->cost);
	free(r->site);
}

/* ---- interchange ---- */

void site_swap_init(struct site_swap *s, const struct site_rows *rows, const uint8_t *rule, struct arena *a)
{
	*s = (struct site_swap){ .rows = rows, .rule = rule };
	s->open = arena_array(a, rows->n_sites, sizeof *s->open);
	s->first = arena_array(a, rows->n_areas, sizeof *s->first);
	s->second = arena_array(a, rows->n_areas, sizeof *s->second);
	s->nearest = arena_array(a, rows->n_areas, sizeof *s->nearest);
	s->loss = arena_array(a, rows->n_sites, sizeof *s->loss);
	s->least = arena_array(a, rows->n_sites, sizeof *s->least);
	s->list = arena_array(a, rows->n_sites, sizeof *s->list);
}

static void list_open(struct site_swap *s)
{
	s->n_open = 0;
	for (uint32_t j = 0; j < s->rows->n_sites; j++)
		if (s->open[j])
			s->list[s->n_open++] = j;
}

/* Few open sites are looked through; many are met soon on the walk from the nearest on. */
static bool few(const struct site_swap *s)
{
	return s->n_open * s->n_open < 2 * s->rows->n_sites;
}

static void offer(struct site_swap *s, size_t i, uint32_t j, double cost)
{
	if (cost < s->first[i]) {
		s->second[i] = s->first[i];
		s->first[i] = cost;
		s->nearest[i] = j;
	} else if (cost < s->second[i])
		s->second[i] = cost;
}

/* The nearest two open sites of an area. */
static void look(struct site_swap *s, size_t i)
{
	const struct site_rows *r = s->rows;
	s->first[i] = s->second[i] = SITE_NEVER;
	s->nearest[i] = UINT32_MAX;
	if (few(s)) {
		for (size_t q = 0; q < s->n_open; q++)
			offer(s, i, s->list[q], r->by_site[s->list[q] * r->n_areas + i]);
		return;
	}
	size_t k = r->from[i], end = r->from[i + 1];
	while (k < end && !s->open[r->site[k]])
		k++;
	if (k == end)
		return;
	s->first[i] = r->cost[k];
	s->nearest[i] = r->site[k];
	for (k++; k < end && !s->open[r->site[k]]; k++)
		;
	s->second[i] = k < end ? r->cost[k] : SITE_NEVER;
}

/* Sums that every exchange is weighed against: the total, and of each open site what
 * closing it costs its areas (those that have a second choice at all). */
static void add_up(struct site_swap *s)
{
	s->total = 0;
	for (size_t q = 0; q < s->n_open; q++)
		s->least[s->list[q]] = 0;
	for (size_t i = 0; i < s->rows->n_areas; i++) {
		s->total += s->first[i];
		if (s->second[i] < SITE_NEVER)
			s->least[s->nearest[i]] += s->second[i] - s->first[i];
	}
}

void site_swap_begin(struct site_swap *s, const uint8_t *open)
{
	const struct site_rows *r = s->rows;
	memcpy(s->open, open, r->n_sites * sizeof *open);
	list_open(s);
	if (few(s)) {
		for (size_t i = 0; i < r->n_areas; i++) {
			s->first[i] = s->second[i] = SITE_NEVER;
			s->nearest[i] = UINT32_MAX;
		}
		for (size_t q = 0; q < s->n_open; q++)
			for (size_t i = 0; i < r->n_areas; i++)
				offer(s, i, s->list[q], r->by_site[s->list[q] * r->n_areas + i]);
	} else
		for (size_t i = 0; i < r->n_areas; i++)
			look(s, i);
	add_up(s);
}

/* What the total gains if `in` is opened and the best other site is closed for
 * it (which one: *out_out). All closings are weighed in one pass (Whitaker 1983),
 * and only those areas are looked at that `in` serves better than their second. */
static double try_in(struct site_swap *s, size_t in, size_t *out_out)
{
	size_t n = s->rows->n_areas;
	const double *cost = s->rows->by_site + in * n;
	double gain = 0, best = -SITE_NEVER;
	for (size_t q = 0; q < s->n_open; q++)
		s->loss[s->list[q]] = s->least[s->list[q]];
	for (size_t i = 0; i < n; i++) {
		double to = cost[i], first = s->first[i], second = s->second[i];
		if (to >= second && second < SITE_NEVER)
			continue;
		gain += to < first ? first - to : 0;
		if (s->nearest[i] == UINT32_MAX)
			continue;
		if (second < SITE_NEVER)
			s->loss[s->nearest[i]] -= second - (to < first ? first : to);
		else
			s->loss[s->nearest[i]] += to < first ? 0 : to - first;
	}
	for (size_t q = 0; q < s->n_open; q++) {
		size_t j = s->list[q];
		if (s->rule[j] != SITE_MUST_OPEN && gain - s->loss[j] > best) {
			best = gain - s->loss[j];
			*out_out = j;
		}
	}
	return best;
}

static void exchange(struct site_swap *s, size_t in, size_t out)
{
	const double *cost = s->rows->by_site + in * s->rows->n_areas;
	s->open[in] = 1;
	s->open[out] = 0;
	list_open(s);
	for (size_t i = 0; i < s->rows->n_areas; i++) {
		bool gone = s->nearest[i] == out || s->rows->by_site[out * s->rows->n_areas + i] <= s->second[i];
		if (gone)
			look(s, i);
		else
			offer(s, i, (uint32_t)in, cost[i]);
	}
	add_up(s);
}

void site_swap_run(struct site_swap *s)
{
	size_t m = s->rows->n_sites, since = 0, out = 0;
	for (size_t in = 0; since < m; in = in + 1 < m ? in + 1 : 0, since++) {
		if (s->open[in] || s->rule[in] == SITE_MUST_CLOSE)
			continue;
		double before = s->total, gain = try_in(s, in, &out);
		if (gain <= 1e-9 * (before + 1))
			continue;
		exchange(s, in, out);
		since = 0;
	}
}
