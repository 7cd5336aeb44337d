/* Measures over a store: against a naive recount from children's pages and from
 * the events themselves, for every kind of viewer; who may see which; the
 * children behind a number; looking back. */
#include "work/help.h"

#include "work/oversee/filed.h"
#include "work/oversee/measure_shared.h"
#include "work/plan/recorded.h"

enum { SYNTH_CHILDREN = 150 };

static int fresh_with_many(void **state)
{
	fresh(state);
	struct synth_options o = { .data_dir = "data",
				   .region = "set",
				   .folder = tables,
				   .seed = 11,
				   .today = app_today(app),
				   .children = SYNTH_CHILDREN };
	struct synth_counts made;
	clear_tables();
	assert_ok(synth_write(&o, NULL, NULL, NULL, &made, NULL, NULL, &err));
	load();
	arena_reset(&arena);
	return 0;
}

static const struct {
	enum role role;
	const char *org;
} who[] = { { ROLE_NURSE, TEAM },
	    { ROLE_SOCIAL_WORKER, ESSEX },
	    { ROLE_SOCIAL_WORKER, SOUTHEND },
	    { ROLE_SOCIAL_WORKER, "E09000002" },
	    { ROLE_CLINICIAN, TRUST },
	    { ROLE_CLINICIAN, "RRP" },
	    { ROLE_ADMINISTRATOR, TEAM } };

static struct viewer viewer_at(size_t i)
{
	return viewer(who[i].role, who[i].org);
}

static day_t on(const char *iso)
{
	day_t d;
	assert_int_equal(day_parse(str_of(iso), &d), RC_OK);
	return d;
}

static struct measure_query query(const struct str *id)
{
	return (struct measure_query){ .ids = id,
				       .n_ids = 1,
				       .from = on("2023-01-01"),
				       .to = on("2026-03-01"),
				       .as_of = DAY_NONE,
				       .known_ms = KNOWN_NOW };
}

static struct measure_result see(const struct viewer *v, const struct measure_query *q)
{
	struct measure_result r;
	assert_ok(measure_see(app, v, q, NULL, NULL, &arena, &r, &err));
	return r;
}

/* ---- a naive recount: one number at a time, from pages ---- */

struct tick { /* one thing that the recount counted */
	day_t month;
	int64_t council;
	int outcome;
};
static struct tick ticks[40000];
static size_t n_ticks;

static day_t month_of(day_t d)
{
	struct ymd y = day_ymd(d);
	return day_of(y.year, y.month, 1);
}

/* The council of the last period of care begun by that day, out of the table of events. */
static int64_t council_on(int64_t id, day_t day)
{
	int64_t n = number("SELECT coalesce((SELECT org FROM event WHERE person = %" PRId64
			   " AND kind = 'care-started' AND at <= %d ORDER BY at DESC, id DESC LIMIT 1), "
			   "(SELECT council FROM person WHERE id = %" PRId64 ")) AS n",
			   id, day, id);
	return n;
}

static int outcome_of(const struct child_clock *c)
{
	switch (c->clock.state) {
	case CLOCK_DONE:
		if (c->clock.due == DAY_NONE)
			return OUTCOME_OUT;
		return c->clock.done <= c->clock.due ? OUTCOME_YES : OUTCOME_NO;
	case CLOCK_RUNNING: return c->clock.due < app_today(app) ? OUTCOME_NO : OUTCOME_NOT_YET;
	case CLOCK_STOPPED: return c->clock.due != DAY_NONE && c->clock.done > c->clock.due ? OUTCOME_NO : OUTCOME_OUT;
	default: return OUTCOME_OUT;
	}
}

