/* Replications on threads, merged in their order. */
#include "plan/sim.h"

#include <float.h>
#include <math.h>

#include "base/parallel.h"
#include "plan/inside.h"
#include "stat/dist.h"

#define KEPT_BYTES_MAX	  ((size_t)1 << 30)
#define VISITS_A_RUN_MAX  1e9
#define BATCHED_A_RUN_MAX 3e7

/*
 * Mean and spread over replications, each with a weight. Numbers about those who began (waits, shares within a
 * target) weigh as many as began: the mean of all their waits, not the mean of means, which is too low where
 * busy times bring both more children and longer waits. A ratio, then; its spread is that of the residuals
 * w (v - mean) (Cochran, Sampling techniques, 1977, 6.4). Others weigh 1: the plain mean. Values are taken less the
 * first of them, so that squares lose nothing.
 */
struct sum {
	int64_t n;
	double first, w, wd, ww, wwd, wwdd; /* d = v - first; sums of w, w d, w w, w w d, w w d d */
};

static void sum_add(struct sum *s, double v, double w)
{
	if (isnan(v) || !(w > 0))
		return;
	if (s->n++ == 0)
		s->first = v;
	double d = v - s->first;
	s->w += w;
	s->wd += w * d;
	s->ww += w * w;
	s->wwd += w * w * d;
	s->wwdd += w * w * d * d;
}

static double sum_mean(const struct sum *s)
{
	return s->n ? s->first + s->wd / s->w : 0;
}

/* Deviation of the residuals, in units of the value. */
static double sum_deviation(const struct sum *s)
{
	double m = s->wd / s->w, squares = s->wwdd - 2 * m * s->wwd + m * m * s->ww;
	return squares <= 0 ? 0 : sqrt(squares / (double)(s->n - 1)) * (double)s->n / s->w;
}

static bool is_of_beginnings(enum sim_metric m)
{
	return (m >= SIM_WAIT && m <= SIM_WITHIN_4) || m == SIM_DELAYED;
}

struct slot {
	struct run run;
	double *values;
	uint32_t bins[WAIT_BINS];
};

struct whole { /* all replications of one sim_run */
	const struct sim_options *o;
	struct model m;
	struct sets sets;
	struct sim_result *r;
	struct slot *slots;
	size_t n_values;
	struct sum *sums, growth[STATIONS_MAX];
	int64_t waits[STATIONS_MAX];
	uint32_t *fan; /* [((station * 2 + census) * rows + row) * LEVELS + level] */
	int32_t fan_from, fan_step, fan_rows;
	int32_t next_check;
	struct err *err;
	enum rc rc;
};

struct sim_options sim_defaults(void)
{
	return (struct sim_options){ .seed = 1,
				     .warm_up = SIM_AUTO,
				     .length = SIM_AUTO,
				     .replications_min = 30,
				     .replications_max = 1000,
				     .precision = 0.05,
				     .watch = -1,
				     .level = 0.95,
				     .threads = 1 };
}

enum rc pile_error(const struct run *r, struct err *e)
{
	const char *name = r->m->p->stations[r->over_at].name;
	if (r->over_round)
		return err_set(
		    e, RC_LIMIT,
		    "One child comes to \"%s\" tens of thousands of times. Let rules of waiting take longer before "
		    "they send children on, or lower the shares of routes that lead back.",
		    name && *name ? name : "a station without a name");
	return err_set(e, RC_LIMIT,
		       "Too many children are waiting or on their way at once (near \"%s\"): more than can be kept in "
		       "memory. Give it more servers, a rule to go on, or a shorter run.",
		       name && *name ? name : "a station without a name");
}

/* ---- intervals ---- */

static struct sim_number number_of(const struct sum *s, double level, bool interval)
{
	struct sim_number n = { .mean = sum_mean(s), .n = s->n };
	double t;
	if (s->n < 2)
		return n;
	n.deviation = sum_deviation(s);
	if (interval && dist_t(0.5 + level / 2, (double)(s->n - 1), &t)) {
		double half = t * n.deviation / sqrt((double)s->n);
		n.interval = true;
		n.lower = n.mean - half;
		n.upper = n.mean + half;
	}
	return n;
}

static bool near_enough(const struct whole *w, size_t k, enum sim_metric m, double always)
{
	const struct sum *s = &w->sums[k * w->sets.n * SIM__COUNT + (size_t)m];
	struct sim_number n = number_of(s, w->o->level, true);
	if (s->n == 0)
		return true; /* nobody comes here */
	double half = (n.upper - n.lower) / 2;
	return n.interval && (half <= w->o->precision * fabs(n.mean) || half <= always);
}

