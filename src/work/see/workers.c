#include "work/see/workers.h"

#include "base/text.h"
#include "work/record/check.h"

enum { ORGS_MAX = 64 };

/* Organisations of the child's circle today, each once or more. */
static enum rc in_circle(struct app *app, struct db *db, int64_t person, int64_t *orgs, size_t *n_out, struct err *e)
{
	struct sql_rows *rows;
	struct sql_circle_of_person_out row;
	day_t today = app_today(app);
	enum rc rc = sql_circle_of_person(db, &(struct sql_circle_of_person_in){ person }, &rows, e);
	if (rc != RC_OK)
		return rc;
	*n_out = 0;
	while ((rc = sql_circle_of_person_next(rows, &row, e)) == RC_OK)
		if (row.from_day <= today && row.to_day >= today && *n_out < ORGS_MAX)
			orgs[(*n_out)++] = row.org;
	db_done(rows);
	return rc == RC_NOT_FOUND ? RC_OK : rc;
}

static bool sees(struct app *app, const struct viewer *v, const struct named *w)
{
	if (!app_vocab(app)->kinds[w->kind].sensitive)
		return true;
	return role_sees_sensitive(v->role) && (v->role != ROLE_CLINICIAN || v->emergency_ms || w->org == v->org);
}

static enum rc fill(struct app *app, struct db *db, const struct viewer *v, const struct named *w, struct arena *a,
		    struct child_worker *out, struct err *e)
{
	struct sql_account_get_out who;
	enum rc rc = sql_account_get(db, &(struct sql_account_get_in){ w->account }, a, &who, e);
	bool there = rc == RC_OK;
	*out = (struct child_worker){ .account = w->account,
				      .name = there ? who.name : STR("Somebody who left"),
				      .part = code_list_title(app_vocab(app)->kinds[w->kind].codes, w->code),
				      .role = there ? str_of(role_title(role_of(who.role))) : STR(""),
				      .org = app_organisation(app, w->org),
				      .from = w->from,
				      .left = !there || !who.active,
				      .you = w->account == v->account };
	return rc == RC_NOT_FOUND ? RC_OK : rc;
}

enum rc workers_see(struct app *app, struct db *db, const struct viewer *v, const struct child_view *cv,
		    struct arena *a, const struct child_worker **out, size_t *n_out, struct err *e)
{
	const struct named *named;
	day_t change = DAY_NEVER;
	size_t n = workers_on(app, &cv->f, cv->as_of, a, &named, &change), n_orgs = 0, kept = 0;
	int64_t orgs[ORGS_MAX];
	struct child_worker *list = arena_array(a, n + 1, sizeof *list);
	enum rc rc = n ? in_circle(app, db, cv->h.person, orgs, &n_orgs, e) : RC_OK;
	for (size_t i = 0; rc == RC_OK && i < n; i++) {
		bool concerned = false;
		for (size_t o = 0; o < n_orgs; o++)
			concerned = concerned || orgs[o] == named[i].org;
		if (concerned && sees(app, v, &named[i]))
			rc = fill(app, db, v, &named[i], a, &list[kept++], e);
	}
	*out = list;
	*n_out = kept;
	return rc;
}

const struct kind *workers_may_name(struct app *app, const struct viewer *v)
{
	uint16_t k = workers_kind(app, app_organisation(app, v->org));
	const struct kind *kind = k ? &app_vocab(app)->kinds[k] : NULL;
	return kind && v->account && !v->outside && may_record_kind(v, kind) ? kind : NULL;
}
