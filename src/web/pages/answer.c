#include "web/pages/answer.h"

#include "pages/templates.h"

struct str answer_problem(const struct answer_view *v, const char *field)
{
	for (size_t i = 0; i < v->p.n_problems; i++)
		if (str_is(v->p.problems[i].field, field))
			return v->p.problems[i].text;
	return (struct str){ "", 0 };
}

static struct answer_view *begin(struct visit *v, const char *title)
{
	struct answer_view *view = arena_alloc(v->a, sizeof *view);
	struct visit *nobody = arena_alloc(v->a, sizeof *nobody);
	*nobody = (struct visit){
		.app = v->app, .settings = v->settings, .req = v->req, .res = v->res, .a = v->a, .now_ms = v->now_ms
	}; /* whoever is signed in here: these pages know nobody */
	view->page = (struct page){ nobody, str_of(title), MENU_NONE };
	view->csrf = csrf_of(v);
	view->token = request_param(v->req, "token");
	view->how = view->reason = view->problem = STR("");
	view->problem_field = "";
	return view;
}

/* Used, ended, taken back, mistyped: the same words, so that nothing is told. */
static enum rc cannot_be_used(struct visit *v)
{
	struct answer_view *view = begin(v, "This link cannot be used");
	v->res->status = 404;
	answer_ended_html(&v->out, view);
	return RC_OK;
}

static struct choice *choices_of(struct arena *a, const struct code_entry *const *c, size_t n)
{
	struct choice *out = arena_array(a, n + 1, sizeof *out);
	for (size_t i = 0; i < n; i++)
		out[i] = (struct choice){ c[i]->id, c[i]->title.n ? c[i]->title : c[i]->id };
	return out;
}

static enum rc show_form(struct visit *v, struct answer_view *view)
{
	const struct kind *k = view->p.kind;
	view->codes = choices_of(v->a, view->p.codes, view->p.n_codes);
	view->codes2 = choices_of(v->a, view->p.codes2, view->p.n_codes2);
	view->yes_no = k->has_value && !memchr(k->value_label.p, ',', k->value_label.n);
	if (view->p.n_problems || view->problem.n)
		v->res->status = 400;
	answer_form_html(&v->out, view);
	return RC_OK;
}

enum rc page_answer(struct visit *v, struct err *e)
{
	struct answer_view *view = begin(v, "One thing is asked of you");
	enum rc rc = item_link_open(v->app, view->token, v->a, &view->p, e);
	if (rc == RC_NOT_FOUND)
		return cannot_be_used(v);
	return rc == RC_OK ? show_form(v, view) : rc;
}

static enum rc thanks(struct visit *v, bool recorded)
{
	struct answer_view *view = begin(v, "Thank you");
	view->recorded = recorded;
	answer_thanks_html(&v->out, view);
	return RC_OK;
}

static enum rc declined(struct visit *v, struct answer_view *view, struct err *e)
{
	view->how = request_form(v->req, "how");
	view->reason = str_trim(request_form(v->req, "reason"));
	enum rc rc = item_link_decline(v->app, view->token, decline_of(view->how), view->reason, e);
	if (rc == RC_OK)
		return thanks(v, false);
	if (rc != RC_BAD_INPUT)
		return rc;
	struct err ignored = { 0 };
	view->problem = arena_str(v->a, str_of(e->text));
	view->problem_field = decline_of(view->how) ? "reason" : "how";
	rc = item_link_open(v->app, view->token, v->a, &view->p, &ignored);
	return rc == RC_OK ? show_form(v, view) : rc;
}

static enum rc answered(struct visit *v, struct answer_view *view, struct err *e)
{
	const struct request *q = v->req;
	const struct link_form f = { .at = form_day(v, "at"),
				     .end = form_day(v, "end"),
				     .code = request_form(q, "code"),
				     .code2 = request_form(q, "code2"),
				     .value = str_trim(request_form(q, "value")) };
	struct str step = request_form(q, "step");
	enum rc rc = str_is(step, "save") ? item_link_answer(v->app, view->token, &f, e) : RC_BAD_INPUT;
	if (rc == RC_OK)
		return thanks(v, true);
	if (rc != RC_BAD_INPUT)
		return rc;
	rc = item_link_check(v->app, view->token, &f, v->a, &view->p, e);
	if (rc != RC_OK)
		return rc;
	if (str_is(step, "change"))
		view->p.n_problems = 0;
	if (view->p.n_problems || str_is(step, "change"))
		return show_form(v, view);
	answer_check_html(&v->out, view);
	return RC_OK;
}

enum rc page_answer_post(struct visit *v, struct err *e)
{
	struct answer_view *view = begin(v, "One thing is asked of you");
	if (!item_link_form_ok(view->token, request_form(v->req, "form")))
		return cannot_be_used(v);
	bool cannot = str_is(request_form(v->req, "step"), "cannot");
	enum rc rc = cannot ? declined(v, view, e) : answered(v, view, e);
	return rc == RC_NOT_FOUND ? cannot_be_used(v) : rc;
}
