/* Siting problems as people write them: YAML, with tables beside it. */
#include "plan/siting_inside.h"

#include <math.h>
#include <stdarg.h>

#include "base/files.h"
#include "codec/csv.h"
#include "codec/yaml.h"
#include "record/region.h"

enum { FILE_MAX = 32 << 20, COLUMNS_MAX = 24 };

struct reader {
	struct siting *s;
	const char *folder, *data;
	const struct places *places;
	struct arena *a;
	struct err *e;
	size_t cap_areas, cap_sites, cap_sizes, cap_groups;
	struct str *keeps; /* [n_sites] words of `keep` */
	bool by_fifth;
	double *fifth_rank; /* deprivation of each area; < 0: not known */
	bool has_ways;
	double fixed, per_km;
};

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
static enum rc number_of(struct reader *r, const struct yaml *map, const char *key, double least, double most,
			 double *out)
{
	const struct yaml *v = yaml_get(map, key);
	double x;
	if (!v)
		return RC_OK;
	if (v->type != YAML_SCALAR || siting_number_read(v->text, &x) != RC_OK)
		return yaml_error(v, r->e, "%s needs a number", key);
	if (x < least || x > most)
		return yaml_error(v, r->e, "%s is %g; it must be from %g to %g", key, x, least, most);
	*out = x;
	return RC_OK;
}

static enum rc whole_of(struct reader *r, const struct yaml *map, const char *key, size_t most, size_t *out)
{
	double x = -1;
	enum rc rc = number_of(r, map, key, 0, (double)most, &x);
	if (rc != RC_OK || x < 0)
		return rc;
	if (x != floor(x))
		return yaml_error(yaml_get(map, key), r->e, "%s needs a whole number", key);
	*out = (size_t)x;
	return RC_OK;
}

static void note(struct siting *s, struct str words, bool guess)
{
	if (s->n_notes == SITING_NOTES_MAX)
		return;
	s->notes[s->n_notes] = words;
	s->guess[s->n_notes++] = guess;
}

static void *grown(struct reader *r, void *list, size_t n, size_t *cap, size_t size)
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

struct table {
	struct reader *r;
	const char *name;
	const char *const *columns; /* those that are known; the first is needed */
	int at[COLUMNS_MAX];
	bool head;
	enum rc (*row)(struct table *t, const struct csv_row *row);
};

static struct str cell(const struct table *t, const struct csv_row *row, int column)
{
	return t->at[column] >= 0 && (size_t)t->at[column] < row->n ? row->cells[t->at[column]] : (struct str){ 0 };
}

static enum rc row_error(const struct table *t, const struct csv_row *row, int column, const char *fmt, ...)
    PRINTF_LIKE(4, 5);
static enum rc row_error(const struct table *t, const struct csv_row *row, int column, const char *fmt, ...)
{
	char words[400];
	va_list ap;
	va_start(ap, fmt);
	vsnprintf(words, sizeof words, fmt, ap);
	va_end(ap);
	return err_set(t->r->e, RC_BAD_INPUT, "%s:%" PRId64 ": column %d: %s", t->name, row->line,
		       t->at[column] + 1, words);
}

static enum rc heading(struct table *t, const struct csv_row *row)
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
	struct table *t = arg;
	(void)e;
	if (!t->head) {
		t->head = true;
		return heading(t, row);
	}
	return t->row(t, row);
}

static enum rc read_table(struct reader *r, const struct yaml *at, const char *const *columns,
			  enum rc (*row)(struct table *t, const struct csv_row *row))
{
	struct str text;
	if (!r->folder)
		return yaml_error(at, r->e, "files cannot be named here: write the rows as a list");
	if (at->type != YAML_SCALAR || !at->text.n || at->text.p[0] == '/' ||
	    memmem(at->text.p, at->text.n, "..", 2))
		return yaml_error(at, r->e, "a file is named by its path from the folder of this one, without \"..\"");
	struct str path = arena_printf(r->a, "%s/" STR_FMT, r->folder, STR_ARG(at->text));
	struct table t = { .r = r, .name = path.p, .columns = columns, .row = row };
	if (file_read(path.p, FILE_MAX, r->a, &text, r->e) != RC_OK) {
		struct str why = arena_str(r->a, str_of(r->e->text));
		return yaml_error(at, r->e, STR_FMT, STR_ARG(why));
	}
	enum rc rc = csv_read_text(text, on_row, &t, r->e);
	if (rc != RC_OK && !strstr(r->e->text, path.p))
		err_prefix(r->e, "%s", path.p);
	return rc;
}

