/* A file of standards of any bytes, beside the conditions that it may name: one
 * sentence, or standards that the engine runs on a child without coming to harm. */
#include "standard/engine.h"
#include "standard/holidays.h"
#include "help.h"
#include "yaml_leaks.h"

enum { FACTS = 60 };
static char folder[256], standards[300];
static struct vocab *vocab;
static struct workdays *work;
static struct fact facts[FACTS];
static struct child_facts child = { .died = DAY_NONE, .facts = facts, .n = FACTS };

static void begin(void)
{
	struct err e = { .rc = RC_OK };
	fuzz_must(vocab_load("data", &vocab, &e), &e);
	fuzz_folder(folder);
	snprintf(standards, sizeof standards, "%s/standards", folder);
	if (mkdir(standards, 0700) != 0)
		abort();
	char *conditions = fuzz_read("data/standards/00-conditions.yaml");
	fuzz_file(standards, "00-conditions.yaml", str_of(conditions));
	free(conditions);
	work = workdays_new(NULL, 0, DAY_NEVER, day_of(2018, 1, 1), day_of(2030, 12, 31));
	child.born = day_of(2015, 3, 14);
	for (size_t i = 0; i < FACTS; i++) /* one of every kind, again and again, ten days apart */
		facts[i] = (struct fact){ .day = day_of(2025, 1, 6) + (day_t)i * 10,
					  .minute = MINUTE_NONE,
					  .kind = (uint16_t)(1 + i % (vocab->n_kinds - 1)),
					  .key = (int32_t)(1 + i / (vocab->n_kinds - 1)),
					  .value = 3 };
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct err e = { .rc = RC_OK };
	struct rulebook *rb;
	if (!vocab)
		begin();
	fuzz_file(standards, "fuzz.yaml", (struct str){ (const char *)data, size });
	if (rulebook_load(folder, vocab, &rb, &e) != RC_OK) {
		if (!e.text[0])
			abort();
		return 0;
	}
	struct engine *en = engine_new(rb, work);
	const struct clock *clocks;
	size_t n = engine_run(en, &child, day_of(2026, 11, 22), &clocks);
	for (size_t i = 0; i < n; i++)
		if (clocks[i].standard >= rulebook_count(rb))
			abort();
	engine_free(en);
	rulebook_free(rb);
	return 0;
}
