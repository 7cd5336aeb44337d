/* Packed histories beside the events: the same facts at any instant, on any number
 * of threads, after every kind of write, and from a store that has none yet. */
#include "work/help.h"
#include "work/core/lean.h"

#include <sys/wait.h>

enum { N_CHILDREN = 4500 }; /* enough for three parts */

struct sums { /* of one reading: a number that moves with any fact of any child */
	int64_t known_ms;
	int64_t children, facts;
	uint64_t sum;
};

static uint64_t mix(uint64_t h, uint64_t v)
{
	return (h ^ v) * 0x9e3779b97f4a7c15u;
}

/* Sums do not depend on the order of children, so that parts can be added. */
static enum rc add_child(struct history *h, struct arena *a, void *arg, struct err *e)
{
	struct sums *s = arg;
	struct folded f;
	(void)e;
	history_fold(app, h, s->known_ms, a, &f);
	uint64_t one = mix(mix(1, (uint64_t)h->person), (uint64_t)h->council);
	for (size_t i = 0; i < h->ref.n; i++)
		one = mix(one, (unsigned char)h->ref.p[i]);
	one = mix(one, (uint64_t)f.child.born);
	for (size_t i = 0; i < f.child.n; i++) {
		const struct fact *x = &f.child.facts[i];
		one = mix(one, (uint64_t)x->day * 65536u + x->kind);
		one = mix(one, (uint64_t)x->code * 65536u + x->code2);
		one = mix(one, (uint64_t)x->key * 65536u + x->org);
		one = mix(one, (uint64_t)x->value * 65536u + (uint16_t)x->minute);
	}
	s->children++;
	s->facts += (int64_t)f.child.n;
	s->sum += one;
	return RC_OK;
}

static enum rc from_events(struct db *db, void *arg, struct err *e)
{
	struct sums *s = arg;
	enum rc rc = app_coverage_refresh(app, db, e);
	return rc == RC_OK ? history_range(app, db, 0, INT64_MAX, s->known_ms, add_child, s, e) : rc;
}

static struct sums by_events(int64_t known_ms)
{
	struct sums s = { .known_ms = known_ms };
	assert_ok(store_read(app_store(app), from_events, &s, &err));
	return s;
}

static struct sums packed(int64_t known_ms, size_t threads)
{
	struct sums part[LEAN_THREADS_MAX] = { 0 }, all = { .known_ms = known_ms };
	void *args[LEAN_THREADS_MAX];
	size_t n = 0;
	for (size_t i = 0; i < LEAN_THREADS_MAX; i++) {
		part[i].known_ms = known_ms;
		args[i] = &part[i];
	}
	assert_ok(lean_everyone(app, known_ms, threads, add_child, args, &n, &err));
	assert_true(n >= 1 && n <= threads);
	for (size_t i = 0; i < n; i++) {
		all.children += part[i].children;
		all.facts += part[i].facts;
		all.sum += part[i].sum;
	}
	return all;
}

static void assert_same(int64_t known_ms)
{
	struct sums want = by_events(known_ms);
	for (size_t threads = 1; threads <= 3; threads++) {
		struct sums got = packed(known_ms, threads);
		assert_true(want.children == got.children && want.facts == got.facts && want.sum == got.sum);
	}
}

static int many(void **state)
{
	fresh(state);
	struct synth_options o = { .data_dir = "data",
				   .region = "set",
				   .folder = tables,
				   .seed = 3,
				   .today = day_of(2026, 3, 2),
				   .children = N_CHILDREN };
	struct synth_counts made;
	assert_ok(synth_write(&o, NULL, NULL, NULL, &made, NULL, NULL, &err));
	load();
	return 0;
}

static void everyone_on_any_number_of_threads(void **state)
{
	(void)state;
	struct sums s = packed(KNOWN_NOW, 3);
	assert_true(s.children >= N_CHILDREN && s.facts > 10 * s.children);
	assert_same(KNOWN_NOW);
	assert_same(instant("2020-01-01T00:00:00Z"));
}

struct kept {
	int64_t person;
	struct str *body;
};

