/*
 * The clocks of mental-health care against their naive second writing
 * (tests/oracle_help.c), on invented referrals and stays around the days on which
 * rules change: clock changes, month ends, first and last days of codes.
 */
#include "oracle_help.c"

#include <setjmp.h>
#include <stdarg.h>
#include <cmocka.h>

#include "standard/engine.h"
#include "shipped.h"

enum { FACTS_MAX = 30, CHILDREN = 12000, CHILDREN_LONG = 200000, REFERRALS = 3, STAYS = 2 };

static uint64_t state;

/* ---- chance ---- */

static uint32_t chance(uint32_t n)
{
	state += 0x9e3779b97f4a7c15u;
	uint64_t z = state;
	z = (z ^ z >> 30) * 0xbf58476d1ce4e5b9u;
	z = (z ^ z >> 27) * 0x94d049bb133111ebu;
	return (uint32_t)((z ^ z >> 31) >> 33) % n;
}

static uint16_t pick(const char *words)
{
	struct str rest = str_of(words), word = rest;
	uint32_t n = 1;
	for (const char *p = words; *p; p++)
		n += *p == ' ';
	for (uint32_t skip = chance(n) + 1; skip > 0; skip--)
		word = str_cut(rest, ' ', &rest);
	return vocab_code(vocab, word);
}

/* Between one and two at night too: on two days of the year that is no time, or two. */
static int16_t some_minute(void)
{
	static const int16_t at[] = { 0,   30,	59,  60,  80,  100, 119,  120,	150,
				      180, 239, 240, 300, 600, 630, 1380, 1410, 1439 };
	return chance(4) ? at[chance(COUNT_OF(at))] : (int16_t)MINUTE_NONE;
}

/* ---- children ---- */

static struct fact fact_of(const char *kind, day_t day, int key)
{
	return (struct fact){ .day = day,
			      .minute = some_minute(),
			      .kind = vocab_kind(vocab, str_of(kind)),
			      .key = key,
			      .value = INT32_MIN };
}

static day_t near(day_t base, uint32_t span)
{
	return base + (day_t)chance(span) - (chance(6) ? 0 : 12);
}

/* One referral and what may come of it. */
static size_t add_referral(struct fact *f, day_t base, uint32_t span, int key)
{
	size_t n = 0;
	uint16_t org = (uint16_t)(1 + chance(2));
	f[n] = fact_of("referral-received", base + (day_t)chance(span / 2 + 1), key);
	f[n].code = pick("12 12 01 other other");
	f[n].code2 = pick("C02 C02 A02 A14 A11 A18 F01 E02");
	f[n].value = chance(8) ? (int32_t)(1 + chance(4)) : INT32_MIN;
	f[n++].org = org;
	for (uint32_t i = chance(4); i > 0; i--) {
		f[n] = fact_of("contact-made", near(base, span), key);
		f[n].code = pick("01 01 01 02 03 04 11 indirect");
		f[n].code2 = chance(3) ? pick("51484002 1833251000000107 1111811000000109 301781000000101 718023002 "
					      "1323681000000103 other-treatment")
				       : 0;
		f[n++].org = chance(6) ? org : 0;
	}
	static const struct {
		const char *kind;
		uint32_t one_in;
	} more[] = { { "care-coordinator-assigned", 2 },
		     { "care-plan-agreed", 3 },
		     { "referral-closed", 2 },
		     { "referral-linked-to-stay", 6 },
		     { "wait-paused", 3 },
		     { "wait-paused", 4 },
		     { "wait-resumed", 3 },
		     { "wait-resumed", 4 } };
	for (size_t m = 0; m < COUNT_OF(more); m++)
		if (chance(more[m].one_in) == 0)
			f[n++] = fact_of(more[m].kind, near(base, span), key);
	return n;
}

static size_t add_stay(struct fact *f, day_t base, uint32_t span, int key)
{
	size_t n = 0;
	uint16_t org = (uint16_t)(1 + chance(2));
	day_t in = base + (day_t)chance(span / 2 + 1) - (day_t)(chance(2) * chance(100));
	f[n] = fact_of("bed-stay-started", in, key);
	f[n++].org = org;
	if (chance(2)) {
		f[n] = fact_of("bed-stay-ended", in + (day_t)chance(120), key);
		f[n].code = pick("1 1 2 4");
		f[n].code2 = chance(2) ? pick("home care-placement other-hospital") : 0;
		f[n++].org = org;
	}
	if (chance(3) == 0)
		f[n++] = fact_of("council-told-of-stay", in + (day_t)chance(120), key);
	return n;
}

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

