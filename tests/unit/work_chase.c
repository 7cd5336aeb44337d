/* Chases and the file for a council: what they hold, for whom, and what never leaves. */
#include "work/help.h"

#include "work/chase/asked.h"
#include "work/chase/chase_print.h"
#include "work/chase/handback.h"
#include "work/core/terms.h"

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

static const struct organisation *who(const char *code)
{
	return app_organisation(app, org(code));
}

static struct chase draft_for(const char *code)
{
	struct chase c;
	assert_ok(chase_draft(app, &nurse, who(code), &arena, &c, &err));
	return c;
}

static const struct chase_item *item_of(const struct chase *c, const char *standard)
{
	for (size_t i = 0; i < c->n; i++)
		if (str_starts(c->items[i].clock, standard))
			return &c->items[i];
	fail_msg("no item of %s", standard);
	return NULL;
}

static struct str text_of(const struct chase *c)
{
	struct buf b AUTO(buf_release);
	buf_init(&b, 1 << 20);
	chase_text(c, STR("https://linnet.example"), &arena, &b);
	assert_true(buf_ok(&b));
	struct str s = arena_str(&arena, buf_view(&b));
	char *one_line = arena_alloc(&arena, s.n + 1);
	size_t n = 0;
	for (size_t i = 0; i < s.n; i++) { /* wherever lines are broken */
		char x = s.p[i] == '\n' ? ' ' : s.p[i];
		if (x != ' ' || (n && one_line[n - 1] != ' '))
			one_line[n++] = x;
	}
	return (struct str){ one_line, n };
}

static bool holds(struct str s, const char *words)
{
	return memmem(s.p, s.n, words, strlen(words)) != NULL;
}

static void test_a_chase_says_what_and_by_which_rule(void **state)
{
	(void)state;
	struct chase c = draft_for(ESSEX);
	assert_int_equal(c.n, 2);
	const struct chase_item *told = item_of(&c, "placement-notified"), *iha = item_of(&c, "iha-returned");
	assert_int_equal(told->person, zoe);
	assert_str("E-2", told->number);
	assert_str("Z.O.", told->initials);
	assert_str("Tell the health team", told->asked);
	assert_int_equal(told->since, day_of(2026, 2, 10));
	assert_int_equal(told->due, day_of(2026, 2, 17));
	assert_int_equal(told->days_late, 9);
	assert_int_equal(told->nth, 1);
	assert_str("Ask for the assessment; Send consent; Send the last papers", iha->asked);
	struct str text = text_of(&c);
	assert_true(holds(text, "E-2 (Z.O.): Tell the health team"));
	assert_true(holds(text, "9 working days late"));
	assert_true(holds(text, "regulation"));
	assert_true(holds(text, "https://linnet.example/child/"));
	/* neither name nor birth, in whatever spelling */
	assert_false(holds(text, "Fern") || holds(text, "Zo\u00eb") || holds(text, "2020"));
}

static void test_nothing_of_mental_health_leaves(void **state)
{
	(void)state;
	struct chase c = draft_for(ESSEX);
	for (size_t i = 0; i < c.n; i++)
		assert_false(c.items[i].sensitive);
	c = draft_for(TRUST); /* the provider's own: named on pages, not in what is sent */
	assert_int_equal(c.n, 1);
	assert_true(c.items[0].sensitive);
	struct str text = text_of(&c);
	assert_false(holds(text, "eferr") || holds(text, "our weeks") || holds(text, "ontact"));
	struct str cells[CHASE_COLUMNS];
	chase_row(&c, 0, STR(""), &arena, cells);
	for (size_t i = 0; i < CHASE_COLUMNS; i++)
		assert_false(holds(cells[i], "eferr") || holds(cells[i], "ontact") || holds(cells[i], "our weeks"));
}

static int64_t written(const char *code)
{
	int64_t id = 0;
	assert_ok(chase_write(app, &nurse, who(code), &arena, &id, &err));
	return id;
}

static struct str asked_line(int64_t id, const char *standard)
{
	struct child_page p = page(id);
	const struct child_clock *c = clock_on(&p, standard);
	assert_non_null(c);
	return c->asked;
}

