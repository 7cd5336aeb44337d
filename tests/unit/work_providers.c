/* Two providers of one child: a clinician of one learns nothing of what belongs to the other's
 * referrals; nor does a social worker, or whoever oversees access, of any of them. Everything that
 * they are shown is written out before the other writes and after, and compared. */
#include "work/oversee/measure.h"
#include "work/people.h"
#include "work/record/statement.h"
#include "work/see/standing.h"

#define OTHER "RRP"

static struct viewer own; /* a clinician of the other provider */

static const char *name_of(const char *code)
{
	const struct organisation *o = app_organisation_by_code(app, str_of(code));
	assert_non_null(o);
	return arena_str(&arena, o->code).p;
}

/* Referrals of the viewer's provider alone; `both`: and what the other has. */
static void providers(bool both)
{
	struct buf r AUTO(buf_release);
	buf_init(&r, 8192);
	if (both)
		buf_printf(&r, "Essex,E-1,A1,%s,08/01/2026,other,C02,3,,\nEssex,E-1,A2,%s,20/02/2026,12,C02,3,,\n",
			   name_of(TRUST), name_of(TRUST));
	buf_printf(&r, "Essex,E-1,M7,%s,16/02/2026,other,C02,3,,\n", name_of(OTHER));
	two_parts("referrals.csv", REFERRALS, r.p);
	two_parts(
	    "contacts.csv", CONTACTS,
	    both ? arena_printf(
		       &arena,
		       "Essex,E-1,K1,A1,%s,20/01/2026,01,yes,contact\nEssex,E-1,K2,A1,%s,28/02/2026,01,yes,contact\n",
		       name_of(TRUST), name_of(TRUST))
		       .p
		 : "");
	load();
}

static int loaded(void **state)
{
	fresh_loaded(state);
	people_begin();
	own = somebody("own", ROLE_CLINICIAN, OTHER);
	change("DELETE FROM coverage"); /* whether a table is sent is no secret of a child */
	providers(false);
	return 0;
}

/* ---- everything that somebody is shown ---- */

static void put_clock(struct buf *b, const struct viewer *v, const struct child_clock *c)
{
	struct child_query q = { .person = wren, .as_of = DAY_NONE, .known_ms = KNOWN_NOW };
	struct clock_page p;
	buf_printf(b, "clock " STR_FMT " %d %d %d " STR_FMT " " STR_FMT "\n", STR_ARG(c->id), c->clock.state,
		   c->clock.due, c->clock.done, STR_ARG(c->next.words), STR_ARG(c->why));
	assert_ok(clock_see(app, v, &q, c->id, &arena, &p, &err));
	for (size_t i = 0; i < p.why.n_facts; i++)
		buf_printf(b, "  %d " STR_FMT " " STR_FMT "\n", p.why.facts[i].day, STR_ARG(p.why.facts[i].label),
			   STR_ARG(p.fact_from[i]));
	for (size_t i = 0; i < p.n_statements; i++)
		buf_printf(b, "  said " STR_FMT "\n", STR_ARG(p.statements[i].words));
}

static void put_page(struct buf *b, const struct viewer *v)
{
	struct child_query q = {
		.person = wren, .as_of = DAY_NONE, .known_ms = KNOWN_NOW, .with_looks = true, .all_looks = true
	};
	struct child_page p;
	assert_ok(child_see(app, v, &q, &arena, &p, &err));
	buf_printf(b, "version %" PRId64 "\n", p.head.version);
	for (size_t i = 0; i < p.n_clocks; i++)
		put_clock(b, v, &p.clocks[i]);
	for (size_t i = 0; i < p.n_events; i++)
		buf_printf(b, "entry %d " STR_FMT " " STR_FMT "\n", p.events[i].at, STR_ARG(p.events[i].words),
			   STR_ARG(p.events[i].detail));
	for (size_t i = 0; i < p.n_findings; i++)
		buf_printf(b, "finding " STR_FMT "\n", STR_ARG(p.findings[i].text));
	for (size_t i = 0; i < p.n_looks; i++) /* who looked at the child is said to everybody of the circle */
		if (!str_is(p.looks[i].act, "looked") && !str_is(p.looks[i].act, "loaded"))
			buf_printf(b, "line " STR_FMT " " STR_FMT "\n", STR_ARG(p.looks[i].what),
				   STR_ARG(p.looks[i].why));
}

