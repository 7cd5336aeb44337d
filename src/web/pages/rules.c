#include "web/pages/rules.h"

#include "pages/templates.h"

enum { REFRESH_SECONDS = 1, MANIFEST_MAX = 1 << 20, DIFF_LINES_SHOWN = 2000 };

/* "standards.review.yaml" of the address is the document standards/review.yaml. */
static struct str document_of_address(const struct visit *v)
{
	struct str s = request_param(v->req, "doc"), rest;
	struct str folder = str_cut(s, '.', &rest);
	struct str name = arena_printf(v->a, STR_FMT "/" STR_FMT, STR_ARG(folder), STR_ARG(rest));
	return rest.p && document_name_ok(name) ? name : s;
}

static enum rc trial_id(const struct visit *v, struct str s, int64_t *out, struct err *e)
{
	(void)v;
	if (id_parse(s, out) != RC_OK)
		return err_set(e, RC_NOT_FOUND, "There is no such trial.");
	return RC_OK;
}

/* ---- reading ---- */

/* What people change most comes first. */
static void group_rules(struct arena *a, const struct edition_line *lines, size_t n, struct rules_view *view)
{
	static const struct rules_group every[] = {
		{ "standards", "Clocks", "When something is due, by which law or standard", NULL, 0 },
		{ "parameters", "Values that areas set", "Numbers of councils and boards, each from a day", NULL, 0 },
		{ "holidays", "Holidays", "Days that are no working days", NULL, 0 },
		{ "measures", "Measures", "What is counted, and who is left out", NULL, 0 },
		{ "", "Words and settings", "", NULL, 0 },
	};
	view->groups = arena_array(a, COUNT_OF(every), sizeof *view->groups);
	for (size_t g = 0; g < COUNT_OF(every); g++) {
		const struct edition_line **in = arena_array(a, n, sizeof *in);
		struct rules_group group = every[g];
		for (size_t i = 0; i < n; i++)
			if (str_is(lines[i].folder, group.folder))
				in[group.n++] = &lines[i];
		group.lines = in;
		if (group.n)
			view->groups[view->n_groups++] = group;
	}
}

enum rc page_rules(struct visit *v, struct err *e)
{
	struct rules_view view = { .page = { v, STR("Rules"), MENU_RULES } };
	const struct edition_line *lines;
	size_t n;
	enum rc rc = query_when(v, &view.when, e);
	if (rc == RC_OK)
		rc = editions_list(v->app, viewer_of(v), when_known_ms(view.when), v->a, &lines, &n, e);
	if (rc != RC_OK)
		return rc;
	group_rules(v->a, lines, n, &view);
	view.may_change = editions_may_change(v->app, viewer_of(v));
	rules_html(&v->out, &view);
	return RC_OK;
}

enum rc page_rules_document(struct visit *v, struct err *e)
{
	struct edition_page d;
	struct rule_view view = { .page = { v, { NULL, 0 }, MENU_RULES }, .d = &d };
	enum rc rc = query_when(v, &view.when, e);
	if (rc == RC_OK)
		rc = editions_see(v->app, viewer_of(v), document_of_address(v), when_known_ms(view.when), v->a, &d, e);
	if (rc != RC_OK)
		return rc;
	view.page.title = d.line.title;
	rule_document_html(&v->out, &view);
	return RC_OK;
}

enum rc page_rules_manifest(struct visit *v, struct err *e)
{
	struct when w;
	struct buf b;
	enum rc rc = query_when(v, &w, e);
	if (rc != RC_OK)
		return rc;
	buf_init(&b, MANIFEST_MAX);
	rc = app_manifest(v->app, when_known_ms(w), w.as_of, &b, e);
	if (rc == RC_OK)
		page_download(v, "application/json", STR("manifest.json"), &b);
	buf_release(&b);
	return rc;
}

/* ---- the form ---- */

static struct choice *parameter_choices(const struct edition_line *l, struct arena *a, size_t *n_out)
{
	struct choice *list = arena_array(a, l->n_parts, sizeof *list);
	for (size_t i = 0; i < l->n_parts; i++)
		list[i] = (struct choice){ l->parts[i].id, l->parts[i].title };
	*n_out = l->n_parts;
	return list;
}

