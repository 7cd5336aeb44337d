/* Siting problems as people write them: YAML, with tables beside it. */
#include "plan/siting_reader.h"

#include <math.h>
#include <stdarg.h>

#include "base/files.h"
#include "plan/siting_change.h"
#include "record/region.h"

enum { FILE_MAX = 32 << 20 };

enum rc siting_number_read(struct str text, double *out)
{
	char z[64], *end;
	if (!text.n || text.n >= sizeof z)
		return RC_BAD_INPUT;
	memcpy(z, text.p, text.n);
	z[text.n] = 0;
	size_t q = 0;
	for (size_t i = 0; z[i]; i++) /* 1,200,000 and 1_200_000 are numbers; 1,5 is not */
		if (z[i] == '_' || (z[i] == ',' && strlen(z + i) > 3 && strspn(z + i + 1, "0123456789") >= 3))
			continue;
		else
			z[q++] = z[i];
	z[q] = 0;
	if (strspn(z, "+-.0123456789eE") != q)
		return RC_BAD_INPUT;
	double v = strtod(z, &end);
	if (*end || !isfinite(v))
		return RC_BAD_INPUT;
	*out = v;
	return RC_OK;
}

/* A number of a map from `least` to `most`; absent stays as it is. */
enum rc siting_number_of(struct siting_reader *r, const struct yaml *map, const char *key, double least, double most,
			 double *out)
{
	const struct yaml *v = yaml_get(map, key);
	double x;
	if (!v)
		return RC_OK;
	if (v->type != YAML_SCALAR || siting_number_read(v->text, &x) != RC_OK)
		return yaml_error(v, r->e, "%s needs a number", key);
	if (x < least && least < 1e-5 && least > 0) /* nothing that anybody would write */
		return yaml_error(v, r->e, "%s is %g; it must be more than 0", key, x);
	if (x < least || x > most)
		return yaml_error(v, r->e, "%s is %g; it must be from %g to %g", key, x, least, most);
	*out = x;
	return RC_OK;
}

enum rc siting_whole_of(struct siting_reader *r, const struct yaml *map, const char *key, size_t most, size_t *out)
{
	double x = -1;
	enum rc rc = siting_number_of(r, map, key, 0, (double)most, &x);
	if (rc != RC_OK || x < 0)
		return rc;
	if (x != floor(x))
		return yaml_error(yaml_get(map, key), r->e, "%s needs a whole number", key);
	*out = (size_t)x;
	return RC_OK;
}

void siting_note(struct siting *s, struct str words, bool guess)
{
	if (s->n_notes == SITING_NOTES_MAX)
		return;
	s->notes[s->n_notes] = words;
	s->guess[s->n_notes++] = guess;
}

void *siting_grown(struct siting_reader *r, void *list, size_t n, size_t *cap, size_t size)
{
	if (n < *cap)
		return list;
	size_t more = *cap ? 2 * *cap : 64;
	void *p = arena_array(r->a, more, size);
	if (n)
		memcpy(p, list, n * size);
	*cap = more;
	return p;
}

/* ---- tables ---- */

struct str siting_cell(const struct siting_table *t, const struct csv_row *row, int column)
{
	return t->at[column] >= 0 && (size_t)t->at[column] < row->n ? row->cells[t->at[column]] : (struct str){ 0 };
}

enum rc siting_row_error(const struct siting_table *t, const struct csv_row *row, int column, const char *fmt, ...)
{
	char words[400];
	va_list ap;
	va_start(ap, fmt);
	vsnprintf(words, sizeof words, fmt, ap);
	va_end(ap);
	return err_set(t->r->e, RC_BAD_INPUT, "%s:%" PRId64 ": column %d: %s", t->name, row->line, t->at[column] + 1,
		       words);
}

