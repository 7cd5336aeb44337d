#include "base/day.h"

/* Days from 1970 of a civil date (year 0 or later), by counting years from 1
 * March so that the leap day is the last day of a year. */
static day_t civil_days(int32_t y, int m, int d)
{
	uint32_t years = (uint32_t)(y + 400 - (m <= 2)); /* one era more: no year is negative */
	uint32_t doy = (153 * (uint32_t)(m + (m > 2 ? -3 : 9)) + 2) / 5 + (uint32_t)d - 1;
	return (day_t)(365 * years + years / 4 - years / 100 + years / 400 + doy) - 146097 - 719468;
}

static bool leap(int32_t y)
{
	return (y % 4 == 0 && y % 100 != 0) || y % 400 == 0;
}

static int month_days(int32_t y, int m)
{
	static const int n[] = { 31, 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31 };
	return m == 2 && leap(y) ? 29 : n[m - 1];
}

day_t day_of(int32_t year, int month, int day)
{
	if (year < 1 || year > 9999 || month < 1 || month > 12 || day < 1 || day > month_days(year, month))
		return DAY_NONE;
	return civil_days(year, month, day);
}

static struct ymd ymd_of_any(day_t d)
{
	int64_t z = (int64_t)d + 719468;
	int64_t era = (z >= 0 ? z : z - 146096) / 146097;
	int64_t doe = z - era * 146097;
	int64_t yoe = (doe - doe / 1460 + doe / 36524 - doe / 146096) / 365;
	int64_t doy = doe - (365 * yoe + yoe / 4 - yoe / 100);
	int64_t mp = (5 * doy + 2) / 153;
	int64_t m = mp < 10 ? mp + 3 : mp - 9;
	return (struct ymd){ .year = (int32_t)(yoe + era * 400 + (m <= 2)),
			     .month = (uint8_t)m,
			     .day = (uint8_t)(doy - (153 * mp + 2) / 5 + 1) };
}

/* The engine asks this for every month it adds: years 1 to 9999 go by 32-bit
 * multiplications (Neri and Schneider, Euclidean affine functions, 2023). */
struct ymd day_ymd(day_t d)
{
	if (d < -719162 || d > 2932896)
		return ymd_of_any(d);
	uint32_t n1 = 4 * ((uint32_t)d + 719468u) + 3;
	uint32_t century = n1 / 146097, n2 = (n1 % 146097) | 3;
	uint64_t p = (uint64_t)2939745 * n2;
	uint32_t doy = (uint32_t)p / 2939745 / 4;
	uint32_t n3 = 2141 * doy + 197913;
	bool next = doy >= 306; /* January and February end the year that began in March */
	return (struct ymd){ .year = (int32_t)(100 * century + (uint32_t)(p >> 32) + next),
			     .month = (uint8_t)((n3 >> 16) - (next ? 12 : 0)),
			     .day = (uint8_t)((n3 & 0xffff) / 2141 + 1) };
}

int day_weekday(day_t d)
{
	int64_t r = ((int64_t)d + 3) % 7; /* 1 January 1970 was a Thursday */
	return (int)(r < 0 ? r + 7 : r) + 1;
}

/* The first days of the months of the years in which people live, for the engine:
 * it adds months for every second clock. */
enum { TABLE_FROM = 1960, TABLE_YEARS = 140 };
#define FIRST_OF(y, m)                                                                                                 \
	(365 * ((y) - ((m) <= 2)) + ((y) - ((m) <= 2)) / 4 - ((y) - ((m) <= 2)) / 100 + ((y) - ((m) <= 2)) / 400 +     \
	 (153 * ((m) + ((m) > 2 ? -3 : 9)) + 2) / 5 - 719468)
#define YEAR(y)                                                                                                        \
	FIRST_OF(y, 1), FIRST_OF(y, 2), FIRST_OF(y, 3), FIRST_OF(y, 4), FIRST_OF(y, 5), FIRST_OF(y, 6),                \
	    FIRST_OF(y, 7), FIRST_OF(y, 8), FIRST_OF(y, 9), FIRST_OF(y, 10), FIRST_OF(y, 11), FIRST_OF(y, 12)
