/* YAML and JSON as our files and events use them, ids and secrets: what is read,
 * and what is refused with its place. */
#include "base/id.h"
#include "base/secret.h"
#include "codec/json.h"
#include "codec/yaml.h"

#include <pthread.h>
#include <setjmp.h>
#include <stdarg.h>

#include <cmocka.h>

static struct arena arena;
static struct err err;

static int set_up(void **state)
{
	(void)state;
	arena_init(&arena);
	return 0;
}

static int tear_down(void **state)
{
	(void)state;
	arena_release(&arena);
	return 0;
}

static void assert_str(const char *want, struct str s)
{
	if (!str_is(s, want))
		fail_msg("\"" STR_FMT "\", not \"%s\"", STR_ARG(s), want);
}

/* ---- yaml ---- */

static const struct yaml *read_yaml(const char *text)
{
	const struct yaml *y = NULL;
	if (yaml_read(str_of(text), "a.yaml", &arena, &y, &err) != RC_OK)
		fail_msg("%s", err.text);
	return y;
}

static void test_a_yaml_tree(void **state)
{
	(void)state;
	const struct yaml *y =
	    read_yaml("a: 1\nb: [x, 'no', \"z\"]\nc:\n  d: >-\n    two\n    lines\n  e: ''\nf:\n  - g: 2026-11-22\n");
	assert_int_equal(y->type, YAML_MAP);
	assert_int_equal(y->n, 4);
	assert_str("1", yaml_text(y, "a"));
	const struct yaml *b = yaml_get(y, "b");
	assert_int_equal(b->type, YAML_LIST);
	assert_int_equal(b->n, 3);
	assert_int_equal(b->line, 2);
	assert_int_equal(b->column, 4);
	assert_false(b->child->quoted);
	assert_true(b->child->next->quoted);
	assert_str("two lines", yaml_text(yaml_get(y, "c"), "d"));
	struct str e = yaml_text(yaml_get(y, "c"), "e");
	assert_true(e.p && !e.n);
	assert_null(yaml_get(y, "z"));
	assert_null(yaml_text(y, "z").p);
	assert_null(yaml_get(b, "a"));
	int32_t day;
	assert_int_equal(yaml_day(yaml_get(y, "f")->child, "g", 0, &day, &err), RC_OK);
	int64_t n = 7;
	assert_int_equal(yaml_int(y, "a", 2, 9, 3, &n, &err), RC_BAD_INPUT);
	assert_non_null(strstr(err.text, "a.yaml:1:4:"));
	assert_int_equal(n, 7);
	assert_int_equal(yaml_int(y, "nothing", 2, 9, 3, &n, &err), RC_OK);
	assert_int_equal(n, 3);
	bool yes;
	assert_int_equal(yaml_bool(y, "a", false, &yes, &err), RC_BAD_INPUT);
	static const char *const allowed[] = { "a", "b", "c", NULL };
	assert_int_equal(yaml_only(y, allowed, &err), RC_BAD_INPUT);
	assert_non_null(strstr(err.text, "a.yaml:8:1:"));
}

static void test_yaml_is_refused_with_its_place(void **state)
{
	(void)state;
	static const struct {
		const char *text, *where;
	} bad[] = {
		{ "a: 1\na: 2\n", "a.yaml:2:1:" },
		{ "a: 1\nb:\n  c: 1\n  c: 2\n", "a.yaml:4:3:" },
		{ "a: &x 1\nb: *x\n", "a.yaml:1:" },
		{ "a: !!str 1\n", "a.yaml:1:" },
		{ "a: [1, 2\n", "a.yaml:" },
		{ "a: 'open\n", "a.yaml:" },
		{ "a: 1\nb: 'open\nc: 2\n", "a.yaml:2:4:" },
		{ "a: 1\nb: \"\\q\"\n", "a.yaml:2:5:" },
		{ "b: *nowhere\n", "a.yaml:1:" },
		{ "\ta: 1\n", "a.yaml:1:" },
		{ "a: 1\n---\nb: 2\n", "a.yaml:" },
		{ "? [x]\n: 1\n", "a.yaml:" },
		{ "<<: {a: 1}\na: \xff\n", "a.yaml:" },
	};
	for (size_t i = 0; i < COUNT_OF(bad); i++) {
		const struct yaml *y = NULL;
		err_clear(&err);
		if (yaml_read(str_of(bad[i].text), "a.yaml", &arena, &y, &err) == RC_OK)
			fail_msg("accepted: %s", bad[i].text);
		assert_int_equal(err.rc, RC_BAD_INPUT);
		if (!strstr(err.text, bad[i].where))
			fail_msg("%s: %s", bad[i].text, err.text);
		assert_null(y);
	}
}

