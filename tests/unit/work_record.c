/* Recording, correcting and taking back: what is refused, what is written, and
 * that a preview tells what a save does. */
#include "work/help.h"

static struct viewer nurse, worker;
static int64_t wren, zoe;

static int loaded(void **state)
{
	fresh_loaded(state);
	wren = person(ESSEX "/E-1");
	zoe = person(ESSEX "/E-2");
	nurse = viewer(ROLE_NURSE, TEAM);
	worker = viewer(ROLE_SOCIAL_WORKER, ESSEX);
	return 0;
}

static struct draft draft(int64_t id, const char *kind, const char *day)
{
	return (struct draft){ .change = CHANGE_RECORD,
			       .person = id,
			       .version = page(id).head.version,
			       .kind = str_of(kind),
			       .at = str_of(day) };
}

/* Wren is seen by a doctor. */
static struct draft seen(void)
{
	struct draft d = draft(wren, "assessment-seen", "20/02/2026");
	d.code = STR("initial");
	d.code2 = STR("doctor");
	d.ref = STR("H1");
	return d;
}

static struct preview preview(const struct viewer *v, const struct draft *d)
{
	struct preview p;
	assert_ok(record_preview(app, v, d, &arena, &p, &err));
	return p;
}

static int64_t save(const struct viewer *v, const struct draft *d)
{
	int64_t id = 0;
	assert_ok(record_save(app, v, d, &arena, &id, &err));
	return id;
}

/* ---- a preview tells what a save does, and writes nothing ---- */

static void assert_foretold(const struct viewer *v, const struct draft *d)
{
	struct stamp before = stamp();
	int64_t version = page(d->person).head.version;
	struct child_page was = page_as(v, d->person, DAY_NONE, KNOWN_NOW);
	struct preview p = preview(v, d);
	assert_int_equal(p.n_problems, 0);
	assert_same_stamp(before);
	assert_int_equal(page(d->person).head.version, version);
	save(v, d);
	struct child_page is = page_as(v, d->person, DAY_NONE, KNOWN_NOW);
	assert_true(is.head.version > version);
	size_t begun = 0, gone = 0;
	for (size_t i = 0; i < p.n_changes; i++) {
		const struct clock_change *c = &p.changes[i];
		assert_true(c->words.n > 0);
		begun += !c->before_there;
		gone += !c->after_there;
		bool found = !c->after_there;
		for (size_t k = 0; k < is.n_clocks && !found; k++) {
			const struct clock *now = &is.clocks[k].clock;
			found = now->standard == c->after.standard && now->start == c->after.start &&
				now->due == c->after.due && now->state == c->after.state &&
				now->done == c->after.done && now->holder == c->after.holder;
		}
		if (!found)
			fail_msg("foretold and not come: " STR_FMT " " STR_FMT, STR_ARG(c->standard->id),
				 STR_ARG(c->words));
	}
	assert_int_equal(is.n_clocks, was.n_clocks + begun - gone);
	/* what was not foretold has not changed */
	for (size_t i = 0; i < was.n_clocks; i++) {
		bool told = false, same = false;
		for (size_t k = 0; k < p.n_changes && !told; k++)
			told = p.changes[k].before_there && str_eq(p.changes[k].id, was.clocks[i].id);
		for (size_t k = 0; k < is.n_clocks && !same; k++)
			same = is.clocks[k].clock.standard == was.clocks[i].clock.standard &&
			       is.clocks[k].opened == was.clocks[i].opened &&
			       is.clocks[k].clock.state == was.clocks[i].clock.state &&
			       is.clocks[k].clock.due == was.clocks[i].clock.due &&
			       is.clocks[k].clock.holder == was.clocks[i].clock.holder;
		assert_true(told || same);
	}
	assert_clean();
}

