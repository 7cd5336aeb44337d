#include "web/pages/plan.h"

#include <math.h>
#include <unistd.h>

#include "codec/xlsx_write.h"
#include "pages/templates.h"
#include "paper/plan.h"
#include "plan/report.h"
#include "web/pages/map.h"
#include "web/pages/plan_chart.h"

enum { PATIENCE_MS = 2500, FILE_MAX = 64 << 20, LINE_SHOWN = 160 };

/* ---- which plan, and what is changed in it ---- */

struct plan_asked {
	struct saved_plan plan;
	struct changed_number changed[PLAN_CHANGED_MAX];
	size_t n;
	struct plan_at at;
};

static enum rc parse_changes(struct str with, struct plan_asked *q, struct err *e)
{
	while (with.n) {
		struct str rest, one = str_cut(with, ',', &rest), value, path = str_cut(one, '~', &value);
		if (!path.n || !value.n)
			return err_set(e, RC_BAD_INPUT, "This address does not say which number is changed.");
		if (q->n == PLAN_CHANGED_MAX)
			return err_set(e, RC_BAD_INPUT,
				       "A page changes at most %d numbers. Save the plan and go on from there.",
				       PLAN_CHANGED_MAX);
		q->changed[q->n++] = (struct changed_number){ path, value };
		with = rest;
	}
	return RC_OK;
}

static struct str with_of(struct visit *v, const struct plan_asked *q)
{
	struct buf b AUTO(buf_release);
	buf_init(&b, 8000);
	for (size_t i = 0; i < q->n; i++)
		buf_printf(&b, "%s" STR_FMT "~" STR_FMT, i ? "," : "", STR_ARG(q->changed[i].path),
			   STR_ARG(q->changed[i].value));
	return arena_str(v->a, buf_view(&b));
}

static enum rc asked_of(struct visit *v, struct str id, struct str with, struct plan_asked *q, struct err *e)
{
	*q = (struct plan_asked){ .n = 0 };
	enum rc rc = plans_get(v->app, viewer_of(v), id, v->a, &q->plan, e);
	if (rc == RC_OK)
		rc = parse_changes(with, q, e);
	q->at =
	    (struct plan_at){ .id = q->plan.id, .with = with, .more = str_is(request_query(v->req, "more"), "yes") };
	return rc;
}

static enum rc read_plan(struct visit *v, const struct plan_asked *q, size_t n_changed, struct scenario **out,
			 struct err *e)
{
	struct mistakes *m = arena_alloc(v->a, sizeof *m);
	struct str body = plans_changed(&q->plan, q->changed, n_changed, STR(""), v->a);
	return plans_read(v->app, viewer_of(v), body, arena_printf(v->a, STR_FMT, STR_ARG(q->plan.id)).p, out, m, e);
}

/* ---- playing ---- */

struct answers { /* of one plan, or of two that are compared */
	struct run_view runs[2];
	size_t n;
};

static void give(struct visit *v, struct answers *x)
{
	for (size_t i = 0; i < x->n; i++)
		run_give(v->app, &x->runs[i]);
}

/* The first says how both are played. */
static enum rc play(struct visit *v, struct scenario *s, struct scenario *other, bool more, struct answers *x,
		    struct err *e)
{
	*x = (struct answers){ .n = 0 };
	struct run_asked q = { .scenario = s, .replications = more ? RUNS_MORE : RUNS_FIRST };
	struct run_asked q2 = {
		.scenario = other, .replications = q.replications, .years = s->years, .seed = s->seed, .own_seed = true
	};
	enum rc rc = run_take(v->app, viewer_of(v), &q, PATIENCE_MS, &x->runs[0], e);
	x->n += rc == RC_OK;
	if (rc == RC_OK && other) {
		rc = run_take(v->app, viewer_of(v), &q2, PATIENCE_MS, &x->runs[1], e);
		x->n += rc == RC_OK;
	} else if (other) {
		scenario_free(other);
	}
	for (size_t i = 0; rc == RC_OK && i < x->n; i++)
		if (x->runs[i].over && !x->runs[i].outlook)
			rc = err_set(e, RC_BUSY, STR_FMT, STR_ARG(x->runs[i].problem));
	if (rc != RC_OK)
		give(v, x);
	return rc;
}

static const struct run_view *unfinished(const struct answers *x)
{
	for (size_t i = 0; i < x->n; i++)
		if (!x->runs[i].over)
			return &x->runs[i];
	return NULL;
}

