/* A scenario and values of its inputs made into a pathway. */
#include <math.h>

#include "plan/scenario.h"

/* ---- values ---- */

void scenario_draw(const struct scenario *s, uint64_t seed, uint32_t replication, bool central, double *out)
{
	for (size_t i = 0; i < s->n_inputs; i++) {
		const struct plan_input *in = &s->inputs[i];
		out[i] = in->value;
		if (central || !in->ranged)
			continue;
		struct stream st = stream_of(seed, replication, in->key, 0, 0, PURPOSE_INPUT);
		double z = num_normal_quantile(stream_pair(&st).a) / 1.959963984540054;
		double end = z < 0 ? in->low : in->high, size = z < 0 ? -z : z;
		if (in->low > 0) /* log-normal on either side: `end` at z = 1 */
			out[i] = in->value * num_exp(size * num_log(end / in->value));
		else
			out[i] = in->value + size * (end - in->value);
		out[i] = out[i] < 0 ? 0 : in->share && out[i] > 1 ? 1 : out[i];
		if (in->whole)
			out[i] = floor(out[i] + 0.5);
	}
}

static double value_or(const double *values, input_t i, double absent)
{
	return i >= 0 ? values[i] : absent;
}

/* ---- distance ---- */

/* By its series: the same bits everywhere. |x| under 2. */
static double cosine(double x)
{
	double z = x * x, term = 1, sum = 1;
	for (int k = 1; k < 14; k++) {
		term *= -z / ((2 * k - 1) * (2 * k));
		sum += term;
	}
	return sum;
}

double straight_miles(double lat_a, double lon_a, double lat_b, double lon_b)
{
	const double radian = 0.017453292519943295, radius = 3958.76;
	double north = (lat_b - lat_a) * radian;
	double east = (lon_b - lon_a) * radian * cosine((lat_a + lat_b) / 2 * radian);
	return radius * sqrt(north * north + east * east);
}

double scenario_miles(const struct scenario *s, size_t area, size_t service, const double *values)
{
	const struct plan_area *a = &s->areas[area];
	const struct plan_service *v = &s->services[service];
	if (v->miles >= 0)
		return values[v->miles];
	return a->placed && v->placed ? straight_miles(a->lat, a->lon, v->lat, v->lon) : (double)NAN;
}

double scenario_minutes(const struct scenario *s, size_t area, size_t service, const double *values)
{
	if (s->matrix && !isnan(s->matrix[area * s->n_services + service]))
		return (double)s->matrix[area * s->n_services + service];
	double miles = scenario_miles(s, area, service, values);
	if (s->travel_per_mile < 0)
		return (double)NAN;
	return value_or(values, s->travel_fixed, 0) + miles * values[s->travel_per_mile];
}

/* ---- who goes where ---- */

bool scenario_takes(const struct plan_service *v, const struct plan_demand *d)
{
	return d->need >= 0 && (v->needs >> d->need & 1) && v->from_age <= d->from_age && v->to_age >= d->to_age;
}

struct plan_hours scenario_hours_on(const struct plan_service *v, day_t day)
{
	struct plan_hours h = v->hours;
	for (int i = 0; i < v->n_later && v->later[i].from <= day; i++)
		h = v->later[i].hours.days ? v->later[i].hours : h;
	return h;
}

int32_t scenario_places_on(const struct plan_service *v, const double *values, day_t day)
{
	input_t capacity = v->capacity, staff = v->staff;
	for (int i = 0; i < v->n_later && v->later[i].from <= day; i++) {
		capacity = v->later[i].capacity >= 0 ? v->later[i].capacity : capacity;
		staff = v->later[i].staff >= 0 ? v->later[i].staff : staff;
	}
	double n = capacity >= 0 ? values[capacity] : INFINITY;
	if (staff >= 0) { /* as many as there are people for */
		double staffed = floor(values[staff] / values[v->staff_each] + 1e-9);
		n = staffed < n ? staffed : n;
	}
	if (isinf(n))
		return -1;
	if (v->kind == SERVICE_PLACES)
		n = floor(n * __builtin_popcount(scenario_hours_on(v, day).days) * values[v->attendance] /
			      values[v->sessions] +
			  1e-9);
	return (int32_t)n;
}

