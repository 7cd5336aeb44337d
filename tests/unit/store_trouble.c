/* What the store says and keeps when the world fails: full disks, lost
 * connections, locked files, wrong addresses, restores that break off. Each test
 * names the engine it is about and is skipped on the other. */
#include "store/help.h"
#include "store/queue.h"

#define ONLY(postgres)                                                                                                 \
	do {                                                                                                           \
		(void)state;                                                                                           \
		if (store_is_postgres(store) != (postgres))                                                            \
			skip();                                                                                        \
	} while (0)

/* Asks one statement that gives one number and reads to the end. */
static enum rc ask(struct db *db, const char *sql, struct err *e)
{
	const struct sql_statement st = { "test", sql, NULL, 0, n_out, 1, -1 };
	struct sql_rows *rows = NULL;
	struct sql_value v[1];
	enum rc rc = db_query(db, &st, NULL, &rows, e);
	while (rc == RC_OK)
		rc = db_next(rows, v, e);
	db_done(rows);
	return rc == RC_NOT_FOUND ? RC_OK : rc;
}

/* ---- SQLite ---- */

static enum rc put_large(struct db *db, void *arg, struct err *e)
{
	char *text = xmalloc(1 << 20);
	enum rc rc = RC_OK;
	memset(text, 'x', 1 << 20);
	for (int64_t i = 100; i < 140 && rc == RC_OK; i++)
		rc = put_item(db, i, *(int64_t *)arg, (struct str){ text, 1 << 20 }, absent, e);
	free(text);
	return rc;
}

static enum rc limit_pages(struct db *db, void *arg, struct err *e)
{
	return ask(db, arg, e);
}

static void test_full_disk_sqlite(void **state)
{
	int64_t n = 1;
	char small[] = "PRAGMA max_page_count = 500", large[] = "PRAGMA max_page_count = 1000000000";
	ONLY(false);
	assert_rc(RC_OK, store_write(store, limit_pages, small, &err));
	assert_rc(RC_IO, store_write(store, put_large, &n, &err));
	assert_words("full; nothing of this was saved. Free some space");
	assert_int_equal(committed(100), -1);
	assert_rc(RC_OK, store_write(store, limit_pages, large, &err));
	assert_rc(RC_OK, store_write(store, put_large, &n, &err)); /* with room again it goes on */
	assert_int_equal(committed(139), 1);
}

static void test_failing_disk_sqlite(void **state)
{
	struct rlimit old, low;
	int64_t n = 1;
	ONLY(false);
	assert_rc(RC_OK, store_backup(store, backup_file, NULL, NULL, &err));
	signal(SIGXFSZ, SIG_IGN);
	assert_int_equal(getrlimit(RLIMIT_FSIZE, &old), 0);
	low = old;
	low.rlim_cur = 4 << 20;
	assert_int_equal(setrlimit(RLIMIT_FSIZE, &low), 0);
	enum rc rc = store_write(store, put_large, &n, &err);
	assert_int_equal(setrlimit(RLIMIT_FSIZE, &old), 0);
	assert_rc(RC_IO, rc);
	assert_words("heck the disk");
	assert_int_equal(committed(100), -1);
	assert_int_equal(committed(1), 0);
	assert_rc(RC_OK, store_write(store, put_large, &n, &err));
	low.rlim_cur = 1 << 20;
	assert_int_equal(setrlimit(RLIMIT_FSIZE, &low), 0);
	rc = store_backup(store, backup_file, NULL, NULL, &err);
	assert_int_equal(setrlimit(RLIMIT_FSIZE, &old), 0);
	assert_rc(RC_IO, rc);
	/* the backup of earlier is still there and whole */
	assert_rc(RC_OK, store_restore(url, backup_file, true, &err));
	assert_int_equal(committed(1), 0);
	assert_int_equal(committed(100), -1);
}

struct asking {
	const char *sql;
	int64_t n;
};

static enum rc ask_number(struct db *db, void *arg, struct err *e)
{
	struct asking *q = arg;
	const struct sql_statement st = { "number", q->sql, NULL, 0, n_out, 1, -1 };
	struct sql_rows *rows = NULL;
	struct sql_value v[1];
	enum rc rc = db_query(db, &st, NULL, &rows, e);
	if (rc == RC_OK && (rc = db_next(rows, v, e)) == RC_OK)
		q->n = v[0].i;
	db_done(rows);
	return rc;
}