static enum rc show_running(struct visit *v, const struct run_view *r, const struct plan_at *back)
{
	struct plan_running_view view = { .page = { v, STR("Being played through"), MENU_PLAN },
					  .r = r,
					  .back = *back };
	view.back.more = false;
	view.percent = r->total ? (int)(100 * r->done / r->total) : 0;
	page_refresh(v, 1);
	plan_running_html(&v->out, &view);
	return RC_OK;
}

/* ---- pictures ---- */

static const struct outlook_row *travel_row(const struct outlook *o, int32_t area, enum outlook_measure *m)
{
	static const enum outlook_measure order[] = { OUT_MINUTES, OUT_CARE_MINUTES, OUT_PER_100000, OUT_CARE_WAIT };
	for (size_t i = 0; i < COUNT_OF(order); i++) {
		*m = order[i];
		if (outlook_find(o, OUTLOOK_ALL, 0, *m))
			return outlook_find(o, OUTLOOK_AREA, area, *m);
	}
	return NULL;
}

/* The areas shaded by the way to the bed or service; with `b` by what changes in it. */
static struct html map_of(struct visit *v, const struct outlook *o, const struct outlook *b)
{
	const struct scenario *s = o->scenario;
	const struct places *places;
	struct err ignored = { 0 };
	struct map_area *areas = arena_array(v->a, s->n_areas, sizeof *areas);
	struct map map = { .areas = areas, .unit = "" };
	enum outlook_measure m = OUT_MINUTES;
	if (app_areas(v->app, &places, &ignored) != RC_OK)
		return (struct html){ STR("") };
	map.places = places;
	struct buf said AUTO(buf_release);
	buf_init(&said, 20000);
	for (int32_t i = 0; i < (int32_t)s->n_areas; i++) {
		const struct outlook_row *r = travel_row(o, i, &m);
		struct outlook_number n = r ? r->number : (struct outlook_number){ .value = NAN };
		if (!s->areas[i].code.n)
			continue;
		if (r && b && !outlook_difference(o, r, b, outlook_same(o, r, b), &n))
			n.value = NAN;
		struct map_area *a = &areas[map.n++];
		*a = (struct map_area){ .code = s->areas[i].code, .name = s->areas[i].name, .state = MAP_NOBODY };
		if (!isfinite(n.value))
			continue;
		a->state = MAP_VALUE;
		a->value = n.value;
		a->label = arena_printf(v->a, "%s%.0f",
					b && n.value > 0.5 ? "+"
					: n.value < -0.5   ? "−"
							   : "",
					fabs(n.value));
		a->words = arena_printf(
		    v->a, STR_FMT " (" STR_FMT " to " STR_FMT ")", STR_ARG(section_number(m, n.value, v->a)),
		    STR_ARG(section_number(m, n.lower, v->a)), STR_ARG(section_number(m, n.upper, v->a)));
		buf_printf(&said, STR_FMT " " STR_FMT ". ", STR_ARG(a->name), STR_ARG(a->words));
	}
	map.title = arena_printf(v->a, "Map: %s%s", outlook_measure_words(m), b ? ", B less A" : "");
	map.description = arena_str(v->a, buf_view(&said));
	map.unit = m == OUT_MINUTES || m == OUT_CARE_MINUTES ? " minutes" : m == OUT_CARE_WAIT ? " days" : "";
	return map_draw(&map, v->a);
}

static void illustrate(struct visit *v, const struct outlook *o, const struct outlook *b, struct section_view *s)
{
	const struct outlook *shown = b ? b : o;
	double top = b ? fmax(chart_fan_top(o), chart_fan_top(b)) : 0;
	for (int narrow = 0; narrow < 2; narrow++) {
		struct html h = { STR("") };
		if (s->s->kind == SECTION_BEDS)
			h = chart_fan(shown, top, narrow, v->a);
		else if (s->s->kind == SECTION_WAITS)
			h = chart_waits(shown, narrow, v->a);
		else if (s->s->kind == SECTION_DIFFERENCES)
			h = chart_differences(o, b, narrow, v->a);
		*(narrow ? &s->narrow : &s->wide) = h;
	}
	if (s->s->kind == SECTION_AREAS)
		s->map = map_of(v, o, b);
	s->folded = s->s->kind == SECTION_RESTS || s->s->kind == SECTION_BEDS ||
		    (s->s->kind == SECTION_WAITS && s->wide.s.n) || (s->s->kind == SECTION_AREAS && s->map.s.n);
}

