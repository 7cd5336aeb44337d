#include "work/plan/runs.h"

#include <pthread.h>
#include <time.h>

#include "standard/holidays.h"
#include "work/app.h"

enum { THREADS_OF_ONE = 2, WARM_YEARS = 4, RUN_FRONTIER_POINTS = 12 };

struct run {
	char key[RUN_KEY_MAX]; /* empty: nobody finds it any more */
	int64_t account;
	struct run_asked q;
	struct outlook *outlook;
	bool answered; /* q.sites */
	char problem[ERR_TEXT_MAX];
	bool over, playing, stop;
	int64_t done, total;
	int64_t number; /* in order of coming */
	struct timespec began;
	int holds;
	struct app *program; /* a hold, while it is not over */
};

struct run_shelf {
	pthread_mutex_t lock; /* guards everything below */
	pthread_cond_t moved; /* a run is over, or may begin */
	struct run *runs[RUNS_KEPT + RUNS_QUEUED];
	size_t n;
	int64_t numbers;
	struct arena arena;
	struct workdays *workdays;
};

struct run_shelf *run_shelf_new(void)
{
	struct run_shelf *s = xcalloc(1, sizeof *s);
	pthread_mutex_init(&s->lock, NULL);
	pthread_cond_init(&s->moved, NULL);
	arena_init(&s->arena);
	return s;
}

struct run_sites *run_sites_new(void)
{
	struct run_sites *q = xcalloc(1, sizeof *q);
	arena_init(&q->arena);
	return q;
}

void run_sites_free(struct run_sites *q)
{
	if (!q)
		return;
	arena_release(&q->arena);
	free(q);
}

static void asked_free(const struct run_asked *q)
{
	scenario_free(q->scenario);
	run_sites_free(q->sites);
}

static void run_free(struct run *r)
{
	outlook_free(r->outlook);
	asked_free(&r->q);
	free(r);
}

void run_shelf_free(struct run_shelf *s)
{
	for (size_t i = 0; i < s->n; i++)
		run_free(s->runs[i]);
	workdays_free(s->workdays);
	arena_release(&s->arena);
	pthread_mutex_destroy(&s->lock);
	pthread_cond_destroy(&s->moved);
	free(s);
}

enum rc run_workdays(struct app *app, const struct workdays **out, struct err *e)
{
	struct run_shelf *s = app_runs(app);
	struct holiday *holidays;
	size_t n;
	enum rc rc = RC_OK;
	pthread_mutex_lock(&s->lock);
	if (!s->workdays && (rc = holidays_load(app_data_dir(app), &s->arena, &holidays, &n, e)) == RC_OK)
		s->workdays = holidays_calendar(holidays, n, DAY_NEVER);
	*out = s->workdays;
	pthread_mutex_unlock(&s->lock);
	return rc;
}

double run_children(const struct scenario *s, int32_t years)
{
	double a_year = 0, span = (years ? years : s->years);
	span += s->warm_up >= 0 ? s->warm_up / 365.25 : WARM_YEARS;
	for (size_t i = 0; i < s->n_demands; i++) {
		const struct plan_demand *d = &s->demands[i];
		if (d->per_year >= 0)
			a_year += s->inputs[d->per_year].high;
		for (size_t k = 0; d->per_100000 >= 0 && k < s->n_areas; k++) {
			double factor = s->areas[k].factor >= 0 ? s->inputs[s->areas[k].factor].high : 1;
			if (d->areas >> k & 1)
				a_year +=
				    s->inputs[d->per_100000].high / 1e5 * s->inputs[s->areas[k].children].high * factor;
		}
	}
	return a_year * span;
}

/* ---- playing ---- */

static int64_t spent_ms(const struct run *r)
{
	struct timespec now;
	clock_gettime(CLOCK_MONOTONIC, &now);
	return (int64_t)(now.tv_sec - r->began.tv_sec) * 1000 + (now.tv_nsec - r->began.tv_nsec) / 1000000;
}

static bool out_of_time(const struct run *r)
{
	return spent_ms(r) >= (r->q.sites ? RUN_SITE_SECONDS : RUN_SECONDS) * 1000;
}

static bool tell(void *arg, int64_t done, int64_t total)
{
	struct run *r = arg;
	struct run_shelf *s = app_runs(r->program);
	pthread_mutex_lock(&s->lock);
	r->done = done;
	r->total = total;
	bool go_on = !r->stop && !out_of_time(r);
	pthread_mutex_unlock(&s->lock);
	return go_on;
}

/* How long sites take nobody knows: what is told is the time, against that after which the best so far is taken. */
static bool tell_time(void *arg, double done)
{
	(void)done;
	return tell(arg, spent_ms(arg), RUN_SITE_SECONDS * 1000);
}

