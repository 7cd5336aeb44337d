#include "standard/holidays.h"

#include "base/files.h"

enum { PATH_LEN = 1024 };

static enum rc day_or_none(struct str s, day_t *out)
{
	s = str_trim(s);
	*out = DAY_NONE;
	return s.n ? day_parse_iso(s, out) : RC_OK;
}

static enum rc row_read(struct str line, const char *path, int number, struct arena *a, struct holiday *out,
			struct err *e)
{
	struct str rest, name, from, until;
	struct str day = str_cut(line, ',', &rest);
	name = str_cut(rest, ',', &rest);
	from = str_cut(rest, ',', &rest);
	until = str_cut(rest, ',', &rest);
	if (!rest.p || memchr(line.p, '"', line.n))
		return err_set(e, RC_BAD_INPUT,
			       "%s:%d: a row has day, name, known_from, known_until and note, without quotes", path,
			       number);
	struct holiday h = { .day = DAY_NONE };
	if (day_parse_iso(str_trim(day), &h.day) || day_or_none(from, &h.known_from) ||
	    day_or_none(until, &h.known_until))
		return err_set(e, RC_BAD_INPUT, "%s:%d: write days as 2026-12-25", path, number);
	h.name = arena_str(a, str_trim(name));
	*out = h;
	return RC_OK;
}

static enum rc rows_read(struct str text, const char *path, struct arena *a, struct holiday *out, size_t *n_out,
			 struct err *e)
{
	size_t n = 0;
	int number = 0;
	for (struct str rest = text, line; rest.n;) {
		line = str_trim(str_cut(rest, '\n', &rest));
		number++;
		if (number == 1 && !str_is(line, "day,name,known_from,known_until,note"))
			return err_set(e, RC_BAD_INPUT,
				       "%s:1: the first line must be day,name,known_from,known_until,note", path);
		if (number == 1 || line.n == 0)
			continue;
		if (n == HOLIDAYS_MAX)
			return err_set(e, RC_LIMIT, "%s:%d: more than %d holidays", path, number, HOLIDAYS_MAX);
		enum rc rc = row_read(line, path, number, a, &out[n], e);
		if (rc)
			return rc;
		n++;
	}
	if (n == 0)
		return err_set(e, RC_BAD_INPUT, "%s holds no holidays", path);
	*n_out = n;
	return RC_OK;
}

enum rc holidays_read(struct str text, const char *name, struct arena *a, struct holiday **out, size_t *n_out,
		      struct err *e)
{
	if (text.n > HOLIDAYS_BYTES_MAX)
		return err_set(e, RC_LIMIT, "%s is larger than %d bytes", name, HOLIDAYS_BYTES_MAX);
	struct holiday *h = arena_array(a, HOLIDAYS_MAX, sizeof *h);
	enum rc rc = rows_read(text, name, a, h, n_out, e);
	if (rc == RC_OK)
		*out = h;
	return rc;
}

enum rc holidays_load(const char *data_dir, struct arena *a, struct holiday **out, size_t *n_out, struct err *e)
{
	char path[PATH_LEN];
	snprintf(path, sizeof path, "%s/holidays/england.csv", data_dir);
	struct str text;
	enum rc rc = file_read(path, HOLIDAYS_BYTES_MAX, a, &text, e);
	return rc == RC_OK ? holidays_read(text, path, a, out, n_out, e) : rc;
}

struct workdays *holidays_calendar(const struct holiday *h, size_t n, day_t known_on)
{
	day_t first = n ? h[0].day : 0, last = first;
	for (size_t i = 1; i < n; i++) {
		first = h[i].day < first ? h[i].day : first;
		last = h[i].day > last ? h[i].day : last;
	}
	return workdays_new(h, n, known_on, day_of(day_ymd(first).year, 1, 1), day_of(day_ymd(last).year, 12, 31));
}