static void fill(struct visit *v, struct plan_view *view, const struct outlook *a, const struct outlook *b)
{
	struct section *s = arena_array(v->a, SECTIONS_MAX, sizeof *s);
	const struct outlook *shown = b ? b : a;
	view->compared = b != NULL;
	view->o = shown;
	view->n = b ? sections_between(a, b, v->a, s) : sections_of(a, v->a, s);
	view->headline = b ? sections_headline_between(a, b, v->a) : sections_headline(a, v->a);
	view->guesses = sections_guesses(shown->scenario, v->a);
	view->growing = !shown->steady;
	for (size_t i = 0; i < view->n; i++) {
		view->sections[i].s = &s[i];
		illustrate(v, a, b, &view->sections[i]);
	}
}

/* ---- pages ---- */

enum rc page_plans(struct visit *v, struct err *e)
{
	struct plans_view view = { .page = { v, STR("Planning"), MENU_PLAN } };
	enum rc rc = plans_list(v->app, viewer_of(v), v->a, &view.plans, &view.n, e);
	while (rc == RC_OK && view.n_shipped < view.n && view.plans[view.n_shipped].shipped)
		view.n_shipped++;
	if (rc == RC_OK)
		plans_html(&v->out, &view);
	return rc;
}

/* Plays the plan, and beside it what it was if numbers are changed. */
static enum rc play_asked(struct visit *v, const struct plan_asked *q, struct answers *x, struct err *e)
{
	struct scenario *s = NULL, *changed = NULL;
	enum rc rc = read_plan(v, q, 0, &s, e);
	if (rc == RC_OK && q->n && (rc = read_plan(v, q, q->n, &changed, e)) != RC_OK)
		scenario_free(s);
	return rc == RC_OK ? play(v, s, changed, q->at.more, x, e) : rc;
}

static enum rc show_answer(struct visit *v, const struct plan_asked *q, struct str name, struct str problem,
			   struct err *e)
{
	struct plan_view view = {
		.page = { v, q->plan.name, MENU_PLAN }, .at = q->at, .plan = &q->plan, .name = name, .problem = problem
	};
	struct answers x;
	enum rc rc = play_asked(v, q, &x, e);
	if (rc != RC_OK)
		return rc;
	const struct run_view *r = unfinished(&x);
	if (r) {
		rc = show_running(v, r, &q->at);
	} else {
		const struct outlook *a = x.runs[0].outlook, *b = x.n > 1 ? x.runs[1].outlook : NULL;
		fill(v, &view, a, b);
		view.hash_differs = !b && q->plan.hash.n && !str_is(q->plan.hash, a->scenario->hash);
		view.name_a = q->plan.name;
		if (b) {
			view.page.title = arena_printf(v->a, STR_FMT ": what would change?", STR_ARG(q->plan.name));
			struct buf said AUTO(buf_release);
			buf_init(&said, 20000);
			for (size_t i = 0; i < q->n; i++) {
				char path[160];
				snprintf(path, sizeof path, STR_FMT, STR_ARG(q->changed[i].path));
				input_t in = scenario_input(a->scenario, path), now = scenario_input(b->scenario, path);
				if (in < 0 || now < 0)
					continue;
				buf_printf(&said, "%s" STR_FMT " %.10g instead of %.10g", i ? "; " : "",
					   STR_ARG(section_input_words(a->scenario, &a->scenario->inputs[in], v->a)),
					   b->scenario->inputs[now].value, a->scenario->inputs[in].value);
			}
			view.name_b = arena_str(v->a, buf_view(&said));
		}
		plan_answer_html(&v->out, &view);
	}
	give(v, &x);
	return rc;
}

enum rc page_plan(struct visit *v, struct err *e)
{
	struct plan_asked q;
	enum rc rc = asked_of(v, request_param(v->req, "plan"), request_query(v->req, "with"), &q, e);
	return rc == RC_OK ? show_answer(v, &q, STR(""), STR(""), e) : rc;
}

