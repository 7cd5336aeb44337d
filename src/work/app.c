#include "work/app.h"

#include <pthread.h>
#include <stdatomic.h>
#include <time.h>

#include "base/hash.h"
#include "base/text.h"
#include "store/sql.h"
#include "record/compact.h"
#include "record/fold.h"
#include "work/admin/keep.h"
#include "work/admin/trial.h"
#include "work/core/open.h"
#include "work/core/chance.h"
#include "work/load/workbook.h"
#include "work/oversee/erased.h"
#include "work/plan/runs.h"

enum { LENT_MAX = 1000 };
#define MINUTE_MS INT64_C(60000)

/* An answer of app_coverage. */
enum { ANSWERS = 4 };
struct covered {
	int64_t council, known_ms; /* council 0: none */
	uint64_t read;		   /* of which reading of the coverage */
	day_t from[EVIDENCE_MAX];
};

/* What all holds share. */
struct program {
	atomic_int holds;
	struct app_settings settings;
	char *data_dir, *key_file, *erased_file; /* the last two NULL: not said */
	int64_t erased_again;
	struct store *store; /* NULL: rules only */
	struct library *library;
	struct trial_shelf *trials;
	struct workbook_shelf *workbooks;
	struct run_shelf *runs;
	struct adjoining *adjoining;
	struct arena arena; /* organisations, names */
	struct organisation *orgs;
	const struct organisation **by_code; /* the same, in order of their codes */
	size_t n_orgs;
	uint64_t place_hash;	     /* of the organisations, and for how long they keep their place in a circle */
	struct id_source ids, times; /* times: of what is found by its time */
	struct str region, region_name, health_team;
	struct places *areas; /* made when first asked for */
	bool demonstration;
	int circle_after_days, emergency_hours;
	struct signing_rules signing;
	atomic_int_fast64_t waiting;
	pthread_mutex_t lock;
	/* coverage, read once and again after a load */
	struct sql_coverage_all_out *coverage;
	size_t n_coverage;
	int64_t coverage_newest; /* with the next: of which state of the store; -1: none */
	char coverage_told[32];
	uint64_t coverage_read; /* how often */
};

struct app {
	struct program *p;
	struct rule_set *set;
	struct rule_set *today; /* of the hold that this one was made from: says what is sealed; NULL: `set` */
	const struct workdays *workdays;
	struct workdays *own_workdays; /* of a look back; NULL: the set's */
	struct place *places;	       /* by id of organisation: who sets parameters for it; NULL: not asked yet */
	size_t n_places;
	struct covered covered[ANSWERS]; /* what was asked last; under the program's lock */
	pthread_mutex_t lock;		 /* guards what is lent, and the making of places */
	struct lent {
		int64_t known_ms;
		struct app *app;
	} * lent;
	size_t n_lent;
};

/* ---- opening ---- */

/* Takes over the caller's hold of `set`. */
static struct app *hold_of(struct program *p, struct rule_set *set)
{
	struct app *app = xcalloc(1, sizeof *app);
	atomic_fetch_add(&p->holds, 1);
	app->p = p;
	app->set = set;
	app->workdays = rule_set_workdays(set);
	pthread_mutex_init(&app->lock, NULL);
	return app;
}

static void coverage_release(struct sql_coverage_all_out *all, size_t n)
{
	for (size_t i = 0; i < n; i++)
		free((char *)(uintptr_t)all[i].evidence.p);
	free(all);
}

static void program_free(struct program *p)
{
	trial_shelf_free(p->trials);
	workbook_shelf_free(p->workbooks);
	run_shelf_free(p->runs);
	library_free(p->library);
	adjoining_free(p->adjoining);
	places_free(p->areas);
	store_close(p->store);
	free(p->orgs);
	free(p->by_code);
	coverage_release(p->coverage, p->n_coverage);
	free(p->data_dir);
	free(p->key_file);
	free(p->erased_file);
	arena_release(&p->arena);
	pthread_mutex_destroy(&p->lock);
	free(p);
}

