/*
 * text.h - looking at text, and building it in buffers that know their limit.
 *
 * `struct str` points and counts; it is not ours until copied. `struct buf`
 * grows up to the maximum it was born with; past that it keeps what it has,
 * remembers `full`, and the caller asks once at the end (`buf_ok`).
 */
#ifndef LINNET_BASE_TEXT_H
#define LINNET_BASE_TEXT_H

#include <stdarg.h>

#include "base/arena.h"
#include "base/base.h"

struct str str_of(const char *z); /* NULL gives {NULL,0} */
bool str_eq(struct str a, struct str b);
bool str_is(struct str a, const char *z);
bool str_eq_nocase(struct str a, struct str b);	 /* ASCII letters only */
bool str_is_nocase(struct str a, const char *z); /* ASCII letters only */
char char_capital(char c);			 /* ASCII letters only */
struct str str_capitals(struct str s, struct arena *a);
int str_cmp(struct str a, struct str b); /* bytes, shorter first */
bool str_starts(struct str s, const char *z);
struct str str_trim(struct str s); /* ASCII blanks and U+00A0 */
/* Cuts s at the first `c`: returns what is before, *rest_out what is after ({NULL,0} if none). */
struct str str_cut(struct str s, char c, struct str *rest_out);
struct str str_cut_to(struct str s, size_t max); /* at most `max` bytes of well-formed UTF-8, no letter cut in two */
/* Offset of the first byte that is not well-formed UTF-8 (or is NUL), or SIZE_MAX. */
size_t utf8_bad_at(struct str s);
size_t utf8_length(struct str s); /* code points, of well-formed text */
/* Bytes of the control sign at p, none of which free words need: C0 but tab and the ends of lines, DEL, C1; or 0. */
size_t control_step(const char *p, size_t n);
bool text_has_control(struct str s);

/* Whole number with nothing around it. RC_BAD_INPUT if not a number or outside [min,max]. */
enum rc str_to_int(struct str s, int64_t min, int64_t max, int64_t *out) NODISCARD;

struct buf {
	char *p; /* always NUL-terminated once non-NULL */
	size_t n, cap, max;
	bool full;
};
void buf_init(struct buf *b, size_t max);
void buf_release(struct buf *b);
void buf_reset(struct buf *b);
void buf_put(struct buf *b, const void *p, size_t n);
void buf_putc(struct buf *b, char c);
void buf_puts(struct buf *b, const char *z);
void buf_str(struct buf *b, struct str s);
void buf_int(struct buf *b, int64_t v);
void buf_printf(struct buf *b, const char *fmt, ...) PRINTF_LIKE(2, 3);
void buf_vprintf(struct buf *b, const char *fmt, va_list ap) PRINTF_LIKE(2, 0);
struct str buf_view(const struct buf *b);
/* Appends s as it may be shown on a terminal: control signs, also CR, become U+FFFD; an ESC in somebody's words could
 * else write over what stands there. */
void buf_shown(struct buf *b, struct str s);
static inline bool buf_ok(const struct buf *b)
{
	return !b->full;
}

/* Search key of a name: case, accents and punctuation folded (O’Brien = obrien,
 * Łukasz = lukasz, Zoë = zoe). Appends to b. */
void text_fold(struct buf *b, struct str name);

#endif
