#include "web/pages/weekly.h"

#include "pages/templates.h"
#include "work/load/workbook.h"

enum { KEPT_BACK_MAX = 32 * 1024 * 1024 };

/* ---- what the templates ask ---- */

const struct weekly_proposal *first_sure(const struct weekly_item *i)
{
	for (size_t k = 0; k < i->n; k++)
		if (i->proposals[k].p.sure && !i->proposals[k].later)
			return &i->proposals[k];
	return NULL;
}

bool item_is_doubtful(const struct weekly_item *i)
{
	for (size_t k = 0; k < i->n; k++)
		if (!i->proposals[k].p.sure && !i->proposals[k].later)
			return true;
	return false;
}

bool item_is_put_off(const struct weekly_item *i)
{
	for (size_t k = 0; k < i->n; k++)
		if (i->proposals[k].later)
			return true;
	return false;
}

struct str item_name(struct arena *a, const struct weekly_item *i)
{
	return person_name(a, i->given, i->family);
}

struct str item_cell(const struct weekly_item *i, enum weekly_field f)
{
	return i->row ? i->row->cell[f] : STR("");
}

bool change_is_ours(const struct list_child_view *v, const struct clock_change *c)
{
	const struct organisation *o = app_organisation(v->page.v->app, viewer_of(v->page.v)->org);
	uint8_t bit = !o			       ? 0
		      : str_is(o->kind, "council")     ? LISTS_COUNCIL
		      : str_is(o->kind, "health-team") ? LISTS_HEALTH_TEAM
						       : LISTS_PROVIDER;
	return !bit || !c->standard->lists || (c->standard->lists & bit);
}

size_t changes_of(const struct list_child_view *v, bool ours)
{
	size_t n = 0;
	for (size_t i = 0; i < v->w->n_changes; i++)
		n += change_is_ours(v, &v->w->changes[i]) == ours;
	return n;
}

struct str field_words(struct arena *a, enum weekly_field f)
{
	struct str id = arena_str(a, str_of(weekly_field_id(f)));
	char *p = arena_alloc(a, id.n + 1);
	for (size_t i = 0; i < id.n; i++)
		p[i] = id.p[i] == '_' ? ' ' : id.p[i];
	return (struct str){ p, id.n };
}

/* As the form will send it back: what was typed, else the day that the list tells. */
struct str day_value(const struct list_child_view *v)
{
	char day[DAY_TEXT_MAX];
	if (v->c->at.n || v->w->chosen->p.day == DAY_NONE)
		return v->c->at;
	return arena_str(v->page.v->a, str_of(day_iso(v->w->chosen->p.day, day)));
}

struct str shown_words(const struct list_child_view *v)
{
	struct str day = v->state_day ? day_value(v) : STR("");
	return arena_printf(v->page.v->a, STR_FMT "/" STR_FMT, STR_ARG(day), STR_ARG(v->c->code));
}

const char *day_hint(const struct list_child_view *v)
{
	const struct proposal *p = &v->w->chosen->p;
	char from[DAY_TEXT_MAX], to[DAY_TEXT_MAX];
	if (p->from == DAY_NONE)
		return "For example, 22 11 2026";
	return arena_printf(v->page.v->a, "As far as is known, from %s to %s", day_plain(p->from, from),
			    day_plain(p->to, to))
	    .p;
}

struct str field_problem(const struct list_child_view *v, const char *field)
{
	for (size_t i = 0; i < v->n_problems; i++)
		if (str_is(v->problems[i].field, field))
			return v->problems[i].text;
	return (struct str){ "", 0 };
}

/* ---- all lists, and a new one ---- */

enum rc page_lists(struct visit *v, struct err *e)
{
	struct lists_view view = { .page = { v, STR("Weekly lists"), MENU_IMPORT } };
	enum rc rc = weekly_lists(v->app, viewer_of(v), LISTS_SHOWN, v->a, &view.lists, &view.n, e);
	if (rc == RC_OK)
		lists_html(&v->out, &view);
	return rc;
}

