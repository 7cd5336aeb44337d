#include "work/admin/trial.h"

#include <pthread.h>
#include <time.h>

#include "work/core/write.h"

enum { PATIENCE_MS = 1000 };

struct trial {
	struct trial_view view; /* its texts live in `a`, its moves in `results` */
	int64_t account;
	struct viewer v;
	struct app *before, *after, *program; /* holds, while it runs */
	struct arena a, results;
	char problem[ERR_TEXT_MAX];
};

struct trial_shelf {
	pthread_mutex_t lock; /* guards everything below */
	pthread_cond_t over;
	struct trial *trials[TRIALS_KEPT]; /* oldest first */
	size_t n;
};

struct trial_shelf *trial_shelf_new(void)
{
	struct trial_shelf *s = xcalloc(1, sizeof *s);
	pthread_mutex_init(&s->lock, NULL);
	pthread_cond_init(&s->over, NULL);
	return s;
}

static void trial_free(struct trial *t)
{
	app_close(t->before);
	app_close(t->after);
	app_close(t->program);
	arena_release(&t->a);
	arena_release(&t->results);
	free(t);
}

void trial_shelf_free(struct trial_shelf *s)
{
	for (size_t i = 0; i < s->n; i++)
		trial_free(s->trials[i]);
	pthread_mutex_destroy(&s->lock);
	pthread_cond_destroy(&s->over);
	free(s);
}

/* ---- running ---- */

static bool tell(void *arg, int64_t done, int64_t total)
{
	struct trial *t = arg;
	struct trial_shelf *s = app_trials(t->program);
	pthread_mutex_lock(&s->lock);
	t->view.done = done;
	t->view.total = total;
	pthread_mutex_unlock(&s->lock);
	return true;
}

static void *run(void *arg)
{
	struct trial *t = arg;
	struct trial_shelf *s = app_trials(t->program);
	struct comparison moves = { 0 };
	struct err e = { 0 };
	enum rc rc = rules_compare(t->before, t->after, &t->v, t->view.standard, tell, t, &t->results, &moves, &e);
	app_close(t->before);
	app_close(t->after);
	struct app *program = t->program;
	pthread_mutex_lock(&s->lock);
	t->before = t->after = t->program = NULL;
	t->view.moves = moves;
	if (rc != RC_OK)
		snprintf(t->problem, sizeof t->problem, "%s", e.text[0] ? e.text : "Sorry, something went wrong here.");
	t->view.problem = str_of(t->problem);
	t->view.running = false;
	pthread_cond_broadcast(&s->over);
	pthread_mutex_unlock(&s->lock);
	app_close(program); /* perhaps the last hold: the shelf goes with it */
	return NULL;
}

static struct trial *find(struct trial_shelf *s, int64_t id)
{
	for (size_t i = 0; i < s->n; i++)
		if (s->trials[i]->view.id == id)
			return s->trials[i];
	return NULL;
}

/* Room for one more: the oldest that is over goes. */
static enum rc put_on_shelf(struct trial_shelf *s, struct trial *t, struct err *e)
{
	size_t i = 0;
	while (s->n == TRIALS_KEPT && i < s->n && s->trials[i]->view.running)
		i++;
	if (i == TRIALS_KEPT)
		return err_set(e, RC_BUSY, "%d trials are being worked out. Try again when one is over.", TRIALS_KEPT);
	if (s->n == TRIALS_KEPT) {
		trial_free(s->trials[i]);
		memmove(&s->trials[i], &s->trials[i + 1], (s->n - i - 1) * sizeof s->trials[0]);
		s->n--;
	}
	s->trials[s->n++] = t;
	return RC_OK;
}

static void take_from_shelf(struct trial_shelf *s, const struct trial *t)
{
	for (size_t i = 0; i < s->n; i++)
		if (s->trials[i] == t) {
			memmove(&s->trials[i], &s->trials[i + 1], (s->n - i - 1) * sizeof s->trials[0]);
			s->n--;
			return;
		}
}

static void wait_a_little(struct trial_shelf *s, int64_t id)
{
	struct timespec until;
	clock_gettime(CLOCK_REALTIME, &until);
	until.tv_sec += PATIENCE_MS / 1000;
	pthread_mutex_lock(&s->lock);
	for (const struct trial *t; (t = find(s, id)) && t->view.running;)
		if (pthread_cond_timedwait(&s->over, &s->lock, &until) != 0)
			break;
	pthread_mutex_unlock(&s->lock);
}

/* It names children: a look, and on the record before anything is shown. */
static enum rc write_look(struct db *db, void *arg, struct err *e)
{
	const struct trial *t = arg;
	struct str why = t->view.of_draft ? t->view.draft.why : STR("ordinary work");
	return audit(t->program, db, &t->v, 0, "looked", STR("who would move by other rules"), why, e);
}

