/* What is impossible in a scenario although each of its words is right. */
#include <math.h>

#include "codec/csv.h"
#include "plan/scenario_inside.h"

static const struct yaml *field_or(const struct yaml *map, const char *field)
{
	const struct yaml *n = yaml_get(map, field);
	return n ? n : map;
}

/* ---- a matrix of travel times ---- */

struct matrix {
	struct reading *r;
	const char *file;
	float *minutes;
	int column[3]; /* area, service, minutes */
};

static int32_t matrix_name(struct matrix *m, const struct csv_row *row, int what, const struct yaml *at)
{
	struct yaml cell = { .type = YAML_SCALAR,
			     .file = m->file,
			     .line = (int)row->line,
			     .column = m->column[what] + 1,
			     .text = row->cells[m->column[what]] };
	(void)at;
	if (what == 1)
		return service_named(m->r, &cell);
	int32_t i = find_area(m->r->s, cell.text);
	if (i < 0)
		mistake(m->r, &cell, "there is no area \"" STR_FMT "\" in the scenario", STR_ARG(cell.text));
	return i;
}

static enum rc matrix_row(void *arg, const struct csv_row *row, struct err *e)
{
	static const char *const names[] = { "area", "service", "minutes" };
	struct matrix *m = arg;
	if (m->column[0] < 0) {
		for (int i = 0; i < 3; i++) {
			for (size_t k = 0; k < row->n && m->column[i] < 0; k++)
				m->column[i] = str_is(row->cells[k], names[i]) ? (int)k : -1;
			if (m->column[i] < 0)
				return err_set(e, RC_BAD_INPUT,
					       "the heading needs the columns area, service and minutes");
		}
		return RC_OK;
	}
	for (int i = 0; i < 3; i++)
		if ((size_t)m->column[i] >= row->n)
			return err_set(e, RC_BAD_INPUT, "line %lld has too few columns", (long long)row->line);
	int32_t area = matrix_name(m, row, 0, NULL), service = matrix_name(m, row, 1, NULL);
	double v;
	struct yaml cell = { .type = YAML_SCALAR, .file = m->file, .line = (int)row->line, .column = m->column[2] + 1 };
	if (!plain_number(row->cells[m->column[2]], UNIT_PLAIN, &v) || !(v >= 0 && v <= 1440))
		mistake(m->r, &cell, "\"minutes\" needs a number from 0 to 1,440");
	else if (area >= 0 && service >= 0)
		m->minutes[(size_t)area * m->r->s->n_services + (size_t)service] = (float)v;
	return RC_OK;
}

static void read_matrix(struct reading *r)
{
	const struct yaml *n = yaml_get(yaml_get(r->root, "travel"), "matrix");
	struct scenario *s = r->s;
	struct str text;
	struct err e = { 0 };
	const char *name;
	if (!n || s->n_areas * s->n_services == 0 || !file_named(r, n, "the matrix", &name, &text))
		return;
	float *minutes = arena_array(r->a, s->n_areas * s->n_services, sizeof *minutes);
	for (size_t i = 0; i < s->n_areas * s->n_services; i++)
		minutes[i] = NAN;
	struct matrix m = { r, name, minutes, { -1, -1, -1 } };
	if (csv_read_text(text, matrix_row, &m, &e) != RC_OK)
		mistake(r, n, "the matrix \"%s\": %.200s", name, e.text);
	s->matrix = minutes;
}

/* ---- where children come from, and whether they can get there ---- */

/* Whoever must wait here goes away in the end. */
static bool takes_no_more(const struct plan_service *v)
{
	for (int i = 0; i < v->n_rules; i++)
		if (v->rules[i].then != WAIT_RAISE)
			return true;
	return v->room >= 0 && v->full != FULL_BLOCK;
}

