/* Loading tables: what a row, a changed row and a missing row do to the record. */
#include "work/help.h"

static void test_new_and_the_same_again(void **state)
{
	(void)state;
	small_tables();
	complete_from("01/01/2026");
	struct load_summary s = load();
	assert_str("done", s.state);
	assert_rows(&s, "children.csv", 3, 0, 0, 0, 0);
	assert_rows(&s, "placements.csv", 3, 0, 0, 0, 0);
	assert_int_equal(s.children_total, 3);
	assert_int_equal(s.children_done, 3);
	assert_int_equal(s.findings_total, 0);
	assert_int_equal(rows_of("person"), 3);
	assert_int_equal(number("SELECT count(*) AS n FROM audit WHERE act = 'loaded' AND person > 0"), 3);
	struct stamp first = stamp();
	assert_int_equal(first.events, 3 + 3 + 3 + 1 + 4 + 1);
	for (int i = 0; i < 2; i++) {
		s = load();
		assert_rows(&s, "children.csv", 0, 0, 3, 0, 0);
		assert_rows(&s, "requests.csv", 0, 0, 1, 0, 0);
		assert_rows(&s, "placements.csv", 0, 0, 3, 0, 0);
		struct stamp again = stamp();
		assert_int_equal(again.events, first.events);
		again.coverage = first.coverage; /* each load says what it covered */
		assert_memory_equal(&again, &first, sizeof first);
	}
	assert_int_equal(number("SELECT count(*) AS n FROM audit WHERE act = 'loaded' AND person > 0"), 3);
}

static void test_the_order_of_rows_does_not_matter(void **state)
{
	(void)state;
	small_tables();
	load();
	struct stamp first = stamp();
	two_parts("children.csv", CHILDREN, arena_printf(&arena, "%s%s%s", LUKASZ, WREN, ZOE).p);
	two_parts("placements.csv", PLACEMENTS,
		  "Southend-on-Sea,S-1,PL1,P1,02/02/2026,U6,no,Barking and "
		  "Dagenham,\nEssex,E-2,PL1,P1,10/02/2026,U6,yes,Thurrock,\n"
		  "Essex,E-1,PL1,P1,06/01/2026,U6,no,Essex,\n");
	struct load_summary s = load();
	assert_rows(&s, "children.csv", 0, 0, 3, 0, 0);
	assert_rows(&s, "placements.csv", 0, 0, 3, 0, 0);
	assert_int_equal(stamp().events, first.events);
}

static void test_a_corrected_row_supersedes_and_the_earlier_answer_is_kept(void **state)
{
	(void)state;
	struct viewer v = app_operator(app);
	small_tables();
	complete_from("01/01/2026");
	load();
	int64_t wren = person(ESSEX "/E-1"), before_ms = app_now_ms(app);
	struct child_page p = page(wren);
	day_t due = clock_on(&p, "iha-returned")->clock.due;
	at("2026-03-03T09:00:00Z");
	two_parts(
	    "periods_of_care.csv", CARE,
	    "Essex,E-1,P1,13/01/2026,V2,,,\nEssex,E-2,P1,10/02/2026,C2,,,\nSouthend-on-Sea,S-1,P1,02/02/2026,V2,,,\n");
	struct load_summary s = load();
	assert_rows(&s, "periods_of_care.csv", 0, 1, 2, 0, 0);
	p = page(wren);
	assert_int_equal(clock_on(&p, "iha-returned")->clock.due, due + 7);
	assert_int_equal(p.head.care->from, day_of(2026, 1, 13));
	p = page_as(&v, wren, DAY_NONE, before_ms);
	assert_int_equal(clock_on(&p, "iha-returned")->clock.due, due);
	assert_int_equal(p.head.care->from, day_of(2026, 1, 6));
	/* and a look back keeps to what was known, not to what was looked at since */
	p = page_as(&v, wren, DAY_NONE, instant("2026-03-02T09:59:59Z"));
	assert_int_equal(p.n_clocks, 0);
	assert_int_equal(p.n_events, 0);
	assert_int_equal(p.head.given.n, 0);
}