/* The one number that a statement answers with. */
static int64_t number_of(struct store *s, const char *sql)
{
	struct asking q = { sql, -1 };
	assert_rc(RC_OK, store_read(s, ask_number, &q, &err));
	return q.n;
}

enum { KEPT = 2 }; /* of coverage, which is asked before every write, and of who died */

/* Indexes that are set aside while a store is filled: how many there are. */
static int64_t indexes(struct store *s)
{
	return number_of(s,
			 "SELECT count(*) AS n FROM sqlite_schema WHERE type = 'index' AND sql LIKE 'CREATE INDEX %'");
}

static void test_filling_sqlite(void **state)
{
	ONLY(false);
	struct store *other = NULL;
	int64_t whole = indexes(store);
	assert_true(whole > 5);
	assert_true(store_fill_begin(store));
	assert_int_equal(indexes(store), KEPT);
	assert_false(store_fill_begin(store)); /* one at a time */
	assert_rc(RC_OK, store_open(url, false, &other, &err));
	assert_false(store_fill_begin(other));
	assert_int_equal(indexes(other), KEPT); /* it is still being filled: they are left alone */
	assert_rc(RC_OK, store_fill_end(store, &err));
	assert_int_equal(indexes(other), whole);
	assert_true(store_fill_begin(other));
	assert_rc(RC_OK, store_fill_end(other, &err));
	assert_int_equal(indexes(store), whole);
	store_close(other);
}

/* One table of a store in use: only if it is empty, and beside no other program. */
static void test_filling_one_table_sqlite(void **state)
{
	ONLY(false);
	int64_t whole = indexes(store);
	assert_true(store_unshared(store));
	assert_false(store_refill_begin(store, "schema_migration")); /* it holds rows */
	assert_int_equal(indexes(store), whole);
	assert_true(store_refill_begin(store, "work_row"));
	assert_int_equal(indexes(store), whole - 4);
	assert_false(store_refill_begin(store, "work_row"));
	assert_rc(RC_OK, store_fill_end(store, &err));
	assert_int_equal(indexes(store), whole);
	int told[2], hold[2], status = 0;
	char byte;
	assert_int_equal(pipe(told) + pipe(hold), 0);
	store_close(store); /* a lock of SQLite's does not outlive a fork */
	pid_t pid = fork();
	if (pid == 0) {
		struct store *s = NULL;
		close(hold[1]);
		if (store_open(url, false, &s, NULL) != RC_OK || write(told[1], "x", 1) != 1)
			_exit(1);
		_exit(read(hold[0], &byte, 1) == 0 ? 0 : 1);
	}
	close(hold[0]);
	assert_int_equal(read(told[0], &byte, 1), 1);
	assert_rc(RC_OK, store_open(url, false, &store, &err));
	assert_false(store_unshared(store));
	assert_false(store_refill_begin(store, "work_row"));
	assert_int_equal(indexes(store), whole);
	close(hold[1]);
	assert_int_equal(waitpid(pid, &status, 0), pid);
	assert_int_equal(status, 0);
	close(told[0]);
	close(told[1]);
	assert_true(store_unshared(store));
}

static int64_t left_aside(void)
{
	return number_of(store, "SELECT count(*) AS n FROM sqlite_schema WHERE name IN ('index_aside', 'rows_aside')");
}

enum { GIVEN_UP = 9001 }; /* rows: more than go at once */

static enum rc put_rows(struct db *db, void *arg, struct err *e)
{
	enum rc rc = RC_OK;
	(void)arg;
	for (int64_t i = 1; rc == RC_OK && i <= GIVEN_UP; i++)
		rc = sql_work_insert(db, &(struct sql_work_insert_in){ .person = i, .org = 1 }, NULL, e);
	return rc;
}