static void record_told(const char *day)
{
	struct draft d = { .change = CHANGE_RECORD,
			   .person = zoe,
			   .version = page(zoe).head.version,
			   .kind = STR("health-notified"),
			   .at = str_of(day),
			   .ref = STR("PL1") };
	assert_ok(record_save(app, &nurse, &d, &arena, NULL, &err));
}

static void test_it_is_on_the_record_and_the_next_is_a_reminder(void **state)
{
	(void)state;
	int64_t version = page(zoe).head.version, first = written(ESSEX);
	assert_int_equal(written(ESSEX), first); /* twice on a day with the same content: one chase */
	assert_int_equal(rows_of("chase"), 1);
	assert_int_equal(rows_of("chase_item"), 2);
	assert_int_equal(number("SELECT count(*) AS n FROM audit WHERE act = 'chased'"), 2);
	assert_int_equal(page(zoe).head.version, version); /* nothing about the child has changed */
	assert_str("Chased on Mon 2 Mar 2026", asked_line(zoe, "placement-notified"));
	at("2026-03-04T10:00:00Z");
	struct chase c = draft_for(ESSEX);
	assert_int_equal(item_of(&c, "placement-notified")->nth, 2);
	assert_int_equal(item_of(&c, "placement-notified")->before, day_of(2026, 3, 2));
	assert_true(holds(text_of(&c), "a first reminder: asked on Mon 2 Mar 2026"));
	int64_t second = written(ESSEX);
	assert_true(second != first);
	at("2026-03-09T10:00:00Z");
	c = draft_for(ESSEX);
	assert_int_equal(item_of(&c, "placement-notified")->nth, 3);
	assert_true(holds(text_of(&c), "a second reminder"));
	struct chase again; /* the second says what it said */
	assert_ok(chase_see(app, &nurse, second, "looked", &arena, &again, &err));
	assert_int_equal(item_of(&again, "placement-notified")->nth, 2);
	assert_int_equal(again.day, day_of(2026, 3, 4));
	record_told("05/03/2026");
	struct child_page p = page(zoe);
	struct viewer v = app_operator(app);
	struct clock_page k;
	struct child_query q = { .person = zoe, .as_of = DAY_NONE, .known_ms = KNOWN_NOW };
	assert_non_null(clock_on(&p, "placement-notified"));
	assert_ok(clock_see(app, &v, &q, clock_on(&p, "placement-notified")->id, &arena, &k, &err));
	assert_str("Chased on Mon 2 Mar 2026 and Wed 4 Mar 2026, answered Mon 9 Mar 2026", k.asked->line);
	assert_int_equal(draft_for(ESSEX).n, 1); /* what was answered is not asked for again */
}

static void test_what_is_kept_is_what_was_sent(void **state)
{
	(void)state;
	int64_t id = 0, again = 0;
	struct chase sent = draft_for(ESSEX);
	record_told("01/03/2026"); /* somebody answers while it is being written out */
	assert_rc(RC_CONFLICT, chase_keep(app, &nurse, &sent, &arena, &id, &err));
	assert_words("not kept as sent");
	assert_int_equal(rows_of("chase"), 0);
	sent = draft_for(ESSEX);
	assert_int_equal(sent.n, 1);
	assert_ok(chase_keep(app, &nurse, &sent, &arena, &id, &err));
	assert_ok(chase_keep(app, &nurse, &sent, &arena, &again, &err));
	assert_int_equal(again, id);
	assert_int_equal(rows_of("chase_item"), 1);
}

