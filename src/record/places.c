#include "record/places.h"

#include "codec/csv.h"

#include <math.h>

/* The files of data/places, each read by headings that must be there, in order. */

enum { COLUMNS_MAX = 32, RINGS_MAX = 4000, ARCS_MAX = 4000, RING_ARCS_MAX = 400, ARC_POINTS_MAX = 4000 };
static const double EARTH_KM = 6371.0088, DEGREE = 3.14159265358979323846 / 180, LAT_0 = 49.8, LON_0 = -6.5,
		    LAT_MID = 52.8;

struct arc {
	struct place_point *points;
	size_t n;
	size_t areas[2], n_areas; /* that use it */
};

struct spot_list;

struct places {
	struct arena arena;
	struct place_area *areas;
	size_t n_areas, cap_areas;
	struct place_spot *spots;
	size_t n_spots, cap_spots;
	struct arc *arcs;
	size_t n_arcs;
	struct place_ring *rings;
	size_t n_rings;
	struct board *boards;
	size_t n_boards;
	struct spot_list *reading; /* while sectors and districts are read */
};

struct table { /* one file while it is read */
	struct places *p;
	const char *const *headings;
	size_t n;
	bool heading_read;
	enum rc (*row)(struct places *p, const struct str *cells, struct err *e);
};

static enum rc on_row(void *arg, const struct csv_row *row, struct err *e)
{
	struct table *t = arg;
	if (row->n != t->n)
		return err_set(e, RC_BAD_INPUT, "line %" PRId64 ": %zu columns are expected", row->line, t->n);
	if (!t->heading_read) {
		t->heading_read = true;
		for (size_t i = 0; i < t->n; i++)
			if (!str_is(row->cells[i], t->headings[i]))
				return err_set(e, RC_BAD_INPUT, "line %" PRId64 ": column %zu must be \"%s\"",
					       row->line, i + 1, t->headings[i]);
		return RC_OK;
	}
	struct str cells[COLUMNS_MAX];
	for (size_t i = 0; i < t->n; i++)
		cells[i] = arena_str(&t->p->arena, row->cells[i]);
	enum rc rc = t->row(t->p, cells, e);
	return rc == RC_OK ? RC_OK : err_prefix(e, "line %" PRId64, row->line);
}

static enum rc read_table(struct places *p, const char *dir, const char *file, const char *const *headings, size_t n,
			  enum rc (*row)(struct places *p, const struct str *cells, struct err *e), struct err *e)
{
	char path[4096];
	struct table t = { p, headings, n, false, row };
	snprintf(path, sizeof path, "%s/places/%s.csv", dir, file);
	return csv_read_file(path, on_row, &t, e);
}

/* ---- cells ---- */

static bool real(struct str s, double min, double max, double *out)
{
	char *end;
	if (!s.n || s.n > 30)
		return false;
	double v = strtod(s.p, &end); /* arena texts end in NUL */
	if (end != s.p + s.n || !(v >= min && v <= max))
		return false;
	*out = v;
	return true;
}

static bool maybe_day(struct str s, day_t *out)
{
	*out = DAY_NONE;
	return !s.n || day_parse_iso(s, out) == RC_OK;
}

static bool position(struct str lat, struct str lon, struct place_position *out)
{
	struct place_position p;
	if (!real(lat, 49, 56.5, &p.lat) || !real(lon, -7, 2.5, &p.lon))
		return false;
	*out = p;
	return true;
}

static size_t index_of(const struct places *p, struct str code)
{
	size_t lo = 0, hi = p->n_areas;
	while (lo < hi) {
		size_t mid = (lo + hi) / 2;
		int c = str_cmp(p->areas[mid].code, code);
		if (!c)
			return mid;
		if (c < 0)
			lo = mid + 1;
		else
			hi = mid;
	}
	return SIZE_MAX;
}

/* ---- areas ---- */

enum {
	A_CODE,
	A_NAME,
	A_TIER,
	A_UPPER,
	A_REGION_CODE,
	A_REGION,
	A_DFE,
	A_BOARD,
	A_SHARE,
	A_LAT,
	A_LON,
	A_RURAL,
	A_IMD,
	A_IDACI,
	A_FROM,
	A_UNTIL,
	A_NEXT,
	A_COLUMNS
};
static const char *const area_headings[A_COLUMNS] = { "code",	     "name",	   "tier",	 "upper",
						      "region_code", "region",	   "dfe_number", "board",
						      "board_share", "lat",	   "lon",	 "rural_urban",
						      "imd_2025",    "idaci_2019", "valid_from", "valid_until",
						      "successors" };

