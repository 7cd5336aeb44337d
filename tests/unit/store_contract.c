/* The promises of store/store.h, kept by whichever engine LINNET_TEST_STORE names
 * (default: a fresh SQLite file). */
#include "store/help.h"

#include <dirent.h>
#include <libgen.h>
#include <signal.h>
#include <sys/file.h>
#include <sys/wait.h>

#include "store/part.h"

/* ---- values ---- */

static void assert_same(struct str want, struct str got)
{
	assert_int_equal(want.p == NULL, got.p == NULL);
	assert_true(str_eq(want, got));
}

static enum rc look_at_samples(struct db *db, void *arg, struct err *e)
{
	struct sql_rows *rows;
	struct sql_value v[4];
	(void)arg;
	assert_rc(RC_OK, db_query(db, &all, NULL, &rows, e));
	for (size_t i = 0; i < COUNT_OF(samples); i++) {
		assert_rc(RC_OK, db_next(rows, v, e));
		assert_int_equal(v[0].i, i);
		assert_true(v[1].i == samples[i].n);
		assert_same(samples[i].t, v[2].s);
		assert_same(samples[i].b, v[3].s);
	}
	assert_rc(RC_NOT_FOUND, db_next(rows, v, e));
	assert_rc(RC_NOT_FOUND, db_next(rows, v, e)); /* it does not begin again */
	db_done(rows);
	db_done(NULL);
	return RC_OK;
}

static void test_values_round_trip(void **state)
{
	(void)state;
	assert_rc(RC_OK, store_write(store, put_samples, NULL, &err));
	assert_rc(RC_OK, store_read(store, look_at_samples, NULL, &err));
}

static enum rc put_text(struct db *db, void *arg, struct err *e)
{
	return put_item(db, 1, 1, *(struct str *)arg, absent, e);
}

static void test_bad_text_is_refused(void **state)
{
	(void)state;
	struct str bad[] = { STR("a\0b"), STR("\xff"), STR("\xc3"), STR("\xed\xa0\x80") };
	for (size_t i = 0; i < COUNT_OF(bad); i++) {
		assert_rc(RC_BAD_INPUT, store_write(store, put_text, &bad[i], &err));
		assert_words("UTF-8");
		assert_int_equal(committed(1), -1);
	}
}

static enum rc wrong_shapes(struct db *db, void *arg, struct err *e)
{
	return db_prepare(db, arg, e);
}

static enum rc read_wrong_type(struct db *db, void *arg, struct err *e)
{
	struct sql_rows *rows = NULL;
	struct sql_value v[1];
	(void)arg;
	enum rc rc = db_query(db, &text_as_int, NULL, &rows, e);
	if (rc == RC_OK)
		rc = db_next(rows, v, e);
	db_done(rows);
	return rc;
}

static void test_a_statement_that_is_wrong_is_our_mistake(void **state)
{
	(void)state;
	struct sql_statement copy[] = { wrong, narrow };
	for (size_t i = 0; i < COUNT_OF(copy); i++)
		assert_rc(RC_INTERNAL, store_read(store, wrong_shapes, &copy[i], &err));
	assert_rc(RC_OK, store_write(store, put_samples, NULL, &err));
	assert_rc(RC_INTERNAL, store_read(store, read_wrong_type, NULL, &err));
}

static enum rc prepare_all(struct db *db, void *arg, struct err *e)
{
	enum rc rc = RC_OK;
	(void)arg;
	for (size_t i = 0; i < sql_statements_count && rc == RC_OK; i++)
		rc = db_prepare(db, sql_statements[i], e);
	return rc;
}

static void test_every_named_statement_is_accepted(void **state)
{
	(void)state;
	assert_true(sql_statements_count >= 5);
	assert_rc(RC_OK, store_write(store, prepare_all, NULL, &err));
}

/* ---- units ---- */

static enum rc put_then(struct db *db, void *arg, struct err *e)
{
	enum rc rc = put_item(db, 7, 7, absent, absent, e);
	return rc != RC_OK ? rc : *(enum rc *)arg ? err_set(e, *(enum rc *)arg, "on purpose") : RC_OK;
}

static void test_commit_and_rollback(void **state)
{
	(void)state;
	enum rc ends[] = { RC_REFUSED, RC_CONFLICT, RC_NOT_FOUND, RC_IO };
	for (size_t i = 0; i < COUNT_OF(ends); i++) {
		assert_rc(ends[i], store_write(store, put_then, &ends[i], &err));
		assert_string_equal(err.text, "on purpose");
		assert_int_equal(committed(7), -1);
	}
	enum rc ok = RC_OK;
	assert_rc(RC_OK, store_write(store, put_then, &ok, &err));
	assert_int_equal(committed(7), 7);
}

