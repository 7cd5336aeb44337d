/*
 * Stations without an event list: first come, first served, with a fixed number of
 * servers. Whoever comes takes the server that is free first: the recursion of
 * Lindley (Proc. Camb. Phil. Soc. 48 (1952) 277-289) for one server, and of Kiefer
 * and Wolfowitz (Trans. Am. Math. Soc. 78 (1955) 1-18) for several.
 */
#include "plan/batch.h"
#include "plan/run.h"

void lane_begin(struct run *r, size_t k)
{
	struct lane *l = &r->lane[k];
	l->ends.n = 0;
	l->n_free = 0;
	for (size_t i = l->cap; i-- > 0;)
		l->free[l->n_free++] = (uint32_t)i;
	r->inbox[k].n = 0;
}

static uint32_t slot_of(struct lane *l)
{
	if (l->n_free == 0) {
		size_t cap = l->cap ? 2 * l->cap : 64;
		l->in = xrealloc(l->in, cap * sizeof *l->in);
		l->free = xrealloc(l->free, cap * sizeof *l->free);
		for (size_t i = cap; i-- > l->cap;)
			l->free[l->n_free++] = (uint32_t)i;
		l->cap = cap;
	}
	return l->free[--l->n_free];
}

/* Hands the first to end on to where it goes. Its moment stays in the heap: the caller replaces or pops it. */
static inline int64_t depart(struct run *r, struct lane *l)
{
	struct moment m = l->ends.at[0];
	uint32_t slot = (uint32_t)(m.order & 0xffffff);
	const struct item *in = &l->in[slot];
	if (in->station != TO_LEAVE) {
		struct item *out = items_add(inbox_of(r, in->station));
		*out = *in;
		out->t += m.t;
	}
	l->free[l->n_free++] = slot;
	return m.t;
}

static void draws_grow(struct run *r, size_t n)
{
	if (r->draws >= n)
		return;
	r->draws = n + n / 2;
	r->who = xrealloc(r->who, r->draws * sizeof *r->who);
	r->length = xrealloc(r->length, r->draws * sizeof *r->length);
	r->route = xrealloc(r->route, r->draws * sizeof *r->route);
	r->stay = xrealloc(r->stay, r->draws * sizeof *r->stay);
}

/* The draws of all who come in this window, ahead of the line: they depend on nobody else. */
static void draw_ahead(struct run *r, size_t k, const struct item *in, size_t n)
{
	const struct place *l = &r->m->place[k];
	if (!n) /* there may be no memory for draws yet */
		return;
	draws_grow(r, n);
	for (size_t i = 0; i < n; i++)
		r->who[i] = in[i].child;
	batch_pairs(r->m->seed, r->replication, l->s->key, PURPOSE_STAY, r->who, n, r->length, r->route);
	if (!l->exponential || r->m->groups > 1) {
		for (size_t i = 0; i < n; i++) {
			struct stream s =
			    stream_of(r->m->seed, r->replication, in[i].child, 0, l->s->key, PURPOSE_STAY);
			s.at.w[3]++; /* the first pair is drawn */
			r->stay[i] = ready_draw(&l->stay[in[i].group], r->length[i], &s);
		}
	} else {
		batch_exponentials(r->length, n, r->length);
		for (size_t i = 0; i < n; i++)
			r->stay[i] = ticks_of(l->stay[0].a * r->length[i]);
	}
	for (size_t i = 0; i < n; i++)
		r->stay[i] += r->stay[i] < 1; /* a tick at least */
}

/* Where to after the stay: into a slot, with the delay in place of the time. */
static void goes_to(struct run *r, size_t k, const struct item *i, double u, struct item *out)
{
	const struct place *l = &r->m->place[k];
	const struct hop *hop = hop_of(l, i->group, u);
	*out = *i;
	out->station = hop ? hop->to : TO_LEAVE;
	out->order = order_of(RANK_END, i->order >> 24 & 0xfffffffff, 0);
	out->t = 0;
	if (hop && hop->delay) {
		struct stream s = stream_of(r->m->seed, r->replication, i->child, 0, l->s->key, PURPOSE_RETURN);
		struct draw_pair p = stream_pair(&s);
		out->t = ready_draw(hop->delay, p.a, &s);
		out->order = order_of(RANK_RETURN, i->order >> 24 & 0xfffffffff, 0);
	}
}

static void serve_all(struct run *r, size_t k, const struct item *in, size_t n)
{
	const struct place *l = &r->m->place[k];
	struct lane *lane = &r->lane[k];
	struct tally *t = &r->tally;
	bool kept = l->goes_on || l->servers != INT32_MAX;
	int64_t finished = 0, horizon = r->m->until;
	for (size_t i = 0; i < n; i++) {
		struct cell *c = &t->cells[k * r->m->groups + (size_t)in[i].group];
		int64_t start = in[i].t;
		bool full = lane->ends.n >= (size_t)l->servers;
		if (full) {
			int64_t free_at = depart(r, lane);
			start = free_at > start ? free_at : start;
		}
		int64_t end = start + r->stay[i];
		c->arrivals += counted(t, in[i].t);
		tally_start(t, l, c, k, in[i].t, start);
		tally_busy(t, c, k, start, end);
		c->done += counted(t, end);
		finished += end < horizon;
		if (!kept)
			continue;
		uint32_t slot = slot_of(lane);
		if (l->goes_on)
			goes_to(r, k, &in[i], r->route[i], &lane->in[slot]);
		else
			lane->in[slot].station = TO_LEAVE;
		struct moment m = { end, order_of(RANK_END, in[i].order >> 24 & 0xfffffffff, slot) };
		if (full)
			heap_sink(&lane->ends, 0, m);
		else
			heap_push(&lane->ends, m);
	}
	t->finished += finished;
}

void lane_until(struct run *r, size_t k, int64_t until)
{
	struct items *in = &r->inbox[k];
	struct lane *lane = &r->lane[k];
	items_sort(in, &r->sorter);
	size_t n = 0;
	while (n < in->n && in->p[n].t < until)
		n++;
	draw_ahead(r, k, in->p, n);
	serve_all(r, k, in->p, n);
	items_drop(in, n);
	/* those who end in this window arrive elsewhere in it */
	while (r->m->place[k].goes_on && lane->ends.n && lane->ends.at[0].t < until) {
		depart(r, lane);
		heap_pop(&lane->ends);
	}
}