static enum rc on_area(struct places *p, const struct str *c, struct err *e)
{
	struct place_area a = { .code = c[A_CODE],
				.name = c[A_NAME],
				.upper = c[A_UPPER],
				.region_code = c[A_REGION_CODE],
				.region = c[A_REGION],
				.board = c[A_BOARD],
				.rural_urban = c[A_RURAL],
				.successors = c[A_NEXT] };
	a.tier = str_is(c[A_TIER], "upper")    ? TIER_UPPER
		 : str_is(c[A_TIER], "single") ? TIER_SINGLE
		 : str_is(c[A_TIER], "lower")  ? TIER_LOWER
					       : (enum place_tier)0;
	if (!a.code.n || !a.name.n || !a.tier || (a.tier == TIER_LOWER) != (a.upper.n > 0))
		return err_set(
		    e, RC_BAD_INPUT,
		    "a code, a name, a tier (upper, single, lower) are expected, and the county of a lower one");
	if (!maybe_day(c[A_FROM], &a.from) || !maybe_day(c[A_UNTIL], &a.until))
		return err_set(e, RC_BAD_INPUT, "days are written as 2025-04-01");
	if (p->n_areas == PLACES_MAX)
		return err_set(e, RC_LIMIT, "more than %d areas", PLACES_MAX);
	a.has_position = position(c[A_LAT], c[A_LON], &a.centre);
	a.has_deprivation = real(c[A_IMD], 0, 100, &a.deprivation);
	if (!real(c[A_SHARE], 0, 1, &a.board_share))
		a.board_share = 0;
	if (p->n_areas == p->cap_areas)
		p->areas = xrealloc(p->areas, (p->cap_areas = p->cap_areas ? p->cap_areas * 2 : 512) * sizeof a);
	p->areas[p->n_areas++] = a;
	return RC_OK;
}

static int by_code(const void *x, const void *y)
{
	return str_cmp(((const struct place_area *)x)->code, ((const struct place_area *)y)->code);
}

static enum rc on_population(struct places *p, const struct str *c, struct err *e)
{
	size_t i = index_of(p, c[0]);
	if (i == SIZE_MAX)
		return err_set(e, RC_BAD_INPUT, STR_FMT " is not an area of areas.csv", STR_ARG(c[0]));
	for (size_t k = 0; k < PLACES_AGES; k++)
		if (str_to_int(c[1 + k], 0, 10000000, &p->areas[i].population[k]) != RC_OK)
			return err_set(e, RC_BAD_INPUT, "column %zu: a number of people is expected", k + 2);
	p->areas[i].has_population = true;
	return RC_OK;
}

/* ---- boards ---- */

enum {
	B_CODE,
	B_ONS,
	B_NAME,
	B_PEOPLE,
	B_FROM,
	B_UNTIL,
	B_NEXT,
	B_CLUSTER,
	B_SOURCE,
	B_CHECK,
	B_COLUMNS,
	BOARDS_MAX = 500
};
static const char *const board_headings[B_COLUMNS] = {
	"code",	      "ons_code", "name",   "population_0_17_2023", "valid_from", "valid_until",
	"successors", "cluster",  "source", "not_checked"
};

static enum rc on_board(struct places *p, const struct str *c, struct err *e)
{
	struct board b = { .code = c[B_CODE],
			   .name = c[B_NAME],
			   .successors = c[B_NEXT],
			   .cluster = c[B_CLUSTER],
			   .source = c[B_SOURCE],
			   .not_checked = c[B_CHECK] };
	if (!b.code.n || !b.name.n || !maybe_day(c[B_FROM], &b.from) || !maybe_day(c[B_UNTIL], &b.until))
		return err_set(e, RC_BAD_INPUT, "a code, a name and days such as 2026-04-01 are expected");
	if (p->n_boards == BOARDS_MAX)
		return err_set(e, RC_LIMIT, "more than %d boards", BOARDS_MAX);
	p->boards = xrealloc(p->boards, (p->n_boards + 1) * sizeof b);
	p->boards[p->n_boards++] = b;
	return RC_OK;
}

