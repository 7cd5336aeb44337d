/* measure_map.c - the map of a measure: the councils whose numbers the viewer has, as they
 * are or, for a board, with small numbers hidden. */
#include "web/pages/map.h"
#include "web/pages/measure.h"

#include "work/oversee/measure_print.h"

/* A council's number is whole only for those whose children it all counts: their health
 * team, a provider (of its own referrals). Another team sees a few of its children. */
static bool is_mapped(const struct visit *v, const struct region *r, const struct organisation *o)
{
	const struct organisation *mine = app_organisation(v->app, viewer_of(v)->org);
	if (!str_is(o->kind, "council"))
		return false;
	return mine && str_is(mine->kind, "provider") ? region_team_of(r, o->code) != NULL
						      : o->served_by == viewer_of(v)->org;
}

/* The councils to draw: those of the viewer that have a place on the map. */
static size_t mapped(const struct visit *v, const struct places *p, const struct organisation **out)
{
	struct region r = { .n_teams = 0 };
	struct err none;
	if (app_region_read(v->app, v->a, &r, &none) != RC_OK)
		r.n_teams = 0; /* a region whose file is gone has no map for providers */
	const struct organisation *all;
	size_t n = app_organisations(v->app, &all), k = 0;
	for (size_t i = 0; i < n && k < MAP_AREAS_MAX; i++)
		if (is_mapped(v, &r, &all[i]) && places_find(p, all[i].code))
			out[k++] = &all[i];
	return k;
}

static const struct measure_number *number_of(const struct measure_map *m, int64_t council)
{
	for (size_t i = 0; i < m->n_lines; i++)
		if (m->lines[i].group == council && m->lines[i].from == m->from)
			return &m->lines[i].n;
	return NULL;
}

static struct map_area area_of(const struct visit *v, const struct measure *m, const struct organisation *o,
			       const struct measure_number *n)
{
	struct map_area a = {
		.code = o->code, .name = o->short_name, .state = MAP_NOBODY, .words = STR("nobody counted")
	};
	if (n && (n->hide_value || n->hide_base)) {
		a.state = MAP_HIDDEN;
		a.words = STR("hidden: small numbers");
	} else if (n && n->has) {
		a.state = MAP_VALUE;
		a.value = n->value;
		a.label = measure_is_share(m) ? arena_printf(v->a, "%d%%", per_cent_whole(n->value))
			  : m->statistic == STATISTIC_AVERAGE
			      ? arena_printf(v->a, "%.1f", n->value)
			      : arena_printf(v->a, "%.0f", n->value);
		a.words = measure_is_share(m) && !n->hide_yes
			      ? arena_printf(v->a, STR_FMT ", %" PRId64 " of %" PRId64, STR_ARG(number_words(v, m, n)),
					     n->yes, n->base)
			      : number_words(v, m, n);
	}
	return a;
}

static void describe(const struct visit *v, const struct measure *m, struct map *map, const struct measure_map *view)
{
	const struct map_area *low = NULL, *high = NULL;
	size_t hidden = 0;
	for (size_t i = 0; i < map->n; i++) {
		const struct map_area *a = &map->areas[i];
		hidden += a->state == MAP_HIDDEN;
		if (a->state != MAP_VALUE)
			continue;
		low = !low || a->value < low->value ? a : low;
		high = !high || a->value > high->value ? a : high;
	}
	map->title =
	    arena_printf(v->a, "Map: " STR_FMT " by council, " STR_FMT, STR_ARG(m->title), STR_ARG(view->range));
	map->description =
	    low ? arena_printf(v->a, "Highest " STR_FMT ", " STR_FMT ". Lowest " STR_FMT ", " STR_FMT ". %zu hidden.",
			       STR_ARG(high->name), STR_ARG(high->label), STR_ARG(low->name), STR_ARG(low->label),
			       hidden)
		: arena_printf(v->a, "No council has a number that can be shown. %zu hidden.", hidden);
}