enum rc app_open_rules(const struct app_settings *s, struct app **out, struct err *e)
{
	struct library *library;
	struct adjoining *adjoining;
	enum rc rc = library_of_files(s->data_dir, &library, e);
	if (rc != RC_OK)
		return rc;
	if ((rc = adjoining_load(s->data_dir, &adjoining, e)) != RC_OK) {
		library_free(library);
		return rc;
	}
	struct program *p = xcalloc(1, sizeof *p);
	p->settings = *s;
	p->data_dir = xstrndup(s->data_dir, strlen(s->data_dir));
	p->key_file = s->key_file && *s->key_file ? xstrndup(s->key_file, strlen(s->key_file)) : NULL;
	p->erased_file = s->erased_file && *s->erased_file ? xstrndup(s->erased_file, strlen(s->erased_file)) : NULL;
	p->library = library;
	p->adjoining = adjoining;
	p->trials = trial_shelf_new();
	p->workbooks = workbook_shelf_new();
	p->runs = run_shelf_new();
	p->circle_after_days = 365;
	p->emergency_hours = 24;
	p->signing = (struct signing_rules){ .agreements_from = DAY_NONE,
					     .idle_ms = 30 * MINUTE_MS,
					     .session_ms = 12 * 60 * MINUTE_MS,
					     .link_ms = 7 * 24 * 60 * MINUTE_MS };
	p->coverage_newest = -1;
	arena_init(&p->arena);
	pthread_mutex_init(&p->lock, NULL);
	id_source_init(&p->ids, 0);
	id_source_init(&p->times, 0);
	*out = hold_of(p, library_newest(library));
	return RC_OK;
}

static struct str setting(struct program *p, struct db *db, const char *name, struct err *e)
{
	struct sql_setting_get_out value;
	return sql_setting_get(db, &(struct sql_setting_get_in){ str_of(name) }, &p->arena, &value, e) == RC_OK
		   ? value.value
		   : (struct str){ NULL, 0 };
}

static void setting_ms(struct program *p, struct db *db, const char *name, int64_t unit_ms, int64_t *into)
{
	struct err ignored = { 0 };
	int64_t n;
	if (str_to_int(setting(p, db, name, &ignored), 1, 10000, &n) == RC_OK)
		*into = n * unit_ms;
}

/* A second factor is for everybody, except where a demonstration shows the way in. */
static void read_signing(struct program *p, struct db *db)
{
	struct err ignored = { 0 };
	struct str factor = setting(p, db, "second-factor", &ignored);
	p->signing.second_factor = factor.n ? str_is(factor, "yes") : !p->demonstration;
	p->signing.agreements_required = str_is(setting(p, db, "agreements-required", &ignored), "yes");
	if (day_parse(setting(p, db, "agreements-enforced-from", &ignored), &p->signing.agreements_from) != RC_OK)
		p->signing.agreements_from = DAY_NONE;
	setting_ms(p, db, "idle-minutes", MINUTE_MS, &p->signing.idle_ms);
	setting_ms(p, db, "session-hours", 60 * MINUTE_MS, &p->signing.session_ms);
	setting_ms(p, db, "invitation-days", 24 * 60 * MINUTE_MS, &p->signing.link_ms);
}

static uint64_t hash_of_place(const struct program *p)
{
	uint64_t h = (uint64_t)p->circle_after_days;
	for (size_t i = 0; i < p->n_orgs; i++) {
		const struct organisation *o = &p->orgs[i];
		const int64_t numbers[] = { o->id, o->served_by };
		h = hash64(h, numbers, sizeof numbers);
		h = hash64(h, o->code.p, o->code.n);
		h = hash64(h, o->kind.p, o->kind.n);
	}
	return h;
}

static int by_code(const void *x, const void *y)
{
	const struct organisation *const *a = x, *const *b = y;
	return str_cmp((*a)->code, (*b)->code);
}

static void sort_by_code(struct program *p)
{
	p->by_code = xrealloc(p->by_code, (p->n_orgs + 1) * sizeof *p->by_code);
	for (size_t i = 0; i < p->n_orgs; i++)
		p->by_code[i] = &p->orgs[i];
	if (p->n_orgs)
		qsort(p->by_code, p->n_orgs, sizeof *p->by_code, by_code);
}

