#include "codec/xlsx_parts.h"

/* What a cell's number format shows. Formats are numbered; some numbers are fixed
 * (ECMA-376 part 1, 18.8.30), the others are written out in the file. */

enum { FORMATS_MAX = 4096, STYLES_MAX = 65536, NOUGHTS_MAX = 15 };

/* 27 to 36 and 50 to 58 are days of the Chinese, Japanese, Korean and Thai programs. */
static struct xlsx_format fixed_format(int32_t id)
{
	static const struct {
		uint8_t from, to, shows;
	} table[] = {
		{ 14, 17, SHOWS_DAY },	{ 18, 21, SHOWS_TIME },	  { 22, 22, SHOWS_DAY | SHOWS_TIME },
		{ 27, 31, SHOWS_DAY },	{ 32, 33, SHOWS_TIME },	  { 34, 36, SHOWS_DAY },
		{ 45, 45, SHOWS_TIME }, { 46, 46, SHOWS_LENGTH }, { 47, 47, SHOWS_TIME },
		{ 50, 58, SHOWS_DAY },
	};
	for (size_t i = 0; i < COUNT_OF(table); i++)
		if (id >= table[i].from && id <= table[i].to)
			return (struct xlsx_format){ table[i].shows, 0 };
	return (struct xlsx_format){ 0, 0 };
}

/* ---- a format as it is written: "[$-809]dd\/mm\/yyyy;@" ---- */

static bool only_noughts(struct str code)
{
	for (size_t i = 0; i < code.n; i++)
		if (code.p[i] != '0')
			return false;
	return code.n > 1 && code.n <= NOUGHTS_MAX;
}

/* [h], [mm], [s]: a length of time. */
static bool is_length(struct str inside)
{
	char c = inside.n ? (char)(inside.p[0] | 32) : 0;
	if (c != 'h' && c != 'm' && c != 's')
		return false;
	for (size_t i = 1; i < inside.n; i++)
		if ((inside.p[i] | 32) != c)
			return false;
	return true;
}

struct letters {
	bool day, month, time, length;
};

/* What stands at the front of s: counts its letter, returns its bytes. */
static size_t format_step(struct str s, struct letters *seen)
{
	const char *end;
	size_t to_end = s.n;
	switch (s.p[0]) {
	case '"': end = memchr(s.p + 1, '"', s.n - 1); return end ? (size_t)(end - s.p) + 1 : to_end;
	case '[':
		end = memchr(s.p, ']', s.n);
		if (!end)
			return to_end;
		seen->length = seen->length || is_length((struct str){ s.p + 1, (size_t)(end - s.p) - 1 });
		return (size_t)(end - s.p) + 1;
	case '\\':
	case '_':
	case '*': return s.n > 1 ? 2 : 1; /* the next character is not of the format */
	default: break;
	}
	if (s.n >= 7 && str_is_nocase((struct str){ s.p, 7 }, "General"))
		return 7;
	if (s.n >= 5 && str_is_nocase((struct str){ s.p, 5 }, "AM/PM")) {
		seen->time = true;
		return 5;
	}
	char c = (char)(s.p[0] | 32);
	seen->day = seen->day || c == 'd' || c == 'y';
	seen->month = seen->month || c == 'm';
	seen->time = seen->time || c == 'h' || c == 's';
	return 1;
}

struct xlsx_format xlsx_format_of(struct str code)
{
	struct letters seen = { false, false, false, false };
	if (only_noughts(code))
		return (struct xlsx_format){ 0, (uint8_t)code.n };
	while (code.n) {
		size_t k = format_step(code, &seen);
		code.p += k;
		code.n -= k;
	}
	if (seen.length)
		return (struct xlsx_format){ SHOWS_LENGTH, 0 };
	bool day = seen.day || (seen.month && !seen.time); /* beside hours or seconds an m is minutes */
	return (struct xlsx_format){ (uint8_t)((day ? SHOWS_DAY : 0) | (seen.time ? SHOWS_TIME : 0)), 0 };
}

/* ---- the part ---- */

struct numbered {
	int32_t id;
	struct xlsx_format format;
};

struct styles {
	struct xlsx *x;
	struct xlsx_part part;
	struct numbered *formats;
	size_t n_formats;
	int32_t *ids; /* of the cells' styles */
	size_t n, cap;
	bool cells; /* inside <cellXfs> */
};

static enum rc take_format(struct styles *s, struct xml *xml, const struct xml_element *el, struct err *e)
{
	int64_t id;
	if (str_to_int(xml_value(el, "numFmtId"), 0, INT32_MAX, &id) != RC_OK)
		return RC_OK;
	if (s->n_formats == FORMATS_MAX)
		return xml_refuse(xml, e, RC_LIMIT, "they are more than %d", FORMATS_MAX);
	s->formats[s->n_formats++] = (struct numbered){ (int32_t)id, xlsx_format_of(xml_value(el, "formatCode")) };
	return RC_OK;
}

static enum rc take_style(struct styles *s, struct xml *xml, const struct xml_element *el, struct err *e)
{
	int64_t id = 0;
	if (s->n == STYLES_MAX)
		return xml_refuse(xml, e, RC_LIMIT, "they are more than %d", STYLES_MAX);
	if (s->n == s->cap) {
		s->cap = s->cap ? 2 * s->cap : 64;
		s->ids = xrealloc(s->ids, s->cap * sizeof *s->ids);
	}
	if (str_to_int(xml_value(el, "numFmtId"), 0, INT32_MAX, &id) != RC_OK)
		id = 0;
	s->ids[s->n++] = (int32_t)id;
	return RC_OK;
}

static enum rc on_start(void *arg, struct xml *xml, const struct xml_element *el, struct err *e)
{
	struct styles *s = arg;
	if (el->depth == 2)
		s->cells = xlsx_is(&s->part, el, "cellXfs");
	if (el->depth == 3 && xlsx_is(&s->part, el, "numFmt"))
		return take_format(s, xml, el, e);
	if (el->depth == 3 && s->cells && xlsx_is(&s->part, el, "xf"))
		return take_style(s, xml, el, e);
	return RC_OK;
}

static int by_id(const void *a, const void *b)
{
	const struct numbered *x = a, *y = b;
	return (x->id > y->id) - (x->id < y->id);
}

static void resolve(struct styles *s)
{
	struct xlsx *x = s->x;
	qsort(s->formats, s->n_formats, sizeof *s->formats, by_id);
	x->formats = xcalloc(s->n, sizeof *x->formats);
	x->n_formats = s->n;
	for (size_t i = 0; i < s->n; i++) {
		const struct numbered key = { .id = s->ids[i] };
		const struct numbered *own = bsearch(&key, s->formats, s->n_formats, sizeof key, by_id);
		x->formats[i] = own ? own->format : fixed_format(s->ids[i]);
	}
}

enum rc xlsx_styles_read(struct xlsx *x, struct err *e)
{
	struct styles s = { .x = x };
	const struct xml_listener l = { on_start, NULL, NULL, &s };
	s.part = (struct xlsx_part){ .root = "styleSheet", .main = true, .listener = &l };
	if (!x->styles_part.p)
		return RC_OK;
	s.formats = xcalloc(FORMATS_MAX, sizeof *s.formats);
	enum rc rc = xlsx_part_read(x->zip, x->styles_part, &s.part, e);
	if (rc == RC_OK)
		resolve(&s);
	free(s.formats);
	free(s.ids);
	if (rc == RC_NOT_FOUND) /* a cell that needs one will be told */
		return RC_OK;
	return rc == RC_OK ? rc : xlsx_part_failed(e, "the workbook's list of formats");
}
