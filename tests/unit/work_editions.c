/* The rules as dated documents: what was known when, changing them with a trial,
 * refusals, catching up, several programs on one store. */
#include "work/drafts.h"

#include <pthread.h>
#include <stdatomic.h>

#include "store/sql.h"
#include "work/core/write.h"

enum { SYNTH_CHILDREN = 60 };

static const char RETURNED[] = "standards/initial-health-assessment.yaml";
static const char HOLIDAYS[] = "holidays/england.csv";

/* ---- helpers ---- */

/* The initial assessment back within so many working days. */
static struct rules_draft limit_of(int days)
{
	struct str body = doc(app, RETURNED)->body;
	char to[40];
	snprintf(to, sizeof to, "{n: %d, unit: working-days}", days);
	return draft_of(RETURNED, replaced(body, "id: iha-returned", "{n: 20, unit: working-days}", to));
}

static void save(const struct rules_draft *d)
{
	struct viewer v = app_operator(app);
	assert_ok(draft_save(app, &v, d, &err));
	assert_ok(app_renew(app, &err));
}

static int64_t end_of(const char *day)
{
	day_t d;
	assert_int_equal(day_parse_iso(str_of(day), &d), RC_OK);
	return london_midnight_ms(d + 1) - 1;
}

/* What the team's lists say, row by row, in words that no set of rules numbers. */
static struct str list_known(const char *day, int64_t known_ms)
{
	struct viewer v = viewer(ROLE_NURSE, TEAM);
	struct worklist_query q = { .area = -1, .limit = WORKLIST_PAGE_MAX, .known_ms = known_ms };
	struct worklist w;
	struct buf b;
	assert_int_equal(day_parse_iso(str_of(day), &q.as_of), RC_OK);
	assert_ok(worklist_live(app, &v, &q, &arena, &w, &err));
	buf_init(&b, 4 << 20);
	for (int l = LIST_LATE; l < LIST__COUNT; l++)
		for (size_t i = 0; i < w.sections[l].n; i++) {
			const struct work_item *t = &w.sections[l].items[i];
			const struct standard_info *s = rulebook_info(app_rulebook(w.known), t->standard);
			buf_printf(&b, "%d %" PRId64 " " STR_FMT " %d %d %d %d " STR_FMT "\n", l, t->person,
				   STR_ARG(s->id), s->edition, t->due, t->days_late, t->holder, STR_ARG(t->why));
		}
	struct str out = arena_str(&arena, buf_view(&b));
	buf_release(&b);
	return out;
}

static day_t due_of(const char *standard, const char *day, int64_t known_ms)
{
	struct viewer v = app_operator(app);
	struct child_query q = { .person = person("E10000012/E-1"), .known_ms = known_ms };
	struct clock_page p;
	assert_int_equal(day_parse_iso(str_of(day), &q.as_of), RC_OK);
	assert_ok(clock_see(app, &v, &q, str_of(standard), &arena, &p, &err));
	return p.clock.clock.due;
}

static void caught_up(void)
{
	int64_t changed;
	assert_ok(keep_catch_up(app, NULL, NULL, &changed, &err));
	assert_clean();
}

static int fresh_small(void **state)
{
	fresh(state);
	small_tables();
	complete_from("2015-01-01");
	load();
	arena_reset(&arena);
	return 0;
}

static int fresh_many(void **state)
{
	fresh(state);
	struct synth_options o = { .data_dir = "data",
				   .region = "set",
				   .folder = tables,
				   .seed = 11,
				   .today = app_today(app),
				   .children = SYNTH_CHILDREN };
	struct synth_counts made;
	assert_ok(synth_write(&o, NULL, NULL, NULL, &made, NULL, NULL, &err));
	load();
	arena_reset(&arena);
	return 0;
}

/* ---- known when ---- */

static void a_changed_rule_leaves_the_past_alone(void **state)
{
	(void)state;
	struct str before = list_known("2026-03-04", end_of("2026-03-03"));
	assert_true(before.n > 0);
	at("2026-03-05T09:00:00Z");
	struct rules_draft d = limit_of(15);
	save(&d);
	struct str again = list_known("2026-03-04", end_of("2026-03-03"));
	assert_true(str_eq(before, again));
	struct str after = list_known("2026-03-04", end_of("2026-03-05"));
	assert_false(str_eq(before, after));
	assert_true(str_eq(after, list_known("2026-03-04", KNOWN_NOW)));
	caught_up();
	assert_true(str_eq(before, list_known("2026-03-04", end_of("2026-03-03"))));
	/* before anything was known of rules, the first set answers */
	assert_true(
	    str_eq(list_known("2026-03-04", end_of("2026-03-03")), list_known("2026-03-04", end_of("2026-03-02"))));
	at("2027-01-01T09:00:00Z");
	assert_true(str_eq(before, list_known("2026-03-04", end_of("2026-03-03"))));
}