/* Asked after certain numbers of replications only, so that the answer is the same for any number of threads. */
static bool is_precise(const struct whole *w)
{
	for (size_t k = 0; k < w->m.n; k++) {
		if ((w->o->watch >= 0 && (size_t)w->o->watch != k) || w->r->stations[k].load.verdict == LOAD_GROWS)
			continue;
		if (!near_enough(w, k, SIM_WAIT, 0.01) || !near_enough(w, k, SIM_BUSY, 1e-9))
			return false;
	}
	return true;
}

/* ---- replications ---- */

static void work(void *arg, int64_t job, int slot)
{
	struct whole *w = arg;
	struct slot *s = &w->slots[slot];
	run_once(&s->run, (uint32_t)job);
	if (!s->run.over)
		answers_of(&s->run.tally, &w->m, &w->sets, s->values, s->bins);
}

/* Who is there at each midnight counted: into the fan; and how many more wait at the end than at the start. */
static void take_census(struct whole *w, const struct tally *t)
{
	int32_t first = midnight(t, t->from);
	for (size_t k = 0; k < t->n; k++) {
		int64_t there[2] = { 0, 0 }, at_first = 0;
		const int32_t *change[2] = { t->census[0] + k * ((size_t)t->days + 2),
					     t->census[1] + k * ((size_t)t->days + 2) };
		for (int32_t d = 0; d < t->days; d++) {
			there[0] += change[0][d];
			there[1] += change[1][d];
			if (d < first)
				continue;
			if (d == first)
				at_first = there[CENSUS_WAITING];
			size_t row = (size_t)((d - first) / w->fan_step);
			for (size_t c = 0; c < 2; c++)
				w->fan[((k * 2 + c) * (size_t)w->fan_rows + row) * LEVELS + level_of(there[c])]++;
		}
		if (t->days - 1 > first)
			sum_add(&w->growth[k],
				(double)(there[CENSUS_WAITING] - at_first) * 7 / (double)(t->days - 1 - first), 1);
	}
}

static void take_numbers(struct whole *w, int64_t job, const struct slot *s)
{
	for (size_t i = 0; i < w->n_values; i++) {
		enum sim_metric m = (enum sim_metric)(i % SIM__COUNT);
		sum_add(&w->sums[i], s->values[i], is_of_beginnings(m) ? s->values[i - (size_t)m + SIM_STARTED] : 1);
	}
	if (w->r->kept)
		memcpy(w->r->kept + (size_t)job * w->n_values, s->values, w->n_values * sizeof *s->values);
	for (size_t k = 0; k < w->m.n; k++)
		for (size_t g = 0; g < w->m.groups; g++)
			w->waits[k] += s->run.tally.cells[k * w->m.groups + g].started;
	w->r->events += s->run.tally.came + s->run.tally.finished;
	w->r->replications++;
}

static bool take(void *arg, int64_t job, int slot)
{
	struct whole *w = arg;
	struct slot *s = &w->slots[slot];
	if (s->run.over) {
		w->rc = pile_error(&s->run, w->err);
		return false;
	}
	take_numbers(w, job, s);
	take_census(w, &s->run.tally);
	int32_t done = w->r->replications;
	if (w->o->precision > 0 && done >= w->next_check) {
		w->r->precise = is_precise(w);
		w->next_check = done + (done / 5 > 5 ? done / 5 : 5);
		if (w->r->precise)
			return false;
	}
	if (w->o->progress && !w->o->progress(w->o->arg, done, w->o->replications_max)) {
		w->r->stopped = true;
		return false;
	}
	return true;
}

/* ---- before and after ---- */