/* ---- spots ---- */

struct spot_at {
	struct place_spot spot;
	size_t area;
	bool sector;
};
struct spot_list {
	struct spot_at *all;
	size_t n, cap;
	bool *has_sectors; /* by area */
};
static enum rc add_spot(struct places *p, const struct str *c, bool sector, struct err *e)
{
	struct spot_list *l = p->reading;
	struct spot_at s = { .spot.code = c[0], .area = index_of(p, c[4]), .sector = sector };
	if (s.area == SIZE_MAX || !position(c[1], c[2], &s.spot.at) ||
	    str_to_int(c[3], 1, 1000000, &s.spot.postcodes) != RC_OK)
		return err_set(e, RC_BAD_INPUT,
			       "a position in England, postcodes and an area of areas.csv are expected");
	if (l->n == PLACES_SPOTS_MAX)
		return err_set(e, RC_LIMIT, "more than %d sectors and districts", PLACES_SPOTS_MAX);
	if (l->n == l->cap)
		l->all = xrealloc(l->all, (l->cap = l->cap ? l->cap * 2 : 4096) * sizeof s);
	l->all[l->n++] = s;
	l->has_sectors[s.area] = l->has_sectors[s.area] || sector;
	return RC_OK;
}

static enum rc on_sector(struct places *p, const struct str *c, struct err *e)
{
	return add_spot(p, c, true, e);
}

static enum rc on_district(struct places *p, const struct str *c, struct err *e)
{
	return add_spot(p, c, false, e);
}

static int by_area(const void *x, const void *y)
{
	const struct spot_at *a = x, *b = y;
	if (a->area != b->area)
		return a->area < b->area ? -1 : 1;
	return str_cmp(a->spot.code, b->spot.code);
}

static enum rc load_spots(struct places *p, const char *dir, struct err *e)
{
	static const char *const sectors[] = { "sector", "lat", "lon", "postcodes", "area" };
	static const char *const districts[] = { "district", "lat", "lon", "postcodes", "area" };
	struct spot_list l = { .has_sectors = xcalloc(p->n_areas, sizeof(bool)) };
	p->reading = &l;
	enum rc rc = read_table(p, dir, "sectors", sectors, COUNT_OF(sectors), on_sector, e);
	if (rc == RC_OK)
		rc = read_table(p, dir, "districts", districts, COUNT_OF(districts), on_district, e);
	p->reading = NULL;
	if (l.n)
		qsort(l.all, l.n, sizeof *l.all, by_area);
	p->spots = xcalloc(l.n ? l.n : 1, sizeof *p->spots);
	for (size_t i = 0; rc == RC_OK && i < l.n; i++) {
		struct place_area *a = &p->areas[l.all[i].area];
		if (l.has_sectors[l.all[i].area] && !l.all[i].sector)
			continue;
		if (!a->n_spots)
			a->first_spot = p->n_spots;
		a->n_spots++;
		p->spots[p->n_spots++] = l.all[i].spot;
	}
	free(l.all);
	free(l.has_sectors);
	return rc;
}

/* ---- outlines ---- */

struct place_point places_point(struct place_position at)
{
	return (struct place_point){ (at.lon - LON_0) * DEGREE * EARTH_KM * cos(LAT_MID * DEGREE),
				     (at.lat - LAT_0) * DEGREE * EARTH_KM };
}

/* The next whole number of a text; false at its end or if there is none. */
static bool next_int(struct str *s, int64_t *out)
{
	struct str word = str_cut(*s, ' ', s);
	return word.n && str_to_int(word, -100000000, 100000000, out) == RC_OK;
}

static enum rc on_arc(struct places *p, const struct str *c, struct err *e)
{
	int64_t number, dx, dy, x = 0, y = 0;
	struct arc a = { .n = 0 };
	if (str_to_int(c[0], (int64_t)p->n_arcs, (int64_t)p->n_arcs, &number) != RC_OK || p->n_arcs == ARCS_MAX)
		return err_set(e, RC_BAD_INPUT, "stretches are numbered from 0 in order, at most %d", ARCS_MAX);
	a.points =
	    arena_array(&p->arena, ARC_POINTS_MAX < c[1].n / 4 + 2 ? ARC_POINTS_MAX : c[1].n / 4 + 2, sizeof *a.points);
	for (struct str rest = c[1]; rest.n;) {
		if (!next_int(&rest, &dx) || !next_int(&rest, &dy) || a.n == ARC_POINTS_MAX)
			return err_set(e, RC_BAD_INPUT, "pairs of whole numbers are expected, at most %d",
				       ARC_POINTS_MAX);
		x += dx;
		y += dy;
		a.points[a.n++] = places_point((struct place_position){ (double)y / 10000, (double)x / 10000 });
	}
	if (a.n < 2)
		return err_set(e, RC_BAD_INPUT, "a stretch has two points or more");
	p->arcs = xrealloc(p->arcs, (p->n_arcs + 1) * sizeof a);
	p->arcs[p->n_arcs++] = a;
	return RC_OK;
}

