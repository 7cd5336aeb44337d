/*
 * base.h - the first header of every file.
 *
 * Brings the small vocabulary that all rooms share (result codes, text that we
 * do not own, cleanup helpers) and takes away the functions that are easy to
 * misuse. Nothing in this room knows a word of health.
 *
 * Rules of use
 *  - Include this before anything else.
 *  - Functions that can fail return `enum rc` and take a `struct err *` last.
 *    Out-parameters are named `*_out` and are untouched on failure.
 *  - Out of memory ends the program (in `base_oom`); oversized input does not:
 *    that is RC_LIMIT.
 */
#ifndef LINNET_BASE_H
#define LINNET_BASE_H

#ifndef _GNU_SOURCE
#define _GNU_SOURCE 1
#endif

#include <inttypes.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h> /* here, before its localtime and mktime are taken away */

/* What went wrong, as few kinds as callers really tell apart. One table in
 * err.c maps each to an exit status and an HTTP status. */
enum rc {
	RC_OK = 0,
	RC_BAD_INPUT, /* the caller's data is wrong; the text says where and what to do */
	RC_NOT_FOUND, /* no such thing, or not for this viewer (never say which) */
	RC_REFUSED,   /* known viewer, act not allowed */
	RC_CONFLICT,  /* somebody else changed it first: read again, try again */
	RC_BUSY,      /* the store could not be had in time: try again */
	RC_LIMIT,     /* input or result over a stated limit */
	RC_IO,	      /* disk, network or store failed */
	RC_CORRUPT,   /* stored data contradicts itself */
	RC_INTERNAL,  /* our own mistake */
	RC__COUNT
};

/* Text we point to but do not own; not NUL-terminated. {NULL,0} is "absent". */
struct str {
	const char *p;
	size_t n;
};
#define STR(lit)   ((struct str){ (lit), sizeof(lit) - 1 })
#define STR_FMT	   "%.*s"
#define STR_ARG(s) (int)(s).n, (s).p ? (s).p : ""

#define COUNT_OF(a)	  (sizeof(a) / sizeof((a)[0]))
#define PRINTF_LIKE(f, a) __attribute__((format(printf, f, a)))
#define NODISCARD	  __attribute__((warn_unused_result))
#define UNUSED		  __attribute__((unused))

/* AUTO(fn): release a local when it leaves its scope; fn takes its address. */
#define AUTO(fn) __attribute__((cleanup(fn)))

/* The one place where running out of memory ends the program. */
_Noreturn void base_oom(size_t wanted);

/* malloc family that never returns NULL. `xcalloc` checks n*size overflow. */
void *xmalloc(size_t n);
void *xcalloc(size_t n, size_t size);
void *xrealloc(void *p, size_t n);
char *xstrndup(const char *p, size_t n);
void auto_free(void *pp); /* AUTO(auto_free) char *p */
void auto_close(int *fd); /* AUTO(auto_close) int fd */
void auto_fclose(FILE **f);

/* Functions that are easy to misuse: the compiler refuses them from here on. */
#ifdef __GNUC__
#pragma GCC poison strcpy strcat sprintf vsprintf atoi atol atof strtok gets localtime mktime strncpy strncat
#endif

#endif
