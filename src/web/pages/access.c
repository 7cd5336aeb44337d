#include "web/pages/access.h"

#include "pages/templates.h"
#include "web/pages/child.h"

static enum rc param_id(const struct visit *v, const char *name, int64_t *out, struct err *e)
{
	if (id_parse(request_param(v->req, name), out) != RC_OK)
		return err_set(e, RC_NOT_FOUND, "There is no such entry.");
	return RC_OK;
}

static struct draft_problem wrong_field(const struct visit *v, const char *field, const struct err *e)
{
	return (struct draft_problem){ str_of(field), arena_str(v->a, str_of(e->text)) };
}

static size_t choices_of(const struct visit *v, const char *list, const struct choice **out)
{
	const struct code_list *l = vocab_list(app_vocab(v->app), str_of(list));
	struct choice *c = arena_array(v->a, l ? l->n : 0, sizeof *c);
	for (size_t i = 0; l && i < l->n; i++)
		c[i] = (struct choice){ l->entries[i].id, str_of(label_of(v->a, l->entries[i].title, STR(""))) };
	*out = c;
	return l ? l->n : 0;
}

/* ---- seals ---- */

static enum rc load_seal(struct visit *v, struct seal_view *view, int64_t *person, int64_t *event, struct err *e)
{
	struct seal_page *s = arena_alloc(v->a, sizeof *s);
	enum rc rc = child_id(v, person, e);
	if (rc == RC_OK)
		rc = param_id(v, "event", event, e);
	if (rc == RC_OK)
		rc = seal_see(v->app, viewer_of(v), *person, *event, v->a, s, e);
	if (rc != RC_OK)
		return rc;
	view->s = s;
	view->name = person_name(v->a, s->head.given, s->head.family);
	view->page =
	    (struct page){ v, s->sealed.n ? STR("Take the seal off an entry") : STR("Seal an entry"), MENU_CHILDREN };
	return RC_OK;
}

enum rc page_seal_form(struct visit *v, struct err *e)
{
	struct seal_view view = { .why = STR(""), .problem = STR("") };
	int64_t person, event;
	enum rc rc = load_seal(v, &view, &person, &event, e);
	if (rc == RC_OK)
		seal_form_html(&v->out, &view);
	return rc;
}

enum rc page_seal_post(struct visit *v, struct err *e)
{
	struct seal_view view = { .why = request_form(v->req, "why"), .problem = STR("") };
	int64_t person, event;
	enum rc rc = load_seal(v, &view, &person, &event, e);
	if (rc == RC_OK)
		rc = seal_save(v->app, viewer_of(v), person, event, !view.s->sealed.n, view.why, e);
	if (rc == RC_OK)
		return page_redirect(v, link_child_part(view.s->head.person, "happened", WHEN_NOW));
	if (rc != RC_BAD_INPUT)
		return rc;
	view.problem = arena_str(v->a, str_of(e->text));
	v->res->status = 400;
	seal_form_html(&v->out, &view);
	return RC_OK;
}

/* ---- sight ---- */

static enum rc show_sight(struct visit *v, struct sight_view *view, struct err *e)
{
	const struct vocab *words = app_vocab(v->app);
	struct choice *seals = arena_array(v->a, words->n_seals, sizeof *seals);
	for (size_t i = 1; i < words->n_seals; i++)
		seals[view->n_seals++] =
		    (struct choice){ words->seals[i].id, str_of(label_of(v->a, words->seals[i].title, STR(""))) };
	view->seals = seals;
	view->page = (struct page){ v, STR("Who may see sealed entries"), MENU_CHILDREN };
	enum rc rc = sight_list(v->app, viewer_of(v), view->person, v->a, &view->grants, &view->n, e);
	if (rc == RC_OK)
		sight_html(&v->out, view);
	return rc;
}

enum rc page_sight(struct visit *v, struct err *e)
{
	struct sight_view view = { .give = { .seal = STR("") } };
	enum rc rc = child_id(v, &view.person, e);
	return rc == RC_OK ? show_sight(v, &view, e) : rc;
}