static void put_standings(struct buf *b, const struct viewer *v)
{
	struct child_query q = { .person = wren, .as_of = DAY_NONE, .known_ms = KNOWN_NOW };
	struct standing_page p;
	if (v->role == ROLE_GOVERNANCE)
		return;
	assert_ok(standing_see(app, v, &q, STR(""), &arena, &p, &err));
	for (size_t i = 0; i < p.n; i++)
		buf_printf(b, "rule " STR_FMT ": " STR_FMT " " STR_FMT "\n",
			   STR_ARG(rulebook_info(app_rulebook(p.known), p.rules[i].standard)->id),
			   STR_ARG(p.rules[i].words), STR_ARG(p.rules[i].list));
}

static void put_measures(struct buf *b, const struct viewer *v)
{
	struct str ids[] = { STR("cyp-access"), STR("readmitted-28-days"), STR("cyp-four-weeks"), STR("cyp-waiting") };
	if (!viewer_may(v, ACT_SEE_MEASURES))
		return;
	for (size_t m = 0; m < COUNT_OF(ids); m++) {
		struct measure_opening any = { .period = DAY_NONE };
		struct measure_query q = { .ids = &ids[m],
					   .n_ids = 1,
					   .from = DAY_NONE,
					   .to = DAY_NONE,
					   .as_of = DAY_NONE,
					   .known_ms = KNOWN_NOW,
					   .open = &any };
		struct measure_result r;
		enum rc rc = measure_see(app, v, &q, NULL, NULL, &arena, &r, &err);
		if (rc == RC_NOT_FOUND)
			continue;
		assert_ok(rc);
		buf_printf(b, "measure " STR_FMT " %" PRId64 "\n", STR_ARG(ids[m]), r.people_total);
		for (size_t i = 0; i < r.n_people; i++)
			buf_printf(b, "  %d %d %d\n", r.people[i].hit.period, r.people[i].hit.outcome,
				   r.people[i].hit.days);
		measure_result_release(&r);
	}
}

static const char *shown(const struct viewer *v)
{
	struct buf b AUTO(buf_release);
	buf_init(&b, 1 << 20);
	put_page(&b, v);
	put_standings(&b, v);
	put_measures(&b, v);
	return arena_str(&arena, buf_view(&b)).p;
}

static void assert_same_text(const char *who, const char *before, const char *after)
{
	if (strcmp(before, after) == 0)
		return;
	size_t at = 0;
	while (before[at] && before[at] == after[at])
		at++;
	while (at && before[at - 1] != '\n')
		at--;
	fail_msg("%s is shown:\n%.300s\nbefore:\n%.300s", who, after + at, before + at);
}

static void the_other_writes(void)
{
	providers(true);
	record_coded(&clinician, "contact-made", "27/02/2026", "01", "", "1", "A1");
	assert_ok(statement_save(app, &clinician, wren, STR("cyp-four-weeks"), STR("We wrote twice."), &err));
}

static void what_another_provider_does_leaves_no_trace(void **state)
{
	(void)state;
	const struct viewer *who[] = { &own, &worker, &lead };
	const char *before[COUNT_OF(who)];
	for (size_t i = 0; i < COUNT_OF(who); i++)
		before[i] = shown(who[i]);
	assert_non_null(strstr(before[0], "clock cyp-four-weeks.1 ")); /* the clinician's own */
	const char *whole = shown(&nurse);
	the_other_writes();
	assert_true(strcmp(whole, shown(&nurse)) != 0);
	for (size_t i = 0; i < COUNT_OF(who); i++)
		assert_same_text(who[i]->name.p, before[i], shown(who[i]));
}

/* What one's own referral is told of stays, whoever entered it. */
static void what_is_ones_own_stays(void **state)
{
	(void)state;
	assert_ok(statement_save(app, &nurse, wren, STR("cyp-four-weeks"), STR("The papers were sent."), &err));
	assert_non_null(strstr(shown(&own), "said The papers were sent."));
	the_other_writes();
	assert_non_null(strstr(shown(&clinician), "said We wrote twice."));
	assert_null(strstr(shown(&clinician), "said The papers were sent."));
	assert_non_null(strstr(shown(&own), "said The papers were sent."));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup_teardown(what_another_provider_does_leaves_no_trace, loaded, clean_after),
		cmocka_unit_test_setup_teardown(what_is_ones_own_stays, loaded, clean_after),
	};
	return cmocka_run_group_tests_name("providers", tests, set_up, tear_down);
}