static void test_yaml_has_limits(void **state)
{
	(void)state;
	struct buf b AUTO(buf_release);
	const struct yaml *y = NULL;
	buf_init(&b, 16u << 20);
	for (int i = 0; i < 2000; i++)
		buf_puts(&b, "[");
	assert_int_not_equal(yaml_read(buf_view(&b), "deep.yaml", &arena, &y, &err), RC_OK);
	buf_reset(&b);
	for (int i = 0; i <= YAML_DEPTH_MAX; i++)
		buf_printf(&b, "%*sa:\n", i, "");
	assert_int_not_equal(yaml_read(buf_view(&b), "deep.yaml", &arena, &y, &err), RC_OK);
	assert_non_null(strstr(err.text, "deep.yaml:"));
	buf_reset(&b);
	while (b.n <= YAML_FILE_MAX)
		buf_puts(&b, "# a line that says nothing, again and again and again\n");
	assert_int_not_equal(yaml_read(buf_view(&b), "long.yaml", &arena, &y, &err), RC_OK);
	assert_int_not_equal(yaml_read_file("/nowhere/at/all.yaml", &arena, &y, &err), RC_OK);
	assert_non_null(strstr(err.text, "/nowhere/at/all.yaml"));
	assert_null(y);
}

/* ---- json ---- */

static void test_json_members(void **state)
{
	(void)state;
	static const char *const names[] = { "a", "b", "c", "d" };
	struct str out[4];
	assert_int_equal(
	    json_members(STR("{\"a\":\"x\\u00e9\\n\",\"b\":12,\"c\":null,\"e\":[1]}"), names, 4, &arena, out, &err),
	    RC_OK);
	assert_str("x\u00e9\n", out[0]);
	assert_str("12", out[1]);
	assert_null(out[2].p);
	assert_null(out[3].p);
	assert_int_equal(json_members(STR(""), names, 4, &arena, out, &err), RC_OK);
	assert_null(out[0].p);
	static const char *const bad[] = { "[]",   "1",	   "\"a\"", "{", "{\"a\":}", "{\"a\":1,}", "{\"a\":\"\xff\"}",
					   "null", "{} {}" };
	for (size_t i = 0; i < COUNT_OF(bad); i++)
		if (json_members(str_of(bad[i]), names, 4, &arena, out, &err) != RC_BAD_INPUT)
			fail_msg("accepted: %s", bad[i]);
	char deep[200];
	memset(deep, '[', sizeof deep);
	memcpy(deep, "{\"a\":", 5);
	assert_int_equal(json_members((struct str){ deep, sizeof deep }, names, 4, &arena, out, &err), RC_BAD_INPUT);
	char *large = xmalloc(JSON_BODY_MAX + 1);
	memset(large, ' ', JSON_BODY_MAX + 1);
	assert_int_equal(json_members((struct str){ large, JSON_BODY_MAX + 1 }, names, 4, &arena, out, &err), RC_LIMIT);
	free(large);
}

static void test_json_strings_come_back(void **state)
{
	(void)state;
	static const char *const names[] = { "a", "period" };
	char every[128];
	for (int i = 1; i < 128; i++)
		every[i - 1] = (char)i;
	every[127] = '\0';
	const char *const texts[] = { every, "", "\"\\/", "Zo\u00eb \U0001F426 </script>" };
	for (size_t i = 0; i < COUNT_OF(texts); i++) {
		struct buf b AUTO(buf_release);
		struct str out[2];
		buf_init(&b, 4096);
		buf_puts(&b, "{\"a\":");
		json_put_string(&b, str_of(texts[i]));
		buf_putc(&b, '}');
		assert_int_equal(json_members(buf_view(&b), names, 1, &arena, out, &err), RC_OK);
		assert_str(texts[i], out[0]);
		struct buf c AUTO(buf_release);
		buf_init(&c, 4096);
		assert_int_equal(
		    json_set_member(STR("{\"period\":\"P1\",\"a\":\"old\"}"), "a", str_of(texts[i]), &c, &err), RC_OK);
		assert_int_equal(json_members(buf_view(&c), names, 2, &arena, out, &err), RC_OK);
		assert_true(texts[i][0] ? str_is(out[0], texts[i]) : !out[0].p);
		assert_str("P1", out[1]);
	}
	struct buf b AUTO(buf_release);
	buf_init(&b, 10);
	assert_int_equal(json_set_member(STR("{\"a\":1}"), "a", STR(""), &b, &err), RC_OK);
	assert_int_equal(b.n, 0);
	assert_int_equal(json_set_member(STR(""), "a", STR("longer than ten"), &b, &err), RC_LIMIT);
	assert_int_equal(json_set_member(STR("[]"), "a", STR("x"), &b, &err), RC_BAD_INPUT);
}

