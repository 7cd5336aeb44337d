/*
 * fake_rules.c - the use cases about rules, for the server's tests: the documents
 * of the data folder, trials whose answer is always the same, nothing kept.
 */
#include "tests/web/fake_work.h"
#include "work/admin/trial.h"

#include <pthread.h>

enum { TRIALS = 32 };
static const int64_t known_ms = 1795000000000; /* 18 November 2026 */

static struct arena arena;
static struct document *docs;
static size_t n_docs;
static pthread_mutex_t lock = PTHREAD_MUTEX_INITIALIZER;
static struct rules_draft drafts[TRIALS];
static int64_t n_trials;

enum rc fake_rules_open(const char *data_dir, struct err *e)
{
	arena_init(&arena);
	enum rc rc = documents_read(data_dir, &arena, &docs, &n_docs, e);
	for (size_t i = 0; rc == RC_OK && i < n_docs; i++)
		docs[i].known_ms = known_ms;
	return rc;
}

void fake_rules_close(void)
{
	arena_release(&arena);
}

bool editions_may_change(const struct app *app, const struct viewer *v)
{
	(void)app;
	return role_may(v->role, ACT_CHANGE_RULES);
}

enum rc editions_places(struct app *app, const struct viewer *v, struct arena *a, const struct organisation ***out,
			size_t *n_out, struct err *e)
{
	const struct organisation *all;
	size_t n = app_organisations(app, &all);
	const struct organisation **list = arena_array(a, n + 1, sizeof *list);
	(void)v, (void)e;
	for (size_t i = 0; i < n; i++)
		list[i] = &all[i];
	*out = list;
	*n_out = n;
	return RC_OK;
}

static const struct document *named(struct str name)
{
	for (size_t i = 0; i < n_docs; i++)
		if (str_eq(docs[i].name, name))
			return &docs[i];
	return NULL;
}

static struct edition_line line_of(const struct document *d)
{
	static const struct edition_part part = { .id = { "iha-returned", 12 },
						  .title = { "Initial <b>health</b> assessment", 32 },
						  .limit = { "20 working days", 15 },
						  .not_checked = { "local", 5 },
						  .edition = 1,
						  .from = 15000,
						  .until = DAY_NONE };
	bool standard = str_starts(d->name, "standards/");
	return (struct edition_line){
		.doc = d, .title = d->name, .parts = &part, .n_parts = standard, .not_checked = standard
	};
}

enum rc editions_list(struct app *app, const struct viewer *v, int64_t at_ms, struct arena *a,
		      const struct edition_line **out, size_t *n_out, struct err *e)
{
	(void)app, (void)v, (void)at_ms, (void)e;
	struct edition_line *lines = arena_array(a, n_docs, sizeof *lines);
	for (size_t i = 0; i < n_docs; i++)
		lines[i] = line_of(&docs[i]);
	*out = lines;
	*n_out = n_docs;
	return RC_OK;
}

enum rc editions_see(struct app *app, const struct viewer *v, struct str name, int64_t at_ms, struct arena *a,
		     struct edition_page *out, struct err *e)
{
	(void)at_ms;
	const struct document *d = named(name);
	if (!d)
		return err_set(e, RC_NOT_FOUND, "There is no such document.");
	struct edition_change *c = arena_array(a, 2, sizeof *c);
	for (int i = 0; i < 2; i++) {
		c[i] = (struct edition_change){ .known_ms = known_ms - i * 86400000,
						.by = STR("Ansel Rook"),
						.why = STR("<script>alert(1)</script>") };
		memcpy(c[i].hash, d->hash, sizeof c[i].hash);
	}
	*out = (struct edition_page){
		.line = line_of(d), .changes = c, .n_changes = 2, .may_change = editions_may_change(app, v)
	};
	return RC_OK;
}

enum rc editions_instant(struct app *app, struct str words, int64_t *out, struct err *e)
{
	(void)app;
	day_t day;
	if (day_parse(words, &day) != RC_OK)
		return err_set(e, RC_BAD_INPUT, "That is no day.");
	*out = (int64_t)day * 86400000;
	return RC_OK;
}

