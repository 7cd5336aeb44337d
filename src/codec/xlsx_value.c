#include "codec/xlsx_parts.h"

#include <math.h>

/* ---- addresses ---- */

bool xlsx_address(struct str s, int32_t *row_out, int32_t *column_out)
{
	enum { COLUMNS_EVER = 16384 };
	int32_t row = 0, column = 0;
	size_t i = 0;
	for (; i < s.n && i < 4 && ((s.p[i] | 32) >= 'a' && (s.p[i] | 32) <= 'z'); i++)
		column = column * 26 + ((s.p[i] | 32) - 'a' + 1);
	size_t letters = i;
	for (; i < s.n && i < letters + 7 && s.p[i] >= '0' && s.p[i] <= '9'; i++)
		row = row * 10 + (s.p[i] - '0');
	if (!letters || i != s.n || column > COLUMNS_EVER || row < 1 || row > SHEET_ROWS_MAX)
		return false;
	*row_out = row;
	*column_out = column - 1;
	return true;
}

/* ---- numbers as they are written ---- */

enum { NUMBER_TEXT_MAX = 64, DIGITS_TRUE = 15 };

/* [-+]digits[.digits][E[-+]digits], nothing that strtod knows beside it. *plain_out:
 * a whole number without sign of plus, nought in front, point or power. */
static bool is_number(struct str s, bool *plain_out)
{
	size_t i = s.n && (s.p[0] == '-' || s.p[0] == '+') ? 1 : 0, digits = 0, from = i;
	for (; i < s.n && s.p[i] >= '0' && s.p[i] <= '9'; i++)
		digits++;
	*plain_out = i == s.n && digits && s.p[0] != '+' && (s.p[from] != '0' || digits == 1);
	if (i < s.n && s.p[i] == '.')
		for (i++; i < s.n && s.p[i] >= '0' && s.p[i] <= '9'; i++)
			digits++;
	if (!digits)
		return false;
	if (i == s.n)
		return true;
	if ((s.p[i] | 32) != 'e')
		return false;
	i++;
	if (i < s.n && (s.p[i] == '-' || s.p[i] == '+'))
		i++;
	size_t power = i;
	for (; i < s.n && s.p[i] >= '0' && s.p[i] <= '9'; i++)
		;
	return i == s.n && i > power;
}

static bool parse_number(struct str s, double *out, bool *plain_out)
{
	char text[NUMBER_TEXT_MAX + 1];
	if (!s.n || s.n > NUMBER_TEXT_MAX || !is_number(s, plain_out))
		return false;
	if (*plain_out && s.n <= DIGITS_TRUE) {
		bool minus = s.p[0] == '-';
		int64_t v = 0;
		for (size_t i = minus; i < s.n; i++)
			v = v * 10 + (s.p[i] - '0');
		*out = (double)(minus ? -v : v);
		return true;
	}
	memcpy(text, s.p, s.n);
	text[s.n] = '\0';
	*out = strtod(text, NULL);
	return isfinite(*out);
}

static struct str digits_of(struct str v, double number, bool plain, struct xlsx_format f, struct arena *a)
{
	bool minus = v.p[0] == '-';
	size_t n = v.n - minus;
	if (plain && f.noughts > n)
		return arena_printf(a, "%s%0*d" STR_FMT, minus ? "-" : "", (int)(f.noughts - n), 0, (int)n,
				    v.p + minus);
	if (plain)
		return arena_str(a, v);
	return arena_printf(a, "%.15g", number);
}

/* ---- days ---- */

enum { SECONDS_PER_DAY = 86400 };

/* The day that a serial number means; DAY_NONE if no calendar has it. The system
 * that counts from 1900 believes that there was a 29 February 1900 (serial 60). */
static day_t day_of_serial(int64_t serial, bool from_1904)
{
	static const int64_t last = 2958465; /* 31 December 9999, in both told from 1900 */
	if (from_1904)
		serial += 1462;
	if (serial > last || serial < 1 || serial == 60)
		return DAY_NONE;
	return day_of(1899, 12, serial < 60 ? 31 : 30) + (day_t)serial;
}

static void say_day(struct cell *c, day_t day, int minute, struct arena *a)
{
	char iso[DAY_TEXT_MAX];
	c->kind = CELL_DAY;
	c->day = day;
	c->minute = (int16_t)minute;
	if (minute < 0)
		c->text = arena_str(a, str_of(day_iso(day, iso)));
	else
		c->text = arena_printf(a, "%s %02d:%02d", day_iso(day, iso), minute / 60, minute % 60);
}

static void say_time(struct cell *c, int minute, struct arena *a)
{
	c->kind = CELL_TEXT;
	c->minute = (int16_t)minute;
	c->text = arena_printf(a, "%02d:%02d", minute / 60, minute % 60);
}

/* A number that is shown as a day or a time. Thousandths of a second are rounded:
 * 14:05 has no exact fraction of a day. */
static void show_day(struct cell *c, struct xlsx_format f, bool from_1904, struct arena *a)
{
	static const double far = 1e7;
	int64_t ms = fabs(c->number) < far ? llround(c->number * SECONDS_PER_DAY * 1000) : -1;
	if (ms < 0) {
		c->kind = CELL_ERROR;
		return;
	}
	int64_t serial = ms / MS_PER_DAY;
	int minute = (int)(ms % MS_PER_DAY / 60000);
	day_t day = day_of_serial(serial, from_1904);
	if (serial == 0 && !(f.shows & SHOWS_DAY))
		say_time(c, minute, a);
	else if (day == DAY_NONE)
		c->kind = CELL_ERROR;
	else
		say_day(c, day, f.shows & SHOWS_TIME ? minute : MINUTE_NONE, a);
}

bool xlsx_number(struct str v, struct xlsx_format f, bool from_1904, struct arena *a, struct cell *out)
{
	bool plain;
	v = str_trim(v);
	if (!parse_number(v, &out->number, &plain))
		return false;
	out->kind = CELL_NUMBER;
	if (f.shows & (SHOWS_DAY | SHOWS_TIME)) {
		show_day(out, f, from_1904, a);
		if (out->kind != CELL_ERROR)
			return true;
	}
	out->text = digits_of(v, out->number, plain, f, a);
	return true;
}

/* t="d": 2026-11-22, 2026-11-22T14:05:00(.000)(Z), 14:05:00 (ISO 8601). */
bool xlsx_iso_day(struct str v, struct xlsx_format f, struct arena *a, struct cell *out)
{
	struct str time, date = str_cut(str_trim(v), 'T', &time);
	day_t day = DAY_NONE;
	int minute = MINUTE_NONE;
	if (!time.p && date.n >= 5 && date.p[2] == ':') {
		time = date;
		date.n = 0;
	}
	if (date.n && day_parse_iso(date, &day) != RC_OK)
		return false;
	if (time.p && (time.n < 5 || minute_parse((struct str){ time.p, 5 }, &minute) != RC_OK))
		return false;
	if (!date.n) {
		say_time(out, minute, a);
		return minute >= 0;
	}
	/* A format of days alone hides the time. */
	say_day(out, day, (f.shows & (SHOWS_DAY | SHOWS_TIME)) == SHOWS_DAY ? MINUTE_NONE : minute, a);
	return true;
}