static void recount_clock(const struct viewer *v, int64_t id, const struct child_clock *c, const char *by, int n)
{
	day_t d = strcmp(by, "done") == 0    ? c->clock.done
		  : strcmp(by, "day") == 0   ? c->clock.start + n
		  : c->clock.due == DAY_NONE ? c->clock.start
					     : c->clock.due;
	if (strcmp(by, "done") == 0 && c->clock.state != CLOCK_DONE)
		return;
	if (d == DAY_NONE || month_of(d) < on("2023-01-01") || month_of(d) > on("2026-03-01"))
		return;
	int64_t council = council_on(id, c->clock.start != DAY_NONE ? c->clock.start : app_today(app));
	if (v->role == ROLE_SOCIAL_WORKER && council != v->org)
		return;
	assert_true(n_ticks < COUNT_OF(ticks));
	ticks[n_ticks++] = (struct tick){ month_of(d), council, outcome_of(c) };
}

static int64_t persons[4000];
static size_t n_persons;

static enum rc read_persons(struct db *db, void *arg, struct err *e)
{
	static const struct sql_param id_out[] = { { "id", SQL_INT } };
	struct sql_statement st = { "test", "SELECT id FROM person ORDER BY id", NULL, 0, id_out, 1, -1 };
	struct sql_rows *rows;
	struct sql_value v;
	(void)arg;
	n_persons = 0;
	enum rc rc = db_query(db, &st, NULL, &rows, e);
	while (rc == RC_OK && (rc = db_next(rows, &v, e)) == RC_OK && n_persons < COUNT_OF(persons))
		persons[n_persons++] = v.i;
	db_done(rows);
	return rc == RC_NOT_FOUND ? RC_OK : rc;
}

/* Everybody's page, for those who may see it. */
static void recount(const struct viewer *v, const char *standard, const char *by, int days)
{
	n_ticks = 0;
	for (size_t i = 0; i < n_persons; i++) {
		struct child_query q = { .person = persons[i], .as_of = DAY_NONE, .known_ms = KNOWN_NOW };
		struct arena a AUTO(arena_release);
		struct child_page p;
		arena_init(&a);
		enum rc rc = child_see(app, v, &q, &a, &p, &err);
		if (rc == RC_NOT_FOUND)
			continue;
		assert_int_equal(rc, RC_OK);
		for (size_t k = 0; k < p.n_clocks; k++) {
			struct str rest;
			if (str_is(str_cut(p.clocks[k].id, '.', &rest), standard))
				recount_clock(v, persons[i], &p.clocks[k], by, days);
		}
	}
}

static void assert_row(const struct tally_row *r, enum measure_group by)
{
	int64_t n[OUTCOME__COUNT] = { 0 };
	for (size_t i = 0; i < n_ticks; i++)
		if (ticks[i].month == r->period && (by == GROUP_NONE || ticks[i].council == r->group))
			n[ticks[i].outcome]++;
	if (r->n.yes != n[OUTCOME_YES] || r->n.no != n[OUTCOME_NO] || r->n.out != n[OUTCOME_OUT] ||
	    r->n.not_yet != n[OUTCOME_NOT_YET])
		fail_msg("month %d, group %d: %d %d %d %d, not %d %d %d %d", r->period, (int)r->group, (int)r->n.yes,
			 (int)r->n.no, (int)r->n.out, (int)r->n.not_yet, (int)n[OUTCOME_YES], (int)n[OUTCOME_NO],
			 (int)n[OUTCOME_OUT], (int)n[OUTCOME_NOT_YET]);
}

static int64_t assert_like_recount(const struct viewer *v, const char *measure)
{
	struct str id = str_of(measure);
	struct measure_query q = query(&id);
	struct measure_result r = see(v, &q);
	int64_t total = 0;
	for (int by = GROUP_NONE; by <= GROUP_COUNCIL; by++) {
		const struct tally_row *rows;
		size_t n = tally_rows(r.answers[0].tally, (enum measure_group)by, true, &arena, &rows);
		int64_t counted = 0;
		for (size_t i = 0; i < n; i++) {
			if (rows[i].period == DAY_NONE)
				continue;
			assert_row(&rows[i], (enum measure_group)by);
			counted += counts_base(&rows[i].n) + rows[i].n.out + rows[i].n.not_yet;
		}
		assert_int_equal(counted, n_ticks); /* nothing beside the rows */
		total = counted;
	}
	measure_result_release(&r);
	return total;
}

