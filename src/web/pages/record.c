#include "web/pages/record.h"

#include "pages/templates.h"
#include "web/pages/child.h"

#include <ctype.h>

struct str problem_of(const struct record_view *v, const char *field)
{
	for (size_t i = 0; i < v->n_problems; i++)
		if (str_is(v->problems[i].field, field))
			return v->problems[i].text;
	return (struct str){ "", 0 };
}

struct link record_action(const struct record_view *v)
{
	int64_t person = v->head->person;
	if (v->draft.change == CHANGE_CORRECT)
		return link_correct(person, v->draft.event);
	if (v->draft.change == CHANGE_VOID)
		return link_error(person, v->draft.event);
	return link_record_kind(person, v->draft.kind);
}

struct str clock_words(struct arena *a, bool there, const struct clock *k)
{
	if (!there)
		return STR("No clock");
	switch (k->state) {
	case CLOCK_RUNNING:
		return k->due == DAY_NONE ? STR("Running, no due date yet")
					  : arena_printf(a, "Due %s", show_day(k->due).s);
	case CLOCK_DONE: return arena_printf(a, "Done %s", show_day(k->done).s);
	case CLOCK_STOPPED: return STR("Stopped");
	case CLOCK_MISSED: return STR("Not done");
	case CLOCK_NOT_REQUIRED: return STR("Not required");
	default: return STR("Not known");
	}
}

/* ---- what the fields offer ---- */

const char *which_one(struct arena *a, struct str label)
{
	struct str words = arena_printf(a, "Which " STR_FMT, STR_ARG(label));
	char *first = (char *)words.p + strlen("Which "); /* the arena's, still nobody else's */
	*first = (char)tolower((unsigned char)*first);
	return words.p;
}

static enum rc refs_of(struct visit *v, const struct record_view *view, struct choice **out, size_t *n_out,
		       struct err *e)
{
	const struct ref_choice *r = NULL;
	size_t n = 0;
	enum rc rc = record_refs(v->app, viewer_of(v), view->head->person, view->draft.kind, v->a, &r, &n, e);
	if (rc != RC_OK)
		return rc;
	struct choice *c = arena_array(v->a, n + 1, sizeof *c);
	size_t first = view->starts && n ? 1 : 0;
	c[0] = (struct choice){ STR(""), STR("A new one") }; /* chosen unless another is */
	for (size_t i = 0; i < n; i++)
		c[first + i] = (struct choice){ r[i].ref, r[i].words };
	*out = c;
	*n_out = first + n;
	return RC_OK;
}

/* A label such as "Total difficulties, 0 to 40" asks for a number; one without a comma for a yes or no. */
static bool is_yes_no(const struct kind *k)
{
	for (size_t i = 0; i < k->value_label.n; i++)
		if (k->value_label.p[i] == ',')
			return false;
	return k->has_value;
}

static enum rc offer(struct visit *v, struct record_view *view, struct err *e)
{
	const struct vocab *vocab = app_vocab(v->app);
	uint16_t i = vocab_kind(vocab, view->draft.kind);
	if (!i)
		return err_set(e, RC_NOT_FOUND, "There is no such kind of entry.");
	const struct kind *k = &vocab->kinds[i];
	view->kind = k;
	view->codes = fields_codes(v->a, k->codes, &view->n_codes);
	if (!k->code2_derived)
		view->codes2 = fields_codes(v->a, k->codes2, &view->n_codes2);
	if (k->has_org)
		view->orgs = fields_orgs(v, k, &view->n_orgs);
	view->yes_no = is_yes_no(k);
	view->starts = &vocab->kinds[k->ends] == k;
	return k->ref_label.n ? refs_of(v, view, &view->refs, &view->n_refs, e) : RC_OK;
}

/* ---- the pages ---- */

struct loaded {
	struct child_page child;
	struct record_view view;
};

