#include "work/oversee/retention.h"

#include "base/text.h"
#include "codec/yaml.h"
#include "record/fold.h"
#include "work/core/write.h"
#include "work/oversee/keeper.h"

enum { WHY_MAX = 500, CANDIDATES_A_PAGE = 500, EVER_YEARS = 200 };

/* ---- the file ---- */

static enum rc word_of(const struct yaml *y, const char *key, const char *const *words, size_t n, int *out,
		       struct err *e)
{
	struct str w = yaml_text(y, key);
	for (size_t i = 0; i < n; i++)
		if (str_is(w, words[i])) {
			*out = (int)i + 1;
			return RC_OK;
		}
	return yaml_error(y, e, "\"%s\" is not one of its words", key);
}

static enum rc read_rule(const struct yaml *y, struct retention_rule *r, struct err *e)
{
	static const char *const from[] = { "birth", "death", "last-entry" };
	static const char *const who[] = { "everybody", "died-under-18", "not-died-under-18" };
	static const char *const keys[] = { "rule",	"title",  "from",	 "years", "who",
					    "in-force", "source", "not-checked", NULL };
	int f = 0, w = 0;
	*r = (struct retention_rule){ .id = yaml_text(y, "rule"),
				      .title = yaml_text(y, "title"),
				      .source = yaml_text(y, "source"),
				      .not_checked = yaml_text(y, "not-checked") };
	enum rc rc = yaml_only(y, keys, e);
	if (rc == RC_OK && (!r->id.n || !r->title.n || !r->source.n))
		rc = yaml_error(y, e, "a rule has its word, a title and a source");
	if (rc == RC_OK)
		rc = word_of(y, "from", from, COUNT_OF(from), &f, e);
	if (rc == RC_OK)
		rc = word_of(y, "who", who, COUNT_OF(who), &w, e);
	if (rc == RC_OK)
		rc = yaml_int(y, "years", 1, EVER_YEARS, 0, &r->years, e);
	if (rc == RC_OK && !r->years)
		rc = yaml_error(y, e, "\"years\" is missing");
	if (rc == RC_OK)
		rc = yaml_bool(y, "in-force", false, &r->in_force, e);
	r->from = (enum retention_from)f;
	r->who = (enum retention_who)w;
	return rc;
}

static enum rc read_words(const struct yaml *list, const char *key, struct arena *a, const struct retention_word **out,
			  size_t *n_out, struct err *e)
{
	struct retention_word *w = arena_array(a, list ? list->n : 0, sizeof *w);
	size_t n = 0;
	enum rc rc = RC_OK;
	for (const struct yaml *y = list ? list->child : NULL; rc == RC_OK && y; y = y->next, n++) {
		w[n] = (struct retention_word){ .id = yaml_text(y, key),
						.title = yaml_text(y, "title"),
						.source = yaml_text(y, "source") };
		if (!w[n].id.n || !w[n].title.n)
			rc = yaml_error(y, e, "\"%s\" and \"title\" are needed", key);
		else
			rc = yaml_bool(y, "whole", false, &w[n].whole, e);
	}
	*out = w;
	*n_out = n;
	return rc;
}

static enum rc read_copies(const struct yaml *y, const struct yaml *root, int64_t *days_out, struct err *e)
{
	static const char *const keys[] = { "days", "source", "not-checked", NULL };
	enum rc rc = y ? yaml_only(y, keys, e) : yaml_error(root, e, "\"copies\" is missing");
	if (rc == RC_OK)
		rc = yaml_int(y, "days", 1, EVER_YEARS * 366, 0, days_out, e);
	if (rc == RC_OK && !*days_out)
		rc = yaml_error(y, e, "\"days\" is missing");
	return rc;
}

enum rc retention_read(struct app *app, struct arena *a, struct retention *out, struct err *e)
{
	const struct yaml *root;
	struct retention r = { 0 };
	enum rc rc = yaml_read_file(arena_printf(a, "%s/retention.yaml", app_data_dir(app)).p, a, &root, e);
	const struct yaml *list = rc == RC_OK ? yaml_get(root, "rules") : NULL;
	struct retention_rule *rules = arena_array(a, RETENTION_RULES_MAX, sizeof *rules);
	for (const struct yaml *y = list ? list->child : NULL; rc == RC_OK && y; y = y->next)
		rc = r.n_rules == RETENTION_RULES_MAX ? yaml_error(y, e, "there are too many rules")
						      : read_rule(y, &rules[r.n_rules++], e);
	r.rules = rules;
	if (rc == RC_OK)
		rc = read_copies(yaml_get(root, "copies"), root, &r.copy_days, e);
	if (rc == RC_OK)
		rc = read_words(yaml_get(root, "holds"), "hold", a, &r.holds, &r.n_holds, e);
	if (rc == RC_OK)
		rc = read_words(yaml_get(root, "grounds"), "ground", a, &r.grounds, &r.n_grounds, e);
	if (rc == RC_OK)
		*out = r;
	return rc;
}

