#include "work/core/write.h"

#include <time.h>

#include "base/text.h"
#include "work/core/fingerprint.h"
#include "work/core/lean.h"
#include "work/core/seal.h"
#include "work/core/shared.h"
#include "work/oversee/erased.h"

enum { WAKE_BATCH = 50 };

enum rc child_lock(struct app *app, struct db *db, int64_t person, struct arena *a, struct history *out,
		   int64_t *version_out, struct err *e)
{
	struct sql_person_lock_out lock;
	enum rc rc = sql_person_lock(db, &(struct sql_person_lock_in){ person }, a, &lock, e);
	if (rc == RC_NOT_FOUND)
		return err_set(e, RC_NOT_FOUND, "There is no such child here.");
	if (rc == RC_OK)
		rc = history_read_whole(app, db, person, KNOWN_NOW, a, out, e);
	if (rc == RC_OK && version_out)
		*version_out = lock.version - 1; /* what it was before this write */
	/* Records of one child change together. */
	for (size_t i = 0; rc == RC_OK && i < out->n_parts; i++)
		rc = sql_person_lock(db, &(struct sql_person_lock_in){ out->parts[i].person }, a, &lock, e);
	if (rc == RC_OK && out->joined_to)
		rc = sql_person_lock(db, &(struct sql_person_lock_in){ out->joined_to }, a, &lock, e);
	return rc;
}

enum rc child_lock_main(struct app *app, struct db *db, int64_t person, struct arena *a, struct history *out,
			int64_t *version_out, struct err *e)
{
	enum rc rc = child_lock(app, db, person, a, out, version_out, e);
	if (rc == RC_OK && out->joined_to)
		return err_set(
		    e, RC_CONFLICT,
		    "This record was joined meanwhile with another one of the same child. Open the child again.");
	return rc;
}

struct history child_new(struct app *app, int64_t council, struct str ref, struct arena *a)
{
	struct history h = { .person = app_new_id(app), .council = council, .ref = arena_str(a, ref) };
	app_coverage(app, council, KNOWN_NOW, h.covered);
	return h;
}

/* What follows, and the packed history to be kept beside it. */
static enum rc projected(struct app *app, const struct history *h, struct arena *a, struct projection *out,
			 struct str *packed_out, struct err *e)
{
	struct folded f;
	struct history open = history_open(app, h, a);
	history_fold(app, &open, KNOWN_NOW, a, &f);
	struct engine *en = app_engine_take(app, app_workdays(app));
	enum rc rc = project_child(app, &open, &f, en, app_today(app), a, out, e);
	app_engine_give(app, en, app_workdays(app));
	if (rc != RC_OK)
		return rc;
	*packed_out = lean_pack(app, h, a);
	out->fingerprint = fingerprint_of(app, h, out, *packed_out);
	return RC_OK;
}

static enum rc erasure_of(struct app *app, struct db *db, int64_t council, struct str ref, struct arena *a,
			  struct sql_erasure_marked_out *out, struct err *e)
{
	char salt[ERASED_SALT_MAX], hex[ERASED_WAYS][HASH_HEX_MAX];
	const struct organisation *o = app_organisation(app, council);
	enum rc rc = erased_salt(db, false, salt, e);
	if (rc != RC_OK)
		return rc;
	if (!salt[0] || !o)
		return RC_NOT_FOUND;
	erased_record_marks(salt, o->code, ref, hex);
	rc = RC_NOT_FOUND;
	for (size_t i = 0; rc == RC_NOT_FOUND && i < ERASED_WAYS; i++)
		rc = sql_erasure_marked(db, &(struct sql_erasure_marked_in){ str_of(hex[i]) }, a, out, e);
	return rc;
}

enum rc erased_number(struct app *app, struct db *db, int64_t council, struct str ref, struct arena *a, bool *yes_out,
		      struct err *e)
{
	struct sql_erasure_marked_out m;
	enum rc rc = erasure_of(app, db, council, ref, a, &m, e);
	*yes_out = rc == RC_OK;
	return rc == RC_NOT_FOUND ? RC_OK : rc;
}