static void a_standard_that_is_new_was_not_there_before(void **state)
{
	(void)state;
	struct viewer v = app_operator(app);
	struct str four = doc(app, "standards/four-week-wait.yaml")->body;
	struct str other = replaced(replaced(four, "id:", "cyp-four-weeks", "cyp-two-weeks"),
				    "family:", "family:", "family: two-weeks # ");
	struct rules_draft d = { STR("standards/two-week-wait.yaml"), STR(""), other, STR("tried here"), false };
	at("2026-03-05T09:00:00Z");
	assert_ok(draft_save(app, &v, &d, &err));
	assert_ok(app_renew(app, &err));
	assert_true(rulebook_find(app_rulebook(app), STR("cyp-two-weeks")) != SIZE_MAX);
	struct app *then;
	assert_ok(app_known(app, end_of("2026-03-04"), &then, &err));
	assert_true(rulebook_find(app_rulebook(then), STR("cyp-two-weeks")) == SIZE_MAX);
	caught_up();
	assert_rc(RC_CONFLICT, draft_save(app, &v, &d, &err)); /* it is there now */
}

static void a_holiday_proclaimed_late(void **state)
{
	(void)state;
	day_t was = due_of("iha-returned", "2026-01-09", KNOWN_NOW); /* 20 working days from 6 January */
	at("2026-03-05T09:00:00Z");
	struct str body;
	assert_ok(draft_holiday(doc(app, HOLIDAYS)->body, STR("2026-01-26"), STR("Day of mourning"), STR("2026-03-03"),
				false, &arena, &body, &err));
	struct rules_draft d = draft_of(HOLIDAYS, body);
	save(&d);
	assert_int_equal(due_of("iha-returned", "2026-01-09", KNOWN_NOW), was + 1);
	assert_int_equal(due_of("iha-returned", "2026-01-09", end_of("2026-03-05")), was + 1);
	/* announced on the 3rd, but nobody here knew on the 4th */
	assert_int_equal(due_of("iha-returned", "2026-01-09", end_of("2026-03-04")), was);
	caught_up();
	at("2026-03-09T09:00:00Z");
	assert_ok(draft_holiday(doc(app, HOLIDAYS)->body, STR("2026-01-26"), STR(""), STR("2026-03-06"), true, &arena,
				&body, &err));
	d = draft_of(HOLIDAYS, body);
	save(&d);
	assert_int_equal(due_of("iha-returned", "2026-01-09", KNOWN_NOW), was);
	assert_int_equal(due_of("iha-returned", "2026-01-09", end_of("2026-03-08")), was + 1);
	assert_int_equal(due_of("iha-returned", "2026-01-09", end_of("2026-03-04")), was);
	caught_up();
}

/* A local limit: for one council, for clocks that start on a day or later, known from a day. */
static void a_parameter_for_one_council(void **state)
{
	(void)state;
	static const char file[] = "parameters/tried-here.yaml";
	struct viewer v = app_operator(app);
	struct rules_draft d = {
		STR(file), STR(""),
		STR("parameters:\n  - id: tried-days\n    title: Days for the report\n    unit: working-days\n"
		    "    source: invented\n    values:\n      - {n: 20, from: 2011-04-01, source: invented}\n"),
		STR("councils differ"), false
	};
	assert_ok(draft_save(app, &v, &d, &err));
	assert_ok(app_renew(app, &err));
	d = draft_of(RETURNED, replaced(doc(app, RETURNED)->body, "id: iha-returned", "{n: 20, unit: working-days}",
					"{parameter: tried-days, unit: working-days}"));
	save(&d);
	day_t was = due_of("iha-returned", "2026-01-09", KNOWN_NOW);
	/* on its council's own list */
	static const char runs[] = "SELECT CAST(coalesce(sum(due_day), 0) AS BIGINT) AS n FROM work_row "
				   "WHERE org = council AND standard = %d AND person = %" PRId64;
	int iha = rulebook_number(STR("iha-returned"));
	int64_t one = person("E10000012/E-2"), other = person("E06000033/S-1");
	caught_up();
	int64_t due_one = number(runs, iha, one), due_other = number(runs, iha, other);
	assert_true(due_one && due_other);
	at("2026-03-05T09:00:00Z");
	struct str body;
	assert_ok(draft_parameter(doc(app, file)->body, STR("tried-days"), STR("15"), STR("2026-02-01"), STR(ESSEX),
				  STR("agreed in February"), &arena, &body, &err));
	d = draft_of(file, body);
	save(&d);
	assert_int_equal(due_of("iha-returned", "2026-01-09", KNOWN_NOW), was); /* it started before */
	caught_up();
	assert_int_equal(number(runs, iha, one), due_one - 7); /* five working days less */
	assert_int_equal(number(runs, iha, other), due_other);
	/* a value that no clock may have is refused, as is one that no standard can use any more */
	d = draft_of(file, STR("parameters:\n  - id: other\n    title: T\n    unit: days\n    source: s\n    values:\n"
			       "      - {n: 1, from: 2011-04-01, source: s}\n"));
	assert_rc(RC_BAD_INPUT, draft_save(app, &v, &d, &err));
	err_clear(&err);
}

