/* A chosen plan of sites as a scenario. */
#include "plan/siting_scenario.h"

#include <math.h>

#include "codec/json.h"
#include "plan/scenario.h"
#include "plan/siting_reader.h"

enum { TEXT_MAX = 200000 };

static const char *const fields[] = { "attendance", "sessions-a-week", "open", "ages", "targets", "stay" };

/* ---- reading how a service works ---- */

enum rc siting_play_only(struct siting_reader *r, const struct yaml *v, bool sized)
{
	static const char *const keys[] = { "kind",    "attendance", "sessions-a-week", "open", "ages",
					    "targets", "stay",	     "capacity",	NULL };
	enum rc rc = v->type == YAML_MAP ? yaml_only(v, keys, r->e) : yaml_error(v, r->e, "play is a map");
	struct str kind = yaml_text(v, "kind");
	if (rc == RC_OK && !sized && yaml_get(v, "capacity"))
		rc = yaml_error(yaml_get(v, "capacity"), r->e, "with reuse the sites say what they have, not play");
	if (rc == RC_OK && !str_is(kind, "beds") && !str_is(kind, "places") && !str_is(kind, "caseload"))
		rc = yaml_error(v, r->e, "play says its kind: beds, places or caseload");
	if (rc == RC_OK && !yaml_get(v, "stay"))
		rc = yaml_error(v, r->e, "play says how long children stay: stay: { mean: 40 days, cv: 0.9 }");
	return rc;
}

enum rc siting_read_play(struct siting_reader *r, const struct yaml *root)
{
	struct siting *s = r->s;
	const struct yaml *v = yaml_get(root, "play"), *of = v ? yaml_get(v, "capacity") : NULL;
	if (!v)
		return RC_OK;
	enum rc rc = siting_play_only(r, v, true);
	if (rc == RC_OK && s->stock && s->stock->n_kinds > 1)
		rc = yaml_error(v, r->e, "with several kinds each says how it works: play: of its kind");
	if (rc == RC_OK && !of && !s->stock)
		rc = yaml_error(v, r->e, "play says how many " STR_FMT " each size has: capacity: {8 places: 8}",
				STR_ARG(yaml_text(v, "kind")));
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
	if (rc == RC_OK && s->stock && !s->stock->kinds[0].play)
		s->stock->kinds[0].play = v;
	return rc;
}

/* ---- writing the scenario ---- */

struct writing {
	const struct siting *s;
	const struct siting_plan *p;
	const struct siting_reuse *r; /* re-use in place of the plan; may be NULL */
	size_t kinds;		      /* of re-use; else 1 */
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

/* What stands at a site: units of a kind that services use, or the place of the plan. */
static bool is_open(const struct writing *w, size_t j, size_t kind)
{
	if (!w->r)
		return w->p->open[j] > 0;
	return w->s->stock->kinds[kind].used && w->r->then[j * w->kinds + kind] > 0;
}

static size_t n_open(const struct writing *w)
{
	size_t n = 0;
	for (size_t x = 0; x < w->s->n_sites * w->kinds; x++)
		n += is_open(w, x / w->kinds, x % w->kinds);
	return n;
}

/* The name of a service in the scenario: one for each kind at a site. */
static struct str service_id(const struct writing *w, size_t j, size_t kind)
{
	return w->kinds == 1 ? arena_printf(w->a, "s%zu", j + 1) : arena_printf(w->a, "s%zu-k%zu", j + 1, kind + 1);
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
	return fmax(1, floor(w->s->areas[i].demand * (w->kinds > 1 ? 1 : 1000) + 0.5));
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
		if (x->placed && !w->s->plane)
			buf_printf(w->b, "    at: [%.4f, %.4f]\n", x->at.lat, x->at.lon);
		buf_puts(w->b, "    source: people\n");
	}
}

/* A scalar, or a map of scalars. */
static void put_value(struct writing *w, const struct yaml *v)
{
	if (v->type == YAML_SCALAR)
		buf_str(w->b, v->text);
	for (const struct yaml *c = v->type == YAML_MAP ? v->child : NULL; c; c = c->next)
		buf_printf(w->b, "%s" STR_FMT ": " STR_FMT, c == v->child ? "{ " : ", ", STR_ARG(c->key),
			   STR_ARG(c->text));
	if (v->type == YAML_MAP)
		buf_puts(w->b, " }");
}

static void put_fields(struct writing *w, const struct yaml *play)
{
	for (size_t f = 0; f < COUNT_OF(fields); f++) {
		const struct yaml *v = yaml_get(play, fields[f]);
		if (!v)
			continue;
		buf_printf(w->b, "    %s: ", fields[f]);
		put_value(w, v);
		buf_putc(w->b, '\n');
	}
}

