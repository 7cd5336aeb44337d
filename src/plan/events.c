/*
 * The event engine: stations with rules that reach beyond one child. Children are
 * slots of one array, found by number, so that it may grow; each stands in at
 * most one list. A moment in the heap that no longer holds (an interrupted stay, a
 * patience that was not needed) is left there and passed over when its time comes;
 * when most are such, the heap is cleared of them.
 */
#include "plan/run.h"

enum { NOBODY = -1, KIDS_MAX = 1 << 20, MOVES_MAX = STATIONS_MAX, VISITS_MAX = 60000, MISSES_MAX = 255 };

enum state { FREE, QUEUED, OUTSIDE /* waits to be let into the waiting room */, SERVED, AWAY };

struct kid {
	uint64_t serial, child;
	int64_t arrived, since; /* at the station; in this state */
	int64_t due;		/* end of the stay, while served; of the delay, while away */
	int64_t wait_due;	/* the next rule of waiting; -1: none */
	int64_t rest;		/* of the stay */
	int64_t rule_due[WAIT_RULES_MAX];
	int64_t held_since;
	double route;
	int32_t group, station, next, prev;
	int32_t held_at; /* whose place is kept; NOBODY */
	int16_t priority;
	uint8_t state;
	bool interrupted;
	bool missed, ruled; /* this appointment is; the times of the rules of waiting are drawn */
	uint16_t misses;    /* on this visit, up to here */
	uint32_t visit;	    /* of this station */
};

struct list {
	int32_t head, tail;
};

struct post { /* a station, at work */
	int32_t busy, capacity, waiting;
	struct list queue[PRIORITIES], served[PRIORITIES], outside;
	bool dirty;
};

struct agenda {
	struct heap heap;
	struct kid *kid;
	uint16_t *visits; /* [slot * stations + station] */
	int32_t n, cap, free, alive;
	struct post post[STATIONS_MAX];
	int32_t dirty[STATIONS_MAX + 1];
	int n_dirty;
	enum rank now; /* of what is happening */
	bool taken;    /* what is happening still stands at the top of the heap */
};

struct agenda *agenda_new(const struct model *m)
{
	(void)m;
	return xcalloc(1, sizeof(struct agenda));
}

void agenda_free(struct agenda *g)
{
	if (!g)
		return;
	free(g->heap.at);
	free(g->kid);
	free(g->visits);
	free(g);
}

/* The first new moment takes the place of the one that is happening: one way down the heap instead of two. */
static void put(struct agenda *g, struct moment m)
{
	if (g->taken)
		heap_sink(&g->heap, 0, m);
	else
		heap_push(&g->heap, m);
	g->taken = false;
}

/* ---- slots and lists ---- */

static int32_t kid_new(struct run *r)
{
	struct agenda *g = r->agenda;
	int32_t i = g->free;
	if (i != NOBODY) {
		g->free = g->kid[i].next;
	} else {
		if (g->n == g->cap) {
			g->cap = g->cap ? 2 * g->cap : 256;
			g->kid = xrealloc(g->kid, (size_t)g->cap * sizeof *g->kid);
			g->visits = xrealloc(g->visits, (size_t)g->cap * r->m->n * sizeof *g->visits);
		}
		i = g->n++;
	}
	memset(g->visits + (size_t)i * r->m->n, 0, r->m->n * sizeof *g->visits);
	g->alive++;
	return i;
}

static void kid_free(struct agenda *g, int32_t i)
{
	g->kid[i].state = FREE;
	g->kid[i].next = g->free;
	g->free = i;
	g->alive--;
}

static void list_append(struct agenda *g, struct list *l, int32_t i)
{
	g->kid[i].prev = l->tail;
	g->kid[i].next = NOBODY;
	if (l->tail == NOBODY)
		l->head = i;
	else
		g->kid[l->tail].next = i;
	l->tail = i;
}

static void list_prepend(struct agenda *g, struct list *l, int32_t i)
{
	g->kid[i].next = l->head;
	g->kid[i].prev = NOBODY;
	if (l->head == NOBODY)
		l->tail = i;
	else
		g->kid[l->head].prev = i;
	l->head = i;
}