static enum rc check_options(const struct pathway *p, const struct sim_options *o, struct err *e)
{
	if (o->warm_up != SIM_AUTO && !(o->warm_up >= 0 && o->warm_up <= LENGTH_DAYS_MAX))
		return err_set(e, RC_BAD_INPUT, "The warm-up must be 0 to 36,500 days, or left to the rule.");
	if (o->length != SIM_AUTO && !(o->length >= 1 && o->length <= LENGTH_DAYS_MAX))
		return err_set(e, RC_BAD_INPUT, "The length of a run must be 1 to 36,500 days, or left to the rule.");
	if (o->replications_min < 1 || o->replications_max < o->replications_min ||
	    o->replications_max > SIM_REPLICATIONS_MAX)
		return err_set(e, RC_BAD_INPUT, "Replications must be 1 to %d, the fewest not more than the most.",
			       SIM_REPLICATIONS_MAX);
	if (!(o->precision >= 0 && o->precision < 1))
		return err_set(e, RC_BAD_INPUT, "The precision must be a share from 0 to below 1, such as 0.05.");
	if (o->precision > 0 && o->replications_max < 2)
		return err_set(e, RC_BAD_INPUT, "A precision needs two replications or more.");
	if (!(o->level > 0 && o->level < 1))
		return err_set(e, RC_BAD_INPUT, "The level of intervals must lie between 0 and 1.");
	if (o->watch < -1 || (o->watch >= 0 && (size_t)o->watch >= p->n_stations))
		return err_set(e, RC_BAD_INPUT, "The station to watch must be one of the %zu, or -1 for all.",
			       p->n_stations);
	return RC_OK;
}

/* Length of the time counted: twenty times the warm-up, a year at least, and some thousand arrivals where few come. */
static double length_days(const struct pathway *p, double warm_up)
{
	double rate = 0, days = 20 * warm_up;
	for (size_t k = 0; k < p->n_sources; k++)
		rate += source_rate(&p->sources[k]);
	days = days < 364 ? 364 : days;
	if (rate > 0 && rate * days < 1000)
		days = ceil(1000 / rate / 7) * 7;
	return days > 18250 ? 18250 : days;
}

/* No run longer than anybody would wait for, and none in which numbers of children run out. */
static enum rc check_size(const struct pathway *p, const struct station_load *load, double days, struct err *e)
{
	double visits = 0;
	for (size_t k = 0; k < p->n_stations; k++)
		visits += load[k].arrivals * days;
	if (visits > VISITS_A_RUN_MAX)
		return err_set(e, RC_LIMIT,
			       "A run would hold %.3g visits, more than a thousand million: make it shorter.", visits);
	for (size_t k = 0; k < p->n_sources; k++)
		if (p->sources[k].batch && source_rate(&p->sources[k]) * days > BATCHED_A_RUN_MAX)
			return err_set(
			    e, RC_LIMIT,
			    "Source %zu would bring over thirty million children in batches: make the run shorter.", k);
	return RC_OK;
}

static enum rc choose_span(struct whole *w, const struct pathway *p, struct err *e)
{
	struct station_load load[STATIONS_MAX];
	struct sim_result *r = w->r;
	enum rc rc = pathway_load(p, load, e);
	if (rc != RC_OK)
		return rc;
	r->steady = true;
	for (size_t k = 0; k < p->n_stations; k++) {
		r->stations[k].load = load[k];
		r->stations[k].away = p->stations[k].away;
		r->steady &= load[k].verdict != LOAD_GROWS;
	}
	r->warm_up = w->o->warm_up;
	r->warm_up_sure = true;
	if (r->warm_up == SIM_AUTO) {
		r->warm_up = 0;
		if (r->steady)
			rc = warm_up_days(p, w->o, load, &r->warm_up, &r->warm_up_sure, e);
	}
	r->length = w->o->length == SIM_AUTO ? length_days(p, r->warm_up) : w->o->length;
	if (rc == RC_OK && r->warm_up + r->length > LENGTH_DAYS_MAX)
		return err_set(e, RC_LIMIT,
			       "Warm-up (%.0f days) and length (%.0f days) together are over a hundred years.",
			       r->warm_up, r->length);
	return rc == RC_OK ? check_size(p, load, r->warm_up + r->length, e) : rc;
}

