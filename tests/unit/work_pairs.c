/* Agreements by pairs: an agreement may cover the children of some councils only, and acts for theirs as an
 * agreement for every child does; of all others there is no trace of it. Whose child somebody is follows the child. */
#include "work/everything.h"

#include "measure/number.h"
#include "work/core/shared.h"
#include "work/oversee/agreement.h"
#include "work/oversee/filed.h"
#include "work/oversee/measure_shared.h"
#include "work/record/join.h"
#include "work/record/statement.h"
#include "work/see/emergency.h"

static struct viewer trust_nurse;
static int64_t zoe, lukasz, before; /* Wren is Essex's now, and was Southend's before */

#define BIT(k) data_bit(DATA_##k)
enum { MORE = DATA_ALL & ~(1 << DATA_IDENTITY) & ~(1 << DATA_CARE) }; /* what a council needs an agreement for */

static void tables_of_pairs(const char *periods)
{
	small_tables();
	two_parts("children.csv", CHILDREN,
		  arena_printf(&arena, "%s%s%s%s", WREN, ZOE, LUKASZ,
			       "Southend-on-Sea,S-9,9990001006,Wren,Brambleby,14/03/2016,F,,,\n")
		      .p);
	two_parts("periods_of_care.csv", CARE, periods);
	two_parts("placements.csv", PLACEMENTS,
		  "Essex,E-1,PL1,P1,06/01/2026,U6,no,Essex,\nEssex,E-2,PL1,P1,10/02/2026,U6,yes,Thurrock,\n"
		  "Southend-on-Sea,S-1,PL1,P1,02/02/2026,U6,no,Essex,\n"
		  "Southend-on-Sea,S-9,PL1,P1,03/03/2025,K2,no,Southend-on-Sea,05/01/2026\n");
	two_parts("assessments.csv", ASSESSMENTS, "Southend-on-Sea,S-9,A1,initial,25/03/2025,doctor,28/03/2025\n");
}

static const char CARE_NOW[] = "Essex,E-1,P1,06/01/2026,V2,,,\nEssex,E-2,P1,10/02/2026,C2,,,\n"
			       "Southend-on-Sea,S-1,P1,02/02/2026,V2,,,\n"
			       "Southend-on-Sea,S-9,P1,03/03/2025,V2,,05/01/2026,E3\n";

static int loaded(void **state)
{
	fresh(state);
	tables_of_pairs(CARE_NOW);
	complete_from("01/01/2020");
	load();
	people_begin();
	zoe = person(ESSEX "/E-2");
	lukasz = person(SOUTHEND "/S-1");
	before = person(SOUTHEND "/S-9");
	trust_nurse = somebody("trust", ROLE_NURSE, TRUST);
	return 0;
}

static void enforce(const char *from)
{
	change("INSERT INTO setting (name, value) VALUES ('agreements-enforced-from', '%s')", from);
	assert_ok(app_reread_place(app, &err));
}

static enum rc try_agree(int64_t id, const char *with, const char *from, const char *to, const char *shares,
			 const char *councils, const char **field_out, int64_t *made_out)
{
	struct agreement_form f = { .id = id,
				    .org = str_of(with),
				    .from = str_of(from),
				    .to = str_of(to),
				    .purpose = STR("Health of looked-after children"),
				    .controllers = STR("Both, jointly"),
				    .shares = str_of(shares),
				    .why = STR("as agreed"),
				    .councils = str_of(councils) };
	return agreement_say(app, &lead, &f, made_out, field_out, &err);
}

static int64_t agree(int64_t id, const char *with, const char *from, const char *to, const char *shares,
		     const char *councils)
{
	const char *field = "";
	int64_t made = 0;
	assert_ok(try_agree(id, with, from, to, shares, councils, &field, &made));
	return made;
}

static enum rc stand_unit(struct db *db, void *arg, struct err *e)
{
	return shared_withheld(app, db, &shown, arg, e);
}

