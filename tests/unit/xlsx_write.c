/* Workbooks written: read back the same, the same bytes each time, and nothing that a stranger typed is run. */
#include "codec/xlsx_write.h"

#include "codec/csv.h"
#include "codec/sheet_read.h"
#include "codec/zip.h"
#include "sheettold.h"

#include <setjmp.h>
#include <stdarg.h>
#include <unistd.h>
#include <cmocka.h>

/* 22 November 2026, 15:00 UTC */
static const struct xlsx_about about = { .title = "A list", .author = "Linnet", .created_ms = 1795359600000 };
static const struct xlsx_column two[] = { { "Name", 20, false }, { "What is said", 40, true } };

static struct told read_back(struct str file, bool texts_only)
{
	struct told t = { .texts_only = texts_only };
	struct sheet_listener l = told_listener(&t);
	struct err e = { .rc = RC_OK };
	buf_init(&t.b, 64 << 20);
	if (sheet_read_text(file, (struct str){ NULL, 0 }, &l, &e) != RC_OK)
		fail_msg("refused: %s (%s)", e.text, e.detail);
	return t;
}

static void finishes(struct xlsx_writer *w, struct buf *out)
{
	struct err e = { .rc = RC_OK };
	buf_init(out, 64 << 20);
	if (xlsx_finish(w, out, &e) != RC_OK)
		fail_msg("refused: %s", e.text);
	xlsx_writer_free(w);
}

static void writes(struct xlsx_writer *w, const char *want)
{
	struct buf file;
	finishes(w, &file);
	struct told t = read_back(buf_view(&file), false);
	assert_string_equal(t.b.p, want);
	buf_release(&t.b);
	buf_release(&file);
}

static struct xlsx_writer *begin_two(void)
{
	struct xlsx_writer *w = xlsx_writer_new(&about);
	xlsx_sheet_begin(w, STR("List"), two, 2);
	return w;
}

static void put_row(struct xlsx_writer *w, const char *a, const char *b)
{
	xlsx_put_text(w, str_of(a));
	xlsx_put_text(w, str_of(b));
	xlsx_row_end(w);
}

static void test_cells(void **state)
{
	static const struct xlsx_column columns[] = {
		{ "Text", 0, false },	 { "Number", 10, false }, { "Day", 12, false },
		{ "Instant", 0, false }, { "Link", 0, false },
	};
	struct xlsx_writer *w = xlsx_writer_new(&about);
	(void)state;
	xlsx_sheet_begin(w, STR("One"), columns, 5);
	xlsx_put_text(w, STR("Zo\xC3\xAB <&> \"q\""));
	xlsx_put_int(w, 9434765919);
	xlsx_put_day(w, day_of(2026, 11, 22), MINUTE_NONE);
	xlsx_put_day(w, day_of(2026, 11, 22), 14 * 60 + 5);
	xlsx_put_link(w, STR("https://example.org/a?b=c&d=\"e\""), STR("the page"));
	xlsx_row_end(w);
	xlsx_put_empty(w);
	xlsx_put_number(w, -0.25);
	xlsx_put_day(w, day_of(1850, 5, 1), MINUTE_NONE);
	xlsx_put_day(w, DAY_NONE, MINUTE_NONE);
	xlsx_put_link(w, STR("mailto:a@example.org"), STR(""));
	xlsx_row_end(w);
	xlsx_sheet_begin(w, STR("Two & more"), two, 2);
	put_row(w, "a", "b");
	writes(w,
	       "[One]1:TText|TNumber|TDay|TInstant|TLink|;2:TZo\xC3\xAB <&> \"q\"|N9434765919|D2026-11-22|D2026-11-22 "
	       "14:05|Tthe page|;3:_|N-0.25|T01/05/1850|_|Tmailto:a@example.org|;"
	       "[Two & more]1:TName|TWhat is said|;2:Ta|Tb|;");
}

/* Lines above the heading and across a row are one wide cell: the rest of it is merged. */
static void test_titles(void **state)
{
	struct xlsx_writer *w = xlsx_writer_new(&about);
	(void)state;
	xlsx_title(w, STR("Our children"));
	xlsx_title(w, STR("=as of today"));
	xlsx_sheet_begin(w, STR("List"), two, 2);
	xlsx_put_across(w, STR("Essex"));
	xlsx_row_end(w);
	put_row(w, "a", "b");
	xlsx_put_text(w, STR("c"));
	xlsx_put_across(w, STR("alone in the last column"));
	xlsx_row_end(w);
	writes(w, "[List]1:TOur children|_^|;2:T=as of today|_^|;3:TName|TWhat is "
		  "said|;4:TEssex|_^|;5:Ta|Tb|;6:Tc|Talone in the "
		  "last column|;");
}