static void test_previews_come_true(void **state)
{
	(void)state;
	struct draft d = seen();
	assert_foretold(&nurse, &d);
	struct child_page p = page(wren);
	d = draft(wren, "assessment-returned", "27/02/2026");
	d.code = STR("initial");
	d.ref = STR("H1");
	assert_foretold(&nurse, &d);
	assert_clock(wren, "iha-returned", CLOCK_DONE);
	d = draft(zoe, "health-notified", "12/02/2026");
	d.ref = STR("PL1");
	assert_foretold(&worker, &d);
	assert_clock(zoe, "placement-notified", CLOCK_DONE);
	d = draft(zoe, "assessment-refused", "20/02/2026");
	d.code = STR("initial");
	d.value = STR("1");
	assert_foretold(&nurse, &d);
	assert_clock(zoe, "iha-returned", CLOCK_NOT_REQUIRED);
	d = draft(wren, "care-ended", "01/03/2026");
	d.code = STR("E4A");
	d.ref = STR("P1");
	assert_foretold(&worker, &d);
	p = page(wren);
	assert_null(p.head.care);
}

static void test_record_correct_take_back(void **state)
{
	(void)state;
	struct draft d = seen(), c, gone;
	d.note = STR("Came with her carer, \"Aunt\" Fern \u2014 50% of the time\n");
	d.minute = STR("09:30");
	int64_t first = save(&nurse, &d);
	struct child_page p = page(wren);
	const struct child_event *ev = event_on(&p, "assessment-seen");
	assert_str("", ev->source); /* when it was recorded is said once, beside it */
	assert_str("placements.csv, row 2", event_on(&p, "placement-started")->source);
	assert_int_equal(ev->id, first);
	assert_int_equal(ev->at, day_of(2026, 2, 20));
	assert_int_equal(ev->minute, 570);
	assert_false(ev->correction);
	assert_ok(record_draft_of(app, &nurse, wren, first, &arena, &c, &err));
	assert_str("2026-02-20", c.at);
	assert_str("09:30", c.minute);
	assert_str("initial", c.code);
	assert_str("doctor", c.code2);
	assert_str("H1", c.ref);
	assert_str("Came with her carer, \"Aunt\" Fern \u2014 50% of the time", c.note);
	assert_int_equal(c.version, p.head.version);
	c.at = STR("2026-02-19");
	c.why = STR("The letter says the 19th");
	assert_foretold(&nurse, &c);
	p = page(wren);
	ev = event_on(&p, "assessment-seen");
	assert_int_equal(ev->at, day_of(2026, 2, 19));
	assert_true(ev->correction);
	assert_int_equal(ev->replaces, first);
	assert_str("The letter says the 19th", ev->why);
	int64_t second = ev->id;
	/* what has been corrected is not corrected again, nor taken back */
	c.version = p.head.version;
	assert_rc(RC_CONFLICT, record_save(app, &nurse, &c, &arena, NULL, &err));
	gone = (struct draft){ .change = CHANGE_VOID,
			       .person = wren,
			       .version = p.head.version,
			       .event = first,
			       .why = STR("Wrong child") };
	assert_rc(RC_CONFLICT, record_save(app, &nurse, &gone, &arena, NULL, &err));
	assert_rc(RC_NOT_FOUND, record_draft_of(app, &nurse, wren, first, &arena, &c, &err));
	gone.event = second;
	assert_foretold(&nurse, &gone);
	p = page(wren);
	assert_null(event_on(&p, "assessment-seen"));
	assert_clock(wren, "iha-returned", CLOCK_RUNNING);
	/* nothing is lost: three lines of the timeline, each saying what became of it */
	size_t lines = 0;
	for (size_t i = 0; i < p.n_events; i++) {
		if (!str_is(p.events[i].kind->id, "assessment-seen"))
			continue;
		lines++;
		assert_false(p.events[i].may_change);
		if (p.events[i].voided)
			gone.event = p.events[i].id;
		else
			assert_true(p.events[i].replaced_by > 0);
	}
	assert_int_equal(lines, 3);
	gone.version = p.head.version;
	assert_rc(RC_CONFLICT, record_save(app, &nurse, &gone, &arena, NULL, &err)); /* a taking back stands */
}