static enum rc read_kept(struct db *db, void *arg, struct err *e)
{
	struct kept *k = arg;
	struct sql_compact_get_out row;
	enum rc rc = sql_compact_get(db, &(struct sql_compact_get_in){ k->person }, &arena, &row, e);
	if (rc == RC_OK)
		*k->body = row.body;
	return rc;
}

/* `sql` with the person in place of each @. */
static void change_at(const char *sql, int64_t person)
{
	struct buf b AUTO(buf_release);
	buf_init(&b, 1000);
	for (; *sql; sql++)
		if (*sql == '@')
			buf_printf(&b, "%" PRId64, person);
		else
			buf_putc(&b, *sql);
	change("%s", b.p);
}

static void after_every_kind_of_write(void **state)
{
	(void)state;
	small_tables();
	complete_from("01/01/2026");
	load();
	int64_t before = instant(TODAY);
	at("2026-03-03T10:00:00Z");
	struct viewer v = viewer(ROLE_NURSE, TEAM);
	int64_t wren = person(ESSEX "/E-1"), event = 0;
	struct draft d = { .change = CHANGE_RECORD,
			   .person = wren,
			   .version = page(wren).head.version,
			   .kind = STR("assessment-seen"),
			   .at = STR("20/02/2026"),
			   .code = STR("initial"),
			   .code2 = STR("doctor"),
			   .ref = STR("H1") };
	assert_ok(record_save(app, &v, &d, &arena, &event, &err));
	at("2026-03-04T10:00:00Z");
	d.change = CHANGE_CORRECT;
	d.event = event;
	d.at = STR("21/02/2026");
	d.why = STR("another day");
	d.version = page(wren).head.version;
	assert_ok(record_save(app, &v, &d, &arena, &event, &err));
	assert_same(KNOWN_NOW);
	assert_same(before);
	assert_same(instant("2026-03-03T12:00:00Z"));
	assert_false(by_events(before).sum == by_events(KNOWN_NOW).sum);
	assert_clean();
	/* Verify sees a packed history that is not what the events say; rebuild mends it. */
	change("UPDATE compact SET body = (SELECT body FROM compact WHERE person = %" PRId64
	       ") WHERE person = %" PRId64,
	       person(ESSEX "/E-2"), wren);
	struct verify_report r = verified();
	assert_int_equal(r.wrong, 1);
	assert_str("the packed history differs", r.differences[0].words);
	int64_t children, changed;
	assert_ok(keep_rebuild(app, NULL, NULL, &children, &changed, &err));
	assert_clean();
	/* A store of an earlier version has none: the events themselves are read. */
	change("DELETE FROM compact WHERE person = %" PRId64, wren);
	assert_same(KNOWN_NOW);
	assert_ok(keep_rebuild(app, NULL, NULL, &children, &changed, &err));
	/* What cannot be read says what to do. */
	change("UPDATE compact SET body = CAST('x' AS %s) WHERE person = %" PRId64,
	       strncmp(url, "sqlite:", 7) == 0 ? "BLOB" : "BYTEA", wren);
	struct sums s = { .known_ms = KNOWN_NOW };
	void *args[] = { &s };
	size_t n;
	assert_rc(RC_CORRUPT, lean_everyone(app, KNOWN_NOW, 1, add_child, args, &n, &err));
	assert_words("linnet rebuild");
	assert_ok(keep_rebuild(app, NULL, NULL, &children, &changed, &err));
	assert_clean();
}

static struct str packed_of(int64_t person)
{
	struct str body = { NULL, 0 };
	struct kept k = { person, &body };
	assert_ok(store_read(app_store(app), read_kept, &k, &err));
	return body;
}