static void list_remove(struct agenda *g, struct list *l, int32_t i)
{
	struct kid *k = &g->kid[i];
	if (k->prev == NOBODY)
		l->head = k->next;
	else
		g->kid[k->prev].next = k->next;
	if (k->next == NOBODY)
		l->tail = k->prev;
	else
		g->kid[k->next].prev = k->prev;
}

static struct cell *cell_of(struct run *r, const struct kid *k)
{
	return &r->tally.cells[(size_t)k->station * r->m->groups + (size_t)k->group];
}

/* ---- places ---- */

static void mark(struct agenda *g, int32_t s)
{
	if (g->post[s].dirty)
		return;
	g->post[s].dirty = true;
	g->dirty[g->n_dirty++] = s;
}

static void release_place(struct run *r, int32_t s)
{
	r->agenda->post[s].busy--;
	mark(r->agenda, s);
}

/* The place that was kept upstream is free. */
static void let_go(struct run *r, int32_t i, int64_t t)
{
	struct kid *k = &r->agenda->kid[i];
	if (k->held_at == NOBODY)
		return;
	size_t s = (size_t)k->held_at;
	struct cell *c = &r->tally.cells[s * r->m->groups + (size_t)k->group];
	c->held_time += overlap(&r->tally, k->held_since, t);
	tally_census(&r->tally, CENSUS_BUSY, s, k->held_since, t);
	k->held_at = NOBODY;
	release_place(r, (int32_t)s);
}

/* Lengths of stay of those who begin at `t`. */
static const struct ready *stays_at(const struct place *l, int64_t t)
{
	size_t n = l->s->n_stay_eras;
	while (n && l->s->stay_eras[n - 1].from_day * TICKS_PER_DAY > t)
		n--;
	return n ? l->era[n - 1] : l->stay;
}

static void draw_stay(struct run *r, struct kid *k, int64_t t)
{
	const struct place *l = &r->m->place[k->station];
	struct stream s = stream_of(r->m->seed, r->replication, k->child, k->visit, l->s->key, PURPOSE_STAY);
	struct draw_pair u = stream_pair(&s);
	k->rest = ready_draw(&stays_at(l, t)[k->group], u.a, &s);
	k->rest = k->rest > 0 ? k->rest : 1;
	k->route = u.b;
}

static void count_start(struct run *r, const struct kid *k, const struct place *l, int64_t t)
{
	int64_t gone = 0;
	if (l->before.kind == LENGTH_NONE && !l->s->working) {
		tally_start(&r->tally, l, cell_of(r, k), (size_t)k->station, k->arrived, t);
		return;
	}
	if (l->before.kind != LENGTH_NONE) {
		struct stream s = stream_of(r->m->seed, r->replication, k->child, k->visit, l->s->key, PURPOSE_BEFORE);
		gone = ready_draw(&l->before, stream_pair(&s).a, &s);
	}
	tally_start_late(&r->tally, l, cell_of(r, k), (size_t)k->station, k->arrived, t, gone, r->m->p->start);
}

/* Does the child not come to this appointment? */
static bool misses(struct run *r, const struct kid *k, const struct station *s)
{
	if (s->missed <= 0 || k->misses >= MISSES_MAX)
		return false;
	struct stream st = stream_of(r->m->seed, r->replication, k->child, k->visit, s->key, PURPOSE_MISS);
	st.at.w[3] += k->misses;
	return stream_pair(&st).a < s->missed;
}

/* The stay begins, or goes on. The child stands in no list. */
static void begin(struct run *r, int32_t i, int64_t t)
{
	struct agenda *g = r->agenda;
	struct kid *k = &g->kid[i];
	struct post *post = &g->post[k->station];
	const struct place *l = &r->m->place[k->station];
	if (k->interrupted) {
		tally_waiting(&r->tally, cell_of(r, k), (size_t)k->station, k->since, t);
	} else {
		k->missed = misses(r, k, l->s);
		if (k->missed)
			cell_of(r, k)->missed += counted(&r->tally, t);
		else
			count_start(r, k, l, t);
		draw_stay(r, k, t);
	}
	post->busy++;
	k->state = SERVED;
	k->since = t;
	k->wait_due = -1;
	k->due = t + k->rest;
	put(g, (struct moment){ k->due, order_of(RANK_END, k->serial, (uint32_t)i) });
	if (l->listed)
		list_append(g, &post->served[k->priority], i);
	if (k->held_at != NOBODY && !k->missed)
		let_go(r, i, t);
}