static void test_who_may_chase_whom(void **state)
{
	(void)state;
	static const enum role no[] = { ROLE_DOCTOR, ROLE_GOVERNANCE };
	struct chase c;
	int64_t id = written(ESSEX), n;
	for (size_t i = 0; i < COUNT_OF(no); i++) {
		struct viewer v = viewer(no[i], TEAM);
		assert_rc(RC_REFUSED, chase_draft(app, &v, who(ESSEX), &arena, &c, &err));
		assert_rc(RC_REFUSED, chase_write(app, &v, who(ESSEX), &arena, &n, &err));
		assert_rc(RC_REFUSED, chase_see(app, &v, id, "looked", &arena, &c, &err));
	}
	assert_rc(RC_REFUSED, chase_draft(app, &worker, who(SOUTHEND), &arena, &c, &err));
	struct viewer clinician = viewer(ROLE_CLINICIAN, TRUST);
	assert_rc(RC_REFUSED, chase_see(app, &clinician, id, "looked", &arena, &c, &err));
	struct viewer elsewhere = viewer(ROLE_NURSE, TRUST); /* a nurse, but not of who wrote it */
	assert_rc(RC_NOT_FOUND, chase_see(app, &elsewhere, id, "looked", &arena, &c, &err));
	assert_rc(RC_NOT_FOUND, chase_draft(app, &nurse, who(TEAM), &arena, &c, &err));
	assert_rc(RC_NOT_FOUND, chase_draft(app, &nurse, NULL, &arena, &c, &err));
	assert_rc(RC_NOT_FOUND, chase_see(app, &nurse, 12345, "looked", &arena, &c, &err));
	assert_rc(RC_BAD_INPUT, chase_write(app, &nurse, who("E10000016"), &arena, &n, &err));
	assert_words("Nothing that is late");
}

/* Whatever is in a chase stands on the recipient's own list as its turn. */
static void test_a_recipient_learns_nothing_new(void **state)
{
	(void)state;
	struct synth_options o = { .data_dir = "data",
				   .region = "set",
				   .folder = tables,
				   .seed = 11,
				   .today = app_today(app),
				   .children = 300 };
	struct synth_counts made;
	clear_tables();
	assert_ok(synth_write(&o, NULL, NULL, NULL, &made, NULL, NULL, &err));
	load();
	const struct chase_recipient *r;
	size_t n, items = 0;
	assert_ok(chase_recipients(app, &nurse, &arena, &r, &n, &err));
	assert_true(n >= 2);
	for (size_t i = 0; i < n; i++) {
		bool council = str_is(r[i].org->kind, "council");
		struct viewer theirs = { .account = 1,
					 .org = r[i].org->id,
					 .role = council ? ROLE_SOCIAL_WORKER : ROLE_CLINICIAN };
		struct chase c;
		assert_ok(chase_draft(app, &nurse, r[i].org, &arena, &c, &err));
		assert_int_equal(c.n + c.n_stopped, r[i].n);
		for (size_t k = 0; k < c.n; k++, items++) {
			struct child_query q = { .person = c.items[k].person,
						 .as_of = DAY_NONE,
						 .known_ms = KNOWN_NOW };
			struct clock_page see;
			assert_ok(clock_see(app, &theirs, &q, c.items[k].clock, &arena, &see, &err));
			assert_int_equal(see.clock.holder_org->id, theirs.org);
			assert_int_equal(see.clock.clock.state, CLOCK_RUNNING);
			assert_false(council && c.items[k].sensitive);
		}
	}
	assert_true(items > 5);
}

/* What stands on the button of a clock, to each who reads it. */
static void assert_next(enum role role, const char *organisation, int64_t child, const char *standard, enum next_to to,
			const char *words, const char *kind, const char *code)
{
	struct viewer v = viewer(role, organisation);
	struct child_page p = page_as(&v, child, DAY_NONE, KNOWN_NOW);
	const struct child_clock *c = clock_on(&p, standard);
	assert_non_null(c);
	assert_int_equal(c->next.to, to);
	assert_str(words, c->next.words);
	assert_str(kind, c->next.kind.p ? c->next.kind : STR(""));
	assert_str(code, c->next.code.p ? c->next.code : STR(""));
}

static void book(const char *booked, const char *for_day, const char *ref)
{
	struct draft d = { .change = CHANGE_RECORD,
			   .person = wren,
			   .version = page(wren).head.version,
			   .kind = STR("appointment-booked"),
			   .at = str_of(booked),
			   .code = STR("initial"),
			   .end = str_of(for_day),
			   .ref = str_of(ref) };
	int64_t id;
	assert_ok(record_save(app, &nurse, &d, &arena, &id, &err));
}

