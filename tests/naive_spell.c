/* The naive oracle for one clock a person and provider, over referrals that overlap or nearly follow each other. */
#include "naive.h"

enum { REFERRALS_MAX = 200 };

struct spell {
	struct look *l;
	const struct rule *r;
	int refs[REFERRALS_MAX], n;
	day_t start, end; /* end: the last day on which one was open; DAY_NEVER */
	int closed_by;
};

static const struct fact *fact_at(const struct look *l, int i)
{
	return &l->c->facts[i];
}

/* The day on which a referral closed, and by which fact; DAY_NEVER while it is open. */
static day_t closed_on(const struct look *l, const struct rule *r, int ref, int *by)
{
	for (int i = 0; i < l->facts; i++)
		if (is_one_of(l, r->spell_closes, i) && fact_at(l, i)->key == fact_at(l, ref)->key &&
		    fact_at(l, i)->day >= fact_at(l, ref)->day) {
			*by = i;
			return fact_at(l, i)->day;
		}
	return DAY_NEVER;
}

/* All that joins the referral `first`. */
static void gather(struct spell *s, int first, bool *used)
{
	struct look *l = s->l;
	s->refs[0] = first;
	s->n = 1;
	s->start = fact_at(l, first)->day;
	s->closed_by = -1;
	s->end = closed_on(l, s->r, first, &s->closed_by);
	used[first] = true;
	for (int i = first + 1; i < l->facts && s->n < REFERRALS_MAX; i++) {
		int by = -1;
		if (used[i] || !may_open(l, s->r, i) || fact_at(l, i)->org != fact_at(l, first)->org)
			continue;
		if (s->end != DAY_NEVER && fact_at(l, i)->day > s->end + s->r->gap_days)
			return;
		used[i] = true;
		s->refs[s->n++] = i;
		day_t closed = closed_on(l, s->r, i, &by);
		if (closed > s->end || (closed == s->end && by > s->closed_by)) {
			s->end = closed;
			s->closed_by = by;
		}
	}
}

/* Of this person, provider and these referrals, from the beginning on: from where in the record it is
 * known to be; -1 if it is not. What was seen of a referral that the record has later, on the same day,
 * is known when that referral is. */
static int known_at(const struct spell *s, int i)
{
	const struct fact *f = fact_at(s->l, i);
	if (f->day < s->start)
		return -1;
	if (f->key == 0 && f->org != 0)
		return f->org == fact_at(s->l, s->refs[0])->org ? i : -1;
	for (int k = 0; k < s->n; k++)
		if (fact_at(s->l, s->refs[k])->key == f->key && f->day >= fact_at(s->l, s->refs[k])->day)
			return s->refs[k] > i ? s->refs[k] : i;
	return -1;
}

/* The first fact that ends everything, whichever referral is open. */
static int ended_by(const struct spell *s, const struct ending **out)
{
	for (int i = 0; i < s->l->facts; i++)
		for (size_t k = 0; k < s->r->n_endings; k++)
			if (is_one_of(s->l, s->r->endings[k].on, i) && fact_at(s->l, i)->day >= s->start) {
				*out = &s->r->endings[k];
				return i;
			}
	return s->l->facts;
}

/* The fact at which the last of the firsts came, which are those known first; -1 if one has not come. */
static int all_firsts(const struct spell *s, int before, bool *touched)
{
	int first[NAIVE_PARTS_MAX] = { -1, -1, -1 }, last = -1;
	for (int i = 0; i < before; i++) {
		int known = known_at(s, i);
		if (known < 0 || known >= before)
			continue;
		*touched = *touched || is_one_of(s->l, s->r->notes, i);
		if (fact_at(s->l, i)->day > s->end)
			continue;
		for (size_t p = 0; p < s->r->n_parts; p++)
			if (is_one_of(s->l, s->r->part[p], i)) {
				*touched = true;
				if (first[p] < 0 || known < known_at(s, first[p]))
					first[p] = i;
			}
	}
	for (size_t p = 0; p < s->r->n_parts; p++) {
		if (first[p] < 0)
			return -1;
		last = first[p] > last ? first[p] : last;
	}
	return last;
}

static void spell_close(struct naive_row *row, enum clock_state state, struct str because, day_t day, int by)
{
	row->state = state;
	row->reason = because;
	row->done = day;
	row->done_by = by;
}

static day_t spell_due(const struct spell *s)
{
	const struct limit *m = &s->r->limits[0];
	int n = m->parameter.n ? parameter_on(s->l, m->parameter, s->refs[0], s->start) : m->n;
	return n == INT32_MIN ? DAY_NONE : s->start + n * (m->unit == UNIT_WEEKS ? 7 : 1);
}

static void spell_run(const struct spell *s)
{
	struct look *l = s->l;
	const struct ending *ending = NULL;
	bool touched = false;
	int stop = ended_by(s, &ending);
	int met = all_firsts(s, stop, &touched);
	day_t gap_over = s->end == DAY_NEVER ? DAY_NEVER : s->end + s->r->gap_days + 1;
	if (s->start < s->r->from || s->start >= s->r->until)
		return;
	struct naive_row *row = &l->rows[l->n_rows++];
	*row = (struct naive_row){ .rule = s->r,
				   .ordinal = 1,
				   .opened_by = s->refs[0],
				   .done_by = -1,
				   .key = fact_at(l, s->refs[0])->key,
				   .org = fact_at(l, s->refs[0])->org,
				   .state = CLOCK_RUNNING,
				   .holder = s->r->n_turns ? s->r->turns[0].holder : HOLDER_NONE,
				   .reason = { "", 0 },
				   .start = s->start,
				   .due = spell_due(s),
				   .done = DAY_NONE,
				   .holder_since = s->start,
				   .start_minute = fact_at(l, s->refs[0])->minute,
				   .due_minute = MINUTE_NONE,
				   .done_minute = MINUTE_NONE };
	bool no_birth = l->c->born == DAY_NONE && s->r->opens_if_younger;
	if (met >= 0)
		spell_close(row, CLOCK_DONE, (struct str){ "", 0 }, fact_at(l, met)->day, met);
	else if (stop < l->facts && fact_at(l, stop)->day < gap_over)
		spell_close(row, CLOCK_STOPPED, ending->because, fact_at(l, stop)->day, stop);
	else if (gap_over <= l->as_of)
		spell_close(row, CLOCK_STOPPED, s->r->spell_because, s->end, s->closed_by);
	else if (no_birth || (!touched && !absence_speaks(l, s->r, s->start))) {
		row->state = CLOCK_NOT_KNOWN;
		row->reason = no_birth ? s->r->no_birth : s->r->no_source;
		row->holder = HOLDER_NONE;
		row->holder_since = DAY_NONE;
	}
}

void spells_run(struct look *l, const struct rule *r)
{
	bool *used = xcalloc((size_t)l->facts + 1, sizeof *used);
	for (int i = 0; i < l->facts; i++) {
		struct spell s = { .l = l, .r = r };
		if (used[i] || !may_open(l, r, i))
			continue;
		gather(&s, i, used);
		spell_run(&s);
	}
	free(used);
}