int32_t scenario_places(const struct plan_service *v, const double *values)
{
	return scenario_places_on(v, values, DAY_NONE);
}

double scenario_open_share(const struct scenario *s, const struct plan_service *v, const double *values, int32_t years)
{
	day_t end = s->start + (day_t)((double)years * 365.25 + 0.5), at = s->start;
	int64_t open = 0;
	for (int i = 0; i <= v->n_later && at < end; i++) {
		day_t next = i < v->n_later && v->later[i].from < end ? v->later[i].from : end;
		open += scenario_places_on(v, values, at) != 0 ? next - at : 0;
		at = next;
	}
	return v->n_later ? (double)open / (double)(end - s->start) : 1;
}

int32_t scenario_first(const struct scenario *s, const struct plan_demand *d, size_t area, const double *values)
{
	return scenario_first_on(s, d, area, values, DAY_NONE);
}

int32_t scenario_first_on(const struct scenario *s, const struct plan_demand *d, size_t area, const double *values,
			  day_t day)
{
	if (d->to >= 0)
		return d->to;
	int32_t best = -1;
	double least = INFINITY;
	for (size_t i = 0; i < s->n_services; i++) {
		const struct plan_service *v = &s->services[i];
		bool fits = d->type.n ? str_eq(v->type, d->type) : v->kind == d->kind;
		if (!fits || v->away || !scenario_takes(v, d) || !(v->areas >> area & 1) ||
		    scenario_places_on(v, values, day) == 0)
			continue;
		double far = scenario_minutes(s, area, i, values);
		if (isnan(far))
			far = scenario_miles(s, area, i, values);
		if (isnan(far))
			far = 1e6; /* no place is said: after those of which it is */
		if (far < least) {
			least = far;
			best = (int32_t)i;
		}
	}
	return best;
}

/* ---- what services change ---- */

struct cover {
	double now, then; /* share of the full effect */
};

static struct cover cover_of(const struct scenario *s, const struct plan_effect *x, size_t area, int32_t need,
			     const double *values, day_t day)
{
	struct cover c = { 0, 0 };
	for (size_t i = 0; i < s->n_services; i++) {
		const struct plan_service *v = &s->services[i];
		if (!str_eq(v->type, x->of) || !(v->areas >> area & 1) || !(v->needs >> need & 1))
			continue;
		double now = scenario_places_on(v, values, day) == 0 ? 0
			     : x->by_days ? __builtin_popcount(scenario_hours_on(v, day).days) / 7.0
					  : 1;
		double then = value_or(values, v->counted, 0);
		then = x->by_days ? then / 7 : then > 0;
		c.now = now > c.now ? now : c.now;
		c.then = then > c.then ? then : c.then;
	}
	return c;
}

/* Reductions of several kinds of service count in full for the largest and, for the others, as far as they do not
 * overlap. */
struct joint {
	double most, rest, more;
};

static void join(struct joint *j, double reduction)
{
	if (reduction < 0) {
		j->more *= 1 - reduction;
		return;
	}
	j->rest += reduction > j->most ? j->most : reduction;
	j->most = reduction > j->most ? reduction : j->most;
}

static double joint_times(const struct joint *j, double overlap)
{
	double r = j->most + (1 - overlap) * j->rest;
	return (1 - (r < 0.95 ? r : 0.95)) * j->more;
}

/* How many times as many, on a day, as when they were counted. */
static double change(const struct scenario *s, enum effect_on on, size_t area, int32_t need, const double *values,
		     day_t day)
{
	struct joint now = { .more = 1 }, then = { .more = 1 };
	for (size_t i = 0; i < s->n_effects; i++) {
		const struct plan_effect *x = &s->effects[i];
		if (x->on != on || !(x->needs >> need & 1))
			continue;
		struct cover c = cover_of(s, x, area, need, values, day);
		join(&now, (1 - values[x->times]) * c.now);
		join(&then, (1 - values[x->times]) * c.then);
	}
	double overlap = value_or(values, s->overlap, 0);
	return joint_times(&now, overlap) / joint_times(&then, overlap);
}