/* Every minute of a day and days across the centuries come back. */
static void test_every_minute(void **state)
{
	struct xlsx_writer *w = begin_two();
	struct buf want;
	char iso[DAY_TEXT_MAX];
	(void)state;
	buf_init(&want, 1 << 20);
	buf_puts(&want, "1:Name|What is said|;");
	for (int m = 0; m < 1440; m++) {
		day_t d = day_of(1900, 3, 1) + m * 2054;
		xlsx_put_day(w, d, m);
		xlsx_put_day(w, d, MINUTE_NONE);
		xlsx_row_end(w);
		buf_printf(&want, "%d:%s %02d:%02d|%s|;", m + 2, day_iso(d, iso), m / 60, m % 60, iso);
	}
	struct buf file;
	finishes(w, &file);
	struct told t = read_back(buf_view(&file), true);
	assert_string_equal(t.b.p, want.p);
	buf_release(&t.b);
	buf_release(&file);
	buf_release(&want);
}

/* The XML of the only sheet. */
static void sheet_xml(struct str file, const char *name, struct buf *out)
{
	struct unzip *u;
	size_t got = 1;
	char piece[4096];
	assert_int_equal(unzip_open(file, &unzip_usual, &u, NULL), RC_OK);
	buf_init(out, 16 << 20);
	assert_int_equal(unzip_start(u, unzip_find(u, str_of(name)), NULL), RC_OK);
	while (got) {
		assert_int_equal(unzip_read(u, piece, sizeof piece, &got, NULL), RC_OK);
		buf_put(out, piece, got);
	}
	unzip_close(u);
}

static void test_formulas_stay_text(void **state)
{
	static const char *const nasty[] = { "=1+1",
					     "+1",
					     "-1",
					     "@SUM(A1)",
					     "\t=1",
					     "=HYPERLINK(\"http://x\")",
					     "=cmd|' /C calc'!A0",
					     "{=1}",
					     "http://example.org",
					     "_x0041_",
					     "__x0041__",
					     "a\x01z",
					     "123",
					     "TRUE",
					     "a\r\nb" };
	static const char *const back[] = { "=1+1",
					    "+1",
					    "-1",
					    "@SUM(A1)",
					    "=1",
					    "=HYPERLINK(\"http://x\")",
					    "=cmd|' /C calc'!A0",
					    "{=1}",
					    "http://example.org",
					    "_x0041_",
					    "__x0041__",
					    "a\x01z",
					    "123",
					    "TRUE",
					    "a\r\nb" };
	struct xlsx_writer *w = begin_two();
	struct buf file, xml, want;
	(void)state;
	buf_init(&want, 1 << 16);
	buf_puts(&want, "[List]1:TName|TWhat is said|;");
	for (size_t i = 0; i < COUNT_OF(nasty); i++) {
		put_row(w, nasty[i], nasty[i]);
		buf_printf(&want, "%zu:T%s|T%s|;", i + 2, back[i], back[i]);
	}
	finishes(w, &file);
	sheet_xml(buf_view(&file), "xl/worksheets/sheet1.xml", &xml);
	assert_null(strstr(xml.p, "<f"));
	assert_null(strstr(xml.p, "<v>"));
	assert_null(strstr(xml.p, "hyperlink"));
	assert_non_null(strstr(xml.p, "state=\"frozen\""));
	assert_non_null(strstr(xml.p, "<autoFilter ref=\"A1:B16\"/>"));
	assert_non_null(strstr(xml.p, "<col min=\"1\" max=\"1\" width=\"20."));
	struct told t = read_back(buf_view(&file), false);
	assert_string_equal(t.b.p, want.p);
	buf_release(&t.b);
	buf_release(&xml);
	buf_release(&want);
	buf_release(&file);
}

static void write_some(struct buf *out)
{
	struct xlsx_writer *w = begin_two();
	for (int i = 0; i < 50; i++)
		put_row(w, "a", "b");
	xlsx_put_link(w, STR("https://example.org"), STR("x"));
	xlsx_row_end(w);
	finishes(w, out);
}