enum rc page_plan_compare(struct visit *v, struct err *e)
{
	struct plan_asked a, b;
	struct scenario *sa = NULL, *sb = NULL;
	struct answers x;
	enum rc rc = asked_of(v, request_query(v->req, "a"), STR(""), &a, e);
	if (rc != RC_OK)
		return rc;
	if (!request_query(v->req, "b").n) {
		struct plan_choose_view view = { .page = { v, STR("Compare"), MENU_PLAN },
						 .a = a.at,
						 .name = a.plan.name };
		if ((rc = plans_list(v->app, viewer_of(v), v->a, &view.plans, &view.n, e)) == RC_OK)
			plan_choose_html(&v->out, &view);
		return rc;
	}
	rc = asked_of(v, request_query(v->req, "b"), STR(""), &b, e);
	if (rc == RC_OK)
		rc = read_plan(v, &a, 0, &sa, e);
	if (rc == RC_OK && (rc = read_plan(v, &b, 0, &sb, e)) != RC_OK)
		scenario_free(sa);
	if (rc == RC_OK)
		rc = play(v, sa, sb, a.at.more, &x, e);
	if (rc != RC_OK)
		return rc;
	const struct run_view *r = unfinished(&x);
	if (r) {
		rc = show_running(v, r, &a.at);
	} else {
		struct plan_view view = { .page = { v, STR("Two plans side by side"), MENU_PLAN },
					  .at = a.at,
					  .other = b.at,
					  .plan = &a.plan,
					  .name_a = a.plan.name,
					  .name_b = b.plan.name };
		fill(v, &view, x.runs[0].outlook, x.runs[1].outlook);
		plan_answer_html(&v->out, &view);
	}
	give(v, &x);
	return rc;
}

enum rc page_plan_stop(struct visit *v, struct err *e)
{
	struct plan_at back = { .id = request_form(v->req, "plan"), .with = request_form(v->req, "with") };
	struct err ignored = { 0 };
	(void)e;
	(void)!run_stop(v->app, viewer_of(v), request_param(v->req, "run"),
			&ignored); /* over: then there is an answer */
	return page_redirect(v, link_plan(&back));
}

/* ---- changing a number ---- */

static struct str part_of(struct str path)
{
	struct str rest, section = str_cut(path, '.', &rest), id = str_cut(rest, '.', &rest);
	if (str_is(section, "travel") || str_is(section, "all"))
		return section;
	return (struct str){ path.p, section.n + 1 + id.n };
}

static struct str part_name(const struct scenario *s, const struct plan_input *in, struct arena *a)
{
	struct str words = section_input_words(s, in, a), rest, section = str_cut(in->path, '.', &rest);
	if (str_is(section, "travel"))
		return STR("Travel");
	if (str_is(section, "all"))
		return STR("The whole plan");
	struct str name = words;
	for (size_t i = words.n; i-- > 1;)
		if (words.p[i] == ' ' && words.p[i - 1] == ':') {
			name = (struct str){ words.p, i - 1 };
			break;
		}
	const char *kind = str_is(section, "demand")	? "Demand: "
			   : str_is(section, "routes")	? "Going on: "
			   : str_is(section, "effects") ? "Effect: "
			   : str_is(section, "areas")	? "Area: "
							: "";
	return arena_printf(a, "%s" STR_FMT, kind, STR_ARG(name));
}

/* Under the heading of its part a number goes without it: "Mean stay". */
static struct str short_words(struct str words, struct arena *a)
{
	size_t i = words.n;
	while (i > 1 && !(words.p[i - 1] == ' ' && words.p[i - 2] == ':'))
		i--;
	char *t = arena_alloc(a, words.n + 1);
	size_t from = i > 1 ? i : 0;
	memcpy(t, words.p + from, words.n - from);
	t[words.n - from] = '\0';
	t[0] = (char)(t[0] >= 'a' && t[0] <= 'z' ? t[0] - 32 : t[0]);
	return (struct str){ t, words.n - from };
}

static const struct changed_number *change_of(const struct plan_asked *q, struct str path)
{
	for (size_t i = 0; i < q->n; i++)
		if (str_eq(q->changed[i].path, path))
			return &q->changed[i];
	return NULL;
}

static bool of_no_effect(struct str path)
{
	return path.n > 6 && memcmp(path.p + path.n - 6, ".built", 6) == 0;
}

