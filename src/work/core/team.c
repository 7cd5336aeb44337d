#include "work/core/team.h"

enum rc team_read(const struct app *app, const struct viewer *v, struct arena *a, struct team *out, struct err *e)
{
	const struct organisation *o = app_organisation(app, v->org);
	struct team t = { .any = v->role == ROLE_OPERATOR, .own = o ? o->code : STR("") };
	enum rc rc = t.any ? RC_OK : region_read(app_data_dir(app), app_region(app), a, &t.region, e);
	for (size_t i = 0; rc == RC_OK && i < t.region.n_teams; i++)
		t.keeps = t.keeps || str_eq(t.region.teams[i].team, t.own);
	t.keeps = t.keeps || t.any;
	if (rc == RC_OK)
		*out = t;
	return rc;
}

bool team_answers_for(const struct team *t, struct str organisation)
{
	return t->any ||
	       (t->own.n && (str_eq(organisation, t->own) || str_eq(region_keeper(&t->region, organisation), t->own)));
}

bool team_is_anothers(const struct team *t, struct str organisation)
{
	return !team_answers_for(t, organisation) && region_keeper(&t->region, organisation).n;
}

bool team_keeps(const struct app *app, const struct viewer *v)
{
	struct arena a AUTO(arena_release);
	struct err e = { 0 };
	struct team t;
	arena_init(&a);
	return team_read(app, v, &a, &t, &e) == RC_OK && t.keeps;
}
