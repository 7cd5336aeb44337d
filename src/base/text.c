#include "base/text.h"

#include <stdarg.h>

struct str str_of(const char *z)
{
	return z ? (struct str){ z, strlen(z) } : (struct str){ NULL, 0 };
}

bool str_eq(struct str a, struct str b)
{
	return a.n == b.n && (a.n == 0 || memcmp(a.p, b.p, a.n) == 0);
}

bool str_is(struct str a, const char *z)
{
	return str_eq(a, str_of(z));
}

static char lower(char c)
{
	return c >= 'A' && c <= 'Z' ? (char)(c - 'A' + 'a') : c;
}

bool str_eq_nocase(struct str a, struct str b)
{
	if (a.n != b.n)
		return false;
	for (size_t i = 0; i < a.n; i++)
		if (lower(a.p[i]) != lower(b.p[i]))
			return false;
	return true;
}

bool str_is_nocase(struct str a, const char *z)
{
	return str_eq_nocase(a, str_of(z));
}

char char_capital(char c)
{
	return (char)(c >= 'a' && c <= 'z' ? c - 'a' + 'A' : c);
}

struct str str_capitals(struct str s, struct arena *a)
{
	char *p = arena_alloc(a, s.n + 1);
	for (size_t i = 0; i < s.n; i++)
		p[i] = char_capital(s.p[i]);
	p[s.n] = '\0';
	return (struct str){ p, s.n };
}

int str_cmp(struct str a, struct str b)
{
	size_t n = a.n < b.n ? a.n : b.n;
	int c = n ? memcmp(a.p, b.p, n) : 0;
	return c ? c : (a.n > b.n) - (a.n < b.n);
}

bool str_starts(struct str s, const char *z)
{
	size_t n = strlen(z);
	return s.n >= n && memcmp(s.p, z, n) == 0;
}

static size_t blank_at(const char *p, size_t n)
{
	if (n && (*p == ' ' || (*p >= '\t' && *p <= '\r')))
		return 1;
	if (n >= 2 && (unsigned char)p[0] == 0xC2 && (unsigned char)p[1] == 0xA0)
		return 2;
	return 0;
}

struct str str_trim(struct str s)
{
	size_t k;
	while ((k = blank_at(s.p, s.n)) > 0) {
		s.p += k;
		s.n -= k;
	}
	for (;;) {
		if (s.n && blank_at(s.p + s.n - 1, 1))
			s.n -= 1;
		else if (s.n >= 2 && blank_at(s.p + s.n - 2, 2) == 2)
			s.n -= 2;
		else
			return s;
	}
}

struct str str_cut(struct str s, char c, struct str *rest_out)
{
	const char *q = s.n ? memchr(s.p, c, s.n) : NULL;
	if (!q) {
		*rest_out = (struct str){ NULL, 0 };
		return s;
	}
	size_t n = (size_t)(q - s.p);
	*rest_out = (struct str){ q + 1, s.n - n - 1 };
	return (struct str){ s.p, n };
}

/* Length of the well-formed sequence at p (RFC 3629), or 0. */
static size_t utf8_step(const unsigned char *p, size_t n)
{
	unsigned char c = p[0];
	if (c < 0x80)
		return c ? 1 : 0;
	size_t len = c >= 0xF0 ? 4 : c >= 0xE0 ? 3 : 2;
	if (c < 0xC2 || c > 0xF4 || n < len)
		return 0;
	for (size_t i = 1; i < len; i++)
		if ((p[i] & 0xC0) != 0x80)
			return 0;
	if ((c == 0xE0 && p[1] < 0xA0) || (c == 0xED && p[1] > 0x9F) || (c == 0xF0 && p[1] < 0x90) ||
	    (c == 0xF4 && p[1] > 0x8F))
		return 0;
	return len;
}

/* Eight bytes that are all of ASCII, and none of them NUL: most text, most of the time. */
static bool plain(uint64_t v)
{
	const uint64_t low = 0x0101010101010101u, high = 0x8080808080808080u;
	return ((v | (v - low)) & high) == 0;
}