/* Councils that the viewer's organisation serves come first. */
static struct choice *councils(struct visit *v, size_t *n_out)
{
	const struct organisation *all;
	size_t n = app_organisations(v->app, &all), m = 0;
	struct choice *c = arena_array(v->a, n + 1, sizeof *c);
	int64_t org = viewer_of(v)->org;
	for (int turn = 0; turn < 2; turn++)
		for (size_t i = 0; i < n; i++) {
			bool ours = all[i].served_by == org || all[i].id == org;
			if (str_is(all[i].kind, "council") && ours == (turn == 0))
				c[m++] = (struct choice){ all[i].code, all[i].name };
		}
	*n_out = m;
	return c;
}

static enum rc show_form(struct visit *v, const struct weekly_request *r, struct str day, struct str problem)
{
	struct list_form_view view = {
		.page = { v, problem.n ? STR("Error: Load a weekly list") : STR("Load a weekly list"), MENU_IMPORT },
		.council = r->council,
		.listed_on = day,
		.partial = r->partial,
		.problem = problem
	};
	view.councils = councils(v, &view.n_councils);
	if (!view.council.p)
		view.council = view.n_councils == 1 ? view.councils[0].id : STR("");
	list_form_html(&v->out, &view);
	return RC_OK;
}

enum rc page_list_form(struct visit *v, struct err *e)
{
	struct weekly_request nothing = { .fd = -1 };
	char day[DAY_TEXT_MAX];
	(void)e;
	return show_form(v, &nothing, arena_str(v->a, str_of(day_iso(app_today(v->app), day))), STR(""));
}

/* A list with headings of its own: what its columns are is asked first. */
static enum rc to_mapping(struct visit *v, const struct weekly_request *r, struct err *e)
{
	int64_t id;
	enum rc rc = workbook_drop_list(v->app, viewer_of(v), r, &id, e);
	if (rc != RC_OK)
		return rc;
	v->req->files[0].fd = -1; /* the draft's now */
	return page_redirect(v, link_workbook_form(id));
}

enum rc page_list_post(struct visit *v, struct err *e)
{
	struct request *q = v->req;
	struct str day = form_day(v, "on");
	struct weekly_request r = { .council = request_form(q, "council"),
				    .listed_on = DAY_NONE,
				    .partial = str_is(request_form(q, "partial"), "yes") };
	struct weekly_page *page = arena_alloc(v->a, sizeof *page);
	if (!r.council.n)
		return show_form(v, &r, day, STR("Choose the council whose list this is"));
	if (!day.n || day_parse(day, &r.listed_on) != RC_OK)
		return show_form(v, &r, day, STR("Write the day of the list as numbers, such as 22 11 2026"));
	if (q->n_files != 1)
		return show_form(v, &r, day, STR("Choose one file"));
	r.fd = q->files[0].fd;
	r.name = q->files[0].name;
	enum weekly_how how;
	enum rc rc = weekly_recognise(v->app, viewer_of(v), r.name, r.fd, v->a, &how, &r.mapping, e);
	if (rc == RC_OK && how == WEEKLY_TO_MAP)
		rc = to_mapping(v, &r, e);
	else if (rc == RC_OK)
		rc = weekly_load(v->app, viewer_of(v), &r, v->a, page, e);
	if (rc == RC_BAD_INPUT || rc == RC_LIMIT)
		return show_form(v, &r, day, str_of(e->text));
	return rc != RC_OK || how == WEEKLY_TO_MAP ? rc : page_redirect(v, link_weekly(page->list.id));
}

/* ---- one list ---- */

static enum rc list_id(const struct visit *v, int64_t *out, struct err *e)
{
	if (id_parse(request_param(v->req, "list"), out) != RC_OK)
		return err_set(e, RC_NOT_FOUND, "There is no such list here.");
	return RC_OK;
}

static struct str list_title(struct arena *a, const struct weekly_summary *s)
{
	char day[DAY_TEXT_MAX];
	return arena_printf(a, STR_FMT ": list of %s", STR_ARG(s->council->short_name), day_plain(s->listed_on, day));
}

static enum rc show_list(struct visit *v, int64_t id, int64_t accepted, int64_t told, struct err *e)
{
	struct weekly_page *w = arena_alloc(v->a, sizeof *w);
	enum rc rc = weekly_see(v->app, viewer_of(v), id, v->a, w, e);
	if (rc != RC_OK)
		return rc;
	struct list_view view = { .w = w, .title = list_title(v->a, &w->list), .accepted = accepted, .told = told };
	view.page = (struct page){ v, view.title, MENU_IMPORT };
	for (size_t i = 0; i < w->n; i++)
		view.sure_children += first_sure(&w->items[i]) != NULL;
	weekly_list_html(&v->out, &view);
	return RC_OK;
}

