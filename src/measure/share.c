#include "measure/share.h"

#include "codec/yaml.h"
#include "stat/protect.h"

enum { PARTS = 4, ALL_COST = 50, COST_MAX = 10000 };
enum part { PART_YES, PART_NO, PART_BASE, PART_OUT };

struct line { /* a row of one grouping, and what is hidden of it */
	struct tally_row row;
	uint8_t by;
	bool hide[PARTS], hide_value;
};

struct sharing {
	const struct measure *m;
	struct sharing_rule rule;
	struct line *months, *quarters, *years; /* sorted by period, grouping, group */
	size_t n_months, n_quarters, n_years;
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

/* The denominator is the sum of its two, and every grouping adds up to all. Cells from `first` on. */
static enum rc add_sums(struct protect *p, const struct line *l, size_t n, size_t first, struct arena *a, struct err *e)
{
	size_t *parts = arena_array(a, n, sizeof *parts);
	enum rc rc = RC_OK;
	for (size_t i = 0; rc == RC_OK && i < n; i++) {
		size_t at = first + i * PARTS;
		rc = protect_sum(p, at + PART_BASE, (size_t[]){ at + PART_YES, at + PART_NO }, 2, e);
	}
	for (int by = GROUP_COUNCIL; by < GROUP__COUNT; by++)
		for (size_t k = 0; rc == RC_OK && k < PARTS; k++) {
			size_t m = 0;
			for (size_t i = 0; i < n; i++)
				if (l[i].by == by)
					parts[m++] = first + i * PARTS + k;
			rc = protect_sum(p, first + k, parts, m, e); /* the line of all comes first */
		}
	return rc;
}

/* The lines whose cells begin at `first`. */
static enum rc decide(const struct protect *p, struct sharing_rule rule, struct line *l, size_t n, bool *hidden,
		      size_t first, struct err *e)
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
			l[i].hide[k] = rc == RC_LIMIT || hidden[first + i * PARTS + k] || (few && k <= PART_NO);
	}
	return RC_OK;
}

/* ---- averages ---- */

/* An average of children who all have the same value tells the value of each. */
static bool all_alike(const struct tally_row *r)
{
	return r->n.yes && r->days && r->days[0] == r->days[r->n.yes - 1];
}

/* The children of a grouping whose average is hidden, together: what is left when those shown are subtracted. */
struct rest {
	int64_t n;
	int32_t low, high;
};

static void add_rest(struct rest *r, const struct tally_row *row)
{
	int64_t n = row->n.yes;
	if (!n || !row->days)
		return;
	r->low = !r->n || row->days[0] < r->low ? row->days[0] : r->low;
	r->high = !r->n || row->days[n - 1] > r->high ? row->days[n - 1] : r->high;
	r->n += n;
}

/* The averages of one grouping: of few or alike, and the smallest of the others while what is left
 * would be of few, or alike. */
static void hide_averages(struct sharing_rule rule, struct line *l, size_t n, int by)
{
	struct rest left = { 0 };
	for (size_t i = 0; i < n; i++) {
		if (l[i].by != by)
			continue;
		l[i].hide_value =
		    l[i].hide[PART_YES] || l[i].hide[PART_NO] || l[i].hide[PART_BASE] || all_alike(&l[i].row);
		if (l[i].hide_value)
			add_rest(&left, &l[i].row);
	}
	while (left.n && (left.n <= rule.hide_to || left.low == left.high)) {
		struct line *least = NULL;
		for (size_t i = 0; i < n; i++)
			if (l[i].by == by && !l[i].hide_value && l[i].row.n.yes &&
			    (!least || l[i].row.n.yes < least->row.n.yes))
				least = &l[i];
		if (!least)
			return;
		least->hide_value = true;
		add_rest(&left, &least->row);
	}
}

static enum rc hide_month(struct sharing *s, struct line *l, size_t n, struct err *e)
{
	struct arena a AUTO(arena_release);
	struct protect *p AUTO(auto_protect) = protect_new();
	arena_init(&a);
	enum rc rc = add_cells(p, l, n, e);
	if (rc == RC_OK)
		rc = add_sums(p, l, n, 0, &a, e);
	if (rc == RC_OK)
		rc = decide(p, s->rule, l, n, arena_array(&a, n * PARTS, sizeof(bool)), 0, e);
	for (int by = GROUP_NONE; rc == RC_OK && by < GROUP__COUNT && s->m->statistic == STATISTIC_AVERAGE; by++)
		hide_averages(s->rule, l, n, by);
	return rc;
}

/* ---- quarters and years ---- */

