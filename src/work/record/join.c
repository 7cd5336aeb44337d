#include "work/record/join.h"

#include "base/text.h"
#include "work/core/closed.h"
#include "work/core/joined.h"
#include "work/core/write.h"

struct joining {
	struct app *app;
	const struct viewer *v;
	int64_t one, other, main;
	struct str why;
};

static struct event said(struct app *app, const struct viewer *v, int64_t person, const char *kind, int64_t other,
			 struct str why, struct arena *a)
{
	char *id = arena_alloc(a, ID_TEXT_MAX);
	int64_t now = app_now_ms(app);
	return (struct event){ .id = app_new_id(app),
			       .person = person,
			       .kind = vocab_kind(app_vocab(app), str_of(kind)),
			       .at = app_today(app),
			       .minute = MINUTE_NONE,
			       .recorded_ms = now,
			       .written_ms = now,
			       .author = v->account,
			       .value = INT64_MIN,
			       .end_day = DAY_NONE,
			       .ref = str_of(id_plain(other, id)),
			       .why = why };
}

/* What follows from both, after both were written to. */
static enum rc follow(struct app *app, struct db *db, int64_t main, int64_t part, struct arena *a,
		      struct history *main_out, struct err *e)
{
	bool changed;
	enum rc rc = child_refresh(app, db, part, a, &changed, e);
	if (rc == RC_OK)
		rc = child_refresh(app, db, main, a, &changed, e);
	return rc == RC_OK && main_out ? history_read(app, db, main, KNOWN_NOW, a, main_out, e) : rc;
}

enum rc join_in_unit(struct app *app, struct db *db, const struct viewer *v, struct history *main, struct history *part,
		     struct str why, struct arena *a, struct err *e)
{
	struct event here = said(app, v, main->person, "record-joined", part->person, why, a),
		     there = said(app, v, part->person, "record-joined-to", main->person, why, a);
	if (!here.kind || !there.kind)
		return err_set(e, RC_CONFLICT, "The kinds of event that join records are missing. Run: linnet doctor");
	enum rc rc = history_append(app, db, main, &here, 1, a, e);
	if (rc == RC_OK)
		rc = history_append(app, db, part, &there, 1, a, e);
	if (rc == RC_OK)
		rc = follow(app, db, main->person, part->person, a, main, e);
	if (rc == RC_OK)
		rc = audit(app, db, v, main->person, "joined", STR("records of one child"), why, e);
	return rc == RC_OK ? audit(app, db, v, part->person, "joined", STR("records of one child"), why, e) : rc;
}

/* The record that the child is read by: where it is in care today, else the elder. */
static bool comes_first(struct app *app, const struct history *x, const struct folded *f, const struct history *y,
			const struct folded *g)
{
	uint16_t care = vocab_kind(app_vocab(app), STR("care-started"));
	bool a = folded_span(f, care, app_today(app)) != NULL, b = folded_span(g, care, app_today(app)) != NULL;
	if (x->n_parts || y->n_parts) /* it has parts already: it stays the main one */
		return x->n_parts > 0;
	return a != b ? a : x->person < y->person;
}

static enum rc may_join(struct joining *j, struct db *db, struct err *e)
{
	enum rc rc = circle_check(j->app, db, j->v, j->one, e);
	if (rc == RC_OK)
		rc = circle_check(j->app, db, j->v, j->other, e);
	return rc == RC_OK ? app_coverage_refresh(j->app, db, e) : rc;
}

