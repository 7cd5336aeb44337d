/* Intervals and standardised rates against the tables of PHEindicatormethods,
 * which the Office for Health Improvement and Disparities uses; and refusals. */
#include "stat/dist.h"
#include "stat/standardise.h"
#include "stat/sheet.h"

static struct err err;
enum { STRATA_MAX = 40 };

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

static void test_byar_and_wilson(void **state)
{
	(void)state;
	struct sheet s;
	sheet_read(&s, "phe_Byars_Wilson__testdata_B_W");
	size_t absent = 0;
	for (size_t i = 0; i < s.n; i++) {
		struct limits l;
		double level = sheet_is(&s, i, "confidence", "95%") ? 0.95 : 0.998, x = sheet_number(&s, i, "x");
		if (sheet_is(&s, i, "method", "Byars"))
			well(byar_limits(x, level, &l, &err));
		else
			well(wilson_limits(x, sheet_number(&s, i, "n"), level, &l, &err));
		near_number(l.upper, sheet_number(&s, i, "uppercl"), 1e-9, "upper", i);
		assert_int_equal(l.no_lower, sheet_na(&s, i, "lowercl"));
		if (l.no_lower)
			absent++;
		else
			near_number(l.lower, sheet_number(&s, i, "lowercl"), 1e-9, "lower", i);
	}
	assert_int_equal(absent, 1);
	sheet_release(&s);
}

/* The row's 95 % and 99.8 % columns, each divided by its divisor. */
static void row_agrees(const struct sheet *s, size_t i, struct estimate usual, struct estimate wide, double tolerance,
		       double wide_by)
{
	assert_int_equal(usual.made, MADE);
	near_number(usual.value, sheet_number(s, i, "value"), tolerance, "value", i);
	near_number(usual.lower, sheet_number(s, i, "lower95_0cl"), tolerance, "lower 95", i);
	near_number(usual.upper, sheet_number(s, i, "upper95_0cl"), tolerance, "upper 95", i);
	if (sheet_na(s, i, "lower99_8cl"))
		return;
	near_number(wide.lower, sheet_number(s, i, "lower99_8cl") / wide_by, tolerance, "lower 99.8", i);
	near_number(wide.upper, sheet_number(s, i, "upper99_8cl") / wide_by, tolerance, "upper 99.8", i);
}

static enum rc of_kind(bool share, int64_t numerator, int64_t denominator, double level, double per,
		       struct estimate *out)
{
	return share ? proportion(numerator, denominator, level, per, out, &err)
		     : rate(numerator, (double)denominator, level, per, out, &err);
}

static void areas_agree(const char *name, bool share, size_t rows)
{
	struct sheet s;
	size_t done = 0;
	sheet_read(&s, name);
	for (size_t i = 0; i < s.n; i++) {
		if (sheet_na(&s, i, "value"))
			continue; /* a count that is not known is not given to us at all */
		struct estimate usual, wide;
		int64_t n = sheet_int(&s, i, "Numerator"), d = sheet_int(&s, i, "Denominator");
		double per = sheet_number(&s, i, "multiplier");
		well(of_kind(share, n, d, 0.95, per, &usual));
		well(of_kind(share, n, d, 0.998, per, &wide));
		row_agrees(&s, i, usual, wide, 1e-9, 1);
		const char *m = usual.method == METHOD_EXACT  ? "Exact"
				: usual.method == METHOD_BYAR ? "Byars"
							      : "Wilson";
		assert_true(sheet_is(&s, i, "method", m));
		done++;
	}
	assert_int_equal(done, rows);
	sheet_release(&s);
}

static void groups_agree(const char *name, bool share, size_t rows)
{
	struct sheet s;
	size_t done = 0;
	sheet_read(&s, name);
	for (size_t i = 0; i < s.n; i++) {
		if (sheet_na(&s, i, "value"))
			continue;
		struct estimate got;
		well(of_kind(share, sheet_int(&s, i, "Numerator"), sheet_int(&s, i, "Denominator"), 0.95,
			     sheet_number(&s, i, "multiplier"), &got));
		near_number(got.value, sheet_number(&s, i, "value"), 1e-9, "value", i);
		near_number(got.lower, sheet_number(&s, i, "lowercl"), 1e-9, "lower", i);
		near_number(got.upper, sheet_number(&s, i, "uppercl"), 1e-9, "upper", i);
		done++;
	}
	assert_int_equal(done, rows);
	sheet_release(&s);
}

