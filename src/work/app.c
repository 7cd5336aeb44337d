#include "work/app.h"

#include <pthread.h>
#include <time.h>

#include "base/hash.h"
#include "base/text.h"
#include "store/sql.h"
#include "record/compact.h"
#include "record/fold.h"
#include "standard/holidays.h"

enum { ENGINES_KEPT = 8 };

struct app {
	struct app_settings settings;
	char *data_dir;
	struct store *store; /* NULL: rules only */
	struct vocab *vocab;
	struct rulebook *rules;
	struct adjoining *adjoining;
	struct arena arena; /* holidays, organisations, names */
	struct holiday *holidays;
	size_t n_holidays;
	struct workdays *workdays;
	struct organisation *orgs;
	size_t n_orgs;
	struct place *places; /* by id of organisation: who sets parameters for it */
	size_t n_places;
	struct id_source ids;
	struct str region_name, health_team;
	bool demonstration;
	int circle_after_days;
	pthread_mutex_t lock;
	struct engine *engines[ENGINES_KEPT];
	size_t n_engines;
	/* coverage, read once and again after a load */
	struct sql_coverage_all_out *coverage;
	size_t n_coverage;
	int64_t coverage_stamp;
};

/* ---- opening ---- */

enum rc app_open_rules(const struct app_settings *s, struct app **out, struct err *e)
{
	struct app *app = xcalloc(1, sizeof *app);
	app->settings = *s;
	app->data_dir = xstrndup(s->data_dir, strlen(s->data_dir));
	app->circle_after_days = 365;
	app->coverage_stamp = -1;
	arena_init(&app->arena);
	pthread_mutex_init(&app->lock, NULL);
	id_source_init(&app->ids, 0);
	enum rc rc = vocab_load(s->data_dir, &app->vocab, e);
	if (rc == RC_OK)
		rc = rulebook_load(s->data_dir, app->vocab, &app->rules, e);
	if (rc == RC_OK)
		rc = holidays_load(s->data_dir, &app->arena, &app->holidays, &app->n_holidays, e);
	if (rc == RC_OK)
		rc = adjoining_load(s->data_dir, &app->adjoining, e);
	if (rc != RC_OK) {
		app_close(app);
		return rc;
	}
	app->workdays = holidays_calendar(app->holidays, app->n_holidays, DAY_NEVER);
	*out = app;
	return RC_OK;
}

/* Which parameters of the rulebook hold for each organisation: its own, and those of who serves it. */
static void place_parameters(struct app *app)
{
	size_t n = 1;
	for (size_t i = 0; i < app->n_orgs; i++)
		if (app->orgs[i].id < UINT16_MAX && (size_t)app->orgs[i].id >= n)
			n = (size_t)app->orgs[i].id + 1;
	struct place *places = xcalloc(n, sizeof *places);
	for (size_t i = 0; i < app->n_orgs; i++) {
		const struct organisation *o = &app->orgs[i], *by = app_organisation(app, o->served_by);
		if ((size_t)o->id < n)
			places[o->id] = (struct place){ rulebook_place(app->rules, o->code),
							by ? rulebook_place(app->rules, by->code) : 0 };
	}
	free(app->places);
	app->places = places;
	app->n_places = n;
}

