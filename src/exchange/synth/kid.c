#include "exchange/synth/kid.h"

int64_t kid_draw(struct kid *k, int64_t min, int64_t max)
{
	return rand_int(k->from, min, max);
}

bool kid_chance(struct kid *k, double p)
{
	return rand_chance(k->from, p);
}

day_t kid_office(day_t d)
{
	int weekday = day_weekday(d);
	return weekday > 5 ? d + 8 - weekday : d;
}

int kid_age(const struct kid *k, day_t on)
{
	return on < k->born ? -1 : day_age_years(k->born, on);
}

/* ---- years of the return ---- */

day_t kid_year_end(day_t d)
{
	struct ymd a = day_ymd(d);
	return day_of(a.month >= 4 ? a.year + 1 : a.year, 3, 31);
}

bool kid_whole_year(const struct kid *k, day_t year_end)
{
	day_t start = day_of(day_ymd(year_end).year - 1, 4, 1);
	for (size_t i = 0; i < k->n_cares; i++)
		if (!k->cares[i].short_breaks && k->cares[i].entry <= start && k->cares[i].left >= year_end)
			return year_end <= k->today;
	return false;
}

bool kid_year_met(const struct kid *k, day_t year_end, enum health_figure what, enum health_figure base)
{
	static const char *const purposes[H__COUNT] = { [H_HEALTH] = "year-health",
							[H_DENTAL] = "year-dental",
							[H_IMMUNISATIONS] = "year-immunisations",
							[H_DEVELOPMENT] = "year-development",
							[H_SDQ] = "year-sdq" };
	int year = day_ymd(year_end).year;
	const double *v = k->council->f->health[published_year(year)];
	struct rand r = rand_stream(k->w->o->seed, purposes[what], k->task->index * 256 + (uint64_t)(year & 255));
	return rand_chance(&r, v[base] > 0 ? v[what] / v[base] : 0.85);
}

/* ---- on a day ---- */

const struct stay *kid_stay_on(const struct kid *k, day_t on)
{
	for (size_t i = k->n_stays; i-- > 0;)
		if (k->stays[i].start <= on && (k->stays[i].stop == DAY_NONE || k->stays[i].stop > on))
			return &k->stays[i];
	return NULL;
}

const struct care_time *kid_care_on(const struct kid *k, day_t on)
{
	for (size_t i = k->n_cares; i-- > 0;)
		if (k->cares[i].entry <= on && k->cares[i].left > on)
			return &k->cares[i];
	return NULL;
}

const char *kid_legal_on(const struct kid *k, day_t on)
{
	for (size_t i = k->n_legal; i-- > 0;)
		if (k->legal[i].from <= on)
			return k->legal[i].code;
	return NULL;
}

/* ---- rows ---- */

enum wrong { WRONG_NONE, WRONG_DAY, WRONG_CHILD, WRONG_CODE, WRONG_YEAR, WRONG__COUNT };

struct csv_writer *kid_begin(struct kid *k, enum synth_table t)
{
	struct csv_writer *w = &k->out->w[t];
	k->wrong = WRONG_NONE;
	if (k->w->o->mistakes && t != SYNTH_CHILDREN && kid_chance(k, 0.004)) {
		k->wrong = (int)kid_draw(k, WRONG_DAY, WRONG__COUNT - 1);
		k->out->counts.wrong_rows++;
	}
	csv_put(w, k->council_name);
	if (k->wrong == WRONG_CHILD) {
		char id[40];
		snprintf(id, sizeof id, "%s99", k->id);
		csv_put(w, str_of(id));
	} else {
		csv_put(w, str_of(k->id));
	}
	return w;
}

void kid_end(struct kid *k, struct csv_writer *w)
{
	csv_end_row(w);
	k->out->counts.rows++;
}

static char *two(char *p, int n)
{
	p[0] = (char)('0' + n / 10);
	p[1] = (char)('0' + n % 10);
	return p + 2;
}

void kid_put_minute(struct kid *k, struct csv_writer *w, day_t d, int minute)
{
	char text[24], *p = text;
	if (d == DAY_NONE) {
		csv_put(w, STR(""));
		return;
	}
	struct ymd a = day_ymd(d);
	if (k->wrong == WRONG_DAY || k->wrong == WRONG_YEAR) {
		csv_put(w, k->wrong == WRONG_DAY ? STR("31/02/2025") : STR("06/01/25"));
		k->wrong = WRONG_NONE;
		return;
	}
	p = two(p, a.day);
	*p++ = '/';
	p = two(p, a.month);
	*p++ = '/';
	p = two(two(p, a.year / 100), a.year % 100);
	if (minute >= 0) {
		*p++ = ' ';
		p = two(p, minute / 60);
		*p++ = ':';
		p = two(p, minute % 60);
	}
	csv_put(w, (struct str){ text, (size_t)(p - text) });
}

void kid_put_day(struct kid *k, struct csv_writer *w, day_t d)
{
	kid_put_minute(k, w, d, MINUTE_NONE);
}

void kid_put_code(struct kid *k, struct csv_writer *w, const char *code)
{
	csv_put(w, k->wrong == WRONG_CODE ? STR("ZZ9") : str_of(code));
	k->wrong = k->wrong == WRONG_CODE ? WRONG_NONE : k->wrong;
}

void kid_put_number(struct csv_writer *w, const char *letters, int n)
{
	char text[24];
	int len = snprintf(text, sizeof text, "%s%d", letters, n);
	csv_put(w, (struct str){ text, (size_t)len });
}

day_t kid_if_past(const struct kid *k, day_t d)
{
	return d <= k->today ? d : DAY_NONE;
}
