#include "exchange/synth/kid.h"

#include <math.h>

/* What was drawn, counted from the children themselves, and set beside what is
 * published. What is counted once a year is counted for the last whole year of the
 * return; all else on the day up to which children are invented. */

enum { MEASURES_MAX = 96 };

static void count_now(const struct kid *k, struct synth_tally *t)
{
	const struct persona *p = &k->persona;
	const struct stay *s = kid_stay_on(k, k->today);
	const struct care_time *c = kid_care_on(k, k->today);
	const char *legal = kid_legal_on(k, k->today);
	if (!s || !c || !legal)
		return;
	int years = kid_age(k, k->today);
	t->f[F_LOOKED_AFTER]++;
	t->f[years < 1	  ? F_UNDER_1
	     : years < 5  ? F_AGE_1_4
	     : years < 10 ? F_AGE_5_9
	     : years < 16 ? F_AGE_10_15
			  : F_AGE_16_17]++;
	t->f[p->female ? F_FEMALE : F_MALE]++;
	t->f[p->uasc ? F_UASC : F_NOT_UASC]++;
	t->f[legal[0] == 'C'   ? (legal[1] == '2' ? F_FULL_ORDER : F_INTERIM_ORDER)
	     : legal[0] == 'E' ? F_PLACEMENT_ORDER
	     : legal[0] == 'V' ? F_S20
	     : legal[0] == 'J' ? F_YOUTH_JUSTICE
			       : F_DETAINED]++;
	t->f[F_FOSTER + (enum figure)s->kind]++;
	t->f[F_OWN_PROVISION + (enum figure)s->provider]++;
	t->f[F_N1 + (enum figure)k->need]++;
	t->f[F_WHITE + (enum figure)k->ethnic]++;
	bool outside = where_outside(s->where), unknown = !k->home;
	bool near = !unknown && places_kilometres(k->home->at, s->spot->at) <= NEAR_KM;
	t->f[(outside ? F_OUTSIDE_NEAR : F_INSIDE_NEAR) + (enum figure)(unknown ? 2 : near ? 0 : 1)]++;
	t->f[outside ? F_OUTSIDE : F_INSIDE]++;
	int placements = 0;
	for (size_t i = 0; i < k->n_stays; i++)
		placements += k->stays[i].period == c->number &&
			      (k->stays[i].stop == DAY_NONE || k->stays[i].stop > k->today - 365);
	t->f[F_THREE_PLACEMENTS] += placements >= 3;
	if (years < 16 && k->today - c->entry >= 913) {
		t->f[F_LONG_BASE]++;
		t->f[F_LONG_SAME] += k->today - s->start >= 730;
	}
	t->f[F_TWO_YEARS] += k->today - c->entry >= 365;
	if (years >= 5) {
		t->school_age++;
		t->plans += k->has_plan;
	}
}

static void count_year(const struct kid *k, struct synth_tally *t)
{
	day_t end = k->w->return_end, start = day_of(day_ymd(end).year - 1, 4, 1);
	if (!kid_whole_year(k, end))
		return;
	int years = kid_age(k, end), seen = 0;
	for (size_t i = 0; i < k->n_seen; i++)
		seen += k->seen[i].on >= start && k->seen[i].on <= end;
	t->h[H_COHORT]++;
	t->h[H_HEALTH] += seen >= (years < 5 ? 2 : 1);
	t->h[H_DENTAL] += k->checked[0][0];
	t->h[H_IMMUNISATIONS] += k->checked[0][1];
	if (years < 5) {
		t->h[H_UNDER_5]++;
		t->h[H_DEVELOPMENT] += k->checked[0][2];
	}
	if (years < 5 || years > 16)
		return;
	t->h[H_AGE_5_16]++;
	for (size_t i = k->n_scores; i-- > 0;) {
		int v = k->scores[i].value;
		if (k->scores[i].on < start || k->scores[i].on > end)
			continue;
		t->h[H_SDQ]++;
		t->h[v <= 13 ? H_SDQ_NORMAL : v <= 16 ? H_SDQ_BORDERLINE : H_SDQ_CONCERN]++;
		t->h[H_SDQ_MEAN] += v;
		t->sdq_squares += (int64_t)v * v;
		return;
	}
}

