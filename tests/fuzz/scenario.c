/* Whatever stands in a scenario: it is refused with mistakes that have a place, or it can be played through. */
#include "plan/outlook.h"
#include "yaml_leaks.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static double children_a_year(const struct scenario *s)
{
	double values[INPUTS_MAX], sum = 0;
	struct scenario_built b;
	struct arena a;
	arena_init(&a);
	scenario_draw(s, 1, 0, true, values);
	scenario_build(s, values, 0, &a, &b);
	for (size_t i = 0; i < b.p.n_sources; i++)
		sum += 365 * source_rate(&b.p.sources[i]);
	arena_release(&a);
	return sum;
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct scenario_asks asks = { 0 };
	struct scenario *s = NULL;
	static struct mistakes told;
	struct err e = { 0 };
	struct outlook *r = NULL;
	enum rc rc = scenario_read((struct str){ (const char *)data, size }, "f", &asks, &s, &told);
	if ((rc == RC_OK) != (told.n == 0) || (rc == RC_OK) != (s != NULL))
		abort();
	for (size_t i = 0; i < told.n; i++)
		if (told.list[i].line < 1 || told.list[i].column < 1 || !told.list[i].text[0])
			abort();
	if (s && children_a_year(s) < 1000) { /* a short run */
		s->warm_up = 0;
		struct outlook_options o = { .threads = 1, .replications = 2, .years = 1 };
		if (outlook_run(s, &o, &r, &e) != RC_OK && !e.text[0])
			abort();
	}
	outlook_free(r);
	scenario_free(s);
	return 0;
}