static enum rc put_twice(struct db *db, void *arg, struct err *e)
{
	int64_t n;
	(void)arg;
	assert_rc(RC_OK, put_item(db, 1, 1, absent, absent, e));
	assert_rc(RC_CONFLICT, put_item(db, 1, 2, absent, absent, e));
	assert_words("already");
	assert_rc(RC_CONFLICT, get_n(db, 1, &n, e)); /* alike on both engines */
	return RC_OK;				     /* it forgot: nothing may be committed all the same */
}

static enum rc put_thirteen(struct db *db, void *arg, struct err *e)
{
	(void)arg;
	return put_item(db, 1, -13, absent, absent, e);
}

static void test_a_failed_statement_ends_the_unit(void **state)
{
	(void)state;
	assert_rc(RC_CONFLICT, store_write(store, put_twice, NULL, &err));
	assert_words("already");
	assert_int_equal(committed(1), -1);
	assert_rc(RC_BAD_INPUT, store_write(store, put_thirteen, NULL, &err));
	assert_int_equal(committed(1), -1);
}

static enum rc raise_in(struct db *db, void *arg, struct err *e)
{
	struct sql_value in[] = { INT(1) }, v[1];
	struct sql_rows *rows = NULL;
	enum rc rc = db_query(db, &raise_n, in, &rows, e);
	if (rc == RC_OK)
		rc = db_next(rows, v, e);
	db_done(rows);
	if (rc == RC_OK && arg)
		*(int64_t *)arg = v[0].i;
	return rc;
}

static void test_reading_units_do_not_write(void **state)
{
	(void)state;
	int64_t n = 0;
	assert_rc(RC_INTERNAL, store_read(store, put_one, NULL, &err));
	enum rc rc = store_read(store, raise_in, NULL, &err);
	assert_rc(RC_INTERNAL, rc);
	assert_int_equal(committed(1), 0);
	assert_rc(RC_OK, store_write(store, raise_in, &n, &err)); /* UPDATE .. RETURNING */
	assert_int_equal(n, 1);
	assert_int_equal(committed(1), 1);
}

static enum rc read_inside_reading(struct db *db, void *arg, struct err *e)
{
	struct sql_rows *outer, *inner;
	struct sql_value v[4];
	int outer_rows = 0, inner_rows = 0;
	(void)arg;
	assert_rc(RC_OK, db_query(db, &all, NULL, &outer, e));
	while (db_next(outer, v, e) == RC_OK) {
		outer_rows++;
		assert_rc(RC_OK, db_query(db, &all, NULL, &inner, e));
		while (db_next(inner, v, e) == RC_OK)
			inner_rows++;
		if (outer_rows % 2) /* what is forgotten is closed with the unit */
			db_done(inner);
	}
	assert_int_equal(outer_rows, COUNT_OF(samples));
	assert_int_equal(inner_rows, COUNT_OF(samples) * COUNT_OF(samples));
	return RC_OK;
}

static void test_one_statement_inside_itself(void **state)
{
	(void)state;
	assert_rc(RC_OK, store_write(store, put_samples, NULL, &err));
	for (int i = 0; i < 3; i++)
		assert_rc(RC_OK, store_read(store, read_inside_reading, NULL, &err));
}

enum { MANY = 1003 }; /* not a number of whole groups of rows */

/* Some follow one that is alike, some do not, and some are absent. */
static struct str text_of(int64_t i)
{
	static const char *const texts[] = { "t", "t", "longer", NULL, NULL, "", "t" };
	const char *t = texts[i % 7];
	return t ? str_of(t) : absent;
}

struct item { /* a row of `insert`, whose parameters lie in another order */
	struct str t, b;
	int64_t id, n;
};
static const uint16_t item_at[] = { offsetof(struct item, id), offsetof(struct item, n), offsetof(struct item, t),
				    offsetof(struct item, b) };

struct putting {
	int64_t twice;	   /* the row that is there already, or less than 0: of which the text is none */
	bool looked, same; /* they were looked through before; n and t are the same in all */
};

static enum rc put_many(struct db *db, void *arg, struct err *e)
{
	const struct putting *p = arg;
	struct item *rows = xcalloc(MANY, sizeof *rows);
	for (int64_t i = 0; i < MANY; i++)
		rows[i] = (struct item){ .id = i == p->twice ? 0 : i,
					 .n = p->same ? SQL_NULL
					      : i % 5 ? i * 3
						      : 7,
					 .t = i == -p->twice ? STR("\xff")
					      : p->same	     ? STR("t")
							     : text_of(i),
					 .b = text_of(i / 2) };
	struct sql_feed f = { .st = &insert, .at = item_at, .rows = rows, .n = MANY, .size = sizeof *rows };
	if (p->looked)
		db_look_rows(&f);
	if (p->looked && p->twice >= 0)
		assert_true(f.good && f.same == (p->same ? 6U : 0U));
	enum rc rc = db_exec_rows(db, &f, e);
	free(rows);
	return rc;
}

