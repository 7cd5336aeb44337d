#include "web/pages/plan_site.h"

#include <math.h>

#include "pages/templates.h"
#include "web/pages/map.h"
#include "web/pages/plan_chart.h"
#include "web/pages/plan_file.h"

enum { PATIENCE_MS = 2500, FRONTIER_PATIENCE_MS = 700, WAYS_MAX = 400 };

/* ---- which question, and what is changed in it ---- */

struct site_asked {
	struct site_question q;
	struct plan_at at;
};

/* Of what is only said again nothing is kept. */
static void drop_same(struct visit *v, struct site_question *q)
{
	const struct siting_number *all;
	size_t n = siting_numbers(&all), kept = 0;
	struct site_question plain = *q;
	plain.n = 0;
	for (size_t i = 0; i < q->n; i++) {
		bool same = false;
		for (size_t k = 0; k < n; k++)
			if (str_is(q->changed[i].path, all[k].path)) {
				struct str was = sites_value(v->app, &plain, &all[k], false, v->a);
				same = str_eq(was, q->changed[i].value);
			}
		if (!same)
			q->changed[kept++] = q->changed[i];
	}
	q->n = kept;
}

static struct str with_of(struct visit *v, const struct site_question *q)
{
	struct buf b AUTO(buf_release);
	buf_init(&b, 4000);
	for (size_t i = 0; i < q->n; i++)
		buf_printf(&b, "%s" STR_FMT "~" STR_FMT, i ? "," : "", STR_ARG(q->changed[i].path),
			   STR_ARG(q->changed[i].value));
	return arena_str(v->a, buf_view(&b));
}

/* "3,500,000", "£600000", "60": digits with at most one point. False: no number. */
static bool tidy(struct visit *v, const struct siting_number *n, struct str typed, struct str *out)
{
	char t[40];
	size_t k = 0, points = 0;
	typed = str_trim(typed);
	if (!typed.n || str_is(typed, "none")) {
		*out = STR("none");
		return n->removable;
	}
	if (n->is_words) {
		enum siting_aim aim;
		double within;
		*out = typed;
		return siting_aim_read(typed, &aim, &within) == RC_OK;
	}
	if (str_starts(typed, "£"))
		typed = str_trim((struct str){ typed.p + strlen("£"), typed.n - strlen("£") });
	for (size_t i = 0; i < typed.n; i++) {
		char c = typed.p[i];
		if (c == ',')
			continue;
		if (k + 1 >= sizeof t || !((c >= '0' && c <= '9') || c == '.'))
			return false;
		points += c == '.';
		t[k++] = c;
	}
	*out = arena_str(v->a, (struct str){ t, k });
	return k > 0 && k < 20 && points <= !n->whole && t[k - 1] != '.' && t[0] != '.';
}

static enum rc take_with(struct visit *v, struct str with, struct site_question *q, struct err *e)
{
	const struct siting_number *all;
	size_t n = siting_numbers(&all);
	while (with.n) {
		struct str rest, one = str_cut(with, ',', &rest), value, path = str_cut(one, '~', &value), tidied;
		size_t k = 0;
		while (k < n && !str_is(path, all[k].path))
			k++;
		if (k == n || !tidy(v, &all[k], value, &tidied) || !sites_change(q, str_of(all[k].path), tidied))
			return err_set(e, RC_BAD_INPUT, "This address does not say which number is changed.");
		with = rest;
	}
	return RC_OK;
}

static enum rc asked_of(struct visit *v, struct str with, struct site_asked *out, struct err *e)
{
	*out = (struct site_asked){ .at = { .id = STR("") } };
	enum rc rc = sites_get(v->app, viewer_of(v), request_param(v->req, "question"), v->a, &out->q, e);
	if (rc == RC_OK)
		rc = take_with(v, with, &out->q, e);
	if (rc != RC_OK)
		return rc;
	drop_same(v, &out->q);
	out->at = (struct plan_at){ .id = out->q.plan.id,
				    .with = with_of(v, &out->q),
				    .more = str_is(request_query(v->req, "played"), "yes") };
	return RC_OK;
}

/* ---- the numbers as a form ---- */

/* "3,500,000"; what is no whole number stays. */
static struct str grouped(struct visit *v, struct str s)
{
	int64_t n;
	return str_to_int(s, 1000, INT64_MAX / 2, &n) == RC_OK ? arena_str(v->a, str_of(show_count(n).s)) : s;
}