static void check_first(struct reading *r, const struct plan_demand *d, const double *values, day_t day)
{
	char when[DAY_TEXT_MAX + 8] = "", text[DAY_TEXT_MAX];
	if (day != DAY_NONE)
		snprintf(when, sizeof when, "from %s: ", day_iso(day, text));
	const struct scenario *s = r->s;
	for (size_t i = 0; i < s->n_areas; i++) {
		if (!(d->areas >> i & 1))
			continue;
		int32_t to = scenario_first_on(s, d, i, values, day);
		if (to < 0) {
			mistake(r, field_or(d->at, "to"),
				"%sno open service takes \"" STR_FMT "\" of ages %d to %d from " STR_FMT
				": the area is unreachable; open one, or widen its areas, needs or ages",
				when, STR_ARG(s->needs[d->need].id), d->from_age, d->to_age, STR_ARG(s->areas[i].name));
			continue;
		}
		bool goes_on = s->services[to].n_later && takes_no_more(&s->services[to]);
		if (scenario_places_on(&s->services[to], values, day) == 0 && !goes_on) {
			mistake(r, field_or(d->at, "to"),
				"%s" STR_FMT
				" is closed, with 0 %s: send these children elsewhere, or remove the demand",
				when, STR_ARG(s->services[to].name), service_kind_name(s->services[to].kind));
			return;
		}
		double minutes = scenario_minutes(s, i, (size_t)to, values);
		if (s->travel_at_most >= 0 && minutes > values[s->travel_at_most] && !s->services[to].away)
			mistake(r, s->areas[i].at,
				"%s" STR_FMT " is unreachable: its nearest service, " STR_FMT
				", is %.0f minutes away and travel allows %.0f; open a nearer one, or raise at-most",
				when, STR_ARG(s->areas[i].name), STR_ARG(s->services[to].name), minutes,
				values[s->travel_at_most]);
		if (s->matrix && isnan(minutes))
			mistake(r, s->areas[i].at,
				STR_FMT " is unreachable: the matrix has no minutes to " STR_FMT "; add the line",
				STR_ARG(s->areas[i].name), STR_ARG(s->services[to].name));
	}
}

/* Which demands may come to each service, by first choice, rules and routes; and from which areas. */
struct flow {
	uint64_t areas[PLAN_SERVICES_MAX][DEMANDS_MAX];
};

static void check_taken(struct reading *r, const struct yaml *at, int32_t to, size_t d, uint64_t areas)
{
	const struct plan_service *v = &r->s->services[to];
	const struct plan_demand *x = &r->s->demands[d];
	if (!(v->needs >> x->need & 1))
		mistake(r, at,
			"children with \"" STR_FMT "\" would come to " STR_FMT
			", which does not take them: add the need "
			"to it, or send them elsewhere",
			STR_ARG(r->s->needs[x->need].id), STR_ARG(v->name));
	else if (v->from_age > x->from_age || v->to_age < x->to_age)
		mistake(r, at,
			"children of ages %d to %d would come to " STR_FMT
			", which takes %d to %d: widen its ages, or send "
			"them elsewhere",
			x->from_age, x->to_age, STR_ARG(v->name), v->from_age, v->to_age);
	else if (areas & ~v->areas)
		for (size_t i = 0; i < r->s->n_areas; i++)
			if ((areas & ~v->areas) >> i & 1) {
				mistake(r, at,
					"children of " STR_FMT " would come to " STR_FMT
					", whose areas do not hold it: add the area, or send them elsewhere",
					STR_ARG(r->s->areas[i].name), STR_ARG(v->name));
				break;
			}
}

static bool flow_on(struct reading *r, struct flow *f, int32_t from, int32_t to, size_t d, uint64_t areas,
		    const struct yaml *at)
{
	uint64_t come = f->areas[from][d] & areas, fresh = come & ~f->areas[to][d];
	if (!fresh)
		return false;
	if (!f->areas[to][d])
		check_taken(r, at, to, d, come);
	f->areas[to][d] |= come;
	return true;
}

