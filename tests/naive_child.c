#include "naive_child.h"
#include "readings.h"

enum { PALETTE_MAX = 400 };

struct pen {
	const struct naive *n;
	uint64_t state;
	const struct which *palette[PALETTE_MAX]; /* what the rules of this child name */
	size_t n_palette;
	const struct rule *rules[6];
	size_t n_rules;
	day_t base;
	uint32_t span;
	bool timed, night; /* many times; about the hour of a change of the clocks */
	bool friendly; /* one reference and one organisation, and codes that fit */
};

uint32_t hostile_chance(uint64_t *state, uint32_t n)
{
	*state += 0x9e3779b97f4a7c15u;
	uint64_t z = *state;
	z = (z ^ z >> 30) * 0xbf58476d1ce4e5b9u;
	z = (z ^ z >> 27) * 0x94d049bb133111ebu;
	return (uint32_t)((z ^ z >> 31) >> 33) % n;
}

static uint32_t chance(struct pen *p, uint32_t n)
{
	return hostile_chance(&p->state, n);
}

/* ---- what may happen ---- */

static void add(struct pen *p, struct whichs list, int times)
{
	for (int t = 0; t < times; t++)
		for (size_t i = 0; i < list.n && p->n_palette < PALETTE_MAX; i++)
			p->palette[p->n_palette++] = &list.w[i];
}

static void add_condition(struct pen *p, const struct condition *c)
{
	add(p, c->begins, 1);
	add(p, c->ends, 1);
	add(p, c->forgotten_by, 1);
}

static void add_rule(struct pen *p, const struct rule *r)
{
	p->rules[p->n_rules++] = r;
	add(p, r->opens, 5);
	add(p, r->starts, 3);
	for (size_t i = 0; i < r->n_parts; i++)
		add(p, r->part[i], r->n_parts > 1 ? 6 : 3); /* all of them are needed */
	for (size_t i = 0; i < r->n_endings; i++)
		add(p, r->endings[i].on, r->endings[i].again || i == 0 ? 2 : 1);
	for (size_t i = 0; i < r->n_turns; i++)
		add(p, r->turns[i].begins, 1);
	for (size_t i = 0; i < r->n_not_while; i++)
		add_condition(p, r->not_while[i]);
	if (r->tally) {
		add(p, r->tally->begins, 2);
		add(p, r->tally->ends, 1);
	}
	add(p, r->extends_on, 3);
	add(p, r->pause_begins, 4);
	add(p, r->pause_ends, 4);
	add(p, r->seen, 2);
	add(p, r->held, 2);
	add(p, r->spell_closes, 4);
	add(p, r->notes, 1);
}

static uint16_t any_code(struct pen *p, const struct code_list *codes, const struct numbers *wanted)
{
	if (!codes || chance(p, 25) == 0)
		return 0;
	if (wanted && wanted->count && chance(p, 6))
		return (uint16_t)wanted->n[chance(p, (uint32_t)wanted->count)];
	return codes->entries[chance(p, (uint32_t)codes->n)].code;
}

static int32_t any_value(struct pen *p, const struct which *w)
{
	if (w && w->value.count && chance(p, 6))
		return w->value.n[chance(p, (uint32_t)w->value.count)];
	for (size_t i = 0; i < p->n_rules; i++)
		for (size_t k = 0; k < p->rules[i]->n_limits; k++)
			if (p->rules[i]->limits[k].if_value.count && chance(p, 2))
				return p->rules[i]->limits[k].if_value.n[0];
	return chance(p, 6) ? (int32_t)chance(p, 5) : INT32_MIN;
}

static int16_t any_minute(struct pen *p)
{
	static const int16_t round[] = { 0, 59, 60, 119, 120, 300, 600, 601, 1380, 1439 };
	if (chance(p, p->timed ? 6 : 2) == 0)
		return MINUTE_NONE;
	if (p->night && chance(p, 3))
		return (int16_t)(50 + chance(p, 80));
	return chance(p, 3) ? round[chance(p, COUNT_OF(round))] : (int16_t)chance(p, 1440);
}

