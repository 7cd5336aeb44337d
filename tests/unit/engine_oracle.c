/*
 * The engine against a naive second implementation (tests/oracle.c) on random,
 * hostile children: 20,000, or 200,000 with LINNET_LONG=1. A child on which they
 * differ is cut down to the fewest facts that still differ and printed.
 */
#include "oracle.c"

#include <setjmp.h>
#include <stdarg.h>
#include <cmocka.h>

#include "standard/engine.h"
#include "shipped.h"

enum { FACTS_MAX = 40, CHILDREN = 20000, CHILDREN_LONG = 200000 };

static struct oracle oracle;

/* ---- chance ---- */

static uint64_t state;

static uint32_t chance(uint32_t n)
{
	state += 0x9e3779b97f4a7c15u;
	uint64_t z = state;
	z = (z ^ z >> 30) * 0xbf58476d1ce4e5b9u;
	z = (z ^ z >> 27) * 0x94d049bb133111ebu;
	return (uint32_t)((z ^ z >> 31) >> 33) % n;
}

static const char *pick(const char *words)
{
	static char one[40];
	size_t n = 1, at = 0;
	for (const char *p = words; *p; p++)
		n += *p == ' ';
	size_t which = chance((uint32_t)n);
	const char *p = words;
	for (; which > 0; p++)
		which -= *p == ' ';
	while (p[at] && p[at] != ' ' && at < sizeof one - 1) {
		one[at] = p[at];
		at++;
	}
	one[at] = 0;
	return one;
}

/* ---- children ---- */

static const struct {
	const char *kind, *codes, *codes2;
	int key, keys; /* references key..key+keys-1, sometimes none */
	int weight;
} menu[] = {
	{ "care-started", "C2 V2 V2 V3 V4", NULL, 1, 2, 4 },
	{ "care-ended", "E4A E8", NULL, 1, 2, 2 },
	{ "legal-status-changed", "C2 V3 V2", NULL, 1, 2, 1 },
	{ "placement-started", "U6 K2", NULL, 4, 2, 2 },
	{ "placement-ended", NULL, NULL, 4, 2, 1 },
	{ "health-notified", NULL, NULL, 4, 2, 2 },
	{ "request-made", "initial review", NULL, 8, 2, 1 },
	{ "request-returned", "initial initial review", NULL, 8, 2, 2 },
	{ "request-complete", "initial initial review", NULL, 8, 2, 3 },
	{ "appointment-booked", "initial review", NULL, 12, 2, 1 },
	{ "appointment-outcome", "initial initial review", "attended not-brought cancelled-carer", 12, 2, 2 },
	{ "assessment-refused", "initial initial review", NULL, 0, 1, 2 },
	{ "assessment-agreed-again", "initial initial review", NULL, 0, 1, 1 },
	{ "assessment-seen", "initial initial review", "doctor doctor nurse", 16, 3, 4 },
	{ "assessment-returned", "initial initial review", NULL, 16, 3, 3 },
	{ "person-died", NULL, NULL, 0, 1, 0 },
	{ "sdq-scored", "carer", NULL, 0, 1, 1 },
	{ "referral-received", "other other 12 01", "C02 C02 A18 A14 F01 E02", 20, 3, 4 },
	{ "referral-closed", "discharged", NULL, 20, 3, 3 },
	{ "contact-made", "01 04 other-mode indirect", NULL, 20, 3, 3 },
	{ "outcome-baseline", NULL, NULL, 20, 3, 3 },
	{ "care-plan-agreed", NULL, NULL, 20, 3, 3 },
	{ "placement-told", "child gp-new iro", NULL, 4, 2, 2 },
	{ "review-held", "PN0 PN1", NULL, 0, 1, 2 },
	{ "check-done", "dental dental immunisations", "complete outstanding check-refused", 0, 1, 2 },
};

static int by_order(const void *a, const void *b)
{
	const struct fact *x = a, *y = b;
	const struct kind *kx = &vocab->kinds[x->kind], *ky = &vocab->kinds[y->kind];
	int64_t c[][2] = { { x->day, y->day },	   { x->minute, y->minute }, { kx->rank, ky->rank },
			   { x->kind, y->kind },   { x->key, y->key },	     { x->code, y->code },
			   { x->code2, y->code2 }, { x->org, y->org },	     { x->value, y->value } };
	for (size_t i = 0; i < COUNT_OF(c); i++)
		if (c[i][0] != c[i][1])
			return c[i][0] < c[i][1] ? -1 : 1;
	return 0;
}

static uint16_t code(const char *words)
{
	return words ? vocab_code(vocab, str_of(pick(words))) : 0;
}

