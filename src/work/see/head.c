#include "work/see/head.h"

#include "base/text.h"
#include "codec/json.h"
#include "standard/asks.h"
#include "work/core/seal.h"
#include "work/core/shared.h"
#include "work/see/next.h"

int64_t history_token(struct app *app, const struct viewer *v, const struct history *h)
{
	for (size_t i = h->n; i-- > 0;)
		if (!v || viewer_sees_event(app, v, h, &h->events[i]))
			return h->events[i].id;
	return 0;
}

struct viewer without_emergency(const struct viewer *v)
{
	struct viewer plain = *v;
	plain.emergency_ms = 0;
	return plain;
}

enum rc child_view_begin(struct app *app, struct db *db, const struct viewer *v, const struct child_query *q,
			 struct arena *a, struct child_view *out, struct err *e)
{
	struct child_view cv = { .as_of = q->as_of == DAY_NONE ? app_today(app) : q->as_of, .known_ms = q->known_ms };
	enum rc rc = app_coverage_refresh(app, db, e);
	if (rc == RC_OK)
		rc = history_read_whole(app, db, q->person, q->known_ms, a, &cv.h, e);
	if (rc == RC_OK && cv.h.joined_to) /* the child is read by its main record */
		rc = history_read_whole(app, db, cv.h.joined_to, q->known_ms, a, &cv.h, e);
	if (rc == RC_OK)
		rc = history_for(app, db, v, &cv.h, a, &cv.h, e);
	struct viewer plain = v ? without_emergency(v) : (struct viewer){ 0 };
	cv.lasting = cv.h;
	if (rc == RC_OK && v && v->emergency_ms)
		rc = history_for(app, db, &plain, &cv.h, a, &cv.lasting, e);
	if (rc != RC_OK)
		return rc;
	cv.version = history_token(app, v ? &plain : NULL, &cv.lasting);
	history_fold(app, &cv.h, q->known_ms, a, &cv.f);
	if ((rc = details_read(&cv.f, a, &cv.details, e)) != RC_OK)
		return rc;
	cv.w = app_workdays(app);
	cv.en = app_engine_take(app, cv.w);
	const struct clock *clocks;
	cv.n_clocks = engine_run(cv.en, &cv.f.child, cv.as_of, &clocks);
	cv.clocks = arena_copy(a, clocks, cv.n_clocks, sizeof *clocks);
	if (v)
		child_view_for(app, v, a, &cv);
	*out = cv;
	return RC_OK;
}

void child_view_for(struct app *app, const struct viewer *v, struct arena *a, struct child_view *cv)
{
	bool *unseen = arena_array(a, cv->n_clocks, sizeof *unseen);
	for (size_t i = 0; i < cv->n_clocks; i++)
		unseen[i] = !viewer_sees_clock(app, v, &cv->f, &cv->clocks[i]);
	cv->unseen = unseen;
}

void child_view_end(struct app *app, struct child_view *cv)
{
	if (cv->en)
		app_engine_give(app, cv->en, cv->w);
	cv->en = NULL;
}

/* The legal status in force: the last that was told inside the period. */
static struct str legal_status(struct app *app, const struct child_view *cv, const struct span *care)
{
	const struct vocab *v = app_vocab(app);
	uint16_t changed = vocab_kind(v, STR("legal-status-changed"));
	uint16_t code = care->code;
	for (size_t i = 0; i < cv->f.child.n; i++) {
		const struct fact *t = &cv->f.child.facts[i];
		if (t->kind == changed && t->day >= care->from && t->day <= cv->as_of &&
		    str_eq(cv->f.refs[t->key], care->ref))
			code = t->code;
	}
	return vocab_code_title(v, code);
}