static enum rc put_one_by_one(struct db *db, void *arg, struct err *e)
{
	enum rc rc = RC_OK;
	(void)arg;
	for (int64_t i = 0; i < MANY && rc == RC_OK; i++)
		rc = put_item(db, i, i % 5 ? i * 3 : 7, text_of(i), text_of(i / 2), e);
	return rc;
}

static void test_many_equals_single(void **state)
{
	struct buf one, many;
	buf_init(&one, 1 << 20);
	buf_init(&many, 1 << 20);
	assert_rc(RC_OK, store_write(store, put_one_by_one, NULL, &err));
	assert_rc(RC_OK, store_read(store, write_down, &one, &err));
	for (int looked = 0; looked < 2; looked++) {
		struct putting none = { MANY, looked, false }, last = { MANY - 1, looked, false },
			       bad = { -(MANY - 1), looked, false };
		fresh(state);
		buf_reset(&many);
		assert_rc(RC_OK, store_write(store, put_many, &none, &err));
		assert_rc(RC_OK, store_read(store, write_down, &many, &err));
		assert_true(one.n > MANY * 5 && str_eq(buf_view(&one), buf_view(&many)));
		fresh(state);
		assert_rc(RC_CONFLICT,
			  store_write(store, put_many, &last, &err)); /* the last row fails: none is kept */
		assert_int_equal(committed(5), -1);
		assert_rc(RC_BAD_INPUT, store_write(store, put_many, &bad, &err));
		assert_words("UTF-8");
		assert_int_equal(committed(5), -1);
		assert_rc(RC_OK, store_write(store, put_many, &none, &err)); /* nothing of it is left */
		assert_int_equal(committed(5), 7);
	}
	buf_release(&one);
	buf_release(&many);
}

/* What is the same in all rows is said once, and others may be the same the next time. */
static void test_many_alike(void **state)
{
	struct buf plain, alike;
	buf_init(&plain, 1 << 20);
	buf_init(&alike, 1 << 20);
	for (int round = 0; round < 2; round++) {
		struct putting unlooked = { MANY, false, true }, looked = { MANY, true, true },
			       differ = { MANY, true, false }, last = { MANY - 1, true, true };
		fresh(state);
		buf_reset(&plain);
		buf_reset(&alike);
		assert_rc(RC_OK, store_write(store, put_many, &unlooked, &err));
		assert_rc(RC_OK, store_read(store, write_down, &plain, &err));
		fresh(state);
		assert_rc(RC_CONFLICT, store_write(store, put_many, &last, &err));
		assert_rc(RC_OK, store_write(store, put_many, &looked, &err));
		assert_rc(RC_OK, store_read(store, write_down, &alike, &err));
		assert_true(plain.n > MANY * 5 && str_eq(buf_view(&plain), buf_view(&alike)));
		fresh(state);
		assert_rc(RC_OK, store_write(store, put_many, &differ, &err));
		assert_int_equal(committed(5), 7);
	}
	buf_release(&plain);
	buf_release(&alike);
}

/* ---- threads ---- */

enum { WRITERS = 6, ADDS = 40 };

/* Reads and then writes what it read plus one: counts right only if units do not overlap. */
static enum rc add_one_slowly(struct db *db, void *arg, struct err *e)
{
	int64_t n;
	(void)arg;
	enum rc rc = add_n(db, 1, 0, e); /* every write locks its row first */
	if (rc == RC_OK)
		rc = get_n(db, 1, &n, e);
	return rc == RC_OK ? add_n(db, 1, 1, e) : rc;
}

static void *writer(void *arg)
{
	struct err e = { 0 };
	for (int i = 0; i < ADDS; i++)
		if (store_write(store, add_one_slowly, NULL, &e) == RC_OK)
			++*(int *)arg;
	return NULL;
}

static void test_many_writers_count_right(void **state)
{
	pthread_t t[WRITERS];
	int done[WRITERS] = { 0 };
	(void)state;
	for (int i = 0; i < WRITERS; i++)
		assert_int_equal(pthread_create(&t[i], NULL, writer, &done[i]), 0);
	for (int i = 0; i < WRITERS; i++) {
		pthread_join(t[i], NULL);
		assert_int_equal(done[i], ADDS);
	}
	assert_int_equal(committed(1), WRITERS * ADDS);
}

static void *write_once(void *arg)
{
	struct err e = { 0 };
	*(enum rc *)arg = store_write(store, add_one_slowly, NULL, &e);
	return NULL;
}