/* Rebuild believes a packed history only while it is of the events that are there. */
static void rebuild_believes_only_what_fits(void **state)
{
	(void)state;
	static const struct {
		const char *sql;
		bool seen; /* by a rebuild that does not read every entry */
	} ways[] = {
		{ "DELETE FROM event WHERE person = @ AND id = (SELECT max(id) FROM event WHERE person = @)", true },
		{ "DELETE FROM event WHERE person = @ AND kind = 'placement-started'", true },
		{ "UPDATE event SET at = at - 1 WHERE person = @ AND kind = 'placement-started'", true },
		{ "UPDATE event SET recorded_ms = recorded_ms - 86400000 WHERE person = @", true },
		{ "UPDATE event SET kind = 'placement-ended' WHERE person = @ AND kind = 'placement-started'", false },
	};
	for (size_t i = 0; i < COUNT_OF(ways); i++) {
		int64_t children, changed;
		fresh_loaded(state);
		int64_t wren = person(ESSEX "/E-1");
		struct str before = packed_of(wren);
		assert_clean();
		change_at(ways[i].sql, wren);
		assert_int_equal(verified().wrong, 1);
		assert_ok(keep_rebuild(app, NULL, NULL, &children, &changed, &err));
		if (ways[i].seen == str_eq(before, packed_of(wren)))
			fail_msg("%s: %s", ways[i].sql, ways[i].seen ? "believed" : "seen");
		if (ways[i].seen)
			assert_clean();
		assert_ok(keep_rebuild_from_events(app, NULL, NULL, &children, &changed, &err));
		assert_clean();
		assert_false(str_eq(before, packed_of(wren)));
		assert_ok(keep_rebuild_from_events(app, NULL, NULL, &children, &changed, &err));
		assert_int_equal(changed, 0);
	}
}

/* Another program that opens the store when told; it says so, and stays until it may go. */
struct comer {
	pid_t pid;
	int come, there, go;
	bool came;
};

static struct comer comer_start(void)
{
	int come[2], there[2], go[2];
	char byte;
	assert_int_equal(pipe(come) + pipe(there) + pipe(go), 0);
	pid_t pid = fork();
	if (pid == 0) {
		struct store *s = NULL;
		close(go[1]);
		bool opened = read(come[0], &byte, 1) == 1 && store_open(url, false, &s, NULL) == RC_OK;
		_exit(opened && write(there[1], "x", 1) == 1 && read(go[0], &byte, 1) == 0 ? 0 : 1);
	}
	close(come[0]);
	close(there[1]);
	close(go[0]);
	return (struct comer){ .pid = pid, .come = come[1], .there = there[0], .go = go[1] };
}

/* It comes while the first children have rows and no index is there. */
static void bring_in(void *arg, const char *what, int64_t done, int64_t total)
{
	struct comer *c = arg;
	char byte;
	(void)what;
	if (c->came || done == 0 || done == total)
		return;
	c->came = true;
	assert_int_equal(write(c->come, "x", 1), 1);
	assert_int_equal(read(c->there, &byte, 1), 1);
}

static void a_rebuild_makes_way_for_who_comes(void **state)
{
	(void)state;
	if (strncmp(url, "sqlite:", 7) != 0)
		skip();
	struct stamp full = stamp();
	int64_t children, changed, indexes = number("SELECT count(*) AS n FROM sqlite_schema WHERE type = 'index'");
	int status = 0;
	change("DELETE FROM work_row");
	change("DELETE FROM open_clocks");
	app_close(app); /* a lock of SQLite's does not outlive a fork */
	app = NULL;
	struct comer c = comer_start();
	at(TODAY);
	assert_ok(keep_rebuild(app, bring_in, &c, &children, &changed, &err));
	assert_true(c.came);
	close(c.go);
	assert_int_equal(waitpid(c.pid, &status, 0), c.pid);
	assert_int_equal(status, 0);
	close(c.come);
	close(c.there);
	assert_int_equal(children, full.persons);
	assert_int_equal(changed, full.persons); /* nobody is counted twice */
	assert_same_stamp(full);
	assert_int_equal(number("SELECT count(*) AS n FROM sqlite_schema WHERE type = 'index'"), indexes);
	assert_int_equal(number("SELECT count(*) AS n FROM sqlite_schema WHERE name LIKE '%%_aside'"), 0);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup_teardown(rebuild_believes_only_what_fits, fresh, NULL),
		cmocka_unit_test_setup_teardown(everyone_on_any_number_of_threads, many, NULL),
		cmocka_unit_test_setup(a_rebuild_makes_way_for_who_comes, many),
		cmocka_unit_test_setup_teardown(after_every_kind_of_write, fresh, NULL),
	};
	return cmocka_run_group_tests_name("packed histories", tests, set_up, tear_down);
}
