/* The bodies of events on any bytes: read or refused, and what is written is read again. */
#include "codec/json.h"
#include "help.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	static const char *const names[] = { "note", "language", "interpreter", "" };
	struct str value = fuzz_piece(&data, &size), body = { (const char *)data, size };
	struct str out[COUNT_OF(names)];
	struct arena a;
	struct buf b;
	struct err e = { .rc = RC_OK };
	arena_init(&a);
	buf_init(&b, 4 * JSON_BODY_MAX);
	bool readable = json_members(body, names, COUNT_OF(names), &a, out, &e) == RC_OK;
	if (!readable && !e.text[0])
		abort();
	if (json_set_member(body, "note", value, &b, &e) == RC_OK && b.n && b.n <= JSON_BODY_MAX) {
		if (utf8_bad_at(buf_view(&b)) != SIZE_MAX && utf8_bad_at(value) == SIZE_MAX &&
		    utf8_bad_at(body) == SIZE_MAX)
			abort();
		if (utf8_bad_at(value) == SIZE_MAX && !memchr(value.p ? value.p : "", 0, value.n)) {
			fuzz_must(json_members(buf_view(&b), names, COUNT_OF(names), &a, out, &e), &e);
			if (!str_eq(out[0].p ? out[0] : STR(""), value.n ? value : STR("")))
				abort();
		}
	}
	buf_release(&b);
	arena_release(&a);
	return 0;
}
