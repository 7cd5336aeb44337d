/*
 * json.h - the small bodies of events: flat objects of texts and whole numbers.
 */
#ifndef LINNET_CODEC_JSON_H
#define LINNET_CODEC_JSON_H

#include "base/arena.h"
#include "base/err.h"
#include "base/text.h"

enum { JSON_BODY_MAX = 64 * 1024, JSON_DEPTH_MAX = 16 };

/* Reads the named members of an object into out[n], copied into `a`. Absent or
 * null: {NULL,0}; numbers and booleans as their text. RC_BAD_INPUT if `body` is
 * not one object. An empty body has no members. */
enum rc json_members(struct str body, const char *const *names, size_t n, struct arena *a, struct str *out,
		     struct err *e) NODISCARD;

/* Appends `body` with one member set to a text, or without it if `value` is empty;
 * nothing at all if no member is left. RC_BAD_INPUT if `body` is neither empty nor
 * an object, RC_LIMIT if `out` is full. */
enum rc json_set_member(struct str body, const char *name, struct str value, struct buf *out, struct err *e) NODISCARD;

/* Appends s as a JSON string, quotes included (RFC 8259; control characters as \u00XX). */
void json_put_string(struct buf *b, struct str s);

#endif
