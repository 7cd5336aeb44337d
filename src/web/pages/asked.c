#include "web/pages/asked.h"

#include "pages/templates.h"
#include "web/pages/child.h"

struct str asked_problem(const struct asked_view *v, const char *field)
{
	for (size_t i = 0; i < v->n_problems; i++)
		if (str_is(v->problems[i].field, field))
			return v->problems[i].text;
	return (struct str){ "", 0 };
}

const char *link_state_words(enum link_state s)
{
	switch (s) {
	case LINK_OPEN: return "open";
	case LINK_ANSWERED: return "answered";
	case LINK_REVOKED: return "taken back";
	default: return "ended";
	}
}

static enum rc load(struct visit *v, struct asked_view *view, struct err *e)
{
	int64_t person;
	enum rc rc = child_id(v, &person, e);
	if (rc == RC_OK)
		rc = item_see(v->app, viewer_of(v), person, request_param(v->req, "clock"), v->a, &view->p, e);
	if (rc != RC_OK)
		return rc;
	view->things = arena_array(v->a, view->p.n_asks + 1, sizeof *view->things);
	for (size_t i = 0; i < view->p.n_asks; i++)
		if (view->p.asks[i].may_link)
			view->things[view->n_things++] =
			    (struct choice){ arena_printf(v->a, "%zu", view->p.asks[i].index), view->p.asks[i].words };
	view->name = person_name(v->a, view->p.head.given, view->p.head.family);
	view->thing = view->n_things ? view->things[0].id : STR("");
	view->address = view->made = STR("");
	view->page = (struct page){ v,
				    arena_printf(v->a, "What is asked for: " STR_FMT ", " STR_FMT,
						 STR_ARG(view->p.standard->title), STR_ARG(view->name)),
				    MENU_CHASE };
	return RC_OK;
}

enum rc page_asked(struct visit *v, struct err *e)
{
	struct asked_view *view = arena_alloc(v->a, sizeof *view);
	enum rc rc = load(v, view, e);
	if (rc == RC_OK)
		asked_html(&v->out, view);
	return rc;
}

/* What to write with the link: nothing of the child but the council's number and initials. */
static struct str message_of(struct visit *v, const struct asked_view *view, const struct link_made *made)
{
	const struct item_page *p = &view->p;
	struct str what = STR("");
	for (size_t i = 0; i < view->n_things; i++)
		if (str_eq(view->things[i].id, view->thing))
			what = view->things[i].words;
	return arena_printf(
	    v->a,
	    STR_FMT " (" STR_FMT "): " STR_FMT ", for: " STR_FMT
		    ".\n\nPlease give it here, in a minute and without an account:\n" STR_FMT
		    "\n\nThe link works once, until %s. Please do not answer this e-mail with names or dates "
		    "of birth.\n\n" STR_FMT ", " STR_FMT "\n",
	    STR_ARG(p->number), STR_ARG(p->initials), STR_ARG(what), STR_ARG(p->standard->title), STR_ARG(view->made),
	    show_instant(made->expires_ms).s, STR_ARG(viewer_of(v)->name), STR_ARG(viewer_of(v)->org_name));
}

/* The link is shown here and never again: it is in no address of ours and in no log. */
enum rc page_asked_link(struct visit *v, struct err *e)
{
	struct asked_view *view = arena_alloc(v->a, sizeof *view);
	struct link_made made;
	int64_t ask = -1;
	enum rc rc = load(v, view, e);
	if (rc != RC_OK)
		return rc;
	view->thing = request_form(v->req, "thing");
	view->address = str_trim(request_form(v->req, "address"));
	if (str_to_int(view->thing, 0, STANDARD_ASKS_MAX, &ask) != RC_OK)
		ask = STANDARD_ASKS_MAX;
	rc = item_link_make(v->app, viewer_of(v), view->p.head.person, view->p.exact, (size_t)ask, view->address, v->a,
			    &made, e);
	if (rc == RC_BAD_INPUT) {
		struct draft_problem *one = arena_alloc(v->a, sizeof *one);
		*one = (struct draft_problem){ STR("address"), arena_str(v->a, str_of(e->text)) };
		view->problems = one;
		view->n_problems = 1;
		v->res->status = 400;
		view->page.title = arena_printf(v->a, "Error: " STR_FMT, STR_ARG(view->page.title));
		asked_html(&v->out, view);
		return RC_OK;
	}
	if (rc != RC_OK)
		return rc;
	view->made = arena_printf(v->a, STR_FMT "%s", STR_ARG(page_base(v)), link_answer_at(str_of(made.token)).s);
	view->ends_ms = made.expires_ms;
	view->message = message_of(v, view, &made);
	asked_made_html(&v->out, view);
	return RC_OK;
}

static enum rc link_of(struct visit *v, int64_t *person, int64_t *id, struct err *e)
{
	enum rc rc = child_id(v, person, e);
	if (rc == RC_OK && id_parse(request_param(v->req, "link"), id) != RC_OK)
		return err_set(e, RC_NOT_FOUND, "There is no such link.");
	return rc;
}

enum rc page_link_take_back(struct visit *v, struct err *e)
{
	int64_t person, id;
	enum rc rc = link_of(v, &person, &id, e);
	if (rc == RC_OK)
		rc = item_link_take_back(v->app, viewer_of(v), person, id, e);
	return rc == RC_OK ? page_redirect(v, link_open_links()) : rc;
}

enum rc page_link_go_on(struct visit *v, struct err *e)
{
	int64_t person, id;
	enum rc rc = link_of(v, &person, &id, e);
	if (rc == RC_OK)
		rc = item_link_go_on(v->app, viewer_of(v), person, id, e);
	return rc == RC_OK ? page_redirect(v, link_chases()) : rc;
}
