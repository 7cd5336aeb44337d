#include "work/plan/recorded.h"

#include "stat/protect.h"
#include "stat/season.h"
#include "work/core/lean.h"
#include "work/core/members.h"
#include "work/core/write.h"

enum { COUNCILS_MAX = 200, WHOLE_COST = 1000, MONTHS = 12 * RECORDED_YEARS };

static const int bands[RECORDED_BANDS - 1][2] = { { 0, 4 }, { 5, 10 }, { 11, 15 }, { 16, 17 }, { 18, 25 } };

struct tally_of_year {
	int64_t all, councils[COUNCILS_MAX], ages[RECORDED_BANDS], months[12];
};

struct counting {
	struct app *app;
	const struct viewer *v;
	enum recorded_of of;
	struct arena *a;
	uint16_t kind;
	uint8_t evidence;
	struct members members;
	const struct organisation *councils[COUNCILS_MAX]; /* those told of one by one */
	size_t n_councils;
	day_t first;				    /* of the oldest year */
	struct tally_of_year years[RECORDED_YEARS]; /* newest first */
	bool covered[RECORDED_YEARS];
};

/* ---- which councils, which years ---- */

/* Councils whose children are all in the circle: of their health team; of a council its own; of the machine, those of
 * the region. */
static bool is_told(const struct viewer *v, const struct region *g, const struct organisation *o)
{
	if (!str_is(o->kind, "council"))
		return false;
	return v->role == ROLE_OPERATOR ? region_team_of(g, o->code) != NULL
					: o->served_by == v->org || o->id == v->org;
}

static enum rc list_councils(struct counting *c, struct err *e)
{
	const struct organisation *all;
	struct region g = { .n_teams = 0 };
	size_t n = app_organisations(c->app, &all);
	enum rc rc = c->v->role == ROLE_OPERATOR ? app_region_read(c->app, c->a, &g, e) : RC_OK;
	for (size_t i = 0; rc == RC_OK && i < n && c->n_councils + 1 < COUNCILS_MAX; i++)
		if (is_told(c->v, &g, &all[i]))
			c->councils[c->n_councils++] = &all[i];
	return rc;
}

static day_t april_of(day_t today, int years_back)
{
	struct ymd y = day_ymd(today);
	int year = y.month >= 4 ? y.year : y.year - 1;
	return day_of(year - 1 - years_back, 4, 1);
}

/* ---- one child ---- */

static size_t council_at(const struct counting *c, int64_t council)
{
	size_t i = 0;
	while (i < c->n_councils && c->councils[i]->id != council)
		i++;
	return i; /* n_councils: all others */
}

static size_t band_of(day_t born, day_t on)
{
	int age = born == DAY_NONE || born > on ? -1 : day_age_years(born, on);
	for (size_t k = 0; k < COUNT_OF(bands); k++)
		if (age >= bands[k][0] && age <= bands[k][1])
			return k;
	return RECORDED_BANDS - 1; /* not known, or older */
}

static enum rc count_child(struct history *h, struct arena *a, void *arg, struct err *e)
{
	struct counting *c = arg;
	struct folded f;
	(void)e;
	history_fold(c->app, h, KNOWN_NOW, a, &f);
	for (size_t i = 0; i < f.child.n; i++) {
		const struct fact *x = &f.child.facts[i];
		if (x->kind != c->kind || x->day < c->first)
			continue;
		for (int y = 0; y < RECORDED_YEARS; y++) {
			day_t from = april_of(app_today(c->app), y);
			if (x->day < from || x->day >= day_add_months(from, 12))
				continue;
			struct tally_of_year *t = &c->years[y];
			t->all++;
			t->councils[council_at(c, h->council)]++;
			t->ages[band_of(f.child.born, x->day)]++;
			t->months[(day_ymd(x->day).month + 8) % 12]++;
		}
	}
	return RC_OK;
}

static void see_coverage(struct counting *c)
{
	for (int y = 0; y < RECORDED_YEARS; y++)
		c->covered[y] = c->n_councils > 0;
	for (size_t i = 0; i < c->n_councils; i++) {
		day_t covered[EVIDENCE_MAX];
		app_coverage(c->app, c->councils[i]->id, KNOWN_NOW, covered);
		for (int y = 0; y < RECORDED_YEARS; y++)
			c->covered[y] &=
			    covered[0] == DAY_NONE || (covered[c->evidence] != DAY_NONE &&
						       covered[c->evidence] <= april_of(app_today(c->app), y));
	}
}

static enum rc count_unit(struct db *db, void *arg, struct err *e)
{
	struct counting *c = arg;
	enum rc rc = app_coverage_refresh(c->app, db, e);
	if (rc == RC_OK)
		rc = members_read(c->app, db, c->v->org, &c->members, e);
	if (rc == RC_OK)
		see_coverage(c);
	return rc == RC_OK ? members_each(c->app, db, &c->members, KNOWN_NOW, lean_range, count_child, c, NULL, NULL, e)
			   : rc;
}