static void test_numbers_are_those_of_a_recount(void **state)
{
	(void)state;
	static const struct {
		const char *measure, *standard, *by;
		int days;
	} cases[] = { { "iha-returned", "iha-returned", "due", 0 },
		      { "iha-returned-28-days", "iha-returned", "day", 28 },
		      { "iha-returned-done", "iha-returned", "done", 0 },
		      { "rha", "rha", "due", 0 },
		      { "placement-notified", "placement-notified", "due", 0 },
		      { "cyp-four-weeks", "cyp-four-weeks", "due", 0 } };
	int64_t all = 0;
	assert_ok(store_read(app_store(app), read_persons, NULL, &err));
	assert_true(n_persons > SYNTH_CHILDREN);
	for (size_t c = 0; c < COUNT_OF(cases); c++)
		for (size_t i = 0; i < (at_length() || c == 0 || c == 5 ? COUNT_OF(who) : 2); i++) {
			struct viewer v = viewer_at(i);
			bool theirs = c != 5 || role_sees_sensitive(v.role);
			recount(&v, cases[c].standard, cases[c].by, cases[c].days);
			if (theirs)
				all += assert_like_recount(&v, cases[c].measure);
		}
	assert_true(all > 1000);
}

/* ---- the year, from the events themselves ---- */

static void test_the_year_is_that_of_a_recount(void **state)
{
	(void)state;
	struct viewer v = app_operator(app);
	struct str ids[] = { STR("year-health-assessment"), STR("year-three-placements") };
	day_t first = on("2024-04-01"), last = on("2025-03-31");
	struct measure_query q = query(ids);
	q.n_ids = 2;
	q.from = q.to = last;
	struct measure_result r = see(&v, &q);
	const struct tally_row *rows;
	/* In care from 1 April or before to 31 March or after, no other period in the year, no short breaks. */
	static const char cohort[] =
	    "SELECT count(*) AS n FROM person p WHERE EXISTS (SELECT 1 FROM event s WHERE s.person = p.id AND s.kind = "
	    "'care-started' AND s.at <= %d AND NOT EXISTS (SELECT 1 FROM event x WHERE x.person = p.id AND x.ref = "
	    "s.ref "
	    "AND x.kind = 'care-ended' AND x.at < %d)) AND NOT EXISTS (SELECT 1 FROM event s WHERE s.person = p.id AND "
	    "s.kind = 'care-started' AND s.at > %d AND s.at <= %d) AND NOT EXISTS (SELECT 1 FROM event b WHERE "
	    "b.person = "
	    "p.id AND b.code IN ('V3', 'V4'))";
	assert_int_equal(tally_rows(r.answers[0].tally, GROUP_NONE, true, &arena, &rows), 1);
	assert_int_equal(counts_base(&rows[0].n), number(cohort, first, last, first, last));
	assert_true(rows[0].n.yes > 10);
	int64_t on_day =
	    number("SELECT count(*) AS n FROM person p WHERE EXISTS (SELECT 1 FROM event s WHERE s.person = p.id "
		   "AND s.kind = 'care-started' AND s.at <= %d AND NOT EXISTS (SELECT 1 FROM event x WHERE "
		   "x.person = p.id AND x.ref = s.ref AND x.kind = 'care-ended' AND x.at < %d))",
		   last, last);
	assert_int_equal(counts_base(&rows[0].n) + rows[0].n.out, on_day);
	assert_int_equal(tally_rows(r.answers[1].tally, GROUP_NONE, true, &arena, &rows), 1);
	assert_int_equal(counts_base(&rows[0].n) + rows[0].n.out, on_day);
	measure_result_release(&r);
}

/* ---- the children behind a number ---- */

