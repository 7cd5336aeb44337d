/*
 * Case files: data/cases/(any).case, in words that a nurse can review.
 *
 *   == Title of the case
 *   born 2011-02-09                     (or: born not known)
 *   known from 2020-01-01               every table can be believed from that day
 *   known from 2020-01-01 assessments   ... this table
 *   not known assessments               ... nobody sends this table
 *   holidays known on 2022-09-09
 *   2026-11-04 Came into care: V2
 *   2026-11-27 Seen for a health assessment: initial, doctor, ref 2, at 09:30
 *   as of 2026-12-01
 *   expect iha-returned: running, due 2026-12-02, turn provider, 1 left
 *   expect rha: no clock
 *
 * Without "known" lines the child is recorded by hand. After the title of a
 * kind: its codes, yes or no, value N, ref N (1 if not said), org N, at HH:MM.
 * After a standard: state; due, done, start, since DAY or none; for limits in
 * hours due and done DAY HH:MM; in time, too late (once it is done); turn HOLDER;
 * N late, N left; days HOLDER N; nth N (recurring), opening N; because WORDS;
 * kept DAY (had every holder kept its share).
 * Each case runs alone, then all of them in one engine.
 */
#include "standard/engine.h"

#include <dirent.h>
#include <setjmp.h>
#include <stdarg.h>
#include <cmocka.h>

#include "standard/holidays.h"

enum { CASES_MAX = 2000, FACTS_MAX = 120, EXPECTS_MAX = 20, LINE_LEN = 400, NOT_SAID = INT32_MIN + 7 };

struct expect {
	int line;
	char standard[40], state[20], turn[20], because[120];
	day_t due, done, start, since, kept;
	int due_minute, done_minute;
	enum lateness lateness; /* LATE_NOT: not said */
	int late;		/* negative: left */
	int nth, opening;
	int days[HOLDER__COUNT];
	bool no_clock;
	day_t as_of;
};

struct one_case {
	char title[200];
	const char *file;
	int line;
	day_t holidays_on;
	struct child_facts child;
	struct fact facts[FACTS_MAX];
	struct expect expect[EXPECTS_MAX];
	size_t n_expect;
	struct clock *alone[EXPECTS_MAX]; /* rows of the lonely run */
	size_t n_alone[EXPECTS_MAX];
};

static struct vocab *vocab;
static struct rulebook *rules;
static struct holiday *holidays;
static size_t n_holidays;
static struct arena arena;
static struct one_case *cases;
static size_t n_cases;
static int failures;

static bool complain(const char *file, int line, const char *title, const char *what)
{
	printf("%s:%d: %s: %s\n", file, line, title, what);
	failures++;
	return false;
}

/* ---- reading ---- */

static bool read_day(struct str s, day_t *out)
{
	if (str_is(s, "none")) {
		*out = DAY_NONE;
		return true;
	}
	return day_parse_iso(s, out) == RC_OK;
}

static bool word_then_day(struct str item, const char *word, day_t *out)
{
	if (!str_starts(item, word))
		return false;
	return read_day(str_trim((struct str){ item.p + strlen(word), item.n - strlen(word) }), out);
}

/* A day, and for limits in hours the minute after a blank. */
static bool word_then_instant(struct str item, const char *word, day_t *out, int *minute_out)
{
	size_t n = strlen(word);
	struct str time;
	if (!str_starts(item, word) ||
	    !read_day(str_cut(str_trim((struct str){ item.p + n, item.n - n }), ' ', &time), out))
		return false;
	return !time.n || minute_parse(time, minute_out) == RC_OK;
}

static bool word_then_int(struct str item, const char *word, int *out)
{
	int64_t v;
	size_t n = strlen(word);
	if (!str_starts(item, word) || str_to_int(str_trim((struct str){ item.p + n, item.n - n }), -10000, 10000, &v))
		return false;
	*out = (int)v;
	return true;
}

static void copy(char *out, size_t size, struct str s)
{
	snprintf(out, size, STR_FMT, STR_ARG(s));
}

