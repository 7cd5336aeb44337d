/* Problems of OR-Library (J. E. Beasley): p-medians and warehouses. */
#include "plan/siting_inside.h"

struct words {
	struct str left;
	const char *name;
	int line;
	struct err *e;
};

static bool blank(char c)
{
	return c == ' ' || c == '\t' || c == '\r' || c == '\n';
}

static struct str next_word(struct words *w)
{
	while (w->left.n && blank(w->left.p[0])) {
		w->line += w->left.p[0] == '\n';
		w->left.p++;
		w->left.n--;
	}
	struct str out = { w->left.p, 0 };
	while (out.n < w->left.n && !blank(out.p[out.n]))
		out.n++;
	w->left.p += out.n;
	w->left.n -= out.n;
	return out;
}

static enum rc number(struct words *w, const char *what, double least, double most, double *out)
{
	struct str t = next_word(w);
	if (!t.n)
		return err_set(w->e, RC_BAD_INPUT, "%s:%d: the file ends before %s", w->name, w->line, what);
	double x;
	if (siting_number_read(t, &x) != RC_OK || x < least || x > most)
		return err_set(w->e, RC_BAD_INPUT, "%s:%d: %s is \"%.*s\"; it must be a number from %g to %g", w->name,
			       w->line, what, (int)(t.n > 40 ? 40 : t.n), t.p, least, most);
	*out = x;
	return RC_OK;
}

static enum rc whole(struct words *w, const char *what, size_t least, size_t most, size_t *out)
{
	double x;
	enum rc rc = number(w, what, (double)least, (double)most, &x);
	if (rc == RC_OK && x != (double)(size_t)x)
		rc = err_set(w->e, RC_BAD_INPUT, "%s:%d: %s must be a whole number", w->name, w->line, what);
	if (rc == RC_OK)
		*out = (size_t)x;
	return rc;
}

static void empty(struct siting *s, const char *name, size_t n, size_t m, struct arena *a)
{
	*s = (struct siting){ .file = arena_str(a, str_of(name)).p, .n_areas = n, .n_sites = m, .n_sizes = 1 };
	s->id = s->title = arena_str(a, str_of(name));
	s->areas = arena_array(a, n, sizeof *s->areas);
	s->sites = arena_array(a, m, sizeof *s->sites);
	s->sizes = arena_array(a, 1, sizeof *s->sizes);
	s->sizes[0].name = STR("open");
	s->minutes = arena_array(a, n * m, sizeof *s->minutes);
	s->capacity = arena_array(a, m, sizeof *s->capacity);
	s->price = arena_array(a, m, sizeof *s->price);
	for (size_t i = 0; i < n; i++) {
		s->areas[i].code = s->areas[i].name = arena_printf(a, "%zu", i + 1);
		s->areas[i].group = -1;
	}
	for (size_t j = 0; j < m; j++) {
		s->sites[j].name = arena_printf(a, "%zu", j + 1);
		s->sites[j].may = 3;
	}
}

/* Shortest ways between all vertices (Floyd 1962). */
static void shortest(double *d, size_t n)
{
	for (size_t k = 0; k < n; k++)
		for (size_t i = 0; i < n; i++) {
			double to = d[i * n + k], *row = d + i * n;
			const double *by = d + k * n;
			if (to >= SITE_NEVER)
				continue;
			for (size_t j = 0; j < n; j++) {
				double v = to + by[j];
				row[j] = v < row[j] ? v : row[j];
			}
		}
}

enum rc siting_read_pmed(struct str text, const char *name, struct arena *a, struct siting *out, struct err *e)
{
	struct words w = { text, name, 1, e };
	struct siting s;
	size_t n, edges, p, from, to;
	enum rc rc = whole(&w, "the number of vertices", 1, SITING_SITES_MAX, &n);
	if (rc == RC_OK)
		rc = whole(&w, "the number of edges", 0, 10000000, &edges);
	if (rc == RC_OK)
		rc = whole(&w, "p", 1, n, &p);
	if (rc != RC_OK)
		return rc;
	empty(&s, name, n, n, a);
	double *d = s.minutes, length;
	for (size_t k = 0; k < n * n; k++)
		d[k] = k % (n + 1) ? SITE_NEVER : 0;
	for (size_t k = 0; rc == RC_OK && k < edges; k++) {
		rc = whole(&w, "the beginning of an edge", 1, n, &from);
		if (rc == RC_OK)
			rc = whole(&w, "the end of an edge", 1, n, &to);
		if (rc == RC_OK)
			rc = number(&w, "the length of an edge", 0, 1e9, &length);
		if (rc == RC_OK) /* a later edge replaces an earlier one */
			d[(from - 1) * n + to - 1] = d[(to - 1) * n + from - 1] = length;
	}
	if (rc == RC_OK && next_word(&w).n)
		rc = err_set(e, RC_BAD_INPUT, "%s:%d: there is more in the file than its %zu edges", name, w.line,
			     edges);
	if (rc != RC_OK)
		return rc;
	shortest(d, n);
	s.people = STR("vertices");
	s.demand = (double)n;
	s.open_least = s.open_most = p;
	for (size_t i = 0; i < n; i++) {
		s.areas[i].demand = 1;
		s.capacity[i] = s.demand;
	}
	*out = s;
	return siting_check(out, e);
}

enum rc siting_read_cap(struct str text, const char *name, double room, struct arena *a, struct siting *out,
			struct err *e)
{
	struct words w = { text, name, 1, e };
	struct siting s;
	size_t n, m;
	double of_all;
	enum rc rc = whole(&w, "the number of sites", 1, SITING_SITES_MAX, &m);
	if (rc == RC_OK)
		rc = whole(&w, "the number of areas", 1, SITING_AREAS_MAX, &n);
	if (rc != RC_OK)
		return rc;
	empty(&s, name, n, m, a);
	bool no_limit = false;
	for (size_t j = 0; rc == RC_OK && j < m; j++) {
		struct words back = w;
		if (str_is(next_word(&w), "capacity")) {
			s.capacity[j] = room;
			no_limit = room <= 0;
		} else {
			w = back;
			rc = number(&w, "the capacity of a site", 0, 1e12, &s.capacity[j]);
		}
		if (rc == RC_OK)
			rc = number(&w, "the price of a site", 0, 1e12, &s.price[j]);
	}
	for (size_t i = 0; rc == RC_OK && i < n; i++) {
		rc = number(&w, "the demand of an area", 0, 1e12, &s.areas[i].demand);
		s.demand += s.areas[i].demand;
		for (size_t j = 0; rc == RC_OK && j < m; j++) { /* of all its demand: of a unit it is so much */
			rc = number(&w, "the cost of serving an area", 0, 1e15, &of_all);
			s.minutes[i * m + j] = s.areas[i].demand > 0 ? of_all / s.areas[i].demand : 0;
		}
	}
	if (rc == RC_OK && next_word(&w).n)
		rc = err_set(e, RC_BAD_INPUT, "%s:%d: there is more in the file than its %zu areas", name, w.line, n);
	if (rc == RC_OK && s.demand <= 0)
		rc = err_set(e, RC_BAD_INPUT, "%s: nobody needs anything: all demand is 0", name);
	if (rc != RC_OK)
		return rc;
	for (size_t j = 0; no_limit && j < m; j++)
		s.capacity[j] = s.demand;
	s.people = STR("units");
	s.priced = s.limited = s.travel_is_cost = true;
	*out = s;
	return siting_check(out, e);
}