static void test_a_row_that_is_gone_from_a_full_file_is_taken_back(void **state)
{
	(void)state;
	small_tables();
	complete_from("01/01/2026");
	load();
	int64_t wren = person(ESSEX "/E-1");
	assert_clock(wren, "placement-notified", CLOCK_DONE);
	two_parts("notifications.csv", NOTIFICATIONS, "");
	struct load_summary s = load();
	assert_rows(&s, "notifications.csv", 0, 0, 0, 1, 0);
	assert_clock(wren, "placement-notified", CLOCK_RUNNING);
	s = load();
	assert_rows(&s, "notifications.csv", 0, 0, 0, 0, 0);
	/* it comes back */
	two_parts("notifications.csv", NOTIFICATIONS, "Essex,E-1,PL1,07/01/2026\n");
	s = load();
	struct load_file f = of(&s, "notifications.csv");
	assert_int_equal(f.rows_new + f.rows_changed, 1);
	assert_clock(wren, "placement-notified", CLOCK_DONE);
	struct stamp now = stamp();
	load();
	assert_int_equal(stamp().events, now.events);
}

static void test_a_partial_file_takes_nothing_back(void **state)
{
	(void)state;
	small_tables();
	complete_from("01/01/2026");
	load();
	int64_t wren = person(ESSEX "/E-1");
	struct stamp first = stamp();
	two_parts("notifications.csv", NOTIFICATIONS, "");
	struct str partial[] = { STR("notifications") };
	struct load_request r = request();
	r.partial = partial;
	r.n_partial = 1;
	struct viewer v = app_operator(app);
	struct load_summary s = load_as(&v, r);
	assert_true(of(&s, "notifications.csv").partial);
	assert_false(of(&s, "placements.csv").partial);
	assert_rows(&s, "notifications.csv", 0, 0, 0, 0, 0);
	assert_int_equal(stamp().events, first.events);
	assert_clock(wren, "placement-notified", CLOCK_DONE);
}

static void test_an_absent_file_takes_nothing_back(void **state)
{
	(void)state;
	small_tables();
	complete_from("01/01/2026");
	load();
	struct stamp first = stamp();
	no_file("notifications.csv");
	no_file("referrals.csv");
	load();
	assert_int_equal(stamp().events, first.events);
}

static void test_an_absent_child_is_taken_back_from_full_files_only(void **state)
{
	(void)state;
	small_tables();
	complete_from("01/01/2026");
	load();
	int64_t zoe = person(ESSEX "/E-2"), lukasz = person(SOUTHEND "/S-1");
	/* Zo\u00eb is gone from every Essex table; Southend is not in these files at all */
	two_parts("children.csv", CHILDREN, WREN);
	two_parts("periods_of_care.csv", CARE, "Essex,E-1,P1,06/01/2026,V2,,,\n");
	two_parts("placements.csv", PLACEMENTS, "Essex,E-1,PL1,P1,06/01/2026,U6,no,Essex,\n");
	struct load_summary s = load();
	assert_rows(&s, "children.csv", 0, 0, 1, 1, 0);
	assert_rows(&s, "periods_of_care.csv", 0, 0, 1, 1, 0);
	struct child_page p = page(zoe);
	assert_int_equal(p.n_clocks, 0);
	assert_null(p.head.care);
	p = page(lukasz);
	assert_true(p.n_clocks > 0);
	assert_non_null(p.head.care);
	/* partial children: nothing is complete, nothing is taken back */
	struct stamp now = stamp();
	two_parts("children.csv", CHILDREN, ZOE);
	struct str partial[] = { STR("children") };
	struct load_request r = request();
	r.partial = partial;
	r.n_partial = 1;
	struct viewer v = app_operator(app);
	s = load_as(&v, r);
	assert_int_equal(of(&s, "periods_of_care.csv").rows_voided, 0);
	assert_int_equal(stamp().events, now.events + 1);
}

/* children.csv of so many children of Essex, from one on, and two of Southend. */
static void essex_children(int from, int n)
{
	struct str rows = STR("Southend-on-Sea,S-1,,Ash,Alder,01/05/2018,,,,\nSouthend-on-Sea,S-2,,Oak,Alder,01/05/2018,,,,\n");
	for (int i = from; i < from + n; i++)
		rows = arena_printf(&arena, STR_FMT "Essex,M-%d,,Wren%d,Alder,01/05/2017,,,,\n", STR_ARG(rows), i, i);
	two_parts("children.csv", CHILDREN, rows.p);
}

static enum rc load_asking(bool ask, struct load_summary *s)
{
	struct viewer v = app_operator(app);
	struct load_request r = request();
	r.ask_if_short = ask;
	return load_tables(app, &v, &r, NULL, NULL, &arena, s, &err);
}