/* Back to the front of its queue. */
static void interrupt(struct run *r, int32_t i, int64_t t)
{
	struct agenda *g = r->agenda;
	struct kid *k = &g->kid[i];
	struct post *post = &g->post[k->station];
	struct cell *c = cell_of(r, k);
	list_remove(g, &post->served[k->priority], i);
	tally_busy(&r->tally, c, (size_t)k->station, k->since, t);
	c->interrupted += counted(&r->tally, t);
	post->busy--;
	if (r->m->place[k->station].s->preempt != PREEMPT_REPEAT)
		k->rest = k->due - t;
	k->due = -1;
	k->state = QUEUED;
	k->since = t;
	k->interrupted = true;
	post->waiting++;
	list_prepend(g, &post->queue[k->priority], i);
}

/* Of those served, the last to begin among the least urgent; not one whose stay ends at this tick anyway.
 * NOBODY if none is less urgent than `than`. */
static int32_t victim(const struct agenda *g, int32_t s, int than, int64_t t)
{
	for (int p = PRIORITIES - 1; p > than; p--)
		for (int32_t i = g->post[s].served[p].tail; i != NOBODY; i = g->kid[i].prev)
			if (g->kid[i].due > t)
				return i;
	return NOBODY;
}

/* ---- coming to a station ---- */

/* More than can be played: the replication ends here, and says why. */
static void give_up(struct run *r, int32_t station, bool round)
{
	if (r->over)
		return;
	r->over = true;
	r->over_round = round;
	r->over_at = station;
}

static void enter(struct run *r, int32_t i, int32_t s, int64_t t, int moves);

static void gone(struct run *r, int32_t i, int64_t t)
{
	let_go(r, i, t);
	kid_free(r->agenda, i);
}

/* The rules of waiting, each with its time; true: one of them is to be followed at once. */
static bool rules_begin(struct run *r, struct kid *k, int64_t t)
{
	const struct place *l = &r->m->place[k->station];
	k->wait_due = -1;
	k->ruled = true;
	bool now = false;
	for (int32_t i = 0; i < l->s->n_rules; i++) {
		struct stream s = stream_of(r->m->seed, r->replication, k->child, k->visit, l->s->key,
					    (uint32_t)PURPOSE_WAIT + (uint32_t)i);
		struct draw_pair u = stream_pair(&s);
		int64_t after = ready_draw(&l->rules[i], u.a, &s);
		k->rule_due[i] = t + after;
		now |= after == 0;
		if (k->wait_due < 0 || k->rule_due[i] < k->wait_due)
			k->wait_due = k->rule_due[i];
	}
	return now;
}

/* Follows the rules that are due, in their order. True: the child has gone, and stands in no list. */
static bool rules_follow(struct run *r, int32_t i, int64_t t, bool listed, int moves)
{
	struct agenda *g = r->agenda;
	struct kid *k = &g->kid[i];
	struct post *post = &g->post[k->station];
	const struct station *s = r->m->place[k->station].s;
	struct cell *c = cell_of(r, k);
	for (int32_t j = 0; j < s->n_rules; j++) {
		const struct wait_rule *rule = &s->rules[j];
		if (k->rule_due[j] < 0 || k->rule_due[j] > t)
			continue;
		k->rule_due[j] = -1;
		struct list *in = k->state == OUTSIDE ? &post->outside : &post->queue[k->priority];
		if (rule->then == WAIT_RAISE) {
			c->raised += counted(&r->tally, t);
			if (listed && k->state == QUEUED) {
				list_remove(g, in, i);
				list_append(g, &post->queue[rule->raised], i);
			}
			k->priority = (int16_t)rule->raised;
			continue;
		}
		if (listed) {
			list_remove(g, in, i);
			post->waiting -= k->state == QUEUED;
			mark(g, k->station); /* there is room now */
		}
		tally_waiting(&r->tally, c, (size_t)k->station, k->since, t);
		if (rule->then == WAIT_GO) {
			c->went += counted(&r->tally, t);
			enter(r, i, rule->to, t, moves + 1);
		} else {
			c->left += counted(&r->tally, t);
			gone(r, i, t);
		}
		return true;
	}
	return false;
}