/* Everybody, then every organisation whose value they may set. */
static enum rc place_choices(const struct visit *v, const struct choice **out, size_t *n_out, struct err *e)
{
	const struct organisation **orgs;
	size_t n_orgs;
	enum rc rc = editions_places(v->app, viewer_of(v), v->a, &orgs, &n_orgs, e);
	if (rc != RC_OK)
		return rc;
	struct choice *list = arena_array(v->a, n_orgs + 1, sizeof *list);
	list[0] = (struct choice){ STR("everybody"), STR("Everybody without a value of their own") };
	for (size_t i = 0; i < n_orgs; i++)
		list[i + 1] = (struct choice){ orgs[i]->code, orgs[i]->name };
	*out = list;
	*n_out = n_orgs + 1;
	return RC_OK;
}

static enum rule_how how_of(const struct visit *v, struct str document)
{
	struct str asked = v->req->method == METHOD_POST ? request_form(v->req, "how") : request_query(v->req, "how");
	if (str_is(asked, "text"))
		return HOW_TEXT;
	if (str_is(document, "holidays/england.csv"))
		return HOW_HOLIDAY;
	return str_starts(document, "parameters/") ? HOW_PARAMETER : HOW_TEXT;
}

static enum rc begin_form(struct visit *v, struct rule_form_view *f, struct edition_page *d, struct err *e)
{
	f->document = document_of_address(v);
	enum rc rc = editions_see(v->app, viewer_of(v), f->document, KNOWN_NOW, v->a, d, e);
	if (rc != RC_OK)
		return rc;
	if (!d->may_change)
		return err_set(e, RC_REFUSED,
			       "Rules are changed by doctors and administrators of a health team of this region.");
	f->how = how_of(v, f->document);
	f->title = d->line.title;
	f->parameters = parameter_choices(&d->line, v->a, &f->n_parameters);
	return place_choices(v, &f->places, &f->n_places, e);
}

static enum rc show_form(struct visit *v, struct rule_form_view *f)
{
	f->page =
	    (struct page){ v,
			   arena_printf(v->a, "%sChange: " STR_FMT, f->problem.n ? "Error: " : "", STR_ARG(f->title)),
			   MENU_RULES };
	rule_form_html(&v->out, f);
	return RC_OK;
}

enum rc page_rules_form(struct visit *v, struct err *e)
{
	struct edition_page d;
	struct rule_form_view *f = arena_alloc(v->a, sizeof *f);
	char today[DAY_TEXT_MAX];
	enum rc rc = begin_form(v, f, &d, e);
	if (rc != RC_OK)
		return rc;
	f->base = str_of(d.line.doc->hash);
	f->body = d.line.doc->body;
	f->what = STR("add");
	f->known = arena_str(v->a, str_of(day_iso(app_today(v->app), today)));
	if (f->n_parameters == 1)
		f->parameter = f->parameters[0].id;
	struct str again = request_query(v->req, "trial"); /* what was tried, to go on with */
	int64_t id;
	struct trial_view t;
	if (again.n && id_parse(again, &id) == RC_OK && trial_see(v->app, viewer_of(v), id, v->a, &t, e) == RC_OK &&
	    str_eq(t.draft.name, f->document)) {
		f->how = HOW_TEXT;
		f->base = t.draft.base;
		f->body = t.draft.body;
		f->why = t.draft.why;
	}
	return show_form(v, f);
}

struct str form_problem(const struct rule_form_view *v, const char *field)
{
	bool here = v->problem.n && v->field && strcmp(v->field, field) == 0;
	return here ? v->problem : (struct str){ "", 0 };
}

/* The new text, from whatever was typed. */
static enum rc typed_text(struct visit *v, struct rule_form_view *f, struct str body, struct str *out, struct err *e)
{
	switch (f->how) {
	case HOW_HOLIDAY:
		f->field = "day";
		return draft_holiday(body, f->day, f->name, f->known, str_is(f->what, "take-back"), v->a, out, e);
	case HOW_PARAMETER:
		f->field = "n";
		return draft_parameter(body, f->parameter, f->n, f->from,
				       str_is(f->whose, "everybody") ? STR("") : f->whose, f->source, v->a, out, e);
	default:
		f->field = "body";
		*out = f->body;
		return RC_OK;
	}
}

static struct str form_text(const struct visit *v, const char *name)
{
	struct str s = request_form(v->req, name);
	return s.p ? s : STR("");
}

