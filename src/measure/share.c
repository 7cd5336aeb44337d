#include "measure/share.h"

#include "codec/yaml.h"
#include "stat/protect.h"

enum { PARTS = 4, ALL_COST = 50, COST_MAX = 10000 };
enum part { PART_YES, PART_NO, PART_BASE, PART_OUT };

struct line { /* a row of one grouping, and what is hidden of it */
	struct tally_row row;
	uint8_t by;
	bool hide[PARTS];
};

struct sharing {
	const struct measure *m;
	struct sharing_rule rule;
	struct line *months, *years; /* sorted by period, grouping, group */
	size_t n_months, n_years;
	struct arena arena;
};

enum rc sharing_rule_read(struct str body, const char *name, struct sharing_rule *out, struct err *e)
{
	static const char *const allowed[] = { "title", "hide-from", "hide-to", "source", "not-checked", NULL };
	struct arena a AUTO(arena_release);
	const struct yaml *y;
	struct sharing_rule r;
	arena_init(&a);
	enum rc rc = yaml_read(body, name, &a, &y, e);
	if (rc == RC_OK)
		rc = yaml_only(y, allowed, e);
	if (rc == RC_OK)
		rc = yaml_int(y, "hide-from", 0, 20, 1, &r.hide_from, e);
	if (rc == RC_OK)
		rc = yaml_int(y, "hide-to", 1, 100, 4, &r.hide_to, e);
	if (rc != RC_OK)
		return rc;
	if (r.hide_from >= r.hide_to)
		return yaml_error(y, e,
				  "\"hide-to\" is greater than \"hide-from\": a hidden count has two values at least");
	*out = r;
	return RC_OK;
}

/* ---- lines ---- */

static int64_t part_of(const struct counts *c, int part)
{
	switch (part) {
	case PART_YES: return c->yes;
	case PART_NO: return c->no;
	case PART_BASE: return counts_base(c);
	default: return c->out;
	}
}

static int by_line(const void *x, const void *y)
{
	const struct line *a = x, *b = y;
	if (a->row.period != b->row.period)
		return a->row.period < b->row.period ? -1 : 1;
	if (a->by != b->by)
		return a->by - b->by;
	return (a->row.group > b->row.group) - (a->row.group < b->row.group);
}

static void read_months(struct sharing *s, const struct tally *t)
{
	const struct tally_row *rows[GROUP__COUNT];
	size_t n[GROUP__COUNT], all = 0;
	for (int by = 0; by < GROUP__COUNT; by++)
		all += n[by] = tally_rows(t, (enum measure_group)by, true, &s->arena, &rows[by]);
	s->months = arena_array(&s->arena, all, sizeof *s->months);
	for (int by = 0; by < GROUP__COUNT; by++)
		for (size_t i = 0; i < n[by]; i++)
			if (rows[by][i].period != DAY_NONE)
				s->months[s->n_months++] = (struct line){ .row = rows[by][i], .by = (uint8_t)by };
	if (s->n_months)
		qsort(s->months, s->n_months, sizeof *s->months, by_line);
}

static const struct line *find(const struct line *l, size_t n, day_t period, int by, int64_t group)
{
	struct line key = { .row = { .period = period, .group = group }, .by = (uint8_t)by };
	return n ? bsearch(&key, l, n, sizeof *l, by_line) : NULL;
}

/* ---- one table ---- */

/* What is lost to the reader: more for a large count, most for the line of all. */
static int64_t cost_of(const struct line *l, int part)
{
	int64_t v = part_of(&l->row.n, part);
	return (1 + (v < COST_MAX ? v : COST_MAX)) * (l->by == GROUP_NONE ? ALL_COST : 1);
}

/* The four counts of line i are the cells 4i to 4i + 3. */
static enum rc add_cells(struct protect *p, const struct line *l, size_t n, struct err *e)
{
	enum rc rc = RC_OK;
	for (size_t i = 0; rc == RC_OK && i < n; i++)
		for (int k = 0; rc == RC_OK && k < PARTS; k++) {
			size_t cell;
			rc = protect_cell(p, part_of(&l[i].row.n, k), cost_of(&l[i], k), &cell, e);
		}
	return rc;
}

/* The denominator is the sum of its two, and every grouping adds up to all. */
static enum rc add_sums(struct protect *p, const struct line *l, size_t n, struct arena *a, struct err *e)
{
	size_t *parts = arena_array(a, n, sizeof *parts);
	enum rc rc = RC_OK;
	for (size_t i = 0; rc == RC_OK && i < n; i++) {
		size_t at = i * PARTS;
		rc = protect_sum(p, at + PART_BASE, (size_t[]){ at + PART_YES, at + PART_NO }, 2, e);
	}
	for (int by = GROUP_COUNCIL; by < GROUP__COUNT; by++)
		for (size_t k = 0; rc == RC_OK && k < PARTS; k++) {
			size_t m = 0;
			for (size_t i = 0; i < n; i++)
				if (l[i].by == by)
					parts[m++] = i * PARTS + k;
			rc = protect_sum(p, k, parts, m, e); /* the line of all comes first */
		}
	return rc;
}

