/*
 * html.h - writing HTML so that text can never become markup.
 *
 * Pages are templates compiled to C (tools/tmplc); what they print goes through
 * the functions here. `html_show` picks one by the type of its argument: text
 * is escaped, numbers are printed, a truth value or a pointer does not compile.
 * Addresses in href, src and action are `struct link`, which only the link
 * functions of web/pages/link.h make: no text of a person can become an address.
 * `struct html` is markup made by our own drawing code (bars, calendars).
 *
 * The output knows its maximum; ask `html_ok` once at the end.
 */
#ifndef LINNET_CODEC_HTML_H
#define LINNET_CODEC_HTML_H

#include "base/text.h"

enum { HTML_PAGE_MAX = 8 * 1024 * 1024, LINK_MAX = 640, TEXT64_MAX = 64 };

struct html_out {
	struct buf b;
};

struct html {
	struct str s;
}; /* markup already escaped where it had to be */
struct link {
	char s[LINK_MAX];
}; /* an address of this site */
struct text64 {
	char s[TEXT64_MAX];
}; /* short text by value: a formatted day or number */

void html_init(struct html_out *o, size_t max);
void html_release(struct html_out *o);
static inline bool html_ok(const struct html_out *o)
{
	return buf_ok(&o->b);
}

void html_raw(struct html_out *o, const char *p, size_t n); /* the template's own markup */
void html_markup(struct html_out *o, struct html h);
void html_link(struct html_out *o, struct link l);

/* Escaped for text and for attributes in either kind of quotes: & < > " '.
 * What is no well-formed UTF-8, and control characters that HTML does not
 * allow, become U+FFFD. */
void html_str(struct html_out *o, struct str s);
void html_z(struct html_out *o, const char *z); /* NULL prints nothing */
void html_text64(struct html_out *o, struct text64 t);
void html_i64(struct html_out *o, int64_t v);
void html_u64(struct html_out *o, uint64_t v);

#define html_show(o, e)                                                                                                \
	_Generic((e),                                                                                                  \
		struct str: html_str,                                                                                  \
		struct text64: html_text64,                                                                            \
		const char *: html_z,                                                                                  \
		char *: html_z,                                                                                        \
		signed char: html_i64,                                                                                 \
		short: html_i64,                                                                                       \
		int: html_i64,                                                                                         \
		long: html_i64,                                                                                        \
		long long: html_i64,                                                                                   \
		unsigned char: html_u64,                                                                               \
		unsigned short: html_u64,                                                                              \
		unsigned int: html_u64,                                                                                \
		unsigned long: html_u64,                                                                               \
		unsigned long long: html_u64)(o, e)

#endif