void synth_tally_child(const struct kid *k, struct synth_tally *t)
{
	count_now(k, t);
	count_year(k, t);
	t->referred += k->referred;
	t->helped_soon += k->helped_soon;
	if (k->plan_made != DAY_NONE && k->plan_made <= k->today) {
		t->plans_made++;
		t->plans_in_time += k->plan_made - k->plan_asked <= 140;
	}
}

void synth_tally_add(struct synth_tally *t, const struct synth_tally *more)
{
	for (size_t i = 0; i < F__COUNT; i++)
		t->f[i] += more->f[i];
	for (size_t i = 0; i < H__COUNT; i++)
		t->h[i] += more->h[i];
	t->sdq_squares += more->sdq_squares;
	t->school_age += more->school_age;
	t->plans += more->plans;
	t->plans_made += more->plans_made;
	t->plans_in_time += more->plans_in_time;
	t->referred += more->referred;
	t->helped_soon += more->helped_soon;
}

/* ---- beside what is published ---- */

struct sheet {
	struct drawn *rows;
	size_t n;
	struct str code, name;
};

static struct drawn *add(struct sheet *s, const char *group, const char *measure, enum drawn_kind kind, uint8_t mark)
{
	struct drawn *d = &s->rows[s->n++];
	*d = (struct drawn){ .council = s->code,
			     .name = s->name,
			     .group = group,
			     .measure = measure,
			     .kind = kind,
			     .published = mark == MARK_KNOWN,
			     .why = mark_words((enum mark)mark) };
	return d;
}

static void share_row(struct sheet *s, const char *group, const char *measure, uint8_t mark, int64_t yes, int64_t base,
		      double published_yes, double published_base)
{
	struct drawn *d = add(s, group, measure, DRAWN_SHARE, mark);
	d->yes = yes;
	d->base = base;
	d->published_yes = (int64_t)llround(published_yes);
	d->published_base = (int64_t)llround(published_base);
	if (published_base > 0)
		d->published_value = published_yes / published_base;
	else if (d->published) {
		d->published = false;
		d->why = "nobody is counted";
	}
}

static const struct {
	const char *group;
	enum figure first, last, base;
} shares[] = { { "age", F_UNDER_1, F_AGE_16_17, F_LOOKED_AFTER },
	       { "sex", F_FEMALE, F_MALE, F_LOOKED_AFTER },
	       { "unaccompanied", F_UASC, F_UASC, F_LOOKED_AFTER },
	       { "legal status", F_FULL_ORDER, F_DETAINED, F_LOOKED_AFTER },
	       { "placement", F_FOSTER, F_OTHER_PLACEMENT, F_LOOKED_AFTER },
	       { "provider", F_OWN_PROVISION, F_PROVIDER_NOT_SAID, F_LOOKED_AFTER },
	       { "need", F_N1, F_N8, F_LOOKED_AFTER },
	       { "distance", F_INSIDE_NEAR, F_OUTSIDE_UNKNOWN, F_LOOKED_AFTER },
	       { "place", F_INSIDE, F_OUTSIDE, F_LOOKED_AFTER },
	       { "ethnic group", F_WHITE, F_ETHNIC_NOT_SAID, F_LOOKED_AFTER },
	       { "stability", F_THREE_PLACEMENTS, F_THREE_PLACEMENTS, F_STABILITY_BASE },
	       { "stability", F_LONG_SAME, F_LONG_SAME, F_LONG_BASE },
	       { "stability", F_LONG_BASE, F_LONG_BASE, F_LOOKED_AFTER } };

/* What cannot come out as published, and why. */
static void explain(struct sheet *s, const struct synth_council *c, enum figure k)
{
	if (k != F_INSIDE_FAR || c->wide || !s->rows[s->n - 1].published || c->f->v[k] == 0)
		return;
	s->rows[s->n - 1].published = false;
	s->rows[s->n - 1].why = "no two of its sectors are so far apart";
}

static void figure_rows(struct sheet *s, const struct synth_council *c, const struct synth_tally *t)
{
	const struct figures *f = c->f;
	for (size_t i = 0; i < COUNT_OF(shares); i++)
		for (enum figure k = shares[i].first; k <= shares[i].last; k++) {
			enum figure base = shares[i].base == F_STABILITY_BASE ? F_LOOKED_AFTER : shares[i].base;
			uint8_t mark = f->mark[shares[i].base] == MARK_KNOWN ? f->mark[k] : f->mark[shares[i].base];
			share_row(s, shares[i].group, figure_id(k), mark, t->f[k], t->f[base], f->v[k],
				  f->v[shares[i].base]);
			explain(s, c, k);
		}
}