static void test_files_that_are_hardly_whole_are_stopped_where_somebody_can_be_asked(void **state)
{
	(void)state;
	struct load_summary s;
	struct str partial[] = { STR("children") };
	essex_children(0, 30);
	assert_ok(load_asking(true, &s)); /* nobody is missing from the first */
	essex_children(0, 21);
	assert_ok(load_asking(true, &s)); /* nine are fewer than would stop it */
	assert_rows(&s, "children.csv", 0, 0, 23, 9, 0);
	essex_children(0, 30);
	assert_ok(load_asking(true, &s));
	struct stamp first = stamp();
	int64_t coverage = rows_of("coverage"), findings = rows_of("finding");
	essex_children(5, 15);
	assert_rc(RC_BAD_INPUT, load_asking(true, &s));
	assert_non_null(strstr(err.text, "15 children of Essex"));
	assert_int_equal(stamp().events, first.events);
	assert_int_equal(rows_of("coverage"), coverage);
	assert_int_equal(rows_of("finding"), findings);
	assert_int_equal(number("SELECT count(*) AS n FROM load WHERE state = 'asked'"), 1);
	assert_int_equal(number("SELECT count(*) AS n FROM load_file f JOIN load l ON l.id = f.load WHERE l.state = 'asked'"), 0);
	/* said to be partial it takes nothing back, said to be whole it does */
	struct load_request r = request();
	struct viewer v = app_operator(app);
	r.ask_if_short = true;
	r.partial = partial;
	r.n_partial = 1;
	s = load_as(&v, r);
	assert_rows(&s, "children.csv", 0, 0, 17, 0, 0);
	assert_ok(load_asking(false, &s));
	assert_rows(&s, "children.csv", 0, 0, 17, 15, 0);
	/* those who are taken back already are missed no more; by a tenth of many it is not stopped */
	essex_children(5, 14);
	assert_ok(load_asking(true, &s));
	assert_rows(&s, "children.csv", 0, 0, 16, 1, 0);
	essex_children(100, 100);
	assert_rc(RC_BAD_INPUT, load_asking(true, &s));
	assert_ok(load_asking(false, &s));
	essex_children(112, 88);
	assert_ok(load_asking(true, &s));
	assert_rows(&s, "children.csv", 0, 0, 90, 12, 0);
}

/* Forgets when the load that runs was last heard of: *arg is where from. */
static void forget_signs(void *arg, const char *what, int64_t done, int64_t total)
{
	(void)done;
	(void)total;
	if (strncmp(what, (const char *)arg, strlen(arg)) == 0)
		change("UPDATE load SET seen_ms = 0 WHERE state = 'running'");
}

static int64_t seen_of_the_last_load(void)
{
	return number("SELECT seen_ms AS n FROM load ORDER BY id DESC LIMIT 1");
}

/* Looking through those who are missing takes minutes for a large region: its page does not call it interrupted. */
static void test_a_load_that_looks_for_missing_children_is_alive(void **state)
{
	(void)state;
	struct viewer v = app_operator(app);
	struct load_request r = request();
	struct load_summary s;
	char reading[] = "Reading", absent[] = "Children no longer";
	essex_children(0, 30);
	s = load();
	essex_children(0, 15);
	r.ask_if_short = true; /* while it only looks */
	assert_rc(RC_BAD_INPUT, load_tables(app, &v, &r, forget_signs, reading, &arena, &s, &err));
	assert_int_equal(seen_of_the_last_load(), app_now_ms(app));
	r.ask_if_short = false; /* while it takes back */
	assert_ok(load_tables(app, &v, &r, forget_signs, absent, &arena, &s, &err));
	assert_int_equal(seen_of_the_last_load(), app_now_ms(app));
}

static void test_a_row_kept_back_is_not_taken_back(void **state)
{
	(void)state;
	small_tables();
	complete_from("01/01/2026");
	load();
	int64_t wren = person(ESSEX "/E-1");
	struct stamp first = stamp();
	two_parts("notifications.csv", NOTIFICATIONS, "Essex,E-1,PL1,31/02/2026\n");
	struct load_summary s = load();
	assert_rows(&s, "notifications.csv", 0, 0, 0, 0, 1);
	assert_int_equal(stamp().events, first.events);
	assert_clock(wren, "placement-notified", CLOCK_DONE);
	assert_int_equal(s.n_findings, 1);
	assert_int_equal(s.findings[0].line, 2);
	assert_str("notified_on", s.findings[0].column);
	assert_str("kept-back", s.findings[0].severity);
	/* it can be downloaded, corrected and loaded again */
	struct viewer v = app_operator(app);
	struct buf b AUTO(buf_release);
	buf_init(&b, 65536);
	assert_ok(load_kept_back(app, &v, s.id, STR("notifications.csv"), &b, &err));
	assert_non_null(strstr(b.p, "Essex,E-1,PL1,31/02/2026,2,"));
	char *corrected = xstrndup(b.p, b.n);
	assert_rc(RC_NOT_FOUND, load_kept_back(app, &v, s.id, STR("nothing.csv"), &b, &err));
	memcpy(strstr(corrected, "31/02"), "08/01", 5);
	clear_tables();
	file("notifications_kept_back.csv", corrected);
	free(corrected);
	s = load();
	struct child_page p = page(wren);
	assert_int_equal(event_on(&p, "health-notified")->at, day_of(2026, 1, 8));
}