/* The trial is the shelf's from here on, or freed. */
static enum rc start(struct app *app, struct trial *t, int64_t *id_out, struct err *e)
{
	struct trial_shelf *s = app_trials(app);
	int64_t id = t->view.id = app_new_id(app);
	t->view.running = true;
	t->program = app_hold(app);
	enum rc rc = store_write(app_store(app), write_look, t, e);
	if (rc == RC_OK) {
		pthread_mutex_lock(&s->lock);
		rc = put_on_shelf(s, t, e);
		pthread_mutex_unlock(&s->lock);
	}
	pthread_attr_t detached;
	pthread_t thread;
	pthread_attr_init(&detached);
	pthread_attr_setdetachstate(&detached, PTHREAD_CREATE_DETACHED);
	if (rc == RC_OK && pthread_create(&thread, &detached, run, t) != 0) {
		rc = err_set(e, RC_BUSY, "The trial could not be started: too many threads. Try again.");
		pthread_mutex_lock(&s->lock);
		take_from_shelf(s, t);
		pthread_mutex_unlock(&s->lock);
	}
	pthread_attr_destroy(&detached);
	if (rc != RC_OK) {
		trial_free(t);
		return rc;
	}
	wait_a_little(s, id);
	*id_out = id;
	return RC_OK;
}

static struct trial *trial_new(const struct viewer *v)
{
	struct trial *t = xcalloc(1, sizeof *t);
	arena_init(&t->a);
	arena_init(&t->results);
	t->account = v->account;
	t->v = *v;
	t->v.name = arena_str(&t->a, v->name);
	t->v.org_name = arena_str(&t->a, v->org_name);
	return t;
}

static struct rules_draft copy_of(struct arena *a, const struct rules_draft *d)
{
	return (struct rules_draft){ arena_str(a, d->name), arena_str(a, d->base), arena_str(a, d->body),
				     arena_str(a, d->why), d->opens };
}

static void sides_of(struct trial *t)
{
	t->view.n_diffs = editions_diff(t->before, t->after, &t->a, &t->view.diffs);
	t->view.hash_before = arena_str(&t->a, str_of(rule_set_hash(app_rules(t->before))));
	t->view.hash_after = arena_str(&t->a, str_of(rule_set_hash(app_rules(t->after))));
}

enum rc trial_of_draft(struct app *app, const struct viewer *v, const struct rules_draft *d, int64_t *id_out,
		       struct err *e)
{
	struct rule_set *set;
	enum rc rc = editions_require_change(app, v, e);
	if (rc == RC_OK)
		rc = draft_check_rules(app, v, d, &set, e);
	if (rc != RC_OK)
		return rc;
	struct trial *t = trial_new(v);
	t->view.of_draft = true;
	t->view.draft = copy_of(&t->a, d);
	t->before = app_hold(app);
	t->after = app_with_rules(app, set, DAY_NEVER);
	rule_set_let_go(set);
	sides_of(t);
	return start(app, t, id_out, e);
}

static enum rc side_of_past(struct app *app, int64_t known_ms, struct app **out, struct err *e)
{
	struct rule_set *s;
	enum rc rc = library_known(app_library(app), known_ms, &s, e);
	if (rc != RC_OK)
		return rc;
	*out = app_with_rules(app, s, known_ms == KNOWN_NOW ? DAY_NEVER : london_day(known_ms));
	rule_set_let_go(s);
	return RC_OK;
}

static bool same_question(const struct trial *t, const struct trial *asked)
{
	return !t->view.of_draft && t->account == asked->account && t->v.org == asked->v.org &&
	       t->view.from_ms == asked->view.from_ms && t->view.to_ms == asked->view.to_ms &&
	       str_eq(t->view.standard, asked->view.standard) && !t->problem[0] &&
	       str_eq(t->view.hash_before, asked->view.hash_before) &&
	       str_eq(t->view.hash_after, asked->view.hash_after);
}

static int64_t asked_before(struct trial_shelf *s, const struct trial *asked)
{
	int64_t id = 0;
	pthread_mutex_lock(&s->lock);
	for (size_t i = 0; i < s->n; i++)
		if (same_question(s->trials[i], asked))
			id = s->trials[i]->view.id;
	pthread_mutex_unlock(&s->lock);
	return id;
}