static enum rc read_place(struct db *db, void *arg, struct err *e)
{
	struct program *p = arg;
	struct sql_setting_get_out value;
	if (sql_setting_get(db, &(struct sql_setting_get_in){ STR("region") }, &p->arena, &value, e) == RC_OK)
		p->region = value.value;
	if (sql_setting_get(db, &(struct sql_setting_get_in){ STR("region-name") }, &p->arena, &value, e) == RC_OK)
		p->region_name = value.value;
	if (sql_setting_get(db, &(struct sql_setting_get_in){ STR("demonstration") }, &p->arena, &value, e) == RC_OK)
		p->demonstration = str_is(value.value, "yes");
	if (sql_setting_get(db, &(struct sql_setting_get_in){ STR("health-team") }, &p->arena, &value, e) == RC_OK)
		p->health_team = value.value;
	int64_t days;
	if (sql_setting_get(db, &(struct sql_setting_get_in){ STR("circle-after-days") }, &p->arena, &value, e) ==
		RC_OK &&
	    str_to_int(value.value, 0, 40000, &days) == RC_OK)
		p->circle_after_days = (int)days;
	if (sql_setting_get(db, &(struct sql_setting_get_in){ STR("emergency-hours") }, &p->arena, &value, e) ==
		RC_OK &&
	    str_to_int(value.value, 1, 168, &days) == RC_OK)
		p->emergency_hours = (int)days;
	read_signing(p, db);
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
						   .code = arena_str(&p->arena, o.code),
						   .kind = arena_str(&p->arena, o.kind),
						   .name = arena_str(&p->arena, o.name),
						   .short_name = arena_str(&p->arena, o.short_name),
						   .served_by = o.served_by == SQL_NULL ? 0 : o.served_by };
	}
	db_done(rows);
	free(p->orgs);
	p->orgs = orgs;
	p->n_orgs = n;
	sort_by_code(p);
	p->place_hash = hash_of_place(p);
	return rc == RC_NOT_FOUND ? RC_OK : rc;
}

static void forget_places(struct app *app)
{
	free(app->places);
	app->places = NULL;
}

