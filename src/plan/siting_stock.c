/* What there is and what it may become: the part `reuse` of a siting problem. */
#include "plan/siting_reuse.h"

#include <math.h>

#include "plan/siting_reader.h"

static int kind_named(const struct siting_stock *k, struct str name)
{
	for (size_t i = 0; i < k->n_kinds; i++)
		if (str_eq(k->kinds[i].name, name))
			return (int)i;
	return -1;
}

/* A field that names a kind. */
static enum rc kind_of(struct siting_reader *r, const struct yaml *map, const char *key, size_t *out)
{
	const struct yaml *v = yaml_get(map, key);
	int k = v ? kind_named(r->s->stock, v->text) : -1;
	if (!v)
		return yaml_error(map, r->e, "%s is missing: it names one of the kinds", key);
	if (k < 0)
		return yaml_error(v, r->e, "there is no kind \"" STR_FMT "\"", STR_ARG(v->text));
	*out = (size_t)k;
	return RC_OK;
}

/* A list of maps under `key`; each is handed to `item`. */
static enum rc each(struct siting_reader *r, const struct yaml *map, const char *key, size_t most,
		    enum rc (*item)(struct siting_reader *r, const struct yaml *v))
{
	const struct yaml *list = yaml_get(map, key);
	enum rc rc = RC_OK;
	if (!list)
		return RC_OK;
	if (list->type != YAML_LIST || !list->n)
		return yaml_error(list, r->e, "%s are a list", key);
	if (list->n > most)
		return yaml_error(list, r->e, "there are %zu %s; at most %zu are known", list->n, key, most);
	for (const struct yaml *c = list->child; rc == RC_OK && c; c = c->next)
		rc = c->type == YAML_MAP
			 ? item(r, c)
			 : yaml_error(c, r->e, "an entry of %s is {..}: docs/planning.md shows one", key);
	return rc;
}

/* ---- kinds ---- */

static enum rc kind_item(struct siting_reader *r, const struct yaml *v)
{
	static const char *const keys[] = { "kind", "cost", "staff", "move-at-most", "needs", "play", NULL };
	struct siting_stock *k = r->s->stock;
	struct reuse_kind x = { .move_most = REUSE_UNITS_MAX, .line = v->line, .column = v->column };
	enum rc rc = yaml_only(v, keys, r->e);
	x.name = yaml_text(v, "kind");
	if (rc == RC_OK && !x.name.n)
		rc = yaml_error(v, r->e, "a kind needs its name: kind: beds");
	if (rc == RC_OK && (kind_named(k, x.name) >= 0 || str_is(x.name, "nothing")))
		rc = yaml_error(v, r->e, "the kind \"" STR_FMT "\" is there twice, or is called nothing",
				STR_ARG(x.name));
	if (rc == RC_OK)
		rc = siting_number_of(r, v, "cost", 0, 1e12, &x.cost);
	if (rc == RC_OK)
		rc = siting_number_of(r, v, "staff", 0, 1000, &x.staff);
	if (rc == RC_OK)
		rc = siting_whole_of(r, v, "move-at-most", REUSE_UNITS_MAX, &x.move_most);
	if (rc != RC_OK)
		return rc;
	k->kinds[k->n_kinds++] = x;
	return RC_OK;
}

/* What one needs of other kinds: known once all have their names. */
static enum rc needs_of(struct siting_reader *r, const struct yaml *list)
{
	struct siting_stock *k = r->s->stock;
	size_t i = 0;
	for (const struct yaml *v = list->child; v; v = v->next, i++) {
		const struct yaml *needs = yaml_get(v, "needs");
		if (needs && needs->type != YAML_MAP)
			return yaml_error(needs, r->e, "needs says how many of other kinds: {posts: 2.5}");
		for (const struct yaml *c = needs ? needs->child : NULL; c; c = c->next) {
			int l = kind_named(k, c->key);
			double x;
			if (l < 0 || l == (int)i)
				return yaml_error(c, r->e, "there is no other kind \"" STR_FMT "\"", STR_ARG(c->key));
			if (siting_number_read(c->text, &x) != RC_OK || x < 0 || x > 1000)
				return yaml_error(c, r->e, "a number from 0 to 1000 is needed here");
			k->kinds[i].needs[l] = x;
		}
	}
	i = 0;
	for (const struct yaml *v = list->child; v; v = v->next, i++)
		for (size_t l = 0; l < k->n_kinds; l++)
			for (size_t q = 0; q < k->n_kinds; q++)
				if (k->kinds[i].needs[l] > 0 && k->kinds[l].needs[q] > 0)
					return yaml_error(yaml_get(v, "needs"), r->e,
							  "\"" STR_FMT "\" needs something itself: say here all that "
							  "a unit needs, and nothing there",
							  STR_ARG(k->kinds[l].name));
	return RC_OK;
}

