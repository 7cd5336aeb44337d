/* The list of what was lawfully erased, of any bytes, beside a store that has none: nobody
 * may read, in words that say why, or store and list agree, and do so again at once. */
#include "help.h"
#include "work/oversee/erased.h"

static struct app *app;
static char path[300];

static void begin(void)
{
	static char folder[256], url[300];
	struct err e = { .rc = RC_OK };
	fuzz_folder(folder);
	snprintf(url, sizeof url, "sqlite:%s/store.db", folder);
	snprintf(path, sizeof path, "%s/list", folder);
	struct app_settings s = { .data_dir = "data", .store_url = url, .create = true, .erased_file = path };
	fuzz_must(app_open(&s, &app, &e), &e);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct err e = { .rc = RC_OK };
	int64_t again = 0;
	if (!app)
		begin();
	FILE *f = fopen(path, "wb");
	if (!f || (size && fwrite(data, 1, size, f) != size) || fclose(f) != 0)
		abort();
	if (erased_agree(app, &again, &e) == RC_OK) {
		fuzz_must(erased_agree(app, &again, &e), &e);
		if (again)
			abort();
	} else if (!e.text[0]) {
		abort();
	}
	return 0;
}
