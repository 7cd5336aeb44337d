#include "exchange/synth/joint.h"

#include <math.h>

enum { DIMENSIONS = 6, ALL = AGES * SEXES * UASCS * LEGALS * PLACES * WHERES, ROUNDS = 40, TWO_WAY_MAX = 8 };

/* The pattern: how likely things go together, before any council's tables. Only
 * what it forbids and its rough shape matter; the tables do the rest. */
static const double age_place[AGES][PLACES] = { { .80, 0, 0, .10, .06, 0, .08, .001 },
						{ .75, .002, 0, .12, .10, 0, .01, .001 },
						{ .78, .06, 0, .08, .02, .005, .01, .002 },
						{ .66, .20, 0, .06, .0005, .02, .02, .01 },
						{ .38, .16, .36, .04, 0, .01, .02, .03 } };
static const double age_legal[AGES][LEGALS] = { { .15, .60, .20, .10, 0, .003 },
						{ .40, .30, .22, .08, 0, .002 },
						{ .70, .20, .02, .10, 0, .001 },
						{ .75, .08, .001, .20, .005, .001 },
						{ .50, .02, .0001, .45, .03, .002 } };
static const double place_legal[PLACES][LEGALS] = { { 1, 1, .6, 1, .2, 1 },	    { 1, .4, .02, 1, 1.5, 1 },
						    { .5, .1, .001, 1.5, 1.5, .5 }, { 1, .7, .02, 0, 0, 0 },
						    { .05, .001, 1, .02, 0, 0 },    { 1, .2, .001, 1, 0, 0 },
						    { 1, 1, .05, 1, 3, 1 },	    { 1, .5, .02, 1, 5, .5 } };
static const double place_where[PLACES][WHERES] = { { 1, 1, 1, 1, .7, 1 },     { .6, .6, .6, 1, 1.6, 1 },
						    { 1, 1, 1, 1, .8, 1 },     { 2, 1, 1, .7, .4, .5 },
						    { .7, .7, .7, 1, 1.2, 1 }, { .3, .5, .5, 1, 2, 1 },
						    { .8, .8, .8, 1, 1.3, 1 }, { .8, .8, .8, 1, 1, 1 } };
static const double uasc_age[AGES] = { .00001, .0001, .001, .20, .80 };
static const double uasc_legal[LEGALS] = { .03, .001, .00001, 1, .003, .0001 };
static const double uasc_place[PLACES] = { 1, .15, 1, .0001, .00001, .001, .02, .1 };
static const double uasc_where[WHERES] = { 1, 1, 8, 1, 1, 8 };

static const double place_provider[PLACES][PROVIDERS] = {
	{ .55, .02, .001, .38, .04, 0, .001 }, { .10, .02, .01, .80, .05, 0, .005 },
	{ .05, .01, .01, .75, .15, 0, .01 },   { 0, 0, 0, 0, 0, 1, .001 },
	{ .60, .25, .001, .05, .10, 0, .001 }, { .05, .10, .10, .60, .15, 0, .01 },
	{ .10, .05, .30, .50, .10, 0, .02 },   { .10, .10, .30, .30, .05, 0, .30 }
};
static const double uasc_need[2][NEEDS] = { { 1, 1, 1, 1, 1, 1, 1, .3 }, { .05, .002, .01, .03, .03, .003, .002, 1 } };
static const double uasc_ethnic[2][ETHNICS] = { { 1, 1, .6, .7, .3, 1 }, { .08, .05, 1, 1, 2, 1 } };

static const enum figure first_of[DIMENSIONS] = { F_UNDER_1, F_FEMALE, F_UASC, F_FULL_ORDER, F_FOSTER, F_INSIDE_NEAR };
static const int size_of[DIMENSIONS] = { AGES, SEXES, UASCS, LEGALS, PLACES, WHERES };

struct joint {
	double *upto; /* of each cell, all before it and itself */
	struct persona *cells;
	size_t n;
	double provider[PLACES][TWO_WAY_MAX], need[UASCS][TWO_WAY_MAX], ethnic[UASCS][TWO_WAY_MAX];
};

/* Index of the persona in dimension d. Sex is published female first, uasc first. */
static int in_dimension(const struct persona *p, int d)
{
	switch (d) {
	case 0: return p->age;
	case 1: return p->female ? 0 : 1;
	case 2: return p->uasc ? 0 : 1;
	case 3: return p->legal;
	case 4: return p->place;
	default: return p->where;
	}
}

static double seed_of(const struct persona *p)
{
	double w = place_legal[p->place][p->legal] * place_where[p->place][p->where];
	if (p->uasc)
		return w * uasc_age[p->age] * uasc_legal[p->legal] * uasc_place[p->place] * uasc_where[p->where] *
		       (age_place[p->age][p->place] > 0 ? 1 : 0) * (p->female ? .05 : .95);
	return w * age_place[p->age][p->place] * age_legal[p->age][p->legal] * (p->female ? .46 : .54);
}

static size_t make_cells(struct joint *j, double *v)
{
	size_t n = 0;
	for (int i = 0; i < ALL; i++) {
		int k = i;
		struct persona p;
		p.where = (uint8_t)(k % WHERES), k /= WHERES;
		p.place = (uint8_t)(k % PLACES), k /= PLACES;
		p.legal = (uint8_t)(k % LEGALS), k /= LEGALS;
		p.uasc = (uint8_t)(k % UASCS), k /= UASCS;
		p.female = (uint8_t)(k % SEXES), k /= SEXES;
		p.age = (uint8_t)k;
		double w = seed_of(&p);
		if (w <= 0)
			continue;
		j->cells[n] = p;
		v[n++] = w;
	}
	return n;
}