static enum rc play_of(struct siting_reader *r, const struct yaml *list)
{
	enum rc rc = RC_OK;
	size_t i = 0;
	for (const struct yaml *v = list->child; rc == RC_OK && v; v = v->next, i++) {
		r->s->stock->kinds[i].play = yaml_get(v, "play");
		if (r->s->stock->kinds[i].play)
			rc = siting_play_only(r, r->s->stock->kinds[i].play, false);
	}
	return rc;
}

/* ---- services ---- */

static enum rc service_item(struct siting_reader *r, const struct yaml *v)
{
	static const char *const keys[] = { "service", "uses", "serves", "per-1000", "longest",
					    "weight",  "stay", "source", "guess",    NULL };
	struct siting_stock *k = r->s->stock;
	struct reuse_service x = { .times = 1, .longest = r->s->longest, .weight = 1 };
	double per = 1000;
	bool guess = false;
	enum rc rc = yaml_only(v, keys, r->e);
	x.name = yaml_text(v, "service");
	if (rc == RC_OK && !x.name.n)
		rc = yaml_error(v, r->e, "a service needs its name: service: admissions");
	for (size_t i = 0; rc == RC_OK && i < k->n_services; i++)
		if (str_eq(k->services[i].name, x.name))
			rc = yaml_error(v, r->e, "the service \"" STR_FMT "\" is there twice", STR_ARG(x.name));
	if (rc == RC_OK)
		rc = kind_of(r, v, "uses", &x.kind);
	if (rc == RC_OK)
		rc = siting_number_of(r, v, "serves", 1e-6, 1e9, &x.serves);
	if (rc == RC_OK && x.serves <= 0)
		rc = yaml_error(v, r->e, "say how many children a year one of \"" STR_FMT "\" serves: serves",
				STR_ARG(k->kinds[x.kind].name));
	if (rc == RC_OK)
		rc = siting_number_of(r, v, "per-1000", 0, 1e6, &per);
	if (rc == RC_OK)
		rc = siting_number_of(r, v, "longest", 1e-9, 10000, &x.longest);
	if (rc == RC_OK)
		rc = siting_number_of(r, v, "weight", 0.01, 100, &x.weight);
	if (rc == RC_OK)
		rc = yaml_bool(v, "guess", true, &guess, r->e);
	if (rc != RC_OK)
		return rc;
	x.times = per / 1000;
	x.stay = yaml_get(v, "stay");
	k->kinds[x.kind].used = true;
	k->services[k->n_services++] = x;
	struct str source = yaml_text(v, "source");
	siting_note(r->s,
		    arena_printf(r->a,
				 STR_FMT ": %g a year of each 1,000 of the people of the areas; one of the " STR_FMT
					 " serves %g a year (" STR_FMT ")",
				 STR_ARG(x.name), per, STR_ARG(k->kinds[x.kind].name), x.serves,
				 STR_ARG(source.n ? source : STR("source not said"))),
		    guess);
	return RC_OK;
}

/* ---- conversions ---- */

