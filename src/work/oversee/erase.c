#include "work/oversee/erase.h"

#include "base/text.h"
#include "work/core/joined.h"
#include "work/core/seal.h"
#include "work/core/write.h"
#include "work/oversee/keeper.h"
#include "work/oversee/erase_unit.h"
#include "work/see/head.h"

enum { WHY_MAX = 500 };

struct erasing {
	struct app *app;
	const struct viewer *v;
	int64_t id, person, event;
	struct str ground, why;
	bool approve;
	struct retention r;
	struct arena *a;
	struct erase_about *about;
	struct erasure *list;
	size_t n;
};

static enum rc no_such(struct err *e)
{
	return err_set(e, RC_NOT_FOUND, "There is no such erasure.");
}

static struct str record_of(struct app *app, int64_t council, struct str ref, struct arena *a)
{
	const struct organisation *o = council == SQL_NULL ? NULL : app_organisation(app, council);
	return o && ref.p ? arena_printf(a, STR_FMT "/" STR_FMT, STR_ARG(o->code), STR_ARG(ref)) : STR("");
}

/* ---- what is asked for ---- */

/* In the circle, or of those who decide for who keeps it: a record that is long over is in nobody's circle. */
static enum rc may_see(const struct erasing *k, struct db *db, bool *opens, struct err *e)
{
	enum rc rc = circle_check(k->app, db, k->v, k->person, e);
	*opens = rc == RC_OK;
	return rc == RC_NOT_FOUND && !k->event && viewer_may(k->v, ACT_ERASE)
		   ? keeper_check(k->app, db, k->v, k->person, e)
		   : rc;
}

static bool joins(const struct erasing *k, const struct event *ev)
{
	const struct vocab *v = app_vocab(k->app);
	return ev->kind == vocab_kind(v, STR("record-joined")) || ev->kind == vocab_kind(v, STR("record-joined-to"));
}

/* The entry, if this viewer sees it. That two records are one child is taken apart, not erased. */
static const struct event *entry_of(const struct erasing *k, const struct history *seen)
{
	for (size_t i = 0; i < seen->n; i++) {
		const struct event *ev = &seen->events[i];
		if (ev->id == k->event)
			return viewer_sees_event(k->app, k->v, seen, ev) && !joins(k, ev) ? ev : NULL;
	}
	return NULL;
}

static enum rc about_unit(struct db *db, void *arg, struct err *e)
{
	struct erasing *k = arg;
	struct history whole, seen;
	struct sql_person_main_out main;
	struct sql_person_get_out p;
	bool opens;
	enum rc rc = may_see(k, db, &opens, e);
	if (rc == RC_OK)
		rc = sql_person_main(db, &(struct sql_person_main_in){ k->person }, k->a, &main, e);
	if (rc == RC_OK)
		rc = sql_person_get(db, &(struct sql_person_get_in){ main.main }, k->a, &p, e);
	if (rc == RC_OK)
		rc = app_coverage_refresh(k->app, db, e);
	if (rc == RC_OK)
		rc = history_read_whole(k->app, db, main.main, KNOWN_NOW, k->a, &whole, e);
	if (rc == RC_OK)
		rc = history_for(k->app, db, k->v, &whole, k->a, &seen, e);
	if (rc != RC_OK)
		return rc;
	const struct event *ev = k->event ? entry_of(k, &seen) : NULL;
	if (k->event && !ev)
		return err_set(e, RC_NOT_FOUND, "That entry is not here to be erased.");
	*k->about = (struct erase_about){ .person = main.main,
					  .event = k->event,
					  .record = record_of(k->app, p.council, p.ref, k->a),
					  .given = p.given,
					  .family = p.family,
					  .words = ev ? event_words(k->app, ev, k->a) : STR(""),
					  .entries = (int64_t)seen.n,
					  .opens = opens };
	return hold_words(k->app, db, main.main, k->a, &k->about->hold, e);
}

enum rc erase_about_see(struct app *app, const struct viewer *v, int64_t person, int64_t event, struct arena *a,
			struct erase_about *out, struct err *e)
{
	struct erase_about about;
	struct erasing k = { .app = app, .v = v, .person = person, .event = event, .a = a, .about = &about };
	enum rc rc = require_act(v, ACT_ASK_ERASURE, e);
	if (rc == RC_OK)
		rc = store_read(app_store(app), about_unit, &k, e);
	if (rc == RC_OK)
		rc = audit_look(app, v, person, event ? STR("one entry") : STR("what is in the record"), STR(""), e);
	if (rc == RC_OK)
		*out = about;
	return rc;
}

