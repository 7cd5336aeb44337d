#include "web/pages/enter.h"

#include "pages/templates.h"
#include "web/pages/record.h"

struct str entry_problem(const struct enter_view *v, const char *field)
{
	for (size_t i = 0; i < v->n_problems; i++)
		if (str_is(v->problems[i].field, field))
			return v->problems[i].text;
	return (struct str){ "", 0 };
}

/* ---- what was typed, and what the fields offer ---- */

static void from_form(struct visit *v, struct entry *n)
{
	const struct request *q = v->req;
	*n = (struct entry){ .number = request_form(q, "number"),
			     .given = str_trim(request_form(q, "given")),
			     .family = str_trim(request_form(q, "family")),
			     .sex = request_form(q, "sex"),
			     .nhs_number = str_trim(request_form(q, "nhs_number")),
			     .born = form_day(v, "born"),
			     .born_not_known = request_form(q, "born_not_known").n > 0,
			     .council = request_form(q, "council"),
			     .ref = str_trim(request_form(q, "ref")),
			     .kind = request_form(q, "kind"),
			     .at = form_day(v, "at"),
			     .minute = str_trim(request_form(q, "minute")),
			     .code = request_form(q, "code"),
			     .code2 = request_form(q, "code2"),
			     .value = str_trim(request_form(q, "value")),
			     .org = request_form(q, "org"),
			     .placement = request_form(q, "placement"),
			     .area = request_form(q, "area"),
			     .emergency = request_form(q, "emergency"),
			     .different = request_form(q, "different"),
			     .why = str_trim(request_form(q, "why")) };
}

static struct choice *kinds_of(struct visit *v, size_t *n_out)
{
	const struct kind **kinds;
	*n_out = enter_kinds(v->app, viewer_of(v), v->a, &kinds);
	struct choice *c = arena_array(v->a, *n_out + 1, sizeof *c);
	for (size_t i = 0; i < *n_out; i++)
		c[i] = (struct choice){ kinds[i]->id, kinds[i]->title };
	return c;
}

static void offer(struct visit *v, struct enter_view *view)
{
	const struct vocab *voc = app_vocab(v->app);
	const struct kind *care = &voc->kinds[vocab_kind(voc, STR("care-started"))],
			  *placed = &voc->kinds[vocab_kind(voc, STR("placement-started"))];
	const struct organisation *own = app_organisation(v->app, viewer_of(v)->org);
	if (!view->n.org.n && own && str_is(own->kind, "provider"))
		view->n.org = own->code;
	if (!view->n.council.n && own && str_is(own->kind, "council"))
		view->n.council = own->code;
	view->kinds = kinds_of(v, &view->n_kinds);
	view->councils = fields_orgs(v, care, &view->n_councils);
	for (size_t i = 0; i < view->n_kinds; i++)
		if (str_eq(view->kinds[i].id, view->n.kind))
			view->kind = &voc->kinds[vocab_kind(voc, view->n.kind)];
	if (!view->kind)
		return;
	view->care = view->kind == care;
	view->codes = fields_codes(v->a, view->kind->codes, &view->n_codes);
	view->codes2 = fields_codes(v->a, view->kind->codes2, &view->n_codes2);
	if (view->care)
		view->placements = fields_codes(v->a, placed->codes, &view->n_placements);
	else
		view->orgs = fields_orgs(v, view->kind, &view->n_orgs);
}

static void name_page(struct visit *v, struct enter_view *view, const char *heading)
{
	view->page =
	    (struct page){ v, arena_printf(v->a, "%s%s", view->n_problems ? "Error: " : "", heading), MENU_CHILDREN };
}

/* ---- the steps ---- */

static enum rc show_who(struct visit *v, struct enter_view *view)
{
	name_page(v, view, "Enter a new child");
	enter_who_html(&v->out, view);
	return RC_OK;
}

static enum rc show_begun(struct visit *v, struct enter_view *view)
{
	name_page(v, view, arena_str(v->a, view->kind->title).p);
	enter_begun_html(&v->out, view);
	return RC_OK;
}

static void as_typed(const struct visit *v, struct enter_view *view)
{
	day_t born;
	view->typed = (struct match_record){ .council = app_organisation_by_code(v->app, view->n.council),
					     .ref = view->n.ref,
					     .given = view->n.given,
					     .family = view->n.family,
					     .nhs_number = view->n.nhs_number,
					     .sex = view->n.sex,
					     .born = day_parse(view->n.born, &born) == RC_OK ? born : DAY_NONE,
					     .care = STR("to be entered") };
}