static void test_proportions_and_rates(void **state)
{
	(void)state;
	areas_agree("phe_Proportion__testdata_Prop", true, 16);
	areas_agree("phe_Rate__testdata_Rate", false, 17);
	groups_agree("phe_Proportion__testdata_Prop_g", true, 8);
	groups_agree("phe_Rate__testdata_Rate_g", false, 9);
}

/* Children measured at school, 240 areas and years: counts of thousands. */
static void test_measured_children(void **state)
{
	(void)state;
	struct sheet s;
	sheet_read(&s, "phe_NCMP_testdata");
	for (size_t i = 0; i < s.n; i++) {
		struct estimate got;
		well(proportion(sheet_int(&s, i, "Count"), sheet_int(&s, i, "Measured"), 0.95, 100, &got, &err));
		near_number(got.value, sheet_number(&s, i, "Rate"), 1e-6, "value", i);
		near_number(got.lower, sheet_number(&s, i, "LCL"), 1e-6, "lower", i);
		near_number(got.upper, sheet_number(&s, i, "UCL"), 1e-6, "upper", i);
	}
	assert_int_equal(s.n, 240);
	sheet_release(&s);
}

static void test_means(void **state)
{
	(void)state;
	struct sheet in, out;
	sheet_read(&in, "phe_Mean__testdata_Mean");
	sheet_read(&out, "phe_Mean__testdata_Mean_results");
	for (size_t i = 0; i < out.n; i++) {
		double values[50], deviation = 0;
		size_t n = 0;
		struct estimate usual, wide;
		for (size_t k = 0; k < in.n; k++)
			if (sheet_is(&out, i, "area", "No grouping") ||
			    str_eq(sheet_cell(&in, k, "area"), sheet_cell(&out, i, "area")))
				values[n++] = sheet_number(&in, k, "values");
		assert_int_equal(n, sheet_int(&out, i, "value_count"));
		well(mean(values, n, 0.95, &usual, &deviation, &err));
		well(mean(values, n, 0.998, &wide, NULL, &err));
		near_number(deviation, sheet_number(&out, i, "stdev"), 1e-9, "deviation", i);
		row_agrees(&out, i, usual, wide, 1e-9, 1);
	}
	sheet_release(&in);
	sheet_release(&out);
}

static size_t indirect_strata(const struct sheet *in, const struct sheet *ref, struct str area,
			      struct reference_stratum *strata)
{
	size_t n = 0;
	for (size_t k = 0; k < in->n; k++) {
		if (!str_eq(sheet_cell(in, k, "area"), area))
			continue;
		strata[n] = (struct reference_stratum){ .persons = sheet_number(in, k, "pop"),
							.reference_events = sheet_number(ref, n, "refcount"),
							.reference_persons = sheet_number(ref, n, "refpop") };
		n++;
	}
	return n;
}

static void test_indirect(void **state)
{
	(void)state;
	struct sheet many, two, ref, out;
	struct reference_stratum strata[STRATA_MAX];
	sheet_read(&many, "phe_DSR_ISR__testdata_multiarea");
	sheet_read(&two,
		   "phe_DSR_ISR__testdata_err2"); /* its area 1 has a band without persons: fine for this method */
	sheet_read(&ref, "phe_DSR_ISR__refdata");
	sheet_read(&out, "phe_DSR_ISR__testresults_ISR");
	for (size_t i = 0; i < out.n; i++) {
		struct str area = sheet_cell(&out, i, "area");
		size_t n = indirect_strata(str_starts(area, "Area") ? &two : &many, &ref, area, strata);
		assert_int_equal(n, 19);
		int64_t observed = sheet_int(&out, i, "observed");
		char words[80];
		double expected = 0;
		struct estimate usual, wide;
		snprintf(words, sizeof words, STR_FMT, STR_ARG(sheet_cell(&out, i, "statistic")));
		bool ratio_row = strstr(words, "ratio") != NULL;
		double per = strtod(strrchr(words, ' '), NULL);
		enum rc (*of)(int64_t, const struct reference_stratum *, size_t, double, double, struct estimate *,
			      struct err *) = ratio_row ? standardised_ratio : indirect_rate;
		well(expected_events(strata, n, &expected, &err));
		near_number(expected, sheet_number(&out, i, "expected"), 1e-9, "expected", i);
		well(of(observed, strata, n, 0.95, per, &usual, &err));
		well(of(observed, strata, n, 0.998, per, &wide, &err));
		row_agrees(&out, i, usual, wide, 1e-9, 1);
	}
	sheet_release(&many);
	sheet_release(&two);
	sheet_release(&ref);
	sheet_release(&out);
}