static enum rc heading(struct siting_table *t, const struct csv_row *row)
{
	size_t n = 0;
	while (t->columns[n])
		t->at[n++] = -1;
	for (size_t c = 0; c < row->n; c++) {
		size_t k = 0;
		while (t->columns[k] && !str_is_nocase(row->cells[c], t->columns[k]))
			k++;
		if (!t->columns[k]) {
			struct buf known AUTO(buf_release);
			buf_init(&known, 300);
			for (size_t i = 0; t->columns[i]; i++)
				buf_printf(&known, "%s%s", i ? ", " : "", t->columns[i]);
			return err_set(t->r->e, RC_BAD_INPUT,
				       "%s:1: column %zu: there is no column \"" STR_FMT "\" here; known are %s",
				       t->name, c + 1, STR_ARG(row->cells[c]), known.p);
		}
		t->at[k] = (int)c;
	}
	if (t->at[0] < 0)
		return err_set(t->r->e, RC_BAD_INPUT, "%s:1: the column \"%s\" is missing", t->name, t->columns[0]);
	return RC_OK;
}

static enum rc on_row(void *arg, const struct csv_row *row, struct err *e)
{
	struct siting_table *t = arg;
	(void)e;
	if (!t->head) {
		t->head = true;
		return heading(t, row);
	}
	return t->row(t, row);
}

enum rc siting_table(struct siting_reader *r, const struct yaml *at, const char *const *columns,
		     enum rc (*row)(struct siting_table *t, const struct csv_row *row))
{
	struct str text;
	if (!r->folder)
		return yaml_error(at, r->e, "files cannot be named here: write the rows as a list");
	if (at->type != YAML_SCALAR || !at->text.n || at->text.p[0] == '/' || memmem(at->text.p, at->text.n, "..", 2))
		return yaml_error(at, r->e, "a file is named by its path from the folder of this one, without \"..\"");
	struct str path = arena_printf(r->a, "%s/" STR_FMT, r->folder, STR_ARG(at->text));
	struct siting_table t = { .r = r, .name = path.p, .columns = columns, .row = row };
	if (file_read(path.p, FILE_MAX, r->a, &text, r->e) != RC_OK) {
		struct str why = arena_str(r->a, str_of(r->e->text));
		return yaml_error(at, r->e, STR_FMT, STR_ARG(why));
	}
	enum rc rc = csv_read_text(text, on_row, &t, r->e);
	if (rc != RC_OK && !strstr(r->e->text, path.p))
		err_prefix(r->e, "%s", path.p);
	return rc;
}

enum rc siting_cell_number(const struct siting_table *t, const struct csv_row *row, int column, double least,
			   double most, double *out)
{
	struct str c = siting_cell(t, row, column);
	double x;
	if (!c.n)
		return RC_OK;
	if (siting_number_read(c, &x) != RC_OK || x < least || x > most)
		return siting_row_error(t, row, column, "\"" STR_FMT "\" is not a number from %g to %g", STR_ARG(c),
					least, most);
	*out = x;
	return RC_OK;
}

/* ---- areas ---- */

int siting_group_named(struct siting_reader *r, struct str name)
{
	struct siting *s = r->s;
	if (!name.n)
		return -1;
	for (size_t g = 0; g < s->n_groups; g++)
		if (str_eq(s->groups[g], name))
			return (int)g;
	s->groups = siting_grown(r, s->groups, s->n_groups, &r->cap_groups, sizeof *s->groups);
	s->groups[s->n_groups] = arena_str(r->a, name);
	return (int)s->n_groups++;
}

int siting_area_named(const struct siting *s, struct str name)
{
	for (size_t i = 0; i < s->n_areas; i++)
		if (str_eq(s->areas[i].code, name) || str_eq(s->areas[i].name, name))
			return (int)i;
	return -1;
}

int siting_site_named(const struct siting *s, struct str name)
{
	for (size_t j = 0; j < s->n_sites; j++)
		if (str_eq(s->sites[j].name, name))
			return (int)j;
	return -1;
}