/* Parts in the order of the scenario; texts of `s` are copied. */
static size_t parts_of(struct visit *v, const struct plan_asked *q, const struct scenario *s, struct plan_part **out)
{
	struct plan_part *parts = arena_array(v->a, s->n_inputs, sizeof *parts);
	struct number_line *lines = arena_array(v->a, s->n_inputs, sizeof *lines);
	size_t n = 0, n_lines = 0;
	for (size_t i = 0; i < s->n_inputs; i++) {
		struct str id = part_of(s->inputs[i].path);
		bool seen = false;
		for (size_t k = 0; k < n; k++)
			seen |= str_eq(parts[k].id, id);
		if (seen)
			continue;
		struct plan_part *p = &parts[n++];
		*p = (struct plan_part){ arena_str(v->a, id),
					 arena_str(v->a, part_name(s, &s->inputs[i], v->a)),
					 lines + n_lines,
					 0,
					 0,
					 0 };
		for (size_t k = i; k < s->n_inputs; k++) {
			if (!str_eq(part_of(s->inputs[k].path), id) || of_no_effect(s->inputs[k].path))
				continue;
			struct plan_input *in = arena_alloc(v->a, sizeof *in);
			*in = s->inputs[k];
			in->path = arena_str(v->a, in->path);
			in->source = arena_str(v->a, in->source);
			const struct changed_number *c = change_of(q, in->path);
			struct str was = arena_printf(v->a, "%.10g", in->value);
			lines[n_lines++] =
			    (struct number_line){ .in = in,
						  .words = short_words(section_input_words(s, in, v->a), v->a),
						  .value = c ? c->value : was,
						  .was = was,
						  .changed = c != NULL };
			p->n++;
			p->n_guesses += in->guess;
			p->n_changed += c != NULL;
		}
		n -= p->n == 0;
	}
	*out = parts;
	return n;
}

static enum rc change_view(struct visit *v, struct plan_asked *q, struct str with, struct plan_change_view *view,
			   struct err *e)
{
	struct scenario *s = NULL;
	struct plan_part *parts;
	enum rc rc = asked_of(v, request_param(v->req, "plan"), with, q, e);
	if (rc == RC_OK)
		rc = read_plan(v, q, 0, &s, e);
	if (rc != RC_OK)
		return rc;
	*view = (struct plan_change_view){ .page = { v, STR("Change a number"), MENU_PLAN },
					   .at = q->at,
					   .name = q->plan.name };
	view->n_parts = parts_of(v, q, s, &parts);
	view->parts = parts;
	scenario_free(s);
	struct str part = request_param(v->req, "part");
	for (size_t i = 0; part.n && i < view->n_parts; i++)
		if (str_eq(parts[i].id, part))
			view->part = &parts[i];
	if (part.n && !view->part)
		return err_set(e, RC_NOT_FOUND, "The plan has no such part.");
	return RC_OK;
}

enum rc page_plan_change(struct visit *v, struct err *e)
{
	struct plan_asked q;
	struct plan_change_view view;
	enum rc rc = change_view(v, &q, request_query(v->req, "with"), &view, e);
	if (rc == RC_OK)
		plan_changes_html(&v->out, &view);
	return rc;
}

enum rc page_plan_part(struct visit *v, struct err *e)
{
	struct plan_asked q;
	struct plan_change_view view;
	enum rc rc = change_view(v, &q, request_query(v->req, "with"), &view, e);
	if (rc == RC_OK)
		plan_part_form_html(&v->out, &view);
	return rc;
}

/* "7", "0.85", "620,000": digits with at most one point. The commas go. False: no number. */
static bool tidy_number(struct visit *v, struct str typed, struct str *out)
{
	char t[32];
	size_t n = 0, points = 0, digits = 0;
	typed = str_trim(typed);
	for (size_t i = 0; i < typed.n; i++) {
		char c = typed.p[i];
		if (c == ',')
			continue;
		if (n + 1 >= sizeof t || !((c >= '0' && c <= '9') || c == '.' || (c == '-' && n == 0)))
			return false;
		points += c == '.';
		digits += c >= '0' && c <= '9';
		t[n++] = c;
	}
	t[n] = '\0';
	*out = arena_str(v->a, (struct str){ t, n });
	return digits > 0 && points <= 1 && t[n - 1] != '.' && t[0] != '.';
}

static double value_of(struct str s)
{
	char t[40];
	snprintf(t, sizeof t, STR_FMT, STR_ARG(s));
	return strtod(t, NULL);
}

/* Sets, replaces or takes back a change. False: no room for one more. */
static bool set_change(struct plan_asked *q, struct str path, struct str value, bool same)
{
	size_t i = 0;
	while (i < q->n && !str_eq(q->changed[i].path, path))
		i++;
	if (same) {
		if (i < q->n)
			memmove(&q->changed[i], &q->changed[i + 1], (--q->n - i) * sizeof q->changed[0]);
		return true;
	}
	if (i == PLAN_CHANGED_MAX)
		return false;
	q->changed[i] = (struct changed_number){ path, value };
	q->n += i == q->n;
	return true;
}