/* As their next request would find them. */
static struct viewer as_of_now(const struct viewer *v)
{
	struct viewer now = *v;
	now.withheld = DATA_ALL;
	assert_ok(store_read(app_store(app), stand_unit, &now, &err));
	return now;
}

static uint32_t withheld_from(const char *code, const char *council)
{
	struct viewer v = { .org = org(code) };
	v = as_of_now(&v);
	return withheld_of(&v, org(council));
}

static int64_t home_of(int64_t child)
{
	return number("SELECT home AS n FROM person WHERE id = %" PRId64, child);
}

/* ---- whose children, and when ---- */

static void test_agreements_cover_the_children_of_the_councils_they_name(void **state)
{
	(void)state;
	enforce("2026-03-01");
	int64_t id = agree(0, TRUST, "2026-03-01", "2026-03-04", "health education", ESSEX);
	assert_int_equal(withheld_from(TRUST, ESSEX), BIT(NUMBERS));
	assert_int_equal(withheld_from(TRUST, SOUTHEND), BIT(UNSAID) | BIT(HEALTH) | BIT(EDUCATION) | BIT(NUMBERS));
	agree(0, TRUST, "2026-03-01", "2026-03-31", "education", SOUTHEND " " ESSEX); /* together with the first */
	assert_int_equal(withheld_from(TRUST, SOUTHEND), BIT(UNSAID) | BIT(HEALTH) | BIT(NUMBERS));
	agree(0, TRUST, "2026-03-01", "2026-03-31", "numbers", NULL); /* of every child */
	assert_int_equal(withheld_from(TRUST, ESSEX), 0);
	assert_int_equal(withheld_from(TRUST, "E06000034"), BIT(UNSAID) | BIT(HEALTH) | BIT(EDUCATION));
	agree(0, TRUST, "2026-04-01", "2026-05-31", "health", SOUTHEND); /* to come */
	assert_true(withheld_from(TRUST, SOUTHEND) & BIT(HEALTH));
	agree(id, TRUST, "2026-03-01", "2026-03-04", "health education", SOUTHEND); /* amended today */
	assert_int_equal(withheld_from(TRUST, SOUTHEND), 0);
	assert_int_equal(withheld_from(TRUST, ESSEX), BIT(UNSAID) | BIT(HEALTH));
	agree(id, TRUST, "2026-03-01", "2026-03-04", "health education", NULL);
	assert_int_equal(withheld_from(TRUST, "E06000034"), 0);
	at("2026-03-05T00:00:01Z"); /* it has ended */
	assert_int_equal(withheld_from(TRUST, SOUTHEND), BIT(UNSAID) | BIT(HEALTH));
	assert_int_equal(withheld_from(TRUST, "E06000034"), BIT(UNSAID) | BIT(HEALTH) | BIT(EDUCATION));
	/* A council that is no longer known covers nobody, and never everybody. */
	change("UPDATE agreement SET councils = 'E99999999' WHERE councils <> ''");
	assert_int_equal(withheld_from(TRUST, ESSEX), BIT(UNSAID) | BIT(HEALTH) | BIT(EDUCATION));
	/* Whoever keeps the record needs none. */
	assert_int_equal(withheld_from(TEAM, ESSEX), 0);
}

static void test_what_a_statement_of_councils_must_be(void **state)
{
	(void)state;
	static const char *const wrong[] = { "", "  ", "E99999999", TEAM, ESSEX " " TRUST, "Essex" };
	const struct agreement *g;
	const char *field = "";
	size_t n;
	int64_t made = 0;
	for (size_t i = 0; i < COUNT_OF(wrong); i++) {
		assert_rc(RC_BAD_INPUT,
			  try_agree(0, TRUST, "2026-03-01", "2026-03-31", "health", wrong[i], &field, &made));
		assert_string_equal(field, "councils");
	}
	assert_int_equal(rows_of("agreement"), 0);
	agree(0, TRUST, "2026-03-01", "2026-03-31", "health", "  " SOUTHEND "  " ESSEX " " SOUTHEND " ");
	agree(0, ESSEX, "2026-03-01", "2026-03-31", "health", NULL);
	assert_ok(agreement_list(app, &lead, &arena, &g, &n, &err));
	assert_int_equal(n, 2);
	size_t trust = g[0].org == org(TRUST) ? 0 : 1;
	assert_str(SOUTHEND " " ESSEX, g[trust].councils); /* each once */
	assert_str("", g[1 - trust].councils);
	assert_str("Southend, Essex", council_names(app, g[trust].councils, &arena));
}

