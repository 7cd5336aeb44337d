/*
 * Names of things as they come in addresses and at the command line: the place in
 * a list (keyset), a child, a clock. On a store that holds one organisation's
 * region and no child: refused or not there, never anything else.
 */
#include "help.h"
#include "work/app.h"
#include "work/see/child.h"

static struct app *app;

static void begin(void)
{
	static char folder[256], url[300];
	struct err e = { .rc = RC_OK };
	fuzz_folder(folder);
	snprintf(url, sizeof url, "sqlite:%s/store.db", folder);
	struct app_settings s = { .data_dir = "data", .store_url = url, .create = true };
	fuzz_must(app_open(&s, &app, &e), &e);
	fuzz_must(app_init_region(app, "set", 0, &e), &e);
}

static void expect(enum rc rc, const struct err *e)
{
	if (rc != RC_OK && ((rc != RC_BAD_INPUT && rc != RC_NOT_FOUND) || !e->text[0])) {
		fprintf(stderr, "%s: %s %s\n", rc_name(rc), e->text, e->detail);
		abort();
	}
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct err e = { .rc = RC_OK };
	struct arena a;
	if (!app)
		begin();
	if (!size)
		return 0;
	struct str s = { (const char *)data + 1, size - 1 };
	if (utf8_bad_at(s) != SIZE_MAX || memchr(s.p, 0, s.n))
		return 0; /* rooms web and cmd give clean text only */
	struct viewer v = { .org = app_health_team(app)->id, .role = ROLE_NURSE };
	arena_init(&a);
	if (data[0] % 4 == 0) {
		struct worklist_query q = { .only = LIST_WAITING,
					    .after = s,
					    .limit = 50,
					    .as_of = DAY_NONE,
					    .known_ms = KNOWN_NOW,
					    .area = -1 };
		struct worklist w;
		expect(worklist_see(app, &v, &q, &a, &w, &e), &e);
	} else if (data[0] % 4 == 1) {
		int64_t person;
		expect(child_find(app, &v, s, &person, &e), &e);
	} else if (data[0] % 4 == 2) {
		const struct child_found *found;
		size_t n;
		expect(child_search(app, &v, s, 20, &a, &found, &n, NULL, &e), &e);
	} else {
		struct child_query q = { .person = 7, .as_of = DAY_NONE, .known_ms = KNOWN_NOW };
		struct clock_page page;
		expect(clock_see(app, &v, &q, s, &a, &page, &e), &e);
	}
	arena_release(&a);
	return 0;
}
