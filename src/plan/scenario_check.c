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
	if (!n || s->n_areas * s->n_services == 0)
		return;
	char name[120] = "";
	if (n->type == YAML_SCALAR && n->text.n < sizeof name)
		snprintf(name, sizeof name, STR_FMT, STR_ARG(n->text));
	if (!*name || !r->asks->lookup || r->asks->lookup(r->asks->arg, name, &text, &e) != RC_OK) {
		mistake(r, n, "the matrix \"%s\" cannot be read%s%.150s; put it beside this file, or correct the name",
			name, e.text[0] ? ": " : "", e.text);
		return;
	}
	hash_add(&r->hash, text.p, text.n);
	float *minutes = arena_array(r->a, s->n_areas * s->n_services, sizeof *minutes);
	for (size_t i = 0; i < s->n_areas * s->n_services; i++)
		minutes[i] = NAN;
	struct matrix m = { r, arena_str(r->a, str_of(name)).p, minutes, { -1, -1, -1 } };
	if (csv_read_text(text, matrix_row, &m, &e) != RC_OK)
		mistake(r, n, "the matrix \"%s\": %.200s", name, e.text);
	s->matrix = minutes;
}

/* ---- where children come from, and whether they can get there ---- */

static void check_first(struct reading *r, const struct plan_demand *d, const double *values)
{
	const struct scenario *s = r->s;
	for (size_t i = 0; i < s->n_areas; i++) {
		if (!(d->areas >> i & 1))
			continue;
		int32_t to = scenario_first(s, d, i, values);
		if (to < 0) {
			mistake(r, field_or(d->at, "to"),
				"no open service takes \"" STR_FMT "\" of ages %d to %d from " STR_FMT
				": the area is unreachable; open one, or widen its areas, needs or ages",
				STR_ARG(s->needs[d->need].id), d->from_age, d->to_age, STR_ARG(s->areas[i].name));
			continue;
		}
		if (scenario_places(&s->services[to], values) == 0) {
			mistake(r, field_or(d->at, "to"),
				STR_FMT " is closed, with 0 %s: send these children elsewhere, or remove the demand",
				STR_ARG(s->services[to].name), service_kind_name(s->services[to].kind));
			return;
		}
		double minutes = scenario_minutes(s, i, (size_t)to, values);
		if (s->travel_at_most >= 0 && minutes > values[s->travel_at_most] && !s->services[to].away)
			mistake(r, s->areas[i].at,
				STR_FMT
				" is unreachable: its nearest service, " STR_FMT
				", is %.0f minutes away and travel allows %.0f; open a nearer one, or raise at-most",
				STR_ARG(s->areas[i].name), STR_ARG(s->services[to].name), minutes,
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

static void check_flow(struct reading *r, const double *values)
{
	const struct scenario *s = r->s;
	struct flow f = { 0 };
	for (size_t d = 0; d < s->n_demands; d++)
		for (size_t i = 0; i < s->n_areas; i++) {
			const struct plan_demand *x = &s->demands[d];
			int32_t to = x->areas >> i & 1 ? scenario_first(s, x, i, values) : -1;
			if (to < 0)
				continue;
			if (!f.areas[to][d])
				check_taken(r, field_or(x->at, "to"), to, d, x->to >= 0 ? x->areas : UINT64_C(1) << i);
			f.areas[to][d] |= UINT64_C(1) << i;
		}
	while (flow_once(r, &f))
		;
	check_stays(r, &f);
}

/* ---- shares, money, effects ---- */

static void check_shares(struct reading *r, const double *values)
{
	const struct scenario *s = r->s;
	for (size_t i = 0; i < s->n_routes; i++) {
		double sum = 0;
		bool last = true;
		for (size_t j = 0; j < s->n_routes; j++) {
			const struct plan_route *x = &s->routes[i], *y = &s->routes[j];
			bool same = y->from == x->from && (y->areas & x->areas) &&
				    (y->need == ALL_NEEDS || x->need == ALL_NEEDS || y->need == x->need);
			sum += same ? values[y->share] : 0;
			last &= !(same && j > i);
		}
		if (last && sum > 1 + 1e-9)
			mistake(r, field_or(s->routes[i].at, "share"),
				"routes from " STR_FMT
				" add up to %.4g: more than 1, so more would go on than are there; lower "
				"one of them",
				STR_ARG(s->services[s->routes[i].from].name), sum);
	}
}

static void check_money(struct reading *r, const double *values)
{
	const struct scenario *s = r->s;
	double fixed = 0;
	for (size_t k = 0; k < s->n_services; k++)
		fixed += s->services[k].fixed >= 0 ? values[s->services[k].fixed] : 0;
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
			mistake(r, at, "%s%s%s", field ? field + 1 : "", field ? " " : "", found.list[i].text);
		}
	arena_release(&a);
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

void check_together(struct reading *r)
{
	struct scenario *s = r->s;
	read_matrix(r);
	if (r->out->n || !s->n_areas || !s->n_services || !s->n_demands)
		return; /* what follows needs every word to be right */
	double *values = arena_array(r->a, s->n_inputs + 1, sizeof *values);
	scenario_draw(s, 0, 0, true, values);
	check_places(r);
	check_effects(r);
	check_shares(r, values);
	check_money(r, values);
	for (size_t d = 0; d < s->n_demands; d++)
		check_first(r, &s->demands[d], values);
	if (r->out->n == 0)
		check_flow(r, values);
	if (r->out->n == 0)
		check_pathway(r, values);
}