static struct next_step next_on(const char *day)
{
	day_t as_of;
	assert_int_equal(day_parse(str_of(day), &as_of), RC_OK);
	struct child_page p = page_as(&nurse, wren, as_of, KNOWN_NOW);
	return clock_on(&p, "iha-returned")->next;
}

/* The assessment is due by 3 February. */
static void test_an_appointment_ahead_is_waited_for_or_moved(void **state)
{
	(void)state;
	book("14/01/2026", "30/01/2026", "A1");
	struct next_step n = next_on("2026-01-14");
	assert_int_equal(n.to, NEXT_WAIT);
	assert_str("Wait for that day", n.words);
	n = next_on("2026-01-30");
	assert_int_equal(n.to, NEXT_RECORD);
	assert_str("assessment-seen", n.kind);
	book("15/01/2026", "04/02/2026", "A2");
	n = next_on("2026-01-16");
	assert_int_equal(n.to, NEXT_RECORD);
	assert_str("Find an earlier day", n.words);
	assert_str("appointment-booked", n.kind);
	assert_str("initial", n.code);
	assert_int_equal(next_on("2026-01-27").to, NEXT_RECORD); /* eight days ahead */
	assert_int_equal(next_on("2026-01-28").to, NEXT_WAIT);
	n = next_on("2026-02-04");
	assert_str("assessment-seen", n.kind);
}

static void test_a_next_step_speaks_to_its_reader(void **state)
{
	(void)state;
	assert_next(ROLE_NURSE, TEAM, zoe, "placement-notified", NEXT_CHASE, "Ask the council", "", "");
	assert_next(ROLE_SOCIAL_WORKER, ESSEX, zoe, "placement-notified", NEXT_RECORD, "Tell the health team",
		    "health-notified", "");
	assert_next(ROLE_DOCTOR, TEAM, zoe, "placement-notified", NEXT_NONE, "", "", "");
	assert_next(ROLE_NURSE, TEAM, zoe, "iha-returned", NEXT_CHASE, "Chase the papers", "", "");
	assert_next(ROLE_SOCIAL_WORKER, ESSEX, zoe, "iha-returned", NEXT_RECORD, "Ask for the assessment",
		    "request-made", "initial");
	assert_next(ROLE_NURSE, TEAM, wren, "iha-returned", NEXT_RECORD, "Book", "appointment-booked", "initial");
	assert_next(ROLE_SOCIAL_WORKER, ESSEX, wren, "iha-returned", NEXT_NONE, "", "", "");
	assert_next(ROLE_NURSE, TEAM, wren, "cyp-four-weeks", NEXT_CHASE, "Ask the provider", "", "");
	assert_next(ROLE_CLINICIAN, TRUST, wren, "cyp-four-weeks", NEXT_RECORD, "Record: First contact", "contact-made",
		    "");
}

static void test_the_looks_do_not_tell_of_mental_health(void **state)
{
	(void)state;
	written(TRUST);
	struct child_page p = page_as(&worker, wren, DAY_NONE, KNOWN_NOW);
	for (size_t i = 0; i < p.n_looks; i++)
		assert_false(holds(p.looks[i].what, "our") || holds(p.looks[i].why, "North East London"));
	assert_int_equal(number("SELECT count(*) AS n FROM audit WHERE act = 'chased' AND person = %" PRId64, wren), 1);
}

/* ---- what is sent is only text ---- */

