#include "record/short_breaks.h"

struct stay {
	day_t from, to; /* nights are the days in (from, to]; DAY_NEVER: open */
	int64_t event;	/* that began it */
	size_t series;
};

struct passing {
	day_t day;
	int64_t event;
	bool at_a_time; /* by one stay alone */
};

struct looking {
	const struct vocab *v;
	const struct code_list *codes;
	uint16_t care_started, care_ended, status_changed, placed;
	const struct folded *f;
	struct stay *stays; /* in order of `from` */
	size_t n_stays;
	struct passing *passed;
	size_t n_passed;
};

static bool comes_and_goes(const struct looking *l, uint16_t code)
{
	for (size_t i = 0; i < l->codes->n; i++)
		if (l->codes->entries[i].code == code)
			return true;
	return false;
}

/* Placements of the stretch [from, to); the stretch itself where it was recorded one by one. */
static void add_stays(struct looking *l, day_t from, day_t to, uint16_t code, int64_t event, size_t series)
{
	size_t before = l->n_stays;
	for (size_t i = 0; i < l->f->n_spans; i++) {
		const struct span *s = &l->f->spans[i];
		if (s->kind == l->placed && s->from < to && s->to > from)
			l->stays[l->n_stays++] = (struct stay){ s->from > from ? s->from : from,
								s->to < to ? s->to : to, s->opened_by, series };
	}
	if (l->n_stays == before && str_is(l->v->codes[code], "V3"))
		l->stays[l->n_stays++] = (struct stay){ from, to, event, series };
}

/* Stretches of the status, one after the other: each is a series. */
static size_t find_stays(struct looking *l)
{
	size_t series = 0;
	day_t since = DAY_NONE;
	uint16_t code = 0;
	int64_t event = 0;
	for (size_t i = 0; i <= l->f->child.n; i++) {
		const struct fact *x = i < l->f->child.n ? &l->f->child.facts[i] : NULL;
		if (x && x->kind != l->care_started && x->kind != l->status_changed && x->kind != l->care_ended)
			continue;
		if (since != DAY_NONE)
			add_stays(l, since, x ? x->day : DAY_NEVER, code, event, series++);
		since = DAY_NONE;
		if (!x || x->kind == l->care_ended || !comes_and_goes(l, x->code))
			continue;
		since = x->day;
		code = x->code;
		event = l->f->fact_event[i];
	}
	return series;
}

/* Nights of all stays in (from, to], each once. */
static int nights(const struct looking *l, day_t from, day_t to)
{
	int n = 0;
	day_t counted = from;
	for (size_t i = 0; i < l->n_stays; i++) {
		day_t a = l->stays[i].from > counted ? l->stays[i].from : counted;
		day_t b = l->stays[i].to < to ? l->stays[i].to : to;
		if (b > a) {
			n += b - a;
			counted = b;
		}
	}
	return n;
}

static bool passes(const struct looking *l, const struct stay *s, struct passing *out)
{
	for (day_t d = s->from + 1; d <= s->to && d - s->from <= l->v->short_break_days + 1; d++) {
		bool at_a_time = d - s->from > l->v->short_break_days;
		if (!at_a_time && nights(l, day_add_months(d, -12), d) <= l->v->short_breaks_year_days)
			continue;
		*out = (struct passing){ d, s->event, at_a_time };
		return true;
	}
	return false;
}

static int by_from(const void *a, const void *b)
{
	const struct stay *x = a, *y = b;
	if (x->from != y->from)
		return x->from < y->from ? -1 : 1;
	return (x->to > y->to) - (x->to < y->to);
}

/* The first passing of each series; after it the series is over. */
static void find_passings(struct looking *l, size_t n_series)
{
	for (size_t k = 0; k < n_series; k++) {
		struct passing first = { .day = DAY_NEVER }, p;
		for (size_t i = 0; i < l->n_stays; i++)
			if (l->stays[i].series == k && passes(l, &l->stays[i], &p) && p.day < first.day)
				first = p;
		if (first.day != DAY_NEVER)
			l->passed[l->n_passed++] = first;
	}
}