enum rc page_sight_post(struct visit *v, struct err *e)
{
	struct sight_view view = { .give = { 0 } };
	const char *field = "login";
	enum rc rc = child_id(v, &view.person, e);
	if (rc != RC_OK)
		return rc;
	view.give = (struct sight_give){ view.person, request_form(v->req, "login"), request_form(v->req, "seal"),
					 form_day(v, "until"), request_form(v->req, "why") };
	rc = sight_give(v->app, viewer_of(v), &view.give, &field, e);
	if (rc == RC_OK)
		return page_redirect(v, link_child_part(view.person, "access", WHEN_NOW));
	if (rc != RC_BAD_INPUT)
		return rc;
	view.problem = wrong_field(v, field, e);
	v->res->status = 400;
	return show_sight(v, &view, e);
}

enum rc page_sight_end(struct visit *v, struct err *e)
{
	int64_t person, grant;
	enum rc rc = child_id(v, &person, e);
	if (rc == RC_OK)
		rc = param_id(v, "grant", &grant, e);
	if (rc == RC_OK)
		rc = sight_end(v->app, viewer_of(v), person, grant, e);
	return rc == RC_OK ? page_redirect(v, link_child_part(person, "access", WHEN_NOW)) : rc;
}

/* ---- emergency access ---- */

static enum rc begin_emergency(struct visit *v, struct emergency_view *view, struct err *e)
{
	view->page = (struct page){ v, STR("Emergency access to one child"), MENU_CHILDREN };
	view->n = choices_of(v, "emergency-reason", &view->categories);
	view->hours = emergency_hours(v->app);
	return emergency_mine(v->app, viewer_of(v), v->a, &view->open, &view->n_open, e);
}

enum rc page_emergency(struct visit *v, struct err *e)
{
	struct emergency_view view = { .ask = { STR(""), STR(""), STR(""), STR("") } };
	enum rc rc = begin_emergency(v, &view, e);
	if (rc == RC_OK)
		emergency_html(&v->out, &view);
	return rc;
}

enum rc page_emergency_post(struct visit *v, struct err *e)
{
	struct emergency_view view = { .ask = { request_form(v->req, "child"), form_day(v, "born"),
						request_form(v->req, "category"), request_form(v->req, "why") } };
	const char *field = "child";
	int64_t person, until;
	enum rc rc = begin_emergency(v, &view, e);
	if (rc != RC_OK)
		return rc;
	rc = emergency_begin(v->app, viewer_of(v), &view.ask, &person, &until, &field, e);
	if (rc == RC_OK)
		return page_redirect(v, link_child(person, WHEN_NOW));
	if (rc != RC_BAD_INPUT && rc != RC_NOT_FOUND)
		return rc;
	view.problem = wrong_field(v, rc == RC_NOT_FOUND ? "child" : field, e);
	v->res->status = rc == RC_NOT_FOUND ? 404 : 400;
	emergency_html(&v->out, &view);
	return RC_OK;
}

static enum rc load_notices(struct visit *v, struct notices_view *view, struct err *e)
{
	view->page = (struct page){ v, STR("Emergency access: notices"), MENU_OVERSIGHT };
	view->n_outcomes = choices_of(v, "emergency-outcome", &view->outcomes);
	enum rc rc = emergency_notices(v->app, viewer_of(v), v->a, &view->notices, &view->n, e);
	for (size_t i = 0; rc == RC_OK && i < view->n; i++)
		view->open += view->notices[i].theirs && !view->notices[i].reviewed_ms;
	return rc;
}

/* The notice that the address names: its id alone is enough, and the child's stands with it. */
static enum rc named_notice(struct visit *v, struct notices_view *view, struct err *e)
{
	int64_t id;
	enum rc rc = load_notices(v, view, e);
	if (rc == RC_OK)
		rc = param_id(v, "notice", &id, e);
	for (size_t i = 0; rc == RC_OK && i < view->n; i++)
		if (view->notices[i].theirs && view->notices[i].id == id)
			view->review = &view->notices[i];
	if (rc == RC_OK && !view->review)
		rc = err_set(e, RC_NOT_FOUND, "There is no such notice.");
	return rc;
}

enum rc page_notices(struct visit *v, struct err *e)
{
	struct notices_view view = { .n = 0 };
	enum rc rc = load_notices(v, &view, e);
	if (rc == RC_OK)
		notices_html(&v->out, &view);
	return rc;
}

enum rc page_notice(struct visit *v, struct err *e)
{
	struct notices_view view = { .outcome = STR(""), .words = STR(""), .problem = STR("") };
	enum rc rc = named_notice(v, &view, e);
	if (rc == RC_OK)
		notice_html(&v->out, &view);
	return rc;
}

