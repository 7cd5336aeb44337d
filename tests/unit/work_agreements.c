/* What agreements share: what no agreement in force names leaves no trace, wherever somebody looks;
 * what is shown is what it was without the rest; an agreement begins and ends by its days. */
#include "work/everything.h"

#include "work/chase/item_link.h"
#include "work/core/shared.h"
#include "work/core/write.h"
#include "work/oversee/agreement.h"
#include "work/record/statement.h"
#include "work/see/emergency.h"

static int loaded(void **state)
{
	fresh_loaded(state);
	people_begin();
	return 0;
}

static void enforce(const char *from)
{
	change("INSERT INTO setting (name, value) VALUES ('agreements-enforced-from', '%s')", from);
	assert_ok(app_reread_place(app, &err));
}

/* `councils`: whose children it covers; NULL: everybody's. */
static enum rc say_as(const struct viewer *v, int64_t id, const char *with, const char *from, const char *to,
		      const char *shares, const char *councils, int64_t *made_out)
{
	const char *field = "";
	struct agreement_form f = { id,
				    str_of(with),
				    str_of(from),
				    str_of(to),
				    STR("Health of looked-after children"),
				    STR("Both, jointly"),
				    str_of(shares),
				    STR("as agreed"),
				    str_of(councils) };
	return agreement_say(app, v, &f, made_out, &field, &err);
}

static int64_t agree(int64_t id, const char *with, const char *from, const char *to, const char *shares)
{
	int64_t made = 0;
	assert_ok(say_as(&lead, id, with, from, to, shares, NULL, &made));
	return made;
}

struct asked_of {
	int64_t org, council; /* of whose children; 0: of no council that is named */
	uint32_t bits;
};

static enum rc ask_unit(struct db *db, void *arg, struct err *e)
{
	struct asked_of *q = arg;
	struct viewer v = { .org = q->org, .withheld = DATA_ALL };
	enum rc rc = shared_withheld(app, db, &arena, &v, e);
	q->bits = withheld_of(&v, q->council);
	return rc;
}

static uint32_t withheld_from(const char *code)
{
	struct asked_of q = { org(code), 0, 0 };
	assert_ok(store_read(app_store(app), ask_unit, &q, &err));
	return q.bits;
}

#define BIT(k) data_bit(DATA_##k)

/* ---- what is withheld, and when ---- */

static void test_direct_care_and_agreements_decide(void **state)
{
	(void)state;
	static const char *const all[] = { TEAM, ESSEX, TRUST };
	for (size_t i = 0; i < COUNT_OF(all); i++) /* not enforced yet */
		assert_int_equal(withheld_from(all[i]), 0);
	enforce("2026-03-03");
	assert_int_equal(withheld_from(ESSEX), 0); /* tomorrow */
	at("2026-03-03T00:00:01Z");
	assert_int_equal(withheld_from(TEAM), 0);
	assert_int_equal(withheld_from(ESSEX),
			 BIT(UNSAID) | BIT(HEALTH) | BIT(MENTAL_HEALTH) | BIT(EDUCATION) | BIT(NUMBERS));
	assert_int_equal(withheld_from(TRUST), BIT(UNSAID) | BIT(HEALTH) | BIT(EDUCATION) | BIT(NUMBERS));
	int64_t id = agree(0, ESSEX, "2026-03-01", "2026-03-04", "identity care health");
	agree(0, ESSEX, "2026-03-01", "2026-03-31", "education");
	agree(0, ESSEX, "2026-04-01", "2027-03-31", "mental-health numbers"); /* to come */
	agree(0, TRUST, "2025-03-01", "2026-02-28", "health");		      /* over */
	assert_int_equal(withheld_from(ESSEX), BIT(UNSAID) | BIT(MENTAL_HEALTH) | BIT(NUMBERS));
	assert_int_equal(withheld_from(TRUST), BIT(UNSAID) | BIT(HEALTH) | BIT(EDUCATION) | BIT(NUMBERS));
	agree(id, ESSEX, "2026-03-01", "2026-03-04", "identity care"); /* changed */
	assert_int_equal(withheld_from(ESSEX), BIT(UNSAID) | BIT(HEALTH) | BIT(MENTAL_HEALTH) | BIT(NUMBERS));
	agree(id, ESSEX, "2026-03-01", "2026-03-04", "identity care health mental-health");
	assert_int_equal(withheld_from(ESSEX), BIT(NUMBERS)); /* no entry is withheld: none that says nothing either */
	at("2026-03-05T00:00:01Z");			      /* the first has ended */
	assert_int_equal(withheld_from(ESSEX), BIT(UNSAID) | BIT(HEALTH) | BIT(MENTAL_HEALTH) | BIT(NUMBERS));
	at("2026-04-02T00:00:01Z");
	assert_int_equal(withheld_from(ESSEX), BIT(UNSAID) | BIT(HEALTH) | BIT(EDUCATION));
}

