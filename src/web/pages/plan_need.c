#include "web/pages/plan_need.h"

#include "pages/templates.h"
#include "web/pages/map.h"
#include "web/pages/plan_file.h"

enum rc page_needs(struct visit *v, struct err *e)
{
	struct needs_view view = { .page = { v, STR("How many need it?"), MENU_PLAN } };
	enum rc rc = needs_list(v->app, viewer_of(v), v->a, &view.needs, &view.n, e);
	view.recorded = recorded_is_for(viewer_of(v));
	if (rc == RC_OK)
		needs_html(&v->out, &view);
	return rc;
}

/* ---- published rates ---- */

/* "11-15"; empty: all (-1). */
static enum rc ages_of(struct str s, int *from, int *to, struct err *e)
{
	struct str rest, first = str_cut(s, '-', &rest);
	int64_t lo, hi;
	*from = *to = -1;
	if (!s.n)
		return RC_OK;
	if (str_to_int(first, 0, PLACES_AGES - 1, &lo) != RC_OK || str_to_int(rest, lo, PLACES_AGES - 1, &hi) != RC_OK)
		return err_set(e, RC_BAD_INPUT, "Ages are written 11-15, from 0 to %d.", PLACES_AGES - 1);
	*from = (int)lo;
	*to = (int)hi;
	return RC_OK;
}

static enum rc see(struct visit *v, struct need_at *at, struct needs_answer *out, struct err *e)
{
	int from, to;
	*at = (struct need_at){ .id = request_param(v->req, "need"),
				.districts = str_is(request_query(v->req, "by"), "districts"),
				.ages = request_query(v->req, "ages") };
	enum rc rc = ages_of(at->ages, &from, &to, e);
	return rc == RC_OK ? needs_see(v->app, viewer_of(v), at->id, at->districts, from, to, v->a, out, e) : rc;
}

/* Councils shaded by what is expected of each 1,000 of their residents; districts are added up. */
static struct html map_of(struct visit *v, const struct needs_answer *x)
{
	const struct places *places;
	struct err ignored = { 0 };
	const struct need_result *r = &x->result;
	if (app_areas(v->app, &places, &ignored) != RC_OK)
		return (struct html){ STR("") };
	struct map_area *areas = arena_array(v->a, r->n + 1, sizeof *areas);
	double *people = arena_array(v->a, r->n + 1, sizeof *people), per = 1000, most = 0;
	struct map map = { .places = places, .areas = areas, .unit = "" };
	for (size_t i = 0; i < r->n; i++) {
		const struct place_area *p = r->areas[i].area;
		const struct place_area *c = p->upper.n ? places_find(places, p->upper) : p;
		size_t k = 0;
		while (c && k < map.n && !str_eq(areas[k].code, c->code))
			k++;
		if (!c || k == MAP_AREAS_MAX)
			continue;
		if (k == map.n) {
			areas[k] = (struct map_area){ .code = c->code, .name = c->name, .state = MAP_VALUE };
			people[map.n++] = 0;
		}
		areas[k].value += r->areas[i].value;
		people[k] += (double)r->areas[i].people;
	}
	for (size_t k = 0; k < map.n; k++) /* so that the ranges of the key are whole numbers */
		most = people[k] > 0 && areas[k].value / people[k] > most ? areas[k].value / people[k] : most;
	while (most > 0 && most * per < 5 && per < 1e8)
		per *= 10;
	struct buf said AUTO(buf_release);
	buf_init(&said, 40000);
	for (size_t k = 0; k < map.n; k++) {
		double sum = areas[k].value;
		areas[k].value = people[k] > 0 ? per * sum / people[k] : 0;
		areas[k].label = need_about(areas[k].value, v->a);
		areas[k].words = arena_printf(v->a, STR_FMT " of each " STR_FMT " residents, " STR_FMT " in all",
					      STR_ARG(areas[k].label), STR_ARG(need_about(per, v->a)),
					      STR_ARG(need_about(sum, v->a)));
		buf_printf(&said, STR_FMT " " STR_FMT ". ", STR_ARG(areas[k].name), STR_ARG(areas[k].words));
	}
	map.unit = arena_printf(v->a, " of each " STR_FMT " residents", STR_ARG(need_about(per, v->a))).p;
	map.title = arena_printf(v->a, "Map: " STR_FMT ", by council", STR_ARG(x->need.title));
	map.description = arena_str(v->a, buf_view(&said));
	return map_draw(&map, v->a);
}

