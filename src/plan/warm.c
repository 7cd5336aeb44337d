/* How much of the start to leave out. */
#include <math.h>

#include "base/parallel.h"
#include "plan/inside.h"

enum { DOUBLINGS = 4, PILOT_DAYS_MIN = 100, PILOT_DAYS_MAX = 20000, BATCH = 5 };
#define PILOT_ARRIVALS_MAX 1e6
#define PILOT_FIRST	   UINT32_C(0x80000000) /* replications of their own */

size_t mser5(const double *series, size_t n, bool *level_out)
{
	size_t batches = n / BATCH, best = 0;
	double sum = 0, squares = 0, least = INFINITY;
	/* from the end, so that each sum is the one before and one more */
	for (size_t d = batches; d-- > 0;) {
		double x = 0;
		for (size_t i = 0; i < BATCH; i++)
			x += series[d * BATCH + i];
		x = x / BATCH - series[n - 1]; /* moved near 0: squares of small numbers are exact enough */
		sum += x;
		squares += x * x;
		double rest = (double)(batches - d), error = (squares - sum * sum / rest) / (rest * rest);
		if (2 * d <= batches && error <= least) {
			least = error;
			best = d;
		}
	}
	*level_out = batches >= 10 && 2 * best + 2 < batches;
	return best * BATCH;
}

double relaxation(const struct pathway *p, const struct station_load *load)
{
	double longest = 0;
	for (size_t k = 0; k < p->n_stations; k++) {
		const struct station_load *l = &load[k];
		double days = l->mean_stay, root = 1 - sqrt(l->load);
		if (l->verdict == LOAD_STEADY && l->load < 1 && isfinite(l->servers) && l->servers > 0)
			days += l->mean_stay * (1 + l->variation) / 2 / (l->servers * root * root);
		longest = days > longest ? days : longest;
	}
	return longest;
}

struct pilots {
	const struct sim_options *o;
	const struct model *m;
	struct run *runs; /* by slot */
	double *series;	  /* [station * days + day], sums of whole numbers */
	struct err *err;
	enum rc rc;
};

static void pilot_work(void *arg, int64_t job, int slot)
{
	struct pilots *p = arg;
	run_once(&p->runs[slot], PILOT_FIRST + (uint32_t)job);
}

static bool pilot_take(void *arg, int64_t job, int slot)
{
	struct pilots *p = arg;
	const struct tally *t = &p->runs[slot].tally;
	(void)job;
	if (p->o->progress && !p->o->progress(p->o->arg, 0, p->o->replications_max)) {
		p->rc = err_set(p->err, RC_BUSY, "Stopped before the first replication was done.");
		return false;
	}
	if (p->runs[slot].over) {
		p->rc = pile_error(&p->runs[slot], p->err);
		return false;
	}
	for (size_t k = 0; k < t->n; k++) {
		int64_t there = 0;
		for (int32_t d = 0; d < t->days; d++) {
			size_t at = k * ((size_t)t->days + 2) + (size_t)d;
			there += t->census[CENSUS_BUSY][at] + t->census[CENSUS_WAITING][at];
			p->series[k * (size_t)t->days + (size_t)d] += (double)there;
		}
	}
	return true;
}

/* Pilot runs of so many days: the latest cut of all stations. */
static enum rc pilot(const struct pathway *p, const struct sim_options *o, int32_t days, size_t *cut_out,
		     bool *level_out, struct err *e)
{
	struct model m;
	int slots = parallel_slots(o->threads);
	enum rc rc = model_init(&m, p, o->seed, o->engine == SIM_EVENTS, e);
	if (rc != RC_OK)
		return rc;
	model_span(&m, 0, days * TICKS_PER_DAY);
	struct pilots all = { .o = o, .m = &m, .err = e };
	all.runs = xcalloc((size_t)slots, sizeof *all.runs);
	all.series = xcalloc(m.n * (size_t)days, sizeof *all.series);
	for (int i = 0; i < slots; i++)
		run_init(&all.runs[i], &m);
	parallel_run(&(struct parallel){
	    .jobs = SIM_PILOTS, .threads = o->threads, .work = pilot_work, .take = pilot_take, .arg = &all });
	*cut_out = 0;
	*level_out = true;
	for (size_t k = 0; k < m.n && all.rc == RC_OK; k++) {
		bool level;
		size_t cut = mser5(all.series + k * (size_t)days, (size_t)days, &level);
		*cut_out = cut > *cut_out ? cut : *cut_out;
		*level_out &= level;
	}
	for (int i = 0; i < slots; i++)
		run_release(&all.runs[i]);
	free(all.runs);
	free(all.series);
	model_release(&m);
	return all.rc;
}

enum rc warm_up_days(const struct pathway *p, const struct sim_options *o, const struct station_load *load, double *out,
		     bool *sure_out, struct err *e)
{
	double rate = 0, slow = relaxation(p, load), days = ceil(20 * slow);
	for (size_t k = 0; k < p->n_sources; k++)
		rate += source_rate(&p->sources[k]);
	double most = rate > 0 ? PILOT_ARRIVALS_MAX / rate : PILOT_DAYS_MAX;
	most = most > PILOT_DAYS_MAX ? PILOT_DAYS_MAX : most < PILOT_DAYS_MIN ? PILOT_DAYS_MIN : floor(most);
	days = days < PILOT_DAYS_MIN ? PILOT_DAYS_MIN : days;
	for (int i = 0; i <= DOUBLINGS; i++, days *= 2) {
		size_t cut;
		bool level;
		days = days > most ? most : days;
		enum rc rc = pilot(p, o, (int32_t)days, &cut, &level, e);
		if (rc != RC_OK)
			return rc;
		double least = ceil(3 * slow); /* the eye of MSER is no sharper than its pilots */
		*out = (double)cut > least ? (double)cut : least;
		*sure_out = level;
		if (level || days >= most)
			break;
	}
	return RC_OK;
}