/* A record that was lawfully erased does not come back unnoticed under its number. */
static enum rc not_erased(struct app *app, struct db *db, const struct history *h, struct arena *a, struct err *e)
{
	char id[ID_TEXT_MAX];
	struct sql_erasure_marked_out m;
	enum rc rc = erasure_of(app, db, h->council, h->ref, a, &m, e);
	if (rc != RC_OK)
		return rc == RC_NOT_FOUND ? RC_OK : rc;
	return err_set(e, RC_REFUSED,
		       "The record with this number was lawfully erased (erasure %s). If it has to be kept after all, "
		       "ask who looks after this machine: linnet erase lift.",
		       id_text(m.erasure, id));
}

enum rc child_append(struct app *app, struct db *db, struct history *h, const struct event *ev, size_t n, bool fresh,
		     struct arena *a, struct err *e)
{
	struct projection p;
	struct str packed;
	enum rc rc = fresh ? not_erased(app, db, h, a, e) : RC_OK;
	if (rc == RC_OK)
		rc = history_append(app, db, h, ev, n, a, e);
	if (rc == RC_OK)
		rc = projected(app, h, a, &p, &packed, e);
	if (rc == RC_OK)
		rc = project_save(db, h, &p, fresh, a, e);
	if (rc == RC_OK)
		rc = lean_keep(app, db, h, packed, a, e);
	bool changed; /* what is said of a part changes what follows for the child */
	return rc == RC_OK && h->joined_to ? child_refresh(app, db, h->joined_to, a, &changed, e) : rc;
}

enum rc child_refresh(struct app *app, struct db *db, int64_t person, struct arena *a, bool *changed_out, struct err *e)
{
	struct sql_person_lock_out lock;
	struct sql_person_get_out now;
	struct history h;
	struct projection p;
	struct project_changes c;
	struct str packed;
	enum rc rc = sql_person_lock(db, &(struct sql_person_lock_in){ person }, a, &lock, e);
	if (rc == RC_OK)
		rc = sql_person_get(db, &(struct sql_person_get_in){ person }, a, &now, e);
	if (rc == RC_OK)
		rc = history_for_rules(app, db, &now, a, &h, e);
	if (rc == RC_OK)
		rc = projected(app, &h, a, &p, &packed, e);
	if (rc == RC_OK)
		rc = project_compare(db, &p, &now, a, &c, e);
	if (rc == RC_OK)
		rc = project_write(db, &h, &p, &c, e);
	if (rc == RC_OK)
		rc = lean_keep(app, db, &h, packed, a, e);
	if (rc != RC_OK)
		return rc;
	bool differed = project_differs(&c, a).n > 0, of_main = false;
	if (h.joined_to)
		rc = child_refresh(app, db, h.joined_to, a, &of_main, e);
	if (rc == RC_OK)
		*changed_out = differed || of_main;
	return rc;
}

static int64_t steady_ms(void)
{
	struct timespec t;
	clock_gettime(CLOCK_MONOTONIC, &t);
	return (int64_t)t.tv_sec * 1000 + t.tv_nsec / 1000000;
}

enum rc write_patiently(struct app *app, store_fn *fn, void *arg, struct err *e)
{
	static const struct timespec while_ = { 0, 100000000L };
	int64_t until = steady_ms() + LOAD_PATIENCE_MS;
	enum rc rc;
	while ((rc = store_write(app_store(app), fn, arg, e)) == RC_BUSY && steady_ms() < until)
		nanosleep(&while_, NULL);
	return rc;
}

struct sql_audit_insert_in audit_row(struct app *app, const struct viewer *v, int64_t person, const char *act,
				     struct str what, struct str reason)
{
	return (struct sql_audit_insert_in){ .id = app_time_id(app),
					     .at_ms = app_now_ms(app),
					     .account = v->account,
					     .org = v->org,
					     .person = person,
					     .act = str_of(act),
					     .what = what.p ? what : STR(""),
					     .reason = reason.p ? reason : STR(""),
					     .role = str_of(role_id(v->role)) };
}