static void test_an_e_mail_has_the_headers_it_should(void **state)
{
	(void)state;
	struct chase c = draft_for(ESSEX);
	struct organisation evil = *c.recipient;
	evil.short_name = STR("Essex\r\nBcc: everybody@example.org\r\n\r\nHello \u00e9\u00e9\u00e9");
	c.recipient = &evil;
	struct buf b AUTO(buf_release);
	buf_init(&b, 1 << 20);
	chase_eml(&c, STR(""), STR("a@essex.gov.uk\r\nBcc: b@example.org"), &arena, &b);
	struct str s = buf_view(&b);
	const char *body = strstr(b.p, "\r\n\r\n");
	assert_non_null(body);
	struct str head = { s.p, (size_t)(body - s.p) };
	assert_false(holds(head, "Bcc") || holds(head, "example.org") || holds(head, "To:"));
	for (const char *line = head.p; line < body;) {
		const char *end = strstr(line, "\r\n");
		assert_true(line[0] == ' ' || strncmp(line, "Date: ", 6) == 0 || strncmp(line, "Subject: ", 9) == 0 ||
			    strncmp(line, "X-Unsent: ", 10) == 0 || strncmp(line, "MIME-Version: ", 14) == 0 ||
			    strncmp(line, "Content-", 8) == 0);
		assert_true(end - line <= 78);
		line = end + 2;
	}
	buf_reset(&b);
	chase_eml(&c, STR(""), STR("mary.o'neil@essex.gov.uk"), &arena, &b);
	assert_non_null(strstr(b.p, "\r\nTo: mary.o'neil@essex.gov.uk\r\n"));
}

static void test_a_cell_is_never_a_formula(void **state)
{
	(void)state;
	struct chase c = draft_for(ESSEX);
	struct chase_item bad = c.items[0];
	bad.initials = STR("=H.Y.");
	bad.number = STR("+1");
	bad.why = STR("@SUM(A1)");
	c.items = &bad;
	c.n = 1;
	struct buf b AUTO(buf_release);
	buf_init(&b, 1 << 20);
	chase_csv(&c, STR(""), &arena, &b);
	struct str s = buf_view(&b);
	assert_true(holds(s, "'=H.Y.") && holds(s, "'+1") && holds(s, "'@SUM"));
	assert_false(holds(s, "\n+1") || holds(s, ",=H") || holds(s, ",@"));
}

static void test_which_addresses_are_taken(void **state)
{
	(void)state;
	static const char *const bad[] = { "",
					   "essex.gov.uk",
					   "@essex.gov.uk",
					   "a@",
					   "a@essex.gov.uk@essex.gov.uk",
					   "a@southend.gov.uk",
					   "a@sub.essex.gov.uk",
					   "a@essex.gov.uk.example.org",
					   "a@notessex.gov.uk",
					   "a b@essex.gov.uk",
					   "a@essex.gov.uk\nBcc: x@y.z",
					   "a,b@essex.gov.uk",
					   "<a@essex.gov.uk>",
					   "\u0430@essex.gov.uk",
					   "a@\u0435ssex.gov.uk",
					   "\"a\"@essex.gov.uk" };
	struct chase_terms t;
	struct str s;
	assert_ok(chase_terms_of(app_rules(app), &arena, &t, &err));
	for (size_t i = 0; i < COUNT_OF(bad); i++)
		assert_rc(RC_BAD_INPUT, address_check(&t, str_of(bad[i]), STR(ESSEX), &arena, &s, &err));
	assert_ok(address_check(&t, STR("  Mary.Worker@ESSEX.gov.uk "), STR(ESSEX), &arena, &s, &err));
	assert_str("mary.worker@essex.gov.uk", s);
	assert_rc(RC_BAD_INPUT, address_check(&t, STR("a@example.org"), STR("E08000001"), &arena, &s, &err));
	assert_words("No e-mail domain");
}

/* ---- the file for a council ---- */

static struct handback back(const struct viewer *v, const char *code, day_t since)
{
	struct handback h;
	assert_ok(handback_make(app, v, who(code), since, &arena, &h, &err));
	return h;
}

static struct str cell(const struct handback *h, const char *child, const char *heading)
{
	for (size_t r = 0; r < h->n; r++)
		for (size_t i = 0; i < h->layout.n_columns; i++)
			if (str_is(h->cells[r * h->layout.n_columns], child) &&
			    str_is(h->layout.columns[i].heading, heading))
				return h->cells[r * h->layout.n_columns + i];
	return STR("(none)");
}

