/*
 * fake_work.c - the use cases over a handful of invented children in memory.
 *
 * Linked in place of room work by the server's tests, so that the pages can be
 * tried without a store: always the same children on the same day (Monday 23
 * November 2026). Facts are folded and clocks run by the real rooms; only
 * keeping, permission and loading are pretended.
 */
#include "record/fold.h"
#include "standard/engine.h"
#include "standard/holidays.h"
#include "tests/web/fake_work.h"
#include "work/admin/ready.h"
#include "work/see/book.h"
#include "work/admin/signin.h"
#include "work/load/load.h"
#include "work/record/record.h"
#include "work/record/statement.h"
#include "work/record/worker.h"
#include "work/see/standing.h"

#include <pthread.h>

enum { EVENTS_MAX = 400, KIDS_MAX = 40, SESSIONS_MAX = 64, TODAY = 20780 }; /* 23 November 2026 */
static const int64_t epoch_ms = (int64_t)TODAY * 86400000 + 33120000;	    /* 09:12 */

struct kid {
	int64_t id, version;
	const char *given, *family, *ref, *nhs;
	day_t born;
	size_t org;
	bool elsewhere;
};

struct app {
	struct vocab *vocab;
	struct rulebook *rules;
	const char *data_dir;
	struct holiday *holidays;
	size_t n_holidays;
	struct workdays *days;
	struct arena arena;
	struct kid kids[KIDS_MAX];
	size_t n_kids;
	struct event events[EVENTS_MAX];
	size_t n_events;
	struct session sessions[SESSIONS_MAX];
	size_t n_sessions;
	pthread_mutex_t lock;
};

static const struct organisation orgs[] = {
	{ 1,
	  { "HT1", 3 },
	  { "health-team", 11 },
	  { "Estuary looked-after children’s health team", 45 },
	  { "Health team", 11 },
	  0 },
	{ 2, { "E10000012", 9 }, { "council", 7 }, { "Essex", 5 }, { "Essex", 5 }, 1 },
	{ 3, { "E06000033", 9 }, { "council", 7 }, { "Southend-on-Sea", 15 }, { "Southend", 8 }, 1 },
	{ 4, { "PR1", 3 }, { "provider", 8 }, { "Lanternfish Children’s Services", 33 }, { "Lanternfish", 11 }, 0 },
};

static const struct {
	const char *login, *name;
	enum role role;
} accounts[] = {
	{ "admin", "Priya Okonjo-Bell", ROLE_ADMINISTRATOR },
	{ "nurse", "Wren Castleford", ROLE_NURSE },
	{ "doctor", "Ansel Rook", ROLE_DOCTOR },
	{ "social", "Marcus Tolliver", ROLE_SOCIAL_WORKER },
	{ "clinician", "Ifeoma Ashdown", ROLE_CLINICIAN },
	{ "governance", "Hetty Amberley", ROLE_GOVERNANCE },
	{ "commissioner", "Ottoline Dabchick", ROLE_COMMISSIONER },
};

struct app *app_hold(struct app *app)
{
	return app;
}
void app_close(struct app *app)
{
	(void)app; /* fake_close ends it */
}
int64_t app_waiting(const struct app *app)
{
	(void)app;
	return 0;
}
day_t app_today(const struct app *app)
{
	(void)app;
	return TODAY;
}
const struct vocab *app_vocab(const struct app *app)
{
	return app->vocab;
}
const struct rulebook *app_rulebook(const struct app *app)
{
	return app->rules;
}
const struct workdays *app_workdays(const struct app *app)
{
	return app->days;
}
struct str app_region_name(const struct app *app)
{
	(void)app;
	return STR("Estuary (invented)");
}
enum rc app_region_read(struct app *app, struct arena *a, struct region *out, struct err *e)
{
	return region_read(app->data_dir, STR("set"), a, out, e);
}
enum rc app_areas(struct app *app, const struct places **out, struct err *e)
{
	static struct places *places; /* one server a program */
	pthread_mutex_lock(&app->lock);
	enum rc rc = places ? RC_OK : places_load(app->data_dir, &places, e);
	if (rc == RC_OK)
		*out = places;
	pthread_mutex_unlock(&app->lock);
	return rc;
}
bool app_is_demonstration(const struct app *app)
{
	(void)app;
	return true;
}
const struct organisation *app_organisation(const struct app *app, int64_t id)
{
	(void)app;
	return id >= 1 && id <= (int64_t)COUNT_OF(orgs) ? &orgs[id - 1] : NULL;
}
const struct organisation *app_organisation_by_code(const struct app *app, struct str code)
{
	(void)app;
	for (size_t i = 0; i < COUNT_OF(orgs); i++)
		if (str_eq(orgs[i].code, code))
			return &orgs[i];
	return NULL;
}
size_t app_organisations(const struct app *app, const struct organisation **out)
{
	(void)app;
	*out = orgs;
	return COUNT_OF(orgs);
}

/* ---- the children ---- */

static int64_t happened(struct app *app, size_t kid, const char *kind, day_t at, const char *code, const char *code2,
			const char *ref)
{
	struct event *ev = &app->events[app->n_events++];
	*ev = (struct event){ .id = 1000000 + (int64_t)app->n_events,
			      .person = app->kids[kid].id,
			      .kind = vocab_kind(app->vocab, str_of(kind)),
			      .at = at,
			      .minute = MINUTE_NONE,
			      .recorded_ms = (int64_t)(at + 1) * 86400000,
			      .value = INT64_MIN,
			      .end_day = DAY_NONE,
			      .code = str_of(code),
			      .code2 = str_of(code2),
			      .ref = str_of(ref),
			      .org = (int64_t)app->kids[kid].org,
			      .source = 118,
			      .source_row = (int64_t)app->n_events };
	return ev->id;
}

static size_t kid(struct app *app, const char *given, const char *family, const char *ref, day_t born, size_t org)
{
	static const char *const numbers[] = { "9990001006", "9990001014", "9990001022", "9990001030" };
	struct kid *k = &app->kids[app->n_kids++];
	*k = (struct kid){ 500000 + (int64_t)app->n_kids, 1,	given, family, ref,
			   numbers[app->n_kids % 4],	  born, org,   false };
	if (app->n_kids == 3)
		k->nhs = "";
	return app->n_kids - 1;
}

