#include "work/see/child.h"

#include "base/text.h"
#include "codec/json.h"
#include "work/chase/asked.h"
#include "work/core/seal.h"
#include "work/core/shared.h"
#include "work/core/write.h"
#include "work/record/proxy.h"
#include "work/see/emergency.h"
#include "work/see/head.h"
#include "work/see/workers.h"

enum { LOOKS_SHOWN = 20 };

/* ---- clocks, in the order in which a person wants them ---- */

static int place_of(const struct child_clock *c)
{
	switch (c->clock.state) {
	case CLOCK_RUNNING: return c->lateness == LATE_OVERDUE ? 0 : 1;
	case CLOCK_NOT_KNOWN: return 2;
	case CLOCK_NOT_REQUIRED: return 3;
	default: return 4;
	}
}

static int by_need(const void *x, const void *y)
{
	const struct child_clock *a = x, *b = y;
	int p = place_of(a), q = place_of(b);
	if (p != q)
		return p - q;
	if (p == 4 && a->clock.done != b->clock.done) /* the latest of what is over first */
		return a->clock.done > b->clock.done ? -1 : 1;
	if (a->clock.due != b->clock.due) {
		if (a->clock.due == DAY_NONE || b->clock.due == DAY_NONE)
			return a->clock.due == DAY_NONE ? 1 : -1;
		return a->clock.due < b->clock.due ? -1 : 1;
	}
	return str_cmp(a->id, b->id);
}

/* Whose days they were, of the clocks that run: one run of the engine for all of them. The others are folded away,
 * without their turns. */
static void fill_turns(struct app *app, const struct child_view *cv, struct arena *a, struct child_clock *clocks,
		       size_t n)
{
	struct clock *running = arena_array(a, n, sizeof *running);
	struct child_clock **of = arena_array(a, n, sizeof *of);
	size_t k = 0;
	for (size_t i = 0; i < n; i++)
		if (clocks[i].clock.state == CLOCK_RUNNING &&
		    rulebook_info(app_rulebook(app), clocks[i].clock.standard)->adds_time_by_holder) {
			running[k] = clocks[i].clock;
			of[k++] = &clocks[i];
		}
	if (!k)
		return;
	struct turns *turns = arena_array(a, k, sizeof *turns);
	engine_turns(cv->en, &cv->f.child, cv->as_of, running, k, a, turns);
	for (size_t i = 0; i < k; i++) {
		of[i]->turns = turns[i].turns;
		of[i]->n_turns = turns[i].n;
	}
}

static enum rc fill_clocks(struct app *app, struct db *db, const struct viewer *v, const struct child_view *cv,
			   struct arena *a, struct child_page *out, struct err *e)
{
	struct child_clock *clocks = arena_array(a, cv->n_clocks, sizeof *clocks);
	size_t n = 0;
	bool any = false;
	enum rc rc = asked_any(db, cv->h.person, a, &any, e);
	if (rc != RC_OK)
		return rc;
	for (size_t i = 0; i < cv->n_clocks; i++) {
		struct asked asked = { .line = STR("") };
		if (cv->unseen[i] || !rulebook_info(app_rulebook(app), cv->clocks[i].standard)->on_worklist)
			continue;
		rc = any && cv->clocks[i].state == CLOCK_RUNNING ? asked_read(app, db, v, cv, i, a, &asked, e) : RC_OK;
		if (rc != RC_OK)
			return rc;
		child_clock(app, v, cv, i, a, &clocks[n]);
		clocks[n++].asked = asked.line;
	}
	fill_turns(app, cv, a, clocks, n);
	if (n)
		qsort(clocks, n, sizeof *clocks, by_need);
	out->clocks = clocks;
	out->n_clocks = n;
	return RC_OK;
}

/* ---- the timeline ---- */

struct line { /* of the timeline */
	const struct event *entry;
	struct child_event event;
};

static int newest_first(const void *x, const void *y)
{
	const struct child_event *a = &((const struct line *)x)->event, *b = &((const struct line *)y)->event;
	if (a->at != b->at)
		return a->at > b->at ? -1 : 1;
	if (a->minute != b->minute)
		return a->minute > b->minute ? -1 : 1;
	return a->id > b->id ? -1 : a->id < b->id;
}

