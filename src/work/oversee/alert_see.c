/* alert_see.c - alerts for who is told of them, and what came of them (alert.h). */
#include "work/oversee/alert.h"

#include "base/text.h"
#include "work/core/shared.h"
#include "work/core/write.h"

struct seeing {
	struct app *app;
	const struct viewer *v;
	int64_t id;
	struct str note;
	const struct alert_rule *rules;
	size_t n_rules;
	struct arena *a;
	struct alert *list;
	struct alert_line *lines;
	size_t n;
};

/* The rule that told; of one that stands in the file no more its word alone. */
static struct alert_rule rule_of(const struct seeing *s, struct str rule)
{
	for (size_t i = 0; i < s->n_rules; i++)
		if (str_eq(s->rules[i].id, rule))
			return s->rules[i];
	return (struct alert_rule){ .title = arena_str(s->a, rule) };
}

static struct str name_or(const struct seeing *s, struct str name, const char *other)
{
	return name.p ? arena_str(s->a, name) : str_of(other);
}

static enum rc list_unit(struct db *db, void *arg, struct err *e)
{
	struct seeing *s = arg;
	struct sql_rows *rows;
	struct sql_alert_list_out r;
	s->list = arena_array(s->a, ALERTS_SHOWN, sizeof *s->list);
	s->n = 0;
	enum rc rc = sql_alert_list(db, &(struct sql_alert_list_in){ s->v->org, ALERTS_SHOWN }, &rows, e);
	if (rc != RC_OK)
		return rc;
	while ((rc = sql_alert_list_next(rows, &r, e)) == RC_OK && s->n < ALERTS_SHOWN) {
		const struct organisation *o = app_organisation(s->app, r.org);
		bool done = r.acknowledged_ms != SQL_NULL;
		s->list[s->n++] =
		    (struct alert){ .id = r.id,
				    .account = r.account,
				    .n = r.n,
				    .from_ms = r.from_ms,
				    .to_ms = r.to_ms,
				    .found_ms = r.found_ms,
				    .acknowledged_ms = done ? r.acknowledged_ms : 0,
				    .rule = arena_str(s->a, r.rule),
				    .title = rule_of(s, r.rule).title,
				    .counts = rule_of(s, r.rule).counts,
				    .who = name_or(s, r.who, "Somebody"),
				    .org = o ? o->name : STR(""),
				    .by = done ? name_or(s, r.by_name, "Operator of this machine") : STR(""),
				    .note = arena_str(s->a, r.note),
				    .own = r.account == s->v->account };
	}
	db_done(rows);
	return rc == RC_NOT_FOUND ? RC_OK : rc;
}

enum rc alerts_list(struct app *app, const struct viewer *v, struct arena *a, const struct alert **out, size_t *n_out,
		    struct err *e)
{
	struct seeing s = { .app = app, .v = v, .a = a };
	enum rc rc = require_act(v, ACT_GIVE_SIGHT, e);
	if (rc == RC_OK)
		rc = alert_rules(app, a, &s.rules, &s.n_rules, e);
	if (rc == RC_OK)
		rc = store_read(app_store(app), list_unit, &s, e);
	if (rc != RC_OK)
		return rc;
	*out = s.list;
	*n_out = s.n;
	return RC_OK;
}

static enum rc read_lines(struct seeing *s, struct db *db, int64_t account, struct err *e)
{
	struct sql_rows *rows;
	struct sql_alert_lines_out r;
	struct id_source at;
	id_source_init(&at, 0);
	int64_t from = id_new(&at, s->list->from_ms);
	id_source_init(&at, 0);
	struct sql_alert_lines_in in = {
		account, from, id_new(&at, s->list->to_ms + 1), s->v->org, app_today(s->app), ALERT_LINES_SHOWN
	};
	enum rc rc = sql_alert_lines(db, &in, &rows, e);
	if (rc != RC_OK)
		return rc;
	s->lines = arena_array(s->a, ALERT_LINES_SHOWN, sizeof *s->lines);
	for (s->n = 0; (rc = sql_alert_lines_next(rows, &r, e)) == RC_OK && s->n < ALERT_LINES_SHOWN; s->n++) {
		const struct organisation *o = r.council == SQL_NULL ? NULL : app_organisation(s->app, r.council);
		bool hidden = hides_title(s->app, s->v, r.what); /* as on the page of the child */
		s->lines[s->n] =
		    (struct alert_line){ .at_ms = r.at_ms,
					 .act = arena_str(s->a, r.act),
					 .what = hidden ? STR("an entry") : arena_str(s->a, r.what),
					 .why = hidden || r.others ? STR("") : arena_str(s->a, r.reason),
					 .about = o && r.ref.p ? arena_printf(s->a, STR_FMT "/" STR_FMT,
									      STR_ARG(o->code), STR_ARG(r.ref))
							       : STR("") };
	}
	db_done(rows);
	return rc == RC_NOT_FOUND ? RC_OK : rc;
}