static bool flow_once(struct reading *r, struct flow *f)
{
	const struct scenario *s = r->s;
	bool moved = false;
	for (size_t d = 0; d < s->n_demands; d++) {
		for (size_t k = 0; k < s->n_services; k++)
			for (int i = 0; i < s->services[k].n_rules; i++) {
				const struct plan_rule *x = &s->services[k].rules[i];
				if (x->then == WAIT_GO)
					moved |=
					    flow_on(r, f, (int32_t)k, x->to, d, UINT64_MAX, field_or(x->at, "go-to"));
			}
		for (size_t k = 0; k < s->n_services; k++)
			if (s->services[k].room >= 0 && s->services[k].full == FULL_GO)
				moved |= flow_on(r, f, (int32_t)k, s->services[k].full_to, d, UINT64_MAX,
						 field_or(s->services[k].at, "if-full"));
		for (size_t i = 0; i < s->n_routes; i++) {
			const struct plan_route *x = &s->routes[i];
			if (x->need == ALL_NEEDS || x->need == s->demands[d].need)
				moved |= flow_on(r, f, x->from, x->to, d, x->areas, field_or(x->at, "to"));
		}
	}
	return moved;
}

static void check_stays(struct reading *r, const struct flow *f)
{
	const struct scenario *s = r->s;
	for (size_t k = 0; k < s->n_services; k++)
		for (size_t d = 0; d < s->n_demands; d++) {
			const struct plan_service *v = &s->services[k];
			if (v->kind != SERVICE_SLOTS && f->areas[k][d] && v->stay.kind == LENGTH_NONE &&
			    v->stay_of_need[s->demands[d].need].kind == LENGTH_NONE)
				mistake(r, field_or(v->at, "stay-by-need"),
					"children with \"" STR_FMT "\" come here, but no stay is said for them",
					STR_ARG(s->needs[s->demands[d].need].id));
		}
}

static void flow_in(struct reading *r, struct flow *f, size_t d, const double *values, day_t day)
{
	const struct scenario *s = r->s;
	const struct plan_demand *x = &s->demands[d];
	for (size_t i = 0; i < s->n_areas; i++) {
		int32_t to = x->areas >> i & 1 ? scenario_first_on(s, x, i, values, day) : -1;
		if (to < 0)
			continue;
		if (!f->areas[to][d])
			check_taken(r, field_or(x->at, "to"), to, d, x->to >= 0 ? x->areas : UINT64_C(1) << i);
		f->areas[to][d] |= UINT64_C(1) << i;
	}
}

static void check_flow(struct reading *r, const double *values)
{
	const struct scenario *s = r->s;
	struct flow f = { 0 };
	for (size_t d = 0; d < s->n_demands; d++) {
		flow_in(r, &f, d, values, DAY_NONE);
		for (size_t t = 0; t < s->n_turns; t++)
			flow_in(r, &f, d, values, s->turns[t]);
	}
	while (flow_once(r, &f))
		;
	check_stays(r, &f);
}

/* ---- shares, money, effects ---- */

/* Share of those of one need and area that routes from a service take on; the last of these routes. */
static double routed(const struct scenario *s, const double *values, int32_t from, int32_t need, size_t area,
		     const struct plan_route **last_out)
{
	double sum = 0;
	for (size_t i = 0; i < s->n_routes; i++) {
		const struct plan_route *x = &s->routes[i];
		if (x->from != from || (x->need != ALL_NEEDS && x->need != need) || !(x->areas >> area & 1))
			continue;
		sum += values[x->share];
		*last_out = x;
	}
	return sum;
}

static void check_shares(struct reading *r, const double *values)
{
	const struct scenario *s = r->s;
	for (int32_t k = 0; k < (int32_t)s->n_services; k++) {
		double most = 0;
		const struct plan_route *last = NULL, *at = NULL;
		for (int32_t need = 0; need < (int32_t)s->n_needs; need++)
			for (size_t area = 0; area < s->n_areas; area++) {
				double sum = routed(s, values, k, need, area, &last);
				if (sum > most) {
					most = sum;
					at = last;
				}
			}
		if (most > 1 + 1e-9)
			mistake(r, field_or(at->at, "share"),
				"routes from " STR_FMT
				" add up to %.4g: more than 1, so more would go on than are there; lower "
				"one of them",
				STR_ARG(s->services[k].name), most);
	}
}

