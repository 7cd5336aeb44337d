/* Choices of sizes: made, brought within the rules, weighed, improved. */
#include "plan/site_search.h"

#include <math.h>

static double spent(const struct site_search *s, const uint8_t *choice)
{
	double sum = 0;
	for (size_t j = 0; j < s->m; j++)
		sum += site_price_of(s, j, choice[j]);
	return sum;
}

static bool counts_allow(const struct site_search *s, size_t open, size_t kept)
{
	const struct site_sizes *p = s->p;
	return (!p->at_most || open <= p->at_most) && open >= p->at_least && (!p->kept || kept >= p->kept_min);
}

static bool money_allows(const struct site_search *s, double money)
{
	return s->p->budget <= 0 || money <= s->p->budget * (1 + 1e-12);
}

static bool allowed(const struct site_search *s, const uint8_t *choice)
{
	size_t open = 0, kept = 0;
	for (size_t j = 0; j < s->m; j++) {
		open += choice[j] > 0;
		kept += choice[j] && s->p->kept && s->p->kept[j];
	}
	return counts_allow(s, open, kept) && money_allows(s, spent(s, choice));
}

/* Prices and transport of a choice; SITE_NEVER if it cannot serve all. */
static double cost_of(struct site_search *s, const uint8_t *choice)
{
	double room = 0, transport;
	struct err e = { 0 };
	if (!allowed(s, choice))
		return SITE_NEVER;
	for (size_t j = 0; j < s->m; j++)
		room += s->capacity[j] = site_room_of(s, j, choice[j]);
	if (room < s->demand * (1 - 1e-12) ||
	    site_transport(s->n, s->m, s->p->cost, s->p->demand, s->capacity, NULL, &transport, &e) != RC_OK)
		return SITE_NEVER;
	return transport + (s->p->budget_only ? 0 : spent(s, choice));
}

static bool new_choice(struct site_search *s, const uint8_t *choice)
{
	uint64_t h = 1469598103934665603u;
	for (size_t j = 0; j < s->m; j++)
		h = (h ^ choice[j]) * 1099511628211u;
	size_t at = (h ^ h >> 32) & (COUNT_OF(s->tried) - 1);
	if (s->tried[at] == h)
		return false;
	s->tried[at] = h;
	return true;
}

bool site_take(struct site_search *s, const uint8_t *choice)
{
	if (!new_choice(s, choice))
		return false;
	double c = cost_of(s, choice);
	if (c >= s->best_cost)
		return false;
	s->best_cost = c;
	memcpy(s->best, choice, s->m);
	return true;
}

/* ---- making one ---- */

/* Room for everybody: the cheapest growth for a unit, again and again. */
static bool make_room(struct site_search *s, uint8_t *choice, const uint16_t *may)
{
	double room = 0;
	for (size_t j = 0; j < s->m; j++)
		room += site_room_of(s, j, choice[j]);
	while (room < s->demand) {
		size_t at = SIZE_MAX, to = 0;
		double least = SITE_NEVER;
		for (size_t j = 0; j < s->m; j++)
			for (size_t o = 1; o < s->k; o++) {
				double more = site_room_of(s, j, o) - site_room_of(s, j, choice[j]);
				double use = more < s->demand - room ? more : s->demand - room;
				if (more <= 0 || !(may[j] >> o & 1))
					continue;
				double v = (s->value[j * s->k + o] - s->value[j * s->k + choice[j]]) / use;
				if (v < least) {
					least = v;
					at = j;
					to = o;
				}
			}
		if (at == SIZE_MAX)
			return false;
		room += site_room_of(s, at, to) - site_room_of(s, at, choice[at]);
		choice[at] = (uint8_t)to;
	}
	return true;
}

/* Back within the budget: what loses least for the money it frees, while room remains. */
static void save_money(struct site_search *s, uint8_t *choice, const uint16_t *may)
{
	double room = 0, over = spent(s, choice) - s->p->budget;
	for (size_t j = 0; j < s->m; j++)
		room += site_room_of(s, j, choice[j]);
	while (over > 0) {
		size_t at = SIZE_MAX, to = 0;
		double least = SITE_NEVER;
		for (size_t j = 0; j < s->m; j++)
			for (size_t o = 0; o < s->k; o++) {
				double frees = site_price_of(s, j, choice[j]) - site_price_of(s, j, o);
				double less = site_room_of(s, j, choice[j]) - site_room_of(s, j, o);
				if (frees <= 0 || !(may[j] >> o & 1) || room - less < s->demand)
					continue;
				double loss = s->value[j * s->k + o] - s->value[j * s->k + choice[j]];
				double v = loss / (frees < over ? frees : over);
				if (v < least) {
					least = v;
					at = j;
					to = o;
				}
			}
		if (at == SIZE_MAX)
			return;
		over -= site_price_of(s, at, choice[at]) - site_price_of(s, at, to);
		room -= site_room_of(s, at, choice[at]) - site_room_of(s, at, to);
		choice[at] = (uint8_t)to;
	}
}

void site_try(struct site_search *s, const uint8_t *from, const uint16_t *may)
{
	uint8_t *choice = xcalloc(s->m, 1);
	memcpy(choice, from, s->m);
	if (make_room(s, choice, may)) {
		if (s->p->budget > 0)
			save_money(s, choice, may);
		(void)site_take(s, choice);
	}
	free(choice);
}