static enum rc decide(const struct protect *p, struct sharing_rule rule, struct line *l, size_t n, bool *hidden,
		      struct err *e)
{
	enum rc rc = protect(p, rule.hide_from, rule.hide_to, hidden, e);
	if (rc != RC_OK && rc != RC_LIMIT)
		return rc;
	/* No way was found to hide just enough: nothing of it is shared. "None of 3"
	 * says something of each of the three: of few, neither part is shown. */
	for (size_t i = 0; i < n; i++) {
		int64_t base = part_of(&l[i].row.n, PART_BASE);
		bool few = base >= rule.hide_from && base <= rule.hide_to;
		for (size_t k = 0; k < PARTS; k++)
			l[i].hide[k] = rc == RC_LIMIT || hidden[i * PARTS + k] || (few && k <= PART_NO);
	}
	return RC_OK;
}

static enum rc hide_month(struct sharing *s, struct line *l, size_t n, struct err *e)
{
	struct arena a AUTO(arena_release);
	struct protect *p AUTO(auto_protect) = protect_new();
	arena_init(&a);
	enum rc rc = add_cells(p, l, n, e);
	if (rc == RC_OK)
		rc = add_sums(p, l, n, &a, e);
	return rc == RC_OK ? decide(p, s->rule, l, n, arena_array(&a, n * PARTS, sizeof(bool)), e) : rc;
}

/* ---- years ---- */

static day_t year_of(day_t month)
{
	struct ymd y = day_ymd(month);
	return day_of(y.month >= 4 ? y.year : y.year - 1, 4, 1);
}

static void add_counts(struct counts *to, const struct counts *c)
{
	to->yes += c->yes;
	to->no += c->no;
	to->out += c->out;
	to->not_yet += c->not_yet;
}

/* Lines of a whole year, one for each group that any of its months has. */
static size_t sum_year(const struct line *l, size_t n, struct line *out)
{
	size_t m = 0;
	for (size_t i = 0; i < n; i++) {
		size_t k = 0;
		while (k < m && (out[k].by != l[i].by || out[k].row.group != l[i].row.group))
			k++;
		if (k == m)
			out[m++] =
			    (struct line){ .row = { .period = year_of(l[i].row.period), .group = l[i].row.group },
					   .by = l[i].by };
		add_counts(&out[k].row.n, &l[i].row.n);
	}
	if (m)
		qsort(out, m, sizeof *out, by_line);
	return m;
}

/* A total is shown where every month of it is: it then says nothing that they do not. */
static void hide_year(struct sharing *s, const struct line *l, size_t n)
{
	struct line *years = &s->years[s->n_years];
	size_t m = sum_year(l, n, years);
	for (size_t y = 0; y < m; y++)
		for (size_t i = 0; i < n; i++)
			for (size_t k = 0; k < PARTS; k++)
				if (l[i].by == years[y].by && l[i].row.group == years[y].row.group)
					years[y].hide[k] |= l[i].hide[k];
	s->n_years += m;
}

/* Twelve months of one year, from its April on. */
static bool whole_year(const struct line *l, size_t n)
{
	int months = 0;
	for (size_t i = 0; i < n; i++)
		months += l[i].by == GROUP_NONE;
	return months == 12;
}

static void hide_years(struct sharing *s)
{
	s->years = arena_array(&s->arena, s->n_months, sizeof *s->years);
	for (size_t i = 0, end; i < s->n_months; i = end) {
		day_t year = year_of(s->months[i].row.period);
		for (end = i; end < s->n_months && year_of(s->months[end].row.period) == year; end++)
			;
		if (whole_year(s->months + i, end - i))
			hide_year(s, s->months + i, end - i);
	}
}

enum rc sharing_new(const struct tally *t, const struct measure *m, struct sharing_rule rule, struct sharing **out,
		    struct err *e)
{
	struct sharing *s = xcalloc(1, sizeof *s);
	s->m = m;
	s->rule = rule;
	arena_init(&s->arena);
	read_months(s, t);
	enum rc rc = RC_OK;
	for (size_t i = 0, end; rc == RC_OK && i < s->n_months; i = end) {
		for (end = i + 1; end < s->n_months && s->months[end].row.period == s->months[i].row.period; end++)
			;
		rc = hide_month(s, s->months + i, end - i, e);
	}
	if (rc == RC_OK && measure_is_share(m) && !m->yearly)
		hide_years(s);
	if (rc == RC_OK)
		*out = s;
	else
		sharing_free(s);
	return rc;
}

void sharing_free(struct sharing *s)
{
	if (!s)
		return;
	arena_release(&s->arena);
	free(s);
}

void sharing_hide(const struct sharing *s, enum measure_group by, bool total, const struct tally_row *r,
		  struct measure_number *n)
{
	const struct line *l = total ? find(s->years, s->n_years, r->period, (int)by, r->group)
				     : find(s->months, s->n_months, r->period, (int)by, r->group);
	n->hide_yes = !l || l->hide[PART_YES];
	n->hide_base = !l || l->hide[PART_BASE];
	n->hide_out = !l || l->hide[PART_OUT];
	n->hide_value = n->hide_yes || n->hide_base || !l || l->hide[PART_NO];
}

size_t sharing_totals(const struct sharing *s, enum measure_group by, struct arena *a, const struct tally_row **out)
{
	struct tally_row *rows = arena_array(a, s->n_years, sizeof *rows);
	size_t n = 0;
	for (size_t i = 0; i < s->n_years; i++)
		if (s->years[i].by == by)
			rows[n++] = s->years[i].row;
	*out = rows;
	return n;
}
