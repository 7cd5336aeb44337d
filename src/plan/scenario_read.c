/* The sections of a scenario, one after the other. */
#include "plan/scenario_inside.h"

#include "plan/sim.h"

#define ABOVE_0 1e-9

const char *service_kind_name(enum service_kind k)
{
	static const char *const names[SERVICE_KINDS] = { "beds", "places", "caseload", "slots", "clinicians" };
	return (unsigned)k < SERVICE_KINDS ? names[k] : "";
}

/* ---- lists of entries ---- */

/* A section that is a list of maps, each with an id of its own. */
const struct yaml *section(struct reading *r, const char *name, size_t max, bool needed)
{
	const struct yaml *n = yaml_get(r->root, name);
	if (!n) {
		if (needed)
			mistake(r, r->root, "\"%s:\" is missing: a list with an id: for each", name);
		return NULL;
	}
	if ((n->type != YAML_SCALAR || n->text.n == 0) && needed && n->n == 0) {
		mistake(r, n, "\"%s\" is empty: write one \"- id: ..\" at least", name);
		return NULL;
	}
	if (n->type != YAML_LIST) {
		mistake(r, n, "\"%s\" is a list, one \"- id: ..\" for each", name);
		return NULL;
	}
	if (n->n > max) {
		mistake(r, n, "\"%s\" has %zu entries; at most %zu can be read", name, n->n, max);
		return NULL;
	}
	for (const struct yaml *c = n->child; c; c = c->next) {
		struct str id = c->type == YAML_MAP ? yaml_text(c, "id") : (struct str){ 0 };
		if (id.n == 0) {
			mistake(r, c, "each entry of \"%s\" begins with id: and a short name of its own", name);
			return NULL;
		}
		for (const struct yaml *d = n->child; d != c; d = d->next)
			if (str_eq(yaml_text(d, "id"), id))
				mistake(r, yaml_get(c, "id"),
					"\"" STR_FMT "\" is there twice in \"%s\" (first on line %d)", STR_ARG(id),
					name, d->line);
	}
	return n;
}

struct entry entry_of(struct reading *r, const struct yaml *map, const char *section_name)
{
	struct entry en = { .map = map, .prov = prov_of(r, map, (struct prov){ .guess = false }) };
	snprintf(en.path, sizeof en.path, "%s.%.60s", section_name, arena_str(r->a, yaml_text(map, "id")).p);
	return en;
}

/* ---- sources, areas, needs ---- */

static void read_sources(struct reading *r)
{
	static const char *const fields[] = { "id", "title", "date", "link", NULL };
	const struct yaml *n = section(r, "sources", 200, false);
	if (!n)
		return;
	r->sources = arena_array(r->a, n->n, sizeof *r->sources);
	for (const struct yaml *c = n->child; c; c = c->next) {
		only_fields(r, c, fields);
		r->sources[r->n_sources++] = (struct plan_source){ yaml_text(c, "id"), text_field(r, c, "title", true),
								   text_field(r, c, "date", true) };
	}
}

static void read_areas(struct reading *r)
{
	static const char *const fields[] = { "id",	  "name",   "code",  "county",
					      "children", "factor", "at",    "deprivation-fifth",
					      "source",	  "date",   "guess", "note",
					      NULL };
	const struct yaml *n = section(r, "areas", PLAN_AREAS_MAX, true);
	for (const struct yaml *c = n ? n->child : NULL; c; c = c->next) {
		struct plan_area *a = &r->s->areas[r->s->n_areas];
		struct entry en = entry_of(r, c, "areas");
		only_fields(r, c, fields);
		a->id = yaml_text(c, "id");
		a->name = text_field(r, c, "name", true);
		a->code = yaml_text(c, "code");
		a->county = yaml_text(c, "county");
		a->children = number(r, &en, "children", UNIT_PLAIN,
				     (struct bounds){ 1, 2e7, "must be 1 to 20,000,000 children" }, true);
		a->factor = number(r, &en, "factor", UNIT_PLAIN,
				   (struct bounds){ 0.01, 100, "must be 0.01 to 100 times" }, false);
		a->placed = place_field(r, c, &a->lat, &a->lon);
		a->fifth = (int)whole_field(r, c, "deprivation-fifth", 1, 5, 0);
		a->at = c;
		r->s->n_areas++;
	}
}