/* Of re-use: what services stay at a kind for other lengths than its own. */
static void put_own_stays(struct writing *w, size_t kind)
{
	const struct siting_stock *k = w->s->stock;
	size_t n = 0;
	for (size_t q = 0; q < k->n_services; q++) {
		if (k->services[q].kind != kind || !k->services[q].stay)
			continue;
		buf_printf(w->b, "%s%zu: ", n++ ? ", n" : "    stay-by-need: { n", q + 1);
		put_value(w, k->services[q].stay);
	}
	if (n)
		buf_puts(w->b, " }\n");
}

/* What one unit costs a year, with those that it needs. */
static double unit_cost(const struct siting_stock *k, size_t site, size_t kind)
{
	double v = k->cost[site * k->n_kinds + kind];
	for (size_t l = 0; l < k->n_kinds; l++)
		v += k->kinds[kind].needs[l] * k->cost[site * k->n_kinds + l];
	return v;
}

static void put_service(struct writing *w, size_t j, size_t kind)
{
	const struct siting *s = w->s;
	const struct yaml *play = w->r ? s->stock->kinds[kind].play : s->play;
	size_t size = w->r ? 0 : w->p->open[j] - 1u;
	double capacity = w->r ? (double)w->r->then[j * w->kinds + kind] : s->play_capacity[size];
	double cost = w->r ? capacity * unit_cost(s->stock, j, kind) : s->price[j * s->n_sizes + size];
	struct str what = yaml_text(play, "kind"), name = s->sites[j].name;
	if (w->kinds > 1)
		name = arena_printf(w->a, STR_FMT ": " STR_FMT, STR_ARG(name), STR_ARG(s->stock->kinds[kind].name));
	buf_printf(w->b, "  - id: " STR_FMT "\n", STR_ARG(service_id(w, j, kind)));
	quoted(w->b, "    name: ", name);
	buf_printf(w->b, "    kind: " STR_FMT "\n    " STR_FMT ": %.0f\n", STR_ARG(what), STR_ARG(what), capacity);
	put_fields(w, play);
	if (w->r)
		put_own_stays(w, kind);
	if (s->sites[j].placed && !s->plane)
		buf_printf(w->b, "    at: [%.4f, %.4f]\n", s->sites[j].at.lat, s->sites[j].at.lon);
	if (cost > 0)
		buf_printf(w->b, "    cost: { fixed: %.10g }\n", cost);
	buf_puts(w->b, "    guess: yes\n");
}

static void put_services(struct writing *w)
{
	buf_puts(w->b, "services:\n");
	for (size_t x = 0; x < w->s->n_sites * w->kinds; x++)
		if (is_open(w, x / w->kinds, x % w->kinds))
			put_service(w, x / w->kinds, x % w->kinds);
}

struct flowing { /* children of one service to one site */
	const struct siting_plan *p;
	struct str need, to;
};

static void put_demand(struct writing *w, const struct flowing *f, double a_year, const char *areas)
{
	buf_printf(w->b,
		   "  - id: d%zu\n    need: " STR_FMT
		   "\n    areas: [%s]\n    per-year: { value: %.10g, guess: yes }\n    to: " STR_FMT "\n",
		   ++w->n_demands, STR_ARG(f->need), areas, a_year, STR_ARG(f->to));
}

/* Areas that go to one site are one demand; a shared area is one for each of its sites. */
static void put_flow(struct writing *w, const struct flowing *f, size_t j)
{
	struct buf whole AUTO(buf_release);
	double a_year = 0;
	size_t m = w->s->n_sites;
	buf_init(&whole, TEXT_MAX);
	for (size_t i = 0; i < w->s->n_areas; i++) {
		double here = f->p->flow[i * m + j], all = 0;
		for (size_t q = 0; q < m; q++)
			all += f->p->flow[i * m + q];
		if (here <= 1e-9)
			continue;
		if (here < all - 1e-9) {
			put_demand(w, f, here, arena_printf(w->a, "a%zu", i + 1).p);
			continue;
		}
		buf_printf(&whole, "%sa%zu", whole.n ? ", " : "", i + 1);
		a_year += here;
	}
	if (whole.n)
		put_demand(w, f, a_year, whole.p);
}

static void put_demands(struct writing *w)
{
	size_t n = w->r ? w->s->stock->n_services : 1;
	buf_puts(w->b, "demand:\n");
	for (size_t q = 0; q < n; q++)
		for (size_t j = 0; j < w->s->n_sites; j++) {
			size_t kind = w->r ? w->s->stock->services[q].kind : 0;
			struct flowing f = { w->r ? &w->r->plan_after[q] : w->p, arena_printf(w->a, "n%zu", q + 1),
					     service_id(w, j, kind) };
			put_flow(w, &f, j);
		}
}

