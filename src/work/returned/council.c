#include "work/returned/council.h"

#include "base/text.h"
#include "record/organisations.h"
#include "work/core/write.h"

static bool may_take(const struct viewer *v, const struct organisation *o)
{
	return v->role == ROLE_OPERATOR || o->served_by == v->org || o->id == v->org;
}

enum rc returned_council(struct app *app, const struct viewer *v, struct str word, const struct organisation **out,
			 struct err *e)
{
	struct organisations *known;
	enum rc rc = require_act(v, ACT_LOAD, e);
	if (rc == RC_OK)
		rc = organisations_load(app_data_dir(app), &known, e);
	if (rc != RC_OK)
		return rc;
	const struct organisation_entry *entry = organisations_find(known, ORG_COUNCIL, word);
	const struct organisation *o = entry ? app_organisation_by_code(app, entry->code) : NULL;
	organisations_free(known);
	if (!o || !may_take(v, o))
		return err_set(
		    e, RC_NOT_FOUND,
		    "This is not a council whose return you may take. Write its name or ONS code, such as Essex or "
		    "E10000012");
	*out = o;
	return RC_OK;
}

size_t returned_councils(struct app *app, const struct viewer *v, struct arena *a, const struct organisation ***out)
{
	const struct organisation *all;
	size_t n = app_organisations(app, &all), kept = 0;
	const struct organisation **list = arena_array(a, n + 1, sizeof *list);
	for (size_t i = 0; i < n; i++)
		if (str_is(all[i].kind, "council") && may_take(v, &all[i]) &&
		    (all[i].served_by || v->role == ROLE_OPERATOR))
			list[kept++] = &all[i];
	*out = list;
	return kept;
}

enum rc returned_spec(struct app *app, struct return_spec **out, struct err *e)
{
	return return_spec_load(app_data_dir(app), out, e);
}

enum rc returned_year(const struct return_spec *s, struct str year, int *out, struct err *e)
{
	int y = return_year(s, year);
	struct str first = return_year_name(s, 0), last = return_year_name(s, (int)return_years(s) - 1);
	if (y < 0)
		return err_set(e, RC_BAD_INPUT,
			       "The year of a return is written as " STR_FMT "; known are " STR_FMT " to " STR_FMT,
			       STR_ARG(last), STR_ARG(first), STR_ARG(last));
	*out = y;
	return RC_OK;
}

size_t returned_years(struct app *app, struct arena *a, const struct str **out, struct err *e)
{
	struct return_spec *s;
	if (returned_spec(app, &s, e) != RC_OK)
		return 0;
	int ended = return_year_ended(s, app_today(app));
	struct str *list = arena_array(a, return_years(s), sizeof *list);
	size_t n = 0;
	for (int y = ended; y >= 0; y--)
		list[n++] = arena_str(a, return_year_name(s, y));
	return_spec_free(s);
	*out = list;
	return n;
}

enum rc returned_read(struct app *app, const struct return_spec *s, const struct returned_request *r,
		      returned_progress *p, void *arg, struct return_frame **out, struct err *e)
{
	struct arena a AUTO(arena_release);
	struct return_input in = { 0 };
	(void)app;
	arena_init(&a);
	enum rc rc = returned_year(s, r->year, &in.year, e);
	if (rc != RC_OK)
		return rc;
	struct return_upload *up = arena_array(&a, r->n_now + r->n_last, sizeof *up);
	for (size_t i = 0; i < r->n_now + r->n_last; i++) {
		const struct returned_upload *u = i < r->n_now ? &r->now[i] : &r->last[i - r->n_now];
		up[i] = (struct return_upload){ u->name, u->fd };
	}
	in.now = (struct return_source){ r->path.n ? arena_str(&a, r->path).p : NULL, up, r->n_now };
	in.last =
	    (struct return_source){ r->last_path.n ? arena_str(&a, r->last_path).p : NULL, up + r->n_now, r->n_last };
	return return_read(s, &in, p, arg, out, e);
}
