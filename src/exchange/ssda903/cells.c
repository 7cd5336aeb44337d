#include "exchange/ssda903/frame.h"

#include "base/text.h"

enum { SHORT_MAX = 40 };

static size_t upper(struct str s, char *out)
{
	for (size_t i = 0; i < s.n; i++)
		out[i] = s.p[i] >= 'a' && s.p[i] <= 'z' ? (char)(s.p[i] - 32) : s.p[i];
	return s.n;
}

static bool digit(char c)
{
	return c >= '0' && c <= '9';
}

static bool capital(char c)
{
	return c >= 'A' && c <= 'Z';
}

static int32_t word(struct words *w, struct str s)
{
	return (int32_t)words_put(w, s);
}

/* A code in small letters is the code. */
static int32_t code(const struct return_spec *s, struct words *w, const struct rcolumn *c, struct str text)
{
	char big[SHORT_MAX];
	uint32_t id = words_find(w, text);
	const uint8_t *valid = s->valid + (size_t)c->set * CODE_WORDS_MAX;
	if ((id && id < CODE_WORDS_MAX && valid[id]) || text.n > sizeof big)
		return word(w, text);
	uint32_t up = words_find(w, (struct str){ big, upper(text, big) });
	return up && up < CODE_WORDS_MAX && valid[up] ? (int32_t)up : word(w, text);
}

/* dd/mm/yyyy and nothing else, as the return wants it. */
static int32_t day(struct words *w, struct str text)
{
	day_t d;
	if (text.n >= 8 && text.n <= 10 && memchr(text.p, '/', text.n) && day_parse(text, &d) == RC_OK &&
	    d >= day_of(1900, 1, 1) && d <= day_of(2200, 1, 1))
		return d + DAY_ZERO;
	return -word(w, text);
}

/* zz/05/2019: the earliest day it can have been. zz/zz/zzzz stays a word. */
static int32_t part_day(struct words *w, struct str text)
{
	char t[10];
	if (text.n != 10 || (text.p[0] | 32) != 'z')
		return day(w, text);
	memcpy(t, text.p, 10);
	t[0] = '0';
	t[1] = (text.p[1] | 32) == 'z' ? '1' : 'x';
	if ((text.p[3] | 32) == 'z' && (text.p[4] | 32) == 'z') {
		t[3] = '0';
		t[4] = '1';
	}
	int32_t v = day(w, (struct str){ t, 10 });
	return v > 0 ? v : -word(w, text);
}

/* Capital letters, and one blank before the last three: the same place is the same word. */
static int32_t postcode(struct words *w, struct str text)
{
	char t[SHORT_MAX + 2];
	size_t n = 0;
	if (text.n > SHORT_MAX)
		return word(w, text);
	for (size_t i = 0; i < text.n; i++)
		if (text.p[i] != ' ')
			n += upper((struct str){ text.p + i, 1 }, t + n);
	if (n < 5 || n > 7)
		return word(w, (struct str){ t, n });
	memmove(t + n - 2, t + n - 3, 3);
	t[n - 3] = ' ';
	return word(w, (struct str){ t, n + 1 });
}

static int32_t capitals(struct words *w, struct str text)
{
	char t[RETURN_CELL_MAX];
	return text.n > sizeof t ? word(w, text) : word(w, (struct str){ t, upper(text, t) });
}

int32_t cell_value(const struct return_spec *s, struct words *w, const struct rcolumn *c, struct str text)
{
	int64_t n;
	if (!text.n)
		return 0;
	switch (c->type) {
	case CELLS_CODE: return code(s, w, c, text);
	case CELLS_DAY: return day(w, text);
	case CELLS_PART_DAY: return part_day(w, text);
	case CELLS_NUMBER: return str_to_int(text, c->min, c->max, &n) == RC_OK ? (int32_t)n + 1 : -word(w, text);
	case CELLS_POSTCODE: return postcode(w, text);
	case CELLS_UPN:
	case CELLS_URN:
	case CELLS_WORKER: return capitals(w, text);
	case CELLS_ID:
	case CELLS_TEXT: break;
	}
	return word(w, text);
}

struct str cell_text(const struct words *w, enum cell_type type, int32_t v, char *out)
{
	if (v < 0)
		return words_get(w, (uint32_t)-v);
	int n = 0;
	if (v && (type == CELLS_DAY || type == CELLS_PART_DAY)) {
		struct ymd a = day_ymd(v - DAY_ZERO);
		n = snprintf(out, 24, "%02d/%02d/%04d", a.day, a.month, a.year);
	} else if (v && type == CELLS_NUMBER) {
		n = snprintf(out, 24, "%d", v - 1);
	} else {
		return words_get(w, (uint32_t)v);
	}
	return (struct str){ out, (size_t)n };
}

/* ---- forms ---- */

/* One letter (not I, O, S), twelve digits or eleven and a letter; UN1 to UN5. */
static bool upn(struct str s)
{
	if (s.n == 3 && memcmp(s.p, "UN", 2) == 0)
		return s.p[2] >= '1' && s.p[2] <= '5';
	bool ok = s.n == 13 && capital(s.p[0]) && !strchr("IOS", s.p[0]);
	for (size_t i = 1; ok && i < 12; i++)
		ok = digit(s.p[i]);
	return ok && (digit(s.p[12]) || capital(s.p[12]));
}

/* SC and six digits, seven digits, or XXXXXXX where Ofsted has none. */
static bool urn(struct str s)
{
	size_t from = s.n == 8 && memcmp(s.p, "SC", 2) == 0 ? 2 : 0;
	bool ok = s.n - from == (from ? 6 : 7);
	for (size_t i = from; ok && i < s.n; i++)
		ok = digit(s.p[i]);
	return ok || str_is(s, "XXXXXXX");
}

/* A9, A99, A9A, AA9, AA99, AA9A; blank; 9AA. */
static bool postcode_form(struct str s)
{
	struct str in, out = str_cut(s, ' ', &in);
	if (in.n != 3 || !digit(in.p[0]) || !capital(in.p[1]) || !capital(in.p[2]) || out.n < 2 || out.n > 4)
		return false;
	size_t letters = capital(out.p[0]) ? (capital(out.p[1]) ? 2 : 1) : 0;
	size_t rest = out.n - letters;
	if (!letters || rest < 1 || rest > 2 || !digit(out.p[letters]))
		return false;
	return rest == 1 || digit(out.p[out.n - 1]) || capital(out.p[out.n - 1]);
}

bool cell_valid(const struct return_spec *s, const struct words *w, enum cell_type type, int set, int year, int32_t v)
{
	uint32_t id = (uint32_t)v;
	if (v <= 0)
		return type == CELLS_PART_DAY && v < 0 && str_is_nocase(words_get(w, (uint32_t)-v), "zz/zz/zzzz");
	switch (type) {
	case CELLS_CODE:
		return id < CODE_WORDS_MAX && year >= 0 && s->valid[(size_t)set * CODE_WORDS_MAX + id] >> year & 1;
	case CELLS_POSTCODE: return postcode_form(words_get(w, id));
	case CELLS_UPN: return upn(words_get(w, id));
	case CELLS_URN: return urn(words_get(w, id));
	case CELLS_WORKER: return str_starts(words_get(w, id), "SW") || str_starts(words_get(w, id), "XX");
	case CELLS_ID:
	case CELLS_DAY:
	case CELLS_PART_DAY:
	case CELLS_NUMBER:
	case CELLS_TEXT: break;
	}
	return true;
}
