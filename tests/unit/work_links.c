/* Links for one thing: used once, by one, for that thing; every way not to. */
#include "work/help.h"

#include "work/chase/chase.h"
#include "work/chase/item_link.h"
#include "work/record/join.h"

#include <pthread.h>

static struct viewer nurse;
static int64_t wren, zoe;

static int loaded(void **state)
{
	fresh_loaded(state);
	wren = person(ESSEX "/E-1");
	zoe = person(ESSEX "/E-2");
	nurse = viewer(ROLE_NURSE, TEAM);
	change("INSERT INTO account (id, login, name, role, org, password, created_ms) VALUES (%" PRId64
	       ", 'bea', 'Bea Finch', 'nurse', %" PRId64 ", 'x', 0)",
	       nurse.account, nurse.org);
	return 0;
}

static struct item_page seen(int64_t id, const char *clock)
{
	struct item_page p;
	assert_ok(item_see(app, &nurse, id, str_of(clock), &arena, &p, &err));
	return p;
}

static size_t ask_of(const struct item_page *p, const char *kind)
{
	for (size_t i = 0; i < p->n_asks; i++)
		if (str_is(p->asks[i].kind->id, kind))
			return p->asks[i].index;
	fail_msg("nothing asks for %s", kind);
	return 0;
}

/* Zoe's council is asked to tell of the placement. */
static struct str made_for(const char *address)
{
	struct item_page p = seen(zoe, "placement-notified");
	struct link_made m;
	assert_ok(item_link_make(app, &nurse, zoe, STR("placement-notified"), ask_of(&p, "health-notified"),
				 str_of(address), &arena, &m, &err));
	return arena_str(&arena, str_of(m.token));
}

static struct str made(void)
{
	return made_for("mary@essex.gov.uk");
}

static struct link_page opened(struct str token)
{
	struct link_page p;
	assert_ok(item_link_open(app, token, &arena, &p, &err));
	return p;
}

/* In the same words, whatever the reason, and nothing is written. */
static void assert_dead(struct str token)
{
	struct link_page p;
	const struct link_form f = { .at = STR("01/03/2026") };
	struct stamp before = stamp();
	assert_rc(RC_NOT_FOUND, item_link_open(app, token, &arena, &p, &err));
	assert_string_equal(err.text, "This link can no longer be used.");
	assert_rc(RC_NOT_FOUND, item_link_check(app, token, &f, &arena, &p, &err));
	assert_string_equal(err.text, "This link can no longer be used.");
	assert_rc(RC_NOT_FOUND, item_link_answer(app, token, &f, &err));
	assert_string_equal(err.text, "This link can no longer be used.");
	assert_rc(RC_NOT_FOUND, item_link_decline(app, token, DECLINE_SENT, STR("by post"), &err));
	assert_string_equal(err.text, "This link can no longer be used.");
	assert_same_stamp(before);
}