static void test_every_number_opens_its_children(void **state)
{
	(void)state;
	struct viewer v = viewer(ROLE_NURSE, TEAM);
	struct str id = STR("iha-returned");
	struct measure_query q = query(&id);
	struct measure_result r = see(&v, &q);
	const struct tally_row *rows;
	size_t n = tally_rows(r.answers[0].tally, GROUP_COUNCIL, true, &arena, &rows);
	assert_true(n > 20);
	for (size_t i = 0; i < n; i += 7)
		for (int o = OUTCOME_YES; o < OUTCOME__COUNT; o++) {
			struct measure_opening open = { .period = rows[i].period,
							.by = GROUP_COUNCIL,
							.group = rows[i].group,
							.outcome = (enum outcome)o };
			q.open = &open;
			struct measure_result k = see(&v, &q);
			int64_t want = o == OUTCOME_YES	  ? rows[i].n.yes
				       : o == OUTCOME_NO  ? rows[i].n.no
				       : o == OUTCOME_OUT ? rows[i].n.out
							  : rows[i].n.not_yet;
			assert_int_equal(k.people_total, want);
			assert_int_equal(k.n_people, want);
			for (size_t p = 0; p < k.n_people; p++) { /* and each opens its clock */
				struct child_query cq = { .person = k.people[p].person,
							  .as_of = DAY_NONE,
							  .known_ms = KNOWN_NOW };
				struct clock_page page;
				assert_ok(clock_see(app, &v, &cq, k.people[p].clock, &arena, &page, &err));
				assert_int_equal(page.clock.clock.due, k.people[p].due);
			}
			measure_result_release(&k);
		}
	measure_result_release(&r);
}

static void test_the_children_of_a_waiting_month(void **state)
{
	(void)state;
	struct viewer v = viewer(ROLE_NURSE, TEAM);
	struct str id = STR("iha-waiting");
	struct measure_query q = query(&id);
	struct measure_opening open = { .period = on("2026-01-01"), .outcome = OUTCOME_YES };
	q.open = &open;
	struct measure_result r = see(&v, &q);
	assert_true(r.n_people > 0);
	for (size_t p = 0; p < r.n_people; p++) {
		struct child_query cq = { .person = r.people[p].person, .as_of = DAY_NONE, .known_ms = KNOWN_NOW };
		struct clock_page page;
		assert_ok(clock_see(app, &v, &cq, r.people[p].clock, &arena, &page, &err));
		assert_int_equal(r.people[p].hit.days, on("2026-01-31") - page.clock.clock.start);
	}
	measure_result_release(&r);
}

/* ---- who may see which ---- */

static void test_who_may_see_which(void **state)
{
	(void)state;
	struct str ids[] = { STR("iha-returned"), STR("cyp-four-weeks"), STR("no-such-measure") };
	for (int role = ROLE_NONE; role < ROLE__COUNT; role++) {
		struct viewer v = role == ROLE_OPERATOR ? app_operator(app) : viewer((enum role)role, TEAM);
		bool may = role != ROLE_NONE && role != ROLE_GOVERNANCE && role != ROLE_COMMISSIONER;
		bool sensitive = may && role != ROLE_SOCIAL_WORKER;
		for (size_t i = 0; i < COUNT_OF(ids); i++) {
			struct measure_query q = query(&ids[i]);
			struct measure_result r = { 0 };
			enum rc rc = measure_see(app, &v, &q, NULL, NULL, &arena, &r, &err);
			assert_int_equal(rc, !may			       ? RC_REFUSED
					     : i == 0 || (i == 1 && sensitive) ? RC_OK
									       : RC_NOT_FOUND);
			if (rc == RC_NOT_FOUND)
				assert_string_equal(err.text, "There is no such measure here.");
			measure_result_release(&r);
		}
		if (!may)
			continue;
		struct measure_query q = query(NULL);
		q.n_ids = 0;
		struct measure_result r = see(&v, &q);
		bool listed = false;
		for (size_t i = 0; i < r.n; i++)
			listed |= str_is(r.answers[i].m->id, "cyp-four-weeks");
		assert_int_equal(listed, sensitive);
		measure_result_release(&r);
	}
}

static int64_t looks_at(const char *what)
{
	return number("SELECT count(*) AS n FROM audit WHERE act = 'looked' AND what = '%s'", what);
}