static void take_form(struct visit *v, struct rule_form_view *f)
{
	f->base = form_text(v, "base");
	f->body = form_text(v, "body");
	f->why = form_text(v, "why");
	f->day = form_day(v, "day");
	f->name = form_text(v, "name");
	f->known = form_day(v, "known");
	f->what = form_text(v, "what");
	f->parameter = form_text(v, "parameter");
	f->n = form_text(v, "n");
	f->from = form_day(v, "from");
	f->whose = form_text(v, "whose");
	f->source = form_text(v, "source");
}

enum rc page_rules_post(struct visit *v, struct err *e)
{
	struct edition_page d;
	struct rule_form_view *f = arena_alloc(v->a, sizeof *f);
	struct rules_draft draft;
	int64_t id;
	enum rc rc = begin_form(v, f, &d, e);
	if (rc != RC_OK)
		return rc;
	take_form(v, f);
	draft = (struct rules_draft){ .name = f->document, .base = f->base, .why = f->why };
	rc = typed_text(v, f, d.line.doc->body, &draft.body, e);
	if (rc == RC_OK && !str_trim(f->why).n) {
		f->field = "why";
		rc = err_set(e, RC_BAD_INPUT, "Say why the rule is changed, in a sentence.");
	}
	if (rc == RC_OK)
		rc = trial_of_draft(v->app, viewer_of(v), &draft, &id, e);
	if (rc == RC_BAD_INPUT || rc == RC_LIMIT) {
		f->problem = arena_str(v->a, str_of(e->text));
		return show_form(v, f);
	}
	return rc == RC_OK ? page_redirect(v, link_rules_trial(id)) : rc;
}

/* ---- trials ---- */

struct text64 show_shift(const struct standard_moves *m)
{
	struct text64 s = { "" };
	if (!(m->moves[MOVE_LATER] + m->moves[MOVE_EARLIER]))
		return s;
	int lo = m->days_min, hi = m->days_max;
	const char *day = lo == hi && (hi == 1 || hi == -1) ? "day" : "days";
	if (lo < 0 && hi > 0)
		snprintf(s.s, sizeof s.s, "%d days earlier to %d later", -lo, hi);
	else if (lo == hi)
		snprintf(s.s, sizeof s.s, "%d %s %s", hi < 0 ? -hi : hi, day, hi < 0 ? "earlier" : "later");
	else if (hi < 0)
		snprintf(s.s, sizeof s.s, "%d to %d days earlier", -hi, -lo);
	else
		snprintf(s.s, sizeof s.s, "%d to %d days later", lo, hi);
	return s;
}

struct str moves_words(struct arena *a, const struct standard_moves *m)
{
	struct buf b;
	buf_init(&b, 400);
	for (int k = MOVE_LATER; k < MOVE__COUNT; k++)
		if (m->moves[k])
			buf_printf(&b, "%s%s %s", b.n ? "; " : "", show_count(m->moves[k]).s,
				   move_title((enum move_kind)k));
	struct str s = arena_str(a, buf_view(&b));
	buf_release(&b);
	return s;
}

static struct str side_words(struct arena *a, int64_t known_ms)
{
	return known_ms == KNOWN_NOW ? STR("the rules of now")
				     : arena_printf(a, "the rules known on %s", show_instant(known_ms).s);
}

static struct diff_view *diffs_of(struct visit *v, const struct trial_view *t)
{
	struct diff_view *d = arena_array(v->a, t->n_diffs, sizeof *d);
	size_t left = DIFF_LINES_SHOWN;
	for (size_t i = 0; i < t->n_diffs; i++) {
		d[i].name = t->diffs[i].name;
		texts_diff(t->diffs[i].before, t->diffs[i].after, v->a, &d[i].lines, &d[i].n);
		d[i].n = d[i].n < left ? d[i].n : left;
		left -= d[i].n;
	}
	return d;
}