static enum rc read_around_a_write(struct db *db, void *arg, struct err *e)
{
	int64_t first, second;
	pthread_t t;
	enum rc rc = RC_INTERNAL;
	(void)arg;
	assert_rc(RC_OK, get_n(db, 1, &first, e));
	assert_int_equal(pthread_create(&t, NULL, write_once, &rc), 0);
	pthread_join(t, NULL); /* the writer does not wait for us */
	assert_rc(RC_OK, rc);
	assert_rc(RC_OK, get_n(db, 1, &second, e));
	assert_int_equal(first, 0);
	assert_int_equal(second, first);
	return RC_OK;
}

static void test_a_reader_sees_one_moment(void **state)
{
	(void)state;
	assert_rc(RC_OK, store_read(store, read_around_a_write, NULL, &err));
	assert_int_equal(committed(1), 1);
}

/* Two units that lock two rows in opposite order: on PostgreSQL one is ended as the
 * victim of a deadlock and must be run again from its start. */
struct crossing {
	int64_t first, second;
	int runs;
	pthread_barrier_t *both;
};

static enum rc cross(struct db *db, void *arg, struct err *e)
{
	struct crossing *c = arg;
	c->runs++;
	enum rc rc = add_n(db, c->first, 1, e);
	if (c->runs == 1 && store_is_postgres(store))
		pthread_barrier_wait(c->both);
	return rc == RC_OK ? add_n(db, c->second, 1, e) : rc;
}

static enum rc crossing_rc[2];

static void *cross_thread(void *arg)
{
	struct crossing *c = arg;
	struct err e = { 0 };
	crossing_rc[c->first == 1] = store_write(store, cross, c, &e);
	return NULL;
}

static enum rc put_two(struct db *db, void *arg, struct err *e)
{
	(void)arg;
	return put_item(db, 2, 0, absent, absent, e);
}

static void test_a_conflict_runs_the_unit_again(void **state)
{
	pthread_t t[2];
	pthread_barrier_t both;
	(void)state;
	assert_rc(RC_OK, store_write(store, put_two, NULL, &err));
	pthread_barrier_init(&both, NULL, 2);
	struct crossing c[2] = { { 1, 2, 0, &both }, { 2, 1, 0, &both } };
	for (int i = 0; i < 2; i++)
		assert_int_equal(pthread_create(&t[i], NULL, cross_thread, &c[i]), 0);
	for (int i = 0; i < 2; i++)
		pthread_join(t[i], NULL);
	pthread_barrier_destroy(&both);
	assert_rc(RC_OK, crossing_rc[0]);
	assert_rc(RC_OK, crossing_rc[1]);
	assert_int_equal(committed(1), 2);
	assert_int_equal(committed(2), 2);
	/* The second try may begin before the other has committed, and then runs once more. */
	int runs = c[0].runs + c[1].runs;
	assert_true(store_is_postgres(store) ? runs >= 3 : runs == 2);
}

struct hold {
	pthread_barrier_t ready, end;
};

static enum rc hold_row(struct db *db, void *arg, struct err *e)
{
	struct hold *h = arg;
	enum rc rc = add_n(db, 1, 1, e);
	pthread_barrier_wait(&h->ready);
	pthread_barrier_wait(&h->end);
	return rc;
}

static void *holder(void *arg)
{
	struct err e = { 0 };
	assert_int_equal(store_write(store, hold_row, arg, &e), RC_OK);
	return NULL;
}

static void test_busy_after_five_seconds(void **state)
{
	struct hold h;
	pthread_t t;
	struct timespec from, to;
	(void)state;
	pthread_barrier_init(&h.ready, NULL, 2);
	pthread_barrier_init(&h.end, NULL, 2);
	assert_int_equal(pthread_create(&t, NULL, holder, &h), 0);
	pthread_barrier_wait(&h.ready);
	clock_gettime(CLOCK_MONOTONIC, &from);
	enum rc rc = store_write(store, add_one_slowly, NULL, &err);
	clock_gettime(CLOCK_MONOTONIC, &to);
	pthread_barrier_wait(&h.end);
	pthread_join(t, NULL);
	assert_rc(RC_BUSY, rc);
	assert_words("ry again");
	assert_in_range(to.tv_sec - from.tv_sec, 4, 7);
	assert_int_equal(committed(1), 1);				  /* the holder's, not ours */
	assert_rc(RC_OK, store_write(store, add_one_slowly, NULL, &err)); /* and then it goes on */
	assert_int_equal(committed(1), 2);
}

/* ---- killed ---- */

/* The child commits until it is killed, telling each commit through a pipe only after it was acknowledged. */
static void commit_until_killed(int tell)
{
	struct store *mine;
	struct err e = { 0 };
	if (store_open(url, false, &mine, &e) != RC_OK)
		_exit(3);
	store = mine;
	for (;;) {
		if (store_write(mine, add_one_slowly, NULL, &e) != RC_OK || write(tell, "x", 1) != 1)
			_exit(4);
	}
}