static enum rc choose_sites(struct run *r, struct err *e)
{
	struct run_sites *q = r->q.sites;
	struct site_work w = { 0, tell_time, r };
	return siting_answer(&q->question, q->what, RUN_FRONTIER_POINTS, &w, NULL, &q->arena, &q->answer, e);
}

/* With the lock. */
static size_t playing(const struct run_shelf *s, int64_t before, size_t *queued, int64_t account, size_t *own)
{
	size_t n = 0;
	*queued = *own = 0;
	for (size_t i = 0; i < s->n; i++) {
		if (s->runs[i]->over)
			continue;
		n += s->runs[i]->playing || s->runs[i]->number < before;
		*queued += 1;
		*own += s->runs[i]->account == account;
	}
	return n;
}

static void *play(void *arg)
{
	struct run *r = arg;
	struct app *program = r->program;
	struct run_shelf *s = app_runs(program);
	struct outlook *o = NULL;
	struct err e = { 0 };
	size_t queued, own;
	enum rc rc = RC_BUSY;
	pthread_mutex_lock(&s->lock);
	while (!r->stop && playing(s, r->number, &queued, 0, &own) >= RUNS_AT_ONCE)
		pthread_cond_wait(&s->moved, &s->lock);
	bool stop = r->stop;
	r->playing = !stop;
	clock_gettime(CLOCK_MONOTONIC, &r->began);
	pthread_mutex_unlock(&s->lock);
	struct outlook_options options = { .seed = r->q.seed,
					   .own_seed = r->q.own_seed,
					   .replications = r->q.replications,
					   .years = r->q.years,
					   .threads = THREADS_OF_ONE,
					   .progress = tell,
					   .arg = r };
	if (stop)
		(void)!err_set(&e, RC_BUSY, "Stopped before anything was played through.");
	else if (r->q.sites)
		rc = choose_sites(r, &e);
	else
		rc = outlook_run(r->q.scenario, &options, &o, &e);
	pthread_mutex_lock(&s->lock);
	r->outlook = o;
	r->answered = rc == RC_OK && r->q.sites;
	if (rc != RC_OK)
		snprintf(r->problem, sizeof r->problem, "%s", e.text[0] ? e.text : "Sorry, something went wrong here.");
	r->over = true;
	r->playing = false;
	r->program = NULL;
	r->holds--;
	pthread_cond_broadcast(&s->moved);
	pthread_mutex_unlock(&s->lock);
	app_close(program); /* perhaps the last hold: the shelf goes with it */
	return NULL;
}

/* ---- the shelf, with its lock ---- */

static struct run *find(const struct run_shelf *s, const char *key)
{
	for (size_t i = 0; *key && i < s->n; i++)
		if (strcmp(s->runs[i]->key, key) == 0)
			return s->runs[i];
	return NULL;
}

static void take_out(struct run_shelf *s, size_t i)
{
	memmove(&s->runs[i], &s->runs[i + 1], (s->n - i - 1) * sizeof s->runs[0]);
	s->n--;
}

/* What nobody holds and nobody can find goes; of the rest the oldest, while there are too many. */
static void tidy(struct run_shelf *s)
{
	for (size_t i = 0; i < s->n;) {
		struct run *r = s->runs[i];
		if (r->holds || (*r->key && s->n <= RUNS_KEPT)) {
			i++;
			continue;
		}
		take_out(s, i);
		run_free(r);
	}
}

static enum rc begin(struct run_shelf *s, struct app *app, struct run *r, struct err *e)
{
	size_t queued, own;
	pthread_t thread;
	pthread_attr_t detached;
	playing(s, 0, &queued, r->account, &own);
	if (queued >= RUNS_QUEUED || s->n == COUNT_OF(s->runs))
		return err_set(e, RC_BUSY, "%d scenarios are being played through. Try again in a minute.",
			       (int)queued);
	if (own >= RUNS_OF_ONE)
		return err_set(e, RC_BUSY, "%d scenarios of yours are being played through. Wait for one, or stop it.",
			       (int)own);
	r->number = ++s->numbers;
	r->total = r->q.sites ? RUN_SITE_SECONDS * 1000 : r->q.replications;
	r->holds = 1; /* its thread's */
	r->program = app_hold(app);
	s->runs[s->n++] = r;
	pthread_attr_init(&detached);
	pthread_attr_setdetachstate(&detached, PTHREAD_CREATE_DETACHED);
	int failed = pthread_create(&thread, &detached, play, r);
	pthread_attr_destroy(&detached);
	if (!failed)
		return RC_OK;
	s->n--;
	return err_set(e, RC_BUSY, "The scenario could not be played through: too many threads. Try again.");
}

