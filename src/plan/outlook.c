/* Replications of a scenario, added up. */
#include "plan/outlook_inside.h"

#include <math.h>

#include "base/parallel.h"
#include "plan/inside.h"
#include "stat/dist.h"

#define YEAR_DAYS 365.25
enum { BLOCKS = 20 };

static const struct {
	const char *id, *words;
} measures[OUT__COUNT] = {
	[OUT_ADMISSIONS] = { "admissions", "admissions a year" },
	[OUT_STAY] = { "stay", "days in a bed, each admission" },
	[OUT_WAIT] = { "wait", "mean days waited for a bed" },
	[OUT_DELAYED] = { "delayed", "share who waited for a bed" },
	[OUT_WITHIN] = { "within-target", "share admitted within the target" },
	[OUT_WAIT_P50] = { "wait-p50", "middle wait for a bed, days" },
	[OUT_WAIT_P90] = { "wait-p90", "wait for a bed that 9 in 10 stay under, days" },
	[OUT_WAIT_P95] = { "wait-p95", "wait for a bed that 19 in 20 stay under, days" },
	[OUT_OCCUPIED] = { "occupied-beds", "children in beds, mean" },
	[OUT_BED_DAYS] = { "bed-days", "bed-days a year" },
	[OUT_AWAY] = { "out-of-area-admissions", "admissions out of the area a year" },
	[OUT_AWAY_SHARE] = { "out-of-area-share", "share of admissions out of the area" },
	[OUT_AWAY_DAYS] = { "out-of-area-days", "bed-days out of the area a year" },
	[OUT_FAR_DAYS] = { "far-bed-days", "bed-days far from home a year" },
	[OUT_MILES] = { "miles", "miles from home to the bed" },
	[OUT_MINUTES] = { "minutes", "minutes by car to the bed" },
	[OUT_PER_100000] = { "admissions-per-100000", "admissions a year per 100,000 children" },
	[OUT_STARTS] = { "starts", "children who begin a year" },
	[OUT_CARE_WAIT] = { "care-wait", "mean days waited to begin" },
	[OUT_CARE_DELAYED] = { "care-delayed", "share who waited to begin" },
	[OUT_CARE_WITHIN] = { "care-within-target", "share who began within the target" },
	[OUT_CARE_P50] = { "care-wait-p50", "middle wait to begin, days" },
	[OUT_CARE_P90] = { "care-wait-p90", "wait to begin that 9 in 10 stay under, days" },
	[OUT_CARE_P95] = { "care-wait-p95", "wait to begin that 19 in 20 stay under, days" },
	[OUT_CARE_MINUTES] = { "care-minutes", "minutes by car to the service" },
	[OUT_OCCUPANCY] = { "occupancy", "places in use, share" },
	[OUT_WENT] = { "went-elsewhere", "went elsewhere for want of a place, a year" },
	[OUT_LEFT] = { "left", "left the queue or were turned away, a year" },
	[OUT_MISSED] = { "missed-appointments", "appointments missed a year" },
	[OUT_HELD] = { "delayed-discharges", "stayed on for want of a next place, a year" },
	[OUT_COST] = { "cost", "cost a year, pounds" },
};

const char *outlook_measure_id(enum outlook_measure m)
{
	return measures[m].id;
}

const char *outlook_measure_words(enum outlook_measure m)
{
	return measures[m].words;
}

const char *outlook_scope_name(enum outlook_scope s)
{
	static const char *const names[] = { "all", "area", "county", "deprivation-fifth", "need", "service" };
	return names[s];
}

bool outlook_is_quantile(enum outlook_measure m)
{
	return (m >= OUT_WAIT_P50 && m <= OUT_WAIT_P95) || (m >= OUT_CARE_P50 && m <= OUT_CARE_P95);
}

static bool is_care(enum outlook_measure m)
{
	return m >= OUT_STARTS && m <= OUT_CARE_MINUTES;
}

/* ---- a run ---- */

struct pile { /* what is pooled over all replications for a set of rows */
	enum outlook_scope scope;
	int32_t index;
	bool care;
	uint64_t *bins;
};

struct one {		   /* what a job leaves for the taker */
	double *up, *down; /* by row */
	uint32_t *bins;	   /* by pile */
	int32_t *census;   /* by month */
	bool grows;
	enum rc rc;
	struct err err;
};

struct playing {
	const struct scenario *s;
	const struct outlook_options *o;
	struct outlook *out;
	int32_t before, days;	 /* of warm-up; altogether */
	double *miles, *minutes; /* [area * services + service], with inputs as written */
	double *up, *down;	 /* [row * replications + replication] */
	int32_t *census;	 /* [month * replications + replication] */
	struct pile *piles;
	size_t n_piles;
	struct one *slots;
	enum rc rc;
	struct err *err;
	int64_t grew;
};