static bool authored_by_role(const struct kind *k, enum role r)
{
	for (struct str rest = k->authors, word; rest.n;) {
		word = str_cut(rest, ' ', &rest);
		if (str_is(word, role_id(r)))
			return true;
	}
	return r == ROLE_OPERATOR && k->typed;
}

/* [h->n] The last entry that replaces it, as known then; 0: none does. */
static const int64_t *replacements(const struct history *h, int64_t known_ms, struct arena *a)
{
	int64_t *by = arena_array(a, h->n, sizeof *by);
	for (size_t j = 0; j < h->n; j++) {
		const struct event *ev = &h->events[j];
		const struct event *was =
		    ev->replaces && ev->recorded_ms <= known_ms ? history_event(h, ev->replaces) : NULL;
		if (was)
			by[was - h->events] = ev->id;
	}
	return by;
}

/* Does the viewer see it also when an emergency is over? What only that opens is for reading. */
static bool lasts(struct app *app, const struct viewer *v, const struct child_view *cv, const struct event *ev)
{
	const struct viewer plain = without_emergency(v);
	return !v->emergency_ms ||
	       (history_event(&cv->lasting, ev->id) && viewer_sees_event(app, &plain, &cv->lasting, ev));
}

static struct child_event event_line(struct app *app, const struct viewer *v, const struct child_view *cv,
				     const struct event *ev, int64_t replaced_by, struct arena *a)
{
	const struct kind *k = &app_vocab(app)->kinds[ev->kind];
	const struct event *was = ev->replaces ? history_event(&cv->h, ev->replaces) : NULL;
	struct child_event c = { .id = ev->id,
				 .kind = k,
				 .at = ev->at == DAY_NONE && was ? was->at : ev->at,
				 .minute = ev->minute,
				 .words = event_words(app, ev, a),
				 .recorded_ms = ev->recorded_ms,
				 .correction = ev->replaces != 0,
				 .voided = ev->voids,
				 .replaces = ev->replaces,
				 .replaced_by = replaced_by,
				 .why = ev->why };
	bool stands = !v->outside && !ev->voids && !replaced_by && lasts(app, v, cv, ev);
	c.may_change = stands && k->typed && viewer_may(v, ACT_RECORD) && authored_by_role(k, v->role);
	c.may_seal = stands && k->sealable && viewer_may(v, ACT_SEAL);
	if (c.at == DAY_NONE)
		c.at = london_day(ev->recorded_ms);
	return c;
}

/* `told`: what lies behind an event is said of so many, the newest; 0: of all. */
static void fill_events(struct app *app, const struct viewer *v, const struct child_view *cv, size_t told,
			struct arena *a, struct child_page *out)
{
	struct line *lines = arena_array(a, cv->h.n, sizeof *lines);
	const uint8_t *seals = seals_on(app, &cv->h, a);
	const int64_t *replaced_by = replacements(&cv->h, cv->known_ms, a);
	size_t n = 0;
	for (size_t i = 0; i < cv->h.n; i++) {
		const struct event *ev = &cv->h.events[i];
		if (!ev->kind || ev->recorded_ms > cv->known_ms || !viewer_sees_event(app, v, &cv->h, ev))
			continue;
		struct line *l = &lines[n++];
		*l = (struct line){ ev, event_line(app, v, cv, ev, replaced_by[i], a) };
		if (seals && seals[i]) {
			l->event.sealed = app_words_today(app)->seals[seals[i]].title;
			out->sees_sealed = true;
		}
	}
	if (n)
		qsort(lines, n, sizeof *lines, newest_first);
	struct child_event *events = arena_array(a, n, sizeof *events);
	for (size_t i = 0; i < n; i++) {
		events[i] = lines[i].event;
		if (told && i >= told)
			continue;
		events[i].detail = event_detail(app, lines[i].entry, a);
		events[i].note = event_note(app, lines[i].entry, a);
		events[i].source = event_source(lines[i].entry, a);
	}
	out->events = events;
	out->n_events = n;
}

