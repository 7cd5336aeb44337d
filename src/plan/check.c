/* What is wrong with a pathway, before anything is run. */
#include "plan/pathway.h"

#include <math.h>
#include <stdarg.h>

struct checking {
	const struct pathway *p;
	struct findings *out;
	size_t groups;
};

PRINTF_LIKE(3, 4) static void found(struct checking *c, const char *path, const char *fmt, ...)
{
	if (c->out->n == FINDINGS_MAX) {
		c->out->more = true;
		return;
	}
	struct finding *f = &c->out->list[c->out->n++];
	va_list ap;
	snprintf(f->path, sizeof f->path, "%s", path);
	va_start(ap, fmt);
	vsnprintf(f->text, sizeof f->text, fmt, ap);
	va_end(ap);
}

struct path {
	char p[64];
};

PRINTF_LIKE(1, 2) static struct path path_of(const char *fmt, ...)
{
	struct path out;
	va_list ap;
	va_start(ap, fmt);
	vsnprintf(out.p, sizeof out.p, fmt, ap);
	va_end(ap);
	return out;
}

static const char *name_of(const char *name)
{
	return name && *name ? name : "(without a name)";
}

static void check_length(struct checking *c, const char *path, const struct length *l)
{
	const char *field = "";
	struct err e = { 0 };
	if (length_check(l, &field, &e) != RC_OK)
		found(c, path_of("%s.%s", path, field).p, "%s", e.text);
}

static bool is_share(double v)
{
	return isfinite(v) && v >= 0 && v <= 1;
}

static bool is_station(const struct checking *c, int32_t i)
{
	return i >= 0 && (size_t)i < c->p->n_stations;
}

static bool is_group(const struct checking *c, int32_t g)
{
	return g >= 0 && (size_t)g < c->groups;
}

/* ---- stations ---- */

static void check_shifts(struct checking *c, const char *path, const struct period *d)
{
	int32_t open = 0;
	if (d->n_shifts > SHIFTS_MAX) {
		found(c, path, "has more than %d shifts; join those of equal numbers", SHIFTS_MAX);
		return;
	}
	for (size_t i = 0; i < d->n_shifts; i++) {
		const struct shift *s = &d->shifts[i];
		if (s->minute < 0 || s->minute >= 7 * 1440 || (i && s->minute <= d->shifts[i - 1].minute))
			found(c, path_of("%s.shifts[%zu].minute", path, i).p,
			      "must be a minute of the week (0 to 10079, 0 is Monday 00:00), after the one before it");
		if (s->servers < 0 || s->servers > SERVERS_MAX)
			found(c, path_of("%s.shifts[%zu].servers", path, i).p, "must be 0 to %d", SERVERS_MAX);
		open |= s->servers;
	}
	if (d->n_shifts && !open)
		found(c, path, "nobody works in any shift; put servers into one of them, or say 0 without shifts");
}

static void check_periods(struct checking *c, size_t k, const struct station *s)
{
	if (s->n_periods > PERIODS_MAX)
		found(c, path_of("stations[%zu].periods", k).p, "must be at most %d", PERIODS_MAX);
	for (size_t i = 0; i < s->n_periods && i < PERIODS_MAX; i++) {
		const struct period *d = &s->periods[i];
		struct path path = path_of("stations[%zu].periods[%zu]", k, i);
		if (d->from_day < 0 || (i && d->from_day <= s->periods[i - 1].from_day))
			found(c, path_of("%s.from_day", path.p).p,
			      "must be 0 or more, and later than the period before it");
		if (d->n_shifts == 0 && (d->servers < 0 || d->servers > SERVERS_MAX))
			found(c, path_of("%s.servers", path.p).p, "must be 0 to %d", SERVERS_MAX);
		check_shifts(c, path.p, d);
	}
	for (size_t i = 0; i < s->n_closed_days; i++)
		if (s->closed_days[i] < 0 || (i && s->closed_days[i] <= s->closed_days[i - 1]))
			found(c, path_of("stations[%zu].closed_days[%zu]", k, i).p,
			      "must be a day of the run, 0 or more, later than the one before it");
	if (s->servers == SERVERS_INFINITE && (s->n_periods || s->n_closed_days))
		found(c, path_of("stations[%zu].servers", k).p,
		      "a station without limit has no opening hours; give it a number of servers, or take the periods "
		      "away");
}