/* Without the place in a file that nobody sees: "question:3:31: the budget .." */
static struct str plainly(struct visit *v, const char *words)
{
	const char *p = words;
	if (strncmp(p, "question:", 9) == 0) {
		p += 9;
		while ((*p >= '0' && *p <= '9') || *p == ':')
			p++;
		while (*p == ' ')
			p++;
	}
	size_t n = strlen(p) + 1;
	char *t = arena_alloc(v->a, n);
	memcpy(t, p, n);
	t[0] = (char)(t[0] >= 'a' && t[0] <= 'z' ? t[0] - 32 : t[0]);
	return str_of(t);
}

static struct str typed_of(struct visit *v, const struct siting_number *n)
{
	return request_query(v->req, n->field);
}

/* Fields of the numbers that this question has, with what was typed. */
static size_t fields_of(struct visit *v, const struct site_question *q, struct site_field **out)
{
	const struct siting_number *all;
	size_t n = siting_numbers(&all), k = 0;
	struct site_field *f = arena_array(v->a, n, sizeof *f);
	for (size_t i = 0; i < n; i++) {
		bool of_moves = str_starts(str_of(all[i].path), "reuse.");
		struct str was = sites_value(v->app, q, &all[i], false, v->a);
		if (!was.n || (q->moves && !of_moves && !str_is(str_of(all[i].path), "areas.per-1000") &&
			       !str_is(str_of(all[i].path), "rules.fill-at-most") &&
			       !str_is(str_of(all[i].path), "travel.longest")))
			continue;
		struct str now = sites_value(v->app, q, &all[i], true, v->a), typed = typed_of(v, &all[i]);
		f[k] = (struct site_field){ .n = &all[i], .was = was, .value = typed.p ? typed : now };
		f[k].value = str_is(f[k].value, "none") ? STR("") : grouped(v, f[k].value);
		f[k].was = grouped(v, was);
		k++;
	}
	*out = f;
	return k;
}

/* Takes what was typed. False: some field is wrong, and says so. */
static bool take_fields(struct visit *v, struct site_question *q, struct site_field *f, size_t n)
{
	bool right = true;
	for (size_t i = 0; i < n; i++) {
		struct str typed = typed_of(v, f[i].n), value;
		if (!typed.p)
			continue;
		if (!tidy(v, f[i].n, typed, &value))
			f[i].problem = f[i].n->is_words	   ? STR("Choose what is wanted")
				       : f[i].n->whole	   ? STR("Give a whole number, such as 3, or leave it empty")
				       : f[i].n->removable ? STR("Give a number, such as 3,500,000, or leave it empty")
							   : STR("Give a number, such as 1 or 0.8");
		else if (!sites_change(q, str_of(f[i].n->path), value))
			f[i].problem = STR("Too many numbers are changed");
		right &= !f[i].problem.n;
	}
	return right;
}

static const struct choice *aims_of(struct visit *v, const struct site_field *f, size_t n, size_t *n_out)
{
	static const struct choice usual[] = {
		{ { "least travel", 12 }, { "Least travel, everybody’s minutes together", 44 } },
		{ { "least longest way", 17 }, { "The longest way as short as can be", 34 } },
		{ { "most within 30 minutes", 22 }, { "As many as can be within 30 minutes", 35 } },
		{ { "most within 60 minutes", 22 }, { "As many as can be within 60 minutes", 35 } },
		{ { "smallest gap", 12 }, { "Areas alike: the smallest gap between them", 42 } },
		{ { "least money", 11 }, { "Least money", 11 } }
	};
	struct choice *c = arena_array(v->a, COUNT_OF(usual) + 1, sizeof *c);
	size_t k = COUNT_OF(usual);
	memcpy(c, usual, sizeof usual);
	for (size_t i = 0; i < n; i++) {
		bool known = !f[i].n->is_words || !f[i].was.n;
		for (size_t j = 0; j < COUNT_OF(usual); j++)
			known |= str_eq(usual[j].id, f[i].was);
		if (!known)
			c[k++] = (struct choice){ f[i].was, f[i].was };
	}
	*n_out = k;
	return c;
}

