/* Cells of counts, and rows made of them. */
#include "measure/tally.h"

struct cell {
	day_t period;
	struct measure_place place;
	struct counts n;
	int32_t *days;
	size_t n_days, cap_days;
};

struct tally {
	const struct measure *m;
	struct cell *cells;
	size_t n, cap;
	uint32_t *slots; /* open addressing: index + 1 */
	size_t n_slots;
	struct str reasons[REASONS_MAX];
	size_t n_reasons;
	tally_people_of *people; /* NULL: nobody knows */
	void *people_arg;
	struct arena arena;
};

static const struct {
	const char *id, *title;
} groups[] = { [GROUP_NONE] = { "all", "All" },
	       [GROUP_COUNCIL] = { "council", "Council" },
	       [GROUP_PROVIDER] = { "provider", "Provider or health team" },
	       [GROUP_AREA] = { "area", "Area where placed" },
	       [GROUP_IN_AREA] = { "in-out", "In or out of area" } };

const char *measure_group_id(enum measure_group g)
{
	return groups[(unsigned)g < COUNT_OF(groups) ? g : 0].id;
}

const char *measure_group_title(enum measure_group g)
{
	return groups[(unsigned)g < COUNT_OF(groups) ? g : 0].title;
}

struct tally *tally_new(const struct measure *m)
{
	struct tally *t = xcalloc(1, sizeof *t);
	t->m = m;
	t->n_slots = 256;
	t->slots = xcalloc(t->n_slots, sizeof *t->slots);
	arena_init(&t->arena);
	return t;
}

void tally_people(struct tally *t, tally_people_of *people, void *arg)
{
	t->people = people;
	t->people_arg = arg;
}

void tally_free(struct tally *t)
{
	if (!t)
		return;
	for (size_t i = 0; i < t->n; i++)
		free(t->cells[i].days);
	free(t->cells);
	free(t->slots);
	arena_release(&t->arena);
	free(t);
}

static uint64_t mix(uint64_t h, uint64_t v)
{
	h = (h ^ v) * 0x9e3779b97f4a7c15u;
	return h ^ h >> 29;
}

static uint64_t cell_hash(day_t period, const struct measure_place *p)
{
	uint64_t h = mix(1, (uint32_t)period);
	h = mix(h, (uint64_t)p->council);
	h = mix(h, (uint64_t)p->provider);
	h = mix(h, (uint64_t)p->area);
	return mix(h, p->in_area);
}

static bool cell_is(const struct cell *c, day_t period, const struct measure_place *p)
{
	return c->period == period && c->place.council == p->council && c->place.provider == p->provider &&
	       c->place.area == p->area && c->place.in_area == p->in_area;
}

static void slots_grow(struct tally *t)
{
	free(t->slots);
	t->n_slots *= 2;
	t->slots = xcalloc(t->n_slots, sizeof *t->slots);
	for (size_t i = 0; i < t->n; i++) {
		size_t at = cell_hash(t->cells[i].period, &t->cells[i].place) & (t->n_slots - 1);
		while (t->slots[at])
			at = (at + 1) & (t->n_slots - 1);
		t->slots[at] = (uint32_t)(i + 1);
	}
}

static struct cell *cell_for(struct tally *t, day_t period, const struct measure_place *p)
{
	size_t at = cell_hash(period, p) & (t->n_slots - 1);
	for (; t->slots[at]; at = (at + 1) & (t->n_slots - 1))
		if (cell_is(&t->cells[t->slots[at] - 1], period, p))
			return &t->cells[t->slots[at] - 1];
	if (t->n == t->cap) {
		t->cap = t->cap ? t->cap * 2 : 64;
		t->cells = xrealloc(t->cells, t->cap * sizeof *t->cells);
	}
	t->cells[t->n] = (struct cell){ .period = period, .place = *p };
	t->slots[at] = (uint32_t)++t->n;
	if (t->n * 2 > t->n_slots)
		slots_grow(t);
	return &t->cells[t->n - 1];
}

static size_t reason_index(struct tally *t, struct str why)
{
	for (size_t i = 0; i < t->n_reasons; i++)
		if (str_eq(t->reasons[i], why))
			return i;
	if (t->n_reasons == REASONS_MAX)
		return REASONS_MAX - 1;
	if (t->n_reasons == REASONS_MAX - 1)
		why = STR("other reasons");
	t->reasons[t->n_reasons] = arena_str(&t->arena, why);
	return t->n_reasons++;
}