static void put_needs(struct writing *w)
{
	buf_puts(w->b, "needs:\n");
	for (size_t q = 0; q < (w->r ? w->s->stock->n_services : 1); q++) {
		buf_printf(w->b, "  - id: n%zu\n", q + 1);
		quoted(w->b, "    name: ", w->r ? w->s->stock->services[q].name : w->s->people);
	}
}

static void put_head(struct writing *w)
{
	double without = w->r ? w->r->unserved_after : 0;
	quoted(w->b, "name: ",
	       arena_printf(w->a, STR_FMT ": %s", STR_ARG(w->s->title),
			    w->r ? "re-used, played through" : "the chosen plan, played through"));
	quoted(w->b, "about: ",
	       arena_printf(
		   w->a,
		   "Sites, sizes and who goes where as they were chosen for %s. Children come by chance "
		   "and wait for a free place.%s",
		   siting_aim_title(w->s->aim),
		   without > 0
		       ? arena_printf(w->a, " %.6g children a year for whom there is no place do not come.", without).p
		       : ""));
	buf_puts(w->b, "start: 2026-04-01\nyears: 3\n");
	buf_puts(w->b, "sources:\n  - id: people\n    title: residents aged 0 to 17, ONS mid-2023 as first published\n"
		       "    date: \"2023\"\n  - id: question\n");
	quoted(w->b, "    title: ", arena_printf(w->a, "the question of sites: " STR_FMT, STR_ARG(w->s->title)));
	buf_puts(w->b, "    date: \"2026\"\n");
	if (w->s->ways_per_km > 0 && !w->s->plane)
		buf_printf(w->b,
			   "travel:\n  fixed-minutes: %.10g\n  minutes-a-mile: %.10g\n  far: 50\n  source: question\n",
			   w->s->ways_fixed, w->s->ways_per_km * 1.609344);
	put_needs(w);
}

/* Does everything that stands say how it works? */
static enum rc can_be_played(const struct writing *w, struct err *e)
{
	const struct siting *s = w->s;
	for (size_t i = 0; w->r && i < w->kinds; i++)
		if (s->stock->kinds[i].used && !s->stock->kinds[i].play)
			return err_set(e, RC_BAD_INPUT,
				       "%s:%d:%d: the question does not say how \"" STR_FMT
				       "\" work, so it cannot be played through: add play: (docs/planning.md)",
				       s->file, s->stock->kinds[i].line, s->stock->kinds[i].column,
				       STR_ARG(s->stock->kinds[i].name));
	if (!w->r && !s->play)
		return err_set(e, RC_BAD_INPUT,
			       "%s: the question does not say how its services work, so it cannot be played through: "
			       "add play: (docs/planning.md)",
			       s->file);
	return RC_OK;
}

bool siting_can_play(const struct siting *s)
{
	bool all = s->stock != NULL;
	for (size_t i = 0; s->stock && i < s->stock->n_kinds; i++)
		all = all && (!s->stock->kinds[i].used || s->stock->kinds[i].play);
	return s->play || all;
}

enum rc siting_scenario(const struct siting *s, const struct siting_plan *p, const struct siting_reuse *r,
			const struct places *places, struct arena *a, struct str *out, struct err *e)
{
	struct buf b AUTO(buf_release);
	struct writing w = { .s = s,
			     .p = r ? &r->after : p,
			     .r = r,
			     .kinds = r ? s->stock->n_kinds : 1,
			     .places = places,
			     .a = a,
			     .b = &b };
	size_t n_areas = 0;
	buf_init(&b, TEXT_MAX);
	enum rc rc = can_be_played(&w, e);
	if (rc != RC_OK)
		return rc;
	for (size_t i = 0; i < s->n_areas; i++) {
		if (served(&w, i) <= 1e-9)
			continue;
		n_areas++;
		w.children += children_of(&w, i);
		w.demand += s->areas[i].demand;
	}
	if (n_areas > PLAN_AREAS_MAX || n_open(&w) > PLAN_SERVICES_MAX)
		return err_set(e, RC_LIMIT,
			       "%s: %zu areas and %zu sites; at most %d areas and %d sites are played through. Ask by "
			       "council",
			       s->file, n_areas, n_open(&w), PLAN_AREAS_MAX, PLAN_SERVICES_MAX);
	put_head(&w);
	put_areas(&w);
	put_services(&w);
	put_demands(&w);
	if (w.n_demands > DEMANDS_MAX)
		return err_set(e, RC_LIMIT,
			       "%s: the plan has %zu flows of children to sites; at most %d are played through. Ask by "
			       "council",
			       s->file, w.n_demands, DEMANDS_MAX);
	*out = arena_str(a, buf_view(&b));
	return RC_OK;
}