static bool same_county(const struct scenario *s, int32_t a, int32_t b)
{
	return str_eq(s->areas[a].county, s->areas[b].county);
}

/* Does a child of this group at this service count in a row of this scope? */
static bool counts(const struct scenario *s, enum outlook_scope scope, int32_t index, const struct scenario_group *g,
		   size_t service)
{
	switch (scope) {
	case OUTLOOK_AREA: return g->area == index;
	case OUTLOOK_COUNTY: return same_county(s, g->area, index);
	case OUTLOOK_FIFTH: return s->areas[g->area].fifth == index;
	case OUTLOOK_NEED: return s->demands[g->demand].need == index;
	case OUTLOOK_SERVICE: return (int32_t)service == index;
	default: return true;
	}
}

static double input(const double *values, input_t i)
{
	return i >= 0 ? values[i] : 0;
}

static double children_of(const struct scenario *s, const struct outlook_row *row, const double *values)
{
	double n = 0;
	for (size_t i = 0; i < s->n_areas; i++) {
		struct scenario_group g = { (int32_t)i, 0 };
		if (row->scope == OUTLOOK_NEED || counts(s, row->scope, row->index, &g, 0))
			n += values[s->areas[i].children];
	}
	return n;
}

/* What a cell adds to a row, as numerator and denominator. */
static void add_cell(const struct playing *p, const struct cell *c, const struct scenario_group *g, size_t k,
		     struct outlook_row *row, const double *values, double *up, double *down)
{
	const struct plan_service *v = &p->s->services[k];
	double years = p->out->years, started = (double)c->started, ticks = (double)TICKS_PER_DAY;
	double miles = p->miles[(size_t)g->area * p->s->n_services + k];
	double minutes = p->minutes[(size_t)g->area * p->s->n_services + k];
	double bed_days = (double)(c->busy_time + c->held_time) / ticks; /* a place that is kept is taken */
	switch (row->measure) {
	case OUT_ADMISSIONS:
	case OUT_PER_100000:
	case OUT_STARTS: *up += started / years; break;
	case OUT_STAY: *up += bed_days, *down += started; break;
	case OUT_WAIT:
	case OUT_CARE_WAIT: *up += (double)c->wait_sum / ticks, *down += started; break;
	case OUT_DELAYED:
	case OUT_CARE_DELAYED: *up += (double)c->waited, *down += started; break;
	case OUT_WITHIN:
	case OUT_CARE_WITHIN:
		if (v->n_targets)
			*up += (double)c->within[0], *down += started;
		break;
	case OUT_OCCUPIED: *up += bed_days / (years * YEAR_DAYS); break;
	case OUT_BED_DAYS: *up += bed_days / years; break;
	case OUT_AWAY: *up += v->away ? started / years : 0; break;
	case OUT_AWAY_SHARE: *up += v->away ? started : 0, *down += started; break;
	case OUT_AWAY_DAYS: *up += v->away ? bed_days / years : 0; break;
	case OUT_FAR_DAYS: *up += v->away || miles > p->s->far_miles ? bed_days / years : 0; break;
	case OUT_MILES:
		if (!isnan(miles))
			*up += started * miles, *down += started;
		break;
	case OUT_MINUTES:
	case OUT_CARE_MINUTES:
		if (!isnan(minutes))
			*up += started * minutes, *down += started;
		break;
	case OUT_OCCUPANCY: *up += bed_days; break;
	case OUT_WENT: *up += (double)c->went / years; break;
	case OUT_LEFT: *up += (double)(c->left + c->full + c->balked) / years; break;
	case OUT_HELD: *up += (double)c->held / years; break;
	case OUT_MISSED: *up += (double)c->missed / years; break;
	case OUT_COST: *up += input(values, v->daily) * (v->kind == SERVICE_SLOTS ? started : bed_days) / years; break;
	default: break;
	}
}

static bool belongs(const struct scenario *s, enum outlook_measure m, size_t k)
{
	bool beds = s->services[k].kind == SERVICE_BEDS;
	return m == OUT_COST || (m >= OUT_OCCUPANCY && m <= OUT_MISSED) || is_care(m) == !beds;
}

static bool is_ratio(enum outlook_measure m)
{
	return m == OUT_STAY || m == OUT_WAIT || m == OUT_DELAYED || m == OUT_WITHIN || m == OUT_AWAY_SHARE ||
	       m == OUT_MILES || m == OUT_MINUTES || (is_care(m) && m != OUT_STARTS);
}