/* Found with the session, so that it holds at once and on every server. */
static void test_an_agreement_that_ends_tomorrow_shares_nothing_tomorrow(void **state)
{
	(void)state;
	struct session s;
	struct sign_in in = { .login = STR("worker"), .password = STR("a long pass phrase") };
	enforce("2026-03-02");
	agree(0, ESSEX, "2026-03-01", "2026-03-02", "health education mental-health numbers");
	agree(0, ESSEX, "2026-03-01", "2027-03-02", "identity");
	change("INSERT INTO setting (name, value) VALUES ('second-factor', 'no')");
	assert_ok(app_reread_place(app, &err));
	assert_ok(session_begin(app, &in, &arena, &s, &err));
	assert_int_equal(s.viewer.withheld, 0);
	struct str token = arena_str(&arena, str_of(s.token));
	assert_ok(session_find(app, token, &arena, &s, &err));
	assert_int_equal(s.viewer.withheld, 0);
	struct child_page p = page_as(&s.viewer, wren, DAY_NONE, KNOWN_NOW);
	assert_non_null(clock_on(&p, "iha-returned"));
	assert_int_equal(p.withheld.n, 0);
	at("2026-03-03T00:00:01Z");
	change("UPDATE session SET seen_ms = %" PRId64 ", expires_ms = %" PRId64, app_now_ms(app),
	       app_now_ms(app) + 1000);
	assert_ok(session_find(app, token, &arena, &s, &err));
	assert_true(s.viewer.withheld & BIT(HEALTH));
	p = page_as(&s.viewer, wren, DAY_NONE, KNOWN_NOW);
	assert_null(clock_on(&p, "iha-returned"));
	assert_true(p.n_clocks > 0); /* those of its own care */
	assert_non_null(event_on(&p, "care-started"));
	assert_true(p.withheld.n > 0);
}

/* ---- no trace ---- */

/* Entries of each kind of data that decide no circle, by others than whoever looks. */
static void write_of(enum data_kind d, int nth)
{
	char day[20], score[8];
	snprintf(day, sizeof day, "%02d/02/2026", 10 + nth);
	snprintf(score, sizeof score, "%d", 10 + nth);
	if (d == DATA_HEALTH) {
		record_coded(&nurse, "sdq-scored", day, "carer", "", score, "");
		record_coded(&doctor, "assessment-seen", day, "initial", "doctor", "", "R1");
		assert_ok(statement_save(app, &nurse, wren, STR("iha-returned"), STR("Those were not our days"), &err));
	} else if (d == DATA_CARE) {
		record_coded(&nurse, "review-held", day, "PN1", "", "", "");
	} else if (d == DATA_EDUCATION) {
		record_coded(&nurse, "ehc-step", day, "ehc-requested", "", "", "");
	} else {
		struct draft c = { .change = CHANGE_RECORD,
				   .person = wren,
				   .version = page_as(&admin, wren, DAY_NONE, KNOWN_NOW).head.version,
				   .kind = STR("contact-made"),
				   .at = STR("20/02/2026"),
				   .code = STR("01"),
				   .org = STR(TRUST),
				   .ref = STR("M1") };
		assert_ok(record_save(app, &admin, &c, &arena, NULL, &err));
	}
}