static struct fact fact_of(size_t m, day_t day)
{
	struct fact f = { .day = day,
			  .minute = (int16_t)(chance(4) ? MINUTE_NONE : (int)chance(3) * 300),
			  .kind = vocab_kind(vocab, str_of(menu[m].kind)),
			  .code = code(menu[m].codes),
			  .code2 = code(menu[m].codes2),
			  .key = chance(12) ? menu[m].key + (int32_t)chance((uint32_t)menu[m].keys) : 0,
			  .value = (int32_t)chance(5) };
	if (menu[m].key == 20)
		f.org = (uint16_t)(chance(8) ? 1 + chance(2) : 0);
	if (strcmp(menu[m].kind, "placement-started") == 0 || strcmp(menu[m].kind, "assessment-refused") == 0)
		f.value = (int32_t)chance(2);
	return f;
}

static void sort_child(struct child_facts *c, struct fact *f)
{
	qsort(f, c->n, sizeof *f, by_order);
	size_t n = 0;
	c->died = DAY_NONE;
	for (size_t i = 0; i < c->n; i++) {
		if (n && by_order(&f[n - 1], &f[i]) == 0)
			continue; /* told twice */
		f[n++] = f[i];
		if (c->died == DAY_NONE && str_is(vocab->kinds[f[i].kind].id, "person-died"))
			c->died = f[i].day;
	}
	c->n = n;
	c->facts = f;
}

/* A story of one person's life in a short or long stretch of days, in no good order. */
static day_t invent(struct child_facts *c, struct fact *f)
{
	static const uint32_t spans[] = { 8, 40, 140, 900 };
	day_t base = day_of(2022, 6, 1) + (day_t)chance(1300);
	uint32_t span = spans[chance(4)];
	size_t weights = 0, m;
	bool help = chance(3) == 0, care = !help || chance(4) == 0;
	for (m = 0; m < COUNT_OF(menu); m++)
		weights += (size_t)menu[m].weight;
	*c = (struct child_facts){ .born = DAY_NONE, .died = DAY_NONE };
	size_t want = 1 + chance(chance(3) ? 12 : FACTS_MAX - 4);
	if (care && chance(8))
		f[c->n++] = fact_of(0, base);
	while (c->n < want) {
		uint32_t w = chance((uint32_t)weights);
		for (m = 0; w >= (uint32_t)menu[m].weight; m++)
			w -= (uint32_t)menu[m].weight;
		if ((menu[m].key == 20 && !help) || (menu[m].key != 20 && !care))
			continue;
		f[c->n++] = fact_of(m, base + (day_t)chance(span) - (chance(5) ? 0 : (day_t)chance(100)));
	}
	if (chance(40) == 0)
		f[c->n++] = fact_of(15, base + (day_t)chance(span));
	day_t around = base + (day_t)chance(span);
	switch (chance(4)) {
	case 0: break;
	case 1: c->born = day_birthday(around, -18); break;
	case 2: c->born = day_birthday(around, -5) + (day_t)chance(200); break;
	default: c->born = around - 365 * (day_t)chance(20);
	}
	bool by_hand = chance(3) == 0;
	for (size_t i = 0; i < EVIDENCE_MAX; i++)
		c->covered[i] = by_hand || chance(5) == 0 ? DAY_NONE : base - 150 + (day_t)chance(160 + span / 4);
	sort_child(c, f);
	return base + (day_t)chance(span + 200) - 20;
}

/* ---- comparing ---- */

static const struct oracle_row *oracle_row_of(const struct oracle_row *rows, size_t n, const char *id,
					      const struct clock *c)
{
	for (size_t i = 0; i < n; i++)
		if (strcmp(rows[i].standard, id) == 0 && rows[i].opened_by == c->opened_by &&
		    rows[i].ordinal == c->ordinal)
			return &rows[i];
	return NULL;
}

/* The same fact, or one of its kind and day: which of two on one day met a spell says nothing. */
static bool same_fact(const struct child_facts *child, int32_t a, int32_t b)
{
	if (a < 0 || b < 0)
		return a == b;
	return child->facts[a].day == child->facts[b].day && child->facts[a].kind == child->facts[b].kind;
}

static bool same(const struct child_facts *child, const struct clock *c, const struct oracle_row *o)
{
	return strcmp(o->state, clock_state_id(c->state)) == 0 && strcmp(o->holder, holder_id(c->holder)) == 0 &&
	       str_is(rulebook_reason(rules, c->reason), o->reason) && o->start == c->start && o->due == c->due &&
	       o->done == c->done && o->holder_since == c->holder_since && same_fact(child, o->done_by, c->done_by) &&
	       o->key == c->key && o->org == c->org;
}