void site_cheapest(struct site_search *s, const uint16_t *may)
{
	for (size_t j = 0; j < s->m; j++) {
		s->picked[j] = 0;
		while (!(may[j] >> s->picked[j] & 1))
			s->picked[j]++;
		for (size_t o = 0; o < s->k; o++)
			s->value[j * s->k + o] = site_price_of(s, j, o);
	}
	site_try(s, s->picked, may);
}

/* ---- improving ---- */

struct move {
	double bound;
	uint16_t site[2];
	uint8_t to[2];
};

struct moves {
	struct move *list; /* a heap, the worst on top, so that the best `max` stay */
	size_t n, max;
};

static void sink(struct moves *q, size_t i)
{
	for (;;) {
		size_t c = 2 * i + 1;
		if (c >= q->n)
			return;
		if (c + 1 < q->n && q->list[c + 1].bound > q->list[c].bound)
			c++;
		if (q->list[i].bound >= q->list[c].bound)
			return;
		struct move t = q->list[i];
		q->list[i] = q->list[c];
		q->list[c] = t;
		i = c;
	}
}

static void offer(struct moves *q, struct move v)
{
	if (q->n == q->max) {
		if (v.bound >= q->list[0].bound)
			return;
		q->list[0] = v;
		sink(q, 0);
		return;
	}
	size_t i = q->n++;
	q->list[i] = v;
	for (; i && q->list[(i - 1) / 2].bound < q->list[i].bound; i = (i - 1) / 2) {
		struct move t = q->list[i];
		q->list[i] = q->list[(i - 1) / 2];
		q->list[(i - 1) / 2] = t;
	}
}

static int by_bound(const void *a, const void *b)
{
	const struct move *x = a, *y = b;
	if (x->bound != y->bound)
		return x->bound < y->bound ? -1 : 1;
	if (x->site[0] != y->site[0])
		return x->site[0] < y->site[0] ? -1 : 1;
	if (x->site[1] != y->site[1])
		return x->site[1] < y->site[1] ? -1 : 1;
	return x->to[0] != y->to[0] ? (x->to[0] < y->to[0] ? -1 : 1) : (x->to[1] > y->to[1]) - (x->to[1] < y->to[1]);
}

/* What is left to see of a choice after one site's change. */
struct sum {
	double bound, room, money;
	int open, kept;
};

static struct sum changed(const struct site_search *s, struct sum at, size_t j, size_t from, size_t to)
{
	int more = (to > 0) - (from > 0);
	at.bound += s->value[j * s->k + to] - s->value[j * s->k + from];
	at.room += site_room_of(s, j, to) - site_room_of(s, j, from);
	at.money += site_price_of(s, j, to) - site_price_of(s, j, from);
	at.open += more;
	at.kept += s->p->kept && s->p->kept[j] ? more : 0;
	return at;
}

static bool worth_weighing(const struct site_search *s, const struct sum *q)
{
	return q->room >= s->demand * (1 - 1e-12) && money_allows(s, q->money) && q->open >= 0 && q->kept >= 0 &&
	       counts_allow(s, (size_t)q->open, (size_t)q->kept) && !site_closed(s, q->bound);
}

static void moves_of(const struct site_search *s, const uint16_t *may, struct moves *q)
{
	struct sum now = { .bound = s->base };
	const uint8_t *at = s->best;
	q->n = 0;
	for (size_t j = 0; j < s->m; j++)
		now = changed(s, now, j, 0, at[j]);
	for (size_t j = 0; j < s->m; j++)
		now.bound += s->value[j * s->k];
	for (size_t j = 0; j < s->m; j++)
		for (size_t o = 0; o < s->k; o++) {
			if (o == at[j] || !(may[j] >> o & 1))
				continue;
			struct sum one = changed(s, now, j, at[j], o);
			if (worth_weighing(s, &one))
				offer(q, (struct move){
					     one.bound, { (uint16_t)j, (uint16_t)j }, { (uint8_t)o, (uint8_t)o } });
			for (size_t i = j + 1; i < s->m; i++)
				for (size_t r = 0; r < s->k; r++) {
					if (r == at[i] || !(may[i] >> r & 1) || (!at[i] && !at[j]))
						continue;
					struct sum two = changed(s, one, i, at[i], r);
					if (worth_weighing(s, &two))
						offer(q, (struct move){ two.bound,
									{ (uint16_t)j, (uint16_t)i },
									{ (uint8_t)o, (uint8_t)r } });
				}
		}
	if (q->n)
		qsort(q->list, q->n, sizeof *q->list, by_bound);
}

void site_improve(struct site_search *s, const uint16_t *may, int64_t moves, size_t moves_max)
{
	struct moves q = { .list = xcalloc(moves_max, sizeof *q.list), .max = moves_max };
	uint8_t *choice = xcalloc(s->m, 1);
	for (bool better = s->best_cost < SITE_NEVER; better && moves > 0 && !s->stopped;) {
		better = false;
		moves_of(s, may, &q);
		for (size_t i = 0; i < q.n && !better && moves-- > 0 && site_go_on(s); i++) {
			memcpy(choice, s->best, s->m);
			for (size_t x = 0; x < 2; x++)
				choice[q.list[i].site[x]] = q.list[i].to[x];
			better = site_take(s, choice);
		}
	}
	free(choice);
	free(q.list);
}