static void test_committed_survives_a_kill(void **state)
{
	int64_t acknowledged = 0;
	(void)state;
	for (int round = 0; round < 5; round++) {
		int ends[2], status;
		char byte;
		assert_int_equal(pipe(ends), 0);
		pid_t child = fork();
		assert_true(child >= 0);
		if (child == 0) {
			close(ends[0]);
			commit_until_killed(ends[1]);
		}
		close(ends[1]);
		for (int i = 0; i < 3 + round * 7; i++) {
			assert_int_equal(read(ends[0], &byte, 1), 1);
			acknowledged++;
		}
		kill(child, SIGKILL);
		assert_int_equal(waitpid(child, &status, 0), child);
		assert_true(WIFSIGNALED(status));
		while (read(ends[0], &byte, 1) == 1)
			acknowledged++;
		close(ends[0]);
		int64_t kept = committed(1);
		/* One more may have been committed and not told. */
		assert_in_range(kept, acknowledged, acknowledged + 1);
		acknowledged = kept;
	}
	assert_true(acknowledged > 30);
}

/* ---- named statements of the program ---- */

static enum rc record_events(struct db *db, void *arg, struct err *e)
{
	(void)arg;
	struct sql_event_insert_in rows[3] = { 0 };
	for (int i = 0; i < 3; i++) {
		rows[i] = (struct sql_event_insert_in){ .person = 42,
							.id = i + 1,
							.kind = STR("care-started"),
							.at = 20000 + i,
							.minute = SQL_NULL,
							.recorded_ms = 1,
							.written_ms = 2,
							.replaces = SQL_NULL,
							.org = SQL_NULL,
							.author = 9,
							.source = SQL_NULL,
							.source_row = SQL_NULL,
							.value = INT64_MAX,
							.end_day = SQL_NULL,
							.code = STR(""),
							.body = STR("{\"note\":\"Zo\u00eb\"}") };
	}
	int64_t changed = 0;
	assert_rc(RC_OK, sql_event_insert(db, &rows[0], &changed, e));
	assert_int_equal(changed, 1);
	return sql_event_insert_each(db, rows + 1, 2, e);
}

static enum rc read_events(struct db *db, void *arg, struct err *e)
{
	(void)arg;
	struct sql_rows *rows;
	struct sql_event_of_person_out o;
	assert_rc(RC_OK, sql_event_of_person(db, &(struct sql_event_of_person_in){ 42 }, &rows, e));
	for (int i = 0; i < 3; i++) {
		assert_rc(RC_OK, sql_event_of_person_next(rows, &o, e));
		assert_int_equal(o.id, i + 1);
		assert_int_equal(o.at, 20000 + i);
		assert_true(o.minute == SQL_NULL && o.value == INT64_MAX);
		assert_str("care-started", o.kind);
		assert_str("{\"note\":\"Zo\u00eb\"}", o.body);
		assert_true(o.code.p && o.code.n == 0 && !o.code2.p);
	}
	assert_rc(RC_NOT_FOUND, sql_event_of_person_next(rows, &o, e));
	db_done(rows);
	return RC_OK;
}

static void test_named_statements(void **state)
{
	(void)state;
	change("DELETE FROM event");
	assert_rc(RC_OK, store_write(store, record_events, NULL, &err));
	assert_rc(RC_OK, store_read(store, read_events, NULL, &err));
}

/* ---- migrations ---- */

static void test_migrating_again_changes_nothing(void **state)
{
	int applied = -1;
	(void)state;
	assert_rc(RC_OK, store_migrate(store, &applied, &err));
	assert_int_equal(applied, 0);
	assert_int_equal(store_schema_version(store), store_schema_latest());
	assert_int_equal(store_schema_latest(), migrations_count);
}

static void test_an_altered_migration_is_refused(void **state)
{
	int applied = 77;
	(void)state;
	change("UPDATE schema_migration SET checksum = 'x' || checksum WHERE number = 1");
	assert_open(RC_CORRUPT, true, "not the one this program holds");
	assert_rc(RC_CORRUPT, store_migrate(store, &applied, &err));
	assert_int_equal(applied, 77);
	assert_int_equal(store_schema_version(store), -1);
	change("UPDATE schema_migration SET checksum = substr(checksum, 2) WHERE number = 1");
	assert_open(RC_OK, false, NULL);
}