static day_t year_of(day_t month)
{
	struct ymd y = day_ymd(month);
	return day_of(y.month >= 4 ? y.year : y.year - 1, 4, 1);
}

static day_t quarter_of(day_t month)
{
	struct ymd y = day_ymd(month);
	return day_of(y.year, (uint8_t)((y.month - 1) / 3 * 3 + 1), 1);
}

static void add_counts(struct counts *to, const struct counts *c)
{
	to->yes += c->yes;
	to->no += c->no;
	to->out += c->out;
	to->not_yet += c->not_yet;
}

/* Lines of a longer time, one for each group that any of its months has. */
static size_t sum_months(const struct line *l, size_t n, day_t first, struct line *out)
{
	size_t m = 0;
	for (size_t i = 0; i < n; i++) {
		size_t k = 0;
		while (k < m && (out[k].by != l[i].by || out[k].row.group != l[i].row.group))
			k++;
		if (k == m)
			out[m++] = (struct line){ .row = { .period = first, .group = l[i].row.group }, .by = l[i].by };
		add_counts(&out[k].row.n, &l[i].row.n);
	}
	if (m)
		qsort(out, m, sizeof *out, by_line);
	return m;
}

/* What was shown of it already cannot be hidden any more. */
static void fix_shown(struct protect *p, const struct line *l, size_t n)
{
	for (size_t i = 0; i < n; i++)
		for (size_t k = 0; k < PARTS; k++)
			if (!l[i].hide[k])
				protect_fix(p, i * PARTS + k);
}

/* Inside of each of several months, one after the other. */
static enum rc add_sums_of_each(struct protect *p, const struct line *l, size_t n, struct arena *a, struct err *e)
{
	enum rc rc = RC_OK;
	for (size_t i = 0, end; rc == RC_OK && i < n; i = end) {
		for (end = i + 1; end < n && l[end].row.period == l[i].row.period; end++)
			;
		rc = add_sums(p, l + i, end - i, i * PARTS, a, e);
	}
	return rc;
}

/* The four counts of a total, from that cell on, are the sums of its months’ (cells from 0 on). */
static enum rc add_months(struct protect *p, const struct line *months, size_t n, const struct line *total, size_t cell,
			  struct arena *a, struct err *e)
{
	size_t *parts = arena_array(a, n, sizeof *parts);
	enum rc rc = RC_OK;
	for (size_t k = 0; rc == RC_OK && k < PARTS; k++) {
		size_t m = 0;
		for (size_t i = 0; i < n; i++)
			if (months[i].by == total->by && months[i].row.group == total->row.group)
				parts[m++] = i * PARTS + k;
		rc = protect_sum(p, cell + k, parts, m, e);
	}
	return rc;
}

/* Without a search: a total is shown where each of its months is, or each of its quarters. It
 * then says nothing that they do not. */
static void hide_by_parts(struct line *total, size_t m, const struct line *parts, size_t n, size_t least)
{
	for (size_t t = 0; t < m; t++)
		for (size_t k = 0; k < PARTS; k++) {
			bool any = n == 0;
			size_t found = 0;
			for (size_t i = 0; i < n; i++)
				if (parts[i].by == total[t].by && parts[i].row.group == total[t].row.group) {
					any |= parts[i].hide[k];
					found++;
				}
			if (!any && found >= least)
				total[t].hide[k] = false;
		}
}

/* A group without a line in some quarter has nobody there: all four must be there to be added up. */
static void hide_first(const struct line *months, size_t n, const struct line *quarters, size_t q, struct line *total,
		       size_t m)
{
	for (size_t t = 0; t < m; t++)
		for (size_t k = 0; k < PARTS; k++)
			total[t].hide[k] = true;
	hide_by_parts(total, m, months, n, 1);
	hide_by_parts(total, m, quarters, q, 4);
}

/* Those of which a search is made: all together, and councils. They stand first. */
static size_t for_a_board(const struct line *l, size_t n)
{
	size_t m = 0;
	while (m < n && l[m].by <= GROUP_COUNCIL)
		m++;
	return m;
}

/* What the search showed beside what is shown anyway. */
static void show_more(struct line *total, size_t m, const struct line *found)
{
	for (size_t t = 0; t < m; t++)
		for (size_t k = 0; k < PARTS; k++)
			total[t].hide[k] &= found[t].hide[k];
}

