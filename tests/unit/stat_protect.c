/* What may be shown: rules of rounding; and tables that an attacker tries to undo.
 *
 * The attacker knows all that is shown, every balance, which hidden counts are
 * small and which only keep them company, and the rule. He calculates exactly:
 * a hidden count is his when only one value of it can be completed to a table. */
#include "base/rand.h"
#include "stat/protect.h"
#include "stat/suppress.h"

#include <setjmp.h>
#include <stdarg.h>
#include <cmocka.h>

static struct err err;
enum { CELLS_MAX = 400, BALANCES_MAX = 200, TERMS_MAX = 40, FREE = 40 };

static void well(enum rc rc)
{
	if (rc != RC_OK)
		fail_msg("refused: %s", err.text);
}

/* ---- a table, kept twice: for protect() and, in plain arrays, for the attacker ---- */

struct table {
	struct protect *p;
	size_t cells_n, balances_n;
	int64_t value[CELLS_MAX];
	struct {
		size_t cell[TERMS_MAX];
		int sign[TERMS_MAX];
		size_t n;
	} balance[BALANCES_MAX];
	bool hidden[CELLS_MAX];
	int64_t low[CELLS_MAX], high[CELLS_MAX]; /* what the attacker holds possible */
};

static size_t add_cell(struct table *t, int64_t value, int64_t cost)
{
	size_t cell = 0;
	assert_in_range(t->cells_n, 0, CELLS_MAX - 1);
	well(protect_cell(t->p, value, cost, &cell, &err));
	assert_int_equal(cell, t->cells_n);
	t->value[t->cells_n++] = value;
	return cell;
}

static void add_balance(struct table *t, const size_t *cells, const int *signs, size_t n)
{
	assert_true(n <= TERMS_MAX && t->balances_n < BALANCES_MAX);
	well(protect_balance(t->p, cells, signs, n, &err));
	for (size_t i = 0; i < n; i++) {
		t->balance[t->balances_n].cell[i] = cells[i];
		t->balance[t->balances_n].sign[i] = signs[i];
	}
	t->balance[t->balances_n++].n = n;
}

/* A cell that is the sum of the parts. */
static size_t add_total(struct table *t, const size_t *parts, size_t n, int64_t cost)
{
	size_t cells[TERMS_MAX];
	int signs[TERMS_MAX];
	int64_t sum = 0;
	for (size_t i = 0; i < n; i++) {
		sum += t->value[parts[i]];
		cells[i + 1] = parts[i];
		signs[i + 1] = -1;
	}
	cells[0] = add_cell(t, sum, cost);
	signs[0] = 1;
	add_balance(t, cells, signs, n + 1);
	return cells[0];
}

static void same(struct table *t, size_t total, const size_t *parts, size_t n)
{
	size_t cells[TERMS_MAX] = { total };
	int signs[TERMS_MAX] = { 1 };
	for (size_t i = 0; i < n; i++) {
		cells[i + 1] = parts[i];
		signs[i + 1] = -1;
	}
	add_balance(t, cells, signs, n + 1);
}

/* ---- the attacker ---- */

/* Narrows low and high by every balance until nothing changes; false if no table is left. */
static bool narrow(const struct table *t, int64_t *low, int64_t *high)
{
	for (bool changed = true; changed;) {
		changed = false;
		for (size_t b = 0; b < t->balances_n; b++) {
			int64_t least = 0, most = 0; /* of the whole sum */
			for (size_t i = 0; i < t->balance[b].n; i++) {
				size_t c = t->balance[b].cell[i];
				bool plus = t->balance[b].sign[i] > 0;
				least += plus ? low[c] : -high[c];
				most += plus ? high[c] : -low[c];
			}
			if (least > 0 || most < 0)
				return false;
			for (size_t i = 0; i < t->balance[b].n; i++) {
				size_t c = t->balance[b].cell[i];
				bool plus = t->balance[b].sign[i] > 0;
				int64_t l = low[c], h = high[c];
				int64_t rest_least = least - (plus ? l : -h), rest_most = most - (plus ? h : -l);
				int64_t new_low = plus ? -rest_most : rest_least,
					new_high = plus ? -rest_least : rest_most;
				if (new_low > low[c])
					low[c] = new_low;
				if (new_high < high[c])
					high[c] = new_high;
				if (low[c] > high[c])
					return false;
				if (low[c] != l || high[c] != h) {
					changed = true;
					break; /* the sums of this balance are stale */
				}
			}
		}
	}
	return true;
}