static enum rc read_place(struct db *db, void *arg, struct err *e)
{
	struct app *app = arg;
	struct sql_setting_get_out value;
	if (sql_setting_get(db, &(struct sql_setting_get_in){ STR("region-name") }, &app->arena, &value, e) == RC_OK)
		app->region_name = value.value;
	if (sql_setting_get(db, &(struct sql_setting_get_in){ STR("demonstration") }, &app->arena, &value, e) == RC_OK)
		app->demonstration = str_is(value.value, "yes");
	if (sql_setting_get(db, &(struct sql_setting_get_in){ STR("health-team") }, &app->arena, &value, e) == RC_OK)
		app->health_team = value.value;
	int64_t days;
	if (sql_setting_get(db, &(struct sql_setting_get_in){ STR("circle-after-days") }, &app->arena, &value, e) ==
		RC_OK &&
	    str_to_int(value.value, 0, 40000, &days) == RC_OK)
		app->circle_after_days = (int)days;
	struct sql_rows *rows;
	struct sql_organisation_all_out o;
	enum rc rc = sql_organisation_all(db, &rows, e);
	if (rc != RC_OK)
		return rc;
	size_t n = 0, cap = 0;
	struct organisation *orgs = NULL;
	while ((rc = sql_organisation_all_next(rows, &o, e)) == RC_OK) {
		if (n == cap)
			orgs = xrealloc(orgs, (cap = cap ? cap * 2 : 256) * sizeof *orgs);
		orgs[n++] = (struct organisation){ .id = o.id,
						   .code = arena_str(&app->arena, o.code),
						   .kind = arena_str(&app->arena, o.kind),
						   .name = arena_str(&app->arena, o.name),
						   .short_name = arena_str(&app->arena, o.short_name),
						   .served_by = o.served_by == SQL_NULL ? 0 : o.served_by };
	}
	db_done(rows);
	free(app->orgs);
	app->orgs = orgs;
	app->n_orgs = n;
	place_parameters(app);
	return rc == RC_NOT_FOUND ? RC_OK : rc;
}

enum rc app_reread_place(struct app *app, struct err *e)
{
	return store_read(app->store, read_place, app, e);
}

struct keep_document {
	struct app *app;
	const char *kind, *name;
	struct str hash, body;
};

static enum rc keep_document(struct db *db, void *arg, struct err *e)
{
	struct keep_document *k = arg;
	struct arena a AUTO(arena_release);
	arena_init(&a);
	struct sql_document_latest_out latest;
	enum rc rc = sql_document_latest(db, &(struct sql_document_latest_in){ str_of(k->kind), str_of(k->name) }, &a,
					 &latest, e);
	if (rc == RC_OK && str_eq(latest.hash, k->hash))
		return RC_OK;
	if (rc != RC_OK && rc != RC_NOT_FOUND)
		return rc;
	return sql_document_add(
	    db, &(struct sql_document_add_in){ str_of(k->kind), str_of(k->name), k->hash, app_now_ms(k->app), k->body },
	    NULL, e);
}

static enum rc lease_node(struct db *db, void *arg, struct err *e)
{
	struct arena a AUTO(arena_release);
	arena_init(&a);
	struct sql_node_lease_out out;
	enum rc rc = sql_node_lease(db, &a, &out, e);
	if (rc == RC_OK)
		*(int64_t *)arg = out.node;
	return rc;
}

static enum rc open_store(struct app *app, struct err *e)
{
	enum rc rc = store_open(app->settings.store_url, app->settings.create, &app->store, e);
	if (rc != RC_OK)
		return rc;
	int applied;
	if (app->settings.create && (rc = store_migrate(app->store, &applied, e)) != RC_OK)
		return rc;
	if (store_schema_version(app->store) != store_schema_latest())
		return err_set(e, RC_CONFLICT,
			       "The store %s is not ready for this program. Run: linnet init --store %s",
			       store_url_shown(app->store), store_url_shown(app->store));
	int64_t node;
	if ((rc = store_write(app->store, lease_node, &node, e)) != RC_OK)
		return rc;
	id_source_init(&app->ids, node);
	struct keep_document rules = { app, "rules", "standards", rulebook_hash(app->rules),
				       rulebook_hash(app->rules) };
	if ((rc = store_write(app->store, keep_document, &rules, e)) != RC_OK)
		return rc;
	return store_read(app->store, read_place, app, e);
}

enum rc app_open(const struct app_settings *s, struct app **out, struct err *e)
{
	struct app *app;
	enum rc rc = app_open_rules(s, &app, e);
	if (rc != RC_OK)
		return rc;
	if ((rc = open_store(app, e)) != RC_OK) {
		app_close(app);
		return rc;
	}
	*out = app;
	return RC_OK;
}