static enum rc audit_unit(struct db *db, void *arg, struct err *e)
{
	struct counting *c = arg;
	return audit(c->app, db, c->v, 0, "looked", arena_printf(c->a, "%s counted", recorded_word(c->of)),
		     STR("planning"), e);
}

/* ---- what may be told ---- */

struct hiding {
	struct protect *t;
	size_t all, councils[COUNCILS_MAX], ages[RECORDED_BANDS], months[12];
};

static enum rc cells(struct hiding *h, const int64_t *counts, size_t *ids, size_t n, struct err *e)
{
	enum rc rc = RC_OK;
	for (size_t i = 0; rc == RC_OK && i < n; i++)
		rc = protect_cell(h->t, counts[i], 1, &ids[i], e);
	return rc == RC_OK ? protect_sum(h->t, h->all, ids, n, e) : rc;
}

/* Which ways of showing a year are tried, the fullest first. With none of them the whole alone is told. */
enum shown { SHOWN_ALL, SHOWN_NO_MONTHS, SHOWN_WHOLE };

/* hidden: a flag for each of h's cells. RC_LIMIT: it cannot be shown so. */
static enum rc hide(const struct counting *c, struct sharing_rule rule, const struct tally_of_year *t, enum shown shown,
		    struct hiding *h, bool *hidden, struct err *e)
{
	enum rc rc = protect_cell(h->t, t->all, WHOLE_COST, &h->all, e);
	if (rc == RC_OK && shown != SHOWN_WHOLE)
		rc = cells(h, t->councils, h->councils, c->n_councils + 1, e);
	if (rc == RC_OK && shown != SHOWN_WHOLE)
		rc = cells(h, t->ages, h->ages, RECORDED_BANDS, e);
	if (rc == RC_OK && shown == SHOWN_ALL)
		rc = cells(h, t->months, h->months, 12, e);
	if (rc != RC_OK)
		return rc;
	if (shown == SHOWN_WHOLE) { /* nothing stands beside it */
		hidden[h->all] = t->all >= rule.hide_from && t->all <= rule.hide_to;
		return RC_OK;
	}
	return protect(h->t, rule.hide_from, rule.hide_to, hidden, e);
}

static struct recorded_count told(int64_t count, bool hidden)
{
	return (struct recorded_count){ .count = hidden ? 0 : count, .hidden = hidden };
}

static enum rc tell_year(struct counting *c, struct sharing_rule rule, int y, struct recorded_year *out, struct err *e)
{
	const struct tally_of_year *t = &c->years[y];
	bool hidden[COUNCILS_MAX + RECORDED_BANDS + 13] = { false };
	struct hiding h = { .all = 0 };
	enum rc rc = RC_LIMIT;
	int shown = SHOWN_ALL;
	for (; rc == RC_LIMIT && shown <= SHOWN_WHOLE; shown++) {
		struct protect *table AUTO(auto_protect) = protect_new();
		memset(hidden, 0, sizeof hidden);
		h = (struct hiding){ .t = table };
		rc = hide(c, rule, t, (enum shown)shown, &h, hidden, e);
	}
	shown--;
	if (rc != RC_OK)
		return rc;
	out->all = told(t->all, hidden[h.all]);
	out->all.name = STR("All");
	for (size_t i = 0; i <= c->n_councils; i++)
		out->councils[i] = told(t->councils[i], shown == SHOWN_WHOLE || hidden[h.councils[i]]);
	for (size_t i = 0; i < RECORDED_BANDS; i++)
		out->ages[i] = told(t->ages[i], shown == SHOWN_WHOLE || hidden[h.ages[i]]);
	for (size_t i = 0; i < 12; i++)
		out->months[i] = told(t->months[i], shown != SHOWN_ALL || hidden[h.months[i]]);
	return RC_OK;
}

static void name_year(struct counting *c, struct recorded_year *y)
{
	for (size_t i = 0; i < c->n_councils; i++) {
		y->councils[i].code = arena_str(c->a, c->councils[i]->code);
		y->councils[i].name = arena_str(c->a, c->councils[i]->short_name);
	}
	y->councils[c->n_councils].name = STR("All other councils");
	for (size_t i = 0; i + 1 < RECORDED_BANDS; i++)
		y->ages[i].name = arena_printf(c->a, "%d to %d", bands[i][0], bands[i][1]);
	y->ages[RECORDED_BANDS - 1].name = STR("older, or age not known");
	for (size_t i = 0; i < 12; i++) {
		struct ymd m = day_ymd(day_add_months(y->from, (int)i));
		y->months[i].name = arena_printf(c->a, "%04d-%02d", m.year, m.month);
	}
}

