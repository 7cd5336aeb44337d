/*
 * The engine against the naive oracle (tests/naive.h) on random, hostile children:
 * every rule of data/, and a rule file that uses every word of the language
 * (tests/data/rules). 7,000 children of each, 200,000 with LINNET_LONG=1. A child
 * on which they differ is cut down to the fewest facts that still differ.
 */
#include "naive_read.c"
#include "naive_ask.c"
#include "naive_clock.c"
#include "naive_spell.c"
#include "naive_child.c"
#include "naive_book.c"

#include <setjmp.h>
#include <stdarg.h>
#include <cmocka.h>

#include "standard/cases.h"

enum { CHILDREN = 7000, CHILDREN_LONG = 200000 };

/* ---- comparing ---- */

static struct naive_row rows[NAIVE_ROWS_MAX];
static bool differs[STANDARDS_MAX]; /* those that were told already */

/* The same fact, or one of its kind and day: which of two on one day met a clock says nothing. */
static bool same_fact(const struct child_facts *c, int a, int b)
{
	if (a < 0 || b < 0)
		return a == b;
	return c->facts[a].day == c->facts[b].day && c->facts[a].kind == c->facts[b].kind;
}

/* Open, and not a question that no table can answer. */
static bool on_worklist(const struct naive_row *o)
{
	if (o->rule->worklist == LISTED_NO || o->done != DAY_NONE)
		return false;
	return o->state == CLOCK_RUNNING || (o->state == CLOCK_NOT_KNOWN && o->rule->worklist == LISTED_YES);
}

/* The first thing in which they differ; NULL if nothing. */
static const char *difference(const struct book *b, const struct child_facts *c, const struct clock *k,
			      const struct naive_row *o)
{
	struct str reason = rulebook_reason(b->rules, k->reason);
	bool late = k->state == CLOCK_DONE && clock_lateness(b->rules, work, k, k->done, NULL) == LATE_DONE_LATE;
	return k->state != o->state				   ? "state"
	       : k->start != o->start				   ? "day 0"
	       : k->due != o->due				   ? "due day"
	       : k->done != o->done				   ? "day it was done"
	       : k->start_minute != o->start_minute		   ? "minute of day 0"
	       : k->due_minute != o->due_minute			   ? "due minute"
	       : k->due_again != o->due_again			   ? "which of two due times"
	       : k->done_minute != o->done_minute		   ? "minute it was done"
	       : late != (o->state == CLOCK_DONE && naive_late(o)) ? "whether it was late"
	       : k->holder != o->holder				   ? "holder"
	       : k->holder_since != o->holder_since		   ? "since when that holder"
	       : !same_fact(c, k->done_by, o->done_by)		   ? "by what it was done"
	       : k->key != o->key				   ? "key"
	       : k->org != o->org				   ? "organisation"
	       : clock_on_worklist(b->rules, k) != on_worklist(o)  ? "whether it is on worklists"
	       : !str_eq(reason, o->reason)			   ? "reason"
								   : NULL;
}

static const struct naive_row *row_like(const struct book *b, const struct clock *k, size_t n)
{
	for (size_t i = 0; i < n; i++)
		if (rows[i].rule == b->rule_of[k->standard] && rows[i].opened_by == k->opened_by &&
		    rows[i].ordinal == k->ordinal)
			return &rows[i];
	return NULL;
}

/* What differs, and for which standard; NULL if nothing. `only`: look at this standard alone, SIZE_MAX: at all. */
static const char *differ(struct book *b, const struct child_facts *c, day_t as_of, size_t only, size_t *standard_out)
{
	const struct clock *k;
	size_t n = engine_run(b->en, c, as_of, &k), m = naive_run(&b->naive, c, as_of, rows);
	for (size_t i = 0; i < n; i++) {
		if (only != SIZE_MAX ? k[i].standard != only : differs[k[i].standard])
			continue;
		const struct naive_row *o = row_like(b, &k[i], m);
		const char *what = o ? difference(b, c, &k[i], o) : "a clock that only the engine has";
		*standard_out = k[i].standard;
		if (what)
			return what;
	}
	for (size_t i = 0; i < m; i++) {
		bool found = false;
		size_t s = 0;
		while (b->rule_of[s] != rows[i].rule)
			s++;
		if (only != SIZE_MAX ? s != only : differs[s])
			continue;
		for (size_t j = 0; j < n && !found; j++)
			found = k[j].standard == s && k[j].opened_by == rows[i].opened_by &&
				k[j].ordinal == rows[i].ordinal;
		*standard_out = s;
		if (!found)
			return "a clock that only the naive oracle has";
	}
	return NULL;
}

