/* Which councils' areas touch: the file of the product, and files that say nothing that can be used. */
#include "record/adjoining.h"

#include "record/organisations.h"

#include <setjmp.h>
#include <stdarg.h>
#include <sys/stat.h>
#include <unistd.h>
#include <cmocka.h>

static struct adjoining *load_ours(void)
{
	struct adjoining *a;
	struct err e = { .rc = RC_OK };
	if (adjoining_load("data", &a, &e) != RC_OK)
		fail_msg("%s", e.text);
	return a;
}

static void test_what_everybody_knows(void **state)
{
	(void)state;
	struct adjoining *a = load_ours();
	static const struct {
		const char *one, *other;
		bool touch;
	} known[] = {
		{ "E06000033", "E10000012", true },  /* Southend-on-Sea, Essex */
		{ "E10000012", "E06000034", true },  /* Essex, Thurrock */
		{ "E06000033", "E06000034", false }, /* Southend-on-Sea, Thurrock: Essex lies between */
		{ "E10000012", "E09000016", true },  /* Essex, Havering */
		{ "E06000034", "E10000016", false }, /* Thurrock, Kent: the Thames lies between */
		{ "E10000012", "E10000029", true },  /* Essex, Suffolk */
		{ "E10000012", "E06000052", false }, /* Essex, Cornwall */
		{ "E09000001", "E09000033", true },  /* City of London, Westminster */
		{ "E09000033", "E09000022", true },  /* Westminster, Lambeth: over the river */
		{ "E06000052", "E10000008", true },  /* Cornwall, Devon */
		{ "E06000018", "E10000024", true },  /* Nottingham lies inside Nottinghamshire */
		{ "E06000061", "E06000062", true },  /* the two halves of Northamptonshire */
		{ "E06000046", "E10000014", false }, /* the Isle of Wight touches nobody */
	};
	for (size_t i = 0; i < COUNT_OF(known); i++)
		if (adjoining_touch(a, str_of(known[i].one), str_of(known[i].other)) != known[i].touch ||
		    adjoining_touch(a, str_of(known[i].other), str_of(known[i].one)) != known[i].touch)
			fail_msg("%s and %s", known[i].one, known[i].other);
	assert_false(adjoining_touch(a, STR("E10000012"), STR("E10000012")));
	assert_false(adjoining_touch(a, STR("E10000012"), STR("")));
	adjoining_free(a);
}

/* Every council but the two islands has a neighbour; every code is a council of ours. */
static void test_every_council(void **state)
{
	(void)state;
	struct adjoining *a = load_ours();
	struct organisations *o;
	struct err e;
	assert_int_equal(organisations_load("data", &o, &e), RC_OK);
	size_t lonely = 0, pairs = 0;
	for (size_t i = 0; i < organisations_count(o); i++) {
		const struct organisation_entry *one = organisations_at(o, i);
		size_t neighbours = 0;
		for (size_t k = 0; one->kind == ORG_COUNCIL && k < organisations_count(o); k++)
			neighbours += adjoining_touch(a, one->code, organisations_at(o, k)->code);
		lonely += one->kind == ORG_COUNCIL && neighbours == 0;
		pairs += neighbours;
	}
	assert_int_equal(lonely, 2);
	assert_int_equal(pairs, 2 * adjoining_count(a)); /* no pair twice, and none of a code that is no council */
	assert_true(adjoining_hash(a) != 0);
	organisations_free(o);
	adjoining_free(a);
}

static void refuses(const char *text, const char *word)
{
	char dir[] = "/tmp/linnet-adjoining-XXXXXX", path[100];
	struct adjoining *a;
	struct err e = { .rc = RC_OK };
	assert_non_null(mkdtemp(dir));
	snprintf(path, sizeof path, "%s/adjoining.csv", dir);
	if (text) {
		FILE *f = fopen(path, "w");
		assert_non_null(f);
		fputs(text, f);
		fclose(f);
	}
	assert_true(adjoining_load(dir, &a, &e) != RC_OK);
	if (!strstr(e.text, word) && !strstr(e.detail, word))
		fail_msg("%s (%s)", e.text, e.detail);
	unlink(path);
	rmdir(dir);
}

static void test_refusals(void **state)
{
	(void)state;
	refuses(NULL, "adjoining.csv");
	refuses("code_a,name_a,code_b\n", "4 columns");
	refuses("code_a,name_a,code,name_b\n", "code_b");
	refuses("code_a,name_a,code_b,name_b\nE1,One,,Two\n", "line 2");
	refuses("code_a,name_a,code_b,name_b\nE1,One,E1,One\n", "line 2");
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_what_everybody_knows),
		cmocka_unit_test(test_every_council),
		cmocka_unit_test(test_refusals),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
