/* Whatever the address: it is refused, or its parts are clean; and where sign-in
 * returns to is always an address of this site. */
#include "web/http/http.h"
#include "web/pages/link.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct str s = { (const char *)data, size };
	struct request q = { .method = METHOD_GET, .cookie = s };
	arena_init(&q.arena);
	bool good = request_parse(&q, s);
	if (good == (q.fault != 0))
		abort();
	for (size_t i = 0; good && i < q.n_segments; i++)
		if (!q.segments[i].n || memchr(q.segments[i].p, '/', q.segments[i].n) || str_is(q.segments[i], "..") ||
		    utf8_bad_at(q.segments[i]) != SIZE_MAX)
			abort();
	for (size_t i = 0; good && i < q.n_query; i++)
		if (utf8_bad_at(q.query[i].value) != SIZE_MAX)
			abort();
	(void)request_cookie(&q, "linnet");
	(void)accepts_gzip(s);
	struct link to = link_return(s);
	if (to.s[0] != '/' || to.s[1] == '/' || to.s[1] == '\\' || strpbrk(to.s, "\r\n"))
		abort();
	arena_release(&q.arena);
	return 0;
}