static void next_rule(struct run *r, int32_t i)
{
	struct kid *k = &r->agenda->kid[i];
	k->wait_due = -1;
	for (int32_t j = 0; j < r->m->place[k->station].s->n_rules; j++)
		if (k->rule_due[j] >= 0 && (k->wait_due < 0 || k->rule_due[j] < k->wait_due))
			k->wait_due = k->rule_due[j];
	if (k->wait_due >= 0)
		put(r->agenda, (struct moment){ k->wait_due, order_of(RANK_WAIT, k->serial, (uint32_t)i) });
}

static bool balks(struct run *r, const struct kid *k, const struct post *post)
{
	const struct station *s = r->m->place[k->station].s;
	if (s->balk <= 0 || post->waiting < s->balk_from)
		return false;
	struct stream st = stream_of(r->m->seed, r->replication, k->child, k->visit, s->key, PURPOSE_BALK);
	return stream_pair(&st).a < s->balk;
}

/* The waiting room is full. True: the child has gone. */
static bool turned_away(struct run *r, int32_t i, int64_t t, int moves)
{
	struct kid *k = &r->agenda->kid[i];
	const struct station *s = r->m->place[k->station].s;
	if (s->full == FULL_BLOCK)
		return false;
	cell_of(r, k)->full += counted(&r->tally, t);
	if (s->full == FULL_GO)
		enter(r, i, s->full_to, t, moves + 1);
	else
		gone(r, i, t);
	return true;
}

static void must_wait(struct run *r, int32_t i, int64_t t, int moves)
{
	struct agenda *g = r->agenda;
	struct kid *k = &g->kid[i];
	struct post *post = &g->post[k->station];
	const struct station *s = r->m->place[k->station].s;
	bool full = s->limited_room && post->waiting >= s->room;
	if (balks(r, k, post)) {
		cell_of(r, k)->balked += counted(&r->tally, t);
		gone(r, i, t);
		return;
	}
	if (full && turned_away(r, i, t, moves))
		return;
	if (rules_begin(r, k, t) && rules_follow(r, i, t, false, moves))
		return;
	k = &g->kid[i];
	k->since = t;
	k->state = full ? OUTSIDE : QUEUED;
	post->waiting += !full;
	list_append(g, full ? &post->outside : &post->queue[k->priority], i);
	if (s->n_rules)
		next_rule(r, i);
	if (k->held_at == NOBODY)
		return;
	const struct place *from = &r->m->place[k->held_at];
	if (!from->s->holds && !full)
		let_go(r, i, t); /* there was room: no need to keep the place */
	else if (k->held_since == t)
		r->tally.cells[(size_t)k->held_at * r->m->groups + (size_t)k->group].held += counted(&r->tally, t);
}

static void serve(struct run *r, int32_t s, int64_t t);

/* To a lane behind the engine. */
static void hand_over(struct run *r, int32_t i, int32_t s, int64_t t)
{
	struct kid *k = &r->agenda->kid[i];
	struct item *out = items_add(&r->inbox[s]);
	*out = (struct item){ .t = t,
			      .order = order_of(r->agenda->now, k->serial, 0),
			      .child = k->child,
			      .group = k->group,
			      .station = s };
	let_go(r, i, t);
	kid_free(r->agenda, i);
}

