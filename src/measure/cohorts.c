/* Measures of a year to 31 March: who belongs, what was done, where they lived. */
#include "measure/hit.h"

struct year { /* of one child, in one year */
	const struct measure *m;
	const struct measure_world *w;
	const struct measure_child *c;
	day_t first, last;
	const struct span *care; /* open on the last day */
};

static const struct span *care_on(const struct year *y)
{
	const struct span *found = NULL;
	for (size_t i = 0; i < y->c->f->n_spans; i++) {
		const struct span *s = &y->c->f->spans[i];
		if (s->kind == y->w->care_started && s->from <= y->last && s->to >= y->last)
			found = s;
	}
	return found;
}

static bool is_short_break(const struct measure_world *w, uint16_t code)
{
	return code && (code == w->short_breaks[0] || code == w->short_breaks[1]);
}

/* Was a legal status of short breaks in force on any day of [from, to]? */
static bool short_breaks(const struct year *y, day_t from, day_t to)
{
	bool now = false;
	for (size_t i = 0; i < y->c->f->child.n; i++) {
		const struct fact *f = &y->c->f->child.facts[i];
		if (f->kind != y->w->care_started && f->kind != y->w->status_changed)
			continue;
		if (f->day > to)
			break;
		if (f->day > from && now)
			return true; /* in force until this day */
		now = is_short_break(y->w, f->code);
	}
	return now;
}

/* In care all the year: one period that covers it, none that starts or ends in it. */
static bool all_year(const struct year *y)
{
	bool covered = false;
	for (size_t i = 0; i < y->c->f->n_spans; i++) {
		const struct span *s = &y->c->f->spans[i];
		if (s->kind != y->w->care_started || s->from > y->last)
			continue;
		if (s->from > y->first || (s->to >= y->first && s->to < y->last))
			return false;
		covered |= s->to >= y->last;
	}
	return covered;
}

/* ---- what a child must have ---- */

static bool any_kind(const struct matcher *const *list, size_t n, uint16_t kind)
{
	for (size_t i = 0; i < n; i++)
		if (matcher_kind(list[i]) == kind)
			return true;
	return false;
}

static const struct measure_need *need_for(const struct year *y)
{
	day_t born = y->c->f->child.born;
	for (size_t i = 0; i < y->m->n_needs; i++) {
		const struct measure_need *d = &y->m->needs[i];
		if (!d->younger_than || (born != DAY_NONE && y->last < day_birthday(born, d->younger_than)))
			return d;
	}
	return NULL;
}

static bool needs_birth(const struct measure *m)
{
	bool needed = m->ages.from_start || m->ages.from_end || m->ages.under_end ||
		      m->ages.under_eve;
	for (size_t i = 0; i < m->n_needs; i++)
		needed |= m->needs[i].younger_than > 0;
	return needed;
}

/* Whoever has a value is counted with it. */
static void average_of(const struct year *y, int latest, struct measure_hit *h)
{
	int32_t value = y->c->f->child.facts[latest].value;
	h->outcome = value == INT32_MIN ? OUTCOME_OUT : OUTCOME_YES;
	h->days = value == INT32_MIN ? 0 : value;
	if (value == INT32_MIN)
		h->reason = STR("no value was recorded");
}

static void has_of(const struct year *y, struct measure_hit *h)
{
	const struct measure_need *d = need_for(y);
	int found = 0, latest = -1;
	if (!d) {
		h->outcome = OUTCOME_OUT;
		h->reason = STR("of another age");
		return;
	}
	for (size_t i = 0; i < y->c->f->child.n && y->c->f->child.facts[i].day <= y->last; i++) {
		const struct fact *f = &y->c->f->child.facts[i];
		if (d->in_the_year && f->day < y->first)
			continue;
		if (d->n_among ? any_fits(d->among, d->n_among, f) : any_kind(d->latest, d->n_latest, f->kind))
			latest = (int)i;
		if (d->n_of && f->day >= y->first && any_fits(d->of, d->n_of, f)) {
			h->fact = (int32_t)i;
			found++;
		}
	}
	if (latest >= 0)
		h->fact = latest;
	if (d->in_the_year && latest < 0) {
		h->outcome = OUTCOME_OUT;
		h->reason = STR("nothing of the kind in the year");
		return;
	}
	if (y->m->statistic == STATISTIC_AVERAGE && latest >= 0) {
		average_of(y, latest, h);
		return;
	}
	bool yes = d->n_of ? found >= d->at_least
			   : latest >= 0 && any_fits(d->latest, d->n_latest, &y->c->f->child.facts[latest]);
	h->outcome = yes ? OUTCOME_YES : OUTCOME_NO;
	/* Nothing found, and nobody who would have told: not known, never "not done". */
	bool told = latest >= 0;
	for (size_t i = 0; i < d->n_of; i++)
		told |= absence_counts(y->w, y->c, matcher_kind(d->of[i]), y->first);
	for (size_t i = 0; i < d->n_latest; i++)
		told |= absence_counts(y->w, y->c, matcher_kind(d->latest[i]), y->first);
	if (!yes && !told) {
		h->outcome = OUTCOME_OUT;
		h->reason = STR("no source says");
	}
}