/* ~n means stretch n the other way round (as in TopoJSON, -1 - n). */
static enum rc take_arcs(struct places *p, size_t area, struct str list, struct place_ring *out, struct err *e)
{
	size_t used[RING_ARCS_MAX], n = 0, points = 0;
	bool back[RING_ARCS_MAX];
	int64_t v;
	while (list.n) {
		if (!next_int(&list, &v) || n == RING_ARCS_MAX)
			return err_set(e, RC_BAD_INPUT, "numbers of stretches are expected, at most %d", RING_ARCS_MAX);
		back[n] = v < 0;
		used[n] = (size_t)(v < 0 ? -1 - v : v);
		if (used[n] >= p->n_arcs)
			return err_set(e, RC_BAD_INPUT, "there is no stretch %" PRId64, v);
		points += p->arcs[used[n++]].n;
	}
	struct place_point *all = arena_array(&p->arena, points ? points : 1, sizeof *all);
	size_t k = 0;
	for (size_t i = 0; i < n; i++) {
		struct arc *a = &p->arcs[used[i]];
		for (size_t j = i ? 1 : 0; j < a->n; j++)
			all[k++] = a->points[back[i] ? a->n - 1 - j : j];
		if (a->n_areas < 2 && (!a->n_areas || a->areas[0] != area))
			a->areas[a->n_areas++] = area;
	}
	if (k < 4)
		return err_set(e, RC_BAD_INPUT, "an outline has three corners or more");
	out->points = all;
	out->n = k;
	return RC_OK;
}

static enum rc on_outline(struct places *p, const struct str *c, struct err *e)
{
	int64_t part;
	struct place_ring r = { .area = index_of(p, c[0]) };
	if (r.area == SIZE_MAX || str_to_int(c[1], 1, 1000, &part) != RC_OK)
		return err_set(e, RC_BAD_INPUT, "an area of areas.csv and the number of a part are expected");
	if (p->n_rings == RINGS_MAX)
		return err_set(e, RC_LIMIT, "more than %d outlines", RINGS_MAX);
	r.part = (int)part;
	enum rc rc = take_arcs(p, r.area, c[3], &r, e);
	if (rc != RC_OK)
		return rc;
	p->rings = xrealloc(p->rings, (p->n_rings + 1) * sizeof r);
	p->rings[p->n_rings++] = r;
	return RC_OK;
}

/* ---- all of it ---- */

static enum rc load_all(struct places *p, const char *dir, struct err *e)
{
	static const char *const arcs[] = { "arc", "points" };
	static const char *const outlines[] = { "area", "part", "ring", "arcs" };
	char ages[PLACES_AGES][8];
	const char *population[1 + PLACES_AGES] = { "area" };
	for (size_t i = 0; i < PLACES_AGES; i++) {
		snprintf(ages[i], sizeof ages[i], "age_%zu", i);
		population[1 + i] = ages[i];
	}
	enum rc rc = read_table(p, dir, "areas", area_headings, A_COLUMNS, on_area, e);
	if (rc == RC_OK && p->n_areas)
		qsort(p->areas, p->n_areas, sizeof *p->areas, by_code);
	if (rc == RC_OK)
		rc = read_table(p, dir, "population", population, COUNT_OF(population), on_population, e);
	if (rc == RC_OK)
		rc = read_table(p, dir, "boards", board_headings, B_COLUMNS, on_board, e);
	if (rc == RC_OK)
		rc = load_spots(p, dir, e);
	if (rc == RC_OK)
		rc = read_table(p, dir, "arcs", arcs, COUNT_OF(arcs), on_arc, e);
	return rc == RC_OK ? read_table(p, dir, "outlines", outlines, COUNT_OF(outlines), on_outline, e) : rc;
}

