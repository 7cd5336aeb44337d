/* weekly_write.c - proposals made into events, shown before and written when accepted. */
#include "base/text.h"
#include "codec/json.h"
#include "work/load/weekly_list.h"
#include "work/record/effect.h"
#include "work/record/join.h"

enum { EVENTS_MAX = 6, PROBLEMS_MAX = 4 };

struct making {
	struct listing *l;
	const struct weekly_choice *c;
	struct compared *cd;
	const struct proposal *p;
	struct arena *a;
	day_t day; /* on which it happened */
	struct str code, why;
	struct draft_problem problems[PROBLEMS_MAX];
	size_t n_problems;
	struct event ev[EVENTS_MAX];
	size_t n;
};

static void problem(struct making *m, const char *field, struct str text)
{
	if (m->n_problems < PROBLEMS_MAX)
		m->problems[m->n_problems++] = (struct draft_problem){ str_of(field), text };
}

/* ---- what was typed ---- */

static void check_day(struct making *m)
{
	struct str typed = str_trim(m->c->at);
	day_t today = app_today(m->l->app), born = m->cd->known.there ? m->cd->known.born : m->cd->item.born;
	m->day = m->p->day;
	if (typed.n && day_parse(typed, &m->day) != RC_OK) {
		problem(m, "at", STR("The day must be a real day, such as 22 11 2026"));
		m->day = DAY_NONE;
	} else if (m->day == DAY_NONE) {
		problem(m, "at", STR("State the day on which it happened"));
	} else if (m->day > today) {
		problem(m, "at", STR("The day must not lie in the future"));
	} else if (m->day < day_of(1900, 1, 1) ||
		   (born != DAY_NONE && m->day < born && m->p->kind != PROPOSE_DETAILS)) {
		problem(m, "at", STR("The day lies before the child was born"));
	} else if (m->p->kind == PROPOSE_LEFT && m->day < m->cd->known.care->from) {
		problem(m, "at", STR("The day lies before the child came into care"));
	} else if (m->p->kind == PROPOSE_LEFT && m->day > m->l->sum.listed_on) {
		problem(m, "at", STR("The child was not on the list any more on that day"));
	} else if ((m->p->kind == PROPOSE_MOVED || m->p->kind == PROPOSE_LEGAL) && m->cd->known.care &&
		   !m->cd->known.care_later && m->day < m->cd->known.care->from) {
		problem(m, "at", STR("The day lies before the child came into care"));
	} else if (m->p->kind == PROPOSE_MOVED && m->cd->known.placement && m->day < m->cd->known.placement->from) {
		problem(m, "at", STR("The day lies before the placement until now began"));
	}
}

static void check_code(struct making *m)
{
	const struct code_list *l = vocab_list(app_vocab(m->l->app), STR("care-end-reason"));
	struct str typed = str_trim(m->c->code);
	const struct code_entry *e = l && typed.n ? code_list_find(l, typed) : NULL;
	if (m->p->kind == PROPOSE_LEFT && typed.n && !e)
		problem(m, "code", STR("Choose why the child left care, or that it is not known"));
	m->code = e && m->p->kind == PROPOSE_LEFT ? e->id : STR("");
}

/* ---- events ---- */

static struct event *event(struct making *m, const char *kind, day_t at)
{
	struct app *app = m->l->app;
	const struct weekly_row *row = m->cd->item.row;
	char day[DAY_TEXT_MAX];
	int64_t now = app_now_ms(app);
	struct event *ev = &m->ev[m->n++];
	*ev = (struct event){ .id = app_new_id(app),
			      .person = m->cd->h.person,
			      .kind = vocab_kind(app_vocab(app), str_of(kind)),
			      .at = at,
			      .minute = MINUTE_NONE,
			      .recorded_ms = now,
			      .written_ms = now,
			      .author = m->l->v->account,
			      .source = m->l->sum.id,
			      .source_row = row ? row->line : 0,
			      .value = INT64_MIN,
			      .end_day = DAY_NONE,
			      .natural =
				  arena_printf(m->a, "weekly-list/%s/%s", day_iso(m->l->sum.listed_on, day), kind) };
	return ev;
}

static struct str cell(const struct making *m, enum weekly_field f)
{
	return m->cd->item.row->cell[f];
}