/* ---- lengths ---- */

static struct length length_made(const struct plan_length *l, const double *v, double times, struct arena *a)
{
	struct length out = { .kind = l->kind };
	out.mean = value_or(v, l->mean, 0) * times;
	out.sd = l->cv >= 0 ? v[l->cv] * out.mean : value_or(v, l->sd, 0) * times;
	out.median = value_or(v, l->median, 0) * times;
	out.p90 = value_or(v, l->p90, 0) * times;
	if (l->median >= 0 && out.p90 <= out.median * 1.001) /* drawn apart, they may cross */
		out.p90 = out.median * 1.001;
	out.shape = value_or(v, l->shape, 0);
	out.at_least = value_or(v, l->at_least, 0);
	out.at_most = value_or(v, l->at_most, 0);
	out.phases = (int32_t)value_or(v, l->phases, 0);
	if (l->phases >= 0 && out.phases < 1) /* drawn beyond its range, a number may leave its bounds */
		out.phases = 1;
	if (l->shape >= 0)
		out.shape = out.shape < 0.1 ? 0.1 : out.shape > 100 ? 100 : out.shape;
	double sum = 0;
	for (int32_t i = 0; i < l->n_parts; i++)
		sum += v[l->part_share[i]];
	for (int32_t i = 0; i < l->n_parts; i++) { /* uncertain shares are brought back to 1 */
		out.share[i] = sum > 0 ? v[l->part_share[i]] / sum : 1.0 / l->n_parts;
		out.branch_mean[i] = v[l->part_mean[i]] * times;
	}
	out.branches = l->n_parts;
	out.values = l->observed;
	out.weights = l->counted;
	out.n = l->n_observed;
	if (l->n_observed && times != 1) {
		double *scaled = arena_array(a, l->n_observed, sizeof *scaled);
		for (size_t i = 0; i < l->n_observed; i++)
			scaled[i] = l->observed[i] * times;
		out.values = scaled;
	}
	return out;
}

/* ---- stations ---- */

static uint16_t free_key(uint16_t *used, size_t n, struct str a, struct str b)
{
	uint16_t key = (uint16_t)(hash64(hash64(7, a.p, a.n), b.p, b.n) & 0xffff);
	for (size_t i = 0; i < n; i++)
		if (used[i] == key || key == 0) {
			key++;
			i = (size_t)-1;
		}
	return used[n] = key;
}

/* Slots fall on the days it is open, the odd ones on the first of them. */
static const struct shift *shifts_of(bool slots, struct plan_hours h, int32_t capacity, struct arena *a, size_t *n_out)
{
	struct shift *all = arena_array(a, 14, sizeof *all);
	int days = __builtin_popcount(h.days), left = capacity % days, open = h.open, close = h.close;
	if (slots && open == 0)
		open = 9 * 60;
	if (slots)
		close = open + 1; /* a slot is used at its time, or lost */
	for (int d = 0; d < 7; d++) {
		if (!(h.days >> d & 1))
			continue;
		int32_t n = slots ? capacity / days + (left-- > 0) : capacity;
		if (n == 0)
			continue;
		bool joined = *n_out && all[*n_out - 1].minute == d * 1440 + open;
		if (joined)
			all[*n_out - 1].servers = n;
		else
			all[(*n_out)++] = (struct shift){ d * 1440 + open, n };
		if (d * 1440 + close < 7 * 1440)
			all[(*n_out)++] = (struct shift){ d * 1440 + close, 0 };
	}
	/* open to the last midnight of the week, and closed on Monday */
	if (*n_out && all[*n_out - 1].servers && all[0].minute > 0) {
		memmove(all + 1, all, *n_out * sizeof *all);
		all[0] = (struct shift){ 0, 0 };
		++*n_out;
	}
	return all;
}

