#include "work/record/record.h"

#include "base/text.h"
#include "codec/json.h"
#include "work/core/seal.h"
#include "work/core/write.h"
#include "work/record/check.h"
#include "work/record/effect.h"
#include "work/see/head.h"

/* ---- what may be recorded ---- */

static bool role_records(const struct kind *k, enum role r)
{
	for (struct str rest = k->authors, word; rest.n;) {
		word = str_cut(rest, ' ', &rest);
		if (str_is(word, role_id(r)))
			return true;
	}
	return r == ROLE_OPERATOR && k->typed;
}

bool may_record_kind(const struct viewer *v, const struct kind *k)
{
	return k->typed && viewer_may(v, ACT_RECORD) && role_records(k, v->role) &&
	       (!k->sensitive || role_sees_sensitive(v->role));
}

size_t record_kinds(struct app *app, const struct viewer *v, struct arena *a, const struct kind ***out)
{
	const struct vocab *voc = app_vocab(app);
	const struct kind **list = arena_array(a, voc->n_kinds, sizeof *list);
	size_t n = 0;
	for (size_t i = 1; i < voc->n_kinds; i++)
		if (may_record_kind(v, &voc->kinds[i]) && !voc->kinds[i].on_clock && !voc->kinds[i].own_form)
			list[n++] = &voc->kinds[i];
	*out = list;
	return n;
}

/* ---- references to choose from ---- */

struct refs {
	struct app *app;
	const struct viewer *v;
	int64_t person;
	const struct kind *kind;
	struct arena *a;
	struct ref_choice *out;
	size_t n;
};

static enum rc refs_unit(struct db *db, void *arg, struct err *e)
{
	struct refs *r = arg;
	struct history h;
	struct folded f;
	enum rc rc = circle_check(r->app, db, r->v, r->person, e);
	if (rc == RC_OK)
		rc = app_coverage_refresh(r->app, db, e);
	if (rc == RC_OK)
		rc = history_read_whole(r->app, db, r->person, KNOWN_NOW, r->a, &h, e);
	if (rc == RC_OK)
		rc = history_for(r->app, db, r->v, &h, r->a, &h, e);
	if (rc != RC_OK)
		return rc;
	history_fold(r->app, &h, KNOWN_NOW, r->a, &f);
	const struct vocab *voc = app_vocab(r->app);
	r->out = arena_array(r->a, f.child.n, sizeof *r->out);
	r->n = 0;
	for (size_t i = f.child.n; i-- > 0;) { /* the latest first */
		const struct fact *t = &f.child.facts[i];
		if (!t->key || t->kind != r->kind->ends)
			continue;
		char day[DAY_TEXT_MAX];
		bool there = false, ahead = voc->kinds[t->kind].has_end && t->value > 0;
		for (size_t j = 0; j < r->n && !there; j++)
			there = str_eq(r->out[j].ref, f.refs[t->key]);
		if (!there)
			r->out[r->n++] =
			    (struct ref_choice){ f.refs[t->key],
						 arena_printf(r->a, STR_FMT " %s%s (" STR_FMT ")",
							      STR_ARG(voc->kinds[t->kind].title), ahead ? "for " : "",
							      day_short(ahead ? t->value : t->day, day),
							      STR_ARG(f.refs[t->key])) };
	}
	return RC_OK;
}

enum rc record_refs(struct app *app, const struct viewer *v, int64_t person, struct str kind, struct arena *a,
		    const struct ref_choice **out, size_t *n_out, struct err *e)
{
	uint16_t k = vocab_kind(app_vocab(app), kind);
	if (!k)
		return err_set(e, RC_NOT_FOUND, "There is no such kind of event.");
	struct refs r = { .app = app, .v = v, .person = person, .kind = &app_vocab(app)->kinds[k], .a = a };
	enum rc rc = require_act(v, ACT_RECORD, e);
	if (rc == RC_OK && !may_record_kind(v, r.kind))
		return err_set(e, RC_REFUSED, "Your role does not record this.");
	if (rc == RC_OK)
		rc = store_read(app_store(app), refs_unit, &r, e);
	if (rc != RC_OK)
		return rc;
	*out = r.out;
	*n_out = r.n;
	return RC_OK;
}

/* ---- an event as it stands, to be corrected ---- */

struct drafting {
	struct app *app;
	const struct viewer *v;
	int64_t person, event;
	struct arena *a;
	struct draft *out;
};

const struct event *standing_event(const struct history *h, int64_t id)
{
	const struct event *found = NULL;
	for (size_t i = 0; i < h->n; i++) {
		if (h->events[i].id == id)
			found = &h->events[i];
		if (h->events[i].replaces == id)
			return NULL;
	}
	return found && !found->voids ? found : NULL;
}