static void test_reading_is_on_the_record(void **state)
{
	(void)state;
	struct viewer v = viewer(ROLE_NURSE, TEAM);
	struct str id = STR("iha-returned");
	struct measure_query q = query(&id);
	struct measure_opening open = { .period = DAY_NONE };
	int64_t numbers = looks_at("iha-returned"), children = looks_at("children of measure iha-returned");
	struct measure_result r = see(&v, &q);
	measure_result_release(&r);
	assert_int_equal(looks_at("iha-returned"), numbers + 1);
	q.open = &open;
	r = see(&v, &q);
	measure_result_release(&r);
	assert_int_equal(looks_at("iha-returned"), numbers + 1);
	assert_int_equal(looks_at("children of measure iha-returned"), children + 1);
}

/* ---- looking back, and wrong questions ---- */

static struct str csv_of(const struct viewer *v, const struct measure_query *q, const struct measure_layout *l)
{
	struct buf b AUTO(buf_release);
	buf_init(&b, 8u << 20);
	struct measure_result r = see(v, q);
	assert_ok(measure_print_csv(app, &r, l, &arena, &b, &err));
	measure_result_release(&r);
	return arena_str(&arena, buf_view(&b));
}

static void test_as_it_was_known(void **state)
{
	(void)state;
	fresh_loaded(state);
	struct viewer v = viewer(ROLE_NURSE, TEAM);
	struct str id = STR("iha-returned");
	struct measure_query q = query(&id);
	struct measure_layout l = { .by = GROUP_COUNCIL };
	q.as_of = on("2026-03-02");
	q.known_ms = instant(TODAY);
	struct str before = csv_of(&v, &q, &l);
	assert_non_null(strstr(before.p, "iha-returned,1,"));
	/* On the 9th the assessment turns out to have been done in January. */
	char kept[8192];
	snprintf(kept, sizeof kept, "%s", before.p);
	at("2026-03-09T10:00:00Z");
	two_parts("assessments.csv", ASSESSMENTS, "Essex,E-1,A1,initial,20/01/2026,doctor,22/01/2026\n");
	load();
	v = viewer(ROLE_NURSE, TEAM);
	struct str again = csv_of(&v, &q, &l);
	assert_string_equal(kept, again.p);
	q.known_ms = KNOWN_NOW;
	struct str now = csv_of(&v, &q, &l);
	assert_string_not_equal(kept, now.p);
}

static void test_questions_that_have_no_answer(void **state)
{
	(void)state;
	struct viewer v = viewer(ROLE_NURSE, TEAM);
	struct str id = STR("iha-returned");
	struct measure_result r = { 0 };
	struct measure_query q = query(&id);
	q.from = on("2026-04-01");
	assert_rc(RC_BAD_INPUT, measure_see(app, &v, &q, NULL, NULL, &arena, &r, &err));
	q.from = on("1926-04-01");
	assert_rc(RC_LIMIT, measure_see(app, &v, &q, NULL, NULL, &arena, &r, &err));
	assert_int_equal(r.n, 0);
}

/* ---- filed reports ---- */

static int64_t file_one(const struct viewer *v, const char *measure)
{
	struct str id = str_of(measure);
	struct measure_query q = query(&id);
	struct measure_layout l = { .by = GROUP_COUNCIL };
	int64_t report;
	q.from = on("2026-01-01");
	assert_ok(filed_file(app, v, &q, &l, NULL, NULL, &arena, &report, &err));
	return report;
}

static void small_store(void)
{
	fresh_loaded(NULL);
}