static struct siting_area *new_area(struct siting_reader *r, struct str code, struct str name)
{
	struct siting *s = r->s;
	if (s->n_areas == SITING_AREAS_MAX)
		return NULL;
	s->areas = siting_grown(r, s->areas, s->n_areas, &r->cap_areas, sizeof *s->areas);
	struct siting_area *at = &s->areas[s->n_areas++];
	*at = (struct siting_area){ .code = arena_str(r->a, code), .group = -1 };
	at->name = name.n ? arena_str(r->a, name) : at->code;
	return at;
}

enum rc siting_too_many(struct siting_reader *r, const char *what, size_t most)
{
	return err_set(r->e, RC_LIMIT, "%s: more than %zu %s", r->s->file, most, what);
}

enum rc siting_row_position(const struct siting_table *t, const struct csv_row *row, int column, double *lat_out,
			    double *lon_out)
{
	double lat = NAN, lon = NAN;
	enum rc rc = siting_cell_number(t, row, column, -1e5, 1e5, &lat);
	if (rc == RC_OK)
		rc = siting_cell_number(t, row, column + 1, -1e5, 1e5, &lon);
	if (rc == RC_OK && isnan(lat) != isnan(lon))
		return siting_row_error(t, row, column, "a position has a latitude and a longitude: one is missing");
	if (rc == RC_OK && !isnan(lat) && !siting_position_well(t->r, lat, lon))
		return siting_row_error(t, row, column, "%g, %g is %s", lat, lon, SITING_POSITION_SAYS);
	*lat_out = lat;
	*lon_out = lon;
	return rc;
}

static const char *const AREA_COLUMNS[] = { "area", "demand", "name", "lat", "lon", "group", NULL };

static enum rc area_row(struct siting_table *t, const struct csv_row *row)
{
	struct siting_reader *r = t->r;
	struct str code = siting_cell(t, row, 0);
	double demand = -1, lat = NAN, lon = NAN;
	if (!code.n)
		return siting_row_error(t, row, 0, "the area has no name");
	if (siting_area_named(r->s, code) >= 0)
		return siting_row_error(t, row, 0, "the area \"" STR_FMT "\" is there twice: add its rows together",
					STR_ARG(code));
	enum rc rc = siting_cell_number(t, row, 1, 0, 1e9, &demand);
	if (rc == RC_OK && demand < 0)
		return err_set(r->e, RC_BAD_INPUT, "%s:%" PRId64 ": the area \"" STR_FMT "\" has no demand", t->name,
			       row->line, STR_ARG(code));
	if (rc == RC_OK)
		rc = siting_row_position(t, row, 3, &lat, &lon);
	if (rc != RC_OK)
		return rc;
	struct siting_area *at = new_area(r, code, siting_cell(t, row, 2));
	if (!at)
		return siting_too_many(r, "areas", SITING_AREAS_MAX);
	at->demand = demand;
	at->placed = !isnan(lat);
	at->at = (struct place_position){ lat, lon };
	at->group = siting_group_named(r, siting_cell(t, row, 5));
	at->line = (int)row->line;
	return RC_OK;
}

const char SITING_POSITION_SAYS[] = "not in the United Kingdom: give latitude (49 to 61) first, then longitude (-9 to "
				    "3), such as [52.65, -1.18]; or, if "
				    "these are kilometres on a plane, say positions: plane";

bool siting_position_well(const struct siting_reader *r, double lat, double lon)
{
	if (r->plane)
		return fabs(lat) <= 1e5 && fabs(lon) <= 1e5;
	return lat >= 49 && lat <= 61 && lon >= -9 && lon <= 3;
}

