#include "work/record/enter.h"

#include "base/text.h"
#include "codec/json.h"
#include "record/nhs_number.h"
#include "work/core/write.h"
#include "work/load/known.h"
#include "work/load/match_unit.h"
#include "work/record/check.h"
#include "work/record/effect.h"

enum { PROBLEMS_MAX = 24, EVENTS_MAX = 3, NAME_MAX = 100, OLDEST_YEARS = 26, AGAIN_MS = 10 * 60000 };

struct entering {
	struct app *app;
	const struct viewer *v;
	const struct entry *n;
	enum entry_part part;
	struct arena *a;
	struct weekly_spec *spec;
	/* who it is, checked */
	char nhs[NHS_NUMBER_DIGITS];
	struct str given, family, nhs_number, ref;
	day_t born;
	const struct organisation *council;
	struct draft_problem problems[PROBLEMS_MAX];
	size_t n_problems, n_about_who;
	/* what is known of it here */
	struct match_candidate *candidates;
	size_t n_candidates;
	int64_t taken;		 /* who has the council's number */
	struct str taken_as;	 /* as the record writes it */
	bool taken_seen, erased; /* erased: a record with that number was lawfully erased */
	/* what will be written */
	struct history h;
	struct event ev[EVENTS_MAX];
	size_t n_events;
	struct projection made;
	int64_t saved, event;
	bool raced; /* somebody wrote the same number at the same time */
};

static void problem(struct entering *x, const char *field, struct str words)
{
	if (x->n_problems < PROBLEMS_MAX)
		x->problems[x->n_problems++] = (struct draft_problem){ str_of(field), words };
}

struct str enter_number(struct arena *a)
{
	char id[ID_TEXT_MAX];
	return arena_printf(a, "N-%s", id_random(id));
}

size_t enter_kinds(struct app *app, const struct viewer *v, struct arena *a, const struct kind ***out)
{
	const struct vocab *voc = app_vocab(app);
	const struct kind **list = arena_array(a, voc->n_kinds, sizeof *list);
	size_t n = 0;
	for (size_t i = 1; i < voc->n_kinds; i++)
		if (voc->kinds[i].begins_record && may_record_kind(v, &voc->kinds[i]))
			list[n++] = &voc->kinds[i];
	*out = list;
	return n;
}

/* ---- who it is ---- */

static struct str check_line(struct entering *x, const char *field, const char *label, struct str typed, size_t max)
{
	struct str s = str_trim(typed);
	bool plain = true;
	for (size_t i = 0; i < s.n; i++)
		plain = plain && (unsigned char)s.p[i] >= 0x20 && s.p[i] != 0x7f;
	if (!plain)
		problem(x, field, arena_printf(x->a, "%s must stand on one line", label));
	else if (s.n > max)
		problem(x, field, arena_printf(x->a, "%s must have at most %d letters", label, (int)max));
	else
		return s;
	return STR("");
}

static void check_birth(struct entering *x)
{
	struct str s = str_trim(x->n->born);
	day_t today = app_today(x->app);
	x->born = DAY_NONE;
	if (x->n->born_not_known && s.n)
		problem(x, "born", STR("Give the date of birth, or tick that it is not known"));
	else if (!s.n && !x->n->born_not_known)
		problem(x, "born", STR("Enter the date of birth, or tick that it is not known"));
	else if (s.n && day_parse(s, &x->born) != RC_OK)
		problem(x, "born", STR("The date of birth must be a real day, such as 22 11 2016"));
	else if (s.n && x->born > today)
		problem(x, "born", STR("The date of birth must not lie in the future"));
	else if (s.n && day_age_years(x->born, today) >= OLDEST_YEARS)
		problem(x, "born", STR("The date of birth: check the year. Records begin before the 26th birthday"));
	else
		return;
	x->born = DAY_NONE;
}