static enum rc show_same(struct visit *v, struct enter_view *view)
{
	as_typed(v, view);
	name_page(v, view, "Is it one of these children?");
	enter_same_html(&v->out, view);
	return RC_OK;
}

/* "Another child" was said of everybody who was shown: their ids join those before. */
static void take_answer(struct visit *v, struct enter_view *view)
{
	char id[ID_TEXT_MAX];
	for (size_t i = 0; i < view->p->n_candidates; i++)
		view->n.different =
		    arena_printf(v->a, STR_FMT "%s%s", STR_ARG(view->n.different), view->n.different.n ? " " : "",
				 id_text(view->p->candidates[i].record.person, id));
}

static enum rc look(struct visit *v, struct enter_view *view, enum entry_part part, struct err *e)
{
	struct entry_page *p = arena_alloc(v->a, sizeof *p);
	enum rc rc = enter_look(v->app, viewer_of(v), &view->n, part, v->a, p, e);
	view->p = p;
	if (rc == RC_OK) {
		view->problems = p->problems;
		view->n_problems = p->n_problems;
	}
	return rc;
}

static enum rc answer_same(struct visit *v, struct enter_view *view, struct err *e)
{
	static const struct draft_problem choose = { { "same", 4 }, { "Open the child if it is one of these, or say that it is another child", 69 } },
					  say = { { "why", 3 }, { "Say how you know, in a few words", 32 } };
	enum rc rc = look(v, view, ENTRY_WHO, e);
	if (rc != RC_OK)
		return rc;
	if (view->n_problems)
		return show_who(v, view);
	if (view->p->n_candidates && (!str_is(request_form(v->req, "same"), "different") || !view->n.why.n)) {
		view->problems = str_is(request_form(v->req, "same"), "different") ? &say : &choose;
		view->n_problems = 1;
		return show_same(v, view);
	}
	take_answer(v, view);
	return show_begun(v, view);
}

/* Whatever was typed so far is looked at; the page that still asks something is shown. */
static enum rc look_or_ask(struct visit *v, struct enter_view *view, enum entry_part part, struct err *e)
{
	enum rc rc = look(v, view, part, e);
	if (rc != RC_OK)
		return rc;
	if (view->p->n_about_who)
		return show_who(v, view);
	if (view->p->n_candidates)
		return show_same(v, view);
	if (part == ENTRY_WHO || view->n_problems)
		return show_begun(v, view);
	as_typed(v, view);
	name_page(v, view, "Check before saving");
	enter_check_html(&v->out, view);
	return RC_OK;
}

static enum rc save(struct visit *v, struct enter_view *view, struct err *e)
{
	int64_t person, event;
	enum rc rc = enter_save(v->app, viewer_of(v), &view->n, v->a, &person, &event, e);
	if (rc == RC_OK)
		return page_redirect(v, link_child_saved(person, event));
	return rc == RC_CONFLICT || rc == RC_BAD_INPUT ? look_or_ask(v, view, ENTRY_WHOLE, e) : rc;
}

enum rc page_enter(struct visit *v, struct err *e)
{
	(void)e;
	struct enter_view *view = arena_alloc(v->a, sizeof *view);
	*view = (struct enter_view){ .n = { .number = enter_number(v->a) } };
	offer(v, view);
	if (view->n_kinds == 1)
		view->n.kind = view->kinds[0].id; /* nothing to choose */
	return show_who(v, view);
}

enum rc page_enter_post(struct visit *v, struct err *e)
{
	struct enter_view *view = arena_alloc(v->a, sizeof *view);
	struct str step = request_form(v->req, "step");
	*view = (struct enter_view){ .page = { v, STR(""), MENU_CHILDREN } };
	from_form(v, &view->n);
	offer(v, view);
	if (!view->kind || str_is(step, "who-again")) {
		enum rc rc = str_is(step, "who-again") ? RC_OK : look(v, view, ENTRY_WHO, e);
		return rc == RC_OK ? show_who(v, view) : rc;
	}
	if (str_is(step, "change"))
		return show_begun(v, view);
	if (str_is(step, "different"))
		return answer_same(v, view, e);
	if (str_is(step, "save"))
		return save(v, view, e);
	return look_or_ask(v, view, str_is(step, "check") ? ENTRY_WHOLE : ENTRY_WHO, e);
}
