/* Sizes, sites, ways, rules and aim of a siting problem. */
#include "plan/siting_reader.h"

#include <math.h>

/* ---- sizes and sites ---- */

static int size_named(const struct siting *s, struct str name)
{
	for (size_t k = 0; k < s->n_sizes; k++)
		if (str_eq(s->sizes[k].name, name))
			return (int)k;
	return -1;
}

enum rc siting_read_sizes(struct siting_reader *r, const struct yaml *root)
{
	static const char *const keys[] = { "size", "serves", "price", NULL };
	struct siting *s = r->s;
	const struct yaml *v = yaml_get(root, "sizes");
	s->sizes = arena_array(r->a, SITE_SIZES_MAX, sizeof *s->sizes);
	if (!v) {
		s->sizes[s->n_sizes++] = (struct siting_size){ .name = STR("open") };
		return RC_OK;
	}
	if (v->type != YAML_LIST || !v->n)
		return yaml_error(v, r->e, "sizes are a list: - {size: small, serves: 40, price: 300000}");
	for (const struct yaml *c = v->child; c; c = c->next) {
		struct siting_size z = { .name = yaml_text(c, "size") };
		enum rc rc = c->type == YAML_MAP ? yaml_only(c, keys, r->e)
						 : yaml_error(c, r->e, "a size is {size: , serves: , price: }");
		if (rc == RC_OK && !z.name.n)
			rc = yaml_error(c, r->e, "a size needs a name");
		if (rc == RC_OK && size_named(s, z.name) >= 0)
			rc = yaml_error(c, r->e, "the size \"" STR_FMT "\" is there twice", STR_ARG(z.name));
		if (rc == RC_OK && s->n_sizes == SITE_SIZES_MAX)
			rc = yaml_error(c, r->e, "more than %d sizes", SITE_SIZES_MAX);
		if (rc == RC_OK)
			rc = siting_number_of(r, c, "serves", 1e-9, 1e12, &z.serves);
		if (rc == RC_OK)
			rc = siting_number_of(r, c, "price", 0, 1e12, &z.price);
		if (rc != RC_OK)
			return rc;
		s->sizes[s->n_sizes++] = z;
		s->limited = s->limited || z.serves > 0;
		s->priced = s->priced || z.price > 0;
	}
	return RC_OK;
}

static enum rc keep_words(struct str keep, bool today, int now, uint16_t *may)
{
	if (!keep.n || str_is(keep, "may close"))
		return RC_OK;
	if (str_is(keep, "must stay") || str_is(keep, "must open"))
		*may = (uint16_t)(*may & ~1u);
	else if (str_is(keep, "as it is") && today)
		*may = (uint16_t)(1u << now);
	else if (str_is(keep, "must close"))
		*may = 1;
	else
		return RC_BAD_INPUT;
	return RC_OK;
}

static const char KEEP_SAYS[] =
    "keep is \"may close\", \"must stay\", \"must close\" or, of a site of today, \"as it is\"";

static struct siting_site *new_site(struct siting_reader *r, struct str name)
{
	struct siting *s = r->s;
	if (s->n_sites == SITING_SITES_MAX)
		return NULL;
	s->sites = siting_grown(r, s->sites, s->n_sites, &r->cap_sites, sizeof *s->sites);
	struct siting_site *at = &s->sites[s->n_sites++];
	*at = (struct siting_site){ .name = arena_str(r->a, name), .may = (uint16_t)((2u << s->n_sizes) - 1) };
	return at;
}

static const char *const SITE_COLUMNS[] = { "site", "lat", "lon", "now", "keep", NULL };

static enum rc site_row(struct siting_table *t, const struct csv_row *row)
{
	struct siting_reader *r = t->r;
	struct str name = siting_cell(t, row, 0), now = siting_cell(t, row, 3);
	double lat, lon;
	if (!name.n)
		return siting_row_error(t, row, 0, "the site has no name");
	if (siting_site_named(r->s, name) >= 0)
		return siting_row_error(t, row, 0, "the site \"" STR_FMT "\" is there twice", STR_ARG(name));
	struct siting_site *at = new_site(r, name);
	if (!at)
		return siting_too_many(r, "sites", SITING_SITES_MAX);
	enum rc rc = siting_row_position(t, row, 1, &lat, &lon);
	if (rc != RC_OK)
		return rc;
	at->placed = !isnan(lat);
	at->at = (struct place_position){ lat, lon };
	at->line = (int)row->line;
	if (now.n) {
		int k = size_named(r->s, now);
		if (k < 0)
			return siting_row_error(t, row, 3, "there is no size \"" STR_FMT "\"", STR_ARG(now));
		at->today = true;
		at->now = k + 1;
	}
	if (keep_words(siting_cell(t, row, 4), at->today, at->now, &at->may) != RC_OK)
		return siting_row_error(t, row, 4, "%s", KEEP_SAYS);
	return RC_OK;
}