/* What is wrong with one number alone; empty: nothing. */
static struct str number_problem(struct visit *v, const struct plan_asked *q, struct str path, struct str value)
{
	struct plan_asked one = *q;
	struct scenario *s = NULL;
	struct err why = { 0 };
	struct mistakes *m = arena_alloc(v->a, sizeof *m);
	one.changed[0] = (struct changed_number){ path, value };
	struct str body = plans_changed(&q->plan, one.changed, 1, STR(""), v->a);
	if (plans_read(v->app, viewer_of(v), body, "plan", &s, m, &why) == RC_OK) {
		scenario_free(s);
		return STR("");
	}
	return arena_str(v->a, str_of(m->n ? m->list[0].text : why.text));
}

enum rc page_plan_part_post(struct visit *v, struct err *e)
{
	struct plan_asked q;
	struct plan_change_view view;
	enum rc rc = change_view(v, &q, request_form(v->req, "with"), &view, e);
	if (rc != RC_OK)
		return rc;
	for (size_t i = 0; i < view.part->n; i++) {
		struct number_line *l = (struct number_line *)(uintptr_t)&view.part->numbers[i];
		char path[160];
		snprintf(path, sizeof path, STR_FMT, STR_ARG(l->in->path));
		struct str typed = request_form(v->req, path), value;
		if (!typed.p)
			continue;
		l->value = typed;
		if (!tidy_number(v, typed, &value))
			l->problem = STR("Give a number, such as 7 or 0.85");
		else if (!set_change(&q, l->in->path, value, value_of(value) == value_of(l->was)))
			l->problem = arena_printf(v->a, "At most %d numbers are changed on a page", PLAN_CHANGED_MAX);
		else if (change_of(&q, l->in->path))
			l->problem = number_problem(v, &q, l->in->path, value);
		if (l->problem.n)
			view.problem = l->problem;
	}
	struct scenario *s = NULL;
	struct plan_at at = { .id = q.plan.id, .with = with_of(v, &q) };
	struct err why = { 0 };
	if (!view.problem.n && read_plan(v, &q, q.n, &s, &why) != RC_OK)
		view.problem = arena_str(v->a, str_of(why.text));
	scenario_free(s);
	if (!view.problem.n && strcmp(link_plan_file(&at, "xlsx").s, "/") == 0)
		view.problem = STR("So many changes have no room in an address. Save the plan and go on from there");
	if (!view.problem.n)
		return page_redirect(v, link_plan(&at));
	plan_part_form_html(&v->out, &view);
	return RC_OK;
}

/* ---- saving and taking away ---- */

enum rc page_plan_save(struct visit *v, struct err *e)
{
	struct plan_asked q;
	struct str id, name = str_trim(request_form(v->req, "name"));
	struct mistakes *m = arena_alloc(v->a, sizeof *m);
	enum rc rc = asked_of(v, request_param(v->req, "plan"), request_form(v->req, "with"), &q, e);
	if (rc != RC_OK)
		return rc;
	struct err why = { 0 };
	struct str body = name.n ? plans_changed(&q.plan, q.changed, q.n, name, v->a) : q.plan.body;
	rc = plans_save(v->app, viewer_of(v), name, body, m, v->a, &id, &why);
	if (rc == RC_OK) {
		struct plan_at at = { .id = id };
		return page_redirect(v, link_plan(&at));
	}
	if (rc == RC_BAD_INPUT || rc == RC_LIMIT)
		return show_answer(v, &q, name, arena_str(v->a, str_of(why.text)), e);
	*e = why;
	return rc;
}

enum rc page_plan_delete(struct visit *v, struct err *e)
{
	enum rc rc = plans_delete(v->app, viewer_of(v), request_param(v->req, "plan"), e);
	return rc == RC_OK ? page_redirect(v, link_plans()) : rc;
}

/* A name of at most 31 letters without what Excel forbids. */
static struct str sheet_name(struct str title, struct arena *a)
{
	char t[32];
	size_t n = 0;
	for (size_t i = 0; i < title.n && n < 31; i++)
		if ((unsigned char)title.p[i] < 128 && !strchr("[]:*?/\\'", title.p[i]))
			t[n++] = title.p[i];
	return arena_str(a, (struct str){ t, n });
}

