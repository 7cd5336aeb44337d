/* ZIP files: what is read, and every trick refused with one sentence. */
#include "codec/zip.h"

#include "zipmake.h"

#include <setjmp.h>
#include <stdarg.h>
#include <cmocka.h>

static const struct unzip_limits small = { .file_max = 1 << 20,
					   .entries_max = 10,
					   .entry_max = 4 << 20,
					   .total_max = 6 << 20,
					   .ratio_max = 100,
					   .ratio_from = 1 << 20 };

static void refused_at_open(struct zipmake *z, enum rc rc, const char *words)
{
	struct unzip *u = NULL;
	struct err e = { .rc = RC_OK };
	enum rc got = unzip_open(zip_end(z), &small, &u, &e);
	if (got != rc || !strstr(e.text, words))
		fail_msg("rc %d \"%s\", not %d \"%s\"", got, e.text, rc, words);
	assert_null(u);
	zip_release(z);
}

static enum rc read_entry(struct unzip *u, size_t i, struct buf *out, struct err *e)
{
	char piece[1000];
	size_t got = 1;
	buf_init(out, 64 << 20);
	enum rc rc = unzip_start(u, i, e);
	while (rc == RC_OK && got) {
		rc = unzip_read(u, piece, sizeof piece, &got, e);
		if (rc == RC_OK)
			buf_put(out, piece, got);
	}
	return rc;
}

static void holds(struct unzip *u, const char *name, const char *text)
{
	struct buf b;
	struct err e = { .rc = RC_OK };
	size_t i = unzip_find(u, str_of(name));
	assert_true(i != SIZE_MAX);
	if (read_entry(u, i, &b, &e) != RC_OK)
		fail_msg("refused: %s (%s)", e.text, e.detail);
	assert_string_equal(b.p ? b.p : "", text);
	buf_release(&b);
}

static struct unzip *opened(struct zipmake *z)
{
	struct unzip *u = NULL;
	struct err e = { .rc = RC_OK };
	if (unzip_open(zip_end(z), &small, &u, &e) != RC_OK)
		fail_msg("refused: %s (%s)", e.text, e.detail);
	return u;
}

static void test_reads(void **state)
{
	(void)state;
	for (int long_form = 0; long_form < 2; long_form++) {
		struct zipmake z;
		zip_begin(&z);
		z.zip64 = long_form;
		z.flags = long_form ? 0 : 0x808; /* sizes again behind the bytes; names in UTF-8 */
		zip_put(&z, "b/two.txt", STR("packed packed packed packed"));
		z.store = true;
		zip_put(&z, "One.TXT", STR("stored"));
		zip_put(&z, "empty", STR(""));
		zip_put(&z, "folder/", STR(""));
		struct unzip *u = opened(&z);
		assert_int_equal(unzip_count(u), 4);
		assert_true(str_is(unzip_name(u, 0), "b/two.txt"));
		holds(u, "one.txt", "stored");
		holds(u, "B/TWO.TXT", "packed packed packed packed");
		holds(u, "b/two.txt", "packed packed packed packed"); /* as often as one likes */
		holds(u, "empty", "");
		assert_true(unzip_find(u, STR("two.txt")) == SIZE_MAX);
		assert_true(unzip_find(u, STR("")) == SIZE_MAX);
		unzip_close(u);
		zip_release(&z);
	}
}

static void test_left_in_the_middle(void **state)
{
	struct zipmake z;
	char one;
	size_t got;
	(void)state;
	zip_begin(&z);
	zip_put(&z, "a", STR("aaaaaaaaaa"));
	zip_put(&z, "b", STR("bbbbbbbbbb"));
	struct unzip *u = opened(&z);
	assert_int_equal(unzip_start(u, 0, NULL), RC_OK);
	assert_int_equal(unzip_read(u, &one, 1, &got, NULL), RC_OK);
	assert_int_equal(unzip_start(u, 1, NULL), RC_OK);
	assert_int_equal(unzip_read(u, &one, 1, &got, NULL), RC_OK);
	assert_int_equal(one, 'b');
	unzip_close(u);
	zip_release(&z);
}

static void test_names(void **state)
{
	static const char *const tricks[] = { "../x", "a/../../x", "/etc/passwd", "..\\x", "C:x",
					      "a/..", "./a",	   "a\nb",	  "" };
	struct zipmake z;
	(void)state;
	for (size_t i = 0; i < COUNT_OF(tricks); i++) {
		zip_begin(&z);
		zip_put(&z, "fine", STR("x"));
		zip_put(&z, tricks[i], STR("x"));
		refused_at_open(&z, RC_BAD_INPUT, "a name that would lead out of it");
	}
	zip_begin(&z);
	zip_put(&z, "a/b", STR("x"));
	zip_put(&z, "c", STR("x"));
	zip_put(&z, "A/B", STR("y"));
	refused_at_open(&z, RC_BAD_INPUT, "two parts of the same name");
}