static struct fact any_fact(struct pen *p, const struct which *w, day_t day)
{
	const struct vocab *v = p->n->v;
	uint16_t kind = w ? w->kind : (uint16_t)(1 + chance(p, (uint32_t)v->n_kinds - 1));
	const struct kind *k = &v->kinds[kind];
	/* Codes of limits are codes of openings. */
	const struct numbers *code = w ? &w->code : NULL;
	for (size_t i = 0; i < p->n_rules && code && !code->count; i++)
		for (size_t m = 0; m < p->rules[i]->n_limits; m++)
			if (p->rules[i]->limits[m].if_code.count && p->rules[i]->opens.w[0].kind == kind &&
			    chance(p, 2))
				code = &p->rules[i]->limits[m].if_code;
	struct fact f = { .day = day,
			  .minute = any_minute(p),
			  .kind = kind,
			  .code = any_code(p, k->codes, code),
			  .code2 = any_code(p, k->codes2, w ? &w->code2 : NULL),
			  .value = any_value(p, w) };
	if (k->ref_label.n && chance(p, 14))
		f.key = k->ends * 100 + 1 + (int32_t)(chance(p, 3) ? 0 : chance(p, 3));
	if (k->org_label.n && chance(p, 8))
		f.org = (uint16_t)(1 + chance(p, chance(p, 3) ? 2 : HOSTILE_ORGS - 1));
	return f;
}

static struct fact fact_on(struct pen *p, const struct which *w, day_t day)
{
	struct fact f = any_fact(p, w, day);
	struct child_facts alone = { .facts = &f, .n = 1 };
	struct look l = { .n = p->n, .c = &alone, .facts = 1 };
	if (!p->friendly)
		return f;
	for (int tries = 0; w && tries < 20 && !is_which(&l, w, 0); tries++)
		f = any_fact(p, w, day);
	f.key = f.key ? p->n->v->kinds[f.kind].ends * 100 + 1 : 0;
	f.org = f.org ? 1 : 0;
	return f;
}

/* ---- when it may happen ---- */

static day_t clock_change(struct pen *p, int32_t year)
{
	day_t d = chance(p, 2) ? day_of(year, 3, 31) : day_of(year, 10, 31);
	while (day_weekday(d) != 7)
		d--;
	return d;
}

static day_t edge(struct pen *p, const struct child_facts *c, const struct fact *f)
{
	static const int ages[] = { 4, 5, 13, 14, 16, 17, 18 };
	day_t near = p->base + (day_t)chance(p, p->span);
	struct ymd t = day_ymd(near);
	switch (chance(p, 7)) {
	case 0: return c->born == DAY_NONE ? near : day_birthday(c->born, ages[chance(p, COUNT_OF(ages))]);
	case 1: return day_of(t.year, 4, 1);
	case 2: return day_of(t.year, 9, 1);
	case 3: return clock_change(p, t.year);
	case 4: return day_of(t.year, t.month, 1);
	case 5: return c->n ? f[chance(p, (uint32_t)c->n)].day : near; /* once more on a day that has something */
	default: break;
	}
	if (!c->n || !p->n_rules)
		return near;
	const struct rule *r = p->rules[chance(p, (uint32_t)p->n_rules)];
	const struct limit *m = &r->limits[chance(p, (uint32_t)r->n_limits)];
	day_t from = f[chance(p, (uint32_t)c->n)].day;
	switch (m->unit) {
	case UNIT_HOURS: return from + m->n / 24;
	case UNIT_DAYS: return from + m->n;
	case UNIT_WEEKS: return from + 7 * m->n;
	case UNIT_WORKING_DAYS: return working_days_later(p->n, from, m->n > 200 ? 200 : m->n);
	case UNIT_MONTHS: return day_add_months(from, m->n);
	}
	return near;
}

static bool sane(const struct pen *p, day_t d)
{
	return d > p->base - 1500 && d < p->base + 6000;
}

static day_t some_day(struct pen *p, const struct child_facts *c, const struct fact *f)
{
	day_t near = p->base + (day_t)chance(p, p->span);
	if (chance(p, 3))
		return near;
	day_t d = edge(p, c, f) + (day_t)chance(p, 3) - 1;
	return sane(p, d) ? d : near;
}

/* ---- the child ---- */

static int by_order(const void *a, const void *b, void *vocab)
{
	const struct vocab *v = vocab;
	const struct fact *x = a, *y = b;
	const struct kind *kx = &v->kinds[x->kind], *ky = &v->kinds[y->kind];
	int64_t c[][2] = { { x->day, y->day },	   { x->minute, y->minute }, { kx->rank, ky->rank },
			   { x->kind, y->kind },   { x->key, y->key },	     { x->code, y->code },
			   { x->code2, y->code2 }, { x->org, y->org },	     { x->value, y->value } };
	for (size_t i = 0; i < COUNT_OF(c); i++)
		if (c[i][0] != c[i][1])
			return c[i][0] < c[i][1] ? -1 : 1;
	return 0;
}

