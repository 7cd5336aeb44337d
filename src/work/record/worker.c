#include "work/record/worker.h"

#include "base/text.h"
#include "codec/json.h"
#include "work/core/seal.h"
#include "work/core/write.h"
#include "work/see/workers.h"

struct naming {
	struct app *app;
	const struct viewer *v;
	const struct worker_draft *d;
	int64_t person;
	const struct kind *kind;
	struct arena *a;
	struct worker_page *page;
	struct draft_problem *problem;
	/* the draft, read */
	const struct code_entry *part;
	day_t at;
	int64_t account; /* 0: nobody */
	struct str name;
};

/* Somebody who records can be named; who only looks at audits or numbers cannot. */
static bool can_be_named(enum role r)
{
	return r != ROLE_OPERATOR && role_may(r, ACT_RECORD) && role_may(r, ACT_SEE_WORKLIST);
}

static enum rc may_name(struct naming *n, struct err *e)
{
	enum rc rc = require_act(n->v, ACT_RECORD, e);
	n->kind = workers_may_name(n->app, n->v);
	if (rc == RC_OK && !n->kind)
		return err_set(e, RC_REFUSED, "Your role names no worker of a child.");
	return rc;
}

/* ---- the form ---- */

static enum rc list_colleagues(struct naming *n, struct db *db, struct err *e)
{
	struct sql_rows *rows;
	struct sql_account_list_out row;
	char id[ID_TEXT_MAX];
	size_t cap = 16, kept = 0;
	struct colleague *list = arena_array(n->a, cap, sizeof *list);
	enum rc rc = sql_account_list(db, &(struct sql_account_list_in){ n->v->org }, &rows, e);
	if (rc != RC_OK)
		return rc;
	while ((rc = sql_account_list_next(rows, &row, e)) == RC_OK) {
		enum role role = role_of(row.role);
		if (!row.active || !can_be_named(role))
			continue;
		if (kept == cap) {
			struct colleague *bigger = arena_array(n->a, cap *= 2, sizeof *bigger);
			memcpy(bigger, list, kept * sizeof *bigger);
			list = bigger;
		}
		list[kept] =
		    (struct colleague){ arena_str(n->a, str_of(id_text(row.id, id))),
					arena_printf(n->a, STR_FMT ", %s%s", STR_ARG(row.name), role_title(role),
						     row.id == n->v->account ? " (you)" : "") };
		if (row.id == n->v->account) { /* first */
			struct colleague own = list[kept];
			memmove(list + 1, list, kept * sizeof *list);
			list[0] = own;
		}
		kept++;
	}
	db_done(rows);
	n->page->colleagues = list;
	n->page->n_colleagues = kept;
	return rc == RC_NOT_FOUND ? RC_OK : rc;
}

static enum rc own_workers(struct naming *n, struct db *db, const struct child_view *cv, struct err *e)
{
	const struct child_worker *all;
	size_t n_all;
	enum rc rc = workers_see(n->app, db, n->v, cv, n->a, &all, &n_all, e);
	if (rc != RC_OK)
		return rc;
	struct child_worker *own = arena_array(n->a, n_all + 1, sizeof *own);
	for (size_t i = 0; i < n_all; i++)
		if (all[i].org && all[i].org->id == n->v->org)
			own[n->page->n_now++] = all[i];
	n->page->now = own;
	return RC_OK;
}

static enum rc see_unit(struct db *db, void *arg, struct err *e)
{
	struct naming *n = arg;
	struct child_view cv = { 0 };
	struct child_query q = { .person = n->person, .as_of = DAY_NONE, .known_ms = KNOWN_NOW };
	struct viewer as;
	enum rc rc = circle_stand(n->app, db, n->v, n->person, &as, e);
	if (rc == RC_OK)
		rc = child_view_begin(n->app, db, &as, &q, n->a, &cv, e);
	if (rc != RC_OK)
		return rc;
	*n->page = (struct worker_page){ .version = cv.version, .kind = n->kind };
	child_head(n->app, &as, &cv, n->a, &n->page->head);
	rc = own_workers(n, db, &cv, e);
	child_view_end(n->app, &cv);
	return rc == RC_OK ? list_colleagues(n, db, e) : rc;
}

