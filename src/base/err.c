#include "base/err.h"

#include <stdarg.h>

#include "base/text.h"

static const struct {
	const char *name;
	int exit_status, http_status;
} table[RC__COUNT] = {
	[RC_OK] = { "ok", 0, 200 },
	[RC_BAD_INPUT] = { "bad input", 2, 400 },
	[RC_NOT_FOUND] = { "not found", 1, 404 },
	[RC_REFUSED] = { "not allowed", 1, 403 },
	[RC_CONFLICT] = { "changed meanwhile", 1, 409 },
	[RC_BUSY] = { "busy", 2, 503 },
	[RC_LIMIT] = { "over the limit", 2, 413 },
	[RC_IO] = { "input or output failed", 2, 500 },
	[RC_CORRUPT] = { "stored data is damaged", 2, 500 },
	[RC_INTERNAL] = { "internal error", 2, 500 },
};

static enum rc known(enum rc rc)
{
	return (unsigned)rc < RC__COUNT ? rc : RC_INTERNAL;
}

const char *rc_name(enum rc rc)
{
	return table[known(rc)].name;
}

int rc_exit_status(enum rc rc)
{
	return table[known(rc)].exit_status;
}

int rc_http_status(enum rc rc)
{
	return table[known(rc)].http_status;
}

enum rc err_set(struct err *e, enum rc rc, const char *fmt, ...)
{
	if (!e)
		return rc;
	va_list ap;
	e->rc = rc;
	e->detail[0] = '\0';
	va_start(ap, fmt);
	vsnprintf(e->text, sizeof e->text, fmt, ap);
	va_end(ap);
	return rc;
}

void err_detail(struct err *e, const char *fmt, ...)
{
	if (!e)
		return;
	va_list ap;
	va_start(ap, fmt);
	vsnprintf(e->detail, sizeof e->detail, fmt, ap);
	va_end(ap);
}

enum rc err_prefix(struct err *e, const char *fmt, ...)
{
	if (!e)
		return RC_INTERNAL;
	char head[ERR_TEXT_MAX];
	va_list ap;
	va_start(ap, fmt);
	vsnprintf(head, sizeof head - 3, fmt, ap);
	va_end(ap);
	/* A text that grew too long loses its end, never its beginning. */
	size_t h = strlen(head), t = strlen(e->text);
	memcpy(head + h, ": ", 2);
	h += 2;
	if (t > sizeof e->text - 1 - h)
		t = sizeof e->text - 1 - h;
	memmove(e->text + h, e->text, t);
	memcpy(e->text, head, h);
	e->text[h + t] = '\0';
	return e->rc;
}

void err_clear(struct err *e)
{
	if (e)
		memset(e, 0, sizeof *e);
}

void err_say(const char *fmt, ...)
{
	struct buf b AUTO(buf_release), shown AUTO(buf_release);
	va_list ap;
	buf_init(&b, SIZE_MAX - 1);
	buf_init(&shown, SIZE_MAX - 1);
	va_start(ap, fmt);
	buf_vprintf(&b, fmt, ap);
	va_end(ap);
	buf_shown(&shown, buf_view(&b));
	fwrite(buf_view(&shown).p, 1, shown.n, stderr);
}
