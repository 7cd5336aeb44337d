#include "work/admin/demonstration.h"

#include "base/text.h"
#include "codec/yaml.h"
#include "work/admin/signin.h"
#include "store/sql.h"
#include "work/oversee/agreement.h"
#include "work/oversee/sight.h"
#include "work/record/record.h"
#include "work/record/worker.h"
#include "work/see/emergency.h"
#include "work/admin/staff.h"

/* What is said of the region; NULL: nothing. */
static const struct yaml *region_of(const struct yaml *root, struct str region)
{
	const struct yaml *list = yaml_get(root, "regions");
	for (const struct yaml *y = list ? list->child : NULL; y; y = y->next)
		if (str_eq(yaml_text(y, "region"), region))
			return y;
	return NULL;
}

static enum rc read_agreements(const struct yaml *list, struct demonstration *d, struct err *e)
{
	static const char *const words[] = { "with", "from", "to", "purpose", "controllers", "shares", NULL };
	for (const struct yaml *y = list ? list->child : NULL; y; y = y->next) {
		enum rc rc = yaml_only(y, words, e);
		if (rc == RC_OK && d->n_agreements == DEMONSTRATION_AGREEMENTS_MAX)
			rc = yaml_error(y, e, "more than %d agreements", DEMONSTRATION_AGREEMENTS_MAX);
		if (rc != RC_OK)
			return rc;
		d->agreements[d->n_agreements++] =
		    (struct demonstration_agreement){ yaml_text(y, "with"),	   yaml_text(y, "from"),
						      yaml_text(y, "to"),	   yaml_text(y, "purpose"),
						      yaml_text(y, "controllers"), yaml_text(y, "shares") };
	}
	return RC_OK;
}

enum rc demonstration_read(const char *data_dir, struct str region, struct arena *a, struct demonstration *out,
			   struct err *e)
{
	static const char *const words[] = { "password", "regions", NULL };
	char path[4096];
	const struct yaml *root;
	struct demonstration d = { .n = 0 };
	snprintf(path, sizeof path, "%s/demonstration.yaml", data_dir);
	enum rc rc = yaml_read_file(path, a, &root, e);
	if (rc == RC_OK)
		rc = yaml_only(root, words, e);
	if (rc != RC_OK)
		return rc;
	d.password = yaml_text(root, "password");
	const struct yaml *of = region_of(root, region), *list = of ? yaml_get(of, "accounts") : NULL;
	d.enforced_from = of ? yaml_text(of, "agreements-enforced-from") : (struct str){ NULL, 0 };
	if (of && (rc = read_agreements(yaml_get(of, "agreements"), &d, e)) != RC_OK)
		return rc;
	for (const struct yaml *y = list ? list->child : NULL; y; y = y->next) {
		if (d.n == DEMONSTRATION_MAX)
			return yaml_error(y, e, "more than %d accounts", DEMONSTRATION_MAX);
		struct demonstration_account *acc = &d.accounts[d.n++];
		*acc = (struct demonstration_account){ yaml_text(y, "login"), yaml_text(y, "name"), yaml_text(y, "org"),
						       role_of(yaml_text(y, "role")), false };
		if ((rc = yaml_bool(y, "manages", false, &acc->manages, e)) != RC_OK)
			return rc;
		if (!acc->login.n || !acc->name.n || !acc->org.n || acc->role == ROLE_NONE)
			return yaml_error(y, e, "an account needs login, name, role and org");
	}
	*out = d;
	return RC_OK;
}

static enum rc let_manage(struct app *app, const struct demonstration_account *acc, struct err *e)
{
	const struct viewer v = app_operator(app);
	int64_t id;
	enum rc rc = staff_by_login(app, &v, acc->login, &id, e);
	return rc == RC_OK ? staff_change(app, &v, id, acc->role, true, e) : rc;
}

enum rc demonstration_accounts(struct app *app, struct err *e)
{
	struct arena a AUTO(arena_release);
	arena_init(&a);
	struct demonstration d;
	if (!app_is_demonstration(app))
		return err_set(e, RC_REFUSED, "These sign-ins are for a demonstration store only.");
	enum rc rc = demonstration_read(app_data_dir(app), app_region(app), &a, &d, e);
	for (size_t i = 0; rc == RC_OK && i < d.n; i++) {
		const struct demonstration_account *acc = &d.accounts[i];
		bool there;
		rc = account_exists(app, acc->login, &there, e);
		if (rc == RC_OK && !there)
			rc = account_add(app, acc->login, acc->name, acc->role, acc->org, d.password, e);
		if (rc == RC_OK && !there && acc->manages)
			rc = let_manage(app, acc, e);
	}
	return rc;
}

