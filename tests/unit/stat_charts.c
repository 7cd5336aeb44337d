/* Control charts against NHSRplotthedots (XmR) and qicharts2 (the others); rules
 * that their series do not meet, in small series of our own; and refusals. */
#include "stat/chart.h"
#include "stat/sheet.h"
#include "stat/xmr.h"

static struct err err;
enum { POINTS_MAX = 120 };

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

/* ---- XmR ---- */

static const char *cause_words(const struct xmr_point *p)
{
	static const char *const words[][2] = {
		[CAUSE_COMMON] = { "Common Cause", "Common Cause" },
		[CAUSE_OUTSIDE] = { "Below LCL", "Above UCL" },
		[CAUSE_TWO_OF_THREE] = { "2 in 3 Below CL", "2 in 3 Above CL" },
		[CAUSE_SHIFT] = { "7 Points Below CL", "7 Points Above CL" },
		[CAUSE_TREND] = { "7 Point Trend (Decreasing)", "7 Point Trend (Increasing)" },
	};
	return words[p->cause][p->side > 0];
}

static const char *meaning_words(enum meaning m)
{
	static const char *const words[] = { "common_cause", "special_cause_improvement", "special_cause_concern",
					     "special_cause_neutral" };
	return words[m];
}

static void flag_agrees(const struct sheet *s, size_t i, const char *column, bool got)
{
	if (!sheet_is(s, i, column, got ? "TRUE" : "FALSE"))
		fail_msg("row %zu, %s: %s", i + 1, column, got ? "TRUE" : "FALSE");
}

static void xmr_row_agrees(const struct sheet *s, size_t i, const struct xmr_point *p)
{
	near_number(p->mean, sheet_number(s, i, "mean_col"), 1e-9, "mean", i);
	flag_agrees(s, i, "special_cause_flag", p->cause != CAUSE_COMMON);
	if (!sheet_is(s, i, "special_cause_type", cause_words(p)))
		fail_msg("row %zu: %s", i + 1, cause_words(p));
	if (!sheet_is(s, i, "point_type", meaning_words(p->meaning)))
		fail_msg("row %zu: %s", i + 1, meaning_words(p->meaning));
	if (sheet_na(s, i, "upl")) { /* a flat stretch, screened: they divide by no ranges, we say "no width" */
		assert_true(p->lower == p->mean && p->upper == p->mean && !p->outside && !p->outer_third);
		return;
	}
	near_number(p->lower, sheet_number(s, i, "lpl"), 1e-9, "lower", i);
	near_number(p->upper, sheet_number(s, i, "upl"), 1e-9, "upper", i);
	flag_agrees(s, i, "outside_limits", p->outside);
	flag_agrees(s, i, "close_to_limits", p->outer_third);
}

static void test_xmr(void **state)
{
	(void)state;
	struct sheet s;
	size_t charts = 0;
	sheet_read(&s, "run_nhsr_xmr");
	for (size_t i = 0, to; i < s.n; i = to, charts++) {
		double values[POINTS_MAX];
		struct xmr_point points[POINTS_MAX];
		size_t starts[4], starts_n = 0, n = 0;
		for (to = i; to < s.n && (to == i || !sheet_is(&s, to, "x", "2022-04-01")); to++, n++) {
			values[n] = sheet_number(&s, to, "y");
			if (n && !str_eq(sheet_cell(&s, to, "rebase_group"), sheet_cell(&s, to - 1, "rebase_group")))
				starts[starts_n++] = n;
		}
		assert_int_equal(n, 36);
		assert_int_equal(starts_n, sheet_is(&s, i, "rebased", "TRUE"));
		struct xmr_options o = { .better = sheet_is(&s, i, "direction", "increase") ? BETTER_HIGH : BETTER_LOW,
					 .screen = sheet_is(&s, i, "screen", "TRUE"),
					 .starts = starts,
					 .starts_n = starts_n };
		well(xmr_chart(values, n, &o, points, &err));
		for (size_t k = 0; k < n; k++)
			xmr_row_agrees(&s, i + k, &points[k]);
	}
	assert_int_equal(charts, 24);
	sheet_release(&s);
}