static size_t in_care(struct app *app, const char *given, const char *family, const char *ref, day_t born, day_t since)
{
	size_t k = kid(app, given, family, ref, born, app->n_kids % 3 == 1 ? 3 : 2);
	happened(app, k, "care-started", since, "V2", NULL, "C1");
	happened(app, k, "placement-started", since, "U6", NULL, "P1");
	return k;
}

static void assessed(struct app *app, size_t k, const char *kind, day_t seen, day_t back)
{
	happened(app, k, "assessment-seen", seen, kind, strcmp(kind, "initial") ? "nurse" : "doctor", "H1");
	if (back != DAY_NONE)
		happened(app, k, "assessment-returned", back, kind, NULL, "H1");
}

static void fill(struct app *app)
{
	size_t k = in_care(app, "Amara", "Quillfeather", "E-104", day_of(2011, 2, 9), TODAY - 19);
	int64_t wrong = happened(app, k, "consent-asked", TODAY - 18, "initial", NULL, "R1");
	happened(app, k, "health-notified", TODAY - 17, NULL, NULL, "P1");
	happened(app, k, "request-made", TODAY - 17, "initial", NULL, "R1");
	happened(app, k, "consent-asked", TODAY - 17, "initial", NULL, "R1");
	app->events[app->n_events - 1].replaces = wrong;
	app->events[app->n_events - 1].why = STR("the form gave another day");
	happened(app, k, "consent-given", TODAY - 10, "initial", NULL, "R1");
	happened(app, k, "request-complete", TODAY - 6, "initial", NULL, "R1");
	happened(app, k, "appointment-booked", TODAY - 3, "initial", NULL, "A1");
	app->events[app->n_events - 1].end_day = TODAY + 24;
	k = in_care(app, "Łukasz", "Thistlewood", "E-105", day_of(2022, 3, 1), TODAY - 45);
	happened(app, k, "health-notified", TODAY - 42, NULL, NULL, "P1");
	happened(app, k, "request-complete", TODAY - 30, "initial", NULL, "R1");
	assessed(app, k, "initial", TODAY - 11, DAY_NONE);
	k = in_care(app, "Zoë", "O’Finch <b>", "S-77", day_of(2026, 3, 20), TODAY - 8);
	k = in_care(app, "Dev", "Larkspur", "E-106", day_of(2017, 6, 3), TODAY - 500);
	assessed(app, k, "initial", TODAY - 480, TODAY - 470);
	k = in_care(app, "Blessing", "Brambleby", "E-107", day_of(2010, 1, 30), TODAY - 420);
	assessed(app, k, "initial", TODAY - 400, TODAY - 390);
	happened(app, k, "assessment-refused", TODAY - 30, "review", NULL, NULL);
	app->events[app->n_events - 1].value = 1;
	k = in_care(app, "Kofi", "Ravensmoor", "E-108", day_of(2013, 9, 9), TODAY - 300);
	assessed(app, k, "initial", TODAY - 280, TODAY - 276);
	happened(app, k, "care-ended", TODAY - 20, "E4A", NULL, "C1");
	static const char *const given[] = { "Ines",   "Oisín", "Juno",	 "Yusuf", "Rosa",
					     "Maisie", "Sena",	"Tariq", "Niamh", "Emeka" };
	static const char *const family[] = { "Cobblestone", "Peverell-Dunn", "Applegarth", "Hartley-Moon",
					      "Candlewick",  "Thimble-Ward",  "Fernhollow", "Saltmarsh",
					      "Willowby",    "Greyling" };
	static const char *const refs[] = { "E-201", "E-202", "E-203", "E-204", "E-205",
					    "E-206", "E-207", "E-208", "E-209", "E-210" };
	for (int i = 0; i < 10; i++) {
		k = in_care(app, given[i], family[i], refs[i], day_of(2009 + i, 1 + i, 3 + i), TODAY - 5 - 7 * i);
		if (i % 2)
			happened(app, k, "health-notified", TODAY - 4 - 6 * i, NULL, NULL, "P1");
		if (i % 3 == 0)
			happened(app, k, "request-complete", TODAY - 3 - 4 * i, "initial", NULL, "R1");
	}
}

/* The rules hold no child: this is what room work does. */
enum rc book_see(struct app *app, struct str region, struct arena *a, struct book *out, struct err *e)
{
	struct cases *c = arena_alloc(a, sizeof *c);
	cases_init(c, a);
	enum rc rc = cases_load(c, app->data_dir, app->vocab, app->rules, e);
	if (rc == RC_OK) {
		cases_prove(c, app->rules, app->holidays, app->n_holidays);
		book_make(app->vocab, app->rules, c, region, a, out);
	}
	return rc;
}

enum rc fake_open(const char *data_dir, struct app **out, struct err *e)
{
	struct app *app = xcalloc(1, sizeof *app);
	app->data_dir = data_dir;
	arena_init(&app->arena);
	pthread_mutex_init(&app->lock, NULL);
	enum rc rc = fake_rules_open(data_dir, e);
	if (rc == RC_OK)
		rc = vocab_load(data_dir, &app->vocab, e);
	if (rc == RC_OK)
		rc = rulebook_load(data_dir, app->vocab, &app->rules, e);
	if (rc == RC_OK)
		rc = fake_measures_load(data_dir, app->vocab, app->rules, e);
	if (rc == RC_OK)
		rc = holidays_load(data_dir, &app->arena, &app->holidays, &app->n_holidays, e);
	if (rc != RC_OK) {
		fake_close(app);
		return rc;
	}
	app->days = holidays_calendar(app->holidays, app->n_holidays, DAY_NEVER);
	fill(app);
	*out = app;
	return RC_OK;
}

void fake_close(struct app *app)
{
	fake_rules_close();
	workdays_free(app->days);
	fake_measures_free();
	rulebook_free(app->rules);
	vocab_free(app->vocab);
	arena_release(&app->arena);
	pthread_mutex_destroy(&app->lock);
	free(app);
}