static void test_same_bytes(void **state)
{
	struct buf one, two_, core;
	(void)state;
	write_some(&one);
	usleep(2100 * 1000); /* a ZIP counts time in steps of two seconds */
	write_some(&two_);
	assert_int_equal(one.n, two_.n);
	assert_memory_equal(one.p, two_.p, one.n);
	sheet_xml(buf_view(&one), "docProps/core.xml", &core);
	assert_non_null(strstr(core.p, "2026-11-22T15:00:00Z"));
	assert_non_null(strstr(core.p, "<dc:title>A list</dc:title>"));
	buf_release(&core);
	buf_release(&one);
	buf_release(&two_);
}

/* Whose copy it is stands among the properties and at the head of printed pages; an & is no command. */
static void test_a_stamp(void **state)
{
	const struct xlsx_column one[] = { { "Name", 0, false } };
	const struct xlsx_about stamped = { .title = "A list",
					    .stamp = "Copy 1: Bea & Finch, for a chase",
					    .created_ms = 1000 };
	struct xlsx_writer *w = xlsx_writer_new(&stamped);
	struct buf file, part;
	(void)state;
	for (int i = 0; i < 2; i++) {
		xlsx_sheet_begin(w, i ? STR("Two") : STR("One"), one, 1);
		xlsx_put_text(w, STR("a"));
		xlsx_row_end(w);
	}
	finishes(w, &file);
	sheet_xml(buf_view(&file), "docProps/core.xml", &part);
	assert_non_null(strstr(part.p, "Copy 1: Bea &amp; Finch, for a chase</dc:description>"));
	buf_release(&part);
	for (int i = 0; i < 2; i++) {
		sheet_xml(buf_view(&file), i ? "xl/worksheets/sheet2.xml" : "xl/worksheets/sheet1.xml", &part);
		assert_non_null(
		    strstr(part.p, "<oddHeader>&amp;L&amp;8Copy 1: Bea &amp;&amp; Finch, for a chase</oddHeader>"));
		buf_release(&part);
	}
	buf_release(&file);
}

static void test_to_file(void **state)
{
	struct xlsx_writer *w = begin_two();
	struct err e = { .rc = RC_OK };
	char path[] = "/tmp/linnet-xlsx-XXXXXX";
	int fd = mkstemp(path);
	struct told t = { .rows = 0 };
	struct sheet_listener l = told_listener(&t);
	(void)state;
	unlink(path);
	put_row(w, "a", "b");
	assert_int_equal(xlsx_finish_fd(w, fd, &e), RC_OK);
	assert_int_equal(xlsx_finish_fd(w, fd, &e), RC_INTERNAL); /* once is enough */
	xlsx_writer_free(w);
	buf_init(&t.b, 1 << 16);
	assert_int_equal(lseek(fd, 0, SEEK_SET), 0);
	assert_int_equal(sheet_read(fd, STR("list"), &l, &e), RC_OK);
	assert_string_equal(t.b.p, "[List]1:TName|TWhat is said|;2:Ta|Tb|;");
	buf_release(&t.b);
	close(fd);
}

/* ---- refusals ---- */

static void fails(struct xlsx_writer *w, enum rc rc, const char *words)
{
	struct err e = { .rc = RC_OK };
	struct buf out;
	buf_init(&out, 1 << 20);
	enum rc got = xlsx_finish(w, &out, &e);
	if (got != rc || !strstr(e.text, words))
		fail_msg("rc %d \"%s\", not %d \"%s\"", got, e.text, rc, words);
	assert_int_equal(out.n, 0);
	buf_release(&out);
	xlsx_writer_free(w);
}

static void test_refusals(void **state)
{
	static const char *const names[] = { "",    "a/b", "[a]", "'a", "a'", "a name of more than thirty-one letters",
					     "list" };
	static char much[SHEET_CELL_MAX + 1];
	struct xlsx_writer *w;
	(void)state;
	for (size_t i = 0; i < COUNT_OF(names); i++) {
		w = begin_two();
		xlsx_sheet_begin(w, str_of(names[i]), two, 2);
		fails(w, RC_BAD_INPUT, "a sheet may not have this name, or another one has it");
	}
	w = begin_two();
	xlsx_put_text(w, STR("\xFF"));
	put_row(w, "what follows", "does nothing");
	fails(w, RC_BAD_INPUT, "sheet 1, row 2: a text is not UTF-8");
	w = begin_two();
	xlsx_put_text(w, (struct str){ much, sizeof much });
	fails(w, RC_LIMIT, "longer than a cell can hold");
	w = begin_two();
	xlsx_put_text(w, STR("a"));
	xlsx_put_text(w, STR("b"));
	xlsx_put_text(w, STR("c"));
	fails(w, RC_INTERNAL, "more cells than columns");
	w = begin_two();
	xlsx_put_link(w, STR("javascript:alert(1)"), STR("a"));
	fails(w, RC_BAD_INPUT, "a link leads to an address");
	w = begin_two();
	xlsx_put_link(w, STR("file:///etc/passwd"), STR("a"));
	fails(w, RC_BAD_INPUT, "a link leads to an address");
	w = begin_two();
	xlsx_put_text(w, STR("a"));
	fails(w, RC_INTERNAL, "the last row was not ended");
	fails(xlsx_writer_new(&about), RC_INTERNAL, "it has no sheet");
	xlsx_writer_free(begin_two()); /* thrown away */
	xlsx_writer_free(NULL);
}