static void test_a_filed_report_beside_today(void **state)
{
	(void)state;
	small_store();
	struct viewer v = viewer(ROLE_NURSE, TEAM);
	int64_t id = file_one(&v, "iha-returned");
	struct filed_beside b;
	assert_ok(filed_beside(app, &v, id, NULL, NULL, &arena, &b, &err));
	assert_true(b.same_bytes && b.same_rules && b.same_measures);
	assert_int_equal(b.changes_total, 0);
	filed_beside_release(&b);
	/* Time alone changes nothing of it: it is read for its own day. */
	at("2026-03-09T10:00:00Z");
	v = viewer(ROLE_NURSE, TEAM);
	assert_ok(filed_beside(app, &v, id, NULL, NULL, &arena, &b, &err));
	assert_true(b.same_bytes);
	assert_int_equal(b.changes_total, 0);
	filed_beside_release(&b);
	/* What becomes known later does: seen in January, said in March. */
	two_parts("assessments.csv", ASSESSMENTS, "Essex,E-1,A1,initial,20/01/2026,doctor,22/01/2026\n");
	load();
	assert_ok(filed_beside(app, &v, id, NULL, NULL, &arena, &b, &err));
	assert_true(b.same_bytes);
	assert_int_equal(b.changes_total, 1);
	const struct filed_change *c = &b.changes[0];
	assert_int_equal(c->child.person, person(ESSEX "/E-1"));
	assert_str("February 2026: late or not done", measure_answer_words(b.filed.m, c->was, &arena));
	assert_str("February 2026: in time", measure_answer_words(b.filed.m, c->now, &arena));
	assert_int_equal(c->n_events, 2); /* seen, and the report sent */
	assert_str("assessments.csv, row 2, loaded Mon 9 Mar 2026", c->events[0].from);
	filed_beside_release(&b);
}

static void test_a_child_that_left_the_record_is_told(void **state)
{
	(void)state;
	small_store();
	struct viewer v = viewer(ROLE_NURSE, TEAM);
	int64_t id = file_one(&v, "iha-returned");
	at("2026-03-09T10:00:00Z");
	v = viewer(ROLE_NURSE, TEAM);
	two_parts("periods_of_care.csv", CARE,
		  "Essex,E-2,P1,10/02/2026,C2,,,\nSouthend-on-Sea,S-1,P1,02/02/2026,V2,,,\n");
	load(); /* E-1 never came into care: an error, taken back */
	struct filed_beside b;
	assert_ok(filed_beside(app, &v, id, NULL, NULL, &arena, &b, &err));
	assert_int_equal(b.changes_total, 1);
	assert_non_null(b.changes[0].was);
	assert_null(b.changes[0].now);
	assert_true(b.changes[0].n_events >= 1 && b.changes[0].events[0].voids);
	filed_beside_release(&b);
}

static void test_who_may_read_a_filed_report(void **state)
{
	(void)state;
	small_store();
	struct viewer nurse = viewer(ROLE_NURSE, TEAM), doctor = viewer(ROLE_DOCTOR, TEAM),
		      social = viewer(ROLE_SOCIAL_WORKER, ESSEX), lead = viewer(ROLE_GOVERNANCE, TEAM),
		      clinician = viewer(ROLE_CLINICIAN, TRUST),
		      other = viewer(ROLE_NURSE, TRUST), operator= app_operator(app);
	int64_t open = file_one(&nurse, "iha-returned"), closed = file_one(&nurse, "cyp-four-weeks"),
		theirs = file_one(&social, "iha-returned"), own = file_one(&clinician, "cyp-four-weeks");
	const struct {
		const struct viewer *v;
		bool open, closed, theirs, own;
	} cases[] = { { &nurse, true, true, false, false },   { &doctor, true, true, false, false },
		      { &social, false, false, true, false }, { &clinician, false, false, false, true },
		      { &other, false, false, false, false }, { &operator, true, true, true, true } };
	for (size_t i = 0; i < COUNT_OF(cases); i++) {
		const int64_t ids[] = { open, closed, theirs, own, 5 };
		const bool may[] = { cases[i].open, cases[i].closed, cases[i].theirs, cases[i].own, false };
		const struct filed *list;
		size_t n, want = 0;
		for (size_t k = 0; k < COUNT_OF(ids); k++) {
			struct filed f;
			want += may[k];
			assert_rc(may[k] ? RC_OK : RC_NOT_FOUND, filed_get(app, cases[i].v, ids[k], &arena, &f, &err));
			if (!may[k])
				assert_string_equal(err.text, "There is no such report here.");
		}
		assert_ok(filed_list(app, cases[i].v, STR(""), &arena, &list, &n, &err));
		assert_int_equal(n, want);
	}
	struct filed f;
	assert_rc(RC_REFUSED, filed_get(app, &lead, open, &arena, &f, &err));
	struct measure_query q = query(NULL);
	struct measure_layout l = { 0 };
	int64_t id;
	q.n_ids = 0;
	assert_rc(RC_BAD_INPUT, filed_file(app, &nurse, &q, &l, NULL, NULL, &arena, &id, &err));
	struct str sensitive = STR("cyp-four-weeks");
	q = query(&sensitive);
	assert_rc(RC_NOT_FOUND, filed_file(app, &social, &q, &l, NULL, NULL, &arena, &id, &err));
	assert_rc(RC_REFUSED, filed_file(app, &lead, &q, &l, NULL, NULL, &arena, &id, &err));
	assert_int_equal(rows_of("filed_report"), 4);
}