static void read_needs(struct reading *r)
{
	static const char *const fields[] = { "id", "name", "priority", NULL };
	const struct yaml *n = section(r, "needs", PLAN_NEEDS_MAX, true);
	for (const struct yaml *c = n ? n->child : NULL; c; c = c->next) {
		struct plan_need *x = &r->s->needs[r->s->n_needs++];
		only_fields(r, c, fields);
		x->id = yaml_text(c, "id");
		x->name = text_field(r, c, "name", true);
		x->priority = (int32_t)whole_field(r, c, "priority", 0, PRIORITIES - 1, 4);
	}
}

/* ---- services ---- */

static enum service_kind kind_named(struct reading *r, const struct yaml *n, const struct yaml *at)
{
	for (int k = 0; n && n->type == YAML_SCALAR && k < SERVICE_KINDS; k++)
		if (str_is(n->text, service_kind_name((enum service_kind)k)))
			return (enum service_kind)k;
	mistake(r, n ? n : at, "\"kind\" is beds, places, caseload, slots or clinicians");
	return SERVICE_BEDS;
}

static void read_capacity(struct reading *r, const struct entry *en, struct plan_service *v)
{
	const char *field = service_kind_name(v->kind);
	const struct yaml *n = yaml_get(en->map, field);
	for (int k = 0; k < SERVICE_KINDS; k++) {
		const struct yaml *other = yaml_get(en->map, service_kind_name((enum service_kind)k));
		if (other && other != n)
			mistake_at_key(r, other, "a service of kind %s has \"%s:\", not this", field, field);
	}
	v->staff = number(r, en, "staff", UNIT_PLAIN, (struct bounds){ 0, 10000, "must be 0 to 10,000 people" }, false);
	v->staff_each =
	    number(r, en, "staff-for-each", UNIT_PLAIN, (struct bounds){ 0.01, 100, "must be 0.01 to 100 people" },
		   yaml_get(en->map, "staff") != NULL);
	if (v->staff_each < 0)
		v->staff = -1;
	v->capacity = -1;
	if (n && n->type == YAML_SCALAR && str_is(n->text, "no limit")) {
		if (v->kind != SERVICE_CASELOAD && v->kind != SERVICE_BEDS)
			mistake(r, n, "only beds and caseloads can be without limit; give a number");
		return;
	}
	v->capacity = number(r, en, field, UNIT_WHOLE,
			     (struct bounds){ 0, 10000, "must be a whole number from 0 to 10,000" }, true);
	if (v->kind != SERVICE_PLACES)
		return;
	v->attendance = number(r, en, "attendance", UNIT_SHARE, (struct bounds){ 0.05, 1, "must be 0.05 to 1" }, true);
	v->sessions = number(r, en, "sessions-a-week", UNIT_PLAIN, (struct bounds){ 0.1, 7, "must be 0.1 to 7" }, true);
}

static void read_cost(struct reading *r, const struct entry *en, struct plan_service *v)
{
	static const char *const fields[] = { "fixed", "per-day", "source", "date", "guess", "note", NULL };
	const struct yaml *n = yaml_get(en->map, "cost");
	struct bounds pounds = { 0, 1e10, "must be 0 or more, in pounds" };
	v->fixed = v->daily = -1;
	if (!n)
		return;
	if (n->type != YAML_MAP) {
		mistake(r, n, "\"cost\" has fixed: (pounds a year) and per-day: (pounds a day that somebody is there)");
		return;
	}
	struct entry cost = { .map = n, .prov = prov_of(r, n, en->prov) };
	only_fields(r, n, fields);
	snprintf(cost.path, sizeof cost.path, "%.70s.cost", en->path);
	v->fixed = number(r, &cost, "fixed", UNIT_PLAIN, pounds, false);
	v->daily = number(r, &cost, "per-day", UNIT_PLAIN, pounds, false);
}