static enum rc whole_init(struct whole *w, const struct pathway *p, struct err *e)
{
	struct sim_result *r = w->r;
	enum rc rc = model_init(&w->m, p, w->o->seed, w->o->engine == SIM_EVENTS, e);
	if (rc != RC_OK)
		return rc;
	model_span(&w->m, days_to_ticks(r->warm_up), days_to_ticks(r->warm_up + r->length));
	sets_init(&w->sets, p);
	w->n_values = w->m.n * w->sets.n * SIM__COUNT;
	if (w->o->keep && w->n_values * sizeof(double) * (size_t)w->o->replications_max > KEPT_BYTES_MAX)
		return err_set(e, RC_LIMIT,
			       "Keeping every value of %d replications takes more than 1 GB: ask for fewer.",
			       w->o->replications_max);
	if (w->o->keep)
		r->kept = xcalloc(w->n_values * (size_t)w->o->replications_max, sizeof *r->kept);
	w->sums = xcalloc(w->n_values, sizeof *w->sums);
	int32_t first = (int32_t)((w->m.from + TICKS_PER_DAY - 1) / TICKS_PER_DAY), days = w->m.days - first;
	days = days < 1 ? 1 : days;
	w->fan_step = (days + SIM_FAN_ROWS_MAX - 1) / SIM_FAN_ROWS_MAX;
	w->fan_rows = (days + w->fan_step - 1) / w->fan_step;
	w->fan_from = first;
	w->fan = xcalloc(w->m.n * 2 * (size_t)w->fan_rows * LEVELS, sizeof *w->fan);
	w->next_check = w->o->replications_min > 2 ? w->o->replications_min : 2;
	int slots = parallel_slots(w->o->threads);
	w->slots = xcalloc((size_t)slots, sizeof *w->slots);
	for (int i = 0; i < slots; i++) {
		run_init(&w->slots[i].run, &w->m);
		w->slots[i].values = xcalloc(w->n_values, sizeof(double));
	}
	return RC_OK;
}

static void whole_release(struct whole *w)
{
	for (int i = 0; w->slots && i < parallel_slots(w->o->threads); i++) {
		run_release(&w->slots[i].run);
		free(w->slots[i].values);
	}
	free(w->slots);
	free(w->sums);
	free(w->fan);
	sets_release(&w->sets);
	model_release(&w->m);
}

static const struct sim_fan_row *fan_of(const struct whole *w, size_t k)
{
	struct sim_fan_row *rows = xcalloc((size_t)w->fan_rows, sizeof *rows);
	for (int32_t i = 0; i < w->fan_rows; i++) {
		const uint32_t *busy = w->fan + ((k * 2) * (size_t)w->fan_rows + (size_t)i) * LEVELS;
		const uint32_t *waiting = w->fan + ((k * 2 + 1) * (size_t)w->fan_rows + (size_t)i) * LEVELS;
		int64_t n = 0;
		for (size_t l = 0; l < LEVELS; l++)
			n += busy[l];
		rows[i] = (struct sim_fan_row){ .day = w->fan_from + i * w->fan_step,
						.busy_p10 = level_at(busy, n, 0.1),
						.busy_p50 = level_at(busy, n, 0.5),
						.busy_p90 = level_at(busy, n, 0.9),
						.waiting_p10 = level_at(waiting, n, 0.1),
						.waiting_p50 = level_at(waiting, n, 0.5),
						.waiting_p90 = level_at(waiting, n, 0.9) };
	}
	return rows;
}

static void result_fill(struct whole *w)
{
	struct sim_result *r = w->r;
	r->level = w->o->level;
	r->n_stations = w->m.n;
	r->n_sets = w->sets.n;
	r->fan_rows = (size_t)w->fan_rows;
	r->numbers = xcalloc(w->n_values, sizeof *r->numbers);
	for (size_t i = 0; i < w->n_values; i++) {
		size_t k = i / (w->sets.n * SIM__COUNT);
		r->numbers[i] = number_of(&w->sums[i], r->level, r->stations[k].load.verdict != LOAD_GROWS);
	}
	struct sim_set *sets = xcalloc(w->sets.n, sizeof *sets);
	memcpy(sets, w->sets.set, w->sets.n * sizeof *sets);
	r->sets = sets;
	for (size_t k = 0; k < w->m.n; k++) {
		r->stations[k].growth = number_of(&w->growth[k], r->level, true);
		r->stations[k].by_recursion = w->m.place[k].part != PART_EVENTS;
		r->stations[k].waits = w->waits[k];
		r->stations[k].fan = fan_of(w, k);
	}
}

enum rc sim_run(const struct pathway *p, const struct sim_options *o, struct sim_result **out, struct err *e)
{
	enum rc rc = check_options(p, o, e);
	if (rc != RC_OK)
		return rc;
	struct whole w = { .o = o, .err = e };
	w.r = xcalloc(1, sizeof *w.r);
	rc = choose_span(&w, p, e);
	if (rc == RC_OK)
		rc = whole_init(&w, p, e);
	if (rc == RC_OK) {
		parallel_run(&(struct parallel){
		    .jobs = o->replications_max, .threads = o->threads, .work = work, .take = take, .arg = &w });
		rc = w.rc;
	}
	if (rc == RC_OK) {
		if (o->precision <= 0)
			w.r->precise = true;
		else if (!w.r->precise)
			w.r->precise = is_precise(&w);
		result_fill(&w);
	}
	whole_release(&w);
	if (rc != RC_OK)
		sim_free(w.r);
	else
		*out = w.r;
	return rc;
}