static enum rc load_child(struct visit *v, struct loaded *l, struct err *e)
{
	struct child_query q = { .as_of = DAY_NONE,
				 .known_ms = KNOWN_NOW,
				 .events_told = request_param(v->req, "event").n ? 0 : 1, /* the one that is changed */
				 .to_write = true };
	enum rc rc = child_id(v, &q.person, e);
	if (rc == RC_OK)
		rc = child_see(v->app, viewer_of(v), &q, v->a, &l->child, e);
	if (rc != RC_OK)
		return rc;
	l->view.head = &l->child.head;
	l->view.name = person_name(v->a, l->child.head.given, l->child.head.family);
	return RC_OK;
}

static enum rc load_event(struct visit *v, struct loaded *l, enum change change, struct err *e)
{
	int64_t id;
	if (id_parse(request_param(v->req, "event"), &id) != RC_OK)
		return err_set(e, RC_NOT_FOUND, "There is no such entry.");
	l->view.was = event_of(&l->child, id);
	if (!l->view.was)
		return err_set(e, RC_NOT_FOUND, "There is no such entry.");
	l->view.draft.change = change;
	l->view.draft.event = id;
	l->view.draft.kind = l->view.was->kind->id;
	return RC_OK;
}

static void name_page(struct visit *v, struct record_view *view)
{
	struct str title = view->kind->title;
	if (view->draft.change == CHANGE_RECORD)
		view->heading = title;
	else
		view->heading =
		    arena_printf(v->a, "%s: " STR_FMT,
				 view->draft.change == CHANGE_CORRECT ? "Correct" : "Entered in error", STR_ARG(title));
	view->page = (struct page){ v,
				    arena_printf(v->a, "%s" STR_FMT ", " STR_FMT, view->n_problems ? "Error: " : "",
						 STR_ARG(view->heading), STR_ARG(view->name)),
				    MENU_CHILDREN };
}

static enum rc show_form(struct visit *v, struct loaded *l, struct err *e)
{
	enum rc rc = offer(v, &l->view, e);
	if (rc != RC_OK)
		return rc;
	name_page(v, &l->view);
	record_form_html(&v->out, &l->view);
	return RC_OK;
}

enum rc page_record_choose(struct visit *v, struct err *e)
{
	struct loaded *l = arena_alloc(v->a, sizeof *l);
	enum rc rc = load_child(v, l, e);
	if (rc != RC_OK)
		return rc;
	struct choose_view c = { .head = &l->child.head, .name = l->view.name };
	c.n = record_kinds(v->app, viewer_of(v), v->a, &c.kinds);
	c.page = (struct page){ v, arena_printf(v->a, "What happened? " STR_FMT, STR_ARG(c.name)), MENU_CHILDREN };
	record_choose_html(&v->out, &c);
	return RC_OK;
}

enum rc page_record_form(struct visit *v, struct err *e)
{
	struct loaded *l = arena_alloc(v->a, sizeof *l);
	enum rc rc = load_child(v, l, e);
	if (rc != RC_OK)
		return rc;
	const struct kind **kinds;
	size_t n = record_kinds(v->app, viewer_of(v), v->a, &kinds);
	struct draft *d = &l->view.draft;
	*d =
	    (struct draft){ .change = CHANGE_RECORD, .person = l->child.head.person, .version = l->child.head.version };
	for (size_t i = 0; i < n; i++)
		if (str_eq(kinds[i]->id, request_param(v->req, "kind")))
			d->kind = kinds[i]->id;
	if (!d->kind.n)
		return err_set(e, RC_NOT_FOUND, "Your role does not record this kind of entry.");
	d->code = request_query(v->req, "code"); /* a next step knows them; what is no choice is not chosen */
	d->code2 = request_query(v->req, "code2");
	return show_form(v, l, e);
}

enum rc page_correct_form(struct visit *v, struct err *e)
{
	struct loaded *l = arena_alloc(v->a, sizeof *l);
	enum rc rc = load_child(v, l, e);
	if (rc == RC_OK)
		rc = load_event(v, l, CHANGE_CORRECT, e);
	if (rc == RC_OK)
		rc = record_draft_of(v->app, viewer_of(v), l->child.head.person, l->view.draft.event, v->a,
				     &l->view.draft, e);
	if (rc != RC_OK)
		return rc;
	l->view.draft.change = CHANGE_CORRECT;
	l->view.draft.version = l->child.head.version;
	return show_form(v, l, e);
}