static enum rc cell_number(const struct table *t, const struct csv_row *row, int column, double least, double most,
			   double *out)
{
	struct str c = cell(t, row, column);
	double x;
	if (!c.n)
		return RC_OK;
	if (siting_number_read(c, &x) != RC_OK || x < least || x > most)
		return row_error(t, row, column, "\"" STR_FMT "\" is not a number from %g to %g", STR_ARG(c), least,
				 most);
	*out = x;
	return RC_OK;
}

/* ---- areas ---- */

static int group_named(struct reader *r, struct str name)
{
	struct siting *s = r->s;
	if (!name.n)
		return -1;
	for (size_t g = 0; g < s->n_groups; g++)
		if (str_eq(s->groups[g], name))
			return (int)g;
	s->groups = grown(r, s->groups, s->n_groups, &r->cap_groups, sizeof *s->groups);
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

static struct siting_area *new_area(struct reader *r, struct str code, struct str name)
{
	struct siting *s = r->s;
	if (s->n_areas == SITING_AREAS_MAX)
		return NULL;
	s->areas = grown(r, s->areas, s->n_areas, &r->cap_areas, sizeof *s->areas);
	struct siting_area *at = &s->areas[s->n_areas++];
	*at = (struct siting_area){ .code = arena_str(r->a, code), .group = -1 };
	at->name = name.n ? arena_str(r->a, name) : at->code;
	return at;
}

static enum rc too_many(struct reader *r, const char *what, size_t most)
{
	return err_set(r->e, RC_LIMIT, "%s: more than %zu %s", r->s->file, most, what);
}

static const char *const AREA_COLUMNS[] = { "area", "demand", "name", "lat", "lon", "group", NULL };

static enum rc area_row(struct table *t, const struct csv_row *row)
{
	struct reader *r = t->r;
	struct str code = cell(t, row, 0);
	double demand = -1, lat = 99, lon = 999;
	if (!code.n)
		return row_error(t, row, 0, "the area has no name");
	if (siting_area_named(r->s, code) >= 0)
		return row_error(t, row, 0, "the area \"" STR_FMT "\" is there twice: add its rows together",
				 STR_ARG(code));
	enum rc rc = cell_number(t, row, 1, 0, 1e9, &demand);
	if (rc == RC_OK && demand < 0)
		return err_set(r->e, RC_BAD_INPUT, "%s:%" PRId64 ": the area \"" STR_FMT "\" has no demand", t->name,
			       row->line, STR_ARG(code));
	if (rc == RC_OK)
		rc = cell_number(t, row, 3, -90, 90, &lat);
	if (rc == RC_OK)
		rc = cell_number(t, row, 4, -180, 180, &lon);
	if (rc != RC_OK)
		return rc;
	struct siting_area *at = new_area(r, code, cell(t, row, 2));
	if (!at)
		return too_many(r, "areas", SITING_AREAS_MAX);
	at->demand = demand;
	at->placed = lat <= 90 && lon <= 180;
	at->at = (struct place_position){ lat, lon };
	at->group = group_named(r, cell(t, row, 5));
	at->line = (int)row->line;
	return RC_OK;
}

static enum rc position_of(struct reader *r, const struct yaml *map, bool *placed, struct place_position *out)
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
	if (fabs(v[0]) > 90 || fabs(v[1]) > 180)
		return yaml_error(at, r->e, "[%g, %g] is nowhere: latitude comes first", v[0], v[1]);
	*placed = true;
	*out = (struct place_position){ v[0], v[1] };
	return RC_OK;
}

static enum rc area_item(struct reader *r, const struct yaml *v)
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
		return too_many(r, "areas", SITING_AREAS_MAX);
	at->line = v->line;
	at->column = v->column;
	rc = number_of(r, v, "demand", 0, 1e9, &demand);
	if (rc == RC_OK && demand < 0)
		return yaml_error(v, r->e, "the area \"" STR_FMT "\" has no demand: write 0 if there is none",
				  STR_ARG(code));
	at->demand = demand;
	at->group = group_named(r, yaml_text(v, "group"));
	return rc == RC_OK ? position_of(r, v, &at->placed, &at->at) : rc;
}