enum rc app_reread_place(struct app *app, struct err *e)
{
	forget_places(app);
	return store_read(app->p->store, read_place, app->p, e);
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

/* Where the disk is full nothing gets an id, and what only reads goes on. */
static enum rc new_ids(struct program *p, struct err *e)
{
	int64_t node = 0;
	enum rc rc = store_write(p->store, lease_node, &node, e);
	struct err full = { 0 };
	if (rc == RC_IO && !store_is_postgres(p->store) && store_ready(p->store, &full) == RC_IO) {
		store_refuse_writes(p->store, &full);
		err_clear(e);
		rc = RC_OK;
	}
	if (rc == RC_OK) {
		id_source_init(&p->ids, node);
		id_source_init(&p->times, node);
	}
	return rc;
}

/* On PostgreSQL nobody makes a copy before a migration unless we do. */
static enum rc copy_first(struct program *p, struct err *e)
{
	int version = store_schema_version(p->store);
	if (version <= 0 || version >= store_schema_latest() || !store_is_postgres(p->store) || p->settings.no_copy)
		return RC_OK;
	if (!p->settings.copy_into)
		return err_set(e, RC_REFUSED,
			       "The store %s is of an earlier version (schema %d, this program needs %d). Nothing was "
			       "changed. Say --backup-into FOLDER, so that a backup is made before it is brought up to "
			       "date",
			       store_url_shown(p->store), version, store_schema_latest());
	struct arena a AUTO(arena_release);
	arena_init(&a);
	struct str file = arena_printf(&a, "%s/before-migration-%d.bak", p->settings.copy_into, version + 1);
	enum rc rc = store_backup(p->store, file.p, p->settings.copying, NULL, e);
	if (rc != RC_OK)
		err_prefix(e, "No backup could be made before migrating, so nothing was changed");
	return rc;
}

static enum rc open_store(struct app *app, struct err *e)
{
	struct program *p = app->p;
	enum rc rc = store_open(p->settings.store_url, p->settings.create, &p->store, e);
	if (rc != RC_OK)
		return rc;
	int applied;
	store_tell_copying(p->store, p->settings.no_copy, p->settings.copying);
	if (p->settings.create && (rc = copy_first(p, e)) != RC_OK)
		return rc;
	if (p->settings.create && (rc = store_migrate(p->store, &applied, e)) != RC_OK)
		return rc;
	if (store_schema_version(p->store) != store_schema_latest())
		return err_set(e, RC_CONFLICT,
			       "The store %s is not ready for this program. Run: linnet init --store %s",
			       store_url_shown(p->store), store_url_shown(p->store));
	if ((rc = new_ids(p, e)) != RC_OK)
		return rc;
	if ((rc = chance_ids_key(p->store, e)) != RC_OK)
		return rc;
	if ((rc = store_read(p->store, read_place, p, e)) != RC_OK)
		return rc;
	if ((rc = library_open_store(p->library, p->store, app_now_ms(app), e)) != RC_OK)
		return rc;
	if ((rc = app_renew(app, e)) != RC_OK)
		return rc;
	/* Nobody reads a store that was restored before what was erased since is erased again. */
	return erased_agree(app, &p->erased_again, e);
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
	struct program *p = app->p;
	for (size_t i = 0; i < app->n_lent; i++)
		app_close(app->lent[i].app);
	free(app->lent);
	workdays_free(app->own_workdays);
	rule_set_let_go(app->set);
	if (app->today)
		rule_set_let_go(app->today);
	free(app->places);
	pthread_mutex_destroy(&app->lock);
	free(app);
	if (atomic_fetch_sub(&p->holds, 1) == 1)
		program_free(p);
}

/* ---- holds ---- */

struct app *app_hold(struct app *app)
{
	library_poll(app->p->library);
	return hold_of(app->p, library_newest(app->p->library));
}

enum rc app_renew(struct app *app, struct err *e)
{
	enum rc rc = library_refresh(app->p->library, e);
	if (rc != RC_OK)
		return rc;
	for (size_t i = 0; i < app->n_lent; i++)
		app_close(app->lent[i].app);
	app->n_lent = 0;
	rule_set_let_go(app->set);
	forget_places(app);
	app->set = library_newest(app->p->library);
	app->workdays = rule_set_workdays(app->set);
	return RC_OK;
}

struct app *app_with_rules(struct app *app, struct rule_set *s, day_t holidays_known)
{
	struct app *other = hold_of(app->p, rule_set_hold(s));
	other->today = rule_set_hold(app->today ? app->today : app->set);
	if (holidays_known != DAY_NEVER)
		other->workdays = other->own_workdays = rule_set_workdays_known(s, holidays_known);
	return other;
}

static struct app *lent_before(struct app *app, int64_t known_ms)
{
	for (size_t i = 0; i < app->n_lent; i++)
		if (app->lent[i].known_ms == known_ms)
			return app->lent[i].app;
	return NULL;
}

/* What another thread lent meanwhile is taken instead. */
static struct app *lend(struct app *app, int64_t known_ms, struct app *at)
{
	struct app *there = lent_before(app, known_ms);
	if (there || app->n_lent == LENT_MAX)
		return there;
	app->lent = xrealloc(app->lent, (app->n_lent + 1) * sizeof *app->lent);
	app->lent[app->n_lent++] = (struct lent){ known_ms, at };
	return at;
}

enum rc app_known(struct app *app, int64_t known_ms, struct app **out, struct err *e)
{
	if (known_ms == KNOWN_NOW) {
		*out = app;
		return RC_OK;
	}
	pthread_mutex_lock(&app->lock);
	struct app *at = lent_before(app, known_ms);
	pthread_mutex_unlock(&app->lock);
	struct rule_set *s = NULL;
	enum rc rc = at ? RC_OK : library_known(app->p->library, known_ms, &s, e);
	if (s) {
		struct app *made = app_with_rules(app, s, london_day(known_ms));
		pthread_mutex_lock(&app->lock);
		at = lend(app, known_ms, made);
		pthread_mutex_unlock(&app->lock);
		rule_set_let_go(s);
		if (at != made)
			app_close(made);
		if (!at)
			rc = err_set(e, RC_LIMIT, "Ask for fewer than %d days of knowledge at once.", LENT_MAX);
	}
	if (rc == RC_OK)
		*out = at;
	return rc;
}

const struct rule_set *app_rules(const struct app *app)
{
	return app->set;
}

struct library *app_library(struct app *app)
{
	return app->p->library;
}

struct trial_shelf *app_trials(struct app *app)
{
	return app->p->trials;
}

struct workbook_shelf *app_workbooks(struct app *app)
{
	return app->p->workbooks;
}

struct run_shelf *app_runs(struct app *app)
{
	return app->p->runs;
}

void app_set_waiting(struct app *app, int64_t children)
{
	atomic_store(&app->p->waiting, children);
}

int64_t app_waiting(const struct app *app)
{
	return (int64_t)atomic_load(&app->p->waiting);
}

/* ---- what is open ---- */

int64_t app_now_ms(const struct app *app)
{
	return settings_now_ms(&app->p->settings);
}

int64_t settings_now_ms(const struct app_settings *s)
{
	if (s->now_ms)
		return s->now_ms;
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
	return id_new(&app->p->ids, app_now_ms(app));
}

int64_t app_time_id(struct app *app)
{
	return id_new(&app->p->times, app_now_ms(app));
}

void app_ids_past(struct app *app, int64_t id)
{
	id_past(&app->p->ids, id);
}

struct store *app_store(struct app *app)
{
	return app->p->store;
}

const char *app_data_dir(const struct app *app)
{
	return app->p->data_dir;
}

const struct vocab *app_vocab(const struct app *app)
{
	return rule_set_vocab(app->set);
}

const struct vocab *app_words_today(const struct app *app)
{
	return rule_set_vocab(app->today ? app->today : app->set);
}

const struct rulebook *app_rulebook(const struct app *app)
{
	return rule_set_rulebook(app->set);
}

const struct adjoining *app_adjoining(const struct app *app)
{
	return app->p->adjoining;
}

enum rc app_areas(struct app *app, const struct places **out, struct err *e)
{
	struct program *p = app->p;
	enum rc rc = RC_OK;
	pthread_mutex_lock(&p->lock);
	if (!p->areas)
		rc = places_load(p->data_dir, &p->areas, e);
	if (rc == RC_OK)
		*out = p->areas;
	pthread_mutex_unlock(&p->lock);
	return rc;
}

enum rc app_region_read(struct app *app, struct arena *a, struct region *out, struct err *e)
{
	return region_read(app->p->data_dir, app->p->region, a, out, e);
}

struct signing_rules app_signing_rules(const struct app *app)
{
	return app->p->signing;
}

/* Beside a store that is a file. */
static bool path_beside(const struct program *p, const char *ending, char *out, size_t max)
{
	const char *colon = strchr(p->settings.store_url, ':');
	return !store_is_postgres(p->store) &&
	       snprintf(out, max, "%s%s", colon ? colon + 1 : p->settings.store_url, ending) < (int)max;
}

/* Another store's key has to be named. */
static bool key_path(const struct program *p, char *out, size_t max)
{
	return p->key_file ? snprintf(out, max, "%s", p->key_file) < (int)max : path_beside(p, ".key", out, max);
}

bool app_erased_path(const struct app *app, char *out, size_t max)
{
	const struct program *p = app->p;
	if (p->erased_file)
		return snprintf(out, max, "%s", p->erased_file) < (int)max;
	if (path_beside(p, ".erased", out, max))
		return true;
	return p->key_file && snprintf(out, max, "%s.erased", p->key_file) < (int)max;
}

int64_t app_erased_again(const struct app *app)
{
	return app->p->erased_again;
}

struct key_name {
	char made[17];
	bool known;
	struct str name;
	struct arena *a;
};

static enum rc read_key_name(struct db *db, void *arg, struct err *e)
{
	struct key_name *k = arg;
	struct sql_setting_get_out value;
	enum rc rc = sql_setting_get(db, &(struct sql_setting_get_in){ STR("key-name") }, k->a, &value, e);
	k->known = rc == RC_OK;
	if (k->known)
		k->name = value.value;
	return rc == RC_NOT_FOUND ? RC_OK : rc;
}

static enum rc put_key_name(struct db *db, void *arg, struct err *e)
{
	struct key_name *k = arg;
	return sql_setting_put(db, &(struct sql_setting_put_in){ STR("key-name"), str_of(k->made) }, NULL, e);
}

enum rc app_key(struct app *app, struct secret_key *out, struct err *e)
{
	struct program *p = app->p;
	char path[4096];
	struct arena a AUTO(arena_release);
	arena_init(&a);
	struct key_name k = { .a = &a };
	struct secret_key key;
	if (!key_path(p, path, sizeof path))
		return err_set(
		    e, RC_REFUSED,
		    "Second factors need a key file outside the store. Name one with --key FILE or LINNET_KEY; "
		    "all servers of this store share it.");
	enum rc rc = store_read(p->store, read_key_name, &k, e);
	if (rc == RC_OK)
		rc = secret_key_read(path, !k.known, &key, e);
	if (rc != RC_OK)
		return rc == RC_NOT_FOUND
			   ? err_set(e, RC_REFUSED,
				     "The key file %s is missing, and second factors of this store were sealed with "
				     "it. Put it back, or reset them: linnet account reset-factors.",
				     path)
			   : rc;
	secret_key_name(&key, k.made);
	if (k.known && !str_is(k.name, k.made))
		return err_set(
		    e, RC_REFUSED,
		    "The key file %s is not the one with which second factors of this store were sealed. Put "
		    "that one back, or reset them: linnet account reset-factors.",
		    path);
	if (!k.known && (rc = store_write(p->store, put_key_name, &k, e)) != RC_OK)
		return rc;
	*out = key;
	return RC_OK;
}

struct str app_region(const struct app *app)
{
	return app->p->region;
}

const struct measures *app_measures(const struct app *app)
{
	return rule_set_measures(app->set);
}

struct sharing_rule app_sharing_rule(const struct app *app)
{
	return rule_set_sharing(app->set);
}

const struct workdays *app_workdays(const struct app *app)
{
	return app->workdays;
}

char *app_rules_tag(const struct app *app, const day_t *covered, char out[RULES_TAG_MAX])
{
	uint64_t adjoining = adjoining_hash(app->p->adjoining);
	/* An earlier version’s children are brought up to date. */
	const int versions[] = { COMPACT_VERSION, OPEN_VERSION, ENGINE_VERSION, ROWS_VERSION };
	uint64_t h = hash64(rule_set_clock_hash(app->set), versions, sizeof versions);
	h = hash64(h, &adjoining, sizeof adjoining);
	h = hash64(h, &app->p->place_hash, sizeof app->p->place_hash);
	h = hash64(h, covered, EVIDENCE_MAX * sizeof *covered);
	snprintf(out, RULES_TAG_MAX, "%016" PRIx64, h);
	return out;
}

uint64_t app_place_hash(const struct app *app)
{
	return app->p->place_hash;
}

struct str app_region_name(const struct app *app)
{
	return app->p->region_name.n ? app->p->region_name : STR("No region yet");
}

const struct organisation *app_health_team(const struct app *app)
{
	return app->p->health_team.n ? app_organisation_by_code(app, app->p->health_team) : NULL;
}

bool app_is_demonstration(const struct app *app)
{
	return app->p->demonstration;
}

int app_emergency_hours(const struct app *app)
{
	return app->p->emergency_hours;
}

int app_circle_after_days(const struct app *app)
{
	return app->p->circle_after_days;
}

const struct organisation *app_organisation(const struct app *app, int64_t id)
{
	size_t lo = 0, hi = app->p->n_orgs;
	while (lo < hi) {
		size_t mid = lo + (hi - lo) / 2;
		if (app->p->orgs[mid].id < id)
			lo = mid + 1;
		else
			hi = mid;
	}
	return lo < app->p->n_orgs && app->p->orgs[lo].id == id ? &app->p->orgs[lo] : NULL;
}

const struct organisation *app_organisation_by_code(const struct app *app, struct str code)
{
	size_t lo = 0, hi = app->p->n_orgs;
	while (lo < hi) {
		size_t mid = lo + (hi - lo) / 2;
		if (str_cmp(app->p->by_code[mid]->code, code) < 0)
			lo = mid + 1;
		else
			hi = mid;
	}
	return lo < app->p->n_orgs && str_eq(app->p->by_code[lo]->code, code) ? app->p->by_code[lo] : NULL;
}

size_t app_organisations(const struct app *app, const struct organisation **out)
{
	*out = app->p->orgs;
	return app->p->n_orgs;
}

/* Which parameters of the rulebook hold for each organisation: its own, and those of who serves it. */
static void place_parameters(struct app *app)
{
	size_t n = 1;
	for (size_t i = 0; i < app->p->n_orgs; i++)
		if (app->p->orgs[i].id < UINT16_MAX && (size_t)app->p->orgs[i].id >= n)
			n = (size_t)app->p->orgs[i].id + 1;
	struct place *places = xcalloc(n, sizeof *places);
	for (size_t i = 0; i < app->p->n_orgs; i++) {
		const struct organisation *o = &app->p->orgs[i], *by = app_organisation(app, o->served_by);
		if ((size_t)o->id < n)
			places[o->id] = (struct place){ rulebook_place(app_rulebook(app), o->code),
							by ? rulebook_place(app_rulebook(app), by->code) : 0 };
	}
	app->places = places;
	app->n_places = n;
}

struct engine *app_engine_take(struct app *app, const struct workdays *w)
{
	struct engine *en = rule_set_engine(app->set, w);
	pthread_mutex_lock(&app->lock);
	if (!app->places)
		place_parameters(app);
	pthread_mutex_unlock(&app->lock);
	engine_places(en, app->places, app->n_places);
	return en;
}

void app_engine_give(struct app *app, struct engine *en, const struct workdays *w)
{
	rule_set_engine_back(app->set, en, w);
}

struct viewer app_operator(const struct app *app)
{
	(void)app;
	return (struct viewer){ .role = ROLE_OPERATOR, .name = STR("Operator"), .org_name = STR("This machine") };
}

/* ---- coverage ---- */

static enum rc read_coverage(struct program *p, struct db *db, struct err *e)
{
	struct arena a AUTO(arena_release);
	arena_init(&a);
	struct sql_coverage_stamp_out stamp;
	enum rc rc = sql_coverage_stamp(db, &a, &stamp, e);
	if (rc != RC_OK || (stamp.newest == p->coverage_newest && str_is(stamp.told, p->coverage_told)))
		return rc;
	struct sql_rows *rows;
	struct sql_coverage_all_out row;
	if ((rc = sql_coverage_all(db, &rows, e)) != RC_OK)
		return rc;
	struct sql_coverage_all_out *all = NULL;
	size_t n = 0, cap = 0;
	while ((rc = sql_coverage_all_next(rows, &row, e)) == RC_OK) {
		if (n == cap)
			all = xrealloc(all, (cap = cap ? cap * 2 : 64) * sizeof *all);
		all[n] = row;
		all[n++].evidence.p = xstrndup(row.evidence.p, row.evidence.n);
	}
	db_done(rows);
	if (rc != RC_OK && rc != RC_NOT_FOUND) {
		coverage_release(all, n);
		return rc;
	}
	coverage_release(p->coverage, p->n_coverage);
	p->coverage = all;
	p->n_coverage = n;
	p->coverage_read++;
	p->coverage_newest = stamp.newest;
	snprintf(p->coverage_told, sizeof p->coverage_told, STR_FMT, STR_ARG(stamp.told));
	return RC_OK;
}

enum rc app_coverage_refresh(struct app *app, struct db *db, struct err *e)
{
	pthread_mutex_lock(&app->p->lock);
	enum rc rc = read_coverage(app->p, db, e);
	pthread_mutex_unlock(&app->p->lock);
	return rc;
}

uint64_t app_coverage_edition(const struct app *app)
{
	pthread_mutex_lock(&app->p->lock);
	uint64_t edition = app->p->coverage_read;
	pthread_mutex_unlock(&app->p->lock);
	return edition;
}

static void work_out_coverage(const struct app *app, int64_t council, int64_t known_ms, day_t *covered)
{
	for (size_t i = 0; i < EVIDENCE_MAX; i++)
		covered[i] = DAY_NONE;
	/* A full file widens what is covered; a partial one (covers_from NULL) takes
	 * nothing away from what an earlier full file said. */
	for (size_t i = 0; i < app->p->n_coverage; i++) {
		const struct sql_coverage_all_out *c = &app->p->coverage[i];
		if (c->council != council || c->recorded_ms > known_ms)
			continue;
		uint8_t evidence = vocab_evidence(app_vocab(app), c->evidence);
		if (!evidence)
			continue;
		covered[0] = DAY_NEVER; /* tables speak of this council, whatever they cover */
		if (c->covers_from == SQL_NULL)
			continue;
		day_t *day = &covered[evidence];
		if (*day == DAY_NONE || c->covers_from < *day)
			*day = (day_t)c->covers_from;
	}
}

/* Asked for every child, and the children of a council mostly come one after the other. */
void app_coverage(struct app *app, int64_t council, int64_t known_ms, day_t *covered)
{
	pthread_mutex_lock(&app->p->lock);
	struct covered *c = &app->covered[(uint64_t)council % ANSWERS];
	if (!council || c->council != council || c->known_ms != known_ms || c->read != app->p->coverage_read) {
		*c = (struct covered){ .council = council, .known_ms = known_ms, .read = app->p->coverage_read };
		work_out_coverage(app, council, known_ms, c->from);
	}
	memcpy(covered, c->from, sizeof c->from);
	pthread_mutex_unlock(&app->p->lock);
}