/* ---- placements ---- */

static bool code_among(const uint16_t *codes, size_t n, uint16_t code)
{
	for (size_t i = 0; i < n; i++)
		if (codes[i] == code)
			return true;
	return false;
}

/* A placement that counts as one: not a temporary one. */
static bool is_placement(const struct year *y, const struct span *s)
{
	return s->kind == y->w->placement_started && !code_among(y->m->not_placements, y->m->n_not_placements, s->code);
}

static int placements_in_year(const struct year *y)
{
	int n = 0;
	for (size_t i = 0; i < y->c->f->n_spans; i++) {
		const struct span *s = &y->c->f->spans[i];
		n += is_placement(y, s) && s->from <= y->last && s->to >= y->first;
	}
	return n;
}

/* The last placement begun by this day. */
static const struct span *last_placement(const struct year *y, day_t by)
{
	const struct span *found = NULL;
	for (size_t i = 0; i < y->c->f->n_spans; i++) {
		const struct span *s = &y->c->f->spans[i];
		if (is_placement(y, s) && s->from <= by && (!found || s->from >= found->from))
			found = s;
	}
	return found;
}

/* Since when in the placement of the last day. A placement for adoption goes on
 * where the one before it left off. */
static day_t placed_since(const struct year *y)
{
	const struct span *now = last_placement(y, y->last);
	if (!now)
		return DAY_NEVER;
	if (code_among(y->m->adoption, y->m->n_adoption, now->code)) {
		const struct span *before = last_placement(y, now->from - 1);
		if (before && before->to >= now->from - 1)
			return before->from;
	}
	return now->from;
}

static void stability_of(const struct year *y, struct measure_hit *h)
{
	const struct measure *m = y->m;
	if (!absence_counts(y->w, y->c, y->w->placement_started, y->first)) {
		h->outcome = OUTCOME_OUT;
		h->reason = STR("no source says where the child was placed all the year");
		return;
	}
	bool yes = m->placements_at_least ? placements_in_year(y) >= m->placements_at_least
					  : placed_since(y) <= day_add_months(y->last, -m->same_months);
	h->outcome = yes ? OUTCOME_YES : OUTCOME_NO;
}

/* ---- who belongs ---- */

/* Empty: belongs. Absent: is not of those whom the measure is about. */
static struct str left_out(const struct year *y)
{
	const struct measure *m = y->m;
	day_t born = y->c->f->child.born;
	if (born == DAY_NONE && needs_birth(m))
		return STR("date of birth not known");
	if (m->ages.from_start && y->first < day_birthday(born, m->ages.from_start))
		return (struct str){ NULL, 0 };
	if (m->ages.from_end && y->last < day_birthday(born, m->ages.from_end))
		return (struct str){ NULL, 0 };
	if (m->ages.under_end && y->last >= day_birthday(born, m->ages.under_end))
		return (struct str){ NULL, 0 };
	if (m->ages.under_eve && y->first > day_birthday(born, m->ages.under_eve))
		return (struct str){ NULL, 0 };
	if (m->in_care_months && y->care->from > day_add_months(y->last, -m->in_care_months))
		return (struct str){ NULL, 0 };
	bool cohort = m->kind == MEASURE_COHORT;
	if (short_breaks(y, cohort ? y->first : y->last, y->last))
		return STR("short breaks only");
	if (cohort && !all_year(y))
		return STR("in care for less than the whole year");
	return STR("");
}

void cohort_hits(const struct measure *m, const struct measure_world *w, const struct measure_child *c, day_t from,
		 day_t to, struct hits *l)
{
	struct year y = { .m = m, .w = w, .c = c };
	for (y.first = period_of(m, from); y.first <= to; y.first = period_next(m, y.first)) {
		y.last = period_last(m, y.first);
		if (y.first < from || y.last > c->as_of || y.last < m->from || y.last >= m->until)
			continue;
		y.care = care_on(&y);
		if (!y.care || (c->f->child.died != DAY_NONE && c->f->child.died <= y.last))
			continue;
		struct str out = left_out(&y);
		if (!out.p)
			continue;
		struct measure_hit h = {
			.period = y.first, .clock = -1, .fact = -1, .place = place_on(w, c, y.last, y.last, 0)
		};
		if (out.n) {
			h.outcome = OUTCOME_OUT;
			h.reason = out;
		} else if (m->kind == MEASURE_STABILITY) {
			stability_of(&y, &h);
		} else {
			has_of(&y, &h);
		}
		hits_add(l, h);
	}
}