static void test_asked_checked_recorded_once(void **state)
{
	(void)state;
	struct str token = made();
	struct link_form f = { .at = STR("") };
	struct link_page p = opened(token);
	assert_str("E-2", p.number);
	assert_str("Z.O.", p.initials);
	assert_str("Tell the health team", p.ask);
	assert_str("Bea Finch", p.by);
	assert_int_equal(p.due, day_of(2026, 2, 17));
	assert_int_equal(p.n_codes + p.n_codes2, 0);
	assert_true(item_link_form_ok(token, str_of(p.form)));
	assert_false(item_link_form_ok(token, STR("")) || item_link_form_ok(token, token));
	for (int i = 0; i < 5; i++)
		opened(token); /* programs that look through mail */
	assert_ok(item_link_check(app, token, &f, &arena, &p, &err));
	assert_int_equal(p.n_problems, 1);
	assert_str("at", p.problems[0].field);
	assert_rc(RC_BAD_INPUT, item_link_answer(app, token, &f, &err)); /* a mistake does not use it up */
	f.at = STR("03/03/2026");
	assert_rc(RC_BAD_INPUT, item_link_answer(app, token, &f, &err)); /* in the future */
	f.at = STR("27/02/2026");
	struct stamp before = stamp();
	assert_ok(item_link_check(app, token, &f, &arena, &p, &err));
	assert_int_equal(p.n_problems, 0);
	assert_true(p.words.n > 0);
	assert_same_stamp(before);
	assert_ok(item_link_answer(app, token, &f, &err));
	struct child_page c = page(zoe);
	const struct child_event *ev = event_on(&c, "health-notified");
	assert_non_null(ev);
	assert_int_equal(ev->at, day_of(2026, 2, 27));
	assert_str("by link, mary@essex.gov.uk, asked by Bea Finch", ev->source); /* when is said beside it */
	assert_clock(zoe, "placement-notified", CLOCK_DONE);
	assert_int_equal(number("SELECT count(*) AS n FROM audit WHERE act = 'recorded' AND account = 0 AND reason = "
				"'by link, mary@essex.gov.uk, asked by Bea Finch'"),
			 1);
	assert_int_equal(number("SELECT count(*) AS n FROM audit WHERE act = 'opened'"), 1);
	assert_int_equal(number("SELECT opens AS n FROM item_link"), 6);
	assert_dead(token);
	const struct link_row *rows;
	size_t n;
	assert_ok(item_links(app, &nurse, false, &arena, &rows, &n, &err)); /* the nurse sees it */
	assert_int_equal(n, 1);
	assert_str("Recorded", rows[0].answer);
	assert_ok(item_links(app, &nurse, true, &arena, &rows, &n, &err));
	assert_int_equal(n, 0);
	/* A list that names children is a look; one that names nobody is none. */
	assert_int_equal(number("SELECT count(*) AS n FROM audit WHERE act = 'looked' AND what = 'one-use links'"), 1);
}

static void test_the_store_does_not_know_the_secret(void **state)
{
	(void)state;
	struct str token = made();
	opened(token);
	assert_int_equal(token.n, 64);
	assert_int_equal(number("SELECT count(*) AS n FROM item_link WHERE token_hash = '" STR_FMT "'", STR_ARG(token)),
			 0);
	assert_int_equal(number("SELECT count(*) AS n FROM audit WHERE what LIKE '%%" STR_FMT
				"%%' OR reason LIKE '%%" STR_FMT "%%'",
				STR_ARG(token), STR_ARG(token)),
			 0);
	struct str other = made_for("paul@essex.gov.uk");
	assert_false(str_eq(token, other));
	struct session s; /* it is no sign-in either */
	assert_rc(RC_NOT_FOUND, session_find(app, token, &arena, &s, &err));
}

static void test_what_is_no_link(void **state)
{
	(void)state;
	struct str token = made(), t = arena_str(&arena, token);
	assert_dead(STR(""));
	assert_dead(STR("0000"));
	assert_dead((struct str){ token.p, token.n - 1 });
	assert_dead(arena_printf(&arena, STR_FMT "0", STR_ARG(token)));
	((char *)t.p)[63] = t.p[63] == '0' ? '1' : '0';
	assert_dead(t);
	for (size_t i = 0; i < t.n; i++) /* in capitals it is another */
		((char *)t.p)[i] = token.p[i] >= 'a' ? (char)(token.p[i] - 32) : token.p[i];
	assert_dead(t);
	opened(token);
}

static void test_it_ends(void **state)
{
	(void)state;
	struct str token = made();
	at("2026-03-09T09:59:59Z");
	opened(token);
	at("2026-03-09T10:00:00Z");
	assert_dead(token);
}

/* The record was joined to another since: it is listed still, and can be taken back. */
static void test_a_link_of_a_joined_record_is_taken_back(void **state)
{
	(void)state;
	const struct link_row *rows;
	size_t n;
	int64_t main;
	struct viewer admin = viewer(ROLE_ADMINISTRATOR, TEAM), elsewhere = viewer(ROLE_NURSE, "RRP");
	struct str token = made();
	assert_ok(join_records(app, &admin, wren, zoe, STR("One child"), &main, &err));
	assert_true(main != zoe);
	assert_ok(item_links(app, &elsewhere, true, &arena, &rows, &n, &err));
	assert_int_equal(n, 0);
	assert_ok(item_links(app, &nurse, true, &arena, &rows, &n, &err));
	assert_int_equal(n, 1);
	assert_ok(item_link_take_back(app, &nurse, rows[0].person, rows[0].id, &err));
	assert_dead(token);
	assert_ok(item_links(app, &nurse, true, &arena, &rows, &n, &err));
	assert_int_equal(n, 0);
}