/* Does it begin only at certain times? Slots do, and people who do not work day and night. */
static bool is_timed(const struct plan_service *v, struct plan_hours h)
{
	bool always = h.days == 0x7f && h.open == 0 && h.close == 1440;
	return v->kind == SERVICE_SLOTS || (v->kind == SERVICE_CLINICIANS && !always);
}

/* One period for each change: its own number, or its own shifts. */
static void set_periods(const struct scenario *s, const struct plan_service *v, const double *values, int32_t before,
			struct arena *a, struct station *st)
{
	int n = before == BUILD_START ? 0 : v->n_later;
	struct period *p = arena_array(a, (size_t)n + 1, sizeof *p);
	for (int i = 0; i <= n; i++) {
		day_t from = i ? v->later[i - 1].from : DAY_NONE;
		int32_t places = scenario_places_on(v, values, from);
		p[i].from_day = i ? before + (from - s->start) : 0;
		p[i].servers = places < 0 ? SERVERS_MAX : places;
		struct plan_hours h = scenario_hours_on(v, from);
		if (is_timed(v, h) && places > 0)
			p[i].shifts = shifts_of(v->kind == SERVICE_SLOTS, h, places, a, &p[i].n_shifts);
	}
	st->periods = p;
	st->n_periods = (size_t)n + 1;
	st->servers = 0;
}

static void set_hours(const struct scenario *s, const struct plan_service *v, const double *values, int32_t before,
		      struct arena *a, struct station *st)
{
	bool clinic = v->kind == SERVICE_SLOTS || v->kind == SERVICE_CLINICIANS;
	bool closes = v->closed_on_holidays && clinic;
	if (is_timed(v, v->hours) || closes || (v->n_later && before != BUILD_START))
		set_periods(s, v, values, before, a, st);
	if (!closes)
		return;
	int32_t *closed = arena_array(a, s->n_holidays, sizeof *closed);
	day_t first = s->start - (before == BUILD_START ? 0 : before);
	for (size_t i = 0; i < s->n_holidays; i++)
		if (s->holidays[i] >= first)
			closed[st->n_closed_days++] = s->holidays[i] - first;
	st->closed_days = closed;
}

/* How long a group stays at a service from a day on. */
static struct length stay_on(const struct scenario *s, const struct plan_service *v, const double *values,
			     const struct scenario_group *g, day_t day, struct arena *a)
{
	int32_t need = s->demands[g->demand].need;
	const struct plan_length *own = &v->stay_of_need[need], *l = own->kind != LENGTH_NONE ? own : &v->stay;
	if (l->kind == LENGTH_NONE) /* no need that is said comes here */
		return (struct length){ .kind = LENGTH_CONSTANT, .mean = 1 };
	double times = v->kind == SERVICE_BEDS ? change(s, EFFECT_STAYS, (size_t)g->area, need, values, day) : 1;
	if (l == &v->stay && times == 1)
		return (struct length){ .kind = LENGTH_NONE };
	return length_made(l, values, times, a);
}

/* Services that open or close change how long those stay who begin from then on. */
static void set_stay_eras(const struct scenario *s, const struct plan_service *v, const double *values,
			  const struct scenario_group *groups, size_t n, int32_t before, struct arena *a,
			  struct station *st)
{
	bool any = false;
	for (size_t i = 0; v->kind == SERVICE_BEDS && i < s->n_effects; i++)
		any |= s->effects[i].on == EFFECT_STAYS;
	if (!any || before == BUILD_START || !s->n_turns)
		return;
	struct stay_era *all = arena_array(a, s->n_turns, sizeof *all);
	bool changes = false;
	for (size_t t = 0; t < s->n_turns; t++) {
		struct length *of = arena_array(a, n, sizeof *of);
		for (size_t g = 0; g < n; g++) {
			int32_t need = s->demands[groups[g].demand].need;
			size_t area = (size_t)groups[g].area;
			of[g] = stay_on(s, v, values, &groups[g], s->turns[t], a);
			of[g] = of[g].kind != LENGTH_NONE ? of[g] : st->stay;
			changes |= change(s, EFFECT_STAYS, area, need, values, s->turns[t]) !=
				   change(s, EFFECT_STAYS, area, need, values, DAY_NONE);
		}
		all[t] = (struct stay_era){ before + (s->turns[t] - s->start), of };
	}
	if (!changes)
		return;
	st->stay_eras = all;
	st->n_stay_eras = s->n_turns;
}