enum rc siting_position_of(struct siting_reader *r, const struct yaml *map, bool *placed, struct place_position *out)
{
	const struct yaml *at = yaml_get(map, "at");
	double v[2] = { 0, 0 };
	if (!at)
		return RC_OK;
	if (at->type != YAML_LIST || at->n != 2)
		return yaml_error(at, r->e, "at needs two numbers: [latitude, longitude]");
	size_t k = 0;
	for (const struct yaml *c = at->child; c; c = c->next)
		if (c->type != YAML_SCALAR || siting_number_read(c->text, &v[k++]) != RC_OK)
			return yaml_error(c, r->e, "at needs two numbers: [latitude, longitude]");
	if (!siting_position_well(r, v[0], v[1]))
		return yaml_error(at, r->e, "[%g, %g] is %s", v[0], v[1], SITING_POSITION_SAYS);
	*placed = true;
	*out = (struct place_position){ v[0], v[1] };
	return RC_OK;
}

static enum rc area_item(struct siting_reader *r, const struct yaml *v)
{
	static const char *const keys[] = { "area", "name", "demand", "at", "group", NULL };
	enum rc rc = yaml_only(v, keys, r->e);
	struct str code = yaml_text(v, "area");
	double demand = -1;
	if (rc != RC_OK)
		return rc;
	if (!code.n)
		return yaml_error(v, r->e, "an area needs its name: area: ...");
	if (siting_area_named(r->s, code) >= 0)
		return yaml_error(v, r->e, "the area \"" STR_FMT "\" is there twice", STR_ARG(code));
	struct siting_area *at = new_area(r, code, yaml_text(v, "name"));
	if (!at)
		return siting_too_many(r, "areas", SITING_AREAS_MAX);
	at->line = v->line;
	at->column = v->column;
	rc = siting_number_of(r, v, "demand", 0, 1e9, &demand);
	if (rc == RC_OK && demand < 0)
		return yaml_error(v, r->e, "the area \"" STR_FMT "\" has no demand: write 0 if there is none",
				  STR_ARG(code));
	at->demand = demand;
	at->group = siting_group_named(r, yaml_text(v, "group"));
	return rc == RC_OK ? siting_position_of(r, v, &at->placed, &at->at) : rc;
}

static bool in_region(const struct region *g, const struct place_area *p)
{
	for (size_t k = 0; k < g->n_councils; k++)
		if (str_eq(g->councils[k], p->code) || str_eq(g->councils[k], p->upper))
			return true;
	return false;
}

static enum rc ages_of(struct siting_reader *r, const struct yaml *map, int ages[2])
{
	const struct yaml *v = yaml_get(map, "ages");
	struct str rest, from;
	int64_t lo, hi;
	if (!v)
		return RC_OK;
	from = str_cut(v->text, '-', &rest);
	if (str_to_int(from, 0, PLACES_AGES - 1, &lo) != RC_OK || str_to_int(rest, lo, PLACES_AGES - 1, &hi) != RC_OK)
		return yaml_error(v, r->e, "ages are written 11-17, from 0 to %d", PLACES_AGES - 1);
	ages[0] = (int)lo;
	ages[1] = (int)hi;
	return RC_OK;
}

