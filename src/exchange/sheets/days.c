#include "exchange/sheets/days.h"

#include "base/text.h"

enum {
	PARTS_MAX = 3,
	CENTURY_AHEAD = 10,    /* "36" is 2036 until ten years before it, then 1936 */
	NUMBER_MIN = 18264,    /* 1 January 1950 */
	NUMBER_MAX = 73051,    /* 1 January 2100 */
	NUMBER_TO_DAY = 25569, /* 1 January 1970 */
};

/* ---- the inner number ---- */

day_t sheet_day_of_number(double number, int16_t *minute_out)
{
	*minute_out = MINUTE_NONE;
	if (!(number >= NUMBER_MIN && number < NUMBER_MAX))
		return DAY_NONE;
	int64_t whole = (int64_t)number;
	int minute = (int)((number - (double)whole) * 1440 + 0.5);
	if (minute >= 1440) {
		whole++;
		minute = 0;
	}
	if (minute)
		*minute_out = (int16_t)minute;
	return (day_t)(whole - NUMBER_TO_DAY);
}

/* "46028" or "46028.4063" */
static bool number_text(struct str s, double *out)
{
	double v = 0, place = 0;
	for (size_t i = 0; i < s.n; i++) {
		if (s.p[i] == '.' && i == 5 && place == 0) {
			place = 1;
		} else if (s.p[i] >= '0' && s.p[i] <= '9') {
			v = v * 10 + (s.p[i] - '0');
			place *= 10;
		} else {
			return false;
		}
	}
	if (s.n < 5 || s.n > 20 || (s.n > 5 && place <= 1))
		return false;
	*out = place > 1 ? v / place : v;
	return true;
}

/* ---- the time behind a day ---- */

/* "14:05", "2:05 pm", "14:05:00.000Z" */
static bool read_time(struct str s, int16_t *out)
{
	bool pm = false, am = false;
	s = str_trim(s);
	if (s.n && (s.p[s.n - 1] == 'Z' || s.p[s.n - 1] == 'z'))
		s.n--;
	if (s.n > 2 && (s.p[s.n - 1] | 32) == 'm' && ((s.p[s.n - 2] | 32) == 'p' || (s.p[s.n - 2] | 32) == 'a')) {
		pm = (s.p[s.n - 2] | 32) == 'p';
		am = !pm;
		s = str_trim((struct str){ s.p, s.n - 2 });
	}
	struct str rest, hour = str_cut(s, ':', &rest), seconds;
	struct str minute = str_cut(rest, ':', &seconds);
	int64_t h, m;
	if (str_to_int(hour, 0, 23, &h) != RC_OK || minute.n != 2 || str_to_int(minute, 0, 59, &m) != RC_OK ||
	    ((am || pm) && (h < 1 || h > 12)))
		return false;
	h = pm && h < 12 ? h + 12 : am && h == 12 ? 0 : h;
	/* Spreadsheets add midnight to a bare day: then the time is not known. */
	*out = (int16_t)(h * 60 + m ? h * 60 + m : MINUTE_NONE);
	return true;
}

/* Splits the time off; false if what stands behind the day is none. */
static bool split_time(struct str s, struct str *day_out, int16_t *minute_out)
{
	size_t colon = 0;
	while (colon < s.n && s.p[colon] != ':')
		colon++;
	*day_out = s;
	*minute_out = MINUTE_NONE;
	if (colon == s.n)
		return true;
	size_t at = colon;
	while (at && s.p[at - 1] >= '0' && s.p[at - 1] <= '9')
		at--;
	if (!at || at == colon)
		return false;
	size_t end = at;
	while (end && (s.p[end - 1] == ' ' || s.p[end - 1] == ',' || s.p[end - 1] == 'T'))
		end--;
	if (end == at)
		return false;
	*day_out = (struct str){ s.p, end };
	return read_time((struct str){ s.p + at, s.n - at }, minute_out);
}

/* ---- the parts of a day ---- */

struct part {
	int value, digits;
	bool month; /* written as a word */
};
struct parts {
	struct part p[PARTS_MAX];
	size_t n;
};

static bool letter(char c)
{
	return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z');
}

/* The word itself, or at least its first three letters. */
static int word_index(struct str w, const char *const *words, int n)
{
	for (int i = 0; i < n; i++) {
		size_t full = strlen(words[i]);
		bool same = w.n >= 3 && w.n <= full;
		for (size_t k = 0; same && k < w.n; k++)
			same = (w.p[k] | 32) == words[i][k];
		if (same)
			return i + 1;
	}
	return 0;
}

/* A month goes into the parts; a weekday, "st" of "1st" and "of" say nothing. */
static bool take_word(struct parts *d, struct str w, bool after_digit)
{
	static const char *const months[] = { "january", "february", "march",	  "april",   "may",	 "june",
					      "july",	 "august",   "september", "october", "november", "december" };
	static const char *const weekdays[] = { "monday", "tuesday",  "wednesday", "thursday",
						"friday", "saturday", "sunday" };
	static const char *const nothing[] = { "st", "nd", "rd", "th" };
	if (after_digit)
		for (size_t i = 0; i < COUNT_OF(nothing); i++)
			if (str_is_nocase(w, nothing[i]))
				return true;
	if (str_is_nocase(w, "of") || (d->n == 0 && word_index(w, weekdays, COUNT_OF(weekdays))))
		return true;
	int month = word_index(w, months, COUNT_OF(months));
	if (!month || d->n == PARTS_MAX)
		return false;
	d->p[d->n++] = (struct part){ month, 0, true };
	return true;
}

