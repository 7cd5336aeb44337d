#include "codec/html.h"

void html_init(struct html_out *o, size_t max)
{
	buf_init(&o->b, max);
}

void html_release(struct html_out *o)
{
	buf_release(&o->b);
}

void html_raw(struct html_out *o, const char *p, size_t n)
{
	buf_put(&o->b, p, n);
}

void html_markup(struct html_out *o, struct html h)
{
	buf_str(&o->b, h.s);
}

static const char *entity(unsigned char c)
{
	switch (c) {
	case '&': return "&amp;";
	case '<': return "&lt;";
	case '>': return "&gt;";
	case '"': return "&quot;";
	case '\'': return "&#39;";
	default: return NULL;
	}
}

static void escape_well_formed(struct html_out *o, struct str s)
{
	size_t from = 0;
	for (size_t i = 0; i < s.n; i++) {
		unsigned char c = (unsigned char)s.p[i];
		size_t control = c < 0x20 || c == 0x7F || c == 0xC2 ? control_step(s.p + i, s.n - i) : 0;
		const char *as = control ? "\xEF\xBF\xBD" : entity(c);
		if (!as)
			continue;
		buf_put(&o->b, s.p + from, i - from);
		buf_puts(&o->b, as);
		i += control > 1;
		from = i + 1;
	}
	buf_put(&o->b, s.p + from, s.n - from);
}

void html_str(struct html_out *o, struct str s)
{
	while (s.n) {
		size_t bad = utf8_bad_at(s), good = bad == SIZE_MAX ? s.n : bad;
		if (good)
			escape_well_formed(o, (struct str){ s.p, good });
		if (bad == SIZE_MAX)
			return;
		buf_puts(&o->b, "\xEF\xBF\xBD");
		s.p += bad + 1;
		s.n -= bad + 1;
	}
}

void html_z(struct html_out *o, const char *z)
{
	html_str(o, str_of(z));
}

void html_text64(struct html_out *o, struct text64 t)
{
	html_str(o, (struct str){ t.s, strnlen(t.s, sizeof t.s) });
}

void html_link(struct html_out *o, struct link l)
{
	html_str(o, (struct str){ l.s, strnlen(l.s, sizeof l.s) });
}

void html_i64(struct html_out *o, int64_t v)
{
	buf_int(&o->b, v);
}

void html_u64(struct html_out *o, uint64_t v)
{
	buf_printf(&o->b, "%" PRIu64, v);
}