static enum rc site_sizes_of(struct siting_reader *r, const struct yaml *v, struct siting_site *at)
{
	const struct yaml *list = yaml_get(v, "sizes");
	if (!list)
		return RC_OK;
	if (list->type != YAML_LIST || !list->n)
		return yaml_error(list, r->e, "sizes of a site are a list of names");
	at->may = 1;
	for (const struct yaml *c = list->child; c; c = c->next) {
		int k = size_named(r->s, c->text);
		if (k < 0)
			return yaml_error(c, r->e, "there is no size \"" STR_FMT "\"", STR_ARG(c->text));
		at->may = (uint16_t)(at->may | 2u << k);
	}
	return RC_OK;
}

static enum rc site_item(struct siting_reader *r, const struct yaml *v)
{
	static const char *const keys[] = { "site", "at",     "now",   "keep", "sizes",		  "prices", "serves",
					    "has",  "places", "least", "most", "cost-of-a-place", NULL };
	enum rc rc = yaml_only(v, keys, r->e);
	struct str name = yaml_text(v, "site"), now = yaml_text(v, "now"), keep = yaml_text(v, "keep");
	if (rc != RC_OK)
		return rc;
	if (!name.n)
		return yaml_error(v, r->e, "a site needs its name: site: ...");
	if (siting_site_named(r->s, name) >= 0)
		return yaml_error(v, r->e, "the site \"" STR_FMT "\" is there twice", STR_ARG(name));
	struct siting_site *at = new_site(r, name);
	if (!at)
		return siting_too_many(r, "sites", SITING_SITES_MAX);
	at->line = v->line;
	at->column = v->column;
	rc = siting_position_of(r, v, &at->placed, &at->at);
	if (rc == RC_OK)
		rc = site_sizes_of(r, v, at);
	if (rc == RC_OK && now.n) {
		int k = size_named(r->s, now);
		if (k < 0)
			return yaml_error(yaml_get(v, "now"), r->e, "there is no size \"" STR_FMT "\"", STR_ARG(now));
		at->today = true;
		at->now = k + 1;
		at->may = (uint16_t)(at->may | 2u << k);
	}
	if (rc == RC_OK && keep_words(keep, at->today, at->now, &at->may) != RC_OK)
		rc = yaml_error(yaml_get(v, "keep"), r->e, "%s", KEEP_SAYS);
	return rc;
}

/* Own prices and room of a site, by size. */
static enum rc own_numbers(struct siting_reader *r, const struct yaml *v, size_t j, const char *key, double *into)
{
	const struct yaml *map = yaml_get(v, key);
	struct siting *s = r->s;
	if (!map)
		return RC_OK;
	if (map->type != YAML_MAP)
		return yaml_error(map, r->e, "%s of a site are by size: {small: 250000}", key);
	for (const struct yaml *c = map->child; c; c = c->next) {
		int k = size_named(s, c->key);
		double x;
		if (k < 0)
			return yaml_error(c, r->e, "there is no size \"" STR_FMT "\"", STR_ARG(c->key));
		if (siting_number_read(c->text, &x) != RC_OK || x < 0 || x > 1e12)
			return yaml_error(c, r->e, "%s needs a number from 0 up", key);
		into[j * s->n_sizes + (size_t)k] = x;
		s->priced = s->priced || (x > 0 && into == s->price);
		s->limited = s->limited || into == s->capacity;
	}
	return RC_OK;
}