static enum rc as_sheets(const struct plan_paper *p, struct arena *a, struct buf *out, struct err *e)
{
	struct xlsx_writer *w = xlsx_writer_new(
	    &(struct xlsx_about){ .title = arena_str(a, p->title).p, .stamp = p->stamp.n ? p->stamp.p : NULL });
	const struct xlsx_column about[] = { { "About", 110, true } };
	const struct str lines[] = { p->title, p->headline, p->guesses, p->made };
	xlsx_sheet_begin(w, STR("Answer"), about, 1);
	for (size_t i = 0; i < COUNT_OF(lines); i++) {
		xlsx_put_text(w, lines[i]);
		xlsx_row_end(w);
	}
	for (size_t i = 0; i < p->n; i++) {
		const struct section *s = &p->sections[i];
		struct xlsx_column columns[SECTION_COLUMNS_MAX];
		for (size_t c = 0; c < s->n_columns; c++)
			columns[c] = (struct xlsx_column){ s->columns[c].title, c ? 20 : 44, true };
		xlsx_sheet_begin(w, sheet_name(s->title, a), columns, s->n_columns);
		for (size_t r = 0; r < s->n_rows * s->n_columns; r++) {
			if (s->cells[r].is_number)
				xlsx_put_number(w, s->cells[r].number);
			else
				xlsx_put_text(w, s->cells[r].text);
			if ((r + 1) % s->n_columns == 0)
				xlsx_row_end(w);
		}
	}
	enum rc rc = xlsx_finish(w, out, e);
	xlsx_writer_free(w);
	return rc;
}

static struct plan_paper paper_of(struct visit *v, const struct plan_view *view)
{
	const struct outlook *o = view->o;
	struct section *s = arena_array(v->a, SECTIONS_MAX, sizeof *s);
	for (size_t i = 0; i < view->n; i++)
		s[i] = *view->sections[i].s;
	return (struct plan_paper){
		.title = view->page.title,
		.below = app_region_name(v->app),
		.stamp = page_stamp(v, STR("planning")),
		.headline = view->headline,
		.guesses = view->guesses,
		.made = arena_printf(v->a, "%d runs of %d years, seed %" PRIu64 ", Linnet %s, inputs %s.",
				     o->replications, o->years, o->seed, LINNET_VERSION, o->scenario->hash),
		.sections = s,
		.n = view->n,
	};
}

static enum rc write_file(struct visit *v, const struct plan_asked *q, const struct answers *x, struct str format,
			  struct err *e)
{
	struct plan_view view = { .page = { v, q->plan.name, MENU_PLAN } };
	const struct outlook *a = x->runs[0].outlook, *b = x->n > 1 ? x->runs[1].outlook : NULL;
	struct buf out;
	struct str name = arena_printf(v->a, "plan-" STR_FMT "." STR_FMT, STR_ARG(q->plan.id), STR_ARG(format));
	const char *type = "application/json";
	enum rc rc = RC_OK;
	buf_init(&out, FILE_MAX);
	if (str_is(format, "json")) {
		if (b)
			report_comparison(&out, (const struct outlook *const[]){ a, b }, 2, REPORT_JSON);
		else
			report_outlook(&out, a, REPORT_JSON);
	} else {
		struct section *s = arena_array(v->a, SECTIONS_MAX, sizeof *s);
		view.o = b ? b : a;
		view.n = b ? sections_between(a, b, v->a, s) : sections_of(a, v->a, s);
		view.headline = b ? sections_headline_between(a, b, v->a) : sections_headline(a, v->a);
		view.guesses = sections_guesses(view.o->scenario, v->a);
		view.page.title = view.o->scenario->name;
		for (size_t i = 0; i < view.n; i++)
			view.sections[i].s = &s[i];
		struct plan_paper p = paper_of(v, &view);
		bool pdf = str_is(format, "pdf");
		type = pdf ? "application/pdf" : "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet";
		rc = pdf ? plan_paper_make(&p, &out, e) : as_sheets(&p, v->a, &out, e);
	}
	if (rc == RC_OK && !buf_ok(&out))
		rc = err_set(e, RC_LIMIT, "The file would be too large.");
	if (rc == RC_OK)
		page_download(v, type, name, &out);
	buf_release(&out);
	return rc;
}

