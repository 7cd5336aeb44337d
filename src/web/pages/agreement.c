#include "web/pages/agreement.h"

#include "pages/templates.h"

bool shares_has(struct str shares, struct str kind)
{
	for (struct str rest = shares; rest.n;) {
		struct str word = str_cut(rest, ' ', &rest);
		if (str_eq(word, kind))
			return true;
	}
	return false;
}

struct str shares_words(const struct page *p, const struct agreement_kind *kinds, size_t n, struct str shares)
{
	struct str all = STR("");
	for (size_t i = 0; i < n; i++)
		if (shares_has(shares, kinds[i].id))
			all = arena_printf(p->v->a, STR_FMT "%s" STR_FMT, STR_ARG(all), all.n ? "; " : "",
					   STR_ARG(kinds[i].title));
	return all;
}

struct str effect_words(const struct page *p, const struct agreement_effect *f)
{
	return f->nothing    ? STR("Nothing is shown: no agreement is in force")
	       : f->withheld ? arena_printf(p->v->a, "Withheld: " STR_FMT, STR_ARG(f->words))
			     : STR("Everything is shared");
}

struct str covers_words(const struct page *p, struct str councils)
{
	if (!councils.n)
		return (struct str){ "", 0 };
	return arena_printf(p->v->a, "children of " STR_FMT, STR_ARG(council_names(p->v->app, councils, p->v->a)));
}

struct str effect_of_words(const struct page *p, const struct agreement_effect *f)
{
	return f->others ? STR("all other children") : covers_words(p, f->councils);
}

const char *agreement_state_words(enum agreement_state s)
{
	return s == AGREEMENT_TO_COME ? "not begun" : s == AGREEMENT_OVER ? "ended" : "in force";
}

struct str org_name_of(const struct page *p, int64_t org)
{
	const struct organisation *o = app_organisation(p->v->app, org);
	return o ? o->name : STR("an organisation that is not known here");
}

struct str agreement_problem(const struct agreement_view *v, const char *field)
{
	return v->problem.n && str_is(str_of(v->field), field) ? v->problem : (struct str){ "", 0 };
}

enum rc page_agreements(struct visit *v, struct err *e)
{
	struct agreements_view *view = arena_alloc(v->a, sizeof *view);
	enum rc rc = agreement_list(v->app, viewer_of(v), v->a, &view->rows, &view->n, e);
	view->n_kinds = agreement_kinds(view->kinds);
	view->effects = (struct agreement_effects){ .from = DAY_NONE };
	view->may_write = agreement_may_write(v->app, viewer_of(v));
	view->may_open = may(v, ACT_AGREE);
	if (rc == RC_OK && view->may_write)
		rc = agreement_effects(v->app, viewer_of(v), v->a, &view->effects, e);
	if (rc != RC_OK)
		return rc;
	view->page = (struct page){ v, STR("Agreements with organisations"), MENU_PEOPLE };
	agreements_html(&v->out, view);
	return RC_OK;
}

/* Whose children: the region's councils to be ticked, others by their codes. */
static void offer_councils(struct visit *v, struct agreement_view *view)
{
	const struct organisation *orgs;
	size_t n = app_organisations(v->app, &orgs);
	view->covers[0] = (struct choice){ STR("every"), STR("Every child of its circle") };
	view->covers[1] = (struct choice){ STR("some"), STR("The children of these councils only") };
	view->councils = arena_array(v->a, n + 1, sizeof *view->councils);
	for (size_t i = 0; i < n; i++)
		if (str_is(orgs[i].kind, "council") && orgs[i].served_by)
			view->councils[view->n_councils++] = &orgs[i];
	view->others = STR("");
	for (struct str rest = view->f.councils; rest.n;) {
		struct str code = str_cut(rest, ' ', &rest);
		bool offered = false;
		for (size_t i = 0; i < view->n_councils; i++)
			offered = offered || str_eq(view->councils[i]->code, code);
		if (!offered)
			view->others = arena_printf(v->a, STR_FMT "%s" STR_FMT, STR_ARG(view->others),
						    view->others.n ? " " : "", STR_ARG(code));
	}
}