void sim_free(struct sim_result *r)
{
	if (!r)
		return;
	for (size_t k = 0; k < r->n_stations; k++)
		free((void *)(uintptr_t)r->stations[k].fan);
	free((void *)(uintptr_t)r->sets);
	free(r->numbers);
	free(r->kept);
	free(r);
}

/* ---- reading a result ---- */

const struct sim_number *sim_get(const struct sim_result *r, size_t station, size_t set, enum sim_metric m)
{
	return &r->numbers[(station * r->n_sets + set) * SIM__COUNT + (size_t)m];
}

int sim_set_find(const struct sim_result *r, enum sim_of of, int32_t value)
{
	for (size_t i = 0; i < r->n_sets; i++)
		if (r->sets[i].of == of && (of == SIM_ALL || r->sets[i].value == value))
			return (int)i;
	return -1;
}

/* Metric m of one station and set, in every replication, and its mean. */
struct kept {
	const double *values;
	size_t step, at;
	enum sim_metric m;
	struct sum sum;
};

static struct kept kept_of(const struct sim_result *r, size_t station, size_t set, enum sim_metric m)
{
	return (struct kept){ .values = r->kept,
			      .step = r->n_stations * r->n_sets * SIM__COUNT,
			      .at = (station * r->n_sets + set) * SIM__COUNT,
			      .m = m };
}

static double kept_value(const struct kept *k, size_t i, double *weight_out)
{
	const double *v = k->values + i * k->step + k->at;
	*weight_out = is_of_beginnings(k->m) ? v[SIM_STARTED] : 1;
	return v[k->m];
}

enum rc sim_difference(const struct sim_result *a, size_t station_a, size_t set_a, const struct sim_result *b,
		       size_t station_b, size_t set_b, enum sim_metric m, struct sim_number *out, struct err *e)
{
	if (!a->kept || !b->kept)
		return err_set(e, RC_BAD_INPUT, "The values of replications were not kept: run both with `keep`.");
	struct kept ka = kept_of(a, station_a, set_a, m), kb = kept_of(b, station_b, set_b, m);
	size_t n = (size_t)(a->replications < b->replications ? a->replications : b->replications);
	double wa, wb;
	for (size_t i = 0; i < n; i++) {
		double va = kept_value(&ka, i, &wa), vb = kept_value(&kb, i, &wb);
		if (isnan(va) || isnan(vb))
			continue;
		sum_add(&ka.sum, va, wa);
		sum_add(&kb.sum, vb, wb);
	}
	if (ka.sum.n < 2)
		return err_set(e, RC_BAD_INPUT,
			       "Two replications at least must have a value in both: run more of them.");
	/* the residuals of both, child by child the same, so their difference is small */
	double ma = sum_mean(&ka.sum), mb = sum_mean(&kb.sum), count = (double)ka.sum.n;
	struct sum s = { 0 };
	for (size_t i = 0; i < n; i++) {
		double va = kept_value(&ka, i, &wa), vb = kept_value(&kb, i, &wb);
		if (!isnan(va) && !isnan(vb))
			sum_add(&s, wb * (vb - mb) * count / kb.sum.w - wa * (va - ma) * count / ka.sum.w, 1);
	}
	*out = number_of(&s, a->level, true);
	out->mean += mb - ma;
	out->lower += mb - ma;
	out->upper += mb - ma;
	return RC_OK;
}

const char *sim_metric_name(enum sim_metric m)
{
	static const char *const names[SIM__COUNT] = {
		"arrivals a week",
		"beginnings a week",
		"mean wait",
		"median wait",
		"wait of nine in ten",
		"wait of 19 in 20",
		"within target 1",
		"within target 2",
		"within target 3",
		"within target 4",
		"share who wait",
		"mean number waiting",
		"mean places in use",
		"occupancy",
		"left the queue a week",
		"went elsewhere a week",
		"raised a week",
		"did not join a week",
		"turned away a week",
		"interrupted a week",
		"delayed in leaving a week",
		"places kept on leaving",
		"days in a place a week",
	};
	return (unsigned)m < SIM__COUNT ? names[m] : "";
}