static enum rc show_form(struct visit *v, const struct site_asked *q, struct site_field *f, size_t n,
			 struct str problem)
{
	struct site_form_view view = { .page = { v, STR("Change the numbers"), MENU_PLAN },
				       .at = q->at,
				       .q = &q->q,
				       .fields = f,
				       .n = n,
				       .problem = problem };
	view.aims = aims_of(v, f, n, &view.n_aims);
	site_form_html(&v->out, &view);
	return RC_OK;
}

enum rc page_site_change(struct visit *v, struct err *e)
{
	struct site_asked q;
	struct site_field *f;
	enum rc rc = asked_of(v, request_query(v->req, "with"), &q, e);
	if (rc != RC_OK)
		return rc;
	size_t n = fields_of(v, &q.q, &f);
	if (!str_is(request_query(v->req, "go"), "yes"))
		return show_form(v, &q, f, n, STR(""));
	struct site_question changed = q.q;
	struct run_sites *read = NULL;
	struct err why = { 0 };
	if (!take_fields(v, &changed, f, n))
		return show_form(v, &q, f, n, STR("There is a problem"));
	drop_same(v, &changed);
	rc = sites_read(v->app, viewer_of(v), &changed, SITING_THE_PLAN, &read, &why);
	run_sites_free(read);
	if (rc == RC_BAD_INPUT)
		return show_form(v, &q, f, n, plainly(v, why.text));
	if (rc != RC_OK)
		return *e = why, rc;
	struct plan_at at = { .id = q.at.id, .with = with_of(v, &changed) };
	return page_redirect(v, link_site(&at));
}

/* ---- the map ---- */

static const struct place_area *council_of(const struct places *p, struct str code)
{
	const struct place_area *a = places_find(p, code);
	return a && a->upper.n ? places_find(p, a->upper) : a;
}

/* The councils, shaded by the mean way of their children; sites on top, and a line for who goes where. */
static struct html map_of(struct visit *v, const struct siting_answer *x)
{
	const struct siting *s = &x->s;
	const struct siting_plan *p = x->what & SITING_THE_MOVES ? &x->reuse.after : &x->plan;
	const struct places *places;
	struct err ignored = { 0 };
	if (s->plane || app_areas(v->app, &places, &ignored) != RC_OK)
		return (struct html){ STR("") };
	struct map_area *areas = arena_array(v->a, s->n_areas + 1, sizeof *areas);
	double *people = arena_array(v->a, s->n_areas + 1, sizeof *people);
	struct map_mark *marks = arena_array(v->a, s->n_sites + 1, sizeof *marks);
	struct map_way *ways = arena_array(v->a, WAYS_MAX, sizeof *ways);
	struct map map = { .places = places, .areas = areas, .marks = marks, .ways = ways, .unit = " minutes" };
	for (size_t i = 0; i < s->n_areas; i++) {
		const struct place_area *c = council_of(places, s->areas[i].code);
		if (!c || p->area_mean[i] < 0 || p->area_mean[i] >= SITE_NEVER)
			continue;
		size_t k = 0;
		while (k < map.n && !str_eq(areas[k].code, c->code))
			k++;
		if (k == map.n) {
			areas[k] = (struct map_area){ .code = c->code, .name = c->name, .state = MAP_VALUE };
			people[map.n++] = 0;
		}
		areas[k].value += p->area_mean[i] * s->areas[i].demand;
		people[k] += s->areas[i].demand;
		for (size_t j = 0; j < s->n_sites && map.n_ways < WAYS_MAX; j++)
			if (p->flow[i * s->n_sites + j] > 1e-9 && s->areas[i].placed && s->sites[j].placed)
				ways[map.n_ways++] = (struct map_way){ s->areas[i].at, s->sites[j].at };
	}
	struct buf said AUTO(buf_release);
	buf_init(&said, 20000);
	for (size_t k = 0; k < map.n; k++) {
		areas[k].value = people[k] > 0 ? areas[k].value / people[k] : 0;
		areas[k].words = arena_printf(v->a, "%.0f minutes on average", areas[k].value);
		buf_printf(&said, STR_FMT " " STR_FMT ". ", STR_ARG(areas[k].name), STR_ARG(areas[k].words));
	}
	for (size_t j = 0; j < s->n_sites; j++) {
		bool was = siting_stands_today(s, j);
		bool now = p->open[j];
		if (s->sites[j].placed && (was || now))
			marks[map.n_marks++] = (struct map_mark){ s->sites[j].at, s->sites[j].name,
								  now ? was ? MARK_KEPT : MARK_NEW : MARK_SHUT };
	}
	map.title = STR("Map: mean minutes to the site, and where the sites are");
	map.description = arena_str(v->a, buf_view(&said));
	return map_draw(&map, v->a);
}

