/* Several writers at once, on one child and on many, while tables are loaded:
 * nothing is lost, nothing is written twice, and what follows from it is right. */
#include "work/help.h"

#include <pthread.h>
#include <stdatomic.h>

enum { WRITERS_MAX = 8 };

/* Tables are parsed in a fork. The address sanitizer's allocator, unlike the C
 * library's, leaves its locks held in a fork if another thread is allocating: so
 * here nobody works at that very moment. */
static pthread_rwlock_t work;

static void all_stop(void)
{
	pthread_rwlock_wrlock(&work);
}

static void all_go(void)
{
	pthread_rwlock_unlock(&work);
}

static int set_up_quiet(void **state)
{
	pthread_rwlockattr_t fork_first;
	pthread_rwlockattr_init(&fork_first);
	pthread_rwlockattr_setkind_np(&fork_first, PTHREAD_RWLOCK_PREFER_WRITER_NONRECURSIVE_NP);
	pthread_rwlock_init(&work, &fork_first);
	pthread_rwlockattr_destroy(&fork_first);
	return pthread_atfork(all_stop, all_go, all_go) == 0 ? set_up(state) : -1;
}

struct writer {
	pthread_t thread;
	int number, writes;
	const int64_t *children;
	size_t n_children;
	int64_t saved, conflicts, others;
	char words[ERR_TEXT_MAX];
};

/* One questionnaire more for a child; whoever comes second reads again. Nobody writes the
 * same twice: a late form that says what its writer just said counts as sent again. */
static enum rc write_one(struct writer *w, struct app *on, int64_t id, int number)
{
	struct viewer v = { .account = 100 + w->number,
			    .org = app_organisation_by_code(on, STR(TEAM))->id,
			    .role = ROLE_NURSE,
			    .name = STR("Bea Finch") };
	struct err e = { 0 };
	enum rc rc;
	do {
		struct arena a AUTO(arena_release);
		struct child_page p;
		char value[8], day[24];
		arena_init(&a);
		snprintf(value, sizeof value, "%d", number % 41);
		snprintf(day, sizeof day, "%02d/02/2026", 28 - number / 41);
		struct child_query q = { .person = id, .as_of = DAY_NONE, .known_ms = KNOWN_NOW };
		if ((rc = child_see(on, &v, &q, &a, &p, &e)) != RC_OK)
			break;
		struct draft d = { .change = CHANGE_RECORD,
				   .person = id,
				   .version = p.head.version,
				   .kind = STR("sdq-scored"),
				   .at = str_of(day),
				   .code = STR("carer"),
				   .value = str_of(value) };
		rc = record_save(on, &v, &d, &a, NULL, &e);
		w->conflicts += rc == RC_CONFLICT;
	} while (rc == RC_CONFLICT || rc == RC_BUSY); /* busy: on a slow machine others wrote for seconds */
	memcpy(w->words, e.text, sizeof w->words);
	return rc;
}

static void *write_all(void *arg)
{
	struct writer *w = arg;
	struct rand r = rand_stream(3, "writers", (uint64_t)w->number);
	for (int i = 0; i < w->writes; i++) {
		size_t which = (size_t)rand_int(&r, 0, (int64_t)w->n_children - 1);
		pthread_rwlock_rdlock(&work);
		enum rc rc = write_one(w, app, w->children[which], i);
		pthread_rwlock_unlock(&work);
		w->saved += rc == RC_OK;
		w->others += rc != RC_OK;
	}
	return NULL;
}

/* Writes until all are done; returns how many were acknowledged. */
static int64_t write_together(int writers, int writes, const int64_t *children, size_t n, int64_t *conflicts_out)
{
	static int people; /* who wrote in an earlier round does not write in this one */
	struct writer w[WRITERS_MAX];
	int64_t saved = 0;
	*conflicts_out = 0;
	pthread_rwlock_rdlock(&work);
	for (int i = 0; i < writers; i++) {
		w[i] = (struct writer){ .number = people++, .writes = writes, .children = children, .n_children = n };
		assert_int_equal(pthread_create(&w[i].thread, NULL, write_all, &w[i]), 0);
	}
	pthread_rwlock_unlock(&work);
	for (int i = 0; i < writers; i++) {
		assert_int_equal(pthread_join(w[i].thread, NULL), 0);
		if (w[i].others)
			fail_msg("%d writes were refused: %s", (int)w[i].others, w[i].words);
		saved += w[i].saved;
		*conflicts_out += w[i].conflicts;
	}
	return saved;
}

static int64_t scored(void)
{
	return number("SELECT count(*) AS n FROM event WHERE kind = 'sdq-scored' AND source IS NULL");
}

