#include "exchange/synth/world.h"

#include "base/text.h"
#include "record/region.h"

#include <math.h>

enum { ROUNDS = 15, TRIES = 15, YEAR = 365, TENS = 100000 };

/* ---- numbers for tests ---- */

/* The check digit of 999 and six more, as the NHS number's: 10 if there is none. */
static int check_digit(uint64_t six)
{
	char d[10];
	int sum = 0;
	snprintf(d, sizeof d, "999%06" PRIu64, six % 1000000);
	for (int i = 0; i < 9; i++)
		sum += (d[i] - '0') * (10 - i);
	return (11 - sum % 11) % 11;
}

static uint32_t *count_numbers(void)
{
	uint32_t *upto = xcalloc(TENS + 1, sizeof *upto);
	for (uint32_t t = 0; t < TENS; t++) {
		uint32_t n = 0;
		int c = check_digit((uint64_t)t * 10); /* each further number of a ten takes two off the sum's rest */
		for (int i = 0; i < 10; i++)
			n += (c - 2 * i % 11 + 11) % 11 != 10;
		upto[t + 1] = upto[t] + n;
	}
	return upto;
}

bool world_nhs_number(const struct synth_world *w, uint64_t n, char out[11])
{
	size_t lo = 0, hi = TENS;
	if (n >= w->nhs_upto[TENS])
		return false;
	while (lo + 1 < hi) {
		size_t mid = (lo + hi) / 2;
		if (w->nhs_upto[mid] <= n)
			lo = mid;
		else
			hi = mid;
	}
	uint64_t six = lo * 10, skip = n - w->nhs_upto[lo];
	for (;; six++) {
		if (check_digit(six) == 10)
			continue;
		if (skip-- == 0)
			break;
	}
	snprintf(out, 11, "999%06" PRIu64 "%d", six % 1000000, check_digit(six));
	return true;
}

/* ---- councils ---- */

static double share(double part, double of)
{
	return of > 0 ? part / of : 0;
}

/* Chances of time in care, so that as many were in care a year and two and a half
 * years ago as is published. A child cannot be in care longer than it lives: the
 * chance is asked of those old enough, and is so much higher. */
static void calibrate_time(struct synth_council *c, size_t health_year)
{
	const double *v = c->f->v;
	double all = v[F_LOOKED_AFTER], u1 = share(v[F_UNDER_1], all), old = share(v[F_AGE_16_17], all);
	double enough = share(v[F_AGE_1_4], all) * 0.625 + share(v[F_AGE_5_9] + v[F_AGE_10_15], all);
	double over_year = share(c->f->health[health_year][H_COHORT], all), over_long = share(v[F_LONG_BASE], all);
	c->long_term = fmin(0.98, share(over_long, enough));
	c->two_years = fmin(0.98, share(over_long, 1 - old)); /* of those over 16 nothing is published: as the others */
	double rest = 1 - u1 - over_long - old * c->two_years;
	c->one_year = fmax(0, fmin(0.99, share(over_year - over_long - old * c->two_years, rest)));
	c->settled = share(v[F_LONG_SAME], v[F_LONG_BASE]);
	/* Three placements in a year are asked of children in care for 60 days or more who have
	 * not been settled for two years; of days in the first year each is as likely as another. */
	double young = u1 * 0.461, short_while = (1 - u1 - over_year) * 60 / YEAR;
	c->moving = fmin(0.98, share(share(v[F_THREE_PLACEMENTS], v[F_STABILITY_BASE]),
				     fmax(0.05, 1 - over_long * c->settled - young - short_while)));
}

static enum rc add_councils(struct synth_world *w, const struct region *r, struct err *e)
{
	w->councils = arena_array(&w->arena, COUNCILS_MAX, sizeof *w->councils);
	for (size_t i = 0; i < places_count(w->places); i++) {
		const struct place_area *a = places_at(w->places, i);
		const struct organisation_entry *o = organisations_find(w->orgs, ORG_COUNCIL, a->code);
		const struct figures *f = published_find(w->published, a->code);
		if (a->tier == TIER_LOWER || !o || !f || w->n_councils == COUNCILS_MAX)
			continue;
		struct synth_council *c = &w->councils[w->n_councils++];
		*c = (struct synth_council){
			.code = a->code, .name = o->short_name, .f = f, .area = a, .joint = w->england
		};
		snprintf(c->letter, sizeof c->letter, "%c", o->short_name.p[0]);
		calibrate_time(c, published_year(HEALTH_FIRST_YEAR + HEALTH_YEARS));
	}
	w->ours = arena_array(&w->arena, r->n_councils, sizeof *w->ours);
	for (size_t i = 0; i < r->n_councils; i++) {
		size_t k = 0;
		while (k < w->n_councils && !str_eq(w->councils[k].code, r->councils[i]))
			k++;
		if (k == w->n_councils)
			return err_set(e, RC_BAD_INPUT,
				       "nothing is published about the council " STR_FMT " of the region",
				       STR_ARG(r->councils[i]));
		w->councils[k].ours = true;
		w->ours[w->n_ours++] = k;
	}
	return RC_OK;
}

