/*
 * err.h - what went wrong, in words for the person and detail for the log.
 *
 * A function that fails fills the caller's `struct err` once, at the place
 * where most is known, and returns its code. Callers above may put words in
 * front (`err_prefix`), never log, and pass the code on. The top (cmd, web)
 * shows `text` to the person and writes `detail` to the log.
 *
 * `text` never carries a name, date of birth or number of a person.
 */
#ifndef LINNET_BASE_ERR_H
#define LINNET_BASE_ERR_H

#include "base/base.h"

enum { ERR_TEXT_MAX = 512 };

struct err {
	enum rc rc;
	char text[ERR_TEXT_MAX];   /* for the person: what happened, where, what to do */
	char detail[ERR_TEXT_MAX]; /* for the log: errno, statement, library's words */
};

/* Fills *e (may be NULL) and returns rc, so that `return err_set(...)` reads well. */
enum rc err_set(struct err *e, enum rc rc, const char *fmt, ...) PRINTF_LIKE(3, 4);
/* Adds detail for the log to an error already set. */
void err_detail(struct err *e, const char *fmt, ...) PRINTF_LIKE(2, 3);
/* Puts "words: " in front of the text. Returns e->rc. */
enum rc err_prefix(struct err *e, const char *fmt, ...) PRINTF_LIKE(2, 3);
void err_clear(struct err *e);
/* Prints to standard error, whatever words of others are in it without their control signs (buf_shown). */
void err_say(const char *fmt, ...) PRINTF_LIKE(1, 2);

/* The error table: one row a code. */
const char *rc_name(enum rc rc); /* "bad input" */
int rc_exit_status(enum rc rc);	 /* 0; 1 "asked and answered no"; 2 could not */
int rc_http_status(enum rc rc);	 /* 200, 400, 404, 403, 409, 503, 413, 500 */

#endif