static void illustrate(struct visit *v, const struct siting_answer *x, struct section_view *s)
{
	if (s->s->kind == SECTION_AREAS)
		s->map = map_of(v, x);
	if (s->s->kind == SECTION_SIZES) {
		struct frontier_point *p = arena_array(v->a, x->n_frontier, sizeof *p);
		struct str what = x->s.aim == SITING_WITHIN
				      ? arena_printf(v->a, "Children within %g minutes", x->s.within)
				  : x->s.aim == SITING_TRAVEL ? STR("Minutes in all")
				  : x->s.aim == SITING_MONEY  ? STR("Cost a year, £")
							      : STR("Minutes");
		for (size_t i = 0; i < x->n_frontier; i++)
			p[i] = (struct frontier_point){ x->frontier[i].price, siting_shown(&x->s, x->frontier[i].value),
							fabs(x->frontier[i].price - x->plan.price) < 0.5 };
		s->wide = chart_frontier(p, x->n_frontier, what, false, v->a);
		s->narrow = chart_frontier(p, x->n_frontier, what, true, v->a);
	}
	s->folded = s->map.s.n > 0;
}

/* ---- playing the chosen plan through ---- */

/* What the scenario of the plan says, in one sentence. */
static struct str waits_of(struct visit *v, const struct outlook *o)
{
	struct buf b AUTO(buf_release);
	buf_init(&b, 8000);
	bool beds = outlook_find(o, OUTLOOK_ALL, 0, OUT_ADMISSIONS) != NULL;
	const struct outlook_row *in = outlook_find(o, OUTLOOK_ALL, 0, beds ? OUT_WITHIN : OUT_CARE_WITHIN);
	const struct outlook_row *mean = outlook_find(o, OUTLOOK_ALL, 0, beds ? OUT_WAIT : OUT_CARE_WAIT);
	buf_puts(&b, "Played through: ");
	if (in)
		buf_printf(&b, "%.0f%% begin within the target (%.0f to %.0f); ", 100 * in->number.value,
			   100 * in->number.lower, 100 * in->number.upper);
	if (mean)
		buf_printf(&b, "the mean wait is %.1f days (%.1f to %.1f). ", mean->number.value, mean->number.lower,
			   mean->number.upper);
	size_t n = 0;
	for (size_t i = 0; i < o->scenario->n_services; i++)
		if (o->services[i].load.growth > 0)
			buf_printf(&b, "%s" STR_FMT, n++ ? ", " : "A queue grows for ever at ",
				   STR_ARG(o->scenario->services[i].name));
	if (n)
		buf_puts(&b, ": fill the sites less, or take larger ones.");
	return arena_str(v->a, buf_view(&b));
}

static enum rc play(struct visit *v, const struct siting_answer *x, struct run_view *out, struct err *e)
{
	struct str text;
	struct scenario *s = NULL;
	struct mistakes *m = arena_alloc(v->a, sizeof *m);
	enum rc rc = sites_scenario(v->app, x, v->a, &text, e);
	if (rc == RC_OK)
		rc = plans_read(v->app, viewer_of(v), text, "plan", &s, m, e);
	if (rc != RC_OK)
		return rc;
	struct run_asked q = { .scenario = s, .replications = RUNS_FIRST };
	rc = run_take(v->app, viewer_of(v), &q, PATIENCE_MS, out, e);
	if (rc == RC_OK && out->over && !out->outlook) {
		rc = err_set(e, RC_BUSY, STR_FMT, STR_ARG(out->problem));
		run_give(v->app, out);
	}
	return rc;
}

/* ---- the answer ---- */

struct site_answers {
	struct run_view sites, frontier, played;
	struct siting_answer both; /* the plan, with the frontier if it is there */
};

enum { WITH_FRONTIER = 1, WITH_PLAYED = 2 };

static void give(struct visit *v, struct site_answers *x)
{
	run_give(v->app, &x->played);
	run_give(v->app, &x->frontier);
	run_give(v->app, &x->sites);
}