static void test_a_correction_keeps_what_the_file_said(void **state)
{
	(void)state;
	struct child_page p = page(wren);
	struct draft c;
	assert_ok(record_draft_of(app, &worker, wren, event_on(&p, "placement-started")->id, &arena, &c, &err));
	assert_str(ESSEX, c.org);
	assert_str("0", c.value);
	assert_str("PL1", c.ref);
	c.org = STR(SOUTHEND);
	c.why = STR("It is over the border");
	assert_foretold(&worker, &c);
	p = page(wren);
	assert_str(SOUTHEND, p.head.placed_in->code);
	assert_int_equal(
	    number("SELECT count(*) AS n FROM event WHERE kind = 'placement-started' AND replaces IS NOT NULL AND "
		   "body LIKE '%%\"period\"%%'"),
	    1);
}

static void test_a_stale_version_is_a_conflict(void **state)
{
	(void)state;
	struct draft d = seen(), other = draft(wren, "sdq-scored", "01/03/2026");
	other.code = STR("carer");
	other.value = STR("17");
	other.version = page_as(&worker, wren, DAY_NONE, KNOWN_NOW).head.version;
	save(&worker, &other);
	struct stamp now = stamp();
	assert_rc(RC_CONFLICT, record_save(app, &nurse, &d, &arena, NULL, &err));
	assert_words("Somebody else");
	assert_same_stamp(now);
	assert_true(page(wren).head.version > d.version);
	d.version = page(wren).head.version;
	save(&nurse, &d);
}

static int64_t sdqs(void)
{
	return number("SELECT count(*) AS n FROM event WHERE kind = 'sdq-scored'");
}

static void test_an_entry_sent_twice_is_one(void **state)
{
	(void)state;
	struct draft d = draft(wren, "sdq-scored", "01/03/2026");
	d.code = STR("carer");
	d.value = STR("17");
	d.note = STR("once");
	struct draft other = d; /* the nurse's form, open at the same time */
	d.version = page_as(&worker, wren, DAY_NONE, KNOWN_NOW).head.version;
	int64_t first = 0, second = 0;
	assert_rc(RC_OK, record_save(app, &worker, &d, &arena, &first, &err));
	int64_t there = sdqs();
	struct stamp now = stamp();
	assert_rc(RC_OK, record_save(app, &worker, &d, &arena, &second, &err)); /* the same form, pressed again */
	assert_int_equal(first, second);
	assert_same_stamp(now);
	assert_int_equal(sdqs(), there);
	/* somebody else, or something else, is no repeat */
	assert_rc(RC_CONFLICT, record_save(app, &nurse, &other, &arena, NULL, &err));
	d.value = STR("18");
	assert_rc(RC_CONFLICT, record_save(app, &worker, &d, &arena, NULL, &err));
	d.value = STR("17");
	/* nor is what was taken back since */
	struct child_page p = page(wren);
	struct draft gone = { .change = CHANGE_VOID,
			      .person = wren,
			      .version = p.head.version,
			      .event = first,
			      .why = STR("Another child") };
	assert_rc(RC_OK, record_save(app, &worker, &gone, &arena, NULL, &err));
	assert_rc(RC_CONFLICT, record_save(app, &worker, &d, &arena, NULL, &err));
	assert_int_equal(sdqs(), there + 1); /* the taking back */
}

/* Where the form gave no number, each save makes another one: that is no reason to tell of somebody else. */
static void test_what_has_no_number_sent_twice_is_one(void **state)
{
	(void)state;
	struct draft d = draft(wren, "request-made", "01/03/2026");
	d.code = STR("review");
	d.version = page_as(&worker, wren, DAY_NONE, KNOWN_NOW).head.version;
	int64_t first = 0, second = 0;
	assert_rc(RC_OK, record_save(app, &worker, &d, &arena, &first, &err));
	struct stamp now = stamp();
	assert_rc(RC_OK, record_save(app, &worker, &d, &arena, &second, &err));
	assert_int_equal(first, second);
	assert_same_stamp(now);
	d.ref = STR("R-77"); /* one with a number is another */
	assert_rc(RC_CONFLICT, record_save(app, &worker, &d, &arena, NULL, &err));
}