/* ---- who has looked ---- */

/* Lines about entries: those that the viewer does not see are no lines, and are not counted. */
static bool hides_line(struct app *app, const struct viewer *v, const struct child_view *cv, int64_t event)
{
	if (event == AUDIT_ACCESS)
		return !viewer_may(v, ACT_GIVE_SIGHT);
	return event && !viewer_sees_entry(app, v, &cv->h, event);
}

static enum rc hidden_lines(struct app *app, struct db *db, const struct viewer *v, const struct child_view *cv,
			    int64_t *n_out, struct err *e)
{
	struct sql_rows *rows;
	struct sql_audit_events_out row;
	int64_t n = 0;
	enum rc rc = sql_audit_events(db, &(struct sql_audit_events_in){ cv->h.person }, &rows, e);
	if (rc != RC_OK)
		return rc;
	while ((rc = sql_audit_events_next(rows, &row, e)) == RC_OK)
		n += hides_line(app, v, cv, row.event) ? row.n : 0;
	db_done(rows);
	*n_out = n;
	return rc == RC_NOT_FOUND ? RC_OK : rc;
}

static struct child_look look_of(struct app *app, const struct viewer *v, const struct sql_audit_of_person_out *row,
				 struct arena *a)
{
	const struct organisation *org = app_organisation(app, row->org);
	bool hidden = hides_title(app, v, row->what);
	return (struct child_look){ .at_ms = row->at_ms,
				    .who = row->name.p ? arena_str(a, row->name)
					   : row->org  ? STR("Somebody with a link")
						       : STR("Operator of this machine"),
				    .org = org ? org->name : STR(""),
				    .role = row->role.n ? str_of(role_title(role_of(row->role))) : STR(""),
				    .act = arena_str(a, row->act),
				    .why = hidden ? STR("") : arena_str(a, row->reason),
				    .what = arena_printf(a, STR_FMT " " STR_FMT, STR_ARG(row->act),
							 STR_ARG(hidden ? STR("an entry") : row->what)),
				    .you = row->account == v->account };
}

static enum rc fill_looks(struct app *app, struct db *db, const struct viewer *v, const struct child_view *cv, bool all,
			  struct arena *a, struct child_page *out, struct err *e)
{
	struct sql_audit_count_out count;
	struct sql_rows *rows;
	struct sql_audit_of_person_out row;
	int64_t hidden = 0;
	size_t want = all ? LOOKS_ALL : LOOKS_SHOWN, n = 0;
	enum rc rc = hidden_lines(app, db, v, cv, &hidden, e);
	if (rc == RC_OK)
		rc = sql_audit_count(db, &(struct sql_audit_count_in){ cv->h.person, LOOKS_ALL + 1 + hidden }, a,
				     &count, e);
	if (rc == RC_OK)
		rc = sql_audit_of_person(db, &(struct sql_audit_of_person_in){ cv->h.person, (int64_t)want + hidden },
					 &rows, e);
	if (rc != RC_OK)
		return rc;
	struct child_look *looks = arena_array(a, want, sizeof *looks);
	while ((rc = sql_audit_of_person_next(rows, &row, e)) == RC_OK && n < want)
		if (!hides_line(app, v, cv, row.event))
			looks[n++] = look_of(app, v, &row, a);
	db_done(rows);
	out->looks = looks;
	out->n_looks = n;
	out->looks_total = count.n - hidden;
	return rc == RC_NOT_FOUND ? RC_OK : rc;
}

/* ---- the use cases ---- */

struct seeing {
	struct app *app;
	const struct viewer *v;
	const struct child_query *q;
	struct arena *a;
	struct child_page *page;
	struct str clock_id;
	struct clock_page *clock;
};

/* How the viewer stands towards this child: an emergency opens pages, and no form. */
static enum rc stand(const struct seeing *s, struct db *db, struct viewer *as, struct err *e)
{
	if (!s->q->to_write)
		return child_check(s->app, db, s->v, s->q->person, s->a, as, e);
	return circle_stand(s->app, db, s->v, s->q->person, as, e);
}