static enum rc choose(struct visit *v, const struct site_asked *q, enum siting_what what, int patience,
		      struct run_view *out, struct err *e)
{
	struct run_sites *read;
	enum rc rc = sites_read(v->app, viewer_of(v), &q->q, what, &read, e);
	return rc == RC_OK ? run_take(v->app, viewer_of(v), &(struct run_asked){ .sites = read }, patience, out, e)
			   : rc;
}

/* The frontier takes longer than the plan: a page waits a little for it, and goes without. */
static void choose_frontier(struct visit *v, const struct site_asked *q, int patience, struct site_answers *x)
{
	struct err ignored = { 0 };
	if (q->q.moves || choose(v, q, SITING_THE_FRONTIER, patience, &x->frontier, &ignored) != RC_OK)
		return;
	if (!x->frontier.sites)
		return;
	x->both.what |= SITING_THE_FRONTIER;
	x->both.frontier = x->frontier.sites->frontier;
	x->both.n_frontier = x->frontier.sites->n_frontier;
	x->both.whole = x->frontier.sites->whole;
}

/* Chooses, and what else of `with` is asked. What is not over is shown as running by the caller. */
static enum rc answer(struct visit *v, const struct site_asked *q, unsigned with, int patience,
		      struct site_answers *out, struct err *e)
{
	*out = (struct site_answers){ .sites = { .over = false } };
	enum rc rc = choose(v, q, SITING_THE_PLAN, PATIENCE_MS, &out->sites, e);
	if (rc != RC_OK)
		return rc;
	if (out->sites.sites)
		out->both = *out->sites.sites;
	if (out->sites.over && !out->sites.sites)
		rc = err_set(e, RC_BAD_INPUT, STR_FMT, STR_ARG(out->sites.problem));
	else if (out->sites.over && with & WITH_PLAYED)
		rc = play(v, &out->both, &out->played, e);
	if (rc == RC_OK && out->sites.over && with & WITH_FRONTIER)
		choose_frontier(v, q, patience, out);
	if (rc != RC_OK)
		give(v, out);
	return rc;
}

static const struct run_view *unfinished(const struct site_answers *x, unsigned with)
{
	return !x->sites.over			       ? &x->sites
	       : with & WITH_PLAYED && !x->played.over ? &x->played
	       : x->frontier.held && !x->frontier.over ? &x->frontier
						       : NULL;
}

static enum rc show_running(struct visit *v, const struct run_view *r, const struct plan_at *back)
{
	struct plan_running_view view = {
		.page = { v, STR("Being worked out"), MENU_PLAN }, .r = r, .back = *back, .sites = true
	};
	view.percent = r->total ? (int)(100 * r->done / r->total) : 0;
	page_refresh(v, 1);
	plan_running_html(&v->out, &view);
	return RC_OK;
}

/* "Budget 3000000 instead of 3500000; .." */
static struct str changed_words(struct visit *v, const struct site_question *q)
{
	const struct siting_number *all;
	struct buf b AUTO(buf_release);
	size_t n = siting_numbers(&all);
	buf_init(&b, 4000);
	for (size_t i = 0; i < n; i++) {
		struct str was = sites_value(v->app, q, &all[i], false, v->a);
		struct str now = sites_value(v->app, q, &all[i], true, v->a);
		if (was.n && !str_eq(was, now))
			buf_printf(&b, "%s%s: " STR_FMT " instead of " STR_FMT, b.n ? "; " : "", all[i].words,
				   STR_ARG(grouped(v, now)), STR_ARG(grouped(v, was)));
	}
	return arena_str(v->a, buf_view(&b));
}

/* Is it what the command would go on to ask a solver? */
static bool beyond_own_methods(const struct siting_answer *x)
{
	if (x->what & SITING_THE_MOVES)
		return !x->reuse.proven;
	return !x->plan.proven && (x->s.n_pairs > 0 || x->s.aim == SITING_GAP);
}