static void test_an_organisation_is_named_by_its_name_or_its_code(void **state)
{
	(void)state;
	static const char *const wrong[] = { "", "nobody", "Twice", "Essex and more" };
	static const char *const named[] = { "Essex", "essex", ESSEX, "e10000012" };
	const struct agreement *g;
	const char *field = "";
	size_t n;
	int64_t made = 0;
	change("UPDATE organisation SET short_name = 'Twice' WHERE code IN ('%s', '%s')", TRUST, SOUTHEND);
	assert_ok(app_reread_place(app, &err));
	for (size_t i = 0; i < COUNT_OF(wrong); i++) {
		assert_rc(RC_BAD_INPUT,
			  try_agree(0, wrong[i], "2026-03-01", "2026-03-31", "health", NULL, &field, &made));
		assert_string_equal(field, "org");
	}
	assert_int_equal(rows_of("agreement"), 0);
	for (size_t i = 0; i < COUNT_OF(named); i++)
		agree(0, named[i], "2026-03-01", "2026-03-31", "health", NULL);
	assert_ok(agreement_list(app, &lead, &arena, &g, &n, &err));
	assert_int_equal(n, COUNT_OF(named));
	for (size_t i = 0; i < n; i++)
		assert_int_equal(g[i].org, org(ESSEX));
}

/* ---- no trace ---- */

static void test_of_children_of_other_councils_there_is_no_trace(void **state)
{
	(void)state;
	const struct viewer *who[] = { &worker, &trust_nurse };
	struct str theirs[COUNT_OF(who)], ours[COUNT_OF(who)], plain[COUNT_OF(who)];
	const struct withheld_of southend[] = { { org(SOUTHEND), 0 } }, essex[] = { { org(ESSEX), 0 } };
	struct viewer shut[COUNT_OF(who)], open[COUNT_OF(who)], none[COUNT_OF(who)];
	for (size_t i = 0; i < COUNT_OF(who); i++) {
		shut[i] = open[i] = none[i] = *who[i];
		shut[i].withheld = open[i].withheld = none[i].withheld = MORE;
		shut[i].councils = southend;
		open[i].councils = essex;
		shut[i].n_councils = open[i].n_councils = 1;
		theirs[i] = all_of(&shut[i]);
		ours[i] = all_of(&open[i]);
		plain[i] = all_of(&none[i]);
	}
	record_coded(&nurse, "sdq-scored", "12/02/2026", "carer", "", "14", "");
	record_coded(&doctor, "assessment-seen", "13/02/2026", "initial", "doctor", "", "R1");
	record_coded(&nurse, "ehc-step", "14/02/2026", "ehc-requested", "", "", "");
	assert_ok(statement_save(app, &nurse, wren, STR("iha-returned"), STR("Those were not our days"), &err));
	for (size_t i = 0; i < COUNT_OF(who); i++) {
		assert_same_text(theirs[i], all_of(&shut[i]), "whose agreement is of Southend’s children");
		assert_same_text(plain[i], all_of(&none[i]), "who has no agreement");
		if (i == 0) /* she is in the circle of Essex */
			assert_false(str_eq(ours[i], all_of(&open[i])));
	}
	/* of the one who is in their circle, by page, form and search */
	struct child_page p = page_as(&open[0], wren, DAY_NONE, KNOWN_NOW);
	assert_non_null(event_on(&p, "sdq-scored"));
	assert_non_null(clock_on(&p, "iha-returned"));
	assert_int_equal(p.withheld.n, 0);
	assert_true(p.by_council);
	struct draft d; /* and what is shown can be put right */
	const struct child_event *step = event_on(&p, "ehc-step");
	assert_ok(record_draft_of(app, &open[0], wren, step->id, &arena, &d, &err));
	assert_rc(RC_NOT_FOUND, record_draft_of(app, &shut[0], wren, step->id, &arena, &d, &err));
	p = page_as(&shut[0], wren, DAY_NONE, KNOWN_NOW);
	assert_null(event_on(&p, "sdq-scored"));
	assert_null(clock_on(&p, "iha-returned"));
	assert_true(p.withheld.n > 0);
}