#define TEN_YEARS(y)                                                                                                   \
	YEAR(y), YEAR((y) + 1), YEAR((y) + 2), YEAR((y) + 3), YEAR((y) + 4), YEAR((y) + 5), YEAR((y) + 6),             \
	    YEAR((y) + 7), YEAR((y) + 8), YEAR((y) + 9)
static const day_t month_first[] = { TEN_YEARS(1960), TEN_YEARS(1970), TEN_YEARS(1980),	 TEN_YEARS(1990),
				     TEN_YEARS(2000), TEN_YEARS(2010), TEN_YEARS(2020),	 TEN_YEARS(2030),
				     TEN_YEARS(2040), TEN_YEARS(2050), TEN_YEARS(2060),	 TEN_YEARS(2070),
				     TEN_YEARS(2080), TEN_YEARS(2090), FIRST_OF(2100, 1) };
_Static_assert(COUNT_OF(month_first) == 12 * TABLE_YEARS + 1, "one first day a month, and the end");

static day_t add_months_any(day_t d, int n)
{
	struct ymd a = day_ymd(d);
	int64_t months = (int64_t)a.year * 12 + (a.month - 1) + n;
	int32_t y = (int32_t)(months / 12);
	int m = (int)(months % 12) + 1;
	int last = month_days(y, m);
	return civil_days(y, m, a.day < last ? a.day : last);
}

enum { TABLE_MONTHS = 12 * TABLE_YEARS };

/* The month of the table in which a day lies; TABLE_MONTHS if it has none. */
static inline uint32_t month_of(day_t d)
{
	uint32_t since = (uint32_t)d - (uint32_t)FIRST_OF(TABLE_FROM, 1);
	if (since >= (uint32_t)(FIRST_OF(TABLE_FROM + TABLE_YEARS, 1) - FIRST_OF(TABLE_FROM, 1)))
		return TABLE_MONTHS;
	uint32_t m = since * 2153 >> 16; /* a month is 30.4369 days: never too many, at most one too few */
	return m + (d >= month_first[m + 1]);
}

day_t day_add_months(day_t d, int n)
{
	uint32_t m = month_of(d), to = m + (uint32_t)n;
	if (m == TABLE_MONTHS || to >= TABLE_MONTHS)
		return add_months_any(d, n);
	day_t same = month_first[to] + (d - month_first[m]), last = month_first[to + 1] - 1;
	return same < last ? same : last;
}

day_t day_birthday(day_t born, int years)
{
	struct ymd b = day_ymd(born);
	if (b.month == 2 && b.day == 29 && !leap(b.year + years))
		return civil_days(b.year + years, 3, 1);
	return civil_days(b.year + years, b.month, b.day);
}

/* Every day but 29 February is in the same month of any year; that one runs over into 1 March by itself. */
void day_birthdays(day_t born, const uint8_t *years, size_t n, day_t *out)
{
	uint32_t m = month_of(born);
	for (size_t i = 0; i < n; i++) {
		uint32_t to = m + 12u * years[i];
		if (m < TABLE_MONTHS && to < TABLE_MONTHS)
			out[i] = month_first[to] + (born - month_first[m]);
		else
			out[i] = born == DAY_NONE ? DAY_NONE : day_birthday(born, years[i]);
	}
}

int day_age_years(day_t born, day_t on)
{
	int years = day_ymd(on).year - day_ymd(born).year;
	return day_birthday(born, years) > on ? years - 1 : years;
}

int day_age_months(day_t born, day_t on)
{
	struct ymd b = day_ymd(born), o = day_ymd(on);
	int months = (o.year - b.year) * 12 + (o.month - b.month);
	return day_add_months(born, months) > on ? months - 1 : months;
}

static bool digits(struct str s, size_t min, size_t max, int *out)
{
	int v = 0;
	if (s.n < min || s.n > max)
		return false;
	for (size_t i = 0; i < s.n; i++) {
		if (s.p[i] < '0' || s.p[i] > '9')
			return false;
		v = v * 10 + (s.p[i] - '0');
	}
	*out = v;
	return true;
}