/* The child may keep a place (held_at) until it begins here. */
static void enter(struct run *r, int32_t i, int32_t s, int64_t t, int moves)
{
	struct agenda *g = r->agenda;
	struct kid *k = &g->kid[i];
	const struct place *l = &r->m->place[s];
	if (l->part != PART_EVENTS) {
		hand_over(r, i, s, t);
		return;
	}
	struct post *post = &g->post[s];
	if (post->dirty)
		serve(r, s, t); /* those who wait come before */
	k->station = s;
	k->arrived = k->since = t;
	k->interrupted = k->missed = k->ruled = false;
	k->misses = 0;
	k->wait_due = -1;
	k->priority = (int16_t)l->priority[k->group];
	k->visit = g->visits[(size_t)i * r->m->n + (size_t)s]++;
	cell_of(r, k)->arrivals += counted(&r->tally, t);
	if (k->visit == VISITS_MAX)
		give_up(r, s, true);
	if (moves > MOVES_MAX) { /* sent round in a circle in one instant */
		cell_of(r, k)->full += counted(&r->tally, t);
		gone(r, i, t);
		return;
	}
	if (post->busy < post->capacity && post->waiting == 0 && post->outside.head == NOBODY) {
		begin(r, i, t);
		return;
	}
	if (l->s->preempt != PREEMPT_NONE && post->capacity > 0) {
		int32_t v = victim(g, s, k->priority, t);
		if (v != NOBODY) {
			interrupt(r, v, t);
			begin(r, i, t);
			return;
		}
	}
	must_wait(r, i, t, moves);
}

/* ---- places that have become free ---- */

static int32_t most_urgent(const struct post *post)
{
	for (int p = 0; p < PRIORITIES; p++)
		if (post->queue[p].head != NOBODY)
			return post->queue[p].head;
	return NOBODY;
}

static void serve(struct run *r, int32_t s, int64_t t)
{
	struct agenda *g = r->agenda;
	struct post *post = &g->post[s];
	const struct station *st = r->m->place[s].s;
	for (;;) {
		int32_t i = post->waiting ? most_urgent(post) : NOBODY;
		if (post->busy < post->capacity && i != NOBODY) {
			list_remove(g, &post->queue[g->kid[i].priority], i);
			post->waiting--;
			begin(r, i, t);
			continue;
		}
		i = post->outside.head;
		if (i == NOBODY || !(post->busy < post->capacity || post->waiting < st->room))
			break;
		list_remove(g, &post->outside, i);
		if (post->busy < post->capacity) {
			begin(r, i, t);
			continue;
		}
		struct kid *k = &g->kid[i];
		k->state = QUEUED;
		post->waiting++;
		list_append(g, &post->queue[k->priority], i);
		if (k->held_at != NOBODY && !r->m->place[k->held_at].s->holds)
			let_go(r, i, t);
	}
	post->dirty = false;
	for (int d = 0; d < g->n_dirty; d++)
		if (g->dirty[d] == s) {
			memmove(g->dirty + d, g->dirty + d + 1, (size_t)(g->n_dirty - d - 1) * sizeof *g->dirty);
			g->n_dirty--;
			break;
		}
}

static void serve_dirty(struct run *r, int64_t t)
{
	while (r->agenda->n_dirty)
		serve(r, r->agenda->dirty[0], t);
}

/* ---- what happens ---- */

/* Nobody came: at the end of the queue again, with the wait so far and the rules of waiting as they were. */
static void wait_again(struct run *r, int32_t i, int64_t t)
{
	struct agenda *g = r->agenda;
	struct kid *k = &g->kid[i];
	struct post *post = &g->post[k->station];
	tally_busy(&r->tally, cell_of(r, k), (size_t)k->station, k->since, t);
	k->due = -1;
	k->since = k->arrived;
	k->missed = false;
	k->misses++;
	k->state = QUEUED;
	release_place(r, k->station);
	if (!k->ruled)
		rules_begin(r, k, k->arrived);
	if (rules_follow(r, i, t, false, 0))
		return;
	k = &g->kid[i];
	post->waiting++;
	list_append(g, &post->queue[k->priority], i);
	if (r->m->place[k->station].s->n_rules)
		next_rule(r, i);
}