static enum rc draft_unit(struct db *db, void *arg, struct err *e)
{
	struct drafting *d = arg;
	struct child_view cv = { 0 };
	struct child_query q = { .person = d->person, .as_of = DAY_NONE, .known_ms = KNOWN_NOW };
	struct viewer as;
	enum rc rc = circle_stand(d->app, db, d->v, d->person, &as, e);
	if (rc == RC_OK)
		rc = child_view_begin(d->app, db, &as, &q, d->a, &cv, e);
	if (rc != RC_OK)
		return rc;
	const struct event *ev = standing_event(&cv.h, d->event);
	const struct kind *k = ev ? &app_vocab(d->app)->kinds[ev->kind] : NULL;
	child_view_end(d->app, &cv);
	if (!ev || !may_record_kind(&as, k) || !viewer_sees_event(d->app, &as, &cv.h, ev))
		return err_set(e, RC_NOT_FOUND,
			       "That entry is not here to be changed. It may have been corrected already.");
	char *at = arena_alloc(d->a, DAY_TEXT_MAX), *end = arena_alloc(d->a, DAY_TEXT_MAX);
	const struct organisation *org = app_organisation(d->app, ev->org);
	struct str note;
	static const char *const members[] = { "note" };
	if ((rc = json_members(ev->body, members, 1, d->a, &note, e)) != RC_OK)
		return rc;
	*d->out = (struct draft){ .change = CHANGE_CORRECT,
				  .person = d->person,
				  .version = cv.version,
				  .event = d->event,
				  .kind = k->id,
				  .at = str_of(day_iso(ev->at, at)),
				  .minute = ev->minute == MINUTE_NONE
						? STR("")
						: arena_printf(d->a, "%02d:%02d", ev->minute / 60, ev->minute % 60),
				  .code = ev->code,
				  .code2 = ev->code2,
				  .value = ev->value == INT64_MIN ? STR("") : arena_printf(d->a, "%" PRId64, ev->value),
				  .end = ev->end_day == DAY_NONE ? STR("") : str_of(day_iso(ev->end_day, end)),
				  .ref = ev->ref,
				  .org = org ? org->code : STR(""),
				  .note = note.p ? note : STR("") };
	return RC_OK;
}

enum rc record_draft_of(struct app *app, const struct viewer *v, int64_t person, int64_t event, struct arena *a,
			struct draft *out, struct err *e)
{
	struct drafting d = { app, v, person, event, a, out };
	enum rc rc = require_act(v, ACT_RECORD, e);
	return rc == RC_OK ? store_read(app_store(app), draft_unit, &d, e) : rc;
}

/* ---- preview and save ---- */

struct recording {
	struct app *app;
	const struct viewer *v;
	const struct draft *d;
	struct arena *a;
	struct preview *preview;
	struct event event;
	int64_t saved;
};

static struct str what_will_be_written(struct app *app, const struct draft *d, const struct event *ev, struct arena *a)
{
	char day[DAY_TEXT_MAX];
	struct str words = event_words(app, ev, a);
	if (d->change == CHANGE_VOID)
		return arena_printf(a, "Entered in error: " STR_FMT, STR_ARG(words));
	return arena_printf(a, "%s" STR_FMT ", %s", d->change == CHANGE_CORRECT ? "Correction: " : "", STR_ARG(words),
			    day_long(ev->at, day));
}

/* What was answered beside it: it is read before it is saved. A number that is made when it is saved is none yet. */
static struct str what_was_answered(struct app *app, const struct draft *d, struct event ev, struct arena *a)
{
	if (d->change == CHANGE_RECORD && !str_trim(d->ref).n)
		ev.ref = STR("");
	return event_detail(app, &ev, a);
}

static enum rc preview_unit(struct db *db, void *arg, struct err *e)
{
	struct recording *r = arg;
	struct child_view cv = { 0 };
	struct child_query q = { .person = r->d->person, .as_of = DAY_NONE, .known_ms = KNOWN_NOW };
	struct viewer as;
	enum rc rc = circle_stand(r->app, db, r->v, r->d->person, &as, e);
	if (rc == RC_OK)
		rc = child_view_begin(r->app, db, &as, &q, r->a, &cv, e);
	if (rc != RC_OK)
		return rc;
	struct preview *p = r->preview;
	*p = (struct preview){ .version = cv.version };
	child_head(r->app, &as, &cv, r->a, &p->head);
	rc = draft_check(r->app, &as, r->d, &cv.h, r->a, &r->event, &p->problems, &p->n_problems, e);
	if (rc == RC_OK && !p->n_problems) {
		r->event.id = app_new_id(r->app);
		p->n_changes = effect_of(r->app, &as, &cv, &r->event, 1, r->a, &p->changes);
		const struct event *standing = r->d->change == CHANGE_VOID ? standing_event(&cv.h, r->d->event) : NULL;
		p->words = what_will_be_written(r->app, r->d, standing ? standing : &r->event, r->a);
		p->detail = what_was_answered(r->app, r->d, standing ? *standing : r->event, r->a);
	}
	child_view_end(r->app, &cv);
	return rc;
}

