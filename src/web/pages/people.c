#include "web/pages/people.h"

#include "pages/templates.h"

static struct choice *choices(struct visit *v, size_t n)
{
	return arena_array(v->a, n + 1, sizeof(struct choice));
}

/* Roles that the viewer may give in their own organisation. */
static size_t roles_to_give(struct visit *v, struct choice out[ROLE__COUNT])
{
	const struct organisation *o = app_organisation(v->app, viewer_of(v)->org);
	size_t n = 0;
	for (int r = ROLE_NONE + 1; o && r < ROLE_OPERATOR; r++)
		if (role_may_grant(viewer_of(v)->role, (enum role)r) && role_fits((enum role)r, o->kind))
			out[n++] = (struct choice){ str_of(role_id((enum role)r)), str_of(role_title((enum role)r)) };
	return n;
}

enum rc page_people(struct visit *v, struct err *e)
{
	struct people_view *view = arena_alloc(v->a, sizeof *view);
	enum rc rc = staff_list(v->app, viewer_of(v), v->a, &view->staff, &view->n, e);
	if (rc == RC_OK)
		rc = staff_links(v->app, viewer_of(v), v->a, &view->links, &view->n_links, e);
	if (rc != RC_OK)
		return rc;
	view->page = (struct page){ v, STR("People"), MENU_PEOPLE };
	people_html(&v->out, view);
	return RC_OK;
}

enum rc page_roles(struct visit *v, struct err *e)
{
	(void)e;
	struct roles_view view = { { v, STR("What each role may do"), MENU_PEOPLE } };
	roles_html(&v->out, &view);
	return RC_OK;
}

/* ---- a link is shown here and never again: it is in no address of ours and in no log ---- */

static enum rc show_link(struct visit *v, struct str name, bool joins, const struct staff_made *made)
{
	struct link_made_view view = { .page = { v, STR("The link is made"), MENU_PEOPLE },
				       .name = name,
				       .expires_ms = made->expires_ms,
				       .joins = joins };
	struct str base = page_base(v);
	view.message = arena_printf(
	    v->a,
	    "%s\n\n" STR_FMT "%s\n\nThe link works once, until %s. It is for you alone.\n\n" STR_FMT ", " STR_FMT "\n",
	    joins
		? "Please join Linnet here. You choose a password, and may need an authenticator app on your telephone."
		: "Please choose a new password for Linnet here.",
	    STR_ARG(base), link_join(str_of(made->token)).s, show_instant(made->expires_ms).s,
	    STR_ARG(viewer_of(v)->name), STR_ARG(viewer_of(v)->org_name));
	people_link_html(&v->out, &view);
	return RC_OK;
}

/* ---- inviting ---- */

static enum rc show_invite(struct visit *v, struct invite_view *view)
{
	view->n_roles = roles_to_give(v, view->roles);
	view->page =
	    (struct page){ v, view->problem.n ? STR("Error: Invite somebody") : STR("Invite somebody"), MENU_PEOPLE };
	if (view->problem.n)
		v->res->status = 400;
	invite_html(&v->out, view);
	return RC_OK;
}

enum rc page_invite(struct visit *v, struct err *e)
{
	(void)e;
	struct invite_view *view = arena_alloc(v->a, sizeof *view);
	*view = (struct invite_view){
		.field = "", .problem = STR(""), .role = STR(""), .f = { .login = STR(""), .name = STR("") }
	};
	return show_invite(v, view);
}

enum rc page_invite_post(struct visit *v, struct err *e)
{
	struct invite_view *view = arena_alloc(v->a, sizeof *view);
	struct staff_made made;
	*view = (struct invite_view){ .field = "", .problem = STR(""), .role = request_form(v->req, "role") };
	view->f = (struct staff_form){ .login = str_trim(request_form(v->req, "login")),
				       .name = str_trim(request_form(v->req, "name")),
				       .role = role_of(view->role),
				       .manages = str_is(request_form(v->req, "manages"), "yes") };
	enum rc rc = staff_invite(v->app, viewer_of(v), &view->f, &made, &view->field, e);
	if (rc == RC_OK)
		return show_link(v, view->f.name, true, &made);
	if (rc != RC_BAD_INPUT && rc != RC_REFUSED)
		return rc;
	view->problem = arena_str(v->a, str_of(e->text));
	return show_invite(v, view);
}