/* Whether any two sectors are more than twenty miles apart. */
static bool is_wide(const struct synth_world *w, const struct place_area *a)
{
	for (size_t i = 0; i < a->n_spots; i++)
		for (size_t k = 0; k < i; k++)
			if (places_kilometres(places_spot(w->places, a->first_spot + i)->at,
					      places_spot(w->places, a->first_spot + k)->at) > NEAR_KM)
				return true;
	return false;
}

static enum rc fit_councils(struct synth_world *w, const struct region *r, struct err *e)
{
	w->joints = xcalloc(w->n_ours, sizeof *w->joints);
	for (size_t i = 0; i < w->n_ours; i++) {
		struct synth_council *c = &w->councils[w->ours[i]];
		const struct organisation_entry *o = NULL;
		c->joint = w->joints[i] = joint_fit(c->f);
		c->wide = is_wide(w, c->area);
		const struct help_figures *h = published_help(w->published, c->area->board);
		c->within_4_weeks = h ? h->within_4_weeks : 0.2;
		for (size_t k = 0; k < r->n_providers && !o; k++)
			for (size_t b = 0; b < r->providers[k].n; b++)
				if (str_eq(r->providers[k].boards[b], c->area->board))
					o = organisations_find(w->orgs, ORG_PROVIDER, r->providers[k].provider);
		if (!o)
			return err_set(e, RC_BAD_INPUT,
				       "the region names no provider that is known for the board " STR_FMT,
				       STR_ARG(c->area->board));
		c->provider = arena_str(&w->arena, o->name);
	}
	return RC_OK;
}

/* ---- who places where ---- */

struct flow {
	size_t n;
	const struct place_point *points; /* of every spot */
	double *near, *far;		  /* [from][to] */
};

/* Whether any two sectors of the councils are so near, or so far, apart. */
static void possible(const struct synth_world *w, const struct flow *f, size_t a, size_t b, bool *near, bool *far)
{
	const struct place_area *x = w->councils[a].area, *y = w->councils[b].area;
	double apart = places_kilometres(x->centre, y->centre);
	*near = apart < NEAR_KM;
	*far = apart > NEAR_KM;
	if (apart > 130)
		return;
	for (size_t i = 0; i < x->n_spots && !(*near && *far); i++) {
		struct place_point p = f->points[x->first_spot + i];
		for (size_t k = 0; k < y->n_spots; k++) {
			struct place_point q = f->points[y->first_spot + k];
			double dx = p.x - q.x, dy = p.y - q.y;
			bool close = dx * dx + dy * dy < NEAR_KM * NEAR_KM * 0.9; /* maps squeeze a little */
			*near = *near || close;
			*far = *far || !close;
		}
	}
}

static void seed_flow(const struct synth_world *w, struct flow *f)
{
	for (size_t a = 0; a < f->n; a++)
		for (size_t b = 0; b < a; b++) {
			bool near, far;
			double km = places_kilometres(w->councils[a].area->centre, w->councils[b].area->centre);
			possible(w, f, a, b, &near, &far);
			f->near[a * f->n + b] = f->near[b * f->n + a] = near ? exp(-km / 15) : 0;
			f->far[a * f->n + b] = f->far[b * f->n + a] = far ? pow(fmax(km, NEAR_KM) / 50, -1.6) : 0;
		}
}

static void scale_row(double *row, size_t n, double want)
{
	double sum = 0;
	for (size_t i = 0; i < n; i++)
		sum += row[i];
	for (size_t i = 0; i < n && sum > 0; i++)
		row[i] *= want / sum;
}