/* ---- children who move ---- */

static void assert_shown_of_wren(const struct viewer *v, bool yes)
{
	struct viewer now = as_of_now(v);
	struct worklist_query q = { .area = -1, .limit = 50, .as_of = DAY_NONE, .known_ms = KNOWN_NOW };
	struct worklist kept, live;
	size_t rows[2] = { 0 };
	struct child_page p = page_as(&now, wren, DAY_NONE, KNOWN_NOW);
	assert_int_equal(event_on(&p, "assessment-seen") != NULL, yes);
	p = page_as(&now, wren, DAY_NONE, instant("2026-03-02T10:30:00Z")); /* a look back is under today's */
	assert_int_equal(event_on(&p, "assessment-seen") != NULL, yes);
	q.standard = STR("iha-returned");
	assert_ok(worklist_see(app, &now, &q, &arena, &kept, &err));
	q.known_ms = app_now_ms(app);
	assert_ok(worklist_see(app, &now, &q, &arena, &live, &err));
	for (int l = LIST_LATE; l < LIST__COUNT; l++) {
		for (size_t i = 0; i < kept.sections[l].n; i++)
			rows[0] += kept.sections[l].items[i].person == wren;
		for (size_t i = 0; i < live.sections[l].n; i++)
			rows[1] += live.sections[l].items[i].person == wren;
	}
	assert_int_equal(rows[0], rows[1]);
	assert_int_equal(rows[0] > 0, yes);
}

static void test_whose_child_follows_the_child(void **state)
{
	(void)state;
	int64_t main = 0;
	assert_int_equal(home_of(wren), org(ESSEX));
	assert_int_equal(home_of(before), org(SOUTHEND)); /* it was the last, and is not any more */
	assert_int_equal(home_of(lukasz), org(SOUTHEND)); /* placed elsewhere */
	assert_ok(join_records(app, &admin, before, wren, STR("Same NHS number, and Southend says so"), &main, &err));
	assert_int_equal(main, wren);
	at("2026-03-02T11:00:00Z");
	enforce("2026-03-01");
	int64_t id = agree(0, ESSEX, "2026-03-01", "2027-03-31", "health education", ESSEX);
	assert_shown_of_wren(&worker, true); /* whole, with the years in which Southend was responsible */
	agree(id, ESSEX, "2026-03-01", "2027-03-31", "health education", SOUTHEND);
	assert_shown_of_wren(&worker, false);
	/* She goes back to Southend: from that day on, and Essex is in her circle for some days more. */
	tables_of_pairs("Essex,E-1,P1,06/01/2026,V2,,28/02/2026,E3\nEssex,E-2,P1,10/02/2026,C2,,,\n"
			"Southend-on-Sea,S-1,P1,02/02/2026,V2,,,\n"
			"Southend-on-Sea,S-9,P1,03/03/2025,V2,,05/01/2026,E3\n"
			"Southend-on-Sea,S-9,P2,01/03/2026,V2,,,\n");
	complete_from("01/01/2020");
	at("2026-03-02T12:00:00Z");
	load();
	assert_int_equal(home_of(wren), org(SOUTHEND));
	assert_int_equal(number("SELECT count(*) AS n FROM circle WHERE person = %" PRId64 " AND org = %" PRId64
				" AND reason = 'responsible council'",
				wren, org(ESSEX)),
			 1);
	struct viewer v = as_of_now(&worker);
	struct child_page p = page_as(&v, wren, DAY_NONE, KNOWN_NOW);
	assert_non_null(event_on(&p, "assessment-seen")); /* the agreement about Southend's children covers her now */
	agree(id, ESSEX, "2026-03-01", "2027-03-31", "health education", ESSEX);
	v = as_of_now(&worker);
	p = page_as(&v, wren, DAY_NONE, KNOWN_NOW);
	assert_null(event_on(&p, "assessment-seen"));
	p = page_as(&v, zoe, DAY_NONE, KNOWN_NOW);
	assert_non_null(clock_on(&p, "iha-returned"));
}