static void check_numbers(struct entering *x)
{
	struct str nhs = str_trim(x->n->nhs_number), id = STR("");
	const char *why = nhs.n ? nhs_number_read(nhs, x->nhs) : NULL;
	int64_t form;
	x->nhs_number = nhs.n && !why ? (struct str){ x->nhs, NHS_NUMBER_DIGITS } : STR("");
	if (why)
		problem(x, "nhs_number", arena_printf(x->a, "%s. Look it up again, or leave it empty", why));
	x->ref = check_line(x, "ref", "The council’s number", x->n->ref, EVENT_REF_MAX);
	if (x->ref.n || x->n_problems)
		return;
	if (str_starts(x->n->number, "N-"))
		id = (struct str){ x->n->number.p + 2, x->n->number.n - 2 };
	if (id_parse(id, &form) != RC_OK)
		problem(x, "ref", STR("This form is not whole. Begin again with “Enter a new child”"));
	else
		x->ref = x->n->number;
}

static void check_who(struct entering *x)
{
	x->given = check_line(x, "given", "The given name", x->n->given, NAME_MAX);
	x->family = check_line(x, "family", "The family name", x->n->family, NAME_MAX);
	if (!x->given.n && !x->family.n && !x->n_problems)
		problem(x, "given", STR("Enter a name: the given name, the family name, or both"));
	check_birth(x);
	if (!str_is(x->n->sex, "F") && !str_is(x->n->sex, "M") && !str_is(x->n->sex, "U"))
		problem(x, "sex", STR("Choose: female, male, or not known"));
	check_numbers(x);
	x->council = app_organisation_by_code(x->app, x->n->council);
	if (!x->council || !str_is(x->council->kind, "council")) {
		x->council = NULL;
		problem(x, "council", STR("Choose the council"));
	}
}

static void check_kind(struct entering *x)
{
	const struct kind **kinds;
	size_t n = enter_kinds(x->app, x->v, x->a, &kinds);
	for (size_t i = 0; i < n; i++)
		if (str_eq(kinds[i]->id, x->n->kind))
			return;
	problem(x, "kind", STR("Choose what has begun"));
}

/* ---- is it somebody who is on record? ---- */

static bool said_different(const struct entry *n, int64_t person)
{
	int64_t id;
	for (struct str rest = n->different, one; rest.n;) {
		one = str_cut(rest, ' ', &rest);
		if (id_parse(one, &id) == RC_OK && id == person)
			return true;
	}
	return false;
}

/* The row of a list that would tell of this child. */
static struct weekly_row as_row(const struct entering *x)
{
	char *born = arena_alloc(x->a, DAY_TEXT_MAX);
	struct weekly_row row = { .line = 1 };
	row.cell[WEEKLY_CHILD] = x->ref;
	row.cell[WEEKLY_GIVEN] = x->given;
	row.cell[WEEKLY_FAMILY] = x->family;
	row.cell[WEEKLY_SEX] = x->n->sex;
	row.cell[WEEKLY_NHS_NUMBER] = x->nhs_number;
	row.cell[WEEKLY_BORN] = x->born == DAY_NONE ? STR("") : str_of(day_iso(x->born, born));
	return row;
}

static enum rc look_for_same(struct entering *x, struct db *db, struct err *e)
{
	struct sql_person_main_out main;
	struct weekly_row row = as_row(x);
	int64_t id;
	enum rc rc = known_person(db, x->council->id, x->ref, false, x->a, &id, e);
	x->taken = 0;
	x->taken_as = x->ref;
	if (rc == RC_NOT_FOUND)
		rc = known_alike(db, x->council->id, x->ref, x->a, &id, &x->taken_as, e);
	if (rc == RC_OK) {
		rc = sql_person_main(db, &(struct sql_person_main_in){ id }, x->a, &main, e);
		x->taken = rc == RC_OK ? main.main : 0;
		if (rc == RC_OK)
			rc = circle_check(x->app, db, x->v, x->taken, e);
		x->taken_seen = rc == RC_OK;
	}
	if (rc == RC_NOT_FOUND && !x->taken)
		rc = erased_number(x->app, db, x->council->id, x->ref, x->a, &x->erased, e);
	if (rc != RC_OK && rc != RC_NOT_FOUND)
		return rc;
	rc = match_candidates(x->app, db, x->v, x->spec, x->council->id, &row, NULL, NULL, x->a, &x->candidates,
			      &x->n_candidates, e);
	return rc;
}