/* Is there a whole table within the bounds? Tries values of the narrowest open cell. */
static bool completes(const struct table *t, const int64_t *low_in, const int64_t *high_in, int *budget)
{
	int64_t low[CELLS_MAX], high[CELLS_MAX];
	memcpy(low, low_in, t->cells_n * sizeof *low);
	memcpy(high, high_in, t->cells_n * sizeof *high);
	if (--*budget < 0)
		fail_msg("the attacker gave up; make the table smaller");
	if (!narrow(t, low, high))
		return false;
	size_t open = t->cells_n;
	for (size_t c = 0; c < t->cells_n; c++)
		if (low[c] < high[c] && (open == t->cells_n || high[c] - low[c] < high[open] - low[open]))
			open = c;
	if (open == t->cells_n)
		return true;
	int64_t from = low[open], to = high[open];
	for (int64_t v = from; v <= to; v++) {
		low[open] = high[open] = v;
		if (completes(t, low, high, budget))
			return true;
	}
	return false;
}

static void look(struct table *t, int64_t from, int64_t to)
{
	for (size_t c = 0; c < t->cells_n; c++) {
		bool small = t->value[c] >= from && t->value[c] <= to;
		t->low[c] = !t->hidden[c] ? t->value[c] : small ? from : 0;
		t->high[c] = !t->hidden[c] ? t->value[c] : small ? to : t->value[c] + FREE;
	}
}

/* How many hidden counts the attacker knows for certain. */
static size_t recovered(struct table *t, int64_t from, int64_t to)
{
	size_t known = 0;
	look(t, from, to);
	for (size_t c = 0; c < t->cells_n; c++) {
		bool other = !t->hidden[c];
		int64_t low = t->low[c], high = t->high[c];
		for (int64_t d = 1; !other && d <= FREE; d++)
			for (int s = -1; !other && s <= 1; s += 2) {
				int64_t v = t->value[c] + s * d;
				if (v < low || v > high)
					continue;
				int budget = 20000;
				t->low[c] = t->high[c] = v;
				other = completes(t, t->low, t->high, &budget);
			}
		t->low[c] = low;
		t->high[c] = high;
		known += !other;
	}
	return known;
}

/* The other attack, for tables too large to search: linear algebra alone. A count is known if the
 * balances, over the hidden cells only, have a combination that is 1 there and 0 elsewhere. Modulo a prime. */
static const int64_t PRIME = 1000003;

static int64_t inverse(int64_t a)
{
	int64_t r = 1, b = (a % PRIME + PRIME) % PRIME;
	for (int64_t k = PRIME - 2; k; k >>= 1, b = b * b % PRIME)
		if (k & 1)
			r = r * b % PRIME;
	return r;
}

static size_t solved(const struct table *t)
{
	static int64_t m[BALANCES_MAX][CELLS_MAX];
	size_t rank = 0, known = 0;
	memset(m, 0, sizeof m);
	for (size_t b = 0; b < t->balances_n; b++)
		for (size_t i = 0; i < t->balance[b].n; i++)
			if (t->hidden[t->balance[b].cell[i]])
				m[b][t->balance[b].cell[i]] += t->balance[b].sign[i];
	for (size_t c = 0; c < t->cells_n && rank < t->balances_n; c++) {
		size_t r = rank;
		while (r < t->balances_n && m[r][c] % PRIME == 0)
			r++;
		if (r == t->balances_n)
			continue;
		for (size_t k = 0; k < t->cells_n; k++) {
			int64_t x = m[rank][k];
			m[rank][k] = m[r][k];
			m[r][k] = x;
		}
		int64_t by = inverse(m[rank][c]);
		for (size_t k = 0; k < t->cells_n; k++)
			m[rank][k] = (m[rank][k] % PRIME + PRIME) % PRIME * by % PRIME;
		for (r = 0; r < t->balances_n; r++) {
			int64_t f = r == rank ? 0 : (m[r][c] % PRIME + PRIME) % PRIME;
			for (size_t k = 0; f && k < t->cells_n; k++)
				m[r][k] = ((m[r][k] - f * m[rank][k]) % PRIME + PRIME) % PRIME;
		}
		rank++;
	}
	for (size_t r = 0; r < rank; r++) {
		size_t filled = 0;
		for (size_t c = 0; c < t->cells_n; c++)
			filled += m[r][c] != 0;
		known += filled == 1;
	}
	return known;
}