/* ---- asking ---- */

static enum rc held(const struct str *hold, struct err *e)
{
	return hold->n ? err_set(e, RC_CONFLICT, "This record is held, and nothing of it is erased. " STR_FMT,
				 STR_ARG(*hold))
		       : RC_OK;
}

static enum rc ask_unit(struct db *db, void *arg, struct err *e)
{
	struct erasing *k = arg;
	struct sql_erasure_asked_out before;
	struct sql_person_lock_out lock;
	enum rc rc = about_unit(db, k, e);
	if (rc == RC_OK) /* of two who ask at once the second is told */
		rc = sql_person_lock(db, &(struct sql_person_lock_in){ k->about->person }, k->a, &lock, e);
	if (rc == RC_OK)
		rc = held(&k->about->hold, e);
	if (rc != RC_OK)
		return rc;
	rc = sql_erasure_asked(db, &(struct sql_erasure_asked_in){ k->about->person, k->event }, k->a, &before, e);
	if (rc == RC_OK)
		return err_set(e, RC_CONFLICT, "Somebody has asked for this already; it waits for a decision.");
	if (rc != RC_NOT_FOUND)
		return rc;
	k->id = app_new_id(k->app);
	struct sql_erasure_insert_in in = { k->id,  k->about->person, k->event,	 k->ground,
					    k->why, k->v->account,    k->v->org, app_now_ms(k->app) };
	rc = sql_erasure_insert(db, &in, NULL, e);
	return rc == RC_OK ? audit_entry(k->app, db, k->v, k->about->person, "asked to erase",
					 k->event ? STR("an entry") : STR("the whole record"), k->why, k->event, e)
			   : rc;
}

static enum rc why_check(struct str why, const char *words, struct err *e)
{
	if (!why.n)
		return err_set(e, RC_BAD_INPUT, "%s", words);
	if (why.n > WHY_MAX)
		return err_set(e, RC_BAD_INPUT, "This must have at most %d letters.", WHY_MAX);
	return RC_OK;
}

static enum rc ground_check(const struct erasing *k, struct err *e)
{
	const struct retention_word *w = retention_word(k->r.grounds, k->r.n_grounds, k->ground);
	if (!w)
		return err_set(e, RC_BAD_INPUT, "Choose the ground of the law on which it is erased.");
	return w->whole && k->event
		   ? err_set(e, RC_BAD_INPUT, "This ground is for a whole record: an entry goes when its record goes.")
		   : RC_OK;
}

enum rc erase_ask(struct app *app, const struct viewer *v, const struct erase_ask *ask, int64_t *id_out,
		  const char **field_out, struct err *e)
{
	struct arena a AUTO(arena_release);
	struct erase_about about;
	arena_init(&a);
	struct erasing k = { .app = app,
			     .v = v,
			     .person = ask->person,
			     .event = ask->event,
			     .ground = ask->ground,
			     .why = str_trim(ask->why),
			     .a = &a,
			     .about = &about };
	*field_out = "ground";
	enum rc rc = require_act(v, ACT_ASK_ERASURE, e);
	if (rc == RC_OK)
		rc = retention_read(app, &a, &k.r, e);
	if (rc == RC_OK)
		rc = ground_check(&k, e);
	if (rc == RC_OK) {
		*field_out = "why";
		rc = why_check(k.why, "Name the request or the decision, such as its number. No content of the entry.",
			       e);
	}
	if (rc == RC_OK)
		rc = store_write(app_store(app), ask_unit, &k, e);
	if (rc == RC_OK)
		*id_out = k.id;
	return rc;
}

/* ---- the list ---- */

static enum erasure_state state_of(struct str s)
{
	return str_is(s, "done") ? ERASURE_DONE : str_is(s, "refused") ? ERASURE_REFUSED : ERASURE_ASKED;
}

static struct str who(const struct erasing *k, struct str name, int64_t account, bool there)
{
	return !there	 ? STR("")
	       : name.p	 ? arena_str(k->a, name)
	       : account ? STR("Somebody")
			 : STR("Operator of this machine");
}

static struct str org_name(const struct erasing *k, int64_t org)
{
	const struct organisation *o = app_organisation(k->app, org);
	return o ? o->name : STR("");
}

static struct str ground_words(const struct erasing *k, struct str ground)
{
	const struct retention_word *w = retention_word(k->r.grounds, k->r.n_grounds, ground);
	return w ? w->title : arena_str(k->a, ground);
}

