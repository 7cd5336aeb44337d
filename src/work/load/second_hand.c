#include "work/load/second_hand.h"

#include "base/text.h"

bool second_hand_told(struct str natural)
{
	return str_starts(natural, "yearly_");
}

/* Events whose chain began with a return are left out, but for what a person made of
 * them: who corrects what a return told has said it first hand. */
static size_t leave_out(const struct event *ev, size_t n, struct event *out)
{
	size_t kept = 0;
	for (size_t i = 0; i < n; i++) {
		bool told = second_hand_told(ev[i].natural);
		if (!told)
			out[kept++] = ev[i];
	}
	return kept;
}

void first_hand(struct app *app, const struct history *h, struct arena *a, struct folded *out)
{
	struct event *own = arena_array(a, h->n, sizeof *own);
	fold_events(app_vocab(app), own, leave_out(h->events, h->n, own), KNOWN_NOW, a, out);
}

static bool anything(const struct history *h)
{
	for (size_t i = 0; i < h->n; i++)
		if (!second_hand_told(h->events[i].natural))
			return true;
	return false;
}

static void words(struct second_hand *s)
{
	const struct vocab *v = app_vocab(s->app);
	s->details = vocab_kind(v, STR("person-details"));
	s->care = vocab_kind(v, STR("care-started"));
	s->placement = vocab_kind(v, STR("placement-started"));
	s->review = vocab_kind(v, STR("review-held"));
	s->review_told = vocab_kind(v, STR("review-told"));
}

void second_hand_begin(struct second_hand *s, struct app *app, const struct history *h, const struct tables_batch *b,
		       size_t child, struct arena *a)
{
	if (!anything(h))
		return;
	struct folded *own = arena_alloc(a, sizeof *own);
	first_hand(app, h, a, own);
	*s = (struct second_hand){ .app = app, .own = own, .batch = b, .child = child };
	words(s);
}

static bool overlaps(const struct folded *own, uint16_t kind, day_t from, day_t to)
{
	for (size_t i = 0; i < own->n_spans; i++) {
		const struct span *p = &own->spans[i];
		/* A span of no days, or two that only touch, do not overlap. */
		if (p->kind == kind && p->from < to && from < p->to)
			return true;
		if (p->kind == kind && p->from == from)
			return true;
	}
	return false;
}

/* From when to when the batch tells the span of this reference. */
static void span_told(const struct second_hand *s, uint16_t start, struct str ref, day_t *from, day_t *to)
{
	const struct batch_child *c = &s->batch->children[s->child];
	const struct vocab *v = app_vocab(s->app);
	*from = DAY_NEVER;
	*to = DAY_NEVER;
	for (size_t i = c->first; i < c->first + c->n; i++) {
		const struct draft_row *d = batch_draft(s->batch, i);
		struct str natural = draft_natural(s->batch, d);
		struct str r = { natural.p + d->ref_at, d->ref_n };
		if (v->kinds[d->kind].ends != start || !str_eq(r, ref))
			continue;
		if (d->kind == start)
			*from = d->at;
		else if (v->kinds[d->kind].rank == 2)
			*to = d->at;
	}
}

static bool same_review(const struct folded *own, uint16_t review, day_t on)
{
	for (size_t i = 0; i < own->child.n; i++)
		if (own->child.facts[i].kind == review && own->child.facts[i].day == on)
			return true;
	return false;
}

bool second_hand_known(const struct second_hand *s, const struct event *ev)
{
	if (!s->own)
		return false;
	if (ev->kind == s->details)
		return s->own->details != NULL;
	if (ev->kind == s->review_told)
		return same_review(s->own, s->review, ev->at);
	uint16_t start = app_vocab(s->app)->kinds[ev->kind].ends;
	if (start != s->care && start != s->placement)
		return false;
	day_t from, to;
	span_told(s, start, ev->ref, &from, &to);
	return overlaps(s->own, start, from, to);
}

/* The day on which what a return told under this reference ended. */
static day_t end_told(const struct vocab *v, const struct history *h, uint16_t start, struct str ref)
{
	for (size_t i = h->n; i-- > 0;) {
		const struct event *ev = &h->events[i];
		if (second_hand_told(ev->natural) && !ev->voids && v->kinds[ev->kind].ends == start &&
		    ev->kind != start && v->kinds[ev->kind].rank == 2 && str_eq(ev->ref, ref))
			return ev->at;
	}
	return DAY_NEVER;
}

static day_t start_told(const struct history *h, uint16_t start, struct str ref)
{
	for (size_t i = h->n; i-- > 0;)
		if (h->events[i].kind == start && !h->events[i].voids && second_hand_told(h->events[i].natural) &&
		    str_eq(h->events[i].ref, ref))
			return h->events[i].at;
	return DAY_NEVER;
}

void second_hand_after(struct second_hand *s, struct app *app, const struct history *h, const struct event *add,
		       size_t n_add, struct arena *a)
{
	struct folded *own = arena_alloc(a, sizeof *own);
	struct event *all = arena_array(a, h->n + n_add, sizeof *all);
	size_t n = leave_out(h->events, h->n, all);
	n += leave_out(add, n_add, all + n);
	fold_events(app_vocab(app), all, n, KNOWN_NOW, a, own);
	*s = (struct second_hand){ .app = app, .own = own };
	words(s);
}

bool second_hand_gives_way(const struct second_hand *s, const struct history *h, const struct event *told)
{
	const struct vocab *v = app_vocab(s->app);
	uint16_t start = v->kinds[told->kind].ends;
	if (told->kind == s->details)
		return s->own->details != NULL;
	if (told->kind == s->review_told)
		return same_review(s->own, s->review, told->at);
	if (start != s->care && start != s->placement)
		return false;
	return overlaps(s->own, start, start_told(h, start, told->ref), end_told(v, h, start, told->ref));
}