/* ---- agreements ---- */

static enum rc agree_with(struct app *app, const struct demonstration_agreement *g, struct str org, struct err *e)
{
	const struct viewer v = app_operator(app);
	const char *field;
	int64_t id;
	const struct agreement_form f = {
		0, org, g->from, g->to, g->purpose, g->controllers, g->shares, STR("demonstration"), { NULL, 0 }
	};
	return agreement_say(app, &v, &f, &id, &field, e);
}

static enum rc put_enforced(struct db *db, void *arg, struct err *e)
{
	const struct demonstration *d = arg;
	return sql_setting_put(db, &(struct sql_setting_put_in){ STR("agreements-enforced-from"), d->enforced_from },
			       NULL, e);
}

enum rc demonstration_agreements(struct app *app, struct err *e)
{
	struct arena a AUTO(arena_release);
	arena_init(&a);
	const struct viewer v = app_operator(app);
	struct demonstration d;
	struct region r;
	const struct agreement *there;
	size_t n = 0;
	if (!app_is_demonstration(app))
		return err_set(e, RC_REFUSED, "These agreements are for a demonstration store only.");
	enum rc rc = demonstration_read(app_data_dir(app), app_region(app), &a, &d, e);
	if (rc == RC_OK)
		rc = app_region_read(app, &a, &r, e);
	if (rc == RC_OK)
		rc = agreement_list(app, &v, &a, &there, &n, e);
	if (rc != RC_OK || n || !d.enforced_from.n)
		return rc; /* what somebody has written down stays as it is */
	for (size_t i = 0; rc == RC_OK && i < d.n_agreements; i++) {
		const struct demonstration_agreement *g = &d.agreements[i];
		for (size_t k = 0; rc == RC_OK && str_is(g->with, "council") && k < r.n_councils; k++)
			rc = agree_with(app, g, r.councils[k], e);
		for (size_t k = 0; rc == RC_OK && str_is(g->with, "provider") && k < r.n_providers; k++)
			rc = agree_with(app, g, r.providers[k].provider, e);
	}
	if (rc == RC_OK)
		rc = store_write(app_store(app), put_enforced, &d, e);
	return rc == RC_OK ? app_reread_place(app, e) : rc;
}

/* ---- something to try ---- */

struct trying {
	struct app *app;
	struct arena *a;
	const struct demonstration *d;
};

/* The first account with a role, signed in as its owner would be. */
static enum rc as(const struct trying *t, enum role role, struct viewer *out, struct str *login_out, struct err *e)
{
	for (size_t i = 0; i < t->d->n; i++) {
		struct session s;
		if (t->d->accounts[i].role != role)
			continue;
		*login_out = t->d->accounts[i].login;
		struct sign_in q = { .login = *login_out, .password = t->d->password };
		enum rc rc = session_begin(t->app, &q, t->a, &s, e);
		if (rc == RC_OK)
			*out = s.viewer;
		return rc == RC_OK ? session_end(t->app, str_of(s.token), e) : rc;
	}
	return err_set(e, RC_NOT_FOUND, "This region has no demonstration sign-in of the role %s.", role_title(role));
}

static enum rc write_one(const struct trying *t, const struct viewer *v, int64_t person, const char *kind,
			 const char *code, const char *note, struct err *e)
{
	struct child_query q = { .person = person, .as_of = DAY_NONE, .known_ms = KNOWN_NOW };
	struct child_page p;
	char day[DAY_TEXT_MAX];
	enum rc rc = child_see(t->app, v, &q, t->a, &p, e);
	if (rc != RC_OK)
		return rc;
	struct draft d = { .change = CHANGE_RECORD,
			   .person = person,
			   .version = p.head.version,
			   .kind = str_of(kind),
			   .at = str_of(day_iso(app_today(t->app) - 3, day)),
			   .code = str_of(code),
			   .note = str_of(note) };
	return record_save(t->app, v, &d, t->a, NULL, e);
}