static void read_stays(struct reading *r, const struct entry *en, struct plan_service *v)
{
	const struct yaml *n = yaml_get(en->map, "stay-by-need");
	if (v->kind == SERVICE_SLOTS) {
		if (yaml_get(en->map, "stay"))
			mistake_at_key(r, yaml_get(en->map, "stay"), "a slot is one appointment; it has no stay");
		return;
	}
	v->stay = length_field(r, en, "stay", !n, "a stay");
	if (n && n->type != YAML_MAP) {
		mistake(r, n, "\"stay-by-need\" names needs, each with a length of stay");
		return;
	}
	struct entry in = { .map = n, .prov = en->prov };
	snprintf(in.path, sizeof in.path, "%.80s.stay-by-need", en->path);
	for (const struct yaml *c = n ? n->child : NULL; c; c = c->next) {
		int32_t need = find_need(r->s, c->key);
		if (need < 0)
			mistake_at_key(r, c, "there is no need \"" STR_FMT "\"; see needs:", STR_ARG(c->key));
		else
			v->stay_of_need[need] = length_of(r, &in, c, arena_str(r->a, c->key).p, "a stay");
	}
}

static void read_service(struct reading *r, const struct yaml *c, struct plan_service *v)
{
	static const char *const fields[] = { "id",
					      "name",
					      "kind",
					      "type",
					      "beds",
					      "places",
					      "caseload",
					      "slots",
					      "clinicians",
					      "built",
					      "staff",
					      "staff-for-each",
					      "attendance",
					      "sessions-a-week",
					      "open",
					      "closed-on-holidays",
					      "ages",
					      "areas",
					      "needs",
					      "stay",
					      "stay-by-need",
					      "before",
					      "if-waiting",
					      "waiting-room",
					      "if-full",
					      "will-not-wait",
					      "will-not-wait-from",
					      "interrupts",
					      "at-closing",
					      "attended",
					      "later",
					      "order",
					      "holds-place",
					      "out-of-area",
					      "miles",
					      "targets",
					      "at",
					      "cost",
					      "open-when-counted",
					      "source",
					      "date",
					      "guess",
					      "note",
					      "postcode",
					      NULL };
	struct entry en = entry_of(r, c, "services");
	struct str order = yaml_text(c, "order");
	only_fields(r, c, fields);
	*v = (struct plan_service){ .id = yaml_text(c, "id"),
				    .capacity = -1,
				    .staff = -1,
				    .staff_each = -1,
				    .attendance = -1,
				    .sessions = -1,
				    .miles = -1,
				    .fixed = -1,
				    .daily = -1,
				    .counted = -1,
				    .room = -1,
				    .full_to = -1,
				    .will_not = -1,
				    .attended = -1,
				    .to_age = 25,
				    .at = c };
	v->name = text_field(r, c, "name", true);
	v->type = yaml_text(c, "type");
	v->kind = kind_named(r, yaml_get(c, "kind"), c);
	read_capacity(r, &en, v);
	v->hours = open_field(r, c);
	v->closed_on_holidays = yes_field(r, c, "closed-on-holidays", false);
	r->s->counted_days |= v->closed_on_holidays;
	ages_field(r, c, &v->from_age, &v->to_age);
	v->areas = areas_field(r, c, "areas");
	v->needs = needs_field(r, c);
	read_stays(r, &en, v);
	v->before = length_field(r, &en, "before", false, "what has gone by before");
	if (order.n && !str_is(order, "priority") && !str_is(order, "coming"))
		mistake(r, yaml_get(c, "order"), "\"order\" is coming (first come, first served) or priority");
	v->by_priority = str_is(order, "priority");
	read_waiting(r, &en, v);
	read_later(r, &en, v);
	v->holds = yes_field(r, c, "holds-place", false);
	v->away = yes_field(r, c, "out-of-area", false);
	v->miles = number(r, &en, "miles", UNIT_PLAIN, (struct bounds){ 0, 1000, "must be 0 to 1,000 miles" }, false);
	number(r, &en, "built", UNIT_WHOLE, (struct bounds){ 0, 10000, "must be a whole number from 0 to 10,000" },
	       false);
	read_targets(r, c, v);
	v->placed = place_field(r, c, &v->lat, &v->lon);
	read_cost(r, &en, v);
	v->counted = number(r, &en, "open-when-counted", UNIT_WHOLE,
			    (struct bounds){ 0, 7, "must be 0 to 7 days a week" }, false);
}