static void sort_child(struct child_facts *c, struct fact *f)
{
	size_t n = 0;
	qsort(f, c->n, sizeof *f, by_order);
	for (size_t i = 0; i < c->n; i++)
		if (!n || by_order(&f[n - 1], &f[i]) != 0)
			f[n++] = f[i];
	c->n = n;
	c->facts = f;
	c->died = DAY_NONE;
	for (size_t i = 0; i < n; i++)
		if (is(vocab, &f[i], "person-died") && c->died == DAY_NONE)
			c->died = f[i].day;
}

static day_t invent(struct child_facts *c, struct fact *f)
{
	const day_t bases[] = { day_of(2025, 3, 24),  day_of(2025, 10, 20), day_of(2026, 3, 24),
				day_of(2026, 10, 20), day_of(2024, 2, 24),  day_of(2023, 3, 20) };
	const day_t nights[] = { day_of(2026, 10, 24), day_of(2025, 3, 29) };
	static const uint32_t spans[] = { 3, 8, 16, 60 };
	day_t base = bases[chance(COUNT_OF(bases))];
	uint32_t span = spans[chance(4)];
	if (chance(3) == 0) { /* the clocks change on the day after */
		base = nights[chance(2)];
		span = 2;
	}
	*c = (struct child_facts){ .born = DAY_NONE, .died = DAY_NONE };
	int referrals = 1 + (int)chance(REFERRALS), stays = (int)chance(STAYS + 1);
	for (int i = 0; i < referrals && c->n < FACTS_MAX - 14; i++)
		c->n += add_referral(f + c->n, base, span, i + 1);
	for (int i = 0; i < stays && c->n < FACTS_MAX - 4; i++)
		c->n += add_stay(f + c->n, base, span, 10 + i);
	if (chance(20) == 0)
		f[c->n++] = fact_of("person-died", base + (day_t)chance(span), 0);
	if (chance(12))
		c->born = day_birthday(base + (day_t)chance(span), -(int)(chance(3) ? 8 + chance(9) : 18 + chance(2)));
	bool by_hand = chance(2) == 0;
	for (size_t i = 0; i < EVIDENCE_MAX; i++)
		c->covered[i] = by_hand || chance(4) == 0 ? DAY_NONE : base - 10 + (day_t)chance(20);
	sort_child(c, f);
	return base + (day_t)chance(span + 40);
}

/* ---- comparing ---- */

static bool watched(const struct clock *k)
{
	for (size_t r = 0; r < COUNT_OF(help_rules); r++)
		if (str_is(rulebook_info(rules, k->standard)->id, help_rules[r].id))
			return true;
	return false;
}

static bool same(const struct child_facts *c, const struct clock *k, const struct help_row *o)
{
	int late;
	bool known = c->facts[k->opened_by].minute != MINUTE_NONE;
	bool too_late = clock_lateness(rules, work, k, k->start, &late) == LATE_DONE_LATE;
	return str_is(str_of(o->state), clock_state_id(k->state)) && str_is(str_of(o->holder), holder_id(k->holder)) &&
	       str_is(rulebook_reason(rules, k->reason), o->reason) && o->start == k->start && o->due == k->due &&
	       o->done == k->done && o->done_by == k->done_by && (!known || o->due_minute == k->due_minute) &&
	       (o->due_minute == MINUTE_NONE || o->late == too_late);
}