static void summary_agrees(const struct sheet *sum, size_t row, const struct sheet *s)
{
	static const char *const assured[] = { "", "consistent_pass", "consistent_fail", "inconsistent" };
	double values[POINTS_MAX];
	struct xmr_point points[POINTS_MAX];
	size_t n = 0, counted[4] = { 0 };
	for (size_t i = 0; i < s->n; i++)
		if (str_eq(sheet_cell(s, i, "series"), sheet_cell(sum, row, "series")) &&
		    sheet_is(s, i, "direction", "increase") && sheet_is(s, i, "screen", "TRUE") &&
		    sheet_is(s, i, "rebased", "FALSE"))
			values[n++] = sheet_number(s, i, "y");
	enum better better = sheet_is(sum, row, "direction", "increase") ? BETTER_HIGH : BETTER_LOW;
	struct xmr_options o = { .better = better, .screen = true };
	assert_int_equal(n, sheet_int(sum, row, "n"));
	well(xmr_chart(values, n, &o, points, &err));
	for (size_t i = 0; i < n; i++)
		counted[points[i].meaning]++;
	assert_int_equal(counted[MEANS_NOTHING], sheet_int(sum, row, "common_cause"));
	assert_int_equal(counted[MEANS_IMPROVEMENT], sheet_int(sum, row, "special_cause_improvement"));
	assert_int_equal(counted[MEANS_CONCERN], sheet_int(sum, row, "special_cause_concern"));
	assert_true(sheet_is(sum, row, "variation_type", meaning_words(points[n - 1].meaning)));
	assert_true(sheet_is(sum, row, "assurance_type", assured[xmr_assurance(&points[n - 1], better, true, 52)]));
}

static void test_xmr_summary(void **state)
{
	(void)state;
	struct sheet sum, s;
	sheet_read(&sum, "run_nhsr_xmr_summary");
	sheet_read(&s, "run_nhsr_xmr");
	for (size_t i = 0; i < sum.n; i++)
		summary_agrees(&sum, i, &s);
	sheet_release(&sum);
	sheet_release(&s);
}

/* Limits of named points are those of a chart of these points alone, and the others are held against them. */
static void test_xmr_kept_limits(void **state)
{
	(void)state;
	static const double before[] = { 50, 54, 48, 52, 51, 49, 53, 50, 52, 48, 51, 50 },
			    after[] = { 62, 64, 63, 66, 65, 64, 63 };
	double all[COUNT_OF(before) + COUNT_OF(after)];
	struct xmr_point alone[COUNT_OF(before)], p[COUNT_OF(all)], free_limits[COUNT_OF(all)];
	memcpy(all, before, sizeof before);
	memcpy(all + COUNT_OF(before), after, sizeof after);
	struct xmr_options o = { .better = BETTER_HIGH, .screen = true };
	well(xmr_chart(before, COUNT_OF(before), &o, alone, &err));
	well(xmr_chart(all, COUNT_OF(all), &o, free_limits, &err));
	o.base_n = COUNT_OF(before);
	well(xmr_chart(all, COUNT_OF(all), &o, p, &err));
	for (size_t i = 0; i < COUNT_OF(all); i++) {
		assert_true(p[i].mean == alone[0].mean && p[i].lower == alone[0].lower && p[i].upper == alone[0].upper);
		assert_false(p[i].short_stretch);
		assert_int_equal(p[i].cause, i < COUNT_OF(before) ? CAUSE_COMMON : CAUSE_OUTSIDE);
	}
	assert_true(free_limits[0].mean > p[0].mean); /* without them the new months pull the mean up */
	o.base_from = 2; /* in the middle, and the months before it are held against it too */
	o.base_n = 10;
	well(xmr_chart(all, COUNT_OF(all), &o, p, &err));
	assert_true(p[0].mean == p[18].mean && p[0].mean > 50 && p[0].mean < 51 && p[0].short_stretch);
	const struct {
		size_t from, n;
	} wrong[] = { { 0, 1 }, { 19, 2 }, { 20, 0 }, { 18, 2 }, { 0, 20 }, { SIZE_MAX, 2 }, { 3, 0 } };
	for (size_t i = 0; i < COUNT_OF(wrong); i++) {
		o.base_from = wrong[i].from;
		o.base_n = wrong[i].n;
		assert_int_equal(xmr_chart(all, COUNT_OF(all), &o, p, &err), RC_BAD_INPUT);
	}
	static const size_t starts[] = { 12 };
	o = (struct xmr_options){ .base_n = 12, .starts = starts, .starts_n = 1 };
	assert_int_equal(xmr_chart(all, COUNT_OF(all), &o, p, &err), RC_BAD_INPUT);
}