enum rc page_error_form(struct visit *v, struct err *e)
{
	struct loaded *l = arena_alloc(v->a, sizeof *l);
	enum rc rc = load_child(v, l, e);
	if (rc == RC_OK)
		rc = load_event(v, l, CHANGE_VOID, e);
	if (rc != RC_OK)
		return rc;
	l->view.draft.person = l->child.head.person;
	l->view.draft.version = l->child.head.version;
	return show_form(v, l, e);
}

static void draft_from_form(struct visit *v, struct draft *d)
{
	const struct request *q = v->req;
	d->at = form_day(v, "at");
	d->end = form_day(v, "end");
	d->minute = str_trim(request_form(q, "minute"));
	d->code = request_form(q, "code");
	d->code2 = request_form(q, "code2");
	d->value = str_trim(request_form(q, "value"));
	d->ref = str_trim(request_form(q, "ref"));
	d->org = request_form(q, "org");
	d->note = str_trim(request_form(q, "note"));
	d->why = str_trim(request_form(q, "why"));
	if (!form_version(q, &d->version))
		d->version = 0;
}

static enum rc show_conflict(struct visit *v, struct loaded *l, struct err *e)
{
	/* The form goes again with the version that the child has now. */
	enum rc rc = offer(v, &l->view, e);
	if (rc != RC_OK)
		return rc;
	l->view.draft.version = l->child.head.version;
	name_page(v, &l->view);
	l->view.page.title = STR("Somebody else changed this first");
	v->res->status = 409;
	record_conflict_html(&v->out, &l->view);
	return RC_OK;
}

static enum rc save_or_show(struct visit *v, struct loaded *l, struct err *e)
{
	struct preview *p = arena_alloc(v->a, sizeof *p);
	struct record_view *view = &l->view;
	struct str step = request_form(v->req, "step");
	int64_t event;
	if (str_is(step, "change"))
		return show_form(v, l, e);
	enum rc rc = record_preview(v->app, viewer_of(v), &view->draft, v->a, p, e);
	if (rc == RC_CONFLICT)
		return show_conflict(v, l, e);
	if (rc != RC_OK)
		return rc;
	if (p->n_problems) {
		view->problems = p->problems;
		view->n_problems = p->n_problems;
		return show_form(v, l, e);
	}
	if (str_is(step, "save")) {
		rc = record_save(v->app, viewer_of(v), &view->draft, v->a, &event, e);
		if (rc == RC_CONFLICT)
			return show_conflict(v, l, e);
		return rc == RC_OK ? page_redirect(v, link_child_saved(l->child.head.person, event)) : rc;
	}
	view->preview = p;
	rc = offer(v, view, e);
	if (rc != RC_OK)
		return rc;
	name_page(v, view);
	record_preview_html(&v->out, view);
	return RC_OK;
}

/* One address for a new entry, a correction, and an entry in error: its form
 * posts to itself, first to see the effect, then to save. */
enum rc page_record_post(struct visit *v, struct err *e)
{
	struct loaded *l = arena_alloc(v->a, sizeof *l);
	enum rc rc = load_child(v, l, e);
	if (rc != RC_OK)
		return rc;
	bool error = v->req->n_segments == 5 && str_is(v->req->segments[4], "error");
	if (request_param(v->req, "event").n) {
		rc = load_event(v, l, error ? CHANGE_VOID : CHANGE_CORRECT, e);
		if (rc != RC_OK)
			return rc;
	} else {
		l->view.draft.change = CHANGE_RECORD;
		l->view.draft.kind = request_param(v->req, "kind");
	}
	l->view.draft.person = l->child.head.person;
	draft_from_form(v, &l->view.draft);
	return save_or_show(v, l, e);
}