/* ---- invented tables ---- */

static int64_t some_count(struct rand *r, int64_t most)
{
	return rand_chance(r, 0.5) ? rand_int(r, 0, 6) : rand_int(r, 0, most);
}

/* areas x kinds with totals of both, areas in regions, regions in all. in_all[k]: the last row. */
static void make_areas(struct table *t, struct rand *r, size_t areas, size_t regions, size_t kinds, size_t *in_all)
{
	size_t cell[40][12], region[8][12];
	for (size_t a = 0; a < areas; a++) {
		for (size_t k = 0; k < kinds; k++)
			cell[a][k] = add_cell(t, some_count(r, 30), 1);
		cell[a][kinds] = add_total(t, cell[a], kinds, 3);
	}
	for (size_t g = 0; g < regions; g++) {
		for (size_t k = 0; k <= kinds; k++) {
			size_t parts[40], n = 0;
			for (size_t a = g; a < areas; a += regions)
				parts[n++] = cell[a][k];
			region[g][k] = add_total(t, parts, n, 6);
		}
		same(t, region[g][kinds], region[g], kinds);
	}
	for (size_t k = 0; k <= kinds; k++) {
		size_t parts[8];
		for (size_t g = 0; g < regions; g++)
			parts[g] = region[g][k];
		in_all[k] = add_total(t, parts, regions, 20);
	}
	same(t, in_all[kinds], in_all, kinds);
}

/* Two kinds overlap: those with either = one + other - both. */
static void make_overlap(struct table *t, struct rand *r, size_t one, size_t other)
{
	int64_t least = t->value[one] < t->value[other] ? t->value[one] : t->value[other];
	int64_t both = rand_int(r, 0, least);
	size_t cells[4] = { add_cell(t, t->value[one] + t->value[other] - both, 2), add_cell(t, both, 2), one, other };
	add_balance(t, cells, (const int[]){ 1, 1, -1, -1 }, 4);
}

static void make(struct table *t, struct rand *r)
{
	size_t now[12], next[12], kinds = (size_t)rand_int(r, 2, 4);
	*t = (struct table){ .p = protect_new() };
	size_t areas = (size_t)rand_int(r, 2, 4), regions = areas > 2 ? (size_t)rand_int(r, 1, 2) : 1;
	make_areas(t, r, areas, regions, kinds, now);
	if (rand_chance(r, 0.4))
		make_overlap(t, r, now[0], now[1]);
	if (rand_chance(r, 0.3)) { /* a second period, and a total of both */
		make_areas(t, r, 2, 1, kinds, next);
		for (size_t k = 0; k <= kinds; k++)
			add_total(t, (const size_t[]){ now[k], next[k] }, 2, 20);
	}
}

static void hide_small_only(struct table *t, int64_t from, int64_t to)
{
	for (size_t c = 0; c < t->cells_n; c++)
		t->hidden[c] = t->value[c] >= from && t->value[c] <= to;
}

