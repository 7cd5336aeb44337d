/* The slope index of inequality against PHEindicatormethods, and refusals. */
#include "stat/sheet.h"
#include "stat/slope.h"

static struct err err;

static void well(enum rc rc)
{
	if (rc != RC_OK)
		fail_msg("refused: %s", err.text);
}

static bool same_test(const struct sheet *s, size_t a, size_t b)
{
	return str_eq(sheet_cell(s, a, "TestDescription"), sheet_cell(s, b, "TestDescription")) &&
	       str_eq(sheet_cell(s, a, "Area"), sheet_cell(s, b, "Area"));
}

/* The package can multiply by a negative number, to say "more is worse" by the sign; we never turn a sign round. */
static void set_agrees(const struct sheet *s, size_t i, const struct slope *got)
{
	char words[120];
	snprintf(words, sizeof words, STR_FMT, STR_ARG(sheet_cell(s, i, "TestDescription")));
	double by = strstr(words, "(x 100)")	? 100
		    : strstr(words, "(x -100)") ? -100
		    : strstr(words, "negative") ? -1
						: 1;
	assert_true(got->has_relative);
	near_number(got->slope * by, sheet_number(s, i, "sii"), 1e-9, "slope", i);
	if (!sheet_na(s, i, "rii"))
		near_number(by < 0 ? 1 / got->relative : got->relative, sheet_number(s, i, "rii"), 1e-9, "relative", i);
	if (!sheet_na(s, i, "Intercept"))
		near_number(got->intercept, sheet_number(s, i, "Intercept"), 1e-9, "intercept", i);
}

/* Theirs are drawn at random, 100,000 times or fewer: within 3 % of the interval's width. */
static void limits_agree(const struct sheet *s, size_t i, const struct slope *got)
{
	double width = got->upper - got->lower;
	assert_true(got->has_limits && width > 0);
	assert_true(fabs(got->lower - sheet_number(s, i, "sii_lowercl_1")) < 0.03 * width);
	assert_true(fabs(got->upper - sheet_number(s, i, "sii_uppercl_1")) < 0.03 * width);
}

static void test_against_the_package(void **state)
{
	(void)state;
	struct sheet s;
	size_t sets = 0, with_limits = 0;
	sheet_read(&s, "phe_SII__testdata_SII");
	for (size_t i = 0, to; i < s.n; i = to) {
		struct slope_group g[20];
		struct slope got;
		char words[120];
		snprintf(words, sizeof words, STR_FMT, STR_ARG(sheet_cell(&s, i, "TestDescription")));
		for (to = i; to < s.n && same_test(&s, to, i); to++)
			;
		if (sheet_na(&s, i, "sii"))
			continue; /* its tests of refusals: ours are below */
		/* the errors of its rates and proportions are on another scale than the values */
		bool errors = !sheet_na(&s, i, "StandardError");
		for (size_t k = i; k < to; k++)
			g[k - i] = (struct slope_group){ .persons = sheet_number(&s, k, "Population"),
							 .value = sheet_number(&s, k, "Value"),
							 .error = errors ? sheet_number(&s, k, "StandardError") : 0 };
		well(slope_index(g, to - i,
				 strstr(words, "log transform")	    ? SLOPE_LOG
				 : strstr(words, "logit transform") ? SLOPE_LOGIT
								    : SLOPE_PLAIN,
				 strstr(words, "99%") ? 0.99 : 0.95, &got, &err));
		set_agrees(&s, i, &got);
		sets++;
		if (strncmp(words, "default", 7) == 0 && !sheet_na(&s, i, "sii_lowercl_1")) {
			limits_agree(&s, i, &got);
			with_limits++;
		}
	}
	assert_int_equal(sets, 44);
	assert_int_equal(with_limits, 10);
	sheet_release(&s);
}

static void refused(const struct slope_group *g, size_t n, enum slope_scale scale, double level, const char *words)
{
	struct slope out = { .slope = 7 };
	assert_int_equal(slope_index(g, n, scale, level, &out, &err), RC_BAD_INPUT);
	if (!strstr(err.text, words))
		fail_msg("said \"%s\", not \"%s\"", err.text, words);
	assert_true(out.slope == 7);
}

static void test_refusals(void **state)
{
	(void)state;
	struct slope_group g[2] = { { .persons = 5, .value = 1 }, { .persons = 5, .value = 0 } };
	refused(g, 1, SLOPE_PLAIN, 0, "two groups");
	refused(g, 2, SLOPE_LOG, 0, "group 2 has no place");
	refused(g, 2, SLOPE_LOGIT, 0, "group 1 has no place");
	refused(g, 2, SLOPE_PLAIN, 1.5, "between 0 and 1");
	g[1].error = -1;
	refused(g, 2, SLOPE_PLAIN, 0.95, "error of group 2");
	g[0].persons = 0;
	refused(g, 2, SLOPE_PLAIN, 0, "Group 1 has no persons");
	/* a line that begins at 0 has no ratio: two equal groups at places 1/4 and 3/4, values 1 and 3 */
	struct slope_group from_0[2] = { { .persons = 5, .value = 1 }, { .persons = 5, .value = 3 } };
	struct slope out;
	well(slope_index(from_0, 2, SLOPE_PLAIN, 0, &out, &err));
	assert_true(out.slope == 4 && out.intercept == 0 && !out.has_relative && !out.has_limits);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_against_the_package),
		cmocka_unit_test(test_refusals),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