static int64_t known_or_0(const struct sheet *s, size_t row, const char *column)
{
	return sheet_na(s, row, column) ? 0 : sheet_int(s, row, column);
}

static size_t direct_strata(const struct sheet *in, const struct sheet *standard, const char *column, struct str area,
			    bool repeated, struct standard_stratum *strata)
{
	size_t n = 0;
	for (size_t k = 0; k < in->n; k++) {
		if (area.n && !str_eq(sheet_cell(in, k, "area"), area))
			continue;
		struct standard_stratum *t = &strata[n];
		*t = (struct standard_stratum){ .persons = sheet_number(in, k, "pop"),
						.standard = sheet_number(standard, n, column),
						.events = known_or_0(in, k, "count") };
		t->squared_events = t->events;
		if (repeated) {
			int64_t people[4];
			for (size_t f = 0; f < 4; f++)
				people[f] = known_or_0(in, k, (const char *[]){ "f1", "f2", "f3", "f4" }[f]);
			well(repeated_events(people, 4, t, &err));
			assert_int_equal(t->events, known_or_0(in, k, "count"));
		}
		n++;
	}
	return n;
}

static void test_direct(void **state)
{
	(void)state;
	struct sheet many, old, repeats, standard, out;
	struct standard_stratum strata[STRATA_MAX];
	size_t too_few = 0;
	sheet_read(&many, "phe_DSR_ISR__testdata_multiarea");
	sheet_read(&old, "phe_DSR_ISR__testdata_1976");
	sheet_read(&repeats, "phe_DSR_ISR__testdata_nonindepe");
	sheet_read(&standard, "phe_DSR_ISR__testdata_err1"); /* read for its standard population of 2013 */
	sheet_read(&out, "phe_DSR_ISR__testresults_DSR");
	for (size_t i = 0; i < out.n; i++) {
		struct str area = sheet_cell(&out, i, "area");
		bool of_1976 = str_is(area, "testdata_1976"), repeated = str_starts(area, "testdata_nonind");
		size_t n =
		    of_1976 ? direct_strata(&old, &old, "esp1976", STR(""), false, strata)
			    : direct_strata(repeated ? &repeats : &many, &standard, "stdpop", area, repeated, strata);
		assert_in_range(n, 18, 19);
		/* all rows per 100,000 that say nothing else; the rows of repeated events carry 10 digits */
		bool small = sheet_is(&out, i, "statistic", "dsr per 10000");
		struct estimate usual, wide;
		well(direct_rate(strata, n, 0.95, small ? 1e4 : 1e5, &usual, &err));
		well(direct_rate(strata, n, 0.998, small ? 1e4 : 1e5, &wide, &err));
		if (sheet_na(&out, i, "value")) {
			assert_int_equal(usual.made, MADE_TOO_FEW);
			too_few++;
			continue;
		}
		/* the expected 99.8 % limits of 1976 are stored ten times too large */
		row_agrees(&out, i, usual, wide, 1e-9, of_1976 ? 10 : 1);
	}
	assert_int_equal(too_few, 3);
	sheet_release(&many);
	sheet_release(&old);
	sheet_release(&repeats);
	sheet_release(&standard);
	sheet_release(&out);
}