/* ---- the program's own files ---- */

static char data_copy[200];

static void copy_data(void)
{
	char command[600];
	snprintf(data_copy, sizeof data_copy, "%s/data", folder);
	snprintf(command, sizeof command, "rm -rf '%s' && cp -r data '%s'", data_copy, data_copy);
	assert_int_equal(system(command), 0);
}

static void write_data(const char *name, struct str text)
{
	char path[400];
	snprintf(path, sizeof path, "%s/%s", data_copy, name);
	FILE *f = fopen(path, "wb");
	assert_non_null(f);
	assert_int_equal(fwrite(text.p, 1, text.n, f), text.n);
	assert_int_equal(fclose(f), 0);
}

static void open_copy(const char *now)
{
	app_close(app);
	app = NULL;
	struct app_settings s = { .data_dir = data_copy, .store_url = url, .now_ms = instant(now) };
	assert_ok(app_open(&s, &app, &err));
}

static void a_new_edition_comes_with_the_program(void **state)
{
	(void)state;
	copy_data();
	int64_t documents = rows_of("document");
	open_copy("2026-03-03T08:00:00Z");
	assert_int_equal(rows_of("document"), documents); /* the same files: nothing new */
	struct rules_draft shorter = limit_of(18);
	write_data(RETURNED, shorter.body);
	open_copy("2026-03-04T08:00:00Z");
	assert_int_equal(rows_of("document"), documents + 1);
	assert_false(doc(app, RETURNED)->region);
	assert_int_equal(doc(app, RETURNED)->known_ms, instant("2026-03-04T08:00:00Z"));
	/* changed here: the next upgrade leaves it, until both say the same */
	struct rules_draft mine = draft_of(RETURNED, replaced(shorter.body, "id: iha-returned", "n: 18", "n: 19"));
	save(&mine);
	assert_true(doc(app, RETURNED)->region);
	struct rules_draft next = draft_of(RETURNED, replaced(shorter.body, "id: iha-returned", "n: 18", "n: 17"));
	write_data(RETURNED, next.body);
	open_copy("2026-03-05T08:00:00Z");
	assert_true(doc(app, RETURNED)->region);
	assert_non_null(strstr(arena_str(&arena, doc(app, RETURNED)->body).p, "n: 19"));
	struct edition_page p;
	struct viewer v = app_operator(app);
	assert_ok(editions_see(app, &v, str_of(RETURNED), KNOWN_NOW, &arena, &p, &err));
	assert_true(p.differs);
	write_data(RETURNED, mine.body);
	open_copy("2026-03-06T08:00:00Z");
	assert_false(doc(app, RETURNED)->region);
	/* a file that is gone is withdrawn, and was there */
	char path[400];
	snprintf(path, sizeof path, "%s/standards/mental-health-place-of-safety.yaml", data_copy);
	assert_int_equal(unlink(path), 0);
	snprintf(path, sizeof path, "%s/measures/place-of-safety.yaml", data_copy); /* which counts its clocks */
	assert_int_equal(unlink(path), 0);
	open_copy("2026-03-07T08:00:00Z");
	assert_null(rule_set_document(app_rules(app), STR("standards/mental-health-place-of-safety.yaml")));
	struct app *then;
	assert_ok(app_known(app, end_of("2026-03-06"), &then, &err));
	doc(then, "standards/mental-health-place-of-safety.yaml");
	caught_up();
}

static void what_does_not_fit_together_does_not_open(void **state)
{
	(void)state;
	copy_data();
	open_copy("2026-03-03T08:00:00Z");
	int64_t documents = rows_of("document");
	struct rules_draft d =
	    draft_of(RETURNED, replaced(doc(app, RETURNED)->body, "id: iha-returned", "working-days", "fortnights"));
	write_data(RETURNED, d.body);
	app_close(app);
	app = NULL;
	struct app_settings s = { .data_dir = data_copy, .store_url = url, .now_ms = instant(TODAY) };
	assert_rc(RC_BAD_INPUT, app_open(&s, &app, &err));
	assert_words("initial-health-assessment.yaml:");
	err_clear(&err);
	open_ms(instant(TODAY), false);
	assert_int_equal(rows_of("document"), documents);
}