static void test_full_buffer(void **state)
{
	struct xlsx_writer *w = begin_two();
	struct err e = { .rc = RC_OK };
	struct buf small;
	(void)state;
	put_row(w, "a", "b");
	buf_init(&small, 100);
	assert_int_equal(xlsx_finish(w, &small, &e), RC_LIMIT);
	assert_non_null(strstr(e.text, "larger than 100 bytes"));
	buf_release(&small);
	xlsx_writer_free(w);
}

/* ---- the same content as CSV and as a workbook gives the same cells ---- */

static uint32_t seed = 20261122;

static uint32_t next(uint32_t below)
{
	seed = seed * 1664525u + 1013904223u;
	return (seed >> 8) % below;
}

static struct str some_text(char *to, size_t max)
{
	static const char *const pieces[] = { "a",	  "Zo\xC3\xAB", ",",	   ";",
					      "\"",	  "'",		" ",	   "\n",
					      "=",	  "<",		"&",	   "_x0041_",
					      "0",	  "12",		"-",	   "\xF0\x9F\x98\x80",
					      "\xC5\x81", "]]>",	"\xC2\xA0" };
	size_t n = 0;
	for (uint32_t k = next(6); k; k--) {
		struct str p = str_of(pieces[next(COUNT_OF(pieces))]);
		if (n + p.n > max)
			break;
		memcpy(to + n, p.p, p.n);
		n += p.n;
	}
	return (struct str){ to, n };
}

static void test_same_as_csv(void **state)
{
	(void)state;
	for (int round = 0; round < 30; round++) {
		struct xlsx_column columns[6];
		struct xlsx_writer *w = xlsx_writer_new(&about);
		struct buf csv, file;
		struct csv_writer c = { .b = &csv };
		size_t n = 1 + next(6);
		buf_init(&csv, 1 << 20);
		for (size_t i = 0; i < n; i++) {
			static const char *const titles[] = { "A", "B b", "C", "D", "E", "F" };
			columns[i] = (struct xlsx_column){ titles[i], 0, i % 2 };
			csv_put(&c, str_of(columns[i].title));
		}
		csv_end_row(&c);
		xlsx_sheet_begin(w, STR("S"), columns, n);
		for (int r = 0; r < 40; r++) {
			char first[256];
			bool lone =
			    false; /* an empty line has no record, and a line break before the end of one counts */
			for (size_t i = 0; i < n; i++) {
				struct str s = some_text(first, sizeof first - 32);
				for (size_t k = 0; k < s.n; k++)
					if (s.p[k] == '\n')
						first[k] = ' ';
				lone = lone || s.n;
				xlsx_put_text(w, s);
				csv_put(&c, s);
			}
			if (!lone && n == 1)
				csv_put(&c, STR(""));
			xlsx_row_end(w);
			csv_end_row(&c);
		}
		finishes(w, &file);
		struct told x = read_back(buf_view(&file), true), t = read_back(buf_view(&csv), true);
		assert_string_equal(x.b.p, t.b.p);
		buf_release(&x.b);
		buf_release(&t.b);
		buf_release(&csv);
		buf_release(&file);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_cells),	     cmocka_unit_test(test_titles),
		cmocka_unit_test(test_every_minute), cmocka_unit_test(test_formulas_stay_text),
		cmocka_unit_test(test_a_stamp),	     cmocka_unit_test(test_same_bytes),
		cmocka_unit_test(test_to_file),	     cmocka_unit_test(test_refusals),
		cmocka_unit_test(test_full_buffer),  cmocka_unit_test(test_same_as_csv),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