static enum rc read_one(struct seeing *s, struct db *db, struct err *e)
{
	struct sql_alert_get_out r;
	enum rc rc = sql_alert_get(db, &(struct sql_alert_get_in){ s->id }, s->a, &r, e);
	if (rc == RC_NOT_FOUND || (rc == RC_OK && s->v->role != ROLE_OPERATOR && r.org != s->v->org))
		return err_set(e, RC_NOT_FOUND, "There is no such alert.");
	if (rc != RC_OK)
		return rc;
	const struct organisation *o = app_organisation(s->app, r.org);
	bool done = r.acknowledged_ms != SQL_NULL;
	*s->list = (struct alert){ .id = s->id,
				   .account = r.account,
				   .n = r.n,
				   .from_ms = r.from_ms,
				   .to_ms = r.to_ms,
				   .found_ms = r.found_ms,
				   .acknowledged_ms = done ? r.acknowledged_ms : 0,
				   .rule = r.rule,
				   .title = rule_of(s, r.rule).title,
				   .counts = rule_of(s, r.rule).counts,
				   .who = name_or(s, r.who, "Somebody"),
				   .org = o ? o->name : STR(""),
				   .by = done ? name_or(s, r.by_name, "Operator of this machine") : STR(""),
				   .note = r.note,
				   .own = r.account == s->v->account };
	return RC_OK;
}

static enum rc see_unit(struct db *db, void *arg, struct err *e)
{
	struct seeing *s = arg;
	enum rc rc = read_one(s, db, e);
	return rc == RC_OK ? read_lines(s, db, s->list->account, e) : rc;
}

static enum rc look_unit(struct db *db, void *arg, struct err *e)
{
	const struct seeing *s = arg;
	return audit(s->app, db, s->v, 0, "looked", STR("an alert"), STR("ordinary work"), e);
}

enum rc alert_see(struct app *app, const struct viewer *v, int64_t id, struct arena *a, struct alert *out,
		  const struct alert_line **lines_out, size_t *n_out, struct err *e)
{
	struct alert one;
	struct seeing s = { .app = app, .v = v, .id = id, .a = a, .list = &one };
	enum rc rc = require_act(v, ACT_GIVE_SIGHT, e);
	if (rc == RC_OK)
		rc = alert_rules(app, a, &s.rules, &s.n_rules, e);
	if (rc == RC_OK)
		rc = store_read(app_store(app), see_unit, &s, e);
	if (rc == RC_OK)
		rc = store_write(app_store(app), look_unit, &s, e);
	if (rc != RC_OK)
		return rc;
	*out = one;
	*lines_out = s.lines;
	*n_out = s.n;
	return RC_OK;
}

static enum rc acknowledge_unit(struct db *db, void *arg, struct err *e)
{
	struct seeing *s = arg;
	struct sql_alert_acknowledge_out out;
	enum rc rc = read_one(s, db, e);
	if (rc == RC_OK && s->list->own && s->v->role != ROLE_OPERATOR)
		rc = err_set(e, RC_REFUSED, "These are your own lines. Somebody else says what came of it.");
	if (rc != RC_OK)
		return rc;
	struct sql_alert_acknowledge_in in = { s->id, app_now_ms(s->app), s->v->account, s->note };
	rc = sql_alert_acknowledge(db, &in, s->a, &out, e);
	if (rc == RC_NOT_FOUND)
		return err_set(e, RC_CONFLICT, "Somebody has said already what came of this.");
	return rc == RC_OK ? audit(s->app, db, s->v, 0, "acknowledged", s->list->title, s->note, e) : rc;
}

enum rc alert_acknowledge(struct app *app, const struct viewer *v, int64_t id, struct str note, struct err *e)
{
	struct arena a AUTO(arena_release);
	struct alert one;
	arena_init(&a);
	struct seeing s = { .app = app, .v = v, .id = id, .note = str_trim(note), .a = &a, .list = &one };
	enum rc rc = require_act(v, ACT_GIVE_SIGHT, e);
	if (rc == RC_OK && !s.note.n)
		return err_set(e, RC_BAD_INPUT, "Say what came of it, in a few words.");
	if (rc == RC_OK && s.note.n > ALERT_NOTE_MAX)
		return err_set(e, RC_BAD_INPUT, "This must have at most %d letters.", ALERT_NOTE_MAX);
	if (rc == RC_OK)
		rc = alert_rules(app, &a, &s.rules, &s.n_rules, e);
	return rc == RC_OK ? store_write(app_store(app), acknowledge_unit, &s, e) : rc;
}