/* ---- refusals ---- */

static void what_is_refused_writes_nothing(void **state)
{
	(void)state;
	struct viewer v = app_operator(app);
	struct rules_draft d = limit_of(15), x;
	x = d, x.body = replaced(d.body, "id: iha-returned", "working-days", "fortnights");
	refused(RC_BAD_INPUT, &v, &x, "initial-health-assessment.yaml:");
	x = d, x.body = STR("standards: [\n");
	refused(RC_BAD_INPUT, &v, &x, "initial-health-assessment.yaml:");
	x = d, x.why = STR("  ");
	refused(RC_BAD_INPUT, &v, &x, "why");
	x = d, x.name = STR("../secrets.yaml");
	refused(RC_BAD_INPUT, &v, &x, "no name");
	x = d, x.name = STR("standards/../../x.yaml");
	refused(RC_BAD_INPUT, &v, &x, "no name");
	x = d, x.base = STR("");
	refused(RC_CONFLICT, &v, &x, "meanwhile");
	x = d, x.body = doc(app, RETURNED)->body;
	refused(RC_BAD_INPUT, &v, &x, "in force");
	x = draft_of(HOLIDAYS, STR("day,name\n"));
	refused(RC_BAD_INPUT, &v, &x, "holidays/england.csv:1");
	assert_ok(draft_save(app, &v, &d, &err));
}

static void words_that_were_used_keep_their_meaning(void **state)
{
	(void)state;
	struct viewer v = app_operator(app);
	struct str kinds = doc(app, "kinds.yaml")->body;
	struct rules_draft d = draft_of(
	    "kinds.yaml", replaced(kinds, "id: care-started", "evidence: periods_of_care", "evidence: placements"));
	refused(RC_BAD_INPUT, &v, &d, "care-started");
	d = draft_of("kinds.yaml", replaced(kinds, "codes:", "V2:", "V2X:"));
	refused(RC_BAD_INPUT, &v, &d, NULL);
	/* a better title is no other meaning */
	d = draft_of("kinds.yaml", replaced(kinds, "id: care-started", "title: ", "title: Really "));
	save(&d);
	caught_up();
}

static void only_those_who_may(void **state)
{
	(void)state;
	static const struct {
		enum role role;
		const char *org;
		bool may;
	} who[] = {
		{ ROLE_ADMINISTRATOR, TEAM, true },   { ROLE_DOCTOR, TEAM, true },
		{ ROLE_NURSE, TEAM, false },	      { ROLE_GOVERNANCE, TEAM, false },
		{ ROLE_SOCIAL_WORKER, ESSEX, false }, { ROLE_CLINICIAN, TRUST, false },
		{ ROLE_DOCTOR, TRUST, false },	      { ROLE_NONE, TEAM, false },
	};
	for (size_t i = 0; i < COUNT_OF(who); i++) {
		struct viewer v = viewer(who[i].role, who[i].org);
		assert_int_equal(editions_may_change(app, &v), who[i].may);
		struct rules_draft d = limit_of(15);
		int64_t id;
		if (!who[i].may) {
			refused(RC_REFUSED, &v, &d, "role");
			assert_rc(RC_REFUSED, trial_of_past(app, &v, 1, KNOWN_NOW, STR(""), &id, &err));
			err_clear(&err);
		}
	}
}

/* ---- trials ---- */

static struct trial_view over(const struct viewer *v, int64_t id)
{
	struct trial_view t;
	for (int i = 0; i < 600; i++) {
		assert_ok(trial_see(app, v, id, &arena, &t, &err));
		if (!t.running)
			return t;
		usleep(50000);
	}
	fail_msg("the trial is never over");
	return t;
}