static void show(const struct child_facts *c, day_t as_of, const struct clock *rows, size_t n, const struct help_row *o,
		 size_t m)
{
	char d[4][DAY_TEXT_MAX];
	printf("born %s, as of %s\n", day_iso(c->born, d[0]), day_iso(as_of, d[1]));
	for (size_t i = 0; i < c->n; i++)
		printf("  %2zu %s %4d %s %s %s key %d org %d value %d\n", i, day_iso(c->facts[i].day, d[0]),
		       c->facts[i].minute, vocab->kinds[c->facts[i].kind].id.p, vocab->codes[c->facts[i].code].p,
		       vocab->codes[c->facts[i].code2].p, c->facts[i].key, c->facts[i].org, c->facts[i].value);
	for (size_t i = 0; i < n; i++)
		if (watched(&rows[i]))
			printf("  engine %s opened %d %s (%s) due %s %d done %s by %d %s\n",
			       rulebook_info(rules, rows[i].standard)->id.p, rows[i].opened_by,
			       clock_state_id(rows[i].state), rulebook_reason(rules, rows[i].reason).p,
			       day_iso(rows[i].due, d[0]), rows[i].due_minute, day_iso(rows[i].done, d[1]),
			       rows[i].done_by, holder_id(rows[i].holder));
	for (size_t i = 0; i < m; i++)
		printf("  oracle %s opened %d %s (%s) due %s %d done %s by %d %s%s\n", o[i].standard, o[i].opened_by,
		       o[i].state, o[i].reason, day_iso(o[i].due, d[0]), o[i].due_minute, day_iso(o[i].done, d[1]),
		       o[i].done_by, o[i].holder, o[i].late ? " late" : "");
}

static const struct help_row *row_of(const struct help_row *o, size_t m, const struct clock *k)
{
	for (size_t i = 0; i < m; i++)
		if (str_is(rulebook_info(rules, k->standard)->id, o[i].standard) && o[i].opened_by == k->opened_by)
			return &o[i];
	return NULL;
}

static void engine_equals_oracle(void **unused)
{
	(void)unused;
	struct engine *en = engine_new(rules, work);
	size_t seen[COUNT_OF(help_rules)] = { 0 }, states[8] = { 0 };
	for (int i = 0; i < (getenv("LINNET_LONG") ? CHILDREN_LONG : CHILDREN); i++) {
		struct fact f[FACTS_MAX];
		struct child_facts c;
		static struct help_row o[HELP_ROWS_MAX];
		const struct clock *rows;
		state = (uint64_t)i * 7919 + 3;
		day_t as_of = invent(&c, f);
		size_t n = engine_run(en, &c, as_of, &rows), m = help_run(vocab, &c, as_of, o), matched = 0;
		for (size_t k = 0; k < n; k++) {
			if (!watched(&rows[k]))
				continue;
			const struct help_row *other = row_of(o, m, &rows[k]);
			if (!other || !same(&c, &rows[k], other)) {
				show(&c, as_of, rows, n, o, m);
				fail_msg("child %d: %s", i, rulebook_info(rules, rows[k].standard)->id.p);
			}
			matched++;
			states[rows[k].state]++;
			for (size_t r = 0; r < COUNT_OF(help_rules); r++)
				seen[r] += str_is(str_of(other->standard), help_rules[r].id);
		}
		if (matched != m) {
			show(&c, as_of, rows, n, o, m);
			fail_msg("child %d: the engine lacks a clock", i);
		}
	}
	for (size_t r = 0; r < COUNT_OF(help_rules); r++)
		assert_true(seen[r] > 100);
	for (int s = CLOCK_RUNNING; s <= CLOCK_NOT_KNOWN; s++)
		assert_true(states[s] > 200);
	engine_free(en);
}

/* Up to the day before next_change nothing changes, whatever lies ahead. */
static void nothing_changes_before_it_says_so(void **unused)
{
	(void)unused;
	struct engine *now = engine_new(rules, work), *later = engine_new(rules, work);
	for (int i = 0; i < 1500; i++) {
		struct fact f[FACTS_MAX];
		struct child_facts c;
		const struct clock *a, *b;
		state = (uint64_t)i * 104729 + 17;
		day_t as_of = invent(&c, f);
		size_t n = engine_run(now, &c, as_of, &a);
		for (day_t d = as_of + 1; d < engine_next_change(now) && d < as_of + 100; d++) {
			size_t m = engine_run(later, &c, d, &b);
			assert_int_equal(n, m);
			for (size_t k = 0; k < n; k++)
				assert_true(a[k].state == b[k].state && a[k].due == b[k].due &&
					    a[k].done == b[k].done && a[k].holder == b[k].holder);
		}
	}
	engine_free(now);
	engine_free(later);
}

int main(void)
{
	const struct CMUnitTest tests[] = { cmocka_unit_test(engine_equals_oracle),
					    cmocka_unit_test(nothing_changes_before_it_says_so) };
	return cmocka_run_group_tests_name("engine and oracle of mental-health care", tests, shipped_open,
					   shipped_close);
}