static bool read_fact_item(struct fact *f, const struct kind *k, struct str item)
{
	int n;
	const struct code_entry *c = k->codes ? code_list_find(k->codes, item) : NULL;
	const struct code_entry *c2 = k->codes2 ? code_list_find(k->codes2, item) : NULL;
	if (c && !f->code)
		f->code = c->code;
	else if (c2)
		f->code2 = c2->code;
	else if (str_is(item, "yes") || str_is(item, "no"))
		f->value = str_is(item, "yes");
	else if (word_then_int(item, "value ", &n))
		f->value = n;
	else if (word_then_int(item, "ref ", &n))
		f->key = n ? k->ends * 100 + n : 0;
	else if (word_then_int(item, "org ", &n))
		f->org = (uint16_t)n;
	else if (str_starts(item, "at ") && minute_parse((struct str){ item.p + 3, item.n - 3 }, &n) == RC_OK)
		f->minute = (int16_t)n;
	else
		return false;
	return true;
}

static bool read_fact(struct one_case *c, day_t day, struct str rest)
{
	struct str items, item;
	struct str title = str_trim(str_cut(rest, ':', &items));
	uint16_t kind = 0;
	for (uint16_t k = 1; k < vocab->n_kinds; k++)
		if (str_eq(vocab->kinds[k].title, title))
			kind = k;
	if (!kind || c->child.n == FACTS_MAX)
		return false;
	const struct kind *k = &vocab->kinds[kind];
	struct fact f = { .day = day,
			  .minute = MINUTE_NONE,
			  .kind = kind,
			  .value = INT32_MIN,
			  .key = k->ref_label.n ? k->ends * 100 + 1 : 0 };
	while (items.n) {
		item = str_trim(str_cut(items, ',', &items));
		if (item.n && !read_fact_item(&f, k, item))
			return false;
	}
	c->facts[c->child.n++] = f;
	return true;
}

static bool read_expect_item(struct expect *x, struct str item)
{
	static const char *const states[] = { "running", "done", "stopped", "not-required", "not-known", "missed" };
	int n;
	for (size_t i = 0; i < COUNT_OF(states); i++)
		if (str_is(item, states[i])) {
			copy(x->state, sizeof x->state, item);
			return true;
		}
	if (str_is(item, "no clock"))
		return x->no_clock = true;
	if (str_is(item, "in time") || str_is(item, "too late")) {
		x->lateness = str_is(item, "in time") ? LATE_DONE_IN_TIME : LATE_DONE_LATE;
		return true;
	}
	if (word_then_instant(item, "due ", &x->due, &x->due_minute) ||
	    word_then_instant(item, "done ", &x->done, &x->done_minute) || word_then_day(item, "start ", &x->start) ||
	    word_then_day(item, "since ", &x->since) || word_then_day(item, "kept ", &x->kept) ||
	    word_then_int(item, "nth ", &x->nth) || word_then_int(item, "opening ", &x->opening))
		return true;
	if (str_starts(item, "turn ")) {
		copy(x->turn, sizeof x->turn, (struct str){ item.p + 5, item.n - 5 });
		return true;
	}
	if (str_starts(item, "because ")) {
		copy(x->because, sizeof x->because, (struct str){ item.p + 8, item.n - 8 });
		return true;
	}
	struct str rest;
	struct str first = str_cut(item, ' ', &rest);
	if (str_is(first, "days")) {
		struct str number;
		enum holder h = holder_of(str_cut(rest, ' ', &number));
		return h && word_then_int(number, "", &x->days[h]);
	}
	if (!word_then_int(first, "", &n))
		return false;
	x->late = str_is(rest, "left") ? -n : n;
	return str_is(rest, "left") || str_is(rest, "late");
}

static bool read_expect(struct one_case *c, int line, day_t as_of, struct str rest)
{
	if (c->n_expect == EXPECTS_MAX || as_of == DAY_NONE)
		return false;
	struct expect *x = &c->expect[c->n_expect++];
	*x = (struct expect){ .line = line,
			      .due = NOT_SAID,
			      .done = NOT_SAID,
			      .start = NOT_SAID,
			      .since = NOT_SAID,
			      .kept = NOT_SAID,
			      .due_minute = NOT_SAID,
			      .done_minute = NOT_SAID,
			      .late = NOT_SAID,
			      .nth = NOT_SAID,
			      .opening = 1,
			      .as_of = as_of };
	for (size_t h = 0; h < HOLDER__COUNT; h++)
		x->days[h] = NOT_SAID;
	struct str items, item;
	copy(x->standard, sizeof x->standard, str_trim(str_cut(rest, ':', &items)));
	if (rulebook_find(rules, str_of(x->standard)) == SIZE_MAX)
		return false;
	while (items.n) {
		item = str_trim(str_cut(items, ',', &items));
		if (!read_expect_item(x, item))
			return false;
	}
	return true;
}

