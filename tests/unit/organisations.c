/* The directory: found by code and by every name, never by a name that two share. */
#include "record/organisations.h"

#include "base/text.h"

#include <setjmp.h>
#include <stdarg.h>
#include <sys/stat.h>
#include <unistd.h>
#include <cmocka.h>

static struct organisations *load_ours(void)
{
	struct organisations *o;
	struct err e = { .rc = RC_OK };
	if (organisations_load("data", &o, &e) != RC_OK)
		fail_msg("%s", e.text);
	return o;
}

static void finds(const struct organisations *o, enum organisation_kind kind, const char *word, const char *code)
{
	const struct organisation_entry *org = organisations_find(o, kind, str_of(word));
	if (!org && code)
		fail_msg("%s not found", word);
	if (code)
		assert_true(str_is(org->code, code));
	else
		assert_null(org);
}

static void test_ours(void **state)
{
	(void)state;
	struct organisations *o = load_ours();
	size_t councils = 0, teams = 0;
	for (size_t i = 0; i < organisations_count(o); i++) {
		const struct organisation_entry *org = organisations_at(o, i);
		councils += org->kind == ORG_COUNCIL;
		teams += org->kind == ORG_HEALTH_TEAM;
		assert_true(org->source.n > 0);
		assert_ptr_equal(organisations_find(o, org->kind, org->code), org);
		assert_ptr_equal(organisations_find(o, org->kind, org->name), org); /* as tables write it */
	}
	assert_int_equal(councils, 153);
	assert_int_equal(teams, 43); /* one for each board of 2024, and the one of SET */
	assert_null(organisations_at(o, organisations_count(o)));
	finds(o, ORG_COUNCIL, "Essex", "E10000012");
	finds(o, ORG_COUNCIL, "ESSEX county council", "E10000012");
	finds(o, ORG_COUNCIL, "e10000012", "E10000012");
	finds(o, ORG_COUNCIL, "Southend on Sea", "E06000033");
	finds(o, ORG_COUNCIL, "southend-on-sea", "E06000033");
	finds(o, ORG_PROVIDER, "NELFT", "RAT");
	finds(o, ORG_COUNCIL, "NELFT", NULL);
	finds(o, (enum organisation_kind)0, "NELFT", "RAT");
	finds(o, ORG_COUNCIL, "Atlantis", NULL);
	finds(o, ORG_COUNCIL, "", NULL);
	finds(o, ORG_COUNCIL, " - ", NULL);
	assert_true(str_is(organisations_find(o, ORG_COUNCIL, STR("Thurrock"))->served_by, "LAC-SET-DEMO"));
	organisations_free(o);
}

static char folder[] = "/tmp/linnet-orgs-XXXXXX";

static enum rc load_text(const char *text, struct organisations **o, struct err *e)
{
	char path[100];
	snprintf(path, sizeof path, "%s/organisations.csv", folder);
	FILE *f = fopen(path, "w");
	assert_non_null(f);
	fputs(text, f);
	assert_int_equal(fclose(f), 0);
	enum rc rc = organisations_load(folder, o, e);
	unlink(path);
	return rc;
}

#define HEAD "code,kind,name,short,served_by,also_known_as,source\n"

static void refused(const char *text, const char *words)
{
	struct organisations *o;
	struct err e = { .rc = RC_OK };
	assert_int_equal(load_text(text, &o, &e), RC_BAD_INPUT);
	if (!strstr(e.text, words))
		fail_msg("%s", e.text);
}

static void test_made_up(void **state)
{
	struct organisations *o;
	struct err e;
	(void)state;
	assert_non_null(mkdtemp(folder));
	assert_int_equal(load_text(HEAD
				   "A,council,Newtown,Newtown,,Shared|Noun,x\nB,council,Oldtown,Oldtown,,Shared,x\n"
				   "C,provider,Newtown,Newtown,,,x\n",
				   &o, &e),
			 RC_OK);
	finds(o, ORG_COUNCIL, "shared", NULL); /* two have this name */
	finds(o, ORG_COUNCIL, "noun", "A");
	finds(o, ORG_COUNCIL, "newtown", "A");
	finds(o, (enum organisation_kind)0, "newtown", NULL); /* a council and a provider */
	organisations_free(o);
	refused("code,kind\n", "line 1: 7 columns are expected");
	refused("code,name,kind,short,served_by,also_known_as,source\n", "line 1: column 2 must be \"kind\"");
	refused(HEAD "A,county,N,N,,,x\n", "line 2: a code, a name");
	refused(HEAD "A,council,N,N,TEAM,,x\n", "A is served by TEAM, which is not a health team");
	rmdir(folder);
}

int main(void)
{
	const struct CMUnitTest tests[] = { cmocka_unit_test(test_ours), cmocka_unit_test(test_made_up) };
	return cmocka_run_group_tests(tests, NULL, NULL);
}
