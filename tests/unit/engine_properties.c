/*
 * What holds for every standard and every child, whatever the rules say: a row
 * changes with time alone exactly on the day that it names; turns add up to the
 * days used; and it does not matter in which order things were told. On hostile
 * children (tests/naive_child.h), with data/ and with tests/data/rules.
 */
#include "naive_read.c"
#include "naive_ask.c"
#include "naive_child.c"
#include "naive_book.c"

#include <setjmp.h>
#include <stdarg.h>
#include <cmocka.h>

#include "measure/hit.h"
#include "record/fold.h"

static int how_many(int quick)
{
	return getenv("LINNET_LONG") ? quick * 20 : quick;
}

/* A child whose story ends on the day it is looked at: only time comes after. */
static day_t child_until(struct book *b, uint64_t seed, struct child_facts *c, struct fact *f)
{
	day_t as_of = hostile_child(&b->naive, seed, c, f);
	while (c->n && f[c->n - 1].day > as_of)
		c->n--;
	hostile_sort(b->v, c, f);
	return as_of;
}

/* ---- time alone ---- */

static bool rows_equal(const struct clock *a, const struct clock *b)
{
	return a->standard == b->standard && a->ordinal == b->ordinal && a->opened_by == b->opened_by &&
	       a->done_by == b->done_by && a->last_fact == b->last_fact && a->key == b->key && a->org == b->org &&
	       a->state == b->state && a->holder == b->holder && a->reason == b->reason && a->start == b->start &&
	       a->start_minute == b->start_minute && a->due == b->due && a->due_minute == b->due_minute &&
	       a->done == b->done && a->done_minute == b->done_minute && a->holder_since == b->holder_since &&
	       a->holder_due == b->holder_due;
}

static const struct clock *row_like(const struct clock *rows, size_t n, const struct clock *k)
{
	for (size_t i = 0; i < n; i++)
		if (rows[i].standard == k->standard && rows[i].opened_by == k->opened_by &&
		    rows[i].ordinal == k->ordinal)
			return &rows[i];
	return NULL;
}

/* On day d the rows of `as_of` are as they were, up to the day that each names. Returns how many had changed. */
static size_t check_day(struct book *b, struct engine *later, const struct child_facts *c, const struct clock *now,
			size_t n, day_t next, day_t d)
{
	const struct clock *then;
	size_t m = engine_run(later, c, d, &then), changed = 0;
	if (d < next && m != n)
		fail_msg("%s: rows come or go before the next change of the child", b->dir);
	for (size_t k = 0; k < n; k++) {
		if (d > now[k].next_change)
			continue;
		const struct clock *same = row_like(then, m, &now[k]);
		bool equal = same && rows_equal(&now[k], same); /* "no start is known" may also go */
		char iso[2][DAY_TEXT_MAX];
		if (equal != (d < now[k].next_change))
			fail_msg("%s, %s: its next change should be on %s, but on %s it has %s", b->dir,
				 rulebook_info(b->rules, now[k].standard)->id.p, day_iso(now[k].next_change, iso[0]),
				 day_iso(d, iso[1]), equal ? "not changed" : "changed");
		changed += !equal;
	}
	return changed;
}

static void next_change_is_the_first_day(void **unused)
{
	(void)unused;
	size_t changed = 0;
	for (size_t which = 0; which < COUNT_OF(books); which++) {
		struct book *b = &books[which];
		struct engine *later = engine_new(b->rules, work);
		engine_places(later, b->places, HOSTILE_ORGS);
		for (int i = 0; i < how_many(1500); i++) {
			struct fact f[HOSTILE_FACTS_MAX];
			struct child_facts c;
			const struct clock *now;
			day_t as_of = child_until(b, 500000 + (uint64_t)i, &c, f);
			size_t n = engine_run(b->en, &c, as_of, &now);
			day_t next = engine_next_change(b->en);
			for (day_t d = as_of + 1; d <= as_of + 12; d++)
				changed += check_day(b, later, &c, now, n, next, d);
			for (size_t k = 0; k < n; k++)
				for (int e = -1; e <= 0 && now[k].next_change != DAY_NEVER; e++)
					if (now[k].next_change + e > as_of)
						changed +=
						    check_day(b, later, &c, now, n, next, now[k].next_change + e);
			if (next != DAY_NEVER && next - 1 > as_of)
				check_day(b, later, &c, now, n, next, next - 1);
		}
		engine_free(later);
	}
	assert_true(changed > 1000);
}