enum rc page_plan_file(struct visit *v, struct err *e)
{
	struct plan_asked q;
	struct answers x;
	struct str format = request_param(v->req, "format");
	enum rc rc = asked_of(v, request_param(v->req, "plan"), request_query(v->req, "with"), &q, e);
	if (rc != RC_OK)
		return rc;
	if (str_is(format, "yaml")) {
		struct buf b;
		struct str body = plans_changed(&q.plan, q.changed, q.n, STR(""), v->a);
		buf_init(&b, FILE_MAX);
		buf_str(&b, body);
		page_download(v, "application/yaml", arena_printf(v->a, "plan-" STR_FMT ".yaml", STR_ARG(q.plan.id)),
			      &b);
		buf_release(&b);
		return RC_OK;
	}
	if (!str_is(format, "json") && !str_is(format, "xlsx") && !str_is(format, "pdf"))
		return err_set(e, RC_NOT_FOUND, "There is no such file.");
	if ((rc = play_asked(v, &q, &x, e)) != RC_OK)
		return rc;
	const struct run_view *r = unfinished(&x);
	rc = r ? show_running(v, r, &q.at) : write_file(v, &q, &x, format, e);
	give(v, &x);
	return rc;
}

/* ---- a plan of one's own ---- */

enum rc page_plan_new(struct visit *v, struct err *e)
{
	struct plan_new_view view = { .page = { v, STR("A plan of your own"), MENU_PLAN },
				      .body = STR("extends: east-midlands.yaml\nname: Two more beds at the Beacon\n\n"
						  "services:\n  - id: beacon\n    beds: { value: 8, guess: yes }\n") };
	(void)e;
	plan_new_html(&v->out, &view);
	return RC_OK;
}

/* The bytes of an uploaded file as text; empty if none was given. */
static enum rc uploaded_text(struct visit *v, struct str *out, struct err *e)
{
	const struct request *q = v->req;
	*out = STR("");
	if (!q->n_files || q->files[0].size == 0)
		return RC_OK;
	if (q->files[0].size > PLAN_TEXT_MAX)
		return err_set(e, RC_LIMIT, "The file has more than %d kB.", PLAN_TEXT_MAX / 1000);
	size_t n = (size_t)q->files[0].size, got = 0;
	char *t = arena_alloc(v->a, n + 1);
	while (got < n) {
		ssize_t k = read(q->files[0].fd, t + got, n - got);
		if (k <= 0)
			return err_set(e, RC_IO, "The file could not be read.");
		got += (size_t)k;
	}
	t[n] = '\0';
	*out = (struct str){ t, n };
	if (utf8_bad_at(*out) < out->n || memchr(t, '\0', n))
		return err_set(e, RC_BAD_INPUT, "The file is no text in UTF-8.");
	return RC_OK;
}

static struct str line_of(struct visit *v, struct str body, int line)
{
	struct str rest = body, one = { "", 0 };
	for (int i = 0; i < line && rest.p; i++)
		one = str_cut(rest, '\n', &rest);
	return arena_printf(v->a, "%.*s", one.n > LINE_SHOWN ? LINE_SHOWN : (int)one.n, one.n ? one.p : "");
}

enum rc page_plan_new_post(struct visit *v, struct err *e)
{
	struct plan_new_view view = { .page = { v, STR("A plan of your own"), MENU_PLAN },
				      .name = str_trim(request_form(v->req, "name")),
				      .body = request_form(v->req, "body") };
	struct mistakes *m = arena_alloc(v->a, sizeof *m);
	struct str text, id;
	struct err why = { 0 };
	m->n = 0;
	enum rc rc = uploaded_text(v, &text, &why);
	if (text.n && rc == RC_OK)
		view.body = text;
	if (rc == RC_OK && !str_trim(view.body).n)
		rc = err_set(&why, RC_BAD_INPUT, "Write the scenario, or choose a file");
	if (rc == RC_OK)
		rc = plans_save(v->app, viewer_of(v), view.name, view.body, m, v->a, &id, &why);
	if (rc == RC_OK) {
		struct plan_at at = { .id = id };
		return page_redirect(v, link_plan(&at));
	}
	if (rc != RC_BAD_INPUT && rc != RC_LIMIT) {
		*e = why;
		return rc;
	}
	struct str words = arena_str(v->a, str_of(why.text));
	if (!view.name.n || view.name.n > PLAN_NAME_MAX)
		view.problem_name = words;
	else
		view.problem =
		    m->n ? arena_printf(v->a, "%zu mistake%s; see the list", m->n, m->n == 1 ? "" : "s") : words;
	struct str *lines = arena_array(v->a, m->n + 1, sizeof *lines);
	for (size_t i = 0; i < m->n; i++)
		lines[i] = strcmp(m->list[i].file, "scenario.yaml") == 0 ? line_of(v, view.body, m->list[i].line)
									 : arena_printf(v->a, "(%s)", m->list[i].file);
	view.mistakes = m;
	view.lines = lines;
	plan_new_html(&v->out, &view);
	return RC_OK;
}