/* What services cost a year on a day, before anybody comes. */
static double fixed_on(const struct scenario *s, const double *values, day_t day)
{
	double fixed = 0;
	for (size_t k = 0; k < s->n_services; k++) {
		const struct plan_service *v = &s->services[k];
		bool open = v->n_later == 0 || scenario_places_on(v, values, day) != 0;
		fixed += v->fixed >= 0 && open ? values[v->fixed] : 0;
	}
	return fixed;
}

static void check_money(struct reading *r, const double *values)
{
	const struct scenario *s = r->s;
	double fixed = fixed_on(s, values, DAY_NONE);
	for (size_t t = 0; t < s->n_turns; t++) {
		double then = fixed_on(s, values, s->turns[t]);
		fixed = then > fixed ? then : fixed;
	}
	if (s->budget >= 0 && fixed > values[s->budget])
		mistake(
		    r, yaml_get(r->root, "budget"),
		    "there is no budget for this: the services cost %.0f pounds a year before anybody comes, and the "
		    "budget is %.0f; close or shrink one, or raise the budget",
		    fixed, values[s->budget]);
}

static void check_effects(struct reading *r)
{
	const struct scenario *s = r->s;
	for (size_t i = 0; i < s->n_effects; i++)
		for (size_t j = 0; j < i; j++) {
			const struct plan_effect *x = &s->effects[i], *y = &s->effects[j];
			if (x->on != y->on || !(x->needs & y->needs))
				continue;
			if (str_eq(x->of, y->of))
				mistake(r, x->at, "this effect is there twice: see line %d; keep one", y->at->line);
			else if (s->overlap < 0)
				mistake(r, x->at,
					"two kinds of service change the same thing: say overlap: (0: their effects "
					"add up; "
					"1: only the larger counts) at the top of the document");
		}
}

/* ---- what the engine itself refuses ---- */

static void check_pathway(struct reading *r, const double *values)
{
	struct arena a;
	struct scenario_built b;
	struct findings found;
	arena_init(&a);
	scenario_build(r->s, values, 0, &a, &b);
	if (!pathway_check(&b.p, &found))
		for (size_t i = 0; i < found.n; i++) {
			size_t k = 0;
			const struct yaml *at = r->root;
			if (sscanf(found.list[i].path, "stations[%zu]", &k) == 1 && k < r->s->n_services)
				at = r->s->services[k].at;
			else if (sscanf(found.list[i].path, "sources[%zu]", &k) == 1 && k < b.p.n_groups)
				at = r->s->demands[b.groups[k].demand].at;
			const char *field = strrchr(found.list[i].path, '.');
			bool must =
			    strncmp(found.list[i].text, "must ", 5) == 0 || strncmp(found.list[i].text, "is ", 3) == 0;
			mistake(r, at, "%s%s%s", field && must ? field + 1 : "", field && must ? " " : "",
				found.list[i].text);
		}
	arena_release(&a);
}

/* Routes told apart by area or need are one for each line of demand and area. */
static void check_routes(struct reading *r)
{
	const struct scenario *s = r->s;
	size_t n = 0;
	for (size_t i = 0; i < s->n_routes; i++)
		for (size_t d = 0; d < s->n_demands; d++)
			if (s->routes[i].need == ALL_NEEDS || s->routes[i].need == s->demands[d].need)
				n += (size_t)__builtin_popcountll(s->routes[i].areas & s->demands[d].areas);
	if (n > ROUTES_MAX)
		mistake(r, yaml_get(r->root, "routes"),
			"routes times areas times lines of demand are %zu, at most %d can be played; join some", n,
			ROUTES_MAX);
}

static void check_places(struct reading *r)
{
	const struct scenario *s = r->s;
	for (size_t k = 0; k < s->n_services; k++)
		if (s->services[k].away && s->services[k].miles < 0 && !s->services[k].placed)
			mistake(r, s->services[k].at, "a service out of the area needs miles: (how far it is), or at:");
	if (s->counted_days && !s->workdays)
		mistake(r, r->root, "working days and holidays need the list of bank holidays, which was not found");
	size_t groups = 0;
	for (size_t d = 0; d < s->n_demands; d++)
		groups += (size_t)__builtin_popcountll(s->demands[d].areas);
	if (groups > PATHWAY_GROUPS_MAX)
		mistake(r, yaml_get(r->root, "demand"),
			"areas times lines of demand are %zu, at most %d can be played; join some", groups,
			PATHWAY_GROUPS_MAX);
}