/* Mean number of places over the time counted. */
static double places_mean(const struct playing *p, const struct station *s)
{
	double sum = 0;
	if (s->n_periods < 2)
		return station_servers_mean(s);
	for (size_t i = 0; i < s->n_periods; i++) {
		struct station one = { .periods = &s->periods[i], .n_periods = 1 };
		int32_t from = s->periods[i].from_day,
			until = i + 1 < s->n_periods ? s->periods[i + 1].from_day : p->days;
		from = from < p->before ? p->before : from;
		until = until > p->days ? p->days : until;
		sum += until > from ? station_servers_mean(&one) * (until - from) : 0;
	}
	return sum / (p->days - p->before);
}

static void fill_row(const struct playing *p, const struct run *run, const struct scenario_built *b,
		     struct outlook_row *row, const double *values, double *up, double *down)
{
	const struct scenario *s = p->s;
	*up = *down = 0;
	for (size_t k = 0; k < s->n_services; k++) {
		if (!belongs(s, row->measure, k))
			continue;
		for (size_t g = 0; g < b->p.n_groups; g++)
			if (counts(s, row->scope, row->index, &b->groups[g], k))
				add_cell(p, &run->tally.cells[k * run->tally.groups + g], &b->groups[g], k, row, values,
					 up, down);
	}
	if (row->measure == OUT_PER_100000)
		*down = children_of(s, row, values) / 100000;
	else if (row->measure == OUT_OCCUPANCY)
		*down = places_mean(p, &b->p.stations[row->index]) * p->out->years * YEAR_DAYS;
	else if (!is_ratio(row->measure))
		*down = 1;
	for (size_t k = 0; k < s->n_services && row->measure == OUT_COST; k++)
		if (row->scope == OUTLOOK_ALL || (int32_t)k == row->index)
			*up += input(values, s->services[k].fixed) *
			       scenario_open_share(s, &s->services[k], values, p->out->years);
}

static void fill_bins(const struct playing *p, const struct run *run, const struct scenario_built *b, uint32_t *bins)
{
	memset(bins, 0, p->n_piles * WAIT_BINS * sizeof *bins);
	for (size_t i = 0; i < p->n_piles; i++)
		for (size_t k = 0; k < p->s->n_services; k++) {
			if ((p->s->services[k].kind != SERVICE_BEDS) != p->piles[i].care)
				continue;
			for (size_t g = 0; g < b->p.n_groups; g++) {
				const struct cell *c = &run->tally.cells[k * run->tally.groups + g];
				if (c->started && counts(p->s, p->piles[i].scope, p->piles[i].index, &b->groups[g], k))
					for (size_t w = 0; w < WAIT_BINS; w++)
						bins[i * WAIT_BINS + w] += c->bins[w];
			}
		}
}

/* The last midnight of a month counted; of the last month the one before everything ends. */
static int32_t month_end(const struct playing *p, size_t month, int32_t days)
{
	int32_t d = p->before + (int32_t)((double)(month + 1) * YEAR_DAYS / 12);
	return d < days ? d : days - 1;
}

/* Children in beds at the end of each month counted. */
static void fill_census(const struct playing *p, const struct run *run, int32_t *out)
{
	const struct tally *t = &run->tally;
	memset(out, 0, p->out->n_fan * sizeof *out);
	for (size_t k = 0; k < t->n; k++) {
		int64_t there = 0;
		size_t month = 0;
		if (p->s->services[k].kind != SERVICE_BEDS)
			continue;
		for (int32_t d = 0; d < t->days && month < p->out->n_fan; d++) {
			there += t->census[CENSUS_BUSY][k * ((size_t)t->days + 2) + (size_t)d];
			while (month < p->out->n_fan && d == month_end(p, month, t->days))
				out[month++] += (int32_t)there;
		}
	}
}

static void values_of(const struct playing *p, uint32_t replication, bool central, double *values)
{
	scenario_draw(p->s, p->out->seed, replication, central, values);
	for (size_t i = 0; i < p->o->n_changes; i++) {
		input_t in = p->o->changes[i].input;
		double v = p->o->changes[i].value;
		values[in] = p->s->inputs[in].whole ? floor(v + 0.5) : v;
	}
}

static void play(void *arg, int64_t job, int slot)
{
	struct playing *p = arg;
	struct one *one = &p->slots[slot];
	struct scenario_built b;
	struct model m;
	struct run run;
	struct station_load load[STATIONS_MAX];
	struct arena a;
	arena_init(&a);
	double *values = arena_array(&a, p->s->n_inputs + 1, sizeof *values);
	values_of(p, (uint32_t)job, false, values);
	scenario_build(p->s, values, p->before, &a, &b);
	one->grows = false;
	one->rc = pathway_load(&b.p, load, &one->err);
	if (one->rc == RC_OK)
		one->rc = model_init(&m, &b.p, p->out->seed, false, &one->err);
	if (one->rc == RC_OK) {
		for (size_t k = 0; k < b.p.n_stations; k++)
			one->grows |= load[k].verdict == LOAD_GROWS;
		model_span(&m, p->before * TICKS_PER_DAY, p->days * TICKS_PER_DAY);
		run_init(&run, &m);
		run_once(&run, (uint32_t)job);
		if (run.over)
			one->rc = pile_error(&run, &one->err);
		for (size_t i = 0; i < p->out->n_rows && one->rc == RC_OK; i++)
			if (!outlook_is_quantile(p->out->rows[i].measure))
				fill_row(p, &run, &b, &p->out->rows[i], values, &one->up[i], &one->down[i]);
		fill_bins(p, &run, &b, one->bins);
		fill_census(p, &run, one->census);
		run_release(&run);
		model_release(&m);
	}
	arena_release(&a);
}