/* Given up half way: no row is left, every index is there, and so it is if the program is killed meanwhile. */
static void test_filling_given_up_sqlite(void **state)
{
	ONLY(false);
	int64_t whole = indexes(store);
	assert_true(store_refill_begin(store, "work_row"));
	assert_rc(RC_OK, store_write(store, put_rows, NULL, &err));
	assert_rc(RC_OK, store_refill_give_up(store, "work_row", &err));
	assert_int_equal(indexes(store), whole);
	assert_int_equal(number_of(store, "SELECT count(*) AS n FROM work_row"), 0);
	assert_int_equal(left_aside(), 0);
	assert_rc(RC_OK, store_write(store, put_rows, NULL, &err));
	assert_int_equal(number_of(store, "SELECT count(*) AS n FROM work_row"), GIVEN_UP);
	static const char none[] = "DELETE FROM work_row",
			  moved[] = "INSERT INTO rows_aside SELECT person, org FROM work_row",
			  aside[] = "CREATE TABLE rows_aside (person BIGINT, org BIGINT, PRIMARY KEY (person, org)) "
				    "WITHOUT ROWID";
	change(none);
	assert_true(store_refill_begin(store, "work_row"));
	assert_rc(RC_OK, store_fill_end(store, &err));
	/* Killed after the rows went aside: the next takes them away. */
	assert_int_equal(left_aside(), 0);
	assert_rc(RC_OK, store_write(store, put_rows, NULL, &err));
	change(aside);
	change(moved);
	assert_int_equal(left_aside(), 1);
	store_close(store);
	assert_rc(RC_OK, store_open(url, false, &store, &err));
	assert_int_equal(left_aside(), 0);
	assert_int_equal(indexes(store), whole);
	assert_int_equal(number_of(store, "SELECT count(*) AS n FROM work_row"), GIVEN_UP);
}

static enum rc add_ten(struct db *db, void *arg, struct err *e)
{
	(void)arg;
	return add_n(db, 1, 10, e);
}

static void move(const char *ending, const char *from, const char *to)
{
	char a[600], b[600];
	snprintf(a, sizeof a, "%s%s%s", strchr(url, ':') + 1, ending, from);
	snprintf(b, sizeof b, "%s%s%s", strchr(url, ':') + 1, ending, to);
	assert_int_equal(rename(a, b), 0);
}

/* Whoever takes the file, or its log, from under the program: what is written then has no name on the
 * disk, and is not said to be saved. Put back, it goes on. */
static void test_taken_away_sqlite(void **state)
{
	static const char *const endings[] = { "", "-wal" };
	ONLY(false);
	assert_rc(RC_OK, store_write(store, add_ten, NULL, &err));
	for (size_t i = 0; i < COUNT_OF(endings); i++) {
		int64_t was = committed(1);
		assert_rc(RC_OK, store_ready(store, &err));
		move(endings[i], "", ".gone");
		enum rc ready = store_ready(store, NULL), rc = store_write(store, add_ten, NULL, &err);
		move(endings[i], ".gone", ""); /* before anything fails: later tests need it */
		assert_rc(RC_IO, rc);
		assert_words("nothing of this was saved. Put it back, or restart the program");
		assert_rc(RC_IO, ready);
		assert_rc(RC_OK, store_ready(store, &err));
		assert_int_equal(committed(1), was);
		assert_rc(RC_OK, store_write(store, add_ten, NULL, &err));
		assert_int_equal(committed(1), was + 10);
	}
}

/* Killed while it fills: whoever opens the store next makes the indexes. */
static void test_killed_while_filling_sqlite(void **state)
{
	ONLY(false);
	struct store *s = NULL;
	int64_t whole = indexes(store);
	store_close(store); /* a lock of SQLite's does not outlive a fork */
	pid_t pid = fork();
	if (pid == 0) {
		if (store_open(url, false, &s, NULL) == RC_OK && store_fill_begin(s))
			raise(SIGKILL);
		_exit(1);
	}
	int status = 0;
	assert_int_equal(waitpid(pid, &status, 0), pid);
	assert_true(WIFSIGNALED(status));
	assert_rc(RC_OK, store_open(url, false, &store, &err));
	assert_int_equal(indexes(store), whole);
	assert_true(store_fill_begin(store));
	assert_rc(RC_OK, store_fill_end(store, &err));
	assert_int_equal(indexes(store), whole);
}

/* Is the file written through the log now? Byte 18 of an SQLite file: 2 is yes, 1 is no. */
static int with_log(void)
{
	unsigned char head[19] = { 0 };
	int fd = open(strchr(url, ':') + 1, O_RDONLY | O_CLOEXEC);
	assert_int_equal(pread(fd, head, sizeof head, 0), sizeof head);
	close(fd);
	return head[18];
}