static void check_rules(struct checking *c, size_t k, const struct station *s)
{
	if (s->n_rules < 0 || s->n_rules > WAIT_RULES_MAX) {
		found(c, path_of("stations[%zu].rules", k).p, "must be at most %d", WAIT_RULES_MAX);
		return;
	}
	for (int32_t i = 0; i < s->n_rules; i++) {
		const struct wait_rule *r = &s->rules[i];
		struct path path = path_of("stations[%zu].rules[%d]", k, (int)i);
		check_length(c, path_of("%s.after", path.p).p, &r->after);
		if (r->then == WAIT_GO && (!is_station(c, r->to) || (size_t)r->to == k))
			found(c, path_of("%s.to", path.p).p, "must be the number of another station");
		if (r->then == WAIT_RAISE && (r->raised < 0 || r->raised >= PRIORITIES))
			found(c, path_of("%s.raised", path.p).p, "must be 0 (most urgent) to %d", PRIORITIES - 1);
		if (r->then == WAIT_RAISE && !s->by_priority)
			found(c, path_of("stations[%zu].by_priority", k).p,
			      "a rule raises the priority here, but the station goes by order of coming; set "
			      "by_priority");
		if (r->then < WAIT_LEAVE || r->then > WAIT_RAISE)
			found(c, path_of("%s.then", path.p).p, "must be to leave, to go elsewhere or to be raised");
	}
}

static void check_waiting(struct checking *c, size_t k, const struct station *s)
{
	if (s->limited_room && (s->room < 0 || s->room > 1000000))
		found(c, path_of("stations[%zu].room", k).p, "must be 0 to 1,000,000 who may wait");
	if (s->limited_room && s->full == FULL_GO && (!is_station(c, s->full_to) || (size_t)s->full_to == k))
		found(c, path_of("stations[%zu].full_to", k).p, "must be the number of another station");
	if (!is_share(s->balk))
		found(c, path_of("stations[%zu].balk", k).p, "must be a share from 0 to 1; it is %g", s->balk);
	if (!(s->missed >= 0 && s->missed <= 0.95))
		found(c, path_of("stations[%zu].missed", k).p, "must be a share from 0 to 0.95; it is %g", s->missed);
	else if (s->missed > 0 && (s->preempt != PREEMPT_NONE || s->closing == CLOSE_PAUSE))
		found(c, path_of("stations[%zu].missed", k).p,
		      "an appointment cannot be both missed and interrupted; take preempt and pausing away");
	if (s->balk_from < 0)
		found(c, path_of("stations[%zu].balk_from", k).p, "must be 0 or more");
	if (s->before.kind != LENGTH_NONE)
		check_length(c, path_of("stations[%zu].before", k).p, &s->before);
	if (s->n_targets < 0 || s->n_targets > WAIT_TARGETS_MAX)
		found(c, path_of("stations[%zu].targets", k).p, "must be at most %d", WAIT_TARGETS_MAX);
	for (int32_t i = 0; i < s->n_targets && i < WAIT_TARGETS_MAX; i++)
		if (!(s->targets[i] >= 0 && s->targets[i] <= LENGTH_DAYS_MAX))
			found(c, path_of("stations[%zu].targets[%d]", k, (int)i).p, "must be 0 to 36,500 days");
	if (s->preempt != PREEMPT_NONE && !s->by_priority)
		found(c, path_of("stations[%zu].preempt", k).p,
		      "who interrupts whom is a matter of priority; set by_priority, or take preempt away");
}