void child_head(struct app *app, const struct viewer *v, const struct child_view *cv, struct arena *a,
		struct child_head *out)
{
	(void)a;
	const struct vocab *voc = app_vocab(app);
	*out = (struct child_head){ .person = cv->h.person,
				    .version = cv->version,
				    .given = cv->details.given,
				    .family = cv->details.family,
				    .nhs_number = cv->details.nhs_number,
				    .ref = cv->h.ref,
				    .sex = cv->details.sex,
				    .language = cv->details.language,
				    .interpreter = cv->details.interpreter,
				    .born = cv->details.born,
				    .died = cv->f.child.died,
				    .age_years = -1,
				    .age_months = -1,
				    .council = app_organisation(app, cv->h.council) };
	if (out->born != DAY_NONE && out->born <= cv->as_of) {
		out->age_years = day_age_years(out->born, cv->as_of);
		out->age_months = day_age_months(out->born, cv->as_of);
	}
	out->care_hidden = withheld_now(v) & data_bit(DATA_CARE);
	out->care = folded_span(&cv->f, vocab_kind(voc, STR("care-started")), cv->as_of);
	out->placement = folded_span(&cv->f, vocab_kind(voc, STR("placement-started")), cv->as_of);
	if (out->care) {
		out->legal_status = legal_status(app, cv, out->care);
		if (app_organisation(app, out->care->org))
			out->council = app_organisation(app, out->care->org);
		/* Of a child with several numbers, the one of the council that is responsible. */
		for (size_t i = 0; i < cv->h.n_parts && out->care->org != cv->h.council; i++)
			if (cv->h.parts[i].council == out->care->org)
				out->ref = cv->h.parts[i].ref;
	}
	if (out->placement)
		out->placed_in = app_organisation(app, out->placement->org);
	int64_t placed = out->placed_in ? out->placed_in->id : 0;
	int64_t council = out->council ? out->council->id : 0;
	out->area = (enum area)area_for(app, app_organisation(app, v->org), council, placed);
}

static bool has_name(const struct child_view *cv, size_t which)
{
	return !cv->unseen || !cv->unseen[which];
}

struct str clock_name(struct app *app, const struct child_view *cv, size_t which, struct arena *a)
{
	int n = 0;
	struct str id = rulebook_info(app_rulebook(app), cv->clocks[which].standard)->id;
	for (size_t i = 0; i <= which; i++)
		n += has_name(cv, i) && str_eq(rulebook_info(app_rulebook(app), cv->clocks[i].standard)->id, id);
	return arena_printf(a, STR_FMT ".%d", STR_ARG(id), n);
}

static struct str exact_name(struct app *app, const struct child_view *cv, size_t which, char *as(int64_t, char *),
			     struct arena *a)
{
	const struct clock *c = &cv->clocks[which];
	char id[ID_TEXT_MAX];
	return arena_printf(a, STR_FMT ".%s.%d", STR_ARG(rulebook_info(app_rulebook(app), c->standard)->id),
			    as(c->opened_by >= 0 ? cv->f.fact_root[c->opened_by] : 0, id), c->ordinal);
}

struct str clock_exact_name(struct app *app, const struct child_view *cv, size_t which, struct arena *a)
{
	return exact_name(app, cv, which, id_text, a);
}

struct str clock_kept_name(struct app *app, const struct child_view *cv, size_t which, struct arena *a)
{
	return exact_name(app, cv, which, id_plain, a);
}

/* "rha.0sab3wjvc0801.2": standard, first event of what opened it, ordinal. */
static size_t clock_exact(struct app *app, const struct child_view *cv, struct str standard, struct str opened,
			  struct str ordinal)
{
	int64_t root, n;
	if (id_parse(opened, &root) != RC_OK || str_to_int(ordinal, 0, CLOCKS_PER_CHILD_MAX, &n) != RC_OK)
		return SIZE_MAX;
	for (size_t i = 0; i < cv->n_clocks; i++) {
		const struct clock *c = &cv->clocks[i];
		int64_t at = c->opened_by >= 0 ? cv->f.fact_root[c->opened_by] : 0;
		if (has_name(cv, i) && at == root && c->ordinal == n &&
		    str_eq(rulebook_info(app_rulebook(app), c->standard)->id, standard))
			return i;
	}
	return SIZE_MAX;
}

size_t clock_named(struct app *app, const struct child_view *cv, struct str id)
{
	struct str rest, ordinal;
	struct str standard = str_cut(id, '.', &rest);
	struct str number = str_cut(rest, '.', &ordinal);
	int64_t want = 0, n = 0;
	size_t found = SIZE_MAX;
	if (ordinal.p)
		return clock_exact(app, cv, standard, number, ordinal);
	if (rest.p && str_to_int(number, 1, CLOCKS_PER_CHILD_MAX, &want) != RC_OK)
		return SIZE_MAX;
	for (size_t i = 0; i < cv->n_clocks; i++) {
		if (!has_name(cv, i) || !str_eq(rulebook_info(app_rulebook(app), cv->clocks[i].standard)->id, standard))
			continue;
		if (++n == want)
			return i;
		found = i;
	}
	return want ? SIZE_MAX : found;
}