static void test_what_is_withheld_leaves_no_trace(void **state)
{
	(void)state;
	struct viewer trust_nurse = somebody("trust", ROLE_NURSE, TRUST);
	const struct viewer *who[] = { &worker, &clinician, &trust_nurse };
	for (int d = DATA_IDENTITY + 1; d < DATA_NUMBERS; d++) {
		struct str was[COUNT_OF(who)], open[COUNT_OF(who)];
		struct viewer less[COUNT_OF(who)];
		for (size_t i = 0; i < COUNT_OF(who); i++) {
			less[i] = *who[i];
			less[i].withheld = data_bit((enum data_kind)d) | BIT(UNSAID) | BIT(NUMBERS);
			was[i] = all_of(&less[i]);
			open[i] = all_of(who[i]);
		}
		write_of((enum data_kind)d, d);
		bool anybody = false;
		for (size_t i = 0; i < COUNT_OF(who); i++) {
			assert_same_text(was[i], all_of(&less[i]), data_kind_id((enum data_kind)d));
			anybody = anybody || !str_eq(open[i], all_of(who[i]));
		}
		assert_true(anybody); /* with an agreement it is there */
		arena_reset(&shown);
	}
}

/* What is shown to whom something is withheld is what it is to whoever sees all. */
static void assert_shown_as_it_is(const struct viewer *all, uint32_t withheld, int64_t id, size_t *seen)
{
	struct viewer less = *all;
	less.withheld = withheld;
	struct child_page full = page_as(all, id, DAY_NONE, KNOWN_NOW), part = page_as(&less, id, DAY_NONE, KNOWN_NOW);
	size_t k = 0;
	for (size_t i = 0; i < full.n_clocks; i++) {
		const struct child_clock *c = &full.clocks[i], *same = NULL;
		if (standard_withheld(app, withheld, c->clock.standard))
			continue;
		for (size_t j = 0; j < part.n_clocks && !same; j++)
			same = part.clocks[j].clock.standard == c->clock.standard &&
				       part.clocks[j].opened == c->opened &&
				       part.clocks[j].clock.ordinal == c->clock.ordinal
				   ? &part.clocks[j]
				   : NULL;
		if (!same)
			fail_msg("a clock of " STR_FMT " is missing with %x withheld", STR_ARG(c->id),
				 (unsigned)withheld);
		assert_int_equal(same->clock.state, c->clock.state);
		assert_int_equal(same->clock.start, c->clock.start);
		assert_int_equal(same->clock.due, c->clock.due);
		assert_int_equal(same->clock.done, c->clock.done);
		assert_int_equal(same->clock.holder, c->clock.holder);
		assert_int_equal(same->asks, c->asks);
		assert_true(same->holder_org == c->holder_org && str_eq(same->why, c->why));
		k++;
	}
	assert_int_equal(k, part.n_clocks);
	for (size_t i = 0; i < part.n_events; i++)
		assert_false(withheld & data_bit((enum data_kind)part.events[i].kind->data));
	*seen += k;
}

static void test_what_is_shown_is_as_it_is(void **state)
{
	(void)state;
	struct synth_options o = { .data_dir = "data",
				   .region = "set",
				   .folder = tables,
				   .seed = 19,
				   .today = app_today(app),
				   .children = at_length() ? 300 : 24 };
	struct synth_counts made;
	size_t seen = 0, of = 0;
	clear_tables();
	assert_ok(synth_write(&o, NULL, NULL, NULL, &made, NULL, NULL, &err));
	load();
	int64_t persons = rows_of("person");
	for (int64_t i = 0; i < persons; i++) {
		int64_t id = number("SELECT id AS n FROM person ORDER BY id LIMIT 1 OFFSET %" PRId64, i);
		if (!number("SELECT count(*) AS n FROM circle WHERE person = %" PRId64 " AND org = %" PRId64
			    " AND from_day <= %d AND to_day >= %d",
			    id, nurse.org, (int)app_today(app), (int)app_today(app)))
			continue;
		for (uint32_t bits = 0; bits < 1 << 4; bits++) /* care, health, mental health, education */
			assert_shown_as_it_is(&doctor, bits ? bits << DATA_CARE | BIT(UNSAID) : 0, id, &seen);
		of++;
		arena_reset(&arena);
	}
	assert_true(of > 10 && seen > 100);
}

static void test_every_kind_of_event_says_what_it_is_of(void **state)
{
	(void)state;
	const struct vocab *v = app_vocab(app);
	for (size_t i = 1; i < v->n_kinds; i++) {
		if (!v->kinds[i].data)
			fail_msg("data/kinds.yaml: " STR_FMT " says no kind of data", STR_ARG(v->kinds[i].id));
		assert_int_equal(v->kinds[i].sensitive, v->kinds[i].data == DATA_MENTAL_HEALTH);
	}
	/* the words that this file and data/roles.yaml rely on */
	for (int a = ACT_SEE_WORKLIST; a <= ACT_ADMINISTER; a++)
		assert_false(act_needs((enum act)a) & BIT(UNSAID));
	assert_true(act_needs(ACT_SEE_CHILD) & BIT(IDENTITY));
	assert_int_equal(data_for_care(STR("health-team")), DATA_ALL);
	assert_int_equal(data_for_care(STR("board")), 0);
	assert_int_equal(data_for_care(STR("no such")), 0);
}