/* ---- numbers for whoever sees no child ---- */

static void test_a_board_sees_numbers_and_no_child(void **state)
{
	(void)state;
	struct viewer v = viewer(ROLE_COMMISSIONER, TEAM), nurse = viewer(ROLE_NURSE, TEAM),
		      lead = viewer(ROLE_GOVERNANCE, TEAM);
	struct shared_measure s;
	const struct measure *const *list;
	struct str id = STR("iha-returned");
	size_t n, hidden = 0;
	assert_ok(measure_shared_list(app, &v, &arena, &list, &n, &err));
	for (size_t i = 0; i < n; i++)
		for (size_t k = 0; k < i; k++)
			assert_false(str_eq(list[i]->family, list[k]->family)); /* one reading of each */
	assert_ok(measure_shared(app, &v, id, &arena, &s, &err));
	assert_true(s.n_months > 12 && s.months[0].from > s.months[1].from);
	for (size_t i = 0; i < s.n_councils; i++) {
		const struct measure_number *x = &s.councils[i].n;
		assert_null(s.councils[i].row);
		hidden += x->hide_yes;
		assert_false(x->hide_yes && x->yes);
		assert_false(x->hide_base && x->base);
		assert_false(x->hide_value && x->value > 0);
		assert_false(!x->hide_base && x->base > 0 && x->base < 5); /* data/sharing.yaml */
	}
	assert_true(hidden > 0);
	assert_rc(RC_NOT_FOUND, measure_shared(app, &v, STR("iha-seen"), &arena, &s, &err));
	assert_rc(RC_NOT_FOUND, measure_shared(app, &v, STR("nothing"), &arena, &s, &err));
	assert_rc(RC_REFUSED, measure_shared(app, &nurse, id, &arena, &s, &err));
	assert_rc(RC_REFUSED, measure_shared_list(app, &lead, &arena, &list, &n, &err));
	/* Asking for the children behind it, whichever way, is refused. */
	struct measure_opening open = { .period = DAY_NONE };
	struct measure_query q = query(&id);
	struct measure_result r;
	q.shared = true;
	q.open = &open;
	assert_rc(RC_REFUSED, measure_see(app, &v, &q, NULL, NULL, &arena, &r, &err));
	q.open = NULL;
	q.all_hits = true;
	assert_rc(RC_REFUSED, measure_see(app, &v, &q, NULL, NULL, &arena, &r, &err));
	q.all_hits = q.shared = false;
	assert_rc(RC_REFUSED, measure_see(app, &v, &q, NULL, NULL, &arena, &r, &err));
}

/* What somebody who adds up the table can say of it: hidden counts never stand alone beside their sum. */
static void assert_sums(const struct recorded_year *y, const struct recorded_count *parts, size_t n)
{
	int64_t sum = 0;
	size_t hidden = 0;
	for (size_t i = 0; i < n; i++) {
		sum += parts[i].count;
		hidden += parts[i].hidden;
		assert_false(parts[i].hidden && (parts[i].count || parts[i].rated));
		assert_false(!parts[i].hidden && parts[i].count >= 1 && parts[i].count <= 4);
	}
	if (y->all.hidden)
		return;
	assert_int_not_equal(hidden, 1);
	assert_true(hidden ? sum < y->all.count : sum == y->all.count);
}