/* Why is not said: that there is such a record is not the viewer's to know. */
static void say_taken(struct entering *x)
{
	if (!x->taken && !x->erased)
		return;
	if (!x->taken || !x->taken_seen)
		problem(x, "ref", STR("This number cannot be entered here. Ask your information governance lead"));
	else if (str_eq(x->taken_as, x->ref))
		problem(x, "ref", STR("A child with this number of the council is on record"));
	else
		problem(x, "ref",
			arena_printf(x->a,
				     "A child with this number of the council is on record, written " STR_FMT
				     ". If it is another child, ask the council for a number that differs in more than "
				     "capitals",
				     STR_ARG(x->taken_as)));
}

/* ---- what has begun ---- */

static struct event *details(struct entering *x, struct err *e)
{
	static const char *const names[] = { "given_name", "family_name", "sex", "nhs_number" };
	const struct str said[] = { x->given, x->family, x->n->sex, x->nhs_number };
	struct event *ev = &x->ev[x->n_events++];
	struct str body = { NULL, 0 };
	int64_t now = app_now_ms(x->app);
	for (size_t i = 0; i < COUNT_OF(names); i++) {
		struct buf b AUTO(buf_release);
		buf_init(&b, EVENT_BODY_MAX);
		if (!said[i].n)
			continue;
		if (json_set_member(body, names[i], said[i], &b, e) != RC_OK)
			return NULL;
		body = arena_str(x->a, buf_view(&b));
	}
	*ev = (struct event){ .id = app_new_id(x->app),
			      .person = x->h.person,
			      .kind = vocab_kind(app_vocab(x->app), STR("person-details")),
			      .at = app_today(x->app),
			      .minute = MINUTE_NONE,
			      .recorded_ms = now,
			      .written_ms = now,
			      .author = x->v->account,
			      .value = INT64_MIN,
			      .end_day = x->born,
			      .body = body,
			      .natural = STR("entered/person-details") };
	return ev;
}

/* As the form of a single entry is checked; the fields of this form have other names. */
static enum rc begun(struct entering *x, const struct draft *d, const char *const (*fields)[2], size_t n_fields,
		     struct err *e)
{
	const struct draft_problem *found;
	struct event *ev = &x->ev[x->n_events];
	size_t n;
	enum rc rc = draft_check(x->app, x->v, d, &x->h, x->a, ev, &found, &n, e);
	if (rc != RC_OK)
		return rc;
	for (size_t i = 0; i < n; i++) {
		const char *field = arena_str(x->a, found[i].field).p;
		for (size_t k = 0; k < n_fields; k++)
			field = strcmp(field, fields[k][0]) == 0 ? fields[k][1] : field;
		problem(x, field, found[i].text);
	}
	if (!n && x->born != DAY_NONE && ev->at < x->born)
		problem(x, "at", STR("The day lies before the child was born"));
	ev->id = app_new_id(x->app);
	ev->natural = arena_printf(x->a, "entered/" STR_FMT, STR_ARG(d->kind));
	x->n_events++;
	return RC_OK;
}

static bool is_care(const struct entry *n)
{
	return str_is(n->kind, "care-started");
}

static enum rc what_has_begun(struct entering *x, struct err *e)
{
	static const char *const placed_as[][2] = { { "code", "placement" },
						    { "org", "area" },
						    { "value", "emergency" } };
	const struct entry *n = x->n;
	struct draft d = { .change = CHANGE_RECORD,
			   .person = x->h.person,
			   .kind = n->kind,
			   .at = n->at,
			   .minute = n->minute,
			   .code = n->code,
			   .code2 = n->code2,
			   .value = n->value,
			   .org = is_care(n) ? x->council->code : n->org };
	enum rc rc = begun(x, &d, NULL, 0, e);
	if (rc != RC_OK || !is_care(n) || !str_trim(n->placement).n || x->n_problems)
		return rc;
	if (!str_trim(n->area).n)
		problem(x, "area", STR("Choose the council of the area where the child is placed"));
	d.kind = STR("placement-started");
	d.code = n->placement;
	d.code2 = (struct str){ NULL, 0 };
	d.value = n->emergency;
	d.org = n->area;
	return begun(x, &d, placed_as, COUNT_OF(placed_as), e);
}