static size_t listed_of(const struct viewer *v, int64_t child, int64_t known_ms)
{
	struct worklist_query q = { .area = -1, .limit = 50, .as_of = DAY_NONE, .known_ms = known_ms };
	struct worklist w;
	size_t n = 0;
	assert_ok(worklist_see(app, v, &q, &arena, &w, &err));
	for (int l = LIST_LATE; l < LIST__COUNT; l++) {
		for (size_t i = 0; i < w.sections[l].n; i++)
			n += w.sections[l].items[i].person == child;
		if (l != LIST_LATER)
			assert_int_equal(w.sections[l].count, w.sections[l].n);
	}
	return n;
}

/* As the kept list has it, the list that is worked out anew, and the page. */
static void assert_listed(const struct viewer *v, int64_t child, bool yes)
{
	struct child_page p = page_as(v, child, DAY_NONE, KNOWN_NOW);
	size_t kept = listed_of(v, child, KNOWN_NOW);
	assert_int_equal(kept, listed_of(v, child, app_now_ms(app)));
	assert_int_equal(kept > 0, yes);
	assert_int_equal(event_on(&p, "referral-received") != NULL, yes);
}

static void of_wren(const char *kind, const char *at_day, const char *code, const char *of, const char *ref)
{
	struct draft d = { .change = CHANGE_RECORD,
			   .person = wren,
			   .version = page_as(&admin, wren, DAY_NONE, KNOWN_NOW).head.version,
			   .kind = str_of(kind),
			   .at = str_of(at_day),
			   .code = str_of(code),
			   .org = str_of(of),
			   .ref = str_of(ref) };
	assert_ok(record_save(app, &admin, &d, &arena, NULL, &err));
}

/* A clock that began while one council was responsible goes with the child to the next. */
static void test_a_clock_of_the_council_before_goes_with_the_child(void **state)
{
	(void)state;
	const struct withheld_of essex[] = { { org(ESSEX), 0 } }, southend[] = { { org(SOUTHEND), 0 } },
				 both[] = { { org(ESSEX), 0 }, { org(SOUTHEND), MORE & ~BIT(EDUCATION) } };
	struct viewer v = clinician; /* she was referred to the trust, and waits */
	v.withheld = MORE;
	v.councils = essex;
	v.n_councils = 1;
	assert_listed(&v, wren, true);
	v.councils = southend;
	assert_listed(&v, wren, false);
	of_wren("care-ended", "28/02/2026", "E3", "", "P1");
	of_wren("care-started", "01/03/2026", "V2", SOUTHEND, "P9");
	assert_int_equal(home_of(wren), org(SOUTHEND));
	assert_true(number("SELECT count(*) AS n FROM work_row WHERE person = %" PRId64 " AND org = %" PRId64
			   " AND council = %" PRId64 " AND home = %" PRId64,
			   wren, org(TRUST), org(ESSEX), org(SOUTHEND)) > 0);
	assert_listed(&v, wren, true);
	v.councils = essex;
	assert_listed(&v, wren, false);
	v.councils = both; /* of Essex's all, of Southend's education: she is one of Southend's */
	v.n_councils = 2;
	assert_listed(&v, wren, false);
}

/* ---- numbers ---- */