static bool agree(struct engine *en, const struct child_facts *c, day_t as_of)
{
	static struct oracle_row rows[ORACLE_ROWS_MAX];
	const struct clock *clocks;
	size_t n = engine_run(en, c, as_of, &clocks);
	size_t m = oracle_run(&oracle, c, as_of, rows), m_found = 0;
	for (size_t i = 0; i < n; i++) {
		const char *id = rulebook_info(rules, clocks[i].standard)->id.p;
		const struct oracle_row *o = oracle_row_of(rows, m, id, &clocks[i]);
		if (!oracle_knows(id))
			continue;
		if (!o || !same(c, &clocks[i], o))
			return false;
		m_found++;
	}
	return m_found == m;
}

static void show(struct engine *en, const struct child_facts *c, day_t as_of)
{
	static struct oracle_row rows[ORACLE_ROWS_MAX];
	char d[5][DAY_TEXT_MAX];
	printf("born %s, as of %s; covered:", day_iso(c->born, d[0]), day_iso(as_of, d[1]));
	for (size_t i = 1; i < vocab->n_evidence; i++)
		printf(" %s %s", vocab->evidence[i].p, day_iso(c->covered[i], d[0]));
	printf("\n");
	for (size_t i = 0; i < c->n; i++) {
		const struct fact *f = &c->facts[i];
		printf("  %2zu %s %4d %s %s %s key %d org %d value %d\n", i, day_iso(f->day, d[0]), f->minute,
		       vocab->kinds[f->kind].id.p, f->code ? vocab->codes[f->code].p : "",
		       f->code2 ? vocab->codes[f->code2].p : "", f->key, f->org, f->value);
	}
	const struct clock *r;
	size_t n = engine_run(en, c, as_of, &r);
	for (size_t i = 0; i < n; i++)
		printf("  engine %s opened %d #%d %s (%s) start %s due %s done %s by %d holder %s since %s\n",
		       rulebook_info(rules, r[i].standard)->id.p, r[i].opened_by, r[i].ordinal,
		       clock_state_id(r[i].state), rulebook_reason(rules, r[i].reason).p, day_iso(r[i].start, d[0]),
		       day_iso(r[i].due, d[1]), day_iso(r[i].done, d[2]), r[i].done_by, holder_id(r[i].holder),
		       day_iso(r[i].holder_since, d[3]));
	n = oracle_run(&oracle, c, as_of, rows);
	for (size_t i = 0; i < n; i++)
		printf("  oracle %s opened %d #%d %s (%s) start %s due %s done %s by %d holder %s since %s\n",
		       rows[i].standard, rows[i].opened_by, rows[i].ordinal, rows[i].state, rows[i].reason,
		       day_iso(rows[i].start, d[0]), day_iso(rows[i].due, d[1]), day_iso(rows[i].done, d[2]),
		       rows[i].done_by, rows[i].holder, day_iso(rows[i].holder_since, d[3]));
}

/* Leaves out facts while the two still differ. */
static void cut_down(struct engine *en, struct child_facts *c, day_t as_of)
{
	struct fact f[FACTS_MAX];
	for (size_t i = 0; i < c->n;) {
		struct child_facts less = *c;
		memcpy(f, c->facts, c->n * sizeof *f);
		memmove(f + i, f + i + 1, (c->n - i - 1) * sizeof *f);
		less.n--;
		sort_child(&less, f);
		if (agree(en, &less, as_of)) {
			i++;
			continue;
		}
		struct fact *back = xcalloc(FACTS_MAX, sizeof *back);
		memcpy(back, f, less.n * sizeof *f);
		*c = less;
		c->facts = back; /* lost on purpose: the test fails anyway */
	}
}

static void engine_equals_oracle(void **unused)
{
	(void)unused;
	struct engine *en = engine_new(rules, work);
	bool longer = getenv("LINNET_LONG") != NULL;
	size_t clocks = 0, states[8] = { 0 };
	for (int i = 0; i < (longer ? CHILDREN_LONG : CHILDREN); i++) {
		struct fact f[FACTS_MAX];
		struct child_facts c;
		state = (uint64_t)i * 7919;
		day_t as_of = invent(&c, f);
		if (!agree(en, &c, as_of)) {
			printf("child %d\n", i);
			cut_down(en, &c, as_of);
			show(en, &c, as_of);
			fail_msg("the engine and the oracle differ on child %d", i);
		}
		const struct clock *r;
		size_t n = engine_run(en, &c, as_of, &r);
		clocks += n;
		for (size_t k = 0; k < n; k++)
			states[r[k].state]++;
	}
	printf("%zu clocks: %zu running, %zu done, %zu stopped, %zu not required, %zu not known\n", clocks,
	       states[CLOCK_RUNNING], states[CLOCK_DONE], states[CLOCK_STOPPED], states[CLOCK_NOT_REQUIRED],
	       states[CLOCK_NOT_KNOWN]);
	for (int s = CLOCK_RUNNING; s <= CLOCK_NOT_KNOWN; s++)
		assert_true(states[s] > clocks / 100); /* the children are hostile enough to show every state */
	engine_free(en);
}