enum rc siting_read_sites(struct siting_reader *r, const struct yaml *root)
{
	struct siting *s = r->s;
	const struct yaml *v = yaml_get(root, "sites"), *file = v ? yaml_get(v, "file") : NULL;
	enum rc rc = RC_OK;
	if (!v)
		return yaml_error(root, r->e,
				  "there are no sites: say what there is and what could be under \"sites\"");
	if (v->type == YAML_LIST)
		for (const struct yaml *c = v->child; rc == RC_OK && c; c = c->next)
			rc = c->type == YAML_MAP ? site_item(r, c) : yaml_error(c, r->e, "a site is {site: , at: }");
	else if (file)
		rc = siting_table(r, file, SITE_COLUMNS, site_row);
	else
		rc = yaml_error(v, r->e, "sites are a list or a file");
	if (rc == RC_OK && !s->n_sites)
		rc = yaml_error(v, r->e, "there are no sites");
	if (rc != RC_OK)
		return rc;
	s->capacity = arena_array(r->a, s->n_sites * s->n_sizes, sizeof *s->capacity);
	s->price = arena_array(r->a, s->n_sites * s->n_sizes, sizeof *s->price);
	for (size_t j = 0; j < s->n_sites; j++)
		for (size_t k = 0; k < s->n_sizes; k++) {
			s->capacity[j * s->n_sizes + k] = s->sizes[k].serves > 0 ? s->sizes[k].serves : s->demand;
			s->price[j * s->n_sizes + k] = s->sizes[k].price;
		}
	size_t j = 0;
	for (const struct yaml *c = v->type == YAML_LIST ? v->child : NULL; rc == RC_OK && c; c = c->next, j++) {
		rc = own_numbers(r, c, j, "prices", s->price);
		if (rc == RC_OK)
			rc = own_numbers(r, c, j, "serves", s->capacity);
	}
	return rc;
}

/* ---- ways ---- */

static const char *const WAY_COLUMNS[] = { "area", "site", "minutes", NULL };

static enum rc way_row(struct siting_table *t, const struct csv_row *row)
{
	struct siting *s = t->r->s;
	int i = siting_area_named(s, siting_cell(t, row, 0)), j = siting_site_named(s, siting_cell(t, row, 1));
	double x = -1;
	if (i < 0)
		return siting_row_error(t, row, 0, "there is no area \"" STR_FMT "\"", STR_ARG(siting_cell(t, row, 0)));
	if (j < 0)
		return siting_row_error(t, row, 1, "there is no site \"" STR_FMT "\"", STR_ARG(siting_cell(t, row, 1)));
	enum rc rc = siting_cell_number(t, row, 2, 0, 10000, &x);
	if (rc == RC_OK && x < 0)
		rc = siting_row_error(t, row, 2, "the minutes are missing");
	if (rc == RC_OK)
		s->minutes[(size_t)i * s->n_sites + (size_t)j] = x;
	return rc;
}

static double kilometres(const struct siting_reader *r, struct place_position a, struct place_position b)
{
	return r->plane ? hypot(a.lat - b.lat, a.lon - b.lon) : places_kilometres(a, b);
}

static enum rc ways_by_position(struct siting_reader *r, const struct yaml *v)
{
	struct siting *s = r->s;
	for (size_t i = 0; i < s->n_areas; i++)
		if (!s->areas[i].placed)
			return yaml_error(v, r->e,
					  "the area \"" STR_FMT "\" has no position: give it one, or give minutes as a "
					  "file",
					  STR_ARG(s->areas[i].name));
	for (size_t j = 0; j < s->n_sites; j++)
		if (!s->sites[j].placed)
			return yaml_error(v, r->e,
					  "the site \"" STR_FMT "\" has no position: give it one (at: [latitude, "
					  "longitude]), or give minutes as a file",
					  STR_ARG(s->sites[j].name));
	for (size_t i = 0; i < s->n_areas; i++)
		for (size_t j = 0; j < s->n_sites; j++)
			s->minutes[i * s->n_sites + j] =
			    r->fixed + r->per_km * kilometres(r, s->areas[i].at, s->sites[j].at);
	return RC_OK;
}