static enum rc list_unit(struct db *db, void *arg, struct err *e)
{
	struct erasing *k = arg;
	struct sql_rows *rows;
	struct sql_erasure_list_out r;
	k->list = arena_array(k->a, ERASURES_SHOWN, sizeof *k->list);
	k->n = 0;
	enum rc rc = sql_erasure_list(db, &(struct sql_erasure_list_in){ k->v->org, ERASURES_SHOWN }, &rows, e);
	if (rc != RC_OK)
		return rc;
	while ((rc = sql_erasure_list_next(rows, &r, e)) == RC_OK && k->n < ERASURES_SHOWN)
		k->list[k->n++] =
		    (struct erasure){ .id = r.id,
				      .person = r.person,
				      .event = r.event,
				      .asked_ms = r.asked_ms,
				      .decided_ms = r.decided_ms == SQL_NULL ? 0 : r.decided_ms,
				      .entries = r.entries,
				      .state = state_of(r.state),
				      .record = record_of(k->app, r.council, r.ref, k->a),
				      .ground = ground_words(k, r.ground),
				      .why = arena_str(k->a, r.why),
				      .asked_by = who(k, r.asked_name, r.asked_org, true),
				      .asked_org = org_name(k, r.asked_org),
				      .decided_by = who(k, r.decided_name, r.decided_org, r.decided_ms != SQL_NULL),
				      .decided_org = org_name(k, r.decided_org) };
	db_done(rows);
	return rc == RC_NOT_FOUND ? RC_OK : rc;
}

enum rc erasure_list(struct app *app, const struct viewer *v, struct arena *a, const struct erasure **out,
		     size_t *n_out, struct err *e)
{
	struct erasing k = { .app = app, .v = v, .a = a };
	enum rc rc = require_act(v, ACT_ERASE, e);
	if (rc == RC_OK)
		rc = retention_read(app, a, &k.r, e);
	if (rc == RC_OK)
		rc = store_read(app_store(app), list_unit, &k, e);
	if (rc != RC_OK)
		return rc;
	*out = k.list;
	*n_out = k.n;
	return RC_OK;
}

/* One, if the viewer's organisation asked, decided or keeps the record; else as if it were not there, and so of a
 * record that an adoption has closed, but for the operator. */
static enum rc read_one(struct erasing *k, struct db *db, struct sql_erasure_get_out *r, struct err *e)
{
	struct err none = { 0 };
	struct sql_person_closed_out c = { .closed = SQL_NULL };
	enum rc rc = sql_erasure_get(db, &(struct sql_erasure_get_in){ k->id }, k->a, r, e);
	if (rc == RC_NOT_FOUND)
		return no_such(e);
	if (rc == RC_OK && r->ref.p) /* it is there still */
		rc = sql_person_closed(db, &(struct sql_person_closed_in){ r->person }, k->a, &c, e);
	if (rc != RC_OK)
		return rc;
	bool open = c.closed == SQL_NULL;
	bool theirs = k->v->role == ROLE_OPERATOR ||
		      (k->v->org && open && (k->v->org == r->asked_org || k->v->org == r->decided_org));
	if (!theirs && r->ref.p)
		theirs = keeper_check(k->app, db, k->v, r->person, &none) == RC_OK;
	return theirs ? RC_OK : no_such(e);
}

static enum rc one_unit(struct db *db, void *arg, struct err *e)
{
	struct erasing *k = arg;
	struct sql_erasure_get_out r;
	struct err none = { 0 };
	enum rc rc = read_one(k, db, &r, e);
	if (rc != RC_OK)
		return rc;
	bool keeps = r.ref.p && keeper_check(k->app, db, k->v, r.person, &none) == RC_OK;
	*k->list = (struct erasure){ .id = k->id,
				     .person = r.person,
				     .event = r.event,
				     .asked_ms = r.asked_ms,
				     .decided_ms = r.decided_ms == SQL_NULL ? 0 : r.decided_ms,
				     .again_ms = r.again_ms == SQL_NULL ? 0 : r.again_ms,
				     .lifted_ms = r.lifted_ms == SQL_NULL ? 0 : r.lifted_ms,
				     .entries = r.entries,
				     .state = state_of(r.state),
				     .record = record_of(k->app, r.council, r.ref, k->a),
				     .ground = ground_words(k, r.ground),
				     .why = r.why,
				     .asked_by = who(k, r.asked_name, r.asked_org, true),
				     .asked_org = org_name(k, r.asked_org),
				     .decided_by = who(k, r.decided_name, r.decided_org, r.decided_ms != SQL_NULL),
				     .decided_org = org_name(k, r.decided_org),
				     .decided_why = r.decided_why,
				     .own = r.asked_by == k->v->account };
	k->list->may_decide = k->list->state == ERASURE_ASKED && keeps && !k->list->own;
	return RC_OK;
}