static bool plain_eight(const char *p)
{
	uint64_t v;
	memcpy(&v, p, sizeof v);
	return plain(v);
}

/* The same of four to seven. */
static bool plain_short(const char *p, size_t n)
{
	uint32_t first, last;
	memcpy(&first, p, sizeof first);
	memcpy(&last, p + n - sizeof last, sizeof last);
	return plain((uint64_t)first << 32 | last);
}

struct str str_cut_to(struct str s, size_t max)
{
	if (s.n <= max)
		return s;
	while (max && ((unsigned char)s.p[max] & 0xC0) == 0x80)
		max--;
	return (struct str){ s.p, max };
}

size_t utf8_bad_at(struct str s)
{
	for (size_t i = 0; i < s.n;) {
		if (s.n - i >= 8 && plain_eight(s.p + i)) {
			i += 8;
			continue;
		}
		/* The last few: with some of those before them. */
		if (s.n >= 8 ? plain_eight(s.p + s.n - 8) && s.n - i < 8 : s.n >= 4 && plain_short(s.p, s.n))
			return SIZE_MAX;
		size_t k = utf8_step((const unsigned char *)s.p + i, s.n - i);
		if (!k)
			return i;
		i += k;
	}
	return SIZE_MAX;
}

size_t utf8_length(struct str s)
{
	size_t n = 0;
	for (size_t i = 0; i < s.n; i++)
		n += ((unsigned char)s.p[i] & 0xC0) != 0x80;
	return n;
}

size_t control_step(const char *p, size_t n)
{
	unsigned char c = (unsigned char)*p, next = n > 1 ? (unsigned char)p[1] : 0;
	if (c == 0xC2 && next >= 0x80 && next <= 0x9F)
		return 2;
	return c == 0x7F || (c < 0x20 && c != '\t' && c != '\n' && c != '\r');
}

bool text_has_control(struct str s)
{
	for (size_t i = 0; i < s.n; i++)
		if (control_step(s.p + i, s.n - i))
			return true;
	return false;
}

enum rc str_to_int(struct str s, int64_t min, int64_t max, int64_t *out)
{
	size_t i = 0;
	bool neg = false;
	if (s.n && (s.p[0] == '-' || s.p[0] == '+')) {
		neg = s.p[0] == '-';
		i = 1;
	}
	if (i == s.n)
		return RC_BAD_INPUT;
	int64_t v = 0;
	for (; i < s.n; i++) {
		if (s.p[i] < '0' || s.p[i] > '9')
			return RC_BAD_INPUT;
		if (__builtin_mul_overflow(v, 10, &v) || __builtin_sub_overflow(v, s.p[i] - '0', &v))
			return RC_BAD_INPUT;
	}
	if (!neg && __builtin_sub_overflow((int64_t)0, v, &v))
		return RC_BAD_INPUT;
	if (v < min || v > max)
		return RC_BAD_INPUT;
	*out = v;
	return RC_OK;
}

void buf_init(struct buf *b, size_t max)
{
	*b = (struct buf){ .max = max };
}

void buf_release(struct buf *b)
{
	free(b->p);
	*b = (struct buf){ .max = b->max };
}

void buf_reset(struct buf *b)
{
	b->n = 0;
	b->full = false;
	if (b->p)
		b->p[0] = '\0';
}

static bool buf_room(struct buf *b, size_t n)
{
	if (b->full || n > b->max || b->n > b->max - n) {
		b->full = true;
		return false;
	}
	if (b->n + n + 1 > b->cap) {
		size_t cap = b->cap ? b->cap * 2 : 256;
		if (cap < b->n + n + 1)
			cap = b->n + n + 1;
		b->p = xrealloc(b->p, cap);
		b->cap = cap;
	}
	return true;
}

void buf_put(struct buf *b, const void *p, size_t n)
{
	if (!buf_room(b, n))
		return;
	if (n)
		memcpy(b->p + b->n, p, n);
	b->n += n;
	b->p[b->n] = '\0';
}