enum rc page_notice_post(struct visit *v, struct err *e)
{
	struct notices_view view = { .outcome = request_form(v->req, "outcome"),
				     .words = request_form(v->req, "words"),
				     .problem = STR("") };
	enum rc rc = named_notice(v, &view, e);
	if (rc == RC_OK)
		rc = emergency_review(v->app, viewer_of(v), view.review->person, view.review->id, view.outcome,
				      view.words, e);
	if (rc == RC_OK)
		return page_redirect(v, link_notices());
	if (rc != RC_BAD_INPUT)
		return rc;
	view.problem = arena_str(v->a, str_of(e->text));
	v->res->status = 400;
	notice_html(&v->out, &view);
	return RC_OK;
}

/* ---- copies ---- */

enum rc page_copies(struct visit *v, struct err *e)
{
	struct copies_view view = { .page = { v, STR("Copies that were taken"), MENU_OVERSIGHT } };
	enum rc rc = copies_list(v->app, viewer_of(v), v->a, &view.copies, &view.n, e);
	if (rc == RC_OK)
		copies_html(&v->out, &view);
	return rc;
}

/* ---- who looked, for the young person ---- */

struct str young_words(const struct child_look *l)
{
	static const struct {
		const char *act, *words;
	} plain[] = {
		{ "looked", "read your page" },
		{ "recorded", "wrote something down" },
		{ "corrected", "put something right" },
		{ "took back", "took back something that was wrong" },
		{ "loaded", "put in what your council or health team sent" },
		{ "chased", "asked somebody to do what is late" },
		{ "downloaded", "made a copy" },
		{ "began", "opened your page in an emergency" },
		{ "reviewed", "checked whether an emergency was a good reason" },
		{ "entered", "began your record" },
		{ "made a link", "asked somebody by e-mail for something that is missing" },
		{ "opened", "opened the page on which they were asked for something" },
		{ "answered", "answered whether two records are both yours" },
		{ "answered without an entry", "said that they could not give what they were asked for" },
		{ "chases on", "asked again for something that is missing" },
		{ "joined", "put two records together that are both yours" },
		{ "took apart", "took two records apart that are not both yours" },
		{ "sealed", "changed who may read something" },
		{ "took the seal off", "changed who may read something" },
		{ "gave sight of", "decided who may read what" },
		{ "ended sight of", "decided who may read what" },
		{ "asked to erase", "asked that something is taken out of your record for good" },
		{ "refused to erase", "decided that something stays in your record" },
		{ "erased", "took something out of your record for good" },
		{ "erased again", "took something out of your record for good" },
		{ "holds", "said that nothing may be taken out of your record for now" },
		{ "ended", "said that the reason to keep all of your record is over" },
	};
	for (size_t i = 0; i < COUNT_OF(plain); i++)
		if (str_is(l->act, plain[i].act))
			return str_of(plain[i].words);
	return STR("worked with your record");
}

struct str young_role(struct str role)
{
	static const struct {
		enum role role;
		const char *words;
	} plain[] = {
		{ ROLE_NURSE, "a nurse" },
		{ ROLE_DOCTOR, "a doctor" },
		{ ROLE_SOCIAL_WORKER, "a social worker" },
		{ ROLE_CLINICIAN, "somebody who helps with how you feel" },
		{ ROLE_ADMINISTRATOR, "somebody who keeps the health team’s records" },
		{ ROLE_GOVERNANCE, "somebody who checks that records are kept private" },
	};
	for (size_t i = 0; i < COUNT_OF(plain); i++)
		if (str_is(role, role_title(plain[i].role)))
			return str_of(plain[i].words);
	return STR("");
}

enum rc page_looked_young(struct visit *v, struct err *e)
{
	struct child_page c;
	struct child_query q = { .as_of = DAY_NONE,
				 .known_ms = when_known_ms(WHEN_NOW),
				 .with_looks = true,
				 .all_looks = true,
				 .reason = STR("to show the young person who looked") };
	enum rc rc = child_id(v, &q.person, e);
	if (rc == RC_OK)
		rc = child_see(v->app, viewer_of(v), &q, v->a, &c, e);
	if (rc != RC_OK)
		return rc;
	struct young_view view = { .page = { v, STR("Who looked at your record"), MENU_CHILDREN },
				   .c = &c,
				   .name = c.head.given };
	looked_young_html(&v->out, &view);
	return RC_OK;
}