static void check_station(struct checking *c, size_t k)
{
	const struct station *s = &c->p->stations[k];
	if (s->servers != SERVERS_INFINITE && (s->servers < 0 || s->servers > SERVERS_MAX))
		found(c, path_of("stations[%zu].servers", k).p, "must be 0 to %d, or without limit; it is %d",
		      SERVERS_MAX, (int)s->servers);
	else if (s->servers == 0 && s->n_periods == 0 && s->n_rules == 0 && !s->limited_room && s->balk < 1)
		found(c, path_of("stations[%zu].servers", k).p,
		      "nobody ever works at \"%s\", and whoever comes waits for ever; give it servers, or a rule to go "
		      "on",
		      name_of(s->name));
	if (!s->stay_of_group)
		check_length(c, path_of("stations[%zu].stay", k).p, &s->stay);
	for (size_t g = 0; s->stay_of_group && g < c->groups; g++) {
		bool own = s->stay_of_group[g].kind != LENGTH_NONE;
		check_length(
		    c, own ? path_of("stations[%zu].stay_of_group[%zu]", k, g).p : path_of("stations[%zu].stay", k).p,
		    own ? &s->stay_of_group[g] : &s->stay);
	}
	for (size_t i = 0; i < s->n_stay_eras; i++) {
		if (s->stay_eras[i].from_day < 0 || (i && s->stay_eras[i].from_day <= s->stay_eras[i - 1].from_day))
			found(c, path_of("stations[%zu].stay_eras[%zu].from_day", k, i).p,
			      "must be a day of the run, later than the one before");
		for (size_t g = 0; g < c->groups; g++)
			check_length(c, path_of("stations[%zu].stay_eras[%zu].of_group[%zu]", k, i, g).p,
				     &s->stay_eras[i].of_group[g]);
	}
	for (size_t j = 0; j < k; j++)
		if (c->p->stations[j].key == s->key)
			found(c, path_of("stations[%zu].key", k).p, "is also that of station %zu; give each its own",
			      j);
	check_periods(c, k, s);
	check_rules(c, k, s);
	check_waiting(c, k, s);
}

/* ---- sources ---- */

static bool factors_well(const double *f, int n, double *sum_out)
{
	double sum = 0;
	for (int i = 0; f && i < n; i++) {
		if (!isfinite(f[i]) || f[i] < 0 || f[i] > 1e6)
			return false;
		sum += f[i];
	}
	*sum_out = f ? sum : n;
	return true;
}

static void check_factors(struct checking *c, size_t k, const double *f, int n, const char *field)
{
	double sum;
	if (!factors_well(f, n, &sum))
		found(c, path_of("sources[%zu].%s", k, field).p, "each factor must be 0 or more");
	else if (!(sum > 0))
		found(c, path_of("sources[%zu].%s", k, field).p, "one factor at least must be above 0");
}

static void check_shares(struct checking *c, const char *path, const double *share, size_t n)
{
	double sum = 0;
	for (size_t i = 0; i < n; i++) {
		if (!is_share(share[i])) {
			found(c, path, "share %zu must lie between 0 and 1", i + 1);
			return;
		}
		sum += share[i];
	}
	if (fabs(sum - 1) > 1e-9)
		found(c, path, "the shares add up to %g; they must add up to 1", sum);
}

static void check_appointments(struct checking *c, size_t k, const struct source *s)
{
	int32_t most = 0;
	for (int i = 0; i < 7; i++) {
		if (s->slots[i] < 0 || s->slots[i] > 1440)
			found(c, path_of("sources[%zu].slots[%d]", k, i).p, "must be 0 to 1,440 slots a day");
		most = s->slots[i] > most ? s->slots[i] : most;
	}
	if (most == 0)
		found(c, path_of("sources[%zu].slots", k).p, "no weekday has a slot; give one of them some");
	if (s->first < 0 || s->first >= 1440)
		found(c, path_of("sources[%zu].first", k).p, "must be a minute of the day, 0 to 1439");
	if (s->every < 0 || (int64_t)s->first + (int64_t)s->every * (most - 1) >= 1440)
		found(c, path_of("sources[%zu].every", k).p,
		      "the last slot would fall on the next day; make the steps shorter");
	if (!is_share(s->attended))
		found(c, path_of("sources[%zu].attended", k).p, "must be a share from 0 to 1");
}