void buf_putc(struct buf *b, char c)
{
	buf_put(b, &c, 1);
}

void buf_puts(struct buf *b, const char *z)
{
	buf_put(b, z, strlen(z));
}

void buf_str(struct buf *b, struct str s)
{
	buf_put(b, s.p, s.n);
}

void buf_int(struct buf *b, int64_t v)
{
	char t[24];
	int n = snprintf(t, sizeof t, "%" PRId64, v);
	buf_put(b, t, (size_t)n);
}

void buf_vprintf(struct buf *b, const char *fmt, va_list ap)
{
	va_list again;
	va_copy(again, ap);
	int n = vsnprintf(NULL, 0, fmt, again);
	va_end(again);
	if (n < 0 || !buf_room(b, (size_t)n))
		return;
	vsnprintf(b->p + b->n, (size_t)n + 1, fmt, ap);
	b->n += (size_t)n;
}

void buf_printf(struct buf *b, const char *fmt, ...)
{
	va_list ap;
	va_start(ap, fmt);
	buf_vprintf(b, fmt, ap);
	va_end(ap);
}

struct str buf_view(const struct buf *b)
{
	return (struct str){ b->p ? b->p : "", b->n };
}

void buf_shown(struct buf *b, struct str s)
{
	size_t from = 0, k;
	for (size_t i = 0; i < s.n; i += k) {
		k = s.p[i] == '\r' ? 1 : control_step(s.p + i, s.n - i);
		if (!k) {
			k = 1;
			continue;
		}
		buf_put(b, s.p + from, i - from);
		buf_puts(b, "\xEF\xBF\xBD");
		from = i + k;
	}
	buf_put(b, s.p + from, s.n - from);
}

/* Base letters of U+00C0..U+017F, in order; '*' marks the few that fold to two. */
static const char latin[] = "aaaaaa*ceeeeiiiidnooooo*ouuuuy**aaaaaa*ceeeeiiiidnooooo*ouuuuy*y"
			    "aaaaaaccccccccddddeeeeeeeeeegggggggghhhhiiiiiiiiii**jjkkklllllll"
			    "lllnnnnnnnnnoooooo**rrrrrrssssssssttttttuuuuuuuuuuuuwwyyyzzzzzzs";

static const char *latin_pair(unsigned cp)
{
	switch (cp) {
	case 0xC6:
	case 0xE6: return "ae";
	case 0xDE:
	case 0xFE: return "th";
	case 0xDF: return "ss";
	case 0x132:
	case 0x133: return "ij";
	case 0x152:
	case 0x153: return "oe";
	default: return "";
	}
}

void text_fold(struct buf *b, struct str name)
{
	for (size_t i = 0; i < name.n;) {
		const unsigned char *p = (const unsigned char *)name.p + i;
		size_t k = utf8_step(p, name.n - i);
		if (k == 0) {
			i++;
			continue;
		}
		if (k == 1) {
			char c = lower((char)*p);
			if ((c >= 'a' && c <= 'z') || (c >= '0' && c <= '9'))
				buf_putc(b, c);
			else if (c == ' ' && b->n && b->p[b->n - 1] != ' ')
				buf_putc(b, ' ');
		} else if (k == 2) {
			unsigned cp = (unsigned)(p[0] & 0x1F) << 6 | (p[1] & 0x3F);
			if (cp >= 0xC0 && cp <= 0x17F) {
				char c = latin[cp - 0xC0];
				if (c == '*')
					buf_puts(b, latin_pair(cp));
				else
					buf_putc(b, c);
			} else if (cp >= 0x300 && cp <= 0x36F) {
				/* a combining accent: the letter stands before it */
			} else {
				buf_put(b, p, k);
			}
		} else if (!(k == 3 && p[0] == 0xE2 && p[1] == 0x80)) {
			/* other scripts stay as they are; general punctuation (dashes,
			 * curly apostrophes: U+2000..U+203F) is dropped */
			buf_put(b, p, k);
		}
		i += k;
	}
}
