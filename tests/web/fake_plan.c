/*
 * fake_plan.c - plans without a store: those of data/plans are played through by
 * the real use case; what is saved is kept in memory, and one saved plan tries to
 * be markup.
 */
#include <pthread.h>

#include "tests/web/fake_work.h"
#include "work/app.h"
#include "work/plan/plans.h"
#include "work/plan/recorded.h"
#include "work/plan/runs.h"

enum { KEPT = 20 };

static pthread_mutex_t lock = PTHREAD_MUTEX_INITIALIZER;
static struct run_shelf *shelf;
static struct kept {
	int64_t id, account;
	char name[200], *body, hash[HASH_HEX_MAX];
} kept[KEPT];
static size_t n_kept;

struct run_shelf *app_runs(struct app *app)
{
	(void)app;
	pthread_mutex_lock(&lock);
	shelf = shelf ? shelf : run_shelf_new();
	struct run_shelf *s = shelf;
	pthread_mutex_unlock(&lock);
	return s;
}

const char *app_data_dir(const struct app *app)
{
	(void)app;
	return "data";
}

static struct saved_plan plan_of(const struct viewer *v, const struct kept *k, struct arena *a)
{
	char id[ID_TEXT_MAX];
	return (struct saved_plan){ .id = arena_str(a, str_of(id_text(k->id, id))),
				    .name = arena_str(a, str_of(k->name)),
				    .body = arena_str(a, str_of(k->body)),
				    .own = k->account == v->account,
				    .by = STR("Marsh <Harrier>"),
				    .saved_ms = 1795420800000,
				    .hash = arena_str(a, str_of(k->hash)),
				    .program = STR("0.1"),
				    .seed = 1 };
}

static void first(void)
{
	if (n_kept)
		return;
	kept[0] = (struct kept){ .id = 1, .account = -1, .name = "More <b>beds</b>", .hash = "0" };
	kept[0].body = xstrndup("extends: east-midlands.yaml\nname: More <b>beds</b>\n", 51);
	n_kept = 1;
}

enum rc saved_list(struct app *app, const struct viewer *v, struct arena *a, struct plan_finding *f, struct err *e)
{
	(void)app, (void)e;
	pthread_mutex_lock(&lock);
	first();
	f->n = 0;
	for (size_t i = n_kept; i-- > 0;)
		if (kept[i].body)
			f->list[f->n++] = plan_of(v, &kept[i], a);
	pthread_mutex_unlock(&lock);
	return RC_OK;
}

static struct kept *find(int64_t id)
{
	first();
	for (size_t i = 0; i < n_kept; i++)
		if (kept[i].id == id && kept[i].body)
			return &kept[i];
	return NULL;
}

enum rc saved_get(struct app *app, const struct viewer *v, int64_t id, struct arena *a, struct saved_plan *out,
		  struct err *e)
{
	(void)app;
	pthread_mutex_lock(&lock);
	const struct kept *k = find(id);
	if (k)
		*out = plan_of(v, k, a);
	pthread_mutex_unlock(&lock);
	return k ? RC_OK : err_set(e, RC_NOT_FOUND, "There is no such plan here.");
}

enum rc saved_add(struct app *app, const struct viewer *v, const struct saved_plan *p, int64_t *id_out, struct err *e)
{
	(void)app;
	pthread_mutex_lock(&lock);
	first();
	struct kept *k = n_kept < KEPT ? &kept[n_kept] : NULL;
	if (k) {
		*k = (struct kept){ .id = (int64_t)++n_kept, .account = v->account };
		snprintf(k->name, sizeof k->name, STR_FMT, STR_ARG(p->name));
		snprintf(k->hash, sizeof k->hash, STR_FMT, STR_ARG(p->hash));
		k->body = xstrndup(p->body.p, p->body.n);
		*id_out = k->id;
	}
	pthread_mutex_unlock(&lock);
	return k ? RC_OK : err_set(e, RC_LIMIT, "You have saved too many scenarios.");
}

enum rc saved_delete(struct app *app, const struct viewer *v, int64_t id, struct err *e)
{
	(void)app;
	enum rc rc = RC_OK;
	pthread_mutex_lock(&lock);
	struct kept *k = find(id);
	if (!k)
		rc = err_set(e, RC_NOT_FOUND, "There is no such plan here.");
	else if (k->account != v->account)
		rc = err_set(e, RC_REFUSED, "Only who saved a scenario deletes it.");
	if (rc == RC_OK) {
		free(k->body);
		k->body = NULL;
	}
	pthread_mutex_unlock(&lock);
	return rc;
}

/* One year of two councils, one of them hidden, whose name tries to be markup. */
enum rc recorded_see(struct app *app, const struct viewer *v, enum recorded_of of, struct arena *a,
		     struct recorded *out, struct err *e)
{
	(void)app;
	if (!recorded_is_for(v))
		return err_set(e, RC_NOT_FOUND, "Nothing of that name is counted here.");
	*out = (struct recorded){ .of = of,
				  .n_years = 1,
				  .n_councils = 3,
				  .hidden = { 1, 4 },
				  .no_season = STR("fewer than 100 were counted") };
	struct recorded_year *y = &out->years[0];
	*y = (struct recorded_year){ .from = 20179, .covered = true };
	y->all = (struct recorded_count){ .name = STR("All"), .count = 51 };
	y->councils = arena_array(a, 3, sizeof *y->councils);
	y->councils[0] = (struct recorded_count){ .code = STR("E10000012"),
						  .name = STR("Essex"),
						  .residents = 310000,
						  .count = 40,
						  .rated = true,
						  .rate = { 1.29, 0.92, 1.76 } };
	y->councils[1] = (struct recorded_count){
		.code = STR("E06000033"), .name = STR("South<end>"), .residents = 39000, .hidden = true
	};
	y->councils[2] = (struct recorded_count){ .name = STR("All other councils"), .hidden = true };
	for (size_t i = 0; i < RECORDED_BANDS; i++)
		y->ages[i] = (struct recorded_count){ .name = STR("11 to 15"), .hidden = i == 2 };
	for (size_t i = 0; i < 12; i++)
		y->months[i] =
		    (struct recorded_count){ .name = STR("2025-04"), .count = 4 + (int64_t)i, .hidden = i < 2 };
	return RC_OK;
}

void fake_plans_free(void)
{
	if (shelf)
		run_shelf_free(shelf);
	shelf = NULL;
	for (size_t i = 0; i < n_kept; i++)
		free(kept[i].body);
	n_kept = 0;
}