static void test_refusals(void **state)
{
	(void)state;
	struct estimate got = { .value = 7 };
	struct limits l;
	refused(proportion(5, 4, 0.95, 1, &got, &err), "larger than its denominator");
	refused(proportion(-1, 4, 0.95, 1, &got, &err), "0 or more");
	refused(proportion(1, 4, 1, 1, &got, &err), "between 0 and 1");
	refused(proportion(1, 4, NAN, 1, &got, &err), "between 0 and 1");
	refused(proportion(1, 4, 0.95, NAN, &got, &err), "multiplier");
	refused(rate(-1, 4, 0.95, 1, &got, &err), "0 or more");
	refused(rate(1, NAN, 0.95, 1, &got, &err), "denominator");
	refused(rate(1, -4, 0.95, 1, &got, &err), "denominator");
	refused(byar_limits(NAN, 0.95, &l, &err), "0 or more");
	refused(wilson_limits(0, 0, 0.95, &l, &err), "above 0");
	refused(mean((const double[]){ 1, NAN }, 2, 0.95, &got, NULL, &err), "Value 2");
	assert_int_equal(got.value, 7); /* untouched */
	struct standard_stratum s[] = { { 20, 100, 5, 20 }, { 1, 0, 5, 1 } };
	refused(direct_rate(s, 2, 0.95, 1, &got, &err), "Stratum 2 of the area has no persons");
	s[1] = (struct standard_stratum){ .events = 3, .persons = 9, .standard = 1 }; /* squared events forgotten */
	refused(direct_rate(s, 2, 0.95, 1, &got, &err), "fewer squared events");
	struct reference_stratum r = { .persons = 4, .reference_events = 1 };
	refused(standardised_ratio(1, &r, 1, 0.95, 1, &got, &err), "Stratum 1 has no persons in the reference");
	refused(repeated_events((const int64_t[]){ 1, -1 }, 2, s, &err), "2 events is negative");
	double q = 7;
	int64_t k = 7;
	assert_false(dist_normal(0, &q) || dist_normal(NAN, &q) || dist_t(0.5, 0, &q) || dist_chi_square(1, 2, &q));
	assert_false(dist_beta(0.5, -1, 1, &q) || dist_fair_binomial(0.5, -1, &k));
	assert_true(q == 7 && k == 7);
}

static void test_not_made(void **state)
{
	(void)state;
	struct estimate got;
	well(proportion(0, 0, 0.95, 1, &got, &err));
	assert_int_equal(got.made, MADE_NO_DENOMINATOR);
	well(rate(3, 0, 0.95, 1, &got, &err));
	assert_int_equal(got.made, MADE_NO_DENOMINATOR);
	well(standardised_ratio(3, NULL, 0, 0.95, 1, &got, &err));
	assert_int_equal(got.made, MADE_NO_DENOMINATOR);
	well(mean((const double[]){ 5 }, 1, 0.95, &got, NULL, &err));
	assert_int_equal(got.made, MADE_TOO_FEW);
	assert_true(got.value == 0 && got.lower == 0 && got.upper == 0);
	/* nothing and everything: the interval touches the end and is not empty */
	well(proportion(0, 9, 0.95, 100, &got, &err));
	assert_true(got.value == 0 && got.lower == 0 && got.upper > 20 && got.upper < 40);
	well(proportion(9, 9, 0.95, 100, &got, &err));
	assert_true(got.value == 100 && got.upper == 100 && got.lower > 60 && got.lower < 80);
	well(rate(0, 50, 0.95, 1, &got, &err));
	near_number(got.upper * 50, 3.688879454113936, 1e-12, "-ln 0.025", 0);
}

/* Quantiles that printed tables give. */
static void test_quantiles_of_distributions(void **state)
{
	(void)state;
	double v = 0;
	assert_true(dist_normal(0.975, &v));
	near_number(v, 1.959963984540054, 1e-12, "normal", 0);
	assert_true(dist_t(0.975, 10, &v));
	near_number(v, 2.228138851986274, 1e-9, "t", 0);
	assert_true(dist_chi_square(0.95, 1, &v));
	near_number(v, 3.841458820694124, 1e-9, "chi-square", 0);
	assert_true(dist_beta(0.5, 2, 2, &v));
	near_number(v, 0.5, 1e-9, "beta", 0);
	int64_t k = 0;
	assert_true(dist_fair_binomial(0.05, 9, &k));
	assert_int_equal(k, 2); /* P(X<=1) = 0.0195, P(X<=2) = 0.0898 */
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_byar_and_wilson),
		cmocka_unit_test(test_proportions_and_rates),
		cmocka_unit_test(test_measured_children),
		cmocka_unit_test(test_means),
		cmocka_unit_test(test_indirect),
		cmocka_unit_test(test_direct),
		cmocka_unit_test(test_refusals),
		cmocka_unit_test(test_not_made),
		cmocka_unit_test(test_quantiles_of_distributions),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