/* The published shares of a dimension; all alike where nothing is published. */
static void margin(const struct figures *f, enum figure first, int n, double *out)
{
	double sum = 0;
	for (int i = 0; i < n; i++)
		sum += f->v[first + (enum figure)i];
	for (int i = 0; i < n; i++)
		out[i] = sum > 0 ? f->v[first + (enum figure)i] / sum : 1.0 / n;
}

static void fit_dimension(const struct joint *j, double *v, int d, const double *want)
{
	double have[TWO_WAY_MAX] = { 0 };
	for (size_t i = 0; i < j->n; i++)
		have[in_dimension(&j->cells[i], d)] += v[i];
	for (int k = 0; k < size_of[d]; k++)
		have[k] = have[k] > 0 ? want[k] / have[k] : 0;
	for (size_t i = 0; i < j->n; i++)
		v[i] *= have[in_dimension(&j->cells[i], d)];
}

/* A table of two ways, fitted to both edges; each row then sums to one. */
static void fit_two_way(const double *seed, const double *rows, int n_rows, const double *columns, int n_columns,
			double (*out)[TWO_WAY_MAX])
{
	for (int r = 0; r < n_rows; r++)
		for (int c = 0; c < n_columns; c++)
			out[r][c] = seed[r * n_columns + c];
	for (int round = 0; round < ROUNDS; round++) {
		for (int c = 0; c < n_columns; c++) {
			double sum = 0;
			for (int r = 0; r < n_rows; r++)
				sum += out[r][c];
			for (int r = 0; r < n_rows; r++)
				out[r][c] *= sum > 0 ? columns[c] / sum : 0;
		}
		for (int r = 0; r < n_rows; r++) {
			double sum = 0;
			for (int c = 0; c < n_columns; c++)
				sum += out[r][c];
			for (int c = 0; c < n_columns; c++)
				out[r][c] *= sum > 0 ? rows[r] / sum : 0;
		}
	}
	for (int r = 0; r < n_rows; r++) {
		double sum = 0;
		for (int c = 0; c < n_columns; c++)
			sum += out[r][c];
		for (int c = 0; c < n_columns; c++)
			out[r][c] = sum > 0 ? out[r][c] : seed[r * n_columns + c];
	}
}

struct joint *joint_fit(const struct figures *f)
{
	struct joint *j = xcalloc(1, sizeof *j);
	double want[DIMENSIONS][TWO_WAY_MAX], columns[TWO_WAY_MAX], total = 0;
	j->cells = xcalloc(ALL, sizeof *j->cells);
	j->upto = xcalloc(ALL, sizeof *j->upto);
	j->n = make_cells(j, j->upto);
	for (int d = 0; d < DIMENSIONS; d++)
		margin(f, first_of[d], size_of[d], want[d]);
	for (int round = 0; round < ROUNDS; round++)
		for (int d = 0; d < DIMENSIONS; d++)
			fit_dimension(j, j->upto, d, want[d]);
	size_t kept = 0;
	for (size_t i = 0; i < j->n; i++) {
		if (!(j->upto[i] > 1e-12))
			continue;
		total += j->upto[i];
		j->cells[kept] = j->cells[i];
		j->upto[kept++] = total;
	}
	j->n = kept;
	margin(f, F_OWN_PROVISION, PROVIDERS, columns);
	fit_two_way(&place_provider[0][0], want[4], PLACES, columns, PROVIDERS, j->provider);
	double uasc[UASCS] = { want[2][1], want[2][0] };
	margin(f, F_N1, NEEDS, columns);
	fit_two_way(&uasc_need[0][0], uasc, UASCS, columns, NEEDS, j->need);
	margin(f, F_WHITE, ETHNICS, columns);
	fit_two_way(&uasc_ethnic[0][0], uasc, UASCS, columns, ETHNICS, j->ethnic);
	return j;
}

void joint_free(struct joint *j)
{
	if (!j)
		return;
	free(j->cells);
	free(j->upto);
	free(j);
}

struct persona joint_draw(const struct joint *j, struct rand *r)
{
	double x = rand_real(r) * j->upto[j->n - 1];
	size_t lo = 0, hi = j->n - 1;
	while (lo < hi) {
		size_t mid = (lo + hi) / 2;
		if (j->upto[mid] > x)
			hi = mid;
		else
			lo = mid + 1;
	}
	return j->cells[lo];
}

size_t joint_provider(const struct joint *j, struct rand *r, enum place_kind place)
{
	return rand_choice(r, j->provider[place], PROVIDERS);
}

size_t joint_need(const struct joint *j, struct rand *r, bool uasc)
{
	return rand_choice(r, j->need[uasc], NEEDS);
}

size_t joint_ethnic(const struct joint *j, struct rand *r, bool uasc)
{
	return rand_choice(r, j->ethnic[uasc], ETHNICS);
}

double joint_share(const struct joint *j, enum figure f)
{
	double sum = 0, last = 0;
	for (size_t i = 0; i < j->n; i++) {
		double w = j->upto[i] - last;
		last = j->upto[i];
		for (int d = 0; d < DIMENSIONS; d++)
			if (f >= first_of[d] && f < first_of[d] + (enum figure)size_of[d] &&
			    in_dimension(&j->cells[i], d) == (int)(f - first_of[d]))
				sum += w;
	}
	return sum / last;
}