static void set_stays(const struct scenario *s, const struct plan_service *v, const double *values,
		      const struct scenario_group *groups, size_t n, int32_t before, struct arena *a,
		      struct station *st)
{
	if (v->kind == SERVICE_SLOTS) {
		st->stay = (struct length){ .kind = LENGTH_CONSTANT, .mean = 2.0 / 1440 };
		return;
	}
	struct length *own = arena_array(a, n, sizeof *own);
	st->stay = length_made(&v->stay, values, 1, a);
	for (size_t g = 0; g < n; g++)
		own[g] = stay_on(s, v, values, &groups[g], DAY_NONE, a);
	st->stay_of_group = own;
	if (st->stay.kind == LENGTH_NONE)
		st->stay = (struct length){ .kind = LENGTH_CONSTANT, .mean = 1 };
	set_stay_eras(s, v, values, groups, n, before, a, st);
}

static void set_station(const struct scenario *s, size_t k, const double *values, int32_t before,
			const struct scenario_group *groups, size_t n, struct arena *a, struct station *st)
{
	const struct plan_service *v = &s->services[k];
	int32_t places = scenario_places(v, values);
	st->name = arena_str(a, v->name).p;
	st->servers = places < 0 ? SERVERS_INFINITE : places;
	set_stays(s, v, values, groups, n, before, a, st);
	set_hours(s, v, values, before, a, st);
	st->by_priority = v->by_priority;
	st->holds = v->holds;
	st->away = v->away;
	st->limited_room = v->room >= 0;
	st->room = v->room >= 0 ? (int32_t)values[v->room] : 0;
	st->full = v->full;
	st->full_to = v->full_to;
	st->balk = value_or(values, v->will_not, 0);
	st->balk_from = v->will_not_from;
	st->preempt = v->preempt;
	st->closing = v->closing;
	st->missed = 1 - value_or(values, v->attended, 1);
	st->missed = st->missed > 0.95 ? 0.95 : st->missed;
	st->n_rules = v->n_rules;
	for (int i = 0; i < v->n_rules; i++)
		st->rules[i] = (struct wait_rule){ length_made(&v->rules[i].after, values, 1, a), v->rules[i].then,
						   v->rules[i].to, v->rules[i].raised };
	if (places == 0 && st->n_rules == 0 &&
	    (v->n_later == 0 || before == BUILD_START)) { /* closed: who comes all the same leaves */
		st->rules[0] = (struct wait_rule){ { .kind = LENGTH_CONSTANT }, WAIT_LEAVE, 0, 0 };
		st->n_rules = 1;
	}
	memcpy(st->targets, v->targets, sizeof st->targets);
	st->n_targets = v->n_targets;
	if (v->before.kind != LENGTH_NONE)
		st->before = length_made(&v->before, values, 1, a);
	st->working = v->working ? s->workdays : NULL;
}

/* ---- sources and routes ---- */

static double weight(const struct scenario *s, size_t area, const double *values)
{
	return values[s->areas[area].children] * value_or(values, s->areas[area].factor, 1);
}

static double per_year(const struct scenario *s, const struct plan_demand *d, size_t area, const double *values)
{
	double all = 0;
	for (size_t i = 0; i < s->n_areas; i++)
		all += d->areas >> i & 1 ? weight(s, i, values) : 0;
	return d->per_year >= 0 ? values[d->per_year] * weight(s, area, values) / all
				: values[d->per_100000] * weight(s, area, values) / 100000;
}

/* Times as many on a day, by what services change; and where they go first. */
static double times_on(const struct scenario *s, const struct plan_demand *d, size_t area, const double *values,
		       day_t day, int32_t *to_out)
{
	*to_out = scenario_first_on(s, d, area, values, day);
	bool beds = *to_out >= 0 && s->services[*to_out].kind == SERVICE_BEDS;
	return beds ? change(s, EFFECT_ADMISSIONS, area, d->need, values, day) : 1;
}