/* ---- signing in ---- */

/* Login "half": the password was right, and a code is asked for. */
enum rc session_begin(struct app *app, const struct sign_in *q, struct arena *a, struct session *out, struct err *e)
{
	bool half = str_is(q->login, "half");
	const struct str login = half ? STR("nurse") : q->login, password = q->password;
	(void)a;
	for (size_t i = 0; i < COUNT_OF(accounts); i++) {
		if (!str_is(login, accounts[i].login) || !str_is(password, "invented"))
			continue;
		pthread_mutex_lock(&app->lock);
		static int serial;
		struct session *s = &app->sessions[app->n_sessions++ % SESSIONS_MAX];
		*s = (struct session){ .viewer = { (int64_t)i + 1, 1, accounts[i].role, str_of(accounts[i].name),
						   orgs[0].name } };
		s->viewer.manages = accounts[i].role == ROLE_ADMINISTRATOR;
		s->stage = half ? SESSION_CODE : SESSION_FULL;
		snprintf(s->token, sizeof s->token, "token%08d", ++serial);
		snprintf(s->csrf, sizeof s->csrf, "csrf%08d", serial);
		snprintf(s->browser, sizeof s->browser, "browser%08d", serial);
		*out = *s;
		pthread_mutex_unlock(&app->lock);
		return RC_OK;
	}
	return err_set(e, RC_REFUSED, "That sign-in name and password do not match.");
}

static struct session *session_at(struct app *app, struct str token)
{
	for (size_t i = 0; i < SESSIONS_MAX; i++)
		if (token.n && str_is(token, app->sessions[i].token))
			return &app->sessions[i];
	return NULL;
}

bool app_outgrown(struct app *app)
{
	(void)app;
	return false;
}

enum rc app_ready(struct app *app, struct err *e)
{
	(void)app;
	(void)e;
	return RC_OK;
}

enum rc session_find(struct app *app, struct str token, struct arena *a, struct session *out, struct err *e)
{
	(void)a;
	pthread_mutex_lock(&app->lock);
	struct session *s = session_at(app, token);
	if (s)
		*out = *s;
	pthread_mutex_unlock(&app->lock);
	return s ? RC_OK : err_set(e, RC_NOT_FOUND, "No such session.");
}

enum rc session_end(struct app *app, struct str token, struct err *e)
{
	(void)e;
	pthread_mutex_lock(&app->lock);
	struct session *s = session_at(app, token);
	if (s)
		*s = (struct session){ .token = "" };
	pthread_mutex_unlock(&app->lock);
	return RC_OK;
}

bool csrf_matches(const struct session *s, struct str given)
{
	return s->csrf[0] && str_is(given, s->csrf);
}

/* ---- a child worked out ---- */

struct worked {
	struct kid *kid;
	struct folded f;
	struct engine *en;
	const struct clock *clocks;
	size_t n;
	day_t as_of;
	struct event events[EVENTS_MAX];
	size_t n_events;
};

static struct kid *kid_of(struct app *app, int64_t person)
{
	for (size_t i = 0; i < app->n_kids; i++)
		if (app->kids[i].id == person)
			return &app->kids[i];
	return NULL;
}

/* The caller frees w->en. `extra` may be NULL. */
static void work_out(struct app *app, struct kid *k, day_t as_of, int64_t known_ms, const struct event *extra,
		     struct arena *a, struct worked *w)
{
	w->kid = k;
	w->n_events = 0;
	for (size_t i = 0; i < app->n_events; i++)
		if (app->events[i].person == k->id)
			w->events[w->n_events++] = app->events[i];
	if (extra)
		w->events[w->n_events++] = *extra;
	fold_events(app->vocab, w->events, w->n_events, known_ms, a, &w->f);
	w->f.child.born = k->born;
	w->f.child.died = DAY_NONE;
	for (size_t i = 0; i < EVIDENCE_MAX; i++)
		w->f.child.covered[i] = i < 8 ? day_of(2015, 1, 1) : DAY_NONE;
	if (k->nhs[0] == '\0') /* one child of whom no table of assessments speaks */
		w->f.child.covered[vocab_evidence(app->vocab, STR("assessments"))] = DAY_NONE;
	w->as_of = as_of == DAY_NONE ? TODAY : as_of;
	w->en = engine_new(app->rules, app->days);
	w->n = engine_run(w->en, &w->f.child, w->as_of, &w->clocks);
	w->clocks = arena_copy(a, w->clocks, w->n, sizeof *w->clocks);
}

static const struct organisation *holder_org(const struct kid *k, uint8_t h)
{
	return h == HOLDER_COUNCIL ? &orgs[k->org - 1] : h == HOLDER_HEALTH ? &orgs[0] : NULL;
}

static struct child_clock clock_at(struct app *app, struct worked *w, size_t which, struct arena *a)
{
	const struct clock *c = &w->clocks[which];
	const struct standard_info *s = rulebook_info(app->rules, c->standard);
	int n = 0;
	for (size_t i = 0; i <= which; i++)
		n += str_eq(rulebook_info(app->rules, w->clocks[i].standard)->id, s->id);
	struct child_clock out = { .clock = *c,
				   .id = arena_printf(a, STR_FMT ".%d", STR_ARG(s->id), n),
				   .holder_org = holder_org(w->kid, c->holder) };
	out.lateness = clock_lateness(app->rules, app->days, c, w->as_of, &out.days_late);
	if (c->last_fact >= 0) {
		const struct fact *f = &w->f.child.facts[c->last_fact];
		char d[DAY_TEXT_MAX];
		out.why =
		    arena_printf(a, STR_FMT " %s", STR_ARG(app->vocab->kinds[f->kind].title), day_short(f->day, d));
	}
	if (c->state == CLOCK_RUNNING)
		out.next = (struct next_step){ .words = s->next_steps[c->holder],
					       .to = NEXT_RECORD,
					       .kind = STR("sdq-scored"),
					       .code = STR("carer"),
					       .code2 = STR("") };
	if (s->adds_time_by_holder) {
		struct turns t;
		engine_turns(w->en, &w->f.child, w->as_of, c, 1, a, &t);
		out.turns = t.turns;
		out.n_turns = t.n;
	}
	return out;
}

