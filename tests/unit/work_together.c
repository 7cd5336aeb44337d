/* Everything at once, each on a thread of its own: people who search, look, enter new children and
 * record, erasures, alerts and seals, plans played through, the keeper who brings clocks up to
 * date. Nobody is told of an error that is none, and afterwards the record and its audit are whole. */
#include "work/help.h"

#include <pthread.h>

#include "work/oversee/alert.h"
#include "work/oversee/audit.h"
#include "work/oversee/erase.h"
#include "work/plan/plans.h"
#include "work/plan/runs.h"
#include "work/record/enter.h"

enum { ROUNDS = 12, TRIES = 20 };

struct doing {
	const char *what;
	enum rc (*once)(struct doing *d, int round, struct arena *a, struct err *e);
	pthread_t thread;
	struct viewer v;
	const int64_t *children; /* to be looked at, or erased */
	size_t n_children;
	int64_t done;
	char words[ERR_TEXT_MAX];
};

static enum rc searches(struct doing *d, int round, struct arena *a, struct err *e)
{
	static const char *const words[] = { "a", "brambel", "O'Fern 02/02/2020", "zoe", "E-1", "999 000 1006" };
	const struct child_found *found;
	size_t n;
	return child_search(app, &d->v, str_of(words[round % (int)COUNT_OF(words)]), 20, a, &found, &n, NULL, e);
}

static enum rc looks(struct doing *d, int round, struct arena *a, struct err *e)
{
	struct worklist_query q = { .limit = 20, .as_of = DAY_NONE, .known_ms = KNOWN_NOW, .area = -1 };
	struct child_query c = { .person = d->children[(size_t)round % d->n_children],
				 .as_of = DAY_NONE,
				 .known_ms = KNOWN_NOW,
				 .with_looks = true };
	struct worklist w;
	struct child_page p;
	enum rc rc = worklist_see(app, &d->v, &q, a, &w, e);
	return rc == RC_OK ? child_see(app, &d->v, &c, a, &p, e) : rc;
}

static enum rc record_one(struct doing *d, int round, struct arena *a, struct err *e)
{
	struct child_query c = { .person = d->children[(size_t)round % d->n_children],
				 .as_of = DAY_NONE,
				 .known_ms = KNOWN_NOW };
	struct child_page p;
	enum rc rc = child_see(app, &d->v, &c, a, &p, e);
	struct draft f = { .change = CHANGE_RECORD,
			   .person = c.person,
			   .kind = STR("sdq-scored"),
			   .at = arena_printf(a, "%02d/02/2026", 1 + round % 27),
			   .code = STR("carer"),
			   .value = arena_printf(a, "%d", round % 41) };
	f.version = rc == RC_OK ? p.head.version : 0;
	return rc == RC_OK ? record_save(app, &d->v, &f, a, NULL, e) : rc;
}

/* As a person who is told that somebody was quicker: they look at the child again, and save. Two go through the same
 * children in the same order, and one of them may be the slower every time. */
static enum rc records(struct doing *d, int round, struct arena *a, struct err *e)
{
	enum rc rc = record_one(d, round, a, e);
	for (int i = 1; rc == RC_CONFLICT && i < TRIES; i++)
		rc = record_one(d, round, a, e);
	return rc;
}

static enum rc enters(struct doing *d, int round, struct arena *a, struct err *e)
{
	int64_t person, event;
	struct entry n = { .number = enter_number(a),
			   .given = STR("Ivy"),
			   .family = arena_printf(a, "Marlowe-%c-Example", 'a' + round),
			   .sex = STR("F"),
			   .born = arena_printf(a, "%02d/04/2019", 1 + round),
			   .council = STR(ESSEX),
			   .ref = arena_printf(a, "E-9%02d", round),
			   .kind = STR("care-started"),
			   .at = STR("27/02/2026"),
			   .code = STR("V2"),
			   .placement = STR("U6"),
			   .area = STR(ESSEX),
			   .emergency = STR("1") };
	struct entry_page p;
	enum rc rc = enter_look(app, &d->v, &n, ENTRY_WHOLE, a, &p, e);
	return rc == RC_OK && !p.n_problems && !p.n_candidates ? enter_save(app, &d->v, &n, a, &person, &event, e) : rc;
}

static enum rc erases(struct doing *d, int round, struct arena *a, struct err *e)
{
	struct viewer op = app_operator(app);
	const char *field;
	int64_t id;
	(void)a;
	if ((size_t)round >= d->n_children)
		return RC_OK;
	struct erase_ask ask = { d->children[round], 0, STR("order"), STR("Order 1") };
	enum rc rc = erase_ask(app, &d->v, &ask, &id, &field, e);
	return rc == RC_OK ? erase_decide(app, &op, id, true, STR("Nothing stands in the way"), e) : rc;
}

static enum rc oversees(struct doing *d, int round, struct arena *a, struct err *e)
{
	const struct alert *alerts;
	struct audit_head head;
	int64_t rows;
	size_t n;
	(void)round;
	enum rc rc = alerts_sweep(app, &rows, e);
	if (rc == RC_OK)
		rc = alerts_list(app, &d->v, a, &alerts, &n, e);
	return rc == RC_OK ? audit_seal_all(app, &rows, &head, e) : rc;
}