static struct draft correction(int64_t id, const char *kind, const char *day)
{
	struct viewer v = app_operator(app);
	struct draft d;
	struct child_page p = page(id);
	assert_ok(record_draft_of(app, &v, id, event_on(&p, kind)->id, &arena, &d, &err));
	d.at = str_of(day);
	d.why = STR("The letter says another day");
	return d;
}

static void test_a_page_correction_survives_the_same_file_and_yields_to_a_changed_row(void **state)
{
	(void)state;
	struct viewer v = app_operator(app);
	small_tables();
	complete_from("01/01/2026");
	load();
	int64_t wren = person(ESSEX "/E-1");
	at("2026-03-02T11:00:00Z");
	struct draft d = correction(wren, "health-notified", "09/01/2026");
	assert_ok(record_save(app, &v, &d, &arena, NULL, &err));
	at("2026-03-02T12:00:00Z");
	struct load_summary s = load();
	assert_rows(&s, "notifications.csv", 0, 0, 1, 0, 0);
	struct child_page p = page(wren);
	assert_int_equal(event_on(&p, "health-notified")->at, day_of(2026, 1, 9));
	at("2026-03-02T13:00:00Z");
	two_parts("notifications.csv", NOTIFICATIONS, "Essex,E-1,PL1,06/01/2026\n");
	s = load();
	assert_rows(&s, "notifications.csv", 0, 1, 0, 0, 0);
	p = page(wren);
	assert_int_equal(event_on(&p, "health-notified")->at, day_of(2026, 1, 6));
	/* the same for an entry that a person took back */
	at("2026-03-02T14:00:00Z");
	p = page(wren);
	struct draft gone = { .change = CHANGE_VOID,
			      .person = wren,
			      .version = page(wren).head.version,
			      .event = event_on(&p, "health-notified")->id,
			      .why = STR("Another child's") };
	assert_ok(record_save(app, &v, &gone, &arena, NULL, &err));
	at("2026-03-02T15:00:00Z");
	s = load();
	assert_rows(&s, "notifications.csv", 0, 0, 1, 0, 0);
	p = page(wren);
	assert_null(event_on(&p, "health-notified"));
}

/* Of every file by itself; `load_rows_to_correct` goes through the findings once for all. */
static bool has_rows(const struct load_summary *s, const struct load_file *f)
{
	bool whole = false, row = false;
	for (size_t i = 0; i < s->n_findings; i++) {
		const struct load_finding *d = &s->findings[i];
		whole |= str_eq(d->file, f->name) && str_is(d->severity, "file");
		row |= str_eq(d->file, f->name) && str_is(d->severity, "kept-back") && d->record.n;
	}
	bool left_out = whole && f->rows_read == f->rows_kept_back;
	return s->id && f->rows_kept_back && (row || (!left_out && (int64_t)s->n_findings < s->findings_total));
}

static void test_which_files_have_rows_to_correct(void **state)
{
	(void)state;
	enum { FILES = 5, FINDINGS = 6, ROUNDS = 3000 };
	static const char *const names[] = { "a.csv", "b.csv", "c.csv", "d.csv", "e.csv", "the folder" },
				*const severities[] = { "kept-back", "file", "warning" };
	bool back[FILES];
	size_t yes = 0;
	srand(7);
	for (int round = 0; round < ROUNDS; round++) {
		struct load_file files[FILES];
		struct load_finding found[FINDINGS];
		struct load_summary s = { .id = rand() % 9,
					  .files = files,
					  .n_files = (size_t)rand() % (FILES + 1),
					  .findings = found,
					  .n_findings = (size_t)rand() % (FINDINGS + 1) };
		s.findings_total = (int64_t)s.n_findings + rand() % 2;
		for (size_t i = 0; i < FILES; i++)
			files[i] = (struct load_file){ .name = str_of(names[i]),
						       .rows_read = 2,
						       .rows_kept_back = rand() % 3 };
		for (size_t i = 0; i < FINDINGS; i++)
			found[i] = (struct load_finding){ .file = str_of(names[rand() % 6]),
							  .severity = str_of(severities[rand() % 3]),
							  .record = str_of(rand() % 2 ? "Essex,E-1" : "") };
		load_rows_to_correct(&s, back);
		for (size_t i = 0; i < s.n_files; i++) {
			assert_int_equal(back[i], has_rows(&s, &files[i]));
			yes += back[i];
		}
	}
	assert_in_range(yes, ROUNDS / 4, ROUNDS * 4);
}