/* The child as it will stand, and whether the viewer will see it. */
static enum rc foresee(struct entering *x, struct err *e)
{
	struct history with = x->h;
	struct folded f;
	with.events = arena_array(x->a, x->n_events, sizeof *with.events);
	memcpy(with.events, x->ev, x->n_events * sizeof *x->ev);
	with.n = with.cap = x->n_events;
	history_fold(x->app, &with, KNOWN_NOW, x->a, &f);
	struct engine *en = app_engine_take(x->app, app_workdays(x->app));
	enum rc rc = project_child(x->app, &with, &f, en, app_today(x->app), x->a, &x->made, e);
	app_engine_give(x->app, en, app_workdays(x->app));
	bool seen = x->v->role == ROLE_OPERATOR;
	for (size_t i = 0; rc == RC_OK && i < x->made.n_circle; i++)
		seen = seen || (x->made.circle[i].org == x->v->org && x->made.circle[i].from_day <= x->made.today &&
				x->made.circle[i].to_day >= x->made.today);
	if (rc == RC_OK && !seen)
		problem(x, is_care(x->n) ? "placement" : "org",
			STR("Your organisation would not see this child. Say that the child is in your council’s care, "
			    "placed in your area, or referred to you"));
	return rc;
}

/* ---- all of it ---- */

/* Everything up to the events, inside a unit. */
static enum rc work_out(struct entering *x, struct db *db, struct err *e)
{
	enum rc rc = app_coverage_refresh(x->app, db, e);
	x->n_problems = x->n_events = x->n_candidates = 0;
	x->taken = 0;
	x->erased = false;
	if (rc != RC_OK)
		return rc;
	check_who(x);
	check_kind(x);
	if (!x->n_problems && (rc = look_for_same(x, db, e)) == RC_OK)
		say_taken(x);
	x->n_about_who = x->n_problems;
	if (rc != RC_OK || x->n_problems || x->part == ENTRY_WHO)
		return rc;
	x->h = child_new(x->app, x->council->id, x->ref, x->a);
	if (!details(x, e))
		return RC_BAD_INPUT;
	rc = what_has_begun(x, e);
	return rc == RC_OK && !x->n_problems ? foresee(x, e) : rc;
}

static size_t not_answered(struct entering *x, struct match_candidate *out)
{
	size_t n = 0;
	for (size_t i = 0; i < x->n_candidates; i++)
		if (!said_different(x->n, x->candidates[i].record.person))
			out[n++] = x->candidates[i];
	return n;
}

static void show_effect(struct entering *x, struct entry_page *page)
{
	struct child_view cv = {
		.h = x->h, .w = app_workdays(x->app), .as_of = app_today(x->app), .known_ms = KNOWN_NOW
	};
	const struct clock *none;
	history_fold(x->app, &cv.h, KNOWN_NOW, x->a, &cv.f);
	cv.en = app_engine_take(x->app, cv.w);
	cv.n_clocks = engine_run(cv.en, &cv.f.child, cv.as_of, &none);
	page->n_changes = effect_of(x->app, x->v, &cv, x->ev, x->n_events, x->a, &page->changes);
	child_view_end(x->app, &cv);
}

static void show_whole(struct entering *x, struct entry_page *page)
{
	struct str *lines = arena_array(x->a, x->n_events, sizeof *lines);
	const struct organisation **circle = arena_array(x->a, x->made.n_circle + 1, sizeof *circle);
	char day[DAY_TEXT_MAX];
	for (size_t i = 1; i < x->n_events; i++) { /* the first says who it is: the page does */
		struct event ev = x->ev[i];
		ev.ref = (struct str){ NULL, 0 }; /* a number of ours, made again when it is saved */
		struct str detail = event_detail(x->app, &ev, x->a);
		lines[page->n_events++] =
		    arena_printf(x->a, STR_FMT ", %s%s" STR_FMT, STR_ARG(event_words(x->app, &x->ev[i], x->a)),
				 day_long(x->ev[i].at, day), detail.n ? ": " : "", STR_ARG(detail));
	}
	page->events = lines;
	for (size_t i = 0; i < x->made.n_circle; i++) /* in order of organisation */
		if (!i || x->made.circle[i].org != x->made.circle[i - 1].org)
			circle[page->n_circle++] = app_organisation(x->app, x->made.circle[i].org);
	page->circle = circle;
	show_effect(x, page);
}

