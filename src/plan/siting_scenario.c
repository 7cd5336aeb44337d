/* A chosen plan of sites as a scenario. */
#include "plan/siting_scenario.h"

#include <math.h>

#include "codec/json.h"
#include "plan/scenario.h"
#include "plan/siting_reader.h"

enum { TEXT_MAX = 200000 };

static const char *const fields[] = { "attendance", "sessions-a-week", "open", "ages", "targets", "stay" };

/* ---- reading how a service works ---- */

enum rc siting_read_play(struct siting_reader *r, const struct yaml *root)
{
	static const char *const keys[] = { "kind",    "capacity", "attendance", "sessions-a-week", "open", "ages",
					    "targets", "stay",	   NULL };
	struct siting *s = r->s;
	const struct yaml *v = yaml_get(root, "play"), *of = v ? yaml_get(v, "capacity") : NULL;
	if (!v)
		return RC_OK;
	enum rc rc = v->type == YAML_MAP ? yaml_only(v, keys, r->e) : yaml_error(v, r->e, "play is a map");
	struct str kind = yaml_text(v, "kind");
	if (rc == RC_OK && !str_is(kind, "beds") && !str_is(kind, "places") && !str_is(kind, "caseload"))
		rc = yaml_error(v, r->e, "play says its kind: beds, places or caseload");
	if (rc == RC_OK && !yaml_get(v, "stay"))
		rc = yaml_error(v, r->e, "play says how long children stay: stay: { mean: 40 days, cv: 0.9 }");
	if (rc == RC_OK && !of && !s->places_now)
		rc = yaml_error(v, r->e, "play says how many %s each size has: capacity: {8 places: 8}",
				arena_str(r->a, kind).p);
	s->play_capacity = arena_array(r->a, s->n_sizes, sizeof *s->play_capacity);
	for (size_t k = 0; rc == RC_OK && of && k < s->n_sizes; k++) {
		rc = siting_number_of(r, of, arena_str(r->a, s->sizes[k].name).p, 1, 10000, &s->play_capacity[k]);
		if (rc == RC_OK && !(s->play_capacity[k] > 0))
			rc = yaml_error(of, r->e, "capacity does not say how many the size \"" STR_FMT "\" has",
					STR_ARG(s->sizes[k].name));
	}
	for (const struct yaml *c = rc == RC_OK && of ? of->child : NULL; rc == RC_OK && c; c = c->next) {
		size_t k = 0;
		while (k < s->n_sizes && !str_eq(s->sizes[k].name, c->key))
			k++;
		if (k == s->n_sizes)
			rc = yaml_error(c, r->e, "there is no size \"" STR_FMT "\"", STR_ARG(c->key));
	}
	if (rc == RC_OK)
		s->play = v;
	return rc;
}

/* ---- writing the scenario ---- */

struct writing {
	const struct siting *s;
	const struct siting_plan *p;
	const size_t *then;
	const struct places *places;
	struct arena *a;
	struct buf *b;
	double children; /* of all areas */
	double demand;	 /* of all areas, served */
	size_t n_demands;
};

static void quoted(struct buf *b, const char *key, struct str words)
{
	buf_printf(b, "%s", key);
	json_put_string(b, words);
	buf_putc(b, '\n');
}

static bool is_open(const struct writing *w, size_t j)
{
	return w->then ? w->then[j] > 0 : w->p->open[j] > 0;
}

static double flow(const struct writing *w, size_t i, size_t j)
{
	return w->p->flow[i * w->s->n_sites + j];
}

static double served(const struct writing *w, size_t i)
{
	double v = 0;
	for (size_t j = 0; j < w->s->n_sites; j++)
		v += flow(w, i, j);
	return v;
}