static void test_it_is_taken_back_or_made_anew(void **state)
{
	(void)state;
	const struct link_row *rows;
	size_t n;
	struct str first = made(), other = made_for("paul@essex.gov.uk"), second = made();
	assert_dead(first); /* the same thing and address: a new one takes its place */
	opened(other);
	opened(second);
	assert_ok(item_links(app, &nurse, true, &arena, &rows, &n, &err));
	assert_int_equal(n, 2);
	struct viewer elsewhere = viewer(ROLE_NURSE, TRUST), worker = viewer(ROLE_SOCIAL_WORKER, ESSEX);
	assert_rc(RC_NOT_FOUND, item_link_take_back(app, &elsewhere, zoe, rows[0].id, &err));
	assert_rc(RC_REFUSED, item_link_take_back(app, &worker, zoe, rows[0].id, &err));
	assert_rc(RC_NOT_FOUND, item_link_take_back(app, &nurse, wren, rows[0].id, &err));
	assert_ok(item_link_take_back(app, &nurse, zoe, rows[0].id, &err));
	assert_rc(RC_NOT_FOUND, item_link_take_back(app, &nurse, zoe, rows[0].id, &err)); /* once */
	assert_dead(second);
	opened(other);
	assert_int_equal(number("SELECT count(*) AS n FROM audit WHERE act = 'took back' AND what = 'a link'"), 1);
}

static void test_as_soon_as_it_is_no_longer_asked(void **state)
{
	(void)state;
	struct str token = made(), second = made_for("paul@essex.gov.uk");
	opened(token);
	struct draft d = { .change = CHANGE_RECORD,
			   .person = zoe,
			   .version = page(zoe).head.version,
			   .kind = STR("health-notified"),
			   .at = STR("01/03/2026"),
			   .ref = STR("PL1") };
	int64_t event;
	assert_ok(record_save(app, &nurse, &d, &arena, &event, &err)); /* it came another way */
	assert_dead(token);
	/* Taken back: it is missing again, and the link that is open works again. */
	d = (struct draft){ .change = CHANGE_VOID,
			    .person = zoe,
			    .version = page(zoe).head.version,
			    .event = event,
			    .why = STR("another child") };
	assert_ok(record_save(app, &nurse, &d, &arena, NULL, &err));
	opened(second);
}

static void test_a_child_entered_in_error(void **state)
{
	(void)state;
	struct str token = made();
	struct child_page c = page(zoe);
	static const char *const kinds[] = { "placement-started", "care-started" };
	for (size_t i = 0; i < COUNT_OF(kinds); i++) {
		c = page(zoe);
		struct draft d = { .change = CHANGE_VOID,
				   .person = zoe,
				   .version = c.head.version,
				   .event = event_on(&c, kinds[i])->id,
				   .why = STR("on the wrong child") };
		assert_ok(record_save(app, &nurse, &d, &arena, NULL, &err));
	}
	assert_dead(token);
}

static void test_a_council_that_is_no_longer_in_the_circle(void **state)
{
	(void)state;
	struct str token = made();
	change("DELETE FROM circle WHERE person = %" PRId64 " AND org = %" PRId64, zoe, org(ESSEX));
	assert_dead(token);
}

static void test_an_account_that_is_closed(void **state)
{
	(void)state;
	struct str token = made();
	change("UPDATE account SET active = 0 WHERE id = %" PRId64, nurse.account);
	assert_dead(token);
}

