/* The safety and privacy file: the product's own, and mistakes in it. */
#include "base/files.h"
#include "base/text.h"
#include "work/oversee/safety.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cmocka.h>

static struct arena arena;
static struct err err;
static char folder[64];

static void the_products_own(void **state)
{
	(void)state;
	struct safety_file f;
	assert_int_equal(safety_read("data", &arena, &f, &err), RC_OK);
	assert_true(f.n_papers >= 6 && f.n >= 20);
	assert_true(str_is(f.papers[0].title, "What Linnet is for, and what it is not"));
	assert_int_equal(f.n_not_acceptable, 0);
	for (size_t i = 0; i < f.n; i++) {
		assert_true(f.hazards[i].n > 0);
		assert_true(f.hazards[i].after.number <= f.hazards[i].before.number);
	}
}

static const char LOG[] =
    "status: Draft\nscales:\n  severity: [a, b, c, d, e]\n  likelihood: [v, w, x, y, z]\n"
    "matrix:\n  v: [1, 1, 2, 2, 3]\n  w: [1, 2, 2, 3, 4]\n  x: [2, 2, 3, 3, 4]\n"
    "  y: [2, 3, 3, 4, 5]\n  z: [3, 4, 4, 5, 5]\nacceptable-to: 3\nhazards:\n"
    "  - id: H1\n    title: T\n    cause: C\n    effect: E\n    before: {severity: d, likelihood: z}\n"
    "    controls:\n      - does: D\n        tests: [tests/x#y]\n    after: {severity: e, likelihood: w}\n"
    "    left: L\n";

/* The log with `from` replaced by `to`, read. */
static enum rc read_with(const char *from, const char *to, struct safety_file *out)
{
	char path[200];
	const char *at = strstr(LOG, from);
	assert_non_null(at);
	snprintf(path, sizeof path, "%s/safety", folder);
	mkdir(path, 0700);
	snprintf(path, sizeof path, "%s/safety/hazards.yaml", folder);
	FILE *f = fopen(path, "wb");
	assert_non_null(f);
	fprintf(f, "%.*s%s%s", (int)(at - LOG), LOG, to, at + strlen(from));
	assert_int_equal(fclose(f), 0);
	err_clear(&err);
	return safety_read(folder, &arena, out, &err);
}

static void a_risk_follows_from_the_matrix(void **state)
{
	(void)state;
	struct safety_file f;
	assert_int_equal(read_with("T\n", "T\n", &f), RC_OK);
	assert_int_equal(f.n, 1);
	assert_int_equal(f.hazards[0].before.number, 5);
	assert_int_equal(f.hazards[0].after.number, 4);
	assert_int_equal(f.n_not_acceptable, 1);
}

static void mistakes_are_told(void **state)
{
	(void)state;
	static const struct {
		const char *from, *to, *words;
	} mistakes[] = {
		{ "      - does: D\n        tests: [tests/x#y]\n", "", "a hazard needs a control" },
		{ "        tests: [tests/x#y]\n", "", "a control needs a test" },
		{ "likelihood: w}", "likelihood: often}", "words of \"scales\"" },
		{ "    left: L\n", "", "\"left\" is missing" },
		{ "    cause: C\n", "    cause: C\n    colour: red\n", "colour" },
		{ "severity: [a, b, c, d, e]", "severity: [a, b, c, d]", "needs 5 words" },
		{ "y: [2, 3, 3, 4, 5]", "y: [2, 3, 3, 4, 6]", "from 1 to 5" },
		{ "  z: [3, 4, 4, 5, 5]\n", "", "5 numbers for \"z\"" },
		{ "status: Draft\n", "", "\"status\" is missing" },
	};
	for (size_t i = 0; i < COUNT_OF(mistakes); i++) {
		struct safety_file f = { .n = 77 };
		assert_int_equal(read_with(mistakes[i].from, mistakes[i].to, &f), RC_BAD_INPUT);
		if (!strstr(err.text, mistakes[i].words) || !strstr(err.text, "hazards.yaml:"))
			fail_msg("\"%s\" is not in: %s", mistakes[i].words, err.text);
		assert_int_equal(f.n, 77);
	}
	struct safety_file f;
	assert_int_equal(safety_read("/nowhere", &arena, &f, &err), RC_NOT_FOUND);
}

static int set_up(void **state)
{
	(void)state;
	arena_init(&arena);
	snprintf(folder, sizeof folder, "/tmp/linnet-safety-XXXXXX");
	return mkdtemp(folder) ? 0 : -1;
}

static int tear_down(void **state)
{
	char command[100];
	(void)state;
	arena_release(&arena);
	snprintf(command, sizeof command, "rm -rf '%s'", folder);
	return system(command);
}

int main(void)
{
	const struct CMUnitTest tests[] = { cmocka_unit_test(the_products_own),
					    cmocka_unit_test(a_risk_follows_from_the_matrix),
					    cmocka_unit_test(mistakes_are_told) };
	return cmocka_run_group_tests(tests, set_up, tear_down);
}