void child_clock(struct app *app, const struct viewer *v, const struct child_view *cv, size_t which, struct arena *a,
		 struct child_clock *out)
{
	const struct clock *c = &cv->clocks[which];
	int64_t council = cv->h.council;
	for (size_t i = 0; i < cv->f.n_spans; i++)
		if (cv->f.spans[i].kind == vocab_kind(app_vocab(app), STR("care-started")) && cv->f.spans[i].org &&
		    (c->start == DAY_NONE || cv->f.spans[i].from <= c->start))
			council = cv->f.spans[i].org;
	*out = (struct child_clock){ .clock = *c,
				     .id = clock_name(app, cv, which, a),
				     .opened = c->opened_by >= 0 ? cv->f.fact_root[c->opened_by] : 0,
				     .holder_org =
					 app_organisation(app, holder_organisation(app, c->holder, council, c->org)),
				     .untold = c->state == CLOCK_NOT_KNOWN && !clock_on_worklist(app_rulebook(app), c),
				     .why = clock_why(app, &cv->f, c, a) };
	out->lateness = clock_lateness(app_rulebook(app), cv->w, c, cv->as_of, &out->days_late);
	out->asks = clock_asks(app_rulebook(app), &cv->f.child, c, cv->as_of);
	if (v)
		next_step_of(app, v,
			     &(struct next_of){ c->standard, (enum clock_state)c->state, (enum holder)c->holder,
						out->holder_org ? out->holder_org->id : 0, out->asks,
						clock_agreed(app_rulebook(app), &cv->f.child, c, out->asks, cv->as_of),
						c->due, cv->as_of },
			     &out->next);
}

/* The referral that an entry belongs to went to this organisation. */
static bool referred_to(const struct history *h, const struct event *ev, int64_t org)
{
	if (ev->org == org)
		return true;
	for (size_t i = 0; ev->ref.n && i < h->n; i++)
		if (h->events[i].org == org && str_eq(h->events[i].ref, ev->ref))
			return true;
	return false;
}

bool viewer_sees_event(struct app *app, const struct viewer *v, const struct history *h, const struct event *ev)
{
	if (!app_vocab(app)->kinds[ev->kind].sensitive)
		return true;
	return role_sees_sensitive(v->role) &&
	       (v->role != ROLE_CLINICIAN || v->emergency_ms || referred_to(h, ev, v->org));
}

bool viewer_sees_entry(struct app *app, const struct viewer *v, const struct history *h, int64_t id)
{
	const struct event *ev = history_event(h, id);
	return ev && viewer_sees_event(app, v, h, ev);
}

struct history history_shown(struct app *app, const struct viewer *v, const struct history *h, struct arena *a)
{
	struct history out = *h;
	out.events = arena_array(a, h->n, sizeof *out.events);
	out.cap = h->n;
	out.n = 0;
	for (size_t i = 0; i < h->n; i++)
		if (viewer_sees_event(app, v, h, &h->events[i]))
			out.events[out.n++] = h->events[i];
	return out;
}

bool viewer_sees_clock(struct app *app, const struct viewer *v, const struct folded *f, const struct clock *c)
{
	if (standard_withheld(app, withheld_now(v), c->standard))
		return false;
	if (!clock_is_sensitive(app, f, c))
		return true;
	return role_sees_sensitive(v->role) && (v->role != ROLE_CLINICIAN || v->emergency_ms || c->org == v->org);
}

struct str event_words(struct app *app, const struct event *ev, struct arena *a)
{
	const struct kind *k = &app_vocab(app)->kinds[ev->kind];
	const struct code_entry *second = code_list_find(k->codes2, ev->code2);
	char day[DAY_TEXT_MAX];
	if (k->undated)
		return k->title;
	if (k->has_end && ev->end_day != DAY_NONE)
		return arena_printf(a, STR_FMT " for %s", STR_ARG(k->title), day_long(ev->end_day, day));
	if (second)
		return arena_printf(a, STR_FMT ": " STR_FMT, STR_ARG(k->title), STR_ARG(second->title));
	return k->title;
}

static struct str note_of(const struct event *ev, struct arena *a)
{
	static const char *const note[] = { "note" };
	struct str words = { NULL, 0 };
	struct err e = { 0 };
	return json_members(ev->body, note, 1, a, &words, &e) == RC_OK ? words : STR("");
}