static bool take(void *arg, int64_t job, int slot)
{
	struct playing *p = arg;
	struct one *one = &p->slots[slot];
	size_t n = (size_t)p->out->replications;
	if (one->rc != RC_OK) {
		p->rc = one->rc;
		if (p->err)
			*p->err = one->err;
		return false;
	}
	for (size_t i = 0; i < p->out->n_rows; i++) {
		p->up[i * n + (size_t)job] = one->up[i];
		p->down[i * n + (size_t)job] = one->down[i];
	}
	for (size_t i = 0; i < p->n_piles; i++)
		for (size_t w = 0; w < WAIT_BINS; w++)
			p->piles[i].bins[w] += one->bins[i * WAIT_BINS + w];
	for (size_t i = 0; i < p->out->n_fan; i++)
		p->census[i * n + (size_t)job] = one->census[i];
	p->grew += one->grows;
	if (p->o->progress && !p->o->progress(p->o->arg, job + 1, p->out->replications)) {
		p->out->stopped = true;
		return false;
	}
	return true;
}

/* ---- which rows ---- */

static bool has_kind(const struct scenario *s, bool care)
{
	for (size_t k = 0; k < s->n_services; k++)
		if ((s->services[k].kind != SERVICE_BEDS) == care)
			return true;
	return false;
}

static bool has_target(const struct scenario *s, bool care, int32_t service)
{
	for (size_t k = 0; k < s->n_services; k++)
		if ((s->services[k].kind != SERVICE_BEDS) == care && s->services[k].n_targets &&
		    (service < 0 || (size_t)service == k))
			return true;
	return false;
}

static bool told(const struct scenario *s, enum outlook_scope scope, int32_t index, enum outlook_measure m)
{
	bool service = scope == OUTLOOK_SERVICE, care = is_care(m);
	bool costs = false, held = false, miles = false, missed = false;
	for (size_t k = 0; k < s->n_services; k++) {
		costs |= s->services[k].fixed >= 0 || s->services[k].daily >= 0;
		held |= s->services[k].holds;
		missed |= s->services[k].attended >= 0;
		miles |= (s->services[k].placed || s->services[k].miles >= 0) &&
			 (s->services[k].kind != SERVICE_BEDS) == care;
	}
	if (m == OUT_COST)
		return costs && (service || scope == OUTLOOK_ALL);
	if (m == OUT_OCCUPANCY)
		return service && (s->services[index].capacity >= 0 || s->services[index].staff >= 0) &&
		       s->services[index].kind != SERVICE_SLOTS;
	if (m == OUT_HELD)
		return held && (scope == OUTLOOK_ALL || (service && s->services[index].holds));
	if (m == OUT_MISSED)
		return missed && (scope == OUTLOOK_ALL || (service && s->services[index].attended >= 0));
	if (m == OUT_WENT || m == OUT_LEFT)
		return scope == OUTLOOK_ALL || service;
	if (m == OUT_PER_100000)
		return !service && scope != OUTLOOK_NEED && has_kind(s, false);
	if ((m == OUT_MILES || m == OUT_MINUTES || m == OUT_CARE_MINUTES || m == OUT_FAR_DAYS) && !miles)
		return false;
	if ((m == OUT_MINUTES || m == OUT_CARE_MINUTES) && !s->matrix && s->travel_per_mile < 0)
		return false;
	if (service && (s->services[index].kind != SERVICE_BEDS) != care)
		return false;
	if (service && (m == OUT_AWAY || m == OUT_AWAY_SHARE || m == OUT_AWAY_DAYS))
		return false;
	if (m == OUT_WITHIN || m == OUT_CARE_WITHIN)
		return has_target(s, care, service ? index : -1);
	return has_kind(s, care);
}

static void rows_for(struct outlook *out, enum outlook_scope scope, int32_t index)
{
	for (int m = 0; m < OUT__COUNT && out->n_rows < OUTLOOK_ROWS_MAX; m++)
		if (told(out->scenario, scope, index, (enum outlook_measure)m))
			out->rows[out->n_rows++] =
			    (struct outlook_row){ .scope = scope, .index = index, .measure = (enum outlook_measure)m };
}