/* ---- telling ---- */

static void tell_fact(const struct vocab *v, const struct fact *f, size_t i)
{
	char d[DAY_TEXT_MAX];
	printf("  %2zu %s", i, day_iso(f->day, d));
	if (f->minute != MINUTE_NONE)
		printf(" %02d:%02d", f->minute / 60, f->minute % 60);
	printf(" %s %s %s key %d org %d value %d\n", v->kinds[f->kind].id.p, f->code ? v->codes[f->code].p : "-",
	       f->code2 ? v->codes[f->code2].p : "-", f->key, f->org, f->value);
}

struct told {
	const char *by;
	int opened_by, ordinal, done_by, start_minute, due_minute, done_minute;
	struct str reason;
	enum clock_state state;
	enum holder holder;
	day_t start, due, done, since;
};

static void tell_row(struct told t)
{
	char d[4][DAY_TEXT_MAX];
	printf("  %s: opened by %d, #%d: %s (" STR_FMT ") start %s %d due %s %d done %s %d by %d, %s since %s\n", t.by,
	       t.opened_by, t.ordinal, clock_state_id(t.state), STR_ARG(t.reason), day_iso(t.start, d[0]),
	       t.start_minute, day_iso(t.due, d[1]), t.due_minute, day_iso(t.done, d[2]), t.done_minute, t.done_by,
	       holder_id(t.holder), day_iso(t.since, d[3]));
}

static void tell(struct book *b, const struct child_facts *c, day_t as_of, size_t s)
{
	const struct clock *k;
	char d[2][DAY_TEXT_MAX];
	size_t n = engine_run(b->en, c, as_of, &k), m = naive_run(&b->naive, c, as_of, rows);
	day_t covered = c->covered[b->rule_of[s]->evidence];
	printf("born %s, council %d, as of %s, %s from %s\n", day_iso(c->born, d[0]), c->council, day_iso(as_of, d[1]),
	       b->rule_of[s]->evidence ? b->v->evidence[b->rule_of[s]->evidence].p : "-",
	       covered == DAY_NONE ? (c->covered[0] == DAY_NONE ? "by hand" : "never")
				   : day_iso(covered, (char[DAY_TEXT_MAX]){ 0 }));
	for (size_t i = 0; i < c->n; i++)
		tell_fact(b->v, &c->facts[i], i);
	for (size_t i = 0; i < n; i++)
		if (k[i].standard == s)
			tell_row((struct told){ "engine", k[i].opened_by, k[i].ordinal, k[i].done_by, k[i].start_minute,
						k[i].due_minute, k[i].done_minute,
						rulebook_reason(b->rules, k[i].reason), k[i].state, k[i].holder,
						k[i].start, k[i].due, k[i].done, k[i].holder_since });
	for (size_t i = 0; i < m; i++)
		if (rows[i].rule == b->rule_of[s])
			tell_row((struct told){ "naive ", rows[i].opened_by, rows[i].ordinal, rows[i].done_by,
						rows[i].start_minute, rows[i].due_minute, rows[i].done_minute,
						rows[i].reason, rows[i].state, rows[i].holder, rows[i].start,
						rows[i].due, rows[i].done, rows[i].holder_since });
}

/* Leaves out facts, and what else can be left out of them, while the two still differ. */
static void cut_down(struct book *b, struct child_facts *c, struct fact *f, day_t as_of, size_t s)
{
	size_t unused;
	for (size_t i = 0; i < c->n;) {
		struct fact less_f[HOSTILE_FACTS_MAX];
		struct child_facts less = *c;
		memcpy(less_f, f, c->n * sizeof *f);
		memmove(less_f + i, less_f + i + 1, (c->n - i - 1) * sizeof *f);
		less.n--;
		hostile_sort(b->v, &less, less_f);
		if (!differ(b, &less, as_of, s, &unused)) {
			i++;
			continue;
		}
		memcpy(f, less_f, less.n * sizeof *f);
		*c = less;
		c->facts = f;
	}
}

/* It lasts until it is closed, by its own words. */
static const char never_met[] = "cyp-spell";