void hostile_sort(const struct vocab *v, struct child_facts *c, struct fact *f)
{
	size_t n = 0;
	qsort_r(f, c->n, sizeof *f, by_order, (void *)v);
	c->died = DAY_NONE;
	for (size_t i = 0; i < c->n; i++) {
		if (n && by_order(&f[n - 1], &f[i], (void *)v) == 0)
			continue; /* told twice */
		f[n++] = f[i];
		if (c->died == DAY_NONE && str_is(v->kinds[f[i].kind].id, "person-died"))
			c->died = f[i].day;
	}
	c->n = n;
	c->facts = f;
}

static void invent_birth(struct pen *p, struct child_facts *c)
{
	static const int ages[] = { 0, 4, 5, 13, 14, 16, 17, 18 };
	day_t around = p->base + (day_t)chance(p, p->span);
	if (chance(p, 7) == 0)
		return;
	c->born = chance(p, 3) ? day_birthday(around, -ages[chance(p, COUNT_OF(ages))]) -
				     (chance(p, 2) ? 0 : (day_t)chance(p, 200))
			       : around - 365 * (day_t)chance(p, 20) - (day_t)chance(p, 365);
	if (chance(p, 10) == 0)
		c->born = day_of(day_ymd(c->born).year / 4 * 4, 2, 29);
	if (chance(p, 10) == 0)
		c->born = day_of(day_ymd(c->born).year, 9, 1) - (day_t)chance(p, 2);
}

static void invent_coverage(struct pen *p, struct child_facts *c)
{
	bool by_hand = chance(p, 3) == 0;
	for (size_t i = 0; i < EVIDENCE_MAX; i++)
		c->covered[i] =
		    by_hand || chance(p, 5) == 0 ? DAY_NONE : p->base - 150 + (day_t)chance(p, 160 + p->span / 4);
	if (!by_hand)
		c->covered[0] = p->base - 200;
}

day_t hostile_child(const struct naive *n, uint64_t seed, struct child_facts *c, struct fact *f)
{
	static const uint32_t spans[] = { 3, 12, 60, 200, 900, 3000 };
	struct pen p = { .n = n, .state = seed * 7919 + 13, .base = 0 };
	uint32_t rules = 1 + (chance(&p, 3) ? 0 : chance(&p, 4));
	for (uint32_t i = 0; i < rules; i++)
		add_rule(&p, &n->rules[chance(&p, (uint32_t)n->n_rules)]);
	p.timed = chance(&p, 2);
	p.friendly = chance(&p, 2);
	p.base = day_of(2021, 6, 1) + (day_t)chance(&p, 1700);
	p.span = spans[chance(&p, COUNT_OF(spans))];
	if (seed % 16 == 7) { /* about a night on which the clocks change, and mostly in its hours */
		p.timed = p.night = true;
		p.base = (day_t)(change_minute(2022 + (int)chance(&p, 4), chance(&p, 2) ? 3 : 10) / 1440) - 1;
		p.span = 3;
	}
	*c = (struct child_facts){ .born = DAY_NONE, .died = DAY_NONE, .council = (uint16_t)chance(&p, HOSTILE_ORGS) };
	invent_birth(&p, c);
	size_t want = 1 + chance(&p, chance(&p, 3) ? 12 : HOSTILE_FACTS_MAX - 4);
	const struct whichs opens = p.rules[0]->opens;
	while (c->n < want) {
		const struct which *w = c->n == 0	      ? &opens.w[chance(&p, (uint32_t)opens.n)]
					: chance(&p, 25) == 0 ? NULL
							      : p.palette[chance(&p, (uint32_t)p.n_palette)];
		f[c->n] = fact_on(&p, w, some_day(&p, c, f));
		if (str_is(n->v->kinds[f[c->n].kind].id, "person-died") && chance(&p, 4))
			continue;
		c->n++;
	}
	invent_coverage(&p, c);
	hostile_sort(n->v, c, f);
	day_t as_of = p.base + (day_t)chance(&p, p.span + (chance(&p, 2) ? 60 : 400)) - (chance(&p, 6) ? 0 : 20);
	if (c->n && chance(&p, 4) == 0)
		as_of = c->facts[chance(&p, (uint32_t)c->n)].day;
	return as_of;
}