/* A correction of this entry: all that it said, but for what follows. */
static struct event *correction(struct making *m, int64_t id)
{
	const struct event *was = history_event(&m->cd->h, id);
	if (!was)
		return NULL;
	struct event *ev = event(m, arena_str(m->a, app_vocab(m->l->app)->kinds[was->kind].id).p, was->at);
	struct event made = *ev;
	*ev = *was;
	ev->id = made.id;
	ev->recorded_ms = was->recorded_ms > made.recorded_ms ? was->recorded_ms : made.recorded_ms;
	ev->written_ms = made.written_ms;
	ev->author = made.author;
	ev->source = made.source;
	ev->source_row = made.source_row;
	ev->natural = made.natural;
	ev->replaces = was->id;
	ev->why = m->why.n ? m->why : STR("As the council’s list says");
	return ev;
}

static int64_t org_of(const struct making *m, struct str code)
{
	const struct organisation *o = code.n ? app_organisation_by_code(m->l->app, code) : NULL;
	return o ? o->id : 0;
}

/* The council's number for what begins, if it gives one that is not in use, else one of ours. */
static struct str new_ref(struct making *m, struct str given)
{
	char id[ID_TEXT_MAX];
	bool taken = !given.n;
	for (size_t i = 0; !taken && i < m->cd->h.n; i++)
		taken = str_eq(m->cd->h.events[i].ref, given);
	return taken ? arena_printf(m->a, "L-%s", id_random(id)) : given;
}

static void placement(struct making *m, day_t at)
{
	struct event *ev = event(m, "placement-started", at);
	struct str provider = cell(m, WEEKLY_PROVIDER);
	ev->code = cell(m, WEEKLY_PLACEMENT_TYPE);
	ev->org = org_of(m, cell(m, WEEKLY_AREA));
	ev->ref = new_ref(m, cell(m, WEEKLY_PLACEMENT));
	if (provider.n) {
		struct buf b AUTO(buf_release);
		struct err ignored;
		buf_init(&b, 1024);
		if (json_set_member((struct str){ NULL, 0 }, "provider", provider, &b, &ignored) == RC_OK)
			ev->body = arena_str(m->a, buf_view(&b));
	}
}

static enum rc details(struct making *m, bool all, struct err *e)
{
	static const enum weekly_field fields[] = { WEEKLY_GIVEN, WEEKLY_FAMILY, WEEKLY_SEX, WEEKLY_NHS_NUMBER,
						    WEEKLY_UPN };
	static const char *const names[] = { "given_name", "family_name", "sex", "nhs_number", "upn" };
	const struct event *was = m->cd->f.details;
	struct str body = was ? was->body : (struct str){ NULL, 0 };
	struct event *ev = was ? correction(m, was->id) : event(m, "person-details", m->l->sum.listed_on);
	if (!ev)
		return err_set(e, RC_CORRUPT, "The details of this record contradict themselves. Run: linnet verify");
	for (size_t i = 0; i < COUNT_OF(fields); i++) {
		struct str said = cell(m, fields[i]);
		char proposed[64];
		snprintf(proposed, sizeof proposed, "/%s=", weekly_field_id(fields[i]));
		bool shared = fields[i] == WEEKLY_NHS_NUMBER && m->cd->item.row->shared_number;
		/* Only what was proposed: a name that differs by an accent stays as it is. */
		if (!said.n || shared ||
		    (!all && !memmem(m->p->content.p, m->p->content.n, proposed, strlen(proposed))))
			continue;
		struct buf b AUTO(buf_release);
		buf_init(&b, EVENT_BODY_MAX);
		enum rc rc = json_set_member(body, names[i], said, &b, e);
		if (rc != RC_OK)
			return rc;
		body = arena_str(m->a, buf_view(&b));
	}
	ev->body = body;
	day_t born = weekly_day(m->cd->item.row, WEEKLY_BORN);
	ev->end_day = born != DAY_NONE ? born : was ? was->end_day : DAY_NONE;
	return RC_OK;
}