/* ---- one's own ---- */

static void test_what_ones_own_people_entered_is_seen(void **state)
{
	(void)state;
	struct viewer less = worker, colleague = somebody("colleague", ROLE_SOCIAL_WORKER, ESSEX);
	less.withheld = colleague.withheld = BIT(CARE) | BIT(UNSAID) | BIT(NUMBERS);
	record_coded(&worker, "review-held", "12/02/2026", "PN1", "", "", "");
	struct child_page p = page_as(&less, wren, DAY_NONE, KNOWN_NOW);
	const struct child_event *ev = event_on(&p, "review-held");
	assert_non_null(ev);
	int64_t id = ev->id;
	p = page_as(&colleague, wren, DAY_NONE, KNOWN_NOW);
	assert_non_null(event_on(&p, "review-held"));
	assert_null(event_on(&p, "care-started")); /* the operator loaded it */
	/* what others correct of it is of the same chain */
	struct draft d;
	assert_ok(record_draft_of(app, &nurse, wren, id, &arena, &d, &err));
	d.at = STR("13/02/2026");
	d.why = STR("It was the 13th");
	assert_ok(record_save(app, &nurse, &d, &arena, NULL, &err));
	p = page_as(&less, wren, DAY_NONE, KNOWN_NOW);
	assert_int_equal(event_on(&p, "review-held")->at, day_of(2026, 2, 13));
	/* whoever leaves takes nothing along: what they entered stays with the organisation */
	change("UPDATE account SET active = 0 WHERE login = 'worker'");
	p = page_as(&colleague, wren, DAY_NONE, KNOWN_NOW);
	assert_non_null(event_on(&p, "review-held"));
}

/* ---- acts ---- */

static void test_what_cannot_be_shown_cannot_be_done(void **state)
{
	(void)state;
	struct viewer no = worker, part = somebody("trust", ROLE_ADMINISTRATOR, TRUST);
	struct child_query q = { .person = wren, .as_of = DAY_NONE, .known_ms = KNOWN_NOW };
	struct child_page p;
	const struct child_found *found;
	const struct match_pair *pairs;
	size_t n;
	no.withheld = DATA_ALL;
	assert_rc(RC_REFUSED, child_see(app, &no, &q, &arena, &p, &err));
	assert_words("No agreement in force");
	assert_rc(RC_REFUSED, child_search(app, &no, STR("wren"), 10, &arena, &found, &n, NULL, &err));
	part.withheld = BIT(HEALTH);
	struct load_request r = request();
	struct load_summary s;
	r.dry_run = true; /* a comparison with whole records would tell what is in them */
	assert_rc(RC_REFUSED, load_tables(app, &part, &r, NULL, NULL, &arena, &s, &err));
	assert_rc(RC_REFUSED, match_pairs(app, &part, 10, &arena, &pairs, &n, &err));
	assert_ok(child_see(app, &part, &q, &arena, &p, &err));
	for (int a = ACT_SEE_WORKLIST; a <= ACT_ADMINISTER; a++) {
		assert_int_equal(viewer_may(&part, (enum act)a),
				 role_may(part.role, (enum act)a) && !(act_needs((enum act)a) & BIT(HEALTH)));
		assert_int_equal(viewer_may(&nurse, (enum act)a), role_may(nurse.role, (enum act)a));
	}
	/* numbers for a board are a kind of their own */
	struct viewer buyer = viewer(ROLE_COMMISSIONER, ESSEX);
	assert_true(viewer_may(&buyer, ACT_SEE_SHARED));
	buyer.withheld = BIT(HEALTH) | BIT(IDENTITY);
	assert_true(viewer_may(&buyer, ACT_SEE_SHARED));
	buyer.withheld = BIT(NUMBERS);
	assert_false(viewer_may(&buyer, ACT_SEE_SHARED));
}

/* ---- who has no session ---- */