static void test_a_council_gets_its_children_back(void **state)
{
	(void)state;
	struct handback h = back(&worker, ESSEX, DAY_NONE);
	assert_int_equal(h.n, 2);
	assert_str("2026-01-08", cell(&h, "E-1", "Initial assessment asked for"));
	assert_str("2026-01-13", cell(&h, "E-1", "Initial request complete"));
	assert_str("2026-02-03", cell(&h, "E-1", "Initial report due"));
	assert_str("", cell(&h, "E-1", "Seen for initial assessment"));
	assert_str("", cell(&h, "E-2", "Initial assessment asked for"));
	assert_str("(none)", cell(&h, "S-1", "Initial report due"));
	struct buf b AUTO(buf_release);
	buf_init(&b, 1 << 20);
	handback_csv(&h, &b);
	struct str s = buf_view(&b);
	assert_false(holds(s, "Wren") || holds(s, "Fern") || holds(s, "2016-03-14") || holds(s, "9990001006"));
	assert_int_equal(number("SELECT count(*) AS n FROM audit WHERE act = 'downloaded'"), 1);
}

static void test_only_what_changed_since(void **state)
{
	(void)state;
	assert_int_equal(back(&nurse, ESSEX, app_today(app)).n, 0); /* loaded today: nothing newer */
	assert_int_equal(back(&nurse, ESSEX, app_today(app) - 1).n, 2);
	at("2026-03-04T10:00:00Z");
	struct draft d = { .change = CHANGE_RECORD,
			   .person = zoe,
			   .version = page(zoe).head.version,
			   .kind = STR("request-made"),
			   .code = STR("initial"),
			   .at = STR("03/03/2026") };
	assert_ok(record_save(app, &nurse, &d, &arena, NULL, &err));
	struct handback h = back(&nurse, ESSEX, day_of(2026, 3, 3));
	assert_int_equal(h.n, 1);
	assert_str("2026-03-03", cell(&h, "E-2", "Initial assessment asked for"));
	record_told("04/03/2026"); /* in no column: no news for that file */
	assert_int_equal(back(&nurse, ESSEX, day_of(2026, 3, 4)).n, 0);
}

static void test_whose_file_it_is(void **state)
{
	(void)state;
	struct handback h;
	struct viewer clinician = viewer(ROLE_CLINICIAN, TRUST), doctor = viewer(ROLE_DOCTOR, TEAM),
		      elsewhere = viewer(ROLE_NURSE, TRUST);
	assert_rc(RC_NOT_FOUND, handback_make(app, &worker, who(SOUTHEND), DAY_NONE, &arena, &h, &err));
	assert_rc(RC_NOT_FOUND, handback_make(app, &nurse, who("E10000016"), DAY_NONE, &arena, &h, &err));
	assert_rc(RC_NOT_FOUND, handback_make(app, &nurse, who(TRUST), DAY_NONE, &arena, &h, &err));
	assert_rc(RC_NOT_FOUND, handback_make(app, &elsewhere, who(ESSEX), DAY_NONE, &arena, &h, &err));
	assert_rc(RC_REFUSED, handback_make(app, &clinician, who(ESSEX), DAY_NONE, &arena, &h, &err));
	assert_rc(RC_REFUSED, handback_make(app, &doctor, who(ESSEX), DAY_NONE, &arena, &h, &err));
	assert_rc(RC_BAD_INPUT, handback_make(app, &nurse, who(ESSEX), app_today(app) + 1, &arena, &h, &err));
	/* A child whose care another council took over is that council's. */
	change("UPDATE event SET org = %" PRId64 " WHERE person = %" PRId64 " AND kind = 'care-started'", org(SOUTHEND),
	       zoe);
	struct viewer op = app_operator(app);
	h = back(&op, ESSEX, DAY_NONE);
	assert_str("(none)", cell(&h, "E-2", "Initial report due"));
	h = back(&op, SOUTHEND, DAY_NONE);
	assert_str("(none)", cell(&h, "E-2", "Initial report due")); /* Essex's number is not told to Southend */
}

/* ---- the data ---- */

