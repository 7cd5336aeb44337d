/* Addresses, pairs and cookies of a request. */
#include "web/http/http.h"

static int hex(char c)
{
	if (c >= '0' && c <= '9')
		return c - '0';
	if (c >= 'a' && c <= 'f')
		return c - 'a' + 10;
	return c >= 'A' && c <= 'F' ? c - 'A' + 10 : -1;
}

/* Decodes %xx (and + in a query). False: a bad escape, NUL, control, no UTF-8. */
static bool decode(struct arena *a, struct str s, bool plus, struct str *out)
{
	char *p = arena_alloc(a, s.n + 1);
	size_t n = 0;
	for (size_t i = 0; i < s.n; i++) {
		char c = s.p[i];
		if (c == '%') {
			int h = i + 2 < s.n ? hex(s.p[i + 1]) : -1, l = i + 2 < s.n ? hex(s.p[i + 2]) : -1;
			if (h < 0 || l < 0)
				return false;
			c = (char)(h * 16 + l);
			i += 2;
		} else if (c == '+' && plus) {
			c = ' ';
		}
		if ((unsigned char)c < 0x20 || c == 0x7f)
			return false;
		p[n++] = c;
	}
	p[n] = '\0';
	*out = (struct str){ p, n };
	return utf8_bad_at(*out) == SIZE_MAX;
}

struct str form_decode(struct arena *a, struct str s)
{
	char *p = arena_alloc(a, s.n + 1);
	size_t n = 0;
	for (size_t i = 0; i < s.n; i++) {
		int h = s.p[i] == '%' && i + 2 < s.n ? hex(s.p[i + 1]) : -1, l = h >= 0 ? hex(s.p[i + 2]) : -1;
		p[n++] = (char)(l >= 0 ? h * 16 + l : s.p[i] == '+' ? ' ' : s.p[i]);
		i += l >= 0 ? 2 : 0;
	}
	p[n] = '\0';
	return (struct str){ p, n };
}

bool pairs_parse(struct arena *a, struct str s, struct pair *out, size_t max, size_t *n_out)
{
	size_t n = 0;
	while (s.n) {
		struct str rest, value, one = str_cut(s, '&', &rest);
		s = rest;
		if (!one.n)
			continue;
		if (n == max)
			return false;
		struct str name = str_cut(one, '=', &value);
		if (!decode(a, name, true, &out[n].name) || !decode(a, value, true, &out[n].value))
			return false;
		n++;
	}
	*n_out = n;
	return true;
}

static bool fault(struct request *q, int status, const char *words)
{
	q->fault = status;
	q->fault_words = words;
	return false;
}

static bool segment_is_plain(struct str s)
{
	return s.n && !str_is(s, ".") && !str_is(s, "..") && !memchr(s.p, '/', s.n) && !memchr(s.p, '\\', s.n);
}

bool request_parse(struct request *q, struct str address)
{
	struct str query;
	q->address = arena_str(&q->arena, address);
	if (address.n > HTTP_ADDRESS_MAX)
		return fault(q, 414, "The address is too long.");
	struct str path = str_cut(address, '?', &query);
	if (!path.n || path.p[0] != '/')
		return fault(q, 400, "The address does not begin with a slash.");
	struct str left = { path.p + 1, path.n - 1 };
	q->path = arena_str(&q->arena, path);
	while (left.n || left.p) {
		struct str rest, raw = str_cut(left, '/', &rest), s;
		if (!raw.n && !rest.p && q->n_segments == 0)
			break; /* the home page */
		if (!decode(&q->arena, raw, false, &s) || !segment_is_plain(s))
			return fault(q, 400, "The address holds something that no page of this site has.");
		if (q->n_segments == HTTP_SEGMENTS_MAX)
			return fault(q, 404, "There is no such page.");
		q->segments[q->n_segments++] = s;
		left = rest;
	}
	if (!pairs_parse(&q->arena, query, q->query, HTTP_PAIRS_MAX, &q->n_query))
		return fault(q, 400, "What follows the ? in the address cannot be read.");
	return true;
}

static struct str pair_of(const struct pair *p, size_t n, const char *name)
{
	for (size_t i = 0; i < n; i++)
		if (str_is(p[i].name, name))
			return p[i].value;
	return (struct str){ NULL, 0 };
}

struct str request_query(const struct request *q, const char *name)
{
	return pair_of(q->query, q->n_query, name);
}

struct str request_form(const struct request *q, const char *name)
{
	return pair_of(q->form, q->n_form, name);
}

struct str request_param(const struct request *q, const char *name)
{
	return pair_of(q->params, q->n_params, name);
}

struct str request_cookie(const struct request *q, const char *name)
{
	struct str left = q->cookie;
	while (left.n) {
		struct str rest, value, one = str_trim(str_cut(left, ';', &rest));
		left = rest;
		if (str_is(str_cut(one, '=', &value), name))
			return value;
	}
	return (struct str){ NULL, 0 };
}

bool request_is_foreign(const struct request *q)
{
	/* A browser that tells where the request comes from is believed: our own
	 * forms carry "Origin: null", because the pages ask for no referrer. */
	if (q->fetch_site.p)
		return !str_is(q->fetch_site, "same-origin") && !str_is(q->fetch_site, "none");
	if (!q->origin.p || str_is(q->origin, "null"))
		return false; /* an old browser: the token in the form decides */
	struct str o = q->origin;
	for (size_t i = 0; i + 3 <= o.n; i++)
		if (!strncmp(o.p + i, "://", 3))
			return !str_eq((struct str){ o.p + i + 3, o.n - i - 3 }, q->host);
	return true;
}