static bool beside(const char *ending)
{
	char path[600];
	snprintf(path, sizeof path, "%s%s", strchr(url, ':') + 1, ending);
	return access(path, F_OK) == 0;
}

/* Who has the store alone fills it without the log; who reads brings the log back. */
static void test_filling_without_the_log_sqlite(void **state)
{
	int64_t n = 1;
	ONLY(false);
	assert_true(store_fill_begin(store));
	assert_rc(RC_OK, store_write(store, put_large, &n, &err));
	/* looked at only now, and not while a unit is written: closing the file here ends our locks on it */
	assert_int_equal(with_log(), 1);
	assert_false(beside("-wal"));
	assert_int_equal(committed(139), 1); /* somebody reads */
	assert_int_equal(with_log(), 2);
	assert_false(beside("-journal")); /* what pages held before is not left behind */
	assert_rc(RC_OK, store_fill_end(store, &err));
	assert_true(store_fill_begin(store));
	assert_rc(RC_OK, store_fill_end(store, &err));
	assert_int_equal(with_log(), 2);
	assert_int_equal(committed(139), 1);
}

/* Another program opens the store meanwhile: both go on with the log. */
static void test_opened_while_filling_sqlite(void **state)
{
	int64_t n = 1;
	int status = 0;
	ONLY(false);
	store_close(store); /* a lock of SQLite's does not outlive a fork */
	int go[2];
	assert_int_equal(pipe(go), 0);
	pid_t pid = fork();
	if (pid == 0) {
		char byte;
		store = NULL;
		if (read(go[0], &byte, 1) != 1 || store_open(url, false, &store, NULL) != RC_OK)
			_exit(1);
		bool there = committed(139) == 1;
		n = 7;
		_exit(there && store_write(store, add_ten, NULL, NULL) == RC_OK ? 0 : 2);
	}
	assert_rc(RC_OK, store_open(url, false, &store, &err));
	assert_true(store_fill_begin(store));
	assert_rc(RC_OK, store_write(store, put_large, &n, &err));
	assert_int_equal(write(go[1], "x", 1), 1);
	pid_t ended = 0; /* on a busy machine it begins late: many units, as of a load, until it is done */
	for (int i = 0; i < 10000 && (ended = waitpid(pid, &status, WNOHANG)) == 0; i++) {
		assert_rc(RC_OK, store_write(store, add_ten, NULL, &err));
		store_give_way(store);
		usleep(1000);
	}
	assert_int_equal(ended, pid);
	assert_int_equal(status, 0);
	close(go[0]);
	close(go[1]);
	assert_rc(RC_OK, store_fill_end(store, &err));
	assert_int_equal(with_log(), 2);
	assert_int_equal(committed(139), 1);
}

static enum rc put_and_die(struct db *db, void *arg, struct err *e)
{
	if (put_large(db, arg, e) == RC_OK) /* more than the writer's cache: pages of the file are changed by now */
		raise(SIGKILL);
	return RC_INTERNAL;
}

static void test_killed_without_the_log_sqlite(void **state)
{
	int64_t n = 3;
	int status = 0;
	ONLY(false);
	store_close(store);
	pid_t pid = fork();
	if (pid == 0) {
		if (store_open(url, false, &store, NULL) == RC_OK && store_fill_begin(store) &&
		    store_write(store, add_ten, NULL, NULL) == RC_OK)
			(void)!store_write(store, put_and_die, &n, NULL);
		_exit(1);
	}
	assert_int_equal(waitpid(pid, &status, 0), pid);
	assert_true(WIFSIGNALED(status));
	assert_true(beside("-journal"));
	assert_rc(RC_OK, store_open(url, false, &store, &err));
	assert_int_equal(with_log(), 2);
	assert_int_equal(committed(1), 10);
	assert_int_equal(committed(100), -1);
}

/* Another process (here: another store on the same file) holds the file's own lock. */
struct other {
	struct store *s;
	pthread_barrier_t ready, end;
};

static enum rc hold(struct db *db, void *arg, struct err *e)
{
	struct other *o = arg;
	enum rc rc = add_n(db, 1, 1, e);
	pthread_barrier_wait(&o->ready);
	pthread_barrier_wait(&o->end);
	return rc;
}