static size_t people_in(const struct viewer *v, const char *measure, int64_t home, bool *listed)
{
	static const struct measure_opening all = { .period = DAY_NONE };
	struct str id = str_of(measure);
	struct measure_query q = { .ids = &id,
				   .n_ids = 1,
				   .from = day_of(2025, 3, 1),
				   .to = day_of(2026, 3, 1),
				   .as_of = DAY_NONE,
				   .known_ms = KNOWN_NOW,
				   .open = &all };
	struct measure_result r;
	size_t n = 0;
	enum rc rc = measure_see(app, v, &q, NULL, NULL, &arena, &r, &err);
	*listed = rc == RC_OK;
	if (rc != RC_OK)
		return 0;
	for (size_t i = 0; i < r.n_people; i++)
		n += !home || home_of(r.people[i].person) == home;
	measure_result_release(&r);
	return n;
}

static void test_measures_count_the_children_that_are_covered(void **state)
{
	(void)state;
	bool listed;
	static const char *const m = "iha-returned";
	size_t all = people_in(&nurse, m, 0, &listed), essex = people_in(&nurse, m, org(ESSEX), &listed);
	assert_true(listed && all > essex && essex > 0);
	/* the same as whoever sees all of the same circle, of the children of Essex */
	struct viewer part = nurse;
	const struct withheld_of of[] = { { org(ESSEX), 0 } };
	part.withheld = MORE;
	part.councils = of;
	part.n_councils = 1;
	assert_int_equal(people_in(&part, m, 0, &listed), essex);
	assert_true(listed);
	part.n_councils = 0;
	assert_int_equal(people_in(&part, m, 0, &listed), 0);
	assert_false(listed);
	/* filed, it would say of whom nobody can tell any more */
	struct str id = str_of(m);
	struct measure_query q = {
		.ids = &id, .n_ids = 1, .from = DAY_NONE, .to = DAY_NONE, .as_of = DAY_NONE, .known_ms = KNOWN_NOW
	};
	struct measure_layout l = { .by = GROUP_NONE };
	int64_t report = 0;
	part.n_councils = 1;
	assert_rc(RC_REFUSED, filed_file(app, &part, &q, &l, NULL, NULL, &arena, &report, &err));
	assert_words("some councils only");
	assert_ok(filed_file(app, &nurse, &q, &l, NULL, NULL, &arena, &report, &err));
	struct filed f;
	assert_ok(filed_get(app, &nurse, report, &arena, &f, &err));
	assert_rc(RC_NOT_FOUND, filed_get(app, &part, report, &arena, &f, &err));
}

/* Rows of a rate whose people are known: without them it is no number. */
static size_t rated(const struct viewer *v)
{
	struct str id = STR("cyp-access-rate");
	struct measure_query q = { .ids = &id,
				   .n_ids = 1,
				   .from = day_of(2024, 3, 1),
				   .to = day_of(2026, 3, 1),
				   .as_of = DAY_NONE,
				   .known_ms = KNOWN_NOW };
	struct measure_result r;
	const struct tally_row *rows;
	size_t n = 0;
	assert_ok(measure_see(app, v, &q, NULL, NULL, &arena, &r, &err));
	size_t n_rows = tally_rows(r.answers[0].tally, GROUP_COUNCIL, true, &arena, &rows);
	for (size_t i = 0; i < n_rows; i++) {
		struct measure_number x;
		measure_number(r.answers[0].m, &rows[i], &x);
		n += x.base > 0;
	}
	measure_result_release(&r);
	return n;
}

static void test_no_rate_is_made_of_some_children(void **state)
{
	(void)state;
	const struct withheld_of essex[] = { { org(ESSEX), 0 } };
	struct viewer part = nurse;
	of_wren("contact-made", "20/02/2026", "01", TRUST, "M1");
	assert_true(rated(&nurse) > 0);
	part.withheld = MORE;
	part.councils = essex;
	part.n_councils = 1;
	assert_int_equal(rated(&part), 0);
}