static bool in_region(const struct region *g, const struct place_area *p)
{
	for (size_t k = 0; k < g->n_councils; k++)
		if (str_eq(g->councils[k], p->code) || str_eq(g->councils[k], p->upper))
			return true;
	return false;
}

static enum rc ages_of(struct reader *r, const struct yaml *map, int ages[2])
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
static enum rc areas_of_places(struct reader *r, const struct yaml *map)
{
	static const char *const keys[] = { "region", "tier", "ages", "per-1000", "rate-source", "rate-guess", "groups",
					    NULL };
	int ages[2] = { 0, 17 };
	double per = 1000;
	struct region g;
	enum rc rc = yaml_only(map, keys, r->e);
	struct str tier = yaml_text(map, "tier"), word = yaml_text(map, "region"), groups = yaml_text(map, "groups");
	bool guess = false;
	if (rc == RC_OK)
		rc = ages_of(r, map, ages);
	if (rc == RC_OK)
		rc = number_of(r, map, "per-1000", 0, 1000, &per);
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
			return too_many(r, "areas", SITING_AREAS_MAX);
		const struct place_area *up = p->upper.n ? places_find(r->places, p->upper) : NULL;
		at->demand = (double)people * per / 1000;
		at->placed = true;
		at->at = p->centre;
		at->line = map->line;
		at->column = map->column;
		at->group = r->by_fifth ? -1 : group_named(r, up ? up->name : p->name);
	}
	if (!r->s->n_areas)
		return yaml_error(map, r->e, "there is no area of that kind in the region");
	note(r->s,
	     arena_printf(r->a,
			  "Demand: %g of each 1,000 residents aged %d to %d (ONS mid-2023; %s), all at the place where "
			  "the area's residents live on average",
			  per, ages[0], ages[1],
			  yaml_text(map, "rate-source").n ? yaml_text(map, "rate-source").p : "source of the rate not said"),
	     guess);
	return RC_OK;
}

static int by_rank(const void *a, const void *b)
{
	const double *x = a, *y = b;
	return x[0] != y[0] ? (x[0] < y[0] ? -1 : 1) : (x[1] > y[1]) - (x[1] < y[1]);
}

/* Fifths of the demand from the most to the least deprived area. */
static void fifths(struct reader *r)
{
	struct siting *s = r->s;
	static const char *const names[] = { "most deprived fifth", "second fifth", "third fifth", "fourth fifth",
					     "least deprived fifth" };
	double (*rank)[2] = arena_array(r->a, s->n_areas, sizeof *rank), all = 0, before = 0;
	for (size_t i = 0; i < s->n_areas; i++) {
		const struct place_area *p = places_find(r->places, s->areas[i].code);
		rank[i][0] = p && p->has_deprivation ? -p->deprivation : 0;
		rank[i][1] = (double)i;
		all += s->areas[i].demand;
	}
	qsort(rank, s->n_areas, sizeof *rank, by_rank);
	for (size_t g = 0; g < 5; g++)
		(void)group_named(r, str_of(names[g]));
	for (size_t i = 0; i < s->n_areas; i++) {
		struct siting_area *at = &s->areas[(size_t)rank[i][1]];
		int g = all > 0 ? (int)(5 * (before + at->demand / 2) / all) : 0;
		at->group = g > 4 ? 4 : g;
		before += at->demand;
	}
	note(s, STR("Fifths: areas in order of their mean score of deprivation (IMD 2025), cut so that each has about a "
		    "fifth of the demand"),
	     false);
}