static bool cut_parts(struct str s, struct parts *d)
{
	*d = (struct parts){ .n = 0 };
	for (size_t i = 0; i < s.n;) {
		char c = s.p[i];
		size_t from = i;
		if (c >= '0' && c <= '9') {
			int v = 0;
			while (i < s.n && s.p[i] >= '0' && s.p[i] <= '9' && i - from < 8)
				v = v * 10 + (s.p[i++] - '0');
			if (d->n == PARTS_MAX || (i < s.n && s.p[i] >= '0' && s.p[i] <= '9'))
				return false;
			d->p[d->n++] = (struct part){ v, (int)(i - from), false };
		} else if (letter(c)) {
			while (i < s.n && letter(s.p[i]))
				i++;
			bool after = from && s.p[from - 1] >= '0' && s.p[from - 1] <= '9';
			if (!take_word(d, (struct str){ s.p + from, i - from }, after))
				return false;
		} else if (c == '/' || c == '-' || c == '.' || c == ' ' || c == ',' || c == '\'') {
			i++;
		} else {
			return false;
		}
	}
	return d->n > 0;
}

/* ---- the day ---- */

static int full_year(int year, int digits, day_t today)
{
	if (digits != 2)
		return year;
	return 2000 + year > day_ymd(today).year + CENTURY_AHEAD ? 1900 + year : 2000 + year;
}

static const char *why_not(int year, int month, int day)
{
	static const char *const lengths[] = { "",
					       "January has 31 days",
					       "February has 28 days, 29 in a leap year",
					       "March has 31 days",
					       "April has 30 days",
					       "May has 31 days",
					       "June has 30 days",
					       "July has 31 days",
					       "August has 31 days",
					       "September has 30 days",
					       "October has 31 days",
					       "November has 30 days",
					       "December has 31 days" };
	if (month < 1 || month > 12)
		return "There is no such month; perhaps the month stands before the day";
	if (month == 2 && day == 29)
		return "February had 28 days in that year";
	return year < 1 || day < 1 ? "This is not a date, or there is no such day" : lengths[month];
}

static void set(struct day_read *out, int year, int month, int day)
{
	out->day = year >= 1 && year <= 9999 ? day_of(year, month, day) : DAY_NONE;
	if (out->day == DAY_NONE)
		out->wrong = why_not(year, month, day);
	else if (year < 1900 || year > 2200) {
		out->day = DAY_NONE;
		out->wrong = "The year cannot be right";
	}
}

static void set_short(struct day_read *out, struct part year, int month, int day, day_t today)
{
	out->short_year = year.digits == 2;
	if (year.digits != 2 && year.digits != 4) {
		out->wrong = "The year has neither two nor four digits";
		return;
	}
	set(out, full_year(year.value, year.digits, today), month, day);
}

static void from_numbers(const struct parts *d, enum day_order order, day_t today, struct day_read *out)
{
	struct part a = d->p[0], b = d->p[1], c = d->p[2];
	if (a.digits == 4) { /* 2026-01-06 */
		set(out, a.value, b.value, c.value);
		return;
	}
	out->shows = a.value > 12 && b.value <= 12   ? SHOWS_DAY_FIRST
		     : b.value > 12 && a.value <= 12 ? SHOWS_MONTH_FIRST
		     : a.value == b.value	     ? SHOWS_NOTHING
						     : SHOWS_EITHER;
	if (order == DAYS_MONTH_FIRST)
		set_short(out, c, a.value, b.value, today);
	else
		set_short(out, c, b.value, a.value, today);
}

static bool from_parts(const struct parts *d, enum day_order order, day_t today, struct day_read *out)
{
	const struct part *p = d->p;
	if (d->n == 1 && p[0].digits == 8) { /* 20260106 */
		set(out, p[0].value / 10000, p[0].value / 100 % 100, p[0].value % 100);
		return out->day != DAY_NONE;
	}
	if (d->n == 2 && (p[0].month || p[1].month)) {
		out->wrong = "The day of the month is missing, or the year";
		return true;
	}
	if (d->n != PARTS_MAX)
		return false;
	if (p[0].digits > 4 || p[1].digits > 2 || p[2].digits > 4)
		return false;
	if (!p[0].month && !p[1].month && !p[2].month)
		from_numbers(d, order, today, out);
	else if (p[1].month && !p[0].month && p[0].digits == 4 && !p[2].month) /* 2026 January 6 */
		set_short(out, p[0], p[1].value, p[2].value, today);
	else if (p[1].month && !p[0].month && !p[2].month)
		set_short(out, p[2], p[1].value, p[0].value, today);
	else if (p[0].month && !p[1].month && !p[2].month)
		set_short(out, p[2], p[0].value, p[1].value, today);
	else
		return false;
	return true;
}

bool sheet_day(struct str text, enum day_order order, day_t today, struct day_read *out)
{
	struct day_read r = { .day = DAY_NONE, .minute = MINUTE_NONE, .shows = SHOWS_NOTHING };
	struct str day;
	struct parts d;
	double number;
	text = str_trim(text);
	if (text.n > 60)
		return false;
	if (number_text(text, &number)) {
		r.day = sheet_day_of_number(number, &r.minute);
		r.number = true;
		if (r.day == DAY_NONE)
			return false;
		*out = r;
		return true;
	}
	bool time_ok = split_time(text, &day, &r.minute);
	if (!cut_parts(day, &d) || !from_parts(&d, order, today, &r))
		return false;
	if (!time_ok) {
		r.day = DAY_NONE;
		r.wrong = "What stands behind the date is not a time of day";
	}
	*out = r;
	return true;
}
