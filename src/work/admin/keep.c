#include "work/admin/keep.h"

#include <pthread.h>

#include "base/text.h"
#include "store/sql.h"
#include "work/admin/renew.h"

enum {
	DIFFERENCES_SHOWN = 100,
	FILL_CHILDREN = 500, /* fewer are not worth setting indexes aside */
};

struct keeping {
	struct app *app;
	keep_progress *progress;
	void *progress_arg;
	int64_t total, done, after;
	bool filling;	 /* the indexes of worklists are set aside */
	bool bulk;	 /* the store was told that very many writes are on their way */
	int64_t counted; /* so many were looked at before everything began again */
	int64_t *ids;	 /* looked at together */
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
static enum rc ids_unit(struct db *db, void *arg, struct err *e)
{
	struct keeping *k = arg;
	struct sql_rows *rows;
	struct sql_person_ids_out row;
	size_t max = renewal_room();
	enum rc rc = sql_person_ids(db, &(struct sql_person_ids_in){ k->after, (int64_t)max }, &rows, e);
	if (rc != RC_OK)
		return rc;
	k->n = 0;
	while ((rc = sql_person_ids_next(rows, &row, e)) == RC_OK && k->n < max)
		k->ids[k->n++] = row.id;
	db_done(rows);
	return rc == RC_NOT_FOUND ? RC_OK : rc;
}

/* The next children, looked at. */
static enum rc look_at_next(struct keeping *k, struct renewal *r, struct err *e)
{
	enum rc rc = store_read(app_store(k->app), ids_unit, k, e);
	if (rc == RC_OK && k->n)
		k->after = k->ids[k->n - 1];
	return rc == RC_OK ? renewal_look(r, k->ids, k->n, e) : rc;
}

/* ---- verify ---- */

static void report_add(struct verify_report *report, struct difference *list, const struct keeping *k,
		       const struct renewal *r, struct arena *a)
{
	for (size_t i = 0; i < k->n; i++) {
		struct str words;
		enum verdict v = renewal_found(r, i, &words);
		report->children++;
		report->out_of_date += v == OUT_OF_DATE;
		if (v == WRONG && report->wrong++ < DIFFERENCES_SHOWN)
			list[report->n_differences++] = (struct difference){ k->ids[i], arena_str(a, words) };
	}
}

enum rc keep_verify(struct app *app, keep_progress *p, void *arg, struct arena *a, struct verify_report *out,
		    struct err *e)
{
	struct verify_report report = { 0 };
	struct difference *list = arena_array(a, DIFFERENCES_SHOWN, sizeof *list);
	struct renewal *r = renewal_new(app, RENEW_NOT);
	int64_t *ids AUTO(auto_free) = xcalloc(renewal_room(), sizeof *ids);
	struct keeping k = { .app = app, .progress = p, .progress_arg = arg, .ids = ids };
	enum rc rc = store_read(app_store(app), count_unit, &k, e);
	do {
		if (rc == RC_OK)
			rc = look_at_next(&k, r, e);
		if (rc == RC_OK)
			report_add(&report, list, &k, r, a);
		k.done += (int64_t)k.n;
		tell(&k, "Verifying");
	} while (rc == RC_OK && k.n);
	renewal_free(r);
	report.differences = list;
	if (rc == RC_OK)
		*out = report;
	return rc;
}

/* ---- rebuild ---- */

struct ahead { /* the next children are looked at while these are written */
	struct keeping *k;
	struct renewal *r;
	enum rc rc;
	struct err err;
};

static void *look_ahead(void *arg)
{
	struct ahead *h = arg;
	h->rc = look_at_next(h->k, h->r, &h->err);
	return NULL;
}

/* Worklists of very many children, all to be made: their indexes are made at once when the
 * rows are in. Not beside another program, whose saves would wait for that. */
static void begin_filling(struct keeping *k)
{
	k->filling = k->total >= FILL_CHILDREN && store_refill_begin(app_store(k->app), "work_row");
}

static enum rc end_filling(struct keeping *k, struct err *e)
{
	if (!k->filling)
		return RC_OK;
	k->filling = false;
	tell(k, "Putting the lists in order");
	return store_fill_end(app_store(k->app), e);
}

/* Another program has come: it would wait until indexes are made over all rows that are in. They
 * are given up, and whoever had them is looked at again. */
static enum rc begin_again(struct keeping *k, struct renewal *r, struct err *e)
{
	k->filling = false;
	k->counted = k->done;
	k->done = k->after = 0;
	enum rc rc = store_refill_give_up(app_store(k->app), "work_row", e);
	tell(k, "Rebuilding, beside another program");
	return rc == RC_OK ? look_at_next(k, r, e) : rc;
}

/* What is written is moved out of the log in large steps, which keep the disk busy for a tenth of a
 * second each: not while somebody else may be saving. */
static void in_bulk(struct keeping *k, bool bulk)
{
	if (bulk != k->bulk)
		store_expect_bulk(app_store(k->app), bulk);
	k->bulk = bulk;
}

static enum rc rebuild_all(struct keeping *k, struct renewal *two[2], int64_t *changed, struct err *e)
{
	enum rc rc = store_read(app_store(k->app), count_unit, k, e);
	if (rc == RC_OK)
		begin_filling(k);
	if (rc == RC_OK)
		rc = look_at_next(k, two[0], e);
	for (int turn = 0; rc == RC_OK && k->n; turn ^= 1) {
		struct ahead next = { .k = k, .r = two[turn ^ 1] };
		int64_t n = (int64_t)k->n, differed = 0;
		pthread_t thread;
		bool beside = pthread_create(&thread, NULL, look_ahead, &next) == 0;
		in_bulk(k, store_unshared(app_store(k->app)));
		rc = renewal_write(two[turn], NULL, NULL, &differed, e);
		if (beside)
			pthread_join(thread, NULL);
		else
			look_ahead(&next);
		if (rc == RC_OK && (rc = next.rc) != RC_OK)
			*e = next.err;
		*changed += k->done >= k->counted ? differed : 0;
		k->done += n;
		tell(k, "Rebuilding");
		if (rc == RC_OK && k->filling && !store_unshared(app_store(k->app)))
			rc = begin_again(k, two[turn ^ 1], e);
	}
	return rc;
}

static enum rc rebuild(struct app *app, enum renewing how, keep_progress *p, void *arg, int64_t *children_out,
		       int64_t *changed_out, struct err *e)
{
	int64_t *ids AUTO(auto_free) = xcalloc(renewal_room(), sizeof *ids), changed = 0;
	struct keeping k = { .app = app, .progress = p, .progress_arg = arg, .ids = ids };
	struct renewal *two[2] = { renewal_new(app, how), renewal_new(app, how) };
	struct err second = { 0 };
	enum rc rc = rebuild_all(&k, two, &changed, e), made = end_filling(&k, &second);
	if (rc == RC_OK && (rc = made) != RC_OK)
		*e = second;
	in_bulk(&k, false);
	renewal_free(two[0]);
	renewal_free(two[1]);
	if (rc != RC_OK)
		return rc;
	*children_out = k.done;
	*changed_out = changed;
	return RC_OK;
}

enum rc keep_rebuild(struct app *app, keep_progress *p, void *arg, int64_t *children_out, int64_t *changed_out,
		     struct err *e)
{
	return rebuild(app, RENEW_UNPROVEN, p, arg, children_out, changed_out, e);
}

enum rc keep_rebuild_from_events(struct app *app, keep_progress *p, void *arg, int64_t *children_out,
				 int64_t *changed_out, struct err *e)
{
	return rebuild(app, RENEW_FROM_EVENTS, p, arg, children_out, changed_out, e);
}