static void *holder(void *arg)
{
	struct other *o = arg;
	struct err e = { 0 };
	assert_int_equal(store_write(o->s, hold, o, &e), RC_OK);
	return NULL;
}

static void test_locked_by_another_program_sqlite(void **state)
{
	struct other o;
	pthread_t t;
	ONLY(false);
	assert_rc(RC_OK, store_open(url, false, &o.s, &err));
	pthread_barrier_init(&o.ready, NULL, 2);
	pthread_barrier_init(&o.end, NULL, 2);
	assert_int_equal(pthread_create(&t, NULL, holder, &o), 0);
	pthread_barrier_wait(&o.ready);
	int64_t from = queue_now_ms();
	enum rc rc = store_write(store, add_ten, NULL, &err);
	int64_t waited = queue_now_ms() - from;
	pthread_barrier_wait(&o.end);
	pthread_join(t, NULL);
	store_close(o.s);
	assert_rc(RC_BUSY, rc);
	assert_words("try again");
	assert_in_range(waited, 4500, 7000);
	assert_int_equal(committed(1), 1);
}

static void test_strange_files_sqlite(void **state)
{
	char address[8192];
	struct store *s = NULL;
	int applied;
	ONLY(false);
	/* a file whose rights are too wide is found by the check */
	struct buf report;
	bool well = true;
	buf_init(&report, 4096);
	assert_int_equal(chmod(strchr(url, ':') + 1, 0644), 0);
	assert_rc(RC_OK, store_check(store, &report, &well, &err));
	assert_int_equal(chmod(strchr(url, ':') + 1, 0600), 0);
	assert_false(well);
	assert_non_null(strstr(report.p, "chmod 600"));
	buf_release(&report);
	/* a damaged page is found, not read as if it were well */
	snprintf(address, sizeof address, "sqlite:%s/damaged.db", folder);
	assert_rc(RC_OK, store_open(address, true, &s, &err));
	assert_rc(RC_OK, store_migrate(s, &applied, &err));
	store_close(s);
	int fd = open(strchr(address, ':') + 1, O_WRONLY);
	char junk[4096];
	memset(junk, 0xa5, sizeof junk);
	assert_int_equal(pwrite(fd, junk, sizeof junk, 4096), sizeof junk);
	close(fd);
	s = NULL;
	enum rc rc = store_open(address, false, &s, &err);
	if (rc == RC_OK) { /* the page that was hit may not be needed to open it */
		buf_init(&report, 65536);
		rc = store_check(s, &report, &well, &err);
		assert_true(rc == RC_CORRUPT || (rc == RC_OK && !well && strstr(report.p, "damaged")));
		buf_release(&report);
		store_close(s);
	} else {
		assert_rc(RC_CORRUPT, rc);
	}
}

/* ---- PostgreSQL ---- */

struct broken {
	int runs;
	bool write;
};

/* The first time its connection is ended under it. */
static enum rc break_once(struct db *db, void *arg, struct err *e)
{
	struct broken *b = arg;
	enum rc rc = b->write ? add_n(db, 1, 1, e) : RC_OK;
	if (rc == RC_OK && ++b->runs == 1)
		rc = ask(db, "SELECT CAST(pg_terminate_backend(pg_backend_pid()) AS INTEGER)", e);
	return rc != RC_OK ? rc : ask(db, "SELECT n FROM item WHERE id = 1", e);
}

static void test_lost_connection_postgres(void **state)
{
	ONLY(true);
	for (int write = 0; write < 2; write++) {
		struct broken b = { 0, write };
		enum rc rc = write ? store_write(store, break_once, &b, &err) : store_read(store, break_once, &b, &err);
		assert_rc(RC_OK, rc);
		assert_int_equal(b.runs, 2);
	}
	assert_int_equal(committed(1), 1); /* once, though it ran twice */
}

static void test_idle_connections_that_died_postgres(void **state)
{
	struct store *other = NULL;
	ONLY(true);
	assert_int_equal(committed(1), 0);
	assert_rc(RC_OK, store_open(url, false, &other, &err));
	char sql[] = "SELECT count(CAST(pg_terminate_backend(pid) AS INTEGER)) FROM pg_stat_activity "
		     "WHERE usename = current_user AND pid <> pg_backend_pid()";
	assert_rc(RC_OK, store_write(other, limit_pages, sql, &err));
	store_close(other);
	usleep(100000);
	assert_int_equal(committed(1), 0); /* a new connection is made, and nobody notices */
	assert_rc(RC_OK, store_write(store, add_ten, NULL, &err));
	assert_int_equal(committed(1), 10);
}