static void test_only_what_a_council_may_record(void **state)
{
	(void)state;
	struct link_made m;
	struct item_page p = seen(zoe, "iha-returned");
	size_t done = ask_of(&p, "request-complete"), made_ = ask_of(&p, "request-made");
	for (size_t i = 0; i < p.n_asks; i++)
		assert_int_equal(p.asks[i].may_link, !str_is(p.asks[i].kind->id, "request-complete"));
	static const size_t none[] = { 31, 99, SIZE_MAX };
	assert_rc(RC_REFUSED, item_link_make(app, &nurse, zoe, p.exact, done, STR("a@essex.gov.uk"), &arena, &m, &err));
	for (size_t i = 0; i < COUNT_OF(none); i++)
		assert_rc(RC_REFUSED,
			  item_link_make(app, &nurse, zoe, p.exact, none[i], STR("a@essex.gov.uk"), &arena, &m, &err));
	/* somebody else's address; our own turn; mental-health care, and its provider */
	assert_rc(RC_BAD_INPUT,
		  item_link_make(app, &nurse, zoe, p.exact, made_, STR("a@southend.gov.uk"), &arena, &m, &err));
	assert_rc(RC_REFUSED,
		  item_link_make(app, &nurse, wren, STR("iha-returned"), 0, STR("a@essex.gov.uk"), &arena, &m, &err));
	assert_rc(RC_REFUSED,
		  item_link_make(app, &nurse, wren, STR("cyp-four-weeks"), 0, STR("a@essex.gov.uk"), &arena, &m, &err));
	assert_rc(RC_NOT_FOUND,
		  item_link_make(app, &nurse, wren, STR("frob"), 0, STR("a@essex.gov.uk"), &arena, &m, &err));
	assert_rc(RC_NOT_FOUND,
		  item_link_make(app, &nurse, 4711, STR("iha-returned"), 0, STR("a@essex.gov.uk"), &arena, &m, &err));
	assert_int_equal(rows_of("item_link"), 0);
}

static void test_who_may_make_one(void **state)
{
	(void)state;
	static const struct {
		enum role role;
		const char *org;
	} no[] = { { ROLE_DOCTOR, TEAM },
		   { ROLE_SOCIAL_WORKER, ESSEX },
		   { ROLE_CLINICIAN, TRUST },
		   { ROLE_GOVERNANCE, TEAM },
		   { ROLE_NURSE, TRUST } };
	struct link_made m;
	struct item_page p;
	for (size_t i = 0; i < COUNT_OF(no); i++) {
		struct viewer v = viewer(no[i].role, no[i].org);
		assert_rc(RC_REFUSED, item_link_make(app, &v, zoe, STR("placement-notified"), 0, STR("a@essex.gov.uk"),
						     &arena, &m, &err));
		if (no[i].role != ROLE_NURSE)
			assert_rc(RC_REFUSED, item_see(app, &v, zoe, STR("placement-notified"), &arena, &p, &err));
		else
			assert_rc(RC_NOT_FOUND, item_see(app, &v, zoe, STR("placement-notified"), &arena, &p, &err));
	}
	struct viewer admin = viewer(ROLE_ADMINISTRATOR, TEAM);
	assert_ok(
	    item_link_make(app, &admin, zoe, STR("placement-notified"), 0, STR("a@essex.gov.uk"), &arena, &m, &err));
}

static void test_so_many_a_day(void **state)
{
	(void)state;
	struct link_made m;
	struct item_page p = seen(zoe, "placement-notified");
	size_t ask = ask_of(&p, "health-notified");
	for (int i = 0; i < 40; i++)
		assert_ok(item_link_make(app, &nurse, zoe, p.exact, ask, STR("a@essex.gov.uk"), &arena, &m, &err));
	assert_rc(RC_LIMIT, item_link_make(app, &nurse, zoe, p.exact, ask, STR("a@essex.gov.uk"), &arena, &m, &err));
	assert_ok(item_link_make(app, &nurse, zoe, p.exact, ask, STR("b@essex.gov.uk"), &arena, &m, &err));
	change("UPDATE item_link SET address = 'c@essex.gov.uk', minted_ms = minted_ms + 1 WHERE 1 = 1");
	struct str token = made_for("d@essex.gov.uk");
	const struct link_form f = { .at = STR("") };
	struct link_page page_;
	for (int i = 0; i < 20; i++) /* tried too often */
		assert_ok(item_link_check(app, token, &f, &arena, &page_, &err));
	assert_dead(token);
}