static void test_a_newer_store_is_refused(void **state)
{
	char sql[256];
	int applied;
	(void)state;
	snprintf(sql, sizeof sql,
		 "INSERT INTO schema_migration (number, name, checksum, applied_ms) VALUES (%d, 'f', 'f', 1)",
		 store_schema_latest() + 1);
	change(sql);
	assert_open(RC_REFUSED, false, "newer");
	assert_open(RC_REFUSED, true, "newer");
	assert_rc(RC_REFUSED, store_migrate(store, &applied, &err));
	snprintf(sql, sizeof sql, "DELETE FROM schema_migration WHERE number > %d", store_schema_latest());
	change(sql);
	assert_open(RC_OK, false, NULL);
}

/* ---- backup and restore ---- */

static void note_progress(void *arg, int64_t done, int64_t total)
{
	int64_t *told = arg; /* how often; the last two numbers */
	told[0]++;
	told[1] = done;
	told[2] = total;
}

static void test_backup_and_restore(void **state)
{
	(void)state;
	make_backup();
	change("UPDATE item SET n = 5");
	change("CREATE TABLE later (id BIGINT PRIMARY KEY)");
	assert_rc(RC_REFUSED, store_restore(url, backup_file, false, &err));
	assert_words("nothing was changed");
	assert_int_equal(committed(0), 5);
	int64_t told[3] = { 0 };
	assert_rc(RC_OK, store_restore_telling(url, backup_file, true, note_progress, told, &err));
	assert_true(store_is_postgres(store) || (told[0] > 0 && told[1] == told[2])); /* pg_restore does not say */
	assert_rc(RC_OK, store_read(store, write_down, &after, &err));
	assert_true(before.n > 0 && str_eq(buf_view(&before), buf_view(&after)));
	assert_open(RC_OK, false, NULL);
	change("CREATE TABLE later (id BIGINT PRIMARY KEY)"); /* it went with the rest */
	change("DROP TABLE later");
	/* and once more over itself: what a restore leaves behind can be backed up and restored */
	assert_rc(RC_OK, store_backup(store, backup_file, NULL, NULL, &err));
	assert_rc(RC_OK, store_restore(url, backup_file, true, &err));
	assert_rc(RC_OK, store_read(store, write_down, &after, &err));
	assert_true(str_eq(buf_view(&before), buf_view(&after)));
}

static void poke(off_t at, const char *bytes, size_t n)
{
	int fd = open(backup_file, O_WRONLY);
	assert_true(fd >= 0);
	assert_int_equal(pwrite(fd, bytes, n, at), n);
	close(fd);
}

static void assert_restore_refused(void)
{
	assert_rc(RC_CORRUPT, store_restore(url, backup_file, true, &err));
	assert_words("nothing was changed");
	assert_rc(RC_OK, store_read(store, write_down, &after, &err));
	assert_true(str_eq(buf_view(&before), buf_view(&after)));
}

static void test_a_damaged_backup_is_refused(void **state)
{
	struct stat st;
	(void)state;
	make_backup();
	assert_int_equal(stat(backup_file, &st), 0);
	off_t cuts[] = { 0, 10, st.st_size / 2, st.st_size - 128, st.st_size - 1 };
	for (size_t i = 0; i < COUNT_OF(cuts); i++) {
		assert_int_equal(unlink(backup_file), 0);
		assert_rc(RC_OK, store_backup(store, backup_file, NULL, NULL, &err));
		assert_int_equal(truncate(backup_file, cuts[i]), 0);
		assert_restore_refused();
	}
	off_t pokes[] = { 0, st.st_size / 2, st.st_size - 129, st.st_size - 120, st.st_size - 70, st.st_size - 3 };
	for (size_t i = 0; i < COUNT_OF(pokes); i++) {
		assert_int_equal(unlink(backup_file), 0);
		assert_rc(RC_OK, store_backup(store, backup_file, NULL, NULL, &err));
		poke(pokes[i], "\x7f", 1);
		assert_restore_refused();
	}
	assert_rc(RC_IO, store_restore(url, "/nowhere/at/all", true, &err));
	assert_rc(RC_BAD_INPUT, store_restore("ftp:x", backup_file, true, &err));
	/* the other engine's address */
	assert_int_equal(unlink(backup_file), 0);
	assert_rc(RC_OK, store_backup(store, backup_file, NULL, NULL, &err));
	assert_rc(RC_BAD_INPUT, store_restore(store_is_postgres(store) ? "sqlite:/nowhere/x" : "postgres:dbname=x",
					      backup_file, true, &err));
	assert_words("backup of a store on");
	assert_rc(RC_IO, store_backup(store, "/nowhere/at/all", NULL, NULL, &err));
}

static void assert_no_backup_at(const char *file, const char *words)
{
	struct stat st, after_st;
	bool there = lstat(file, &st) == 0;
	assert_rc(RC_REFUSED, store_backup(store, file, NULL, NULL, &err));
	assert_words(words);
	assert_int_equal(lstat(file, &after_st), there ? 0 : -1);
	assert_true(!there || (st.st_ino == after_st.st_ino && st.st_size == after_st.st_size));
}