static void care_began(struct making *m)
{
	struct event *ev = event(m, "care-started", m->day);
	day_t placed = weekly_day(m->cd->item.row, WEEKLY_PLACEMENT_START);
	ev->code = cell(m, WEEKLY_LEGAL_STATUS);
	ev->org = m->l->sum.council->id;
	ev->ref = new_ref(m, (struct str){ NULL, 0 });
	if (cell(m, WEEKLY_PLACEMENT_TYPE).n || cell(m, WEEKLY_AREA).n)
		placement(m, placed == DAY_NONE || placed < m->day ? m->day : placed);
}

static void ended(struct making *m, const char *kind, const struct span *s, struct str code)
{
	struct event *ev = event(m, kind, m->day);
	ev->ref = s->ref;
	ev->code = code;
}

/* The believed end of a period, to be taken back. */
static const struct event *end_of(const struct making *m)
{
	uint16_t kind = vocab_kind(app_vocab(m->l->app), STR("care-ended"));
	const struct span *s = m->cd->known.ended;
	for (size_t i = 0; i < m->cd->f.n_believed; i++) {
		const struct event *ev = m->cd->f.believed[i];
		if (ev->kind == kind && ev->at == s->to && str_eq(ev->ref, s->ref))
			return ev;
	}
	return NULL;
}

static enum rc gone(struct err *e)
{
	return err_set(
	    e, RC_CONFLICT,
	    "The record has changed, or somebody has answered this meanwhile. Nothing was written: look at the "
	    "list again.");
}

static enum rc make_events(struct making *m, struct err *e)
{
	const struct weekly_known *k = &m->cd->known;
	struct event *ev;
	enum rc rc = m->p->kind == PROPOSE_NEW ? details(m, true, e) : RC_OK;
	switch (m->p->kind) {
	case PROPOSE_NEW:
	case PROPOSE_CAME:
	case PROPOSE_BACK: care_began(m); break;
	case PROPOSE_MOVED:
		if (k->placement)
			ended(m, "placement-ended", k->placement, STR(""));
		placement(m, m->day);
		break;
	case PROPOSE_LEGAL: ended(m, "legal-status-changed", k->care, cell(m, WEEKLY_LEGAL_STATUS)); break;
	case PROPOSE_LEFT:
		if (k->placement)
			ended(m, "placement-ended", k->placement, STR(""));
		ended(m, "care-ended", k->care, m->code);
		break;
	case PROPOSE_DETAILS: rc = details(m, false, e); break;
	case PROPOSE_PLACED:
		if (!(ev = correction(m, k->placement->opened_by)))
			return gone(e);
		ev->at = m->day;
		ev->code = cell(m, WEEKLY_PLACEMENT_TYPE).n ? cell(m, WEEKLY_PLACEMENT_TYPE) : ev->code;
		ev->org = org_of(m, cell(m, WEEKLY_AREA)) ? org_of(m, cell(m, WEEKLY_AREA)) : ev->org;
		break;
	case PROPOSE_START:
		if (!(ev = correction(m, k->care->opened_by)))
			return gone(e);
		ev->at = m->day;
		break;
	case PROPOSE_STILL: {
		const struct event *end = end_of(m);
		if (!end || !(ev = correction(m, end->id)))
			return gone(e);
		ev->voids = true;
		ev->body = ev->code = ev->ref = (struct str){ NULL, 0 };
		break;
	}
	default: return gone(e);
	}
	return rc;
}

/* ---- one child looked at closely ---- */

static const struct weekly_proposal *chosen(const struct weekly_item *i, const struct weekly_choice *c)
{
	for (size_t n = 0; n < i->n; n++)
		if (!c || !c->kind.n ||
		    (str_is(c->kind, weekly_kind_id(i->proposals[n].p.kind)) &&
		     (!c->content.n || str_eq(c->content, i->proposals[n].p.content))))
			return &i->proposals[n];
	return NULL;
}

struct looking {
	struct listing l;
	int64_t list;
	struct str key;
	const struct weekly_choice *c;
	struct compared cd;
	struct weekly_child_page *page;
	int64_t person;
	struct str answer, why;
};