static void fill(struct visit *v, const struct site_answers *x, struct site_view *view)
{
	struct section *s = arena_array(v->a, SITING_SECTIONS_MAX, sizeof *s);
	const struct outlook *o = x->played.outlook;
	view->x = &x->both;
	view->n = siting_sections(view->x, o, v->a, s);
	view->headline = siting_headline(view->x, v->a);
	view->sure = siting_how_sure(view->x, v->a);
	if (beyond_own_methods(view->x))
		view->sure =
		    arena_printf(v->a,
				 STR_FMT " A solver (CBC) may prove more, but a server starts no other program: the "
					 "command linnet plan site asks it.",
				 STR_ARG(view->sure));
	view->guesses = siting_guesses(&view->x->s, v->a);
	if (o) {
		view->waits = waits_of(v, o);
		view->growing = !o->steady;
	}
	for (size_t i = 0; i < view->n; i++) {
		view->sections[i].s = &s[i];
		illustrate(v, view->x, &view->sections[i]);
	}
}

/* What cannot be is told on the form, beside what could be changed. */
static enum rc show_impossible(struct visit *v, const struct site_asked *q, struct err *why)
{
	struct site_field *f;
	size_t n = fields_of(v, &q->q, &f);
	return show_form(v, q, f, n, plainly(v, why->text));
}

static enum rc show_answer(struct visit *v, const struct site_asked *q, struct str name, struct str problem,
			   struct err *e)
{
	struct site_view view = { .page = { v, q->q.plan.name, MENU_PLAN },
				  .at = q->at,
				  .q = &q->q,
				  .name = name,
				  .problem = problem,
				  .changes = changed_words(v, &q->q) };
	struct site_answers x;
	struct err why = { 0 };
	unsigned with = WITH_FRONTIER | (q->at.more ? WITH_PLAYED : 0);
	enum rc rc = answer(v, q, with, FRONTIER_PATIENCE_MS, &x, &why);
	if (rc == RC_BAD_INPUT)
		return show_impossible(v, q, &why);
	if (rc != RC_OK)
		return *e = why, rc;
	const struct run_view *r = unfinished(&x, with);
	view.frontier_later = r && r == &x.frontier;
	if (r && !view.frontier_later) {
		rc = show_running(v, r, &q->at);
	} else {
		fill(v, &x, &view);
		view.hash_differs = q->q.plan.hash.n && !q->at.with.n && !str_is(q->q.plan.hash, view.x->hash);
		site_html(&v->out, &view);
	}
	give(v, &x);
	return rc;
}

/* ---- pages ---- */

enum rc page_sites(struct visit *v, struct err *e)
{
	struct sites_view view = { .page = { v, STR("Where services should stand"), MENU_PLAN } };
	enum rc rc = sites_list(v->app, viewer_of(v), v->a, &view.questions, &view.n, e);
	while (rc == RC_OK && view.n_shipped < view.n && view.questions[view.n_shipped].plan.shipped)
		view.n_shipped++;
	if (rc == RC_OK)
		sites_html(&v->out, &view);
	return rc;
}

enum rc page_site(struct visit *v, struct err *e)
{
	struct site_asked q;
	enum rc rc = asked_of(v, request_query(v->req, "with"), &q, e);
	return rc == RC_OK ? show_answer(v, &q, STR(""), STR(""), e) : rc;
}

enum rc page_site_save(struct visit *v, struct err *e)
{
	struct site_asked q;
	struct str id, name = str_trim(request_form(v->req, "name"));
	struct err why = { 0 };
	enum rc rc = asked_of(v, request_form(v->req, "with"), &q, e);
	if (rc != RC_OK)
		return rc;
	rc = sites_save(v->app, viewer_of(v), name, &q.q, v->a, &id, &why);
	if (rc == RC_OK)
		return page_redirect(v, link_site(&(struct plan_at){ .id = id }));
	if (rc == RC_BAD_INPUT || rc == RC_LIMIT)
		return show_answer(v, &q, name, arena_str(v->a, str_of(why.text)), e);
	*e = why;
	return rc;
}

enum rc page_site_delete(struct visit *v, struct err *e)
{
	enum rc rc = plans_delete(v->app, viewer_of(v), request_param(v->req, "question"), e);
	return rc == RC_OK ? page_redirect(v, link_sites()) : rc;
}