void app_close(struct app *app)
{
	if (!app)
		return;
	for (size_t i = 0; i < app->n_engines; i++)
		engine_free(app->engines[i]);
	workdays_free(app->workdays);
	rulebook_free(app->rules);
	adjoining_free(app->adjoining);
	vocab_free(app->vocab);
	store_close(app->store);
	free(app->orgs);
	free(app->places);
	free(app->coverage);
	free(app->data_dir);
	arena_release(&app->arena);
	pthread_mutex_destroy(&app->lock);
	free(app);
}

/* ---- what is open ---- */

int64_t app_now_ms(const struct app *app)
{
	if (app->settings.now_ms)
		return app->settings.now_ms;
	struct timespec t;
	clock_gettime(CLOCK_REALTIME, &t);
	return (int64_t)t.tv_sec * 1000 + t.tv_nsec / 1000000;
}

day_t app_today(const struct app *app)
{
	return london_day(app_now_ms(app));
}

int64_t app_new_id(struct app *app)
{
	return id_new(&app->ids, app_now_ms(app));
}

void app_ids_past(struct app *app, int64_t id)
{
	id_past(&app->ids, id);
}

struct store *app_store(struct app *app)
{
	return app->store;
}

const char *app_data_dir(const struct app *app)
{
	return app->data_dir;
}

const struct vocab *app_vocab(const struct app *app)
{
	return app->vocab;
}

const struct rulebook *app_rulebook(const struct app *app)
{
	return app->rules;
}

const struct adjoining *app_adjoining(const struct app *app)
{
	return app->adjoining;
}

const struct workdays *app_workdays(const struct app *app)
{
	return app->workdays;
}

char *app_rules_tag(const struct app *app, const day_t *covered, char out[RULES_TAG_MAX])
{
	struct str rules = rulebook_hash(app->rules);
	uint64_t h = hash64(0, rules.p, rules.n);
	for (size_t i = 0; i < app->n_holidays; i++)
		h = hash64(h, &app->holidays[i].day, sizeof app->holidays[i].day);
	uint64_t adjoining = adjoining_hash(app->adjoining);
	h = hash64(h, &adjoining, sizeof adjoining);
	const int packed = COMPACT_VERSION; /* an earlier version’s children are brought up to date */
	h = hash64(h, &packed, sizeof packed);
	h = hash64(h, covered, EVIDENCE_MAX * sizeof *covered);
	snprintf(out, RULES_TAG_MAX, "%016" PRIx64, h);
	return out;
}

struct str app_region_name(const struct app *app)
{
	return app->region_name.n ? app->region_name : STR("No region yet");
}

const struct organisation *app_health_team(const struct app *app)
{
	return app->health_team.n ? app_organisation_by_code(app, app->health_team) : NULL;
}

bool app_is_demonstration(const struct app *app)
{
	return app->demonstration;
}

int app_circle_after_days(const struct app *app)
{
	return app->circle_after_days;
}

const struct organisation *app_organisation(const struct app *app, int64_t id)
{
	size_t lo = 0, hi = app->n_orgs;
	while (lo < hi) {
		size_t mid = lo + (hi - lo) / 2;
		if (app->orgs[mid].id < id)
			lo = mid + 1;
		else
			hi = mid;
	}
	return lo < app->n_orgs && app->orgs[lo].id == id ? &app->orgs[lo] : NULL;
}

const struct organisation *app_organisation_by_code(const struct app *app, struct str code)
{
	for (size_t i = 0; i < app->n_orgs; i++)
		if (str_eq(app->orgs[i].code, code))
			return &app->orgs[i];
	return NULL;
}

size_t app_organisations(const struct app *app, const struct organisation **out)
{
	*out = app->orgs;
	return app->n_orgs;
}