static void a_trial_says_who_moves(void **state)
{
	(void)state;
	struct viewer v = viewer(ROLE_DOCTOR, TEAM), other = viewer(ROLE_ADMINISTRATOR, TEAM);
	struct rules_draft d = limit_of(25);
	int64_t id, documents = rows_of("document");
	struct stamp before = stamp();
	assert_ok(trial_of_draft(app, &v, &d, &id, &err));
	struct trial_view t = over(&v, id);
	assert_str("", t.problem);
	assert_same_stamp(before);
	assert_int_equal(rows_of("document"), documents);
	assert_int_equal(number("SELECT count(*) AS n FROM audit WHERE what = 'who would move by other rules'"), 1);
	assert_int_equal(t.moves.children, 3);
	assert_true(t.moves.moved_children >= 1);
	const struct standard_moves *first = &t.moves.standards[0];
	assert_str("iha-returned", first->id);
	assert_true(first->moves[MOVE_LATER] >= 1);
	assert_int_equal(first->moves[MOVE_EARLIER], 0);
	assert_int_equal(first->days_min, 7); /* five working days more */
	assert_int_equal(first->days_max, 7);
	for (size_t i = 1; i < t.moves.n_standards; i++)
		assert_int_equal(t.moves.standards[i].moved, 0);
	assert_true(t.moves.n_clocks >= 1);
	day_t due = due_of("iha-returned", "2026-03-02", KNOWN_NOW);
	bool listed = false;
	for (size_t i = 0; i < t.moves.n_clocks; i++)
		if (t.moves.clocks[i].person == person("E10000012/E-1")) {
			listed = true;
			assert_int_equal(t.moves.clocks[i].due_before, due);
			assert_int_equal(t.moves.clocks[i].due_after, due + 7);
		}
	assert_true(listed);
	/* another's trial is not there */
	struct trial_view none;
	assert_rc(RC_NOT_FOUND, trial_see(app, &other, id, &arena, &none, &err));
	assert_rc(RC_NOT_FOUND, trial_save(app, &other, id, &err));
	err_clear(&err);
	int64_t looks = rows_of("audit");
	assert_ok(trial_save(app, &v, id, &err));
	assert_int_equal(rows_of("document"), documents + 1);
	assert_int_equal(rows_of("audit"), looks + 1);
	assert_rc(RC_CONFLICT, trial_save(app, &v, id, &err)); /* once is enough */
	err_clear(&err);
	assert_ok(app_renew(app, &err));
	assert_int_equal(due_of("iha-returned", "2026-03-02", KNOWN_NOW), due + 7);
	struct edition_page p;
	assert_ok(editions_see(app, &v, str_of(RETURNED), KNOWN_NOW, &arena, &p, &err));
	assert_int_equal(p.n_changes, 2);
	assert_str("the law changed", p.changes[0].why);
	assert_true(p.changes[0].region && !p.changes[1].region && p.may_change && p.differs);
}

static bool names(const struct trial_view *t, int64_t child)
{
	for (size_t i = 0; i < t->moves.n_clocks; i++)
		if (t->moves.clocks[i].person == child)
			return true;
	return false;
}

/* It is kept, and who is looked at again may have left the circle meanwhile: their name is not. */
static void a_trial_names_nobody_who_has_left(void **state)
{
	(void)state;
	struct viewer v = viewer(ROLE_DOCTOR, TEAM);
	struct rules_draft d = limit_of(25);
	int64_t id, wren = person("E10000012/E-1");
	assert_ok(trial_of_draft(app, &v, &d, &id, &err));
	struct trial_view t = over(&v, id);
	assert_true(names(&t, wren));
	two_parts("periods_of_care.csv", CARE,
		  "Essex,E-1,P1,06/01/2026,V2,,01/03/2026,E11\nEssex,E-2,P1,10/02/2026,C2,,,\n"
		  "Southend-on-Sea,S-1,P1,02/02/2026,V2,,,\n");
	load(); /* an adoption closes the record */
	assert_ok(trial_see(app, &v, id, &arena, &t, &err));
	assert_false(names(&t, wren));
}

/* What the trial says is what happens. */
static void a_trial_keeps_its_word(void **state)
{
	(void)state;
	struct viewer v = app_operator(app);
	struct rules_draft d = limit_of(30);
	int64_t id;
	assert_ok(trial_of_draft(app, &v, &d, &id, &err));
	struct trial_view t = over(&v, id);
	static const char sum[] = "SELECT CAST(coalesce(sum(due_day), 0) AS BIGINT) AS n FROM work_row "
				  "WHERE org = council AND turn < 3 AND standard = %d";
	static const char moved[] =
	    "SELECT count(*) AS n FROM work_row WHERE org = council AND turn < 3 AND standard = %d";
	int iha = rulebook_number(STR("iha-returned"));
	int64_t was = number(sum, iha), running = number(moved, iha);
	assert_ok(trial_save(app, &v, id, &err));
	assert_ok(app_renew(app, &err));
	struct verify_report r = verified();
	assert_int_equal(r.wrong, 0);
	assert_int_equal(r.out_of_date, r.children); /* out of date is not wrong */
	caught_up();
	const struct standard_moves *m = &t.moves.standards[0];
	assert_true(running > 0 && m->moves[MOVE_LATER] == running);
	assert_in_range((number(sum, iha) - was) / running, m->days_min, m->days_max);
	/* the same asked of the past, from both sides */
	int64_t back;
	assert_ok(trial_of_past(app, &v, KNOWN_NOW, instant(TODAY), STR(""), &back, &err));
	struct trial_view b = over(&v, back);
	assert_int_equal(b.moves.standards[0].moves[MOVE_EARLIER], running);
	assert_int_equal(b.moves.standards[0].days_max, -m->days_min);
	int64_t again;
	assert_ok(trial_of_past(app, &v, KNOWN_NOW, instant(TODAY), STR(""), &again, &err));
	assert_int_equal(again, back);
	assert_ok(trial_of_past(app, &v, KNOWN_NOW, instant(TODAY), STR("rha"), &again, &err));
	assert_int_equal(over(&v, again).moves.moved_clocks, 0);
}

