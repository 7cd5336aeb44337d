#include "work/plan/needs.h"

#include "work/app.h"

static enum rc require_plan(const struct viewer *v, struct err *e)
{
	return viewer_may(v, ACT_PLAN) ? RC_OK : err_set(e, RC_REFUSED, "Your role does not plan services.");
}

enum rc needs_list(struct app *app, const struct viewer *v, struct arena *a, const struct need **out, size_t *n_out,
		   struct err *e)
{
	struct need *list = arena_array(a, NEED_MAX, sizeof *list);
	enum rc rc = require_plan(v, e);
	if (rc == RC_OK)
		rc = need_list(app_data_dir(app), a, list, NEED_MAX, n_out, e);
	if (rc == RC_OK)
		*out = list;
	return rc;
}

static bool in_region(const struct region *g, const struct place_area *p)
{
	for (size_t k = 0; k < g->n_councils; k++)
		if (str_eq(g->councils[k], p->code) || str_eq(g->councils[k], p->upper))
			return true;
	return false;
}

static size_t areas_of(const struct places *places, const struct region *g, bool districts, struct arena *a,
		       const struct place_area ***out)
{
	const struct place_area **list = arena_array(a, places_count(places) + 1, sizeof *list);
	size_t n = 0;
	for (size_t i = 0; i < places_count(places); i++) {
		const struct place_area *p = places_at(places, i);
		bool level = districts ? p->tier != TIER_UPPER : p->tier != TIER_LOWER;
		if (level && p->until == DAY_NONE && in_region(g, p))
			list[n++] = p;
	}
	*out = list;
	return n;
}

/* Ids are letters and dashes: nothing else leads to a file. */
static bool is_id(struct str s)
{
	for (size_t i = 0; i < s.n; i++)
		if (!((s.p[i] >= 'a' && s.p[i] <= 'z') || (s.p[i] >= '0' && s.p[i] <= '9') || s.p[i] == '-'))
			return false;
	return s.n > 0 && s.n < 80;
}

enum rc needs_see(struct app *app, const struct viewer *v, struct str id, bool districts, int from_age, int to_age,
		  struct arena *a, struct needs_answer *out, struct err *e)
{
	const struct places *places;
	const struct place_area **areas;
	struct region g;
	struct needs_answer x = { .n_bands = 0 };
	struct err why = { 0 };
	enum rc rc = require_plan(v, e);
	if (rc == RC_OK && (!is_id(id) || need_read_file(app_data_dir(app), id, a, &x.need, &why) != RC_OK))
		rc = err_set(e, RC_NOT_FOUND, "There is no such need here.");
	if (rc == RC_OK)
		rc = app_areas(app, &places, e);
	if (rc == RC_OK)
		rc = app_region_read(app, a, &g, e);
	if (rc != RC_OK)
		return rc;
	x.region = arena_str(a, g.name);
	size_t n = areas_of(places, &g, districts, a, &areas);
	x.whole = x.need;
	if (from_age >= 0 && !need_of_ages(&x.whole, from_age, to_age, &x.need))
		return err_set(e, RC_BAD_INPUT, "Nothing is known about ages %d to %d here.", from_age, to_age);
	rc = need_work_out(&x.need, places, areas, n, NEEDS_SEED, NEEDS_DRAWS, a, &x.result, e);
	if (rc == RC_OK && from_age < 0)
		x.n_bands = need_by_age(&x.whole, places, areas, n, NEEDS_SEED, NEEDS_DRAWS, a, x.bands);
	if (rc == RC_OK)
		*out = x;
	return rc;
}
