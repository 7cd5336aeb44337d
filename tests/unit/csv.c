/* The CSV reader and writer: what is read, where, and what is refused with which words. */
#include "codec/csv.h"
#include "codec/csv_mark.h"

#include <setjmp.h>
#include <stdarg.h>
#include <cmocka.h>

struct got {
	struct buf b; /* "line:cell|cell|;" for each record */
	size_t rows;
};

static enum rc keep(void *arg, const struct csv_row *row, struct err *e)
{
	struct got *g = arg;
	(void)e;
	buf_printf(&g->b, "%" PRId64 ":", row->line);
	for (size_t i = 0; i < row->n; i++) {
		buf_str(&g->b, row->cells[i]);
		buf_putc(&g->b, '|');
	}
	buf_putc(&g->b, ';');
	g->rows++;
	return RC_OK;
}

static void reads(struct str text, const char *want)
{
	struct got g = { .rows = 0 };
	struct err e = { .rc = RC_OK };
	buf_init(&g.b, 1 << 20);
	if (csv_read_text(text, keep, &g, &e) != RC_OK)
		fail_msg("refused: %s", e.text);
	assert_string_equal(g.b.p, want);
	buf_release(&g.b);
}

static void refuses(struct str text, enum rc rc, const char *words)
{
	struct got g = { .rows = 0 };
	struct err e = { .rc = RC_OK };
	buf_init(&g.b, 1 << 20);
	assert_int_equal(csv_read_text(text, keep, &g, &e), rc);
	if (!strstr(e.text, words))
		fail_msg("said \"%s\", not \"%s\"", e.text, words);
	buf_release(&g.b);
}

static void test_cells(void **state)
{
	(void)state;
	reads(STR("a,b\n1,2\n"), "1:a|b|;2:1|2|;");
	reads(STR("a,b\r\n1,2"), "1:a|b|;2:1|2|;");
	reads(STR("a,b\r1,2\r"), "1:a|b|;2:1|2|;");
	reads(STR("a;b,c\n1;2,3\n"), "1:a;b|c|;2:1;2|3|;"); /* as many of both: a comma */
	reads(STR("a;b;c\n1,5;2;3\n"), "1:a|b|c|;2:1,5|2|3|;");
	reads(STR("a\tb\n1\t2\n"), "1:a|b|;2:1|2|;");
	reads(STR("\xEF\xBB\xBF"
		  "a,b\n Zoë ,\"Ł\"\n"),
	      "1:a|b|;2:Zoë|Ł|;");
	reads(STR("a,b\n\"x,\"\"y\"\"\",\n"), "1:a|b|;2:x,\"y\"||;");
}

static void test_lines(void **state)
{
	(void)state;
	reads(STR("a,b\n\n\n1,2\n"), "1:a|b|;4:1|2|;");
	reads(STR("a,b\r\n\r\n1,2\r\n3,4\r\n"), "1:a|b|;3:1|2|;4:3|4|;");
	reads(STR("a,b\n\"1\n\n1\",2\n3,4\n"), "1:a|b|;2:1\n\n1|2|;5:3|4|;");
	reads(STR("a,b\n\"1\r\n1\",2\r\n3,4\n"), "1:a|b|;2:1\r\n1|2|;4:3|4|;");
	reads(STR("a,b\n,\n , \n3,4\n"), "1:a|b|;4:3|4|;"); /* rows of only empty cells are skipped */
	reads(STR("a,b\n   \n3,4\n"), "1:a|b|;3:3|4|;");
	reads(STR("a,b\r1,2\n3,4\r\n5,6\n"), "1:a|b|;2:1|2|;3:3|4|;4:5|6|;"); /* mixed ends of lines */
}

static void test_refusals(void **state)
{
	(void)state;
	refuses(STR(""), RC_BAD_INPUT, "the file is empty");
	refuses(STR("\xFF\xFE"
		    "a\0,\0"),
		RC_BAD_INPUT, "UTF-16");
	refuses(STR("\xFE\xFF\0a\0,"), RC_BAD_INPUT, "UTF-16");
	refuses(STR("a\0,\0b\0\n\0"), RC_BAD_INPUT, "UTF-16");
	refuses(STR("PK\3\4rest of a workbook"), RC_BAD_INPUT, "a workbook, not a CSV file");
	refuses(STR("a,b\nZo\xEB,2\n"), RC_BAD_INPUT, "line 2 is not UTF-8 (perhaps Windows-1252");
	refuses(STR("a,b\nZo\xEB,2\n"), RC_BAD_INPUT, "save it again as \"CSV UTF-8\"");
	refuses(STR("abc,b\n1,\0002\n"), RC_BAD_INPUT, "line 2 holds a NUL byte");
	refuses(STR("a,b\n1,\"2\n3,4\n"), RC_BAD_INPUT, "line 2 has a quotation mark that is never closed");
}