const struct workdays *app_workdays_known(struct app *app, int64_t known_ms)
{
	if (known_ms == KNOWN_NOW)
		return app->workdays;
	return holidays_calendar(app->holidays, app->n_holidays, london_day(known_ms));
}

void app_workdays_give(struct app *app, const struct workdays *w)
{
	if (w != app->workdays)
		workdays_free((struct workdays *)(uintptr_t)w);
}

struct engine *app_engine_take(struct app *app, const struct workdays *w)
{
	struct engine *en = NULL;
	if (w == app->workdays) {
		pthread_mutex_lock(&app->lock);
		if (app->n_engines)
			en = app->engines[--app->n_engines];
		pthread_mutex_unlock(&app->lock);
	}
	if (!en)
		en = engine_new(app->rules, w);
	engine_places(en, app->places, app->n_places);
	return en;
}

void app_engine_give(struct app *app, struct engine *en, const struct workdays *w)
{
	pthread_mutex_lock(&app->lock);
	bool kept = app->n_engines < ENGINES_KEPT && w == app->workdays;
	if (kept)
		app->engines[app->n_engines++] = en;
	pthread_mutex_unlock(&app->lock);
	if (!kept)
		engine_free(en);
}

struct viewer app_operator(const struct app *app)
{
	(void)app;
	return (struct viewer){ .role = ROLE_OPERATOR, .name = STR("Operator"), .org_name = STR("This machine") };
}

/* ---- coverage ---- */

static enum rc read_coverage(struct app *app, struct db *db, struct err *e)
{
	struct arena a AUTO(arena_release);
	arena_init(&a);
	struct sql_coverage_stamp_out stamp;
	enum rc rc = sql_coverage_stamp(db, &a, &stamp, e);
	if (rc != RC_OK || stamp.n + stamp.newest == app->coverage_stamp)
		return rc;
	struct sql_rows *rows;
	struct sql_coverage_all_out row;
	if ((rc = sql_coverage_all(db, &rows, e)) != RC_OK)
		return rc;
	struct sql_coverage_all_out *all = xcalloc((size_t)stamp.n, sizeof *all);
	size_t n = 0;
	while ((rc = sql_coverage_all_next(rows, &row, e)) == RC_OK && n < (size_t)stamp.n) {
		uint8_t ev = vocab_evidence(app->vocab, row.evidence);
		if (!ev)
			continue;
		row.evidence = app->vocab->evidence[ev];
		all[n++] = row;
	}
	db_done(rows);
	if (rc != RC_OK && rc != RC_NOT_FOUND) {
		free(all);
		return rc;
	}
	free(app->coverage);
	app->coverage = all;
	app->n_coverage = n;
	app->coverage_stamp = stamp.n + stamp.newest;
	return RC_OK;
}

enum rc app_coverage_refresh(struct app *app, struct db *db, struct err *e)
{
	pthread_mutex_lock(&app->lock);
	enum rc rc = read_coverage(app, db, e);
	pthread_mutex_unlock(&app->lock);
	return rc;
}

void app_coverage(struct app *app, int64_t council, int64_t known_ms, day_t *covered)
{
	for (size_t i = 0; i < EVIDENCE_MAX; i++)
		covered[i] = DAY_NONE;
	pthread_mutex_lock(&app->lock);
	/* A full file widens what is covered; a partial one (covers_from NULL) takes
	 * nothing away from what an earlier full file said. */
	for (size_t i = 0; i < app->n_coverage; i++) {
		const struct sql_coverage_all_out *c = &app->coverage[i];
		if (c->council != council || c->recorded_ms > known_ms)
			continue;
		covered[0] = DAY_NEVER; /* tables speak of this council, whatever they cover */
		if (c->covers_from == SQL_NULL)
			continue;
		day_t *day = &covered[vocab_evidence(app->vocab, c->evidence)];
		if (*day == DAY_NONE || c->covers_from < *day)
			*day = (day_t)c->covers_from;
	}
	pthread_mutex_unlock(&app->lock);
}