enum rc page_rules_trial(struct visit *v, struct err *e)
{
	int64_t id;
	struct trial_view *t = arena_alloc(v->a, sizeof *t);
	enum rc rc = trial_id(v, request_param(v->req, "trial"), &id, e);
	if (rc == RC_OK)
		rc = trial_see(v->app, viewer_of(v), id, v->a, t, e);
	if (rc != RC_OK)
		return rc;
	struct trial_page p = { .page = { v, STR("Who would move"), MENU_RULES }, .t = t };
	if (t->problem.n)
		return err_set(e, RC_BUSY, STR_FMT, STR_ARG(t->problem));
	if (!t->of_draft)
		p.page.title = STR("Rules side by side");
	p.before = t->of_draft ? STR("the rules of now") : side_words(v->a, t->from_ms);
	p.after = t->of_draft ? STR("the rules with this change") : side_words(v->a, t->to_ms);
	if (t->running) {
		p.percent = t->total > 0 ? (int)(100 * t->done / t->total) : 0;
		page_refresh(v, REFRESH_SECONDS);
		rule_trial_running_html(&v->out, &p);
		return RC_OK;
	}
	p.diffs = diffs_of(v, t);
	p.n_diffs = t->n_diffs;
	rule_trial_html(&v->out, &p);
	return RC_OK;
}

enum rc page_rules_save(struct visit *v, struct err *e)
{
	int64_t id;
	struct trial_view t;
	enum rc rc = trial_id(v, request_param(v->req, "trial"), &id, e);
	if (rc == RC_OK)
		rc = trial_see(v->app, viewer_of(v), id, v->a, &t, e);
	if (rc == RC_OK)
		rc = trial_save(v->app, viewer_of(v), id, e);
	return rc == RC_OK ? page_redirect(v, link_rule(t.draft.name, WHEN_NOW)) : rc;
}

/* ---- side by side ---- */

static struct choice *standard_choices(const struct visit *v, size_t *n_out)
{
	const struct rulebook *rb = app_rulebook(v->app);
	struct choice *list = arena_array(v->a, rulebook_count(rb) + 1, sizeof *list);
	size_t n = 0;
	list[n++] = (struct choice){ STR("every"), STR("Every rule") };
	for (uint16_t i = 0; i < rulebook_count(rb); i++) {
		const struct standard_info *s = rulebook_info(rb, i);
		if (rulebook_find(rb, s->id) == i)
			list[n++] =
			    (struct choice){ s->id, s->reading.n ? arena_printf(v->a, STR_FMT ": " STR_FMT,
										STR_ARG(s->title), STR_ARG(s->reading))
								 : s->title };
	}
	*n_out = n;
	return list;
}

static enum rc show_compare(struct visit *v, struct compare_view *c)
{
	c->page = (struct page){ v, c->problem.n ? STR("Error: Compare rules") : STR("Compare rules"), MENU_RULES };
	c->standards = standard_choices(v, &c->n_standards);
	rules_compare_html(&v->out, c);
	return RC_OK;
}

/* A day of the form in three fields, or "from" as a link says it. */
static struct str query_side(const struct visit *v, const char *name)
{
	struct str whole = request_query(v->req, name);
	struct err none = { 0 };
	day_t day;
	char iso[DAY_TEXT_MAX];
	if (whole.n)
		return whole;
	if (query_day(v, name, "", &day, &none) != RC_OK)
		return STR("no day");
	return day == DAY_NONE ? STR("") : arena_str(v->a, str_of(day_iso(day, iso)));
}

enum rc page_rules_compare(struct visit *v, struct err *e)
{
	struct compare_view *c = arena_alloc(v->a, sizeof *c);
	int64_t from = KNOWN_NOW, to = KNOWN_NOW, id;
	c->from = query_side(v, "from");
	c->to = query_side(v, "to");
	struct str standard = request_query(v->req, "standard");
	c->standard = standard.n ? standard : STR("every");
	if (!editions_may_change(v->app, viewer_of(v)))
		return err_set(e, RC_REFUSED, "Rules are compared by those who may change them.");
	if (!c->from.n && !c->to.n)
		return show_compare(v, c);
	enum rc rc = c->from.n ? editions_instant(v->app, c->from, &from, e)
			       : err_set(e, RC_BAD_INPUT, "Say from which day’s rules to begin.");
	if (rc == RC_OK && c->to.n)
		rc = editions_instant(v->app, c->to, &to, e);
	if (rc == RC_OK)
		rc = trial_of_past(v->app, viewer_of(v), from, to, str_is(c->standard, "every") ? STR("") : c->standard,
				   &id, e);
	if (rc == RC_BAD_INPUT || rc == RC_NOT_FOUND) {
		c->problem = arena_str(v->a, str_of(e->text));
		return show_compare(v, c);
	}
	return rc == RC_OK ? page_redirect(v, link_rules_trial(id)) : rc;
}