enum rc day_parse_iso(struct str s, day_t *out)
{
	int y, m, d;
	if (s.n != 10 || s.p[4] != '-' || s.p[7] != '-' || !digits((struct str){ s.p, 4 }, 4, 4, &y) ||
	    !digits((struct str){ s.p + 5, 2 }, 2, 2, &m) || !digits((struct str){ s.p + 8, 2 }, 2, 2, &d))
		return RC_BAD_INPUT;
	day_t day = day_of(y, m, d);
	if (day == DAY_NONE)
		return RC_BAD_INPUT;
	*out = day;
	return RC_OK;
}

enum rc day_parse(struct str s, day_t *out)
{
	if (s.n == 10 && s.p[4] == '-')
		return day_parse_iso(s, out);
	struct str dd, mm, yy, month, year, none = { NULL, 0 };
	if (s.n == 10 && s.p[2] == '/' && s.p[5] == '/') { /* as nearly all are written */
		dd = (struct str){ s.p, 2 };
		mm = (struct str){ s.p + 3, 2 };
		yy = (struct str){ s.p + 6, 4 };
	} else {
		dd = str_cut(s, '/', &month);
		mm = str_cut(month, '/', &year);
		yy = str_cut(year, '/', &none);
	}
	int y, m, d;
	if (none.p || !digits(dd, 1, 2, &d) || !digits(mm, 1, 2, &m) || !digits(yy, 4, 4, &y))
		return RC_BAD_INPUT;
	day_t day = day_of(y, m, d);
	if (day == DAY_NONE)
		return RC_BAD_INPUT;
	*out = day;
	return RC_OK;
}

enum rc minute_parse(struct str s, int *out)
{
	int h, m;
	struct str mm;
	struct str hh = str_cut(s, ':', &mm);
	if (!digits(hh, 1, 2, &h) || !digits(mm, 2, 2, &m) || h > 23 || m > 59)
		return RC_BAD_INPUT;
	*out = h * 60 + m;
	return RC_OK;
}

static const char *const weekdays[] = { "Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday" };
static const char *const months[] = { "January", "February", "March",	  "April",   "May",	 "June",
				      "July",	 "August",   "September", "October", "November", "December" };

char *day_iso(day_t d, char *out)
{
	if (d == DAY_NONE || d == DAY_NEVER) {
		snprintf(out, DAY_TEXT_MAX, "-");
		return out;
	}
	struct ymd a = day_ymd(d);
	snprintf(out, DAY_TEXT_MAX, "%04d-%02d-%02d", (int)a.year, a.month, a.day);
	return out;
}

char *day_long(day_t d, char *out)
{
	if (d == DAY_NONE || d == DAY_NEVER)
		return day_iso(d, out);
	struct ymd a = day_ymd(d);
	snprintf(out, DAY_TEXT_MAX, "%s %d %s %d", weekdays[day_weekday(d) - 1], a.day, months[a.month - 1],
		 (int)a.year);
	return out;
}

char *day_plain(day_t d, char *out)
{
	if (d == DAY_NONE || d == DAY_NEVER)
		return day_iso(d, out);
	struct ymd a = day_ymd(d);
	snprintf(out, DAY_TEXT_MAX, "%d %s %d", a.day, months[a.month - 1], (int)a.year);
	return out;
}

char *day_short(day_t d, char *out)
{
	if (d == DAY_NONE || d == DAY_NEVER)
		return day_iso(d, out);
	struct ymd a = day_ymd(d);
	snprintf(out, DAY_TEXT_MAX, "%.3s %d %.3s %d", weekdays[day_weekday(d) - 1], a.day, months[a.month - 1],
		 (int)a.year);
	return out;
}

/* ---- Europe/London ---- */

static day_t last_sunday(int32_t year, int month)
{
	day_t d = civil_days(year, month, month_days(year, month));
	return d - day_weekday(d) % 7;
}

enum { HOUR_MS = 3600000 };

static int64_t summer_from_ms(int32_t year)
{
	return (int64_t)last_sunday(year, 3) * MS_PER_DAY + HOUR_MS;
}

static int64_t summer_until_ms(int32_t year)
{
	return (int64_t)last_sunday(year, 10) * MS_PER_DAY + HOUR_MS;
}