static void check_counts(struct checking *c, size_t k, const struct source *s)
{
	if (!s->counts || s->n_counts == 0 || s->n_counts > 100000)
		found(c, path_of("sources[%zu].counts", k).p, "give the counts of 1 to 100,000 days");
	for (size_t i = 0; s->counts && i < s->n_counts && i < 100000; i++)
		if (s->counts[i] < 0 || s->counts[i] > 10000) {
			found(c, path_of("sources[%zu].counts[%zu]", k, i).p, "must be 0 to 10,000 a day");
			return;
		}
}

static void check_gap(struct checking *c, size_t k, const struct length *gap)
{
	size_t before = c->out->n;
	check_length(c, path_of("sources[%zu].gap", k).p, gap);
	if (c->out->n > before)
		return;
	struct source plain = { .kind = SOURCE_RENEWAL, .gap = *gap };
	if (!(source_rate(&plain) <= 1e6))
		found(c, path_of("sources[%zu].gap.mean", k).p, "is so short that over 1,000,000 would come a day");
}

static void check_eras(struct checking *c, size_t k, const struct source *s)
{
	if (s->kind != SOURCE_POISSON || s->n_eras > ERAS_MAX || !s->eras) {
		found(c, path_of("sources[%zu].eras", k).p, "go with poisson only, at most %d of them", ERAS_MAX);
		return;
	}
	for (size_t i = 0; i < s->n_eras; i++) {
		struct path path = path_of("sources[%zu].eras[%zu]", k, i);
		if (s->eras[i].from_day < 0 || (i && s->eras[i].from_day <= s->eras[i - 1].from_day))
			found(c, path.p, "each must begin on a later day than the one before it");
		if (!is_station(c, s->eras[i].to))
			found(c, path.p, "must go to the number of a station");
		if (!(s->eras[i].times >= 0 && s->eras[i].times <= 1e6))
			found(c, path.p, "must be 0 to 1,000,000 times as many");
	}
}

static void check_source(struct checking *c, size_t k)
{
	const struct source *s = &c->p->sources[k];
	if (s->kind <= SOURCE_NONE || s->kind > SOURCE_COUNTS)
		found(c, path_of("sources[%zu].kind", k).p,
		      "say how children come: poisson, renewal, appointments or counts");
	if (!is_station(c, s->to))
		found(c, path_of("sources[%zu].to", k).p, "must be the number of a station; there are %zu",
		      c->p->n_stations);
	for (size_t j = 0; j < k; j++)
		if (c->p->sources[j].key == s->key)
			found(c, path_of("sources[%zu].key", k).p, "is also that of source %zu; give each its own", j);
	if (s->kind == SOURCE_POISSON && !(s->per_day >= 0 && s->per_day <= 1e6))
		found(c, path_of("sources[%zu].per_day", k).p, "must be 0 to 1,000,000 a day");
	if (s->n_eras)
		check_eras(c, k, s);
	if (s->kind == SOURCE_RENEWAL)
		check_gap(c, k, &s->gap);
	if (s->kind == SOURCE_APPOINTMENTS)
		check_appointments(c, k, s);
	if (s->kind == SOURCE_COUNTS)
		check_counts(c, k, s);
	check_factors(c, k, s->by_hour, 24, "by_hour");
	check_factors(c, k, s->by_weekday, 7, "by_weekday");
	check_factors(c, k, s->by_month, 12, "by_month");
	if (s->batch && (s->kind == SOURCE_APPOINTMENTS || s->kind == SOURCE_COUNTS))
		found(c, path_of("sources[%zu].batch", k).p,
		      "goes with poisson and renewal only; here, put several into one day");
	else if (s->batch && (s->n_batch < 1 || s->n_batch > BATCH_MAX))
		found(c, path_of("sources[%zu].n_batch", k).p, "must be 1 to %d", BATCH_MAX);
	else if (s->batch)
		check_shares(c, path_of("sources[%zu].batch", k).p, s->batch, (size_t)s->n_batch);
	if (s->shares)
		check_shares(c, path_of("sources[%zu].shares", k).p, s->shares, c->groups);
	else if (!is_group(c, s->group))
		found(c, path_of("sources[%zu].group", k).p, "must be the number of a group; there are %zu", c->groups);
}

/* ---- routes ---- */

