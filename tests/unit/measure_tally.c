/* Tallies of children in parts, put together, are the tally of all of them. */
#include "measure/tally.h"

#include <setjmp.h>
#include <stdarg.h>
#include <cmocka.h>

#include "base/rand.h"

static struct measure_hit chance_hit(struct rand *r)
{
	static const char *const reasons[] = { "left care", "refused", "not known", "died", "exempt" };
	struct measure_hit h = { .period = 20000 + 31 * (day_t)rand_int(r, 0, 5),
				 .outcome = (enum outcome)rand_int(r, OUTCOME_YES, OUTCOME_OUT),
				 .clock = -1,
				 .days = (int32_t)rand_int(r, 0, 90),
				 .place = { .council = rand_int(r, 1, 4),
					    .provider = rand_int(r, 0, 2),
					    .area = rand_int(r, 0, 3),
					    .in_area = (uint8_t)rand_int(r, 0, 2) } };
	if (h.outcome == OUTCOME_OUT)
		h.reason = str_of(reasons[rand_int(r, 0, COUNT_OF(reasons) - 1)]);
	return h;
}

static void assert_same(const struct tally *a, const struct tally *b)
{
	struct arena arena;
	arena_init(&arena);
	const struct str *ra, *rb;
	size_t n_reasons = tally_reasons(a, &ra);
	assert_int_equal(n_reasons, tally_reasons(b, &rb));
	for (size_t i = 0; i < n_reasons; i++)
		assert_true(str_eq(ra[i], rb[i]));
	for (int by = GROUP_NONE; by < GROUP__COUNT; by++)
		for (int by_period = 0; by_period < 2; by_period++) {
			const struct tally_row *x, *y;
			size_t n = tally_rows(a, (enum measure_group)by, by_period, &arena, &x);
			assert_int_equal(n, tally_rows(b, (enum measure_group)by, by_period, &arena, &y));
			for (size_t i = 0; i < n; i++) {
				assert_int_equal(x[i].period, y[i].period);
				assert_int_equal(x[i].group, y[i].group);
				assert_memory_equal(&x[i].n, &y[i].n, sizeof x[i].n);
				for (int64_t k = 0; x[i].days && k < x[i].n.yes; k++)
					assert_int_equal(x[i].days[k], y[i].days[k]);
			}
		}
	arena_release(&arena);
}

static void parts_add_up(void **state)
{
	(void)state;
	for (uint64_t seed = 0; seed < 60; seed++) {
		struct rand r = rand_stream(seed, "tally", 0);
		struct measure m = { .kind = seed % 2 ? MEASURE_WAIT : MEASURE_CLOCK };
		struct tally *all = tally_new(&m), *parts[3];
		int64_t cut = rand_int(&r, 0, 400);
		for (size_t i = 0; i < COUNT_OF(parts); i++)
			parts[i] = tally_new(&m);
		for (int64_t i = 0; i < 400; i++) {
			struct measure_hit h = chance_hit(&r);
			tally_add(all, &h);
			tally_add(parts[i < cut / 2 ? 0 : i < cut ? 1 : 2], &h);
		}
		for (size_t i = 1; i < COUNT_OF(parts); i++)
			tally_merge(parts[0], parts[i]);
		assert_same(all, parts[0]);
		for (size_t i = 0; i < COUNT_OF(parts); i++)
			tally_free(parts[i]);
		tally_free(all);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = { cmocka_unit_test(parts_add_up) };
	return cmocka_run_group_tests_name("tallies", tests, NULL, NULL);
}