static void head_of(struct app *app, const struct worked *w, struct child_head *h)
{
	const struct kid *k = w->kid;
	*h = (struct child_head){ .person = k->id,
				  .version = k->version,
				  .given = str_of(k->given),
				  .family = str_of(k->family),
				  .nhs_number = str_of(k->nhs),
				  .ref = str_of(k->ref),
				  .born = k->born,
				  .died = DAY_NONE,
				  .age_years = day_age_years(k->born, TODAY),
				  .age_months = day_age_months(k->born, TODAY),
				  .council = &orgs[k->org - 1],
				  .area = AREA_OURS_HERE };
	h->care = folded_span(&w->f, vocab_kind(app->vocab, STR("care-started")), w->as_of);
	h->placement = folded_span(&w->f, vocab_kind(app->vocab, STR("placement-started")), w->as_of);
	h->placed_in = h->placement ? &orgs[k->org - 1] : NULL;
	if (k->id % 5 == 2) {
		h->language = STR("Polish");
		h->interpreter = true;
	}
	h->legal_status = h->care ? vocab_code_title(app->vocab, h->care->code) : (struct str){ "", 0 };
}

static struct str words_of(struct app *app, const struct event *ev, struct arena *a)
{
	char d[DAY_TEXT_MAX];
	struct str title = app->vocab->kinds[ev->kind].title;
	if (ev->voids)
		return arena_printf(a, "Taken back: " STR_FMT, STR_ARG(title));
	return ev->end_day != DAY_NONE ? arena_printf(a, STR_FMT " for %s", STR_ARG(title), day_long(ev->end_day, d))
				       : title;
}

static int newest(const void *x, const void *y)
{
	const struct child_event *a = x, *b = y;
	return a->at != b->at ? (a->at < b->at) - (a->at > b->at) : (a->id < b->id) - (a->id > b->id);
}

static void list_events(struct app *app, const struct viewer *v, const struct worked *w, int64_t known, struct arena *a,
			struct child_page *out)
{
	struct child_event *list = arena_array(a, w->n_events + 1, sizeof *list);
	size_t n = 0;
	for (size_t i = 0; i < w->n_events; i++) {
		const struct event *ev = &w->events[i];
		if (ev->recorded_ms > known)
			continue;
		struct child_event *c = &list[n++];
		*c = (struct child_event){ .id = ev->id,
					   .kind = &app->vocab->kinds[ev->kind],
					   .at = ev->at,
					   .minute = ev->minute,
					   .words = words_of(app, ev, a),
					   .detail = ev->code,
					   .recorded_ms = ev->recorded_ms,
					   .correction = ev->replaces != 0,
					   .voided = ev->voids,
					   .replaces = ev->replaces,
					   .why = ev->why };
		c->source = ev->source ? arena_printf(a, "tables of 20 November, row %d", (int)ev->source_row) : STR("");
		for (size_t j = 0; j < w->n_events; j++)
			if (w->events[j].replaces == ev->id)
				c->replaced_by = w->events[j].id;
		c->may_change = c->kind->typed && role_may(v->role, ACT_RECORD);
	}
	qsort(list, n, sizeof *list, newest);
	out->events = list;
	out->n_events = n;
}

static int by_state(const void *x, const void *y)
{
	const struct child_clock *a = x, *b = y;
	int p = a->clock.state == CLOCK_RUNNING ? 0 : 1, q = b->clock.state == CLOCK_RUNNING ? 0 : 1;
	return p != q ? p - q : (a->clock.due > b->clock.due) - (a->clock.due < b->clock.due);
}

enum rc child_see(struct app *app, const struct viewer *v, const struct child_query *q, struct arena *a,
		  struct child_page *out, struct err *e)
{
	struct kid *k = kid_of(app, q->person);
	if (!k)
		return err_set(e, RC_NOT_FOUND, "There is no such child.");
	struct worked *w = arena_alloc(a, sizeof *w);
	pthread_mutex_lock(&app->lock);
	work_out(app, k, q->as_of, q->known_ms, NULL, a, w);
	pthread_mutex_unlock(&app->lock);
	*out = (struct child_page){ .known = app, .as_of = w->as_of, .known_ms = q->known_ms };
	head_of(app, w, &out->head);
	struct child_clock *c = arena_array(a, w->n + 1, sizeof *c);
	for (size_t i = 0; i < w->n; i++)
		if (rulebook_info(app->rules, w->clocks[i].standard)->on_worklist)
			c[out->n_clocks++] = clock_at(app, w, i, a);
	qsort(c, out->n_clocks, sizeof *c, by_state);
	out->clocks = c;
	list_events(app, v, w, q->known_ms, a, out);
	out->findings = w->f.findings;
	out->n_findings = w->f.n_findings;
	static const struct child_look looks[] = {
		{ epoch_ms,
		  { "", 0 },
		  { "", 0 },
		  { "Health team for this child", 26 },
		  { "This page", 9 },
		  true,
		  { "Nurse", 5 },
		  { "looked", 6 } },
		{ epoch_ms - 250000000,
		  { "Marcus Tolliver", 15 },
		  { "Essex", 5 },
		  { "Named social worker", 19 },
		  { "Explanation", 11 },
		  false,
		  { "Social worker", 13 },
		  { "looked", 6 } },
	};
	static struct child_worker workers[] = {
		{ 1,
		  { "Bea Finch", 9 },
		  { "named nurse", 11 },
		  { "Looked-after children’s nurse", 31 },
		  NULL,
		  0,
		  false,
		  true },
		{ 2, { "Marcus Tolliver", 15 }, { "named doctor", 12 }, { "Doctor", 6 }, NULL, 0, true, false },
	};
	out->workers = workers;
	out->n_workers = COUNT_OF(workers);
	out->may_name = true;
	out->looks = looks;
	out->n_looks = q->with_looks ? COUNT_OF(looks) : 0;
	out->looks_total = q->with_looks ? 27 : 0;
	engine_free(w->en);
	return RC_OK;
}

