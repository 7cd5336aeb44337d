/* Migrations of the test's own (they stand in for the program's), so that an old
 * store can be carried forward, and a step can fail. */
#include "store/help.h"

#define FILE_OF(path, text)                                                                                            \
	{                                                                                                              \
		path, (const unsigned char *)(text), sizeof(text) - 1                                                  \
	}
const struct embedded migrations[] = {
	FILE_OF("0001_first.sql", "CREATE TABLE first (a TEXT PRIMARY KEY, b @BLOB@) @ROWLESS@;\n"
				  "CREATE INDEX first_b ON first (b);"),
	FILE_OF("0002_second.sql", "CREATE TABLE second (a BIGINT); INSERT INTO second (a) VALUES (2);"),
	FILE_OF("0003_third.sql", "INSERT INTO second (a) VALUES (3); CREATE TABLE third (a BIGINT);"),
};
const size_t migrations_count = COUNT_OF(migrations);

static enum rc count_second(struct db *db, void *arg, struct err *e)
{
	static const struct sql_statement st = { "c", "SELECT count(*) FROM second", NULL, 0, n_out, 1, -1 };
	struct sql_rows *rows;
	struct sql_value v[1];
	enum rc rc = db_query(db, &st, NULL, &rows, e);
	if (rc != RC_OK)
		return rc;
	rc = db_next(rows, v, e);
	if (rc == RC_OK)
		*(int64_t *)arg = v[0].i;
	db_done(rows);
	return rc;
}

static int64_t second_rows(void)
{
	int64_t n = -1;
	assert_rc(RC_OK, store_read(store, count_second, &n, &err));
	return n;
}

/* As a store looked whose program knew only the first migration. */
static int back_to_first(void **state)
{
	(void)state;
	change("DROP TABLE IF EXISTS second");
	change("DROP TABLE IF EXISTS third");
	change("DELETE FROM schema_migration WHERE number > 1");
	change("DELETE FROM first");
	change("INSERT INTO first (a) VALUES ('kept')");
	return 0;
}

static void test_an_old_store_is_carried_forward(void **state)
{
	char copy[8192], restored[8192];
	int applied = 0;
	(void)state;
	assert_int_equal(store_schema_version(store), 1);
	assert_open(RC_CONFLICT, false, "schema 1, the program needs 3");
	assert_rc(RC_OK, store_migrate(store, &applied, &err));
	assert_int_equal(applied, 2);
	assert_int_equal(store_schema_version(store), 3);
	assert_int_equal(second_rows(), 2);
	assert_open(RC_OK, false, NULL);
	snprintf(copy, sizeof copy, "%s.before-migration-2", strchr(url, ':') + 1);
	if (store_is_postgres(store)) /* its transactions cover tables too, and a copy needs its tools */
		return;
	/* the copy is what the store was */
	struct store *old = NULL;
	snprintf(restored, sizeof restored, "sqlite:%s/restored.db", folder);
	assert_rc(RC_OK, store_restore(restored, copy, false, &err));
	assert_rc(RC_OK, store_open(restored, true, &old, &err));
	assert_int_equal(store_schema_version(old), 1);
	store_close(old);
	assert_int_equal(unlink(strchr(restored, ':') + 1), 0);
	assert_int_equal(unlink(copy), 0);
}

static void test_a_step_that_fails_leaves_nothing(void **state)
{
	int applied = 77;
	(void)state;
	change("CREATE TABLE third (other TEXT)"); /* in the way of migration 3, which has begun by then */
	assert_rc(RC_INTERNAL, store_migrate(store, &applied, &err));
	assert_words("0003_third.sql was not applied, and the store is as it was");
	assert_int_equal(applied, 77);
	assert_int_equal(store_schema_version(store), 2);
	assert_int_equal(second_rows(), 1); /* 2 is whole, nothing of 3 */
	change("DROP TABLE third");
	assert_rc(RC_OK, store_migrate(store, &applied, &err));
	assert_int_equal(applied, 1);
	assert_int_equal(second_rows(), 2);
}

static void *migrate(void *arg)
{
	struct store *mine = NULL;
	struct err e = { 0 };
	int applied = 0;
	if (store_open(url, true, &mine, &e) == RC_OK && store_migrate(mine, &applied, &e) == RC_OK)
		*(int *)arg = applied;
	store_close(mine);
	return NULL;
}

static void test_two_servers_migrate_at_once(void **state)
{
	pthread_t t[3];
	int applied[3] = { -1, -1, -1 };
	(void)state;
	for (int i = 0; i < 3; i++)
		assert_int_equal(pthread_create(&t[i], NULL, migrate, &applied[i]), 0);
	for (int i = 0; i < 3; i++)
		pthread_join(t[i], NULL);
	for (int i = 0; i < 3; i++)
		assert_in_range(applied[i], 0, 2);
	assert_int_equal(applied[0] + applied[1] + applied[2], 2); /* each step once */
	assert_int_equal(second_rows(), 2);
}

static void test_a_gap_is_refused(void **state)
{
	int applied;
	(void)state;
	assert_rc(RC_OK, store_migrate(store, &applied, &err));
	change("DELETE FROM schema_migration WHERE number = 2");
	assert_open(RC_CORRUPT, true, "gap before number 3");
}

int main(void)
{
#define OLD(t) cmocka_unit_test_setup(t, back_to_first)
	const struct CMUnitTest tests[] = {
		OLD(test_an_old_store_is_carried_forward),
		OLD(test_a_step_that_fails_leaves_nothing),
		OLD(test_two_servers_migrate_at_once),
		OLD(test_a_gap_is_refused),
	};
	return cmocka_run_group_tests(tests, set_up, tear_down);
}