enum rc audit_entry(struct app *app, struct db *db, const struct viewer *v, int64_t person, const char *act,
		    struct str what, struct str reason, int64_t event, struct err *e)
{
	struct sql_audit_insert_in row = audit_row(app, v, person, act, what, reason);
	row.event = event;
	return sql_audit_insert(db, &row, NULL, e);
}

enum rc audit(struct app *app, struct db *db, const struct viewer *v, int64_t person, const char *act, struct str what,
	      struct str reason, struct err *e)
{
	return audit_entry(app, db, v, person, act, what, reason, 0, e);
}

struct look {
	struct app *app;
	const struct viewer *v;
	int64_t person;
	struct str what, reason;
};

static enum rc write_look(struct db *db, void *arg, struct err *e)
{
	const struct look *l = arg;
	return audit(l->app, db, l->v, l->person, "looked", l->what, l->reason, e);
}

enum rc audit_look(struct app *app, const struct viewer *v, int64_t person, struct str what, struct str reason,
		   struct err *e)
{
	struct look l = { app, v, person, what, reason.n ? reason : STR("ordinary work") };
	return store_write(app_store(app), write_look, &l, e);
}

static enum rc no_such_child(struct err *e)
{
	return err_set(e, RC_NOT_FOUND, "There is no such child here.");
}

/* A closed record, for whoever was given sight of it. */
static enum rc closed_check(struct app *app, struct db *db, const struct viewer *v, int64_t person, struct arena *a,
			    struct err *e)
{
	struct sight s;
	struct sql_person_main_out main;
	enum rc rc = sql_person_main(db, &(struct sql_person_main_in){ person }, a, &main, e);
	if (rc == RC_OK)
		rc = sight_read(app, db, v, main.main, a, &s, e);
	if (rc == RC_NOT_FOUND || (rc == RC_OK && !s.closed))
		return no_such_child(e);
	return rc;
}

/* Of whom not even the name is shared: nobody, for this viewer. */
static enum rc named_check(struct db *db, const struct viewer *v, int64_t person, struct err *e)
{
	struct viewer as = *v;
	enum rc rc = v->withheld & data_bit(DATA_IDENTITY) ? shared_towards(db, v, person, &as, e) : RC_OK;
	return rc == RC_OK && (as.withheld & data_bit(DATA_IDENTITY)) ? no_such_child(e) : rc;
}

enum rc circle_check(struct app *app, struct db *db, const struct viewer *v, int64_t person, struct err *e)
{
	struct arena a AUTO(arena_release);
	arena_init(&a);
	struct sql_person_closed_out c;
	struct sql_circle_holds_out yes;
	if (v->role == ROLE_OPERATOR) {
		enum rc rc = sql_person_closed(db, &(struct sql_person_closed_in){ person }, &a, &c, e);
		return rc == RC_NOT_FOUND || (rc == RC_OK && c.closed != SQL_NULL) ? no_such_child(e) : rc;
	}
	enum rc rc = sql_circle_holds(db, &(struct sql_circle_holds_in){ v->org, person, app_today(app) }, &a, &yes, e);
	rc = rc == RC_NOT_FOUND ? closed_check(app, db, v, person, &a, e) : rc;
	return rc == RC_OK ? named_check(db, v, person, e) : rc;
}

enum rc circle_stand(struct app *app, struct db *db, const struct viewer *v, int64_t person, struct viewer *out,
		     struct err *e)
{
	enum rc rc = circle_check(app, db, v, person, e);
	return rc == RC_OK ? shared_towards(db, v, person, out, e) : rc;
}