static void show_events(struct looking *k, const struct making *m)
{
	struct app *app = k->l.app;
	struct str *lines = arena_array(k->l.a, m->n, sizeof *lines);
	char day[DAY_TEXT_MAX];
	for (size_t i = 0; i < m->n; i++) {
		struct str detail = event_detail(app, &m->ev[i], k->l.a), words = event_words(app, &m->ev[i], k->l.a);
		lines[i] =
		    arena_printf(k->l.a, "%s" STR_FMT "%s%s%s" STR_FMT,
				 m->ev[i].voids	     ? "Taken back: "
				 : m->ev[i].replaces ? "Correction: "
						     : "",
				 STR_ARG(words), m->ev[i].end_day == DAY_NONE && !m->ev[i].voids ? ", " : "",
				 m->ev[i].end_day == DAY_NONE && !m->ev[i].voids ? day_plain(m->ev[i].at, day) : "",
				 detail.n ? ": " : "", STR_ARG(detail));
	}
	k->page->events = lines;
	k->page->n_events = m->n;
}

/* Which clocks start or stop, as the pages of the record show it. */
static void show_effect(struct looking *k, struct making *m)
{
	struct app *app = k->l.app;
	struct child_view cv = {
		.h = k->cd.h, .f = k->cd.f, .w = app_workdays(app), .as_of = app_today(app), .known_ms = KNOWN_NOW
	};
	const struct clock *clocks;
	cv.en = app_engine_take(app, cv.w);
	cv.n_clocks = engine_run(cv.en, &cv.f.child, cv.as_of, &clocks);
	struct clock *mine = arena_array(k->l.a, cv.n_clocks, sizeof *mine);
	if (cv.n_clocks)
		memcpy(mine, clocks, cv.n_clocks * sizeof *mine);
	cv.clocks = mine;
	k->page->n_changes = effect_of(app, k->l.v, &cv, m->ev, m->n, k->l.a, &k->page->changes);
	child_view_end(app, &cv);
}

/* A child without a record: its empty history, to which the first events are added. */
static void begin_new(struct looking *k)
{
	if (k->cd.known.there)
		return;
	k->cd.h = child_new(k->l.app, k->l.sum.council->id, k->cd.item.ref, k->l.a);
	history_fold(k->l.app, &k->cd.h, KNOWN_NOW, k->l.a, &k->cd.f);
}

static enum rc child_unit(struct db *db, void *arg, struct err *e)
{
	struct looking *k = arg;
	static const struct weekly_choice nothing;
	enum rc rc = app_coverage_refresh(k->l.app, db, e);
	if (rc == RC_OK)
		rc = listing_read(&k->l, db, k->list, e);
	if (rc == RC_OK && (k->l.sum.asked || k->l.sum.set_aside))
		return err_set(e, RC_CONFLICT,
			       "This list waits for an answer, or was set aside. Look at the list again.");
	if (rc == RC_OK)
		rc = compare_key(&k->l, db, k->key, k->l.a, &k->cd, e);
	if (rc == RC_OK && k->cd.hidden)
		rc = err_set(e, RC_NOT_FOUND, "There is no such child on this list.");
	if (rc != RC_OK)
		return rc;
	struct weekly_child_page *page = k->page;
	*page = (struct weekly_child_page){ .list = k->l.sum, .item = k->cd.item, .day = DAY_NONE };
	page->chosen = chosen(&page->item, k->c);
	if (!page->chosen)
		return RC_OK;
	struct making m = { .l = &k->l, .c = k->c ? k->c : &nothing, .cd = &k->cd, .p = &page->chosen->p, .a = k->l.a };
	begin_new(k);
	check_day(&m);
	check_code(&m);
	page->day = m.day;
	struct draft_problem *problems = arena_array(k->l.a, PROBLEMS_MAX, sizeof *problems);
	memcpy(problems, m.problems, sizeof m.problems);
	page->problems = problems;
	page->n_problems = m.n_problems;
	if (m.n_problems)
		return RC_OK;
	if ((rc = make_events(&m, e)) != RC_OK)
		return rc;
	show_events(k, &m);
	show_effect(k, &m);
	return RC_OK;
}

static enum rc look_unit(struct db *db, void *arg, struct err *e)
{
	struct looking *k = arg;
	return audit(k->l.app, db, k->l.v, k->page->item.person, "looked", STR("weekly list"), STR("ordinary work"), e);
}

static enum rc ready(struct looking *k, enum act act, struct err *e)
{
	enum rc rc = require_act(k->l.v, ACT_LOAD, e);
	if (rc == RC_OK)
		rc = require_act(k->l.v, act, e);
	return rc == RC_OK ? weekly_spec_load(app_data_dir(k->l.app), app_vocab(k->l.app), &k->l.spec, e) : rc;
}