static enum rc look_unit(struct db *db, void *arg, struct err *e)
{
	return work_out(arg, db, e);
}

/* Who was shown a record has looked at it; who met a number that is not theirs to know has tried. */
static enum rc audit_unit(struct db *db, void *arg, struct err *e)
{
	struct entering *x = arg;
	enum rc rc = RC_OK;
	struct str what = STR("a new child: is it one of these?");
	bool seen = x->taken && x->taken_seen; /* else it counts as a search: many of them are told (alert.h) */
	for (size_t i = 0; rc == RC_OK && i < x->n_candidates; i++)
		rc = audit(x->app, db, x->v, x->candidates[i].record.person, "looked", what, STR("ordinary work"), e);
	if (rc == RC_OK && (x->taken || x->erased))
		rc = audit(x->app, db, x->v, seen ? x->taken : 0, seen ? "looked" : "searched",
			   STR("a new child: the council’s number is in use"), STR("ordinary work"), e);
	return rc;
}

static enum rc begin(struct entering *x, struct err *e)
{
	enum rc rc = require_act(x->v, ACT_ENTER_CHILD, e);
	return rc == RC_OK ? weekly_spec_load(app_data_dir(x->app), app_vocab(x->app), &x->spec, e) : rc;
}

enum rc enter_look(struct app *app, const struct viewer *v, const struct entry *n, enum entry_part part,
		   struct arena *a, struct entry_page *out, struct err *e)
{
	struct entering *x = arena_alloc(a, sizeof *x);
	*x = (struct entering){ .app = app, .v = v, .n = n, .part = part, .a = a };
	enum rc rc = begin(x, e);
	if (rc == RC_OK)
		rc = store_read(app_store(app), look_unit, x, e);
	if (rc == RC_OK && (x->n_candidates || x->taken || x->erased))
		rc = store_write(app_store(app), audit_unit, x, e);
	weekly_spec_free(x->spec);
	if (rc != RC_OK)
		return rc;
	struct match_candidate *left = arena_array(a, x->n_candidates + 1, sizeof *left);
	struct entry_page page = { .problems = x->problems,
				   .n_problems = x->n_problems,
				   .n_about_who = x->n_about_who,
				   .taken = x->taken && x->taken_seen ? x->taken : 0,
				   .candidates = left,
				   .n_candidates = not_answered(x, left) };
	if (part == ENTRY_WHOLE && !page.n_problems && !page.n_candidates)
		show_whole(x, &page);
	*out = page;
	return RC_OK;
}

/* ---- saving ---- */

static bool same_text(const struct event *x, const struct event *y)
{
	return x->kind == y->kind && x->at == y->at && x->minute == y->minute && x->value == y->value &&
	       x->end_day == y->end_day && x->org == y->org && str_eq(x->code, y->code) && str_eq(x->code2, y->code2) &&
	       str_eq(x->body, y->body);
}

/* Sent again because the first answer was lost on its way: the same people, words and form, moments
 * ago. What was recorded since changes nothing of that. */
static enum rc said_already(struct entering *x, struct db *db, bool *already_out, struct err *e)
{
	struct history h;
	size_t same = 0;
	enum rc rc = history_read_own(x->app, db, x->taken, KNOWN_NOW, x->a, &h, e);
	*already_out = false;
	if (rc != RC_OK)
		return rc;
	int64_t now = app_now_ms(x->app);
	for (size_t i = 0; i < h.n && same < x->n_events; i++) {
		const struct event *ev = &h.events[i];
		if (ev->author != x->v->account || !str_eq(ev->natural, x->ev[same].natural) ||
		    !same_text(ev, &x->ev[same]) || now - ev->recorded_ms >= AGAIN_MS)
			break;
		if (++same == 2)
			x->event = ev->id;
	}
	*already_out = same == x->n_events;
	return RC_OK;
}