/* Groups of ages of which the need says something. */
static void list_ages(struct need_view *view)
{
	static const struct {
		int from, to;
		const char *ages, *words;
	} groups[] = { { 0, PLACES_AGES - 1, "", "all ages" },
		       { 5, 10, "5-10", "5 to 10" },
		       { 11, 15, "11-15", "11 to 15" },
		       { 16, 17, "16-17", "16 and 17" },
		       { 18, 25, "18-25", "18 to 25" } };
	struct need ignored;
	for (size_t i = 0; i < COUNT_OF(groups); i++)
		if (need_of_ages(&view->x->whole, groups[i].from, groups[i].to, &ignored))
			view->ages[view->n_ages++] =
			    (struct need_choice_of_ages){ str_of(groups[i].ages), str_of(groups[i].words),
							  str_is(view->at.ages, groups[i].ages) };
}

enum rc page_need(struct visit *v, struct err *e)
{
	struct need_view view = { .page = { v, STR("Need"), MENU_PLAN } };
	struct needs_answer x;
	struct section *s = arena_array(v->a, NEED_SECTIONS_MAX, sizeof *s);
	enum rc rc = see(v, &view.at, &x, e);
	if (rc != RC_OK)
		return rc;
	view.page.title = x.need.title;
	view.x = &x;
	view.headline = need_headline(&x.need, &x.result, x.region, v->a);
	view.guesses = need_guesses(&x.need, v->a);
	view.n = need_sections(&x.need, &x.result, x.bands, x.n_bands, NEEDS_DRAWS, NEEDS_SEED, v->a, s);
	for (size_t i = 0; i < view.n; i++) {
		view.sections[i].s = &s[i];
		if (s[i].kind == SECTION_AREAS)
			view.sections[i].map = map_of(v, &x);
	}
	list_ages(&view);
	need_html(&v->out, &view);
	return RC_OK;
}

enum rc page_need_file(struct visit *v, struct err *e)
{
	struct need_at at;
	struct needs_answer x;
	struct str format = request_param(v->req, "format");
	enum rc rc = see(v, &at, &x, e);
	if (rc != RC_OK)
		return rc;
	struct str name = arena_printf(v->a, "need-" STR_FMT, STR_ARG(at.id));
	if (plan_file_is(format)) {
		struct section s[NEED_SECTIONS_MAX];
		struct plan_paper p = {
			.title = x.need.title,
			.below = x.region,
			.headline = need_headline(&x.need, &x.result, x.region, v->a),
			.guesses = need_guesses(&x.need, v->a),
			.made = arena_printf(v->a, "%d draws, seed %d, Linnet %s.", NEEDS_DRAWS, NEEDS_SEED,
					     LINNET_VERSION),
			.sections = s,
		};
		p.n = need_sections(&x.need, &x.result, x.bands, x.n_bands, NEEDS_DRAWS, NEEDS_SEED, v->a, s);
		return plan_file_give(v, &p, format, name, e);
	}
	if (!str_is(format, "json") && !str_is(format, "csv"))
		return err_set(e, RC_NOT_FOUND, "There is no such file.");
	struct buf b;
	buf_init(&b, PLAN_FILE_MAX);
	if (str_is(format, "json"))
		need_print_json(&b, &x.need, &x.result, NEEDS_DRAWS, NEEDS_SEED, v->a);
	else
		need_print_csv(&b, &x.need, &x.result);
	rc = plan_file_bytes(v, format, name, &b, e);
	buf_release(&b);
	return rc;
}

/* ---- counted in the record ---- */