static void test_connection_lost_while_saving_postgres(void **state)
{
	int runs_before, runs_after;
	ONLY(true);
	change("CREATE FUNCTION die() RETURNS trigger LANGUAGE plpgsql AS "
	       "$f$ BEGIN PERFORM pg_terminate_backend(pg_backend_pid()); RETURN NULL; END $f$");
	change("CREATE CONSTRAINT TRIGGER die AFTER UPDATE ON item DEFERRABLE INITIALLY DEFERRED "
	       "FOR EACH ROW EXECUTE FUNCTION die()");
	runs_before = (int)committed(1);
	enum rc rc = store_write(store, add_ten, NULL, &err);
	struct err said = err;
	change("DROP TRIGGER die ON item");
	change("DROP FUNCTION die()");
	runs_after = (int)committed(1);
	err = said;
	assert_rc(RC_IO, rc);
	assert_words("it is not known whether it was saved. Look before you enter it again");
	assert_int_equal(runs_before, runs_after); /* here it was not; above all it did not run again by itself */
}

static enum rc add_serializable(struct db *db, void *arg, struct err *e)
{
	struct broken *b = arg;
	b->runs++;
	return ask(db, "SELECT n FROM item WHERE id = nobody_knows_this(1)", e);
}

static void test_gives_up_after_some_tries_postgres(void **state)
{
	struct broken b = { 0 };
	ONLY(true);
	change("CREATE FUNCTION nobody_knows_this(i INTEGER) RETURNS INTEGER LANGUAGE plpgsql AS "
	       "$f$ BEGIN RAISE EXCEPTION 'never' USING ERRCODE = '40001'; END $f$");
	enum rc rc = store_write(store, add_serializable, &b, &err);
	struct err said = err;
	change("DROP FUNCTION nobody_knows_this(INTEGER)");
	err = said;
	assert_rc(RC_CONFLICT, rc);
	assert_words("nothing was saved. Try again");
	assert_int_equal(b.runs, 6); /* the first and five more */
}

/* The test's address with other words behind it; libpq takes the last of each. */
static void assert_address(const char *more, enum rc want, const char *words)
{
	char address[8192];
	struct store *s = NULL;
	snprintf(address, sizeof address, "%s %s", url, more);
	assert_rc(want, store_open(address, false, &s, &err));
	assert_null(s);
	assert_words(words);
	assert_null(strstr(err.text, "sesame"));
	assert_null(strstr(err.detail, "sesame"));
}

static void test_addresses_postgres(void **state)
{
	char address[8192];
	struct store *s = NULL;
	ONLY(true);
	assert_address("user=linnet_locked", RC_IO, "asks for a password");
	assert_address("user=linnet_locked password=sesame", RC_IO, "did not accept this user and password");
	assert_address("user=linnet_locked password=right", RC_IO, "has not the rights");
	assert_address("dbname=nowhere", RC_IO, "no such database");
	assert_address("user=nobody_at_all", RC_IO, "no such database or user");
	assert_address("host=/nowhere", RC_IO, "cannot be reached");
	assert_address("password='sesame", RC_BAD_INPUT, "cannot be read");
	snprintf(address, sizeof address, "%s password='ses\\'ame open' connect_timeout=9", url);
	assert_rc(RC_OK, store_open(address, false, &s, &err));
	assert_null(strstr(store_url_shown(s), "ses"));
	assert_non_null(strstr(store_url_shown(s), "password=*** connect_timeout=9"));
	store_close(s);
}

static void test_failed_restore_brings_back_postgres(void **state)
{
	ONLY(true);
	make_backup();
	char *path = xstrndup(getenv("PATH"), strlen(getenv("PATH")));
	setenv("PATH", "/nowhere", 1);
	enum rc rc = store_restore(url, backup_file, true, &err);
	enum rc no_dump = store_backup(store, "/tmp/linnet-never", NULL, NULL, NULL);
	setenv("PATH", path, 1);
	free(path);
	assert_rc(RC_IO, rc);
	assert_words("pg_restore was not found; install it");
	assert_int_equal(no_dump, RC_IO);
	assert_int_equal(access("/tmp/linnet-never", F_OK), -1);
	assert_rc(RC_OK, store_read(store, write_down, &after, &err));
	assert_true(before.n && str_eq(buf_view(&before), buf_view(&after)));
}