/* A slip of the hand must not put a copy in the place of a store, of its key, of a device. */
static void test_a_backup_takes_the_place_of_nothing_else(void **state)
{
	(void)state;
	char path[4200];
	make_backup();
	snprintf(path, sizeof path, "%s.text", backup_file);
	FILE *f = fopen(path, "w");
	assert_non_null(f);
	assert_true(fputs("A letter to a child's school", f) > 0);
	fclose(f);
	assert_no_backup_at(path, "is there already, and is no backup");
	unlink(path);
	assert_int_equal(symlink(backup_file, path), 0);
	assert_no_backup_at(path, "is not a file");
	unlink(path);
	assert_no_backup_at("/", "is not a file");
	snprintf(path, sizeof path, "%s.db-wal", backup_file);
	assert_no_backup_at(path, "belongs to a store");
	snprintf(path, sizeof path, "%s.db.erased", backup_file);
	assert_no_backup_at(path, "belongs to a store");
	if (!store_is_postgres(store))
		assert_no_backup_at(strchr(url, ':') + 1, "is there already, and is no backup");
	/* nor is a backup opened as a store: the first write would spoil it */
	struct store *other;
	snprintf(path, sizeof path, "sqlite:%s", backup_file);
	if (!store_is_postgres(store)) {
		assert_rc(RC_REFUSED, store_open(path, true, &other, &err));
		assert_words("is a backup, not a store. Restore it first");
		assert_rc(RC_REFUSED, store_restore(path, backup_file, true, &err));
	}
	assert_rc(RC_OK, store_restore(url, backup_file, true, &err));
	assert_rc(RC_OK, store_backup(store, backup_file, NULL, NULL, &err)); /* an earlier one goes */
}

static int files_beside(const char *file, const char *mark)
{
	char copy[4200];
	snprintf(copy, sizeof copy, "%s", file);
	int n = 0;
	DIR *d = opendir(dirname(copy));
	assert_non_null(d);
	for (struct dirent *x; (x = readdir(d));)
		n += strstr(x->d_name, mark) != NULL;
	closedir(d);
	return n;
}

/* A program that was killed leaves half a copy of the record: the next who copies removes it, but not what another is
 * just making. */
static void test_half_copies_do_not_stay(void **state)
{
	(void)state;
	char left[4200], live[4200], named[4200];
	make_backup();
	snprintf(left, sizeof left, "%s.part-AAAAAA", backup_file);
	snprintf(live, sizeof live, "%s.part-BBBBBB", backup_file);
	snprintf(named, sizeof named, "%.*slinnet-20260302T100000Z.bak.part-CCCCCC",
		 (int)(strrchr(backup_file, '/') - backup_file + 1), backup_file);
	int c = open(named, O_CREAT | O_RDWR, 0600);
	assert_true(c >= 0);
	close(c);
	int a = open(left, O_CREAT | O_RDWR, 0600), b = open(live, O_CREAT | O_RDWR, 0600);
	assert_true(a >= 0 && b >= 0);
	close(a);
	assert_int_equal(flock(b, LOCK_EX), 0);
	assert_rc(RC_OK, store_backup(store, backup_file, NULL, NULL, &err));
	assert_int_equal(access(left, F_OK), -1);
	assert_int_equal(access(named, F_OK), -1);
	assert_int_equal(access(live, F_OK), 0);
	close(b);
	assert_rc(RC_OK, store_backup(store, backup_file, NULL, NULL, &err));
	assert_int_equal(files_beside(backup_file, ".part-"), 0);
	/* told to stop in the middle, it takes it along */
	static const int signals[] = { SIGTERM, SIGPIPE, SIGQUIT };
	for (size_t i = 0; i < COUNT_OF(signals); i++) {
		pid_t child = fork();
		if (child == 0) {
			struct part p;
			signal(SIGPIPE, SIG_DFL);
			if (part_make(&p, backup_file, "restoring", NULL) != RC_OK || write(p.fd, "half", 4) != 4)
				_exit(1);
			raise(signals[i]);
			_exit(2);
		}
		int status;
		assert_int_equal(waitpid(child, &status, 0), child);
		assert_true(WIFSIGNALED(status) && WTERMSIG(status) == signals[i]);
		assert_int_equal(files_beside(backup_file, ".restoring-"), 0);
	}
}

/* ---- doctor and addresses ---- */

static void test_a_well_store_is_well(void **state)
{
	struct buf report;
	bool well = false;
	(void)state;
	buf_init(&report, 4096);
	assert_rc(RC_OK, store_check(store, &report, &well, &err));
	assert_string_equal(report.p ? report.p : "", "");
	assert_true(well);
	buf_release(&report);
}