static void test_demand_as_it_is_recorded(void **state)
{
	(void)state;
	struct viewer v = viewer(ROLE_COMMISSIONER, TEAM), lead = viewer(ROLE_GOVERNANCE, TEAM),
		      nurse = viewer(ROLE_NURSE, TEAM), clinician = viewer(ROLE_CLINICIAN, TRUST);
	struct recorded r;
	int64_t looks = number("SELECT count(*) AS n FROM audit");
	assert_ok(recorded_see(app, &v, RECORDED_REFERRALS, &arena, &r, &err));
	assert_int_equal(number("SELECT count(*) AS n FROM audit"), looks + 1);
	assert_int_equal(r.years[0].from, on("2024-04-01")); /* today is in March 2026 */
	assert_int_equal(r.n_councils, 4);
	size_t told = 0;
	for (size_t y = 0; y < r.n_years; y++) {
		if (!r.years[y].covered)
			continue;
		told++;
		assert_sums(&r.years[y], r.years[y].councils, r.n_councils);
		assert_sums(&r.years[y], r.years[y].ages, RECORDED_BANDS);
		assert_sums(&r.years[y], r.years[y].months, 12);
		if (!r.years[y].all.hidden)
			assert_int_equal(r.years[y].all.count,
					 number("SELECT count(*) AS n FROM event e WHERE kind = 'referral-received' "
						"AND at >= %d AND at < %d AND "
						"EXISTS (SELECT 1 FROM circle c WHERE c.person = e.person AND c.to_day "
						">= %d AND c.org = "
						"(SELECT id FROM organisation WHERE code = '" TEAM "'))",
						(int)r.years[y].from, (int)day_add_months(r.years[y].from, 12),
						(int)app_today(app)));
	}
	assert_int_equal(told, 1); /* two years are covered, one of them is whole */
	struct buf b AUTO(buf_release);
	buf_init(&b, 1 << 20);
	recorded_csv(&b, &r);
	assert_non_null(strstr(b.p, "referrals,2024-04-01,2025-03-31,council,E10000012,Essex,"));
	assert_ok(recorded_see(app, &v, RECORDED_ADMISSIONS, &arena, &r, &err)); /* so few that nearly all is hidden */
	assert_sums(&r.years[0], r.years[0].councils, r.n_councils);
	assert_rc(RC_NOT_FOUND, recorded_see(app, &lead, RECORDED_REFERRALS, &arena, &r, &err));
	assert_rc(RC_REFUSED, recorded_see(app, &nurse, RECORDED_REFERRALS, &arena, &r, &err));
	assert_rc(RC_REFUSED, recorded_see(app, &clinician, RECORDED_REFERRALS, &arena, &r, &err));
}

int main(void)
{
#define MANY(name) cmocka_unit_test(name)
	const struct CMUnitTest many[] = { MANY(test_numbers_are_those_of_a_recount),
					   MANY(test_the_year_is_that_of_a_recount),
					   MANY(test_every_number_opens_its_children),
					   MANY(test_the_children_of_a_waiting_month),
					   MANY(test_who_may_see_which),
					   MANY(test_a_board_sees_numbers_and_no_child),
					   MANY(test_demand_as_it_is_recorded),
					   MANY(test_reading_is_on_the_record),
					   MANY(test_questions_that_have_no_answer),
					   MANY(test_as_it_was_known),
					   MANY(test_a_filed_report_beside_today),
					   MANY(test_a_child_that_left_the_record_is_told),
					   MANY(test_who_may_read_a_filed_report) };
	if (set_up(NULL) != 0)
		return 2;
	int failed = cmocka_run_group_tests(many, fresh_with_many, NULL);
	tear_down(NULL);
	return failed;
}
