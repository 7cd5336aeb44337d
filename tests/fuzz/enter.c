/*
 * What is typed into the pages that enter a new child, any bytes in any field: problems are
 * listed, each with its field and words, or it is told what would be written. Nothing is.
 * The input is the fields one after another, each ended by a byte 0xFE.
 */
#include "help.h"
#include "work/app.h"
#include "work/record/enter.h"

static struct app *app;

static void begin(void)
{
	static char folder[256], url[300];
	struct err e = { .rc = RC_OK };
	fuzz_folder(folder);
	snprintf(url, sizeof url, "sqlite:%s/store.db", folder);
	struct app_settings s = {
		.data_dir = "data", .store_url = url, .create = true, .now_ms = (int64_t)20530 * 24 * 3600 * 1000
	};
	fuzz_must(app_open(&s, &app, &e), &e);
	fuzz_must(app_init_region(app, "set", 0, &e), &e);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct err e = { .rc = RC_OK };
	struct arena a;
	struct entry_page page;
	struct entry n = { 0 };
	if (!app)
		begin();
	if (!size)
		return 0;
	struct viewer v = { .account = 1, .org = app_health_team(app)->id, .role = ROLE_ADMINISTRATOR };
	uint8_t how = *data++;
	size--;
	struct str *fields[] = { &n.number, &n.given,	  &n.family, &n.sex,	   &n.nhs_number, &n.born,  &n.council,
				 &n.ref,    &n.kind,	  &n.at,     &n.minute,	   &n.code,	  &n.code2, &n.value,
				 &n.org,    &n.placement, &n.area,   &n.emergency, &n.different,  &n.why };
	for (size_t i = 0; i < COUNT_OF(fields); i++) {
		*fields[i] = fuzz_piece(&data, &size);
		if (utf8_bad_at(*fields[i]) != SIZE_MAX || (fields[i]->n && memchr(fields[i]->p, 0, fields[i]->n)))
			return 0; /* room web gives clean text only (form.c) */
	}
	n.born_not_known = how & 2;
	arena_init(&a);
	enum rc rc = enter_look(app, &v, &n, how & 1 ? ENTRY_WHOLE : ENTRY_WHO, &a, &page, &e);
	if (rc != RC_OK && !e.text[0])
		abort();
	for (size_t i = 0; rc == RC_OK && i < page.n_problems; i++)
		if (!page.problems[i].field.n || !page.problems[i].text.n ||
		    utf8_bad_at(page.problems[i].text) != SIZE_MAX)
			abort();
	if (rc == RC_OK && (how & 1) && !page.n_problems && !page.n_candidates && !page.n_events)
		abort();
	arena_release(&a);
	return 0;
}