static void fit_flow(const struct synth_world *w, struct flow *f)
{
	for (int round = 0; round < ROUNDS; round++) {
		for (size_t b = 0; b < f->n; b++) {
			double sum = 0, want = w->councils[b].f->v[F_OTHERS_HERE];
			for (size_t a = 0; a < f->n; a++)
				sum += f->near[a * f->n + b] + f->far[a * f->n + b];
			for (size_t a = 0; a < f->n && sum > 0; a++) {
				f->near[a * f->n + b] *= want / sum;
				f->far[a * f->n + b] *= want / sum;
			}
		}
		for (size_t a = 0; a < f->n; a++) {
			const double *v = w->councils[a].f->v;
			double near = v[F_OUTSIDE_NEAR], far = v[F_OUTSIDE_FAR], unknown = v[F_OUTSIDE_UNKNOWN];
			double of = near + far > 0 ? near / (near + far) : 0.5;
			scale_row(f->near + a * f->n, f->n, near + of * unknown + 0.01);
			scale_row(f->far + a * f->n, f->n, far + (1 - of) * unknown + 0.01);
		}
	}
}

static void sum_up(double *row, size_t n)
{
	for (size_t i = 1; i < n; i++)
		row[i] += row[i - 1];
}

static void make_flow(struct synth_world *w)
{
	size_t n = w->n_councils;
	struct place_point *points = arena_array(&w->arena, places_spots(w->places), sizeof *points);
	for (size_t i = 0; i < places_spots(w->places); i++)
		points[i] = places_point(places_spot(w->places, i)->at);
	struct flow f = { n, points, arena_array(&w->arena, n * n, sizeof(double)),
			  arena_array(&w->arena, n * n, sizeof(double)) };
	seed_flow(w, &f);
	fit_flow(w, &f);
	w->inward = arena_array(&w->arena, w->n_ours * n, sizeof *w->inward);
	for (size_t i = 0; i < w->n_ours; i++)
		for (size_t a = 0; a < n; a++)
			if (!w->councils[a].ours)
				w->inward[i * n + a] = f.near[a * n + w->ours[i]] + f.far[a * n + w->ours[i]];
	sum_up(w->inward, w->n_ours * n);
	for (size_t a = 0; a < n; a++) {
		w->councils[a].near = f.near + a * n;
		w->councils[a].far = f.far + a * n;
		sum_up(w->councils[a].near, n);
		sum_up(w->councils[a].far, n);
	}
}

/* Index whose stretch of the sums holds a draw; n if all are nothing. */
static size_t pick(struct rand *r, const double *upto, size_t n)
{
	double x = rand_real(r) * upto[n - 1];
	size_t lo = 0, hi = n - 1;
	if (upto[n - 1] <= 0)
		return n;
	while (lo < hi) {
		size_t mid = (lo + hi) / 2;
		if (upto[mid] > x)
			hi = mid;
		else
			lo = mid + 1;
	}
	return lo;
}

size_t world_place(const struct synth_world *w, struct rand *r, size_t from, enum where_kind where)
{
	const struct synth_council *c = &w->councils[from];
	if (!where_outside(where))
		return from;
	bool near = where == WHERE_OUTSIDE_NEAR || (where == WHERE_OUTSIDE_UNKNOWN && rand_chance(r, 0.5));
	size_t to = pick(r, near ? c->near : c->far, w->n_councils);
	return to == w->n_councils ? pick(r, near ? c->far : c->near, w->n_councils) : to;
}

const struct place_spot *world_spot(const struct synth_world *w, struct rand *r, size_t council)
{
	const struct place_area *a = w->councils[council].area;
	int64_t all = 0;
	for (size_t i = 0; i < a->n_spots; i++)
		all += places_spot(w->places, a->first_spot + i)->postcodes;
	int64_t x = rand_int(r, 0, all - 1);
	size_t i = 0;
	while ((x -= places_spot(w->places, a->first_spot + i)->postcodes) >= 0)
		i++;
	return places_spot(w->places, a->first_spot + i);
}

