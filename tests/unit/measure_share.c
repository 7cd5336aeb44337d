/* What a board gets, against a reader who adds and subtracts all that is shown. */
#include "measure/share.h"

#include "base/rand.h"

#include <setjmp.h>
#include <stdarg.h>

#include <cmocka.h>

enum { COUNCILS = 6, PROVIDERS = 3, AREAS = 5, LINES_MAX = 400, PARTS = 4 };
static const struct sharing_rule rule = { 1, 4 };

static struct vocab *voc;
static struct rulebook *rules;
static struct measures *all;
static struct arena arena;
static struct err err;

static int set_up(void **state)
{
	(void)state;
	arena_init(&arena);
	return vocab_load("data", &voc, &err) == RC_OK && rulebook_load("data", voc, &rules, &err) == RC_OK &&
		       measures_load("data", voc, rules, &all, &err) == RC_OK
		   ? 0
		   : -1;
}

static int tear_down(void **state)
{
	(void)state;
	measures_free(all);
	rulebook_free(rules);
	vocab_free(voc);
	arena_release(&arena);
	return 0;
}

static const struct measure *measure(void)
{
	return measures_find(all, STR("iha-returned"));
}

/* Councils differ in size, so that there are small counts beside large ones. */
static void fill(struct tally *t, day_t month, int children, struct rand *rnd)
{
	for (int i = 0; i < children; i++) {
		int64_t council = rand_int(rnd, 0, rand_int(rnd, 0, COUNCILS - 1));
		struct measure_hit h = { .period = month,
					 .clock = -1,
					 .fact = -1,
					 .reason = STR("left care"),
					 .place = { .council = 10 + council,
						    .provider = 20 + council % PROVIDERS,
						    .area = 30 + rand_int(rnd, 0, AREAS - 1) } };
		h.place.in_area = h.place.area - 30 == council ? IN_AREA : OUT_OF_AREA;
		int64_t o = rand_int(rnd, 0, 19);
		h.outcome = o < 11 ? OUTCOME_YES : o < 19 ? OUTCOME_NO : OUTCOME_OUT;
		tally_add(t, &h);
	}
}

/* ---- the reader ---- */

struct reader { /* bounds of every count of one month */
	int64_t lo[LINES_MAX][PARTS], hi[LINES_MAX][PARTS], is[LINES_MAX][PARTS];
	bool hidden[LINES_MAX][PARTS];
	int by[LINES_MAX];
	int64_t group[LINES_MAX];
	size_t n;
};

static void see_month(struct reader *r, const struct tally *t, const struct sharing *s, day_t month)
{
	r->n = 0;
	for (int by = GROUP_NONE; by < GROUP__COUNT; by++) {
		const struct tally_row *rows;
		size_t n = tally_rows(t, (enum measure_group)by, true, &arena, &rows);
		for (size_t i = 0; i < n; i++) {
			struct measure_number num;
			if (rows[i].period != month)
				continue;
			assert_true(r->n < LINES_MAX);
			measure_number(measure(), &rows[i], &num);
			sharing_hide(s, (enum measure_group)by, SHARE_PERIODS, &rows[i], &num);
			const int64_t is[] = { num.yes, num.base - num.yes, num.base, num.out };
			/* "no" is never printed: it is what the other two leave */
			const bool hide[] = { num.hide_yes, num.hide_yes || num.hide_base, num.hide_base,
					      num.hide_out };
			for (int k = 0; k < PARTS; k++) {
				r->is[r->n][k] = is[k];
				r->hidden[r->n][k] = hide[k];
				r->lo[r->n][k] = hide[k] ? 0 : is[k];
				r->hi[r->n][k] = hide[k] ? 1000000 : is[k];
			}
			r->by[r->n] = by;
			r->group[r->n++] = rows[i].group;
		}
	}
}

/* total = a + b + ...: each side narrows the other. Returns whether anything moved. */
static bool narrow(int64_t *tl, int64_t *th, int64_t **lo, int64_t **hi, size_t n)
{
	int64_t sl = 0, sh = 0;
	bool moved = false;
	for (size_t i = 0; i < n; i++) {
		sl += *lo[i];
		sh += *hi[i];
	}
	if (sl > *tl)
		*tl = sl, moved = true;
	if (sh < *th)
		*th = sh, moved = true;
	for (size_t i = 0; i < n; i++) {
		int64_t l = *tl - (sh - *hi[i]), h = *th - (sl - *lo[i]);
		if (l > *lo[i])
			*lo[i] = l, moved = true;
		if (h < *hi[i])
			*hi[i] = h, moved = true;
		if (moved)
			return true; /* the sums are stale */
	}
	return moved;
}