static void test_a_dry_run_writes_nothing(void **state)
{
	(void)state;
	struct viewer v = app_operator(app);
	struct load_request r = request();
	r.dry_run = true;
	small_tables();
	complete_from("01/01/2026");
	struct stamp none = stamp();
	int64_t audits = rows_of("audit");
	struct load_summary s = load_as(&v, r);
	assert_str("dry-run", s.state);
	assert_rows(&s, "children.csv", 3, 0, 0, 0, 0);
	assert_int_equal(s.id, 0);
	assert_same_stamp(none);
	assert_int_equal(rows_of("load"), 0);
	assert_int_equal(rows_of("audit"), audits);
	load();
	struct stamp full = stamp();
	two_parts("notifications.csv", NOTIFICATIONS, "");
	two_parts("placements.csv", PLACEMENTS,
		  "Essex,E-1,PL1,P1,06/01/2026,U6,yes,Essex,\nEssex,E-2,PL1,P1,10/02/2026,U6,yes,Thurrock,\n"
		  "Southend-on-Sea,S-1,PL1,P1,02/02/2026,U6,no,Barking and Dagenham,\n");
	s = load_as(&v, r);
	assert_rows(&s, "notifications.csv", 0, 0, 0, 1, 0);
	assert_rows(&s, "placements.csv", 0, 1, 2, 0, 0);
	assert_same_stamp(full);
	assert_int_equal(rows_of("load"), 1);
	assert_int_equal(rows_of("finding"), 0);
	/* and what it foretold is what a load does */
	r.dry_run = false;
	s = load_as(&v, r);
	assert_rows(&s, "notifications.csv", 0, 0, 0, 1, 0);
	assert_rows(&s, "placements.csv", 0, 1, 2, 0, 0);
}

static void test_history_is_loaded_oldest_first(void **state)
{
	(void)state;
	struct viewer v = app_operator(app);
	struct load_request r = request();
	struct load_summary s;
	small_tables();
	complete_from("01/01/2026");
	r.recorded_ms = instant("2026-02-20T12:00:00Z");
	load_as(&v, r);
	int64_t wren = person(ESSEX "/E-1");
	struct child_page p = page_as(&v, wren, DAY_NONE, instant("2026-02-20T11:59:00Z"));
	assert_int_equal(p.n_events, 0);
	p = page_as(&v, wren, DAY_NONE, instant("2026-02-20T12:00:00Z"));
	assert_true(p.n_events > 0 && p.n_clocks > 0);
	struct stamp now = stamp();
	r.recorded_ms = instant("2026-02-10T12:00:00Z");
	assert_rc(RC_BAD_INPUT, load_tables(app, &v, &r, NULL, NULL, &arena, &s, &err));
	assert_words("oldest first");
	assert_words("2026-02-20");
	r.recorded_ms = instant("2026-03-02T10:00:01Z");
	assert_rc(RC_BAD_INPUT, load_tables(app, &v, &r, NULL, NULL, &arena, &s, &err));
	assert_words("future");
	assert_same_stamp(now);
	assert_int_equal(rows_of("load"), 1);
}

/* ---- what can be concluded from absence ---- */

static void test_coverage(void **state)
{
	(void)state;
	struct viewer v = app_operator(app);
	small_tables();
	no_file("notifications.csv");
	no_file("requests.csv");
	load(); /* nothing says from when any table is complete */
	int64_t zoe = person(ESSEX "/E-2");
	assert_clock(zoe, "placement-notified", CLOCK_NOT_KNOWN);
	assert_clean();
	/* a partial file proves nothing by its silence */
	two_parts("notifications.csv", NOTIFICATIONS, "Essex,E-1,PL1,07/01/2026\n");
	complete_from("01/01/2026");
	struct str partial[] = { STR("notifications") };
	struct load_request r = request();
	r.partial = partial;
	r.n_partial = 1;
	load_as(&v, r);
	assert_clock(zoe, "placement-notified", CLOCK_NOT_KNOWN);
	assert_clock(person(ESSEX "/E-1"), "placement-notified", CLOCK_DONE);
	assert_clean();
	/* a full one does, from its day on */
	load();
	assert_clock(zoe, "placement-notified", CLOCK_RUNNING);
	assert_clean();
	/* and a later partial one takes that knowledge away from nobody */
	load_as(&v, r);
	assert_clock(zoe, "placement-notified", CLOCK_RUNNING);
}