static int64_t shared_base(const struct viewer *v)
{
	struct shared_measure s;
	int64_t n = 0;
	enum rc rc = measure_shared(app, v, STR("iha-returned"), &arena, &s, &err);
	assert_true(rc == RC_OK || rc == RC_REFUSED);
	if (rc == RC_REFUSED)
		return -1;
	for (size_t i = 0; i < s.n_councils; i++)
		n += s.councils[i].group == org(SOUTHEND);
	return n;
}

/* Numbers for a board are a kind of their own, and of the children of some councils too. */
static void test_numbers_of_the_children_of_some_councils(void **state)
{
	(void)state;
	struct viewer buyer = viewer(ROLE_COMMISSIONER, TEAM);
	const struct withheld_of essex[] = { { org(ESSEX), DATA_ALL & ~BIT(NUMBERS) } };
	int64_t all = shared_base(&buyer);
	assert_true(all > 0);
	buyer.withheld = DATA_ALL;
	assert_int_equal(shared_base(&buyer), -1);
	buyer.councils = essex;
	buyer.n_councils = 1;
	assert_int_equal(shared_base(&buyer), 0); /* no row of Southend */
	assert_false(viewer_may(&buyer, ACT_PLAN) && !viewer_shown(&buyer, BIT(NUMBERS)));
}

/* ---- who has no session ---- */

static size_t chased(int64_t of)
{
	struct chase c;
	size_t n = 0;
	assert_ok(chase_draft(app, &admin, app_organisation_by_code(app, STR(ESSEX)), &arena, &c, &err));
	for (size_t i = 0; i < c.n; i++)
		n += c.items[i].person == of;
	return n;
}

static size_t chased_in_all(void)
{
	const struct chase_recipient *who;
	size_t n;
	assert_ok(chase_recipients(app, &admin, &arena, &who, &n, &err));
	for (size_t i = 0; i < n; i++)
		if (str_is(who[i].org->code, ESSEX))
			return (size_t)who[i].n;
	return 0;
}

static void test_chases_and_files_of_the_children_that_are_covered(void **state)
{
	(void)state;
	struct handback h;
	struct buf with AUTO(buf_release), without AUTO(buf_release), again AUTO(buf_release);
	const struct organisation *essex;
	buf_init(&with, 1 << 20);
	buf_init(&without, 1 << 20);
	buf_init(&again, 1 << 20);
	enforce("2026-03-01");
	essex = app_organisation_by_code(app, STR(ESSEX));
	int64_t id = agree(0, ESSEX, "2026-03-01", "2026-03-31", "health education", NULL);
	size_t all = chased(wren) + chased(zoe);
	assert_true(all > 0);
	assert_int_equal(chased_in_all(), all);
	assert_ok(handback_make(app, &admin, essex, DAY_NONE, &arena, &h, &err));
	handback_csv(&h, &with);
	agree(id, ESSEX, "2026-03-01", "2026-03-31", "health education", SOUTHEND); /* none of theirs */
	size_t less = chased(wren) + chased(zoe);
	assert_true(less < all);
	assert_int_equal(chased_in_all(), less);
	assert_ok(handback_make(app, &admin, essex, DAY_NONE, &arena, &h, &err));
	handback_csv(&h, &without);
	assert_false(str_eq(buf_view(&with), buf_view(&without)));
	agree(id, ESSEX, "2026-03-01", "2026-03-31", "health education", ESSEX);
	assert_int_equal(chased(wren) + chased(zoe), all);
	assert_int_equal(chased_in_all(), all);
	assert_ok(handback_make(app, &admin, essex, DAY_NONE, &arena, &h, &err));
	handback_csv(&h, &again);
	assert_true(str_eq(buf_view(&with), buf_view(&again)));
}

/* ---- who somebody is ---- */