enum rc statement_save(struct app *app, const struct viewer *v, int64_t person, struct str clock_id, struct str words,
		       struct err *e)
{
	(void)v;
	(void)clock_id;
	if (!kid_of(app, person))
		return err_set(e, RC_NOT_FOUND, "There is no such child.");
	return str_trim(words).n ? RC_OK : err_set(e, RC_BAD_INPUT, "Write what you want to say about these days.");
}

static const struct colleague colleagues[] = { { { "0000000000001", 13 }, { "Bea Finch, Nurse (you)", 22 } },
					       { { "0000000000002", 13 }, { "Marcus Tolliver, Nurse", 22 } } };

enum rc worker_see(struct app *app, const struct viewer *v, int64_t person, struct arena *a, struct worker_page *out,
		   struct err *e)
{
	(void)v;
	struct kid *k = kid_of(app, person);
	if (!k)
		return err_set(e, RC_NOT_FOUND, "There is no such child.");
	struct worked *w = arena_alloc(a, sizeof *w);
	pthread_mutex_lock(&app->lock);
	work_out(app, k, DAY_NONE, KNOWN_NOW, NULL, a, w);
	pthread_mutex_unlock(&app->lock);
	*out = (struct worker_page){ .version = 1,
				     .kind = &app->vocab->kinds[vocab_kind(app->vocab, STR("named-worker"))],
				     .colleagues = colleagues,
				     .n_colleagues = COUNT_OF(colleagues) };
	head_of(app, w, &out->head);
	engine_free(w->en);
	return RC_OK;
}

enum rc worker_save(struct app *app, const struct viewer *v, const struct worker_draft *d, struct arena *a,
		    struct draft_problem *problem_out, struct err *e)
{
	(void)v;
	(void)a;
	*problem_out = (struct draft_problem){ 0 };
	if (!kid_of(app, d->person))
		return err_set(e, RC_NOT_FOUND, "There is no such child.");
	if (str_eq(d->account, colleagues[0].id) || str_eq(d->account, colleagues[1].id))
		return RC_OK;
	*problem_out = (struct draft_problem){ STR("account"), STR("Choose somebody of your organisation") };
	return err_set(e, RC_BAD_INPUT, "Choose somebody of your organisation");
}

enum rc standing_see(struct app *app, const struct viewer *v, const struct child_query *q, struct str standard,
		     struct arena *a, struct standing_page *out, struct err *e)
{
	(void)v;
	(void)standard;
	struct kid *k = kid_of(app, q->person);
	if (!k)
		return err_set(e, RC_NOT_FOUND, "There is no such child.");
	struct worked *w = arena_alloc(a, sizeof *w);
	pthread_mutex_lock(&app->lock);
	work_out(app, k, q->as_of, q->known_ms, NULL, a, w);
	pthread_mutex_unlock(&app->lock);
	*out = (struct standing_page){ .known = app, .as_of = w->as_of, .known_ms = q->known_ms };
	head_of(app, w, &out->head);
	struct standing *list = arena_array(a, rulebook_count(app->rules), sizeof *list);
	for (size_t r = 0; r < rulebook_count(app->rules); r++) {
		struct standing *s = &list[out->n++];
		*s = (struct standing){ .standard = (uint16_t)r,
					.words = STR("Nothing has opened it."),
					.list = STR("On none: there is no clock.") };
		for (size_t i = 0; i < w->n; i++)
			if (w->clocks[i].standard == r) {
				s->there = s->listed = true;
				s->clock = clock_at(app, w, i, a);
				s->words = STR("It runs.");
				s->list = STR("Late, our turn");
			}
	}
	out->rules = list;
	engine_free(w->en);
	return RC_OK;
}

enum rc clock_see(struct app *app, const struct viewer *v, const struct child_query *q, struct str clock_id,
		  struct arena *a, struct clock_page *out, struct err *e)
{
	(void)v;
	struct kid *k = kid_of(app, q->person);
	if (!k)
		return err_set(e, RC_NOT_FOUND, "There is no such child.");
	struct worked *w = arena_alloc(a, sizeof *w);
	pthread_mutex_lock(&app->lock);
	work_out(app, k, q->as_of, q->known_ms, NULL, a, w);
	pthread_mutex_unlock(&app->lock);
	size_t found = SIZE_MAX;
	for (size_t i = 0; i < w->n; i++) {
		struct child_clock c = clock_at(app, w, i, a);
		if (str_eq(c.id, clock_id) || str_eq(rulebook_info(app->rules, c.clock.standard)->id, clock_id))
			found = i;
	}
	if (found == SIZE_MAX) {
		engine_free(w->en);
		return err_set(e, RC_NOT_FOUND, "There is no such clock.");
	}
	*out = (struct clock_page){ .known = app,
				    .clock = clock_at(app, w, found, a),
				    .as_of = w->as_of,
				    .holidays_known_to = workdays_known_to(app->days),
				    .known_ms = q->known_ms };
	out->standard = rulebook_info(app->rules, w->clocks[found].standard);
	head_of(app, w, &out->head);
	engine_explain(w->en, &w->f.child, w->as_of, found, a, &out->why);
	struct str *from = arena_array(a, out->why.n_facts + 1, sizeof *from);
	for (size_t i = 0; i < out->why.n_facts; i++)
		if (out->why.facts[i].fact >= 0)
			from[i] = STR("tables of 20 November");
	out->fact_from = from;
	engine_free(w->en);
	return RC_OK;
}

/* ---- the worklist ---- */

const char *work_list_id(enum work_list l)
{
	static const char *const ids[] = { "", "late", "soon", "waiting", "not-known", "later" };
	return ids[(unsigned)l < LIST__COUNT ? l : 0];
}
const char *work_list_title(enum work_list l)
{
	static const char *const t[] = {
		"",	     "Late, our turn",	   "Due in 10 working days, our turn", "Waiting for someone else",
		"Not known", "Due later, our turn"
	};
	return t[(unsigned)l < LIST__COUNT ? l : 0];
}
const char *area_id(enum area a)
{
	static const char *const ids[] = { "not-known", "in-area", "placed-elsewhere", "placed-here" };
	return ids[(unsigned)a < 4 ? a : 0];
}
const char *area_title(enum area a)
{
	static const char *const t[] = { "Not known", "In our area", "Ours, placed elsewhere",
					 "Placed here by others" };
	return t[(unsigned)a < 4 ? a : 0];
}