/* Services that open or close change where children go, and how many come. */
static void set_eras(const struct scenario *s, const struct plan_demand *d, size_t area, const double *values,
		     int32_t before, double at_first, struct arena *a, struct source *x)
{
	struct era *eras = arena_array(a, s->n_turns, sizeof *eras);
	bool any = false;
	for (size_t i = 0; i < s->n_turns; i++) {
		int32_t to;
		double times = times_on(s, d, area, values, s->turns[i], &to);
		eras[i] = (struct era){ before + (s->turns[i] - s->start), to >= 0 ? to : x->to, times / at_first };
		any |= eras[i].to != x->to || times != at_first;
	}
	if (!any)
		return;
	x->eras = eras;
	x->n_eras = s->n_turns;
}

/* Counts of all areas together are one source, of the first of them; each child is of one by chance. */
static void set_counts(const struct scenario *s, const struct plan_demand *d, const double *values,
		       const struct scenario_built *b, size_t g, int32_t before, struct arena *a, struct source *x)
{
	const struct scenario_group *at = &b->groups[g];
	size_t n = d->n_counts, shift = before > 0 && !d->drawn ? (n - (size_t)before % n) % n : 0;
	const int32_t *from = d->counts + (d->counts_by_area ? (size_t)at->area * n : 0);
	if (!d->counts_by_area && g > 0 && b->groups[g - 1].demand == at->demand)
		return; /* nobody comes by itself */
	int32_t *counts = arena_array(a, n, sizeof *counts);
	for (size_t i = 0; i < n; i++) /* day 0 of the counts is that of the scenario's start */
		counts[i] = from[(i + shift) % n];
	x->kind = SOURCE_COUNTS;
	x->counts = counts;
	x->n_counts = n;
	x->replay = !d->drawn;
	if (d->counts_by_area)
		return;
	double all = 0, *shares = arena_array(a, b->p.n_groups, sizeof *shares);
	for (size_t i = 0; i < b->p.n_groups; i++)
		all += b->groups[i].demand == at->demand ? weight(s, (size_t)b->groups[i].area, values) : 0;
	for (size_t i = 0; i < b->p.n_groups; i++)
		if (b->groups[i].demand == at->demand)
			shares[i] = weight(s, (size_t)b->groups[i].area, values) / all;
	x->shares = shares;
}

static void set_sources(const struct scenario *s, const double *values, int32_t before, struct scenario_built *out,
			struct arena *a)
{
	struct source *all = arena_array(a, out->p.n_groups, sizeof *all);
	uint16_t *keys = arena_array(a, out->p.n_groups, sizeof *keys);
	for (size_t g = 0; g < out->p.n_groups; g++) {
		const struct scenario_group *at = &out->groups[g];
		const struct plan_demand *d = &s->demands[at->demand];
		struct source *x = &all[g];
		double times = times_on(s, d, (size_t)at->area, values, DAY_NONE, &x->to), each = 0;
		for (int i = 0; i < d->n_together; i++)
			each += d->together[i] * (i + 1);
		x->name = out->p.groups[g].name;
		x->key = free_key(keys, g, s->areas[at->area].id, d->id);
		x->kind = SOURCE_POISSON;
		x->group = (int32_t)g;
		x->by_hour = d->hourly ? d->by_hour : NULL;
		if (d->counts) {
			set_counts(s, d, values, out, g, before, a, x);
			continue;
		}
		x->per_day = per_year(s, d, (size_t)at->area, values) * times / 365.25 / (d->n_together ? each : 1);
		x->by_month = d->monthly ? d->by_month : NULL;
		x->by_weekday = d->weekly ? d->by_weekday : NULL;
		x->batch = d->n_together ? d->together : NULL;
		x->n_batch = d->n_together;
		if (before != BUILD_START && s->n_turns)
			set_eras(s, d, (size_t)at->area, values, before, times, a, x);
	}
	out->p.sources = all;
	out->p.n_sources = out->p.n_groups;
}