enum rc places_load(const char *data_dir, struct places **out, struct err *e)
{
	struct places *p = xcalloc(1, sizeof *p);
	arena_init(&p->arena);
	enum rc rc = load_all(p, data_dir, e);
	if (rc != RC_OK) {
		places_free(p);
		return rc;
	}
	*out = p;
	return RC_OK;
}

void places_free(struct places *p)
{
	if (!p)
		return;
	free(p->areas);
	free(p->spots);
	free(p->arcs);
	free(p->rings);
	free(p->boards);
	arena_release(&p->arena);
	free(p);
}

/* ---- looking up ---- */

size_t places_count(const struct places *p)
{
	return p->n_areas;
}

const struct place_area *places_at(const struct places *p, size_t i)
{
	return i < p->n_areas ? &p->areas[i] : NULL;
}

const struct place_area *places_find(const struct places *p, struct str code)
{
	size_t i = index_of(p, code);
	return i == SIZE_MAX ? NULL : &p->areas[i];
}

static bool in_force(const struct place_area *a, day_t day)
{
	return (a->from == DAY_NONE || a->from <= day) && (a->until == DAY_NONE || day <= a->until);
}

/* Follows successors a few steps: no area has changed more often. */
static void follow(const struct places *p, struct str code, day_t day, int steps, const struct place_area **out,
		   size_t *n)
{
	const struct place_area *a = places_find(p, code);
	if (!a || *n == PLACES_SUCCESSORS_MAX || steps == 0)
		return;
	if (in_force(a, day)) {
		out[(*n)++] = a;
		return;
	}
	for (struct str rest = a->successors; rest.n;) {
		struct str next = str_cut(rest, '|', &rest);
		follow(p, next, day, steps - 1, out, n);
	}
}

size_t places_on(const struct places *p, struct str code, day_t day,
		 const struct place_area *out[PLACES_SUCCESSORS_MAX])
{
	size_t n = 0;
	follow(p, code, day, 5, out, &n);
	return n;
}

bool places_population(const struct place_area *a, int from_age, int to_age, int64_t *out)
{
	int64_t sum = 0;
	if (!a->has_population || from_age < 0 || to_age >= PLACES_AGES)
		return false;
	for (int i = from_age; i <= to_age; i++)
		sum += a->population[i];
	*out = sum;
	return true;
}

/* The haversine formula on a sphere: within half a per cent of the ground. */
double places_kilometres(struct place_position a, struct place_position b)
{
	double y = sin((b.lat - a.lat) * DEGREE / 2), x = sin((b.lon - a.lon) * DEGREE / 2);
	double h = y * y + cos(a.lat * DEGREE) * cos(b.lat * DEGREE) * x * x;
	return 2 * EARTH_KM * asin(sqrt(h > 1 ? 1 : h));
}

size_t places_neighbours(const struct places *p, const struct place_area *a,
			 const struct place_area *out[PLACES_NEIGHBOURS_MAX])
{
	size_t n = 0, at = (size_t)(a - p->areas);
	for (size_t i = 0; i < p->n_arcs; i++) {
		const struct arc *s = &p->arcs[i];
		if (s->n_areas < 2 || (s->areas[0] != at && s->areas[1] != at))
			continue;
		const struct place_area *other = &p->areas[s->areas[0] == at ? s->areas[1] : s->areas[0]];
		size_t k = 0;
		while (k < n && out[k] != other)
			k++;
		if (k == n && n < PLACES_NEIGHBOURS_MAX)
			out[n++] = other;
	}
	return n;
}

size_t places_spots(const struct places *p)
{
	return p->n_spots;
}

const struct place_spot *places_spot(const struct places *p, size_t i)
{
	return i < p->n_spots ? &p->spots[i] : NULL;
}

size_t places_rings(const struct places *p, const struct place_ring **out)
{
	*out = p->rings;
	return p->n_rings;
}

size_t places_boards(const struct places *p, const struct board **out)
{
	*out = p->boards;
	return p->n_boards;
}

const struct board *places_board(const struct places *p, struct str code)
{
	for (size_t i = 0; i < p->n_boards; i++)
		if (str_eq(p->boards[i].code, code))
			return &p->boards[i];
	return NULL;
}