enum rc record_preview(struct app *app, const struct viewer *v, const struct draft *d, struct arena *a,
		       struct preview *out, struct err *e)
{
	struct preview made;
	struct recording r = { .app = app, .v = v, .d = d, .a = a, .preview = &made };
	enum rc rc = require_act(v, ACT_RECORD, e);
	if (rc == RC_OK)
		rc = store_read(app_store(app), preview_unit, &r, e);
	if (rc == RC_OK)
		*out = made;
	return rc;
}

/* The same number; or both were made here, for a form that gave none (check.c): each save makes another. */
static bool same_ref(struct str was, struct str is, struct str typed)
{
	return str_eq(was, is) || (!typed.n && is.n && str_starts(was, "L-"));
}

/* The same entry by the same person moments ago: a button that was pressed again because
 * the first answer was lost on its way. NULL: there is none. */
static const struct event *said_already(const struct history *h, const struct event *ev, struct str typed)
{
	enum { AGAIN_MS = 10 * 60000 };
	for (size_t i = h->n; i-- > 0;) {
		const struct event *x = &h->events[i];
		if (x->person == ev->person && x->author == ev->author && !x->source && !x->replaces && !x->voids &&
		    x->kind == ev->kind && x->at == ev->at && x->minute == ev->minute && x->value == ev->value &&
		    x->end_day == ev->end_day && x->org == ev->org && str_eq(x->code, ev->code) &&
		    str_eq(x->code2, ev->code2) && same_ref(x->ref, ev->ref, typed) && str_eq(x->body, ev->body) &&
		    ev->recorded_ms - x->recorded_ms < AGAIN_MS && standing_event(h, x->id) == x)
			return x;
	}
	return NULL;
}

/* A form older than the record: saved already, or refused because somebody wrote in between. */
static enum rc save_late(struct recording *r, const struct history *h, struct err *e)
{
	const struct draft_problem *problems;
	size_t n = 0;
	const struct event *same = NULL;
	if (r->d->change == CHANGE_RECORD &&
	    draft_check(r->app, r->v, r->d, h, r->a, &r->event, &problems, &n, NULL) == RC_OK && !n)
		same = said_already(h, &r->event, r->d->ref);
	if (!same)
		return err_set(e, RC_CONFLICT,
			       "Somebody else has changed this child's record meanwhile. Look at it again, then save.");
	r->saved = same->id;
	return RC_OK;
}

static enum rc save_unit(struct db *db, void *arg, struct err *e)
{
	struct recording *r = arg;
	struct history h, seen;
	enum rc rc = circle_check(r->app, db, r->v, r->d->person, e);
	if (rc == RC_OK)
		rc = app_coverage_refresh(r->app, db, e);
	if (rc == RC_OK)
		rc = child_lock_main(r->app, db, r->d->person, r->a, &h, NULL, e);
	if (rc == RC_OK)
		rc = history_for(r->app, db, r->v, &h, r->a, &seen, e);
	if (rc != RC_OK)
		return rc;
	if (history_token(r->app, r->v, &seen) != r->d->version)
		return save_late(r, &seen, e);
	const struct draft_problem *problems;
	size_t n;
	rc = draft_check(r->app, r->v, r->d, &seen, r->a, &r->event, &problems, &n, e);
	if (rc == RC_OK && n)
		return err_set(e, RC_BAD_INPUT, STR_FMT, STR_ARG(problems[0].text));
	if (rc != RC_OK)
		return rc;
	r->event.id = r->saved = app_new_id(r->app);
	static const char *const acts[] = {
		[CHANGE_RECORD] = "recorded", [CHANGE_CORRECT] = "corrected", [CHANGE_VOID] = "took back"
	};
	rc = child_append(r->app, db, &h, &r->event, 1, false, r->a, e);
	return rc == RC_OK ? audit_entry(r->app, db, r->v, h.person, acts[r->d->change],
					 app_vocab(r->app)->kinds[r->event.kind].title, r->event.why, r->saved, e)
			   : rc;
}

enum rc record_save(struct app *app, const struct viewer *v, const struct draft *d, struct arena *a, int64_t *event_out,
		    struct err *e)
{
	struct recording r = { .app = app, .v = v, .d = d, .a = a };
	enum rc rc = require_act(v, ACT_RECORD, e);
	if (rc == RC_OK)
		rc = store_write(app_store(app), save_unit, &r, e);
	if (rc == RC_OK && event_out)
		*event_out = r.saved;
	return rc;
}