static bool is_general(const struct scenario *s, const struct plan_route *x)
{
	uint64_t all = s->n_areas == 64 ? UINT64_MAX : (UINT64_C(1) << s->n_areas) - 1;
	return x->need == ALL_NEEDS && x->areas == all;
}

/* Routes of a service are told apart by group only if one of them is. */
static void set_routes(const struct scenario *s, const double *values, struct scenario_built *out, struct arena *a)
{
	size_t most = s->n_routes * out->p.n_groups, n = 0;
	struct pathway_route *all = arena_array(a, most < ROUTES_MAX ? most : ROUTES_MAX, sizeof *all);
	for (size_t i = 0; i < s->n_routes; i++) {
		const struct plan_route *x = &s->routes[i];
		bool general = true;
		for (size_t j = 0; j < s->n_routes; j++)
			general &= s->routes[j].from != x->from || is_general(s, &s->routes[j]);
		struct pathway_route made = {
			.from = x->from, .to = x->to, .group = GROUP_ALL, .share = values[x->share]
		};
		if (x->after.kind != LENGTH_NONE)
			made.delay = length_made(&x->after, values, 1, a);
		for (size_t g = 0; g < (general ? 1 : out->p.n_groups) && n < ROUTES_MAX; g++) {
			const struct scenario_group *at = &out->groups[g];
			if (!general && ((x->need != ALL_NEEDS && x->need != s->demands[at->demand].need) ||
					 !(x->areas >> at->area & 1)))
				continue;
			made.group = general ? GROUP_ALL : (int32_t)g;
			all[n++] = made;
		}
	}
	/* uncertain shares may add up to more than all: brought back to it */
	for (size_t i = 0; i < n; i++) {
		double sum = 0;
		for (size_t j = 0; j < n; j++)
			sum += all[j].from == all[i].from && all[j].group == all[i].group ? all[j].share : 0;
		for (size_t j = i; sum > 1 && j < n; j++)
			if (all[j].from == all[i].from && all[j].group == all[i].group)
				all[j].share /= sum;
	}
	out->p.routes = all;
	out->p.n_routes = n;
}

static void set_groups(const struct scenario *s, struct scenario_built *out, struct arena *a)
{
	struct group *all = arena_array(a, PATHWAY_GROUPS_MAX, sizeof *all);
	struct scenario_group *of = arena_array(a, PATHWAY_GROUPS_MAX, sizeof *of);
	size_t n = 0;
	for (size_t d = 0; d < s->n_demands; d++)
		for (size_t i = 0; i < s->n_areas; i++) {
			const struct plan_demand *x = &s->demands[d];
			if (!(x->areas >> i & 1) || n == PATHWAY_GROUPS_MAX)
				continue;
			of[n] = (struct scenario_group){ (int32_t)i, (int32_t)d };
			all[n++] = (struct group){
				.name =
				    arena_printf(a, STR_FMT ", " STR_FMT, STR_ARG(s->areas[i].name), STR_ARG(x->id)).p,
				.area = (int32_t)i,
				.age = (int32_t)d,
				.need = x->need,
				.priority = x->priority >= 0 ? x->priority : s->needs[x->need].priority
			};
		}
	out->p.groups = all;
	out->p.n_groups = n;
	out->groups = of;
}

void scenario_build(const struct scenario *s, const double *values, int32_t before, struct arena *a,
		    struct scenario_built *out)
{
	*out = (struct scenario_built){ .p = { .start = s->start - (before == BUILD_START ? 0 : before) } };
	set_groups(s, out, a);
	struct station *stations = arena_array(a, s->n_services, sizeof *stations);
	uint16_t *keys = arena_array(a, s->n_services, sizeof *keys);
	for (size_t k = 0; k < s->n_services; k++) {
		stations[k].key = free_key(keys, k, s->services[k].id, STR("service"));
		set_station(s, k, values, before, out->groups, out->p.n_groups, a, &stations[k]);
	}
	out->p.stations = stations;
	out->p.n_stations = s->n_services;
	set_sources(s, values, before, out, a);
	set_routes(s, values, out, a);
}