/* Where not even names are shared of the children of other councils: they are nobody. */
static void test_names_of_the_children_that_are_covered(void **state)
{
	(void)state;
	const struct withheld_of essex[] = { { org(ESSEX), 0 } };
	struct viewer part = nurse;
	struct worklist_query q = { .area = -1, .limit = 50, .as_of = DAY_NONE, .known_ms = KNOWN_NOW };
	struct worklist w;
	const struct child_found *found;
	size_t n;
	int64_t got;
	struct child_query c = { .person = lukasz, .as_of = DAY_NONE, .known_ms = KNOWN_NOW };
	struct child_page p;
	assert_ok(child_search(app, &part, STR("linden"), 10, &arena, &found, &n, NULL, &err));
	assert_int_equal(n, 1);
	part.withheld = DATA_ALL;
	part.councils = essex;
	part.n_councils = 1;
	assert_ok(child_search(app, &part, STR("linden"), 10, &arena, &found, &n, NULL, &err));
	assert_int_equal(n, 0);
	assert_rc(RC_NOT_FOUND, child_find(app, &part, STR(SOUTHEND "/S-1"), &got, &err));
	assert_rc(RC_NOT_FOUND, child_see(app, &part, &c, &arena, &p, &err));
	assert_words("There is no such child here.");
	c.to_write = true;
	assert_rc(RC_NOT_FOUND, child_see(app, &part, &c, &arena, &p, &err));
	assert_ok(child_find(app, &part, STR(ESSEX "/E-1"), &got, &err));
	assert_ok(worklist_see(app, &part, &q, &arena, &w, &err));
	assert_int_equal(w.children, 2); /* Wren and Zoe */
	q.known_ms = app_now_ms(app);
	assert_ok(worklist_see(app, &part, &q, &arena, &w, &err));
	assert_int_equal(w.children, 2);
	/* what compares with whole records is not for them */
	const struct match_pair *pairs;
	part.withheld = MORE;
	assert_rc(RC_REFUSED, match_pairs(app, &part, 10, &arena, &pairs, &n, &err));
}

/* ---- what governance is told ---- */

static void test_what_is_withheld_is_told_by_council(void **state)
{
	(void)state;
	struct agreement_effects f;
	const struct agreement_effect *rows[4];
	size_t n = 0;
	agree(0, ESSEX, "2026-03-01", "2026-03-31", "health education mental-health numbers", ESSEX " " SOUTHEND);
	assert_ok(agreement_effects(app, &lead, &arena, &f, &err));
	for (size_t i = 0; i < f.n && n < COUNT_OF(rows); i++)
		if (str_is(f.rows[i].org->code, ESSEX))
			rows[n++] = &f.rows[i];
	assert_int_equal(n, 2);
	assert_true(rows[0]->others && rows[0]->withheld & BIT(HEALTH));
	assert_int_equal(rows[0]->children, 0);
	assert_false(rows[1]->others);
	assert_int_equal(rows[1]->withheld, 0);
	assert_int_equal(rows[1]->children, number("SELECT count(DISTINCT person) AS n FROM circle WHERE org = %" PRId64
						   " AND to_day >= %d",
						   org(ESSEX), (int)app_today(app)));
	struct str rest;
	assert_true(str_cut(rows[1]->councils, ' ', &rest).n && rest.n);
}

int main(void)
{
#define CASE(f) cmocka_unit_test_setup_teardown(f, loaded, clean_after)
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup(test_agreements_cover_the_children_of_the_councils_they_name, loaded),
		CASE(test_what_a_statement_of_councils_must_be),
		CASE(test_an_organisation_is_named_by_its_name_or_its_code),
		CASE(test_of_children_of_other_councils_there_is_no_trace),
		CASE(test_whose_child_follows_the_child),
		CASE(test_a_clock_of_the_council_before_goes_with_the_child),
		CASE(test_measures_count_the_children_that_are_covered),
		CASE(test_no_rate_is_made_of_some_children),
		CASE(test_numbers_of_the_children_of_some_councils),
		CASE(test_chases_and_files_of_the_children_that_are_covered),
		CASE(test_names_of_the_children_that_are_covered),
		CASE(test_what_is_withheld_is_told_by_council),
	};
	arena_init(&shown);
	int failed = cmocka_run_group_tests(tests, set_up, tear_down);
	arena_release(&shown);
	return failed;
}