static bool read_known(struct one_case *c, struct str rest)
{
	struct str table;
	day_t day;
	if (day_parse_iso(str_cut(rest, ' ', &table), &day))
		return false;
	for (uint8_t i = 1; i < vocab->n_evidence; i++)
		if (!table.n || str_eq(vocab->evidence[i], table))
			c->child.covered[i] = day;
	return !table.n || vocab_evidence(vocab, table);
}

static bool read_line(struct one_case *c, int line, day_t *as_of, struct str s)
{
	day_t day;
	if (str_starts(s, "born not known"))
		return true;
	if (word_then_day(s, "born ", &c->child.born) || word_then_day(s, "as of ", as_of) ||
	    word_then_day(s, "holidays known on ", &c->holidays_on))
		return true;
	if (str_starts(s, "known from "))
		return read_known(c, (struct str){ s.p + 11, s.n - 11 });
	if (str_starts(s, "not known ")) {
		uint8_t table = vocab_evidence(vocab, (struct str){ s.p + 10, s.n - 10 });
		c->child.covered[table] = DAY_NONE;
		return table != 0;
	}
	if (str_starts(s, "expect "))
		return read_expect(c, line, *as_of, (struct str){ s.p + 7, s.n - 7 });
	struct str rest;
	return day_parse_iso(str_cut(s, ' ', &rest), &day) == RC_OK && read_fact(c, day, rest);
}

static int by_order(const void *a, const void *b)
{
	const struct fact *x = a, *y = b;
	const struct kind *kx = &vocab->kinds[x->kind], *ky = &vocab->kinds[y->kind];
	int64_t c[][2] = { { x->day, y->day }, { x->minute, y->minute }, { kx->rank, ky->rank }, { x->kind, y->kind },
			   { x->key, y->key }, { x->code, y->code },	 { x->code2, y->code2 } };
	for (size_t i = 0; i < COUNT_OF(c); i++)
		if (c[i][0] != c[i][1])
			return c[i][0] < c[i][1] ? -1 : 1;
	return 0;
}

static void finish_case(struct one_case *c)
{
	qsort(c->facts, c->child.n, sizeof *c->facts, by_order);
	size_t n = 0;
	for (size_t i = 0; i < c->child.n; i++) { /* told twice is one fact */
		if (n && by_order(&c->facts[n - 1], &c->facts[i]) == 0)
			continue;
		c->facts[n++] = c->facts[i];
		if (str_is(vocab->kinds[c->facts[n - 1].kind].id, "person-died"))
			c->child.died = c->facts[n - 1].day;
	}
	c->child.n = n;
	c->child.facts = c->facts;
	if (c->n_expect == 0)
		complain(c->file, c->line, c->title, "nothing is expected");
}

static void read_file(const char *path)
{
	FILE *f AUTO(auto_fclose) = fopen(path, "r");
	assert_non_null(f);
	char text[LINE_LEN];
	struct one_case *c = NULL;
	day_t as_of = DAY_NONE;
	for (int line = 1; fgets(text, sizeof text, f); line++) {
		struct str s = str_trim(str_of(text));
		if (s.n == 0 || s.p[0] == '#')
			continue;
		if (str_starts(s, "== ")) {
			assert_true(n_cases < CASES_MAX);
			c = &cases[n_cases++];
			*c = (struct one_case){ .file = arena_str(&arena, str_of(path)).p,
						.line = line,
						.holidays_on = DAY_NEVER,
						.child = { .born = DAY_NONE, .died = DAY_NONE } };
			copy(c->title, sizeof c->title, (struct str){ s.p + 3, s.n - 3 });
			for (size_t i = 0; i < EVIDENCE_MAX; i++)
				c->child.covered[i] = DAY_NONE;
			as_of = DAY_NONE;
		} else if (!c || !read_line(c, line, &as_of, s)) {
			complain(path, line, c ? c->title : "", "this line is not understood");
		}
	}
}

