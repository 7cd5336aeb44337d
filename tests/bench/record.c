/*
 * Recording an event through the use case that the pages call, on a store that
 * holds children: durable, the child's clocks run again, worklists and audit
 * written. Beside it, in the same run: how many commits of one plain row the same
 * engine makes, with the same durability, alone and from as many threads.
 *
 *   record --store URL [--threads N] [--seconds N] [--data FOLDER]
 *   record --store URL --held NAME [--keeper yes] [--seconds N] [--data FOLDER]
 *
 * The second form says how long one person who records is held up by what else is
 * written at that time: a save every ten milliseconds. With --keeper children are
 * brought up to date meanwhile, as `linnet serve` does it; a rebuild is a program
 * of its own, which the caller starts.
 *
 * Prints lines of `name value`. "save" is record_save alone, with the version of
 * the child known beforehand; "form" is what a person's form costs: the preview,
 * then the save. Exit 2 if anything was refused.
 */
#include "work/record/record.h"

#include <pthread.h>
#include <stdatomic.h>
#include <time.h>

#include "base/text.h"
#include "work/admin/keep.h"
#include "work/core/write.h"

enum { THREADS_MAX = 64, CHILDREN_MAX = 4000, SAMPLES_MAX = 200000 };

struct child { /* whom one thread alone writes to */
	int64_t person, version;
};

enum job { JOB_SAVE, JOB_FORM, JOB_ROW };

struct worker {
	struct app *app;
	enum job job;
	struct child *children;
	size_t n_children;
	int seconds;
	float *ms; /* one sample a commit */
	size_t n;
	struct err e;
	enum rc rc;
};

static struct viewer viewer;
static struct child children[CHILDREN_MAX];
static size_t n_children;

static double now_s(void)
{
	struct timespec t;
	clock_gettime(CLOCK_MONOTONIC, &t);
	return (double)t.tv_sec + (double)t.tv_nsec / 1e9;
}

static int stop(const struct err *e)
{
	fprintf(stderr, "record: %s %s\n", e->text, e->detail);
	return 2;
}

/* Three things that move clocks, in turn: asked for, booked, scored. */
static struct draft draft_of(struct app *app, const struct child *c, size_t turn, char day[DAY_TEXT_MAX],
			     char later[DAY_TEXT_MAX])
{
	struct draft d = { .change = CHANGE_RECORD, .person = c->person, .version = c->version };
	day_iso(app_today(app), day);
	day_iso(app_today(app) + 12, later);
	d.at = str_of(day);
	switch (turn % 3) {
	case 0:
		d.kind = STR("request-made");
		d.code = STR("review");
		break;
	case 1:
		d.kind = STR("appointment-booked");
		d.code = STR("review");
		d.end = str_of(later);
		break;
	default:
		d.kind = STR("sdq-scored");
		d.code = STR("carer");
		d.value = STR("13");
		break;
	}
	return d;
}

static enum rc preview_one(struct app *app, struct child *c, size_t turn, struct arena *a, struct err *e)
{
	char day[DAY_TEXT_MAX], later[DAY_TEXT_MAX];
	struct draft d = draft_of(app, c, turn, day, later);
	struct preview p;
	enum rc rc = record_preview(app, &viewer, &d, a, &p, e);
	if (rc == RC_OK && p.n_problems)
		return err_set(e, RC_BAD_INPUT, "the draft of a %s: " STR_FMT, d.kind.p, STR_ARG(p.problems[0].text));
	if (rc == RC_OK)
		c->version = p.version;
	return rc;
}

static enum rc save_one(struct app *app, struct child *c, size_t turn, struct arena *a, struct err *e)
{
	char day[DAY_TEXT_MAX], later[DAY_TEXT_MAX];
	struct draft d = draft_of(app, c, turn, day, later);
	int64_t event;
	enum rc rc = record_save(app, &viewer, &d, a, &event, e);
	if (rc == RC_OK)
		c->version = event; /* the newest entry */
	return rc;
}

static enum rc one_row(struct db *db, void *arg, struct err *e)
{
	return audit(arg, db, &viewer, 0, "measured", STR("a plain row"), STR(""), e);
}