static void test_coverage_begins_on_its_day(void **state)
{
	(void)state;
	small_tables();
	complete_from("01/03/2026");
	two_parts("notifications.csv", NOTIFICATIONS, "");
	load();
	assert_clock(person(ESSEX "/E-2"), "placement-notified", CLOCK_NOT_KNOWN); /* placed before that */
}

static void test_children_whom_no_file_names_follow_the_coverage(void **state)
{
	(void)state;
	struct viewer v = app_operator(app);
	small_tables();
	no_file("notifications.csv");
	load();
	int64_t zoe = person(ESSEX "/E-2"), lukasz = person(SOUTHEND "/S-1");
	struct stamp now = stamp();
	clear_tables();
	two_parts("children.csv", CHILDREN, WREN);
	two_parts("notifications.csv", NOTIFICATIONS, "");
	file("about.csv", "table,partial,covers_from\nnotifications,no,01/01/2026\n");
	/* Zo\u00eb is of Essex and not named: her details go, her placement stays, her clock is brought up to date */
	load_as(&v, request());
	assert_int_equal(stamp().events, now.events + 1);
	assert_clock(zoe, "placement-notified", CLOCK_RUNNING);
	assert_clock(lukasz, "placement-notified", CLOCK_NOT_KNOWN);
	assert_clean();
}

/* ---- whose children ---- */

static void test_nobody_is_made_of_rows_kept_back(void **state)
{
	(void)state;
	small_tables();
	two_parts("notifications.csv", NOTIFICATIONS, "Essex,E-1,PL1,07/01/2026\nEssex,NOBODY,PL1,07/01/2026\n");
	for (int i = 0; i < 2; i++) {
		struct load_summary s = load();
		struct load_file f = of(&s, "notifications.csv");
		assert_int_equal(f.rows_kept_back, 1);
		assert_int_equal(s.children_total, 3);
		assert_int_equal(s.children_done, 3);
		assert_int_equal(rows_of("person"), 3);
	}
}

static void test_children_of_others_are_left_out(void **state)
{
	(void)state;
	struct viewer team = viewer(ROLE_ADMINISTRATOR, TEAM);
	two_parts(
	    "children.csv", CHILDREN,
	    arena_printf(
		&arena, "%sHartlepool,H-1,,Ash,Alder,01/05/2015,M,,,\nHartlepool,H-2,,Ivy,Sloe,01/06/2015,F,,,\n", WREN)
		.p);
	two_parts("placements.csv", PLACEMENTS,
		  "Hartlepool,H-1,PL1,,06/01/2026,U6,no,Essex,\nHartlepool,H-2,PL1,,06/01/2026,U6,no,Hartlepool,\n");
	struct load_summary s = load_as(&team, request());
	assert_int_equal(rows_of("person"), 2);
	assert_int_equal(number("SELECT count(*) AS n FROM person WHERE ref = 'H-2'"), 0);
	assert_int_equal(s.children_total, 2);
	assert_int_equal(s.children_done, 2);
	assert_non_null(strstr(arena_str(&arena, s.message).p, "1 child"));
	struct load_request dry = request();
	dry.dry_run = true;
	struct load_summary again = load_as(&team, dry);
	assert_int_equal(again.children_total, 2);
	assert_true(str_eq(again.message, s.message));
}

/* A placement in one's area brings a child into the circle: nobody takes a record by claiming one. */
static void test_a_claimed_placement_takes_no_record_of_others(void **state)
{
	(void)state;
	struct viewer team = viewer(ROLE_ADMINISTRATOR, TEAM);
	two_parts("children.csv", CHILDREN,
		  "Hartlepool,H-1,,Ash,Alder,01/05/2015,M,,,\nHartlepool,H-2,,Ivy,Sloe,01/06/2015,F,,,\n");
	two_parts("placements.csv", PLACEMENTS, "Hartlepool,H-2,PL1,,06/01/2026,U6,no,Essex,\n");
	load(); /* by the operator: H-1 is no business of the team, H-2 is placed with it */
	int64_t taken = person("E06000001/H-1"), ours = person("E06000001/H-2");
	struct child_page p;
	struct child_query q = { .person = taken, .as_of = DAY_NONE, .known_ms = KNOWN_NOW };
	int64_t events = rows_of("event");
	two_parts("placements.csv", PLACEMENTS,
		  "Hartlepool,H-1,PL1,,06/01/2026,U6,no,Essex,\nHartlepool,H-2,PL1,,06/01/2026,U6,no,Essex,\n");
	for (int dry = 1; dry >= 0; dry--) {
		struct load_request r = request();
		r.dry_run = dry;
		struct load_summary s = load_as(&team, r);
		assert_int_equal(s.children_total, 1);
		assert_int_equal(of(&s, "placements.csv").rows_new, 0);
		assert_non_null(strstr(arena_str(&arena, s.message).p, "1 child"));
	}
	assert_int_equal(rows_of("event"), events);
	assert_rc(RC_NOT_FOUND, child_see(app, &team, &q, &arena, &p, &err));
	q.person = ours;
	assert_ok(child_see(app, &team, &q, &arena, &p, &err));
}