static bool reason_once(struct reader *r)
{
	bool moved = false;
	for (size_t i = 0; i < r->n; i++) {
		int64_t *lo[] = { &r->lo[i][0], &r->lo[i][1] }, *hi[] = { &r->hi[i][0], &r->hi[i][1] };
		moved |= narrow(&r->lo[i][2], &r->hi[i][2], lo, hi, 2);
	}
	for (int by = GROUP_COUNCIL; by < GROUP__COUNT; by++)
		for (int k = 0; k < PARTS; k++) {
			int64_t *lo[LINES_MAX], *hi[LINES_MAX];
			size_t n = 0;
			for (size_t i = 0; i < r->n; i++)
				if (r->by[i] == by) {
					lo[n] = &r->lo[i][k];
					hi[n++] = &r->hi[i][k];
				}
			moved |= narrow(&r->lo[0][k], &r->hi[0][k], lo, hi, n); /* the line of all is first */
		}
	return moved;
}

static int64_t attack(struct reader *r)
{
	int64_t small = 0;
	for (int i = 0; i < 2000 && reason_once(r); i++)
		;
	for (size_t i = 0; i < r->n; i++)
		for (int k = 0; k < PARTS; k++) {
			bool is_small_one = r->is[i][k] >= rule.hide_from && r->is[i][k] <= rule.hide_to;
			assert_true(r->is[i][k] >= r->lo[i][k] && r->is[i][k] <= r->hi[i][k]);
			if (!is_small_one)
				continue;
			small++;
			if (r->lo[i][k] == r->hi[i][k])
				fail_msg("grouping %d, group %d, part %d: worked out to be %d", r->by[i],
					 (int)r->group[i], k, (int)r->is[i][k]);
		}
	return small;
}

static void test_no_small_count_can_be_worked_out(void **state)
{
	(void)state;
	static struct reader r;
	int64_t small = 0, shown = 0;
	for (uint64_t seed = 1; seed <= 60; seed++) {
		struct rand rnd = rand_stream(seed, "share", 1);
		struct tally *t = tally_new(measure());
		struct sharing *s;
		day_t month = day_of(2026, 1, 1);
		fill(t, month, (int)rand_int(&rnd, 10, 160), &rnd);
		assert_int_equal(sharing_new(t, measure(), rule, &s, &err), RC_OK);
		see_month(&r, t, s, month);
		for (size_t i = 0; i < r.n; i++) {
			bool few = r.is[i][2] >= rule.hide_from && r.is[i][2] <= rule.hide_to;
			shown += !r.hidden[i][2];
			assert_true(!few || r.hidden[i][0]); /* not even "none of c" */
		}
		small += attack(&r);
		sharing_free(s);
		tally_free(t);
		arena_reset(&arena);
	}
	assert_true(small > 500);
	assert_true(shown > 100); /* and not by showing nothing */
}

/* ---- what is hidden does not depend on what else is asked for ---- */

static void test_a_month_is_hidden_alike_in_every_report(void **state)
{
	(void)state;
	static struct reader alone, among;
	day_t months[] = { day_of(2025, 4, 1), day_of(2025, 5, 1), day_of(2025, 6, 1) };
	struct tally *one = tally_new(measure()), *three = tally_new(measure());
	struct sharing *s, *k;
	for (size_t i = 0; i < COUNT_OF(months); i++) {
		struct rand a = rand_stream(i + 5, "share", 1), b = rand_stream(i + 5, "share", 1);
		fill(three, months[i], 60, &a);
		if (i == 1)
			fill(one, months[i], 60, &b);
	}
	assert_int_equal(sharing_new(one, measure(), rule, &s, &err), RC_OK);
	assert_int_equal(sharing_new(three, measure(), rule, &k, &err), RC_OK);
	see_month(&alone, one, s, months[1]);
	see_month(&among, three, k, months[1]);
	assert_int_equal(alone.n, among.n);
	assert_memory_equal(alone.hidden, among.hidden, sizeof alone.hidden);
	sharing_free(s);
	sharing_free(k);
	tally_free(one);
	tally_free(three);
}

/* ---- quarters and years: a reader has the months too ---- */

enum { ALL_LINES_MAX = 2200 };