static size_t chased(const char *code)
{
	struct chase c;
	assert_ok(chase_draft(app, &admin, app_organisation_by_code(app, str_of(code)), &arena, &c, &err));
	return c.n;
}

static int64_t chased_in_all(const char *code)
{
	const struct chase_recipient *who;
	size_t n;
	assert_ok(chase_recipients(app, &admin, &arena, &who, &n, &err));
	for (size_t i = 0; i < n; i++)
		if (str_is(who[i].org->code, code))
			return (int64_t)who[i].n;
	return 0;
}

static void test_a_chase_and_a_file_hold_what_their_reader_is_shown(void **state)
{
	(void)state;
	struct handback h;
	struct buf with AUTO(buf_release), without AUTO(buf_release);
	buf_init(&with, 1 << 20);
	buf_init(&without, 1 << 20);
	size_t before = chased(ESSEX);
	assert_int_equal(chased_in_all(ESSEX), (int64_t)before);
	assert_true(before > 0);
	assert_ok(handback_make(app, &admin, app_organisation_by_code(app, STR(ESSEX)), DAY_NONE, &arena, &h, &err));
	handback_csv(&h, &with);
	enforce("2026-03-01");
	size_t after = chased(ESSEX);
	assert_true(after < before);
	assert_int_equal(chased_in_all(ESSEX), (int64_t)after);
	assert_ok(handback_make(app, &admin, app_organisation_by_code(app, STR(ESSEX)), DAY_NONE, &arena, &h, &err));
	handback_csv(&h, &without);
	assert_false(str_eq(buf_view(&with), buf_view(&without)));
	assert_null(strstr(without.p, "2026-01-13")); /* the request was complete: health */
	int64_t id = agree(0, ESSEX, "2026-03-01", "2026-03-31", "identity care health education");
	assert_int_equal(chased(ESSEX), before);
	assert_int_equal(chased_in_all(ESSEX), (int64_t)before);
	agree(id, ESSEX, "2026-03-01", "2026-03-31", "education");
	assert_int_equal(chased(ESSEX), after);
}

/* The day after the last: no file is made for its system, and a chase that was written holds nobody any more. */
static void test_no_copy_goes_to_whose_agreement_has_ended(void **state)
{
	(void)state;
	struct handback h;
	struct chase c;
	int64_t chase = 0;
	const struct organisation *essex = app_organisation_by_code(app, STR(ESSEX));
	int64_t id = agree(0, ESSEX, "2026-03-01", "2026-03-02", "identity care health education");
	assert_ok(handback_make(app, &admin, essex, DAY_NONE, &arena, &h, &err));
	assert_true(h.n > 0);
	assert_ok(chase_write(app, &nurse, essex, &arena, &chase, &err));
	assert_ok(chase_see(app, &nurse, chase, "downloaded", &arena, &c, &err));
	assert_true(c.n > 0);
	at("2026-03-03T00:30:00Z");
	assert_rc(RC_REFUSED,
		  handback_make(app, &admin, app_organisation_by_code(app, STR(ESSEX)), DAY_NONE, &arena, &h, &err));
	assert_words("No agreement with");
	const struct viewer operator= app_operator(app);
	assert_rc(RC_REFUSED,
		  handback_make(app, &operator, app_organisation_by_code(app, STR(ESSEX)), DAY_NONE, &arena, &h, &err));
	assert_ok(chase_see(app, &nurse, chase, "downloaded", &arena, &c, &err));
	assert_int_equal(c.n, 0);
	agree(id, ESSEX, "2026-03-01", "2026-03-03", "identity care health education");
	assert_ok(handback_make(app, &admin, app_organisation_by_code(app, STR(ESSEX)), DAY_NONE, &arena, &h, &err));
	assert_true(h.n > 0);
	assert_ok(chase_see(app, &nurse, chase, "downloaded", &arena, &c, &err));
	assert_true(c.n > 0);
	assert_ok(wake_children(app, &err));
}

/* ---- emergencies ---- */