static void old_trials_go(void **state)
{
	(void)state;
	struct viewer v = app_operator(app);
	int64_t first = 0, id = 0;
	for (int i = 0; i < TRIALS_KEPT + 3; i++) {
		struct rules_draft d = limit_of(21 + i);
		assert_ok(trial_of_draft(app, &v, &d, &id, &err));
		over(&v, id);
		first = first ? first : id;
	}
	struct trial_view t;
	assert_rc(RC_NOT_FOUND, trial_see(app, &v, first, &arena, &t, &err));
	err_clear(&err);
	assert_ok(trial_see(app, &v, id, &arena, &t, &err));
}

/* ---- together ---- */

static void the_second_of_two_is_told(void **state)
{
	(void)state;
	struct viewer v = app_operator(app);
	struct rules_draft one = limit_of(15), two = limit_of(16);
	struct app *there = app_hold(app);
	assert_ok(draft_save(app, &v, &one, &err));
	assert_rc(RC_CONFLICT, draft_save(there, &v, &two, &err));
	assert_words("Somebody else changed");
	err_clear(&err);
	app_close(there);
}

/* Two programs on one store: a change by one is seen by the other. */
static void others_on_the_store_see_it(void **state)
{
	(void)state;
	struct app *other;
	struct app_settings s = { .data_dir = "data", .store_url = url, .now_ms = instant(TODAY) };
	assert_ok(app_open(&s, &other, &err));
	struct app *early = app_hold(other);
	struct rules_draft d = limit_of(15);
	save(&d);
	caught_up();
	const char *was = rule_set_hash(app_rules(early));
	assert_string_not_equal(was, rule_set_hash(app_rules(app)));
	/* the other's catching up does not go back to its older rules */
	int64_t changed = -1;
	assert_ok(keep_catch_up(other, NULL, NULL, &changed, &err));
	assert_int_equal(changed, 0);
	assert_clean();
	usleep(1100000);
	struct app *late = app_hold(other);
	assert_string_equal(rule_set_hash(app_rules(late)), rule_set_hash(app_rules(app)));
	assert_string_equal(rule_set_hash(app_rules(early)), was); /* who reads is not disturbed */
	app_close(early);
	app_close(late);
	app_close(other);
}

static void the_keeper_follows(void **state)
{
	(void)state;
	struct keeper *k;
	assert_ok(keeper_start(app, &k, &err));
	for (int i = 0; i < 2; i++) {
		struct rules_draft d;
		if (i == 0)
			d = limit_of(15);
		else
			d = draft_of(HOLIDAYS, arena_printf(&arena, STR_FMT "2026-03-09,Feast,2026-03-02,,\n",
							    STR_ARG(doc(app, HOLIDAYS)->body)));
		save(&d);
		assert_true(verified().out_of_date > 0 || app_waiting(app) == 0);
		struct verify_report r = { .out_of_date = 1 };
		for (int tried = 0; tried < 200 && (r.out_of_date || app_waiting(app)); tried++) {
			usleep(50000);
			r = verified();
			assert_int_equal(r.wrong, 0); /* out of date, never wrong */
		}
		assert_clean();
	}
	keeper_stop(k);
}

struct reader {
	pthread_t thread;
	atomic_bool stop;
	int64_t person;
	int rounds;
};