const struct retention_word *retention_word(const struct retention_word *list, size_t n, struct str id)
{
	for (size_t i = 0; i < n; i++)
		if (str_eq(list[i].id, id))
			return &list[i];
	return NULL;
}

/* ---- when ---- */

static bool applies(const struct retention_rule *r, bool under_18)
{
	return r->in_force && (r->who == RETENTION_EVERYBODY || (r->who == RETENTION_DIED_UNDER_18) == under_18);
}

day_t retention_due(const struct retention *r, day_t born, day_t died, day_t last,
		    const struct retention_rule **rule_out)
{
	const day_t from[] = { [RETENTION_BIRTH] = born, [RETENTION_DEATH] = died, [RETENTION_LAST_ENTRY] = last };
	bool under_18 = died != DAY_NONE && born != DAY_NONE && died < day_birthday(born, 18);
	day_t due = DAY_NONE;
	for (size_t i = 0; i < r->n_rules; i++) {
		const struct retention_rule *rule = &r->rules[i];
		if (!applies(rule, under_18))
			continue;
		if (from[rule->from] == DAY_NONE)
			return DAY_NEVER;
		day_t until = day_birthday(from[rule->from], (int)rule->years);
		if (due == DAY_NONE || until > due) {
			due = until;
			*rule_out = rule;
		}
	}
	return due == DAY_NONE ? DAY_NEVER : due;
}

/* ---- what is due ---- */

struct due_list {
	struct app *app;
	const struct viewer *v;
	int64_t after, more;
	struct retention r;
	struct arena *a;
	struct retention_item *list;
	size_t n;
};

/* Years after birth before which nobody is due who did not die under 18: the longest of the rules
 * for everybody, or for them. Of whoever died the death is looked for by itself. */
static int64_t years_at_least(const struct retention *r)
{
	int64_t years = 0;
	for (size_t i = 0; i < r->n_rules; i++)
		if (applies(&r->rules[i], false) && r->rules[i].from == RETENTION_BIRTH && r->rules[i].years > years)
			years = r->rules[i].years;
	return years;
}

/* No birthday is later than this if so many years have passed: some days too many are no harm. */
static day_t years_before(day_t today, int years)
{
	return today - (day_t)(years * 365);
}

static enum rc look_at(struct due_list *k, struct db *db, const struct retention_item *c, struct err *e)
{
	struct history h;
	struct folded f;
	struct arena scratch AUTO(arena_release);
	arena_init(&scratch);
	struct retention_item it = *c;
	enum rc rc = history_read_whole(k->app, db, c->person, KNOWN_NOW, &scratch, &h, e);
	if (rc != RC_OK)
		return rc;
	history_fold(k->app, &h, KNOWN_NOW, &scratch, &f);
	day_t last = DAY_NONE;
	for (size_t i = 0; i < h.n; i++)
		last =
		    h.events[i].at != DAY_NONE && (last == DAY_NONE || h.events[i].at > last) ? h.events[i].at : last;
	it.born = f.child.born;
	it.due = retention_due(&k->r, f.child.born, f.child.died, last, &it.rule);
	if (it.due > app_today(k->app))
		return RC_OK;
	struct sql_erasure_asked_out asked;
	if ((rc = hold_words(k->app, db, c->person, k->a, &it.hold, e)) != RC_OK)
		return rc;
	rc = sql_erasure_asked(db, &(struct sql_erasure_asked_in){ c->person, 0 }, k->a, &asked, e);
	it.asked = rc == RC_OK ? asked.id : 0;
	k->list[k->n++] = it;
	return rc == RC_NOT_FOUND ? RC_OK : rc;
}