static void test_xmr_rules(void **state)
{
	(void)state;
	struct xmr_point p[14];
	/* seven rising points inside the limits and across the mean: a trend, and nothing before it */
	double rising[] = { 10, 14, 9, 15, 7, 8, 9.5, 10.5, 11.5, 13, 14, 9, 14, 10 };
	struct xmr_options o = { .better = BETTER_LOW };
	well(xmr_chart(rising, 14, &o, p, &err));
	for (size_t i = 0; i < 14; i++)
		assert_int_equal(p[i].cause, i >= 4 && i <= 10 ? CAUSE_TREND : CAUSE_COMMON);
	assert_int_equal(p[7].meaning, MEANS_CONCERN);
	rising[7] = rising[6]; /* a step that stays level breaks it */
	well(xmr_chart(rising, 14, &o, p, &err));
	assert_int_equal(p[10].cause, CAUSE_COMMON);
	/* neither is better: a change, no praise and no blame; no assurance */
	double jump[] = { 5, 6, 5, 6, 5, 6, 5, 6, 5, 6, 5, 30 };
	o.better = BETTER_NEITHER;
	o.screen = true;
	well(xmr_chart(jump, 12, &o, p, &err));
	assert_int_equal(p[11].cause, CAUSE_OUTSIDE);
	assert_int_equal(p[11].meaning, MEANS_CHANGE);
	assert_int_equal(xmr_assurance(&p[11], BETTER_NEITHER, true, 1), ASSURE_NO_TARGET);
	assert_int_equal(xmr_assurance(&p[11], BETTER_LOW, false, 1), ASSURE_NO_TARGET);
	assert_false(p[0].short_stretch);
	well(xmr_chart(jump, 11, &o, p, &err));
	assert_true(p[0].short_stretch);
	/* equal values that no binary fraction holds: none may fall outside limits of no width */
	double flat[] = { 0.1, 0.1, 0.1, 0.1, 0.1, 0.1, 0.1 };
	well(xmr_chart(flat, 7, &o, p, &err));
	for (size_t i = 0; i < 7; i++)
		assert_int_equal(p[i].cause, CAUSE_COMMON);
}

static void test_xmr_refusals(void **state)
{
	(void)state;
	struct xmr_point p[4] = { { .mean = 7 } };
	struct xmr_options o = { .better = BETTER_HIGH };
	refused(xmr_chart((const double[]){ 1 }, 1, &o, p, &err), "Stretch 1 of the chart has fewer than 2");
	refused(xmr_chart((const double[]){ 1, NAN, 3 }, 3, &o, p, &err), "Point 2 is not a number");
	const size_t starts[] = { 3 };
	o.starts = starts;
	o.starts_n = 1;
	refused(xmr_chart((const double[]){ 1, 2, 3, 4 }, 4, &o, p, &err), "Stretch 2");
	refused(xmr_chart((const double[]){ 1, 2 }, 2, &o, p, &err), "Stretch 1");
	assert_int_equal(p[0].mean, 7);
}

/* ---- the charts of qicharts2 ---- */

static double per = 1; /* what the sheet's values are multiplied by */

static void line_agrees(const struct sheet *s, size_t i, const char *column, double got)
{
	near_number(got * per, sheet_number(s, i, column), 1e-9, column, i);
}

static void lines_agree(const struct sheet *s, size_t i, const struct chart_lines *l)
{
	line_agrees(s, i, "cl", l->centre);
	assert_int_equal(l->points, sheet_int(s, i, "n.obs"));
	assert_int_equal(l->useful, sheet_int(s, i, "n.useful"));
	assert_int_equal(l->longest, sheet_int(s, i, "longest.run"));
	assert_int_equal(l->longest_most, sheet_int(s, i, "longest.run.max"));
	assert_int_equal(l->crossings, sheet_int(s, i, "n.crossings"));
	assert_int_equal(l->crossings_least, sheet_int(s, i, "n.crossings.min"));
	flag_agrees(s, i, "runs.signal", l->runs_signal);
}

static void point_agrees(const struct sheet *s, size_t i, const struct chart_lines *l, const struct chart_point *p,
			 bool two_deviations)
{
	lines_agree(s, i, l);
	assert_int_equal(p->has_value, !sheet_na(s, i, "y"));
	if (p->has_value)
		line_agrees(s, i, "y", p->value);
	flag_agrees(s, i, "sigma.signal", p->outside);
	assert_int_equal(l->has_limits, !sheet_na(s, i, "ucl"));
	if (!l->has_limits)
		return;
	line_agrees(s, i, "lcl", p->lower);
	line_agrees(s, i, "ucl", p->upper);
	if (two_deviations) {
		line_agrees(s, i, "lcl.95", p->lower2);
		line_agrees(s, i, "ucl.95", p->upper2);
	}
}

static void part_agrees(const struct sheet *s, size_t from, size_t n, enum chart_kind kind, bool two_deviations)
{
	struct chart_in in[POINTS_MAX];
	struct chart_point points[POINTS_MAX];
	struct chart_lines lines;
	assert_in_range(n, 2, POINTS_MAX);
	for (size_t k = 0; k < n; k++)
		in[k] = (struct chart_in){ .count = sheet_number(s, from + k, "y.sum"),
					   .of = sheet_na(s, from + k, "n") ? 0 : sheet_number(s, from + k, "n"),
					   .excluded = sheet_is(s, from + k, "include", "FALSE"),
					   .after_baseline = sheet_is(s, from + k, "baseline", "FALSE") };
	well(chart_make(kind, in, n, &lines, points, &err));
	for (size_t k = 0; k < n; k++)
		point_agrees(s, from + k, &lines, &points[k], two_deviations);
}