/* Looks back and at today without end, while rules change. */
static void *read_on(void *arg)
{
	struct reader *r = arg;
	struct viewer v = { .role = ROLE_OPERATOR };
	for (int i = 0; !atomic_load(&r->stop); i++) {
		struct app *mine = app_hold(app);
		struct arena a;
		struct err e = { 0 };
		struct child_page p;
		struct child_query q = { .person = r->person,
					 .as_of = DAY_NONE,
					 .known_ms = i % 2 ? KNOWN_NOW : instant(TODAY) + 1000 };
		arena_init(&a);
		if (child_see(mine, &v, &q, &a, &p, &e) == RC_OK)
			for (size_t k = 0; k < p.n_clocks; k++)
				r->rounds += rulebook_info(app_rulebook(p.known), p.clocks[k].clock.standard)->id.n > 0;
		arena_release(&a);
		app_close(mine);
	}
	return NULL;
}

static void readers_are_not_disturbed(void **state)
{
	(void)state;
	struct reader r[3] = { 0 };
	int64_t who = person("E10000012/E-1");
	struct keeper *k;
	assert_ok(keeper_start(app, &k, &err));
	for (size_t i = 0; i < COUNT_OF(r); i++) {
		r[i].person = who;
		assert_int_equal(pthread_create(&r[i].thread, NULL, read_on, &r[i]), 0);
	}
	for (int i = 0; i < 12; i++) {
		struct rules_draft d =
		    draft_of(RETURNED, arena_printf(&arena, STR_FMT "# %d\n", STR_ARG(doc(app, RETURNED)->body), i));
		struct viewer v = app_operator(app);
		int64_t id;
		assert_ok(trial_of_draft(app, &v, &d, &id, &err));
		over(&v, id);
		assert_ok(trial_save(app, &v, id, &err));
		assert_ok(app_renew(app, &err));
		if (i % 4 == 0)
			usleep(1100000); /* past the poll */
	}
	for (size_t i = 0; i < COUNT_OF(r); i++) {
		atomic_store(&r[i].stop, true);
		pthread_join(r[i].thread, NULL);
		assert_true(r[i].rounds > 0);
	}
	keeper_stop(k);
	caught_up();
}

/* ---- texts ---- */

static const char PARAMETERS[] = "parameters:\n"
				 "  - id: review-days\n"
				 "    title: Days for a review\n"
				 "    values:\n"
				 "      - {n: 20, from: 2015-04-01, source: \"everybody\"}\n";

static void a_value_for_one_council_from_a_day(void **state)
{
	(void)state;
	struct str out;
	assert_ok(draft_parameter(str_of(PARAMETERS), STR("review-days"), STR("15"), STR("1/4/2026"), STR("E10000012"),
				  STR("Letter of \"March\""), &arena, &out, &err));
	assert_str("parameters:\n"
		   "  - id: review-days\n"
		   "    title: Days for a review\n"
		   "    values:\n"
		   "      - {n: 15, from: 2026-04-01, for: \"E10000012\", source: \"Letter of \\\"March\\\"\"}\n"
		   "      - {n: 20, from: 2015-04-01, source: \"everybody\"}\n",
		   out);
	static const char *const bad[][4] = {
		{ "other", "1", "2026-04-01", "E1" },
		{ "review-days", "x", "2026-04-01", "E1" },
		{ "review-days", "1", "31/2/2026", "E1" },
		{ "review-days", "1", "2026-04-01", "E1\", n: 5" },
		{ "review-days", "1", "", "" },
	};
	for (size_t i = 0; i < COUNT_OF(bad); i++)
		assert_rc(RC_BAD_INPUT,
			  draft_parameter(str_of(PARAMETERS), str_of(bad[i][0]), str_of(bad[i][1]), str_of(bad[i][2]),
					  str_of(bad[i][3]), STR("s"), &arena, &out, &err));
	assert_rc(RC_BAD_INPUT, draft_parameter(str_of(PARAMETERS), STR("review-days"), STR("1"), STR("2026-04-01"),
						STR(""), STR("a\nb"), &arena, &out, &err));
	err_clear(&err);
}

static void holidays_as_typed(void **state)
{
	(void)state;
	static const char list[] = "day,name,known_from,known_until,note\n2026-12-25,Christmas Day,,,\n";
	struct str out, back;
	assert_ok(draft_holiday(str_of(list), STR("28/12/2026"), STR(" Boxing Day "), STR("2026-02-01"), false, &arena,
				&out, &err));
	assert_str("day,name,known_from,known_until,note\n2026-12-25,Christmas Day,,,\n2026-12-28,Boxing "
		   "Day,2026-02-01,,\n",
		   out);
	assert_ok(draft_holiday(out, STR("2026-12-28"), STR(""), STR("2026-03-01"), true, &arena, &back, &err));
	assert_str("day,name,known_from,known_until,note\n2026-12-25,Christmas Day,,,\n2026-12-28,Boxing "
		   "Day,2026-02-01,2026-03-01,\n",
		   back);
	assert_rc(RC_BAD_INPUT, draft_holiday(back, STR("2026-12-28"), STR(""), STR("2026-03-01"), true, &arena, &out,
					      &err)); /* taken back already */
	assert_rc(RC_BAD_INPUT, draft_holiday(str_of(list), STR("2026-12-25"), STR("Again"), STR("2026-03-01"), false,
					      &arena, &out, &err));
	assert_rc(RC_BAD_INPUT, draft_holiday(str_of(list), STR("2026-12-26"), STR("a,b"), STR("2026-03-01"), false,
					      &arena, &out, &err));
	assert_rc(RC_BAD_INPUT,
		  draft_holiday(str_of(list), STR("2026-12-26"), STR("a"), STR("soon"), false, &arena, &out, &err));
	err_clear(&err);
}