static int64_t floor_day(int64_t ms)
{
	return ms >= 0 ? ms / MS_PER_DAY : -((-ms + MS_PER_DAY - 1) / MS_PER_DAY);
}

void london_of_ms(int64_t ms, day_t *day_out, int *minute_out)
{
	int32_t year = day_ymd((day_t)floor_day(ms)).year;
	if (ms >= summer_from_ms(year) && ms < summer_until_ms(year))
		ms += HOUR_MS;
	int64_t day = floor_day(ms);
	if (day_out)
		*day_out = (day_t)day;
	if (minute_out)
		*minute_out = (int)((ms - day * MS_PER_DAY) / 60000);
}

day_t london_day(int64_t ms)
{
	day_t d;
	london_of_ms(ms, &d, NULL);
	return d;
}

int64_t london_ms(day_t d, int minute)
{
	int64_t local = (int64_t)d * MS_PER_DAY + (int64_t)minute * 60000;
	int32_t year = day_ymd(d).year;
	/* Summer time, told by the local clock: from 01:00 GMT in March to the end
	 * of the first passage through the repeated hour (02:00 BST) in October. */
	bool summer = local >= summer_from_ms(year) + HOUR_MS && local < summer_until_ms(year) + HOUR_MS;
	return summer ? local - HOUR_MS : local;
}

/* Between one and two on the night of a change: a time that comes twice, or not at all. */
static bool odd_hour(day_t d, int minute)
{
	if (minute < 60 || minute >= 120)
		return false;
	int32_t year = day_ymd(d).year;
	return d == last_sunday(year, 3) || d == last_sunday(year, 10);
}

bool london_comes_twice(day_t d, int minute)
{
	return odd_hour(d, minute) && day_ymd(d).month == 10;
}

int64_t london_first_ms(day_t d, int minute)
{
	return odd_hour(d, minute) ? london_last_ms(d, minute) - HOUR_MS : london_ms(d, minute);
}

int64_t london_last_ms(day_t d, int minute)
{
	return odd_hour(d, minute) ? (int64_t)d * MS_PER_DAY + (int64_t)minute * 60000 : london_ms(d, minute);
}

int64_t london_minutes_between(day_t from, int from_minute, day_t to, int to_minute)
{
	const int64_t begun[] = { london_first_ms(from, from_minute), london_last_ms(from, from_minute) },
		      over[] = { london_first_ms(to, to_minute), london_last_ms(to, to_minute) };
	int64_t least = -1;
	for (size_t i = 0; i < COUNT_OF(begun); i++)
		for (size_t k = 0; k < COUNT_OF(over); k++) {
			int64_t took = over[k] - begun[i];
			if (took >= 0 && (least < 0 || took < least))
				least = took;
		}
	return least < 0 ? -1 : least / 60000;
}

int64_t london_midnight_ms(day_t d)
{
	return london_ms(d, 0);
}

enum rc instant_parse(struct str s, int64_t *ms_out)
{
	day_t d;
	int h, m, sec;
	if (s.n < 20 || s.p[10] != 'T' || s.p[13] != ':' || s.p[16] != ':' || s.p[s.n - 1] != 'Z' ||
	    day_parse_iso((struct str){ s.p, 10 }, &d) != RC_OK || !digits((struct str){ s.p + 11, 2 }, 2, 2, &h) ||
	    !digits((struct str){ s.p + 14, 2 }, 2, 2, &m) || !digits((struct str){ s.p + 17, 2 }, 2, 2, &sec) ||
	    h > 23 || m > 59 || sec > 59)
		return RC_BAD_INPUT;
	int ms = 0;
	if (s.n != 20 && (s.n != 24 || s.p[19] != '.' || !digits((struct str){ s.p + 20, 3 }, 3, 3, &ms)))
		return RC_BAD_INPUT;
	*ms_out = (int64_t)d * MS_PER_DAY + ((h * 60 + m) * 60 + sec) * 1000 + ms;
	return RC_OK;
}

char *instant_iso(int64_t ms, char *out)
{
	int64_t day = floor_day(ms);
	int64_t t = ms - day * MS_PER_DAY;
	char d[DAY_TEXT_MAX];
	snprintf(out, DAY_TEXT_MAX, "%.12sT%02d:%02d:%02d.%03dZ", day_iso((day_t)day, d), (int)(t / 3600000),
		 (int)(t / 60000 % 60), (int)(t / 1000 % 60), (int)(t % 1000));
	return out;
}

