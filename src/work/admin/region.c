/* region.c - a region's organisations and settings into the store (linnet init). */
#include "record/region.h"

#include "base/text.h"
#include "record/organisations.h"
#include "store/sql.h"
#include "work/core/write.h"

struct setting_up {
	struct app *app;
	struct organisations *orgs;
	struct region region;
	bool demonstration;
};

static enum rc put_setting(struct db *db, const char *name, struct str value, struct err *e)
{
	return sql_setting_put(db, &(struct sql_setting_put_in){ str_of(name), value }, NULL, e);
}

/* An organisation that the store knows keeps its number; new ones follow. */
static int64_t number_of(const struct setting_up *s, struct str code, int64_t *next)
{
	const struct organisation *known = app_organisation_by_code(s->app, code);
	return known ? known->id : (*next)++;
}

/* The region says who serves its councils; of others the directory knows. */
static struct str team_of(const struct setting_up *s, const struct organisation_entry *o)
{
	const struct region_team *t = o->kind == ORG_COUNCIL ? region_team_of(&s->region, o->code) : NULL;
	return t ? t->team : o->served_by;
}

static enum rc put_organisations(struct setting_up *s, struct db *db, struct err *e)
{
	size_t n = organisations_count(s->orgs);
	int64_t *ids AUTO(auto_free) = xcalloc(n, sizeof *ids), next = 1;
	const struct organisation *known;
	for (size_t i = app_organisations(s->app, &known); i-- > 0;)
		next = known[i].id >= next ? known[i].id + 1 : next;
	for (size_t i = 0; i < n; i++)
		ids[i] = number_of(s, organisations_at(s->orgs, i)->code, &next);
	enum rc rc = RC_OK;
	for (size_t i = 0; rc == RC_OK && i < n; i++) {
		const struct organisation_entry *o = organisations_at(s->orgs, i);
		struct str team = team_of(s, o);
		int64_t served_by = SQL_NULL;
		for (size_t j = 0; team.n && j < n; j++)
			if (str_eq(organisations_at(s->orgs, j)->code, team))
				served_by = ids[j];
		struct sql_organisation_put_in row = { ids[i], o->code, o->kind_id, o->name, o->short_name, served_by };
		rc = sql_organisation_put(db, &row, NULL, e);
	}
	return rc;
}

static enum rc set_up(struct db *db, void *arg, struct err *e)
{
	struct setting_up *s = arg;
	const struct region *r = &s->region;
	struct viewer v = app_operator(s->app);
	enum rc rc = put_organisations(s, db, e);
	if (rc == RC_OK)
		rc = put_setting(db, "region", r->word, e);
	if (rc == RC_OK)
		rc = put_setting(db, "region-name", r->name, e);
	if (rc == RC_OK)
		rc = put_setting(db, "health-team", r->teams[0].team, e);
	const struct {
		const char *name;
		struct str value;
	} said[] = { { "circle-after-days", r->circle_after_days },
		     { "emergency-hours", r->emergency_hours },
		     { "second-factor", r->second_factor },
		     { "idle-minutes", r->idle_minutes },
		     { "session-hours", r->session_hours },
		     { "invitation-days", r->invitation_days },
		     { "agreements-required", r->agreements_required },
		     { "agreements-enforced-from", r->agreements_from } };
	for (size_t i = 0; rc == RC_OK && i < COUNT_OF(said); i++)
		if (said[i].value.n)
			rc = put_setting(db, said[i].name, said[i].value, e);
	if (rc == RC_OK)
		rc = put_setting(db, "demonstration",
				 s->demonstration || app_is_demonstration(s->app) ? STR("yes") : STR("no"),
				 e); /* once so, always */
	return rc == RC_OK ? audit(s->app, db, &v, 0, "set up", STR("region"), STR(""), e) : rc;
}

/* Every code that the region names must be one of the directory. */
static enum rc check_codes(const struct setting_up *s, struct err *e)
{
	const struct region *r = &s->region;
	for (size_t i = 0; i < r->n_teams; i++)
		if (!organisations_find(s->orgs, ORG_HEALTH_TEAM, r->teams[i].team))
			return err_set(
			    e, RC_BAD_INPUT,
			    "The health team " STR_FMT
			    " of the region is not in organisations.csv. Add it there, then run linnet init again.",
			    STR_ARG(r->teams[i].team));
	for (size_t i = 0; i < r->n_councils; i++)
		if (!organisations_find(s->orgs, ORG_COUNCIL, r->councils[i]))
			return err_set(e, RC_BAD_INPUT,
				       "The council " STR_FMT
				       " of the region is not in organisations.csv. Give the code it has today.",
				       STR_ARG(r->councils[i]));
	return RC_OK;
}

enum rc app_init_region(struct app *app, const char *region, bool demonstration, struct err *e)
{
	struct arena a AUTO(arena_release);
	arena_init(&a);
	struct setting_up s = { .app = app, .demonstration = demonstration };
	enum rc rc = region_read(app_data_dir(app), str_of(region), &a, &s.region, e);
	if (rc == RC_OK)
		rc = organisations_load(app_data_dir(app), &s.orgs, e);
	if (rc == RC_OK)
		rc = check_codes(&s, e);
	if (rc == RC_OK)
		rc = store_write(app_store(app), set_up, &s, e);
	organisations_free(s.orgs);
	return rc == RC_OK ? app_reread_place(app, e) : rc;
}