static void end_of_stay(struct run *r, int32_t i, int64_t t)
{
	struct agenda *g = r->agenda;
	struct kid *k = &g->kid[i];
	int32_t s = k->station;
	const struct place *l = &r->m->place[s];
	if (l->listed)
		list_remove(g, &g->post[s].served[k->priority], i);
	if (k->missed) {
		wait_again(r, i, t);
		return;
	}
	tally_busy(&r->tally, cell_of(r, k), (size_t)s, k->since, t);
	cell_of(r, k)->done += counted(&r->tally, t);
	r->tally.finished++;
	k->due = -1;
	const struct hop *hop = hop_of(l, k->group, k->route);
	if (!hop) {
		release_place(r, s);
		kid_free(g, i);
	} else if (hop->delay) {
		struct stream st = stream_of(r->m->seed, r->replication, k->child, k->visit, l->s->key, PURPOSE_RETURN);
		struct draw_pair u = stream_pair(&st);
		k->due = t + ready_draw(hop->delay, u.a, &st);
		k->state = AWAY;
		k->station = hop->to;
		release_place(r, s);
		put(g, (struct moment){ k->due, order_of(RANK_RETURN, k->serial, (uint32_t)i) });
	} else {
		const struct place *to = &r->m->place[hop->to];
		bool may_block = to->s->limited_room && to->s->full == FULL_BLOCK;
		if (l->servers != INT32_MAX && to->part == PART_EVENTS && hop->to != s && (l->s->holds || may_block)) {
			k->held_at = s;
			k->held_since = t;
		} else {
			release_place(r, s);
		}
		enter(r, i, hop->to, t, 0);
	}
}

/* Fewer work than before: the least urgent, last begun, are interrupted. Those who keep a place for the next
 * station, or end at this tick, are left. */
static void pause(struct run *r, int32_t s, int64_t t)
{
	struct agenda *g = r->agenda;
	struct post *post = &g->post[s];
	int32_t ending = 0;
	for (int p = 0; p < PRIORITIES; p++)
		for (int32_t i = post->served[p].head; i != NOBODY; i = g->kid[i].next)
			ending += g->kid[i].due <= t;
	while (post->busy - ending > post->capacity) {
		int32_t v = victim(g, s, -1, t);
		if (v == NOBODY)
			break;
		interrupt(r, v, t);
	}
}

static void capacity_moment(struct run *r, int32_t s, int64_t t)
{
	struct agenda *g = r->agenda;
	struct post *post = &g->post[s];
	int64_t next;
	post->capacity = capacity_at(r->m, (size_t)s, t, &next);
	if (next < r->m->until)
		put(g, (struct moment){ next, order_of(RANK_CAPACITY, (uint64_t)s, 0) });
	if (r->m->place[s].s->closing == CLOSE_PAUSE)
		pause(r, s, t);
	mark(g, s);
}

static bool still_holds(const struct agenda *g, struct moment m)
{
	uint32_t slot = (uint32_t)(m.order & 0xffffff);
	const struct kid *k = g->kid ? &g->kid[slot] : NULL; /* none yet: no moment is a kid's */
	switch ((enum rank)(m.order >> 60)) {
	case RANK_END: return k->serial == (m.order >> 24 & 0xfffffffff) && k->state == SERVED && k->due == m.t;
	case RANK_WAIT:
		return k->serial == (m.order >> 24 & 0xfffffffff) && (k->state == QUEUED || k->state == OUTSIDE) &&
		       k->wait_due == m.t;
	default: return true;
	}
}

/* Moments that no longer hold are thrown out, and the heap is made again. */
static void clear_heap(struct agenda *g)
{
	size_t n = 0;
	for (size_t i = 0; i < g->heap.n; i++)
		if (still_holds(g, g->heap.at[i]))
			g->heap.at[n++] = g->heap.at[i];
	g->heap.n = n;
	for (size_t i = n / 4 + 1; i-- > 0;)
		if (i < n)
			heap_sink(&g->heap, i, g->heap.at[i]);
}

