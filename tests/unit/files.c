/* Files read whole, and folders listed: what is there, what is not, what is too much. */
#include "base/files.h"

#include <sys/stat.h>
#include <unistd.h>

#include <setjmp.h>
#include <stdarg.h>

#include <cmocka.h>

#include "base/text.h"

static char folder[] = "/tmp/linnet-files-XXXXXX";
static struct arena a;

static const char *in(const char *name)
{
	return arena_printf(&a, "%s/%s", folder, name).p;
}

static void write_file(const char *name, const char *text, size_t n)
{
	FILE *f = fopen(in(name), "wb");
	assert_non_null(f);
	assert_int_equal(fwrite(text, 1, n, f), n);
	fclose(f);
}

static int begin(void **state)
{
	(void)state;
	arena_init(&a);
	return mkdtemp(folder) ? 0 : -1;
}

static int end(void **state)
{
	(void)state;
	const char *const names[] = { "b.yaml", "a.yaml", "B.yaml", ".hidden.yaml", "notes.txt", ".yaml" };
	for (size_t i = 0; i < COUNT_OF(names); i++)
		unlink(in(names[i]));
	arena_release(&a);
	return rmdir(folder);
}

static void test_a_file_has_its_bytes(void **state)
{
	(void)state;
	struct err e = { 0 };
	struct str s;
	write_file("notes.txt", "a\0b\n", 4);
	assert_int_equal(file_read(in("notes.txt"), 4, &a, &s, &e), RC_OK);
	assert_int_equal(s.n, 4);
	assert_memory_equal(s.p, "a\0b\n", 5);
	assert_int_equal(file_read(in("notes.txt"), 3, &a, &s, &e), RC_LIMIT);
	assert_non_null(strstr(e.text, "notes.txt is larger than 3 bytes"));
	write_file("notes.txt", "", 0);
	assert_int_equal(file_read(in("notes.txt"), 4, &a, &s, &e), RC_OK);
	assert_int_equal(s.n, 0);
}

static void test_what_is_not_there(void **state)
{
	(void)state;
	struct err e = { 0 };
	struct str s = STR("untouched"), *names = NULL;
	size_t n = 7;
	assert_int_equal(file_read(in("none"), 4, &a, &s, &e), RC_IO);
	assert_true(str_is(s, "untouched"));
	assert_int_equal(folder_list(in("none"), ".yaml", 9, &a, &names, &n, &e), RC_NOT_FOUND);
	assert_null(names);
	assert_int_equal(n, 7);
	assert_int_not_equal(file_read(folder, 4, &a, &s, &e), RC_OK); /* a folder is no file */
}

static void test_a_folder_is_listed_in_order(void **state)
{
	(void)state;
	const char *const made[] = { "b.yaml", "a.yaml", "B.yaml", ".hidden.yaml", "notes.txt", ".yaml" };
	const char *const want[] = { "B.yaml", "a.yaml", "b.yaml" };
	struct err e = { 0 };
	struct str *names;
	size_t n;
	for (size_t i = 0; i < COUNT_OF(made); i++)
		write_file(made[i], "x", 1);
	assert_int_equal(folder_list(folder, ".yaml", 3, &a, &names, &n, &e), RC_OK);
	assert_int_equal(n, COUNT_OF(want));
	for (size_t i = 0; i < n; i++)
		assert_string_equal(names[i].p, want[i]);
	assert_int_equal(folder_list(folder, ".yaml", 2, &a, &names, &n, &e), RC_LIMIT);
	assert_int_equal(folder_list(folder, ".csv", 2, &a, &names, &n, &e), RC_OK);
	assert_int_equal(n, 0);
}

static void test_a_file_is_written_but_never_over_a_store(void **state)
{
	struct err e;
	struct str got;
	(void)state;
	assert_int_equal(file_write(in("notes.txt"), "one", 3, &e), RC_OK);
	assert_int_equal(file_write(in("notes.txt"), NULL, 0, &e), RC_OK);
	assert_int_equal(file_write(in("notes.txt"), "two", 3, &e), RC_OK);
	assert_int_equal(file_read(in("notes.txt"), 100, &a, &got, &e), RC_OK);
	assert_true(str_is(got, "two"));
	assert_int_equal(file_write(in("nowhere/x"), "two", 3, &e), RC_IO);
	static const char *const begins[] = { "SQLite format 3", "PGDMP" };
	for (size_t i = 0; i < COUNT_OF(begins); i++) {
		write_file("notes.txt", begins[i], strlen(begins[i]));
		assert_int_equal(file_write(in("notes.txt"), "two", 3, &e), RC_REFUSED);
		assert_non_null(strstr(e.text, "is a store or a backup; nothing was written"));
		assert_int_equal(file_read(in("notes.txt"), 100, &a, &got, &e), RC_OK);
		assert_true(str_is(got, begins[i]));
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_a_file_has_its_bytes),
		cmocka_unit_test(test_what_is_not_there),
		cmocka_unit_test(test_a_folder_is_listed_in_order),
		cmocka_unit_test(test_a_file_is_written_but_never_over_a_store),
	};
	return cmocka_run_group_tests(tests, begin, end);
}