/* ---- whose days ---- */

static int days_used(const struct book *b, const struct clock *row, day_t as_of)
{
	bool open = row->state == CLOCK_RUNNING || row->state == CLOCK_NOT_KNOWN || row->done == DAY_NONE;
	day_t end = open && row->done == DAY_NONE ? as_of : row->done;
	if (end <= row->start)
		return 0;
	return rulebook_info(b->rules, row->standard)->working_days ? workdays_between(work, row->start, end)
								    : end - row->start;
}

/* Written for a report, a child's rows are those of its page, in whatever order. */
static void report_is_the_same(struct book *b, const struct child_facts *c, day_t as_of)
{
	static struct clock report[CLOCKS_PER_CHILD_MAX];
	const struct clock *rows;
	size_t m = engine_clocks(b->en, c, as_of, report), n = engine_run(b->en, c, as_of, &rows);
	assert_int_equal(m, n);
	for (size_t k = 0; k < n; k++) {
		size_t i = 0;
		while (i < m && (report[i].standard != rows[k].standard || report[i].opened_by != rows[k].opened_by ||
				 report[i].ordinal != rows[k].ordinal))
			i++;
		assert_true(i < m && report[i].state == rows[k].state && report[i].due == rows[k].due &&
			    report[i].done == rows[k].done && report[i].holder == rows[k].holder);
	}
}

/* What one run says of all clocks is what a run for one of them says. */
static void assert_same_turns(const struct turns *all, const struct explanation *one)
{
	assert_int_equal(all->n, one->n_turns);
	for (size_t i = 0; i < all->n; i++) {
		const struct turn *t = &all->turns[i], *u = &one->turns[i];
		assert_true(t->holder == u->holder && t->from == u->from && t->to == u->to && t->days == u->days &&
			    t->share == u->share && t->late == u->late && t->fact == u->fact && str_eq(t->why, u->why));
	}
}

static void turns_of_child_add_up(struct book *b, const struct child_facts *c, day_t as_of, size_t *looked)
{
	const struct clock *rows;
	struct arena a;
	report_is_the_same(b, c, as_of);
	size_t n = engine_run(b->en, c, as_of, &rows);
	arena_init(&a);
	const struct clock *clocks = arena_copy(&a, rows, n, sizeof *rows);
	struct turns *turns = arena_array(&a, n, sizeof *turns);
	engine_turns(b->en, c, as_of, clocks, n, &a, turns);
	for (size_t k = 0; k < n; k++) {
		const struct clock row = clocks[k];
		const struct turn *t = turns[k].turns;
		struct explanation x;
		size_t m = turns[k].n;
		if (row.start == DAY_NONE)
			continue;
		int days = 0;
		for (size_t j = 0; j < m; j++) {
			days += t[j].days;
			assert_true(t[j].from == (j ? t[j - 1].to : row.start));
		}
		int used = row.state == CLOCK_NOT_KNOWN ? 0 : days_used(b, &row, as_of);
		if (days != used)
			fail_msg("%s, %s: turns have %d days, the clock %d", b->dir,
				 rulebook_info(b->rules, row.standard)->id.p, days, used);
		*looked += m;
		engine_explain(b->en, c, as_of, k, &a, &x);
		assert_true(x.n_facts > 0 && x.n_steps > 0 && x.answer.n > 0 && x.n_readings > 0);
		assert_same_turns(&turns[k], &x);
	}
	arena_release(&a);
}

static void turns_add_up(void **unused)
{
	(void)unused;
	size_t looked = 0;
	for (size_t which = 0; which < COUNT_OF(books); which++)
		for (int i = 0; i < how_many(800); i++) {
			struct fact f[HOSTILE_FACTS_MAX];
			struct child_facts c;
			day_t as_of = hostile_child(&books[which].naive, 700000 + (uint64_t)i, &c, f);
			turns_of_child_add_up(&books[which], &c, as_of, &looked);
		}
	assert_true(looked > 1000);
}

/* ---- the order of arrival ---- */

enum { EVENTS_MAX = 3 * HOSTILE_FACTS_MAX };