enum rc page_list(struct visit *v, struct err *e)
{
	int64_t id;
	enum rc rc = list_id(v, &id, e);
	return rc == RC_OK ? show_list(v, id, -1, -1, e) : rc;
}

void list_show_tried(struct visit *v, const struct weekly_page *w, int64_t draft)
{
	struct list_tried_view *view = arena_alloc(v->a, sizeof *view);
	*view = (struct list_tried_view){ { v, STR("Tried, nothing changed"), MENU_IMPORT }, w, draft };
	list_tried_html(&v->out, view);
}

enum rc page_list_kept_back(struct visit *v, struct err *e)
{
	int64_t id;
	struct buf b;
	enum rc rc = list_id(v, &id, e);
	if (rc != RC_OK)
		return rc;
	buf_init(&b, KEPT_BACK_MAX);
	rc = weekly_kept_back(v->app, viewer_of(v), id, &b, e);
	if (rc == RC_OK)
		page_download(v, "text/csv; charset=utf-8", STR("weekly-list-kept-back.csv"), &b);
	buf_release(&b);
	return rc;
}

static enum rc accept_ticked(struct visit *v, int64_t id, struct err *e)
{
	const struct request *q = v->req;
	struct str *keys = arena_array(v->a, q->n_form + 1, sizeof *keys);
	size_t n = 0;
	int64_t accepted, told;
	for (size_t i = 0; i < q->n_form; i++)
		if (str_is(q->form[i].name, "child"))
			keys[n++] = q->form[i].value;
	enum rc rc = weekly_accept_sure(v->app, viewer_of(v), id, keys, n, &accepted, &told, e);
	return rc == RC_OK ? show_list(v, id, accepted, told, e) : rc;
}

enum rc page_list_answer(struct visit *v, struct err *e)
{
	static const struct {
		const char *answer;
		enum weekly_is is;
	} answers[] = { { "whole", WEEKLY_IS_WHOLE }, { "partial", WEEKLY_IS_PARTIAL }, { "wrong", WEEKLY_IS_WRONG } };
	struct str answer = request_form(v->req, "answer");
	int64_t id;
	enum rc rc = list_id(v, &id, e);
	if (rc != RC_OK)
		return rc;
	if (str_is(answer, "accept"))
		return accept_ticked(v, id, e);
	for (size_t i = 0; i < COUNT_OF(answers); i++)
		if (str_is(answer, answers[i].answer)) {
			rc = weekly_confirm(v->app, viewer_of(v), id, answers[i].is, e);
			return rc == RC_OK ? page_redirect(v, link_weekly(id)) : rc;
		}
	return err_set(e, RC_BAD_INPUT, "Choose what kind of list it is.");
}

/* ---- one child ---- */

static struct choice *end_reasons(struct visit *v, size_t *n_out)
{
	const struct code_list *l = vocab_list(app_vocab(v->app), STR("care-end-reason"));
	struct choice *c = arena_array(v->a, (l ? l->n : 0) + 2, sizeof *c);
	size_t n = 0;
	c[n++] = (struct choice){ STR("not-known"), STR("Not known yet") };
	for (size_t i = 0; l && i < l->n; i++)
		c[n++] = (struct choice){ l->entries[i].id,
					  arena_printf(v->a, STR_FMT " (" STR_FMT ")", STR_ARG(l->entries[i].title),
						       STR_ARG(l->entries[i].id)) };
	*n_out = n;
	return c;
}

/* A form about who the child is comes back as it was sent, to the record it was about. */
static void typed_match(const struct visit *v, struct list_child_view *view)
{
	const struct weekly_item *item = &view->w->item;
	view->problem_at = view->w->chosen ? "answer" : "who";
	if (id_parse(request_form(v->req, "person"), &view->asked_of) != RC_OK)
		return;
	view->asked = (struct match_asked){ request_form(v->req, "same"), request_form(v->req, "why"), view->problem };
	for (size_t i = 0; view->problem.n && i < item->n_candidates; i++)
		if (item->candidates[i].record.person == view->asked_of)
			view->problem_at =
			    arena_printf(v->a, "%s-%zu", match_unchosen(&view->asked) ? "same" : "why", i).p;
}