/* Decides about the lines `total` of a quarter beside what was decided of its months: a reader has both. */
static enum rc hide_quarter(struct sharing *s, const struct line *months, size_t n, struct line *total, size_t m,
			    struct err *e)
{
	struct arena a AUTO(arena_release);
	struct protect *p AUTO(auto_protect) = protect_new();
	arena_init(&a);
	size_t asked = for_a_board(total, m), cell = n * PARTS;
	struct line *found = arena_array(&a, asked, sizeof *found);
	hide_first(months, n, NULL, 0, total, m);
	memcpy(found, total, asked * sizeof *found);
	enum rc rc = add_cells(p, months, n, e);
	if (rc == RC_OK)
		rc = add_cells(p, found, asked, e);
	if (rc == RC_OK)
		rc = add_sums_of_each(p, months, n, &a, e);
	for (size_t i = 0; rc == RC_OK && i < asked; i++) {
		size_t at = cell + i * PARTS;
		rc = protect_sum(p, at + PART_BASE, (size_t[]){ at + PART_YES, at + PART_NO }, 2, e);
		if (rc == RC_OK)
			rc = add_months(p, months, n, &found[i], at, &a, e);
	}
	if (rc != RC_OK)
		return rc;
	fix_shown(p, months, n);
	rc = decide(p, s->rule, found, asked, arena_array(&a, (n + asked) * PARTS, sizeof(bool)), cell, e);
	if (rc == RC_OK)
		show_more(total, asked, found);
	return rc;
}

/* So many months, one after the other, from the first of the time on. */
static bool is_whole(const struct line *l, size_t n, int months)
{
	int found = 0;
	for (size_t i = 0; i < n; i++)
		found += l[i].by == GROUP_NONE;
	return found == months;
}

static enum rc hide_quarters(struct sharing *s, struct err *e)
{
	enum rc rc = RC_OK;
	s->quarters = arena_array(&s->arena, s->n_months, sizeof *s->quarters);
	for (size_t i = 0, end; rc == RC_OK && i < s->n_months; i = end) {
		day_t first = quarter_of(s->months[i].row.period);
		for (end = i; end < s->n_months && quarter_of(s->months[end].row.period) == first; end++)
			;
		if (!is_whole(s->months + i, end - i, 3))
			continue;
		struct line *total = &s->quarters[s->n_quarters];
		size_t m = sum_months(s->months + i, end - i, first, total);
		rc = hide_quarter(s, s->months + i, end - i, total, m, e);
		s->n_quarters += m;
	}
	return rc;
}

static void hide_years(struct sharing *s)
{
	s->years = arena_array(&s->arena, s->n_months, sizeof *s->years);
	for (size_t i = 0, end, q = 0, q_end; i < s->n_months; i = end) {
		day_t first = year_of(s->months[i].row.period);
		for (end = i; end < s->n_months && year_of(s->months[end].row.period) == first; end++)
			;
		while (q < s->n_quarters && s->quarters[q].row.period < first)
			q++;
		for (q_end = q; q_end < s->n_quarters && year_of(s->quarters[q_end].row.period) == first; q_end++)
			;
		if (!is_whole(s->months + i, end - i, 12))
			continue;
		struct line *total = &s->years[s->n_years];
		size_t m = sum_months(s->months + i, end - i, first, total);
		hide_first(s->months + i, end - i, s->quarters + q, q_end - q, total, m);
		s->n_years += m;
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
	bool longer = measure_is_share(m) && !m->yearly;
	if (rc == RC_OK && longer)
		rc = hide_quarters(s, e);
	if (rc == RC_OK && longer)
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

static const struct line *lines_of(const struct sharing *s, enum share_time time, size_t *n)
{
	*n = time == SHARE_PERIODS ? s->n_months : time == SHARE_QUARTERS ? s->n_quarters : s->n_years;
	return time == SHARE_PERIODS ? s->months : time == SHARE_QUARTERS ? s->quarters : s->years;
}

void sharing_hide(const struct sharing *s, enum measure_group by, enum share_time time, const struct tally_row *r,
		  struct measure_number *n)
{
	size_t count;
	const struct line *lines = lines_of(s, time, &count), *l = find(lines, count, r->period, (int)by, r->group);
	n->hide_yes = !l || l->hide[PART_YES];
	n->hide_base = !l || l->hide[PART_BASE];
	n->hide_out = !l || l->hide[PART_OUT];
	n->hide_value = n->hide_yes || n->hide_base || !l || l->hide[PART_NO] || l->hide_value;
}

size_t sharing_totals(const struct sharing *s, enum measure_group by, enum share_time time, struct arena *a,
		      const struct tally_row **out)
{
	size_t count, n = 0;
	const struct line *lines = lines_of(s, time, &count);
	struct tally_row *rows = arena_array(a, count, sizeof *rows);
	for (size_t i = 0; i < count; i++)
		if (lines[i].by == by)
			rows[n++] = lines[i].row;
	*out = rows;
	return n;
}