enum rc child_check(struct app *app, struct db *db, const struct viewer *v, int64_t person, struct arena *a,
		    struct viewer *out, struct err *e)
{
	struct viewer as;
	struct sight s;
	struct sql_person_main_out main;
	struct sql_person_closed_out c;
	enum rc in = circle_check(app, db, v, person, e), rc = in;
	if (in != RC_OK && in != RC_NOT_FOUND)
		return in;
	rc = sql_person_main(db, &(struct sql_person_main_in){ person }, a, &main, e);
	if (rc == RC_OK)
		rc = sql_person_closed(db, &(struct sql_person_closed_in){ person }, a, &c, e);
	if (rc == RC_OK)
		rc = sight_read(app, db, v, main.main, a, &s, e);
	if (rc == RC_OK)
		rc = shared_towards(db, v, person, &as, e);
	if (rc == RC_OK && !role_may(v->role, ACT_BREAK_GLASS)) /* given in another role: it went with that */
		s.emergency = 0;
	if (rc == RC_NOT_FOUND || (rc == RC_OK && in != RC_OK && (!s.emergency || c.closed != SQL_NULL)))
		return no_such_child(e);
	if (rc != RC_OK)
		return rc;
	as.outside = in != RC_OK;
	as.emergency_ms = s.emergency;
	as.emergency_why = s.emergency_why;
	*out = as;
	return RC_OK;
}

enum rc require_act(const struct viewer *v, enum act act, struct err *e)
{
	if (viewer_may(v, act))
		return RC_OK;
	if (role_may(v->role, act))
		return err_set(e, RC_REFUSED,
			       "No agreement in force shares with your organisation what this would show. Ask the "
			       "information governance lead of the health team.");
	return err_set(e, RC_REFUSED, "Your role (%s) does not allow this. Ask your administrator if you need it.",
		       role_title(v->role));
}

/* ---- waking ---- */

struct wake {
	struct app *app;
	int64_t after, last;
	size_t n;
};

static enum rc nobody_to_wake(struct db *db, void *arg, struct err *e)
{
	struct wake *w = arg;
	struct arena a AUTO(arena_release);
	arena_init(&a);
	struct sql_person_wake_any_out out;
	return sql_person_wake_any(db, &(struct sql_person_wake_any_in){ app_today(w->app) }, &a, &out, e);
}

static enum rc wake_batch(struct db *db, void *arg, struct err *e)
{
	struct wake *w = arg;
	struct sql_rows *rows;
	struct sql_person_to_wake_out row;
	int64_t ids[WAKE_BATCH];
	size_t n = 0;
	enum rc rc = app_coverage_refresh(w->app, db, e);
	if (rc == RC_OK)
		rc = sql_person_to_wake(db, &(struct sql_person_to_wake_in){ app_today(w->app), w->after, WAKE_BATCH },
					&rows, e);
	if (rc != RC_OK)
		return rc;
	while ((rc = sql_person_to_wake_next(rows, &row, e)) == RC_OK && n < WAKE_BATCH)
		w->last = ids[n++] = row.id;
	db_done(rows);
	if (rc != RC_OK && rc != RC_NOT_FOUND)
		return rc;
	struct arena a AUTO(arena_release);
	arena_init(&a);
	rc = RC_OK;
	for (size_t i = 0; rc == RC_OK && i < n; i++) {
		bool changed;
		arena_reset(&a);
		rc = child_refresh(w->app, db, ids[i], &a, &changed, e);
	}
	w->n = n;
	return rc;
}

enum rc wake_children(struct app *app, struct err *e)
{
	struct wake w = { .app = app };
	enum rc rc = store_read(app_store(app), nobody_to_wake, &w, e);
	if (rc == RC_NOT_FOUND)
		return RC_OK;
	do {
		w.n = 0;
		if (rc == RC_OK)
			rc = store_write(app_store(app), wake_batch, &w, e);
		w.after = w.last; /* nobody twice, whatever the rules say of them */
	} while (rc == RC_OK && w.n == WAKE_BATCH);
	return rc;
}