/* " (Derby, beds)", or nothing where there is one group only. */
static struct path of_group(const struct checking *c, size_t g)
{
	if (c->groups < 2)
		return path_of("%s", "");
	if (!c->p->groups || !c->p->groups[g].name)
		return path_of(" of group %zu", g + 1);
	return path_of(" (%.50s)", c->p->groups[g].name);
}

static bool route_is_of(const struct pathway *p, const struct pathway_route *r, int32_t from, int32_t g)
{
	if (r->from != from)
		return false;
	for (size_t i = 0; i < p->n_routes; i++)
		if (p->routes[i].from == from && p->routes[i].group == g)
			return r->group == g;
	return r->group == GROUP_ALL;
}

static void check_routes(struct checking *c)
{
	for (size_t i = 0; i < c->p->n_routes; i++) {
		const struct pathway_route *r = &c->p->routes[i];
		if (!is_station(c, r->from))
			found(c, path_of("routes[%zu].from", i).p, "must be the number of a station; there are %zu",
			      c->p->n_stations);
		if (r->to != TO_LEAVE && !is_station(c, r->to))
			found(c, path_of("routes[%zu].to", i).p, "must be the number of a station, or to leave");
		if (r->group != GROUP_ALL && !is_group(c, r->group))
			found(c, path_of("routes[%zu].group", i).p, "must be the number of a group, or all");
		if (!is_share(r->share))
			found(c, path_of("routes[%zu].share", i).p, "must be a share from 0 to 1; it is %g", r->share);
		if (r->delay.kind != LENGTH_NONE)
			check_length(c, path_of("routes[%zu].delay", i).p, &r->delay);
	}
}

static void check_sums(struct checking *c)
{
	for (size_t k = 0; k < c->p->n_stations; k++)
		for (size_t g = 0; g < c->groups; g++) {
			double sum = 0;
			size_t last = 0;
			for (size_t i = 0; i < c->p->n_routes; i++)
				if (route_is_of(c->p, &c->p->routes[i], (int32_t)k, (int32_t)g)) {
					sum += c->p->routes[i].share;
					last = i;
				}
			if (sum <= 1 + 1e-9)
				continue;
			found(c, path_of("routes[%zu].share", last).p,
			      "the routes from \"%s\" take %g of the children%s, which is more than 1; lower them",
			      name_of(c->p->stations[k].name), sum, of_group(c, g).p);
			break; /* the other groups would say the same */
		}
}

/* Where a child of group g who has come to `from` can be next; sure_out: there is a way out of the pathway. */
static uint64_t next_of(const struct pathway *p, size_t from, int32_t g, bool *sure_out)
{
	const struct station *s = &p->stations[from];
	uint64_t to = 0;
	double sum = 0;
	bool out = s->limited_room && s->full == FULL_TURN_AWAY;
	for (size_t i = 0; i < p->n_routes; i++) {
		const struct pathway_route *r = &p->routes[i];
		if (!route_is_of(p, r, (int32_t)from, g) || r->share <= 0)
			continue;
		if (r->to != TO_LEAVE) {
			sum += r->share;
			to |= UINT64_C(1) << r->to;
		}
	}
	for (int32_t i = 0; i < s->n_rules; i++) {
		if (s->rules[i].then == WAIT_GO)
			to |= UINT64_C(1) << s->rules[i].to;
		out |= s->rules[i].then == WAIT_LEAVE;
	}
	if (s->limited_room && s->full == FULL_GO)
		to |= UINT64_C(1) << s->full_to;
	*sure_out = out || s->balk > 0 || sum < 1 - 1e-12;
	return to;
}

/* Everybody who comes must be able to leave. */
static void check_exits(struct checking *c)
{
	size_t n = c->p->n_stations;
	for (size_t g = 0; g < c->groups; g++) {
		uint64_t leaves = 0, before = 1, to[STATIONS_MAX];
		for (size_t k = 0; k < n; k++) {
			bool out;
			to[k] = next_of(c->p, k, (int32_t)g, &out);
			leaves |= out ? UINT64_C(1) << k : 0;
		}
		while (before != leaves) {
			before = leaves;
			for (size_t k = 0; k < n; k++)
				if (to[k] & leaves)
					leaves |= UINT64_C(1) << k;
		}
		for (size_t k = 0; k < n; k++)
			if (!(leaves >> k & 1)) {
				found(c, path_of("stations[%zu]", k).p,
				      "a child%s who comes to \"%s\" can never leave: every route leads round in a "
				      "circle. "
				      "Lower a share, or add a route out",
				      of_group(c, g).p, name_of(c->p->stations[k].name));
				return;
			}
	}
}

