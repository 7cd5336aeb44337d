/* One child's hits: what is common to all kinds of measure. */
#include "measure/hit.h"

static const struct {
	const char *id, *title;
} areas[] = { [IN_AREA_NOT_KNOWN] = { "not-known", "Not known where placed" },
	      [IN_AREA] = { "in-area", "Placed in the area of the responsible council" },
	      [OUT_OF_AREA] = { "out-of-area", "Placed in another council’s area" } };

const char *in_area_id(enum in_area i)
{
	return areas[(unsigned)i < COUNT_OF(areas) ? i : 0].id;
}

const char *in_area_title(enum in_area i)
{
	return areas[(unsigned)i < COUNT_OF(areas) ? i : 0].title;
}

const char *outcome_id(enum outcome o)
{
	static const char *const ids[] = { "none", "yes", "no", "left-out", "not-yet" };
	return ids[(unsigned)o < COUNT_OF(ids) ? o : 0];
}

void measure_world_ready(struct measure_world *w)
{
	w->care_started = vocab_kind(w->vocab, STR("care-started"));
	w->status_changed = vocab_kind(w->vocab, STR("legal-status-changed"));
	w->placement_started = vocab_kind(w->vocab, STR("placement-started"));
	w->short_breaks[0] = vocab_code(w->vocab, STR("V3"));
	w->short_breaks[1] = vocab_code(w->vocab, STR("V4"));
}

bool absence_counts(const struct measure_world *w, const struct measure_child *c, uint16_t kind, day_t since)
{
	const day_t *covered = c->f->child.covered;
	uint8_t evidence = w->vocab->kinds[kind].evidence;
	return covered[0] == DAY_NONE || (covered[evidence] != DAY_NONE && covered[evidence] <= since);
}

bool any_fits(const struct matcher *const *list, size_t n, const struct fact *f)
{
	for (size_t i = 0; i < n; i++)
		if (matcher_fits(list[i], f))
			return true;
	return false;
}

void hits_add(struct hits *l, struct measure_hit h)
{
	if (l->n == l->cap) {
		size_t cap = l->cap ? l->cap * 2 : 16;
		struct measure_hit *bigger = arena_array(l->a, cap, sizeof *bigger);
		if (l->n)
			memcpy(bigger, l->h, l->n * sizeof *bigger);
		l->h = bigger;
		l->cap = cap;
	}
	l->h[l->n++] = h;
}

/* The responsible council is that of the last period of care begun by the day. */
struct measure_place place_on(const struct measure_world *w, const struct measure_child *c, day_t start, day_t counts,
			      int64_t org)
{
	struct measure_place p = { .council = c->council };
	for (size_t i = 0; i < c->f->n_spans; i++) {
		const struct span *s = &c->f->spans[i];
		if (s->kind == w->care_started && s->org && s->from <= start)
			p.council = s->org;
	}
	const struct span *placed = folded_span(c->f, w->placement_started, counts < c->as_of ? counts : c->as_of);
	if (!placed)
		placed = folded_span(c->f, w->placement_started, start);
	p.area = placed ? placed->org : 0;
	if (p.area && p.council)
		p.in_area = p.area == p.council ? IN_AREA : OUT_OF_AREA;
	p.provider = org && w->is_provider(w->arg, org) ? org : w->team_of(w->arg, p.council);
	return p;
}

size_t measure_child_hits(const struct measure *m, const struct measure_world *w, const struct measure_child *c,
			  day_t from, day_t to, struct arena *a, const struct measure_hit **out)
{
	struct hits l = { .a = a };
	switch (m->kind) {
	case MEASURE_CLOCK: clock_hits(m, w, c, from, to, &l); break;
	case MEASURE_WAIT: wait_hits(m, w, c, from, to, &l); break;
	case MEASURE_REACHED: reached_hits(m, w, c, from, to, &l); break;
	case MEASURE_OPEN: open_hits(m, w, c, from, to, &l); break;
	case MEASURE_FOLLOWED: followed_hits(m, w, c, from, to, &l); break;
	default: cohort_hits(m, w, c, from, to, &l); break;
	}
	*out = l.h;
	return l.n;
}