static void make_rows(struct outlook *out)
{
	const struct scenario *s = out->scenario;
	out->rows = arena_array(&out->arena, OUTLOOK_ROWS_MAX, sizeof *out->rows);
	rows_for(out, OUTLOOK_ALL, 0);
	for (int32_t i = 0; i < (int32_t)s->n_areas; i++)
		rows_for(out, OUTLOOK_AREA, i);
	for (int32_t i = 0; i < (int32_t)s->n_areas; i++) {
		bool first = s->areas[i].county.n > 0;
		for (int32_t j = 0; j < i; j++)
			first &= !same_county(s, i, j);
		if (first)
			rows_for(out, OUTLOOK_COUNTY, i);
	}
	for (int32_t f = 1; f <= 5; f++) {
		bool any = false;
		for (size_t i = 0; i < s->n_areas; i++)
			any |= s->areas[i].fifth == f;
		if (any)
			rows_for(out, OUTLOOK_FIFTH, f);
	}
	for (int32_t i = 0; s->n_needs > 1 && i < (int32_t)s->n_needs; i++)
		rows_for(out, OUTLOOK_NEED, i);
	for (int32_t i = 0; i < (int32_t)s->n_services; i++)
		rows_for(out, OUTLOOK_SERVICE, i);
}

static void make_piles(struct playing *p)
{
	p->piles = arena_array(&p->out->arena, p->out->n_rows, sizeof *p->piles);
	for (size_t i = 0; i < p->out->n_rows; i++) {
		const struct outlook_row *row = &p->out->rows[i];
		if (row->measure == OUT_WAIT_P50 || row->measure == OUT_CARE_P50)
			p->piles[p->n_piles++] =
			    (struct pile){ row->scope, row->index, row->measure == OUT_CARE_P50,
					   arena_array(&p->out->arena, WAIT_BINS, sizeof(uint64_t)) };
	}
}

/* ---- numbers ---- */

int outlook_by_size(const void *a, const void *b)
{
	double x = *(const double *)a, y = *(const double *)b;
	return (x > y) - (x < y);
}

/* The value below which a share p of n sorted ones lies. */
double outlook_at_share(const double *sorted, size_t n, double p)
{
	double at = p * (double)(n - 1);
	size_t i = (size_t)at;
	return i + 1 < n ? sorted[i] + (at - (double)i) * (sorted[i + 1] - sorted[i]) : sorted[n - 1];
}

static double pooled(const double *up, const double *down, size_t n)
{
	double u = 0, d = 0;
	for (size_t i = 0; i < n; i++) {
		u += up[i];
		d += down[i];
	}
	return d > 0 ? u / d : (double)NAN;
}

/* Mean of residuals has mean 0; its spread gives the interval (Cochran, Sampling techniques, 1977, 6.4). */
void outlook_interval(struct outlook_number *x, const double *residual, size_t n, double level)
{
	double squares = 0, t;
	for (size_t i = 0; i < n; i++)
		squares += residual[i] * residual[i];
	x->lower = x->upper = x->value;
	if (n < 2 || !dist_t(0.5 + level / 2, (double)(n - 1), &t))
		return;
	double half = t * sqrt(squares / (double)(n - 1) / (double)n);
	x->lower -= half;
	x->upper += half;
}

static struct outlook_number number_of_row(const double *up, const double *down, size_t n, double level, double *room)
{
	struct outlook_number x = { .value = pooled(up, down, n) };
	double mean_down = 0;
	size_t told_in = 0;
	for (size_t i = 0; i < n; i++)
		mean_down += down[i] / (double)n;
	if (isnan(x.value))
		return x;
	for (size_t i = 0; i < n; i++)
		room[i] = (up[i] - x.value * down[i]) / mean_down;
	outlook_interval(&x, room, n, level);
	for (size_t i = 0; i < n; i++)
		if (down[i] > 0)
			room[told_in++] = up[i] / down[i];
	qsort(room, told_in, sizeof *room, outlook_by_size);
	x.low = outlook_at_share(room, told_in, 0.025);
	x.high = outlook_at_share(room, told_in, 0.975);
	x.n = (int64_t)told_in;
	return x;
}

static double quantile_of(const struct pile *pile, double share)
{
	uint32_t bins[WAIT_BINS];
	int64_t n = 0;
	for (size_t i = 0; i < WAIT_BINS; i++) {
		bins[i] = pile->bins[i] > UINT32_MAX ? UINT32_MAX : (uint32_t)pile->bins[i];
		n += bins[i];
	}
	return n ? wait_at(bins, n, share) : (double)NAN;
}