enum rc weekly_child(struct app *app, const struct viewer *v, int64_t list, struct str key,
		     const struct weekly_choice *c, struct arena *a, struct weekly_child_page *out, struct err *e)
{
	struct weekly_child_page page;
	struct looking *k AUTO(auto_free) = xcalloc(1, sizeof *k);
	k->l = (struct listing){ .app = app, .v = v, .a = a };
	k->list = list;
	k->key = key;
	k->c = c;
	k->page = &page;
	enum rc rc = ready(k, ACT_LOAD, e);
	if (rc == RC_OK)
		rc = store_read(app_store(app), child_unit, k, e);
	if (rc == RC_OK)
		rc = store_write(app_store(app), look_unit, k, e);
	weekly_spec_free(k->l.spec);
	if (rc == RC_OK)
		*out = page;
	return rc;
}

/* ---- answering ---- */

static enum rc remember(struct looking *k, struct db *db, const struct proposal *p, struct err *e)
{
	struct sql_weekly_answer_add_in row = { .id = app_new_id(k->l.app),
						.council = k->l.sum.council->id,
						.ref = k->cd.item.kept_as,
						.kind = str_of(weekly_kind_id(p->kind)),
						.content = p->content,
						.list = k->l.sum.id,
						.answer = k->c->answer,
						.account = k->l.v->account,
						.org = k->l.v->org,
						.at_ms = app_now_ms(k->l.app),
						.why = str_trim(k->c->why).n ? str_trim(k->c->why) : STR("") };
	enum rc rc = sql_weekly_answer_add(db, &row, NULL, e);
	return rc == RC_OK ? audit(k->l.app, db, k->l.v, k->cd.h.person,
				   str_is(k->c->answer, "accepted") ? "accepted" : "answered",
				   arena_printf(k->l.a, "weekly list: %s", weekly_kind_title(p->kind)),
				   row.why.n ? row.why : k->l.sum.name, e)
			   : rc;
}

static enum rc write_accepted(struct looking *k, struct db *db, const struct proposal *p, struct err *e)
{
	struct making m = { .l = &k->l, .c = k->c, .cd = &k->cd, .p = p, .a = k->l.a, .why = str_trim(k->c->why) };
	check_day(&m);
	check_code(&m);
	if (m.n_problems)
		return err_set(e, RC_BAD_INPUT, STR_FMT ".", STR_ARG(m.problems[0].text));
	enum rc rc = make_events(&m, e);
	bool fresh = !k->cd.known.there;
	if (rc == RC_OK)
		rc = child_append(k->l.app, db, &k->cd.h, m.ev, m.n, fresh, k->l.a, e);
	return rc == RC_CONFLICT && fresh ? gone(e) : rc;
}

/* The child is locked before its proposals are worked out again: of two people at
 * once the second finds that nothing follows any more. */
static enum rc lock_first(struct looking *k, struct db *db, struct err *e)
{
	enum rc rc = compare_key(&k->l, db, k->key, k->l.a, &k->cd, e);
	if (rc == RC_OK && k->cd.hidden)
		return err_set(e, RC_NOT_FOUND, "There is no such child on this list.");
	if (rc != RC_OK || !k->cd.item.person)
		return rc;
	struct history locked;
	rc = child_lock_main(k->l.app, db, k->cd.item.person, k->l.a, &locked, NULL, e);
	return rc == RC_OK ? compare_key(&k->l, db, k->key, k->l.a, &k->cd, e) : rc;
}

static enum rc answer_unit(struct db *db, void *arg, struct err *e)
{
	struct looking *k = arg;
	enum rc rc = app_coverage_refresh(k->l.app, db, e);
	if (rc == RC_OK)
		rc = listing_read(&k->l, db, k->list, e);
	if (rc == RC_OK && (k->l.sum.asked || k->l.sum.set_aside))
		return err_set(e, RC_CONFLICT,
			       "This list waits for an answer, or was set aside. Look at the list again.");
	if (rc == RC_OK)
		rc = lock_first(k, db, e);
	if (rc != RC_OK)
		return rc;
	const struct weekly_proposal *p = chosen(&k->cd.item, k->c);
	if (!p || !k->c->kind.n || !k->c->content.n)
		return gone(e);
	begin_new(k);
	if (str_is(k->c->answer, "accepted"))
		rc = write_accepted(k, db, &p->p, e);
	else if (!k->cd.known.there)
		k->cd.h.person = 0; /* nothing is made of a child that is not accepted */
	return rc == RC_OK ? remember(k, db, &p->p, e) : rc;
}

