/* What a change of the rules may not do: show what is sealed or closed now, or set what is another's to set. */
#include "work/drafts.h"
#include "work/people.h"

#include "work/record/seal_entry.h"
#include "work/record/statement.h"

static const char KINDS[] = "kinds.yaml";

static int loaded(void **state)
{
	fresh_loaded(state);
	people_begin();
	return 0;
}

/* ---- writing ---- */

static void told_an_address(void)
{
	record_as(&worker, "address-told", "01/03/2026", "confidential-address", "", "The refuge in Alder Street");
}

static struct rules_draft words(const char *after, const char *from, const char *to)
{
	return draft_of(KINDS, replaced(doc(app, KINDS)->body, after, from, to));
}

/* Neither by whoever may change rules, nor by the operator unless they say so. */
static void stays(struct rules_draft d, const char *why)
{
	struct viewer operator= app_operator(app);
	const struct viewer *who[] = { &doctor, &admin, &operator};
	for (size_t i = 0; i < COUNT_OF(who); i++)
		refused(RC_BAD_INPUT, who[i], &d, why);
	d.opens = true;
	for (size_t i = 0; i < 2; i++)
		refused(RC_BAD_INPUT, who[i], &d, why);
}

static void may(struct rules_draft d, const struct viewer *v)
{
	assert_ok(draft_save(app, v, &d, &err));
	assert_ok(app_renew(app, &err));
}

static bool doctor_sees(const char *kind)
{
	struct child_page p = page_as(&doctor, wren, DAY_NONE, KNOWN_NOW);
	return event_on(&p, kind) != NULL;
}

/* ---- what is sealed or closed ---- */

static void test_words_take_no_seal_off(void **state)
{
	(void)state;
	told_an_address();
	assert_false(doctor_sees("address-told"));
	stays(words("- id: address-told", "    seal: address\n", ""), "address-told");
	stays(words("- id: address-told", "seal: address", "seal: entry"), "address-told");
	stays(words("seals:", "seal: address\n    title: addresses\n    emergency: no",
		    "seal: address\n    title: addresses\n    emergency: yes"),
	      "emergency access would open");
	assert_false(doctor_sees("address-told"));
	/* nobody was told a parent's history yet */
	may(words("- id: parents-history-told", "    seal: parents-history\n", ""), &admin);
	may(words("- id: parents-history-told", "    rank: 3\n", "    rank: 3\n    seal: parents-history\n"), &admin);
	/* more may be sealed */
	record_as(&worker, "visit-made", "20/02/2026", "", "", "The refuge in Alder Street");
	assert_true(doctor_sees("visit-made"));
	may(words("- id: visit-made", "    data: care\n", "    data: care\n    seal: serious-harm\n"), &doctor);
	assert_false(doctor_sees("visit-made"));
	int64_t changed;
	assert_ok(keep_catch_up(app, NULL, NULL, &changed, &err));
	assert_clean();
}

static void test_words_take_no_seal_off_a_single_entry(void **state)
{
	(void)state;
	int64_t id = record_as(&nurse, "sdq-scored", "20/02/2026", "carer", "31", "The refuge in Alder Street");
	static const char entry[] =
	    "  - seal: entry\n    title: single entries that somebody sealed\n    emergency: yes\n"
	    "    source: \"local seal, opened only in an emergency with notice "
	    "(domain/mental-health-and-region 6)\"\n";
	struct rules_draft without = words("seals:", entry, "");
	assert_ok(seal_save(app, &nurse, wren, id, true, STR("She asked for it"), &err));
	assert_false(doctor_sees("sdq-scored"));
	stays(without, "under the seal \"entry\"");
	static const char *const written[] = { "entry-unsealed", "entry-sealed", "record-joined", "record-joined-to" };
	for (size_t i = 0; i < COUNT_OF(written); i++)
		stays(words(arena_printf(&arena, "- id: %s\n", written[i]).p, "    rank: 1\n",
			    "    rank: 1\n    ref: Entry\n    authors: doctor\n"),
		      written[i]);
	assert_false(doctor_sees("sdq-scored"));
}

/* Without what says that a record is closed, or who may see it, it would be open. */
static void test_words_open_no_closed_record(void **state)
{
	(void)state;
	two_parts("periods_of_care.csv", CARE,
		  "Essex,E-1,P1,06/01/2026,V2,,01/03/2026,E11\nEssex,E-2,P1,10/02/2026,C2,,,\n"
		  "Southend-on-Sea,S-1,P1,02/02/2026,V2,,,\n");
	load();
	const struct child_found *found;
	size_t n;
	stays(words("list: closes-record", "E11:", "E99:"), "\"E11\" in \"closes-record\"");
	stays(words("", "list: closes-record", "list: closes-records"), "\"E11\" in \"closes-record\"");
	stays(words("- id: care-ended", "sealable: no", "sealable: yes"), "care-ended");
	stays(words("- id: care-ended", "    rank: 2\n", "    rank: 2\n    seal: address\n"), "care-ended");
	assert_ok(child_search(app, &admin, STR("Brambleby"), 50, &arena, &found, &n, NULL, &err));
	assert_int_equal(n, 0);
	may(words("list: closes-record", "      E11:", "      E46: special guardianship order, other\n      E11:"),
	    &admin);
}