static void list_rows(const struct visit *v, const struct measure_answer *an, const struct map *map,
		      const struct measure_map *lines, struct measure_map *view)
{
	struct map_steps steps = map_steps_of(map->areas, map->n);
	struct measure_map_row *rows = arena_array(v->a, map->n, sizeof *rows);
	for (size_t i = 0; i < map->n; i++) {
		const struct map_area *a = &map->areas[i];
		const struct organisation *o = app_organisation_by_code(v->app, a->code);
		const struct measure_number *n = number_of(lines, o->id);
		rows[i] = (struct measure_map_row){ .name = a->name, .counted = STR("0"), .value = STR("-") };
		if (a->state == MAP_HIDDEN)
			rows[i].counted = rows[i].value = STR("hidden");
		else if (n)
			rows[i].counted = n->hide_yes ? arena_printf(v->a, "%" PRId64, n->base)
						      : reading_counted(an->m, n, v->a);
		if (a->state == MAP_VALUE) {
			rows[i].value = number_words(v, an->m, n);
			rows[i].shade = map_step_words(&steps, map_step(&steps, a->value), map->unit, v->a);
		}
	}
	view->rows = rows;
	view->n = map->n;
}

/* What is drawn is of the same months as the tables beside it; a board's of the last whole year. */
static enum rc lines_of(const struct visit *v, const struct measure_result *r, const struct measure_table *councils,
			day_t from, struct measure_map *m, struct err *e)
{
	if (m->board) {
		struct measure_layout l = { .by = GROUP_COUNCIL, .totals = true, .shared = true };
		enum rc rc = measure_lines(r->known, &r->answers[0], &l, v->a, &m->lines, &m->n_lines, e);
		m->from = DAY_NONE;
		for (size_t i = 0; rc == RC_OK && i < m->n_lines; i++)
			m->from = m->lines[i].from > m->from ? m->lines[i].from : m->from;
		char day[DAY_TEXT_MAX];
		if (rc == RC_OK && m->from != DAY_NONE)
			m->range =
			    arena_printf(v->a, "the year to %s", day_plain(day_add_months(m->from, 12) - 1, day));
		return rc;
	}
	struct measure_line *lines = arena_array(v->a, councils->n, sizeof *lines);
	for (size_t i = 0; i < councils->n; i++) {
		const struct organisation *o = app_organisation_by_code(v->app, councils->rows[i].at.group);
		lines[i] = (struct measure_line){ .from = from, .group = o ? o->id : 0, .n = councils->rows[i].n };
	}
	m->lines = lines;
	m->n_lines = councils->n;
	m->from = from;
	return RC_OK;
}

enum rc measure_map_fill(const struct visit *v, const struct measure_result *r, bool board, struct measure_view *view,
			 struct err *e)
{
	const struct measure_answer *an = &r->answers[0];
	const struct organisation *councils[MAP_AREAS_MAX];
	struct measure_map *m = &view->map;
	const struct places *places;
	m->range = view->range;
	m->board = board && measure_is_share(an->m); /* totals of waits are not shared */
	enum rc rc = app_areas(v->app, &places, e);
	if (rc != RC_OK)
		return rc;
	size_t n = mapped(v, places, councils);
	if (n < 2)
		return RC_OK;
	if ((rc = lines_of(v, r, &view->tables[GROUP_COUNCIL - 1], view->reading.period, m, e)) != RC_OK)
		return rc;
	struct map_area *areas = arena_array(v->a, n, sizeof *areas);
	for (size_t i = 0; i < n; i++)
		areas[i] = area_of(v, an->m, councils[i], number_of(m, councils[i]->id));
	struct map map = { .places = places, .areas = areas, .n = n, .unit = measure_is_share(an->m)			   ? "%"
								  : an->m->kind != MEASURE_WAIT || an->m->statistic == STATISTIC_COUNT ? ""
														: " days" };
	describe(v, an->m, &map, m);
	m->picture = map_draw(&map, v->a);
	list_rows(v, an, &map, m, m);
	return RC_OK;
}