static enum rc plans(struct doing *d, int round, struct arena *a, struct err *e)
{
	static _Thread_local struct mistakes told;
	struct saved_plan plan;
	struct run_asked q = { .replications = 2 + round % 3, .years = 1 };
	struct run_view r;
	enum rc rc = plans_get(app, &d->v, STR("set-one-clinic"), a, &plan, e);
	if (rc == RC_OK)
		rc = plans_read(app, &d->v, plan.body, "scenario.yaml", &q.scenario, &told, e);
	if (rc == RC_OK && (rc = run_take(app, &d->v, &q, round % 2 ? 60000 : 0, &r, e)) == RC_OK)
		run_give(app, &r);
	return rc;
}

/* Others may be quicker, or the store may have others to serve first: that is said, and no harm. */
static bool no_harm(enum rc rc)
{
	return rc == RC_OK || rc == RC_CONFLICT || rc == RC_BUSY;
}

static void *work(void *arg)
{
	struct doing *d = arg;
	for (int i = 0; i < ROUNDS && !d->words[0]; i++) {
		struct arena a AUTO(arena_release);
		struct err e = { 0 };
		arena_init(&a);
		enum rc rc = d->once(d, i, &a, &e);
		d->done += rc == RC_OK;
		if (!no_harm(rc))
			snprintf(d->words, sizeof d->words, "%.200s", e.text[0] ? e.text : rc_name(rc));
	}
	return NULL;
}

static int64_t somewhere(const char *council, int64_t place)
{
	return number(
	    "SELECT p.id AS n FROM person p JOIN organisation o ON o.id = p.council WHERE o.code = '%s' ORDER BY p.id "
	    "LIMIT 1 OFFSET %" PRId64,
	    council, place);
}

static void invented(void)
{
	struct synth_counts made;
	struct synth_options o = { .data_dir = "data",
				   .region = "set",
				   .folder = tables,
				   .seed = 3,
				   .today = day_of(2026, 3, 2),
				   .children = 40,
				   .threads = 1 };
	assert_ok(synth_write(&o, NULL, NULL, NULL, &made, NULL, NULL, &err));
	load();
}

static void test_everything_at_once(void **state)
{
	int64_t children[12], gone[4];
	struct keeper *keeper;
	(void)state;
	invented();
	for (size_t i = 0; i < COUNT_OF(children); i++)
		children[i] = somewhere(ESSEX, (int64_t)i);
	for (size_t i = 0; i < COUNT_OF(gone); i++)
		gone[i] = somewhere(ESSEX, (int64_t)(COUNT_OF(children) + i));
	int64_t people = rows_of("person");
	struct viewer nurse = viewer(ROLE_NURSE, TEAM), worker = viewer(ROLE_SOCIAL_WORKER, ESSEX);
	struct viewer lead = somebody("lead", ROLE_GOVERNANCE, TEAM), planner = viewer(ROLE_COMMISSIONER, TEAM);
	struct viewer op = app_operator(app);
	struct doing all[] = {
		{ .what = "search", .once = searches, .v = nurse },
		{ .what = "search", .once = searches, .v = worker },
		{ .what = "look", .once = looks, .v = nurse, .children = children, .n_children = 12 },
		{ .what = "look", .once = looks, .v = op, .children = children, .n_children = 12 },
		{ .what = "record", .once = records, .v = nurse, .children = children, .n_children = 12 },
		{ .what = "record", .once = records, .v = op, .children = children, .n_children = 12 },
		{ .what = "enter", .once = enters, .v = nurse },
		{ .what = "erase", .once = erases, .v = lead, .children = gone, .n_children = 4 },
		{ .what = "oversee", .once = oversees, .v = lead },
		{ .what = "plan", .once = plans, .v = planner }
	};
	assert_ok(keeper_start(app, &keeper, &err));
	for (size_t i = 0; i < COUNT_OF(all); i++)
		assert_int_equal(pthread_create(&all[i].thread, NULL, work, &all[i]), 0);
	for (size_t i = 0; i < COUNT_OF(all); i++)
		assert_int_equal(pthread_join(all[i].thread, NULL), 0);
	keeper_stop(keeper);
	for (size_t i = 0; i < COUNT_OF(all); i++) {
		if (all[i].words[0])
			fail_msg("%s: %s", all[i].what, all[i].words);
		print_message("  %-8s %2d of %d\n", all[i].what, (int)all[i].done, ROUNDS);
		assert_true(all[i].done > 0);
	}
	assert_int_equal(rows_of("person"), people + number("SELECT count(*) AS n FROM person WHERE ref LIKE 'E-9__'") -
						number("SELECT count(*) AS n FROM erasure WHERE state = 'done'"));
	int64_t n;
	struct verify_report r;
	struct audit_head head;
	struct audit_report audit;
	assert_ok(keep_verify(app, NULL, NULL, &arena, &r, &err));
	assert_int_equal(r.wrong, 0);
	assert_ok(audit_seal_all(app, &n, &head, &err));
	assert_ok(audit_verify(app, STR(""), NULL, NULL, &arena, &audit, &err));
	assert_int_equal(audit.faults, 0);
}

int main(void)
{
	const struct CMUnitTest tests[] = { cmocka_unit_test_setup(test_everything_at_once, fresh) };
	return cmocka_run_group_tests(tests, set_up, tear_down);
}