static enum rc do_one(struct worker *w, size_t i, struct arena *a)
{
	struct child *c = &w->children[i % w->n_children];
	size_t turn = i / w->n_children;
	if (w->job == JOB_ROW)
		return store_write(app_store(w->app), one_row, w->app, &w->e);
	enum rc rc = w->job == JOB_FORM ? preview_one(w->app, c, turn, a, &w->e) : RC_OK;
	return rc == RC_OK ? save_one(w->app, c, turn, a, &w->e) : rc;
}

static void *work(void *arg)
{
	struct worker *w = arg;
	struct arena a AUTO(arena_release);
	arena_init(&a);
	double end = now_s() + w->seconds;
	for (size_t i = 0; w->rc == RC_OK && w->n < SAMPLES_MAX; i++) {
		double t = now_s();
		if (t >= end)
			break;
		w->rc = do_one(w, i, &a);
		w->ms[w->n++] = (float)((now_s() - t) * 1e3);
		arena_reset(&a);
	}
	return NULL;
}

static int by_size(const void *a, const void *b)
{
	float x = *(const float *)a, y = *(const float *)b;
	return (x > y) - (x < y);
}

/* Runs one job on so many threads; prints NAME_rate, NAME_p50_ms, NAME_p95_ms. */
static int measure(struct app *app, const char *name, enum job job, size_t threads, int seconds)
{
	static struct worker w[THREADS_MAX];
	pthread_t id[THREADS_MAX];
	float *all = xmalloc(threads * SAMPLES_MAX * sizeof *all);
	size_t n = 0, share = n_children / threads;
	double t = now_s();
	for (size_t i = 0; i < threads; i++) {
		w[i] = (struct worker){ .app = app,
					.job = job,
					.children = children + i * share,
					.n_children = share,
					.seconds = seconds,
					.ms = xmalloc(SAMPLES_MAX * sizeof(float)) };
		if (pthread_create(&id[i], NULL, work, &w[i]))
			abort();
	}
	int status = 0;
	for (size_t i = 0; i < threads; i++) {
		pthread_join(id[i], NULL);
		if (w[i].rc != RC_OK)
			status = stop(&w[i].e);
	}
	t = now_s() - t;
	for (size_t i = 0; i < threads; i++) {
		memcpy(all + n, w[i].ms, w[i].n * sizeof *all);
		n += w[i].n;
		free(w[i].ms);
	}
	qsort(all, n, sizeof *all, by_size);
	if (status == 0 && n)
		printf("%s_rate %.0f\n%s_p50_ms %.2f\n%s_p95_ms %.2f\n", name, (double)n / t, name, (double)all[n / 2],
		       name, (double)all[n * 95 / 100]);
	fflush(stdout);
	free(all);
	return status;
}

enum { HELD_CHILDREN = 300, HELD_PACE_MS = 10 };

/* One client. Prints NAME_p50_ms, NAME_p95_ms, NAME_max_ms, NAME_n. */
static int held_up(struct app *app, const char *name, int seconds)
{
	static float ms[SAMPLES_MAX];
	static const struct timespec pace = { 0, HELD_PACE_MS * 1000000L };
	struct arena a AUTO(arena_release);
	struct err e = { 0 };
	arena_init(&a);
	size_t n = 0;
	double end = now_s() + seconds;
	for (size_t i = 0; now_s() < end && n < SAMPLES_MAX; i++) {
		struct child *c = &children[i % n_children];
		size_t turn = i / n_children;
		arena_reset(&a);
		if (preview_one(app, c, turn, &a, &e) != RC_OK)
			return stop(&e);
		double t = now_s();
		enum rc rc = save_one(app, c, turn, &a, &e);
		if (rc != RC_OK && rc != RC_CONFLICT) /* the child was made again between form and save */
			return stop(&e);
		ms[n++] = (float)((now_s() - t) * 1e3);
		err_clear(&e);
		nanosleep(&pace, NULL);
	}
	qsort(ms, n, sizeof *ms, by_size);
	printf("%s_p50_ms %.2f\n%s_p95_ms %.2f\n%s_max_ms %.2f\n%s_n %zu\n", name, (double)ms[n / 2], name,
	       (double)ms[n * 95 / 100], name, (double)ms[n - 1], name, n);
	return 0;
}