/* A child that both see, with an NHS number, so that it can be asked for in an emergency. */
static enum rc choose(const struct trying *t, const struct viewer *v, const struct viewer *also, struct child_head *out,
		      struct err *e)
{
	struct worklist_query q = { .area = -1, .limit = 50, .as_of = DAY_NONE, .known_ms = KNOWN_NOW };
	struct worklist w;
	enum rc rc = worklist_see(t->app, v, &q, t->a, &w, e);
	for (int l = LIST_LATE; rc == RC_OK && l < LIST__COUNT; l++)
		for (size_t i = 0; i < w.sections[l].n; i++) {
			struct child_query c = { .person = w.sections[l].items[i].person,
						 .as_of = DAY_NONE,
						 .known_ms = KNOWN_NOW,
						 .reason = STR("demonstration") };
			struct child_page p;
			if (child_see(t->app, v, &c, t->a, &p, e) == RC_OK && p.head.nhs_number.n &&
			    child_see(t->app, also, &c, t->a, &p, e) == RC_OK) {
				*out = p.head;
				return RC_OK;
			}
		}
	return rc == RC_OK ? err_set(e, RC_NOT_FOUND, "No child fits. Load the demonstration’s tables first.") : rc;
}

static enum rc ask_in_an_emergency(const struct trying *t, const struct viewer *v, const struct child_head *h,
				   struct err *e)
{
	char day[DAY_TEXT_MAX];
	const char *field;
	int64_t person, until;
	struct emergency_ask ask = {
		h->nhs_number, str_of(day_iso(h->born, day)), STR("crisis"),
		STR("Seen in the emergency department tonight; what helps, and who knows the child?")
	};
	return emergency_begin(t->app, v, &ask, &person, &until, &field, e);
}

/* Somebody names themselves, so that "mine" is not empty. */
static enum rc name_oneself(const struct trying *t, const struct viewer *v, int64_t person, const char *part,
			    struct err *e)
{
	char id[ID_TEXT_MAX], day[DAY_TEXT_MAX];
	struct worker_page p;
	struct draft_problem problem;
	enum rc rc = worker_see(t->app, v, person, t->a, &p, e);
	if (rc != RC_OK)
		return rc;
	struct worker_draft d = { person, p.version, str_of(id_text(v->account, id)), str_of(part),
				  str_of(day_iso(app_today(t->app) - 3, day)) };
	return worker_save(t->app, v, &d, t->a, &problem, e);
}

enum rc demonstration_sealed(struct app *app, struct err *e)
{
	struct arena a AUTO(arena_release);
	arena_init(&a);
	struct demonstration d;
	struct trying t = { .app = app, .a = &a, .d = &d };
	struct viewer nurse, doctor, worker, clinician, lead;
	struct str login, nurse_login;
	struct child_head h = { 0 };
	const char *field;
	char day[DAY_TEXT_MAX];
	if (!app_is_demonstration(app))
		return err_set(e, RC_REFUSED, "This is for a demonstration store only.");
	enum rc rc = demonstration_read(app_data_dir(app), app_region(app), &a, &d, e);
	if (rc || (rc = as(&t, ROLE_NURSE, &nurse, &nurse_login, e)) ||
	    (rc = as(&t, ROLE_DOCTOR, &doctor, &login, e)) || (rc = as(&t, ROLE_SOCIAL_WORKER, &worker, &login, e)) ||
	    (rc = as(&t, ROLE_CLINICIAN, &clinician, &login, e)) || (rc = as(&t, ROLE_GOVERNANCE, &lead, &login, e)) ||
	    (rc = choose(&t, &doctor, &worker, &h, e)))
		return rc;
	rc = write_one(&t, &worker, h.person, "address-told", "confidential-address", "An invented refuge, Alder Lane",
		       e);
	if (rc == RC_OK)
		rc = write_one(&t, &doctor, h.person, "sexual-health-entry", "", "Invented: asked for advice", e);
	if (rc == RC_OK)
		rc = write_one(&t, &doctor, h.person, "serious-harm-entry", "", "Invented: not to be told at home", e);
	if (rc == RC_OK)
		rc = name_oneself(&t, &nurse, h.person, "named-nurse", e);
	if (rc == RC_OK)
		rc = name_oneself(&t, &worker, h.person, "named-social-worker", e);
	struct sight_give g = { h.person, nurse_login, STR("address"), str_of(day_iso(app_today(app) + 180, day)),
				STR("Visits the child at home") };
	if (rc == RC_OK)
		rc = sight_give(app, &lead, &g, &field, e);
	return rc == RC_OK ? ask_in_an_emergency(&t, &clinician, &h, e) : rc;
}