static enum rc conversion_item(struct siting_reader *r, const struct yaml *v)
{
	static const char *const keys[] = { "from", "to", "of", "makes", "cost", "at-most", NULL };
	struct siting_stock *k = r->s->stock;
	struct reuse_conversion x = { .to = REUSE_KINDS_MAX, .of = 1, .makes = 1 };
	bool closes = str_is(yaml_text(v, "to"), "nothing");
	enum rc rc = yaml_only(v, keys, r->e);
	if (rc == RC_OK)
		rc = kind_of(r, v, "from", &x.from);
	if (rc == RC_OK && !closes)
		rc = kind_of(r, v, "to", &x.to);
	if (rc == RC_OK && x.from == x.to)
		rc = yaml_error(v, r->e, "a conversion makes another kind, or nothing");
	if (rc == RC_OK)
		rc = siting_whole_of(r, v, "of", REUSE_UNITS_MAX, &x.of);
	if (rc == RC_OK)
		rc = siting_whole_of(r, v, "makes", REUSE_UNITS_MAX, &x.makes);
	if (rc == RC_OK && (!x.of || !x.makes))
		rc = yaml_error(v, r->e, "of and makes are 1 at least; what is closed goes to: nothing");
	if (rc == RC_OK && closes && yaml_get(v, "makes"))
		rc = yaml_error(yaml_get(v, "makes"), r->e, "nothing cannot be made: leave this out");
	if (rc == RC_OK)
		rc = siting_number_of(r, v, "cost", 0, 1e12, &x.cost);
	if (rc == RC_OK && !yaml_get(v, "at-most"))
		rc = yaml_error(v, r->e, "say how often at most: at-most");
	if (rc == RC_OK)
		rc = siting_whole_of(r, v, "at-most", REUSE_UNITS_MAX, &x.most);
	if (closes)
		x.makes = 0;
	if (rc == RC_OK)
		k->conversions[k->n_conversions++] = x;
	return rc;
}

static enum rc few_choices(struct siting_reader *r, const struct yaml *v)
{
	double all = 1;
	for (size_t q = 0; q < r->s->stock->n_conversions; q++)
		all *= (double)r->s->stock->conversions[q].most + 1;
	return all <= REUSE_CHOICES_MAX
		   ? RC_OK
		   : yaml_error(yaml_get(v, "conversions"), r->e,
				"these conversions can be made in %.0f ways; at most %d are tried: "
				"lower some at-most, or convert more at once (of, makes)",
				all, REUSE_CHOICES_MAX);
}

/* ---- sites ---- */

/* The units of a site: a map by kind, or, of the one kind of old, a number. */
static enum rc units_of(struct siting_reader *r, const struct yaml *site, const char *key, bool single, size_t *into)
{
	const struct yaml *map = yaml_get(site, key);
	struct siting_stock *k = r->s->stock;
	if (!map)
		return RC_OK;
	if (single)
		return siting_whole_of(r, site, key, REUSE_UNITS_MAX, into);
	if (map->type != YAML_MAP)
		return yaml_error(map, r->e, "%s says how many of each kind: {%s: 8}", key,
				  arena_str(r->a, k->kinds[0].name).p);
	for (const struct yaml *c = map->child; c; c = c->next) {
		int i = kind_named(k, c->key);
		if (i < 0)
			return yaml_error(c, r->e, "there is no kind \"" STR_FMT "\"", STR_ARG(c->key));
		enum rc rc = siting_whole_of(r, map, arena_str(r->a, c->key).p, REUSE_UNITS_MAX, &into[i]);
		if (rc != RC_OK)
			return rc;
	}
	return RC_OK;
}

static enum rc in_limits(struct siting_reader *r, const struct yaml *site, size_t j)
{
	struct siting_stock *k = r->s->stock;
	for (size_t i = 0; i < k->n_kinds; i++) {
		size_t at = j * k->n_kinds + i, now = k->now[at];
		if (k->most[at] == SIZE_MAX)
			k->most[at] = now;
		if (now < k->least[at] || now > k->most[at])
			return yaml_error(site, r->e,
					  "\"" STR_FMT "\" has %zu " STR_FMT
					  ", but its least is %zu and its most %zu: nothing is built here, so what "
					  "there is today must lie between",
					  STR_ARG(r->s->sites[j].name), now, STR_ARG(k->kinds[i].name), k->least[at],
					  k->most[at]);
	}
	for (size_t l = 0; l < k->n_kinds; l++) {
		double needs = 0;
		for (size_t i = 0; i < k->n_kinds; i++)
			needs += k->kinds[i].needs[l] * (double)k->now[j * k->n_kinds + i];
		if (needs > (double)k->now[j * k->n_kinds + l] + 1e-9)
			return yaml_error(site, r->e,
					  "what stands at \"" STR_FMT "\" needs %g " STR_FMT
					  ", but it has %zu: count only what is open today, or give it more",
					  STR_ARG(r->s->sites[j].name), needs, STR_ARG(k->kinds[l].name),
					  k->now[j * k->n_kinds + l]);
	}
	return RC_OK;
}