static void test_montgomery(void **state)
{
	(void)state;
	static const struct {
		const char *name;
		enum chart_kind kind;
	} examples[] = {
		{ "qic_ex_6.5_3", CHART_I }, { "qic_ex_6.5_4", CHART_MR }, { "qic_ex_7.1_5", CHART_P },
		{ "qic_ex_7.3_3", CHART_C }, { "qic_ex_7.4_1", CHART_U },  { "qic_ex_7.5_1", CHART_U },
		{ "qic_ex_7.6_1", CHART_T }, { "qic_tbl_7.4_1", CHART_P },
	};
	for (size_t x = 0; x < COUNT_OF(examples); x++) {
		struct sheet s;
		per = str_is(str_of(examples[x].name), "qic_ex_7.5_1") ? 50 : 1; /* yards of cloth: per 50 */
		sheet_read(&s, examples[x].name);
		for (size_t i = 0, to; i < s.n; i = to) {
			for (to = i; to < s.n && str_eq(sheet_cell(&s, to, "part"), sheet_cell(&s, i, "part")); to++)
				;
			part_agrees(&s, i, to - i, examples[x].kind, false);
		}
		sheet_release(&s);
	}
	per = 1;
}

static enum chart_kind kind_named(struct str name)
{
	static const char *const names[] = { "run", "i", "mr", "p", "pp", "u", "up", "c", "g" };
	for (size_t k = 0; k < COUNT_OF(names); k++)
		if (str_is(name, names[k]))
			return (enum chart_kind)k;
	fail_msg("no chart " STR_FMT, STR_ARG(name));
	return CHART_RUN;
}

static void test_series(void **state)
{
	(void)state;
	struct sheet s;
	size_t charts = 0;
	sheet_read(&s, "run_qic_charts");
	for (size_t i = 0, to; i < s.n; i = to, charts++) {
		for (to = i; to < s.n && str_eq(sheet_cell(&s, to, "chart"), sheet_cell(&s, i, "chart")) &&
			     str_eq(sheet_cell(&s, to, "series"), sheet_cell(&s, i, "series"));
		     to++)
			;
		part_agrees(&s, i, to - i, kind_named(sheet_cell(&s, i, "chart")), true);
	}
	assert_int_equal(charts, 21);
	sheet_release(&s);
}

static void test_chart_refusals(void **state)
{
	(void)state;
	struct chart_lines l = { .centre = 7 };
	struct chart_point p[3];
	struct chart_in in[3] = { { .count = 1, .of = 4 }, { .count = 2, .of = 4 }, { .count = 5, .of = 4 } };
	refused(chart_make(CHART_P, in, 3, &l, p, &err), "Point 3 has a numerator larger");
	well(chart_make(CHART_U, in, 3, &l, p, &err)); /* more events than children are possible */
	l.centre = 7;
	in[1].of = 0;
	refused(chart_make(CHART_U, in, 3, &l, p, &err), "Point 2 has a denominator of 0");
	in[0].count = -1;
	refused(chart_make(CHART_C, in, 3, &l, p, &err), "Point 1 is negative");
	in[0].count = NAN;
	refused(chart_make(CHART_I, in, 3, &l, p, &err), "Point 1 is not a number");
	in[0].count = 1;
	in[1].excluded = in[2].after_baseline = true;
	refused(chart_make(CHART_I, in, 3, &l, p, &err), "there is 1");
	refused(chart_make(CHART_RUN, in, 0, &l, p, &err), "there are 0");
	assert_int_equal(l.centre, 7);
	/* nobody ever: a share of 0 has limits of no width, p' among them, and no point is outside */
	struct chart_in none[3] = { { .of = 9 }, { .of = 5 }, { .of = 7 } };
	well(chart_make(CHART_P_PRIME, none, 3, &l, p, &err));
	assert_true(l.centre == 0 && p[2].upper == 0 && !p[2].outside && l.useful == 0 && !l.runs_signal);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_xmr),
		cmocka_unit_test(test_xmr_summary),
		cmocka_unit_test(test_xmr_kept_limits),
		cmocka_unit_test(test_xmr_rules),
		cmocka_unit_test(test_xmr_refusals),
		cmocka_unit_test(test_montgomery),
		cmocka_unit_test(test_series),
		cmocka_unit_test(test_chart_refusals),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