struct str event_note(struct app *app, const struct event *ev, struct arena *a)
{
	const struct kind *k = &app_vocab(app)->kinds[ev->kind];
	return k->seal || k->on_clock ? STR("") : note_of(ev, a);
}

struct str event_detail(struct app *app, const struct event *ev, struct arena *a)
{
	const struct kind *k = &app_vocab(app)->kinds[ev->kind];
	struct buf b AUTO(buf_release);
	buf_init(&b, 4096 + EVENT_BODY_MAX);
	const struct code_entry *first = code_list_find(k->codes, ev->code);
	const struct organisation *org = k->has_org ? app_organisation(app, ev->org) : NULL;
	if (first)
		buf_str(&b, first->title);
	if (org)
		buf_printf(&b, "%s" STR_FMT, b.n ? " · " : "", STR_ARG(org->name));
	if (k->has_value && ev->value != INT64_MIN) {
		bool yes_no = !strstr(arena_str(a, k->value_label).p, ",");
		if (yes_no)
			buf_printf(&b, "%s" STR_FMT ": %s", b.n ? " · " : "", STR_ARG(k->value_label),
				   ev->value ? "yes" : "no");
		else
			buf_printf(&b, "%s" STR_FMT ": %" PRId64, b.n ? " · " : "", STR_ARG(k->value_label), ev->value);
	}
	if (ev->ref.n && k->ref_label.n && !k->own_form)
		buf_printf(&b, "%s" STR_FMT " " STR_FMT, b.n ? " · " : "", STR_ARG(k->ref_label), STR_ARG(ev->ref));
	static const char *const worker[] = { "worker" };
	struct str words = { NULL, 0 };
	struct err e = { 0 };
	/* Who it was, as they were called then. */
	if (k->own_form && json_members(ev->body, worker, 1, a, &words, &e) == RC_OK && words.n)
		buf_printf(&b, "%s" STR_FMT, b.n ? " · " : "", STR_ARG(words));
	/* Of a sealed kind the words are all there is. */
	if (k->seal && (words = note_of(ev, a)).n)
		buf_printf(&b, "%s" STR_FMT, b.n ? " · " : "", STR_ARG(words));
	return arena_str(a, buf_view(&b));
}

enum came { BY_HAND, BY_LINK, BY_LIST, BY_FILE };

static enum came came_by(const struct event *ev, struct arena *a, struct str *source_out)
{
	char day[DAY_TEXT_MAX];
	static const char *const signs[] = { "by_link", "asked_by" };
	struct str by[COUNT_OF(signs)] = { 0 }, rest, table = str_cut(ev->natural, '/', &rest);
	struct err e = { 0 };
	day_t listed;
	*source_out = STR("");
	if (json_members(ev->body, signs, COUNT_OF(signs), a, by, &e) == RC_OK && by[0].n) {
		*source_out =
		    arena_printf(a, "by link, " STR_FMT ", asked by " STR_FMT, STR_ARG(by[0]), STR_ARG(by[1]));
		return BY_LINK;
	}
	if (str_is(table, "weekly-list") && day_parse_iso(str_cut(rest, '/', &rest), &listed) == RC_OK) {
		day_plain(listed, day);
		*source_out = ev->source_row
				  ? arena_printf(a, "the council’s list of %s, row %" PRId64, day, ev->source_row)
				  : arena_printf(a, "the council’s list of %s", day);
		return BY_LIST;
	}
	if (!ev->source || !ev->source_row)
		return BY_HAND;
	*source_out = arena_printf(a, STR_FMT ".csv, row %" PRId64, STR_ARG(table), ev->source_row);
	return BY_FILE;
}

struct str event_source(const struct event *ev, struct arena *a)
{
	struct str source;
	came_by(ev, a, &source);
	return source;
}

struct str event_from(const struct event *ev, struct arena *a)
{
	char day[DAY_TEXT_MAX];
	struct str source;
	enum came came = came_by(ev, a, &source);
	day_short(london_day(ev->recorded_ms), day);
	switch (came) {
	case BY_LINK: return arena_printf(a, "recorded %s " STR_FMT, day, STR_ARG(source));
	case BY_LIST: return source;
	case BY_FILE: return arena_printf(a, STR_FMT ", loaded %s", STR_ARG(source), day);
	case BY_HAND: break;
	}
	return arena_printf(a, "%s %s", ev->replaces && !ev->voids ? "corrected" : "recorded", day);
}