/* ---- working days ---- */

struct workdays {
	day_t from, to;
	int32_t *upto;	   /* [to-from+2] working days in [from, from+i) */
	day_t *nth;	   /* nth[k] is the k-th working day from `from`, 0-based */
	int32_t count;	   /* working days in [from,to] */
	struct holiday *h; /* known ones inside the range, sorted by day */
	size_t n;
};

static int by_day(const void *a, const void *b)
{
	const struct holiday *x = a, *y = b;
	return (x->day > y->day) - (x->day < y->day);
}

static bool known(const struct holiday *h, day_t on)
{
	bool since = h->known_from == DAY_NONE || h->known_from <= on;
	bool still = h->known_until == 0 || h->known_until == DAY_NONE || h->known_until > on;
	return since && still;
}

struct workdays *workdays_new(const struct holiday *h, size_t n, day_t known_on, day_t from, day_t to)
{
	struct workdays *w = xcalloc(1, sizeof *w);
	size_t days = (size_t)(to - from) + 1;
	w->from = from;
	w->to = to;
	w->h = xcalloc(n, sizeof *w->h);
	for (size_t i = 0; i < n; i++)
		if (known(&h[i], known_on) && h[i].day >= from && h[i].day <= to)
			w->h[w->n++] = h[i];
	qsort(w->h, w->n, sizeof *w->h, by_day);
	w->upto = xcalloc(days + 1, sizeof *w->upto);
	w->nth = xcalloc(days, sizeof *w->nth);
	size_t k = 0;
	for (size_t i = 0; i < days; i++) {
		day_t d = from + (day_t)i;
		while (k < w->n && w->h[k].day < d)
			k++;
		bool off = day_weekday(d) > 5 || (k < w->n && w->h[k].day == d);
		w->upto[i] = w->count;
		if (!off)
			w->nth[w->count++] = d;
	}
	w->upto[days] = w->count;
	return w;
}

void workdays_free(struct workdays *w)
{
	if (!w)
		return;
	free(w->h);
	free(w->upto);
	free(w->nth);
	free(w);
}

bool workdays_covers(const struct workdays *w, day_t d)
{
	return d >= w->from && d <= w->to;
}

day_t workdays_known_to(const struct workdays *w)
{
	return w->to;
}

const struct holiday *workdays_holiday(const struct workdays *w, day_t d)
{
	struct holiday key = { .day = d };
	return w->n ? bsearch(&key, w->h, w->n, sizeof *w->h, by_day) : NULL;
}

bool workdays_is(const struct workdays *w, day_t d)
{
	if (!workdays_covers(w, d))
		return day_weekday(d) <= 5;
	size_t i = (size_t)(d - w->from);
	return w->upto[i + 1] > w->upto[i];
}

/* Outside the calendar days are walked one by one: rare, and right for weekends. */
static day_t walk(const struct workdays *w, day_t d, int n)
{
	int step = n < 0 ? -1 : 1;
	for (n = n < 0 ? -n : n; n > 0;) {
		d += step;
		n -= workdays_is(w, d);
	}
	return d;
}

day_t workdays_add(const struct workdays *w, day_t d, int n)
{
	if (n == 0)
		return d;
	if (!workdays_covers(w, d))
		return walk(w, d, n);
	/* Working days up to and including d come before the next one. */
	size_t i = (size_t)(d - w->from);
	int64_t k = n > 0 ? (int64_t)w->upto[i + 1] + n - 1 : (int64_t)w->upto[i] + n;
	return k >= 0 && k < w->count ? w->nth[k] : walk(w, d, n);
}

int workdays_between(const struct workdays *w, day_t from, day_t to)
{
	if (to < from)
		return -workdays_between(w, to, from);
	if (workdays_covers(w, from) && workdays_covers(w, to))
		return w->upto[to - w->from + 1] - w->upto[from - w->from + 1];
	int n = 0;
	for (day_t d = from + 1; d <= to; d++)
		n += workdays_is(w, d);
	return n;
}