static struct recorded_rate rate_of(const struct estimate *x)
{
	return (struct recorded_rate){ x->value, x->lower, x->upper };
}

static enum rc rate_councils(struct counting *c, struct recorded_year *y, struct err *e)
{
	const struct places *places;
	enum rc rc = app_areas(c->app, &places, e);
	for (size_t i = 0; rc == RC_OK && i < c->n_councils; i++) {
		struct recorded_count *x = &y->councils[i];
		const struct place_area *p = places_find(places, x->code);
		if (!p || !places_population(p, 0, 17, &x->residents) || x->residents <= 0)
			x->residents = 0;
		struct estimate of = { .made = MADE_NO_DENOMINATOR };
		if (x->residents && !x->hidden)
			rc = rate(x->count, (double)x->residents, 0.95, 10000, &of, e);
		x->rated = rc == RC_OK && of.made == MADE;
		x->rate = rate_of(&of);
	}
	return rc;
}

/* The trend of exact counts, over the covered years that follow each other up to the newest. */
static enum rc fit(struct counting *c, struct recorded *r, struct err *e)
{
	struct season_month months[MONTHS];
	size_t n = 0, years = 0;
	int64_t all = 0;
	while (years < RECORDED_YEARS && c->covered[years])
		years++;
	for (size_t y = years; y-- > 0;)
		for (int k = 0; k < 12; k++) {
			struct ymd m = day_ymd(day_add_months(r->years[y].from, k));
			months[n++] = (struct season_month){ m.year, m.month, c->years[y].months[k] };
			all += c->years[y].months[k];
		}
	r->no_season = STR("fewer than 12 months are known");
	if (n < SEASON_TREND_FROM)
		return RC_OK;
	r->no_season = arena_printf(c->a, "fewer than %d were counted", RECORDED_SEASON_FROM);
	if (all < RECORDED_SEASON_FROM)
		return RC_OK;
	struct season s;
	enum rc rc = season_fit(months, n, 0.95, &s, e);
	r->has_season = rc == RC_OK && s.made == MADE;
	r->no_season = r->has_season ? STR("") : STR("a month of the year never had anybody");
	if (!r->has_season)
		return rc;
	r->season = (struct recorded_season){ .year = rate_of(&s.year),
					      .has_months = s.has_months,
					      .dispersion = s.dispersion,
					      .next = s.ahead[0].value,
					      .next_year = s.ahead[0].year,
					      .next_month = s.ahead[0].month };
	for (int k = 0; s.has_months && k < 12; k++)
		r->season.month[k] = rate_of(&s.month[k]);
	return rc;
}

static enum rc tell(struct counting *c, struct recorded *out, struct err *e)
{
	struct sharing_rule rule = app_sharing_rule(c->app);
	struct recorded r = { .of = c->of,
			      .n_years = RECORDED_YEARS,
			      .n_councils = c->n_councils + 1,
			      .hidden = { rule.hide_from, rule.hide_to } };
	enum rc rc = RC_OK;
	for (int y = 0; rc == RC_OK && y < RECORDED_YEARS; y++) {
		struct recorded_year *to = &r.years[y];
		to->from = april_of(app_today(c->app), y);
		to->covered = c->covered[y];
		to->councils = arena_array(c->a, r.n_councils, sizeof *to->councils);
		if (!to->covered)
			continue;
		rc = tell_year(c, rule, y, to, e);
		name_year(c, to);
		if (rc == RC_OK)
			rc = rate_councils(c, to, e);
	}
	if (rc == RC_OK)
		rc = fit(c, &r, e);
	if (rc == RC_OK)
		*out = r;
	return rc;
}

enum rc recorded_see(struct app *app, const struct viewer *v, enum recorded_of of, struct arena *a,
		     struct recorded *out, struct err *e)
{
	struct counting *c = xcalloc(1, sizeof *c);
	const struct vocab *words = app_vocab(app);
	*c = (struct counting){ .app = app, .v = v, .of = of, .a = a };
	c->kind = vocab_kind(words, of == RECORDED_REFERRALS ? STR("referral-received") : STR("bed-stay-started"));
	c->evidence = vocab_evidence(words, of == RECORDED_REFERRALS ? STR("referrals") : STR("bed_stays"));
	c->first = april_of(app_today(app), RECORDED_YEARS - 1);
	enum rc rc = require_act(v, ACT_PLAN, e);
	if (rc == RC_OK && !recorded_is_for(v))
		rc = err_set(e, RC_NOT_FOUND, "Nothing of that name is counted here.");
	if (rc == RC_OK)
		rc = list_councils(c, e);
	if (rc == RC_OK)
		rc = store_read(app_store(app), count_unit, c, e);
	if (rc == RC_OK)
		rc = tell(c, out, e);
	if (rc == RC_OK)
		rc = store_write(app_store(app), audit_unit, c, e);
	members_release(&c->members);
	free(c);
	return rc;
}
