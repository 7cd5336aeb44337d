/* The YAML reader on any bytes: a tree with places, or one sentence. */
#include "codec/yaml.h"
#include "yaml_leaks.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void walk(const struct yaml *y, int depth)
{
	size_t n = 0;
	if (y->line < 1 || y->column < 1 || depth > YAML_DEPTH_MAX + 1)
		abort();
	for (const struct yaml *c = y->child; c; c = c->next, n++)
		walk(c, depth + 1);
	if (n != y->n || (y->type == YAML_SCALAR && n))
		abort();
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct arena a;
	struct err e = { .rc = RC_OK };
	const struct yaml *root;
	arena_init(&a);
	if (yaml_read((struct str){ (const char *)data, size }, "fuzz", &a, &root, &e) == RC_OK)
		walk(root, 0);
	else if (!e.text[0])
		abort();
	arena_release(&a);
	return 0;
}
