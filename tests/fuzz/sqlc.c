/* Whatever the statements: they compile or are refused with their place, nothing else. */
#include "base/base.h"
#define main sqlc_main
int sqlc_main(int argc, char **argv);
#include "../../tools/sqlc.c"
#undef main
#include "help.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	static char folder[256], path[300];
	struct err e = { 0 };
	struct compiler *c = xcalloc(1, sizeof *c);
	if (!path[0]) {
		fuzz_folder(folder);
		snprintf(path, sizeof path, "%s/fuzz.sql", folder);
	}
	fuzz_file(folder, "fuzz.sql", (struct str){ (const char *)data, size });
	arena_init(&c->arena);
	if (read_file(c, path, &e) != RC_OK && !strstr(e.text, "fuzz.sql:"))
		abort();
	for (size_t i = 0; i < c->n; i++)
		buf_release(&c->all[i]->text);
	arena_release(&c->arena);
	free(c);
	return 0;
}