struct long_reader { /* bounds of every count of months, quarters and years together */
	int64_t lo[ALL_LINES_MAX][PARTS], hi[ALL_LINES_MAX][PARTS], is[ALL_LINES_MAX][PARTS];
	bool hidden[ALL_LINES_MAX][PARTS];
	int by[ALL_LINES_MAX];
	int64_t group[ALL_LINES_MAX];
	day_t from[ALL_LINES_MAX], to[ALL_LINES_MAX];
	size_t n;
};

static void see_times(struct long_reader *r, const struct tally *t, const struct sharing *s)
{
	static const int months[] = { 1, 3, 12 };
	r->n = 0;
	for (int time = SHARE_PERIODS; time <= SHARE_YEARS; time++)
		for (int by = GROUP_NONE; by < GROUP__COUNT; by++) {
			const struct tally_row *rows;
			size_t n = time ? sharing_totals(s, (enum measure_group)by, (enum share_time)time, &arena, &rows)
					: tally_rows(t, (enum measure_group)by, true, &arena, &rows);
			for (size_t i = 0; i < n; i++) {
				struct measure_number num;
				size_t at = r->n++;
				assert_true(at < ALL_LINES_MAX);
				measure_number(measure(), &rows[i], &num);
				sharing_hide(s, (enum measure_group)by, (enum share_time)time, &rows[i], &num);
				const int64_t is[] = { num.yes, num.base - num.yes, num.base, num.out };
				const bool hide[] = { num.hide_yes, num.hide_yes || num.hide_base, num.hide_base,
						      num.hide_out };
				for (int k = 0; k < PARTS; k++) {
					r->is[at][k] = is[k];
					r->hidden[at][k] = hide[k];
					r->lo[at][k] = hide[k] ? 0 : is[k];
					r->hi[at][k] = hide[k] ? 1000000 : is[k];
				}
				r->by[at] = by;
				r->group[at] = rows[i].group;
				r->from[at] = rows[i].period;
				r->to[at] = day_add_months(rows[i].period, months[time]);
			}
		}
}

/* Is line i a part of line `whole`: one of its groups, or one of its months? */
static bool part_by_group(const struct long_reader *r, size_t i, size_t whole, int by)
{
	return r->by[i] == by && r->from[i] == r->from[whole] && r->to[i] == r->to[whole];
}

static bool part_by_month(const struct long_reader *r, size_t i, size_t whole)
{
	return r->by[i] == r->by[whole] && r->group[i] == r->group[whole] && r->from[i] >= r->from[whole] &&
	       r->to[i] <= r->to[whole] && r->to[i] - r->from[i] < 32 && i != whole;
}

static bool reason_long(struct long_reader *r)
{
	static int64_t *lo[ALL_LINES_MAX], *hi[ALL_LINES_MAX];
	bool moved = false;
	for (size_t i = 0; i < r->n; i++) {
		int64_t *l2[] = { &r->lo[i][0], &r->lo[i][1] }, *h2[] = { &r->hi[i][0], &r->hi[i][1] };
		moved |= narrow(&r->lo[i][2], &r->hi[i][2], l2, h2, 2);
		for (int by = GROUP_NONE; by < GROUP__COUNT; by++) /* GROUP_NONE here: by its months */
			for (int k = 0; k < PARTS; k++) {
				size_t n = 0;
				if (by == GROUP_NONE ? r->to[i] - r->from[i] < 32 : r->by[i] != GROUP_NONE)
					continue;
				for (size_t j = 0; j < r->n; j++)
					if (by == GROUP_NONE ? part_by_month(r, j, i) : part_by_group(r, j, i, by)) {
						lo[n] = &r->lo[j][k];
						hi[n++] = &r->hi[j][k];
					}
				if (n)
					moved |= narrow(&r->lo[i][k], &r->hi[i][k], lo, hi, n);
			}
	}
	return moved;
}

