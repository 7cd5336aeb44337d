/* Text: UTF-8 at its edges, folding of names, whole numbers, buffers with limits. */
#include "base/arena.h"
#include "base/text.h"

#include <setjmp.h>
#include <stdarg.h>

#include <cmocka.h>

#define BYTES(l) ((struct str){ (l), sizeof(l) - 1 })

static void assert_str(const char *want, struct str s)
{
	if (!str_is(s, want))
		fail_msg("\"" STR_FMT "\", not \"%s\"", STR_ARG(s), want);
}

static void shows(struct str s, const char *as)
{
	struct buf b AUTO(buf_release);
	buf_init(&b, 100);
	buf_shown(&b, s);
	assert_true(str_is(buf_view(&b), as));
}

static void test_control_signs(void **state)
{
	(void)state;
	shows(BYTES(""), "");
	shows(BYTES("Zo\u00eb\tO\u2019Finch\n"), "Zo\u00eb\tO\u2019Finch\n");
	shows(BYTES("a\x1b[2Jb"), "a\uFFFD[2Jb");
	shows(BYTES("\0\x7f\r"), "\uFFFD\uFFFD\uFFFD");
	shows(BYTES("\xc2\x9b\xc2\xa0\xc2"), "\uFFFD\xc2\xa0\xc2");
	assert_false(text_has_control(BYTES("two\r\nlines\tand \u00a0")));
	assert_true(text_has_control(BYTES("\x1b")));
	assert_true(text_has_control(BYTES("ab\xc2\x80")));
	assert_true(text_has_control(BYTES("\x7f")));
}

static void test_well_formed_utf8(void **state)
{
	(void)state;
	const struct str good[] = { BYTES(""),
				    BYTES("a"),
				    BYTES("\x7f"),
				    BYTES("\xc2\x80"),
				    BYTES("\xdf\xbf"),
				    BYTES("\xe0\xa0\x80"),
				    BYTES("\xed\x9f\xbf"),
				    BYTES("\xee\x80\x80"),
				    BYTES("\xef\xbf\xbf"),
				    BYTES("\xf0\x90\x80\x80"),
				    BYTES("\xf4\x8f\xbf\xbf"),
				    { NULL, 0 } };
	for (size_t i = 0; i < COUNT_OF(good); i++)
		assert_true(utf8_bad_at(good[i]) == SIZE_MAX);
	const struct {
		struct str s;
		size_t at;
	} bad[] = { { BYTES("\0"), 0 },
		    { BYTES("a\0b"), 1 },
		    { BYTES("\x80"), 0 },
		    { BYTES("\xc0\x80"), 0 },
		    { BYTES("\xc1\xbf"), 0 },
		    { BYTES("ab\xc3"), 2 },
		    { BYTES("\xc3("), 0 },
		    { BYTES("\xe0\x9f\xbf"), 0 },
		    { BYTES("\xed\xa0\x80"), 0 },
		    { BYTES("\xed\xbf\xbf"), 0 },
		    { BYTES("\xe2\x82"), 0 },
		    { BYTES("\xf0\x8f\xbf\xbf"), 0 },
		    { BYTES("\xf4\x90\x80\x80"), 0 },
		    { BYTES("\xf5\x80\x80\x80"), 0 },
		    { BYTES("x\xff"), 1 },
		    { BYTES("\xfe"), 0 } };
	for (size_t i = 0; i < COUNT_OF(bad); i++)
		assert_true(utf8_bad_at(bad[i].s) == bad[i].at);
	assert_int_equal(utf8_length(STR("Zo\u00eb \U0001F426")), 5);
	assert_int_equal(utf8_length((struct str){ NULL, 0 }), 0);
}

