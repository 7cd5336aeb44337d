/* Addresses, routes, cookies, links: what comes in is checked, what goes out is encoded. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "web/http/http.h"
#include "web/pages/link.h"

static bool parses(struct request *q, const char *address)
{
	*q = (struct request){ .method = METHOD_GET };
	arena_init(&q->arena);
	return request_parse(q, str_of(address));
}

static void good_addresses(void **state)
{
	(void)state;
	struct request q;
	assert_true(parses(&q, "/"));
	assert_int_equal(q.n_segments, 0);
	arena_release(&q.arena);
	assert_true(parses(&q, "/child/0abc/clock/iha%2Dreturned.1?as-of=2026-11-22&x=a+b%26&y"));
	assert_int_equal(q.n_segments, 4);
	assert_true(str_is(q.segments[3], "iha-returned.1"));
	assert_true(str_is(request_query(&q, "x"), "a b&"));
	assert_true(str_is(request_query(&q, "y"), ""));
	assert_null(request_query(&q, "z").p);
	arena_release(&q.arena);
}

static void bad_addresses(void **state)
{
	(void)state;
	static const char *const bad[] = { "",	      "x",	    "//",     "/a//b",	"/a/",	   "/.",      "/..",
					   "/a/../b", "/%2e%2e",    "/a%2fb", "/a\\b",	"/a%5Cb",  "/%00",    "/a%0ab",
					   "/%zz",    "/%4",	    "/%",     "/%ff",	"/?a=%00", "/?a=%ff", "/?%",
					   "/a%7f",   "/?a=%c0%80", "/?a=\n", "/?a=%0a" };
	for (size_t i = 0; i < COUNT_OF(bad); i++) {
		struct request q;
		if (parses(&q, bad[i]))
			fail_msg("accepted: %s", bad[i]);
		assert_true(q.fault >= 400 && q.fault_words);
		arena_release(&q.arena);
	}
}

static void too_many(void **state)
{
	(void)state;
	struct buf b;
	struct request q;
	buf_init(&b, 10000);
	for (int i = 0; i < HTTP_SEGMENTS_MAX + 1; i++)
		buf_puts(&b, "/a");
	assert_false(parses(&q, b.p));
	arena_release(&q.arena);
	buf_reset(&b);
	buf_puts(&b, "/?");
	for (int i = 0; i < HTTP_PAIRS_MAX + 1; i++)
		buf_puts(&b, "a&");
	assert_false(parses(&q, b.p));
	arena_release(&q.arena);
	buf_release(&b);
}

static void routes_fit(void **state)
{
	(void)state;
	static const struct route routes[] = { { METHOD_GET, "/", false },
					       { METHOD_GET, "/import/new", false },
					       { METHOD_GET, "/import/:load", false },
					       { METHOD_POST, "/child/:id/record/:kind", false } };
	static const struct {
		const char *address;
		enum method method;
		int want; /* -1 none, -2 other method */
	} cases[] = { { "/", METHOD_GET, 0 },
		      { "/import/new", METHOD_GET, 1 },
		      { "/import/x", METHOD_GET, 2 },
		      { "/import", METHOD_GET, -1 },
		      { "/import/x/y", METHOD_GET, -1 },
		      { "/import/x", METHOD_POST, -2 },
		      { "/child/1/record/k", METHOD_POST, 3 },
		      { "/child/1/record/k", METHOD_OTHER, -2 } };
	for (size_t i = 0; i < COUNT_OF(cases); i++) {
		struct request q;
		const struct route *r = NULL;
		assert_true(parses(&q, cases[i].address));
		q.method = cases[i].method;
		enum route_found f = route_find(routes, COUNT_OF(routes), &q, &r);
		int got = f == ROUTE_FOUND ? (int)(r - routes) : f == ROUTE_NONE ? -1 : -2;
		assert_int_equal(got, cases[i].want);
		if (got == 3)
			assert_true(str_is(request_param(&q, "id"), "1") && str_is(request_param(&q, "kind"), "k"));
		arena_release(&q.arena);
	}
}

static void cookies(void **state)
{
	(void)state;
	struct request q = { .cookie = STR("a=1; linnet=tok; linnetx=no;b") };
	assert_true(str_is(request_cookie(&q, "linnet"), "tok"));
	assert_null(request_cookie(&q, "none").p);
	q.cookie = (struct str){ NULL, 0 };
	assert_null(request_cookie(&q, "linnet").p);
}

static void foreign(void **state)
{
	(void)state;
	struct request q = { .host = STR("127.0.0.1:8040") };
	assert_false(request_is_foreign(&q));
	q.origin = STR("http://127.0.0.1:8040");
	assert_false(request_is_foreign(&q));
	q.origin = STR("http://127.0.0.1:8041");
	assert_true(request_is_foreign(&q));
	q.origin = STR("127.0.0.1:8040");
	assert_true(request_is_foreign(&q));
	q.origin = STR("null");
	q.fetch_site = STR("same-origin");
	assert_false(request_is_foreign(&q));
	q.fetch_site = STR("same-site");
	assert_true(request_is_foreign(&q));
	q.fetch_site = STR("");
	assert_true(request_is_foreign(&q));
}

static void gzip_asked_for(void **state)
{
	(void)state;
	static const char *const yes[] = { "gzip", "br, gzip", "GZIP;q=0.5", "*", "gzip; q=0.01" };
	static const char *const no[] = { "", "br", "gzip;q=0", "gzip; q=0.000", "x-gzip" };
	for (size_t i = 0; i < COUNT_OF(yes); i++)
		assert_true(accepts_gzip(str_of(yes[i])));
	for (size_t i = 0; i < COUNT_OF(no); i++)
		assert_false(accepts_gzip(str_of(no[i])));
}

static void links_encode(void **state)
{
	(void)state;
	struct filters f = { .standard = STR("a&b=\"<'/?#é"), .when = { day_of(2026, 11, 22), DAY_NONE } };
	assert_string_equal(link_worklist(&f).s, "/?clock=a%26b%3D%22%3C%27%2F%3F%23%C3%A9&as-of=2026-11-22");
	assert_string_equal(strstr(link_kept_back(1, STR("../x")).s, "/kept-back/"), "/kept-back/..%2Fx");
	char long_text[LINK_MAX];
	memset(long_text, 'a', sizeof long_text);
	f.standard = (struct str){ long_text, sizeof long_text };
	assert_string_equal(link_worklist(&f).s, "/"); /* too long: home, never cut short */
}

static void returns_only_here(void **state)
{
	(void)state;
	assert_string_equal(link_return(STR("/list/late?turn=health")).s, "/list/late?turn=health");
	static const char *const bad[] = { "",	    "x",	"//a",	     "/\\a",
					   "/%2fa", "http://a", "/sign-out", "/sign-in?then=/",
					   "/a\nb", "/%0d",	"/?a=\n" };
	for (size_t i = 0; i < COUNT_OF(bad); i++)
		assert_string_equal(link_return(str_of(bad[i])).s, "/");
	assert_string_equal(link_return((struct str){ NULL, 0 }).s, "/");
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(good_addresses), cmocka_unit_test(bad_addresses), cmocka_unit_test(too_many),
		cmocka_unit_test(routes_fit),	  cmocka_unit_test(cookies),	   cmocka_unit_test(foreign),
		cmocka_unit_test(gzip_asked_for), cmocka_unit_test(links_encode),  cmocka_unit_test(returns_only_here),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