static void test_loads_belong_to_who_made_them(void **state)
{
	(void)state;
	struct viewer team = viewer(ROLE_ADMINISTRATOR, TEAM), other = viewer(ROLE_ADMINISTRATOR, "RRP"),
		      nurse = viewer(ROLE_NURSE, TEAM);
	struct load_summary s, seen;
	const struct load_summary *list;
	size_t n;
	struct load_request r = request();
	small_tables();
	s = load_as(&team, r);
	assert_ok(load_see(app, &team, s.id, 10, &arena, &seen, &err));
	assert_str("done", seen.state);
	assert_rc(RC_NOT_FOUND, load_see(app, &other, s.id, 10, &arena, &seen, &err));
	char words[ERR_TEXT_MAX];
	memcpy(words, err.text, sizeof words);
	assert_rc(RC_NOT_FOUND, load_see(app, &other, s.id + 1, 10, &arena, &seen, &err));
	assert_string_equal(words, err.text);
	assert_rc(RC_REFUSED, load_see(app, &nurse, s.id, 10, &arena, &seen, &err));
	assert_rc(RC_REFUSED, load_tables(app, &nurse, &r, NULL, NULL, &arena, &seen, &err));
	assert_ok(load_list(app, &team, 10, &arena, &list, &n, &err));
	assert_int_equal(n, 1);
	assert_ok(load_list(app, &other, 10, &arena, &list, &n, &err));
	assert_int_equal(n, 0);
	assert_rc(RC_REFUSED, load_list(app, &nurse, 10, &arena, &list, &n, &err));
}

static void test_a_load_that_fell_silent_is_interrupted(void **state)
{
	(void)state;
	struct viewer v = app_operator(app);
	struct load_summary seen;
	small_tables();
	struct load_summary s = load();
	change("UPDATE load SET state = 'running', finished_ms = NULL");
	assert_ok(load_see(app, &v, s.id, 10, &arena, &seen, &err));
	assert_str("running", seen.state);
	at("2026-03-02T10:01:01Z");
	assert_ok(load_see(app, &v, s.id, 10, &arena, &seen, &err));
	assert_str("interrupted", seen.state);
	assert_non_null(strstr(arena_str(&arena, seen.message).p, "Load the same files again"));
}

static void test_a_folder_of_nothing_is_refused_in_words(void **state)
{
	(void)state;
	struct viewer v = app_operator(app);
	struct load_request r = request();
	struct load_summary s;
	assert_int_not_equal(load_tables(app, &v, &r, NULL, NULL, &arena, &s, &err), RC_OK);
	assert_true(err.text[0]);
	r.folder = STR("/nowhere/at/all");
	assert_int_not_equal(load_tables(app, &v, &r, NULL, NULL, &arena, &s, &err), RC_OK);
	assert_true(err.text[0]);
	assert_int_equal(number("SELECT count(*) AS n FROM load WHERE state = 'refused'"), 2);
}

enum { UNIT = 3000, MANY = UNIT + 5 }; /* children: more than one unit of a first load */

/* Between two units somebody makes a record of a child of the next, and one of a child whom no file names. */
static void somebody_makes_two(void *arg, const char *what, int64_t done, int64_t total)
{
	int64_t *made = arg;
	(void)total;
	if (strcmp(what, "Children") != 0 || done != UNIT)
		return;
	*made = app_new_id(app);
	change("INSERT INTO person (id, version, council, ref) VALUES (%" PRId64 ", 1, %" PRId64 ", 'M-3002')", *made,
	       org(ESSEX));
	change("INSERT INTO person (id, version, council, ref) VALUES (%" PRId64 ", 1, %" PRId64 ", 'Z-9')",
	       app_new_id(app), org(ESSEX));
}