/* ---- into the facts ---- */

static void add_facts(const struct looking *l, uint16_t kind, struct arena *a, struct folded *f)
{
	size_t n = f->child.n + l->n_passed, at = 0, next = 0;
	struct fact *facts = arena_array(a, n, sizeof *facts);
	int64_t *events = arena_array(a, n, sizeof *events), *roots = arena_array(a, n, sizeof *roots);
	for (size_t i = 0; i < n; i++) { /* first on its day: its rank is that of a state, and no minute is known */
		if (next < l->n_passed && (at == f->child.n || l->passed[next].day <= f->child.facts[at].day)) {
			facts[i] = (struct fact){
				.day = l->passed[next].day, .minute = MINUTE_NONE, .kind = kind, .value = INT32_MIN
			};
			events[i] = roots[i] = l->passed[next++].event;
			continue;
		}
		facts[i] = f->child.facts[at];
		events[i] = f->fact_event[at];
		roots[i] = f->fact_root[at++];
	}
	f->child.facts = facts;
	f->child.n = n;
	f->fact_event = events;
	f->fact_root = roots;
}

static void add_findings(const struct looking *l, struct arena *a, struct folded *f)
{
	struct fold_finding *all = arena_array(a, f->n_findings + l->n_passed, sizeof *all);
	if (f->n_findings)
		memcpy(all, f->findings, f->n_findings * sizeof *all);
	for (size_t i = 0; i < l->n_passed; i++) {
		char day[DAY_TEXT_MAX];
		const struct passing *p = &l->passed[i];
		day_long(p->day, day);
		all[f->n_findings++] = (struct fold_finding){
			.event = p->event,
			.text = p->at_a_time
				    ? arena_printf(a,
						   "A short break that goes on to %s is longer than %d days. From that day the "
						   "child is counted as any other child in care.",
						   day, l->v->short_break_days)
				    : arena_printf(a,
						   "With %s there are more than %d days of short breaks in 12 months. From that "
						   "day the child is counted as any other child in care.",
						   day, l->v->short_breaks_year_days)
		};
	}
	f->findings = all;
}

static int by_day(const void *a, const void *b)
{
	const struct passing *x = a, *y = b;
	return (x->day > y->day) - (x->day < y->day);
}

static bool any_short_break(const struct looking *l)
{
	for (size_t i = 0; i < l->f->child.n; i++) {
		const struct fact *x = &l->f->child.facts[i];
		if ((x->kind == l->care_started || x->kind == l->status_changed) && comes_and_goes(l, x->code))
			return true;
	}
	return false;
}

void short_breaks_passed(const struct vocab *v, struct arena *a, struct folded *f)
{
	if (!v->short_break_days)
		return;
	uint16_t kind = vocab_kind(v, STR("short-breaks-passed"));
	struct looking l = { .v = v,
			     .codes = vocab_list(v, STR("comes-and-goes")),
			     .care_started = v->care_started,
			     .care_ended = v->care_ended,
			     .status_changed = v->status_changed,
			     .placed = v->placement_started,
			     .f = f };
	if (!kind || !l.codes || !any_short_break(&l))
		return;
	/* A placement may lie in several series: one stay for each pair at most. */
	size_t statuses = 0;
	for (size_t i = 0; i < f->child.n; i++)
		statuses += f->child.facts[i].kind == l.care_started || f->child.facts[i].kind == l.status_changed;
	l.stays = arena_array(a, statuses * (f->n_spans + 1), sizeof *l.stays);
	l.passed = arena_array(a, statuses, sizeof *l.passed);
	size_t series = find_stays(&l);
	qsort(l.stays, l.n_stays, sizeof *l.stays, by_from);
	find_passings(&l, series);
	if (!l.n_passed)
		return;
	qsort(l.passed, l.n_passed, sizeof *l.passed, by_day);
	add_facts(&l, kind, a, f);
	add_findings(&l, a, f);
}