static void test_totals_give_no_month_away(void **state)
{
	(void)state;
	static struct long_reader r;
	int64_t small = 0, more = 0;
	for (uint64_t seed = 1; seed <= 8; seed++) {
		struct tally *t = tally_new(measure());
		struct sharing *s;
		struct rand rnd = rand_stream(seed, "share", 1);
		for (int m = 0; m < 14; m++)
			fill(t, day_add_months(day_of(2024, 3, 1), m), (int)rand_int(&rnd, 10, 40), &rnd);
		assert_int_equal(sharing_new(t, measure(), rule, &s, &err), RC_OK);
		see_times(&r, t, s);
		for (size_t i = 0; i < r.n; i++) { /* a quarter by council is shown though no month of it is */
			bool quarter = r.to[i] - r.from[i] > 80 && r.to[i] - r.from[i] < 100;
			bool any = false;
			for (size_t j = 0; j < r.n; j++)
				any |= part_by_month(&r, j, i) && !r.hidden[j][2];
			more += quarter && r.by[i] == GROUP_COUNCIL && !r.hidden[i][2] && !any;
			bool few = r.is[i][2] >= rule.hide_from && r.is[i][2] <= rule.hide_to;
			assert_true(!few || r.hidden[i][0]);
		}
		for (int i = 0; i < 30 && reason_long(&r); i++)
			;
		for (size_t i = 0; i < r.n; i++)
			for (int k = 0; k < PARTS; k++) {
				assert_true(r.is[i][k] >= r.lo[i][k] && r.is[i][k] <= r.hi[i][k]);
				if (r.is[i][k] < rule.hide_from || r.is[i][k] > rule.hide_to)
					continue;
				small++;
				if (r.lo[i][k] == r.hi[i][k])
					fail_msg("grouping %d, group %d, part %d: worked out to be %d", r.by[i],
						 (int)r.group[i], k, (int)r.is[i][k]);
			}
		sharing_free(s);
		tally_free(t);
		arena_reset(&arena);
	}
	assert_true(small > 500);
	assert_true(more > 3);
}

static void test_totals_are_of_whole_times(void **state)
{
	(void)state;
	struct tally *t = tally_new(measure());
	struct sharing *s;
	struct rand rnd = rand_stream(3, "share", 1);
	for (int m = 0; m < 18; m++)
		fill(t, day_add_months(day_of(2024, 2, 1), m), 400, &rnd);
	assert_int_equal(sharing_new(t, measure(), rule, &s, &err), RC_OK);
	int64_t shown = 0;
	for (int time = SHARE_QUARTERS; time <= SHARE_YEARS; time++)
		for (int by = GROUP_NONE; by < GROUP__COUNT; by++) {
			const struct tally_row *totals, *rows;
			size_t n = sharing_totals(s, (enum measure_group)by, (enum share_time)time, &arena, &totals);
			size_t m = tally_rows(t, (enum measure_group)by, true, &arena, &rows);
			for (size_t i = 0; i < n; i++) {
				struct measure_number total;
				day_t first = totals[i].period, over = day_add_months(first, time == SHARE_YEARS ? 12 : 3);
				int64_t sum = 0;
				if (time == SHARE_YEARS)
					assert_int_equal(first, day_of(2024, 4, 1)); /* the only whole year */
				assert_true(first >= day_of(2024, 4, 1) && over <= day_of(2025, 8, 1));
				measure_number(measure(), &totals[i], &total);
				sharing_hide(s, (enum measure_group)by, (enum share_time)time, &totals[i], &total);
				for (size_t k = 0; k < m; k++)
					if (rows[k].group == totals[i].group && rows[k].period >= first &&
					    rows[k].period < over)
						sum += rows[k].n.yes + rows[k].n.no;
				assert_int_equal(total.base, sum);
				shown += !total.hide_base;
			}
		}
	assert_true(shown > 10);
	sharing_free(s);
	tally_free(t);
}

static void test_the_rule_is_data(void **state)
{
	(void)state;
	struct sharing_rule r;
	assert_int_equal(sharing_rule_read(STR("hide-from: 2\nhide-to: 7\n"), "sharing.yaml", &r, &err), RC_OK);
	assert_int_equal(r.hide_from, 2);
	assert_int_equal(r.hide_to, 7);
	assert_int_equal(sharing_rule_read(STR("hide-from: 7\nhide-to: 7\n"), "sharing.yaml", &r, &err), RC_BAD_INPUT);
	assert_int_equal(sharing_rule_read(STR("hide: 7\n"), "sharing.yaml", &r, &err), RC_BAD_INPUT);
	assert_int_equal(r.hide_to, 7);
}

int main(void)
{
	const struct CMUnitTest tests[] = { cmocka_unit_test(test_no_small_count_can_be_worked_out),
					    cmocka_unit_test(test_a_month_is_hidden_alike_in_every_report),
					    cmocka_unit_test(test_totals_give_no_month_away),
					    cmocka_unit_test(test_totals_are_of_whole_times),
					    cmocka_unit_test(test_the_rule_is_data) };
	return cmocka_run_group_tests(tests, set_up, tear_down);
}