static void test_limits(void **state)
{
	(void)state;
	struct buf b;
	buf_init(&b, 1 << 20);
	for (int i = 0; i < CSV_COLUMNS_MAX; i++)
		buf_puts(&b, "a,");
	buf_puts(&b, "a\n");
	refuses(buf_view(&b), RC_LIMIT, "line 1 has more than 200 columns");
	buf_reset(&b);
	buf_puts(&b, "a,b\n1,");
	for (int i = 0; i < CSV_RECORD_MAX; i++)
		buf_putc(&b, 'x');
	buf_puts(&b, "\n");
	refuses(buf_view(&b), RC_LIMIT, "line 2 is longer than 64 KiB");
	buf_reset(&b); /* a quote that swallows the rest of the file */
	buf_puts(&b, "a,b\n1,\"x\n");
	for (int i = 0; i < 20000; i++)
		buf_puts(&b, "1,2,3,4\n");
	refuses(buf_view(&b), RC_LIMIT, "line 2 is longer than 64 KiB, or a quotation mark in it is never closed");
	buf_reset(&b); /* as long as allowed */
	buf_puts(&b, "a,b\n1,");
	for (int i = 0; i < CSV_RECORD_MAX - 4; i++)
		buf_putc(&b, 'x');
	buf_puts(&b, "\n3,4\n");
	struct got g = { .rows = 0 };
	struct err e;
	buf_init(&g.b, 1 << 20);
	assert_int_equal(csv_read_text(buf_view(&b), keep, &g, &e), RC_OK);
	assert_int_equal(g.rows, 3);
	buf_release(&g.b);
	buf_release(&b);
}

struct endless { /* a line of a gigabyte, made as it is read */
	uint64_t left, given;
	char c;
};

static enum rc endless_source(void *arg, void *p, size_t n, size_t *got_out, struct err *e)
{
	struct endless *s = arg;
	(void)e;
	size_t k = s->left < n ? (size_t)s->left : n;
	memset(p, s->c, k);
	s->left -= k;
	s->given += k;
	*got_out = k;
	return RC_OK;
}

static void test_gigabyte_line(void **state)
{
	(void)state;
	for (int i = 0; i < 2; i++) {
		struct endless s = { (uint64_t)1 << 30, 0, i ? '\0' : 'x' };
		struct got g = { .rows = 0 };
		struct err e;
		buf_init(&g.b, 100);
		assert_int_equal(csv_read(endless_source, &s, keep, &g, &e), i ? RC_BAD_INPUT : RC_LIMIT);
		assert_non_null(strstr(e.text, i ? "NUL byte" : "longer than 64 KiB"));
		assert_true(s.given < 1024 * 1024); /* refused after a little, not at the end */
		buf_release(&g.b);
	}
}

/* Every way of cutting the input into pieces reads the same. */
struct pieces {
	struct str text;
	size_t size;
};

static enum rc piece_source(void *arg, void *p, size_t n, size_t *got_out, struct err *e)
{
	struct pieces *s = arg;
	(void)e;
	size_t k = s->size < n ? s->size : n;
	k = k < s->text.n ? k : s->text.n;
	memcpy(p, s->text.p, k);
	s->text.p += k;
	s->text.n -= k;
	*got_out = k;
	return RC_OK;
}

static void test_pieces(void **state)
{
	(void)state;
	for (size_t size = 1; size < 12; size++) {
		struct pieces s = { STR("\xEF\xBB\xBF"
					"a,b\r\n\"1\r\n2\",Zoë\r\n\r\n3,4"),
				    size };
		struct got g = { .rows = 0 };
		struct err e;
		buf_init(&g.b, 1000);
		assert_int_equal(csv_read(piece_source, &s, keep, &g, &e), RC_OK);
		assert_string_equal(g.b.p, "1:a|b|;2:1\r\n2|Zoë|;5:3|4|;");
		buf_release(&g.b);
	}
}

/* A long file: more than one block, records across its borders. */
static void test_long(void **state)
{
	(void)state;
	struct buf b;
	struct got g = { .rows = 0 };
	struct err e;
	buf_init(&b, 64 << 20);
	buf_init(&g.b, 64 << 20);
	buf_puts(&b, "n,text\n");
	for (int i = 0; i < 60000; i++)
		buf_printf(&b, "%d,\"a \"\"word\"\" %d\"\n", i, i);
	assert_int_equal(csv_read_text(buf_view(&b), keep, &g, &e), RC_OK);
	assert_int_equal(g.rows, 60001);
	assert_non_null(strstr(g.b.p, "60001:59999|a \"word\" 59999|;"));
	buf_release(&b);
	buf_release(&g.b);
}

