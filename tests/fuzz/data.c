/* The other files of data/ with any bytes in them: kinds, tables, organisations,
 * holidays (the first byte chooses): loaded, or one sentence. */
#include "exchange/tables/spec.h"
#include "record/organisations.h"
#include "standard/holidays.h"
#include "help.h"
#include "yaml_leaks.h"

static char folder[256];
static struct vocab *vocab;

static enum rc load(uint8_t which, struct str text, struct err *e)
{
	struct vocab *v;
	struct tables_spec *spec;
	struct organisations *orgs;
	struct holiday *h;
	struct arena a;
	size_t n;
	enum rc rc;
	switch (which % 4) {
	case 0:
		fuzz_file(folder, "kinds.yaml", text);
		if ((rc = vocab_load(folder, &v, e)) == RC_OK)
			vocab_free(v);
		return rc;
	case 1:
		fuzz_file(folder, "tables.yaml", text);
		if ((rc = tables_spec_load(folder, vocab, &spec, e)) == RC_OK)
			tables_spec_free(spec);
		return rc;
	case 2:
		fuzz_file(folder, "organisations.csv", text);
		if ((rc = organisations_load(folder, &orgs, e)) == RC_OK)
			organisations_free(orgs);
		return rc;
	default:
		fuzz_file(folder, "holidays/england.csv", text);
		arena_init(&a);
		if ((rc = holidays_load(folder, &a, &h, &n, e)) == RC_OK)
			workdays_free(holidays_calendar(h, n, DAY_NEVER));
		arena_release(&a);
		return rc;
	}
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct err e = { .rc = RC_OK };
	if (!vocab) {
		char holidays[300];
		fuzz_must(vocab_load("data", &vocab, &e), &e);
		fuzz_folder(folder);
		snprintf(holidays, sizeof holidays, "%s/holidays", folder);
		if (mkdir(holidays, 0700) != 0)
			abort();
	}
	if (size && load(data[0], (struct str){ (const char *)data + 1, size - 1 }, &e) != RC_OK && !e.text[0])
		abort();
	return 0;
}