static int held_beside(struct app *app, const char *name, bool beside, int seconds)
{
	struct keeper *keeper = NULL;
	struct err e = { 0 };
	n_children = n_children < HELD_CHILDREN ? n_children : HELD_CHILDREN;
	if (beside && keeper_start(app, &keeper, &e) != RC_OK)
		return stop(&e);
	int status = held_up(app, name, seconds);
	if (beside)
		printf("%s_waiting %" PRId64 "\n", name, app_waiting(app));
	keeper_stop(keeper);
	return status;
}

static enum rc find_children(struct db *db, void *arg, struct err *e)
{
	struct sql_circle_persons_in in = { viewer.org, app_today(arg), 0, CHILDREN_MAX };
	struct sql_rows *rows;
	struct sql_circle_persons_out row;
	enum rc rc = sql_circle_persons(db, &in, &rows, e);
	n_children = 0;
	if (rc != RC_OK)
		return rc;
	while (n_children < CHILDREN_MAX && (rc = sql_circle_persons_next(rows, &row, e)) == RC_OK)
		children[n_children++].person = row.person;
	db_done(rows);
	return rc == RC_NOT_FOUND ? RC_OK : rc;
}

/* The version that each form would carry; also what warms the caches. */
static enum rc read_versions(struct app *app, struct err *e)
{
	struct arena a AUTO(arena_release);
	arena_init(&a);
	enum rc rc = RC_OK;
	for (size_t i = 0; rc == RC_OK && i < n_children; i++) {
		rc = preview_one(app, &children[i], 0, &a, e);
		arena_reset(&a);
	}
	return rc;
}

int main(int argc, char **argv)
{
	struct app_settings settings = { .data_dir = "data" };
	int64_t threads = 32, seconds = 5;
	const char *held = NULL;
	bool keeper = false;
	for (int i = 1; i + 1 < argc; i += 2) {
		struct str value = str_of(argv[i + 1]);
		if (strcmp(argv[i], "--store") == 0)
			settings.store_url = argv[i + 1];
		else if (strcmp(argv[i], "--data") == 0)
			settings.data_dir = argv[i + 1];
		else if (strcmp(argv[i], "--held") == 0)
			held = argv[i + 1];
		else if (strcmp(argv[i], "--keeper") == 0)
			keeper = str_is(value, "yes");
		else if (!(strcmp(argv[i], "--threads") == 0 && str_to_int(value, 1, THREADS_MAX, &threads) == RC_OK) &&
			 !(strcmp(argv[i], "--seconds") == 0 && str_to_int(value, 1, 600, &seconds) == RC_OK))
			argc = 0;
	}
	if (argc % 2 == 0 || !settings.store_url) {
		fprintf(stderr, "usage: record --store URL [--threads N] [--seconds N] [--data FOLDER]\n");
		return 2;
	}
	struct err e = { 0 };
	struct app *app;
	if (app_open(&settings, &app, &e) != RC_OK)
		return stop(&e);
	const struct organisation *team = app_health_team(app);
	viewer = (struct viewer){
		.org = team ? team->id : 0, .role = ROLE_ADMINISTRATOR, .name = STR("Bench"), .org_name = STR("")
	};
	enum rc rc = store_read(app_store(app), find_children, app, &e);
	if (rc == RC_OK && n_children < (size_t)threads)
		rc =
		    err_set(&e, RC_NOT_FOUND, "The store holds %zu children; %d are needed.", n_children, (int)threads);
	if (rc == RC_OK && !held)
		rc = read_versions(app, &e);
	int status = rc == RC_OK ? 0 : stop(&e);
	if (status == 0 && held) {
		status = held_beside(app, held, keeper, (int)seconds);
		app_close(app);
		return status;
	}
	static const struct {
		const char *name;
		enum job job;
		bool many;
	} runs[] = {
		{ "row_alone", JOB_ROW, false }, { "save_alone", JOB_SAVE, false }, { "form_alone", JOB_FORM, false },
		{ "row_many", JOB_ROW, true },	 { "save_many", JOB_SAVE, true },   { "form_many", JOB_FORM, true },
	};
	for (size_t i = 0; status == 0 && i < COUNT_OF(runs); i++)
		status = measure(app, runs[i].name, runs[i].job, runs[i].many ? (size_t)threads : 1, (int)seconds);
	app_close(app);
	return status;
}