static void test_names_fold(void **state)
{
	(void)state;
	static const char *const same[][2] = {
		{ "O\u2019Brien", "obrien" },
		{ "O'Brien", "obrien" },
		{ "\u0141ukasz", "lukasz" },
		{ "LUKASZ", "lukasz" },
		{ "Zo\u00eb", "zoe" },
		{ "Zoe\u0308", "zoe" },
		{ "ZO\u00cb", "zoe" },
		{ "Gro\u00dfmann", "grossmann" },
		{ "\u00c6sa", "aesa" },
		{ "\u0152uvre", "oeuvre" },
		{ "\u00deor", "thor" },
		{ "Ana\u00efs  Marie", "anais marie" },
		{ "  Wren", "wren" },
		{ "Smith-Jones", "smithjones" },
		{ "J\u00f8rgen", "jorgen" },
		{ "Nu\u00f1ez", "nunez" },
		{ "\u017bak", "zak" },
		{ "\u010capek", "capek" },
		{ "St. John", "st john" },
		{ "\u0434\u043e\u043c", "\u0434\u043e\u043c" },
		{ "\u674e", "\u674e" },
		{ "", "" },
		{ "R2", "r2" },
	};
	for (size_t i = 0; i < COUNT_OF(same); i++) {
		struct buf b AUTO(buf_release);
		buf_init(&b, 100);
		text_fold(&b, str_of(same[i][0]));
		assert_string_equal(buf_view(&b).p, same[i][1]);
	}
	struct buf b AUTO(buf_release);
	buf_init(&b, 100);
	text_fold(&b, BYTES("a\xff\xc3\0b")); /* what is not text is left out */
	assert_string_equal(b.p, "ab");
	buf_reset(&b);
	for (unsigned cp = 0xC0; cp <= 0x17F; cp++) { /* every Latin letter folds to small ASCII */
		char two[] = { (char)(0xC0 | cp >> 6), (char)(0x80 | (cp & 0x3F)), 0 };
		buf_reset(&b);
		text_fold(&b, str_of(two));
		for (size_t i = 0; i < b.n; i++)
			assert_true(b.p[i] >= 'a' && b.p[i] <= 'z');
		assert_true(cp == 0xD7 || cp == 0xF7 || b.n >= 1);
	}
}

static void test_whole_numbers(void **state)
{
	(void)state;
	static const struct {
		const char *text;
		int64_t n;
	} good[] = { { "0", 0 },
		     { "-0", 0 },
		     { "+7", 7 },
		     { "007", 7 },
		     { "9223372036854775807", INT64_MAX },
		     { "-9223372036854775808", INT64_MIN } };
	int64_t n;
	for (size_t i = 0; i < COUNT_OF(good); i++) {
		n = 5;
		assert_int_equal(str_to_int(str_of(good[i].text), INT64_MIN, INT64_MAX, &n), RC_OK);
		assert_true(n == good[i].n);
	}
	static const char *const bad[] = { "",
					   "-",
					   "+",
					   " 1",
					   "1 ",
					   "1.0",
					   "1e3",
					   "0x1",
					   "--1",
					   "9223372036854775808",
					   "-9223372036854775809",
					   "99999999999999999999999",
					   "\u0661" };
	for (size_t i = 0; i < COUNT_OF(bad); i++) {
		n = 5;
		assert_int_equal(str_to_int(str_of(bad[i]), INT64_MIN, INT64_MAX, &n), RC_BAD_INPUT);
		assert_int_equal(n, 5);
	}
	assert_int_equal(str_to_int(STR("11"), 0, 10, &n), RC_BAD_INPUT);
	assert_int_equal(str_to_int(STR("-1"), 0, 10, &n), RC_BAD_INPUT);
	assert_int_equal(str_to_int(STR("10"), 0, 10, &n), RC_OK);
	assert_int_equal(str_to_int((struct str){ "12345", 2 }, 0, 99, &n), RC_OK);
	assert_int_equal(n, 12);
}