static void engine_equals_naive(struct book *b)
{
	size_t clocks = 0, states[8] = { 0 }, differences = 0, done[STANDARDS_MAX] = { 0 };
	memset(differs, 0, sizeof differs);
	int n = getenv("LINNET_LONG") ? CHILDREN_LONG : CHILDREN;
	for (int i = 0; i < n && differences < 40; i++) {
		struct fact f[HOSTILE_FACTS_MAX];
		struct child_facts c;
		size_t s;
		day_t as_of = hostile_child(&b->naive, (uint64_t)i, &c, f);
		const char *what = differ(b, &c, as_of, SIZE_MAX, &s);
		if (what) {
			cut_down(b, &c, f, as_of, s);
			what = differ(b, &c, as_of, s, &s);
			printf("\nchild %d: " STR_FMT ": %s\n", i, STR_ARG(b->rule_of[s]->id), what);
			tell(b, &c, as_of, s);
			differs[s] = true; /* one of each standard is enough */
			differences++;
		}
		const struct clock *k;
		size_t m = engine_run(b->en, &c, as_of, &k);
		clocks += m;
		for (size_t j = 0; j < m; j++) {
			states[k[j].state]++;
			done[k[j].standard] += k[j].state == CLOCK_DONE;
		}
	}
	printf("%s: %zu clocks: %zu running, %zu done, %zu stopped, %zu not required, %zu not known, %zu missed\n",
	       b->dir, clocks, states[CLOCK_RUNNING], states[CLOCK_DONE], states[CLOCK_STOPPED],
	       states[CLOCK_NOT_REQUIRED], states[CLOCK_NOT_KNOWN], states[CLOCK_MISSED]);
	assert_int_equal(differences, 0);
	for (int s = CLOCK_RUNNING; s <= CLOCK_NOT_KNOWN; s++)
		assert_true(states[s] > clocks / 100); /* hostile enough to show every state */
	for (size_t s = 0; s < b->naive.n_rules; s++)
		if ((done[s] == 0) != str_is(b->rule_of[s]->id, never_met))
			fail_msg("%s: no child has met, or one has met what never is: " STR_FMT, b->dir, STR_ARG(b->rule_of[s]->id));
}

static void engine_equals_naive_on_data(void **unused)
{
	(void)unused;
	engine_equals_naive(&books[0]);
}

static void engine_equals_naive_on_every_word(void **unused)
{
	(void)unused;
	engine_equals_naive(&books[1]);
}

/* On the children of data/cases too: what people thought of. */
static void engine_equals_naive_on_cases(void **unused)
{
	(void)unused;
	struct book *b = &books[0], of_cases = *b;
	struct cases cases;
	struct err e = { 0 };
	cases_init(&cases, &arena);
	memset(differs, 0, sizeof differs);
	assert_int_equal(cases_load(&cases, b->dir, b->v, b->rules, &e), RC_OK);
	size_t n_places = CASE_ORG_FIRST + cases.n_orgs, differences = 0, compared = 0;
	struct str *own = arena_array(&arena, n_places, sizeof *own);
	struct str *served_by = arena_array(&arena, n_places, sizeof *served_by);
	for (size_t i = 0; i < cases.n_orgs; i++) {
		own[CASE_ORG_FIRST + i] = cases.orgs[i].code;
		served_by[CASE_ORG_FIRST + i] = cases.orgs[i].served_by;
	}
	of_cases.naive.places = own;
	of_cases.naive.served_by = served_by;
	of_cases.naive.n_places = n_places;
	of_cases.en = cases_engine(&cases, b->rules, work);
	for (size_t i = 0; i < cases.n; i++) {
		const struct case_one *c = &cases.list[i];
		for (size_t k = 0; k < c->n_expect && c->holidays_on == DAY_NEVER; k++, compared++) {
			size_t s;
			const char *what = differ(&of_cases, &c->child, c->expect[k].as_of, SIZE_MAX, &s);
			if (!what)
				continue;
			differences++;
			printf("\n" STR_FMT ":%d: " STR_FMT ": %s\n", STR_ARG(c->file), c->line,
			       STR_ARG(b->rule_of[s]->id), what);
			tell(&of_cases, &c->child, c->expect[k].as_of, s);
		}
	}
	engine_free(of_cases.en);
	printf("%zu expectations of %zu cases\n", compared, cases.n);
	assert_true(compared > 100);
	assert_int_equal(differences, 0);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(engine_equals_naive_on_data),
		cmocka_unit_test(engine_equals_naive_on_every_word),
		cmocka_unit_test(engine_equals_naive_on_cases),
	};
	return cmocka_run_group_tests_name("engine and naive oracle", tests, books_open, books_close);
}