static void test_the_form_has_only_what_was_asked(void **state)
{
	(void)state;
	struct item_page p = seen(zoe, "iha-returned");
	struct link_made m;
	struct link_page l;
	/* Consent is for a request: there is none to name yet, so that it is refused when it is sent. */
	assert_ok(item_link_make(app, &nurse, zoe, p.exact, ask_of(&p, "request-made"), STR("a@essex.gov.uk"), &arena,
				 &m, &err));
	const struct link_form f = { .at = STR("01/03/2026"), .code = STR("review"), .value = STR("3") };
	assert_ok(item_link_check(app, str_of(m.token), &f, &arena, &l, &err));
	assert_int_equal(l.n_codes, 0); /* the kind of assessment is the link's, not the form's */
	assert_ok(item_link_answer(app, str_of(m.token), &f, &err));
	struct child_page c = page(zoe);
	const struct child_event *ev = event_on(&c, "request-made");
	assert_non_null(ev);
	assert_true(memmem(ev->detail.p, ev->detail.n, "initial", 7) || memmem(ev->words.p, ev->words.n, "initial", 7));
	p = seen(zoe, "iha-returned");
	assert_ok(item_link_make(app, &nurse, zoe, p.exact, ask_of(&p, "consent-given"), STR("a@essex.gov.uk"), &arena,
				 &m, &err));
	assert_ok(item_link_answer(app, str_of(m.token), &f, &err)); /* of that very request */
	p = seen(zoe, "iha-returned");
	assert_int_equal(p.n_asks, 1);
	assert_str("request-complete", p.asks[0].kind->id);
}

static void test_an_answer_without_an_entry(void **state)
{
	(void)state;
	struct str token = made();
	struct chase c;
	char text[LINK_REASON_MAX + 2];
	memset(text, 'x', sizeof text);
	assert_ok(chase_draft(app, &nurse, app_organisation(app, org(ESSEX)), &arena, &c, &err));
	assert_int_equal(c.n, 2);
	assert_rc(RC_BAD_INPUT, item_link_decline(app, token, DECLINE_SENT, STR("  "), &err));
	assert_rc(RC_BAD_INPUT, item_link_decline(app, token, (enum decline)0, STR("x"), &err));
	assert_rc(RC_BAD_INPUT, item_link_decline(app, token, DECLINE_SENT, (struct str){ text, sizeof text }, &err));
	assert_int_equal(decline_of(STR("not-mine")), DECLINE_NOT_MINE);
	assert_int_equal(decline_of(STR("frob")), 0);
	struct stamp before = stamp();
	assert_ok(item_link_decline(app, token, DECLINE_SENT, STR("by <post> on 20 February"), &err));
	assert_same_stamp(before); /* it changes no clock */
	assert_dead(token);
	assert_ok(chase_draft(app, &nurse, app_organisation(app, org(ESSEX)), &arena, &c, &err));
	assert_int_equal(c.n, 1);
	assert_int_equal(c.n_stopped, 1);
	assert_str("Already sent: by <post> on 20 February", c.stopped[0].stopped);
	struct item_page p = seen(zoe, "placement-notified");
	assert_int_equal(p.asked.n_links, 1);
	assert_true(p.asked.links[0].stops);
	struct viewer worker = viewer(ROLE_SOCIAL_WORKER, ESSEX);
	assert_rc(RC_REFUSED, item_link_go_on(app, &worker, zoe, p.asked.links[0].id, &err));
	assert_ok(item_link_go_on(app, &nurse, zoe, p.asked.links[0].id, &err));
	assert_rc(RC_NOT_FOUND, item_link_go_on(app, &nurse, zoe, p.asked.links[0].id, &err));
	assert_ok(chase_draft(app, &nurse, app_organisation(app, org(ESSEX)), &arena, &c, &err));
	assert_int_equal(c.n, 2);
}