enum rc app_manifest(struct app *app, int64_t at_ms, day_t as_of, struct buf *out, struct err *e)
{
	(void)app, (void)at_ms, (void)as_of, (void)e;
	buf_puts(out, "{\"program\":\"linnet\"}\n");
	return RC_OK;
}

/* ---- trials ---- */

static enum rc start(const struct rules_draft *d, int64_t *id_out)
{
	pthread_mutex_lock(&lock);
	struct rules_draft *mine = &drafts[n_trials % TRIALS];
	*mine = (struct rules_draft){ arena_str(&arena, d->name), arena_str(&arena, d->base),
				      arena_str(&arena, d->body), arena_str(&arena, d->why), false };
	*id_out = ++n_trials;
	pthread_mutex_unlock(&lock);
	return RC_OK;
}

enum rc trial_of_draft(struct app *app, const struct viewer *v, const struct rules_draft *d, int64_t *id_out,
		       struct err *e)
{
	(void)app, (void)v;
	const struct document *there = named(d->name);
	if (!there || !str_is(d->base, there->hash))
		return err_set(e, RC_CONFLICT, "Somebody else changed it meanwhile.");
	if (str_starts(d->body, "bad"))
		return err_set(e, RC_BAD_INPUT, STR_FMT ":1:1: a map is expected", STR_ARG(d->name));
	return start(d, id_out);
}

enum rc trial_of_past(struct app *app, const struct viewer *v, int64_t from_ms, int64_t to_ms, struct str standard,
		      int64_t *id_out, struct err *e)
{
	(void)app, (void)v, (void)from_ms, (void)to_ms, (void)standard, (void)e;
	return start(&(struct rules_draft){ .name = { "", 0 } }, id_out);
}

enum rc trial_see(struct app *app, const struct viewer *v, int64_t id, struct arena *a, struct trial_view *out,
		  struct err *e)
{
	static const struct standard_moves moves = { .id = { "iha-returned", 12 },
						     .title = { "Initial health assessment", 25 },
						     .open_before = 4,
						     .open_after = 4,
						     .moves = { [MOVE_LATER] = 2 },
						     .moved = 2,
						     .days_min = 1,
						     .days_max = 3 };
	static const struct moved_clock clock = { .person = 500001,
						  .given = { "Zoë", 4 },
						  .family = { "O’Finch <b>", 13 },
						  .title = { "Initial health assessment", 25 },
						  .move = MOVE_LATER,
						  .due_before = 20790,
						  .due_after = 20791,
						  .days = 1 };
	(void)app, (void)v;
	pthread_mutex_lock(&lock);
	bool there = id > 0 && id <= n_trials && id > n_trials - TRIALS;
	struct rules_draft d = there ? drafts[(id - 1) % TRIALS] : (struct rules_draft){ .name = { "", 0 } };
	pthread_mutex_unlock(&lock);
	if (!there)
		return err_set(e, RC_NOT_FOUND, "This trial is no longer kept.");
	struct edition_diff *diff = arena_alloc(a, sizeof *diff);
	*diff = (struct edition_diff){ d.name, STR("a: <1>\nb: 2\n"), STR("a: <1>\nb: 3\n") };
	*out = (struct trial_view){ .id = id,
				    .of_draft = d.name.n > 0,
				    .running = str_starts(d.body, "slow"),
				    .done = 30,
				    .total = 100,
				    .draft = d,
				    .from_ms = known_ms,
				    .to_ms = known_ms,
				    .diffs = diff,
				    .n_diffs = 1,
				    .moves = { 16, 2, 2, &moves, 1, &clock, 1 } };
	return RC_OK;
}

enum rc trial_save(struct app *app, const struct viewer *v, int64_t id, struct err *e)
{
	struct arena a AUTO(arena_release);
	struct trial_view t;
	arena_init(&a);
	return trial_see(app, v, id, &a, &t, e);
}

const char *move_title(enum move_kind m)
{
	return m == MOVE_LATER ? "due later" : "moved";
}