/* ---- checking ---- */

static const struct clock *clock_of(const struct clock *rows, size_t n, const struct expect *x)
{
	int32_t openings[FACTS_MAX];
	int n_openings = 0;
	const struct clock *last = NULL;
	for (size_t i = 0; i < n; i++) {
		if (!str_is(rulebook_info(rules, rows[i].standard)->id, x->standard))
			continue;
		int k = 0;
		while (k < n_openings && openings[k] != rows[i].opened_by)
			k++;
		if (k == n_openings)
			openings[n_openings++] = rows[i].opened_by;
		if (k + 1 == x->opening && (x->nth == NOT_SAID || rows[i].ordinal == x->nth))
			last = &rows[i];
	}
	return last;
}

static bool expect_day(const struct one_case *c, const struct expect *x, const char *what, day_t want, day_t is)
{
	char words[200], a[DAY_TEXT_MAX], b[DAY_TEXT_MAX];
	if (want == NOT_SAID || want == is)
		return true;
	snprintf(words, sizeof words, "%s: %s is %s, expected %s", x->standard, what, day_short(is, a),
		 day_short(want, b));
	return complain(c->file, x->line, c->title, words);
}

static bool expect_word(const struct one_case *c, const struct expect *x, const char *what, const char *want,
			struct str is)
{
	char words[300];
	if (!want[0] || str_is(is, want))
		return true;
	snprintf(words, sizeof words, "%s: %s is \"" STR_FMT "\", expected \"%s\"", x->standard, what, STR_ARG(is),
		 want);
	return complain(c->file, x->line, c->title, words);
}

static bool expect_number(const struct one_case *c, const struct expect *x, const char *what, int want, int is)
{
	char words[200];
	if (want == NOT_SAID || want == is)
		return true;
	snprintf(words, sizeof words, "%s: %s is %d, expected %d", x->standard, what, is, want);
	return complain(c->file, x->line, c->title, words);
}

static void check_days(struct engine *en, const struct one_case *c, const struct expect *x, size_t which)
{
	int days[HOLDER__COUNT] = { 0 };
	struct explanation e;
	engine_explain(en, &c->child, x->as_of, which, &arena, &e);
	for (size_t i = 0; i < e.n_turns; i++)
		days[e.turns[i].holder] += e.turns[i].days;
	for (size_t h = 1; h < HOLDER__COUNT; h++)
		expect_number(c, x, holder_title((enum holder)h), x->days[h], days[h]);
	expect_day(c, x, "had shares been kept, done", x->kept, e.kept_shares);
}

static void check_one(struct engine *en, const struct workdays *w, const struct one_case *c, const struct expect *x)
{
	const struct clock *rows;
	size_t n = engine_run(en, &c->child, x->as_of, &rows);
	const struct clock *found = clock_of(rows, n, x);
	if (x->no_clock != !found) {
		complain(c->file, x->line, c->title, found ? "there is a clock" : "there is no such clock");
		return;
	}
	if (!found)
		return;
	struct clock k = *found;
	int late = 0;
	enum lateness lateness = clock_lateness(rules, w, &k, x->as_of, &late);
	expect_word(c, x, "state", x->state, str_of(clock_state_id(k.state)));
	expect_word(c, x, "turn", x->turn, str_of(holder_id(k.holder)));
	expect_word(c, x, "reason", x->because, rulebook_reason(rules, k.reason));
	expect_day(c, x, "start", x->start, k.start);
	expect_day(c, x, "due", x->due, k.due);
	expect_day(c, x, "done", x->done, k.done);
	expect_number(c, x, "minute of the due day", x->due_minute, k.due_minute);
	expect_number(c, x, "minute of the day it was done", x->done_minute, k.done_minute);
	if (x->lateness && x->lateness != lateness)
		complain(c->file, x->line, c->title, lateness == LATE_DONE_LATE ? "it is too late" : "it is in time");
	expect_day(c, x, "turn since", x->since, k.holder_since);
	expect_number(c, x, "days late", x->late, late);
	if (k.start != DAY_NONE)
		check_days(en, c, x, (size_t)(found - rows));
}

