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
	unsigned how;
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

/* People rely on a store that holds some of them: sign-ins that everybody knows do not come into
 * it, and another region, with other councils and another health team, only if it is meant. */
static enum rc may_set_up(const struct setting_up *s, struct db *db, struct err *e)
{
	struct arena a AUTO(arena_release);
	arena_init(&a);
	struct str own = app_region(s->app);
	struct sql_person_count_out children;
	struct sql_account_count_out accounts;
	enum rc rc = sql_person_count(db, &a, &children, e);
	if (rc == RC_OK)
		rc = sql_account_count(db, &a, &accounts, e);
	if (rc != RC_OK || (!children.n && !accounts.n))
		return rc;
	if (s->how & INIT_DEMONSTRATION && !app_is_demonstration(s->app))
		return err_set(e, RC_REFUSED,
			       "The store %s is no demonstration: it holds %" PRId64 " children and %" PRId64
			       " accounts. A demonstration lets everybody in with a published password; this store "
			       "is not made one. Give another: linnet init --demonstration --store "
			       "sqlite:demonstration.db",
			       store_url_shown(app_store(s->app)), children.n, accounts.n);
	if (own.n && !str_eq(own, s->region.word) && !(s->how & INIT_OTHER_REGION))
		return err_set(e, RC_REFUSED,
			       "The store %s serves the region " STR_FMT " (%" PRId64 " children, %" PRId64
			       " accounts), and goes on doing so. Leave out --region; or, if it is to serve " STR_FMT
			       " from now on, say --change-region too",
			       store_url_shown(app_store(s->app)), STR_ARG(own), children.n, accounts.n,
			       STR_ARG(s->region.word));
	return RC_OK;
}

static enum rc set_up(struct db *db, void *arg, struct err *e)
{
	struct setting_up *s = arg;
	const struct region *r = &s->region;
	struct viewer v = app_operator(s->app);
	enum rc rc = may_set_up(s, db, e);
	if (rc == RC_OK)
		rc = put_organisations(s, db, e);
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
				 s->how & INIT_DEMONSTRATION || app_is_demonstration(s->app) ? STR("yes") : STR("no"),
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

/* What the files of data say. The directory in `s` is the caller's to free. */
static enum rc read_files(struct setting_up *s, const char *data_dir, struct str region, struct arena *a, struct err *e)
{
	enum rc rc = region_read(data_dir, region, a, &s->region, e);
	if (rc == RC_OK)
		rc = organisations_load(data_dir, &s->orgs, e);
	return rc == RC_OK ? check_codes(s, e) : rc;
}

enum rc app_region_check(const char *data_dir, const char *region, struct err *e)
{
	struct arena a AUTO(arena_release);
	arena_init(&a);
	struct setting_up s = { .app = NULL };
	enum rc rc = read_files(&s, data_dir, str_of(region), &a, e);
	organisations_free(s.orgs);
	return rc;
}

enum rc app_init_region(struct app *app, const char *region, unsigned how, struct err *e)
{
	struct arena a AUTO(arena_release);
	arena_init(&a);
	struct setting_up s = { .app = app, .how = how };
	struct str word = region ? str_of(region) : app_region(app).n ? app_region(app) : STR(REGION_USUAL);
	enum rc rc = read_files(&s, app_data_dir(app), word, &a, e);
	if (rc == RC_OK)
		rc = store_write(app_store(app), set_up, &s, e);
	organisations_free(s.orgs);
	return rc == RC_OK ? app_reread_place(app, e) : rc;
}
