/*
 * What one opening is, which facts are about it, and its limit. A `life` is what an
 * opening (a period of care, a placement, a request) has come to so far; the story
 * of it is told in naive_clock.c, which includes this file.
 */
#include "naive.h"
#include "readings.h"

enum { LONG_BEFORE = 1500 }; /* more days than anything may come early */

struct life {
	struct look *l;
	const struct rule *r;
	int open, first; /* the opening; the first fact of its day that lies inside */
	day_t day;
	int32_t key;
	bool over; /* nothing more comes of it */
	day_t ended;
	int end; /* the first fact that is not inside */
	/* of the clock that runs, or ran last */
	bool running, touched;
	int ordinal;
	int start_fact; /* the last fact that was known when it started */
	int since_fact; /* facts from here on can meet it */
	day_t start;
	int start_minute;
	bool never_ran, held[8]; /* conditions as last felt */
	int turn;
	enum holder holder;
	day_t holder_since;
	int extended_by;
	bool paused;
	day_t paused_on;
	int paused_days;
	int paused_fact;
};

static const struct fact *at(const struct life *x, int i)
{
	return &x->l->c->facts[i];
}

/* ---- is this fact about this opening ---- */

static bool same_line(const struct life *x, int i)
{
	int32_t key = at(x, i)->key;
	if (x->r->scope == SCOPE_PERSON || !same_family(x->l, i, x->open))
		return true;
	return key == x->key || (x->r->scope == SCOPE_PERIOD && (key == 0 || x->key == 0));
}

static bool ends_all(const struct life *x, int i, const struct ending **out)
{
	for (size_t k = 0; k < x->r->n_endings; k++)
		if (!x->r->endings[k].again && is_one_of(x->l, x->r->endings[k].on, i)) {
			*out = &x->r->endings[k];
			return true;
		}
	return false;
}

/* Does this fact name this very opening by its reference? */
static bool names_this(const struct life *x, int i)
{
	return x->r->scope != SCOPE_PERSON && same_family(x->l, i, x->open) && x->key != 0 && at(x, i)->key == x->key;
}

/* An event before the opening that ends an earlier one, not this very one. */
static bool ends_another(const struct life *x, int i)
{
	const struct ending *e;
	if (x->r->scope == SCOPE_REFERENCE || !ends_all(x, i, &e))
		return false;
	return !names_this(x, i);
}

/* The first fact of up to `days` before the opening that no earlier one owns. */
static int reaches_back(const struct life *x, int days)
{
	int i = x->open;
	while (i > 0 && at(x, i - 1)->day >= x->day - days && !ends_another(x, i - 1))
		i--;
	return i;
}

/* Where an organisation was not told, nothing speaks against its being the same. */
static bool same_org(const struct life *x, int i)
{
	uint16_t a = at(x, x->open)->org, b = at(x, i)->org;
	return a == 0 || b == 0 || a == b;
}

static bool counts(const struct life *x, const struct which *w, int i)
{
	const struct fact *f = at(x, i);
	if (!is_which(x->l, w, i) || !(w->any_reference || same_line(x, i)))
		return false;
	if ((w->later_day && f->day <= x->day) || (w->same_org && !same_org(x, i)))
		return false;
	return i >= x->first ||
	       (w->early_days && f->day >= x->day - w->early_days && i >= reaches_back(x, w->early_days));
}

static bool is_for(const struct life *x, struct whichs list, int i)
{
	for (size_t k = 0; k < list.n; k++)
		if (counts(x, &list.w[k], i))
			return true;
	return false;
}

/* ---- the limit ---- */

static bool born(const struct life *x)
{
	return x->l->c->born != DAY_NONE;
}

static day_t birthday(const struct life *x, int years)
{
	return born(x) ? day_birthday(x->l->c->born, years) : DAY_NEVER;
}

/* The council that is responsible when the clock starts: of the last period of care told by then, else the child's. */
static uint16_t responsible(const struct look *l, int start_fact)
{
	const struct vocab *v = l->n->v;
	for (int i = start_fact; i >= 0; i--)
		if (str_is(v->kinds[l->c->facts[i].kind].id, "care-started") && l->c->facts[i].org)
			return l->c->facts[i].org;
	return l->c->council;
}

int parameter_on(const struct look *l, struct str id, int start_fact, day_t start)
{
	const struct naive *n = l->n;
	uint16_t org = responsible(l, start_fact);
	struct str want[3] = { { "", 0 }, { "", 0 }, { "", 0 } };
	if (org < n->n_places) {
		want[0] = n->places[org];
		want[1] = n->served_by[org];
	}
	for (int k = 0; k < 3; k++) {
		const struct value_set *best = NULL;
		for (size_t i = 0; i < n->n_values; i++) {
			const struct value_set *v = &n->values[i];
			if (str_eq(v->id, id) && str_eq(v->place, want[k]) && (k == 2 || want[k].n) &&
			    v->from <= start && (!best || v->from >= best->from))
				best = v;
		}
		if (best)
			return best->n;
	}
	return INT32_MIN;
}

static bool in_numbers(const struct numbers *list, int32_t n)
{
	for (size_t i = 0; i < list->count; i++)
		if (list->n[i] == n)
			return true;
	return false;
}

/* A moment: minute MINUTE_NONE for limits that are not in hours. */
struct moment {
	day_t day;
	int minute;
	bool again; /* the clocks showed it an hour before too */
};

/* In minutes of UTC. */
static int64_t instant(struct moment m)
{
	int64_t may[2];
	written(m.day, m.minute, may);
	return m.again ? may[1] : may[0];
}

