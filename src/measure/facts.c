/* Measures of facts themselves: how many were reached, and what followed what. */
#include "measure/hit.h"

static bool of_age_on(const struct measure *m, const struct measure_child *c, day_t day)
{
	day_t born = c->f->child.born;
	if (!m->age_from && !m->age_under)
		return true;
	return born != DAY_NONE && (!m->age_from || day >= day_birthday(born, m->age_from)) &&
	       (!m->age_under || day < day_birthday(born, m->age_under));
}

/* Facts of [from, to] in the months before the end of each period: the last of them says where. */
void reached_hits(const struct measure *m, const struct measure_world *w, const struct measure_child *c, day_t from,
		  day_t to, struct hits *l)
{
	const struct child_facts *f = &c->f->child;
	day_t p = period_of(m, from);
	for (p = p < from ? period_next(m, p) : p; p <= to && p <= c->as_of; p = period_next(m, p)) {
		day_t end = period_last(m, p) < c->as_of ? period_last(m, p) : c->as_of;
		day_t since = day_add_months(p, 1 - m->months);
		int32_t last = -1;
		if (end < m->from || end >= m->until)
			continue;
		for (size_t i = 0; i < f->n && f->facts[i].day <= end; i++)
			if (f->facts[i].day >= since && any_fits(m->facts, m->n_facts, &f->facts[i]) &&
			    of_age_on(m, c, f->facts[i].day))
				last = (int32_t)i;
		if (last < 0)
			continue;
		const struct fact *x = &f->facts[last];
		hits_add(l, (struct measure_hit){ .period = p,
						  .outcome = OUTCOME_YES,
						  .clock = -1,
						  .fact = last,
						  .place = place_on(w, c, x->day, x->day, x->org) });
	}
}

/* The fact that follows number `at` in time; -1 none by `end`. */
static int32_t follower_of(const struct measure *m, const struct measure_child *c, size_t at, day_t end)
{
	const struct child_facts *f = &c->f->child;
	for (size_t i = at + 1; i < f->n && f->facts[i].day <= end; i++)
		if (f->facts[i].day > f->facts[at].day && any_fits(m->then, m->n_then, &f->facts[i]))
			return (int32_t)i;
	return -1;
}

static bool told_since(const struct measure *m, const struct measure_world *w, const struct measure_child *c, day_t day)
{
	for (size_t i = 0; i < m->n_then; i++)
		if (!absence_counts(w, c, matcher_kind(m->then[i]), day))
			return false;
	return true;
}

static void follow(const struct measure *m, const struct measure_world *w, const struct measure_child *c, size_t at,
		   struct measure_hit *h)
{
	day_t day = c->f->child.facts[at].day, last = day + m->within_days, died = c->f->child.died;
	int32_t then = follower_of(m, c, at, last < c->as_of ? last : c->as_of);
	h->outcome = then >= 0 ? OUTCOME_YES : OUTCOME_NO;
	if (then >= 0) {
		h->fact = then;
		return;
	}
	if (died != DAY_NONE && died <= last) {
		h->outcome = OUTCOME_OUT;
		h->reason = STR("died");
	} else if (last > c->as_of) {
		h->outcome = OUTCOME_NOT_YET;
	} else if (!told_since(m, w, c, day)) {
		h->outcome = OUTCOME_OUT;
		h->reason = STR("no source says");
	}
}

/* In the month in which the days are over: whoever is counted could have been followed. */
void followed_hits(const struct measure *m, const struct measure_world *w, const struct measure_child *c, day_t from,
		   day_t to, struct hits *l)
{
	const struct child_facts *f = &c->f->child;
	for (size_t i = 0; i < f->n && f->facts[i].day <= c->as_of; i++) {
		const struct fact *x = &f->facts[i];
		day_t over = x->day + m->within_days, p = period_of(m, over);
		if (p < from || p > to || over < m->from || over >= m->until || !any_fits(m->facts, m->n_facts, x) ||
		    !of_age_on(m, c, x->day))
			continue;
		struct measure_hit h = {
			.period = p, .clock = -1, .fact = (int32_t)i, .place = place_on(w, c, x->day, x->day, x->org)
		};
		follow(m, w, c, i, &h);
		hits_add(l, h);
	}
}