static void read_services(struct reading *r)
{
	const struct yaml *n = section(r, "services", PLAN_SERVICES_MAX, true);
	for (const struct yaml *c = n ? n->child : NULL; c; c = c->next) {
		read_service(r, c, &r->s->services[r->s->n_services]);
		r->s->n_services++;
	}
	read_ways(r);
}

/* ---- demand, routes, effects ---- */

static void read_routes(struct reading *r)
{
	static const char *const fields[] = { "id",    "from",	 "to",	 "need",  "areas", "share",
					      "after", "source", "date", "guess", "note",  NULL };
	const struct yaml *n = section(r, "routes", ROUTES_MAX / 16, false);
	r->s->routes = arena_array(r->a, n ? n->n : 0, sizeof *r->s->routes);
	for (const struct yaml *c = n ? n->child : NULL; c; c = c->next) {
		struct plan_route *x = &r->s->routes[r->s->n_routes];
		struct entry en = entry_of(r, c, "routes");
		const struct yaml *from = yaml_get(c, "from"), *to = yaml_get(c, "to"), *need = yaml_get(c, "need");
		only_fields(r, c, fields);
		if (!from || !to) {
			mistake(r, c, "a route needs from: and to:, each a service");
			continue;
		}
		*x = (struct plan_route){ .from = service_named(r, from), .to = service_named(r, to), .at = c };
		x->need = need ? need_named(r, need) : ALL_NEEDS;
		x->areas = areas_field(r, c, "areas");
		x->share = number(r, &en, "share", UNIT_SHARE,
				  (struct bounds){ 0, 1, "must be 0 to 1: a share of those who end a stay" }, true);
		x->after = length_field(r, &en, "after", false, "the time in between");
		r->s->n_routes++;
	}
}

static void read_effects(struct reading *r)
{
	static const char *const fields[] = { "id",    "of",	 "on",	 "times", "in-proportion-to-days",
					      "needs", "source", "date", "guess", "note",
					      NULL };
	const struct yaml *n = section(r, "effects", EFFECTS_MAX, false);
	for (const struct yaml *c = n ? n->child : NULL; c; c = c->next) {
		struct plan_effect *x = &r->s->effects[r->s->n_effects++];
		struct entry en = entry_of(r, c, "effects");
		only_fields(r, c, fields);
		*x = (struct plan_effect){ .of = text_field(r, c, "of", true), .at = c };
		struct str on = text_field(r, c, "on", true);
		x->on = str_is(on, "stays") ? EFFECT_STAYS : EFFECT_ADMISSIONS;
		if (on.n && !str_is(on, "stays") && !str_is(on, "admissions"))
			mistake(r, yaml_get(c, "on"), "\"on\" is admissions or stays");
		x->times = number(r, &en, "times", UNIT_PLAIN,
				  (struct bounds){ 0.01, 10, "must be 0.01 to 10: 0.85 is 15 % fewer" }, true);
		x->by_days = yes_field(r, c, "in-proportion-to-days", false);
		x->needs = needs_field(r, c);
		bool known = false;
		for (size_t i = 0; i < r->s->n_services; i++)
			known |= x->of.n && str_eq(r->s->services[i].type, x->of);
		if (x->of.n && !known)
			mistake(r, yaml_get(c, "of"),
				"no service is of type \"" STR_FMT "\"; see type: of the services", STR_ARG(x->of));
	}
}