static enum rc terms_with(const char *name, const char *body)
{
	const struct document *docs;
	size_t n = rule_set_documents(app_rules(app), &docs), m = 0;
	struct document *list = arena_array(&arena, n + 1, sizeof *list);
	struct rule_set *s;
	for (size_t i = 0; i < n; i++)
		list[m++] = str_is(docs[i].name, name) ? document_of(&arena, docs[i].name, str_of(body)) : docs[i];
	enum rc rc = rule_set_make(list, m, &s, &err);
	if (rc == RC_OK)
		rule_set_let_go(s);
	return rc;
}

static void test_mistakes_in_the_data_are_told(void **state)
{
	(void)state;
	static const struct {
		const char *name, *body, *words;
	} bad[] = {
		{ "chase.yaml", "due-within-working-days: soon\n", "chase.yaml:1:" },
		{ "chase.yaml", "due-within-working-days: 5\n", "\"link\" is missing" },
		{ "chase.yaml", "link: {days: 99}\n", "chase.yaml:1:" },
		{ "chase.yaml", "link: {days: 7}\naddresses:\n  - {for: X, domains: [Essex.gov.uk]}\n",
		  "chase.yaml:3:" },
		{ "chase.yaml", "link: {days: 7}\naddresses:\n  - {for: X, domains: [localhost]}\n", "no domain" },
		{ "chase.yaml", "link: {days: 7, frob: 1}\n", "frob" },
		{ "handback.yaml", "layouts:\n  - {id: a, columns: [{heading: H, of: day, kind: contact-made}]}\n",
		  "does not see mental-health" },
		{ "handback.yaml",
		  "layouts:\n  - {id: a, columns: [{heading: H, of: due, standard: cyp-four-weeks}]}\n",
		  "does not see mental-health" },
		{ "handback.yaml", "layouts:\n  - {id: a, columns: [{heading: H, of: frob}]}\n", "handback.yaml:2:" },
		{ "handback.yaml", "layouts:\n  - {id: a, for: [X], columns: [{heading: H, of: council-number}]}\n",
		  "must name no council" },
		{ "handback.yaml",
		  "layouts:\n  - {id: a, columns: [{heading: H, of: day, kind: request-made, code: frob}]}\n", "frob" },
	};
	for (size_t i = 0; i < COUNT_OF(bad); i++) {
		assert_rc(RC_BAD_INPUT, terms_with(bad[i].name, bad[i].body));
		assert_words(bad[i].words);
	}
	assert_ok(terms_with("handback.yaml",
			     "layouts:\n  - {id: e, for: [" ESSEX "], columns: [{heading: ChildRef, of: "
			     "council-number}]}\n  - {id: a, columns: [{heading: H, of: "
			     "council-number}]}\n"));
}

#define CHASE_TEST(f) cmocka_unit_test_setup_teardown(f, loaded, NULL)

int main(void)
{
	const struct CMUnitTest tests[] = {
		CHASE_TEST(test_a_chase_says_what_and_by_which_rule),
		CHASE_TEST(test_nothing_of_mental_health_leaves),
		CHASE_TEST(test_what_is_kept_is_what_was_sent),
		cmocka_unit_test_setup_teardown(test_it_is_on_the_record_and_the_next_is_a_reminder, loaded,
						clean_after),
		CHASE_TEST(test_who_may_chase_whom),
		CHASE_TEST(test_a_recipient_learns_nothing_new),
		CHASE_TEST(test_a_next_step_speaks_to_its_reader),
		CHASE_TEST(test_an_appointment_ahead_is_waited_for_or_moved),
		CHASE_TEST(test_the_looks_do_not_tell_of_mental_health),
		CHASE_TEST(test_an_e_mail_has_the_headers_it_should),
		CHASE_TEST(test_a_cell_is_never_a_formula),
		CHASE_TEST(test_which_addresses_are_taken),
		CHASE_TEST(test_a_council_gets_its_children_back),
		CHASE_TEST(test_only_what_changed_since),
		CHASE_TEST(test_whose_file_it_is),
		CHASE_TEST(test_mistakes_in_the_data_are_told),
	};
	return cmocka_run_group_tests(tests, set_up, tear_down);
}
