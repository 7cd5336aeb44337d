#include "exchange/tables/synth_kid.h"

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

/* ---- rows ---- */

enum wrong { WRONG_NONE, WRONG_DAY, WRONG_CHILD, WRONG_CODE, WRONG_YEAR, WRONG__COUNT };

struct csv_writer *kid_begin(struct kid *k, enum synth_table t)
{
	struct csv_writer *w = &k->w->files[t].w;
	k->wrong = WRONG_NONE;
	if (k->w->o->mistakes && t != SYNTH_CHILDREN && kid_chance(k, 0.004)) {
		k->wrong = (int)kid_draw(k, WRONG_DAY, WRONG__COUNT - 1);
		k->w->counts.wrong_rows++;
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
	k->w->counts.rows++;
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
