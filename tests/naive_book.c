/*
 * naive_book.c - the rules of data/ and those of tests/data/rules (every word of
 * the language), read both ways: for tests that include the naive oracle.
 */
#include "naive_child.h"

#include "standard/holidays.h"

static struct arena arena;
static struct workdays *work;
static struct holiday *holidays_known;
static size_t n_known;

/* Rules, both ways. */
struct book {
	const char *dir;
	struct vocab *v;
	struct rulebook *rules;
	struct naive naive;
	struct engine *en;
	struct place places[HOSTILE_ORGS];
	struct str own[HOSTILE_ORGS], served_by[HOSTILE_ORGS];
	const struct rule *rule_of[STANDARDS_MAX];
	bool differs[STANDARDS_MAX];
};
static struct book books[2] = { { .dir = "data" }, { .dir = "tests/data/rules" } };

static bool open_book(struct book *b)
{
	struct err e = { 0 };
	if (vocab_load(b->dir, &b->v, &e) || rulebook_load(b->dir, b->v, &b->rules, &e)) {
		fprintf(stderr, "%s\n", e.text);
		return false;
	}
	naive_load(b->dir, b->v, &b->naive);
	b->en = engine_new(b->rules, work);
	b->naive.holidays = holidays_known;
	b->naive.n_holidays = n_known;
	for (uint16_t i = 1; i < HOSTILE_ORGS; i++) {
		static const char *const codes[][2] = { { "E1", "T1" }, { "E2", "T1" }, { "E3", "T2" } };
		b->own[i] = str_of(codes[i - 1][0]);
		b->served_by[i] = str_of(codes[i - 1][1]);
		b->places[i] =
		    (struct place){ rulebook_place(b->rules, b->own[i]), rulebook_place(b->rules, b->served_by[i]) };
	}
	engine_places(b->en, b->places, HOSTILE_ORGS);
	b->naive.places = b->own;
	b->naive.served_by = b->served_by;
	b->naive.n_places = HOSTILE_ORGS;
	if (rulebook_count(b->rules) != b->naive.n_rules)
		return false;
	for (size_t s = 0; s < b->naive.n_rules; s++) {
		const struct standard_info *info = rulebook_info(b->rules, (uint16_t)s);
		b->rule_of[s] = &b->naive.rules[s];
		if (!str_eq(info->id, b->rule_of[s]->id) || info->edition != b->rule_of[s]->edition)
			return false;
	}
	return true;
}

static int books_open(void **unused)
{
	(void)unused;
	struct err e = { 0 };
	struct holiday *h;
	size_t n;
	arena_init(&arena);
	if (holidays_load("data", &arena, &h, &n, &e)) {
		fprintf(stderr, "%s\n", e.text);
		return -1;
	}
	work = holidays_calendar(h, n, DAY_NEVER);
	holidays_known = arena_array(&arena, n, sizeof *holidays_known);
	for (size_t i = 0; i < n; i++)
		if (h[i].known_until == DAY_NONE)
			holidays_known[n_known++] = h[i];
	return open_book(&books[0]) && open_book(&books[1]) ? 0 : -1;
}

static int books_close(void **unused)
{
	(void)unused;
	for (size_t i = 0; i < COUNT_OF(books); i++) {
		engine_free(books[i].en);
		rulebook_free(books[i].rules);
		naive_free(&books[i].naive);
		vocab_free(books[i].v);
	}
	workdays_free(work);
	arena_release(&arena);
	return 0;
}
