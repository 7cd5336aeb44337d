#include "work/oversee/sight.h"

#include "base/text.h"
#include "work/core/write.h"

enum { GRANTS_SHOWN = 200, WHY_MAX = 500, YEARS_MAX = 25 };

struct giving {
	struct app *app;
	const struct viewer *v;
	const struct sight_give *g;
	int64_t person, id;
	day_t until;
	struct arena *a;
	struct sight_grant *list;
	size_t n;
	bool no_account;
};

/* The operator gives sight of closed records too: those are in nobody's circle. */
static enum rc may_give(const struct giving *k, struct db *db, struct err *e)
{
	struct sql_person_main_out main;
	if (k->v->role != ROLE_OPERATOR)
		return circle_check(k->app, db, k->v, k->person, e);
	enum rc rc = sql_person_main(db, &(struct sql_person_main_in){ k->person }, k->a, &main, e);
	return rc == RC_NOT_FOUND ? err_set(e, RC_NOT_FOUND, "There is no such child here.") : rc;
}

static struct str seal_words(struct app *app, const struct sql_access_of_person_out *r, struct arena *a)
{
	const struct vocab *v = app_words_today(app);
	uint8_t seal = vocab_seal(v, r->seal);
	if (str_is(r->what, "closed"))
		return STR("the whole record, which an adoption has closed");
	if (str_is(r->what, "emergency"))
		return STR("emergency access");
	return seal ? v->seals[seal].title : arena_str(a, r->seal);
}

static enum rc list_unit(struct db *db, void *arg, struct err *e)
{
	struct giving *k = arg;
	struct sql_rows *rows;
	struct sql_access_of_person_out r;
	int64_t now = app_now_ms(k->app);
	enum rc rc = may_give(k, db, e);
	if (rc == RC_OK)
		rc = sql_access_of_person(db, &(struct sql_access_of_person_in){ k->person, GRANTS_SHOWN }, &rows, e);
	if (rc != RC_OK)
		return rc;
	k->list = arena_array(k->a, GRANTS_SHOWN, sizeof *k->list);
	for (k->n = 0; (rc = sql_access_of_person_next(rows, &r, e)) == RC_OK && k->n < GRANTS_SHOWN; k->n++) {
		const struct organisation *org = app_organisation(k->app, r.org);
		k->list[k->n] =
		    (struct sight_grant){ .id = r.id,
					  .who = r.name.p ? arena_str(k->a, r.name) : STR("Somebody"),
					  .org = org ? org->name : STR(""),
					  .seal = seal_words(k->app, &r, k->a),
					  .why = arena_str(k->a, r.reason),
					  .by = r.by_name.p ? arena_str(k->a, r.by_name)
							    : STR("Operator of this machine"),
					  .from_ms = r.from_ms,
					  .until_ms = r.ended_ms == SQL_NULL ? r.until_ms : r.ended_ms,
					  .live = r.ended_ms == SQL_NULL && r.from_ms <= now && r.until_ms > now,
					  .emergency = str_is(r.what, "emergency") };
	}
	db_done(rows);
	return rc == RC_NOT_FOUND ? RC_OK : rc;
}

enum rc sight_list(struct app *app, const struct viewer *v, int64_t person, struct arena *a,
		   const struct sight_grant **out, size_t *n_out, struct err *e)
{
	struct giving k = { .app = app, .v = v, .person = person, .a = a };
	enum rc rc = require_act(v, ACT_GIVE_SIGHT, e);
	if (rc == RC_OK)
		rc = store_read(app_store(app), list_unit, &k, e);
	if (rc == RC_OK)
		rc = audit_look(app, v, person, STR("who may see the record"), STR(""), e);
	if (rc != RC_OK)
		return rc;
	*out = k.list;
	*n_out = k.n;
	return RC_OK;
}

static enum rc give_unit(struct db *db, void *arg, struct err *e)
{
	struct giving *k = arg;
	struct sql_account_by_login_out who;
	struct sql_person_main_out main;
	bool closed = str_is(k->g->seal, "closed");
	enum rc rc = may_give(k, db, e);
	if (rc == RC_OK)
		rc = sql_person_main(db, &(struct sql_person_main_in){ k->person }, k->a, &main, e);
	if (rc != RC_OK)
		return rc;
	rc = sql_account_by_login(db, &(struct sql_account_by_login_in){ str_trim(k->g->login) }, k->a, &who, e);
	k->no_account = rc == RC_NOT_FOUND || (rc == RC_OK && !who.active);
	if (k->no_account)
		return err_set(e, RC_BAD_INPUT, "There is no active account with this sign-in name");
	if (rc != RC_OK)
		return rc;
	struct sql_access_insert_in row = { .person = main.main,
					    .id = app_time_id(k->app),
					    .account = who.id,
					    .org = who.org,
					    .what = closed ? STR("closed") : STR("sealed"),
					    .seal = closed ? STR("") : k->g->seal,
					    .reason = str_trim(k->g->why),
					    .given_by = k->v->account,
					    .from_ms = app_now_ms(k->app),
					    .until_ms = london_midnight_ms(k->until + 1) };
	rc = sql_access_insert(db, &row, NULL, e);
	return rc == RC_OK
		   ? audit_entry(k->app, db, k->v, main.main, "gave sight of", k->g->seal, row.reason, AUDIT_ACCESS, e)
		   : rc;
}