/* ---- everything that is wrong with a draft ---- */

static void assert_problem(const struct draft *d, const char *field, const char *words)
{
	struct stamp now = stamp();
	struct preview p = preview(&nurse, d);
	bool found = false;
	for (size_t i = 0; i < p.n_problems; i++)
		found = found ||
			(str_is(p.problems[i].field, field) && strstr(arena_str(&arena, p.problems[i].text).p, words));
	if (!found || p.n_problems != 1)
		fail_msg("%s: %zu problems, the first: " STR_FMT ": " STR_FMT, field, p.n_problems,
			 STR_ARG(p.n_problems ? p.problems[0].field : STR("")),
			 STR_ARG(p.n_problems ? p.problems[0].text : STR("")));
	assert_int_equal(p.n_changes, 0);
	assert_rc(RC_BAD_INPUT, record_save(app, &nurse, d, &arena, NULL, &err));
	assert_words(words);
	assert_same_stamp(now);
}

static char *letters(size_t n)
{
	char *p = arena_alloc(&arena, n + 1);
	memset(p, 'x', n);
	return p;
}

static void test_what_is_wrong_is_told_by_field(void **state)
{
	(void)state;
	const struct draft good = seen();
	static const struct {
		const char *at, *words;
	} days[] = { { "", "Enter: Day the child was seen" },
		     { "31/02/2026", "real day" },
		     { "soon", "real day" },
		     { "2026-13-01", "real day" },
		     { "03/03/2026", "future" },
		     { "01/01/1899", "check the year" },
		     { "01/01/2099", "check the year" },
		     { "2026-02-20x", "real day" },
		     { "20/02/26", "real day" } };
	struct draft d;
	for (size_t i = 0; i < COUNT_OF(days); i++) {
		d = good;
		d.at = str_of(days[i].at);
		assert_problem(&d, "at", days[i].words);
	}
	static const char *const minutes[] = { "25:00", "9", "09:60", "0930", "noon" };
	for (size_t i = 0; i < COUNT_OF(minutes); i++) {
		d = good;
		d.minute = str_of(minutes[i]);
		assert_problem(&d, "minute", "09:30");
	}
	d = good;
	d.code = STR("first");
	assert_problem(&d, "code", "Choose");
	d = good;
	d.code2 = (struct str){ NULL, 0 };
	assert_problem(&d, "code2", "Choose");
	d = good;
	d.ref = str_of(letters(EVENT_REF_MAX + 1));
	assert_problem(&d, "ref", "at most 64");
	d = good;
	d.note = str_of(letters(2001));
	assert_problem(&d, "note", "at most 2000");
	d = good;
	d.why = str_of(letters(EVENT_WHY_MAX + 1));
	assert_problem(&d, "why", "at most 500");
	/* all of them at once */
	d = (struct draft){ .change = CHANGE_RECORD,
			    .person = wren,
			    .version = good.version,
			    .kind = STR("assessment-seen"),
			    .minute = STR("x") };
	assert_int_equal(preview(&nurse, &d).n_problems, 4);
}