/* ---- ids ---- */

static void test_ids_grow(void **state)
{
	(void)state;
	struct id_source s, other;
	int64_t now = 1767225600000, last = 0;
	id_source_init(&s, 5);
	for (int i = 0; i < 20000; i++) { /* more than a millisecond holds, and a clock that goes back */
		int64_t id = id_new(&s, i < 10000 ? now : now - 3600000);
		assert_true(id > last);
		last = id;
	}
	assert_true(id_new(&s, now + 60000) > last);
	id_source_init(&other, 6);
	int64_t ahead = id_new(&other, now + 86400000);
	id_past(&s, ahead);
	int64_t after = id_new(&s, now);
	assert_true(after > ahead);
	id_past(&s, last); /* never back */
	assert_true(id_new(&s, now) > after);
	assert_int_equal((after >> 12) & 1023, 5);
}

static void test_id_text(void **state)
{
	(void)state;
	static const int64_t ids[] = { 0, 1, 31, 32, 123456789012345678, INT64_MAX };
	char a[ID_TEXT_MAX], b[ID_TEXT_MAX];
	int64_t back;
	for (size_t i = 0; i < COUNT_OF(ids); i++) {
		assert_int_equal(strlen(id_text(ids[i], a)), 13);
		assert_int_equal(id_parse(str_of(a), &back), RC_OK);
		assert_true(back == ids[i]);
		assert_true(i == 0 || strcmp(id_text(ids[i - 1], b), a) < 0); /* sorted as numbers are */
	}
	static const char *const bad[] = { "",
					   "000000000000",
					   "00000000000000",
					   "000000000000i",
					   "000000000000O",
					   "zzzzzzzzzzzzz",
					   "000000000000 ",
					   "-000000000001",
					   "800000000000u" };
	for (size_t i = 0; i < COUNT_OF(bad); i++)
		assert_int_equal(id_parse(str_of(bad[i]), &back), RC_BAD_INPUT);
	assert_int_equal(id_parse((struct str){ "000000\0000000", 13 }, &back), RC_BAD_INPUT);
}

static size_t same_letters(const char *a, const char *b)
{
	size_t n = 0;
	for (size_t i = 0; a[i]; i++)
		n += a[i] == b[i];
	return n;
}

/* As people are shown it: the way back is there, and neighbours have nothing in common. */
static void test_ids_shown_tell_no_order(void **state)
{
	(void)state;
	static const unsigned char one[ID_KEY_BYTES] = "sixteen letters", two[ID_KEY_BYTES] = "other sixteen l";
	enum { MANY = 20000 };
	char plain[ID_TEXT_MAX], shown[ID_TEXT_MAX], before[ID_TEXT_MAX] = "", other[ID_TEXT_MAX];
	int64_t back;
	size_t alike = 0, up = 0;
	for (int64_t i = 0; i < MANY; i++) {
		int64_t id = i % 2 ? 123456789012345678 + i : (INT64_MAX / MANY) * i;
		id_key(one);
		id_text(id, shown);
		assert_int_equal(strlen(shown), 13);
		assert_true(shown[0] >= 'g'); /* never taken for a plain one */
		assert_int_equal(id_parse(str_of(shown), &back), RC_OK);
		assert_true(back == id);
		assert_int_equal(id_parse(str_of(id_plain(id, plain)), &back), RC_OK); /* of before, and kept */
		assert_true(back == id);
		alike += same_letters(shown, before);
		up += strcmp(before, shown) < 0;
		memcpy(before, shown, sizeof before);
		id_key(two);
		assert_true(strcmp(id_text(id, other), shown) != 0);
		assert_true(id_parse(str_of(shown), &back) == RC_BAD_INPUT || back != id); /* of another store */
	}
	/* by chance one letter in 32 is the same, the first one in 16, and half of them follow the one before */
	assert_in_range(alike, MANY * 13 / 32 * 8 / 10, MANY * 13 / 32 * 13 / 10);
	assert_in_range(up, MANY * 48 / 100, MANY * 52 / 100);
	id_key(NULL);
	assert_string_equal(id_text(5, shown), id_plain(5, plain));
	assert_int_equal(id_parse(str_of(before), &back), RC_BAD_INPUT);
}