static void test_an_emergency_asks_no_agreement(void **state)
{
	(void)state;
	struct viewer less = clinician;
	int64_t who = 0, until = 0;
	const char *field = "";
	less.withheld = BIT(HEALTH) | BIT(EDUCATION) | BIT(UNSAID) | BIT(NUMBERS);
	struct child_page p = page_as(&less, wren, DAY_NONE, KNOWN_NOW);
	assert_null(event_on(&p, "request-made"));
	int64_t token = p.head.version;
	struct emergency_ask ask = { STR("9990001006"), STR("2016-03-14"), STR("crisis"),
				     STR("Seen tonight in crisis") };
	assert_ok(emergency_begin(app, &less, &ask, &who, &until, &field, &err));
	p = page_as(&less, wren, DAY_NONE, KNOWN_NOW);
	assert_non_null(event_on(&p, "request-made"));
	assert_int_equal(p.withheld.n, 0);
	assert_int_equal(p.head.version, token); /* forms have never heard of it */
	assert_false(event_on(&p, "request-made")->may_change);
	change("UPDATE access_grant SET until_ms = 1");
	p = page_as(&less, wren, DAY_NONE, KNOWN_NOW);
	assert_null(event_on(&p, "request-made"));
}

/* ---- the dry run ---- */

static const struct agreement_effect *effect_on(const struct agreement_effects *f, const char *code)
{
	for (size_t i = 0; i < f->n; i++)
		if (str_is(f->rows[i].org->code, code))
			return &f->rows[i];
	return NULL;
}

static void test_what_would_be_withheld_is_told_before(void **state)
{
	(void)state;
	struct agreement_effects f;
	assert_rc(RC_REFUSED, agreement_effects(app, &nurse, &arena, &f, &err));
	assert_ok(agreement_effects(app, &lead, &arena, &f, &err));
	assert_false(f.enforced);
	assert_int_equal(f.from, DAY_NONE);
	assert_int_equal(f.n, 3); /* team, council, provider: who has people here */
	assert_int_equal(effect_on(&f, TEAM)->withheld, 0);
	assert_int_equal(effect_on(&f, TEAM)->people, 4);
	assert_true(effect_on(&f, ESSEX)->withheld & BIT(HEALTH));
	assert_int_equal(effect_on(&f, ESSEX)->children, 2);
	assert_false(effect_on(&f, ESSEX)->nothing);
	agree(0, ESSEX, "2026-03-01", "2026-03-31", "health education mental-health numbers");
	agree(0, SOUTHEND, "2025-03-01", "2025-03-31", "health");
	assert_ok(agreement_effects(app, &lead, &arena, &f, &err));
	assert_int_equal(effect_on(&f, ESSEX)->withheld, 0);
	assert_true(effect_on(&f, SOUTHEND)->nothing); /* no people, an agreement that is over */
	enforce("2026-03-02");
	assert_ok(agreement_effects(app, &lead, &arena, &f, &err));
	assert_true(f.enforced);
	assert_int_equal(effect_on(&f, TRUST)->withheld, withheld_from(TRUST));
	assert_int_equal(effect_on(&f, ESSEX)->withheld, withheld_from(ESSEX));
}

/* ---- who writes ---- */

static void test_only_a_lead_of_a_health_team_of_the_region_writes(void **state)
{
	(void)state;
	const struct viewer others[] = { somebody("of-trust", ROLE_GOVERNANCE, TRUST),
					 somebody("of-council", ROLE_GOVERNANCE, ESSEX),
					 somebody("of-next-council", ROLE_GOVERNANCE, SOUTHEND),
					 somebody("of-another-region", ROLE_GOVERNANCE, "LAC-QE1-DEMO") };
	int64_t essex = agree(0, ESSEX, "2026-03-01", "2027-03-31", "health"), made,
		trust = agree(0, TRUST, "2026-03-01", "2027-03-31", "health"), rows = rows_of("agreement");
	for (size_t i = 0; i < COUNT_OF(others); i++) {
		const struct viewer *v = &others[i];
		const struct agreement *list;
		struct agreement_effects f;
		size_t n;
		assert_false(agreement_may_write(app, v));
		assert_rc(RC_REFUSED, say_as(v, 0, SOUTHEND, "2026-03-01", "2027-03-31", "health", NULL, &made));
		assert_words("Ask them");
		assert_rc(RC_REFUSED, say_as(v, essex, ESSEX, "2026-03-01", "2026-03-01", "health", NULL, &made));
		assert_rc(RC_REFUSED,
			  say_as(v, trust, TRUST, "2026-03-01", "2099-03-31", "mental-health", NULL, &made));
		assert_rc(RC_REFUSED, agreement_effects(app, v, &arena, &f, &err));
		assert_ok(agreement_list(app, v, &arena, &list, &n, &err)); /* of their own organisation */
		assert_int_equal(n, i < 2);
		assert_rc(i == 0 ? RC_OK : RC_NOT_FOUND, agreement_history(app, v, trust, &arena, &list, &n, &err));
		assert_rc(i == 1 ? RC_OK : RC_NOT_FOUND, agreement_history(app, v, essex, &arena, &list, &n, &err));
	}
	err_clear(&err);
	assert_int_equal(rows_of("agreement"), rows);
	assert_true(agreement_may_write(app, &lead));
	assert_false(agreement_may_write(app, &nurse));
}