/* ---- two at once ---- */

struct racer {
	pthread_t thread;
	struct str token;
	int way;
	pthread_barrier_t *start;
	enum rc rc;
};

/* Zoe's record becomes a part of one that has another part already. */
static int64_t join_zoe(void)
{
	struct viewer admin = viewer(ROLE_ADMINISTRATOR, TEAM);
	int64_t main = 0;
	two_parts("children.csv", CHILDREN,
		  arena_printf(&arena,
			       "%s%s%sEssex,E-7,,Zoe,OFern,02/02/2020,F,,,\nEssex,E-8,,Zoe,OFern,02/02/2020,F,,,\n",
			       WREN, ZOE, LUKASZ)
		      .p);
	load();
	int64_t one = person(ESSEX "/E-7"), other = person(ESSEX "/E-8");
	assert_ok(join_records(app, &admin, one, other, STR("One child, two numbers"), &main, &err));
	assert_ok(join_records(app, &admin, zoe, main, STR("And a third"), &main, &err));
	assert_int_not_equal(main, zoe);
	return main;
}

static void test_it_is_good_after_joining(void **state)
{
	(void)state;
	struct str token = made(), later = made_for("ann@essex.gov.uk");
	int64_t main = join_zoe();
	struct link_page p = opened(token);
	assert_str("health-notified", p.kind->id);
	const struct link_form f = { .at = STR("27/02/2026") };
	assert_ok(item_link_check(app, token, &f, &arena, &p, &err));
	assert_int_equal(p.n_problems, 0);
	assert_ok(item_link_answer(app, token, &f, &err));
	assert_int_equal(number("SELECT count(*) AS n FROM item_link WHERE answer = 'recorded'"), 1);
	struct child_page c = page(main);
	assert_int_equal(event_on(&c, "health-notified")->at, day_of(2026, 2, 27));
	assert_clean();
	assert_dead(token);
	assert_dead(later); /* it is no longer missing */
	/* It is about a placement of the part, so it stands there, also when they are taken apart. */
	struct viewer admin = viewer(ROLE_ADMINISTRATOR, TEAM);
	assert_ok(join_undo(app, &admin, main, zoe, STR("Two children after all"), &err));
	c = page(zoe);
	assert_int_equal(event_on(&c, "health-notified")->at, day_of(2026, 2, 27));
	assert_clean();
}

/* A decline is of the clock as well; and a link made before is good again when they are taken apart. */
static void test_it_is_declined_after_joining(void **state)
{
	(void)state;
	struct str token = made(), later = made_for("ann@essex.gov.uk");
	int64_t main = join_zoe();
	assert_ok(item_link_decline(app, token, DECLINE_SENT, STR("by post"), &err));
	assert_int_equal(number("SELECT count(*) AS n FROM item_link WHERE answer = 'sent'"), 1);
	assert_dead(token);
	struct viewer admin = viewer(ROLE_ADMINISTRATOR, TEAM);
	assert_ok(join_undo(app, &admin, main, zoe, STR("Two children after all"), &err));
	const struct link_form f = { .at = STR("27/02/2026") };
	assert_ok(item_link_answer(app, later, &f, &err));
	assert_clean();
}