static enum rc check_answer(const struct weekly_choice *c, struct err *e)
{
	bool rejects = str_is(c->answer, "rejected");
	if (!rejects && !str_is(c->answer, "accepted") && !str_is(c->answer, "not-now"))
		return err_set(e, RC_BAD_INPUT, "Choose: accept, not now, or reject.");
	if (rejects && !str_trim(c->why).n)
		return err_set(e, RC_BAD_INPUT, "Say why it is rejected, in a few words.");
	if (str_trim(c->why).n > EVENT_WHY_MAX)
		return err_set(e, RC_BAD_INPUT, "The reason must have at most %d letters.", EVENT_WHY_MAX);
	return RC_OK;
}

enum rc weekly_answer(struct app *app, const struct viewer *v, const struct weekly_choice *c, struct err *e)
{
	struct arena a AUTO(arena_release);
	struct looking *k AUTO(auto_free) = xcalloc(1, sizeof *k);
	arena_init(&a);
	k->l = (struct listing){ .app = app, .v = v, .a = &a };
	k->list = c->list;
	k->key = c->key;
	k->c = c;
	enum rc rc = ready(k, ACT_RECORD, e);
	if (rc == RC_OK)
		rc = check_answer(c, e);
	if (rc == RC_OK)
		rc = store_write(app_store(app), answer_unit, k, e);
	weekly_spec_free(k->l.spec);
	return rc;
}

static bool among(const struct str *keys, size_t n, struct str key)
{
	for (size_t i = 0; keys && i < n; i++)
		if (str_eq(keys[i], key))
			return true;
	return !keys;
}

/* Several answers to one list: it is read once for a hundred of them. */
struct accepting {
	struct looking k;
	struct arena a;
	size_t n; /* answers since it was read */
	int64_t accepted, told;
};

static enum rc accept_one(struct accepting *w, const struct weekly_choice *c, struct err *e)
{
	if (w->n++ % 100 == 0) {
		arena_reset(&w->a);
		w->k.l.rows = NULL;
	}
	w->k.key = c->key;
	w->k.c = c;
	enum rc rc = store_write(app_store(w->k.l.app), answer_unit, &w->k, e);
	if (rc != RC_OK && rc != RC_CONFLICT)
		return rc;
	*(rc == RC_OK ? &w->accepted : &w->told) += 1;
	return RC_OK;
}

static enum rc accept_item(struct accepting *w, const struct weekly_item *it, struct err *e)
{
	enum rc rc = RC_OK;
	for (size_t p = 0; rc == RC_OK && p < it->n; p++) {
		const struct weekly_proposal *one = &it->proposals[p];
		struct weekly_choice c = { .list = w->k.list,
					   .key = it->key,
					   .kind = str_of(weekly_kind_id(one->p.kind)),
					   .content = one->p.content,
					   .answer = STR("accepted") };
		if (one->p.sure && !one->later)
			rc = accept_one(w, &c, e);
	}
	return rc;
}

enum rc weekly_accept_sure(struct app *app, const struct viewer *v, int64_t list, const struct str *keys, size_t n,
			   int64_t *accepted_out, int64_t *told_out, struct err *e)
{
	struct arena a AUTO(arena_release);
	struct weekly_page page;
	struct accepting *w AUTO(auto_free) = xcalloc(1, sizeof *w);
	arena_init(&a);
	arena_init(&w->a);
	w->k.l = (struct listing){ .app = app, .v = v, .a = &w->a };
	w->k.list = list;
	enum rc rc = ready(&w->k, ACT_RECORD, e);
	if (rc == RC_OK)
		rc = weekly_see(app, v, list, &a, &page, e);
	for (size_t i = 0; rc == RC_OK && i < page.n; i++)
		if (among(keys, n, page.items[i].key))
			rc = accept_item(w, &page.items[i], e);
	for (size_t i = 0; rc == RC_OK && keys && i < n; i++) { /* what was ticked and is no longer there */
		bool there = false;
		for (size_t k = 0; k < page.n && !there; k++)
			there = str_eq(page.items[k].key, keys[i]);
		w->told += !there;
	}
	if (rc == RC_OK) {
		*accepted_out = w->accepted;
		*told_out = w->told;
	}
	weekly_spec_free(w->k.l.spec);
	arena_release(&w->a);
	return rc;
}

