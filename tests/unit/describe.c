/* Rules in plain words: those of tests/unit/describe/standards against golden text,
 * and the book that is made of them. LINNET_WRITE_EXPECTED=1 writes the text anew. */
#include "standard/book.h"

#include <setjmp.h>
#include <stdarg.h>
#include <cmocka.h>

#define HERE "tests/unit/describe"

static struct vocab *vocab;
static struct rulebook *rules;
static struct arena arena;

static void tell(struct buf *b, const struct rulebook *rb)
{
	for (size_t i = 0; i < rulebook_count(rb); i++) {
		const struct standard_info *s = rulebook_info(rb, (uint16_t)i);
		const struct described *d;
		size_t n = describe_rule(rb, (uint16_t)i, &arena, &d);
		buf_printf(b, "== " STR_FMT ", edition %d\n", STR_ARG(s->id), s->edition);
		for (size_t k = 0; k < n; k++) {
			buf_printf(b, STR_FMT "\n", STR_ARG(d[k].label));
			for (size_t j = 0; j < d[k].n; j++)
				buf_printf(b, "  " STR_FMT "\n", STR_ARG(d[k].items[j]));
		}
	}
}

static void golden_text(void **unused)
{
	(void)unused;
	struct buf b AUTO(buf_release);
	buf_init(&b, 1 << 20);
	tell(&b, rules);
	const struct described *shared;
	size_t n_shared = describe_shared(rules, &arena, &shared);
	for (size_t i = 0; i < n_shared; i++) {
		buf_printf(&b, "== " STR_FMT "\n", STR_ARG(shared[i].label));
		for (size_t j = 0; j < shared[i].n; j++)
			buf_printf(&b, "  " STR_FMT "\n", STR_ARG(shared[i].items[j]));
	}
	if (getenv("LINNET_WRITE_EXPECTED")) {
		FILE *to AUTO(auto_fclose) = fopen(HERE "/expected.txt", "wb");
		assert_non_null(to);
		assert_int_equal(fwrite(b.p, 1, b.n, to), b.n);
	}
	FILE *f AUTO(auto_fclose) = fopen(HERE "/expected.txt", "rb");
	assert_non_null(f);
	char *want AUTO(auto_free) = xcalloc(1, 1 << 20);
	size_t n = fread(want, 1, (1 << 20) - 1, f);
	for (size_t at = 0, line = 1; at < n && at < b.n; at++) {
		if (want[at] != b.p[at])
			fail_msg(HERE "/expected.txt:%zu: \"%.80s\" instead of \"%.80s\"", line, &b.p[at], &want[at]);
		line += want[at] == '\n';
	}
	assert_int_equal(b.n, n);
}

/* No rule of the product is left without its main labels, and every line has words. */
static void every_rule_of_the_product(void **unused)
{
	(void)unused;
	struct err e = { 0 };
	struct rulebook *rb;
	assert_int_equal(rulebook_load("data", vocab, &rb, &e), RC_OK);
	for (size_t i = 0; i < rulebook_count(rb); i++) {
		static const char *const needed[] = {
			"Opens", "Day 0", "Limit", "Done when", "Whose turn", "Not known"
		};
		const struct described *d;
		size_t n = describe_rule(rb, (uint16_t)i, &arena, &d);
		for (size_t k = 0; k < COUNT_OF(needed); k++) {
			size_t at = 0;
			while (at < n && !str_is(d[at].label, needed[k]))
				at++;
			if (at == n)
				fail_msg(STR_FMT " does not say \"%s\"", STR_ARG(rulebook_info(rb, (uint16_t)i)->id),
					 needed[k]);
		}
		for (size_t k = 0; k < n; k++)
			for (size_t j = 0; j < d[k].n; j++)
				assert_true(d[k].items[j].n > 2 && utf8_bad_at(d[k].items[j]) == SIZE_MAX);
	}
	rulebook_free(rb);
}

static void the_book(void **unused)
{
	(void)unused;
	static const char text[] =
	    "== Holds\nborn 2011-02-09\n2026-11-04 Came into care: V2\nas of 2026-11-05\n"
	    "expect first: running\nexpect second: no clock\n"
	    "== Does not\nborn 2011-02-09\n2026-11-04 Came into care: V2\nas of 2026-11-05\n"
	    "expect second: done\n"
	    "== An earlier edition\nborn 2011-02-09\n2016-11-04 Came into care: V2\nas of 2016-11-05\n"
	    "expect first: edition 1, running\n";
	struct err e = { 0 };
	struct cases c;
	cases_init(&c, &arena);
	assert_int_equal(cases_read(&c, vocab, rules, STR(text), "x.case", &e), RC_OK);
	assert_int_equal(cases_prove(&c, rules, NULL, 0), 1);
	struct book b;
	book_make(vocab, rules, &c, STR("Here"), &arena, &b);
	assert_int_equal(b.n_rules, rulebook_count(rules));
	assert_int_equal(b.n_cases, 3);
	assert_int_equal(b.n_expects, 4);
	assert_int_equal(b.n_fail, 1);
	assert_int_equal(b.day, day_of(2020, 1, 1));
	assert_true(str_eq(b.hash, rulebook_hash(rules)));
	const struct book_chapter *ch = &b.chapters[0];
	assert_true(str_is(ch->family, "f") && ch->n == 3 && !ch->holds && b.chapters[1].holds);
	/* editions each have their own cases; the readings stand together */
	assert_int_equal(ch->rules[0].n_cases, 1);
	assert_true(str_is(ch->rules[0].cases[0].is->title, "An earlier edition"));
	assert_int_equal(ch->rules[1].n_cases, 1);
	assert_int_equal(ch->rules[2].n_cases, 2);
	assert_true(ch->rules[2].n_expects == 2 && ch->rules[2].n_holds == 1);
	assert_false(ch->rules[2].cases[1].holds);
	assert_true(str_is(book_rule_title(&ch->rules[2], &arena), "Second: a reading"));
	assert_true(str_is(book_in_force(&ch->rules[0], &arena),
			   "Edition 1, for clocks that start on or after 1 April 2011 and before 1 January 2020"));
	assert_true(str_is(book_in_force(&ch->rules[2], &arena), "Edition 1, for clocks that start on any day"));
	assert_true(str_is(book_mark(&ch->rules[0], &arena), "Wording read"));
	assert_true(str_is(book_mark(&ch->rules[2], &arena), "Not checked: nobody has read it"));
}

static int setup(void **unused)
{
	(void)unused;
	struct err e = { 0 };
	arena_init(&arena);
	if (vocab_load("data", &vocab, &e) || rulebook_load(HERE, vocab, &rules, &e)) {
		print_error("%s\n", e.text);
		return -1;
	}
	return 0;
}

static int teardown(void **unused)
{
	(void)unused;
	rulebook_free(rules);
	vocab_free(vocab);
	arena_release(&arena);
	return 0;
}

int main(void)
{
	const struct CMUnitTest tests[] = { cmocka_unit_test(golden_text), cmocka_unit_test(every_rule_of_the_product),
					    cmocka_unit_test(the_book) };
	return cmocka_run_group_tests_name("rules in words", tests, setup, teardown);
}