static struct event told(struct book *b, const struct fact *f, int64_t id, uint64_t *state)
{
	const struct kind *k = &b->v->kinds[f->kind];
	struct event e = { .id = id,
			   .kind = f->kind,
			   .at = f->day,
			   .minute = f->minute,
			   .recorded_ms = (int64_t)hostile_chance(state, 1000),
			   .org = f->org,
			   .value = f->value == INT32_MIN ? INT64_MIN : f->value,
			   .end_day = k->has_end ? f->day + 3 : DAY_NONE,
			   .code = b->v->codes[f->code],
			   .code2 = b->v->codes[f->code2] };
	if (f->key)
		e.ref = arena_printf(&arena, "ref-%d", f->key);
	return e;
}

/* Some things are told twice, corrected, corrected again, or taken back. */
static size_t tell_child(struct book *b, const struct child_facts *c, struct event *e, uint64_t *state)
{
	size_t n = 0;
	for (size_t i = 0; i < c->n; i++) {
		e[n] = told(b, &c->facts[i], 1000 + (int64_t)n, state);
		n++;
		if (hostile_chance(state, 8) == 0 && n < EVENTS_MAX) { /* told twice */
			e[n] = e[n - 1];
			e[n].id = 1000 + (int64_t)n;
			n++;
		}
		if (hostile_chance(state, 6) == 0 && n < EVENTS_MAX) {
			size_t of = hostile_chance(state, (uint32_t)n);
			e[n] = e[of];
			e[n].id = 1000 + (int64_t)n;
			e[n].replaces = e[of].id;
			e[n].voids = hostile_chance(state, 3) == 0;
			e[n].recorded_ms = e[of].recorded_ms + (int64_t)hostile_chance(state, 500);
			e[n].at += (day_t)hostile_chance(state, 5) - 2;
			n++;
		}
	}
	return n;
}

static void shuffle(struct event *e, size_t n, uint64_t *state)
{
	for (size_t i = n; i > 1; i--) {
		size_t j = hostile_chance(state, (uint32_t)i);
		struct event x = e[i - 1];
		e[i - 1] = e[j];
		e[j] = x;
	}
}

static void same_child(const struct folded *x, const struct folded *y)
{
	assert_int_equal(x->child.n, y->child.n);
	assert_int_equal(x->child.born, y->child.born);
	assert_int_equal(x->child.died, y->child.died);
	assert_int_equal(x->n_findings, y->n_findings);
	assert_int_equal(x->n_spans, y->n_spans);
	for (size_t i = 0; i < x->child.n; i++) {
		assert_memory_equal(&x->child.facts[i], &y->child.facts[i], sizeof x->child.facts[i]);
		assert_true(x->fact_event[i] == y->fact_event[i] && x->fact_root[i] == y->fact_root[i]);
	}
}

/* The same events in another order are the same facts, and so the same clocks. */
static void order_of_arrival_says_nothing(void **unused)
{
	(void)unused;
	size_t clocks = 0, findings = 0;
	for (size_t which = 0; which < COUNT_OF(books); which++) {
		struct book *b = &books[which];
		for (int i = 0; i < how_many(1500); i++) {
			struct fact f[HOSTILE_FACTS_MAX];
			struct event e[EVENTS_MAX];
			struct child_facts c;
			struct folded first, other;
			const struct clock *rows;
			uint64_t state = 31 * (uint64_t)i + which;
			day_t as_of = hostile_child(&b->naive, 900000 + (uint64_t)i, &c, f);
			size_t n = tell_child(b, &c, e, &state);
			int64_t known = hostile_chance(&state, 4) ? KNOWN_NOW : (int64_t)hostile_chance(&state, 1500);
			fold_events(b->v, e, n, known, &arena, &first);
			size_t m = engine_run(b->en, &first.child, as_of, &rows);
			struct clock *kept = arena_array(&arena, m + 1, sizeof *kept);
			for (size_t k = 0; k < m; k++)
				kept[k] = rows[k];
			for (int again = 0; again < 3; again++) {
				struct event mixed[EVENTS_MAX];
				memcpy(mixed, e, n * sizeof *e);
				shuffle(mixed, n, &state);
				fold_events(b->v, mixed, n, known, &arena, &other);
				same_child(&first, &other);
				assert_int_equal(engine_run(b->en, &other.child, as_of, &rows), m);
				for (size_t k = 0; k < m; k++)
					assert_true(rows_equal(&kept[k], &rows[k]));
			}
			clocks += m;
			findings += first.n_findings;
		}
	}
	assert_true(clocks > 1000 && findings > 100);
}