static void each_alone(void **unused)
{
	(void)unused;
	size_t checked = 0;
	for (size_t i = 0; i < n_cases; i++) {
		struct one_case *c = &cases[i];
		struct workdays *w = holidays_calendar(holidays, n_holidays, c->holidays_on);
		struct engine *en = engine_new(rules, w);
		for (size_t k = 0; k < c->n_expect; k++, checked++) {
			const struct clock *rows;
			check_one(en, w, c, &c->expect[k]);
			c->n_alone[k] = engine_run(en, &c->child, c->expect[k].as_of, &rows);
			c->alone[k] = arena_array(&arena, c->n_alone[k] + 1, sizeof *rows);
			for (size_t r = 0; r < c->n_alone[k]; r++)
				c->alone[k][r] = rows[r];
		}
		engine_free(en);
		workdays_free(w);
	}
	printf("%zu cases, %zu clocks expected\n", n_cases, checked);
	assert_true(n_cases >= 80);
	assert_int_equal(failures, 0);
}

static bool same_rows(const struct clock *a, const struct clock *b, size_t n)
{
	for (size_t i = 0; i < n; i++)
		if (a[i].standard != b[i].standard || a[i].ordinal != b[i].ordinal ||
		    a[i].opened_by != b[i].opened_by || a[i].done_by != b[i].done_by ||
		    a[i].last_fact != b[i].last_fact || a[i].key != b[i].key || a[i].org != b[i].org ||
		    a[i].state != b[i].state || a[i].holder != b[i].holder || a[i].reason != b[i].reason ||
		    a[i].start != b[i].start || a[i].due != b[i].due || a[i].done != b[i].done ||
		    a[i].holder_since != b[i].holder_since || a[i].holder_due != b[i].holder_due ||
		    a[i].next_change != b[i].next_change)
			return false;
	return true;
}

/* One engine for everyone, last case first: nothing of one child stays for the next. */
static void all_together(void **unused)
{
	(void)unused;
	struct workdays *w = holidays_calendar(holidays, n_holidays, DAY_NEVER);
	struct engine *en = engine_new(rules, w);
	for (size_t i = n_cases; i-- > 0;) {
		const struct one_case *c = &cases[i];
		for (size_t k = 0; k < c->n_expect && c->holidays_on == DAY_NEVER; k++) {
			const struct clock *rows;
			size_t n = engine_run(en, &c->child, c->expect[k].as_of, &rows);
			if (n != c->n_alone[k] || !same_rows(rows, c->alone[k], n))
				complain(c->file, c->expect[k].line, c->title,
					 "the answer among others differs from the answer alone");
		}
	}
	assert_int_equal(failures, 0);
	engine_free(en);
	workdays_free(w);
}

static int by_name(const void *a, const void *b)
{
	return strcmp(*(char *const *)a, *(char *const *)b);
}

static int setup(void **unused)
{
	(void)unused;
	struct err e = { 0 };
	arena_init(&arena);
	if (vocab_load("data", &vocab, &e) || rulebook_load("data", vocab, &rules, &e) ||
	    holidays_load("data", &arena, &holidays, &n_holidays, &e)) {
		print_error("%s\n", e.text);
		return -1;
	}
	cases = xcalloc(CASES_MAX, sizeof *cases);
	char *names[100];
	size_t n = 0;
	DIR *d = opendir("data/cases");
	assert_non_null(d);
	for (struct dirent *f; (f = readdir(d)) && n < COUNT_OF(names);) {
		size_t len = strlen(f->d_name);
		if (len > 5 && strcmp(f->d_name + len - 5, ".case") == 0)
			names[n++] = xstrndup(f->d_name, len);
	}
	closedir(d);
	qsort(names, n, sizeof *names, by_name);
	for (size_t i = 0; i < n; i++) {
		char path[300];
		snprintf(path, sizeof path, "data/cases/%s", names[i]);
		read_file(path);
		free(names[i]);
	}
	for (size_t i = 0; i < n_cases; i++)
		finish_case(&cases[i]);
	return 0;
}

static int teardown(void **unused)
{
	(void)unused;
	free(cases);
	rulebook_free(rules);
	vocab_free(vocab);
	arena_release(&arena);
	return 0;
}

int main(void)
{
	const struct CMUnitTest tests[] = { cmocka_unit_test(each_alone), cmocka_unit_test(all_together) };
	return cmocka_run_group_tests_name("case files", tests, setup, teardown);
}