enum rc erasure_see(struct app *app, const struct viewer *v, int64_t id, struct arena *a, struct erasure *out,
		    struct err *e)
{
	struct erasure one;
	struct erasing k = { .app = app, .v = v, .id = id, .a = a, .list = &one };
	enum rc rc = require_act(v, ACT_ERASE, e);
	if (rc == RC_OK)
		rc = retention_read(app, a, &k.r, e);
	if (rc == RC_OK)
		rc = store_read(app_store(app), one_unit, &k, e);
	if (rc == RC_OK)
		*out = one;
	return rc;
}

/* ---- deciding ---- */

static enum rc write_decision(struct erasing *k, struct db *db, int64_t entries, struct err *e)
{
	struct sql_erasure_decide_out out;
	struct sql_erasure_decide_in in = { .id = k->id,
					    .state = k->approve ? STR("done") : STR("refused"),
					    .decided_by = k->v->account,
					    .decided_org = k->v->org,
					    .decided_ms = app_now_ms(k->app),
					    .decided_why = k->why,
					    .entries = entries };
	enum rc rc = sql_erasure_decide(db, &in, k->a, &out, e);
	return rc == RC_NOT_FOUND ? err_set(e, RC_CONFLICT, "This has been decided already.") : rc;
}

/* The last thing in the unit: the list is written, and then the transaction commits. */
static enum rc carry_out(struct erasing *k, struct db *db, const struct sql_erasure_get_out *r, struct err *e)
{
	char salt[ERASED_SALT_MAX], id[ID_TEXT_MAX];
	struct erased x = { .id = k->id,
			    .person = r->person,
			    .event = r->event,
			    .ground = r->ground,
			    .why = r->why,
			    .asked_by = r->asked_by,
			    .asked_org = r->asked_org,
			    .asked_ms = r->asked_ms,
			    .decided_by = k->v->account,
			    .decided_org = k->v->org,
			    .decided_ms = app_now_ms(k->app) };
	enum rc rc = write_decision(k, db, 0, e);
	if (rc == RC_OK)
		rc = erase_now(k->app, db, &x, k->a, e);
	if (rc == RC_OK) {
		struct sql_erasure_again_in done = { x.id,	   x.person,	x.event,    x.ground,	  x.why,
						     x.asked_by,   x.asked_org, x.asked_ms, x.decided_by, x.decided_org,
						     x.decided_ms, x.entries,	SQL_NULL };
		rc = sql_erasure_again(db, &done, NULL, e);
	}
	struct str said =
	    arena_printf(k->a, "%s, see erasure %s", x.event ? "an entry" : "the whole record", id_text(k->id, id));
	if (rc == RC_OK)
		rc = audit_entry(k->app, db, k->v, r->person, "erased", said, ground_words(k, r->ground),
				 x.sealed ? x.event : 0, e);
	if (rc == RC_OK)
		rc = erased_salt(db, true, salt, e);
	return rc == RC_OK ? erased_note(k->app, salt, &x, e) : rc;
}

/* What is erased is what was asked for, and all of it is kept by who decides. */
static enum rc as_asked(struct erasing *k, struct db *db, const struct sql_erasure_get_out *r, struct err *e)
{
	struct history h;
	enum rc rc = app_coverage_refresh(k->app, db, e);
	if (rc == RC_OK)
		rc = history_read_whole(k->app, db, r->person, KNOWN_NOW, k->a, &h, e);
	bool since = rc == RC_OK && !r->event && h.joined_to;
	for (size_t i = 0; rc == RC_OK && !r->event && i < h.n_parts; i++) {
		const struct event *joined = joined_by(k->app, &h, h.parts[i].person);
		since = since || !joined || joined->id > k->id;
		if (keeper_check(k->app, db, k->v, h.parts[i].person, e) == RC_NOT_FOUND)
			rc = err_set(e, RC_REFUSED,
				     "Another organisation keeps a record that is joined to this one. Take them apart "
				     "first, or let whoever looks after this machine decide.");
	}
	for (size_t i = 0; rc == RC_OK && r->event && i < h.n; i++)
		if (h.events[i].id == r->event && keeper_check(k->app, db, k->v, h.events[i].person, e) == RC_NOT_FOUND)
			rc = err_set(e, RC_REFUSED,
				     "The entry stands in a record that another organisation keeps. Whoever looks "
				     "after this machine decides.");
	return rc == RC_OK && since
		   ? err_set(
			 e, RC_CONFLICT,
			 "This record was joined with another one since this was asked for. Refuse it, and ask again "
			 "for the child as it stands now.")
		   : rc;
}

