/* Siting problems and needs of any bytes: a problem that holds together, or one sentence. */
#include "plan/need.h"
#include "plan/siting.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

/* As in yaml.c: the library itself forgets some memory. */
const char *__lsan_default_suppressions(void);
const char *__lsan_default_suppressions(void)
{
	return "leak:libfyaml";
}

static void look(const struct siting *s)
{
	if (!s->n_areas || !s->n_sites || !s->n_sizes || !(s->demand > 0))
		abort();
	for (size_t i = 0; i < s->n_areas; i++)
		if (!(s->areas[i].demand >= 0) || s->areas[i].group >= (int)s->n_groups)
			abort();
	for (size_t k = 0; k < s->n_areas * s->n_sites; k++)
		if (!(s->minutes[k] >= 0))
			abort();
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct arena a;
	struct siting s;
	struct need n;
	struct err e = { .rc = RC_OK };
	if (!size)
		return 0;
	struct str text = { (const char *)data + 1, size - 1 };
	arena_init(&a);
	enum rc rc = data[0] % 4 == 0	? siting_read(text, "fuzz", NULL, NULL, NULL, &a, &s, &e)
		     : data[0] % 4 == 1 ? siting_read_pmed(text, "fuzz", &a, &s, &e)
		     : data[0] % 4 == 2 ? siting_read_cap(text, "fuzz", 5, &a, &s, &e)
					: need_read(text, "fuzz", &a, &n, &e);
	if (rc == RC_OK && data[0] % 4 != 3)
		look(&s);
	else if (rc != RC_OK && !e.text[0])
		abort();
	arena_release(&a);
	return 0;
}