static void add_day(struct cell *c, int32_t days)
{
	if (c->n_days == c->cap_days) {
		c->cap_days = c->cap_days ? c->cap_days * 2 : 8;
		c->days = xrealloc(c->days, c->cap_days * sizeof *c->days);
	}
	c->days[c->n_days++] = days;
}

void tally_add(struct tally *t, const struct measure_hit *h)
{
	struct cell *c = cell_for(t, h->period, &h->place);
	switch (h->outcome) {
	case OUTCOME_YES: c->n.yes++; break;
	case OUTCOME_NO: c->n.no++; break;
	case OUTCOME_NOT_YET: c->n.not_yet++; break;
	default:
		c->n.out++;
		c->n.why[reason_index(t, h->reason)]++;
		return;
	}
	if (!measure_has_values(t->m) || h->outcome != OUTCOME_YES)
		return;
	add_day(c, h->days);
}

void tally_merge(struct tally *t, const struct tally *later)
{
	for (size_t k = 0; k < later->n_reasons; k++) /* in the order in which they were met */
		reason_index(t, later->reasons[k]);
	for (size_t i = 0; i < later->n; i++) {
		const struct cell *from = &later->cells[i];
		struct cell *c = cell_for(t, from->period, &from->place);
		c->n.yes += from->n.yes;
		c->n.no += from->n.no;
		c->n.out += from->n.out;
		c->n.not_yet += from->n.not_yet;
		for (size_t k = 0; k < later->n_reasons; k++)
			if (from->n.why[k])
				c->n.why[reason_index(t, later->reasons[k])] += from->n.why[k];
		for (size_t k = 0; k < from->n_days; k++)
			add_day(c, from->days[k]);
	}
}

size_t tally_reasons(const struct tally *t, const struct str **out)
{
	*out = t->reasons;
	return t->n_reasons;
}

/* ---- rows ---- */

static int64_t group_of(enum measure_group by, const struct measure_place *p)
{
	switch (by) {
	case GROUP_COUNCIL: return p->council;
	case GROUP_PROVIDER: return p->provider;
	case GROUP_AREA: return p->area;
	case GROUP_IN_AREA: return p->in_area;
	default: return 0;
	}
}

bool tally_row_has(const struct tally_row *r, enum measure_group by, bool by_period, const struct measure_hit *h)
{
	return (!by_period || r->period == h->period) && r->group == group_of(by, &h->place);
}

struct keyed { /* a cell on its way into a row */
	day_t period;
	int64_t group;
	const struct cell *c;
};

static int by_key(const void *x, const void *y)
{
	const struct keyed *a = x, *b = y;
	if (a->period != b->period)
		return a->period < b->period ? -1 : 1;
	return (a->group > b->group) - (a->group < b->group);
}

static int by_days(const void *x, const void *y)
{
	const int32_t *a = x, *b = y;
	return (*a > *b) - (*a < *b);
}

static void counts_add(struct counts *to, const struct counts *c)
{
	to->yes += c->yes;
	to->no += c->no;
	to->out += c->out;
	to->not_yet += c->not_yet;
	for (size_t i = 0; i < REASONS_MAX; i++)
		to->why[i] += c->why[i];
}

static struct tally_row row_of(const struct keyed *k, size_t n, struct arena *a)
{
	struct tally_row r = { .period = k[0].period, .group = k[0].group };
	size_t days = 0, at = 0;
	for (size_t i = 0; i < n; i++) {
		counts_add(&r.n, &k[i].c->n);
		days += k[i].c->n_days;
	}
	if (!days)
		return r;
	int32_t *all = arena_array(a, days, sizeof *all);
	for (size_t i = 0; i < n; i++) {
		if (k[i].c->n_days)
			memcpy(all + at, k[i].c->days, k[i].c->n_days * sizeof *all);
		at += k[i].c->n_days;
	}
	qsort(all, days, sizeof *all, by_days);
	r.days = all;
	return r;
}

/* Is everybody whom these cells count of a council whose people are known? */
static bool all_of_known_people(const struct tally *t, const struct keyed *k, size_t n, day_t on)
{
	for (size_t i = 0; i < n; i++)
		if (k[i].c->n.yes &&
		    t->people(t->people_arg, t->m->population, GROUP_COUNCIL, k[i].c->place.council, on) < 0)
			return false;
	return true;
}

/* Of a row by period, or of one period: of several the same child would be counted again. All
 * together are out of the people of all councils only if no child of another is among them. */