/* A number that is made here tells nothing, and is not taken for an id as it is kept. */
static void test_numbers_by_chance(void **state)
{
	(void)state;
	enum { MANY = 5000 };
	char one[ID_TEXT_MAX], before[ID_TEXT_MAX] = "";
	static const unsigned char key[ID_KEY_BYTES] = "sixteen letters";
	size_t alike = 0, up = 0;
	int64_t id;
	id_key(key);
	for (int i = 0; i < MANY; i++) {
		assert_int_equal(strlen(id_random(one)), 13);
		assert_true(one[0] >= 'g');
		assert_int_equal(id_parse(str_of(one), &id), RC_OK);
		assert_string_not_equal(one, before);
		alike += same_letters(one, before);
		up += strcmp(before, one) < 0;
		memcpy(before, one, sizeof before);
	}
	assert_in_range(alike, MANY * 13 / 32 * 7 / 10, MANY * 13 / 32 * 14 / 10);
	assert_in_range(up, MANY * 46 / 100, MANY * 54 / 100);
	id_key(NULL);
}

static void *make_ids(void *arg)
{
	int64_t *out = arg;
	struct id_source *s = (struct id_source *)(uintptr_t)out[0];
	for (int i = 0; i < 1000; i++)
		out[i] = id_new(s, 1767225600000);
	return NULL;
}

static int by_value(const void *x, const void *y)
{
	const int64_t *a = x, *b = y;
	return (*a > *b) - (*a < *b);
}

static void test_ids_of_several_threads_differ(void **state)
{
	(void)state;
	static int64_t ids[4][1000];
	struct id_source s;
	pthread_t t[4];
	id_source_init(&s, 1);
	for (int i = 0; i < 4; i++) {
		ids[i][0] = (int64_t)(uintptr_t)&s;
		assert_int_equal(pthread_create(&t[i], NULL, make_ids, ids[i]), 0);
	}
	for (int i = 0; i < 4; i++)
		pthread_join(t[i], NULL);
	const int64_t *all = &ids[0][0];
	qsort(ids, 4000, sizeof(int64_t), by_value);
	for (int i = 1; i < 4000; i++)
		assert_true(all[i - 1] != all[i]);
}

/* ---- secrets ---- */

static void test_passwords(void **state)
{
	(void)state;
	char hash[PASSWORD_HASH_MAX], again[PASSWORD_HASH_MAX];
	assert_int_equal(password_hash(STR("four quiet herons"), hash, &err), RC_OK);
	assert_int_equal(password_hash(STR("four quiet herons"), again, &err), RC_OK);
	assert_string_not_equal(hash, again);
	assert_non_null(strstr(hash, "$argon2id$v=19$m=19456,t=2,p=1$"));
	assert_true(password_matches(hash, STR("four quiet herons")));
	assert_false(password_matches(hash, STR("four quiet heron")));
	assert_false(password_matches(hash, STR("Four quiet herons")));
	assert_false(password_matches(hash, STR("")));
	assert_false(password_matches("", STR("four quiet herons")));
	assert_false(password_matches("$argon2id$", STR("")));
}

static void test_tokens(void **state)
{
	(void)state;
	char a[TOKEN_HEX_MAX], b[TOKEN_HEX_MAX];
	token_new(a);
	token_new(b);
	assert_int_equal(strlen(a), 64);
	assert_string_not_equal(a, b);
	assert_int_equal(strspn(a, "0123456789abcdef"), 64);
	assert_true(secret_equal(STR("abc"), STR("abc")));
	assert_false(secret_equal(STR("abc"), STR("abd")));
	assert_false(secret_equal(STR("abc"), STR("ab")));
	assert_false(secret_equal(STR(""), STR(""))); /* nothing is no secret */
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_a_yaml_tree),
		cmocka_unit_test(test_yaml_is_refused_with_its_place),
		cmocka_unit_test(test_yaml_has_limits),
		cmocka_unit_test(test_json_members),
		cmocka_unit_test(test_json_strings_come_back),
		cmocka_unit_test(test_ids_grow),
		cmocka_unit_test(test_id_text),
		cmocka_unit_test(test_ids_shown_tell_no_order),
		cmocka_unit_test(test_numbers_by_chance),
		cmocka_unit_test(test_ids_of_several_threads_differ),
		cmocka_unit_test(test_passwords),
		cmocka_unit_test(test_tokens),
	};
	return cmocka_run_group_tests(tests, set_up, tear_down);
}