static void test_what_is_wrong_with_other_kinds(void **state)
{
	(void)state;
	struct draft d = draft(wren, "sdq-scored", "01/03/2026");
	static const char *const scores[] = { "", "41", "-1", "1.5", "many", "99999999999999999999" };
	d.code = STR("carer");
	for (size_t i = 0; i < COUNT_OF(scores); i++) {
		d.value = str_of(scores[i]);
		assert_problem(&d, "value", "0 to 40");
	}
	d = draft(wren, "appointment-booked", "01/03/2026");
	d.code = STR("initial");
	assert_problem(&d, "end", "Day of the appointment");
	d.end = STR("01/01/2050");
	assert_problem(&d, "end", "check the year");
	d.end = STR("09/03/2026"); /* may lie ahead */
	assert_int_equal(preview(&nurse, &d).n_problems, 0);
	d = draft(wren, "care-ended", "01/03/2026");
	d.code = STR("E4A");
	assert_problem(&d, "ref", "Choose: Period of care");
	d = draft(wren, "placement-started", "01/03/2026");
	d.code = STR("U6");
	d.org = STR("E99999999");
	assert_problem(&d, "org", "Choose: Council of the area");
	d.org = STR("");
	d.value = STR("2");
	assert_problem(&d, "value", "0 to 1");
	d.value = STR("");
	assert_int_equal(preview(&nurse, &d).n_problems, 0);
	/* correcting and taking back want a reason */
	struct child_page p = page(wren);
	int64_t told = event_on(&p, "health-notified")->id;
	assert_ok(record_draft_of(app, &nurse, wren, told, &arena, &d, &err));
	assert_problem(&d, "why", "Say why");
	d.why = STR(" \t ");
	assert_problem(&d, "why", "Say why");
	d = (struct draft){ .change = CHANGE_VOID, .person = wren, .version = p.head.version, .event = told };
	assert_problem(&d, "why", "Say why");
}

static void test_what_starts_gets_a_number_of_its_own(void **state)
{
	(void)state;
	struct draft d = draft(wren, "placement-started", "02/03/2026");
	d.code = STR("U6");
	save(&nurse, &d);
	struct child_page p = page(wren);
	const struct ref_choice *refs;
	size_t n;
	assert_ok(record_refs(app, &nurse, wren, STR("placement-ended"), &arena, &refs, &n, &err));
	assert_int_equal(n, 2);
	assert_true(str_starts(refs[0].ref, "L-")); /* the latest first */
	assert_str("PL1", refs[1].ref);
	assert_int_equal(p.head.placed_in->id, org(ESSEX)); /* nothing said: the child's own council */
	assert_rc(RC_NOT_FOUND, record_refs(app, &nurse, wren, STR("nothing"), &arena, &refs, &n, &err));
}

/* ---- who may record what ---- */

static void test_roles_record_what_is_theirs(void **state)
{
	(void)state;
	static const struct {
		enum role role;
		const char *org, *kind;
		bool may;
	} table[] = {
		{ ROLE_NURSE, TEAM, "care-started", true },
		{ ROLE_NURSE, TEAM, "request-returned", true },
		{ ROLE_NURSE, TEAM, "referral-received", false },
		{ ROLE_NURSE, TEAM, "contact-made", false },
		{ ROLE_DOCTOR, TEAM, "assessment-seen", true },
		{ ROLE_DOCTOR, TEAM, "contact-made", false },
		{ ROLE_ADMINISTRATOR, TEAM, "contact-made", true },
		{ ROLE_ADMINISTRATOR, TEAM, "assessment-seen", true },
		{ ROLE_SOCIAL_WORKER, ESSEX, "care-ended", true },
		{ ROLE_SOCIAL_WORKER, ESSEX, "request-made", true },
		{ ROLE_SOCIAL_WORKER, ESSEX, "request-complete", false },
		{ ROLE_SOCIAL_WORKER, ESSEX, "assessment-seen", false },
		{ ROLE_SOCIAL_WORKER, ESSEX, "referral-received", false },
		{ ROLE_CLINICIAN, TRUST, "contact-made", true },
		{ ROLE_CLINICIAN, TRUST, "care-started", false },
		{ ROLE_GOVERNANCE, TEAM, "care-started", false },
		{ ROLE_GOVERNANCE, TEAM, "contact-made", false },
		{ ROLE_NURSE, TEAM, "person-details", false },
		{ ROLE_ADMINISTRATOR, TEAM, "person-died", false },
		{ ROLE_NURSE, TEAM, "no-such-kind", false },
		{ ROLE_NONE, TEAM, "care-started", false },
	};
	for (size_t i = 0; i < COUNT_OF(table); i++) {
		struct viewer v = viewer(table[i].role, table[i].org);
		struct draft d = draft(wren, table[i].kind, "01/03/2026");
		if (role_may(v.role, ACT_SEE_CHILD)) /* the token is of what this viewer sees */
			d.version = page_as(&v, wren, DAY_NONE, KNOWN_NOW).head.version;
		struct preview p;
		const struct kind **kinds;
		bool listed = false;
		size_t n = record_kinds(app, &v, &arena, &kinds);
		for (size_t k = 0; k < n; k++)
			listed = listed || str_is(kinds[k]->id, table[i].kind);
		assert_int_equal(listed, table[i].may);
		assert_rc(table[i].may ? RC_OK : RC_REFUSED, record_preview(app, &v, &d, &arena, &p, &err));
		if (!table[i].may)
			assert_rc(RC_REFUSED, record_save(app, &v, &d, &arena, NULL, &err));
	}
}