/* The plan becomes a saved scenario: to be changed, and compared with others. */
enum rc page_site_scenario(struct visit *v, struct err *e)
{
	struct site_asked q;
	struct site_answers x;
	struct str text, id;
	struct mistakes *m = arena_alloc(v->a, sizeof *m);
	enum rc rc = asked_of(v, request_form(v->req, "with"), &q, e);
	if (rc == RC_OK)
		rc = answer(v, &q, 0, 0, &x, e);
	if (rc != RC_OK)
		return rc;
	if (!x.sites.over) {
		rc = show_running(v, &x.sites, &q.at);
	} else {
		struct str name = arena_printf(v->a, "%.*s, as chosen",
					       (int)(q.q.plan.name.n < 100 ? q.q.plan.name.n : 100), q.q.plan.name.p);
		rc = sites_scenario(v->app, &x.both, v->a, &text, e);
		if (rc == RC_OK)
			rc = plans_save(v->app, viewer_of(v), name, text, m, v->a, &id, e);
		if (rc == RC_OK)
			rc = page_redirect(v, link_plan(&(struct plan_at){ .id = id }));
	}
	give(v, &x);
	return rc;
}

/* ---- taking it away ---- */

static enum rc text_file(struct visit *v, const struct site_asked *q, const struct site_answers *x, struct str format,
			 struct str name, struct err *e)
{
	struct buf b;
	struct str text = STR("");
	enum rc rc = RC_OK;
	bool moves = q->q.moves;
	buf_init(&b, PLAN_FILE_MAX);
	if (str_is(format, "json")) {
		siting_answer_json(&b, &x->both, moves ? SITING_THE_MOVES : SITING_THE_PLAN);
	} else if (str_is(format, "yaml")) {
		buf_str(&b, sites_text(&q->q, q->q.plan.shipped ? STR("") : q->q.plan.name, v->a));
	} else {
		rc = sites_scenario(v->app, &x->both, v->a, &text, e);
		buf_str(&b, text);
		name = arena_printf(v->a, STR_FMT "-scenario", STR_ARG(name));
		format = STR("yaml");
	}
	if (rc == RC_OK)
		rc = plan_file_bytes(v, format, name, &b, e);
	buf_release(&b);
	return rc;
}

static enum rc table_file(struct visit *v, const struct site_asked *q, const struct site_answers *x, struct str format,
			  struct str name, struct err *e)
{
	struct site_view view = { .q = &q->q };
	struct section *s = arena_array(v->a, SITING_SECTIONS_MAX, sizeof *s);
	fill(v, x, &view);
	for (size_t i = 0; i < view.n; i++)
		s[i] = *view.sections[i].s;
	const struct outlook *o = x->played.outlook;
	struct plan_paper p = {
		.title = q->q.plan.name,
		.below = app_region_name(v->app),
		.headline = arena_printf(v->a, STR_FMT " " STR_FMT " " STR_FMT, STR_ARG(view.headline),
					 STR_ARG(view.sure), STR_ARG(view.waits)),
		.guesses = view.guesses,
		.made = arena_printf(
		    v->a, "Linnet %s, inputs %s. Played through: %d runs of %d years, seed %" PRIu64 ".",
		    LINNET_VERSION, view.x->hash, o ? o->replications : 0, o ? o->years : 0, o ? o->seed : 0),
		.sections = s,
		.n = view.n,
	};
	return plan_file_give(v, &p, format, name, e);
}

enum rc page_site_file(struct visit *v, struct err *e)
{
	struct site_asked q;
	struct site_answers x;
	struct str format = request_param(v->req, "format");
	enum rc rc = asked_of(v, request_query(v->req, "with"), &q, e);
	if (rc != RC_OK)
		return rc;
	bool table = plan_file_is(format);
	if (!table && !str_is(format, "json") && !str_is(format, "yaml") && !str_is(format, "scenario"))
		return err_set(e, RC_NOT_FOUND, "There is no such file.");
	/* Whether it can be played through is said by the question: without `play` it is not asked for. */
	if ((rc = answer(v, &q, table ? WITH_FRONTIER : 0, PATIENCE_MS, &x, e)) != RC_OK)
		return rc;
	unsigned with = table && x.sites.over && siting_can_play(&x.both.s) ? WITH_PLAYED : 0;
	if (with && (rc = play(v, &x.both, &x.played, e)) != RC_OK) {
		give(v, &x);
		return rc;
	}
	const struct run_view *r = unfinished(&x, with);
	struct str name = arena_printf(v->a, "sites-" STR_FMT, STR_ARG(q.at.id));
	rc = r	     ? show_running(v, r, &q.at)
	     : table ? table_file(v, &q, &x, format, name, e)
		     : text_file(v, &q, &x, format, name, e);
	give(v, &x);
	return rc;
}
