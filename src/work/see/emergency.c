#include "work/see/emergency.h"

#include "base/text.h"
#include "work/core/write.h"
#include "work/oversee/keeper.h"
#include "work/see/number.h"

enum { MINE_MAX = 20, NOTICES_MAX = 200, WHY_MAX = 500, FOUND_MAX = 8 };

/* ---- asking ---- */

struct asking {
	struct app *app;
	const struct viewer *v;
	struct str child;
	day_t born;
	struct str category, why;
	int64_t person, until;
};

/* An NHS number, or the code of a council and its number: that alone might be of any council's child. */
static enum rc by_number(struct asking *k, struct db *db, bool exact, struct arena *a, struct numbered *out,
			 struct err *e)
{
	char digits[NHS_NUMBER_DIGITS];
	struct str nhs = nhs_typed(k->child, digits), ref;
	str_cut(k->child, '/', &ref);
	if (nhs.n) /* it has no capitals: asked once */
		return exact ? numbered_nhs(db, nhs, out, e) : RC_OK;
	return ref.p ? numbered_ref(k->app, db, k->child, exact, a, out, e) : RC_OK;
}

/* The one child with this number and this day of birth, whose record is not closed. */
static enum rc find_as(struct asking *k, struct db *db, bool exact, struct arena *a, struct err *e)
{
	int64_t ids[FOUND_MAX], found = 0;
	struct numbered those = { ids, 0, COUNT_OF(ids) };
	enum rc rc = by_number(k, db, exact, a, &those, e);
	for (size_t i = 0; rc == RC_OK && i < those.n; i++) {
		struct sql_person_get_out p;
		struct sql_person_closed_out c;
		rc = sql_person_get(db, &(struct sql_person_get_in){ ids[i] }, a, &p, e);
		if (rc == RC_OK)
			rc = sql_person_closed(db, &(struct sql_person_closed_in){ ids[i] }, a, &c, e);
		if (rc != RC_OK || p.born != k->born || c.closed != SQL_NULL)
			continue;
		int64_t main = p.joined_to == SQL_NULL ? p.id : p.joined_to;
		if (found && found != main)
			return RC_NOT_FOUND; /* nobody can tell which */
		found = main;
	}
	if (rc != RC_OK)
		return rc;
	k->person = found;
	return found ? RC_OK : RC_NOT_FOUND;
}

/* As it was typed; then whatever the capitals, which nobody looks up in a hurry. */
static enum rc find(struct asking *k, struct db *db, struct arena *a, struct err *e)
{
	enum rc rc = find_as(k, db, true, a, e);
	return rc == RC_NOT_FOUND ? find_as(k, db, false, a, e) : rc;
}

static enum rc begin_unit(struct db *db, void *arg, struct err *e)
{
	struct asking *k = arg;
	struct arena a AUTO(arena_release);
	arena_init(&a);
	enum rc rc = find(k, db, &a, e);
	if (rc == RC_NOT_FOUND) { /* that somebody tried is on the record; the unit commits */
		k->person = 0;
		return audit(k->app, db, k->v, 0, "asked in an emergency for", STR("a child who was not found"), k->why,
			     e);
	}
	if (rc != RC_OK)
		return rc;
	int64_t now = app_now_ms(k->app);
	k->until = now + (int64_t)app_emergency_hours(k->app) * 3600000;
	struct sql_access_insert_in row = { .person = k->person,
					    .id = app_time_id(k->app),
					    .account = k->v->account,
					    .org = k->v->org,
					    .what = STR("emergency"),
					    .seal = k->category,
					    .reason = k->why,
					    .given_by = k->v->account,
					    .from_ms = now,
					    .until_ms = k->until };
	rc = sql_access_insert(db, &row, NULL, e);
	return rc == RC_OK ? audit(k->app, db, k->v, k->person, "began", STR("emergency access"), k->why, e) : rc;
}

static enum rc wrong(const char *field, const char **field_out, struct err *e, const char *words)
{
	*field_out = field;
	return err_set(e, RC_BAD_INPUT, "%s", words);
}

enum rc emergency_begin(struct app *app, const struct viewer *v, const struct emergency_ask *ask, int64_t *person_out,
			int64_t *until_out, const char **field_out, struct err *e)
{
	struct asking k = { .app = app,
			    .v = v,
			    .child = str_trim(ask->child),
			    .category = str_trim(ask->category),
			    .why = str_trim(ask->why) };
	enum rc rc = require_act(v, ACT_BREAK_GLASS, e);
	if (rc != RC_OK)
		return rc;
	if (!v->account)
		return err_set(e, RC_REFUSED, "Emergency access is for people who have signed in.");
	if (!k.child.n)
		return wrong("child", field_out, e, "Enter the NHS number, or council code and number");
	if (day_parse(str_trim(ask->born), &k.born) != RC_OK)
		return wrong("born", field_out, e, "Enter the day of birth, such as 22 11 2012");
	if (!code_list_find(vocab_list(app_vocab(app), STR("emergency-reason")), k.category))
		return wrong("category", field_out, e, "Choose what the emergency is");
	if (!k.why.n)
		return wrong("why", field_out, e, "Say why, in a few words");
	if (k.why.n > WHY_MAX)
		return wrong("why", field_out, e, "The reason must have at most 500 letters");
	if ((rc = store_write(app_store(app), begin_unit, &k, e)) != RC_OK)
		return rc;
	if (!k.person)
		return err_set(e, RC_NOT_FOUND, "There is no child here with this number and this day of birth.");
	*person_out = k.person;
	*until_out = k.until;
	return RC_OK;
}

