/* Funnels and groups of areas against the tables of PHEindicatormethods; and refusals. */
#include "stat/funnel.h"
#include "stat/quantiles.h"
#include "stat/sheet.h"

static struct err err;

static void well(enum rc rc)
{
	if (rc != RC_OK)
		fail_msg("refused: %s", err.text);
}

static void refused(enum rc got, const char *words)
{
	assert_int_equal(got, RC_BAD_INPUT);
	if (!strstr(err.text, words))
		fail_msg("said \"%s\", not \"%s\"", err.text, words);
}

static void significance_agrees(const struct sheet *s, size_t i, const char *column, enum significance got)
{
	if (!sheet_is(s, i, column, significance_name(got)))
		fail_msg("row %zu, %s: %s", i + 1, column, significance_name(got));
}

/* The expected tables were searched in steps until about 1e-7 of an event; ours are exact. */
static void near_events(double got, double want, const char *what, size_t row)
{
	if (!(fabs(got - want) <= 1e-6 * want + 2e-7))
		fail_msg("row %zu, %s: %.15g, expected %.15g", row + 1, what, got, want);
}

static void proportion_lines(const char *name)
{
	struct sheet s;
	sheet_read(&s, name);
	for (size_t i = 0; i < s.n; i++) {
		struct limits inner, outer;
		double baseline = sheet_number(&s, i, "Baseline") / 100, n = sheet_number(&s, i, "Population");
		well(funnel_proportion(baseline, n, FUNNEL_INNER, &inner, &err));
		well(funnel_proportion(baseline, n, FUNNEL_OUTER, &outer, &err));
		near_number(inner.lower * 100, sheet_number(&s, i, "Lower2s0025limit"), 1e-6, "inner lower", i);
		near_number(inner.upper * 100, sheet_number(&s, i, "Upper2s0025limit"), 1e-6, "inner upper", i);
		near_number(outer.lower * 100, sheet_number(&s, i, "Lower3s0001limit"), 1e-6, "outer lower", i);
		near_number(outer.upper * 100, sheet_number(&s, i, "Upper3s0001limit"), 1e-6, "outer upper", i);
	}
	sheet_release(&s);
}

static void test_proportions(void **state)
{
	(void)state;
	proportion_lines("phe_funnel_prop_outputs");
	proportion_lines("phe_funnel_prop_outputs_with_axis_variation");
	struct sheet s;
	double sum = 0, of = 0;
	sheet_read(&s, "phe_funnel_prop_inputs");
	for (size_t i = 0; i < s.n; i++) {
		sum += sheet_number(&s, i, "numerator");
		of += sheet_number(&s, i, "denominator");
	}
	for (size_t i = 0; i < s.n; i++) {
		enum significance got;
		well(compare_proportion(sheet_number(&s, i, "numerator"), sheet_number(&s, i, "denominator"), sum / of,
					&got, &err));
		significance_agrees(&s, i, "significance", got);
	}
	sheet_release(&s);
}

static void test_ratios(void **state)
{
	(void)state;
	struct sheet s;
	sheet_read(&s, "phe_funnel_ratio_outputs");
	for (size_t i = 0; i < s.n; i++) {
		struct funnel_point inner, outer;
		double events = sheet_number(&s, i, "Observed_events");
		well(funnel_events(events, FUNNEL_INNER, &inner, &err));
		well(funnel_events(events, FUNNEL_OUTER, &outer, &err));
		near_events(inner.low_expected, sheet_number(&s, i, "lower_2s_exp_events"), "inner low", i);
		near_events(inner.high_expected, sheet_number(&s, i, "upper_2s_exp_events"), "inner high", i);
		near_events(outer.low_expected, sheet_number(&s, i, "lower_3s_exp_events"), "outer low", i);
		near_events(outer.high_expected, sheet_number(&s, i, "upper_3s_exp_events"), "outer high", i);
		near_number(100 * events / inner.low_expected, sheet_number(&s, i, "lower_2s_isr"), 1e-6, "ratio", i);
	}
	sheet_release(&s);
	sheet_read(&s, "phe_funnel_ratio_inputs");
	for (size_t i = 0; i < s.n; i++) {
		enum significance got;
		well(compare_events(sheet_number(&s, i, "obs"), sheet_number(&s, i, "expected"), &got, &err));
		significance_agrees(&s, i, "significance", got);
	}
	sheet_release(&s);
}

static void rate_lines(const char *name, double years)
{
	struct sheet s;
	sheet_read(&s, name);
	for (size_t i = 0; i < s.n; i++) {
		struct funnel_point inner, outer;
		double events = sheet_number(&s, i, "Events"), baseline = sheet_number(&s, i, "baseline") / 1e5,
		       yearly = baseline * years;
		well(funnel_persons(events, baseline, years, FUNNEL_INNER, &inner, &err));
		well(funnel_persons(events, baseline, years, FUNNEL_OUTER, &outer, &err));
		near_events(inner.low_expected * yearly, sheet_number(&s, i, "lower_2s_population_1_year") * yearly,
			    "inner low", i);
		near_events(inner.high_expected * yearly, sheet_number(&s, i, "upper_2s_population_1_year") * yearly,
			    "inner high", i);
		near_events(outer.low_expected * yearly, sheet_number(&s, i, "lower_3s_population_1_year") * yearly,
			    "outer low", i);
		near_events(outer.high_expected * yearly, sheet_number(&s, i, "upper_3s_population_1_year") * yearly,
			    "outer high", i);
		near_number(1e5 * events / (inner.low_expected * years), sheet_number(&s, i, "lower_2s_limit"), 1e-6,
			    "rate", i);
	}
	sheet_release(&s);
}