static enum work_list list_of(const struct child_clock *c)
{
	if (c->clock.state == CLOCK_NOT_KNOWN)
		return LIST_NOT_KNOWN;
	if (c->clock.state != CLOCK_RUNNING)
		return 0;
	if (c->clock.holder != HOLDER_HEALTH)
		return LIST_WAITING;
	return c->lateness == LATE_OVERDUE ? LIST_LATE : c->lateness == LATE_DUE_SOON ? LIST_SOON : LIST_LATER;
}

static void put_items(struct app *app, const struct worklist_query *q, struct kid *k, struct arena *a,
		      struct worklist *out)
{
	struct worked *w = arena_alloc(a, sizeof *w);
	work_out(app, k, q->as_of, q->known_ms, NULL, a, w);
	for (size_t i = 0; i < w->n; i++) {
		struct child_clock c = clock_at(app, w, i, a);
		const struct standard_info *s = rulebook_info(app->rules, c.clock.standard);
		enum work_list l = list_of(&c);
		if (!l || !s->on_worklist || (q->only && q->only != l) ||
		    (q->standard.n && !str_eq(q->standard, s->family)) || (q->holder && q->holder != c.clock.holder) ||
		    (q->council && q->council != (int64_t)k->org))
			continue;
		struct work_section *sec = &out->sections[l];
		struct work_item *items = (struct work_item *)(uintptr_t)sec->items;
		int64_t skip = 0;
		if (q->after.n && str_to_int(q->after, 0, 10000, &skip) != RC_OK)
			skip = 0;
		if (sec->count++ < skip || sec->n >= q->limit) {
			if (sec->n >= q->limit)
				sec->next = arena_printf(a, "%d", (int)(skip + (int64_t)sec->n));
			continue;
		}
		out->waiting_late += l == LIST_WAITING && c.lateness == LATE_OVERDUE;
		items[sec->n++] = (struct work_item){ k->id,
						      str_of(k->given),
						      str_of(k->family),
						      day_age_years(k->born, TODAY),
						      day_age_months(k->born, TODAY),
						      c.clock.standard,
						      c.opened,
						      c.clock.ordinal,
						      (enum clock_state)c.clock.state,
						      c.clock.start,
						      c.clock.due,
						      c.lateness,
						      c.days_late,
						      (enum holder)c.clock.holder,
						      c.holder_org,
						      &orgs[k->org - 1],
						      AREA_OURS_HERE,
						      c.why,
						      c.next };
	}
	engine_free(w->en);
}

enum rc worklist_see(struct app *app, const struct viewer *v, const struct worklist_query *q, struct arena *a,
		     struct worklist *out, struct err *e)
{
	(void)v;
	if (q->standard.n && rulebook_find(app->rules, q->standard) == SIZE_MAX)
		return err_set(e, RC_BAD_INPUT, "There is no such clock.");
	*out = (struct worklist){ .known = app, .as_of = q->as_of == DAY_NONE ? TODAY : q->as_of };
	for (int l = 0; l < LIST__COUNT; l++) {
		out->sections[l].list = (enum work_list)l;
		out->sections[l].items = arena_array(a, q->limit, sizeof(struct work_item));
	}
	pthread_mutex_lock(&app->lock);
	for (size_t i = 0; i < app->n_kids; i++)
		put_items(app, q, &app->kids[i], a, out);
	pthread_mutex_unlock(&app->lock);
	if (!q->only && !q->whole)
		out->sections[LIST_NOT_KNOWN].n = out->sections[LIST_LATER].n = 0;
	struct filter_value *f = arena_array(a, 8, sizeof *f);
	f[0] = (struct filter_value){ STR("initial-health-assessment"), STR("Initial health assessment"), -1, false };
	f[1] = (struct filter_value){ STR("review-health-assessment"), STR("Review health assessment"), -1, false };
	f[2] = (struct filter_value){ orgs[1].code, orgs[1].name, -1, q->council == 2 };
	f[3] = (struct filter_value){ orgs[2].code, orgs[2].name, -1, q->council == 3 };
	f[4] = (struct filter_value){ STR("council"), STR("Council"), -1, q->holder == HOLDER_COUNCIL };
	f[5] = (struct filter_value){ STR("health"), STR("Health team"), -1, q->holder == HOLDER_HEALTH };
	f[0].chosen = str_eq(q->standard, f[0].id);
	f[1].chosen = str_eq(q->standard, f[1].id);
	out->clocks = f;
	out->councils = f + 2;
	out->holders = f + 4;
	out->n_clocks = out->n_councils = out->n_holders = 2;
	out->children = (int64_t)app->n_kids;
	return RC_OK;
}

bool nhs_number_mistyped(struct str words)
{
	return str_is(words, "999 000 1007");
}

enum rc child_search(struct app *app, const struct viewer *v, struct str words, size_t limit, struct arena *a,
		     const struct child_found **out, size_t *n_out, bool *more_out, struct err *e)
{
	(void)v;
	(void)e;
	struct child_found *f = arena_array(a, limit + 1, sizeof *f);
	struct buf want AUTO(buf_release), name AUTO(buf_release);
	size_t n = 0;
	buf_init(&want, 1000);
	buf_init(&name, 1000);
	text_fold(&want, words);
	for (size_t i = 0; i < app->n_kids && n < limit; i++) {
		const struct kid *k = &app->kids[i];
		buf_reset(&name);
		text_fold(&name, str_of(k->given));
		text_fold(&name, str_of(k->family));
		if ((want.n && strstr(name.p, want.p)) || str_is(words, k->ref))
			f[n++] =
			    (struct child_found){ k->id,	  str_of(k->given), str_of(k->family), str_of(k->ref),
						  str_of(k->nhs), k->born,	    &orgs[k->org - 1] };
	}
	*out = f;
	*n_out = n;
	*more_out = n == limit;
	return RC_OK;
}