static enum rc show_child(struct visit *v, const struct weekly_choice *c, struct str problem, struct err *e)
{
	struct weekly_child_page *w = arena_alloc(v->a, sizeof *w);
	enum rc rc = weekly_child(v->app, viewer_of(v), c->list, c->key, c, v->a, w, e);
	if (rc != RC_OK)
		return rc;
	struct list_child_view *view = arena_alloc(v->a, sizeof *view);
	*view = (struct list_child_view){ .w = w, .c = c, .name = item_name(v->a, &w->item), .problem = problem };
	typed_match(v, view);
	bool typed = c->answer.n > 0; /* a form that was only opened has no problems yet */
	view->problems = w->problems;
	view->n_problems = typed ? w->n_problems : 0;
	view->state_day = w->chosen && w->chosen->p.kind != PROPOSE_DETAILS && w->chosen->p.kind != PROPOSE_STILL;
	if (w->chosen && w->chosen->p.kind == PROPOSE_LEFT)
		view->codes = end_reasons(v, &view->n_codes);
	view->page = (struct page){ v,
				    arena_printf(v->a, "%s" STR_FMT ", weekly list",
						 view->n_problems || problem.n ? "Error: " : "", STR_ARG(view->name)),
				    MENU_IMPORT };
	list_child_html(&v->out, view);
	return RC_OK;
}

enum rc page_list_child(struct visit *v, struct err *e)
{
	struct weekly_choice *c = arena_alloc(v->a, sizeof *c);
	enum rc rc = list_id(v, &c->list, e);
	c->key = request_param(v->req, "key");
	c->kind = request_query(v->req, "what");
	return rc == RC_OK ? show_child(v, c, STR(""), e) : rc;
}

static enum rc match_row(struct visit *v, struct weekly_choice *c, struct err *e)
{
	struct str answer = request_form(v->req, "same");
	int64_t person;
	if (id_parse(request_form(v->req, "person"), &person) != RC_OK)
		return err_set(e, RC_NOT_FOUND, "There is no such child here.");
	enum rc rc =
	    weekly_match(v->app, viewer_of(v), c->list, c->key, person, answer, request_form(v->req, "why"), e);
	if (rc == RC_BAD_INPUT)
		return show_child(v, c, arena_str(v->a, str_of(e->text)), e);
	return rc == RC_OK ? page_redirect(v, str_is(answer, "cannot-tell") ? link_weekly(c->list)
									    : link_weekly_child(c->list, c->key, NULL))
			   : rc;
}

/* What was shown before it is accepted: the day and the reason. */
static bool was_shown(const struct visit *v, const struct weekly_choice *c)
{
	return str_eq(request_form(v->req, "shown"),
		      arena_printf(v->a, STR_FMT "/" STR_FMT, STR_ARG(c->at), STR_ARG(c->code)));
}

enum rc page_list_child_post(struct visit *v, struct err *e)
{
	const struct request *q = v->req;
	struct weekly_choice *c = arena_alloc(v->a, sizeof *c);
	enum rc rc = list_id(v, &c->list, e);
	c->key = request_param(q, "key");
	if (rc != RC_OK)
		return rc;
	if (request_form(q, "person").n)
		return match_row(v, c, e);
	c->kind = request_form(q, "kind");
	c->content = request_form(q, "content");
	c->at = form_day(v, "at");
	c->code = request_form(q, "code");
	c->why = request_form(q, "why");
	c->answer = request_form(q, "answer");
	if (str_is(c->code, "not-known"))
		c->code = STR("");
	if (!c->kind.n || !c->content.n)
		return err_set(e, RC_BAD_INPUT, "Choose what to answer.");
	if (str_is(c->answer, "preview") || (str_is(c->answer, "accepted") && !was_shown(v, c)))
		return show_child(v, c, STR(""), e);
	rc = weekly_answer(v->app, viewer_of(v), c, e);
	if (rc == RC_BAD_INPUT)
		return show_child(v, c, arena_str(v->a, str_of(e->text)), e);
	/* A child who left is not on the list's pages any more. */
	bool row = str_starts(c->key, "row-");
	return rc == RC_OK ? page_redirect(v, row ? link_weekly_child(c->list, c->key, NULL) : link_weekly(c->list))
			   : rc;
}