static void test_attacked(void **state)
{
	(void)state;
	size_t broken_before = 0, tables = 400;
	for (size_t i = 0; i < tables; i++) {
		static struct table t;
		struct rand r = rand_stream(20260301, "protect", i);
		int64_t from = i % 2, to = i % 2 ? 5 : 4;
		make(&t, &r);
		hide_small_only(&t, from, to);
		broken_before += recovered(&t, from, to) > 0;
		well(protect(t.p, from, to, t.hidden, &err));
		for (size_t c = 0; c < t.cells_n; c++)
			assert_true(t.hidden[c] || t.value[c] < from || t.value[c] > to);
		size_t known = recovered(&t, from, to);
		if (known || solved(&t))
			fail_msg("table %zu: %zu of the hidden counts can be worked out", i, known);
		protect_free(t.p);
	}
	assert_true(broken_before > tables / 2); /* the attacker is no straw man */
}

static void test_large(void **state)
{
	(void)state;
	static struct table t;
	struct rand r = rand_stream(7, "protect", 0);
	size_t all[12], hidden = 0;
	t = (struct table){ .p = protect_new() };
	make_areas(&t, &r, 30, 4, 8, all);
	hide_small_only(&t, 0, 4);
	assert_true(solved(&t) > 0);
	well(protect(t.p, 0, 4, t.hidden, &err));
	assert_int_equal(solved(&t), 0);
	look(&t, 0, 4);
	assert_true(narrow(&t, t.low, t.high));
	for (size_t c = 0; c < t.cells_n; c++) {
		hidden += t.hidden[c];
		assert_true(!t.hidden[c] || t.low[c] < t.high[c]);
	}
	assert_true(hidden < t.cells_n / 2); /* most of it is still worth reading */
	assert_false(t.hidden[all[8]]);
	protect_free(t.p);
}

/* 3 areas x 2 kinds:   2 30 | 32     One small count: its row and column need a partner, and these meet
 *                     20 10 | 30     in a fourth. Of the two rows the one with smaller counts is taken.
 *                     40 50 | 90 */
static void test_square(void **state)
{
	(void)state;
	static struct table t;
	t = (struct table){ .p = protect_new() };
	const int64_t counts[3][2] = { { 2, 30 }, { 20, 10 }, { 40, 50 } };
	size_t cell[3][3];
	for (size_t a = 0; a < 3; a++) {
		for (size_t k = 0; k < 2; k++)
			cell[a][k] = add_cell(&t, counts[a][k], 1);
		cell[a][2] = add_total(&t, cell[a], 2, 5);
	}
	for (size_t k = 0; k < 3; k++)
		add_total(&t, (const size_t[]){ cell[0][k], cell[1][k], cell[2][k] }, 3, 10);
	well(protect(t.p, 0, 4, t.hidden, &err));
	for (size_t c = 0; c < t.cells_n; c++)
		assert_int_equal(t.hidden[c], c == cell[0][0] || c == cell[0][1] || c == cell[1][0] || c == cell[1][1]);
	protect_free(t.p);
}

/* Two hidden counts whose shown sum leaves one answer: 4 + 4 = 8 with a most of 4, 1 + 1 = 2 with a least of 1. */
static void test_ends_of_the_range(void **state)
{
	(void)state;
	for (int i = 0; i < 2; i++) {
		static struct table t;
		int64_t v = i ? 1 : 4;
		t = (struct table){ .p = protect_new() };
		const size_t parts[] = { add_cell(&t, v, 1), add_cell(&t, v, 1), add_cell(&t, 20, 1) };
		add_total(&t, parts, 3, 5);
		well(protect(t.p, i, 4, t.hidden, &err));
		assert_true(t.hidden[0] && t.hidden[1] && t.hidden[2] && !t.hidden[3]);
		protect_free(t.p);
	}
}