static void wait_for(struct run_shelf *s, const struct run *r, int patience_ms)
{
	struct timespec until;
	clock_gettime(CLOCK_REALTIME, &until);
	until.tv_sec += patience_ms / 1000;
	until.tv_nsec += (long)(patience_ms % 1000) * 1000000;
	if (until.tv_nsec >= 1000000000) {
		until.tv_sec++;
		until.tv_nsec -= 1000000000;
	}
	while (!r->over && pthread_cond_timedwait(&s->moved, &s->lock, &until) == 0)
		;
}

static void see(const struct run_shelf *s, struct run *r, struct run_view *out)
{
	size_t queued, own;
	*out = (struct run_view){ .over = r->over,
				  .done = r->done,
				  .total = r->total,
				  .outlook = r->over ? r->outlook : NULL,
				  .sites = r->over && r->answered ? &r->q.sites->answer : NULL,
				  .problem = str_of(r->over ? r->problem : ""),
				  .held = r };
	memcpy(out->key, r->key, sizeof out->key);
	if (!r->over && !r->playing)
		out->before = (int64_t)playing(s, r->number, &queued, 0, &own);
	r->holds++;
}

static void key_of(const struct run_asked *q, char key[RUN_KEY_MAX])
{
	char text[200], hash[HASH_HEX_MAX];
	if (q->sites) {
		siting_hash(&q->sites->question, hash);
		int k = snprintf(text, sizeof text, "sites %s %u", hash, q->sites->what);
		hash_of(text, (size_t)k, key);
		return;
	}
	int n = snprintf(text, sizeof text, "%s %d %d %d %" PRIu64, q->scenario->hash, q->replications,
			 q->years ? q->years : q->scenario->years, 0, q->own_seed ? q->seed : q->scenario->seed);
	hash_of(text, (size_t)n, key);
}

enum rc run_take(struct app *app, const struct viewer *v, const struct run_asked *q, int patience_ms,
		 struct run_view *out, struct err *e)
{
	struct run_shelf *s = app_runs(app);
	char key[RUN_KEY_MAX];
	enum rc rc = RC_OK;
	if (!viewer_may(v, ACT_PLAN))
		rc = err_set(e, RC_REFUSED, "Your role does not plan services.");
	else if (q->sites)
		rc = RC_OK;
	else if (q->replications < 2 || q->replications > RUNS_MORE)
		rc = err_set(e, RC_BAD_INPUT, "A page plays a scenario through 2 to %d times.", RUNS_MORE);
	else if (run_children(q->scenario, q->years) > RUN_CHILDREN_MAX)
		rc = err_set(e, RC_LIMIT,
			     "This scenario has %.0f children in each run; a page plays at most %d. Use the command "
			     "linnet plan simulate, or ask for fewer years.",
			     run_children(q->scenario, q->years), RUN_CHILDREN_MAX);
	if (rc != RC_OK) {
		asked_free(q);
		return rc;
	}
	key_of(q, key);
	pthread_mutex_lock(&s->lock);
	struct run *r = find(s, key);
	if (r) {
		asked_free(q);
	} else {
		r = xcalloc(1, sizeof *r);
		r->q = *q;
		r->account = v->account;
		memcpy(r->key, key, sizeof key);
		tidy(s);
		if ((rc = begin(s, app, r, e)) != RC_OK) {
			if (r->program)
				app_close(r->program);
			run_free(r);
		}
	}
	if (rc == RC_OK) {
		r->holds++;
		wait_for(s, r, patience_ms);
		r->holds--;
		see(s, r, out);
	}
	pthread_mutex_unlock(&s->lock);
	return rc;
}

void run_give(struct app *app, struct run_view *v)
{
	struct run_shelf *s = app_runs(app);
	if (!v->held)
		return;
	pthread_mutex_lock(&s->lock);
	v->held->holds--;
	if (v->held->over && !v->held->outlook && !v->held->answered)
		v->held->key[0] = '\0'; /* asked again, it is tried again */
	pthread_mutex_unlock(&s->lock);
	*v = (struct run_view){ .over = false };
}

enum rc run_stop(struct app *app, const struct viewer *v, struct str key, struct err *e)
{
	struct run_shelf *s = app_runs(app);
	enum rc rc = RC_NOT_FOUND;
	pthread_mutex_lock(&s->lock);
	for (size_t i = 0; i < s->n; i++) {
		struct run *r = s->runs[i];
		if (!r->over && key.n && str_is(key, r->key) && r->account == v->account) {
			r->stop = true;
			r->key[0] = '\0'; /* asked again, it begins anew */
			rc = RC_OK;
		}
	}
	pthread_cond_broadcast(&s->moved);
	pthread_mutex_unlock(&s->lock);
	return rc == RC_OK ? rc : err_set(e, rc, "It is over already.");
}