static enum rc read_units(struct siting_reader *r, const struct yaml *v, const struct yaml *sites, bool single)
{
	struct siting *s = r->s;
	struct siting_stock *k = s->stock;
	enum rc rc = RC_OK;
	size_t n = s->n_sites * k->n_kinds, j = 0, all = 0;
	if (!sites || sites->type != YAML_LIST)
		return yaml_error(v, r->e, "with reuse the sites are a list, each with %s",
				  single ? "its places" : "what it has");
	k->now = arena_array(r->a, n, sizeof *k->now);
	k->least = arena_array(r->a, n, sizeof *k->least);
	k->most = arena_array(r->a, n, sizeof *k->most);
	k->cost = arena_array(r->a, n, sizeof *k->cost);
	for (const struct yaml *c = sites->child; rc == RC_OK && c; c = c->next, j++) {
		size_t *now = k->now + j * k->n_kinds, *most = k->most + j * k->n_kinds;
		for (size_t i = 0; i < k->n_kinds; i++) {
			k->cost[j * k->n_kinds + i] = k->kinds[i].cost;
			most[i] = SIZE_MAX;
		}
		rc = units_of(r, c, single ? "places" : "has", single, now);
		if (rc == RC_OK)
			rc = units_of(r, c, "least", single, k->least + j * k->n_kinds);
		if (rc == RC_OK)
			rc = units_of(r, c, "most", single, most);
		if (rc == RC_OK && single)
			rc = siting_number_of(r, c, "cost-of-a-place", 0, 1e12, &k->cost[j]);
		if (rc == RC_OK)
			rc = in_limits(r, c, j);
		for (size_t i = 0; i < k->n_kinds; i++)
			all += now[i];
	}
	if (rc == RC_OK && !all)
		rc = yaml_error(v, r->e, "there is nothing to re-use: say what the sites have today");
	return rc;
}

/* ---- the part as a whole ---- */

/* One kind of place, one service: what its numbers are called then. */
static enum rc read_single(struct siting_reader *r, const struct yaml *v)
{
	static const char *const keys[] = {
		"what", "place-serves", "staff-for-a-place", "cost-of-a-place", "move-at-most", "budget", NULL
	};
	struct siting_stock *k = r->s->stock;
	struct reuse_kind *x = &k->kinds[0];
	struct reuse_service *y = &k->services[0];
	enum rc rc = yaml_only(v, keys, r->e);
	*x = (struct reuse_kind){ .name = yaml_text(v, "what").n ? yaml_text(v, "what") : STR("places"),
				  .move_most = REUSE_UNITS_MAX,
				  .used = true,
				  .line = v->line,
				  .column = v->column };
	*y = (struct reuse_service){ .name = r->s->people, .times = 1, .longest = r->s->longest, .weight = 1 };
	k->n_kinds = k->n_services = 1;
	if (rc == RC_OK)
		rc = siting_number_of(r, v, "place-serves", 1e-6, 1e9, &y->serves);
	if (rc == RC_OK && y->serves <= 0)
		rc = yaml_error(v, r->e, "say how much demand one place serves: place-serves");
	if (rc == RC_OK)
		rc = siting_number_of(r, v, "staff-for-a-place", 0, 1000, &x->staff);
	if (rc == RC_OK)
		rc = siting_number_of(r, v, "cost-of-a-place", 0, 1e12, &x->cost);
	return rc == RC_OK ? siting_whole_of(r, v, "move-at-most", REUSE_UNITS_MAX, &x->move_most) : rc;
}