static bool rows_equal(const struct clock *a, const struct clock *b)
{
	return a->standard == b->standard && a->ordinal == b->ordinal && a->opened_by == b->opened_by &&
	       a->done_by == b->done_by && a->last_fact == b->last_fact && a->key == b->key && a->org == b->org &&
	       a->state == b->state && a->holder == b->holder && a->reason == b->reason && a->start == b->start &&
	       a->start_minute == b->start_minute && a->due == b->due && a->done == b->done &&
	       a->holder_since == b->holder_since && a->holder_due == b->holder_due;
}

/* Up to the day before next_change a row stays as it is, and on that day it
 * changes; up to the child's own no row is added. */
static void next_change_is_the_first_day(void **unused)
{
	(void)unused;
	struct engine *now = engine_new(rules, work), *later = engine_new(rules, work);
	size_t changed = 0;
	for (int i = 0; i < (getenv("LINNET_LONG") ? 20000 : 1500); i++) {
		struct fact f[FACTS_MAX];
		struct child_facts c;
		state = (uint64_t)i * 104729 + 5;
		day_t as_of = invent(&c, f);
		const struct clock *a, *b;
		size_t n = engine_run(now, &c, as_of, &a);
		for (day_t d = as_of + 1; d < as_of + 260; d++) {
			size_t m = engine_run(later, &c, d, &b);
			if (d < engine_next_change(now))
				assert_int_equal(n, m);
			for (size_t k = 0; k < n; k++) {
				if (d > a[k].next_change)
					continue;
				size_t j = 0;
				while (j < m && !(b[j].standard == a[k].standard && b[j].opened_by == a[k].opened_by &&
						  b[j].ordinal == a[k].ordinal))
					j++;
				bool equal = j < m && rows_equal(&a[k], &b[j]); /* "no assessment known" may also go */
				if (equal != (d < a[k].next_change)) {
					show(now, &c, as_of);
					fail_msg("child %d: %s, next change %d, day %d", i,
						 rulebook_info(rules, a[k].standard)->id.p, a[k].next_change, d);
				}
				changed += !equal;
			}
		}
	}
	assert_true(changed > 500);
	engine_free(now);
	engine_free(later);
}

/* Turns add up to the days used, whatever happened. */
static void turns_add_up(void **unused)
{
	(void)unused;
	struct engine *en = engine_new(rules, work);
	size_t looked = 0;
	for (int i = 0; i < (getenv("LINNET_LONG") ? 20000 : 2000); i++) {
		struct fact f[FACTS_MAX];
		struct child_facts c;
		state = (uint64_t)i * 15485863 + 11;
		day_t as_of = invent(&c, f);
		const struct clock *rows;
		size_t n = engine_run(en, &c, as_of, &rows);
		struct arena a;
		arena_init(&a);
		const struct clock *clocks = arena_copy(&a, rows, n, sizeof *rows);
		struct turns *turns = arena_array(&a, n, sizeof *turns);
		engine_turns(en, &c, as_of, clocks, n, &a, turns);
		for (size_t k = 0; k < n; k++) {
			const struct clock row = clocks[k];
			const struct turn *t = turns[k].turns;
			size_t m = turns[k].n;
			if (row.start == DAY_NONE)
				continue;
			bool open = row.done == DAY_NONE;
			day_t end = open ? as_of : row.done;
			bool working = rulebook_info(rules, row.standard)->working_days;
			int days = 0, want = end <= row.start ? 0
					     : working	      ? workdays_between(work, row.start, end)
							      : end - row.start;
			for (size_t j = 0; j < m; j++) {
				days += t[j].days;
				assert_true(t[j].from == (j ? t[j - 1].to : row.start));
			}
			if (row.state == CLOCK_NOT_KNOWN) /* nobody's days: what happened is not known */
				want = 0;
			assert_int_equal(days, want);
			looked += m;
			struct explanation x;
			engine_explain(en, &c, as_of, k, &a, &x);
			assert_true(x.n_facts > 0 && x.n_steps > 0 && x.answer.n > 0);
			assert_true(x.n_readings > 0);
		}
		arena_release(&a);
	}
	assert_true(looked > 1000);
	engine_free(en);
}

static int setup(void **unused)
{
	if (shipped_open(unused) != 0)
		return -1;
	struct holiday *known = arena_array(&arena, n_holidays, sizeof *known);
	oracle = (struct oracle){ .v = vocab, .holidays = known };
	for (size_t i = 0; i < n_holidays; i++)
		if (holidays[i].known_until == DAY_NONE)
			known[oracle.n_holidays++] = holidays[i];
	return 0;
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(engine_equals_oracle),
		cmocka_unit_test(next_change_is_the_first_day),
		cmocka_unit_test(turns_add_up),
	};
	return cmocka_run_group_tests_name("engine and oracle", tests, setup, shipped_close);
}