static void test_buffers_keep_their_limit(void **state)
{
	(void)state;
	struct buf b AUTO(buf_release);
	buf_init(&b, 5);
	assert_str("", buf_view(&b));
	buf_puts(&b, "12345");
	assert_true(buf_ok(&b));
	buf_put(&b, NULL, 0);
	assert_true(buf_ok(&b));
	buf_putc(&b, '6');
	assert_false(buf_ok(&b));
	assert_str("12345", buf_view(&b)); /* nothing half */
	buf_puts(&b, "");
	assert_false(buf_ok(&b)); /* and it is remembered */
	buf_reset(&b);
	assert_true(buf_ok(&b));
	buf_printf(&b, "%d-%s", 12, "ab");
	assert_str("12-ab", buf_view(&b));
	buf_printf(&b, "%s", "x");
	assert_false(buf_ok(&b));
	buf_reset(&b);
	buf_int(&b, -42);
	assert_str("-42", buf_view(&b));
	buf_put(&b, "x", SIZE_MAX);
	assert_false(buf_ok(&b));
	struct buf none AUTO(buf_release);
	buf_init(&none, 0);
	buf_puts(&none, "");
	assert_true(buf_ok(&none));
	buf_putc(&none, 'x');
	assert_false(buf_ok(&none));
}

static void test_cutting_and_comparing(void **state)
{
	(void)state;
	struct str rest;
	assert_str("a", str_cut(STR("a,b,c"), ',', &rest));
	assert_str("b,c", rest);
	assert_str("abc", str_cut(STR("abc"), ',', &rest));
	assert_null(rest.p);
	assert_str("abc", str_cut(STR("abc,"), ',', &rest));
	assert_non_null(rest.p);
	assert_int_equal(rest.n, 0);
	assert_str("", str_cut((struct str){ NULL, 0 }, ',', &rest));
	assert_str("a b", str_trim(STR(" \t\r\n\u00a0a b\u00a0 \n")));
	assert_str("", str_trim(STR(" \u00a0 ")));
	assert_str("\u00e0", str_trim(STR("\u00e0"))); /* C3 A0 ends in the byte of a hard blank */
	assert_int_equal(str_cmp(STR("ab"), STR("abc")) < 0, 1);
	assert_int_equal(str_cmp(STR("b"), STR("abc")) > 0, 1);
	assert_int_equal(str_cmp(STR(""), (struct str){ NULL, 0 }), 0);
	assert_true(str_eq(STR(""), (struct str){ NULL, 0 }));
	assert_false(str_eq(BYTES("a\0b"), BYTES("a\0c")));
	assert_true(str_is_nocase(STR("aBc"), "AbC"));
	assert_false(str_is_nocase(STR("aB"), "AbC"));
	assert_true(str_eq_nocase(BYTES("a\0B"), BYTES("A\0b")));
	assert_true(str_eq_nocase(STR(""), (struct str){ NULL, 0 }));
	assert_false(str_eq_nocase(STR("ab"), STR("ac")));
	assert_true(str_starts(STR("abc"), "ab"));
	assert_false(str_starts(STR("a"), "ab"));
}

static void test_arenas(void **state)
{
	(void)state;
	struct arena a AUTO(arena_release);
	arena_init(&a);
	unsigned char *p = arena_alloc(&a, 3), *q = arena_alloc(&a, 100000);
	assert_int_equal((uintptr_t)p % 16, 0);
	assert_int_equal((uintptr_t)q % 16, 0);
	for (size_t i = 0; i < 100000; i++)
		assert_int_equal(q[i], 0);
	memset(q, 255, 100000);
	arena_reset(&a);
	q = arena_array(&a, 1000, 100);
	for (size_t i = 0; i < 100000; i++)
		assert_int_equal(q[i], 0);
	struct str s = arena_str(&a, BYTES("a\0b"));
	assert_int_equal(s.n, 3);
	assert_int_equal(s.p[3], '\0');
	assert_str("7 of 9", arena_printf(&a, "%d of %d", 7, 9));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_control_signs),
		cmocka_unit_test(test_well_formed_utf8),      cmocka_unit_test(test_names_fold),
		cmocka_unit_test(test_whole_numbers),	      cmocka_unit_test(test_buffers_keep_their_limit),
		cmocka_unit_test(test_cutting_and_comparing), cmocka_unit_test(test_arenas),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