enum rc siting_read_travel(struct siting_reader *r, const struct yaml *root)
{
	static const char *const keys[] = { "file",    "fixed-minutes", "minutes-per-km", "road-factor", "km-per-hour",
					    "longest", "source",	"guess",	  NULL };
	struct siting *s = r->s;
	const struct yaml *v = yaml_get(root, "travel"), *file = v ? yaml_get(v, "file") : NULL;
	double factor = 0, speed = 0;
	bool guess = false;
	if (!v || v->type != YAML_MAP)
		return yaml_error(v ? v : root, r->e,
				  "say how long the ways are under \"travel\": a file of minutes, or fixed-minutes and "
				  "minutes-per-km, or road-factor and km-per-hour");
	s->travel_line = v->line;
	s->travel_column = v->column;
	enum rc rc = yaml_only(v, keys, r->e);
	if (rc == RC_OK)
		rc = siting_number_of(r, v, "fixed-minutes", 0, 120, &r->fixed);
	if (rc == RC_OK)
		rc = siting_number_of(r, v, "minutes-per-km", 0.01, 60, &r->per_km);
	if (rc == RC_OK)
		rc = siting_number_of(r, v, "road-factor", 1, 5, &factor);
	if (rc == RC_OK)
		rc = siting_number_of(r, v, "km-per-hour", 1, 150, &speed);
	if (rc == RC_OK)
		rc = siting_number_of(r, v, "longest", 1e-9, 10000, &s->longest);
	if (rc == RC_OK)
		rc = yaml_bool(v, "guess", true, &guess, r->e);
	if (rc != RC_OK)
		return rc;
	s->minutes = arena_array(r->a, s->n_areas * s->n_sites, sizeof *s->minutes);
	for (size_t k = 0; k < s->n_areas * s->n_sites; k++)
		s->minutes[k] = SITE_NEVER;
	struct str source = yaml_text(v, "source");
	if (file) {
		siting_note(s,
			    arena_printf(r->a, "Ways: minutes from " STR_FMT "%s" STR_FMT, STR_ARG(file->text),
					 source.n ? "; " : "", STR_ARG(source)),
			    guess && yaml_get(v, "guess"));
		return siting_table(r, file, WAY_COLUMNS, way_row);
	}
	if (r->per_km <= 0 && (factor <= 0 || speed <= 0))
		return yaml_error(v, r->e, "say how fast: minutes-per-km, or road-factor and km-per-hour");
	if (r->per_km <= 0)
		r->per_km = factor * 60 / speed;
	siting_note(s,
		    arena_printf(r->a, "Ways: %.2f minutes and %.3f for each kilometre of the straight line; %s",
				 r->fixed, r->per_km, source.n ? source.p : "source not said"),
		    guess);
	s->ways_fixed = r->fixed;
	s->ways_per_km = r->per_km;
	return ways_by_position(r, v);
}

/* ---- rules and aim ---- */

static enum rc pairs_of(struct siting_reader *r, const struct yaml *rules, const char *key, bool one_of)
{
	struct siting *s = r->s;
	const struct yaml *list = yaml_get(rules, key);
	for (const struct yaml *c = list ? list->child : NULL; c; c = c->next) {
		if (c->type != YAML_LIST || c->n != 2 || s->n_pairs == SITING_PAIRS_MAX)
			return yaml_error(c, r->e, "%s is a list of at most %d pairs: [[A, B]]", key, SITING_PAIRS_MAX);
		int at[2];
		size_t k = 0;
		for (const struct yaml *q = c->child; q; q = q->next) {
			at[k] = siting_site_named(s, q->text);
			if (at[k++] < 0)
				return yaml_error(q, r->e, "there is no site \"" STR_FMT "\"", STR_ARG(q->text));
		}
		if (at[0] == at[1])
			return yaml_error(c, r->e, "a pair is of two sites");
		s->pairs[s->n_pairs++] = (struct siting_pair){ (uint32_t)at[0], (uint32_t)at[1], one_of };
	}
	return RC_OK;
}