static enum rc decide_unit(struct db *db, void *arg, struct err *e)
{
	struct erasing *k = arg;
	struct sql_erasure_get_out r;
	struct str hold;
	struct sql_person_lock_out lock;
	arena_reset(k->a);
	enum rc rc = retention_read(k->app, k->a, &k->r, e);
	if (rc == RC_OK)
		rc = read_one(k, db, &r, e);
	if (rc == RC_OK && !str_is(r.state, "asked"))
		rc = err_set(e, RC_CONFLICT, "This has been decided already.");
	if (rc == RC_OK && r.asked_by == k->v->account)
		rc = err_set(e, RC_REFUSED, "You asked for this yourself. Somebody else has to decide.");
	if (rc == RC_OK && keeper_check(k->app, db, k->v, r.person, e) != RC_OK)
		rc = err_set(e, RC_REFUSED, "The organisation that keeps the record decides about this.");
	if (rc == RC_OK)
		rc = sql_person_lock(db, &(struct sql_person_lock_in){ r.person }, k->a, &lock, e);
	if (rc == RC_OK && k->approve)
		rc = hold_words(k->app, db, r.person, k->a, &hold, e);
	if (rc == RC_OK && k->approve)
		rc = held(&hold, e);
	if (rc == RC_OK && k->approve)
		rc = as_asked(k, db, &r, e);
	if (rc != RC_OK)
		return rc;
	if (k->approve)
		return carry_out(k, db, &r, e);
	rc = write_decision(k, db, 0, e);
	return rc == RC_OK ? audit_entry(k->app, db, k->v, r.person, "refused to erase",
					 r.event ? STR("an entry") : STR("the whole record"), k->why, r.event, e)
			   : rc;
}

enum rc erase_decide(struct app *app, const struct viewer *v, int64_t id, bool approve, struct str why, struct err *e)
{
	struct arena a AUTO(arena_release);
	arena_init(&a);
	char path[4096];
	struct erasing k = { .app = app, .v = v, .id = id, .approve = approve, .why = str_trim(why), .a = &a };
	enum rc rc = require_act(v, ACT_ERASE, e);
	if (rc == RC_OK)
		rc = why_check(k.why,
			       approve ? "Say why nothing stands in the way, in a few words."
				       : "Say why it is refused, in a few words.",
			       e);
	if (rc == RC_OK && approve && !app_erased_path(app, path, sizeof path))
		rc = err_set(e, RC_REFUSED,
			     "Nothing was erased: say where the list of erasures stands, outside the store, with "
			     "--erased FILE or LINNET_ERASED. A backup that is restored is put right by it.");
	if (rc == RC_OK)
		rc = store_write(app_store(app), decide_unit, &k, e);
	struct err late = { 0 };
	if (rc == RC_OK && approve && store_settle(app_store(app), &late) != RC_OK)
		err_say("linnet: traces of what was erased may stand in the store until the next backup: %s\n",
			late.text);
	return rc;
}

static enum rc lift_unit(struct db *db, void *arg, struct err *e)
{
	struct erasing *k = arg;
	struct sql_erasure_lift_out out;
	arena_reset(k->a);
	struct sql_erasure_lift_in in = { k->id, app_now_ms(k->app), k->v->account };
	enum rc rc = sql_erasure_lift(db, &in, k->a, &out, e);
	if (rc == RC_NOT_FOUND)
		return err_set(e, RC_CONFLICT,
			       "There is no such erasure that keeps files from bringing anything back.");
	return rc == RC_OK
		   ? audit(k->app, db, k->v, out.person, "let files bring again", STR("what was erased"), k->why, e)
		   : rc;
}

enum rc erase_lift(struct app *app, const struct viewer *v, int64_t id, struct str why, struct err *e)
{
	struct arena a AUTO(arena_release);
	arena_init(&a);
	struct erasing k = { .app = app, .v = v, .id = id, .why = str_trim(why), .a = &a };
	enum rc rc = v->role == ROLE_OPERATOR
			 ? RC_OK
			 : err_set(e, RC_REFUSED, "Only the operator lets files bring again what was erased.");
	if (rc == RC_OK)
		rc = why_check(k.why, "Say why, in a few words.", e);
	return rc == RC_OK ? store_write(app_store(app), lift_unit, &k, e) : rc;
}