static struct moment later(const struct life *x, struct moment m, int n, enum unit unit)
{
	switch (unit) {
	case UNIT_DAYS: m.day += n; break;
	case UNIT_WEEKS: m.day += 7 * n; break;
	case UNIT_MONTHS: m.day = day_add_months(m.day, n); break;
	case UNIT_WORKING_DAYS: m.day = working_days_later(x->l->n, m.day, n); break;
	case UNIT_HOURS: {
		int64_t may[2];
		written(m.day, m.minute, may); /* nobody is late too early */
		int64_t utc = may[1] + 60 * n, local = shown_at(utc);
		m = (struct moment){ (day_t)(local / 1440), (int)(local % 1440), shown_at(utc - 60) == local };
		break;
	}
	}
	return m;
}

static day_t first_date(day_t from, struct ymd date)
{
	int32_t year = day_ymd(from).year;
	day_t d = day_of(year, date.month, date.day);
	return d >= from ? d : day_of(year + 1, date.month, date.day);
}

static bool needs_birth(const struct rule *r)
{
	bool needs = r->opens_if_younger != 0 || (r->at_moment && !r->each_year) || r->year_younger != 0 ||
		     r->year_at_least_by_end != 0 || r->year_younger_before != 0 || r->year_younger_by_end != 0;
	for (size_t i = 0; i < r->n_limits; i++)
		needs = needs || r->limits[i].if_younger || r->limits[i].if_younger_when_due || r->limits[i].until_age;
	return needs;
}

static bool limit_asks_birth(const struct rule *r)
{
	for (size_t i = 0; i < r->n_limits; i++)
		if (r->limits[i].if_younger || r->limits[i].if_younger_when_due || r->limits[i].until_age)
			return true;
	return false;
}

static bool was_past(const struct life *x);

static bool limit_fits(const struct life *x, const struct limit *m, struct moment due)
{
	const struct fact *o = at(x, x->open);
	return (!m->if_value.given || in_numbers(&m->if_value, o->value)) &&
	       (!m->if_code.given || in_numbers(&m->if_code, o->code)) &&
	       (!m->if_younger || x->start < birthday(x, m->if_younger)) &&
	       (!m->if_younger_when_due || due.day < birthday(x, m->if_younger_when_due)) &&
	       (!m->if_nth || m->if_nth == x->ordinal) &&
	       (!m->if_within_months || x->start < day_add_months(x->day, m->if_within_months)) &&
	       (!m->if_past || was_past(x));
}

static struct moment limit_due(const struct life *x, const struct limit *m, int start_minute)
{
	struct moment start = { x->start, m->unit == UNIT_HOURS ? start_minute : MINUTE_NONE, false };
	if (m->until_date.month)
		return (struct moment){ first_date(x->start, m->until_date), MINUTE_NONE, false };
	if (m->until_age)
		return (struct moment){ birthday(x, m->until_age) - 1, MINUTE_NONE, false };
	int n = m->parameter.n ? parameter_on(x->l, m->parameter, x->start_fact, x->start) : m->n;
	return n == INT32_MIN ? (struct moment){ DAY_NONE, MINUTE_NONE, false } : later(x, start, n, m->unit);
}

static const struct limit *limit_of_clock(const struct life *x)
{
	for (size_t i = 0; i < x->r->n_limits; i++) {
		const struct limit *m = &x->r->limits[i];
		struct moment due = { DAY_NONE, MINUTE_NONE, false };
		if (!m->if_younger_when_due || born(x))
			due = limit_due(x, m, 0);
		if (limit_fits(x, m, due))
			return m;
	}
	return NULL;
}

static bool in_hours(const struct rule *r)
{
	for (size_t i = 0; i < r->n_limits; i++)
		if (!r->limits[i].until_date.month && !r->limits[i].until_age && r->limits[i].unit == UNIT_HOURS)
			return true;
	return false;
}

/* Without pauses, counted from that minute of day 0; day DAY_NONE: cannot be told. */
static struct moment due_counted(const struct life *x, int start_minute)
{
	struct moment none = { DAY_NONE, MINUTE_NONE, false };
	const struct limit *m = x->never_ran ? NULL : limit_of_clock(x);
	if (!m || (limit_asks_birth(x->r) && !born(x)))
		return none;
	struct limit more = *m;
	bool both_hours = m->unit == UNIT_HOURS && x->r->extends_unit == UNIT_HOURS;
	if (x->extended_by >= 0 && both_hours)
		more.n += x->r->extends_n; /* the hour that comes twice must not be asked for in between */
	struct moment due = limit_due(x, &more, start_minute);
	if (x->extended_by >= 0 && !both_hours && due.day != DAY_NONE)
		due = later(x, due, x->r->extends_n, x->r->extends_unit);
	return due;
}

static int clock_minute(const struct life *x, int minute)
{
	return minute == MINUTE_NONE && x->r->midnight ? 0 : minute;
}

/* Without a time the limit is not over before it is over for the last minute of day 0. */
static int latest_start(const struct life *x)
{
	int minute = clock_minute(x, x->start_minute);
	return minute == MINUTE_NONE ? 1439 : minute;
}

static struct moment due_of(const struct life *x)
{
	struct moment due = due_counted(x, latest_start(x));
	if (due.day == DAY_NONE || x->paused)
		return (struct moment){ DAY_NONE, MINUTE_NONE, false };
	const struct limit *m = limit_of_clock(x);
	if (x->paused_days && m->unit == UNIT_WORKING_DAYS)
		due.day = working_days_later(x->l->n, due.day, x->paused_days);
	else
		due.day += x->paused_days;
	return due;
}