static enum rc read_areas(struct reader *r, const struct yaml *root)
{
	const struct yaml *v = yaml_get(root, "areas"), *file = v ? yaml_get(v, "file") : NULL;
	enum rc rc = RC_OK;
	if (!v)
		return yaml_error(root, r->e, "there are no areas: say who needs how much under \"areas\"");
	if (v->type == YAML_LIST)
		for (const struct yaml *c = v->child; rc == RC_OK && c; c = c->next)
			rc = c->type == YAML_MAP ? area_item(r, c) : yaml_error(c, r->e, "an area is {area: , demand: }");
	else if (file)
		rc = read_table(r, file, AREA_COLUMNS, area_row);
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

/* ---- sizes and sites ---- */

static int size_named(const struct siting *s, struct str name)
{
	for (size_t k = 0; k < s->n_sizes; k++)
		if (str_eq(s->sizes[k].name, name))
			return (int)k;
	return -1;
}

static enum rc read_sizes(struct reader *r, const struct yaml *root)
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
		enum rc rc = c->type == YAML_MAP ? yaml_only(c, keys, r->e) : yaml_error(c, r->e, "a size is {size: , serves: , price: }");
		if (rc == RC_OK && !z.name.n)
			rc = yaml_error(c, r->e, "a size needs a name");
		if (rc == RC_OK && size_named(s, z.name) >= 0)
			rc = yaml_error(c, r->e, "the size \"" STR_FMT "\" is there twice", STR_ARG(z.name));
		if (rc == RC_OK && s->n_sizes == SITE_SIZES_MAX)
			rc = yaml_error(c, r->e, "more than %d sizes", SITE_SIZES_MAX);
		if (rc == RC_OK)
			rc = number_of(r, c, "serves", 1e-9, 1e12, &z.serves);
		if (rc == RC_OK)
			rc = number_of(r, c, "price", 0, 1e12, &z.price);
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

static const char KEEP_SAYS[] = "keep is \"may close\", \"must stay\", \"must close\" or, of a site of today, \"as it is\"";

static struct siting_site *new_site(struct reader *r, struct str name)
{
	struct siting *s = r->s;
	if (s->n_sites == SITING_SITES_MAX)
		return NULL;
	s->sites = grown(r, s->sites, s->n_sites, &r->cap_sites, sizeof *s->sites);
	struct siting_site *at = &s->sites[s->n_sites++];
	*at = (struct siting_site){ .name = arena_str(r->a, name), .may = (uint16_t)((2u << s->n_sizes) - 1) };
	return at;
}

static const char *const SITE_COLUMNS[] = { "site", "lat", "lon", "now", "keep", NULL };

static enum rc site_row(struct table *t, const struct csv_row *row)
{
	struct reader *r = t->r;
	struct str name = cell(t, row, 0), now = cell(t, row, 3);
	double lat = 99, lon = 999;
	if (!name.n)
		return row_error(t, row, 0, "the site has no name");
	if (siting_site_named(r->s, name) >= 0)
		return row_error(t, row, 0, "the site \"" STR_FMT "\" is there twice", STR_ARG(name));
	struct siting_site *at = new_site(r, name);
	if (!at)
		return too_many(r, "sites", SITING_SITES_MAX);
	enum rc rc = cell_number(t, row, 1, -90, 90, &lat);
	if (rc == RC_OK)
		rc = cell_number(t, row, 2, -180, 180, &lon);
	if (rc != RC_OK)
		return rc;
	at->placed = lat <= 90 && lon <= 180;
	at->at = (struct place_position){ lat, lon };
	at->line = (int)row->line;
	if (now.n) {
		int k = size_named(r->s, now);
		if (k < 0)
			return row_error(t, row, 3, "there is no size \"" STR_FMT "\"", STR_ARG(now));
		at->today = true;
		at->now = k + 1;
	}
	if (keep_words(cell(t, row, 4), at->today, at->now, &at->may) != RC_OK)
		return row_error(t, row, 4, "%s", KEEP_SAYS);
	return RC_OK;
}

static enum rc site_sizes_of(struct reader *r, const struct yaml *v, struct siting_site *at)
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

static enum rc site_item(struct reader *r, const struct yaml *v)
{
	static const char *const keys[] = { "site", "at", "now", "keep", "sizes", "prices", "serves", NULL };
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
		return too_many(r, "sites", SITING_SITES_MAX);
	at->line = v->line;
	at->column = v->column;
	rc = position_of(r, v, &at->placed, &at->at);
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
static enum rc own_numbers(struct reader *r, const struct yaml *v, size_t j, const char *key, double *into)
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

static enum rc read_sites(struct reader *r, const struct yaml *root)
{
	struct siting *s = r->s;
	const struct yaml *v = yaml_get(root, "sites"), *file = v ? yaml_get(v, "file") : NULL;
	enum rc rc = RC_OK;
	if (!v)
		return yaml_error(root, r->e, "there are no sites: say what there is and what could be under \"sites\"");
	if (v->type == YAML_LIST)
		for (const struct yaml *c = v->child; rc == RC_OK && c; c = c->next)
			rc = c->type == YAML_MAP ? site_item(r, c) : yaml_error(c, r->e, "a site is {site: , at: }");
	else if (file)
		rc = read_table(r, file, SITE_COLUMNS, site_row);
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

static enum rc way_row(struct table *t, const struct csv_row *row)
{
	struct siting *s = t->r->s;
	int i = siting_area_named(s, cell(t, row, 0)), j = siting_site_named(s, cell(t, row, 1));
	double x = -1;
	if (i < 0)
		return row_error(t, row, 0, "there is no area \"" STR_FMT "\"", STR_ARG(cell(t, row, 0)));
	if (j < 0)
		return row_error(t, row, 1, "there is no site \"" STR_FMT "\"", STR_ARG(cell(t, row, 1)));
	enum rc rc = cell_number(t, row, 2, 0, 10000, &x);
	if (rc == RC_OK && x < 0)
		rc = row_error(t, row, 2, "the minutes are missing");
	if (rc == RC_OK)
		s->minutes[(size_t)i * s->n_sites + (size_t)j] = x;
	return rc;
}

static enum rc ways_by_position(struct reader *r, const struct yaml *v)
{
	struct siting *s = r->s;
	for (size_t i = 0; i < s->n_areas; i++)
		if (!s->areas[i].placed)
			return yaml_error(v, r->e,
					  "the area \"" STR_FMT "\" has no position: give it one, or give minutes as a "
					  "file", STR_ARG(s->areas[i].name));
	for (size_t j = 0; j < s->n_sites; j++)
		if (!s->sites[j].placed)
			return yaml_error(v, r->e,
					  "the site \"" STR_FMT "\" has no position: give it one (at: [latitude, "
					  "longitude]), or give minutes as a file", STR_ARG(s->sites[j].name));
	for (size_t i = 0; i < s->n_areas; i++)
		for (size_t j = 0; j < s->n_sites; j++)
			s->minutes[i * s->n_sites + j] =
			    r->fixed + r->per_km * places_kilometres(s->areas[i].at, s->sites[j].at);
	return RC_OK;
}

static enum rc read_travel(struct reader *r, const struct yaml *root)
{
	static const char *const keys[] = { "file", "fixed-minutes", "minutes-per-km", "road-factor", "km-per-hour",
					    "longest", "source", "guess", NULL };
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
		rc = number_of(r, v, "fixed-minutes", 0, 120, &r->fixed);
	if (rc == RC_OK)
		rc = number_of(r, v, "minutes-per-km", 0.01, 60, &r->per_km);
	if (rc == RC_OK)
		rc = number_of(r, v, "road-factor", 1, 5, &factor);
	if (rc == RC_OK)
		rc = number_of(r, v, "km-per-hour", 1, 150, &speed);
	if (rc == RC_OK)
		rc = number_of(r, v, "longest", 1e-9, 10000, &s->longest);
	if (rc == RC_OK)
		rc = yaml_bool(v, "guess", true, &guess, r->e);
	if (rc != RC_OK)
		return rc;
	s->minutes = arena_array(r->a, s->n_areas * s->n_sites, sizeof *s->minutes);
	for (size_t k = 0; k < s->n_areas * s->n_sites; k++)
		s->minutes[k] = SITE_NEVER;
	struct str source = yaml_text(v, "source");
	if (file) {
		note(s, arena_printf(r->a, "Ways: minutes from " STR_FMT "%s" STR_FMT, STR_ARG(file->text),
				     source.n ? "; " : "", STR_ARG(source)),
		     guess && yaml_get(v, "guess"));
		return read_table(r, file, WAY_COLUMNS, way_row);
	}
	if (r->per_km <= 0 && (factor <= 0 || speed <= 0))
		return yaml_error(v, r->e, "say how fast: minutes-per-km, or road-factor and km-per-hour");
	if (r->per_km <= 0)
		r->per_km = factor * 60 / speed;
	note(s, arena_printf(r->a, "Ways: %.2f minutes and %.3f for each kilometre of the straight line; %s", r->fixed,
			     r->per_km, source.n ? source.p : "source not said"),
	     guess);
	return ways_by_position(r, v);
}

/* ---- rules and aim ---- */

static enum rc pairs_of(struct reader *r, const struct yaml *rules, const char *key, bool one_of)
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

static enum rc read_rules(struct reader *r, const struct yaml *root)
{
	static const char *const keys[] = { "budget", "open", "open-at-least", "open-at-most", "keep-existing",
					    "not-both", "one-of", NULL };
	struct siting *s = r->s;
	const struct yaml *v = yaml_get(root, "rules");
	size_t open = 0;
	s->pairs = arena_array(r->a, SITING_PAIRS_MAX, sizeof *s->pairs);
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
	rc = number_of(r, v, "budget", 1e-9, 1e15, &s->budget);
	if (rc == RC_OK && s->budget > 0 && !s->priced)
		rc = yaml_error(b, r->e, "there is a budget but nothing has a price: give sizes their price a year");
	if (rc == RC_OK)
		rc = whole_of(r, v, "open", SITING_SITES_MAX, &open);
	if (rc == RC_OK)
		rc = whole_of(r, v, "open-at-least", SITING_SITES_MAX, &s->open_least);
	if (rc == RC_OK)
		rc = whole_of(r, v, "open-at-most", SITING_SITES_MAX, &s->open_most);
	if (rc == RC_OK)
		rc = whole_of(r, v, "keep-existing", SITING_SITES_MAX, &s->keep);
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
	} aims[] = { { "least travel", SITING_TRAVEL }, { "least longest way", SITING_WORST },
		     { "smallest gap", SITING_GAP }, { "least money", SITING_MONEY } };
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
static enum rc read_notes(struct reader *r, const struct yaml *root)
{
	static const char *const keys[] = { "note", "guess", NULL };
	const struct yaml *v = yaml_get(root, "notes");
	enum rc rc = RC_OK;
	for (const struct yaml *c = v ? v->child : NULL; rc == RC_OK && c; c = c->next) {
		bool guess = false;
		struct str words = yaml_text(c, "note");
		rc = c->type == YAML_MAP ? yaml_only(c, keys, r->e) : yaml_error(c, r->e, "a note is {note: , guess: yes}");
		if (rc == RC_OK && !words.n)
			rc = yaml_error(c, r->e, "a note needs words");
		if (rc == RC_OK)
			rc = yaml_bool(c, "guess", true, &guess, r->e);
		if (rc == RC_OK)
			note(r->s, words, guess);
	}
	return rc;
}

static enum rc read_aim(struct reader *r, const struct yaml *root)
{
	struct siting *s = r->s;
	const struct yaml *v = yaml_get(root, "aim");
	s->within = 30;
	if (v && siting_aim_read(v->text, &s->aim, &s->within) != RC_OK)
		return yaml_error(v, r->e,
				  "aim is \"least travel\", \"least longest way\", \"most within 30 minutes\", \"smallest "
				  "gap\" or \"least money\"");
	if (s->aim == SITING_MONEY && !s->priced)
		return yaml_error(v, r->e, "least money is the aim but nothing has a price");
	size_t grouped = 0;
	for (size_t i = 0; i < s->n_areas; i++)
		grouped += s->areas[i].group >= 0;
	for (size_t i = 0; i < s->n_areas && !grouped; i++) /* no groups: each area is its own */
		s->areas[i].group = group_named(r, s->areas[i].name);
	return RC_OK;
}

enum rc siting_read(struct str text, const char *name, const char *folder, const char *data,
		    const struct places *places, struct arena *a, struct siting *out, struct err *e)
{
	static const char *const keys[] = { "siting", "title", "people", "areas", "sizes", "sites", "travel", "rules",
					    "aim", "notes", NULL };
	const struct yaml *root;
	struct siting s = { .file = arena_str(a, str_of(name)).p };
	struct reader r = { .s = &s, .folder = folder, .data = data, .places = places, .a = a, .e = e };
	enum rc rc = yaml_read(text, s.file, a, &root, e);
	if (rc == RC_OK && root->type != YAML_MAP)
		rc = yaml_error(root, e, "a siting problem is a map: siting:, areas:, sites:, travel:, ...");
	if (rc == RC_OK)
		rc = yaml_only(root, keys, e);
	if (rc != RC_OK)
		return rc;
	s.id = yaml_text(root, "siting");
	s.title = yaml_text(root, "title");
	s.people = yaml_text(root, "people");
	if (!s.people.n)
		s.people = STR("children");
	if (!s.title.n)
		s.title = s.id.n ? s.id : STR("Where services should stand");
	enum rc (*const steps[])(struct reader *, const struct yaml *) = { read_areas, read_sizes, read_sites,
									   read_travel, read_rules, read_aim,
									   read_notes };
	for (size_t k = 0; rc == RC_OK && k < COUNT_OF(steps); k++)
		rc = steps[k](&r, root);
	if (rc == RC_OK)
		rc = siting_check(&s, e);
	if (rc == RC_OK)
		*out = s;
	return rc;
}