static void texts_side_by_side(void **state)
{
	(void)state;
	const struct diff_line *d;
	size_t n;
	texts_diff(STR("a\nb\nc\n"), STR("a\nb\nc\n"), &arena, &d, &n);
	assert_int_equal(n, 0);
	texts_diff(STR("1\n2\n3\n4\n5\n6\n7\n8\n9\n"), STR("1\n2\n3\n4\n5\nsix\n7\n8\nnew\n9\n"), &arena, &d, &n);
	static const char *const want = ".:0:0|"
					" :3:3|"
					" :4:4|"
					" :5:5|"
					"-:6:0|"
					"+:0:6|"
					" :7:7|"
					" :8:8|"
					"+:0:9|"
					" :9:10|";
	struct buf b AUTO(buf_release);
	buf_init(&b, 4096);
	for (size_t i = 0; i < n; i++)
		buf_printf(&b, "%c:%d:%d|", d[i].sort, d[i].before, d[i].after);
	assert_str(want, buf_view(&b));
	texts_diff(STR(""), STR("x\n"), &arena, &d, &n);
	assert_int_equal(n, 1);
	assert_int_equal(d[0].sort, DIFF_IN);
	texts_diff(STR("x\n"), STR(""), &arena, &d, &n);
	assert_int_equal(d[0].sort, DIFF_OUT);
}

static void a_manifest_names_everything(void **state)
{
	(void)state;
	struct buf one AUTO(buf_release), two AUTO(buf_release), three AUTO(buf_release);
	buf_init(&one, 1 << 20);
	buf_init(&two, 1 << 20);
	buf_init(&three, 1 << 20);
	at("2026-03-04T08:00:00Z");
	assert_ok(app_manifest(app, end_of("2026-03-03"), day_of(2026, 3, 3), &one, &err));
	assert_non_null(strstr(one.p, "\"as_known_on\":\"2026-03-03T23:59:59"));
	assert_non_null(strstr(one.p, doc(app, HOLIDAYS)->hash));
	assert_non_null(strstr(one.p, "\"program\":\"linnet "));
	struct rules_draft d = limit_of(15);
	save(&d);
	assert_ok(app_manifest(app, end_of("2026-03-03"), day_of(2026, 3, 3), &two, &err));
	assert_string_equal(one.p, two.p);
	assert_ok(app_manifest(app, end_of("2026-03-04"), day_of(2026, 3, 3), &three, &err));
	assert_string_not_equal(one.p, three.p);
}

int main(void)
{
#define SMALL(f) cmocka_unit_test_setup_teardown(f, fresh_small, clean_after)
#define KEPT(f)	 cmocka_unit_test_setup(f, fresh_small)
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup(a_changed_rule_leaves_the_past_alone, fresh_many),
		SMALL(a_standard_that_is_new_was_not_there_before),
		SMALL(a_holiday_proclaimed_late),
		SMALL(a_parameter_for_one_council),
		SMALL(a_new_edition_comes_with_the_program),
		KEPT(what_does_not_fit_together_does_not_open),
		KEPT(what_is_refused_writes_nothing),
		SMALL(words_that_were_used_keep_their_meaning),
		KEPT(only_those_who_may),
		KEPT(a_trial_says_who_moves),
		KEPT(a_trial_names_nobody_who_has_left),
		cmocka_unit_test_setup(a_trial_keeps_its_word, fresh_many),
		KEPT(old_trials_go),
		KEPT(the_second_of_two_is_told),
		SMALL(others_on_the_store_see_it),
		SMALL(the_keeper_follows),
		SMALL(readers_are_not_disturbed),
		KEPT(a_value_for_one_council_from_a_day),
		KEPT(holidays_as_typed),
		KEPT(texts_side_by_side),
		KEPT(a_manifest_names_everything),
	};
	return cmocka_run_group_tests(tests, set_up, tear_down);
}