/* ---- recording ---- */

size_t record_kinds(struct app *app, const struct viewer *v, struct arena *a, const struct kind ***out)
{
	const struct kind **list = arena_array(a, app->vocab->n_kinds, sizeof *list);
	size_t n = 0;
	for (size_t i = 1; i < app->vocab->n_kinds; i++)
		if (app->vocab->kinds[i].typed && memmem(app->vocab->kinds[i].authors.p, app->vocab->kinds[i].authors.n,
							 role_id(v->role), strlen(role_id(v->role))))
			list[n++] = &app->vocab->kinds[i];
	*out = list;
	return n;
}

enum rc record_refs(struct app *app, const struct viewer *v, int64_t person, struct str kind, struct arena *a,
		    const struct ref_choice **out, size_t *n_out, struct err *e)
{
	(void)v;
	(void)a;
	(void)e;
	(void)person;
	static const struct ref_choice choices[] = { { { "P1", 2 }, { "Placement since November", 24 } },
						     { { "P0", 2 }, { "Earlier placement", 17 } } };
	const struct kind *k = &app->vocab->kinds[vocab_kind(app->vocab, kind)];
	*out = choices;
	*n_out =
	    str_is(app->vocab->kinds[k->ends].id, "placement-started") && !str_eq(app->vocab->kinds[k->ends].id, k->id)
		? 2
		: 0;
	return RC_OK;
}

enum rc record_draft_of(struct app *app, const struct viewer *v, int64_t person, int64_t event, struct arena *a,
			struct draft *out, struct err *e)
{
	(void)v;
	for (size_t i = 0; i < app->n_events; i++) {
		const struct event *ev = &app->events[i];
		if (ev->id != event || ev->person != person)
			continue;
		char d[DAY_TEXT_MAX];
		*out = (struct draft){ .change = CHANGE_CORRECT,
				       .person = person,
				       .event = event,
				       .kind = app->vocab->kinds[ev->kind].id,
				       .at = arena_str(a, str_of(day_iso(ev->at, d))),
				       .code = ev->code,
				       .code2 = ev->code2,
				       .ref = ev->ref };
		if (ev->end_day != DAY_NONE)
			out->end = arena_str(a, str_of(day_iso(ev->end_day, d)));
		if (ev->org)
			out->org = orgs[ev->org - 1].code;
		return RC_OK;
	}
	return err_set(e, RC_NOT_FOUND, "There is no such entry.");
}

static void problem_add(struct preview *p, const char *field, const char *text)
{
	struct draft_problem *list = (struct draft_problem *)(uintptr_t)p->problems;
	list[p->n_problems++] = (struct draft_problem){ str_of(field), str_of(text) };
}

static struct event event_from(struct app *app, const struct draft *d, struct preview *p, struct arena *a)
{
	struct event ev = { .person = d->person,
			    .kind = vocab_kind(app->vocab, d->kind),
			    .minute = MINUTE_NONE,
			    .at = DAY_NONE,
			    .recorded_ms = epoch_ms,
			    .value = INT64_MIN,
			    .end_day = DAY_NONE,
			    .code = arena_str(a, d->code),
			    .code2 = arena_str(a, d->code2),
			    .ref = arena_str(a, d->ref),
			    .why = arena_str(a, d->why) };
	const struct kind *k = &app->vocab->kinds[ev.kind];
	ev.replaces = d->change == CHANGE_RECORD ? 0 : d->event;
	ev.voids = d->change == CHANGE_VOID;
	if (d->change != CHANGE_RECORD && !d->why.n)
		problem_add(p, "why", "Say why");
	if (ev.voids)
		return ev;
	if (!d->at.n)
		problem_add(p, "at", "Enter the day it happened");
	else if (day_parse(d->at, &ev.at) != RC_OK)
		problem_add(p, "at", "The day must be a real date");
	else if (ev.at > TODAY)
		problem_add(p, "at", "The day must be today or earlier");
	if (k->codes && !code_list_find(k->codes, d->code))
		problem_add(p, "code", "Choose one");
	if (k->has_end && day_parse(d->end, &ev.end_day) != RC_OK)
		problem_add(p, "end", "The second day must be a real date");
	return ev;
}

static struct str change_words(struct arena *a, const struct clock_change *c)
{
	char d[DAY_TEXT_MAX], f[DAY_TEXT_MAX];
	if (!c->before_there || !c->after_there)
		return c->after_there ? STR("A clock starts") : STR("The clock is gone");
	if (c->before.state != c->after.state)
		return arena_printf(a, "From %s to %s", clock_state_title((enum clock_state)c->before.state),
				    clock_state_title((enum clock_state)c->after.state));
	if (c->before.due != c->after.due)
		return arena_printf(a, "Due moves from %s to %s", day_short(c->before.due, d),
				    day_short(c->after.due, f));
	return arena_printf(a, "The turn passes to: %s", holder_title((enum holder)c->after.holder));
}

static void compare(struct app *app, const struct worked *x, const struct worked *y, struct arena *a, struct preview *p)
{
	struct clock_change *list = arena_array(a, x->n + y->n + 1, sizeof *list);
	for (size_t i = 0; i < y->n; i++) {
		const struct clock *was = NULL, *is = &y->clocks[i];
		for (size_t j = 0; j < x->n; j++)
			if (x->clocks[j].standard == is->standard && x->clocks[j].start == is->start)
				was = &x->clocks[j];
		if (was && was->state == is->state && was->due == is->due && was->holder == is->holder)
			continue;
		struct clock_change *c = &list[p->n_changes++];
		*c = (struct clock_change){ .standard = rulebook_info(app->rules, is->standard),
					    .before_there = was,
					    .after_there = true,
					    .after = *is };
		if (was)
			c->before = *was;
		c->words = change_words(a, c);
	}
	p->changes = list;
}