static void read_published(struct reading *r)
{
	static const char *const fields[] = { "id",	   "measure", "value", "low",  "high",
					      "as-change", "source",  "date",  "note", NULL };
	static const char *const measures[] = {
		"admissions", "stay", "wait", "occupied-beds", "out-of-area-admissions", "out-of-area-days"
	};
	const struct yaml *n = section(r, "published", PUBLISHED_MAX, false);
	for (const struct yaml *c = n ? n->child : NULL; c; c = c->next) {
		struct plan_published *x = &r->s->published[r->s->n_published++];
		struct prov p = prov_of(r, c, (struct prov){ .guess = false });
		struct str of = text_field(r, c, "measure", true);
		const char *const number_fields[] = { "value", "low", "high" };
		double v[3] = { 0 };
		only_fields(r, c, fields);
		*x = (struct plan_published){ .at = c, .source = p.source, .date = p.date, .note = p.note };
		size_t k = 0;
		while (k < COUNT_OF(measures) && !str_is(of, measures[k]))
			k++;
		if (of.n && k == COUNT_OF(measures))
			mistake(r, yaml_get(c, "measure"),
				"\"measure\" is admissions, stay, wait, occupied-beds, out-of-area-admissions or "
				"out-of-area-days");
		x->of = (enum published_of)k;
		x->change = yes_field(r, c, "as-change", false);
		for (int i = 0; i < 3; i++) {
			const struct yaml *f = yaml_get(c, number_fields[i]);
			if (!f || f->type != YAML_SCALAR || !plain_number(f->text, UNIT_SHARE, &v[i]))
				mistake(r, f ? f : c, "\"%s\" needs a number here", number_fields[i]);
		}
		if (!(v[1] <= v[0] && v[0] <= v[2]))
			mistake(r, c, "low must be at most value, and high at least that");
		if (!p.known)
			mistake(r, c, "what is published needs its source:");
		x->value = v[0];
		x->low = v[1];
		x->high = v[2];
	}
}

/* ---- the rest ---- */

static void read_travel(struct reading *r)
{
	static const char *const fields[] = { "fixed-minutes", "minutes-a-mile", "at-most", "far",  "matrix",
					      "source",	       "date",		 "guess",   "note", NULL };
	struct scenario *s = r->s;
	const struct yaml *n = yaml_get(r->root, "travel");
	s->travel_fixed = s->travel_per_mile = s->travel_at_most = -1;
	s->far_miles = 50;
	if (!n)
		return;
	if (n->type != YAML_MAP) {
		mistake(r, n, "\"travel\" has fixed-minutes:, minutes-a-mile:, at-most: and far:");
		return;
	}
	struct entry en = { .map = n, .path = "travel", .prov = prov_of(r, n, (struct prov){ .guess = false }) };
	only_fields(r, n, fields);
	s->travel_fixed =
	    number(r, &en, "fixed-minutes", UNIT_PLAIN, (struct bounds){ 0, 600, "must be 0 to 600" }, false);
	s->travel_per_mile =
	    number(r, &en, "minutes-a-mile", UNIT_PLAIN, (struct bounds){ 0.1, 60, "must be 0.1 to 60" }, false);
	s->travel_at_most =
	    number(r, &en, "at-most", UNIT_PLAIN, (struct bounds){ 1, 1440, "must be 1 to 1,440 minutes" }, false);
	s->far_miles = (double)whole_field(r, n, "far", 1, 500, 50);
}