enum rc trial_of_past(struct app *app, const struct viewer *v, int64_t from_ms, int64_t to_ms, struct str standard,
		      int64_t *id_out, struct err *e)
{
	enum rc rc = editions_require_change(app, v, e);
	if (rc != RC_OK)
		return rc;
	struct trial *t = trial_new(v);
	t->view.from_ms = from_ms;
	t->view.to_ms = to_ms;
	t->view.standard = arena_str(&t->a, standard);
	rc = side_of_past(app, from_ms, &t->before, e);
	if (rc == RC_OK)
		rc = side_of_past(app, to_ms, &t->after, e);
	if (rc == RC_OK)
		sides_of(t);
	int64_t there = rc == RC_OK ? asked_before(app_trials(app), t) : 0;
	if (rc == RC_OK && !there)
		return start(app, t, id_out, e);
	trial_free(t);
	if (rc == RC_OK)
		*id_out = there;
	return rc;
}

/* ---- looking ---- */

static struct comparison copy_moves(struct arena *a, const struct comparison *c)
{
	struct comparison out = *c;
	struct standard_moves *s = arena_array(a, c->n_standards, sizeof *s);
	struct moved_clock *k = arena_array(a, c->n_clocks, sizeof *k);
	for (size_t i = 0; i < c->n_standards; i++) {
		s[i] = c->standards[i];
		s[i].id = arena_str(a, s[i].id);
		s[i].title = arena_str(a, s[i].title);
	}
	for (size_t i = 0; i < c->n_clocks; i++) {
		k[i] = c->clocks[i];
		k[i].given = arena_str(a, k[i].given);
		k[i].family = arena_str(a, k[i].family);
		k[i].standard = arena_str(a, k[i].standard);
		k[i].title = arena_str(a, k[i].title);
	}
	out.standards = s;
	out.clocks = k;
	return out;
}

static const struct edition_diff *copy_diffs(struct arena *a, const struct edition_diff *d, size_t n)
{
	struct edition_diff *out = arena_array(a, n, sizeof *out);
	for (size_t i = 0; i < n; i++)
		out[i] = (struct edition_diff){ arena_str(a, d[i].name), arena_str(a, d[i].before),
						arena_str(a, d[i].after) };
	return out;
}

struct naming {
	struct app *app;
	const struct viewer *v;
	const struct moved_clock *all;
	struct moved_clock *kept;
	size_t n, n_kept;
};

/* Who was in the circle when it was worked out may be in it no more. */
static enum rc still_theirs(struct db *db, void *arg, struct err *e)
{
	struct naming *k = arg;
	for (size_t i = k->n_kept = 0; i < k->n; i++) {
		enum rc rc = circle_check(k->app, db, k->v, k->all[i].person, e);
		if (rc == RC_OK)
			k->kept[k->n_kept++] = k->all[i];
		else if (rc != RC_NOT_FOUND)
			return rc;
	}
	return RC_OK;
}

enum rc trial_see(struct app *app, const struct viewer *v, int64_t id, struct arena *a, struct trial_view *out,
		  struct err *e)
{
	struct trial_shelf *s = app_trials(app);
	enum rc rc = editions_require_change(app, v, e);
	if (rc != RC_OK)
		return rc;
	pthread_mutex_lock(&s->lock);
	const struct trial *t = find(s, id);
	bool mine = t && t->account == v->account && t->v.org == v->org;
	if (mine) {
		*out = t->view;
		out->draft = copy_of(a, &t->view.draft);
		out->diffs = copy_diffs(a, t->view.diffs, t->view.n_diffs);
		out->standard = arena_str(a, t->view.standard);
		out->hash_before = arena_str(a, t->view.hash_before);
		out->hash_after = arena_str(a, t->view.hash_after);
		out->problem = arena_str(a, t->view.problem);
		out->moves = copy_moves(a, &t->view.moves);
	}
	pthread_mutex_unlock(&s->lock);
	if (!mine)
		return err_set(e, RC_NOT_FOUND, "This trial is no longer kept. Make the change again and try it.");
	struct naming k = { app, v, out->moves.clocks, NULL, out->moves.n_clocks, 0 };
	k.kept = arena_array(a, k.n, sizeof *k.kept);
	rc = k.n ? store_read(app_store(app), still_theirs, &k, e) : RC_OK;
	out->moves.clocks = k.kept;
	out->moves.n_clocks = k.n_kept;
	return rc;
}

enum rc trial_save(struct app *app, const struct viewer *v, int64_t id, struct err *e)
{
	struct arena a AUTO(arena_release);
	struct trial_view t;
	arena_init(&a);
	enum rc rc = trial_see(app, v, id, &a, &t, e);
	if (rc != RC_OK)
		return rc;
	if (!t.of_draft)
		return err_set(e, RC_BAD_INPUT, "This is a comparison: there is nothing to save.");
	if (t.running || t.problem.n)
		return err_set(e, RC_CONFLICT, "The trial is not over yet. See first who would move, then save.");
	return draft_save(app, v, &t.draft, e);
}