#define DERBY	  "E06000015"
#define LEICESTER "E06000016"

/* A region of several teams: each writes about the children of its own councils. */
static void test_a_team_writes_of_its_own_councils(void **state)
{
	(void)state;
	int64_t made, shared, rows;
	assert_ok(app_init_region(app, "east-midlands", INIT_OTHER_REGION, &err));
	const struct viewer derby = somebody("derby", ROLE_GOVERNANCE, "LAC-QJ2-DEMO"),
			    leicester = somebody("leicester", ROLE_GOVERNANCE, "LAC-QK1-DEMO"),
			    operator= app_operator(app);
	static const struct {
		const char *with, *councils;
		enum rc rc;
	} tried[] = {
		{ DERBY, NULL, RC_OK },
		{ "RXM", DERBY, RC_OK },
		{ "RXM", DERBY " " ESSEX, RC_OK }, /* which nobody here serves: placed in its area */
		{ LEICESTER, NULL, RC_BAD_INPUT },
		{ LEICESTER, DERBY, RC_BAD_INPUT }, /* over, it would bar that council from everything */
		{ "LAC-QK1-DEMO", DERBY, RC_BAD_INPUT },
		{ "RXM", DERBY " " LEICESTER, RC_BAD_INPUT },
		{ "RXM", NULL, RC_BAD_INPUT }, /* every child of the trust's circle is also others' */
	};
	for (size_t i = 0; i < COUNT_OF(tried); i++)
		assert_rc(tried[i].rc, say_as(&derby, 0, tried[i].with, "2026-03-01", "2027-03-31", "health",
					      tried[i].councils, &made));
	assert_ok(say_as(&operator, 0, "RXM", "2026-03-01", "2027-03-31", "health", NULL, &shared));
	assert_ok(say_as(&leicester, 0, "RXM", "2026-03-01", "2027-03-31", "health", LEICESTER, &made));
	rows = rows_of("agreement");
	assert_rc(RC_REFUSED, say_as(&derby, made, "RXM", "2026-03-01", "2026-03-01", "health", DERBY, &made));
	assert_words("another health team");
	assert_rc(RC_REFUSED, say_as(&derby, shared, "RXM", "2026-03-01", "2026-03-01", "health", DERBY, &made));
	err_clear(&err);
	assert_int_equal(rows_of("agreement"), rows);
	assert_ok(say_as(&leicester, made, "RXM", "2026-03-01", "2026-03-01", "health", LEICESTER, &made));
}

int main(void)
{
#define CASE(f) cmocka_unit_test_setup_teardown(f, loaded, clean_after)
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup(test_direct_care_and_agreements_decide, loaded), /* on other days: nobody woke */
		cmocka_unit_test_setup(test_an_agreement_that_ends_tomorrow_shares_nothing_tomorrow, loaded),
		CASE(test_what_is_withheld_leaves_no_trace),
		CASE(test_what_is_shown_is_as_it_is),
		CASE(test_every_kind_of_event_says_what_it_is_of),
		CASE(test_what_ones_own_people_entered_is_seen),
		CASE(test_what_cannot_be_shown_cannot_be_done),
		CASE(test_a_chase_and_a_file_hold_what_their_reader_is_shown),
		CASE(test_no_copy_goes_to_whose_agreement_has_ended),
		CASE(test_an_emergency_asks_no_agreement),
		CASE(test_what_would_be_withheld_is_told_before),
		CASE(test_only_a_lead_of_a_health_team_of_the_region_writes),
		cmocka_unit_test_setup(test_a_team_writes_of_its_own_councils, loaded), /* in another region */
	};
	arena_init(&shown);
	int failed = cmocka_run_group_tests(tests, set_up, tear_down);
	arena_release(&shown);
	return failed;
}
