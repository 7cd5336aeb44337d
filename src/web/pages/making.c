#include "web/pages/making.h"

void making_bytes(struct making *m, const char *p, size_t n)
{
	if (m->full || n >= LINK_MAX - m->n) {
		m->full = true;
		return;
	}
	if (n)
		memcpy(m->l.s + m->n, p, n);
	m->n += n;
	m->l.s[m->n] = '\0';
}

void making_words(struct making *m, const char *z)
{
	making_bytes(m, z, strlen(z));
}

void making_encoded(struct making *m, struct str s)
{
	static const char plain[] = "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789-._~";
	static const char digits[] = "0123456789ABCDEF";
	for (size_t i = 0; i < s.n; i++) {
		unsigned char c = (unsigned char)s.p[i];
		char t[3] = { '%', digits[c >> 4], digits[c & 15] };
		if (c && strchr(plain, c))
			making_bytes(m, s.p + i, 1);
		else
			making_bytes(m, t, 3);
	}
}

void making_id(struct making *m, int64_t id)
{
	char t[ID_TEXT_MAX];
	making_words(m, id_text(id, t));
}

void making_query(struct making *m, const char *name, struct str value)
{
	if (!value.n)
		return;
	making_words(m, m->query ? "&" : "?");
	m->query = true;
	making_words(m, name);
	making_words(m, "=");
	making_encoded(m, value);
}

void making_day(struct making *m, const char *name, day_t d)
{
	char t[DAY_TEXT_MAX];
	if (d != DAY_NONE)
		making_query(m, name, str_of(day_iso(d, t)));
}

void making_when(struct making *m, struct when w)
{
	making_day(m, "as-of", w.as_of);
	making_day(m, "known", w.known);
}

struct link making_done(const struct making *m)
{
	return m->full ? link_home() : m->l;
}

struct making making_begin(const char *path)
{
	struct making m = { .n = 0 };
	making_words(&m, path);
	return m;
}