/* ---- who is it? ---- */

/* A record with the council's number is made of the row's details, and joined. */
static enum rc same_child(struct looking *k, struct db *db, struct err *e)
{
	static const struct weekly_choice nothing;
	struct proposal p = { .kind = PROPOSE_NEW };
	struct making m = { .l = &k->l, .c = &nothing, .cd = &k->cd, .p = &p, .a = k->l.a };
	struct history main;
	enum rc rc = child_lock_main(k->l.app, db, k->person, k->l.a, &main, NULL, e);
	if (rc != RC_OK)
		return rc;
	begin_new(k);
	if ((rc = details(&m, true, e)) != RC_OK)
		return rc;
	rc = child_append(k->l.app, db, &k->cd.h, m.ev, m.n, true, k->l.a, e);
	if (rc == RC_CONFLICT)
		return gone(e);
	return rc == RC_OK ? join_in_unit(k->l.app, db, k->l.v, &main, &k->cd.h, k->why, k->l.a, e) : rc;
}

static enum rc match_unit(struct db *db, void *arg, struct err *e)
{
	struct looking *k = arg;
	const struct match_candidate *c = NULL;
	enum rc rc = app_coverage_refresh(k->l.app, db, e);
	if (rc == RC_OK)
		rc = listing_read(&k->l, db, k->list, e);
	if (rc == RC_OK && (k->l.sum.asked || k->l.sum.set_aside))
		return err_set(e, RC_CONFLICT,
			       "This list waits for an answer, or was set aside. Look at the list again.");
	if (rc == RC_OK)
		rc = compare_key(&k->l, db, k->key, k->l.a, &k->cd, e);
	if (rc != RC_OK)
		return rc;
	for (size_t i = 0; i < k->cd.item.n_candidates; i++)
		if (k->cd.item.candidates[i].record.person == k->person)
			c = &k->cd.item.candidates[i];
	if (!c)
		return gone(e);
	struct str one = match_key(k->l.app, k->l.sum.council->id, k->cd.item.ref, k->l.a),
		   other = match_key(k->l.app, c->record.council->id, c->record.ref, k->l.a);
	if (str_is(k->answer, "same"))
		rc = same_child(k, db, e);
	if (rc == RC_OK)
		rc = match_remember(k->l.app, db, k->l.v, one, other, k->answer, k->why, e);
	return rc == RC_OK
		   ? audit(k->l.app, db, k->l.v, k->person, "answered", STR("who is on the weekly list?"), k->answer, e)
		   : rc;
}

enum rc weekly_match(struct app *app, const struct viewer *v, int64_t list, struct str key, int64_t person,
		     struct str answer, struct str why, struct err *e)
{
	struct arena a AUTO(arena_release);
	struct looking *k AUTO(auto_free) = xcalloc(1, sizeof *k);
	arena_init(&a);
	k->l = (struct listing){ .app = app, .v = v, .a = &a };
	k->list = list;
	k->key = key;
	k->person = person;
	k->answer = answer;
	k->why = str_trim(why);
	enum rc rc = ready(k, ACT_MATCH, e);
	if (rc == RC_OK && !str_is(answer, "same") && !str_is(answer, "different") && !str_is(answer, "cannot-tell"))
		rc = err_set(e, RC_BAD_INPUT, "Choose: the same child, another child, or cannot tell yet.");
	if (rc == RC_OK && !k->why.n && !str_is(answer, "cannot-tell"))
		rc = err_set(e, RC_BAD_INPUT, "Say why, in a few words.");
	if (rc == RC_OK && k->why.n > EVENT_WHY_MAX)
		rc = err_set(e, RC_BAD_INPUT, "The reason must have at most %d letters.", EVENT_WHY_MAX);
	if (rc == RC_OK)
		rc = store_write(app_store(app), match_unit, k, e);
	weekly_spec_free(k->l.spec);
	return rc;
}