static enum rc list_unit(struct db *db, void *arg, struct err *e)
{
	struct due_list *k = arg;
	struct retention_item *c = arena_array(k->a, CANDIDATES_A_PAGE, sizeof *c);
	struct sql_retention_candidates_in in = { k->v->org,
						  years_before(app_today(k->app), (int)years_at_least(&k->r)), k->after,
						  CANDIDATES_A_PAGE };
	enum rc rc = app_coverage_refresh(k->app, db, e);
	k->list = arena_array(k->a, RETENTION_DUE_MAX, sizeof *k->list);
	k->n = 0;
	for (size_t n = CANDIDATES_A_PAGE; rc == RC_OK && n == CANDIDATES_A_PAGE && k->n < RETENTION_DUE_MAX;) {
		struct sql_rows *rows;
		struct sql_retention_candidates_out r;
		if ((rc = sql_retention_candidates(db, &in, &rows, e)) != RC_OK)
			return rc;
		for (n = 0; (rc = sql_retention_candidates_next(rows, &r, e)) == RC_OK && n < CANDIDATES_A_PAGE; n++) {
			const struct organisation *o = app_organisation(k->app, r.council);
			c[n] = (struct retention_item){ .person = r.id,
							.council = o ? o->code : STR(""),
							.ref = arena_str(k->a, r.ref) };
		}
		db_done(rows);
		rc = rc == RC_NOT_FOUND ? RC_OK : rc;
		for (size_t i = 0; rc == RC_OK && i < n && k->n < RETENTION_DUE_MAX; i++) {
			in.after = c[i].person;
			rc = look_at(k, db, &c[i], e);
		}
	}
	k->more = k->n == RETENTION_DUE_MAX ? in.after : 0;
	return rc;
}

static enum rc look_unit(struct db *db, void *arg, struct err *e)
{
	struct due_list *k = arg;
	return audit(k->app, db, k->v, 0, "looked", STR("what is due for disposal"), STR("ordinary work"), e);
}

enum rc retention_list(struct app *app, const struct viewer *v, int64_t after, struct arena *a,
		       const struct retention_item **out, size_t *n_out, int64_t *more_out, struct err *e)
{
	struct due_list k = { .app = app, .v = v, .after = after, .a = a };
	enum rc rc = require_act(v, ACT_ERASE, e);
	if (rc == RC_OK)
		rc = retention_read(app, a, &k.r, e);
	if (rc == RC_OK)
		rc = store_read(app_store(app), list_unit, &k, e);
	if (rc == RC_OK)
		rc = store_write(app_store(app), look_unit, &k, e);
	if (rc != RC_OK)
		return rc;
	*out = k.list;
	*n_out = k.n;
	*more_out = k.more;
	return RC_OK;
}

/* ---- who keeps it, and holds ---- */

enum rc keeper_check(struct app *app, struct db *db, const struct viewer *v, int64_t person, struct err *e)
{
	struct arena a AUTO(arena_release);
	struct sql_person_get_out p;
	struct sql_person_closed_out closed;
	arena_init(&a);
	enum rc rc = sql_person_get(db, &(struct sql_person_get_in){ person }, &a, &p, e);
	if (rc == RC_OK)
		rc = sql_person_closed(db, &(struct sql_person_closed_in){ person }, &a, &closed, e);
	const struct organisation *o = rc == RC_OK ? app_organisation(app, p.council) : NULL;
	bool keeps =
	    rc == RC_OK && (v->role == ROLE_OPERATOR ||
			    (v->org && o && (o->id == v->org || o->served_by == v->org) && closed.closed == SQL_NULL));
	if (rc != RC_OK && rc != RC_NOT_FOUND)
		return rc;
	return keeps ? RC_OK : err_set(e, RC_NOT_FOUND, "There is no such child here.");
}

enum rc hold_words(struct app *app, struct db *db, int64_t person, struct arena *a, struct str *out, struct err *e)
{
	struct sql_hold_standing_out h;
	struct retention r;
	enum rc rc = sql_hold_standing(db, &(struct sql_hold_standing_in){ person }, a, &h, e);
	*out = STR("");
	if (rc != RC_OK)
		return rc == RC_NOT_FOUND ? RC_OK : rc;
	if ((rc = retention_read(app, a, &r, e)) != RC_OK)
		return rc;
	const struct retention_word *w = retention_word(r.holds, r.n_holds, h.kind);
	*out = arena_printf(a, STR_FMT ": " STR_FMT, STR_ARG(w ? w->title : h.kind), STR_ARG(h.why));
	return RC_OK;
}

