/* A file of measures of any bytes: one sentence, or measures that count a child
 * without coming to harm. */
#include "help.h"
#include "measure/tally.h"
#include "yaml_leaks.h"

enum { FACTS = 120 };
static char folder[256], dir[300];
static struct vocab *vocab;
static struct rulebook *rules;
static struct workdays *work;
static struct engine *engine;
static struct event told[FACTS];
static struct folded folded;
static struct arena kept;
static struct measure_world world;

static int64_t team_of(void *arg, int64_t council)
{
	(void)arg;
	return council + 1;
}

static bool is_provider(void *arg, int64_t org)
{
	(void)arg;
	return org % 2;
}

static void begin(void)
{
	struct err e = { .rc = RC_OK };
	fuzz_must(vocab_load("data", &vocab, &e), &e);
	fuzz_must(rulebook_load("data", vocab, &rules, &e), &e);
	fuzz_folder(folder);
	snprintf(dir, sizeof dir, "%s/measures", folder);
	if (mkdir(dir, 0700) != 0)
		abort();
	work = workdays_new(NULL, 0, DAY_NEVER, day_of(2018, 1, 1), day_of(2030, 12, 31));
	engine = engine_new(rules, work);
	arena_init(&kept);
	for (size_t i = 0; i < FACTS; i++) /* one of every kind, again and again, ten days apart */
		told[i] = (struct event){ .id = (int64_t)i + 1,
					  .person = 1,
					  .kind = (uint16_t)(1 + i % (vocab->n_kinds - 1)),
					  .at = day_of(2023, 1, 6) + (day_t)i * 10,
					  .minute = MINUTE_NONE,
					  .recorded_ms = 1,
					  .value = 1,
					  .org = 7,
					  .end_day = day_of(2015, 3, 14),
					  .ref = STR("R") };
	fold_events(vocab, told, FACTS, KNOWN_NOW, &kept, &folded);
	world = (struct measure_world){ vocab, rules, work, team_of, is_provider, NULL, 0, 0, 0, { 0 } };
	measure_world_ready(&world);
}

static void count(const struct measure *m)
{
	struct arena a;
	const struct clock *clocks;
	const struct measure_hit *hits;
	const struct tally_row *rows;
	day_t as_of = day_of(2026, 11, 22);
	arena_init(&a);
	size_t n = engine_run(engine, &folded.child, as_of, &clocks);
	struct measure_child c = { &folded, clocks, n, 5, as_of };
	struct tally *t = tally_new(m);
	n = measure_child_hits(m, &world, &c, period_of(m, day_of(2023, 1, 1)), period_of(m, as_of), &a, &hits);
	for (size_t i = 0; i < n; i++)
		tally_add(t, &hits[i]);
	int64_t sum = 0;
	size_t rows_n = tally_rows(t, GROUP_COUNCIL, true, &a, &rows);
	for (size_t i = 0; i < rows_n; i++)
		sum += rows[i].n.yes + rows[i].n.no + rows[i].n.out + rows[i].n.not_yet;
	if (sum != (int64_t)n)
		abort();
	tally_free(t);
	arena_release(&a);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct err e = { .rc = RC_OK };
	struct measures *ms;
	if (!vocab)
		begin();
	fuzz_file(dir, "fuzz.yaml", (struct str){ (const char *)data, size });
	if (measures_load(folder, vocab, rules, &ms, &e) != RC_OK) {
		if (!e.text[0])
			abort();
		return 0;
	}
	for (size_t i = 0; i < measures_count(ms); i++)
		count(measures_at(ms, i));
	measures_free(ms);
	return 0;
}