enum rc page_people_withdraw(struct visit *v, struct err *e)
{
	int64_t id;
	if (id_parse(request_param(v->req, "link"), &id) != RC_OK)
		return err_set(e, RC_NOT_FOUND, "There is no such link.");
	enum rc rc = staff_link_withdraw(v->app, viewer_of(v), id, e);
	return rc == RC_OK ? page_redirect(v, link_people()) : rc;
}

/* ---- one account ---- */

static enum rc show_person(struct visit *v, int64_t account, struct str problem, const char *field, struct err *e)
{
	struct person_view *view = arena_alloc(v->a, sizeof *view);
	const struct staff *all;
	size_t n;
	enum rc rc = staff_get(v->app, viewer_of(v), account, v->a, &view->s, e);
	if (rc == RC_OK)
		rc = staff_list(v->app, viewer_of(v), v->a, &all, &n, e);
	if (rc != RC_OK)
		return rc;
	view->heirs = choices(v, n);
	for (size_t i = 0; i < n; i++)
		if (all[i].active && all[i].id != account && all[i].org == view->s.org)
			view->heirs[view->n_heirs++] =
			    (struct choice){ arena_printf(v->a, "%s", show_id(all[i].id).s), all[i].name };
	view->n_roles = roles_to_give(v, view->roles);
	view->role = str_of(role_id(view->s.role));
	view->heir = request_form(v->req, "heir");
	view->problem = problem;
	view->field = field;
	view->page =
	    (struct page){ v, arena_printf(v->a, "%s" STR_FMT, problem.n ? "Error: " : "", STR_ARG(view->s.name)),
			   MENU_PEOPLE };
	if (problem.n)
		v->res->status = 400;
	person_html(&v->out, view);
	return RC_OK;
}

static enum rc account_id(const struct visit *v, int64_t *out, struct err *e)
{
	return id_parse(request_param(v->req, "account"), out) == RC_OK
		   ? RC_OK
		   : err_set(e, RC_NOT_FOUND, "There is no such account here.");
}

enum rc page_person(struct visit *v, struct err *e)
{
	int64_t id;
	enum rc rc = account_id(v, &id, e);
	return rc == RC_OK ? show_person(v, id, (struct str){ "", 0 }, "", e) : rc;
}

static enum rc new_password(struct visit *v, int64_t id, struct err *e)
{
	struct staff s;
	struct staff_made made;
	enum rc rc = staff_get(v->app, viewer_of(v), id, v->a, &s, e);
	if (rc == RC_OK)
		rc = staff_new_password(v->app, viewer_of(v), id, &made, e);
	return rc == RC_OK ? show_link(v, s.name, false, &made) : rc;
}

static enum rc close_it(struct visit *v, int64_t id, struct err *e)
{
	int64_t heir = 0;
	struct str typed = request_form(v->req, "heir");
	if (typed.n && id_parse(typed, &heir) != RC_OK)
		return err_set(e, RC_BAD_INPUT, "Choose who takes over from the list");
	return staff_close(v->app, viewer_of(v), id, heir, e);
}

enum rc page_person_post(struct visit *v, struct err *e)
{
	int64_t id;
	struct str what = request_form(v->req, "do");
	const char *field = "role";
	enum rc rc = account_id(v, &id, e);
	if (rc != RC_OK)
		return rc;
	if (str_is(what, "password"))
		return new_password(v, id, e);
	if (str_is(what, "rights")) {
		rc = staff_change(v->app, viewer_of(v), id, role_of(request_form(v->req, "role")),
				  str_is(request_form(v->req, "manages"), "yes"), e);
	} else if (str_is(what, "factor")) {
		rc = staff_reset_factor(v->app, viewer_of(v), id, e);
	} else if (str_is(what, "close")) {
		field = "heir";
		rc = close_it(v, id, e);
	} else {
		rc = err_set(e, RC_BAD_INPUT, "Use one of the buttons");
	}
	if (rc == RC_OK)
		return page_redirect(v, link_people());
	if (rc == RC_BAD_INPUT)
		return show_person(v, id, arena_str(v->a, str_of(e->text)), field, e);
	return rc;
}
