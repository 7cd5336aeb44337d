#include "work/admin/keep.h"

#include <pthread.h>
#include <unistd.h>

#include "base/text.h"
#include "work/core/lean.h"
#include "work/core/write.h"

enum { DIFFERENCES_SHOWN = 100, UNIT = 100, LOOK = 1000, THREADS_MAX = 8 };

struct keeping {
	struct app *app;
	keep_progress *progress;
	void *progress_arg;
	int64_t total, done, after, changed;
	int64_t ids[THREADS_MAX * LOOK]; /* looked at together */
	size_t n;
};

static void tell(struct keeping *k, const char *what)
{
	if (k->progress)
		k->progress(k->progress_arg, what, k->done, k->total);
}

static enum rc count_unit(struct db *db, void *arg, struct err *e)
{
	struct keeping *k = arg;
	struct arena a AUTO(arena_release);
	arena_init(&a);
	struct sql_person_count_out n;
	enum rc rc = sql_person_count(db, &a, &n, e);
	if (rc == RC_OK)
		k->total = n.n;
	return rc;
}

/* The next ids after k->after, and their number. */
static enum rc next_ids(struct keeping *k, struct db *db, size_t max, int64_t *ids, size_t *n_out, struct err *e)
{
	struct sql_rows *rows;
	struct sql_person_ids_out row;
	size_t n = 0;
	enum rc rc = sql_person_ids(db, &(struct sql_person_ids_in){ k->after, (int64_t)max }, &rows, e);
	if (rc != RC_OK)
		return rc;
	while ((rc = sql_person_ids_next(rows, &row, e)) == RC_OK && n < max)
		ids[n++] = row.id;
	db_done(rows);
	*n_out = n;
	return rc == RC_NOT_FOUND ? RC_OK : rc;
}

/* As many children at a time as there are processors to look at them. */
static size_t at_a_time(void)
{
	long n = sysconf(_SC_NPROCESSORS_ONLN);
	return LOOK * (n < 1 ? 1 : n > THREADS_MAX ? THREADS_MAX : (size_t)n);
}

static enum rc ids_unit(struct db *db, void *arg, struct err *e)
{
	struct keeping *k = arg;
	enum rc rc = next_ids(k, db, at_a_time(), k->ids, &k->n, e);
	if (rc == RC_OK && k->n)
		k->after = k->ids[k->n - 1];
	return rc;
}

/* ---- looking: is what is stored of a child what follows from the record? ---- */

enum verdict { RIGHT, OUT_OF_DATE, WRONG };

struct looking { /* some children, on a thread of their own; nobody is held up */
	struct app *app;
	const int64_t *ids;
	size_t n;
	enum verdict verdicts[LOOK];
	struct str words[LOOK]; /* of what is wrong */
	struct arena arena;
	struct engine *en;
	struct db *db;
	enum rc rc;
	struct err err;
};

static enum rc compare(const struct looking *l, const struct history *h, const struct projection *p, struct arena *a,
		       struct str *words, struct err *e)
{
	bool equal;
	enum rc rc = project_equal(l->db, h, p, a, &equal, words, e);
	if (rc != RC_OK || !equal)
		return rc;
	*words = STR("");
	if ((rc = lean_equal(l->app, l->db, h, a, &equal, e)) == RC_OK && !equal)
		*words = STR("the packed history differs");
	return rc;
}

static enum rc look_at(struct looking *l, size_t i, struct arena *a, struct err *e)
{
	struct history h;
	struct folded f;
	struct projection p;
	struct sql_person_get_out now;
	enum rc rc = history_read(l->app, l->db, l->ids[i], KNOWN_NOW, a, &h, e);
	if (rc == RC_OK)
		rc = sql_person_get(l->db, &(struct sql_person_get_in){ l->ids[i] }, a, &now, e);
	if (rc != RC_OK)
		return rc;
	history_fold(l->app, &h, KNOWN_NOW, a, &f);
	day_t today = app_today(l->app);
	/* What is stored holds until the day on which time changes something. */
	bool old = now.clocked_on == SQL_NULL || now.next_change <= today;
	l->verdicts[i] = OUT_OF_DATE;
	if (old || (rc = project_child(l->app, &h, &f, l->en, today, a, &p, e)) != RC_OK || !str_is(now.rules, p.rules))
		return rc;
	struct str words = STR("");
	if ((rc = compare(l, &h, &p, a, &words, e)) != RC_OK)
		return rc;
	l->verdicts[i] = words.n ? WRONG : RIGHT;
	l->words[i] = words.n ? arena_str(&l->arena, words) : words;
	return RC_OK;
}

static enum rc look_unit(struct db *db, void *arg, struct err *e)
{
	struct looking *l = arg;
	struct arena a AUTO(arena_release);
	arena_init(&a);
	l->db = db;
	enum rc rc = app_coverage_refresh(l->app, db, e);
	for (size_t i = 0; rc == RC_OK && i < l->n; i++) {
		arena_reset(&a);
		rc = look_at(l, i, &a, e);
	}
	return rc;
}

static void *look_run(void *arg)
{
	struct looking *l = arg;
	l->rc = store_read(app_store(l->app), look_unit, l, &l->err);
	return NULL;
}