/* What is due, and who works with the child: of what only a form stands on, nothing of this is read. */
static enum rc fill_care(const struct seeing *s, struct db *db, const struct viewer *as, const struct child_view *cv,
			 struct err *e)
{
	struct child_page *p = s->page;
	enum rc rc = fill_clocks(s->app, db, as, cv, s->a, p, e);
	p->findings = cv->f.findings;
	p->n_findings = cv->f.n_findings;
	p->n_proxies = proxies_of(s->app, &cv->f, cv->as_of, s->a, &p->proxies);
	p->may_name = workers_may_name(s->app, as) != NULL;
	return rc == RC_OK ? workers_see(s->app, db, as, cv, s->a, &p->workers, &p->n_workers, e) : rc;
}

static enum rc see_page(struct db *db, void *arg, struct err *e)
{
	struct seeing *s = arg;
	struct child_view cv = { 0 };
	struct viewer as; /* as they stand towards this child */
	enum rc rc = stand(s, db, &as, e);
	if (rc == RC_OK)
		rc = child_view_begin(s->app, db, &as, s->q, s->a, &cv, e);
	if (rc != RC_OK)
		return rc;
	*s->page = (struct child_page){ .known = s->app,
					.as_of = cv.as_of,
					.known_ms = cv.known_ms,
					.outside = as.outside,
					.emergency_ms = as.emergency_ms,
					.emergency_why = as.emergency_why,
					.by_council = s->v->n_councils > 0,
					.withheld = data_words(withheld_now(&as) & ~data_bit(DATA_NUMBERS), s->a) };
	child_head(s->app, &as, &cv, s->a, &s->page->head);
	s->page->content_hidden = as.role == ROLE_GOVERNANCE;
	if (s->page->content_hidden) { /* who it is and who looked, and nothing of the care */
		s->page->head.care = s->page->head.placement = NULL;
		s->page->head.placed_in = NULL;
		s->page->head.legal_status = s->page->head.language = (struct str){ NULL, 0 };
		s->page->head.interpreter = false;
		s->page->head.care_hidden = true;
	} else {
		fill_events(s->app, &as, &cv, s->q->events_told, s->a, s->page);
		rc = s->q->to_write ? RC_OK : fill_care(s, db, &as, &cv, e);
	}
	if (rc == RC_OK && as.emergency_ms)
		rc = emergency_told(s->app, db, &as, cv.h.person, s->a, &s->page->emergency_told, e);
	if (rc == RC_OK && s->q->with_looks && viewer_may(&as, ACT_SEE_LOOKS))
		rc = fill_looks(s->app, db, &as, &cv, s->q->all_looks, s->a, s->page, e);
	child_view_end(s->app, &cv);
	return rc;
}

enum rc child_see(struct app *app, const struct viewer *v, const struct child_query *q, struct arena *a,
		  struct child_page *out, struct err *e)
{
	struct child_page page;
	struct seeing s = { .v = v, .q = q, .a = a, .page = &page };
	enum rc rc = require_act(v, ACT_SEE_CHILD, e);
	if (rc == RC_OK)
		rc = app_known(app, q->known_ms, &s.app, e);
	if (rc == RC_OK)
		rc = store_read(app_store(app), see_page, &s, e);
	if (rc == RC_OK)
		rc = audit_look(app, v, q->person, STR("child's page"), q->reason, e);
	if (rc == RC_OK)
		*out = page;
	return rc;
}

/* Where a fact of an explanation came from. The day of birth is no fact of its own. */
static struct str origin_of(const struct child_view *cv, const struct explain_fact *x, struct arena *a)
{
	int32_t fact = x->fact;
	if (fact < 0 && x->day != DAY_NONE && x->day == cv->f.child.born && cv->f.details)
		return event_from(cv->f.details, a);
	if (fact < 0 || (size_t)fact >= cv->f.child.n)
		return STR("");
	const struct event *ev = history_event(&cv->h, cv->f.fact_event[fact]);
	return ev ? event_from(ev, a) : STR("");
}

