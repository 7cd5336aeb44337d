#include "web/pages/shared.h"

#include "pages/templates.h"
#include "web/pages/map.h"
#include "web/pages/measure.h"
#include "web/pages/plan_file.h"

enum rc page_shared_measures(struct visit *v, struct err *e)
{
	struct shared_list_view view = { .page = { v, STR("Measures"), MENU_MEASURES } };
	enum rc rc = measure_shared_list(v->app, viewer_of(v), v->a, &view.measures, &view.n, e);
	if (rc == RC_OK)
		shared_list_html(&v->out, &view);
	return rc;
}

static struct shared_row row_of(struct visit *v, const struct measure *m, const struct measure_line *l,
				enum measure_group by)
{
	const struct measure_number *n = &l->n;
	char day[DAY_TEXT_MAX];
	struct shared_row r = { .council = measure_group_name(v->app, by, l->group) };
	bool year = !m->yearly && l->to != DAY_NONE && l->to - l->from > 200;
	bool quarter = !m->yearly && !year && l->to != DAY_NONE && l->to - l->from > 80;
	r.period = year	     ? arena_printf(v->a, "Year to %s", day_plain(l->to, day))
		   : quarter ? arena_printf(v->a, "Three months to %s", day_plain(l->to, day))
			     : measure_period_name(m, l->from, v->a);
	r.counted = n->hide_base	  ? STR("hidden")
		    : n->hide_yes	  ? arena_printf(v->a, "hidden, of %" PRId64, n->base)
					  : reading_counted(m, n, v->a);
	r.value = n->hide_value ? STR("hidden") : number_words(v, m, n);
	return r;
}

/* Of another team's councils a few children are counted here: their rows would say nothing of them. */
static bool is_ours(const struct visit *v, const struct measure_line *l, enum measure_group by)
{
	const struct organisation *o = by == GROUP_NONE ? NULL : app_organisation(v->app, l->group);
	const struct organisation *mine = app_organisation(v->app, viewer_of(v)->org);
	if (by == GROUP_NONE || (mine && !str_is(mine->kind, "health-team")))
		return true;
	return o && o->served_by == viewer_of(v)->org;
}

static const struct shared_row *rows_of(struct visit *v, const struct measure *m, const struct measure_line *lines,
					size_t n, enum measure_group by, size_t *n_out)
{
	struct shared_row *rows = arena_array(v->a, n + 1, sizeof *rows);
	*n_out = 0;
	for (size_t i = 0; i < n; i++)
		if (is_ours(v, &lines[i], by))
			rows[(*n_out)++] = row_of(v, m, &lines[i], by);
	return rows;
}

/* The councils by their last whole year. */
static void draw_map(struct visit *v, const struct shared_measure *s, struct shared_view *view)
{
	const struct places *places;
	struct err ignored = { 0 };
	if (!s->n_years || app_areas(v->app, &places, &ignored) != RC_OK)
		return;
	struct map_area *areas = arena_array(v->a, s->n_years, sizeof *areas);
	struct map map = { .places = places, .areas = areas, .unit = "%" };
	struct buf said AUTO(buf_release);
	buf_init(&said, 40000);
	day_t newest = s->years[0].from;
	for (size_t i = 0; i < s->n_years; i++)
		newest = s->years[i].from > newest ? s->years[i].from : newest;
	for (size_t i = 0; i < s->n_years && map.n < MAP_AREAS_MAX; i++) {
		const struct measure_line *l = &s->years[i];
		struct str code = measure_group_code(v->app, GROUP_COUNCIL, l->group);
		if (l->from != newest || !places_find(places, code) || !is_ours(v, l, GROUP_COUNCIL))
			continue;
		struct map_area *a = &areas[map.n++];
		bool hidden = l->n.hide_value || l->n.hide_base;
		*a = (struct map_area){ .code = code,
					.name = measure_group_name(v->app, GROUP_COUNCIL, l->group),
					.state = hidden	    ? MAP_HIDDEN
						 : l->n.has ? MAP_VALUE
							    : MAP_NOBODY };
		a->words = hidden ? STR("hidden: small numbers") : number_words(v, s->m, &l->n);
		if (a->state == MAP_VALUE) {
			a->value = l->n.value;
			a->label = arena_printf(v->a, "%d%%", per_cent_whole(l->n.value));
		}
		buf_printf(&said, STR_FMT " " STR_FMT ". ", STR_ARG(a->name), STR_ARG(a->words));
	}
	size_t shown = 0;
	for (size_t k = 0; k < map.n; k++)
		shown += areas[k].state == MAP_VALUE;
	if (shown < 2)
		return; /* a map of hidden numbers says nothing */
	char day[DAY_TEXT_MAX];
	view->map_range = arena_printf(v->a, "the year to %s", day_plain(day_add_months(newest, 12) - 1, day));
	map.title =
	    arena_printf(v->a, "Map: " STR_FMT " by council, " STR_FMT, STR_ARG(s->m->title), STR_ARG(view->map_range));
	map.description = arena_str(v->a, buf_view(&said));
	view->map = map_draw(&map, v->a);
}

enum rc page_shared_measure(struct visit *v, struct err *e)
{
	struct shared_view view = { .page = { v, STR("Measure"), MENU_MEASURES } };
	struct shared_measure s;
	enum rc rc = measure_shared(v->app, viewer_of(v), request_param(v->req, "measure"), v->a, &s, e);
	if (rc != RC_OK)
		return rc;
	view.page.title = s.m->title;
	view.m = s.m;
	view.as_of = s.as_of;
	view.years = rows_of(v, s.m, s.years, s.n_years, GROUP_COUNCIL, &view.n_years);
	view.quarters = rows_of(v, s.m, s.quarters, s.n_quarters, GROUP_COUNCIL, &view.n_quarters);
	view.all_quarters = rows_of(v, s.m, s.all_quarters, s.n_all_quarters, GROUP_NONE, &view.n_all_quarters);
	view.months = rows_of(v, s.m, s.months, s.n_months, GROUP_NONE, &view.n_months);
	view.councils = rows_of(v, s.m, s.councils, s.n_councils, GROUP_COUNCIL, &view.n_councils);
	draw_map(v, &s, &view);
	shared_html(&v->out, &view);
	return RC_OK;
}

enum rc page_shared_csv(struct visit *v, struct err *e)
{
	struct str id = request_param(v->req, "measure");
	struct buf b;
	buf_init(&b, HTML_PAGE_MAX);
	buf_puts(&b, "\xEF\xBB\xBF");
	enum rc rc = measure_shared_csv(v->app, viewer_of(v), id, v->a, &b, e);
	if (rc == RC_OK && app_is_demonstration(v->app))
		buf_puts(&b, DEMONSTRATION_ROW);
	if (rc == RC_OK)
		rc = plan_file_bytes(v, STR("csv"), arena_printf(v->a, STR_FMT "-shared", STR_ARG(id)), &b, e);
	buf_release(&b);
	return rc;
}