static void fill_numbers(struct playing *p)
{
	struct outlook *out = p->out;
	size_t n = (size_t)out->replications;
	double *room = xcalloc(n, sizeof *room);
	for (size_t i = 0; i < out->n_rows; i++) {
		struct outlook_row *row = &out->rows[i];
		bool care = row->measure >= OUT_CARE_P50;
		if (!outlook_is_quantile(row->measure)) {
			row->number = number_of_row(row->up, row->down, n, out->level, room);
			continue;
		}
		static const double shares[] = { 0.5, 0.9, 0.95 };
		for (size_t k = 0; k < p->n_piles; k++)
			if (p->piles[k].scope == row->scope && p->piles[k].index == row->index &&
			    p->piles[k].care == care) {
				double q = quantile_of(&p->piles[k],
						       shares[row->measure - (care ? OUT_CARE_P50 : OUT_WAIT_P50)]);
				row->number = (struct outlook_number){ q, q, q, q, q, 0 };
			}
	}
	free(room);
}

static void fill_fan(struct playing *p, size_t stride)
{
	size_t n = (size_t)p->out->replications;
	double *room = xcalloc(n, sizeof *room);
	for (size_t i = 0; i < p->out->n_fan; i++) {
		for (size_t k = 0; k < n; k++)
			room[k] = p->census[i * stride + k];
		qsort(room, n, sizeof *room, outlook_by_size);
		p->out->fan[i] = (struct outlook_fan){ outlook_at_share(room, n, 0.05), outlook_at_share(room, n, 0.25),
						       outlook_at_share(room, n, 0.5), outlook_at_share(room, n, 0.75),
						       outlook_at_share(room, n, 0.95) };
	}
	free(room);
}

/* ---- between areas ---- */

/* Of the sums but one block (block BLOCKS: of all): the areas at both ends, and how far they lie apart. */
static bool gap_of(const struct outlook *o, enum outlook_measure m, size_t block, struct outlook_gap *out)
{
	double least = INFINITY, most = -INFINITY;
	size_t n = (size_t)o->replications, told_of = 0;
	for (size_t i = 0; i < o->n_rows; i++) {
		const struct outlook_row *row = &o->rows[i];
		if (row->scope != OUTLOOK_AREA || row->measure != m)
			continue;
		double up = 0, down = 0;
		for (size_t k = 0; k < n; k++)
			if (k % BLOCKS != block) {
				up += row->up[k];
				down += row->down[k];
			}
		if (down <= 0)
			continue;
		double v = up / down;
		told_of++;
		if (v < least) {
			least = v;
			out->least = row->index;
		}
		if (v > most) {
			most = v;
			out->most = row->index;
		}
	}
	out->measure = m;
	out->gap = most - least;
	return told_of > 1;
}

static void fill_gaps(struct outlook *o)
{
	static const enum outlook_measure of[] = { OUT_WAIT,	   OUT_AWAY_SHARE, OUT_MILES,	    OUT_MINUTES,
						   OUT_PER_100000, OUT_CARE_WAIT,  OUT_CARE_WITHIN, OUT_CARE_MINUTES };
	for (size_t i = 0; i < COUNT_OF(of); i++) {
		struct outlook_gap g, part;
		double sum = 0, squares = 0, t;
		if (!gap_of(o, of[i], BLOCKS, &g))
			continue;
		for (size_t b = 0; b < BLOCKS; b++) {
			if (!gap_of(o, of[i], b, &part))
				break;
			sum += part.gap - g.gap;
			squares += (part.gap - g.gap) * (part.gap - g.gap);
		}
		double variance = (BLOCKS - 1.0) / BLOCKS * (squares - sum * sum / BLOCKS);
		if (o->replications >= 2 * BLOCKS && dist_t(0.5 + o->level / 2, BLOCKS - 1, &t)) {
			double half = t * sqrt(variance > 0 ? variance : 0);
			g.lower = g.gap > half ? g.gap - half : 0;
			g.upper = g.gap + half;
		} else {
			g.lower = g.upper = g.gap;
		}
		o->gaps[o->n_gaps++] = g;
	}
}

/* ---- by formula ---- */