static void test_kinds(void **state)
{
	struct zipmake z;
	struct unzip *u = NULL;
	struct err e = { .rc = RC_OK };
	(void)state;
	zip_begin(&z);
	z.flags = 1;
	zip_put(&z, "secret", STR("x"));
	refused_at_open(&z, RC_BAD_INPUT, "protected with a password");
	zip_begin(&z);
	z.method = 14; /* LZMA */
	zip_put(&z, "packed", STR("x"));
	refused_at_open(&z, RC_BAD_INPUT, "packed in an uncommon way");
	zip_begin(&z);
	for (int i = 0; i < 11; i++) {
		char name[16];
		snprintf(name, sizeof name, "%d", i);
		zip_put(&z, name, STR("x"));
	}
	refused_at_open(&z, RC_LIMIT, "holds more than 10 parts");
	assert_int_equal(unzip_open(STR("not a zip"), &small, &u, &e), RC_BAD_INPUT);
	assert_string_equal(e.text, "the file is not a ZIP file");
	assert_int_equal(unzip_open(STR("PK\3\4 but cut off"), &small, &u, &e), RC_BAD_INPUT);
	assert_non_null(strstr(e.text, "damaged or was cut off (it has no directory at its end)"));
	assert_int_equal(unzip_open(STR(""), &small, &u, &e), RC_BAD_INPUT);
	char *large = xcalloc(1, small.file_max + 1);
	assert_int_equal(unzip_open((struct str){ large, small.file_max + 1 }, &small, &u, &e), RC_LIMIT);
	assert_non_null(strstr(e.text, "larger than 1 MB"));
	free(large);
}

/* n bytes of nothing */
static void put_zeros(struct zipmake *z, const char *name, size_t n)
{
	char *zeros = xcalloc(1, n);
	zip_put(z, name, (struct str){ zeros, n });
	free(zeros);
}

static void read_refused(struct unzip *u, size_t i, enum rc rc, const char *words)
{
	struct err e = { .rc = RC_OK };
	struct buf b;
	enum rc got = read_entry(u, i, &b, &e);
	if (got != rc || !strstr(e.text, words))
		fail_msg("rc %d \"%s\", not %d \"%s\"", got, e.text, rc, words);
	buf_release(&b);
}

static void test_bombs(void **state)
{
	struct zipmake z;
	struct unzip *u;
	(void)state;
	zip_begin(&z);
	put_zeros(&z, "honest", (4 << 20) + 1);
	refused_at_open(&z, RC_LIMIT, "a part of it unpacks to more than 4 MB");
	zip_begin(&z);
	put_zeros(&z, "thin", 2 << 20);
	u = opened(&z);
	read_refused(u, 0, RC_LIMIT, "unpacks to more than 100 times its size");
	unzip_close(u);
	zip_release(&z);
	zip_begin(&z);
	z.lie_unpacked = 100;
	put_zeros(&z, "lies", 40 << 20);
	u = opened(&z);
	struct err e = { .rc = RC_OK };
	struct buf b;
	assert_true(read_entry(u, 0, &b, &e) != RC_OK);
	assert_true(e.text[0] && b.n <= small.entry_max);
	buf_release(&b);
	unzip_close(u);
	zip_release(&z);
	/* fat enough for the ratio, but read again and again */
	zip_begin(&z);
	z.store = true;
	put_zeros(&z, "fat", 900 << 10);
	u = opened(&z);
	for (int i = 0; i < 6; i++) {
		assert_int_equal(read_entry(u, 0, &b, &e), RC_OK);
		buf_release(&b);
	}
	read_refused(u, 0, RC_LIMIT, "it unpacks to more than 6 MB");
	unzip_close(u);
	zip_release(&z);
}

static void test_damaged(void **state)
{
	struct zipmake z;
	size_t refused = 0;
	(void)state;
	zip_begin(&z);
	zip_put(&z, "a", STR("what is written here must come out as it was or not at all"));
	z.store = true;
	zip_put(&z, "b", STR("and this as well"));
	struct str file = zip_end(&z);
	for (size_t i = 0; i < 2 * file.n; i++) { /* every byte changed, then every length */
		struct unzip *u = NULL;
		struct err e = { .rc = RC_OK };
		char *copy = xstrndup(file.p, file.n);
		bool cut = i >= file.n;
		if (!cut)
			copy[i] = (char)(copy[i] ^ 0x11);
		enum rc rc = unzip_open((struct str){ copy, cut ? i - file.n : file.n }, &small, &u, &e);
		for (size_t k = 0; rc == RC_OK && k < unzip_count(u); k++) {
			struct buf b;
			rc = read_entry(u, k, &b, &e);
			if (rc == RC_OK && b.n)
				assert_true(str_is(buf_view(&b), k ? "and this as well"
								   : "what is written here must come out as it was or "
								     "not at all"));
			buf_release(&b);
		}
		refused += rc != RC_OK;
		assert_true(rc == RC_OK ? !cut : e.text[0]);
		unzip_close(u);
		free(copy);
	}
	assert_true(refused > file.n);
	zip_release(&z);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_reads), cmocka_unit_test(test_left_in_the_middle),
		cmocka_unit_test(test_names), cmocka_unit_test(test_kinds),
		cmocka_unit_test(test_bombs), cmocka_unit_test(test_damaged),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