/* ---- facts of some kinds ---- */

static int64_t event_at(const struct folded *f, int32_t fact)
{
	return fact < 0 ? -1 : f->fact_event[fact];
}

static bool same_clock(const struct folded *all, const struct clock *x, const struct folded *some,
		       const struct clock *y)
{
	struct clock like = *y;
	like.opened_by = x->opened_by;
	like.done_by = x->done_by;
	like.last_fact = x->last_fact;
	like.key = x->key;
	return rows_equal(x, &like) && x->next_change == y->next_change &&
	       event_at(all, x->opened_by) == event_at(some, y->opened_by) &&
	       event_at(all, x->done_by) == event_at(some, y->done_by) &&
	       event_at(all, x->last_fact) == event_at(some, y->last_fact) &&
	       str_eq(all->refs[x->key], some->refs[y->key]);
}

/* The clocks of one standard are the same by the kinds on which it says that it depends. */
static size_t clocks_by_kinds(struct book *b, uint16_t standard, const struct event *e, size_t n, day_t as_of)
{
	struct folded all, some;
	const struct clock *rows;
	uint64_t only[16] = { 0 };
	only[standard >> 6] = (uint64_t)1 << (standard & 63);
	fold_events(b->v, e, n, KNOWN_NOW, &arena, &all);
	fold_kinds(b->v, e, n, KNOWN_NOW, &rulebook_info(b->rules, standard)->kinds, &arena, &some);
	engine_only(b->en, only);
	size_t m = engine_run(b->en, &all.child, as_of, &rows);
	struct clock *kept = arena_copy(&arena, rows, m, sizeof *kept);
	assert_int_equal(engine_run(b->en, &some.child, as_of, &rows), m);
	engine_only(b->en, NULL);
	for (size_t k = 0; k < m; k++)
		if (!same_clock(&all, &kept[k], &some, &rows[k]))
			fail_msg("%s, %s: it depends on a kind of event that it does not name", b->dir,
				 rulebook_info(b->rules, standard)->id.p);
	assert_int_equal(all.n_findings, some.n_findings);
	assert_int_equal(all.n_spans, some.n_spans);
	assert_true(some.child.n <= all.child.n);
	return m;
}

static void kinds_are_enough_for_clocks(void **unused)
{
	(void)unused;
	size_t clocks = 0;
	for (size_t which = 0; which < COUNT_OF(books); which++) {
		struct book *b = &books[which];
		for (int i = 0; i < how_many(3000); i++) {
			struct fact f[HOSTILE_FACTS_MAX];
			struct event e[EVENTS_MAX];
			struct child_facts c;
			uint64_t state = 19 * (uint64_t)i + which;
			day_t as_of = hostile_child(&b->naive, 2600000 + (uint64_t)i, &c, f);
			size_t n = tell_child(b, &c, e, &state);
			clocks += clocks_by_kinds(b, (uint16_t)((size_t)i % rulebook_count(b->rules)), e, n, as_of);
		}
	}
	assert_true(clocks > 1000);
}

static int64_t no_team(void *arg, int64_t council)
{
	(void)arg;
	return council + 1;
}

static bool odd_provider(void *arg, int64_t org)
{
	(void)arg;
	return org % 2;
}

static void same_hits(const struct measure *m, const struct folded *all, const struct measure_hit *x, size_t n,
		      const struct folded *some, const struct measure_hit *y, size_t n_some)
{
	if (n != n_some)
		fail_msg("%s depends on a kind of event that it does not name", m->id.p);
	for (size_t i = 0; i < n; i++)
		if (x[i].period != y[i].period || x[i].outcome != y[i].outcome || x[i].days != y[i].days ||
		    !str_eq(x[i].reason, y[i].reason) || x[i].place.council != y[i].place.council ||
		    x[i].place.area != y[i].place.area || x[i].place.provider != y[i].place.provider ||
		    event_at(all, x[i].fact) != event_at(some, y[i].fact))
			fail_msg("%s counts otherwise by the kinds that it names", m->id.p);
}