static enum rc fill_statements(const struct seeing *s, struct db *db, const struct child_view *cv, size_t which,
			       struct err *e)
{
	const struct vocab *voc = app_vocab(s->app);
	struct str exact = clock_kept_name(s->app, cv, which, s->a);
	struct statement *list = arena_array(s->a, cv->f.n_believed, sizeof *list);
	size_t n = 0;
	for (size_t i = 0; i < cv->f.n_believed; i++) {
		const struct event *ev = cv->f.believed[i];
		static const char *const note[] = { "note" };
		struct str words = { NULL, 0 };
		struct sql_account_name_out who = { .name = STR("") };
		if (!voc->kinds[ev->kind].on_clock || !str_eq(ev->ref, exact) || ev->at > cv->as_of)
			continue;
		enum rc rc = json_members(ev->body, note, 1, s->a, &words, e);
		if (rc == RC_OK && ev->author)
			rc = sql_account_name(db, &(struct sql_account_name_in){ ev->author }, s->a, &who, e);
		if (rc != RC_OK && rc != RC_NOT_FOUND)
			return rc;
		const struct organisation *org = app_organisation(s->app, ev->org);
		list[n++] = (struct statement){ ev->at, org ? org->name : STR("This machine"), who.name, words };
	}
	s->clock->statements = list;
	s->clock->n_statements = n;
	return RC_OK;
}

static enum rc see_clock(struct db *db, void *arg, struct err *e)
{
	struct seeing *s = arg;
	struct child_view cv = { 0 };
	struct viewer as; /* as they stand towards this child */
	enum rc rc = stand(s, db, &as, e);
	if (rc == RC_OK)
		rc = child_view_begin(s->app, db, &as, s->q, s->a, &cv, e);
	if (rc != RC_OK)
		return rc;
	size_t which = as.role == ROLE_GOVERNANCE ? SIZE_MAX : clock_named(s->app, &cv, s->clock_id);
	if (which == SIZE_MAX) {
		child_view_end(s->app, &cv);
		return err_set(e, RC_NOT_FOUND, "This child has no clock \"" STR_FMT "\".", STR_ARG(s->clock_id));
	}
	struct clock_page *p = s->clock;
	*p = (struct clock_page){ .known = s->app,
				  .standard = rulebook_info(app_rulebook(s->app), cv.clocks[which].standard),
				  .as_of = cv.as_of,
				  .known_ms = cv.known_ms,
				  .holidays_known_to = workdays_known_to(cv.w) };
	child_head(s->app, &as, &cv, s->a, &p->head);
	child_clock(s->app, &as, &cv, which, s->a, &p->clock);
	engine_explain(cv.en, &cv.f.child, cv.as_of, which, s->a, &p->why);
	struct str *from = arena_array(s->a, p->why.n_facts, sizeof *from);
	for (size_t i = 0; i < p->why.n_facts; i++)
		from[i] = origin_of(&cv, &p->why.facts[i], s->a);
	p->fact_from = from;
	rc = fill_statements(s, db, &cv, which, e);
	struct asked *asked = arena_alloc(s->a, sizeof *asked);
	if (rc == RC_OK)
		rc = asked_read(s->app, db, &as, &cv, which, s->a, asked, e);
	p->asked = asked;
	child_view_end(s->app, &cv);
	return rc;
}

enum rc clock_see(struct app *app, const struct viewer *v, const struct child_query *q, struct str clock_id,
		  struct arena *a, struct clock_page *out, struct err *e)
{
	struct clock_page page;
	struct seeing s = { .v = v, .q = q, .a = a, .clock_id = clock_id, .clock = &page };
	enum rc rc = require_act(v, ACT_SEE_CHILD, e);
	if (rc == RC_OK)
		rc = app_known(app, q->known_ms, &s.app, e);
	if (rc == RC_OK)
		rc = store_read(app_store(app), see_clock, &s, e);
	if (rc == RC_OK)
		rc = audit_look(app, v, q->person, STR("why a date"), q->reason, e);
	if (rc == RC_OK)
		*out = page;
	return rc;
}