static enum rc read_kinds(struct siting_reader *r, const struct yaml *v)
{
	static const char *const keys[] = { "kinds", "services", "conversions", "move-at-most", "budget", NULL };
	struct siting_stock *k = r->s->stock;
	size_t moves = REUSE_UNITS_MAX;
	enum rc rc = yaml_only(v, keys, r->e);
	if (rc == RC_OK)
		rc = siting_whole_of(r, v, "move-at-most", REUSE_UNITS_MAX, &moves);
	if (rc == RC_OK)
		rc = each(r, v, "kinds", REUSE_KINDS_MAX, kind_item);
	for (size_t i = 0; i < k->n_kinds; i++)
		k->kinds[i].move_most = moves < k->kinds[i].move_most ? moves : k->kinds[i].move_most;
	if (rc == RC_OK)
		rc = needs_of(r, yaml_get(v, "kinds"));
	if (rc == RC_OK)
		rc = play_of(r, yaml_get(v, "kinds"));
	if (rc == RC_OK)
		rc = each(r, v, "services", REUSE_SERVICES_MAX, service_item);
	if (rc == RC_OK && !k->n_services)
		rc = yaml_error(v, r->e, "say which services use what there is: services");
	if (rc == RC_OK)
		rc = each(r, v, "conversions", REUSE_CONVERSIONS_MAX, conversion_item);
	if (rc == RC_OK)
		rc = few_choices(r, v);
	for (size_t l = 0; rc == RC_OK && l < k->n_kinds; l++)
		for (size_t i = 0; i < k->n_kinds; i++)
			if (!k->kinds[i].used && k->kinds[i].needs[l] > 0)
				return err_set(r->e, RC_BAD_INPUT,
					       "%s:%d:%d: \"" STR_FMT
					       "\" needs others, but no service uses it: leave its needs out",
					       r->s->file, k->kinds[i].line, k->kinds[i].column,
					       STR_ARG(k->kinds[i].name));
			else if (k->kinds[l].used && k->kinds[i].needs[l] > 0)
				return yaml_error(yaml_get(v, "services"), r->e,
						  "\"" STR_FMT "\" is needed by \"" STR_FMT
						  "\" and used by a service as well: make what the service uses a "
						  "kind of its own that needs them",
						  STR_ARG(k->kinds[l].name), STR_ARG(k->kinds[i].name));
	return rc;
}

/* Whether what everybody needs today's money for is there at all. */
static enum rc read_budget(struct siting_reader *r, const struct yaml *v)
{
	struct siting *s = r->s;
	struct siting_stock *k = s->stock;
	const struct yaml *b = yaml_get(v, "budget");
	size_t none[REUSE_CONVERSIONS_MAX] = { 0 };
	double today = reuse_money(s, k->now, none);
	enum rc rc = siting_number_of(r, v, "budget", 1e-9, 1e15, &k->budget);
	k->line = v->line;
	k->column = v->column;
	k->budget_line = b ? b->line : v->line;
	k->budget_column = b ? b->column : v->column;
	if (rc == RC_OK && k->budget > today * (1 + 1e-12))
		rc = yaml_error(b, r->e,
				"re-use adds no money: today costs %.0f a year, and the budget is %.0f. Lower it, or "
				"leave it out",
				today, k->budget);
	return rc;
}

enum rc siting_read_reuse(struct siting_reader *r, const struct yaml *root)
{
	const struct yaml *v = yaml_get(root, "reuse");
	if (!v)
		return RC_OK;
	if (v->type != YAML_MAP)
		return yaml_error(v, r->e, "reuse is a map");
	if (r->s->aim != SITING_TRAVEL)
		return yaml_error(yaml_get(root, "aim"), r->e,
				  "re-use has one aim: everybody served as far as can be, then least travel");
	bool single = !yaml_get(v, "kinds");
	r->s->stock = arena_alloc(r->a, sizeof *r->s->stock);
	memset(r->s->stock, 0, sizeof *r->s->stock);
	enum rc rc = single ? read_single(r, v) : read_kinds(r, v);
	for (size_t q = 0; rc == RC_OK && q < r->s->stock->n_services; q++)
		r->s->stock->services[q].serves *= r->fill;
	if (rc == RC_OK)
		rc = read_units(r, v, yaml_get(root, "sites"), single);
	return rc == RC_OK ? read_budget(r, v) : rc;
}