static void read_head(struct reading *r)
{
	static const char *const fields[] = { "extends",      "name",	 "about",   "start",   "years",	  "warm-up",
					      "replications", "seed",	 "sources", "travel",  "areas",	  "needs",
					      "services",     "demand",	 "routes",  "effects", "overlap", "budget",
					      "published",    "changes", NULL };
	struct scenario *s = r->s;
	only_fields(r, r->root, fields);
	s->name = text_field(r, r->root, "name", true);
	s->about = yaml_text(r->root, "about");
	struct str start = text_field(r, r->root, "start", true), warm = yaml_text(r->root, "warm-up");
	if (start.n && day_parse_iso(start, &s->start) != RC_OK)
		mistake(r, yaml_get(r->root, "start"), "\"start\" is a day such as 2026-04-01");
	s->years = (int32_t)whole_field(r, r->root, "years", 1, 50, 5);
	s->replications = whole_field(r, r->root, "replications", 2, 100000, 1000);
	s->seed = (uint64_t)whole_field(r, r->root, "seed", 0, INT64_MAX, 1);
	s->warm_up = SIM_AUTO;
	if (warm.n && !str_is(warm, "by rule") &&
	    (!plain_number(warm, UNIT_DAYS, &s->warm_up) || !(s->warm_up >= 0 && s->warm_up <= 7300)))
		mistake(r, yaml_get(r->root, "warm-up"), "\"warm-up\" is by rule, or a length of time up to 20 years");
}

static void read_single(struct reading *r)
{
	const struct yaml *budget = yaml_get(r->root, "budget"), *overlap = yaml_get(r->root, "overlap");
	struct entry en = { .map = r->root, .path = "all" };
	r->s->budget = r->s->overlap = -1;
	if (budget)
		r->s->budget = number_of(r, &en, budget, "budget", UNIT_PLAIN,
					 (struct bounds){ ABOVE_0, 1e12, "must be more than 0 pounds a year" });
	if (overlap)
		r->s->overlap =
		    number_of(r, &en, overlap, "overlap", UNIT_SHARE, (struct bounds){ 0, 1, "must be 0 to 1" });
}

/* Numbers changed by their path: each must be one that the scenario has. */
static void check_changes(struct reading *r, const struct yaml *n)
{
	static const char *const fields[] = { "id", "value", "low", "high", "source", "date", "guess", "note", NULL };
	size_t i = 0;
	for (const struct yaml *c = n ? n->child : NULL; c; c = c->next, i++) {
		only_fields(r, c, fields);
		if (!(r->changed >> i & 1))
			mistake(r, yaml_get(c, "id"),
				"there is no number \"" STR_FMT
				"\" to change; the numbers are listed at the end of every answer",
				STR_ARG(yaml_text(c, "id")));
	}
}

enum rc scenario_read(struct str text, const char *name, const struct scenario_asks *asks,
		      struct scenario **scenario_out, struct mistakes *out)
{
	struct scenario *s = xcalloc(1, sizeof *s);
	struct reading r = { .s = s, .a = &s->arena, .asks = asks, .out = out };
	arena_init(&s->arena);
	out->n = 0;
	out->more = false;
	s->workdays = asks->workdays;
	s->inputs = arena_array(&s->arena, INPUTS_MAX, sizeof *s->inputs);
	r.root = follow(&r, text, name);
	if (r.root) {
		read_head(&r);
		read_sources(&r);
		read_areas(&r);
		read_needs(&r);
		read_services(&r);
		read_demands(&r);
		read_routes(&r);
		read_effects(&r);
		read_published(&r);
		read_travel(&r);
		read_single(&r);
		check_changes(&r, section(&r, "changes", CHANGES_MAX, false));
		check_together(&r);
		hash_end(&r.hash, s->hash);
	}
	if (out->n || !r.root) {
		scenario_free(s);
		return RC_BAD_INPUT;
	}
	*scenario_out = s;
	return RC_OK;
}

void scenario_free(struct scenario *s)
{
	if (!s)
		return;
	arena_release(&s->arena);
	free(s);
}

input_t scenario_input(const struct scenario *s, const char *path)
{
	for (size_t i = 0; i < s->n_inputs; i++)
		if (str_is(s->inputs[i].path, path))
			return (input_t)i;
	return -1;
}

size_t scenario_guesses(const struct scenario *s)
{
	size_t n = 0;
	for (size_t i = 0; i < s->n_inputs; i++)
		n += s->inputs[i].guess;
	return n;
}

int32_t scenario_service(const struct scenario *s, const char *id)
{
	return find_service(s, str_of(id));
}