/* Looks at k->ids, in parts of about the same size. What was found is in `parts`. */
static enum rc look(struct keeping *k, struct looking *parts, size_t *n_parts, struct err *e)
{
	pthread_t threads[THREADS_MAX];
	bool begun[THREADS_MAX] = { false };
	size_t n = (k->n + LOOK - 1) / LOOK;
	enum rc rc = RC_OK;
	for (size_t i = 0; i < n; i++) {
		size_t from = k->n * i / n, to = k->n * (i + 1) / n;
		parts[i].app = k->app;
		parts[i].ids = k->ids + from;
		parts[i].n = to - from;
		parts[i].rc = RC_OK;
		arena_reset(&parts[i].arena);
		begun[i] = i > 0 && pthread_create(&threads[i], NULL, look_run, &parts[i]) == 0;
	}
	for (size_t i = 0; i < n; i++) /* this thread takes the first, and any that could not be begun */
		if (!begun[i])
			look_run(&parts[i]);
	for (size_t i = 0; i < n; i++) {
		if (begun[i])
			pthread_join(threads[i], NULL);
		if (parts[i].rc != RC_OK && rc == RC_OK) {
			rc = parts[i].rc;
			*e = parts[i].err;
		}
	}
	*n_parts = n;
	return rc;
}

static struct looking *looking_new(struct app *app)
{
	struct looking *parts = xcalloc(THREADS_MAX, sizeof *parts);
	for (size_t i = 0; i < THREADS_MAX; i++) {
		arena_init(&parts[i].arena);
		parts[i].en = app_engine_take(app, app_workdays(app));
	}
	return parts;
}

static void looking_free(struct app *app, struct looking *parts)
{
	for (size_t i = 0; i < THREADS_MAX; i++) {
		arena_release(&parts[i].arena);
		app_engine_give(app, parts[i].en, app_workdays(app));
	}
	free(parts);
}

/* ---- verify ---- */

static void report_add(struct verify_report *r, struct difference *list, const struct looking *l, struct arena *a)
{
	for (size_t i = 0; i < l->n; i++) {
		r->children++;
		r->out_of_date += l->verdicts[i] == OUT_OF_DATE;
		if (l->verdicts[i] == WRONG && r->wrong++ < DIFFERENCES_SHOWN)
			list[r->n_differences++] = (struct difference){ l->ids[i], arena_str(a, l->words[i]) };
	}
}

enum rc keep_verify(struct app *app, keep_progress *p, void *arg, struct arena *a, struct verify_report *out,
		    struct err *e)
{
	struct verify_report report = { 0 };
	struct keeping *k AUTO(auto_free) = xcalloc(1, sizeof *k);
	struct difference *list = arena_array(a, DIFFERENCES_SHOWN, sizeof *list);
	struct looking *parts = looking_new(app);
	*k = (struct keeping){ .app = app, .progress = p, .progress_arg = arg };
	enum rc rc = store_read(app_store(app), count_unit, k, e);
	do {
		size_t n = 0;
		if (rc == RC_OK)
			rc = store_read(app_store(app), ids_unit, k, e);
		if (rc == RC_OK)
			rc = look(k, parts, &n, e);
		for (size_t i = 0; rc == RC_OK && i < n; i++)
			report_add(&report, list, &parts[i], a);
		k->done += (int64_t)k->n;
		tell(k, "Verifying");
	} while (rc == RC_OK && k->n);
	looking_free(app, parts);
	report.differences = list;
	if (rc == RC_OK)
		*out = report;
	return rc;
}

/* ---- rebuild ---- */

struct unit { /* children whose rows are made again in one transaction */
	struct app *app;
	const int64_t *ids;
	size_t n;
	int64_t changed;
};

static enum rc rebuild_unit(struct db *db, void *arg, struct err *e)
{
	struct unit *u = arg;
	u->changed = 0;
	enum rc rc = app_coverage_refresh(u->app, db, e);
	return rc == RC_OK ? children_refresh(u->app, db, u->ids, u->n, &u->changed, e) : rc;
}

/* Those that are not right, a hundred a transaction. */
static enum rc make_again(struct keeping *k, const struct looking *parts, size_t n_parts, struct err *e)
{
	int64_t *ids AUTO(auto_free) = xcalloc(k->n + 1, sizeof *ids);
	size_t n = 0;
	enum rc rc = RC_OK;
	for (size_t i = 0; i < n_parts; i++)
		for (size_t j = 0; j < parts[i].n; j++)
			if (parts[i].verdicts[j] != RIGHT)
				ids[n++] = parts[i].ids[j];
	for (size_t at = 0; rc == RC_OK && at < n; at += UNIT) {
		struct unit u = { k->app, ids + at, n - at < UNIT ? n - at : UNIT, 0 };
		rc = store_write(app_store(k->app), rebuild_unit, &u, e);
		k->changed += u.changed;
	}
	return rc;
}

enum rc keep_rebuild(struct app *app, keep_progress *p, void *arg, int64_t *children_out, int64_t *changed_out,
		     struct err *e)
{
	struct keeping *k AUTO(auto_free) = xcalloc(1, sizeof *k);
	struct looking *parts = looking_new(app);
	*k = (struct keeping){ .app = app, .progress = p, .progress_arg = arg };
	enum rc rc = store_read(app_store(app), count_unit, k, e);
	do {
		size_t n = 0;
		if (rc == RC_OK)
			rc = store_read(app_store(app), ids_unit, k, e);
		if (rc == RC_OK)
			rc = look(k, parts, &n, e);
		if (rc == RC_OK)
			rc = make_again(k, parts, n, e);
		k->done += (int64_t)k->n;
		tell(k, "Rebuilding");
	} while (rc == RC_OK && k->n);
	looking_free(app, parts);
	if (rc != RC_OK)
		return rc;
	*children_out = k->done;
	*changed_out = k->changed;
	return RC_OK;
}