/* A first load looks for nobody, until it meets somebody. */
static void test_a_first_load_meets_a_child_that_somebody_made(void **state)
{
	(void)state;
	struct viewer v = app_operator(app);
	struct load_request r = request();
	struct load_summary s;
	struct buf b AUTO(buf_release);
	int64_t made = 0;
	buf_init(&b, 1 << 20);
	for (int i = 1; i <= MANY; i++)
		buf_printf(&b, "Essex,M-%04d,,Wren,Linden,14/03/2016,F,,,\n", i);
	two_parts("children.csv", CHILDREN, b.p);
	assert_ok(load_tables(app, &v, &r, somebody_makes_two, &made, &arena, &s, &err));
	assert_str("done", s.state);
	assert_rows(&s, "children.csv", MANY, 0, 0, 0, 0);
	assert_int_equal(rows_of("person"), MANY + 1);
	assert_int_equal(person(ESSEX "/M-3002"), made);
	assert_int_equal(rows_of("event"), MANY);
	assert_int_equal(number("SELECT count(*) AS n FROM event WHERE person = %" PRId64, made), 1);
	assert_int_equal(number("SELECT count(*) AS n FROM person WHERE rules = ''"),
			 0); /* the other was looked at, too */
}

/* Between two units another load says that a council's tables reach further back, and is done. */
static void another_covers_more(void *arg, const char *what, int64_t done, int64_t total)
{
	int64_t *loaded = arg;
	(void)total;
	if (strcmp(what, "Children") != 0 || *loaded)
		return;
	*loaded = done;
	small_tables();
	complete_from("01/01/2024");
	load();
}

/* Children who were worked out before that, and are written after it, follow it all the same. */
static void test_what_another_load_covers_meanwhile_holds_for_this_one(void **state)
{
	(void)state;
	struct viewer v = app_operator(app);
	struct load_request r = request();
	struct load_summary s;
	struct buf names AUTO(buf_release), care AUTO(buf_release);
	int64_t loaded = 0;
	small_tables();
	complete_from("01/01/2026");
	load(); /* the store has somebody: units are small */
	buf_init(&names, 1 << 20);
	buf_init(&care, 1 << 20);
	for (int i = 1; i <= 250; i++) {
		buf_printf(&names, "Essex,M-%04d,,Wren,Linden,14/03/2016,F,,,\n", i);
		buf_printf(&care, "Essex,M-%04d,P1,06/01/2025,V2,,,\n", i);
	}
	two_parts("children.csv", CHILDREN, names.p);
	two_parts("periods_of_care.csv", CARE, care.p);
	complete_from("01/06/2025");
	assert_ok(load_tables(app, &v, &r, another_covers_more, &loaded, &arena, &s, &err));
	assert_str("done", s.state);
	assert_in_range(loaded, 1, 249); /* of these files there was more to write */
	assert_rows(&s, "children.csv", 250, 0, 0, 2, 0); /* these files do not name the two of Essex */
	assert_clean();
}

int main(void)
{
#define CASE(f) cmocka_unit_test_setup_teardown(f, fresh, clean_after)
	const struct CMUnitTest tests[] = {
		CASE(test_new_and_the_same_again),
		CASE(test_the_order_of_rows_does_not_matter),
		CASE(test_a_corrected_row_supersedes_and_the_earlier_answer_is_kept),
		CASE(test_a_row_that_is_gone_from_a_full_file_is_taken_back),
		CASE(test_a_partial_file_takes_nothing_back),
		CASE(test_an_absent_file_takes_nothing_back),
		CASE(test_an_absent_child_is_taken_back_from_full_files_only),
		CASE(test_files_that_are_hardly_whole_are_stopped_where_somebody_can_be_asked),
		CASE(test_a_load_that_looks_for_missing_children_is_alive),
		CASE(test_a_row_kept_back_is_not_taken_back),
		CASE(test_a_page_correction_survives_the_same_file_and_yields_to_a_changed_row),
		CASE(test_which_files_have_rows_to_correct),
		CASE(test_a_dry_run_writes_nothing),
		CASE(test_history_is_loaded_oldest_first),
		CASE(test_coverage),
		CASE(test_coverage_begins_on_its_day),
		CASE(test_children_whom_no_file_names_follow_the_coverage),
		CASE(test_nobody_is_made_of_rows_kept_back),
		CASE(test_children_of_others_are_left_out),
		CASE(test_a_claimed_placement_takes_no_record_of_others),
		CASE(test_loads_belong_to_who_made_them),
		CASE(test_a_load_that_fell_silent_is_interrupted),
		CASE(test_a_folder_of_nothing_is_refused_in_words),
		CASE(test_a_first_load_meets_a_child_that_somebody_made),
		CASE(test_what_another_load_covers_meanwhile_holds_for_this_one),
	};
	return cmocka_run_group_tests(tests, set_up, tear_down);
}