static enum rc wrong(const char *field, const char **field_out, struct err *e, const char *words)
{
	*field_out = field;
	return err_set(e, RC_BAD_INPUT, "%s", words);
}

enum rc sight_give(struct app *app, const struct viewer *v, const struct sight_give *g, const char **field_out,
		   struct err *e)
{
	struct arena a AUTO(arena_release);
	arena_init(&a);
	struct giving k = { .app = app, .v = v, .g = g, .person = g->person, .a = &a };
	day_t today = app_today(app);
	bool closed = str_is(g->seal, "closed") && v->role == ROLE_OPERATOR;
	enum rc rc = require_act(v, ACT_GIVE_SIGHT, e);
	if (rc != RC_OK)
		return rc;
	if (!str_trim(g->login).n)
		return wrong("login", field_out, e, "Enter the sign-in name of the person");
	if (!closed && !vocab_seal(app_words_today(app), g->seal))
		return wrong("seal", field_out, e, "Choose what the person may see");
	if (day_parse(str_trim(g->until), &k.until) != RC_OK || k.until < today || k.until > today + YEARS_MAX * 366)
		return wrong("until", field_out, e, "Enter the last day, from today on, such as 31 3 2027");
	if (!str_trim(g->why).n || g->why.n > WHY_MAX)
		return wrong("why", field_out, e, "Say why, in at most 500 letters");
	rc = store_write(app_store(app), give_unit, &k, e);
	if (rc == RC_BAD_INPUT && k.no_account)
		*field_out = "login";
	return rc;
}

static enum rc end_unit(struct db *db, void *arg, struct err *e)
{
	struct giving *k = arg;
	struct sql_access_get_out g;
	enum rc rc = may_give(k, db, e);
	if (rc == RC_OK)
		rc = sql_access_get(db, &(struct sql_access_get_in){ k->person, k->id }, k->a, &g, e);
	if (rc == RC_NOT_FOUND)
		return err_set(e, RC_NOT_FOUND, "There is no such grant.");
	if (rc == RC_OK && (g.ended_ms != SQL_NULL || g.until_ms <= app_now_ms(k->app)))
		return err_set(e, RC_CONFLICT, "This has ended already.");
	if (rc == RC_OK)
		rc = sql_access_end(
		    db, &(struct sql_access_end_in){ k->person, k->id, app_now_ms(k->app), k->v->account }, NULL, e);
	return rc == RC_OK ? audit_entry(k->app, db, k->v, k->person, "ended sight of", g.what, STR("ordinary work"),
					 AUDIT_ACCESS, e)
			   : rc;
}

enum rc sight_end(struct app *app, const struct viewer *v, int64_t person, int64_t id, struct err *e)
{
	struct arena a AUTO(arena_release);
	arena_init(&a);
	struct giving k = { .app = app, .v = v, .person = person, .id = id, .a = &a };
	enum rc rc = require_act(v, ACT_GIVE_SIGHT, e);
	return rc == RC_OK ? store_write(app_store(app), end_unit, &k, e) : rc;
}

struct finding_record {
	struct app *app;
	struct str name;
	int64_t person;
};

static enum rc record_unit(struct db *db, void *arg, struct err *e)
{
	struct finding_record *f = arg;
	struct arena a AUTO(arena_release);
	struct str ref;
	struct sql_person_by_ref_out p;
	struct sql_person_main_out main;
	arena_init(&a);
	const struct organisation *o = app_organisation_by_code(f->app, str_cut(f->name, '/', &ref));
	enum rc rc =
	    o && ref.p ? sql_person_by_ref(db, &(struct sql_person_by_ref_in){ o->id, ref }, &a, &p, e) : RC_NOT_FOUND;
	if (rc == RC_OK)
		rc = sql_person_main(db, &(struct sql_person_main_in){ p.id }, &a, &main, e);
	if (rc == RC_NOT_FOUND)
		return err_set(e, RC_NOT_FOUND,
			       "There is no such record. Give council code and number, such as E10000012/E-104.");
	if (rc == RC_OK)
		f->person = main.main;
	return rc;
}

enum rc sight_record(struct app *app, const struct viewer *v, struct str council_and_ref, int64_t *person_out,
		     struct err *e)
{
	struct finding_record f = { app, str_trim(council_and_ref), 0 };
	enum rc rc = require_act(v, ACT_ADMINISTER, e);
	if (rc == RC_OK)
		rc = store_read(app_store(app), record_unit, &f, e);
	if (rc == RC_OK)
		*person_out = f.person;
	return rc;
}
