/* Who is in a circle and when, packed: what went in is asked back, and broken bytes open nothing. */
#include "work/core/inside.h"

#include "base/rand.h"

#include <setjmp.h>
#include <stdarg.h>

#include <cmocka.h>

static struct arena a;

static bool by_rows(const struct sql_circle_insert_in *rows, size_t n, int64_t org, day_t day)
{
	for (size_t i = 0; i < n; i++)
		if (rows[i].org == org && rows[i].from_day <= day && rows[i].to_day >= day)
			return true;
	return false;
}

static void test_the_first_and_the_last_day_are_in(void **state)
{
	(void)state;
	const struct sql_circle_insert_in rows[] = { { .org = 3, .from_day = 100, .to_day = 200 },
						     { .org = 3, .from_day = 300, .to_day = DAY_NEVER },
						     { .org = 70000000000, .from_day = -5, .to_day = -5 } };
	struct str packed = inside_write(rows, COUNT_OF(rows), &a);
	const struct {
		int64_t org;
		day_t day;
		bool in;
	} cases[] = { { 3, 99, false },	 { 3, 100, true },	  { 3, 200, true },	   { 3, 201, false },
		      { 3, 299, false }, { 3, 300, true },	  { 3, DAY_NEVER, true },  { 4, 150, false },
		      { 0, 150, false }, { 70000000000, -5, true }, { 70000000000, -4, false } };
	for (size_t i = 0; i < COUNT_OF(cases); i++)
		if (inside_holds(packed, cases[i].org, cases[i].day) != cases[i].in)
			fail_msg("case %zu", i);
}

static void test_nobody_is_in_an_empty_one(void **state)
{
	(void)state;
	struct str packed = inside_write(NULL, 0, &a);
	assert_true(packed.n > 0); /* an empty value could not be told from none */
	assert_false(inside_holds(packed, 0, 0));
	assert_false(inside_holds((struct str){ NULL, 0 }, 0, 0));
	assert_false(inside_holds(STR(""), 0, 0));
}

static void test_any_circle_is_asked_back(void **state)
{
	(void)state;
	struct rand r = rand_stream(7, "circles", 0);
	for (int round = 0; round < 2000; round++) {
		struct sql_circle_insert_in rows[6];
		size_t n = (size_t)rand_int(&r, 0, COUNT_OF(rows));
		arena_reset(&a);
		for (size_t i = 0; i < n; i++) {
			rows[i] = (struct sql_circle_insert_in){ .org = rand_int(&r, 0, 3),
								 .from_day = rand_int(&r, 0, 29) };
			rows[i].to_day = rows[i].from_day + rand_int(&r, -1, 10);
		}
		struct str packed = inside_write(rows, n, &a);
		for (int64_t org = 0; org < 5; org++)
			for (day_t day = -2; day < 45; day++)
				assert_int_equal(inside_holds(packed, org, day), by_rows(rows, n, org, day));
	}
}

static void test_bytes_that_are_not_whole_open_nothing(void **state)
{
	(void)state;
	const struct sql_circle_insert_in rows[] = { { .org = 3, .from_day = 100, .to_day = 20000 },
						     { .org = 4, .from_day = 100, .to_day = 20000 } };
	struct str packed = inside_write(rows, COUNT_OF(rows), &a);
	char bytes[64], longer[64];
	assert_in_range(packed.n, 1, sizeof bytes - 1);
	for (size_t n = 0; n < packed.n; n++) { /* each on a heap of its own size, so that a step too far is seen */
		char *cut = xmalloc(n + 1);
		memcpy(cut, packed.p, n);
		assert_false(inside_holds((struct str){ cut, n }, 3, 150));
		free(cut);
	}
	memcpy(longer, packed.p, packed.n);
	longer[packed.n] = 0;
	assert_false(inside_holds((struct str){ longer, packed.n + 1 }, 3, 150));
	memcpy(bytes, packed.p, packed.n);
	bytes[0] = 2; /* a later way of packing */
	assert_false(inside_holds((struct str){ bytes, packed.n }, 3, 150));
	memset(bytes, 0xff, sizeof bytes);
	bytes[0] = 1;
	assert_false(inside_holds((struct str){ bytes, sizeof bytes }, 3, 150));
}

static int set_up(void **state)
{
	(void)state;
	arena_init(&a);
	return 0;
}

static int tear_down(void **state)
{
	(void)state;
	arena_release(&a);
	return 0;
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_the_first_and_the_last_day_are_in),
		cmocka_unit_test(test_nobody_is_in_an_empty_one),
		cmocka_unit_test(test_any_circle_is_asked_back),
		cmocka_unit_test(test_bytes_that_are_not_whole_open_nothing),
	};
	return cmocka_run_group_tests(tests, set_up, tear_down);
}