enum rc worker_see(struct app *app, const struct viewer *v, int64_t person, struct arena *a, struct worker_page *out,
		   struct err *e)
{
	struct worker_page page;
	struct naming n = { .app = app, .v = v, .person = person, .a = a, .page = &page };
	enum rc rc = may_name(&n, e);
	if (rc == RC_OK)
		rc = store_read(app_store(app), see_unit, &n, e);
	if (rc == RC_OK)
		rc = audit_look(app, v, person, STR("who works with the child"), STR(""), e);
	if (rc == RC_OK)
		*out = page;
	return rc;
}

/* ---- what was typed ---- */

static enum rc wrong(struct naming *n, const char *field, struct str text, struct err *e)
{
	*n->problem = (struct draft_problem){ str_of(field), text };
	return err_set(e, RC_BAD_INPUT, STR_FMT, STR_ARG(text));
}

static enum rc read_account(struct naming *n, struct db *db, struct err *e)
{
	static const char choose[] = "Choose somebody of your organisation";
	struct str s = str_trim(n->d->account);
	struct sql_account_get_out who;
	if (str_is(s, WORKER_NOBODY))
		return RC_OK;
	if (id_parse(s, &n->account) != RC_OK)
		return wrong(n, "account", str_of(choose), e);
	enum rc rc = sql_account_get(db, &(struct sql_account_get_in){ n->account }, n->a, &who, e);
	bool ours = rc == RC_OK && who.org == n->v->org && who.active && can_be_named(role_of(who.role));
	if (rc != RC_OK && rc != RC_NOT_FOUND)
		return rc;
	n->name = ours ? who.name : STR("");
	return ours ? RC_OK : wrong(n, "account", str_of(choose), e);
}

static enum rc read_draft(struct naming *n, struct db *db, struct err *e)
{
	struct str at = str_trim(n->d->at);
	enum rc rc = read_account(n, db, e);
	if (rc != RC_OK)
		return rc;
	n->part = code_list_find(n->kind->codes, str_trim(n->d->part));
	if (!n->part)
		return wrong(n, "part", arena_printf(n->a, "Choose: " STR_FMT, STR_ARG(n->kind->codes->title)), e);
	if (!at.n)
		return wrong(n, "at", STR("Enter: the first day"), e);
	if (day_parse(at, &n->at) != RC_OK)
		return wrong(n, "at", STR("The first day must be a real day, such as 22 11 2026"), e);
	if (n->at < day_of(1990, 1, 1))
		return wrong(n, "at", STR("The first day: check the year"), e);
	return n->at > app_today(n->app) ? wrong(n, "at", STR("The first day must not lie in the future"), e) : RC_OK;
}

/* ---- saving ---- */

static enum rc make_event(const struct naming *n, uint16_t kind, struct str ref, struct str name, struct str code,
			  struct event *out, struct err *e)
{
	struct buf body AUTO(buf_release);
	buf_init(&body, EVENT_BODY_MAX);
	enum rc rc = name.n ? json_set_member((struct str){ NULL, 0 }, "worker", name, &body, e) : RC_OK;
	int64_t now = app_now_ms(n->app);
	*out = (struct event){ .id = app_new_id(n->app),
			       .person = n->person,
			       .kind = kind,
			       .at = n->at,
			       .minute = MINUTE_NONE,
			       .recorded_ms = now,
			       .written_ms = now,
			       .org = n->v->org,
			       .author = n->v->account,
			       .value = INT64_MIN,
			       .end_day = DAY_NONE,
			       .code = code,
			       .ref = ref };
	if (rc == RC_OK && body.n)
		out->body = arena_str(n->a, buf_view(&body));
	return rc;
}

static struct str already(const struct naming *n, day_t from)
{
	char day[DAY_TEXT_MAX];
	return arena_printf(n->a, "They have been it since %s. If the day is wrong, correct it in what happened",
			    day_long(from, day));
}