static double children_of(const struct writing *w, size_t i)
{
	const struct place_area *p = w->places ? places_find(w->places, w->s->areas[i].code) : NULL;
	int64_t n;
	if (p && places_population(p, 0, 17, &n) && n > 0)
		return (double)n;
	return fmax(1, floor(w->s->areas[i].demand * 1000 + 0.5));
}

/* So that children x factor shares a demand out as the question does. */
static double factor_of(const struct writing *w, size_t i)
{
	double f = w->s->areas[i].demand / children_of(w, i) * w->children / w->demand;
	return fmin(100, fmax(0.01, f));
}

static void put_areas(struct writing *w)
{
	buf_puts(w->b, "areas:\n");
	for (size_t i = 0; i < w->s->n_areas; i++) {
		const struct siting_area *x = &w->s->areas[i];
		if (served(w, i) <= 1e-9)
			continue;
		buf_printf(w->b, "  - id: a%zu\n", i + 1);
		quoted(w->b, "    name: ", x->name);
		quoted(w->b, "    code: ", x->code);
		if (x->group >= 0 && w->s->n_groups < w->s->n_areas)
			quoted(w->b, "    county: ", w->s->groups[x->group]);
		buf_printf(w->b, "    children: %.0f\n    factor: { value: %.10g, guess: yes }\n", children_of(w, i),
			   factor_of(w, i));
		if (x->placed)
			buf_printf(w->b, "    at: [%.4f, %.4f]\n", x->at.lat, x->at.lon);
		buf_puts(w->b, "    source: people\n");
	}
}

/* A scalar, or a map of scalars. */
static void put_field(struct writing *w, const char *key)
{
	const struct yaml *v = yaml_get(w->s->play, key);
	if (!v)
		return;
	buf_printf(w->b, "    %s: ", key);
	if (v->type == YAML_SCALAR)
		buf_str(w->b, v->text);
	for (const struct yaml *c = v->type == YAML_MAP ? v->child : NULL; c; c = c->next)
		buf_printf(w->b, "%s" STR_FMT ": " STR_FMT, c == v->child ? "{ " : ", ", STR_ARG(c->key),
			   STR_ARG(c->text));
	buf_puts(w->b, v->type == YAML_MAP ? " }\n" : "\n");
}

static void put_services(struct writing *w)
{
	struct str kind = yaml_text(w->s->play, "kind");
	buf_puts(w->b, "services:\n");
	for (size_t j = 0; j < w->s->n_sites; j++) {
		if (!is_open(w, j))
			continue;
		size_t k = w->then ? 0 : w->p->open[j] - 1u;
		double capacity = w->then ? (double)w->then[j] : w->s->play_capacity[k];
		double cost = w->then ? capacity * w->s->place_cost[j] : w->s->price[j * w->s->n_sizes + k];
		buf_printf(w->b, "  - id: s%zu\n", j + 1);
		quoted(w->b, "    name: ", w->s->sites[j].name);
		buf_printf(w->b, "    kind: " STR_FMT "\n    " STR_FMT ": %.0f\n", STR_ARG(kind), STR_ARG(kind),
			   capacity);
		for (size_t f = 0; f < COUNT_OF(fields); f++)
			put_field(w, fields[f]);
		if (w->s->sites[j].placed)
			buf_printf(w->b, "    at: [%.4f, %.4f]\n", w->s->sites[j].at.lat, w->s->sites[j].at.lon);
		if (cost > 0)
			buf_printf(w->b, "    cost: { fixed: %.10g }\n", cost);
		buf_puts(w->b, "    guess: yes\n");
	}
}

static void put_demand(struct writing *w, size_t j, double a_year, const char *areas)
{
	buf_printf(w->b,
		   "  - id: d%zu\n    need: care\n    areas: [%s]\n    per-year: { value: %.10g, guess: yes }\n    to: "
		   "s%zu\n",
		   ++w->n_demands, areas, a_year, j + 1);
}