/* ---- what changes in the middle of a run ---- */

static void collect_turns(struct reading *r)
{
	struct scenario *s = r->s;
	for (size_t k = 0; k < s->n_services; k++)
		for (int i = 0; i < s->services[k].n_later; i++) {
			day_t day = s->services[k].later[i].from;
			size_t at = 0;
			while (at < s->n_turns && s->turns[at] < day)
				at++;
			if (at < s->n_turns && s->turns[at] == day)
				continue;
			if (s->n_turns == ERAS_MAX) {
				mistake(r, s->services[k].later[i].at,
					"services change on more than %d days; let some change on the same day",
					ERAS_MAX);
				return;
			}
			memmove(s->turns + at + 1, s->turns + at, (s->n_turns - at) * sizeof *s->turns);
			s->turns[at] = day;
			s->n_turns++;
		}
}

/* Weekdays without work, from the longest warm-up on to the end of the longest run. */
static void collect_holidays(struct reading *r)
{
	enum { BEFORE = 7400, AFTER = 51 * 366 };
	struct scenario *s = r->s;
	if (!s->counted_days || !s->workdays)
		return;
	day_t *all = arena_array(r->a, (BEFORE + AFTER) / 20, sizeof *all);
	for (day_t d = s->start - BEFORE; d < s->start + AFTER && s->n_holidays < (BEFORE + AFTER) / 20; d++)
		if (day_weekday(d) <= 5 && !workdays_is(s->workdays, d))
			all[s->n_holidays++] = d;
	s->holidays = all;
}

static void check_later(struct reading *r, const double *values)
{
	const struct scenario *s = r->s;
	for (size_t k = 0; k < s->n_services; k++) {
		const struct plan_service *v = &s->services[k];
		if (v->n_later == 0)
			continue;
		const struct plan_later *last = &v->later[v->n_later - 1];
		if (scenario_places_on(v, values, last->from) == 0 && !takes_no_more(v))
			mistake(
			    r, last->at,
			    STR_FMT
			    " closes here for good, and whoever waits then would wait for ever: add if-waiting: with "
			    "go-to: or leave: to it",
			    STR_ARG(v->name));
	}
}

/* Children who were counted came all the same: no effect can make them fewer. */
static void check_counts(struct reading *r)
{
	const struct scenario *s = r->s;
	for (size_t d = 0; d < s->n_demands; d++) {
		const struct plan_demand *x = &s->demands[d];
		if (!x->counts || x->to < 0 || s->services[x->to].kind != SERVICE_BEDS)
			continue;
		for (size_t i = 0; i < s->n_effects; i++)
			if (s->effects[i].on == EFFECT_ADMISSIONS && (s->effects[i].needs >> x->need & 1))
				mistake(r, field_or(x->at, "counts"),
					"the effect on line %d changes how many come, and counts are as they are: give "
					"a rate "
					"(per-year:), or take the effect away",
					s->effects[i].at->line);
	}
}

void check_together(struct reading *r)
{
	struct scenario *s = r->s;
	read_matrix(r);
	collect_turns(r);
	collect_holidays(r);
	if (r->out->n || !s->n_areas || !s->n_services || !s->n_demands)
		return; /* what follows needs every word to be right */
	double *values = arena_array(r->a, s->n_inputs + 1, sizeof *values);
	scenario_draw(s, 0, 0, true, values);
	check_places(r);
	check_routes(r);
	check_effects(r);
	check_shares(r, values);
	check_money(r, values);
	check_later(r, values);
	check_counts(r);
	for (size_t d = 0; d < s->n_demands; d++) {
		check_first(r, &s->demands[d], values, DAY_NONE);
		for (size_t t = 0; t < s->n_turns && r->out->n == 0; t++)
			check_first(r, &s->demands[d], values, s->turns[t]);
	}
	if (r->out->n == 0)
		check_flow(r, values);
	if (r->out->n == 0)
		check_pathway(r, values);
}