/* Ends of all who have the part now in this organisation. *same: one of them is who is named. */
static enum rc end_former(struct naming *n, struct db *db, const struct folded *f, struct event *ev, size_t *n_ev,
			  bool *same, struct err *e)
{
	const struct named *now;
	day_t change = DAY_NEVER;
	uint16_t kind = vocab_kind(app_vocab(n->app), n->kind->id);
	size_t n_now = workers_on(n->app, f, app_today(n->app), n->a, &now, &change);
	enum rc rc = RC_OK;
	for (size_t i = 0; rc == RC_OK && i < n_now; i++) {
		struct sql_account_name_out who = { .name = STR("") };
		if (now[i].kind != kind || now[i].org != n->v->org || now[i].code != n->part->code)
			continue;
		*same = *same || now[i].account == n->account;
		if (now[i].account == n->account && now[i].from != n->at)
			return wrong(n, "account", already(n, now[i].from), e);
		if (now[i].from > n->at)
			return wrong(n, "at",
				     STR("Somebody has been it since a later day: correct that entry in what happened"),
				     e);
		rc = sql_account_name(db, &(struct sql_account_name_in){ now[i].account }, n->a, &who, e);
		if (rc == RC_OK || rc == RC_NOT_FOUND)
			rc = make_event(n, workers_end_kind(n->app, kind), now[i].ref, who.name,
					(struct str){ NULL, 0 }, &ev[(*n_ev)++], e);
	}
	return rc;
}

static enum rc write(struct naming *n, struct db *db, struct history *h, const struct folded *f, struct err *e)
{
	struct event *ev = arena_array(n->a, f->child.n + 1, sizeof *ev);
	size_t n_ev = 0;
	bool same = false;
	char account[ID_TEXT_MAX], number[ID_TEXT_MAX];
	enum rc rc = end_former(n, db, f, ev, &n_ev, &same, e);
	if (rc != RC_OK || same) /* it is so already */
		return rc;
	if (!n->account && !n_ev)
		return wrong(n, "account", STR("Nobody of your organisation is it now"), e);
	if (n->account)
		rc = make_event(
		    n, vocab_kind(app_vocab(n->app), n->kind->id),
		    arena_printf(n->a, "%s.%s", id_plain(n->account, account), id_random(number)),
		    n->name, n->part->id, &ev[n_ev++], e);
	if (rc == RC_OK)
		rc = child_append(n->app, db, h, ev, n_ev, false, n->a, e);
	for (size_t i = 0; rc == RC_OK && i < n_ev; i++)
		rc = audit_entry(n->app, db, n->v, h->person, "recorded", app_vocab(n->app)->kinds[ev[i].kind].title,
				 STR("ordinary work"), ev[i].id, e);
	return rc;
}

static enum rc save_unit(struct db *db, void *arg, struct err *e)
{
	struct naming *n = arg;
	struct history h, seen;
	struct folded f;
	enum rc rc = circle_check(n->app, db, n->v, n->person, e);
	if (rc == RC_OK)
		rc = read_draft(n, db, e);
	if (rc == RC_OK)
		rc = app_coverage_refresh(n->app, db, e);
	if (rc == RC_OK)
		rc = child_lock_main(n->app, db, n->person, n->a, &h, NULL, e);
	if (rc == RC_OK)
		rc = history_for(n->app, db, n->v, &h, n->a, &seen, e);
	if (rc != RC_OK)
		return rc;
	history_fold(n->app, &seen, KNOWN_NOW, n->a, &f);
	if (history_token(n->app, n->v, &seen) == n->d->version)
		return write(n, db, &h, &f, e);
	struct event *ends = arena_array(n->a, f.child.n + 1, sizeof *ends);
	size_t n_ends = 0;
	bool same = false;
	rc = end_former(n, db, &f, ends, &n_ends, &same, e);
	return rc != RC_OK || same
		   ? rc
		   : err_set(e, RC_CONFLICT,
			     "Somebody else has changed this child's record meanwhile. Look at it again, then save.");
}

enum rc worker_save(struct app *app, const struct viewer *v, const struct worker_draft *d, struct arena *a,
		    struct draft_problem *problem_out, struct err *e)
{
	struct draft_problem problem = { 0 };
	struct naming n = { .app = app, .v = v, .d = d, .person = d->person, .a = a, .problem = &problem };
	enum rc rc = may_name(&n, e);
	if (rc == RC_OK)
		rc = store_write(app_store(app), save_unit, &n, e);
	*problem_out = problem;
	return rc;
}