static void test_words_give_no_proxy_more_years(void **state)
{
	(void)state;
	stays(words("list: proxy-age", "\"13\":", "\"14\":"), "proxy-age");
	stays(words("list: proxy-age", "\"16\":", "\"18\":"), "proxy-age");
	stays(words("list: proxy-age", "      \"16\": for good\n", ""), "proxy-age");
	may(words("list: proxy-age", "\"13\":", "\"12\":"), &admin);
}

/* A statement about a clock that a sealed entry opened is hidden with it. */
static void test_a_statement_stays_with_its_clock(void **state)
{
	(void)state;
	assert_ok(statement_save(app, &doctor, wren, STR("iha-returned"), STR("Those were not our days"), &err));
	stays(words("- id: days-disputed", "    on-clock: yes\n", ""), "days-disputed");
}

/* A seal that was put on the wrong kind can come off again; the audit says that it opened something. */
static void test_the_operator_says_so(void **state)
{
	(void)state;
	told_an_address();
	struct viewer operator= app_operator(app);
	struct rules_draft d = words("- id: address-told", "    seal: address\n", "");
	d.opens = true;
	may(d, &operator);
	assert_true(doctor_sees("address-told"));
	assert_int_equal(number("SELECT count(*) AS n FROM audit WHERE act = 'changed rules, and what they seal'"), 1);
}

/* ---- whose values ---- */

static const char IHA[] = "parameters/initial-health-assessment.yaml";
#define DERBY	  "E06000015"
#define LEICESTER "E06000016"
#define QJ2	  "LAC-QJ2-DEMO"

static struct rules_draft value_for(const char *whose, const char *n)
{
	struct str body;
	assert_ok(draft_parameter(doc(app, IHA)->body, STR("iha-asked"), str_of(n), STR("2026-03-02"), str_of(whose),
				  STR("agreed today"), &arena, &body, &err));
	return draft_of(IHA, body);
}

static void test_a_value_is_set_by_whose_it_is(void **state)
{
	(void)state;
	struct viewer other = somebody("other", ROLE_ADMINISTRATOR, "LAC-QE1-DEMO"); /* of no team here */
	struct rules_draft d = value_for(ESSEX, "9");
	refused(RC_REFUSED, &other, &d, "of this region");
	d = words("", "title: Details", "title: Really details");
	refused(RC_REFUSED, &other, &d, "of this region");
	may(value_for(ESSEX, "9"), &admin);
	may(value_for(TEAM, "8"), &doctor);
	may(value_for("", "6"), &admin); /* whoever has no value of their own */
	/* of councils that this team does not serve, though the document has a value for them */
	d = value_for("E06000035", "9");
	refused(RC_BAD_INPUT, &admin, &d, "for E06000035");
	d = draft_of(IHA, replaced(doc(app, IHA)->body, "", "{n: 3, from: 2011-04-01, for: E08000032",
				   "{n: 4, from: 2011-04-01, for: E08000032"));
	refused(RC_BAD_INPUT, &admin, &d, "for E08000032");
	may(d, &(struct viewer){ .role = ROLE_OPERATOR });
}

/* A region of several teams. */
static void test_no_team_changes_anothers(void **state)
{
	(void)state;
	assert_ok(app_init_region(app, "east-midlands", INIT_OTHER_REGION, &err));
	const struct viewer derby = somebody("derby", ROLE_ADMINISTRATOR, QJ2),
			    leicester = somebody("leicester", ROLE_DOCTOR, "LAC-QK1-DEMO"),
			    left = somebody("left", ROLE_ADMINISTRATOR, TEAM);
	struct rules_draft d = value_for(LEICESTER, "9");
	refused(RC_BAD_INPUT, &derby, &d, "for " LEICESTER);
	refused(RC_REFUSED, &left, &d, "of this region"); /* its councils are of another region now */
	may(d, &leicester);
	may(value_for(DERBY, "9"), &derby);
	d = value_for(QJ2, "8");
	refused(RC_BAD_INPUT, &leicester, &d, "for " QJ2);
	may(d, &derby);
	struct str body = doc(app, IHA)->body;
	static const char mine[] =
	    "      - {n: 9, from: 2026-03-02, for: \"" LEICESTER "\", source: \"agreed today\"}\n";
	d = draft_of(IHA, replaced(body, "", mine, ""));
	refused(RC_BAD_INPUT, &derby, &d, "would change a value");
	may(value_for("", "6"), &derby);
	/* for whom each may set a value */
	const struct organisation **places;
	size_t n;
	assert_ok(editions_places(app, &derby, &arena, &places, &n, &err));
	assert_int_equal(n, 3); /* its two councils, and itself */
}

int main(void)
{
#define CASE(f) cmocka_unit_test_setup(f, loaded)
	const struct CMUnitTest tests[] = {
		CASE(test_words_take_no_seal_off),	     CASE(test_words_take_no_seal_off_a_single_entry),
		CASE(test_words_open_no_closed_record),	     CASE(test_words_give_no_proxy_more_years),
		CASE(test_a_statement_stays_with_its_clock), CASE(test_the_operator_says_so),
		CASE(test_a_value_is_set_by_whose_it_is),    CASE(test_no_team_changes_anothers),
	};
	return cmocka_run_group_tests(tests, set_up, tear_down);
}