static int64_t people_of_row(const struct tally *t, enum measure_group by, day_t only, const struct tally_row *r,
			     const struct keyed *k, size_t n)
{
	day_t period = r->period != DAY_NONE ? r->period : only;
	if (!t->people || !t->m->population || period == DAY_NONE)
		return -1;
	day_t on = period_last(t->m, period);
	if (by == GROUP_NONE && !all_of_known_people(t, k, n, on))
		return -1;
	return t->people(t->people_arg, t->m->population, by, r->group, on);
}

/* Cells that stand next to each other with the same key become one row. */
static size_t rows_of(const struct tally *t, enum measure_group by, day_t only, struct keyed *k, size_t n,
		      struct arena *a, const struct tally_row **out)
{
	struct tally_row *rows = arena_array(a, n, sizeof *rows);
	size_t n_rows = 0;
	if (n)
		qsort(k, n, sizeof *k, by_key);
	for (size_t i = 0, end; i < n; i = end) {
		for (end = i + 1; end < n && by_key(&k[i], &k[end]) == 0; end++)
			;
		rows[n_rows] = row_of(&k[i], end - i, a);
		rows[n_rows].people = people_of_row(t, by, only, &rows[n_rows], &k[i], end - i);
		n_rows++;
	}
	*out = rows;
	return n_rows;
}

size_t tally_rows(const struct tally *t, enum measure_group by, bool by_period, struct arena *a,
		  const struct tally_row **out)
{
	if (!by_period)
		return tally_sums(t, by, DAY_NONE + 1, DAY_NEVER, a, out);
	struct keyed *k = arena_array(a, t->n, sizeof *k);
	for (size_t i = 0; i < t->n; i++)
		k[i] = (struct keyed){ t->cells[i].period, group_of(by, &t->cells[i].place), &t->cells[i] };
	return rows_of(t, by, DAY_NONE, k, t->n, a, out);
}

size_t tally_sums(const struct tally *t, enum measure_group by, day_t from, day_t to, struct arena *a,
		  const struct tally_row **out)
{
	struct keyed *k = arena_array(a, t->n, sizeof *k);
	size_t n = 0;
	for (size_t i = 0; i < t->n; i++)
		if (t->cells[i].period >= from && t->cells[i].period <= to)
			k[n++] = (struct keyed){ DAY_NONE, group_of(by, &t->cells[i].place), &t->cells[i] };
	return rows_of(t, by, from == to ? from : DAY_NONE, k, n, a, out);
}

int32_t days_quantile(const int32_t *sorted, size_t n, int per_cent)
{
	if (!n)
		return -1;
	size_t rank = ((size_t)per_cent * n + 99) / 100;
	return sorted[rank ? rank - 1 : 0];
}

/* ---- whose days ---- */

void shares_merge(struct shares *s, const struct shares *more)
{
	for (size_t h = 0; h < HOLDER__COUNT; h++) {
		s->by[h].children += more->by[h].children;
		s->by[h].days += more->by[h].days;
		s->by[h].share += more->by[h].share;
		s->by[h].over += more->by[h].over;
		s->by[h].late += more->by[h].late;
		s->by[h].would_be_in_time += more->by[h].would_be_in_time;
	}
	s->late_ones += more->late_ones;
	s->done_late += more->done_late;
	s->late_days += more->late_days;
	s->all_kept += more->all_kept;
	s->has_shares |= more->has_shares;
}

void shares_add(struct shares *s, const struct standard_info *info, const struct turn *turns, size_t n, bool done)
{
	int used[HOLDER__COUNT] = { 0 }, share[HOLDER__COUNT], late[HOLDER__COUNT] = { 0 }, late_all = 0, over_all = 0;
	for (size_t h = 0; h < HOLDER__COUNT; h++)
		share[h] = -1;
	for (size_t i = 0; i < info->n_shares; i++)
		share[info->shares[i].holder] = info->shares[i].days;
	for (size_t i = 0; i < n; i++) {
		used[turns[i].holder] += turns[i].days;
		late[turns[i].holder] += turns[i].late;
		late_all += turns[i].late;
	}
	s->has_shares |= info->n_shares > 0;
	s->late_ones++;
	s->late_days += late_all;
	for (size_t h = 0; h < HOLDER__COUNT; h++) {
		if (!used[h])
			continue;
		struct holder_share *by = &s->by[h];
		int over = share[h] >= 0 && used[h] > share[h] ? used[h] - share[h] : 0;
		by->children++;
		by->days += used[h];
		by->share += share[h] >= 0 ? share[h] : 0;
		by->over += over;
		by->late += late[h];
		over_all += over;
		by->would_be_in_time += done && over && over >= late_all;
	}
	s->done_late += done;
	s->all_kept += done && over_all && over_all >= late_all;
}