enum rc siting_read_rules(struct siting_reader *r, const struct yaml *root)
{
	static const char *const keys[] = { "budget",	    "open",	     "open-at-least",
					    "open-at-most", "keep-existing", "not-both",
					    "one-of",	    "fill-at-most",  NULL };
	struct siting *s = r->s;
	const struct yaml *v = yaml_get(root, "rules");
	size_t open = 0;
	s->pairs = arena_array(r->a, SITING_PAIRS_MAX, sizeof *s->pairs);
	r->fill = 1;
	s->rules_line = root->line;
	s->rules_column = root->column;
	if (!v)
		return RC_OK;
	enum rc rc = v->type == YAML_MAP ? yaml_only(v, keys, r->e) : yaml_error(v, r->e, "rules are a map");
	if (rc != RC_OK)
		return rc;
	s->rules_line = v->line;
	s->rules_column = v->column;
	const struct yaml *b = yaml_get(v, "budget");
	if (b) {
		s->budget_line = b->line;
		s->budget_column = b->column;
	}
	rc = siting_number_of(r, v, "budget", 1e-9, 1e15, &s->budget);
	if (rc == RC_OK && s->budget > 0 && !s->priced)
		rc = yaml_error(b, r->e, "there is a budget but nothing has a price: give sizes their price a year");
	if (rc == RC_OK)
		rc = siting_whole_of(r, v, "open", SITING_SITES_MAX, &open);
	if (rc == RC_OK)
		rc = siting_whole_of(r, v, "open-at-least", SITING_SITES_MAX, &s->open_least);
	if (rc == RC_OK)
		rc = siting_whole_of(r, v, "open-at-most", SITING_SITES_MAX, &s->open_most);
	if (rc == RC_OK)
		rc = siting_whole_of(r, v, "keep-existing", SITING_SITES_MAX, &s->keep);
	double fill = 100;
	if (rc == RC_OK)
		rc = siting_number_of(r, v, "fill-at-most", 1, 100, &fill);
	if (rc == RC_OK && fill < 100 && !s->limited && !yaml_get(root, "reuse"))
		rc = yaml_error(yaml_get(v, "fill-at-most"), r->e,
				"no size says how much it serves, so none can be filled less");
	for (size_t k = 0; rc == RC_OK && s->limited && k < s->n_sites * s->n_sizes; k++)
		s->capacity[k] *= fill / 100;
	r->fill = fill / 100;
	if (rc == RC_OK && fill < 100)
		siting_note(s, arena_printf(r->a, "Every site is filled to at most %g%% of what it can serve", fill),
			    false);
	if (rc == RC_OK && open && (s->open_least || s->open_most))
		rc = yaml_error(yaml_get(v, "open"), r->e, "either open, or open-at-least and open-at-most");
	if (open)
		s->open_least = s->open_most = open;
	if (rc == RC_OK)
		rc = pairs_of(r, v, "not-both", false);
	return rc == RC_OK ? pairs_of(r, v, "one-of", true) : rc;
}

enum rc siting_aim_read(struct str words, enum siting_aim *aim_out, double *within_out)
{
	static const struct {
		const char *word;
		enum siting_aim aim;
	} aims[] = { { "least travel", SITING_TRAVEL },
		     { "least longest way", SITING_WORST },
		     { "smallest gap", SITING_GAP },
		     { "least money", SITING_MONEY } };
	for (size_t k = 0; k < COUNT_OF(aims); k++)
		if (str_is(words, aims[k].word)) {
			*aim_out = aims[k].aim;
			return RC_OK;
		}
	double x;
	if (!str_starts(words, "most within ") || words.n < 13)
		return RC_BAD_INPUT;
	struct str rest = str_trim((struct str){ words.p + 12, words.n - 12 });
	struct str number = str_cut(rest, ' ', &rest);
	if (siting_number_read(number, &x) != RC_OK || x <= 0 || (rest.n && !str_is(rest, "minutes")))
		return RC_BAD_INPUT;
	*aim_out = SITING_WITHIN;
	*within_out = x;
	return RC_OK;
}

/* What else was assumed: prices, sizes. */
enum rc siting_read_notes(struct siting_reader *r, const struct yaml *root)
{
	static const char *const keys[] = { "note", "guess", NULL };
	const struct yaml *v = yaml_get(root, "notes");
	enum rc rc = RC_OK;
	for (const struct yaml *c = v ? v->child : NULL; rc == RC_OK && c; c = c->next) {
		bool guess = false;
		struct str words = yaml_text(c, "note");
		rc = c->type == YAML_MAP ? yaml_only(c, keys, r->e)
					 : yaml_error(c, r->e, "a note is {note: , guess: yes}");
		if (rc == RC_OK && !words.n)
			rc = yaml_error(c, r->e, "a note needs words");
		if (rc == RC_OK)
			rc = yaml_bool(c, "guess", true, &guess, r->e);
		if (rc == RC_OK)
			siting_note(r->s, words, guess);
	}
	return rc;
}

enum rc siting_read_aim(struct siting_reader *r, const struct yaml *root)
{
	struct siting *s = r->s;
	const struct yaml *v = yaml_get(root, "aim");
	s->within = 30;
	if (v && siting_aim_read(v->text, &s->aim, &s->within) != RC_OK)
		return yaml_error(
		    v, r->e,
		    "aim is \"least travel\", \"least longest way\", \"most within 30 minutes\", \"smallest "
		    "gap\" or \"least money\"");
	if (s->aim == SITING_MONEY && !s->priced)
		return yaml_error(v, r->e, "least money is the aim but nothing has a price");
	size_t grouped = 0;
	for (size_t i = 0; i < s->n_areas; i++)
		grouped += s->areas[i].group >= 0;
	for (size_t i = 0; i < s->n_areas && !grouped; i++) /* no groups: each area is its own */
		s->areas[i].group = siting_group_named(r, s->areas[i].name);
	return RC_OK;
}