static void health_rows(struct sheet *s, const struct figures *f, const struct synth_tally *t, size_t y)
{
	static const struct {
		enum health_figure k, base;
	} all[] = { { H_HEALTH, H_COHORT },	  { H_DENTAL, H_COHORT },  { H_IMMUNISATIONS, H_COHORT },
		    { H_DEVELOPMENT, H_UNDER_5 }, { H_SDQ, H_AGE_5_16 },   { H_SDQ_NORMAL, H_SDQ },
		    { H_SDQ_BORDERLINE, H_SDQ },  { H_SDQ_CONCERN, H_SDQ } };
	const double *v = f->health[y];
	for (size_t i = 0; i < COUNT_OF(all); i++) {
		uint8_t mark = f->health_mark[y][all[i].base] == MARK_KNOWN ? f->health_mark[y][all[i].k]
									    : f->health_mark[y][all[i].base];
		share_row(s, "health of the year", health_figure_id(all[i].k), mark, t->h[all[i].k], t->h[all[i].base],
			  v[all[i].k], v[all[i].base]);
	}
	struct drawn *d =
	    add(s, "health of the year", health_figure_id(H_SDQ_MEAN), DRAWN_MEAN, f->health_mark[y][H_SDQ_MEAN]);
	d->base = t->h[H_SDQ];
	d->published_value = v[H_SDQ_MEAN];
	d->published_base = (int64_t)llround(v[H_SDQ]);
	if (d->base > 1) {
		double n = (double)d->base, sum = (double)t->h[H_SDQ_MEAN];
		d->mean = sum / n;
		d->sd = sqrt(fmax(0, ((double)t->sdq_squares - sum * sum / n) / (n - 1)));
	}
}

static void plan_rows(struct sheet *s, const struct figures *f, const struct synth_tally *t, double within,
		      bool has_within)
{
	share_row(s, "plans", figure_id(F_EHC_PLAN), f->mark[F_EHC_PLAN], t->plans, t->school_age, f->v[F_EHC_PLAN],
		  100);
	share_row(s, "plans", figure_id(F_EHC_IN_TIME), f->mark[F_EHC_IN_TIME], t->plans_in_time, t->plans_made,
		  f->v[F_EHC_IN_TIME], 100);
	share_row(s, "mental health", "helped_within_4_weeks", has_within ? MARK_KNOWN : MARK_HIDDEN, t->helped_soon,
		  t->referred, within * 100, 100);
}

static void number_row(struct sheet *s, const struct synth_council *c, const struct synth_tally *t)
{
	struct drawn *d = add(s, "number", figure_id(F_LOOKED_AFTER), DRAWN_COUNT, c->f->mark[F_LOOKED_AFTER]);
	d->yes = d->base = t->f[F_LOOKED_AFTER];
	d->published_yes = d->published_base = (int64_t)c->f->v[F_LOOKED_AFTER];
	d->published_value = c->f->v[F_LOOKED_AFTER];
}

size_t synth_drawn(const struct synth_world *w, const struct synth_tally *tallies, struct arena *a,
		   const struct drawn **out)
{
	size_t year = published_year(day_ymd(w->return_end).year);
	struct sheet s = { arena_array(a, MEASURES_MAX * w->n_ours, sizeof *s.rows), 0, { NULL, 0 }, { NULL, 0 } };
	for (size_t i = 0; i < w->n_ours; i++) {
		const struct synth_council *c = &w->councils[w->ours[i]];
		const struct help_figures *h = published_help(w->published, c->area->board);
		s.code = arena_str(a, c->code);
		s.name = arena_str(a, c->name);
		number_row(&s, c, &tallies[i]);
		figure_rows(&s, c, &tallies[i]);
		health_rows(&s, c->f, &tallies[i], year);
		plan_rows(&s, c->f, &tallies[i], c->within_4_weeks, h && h->has_within);
	}
	*out = s.rows;
	return s.n;
}