/* The councils or districts of a region, with so many of each thousand of some ages. */
static enum rc areas_of_places(struct siting_reader *r, const struct yaml *map)
{
	static const char *const keys[] = { "region",	   "tier",	 "ages",   "per-1000",
					    "rate-source", "rate-guess", "groups", NULL };
	int ages[2] = { 0, 17 };
	double per = 1000;
	struct region g;
	enum rc rc = yaml_only(map, keys, r->e);
	struct str tier = yaml_text(map, "tier"), word = yaml_text(map, "region"), groups = yaml_text(map, "groups");
	bool guess = false;
	if (rc == RC_OK)
		rc = ages_of(r, map, ages);
	if (rc == RC_OK)
		rc = siting_number_of(r, map, "per-1000", 0, 1000, &per);
	if (rc == RC_OK)
		rc = yaml_bool(map, "rate-guess", true, &guess, r->e);
	if (rc != RC_OK)
		return rc;
	if (tier.n && !str_is(tier, "councils") && !str_is(tier, "districts"))
		return yaml_error(yaml_get(map, "tier"), r->e, "tier is councils or districts");
	if (groups.n && !str_is(groups, "councils") && !str_is(groups, "deprivation"))
		return yaml_error(yaml_get(map, "groups"), r->e, "groups are councils or deprivation");
	if (!r->places || !r->data)
		return yaml_error(map, r->e, "regions cannot be named here: write the areas as a list");
	if (!word.n)
		return yaml_error(map, r->e, "say which region: region: east-midlands");
	if (region_read(r->data, word, r->a, &g, r->e) != RC_OK) {
		struct str why = arena_str(r->a, str_of(r->e->text));
		return yaml_error(yaml_get(map, "region"), r->e, STR_FMT, STR_ARG(why));
	}
	r->by_fifth = str_is(groups, "deprivation");
	bool lower = str_is(tier, "districts");
	for (size_t i = 0; i < places_count(r->places); i++) {
		const struct place_area *p = places_at(r->places, i);
		bool level = lower ? p->tier != TIER_UPPER : p->tier != TIER_LOWER;
		int64_t people;
		if (!level || p->until != DAY_NONE || !in_region(&g, p))
			continue;
		if (!p->has_position || !places_population(p, ages[0], ages[1], &people))
			return yaml_error(map, r->e, "the position or the people of " STR_FMT " are not known",
					  STR_ARG(p->name));
		struct siting_area *at = new_area(r, p->code, p->name);
		if (!at)
			return siting_too_many(r, "areas", SITING_AREAS_MAX);
		const struct place_area *up = p->upper.n ? places_find(r->places, p->upper) : NULL;
		at->demand = (double)people * per / 1000;
		at->placed = true;
		at->at = p->centre;
		at->line = map->line;
		at->column = map->column;
		at->group = r->by_fifth ? -1 : siting_group_named(r, up ? up->name : p->name);
	}
	if (!r->s->n_areas)
		return yaml_error(map, r->e, "there is no area of that kind in the region");
	struct str source = yaml_text(map, "rate-source");
	const char *where = "all at the place where the area's residents live on average";
	if (!yaml_get(map, "per-1000")) /* what of them need is said by each service */
		siting_note(
		    r->s,
		    arena_printf(r->a, "People: residents aged %d to %d (ONS mid-2023), %s", ages[0], ages[1], where),
		    false);
	else
		siting_note(
		    r->s,
		    arena_printf(
			r->a, "Demand: %g of each 1,000 residents aged %d to %d (ONS mid-2023; " STR_FMT "), %s", per,
			ages[0], ages[1], STR_ARG(source.n ? source : STR("source of the rate not said")), where),
		    guess);
	return RC_OK;
}

static int by_rank(const void *a, const void *b)
{
	const double *x = a, *y = b;
	return x[0] != y[0] ? (x[0] < y[0] ? -1 : 1) : (x[1] > y[1]) - (x[1] < y[1]);
}

/* Fifths of the demand from the most to the least deprived area. */
static void fifths(struct siting_reader *r)
{
	struct siting *s = r->s;
	static const char *const names[] = { "most deprived fifth", "second fifth", "third fifth", "fourth fifth",
					     "least deprived fifth" };
	double(*rank)[2] = arena_array(r->a, s->n_areas, sizeof *rank), all = 0, before = 0;
	for (size_t i = 0; i < s->n_areas; i++) {
		const struct place_area *p = places_find(r->places, s->areas[i].code);
		rank[i][0] = p && p->has_deprivation ? -p->deprivation : 0;
		rank[i][1] = (double)i;
		all += s->areas[i].demand;
	}
	qsort(rank, s->n_areas, sizeof *rank, by_rank);
	for (size_t g = 0; g < 5; g++)
		(void)siting_group_named(r, str_of(names[g]));
	for (size_t i = 0; i < s->n_areas; i++) {
		struct siting_area *at = &s->areas[(size_t)rank[i][1]];
		int g = all > 0 ? (int)(5 * (before + at->demand / 2) / all) : 0;
		at->group = g > 4 ? 4 : g;
		before += at->demand;
	}
	siting_note(
	    s,
	    STR("Fifths: areas in order of their mean score of deprivation (IMD 2025), cut so that each has about a "
		"fifth of the demand"),
	    false);
}