struct holding {
	struct app *app;
	const struct viewer *v;
	int64_t person;
	struct str kind, why, title;
};

static enum rc main_of(const struct holding *k, struct db *db, struct arena *a, int64_t *out, struct err *e)
{
	struct sql_person_main_out main;
	enum rc rc = keeper_check(k->app, db, k->v, k->person, e);
	if (rc == RC_OK)
		rc = sql_person_main(db, &(struct sql_person_main_in){ k->person }, a, &main, e);
	if (rc == RC_OK)
		*out = main.main;
	return rc;
}

static enum rc put_unit(struct db *db, void *arg, struct err *e)
{
	struct holding *k = arg;
	struct arena a AUTO(arena_release);
	arena_init(&a);
	struct sql_person_lock_out lock;
	struct sql_hold_standing_out standing;
	int64_t main;
	enum rc rc = main_of(k, db, &a, &main, e);
	if (rc == RC_OK) /* two holds at once, or a hold and an erasure: one after the other */
		rc = sql_person_lock(db, &(struct sql_person_lock_in){ main }, &a, &lock, e);
	if (rc != RC_OK)
		return rc;
	rc = sql_hold_standing(db, &(struct sql_hold_standing_in){ main }, &a, &standing, e);
	if (rc == RC_OK)
		return err_set(e, RC_CONFLICT, "This record is held already.");
	if (rc != RC_NOT_FOUND)
		return rc;
	struct sql_hold_insert_in in = { app_new_id(k->app), main,	k->kind,	   k->why,
					 k->v->account,	     k->v->org, app_now_ms(k->app) };
	rc = sql_hold_insert(db, &in, NULL, e);
	return rc == RC_OK
		   ? audit(k->app, db, k->v, main, "holds", STR("the record: nothing of it is erased"), k->why, e)
		   : rc;
}

static enum rc reason_check(struct str why, struct err *e)
{
	if (!why.n)
		return err_set(e, RC_BAD_INPUT, "Say why, in a few words.");
	if (why.n > WHY_MAX)
		return err_set(e, RC_BAD_INPUT, "The reason must have at most %d letters.", WHY_MAX);
	return RC_OK;
}

enum rc hold_put(struct app *app, const struct viewer *v, int64_t person, struct str kind, struct str why,
		 const char **field_out, struct err *e)
{
	struct arena a AUTO(arena_release);
	struct retention r;
	arena_init(&a);
	struct holding k = { app, v, person, kind, str_trim(why), STR("") };
	*field_out = "kind";
	enum rc rc = require_act(v, ACT_ERASE, e);
	if (rc == RC_OK)
		rc = retention_read(app, &a, &r, e);
	if (rc == RC_OK && !retention_word(r.holds, r.n_holds, kind))
		return err_set(e, RC_BAD_INPUT, "Choose what the record is held for.");
	if (rc == RC_OK && (rc = reason_check(k.why, e)) != RC_OK)
		*field_out = "why";
	return rc == RC_OK ? store_write(app_store(app), put_unit, &k, e) : rc;
}

static enum rc end_unit(struct db *db, void *arg, struct err *e)
{
	struct holding *k = arg;
	struct arena a AUTO(arena_release);
	arena_init(&a);
	struct sql_hold_standing_out standing;
	struct sql_hold_end_out out;
	int64_t main;
	enum rc rc = main_of(k, db, &a, &main, e);
	if (rc != RC_OK)
		return rc;
	rc = sql_hold_standing(db, &(struct sql_hold_standing_in){ main }, &a, &standing, e);
	if (rc == RC_OK)
		rc = sql_hold_end(db,
				  &(struct sql_hold_end_in){ standing.id, app_now_ms(k->app), k->v->account, k->why },
				  &a, &out, e);
	if (rc == RC_NOT_FOUND)
		return err_set(e, RC_CONFLICT, "This record is not held.");
	return rc == RC_OK ? audit(k->app, db, k->v, main, "ended", STR("a hold on the record"), k->why, e) : rc;
}

enum rc hold_end(struct app *app, const struct viewer *v, int64_t person, struct str why, struct err *e)
{
	struct holding k = { app, v, person, STR(""), str_trim(why), STR("") };
	enum rc rc = require_act(v, ACT_ERASE, e);
	if (rc == RC_OK)
		rc = reason_check(k.why, e);
	return rc == RC_OK ? store_write(app_store(app), end_unit, &k, e) : rc;
}