static void fill_formulas(struct playing *p, const struct scenario_built *b, const struct station_load *load)
{
	struct outlook *out = p->out;
	double arrivals = 0, work = 0, here = 0;
	struct err ignored = { 0 };
	for (size_t k = 0; k < b->p.n_stations; k++) {
		struct outlook_service *v = &out->services[k];
		const struct plan_service *ps = &p->s->services[k];
		v->load = load[k];
		if (sim_beside(&b->p, k, &v->formula, &v->answer, &ignored) != RC_OK)
			v->formula = FORMULA_NONE;
		if (ps->kind != SERVICE_BEDS)
			continue;
		if (!ps->away) {
			double places = station_servers_mean(&b->p.stations[k]);
			here += isinf(places) ? 0 : places;
			v->sized = load[k].arrivals > 0 && load[k].mean_stay > 0 &&
				   size_by_delay(load[k].arrivals, load[k].mean_stay, 0, 0.1, &v->by_delay, &ignored) ==
				       RC_OK &&
				   size_by_square_root(load[k].arrivals, load[k].mean_stay, 0.1, &v->by_root,
						       &ignored) == RC_OK &&
				   size_by_occupancy(load[k].arrivals, load[k].mean_stay, 0.85, 0, &v->by_85,
						     &ignored) == RC_OK;
		}
	}
	/* all first admissions as if there were one pool */
	for (size_t g = 0; g < b->p.n_sources; g++)
		if (b->p.sources[g].to >= 0 && p->s->services[b->p.sources[g].to].kind == SERVICE_BEDS)
			arrivals += source_rate(&b->p.sources[g]);
	const struct outlook_row *busy = outlook_find(out, OUTLOOK_ALL, 0, OUT_OCCUPIED);
	const struct outlook_row *begun = outlook_find(out, OUTLOOK_ALL, 0, OUT_ADMISSIONS);
	if (!busy || !begun || !(arrivals > 0) || !(begun->number.value > 0))
		return;
	work = busy->number.value;
	arrivals = begun->number.value / YEAR_DAYS;
	out->beds_load = work;
	out->beds_here = here;
	double stay = work / arrivals;
	out->beds_sized = size_by_delay(arrivals, stay, 0, 0.1, &out->beds_by_delay, &ignored) == RC_OK &&
			  size_by_square_root(arrivals, stay, 0.1, &out->beds_by_root, &ignored) == RC_OK &&
			  size_by_occupancy(arrivals, stay, 0.85, 0, &out->beds_by_85, &ignored) == RC_OK;
}

/* ---- what is published ---- */

static void fill_checks(struct outlook *o)
{
	static const enum outlook_measure of[] = { OUT_ADMISSIONS, OUT_STAY, OUT_WAIT,
						   OUT_OCCUPIED,   OUT_AWAY, OUT_AWAY_DAYS };
	for (size_t i = 0; i < o->scenario->n_published; i++) {
		const struct plan_published *x = &o->scenario->published[i];
		const struct outlook_row *row = outlook_find(o, OUTLOOK_ALL, 0, of[x->of]);
		if (x->change || !row)
			continue;
		const struct outlook_number *n = &row->number;
		o->checks[o->n_checks++] = (struct outlook_check){ x, n->value, n->lower, n->upper,
								   n->value >= x->low && n->value <= x->high };
	}
}

/* ---- the whole ---- */

static enum rc choose_warm_up(struct playing *p, const struct pathway *path, const struct station_load *load,
			      struct err *e)
{
	struct outlook *out = p->out;
	struct sim_options o = sim_defaults();
	out->warm_up = p->s->warm_up;
	out->warm_up_sure = true;
	if (out->warm_up != SIM_AUTO || !out->steady) {
		out->warm_up = out->steady && out->warm_up > 0 ? out->warm_up : 0;
		return RC_OK;
	}
	o.seed = out->seed;
	o.threads = p->o->threads;
	return warm_up_days(path, &o, load, &out->warm_up, &out->warm_up_sure, e);
}

static enum rc prepare(struct playing *p, const double *values, struct arena *a, struct scenario_built *b,
		       struct station_load *load, struct err *e)
{
	struct outlook *out = p->out;
	const struct scenario *s = p->s;
	struct scenario_built first; /* the warm-up is of what there is at first */
	struct station_load before[STATIONS_MAX];
	scenario_build(s, values, 0, a, b);
	scenario_build(s, values, BUILD_START, a, &first);
	enum rc rc = pathway_load(&b->p, load, e);
	if (rc == RC_OK)
		rc = pathway_load(&first.p, before, e);
	out->steady = true;
	for (size_t k = 0; k < b->p.n_stations && rc == RC_OK; k++)
		out->steady &= load[k].verdict != LOAD_GROWS && before[k].verdict != LOAD_GROWS;
	if (rc == RC_OK)
		rc = choose_warm_up(p, &first.p, before, e);
	p->before = (int32_t)ceil(out->warm_up);
	p->days = p->before + (int32_t)((double)out->years * YEAR_DAYS + 0.5);
	p->miles = arena_array(a, s->n_areas * s->n_services, sizeof *p->miles);
	p->minutes = arena_array(a, s->n_areas * s->n_services, sizeof *p->minutes);
	for (size_t i = 0; i < s->n_areas; i++)
		for (size_t k = 0; k < s->n_services; k++) {
			p->miles[i * s->n_services + k] = scenario_miles(s, i, k, values);
			p->minutes[i * s->n_services + k] = scenario_minutes(s, i, k, values);
		}
	return rc;
}