/* How many persons the rate in `column` speaks of: the population, or events / rate. */
static double persons(const struct sheet *s, size_t i, const char *column)
{
	bool crude = str_starts(str_of(column), "crude");
	return crude ? sheet_number(s, i, "pop") : sheet_number(s, i, "count") / sheet_number(s, i, "rate_dsr") * 1e5;
}

/* with_last: the area of no events belongs to the baseline. */
static void rates_agree(const char *column, bool with_last)
{
	struct sheet s;
	double sum = 0, of = 0;
	sheet_read(&s, "phe_funnel_rate_dsr_inputs");
	size_t n = with_last ? s.n : s.n - 1;
	for (size_t i = 0; i < n; i++) {
		sum += sheet_number(&s, i, "count");
		of += persons(&s, i, column);
	}
	for (size_t i = 0; i < n; i++) {
		enum significance got;
		well(compare_events(sheet_number(&s, i, "count"), persons(&s, i, column) * sum / of, &got, &err));
		significance_agrees(&s, i, column, got);
	}
	sheet_release(&s);
}

static void test_rates(void **state)
{
	(void)state;
	rate_lines("phe_funnel_rate_outputs", 3);
	rate_lines("phe_funnel_rate_outputs_2", 3);
	rate_lines("phe_funnel_rate_outputs_3", 3);
	rates_agree("crude_per_100000_with_0", true);
	rates_agree("crude_per_100000_without_0", false);
	rates_agree("dsr_per_100000_without_0", false); /* an area without events has no standardised rate */
}

/* All rows of one area set: same test, indicator and sex, and region if the groups are by region. */
static bool together(const struct sheet *s, size_t a, size_t b)
{
	static const char *const keys[] = { "Test", "QuantileNm", "GroupSet", "IndSexRef", "ParentCode" };
	size_t n = sheet_is(s, a, "GroupSet", "IndSexReg") ? 5 : 4;
	for (size_t i = 0; i < n; i++)
		if (!str_eq(sheet_cell(s, a, keys[i]), sheet_cell(s, b, keys[i])))
			return false;
	return true;
}

static void set_agrees(const struct sheet *s, size_t first, bool *seen, size_t *compared)
{
	double values[200];
	size_t rows[200], n = 0;
	int groups[200];
	for (size_t i = first; i < s->n; i++) {
		if (seen[i] || !together(s, first, i))
			continue;
		seen[i] = true;
		if (sheet_na(s, i, "Value"))
			continue; /* not known: in no group */
		assert_in_range(n, 0, 199);
		values[n] = sheet_number(s, i, "Value");
		rows[n++] = i;
	}
	bool high = sheet_is(s, first, "Polarity", "RAG - Low is good") || sheet_is(s, first, "Polarity", "TRUE");
	well(quantile_groups(values, n, sheet_is(s, first, "QuantileNm", "Decile") ? 10 : 7, high, groups, &err));
	for (size_t k = 0; k < n; k++) {
		int want = sheet_na(s, rows[k], "QuantileInGrp") ? 0 : (int)sheet_int(s, rows[k], "QuantileInGrp");
		if (groups[k] != want)
			fail_msg("row %zu: group %d, expected %d", rows[k] + 1, groups[k], want);
		++*compared;
	}
}

static void test_groups(void **state)
{
	(void)state;
	struct sheet s;
	bool seen[SHEET_ROWS_MAX] = { false };
	size_t compared = 0;
	sheet_read(&s, "phe_Quantiles__testdata_Quantiles");
	/* left out: one pool of indicators of both polarities (None), and a set whose polarity changes (BadPolarity) */
	for (size_t i = 0; i < s.n; i++)
		if (!seen[i] && !sheet_is(&s, i, "GroupSet", "None") && !sheet_is(&s, i, "Test", "BadPolarity"))
			set_agrees(&s, i, seen, &compared);
	assert_in_range(compared, 480, 491);
	sheet_release(&s);
}

static void test_refusals(void **state)
{
	(void)state;
	struct limits l;
	struct funnel_point p;
	enum significance got = LOW_INNER;
	int groups[3] = { 7, 7, 7 };
	refused(funnel_proportion(1.1, 5, 0.95, &l, &err), "baseline from 0 to 1");
	refused(funnel_proportion(NAN, 5, 0.95, &l, &err), "baseline from 0 to 1");
	refused(funnel_proportion(0.5, 0, 0.95, &l, &err), "denominator above 0");
	refused(compare_proportion(6, 5, 0.5, &got, &err), "from 0 to its denominator");
	refused(compare_events(1, NAN, &got, &err), "expected number");
	refused(compare_events(-1, 1, &got, &err), "0 or more");
	refused(funnel_persons(1, 0, 1, 0.95, &p, &err), "baseline");
	assert_int_equal(got, LOW_INNER);
	refused(quantile_groups((const double[]){ 1, NAN, 2 }, 3, 2, true, groups, &err), "Value 2");
	refused(quantile_groups((const double[]){ 1, 2, 3 }, 3, 1, true, groups, &err), "2 to 1000");
	assert_int_equal(groups[0], 7);
	well(quantile_groups((const double[]){ 1, 2, 3 }, 3, 4, true, groups, &err)); /* fewer than groups */
	assert_true(groups[0] == 0 && groups[2] == 0);
	well(compare_events(0, 0, &got, &err)); /* nothing expected, nothing seen */
	assert_int_equal(got, SIGNIFICANCE_NONE);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_proportions), cmocka_unit_test(test_ratios),   cmocka_unit_test(test_rates),
		cmocka_unit_test(test_groups),	    cmocka_unit_test(test_refusals),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