static void moment(struct run *r, struct moment m)
{
	struct agenda *g = r->agenda;
	int32_t i = (int32_t)(m.order & 0xffffff);
	if (!still_holds(g, m))
		return;
	g->now = (enum rank)(m.order >> 60);
	switch (g->now) {
	case RANK_END: end_of_stay(r, i, m.t); break;
	case RANK_CAPACITY: capacity_moment(r, (int32_t)(m.order >> 24 & 0xfffffffff), m.t); break;
	case RANK_WAIT:
		if (!rules_follow(r, i, m.t, true, 0))
			next_rule(r, i);
		break;
	default:
		if (r->m->place[g->kid[i].station].part != PART_EVENTS)
			hand_over(r, i, g->kid[i].station, m.t);
		else
			enter(r, i, g->kid[i].station, m.t, 0);
	}
	if (g->n_dirty)
		serve_dirty(r, m.t);
}

static void arrival(struct run *r, const struct item *in)
{
	struct agenda *g = r->agenda;
	int32_t i = kid_new(r);
	struct kid *k = &g->kid[i]; /* the other fields are set where the child goes */
	k->serial = in->order >> 24 & 0xfffffffff;
	k->child = in->child;
	k->group = in->group;
	k->due = k->wait_due = -1;
	k->held_at = NOBODY;
	g->now = (enum rank)(in->order >> 60);
	enter(r, i, in->station, in->t, 0);
	if (g->n_dirty)
		serve_dirty(r, in->t);
	if (g->alive >= KIDS_MAX)
		give_up(r, in->station, false);
}

void agenda_begin(struct run *r)
{
	struct agenda *g = r->agenda;
	const struct list none = { NOBODY, NOBODY };
	g->heap.n = 0;
	g->taken = false;
	g->n = g->alive = 0;
	g->free = NOBODY;
	g->n_dirty = 0;
	r->events.n = 0;
	for (size_t s = 0; s < r->m->n; s++) {
		struct post *post = &g->post[s];
		int64_t next;
		*post = (struct post){ .outside = none };
		for (int p = 0; p < PRIORITIES; p++)
			post->queue[p] = post->served[p] = none;
		post->capacity = capacity_at(r->m, s, 0, &next);
		if (r->m->place[s].part == PART_EVENTS && next < r->m->until)
			put(g, (struct moment){ next, order_of(RANK_CAPACITY, s, 0) });
	}
}

void agenda_until(struct run *r, int64_t until)
{
	struct agenda *g = r->agenda;
	struct items *in = &r->events;
	items_sort(in, &r->sorter);
	size_t next = 0;
	for (;;) {
		struct moment come = { INT64_MAX, UINT64_MAX };
		if (next < in->n)
			come = (struct moment){ in->p[next].t, in->p[next].order };
		if (g->heap.n && before(g->heap.at[0], come)) {
			struct moment m = g->heap.at[0];
			if (m.t >= until)
				break;
			g->taken = true;
			moment(r, m);
			if (g->taken)
				heap_pop(&g->heap);
			g->taken = false;
			if (r->over)
				break;
		} else {
			if (come.t >= until)
				break;
			arrival(r, &in->p[next++]);
			if (r->over)
				break;
		}
	}
	items_drop(in, next);
	if (g->heap.n > 4096 && g->heap.n > 4 * (size_t)g->alive)
		clear_heap(g);
}

/* Children who are still there at the end: the time they have spent so far. */
void agenda_end(struct run *r, int64_t at)
{
	struct agenda *g = r->agenda;
	struct tally *t = &r->tally;
	for (int32_t i = 0; i < g->n; i++) {
		struct kid *k = &g->kid[i];
		if (k->state == QUEUED || k->state == OUTSIDE)
			tally_waiting(t, cell_of(r, k), (size_t)k->station, k->since, at);
		else if (k->state == SERVED)
			tally_busy(t, cell_of(r, k), (size_t)k->station, k->since, at);
		if (k->state == SERVED && k->missed)
			tally_waiting(t, cell_of(r, k), (size_t)k->station, k->arrived, at);
		if ((k->state == QUEUED || k->state == OUTSIDE) && k->held_at != NOBODY) {
			t->cells[(size_t)k->held_at * r->m->groups + (size_t)k->group].held_time +=
			    overlap(t, k->held_since, at);
			tally_census(t, CENSUS_BUSY, (size_t)k->held_at, k->held_since, at);
		}
	}
}