static enum rc read_areas(struct siting_reader *r, const struct yaml *root)
{
	const struct yaml *v = yaml_get(root, "areas"), *file = v ? yaml_get(v, "file") : NULL;
	enum rc rc = RC_OK;
	if (!v)
		return yaml_error(root, r->e, "there are no areas: say who needs how much under \"areas\"");
	if (v->type == YAML_LIST)
		for (const struct yaml *c = v->child; rc == RC_OK && c; c = c->next)
			rc = c->type == YAML_MAP ? area_item(r, c)
						 : yaml_error(c, r->e, "an area is {area: , demand: }");
	else if (file)
		rc = siting_table(r, file, AREA_COLUMNS, area_row);
	else if (v->type == YAML_MAP)
		rc = areas_of_places(r, v);
	else
		rc = yaml_error(v, r->e, "areas are a list, a file or a region");
	if (rc == RC_OK && !r->s->n_areas)
		rc = yaml_error(v, r->e, "there are no areas");
	if (rc == RC_OK && r->by_fifth)
		fifths(r);
	for (size_t i = 0; rc == RC_OK && i < r->s->n_areas; i++)
		r->s->demand += r->s->areas[i].demand;
	if (rc == RC_OK && r->s->demand <= 0)
		rc = yaml_error(v, r->e, "nobody needs anything: all demand is 0");
	return rc;
}

enum rc siting_read(struct str text, const char *name, const char *folder, const char *data,
		    const struct places *places, struct arena *a, struct siting *out, struct err *e)
{
	static const char *const keys[] = { "siting", "title", "people", "areas", "sizes", "sites",	"travel",
					    "rules",  "aim",   "notes",	 "reuse", "play",  "positions", NULL };
	const struct yaml *root;
	struct siting s = { .file = arena_str(a, str_of(name)).p };
	struct siting_reader r = { .s = &s, .folder = folder, .data = data, .places = places, .a = a, .e = e };
	enum rc rc = yaml_read(text, s.file, a, &root, e);
	if (rc == RC_OK && root->type != YAML_MAP)
		rc = yaml_error(root, e, "a siting problem is a map: siting:, areas:, sites:, travel:, ...");
	if (rc == RC_OK)
		rc = siting_change_follow(root, data, a, &root, e);
	if (rc == RC_OK)
		rc = yaml_only(root, keys, e);
	if (rc != RC_OK)
		return rc;
	struct str positions = yaml_text(root, "positions");
	if (yaml_get(root, "positions") && !str_is(positions, "plane") && !str_is(positions, "earth"))
		return yaml_error(yaml_get(root, "positions"), e,
				  "positions are earth (latitude, longitude; else said) or plane (kilometres)");
	r.plane = s.plane = str_is(positions, "plane");
	s.id = yaml_text(root, "siting");
	s.title = yaml_text(root, "title");
	s.people = yaml_text(root, "people");
	if (!s.people.n)
		s.people = STR("children");
	if (!s.title.n)
		s.title = s.id.n ? s.id : STR("Where services should stand");
	enum rc (*const steps[])(struct siting_reader *,
				 const struct yaml *) = { read_areas,	      siting_read_sizes, siting_read_sites,
							  siting_read_travel, siting_read_rules, siting_read_aim,
							  siting_read_notes,  siting_read_reuse, siting_read_play };
	for (size_t k = 0; rc == RC_OK && k < COUNT_OF(steps); k++)
		rc = steps[k](&r, root);
	if (rc == RC_OK)
		rc = siting_check(&s, e);
	if (rc == RC_OK)
		*out = s;
	return rc;
}
