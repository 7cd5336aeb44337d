#include "work/admin/keep.h"

#include "base/text.h"
#include "work/core/lean.h"
#include "work/core/write.h"

enum { DIFFERENCES_SHOWN = 100, UNIT = 100, VERIFY_UNIT = 2000 };

struct keeping {
	struct app *app;
	keep_progress *progress;
	void *progress_arg;
	int64_t total, done, after, changed;
	/* verify */
	struct engine *en;
	struct db *db;
	struct arena *a;
	struct verify_report *report;
	struct difference *differences;
	bool over;
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

/* ---- verify ---- */

static enum rc verify_child(struct keeping *k, int64_t person, struct arena *a, struct err *e)
{
	struct history h;
	struct folded f;
	struct projection p;
	struct sql_person_get_out now;
	enum rc rc = history_read(k->app, k->db, person, KNOWN_NOW, a, &h, e);
	if (rc == RC_OK)
		rc = sql_person_get(k->db, &(struct sql_person_get_in){ person }, a, &now, e);
	if (rc != RC_OK)
		return rc;
	history_fold(k->app, &h, KNOWN_NOW, a, &f);
	day_t today = app_today(k->app);
	/* What is stored holds until the day on which time changes something. */
	bool old = now.clocked_on == SQL_NULL || now.next_change <= today;
	if ((rc = project_child(k->app, &h, &f, k->en, today, a, &p, e)) != RC_OK)
		return rc;
	k->report->children++;
	if (old || !str_is(now.rules, p.rules)) {
		k->report->out_of_date++;
		return RC_OK;
	}
	bool equal;
	struct str words;
	if ((rc = project_equal(k->db, person, &p, a, &equal, &words, e)) != RC_OK)
		return rc;
	if (equal) {
		words = STR("the packed history differs");
		if ((rc = lean_equal(k->app, k->db, &h, a, &equal, e)) != RC_OK || equal)
			return rc;
	}
	if (k->report->wrong++ < DIFFERENCES_SHOWN)
		k->differences[k->report->n_differences++] = (struct difference){ person, arena_str(k->a, words) };
	return RC_OK;
}

static enum rc verify_unit(struct db *db, void *arg, struct err *e)
{
	struct keeping *k = arg;
	int64_t *ids AUTO(auto_free) = xcalloc(VERIFY_UNIT, sizeof *ids);
	size_t n = 0;
	struct arena a AUTO(arena_release);
	arena_init(&a);
	k->db = db;
	enum rc rc = app_coverage_refresh(k->app, db, e);
	if (rc == RC_OK)
		rc = next_ids(k, db, VERIFY_UNIT, ids, &n, e);
	for (size_t i = 0; rc == RC_OK && i < n; i++) {
		arena_reset(&a);
		rc = verify_child(k, ids[i], &a, e);
	}
	k->over = n < VERIFY_UNIT;
	if (n)
		k->after = ids[n - 1];
	k->done += (int64_t)n;
	return rc;
}

enum rc keep_verify(struct app *app, keep_progress *p, void *arg, struct arena *a, struct verify_report *out,
		    struct err *e)
{
	struct verify_report report = { 0 };
	struct keeping k = { .app = app, .progress = p, .progress_arg = arg, .a = a, .report = &report };
	k.differences = arena_array(a, DIFFERENCES_SHOWN, sizeof *k.differences);
	k.en = app_engine_take(app, app_workdays(app));
	enum rc rc = store_read(app_store(app), count_unit, &k, e);
	while (rc == RC_OK && !k.over) {
		rc = store_read(app_store(app), verify_unit, &k, e);
		tell(&k, "Verifying");
	}
	app_engine_give(app, k.en, app_workdays(app));
	report.differences = k.differences;
	if (rc == RC_OK)
		*out = report;
	return rc;
}

/* ---- rebuild ---- */

struct unit {
	struct keeping *k;
	int64_t changed, last;
	size_t n;
};

static enum rc rebuild_unit(struct db *db, void *arg, struct err *e)
{
	struct unit *u = arg;
	int64_t ids[UNIT];
	u->changed = 0;
	u->n = 0;
	enum rc rc = app_coverage_refresh(u->k->app, db, e);
	if (rc == RC_OK)
		rc = next_ids(u->k, db, UNIT, ids, &u->n, e);
	if (rc == RC_OK && u->n)
		u->last = ids[u->n - 1];
	return rc == RC_OK ? children_refresh(u->k->app, db, ids, u->n, &u->changed, e) : rc;
}

enum rc keep_rebuild(struct app *app, keep_progress *p, void *arg, int64_t *children_out, int64_t *changed_out,
		     struct err *e)
{
	struct keeping k = { .app = app, .progress = p, .progress_arg = arg };
	struct unit u = { .k = &k, .n = UNIT };
	enum rc rc = store_read(app_store(app), count_unit, &k, e);
	while (rc == RC_OK && u.n == UNIT) {
		rc = store_write(app_store(app), rebuild_unit, &u, e);
		k.changed += u.changed;
		k.done += (int64_t)u.n;
		k.after = u.n ? u.last : k.after;
		tell(&k, "Rebuilding");
	}
	if (rc != RC_OK)
		return rc;
	*children_out = k.done;
	*changed_out = k.changed;
	return RC_OK;
}