static void test_what_ended_is_deleted(void **state)
{
	(void)state;
	const struct link_form f = { .at = STR("27/02/2026") };
	struct str said = made_for("ann@essex.gov.uk"), used = made();
	int64_t gone = -1;
	assert_ok(item_link_decline(app, said, DECLINE_SENT, STR("by post"), &err));
	assert_ok(item_link_answer(app, used, &f, &err));
	assert_ok(item_links_sweep(app, &gone, &err));
	assert_int_equal(gone, 0); /* what ended today is kept */
	change("UPDATE item_link SET minted_ms = minted_ms - %" PRId64 ", answered_ms = answered_ms - %" PRId64,
	       (int64_t)91 * MS_PER_DAY, (int64_t)91 * MS_PER_DAY);
	int64_t events = rows_of("event"), looks = rows_of("audit");
	assert_ok(item_links_sweep(app, &gone, &err));
	assert_int_equal(gone, 1);
	assert_int_equal(rows_of("event"), events); /* what was recorded by it stays */
	assert_int_equal(rows_of("audit"), looks + 1);
	assert_int_equal(number("SELECT count(*) AS n FROM item_link WHERE answer = 'sent'"), 1); /* it stops chasing */
	change("UPDATE item_link SET lifted_ms = %d", 1);
	assert_ok(item_links_sweep(app, &gone, &err));
	assert_int_equal(gone, 1);
	assert_dead(used);
	assert_ok(item_links_sweep(app, &gone, &err));
	assert_int_equal(rows_of("audit"), looks + 2); /* nothing to say of nothing */
	assert_clean();
}

static void *race(void *arg)
{
	struct racer *r = arg;
	struct err e = { 0 };
	const struct link_form f = { .at = STR("27/02/2026") };
	pthread_barrier_wait(r->start);
	r->rc = r->way ? item_link_decline(app, r->token, DECLINE_CANNOT, STR("not here"), &e)
		       : item_link_answer(app, r->token, &f, &e);
	return NULL;
}

static void test_exactly_one_of_two_at_once(void **state)
{
	for (int round = 0; round < 6; round++) {
		loaded(state);
		struct racer r[2];
		pthread_barrier_t start;
		pthread_barrier_init(&start, NULL, 2);
		struct str token = made();
		for (int i = 0; i < 2; i++) {
			r[i] = (struct racer){ .token = token, .way = round % 2 ? i : 0, .start = &start };
			assert_int_equal(pthread_create(&r[i].thread, NULL, race, &r[i]), 0);
		}
		for (int i = 0; i < 2; i++)
			pthread_join(r[i].thread, NULL);
		pthread_barrier_destroy(&start);
		assert_int_equal((r[0].rc == RC_OK) + (r[1].rc == RC_OK), 1);
		assert_int_equal((r[0].rc == RC_NOT_FOUND) + (r[1].rc == RC_NOT_FOUND), 1);
		bool recorded = number("SELECT count(*) AS n FROM item_link WHERE answer = 'recorded'") == 1;
		assert_int_equal(number("SELECT count(*) AS n FROM event WHERE kind = 'health-notified' AND person = "
					"%" PRId64,
					zoe),
				 recorded);
		assert_clean();
	}
}

#define LINK_TEST(f) cmocka_unit_test_setup_teardown(f, loaded, NULL)

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup_teardown(test_asked_checked_recorded_once, loaded, clean_after),
		LINK_TEST(test_the_store_does_not_know_the_secret),
		LINK_TEST(test_what_is_no_link),
		LINK_TEST(test_it_ends),
		LINK_TEST(test_a_link_of_a_joined_record_is_taken_back),
		LINK_TEST(test_it_is_taken_back_or_made_anew),
		LINK_TEST(test_as_soon_as_it_is_no_longer_asked),
		LINK_TEST(test_a_child_entered_in_error),
		LINK_TEST(test_a_council_that_is_no_longer_in_the_circle),
		LINK_TEST(test_an_account_that_is_closed),
		LINK_TEST(test_only_what_a_council_may_record),
		LINK_TEST(test_who_may_make_one),
		LINK_TEST(test_so_many_a_day),
		cmocka_unit_test_setup_teardown(test_the_form_has_only_what_was_asked, loaded, clean_after),
		cmocka_unit_test_setup_teardown(test_an_answer_without_an_entry, loaded, clean_after),
		cmocka_unit_test_setup_teardown(test_it_is_good_after_joining, loaded, clean_after),
		cmocka_unit_test_setup_teardown(test_it_is_declined_after_joining, loaded, clean_after),
		cmocka_unit_test_setup_teardown(test_what_ended_is_deleted, loaded, clean_after),
		cmocka_unit_test(test_exactly_one_of_two_at_once),
	};
	return cmocka_run_group_tests(tests, set_up, tear_down);
}