int emergency_hours(const struct app *app)
{
	return app_emergency_hours(app);
}

/* ---- notices and their review ---- */

struct noticing {
	struct app *app;
	const struct viewer *v;
	struct arena *a;
	struct emergency_notice *list;
	size_t n;
	int64_t person, id;
	struct str outcome, words;
};

static struct str code_words(const struct noticing *k, const char *list, struct str code)
{
	const struct code_entry *c = code_list_find(vocab_list(app_vocab(k->app), str_of(list)), code);
	return c ? c->title : code;
}

struct own {
	struct noticing k;
	struct emergency_open *list;
};

static enum rc mine_unit(struct db *db, void *arg, struct err *e)
{
	struct own *o = arg;
	struct noticing *k = &o->k;
	struct sql_rows *rows;
	struct sql_access_mine_out r;
	struct sql_access_mine_in in = { k->v->account, k->v->org, app_now_ms(k->app), MINE_MAX };
	enum rc rc = sql_access_mine(db, &in, &rows, e);
	if (rc != RC_OK)
		return rc;
	o->list = arena_array(k->a, MINE_MAX, sizeof *o->list);
	for (k->n = 0; (rc = sql_access_mine_next(rows, &r, e)) == RC_OK && k->n < MINE_MAX;)
		o->list[k->n++] = (struct emergency_open){ r.person, r.from_ms, r.until_ms,
							   code_words(k, "emergency-reason", arena_str(k->a, r.seal)),
							   arena_str(k->a, r.reason) };
	db_done(rows);
	return rc == RC_NOT_FOUND ? RC_OK : rc;
}

enum rc emergency_mine(struct app *app, const struct viewer *v, struct arena *a, const struct emergency_open **out,
		       size_t *n_out, struct err *e)
{
	struct own o = { .k = { .app = app, .v = v, .a = a } };
	enum rc rc = require_act(v, ACT_BREAK_GLASS, e);
	if (rc == RC_OK)
		rc = store_read(app_store(app), mine_unit, &o, e);
	if (rc != RC_OK)
		return rc;
	*out = o.list;
	*n_out = o.k.n;
	return RC_OK;
}

static struct emergency_notice notice_of(const struct noticing *k, const struct sql_access_notices_out *r)
{
	const struct organisation *org = app_organisation(k->app, r->org);
	bool circle = r->circle || k->v->role == ROLE_OPERATOR, theirs = circle || r->keeps;
	return (struct emergency_notice){ .person = theirs ? r->person : 0,
					  .id = r->id,
					  .given = theirs ? arena_str(k->a, r->given) : STR(""),
					  .family = theirs ? arena_str(k->a, r->family) : STR(""),
					  .who = r->name.p ? arena_str(k->a, r->name) : STR("Somebody"),
					  .org = org ? org->name : STR(""),
					  .category = code_words(k, "emergency-reason", arena_str(k->a, r->seal)),
					  .why = theirs ? arena_str(k->a, r->reason) : STR(""),
					  .from_ms = r->from_ms,
					  .until_ms = r->ended_ms == SQL_NULL ? r->until_ms : r->ended_ms,
					  .lasts = r->ended_ms == SQL_NULL && r->until_ms > app_now_ms(k->app),
					  .reviewed_ms = r->reviewed_ms == SQL_NULL ? 0 : r->reviewed_ms,
					  .reviewed_by = theirs && r->by_name.p ? arena_str(k->a, r->by_name) : STR(""),
					  .outcome = code_words(k, "emergency-outcome", arena_str(k->a, r->outcome)),
					  .review = theirs ? arena_str(k->a, r->review) : STR(""),
					  .may_review =
					      theirs && r->reviewed_ms == SQL_NULL && r->account != k->v->account,
					  .theirs = theirs,
					  .opens = circle };
}

static enum rc notices_unit(struct db *db, void *arg, struct err *e)
{
	struct noticing *k = arg;
	struct sql_rows *rows;
	struct sql_access_notices_out row;
	enum rc rc = sql_access_notices(
	    db, &(struct sql_access_notices_in){ k->v->org, app_today(k->app), NOTICES_MAX }, &rows, e);
	if (rc != RC_OK)
		return rc;
	k->list = arena_array(k->a, NOTICES_MAX, sizeof *k->list);
	for (k->n = 0; (rc = sql_access_notices_next(rows, &row, e)) == RC_OK && k->n < NOTICES_MAX;)
		k->list[k->n++] = notice_of(k, &row);
	db_done(rows);
	return rc == RC_NOT_FOUND ? RC_OK : rc;
}