static enum rc show(struct visit *v, struct agreement_view *view, struct err *e)
{
	enum rc rc = RC_OK;
	view->n_kinds = agreement_kinds(view->kinds);
	offer_councils(v, view);
	if (view->f.id && !view->n_past)
		rc = agreement_history(v->app, viewer_of(v), view->f.id, v->a, &view->past, &view->n_past, e);
	if (rc != RC_OK)
		return rc;
	const char *title = !view->may_write ? "Agreement"
			    : view->f.id     ? "Change an agreement"
					     : "Write down an agreement";
	view->page =
	    (struct page){ v, arena_printf(v->a, "%s%s", view->problem.n ? "Error: " : "", title), MENU_PEOPLE };
	if (view->problem.n)
		v->res->status = 400;
	agreement_html(&v->out, view);
	return RC_OK;
}

static struct agreement_view *begin(struct visit *v)
{
	struct agreement_view *view = arena_alloc(v->a, sizeof *view);
	struct str none = { "", 0 };
	*view = (struct agreement_view){ .problem = none,
					 .field = "",
					 .may_write = agreement_may_write(v->app, viewer_of(v)),
					 .f = { 0, none, none, none, none, none, none, none, { NULL, 0 } } };
	return view;
}

enum rc page_agreement_new(struct visit *v, struct err *e)
{
	enum rc rc = agreement_require_writer(v->app, viewer_of(v), e);
	return rc == RC_OK ? show(v, begin(v), e) : rc;
}

static enum rc agreement_id(const struct visit *v, int64_t *out, struct err *e)
{
	struct str given = request_param(v->req, "agreement");
	*out = 0;
	if (!given.p || id_parse(given, out) == RC_OK)
		return RC_OK;
	return err_set(e, RC_NOT_FOUND, "There is no such agreement.");
}

/* The form, filled with how the agreement stands; how it stood, for who may not change it. */
enum rc page_agreement(struct visit *v, struct err *e)
{
	struct agreement_view *view = begin(v);
	enum rc rc = agreement_id(v, &view->f.id, e);
	if (rc == RC_OK)
		rc = agreement_history(v->app, viewer_of(v), view->f.id, v->a, &view->past, &view->n_past, e);
	if (rc != RC_OK)
		return rc;
	const struct agreement *g = &view->past[view->n_past - 1];
	const struct organisation *o = app_organisation(v->app, g->org);
	view->f = (struct agreement_form){ .id = view->f.id,
					   .org = o ? o->code : STR(""),
					   .from = arena_printf(v->a, "%s", show_day_iso(g->from).s),
					   .to = arena_printf(v->a, "%s", show_day_iso(g->to).s),
					   .purpose = g->purpose,
					   .controllers = g->controllers,
					   .shares = g->shares,
					   .why = STR(""),
					   .councils = g->councils.n ? g->councils : (struct str){ NULL, 0 } };
	return show(v, view, e);
}

/* What was ticked, and typed, under a name, as words separated by blanks. */
static struct str ticked(const struct visit *v, const char *name)
{
	struct str all = { "", 0 };
	for (size_t i = 0; i < v->req->n_form; i++)
		if (str_is(v->req->form[i].name, name))
			all = arena_printf(v->a, STR_FMT "%s" STR_FMT, STR_ARG(all), all.n ? " " : "",
					   STR_ARG(str_trim(v->req->form[i].value)));
	return all;
}

enum rc page_agreement_post(struct visit *v, struct err *e)
{
	struct agreement_view *view = begin(v);
	int64_t id;
	enum rc rc = agreement_require_writer(v->app, viewer_of(v), e);
	if (rc == RC_OK)
		rc = agreement_id(v, &view->f.id, e);
	if (rc != RC_OK)
		return rc;
	view->f = (struct agreement_form){ .id = view->f.id,
					   .org = str_trim(request_form(v->req, "org")),
					   .from = form_day(v, "from"),
					   .to = form_day(v, "to"),
					   .purpose = str_trim(request_form(v->req, "purpose")),
					   .controllers = str_trim(request_form(v->req, "controllers")),
					   .shares = ticked(v, "shares"),
					   .why = str_trim(request_form(v->req, "why")) };
	struct str councils = str_trim(ticked(v, "councils")), covers = request_form(v->req, "covers");
	bool every = str_is(covers, "every");
	if (!every || councils.n)
		view->f.councils = councils;
	if (!str_is(covers, "some") && (!every || councils.n)) { /* never more than was meant */
		view->field = "covers";
		view->problem = STR("Choose whose children it covers: every child, or those of the councils you name");
		return show(v, view, e);
	}
	rc = agreement_say(v->app, viewer_of(v), &view->f, &id, &view->field, e);
	if (rc == RC_OK)
		return page_redirect(v, link_agreements());
	if (rc != RC_BAD_INPUT)
		return rc;
	view->problem = arena_str(v->a, str_of(e->text));
	return show(v, view, e);
}
