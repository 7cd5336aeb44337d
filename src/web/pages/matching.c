#include "web/pages/matching.h"

#include "pages/templates.h"

struct match_record record_of_row(struct arena *a, const struct weekly_summary *l, const struct weekly_item *i)
{
	struct str start = item_cell(i, WEEKLY_CARE_START);
	day_t day;
	char words[DAY_TEXT_MAX];
	bool told = start.n && day_parse_iso(start, &day) == RC_OK;
	return (struct match_record){ .council = l->council,
				      .ref = i->ref,
				      .given = i->given,
				      .family = i->family,
				      .nhs_number = item_cell(i, WEEKLY_NHS_NUMBER),
				      .upn = item_cell(i, WEEKLY_UPN),
				      .sex = item_cell(i, WEEKLY_SEX),
				      .born = i->born,
				      .care = told
						  ? arena_printf(a, "In the care of " STR_FMT " since %s",
								 STR_ARG(l->council->short_name), day_plain(day, words))
						  : STR("not told") };
}

enum rc page_matching(struct visit *v, struct err *e)
{
	struct matching_view view = { .page = { v, STR("Records that may be one child"), MENU_IMPORT } };
	enum rc rc = match_pairs(v->app, viewer_of(v), PAIRS_SHOWN, v->a, &view.pairs, &view.n, e);
	if (rc != RC_OK)
		return rc;
	for (size_t i = 0; i < view.n; i++)
		*(view.pairs[i].joined ? &view.joined : view.pairs[i].waiting ? &view.waiting : &view.open) += 1;
	matching_html(&v->out, &view);
	return RC_OK;
}

static enum rc ids(const struct visit *v, int64_t *one, int64_t *other, struct err *e)
{
	if (id_parse(request_param(v->req, "one"), one) != RC_OK ||
	    id_parse(request_param(v->req, "other"), other) != RC_OK)
		return err_set(e, RC_NOT_FOUND, "There is no such child here.");
	return RC_OK;
}

bool match_unchosen(const struct match_asked *q)
{
	return q->problem.n && !str_is(q->same, "same") && !str_is(q->same, "different") &&
	       !str_is(q->same, "cannot-tell");
}

static enum rc show_pair(struct visit *v, int64_t one, int64_t other, struct str problem, struct err *e)
{
	struct match_pair *p = arena_alloc(v->a, sizeof *p);
	enum rc rc = match_pair_see(v->app, viewer_of(v), one, other, v->a, p, e);
	if (rc != RC_OK)
		return rc;
	struct pair_view view = { .page = { v, problem.n ? STR("Error: One child, or two?") : STR("One child, or two?"),
					    MENU_IMPORT },
				  .p = p,
				  .asked = { request_form(v->req, "same"), request_form(v->req, "why"), problem } };
	if (problem.n)
		v->res->status = 400;
	pair_html(&v->out, &view);
	return RC_OK;
}

enum rc page_pair(struct visit *v, struct err *e)
{
	int64_t one, other;
	enum rc rc = ids(v, &one, &other, e);
	return rc == RC_OK ? show_pair(v, one, other, STR(""), e) : rc;
}

enum rc page_pair_post(struct visit *v, struct err *e)
{
	int64_t one, other;
	enum rc rc = ids(v, &one, &other, e);
	if (rc == RC_OK)
		rc = match_pair_answer(v->app, viewer_of(v), one, other, request_form(v->req, "same"),
				       request_form(v->req, "why"), e);
	if (rc == RC_BAD_INPUT)
		return show_pair(v, one, other, arena_str(v->a, str_of(e->text)), e);
	return rc == RC_OK ? page_redirect(v, link_pair(one, other)) : rc;
}