static void test_refusals(void **state)
{
	(void)state;
	AUTO(auto_protect) struct protect *t = protect_new();
	size_t a = 0, b = 0, total = 0;
	bool hidden[3] = { false };
	well(protect_cell(t, 3, 1, &a, &err));
	well(protect_cell(t, 9, 1, &b, &err));
	well(protect_cell(t, 12, 1, &total, &err));
	assert_int_equal(protect_cell(t, -1, 1, &a, &err), RC_BAD_INPUT);
	assert_int_equal(protect_cell(t, 1, 0, &a, &err), RC_BAD_INPUT);
	assert_int_equal(protect_sum(t, total, (const size_t[]){ a }, 1, &err), RC_BAD_INPUT);
	assert_non_null(strstr(err.text, "do not add up to the total in cell 2"));
	well(protect_sum(t, total, (const size_t[]){ a, b }, 2, &err));
	assert_int_equal(protect(t, 4, 4, hidden, &err), RC_BAD_INPUT); /* the rule itself would tell the count */
	well(protect(t, 0, 4, hidden, &err));
	assert_true(hidden[0] && hidden[1] && !hidden[2]); /* the detail, not the total */
	memset(hidden, 0, sizeof hidden);
	protect_fix(t, b);
	protect_fix(t, total);
	assert_int_equal(protect(t, 0, 4, hidden, &err), RC_LIMIT);
	assert_non_null(strstr(err.text, "cell 0 could be worked out"));
	assert_false(hidden[0]);
	protect_fix(t, a);
	assert_int_equal(protect(t, 0, 4, hidden, &err), RC_BAD_INPUT);
	assert_non_null(strstr(err.text, "known already"));
}

/* ---- rounding ---- */

static void counts(const struct suppression *rule, int64_t count, enum shown want, int64_t value)
{
	enum shown got;
	int64_t v = -1;
	well(suppress_count(rule, count, &got, &v, &err));
	assert_int_equal(got, want);
	assert_int_equal(v, want == SHOWN ? value : -1);
}

static void percents(const struct suppression *rule, int64_t n, int64_t of, enum shown want, int64_t value)
{
	enum shown got;
	int64_t v = -1;
	well(suppress_percent(rule, n, of, &got, &v, &err));
	assert_int_equal(got, want);
	assert_int_equal(v, want == SHOWN ? value : -1);
}

static void test_rounding(void **state)
{
	(void)state;
	const struct suppression five = { .small_from = 0, .small_to = 4, .nearest = 5 };
	counts(&five, 0, HIDDEN, 0);
	counts(&five, 4, HIDDEN, 0);
	counts(&five, 5, SHOWN, 5);
	counts(&five, 7, SHOWN, 5);
	counts(&five, 8, SHOWN, 10);
	percents(&five, 4, 50, HIDDEN, 0);
	percents(&five, 0, 3, HIDDEN, 0);
	percents(&five, 5, 40, SHOWN, 13); /* 12.5: halves up, from the counts before rounding */
	percents(&five, 48, 50, SHOWN, 96);
	const struct suppression ten = { .small_from = 1, .small_to = 5, .nearest = 10, .hide_rest = true };
	counts(&ten, 0, SHOWN, 0);
	counts(&ten, 1, HIDDEN, 0);
	counts(&ten, 5, HIDDEN, 0);
	counts(&ten, 15, SHOWN, 20);
	counts(&ten, 14, SHOWN, 10);
	percents(&ten, 48, 50, HIDDEN, 0); /* two without it */
	percents(&ten, 50, 50, SHOWN, 100);
	percents(&ten, 0, 0, NOTHING_TO_SHOW, 0);
	const struct suppression none = { .small_from = 1, .small_to = 0, .nearest = 1 };
	counts(&none, 1, SHOWN, 1);
	enum shown got;
	int64_t v = 0;
	assert_int_equal(suppress_count(&five, -1, &got, &v, &err), RC_BAD_INPUT);
	assert_int_equal(suppress_percent(&five, 51, 50, &got, &v, &err), RC_BAD_INPUT);
	assert_int_equal(suppress_count(&(struct suppression){ .nearest = 0 }, 9, &got, &v, &err), RC_BAD_INPUT);
	assert_int_equal(suppress_count(&five, INT64_MAX, &got, &v, &err), RC_LIMIT);
	assert_int_equal(suppress_percent(&five, 9, INT64_MAX, &got, &v, &err), RC_LIMIT);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_rounding),	  cmocka_unit_test(test_square),
		cmocka_unit_test(test_ends_of_the_range), cmocka_unit_test(test_refusals),
		cmocka_unit_test(test_attacked),	  cmocka_unit_test(test_large),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
