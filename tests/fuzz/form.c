/* The body of a form on any bytes: refused, or pairs of clean text. */
#include "web/http/http.h"
#include "help.h"

static void clean(struct str s)
{
	if (s.n && (memchr(s.p, 0, s.n) || utf8_bad_at(s) != SIZE_MAX))
		abort();
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct pair pairs[HTTP_PAIRS_MAX];
	struct arena a;
	size_t n = 0;
	arena_init(&a);
	if (pairs_parse(&a, (struct str){ (const char *)data, size }, pairs, COUNT_OF(pairs), &n)) {
		if (n > COUNT_OF(pairs))
			abort();
		for (size_t i = 0; i < n; i++) {
			clean(pairs[i].name);
			clean(pairs[i].value);
		}
	}
	arena_release(&a);
	return 0;
}