static void test_addresses_that_do_not_work(void **state)
{
	char address[8192], file[4200];
	(void)state;
	assert_no_open("mysql:x", true, RC_BAD_INPUT, "sqlite:");
	assert_no_open("sqlite:", true, RC_BAD_INPUT, "names no file");
	assert_no_open("sqlite::memory:", true, RC_BAD_INPUT, "names no file");
	assert_no_open("sqlite:/tmp", true, RC_BAD_INPUT, "not a file");
	assert_no_open("sqlite:/nowhere/at/all.db", true, RC_IO, "folder");
	snprintf(address, sizeof address, "sqlite:%s/none.db", folder);
	assert_no_open(address, false, RC_IO, "no store at");
	snprintf(file, sizeof file, "%s/text.db", folder);
	FILE *f = fopen(file, "w");
	for (int i = 0; i < 200; i++)
		fputs("This is not a database at all. ", f);
	fclose(f);
	snprintf(address, sizeof address, "sqlite:%s", file);
	assert_no_open(address, true, RC_BAD_INPUT, "not an SQLite database");
	assert_no_open("postgres:host=/nowhere dbname=x", false, RC_IO, "PostgreSQL");
}

static void test_an_empty_store_asks_for_migration(void **state)
{
	char address[4200];
	struct store *s = NULL;
	int applied = 0;
	struct stat st;
	(void)state;
	snprintf(address, sizeof address, "sqlite:%s/empty.db", folder);
	assert_rc(RC_OK, store_open(address, true, &s, &err));
	assert_int_equal(store_schema_version(s), 0);
	assert_int_equal(stat(strchr(address, ':') + 1, &st), 0);
	assert_int_equal(st.st_mode & 0777, 0600);
	assert_no_open(address, false, RC_CONFLICT, "migrate");
	assert_rc(RC_OK, store_migrate(s, &applied, &err));
	assert_int_equal(applied, store_schema_latest());
	store_close(s);
	assert_rc(RC_OK, store_open(address, false, &s, &err));
	store_close(s);
}

static enum rc make_stranger(struct db *db, void *arg, struct err *e)
{
	(void)arg;
	struct sql_statement st = { "t", "CREATE TABLE stranger (a TEXT)", NULL, 0, NULL, 0, -1 };
	return db_exec(db, &st, NULL, NULL, e);
}

static void test_a_strangers_file_is_left_alone(void **state)
{
	char address[4200];
	struct store *s = NULL;
	int applied;
	(void)state;
	snprintf(address, sizeof address, "sqlite:%s/stranger.db", folder);
	assert_rc(RC_OK, store_open(address, true, &s, &err));
	assert_rc(RC_OK, store_write(s, make_stranger, NULL, &err));
	assert_rc(RC_BAD_INPUT, store_migrate(s, &applied, &err));
	store_close(s);
	assert_no_open(address, true, RC_BAD_INPUT, "something else");
}

int main(void)
{
#define FRESH(t)    cmocka_unit_test_setup(t, fresh)
#define ONE_ITEM(t) cmocka_unit_test_setup(t, with_one)
	const struct CMUnitTest tests[] = {
		FRESH(test_values_round_trip),
		FRESH(test_bad_text_is_refused),
		FRESH(test_a_statement_that_is_wrong_is_our_mistake),
		FRESH(test_every_named_statement_is_accepted),
		FRESH(test_commit_and_rollback),
		FRESH(test_a_failed_statement_ends_the_unit),
		ONE_ITEM(test_reading_units_do_not_write),
		FRESH(test_one_statement_inside_itself),
		FRESH(test_many_equals_single),
		FRESH(test_many_alike),
		ONE_ITEM(test_many_writers_count_right),
		ONE_ITEM(test_a_reader_sees_one_moment),
		ONE_ITEM(test_a_conflict_runs_the_unit_again),
		ONE_ITEM(test_busy_after_five_seconds),
		ONE_ITEM(test_committed_survives_a_kill),
		FRESH(test_named_statements),
		FRESH(test_migrating_again_changes_nothing),
		FRESH(test_an_altered_migration_is_refused),
		FRESH(test_a_newer_store_is_refused),
		FRESH(test_backup_and_restore),
		FRESH(test_a_damaged_backup_is_refused),
		FRESH(test_a_backup_takes_the_place_of_nothing_else),
		FRESH(test_half_copies_do_not_stay),
		FRESH(test_a_well_store_is_well),
		FRESH(test_addresses_that_do_not_work),
		FRESH(test_an_empty_store_asks_for_migration),
		FRESH(test_a_strangers_file_is_left_alone),
	};
	return cmocka_run_group_tests(tests, set_up, tear_down);
}