static void test_one_child(void **state)
{
	(void)state;
	small_tables();
	load();
	int64_t wren = person(ESSEX "/E-1");
	for (int writers = 2; writers <= 8; writers += 6) {
		int64_t before = scored(), token = page(wren).head.version, conflicts;
		int64_t saved = write_together(writers, at_length() ? 60 : 12, &wren, 1, &conflicts);
		assert_int_equal(saved, writers * (at_length() ? 60 : 12));
		assert_int_equal(scored(), before + saved);
		/* the newest entry is the token; a conflict writes nothing */
		assert_true(page(wren).head.version > token);
		assert_int_equal(page(wren).head.version,
				 number("SELECT max(id) AS n FROM event WHERE person = %" PRId64, wren));
		assert_int_equal(
		    number("SELECT count(*) AS n FROM audit WHERE act = 'recorded' AND person = %" PRId64, wren),
		    scored());
		assert_clean();
	}
}

static void test_many_children_while_loading(void **state)
{
	(void)state;
	struct synth_options o = { .data_dir = "data",
				   .region = "set",
				   .folder = tables,
				   .seed = 3,
				   .today = app_today(app),
				   .children = at_length() ? 400 : 60 };
	struct synth_counts made;
	int64_t children[40], saved = 0, conflicts;
	clear_tables();
	assert_ok(synth_write(&o, NULL, NULL, NULL, &made, NULL, NULL, &err));
	load();
	struct viewer team = viewer(ROLE_ADMINISTRATOR, TEAM);
	for (size_t i = 0; i < COUNT_OF(children); i++)
		children[i] = number("SELECT person AS n FROM circle WHERE org = %" PRId64
				     " AND from_day <= %d AND to_day >= %d GROUP BY person "
				     "ORDER BY person LIMIT 1 OFFSET %zu",
				     team.org, app_today(app), app_today(app), i);
	/* the same tables, another day: rows of every child change while others write to them */
	o.seed = 4;
	assert_ok(synth_write(&o, NULL, NULL, NULL, &made, NULL, NULL, &err));
	struct load_request r = request();
	int64_t id, before = scored();
	assert_ok(load_start(app, &team, &r, &id, &err));
	struct load_summary seen = { .state = STR("running") };
	for (int round = 0; str_is(seen.state, "running"); round++) {
		saved += write_together(8, 4, children, COUNT_OF(children), &conflicts);
		pthread_rwlock_rdlock(&work);
		assert_ok(load_see(app, &team, id, 5, &arena, &seen, &err));
		pthread_rwlock_unlock(&work);
		assert_true(round < 1000);
	}
	assert_str("done", seen.state);
	assert_int_equal(scored(), before + saved);
	assert_clean();
	/* and what the load wrote is whole: once more changes nothing */
	struct stamp now = stamp();
	load_as(&team, r);
	assert_int_equal(stamp().events, now.events);
	assert_clean();
}

struct looker {
	pthread_t thread;
	atomic_bool over;
	int looks, bad;
};

/* Somebody reads lists all the while; no list contradicts itself. */
static void *look(void *arg)
{
	struct looker *l = arg;
	struct viewer v = { .account = 99, .org = app_organisation_by_code(app, STR(TEAM))->id, .role = ROLE_NURSE };
	while (!atomic_load(&l->over)) {
		struct arena a AUTO(arena_release);
		struct err e = { 0 };
		struct worklist w;
		struct worklist_query q = { .area = -1, .limit = 200, .as_of = DAY_NONE, .known_ms = KNOWN_NOW };
		arena_init(&a);
		pthread_rwlock_rdlock(&work);
		enum rc rc = worklist_see(app, &v, &q, &a, &w, &e);
		if (rc != RC_OK)
			l->bad++;
		for (int s = LIST_LATE; rc == RC_OK && s <= LIST_WAITING; s++)
			l->bad += w.sections[s].count <= 200 && w.sections[s].count != (int64_t)w.sections[s].n;
		l->looks++;
		pthread_rwlock_unlock(&work);
	}
	return NULL;
}

static void test_looking_while_writing(void **state)
{
	(void)state;
	struct looker l = { .looks = 0 };
	int64_t ids[3], conflicts;
	small_tables();
	load();
	ids[0] = person(ESSEX "/E-1");
	ids[1] = person(ESSEX "/E-2");
	ids[2] = person(SOUTHEND "/S-1");
	atomic_init(&l.over, false);
	assert_int_equal(pthread_create(&l.thread, NULL, look, &l), 0);
	int64_t saved = write_together(4, at_length() ? 100 : 10, ids, 3, &conflicts);
	two_parts("notifications.csv", NOTIFICATIONS, "");
	complete_from("01/01/2026");
	load();
	atomic_store(&l.over, true);
	assert_int_equal(pthread_join(l.thread, NULL), 0);
	assert_true(l.looks > 0);
	assert_int_equal(l.bad, 0);
	assert_int_equal(scored(), saved);
	assert_clean();
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup(test_one_child, fresh),
		cmocka_unit_test_setup(test_many_children_while_loading, fresh),
		cmocka_unit_test_setup(test_looking_while_writing, fresh),
	};
	return cmocka_run_group_tests(tests, set_up_quiet, tear_down);
}