static void test_writer(void **state)
{
	(void)state;
	struct buf b;
	buf_init(&b, 1000);
	struct csv_writer w = { &b, false };
	csv_put(&w, STR("plain"));
	csv_put(&w, STR("a,b"));
	csv_put(&w, STR("say \"yes\""));
	csv_put(&w, STR("two\nlines"));
	csv_put(&w, STR(" blank"));
	csv_put(&w, STR("=1+1"));
	csv_put_int(&w, -5);
	csv_end_row(&w);
	assert_string_equal(b.p, "plain,\"a,b\",\"say \"\"yes\"\"\",\"two\nlines\",\" blank\",=1+1,-5\r\n");
	buf_reset(&b);
	csv_put_safe(&w, STR("=HYPERLINK(\"x\")"));
	csv_put_safe(&w, STR("@a"));
	csv_put_safe(&w, STR("a=b"));
	csv_put_safe(&w, STR(""));
	csv_end_row(&w);
	assert_string_equal(b.p, "\"'=HYPERLINK(\"\"x\"\")\",'@a,a=b,\r\n");
	assert_true(str_is(csv_unsafe(STR("'=x")), "=x"));
	assert_true(str_is(csv_unsafe(STR("'t Hooft")), "'t Hooft"));
	assert_true(str_is(csv_unsafe(STR("'")), "'"));
	buf_release(&b);
}

static void same_cells(struct str one, struct str two)
{
	struct err e;
	struct got g = { .rows = 0 }, h = { .rows = 0 };
	buf_init(&g.b, 1 << 20);
	buf_init(&h.b, 1 << 20);
	assert_int_equal(csv_read_text(one, keep, &g, &e), RC_OK);
	assert_int_equal(csv_read_text(two, keep, &h, &e), RC_OK);
	assert_string_equal(g.b.p, h.b.p);
	buf_release(&g.b);
	buf_release(&h.b);
}

/* A number in the quotes: the same cells to every reader, found again also in a part of the file. */
static void test_a_number_stands_in_the_quotes(void **state)
{
	(void)state;
	struct buf plain, marked, again;
	uint64_t number = 0;
	buf_init(&plain, 1 << 20);
	buf_init(&marked, 1 << 20);
	buf_init(&again, 1 << 20);
	struct csv_writer w = { .b = &plain };
	buf_puts(&plain, "\xEF\xBB\xBF");
	for (int r = 0; r < 60; r++) {
		csv_put(&w, STR("O’Fern"));
		csv_put(&w, STR(""));
		csv_put_int(&w, r);
		csv_put(&w, r % 3 ? STR("a, \"b\"") : STR("two\nlines"));
		csv_put_safe(&w, STR("=1+1"));
		csv_end_row(&w);
	}
	buf_puts(&plain, "\"One note. All of it\"\r\n");
	const uint64_t numbers[] = { 1, 0x7fffffffffffffff, 0x0123456789abcdef };
	for (size_t i = 0; i < COUNT_OF(numbers); i++) {
		buf_reset(&marked);
		buf_reset(&again);
		assert_false(csv_marked(buf_view(&plain), &number));
		csv_mark(buf_view(&plain), numbers[i], &marked);
		same_cells(buf_view(&plain), buf_view(&marked));
		assert_true(csv_marked(buf_view(&marked), &number) && number == numbers[i]);
		assert_false(str_eq(buf_view(&plain), buf_view(&marked)));
		/* The heading is as it was, for readers that look at its bytes. */
		assert_memory_equal(plain.p, marked.p, 12);
		/* Marked anew it carries the new number alone; a part of it, and with rows added, still the old one. */
		csv_mark(buf_view(&marked), 77, &again);
		assert_true(csv_marked(buf_view(&again), &number) && number == 77);
		assert_true(csv_marked((struct str){ marked.p, marked.n * 3 / 4 }, &number) && number == numbers[i]);
		buf_puts(&marked, "x,y\r\nx,y\r\n");
		assert_true(csv_marked(buf_view(&marked), &number) && number == numbers[i]);
	}
	/* Too little to carry it, and no table at all, is no mark and no harm. */
	static const char *const odd[] = { "",	      "\"",	    "a,b\r\n1,2\r\n", "a\n\n\nb",
					   "\"a\"\"", ",,,\n,,,\n", "a,\"b\"c,d\ne" };
	for (size_t i = 0; i < COUNT_OF(odd); i++) {
		buf_reset(&again);
		csv_mark(str_of(odd[i]), 0, &again);
		assert_false(csv_marked(buf_view(&again), &number));
	}
	buf_release(&plain);
	buf_release(&marked);
	buf_release(&again);
}

static void test_stop(void **state)
{
	(void)state;
	struct err e;
	struct got g = { .rows = 0 };
	buf_init(&g.b, 1000);
	assert_int_equal(csv_read_file("/nonexistent/x.csv", keep, &g, &e), RC_IO);
	assert_non_null(strstr(e.text, "/nonexistent/x.csv could not be opened"));
	assert_int_equal(csv_read_record(STR("1;2,3"), ';', keep, &g, &e), RC_OK);
	assert_string_equal(g.b.p, "1:1|2,3|;");
	buf_release(&g.b);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_cells),
		cmocka_unit_test(test_lines),
		cmocka_unit_test(test_refusals),
		cmocka_unit_test(test_limits),
		cmocka_unit_test(test_pieces),
		cmocka_unit_test(test_long),
		cmocka_unit_test(test_a_number_stands_in_the_quotes),
		cmocka_unit_test(test_gigabyte_line),
		cmocka_unit_test(test_writer),
		cmocka_unit_test(test_stop),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