/* Every shipped measure counts alike whether all facts are made or those of its kinds. */
static void kinds_are_enough_for_measures(void **unused)
{
	(void)unused;
	struct err e = { .rc = RC_OK };
	struct book *b = &books[0];
	struct measures *ms;
	size_t hits = 0;
	assert_int_equal(measures_load("data", b->v, b->rules, &ms, &e), RC_OK);
	struct measure_world w = {
		.vocab = b->v, .rules = b->rules, .workdays = work, .team_of = no_team, .is_provider = odd_provider
	};
	measure_world_ready(&w);
	for (int i = 0; i < how_many(3000); i++) {
		struct fact f[HOSTILE_FACTS_MAX];
		struct event ev[EVENTS_MAX];
		struct child_facts c;
		struct folded all, some;
		const struct clock *rows;
		const struct measure_hit *x, *y;
		uint64_t state = 23 * (uint64_t)i;
		const struct measure *m = measures_at(ms, (size_t)i % measures_count(ms));
		day_t as_of = hostile_child(&b->naive, 3300000 + (uint64_t)i, &c, f);
		day_t from = period_of(m, day_add_months(as_of, -36)), to = period_of(m, as_of);
		size_t n = tell_child(b, &c, ev, &state);
		fold_events(b->v, ev, n, KNOWN_NOW, &arena, &all);
		fold_kinds(b->v, ev, n, KNOWN_NOW, &m->kinds, &arena, &some);
		all.child.born = some.child.born = c.born;
		engine_only(b->en, m->standards);
		n = engine_run(b->en, &all.child, as_of, &rows);
		struct measure_child one = { &all, rows, n, 5, as_of };
		size_t n_all = measure_child_hits(m, &w, &one, from, to, &arena, &x);
		n = engine_run(b->en, &some.child, as_of, &rows);
		one = (struct measure_child){ &some, rows, n, 5, as_of };
		size_t n_some = measure_child_hits(m, &w, &one, from, to, &arena, &y);
		engine_only(b->en, NULL);
		same_hits(m, &all, x, n_all, &some, y, n_some);
		hits += n_all;
	}
	measures_free(ms);
	assert_true(hits > 300);
}

/* A rule that another stands for has the rows that it has when run by itself: of
 * children who have facts of some kinds only, so that many rules do. */
static void alike_is_the_same(void **unused)
{
	(void)unused;
	uint64_t all[16];
	memset(all, 0xff, sizeof all);
	size_t clocks = 0;
	for (size_t which = 0; which < COUNT_OF(books); which++) {
		struct book *b = &books[which];
		for (int i = 0; i < how_many(3000); i++) {
			struct fact f[HOSTILE_FACTS_MAX];
			struct child_facts c;
			const struct clock *rows;
			uint64_t state = 77 * (uint64_t)i + which;
			day_t as_of = hostile_child(&b->naive, 1700000 + (uint64_t)i, &c, f);
			uint64_t kinds =
			    (uint64_t)hostile_chance(&state, 1u << 31) << 31 | hostile_chance(&state, 1u << 31);
			size_t n = 0;
			for (size_t k = 0; k < c.n; k++)
				if (kinds >> (f[k].kind % 62) & 1)
					f[n++] = f[k];
			c.n = n;
			engine_only(b->en, all);
			size_t m = engine_run(b->en, &c, as_of, &rows);
			day_t next = engine_next_change(b->en);
			struct clock *kept = arena_array(&arena, m + 1, sizeof *kept);
			for (size_t k = 0; k < m; k++)
				kept[k] = rows[k];
			engine_only(b->en, NULL);
			assert_int_equal(engine_run(b->en, &c, as_of, &rows), m);
			assert_int_equal(engine_next_change(b->en), next);
			for (size_t k = 0; k < m; k++)
				assert_true(rows_equal(&kept[k], &rows[k]));
			clocks += m;
		}
	}
	assert_true(clocks > 1000);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(next_change_is_the_first_day),	 cmocka_unit_test(turns_add_up),
		cmocka_unit_test(order_of_arrival_says_nothing), cmocka_unit_test(alike_is_the_same),
		cmocka_unit_test(kinds_are_enough_for_clocks),	 cmocka_unit_test(kinds_are_enough_for_measures),
	};
	return cmocka_run_group_tests_name("every standard", tests, books_open, books_close);
}