/* The events of a form whose number is in use, to be held against what is there. */
static enum rc again(struct entering *x, struct db *db, bool *already_out, struct err *e)
{
	*already_out = false;
	if (!x->taken || !x->taken_seen || x->n_problems != 1)
		return RC_OK;
	x->n_problems = x->n_events = 0;
	x->h = child_new(x->app, x->council->id, x->ref, x->a);
	if (!details(x, e))
		return RC_BAD_INPUT;
	enum rc rc = what_has_begun(x, e);
	if (rc == RC_OK && !x->n_problems)
		rc = said_already(x, db, already_out, e);
	x->n_problems = 0;
	say_taken(x);
	return rc;
}

/* Whoever decides such things has now decided; of the others it stays a question. */
static enum rc remember_different(struct entering *x, struct db *db, struct err *e)
{
	enum rc rc = RC_OK;
	struct str mine = match_key(x->app, x->council->id, x->ref, x->a);
	for (size_t i = 0; rc == RC_OK && viewer_may(x->v, ACT_MATCH) && i < x->n_candidates; i++) {
		const struct match_record *r = &x->candidates[i].record;
		rc = match_remember(x->app, db, x->v, mine, match_key(x->app, r->council->id, r->ref, x->a),
				    STR("different"), str_trim(x->n->why), e);
		if (rc == RC_OK)
			rc = audit(x->app, db, x->v, r->person, "answered", STR("is this one child?"), STR("different"),
				   e);
	}
	return rc;
}

static enum rc save_unit(struct db *db, void *arg, struct err *e)
{
	struct entering *x = arg;
	bool already;
	struct match_candidate *left;
	enum rc rc = work_out(x, db, e);
	if (rc == RC_OK)
		rc = again(x, db, &already, e);
	if (rc != RC_OK)
		return rc;
	if (already) {
		x->saved = x->taken;
		return RC_OK;
	}
	if (x->n_problems)
		return err_set(e, RC_BAD_INPUT, STR_FMT ".", STR_ARG(x->problems[0].text));
	left = arena_array(x->a, x->n_candidates + 1, sizeof *left);
	if (not_answered(x, left))
		return err_set(e, RC_CONFLICT, "There is a record that may be the same child. Nothing was saved.");
	if (x->n_candidates && !str_trim(x->n->why).n)
		return err_set(e, RC_BAD_INPUT, "Say how you know that it is another child.");
	if (str_trim(x->n->why).n > EVENT_WHY_MAX)
		return err_set(e, RC_BAD_INPUT, "The reason must have at most %d letters.", EVENT_WHY_MAX);
	x->saved = x->h.person;
	x->event = x->ev[1].id;
	rc = child_append(x->app, db, &x->h, x->ev, x->n_events, true, x->a, e);
	x->raced = rc == RC_CONFLICT;
	if (x->raced)
		return err_set(e, RC_CONFLICT,
			       "Somebody entered a child with this number meanwhile. Nothing was saved.");
	if (rc == RC_OK)
		rc = remember_different(x, db, e);
	return rc == RC_OK
		   ? audit_entry(x->app, db, x->v, x->saved, "entered", app_vocab(x->app)->kinds[x->ev[1].kind].title,
				 x->n_candidates ? str_trim(x->n->why) : STR("ordinary work"), x->event, e)
		   : rc;
}

enum rc enter_save(struct app *app, const struct viewer *v, const struct entry *n, struct arena *a, int64_t *person_out,
		   int64_t *event_out, struct err *e)
{
	struct entering *x = arena_alloc(a, sizeof *x);
	*x = (struct entering){ .app = app, .v = v, .n = n, .part = ENTRY_WHOLE, .a = a };
	enum rc rc = begin(x, e);
	if (rc == RC_OK)
		rc = store_write(app_store(app), save_unit, x, e);
	if (rc == RC_CONFLICT && x->raced) /* the other one may have been this very form */
		rc = store_write(app_store(app), save_unit, x, e);
	weekly_spec_free(x->spec);
	if (rc == RC_OK) {
		*person_out = x->saved;
		*event_out = x->event;
	}
	return rc;
}