/* Does a child who ends a stay at k keep the place until `to` has room? */
static bool waits_for(const struct pathway *p, size_t k, int32_t to)
{
	const struct station *next = &p->stations[to];
	if (p->stations[k].servers == SERVERS_INFINITE || next->servers == SERVERS_INFINITE)
		return false;
	for (int32_t i = 0; i < next->n_rules; i++)
		if (next->rules[i].then != WAIT_RAISE)
			return false; /* somebody who waits goes away in the end */
	return p->stations[k].holds || (next->limited_room && next->full == FULL_BLOCK);
}

/* Stations that wait for one another in a circle could stand still for ever. */
static void check_standstill(struct checking *c)
{
	size_t n = c->p->n_stations;
	uint64_t reach[STATIONS_MAX] = { 0 };
	for (size_t i = 0; i < c->p->n_routes; i++) {
		const struct pathway_route *r = &c->p->routes[i];
		if (r->to != TO_LEAVE && r->share > 0 && r->delay.kind == LENGTH_NONE &&
		    waits_for(c->p, (size_t)r->from, r->to))
			reach[r->from] |= UINT64_C(1) << r->to;
	}
	for (size_t via = 0; via < n; via++)
		for (size_t k = 0; k < n; k++)
			if (reach[k] >> via & 1)
				reach[k] |= reach[via];
	for (size_t k = 0; k < n; k++)
		if (reach[k] >> k & 1) {
			found(c, path_of("stations[%zu].holds", k).p,
			      "\"%s\" keeps places for a station that in the end keeps places for it: all could stand "
			      "still for "
			      "ever. Let one of them not hold, or give its waiting children a rule to go on",
			      name_of(c->p->stations[k].name));
			return;
		}
}

static void check_groups(struct checking *c)
{
	for (size_t g = 0; c->p->groups && g < c->groups; g++)
		if (c->p->groups[g].priority < 0 || c->p->groups[g].priority >= PRIORITIES)
			found(c, path_of("groups[%zu].priority", g).p, "must be 0 (most urgent) to %d", PRIORITIES - 1);
}

static bool sizes_well(struct checking *c)
{
	const struct pathway *p = c->p;
	if (p->n_stations < 1 || p->n_stations > STATIONS_MAX || !p->stations)
		found(c, "stations", "there must be 1 to %d stations; there are %zu", STATIONS_MAX, p->n_stations);
	if (p->n_sources < 1 || p->n_sources > SOURCES_MAX || !p->sources)
		found(c, "sources", "there must be 1 to %d sources; there are %zu", SOURCES_MAX, p->n_sources);
	if (c->groups < 1 || c->groups > PATHWAY_GROUPS_MAX)
		found(c, "groups", "there must be 1 to %d groups; there are %zu", PATHWAY_GROUPS_MAX, c->groups);
	if (p->n_routes > ROUTES_MAX || (p->n_routes && !p->routes))
		found(c, "routes", "there must be at most %d routes; there are %zu", ROUTES_MAX, p->n_routes);
	return c->out->n == 0;
}

bool pathway_check(const struct pathway *p, struct findings *out)
{
	struct checking c = { .p = p, .out = out, .groups = pathway_groups(p) };
	out->n = 0;
	out->more = false;
	if (!sizes_well(&c))
		return false;
	check_groups(&c);
	for (size_t k = 0; k < p->n_stations; k++)
		check_station(&c, k);
	for (size_t k = 0; k < p->n_sources; k++)
		check_source(&c, k);
	check_routes(&c);
	if (out->n == 0) { /* these follow the numbers of stations */
		check_sums(&c);
		check_exits(&c);
		check_standstill(&c);
	}
	return out->n == 0;
}
