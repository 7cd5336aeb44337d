#include "work/record/seal_entry.h"

#include "base/text.h"
#include "work/core/seal.h"
#include "work/core/write.h"
#include "work/record/check.h"
#include "work/record/effect.h"
#include "work/see/head.h"

struct sealing {
	struct app *app;
	const struct viewer *v;
	int64_t person, event;
	bool put;
	struct str why;
	struct arena *a;
	struct seal_page *page;
};

static enum rc not_here(struct err *e)
{
	return err_set(e, RC_NOT_FOUND, "That entry is not here to be sealed. It may have been corrected already.");
}

/* The entry, if this viewer sees it and it can be sealed. */
static const struct event *to_seal(const struct sealing *s, const struct history *seen)
{
	const struct event *ev = standing_event(seen, s->event);
	bool can = ev && ev->kind && app_words_today(s->app)->n_seals > 1 &&
		   app_vocab(s->app)->kinds[ev->kind].sealable && viewer_sees_event(s->app, s->v, seen, ev);
	return can ? ev : NULL;
}

static uint8_t sealed_by(const struct sealing *s, const struct history *seen)
{
	const uint8_t *seals = seals_on(s->app, seen, s->a);
	for (size_t i = 0; seals && i < seen->n; i++)
		if (seen->events[i].id == s->event)
			return seals[i];
	return 0;
}

static struct event said(const struct sealing *s, const struct event *of)
{
	char *id = arena_alloc(s->a, ID_TEXT_MAX);
	const struct vocab *v = app_vocab(s->app);
	int64_t now = app_now_ms(s->app);
	return (struct event){ .id = app_new_id(s->app),
			       .person = of->person,
			       .kind = s->put ? v->puts_seal : v->takes_seal,
			       .at = app_today(s->app),
			       .minute = MINUTE_NONE,
			       .recorded_ms = now,
			       .written_ms = now,
			       .author = s->v->account,
			       .value = INT64_MIN,
			       .end_day = DAY_NONE,
			       .ref = str_of(id_plain(of->id, id)),
			       .why = s->why };
}

/* How the clocks stand for others without the chain of this entry: as if it were taken back. */
static void fill_effect(const struct sealing *s, const struct viewer *as, const struct child_view *cv,
			const struct event *ev)
{
	struct event gone = *ev;
	gone.id = app_new_id(s->app);
	gone.replaces = ev->id;
	gone.voids = true;
	s->page->n_changes = effect_of(s->app, as, cv, &gone, 1, s->a, &s->page->changes);
}

static enum rc see_unit(struct db *db, void *arg, struct err *e)
{
	struct sealing *s = arg;
	struct child_view cv = { 0 };
	struct child_query q = { .person = s->person, .as_of = DAY_NONE, .known_ms = KNOWN_NOW };
	struct viewer as;
	enum rc rc = circle_stand(s->app, db, s->v, s->person, &as, e);
	if (rc == RC_OK)
		rc = child_view_begin(s->app, db, &as, &q, s->a, &cv, e);
	if (rc != RC_OK)
		return rc;
	const struct event *ev = to_seal(s, &cv.h);
	if (ev) {
		uint8_t seal = sealed_by(s, &cv.h);
		*s->page = (struct seal_page){ .event = ev->id,
					       .words = event_words(s->app, ev, s->a),
					       .detail = event_detail(s->app, ev, s->a),
					       .sealed = seal ? app_words_today(s->app)->seals[seal].title : STR("") };
		child_head(s->app, &as, &cv, s->a, &s->page->head);
		if (!seal)
			fill_effect(s, &as, &cv, ev);
	}
	child_view_end(s->app, &cv);
	return ev ? RC_OK : not_here(e);
}

enum rc seal_see(struct app *app, const struct viewer *v, int64_t person, int64_t event, struct arena *a,
		 struct seal_page *out, struct err *e)
{
	struct seal_page page;
	struct sealing s = { .app = app, .v = v, .person = person, .event = event, .a = a, .page = &page };
	enum rc rc = require_act(v, ACT_SEAL, e);
	if (rc == RC_OK)
		rc = store_read(app_store(app), see_unit, &s, e);
	if (rc == RC_OK)
		rc = audit_look(app, v, person, STR("one entry"), STR(""), e);
	if (rc == RC_OK)
		*out = page;
	return rc;
}

static enum rc save_unit(struct db *db, void *arg, struct err *e)
{
	struct sealing *s = arg;
	struct history h, seen;
	enum rc rc = circle_check(s->app, db, s->v, s->person, e);
	if (rc == RC_OK)
		rc = app_coverage_refresh(s->app, db, e);
	if (rc == RC_OK)
		rc = child_lock_main(s->app, db, s->person, s->a, &h, NULL, e);
	if (rc == RC_OK)
		rc = history_for(s->app, db, s->v, &h, s->a, &seen, e);
	if (rc != RC_OK)
		return rc;
	const struct event *ev = to_seal(s, &seen);
	if (!ev)
		return not_here(e);
	if (s->put == (sealed_by(s, &seen) != 0))
		return err_set(e, RC_CONFLICT, "This entry is %s. Look at the record again.",
			       s->put ? "sealed already" : "not sealed any more");
	struct event mark = said(s, ev);
	rc = child_append(s->app, db, &h, &mark, 1, false, s->a, e);
	return rc == RC_OK ? audit_entry(s->app, db, s->v, h.person, s->put ? "sealed" : "took the seal off",
					 app_vocab(s->app)->kinds[ev->kind].title, s->why, mark.id, e)
			   : rc;
}

enum rc seal_save(struct app *app, const struct viewer *v, int64_t person, int64_t event, bool put, struct str why,
		  struct err *e)
{
	struct arena a AUTO(arena_release);
	arena_init(&a);
	struct sealing s = {
		.app = app, .v = v, .person = person, .event = event, .put = put, .why = str_trim(why), .a = &a
	};
	enum rc rc = require_act(v, ACT_SEAL, e);
	if (rc == RC_OK && !s.why.n)
		return err_set(e, RC_BAD_INPUT, "Say why, in a few words.");
	if (rc == RC_OK && s.why.n > EVENT_WHY_MAX)
		return err_set(e, RC_BAD_INPUT, "The reason must have at most %d letters.", EVENT_WHY_MAX);
	return rc == RC_OK ? store_write(app_store(app), save_unit, &s, e) : rc;
}