/* Areas that go to one site are one demand; a shared area is one for each of its sites. */
static void put_demands(struct writing *w)
{
	buf_puts(w->b, "demand:\n");
	for (size_t j = 0; j < w->s->n_sites; j++) {
		struct buf whole AUTO(buf_release);
		double a_year = 0;
		buf_init(&whole, TEXT_MAX);
		for (size_t i = 0; i < w->s->n_areas; i++) {
			double f = flow(w, i, j);
			if (f <= 1e-9)
				continue;
			if (f < served(w, i) - 1e-9) {
				put_demand(w, j, f, arena_printf(w->a, "a%zu", i + 1).p);
				continue;
			}
			buf_printf(&whole, "%sa%zu", whole.n ? ", " : "", i + 1);
			a_year += f;
		}
		if (whole.n)
			put_demand(w, j, a_year, whole.p);
	}
}

static void put_head(struct writing *w)
{
	quoted(w->b, "name: ",
	       arena_printf(w->a, STR_FMT ": %s", STR_ARG(w->s->title),
			    w->then ? "places moved, played through" : "the chosen plan, played through"));
	quoted(w->b, "about: ",
	       arena_printf(w->a,
			    "Sites, sizes and who goes where as they were chosen for %s. Children come by chance "
			    "and wait for a free place.",
			    siting_aim_title(w->s->aim)));
	buf_puts(w->b, "start: 2026-04-01\nyears: 3\n");
	buf_puts(w->b, "sources:\n  - id: people\n    title: residents aged 0 to 17, ONS mid-2023 as first published\n"
		       "    date: \"2023\"\n  - id: question\n");
	quoted(w->b, "    title: ", arena_printf(w->a, "the question of sites: " STR_FMT, STR_ARG(w->s->title)));
	buf_puts(w->b, "    date: \"2026\"\n");
	if (w->s->ways_per_km > 0)
		buf_printf(w->b,
			   "travel:\n  fixed-minutes: %.10g\n  minutes-a-mile: %.10g\n  far: 50\n  source: question\n",
			   w->s->ways_fixed, w->s->ways_per_km * 1.609344);
	buf_puts(w->b, "needs:\n  - id: care\n");
	quoted(w->b, "    name: ", w->s->people);
}

enum rc siting_scenario(const struct siting *s, const struct siting_plan *p, const size_t *then,
			const struct places *places, struct arena *a, struct str *out, struct err *e)
{
	struct buf b AUTO(buf_release);
	struct writing w = { .s = s, .p = p, .then = then, .places = places, .a = a, .b = &b };
	size_t n_areas = 0, n_open = 0;
	buf_init(&b, TEXT_MAX);
	if (!s->play)
		return err_set(e, RC_BAD_INPUT,
			       "%s: the question does not say how its services work, so it cannot be played through: "
			       "add play: (docs/planning.md)",
			       s->file);
	for (size_t i = 0; i < s->n_areas; i++) {
		if (served(&w, i) <= 1e-9)
			continue;
		n_areas++;
		w.children += children_of(&w, i);
		w.demand += s->areas[i].demand;
	}
	for (size_t j = 0; j < s->n_sites; j++)
		n_open += is_open(&w, j);
	if (n_areas > PLAN_AREAS_MAX || n_open > PLAN_SERVICES_MAX)
		return err_set(e, RC_LIMIT,
			       "%s: %zu areas and %zu sites; at most %d areas and %d sites are played through. Ask by "
			       "council",
			       s->file, n_areas, n_open, PLAN_AREAS_MAX, PLAN_SERVICES_MAX);
	put_head(&w);
	put_areas(&w);
	put_services(&w);
	put_demands(&w);
	if (w.n_demands > DEMANDS_MAX)
		return err_set(e, RC_LIMIT,
			       "%s: the plan has %zu flows of children to sites; at most %d are played through",
			       s->file, w.n_demands, DEMANDS_MAX);
	*out = arena_str(a, buf_view(&b));
	return RC_OK;
}