enum rc record_preview(struct app *app, const struct viewer *v, const struct draft *d, struct arena *a,
		       struct preview *out, struct err *e)
{
	(void)v;
	struct kid *k = kid_of(app, d->person);
	struct worked *x = arena_alloc(a, sizeof *x), *y = arena_alloc(a, sizeof *y);
	if (!k)
		return err_set(e, RC_NOT_FOUND, "There is no such child.");
	if (d->version != k->version)
		return err_set(e, RC_CONFLICT, "Somebody else changed this child's record.");
	*out = (struct preview){ .problems = arena_array(a, 10, sizeof(struct draft_problem)), .version = k->version };
	struct event ev = event_from(app, d, out, a);
	ev.id = INT64_MAX;
	if (out->n_problems)
		return RC_OK;
	pthread_mutex_lock(&app->lock);
	work_out(app, k, TODAY, KNOWN_NOW, NULL, a, x);
	work_out(app, k, TODAY, KNOWN_NOW, &ev, a, y);
	pthread_mutex_unlock(&app->lock);
	compare(app, x, y, a, out);
	head_of(app, y, &out->head);
	char day[DAY_TEXT_MAX];
	out->words = ev.voids ? words_of(app, &ev, a)
			      : arena_printf(a, STR_FMT " on %s", STR_ARG(words_of(app, &ev, a)), day_long(ev.at, day));
	engine_free(x->en);
	engine_free(y->en);
	return RC_OK;
}

enum rc record_save(struct app *app, const struct viewer *v, const struct draft *d, struct arena *a, int64_t *event_out,
		    struct err *e)
{
	struct preview p;
	enum rc rc = record_preview(app, v, d, a, &p, e);
	if (rc != RC_OK || p.n_problems)
		return rc != RC_OK ? rc : err_set(e, RC_BAD_INPUT, "The form has problems.");
	pthread_mutex_lock(&app->lock);
	struct event ev = event_from(app, d, &p, &app->arena);
	if (ev.voids)
		for (size_t i = 0; i < app->n_events; i++)
			if (app->events[i].id == ev.replaces)
				ev.at = app->events[i].at;
	ev.id = 1000001 + (int64_t)app->n_events;
	app->events[app->n_events++] = ev;
	kid_of(app, d->person)->version++;
	pthread_mutex_unlock(&app->lock);
	*event_out = ev.id;
	return RC_OK;
}

/* ---- loading ---- */

static const struct load_file files[] = {
	{ { "children", 8 }, false, 0, 1148, 61, 12, 1073, 0, 2 },
	{ { "placements", 10 }, false, 0, 2316, 204, 31, 2064, 3, 17 },
};
#define S(z)                                                                                                           \
	{                                                                                                              \
		(z), sizeof(z) - 1                                                                                     \
	}
static const struct load_finding findings[] = {
	{ S("children"), S("birth_date"), S("day"), S("kept-back"), S("31/09/2019"),
	  S("The date of birth is not a real day"), S("September has 30 days. Write day/month/year."), S(""), 311 },
	{ S("placements"), S("child_id"), S("no-child"), S("kept-back"), S("E-40718"),
	  S("The child is not in children.csv"), S("Add the child to children.csv, or correct the number."), S(""),
	  88 },
	{ S("placements"), S("child_id"), S("no-child"), S("kept-back"), S("<script>alert(1)</script>"),
	  S("The child is not in children.csv"), S("Add the child to children.csv, or correct the number."), S(""),
	  90 },
	{ S("children"), S("nhs_number"), S("nhs-number"), S("warning"), S("999 000 1007"),
	  S("The NHS number’s check digit is wrong"), S("Look the number up again. The child is loaded without it."),
	  S(""), 17 },
};

static struct load_summary summary(int64_t id)
{
	return (struct load_summary){ .id = id,
				      .name = STR("Tables of 20 November"),
				      .state = id == 119 ? STR("running") : STR("done"),
				      .by = STR("Priya Okonjo-Bell"),
				      .started_ms = epoch_ms - 90000,
				      .finished_ms = id == 119 ? 0 : epoch_ms - 88000,
				      .children_total = 1148,
				      .children_done = id == 119 ? 402 : 1148,
				      .rows_taken = 8000,
				      .files = files,
				      .n_files = COUNT_OF(files),
				      .findings = findings,
				      .n_findings = COUNT_OF(findings),
				      .findings_total = COUNT_OF(findings) };
}

enum rc load_tables(struct app *app, const struct viewer *v, const struct load_request *r, load_progress *p, void *arg,
		    struct arena *a, struct load_summary *out, struct err *e)
{
	(void)app, (void)v, (void)p, (void)arg, (void)a, (void)e;
	*out = summary(0);
	out->state = r->dry_run ? STR("dry-run") : STR("done");
	return RC_OK;
}

enum rc load_start(struct app *app, const struct viewer *v, const struct load_request *r, int64_t *id_out,
		   struct err *e)
{
	(void)app, (void)v, (void)e;
	for (size_t i = 0; i < r->n_uploads; i++)
		auto_close(&(int){ r->uploads[i].fd });
	*id_out = 118;
	return RC_OK;
}

enum rc load_see(struct app *app, const struct viewer *v, int64_t id, size_t max, struct arena *a,
		 struct load_summary *out, struct err *e)
{
	(void)app, (void)v, (void)max, (void)a;
	if (id != 118 && id != 119)
		return err_set(e, RC_NOT_FOUND, "There is no such import.");
	*out = summary(id);
	return RC_OK;
}

enum rc load_list(struct app *app, const struct viewer *v, size_t limit, struct arena *a,
		  const struct load_summary **out, size_t *n_out, struct err *e)
{
	(void)app, (void)v, (void)limit, (void)e;
	struct load_summary *l = arena_array(a, 2, sizeof *l);
	l[0] = summary(119);
	l[1] = summary(118);
	*out = l;
	*n_out = 2;
	return RC_OK;
}

enum rc load_kept_back(struct app *app, const struct viewer *v, int64_t id, struct str file, struct buf *out,
		       struct err *e)
{
	(void)app, (void)v;
	if (id != 118 || !str_is(file, "placements"))
		return err_set(e, RC_NOT_FOUND, "There is no such file.");
	buf_puts(out, "council,child_id\r\nEssex,E-40718\r\n");
	return RC_OK;
}