static enum rc join_unit(struct db *db, void *arg, struct err *e)
{
	struct joining *j = arg;
	struct arena a AUTO(arena_release);
	struct history x, y;
	struct folded f, g;
	arena_init(&a);
	enum rc rc = may_join(j, db, e);
	if (rc == RC_OK)
		rc = child_lock(j->app, db, j->one, &a, &x, NULL, e);
	if (rc == RC_OK)
		rc = child_lock(j->app, db, j->other, &a, &y, NULL, e);
	if (rc != RC_OK)
		return rc;
	if (x.joined_to == y.person || y.joined_to == x.person)
		return err_set(e, RC_CONFLICT, "These two records are joined already. Look at the child again.");
	if (x.joined_to || y.joined_to || (x.n_parts && y.n_parts))
		return err_set(
		    e, RC_CONFLICT,
		    "One of these records is joined with a third one. Take that apart first, then join these.");
	history_fold(j->app, &x, KNOWN_NOW, &a, &f);
	history_fold(j->app, &y, KNOWN_NOW, &a, &g);
	if (record_is_closed(j->app, &f) || record_is_closed(j->app, &g))
		return err_set(e, RC_REFUSED, "One of these records is closed. It is joined with no other.");
	bool first = comes_first(j->app, &x, &f, &y, &g);
	rc = join_in_unit(j->app, db, j->v, first ? &x : &y, first ? &y : &x, j->why, &a, e);
	j->main = first ? j->one : j->other;
	return rc;
}

static enum rc check(const struct joining *j, struct err *e)
{
	enum rc rc = require_act(j->v, ACT_MATCH, e);
	if (rc == RC_OK && j->one == j->other)
		return err_set(e, RC_BAD_INPUT, "That is one record, not two.");
	if (rc == RC_OK && !j->why.n)
		return err_set(e, RC_BAD_INPUT, "Say why, in a few words.");
	if (rc == RC_OK && j->why.n > EVENT_WHY_MAX)
		return err_set(e, RC_BAD_INPUT, "The reason must have at most %d letters.", EVENT_WHY_MAX);
	return rc;
}

enum rc join_records(struct app *app, const struct viewer *v, int64_t one, int64_t other, struct str why,
		     int64_t *main_out, struct err *e)
{
	struct joining j = { app, v, one, other, 0, str_trim(why) };
	enum rc rc = check(&j, e);
	if (rc == RC_OK)
		rc = store_write(app_store(app), join_unit, &j, e);
	if (rc == RC_OK && main_out)
		*main_out = j.main;
	return rc;
}

/* ---- and apart again ---- */

static enum rc take_back(struct joining *j, struct db *db, struct history *h, const struct event *was, struct arena *a,
			 struct err *e)
{
	int64_t now = app_now_ms(j->app);
	struct event ev = { .id = app_new_id(j->app),
			    .person = was->person,
			    .kind = was->kind,
			    .voids = true,
			    .at = was->at,
			    .minute = MINUTE_NONE,
			    .recorded_ms = was->recorded_ms > now ? was->recorded_ms : now,
			    .written_ms = now,
			    .replaces = was->id,
			    .author = j->v->account,
			    .value = INT64_MIN,
			    .end_day = DAY_NONE,
			    .why = j->why };
	enum rc rc = history_append(j->app, db, h, &ev, 1, a, e);
	return rc == RC_OK ? audit(j->app, db, j->v, was->person, "took apart", STR("records of one child"), j->why, e)
			   : rc;
}

static enum rc undo_unit(struct db *db, void *arg, struct err *e)
{
	struct joining *j = arg;
	struct arena a AUTO(arena_release);
	struct history x, y;
	arena_init(&a);
	enum rc rc = may_join(j, db, e);
	if (rc == RC_OK)
		rc = child_lock(j->app, db, j->one, &a, &x, NULL, e);
	if (rc == RC_OK)
		rc = child_lock(j->app, db, j->other, &a, &y, NULL, e);
	if (rc != RC_OK)
		return rc;
	const struct event *here = joined_by(j->app, &x, y.person), *there = joined_by(j->app, &y, x.person);
	if (!here || !there)
		return err_set(e, RC_CONFLICT,
			       "These two records are not joined, or not any more. Look at the child again.");
	bool first = !x.joined_to;
	rc = take_back(j, db, &x, here, &a, e);
	if (rc == RC_OK)
		rc = take_back(j, db, &y, there, &a, e);
	return rc == RC_OK ? follow(j->app, db, first ? j->one : j->other, first ? j->other : j->one, &a, NULL, e) : rc;
}

enum rc join_undo(struct app *app, const struct viewer *v, int64_t one, int64_t other, struct str why, struct err *e)
{
	struct joining j = { app, v, one, other, 0, str_trim(why) };
	enum rc rc = check(&j, e);
	return rc == RC_OK ? store_write(app_store(app), undo_unit, &j, e) : rc;
}
