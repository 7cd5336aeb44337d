#include "work/oversee/measure_shared.h"

#include "work/app.h"

static enum rc require_shared(const struct viewer *v, struct err *e)
{
	return viewer_may(v, ACT_SEE_SHARED)
		   ? RC_OK
		   : err_set(e, RC_REFUSED, "Your role does not see numbers of services as a board sees them.");
}

/* The first reading of a family, in its newest edition. */
static bool is_first(const struct measures *all, const struct measure *m)
{
	for (size_t i = 0; i < measures_count(all); i++)
		if (str_eq(measures_at(all, i)->family, m->family))
			return str_eq(measures_at(all, i)->id, m->id) && measures_find(all, m->id) == m;
	return false;
}

enum rc measure_shared_list(struct app *app, const struct viewer *v, struct arena *a, const struct measure *const **out,
			    size_t *n_out, struct err *e)
{
	const struct measures *all = app_measures(app);
	const struct measure **list = arena_array(a, measures_count(all) + 1, sizeof *list);
	const struct viewer as = measure_for_numbers(v);
	size_t n = 0;
	enum rc rc = require_shared(v, e);
	if (rc != RC_OK)
		return rc;
	for (size_t i = 0; i < measures_count(all); i++) {
		const struct measure *m = measures_at(all, i);
		const struct measure *newest = measures_find(all, m->id);
		bool seen = false;
		for (size_t k = 0; k < n; k++)
			seen |= list[k] == newest;
		if (!seen && is_first(all, newest) && measure_is_for(app, &as, newest))
			list[n++] = newest;
	}
	*out = list;
	*n_out = n;
	return RC_OK;
}

static enum rc count(struct app *app, const struct viewer *v, struct str id, struct arena *a,
		     struct measure_result *out, struct err *e)
{
	enum rc rc = require_shared(v, e);
	const struct measure *m = rc == RC_OK ? measures_find(app_measures(app), id) : NULL;
	if (rc == RC_OK && (!m || !is_first(app_measures(app), m)))
		rc = err_set(e, RC_NOT_FOUND, "There is no such measure here.");
	if (rc != RC_OK)
		return rc;
	struct measure_query q = { .ids = &id,
				   .n_ids = 1,
				   .from = DAY_NONE,
				   .to = DAY_NONE,
				   .as_of = DAY_NONE,
				   .known_ms = KNOWN_NOW,
				   .shared = true };
	return measure_see(app, v, &q, NULL, NULL, a, out, e);
}

/* Newest first. */
static enum rc lines(struct app *app, const struct measure_result *r, enum measure_group by, enum share_time time,
		     struct arena *a, const struct measure_line **out, size_t *n_out, struct err *e)
{
	struct measure_layout l = { .by = by,
				    .totals = time != SHARE_PERIODS,
				    .quarters = time == SHARE_QUARTERS,
				    .shared = true };
	const struct measure_line *found;
	size_t n;
	enum rc rc = measure_lines(app, &r->answers[0], &l, a, &found, &n, e);
	if (rc != RC_OK)
		return rc;
	struct measure_line *list = arena_array(a, n + 1, sizeof *list);
	for (size_t i = 0; i < n; i++) {
		list[i] = found[n - 1 - i];
		list[i].row = NULL; /* exact, and gone with the result */
	}
	*out = list;
	*n_out = n;
	return RC_OK;
}

/* What is hidden is nowhere in what is handed on. */
static void wipe(const struct measure_line *lines, size_t n)
{
	for (size_t i = 0; i < n; i++) {
		struct measure_number *x = &((struct measure_line *)(uintptr_t)lines)[i].n;
		x->not_yet = 0;
		x->yes = x->hide_yes ? 0 : x->yes;
		x->base = x->hide_base ? 0 : x->base;
		x->out = x->hide_out ? 0 : x->out;
		if (x->hide_value)
			x->value = x->lower = x->upper = 0;
	}
}

enum rc measure_shared(struct app *app, const struct viewer *v, struct str id, struct arena *a,
		       struct shared_measure *out, struct err *e)
{
	struct measure_result r;
	struct shared_measure s = { .n_months = 0 };
	enum rc rc = count(app, v, id, a, &r, e);
	if (rc != RC_OK)
		return rc;
	s.m = r.answers[0].m;
	s.as_of = r.as_of;
	rc = lines(app, &r, GROUP_NONE, SHARE_PERIODS, a, &s.months, &s.n_months, e);
	if (rc == RC_OK)
		rc = lines(app, &r, GROUP_COUNCIL, SHARE_PERIODS, a, &s.councils, &s.n_councils, e);
	if (rc == RC_OK && measure_is_share(s.m) && !s.m->yearly)
		rc = lines(app, &r, GROUP_COUNCIL, SHARE_QUARTERS, a, &s.quarters, &s.n_quarters, e);
	if (rc == RC_OK && measure_is_share(s.m) && !s.m->yearly)
		rc = lines(app, &r, GROUP_NONE, SHARE_QUARTERS, a, &s.all_quarters, &s.n_all_quarters, e);
	if (rc == RC_OK && measure_is_share(s.m))
		rc = lines(app, &r, GROUP_COUNCIL, SHARE_YEARS, a, &s.years, &s.n_years, e);
	measure_result_release(&r);
	if (rc != RC_OK)
		return rc;
	wipe(s.months, s.n_months);
	wipe(s.councils, s.n_councils);
	wipe(s.quarters, s.n_quarters);
	wipe(s.all_quarters, s.n_all_quarters);
	wipe(s.years, s.n_years);
	*out = s;
	return RC_OK;
}

enum rc measure_shared_csv(struct app *app, const struct viewer *v, struct str id, struct arena *a, struct buf *b,
			   struct err *e)
{
	struct measure_result r;
	struct measure_layout l = { .by = GROUP_COUNCIL, .shared = true };
	enum rc rc = count(app, v, id, a, &r, e);
	if (rc != RC_OK)
		return rc;
	rc = measure_print_csv(app, &r, &l, a, b, e);
	measure_result_release(&r);
	return rc;
}