static void test_an_entry_of_another_role_is_not_theirs_to_change(void **state)
{
	(void)state;
	struct child_page p = page(wren);
	struct draft d = { .change = CHANGE_VOID,
			   .person = wren,
			   .version = page_as(&worker, wren, DAY_NONE, KNOWN_NOW).head.version,
			   .event = event_on(&p, "request-complete")->id,
			   .why = STR("No") };
	assert_rc(RC_REFUSED, record_save(app, &worker, &d, &arena, NULL, &err));
	assert_rc(RC_NOT_FOUND, record_draft_of(app, &worker, wren, d.event, &arena, &d, &err));
	/* nor is another child's entry reached through this one */
	struct child_page q = page(zoe);
	d = (struct draft){ .change = CHANGE_VOID,
			    .person = zoe,
			    .version = q.head.version,
			    .event = event_on(&p, "health-notified")->id,
			    .why = STR("No") };
	assert_rc(RC_CONFLICT, record_save(app, &nurse, &d, &arena, NULL, &err));
}

/* A writer whose clock is behind still writes after what it corrects. */
static void test_a_clock_that_goes_back(void **state)
{
	(void)state;
	at("2026-03-02T11:00:00Z");
	struct draft d = seen();
	int64_t first = save(&nurse, &d);
	at("2026-03-02T10:30:00Z");
	struct draft c;
	assert_ok(record_draft_of(app, &nurse, wren, first, &arena, &c, &err));
	c.at = STR("2026-02-18");
	c.why = STR("The letter says the 18th");
	int64_t second = save(&nurse, &c);
	assert_true(second > first);
	struct child_page p = page(wren);
	assert_int_equal(event_on(&p, "assessment-seen")->at, day_of(2026, 2, 18));
	size_t seen_clocks = 0;
	for (size_t i = 0; i < p.n_events; i++)
		seen_clocks += str_is(p.events[i].kind->id, "assessment-seen") && !p.events[i].replaced_by;
	assert_int_equal(seen_clocks, 1);
}

int main(void)
{
#define CASE(f) cmocka_unit_test_setup_teardown(f, loaded, clean_after)
	const struct CMUnitTest tests[] = {
		CASE(test_previews_come_true),
		CASE(test_record_correct_take_back),
		CASE(test_a_correction_keeps_what_the_file_said),
		CASE(test_a_stale_version_is_a_conflict),
		CASE(test_an_entry_sent_twice_is_one),
		CASE(test_what_has_no_number_sent_twice_is_one),
		CASE(test_what_is_wrong_is_told_by_field),
		CASE(test_what_is_wrong_with_other_kinds),
		CASE(test_what_starts_gets_a_number_of_its_own),
		CASE(test_roles_record_what_is_theirs),
		CASE(test_an_entry_of_another_role_is_not_theirs_to_change),
		CASE(test_a_clock_that_goes_back),
	};
	return cmocka_run_group_tests(tests, set_up, tear_down);
}