static enum rc count(struct visit *v, struct recorded *out, struct err *e)
{
	enum recorded_of of = recorded_of_word(request_param(v->req, "of"));
	return of ? recorded_see(v->app, viewer_of(v), of, v->a, out, e)
		  : err_set(e, RC_NOT_FOUND, "Nothing of that name is counted here.");
}

static struct html recorded_map(struct visit *v, const struct recorded *r)
{
	const struct recorded_year *y = recorded_newest(r);
	const struct places *places;
	struct err ignored = { 0 };
	if (!y || app_areas(v->app, &places, &ignored) != RC_OK)
		return (struct html){ STR("") };
	struct map_area *areas = arena_array(v->a, r->n_councils, sizeof *areas);
	struct map map = { .places = places, .areas = areas, .unit = " of each 10,000 residents" };
	struct buf said AUTO(buf_release);
	buf_init(&said, 40000);
	for (size_t i = 0; i < r->n_councils && map.n < MAP_AREAS_MAX; i++) {
		const struct recorded_count *x = &y->councils[i];
		if (!x->code.n || !x->residents)
			continue;
		struct map_area *a = &areas[map.n++];
		*a = (struct map_area){ .code = x->code, .name = x->name, .state = x->hidden ? MAP_HIDDEN : MAP_VALUE };
		a->words = STR("hidden: small numbers");
		if (!x->hidden) {
			a->value = x->rate.value;
			a->label = arena_printf(v->a, "%.1f", x->rate.value);
			a->words =
			    arena_printf(v->a, "%.1f of each 10,000 residents (%.1f to %.1f), %" PRId64 " counted",
					 x->rate.value, x->rate.lower, x->rate.upper, x->count);
		}
		buf_printf(&said, STR_FMT " " STR_FMT ". ", STR_ARG(a->name), STR_ARG(a->words));
	}
	map.title = arena_printf(v->a, "Map: %s, by council", recorded_title(r->of));
	map.description = arena_str(v->a, buf_view(&said));
	return map_draw(&map, v->a);
}

enum rc page_recorded(struct visit *v, struct err *e)
{
	struct recorded r;
	struct section *s = arena_array(v->a, RECORDED_SECTIONS_MAX, sizeof *s);
	enum rc rc = count(v, &r, e);
	if (rc != RC_OK)
		return rc;
	struct need_view view = { .page = { v, str_of(recorded_title(r.of)), MENU_PLAN },
				  .headline = recorded_headline(&r, v->a),
				  .of = recorded_word(r.of) };
	view.n = recorded_sections(&r, v->a, s);
	for (size_t i = 0; i < view.n; i++) {
		view.sections[i].s = &s[i];
		if (s[i].kind == SECTION_AREAS)
			view.sections[i].map = recorded_map(v, &r);
	}
	recorded_html(&v->out, &view);
	return RC_OK;
}

enum rc page_recorded_file(struct visit *v, struct err *e)
{
	struct recorded r;
	struct str format = request_param(v->req, "format");
	if (!str_is(format, "json") && !str_is(format, "csv") && !plan_file_is(format))
		return err_set(e, RC_NOT_FOUND, "There is no such file.");
	enum rc rc = count(v, &r, e);
	if (rc != RC_OK)
		return rc;
	struct str name = arena_printf(v->a, "recorded-%s", recorded_word(r.of));
	if (plan_file_is(format)) {
		struct section s[RECORDED_SECTIONS_MAX];
		struct plan_paper p = { .title = str_of(recorded_title(r.of)),
					.below = app_region_name(v->app),
					.headline = recorded_headline(&r, v->a),
					.guesses = STR("Nothing here is guessed; small counts are hidden."),
					.made = arena_printf(v->a, "Linnet %s.", LINNET_VERSION),
					.sections = s };
		p.n = recorded_sections(&r, v->a, s);
		return plan_file_give(v, &p, format, name, e);
	}
	struct buf b;
	buf_init(&b, PLAN_FILE_MAX);
	(str_is(format, "json") ? recorded_json : recorded_csv)(&b, &r);
	rc = plan_file_bytes(v, format, name, &b, e);
	buf_release(&b);
	return rc;
}