static void make_room(struct playing *p, int slots)
{
	struct outlook *out = p->out;
	size_t n = (size_t)out->replications;
	out->n_fan = has_kind(p->s, false) ? (size_t)out->years * 12 : 0;
	out->n_fan = out->n_fan > OUTLOOK_MONTHS_MAX ? OUTLOOK_MONTHS_MAX : out->n_fan;
	out->fan = arena_array(&out->arena, out->n_fan, sizeof *out->fan);
	p->up = arena_array(&out->arena, out->n_rows * n, sizeof *p->up);
	p->down = arena_array(&out->arena, out->n_rows * n, sizeof *p->down);
	p->census = arena_array(&out->arena, out->n_fan * n, sizeof *p->census);
	p->slots = arena_array(&out->arena, (size_t)slots, sizeof *p->slots);
	for (int i = 0; i < slots; i++) {
		p->slots[i].up = arena_array(&out->arena, out->n_rows, sizeof(double));
		p->slots[i].down = arena_array(&out->arena, out->n_rows, sizeof(double));
		p->slots[i].bins = arena_array(&out->arena, p->n_piles * WAIT_BINS, sizeof(uint32_t));
		p->slots[i].census = arena_array(&out->arena, out->n_fan, sizeof(int32_t));
	}
	for (size_t i = 0; i < out->n_rows; i++) {
		out->rows[i].up = p->up + i * n;
		out->rows[i].down = p->down + i * n;
	}
}

static enum rc check_options(const struct scenario *s, const struct outlook_options *o, const struct outlook *out,
			     struct err *e)
{
	if (out->replications < 2 || out->replications > SIM_REPLICATIONS_MAX)
		return err_set(e, RC_BAD_INPUT, "Replications must be 2 to %d.", SIM_REPLICATIONS_MAX);
	if (out->years < 1 || out->years > 50)
		return err_set(e, RC_BAD_INPUT, "Years must be 1 to 50.");
	for (size_t i = 0; i < o->n_changes; i++)
		if (o->changes[i].input < 0 || (size_t)o->changes[i].input >= s->n_inputs)
			return err_set(e, RC_BAD_INPUT, "A number to be changed is none of the scenario.");
	return RC_OK;
}

enum rc outlook_run(const struct scenario *s, const struct outlook_options *o, struct outlook **result, struct err *e)
{
	struct outlook *out = xcalloc(1, sizeof *out);
	struct playing p = { .s = s, .o = o, .out = out, .err = e };
	struct station_load load[STATIONS_MAX];
	struct scenario_built b;
	struct arena a;
	arena_init(&a);
	arena_init(&out->arena);
	out->scenario = s;
	out->seed = o->own_seed ? o->seed : s->seed;
	out->replications = o->replications ? o->replications : (int32_t)s->replications;
	out->years = o->years ? o->years : s->years;
	out->level = o->level > 0 ? o->level : 0.95;
	enum rc rc = check_options(s, o, out, e);
	if (rc == RC_OK) {
		double *values = arena_array(&a, s->n_inputs + 1, sizeof *values);
		values_of(&p, 0, true, values);
		rc = prepare(&p, values, &a, &b, load, e);
	}
	if (rc == RC_OK) {
		size_t asked = (size_t)out->replications;
		make_rows(out);
		make_piles(&p);
		make_room(&p, parallel_slots(o->threads));
		int64_t done = parallel_run(&(struct parallel){
		    .jobs = out->replications, .threads = o->threads, .work = play, .take = take, .arg = &p });
		rc = p.rc;
		if (rc == RC_OK && done < 2)
			rc = err_set(e, RC_BUSY, "Stopped before two replications were done.");
		out->replications = (int32_t)done;
		out->growing = done ? (double)p.grew / (double)done : 0;
		if (rc == RC_OK) {
			fill_numbers(&p);
			fill_fan(&p, asked);
			fill_gaps(out);
			fill_formulas(&p, &b, load);
			fill_checks(out);
		}
	}
	arena_release(&a);
	if (rc != RC_OK)
		outlook_free(out);
	else
		*result = out;
	return rc;
}

void outlook_free(struct outlook *o)
{
	if (!o)
		return;
	arena_release(&o->arena);
	free(o);
}

const struct outlook_row *outlook_find(const struct outlook *o, enum outlook_scope scope, int32_t index,
				       enum outlook_measure m)
{
	for (size_t i = 0; i < o->n_rows; i++)
		if (o->rows[i].scope == scope && o->rows[i].index == index && o->rows[i].measure == m)
			return &o->rows[i];
	return NULL;
}