const struct place_spot *world_spot_from(const struct synth_world *w, struct rand *r, size_t council,
					 const struct place_spot *home, bool near)
{
	const struct place_area *a = w->councils[council].area;
	const struct place_spot *best = NULL;
	double best_km = 0;
	for (int i = 0; i < TRIES; i++) {
		const struct place_spot *s = world_spot(w, r, council);
		if ((places_kilometres(home->at, s->at) <= NEAR_KM) == near)
			return s;
	}
	for (size_t i = 0; i < a->n_spots; i++) { /* the nearest, or the furthest, of all */
		const struct place_spot *s = places_spot(w->places, a->first_spot + i);
		double km = places_kilometres(home->at, s->at);
		if (!best || (near ? km < best_km : km > best_km)) {
			best = s;
			best_km = km;
		}
	}
	return best;
}

/* Of all pairs one that fits: the first from a place drawn in each, going round. */
static bool any_pair(const struct synth_world *w, struct rand *r, size_t from, size_t to, bool near,
		     const struct place_spot **home_out, const struct place_spot **spot_out)
{
	const struct place_area *a = w->councils[from].area, *b = w->councils[to].area;
	size_t x = (size_t)rand_int(r, 0, (int64_t)a->n_spots - 1), y = (size_t)rand_int(r, 0, (int64_t)b->n_spots - 1);
	for (size_t i = 0; i < a->n_spots; i++) {
		const struct place_spot *home = places_spot(w->places, a->first_spot + (x + i) % a->n_spots);
		for (size_t k = 0; k < b->n_spots; k++) {
			const struct place_spot *s = places_spot(w->places, b->first_spot + (y + k) % b->n_spots);
			if ((places_kilometres(home->at, s->at) <= NEAR_KM) != near)
				continue;
			*home_out = home;
			*spot_out = s;
			return true;
		}
	}
	return false;
}

void world_pair(const struct synth_world *w, struct rand *family, struct rand *r, size_t from, size_t to, bool near,
		const struct place_spot **home_out, const struct place_spot **spot_out)
{
	const struct place_spot *home = world_spot(w, family, from), *spot = NULL;
	for (int i = 0; i < 2 * TRIES; i++) {
		if (i >= 4 && i % 3 == 0) /* this home may be too far from there, or too near */
			home = world_spot(w, r, from);
		spot = world_spot(w, r, to);
		if ((places_kilometres(home->at, spot->at) <= NEAR_KM) == near) {
			*home_out = home;
			*spot_out = spot;
			return;
		}
	}
	if (any_pair(w, r, from, to, near, home_out, spot_out))
		return;
	*home_out = home;
	*spot_out = spot;
}

void world_placed_here(const struct synth_world *w, struct rand *r, size_t *here, size_t *from)
{
	size_t i = pick(r, w->inward, w->n_ours * w->n_councils);
	if (i == w->n_ours * w->n_councils)
		i = 0;
	*here = w->ours[i / w->n_councils];
	*from = i % w->n_councils;
}

/* ---- all of it ---- */

enum rc world_make(const struct synth_options *o, struct synth_world *w, struct err *e)
{
	struct region r;
	*w = (struct synth_world){ .o = o };
	arena_init(&w->arena);
	enum rc rc = region_read(o->data_dir, str_of(o->region), &w->arena, &r, e);
	if (rc == RC_OK)
		rc = organisations_load(o->data_dir, &w->orgs, e);
	if (rc == RC_OK)
		rc = adjoining_load(o->data_dir, &w->adjoining, e);
	if (rc == RC_OK)
		rc = places_load(o->data_dir, &w->places, e);
	if (rc == RC_OK)
		rc = published_load(o->data_dir, &w->published, e);
	if (rc != RC_OK)
		return rc;
	w->region_name = r.name;
	const struct figures *england = published_find(w->published, STR("E92000001"));
	if (!england)
		return err_set(e, RC_BAD_INPUT, "published_2025.csv has no line for England");
	w->england = joint_fit(england);
	struct ymd d = day_ymd(o->today);
	w->return_end = day_of(d.month >= 4 ? d.year : d.year - 1, 3, 31);
	w->nhs_upto = count_numbers();
	rc = add_councils(w, &r, e);
	if (rc == RC_OK)
		rc = fit_councils(w, &r, e);
	if (rc == RC_OK)
		make_flow(w);
	return rc;
}

void world_release(struct synth_world *w)
{
	for (size_t i = 0; w->joints && i < w->n_ours; i++)
		joint_free(w->joints[i]);
	free(w->joints);
	joint_free(w->england);
	free(w->nhs_upto);
	published_free(w->published);
	places_free(w->places);
	adjoining_free(w->adjoining);
	organisations_free(w->orgs);
	arena_release(&w->arena);
}