static enum rc read_notices(struct noticing *k, struct err *e)
{
	enum rc rc = require_act(k->v, ACT_GIVE_SIGHT, e);
	return rc == RC_OK ? store_read(app_store(k->app), notices_unit, k, e) : rc;
}

enum rc emergency_notices(struct app *app, const struct viewer *v, struct arena *a, const struct emergency_notice **out,
			  size_t *n_out, struct err *e)
{
	struct noticing k = { .app = app, .v = v, .a = a };
	enum rc rc = read_notices(&k, e);
	bool named = false;
	for (size_t i = 0; rc == RC_OK && i < k.n; i++)
		named = named || k.list[i].theirs;
	if (rc == RC_OK && named)
		rc = audit_look(app, v, 0, STR("notices of emergency access"), STR(""), e);
	if (rc != RC_OK)
		return rc;
	*out = k.list;
	*n_out = k.n;
	return RC_OK;
}

enum rc emergency_waiting(struct app *app, const struct viewer *v, struct arena *a, size_t *n_out, struct err *e)
{
	struct noticing k = { .app = app, .v = v, .a = a };
	enum rc rc = read_notices(&k, e);
	*n_out = 0;
	for (size_t i = 0; rc == RC_OK && i < k.n; i++)
		*n_out += !k.list[i].reviewed_ms && k.list[i].may_review;
	return rc;
}

enum rc emergency_told(struct app *app, struct db *db, const struct viewer *v, int64_t person, struct arena *a,
		       bool *out, struct err *e)
{
	enum rc rc = RC_OK;
	*out = false;
	for (int role = ROLE_NONE + 1; rc == RC_OK && !*out && role < ROLE_OPERATOR; role++) {
		struct sql_access_told_out told;
		if (!role_may((enum role)role, ACT_GIVE_SIGHT))
			continue;
		rc = sql_access_told(db,
				     &(struct sql_access_told_in){ person, app_today(app), v->account,
								   str_of(role_id((enum role)role)) },
				     a, &told, e);
		*out = rc == RC_OK && told.n;
	}
	return rc;
}

static enum rc review_unit(struct db *db, void *arg, struct err *e)
{
	struct noticing *k = arg;
	struct sql_access_get_out g;
	int64_t now = app_now_ms(k->app);
	enum rc rc = circle_check(k->app, db, k->v, k->person, e);
	if (rc == RC_NOT_FOUND) /* in nobody's circle: who keeps the record */
		rc = keeper_check(k->app, db, k->v, k->person, e);
	if (rc == RC_OK)
		rc = sql_access_get(db, &(struct sql_access_get_in){ k->person, k->id }, k->a, &g, e);
	if (rc == RC_NOT_FOUND || (rc == RC_OK && !str_is(g.what, "emergency")))
		return err_set(e, RC_NOT_FOUND, "There is no such notice.");
	if (rc != RC_OK)
		return rc;
	if (g.account == k->v->account)
		return err_set(e, RC_REFUSED, "Somebody else reviews your own emergency access.");
	if (g.reviewed_ms != SQL_NULL)
		return err_set(e, RC_CONFLICT, "This notice has been reviewed meanwhile.");
	struct sql_access_review_in in = { k->person, k->id, now, k->v->account, k->outcome, k->words };
	rc = sql_access_review(db, &in, NULL, e);
	if (rc == RC_OK && str_is(k->outcome, "not-justified"))
		rc = sql_access_end(db, &(struct sql_access_end_in){ k->person, k->id, now, k->v->account }, NULL, e);
	return rc == RC_OK ? audit(k->app, db, k->v, k->person, "reviewed", STR("emergency access"), k->words, e) : rc;
}

enum rc emergency_review(struct app *app, const struct viewer *v, int64_t person, int64_t id, struct str outcome,
			 struct str words, struct err *e)
{
	struct arena a AUTO(arena_release);
	arena_init(&a);
	struct noticing k = { .app = app,
			      .v = v,
			      .a = &a,
			      .person = person,
			      .id = id,
			      .outcome = str_trim(outcome),
			      .words = str_trim(words) };
	enum rc rc = require_act(v, ACT_GIVE_SIGHT, e);
	if (rc != RC_OK)
		return rc;
	if (!code_list_find(vocab_list(app_vocab(app), STR("emergency-outcome")), k.outcome))
		return err_set(e, RC_BAD_INPUT, "Choose what came of it.");
	if (!k.words.n || k.words.n > WHY_MAX)
		return err_set(e, RC_BAD_INPUT, "Say what you found, in at most %d letters.", WHY_MAX);
	return store_write(app_store(app), review_unit, &k, e);
}