static void test_killed_restore_is_finished_postgres(void **state)
{
	ONLY(true);
	make_backup();
	change("UPDATE item SET n = 77");
	for (int round = 0; round < 2; round++) {
		/* killed after the old tables were set aside */
		change("ALTER SCHEMA public RENAME TO linnet_before_restore");
		change("CREATE SCHEMA public");
		assert_open(RC_BAD_INPUT, true, "was interrupted: run it again with --replace"); /* nobody takes it for empty */
		assert_open(RC_BAD_INPUT, false, "was interrupted: run it again with --replace");
		assert_rc(RC_REFUSED, store_restore(url, backup_file, false, &err));
		assert_rc(RC_OK, store_restore(url, backup_file, true, &err));
		assert_rc(RC_OK, store_read(store, write_down, &after, &err));
		assert_true(before.n && str_eq(buf_view(&before), buf_view(&after)));
	}
	assert_open(RC_OK, false, NULL);
}

/* ---- the queue ---- */

static struct queue line;
static int order[3], n_order;

static void *stand_in_line(void *arg)
{
	if (queue_enter(&line, queue_now_ms() + 5000)) {
		order[n_order++] = *(int *)arg; /* only one is inside */
		queue_leave(&line);
	}
	return NULL;
}

static void test_queue_is_fair(void **state)
{
	pthread_t t[3];
	int names[3] = { 1, 2, 3 };
	(void)state;
	queue_init(&line, 1);
	n_order = 0;
	assert_true(queue_enter(&line, queue_now_ms() + 1000));
	for (int i = 0; i < 3; i++) {
		assert_int_equal(pthread_create(&t[i], NULL, stand_in_line, &names[i]), 0);
		usleep(30000); /* so that they arrive in this order */
	}
	int64_t from = queue_now_ms();
	assert_false(queue_enter(&line, from + 50)); /* and one that gives up, last in line */
	assert_in_range(queue_now_ms() - from, 49, 1000);
	queue_leave(&line);
	for (int i = 0; i < 3; i++)
		pthread_join(t[i], NULL);
	assert_int_equal(n_order, 3);
	for (int i = 0; i < 3; i++)
		assert_int_equal(order[i], i + 1);
	assert_true(queue_enter(&line, queue_now_ms())); /* free again */
	assert_false(queue_enter(&line, queue_now_ms() + 20));
	queue_leave(&line);
	queue_release(&line);
}

int main(void)
{
#define ONE_ITEM(t) cmocka_unit_test_setup(t, with_one)
	const struct CMUnitTest tests[] = {
		ONE_ITEM(test_full_disk_sqlite),
		ONE_ITEM(test_failing_disk_sqlite),
		ONE_ITEM(test_locked_by_another_program_sqlite),
		ONE_ITEM(test_strange_files_sqlite),
		ONE_ITEM(test_filling_sqlite),
		ONE_ITEM(test_filling_one_table_sqlite),
		ONE_ITEM(test_filling_given_up_sqlite),
		ONE_ITEM(test_taken_away_sqlite),
		ONE_ITEM(test_killed_while_filling_sqlite),
		ONE_ITEM(test_filling_without_the_log_sqlite),
		ONE_ITEM(test_opened_while_filling_sqlite),
		ONE_ITEM(test_killed_without_the_log_sqlite),
		ONE_ITEM(test_lost_connection_postgres),
		ONE_ITEM(test_idle_connections_that_died_postgres),
		ONE_ITEM(test_connection_lost_while_saving_postgres),
		ONE_ITEM(test_gives_up_after_some_tries_postgres),
		ONE_ITEM(test_addresses_postgres),
		cmocka_unit_test_setup(test_failed_restore_brings_back_postgres, fresh),
		cmocka_unit_test_setup(test_killed_restore_is_finished_postgres, fresh),
		ONE_ITEM(test_queue_is_fair),
	};
	return cmocka_run_group_tests(tests, set_up, tear_down);
}
