#include "work/record/statement.h"

#include "base/text.h"
#include "codec/json.h"
#include "work/core/shared.h"
#include "work/core/write.h"
#include "work/record/check.h"
#include "work/see/head.h"

struct stating {
	struct app *app;
	const struct viewer *v;
	int64_t person;
	struct str clock_id, words;
};

/* Which clock, exactly, and the kind of statement that is for it. */
static enum rc find_clock(const struct stating *s, struct db *db, struct arena *a, struct str *ref_out,
			  const struct kind **kind_out, struct err *e)
{
	const struct vocab *voc = app_vocab(s->app);
	struct child_query q = { .person = s->person, .as_of = DAY_NONE, .known_ms = KNOWN_NOW };
	struct child_view cv = { 0 };
	struct viewer as;
	enum rc rc = shared_towards(db, s->v, s->person, &as, e);
	if (rc == RC_OK)
		rc = child_view_begin(s->app, db, NULL, &q, a, &cv, e);
	if (rc != RC_OK)
		return rc;
	child_view_for(s->app, &as, a, &cv);
	size_t at = clock_named(s->app, &cv, s->clock_id);
	if (at == SIZE_MAX) {
		child_view_end(s->app, &cv);
		return err_set(e, RC_NOT_FOUND, "This child has no clock \"" STR_FMT "\".", STR_ARG(s->clock_id));
	}
	bool sensitive = clock_is_sensitive(s->app, &cv.f, &cv.clocks[at]);
	*ref_out = clock_kept_name(s->app, &cv, at, a);
	*kind_out = &voc->kinds[vocab_kind(voc, sensitive ? STR("help-days-disputed") : STR("days-disputed"))];
	child_view_end(s->app, &cv);
	return RC_OK;
}

static enum rc state_unit(struct db *db, void *arg, struct err *e)
{
	struct stating *s = arg;
	struct arena a AUTO(arena_release);
	struct buf body AUTO(buf_release);
	struct history h;
	struct str ref;
	const struct kind *k = NULL;
	arena_init(&a);
	buf_init(&body, EVENT_BODY_MAX);
	enum rc rc = circle_check(s->app, db, s->v, s->person, e);
	if (rc == RC_OK)
		rc = app_coverage_refresh(s->app, db, e);
	if (rc == RC_OK)
		rc = child_lock_main(s->app, db, s->person, &a, &h, NULL, e);
	if (rc == RC_OK)
		rc = find_clock(s, db, &a, &ref, &k, e);
	if (rc == RC_OK && !may_record_kind(s->v, k))
		rc = err_set(e, RC_REFUSED, "Your role does not record this.");
	if (rc == RC_OK)
		rc = json_set_member((struct str){ NULL, 0 }, "note", s->words, &body, e);
	if (rc != RC_OK)
		return rc;
	int64_t now = app_now_ms(s->app);
	struct event ev = { .id = app_new_id(s->app),
			    .person = s->person,
			    .kind = vocab_kind(app_vocab(s->app), k->id),
			    .at = app_today(s->app),
			    .minute = MINUTE_NONE,
			    .recorded_ms = now,
			    .written_ms = now,
			    .org = s->v->org,
			    .author = s->v->account,
			    .value = INT64_MIN,
			    .end_day = DAY_NONE,
			    .ref = ref,
			    .body = buf_view(&body) };
	rc = child_append(s->app, db, &h, &ev, 1, false, &a, e);
	return rc == RC_OK
		   ? audit_entry(s->app, db, s->v, s->person, "recorded", k->title, STR("ordinary work"), ev.id, e)
		   : rc;
}

enum rc statement_save(struct app *app, const struct viewer *v, int64_t person, struct str clock_id, struct str words,
		       struct err *e)
{
	struct stating s = { app, v, person, clock_id, str_trim(words) };
	if (!s.words.n)
		return err_set(e, RC_BAD_INPUT, "Write what you want to say about these days.");
	if (s.words.n > STATEMENT_MAX)
		return err_set(e, RC_BAD_INPUT, "The statement must have at most %d letters.", STATEMENT_MAX);
	enum rc rc = require_act(v, ACT_RECORD, e);
	return rc == RC_OK ? store_write(app_store(app), state_unit, &s, e) : rc;
}
