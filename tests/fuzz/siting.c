/* Siting problems, needs, a change before and after, and what a solver answers, of any bytes
 * (the first says which): what holds together, or one sentence. */
#include "help.h"
#include "plan/change.h"
#include "plan/need.h"
#include "plan/siting_model.h"
#include "yaml_leaks.h"

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

static void look_at_change(struct str text)
{
	static char *rules;
	static struct mistakes told;
	struct change_judged *c = NULL;
	if (!rules)
		rules = fuzz_read("data/plans/judging.yaml");
	enum rc rc = change_read(text, "fuzz", str_of(rules), "judging.yaml", 0.95, &c, &told);
	if ((rc == RC_OK) != (c != NULL) || (rc == RC_OK) != (told.n == 0))
		abort();
	if (c) {
		for (size_t i = 0; i < c->n_reasons; i++)
			if (!c->reasons[i][0])
				abort();
		change_free(c);
	}
}

/* The mouth of the solver's jail: whatever it says, sites of the problem are open or closed. */
static void look_at_answer(struct str answer)
{
	static struct arena kept;
	static struct siting s;
	struct err e = { .rc = RC_OK };
	double bound;
	bool proven;
	static char *problem; /* its names are read where they stand */
	if (!problem) {
		problem = fuzz_read("tests/fuzz/corpus/siting/cover");
		arena_init(&kept);
		fuzz_must(siting_read(str_of(problem + 1), "problem", NULL, NULL, NULL, &kept, &s, &e), &e);
	}
	uint8_t *open = xcalloc(s.n_sites, sizeof *open);
	if (siting_model_read(&s, answer, open, &bound, &proven, &e) != RC_OK && !e.text[0])
		abort();
	free(open);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct arena a;
	struct siting s = { .n_areas = 0 };
	struct need n;
	struct err e = { .rc = RC_OK };
	enum rc rc = RC_OK;
	if (!size)
		return 0;
	struct str text = { (const char *)data + 1, size - 1 };
	arena_init(&a);
	switch (data[0] % 8) {
	case 0: rc = siting_read(text, "fuzz", NULL, NULL, NULL, &a, &s, &e); break;
	case 1: rc = siting_read_pmed(text, "fuzz", &a, &s, &e); break;
	case 2: rc = siting_read_cap(text, "fuzz", 5, &a, &s, &e); break;
	case 3: rc = need_read(text, "fuzz", &a, &n, &e); break;
	case 4: look_at_change(text); break;
	case 5: rc = siting_read(text, "fuzz", NULL, "data", NULL, &a, &s, &e); break; /* may extend another */
	default: look_at_answer(text); break;
	}
	if (rc == RC_OK && s.n_areas)
		look(&s);
	else if (rc != RC_OK && !e.text[0])
		abort();
	arena_release(&a);
	return 0;
}
